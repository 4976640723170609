"""A snapshot and its deltas as one picture: of every id only the newest word counts.

Which id is mentioned where is found out from the deltas alone, before the first row is taken: they are small, and the snapshot
is read once, as ever.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dunningkit.model import Medium
from dunningkit_csv.cells import Refused
from dunningkit_csv.customers import CustomerMapping
from dunningkit_csv.intake import About, Batch, FileIntake, Known
from dunningkit_csv.layout import Layout
from dunningkit_csv.payments import PaymentMapping
from dunningkit_csv.reading import PlainRows, Row, read_rows
from dunningkit_csv.receivables import InvoiceMapping, invoice_key

Mapping_ = CustomerMapping | InvoiceMapping | PaymentMapping


def id_of(mapping: Mapping_, cells: Sequence[str]) -> str | None:
    """The id of what a row is about, where it can be read."""
    if isinstance(mapping, InvoiceMapping):
        return mapping.receivable_id(cells)
    if isinstance(mapping, CustomerMapping):
        return mapping.customer_id(cells)
    found: str | None = mapping.cells.one("payment_id", cells)
    return found


def newest_mentions(layouts: Sequence[Layout], mappings: Sequence[Mapping_]) -> dict[str, int]:
    """In which of the files each id that a delta mentions is mentioned last. A row that cannot be read mentions nothing."""
    newest: dict[str, int] = {}
    for number, (layout, mapping) in enumerate(zip(layouts, mappings, strict=True)):
        if number:
            newest.update(
                (found, number) for row in read_rows(layout) if (found := _mentioned(mapping, row)) is not None
            )
    return newest


def _mentioned(mapping: Mapping_, row: Row) -> str | None:
    if row.problem:
        return None
    found = id_of(mapping, row.cells)
    if found is None or is_removed(mapping, row.cells):
        return found
    try:
        mapping.read(row.cells)
    except Refused:
        return None
    return found


def is_removed(mapping: Mapping_, cells: Sequence[str]) -> bool:
    """Whether the row says that the ledger has taken the receivable back."""
    return isinstance(mapping, InvoiceMapping) and mapping.cells.one("removed", cells) is True


@dataclass(slots=True)
class Silence:
    """What customers who stand on the invoice rows have asked not to get, over all files: such wishes add up."""

    _wishes: dict[str, tuple[tuple[Medium, ...], bool]] = field(default_factory=dict)

    def keep(self, batch: Batch, customer_id: str) -> None:
        """Let no later file take back what an earlier one said of the customer."""
        customer = batch.customers.get(customer_id)
        if customer is None:
            return
        avoid, no_reminders = self._wishes.get(customer_id, ((), False))
        wishes = customer.wishes
        together = (tuple(dict.fromkeys((*avoid, *wishes.avoid))), no_reminders or wishes.no_reminders)
        if together != ((), False):
            self._wishes[customer_id] = together
            wishes = replace(wishes, avoid=together[0], no_reminders=together[1])
            batch.customers[customer_id] = replace(customer, wishes=wishes)


class LayerIntake:
    """Takes the rows of one of several files, but for those that a later file has a newer word about."""

    def __init__(
        self,
        inner: FileIntake,
        mapping: Mapping_,
        known: Known,
        *,
        number: int = 0,
        newest: Mapping[str, int] | None = None,
        silence: Silence | None = None,
    ) -> None:
        self._inner = inner
        self._mapping = mapping
        self._known = known
        self._number = number
        self._newest = newest or {}
        self._silence = silence

    def take(self, row: Row, batch: Batch) -> None:
        """Take the row, pass over it, or note that its receivable is gone."""
        found = id_of(self._mapping, row.cells)
        if found is not None and self._newest.get(found, 0) > self._number:
            return
        if found is not None and is_removed(self._mapping, row.cells):
            self._remove(found, row, batch)
            return
        self._inner.take(row, batch)
        if self._silence is not None and isinstance(self._mapping, InvoiceMapping):
            self._silence.keep(batch, str(self._mapping.customer_id(row.cells)))

    def take_many(self, rows: PlainRows, batch: Batch) -> bool:  # noqa: ARG002  # what a newer word is about differs by row
        """Take nothing: each row is asked by itself whether a later file has a newer word."""
        return False

    def refused(self, row: Row, refusal: Refused) -> About:
        """A row that a later file has a newer word about casts no doubt."""
        found = id_of(self._mapping, row.cells)
        if found is not None and self._newest.get(found, 0) > self._number:
            return About()
        return self._inner.refused(row, refusal)

    def _remove(self, receivable_id: str, row: Row, batch: Batch) -> None:
        batch.removed.append(receivable_id)
        # A payment of it may still stand in the files.
        self._known.receivable_ids.add(receivable_id)
        key = invoice_key(self._mapping.cells, row.cells)
        if key is not None:
            self._known.ids_by_key.setdefault(key, receivable_id)


# -- credit notes --------------------------------------------------------------------------------------------------


def credited_ids(layouts: Iterable[Layout], mapping_of: Callable[[Layout], InvoiceMapping]) -> dict[str, str]:
    """The receivable ids by invoice number, of those that only one receivable has, where a number is no id by itself."""
    ids: dict[str, Any] = {}
    taken: set[str] = set()
    for layout in layouts:
        mapping = mapping_of(layout)
        for row in read_rows(layout):
            receivable_id = mapping.receivable_id(row.cells)
            key = invoice_key(mapping.cells, row.cells)
            if receivable_id is None or key is None:
                continue
            taken.add(receivable_id)
            if ids.setdefault(key.invoice_number, receivable_id) != receivable_id:
                ids[key.invoice_number] = None
    # What is some receivable's id means that one, even where it is the number of another.
    return {number: found for number, found in ids.items() if found is not None and number not in taken}
