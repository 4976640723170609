"""What an approval is bound to beside the text: everything the ledger says about the customer and the receivables. Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from dunningkit.model import Customer, Payment, Receivable, ReceivableKind


def credit_in_hand(receivables: Iterable[Receivable], payments: Iterable[Payment], day: date) -> Mapping[str, int]:
    """Money that a customer has in hand on ``day``, in minor units per currency.

    That is: open credit notes, invoices that are overpaid, and payments applied to nothing.
    """
    total: dict[str, int] = defaultdict(int)
    for receivable in receivables:
        if receivable.kind is ReceivableKind.CREDIT_NOTE or receivable.open.amount_minor < 0:
            total[receivable.open.currency] -= receivable.open.amount_minor
    for payment in payments:
        if payment.receivable_id is None and payment.paid_on <= day:
            total[payment.amount.currency] += payment.amount.amount_minor
    return {currency: minor for currency, minor in total.items() if minor > 0}


def facts_hash(customer: Customer, receivables: Iterable[Receivable], credit_minor: int) -> str:
    """A hash of what was known when a reminder was written; whatever is different later gives another one.

    ``payments_as_of`` is left out: that the ledger is fresher is no difference.
    """
    known = sorted((replace(receivable, payments_as_of=None) for receivable in receivables), key=_by_id)
    return hashlib.sha256(repr((customer, known, credit_minor)).encode()).hexdigest()[:20]


def _by_id(receivable: Receivable) -> str:
    return receivable.receivable_id
