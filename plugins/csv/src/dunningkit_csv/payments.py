"""From a row's values to a payment, and to what it says it pays."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dunningkit.model import Columns, Money, Payment
from dunningkit_csv.cells import Cells, Doubtful
from dunningkit_csv.config import CsvConfig, PaymentsFile
from dunningkit_csv.layout import Layout
from dunningkit_csv.parsing import Parser, Unreadable, amount_parser, currency_code, identifier
from dunningkit_csv.reading import PlainRows
from dunningkit_csv.receivables import InvoiceKey, field_date_parser, instalment_number, invoice_key

_REQUIRED = ("payment_id", "customer_id", "amount", "paid_on")


class Pays(NamedTuple):
    """What a row says it pays: by the receivable's id, or by what the invoice is called. Neither: not yet applied."""

    receivable_id: str | None
    key: InvoiceKey | None


class PaymentMapping:
    """Reads the rows of a file of payments."""

    def __init__(self, config: CsvConfig, settings: PaymentsFile, layout: Layout) -> None:
        self._currency = config.currency
        self._amount = amount_parser(settings.decimal, settings.thousands)
        self.cells = Cells(layout, _parsers(settings), _REQUIRED)

    def pays(self, cells: Sequence[str]) -> Pays:
        """What the row says it pays, where that can be read whatever else is wrong."""
        return Pays(self.cells.one("receivable_id", cells), invoice_key(self.cells, cells))

    def customer_id(self, cells: Sequence[str]) -> str | None:
        """The number of the customer who paid, where it can be read."""
        found: str | None = self.cells.one("customer_id", cells)
        return found

    def read(self, cells: Sequence[str]) -> Payment:
        """Make the payment as not yet applied; raises `Refused`."""
        values = self.cells.understand(cells)
        currency = values.get("currency", self._currency)
        try:
            minor = self._amount(values["amount"], currency)
        except Unreadable as error:
            raise self.cells.refusal("amount", values["amount"], error.reason) from None
        return Payment(values["payment_id"], values["customer_id"], Money(minor, currency), values["paid_on"])

    def read_many(self, rows: PlainRows) -> list[Payment]:
        """Make the payments of many rows; raises `Doubtful` where `read` would refuse any of them."""
        number = len(rows)
        currencies = self.cells.column("currency", rows.columns, empty=self._currency) or [self._currency] * number
        try:
            amounts = list(map(self._amount, self.cells.texts("amount", rows.columns) or [], currencies))
        except Unreadable:
            raise Doubtful from None
        columns = {
            field: self.cells.column(field, rows.columns) or [] for field in ("payment_id", "customer_id", "paid_on")
        }
        money = Columns(Money, number, {"amount_minor": amounts, "currency": currencies})
        return list(Columns(Payment, number, {**columns, "amount": money}))

    def pay_many(self, rows: PlainRows) -> list[Pays]:
        """`pays` of many rows; raises `Doubtful` where something in them cannot be read."""
        nothing = [None] * len(rows)
        ids = self.cells.column("receivable_id", rows.columns) or nothing
        numbers = self.cells.column("invoice_number", rows.columns) or nothing
        instalments = self.cells.column("instalment_number", rows.columns) or nothing
        return [
            Pays(receivable_id, None if number is None else InvoiceKey(number, instalment))
            for receivable_id, number, instalment in zip(ids, numbers, instalments, strict=True)
        ]


def _parsers(settings: PaymentsFile) -> dict[str, Parser[Any]]:
    return {
        **dict.fromkeys(("payment_id", "customer_id", "receivable_id", "invoice_number"), identifier),
        "instalment_number": instalment_number,
        "amount": str,
        "paid_on": field_date_parser(settings, "paid_on"),
        "currency": currency_code,
    }
