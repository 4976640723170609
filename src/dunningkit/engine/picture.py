"""What is known on one day about every receivable under review: read from the store, nothing decided yet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dunningkit.engine.setup import CreditorSetup
from dunningkit.model import (
    Arrangement,
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
)
from dunningkit.policy import Credits, SentStep, Situation, Terms, credits_of
from dunningkit.policy.situation import Attempt
from dunningkit.store import Db, arrangements, deliveries, holds, ledger, quarantine, reviews
from dunningkit.store.deliveries import CONTACTS, DeliveredItem

_OUTCOMES = {
    ReminderState.CLAIMED: None,
    ReminderState.SENDING: None,
    ReminderState.UNKNOWN: Outcome.UNKNOWN,
    ReminderState.REFUSED: Outcome.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """The store's facts as at ``as_of``, by customer. ``reviewed`` are the open receivables to decide about.

    ``terms`` has what holds for each of these, ``owed`` what each customer owes in each currency.
    """

    as_of: date
    reviewed: tuple[Receivable, ...]
    customers: Mapping[str, Customer]
    receivables: Mapping[str, tuple[Receivable, ...]]
    terms: Mapping[str, Terms]
    in_hand: Mapping[str, Credits]
    owed: Mapping[tuple[str, str], "Owed"]
    holds: Mapping[str, tuple[Hold, ...]]
    tried: Mapping[str, tuple[DeliveredItem, ...]]
    contacts: Mapping[str, tuple[date, ...]]
    refused: Mapping[str, frozenset[tuple[Medium, str]]]
    quarantined: Mapping[str, str]

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
            holds=self.holds.get(customer_id, ()),
            contacts=self.contacts.get(customer_id, ()),
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
        )


def look(db: Db, setup: CreditorSetup, as_of: date, due: Sequence[tuple[str, str]] | None = None) -> Picture:
    """Read everything about the customers who have a receivable to review on ``as_of``.

    ``due`` names other receivables (with their customers) to look at; they must be there on that day.
    """
    creditor_id = setup.creditor.creditor_id
    if due is None:
        due = reviews.due_for_review(db, creditor_id, as_of)
    customer_ids = list(dict.fromkeys(customer_id for _receivable_id, customer_id in due))
    payments = list(ledger.payments_of(db, creditor_id, customer_ids))
    receivables = _as_they_stood(ledger.receivables_of(db, creditor_id, customer_ids), payments, as_of)
    by_id = {receivable.receivable_id: receivable for found in receivables.values() for receivable in found}
    found = (by_id[receivable_id] for receivable_id, _customer_id in due)
    reviewed = tuple(receivable for receivable in found if receivable.open.amount_minor > 0)
    customers = ledger.customers_by_id(db, creditor_id, customer_ids)
    arranged: dict[str, list[Arrangement]] = defaultdict(list)
    for arrangement in arrangements.active(db, creditor_id, customer_ids):
        arranged[arrangement.customer_id].append(arrangement)
    in_hand = _in_hand(receivables, payments, as_of)
    tried: dict[str, list[DeliveredItem]] = defaultdict(list)
    contacts: dict[str, set[tuple[date, str]]] = defaultdict(set)
    refused: dict[str, set[tuple[Medium, str]]] = defaultdict(set)
    for item in deliveries.items_of_customers(db, creditor_id, customer_ids):
        tried[item.receivable_id].append(item)
        if item.delivery.state is ReminderState.REFUSED:
            refused[item.delivery.customer_id].add((item.delivery.medium, item.delivery.address))
        if item.delivery.state in CONTACTS:
            contacts[item.delivery.customer_id].add((item.delivery.sent_on, item.delivery.key))
    for act in ledger.acts_of(db, creditor_id, customer_ids):
        if act.counts_toward_caps and act.on <= as_of:
            contacts[act.customer_id].add((act.on, act.act_id))
    held: dict[str, list[Hold]] = defaultdict(list)
    for hold in holds.active(db, creditor_id, customer_ids):
        held[hold.customer_id].append(hold)
    return Picture(
        as_of=as_of,
        reviewed=reviewed,
        customers=customers,
        receivables=receivables,
        terms={
            one.receivable_id: setup.policies.terms(one, customers.get(one.customer_id), arranged[one.customer_id])
            for one in reviewed
        },
        in_hand=in_hand,
        owed=_owed(receivables, in_hand, as_of),
        holds={customer_id: tuple(found) for customer_id, found in held.items()},
        tried={receivable_id: tuple(found) for receivable_id, found in tried.items()},
        contacts={customer_id: tuple(sorted(on for on, _ in found)) for customer_id, found in contacts.items()},
        refused={customer_id: frozenset(found) for customer_id, found in refused.items()},
        quarantined=quarantine.places(db, creditor_id),
    )


def _as_they_stood(
    receivables: Iterable[Receivable], payments: Iterable[Payment], as_of: date
) -> dict[str, tuple[Receivable, ...]]:
    paid: dict[str, list[Payment]] = defaultdict(list)
    for payment in payments:
        if payment.receivable_id is not None:
            paid[payment.receivable_id].append(payment)
    found: dict[str, list[Receivable]] = defaultdict(list)
    for receivable in receivables:
        if receivable.issued_on <= as_of:
            then = receivable.as_of(as_of, tuple(paid.get(receivable.receivable_id, ())))
            found[receivable.customer_id].append(then)
    return {customer_id: tuple(of_customer) for customer_id, of_customer in found.items()}


def _in_hand(
    receivables: Mapping[str, tuple[Receivable, ...]], payments: Iterable[Payment], as_of: date
) -> dict[str, Credits]:
    paid: dict[str, list[Payment]] = defaultdict(list)
    for payment in payments:
        paid[payment.customer_id].append(payment)
    return {
        customer_id: credits_of(receivables.get(customer_id, ()), paid[customer_id], as_of)
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
