"""Which stops are active on a day, and what they leave possible."""

from dataclasses import dataclass
from datetime import date

from dunningkit.law.answers import Cited
from dunningkit.law.book import ActRules, cited, in_force
from dunningkit.law.case import Case, Stop
from dunningkit.law.pack import Selector, StopEffect, StopKind, StopRule
from dunningkit.model import Reason, ReasonCode

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
    """What all stops of a day leave possible. ``disputed_minor`` is the part that nobody may ask for meanwhile."""

    hindrances: tuple[Hindrance, ...] = ()
    disputed_minor: int = 0
    disputed_cited: Cited | None = None

    @property
    def blocking(self) -> tuple[Hindrance, ...]:
        """Those that let nothing be done by the engine."""
        return tuple(one for one in self.hindrances if one.effect in (StopEffect.FORBID, StopEffect.PERSON))

    @property
    def suspending(self) -> tuple[Hindrance, ...]:
        """Those that leave only what costs nothing."""
        return tuple(one for one in self.hindrances if one.effect is StopEffect.FREE_ACTS_ONLY)


_NOTHING = Standing()


def standing(case: Case, rules: ActRules, days: dict[Selector, date]) -> Standing:
    """What the stops of a case leave possible on a day, by the rules for one class.

    A stop about which the pack says nothing forbids everything: whoever placed it knew why. A groundless dispute is none; one
    about a part leaves the rest, unless the part is all that is open.
    """
    if not case.stops:
        return _NOTHING
    day = days[Selector.ACT_ON]
    hindrances: list[Hindrance] = []
    disputed: list[tuple[int, Cited | None]] = []
    for stop in case.stops:
        if not stop.covers(day) or (stop.kind is StopKind.DISPUTE and stop.is_groundless):
            continue
        found = _hindrance(stop, in_force(rules.stops[stop.kind], days))
        if found.effect is StopEffect.NO_EFFECT:
            continue
        if stop.kind is StopKind.DISPUTE and stop.amount_minor is not None:
            disputed.append((stop.amount_minor, found.cited))
            if sum(amount for amount, _ in disputed) < open_principal_minor(case, day):
                continue
        hindrances.append(found)
    part, rule = (sum(amount for amount, _ in disputed), disputed[0][1]) if disputed else (0, None)
    return Standing(tuple(hindrances), part, rule)


def open_principal_minor(case: Case, day: date) -> int:
    """What is left of the principal on a day when every payment until then is taken for it."""
    return case.principal.amount_minor - sum(one.amount_minor for one in case.payments if one.on <= day)


def _hindrance(stop: Stop, rules: list[StopRule]) -> Hindrance:
    if not rules:
        return Hindrance(stop, StopEffect.FORBID, may_be_overridden=False, cited=None)
    strongest = max(rules, key=lambda rule: _STRENGTH[rule.effect])
    overridable = all(rule.may_be_overridden for rule in rules if rule.effect is not StopEffect.NO_EFFECT)
    return Hindrance(stop, strongest.effect, overridable, cited(strongest))
