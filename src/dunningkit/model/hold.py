"""Holds: why nothing goes out."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class HoldKind(StrEnum):
    """The reason for silence; each has its own sentence in the catalogues.

    A suspension request silences nothing that is free; what may go then is the rule pack's to say. Without one nothing goes.
    """

    DISPUTE = "dispute"
    PROMISE = "promise"
    PAYMENT_PLAN = "payment_plan"
    OPEN_REPLY = "open_reply"
    PROTECTED = "protected"
    COLLECTION = "collection"
    MANUAL = "manual"
    SUSPENSION_REQUEST = "suspension_request"
    RESTRUCTURING = "restructuring"
    DEBT_ADJUSTMENT = "debt_adjustment"
    BANKRUPTCY = "bankruptcy"
    MINOR = "minor"
    GUARDIAN = "guardian"
    ESTATE = "estate"
    HARDSHIP = "hardship"


@dataclass(frozen=True, slots=True)
class Hold:
    """A pause for one receivable, or for all of a customer's when ``receivable_id`` is ``None`` or empty.

    It holds from ``start_on`` to ``end_on``, both included; without an end until somebody releases it.
    ``review_on`` is when a person should look again. ``from_ledger`` holds come and go with the ledger's own data.
    """

    hold_id: str
    customer_id: str
    kind: HoldKind
    start_on: date
    receivable_id: str | None = None
    end_on: date | None = None
    review_on: date | None = None
    note: str = ""
    placed_by: str = ""
    from_ledger: bool = False

    def covers(self, receivable_id: str, day: date) -> bool:
        """Whether this hold silences the receivable on ``day``."""
        if self.receivable_id and self.receivable_id != receivable_id:
            return False
        return self.start_on <= day and (self.end_on is None or day <= self.end_on)
