"""What an approval is bound to beside the text: everything the ledger and the creditor say about a reminder. Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

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


def credits_of(receivables: Sequence[Receivable], payments: Iterable[Payment], day: date) -> Credits:
    """Add up a customer's open credit notes, overpaid invoices, and payments applied to nothing by ``day``.

    A credit note that credits an open invoice goes against it first; what is left of it is free.
    """
    open_minor = {
        (one.receivable_id, one.open.currency): one.open.amount_minor
        for one in receivables
        if one.kind is ReceivableKind.INVOICE and one.open.amount_minor > 0
    }
    free: dict[str, int] = defaultdict(int)
    linked: dict[str, int] = defaultdict(int)
    for one in receivables:
        if one.kind is not ReceivableKind.CREDIT_NOTE and one.open.amount_minor >= 0:
            continue
        credit_minor = -one.open.amount_minor
        room = open_minor.get((one.credit_of, one.open.currency), 0) - linked[one.credit_of] if one.credit_of else 0
        against = max(min(credit_minor, room), 0)
        linked[one.credit_of] += against
        free[one.open.currency] += credit_minor - against
    for payment in payments:
        if payment.receivable_id is None and payment.paid_on <= day:
            free[payment.amount.currency] += payment.amount.amount_minor
    return Credits(
        {currency: minor for currency, minor in free.items() if minor > 0},
        {receivable_id: minor for receivable_id, minor in linked.items() if minor > 0},
    )


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


def facts_hash(customer: Customer, known: Iterable[Known], credit_minor: int) -> str:
    """A hash of what was known when a reminder was written; whatever is different later gives another one.

    ``payments_as_of`` is left out: that the ledger is fresher is no difference.
    """
    facts = sorted((_facts(one) for one in known), key=lambda one: one[0].receivable_id)
    return hashlib.sha256(repr((customer, facts, credit_minor)).encode()).hexdigest()[:20]


def _facts(one: Known) -> tuple[Receivable, object]:
    said = (one.sent, one.cancelled)
    return replace(one.receivable, payments_as_of=None), (one.linked_credit_minor, one.terms.stamp, said)
