"""What a ledger source said in one reading, put together so that two readings can be compared."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import zip_longest
from typing import Any

from dunningkit.model import ChangeBatch, QuarantinedRow, Receivable, ReceivableKind, Scope, SyncEnd

#: The parts of a batch that have ids, and the ids' names.
IDS = {
    "customers": "customer_id",
    "receivables": "receivable_id",
    "payments": "payment_id",
    "acts": "act_id",
    "holds": "hold_id",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """All batches of one reading, in their order."""

    batches: tuple[ChangeBatch, ...]

    @property
    def end(self) -> SyncEnd | None:
        """How it ended, where it said so."""
        return next((batch.end for batch in reversed(self.batches) if batch.end is not None), None)

    @property
    def whole(self) -> bool:
        """Whether it says that everything arrived."""
        return self.end is not None and self.end.complete

    @property
    def cursor(self) -> str | None:
        """What the next reading is to be given."""
        return self.end.cursor if self.end else None

    @property
    def receivables(self) -> dict[str, Receivable]:
        """The receivables by id; of those that came twice the last."""
        return self.by_id("receivables")

    @property
    def removed(self) -> frozenset[str]:
        """What was told to be gone."""
        return frozenset(one for batch in self.batches for one in batch.removed_receivable_ids)

    @property
    def quarantined(self) -> tuple[QuarantinedRow, ...]:
        """The rows that could not be understood."""
        return tuple(row for batch in self.batches for row in batch.quarantined)

    def values(self, part: str) -> Iterator[Any]:
        """The values of one part of the batches, in their order."""
        for batch in self.batches:
            yield from getattr(batch, part)

    def by_id(self, part: str) -> dict[str, Any]:
        """The values of one part by id."""
        return {getattr(value, IDS[part]): value for value in self.values(part)}

    def twice(self, part: str) -> list[str]:
        """The ids that came more than once."""
        return [one for one, times in Counter(getattr(v, IDS[part]) for v in self.values(part)).items() if times > 1]

    def settles(self, receivable_id: str) -> bool:
        """Whether it says that a receivable is not open any more; a snapshot says it by leaving it out."""
        one = self.receivables.get(receivable_id)
        return self.lacks(receivable_id) if one is None else not one.open.amount_minor

    def lacks(self, receivable_id: str) -> bool:
        """Whether it says that a receivable is gone: a delta in so many words, a snapshot by leaving it out."""
        snapshot = self.end is not None and self.end.scope is Scope.SNAPSHOT
        return receivable_id not in self.receivables and (snapshot or receivable_id in self.removed)

    def stops(self, receivable_id: str) -> bool:
        """Whether it says that nobody is to be reminded about a receivable."""
        one = self.receivables.get(receivable_id)
        held = any(hold.receivable_id == receivable_id for hold in self.values("holds"))
        if one is None:
            return held or self.lacks(receivable_id)
        everything = any(
            hold.customer_id == one.customer_id and not hold.receivable_id for hold in self.values("holds")
        )
        return held or everything or one.disputed or not one.open.amount_minor

    def open_ones(self) -> Iterator[Receivable]:
        """The invoices that are open and stopped by nothing."""
        for one in self.receivables.values():
            if one.kind is ReceivableKind.INVOICE and one.open.amount_minor > 0 and not one.disputed:
                yield one

    def an_open_one(self) -> Receivable:
        """The first invoice that is open and stopped by nothing; the checks change it."""
        for one in self.open_ones():
            return one
        raise AssertionError(
            "No invoice is open in the ledger of your `outside`: put one there, or nothing can be shown."
        )


def package_of(spec: Any) -> str:
    """The name of the package that a spec comes from; whose code asks for something is told by it."""
    return str(getattr(spec.build, "__module__", type(spec.build).__module__)).split(".")[0]


def read(source: Any, cursor: str | None = None) -> Reading:
    """Read a ledger to the end."""
    return Reading(tuple(source.changes(cursor)))


def read_in_turns(sources: Sequence[Any]) -> list[Reading]:
    """Read several ledgers at the same time, a batch of each in turn."""
    rounds = zip_longest(*(source.changes(None) for source in sources))
    turned: Iterable[tuple[ChangeBatch | None, ...]] = zip(*rounds, strict=True)
    return [Reading(tuple(batch for batch in batches if batch is not None)) for batches in turned]


def difference(first: Reading, second: Reading) -> str:
    """What differs between two readings of the same ledger, in words; empty when nothing does but the cursor."""
    for part in IDS:
        if found := _difference_in(part, first.by_id(part), second.by_id(part)):
            return found
    if sorted(first.quarantined, key=repr) != sorted(second.quarantined, key=repr):
        return "other rows are quarantined"
    if first.removed != second.removed:
        return "other receivables are told as removed"
    if _without_cursor(first.end) != _without_cursor(second.end):
        return f"the one ends with {first.end}, the other with {second.end}"
    return ""


def _difference_in(part: str, first: dict[str, Any], second: dict[str, Any]) -> str:
    if odd := sorted(first.keys() ^ second.keys()):
        return f"only one of them has the {part} {', '.join(odd[:3])}"
    for one, value in first.items():
        if value != second[one]:
            names = [f.name for f in fields(value) if getattr(value, f.name) != getattr(second[one], f.name)]
            return f"of the {part}, {one} differs in {', '.join(names)}"
    return ""


def _without_cursor(end: SyncEnd | None) -> SyncEnd | None:
    return None if end is None else replace(end, cursor=None)
