"""Rows of the ledger that could not be understood, kept with their place until a reading answers them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, delete, exists, func, insert, or_, select

from dunningkit.model import (
    QuarantinedRow,
)
from dunningkit.store.database import Db


def put(db: Db, creditor_id: str, sync: int, unread: Sequence[QuarantinedRow]) -> None:
    """Keep rows that could not be understood, after those already kept."""
    if not unread:
        return
    table = db.tables.quarantine
    last = db.connection.execute(
        select(func.coalesce(func.max(table.c.position), 0)).where(table.c.creditor_id == creditor_id)
    ).scalar_one()
    db.connection.execute(
        insert(table),
        [
            {
                "creditor_id": creditor_id,
                "position": position,
                "sync": sync,
                "place": row.place,
                "column_name": row.column,
                "value": row.value,
                "reason": row.reason,
                "receivable_id": row.receivable_id,
                "customer_id": row.customer_id,
            }
            for position, row in enumerate(unread, last + 1)
        ],
    )


def drop_answered(db: Db, creditor_id: str, sync: int, *, whole: bool) -> None:
    """Forget earlier unreadable rows: all of them after a ``whole`` reading, else those whose receivable came again.

    A row about a customer or payment that came twice is answered when that came again, too.
    """
    table, seen = db.tables.quarantine, db.tables.seen
    earlier = and_(table.c.creditor_id == creditor_id, table.c.sync != sync)
    if not whole:
        named = (
            and_(seen.c.kind == "receivable", seen.c.item_id == table.c.receivable_id),
            and_(seen.c.kind == "customer", table.c.column_name == "customer", seen.c.item_id == table.c.value),
            and_(seen.c.kind == "payment", table.c.column_name == "payment_id", seen.c.item_id == table.c.value),
        )
        came = (exists(select(seen.c.item_id).where(seen.c.creditor_id == creditor_id, which)) for which in named)
        earlier = and_(earlier, or_(*came))
    db.connection.execute(delete(table).where(earlier))


def take_out(db: Db, creditor_id: str, place: str, column: str) -> tuple[str, ...]:
    """Forget the rows about one column of one place, and return the values that they showed, in their order."""
    table = db.tables.quarantine
    these = and_(table.c.creditor_id == creditor_id, table.c.place == place, table.c.column_name == column)
    found = tuple(db.connection.execute(select(table.c.value).where(these).order_by(table.c.position)).scalars())
    if found:
        db.connection.execute(delete(table).where(these))
    return found


def of_all_they_owe(db: Db, creditor_id: str, place: str, columns: Sequence[str]) -> tuple[QuarantinedRow, ...]:
    """The rows of one place about these columns that name a customer and no receivable, in their order."""
    table = db.tables.quarantine
    query = select(table).where(
        table.c.creditor_id == creditor_id,
        table.c.receivable_id.is_(None),
        table.c.customer_id.is_not(None),
        table.c.place == place,
        table.c.column_name.in_(columns),
    )
    return tuple(map(_to_row, db.connection.execute(query.order_by(table.c.position))))


def rows(db: Db, creditor_id: str) -> tuple[QuarantinedRow, ...]:
    """The rows that the last reading could not understand, in its order."""
    table = db.tables.quarantine
    query = select(table).where(table.c.creditor_id == creditor_id).order_by(table.c.position)
    return tuple(map(_to_row, db.connection.execute(query)))


def _to_row(row: Row[Any]) -> QuarantinedRow:
    return QuarantinedRow(row.place, row.reason, row.column_name, row.value, row.receivable_id, row.customer_id)


def places(db: Db, creditor_id: str, receivable_ids: Sequence[str] | None = None) -> dict[str, str]:
    """Where the unreadable row of a receivable stands, by receivable id: of some few receivables, or of all."""
    table = db.tables.quarantine
    query = select(table.c.receivable_id, table.c.place).where(
        table.c.creditor_id == creditor_id, table.c.receivable_id.is_not(None)
    )
    if receivable_ids is not None:
        query = query.where(table.c.receivable_id.in_(receivable_ids))
    rows = db.connection.execute(query.order_by(table.c.position))
    return {row.receivable_id: row.place for row in rows if row.receivable_id}


def customers(db: Db, creditor_id: str) -> frozenset[str]:
    """The customers that a row names which could not be understood."""
    table = db.tables.quarantine
    query = select(table.c.customer_id).where(table.c.creditor_id == creditor_id, table.c.customer_id.is_not(None))
    return frozenset(db.connection.execute(query).scalars())


def count(db: Db, creditor_id: str) -> int:
    """How many rows are kept."""
    table = db.tables.quarantine
    query = select(func.count()).where(table.c.creditor_id == creditor_id)
    return db.connection.execute(query).scalar_one()
