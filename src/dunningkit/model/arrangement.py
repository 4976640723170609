"""Arrangements: what is agreed about one customer or one receivable that the policies alone would not give."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ArrangementKind(StrEnum):
    """What can be arranged: another policy, more time, or that nothing is followed at all."""

    POLICY = "policy"
    GRACE = "grace"
    NOT_FOLLOWED = "not_followed"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One arrangement with one customer, or about one receivable of theirs; the receivable's own comes first.

    ``policy_name`` belongs to ``policy``, ``grace_days`` to ``grace``: calendar days added to every step that is counted from
    the due date. An arrangement holds from ``placed_at`` until ``ended_at``; a newer one of the same kind ends the older, and
    none is ever deleted: together they are the history. ``number`` counts from 1 within the creditor.
    """

    number: int
    customer_id: str
    kind: ArrangementKind
    placed_by: str
    placed_at: datetime
    receivable_id: str | None = None
    policy_name: str = ""
    grace_days: int = 0
    note: str = ""
    ended_by: str = ""
    ended_at: datetime | None = None
