"""Where a receivable stands on its ladder: which step comes next, and from which day. Pure."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dunningkit.model import StepKind
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
class Climbed:
    """The step to take next, ``None`` at the end of the ladder; ``passed`` steps before it are left out for good."""

    step: "Step | None"
    passed: int = 0


def reminders_sent(sent: Sequence[SentStep]) -> tuple[SentStep, ...]:
    """The sent steps that asked for a late payment."""
    return tuple(step for step in sent if not step.courtesy)


def last_reminder(sent: Sequence[SentStep]) -> SentStep | None:
    """The latest of them."""
    return max(reminders_sent(sent), key=lambda step: step.on, default=None)


def climb(
    policy: "Policy",
    sent: Sequence[SentStep],
    due_on: date,
    as_of: date,
    *,
    leaves_on: date,
    first_contact_days: int,
    grace_days: int,
) -> Climbed:
    """Find the next step. ``leaves_on`` is the day on which today's messages can leave: a courtesy message must not be late.

    Steps are climbed one at a time, or with ``catch_up`` at once to the highest one whose day has come. A step that stands
    before one that was sent is never gone back to. Under a policy that does not know the steps that were sent, because the
    receivable was moved to it, every reminder sent counts as one rung.
    """
    ahead = [
        step
        for step in policy.steps[_rungs_done(policy, sent) :]
        if step.kind is not StepKind.COURTESY or leaves_on <= due_on
    ]
    position = 0
    if policy.progress is Progress.CATCH_UP:
        days = {"first_contact_days": first_contact_days, "grace_days": grace_days}
        for candidate, step in enumerate(ahead):
            if step.anchor is Anchor.AFTER_PREVIOUS_STEP and candidate:
                break  # it is counted from a reminder that has not left yet
            if reached_on(policy, step, sent, due_on, **days) <= as_of:
                position = candidate
    return Climbed(ahead[position] if ahead else None, position)


def reached_on(
    policy: "Policy",
    step: "Step",
    sent: Sequence[SentStep],
    due_on: date,
    *,
    first_contact_days: int,
    grace_days: int,
) -> date:
    """The first day on which a step may be taken: its day, or the next one where the boundary is exclusive.

    For a step counted from the previous one, a reminder must have been sent (else ``ValueError``).
    """
    days = timedelta(days=step.days if isinstance(step.days, int) else first_contact_days)
    grace = timedelta(days=grace_days)
    match step.anchor:
        case Anchor.BEFORE_DUE:
            on = due_on - days
        case Anchor.AFTER_DUE:
            on = due_on + days + grace
        case Anchor.END_OF_MONTH_AFTER_DUE:
            on = due_on.replace(day=monthrange(due_on.year, due_on.month)[1]) + days + grace
        case Anchor.AFTER_PREVIOUS_STEP:
            last = last_reminder(sent)
            if last is None:
                raise ValueError(f"step {step.id!r} is counted from the previous one, and none was sent")
            on = last.on + days
    return on + timedelta(days=policy.boundary is Boundary.EXCLUSIVE)


def _rungs_done(policy: "Policy", sent: Sequence[SentStep]) -> int:
    if not sent:
        return 0
    ids = {step.step_id for step in sent}
    known = max((position + 1 for position, step in enumerate(policy.steps) if step.id in ids), default=0)
    reminders = {step.step_id for step in sent if not step.courtesy}
    courtesies = sum(step.kind is StepKind.COURTESY for step in policy.steps)
    return max(known, courtesies + len(reminders)) if reminders else known
