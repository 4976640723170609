"""Proposals: what a run would do, as data that can be stored, shown, compared, approved and thrown away."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dunningkit.model.message import Message
from dunningkit.model.money import Money
from dunningkit.model.party import ContactPoint
from dunningkit.model.reason import Reason, ReasonCode
from dunningkit.model.score import Segment, Style


class StepKind(StrEnum):
    """Friendly steps are free; formal ones may bear a fee; courtesy comes before the due date."""

    COURTESY = "courtesy"
    FRIENDLY = "friendly"
    FORMAL = "formal"
    FINAL = "final"

    @property
    def is_formal(self) -> bool:
        """Whether it may claim something beside the principal: such a step needs a rule pack, and a text with every duty."""
        return self in (StepKind.FORMAL, StepKind.FINAL)


class LineStatus(StrEnum):
    """Where a line stands for the accountant."""

    READY = "ready"
    NEEDS_YOU = "needs_you"
    WONT_GO = "wont_go"


@dataclass(frozen=True, slots=True)
class Line:
    """What would happen to one reviewed receivable. ``reasons[0]`` is the primary one; there is always at least one.

    ``customer_name`` is empty where the ledger holds no such customer. ``reminder_id`` is set on lines that have a reminder.
    ``next_review_on`` is the first day on which the answer could change by itself; ``None`` means only an event (a payment,
    a release, a change) can change it.
    """

    receivable_id: str
    customer_id: str
    customer_name: str
    invoice_number: str
    instalment_number: int | None
    open: Money
    due_on: date
    days_late: int
    status: LineStatus
    reasons: tuple[Reason, ...]
    step_id: str = ""
    segment: Segment | None = None
    style: Style | None = None
    reminder_id: str | None = None
    next_review_on: date | None = None


class ReminderState(StrEnum):
    """The life of a reminder: proposed, approved, then sending with one of three ends.

    An approved one whose facts changed is returned to a person; ``superseded`` once they answered with another. A sent one
    that a person took back is ``cancelled``: it was said, but its steps count as not taken. One that a person left out for
    its proposal's day is ``skipped``: it never leaves, and its receivables come back the next day.
    """

    PROPOSED = "proposed"
    APPROVED = "approved"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    RETURNED = "returned"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class ReminderItem:
    """One receivable inside a reminder, with the amount that was open when it was written.

    Beside it the reminder asks for ``fee_minor``, what it costs itself, for ``interest_minor``, and for ``earlier_fees_minor``,
    what is left of the fees of messages before; all in the currency of ``open``.
    """

    receivable_id: str
    invoice_number: str
    instalment_number: int | None
    open: Money
    due_on: date
    step_id: str
    fee_minor: int = 0
    interest_minor: int = 0
    earlier_fees_minor: int = 0


@dataclass(frozen=True, slots=True)
class Reminder:
    """One message to one customer about one or more receivables, as it will leave.

    ``content_hash`` is the SHA-256 of the rendered bytes, ``facts_hash`` one of all that the ledger said about the customer
    and the receivables; approval binds both. ``send_not_before`` is a moment with its
    offset: the first permitted and preferred one on or after the proposal's day. ``questions`` are what a person answers by
    approving it.
    """

    reminder_id: str
    key: str
    customer_id: str
    customer_name: str
    kind: StepKind
    style: Style
    to: ContactPoint
    plugin: str
    items: tuple[ReminderItem, ...]
    total: Money
    message: Message
    content_hash: str
    facts_hash: str
    preview: str
    send_not_before: datetime
    pay_by: date
    reasons: tuple[Reason, ...]
    policy_name: str = ""
    questions: tuple[ReasonCode, ...] = ()

    def is_out_of_date(self, day: date) -> bool:
        """Whether less than half of the time to pay that the text gives would be left if it left on ``day``."""
        return 2 * (self.pay_by - day) < self.pay_by - self.send_not_before.date()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many receivables and how much money, in one currency."""

    currency: str
    open: int
    open_minor: int
    overdue: int
    overdue_minor: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a run on ``as_of`` would do for one creditor.

    ``proposal_id`` is the hash of everything below, so equal inputs give an equal proposal. ``lines`` are ordered by
    customer, due date and id, ``reminders`` by their first line. ``waiting`` counts the overdue
    receivables that were not reviewed on this day, by their last reason. ``notes`` are about the run as a whole.
    """

    proposal_id: str
    creditor_id: str
    as_of: date
    policy_version: str
    lines: tuple[Line, ...]
    reminders: tuple[Reminder, ...]
    waiting: tuple[tuple[str, int], ...]
    tallies: tuple[Tally, ...]
    gone: int
    quarantined: int
    notes: tuple[Reason, ...] = ()

    def with_status(self, status: LineStatus) -> tuple[Line, ...]:
        """The lines of one status, in the proposal's order."""
        return tuple(line for line in self.lines if line.status is status)
