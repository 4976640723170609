"""What a ledger source hands over: batches of values, what it could not read, and how the reading ended."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from dunningkit.model.columns import Columns
from dunningkit.model.contact import Act
from dunningkit.model.hold import Hold
from dunningkit.model.money import Money
from dunningkit.model.party import Customer
from dunningkit.model.receivable import Payment, Receivable


class Scope(StrEnum):
    """Whether a reading holds the whole ledger or only what changed since the cursor."""

    SNAPSHOT = "snapshot"
    DELTA = "delta"


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row that could not be understood, kept with its place so that a person can mend it at the source.

    ``place`` names file and line (or endpoint and record); ``column`` and ``value`` the field; ``reason`` is a sentence.
    ``receivable_id`` is given when the row's own id could be read: that receivable is then never reminded about.
    """

    place: str
    reason: str
    column: str = ""
    value: str = ""
    receivable_id: str | None = None
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class SyncEnd:
    """How a reading ended. A stream that ends without one is incomplete.

    ``complete`` means that everything in ``scope`` arrived. ``payments_as_of`` is the day through which payments are known;
    ``None`` means as at the sync itself. ``cursor`` is what ``changes()`` is given next time. ``rows_read`` counts input rows:
    each was either accepted or quarantined. ``detail`` is a sentence that says why a reading is not complete and what to do.
    """

    scope: Scope
    complete: bool
    payments_as_of: date | None = None
    cursor: str | None = None
    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ChangeBatch:
    """Some customers, receivables, payments, acts and holds; the last batch of a reading carries ``end``.

    A value replaces the one with the same id that an earlier reading brought; a customer, receivable or payment that comes
    twice in one reading with different values is put aside for a person. ``customers_replace`` says of a batch's customers
    that the source itself has looked after that: they replace those of earlier batches, too. ``receivables`` may be given as
    `Columns`. ``removed_receivable_ids`` are receivables that a delta says are gone.
    """

    customers: tuple[Customer, ...] = ()
    receivables: tuple[Receivable, ...] | Columns[Receivable] = ()
    payments: tuple[Payment, ...] = ()
    acts: tuple[Act, ...] = ()
    holds: tuple[Hold, ...] = ()
    removed_receivable_ids: tuple[str, ...] = ()
    quarantined: tuple[QuarantinedRow, ...] = ()
    customers_replace: bool = False
    end: SyncEnd | None = None


@dataclass(frozen=True, slots=True)
class Recheck:
    """What the ledger says about one receivable right before sending; ``open`` is ``None`` when it is gone.

    ``on_hold`` says that nothing may be sent now; ``holds`` are the ledger's holds where it keeps days for them.
    ``receivable`` and ``customer`` are what the ledger has of them right now, where it is cheap to say (``None``: not said);
    any difference from what the last reading brought keeps the reminder back, too. ``in_hand`` is what could cover the
    receivable beside its own payments: open credit notes for it or its customer's, and what the customer paid in without
    saying for what. Whatever of it the last reading did not bring keeps the reminder back.
    """

    receivable_id: str
    open: Money | None
    on_hold: bool = False
    holds: tuple[Hold, ...] = ()
    receivable: Receivable | None = None
    customer: Customer | None = None
    in_hand: tuple[Receivable | Payment, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A copy of an invoice, ready to attach."""

    receivable_id: str
    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a ledger is asked to note after a reminder was sent. ``key`` makes writing it twice harmless."""

    key: str
    receivable_id: str
    step_id: str
    kind: str
    medium: str
    on: date


@dataclass(frozen=True, slots=True)
class MarkResult:
    """Whether the ledger took a mark; ``detail`` says what a person can do when it did not."""

    key: str
    written: bool
    detail: str = ""
