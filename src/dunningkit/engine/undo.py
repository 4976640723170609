"""Undoing: the latest decision about many reminders is taken back as one, if nothing of it has left; again: the one before."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from dunningkit.engine import returned
from dunningkit.engine.batch import BulkAction
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotAllowed, NotFound
from dunningkit.model import Actor, AuditEntry, ReminderState
from dunningkit.store import Db, Store, audit, holds, proposals, reminders, reviews
from dunningkit.store.reminders import WITHDRAWN

#: The audit log's actions that belong to a batch.
_ACTIONS = ("approved", "answered", "skipped", "hold_placed")


@dataclass(frozen=True, slots=True)
class NotUndone:
    """What could not be taken back: a reminder that is in ``state`` by now, or a hold that was released (``None``).

    A reminder still ``skipped`` belongs to a day that is over: its receivables are in a newer proposal already.
    """

    subject: str
    state: ReminderState | None


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What was taken back of one decision: whose it was and when, reminders by id, holds by id, and what could not be."""

    batch_id: str
    action: BulkAction
    reminder_ids: tuple[str, ...]
    hold_ids: tuple[str, ...]
    kept: tuple[NotUndone, ...]
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(slots=True)
class _Undoing:
    """One undo on its way."""

    db: Db
    creditor_id: str
    latest_on: date
    now: datetime
    actor: Actor
    details: Mapping[str, object]
    undone: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    kept: list[NotUndone] = field(default_factory=list)

    def note(self, action: str, subjects: Sequence[str]) -> None:
        entries = [(subject, self.details) for subject in subjects]
        audit.append_many(self.db, self.creditor_id, self.now, self.actor, action, entries)

    def keep(self, reminder_ids: Sequence[str]) -> None:
        found = reminders.standings(self.db, self.creditor_id, reminder_ids)
        self.kept += [NotUndone(one, standing.state) for one, standing in found.items()]


def undo(setup: CreditorSetup, store: Store, *, now: datetime, actor: Actor) -> UndoReport:
    """Take back the creditor's latest decision that a person made with approve or skip and nobody undid yet, as one.

    What was approved waits for a yes again (and no policy gives it); what was skipped is what it was before; holds that the
    decision placed are released. Reminders that have left, are leaving or came back meanwhile stay as they are and are named.

    Done again, it takes back the decision before, also when nothing could be taken back of this one. Raises `NotFound` when
    there never was a decision, `NotAllowed` when every one was taken back so already.
    """
    creditor_id = setup.creditor.creditor_id
    with store.write() as db:
        newest = _latest_not_undone(db, creditor_id)
        batch_id, after = str(newest.details["batch"]), int(newest.details["after"] or 0)
        by_action: dict[str, list[AuditEntry]] = defaultdict(list)
        for entry in audit.after(db, creditor_id, after, _ACTIONS):
            if entry.details.get("batch") == batch_id:
                by_action[entry.action].append(entry)
        latest_on = proposals.latest_day(db, creditor_id) or date.min
        undoing = _Undoing(db, creditor_id, latest_on, now, actor, {"undone_batch": batch_id})
        for action, take_back in _TAKE_BACK.items():
            take_back(undoing, by_action[action])
        # Also when nothing could be taken back: that was said, and the next undo is for the decision before.
        counts = {"reminders": len(undoing.undone), "holds": len(undoing.released), "kept": len(undoing.kept)}
        audit.append(db, creditor_id, now, actor, "batch_undone", batch_id, counts)
        if undoing.undone:
            reviews.reset_about(db, creditor_id, *reminders.whose(db, creditor_id, undoing.undone))
    return UndoReport(
        batch_id=batch_id,
        action=_action(by_action),
        reminder_ids=tuple(undoing.undone),
        hold_ids=tuple(undoing.released),
        kept=tuple(undoing.kept),
        decided_by=newest.actor.shown,
        decided_at=newest.at.astimezone(setup.calendar.zone),
    )


def _latest_not_undone(db: Db, creditor_id: str) -> AuditEntry:
    newest = audit.newest_of_a_batch(db, creditor_id)
    if newest is None:
        raise NotFound("Nothing was approved or skipped yet, so there is nothing to undo.", what="decision")
    while _is_undone(db, creditor_id, newest):
        before = audit.newest_of_a_batch(db, creditor_id, up_to=int(newest.details["after"] or 0))
        if before is None:
            raise NotAllowed(
                "Every decision was undone already, as far as it could be. Take single approvals back with: "
                "dunning approve --withdraw.",
                what="undone",
            )
        newest = before
    return newest


def _is_undone(db: Db, creditor_id: str, newest: AuditEntry) -> bool:
    later = audit.after(db, creditor_id, newest.sequence, ("batch_undone",))
    return any(entry.subject == newest.details["batch"] for entry in later)


def _action(by_action: Mapping[str, Sequence[AuditEntry]]) -> BulkAction:
    if by_action["hold_placed"]:
        return BulkAction.HOLD
    return BulkAction.SKIP if by_action["skipped"] else BulkAction.APPROVE


def _take_back_approvals(undoing: _Undoing, entries: Sequence[AuditEntry]) -> None:
    wanted = [entry.subject for entry in entries]
    expected, to = ReminderState.APPROVED, ReminderState.PROPOSED
    moved = reminders.move_many(undoing.db, undoing.creditor_id, wanted, expected=expected, to=to, detail=WITHDRAWN)
    undoing.note("approval_withdrawn", moved)
    undoing.undone += moved
    gone = set(moved)
    undoing.keep([one for one in wanted if one not in gone])


def _ask_again(undoing: _Undoing, entries: Sequence[AuditEntry]) -> None:
    """What an approval had answered is a question again, if the approval was taken back."""
    undone = set(undoing.undone)
    again = [entry for entry in entries if entry.details["by"] in undone]
    returned.ask_again(undoing.db, undoing.creditor_id, again, undoing.details, now=undoing.now, actor=undoing.actor)


def _take_back_skips(undoing: _Undoing, entries: Sequence[AuditEntry]) -> None:
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for entry in entries:
        before = (str(entry.details[name] or "") for name in ("day", "was", "was_detail", "approved_by", "approved_at"))
        alike[tuple(before)].append(entry.subject)
    for (day, was, detail, by, at), wanted in alike.items():
        moved: tuple[str, ...] = ()
        if undoing.latest_on <= date.fromisoformat(day):
            steps = {"expected": ReminderState.SKIPPED, "to": ReminderState(was)}
            approved_at = datetime.fromisoformat(at) if at else None
            moved = reminders.move_many(
                undoing.db,
                undoing.creditor_id,
                wanted,
                detail=detail,
                approved_by=by,
                approved_at=approved_at,
                **steps,
            )
        undoing.note("skip_undone", moved)
        undoing.undone += moved
        gone = set(moved)
        undoing.keep([one for one in wanted if one not in gone])


def _release_holds(undoing: _Undoing, entries: Sequence[AuditEntry]) -> None:
    wanted = [str(entry.details["hold_id"]) for entry in entries]
    released = holds.release_many(undoing.db, undoing.creditor_id, wanted, undoing.now)
    undoing.released += released
    undoing.kept += [NotUndone(hold_id, None) for hold_id in wanted if hold_id not in released]
    notes = [
        (
            entry.subject,
            {
                **{
                    name: entry.details[name]
                    for name in ("kind", "customer_id", "receivable_id")
                    if name in entry.details
                },
                "hold_id": hold_id,
                **undoing.details,
            },
        )
        for entry, hold_id in zip(entries, wanted, strict=True)
        if hold_id in released
    ]
    audit.append_many(undoing.db, undoing.creditor_id, undoing.now, undoing.actor, "hold_released", notes)
    about = (one.receivable_id for one in released.values())
    reviews.reset_about(undoing.db, undoing.creditor_id, (one.customer_id for one in released.values()), about)


_TAKE_BACK: Mapping[str, Callable[[_Undoing, Sequence[AuditEntry]], None]] = {
    "approved": _take_back_approvals,
    "answered": _ask_again,
    "skipped": _take_back_skips,
    "hold_placed": _release_holds,
}
