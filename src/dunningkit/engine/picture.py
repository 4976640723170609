"""What is known on one day about every receivable under review: read from the store, nothing decided yet."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dunningkit.engine.keyed import grouped
from dunningkit.engine.setup import CreditorSetup
from dunningkit.engine.time_travel import as_they_stood
from dunningkit.model import (
    Act,
    Customer,
    Hold,
    Medium,
    Outcome,
    PastReceivable,
    Payment,
    PaymentHistory,
    Receivable,
    ReceivableKind,
    ReminderState,
    Score,
    StepKind,
    Waiver,
)
from dunningkit.policy import Credits, SentStep, Situation, Terms, credits_of, tied_by_customer
from dunningkit.policy.situation import Attempt
from dunningkit.store import Db, arrangements, deliveries, holds, ledger, quarantine, reviews, waivers
from dunningkit.store.deliveries import CONTACTS, DeliveredItem, Delivery

_OUTCOMES = {
    ReminderState.CLAIMED: None,
    ReminderState.SENDING: None,
    ReminderState.UNKNOWN: Outcome.UNKNOWN,
    ReminderState.REFUSED: Outcome.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """The store's facts as at ``as_of``, by customer. ``reviewed`` are the open receivables to decide about.

    By receivable, whoever owed it at the time: ``terms`` (what holds for each of these), ``own_holds`` and ``tried``.
    ``owed`` has what each customer owes in each currency, ``asked_by_ledger`` for which receivables the ledger notes a request.
    ``dated_ahead`` says on which later day something of a customer's begins to count. ``for_law`` is what the law alone asks
    about, ``None`` where the creditor names no rule pack.
    """

    as_of: date
    reviewed: tuple[Receivable, ...]
    customers: Mapping[str, Customer]
    receivables: Mapping[str, tuple[Receivable, ...]]
    terms: Mapping[str, Terms]
    in_hand: Mapping[str, Credits]
    owed: Mapping[tuple[str, str], "Owed"]
    holds: Mapping[str, tuple[Hold, ...]]
    own_holds: Mapping[str, tuple[Hold, ...]]
    tried: Mapping[str, tuple[DeliveredItem, ...]]
    contacts: Mapping[str, tuple[date, ...]]
    courtesies: Mapping[str, tuple[date, ...]]
    asked_by_ledger: frozenset[str]
    refused: Mapping[str, frozenset[tuple[Medium, str]]]
    quarantined: Mapping[str, str]
    dated_ahead: Mapping[str, date]
    for_law: "ForLaw | None"

    def histories(self) -> tuple[PaymentHistory, ...]:
        """What a scorer may know of each customer, ordered by id."""
        return tuple(
            PaymentHistory(customer_id, tuple(_past(receivable) for receivable in found if _is_invoice(receivable)))
            for customer_id, found in sorted(self.receivables.items())
        )

    def situation(self, receivable: Receivable, score: Score | None) -> Situation:
        """Everything about one receivable that the decision needs."""
        customer_id, receivable_id = receivable.customer_id, receivable.receivable_id
        currency = receivable.open.currency
        in_hand = self.in_hand[customer_id]
        owed = self.owed[customer_id, currency]
        tried = self.tried.get(receivable_id, ())
        return Situation(
            receivable=receivable,
            customer=self.customers.get(customer_id),
            segment=score.segment if score else None,
            score_reasons=score.reasons[:1] if score else (),
            holds=(*self.holds.get(customer_id, ()), *self.own_holds.get(receivable_id, ())),
            contacts=self.contacts.get(customer_id, ()),
            courtesies=self.courtesies.get(customer_id, ()),
            sent=tuple(
                SentStep(
                    item.step_id,
                    item.delivery.sent_on,
                    item.delivery.pay_by,
                    courtesy=item.delivery.kind is StepKind.COURTESY,
                )
                for item in tried
                if item.active and item.delivery.state in (ReminderState.ACCEPTED, ReminderState.UNKNOWN)
            ),
            attempts=tuple(
                Attempt(
                    _OUTCOMES[item.delivery.state],
                    item.delivery.sent_on,
                    item.delivery.medium,
                    item.delivery.address,
                    item.delivery.detail,
                    item.delivery.reminder_id,
                )
                for item in tried
                if item.delivery.state in _OUTCOMES
            ),
            refused=self.refused.get(customer_id, frozenset()),
            credit_minor=in_hand.free_minor.get(currency, 0),
            linked_credit_minor=in_hand.linked_minor.get(receivable_id, 0),
            customer_overdue_minor=owed.overdue_minor,
            next_due_on=owed.next_due_on,
            quarantined_at=self.quarantined.get(receivable_id, ""),
            terms=self.terms[receivable_id],
            cancelled=sum(item.delivery.state is ReminderState.CANCELLED for item in tried),
            asked_by_ledger=receivable_id in self.asked_by_ledger,
            changes_on=self.dated_ahead.get(customer_id),
        )


@dataclass(frozen=True, slots=True)
class ForLaw:
    """By receivable: what the ledger or a collector did about it, what was paid for it, what people gave up."""

    acts: Mapping[str, tuple[Act, ...]]
    paid: Mapping[str, tuple[Payment, ...]]
    waived: Mapping[str, tuple[Waiver, ...]]


@dataclass(frozen=True, slots=True)
class Books:
    """What the ledger's own readings say of some customers on one day: only a reading changes it, no message and no decision.

    ``stood`` are their receivables as they stood on the day, by id; the rest is by customer as in `Picture`.
    """

    customers: Mapping[str, Customer]
    stood: Mapping[str, Receivable]
    receivables: Mapping[str, tuple[Receivable, ...]]
    in_hand: Mapping[str, Credits]
    owed: Mapping[tuple[str, str], "Owed"]
    acts: tuple[Act, ...]
    payments: tuple[Payment, ...]
    dated_ahead: Mapping[str, date]


def read_books(db: Db, creditor_id: str, customer_ids: Sequence[str], as_of: date) -> Books:
    """Read what the ledger says of these customers, whole, as at ``as_of``."""
    payments = list(ledger.payments_of(db, creditor_id, customer_ids))
    theirs = list(ledger.receivables_of(db, creditor_id, customer_ids))
    elsewhere = ledger.tied_elsewhere(db, creditor_id, theirs)
    others = ledger.strangers_payments(db, creditor_id, as_of)
    stood = as_they_stood(db, creditor_id, theirs, (*payments, *others), as_of)
    receivables = _by_customer(stood)
    tied = _tied(db, creditor_id, stood, elsewhere, others, as_of)
    in_hand = _in_hand(receivables, payments, tied, as_of)
    return Books(
        customers=ledger.customers_by_id(db, creditor_id, customer_ids),
        stood={receivable.receivable_id: receivable for receivable in stood},
        receivables=receivables,
        in_hand=in_hand,
        owed=_owed(receivables, in_hand, as_of),
        acts=tuple(ledger.acts_of(db, creditor_id, customer_ids)),
        payments=(*payments, *others),
        dated_ahead=_dated_ahead((*theirs, *elsewhere), (*payments, *others), as_of),
    )


#: How to read the books: `read_books`, or something that knows when what it read before holds still.
BooksReader = Callable[[Db, str, Sequence[str], date], Books]


def look(
    db: Db,
    setup: CreditorSetup,
    as_of: date,
    due: Sequence[tuple[str, str]] | None = None,
    *,
    read: BooksReader = read_books,
) -> Picture:
    """Read everything about the customers who have a receivable to review on ``as_of``.

    ``due`` names other receivables (with their customers) to look at; they must be there on that day.
    """
    creditor_id = setup.creditor.creditor_id
    named = None if due is None else [receivable_id for receivable_id, _customer_id in due]
    if due is None:
        due = reviews.due_for_review(db, creditor_id, as_of)
    customer_ids = list(dict.fromkeys(customer_id for _receivable_id, customer_id in due))
    books = read(db, creditor_id, customer_ids, as_of)
    found = (books.stood[receivable_id] for receivable_id, _customer_id in due)
    reviewed = tuple(receivable for receivable in found if receivable.open.amount_minor > 0)
    receivable_ids = [receivable.receivable_id for receivable in reviewed]
    sent = deliveries.to_customers(db, creditor_id, customer_ids)
    counted = [delivery for delivery in sent if delivery.state in CONTACTS]
    held = holds.about(db, creditor_id, customer_ids, receivable_ids)
    return Picture(
        as_of=as_of,
        reviewed=reviewed,
        customers=books.customers,
        receivables=books.receivables,
        terms=_terms(db, setup, reviewed, books.customers, customer_ids),
        in_hand=books.in_hand,
        owed=books.owed,
        holds=grouped((hold.customer_id, hold) for hold in held if hold.receivable_id is None),
        own_holds=grouped((hold.receivable_id, hold) for hold in held if hold.receivable_id is not None),
        tried=grouped((item.receivable_id, item) for item in deliveries.items_about(db, creditor_id, receivable_ids)),
        contacts=_contacts(counted, books.acts, as_of),
        courtesies=_courtesies(counted),
        asked_by_ledger=frozenset(
            act.receivable_id for act in books.acts if act.counts_toward_caps and act.on <= as_of
        ),
        refused=refused_addresses(sent),
        quarantined=quarantine.places(db, creditor_id, named),
        dated_ahead=books.dated_ahead,
        for_law=_for_law(db, setup, books, receivable_ids),
    )


def _for_law(db: Db, setup: CreditorSetup, books: Books, receivable_ids: Sequence[str]) -> ForLaw | None:
    if setup.law is None:
        return None
    wanted = frozenset(receivable_ids)
    waived = waivers.about(db, setup.creditor.creditor_id, receivable_ids)
    return ForLaw(
        acts=grouped((one.receivable_id, one) for one in books.acts if one.receivable_id in wanted),
        paid=grouped((one.receivable_id, one) for one in books.payments if one.receivable_id in wanted),
        waived=grouped((one.receivable_id, one) for one in waived),
    )


def _by_customer(receivables: Iterable[Receivable]) -> dict[str, tuple[Receivable, ...]]:
    return grouped((receivable.customer_id, receivable) for receivable in receivables)


def _terms(
    db: Db,
    setup: CreditorSetup,
    reviewed: Iterable[Receivable],
    customers: Mapping[str, Customer],
    customer_ids: Sequence[str],
) -> dict[str, Terms]:
    reviewed = tuple(reviewed)
    ids = [one.receivable_id for one in reviewed]
    arranged = arrangements.about(db, setup.creditor.creditor_id, customer_ids, ids)
    whole = grouped((one.customer_id, one) for one in arranged if one.receivable_id is None)
    own = grouped((one.receivable_id, one) for one in arranged if one.receivable_id is not None)
    return {
        one.receivable_id: setup.policies.terms(
            one,
            customers.get(one.customer_id),
            (*whole.get(one.customer_id, ()), *own.get(one.receivable_id, ())),
        )
        for one in reviewed
    }


def _contacts(sent: Iterable[Delivery], acts: Iterable[Act], as_of: date) -> dict[str, tuple[date, ...]]:
    """The days on which a customer was asked to pay, whoever owes by now what it was about."""
    asked = [_contact(delivery) for delivery in sent if delivery.kind is not StepKind.COURTESY]
    asked += [(act.customer_id, act.on, act.act_id) for act in acts if act.counts_toward_caps and act.on <= as_of]
    return _days(asked)


def _courtesies(sent: Iterable[Delivery]) -> dict[str, tuple[date, ...]]:
    """The days on which a customer was told about something before its due date."""
    return _days(_contact(delivery) for delivery in sent if delivery.kind is StepKind.COURTESY)


def _contact(delivery: Delivery) -> tuple[str, date, str]:
    return delivery.customer_id, delivery.sent_on, delivery.key


def _days(said: Iterable[tuple[str, date, str]]) -> dict[str, tuple[date, ...]]:
    return grouped((customer_id, on) for customer_id, on, _key in sorted(set(said)))


def refused_addresses(sent: Iterable[Delivery]) -> dict[str, frozenset[tuple[Medium, str]]]:
    """By customer the addresses that did not take a message."""
    refused = (delivery for delivery in sent if delivery.state is ReminderState.REFUSED)
    addresses = grouped((delivery.customer_id, (delivery.medium, delivery.address)) for delivery in refused)
    return {customer_id: frozenset(found) for customer_id, found in addresses.items()}


def _tied(
    db: Db,
    creditor_id: str,
    receivables: Sequence[Receivable],
    elsewhere: Sequence[Receivable],
    others: Sequence[Payment],
    as_of: date,
) -> dict[str, tuple[Receivable, ...]]:
    customer_ids = sorted({one.customer_id for one in elsewhere})
    payments = (*ledger.payments_of(db, creditor_id, customer_ids), *others)
    return tied_by_customer((*receivables, *as_they_stood(db, creditor_id, elsewhere, payments, as_of)))


def _dated_ahead(receivables: Sequence[Receivable], payments: Iterable[Payment], as_of: date) -> dict[str, date]:
    """By customer the earliest later day on which an invoice, a credit note or money begins to count, or is used up.

    What bears another customer's name counts for the one who owes what it is for.
    """
    owner = {one.receivable_id: one.customer_id for one in receivables}
    ahead = [
        (one.customer_id, owner.get(one.credit_of), on)
        for one in receivables
        for on in (one.issued_on, one.settled_on)
        if on is not None and on > as_of
    ]
    ahead += [
        (one.customer_id, owner.get(one.receivable_id or ""), one.paid_on) for one in payments if one.paid_on > as_of
    ]
    found: dict[str, date] = {}
    for *customers, on in ahead:
        for customer_id in customers:
            if customer_id is not None:
                found[customer_id] = min(on, found.get(customer_id, on))
    return found


def _in_hand(
    receivables: Mapping[str, tuple[Receivable, ...]],
    payments: Iterable[Payment],
    tied: Mapping[str, tuple[Receivable, ...]],
    as_of: date,
) -> dict[str, Credits]:
    paid = grouped((payment.customer_id, payment) for payment in payments)
    return {
        customer_id: credits_of(
            receivables.get(customer_id, ()), paid.get(customer_id, ()), as_of, tied.get(customer_id, ())
        )
        for customer_id in receivables.keys() | paid.keys()
    }


@dataclass(slots=True)
class Owed:
    """What one customer owes in one currency: what is overdue, less credit notes linked to it, and the next due date."""

    overdue_minor: int = 0
    next_due_on: date | None = None


def _owed(
    receivables: Mapping[str, tuple[Receivable, ...]], in_hand: Mapping[str, Credits], as_of: date
) -> dict[tuple[str, str], Owed]:
    owed: dict[tuple[str, str], Owed] = defaultdict(Owed)
    for customer_id, found in receivables.items():
        linked_minor = in_hand[customer_id].linked_minor
        for receivable in found:
            if not _is_invoice(receivable) or receivable.open.amount_minor <= 0:
                continue
            mine = owed[customer_id, receivable.open.currency]
            if receivable.due_on < as_of:
                mine.overdue_minor += receivable.open.amount_minor - linked_minor.get(receivable.receivable_id, 0)
            elif mine.next_due_on is None or receivable.due_on < mine.next_due_on:
                mine.next_due_on = receivable.due_on
    return dict(owed)


def _is_invoice(receivable: Receivable) -> bool:
    return receivable.kind is ReceivableKind.INVOICE


def _past(receivable: Receivable) -> PastReceivable:
    return PastReceivable(
        receivable_id=receivable.receivable_id,
        issued_on=receivable.issued_on,
        due_on=receivable.due_on,
        settled_on=receivable.settled_on,
        # A scorer is given no value that anybody else uses.
        original=replace(receivable.original),
        # Paid, but nobody knows when: as history it would look unpaid to this day.
        counts=receivable.counts_for_history
        and not receivable.disputed
        and (receivable.settled_on is not None or receivable.open.amount_minor != 0),
    )
