"""Whether an act may be done at all on a day, whatever it costs, and when the pack lets it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dunningkit.law.answers import Cited
from dunningkit.law.book import ActRules, cited, in_force
from dunningkit.law.case import Case
from dunningkit.law.pack import GapRule, Selector
from dunningkit.model import ActKind, Reason, ReasonCode, days_from


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act may not be done on a day."""

    reason: Reason
    cited: Cited


def refusals(
    case: Case, kind: ActKind, rules: ActRules, days: dict[Selector, date], due_on: date
) -> tuple[Refusal, ...]:
    """Everything that keeps an act from being done on a day, by the rules for one class."""
    forbidden = (
        Refusal(Reason.of(ReasonCode.LAW_ACT_FORBIDDEN, act=kind, cite=rule.cite), cited(rule))
        for rule in in_force(rules.forbidden, days)
    )
    waiting = (
        refusal for rule in in_force(rules.gaps, days) for refusal in _waits(case, rule, days[Selector.ACT_ON], due_on)
    )
    return (*forbidden, *waiting)


def _waits(case: Case, rule: GapRule, day: date, due_on: date) -> Iterator[Refusal]:
    # What came before the due date reminded nobody of anything late.
    before = [act.on for act in case.acts if act.kind in rule.after_acts and act.on > due_on]
    if rule.needs_one and not before:
        reason = Reason.of(ReasonCode.LAW_ACT_NEEDS_REMINDER, act=rule.act, cite=rule.cite)
        yield Refusal(reason, cited(rule))
    earliest = earliest_day(rule, case, due_on)
    if earliest > day:
        reason = Reason.of(ReasonCode.LAW_ACT_TOO_EARLY, act=rule.act, day=earliest.isoformat(), cite=rule.cite)
        yield Refusal(reason, cited(rule))


def earliest_day(rule: GapRule, case: Case, due_on: date) -> date:
    """The first day on which a rule of waiting lets its act be done; ``date.min`` where nothing has to wait."""
    waits = [date.min]
    if rule.after_due_days:
        waits.append(days_from(due_on, rule.after_due_days + 1))
    if rule.after_act_days:
        waits += [days_from(act.on, rule.after_act_days + 1) for act in case.acts if act.kind in rule.after_acts]
    return max(waits)
