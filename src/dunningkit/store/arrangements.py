"""Arrangements with customers: placed, replaced by newer ones, ended - and never deleted, because they are the history."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from dunningkit.model import Arrangement, ArrangementKind
from dunningkit.store.database import Db
from dunningkit.store.ledger import in_chunks


def next_number(db: Db, creditor_id: str) -> int:
    """The number that the next arrangement gets."""
    table = db.tables.arrangements
    last = select(func.coalesce(func.max(table.c.number), 0)).where(table.c.creditor_id == creditor_id)
    return int(db.connection.execute(last).scalar_one()) + 1


def place(db: Db, creditor_id: str, made: Arrangement) -> None:
    """Write one new arrangement; ending the one it replaces is the caller's."""
    db.connection.execute(
        insert(db.tables.arrangements).values(
            creditor_id=creditor_id,
            number=made.number,
            customer_id=made.customer_id,
            receivable_id=made.receivable_id,
            kind=made.kind.value,
            policy_name=made.policy_name,
            grace_days=made.grace_days,
            note=made.note,
            placed_by=made.placed_by,
            placed_at=made.placed_at.isoformat(),
            ended_by="",
            ended_at=None,
        )
    )


def end(db: Db, creditor_id: str, number: int, *, at: datetime, by: str) -> bool:
    """Mark an arrangement ended; false when there is none with this number that has not ended."""
    table = db.tables.arrangements
    ended = db.connection.execute(
        update(table)
        .where(table.c.creditor_id == creditor_id, table.c.number == number, table.c.ended_at.is_(None))
        .values(ended_at=at.isoformat(), ended_by=by)
    )
    return ended.rowcount == 1


def active(db: Db, creditor_id: str) -> tuple[Arrangement, ...]:
    """The arrangements that have not ended, ordered by number."""
    table = db.tables.arrangements
    query = select(table).where(table.c.creditor_id == creditor_id, table.c.ended_at.is_(None))
    return tuple(sorted(map(_to_arrangement, db.connection.execute(query)), key=attrgetter("number")))


def about(
    db: Db, creditor_id: str, customer_ids: Sequence[str], receivable_ids: Sequence[str]
) -> tuple[Arrangement, ...]:
    """What holds for all of these customers, and for these receivables, whoever owed them when it was arranged.

    What has ended is left out; ordered by number.
    """
    table = db.tables.arrangements
    query = select(table).where(table.c.creditor_id == creditor_id, table.c.ended_at.is_(None))
    whole = query.where(table.c.receivable_id.is_(None))
    asked = (
        *(whole.where(table.c.customer_id.in_(chunk)) for chunk in in_chunks(customer_ids)),
        *(query.where(table.c.receivable_id.in_(chunk)) for chunk in in_chunks(receivable_ids)),
    )
    found = (_to_arrangement(row) for one in asked for row in db.connection.execute(one))
    return tuple(sorted(found, key=attrgetter("number")))


def of_customers(db: Db, creditor_id: str, customer_ids: Sequence[str]) -> tuple[Arrangement, ...]:
    """Everything ever arranged with these customers, ended ones too, ordered by number."""
    table = db.tables.arrangements
    found: list[Arrangement] = []
    for chunk in in_chunks(customer_ids):
        query = select(table).where(table.c.creditor_id == creditor_id, table.c.customer_id.in_(chunk))
        found += map(_to_arrangement, db.connection.execute(query))
    return tuple(sorted(found, key=attrgetter("number")))


def history(db: Db, creditor_id: str, customer_id: str) -> tuple[Arrangement, ...]:
    """Everything ever arranged with one customer or about what they owe by now, ended ones too, ordered by number."""
    table, rec = db.tables.arrangements, db.tables.receivables
    theirs = select(rec.c.receivable_id).where(rec.c.creditor_id == creditor_id, rec.c.customer_id == customer_id)
    query = select(table).where(table.c.creditor_id == creditor_id)
    asked = (query.where(table.c.customer_id == customer_id), query.where(table.c.receivable_id.in_(theirs)))
    found = {row.number: _to_arrangement(row) for one in asked for row in db.connection.execute(one)}
    return tuple(found[number] for number in sorted(found))


def _to_arrangement(row: Row[Any]) -> Arrangement:
    return Arrangement(
        number=row.number,
        customer_id=row.customer_id,
        kind=ArrangementKind(row.kind),
        placed_by=row.placed_by,
        placed_at=datetime.fromisoformat(row.placed_at),
        receivable_id=row.receivable_id,
        policy_name=row.policy_name,
        grace_days=row.grace_days,
        note=row.note,
        ended_by=row.ended_by,
        ended_at=datetime.fromisoformat(row.ended_at) if row.ended_at else None,
    )
