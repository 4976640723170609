"""From what a person types to the customer or receivable they mean."""

from collections.abc import Sequence

from dunningkit.errors import NotAllowed, NotFound
from dunningkit.model import Receivable
from dunningkit.store import Db, ledger


def receivable_named(db: Db, creditor_id: str, name: str) -> Receivable:
    """The receivable with this id, or the only one of the invoice with this number.

    Raises `NotFound` when nothing has that name, `NotAllowed` when the number names several receivables.
    """
    return _only_one(name, ledger.find_receivables(db, creditor_id, name))


def receivable_ever_named(db: Db, creditor_id: str, name: str) -> Receivable:
    """The same among all that the ledger ever had; what is in it still comes before what is gone."""
    known = ledger.find_known(db, creditor_id, name)
    by_id = [one for one in known if one.receivable.receivable_id == name]
    there = [one for one in known if one.gone_on is None]
    return _only_one(name, [one.receivable for one in by_id or there or known])


def _only_one(name: str, found: Sequence[Receivable]) -> Receivable:
    if not found:
        raise NotFound(f"No receivable or invoice {name!r} is known.", receivable_id=name)
    if len(found) > 1 and name not in {one.receivable_id for one in found}:
        ids = ", ".join(one.receivable_id for one in found)
        raise NotAllowed(f"Invoice {name!r} has several receivables; name one of them: {ids}.")
    return next((one for one in found if one.receivable_id == name), found[0])


def whom(db: Db, creditor_id: str, customer_id: str | None, receivable: str | None) -> tuple[str, str | None]:
    """The customer's id and, where a receivable is named (by its id or invoice number), that one's.

    Raises as `receivable_named` does, and `NotFound` when the ledger has no such customer.
    """
    if receivable is not None:
        named = receivable_named(db, creditor_id, receivable)
        return named.customer_id, named.receivable_id
    if customer_id is None or not ledger.customers_by_id(db, creditor_id, [customer_id]):
        raise NotFound(f"No customer {customer_id!r} is known.", customer_id=customer_id)
    return customer_id, None
