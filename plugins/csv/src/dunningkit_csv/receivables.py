"""From a row's values to a receivable, and what a row's amounts must agree on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from itertools import repeat
from operator import le
from typing import Any, NamedTuple

from dunningkit.model import (
    Columns,
    Customer,
    DeliveryOutcome,
    Medium,
    Money,
    Receivable,
    ReceivableKind,
    exponent,
)
from dunningkit_csv.cells import Cells, Cellular, Doubtful, Refused, Values
from dunningkit_csv.config import CsvConfig, FileSettings
from dunningkit_csv.customers import DETAILS, customer_parsers, customers_of, details_of
from dunningkit_csv.layout import Layout
from dunningkit_csv.parsing import (
    Parser,
    Unreadable,
    amount_parser,
    choice_parser,
    currency_code,
    date_parser,
    flag_parser,
    identifier,
    label,
    list_parser,
    plain_amounts,
    rate_parser,
    reference,
    whole_number,
)
from dunningkit_csv.reading import PlainRows

_REQUIRED = ("receivable_id", "customer_id", "invoice_number", "original", "issued_on", "due_on")
_DATES = ("issued_on", "due_on", "sent_on", "not_before", "settled_on", "contract_on")
_FLAGS = ("disputed", "counts_for_history", "copy_available", "due_date_binds", "rate_stated", "start_stated")
_LABELS = ("subject", "history_exclusion")
_NUMBERS = ("reference", "iban", "account", "credit_of")
#: Fields of a receivable that carry the row's value under the same name, and stay as they are when the cell is empty.
_AS_THEY_ARE = (
    *("instalment_number", "sent_on", "not_before", "settled_on", "contract_on", "tags"),
    *("delivery_medium", "delivery_outcome", *_LABELS, *_NUMBERS[:-1], *_FLAGS),
)
_DEFAULTS = {field.name: field.default for field in fields(Receivable) if field.name in _AS_THEY_ARE}
_WITH_CENTS = frozenset({2})
_MOST_INSTALMENTS = 9999
_CREDITS_AS_INVOICE = (
    "This names an invoice that the row credits, as only a credit note does, but the amount is positive and no kind says "
    "credit note. Make the amount negative, give the kind, or leave this empty."
)
_PAID_SOME_DAY = "The ledger does not say when it was paid."


class InvoiceKey(NamedTuple):
    """What an invoice is called on paper."""

    invoice_number: str
    instalment_number: int | None

    @property
    def default_id(self) -> str:
        """The receivable id where the ledger gives none of its own."""
        return (
            self.invoice_number if self.instalment_number is None else f"{self.invoice_number}/{self.instalment_number}"
        )


def invoice_key(mapped: Cells, cells: Sequence[str]) -> InvoiceKey | None:
    """The row's invoice and instalment number, where they can be read whatever else is wrong."""
    number, instalment = mapped.one("invoice_number", cells), mapped.one("instalment_number", cells)
    if number is None or (instalment is None and not mapped.is_empty("instalment_number", cells)):
        return None
    return InvoiceKey(number, instalment)


class Read(NamedTuple):
    """A receivable, and what its row says about the customer."""

    receivable: Receivable
    details: Values


class InvoiceMapping:
    """Reads the rows of the file of receivables."""

    def __init__(self, config: CsvConfig, layout: Layout) -> None:
        settings = config.invoices
        self._currency = config.currency
        self._amount = amount_parser(settings.decimal, settings.thousands)
        self._decimal = settings.decimal
        self._plain_amounts = plain_amounts(settings.decimal)
        self.cells = Cells(layout, {**customer_parsers(config), **_parsers(config)}, _REQUIRED)
        positions = {field: position for field, position in layout.positions.items() if field in DETAILS}
        self._customer_positions = tuple(positions.values())
        inside = {field: place for place, field in enumerate(positions)}
        headers = tuple(layout.headers[position] for position in positions.values())
        self._of_customer = Cells(replace(layout, headers=headers, positions=inside), customer_parsers(config), ())
        self.own_ids = self.cells.has("receivable_id")
        #: Whether an invoice number alone says nothing of the receivable's id.
        self.ids_are_not_numbers = self.own_ids or self.cells.has("instalment_number")
        #: The receivable ids of invoices that credit notes name by number.
        self.credited: Mapping[str, str] = {}

    def receivable_id(self, cells: Sequence[str]) -> str | None:
        """The row's own receivable id, where it can be read whatever else is wrong."""
        if self.own_ids:
            found: str | None = self.cells.one("receivable_id", cells)
            return found
        key = invoice_key(self.cells, cells)
        return key.default_id if key else None

    def customer_id(self, cells: Sequence[str]) -> str | None:
        """The row's customer number, where it can be read whatever else is wrong."""
        found: str | None = self.cells.one("customer_id", cells)
        return found

    def read(self, cells: Sequence[str]) -> Read:
        """Make the receivable; raises `Refused`."""
        values = self.cells.understand(cells)
        currency = values.get("currency", self._currency)
        original = self.amount("original", values["original"], currency)
        open_minor = self._open(values, original, currency)
        kind, original, open_minor = self._kind(values, original, open_minor)
        key = InvoiceKey(values["invoice_number"], values.get("instalment_number"))
        more = {field: values[field] for field in _AS_THEY_ARE if field in values}
        if not open_minor and "settled_on" not in values:
            # As history it would look unpaid to this day.
            more["counts_for_history"] = False
            more.setdefault("history_exclusion", _PAID_SOME_DAY)
        if "credit_of" in values:
            if kind is not ReceivableKind.CREDIT_NOTE:
                raise self.cells.refusal("credit_of", values["credit_of"], _CREDITS_AS_INVOICE)
            more["credit_of"] = self.credited.get(values["credit_of"], values["credit_of"])
        receivable = Receivable(
            receivable_id=values["receivable_id"] if self.own_ids else key.default_id,
            customer_id=values["customer_id"],
            invoice_number=key.invoice_number,
            original=Money(original, currency),
            open=Money(open_minor, currency),
            issued_on=values["issued_on"],
            due_on=values["due_on"],
            kind=kind,
            agreed_rate_bp=values.get("agreed_rate"),
            **more,
        )
        return Read(receivable, details_of(values))

    def read_many(self, rows: PlainRows) -> Columns[Receivable]:
        """Make the receivables of many rows; raises `Doubtful` where `read` would refuse any of them."""
        number = len(rows)
        columns: dict[str, Any] = {
            field: column
            for field in ("customer_id", "invoice_number", "issued_on", "due_on", *_AS_THEY_ARE)
            if (column := self.cells.column(field, rows.columns, empty=_DEFAULTS.get(field))) is not None
        }
        columns["agreed_rate_bp"] = self.cells.column("agreed_rate", rows.columns) or [None] * number
        columns["receivable_id"] = self.cells.column("receivable_id", rows.columns) or [
            InvoiceKey(*key).default_id
            for key in zip(
                columns["invoice_number"], columns.get("instalment_number", repeat(None, number)), strict=True
            )
        ]
        currencies = self.cells.column("currency", rows.columns, empty=self._currency) or [self._currency] * number
        settled = columns.get("settled_on", [None] * number)
        original = self._amounts("original", rows, currencies)
        unpaid = self._unpaid(rows, currencies, original, settled)
        columns["kind"], original, unpaid = self._kinds(rows, original, unpaid)
        credit_of = self.cells.column("credit_of", rows.columns, empty="")
        if credit_of is not None and any(credit_of):
            pairs = zip(credit_of, columns["kind"], strict=True)
            if any(named and kind is not ReceivableKind.CREDIT_NOTE for named, kind in pairs):
                raise Doubtful
            columns["credit_of"] = [self.credited.get(named, named) for named in credit_of]
        if any(not amount and day is None for amount, day in zip(unpaid, settled, strict=True)):
            _exclude_undated(columns, number, unpaid, settled)
        amounts = {"original": original, "open": unpaid}
        money = {
            field: Columns(Money, number, {"amount_minor": minor, "currency": currencies})
            for field, minor in amounts.items()
        }
        return Columns(Receivable, number, columns | money)

    def customer_part(self, cells: Sequence[str]) -> Cellular:
        """The same of one row."""
        return tuple([cells[position].strip() for position in self._customer_positions])

    def customer_parts(self, rows: PlainRows) -> Iterator[Cellular]:
        """What rows say about their customers, beside the number, as it is written."""
        if not self._customer_positions:
            return repeat((), len(rows))
        return zip(*(rows.columns[position] for position in self._customer_positions), strict=True)

    def details(self, part: Cellular) -> Values:
        """What one such part says; raises `Doubtful` where `read` would refuse it."""
        try:
            return details_of(self._of_customer.understand(part))
        except Refused:
            raise Doubtful from None

    def customers(self, customer_ids: list[str], parts: list[Cellular]) -> list[Customer]:
        """The customers of whom such parts are all that is known; raises `Doubtful` where `read` would refuse any of them."""
        if not customer_ids:
            return []
        return customers_of(self._of_customer, customer_ids, list(map(list, zip(*parts, strict=True))))

    def _amounts(self, field: str, rows: PlainRows, currencies: list[str]) -> list[int]:
        texts = self.cells.texts(field, rows.columns) or []
        joined = "\n".join(texts)
        if self._plain_amounts.fullmatch(joined) and _WITH_CENTS.issuperset(map(exponent, set(currencies))):
            return list(map(int, joined.replace(self._decimal, "").split("\n")))
        try:
            return [self._amount(text, currency) for text, currency in zip(texts, currencies, strict=True)]
        except Unreadable:
            raise Doubtful from None

    def _unpaid(
        self, rows: PlainRows, currencies: list[str], original: list[int], settled: list[date | None]
    ) -> list[int]:
        if not self.cells.has("open"):
            return [amount if day is None else 0 for amount, day in zip(original, settled, strict=True)]
        texts = self.cells.texts("open", rows.columns) or []
        if all(texts):
            return self._amounts("open", rows, currencies)
        if any(not text and day is None for text, day in zip(texts, settled, strict=True)):
            raise Doubtful
        try:
            pairs = zip(texts, currencies, strict=True)
            return [self._amount(text, currency) if text else 0 for text, currency in pairs]
        except Unreadable:
            raise Doubtful from None

    def _kinds(
        self, rows: PlainRows, original: list[int], unpaid: list[int]
    ) -> tuple[list[ReceivableKind], list[int], list[int]]:
        kinds = self.cells.column("kind", rows.columns)
        if (kinds is None or not any(kinds)) and min(unpaid) >= 0 and all(map(le, unpaid, original)):
            return [ReceivableKind.INVOICE] * len(rows), original, unpaid
        given = [None] * len(rows) if kinds is None else kinds
        agreed = [_agreed(*row) for row in zip(given, original, unpaid, strict=True)]
        return [kind for kind, _, _ in agreed], [amount for _, amount, _ in agreed], [amount for _, _, amount in agreed]

    def amount(self, field: str, text: str, currency: str) -> int:
        """Read an amount into minor units; raises `Refused`."""
        try:
            return self._amount(text, currency)
        except Unreadable as error:
            raise self.cells.refusal(field, text, error.reason) from None

    def _open(self, values: Values, original: int, currency: str) -> int:
        if "open" in values:
            return self.amount("open", values["open"], currency)
        if "settled_on" in values:
            return 0
        if self.cells.has("open"):
            reason = (
                "This is empty, and so is the day it was paid: whether it is paid cannot be known. Write 0 for paid."
            )
            raise self.cells.refusal("open", "", reason)
        return original

    def _kind(self, values: Values, original: int, open_minor: int) -> tuple[ReceivableKind, int, int]:
        """The kind and both amounts with the kind's sign; raises `Refused` when they contradict each other."""
        kind = values.get("kind") or (ReceivableKind.CREDIT_NOTE if original < 0 else ReceivableKind.INVOICE)
        if kind is ReceivableKind.INVOICE and original < 0:
            reason = "This amount is negative, but the row calls itself an invoice. Correct the amount or the kind."
            raise self.cells.refusal("original", values["original"], reason)
        if original * open_minor < 0:
            raise self._odd_open(values, "This has another sign than the amount invoiced. Correct one of them.")
        if abs(open_minor) > abs(original):
            raise self._odd_open(values, "More is open than was invoiced. Correct one of the two amounts.")
        if kind is ReceivableKind.CREDIT_NOTE and original > 0:
            # The row says in words which way the money goes; such a ledger writes no signs.
            return kind, -original, -open_minor
        return kind, original, open_minor

    def _odd_open(self, values: Values, reason: str) -> Refused:
        # Without a column of its own what is open follows from the amount and cannot contradict it.
        return self.cells.refusal("open", values["open"], reason)


def _agreed(kind: ReceivableKind | None, original: int, unpaid: int) -> tuple[ReceivableKind, int, int]:
    """The kind and both amounts with the kind's sign; raises `Doubtful` when they contradict each other."""
    kind = kind or (ReceivableKind.CREDIT_NOTE if original < 0 else ReceivableKind.INVOICE)
    if (kind is ReceivableKind.INVOICE and original < 0) or original * unpaid < 0 or abs(unpaid) > abs(original):
        raise Doubtful
    return (
        (kind, -original, -unpaid) if kind is ReceivableKind.CREDIT_NOTE and original > 0 else (kind, original, unpaid)
    )


def _exclude_undated(columns: dict[str, list[Any]], number: int, unpaid: list[int], settled: list[date | None]) -> None:
    """What is paid nobody knows when is no history."""
    undated = [not amount and day is None for amount, day in zip(unpaid, settled, strict=True)]
    counts = columns.get("counts_for_history", [True] * number)
    why = columns.get("history_exclusion", [""] * number)
    columns["counts_for_history"] = [count and not at for count, at in zip(counts, undated, strict=True)]
    columns["history_exclusion"] = [
        _PAID_SOME_DAY if at and not text else text for text, at in zip(why, undated, strict=True)
    ]


def _parsers(config: CsvConfig) -> dict[str, Parser[Any]]:
    settings = config.invoices
    flag = flag_parser(config.true_values, config.false_values)
    return {
        **dict.fromkeys(("receivable_id", "invoice_number"), identifier),
        "instalment_number": instalment_number,
        **dict.fromkeys(("original", "open"), str),
        "currency": currency_code,
        **{field: field_date_parser(settings, field) for field in _DATES},
        "kind": choice_parser(ReceivableKind, config.values.kind, "kind"),
        **dict.fromkeys(_LABELS, label),
        **dict.fromkeys(_NUMBERS, reference),
        "removed": flag,
        "tags": list_parser(config.list_separator, label),
        **dict.fromkeys(_FLAGS, flag),
        "delivery_medium": choice_parser(Medium, config.values.medium, "medium"),
        "delivery_outcome": choice_parser(DeliveryOutcome, config.values.delivery_outcome, "delivery_outcome"),
        "agreed_rate": rate_parser(settings.decimal),
    }


#: Reads an instalment's number.
instalment_number = whole_number(1, _MOST_INSTALMENTS)


def field_date_parser(settings: FileSettings, field: str) -> Parser[date]:
    """How the dates of one column are written: its own format, or the file's."""
    return date_parser(settings.date_formats.get(field, settings.date_format))
