"""Receivables as they stood on a day: money that came later is still open, whoever paid it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from dunningkit.model import Payment, Receivable
from dunningkit.store import Db, ledger


def as_they_stood(
    db: Db, creditor_id: str, receivables: Iterable[Receivable], payments: Iterable[Payment], as_of: date
) -> tuple[Receivable, ...]:
    """Those that were issued by ``as_of``, as they stood then, in the order given.

    ``payments`` are their customers' own, and what others paid later than that day (`ledger.strangers_payments`); earlier ones
    of others are found beside, where it takes them.
    """
    issued = [one for one in receivables if one.issued_on <= as_of]
    paid: dict[str, dict[str, Payment]] = defaultdict(dict)
    for payment in payments:
        if payment.receivable_id is not None:
            paid[payment.receivable_id][payment.payment_id] = payment
    for payment in ledger.payments_for(db, creditor_id, _not_adding_up(issued, paid, as_of)):
        paid[payment.receivable_id or ""][payment.payment_id] = payment
    return tuple(one.as_of(as_of, tuple(paid[one.receivable_id].values())) for one in issued)


def _not_adding_up(
    receivables: Iterable[Receivable], paid: Mapping[str, Mapping[str, Payment]], as_of: date
) -> Sequence[Receivable]:
    """Those of which it takes all that was paid before the day to say how much was open then.

    They were settled after the day by nothing that is dated after it, or what is known of their payments is not all that was
    paid or credited.
    """
    found = []
    for one in receivables:
        payments = paid.get(one.receivable_id, {}).values()
        later = any(payment.paid_on > as_of for payment in payments)
        if later:
            known = sum(p.amount.amount_minor for p in payments if p.amount.currency == one.open.currency)
            if one.original.amount_minor - known != one.open.amount_minor:
                found.append(one)
        elif one.settled_on is not None and one.settled_on > as_of:
            found.append(one)
    return found
