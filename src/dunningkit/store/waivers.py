"""Waivers of fees and interest: written once, never changed and never deleted, because they stand in the books."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, func, insert, select

from dunningkit.model import Charge, Money, Waiver
from dunningkit.store.database import Db
from dunningkit.store.ledger import in_chunks


def next_number(db: Db, creditor_id: str) -> int:
    """The number that the next waiver gets."""
    table = db.tables.waivers
    last = select(func.coalesce(func.max(table.c.number), 0)).where(table.c.creditor_id == creditor_id)
    return int(db.connection.execute(last).scalar_one()) + 1


def write(db: Db, creditor_id: str, made: Waiver) -> None:
    """Write one new waiver."""
    db.connection.execute(
        insert(db.tables.waivers).values(
            creditor_id=creditor_id,
            number=made.number,
            receivable_id=made.receivable_id,
            customer_id=made.customer_id,
            what=made.what.value,
            amount_minor=made.amount.amount_minor,
            currency=made.amount.currency,
            waived_on=made.on,
            waived_at=made.at.isoformat(),
            waived_by=made.by,
            reason=made.reason,
        )
    )


def about(db: Db, creditor_id: str, receivable_ids: Sequence[str]) -> tuple[Waiver, ...]:
    """Everything ever waived of these receivables, ordered by number."""
    table, found = db.tables.waivers, list[Waiver]()
    for chunk in in_chunks(receivable_ids):
        query = select(table).where(table.c.creditor_id == creditor_id, table.c.receivable_id.in_(chunk))
        found += map(_to_waiver, db.connection.execute(query))
    return tuple(sorted(found, key=attrgetter("number")))


def receivable_ids(db: Db, creditor_id: str) -> frozenset[str]:
    """The receivables of which anything was ever waived."""
    table = db.tables.waivers
    query = select(table.c.receivable_id).where(table.c.creditor_id == creditor_id).distinct()
    return frozenset(db.connection.execute(query).scalars())


def _to_waiver(row: Row[Any]) -> Waiver:
    return Waiver(
        number=row.number,
        receivable_id=row.receivable_id,
        customer_id=row.customer_id,
        what=Charge(row.what),
        amount=Money(row.amount_minor, row.currency),
        on=row.waived_on,
        at=datetime.fromisoformat(row.waived_at),
        by=row.waived_by,
        reason=row.reason,
    )
