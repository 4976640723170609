"""The append-only audit log: who did what to which thing, and when."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, select

from dunningkit.model import Actor, ActorKind, AuditEntry
from dunningkit.store.database import Db


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
    db.connection.execute(
        insert(db.tables.audit).values(
            creditor_id=creditor_id,
            at=at.isoformat(),
            actor_id=actor.actor_id,
            actor_name=actor.name,
            actor_kind=actor.kind.value,
            action=action,
            subject=subject,
            details=json.dumps(dict(details or {}), sort_keys=True, ensure_ascii=False),
        )
    )


def entries(db: Db, creditor_id: str, *, subject: str | None = None, limit: int = 1000) -> tuple[AuditEntry, ...]:
    """The newest ``limit`` entries of a creditor (of one subject), oldest first."""
    audit = db.tables.audit
    query = select(audit).where(audit.c.creditor_id == creditor_id).order_by(audit.c.sequence.desc()).limit(limit)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    found = [
        AuditEntry(
            sequence=row.sequence,
            creditor_id=row.creditor_id,
            at=datetime.fromisoformat(row.at),
            actor=Actor(row.actor_id, row.actor_name, ActorKind(row.actor_kind)),
            action=row.action,
            subject=row.subject,
            details=json.loads(row.details),
        )
        for row in db.connection.execute(query)
    ]
    return tuple(reversed(found))
