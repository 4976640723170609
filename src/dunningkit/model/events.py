"""What happened, for the audit log and for hosts that listen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dunningkit.model.actor import Actor


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the append-only audit log: who did what to which thing, in which version, and when (UTC).

    ``details`` hold ids, counts, states and hashes; a hold's note is the only free text, because a person typed it for people.
    """

    sequence: int
    creditor_id: str
    at: datetime
    actor: Actor
    action: str
    subject: str
    details: Mapping[str, str | int | bool | None]
