"""What a decision stands on, and what it says: frozen values, nothing is decided here."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dunningkit.model import (
    ContactPoint,
    Customer,
    Hold,
    LineStatus,
    Medium,
    Outcome,
    Reason,
    ReasonCode,
    Receivable,
    Segment,
    Style,
)
from dunningkit.policy.assignment import Terms
from dunningkit.policy.climbing import SentStep

if TYPE_CHECKING:
    from dunningkit.law.answers import Interest
    from dunningkit.policy.ladder import Policy, Step


@dataclass(frozen=True, slots=True)
class Attempt:
    """A delivery of this receivable's reminder that did not end well, or has not ended (``outcome`` is ``None``)."""

    outcome: Outcome | None
    on: date
    medium: Medium
    address: str
    detail: str = ""
    reminder_id: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What is the same on one day for every receivable of a creditor under one policy.

    ``payments_age_banking_days`` says how old the payment data is; ``media`` are those that have a channel plugin;
    ``creditor_iban`` is the only account a message may name, without spaces. ``leaves_on`` is the day on which what is decided
    today can leave: the next open day (``None``: today). ``has_law`` says that a rule pack is asked after the policy.
    """

    as_of: date
    policy: "Policy"
    payments_as_of: date
    payments_age_banking_days: int
    media: frozenset[Medium]
    creditor_iban: str
    scorer_failed: str = ""
    leaves_on: date | None = None
    has_law: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything known about one receivable as at the day: an invoice that the ledger says is open.

    ``terms`` is what was arranged about it beside the policy of the `Day` (``None``: nothing). ``credit_minor`` is what the
    customer has in hand in this currency (open credit notes and unapplied payments, positive), ``linked_credit_minor`` what
    open credit notes for this very invoice add up to; ``customer_overdue_minor`` is what all their overdue receivables in it
    add up to, less such linked credits, and ``next_due_on`` the earliest day on which another one of them falls due.
    ``contacts`` are the days of the payment requests sent to this customer over all channels, in any order, ``courtesies``
    those of the messages before a due date: they take no place of a request under the contact caps. ``refused`` are the
    customer's addresses that did not take a message. ``cancelled`` counts reminders about this receivable that left and
    were cancelled; ``asked_by_ledger`` says that the ledger notes a request for it. ``changes_on`` is the earliest later day on
    which something of the customer's begins to count that the ledger dates ahead: an invoice, a credit note, a payment.
    """

    receivable: Receivable
    customer: Customer | None
    segment: Segment | None = None
    score_reasons: tuple[Reason, ...] = ()
    holds: tuple[Hold, ...] = ()
    contacts: tuple[date, ...] = ()
    courtesies: tuple[date, ...] = ()
    sent: tuple[SentStep, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    refused: frozenset[tuple[Medium, str]] = frozenset()
    credit_minor: int = 0
    linked_credit_minor: int = 0
    customer_overdue_minor: int = 0
    next_due_on: date | None = None
    quarantined_at: str = ""
    terms: Terms | None = None
    cancelled: int = 0
    asked_by_ledger: bool = False
    changes_on: date | None = None

    def holding(self, day: date) -> tuple[Hold, ...]:
        """The holds that silence the receivable on ``day``."""
        return tuple([hold for hold in self.holds if hold.covers(self.receivable.receivable_id, day)])


@dataclass(frozen=True, slots=True)
class Claims:
    """What a reminder may claim beside the open amount, in its currency, as the law allows it on the day it leaves.

    ``most_fee_minor`` is what the law would have allowed, ``earlier_fees_minor`` what earlier reminders claimed and nobody
    paid. ``interest`` tells how ``interest_minor`` came about. The reminder must not ask for payment before ``pay_by``.
    ``must_say_free`` says that the customer asked to suspend collection, and is told that this costs nothing. ``said`` is what
    left about it before, ``agency_fee_minor`` the most that an agency's first demand might cost (``None``: not known).
    """

    fee_minor: int = 0
    fee_cite: str = ""
    most_fee_minor: int = 0
    earlier_fees_minor: int = 0
    interest_minor: int = 0
    interest: "Interest | None" = None
    pay_by: date | None = None
    must_say_free: bool = False
    said: tuple[tuple[date, Medium], ...] = ()
    agency_fee_minor: int | None = None

    @property
    def total_minor(self) -> int:
        """All of it."""
        return self.fee_minor + self.earlier_fees_minor + self.interest_minor


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one receivable. ``step``, ``style`` and ``to`` are given when a reminder can be written.

    A *needs you* decision with a step is a question: the reminder is written and waits for an explicit yes to all its
    ``questions``. ``claims`` is what the law allows it to ask for beside the open amount.
    """

    status: LineStatus
    reasons: tuple[Reason, ...]
    next_review_on: date | None
    step: "Step | None" = None
    style: Style | None = None
    to: ContactPoint | None = None
    questions: tuple[ReasonCode, ...] = ()
    claims: Claims = Claims()
