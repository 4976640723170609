"""A ledger source for hosts that keep the ledger themselves: one function that says what is there now."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
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
    unwritable_at,
)

T = TypeVar("T")

#: What a host's function may yield, in any order.
LedgerItem = Customer | Receivable | Payment | Act | Hold

#: What a hold or money is about: one receivable, or everything of one customer.
_Subject = tuple[str | None, str | None]


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
        """Read again and say what is there of each, its customer, holds and money in hand. A disputed one is on hold."""
        there = _There(self._items())
        return [there.recheck(one) for one in receivable_ids]

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


class _There:
    """What one reading found, by what a recheck asks for."""

    def __init__(self, items: Sequence[LedgerItem]) -> None:
        self._receivables = {one.receivable_id: one for one in _of(Receivable, items)}
        self._customers = {one.customer_id: one for one in _of(Customer, items)}
        self._holds: dict[_Subject, list[Hold]] = defaultdict(list)
        for hold in _of(Hold, items):
            self._holds[_subject(hold.receivable_id, hold.customer_id)].append(hold)
        self._in_hand: dict[_Subject, list[Receivable | Payment]] = defaultdict(list)
        # What cannot be stored was kept apart by the last reading, and is no news.
        in_hand: list[Receivable | Payment] = [*_credits(items), *_unapplied(items)]
        for item in in_hand:
            if unwritable_at(item) is None:
                for subject in _covered_by(item):
                    self._in_hand[subject].append(item)

    def recheck(self, receivable_id: str) -> Recheck:
        receivable = self._receivables.get(receivable_id)
        if receivable is None:
            return Recheck(receivable_id, None)
        # As in a proposal: a hold of one receivable is that receivable's, whatever customer it names.
        own, customers = (receivable_id, None), (None, receivable.customer_id)
        return Recheck(
            receivable_id,
            receivable.open,
            on_hold=receivable.disputed,
            holds=(*self._holds.get(own, ()), *self._holds.get(customers, ())),
            receivable=receivable,
            customer=self._customers.get(receivable.customer_id),
            in_hand=(*self._in_hand.get(own, ()), *self._in_hand.get(customers, ())),
        )


def _subject(receivable_id: str | None, customer_id: str) -> _Subject:
    return (None, customer_id) if receivable_id is None else (receivable_id, None)


def _credits(items: Iterable[LedgerItem]) -> Iterator[Receivable]:
    return (one for one in _of(Receivable, items) if one.open.amount_minor < 0)


def _unapplied(items: Iterable[LedgerItem]) -> Iterator[Payment]:
    return (one for one in _of(Payment, items) if not one.receivable_id and one.amount.amount_minor > 0)


def _covered_by(item: Receivable | Payment) -> Iterator[_Subject]:
    yield (None, item.customer_id)
    if isinstance(item, Receivable) and item.credit_of:
        yield (item.credit_of, None)
