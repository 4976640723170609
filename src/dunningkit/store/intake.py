"""Writing what a reading brings: new and changed rows only, what was seen, and what a snapshot no longer holds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, select, update

from dunningkit.model import (
    Act,
    ContactPoint,
    Customer,
    Payment,
    Receivable,
    ReceivableKind,
)
from dunningkit.store import reviews
from dunningkit.store.codec import many_to_json, to_json
from dunningkit.store.database import Db
from dunningkit.store.ledger import in_chunks
from dunningkit.store.rows import insert_new, upsert

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


_PAYMENT = ("payment_id", "customer_id", "receivable_id", "amount_minor", "currency", "paid_on")


_ACT = ("act_id", "receivable_id", "customer_id", "kind", "act_on", "act_by", "fee_minor", "fee_currency", "medium")


def put_customers(db: Db, creditor_id: str, sync: int, customers: Iterable[Customer]) -> None:
    """Write new and changed customers."""
    rows = [
        (
            creditor_id,
            customer.customer_id,
            customer.name,
            customer.first_name,
            customer.customer_class.value,
            customer.language.value if customer.language else None,
            many_to_json(ContactPoint, customer.contact_points),
            to_json(customer.wishes),
            customer.einvoice_address,
            to_json(customer.postal_address),
            customer.contact_name,
            sync,
        )
        for customer in customers
    ]
    columns = ("creditor_id", *_CUSTOMER, "changed_in")
    upsert(db.connection, db.tables.customers, columns, rows, guarded=_CUSTOMER[1:])


def put_receivables(
    db: Db, creditor_id: str, sync: int, receivables: Iterable[Receivable], *, first_look_days: int
) -> None:
    """Write new and changed receivables; one that was gone and is back counts as changed.

    ``first_look_days`` is from which day, counted from its due date, a receivable is looked at.
    """
    rows = [_receivable_row(creditor_id, sync, receivable, first_look_days) for receivable in receivables]
    columns = ("creditor_id", *_RECEIVABLE, "gone_on", "changed_in", "first_review_on", "next_review_on")
    upsert(db.connection, db.tables.receivables, columns, rows, guarded=(*_RECEIVABLE[1:], "gone_on"))


def _receivable_row(creditor_id: str, sync: int, receivable: Receivable, first_look_days: int) -> tuple[Any, ...]:
    review_on = reviews.first_review_on(receivable, first_look_days)
    return (
        creditor_id,
        receivable.receivable_id,
        receivable.customer_id,
        receivable.invoice_number,
        receivable.instalment_number,
        receivable.kind.value,
        receivable.open.currency,
        receivable.original.amount_minor,
        receivable.open.amount_minor,
        receivable.issued_on,
        receivable.sent_on,
        receivable.due_on,
        receivable.not_before,
        receivable.settled_on,
        receivable.payments_as_of,
        receivable.subject,
        receivable.reference,
        receivable.iban,
        receivable.account,
        many_to_json(str, receivable.tags),
        receivable.disputed,
        receivable.counts_for_history,
        receivable.history_exclusion,
        receivable.delivery_medium.value if receivable.delivery_medium else None,
        receivable.delivery_outcome.value,
        receivable.copy_available,
        receivable.due_date_binds,
        receivable.rate_stated,
        receivable.start_stated,
        receivable.contract_on,
        receivable.agreed_rate_bp,
        receivable.credit_of,
        None,
        sync,
        review_on,
        review_on,
    )


def put_payments(db: Db, creditor_id: str, sync: int, payments: Iterable[Payment]) -> None:
    """Write new and changed payments."""
    rows = [
        (
            creditor_id,
            payment.payment_id,
            payment.customer_id,
            payment.receivable_id,
            payment.amount.amount_minor,
            payment.amount.currency,
            payment.paid_on,
            sync,
        )
        for payment in payments
    ]
    columns = ("creditor_id", *_PAYMENT, "changed_in")
    upsert(db.connection, db.tables.payments, columns, rows, guarded=_PAYMENT[1:])


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
    """Note that a reading held these items of one kind (``receivable``, ``payment``, ``act`` or ``hold``)."""
    insert_new(
        db.connection,
        db.tables.seen,
        ("creditor_id", "kind", "item_id"),
        [(creditor_id, kind, item_id) for item_id in item_ids],
    )


def former_owners(db: Db, table: Table, key: str, creditor_id: str, owners: Mapping[str, str]) -> set[str]:
    """The customers who lose one of these items to another; ``owners`` gives each item's customer as it is now."""
    former: set[str] = set()
    for chunk in in_chunks(list(owners)):
        query = select(table.c[key], table.c.customer_id).where(
            table.c.creditor_id == creditor_id, table.c[key].in_(chunk)
        )
        former.update(customer_id for item, customer_id in db.connection.execute(query) if customer_id != owners[item])
    return former


def seen_already(db: Db, creditor_id: str, receivable_ids: Sequence[str]) -> list[str]:
    """Those of these receivables that this reading brought before."""
    seen = db.tables.seen
    found: list[str] = []
    for chunk in in_chunks(receivable_ids):
        query = select(seen.c.item_id).where(
            seen.c.creditor_id == creditor_id, seen.c.kind == "receivable", seen.c.item_id.in_(chunk)
        )
        found.extend(db.connection.execute(query).scalars())
    return found


def count_open(db: Db, creditor_id: str) -> int:
    """How many open invoices are known, whenever due."""
    return db.connection.execute(select(func.count()).where(_known_open(db, creditor_id))).scalar_one()


def count_vanished(db: Db, creditor_id: str) -> int:
    """How many of the known open invoices the reading did not hold."""
    missing = _unseen(db, creditor_id, "receivable", db.tables.receivables.c.receivable_id)
    return db.connection.execute(select(func.count()).where(_known_open(db, creditor_id), missing)).scalar_one()


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
        touched = select(table.c.customer_id).where(missing)
        reviews.reset_of_customers(db, creditor_id, touched)
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


def _known_open(db: Db, creditor_id: str) -> ColumnElement[bool]:
    rec = db.tables.receivables
    return and_(
        rec.c.creditor_id == creditor_id,
        rec.c.gone_on.is_(None),
        rec.c.open_minor > 0,
        rec.c.kind == ReceivableKind.INVOICE.value,
    )


def _unseen(db: Db, creditor_id: str, kind: str, column: ColumnElement[str]) -> ColumnElement[bool]:
    seen = db.tables.seen
    return ~exists(
        select(seen.c.item_id).where(seen.c.creditor_id == creditor_id, seen.c.kind == kind, seen.c.item_id == column)
    )
