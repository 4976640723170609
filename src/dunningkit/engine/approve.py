"""Approving: a person, or a policy that a person approved, lets reminders go. It can be taken back until they are sent."""

from collections.abc import Sequence
from datetime import datetime

from dunningkit.engine import returned
from dunningkit.engine.batch import Batch, BulkAction, BulkReport, Left, WhyLeft, totals
from dunningkit.engine.filtering import LineFilter, reminders_by_id
from dunningkit.engine.latest import latest_proposal, not_in_it
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotAllowed
from dunningkit.model import Actor, ActorKind, LineStatus, Proposal, Reminder, ReminderState
from dunningkit.policy import Approval
from dunningkit.store import Db, Store, audit, reminders, reviews
from dunningkit.store.reminders import WITHDRAWN


def approve(
    setup: CreditorSetup, store: Store, reminder_ids: Sequence[str] | None, *, now: datetime, actor: Actor
) -> tuple[str, ...]:
    """Approve these reminders of the latest proposal; ``None`` means every one whose lines are all ready.

    A reminder that asks something (*needs you*) goes only when it is named. Returns the ids newly approved.
    One call is one batch, which `dunningkit.engine.undo` can take back as one. Raises `NotFound` for an id that is not in the
    latest proposal, `NotAllowed` when it is past approving or was skipped.
    """
    with store.write() as db:
        proposal = latest_proposal(db, setup)
        _require_same_basis(setup, proposal)
        batch = Batch.begin(db, setup.creditor.creditor_id, now=now, actor=actor)
        if reminder_ids is None:
            return _approve(db, setup, proposal, _ready(proposal), batch)
        wanted = list(dict.fromkeys(reminder_ids))
        _require_there(proposal, wanted)
        approved = _approve(db, setup, proposal, wanted, batch)
        _explain_refusals(db, setup.creditor.creditor_id, sorted(set(wanted) - set(approved)))
        return approved


def approve_where(
    setup: CreditorSetup,
    store: Store,
    where: LineFilter,
    *,
    needs_you: bool,
    dry_run: bool,
    now: datetime,
    actor: Actor,
) -> BulkReport:
    """Approve the reminders of the latest proposal all of whose lines are meant; what asks something only with ``needs_you``.

    With ``dry_run`` nothing changes and the report says what would. Raises as `approve` does.
    """
    creditor_id = setup.creditor.creditor_id
    with store.read() if dry_run else store.write() as db:
        proposal = latest_proposal(db, setup)
        _require_same_basis(setup, proposal)
        chosen = where.chosen(proposal)
        ready = set(_ready(proposal))
        fit = [one for one in chosen.whole if needs_you or one in ready]
        batch = Batch.begin(db, creditor_id, now=now, actor=actor)
        going = set() if dry_run else set(_approve(db, setup, proposal, fit, batch))
        standings = reminders.standings(db, creditor_id, [one for one in fit if one not in going])
    if dry_run:
        going = {one for one, standing in standings.items() if standing.state is ReminderState.PROPOSED}
    approved = tuple(one for one in fit if one in going)
    left = (
        *(Left(one, WhyLeft.ASKS) for one in chosen.whole if one not in ready and not needs_you),
        *(Left(one, WhyLeft.PARTLY) for one in chosen.partly),
        *(Left(one, WhyLeft.MOVED_ON, standings[one].state) for one in fit if one not in going),
    )
    return BulkReport(
        action=BulkAction.APPROVE,
        batch_id=batch.batch_id if approved and not dry_run else "",
        reminder_ids=approved,
        totals=totals(reminder.total for reminder in proposal.reminders if reminder.reminder_id in going),
        left=left,
        dry_run=dry_run,
    )


def approve_by_policy(setup: CreditorSetup, store: Store, *, now: datetime) -> tuple[str, ...]:
    """Approve the ready reminders whose steps the approved policy lets go by itself; returns their ids.

    Where a person took an approval back or cancelled what was sent, the same step of the same receivable is not approved so
    again, neither on a later day nor in another message: it waits for a person. Raises `NotAllowed` when the settings changed
    since the proposal.
    """
    automatic = {
        policy.name: {step.id for step in policy.steps if step.approval is Approval.AUTOMATIC}
        for policy in setup.policies.every
    }
    if not any(automatic.values()):
        return ()
    approved: list[str] = []
    with store.write() as db:
        proposal = latest_proposal(db, setup)
        _require_same_basis(setup, proposal)
        there = reminders_by_id(proposal)
        ready = _ready(proposal)
        taken_back = {
            (item.receivable_id, item.step_id)
            for reminder in reminders.taken_back(db, setup.creditor.creditor_id)
            for item in reminder.items
        }
        for policy in setup.policies.every:
            wanted = [
                one
                for one in ready
                if there[one].policy_name == policy.name
                and {item.step_id for item in there[one].items} <= automatic[policy.name]
                and taken_back.isdisjoint((item.receivable_id, item.step_id) for item in there[one].items)
            ]
            actor = Actor(policy.version, policy.approved_by, ActorKind.POLICY)
            approved += _approve(db, setup, proposal, wanted, Batch("", 0, now, actor))
    return tuple(approved)


def withdraw(setup: CreditorSetup, store: Store, reminder_ids: Sequence[str], *, now: datetime, actor: Actor) -> None:
    """Take approvals back. Raises `NotAllowed` for a reminder that is not approved or already on its way."""
    creditor_id = setup.creditor.creditor_id
    wanted = list(dict.fromkeys(reminder_ids))
    with store.write() as db:
        expected, to = ReminderState.APPROVED, ReminderState.PROPOSED
        moved = set(reminders.move_many(db, creditor_id, wanted, expected=expected, to=to, detail=WITHDRAWN))
        for reminder_id in wanted:
            if reminder_id not in moved:
                raise NotAllowed(
                    f"Reminder {reminder_id!r} is not waiting to be sent, so there is nothing to take back.",
                    reminder_id=reminder_id,
                )
        audit.append_many(db, creditor_id, now, actor, "approval_withdrawn", [(one, {}) for one in wanted])
        reviews.reset_about(db, creditor_id, *reminders.whose(db, creditor_id, wanted))


def _ready(proposal: Proposal) -> list[str]:
    asking = {line.reminder_id for line in proposal.lines if line.status is not LineStatus.READY}
    return [r.reminder_id for r in proposal.reminders if r.reminder_id not in asking]


def _require_same_basis(setup: CreditorSetup, proposal: Proposal) -> None:
    if proposal.policy_version != setup.basis:
        raise NotAllowed("The policy or the settings changed since this proposal was made. Propose again first.")


def _require_there(proposal: Proposal, wanted: Sequence[str]) -> None:
    there = {reminder.reminder_id for reminder in proposal.reminders}
    for reminder_id in wanted:
        if reminder_id not in there:
            raise not_in_it(proposal, reminder_id)


def _approve(db: Db, setup: CreditorSetup, proposal: Proposal, wanted: Sequence[str], batch: Batch) -> tuple[str, ...]:
    """Approve those that nobody moved meanwhile; returns their ids."""
    creditor_id = setup.creditor.creditor_id
    steps = {"expected": ReminderState.PROPOSED, "to": ReminderState.APPROVED}
    by, at = batch.actor.shown, batch.now
    approved = reminders.move_many(db, creditor_id, wanted, approved_by=by, approved_at=at, **steps)
    proposed = reminders_by_id(proposal)
    entries = [(one, _details(proposed[one], proposal)) for one in approved]
    batch.record(db, creditor_id, "approved", entries)
    batch.record(
        db, creditor_id, returned.ANSWERED, returned.answer(db, creditor_id, [proposed[one] for one in approved])
    )
    return approved


def _details(reminder: Reminder, proposal: Proposal) -> dict[str, object]:
    return {
        "content_hash": reminder.content_hash,
        "policy": proposal.policy_version,
        "total_minor": reminder.total.amount_minor,
    }


def _explain_refusals(db: Db, creditor_id: str, reminder_ids: Sequence[str]) -> None:
    for reminder_id, standing in reminders.standings(db, creditor_id, reminder_ids).items():
        if standing.state is ReminderState.SKIPPED:
            day, by = reminders.skip_of(standing.detail)
            raise NotAllowed(
                f"Reminder {reminder_id!r} was skipped for {day} by {by} and comes back in the next day's proposal.",
                reminder_id=reminder_id,
            )
        if standing.state is not ReminderState.APPROVED:
            raise NotAllowed(
                f"Reminder {reminder_id!r} is {standing.state.value} and cannot be approved any more.",
                reminder_id=reminder_id,
            )
