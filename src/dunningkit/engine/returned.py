"""What came back after an approval: a question about each of its receivables, until each is answered by itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from dunningkit.model import Actor, AuditEntry, Reminder, ReminderState, StepKind
from dunningkit.policy import Decision
from dunningkit.store import Db, audit, reminders
from dunningkit.store.reminders import StoredReminder

#: The audit log's actions that say what a new approval answered, and that it was undone.
ANSWERED, ASKED_AGAIN = "answered", "asked_again"


def answered_of(db: Db, creditor_id: str, returned: Sequence[StoredReminder]) -> Mapping[str, frozenset[str]]:
    """Which receivables of returned reminders a newer approval has answered, by reminder id."""
    # One with a single receivable is a question as a whole: once answered it is not returned any more.
    several = [stored.reminder.reminder_id for stored in returned if len(stored.reminder.items) > 1]
    found: dict[str, set[str]] = defaultdict(set)
    for entry in audit.about(db, creditor_id, several):
        about = set(str(entry.details.get("about") or "").split("\n"))
        if entry.action == "approved":  # what was answered before was about an earlier approval
            found[entry.subject].clear()
        elif entry.action == ANSWERED:
            found[entry.subject] |= about
        elif entry.action == ASKED_AGAIN:
            found[entry.subject] -= about
    return {reminder_id: frozenset(ids) for reminder_id, ids in found.items()}


def answer(db: Db, creditor_id: str, approved: Sequence[Reminder]) -> Sequence[tuple[str, Mapping[str, object]]]:
    """Let new approvals answer what came back about the same receivables; returns an audit entry for each answer.

    A returned reminder is superseded once all of its receivables are answered.
    """
    by = {item.receivable_id: reminder.reminder_id for reminder in approved for item in reminder.items}
    returned = reminders.in_state(db, creditor_id, ReminderState.RETURNED)
    before = answered_of(db, creditor_id, returned)
    entries: list[tuple[str, Mapping[str, object]]] = []
    for stored in returned:
        reminder_id = stored.reminder.reminder_id
        ids = {item.receivable_id for item in stored.reminder.items}
        now = ids & by.keys()
        if now and now | before.get(reminder_id, frozenset()) >= ids:
            steps = {"expected": ReminderState.RETURNED, "to": ReminderState.SUPERSEDED}
            reminders.move(db, creditor_id, reminder_id, **steps)
        for one in sorted({by[receivable_id] for receivable_id in now}):
            about = "\n".join(sorted(receivable_id for receivable_id in now if by[receivable_id] == one))
            entries.append((reminder_id, {"what": stored.state_detail, "by": one, "about": about}))
    return entries


def answers_of(db: Db, creditor_id: str, reminder_ids: Sequence[str]) -> Sequence[AuditEntry]:
    """What the latest approval of each of these reminders answered, as it stands in the audit log."""
    approved = {
        entry.subject: entry for entry in audit.about(db, creditor_id, reminder_ids) if entry.action == "approved"
    }
    first = min((entry.sequence for entry in approved.values()), default=None)
    if first is None:
        return ()
    later = audit.after(db, creditor_id, first, (ANSWERED,))
    return [
        entry
        for entry in later
        if entry.details["by"] in approved and entry.sequence > approved[str(entry.details["by"])].sequence
    ]


def ask_again(
    db: Db,
    creditor_id: str,
    answers: Sequence[AuditEntry],
    details: Mapping[str, object],
    *,
    now: datetime,
    actor: Actor,
) -> None:
    """Make questions again of what such answers had answered; ``details`` tell the audit log why."""
    steps = {"expected": ReminderState.SUPERSEDED, "to": ReminderState.RETURNED}
    for entry in answers:
        reminders.move(db, creditor_id, entry.subject, detail=str(entry.details["what"]), **steps)
    notes = [(entry.subject, {"about": entry.details.get("about"), **details}) for entry in answers]
    audit.append_many(db, creditor_id, now, actor, ASKED_AGAIN, notes)


def is_asked_by(stored: StoredReminder, decision: Decision) -> bool:
    """Whether a returned reminder asks about what is decided now: a courtesy whose time has passed asks nothing."""
    step = decision.step
    return step is not None and (stored.reminder.kind is not StepKind.COURTESY or step.kind is StepKind.COURTESY)
