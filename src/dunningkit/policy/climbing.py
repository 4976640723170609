"""Where a receivable stands on its ladder: which step comes next, and from which day. Pure."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dunningkit.model import StepKind, days_from
from dunningkit.policy.choices import Anchor, Boundary, Progress

if TYPE_CHECKING:
    from dunningkit.policy.ladder import Policy, Step


@dataclass(frozen=True, slots=True)
class SentStep:
    """A step of one receivable whose reminder left: when, and until which day the customer was given time to pay.

    ``courtesy`` marks a message before the due date: it is no reminder, and nothing is counted from it.
    """

    step_id: str
    on: date
    pay_by: date
    courtesy: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a receivable stands: the step to take next and its day (``None``: the ladder ends here).

    ``passed`` steps before it are left out for good. ``last`` is the latest reminder sent, ``number`` what the next one is.
    ``look_on`` is the first day on which a step could be reached (today, where one is) whatever becomes of the customer's
    payment history, which may change on any day (another invoice goes unpaid), and with it the first contact.
    """

    step: "Step | None"
    reached_on: date | None
    passed: int
    last: SentStep | None
    number: int
    look_on: date | None


def stand(
    policy: "Policy",
    sent: Sequence[SentStep],
    due_on: date,
    as_of: date,
    *,
    leaves_on: date,
    first_contact_days: int,
    grace_days: int,
) -> Standing:
    """Find the next step. ``leaves_on`` is the day on which today's messages can leave: a courtesy message must not be late.

    Steps are climbed one at a time, or with ``catch_up`` at once to the highest one whose day has come; while none has, the
    next one is that whose day comes first. A step that stands before one that was sent is never gone back to. Under a policy
    that does not know the steps that were sent, because the receivable was moved to it, every reminder sent counts as one rung.
    """
    reminders = [step for step in sent if not step.courtesy]
    last = max(reminders, key=_left_on) if reminders else None
    number = len(reminders) + 1
    ahead = _ahead(policy, policy.steps[_rungs_done(policy, sent, reminders) :], due_on, leaves_on)
    days = [_reached_on(policy, step, last, due_on, first_contact_days, grace_days) for step in ahead]
    if not days:
        return Standing(None, None, 0, last, number, None)
    for position in range(len(days) - 1, -1, -1):
        if days[position] <= as_of:
            return Standing(ahead[position], days[position], position, last, number, as_of)
    # Two steps of one day: on that day the higher one is taken.
    position = min(range(len(days)), key=lambda one: (days[one], -one))
    look_on = min(
        _reached_on(policy, step, last, due_on, policy.earliest_contact_days, grace_days)
        if step.days == "by_history"
        else on
        for step, on in zip(ahead, days, strict=True)
    )
    return Standing(ahead[position], days[position], position, last, number, look_on)


def _ahead(policy: "Policy", steps: "Sequence[Step]", due_on: date, leaves_on: date) -> "list[Step]":
    """The steps that one run could take, in order."""
    found: list[Step] = []
    for step in steps:
        if step.kind is StepKind.COURTESY and leaves_on > due_on:
            continue
        if found and (policy.progress is Progress.ONE_STEP or step.anchor is Anchor.AFTER_PREVIOUS_STEP):
            break  # what is counted from the previous step is counted from a reminder that has not left yet
        found.append(step)
    return found


def _left_on(step: SentStep) -> date:
    return step.on


def _reached_on(
    policy: "Policy", step: "Step", last: SentStep | None, due_on: date, first_contact_days: int, grace_days: int
) -> date:
    """The first day on which a step may be taken: its day, or the next one where the boundary is exclusive."""
    days = step.days if isinstance(step.days, int) else first_contact_days
    afterwards = int(policy.boundary is Boundary.EXCLUSIVE)
    anchor = step.anchor
    if anchor is Anchor.AFTER_DUE:
        return days_from(due_on, days + grace_days + afterwards)
    if anchor is Anchor.BEFORE_DUE:
        return days_from(due_on, afterwards - days)
    if anchor is Anchor.END_OF_MONTH_AFTER_DUE:
        month_end = due_on.replace(day=monthrange(due_on.year, due_on.month)[1])
        return days_from(month_end, days + grace_days + afterwards)
    # The policy sees to it that a step after the due date comes before; where its reminder was counted as a rung under
    # another policy, that one is the previous one. The due date may have been moved since: nobody is reminded before it.
    on = max(days_from(last.on if last else due_on, days), days_from(due_on, 1))
    return days_from(on, afterwards)


def _rungs_done(policy: "Policy", sent: Sequence[SentStep], reminders: Sequence[SentStep]) -> int:
    if not sent:
        return 0
    # A courtesy step whose name a reminder bears by now is not that reminder.
    taken = {(step.step_id, step.courtesy) for step in sent}
    known = max(
        (
            position + 1
            for position, step in enumerate(policy.steps)
            if (step.id, step.kind is StepKind.COURTESY) in taken
        ),
        default=0,
    )
    courtesies = sum(step.kind is StepKind.COURTESY for step in policy.steps)
    return max(known, courtesies + len({step.step_id for step in reminders})) if reminders else known
