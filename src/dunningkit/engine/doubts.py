"""What a source hands over in a way that cannot be right: it is kept apart, and a person looks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from operator import attrgetter
from typing import Any, TypeVar

from dunningkit.model import (
    EARLIEST_PLAUSIBLE,
    ChangeBatch,
    Columns,
    Customer,
    Hold,
    Payment,
    QuarantinedRow,
    Receivable,
    are_writable,
    latest_plausible,
)

Named = TypeVar("Named", Payment, Hold)

_CODE_LETTERS = 3
#: Ten million million euros in cents: whatever is more was not owed by anybody, and sums of such amounts leave the database.
_MOST_MINOR = 10**15
_MOST_NUMBER = 10**9
_NOT_STORABLE = "{} holds a character that cannot be stored. Correct it in the ledger."

_AMOUNTS = ("original", "open")
#: Days that decide what is open and when it is late. ``not_before`` may lie anywhere: at the calendar's end it says never.
_DAYS = ("due_on", "issued_on", "settled_on")
_NUMBERS = ("instalment_number", "agreed_rate_bp")
_TEXTS = (
    "receivable_id", "customer_id", "invoice_number", "subject", "reference", "iban", "account", "history_exclusion",
    "credit_of",
)  # fmt: skip
#: The column of rows about a payment and what it is applied to; their value is the payment's id.
APPLIED = "payment"
#: The columns of rows about a customer or a payment that came twice and differed; their value is its id. Where such a row
#: names no receivable, everything of the customer that it names is in doubt.
CUSTOMER, PAYMENT = "customer", "payment_id"
_TWICE = "The ledger gave this {} twice in one reading, with different values. Correct it there."
_PAYMENT_TEXTS = ("payment_id", "customer_id", "receivable_id")


@dataclass(slots=True)
class Sifted:
    """One batch's receivables and payments that can be taken, and a row for each that cannot or contradicts another."""

    taken: dict[str, Receivable] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    doubtful: list[QuarantinedRow] = field(default_factory=list)


@dataclass(frozen=True)
class Sieve:
    """Tells what can be taken from a reading of ``source`` that is made on ``as_of``."""

    source: str
    as_of: date

    @cached_property
    def latest(self) -> date:
        """The last day that the ledger can mean."""
        return latest_plausible(self.as_of)

    def sift(
        self,
        receivables: Sequence[Receivable],
        payments: Sequence[Payment],
        seen: Mapping[str, Receivable],
        paid: Mapping[str, Payment],
    ) -> Sifted:
        """Sort one batch; ``seen`` and ``paid`` are what an earlier batch of the same reading brought of its ids."""
        sifted = Sifted()
        plain = self._are_plain(receivables)
        for receivable in receivables:
            receivable_id = receivable.receivable_id
            before = sifted.taken.get(receivable_id) or seen.get(receivable_id)
            reason, column = ("", "") if plain else self._why_impossible(receivable)
            if not reason and before is not None and before != receivable:
                reason = _TWICE.format("receivable")
            if reason:
                sifted.doubtful.append(self._row(reason, column, receivable_id, receivable.customer_id))
            else:
                sifted.taken[receivable_id] = receivable
        plain = self._payments_are_plain(payments)
        for payment in payments:
            payment_id = payment.payment_id
            first = sifted.payments.get(payment_id) or paid.get(payment_id)
            reason, column = ("", "") if plain else next(self._payment_faults(payment), ("", ""))
            if reason:
                reason = f"Payment {_shown(payment_id)}: {reason}"
                sifted.doubtful.append(self._row(reason, column, payment.receivable_id or "", payment.customer_id))
            elif first is not None and first != payment:
                sifted.doubtful += self._contradicting(first, payment)
            else:
                sifted.payments[payment_id] = payment
        return sifted

    def _contradicting(self, *payments: Payment) -> Iterator[QuarantinedRow]:
        """A row about everything that the payment may be for."""
        payment_id = payments[0].payment_id
        reason = f"Payment {payment_id}: {_TWICE.format('payment')}"
        for receivable_id, customer_id in dict.fromkeys((one.receivable_id, one.customer_id) for one in payments):
            yield self._row(reason, PAYMENT, receivable_id or "", customer_id, payment_id)

    def sift_customers(
        self, customers: Iterable[Customer], seen: Mapping[str, Customer]
    ) -> tuple[dict[str, Customer], list[QuarantinedRow]]:
        """Those that can be taken, and a row for each that contradicts another; ``seen`` came earlier in the same reading."""
        taken: dict[str, Customer] = {}
        doubtful = []
        for customer in customers:
            customer_id = customer.customer_id
            before = taken.get(customer_id) or seen.get(customer_id)
            if before is not None and before != customer:
                doubtful.append(self._row(_TWICE.format("customer"), CUSTOMER, "", customer_id, customer_id))
            else:
                taken[customer_id] = customer
        return taken, doubtful

    def none_doubtful(self, receivables: Sequence[Receivable], payments: Sequence[Payment]) -> bool:
        """Whether everything in a batch can be taken, as far as it can be told from the batch alone."""
        ids = _column(receivables, "receivable_id")
        return len(set(ids)) == len(receivables) and self._are_plain(receivables) and self._payments_are_plain(payments)

    def _are_plain(self, receivables: Sequence[Receivable]) -> bool:
        """Whether nothing is wrong with any of them by itself, looked at column by column."""
        get: Callable[[str], Sequence[Any]] = partial(_column, receivables)
        original, unpaid = get("original.currency"), get("open.currency")
        return (
            all(first == second and _is_code(second) for first, second in set(zip(original, unpaid, strict=True)))
            and all(_fit(get(f"{name}.amount_minor"), _MOST_MINOR) for name in _AMOUNTS)
            and all(self._are_plausible(get(name)) for name in _DAYS)
            and all(_fit(get(name), _MOST_NUMBER) for name in _NUMBERS)
            and all(are_writable(get(name)) for name in _TEXTS)
            and all(are_writable(tags) for tags in set(get("tags")))
            and all(get("receivable_id"))
            and all(get("customer_id"))
        )

    def _payments_are_plain(self, payments: Sequence[Payment]) -> bool:
        columns = [_column(payments, name) for name in _PAYMENT_TEXTS]
        return (
            _fit(_column(payments, "amount.amount_minor"), _MOST_MINOR)
            and all(_is_code(currency) for currency in set(_column(payments, "amount.currency")))
            and self._are_plausible(_column(payments, "paid_on"))
            and all(are_writable([text for text in column if text is not None]) for column in columns)
            and all(columns[0])
            and all(columns[1])
        )

    def _are_plausible(self, days: Iterable[date | None]) -> bool:
        return all(day is None or EARLIEST_PLAUSIBLE <= day <= self.latest for day in set(days))

    def _why_impossible(self, receivable: Receivable) -> tuple[str, str]:
        """A sentence about what is wrong, and the field; both empty when nothing is."""
        return next(self._faults(receivable), ("", ""))

    def _faults(self, receivable: Receivable) -> Iterator[tuple[str, str]]:
        original, currency = receivable.original, receivable.open.currency
        if not receivable.receivable_id or not receivable.customer_id:
            yield "It has no id, or no customer. Correct it in the ledger.", ""
        yield from _unwritable(receivable, _TEXTS)
        if not are_writable(receivable.tags):
            yield _NOT_STORABLE.format("tags"), "tags"
        if original.currency != currency:
            yield (
                f"The amount is in {original.currency!a} and what is open in {currency!a}. Correct it in the ledger.",
                "",
            )
        yield from _no_code(currency)
        for name in _AMOUNTS:
            yield from _too_large(name, getattr(receivable, name).amount_minor, _MOST_MINOR)
        for name in _NUMBERS:
            yield from _too_large(name, getattr(receivable, name), _MOST_NUMBER)
        for name in _DAYS:
            yield from self._implausible(name, getattr(receivable, name))

    def _payment_faults(self, payment: Payment) -> Iterator[tuple[str, str]]:
        if not payment.payment_id or not payment.customer_id:
            yield "It has no id, or no customer. Correct it in the ledger.", ""
        yield from _unwritable(payment, _PAYMENT_TEXTS)
        yield from _no_code(payment.amount.currency)
        yield from _too_large("amount", payment.amount.amount_minor, _MOST_MINOR)
        yield from self._implausible("paid_on", payment.paid_on)

    def _implausible(self, name: str, day: date | None) -> Iterator[tuple[str, str]]:
        if not self._are_plausible((day,)):
            first, last = EARLIEST_PLAUSIBLE.isoformat(), self.latest.isoformat()
            yield f"{name} is {day}; days from {first} to {last} are taken. Correct it in the ledger.", name

    def _row(self, reason: str, column: str, receivable_id: str, customer_id: str, value: str = "") -> QuarantinedRow:
        return QuarantinedRow(
            self.source,
            reason,
            column,
            value,
            receivable_id=_writable_or_none(receivable_id),
            customer_id=_writable_or_none(customer_id),
        )


def currencies(batch: ChangeBatch) -> set[str]:
    """The currencies of a batch's receivables and payments."""
    return {*_column(batch.receivables, "open.currency"), *_column(batch.payments, "amount.currency")}


def naming_nothing(batch: ChangeBatch) -> ChangeBatch:
    """The batch, in which a payment or hold for an empty receivable id is for none in particular."""
    if "" in _column(batch.payments, "receivable_id"):
        batch = replace(batch, payments=tuple(map(_naming_nothing, batch.payments)))
    if "" in _column(batch.holds, "receivable_id"):
        batch = replace(batch, holds=tuple(map(_naming_nothing, batch.holds)))
    return batch


def in_another_currency(source: str, payment: Payment, receivable: Receivable) -> QuarantinedRow:
    """The row about a payment that cannot be for the receivable that it names."""
    return QuarantinedRow(
        source,
        f"Payment {payment.payment_id} is in {payment.amount.currency}, but the receivable that it pays is in "
        f"{receivable.open.currency}. Correct it in the ledger.",
        column=APPLIED,
        value=payment.payment_id,
        receivable_id=receivable.receivable_id,
        customer_id=receivable.customer_id,
    )


def writable(ids: Iterable[str]) -> list[str]:
    """Those of these ids that a database can be asked about."""
    found = list(ids)
    return found if are_writable(found) else [one for one in found if are_writable((one,))]


def _naming_nothing(one: Named) -> Named:
    return replace(one, receivable_id=None) if one.receivable_id == "" else one


def _column(values: Sequence[Any], path: str) -> Sequence[Any]:
    if isinstance(values, Columns):
        return values.column(path)
    return list(map(attrgetter(path), values))


def _is_code(currency: str) -> bool:
    return len(currency) == _CODE_LETTERS and currency.isascii() and currency.isalpha() and currency.isupper()


def _fit(numbers: Iterable[int | None], most: int) -> bool:
    return all(number is None or -most <= number <= most for number in set(numbers))


def _unwritable(value: object, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        if not are_writable((getattr(value, name) or "",)):
            yield _NOT_STORABLE.format(name), name


def _no_code(currency: str) -> Iterator[tuple[str, str]]:
    if not _is_code(currency):
        yield f"{currency!a} is no currency code such as EUR. Correct it in the ledger.", "open"


def _too_large(name: str, number: int | None, most: int) -> Iterator[tuple[str, str]]:
    if not _fit((number,), most):
        yield f"{name} is larger than anything that is meant. Correct it in the ledger.", name


def _writable_or_none(text: str) -> str | None:
    return text if text and are_writable((text,)) else None


def _shown(text: str) -> str:
    return text if are_writable((text,)) else ascii(text)
