"""The words of the domain as frozen values: no I/O, no clock, no plugin.

Money is integer minor units, dates are creditor-local, moments carry an offset. Everything here serialises to JSON and back
unchanged (``pydantic.TypeAdapter`` of any of these classes).
"""

from dunningkit.model.actor import Actor, ActorKind
from dunningkit.model.arrangement import Arrangement, ArrangementKind
from dunningkit.model.columns import Columns
from dunningkit.model.contact import Act, ActBy, ActKind, Contact, ContactKind, Direction
from dunningkit.model.day import EARLIEST_PLAUSIBLE, days_from, latest_plausible
from dunningkit.model.events import AuditEntry
from dunningkit.model.exact import are_exact, are_writable, unwritable_at
from dunningkit.model.hold import Hold, HoldKind
from dunningkit.model.ledger import (
    ChangeBatch,
    Document,
    Mark,
    MarkResult,
    QuarantinedRow,
    Recheck,
    Scope,
    SyncEnd,
)
from dunningkit.model.message import (
    BlockRef,
    ChannelEvent,
    DeliveryResult,
    Estimate,
    EventKind,
    Message,
    Outcome,
    OutgoingReminder,
    Rendered,
    Sender,
    WebhookRequest,
)
from dunningkit.model.money import Money, exponent
from dunningkit.model.party import (
    ContactPoint,
    Creditor,
    Customer,
    CustomerClass,
    Language,
    Medium,
    PostalAddress,
    Wishes,
)
from dunningkit.model.proposal import (
    Line,
    LineStatus,
    Proposal,
    Reminder,
    ReminderItem,
    ReminderState,
    StepKind,
    Tally,
)
from dunningkit.model.reason import Reason, ReasonCode, ReasonValue
from dunningkit.model.receivable import DeliveryOutcome, Payment, Receivable, ReceivableKind
from dunningkit.model.score import (
    Histories,
    PastReceivable,
    PaymentHistory,
    Portfolio,
    RungCount,
    RungOdds,
    Score,
    Segment,
    Style,
)
from dunningkit.model.waiver import Charge, Waiver

__all__ = [
    "EARLIEST_PLAUSIBLE",
    "Act",
    "ActBy",
    "ActKind",
    "Actor",
    "ActorKind",
    "Arrangement",
    "ArrangementKind",
    "AuditEntry",
    "BlockRef",
    "ChangeBatch",
    "ChannelEvent",
    "Charge",
    "Columns",
    "Contact",
    "ContactKind",
    "ContactPoint",
    "Creditor",
    "Customer",
    "CustomerClass",
    "DeliveryOutcome",
    "DeliveryResult",
    "Direction",
    "Document",
    "Estimate",
    "EventKind",
    "Histories",
    "Hold",
    "HoldKind",
    "Language",
    "Line",
    "LineStatus",
    "Mark",
    "MarkResult",
    "Medium",
    "Message",
    "Money",
    "Outcome",
    "OutgoingReminder",
    "PastReceivable",
    "Payment",
    "PaymentHistory",
    "Portfolio",
    "PostalAddress",
    "Proposal",
    "QuarantinedRow",
    "Reason",
    "ReasonCode",
    "ReasonValue",
    "Receivable",
    "ReceivableKind",
    "Recheck",
    "Reminder",
    "ReminderItem",
    "ReminderState",
    "Rendered",
    "RungCount",
    "RungOdds",
    "Scope",
    "Score",
    "Segment",
    "Sender",
    "StepKind",
    "Style",
    "SyncEnd",
    "Tally",
    "Waiver",
    "WebhookRequest",
    "Wishes",
    "are_exact",
    "are_writable",
    "days_from",
    "exponent",
    "latest_plausible",
    "unwritable_at",
]
