"""A folder of small CSV files, the settings that read them, and everything that a reading of them said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dunningkit.model import Customer, Payment, QuarantinedRow, Receivable, SyncEnd
from dunningkit_csv.config import CsvConfig
from dunningkit_csv.source import CsvSource

INVOICES = {
    "invoice_number": "no",
    "customer_id": "customer",
    "original": "amount",
    "issued_on": "issued",
    "due_on": "due",
}
SOUND = {"no": "1", "customer": "17", "amount": "100,00", "issued": "2026-10-01", "due": "2026-10-15"}


@dataclass
class Reading:
    """What one reading said, all batches together."""

    customers: dict[str, Customer] = field(default_factory=dict)
    receivables: list[Receivable] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    quarantined: list[QuarantinedRow] = field(default_factory=list)
    end: SyncEnd | None = None

    @property
    def only(self) -> Receivable:
        assert not self.quarantined, self.quarantined
        (receivable,) = self.receivables
        return receivable

    @property
    def refused(self) -> QuarantinedRow:
        (row,) = self.quarantined
        return row

    @property
    def counts(self) -> tuple[int, int, int]:
        assert self.end is not None
        return self.end.rows_read, self.end.rows_accepted, self.end.rows_quarantined


def read_all(source: CsvSource) -> Reading:
    reading = Reading()
    for batch in source.changes(None):
        assert reading.end is None, "nothing comes after the end"
        for customer in batch.customers:
            reading.customers[customer.customer_id] = customer
        reading.receivables += batch.receivables
        reading.payments += batch.payments
        reading.quarantined += batch.quarantined
        reading.end = batch.end
    return reading


Rows = Sequence[Mapping[str, str]]


class Ledger:
    """The files of one ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config: dict[str, Any] = {}

    def file(self, kind: str, columns: Mapping[str, str], content: Rows | str | bytes, **settings: object) -> "Ledger":
        """Write a file, as text or as rows by header, and configure it."""
        if not isinstance(content, str | bytes):
            headers = list(
                dict.fromkeys(header for header in (*columns.values(), *(h for row in content for h in row)))
            )
            lines = [headers, *([row.get(header, "") for header in headers] for row in content)]
            content = "".join(";".join(line) + "\n" for line in lines)
        (self.folder / f"{kind}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
        self.config[kind] = {"path": f"{kind}.csv", "columns": dict(columns), **settings}
        return self

    def invoices(self, *rows: Mapping[str, str], **more_columns: str) -> "Ledger":
        """Write invoices: each row says how it differs from a sound one; further columns as field=header."""
        return self.file("invoices", {**INVOICES, **more_columns}, [{**SOUND, **row} for row in rows])

    def customers(self, *rows: Mapping[str, str], **more_columns: str) -> "Ledger":
        columns = {"customer_id": "customer", "customer_name": "name", **more_columns}
        return self.file("customers", columns, rows)

    def payments(self, *rows: Mapping[str, str], **more_columns: str) -> "Ledger":
        columns = {"payment_id": "id", "customer_id": "customer", "amount": "amount", "paid_on": "paid", **more_columns}
        sound = {"customer": "17", "amount": "40,00", "paid": "2026-10-20"}
        return self.file("payments", columns, [{**sound, "id": f"P{number}", **row} for number, row in enumerate(rows)])

    def source(self, **config: object) -> CsvSource:
        return CsvSource(CsvConfig.model_validate({**self.config, **config}), self.folder)

    def read(self, **config: object) -> Reading:
        reading = read_all(self.source(**config))
        assert reading.end is not None
        rows_read, accepted, quarantined = reading.counts
        assert rows_read == accepted + quarantined
        assert quarantined == len(reading.quarantined)
        return reading


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path)


@pytest.fixture
def new_ledger(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Ledger]:
    """Makes ledgers in folders of their own, for laws that need one per example."""
    return lambda: Ledger(tmp_path_factory.mktemp("ledger"))
