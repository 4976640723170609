"""Readings of the ledger: how each one ended, and whether a proposal may stand on the last."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from dunningkit.model import Scope, SyncEnd
from dunningkit.store.database import Db


class SyncState(StrEnum):
    """How a reading ended. Only ``complete`` permits a proposal."""

    RUNNING = "running"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    TOO_MANY_GONE = "too_many_gone"


@dataclass(frozen=True, slots=True)
class SyncRecord:
    """One reading of the ledger. ``vanished`` of ``known`` open invoices were no longer in it."""

    number: int
    as_of: date
    started_at: datetime
    state: SyncState
    scope: Scope | None
    payments_as_of: date | None
    cursor: str | None
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    known: int
    vanished: int
    detail: str

    def payments_known_until(self, zone: tzinfo) -> date:
        """The day through which payments are known: never later than the reading, whatever the source says.

        Nor later than the day in the creditor's time zone on which it was made, whatever day it was made for.
        """
        return min(self.payments_as_of or self.as_of, self.as_of, self.started_at.astimezone(zone).date())


def begin(db: Db, creditor_id: str, as_of: date, at: datetime) -> int:
    """Start a reading and return its number."""
    syncs = db.tables.syncs
    last = select(func.coalesce(func.max(syncs.c.number), 0)).where(syncs.c.creditor_id == creditor_id)
    number = int(db.connection.execute(last).scalar_one()) + 1
    db.connection.execute(
        insert(syncs).values(
            creditor_id=creditor_id,
            number=number,
            as_of=as_of,
            started_at=at.isoformat(),
            state=SyncState.RUNNING.value,
            rows_read=0,
            rows_accepted=0,
            rows_quarantined=0,
            known=0,
            vanished=0,
            detail="",
        )
    )
    return number


def finish(
    db: Db,
    creditor_id: str,
    number: int,
    state: SyncState,
    end: SyncEnd | None,
    *,
    known: int = 0,
    vanished: int = 0,
    detail: str = "",
) -> None:
    """Record how a reading ended."""
    syncs = db.tables.syncs
    values: dict[str, Any] = {"state": state.value, "known": known, "vanished": vanished, "detail": detail}
    if end is not None:
        values |= {
            "scope": end.scope.value,
            "payments_as_of": end.payments_as_of,
            "read_cursor": end.cursor,
            "rows_read": end.rows_read,
            "rows_accepted": end.rows_accepted,
            "rows_quarantined": end.rows_quarantined,
        }
    db.connection.execute(
        update(syncs).where(syncs.c.creditor_id == creditor_id, syncs.c.number == number).values(**values)
    )


def running(db: Db, creditor_id: str) -> tuple[int, ...]:
    """The numbers of the readings that began and have not ended, oldest first."""
    table = db.tables.syncs
    query = select(table.c.number).where(table.c.creditor_id == creditor_id, table.c.state == SyncState.RUNNING.value)
    return tuple(db.connection.execute(query.order_by(table.c.number)).scalars())


def since(db: Db, creditor_id: str, at: datetime) -> dict[int, date]:
    """The readings that began after ``at``: their numbers with the days they were for, oldest first."""
    table = db.tables.syncs
    query = select(table.c.number, table.c.as_of, table.c.started_at).where(table.c.creditor_id == creditor_id)
    rows = db.connection.execute(query.order_by(table.c.number))
    return {row.number: row.as_of for row in rows if datetime.fromisoformat(row.started_at) > at}


def last(db: Db, creditor_id: str) -> SyncRecord | None:
    """The newest reading, or ``None`` before the first."""
    syncs = db.tables.syncs
    query = select(syncs).where(syncs.c.creditor_id == creditor_id).order_by(syncs.c.number.desc()).limit(1)
    row = db.connection.execute(query).one_or_none()
    return _to_record(row) if row else None


def last_complete(db: Db, creditor_id: str) -> SyncRecord | None:
    """The newest reading that arrived whole; its cursor is where the next one goes on."""
    return _newest(db, creditor_id, SyncState.COMPLETE)


def to_go_on_from(db: Db, creditor_id: str) -> SyncRecord | None:
    """The reading whose cursor the next one goes on from; ``None`` when a source has to say all that is there.

    What changed since is no answer to what vanished, nor does it take back what stood in a file that was cut off.
    """
    found = _newest(db, creditor_id, SyncState.COMPLETE, SyncState.TOO_MANY_GONE, SyncState.INCOMPLETE)
    return found if found is not None and found.state is SyncState.COMPLETE else None


def too_many_gone(db: Db, creditor_id: str) -> SyncRecord | None:
    """The reading after which a person has yet to say whether so much is really gone; ``None`` when nothing waits for that."""
    found = _newest(db, creditor_id, SyncState.COMPLETE, SyncState.TOO_MANY_GONE)
    return found if found is not None and found.state is SyncState.TOO_MANY_GONE else None


def _newest(db: Db, creditor_id: str, *states: SyncState) -> SyncRecord | None:
    syncs = db.tables.syncs
    query = (
        select(syncs)
        .where(syncs.c.creditor_id == creditor_id, syncs.c.state.in_([state.value for state in states]))
        .order_by(syncs.c.number.desc())
        .limit(1)
    )
    row = db.connection.execute(query).one_or_none()
    return _to_record(row) if row else None


def _to_record(row: Row[Any]) -> SyncRecord:
    return SyncRecord(
        number=row.number,
        as_of=row.as_of,
        started_at=datetime.fromisoformat(row.started_at),
        state=SyncState(row.state),
        scope=Scope(row.scope) if row.scope else None,
        payments_as_of=row.payments_as_of,
        cursor=row.read_cursor,
        rows_read=row.rows_read,
        rows_accepted=row.rows_accepted,
        rows_quarantined=row.rows_quarantined,
        known=row.known,
        vanished=row.vanished,
        detail=row.detail,
    )
