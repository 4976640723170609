"""From a row's values to a receivable, and what a row's amounts must agree on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from dunningkit.model import DeliveryOutcome, Medium, Money, Receivable, ReceivableKind
from dunningkit_csv.cells import Cells, Refused, Values
from dunningkit_csv.config import CsvConfig, FileSettings
from dunningkit_csv.customers import customer_parsers, details_of
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
    rate_parser,
    reference,
    whole_number,
)
from dunningkit_csv.reading import Layout

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
_MOST_INSTALMENTS = 9999
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
        self.cells = Cells(layout, {**customer_parsers(config), **_parsers(config)}, _REQUIRED)
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
        if "credit_of" in values and kind is ReceivableKind.CREDIT_NOTE:
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
