"""What is open on a day, as the ledger stood then: the conditions for it, and the counts of a proposal's head."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, text, union

from dunningkit.model import (
    Receivable,
    ReceivableKind,
)
from dunningkit.store.database import Db
from dunningkit.store.ledger import to_receivable
from dunningkit.store.schema import IS_GONE, IS_UNPAID

_PART = 10**6


def is_open(db: Db, creditor_id: str, as_of: date) -> ColumnElement[bool]:
    """Invoices that exist on ``as_of`` and were not settled by then, as far as the ledger tells now."""
    rec = db.tables.receivables
    return and_(
        rec.c.creditor_id == creditor_id,
        rec.c.gone_on.is_(None),
        rec.c.kind == ReceivableKind.INVOICE.value,
        rec.c.issued_on <= as_of,
        or_(rec.c.open_minor > 0, rec.c.settled_on > as_of, _paid_after(db, creditor_id, as_of)),
    )


def is_overdue(db: Db, creditor_id: str, as_of: date) -> ColumnElement[bool]:
    """Invoices that existed on ``as_of``, were due before it, and may have been open (time travel is checked in Python)."""
    return and_(is_open(db, creditor_id, as_of), db.tables.receivables.c.due_on < as_of)


def is_unpaid(db: Db, creditor_id: str) -> ColumnElement[bool]:
    """Invoices that are open as the ledger has them now, whenever due."""
    rec = db.tables.receivables
    # Every invoice is due on some day; saying so makes SQLite take the index of what is unpaid and no larger one.
    return and_(rec.c.creditor_id == creditor_id, text(IS_UNPAID), rec.c.due_on >= date.min)


def overdue_ids(db: Db, creditor_id: str, as_of: date) -> CompoundSelect[tuple[str]]:
    """The ids of all that may be overdue, found by indexes: a condition like `is_overdue` reads the whole ledger."""
    rec = db.tables.receivables
    unpaid = select(rec.c.receivable_id).where(is_unpaid(db, creditor_id), rec.c.due_on < as_of)
    return union(unpaid, *_travelling(db, creditor_id, as_of))


def _travelling(db: Db, creditor_id: str, as_of: date) -> tuple[Select[tuple[str]], Select[tuple[str]]]:
    """The ids of what looked different on ``as_of``: settled since, or paid into since."""
    rec, payments = db.tables.receivables, db.tables.payments
    return (
        select(rec.c.receivable_id).where(rec.c.creditor_id == creditor_id, rec.c.settled_on > as_of),
        select(payments.c.receivable_id).where(
            payments.c.creditor_id == creditor_id, payments.c.paid_on > as_of, payments.c.receivable_id.is_not(None)
        ),
    )


def _paid_after(db: Db, creditor_id: str, as_of: date) -> ColumnElement[bool]:
    _settled, paid = _travelling(db, creditor_id, as_of)
    return db.tables.receivables.c.receivable_id.in_(paid)


def open_totals(db: Db, creditor_id: str, as_of: date) -> Iterator[tuple[str, bool, int, int]]:
    """Per currency and overdue or not: how many invoices are open, and how much, as the ledger has them now.

    Invoices that time travel would change are left out; `open_then` yields those.
    """
    rec = db.tables.receivables
    overdue = (rec.c.due_on < as_of).label("overdue")
    # Summed in two parts: SQLite stops at a sum beyond 64 bits, which a ledger in a small currency unit can reach.
    parts = (func.sum(rec.c.open_minor // _PART).label("high"), func.sum(rec.c.open_minor % _PART).label("low"))
    query = (
        select(rec.c.currency, overdue, func.count().label("n"), *parts)
        .where(is_unpaid(db, creditor_id), rec.c.issued_on <= as_of)
        .where(func.coalesce(rec.c.settled_on, as_of) <= as_of, ~_paid_after(db, creditor_id, as_of))
        .group_by(rec.c.currency, overdue)
        .order_by(rec.c.currency, overdue)
    )
    for row in db.connection.execute(query):
        yield row.currency, bool(row.overdue), row.n, int(row.high) * _PART + int(row.low)


def open_then(db: Db, creditor_id: str, as_of: date) -> Iterator[Receivable]:
    """Invoices that may have been open on ``as_of`` but look different now: settled or paid into since."""
    rec = db.tables.receivables
    travelling = union(*_travelling(db, creditor_id, as_of))
    query = select(rec).where(is_open(db, creditor_id, as_of), rec.c.receivable_id.in_(travelling))
    yield from map(to_receivable, db.connection.execute(query.order_by(rec.c.receivable_id)))


def count_gone(db: Db, creditor_id: str) -> int:
    """How many receivables the ledger no longer holds."""
    rec = db.tables.receivables
    query = select(func.count()).where(rec.c.creditor_id == creditor_id, text(IS_GONE))
    return db.connection.execute(query).scalar_one()
