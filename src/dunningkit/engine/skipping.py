"""Skipping: a person leaves reminders out of a proposal, for its day or, with a hold, until a later one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dunningkit.engine import holding
from dunningkit.engine.batch import Batch, BulkAction, BulkReport, Left, WhyLeft, totals
from dunningkit.engine.filtering import LineFilter, reminders_by_id
from dunningkit.engine.latest import latest_proposal, not_in_it
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotAllowed
from dunningkit.model import Actor, Hold, HoldKind, LineStatus, Proposal, Reminder, ReminderState
from dunningkit.store import Db, Store, reminders, reviews
from dunningkit.store.reminders import Standing

#: Where a reminder can be skipped from: nothing of it has left, and nobody is sending it.
_BEFORE_SENDING = (ReminderState.PROPOSED, ReminderState.APPROVED)


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a person wants left out: reminders with their contents, and the receivables (with their customers) to hold."""

    reminders: Mapping[str, Reminder]
    receivables: Mapping[str, str]


def skip(
    setup: CreditorSetup,
    store: Store,
    *,
    reminder_ids: Sequence[str] | None,
    where: LineFilter | None,
    until: date | None,
    note: str,
    dry_run: bool,
    now: datetime,
    actor: Actor,
) -> BulkReport:
    """Leave reminders of the latest proposal out of its day: the named ones, or every one that has a line ``where`` means.

    A skipped reminder never leaves, whoever approved it; its receivables do not escalate and come back in the next day's
    proposal. With ``until`` they are held until that day instead (a hold of kind *manual*), and so are the meant lines that
    have no reminder. One call is one batch.

    Raises `NotFound` for a name that is not in the latest proposal, `NotAllowed` when a named one is past skipping or the day
    has passed.
    """
    creditor_id = setup.creditor.creditor_id
    with store.read() if dry_run else store.write() as db:
        proposal = latest_proposal(db, setup)
        if until is not None and until < proposal.as_of:
            raise NotAllowed(f"Nothing can be skipped until {until}: the proposal is of {proposal.as_of}.")
        meant = _named(proposal, reminder_ids) if where is None else _chosen(proposal, where)
        standings = reminders.standings(db, creditor_id, list(meant.reminders))
        if where is None:
            _require_before_sending(standings)
        batch = Batch.begin(db, creditor_id, now=now, actor=actor)
        free = {one: known for one, known in standings.items() if known.state in _BEFORE_SENDING}
        skipped = tuple(free) if dry_run else _skip(db, creditor_id, meant, free, proposal.as_of, batch)
        held = () if until is None else _holds(setup, proposal, meant.receivables, until, note, batch)
        if not dry_run:
            holding.place_all(db, creditor_id, held, batch)
            about = (hold.receivable_id for hold in held)
            reviews.reset_about(db, creditor_id, (hold.customer_id for hold in held), about)
    changed, done = bool(skipped or held), set(skipped)
    return BulkReport(
        action=BulkAction.SKIP if until is None else BulkAction.HOLD,
        batch_id=batch.batch_id if changed and not dry_run else "",
        reminder_ids=skipped,
        totals=totals(meant.reminders[one].total for one in skipped),
        left=tuple(Left(one, WhyLeft.MOVED_ON, known.state) for one, known in standings.items() if one not in done),
        holds=held,
        dry_run=dry_run,
    )


def _named(proposal: Proposal, reminder_ids: Sequence[str] | None) -> _Meant:
    there = reminders_by_id(proposal)
    wanted = list(dict.fromkeys(reminder_ids or ()))
    for reminder_id in wanted:
        if reminder_id not in there:
            raise not_in_it(proposal, reminder_id)
    found = {one: there[one] for one in wanted}
    receivables = {item.receivable_id: reminder.customer_id for reminder in found.values() for item in reminder.items}
    return _Meant(found, receivables)


def _chosen(proposal: Proposal, where: LineFilter) -> _Meant:
    chosen, there = where.chosen(proposal), reminders_by_id(proposal)
    # Whoever means one invoice of a message does not want that message to go: the rest of it comes back with the next day.
    touched = set(chosen.whole) | set(chosen.partly)
    receivables = {
        line.receivable_id: line.customer_id
        for line in proposal.lines
        if line.receivable_id in chosen.receivable_ids and line.status is not LineStatus.WONT_GO
    }
    return _Meant({one: reminder for one, reminder in there.items() if one in touched}, receivables)


def _require_before_sending(standings: Mapping[str, Standing]) -> None:
    for reminder_id, standing in standings.items():
        if standing.state not in (*_BEFORE_SENDING, ReminderState.SKIPPED):
            raise NotAllowed(
                f"Reminder {reminder_id!r} is {standing.state.value} and cannot be skipped any more.",
                reminder_id=reminder_id,
            )


def _skip(
    db: Db, creditor_id: str, meant: _Meant, free: Mapping[str, Standing], day: date, batch: Batch
) -> tuple[str, ...]:
    alike: dict[tuple[ReminderState, str], list[str]] = defaultdict(list)
    for one, known in free.items():
        alike[known.state, reminders.skip_detail(day, batch.actor.shown, known.detail)].append(one)
    skipped: set[str] = set()
    for (state, detail), wanted in alike.items():
        moved = reminders.move_many(db, creditor_id, wanted, expected=state, to=ReminderState.SKIPPED, detail=detail)
        entries = [(one, _details(free[one], day)) for one in moved]
        batch.record(db, creditor_id, "skipped", entries)
        skipped |= set(moved)
    return tuple(one for one in meant.reminders if one in skipped)


def _details(before: Standing, day: date) -> dict[str, object]:
    """What it takes to undo it."""
    return {
        "day": day.isoformat(),
        "was": before.state.value,
        "was_detail": before.detail,
        "approved_by": before.approved_by,
        "approved_at": before.approved_at.isoformat() if before.approved_at else None,
    }


def _holds(
    setup: CreditorSetup, proposal: Proposal, receivables: Mapping[str, str], until: date, note: str, batch: Batch
) -> tuple[Hold, ...]:
    start_on = min(proposal.as_of, setup.calendar.local_date(batch.now))
    return tuple(
        Hold(
            hold_id=holding.hold_id(proposal.creditor_id, customer_id, receivable_id, batch.batch_id),
            customer_id=customer_id,
            kind=HoldKind.MANUAL,
            start_on=start_on,
            receivable_id=receivable_id,
            end_on=until,
            note=note,
            placed_by=batch.actor.shown,
        )
        for receivable_id, customer_id in receivables.items()
    )
