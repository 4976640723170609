"""Sending: claim, ask again, check again, deliver, record - each in its own committed step.

A reminder's delivery moves ``claimed -> sending -> accepted | refused | unknown``. ``claimed`` means that nothing has left yet,
so a claim whose sender died is given back. ``sending`` is committed before the channel is called, so whatever is found there
after a crash may have left: it becomes ``unknown`` and is never sent again by the machine.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from dunningkit import dispatch
from dunningkit.errors import NotAllowed, NotFound, PluginError
from dunningkit.law import BusinessCalendar
from dunningkit.model import (
    Actor,
    Customer,
    DeliveryResult,
    Medium,
    Money,
    Outcome,
    Payment,
    Reason,
    ReasonCode,
    Receivable,
    Recheck,
    Reminder,
    ReminderState,
    Rendered,
)
from dunningkit.policy import Policies
from dunningkit.store import Db, Store, audit, deliveries, ledger, quarantine, reminders, reviews
from dunningkit.store.reminders import StoredReminder
from dunningkit.wired import WiredChannel, WiredSource

if TYPE_CHECKING:
    from dunningkit.policy import Policy

#: How long a sender may take over one chunk before its claims count as left behind.
LEASE = timedelta(minutes=15)

_CHUNK = 50
_RESULT_STATES = {
    Outcome.ACCEPTED: ReminderState.ACCEPTED,
    Outcome.REFUSED: ReminderState.REFUSED,
    Outcome.UNKNOWN: ReminderState.UNKNOWN,
}


class AskAgain(Protocol):
    """Asks about an approved reminder what a run of the day would ask."""

    def __call__(self, db: Db, stored: StoredReminder, today: date, *, claimed: bool) -> Reason | None:
        """Why it must not leave any more; ``claimed`` when its sender has taken its place already."""


@dataclass(frozen=True, slots=True)
class SendTask:
    """What sending needs to know of one creditor. ``ask_again`` compares an approval with the store; ``None``: never read."""

    creditor_id: str
    store: Store
    source: WiredSource
    channels: Mapping[Medium, WiredChannel]
    policies: Policies
    calendar: BusinessCalendar
    ask_again: AskAgain | None
    payments_age_banking_days: int

    def policy_of(self, stored: StoredReminder) -> "Policy":
        """The policy that a reminder was written under; the main one where that is gone, and the approval with it."""
        return self.policies.named(stored.reminder.policy_name) or self.policies.main


@dataclass(frozen=True, slots=True)
class Returned:
    """A reminder that went back to a person, and why."""

    reminder_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Waiting:
    """An approved reminder that could not leave now, and why."""

    reminder_id: str
    reason: Reason


@dataclass(slots=True)
class SendReport:
    """What one call of send did. ``remaining`` counts approved reminders that a limit left for the next call."""

    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    returned: list[Returned] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    remaining: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    """One call of send: what it works on, its clock, who asked for it, and what it has done so far."""

    task: SendTask
    clock: Callable[[], datetime]
    actor: Actor
    report: SendReport

    def wait(self, stored: StoredReminder, reason: Reason) -> None:
        self.report.waiting.append(Waiting(stored.reminder.reminder_id, reason))

    def give_back(self, stored: StoredReminder, reason: Reason) -> None:
        self.report.returned.append(Returned(stored.reminder.reminder_id, reason))


def send_approved(
    task: SendTask,
    *,
    clock: Callable[[], datetime],
    actor: Actor,
    max_messages: int | None = None,
    deadline_seconds: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SendReport:
    """Send what was approved and may leave by now; ``clock`` gives aware moments. Safe to call again, and twice at once.

    Stops cleanly after ``max_messages`` deliveries or ``deadline_seconds``, and when the permitted hours end on the way.
    ``progress`` is called after each chunk with how many are done and how many there are.
    Raises `NeedsOwnTransaction` on a host's connection, `NotAllowed` for a maximum below 0.
    """
    if max_messages is not None and max_messages < 0:
        raise NotAllowed(
            f"max_messages is {max_messages}: at most so many can be sent, so it is 0 or more, or left out."
        )
    task.store.require_own_transactions()
    run = _Run(task, clock, actor, SendReport())
    _tidy_up(run)
    with task.store.read() as db:
        approved = reminders.in_state(db, task.creditor_id, ReminderState.APPROVED)
    free = _in_working_order(run, [stored for stored in approved if not _must_wait(run, stored)])
    limit = len(free) if max_messages is None else min(max_messages, len(free))
    started = monotonic()
    done = 0
    for chunk in _chunks(free[:limit]):
        if deadline_seconds is not None and monotonic() - started >= deadline_seconds:
            break
        _send_chunk(run, chunk)
        done += len(chunk)
        if progress is not None:
            progress(done, limit)
    run.report.remaining = len(free) - done
    return run.report


def settle(task: SendTask, reminder_id: str, outcome: Outcome, *, now: datetime, actor: Actor) -> None:
    """Record what a person found out about an unknown delivery.

    Raises `NotFound` for an unknown id, `NotAllowed` when the delivery is not unknown.
    """
    with task.store.write() as db:
        delivery = deliveries.of_reminder(db, task.creditor_id, reminder_id)
        if delivery is None:
            raise NotFound(f"There is no delivery of a reminder {reminder_id!r}.", reminder_id=reminder_id)
        if delivery.state is not ReminderState.UNKNOWN or outcome is Outcome.UNKNOWN:
            raise NotAllowed(
                f"The delivery of reminder {reminder_id!r} is {delivery.state}; only an unknown one can be settled, "
                "as accepted or refused.",
                reminder_id=reminder_id,
            )
        _record(
            task, db, delivery.key, reminder_id, DeliveryResult(delivery.key, outcome, detail="settled"), now, actor
        )


# -- before anything leaves ----------------------------------------------------------------------------------------


def _tidy_up(run: _Run) -> None:
    """Give back claims that never left and name what may have left when an earlier sender died."""
    task, now = run.task, run.clock()
    with task.store.write() as db:
        for left in deliveries.in_state(db, task.creditor_id, ReminderState.CLAIMED):
            if now - left.claimed_at > LEASE and deliveries.abandon(db, task.creditor_id, left.key, left.token):
                back = {"expected": ReminderState.CLAIMED, "to": ReminderState.APPROVED}
                reminders.move(db, task.creditor_id, left.reminder_id, **back)
                audit.append(db, task.creditor_id, now, run.actor, "claim_given_back", left.reminder_id)
        for left in deliveries.in_state(db, task.creditor_id, ReminderState.SENDING):
            if now - left.claimed_at > LEASE:
                result = DeliveryResult(left.key, Outcome.UNKNOWN, detail="the sender stopped before an answer came")
                _record(task, db, left.key, left.reminder_id, result, now, run.actor)
                run.report.unknown.append(left.reminder_id)


def _in_working_order(run: _Run, approved: list[StoredReminder]) -> list[StoredReminder]:
    """Those whose channel can work at all: a fault of our own must not look as if an address had refused."""
    media = {stored.reminder.to.medium for stored in approved} & run.task.channels.keys()
    checked = {medium: dispatch.check(run.task.channels[medium]) for medium in sorted(media)}
    faults = {medium: result.problems for medium, result in checked.items() if not result.ok}
    for stored in approved:
        medium = stored.reminder.to.medium
        if medium in faults:
            plugin, problem = run.task.channels[medium].name, " ".join(faults[medium])
            run.wait(stored, Reason.of(ReasonCode.CHANNEL_NOT_READY, plugin=plugin, problem=problem))
    return [stored for stored in approved if stored.reminder.to.medium not in faults]


def _must_wait(run: _Run, stored: StoredReminder) -> bool:
    reason = _why_wait(run.task, stored, run.clock())
    if reason is not None:
        run.wait(stored, reason)
    return reason is not None


def _why_wait(task: SendTask, stored: StoredReminder, now: datetime) -> Reason | None:
    reminder = stored.reminder
    if now < reminder.send_not_before:
        return Reason.of(ReasonCode.SEND_POSTPONED, send_not_before=reminder.send_not_before.isoformat())
    policy = task.policy_of(stored)
    if not task.calendar.may_send(now, policy.hours):
        today = task.calendar.local_date(now)
        tomorrow_or_today = task.calendar.first_send_moment(today, policy.hours)
        if tomorrow_or_today <= now:
            tomorrow_or_today = task.calendar.first_send_moment(today + timedelta(days=1), policy.hours)
        return Reason.of(ReasonCode.SEND_POSTPONED, send_not_before=tomorrow_or_today.isoformat())
    limit = policy.stale.any_banking_days
    if task.payments_age_banking_days > limit:
        return Reason.of(
            ReasonCode.LEDGER_STALE,
            payments_as_of=None,
            banking_days=task.payments_age_banking_days,
            limit_banking_days=limit,
        )
    return None


# -- one chunk -----------------------------------------------------------------------------------------------------


def _send_chunk(run: _Run, chunk: list[StoredReminder]) -> None:
    token = secrets.token_hex(16)
    claimed = [stored for stored in chunk if _claim(run, stored, token)]
    if not claimed:
        return
    asked = sorted({item.receivable_id for stored in claimed for item in stored.reminder.items})
    try:
        answers = dispatch.recheck(run.task.source, asked)
    except PluginError as error:
        for stored in claimed:
            _release(run, stored, token, detail=error.code)
            run.wait(stored, Reason.of(ReasonCode.RECHECK_FAILED, source=run.task.source.name))
        return
    for stored in claimed:
        _send_one(run, stored, token, answers)


def _claim(run: _Run, stored: StoredReminder, token: str) -> bool:
    """Check our own facts and take the key, in one committed transaction."""
    task, now = run.task, run.clock()
    with task.store.write() as db:
        if not reminders.move(
            db,
            task.creditor_id,
            stored.reminder.reminder_id,
            expected=ReminderState.APPROVED,
            to=ReminderState.CLAIMED,
        ):
            return False  # another sender was first, or somebody took the approval back
        today = task.calendar.local_date(now)
        reason = _changed_here(task, db, stored, today, claimed=False)
        if reason is None and not deliveries.claim(db, task.creditor_id, stored.reminder, token, now, today):
            reason = _changed("step")
        if reason is None:
            return True
        _return(task, db, stored, reason, now, run.actor)
    run.give_back(stored, reason)
    return False


def _send_one(run: _Run, stored: StoredReminder, token: str, answers: Mapping[str, Recheck]) -> None:
    task, reminder = run.task, stored.reminder
    channel = task.channels[reminder.to.medium]
    hung = Reason.of(ReasonCode.CHANNEL_HUNG, plugin=channel.name) if channel.has_hung else None
    if (closed := hung or _why_wait(task, stored, run.clock())) is not None:
        # The hours may end, or the channel may hang, while earlier messages of the run are on their way.
        _release(run, stored, token)
        run.wait(stored, closed)
        return
    steps = {"expected": ReminderState.CLAIMED, "to": ReminderState.SENDING}
    with task.store.write() as db:
        # A hold or a payment may have come in since the claim, while the ledger answered or others were sent.
        today = task.calendar.local_date(run.clock())
        reason = _changed_here(task, db, stored, today, claimed=True) or _changed_there(
            task, db, stored, answers, today
        )
        if reason is not None:
            ours = deliveries.abandon(db, task.creditor_id, reminder.key, token)
        else:
            ours = deliveries.advance(db, task.creditor_id, reminder.key, token, **steps)
        if not ours:
            return  # we took longer than our lease and another sender took over
        if reason is not None:
            _return(task, db, stored, reason, run.clock(), run.actor)
        else:
            reminders.move(db, task.creditor_id, reminder.reminder_id, **steps)
    if reason is not None:
        run.give_back(stored, reason)
        return
    result = dispatch.deliver(channel, _rendered(stored))
    with task.store.write() as db:
        _record(task, db, reminder.key, reminder.reminder_id, result, run.clock(), run.actor)
    report = run.report
    {Outcome.ACCEPTED: report.accepted, Outcome.REFUSED: report.refused, Outcome.UNKNOWN: report.unknown}[
        result.outcome
    ].append(reminder.reminder_id)


def _rendered(stored: StoredReminder) -> Rendered:
    reminder = stored.reminder
    return Rendered(
        key=reminder.key,
        medium=reminder.to.medium,
        to=reminder.to.address,
        content_type=stored.content_type,
        content=stored.content,
        preview=reminder.preview,
        filename=stored.filename,
    )


# -- what may have changed since approval --------------------------------------------------------------------------


def _changed_here(task: SendTask, db: Db, stored: StoredReminder, today: date, *, claimed: bool) -> Reason | None:
    """Compare what was approved with our own store: the bytes, the channel, and what a run would say today."""
    reminder = stored.reminder
    if hashlib.sha256(stored.content).hexdigest() != reminder.content_hash:
        return _changed("content")
    if task.ask_again is None or reminder.to.medium not in task.channels:
        return _changed("settings")
    return task.ask_again(db, stored, today, claimed=claimed)


def _changed_there(
    task: SendTask, db: Db, stored: StoredReminder, answers: Mapping[str, Recheck], today: date
) -> Reason | None:
    """Compare what our store knows with what the ledger says this very moment."""
    known = ledger.receivables_by_id(db, task.creditor_id, _ids(stored))
    customer_id = stored.reminder.customer_id
    customer = ledger.customers_by_id(db, task.creditor_id, [customer_id]).get(customer_id)
    compared = (_differs(answers[one], known[one], customer, today) for one in _ids(stored))
    differs = next((reason for reason in compared if reason is not None), None)
    if differs is not None:
        return differs
    in_hand = {one for asked in _ids(stored) for one in answers[asked].in_hand}
    return _changed("data") if in_hand and _is_news(task, db, in_hand) else None


def _is_news(task: SendTask, db: Db, in_hand: Collection[Receivable | Payment]) -> bool:
    """Whether any of this money came in since the last reading; a person looks already at what that one kept apart."""
    credit_ids = sorted(one.receivable_id for one in in_hand if isinstance(one, Receivable))
    payment_ids = sorted(one.payment_id for one in in_hand if isinstance(one, Payment))
    known = {_as_money(one) for one in ledger.receivables_by_id(db, task.creditor_id, credit_ids).values()}
    known |= {_as_money(one) for one in ledger.payments_by_id(db, task.creditor_id, payment_ids).values()}
    news = {one.customer_id for one in in_hand if _as_money(one) not in known}
    return bool(news - quarantine.customers(db, task.creditor_id)) if news else False


def _as_money(one: Receivable | Payment) -> tuple[str, str | None, Money]:
    if isinstance(one, Receivable):
        return one.receivable_id, one.credit_of, one.open
    return one.payment_id, one.receivable_id or None, one.amount


def _differs(answer: Recheck, known: Receivable, customer: Customer | None, today: date) -> Reason | None:
    if answer.on_hold or any(hold.covers(known.receivable_id, today) for hold in answer.holds):
        return _changed("hold")
    if answer.open is None:
        return Reason.of(ReasonCode.GONE_MEANWHILE)
    if not answer.open.amount_minor:
        return Reason.of(ReasonCode.PAID_MEANWHILE)
    # With the ledger's own amount, not with the message's: money dated ahead is in the one and not yet in the other.
    if answer.open != known.open:
        return _changed("amount")
    if answer.receivable is not None and replace(answer.receivable, payments_as_of=known.payments_as_of) != known:
        return _changed("amount" if answer.receivable.due_on != known.due_on else "data")
    return _changed("customer") if answer.customer not in (None, customer) else None


def _ids(stored: StoredReminder) -> tuple[str, ...]:
    return tuple(item.receivable_id for item in stored.reminder.items)


def _changed(what: str) -> Reason:
    return Reason.of(ReasonCode.CHANGED_SINCE_APPROVAL, what=what)


# -- afterwards ----------------------------------------------------------------------------------------------------


def _return(task: SendTask, db: Db, stored: StoredReminder, reason: Reason, now: datetime, actor: Actor) -> None:
    reminder = stored.reminder
    reminders.move(
        db,
        task.creditor_id,
        reminder.reminder_id,
        expected=ReminderState.CLAIMED,
        to=ReminderState.RETURNED,
        detail=str(reason.params.get("what") or reason.code.value),
    )
    details = {"reason": reason.code.value, "what": reason.params.get("what")}
    audit.append(db, task.creditor_id, now, actor, "reminder_returned", reminder.reminder_id, details)
    _look_again(task, db, reminder)


def _release(run: _Run, stored: StoredReminder, token: str, *, detail: str = "") -> None:
    """Give a claim back: nothing has left, and the approval stands."""
    task, reminder = run.task, stored.reminder
    steps = {"expected": ReminderState.CLAIMED, "to": ReminderState.APPROVED}
    with task.store.write() as db:
        if deliveries.abandon(db, task.creditor_id, reminder.key, token):
            reminders.move(db, task.creditor_id, reminder.reminder_id, **steps, detail=detail)


def _record(
    task: SendTask, db: Db, key: str, reminder_id: str, result: DeliveryResult, now: datetime, actor: Actor
) -> None:
    state = _RESULT_STATES[result.outcome]
    stored = reminders.by_id(db, task.creditor_id, [reminder_id])[reminder_id]
    deliveries.record(
        db, task.creditor_id, key, state=state, at=now, provider_id=result.provider_id, detail=result.detail
    )
    reminders.move(db, task.creditor_id, reminder_id, expected=stored.state, to=state, detail=result.detail)
    details = {"outcome": result.outcome.value, "key": key, "content_hash": stored.reminder.content_hash}
    audit.append(db, task.creditor_id, now, actor, f"reminder_{state.value}", reminder_id, details)
    _look_again(task, db, stored.reminder)


def _look_again(task: SendTask, db: Db, reminder: Reminder) -> None:
    about = (item.receivable_id for item in reminder.items)
    reviews.reset_about(db, task.creditor_id, [reminder.customer_id], about)


def _chunks(stored: list[StoredReminder]) -> Iterator[list[StoredReminder]]:
    for start in range(0, len(stored), _CHUNK):
        yield stored[start : start + _CHUNK]
