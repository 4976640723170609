"""From a row's values to a payment, and to what it says it pays."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dunningkit.model import Money, Payment
from dunningkit_csv.cells import Cells
from dunningkit_csv.config import CsvConfig, PaymentsFile
from dunningkit_csv.parsing import Parser, Unreadable, amount_parser, currency_code, identifier
from dunningkit_csv.reading import Layout
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


def _parsers(settings: PaymentsFile) -> dict[str, Parser[Any]]:
    return {
        **dict.fromkeys(("payment_id", "customer_id", "receivable_id", "invoice_number"), identifier),
        "instalment_number": instalment_number,
        "amount": str,
        "paid_on": field_date_parser(settings, "paid_on"),
        "currency": currency_code,
    }
