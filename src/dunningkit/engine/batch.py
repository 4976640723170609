"""One decision about many reminders: what it did as a value, and the batch id that keeps it together in the audit log."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dunningkit.model import Actor, Hold, Money, ReminderState
from dunningkit.store import Db, audit


class BulkAction(StrEnum):
    """What a person did to many reminders at once."""

    APPROVE = "approve"
    SKIP = "skip"
    HOLD = "hold"


class WhyLeft(StrEnum):
    """Why a reminder that a choice touched was left alone."""

    ASKS = "asks"
    PARTLY = "partly"
    MOVED_ON = "moved_on"


@dataclass(frozen=True, slots=True)
class Left:
    """A reminder that was left alone: it asks something, only some of its lines are meant, or it is in ``state`` already."""

    reminder_id: str
    why: WhyLeft
    state: ReminderState | None = None


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What one decision did, or with ``dry_run`` would do.

    ``totals`` is the money of ``reminder_ids``, one amount per currency, ordered. ``holds`` are those placed. ``batch_id`` is
    empty when nothing was changed.
    """

    action: BulkAction
    batch_id: str
    reminder_ids: tuple[str, ...]
    totals: tuple[Money, ...]
    left: tuple[Left, ...] = ()
    holds: tuple[Hold, ...] = ()
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """A decision in the making: its entries in the audit log carry its id. An empty id marks what cannot be undone as one."""

    batch_id: str
    after: int
    now: datetime
    actor: Actor

    @classmethod
    def begin(cls, db: Db, creditor_id: str, *, now: datetime, actor: Actor) -> "Batch":
        """Number a decision by the audit entry that came before it, so that no two are ever alike."""
        newest = audit.newest_sequence(db, creditor_id)
        parts = (creditor_id, str(newest), actor.actor_id, now.isoformat())
        return cls("b-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:10], newest, now, actor)

    def record(
        self, db: Db, creditor_id: str, action: str, entries: Sequence[tuple[str, Mapping[str, object]]]
    ) -> None:
        """Write one audit entry for each subject."""
        mark = {"batch": self.batch_id, "after": self.after} if self.batch_id else {}
        marked = [(subject, {**details, **mark}) for subject, details in entries]
        audit.append_many(db, creditor_id, self.now, self.actor, action, marked)


def totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """The sum of each currency, ordered by currency."""
    found: dict[str, Money] = {}
    for amount in amounts:
        found[amount.currency] = found.get(amount.currency, Money.zero(amount.currency)) + amount
    return tuple(found[currency] for currency in sorted(found))
