"""Receivables that a source hands over in a way that cannot be right: they are kept apart, and a person looks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from dunningkit.model import Columns, QuarantinedRow, Receivable

_CODE_LETTERS = 3


@dataclass(slots=True)
class Sifted:
    """One batch's receivables that can be taken, and a row for each that cannot or that contradicts another."""

    taken: dict[str, Receivable] = field(default_factory=dict)
    doubtful: list[QuarantinedRow] = field(default_factory=list)


def sift(source: str, receivables: Iterable[Receivable], seen: Mapping[str, Receivable]) -> Sifted:
    """Sort one batch; ``seen`` are those of the batch's ids that an earlier batch of the same reading brought, as kept."""
    sifted = Sifted()
    for receivable in receivables:
        receivable_id = receivable.receivable_id
        before = sifted.taken.get(receivable_id) or seen.get(receivable_id)
        reason = _why_impossible(receivable)
        if not reason and before is not None and before != receivable:
            reason = "The ledger gave this receivable twice in one reading, with different values. Correct it there."
        if reason:
            sifted.doubtful.append(
                QuarantinedRow(source, reason, receivable_id=receivable_id, customer_id=receivable.customer_id)
            )
        else:
            sifted.taken[receivable_id] = receivable
    return sifted


def none_doubtful(receivables: Sequence[Receivable]) -> bool:
    """Whether every receivable of a batch can be taken, as far as it can be told from themselves."""
    original, unpaid, ids, customer_ids = (_column(receivables, path) for path in _LOOKED_AT)
    return (
        all(first == second and _is_code(second) for first, second in set(zip(original, unpaid, strict=True)))
        and len(set(ids)) == len(receivables)
        and all(ids)
        and all(customer_ids)
    )


_LOOKED_AT = ("original.currency", "open.currency", "receivable_id", "customer_id")


def _column(receivables: Sequence[Receivable], path: str) -> Sequence[str]:
    if isinstance(receivables, Columns):
        return receivables.column(path)
    return list(map(attrgetter(path), receivables))


def _is_code(currency: str) -> bool:
    return len(currency) == _CODE_LETTERS and currency.isascii() and currency.isalpha() and currency.isupper()


def _why_impossible(receivable: Receivable) -> str:
    original, currency = receivable.original, receivable.open.currency
    if original.currency != currency:
        return f"The amount is in {original.currency} and what is open in {currency}. Correct it in the ledger."
    if not _is_code(currency):
        return f"{currency!r} is no currency code such as EUR. Correct it in the ledger."
    if not receivable.receivable_id or not receivable.customer_id:
        return "It has no id, or no customer. Correct it in the ledger."
    return ""
