"""A pack's rules laid out by class, actor and act, so that a line of a proposal finds its handful at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

from dunningkit.law.answers import Cited
from dunningkit.law.case import Case
from dunningkit.law.days import BusinessCalendar
from dunningkit.law.pack import (
    CountRule,
    DueShiftRule,
    FeeRule,
    FixedSumRule,
    ForbiddenActRule,
    GapRule,
    LegalActor,
    LimitationRule,
    Rule,
    RulePack,
    Selector,
    StopKind,
    StopRule,
    TimeToPayRule,
    TotalRule,
    classes_meant,
)
from dunningkit.model import ActKind, CustomerClass, days_from

_PACKS_KEPT = 32

R = TypeVar("R", bound=Rule)


@dataclass(frozen=True, slots=True)
class ActRules:
    """Every rule about one act for one class and actor, of any day; ``turns`` are the days on which one begins or ended.

    ``stops_of_others`` are those for any class and actor.
    """

    fees: tuple[FeeRule, ...]
    counts: tuple[CountRule, ...]
    totals: tuple[TotalRule, ...]
    gaps: tuple[GapRule, ...]
    forbidden: tuple[ForbiddenActRule, ...]
    times_to_pay: tuple[TimeToPayRule, ...]
    shifts: tuple[DueShiftRule, ...]
    stops: Mapping[StopKind, tuple[StopRule, ...]]
    stops_of_others: Mapping[StopKind, tuple[StopRule, ...]]
    turns: tuple[date, ...]


class RuleBook:
    """One pack, laid out. Ask `book_of` for it: laying out takes longer than a thousand questions."""

    def __init__(self, pack: RulePack) -> None:
        self.pack = pack
        self.fixed_sums = pack.of_kind(FixedSumRule)
        #: No receivable lapses in fewer years; ``None`` where none ever does.
        self.least_years = min((rule.years for rule in pack.of_kind(LimitationRule)), default=None)
        self._stops = _by_stop(pack.of_kind(StopRule))
        self.rules_meant = lru_cache(maxsize=None)(self._find_meant)

    def _find_meant(self, customer_class: CustomerClass, actor: LegalActor, kind: ActKind) -> tuple[ActRules, ...]:
        """The rules of each class that is meant; classes that share every rule are asked about once."""
        found: list[ActRules] = []
        for one in classes_meant(customer_class):
            rules = self._lay_out(one, actor, kind)
            if rules not in found:
                found.append(rules)
        return tuple(found)

    def _lay_out(self, customer_class: CustomerClass, actor: LegalActor, kind: ActKind) -> ActRules:
        def pick(rule_kind: type[R], about: Callable[[R], bool] = lambda _: True) -> tuple[R, ...]:
            return tuple(
                rule for rule in self.pack.of_kind(rule_kind) if about(rule) and _is_meant(rule, customer_class, actor)
            )

        fees = pick(FeeRule, lambda rule: rule.act is kind)
        counts = pick(CountRule, lambda rule: rule.act is kind)
        totals = pick(TotalRule)
        gaps = pick(GapRule, lambda rule: rule.act is kind)
        forbidden = pick(ForbiddenActRule, lambda rule: rule.act is kind)
        times = pick(TimeToPayRule, lambda rule: kind in rule.acts)
        shifts = pick(DueShiftRule)
        stops = pick(StopRule)
        turns = _turns((*fees, *counts, *totals, *gaps, *forbidden, *stops))
        return ActRules(fees, counts, totals, gaps, forbidden, times, shifts, _by_stop(stops), self._stops, turns)


@dataclass(frozen=True, slots=True, eq=False)
class _ByIdentity:
    """A pack as a key: comparing two packs rule by rule would cost more than what is looked up."""

    pack: RulePack

    def __hash__(self) -> int:
        return id(self.pack)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.pack is self.pack


@lru_cache(maxsize=_PACKS_KEPT)
def _book(key: _ByIdentity) -> RuleBook:
    return RuleBook(key.pack)


def book_of(pack: RulePack) -> RuleBook:
    """The pack laid out; the same pack is laid out once."""
    return _book(_ByIdentity(pack))


def selector_days(case: Case, day: date) -> dict[Selector, date]:
    """The days that choose versions for an act on ``day``; a rule chosen by a day that nobody knows does not hold."""
    days = {Selector.ACT_ON: day, Selector.DUE_ON: case.due_on}
    if case.contract_on is not None:
        days[Selector.CONTRACT_ON] = case.contract_on
    return days


def in_force(rules: Iterable[R], days: Mapping[Selector, date]) -> list[R]:
    """Those of the rules whose version holds on the days given."""
    return [
        rule
        for rule in rules
        if (day := days.get(rule.selector)) is not None
        and rule.valid_from <= day
        and (rule.valid_to is None or day <= rule.valid_to)
    ]


def shifted_due(case: Case, rules: ActRules, calendar: BusinessCalendar) -> date:
    """The due date, moved to the next open day where a rule moves it."""
    if in_force(rules.shifts, {Selector.DUE_ON: case.due_on}):
        return calendar.next_banking_day(case.due_on)
    return case.due_on


def cited(rule: Rule) -> Cited:
    """The rule as what an answer rests on."""
    return Cited(rule.id, rule.cite, rule.status)


def _by_stop(rules: Sequence[StopRule]) -> dict[StopKind, tuple[StopRule, ...]]:
    return {stop: tuple(rule for rule in rules if rule.stop is stop) for stop in StopKind}


def _is_meant(rule: Rule, customer_class: CustomerClass, actor: LegalActor) -> bool:
    return (not rule.classes or customer_class in rule.classes) and (not rule.actors or actor in rule.actors)


def _turns(rules: Iterable[Rule]) -> tuple[date, ...]:
    by_act = [rule for rule in rules if rule.selector is Selector.ACT_ON]
    begins = {rule.valid_from for rule in by_act}
    ends = {days_from(rule.valid_to, 1) for rule in by_act if rule.valid_to is not None}
    return tuple(sorted(begins | ends))
