"""What is known on one day about every receivable under review: read from the store, nothing decided yet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dunningkit.engine.setup import CreditorSetup
from dunningkit.model import (
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
)
from dunningkit.policy import Situation, credit_in_hand
from dunningkit.policy.decide import Attempt, SentStep
from dunningkit.store import Db, deliveries, holds, ledger, quarantine, reviews
from dunningkit.store.deliveries import CONTACTS, DeliveredItem

_OUTCOMES = {
    ReminderState.CLAIMED: None,
    ReminderState.SENDING: None,
    ReminderState.UNKNOWN: Outcome.UNKNOWN,
    ReminderState.REFUSED: Outcome.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """The store's facts as at ``as_of``, by customer. ``reviewed`` are the overdue, open receivables to decide about."""

    as_of: date
    reviewed: tuple[Receivable, ...]
    customers: Mapping[str, Customer]
    receivables: Mapping[str, tuple[Receivable, ...]]
    credit_minor: Mapping[tuple[str, str], int]
    overdue_minor: Mapping[tuple[str, str], int]
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
        pot = (customer_id, receivable.open.currency)
        tried = self.tried.get(receivable_id, ())
        return Situation(
            receivable=receivable,
            customer=self.customers.get(customer_id),
            segment=score.segment if score else None,
            score_reasons=score.reasons[:1] if score else (),
            holds=self.holds.get(customer_id, ()),
            contacts=self.contacts.get(customer_id, ()),
            sent=tuple(
                SentStep(item.step_id, item.delivery.sent_on, item.delivery.pay_by)
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
            credit_minor=self.credit_minor.get(pot, 0),
            customer_overdue_minor=self.overdue_minor.get(pot, 0),
            quarantined_at=self.quarantined.get(receivable_id, ""),
        )


def look(db: Db, setup: CreditorSetup, as_of: date) -> Picture:
    """Read everything about the customers who have a receivable to review on ``as_of``."""
    creditor_id = setup.creditor.creditor_id
    due = reviews.due_for_review(db, creditor_id, as_of)
    customer_ids = list(dict.fromkeys(customer_id for _receivable_id, customer_id in due))
    payments = list(ledger.payments_of(db, creditor_id, customer_ids))
    receivables = _as_they_stood(ledger.receivables_of(db, creditor_id, customer_ids), payments, as_of)
    by_id = {receivable.receivable_id: receivable for found in receivables.values() for receivable in found}
    reviewed = (by_id[receivable_id] for receivable_id, _customer_id in due)
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
        reviewed=tuple(receivable for receivable in reviewed if receivable.open.amount_minor > 0),
        customers=ledger.customers_by_id(db, creditor_id, customer_ids),
        receivables=receivables,
        credit_minor=_credits(receivables, payments, as_of),
        overdue_minor=_overdue(receivables, as_of),
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


def _credits(
    receivables: Mapping[str, tuple[Receivable, ...]], payments: Iterable[Payment], as_of: date
) -> dict[tuple[str, str], int]:
    paid: dict[str, list[Payment]] = defaultdict(list)
    for payment in payments:
        paid[payment.customer_id].append(payment)
    return {
        (customer_id, currency): minor
        for customer_id in receivables.keys() | paid.keys()
        for currency, minor in credit_in_hand(receivables.get(customer_id, ()), paid[customer_id], as_of).items()
    }


def _overdue(receivables: Mapping[str, tuple[Receivable, ...]], as_of: date) -> dict[tuple[str, str], int]:
    total: dict[tuple[str, str], int] = defaultdict(int)
    for customer_id, found in receivables.items():
        for receivable in found:
            if _is_invoice(receivable) and receivable.due_on < as_of:
                total[customer_id, receivable.open.currency] += max(receivable.open.amount_minor, 0)
    return dict(total)


def _is_invoice(receivable: Receivable) -> bool:
    return receivable.kind is ReceivableKind.INVOICE


def _past(receivable: Receivable) -> PastReceivable:
    return PastReceivable(
        receivable_id=receivable.receivable_id,
        issued_on=receivable.issued_on,
        due_on=receivable.due_on,
        settled_on=receivable.settled_on,
        original=receivable.original,
        # Paid, but nobody knows when: as history it would look unpaid to this day.
        counts=receivable.counts_for_history
        and not receivable.disputed
        and (receivable.settled_on is not None or receivable.open.amount_minor != 0),
    )
