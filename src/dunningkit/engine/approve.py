"""Approving: a person, or a policy that a person approved, lets reminders go. It can be taken back until they are sent."""

from collections.abc import Sequence
from datetime import datetime

from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotAllowed, NotFound
from dunningkit.model import Actor, ActorKind, LineStatus, Proposal, ReminderState
from dunningkit.policy import Approval
from dunningkit.store import Db, Store, audit, proposals, reviews

#: A person took the approval back: the policy does not give it again.
_WITHDRAWN = "withdrawn"


def approve(
    setup: CreditorSetup, store: Store, reminder_ids: Sequence[str] | None, *, now: datetime, actor: Actor
) -> tuple[str, ...]:
    """Approve these reminders of the latest proposal; ``None`` means every one whose lines are all ready.

    A reminder that asks something (*needs you*) goes only when it is named. Returns the ids newly approved.
    Raises `NotFound` for an id that is not in the latest proposal, `NotAllowed` when it is past approving.
    """
    with store.write() as db:
        proposal = latest_proposal(db, setup)
        if proposal.policy_version != setup.basis:
            raise NotAllowed("The policy or the settings changed since this proposal was made. Propose again first.")
        wanted = _ready(proposal) if reminder_ids is None else list(dict.fromkeys(reminder_ids))
        return _approve(db, setup, proposal, wanted, now, actor, named=reminder_ids is not None)


def approve_by_policy(setup: CreditorSetup, store: Store, *, now: datetime) -> tuple[str, ...]:
    """Approve the ready reminders whose steps the approved policy lets go by itself; returns their ids."""
    automatic = {
        policy.name: {step.id for step in policy.steps if step.approval is Approval.AUTOMATIC}
        for policy in setup.policies.every
    }
    if not any(automatic.values()):
        return ()
    approved: list[str] = []
    with store.write() as db:
        proposal = latest_proposal(db, setup)
        reminders = {reminder.reminder_id: reminder for reminder in proposal.reminders}
        ready = _ready(proposal)
        stored = proposals.by_id(db, setup.creditor.creditor_id, ready)
        for policy in setup.policies.every:
            wanted = [
                one
                for one in ready
                if reminders[one].policy_name == policy.name
                and {item.step_id for item in reminders[one].items} <= automatic[policy.name]
                and stored[one].state_detail != _WITHDRAWN
            ]
            actor = Actor(policy.version, policy.approved_by, ActorKind.POLICY)
            approved += _approve(db, setup, proposal, wanted, now, actor, named=False)
    return tuple(approved)


def withdraw(setup: CreditorSetup, store: Store, reminder_ids: Sequence[str], *, now: datetime, actor: Actor) -> None:
    """Take approvals back. Raises `NotAllowed` for a reminder that is not approved or already on its way."""
    creditor_id = setup.creditor.creditor_id
    with store.write() as db:
        for reminder_id in dict.fromkeys(reminder_ids):
            steps = {"expected": ReminderState.APPROVED, "to": ReminderState.PROPOSED}
            if not proposals.move(db, creditor_id, reminder_id, **steps, detail=_WITHDRAWN):
                raise NotAllowed(
                    f"Reminder {reminder_id!r} is not waiting to be sent, so there is nothing to take back.",
                    reminder_id=reminder_id,
                )
            stored = proposals.by_id(db, creditor_id, [reminder_id])[reminder_id]
            proposals.note_approval(db, creditor_id, reminder_id, "", None)
            audit.append(db, creditor_id, now, actor, "approval_withdrawn", reminder_id)
            reviews.reset_of_customer(db, creditor_id, stored.reminder.customer_id)


def latest_proposal(db: Db, setup: CreditorSetup) -> Proposal:
    """The newest proposal; raises `NotFound` before the first."""
    proposal = proposals.latest(db, setup.creditor.creditor_id)
    if proposal is None:
        raise NotFound("There is no proposal yet. Propose first (dunning run).")
    return proposal


def _ready(proposal: Proposal) -> list[str]:
    asking = {line.reminder_id for line in proposal.lines if line.status is not LineStatus.READY}
    return [r.reminder_id for r in proposal.reminders if r.reminder_id not in asking]


def _approve(
    db: Db,
    setup: CreditorSetup,
    proposal: Proposal,
    wanted: Sequence[str],
    now: datetime,
    actor: Actor,
    *,
    named: bool,
) -> tuple[str, ...]:
    creditor_id = setup.creditor.creditor_id
    proposed = {reminder.reminder_id: reminder for reminder in proposal.reminders}
    approved = []
    for reminder_id in wanted:
        if reminder_id not in proposed:
            raise NotFound(
                f"Reminder {reminder_id!r} is not in the latest proposal ({proposal.as_of}). Look at it again: dunning show.",
                reminder_id=reminder_id,
            )
        steps = {"expected": ReminderState.PROPOSED, "to": ReminderState.APPROVED}
        if not proposals.move(db, creditor_id, reminder_id, **steps):
            _explain_refusal(db, creditor_id, reminder_id, named=named)
            continue
        proposals.note_approval(db, creditor_id, reminder_id, actor.shown, now)
        details = {
            "content_hash": proposed[reminder_id].content_hash,
            "policy": proposal.policy_version,
            "total_minor": proposed[reminder_id].total.amount_minor,
        }
        audit.append(db, creditor_id, now, actor, "approved", reminder_id, details)
        _answer_returned(db, creditor_id, {item.receivable_id for item in proposed[reminder_id].items})
        approved.append(reminder_id)
    return tuple(approved)


def _explain_refusal(db: Db, creditor_id: str, reminder_id: str, *, named: bool) -> None:
    state = proposals.by_id(db, creditor_id, [reminder_id])[reminder_id].state
    if named and state is not ReminderState.APPROVED:
        raise NotAllowed(
            f"Reminder {reminder_id!r} is {state.value} and cannot be approved any more.", reminder_id=reminder_id
        )


def _answer_returned(db: Db, creditor_id: str, receivable_ids: set[str]) -> None:
    """A new approval answers what an earlier, returned reminder asked about the same receivables."""
    for stored in proposals.in_state(db, creditor_id, ReminderState.RETURNED):
        if receivable_ids & {item.receivable_id for item in stored.reminder.items}:
            steps = {"expected": ReminderState.RETURNED, "to": ReminderState.SUPERSEDED}
            proposals.move(db, creditor_id, stored.reminder.reminder_id, **steps)
