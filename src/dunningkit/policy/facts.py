"""What an approval is bound to beside the text: everything the ledger and the creditor say about a reminder. Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter

from dunningkit.model import Customer, Payment, Receivable, ReceivableKind
from dunningkit.policy.assignment import Terms
from dunningkit.policy.climbing import SentStep


@dataclass(frozen=True, slots=True)
class Credits:
    """Money that one customer has in hand, positive, in minor units.

    ``linked_minor`` says by receivable id what open credit notes for that very invoice add up to, at most what is open of it;
    ``free_minor`` says per currency what else there is.
    """

    free_minor: Mapping[str, int]
    linked_minor: Mapping[str, int]


def credits_of(
    receivables: Sequence[Receivable], payments: Iterable[Payment], day: date, tied: Sequence[Receivable] = ()
) -> Credits:
    """Add up a customer's open credit notes, overpaid invoices, and payments applied to nothing by ``day``.

    A credit note that credits an open invoice goes against it first, whoever's name it bears; what is left of it is free for
    that customer. ``tied`` are receivables of other customers that such notes tie to theirs (see `tied_by_customer`).
    """
    mine = {one.receivable_id for one in receivables}
    every = sorted((*receivables, *tied), key=attrgetter("receivable_id")) if tied else receivables
    open_minor = {
        (one.receivable_id, one.open.currency): one.open.amount_minor
        for one in every
        if one.kind is ReceivableKind.INVOICE and one.open.amount_minor > 0
    }
    free: dict[str, int] = defaultdict(int)
    linked: dict[str, int] = defaultdict(int)
    for one in every:
        if one.kind is not ReceivableKind.CREDIT_NOTE and one.open.amount_minor >= 0:
            continue
        credit_minor = -one.open.amount_minor
        room = open_minor.get((one.credit_of, one.open.currency), 0) - linked[one.credit_of] if one.credit_of else 0
        against = max(min(credit_minor, room), 0)
        linked[one.credit_of] += against
        if one.receivable_id in mine:
            free[one.open.currency] += credit_minor - against
    for payment in payments:
        if payment.receivable_id is None and payment.paid_on <= day:
            free[payment.amount.currency] += payment.amount.amount_minor
    return Credits(
        {currency: minor for currency, minor in free.items() if minor > 0},
        {receivable_id: minor for receivable_id, minor in linked.items() if minor > 0},
    )


def tied_by_customer(receivables: Iterable[Receivable]) -> dict[str, tuple[Receivable, ...]]:
    """What credit notes under one customer for an invoice of another tie to each customer's own, ordered by id.

    Customers whose credit notes are all for their own invoices are not in it.
    """
    by_id = {one.receivable_id: one for one in receivables}
    notes: dict[str, list[Receivable]] = defaultdict(list)
    for one in by_id.values():
        if one.credit_of in by_id:
            notes[one.credit_of].append(one)
    tied: dict[str, dict[str, Receivable]] = defaultdict(dict)
    for credited, found in notes.items():
        together = (by_id[credited], *found)
        for customer_id in {one.customer_id for one in together}:
            others = {one.receivable_id: one for one in together if one.customer_id != customer_id}
            tied[customer_id].update(others)
    return {customer_id: tuple(others[one] for one in sorted(others)) for customer_id, others in tied.items() if others}


@dataclass(frozen=True, slots=True)
class Known:
    """A receivable of a reminder: what linked credit notes add up to, the terms it is under, and what was said about it.

    ``sent`` are the steps that stand, ``cancelled`` counts the reminders that were taken back.
    """

    receivable: Receivable
    linked_credit_minor: int
    terms: Terms
    sent: tuple[SentStep, ...] = ()
    cancelled: int = 0


def facts_hash(customer: Customer, known: Iterable[Known], credit_minor: int, *, says_free: bool = False) -> str:
    """A hash of what was known when a reminder was written; whatever is different later gives another one.

    ``says_free`` is whether the customer asked for a suspension, so that the text says that it costs nothing.
    ``payments_as_of`` is left out: that the ledger is fresher is no difference.
    """
    facts = sorted((_facts(one) for one in known), key=lambda one: one[0].receivable_id)
    asked = ("free",) if says_free else ()
    return hashlib.sha256(repr((customer, facts, credit_minor, *asked)).encode()).hexdigest()[:20]


def _facts(one: Known) -> tuple[Receivable, object]:
    said = (one.sent, one.cancelled)
    return replace(one.receivable, payments_as_of=None), (one.linked_credit_minor, one.terms.stamp, said)
