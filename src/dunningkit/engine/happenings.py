"""What happened to a receivable, or around it, between two proposals: found in what is stored, as reasons."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter

from dunningkit.engine.setup import CreditorSetup
from dunningkit.model import (
    Arrangement,
    AuditEntry,
    Line,
    LineStatus,
    Outcome,
    Payment,
    Proposal,
    Reason,
    ReasonCode,
    Receivable,
    ReceivableKind,
    ReminderState,
)
from dunningkit.store import Db, arrangements, audit, deliveries, holds, ledger, proposals
from dunningkit.store.deliveries import DeliveredItem, Delivery

_OUTCOMES = {
    "reminder_accepted": Outcome.ACCEPTED,
    "reminder_refused": Outcome.REFUSED,
    "reminder_unknown": Outcome.UNKNOWN,
}
_BY_PEOPLE = {
    "approved": ReasonCode.APPROVED_SINCE,
    "reminder_cancelled": ReasonCode.CANCELLED_SINCE,
    "skip_undone": ReasonCode.UNSKIPPED_SINCE,
    "skipped": ReasonCode.SKIPPED_SINCE,
}
_OF_REMINDERS = (*_OUTCOMES, *_BY_PEOPLE, "reminder_returned")
_OF_ARRANGEMENTS = {
    "arranged": ReasonCode.ARRANGED_SINCE,
    "arrangement_ended": ReasonCode.ARRANGEMENT_ENDED_SINCE,
}
_OF_HOLDS = {"hold_placed": ReasonCode.HOLD_SINCE, "hold_released": ReasonCode.RELEASED_SINCE}


@dataclass(slots=True)
class Happenings:
    """What happened since a proposal was made.

    ``to_receivable`` holds by receivable id what was done to that very one, ``to_customer`` by customer id what concerns all of
    theirs, ``beside`` by customer id what happened to single ones of them; ``sent`` are the reminders that left. In each,
    everything is in the order in which it happened.
    """

    to_receivable: dict[str, list[Reason]] = field(default_factory=lambda: defaultdict(list))
    to_customer: dict[str, list[Reason]] = field(default_factory=lambda: defaultdict(list))
    beside: dict[str, list[tuple[str | None, Reason]]] = field(default_factory=lambda: defaultdict(list))
    sent: dict[str, list[DeliveredItem]] = field(default_factory=lambda: defaultdict(list))

    def to(self, receivable_id: str, customer_id: str) -> tuple[Reason, ...]:
        """What was done to a receivable, or to all of its customer's."""
        return _once((*self.to_receivable.get(receivable_id, ()), *self.to_customer.get(customer_id, ())))

    def around(self, receivable_id: str, customer_id: str) -> tuple[Reason, ...]:
        """What happened to the customer's other receivables, as a first cause why this one is seen otherwise."""
        return _once(reason for about, reason in self.beside.get(customer_id, ()) if about != receivable_id)


def _once(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    found: list[Reason] = []
    for reason in reasons:
        if reason not in found:
            found.append(reason)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Span:
    """The time between two proposals: what was said at its ends, when it began, and the readings of the ledger in it.

    ``before`` and ``after`` are the lines that are looked into, by receivable id; ``numbers`` those of the two proposals.
    """

    earlier: Proposal
    later: Proposal
    since: datetime
    readings: Mapping[int, date]
    before: Mapping[str, Line]
    after: Mapping[str, Line]
    customer_ids: Sequence[str]
    numbers: tuple[int, int]


def happenings(db: Db, setup: CreditorSetup, span: Span) -> Happenings:
    """Everything stored that happened in the span to these lines' receivables and customers."""
    found = Happenings()
    creditor_id = setup.creditor.creditor_id
    items = _tried(db, creditor_id, span)
    _what_left(found, span, items)
    made = {one.number: one for one in arrangements.of_customers(db, creditor_id, span.customer_ids)}
    told = _Told(found, setup, span, _reminders(db, creditor_id, span, items), made, _left(span, items))
    sequence = audit.newest_about(db, creditor_id, "proposed", span.earlier.proposal_id)
    for entry in audit.after(db, creditor_id, sequence, (*_OF_REMINDERS, *_OF_HOLDS, *_OF_ARRANGEMENTS)):
        told.tell(entry)
    if span.readings:
        _what_was_read(db, creditor_id, found, span)
    return found


def _tried(db: Db, creditor_id: str, span: Span) -> Sequence[DeliveredItem]:
    """What was tried towards these customers, and about these receivables towards whoever owed them then."""
    about = deliveries.items_about(db, creditor_id, sorted(span.before.keys() | span.after.keys()))
    towards = deliveries.items_to(db, creditor_id, span.customer_ids)
    found = {(item.delivery.key, item.receivable_id): item for item in (*about, *towards)}
    return sorted(found.values(), key=attrgetter("delivery.sent_on", "delivery.key", "receivable_id"))


def _what_left(found: Happenings, span: Span, items: Iterable[DeliveredItem]) -> None:
    for item in items:
        delivery = item.delivery
        left = delivery.state in (ReminderState.ACCEPTED, ReminderState.CANCELLED)
        if left and span.since <= delivery.claimed_at and delivery.sent_on <= span.later.as_of:
            found.sent[item.receivable_id].append(item)
            reason = Reason.of(
                ReasonCode.OTHER_SENT_SINCE, on=delivery.sent_on.isoformat(), medium=delivery.medium.value
            )
            found.beside[delivery.customer_id].append((item.receivable_id, reason))


def _left(span: Span, items: Iterable[DeliveredItem]) -> Mapping[str, Delivery]:
    """What was sent on the span's days, by its reminder: clocks that were set back must not hide it."""
    days = (span.earlier.as_of, span.later.as_of)
    return {item.delivery.reminder_id: item.delivery for item in items if days[0] <= item.delivery.sent_on <= days[1]}


def _reminders(db: Db, creditor_id: str, span: Span, items: Iterable[DeliveredItem]) -> Mapping[str, set[str]]:
    """The receivables of each reminder that the proposals of the span or the deliveries know."""
    wanted = list(span.before.keys() | span.after.keys())
    about = proposals.reminders_between(db, creditor_id, wanted, *span.numbers)
    for item in items:
        about.setdefault(item.delivery.reminder_id, set()).add(item.receivable_id)
    return about


@dataclass(frozen=True, slots=True)
class _Told:
    """What the audit log tells, entry by entry, of the receivables that are looked into."""

    found: Happenings
    setup: CreditorSetup
    span: Span
    about: Mapping[str, set[str]]
    arranged: Mapping[int, Arrangement]
    left: Mapping[str, Delivery]

    def tell(self, entry: AuditEntry) -> None:
        on = self.setup.calendar.local_date(entry.at).isoformat()
        if entry.action in _OF_HOLDS:
            kind = str(entry.details["kind"])
            self._place(entry, Reason.of(_OF_HOLDS[entry.action], kind=kind, on=on, by=entry.actor.shown))
        elif entry.action in _OF_ARRANGEMENTS:
            self._arrange(entry, on)
        else:
            for receivable_id in sorted(self.about.get(entry.subject, ())):
                told = self._of_a_reminder(entry, on, receivable_id)
                if told is not None:
                    self.found.to_receivable[receivable_id].append(told)

    def _place(self, entry: AuditEntry, reason: Reason) -> None:
        # Entries of before say with their subject alone whether it was one receivable or a whole customer.
        receivable_id = entry.details.get("receivable_id", entry.subject)
        customer_id = entry.details.get("customer_id", entry.subject)
        if receivable_id is not None:
            self.found.to_receivable[str(receivable_id)].append(reason)
        if receivable_id is None or "receivable_id" not in entry.details:
            self.found.to_customer[str(customer_id)].append(reason)

    def _arrange(self, entry: AuditEntry, on: str) -> None:
        made = self.arranged.get(int(entry.details["number"] or 0))
        if made is None:
            return
        reason = Reason.of(_OF_ARRANGEMENTS[entry.action], kind=made.kind.value, on=on, by=entry.actor.shown)
        if made.receivable_id is None:
            self.found.to_customer[made.customer_id].append(reason)
        else:
            self.found.to_receivable[made.receivable_id].append(reason)

    def _of_a_reminder(self, entry: AuditEntry, on: str, receivable_id: str) -> Reason | None:
        if entry.action in _OUTCOMES:
            delivery = self.left.get(entry.subject)
            if any(item.delivery.reminder_id == entry.subject for item in self.found.sent.get(receivable_id, ())):
                return None  # told as a reminder that left
            if delivery is not None and entry.action == "reminder_accepted":
                return Reason.of(ReasonCode.SENT_SINCE, on=delivery.sent_on.isoformat(), medium=delivery.medium.value)
            return Reason.of(ReasonCode.OUTCOME_SINCE, on=on, outcome=_OUTCOMES[entry.action].value)
        was = self.span.before.get(receivable_id)
        if entry.action == "approved" and (was is None or was.status is not LineStatus.NEEDS_YOU):
            return None  # nobody was asked, so nothing about the line hangs on it
        if entry.action == "reminder_returned":
            return Reason.of(ReasonCode.RETURNED_SINCE, on=on)
        return Reason.of(_BY_PEOPLE[entry.action], on=on, by=entry.actor.shown)


# -- what the ledger brought ---------------------------------------------------------------------------------------


def _what_was_read(db: Db, creditor_id: str, found: Happenings, span: Span) -> None:
    first, customer_ids = min(span.readings), span.customer_ids
    for hold, changed_in in holds.of_ledger_since(db, creditor_id, customer_ids, first):
        on = span.readings.get(changed_in)
        if on is None:
            continue
        reason = Reason.of(ReasonCode.LEDGER_HOLD_SINCE, kind=hold.kind.value, on=on.isoformat())
        if hold.receivable_id is None:
            found.to_customer[hold.customer_id].append(reason)
        else:
            found.to_receivable[hold.receivable_id].append(reason)
    for customer_id, changed_in in ledger.customers_read_since(db, creditor_id, customer_ids, first):
        if changed_in in span.readings:
            reason = Reason.of(ReasonCode.CUSTOMER_READ_SINCE, on=span.readings[changed_in].isoformat())
            found.to_customer[customer_id].append(reason)
    for receivable, changed_in in ledger.receivables_read_since(db, creditor_id, customer_ids, first):
        if changed_in in span.readings:
            _one_was_read(found, receivable, span.readings[changed_in].isoformat())
    for act, changed_in in ledger.acts_read_since(db, creditor_id, customer_ids, first):
        if changed_in in span.readings:
            reason = Reason.of(ReasonCode.ACT_SINCE, kind=act.kind.value, on=act.on.isoformat())
            found.to_customer[act.customer_id].append(reason)


def _one_was_read(found: Happenings, receivable: Receivable, on: str) -> None:
    if receivable.kind is ReceivableKind.CREDIT_NOTE:
        reason = Reason.of(
            ReasonCode.CREDIT_NOTE_SINCE,
            number=receivable.invoice_number,
            credit_minor=-receivable.open.amount_minor,
            currency=receivable.open.currency,
            on=on,
        )
        found.to_customer[receivable.customer_id].append(reason)
        return
    found.to_receivable[receivable.receivable_id].append(Reason.of(ReasonCode.READ_SINCE, on=on))
    other = Reason.of(ReasonCode.OTHER_READ_SINCE, number=receivable.invoice_number, on=on)
    found.beside[receivable.customer_id].append((receivable.receivable_id, other))


def of_payments(payments: Iterable[Payment]) -> tuple[Reason, ...]:
    """Payments that are known since, those that came back among them."""
    return _of_money(payments, came=ReasonCode.PAID_SINCE, went=ReasonCode.PAID_BACK_SINCE)


def of_money_in_hand(payments: Iterable[Payment]) -> tuple[Reason, ...]:
    """Payments applied to nothing that are known since, and what was given back of such money."""
    return _of_money(payments, came=ReasonCode.IN_HAND_SINCE, went=ReasonCode.GIVEN_BACK_SINCE)


def _of_money(payments: Iterable[Payment], *, came: ReasonCode, went: ReasonCode) -> tuple[Reason, ...]:
    return tuple(
        Reason.of(
            came if one.amount.amount_minor >= 0 else went,
            paid_minor=abs(one.amount.amount_minor),
            currency=one.amount.currency,
            on=one.paid_on.isoformat(),
        )
        for one in payments
    )
