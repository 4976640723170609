"""A ledger source for hosts that keep the ledger themselves: one function that says what is there now."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from dunningkit.contracts import CheckResult
from dunningkit.errors import ConfigError, UnsupportedCapability
from dunningkit.model import (
    Act,
    ChangeBatch,
    Customer,
    Document,
    Hold,
    Mark,
    MarkResult,
    Payment,
    Receivable,
    Recheck,
    Scope,
    SyncEnd,
)

T = TypeVar("T")

#: What a host's function may yield, in any order.
LedgerItem = Customer | Receivable | Payment | Act | Hold


class SnapshotSource:
    """Reads everything from a function of the host's, at each sync and again right before sending.

    ``read()`` yields the whole ledger as it is now: every customer, receivable and payment, and the acts and holds that the
    host knows of. What it does not yield any more is gone. It runs in the caller's thread; whatever it raises ends the sync.
    """

    def __init__(self, read: Callable[[], Iterable[LedgerItem]]) -> None:
        self._read = read

    def check(self) -> CheckResult:
        """There is nothing to set."""
        return CheckResult(ok=True)

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:  # noqa: ARG002  # a snapshot is whole every time
        """Yield the whole ledger in one batch."""
        items = self._items()
        yield ChangeBatch(
            customers=_of(Customer, items),
            receivables=_of(Receivable, items),
            payments=_of(Payment, items),
            acts=_of(Act, items),
            # Only the ledger can end what the ledger says.
            holds=tuple(replace(hold, from_ledger=True) for hold in _of(Hold, items)),
            end=SyncEnd(Scope.SNAPSHOT, complete=True, rows_read=len(items), rows_accepted=len(items)),
        )

    def recheck(self, receivable_ids: Sequence[str]) -> Sequence[Recheck]:
        """Read again and say what is there of each, its customer, and which holds there are. A disputed one is on hold."""
        items = self._items()
        known = {receivable.receivable_id: receivable for receivable in _of(Receivable, items)}
        customers = {customer.customer_id: customer for customer in _of(Customer, items)}
        holds = _of(Hold, items)
        return [_recheck(one, known.get(one), customers, holds) for one in receivable_ids]

    def _items(self) -> list[LedgerItem]:
        items = list(self._read())
        for item in items:
            if not isinstance(item, LedgerItem):
                raise ConfigError(
                    f"The function of the SnapshotSource yielded a {type(item).__name__}; it may yield Customer, Receivable, "
                    "Payment, Act and Hold values of dunningkit.model."
                )
        return items

    def documents(self, receivable_ids: Sequence[str]) -> Sequence[Document]:  # noqa: ARG002  # the contract's signature
        """A function that yields the ledger has no invoice copies."""
        raise UnsupportedCapability("A SnapshotSource has no invoice copies; write a LedgerSource for that.")

    def write_back(self, marks: Sequence[Mark]) -> Sequence[MarkResult]:  # noqa: ARG002  # the contract's signature
        """A function that yields the ledger takes nothing back."""
        raise UnsupportedCapability("A SnapshotSource cannot write back; write a LedgerSource for that.")


def _of(kind: type[T], items: Iterable[object]) -> tuple[T, ...]:
    return tuple(item for item in items if isinstance(item, kind))


def _recheck(
    receivable_id: str, receivable: Receivable | None, customers: Mapping[str, Customer], holds: Sequence[Hold]
) -> Recheck:
    if receivable is None:
        return Recheck(receivable_id, None)
    about = (
        hold.receivable_id in (None, receivable_id) and hold.customer_id == receivable.customer_id for hold in holds
    )
    mine = tuple(hold for hold, is_mine in zip(holds, about, strict=True) if is_mine)
    return Recheck(
        receivable_id,
        receivable.open,
        on_hold=receivable.disputed,
        holds=mine,
        receivable=receivable,
        customer=customers.get(receivable.customer_id),
    )
