"""The append-only audit log: who did what to which thing, and when."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from dunningkit.model import Actor, ActorKind, AuditEntry
from dunningkit.store.database import Db
from dunningkit.store.ledger import in_chunks


def append(
    db: Db,
    creditor_id: str,
    at: datetime,
    actor: Actor,
    action: str,
    subject: str,
    details: Mapping[str, object] | None = None,
) -> None:
    """Add one entry; ``details`` are JSON scalars. There is no way to change or remove an entry."""
    append_many(db, creditor_id, at, actor, action, [(subject, details or {})])


def append_many(
    db: Db,
    creditor_id: str,
    at: datetime,
    actor: Actor,
    action: str,
    entries: Iterable[tuple[str, Mapping[str, object]]],
) -> None:
    """Add one entry for each subject with its details."""
    rows = [
        {
            "creditor_id": creditor_id,
            "at": at.isoformat(),
            "actor_id": actor.actor_id,
            "actor_name": actor.name,
            "actor_kind": actor.kind.value,
            "action": action,
            "subject": subject,
            "details": json.dumps(dict(details), sort_keys=True, ensure_ascii=False),
        }
        for subject, details in entries
    ]
    if rows:
        db.connection.execute(insert(db.tables.audit), rows)


def entries(db: Db, creditor_id: str, *, subject: str | None = None, limit: int = 1000) -> tuple[AuditEntry, ...]:
    """The newest ``limit`` entries of a creditor (of one subject), oldest first."""
    audit = db.tables.audit
    query = select(audit).where(audit.c.creditor_id == creditor_id).order_by(audit.c.sequence.desc()).limit(limit)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    return tuple(reversed([_to_entry(row) for row in db.connection.execute(query)]))


def about(db: Db, creditor_id: str, subjects: Sequence[str]) -> tuple[AuditEntry, ...]:
    """Every entry about one of these subjects, oldest first."""
    audit, found = db.tables.audit, []
    for chunk in in_chunks(subjects):
        query = select(audit).where(audit.c.creditor_id == creditor_id, audit.c.subject.in_(chunk))
        found += [_to_entry(row) for row in db.connection.execute(query)]
    return tuple(sorted(found, key=lambda entry: entry.sequence))


def newest_sequence(db: Db, creditor_id: str) -> int:
    """The number of the creditor's newest entry; 0 before the first."""
    audit = db.tables.audit
    query = select(func.coalesce(func.max(audit.c.sequence), 0)).where(audit.c.creditor_id == creditor_id)
    return int(db.connection.execute(query).scalar_one())


def newest_about(db: Db, creditor_id: str, action: str, subject: str) -> int:
    """The number of the newest entry of this action about this subject; 0 when there is none."""
    audit = db.tables.audit
    query = (
        select(audit.c.sequence)
        .where(audit.c.creditor_id == creditor_id, audit.c.action == action, audit.c.subject == subject)
        .order_by(audit.c.sequence.desc())
        .limit(1)
    )
    return int(db.connection.execute(query).scalar() or 0)


def newest_of_a_batch(db: Db, creditor_id: str, *, up_to: int | None = None) -> AuditEntry | None:
    """The newest entry whose details name a batch; only of those numbered at most ``up_to``."""
    audit = db.tables.audit
    query = (
        select(audit)
        # A quotation mark inside a value is escaped, so this finds the name of a detail and nothing a person wrote.
        .where(audit.c.creditor_id == creditor_id, audit.c.details.contains('"batch": "'))
        .order_by(audit.c.sequence.desc())
        .limit(1)
    )
    if up_to is not None:
        query = query.where(audit.c.sequence <= up_to)
    row = db.connection.execute(query).one_or_none()
    return _to_entry(row) if row else None


def after(db: Db, creditor_id: str, sequence: int, actions: Collection[str]) -> Iterator[AuditEntry]:
    """The entries of these actions that came after one, oldest first."""
    audit = db.tables.audit
    query = (
        select(audit)
        .where(audit.c.creditor_id == creditor_id, audit.c.sequence > sequence, audit.c.action.in_(actions))
        .order_by(audit.c.sequence)
    )
    yield from map(_to_entry, db.connection.execute(query))


def _to_entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        sequence=row.sequence,
        creditor_id=row.creditor_id,
        at=datetime.fromisoformat(row.at),
        actor=Actor(row.actor_id, row.actor_name, ActorKind(row.actor_kind)),
        action=row.action,
        subject=row.subject,
        details=json.loads(row.details),
    )
