"""The command that tells what the law lets be charged and done about one invoice on a day."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

import typer

from dunningkit.cli.options import opened, parse_day
from dunningkit.cli.printing import print_json, print_line, print_under
from dunningkit.cli.summary import invoice_name
from dunningkit.engine.law_explaining import (
    ActDone,
    ActExplained,
    LawExplained,
    LawExplanation,
    LawStory,
    StopExplained,
)
from dunningkit.law.answers import Allowed, Cited, Interest
from dunningkit.law.case import Case
from dunningkit.law.pack import LegalActor, RuleStatus
from dunningkit.model import CustomerClass, Reason, ReasonCode
from dunningkit.wording import Wording

On = Annotated[str | None, typer.Option("--on", help="The day to look at; today when left out.")]


def explain(
    ctx: typer.Context,
    invoice: Annotated[str, typer.Argument(help="An invoice number, or a receivable's id.")],
    on: On = None,
) -> None:
    """Tell what the law lets be charged and done about an invoice on a day, from when more, and why, with sections."""
    here = opened(ctx)
    day = parse_day(on, "--on", here.today())
    found, wording = here.engine().explain_law(here.creditor_id, invoice, on=day), here.wording()
    if here.common.json:
        print_json(_as_json(found, wording))
        return
    for story in found.stories:
        _print_story(story, found, wording)
    print_under(wording.word("law_lawyer"), indent=0, style="bold")


def _print_story(story: LawStory, found: LawExplanation, wording: Wording) -> None:
    head = wording.word("by_law_head", invoice=invoice_name(story.receivable, wording), pack=found.pack_id, on=found.on)
    print_line((head, "bold"), f"  {story.customer_name}")
    if story.note is not None:
        print_under(wording.reason(story.note), indent=0)
    if story.law is not None:
        _Teller(story, story.law, wording).tell()
    print_line("")


class _Teller:
    """Prints one receivable's law, part by part."""

    def __init__(self, story: LawStory, law: LawExplained, wording: Wording) -> None:
        self._story, self._law, self._wording = story, law, wording
        self._currency = story.receivable.open.currency

    def tell(self) -> None:
        """Print every part that says something."""
        law = self._law
        self._part(self.word("by_law_facts"), self._facts(law.case))
        self._part(self.word("by_law_interest"), self._interest(law.interest))
        self._part(self.word("by_law_stops"), self._stops())
        self._acts(self.word("by_law_ours"), law.acts)
        self._acts(self.word("by_law_not_ours"), law.not_ours)
        self._part(self.word("by_law_left"), self._limits())
        self._part(self.word("by_law_lapse"), self._lapse())
        self._part(self.word("by_law_done"), map(self._done, law.done))

    def _part(self, heading: str, sentences: Iterator[str]) -> None:
        print_line((heading, "bold"))
        for sentence in list(sentences) or [self.word("by_law_nothing")]:
            print_under(sentence, indent=2)

    def word(self, key: str, **params: object) -> str:
        """A sentence of the screen; its amounts are in the receivable's currency."""
        return self._wording.word(key, currency=self._currency, **params)

    # -- what is known -------------------------------------------------------------------------------------------------

    def _facts(self, case: Case) -> Iterator[str]:
        yield self.word("by_law_class", customer_class=case.customer_class)
        if case.customer_class is CustomerClass.UNKNOWN:
            yield self._wording.reason(Reason.of(ReasonCode.LAW_CLASS_UNKNOWN))
        amounts = {
            "original_minor": case.principal.amount_minor,
            "open_minor": self._story.receivable.open.amount_minor,
        }
        yield self.word("by_law_amounts", **amounts)
        yield self.word("by_law_sent", issued_on=case.issued_on, sent_on=case.sent_on)
        moved_on = self._law.due_on if self._law.due_on != case.due_on else None
        yield self.word("by_law_due", due_on=case.due_on, moved_on=moved_on)
        yield self.word("by_law_agreed", binds=_yes_or_no(case.due_date_binds))
        yield self.word("by_law_rate_told", told=_yes_or_no(case.rate_stated))
        yield self.word("by_law_start_told", told=_yes_or_no(case.start_stated))

    def _interest(self, owed: Interest) -> Iterator[str]:
        yield from (self._wording.reason(reason) for reason in owed.why if reason.code not in _SAID_ALREADY)
        for one in owed.segments:
            yield self.word(
                "by_law_segment",
                first=one.first,
                last=one.last,
                days=one.days,
                rate_bp=one.rate_bp,
                principal_minor=one.principal_minor,
                **_rests_on(one.cited),
            )
        if owed.segments:
            yield self.word(
                "by_law_accrued",
                on=owed.as_of,
                accrued_minor=owed.accrued_minor,
                paid_minor=owed.paid_minor or None,
                due_minor=owed.due_minor,
            )
            if not self._law.claims_interest:
                yield self.word("by_law_not_claimed")

    # -- what may be done ----------------------------------------------------------------------------------------------

    def _acts(self, heading: str, acts: tuple[ActExplained, ...]) -> None:
        if not acts:
            return
        print_line((heading, "bold"))
        for act in acts:
            print_under(self._way(act), indent=2)
            for sentence in self._answer(act.allowed):
                print_under(sentence)
        if self._law.fixed_sum_minor and acts is self._law.acts:
            print_under(self.word("by_law_lump", fixed_minor=self._law.fixed_sum_minor), indent=2)

    def _way(self, act: ActExplained) -> str:
        name = self._wording.label(act.kind)
        return self.word(
            "by_law_way",
            act=name[0].upper() + name[1:],
            media=", ".join(map(self._wording.label, act.media)),
            extension_days=act.extension_days or None,
            parts=act.instalments or None,
        )

    def _answer(self, may: Allowed) -> Iterator[str]:
        codes = {reason.code for reason in may.why}
        if not may.is_possible and not codes & _SAY_WHEN:
            yield self.word("by_law_not_possible", day=may.possible_on)
        elif may.is_possible and may.fee_minor:
            yield self.word("by_law_fee", fee_minor=may.fee_minor, **_rests_on(may.cited[0] if may.cited else None))
        elif may.is_possible and not codes & _SAY_FREE:
            yield self.word("by_law_free")
        if may.fee_minor and may.vat_may_be_added:
            yield self.word("by_law_vat")
        yield from (self._wording.reason(reason) for reason in may.why if reason.code not in _SAID_ALREADY)
        if not may.fee_minor and may.possible_on is not None and not codes & _SAY_CHARGEABLE:
            yield self.word("by_law_chargeable", day=may.chargeable_on)

    # -- what stands in the way ----------------------------------------------------------------------------------------

    def _stops(self) -> Iterator[str]:
        for stop in self._law.stops:
            yield self._wording.reason(stop.why)
            yield self._stop(stop)

    def _stop(self, stop: StopExplained) -> str:
        passed = "yes" if stop.may_be_overridden else None
        status = _rests_on(stop.cited)["status"]
        return self.word("by_law_stop", effect=stop.effect, until=stop.until, passed=passed, status=status)

    def _limits(self) -> Iterator[str]:
        caps = self._law.caps
        if caps.total_left_minor is not None:
            yield self.word("by_law_total_left", left_minor=caps.total_left_minor)
        if caps.acts_left is not None:
            yield self.word("by_law_acts_left", left=caps.acts_left)
        if caps.total_left_minor is None and caps.acts_left is None:
            yield self.word("by_law_no_limit")

    def _lapse(self) -> Iterator[str]:
        lapse = self._law.lapse
        if lapse.on is None:
            yield self.word("by_law_no_lapse")
            return
        acts = ", ".join(map(self._wording.label, lapse.interrupted_by))
        yield self.word("by_law_lapses", day=lapse.on, cite=lapse.cited.cite if lapse.cited else None, acts=acts)

    def _done(self, one: ActDone) -> str:
        act = one.act
        return self.word(
            "by_law_done_line",
            on=act.on,
            act=act.kind,
            medium=act.medium,
            actor=act.actor if act.actor is not LegalActor.CREDITOR else None,
            fee_minor=act.fee_minor,
            lawful_minor=one.lawful_minor if one.lawful_minor != act.fee_minor else None,
        )


#: Told once, or in the line above.
_SAID_ALREADY = {ReasonCode.LAW_CLASS_UNKNOWN, ReasonCode.LAW_ALLOWED}
#: Sentences that say themselves when an act may be done, that it is free, and from when it is not.
_SAY_WHEN = {ReasonCode.LAW_ACT_TOO_EARLY, ReasonCode.LAW_ACT_FORBIDDEN, ReasonCode.LAW_ACT_NEEDS_REMINDER}
_SAY_CHARGEABLE = {ReasonCode.LAW_FEE_TOO_EARLY, ReasonCode.LAW_FEE_NO_RULE}
_SAY_FREE = _SAY_CHARGEABLE | {
    ReasonCode.LAW_FEE_INVOICE_LATE,
    ReasonCode.LAW_FEE_ACTUAL_COST,
    ReasonCode.LAW_FEE_SHORT_EXTENSION,
    ReasonCode.LAW_FEE_NOT_AGREED,
    ReasonCode.LAW_FEE_FREE_FIRST,
    ReasonCode.LAW_FEE_COUNT,
}


def _rests_on(cited: Cited | None) -> dict[str, str | None]:
    """The section, and what kind of rule it is where that is not the law's own confirmed word."""
    if cited is None:
        return {"cite": None, "status": None}
    return {"cite": cited.cite or None, "status": None if cited.status is RuleStatus.CONFIRMED else cited.status}


def _yes_or_no(told: bool | None) -> str | None:  # noqa: FBT001  # what a ledger says, or does not
    if told is None:
        return None
    return "yes" if told else "no"


# -- as JSON -------------------------------------------------------------------------------------------------------


def _as_json(found: LawExplanation, wording: Wording) -> dict[str, Any]:
    told: dict[str, Any] = _plain(found, wording)
    return {**told, "review": wording.word("law_lawyer")}


def _plain(value: object, wording: Wording) -> Any:
    """Values as JSON data; a reason has its sentence, and what accrues exactly is a fraction of a minor unit as text."""
    match value:
        case Reason(code=code, params=params):
            return {"code": code.value, "params": dict(params), "text": wording.reason(value)}
        case Fraction() | date():
            return str(value)
        case tuple():
            return [_plain(one, wording) for one in value]
        case _ if is_dataclass(value):
            return {one.name: _plain(getattr(value, one.name), wording) for one in fields(value)}
        case _:
            return value
