"""Writing what a reading brings: new and changed rows only, what was seen, and what a snapshot no longer holds."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, select, update

from dunningkit.model import (
    Act,
    ChangeBatch,
    Columns,
    ContactPoint,
    Customer,
    Payment,
    Receivable,
)
from dunningkit.store import reviews
from dunningkit.store.codec import many_to_json, to_json
from dunningkit.store.database import Db
from dunningkit.store.ledger import in_chunks, payments_by_id, receivables_by_id, to_payment, to_receivable
from dunningkit.store.rows import RowColumns, insert_new, insert_new_columns, upsert, upsert_columns
from dunningkit.store.totals import is_unpaid

_CUSTOMER = (
    "customer_id",
    "name",
    "first_name",
    "customer_class",
    "language",
    "contact_points",
    "wishes",
    "einvoice_address",
    "postal_address",
    "contact_name",
)
_CUSTOMER_COLUMNS = ("creditor_id", *_CUSTOMER, "changed_in")


_RECEIVABLE = (
    "receivable_id",
    "customer_id",
    "invoice_number",
    "instalment_number",
    "kind",
    "currency",
    "original_minor",
    "open_minor",
    "issued_on",
    "sent_on",
    "due_on",
    "not_before",
    "settled_on",
    "payments_as_of",
    "subject",
    "reference",
    "iban",
    "account",
    "tags",
    "disputed",
    "counts_for_history",
    "history_exclusion",
    "delivery_medium",
    "delivery_outcome",
    "copy_available",
    "due_date_binds",
    "rate_stated",
    "start_stated",
    "contract_on",
    "agreed_rate_bp",
    "credit_of",
)


_NESTED = {"currency": "open.currency", "original_minor": "original.amount_minor", "open_minor": "open.amount_minor"}
#: What each of those columns holds of a receivable.
_STORED = {column: _NESTED.get(column, column) for column in _RECEIVABLE}


def _as_stored_columns(receivables: Collection[Receivable]) -> dict[str, Sequence[Any]]:
    if isinstance(receivables, Columns):
        return {name: receivables.column(path) for name, path in _STORED.items()}
    return {name: list(map(attrgetter(path), receivables)) for name, path in _STORED.items()}


_PAYMENT = ("payment_id", "customer_id", "receivable_id", "amount_minor", "currency", "paid_on")


_ACT = ("act_id", "receivable_id", "customer_id", "kind", "act_on", "act_by", "fee_minor", "fee_currency", "medium")


def put_customers(db: Db, creditor_id: str, sync: int, customers: Iterable[Customer]) -> None:
    """Write new and changed customers."""
    rows = _customer_rows(creditor_id, sync, customers)
    upsert(db.connection, db.tables.customers, _CUSTOMER_COLUMNS, rows, guarded=_CUSTOMER[1:])


def insert_customers(db: Db, creditor_id: str, sync: int, customers: Collection[Customer]) -> bool:
    """Write customers whom nobody has seen before; false when some of them turn out to be there, and are left as they are."""
    rows = _customer_rows(creditor_id, sync, customers)
    return insert_new(db.connection, db.tables.customers, _CUSTOMER_COLUMNS, rows) == len(customers)


def _customer_rows(creditor_id: str, sync: int, customers: Iterable[Customer]) -> list[tuple[Any, ...]]:
    # Most customers wish for nothing and have no address: equal values give equal text, so it is written once.
    written: dict[Any, str] = {}

    def once(value: Any) -> str:
        return written.get(value) or written.setdefault(value, to_json(value))

    return [
        (
            creditor_id,
            customer.customer_id,
            customer.name,
            customer.first_name,
            customer.customer_class.value,
            customer.language.value if customer.language else None,
            many_to_json(ContactPoint, customer.contact_points),
            once(customer.wishes),
            customer.einvoice_address,
            once(customer.postal_address),
            customer.contact_name,
            sync,
        )
        for customer in customers
    ]


def put_receivables(
    db: Db, creditor_id: str, sync: int, receivables: Collection[Receivable], *, first_look_days: int
) -> None:
    """Write new and changed receivables; one that was gone and is back counts as changed.

    ``first_look_days`` is from which day, counted from its due date, a receivable is looked at.
    """
    if receivables:
        columns = _receivable_columns(creditor_id, sync, receivables, first_look_days)
        upsert_columns(db.connection, db.tables.receivables, columns, guarded=(*_RECEIVABLE[1:], "gone_on"))


def _receivable_columns(
    creditor_id: str, sync: int, receivables: Collection[Receivable], first_look_days: int
) -> dict[str, Sequence[Any]]:
    number = len(receivables)
    columns = _as_stored_columns(receivables)
    review_on = [
        reviews.first_review_on(kind, due_on, settled_on, open_minor, first_look_days)
        for kind, due_on, settled_on, open_minor in zip(
            *(columns[name] for name in ("kind", "due_on", "settled_on", "open_minor")), strict=True
        )
    ]
    for name in ("kind", "delivery_medium", "delivery_outcome"):
        written = {choice: choice and choice.value for choice in set(columns[name])}
        columns[name] = [written[choice] for choice in columns[name]]
    columns["tags"] = [many_to_json(str, tags) if tags else "[]" for tags in columns["tags"]]
    return {
        "creditor_id": (creditor_id,) * number,
        **columns,
        "gone_on": (None,) * number,
        "changed_in": (sync,) * number,
        "first_review_on": review_on,
        "next_review_on": review_on,
    }


def put_payments(db: Db, creditor_id: str, sync: int, payments: Collection[Payment]) -> None:
    """Write new and changed payments."""
    if payments:
        columns = _payment_columns(creditor_id, sync, payments)
        upsert_columns(db.connection, db.tables.payments, columns, guarded=_PAYMENT[1:])


_payment_values = attrgetter(
    "payment_id", "customer_id", "receivable_id", "amount.amount_minor", "amount.currency", "paid_on"
)


def _payment_columns(creditor_id: str, sync: int, payments: Collection[Payment]) -> dict[str, Sequence[Any]]:
    number = len(payments)
    columns = dict(zip(_PAYMENT, zip(*map(_payment_values, payments), strict=True), strict=True))
    return {"creditor_id": (creditor_id,) * number, **columns, "changed_in": (sync,) * number}


@dataclass(frozen=True, slots=True)
class NewRows:
    """What came in one batch of a first reading, ready to be inserted: plain columns, which take less room than values."""

    receivables: RowColumns
    payments: RowColumns

    @classmethod
    def of(cls, creditor_id: str, sync: int, batch: ChangeBatch, *, first_look_days: int) -> "NewRows":
        """Prepare a batch's receivables and payments."""
        return cls(
            _receivable_columns(creditor_id, sync, batch.receivables, first_look_days) if batch.receivables else {},
            _payment_columns(creditor_id, sync, batch.payments) if batch.payments else {},
        )

    def as_batch(self) -> ChangeBatch:
        """The values it was made of."""
        return ChangeBatch(
            receivables=tuple(map(to_receivable, _rows(self.receivables))),
            payments=tuple(map(to_payment, _rows(self.payments))),
        )


def _rows(columns: RowColumns) -> Iterator[Any]:
    return (SimpleNamespace(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True))


def insert(db: Db, new: NewRows) -> bool:
    """Write what nobody has seen before; false when some of it turns out to be there, and is left as it is."""
    return all(
        insert_new_columns(db.connection, table, columns) == len(columns["creditor_id"])
        for table, columns in ((db.tables.receivables, new.receivables), (db.tables.payments, new.payments))
        if columns
    )


def put_acts(db: Db, creditor_id: str, sync: int, acts: Iterable[Act]) -> None:
    """Write new and changed acts of the ledger's own."""
    rows = [
        (
            creditor_id,
            act.act_id,
            act.receivable_id,
            act.customer_id,
            act.kind.value,
            act.on,
            act.by.value,
            act.fee.amount_minor if act.fee else None,
            act.fee.currency if act.fee else None,
            act.medium.value if act.medium else None,
            sync,
        )
        for act in acts
    ]
    upsert(db.connection, db.tables.acts, ("creditor_id", *_ACT, "changed_in"), rows, guarded=_ACT[1:])


def forget_seen(db: Db, creditor_id: str) -> None:
    """Start a reading with nothing seen."""
    db.connection.execute(delete(db.tables.seen).where(db.tables.seen.c.creditor_id == creditor_id))


def mark_seen(db: Db, creditor_id: str, kind: str, item_ids: Iterable[str]) -> None:
    """Note that a reading held these items of one kind (``receivable``, ``payment``, ``customer``, ``act`` or ``hold``)."""
    insert_new(
        db.connection,
        db.tables.seen,
        ("creditor_id", "kind", "item_id"),
        [(creditor_id, kind, item_id) for item_id in item_ids],
    )


#: Whose an item is: the customer, and the receivable that it names (``None`` or empty: none).
Belonging = tuple[str, str | None]


def formerly(
    db: Db, table: Table, columns: tuple[str, str], creditor_id: str, now: Mapping[str, Belonging]
) -> Iterator[Belonging]:
    """Whose these items were, as far as that is no more; ``now`` says whose each is from now on.

    ``columns`` are the item's id and the receivable that it names.
    """
    key, named = columns
    for chunk in in_chunks(list(now)):
        query = select(table.c[key], table.c.customer_id, table.c[named]).where(
            table.c.creditor_id == creditor_id, table.c[key].in_(chunk)
        )
        for item, *before in db.connection.execute(query):
            if tuple(before) != now[item]:
                yield before[0], before[1]


def seen_already(db: Db, creditor_id: str, sync: int, kind: str, item_ids: Sequence[str]) -> list[str]:
    """Those of these items of one kind (``receivable``, ``payment`` or ``customer``) that this reading brought before."""
    tables = db.tables
    seen, found = tables.seen, set[str]()
    table = {"receivable": tables.receivables, "payment": tables.payments, "customer": tables.customers}[kind]
    key = table.c[f"{kind}_id"]
    for chunk in in_chunks(item_ids):
        marked = select(seen.c.item_id).where(
            seen.c.creditor_id == creditor_id, seen.c.kind == kind, seen.c.item_id.in_(chunk)
        )
        written = select(key).where(table.c.creditor_id == creditor_id, key.in_(chunk), table.c.changed_in == sync)
        found.update(db.connection.execute(marked).scalars(), db.connection.execute(written).scalars())
    return sorted(found)


def is_empty(db: Db, creditor_id: str) -> bool:
    """Whether nothing was ever read from this creditor's ledger."""
    tables = db.tables
    return not any(
        db.connection.execute(select(exists().where(table.c.creditor_id == creditor_id))).scalar_one()
        for table in (
            tables.customers,
            tables.receivables,
            tables.payments,
            tables.acts,
            tables.holds,
            tables.quarantine,
        )
    )


def in_another_currency(
    db: Db, creditor_id: str, *, since: int | None, payment_ids: Sequence[str]
) -> tuple[tuple[Payment, Receivable], ...]:
    """Payments in another currency than the present receivable that they name, ordered by id; a receivable beside each.

    ``since`` looks only at what a later reading than that one brought or changed, and at these payments (``None``: at all).
    """
    paid, rec = db.tables.payments, db.tables.receivables
    applied = and_(
        rec.c.creditor_id == paid.c.creditor_id,
        rec.c.receivable_id == paid.c.receivable_id,
        rec.c.currency != paid.c.currency,
        rec.c.gone_on.is_(None),
    )
    pairs = select(paid.c.payment_id, rec.c.receivable_id).where(paid.c.creditor_id == creditor_id)
    if since is None:
        asked = [pairs.join(rec, applied)]
    else:
        # A receivable that comes after its payment is found by its customer: there is no index of what a payment names.
        of_customer = and_(applied, rec.c.customer_id == paid.c.customer_id)
        changed = and_(rec.c.creditor_id == creditor_id, rec.c.changed_in > since)
        asked = [pairs.join(rec, applied).where(paid.c.changed_in > since), pairs.join(rec, of_customer).where(changed)]
        asked += [pairs.join(rec, applied).where(paid.c.payment_id.in_(chunk)) for chunk in in_chunks(payment_ids)]
    found = {row.payment_id: row.receivable_id for one in asked for row in db.connection.execute(one)}
    payments = payments_by_id(db, creditor_id, list(found))
    receivables = receivables_by_id(db, creditor_id, sorted(set(found.values())))
    return tuple((payments[one], receivables[found[one]]) for one in sorted(found))


def count_open(db: Db, creditor_id: str) -> int:
    """How many open invoices are known, whenever due."""
    return db.connection.execute(
        select(func.count()).select_from(db.tables.receivables).where(is_unpaid(db, creditor_id))
    ).scalar_one()


def count_vanished(db: Db, creditor_id: str) -> int:
    """How many of the known open invoices the reading did not hold."""
    missing = _unseen(db, creditor_id, "receivable", db.tables.receivables.c.receivable_id)
    return db.connection.execute(select(func.count()).where(is_unpaid(db, creditor_id), missing)).scalar_one()


def drop_unseen(db: Db, creditor_id: str, sync: int, gone_on: date) -> int:
    """Mark unseen receivables gone and remove unseen payments and acts; returns how many receivables went."""
    rec, payments, acts = db.tables.receivables, db.tables.payments, db.tables.acts
    gone = db.connection.execute(
        update(rec)
        .where(rec.c.creditor_id == creditor_id, rec.c.gone_on.is_(None))
        .where(_unseen(db, creditor_id, "receivable", rec.c.receivable_id))
        .values(gone_on=gone_on, changed_in=sync)
    ).rowcount
    for table, kind, key in ((payments, "payment", payments.c.payment_id), (acts, "act", acts.c.act_id)):
        missing = and_(table.c.creditor_id == creditor_id, _unseen(db, creditor_id, kind, key))
        found = db.connection.execute(select(table.c.customer_id, table.c.receivable_id).where(missing)).all()
        if found:
            reviews.reset_about(db, creditor_id, (one[0] for one in found), (one[1] for one in found))
            db.connection.execute(delete(table).where(missing))
    return gone


def mark_gone(db: Db, creditor_id: str, sync: int, gone_on: date, receivable_ids: Sequence[str]) -> None:
    """Mark the receivables that a delta says are gone."""
    rec = db.tables.receivables
    for chunk in in_chunks(receivable_ids):
        db.connection.execute(
            update(rec)
            .where(rec.c.creditor_id == creditor_id, rec.c.receivable_id.in_(chunk), rec.c.gone_on.is_(None))
            .values(gone_on=gone_on, changed_in=sync)
        )


def _unseen(db: Db, creditor_id: str, kind: str, column: ColumnElement[str]) -> ColumnElement[bool]:
    seen = db.tables.seen
    return ~exists(
        select(seen.c.item_id).where(seen.c.creditor_id == creditor_id, seen.c.kind == kind, seen.c.item_id == column)
    )
