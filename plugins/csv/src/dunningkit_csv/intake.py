"""Taking rows in, one after another: each ends in exactly one place, accepted or quarantined.

What is remembered from row to row are ids and fingerprints, never the rows themselves; of customers who stand on the invoice
rows, what is known of each.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import NamedTuple, Protocol

from dunningkit.model import ChangeBatch, Columns, Customer, Payment, QuarantinedRow, Receivable
from dunningkit_csv.cells import Cells, Cellular, Doubtful, Refused, Values
from dunningkit_csv.customers import Contradiction, CustomerMapping, to_customer, together
from dunningkit_csv.decoding import shown
from dunningkit_csv.layout import Layout
from dunningkit_csv.payments import PaymentMapping, Pays
from dunningkit_csv.reading import HEADERS_AGAIN, PERHAPS_CUT_OFF, SUM, PlainRows, Row, is_sum, read_blocks
from dunningkit_csv.receivables import InvoiceKey, InvoiceMapping, Read, invoice_key
from dunningkit_csv.zeros import LostZeros

#: A batch holds the outcome of this many rows.
BATCH_ROWS = 2_000
#: Fewer rows than this are not worth taking together.
_FEW_ROWS = 16


class About(NamedTuple):
    """Whom and what a refused row is about, as far as it can be read."""

    receivable_id: str | None = None
    customer_id: str | None = None


class FileIntake(Protocol):
    """Takes the rows of one file."""

    def take(self, row: Row, batch: "Batch") -> None:
        """Put what the row says into the batch; raises `Refused`."""

    def take_many(self, rows: PlainRows, batch: "Batch") -> bool:
        """Do what taking each row in turn would do, or, when any of them might be refused, nothing and return false."""

    def refused(self, row: Row, refusal: Refused) -> About:
        """Remember that the row was refused, and say what is doubtful now."""


@dataclass(slots=True)
class Batch:
    """What came of the rows since the last batch was yielded, and how many rows there were altogether."""

    rows_accepted: int = 0
    rows_quarantined: int = 0
    customers: dict[str, Customer] = field(default_factory=dict)
    receivables: list[Sequence[Receivable]] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    quarantined: list[QuarantinedRow] = field(default_factory=list)
    #: Why what came after the last row of a file is not known; empty where the files are whole.
    cut: str = ""

    @property
    def rows_read(self) -> int:
        """Every row ended in exactly one place."""
        return self.rows_accepted + self.rows_quarantined

    def quarantine(self, row: QuarantinedRow) -> None:
        """Add a row that was refused."""
        self.quarantined.append(row)
        self.rows_quarantined += 1

    def drain(self) -> ChangeBatch:
        """Hand over what has come together, and begin anew."""
        made = ChangeBatch(
            customers=tuple(self.customers.values()),
            receivables=_together(self.receivables),
            payments=tuple(self.payments),
            removed_receivable_ids=tuple(self.removed),
            quarantined=tuple(self.quarantined),
            # Rows that contradict each other are refused here, and a file of deltas says what is newer.
            customers_replace=True,
        )
        for part in (self.customers, self.receivables, self.payments, self.removed, self.quarantined):
            part.clear()
        return made


def _together(parts: Sequence[Sequence[Receivable]]) -> tuple[Receivable, ...] | Columns[Receivable]:
    """All parts as one, in their order; what came as columns alone stays columns."""
    if len(parts) == 1 and isinstance(parts[0], Columns):
        return parts[0]
    return tuple(chain.from_iterable(parts))


def read_file(layout: Layout, intake: FileIntake, batch: Batch) -> Iterator[ChangeBatch]:
    """Take in a file's rows, yielding a batch every `BATCH_ROWS` rows and one for the rest."""
    for rows in read_blocks(layout, lambda: BATCH_ROWS - batch.rows_read % BATCH_ROWS):
        for part in _taken_together(rows, intake, batch):
            for row in part:
                _take_one(row, layout, intake, batch)
                if batch.rows_read % BATCH_ROWS == 0:
                    yield batch.drain()
        if batch.rows_read % BATCH_ROWS == 0:
            yield batch.drain()
    yield batch.drain()


def _taken_together(rows: Sequence[Row], intake: FileIntake, batch: Batch) -> Iterator[Sequence[Row]]:
    """Take as many rows as possible together, and yield those that have to be taken one by one, all in their order.

    Where one of many is in doubt the rest of them is not: they are tried again in halves.
    """
    if not isinstance(rows, PlainRows) or len(rows) < _FEW_ROWS:
        yield rows
    elif intake.take_many(rows, batch):
        batch.rows_accepted += len(rows)
    else:
        for half in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
            yield from _taken_together(half, intake, batch)


def _take_one(row: Row, layout: Layout, intake: FileIntake, batch: Batch) -> None:
    try:
        if row.problem:
            # A column that nobody named may hold what must not be kept, such as a personal identity code.
            raise Refused(row.problem, column=row.column, value=row.text if layout.reads_every_column else "")
        intake.take(row, batch)
        batch.rows_accepted += 1
    except Refused as found:
        refusal = _told_better(row, layout, found)
        is_cut = row.is_cut or refusal.reason == PERHAPS_CUT_OFF
        if is_cut and not row.is_cut:
            row = row._replace(cells=row.cells[:-1])
        about = intake.refused(row, refusal)
        place = layout.place(row.line)
        if is_cut:
            batch.cut = f"{place}: {refusal.reason}"
        batch.quarantine(
            QuarantinedRow(
                place=place,
                reason=refusal.reason,
                column=refusal.column,
                value=shown(refusal.value),
                receivable_id=about.receivable_id,
                customer_id=about.customer_id,
            )
        )


def _told_better(row: Row, layout: Layout, refusal: Refused) -> Refused:
    """The refusal, or what says more than that some cell of such a row cannot be read."""
    if row.problem:
        return refusal
    if _is_refused_for_its_end(row, layout, refusal):
        return Refused(PERHAPS_CUT_OFF, column=refusal.column, value=refusal.value)
    cells = tuple(cell.strip() for cell in row.cells)
    if cells == layout.headers:
        return Refused(HEADERS_AGAIN, value="; ".join(filter(None, cells)), doubtful=False)
    if not refusal.value and is_sum(cells):
        return Refused(SUM, value="; ".join(filter(None, cells)), doubtful=refusal.doubtful)
    return refusal


def _is_refused_for_its_end(row: Row, layout: Layout, refusal: Refused) -> bool:
    """Whether a last row, which no line end follows, cannot be taken because of what stands in its last cell."""
    return not row.is_ended and bool(refusal.value) and refusal.column == layout.headers[-1]


# -- what has been read --------------------------------------------------------------------------------------------


class Doubles:
    """Which ids a file has held so far, each with its row's fingerprint."""

    def __init__(self, cells: Cells, field_name: str) -> None:
        self._cells = cells
        self._field = field_name
        # Of a million rows a number each would take forty megabytes more; an array in the order of the ids takes eight.
        self._ids: dict[str, None] = {}
        self._contents = array("q")
        self._content: dict[str, int] = {}

    def check(self, item_id: str, row: Row) -> None:
        """Refuse a row whose id was taken before; raises `Refused`."""
        if item_id not in self._ids:
            return
        if self._content_of(item_id) == self._cells.content(row.cells):
            reason = "This row stands in the file twice and was taken once. Leave the other out of the export."
            raise Refused(reason, value=item_id, doubtful=False)
        reason = (
            "An earlier row with this id says something else, and which is right cannot be known. Correct one of them."
        )
        raise self._cells.refusal(self._field, item_id, reason)

    def keep(self, item_id: str, row: Row) -> None:
        """Remember a row that was taken."""
        self._ids[item_id] = None
        self._contents.append(self._cells.content(row.cells))

    def are_new(self, item_ids: Sequence[str]) -> bool:
        """Whether each of these ids is there for the first time."""
        return self._ids.keys().isdisjoint(item_ids) and len(set(item_ids)) == len(item_ids)

    def keep_many(self, item_ids: Sequence[str], rows: PlainRows) -> None:
        """Remember rows that were taken, all of them new."""
        self._ids.update(dict.fromkeys(item_ids))
        self._contents.extend(self._cells.contents(rows.columns))

    def _content_of(self, item_id: str) -> int:
        known = len(self._content)
        if known < len(self._ids):
            newer = zip(islice(self._ids, known, None), islice(self._contents, known, None), strict=True)
            self._content.update(newer)
        return self._content[item_id]


@dataclass(slots=True)
class Known:
    """What later files of the same reading may refer to.

    ``whole`` says that the files hold everything, so that what is not in them does not exist.
    """

    whole: bool
    customers_file: str = ""
    invoices_file: str = ""
    customer_ids: set[str] = field(default_factory=set)
    doubtful_customer_ids: set[str] = field(default_factory=set)
    receivable_ids: set[str] = field(default_factory=set)
    ids_by_key: dict[InvoiceKey, str | None] = field(default_factory=dict)
    zeros: LostZeros = field(default_factory=LostZeros)

    def why_doubtful(self, customer_id: str) -> str:
        """Why nothing may be said to this customer; empty when nothing stands against it."""
        if customer_id not in self.doubtful_customer_ids:
            return ""
        return (
            f"A row of this customer in {self.customers_file} could not be taken, so this row waits. It is taken when that "
            "one is mended."
        )

    def _has(self, customer_id: str) -> bool:
        return customer_id in self.customer_ids or customer_id in self.doubtful_customer_ids

    def why_missing(self, customer_id: str) -> str:
        """Why there is no such customer; empty when there may be one."""
        if not self.whole or not self.customers_file or self._has(customer_id):
            return ""
        near = self.zeros.hint(customer_id, self.customer_ids, self.customers_file)
        return (
            f"There is no customer with this number in {self.customers_file}.{near} Correct the number, or add the "
            "customer there."
        )


# -- file by file --------------------------------------------------------------------------------------------------


class CustomerIntake:
    """Takes the rows of the file of customers."""

    def __init__(self, mapping: CustomerMapping, known: Known) -> None:
        self._mapping = mapping
        self._known = known
        self._doubles = Doubles(mapping.cells, "customer_id")

    def take(self, row: Row, batch: Batch) -> None:
        """Take a customer."""
        customer = self._mapping.read(row.cells)
        self._doubles.check(customer.customer_id, row)
        self._doubles.keep(customer.customer_id, row)
        self._known.customer_ids.add(customer.customer_id)
        batch.customers[customer.customer_id] = customer

    def take_many(self, rows: PlainRows, batch: Batch) -> bool:
        """Take customers."""
        try:
            customers = self._mapping.read_many(rows)
        except Doubtful:
            return False
        ids = [customer.customer_id for customer in customers]
        if not self._doubles.are_new(ids):
            return False
        self._doubles.keep_many(ids, rows)
        self._known.customer_ids.update(ids)
        batch.customers.update(zip(ids, customers, strict=True))
        return True

    def refused(self, row: Row, refusal: Refused) -> About:
        """What is open of a doubtful customer's is not asked for."""
        customer_id = self._mapping.customer_id(row.cells)
        if customer_id is not None and refusal.doubtful:
            self._known.doubtful_customer_ids.add(customer_id)
        return About(customer_id=customer_id)


class InvoiceIntake:
    """Takes the rows of the file of receivables, and the customers that stand on them."""

    def __init__(self, mapping: InvoiceMapping, known: Known, *, keep_ids: bool) -> None:
        self._mapping = mapping
        self._known = known
        self._keep_ids = keep_ids
        self._doubles = Doubles(mapping.cells, "receivable_id" if mapping.own_ids else "invoice_number")
        # The cells of the first row about each customer: texts take the least memory, and most rows only say them again.
        self._told: dict[str, Cellular] = {}
        # What is known of those of whom another row said more.
        self._merged: dict[str, Values] = {}

    def take(self, row: Row, batch: Batch) -> None:
        """Take a receivable."""
        read = self._mapping.read(row.cells)
        receivable = read.receivable
        self._doubles.check(receivable.receivable_id, row)
        reason = self._known.why_doubtful(receivable.customer_id)
        if not reason and receivable.open.amount_minor:
            # What is settled is only remembered, so it may be a customer's who has left the files.
            reason = self._known.why_missing(receivable.customer_id)
        if reason:
            raise self._mapping.cells.refusal("customer_id", receivable.customer_id, reason)
        if not self._known.customers_file:
            self._take_customer(read, row, batch)
        self._doubles.keep(receivable.receivable_id, row)
        self._remember(receivable.receivable_id, row)
        batch.receivables.append((receivable,))

    def take_many(self, rows: PlainRows, batch: Batch) -> bool:
        """Take receivables."""
        try:
            receivables = self._mapping.read_many(rows)
        except Doubtful:
            return False
        ids = receivables.column("receivable_id")
        if not self._doubles.are_new(ids) or self._are_doubtful(receivables):
            return False
        if not self._known.customers_file and not self._take_customers(receivables, rows, batch):
            return False
        self._doubles.keep_many(ids, rows)
        if self._keep_ids:
            for receivable_id, row in zip(ids, rows, strict=True):
                self._remember(receivable_id, row)
        batch.receivables.append(receivables)
        return True

    def refused(self, row: Row, refusal: Refused) -> About:
        """A receivable with a doubtful row is not reminded about."""
        receivable_id = self._mapping.receivable_id(row.cells)
        if receivable_id is not None:
            self._remember(receivable_id, row)
        customer_id = self._mapping.customer_id(row.cells)
        return About(receivable_id if refusal.doubtful else None, customer_id)

    def _take_customer(self, read: Read, row: Row, batch: Batch) -> None:
        customer_id = read.receivable.customer_id
        told = self._told.get(customer_id)
        before = None if told is None else self._details_of(customer_id, told)
        try:
            after = read.details if before is None else together(before, read.details)
        except Contradiction as contradiction:
            value = str(read.details[contradiction.field])
            raise self._mapping.cells.refusal(
                contradiction.field, value, _why_contradicted(contradiction, value)
            ) from None
        if told is None:
            self._told[customer_id] = self._mapping.customer_part(row.cells)
        elif after is not before:
            self._merged[customer_id] = after
        if after is not before:
            batch.customers[customer_id] = to_customer(customer_id, after)

    def _are_doubtful(self, receivables: Columns[Receivable]) -> bool:
        customer_ids = receivables.column("customer_id")
        ids = set(customer_ids)
        if not self._known.doubtful_customer_ids.isdisjoint(ids):
            return True
        missing = {customer_id for customer_id in ids if self._known.why_missing(customer_id)}
        owed = zip(customer_ids, receivables.column("open.amount_minor"), strict=True)
        return bool(missing) and any(customer_id in missing and minor for customer_id, minor in owed)

    def _take_customers(self, receivables: Columns[Receivable], rows: PlainRows, batch: Batch) -> bool:
        """Take the customers of many rows, or, when two rows contradict each other, none of them and return false."""
        told: dict[str, Cellular] = {}
        merged: dict[str, Values] = {}
        try:
            customer_ids = receivables.column("customer_id")
            for customer_id, says in zip(customer_ids, self._mapping.customer_parts(rows), strict=True):
                before = told.get(customer_id, self._told.get(customer_id))
                if before is None:
                    told[customer_id] = says
                elif before != says:
                    known = merged.get(customer_id) or self._details_of(customer_id, before)
                    after = together(known, self._mapping.details(says))
                    if after is not known:
                        merged[customer_id] = after
            first = self._mapping.customers(list(told), list(told.values()))
        except (Contradiction, Doubtful):
            return False
        self._told.update(told)
        self._merged.update(merged)
        batch.customers.update(zip(told, first, strict=True))
        batch.customers.update((customer_id, to_customer(customer_id, known)) for customer_id, known in merged.items())
        return True

    def _details_of(self, customer_id: str, says: Cellular) -> Values:
        """What is known of a customer, of whom the first row says ``says``."""
        return self._merged.get(customer_id) or self._mapping.details(says)

    def _remember(self, receivable_id: str, row: Row) -> None:
        if not self._keep_ids:
            return
        self._known.receivable_ids.add(receivable_id)
        key = invoice_key(self._mapping.cells, row.cells) if self._mapping.own_ids else None
        if key is not None and self._known.ids_by_key.setdefault(key, receivable_id) != receivable_id:
            self._known.ids_by_key[key] = None


def _why_contradicted(contradiction: Contradiction, value: str) -> str:
    if contradiction.field not in ("customer_name", "first_name"):
        return "Another row says something else of the same customer. Correct one of them, or the customer number."
    return (
        f"One customer number has two names: an earlier row calls the customer {shown(contradiction.known)!r} and this one "
        f"{shown(value)!r}. Give each customer a number of their own, or correct the name."
    )


class PaymentIntake:
    """Takes the rows of the file of payments."""

    def __init__(self, mapping: PaymentMapping, known: Known, *, own_ids: bool) -> None:
        self._mapping = mapping
        self._known = known
        self._own_ids = own_ids
        self._doubles = Doubles(mapping.cells, "payment_id")

    def take(self, row: Row, batch: Batch) -> None:
        """Take a payment."""
        payment = self._mapping.read(row.cells)
        self._doubles.check(payment.payment_id, row)
        receivable_id = self._applied_to(self._mapping.pays(row.cells))
        reason = self._known.why_missing(payment.customer_id)
        if reason and receivable_id is None:
            raise self._mapping.cells.refusal("customer_id", payment.customer_id, reason)
        self._doubles.keep(payment.payment_id, row)
        batch.payments.append(replace(payment, receivable_id=receivable_id))

    def take_many(self, rows: PlainRows, batch: Batch) -> bool:
        """Take payments."""
        try:
            payments, pays = self._mapping.read_many(rows), self._mapping.pay_many(rows)
            applied_to = list(map(self._applied_to, pays))
        except (Doubtful, Refused):
            return False
        ids = [payment.payment_id for payment in payments]
        missing = any(
            receivable_id is None and self._known.why_missing(payment.customer_id)
            for payment, receivable_id in zip(payments, applied_to, strict=True)
        )
        if missing or not self._doubles.are_new(ids):
            return False
        self._doubles.keep_many(ids, rows)
        batch.payments += [
            payment if receivable_id is None else replace(payment, receivable_id=receivable_id)
            for payment, receivable_id in zip(payments, applied_to, strict=True)
        ]
        return True

    def refused(self, row: Row, refusal: Refused) -> About:
        """A receivable with a doubtful payment is not reminded about."""
        receivable_id = self._named(self._mapping.pays(row.cells))
        doubtful = refusal.doubtful and receivable_id is not None and self._exists(receivable_id)
        return About(receivable_id if doubtful else None, self._mapping.customer_id(row.cells))

    def _exists(self, receivable_id: str) -> bool:
        return not self._known.whole or receivable_id in self._known.receivable_ids

    def _named(self, pays: Pays) -> str | None:
        """The id of the receivable that the row names, as far as that can be known."""
        if pays.receivable_id is not None or pays.key is None:
            return pays.receivable_id
        return self._known.ids_by_key.get(pays.key) if self._own_ids else pays.key.default_id

    def _applied_to(self, pays: Pays) -> str | None:
        """The id of the receivable that the row pays, ``None`` when it names none; raises `Refused`."""
        receivable_id = self._named(pays)
        if receivable_id is not None and self._exists(receivable_id):
            return receivable_id
        if pays.receivable_id is not None:
            known = self._known
            near = known.zeros.hint(pays.receivable_id, known.receivable_ids, known.invoices_file)
            reason = (
                f"There is no receivable with this id in {known.invoices_file}.{near} Correct it, or leave it empty."
            )
            raise self._mapping.cells.refusal("receivable_id", pays.receivable_id, reason)
        if pays.key is None:
            return None
        several = self._own_ids and pays.key in self._known.ids_by_key
        near = self._known.zeros.hint(pays.key.default_id, self._known.receivable_ids, self._known.invoices_file)
        reason = (
            f"{self._known.invoices_file} has several receivables of this invoice number: which is paid cannot be known. "
            "Give the receivable's id or the instalment."
            if several
            else f"{self._known.invoices_file} has no receivable with this invoice number and instalment.{near} Correct it, "
            "or leave it empty."
        )
        raise self._mapping.cells.refusal("invoice_number", pays.key.invoice_number, reason)
