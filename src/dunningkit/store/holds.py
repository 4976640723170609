"""Holds: placed by people and by the ledger, released but never deleted when a person placed them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, delete, exists, insert, select, update

from dunningkit.model import Hold, HoldKind
from dunningkit.store.database import Db
from dunningkit.store.ledger import in_chunks
from dunningkit.store.rows import upsert

_HOLD = (
    "hold_id",
    "customer_id",
    "receivable_id",
    "kind",
    "start_on",
    "end_on",
    "review_on",
    "note",
    "placed_by",
    "from_ledger",
)


def put_ledger_holds(db: Db, creditor_id: str, sync: int, holds: Iterable[Hold]) -> None:
    """Write new and changed holds that the ledger knows of."""
    # Whatever a source says of its own holds, they come and go with it.
    rows = [(creditor_id, *_values(replace(hold, from_ledger=True)), None, sync) for hold in holds]
    columns = ("creditor_id", *_HOLD, "released_at", "changed_in")
    upsert(db.connection, db.tables.holds, columns, rows, guarded=(*_HOLD[1:], "released_at"))


def drop_unseen_ledger_holds(db: Db, creditor_id: str) -> tuple[Hold, ...]:
    """Remove the ledger's holds that a snapshot no longer holds; returns them, ordered by id."""
    holds, seen = db.tables.holds, db.tables.seen
    unseen = ~exists(
        select(seen.c.item_id).where(
            seen.c.creditor_id == creditor_id, seen.c.kind == "hold", seen.c.item_id == holds.c.hold_id
        )
    )
    which = (holds.c.creditor_id == creditor_id, holds.c.from_ledger, unseen)
    dropped = sorted(map(_to_hold, db.connection.execute(select(holds).where(*which))), key=attrgetter("hold_id"))
    db.connection.execute(delete(holds).where(*which))
    return tuple(dropped)


def place(db: Db, creditor_id: str, hold: Hold) -> None:
    """Write one new hold."""
    place_many(db, creditor_id, [hold])


def place_many(db: Db, creditor_id: str, made: Sequence[Hold]) -> None:
    """Write new holds."""
    rows = [
        {"creditor_id": creditor_id, "changed_in": 0, **dict(zip(_HOLD, _values(hold), strict=True))} for hold in made
    ]
    if rows:
        db.connection.execute(insert(db.tables.holds), rows)


def release(db: Db, creditor_id: str, hold_id: str, at: datetime) -> bool:
    """Mark an active hold released; false when there is none with this id that could be."""
    holds = db.tables.holds
    released = db.connection.execute(
        update(holds)
        .where(holds.c.creditor_id == creditor_id, holds.c.hold_id == hold_id, holds.c.released_at.is_(None))
        .values(released_at=at.isoformat())
    )
    return released.rowcount == 1


def release_many(db: Db, creditor_id: str, hold_ids: Sequence[str], at: datetime) -> dict[str, Hold]:
    """Mark those holds released that are active; returns them by id, in the order asked."""
    holds = db.tables.holds
    found: dict[str, Hold] = {}
    for chunk in in_chunks(hold_ids):
        active = (holds.c.creditor_id == creditor_id, holds.c.hold_id.in_(chunk), holds.c.released_at.is_(None))
        rows = db.connection.execute(select(holds).where(*active).with_for_update())
        found.update({row.hold_id: _to_hold(row) for row in rows})
        db.connection.execute(update(holds).where(*active).values(released_at=at.isoformat()))
    return {hold_id: found[hold_id] for hold_id in hold_ids if hold_id in found}


def is_taken(db: Db, creditor_id: str, hold_id: str) -> bool:
    """Whether a hold with this id was ever placed; a released one keeps its id."""
    holds = db.tables.holds
    query = select(holds.c.hold_id).where(holds.c.creditor_id == creditor_id, holds.c.hold_id == hold_id)
    return db.connection.execute(query).first() is not None


def find(db: Db, creditor_id: str, hold_id: str) -> Hold | None:
    """The active hold with this id."""
    holds = db.tables.holds
    query = select(holds).where(
        holds.c.creditor_id == creditor_id, holds.c.hold_id == hold_id, holds.c.released_at.is_(None)
    )
    row = db.connection.execute(query).one_or_none()
    return _to_hold(row) if row else None


def active(db: Db, creditor_id: str) -> tuple[Hold, ...]:
    """The holds that nobody released, ordered by id. Ended ones are among them."""
    holds = db.tables.holds
    query = select(holds).where(holds.c.creditor_id == creditor_id, holds.c.released_at.is_(None))
    return tuple(sorted(map(_to_hold, db.connection.execute(query)), key=attrgetter("hold_id")))


def of_ledger_since(db: Db, creditor_id: str, customer_ids: Sequence[str], sync: int) -> tuple[tuple[Hold, int], ...]:
    """The ledger's holds of these customers that reading ``sync`` or a later one brought or changed, with that reading."""
    holds, found = db.tables.holds, []
    for chunk in in_chunks(customer_ids):
        query = select(holds).where(
            holds.c.creditor_id == creditor_id,
            holds.c.customer_id.in_(chunk),
            holds.c.from_ledger,
            holds.c.changed_in >= sync,
        )
        found += [(_to_hold(row), row.changed_in) for row in db.connection.execute(query)]
    return tuple(sorted(found, key=lambda one: one[0].hold_id))


def about(db: Db, creditor_id: str, customer_ids: Sequence[str], receivable_ids: Sequence[str]) -> tuple[Hold, ...]:
    """The holds of all that these customers owe, and those of these receivables, whoever owed them when they were placed.

    What was released is left out; ended ones are among them. Ordered by id.
    """
    holds = db.tables.holds
    query = select(holds).where(holds.c.creditor_id == creditor_id, holds.c.released_at.is_(None))
    whole = query.where(holds.c.receivable_id.is_(None))
    asked = (
        *(whole.where(holds.c.customer_id.in_(chunk)) for chunk in in_chunks(customer_ids)),
        *(query.where(holds.c.receivable_id.in_(chunk)) for chunk in in_chunks(receivable_ids)),
    )
    found = (_to_hold(row) for one in asked for row in db.connection.execute(one))
    return tuple(sorted(found, key=attrgetter("hold_id")))


def _values(hold: Hold) -> tuple[Any, ...]:
    return (
        hold.hold_id,
        hold.customer_id,
        hold.receivable_id,
        hold.kind.value,
        hold.start_on,
        hold.end_on,
        hold.review_on,
        hold.note,
        hold.placed_by,
        hold.from_ledger,
    )


def _to_hold(row: Row[Any]) -> Hold:
    return Hold(
        hold_id=row.hold_id,
        customer_id=row.customer_id,
        kind=HoldKind(row.kind),
        start_on=row.start_on,
        receivable_id=row.receivable_id,
        end_on=row.end_on,
        review_on=row.review_on,
        note=row.note,
        placed_by=row.placed_by,
        from_ledger=row.from_ledger,
    )
