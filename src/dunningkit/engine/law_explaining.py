"""What the law lets be charged and done about an invoice on a day, and why. Reads, and changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dunningkit.engine.days import delivery_days
from dunningkit.engine.law_cases import cases_of, law_of
from dunningkit.engine.owing import interest_known
from dunningkit.engine.setup import CreditorSetup
from dunningkit.law.acts import View, allowed, fixed_sum_minor, has_run, views_of
from dunningkit.law.answers import Allowed, Caps, Cited, Interest
from dunningkit.law.case import AskedAct, Case, DoneAct
from dunningkit.law.days import BusinessCalendar
from dunningkit.law.earlier import LawfulAct, lawful_acts
from dunningkit.law.limitation import lapses_on
from dunningkit.law.pack import FeeRule, LegalActor, LimitationRule, RulePack, StopEffect
from dunningkit.law.stops import Hindrance
from dunningkit.law.terms import UnderLaw
from dunningkit.model import ActKind, Medium, Reason, Receivable
from dunningkit.store import Db

#: What a creditor does; all else is for a collector.
_OURS = (ActKind.REMINDER, ActKind.EXTENSION, ActKind.PAYMENT_PLAN)


@dataclass(frozen=True, slots=True)
class ActExplained:
    """What one act may cost on the day, by ``media`` (empty: however it is done).

    It was asked for an extension of ``extension_days``, and for a plan of ``instalments``. ``actor`` is who may do it: what is
    not the creditor's is told, and never done or claimed.
    """

    kind: ActKind
    actor: LegalActor
    media: tuple[Medium, ...]
    extension_days: int
    instalments: int
    allowed: Allowed


@dataclass(frozen=True, slots=True)
class StopExplained:
    """Something that asks for silence on the day, until ``until`` (``None``: until it is taken away)."""

    effect: StopEffect
    may_be_overridden: bool
    until: date | None
    why: Reason
    cited: Cited | None


@dataclass(frozen=True, slots=True)
class Lapse:
    """The first day on which nothing may be collected (``None``: no rule says), and the acts that put it off."""

    on: date | None
    interrupted_by: tuple[ActKind, ...]
    cited: Cited | None


@dataclass(frozen=True, slots=True)
class ActDone:
    """What was done until the day, by us or as the ledger tells: what it claimed, and what of that may be asked for.

    ``cite`` is the section of the latter, empty where that is nothing.
    """

    act: DoneAct
    lawful_minor: int
    cite: str


@dataclass(frozen=True, slots=True)
class LawExplained:
    """The law's whole answer about one receivable. Amounts are in the minor unit of the receivable's currency.

    ``case`` is what was asked about; ``due_on`` the due date that waiting counts from, which a rule may have moved.
    ``interest`` is counted up to its ``as_of``: the day, or the last one before it whose rate is published; reminders ask for
    it only with ``claims_interest``. ``fixed_sum_minor`` is the most that might be asked for as a lump sum, which the engine
    never claims. ``caps`` are what is left for another reminder.
    """

    case: Case
    due_on: date
    interest: Interest
    claims_interest: bool
    acts: tuple[ActExplained, ...]
    not_ours: tuple[ActExplained, ...]
    stops: tuple[StopExplained, ...]
    lapse: Lapse
    caps: Caps
    fixed_sum_minor: int
    done: tuple[ActDone, ...]


@dataclass(frozen=True, slots=True)
class LawStory:
    """One receivable as it stood on the day. ``law`` is ``None`` for what is no claim, or none yet; ``note`` says so."""

    receivable: Receivable
    customer_name: str
    note: Reason | None
    law: LawExplained | None


@dataclass(frozen=True, slots=True)
class LawExplanation:
    """What a rule pack says of every receivable of an invoice on a day."""

    creditor_id: str
    asked: str
    on: date
    pack_id: str
    pack_title: str
    stories: tuple[LawStory, ...]


def explain_law(db: Db, setup: CreditorSetup, wanted: str, on: date) -> LawExplanation:
    """Tell what may be charged and done about an invoice (or one receivable, by its id) on ``on``, with sections.

    What was sent or paid after that day is left out; what the ledger says is as it last gave it. Raises `NotAllowed` without a
    rule pack, `NotFound` for what was never known.
    """
    law = law_of(setup)
    stories = tuple(
        LawStory(
            receivable=one.receivable,
            customer_name=one.customer.name if one.customer else "",
            note=one.note,
            law=_explained(one.case, setup, law, on) if one.case else None,
        )
        for one in cases_of(db, setup, wanted, on)
    )
    return LawExplanation(setup.creditor.creditor_id, wanted, on, law.pack.pack_id, law.pack.title, stories)


def _explained(case: Case, setup: CreditorSetup, law: UnderLaw, on: date) -> LawExplained:
    pack, calendar = law.pack, setup.calendar
    views = views_of(case, AskedAct(ActKind.REMINDER, on), pack, calendar)
    accrued = interest_known(case, setup, law, on)
    acts = tuple(_ours(case, setup, pack, on))
    return LawExplained(
        case=case,
        due_on=max(view.due_on for view in views),
        interest=accrued,
        claims_interest=law.terms.claim_interest and case.principal.currency == pack.currency,
        acts=acts,
        not_ours=tuple(_collectors(case, pack, calendar, on)),
        stops=tuple(map(_stop, _hindrances(views, on))),
        lapse=_lapse(case, pack),
        caps=allowed(case, AskedAct(ActKind.REMINDER, on), pack, calendar).caps,
        fixed_sum_minor=fixed_sum_minor(case, pack, interest_runs=has_run(case, accrued.starts_on, on)),
        done=tuple(map(_done, sorted(case.acts, key=lambda act: act.on), lawful_acts(case, pack, calendar))),
    )


# -- what may be done ----------------------------------------------------------------------------------------------


def _ours(case: Case, setup: CreditorSetup, pack: RulePack, on: date) -> Iterator[ActExplained]:
    """A reminder by each way that there is, those of one answer together; then what is granted, however it is told."""
    answers: list[tuple[Allowed, list[Medium]]] = []
    for medium in Medium:
        if medium not in setup.channels:
            continue
        asked = AskedAct(ActKind.REMINDER, on, medium=medium, delivery_days=delivery_days(setup, medium))
        answer = allowed(case, asked, pack, setup.calendar)
        alike = next((ways for known, ways in answers if known == answer), None)
        if alike is None:
            answers.append((answer, [medium]))
        else:
            alike.append(medium)
    for answer, ways in answers:
        yield ActExplained(ActKind.REMINDER, case.actor, tuple(ways), 0, 0, answer)
    rules = pack.of_kind(FeeRule)
    days = max((rule.extension_days for rule in rules if rule.act is ActKind.EXTENSION), default=0)
    parts = max((rule.few_instalments for rule in rules if rule.act is ActKind.PAYMENT_PLAN), default=0)
    yield _any_way(case, AskedAct(ActKind.EXTENSION, on, extension_days=days), pack, setup.calendar)
    yield _any_way(case, AskedAct(ActKind.PAYMENT_PLAN, on, instalments=parts), pack, setup.calendar)


def _any_way(case: Case, asked: AskedAct, pack: RulePack, calendar: BusinessCalendar) -> ActExplained:
    answer = allowed(case, asked, pack, calendar)
    return ActExplained(asked.kind, case.actor, (), asked.extension_days, asked.instalments, answer)


def _collectors(case: Case, pack: RulePack, calendar: BusinessCalendar, on: date) -> Iterator[ActExplained]:
    """What only a collector may charge for, by a pack's own tariffs."""
    as_collector = replace(case, actor=LegalActor.PROFESSIONAL_COLLECTOR)
    kinds = {rule.act for rule in pack.of_kind(FeeRule)}
    for kind in ActKind:
        if kind in kinds and kind not in _OURS:
            yield _any_way(as_collector, AskedAct(kind, on), pack, calendar)


# -- what stands in the way ----------------------------------------------------------------------------------------


def _hindrances(views: Sequence[View], on: date) -> list[Hindrance]:
    """The stops of the day as the class sees them that is protected most."""
    found: dict[object, Hindrance] = {}
    for view in views:
        standing = view.free_on(on).standing
        for one in (*standing.hindrances, *standing.partly):
            known = found.get(one.stop)
            if known is None or _STRENGTH.index(one.effect) > _STRENGTH.index(known.effect):
                found[one.stop] = one
    return list(found.values())


_STRENGTH = (StopEffect.NO_EFFECT, StopEffect.FREE_ACTS_ONLY, StopEffect.PERSON, StopEffect.FORBID)


def _stop(one: Hindrance) -> StopExplained:
    return StopExplained(one.effect, one.may_be_overridden, one.stop.until, one.reason, one.cited)


def _lapse(case: Case, pack: RulePack) -> Lapse:
    on, cite = lapses_on(case, pack)
    rule = next((one for one in pack.of_kind(LimitationRule) if cite is not None and one.id == cite.rule_id), None)
    acts = tuple(kind for kind in ActKind if rule is not None and kind in rule.interrupted_by)
    return Lapse(on, acts, cite)


def _done(act: DoneAct, lawful: LawfulAct) -> ActDone:
    return ActDone(act, lawful.act.fee_minor, lawful.cite)
