"""Whether what was approved still holds: asked of each line by every run, and by the same rules again right before sending."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from dunningkit.engine.days import Days
from dunningkit.engine.lawful import Law
from dunningkit.engine.picture import Books, Picture, look, read_books
from dunningkit.engine.setup import CreditorSetup
from dunningkit.model import Customer, LineStatus, Reason, ReasonCode, Reminder, ReminderItem
from dunningkit.policy import Claims, Decision, Known, Situation, Terms, decide, facts_hash
from dunningkit.store import Db, ledger, proposals, syncs
from dunningkit.store.reminders import StoredReminder
from dunningkit.store.syncs import SyncRecord, SyncState

Found = tuple[Situation, Decision]


def what_changed(setup: CreditorSetup, stored: StoredReminder, found: Sequence[Found | None], as_of: date) -> str:
    """What differs on ``as_of`` from what was approved; empty when nothing does.

    ``found`` has for each item of the reminder what is known and decided now, ``None`` where nothing is open.
    """
    if stored.policy_version != setup.basis:
        return "settings"
    compared = (_item_changed(stored, item, known) for item, known in zip(stored.reminder.items, found, strict=True))
    if what := next((what for what in compared if what), ""):
        return what
    members = [known for known in found if known is not None]
    customer = members[0][0].customer
    if customer is None or facts_of(customer, members) != stored.reminder.facts_hash:
        return "data"
    if _asks_for_more(stored.reminder, members):
        return "law"
    return "age" if stored.reminder.is_out_of_date(as_of) else ""


def _item_changed(stored: StoredReminder, item: ReminderItem, known: Found | None) -> str:
    if known is None:
        return "amount"  # paid, gone, or due on a later day: there is nothing to write about any more
    situation, decision = known
    if situation.receivable.open != item.open or situation.receivable.due_on != item.due_on:
        return "amount"
    if decision.step is None or decision.step.id != item.step_id:
        return "hold" if decision.status is LineStatus.WONT_GO else "step"
    if _is_elsewhere(stored, situation):
        return "customer"
    if _is_beyond(decision.claims, item, stored.reminder):
        return "law"
    # A yes answers the questions that stood beside it, and no other.
    return "" if set(decision.questions) <= set(stored.reminder.questions) else "question"


def _is_beyond(claims: Claims, item: ReminderItem, reminder: Reminder) -> bool:
    """Whether the law allows less by now than the item claims, or a later day to pay than its text names."""
    is_too_soon = claims.pay_by is not None and reminder.pay_by < claims.pay_by
    return is_too_soon or item.fee_minor > claims.fee_minor or item.interest_minor > claims.interest_minor


def _asks_for_more(reminder: Reminder, members: Sequence[Found]) -> bool:
    """Whether the total is more than its items and the fees of earlier reminders that may be asked for by now."""
    asked_minor = sum(item.open.amount_minor + item.fee_minor + item.interest_minor for item in reminder.items)
    earlier_minor = sum(decision.claims.earlier_fees_minor for _, decision in members)
    return reminder.total.amount_minor > asked_minor + earlier_minor


def _is_elsewhere(stored: StoredReminder, situation: Situation) -> bool:
    """Whether the customer is another one by now, or is not reached at that address any more."""
    to, customer = stored.reminder.to, situation.customer
    moved = situation.receivable.customer_id != stored.reminder.customer_id
    if moved or customer is None or to not in customer.contact_points:
        return True
    return (to.medium, to.address) in situation.refused


def facts_of(customer: Customer, members: Sequence[Found]) -> str:
    """The hash of what is known about the receivables of one reminder, and of whether it has to say that it is free."""
    known = (
        Known(one.receivable, one.linked_credit_minor, one.terms or Terms(None), one.sent, one.cancelled)
        for one, _ in members
    )
    says_free = any(decision.claims.must_say_free for _, decision in members)
    return facts_hash(customer, known, members[0][0].credit_minor, says_free=says_free)


@dataclass(slots=True)
class _LastBooks:
    """Reads a customer's books once for all of their messages in a row, and again after every reading of the ledger.

    Everything else (holds, deliveries, arrangements) is read anew each time.
    """

    key: tuple[object, ...] = ()
    books: Books | None = None

    def __call__(self, db: Db, creditor_id: str, customer_ids: Sequence[str], as_of: date) -> Books:
        """The books of these customers."""
        before = _whole_reading(db, creditor_id)
        key = (creditor_id, tuple(customer_ids), as_of, before)
        if self.books is not None and before is not None and key == self.key:
            return self.books
        books = read_books(db, creditor_id, customer_ids, as_of)
        # A reading that began meanwhile may have changed half of them.
        is_of_one_reading = before is not None and before == _whole_reading(db, creditor_id)
        self.key, self.books = (key, books) if is_of_one_reading else ((), None)
        return books


def _whole_reading(db: Db, creditor_id: str) -> int | None:
    """The number of the newest reading when it has ended: nothing of the ledger changes until the next one begins."""
    last = syncs.last(db, creditor_id)
    return last.number if last is not None and last.state is not SyncState.RUNNING else None


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Asks about approved reminders between two runs what a run of that day would, from the store as it is.

    How a customer pays is not scored again: the segment is that of the line's latest run.
    """

    setup: CreditorSetup
    last: SyncRecord
    _read: _LastBooks = field(default_factory=_LastBooks, compare=False, repr=False)

    def __call__(self, db: Db, stored: StoredReminder, today: date, *, claimed: bool) -> Reason | None:
        """Why a reminder must not leave any more; ``claimed`` when its sender has taken its place already."""
        items = stored.reminder.items
        creditor_id = self.setup.creditor.creditor_id
        known = ledger.receivables_by_id(db, creditor_id, [item.receivable_id for item in items])
        if len(known) < len(items):
            return Reason.of(ReasonCode.GONE_MEANWHILE)
        due = [(one.receivable_id, one.customer_id) for one in known.values() if one.issued_on <= today]
        picture = look(db, self.setup, today, due, read=self._read)
        if len(picture.reviewed) < len(due):
            return Reason.of(ReasonCode.PAID_MEANWHILE)
        found = self._decide(db, stored, picture, claimed=claimed)
        what = what_changed(self.setup, stored, [found.get(item.receivable_id) for item in items], today)
        if not what:
            return None
        first = (decision.reasons[0] for _, decision in found.values())
        capped = (reason for reason in first if reason.code is ReasonCode.CONTACT_CAP)
        return next(capped, Reason.of(ReasonCode.CHANGED_SINCE_APPROVAL, what=what))

    def _decide(self, db: Db, stored: StoredReminder, picture: Picture, *, claimed: bool) -> dict[str, Found]:
        ids = [one.receivable_id for one in picture.reviewed]
        lines = proposals.newest_lines(db, self.setup.creditor.creditor_id, ids)
        days = Days(self.setup, self.last, picture.as_of, "")
        law = Law(self.setup, picture, leaving=stored.reminder.reminder_id if claimed else "")
        found = {}
        for receivable in picture.reviewed:
            receivable_id = receivable.receivable_id
            situation = picture.situation(receivable, None)
            if receivable_id in lines:
                situation = replace(situation, segment=lines[receivable_id][1].segment)
            if claimed:
                situation = _before_its_claim(situation, stored.reminder.reminder_id)
            policy = picture.terms[receivable_id].policy or self.setup.policy
            day = days.under(policy)
            found[receivable_id] = (situation, law(situation, decide(situation, day), day))
        return found


def _before_its_claim(situation: Situation, reminder_id: str) -> Situation:
    """The situation without the reminder's own delivery; the caps were asked when its place was taken."""
    others = tuple(one for one in situation.attempts if one.reminder_id != reminder_id)
    return replace(situation, attempts=others, contacts=(), courtesies=())
