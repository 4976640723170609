"""One rule of a pack in words: what it lets be done, to whom, when it holds, and on what it rests."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import singledispatch

from dunningkit.law.pack import (
    AllocationRule,
    CountRule,
    DueShiftRule,
    FeeRule,
    FixedSumRule,
    ForbiddenActRule,
    GapRule,
    LimitationRule,
    MarginRule,
    ReferenceRule,
    Rule,
    StartRule,
    StopRule,
    Tier,
    TimeToPayRule,
    TotalRule,
    YearCapRule,
)
from dunningkit.model import ActKind
from dunningkit.wording import Wording

_PERMILLE_A_PERCENT = 10


def subject(rule: Rule, wording: Wording) -> str:
    """What the rule is about and whom it is for, as the head of what is told of it."""
    match rule:
        case FeeRule(act=act) | CountRule(act=act) | GapRule(act=act) | ForbiddenActRule(act=act):
            about = wording.label(act)
        case TimeToPayRule(acts=acts):
            about = _listed(acts, wording)
        case StopRule(stop=stop):
            about = wording.label(stop)
        case _:
            about = ""
    return " · ".join(filter(None, [about, _listed(rule.classes, wording) or wording.word("law_every_class")]))


def actors(rule: Rule, wording: Wording) -> str:
    """Who may use the rule, where it is not for everybody."""
    return _listed(rule.actors, wording)


def validity(rule: Rule, wording: Wording) -> str:
    """From when to when the rule holds, and by which day that is decided."""
    if rule.valid_to is None:
        return wording.word("law_since", day=rule.valid_from, selector=rule.selector)
    return wording.word("law_from_to", day=rule.valid_from, until=rule.valid_to, selector=rule.selector)


def values(rule: Rule, wording: Wording, currency: str) -> Iterator[str]:
    """What the rule says, one sentence for each thing. Amounts are in ``currency``."""
    match rule:
        case YearCapRule():
            yield wording.word("law_year_cap")
        case DueShiftRule():
            yield wording.word("law_due_shift")
        case _:
            yield from _told(rule, _Screen(wording, currency))


@dataclass(frozen=True, slots=True)
class _Screen:
    wording: Wording
    currency: str

    def word(self, key: str, **params: object) -> str:
        """A sentence of the screen; its amounts are in the pack's currency."""
        return self.wording.word(key, currency=self.currency, **params)

    def listed(self, members: Iterable[StrEnum]) -> str:
        """Labels in the order of their enum."""
        return _listed(members, self.wording)


@singledispatch
def _told(_rule: Rule, _screen: _Screen) -> Iterator[str]:
    # That an act is forbidden is said by its heading.
    return iter(())


@_told.register
def _(rule: FeeRule, screen: _Screen) -> Iterator[str]:
    yield from _amounts(rule.tiers, screen)
    if rule.actual_cost_only:
        yield screen.word("law_actual_cost")
    if rule.few_instalments:
        yield screen.word("law_few_parts", value_minor=rule.few_instalments_minor, parts=rule.few_instalments)
    if rule.per_instalment_from:
        yield screen.word("law_each_part", value_minor=rule.per_instalment_minor, part=rule.per_instalment_from)
    if rule.repeat_permille is not None:
        yield screen.word("law_repeat", percent=f"{rule.repeat_permille / _PERMILLE_A_PERCENT:g}")
    if rule.media:
        yield screen.word("law_media", media=screen.listed(rule.media))
    yield from _conditions(rule, screen)
    if rule.vat_may_be_added:
        yield screen.word("law_vat")


def _conditions(rule: FeeRule, screen: _Screen) -> Iterator[str]:
    if rule.sent_before_due_days:
        yield screen.word("law_sent_before", days=rule.sent_before_due_days)
    if rule.since_due_days:
        yield screen.word("law_since_due", days=rule.since_due_days)
    if rule.since_act_days:
        yield screen.word("law_since_act", days=rule.since_act_days, acts=screen.listed(rule.since_acts))
    if rule.extension_days:
        yield screen.word("law_extension", days=rule.extension_days)
    if rule.needs_agreement:
        yield screen.word("law_needs_agreement")
    if rule.needs_free_first:
        yield screen.word("law_needs_free_first")


@_told.register
def _(rule: CountRule, screen: _Screen) -> Iterator[str]:
    if len(rule.tiers) == 1:
        yield screen.word("law_count_at_most", value=rule.tiers[0].value)
    else:
        yield ", ".join(
            screen.word("law_count_above", value=tier.value)
            if tier.up_to_minor is None
            else screen.word("law_count_up_to", value=tier.value, up_to_minor=tier.up_to_minor)
            for tier in rule.tiers
        )
    yield from _if_done(rule.if_act, screen)


@_told.register
def _(rule: TotalRule, screen: _Screen) -> Iterator[str]:
    yield from _amounts(rule.tiers, screen)
    yield from _if_done(rule.if_act, screen)
    if rule.counts_from is not None:
        yield screen.word("law_counts_from", day=rule.counts_from)


@_told.register
def _(rule: FixedSumRule, screen: _Screen) -> Iterator[str]:
    yield screen.word("law_at_most", value_minor=rule.amount_minor)


@_told.register
def _(rule: GapRule, screen: _Screen) -> Iterator[str]:
    if rule.after_due_days:
        yield screen.word("law_since_due", days=rule.after_due_days)
    acts = screen.listed(rule.after_acts)
    if rule.after_act_days:
        yield screen.word("law_since_act", days=rule.after_act_days, acts=acts)
    if rule.needs_one:
        yield screen.word("law_needs_one", acts=acts)


@_told.register
def _(rule: TimeToPayRule, screen: _Screen) -> Iterator[str]:
    yield screen.word("law_days_to_pay", days=rule.days)


@_told.register
def _(rule: ReferenceRule, screen: _Screen) -> Iterator[str]:
    yield screen.word("law_rate_table", table=rule.table)


@_told.register
def _(rule: MarginRule, screen: _Screen) -> Iterator[str]:
    yield screen.word("law_margin", margin_bp=rule.margin_bp)
    if rule.is_ceiling:
        yield screen.word("law_ceiling")


@_told.register
def _(rule: StartRule, screen: _Screen) -> Iterator[str]:
    yield screen.word("law_unbound", days=rule.unbound_days)
    if rule.needs_statement:
        yield screen.word("law_statement")


@_told.register
def _(rule: AllocationRule, screen: _Screen) -> Iterator[str]:
    yield " → ".join(screen.wording.label(claim) for claim in rule.order)


@_told.register
def _(rule: StopRule, screen: _Screen) -> Iterator[str]:
    effect = screen.wording.label(rule.effect)
    yield f"{effect[0].upper()}{effect[1:]}."
    if rule.interest_stops:
        yield screen.word("law_interest_stops")
    if rule.may_be_overridden:
        yield screen.word("law_may_be_overridden")


@_told.register
def _(rule: LimitationRule, screen: _Screen) -> Iterator[str]:
    yield screen.word("law_years", years=rule.years)
    if rule.from_next_year:
        yield screen.word("law_next_year")
    if rule.interrupted_by:
        yield screen.word("law_interrupted", acts=screen.listed(rule.interrupted_by))
    if rule.final_years:
        yield screen.word("law_final", years=rule.final_years)


def _amounts(tiers: Sequence[Tier], screen: _Screen) -> Iterator[str]:
    if len(tiers) == 1:
        yield screen.word("law_at_most", value_minor=tiers[0].value)
        return
    for tier in tiers:
        if tier.up_to_minor is None:
            yield screen.word("law_above", value_minor=tier.value)
        else:
            yield screen.word("law_up_to", value_minor=tier.value, up_to_minor=tier.up_to_minor)


def _if_done(act: ActKind | None, screen: _Screen) -> Iterator[str]:
    if act is not None:
        yield screen.word("law_if_act", act=act)


def _listed(members: Iterable[StrEnum], wording: Wording) -> str:
    """Labels in the order of their enum, so that a set is always told the same way."""
    named = {one: place for one in members for place, each in enumerate(type(one)) if each is one}
    return ", ".join(wording.label(one) for one in sorted(named, key=lambda one: named[one]))
