"""What was said: contacts in either direction, and the acts among them that the law counts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dunningkit.model.money import Money
from dunningkit.model.party import Medium


class Direction(StrEnum):
    """Who spoke."""

    OUT = "out"
    IN = "in"


class ContactKind(StrEnum):
    """What the contact was for. Only payment requests count against the contact caps."""

    PAYMENT_REQUEST = "payment_request"
    ANSWER = "answer"
    COPY = "copy"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact with a customer about zero or more receivables; ``on`` is the creditor-local day."""

    contact_id: str
    customer_id: str
    on: date
    medium: Medium
    direction: Direction = Direction.OUT
    kind: ContactKind = ContactKind.PAYMENT_REQUEST
    receivable_ids: tuple[str, ...] = ()
    step_id: str = ""

    @property
    def counts_toward_caps(self) -> bool:
        """Whether the caps count it: an outbound payment request does, answers and copies do not."""
        return self.direction is Direction.OUT and self.kind is ContactKind.PAYMENT_REQUEST


class ActKind(StrEnum):
    """Acts that the law counts (513/1999 10 a-10 h §)."""

    REMINDER = "reminder"
    DEMAND = "demand"
    EXTENSION = "extension"
    PAYMENT_PLAN = "payment_plan"
    TRATTA = "tratta"
    BANKRUPTCY_DEMAND = "bankruptcy_demand"


class ActBy(StrEnum):
    """Who acted: us, the ledger system on its own, or a professional collector."""

    ENGINE = "engine"
    LEDGER = "ledger"
    COLLECTOR = "collector"


@dataclass(frozen=True, slots=True)
class Act:
    """One act about one receivable, ours or the ledger's own, with what it charged (zero fee: a free reminder)."""

    act_id: str
    receivable_id: str
    customer_id: str
    kind: ActKind
    on: date
    by: ActBy = ActBy.ENGINE
    fee: Money | None = None
    medium: Medium | None = None

    @property
    def counts_toward_caps(self) -> bool:
        """Whether the contact caps count it: what asked the customer to pay does, an extension or a plan does not."""
        return self.kind not in (ActKind.EXTENSION, ActKind.PAYMENT_PLAN)
