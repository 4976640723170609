"""Taking back: a reminder that was sent by mistake, and a proposal that was made for the wrong day."""

from collections.abc import Sequence
from datetime import date, datetime

from dunningkit.engine import returned
from dunningkit.engine.latest import latest_proposal
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotAllowed, NotFound
from dunningkit.model import Actor, ReminderState
from dunningkit.store import Db, Store, audit, creditors, deliveries, proposals, reminders, reviews


def cancel(setup: CreditorSetup, store: Store, reminder_id: str, *, note: str, now: datetime, actor: Actor) -> None:
    """Cancel a reminder that was sent: its receivables stand where they stood before it, and their step may be taken again.

    The message was said all the same: it stays in the history, and it counts against the contact caps. Reminders are
    cancelled latest first, so that no receivable keeps a step above one that it has lost; a later one that is approved and
    not sent yet goes back to a person.
    Raises `NotFound` for an unknown id; `NotAllowed` when it was not sent, its outcome is unknown (settle it first), or a later
    reminder about one of its receivables stands.
    """
    creditor_id = setup.creditor.creditor_id
    with store.write() as db:
        stored = reminders.by_id(db, creditor_id, [reminder_id]).get(reminder_id)
        if stored is None:
            raise NotFound(f"There is no reminder {reminder_id!r}.", reminder_id=reminder_id)
        if stored.state is not ReminderState.ACCEPTED:
            first = " Find out first (dunning settle)." if stored.state is ReminderState.UNKNOWN else ""
            raise NotAllowed(
                f"Reminder {reminder_id!r} is {stored.state.value}; only a sent one can be cancelled.{first}",
                reminder_id=reminder_id,
            )
        about = sorted(item.receivable_id for item in stored.reminder.items)
        _require_latest(db, creditor_id, stored.reminder.key, about, reminder_id)
        deliveries.cancel(db, creditor_id, stored.reminder.key)
        steps = {"expected": ReminderState.ACCEPTED, "to": ReminderState.CANCELLED}
        reminders.move(db, creditor_id, reminder_id, detail=note, **steps)
        audit.append(db, creditor_id, now, actor, "reminder_cancelled", reminder_id, {"note": note})
        return_approved(db, creditor_id, set(about), "step", now, actor)
        reviews.reset_about(db, creditor_id, [stored.reminder.customer_id], about)


def _require_latest(db: Db, creditor_id: str, key: str, receivable_ids: Sequence[str], reminder_id: str) -> None:
    tried = [item for item in deliveries.items_about(db, creditor_id, receivable_ids) if item.active]
    mine = {item.receivable_id: item.delivery for item in tried if item.delivery.key == key}
    for item in tried:
        delivery = mine.get(item.receivable_id)
        if delivery is not None and item.delivery.claimed_at > delivery.claimed_at:
            raise NotAllowed(
                f"A later reminder about {item.receivable_id!r} was sent on {item.delivery.sent_on}: "
                f"cancel {item.delivery.reminder_id!r} first.",
                reminder_id=reminder_id,
            )


def return_approved(db: Db, creditor_id: str, receivable_ids: set[str], what: str, now: datetime, actor: Actor) -> None:
    """Give what was approved about these receivables back to a person: ``what`` it stands on is not so any more."""
    # What a run took back already is taken back once more: it stays so when that run is thrown away.
    states = (ReminderState.APPROVED, ReminderState.RETURNED)
    for stored in (one for state in states for one in reminders.in_state(db, creditor_id, state)):
        if receivable_ids & {item.receivable_id for item in stored.reminder.items}:
            reminder_id = stored.reminder.reminder_id
            steps = {"expected": stored.state, "to": ReminderState.RETURNED}
            reminders.move(db, creditor_id, reminder_id, detail=what, **steps)
            audit.append(db, creditor_id, now, actor, "reminder_returned", reminder_id, {"what": what})


def discard(setup: CreditorSetup, store: Store, *, now: datetime, actor: Actor) -> str:
    """Throw the latest proposal away, as if it had never been made; returns its id.

    The next run says what it would have said without it; an approval that came back to a person in that run stands again. Its
    own reminders that were approved and came back are forgotten with it.

    For a run on a wrong day: without this no earlier day could be run any more. Raises `NotFound` before the first proposal,
    `NotAllowed` when somebody's answer to one of its reminders stands, or one was sent.
    """
    creditor_id = setup.creditor.creditor_id
    with store.write() as db:
        proposal = latest_proposal(db, setup)
        answered = reminders.answered(db, creditor_id, proposal.proposal_id)
        if answered:
            raise NotAllowed(
                f"{len(answered)} of this proposal's reminders are answered already, such as {answered[0]!r}; "
                "take back what is approved or skipped first (dunning undo, dunning approve --withdraw). What was sent cannot "
                "be undone by this.",
                reminder_id=answered[0],
            )
        # What came back is thrown away with it: what it had answered before is a question again.
        came_back = reminders.returned_of(db, creditor_id, proposal.proposal_id)
        answers = returned.answers_of(db, creditor_id, came_back)
        previous = proposals.latest_day(db, creditor_id, without=proposal.proposal_id)
        reviews.take_back(db, creditor_id, proposal, previous)
        proposals.delete_proposal(db, creditor_id, proposal.proposal_id)
        creditors.set_last_proposal_on(db, creditor_id, previous)
        creditors.forget_portfolios(db, creditor_id, previous or date.min)
        _approve_again(db, creditor_id, proposals.newest_number(db, creditor_id), now, actor)
        details = {"as_of": proposal.as_of.isoformat()}
        returned.ask_again(db, creditor_id, answers, {"discarded": proposal.proposal_id}, now=now, actor=actor)
        audit.append(db, creditor_id, now, actor, "proposal_discarded", proposal.proposal_id, details)
    return proposal.proposal_id


def _approve_again(db: Db, creditor_id: str, number: int, now: datetime, actor: Actor) -> None:
    """Give approvals back that a run after the ``number``-th took away."""
    came_back = [stored.reminder.reminder_id for stored in reminders.in_state(db, creditor_id, ReminderState.RETURNED)]
    newest = {entry.subject: entry for entry in audit.about(db, creditor_id, came_back)}
    for reminder_id in came_back:
        if int(newest[reminder_id].details.get("run") or 0) > number:
            steps = {"expected": ReminderState.RETURNED, "to": ReminderState.APPROVED}
            reminders.move(db, creditor_id, reminder_id, **steps)
            audit.append(db, creditor_id, now, actor, "return_undone", reminder_id)
