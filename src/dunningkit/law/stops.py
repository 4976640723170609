"""Which stops are active on a day, and what they leave possible."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dunningkit.law.answers import Cited
from dunningkit.law.book import ActRules, RuleBook, book_of, cited, in_force
from dunningkit.law.case import Case, Stop
from dunningkit.law.limitation import lapses_on
from dunningkit.law.pack import LegalActor, RulePack, Selector, StopEffect, StopKind, StopRule
from dunningkit.model import ActKind, CustomerClass, Reason, ReasonCode

_BY_STRENGTH = (StopEffect.NO_EFFECT, StopEffect.FREE_ACTS_ONLY, StopEffect.PERSON, StopEffect.FORBID)
_STRENGTH = {effect: place for place, effect in enumerate(_BY_STRENGTH)}


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One stop on one day: what it leaves possible and whether a person may go on all the same."""

    stop: Stop
    effect: StopEffect
    may_be_overridden: bool
    cited: Cited | None

    @property
    def reason(self) -> Reason:
        """Why nothing, or nothing that costs, may be done."""
        since, cite = self.stop.since.isoformat(), self.cited.cite if self.cited else ""
        if self.effect is StopEffect.FREE_ACTS_ONLY:
            return Reason.of(ReasonCode.LAW_FEE_SUSPENDED, since=since, cite=cite)
        if self.stop.kind is StopKind.LIMITATION:
            return Reason.of(ReasonCode.LAW_LAPSED, on=since, cite=cite)
        return Reason.of(ReasonCode.LAW_STOP, stop=self.stop.kind, since=since, cite=cite)


@dataclass(frozen=True, slots=True)
class Standing:
    """What all stops of a day leave possible. ``partly`` are disputes about a part, which nobody may ask for meanwhile."""

    hindrances: tuple[Hindrance, ...] = ()
    partly: tuple[Hindrance, ...] = ()

    @property
    def blocking(self) -> tuple[Hindrance, ...]:
        """Those that let nothing be done by the engine."""
        return tuple(one for one in self.hindrances if one.effect in (StopEffect.FORBID, StopEffect.PERSON))

    @property
    def suspending(self) -> tuple[Hindrance, ...]:
        """Those that leave only what costs nothing."""
        return tuple(one for one in self.hindrances if one.effect is StopEffect.FREE_ACTS_ONLY)

    @property
    def disputed_minor(self) -> int:
        """The part of the principal that is disputed, while the rest may be asked for."""
        return sum(one.stop.amount_minor or 0 for one in self.partly)


_NOTHING = Standing()


def standing(case: Case, rules: ActRules, days: dict[Selector, date]) -> Standing:
    """What the stops of a case leave possible on a day, by the rules for one class.

    A stop of which the pack says nothing to this class is taken as it is for others, and forbids everything where the pack does
    not know it: whoever placed it knew why. A groundless dispute is none; disputes about parts leave the rest, unless the parts
    are all that is open.
    """
    if not case.stops:
        return _NOTHING
    day = days[Selector.ACT_ON]
    active = [stop for stop in case.stops if stop.covers(day) and not _is_groundless(stop)]
    found = [
        _hindrance(stop, in_force(rules.stops[stop.kind], days) or rules.stops_of_others[stop.kind]) for stop in active
    ]
    hindrances = tuple(one for one in found if one.effect is not StopEffect.NO_EFFECT)
    partly = tuple(one for one in hindrances if one.stop.kind is StopKind.DISPUTE and one.stop.amount_minor is not None)
    if sum(one.stop.amount_minor or 0 for one in partly) >= open_principal_minor(case, day):
        partly = ()
    return Standing(tuple(one for one in hindrances if one not in partly), partly)


def may_be_passed_over(pack: RulePack, kind: StopKind, customer_class: CustomerClass, day: date) -> bool:
    """Whether a person may let things go in spite of a stop; where the class is not known, only if every class lets them."""
    met = book_of(pack).rules_meant(customer_class, LegalActor.CREDITOR, ActKind.REMINDER)
    days, stop = {Selector.ACT_ON: day}, Stop(kind, day)
    found = [_hindrance(stop, in_force(one.stops[kind], days) or one.stops_of_others[kind]) for one in met]
    return all(one.may_be_overridden or one.effect is StopEffect.NO_EFFECT for one in found)


def with_lapse(case: Case, book: RuleBook, until: date) -> Case:
    """The case with a stop from the day on which it lapses, where that is on or before ``until``."""
    years = until.year - min(case.due_on, case.issued_on).year
    if book.least_years is None or years < book.least_years:
        return case
    lapse, _ = lapses_on(case, book.pack)
    if lapse is None or lapse > until:
        return case
    return replace(case, stops=(*case.stops, Stop(StopKind.LIMITATION, lapse)))


def _is_groundless(stop: Stop) -> bool:
    return stop.kind is StopKind.DISPUTE and stop.is_groundless


def open_principal_minor(case: Case, day: date) -> int:
    """What is left of the principal on a day when every payment until then is taken for it."""
    return case.principal.amount_minor - sum(one.amount_minor for one in case.payments if one.on <= day)


def _hindrance(stop: Stop, rules: Sequence[StopRule]) -> Hindrance:
    if not rules:
        return Hindrance(stop, StopEffect.FORBID, may_be_overridden=False, cited=None)
    strongest = max(rules, key=lambda rule: _STRENGTH[rule.effect])
    overridable = all(rule.may_be_overridden for rule in rules if rule.effect is not StopEffect.NO_EFFECT)
    return Hindrance(stop, strongest.effect, overridable, cited(strongest))
