"""The plugin's proof: the conformance kit, over files that change and break as exports do.

Found by ``pytest --pyargs dunningkit.testing --dunningkit-plugin=csv`` and ``dunning plugins quality csv``; the plugin itself
never imports it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dunningkit.contracts import LedgerSourceSpec
from dunningkit.model import Money
from dunningkit.testing import LedgerOutside, LedgerSourceConformance
from dunningkit_csv.source import SPEC

Rows = dict[str, dict[str, str]]

#: No column of the settings names it, so it stays in the file.
IDENTITY_CODE = "131052-308T"
CUSTOMER_COLUMNS = {"customer_id": "customer", "customer_name": "name", "email": "mail", "phone": "mobile"}
INVOICE_COLUMNS = {
    "invoice_number": "no",
    "customer_id": "customer",
    "original": "amount",
    "open": "open",
    "issued_on": "issued",
    "due_on": "due",
    "settled_on": "paid",
    "disputed": "disputed",
    "credit_of": "credits",
}
PAYMENT_COLUMNS = {
    "payment_id": "id",
    "customer_id": "customer",
    "invoice_number": "no",
    "amount": "amount",
    "paid_on": "on",
}


def invoice(no: str, customer: str, amount: str, unpaid: str, **more: str) -> dict[str, str]:
    row = dict.fromkeys(INVOICE_COLUMNS.values(), "")
    return {
        **row,
        "no": no,
        "customer": customer,
        "amount": amount,
        "open": unpaid,
        "issued": "2026-10-01",
        "due": "2026-10-15",
        **more,
    }


class Export(LedgerOutside):
    """Three files in a folder for each of two creditors, written anew whenever something changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.north: Rows = {
            "1001": invoice("1001", "17", "120,00", "120,00"),
            "1002": invoice("1002", "17", "80,00", "0,00", paid="2026-10-14"),
            "1003": invoice("1003", "18", "100,00", "40,00"),
            "1004": invoice("1004", "18", "50,00", "0,00"),
            "1005": invoice("1005", "18", "-50,00", "-50,00", credits="1004"),
            "1006": invoice("1006", "18", "99,00", "99,00"),
        }
        self.taken_out: Rows = {}
        for name in ("north", "south"):
            (folder / name).mkdir()
            people = [
                {"customer": "17", "name": "Ada Virtanen", "mail": "ada@example.com", "mobile": "+358 40 1234567"},
                {"customer": "18", "name": "Beata Lind", "mail": "beata@example.com", "mobile": ""},
            ]
            self.write(f"{name}/customers.csv", [{**one, "identity": IDENTITY_CODE} for one in people])
            self.write(
                f"{name}/payments.csv",
                [{"id": "P1", "customer": "18", "no": "1003", "amount": "60,00", "on": "2026-10-20"}],
            )
        self.export()
        self.write(
            "south/invoices.csv",
            [invoice("1003", "18", "70,00", "10,00"), invoice("2001", "17", "9,00", "0,00", paid="2026-10-09")],
        )

    def write(self, name: str, rows: Sequence[Mapping[str, str]]) -> None:
        lines = [list(rows[0]), *(list(row.values()) for row in rows)]
        (self.folder / name).write_text("".join(";".join(line) + "\n" for line in lines), encoding="utf-8")

    def export(self) -> None:
        self.write("north/invoices.csv", [{"identity": IDENTITY_CODE, **row} for row in self.north.values()])

    def change(self, receivable_id: str, **how: str) -> None:
        self.north[receivable_id].update(how)
        self.export()

    def settings_of(self, name: str) -> dict[str, Any]:
        return {
            "customers": {"path": f"{name}/customers.csv", "columns": CUSTOMER_COLUMNS},
            "invoices": {"path": f"{name}/invoices.csv", "columns": INVOICE_COLUMNS},
            "payments": {"path": f"{name}/payments.csv", "columns": PAYMENT_COLUMNS},
        }

    # -- what the kit asks for -------------------------------------------------------------------------------------

    def settings(self) -> Mapping[str, Any]:
        return self.settings_of("north")

    def other_settings(self) -> Mapping[str, Any]:
        return self.settings_of("south")

    def broken_settings(self) -> Mapping[str, Any]:
        return self.settings_of("nowhere")

    def remove(self, receivable_id: str) -> None:
        self.taken_out[receivable_id] = self.north.pop(receivable_id)
        self.export()

    def restore(self, receivable_id: str) -> None:
        self.north[receivable_id] = self.taken_out.pop(receivable_id)
        self.export()

    def pay(self, receivable_id: str) -> None:
        self.change(receivable_id, open="0,00", paid="2026-11-24")

    def dispute(self, receivable_id: str) -> None:
        self.change(receivable_id, disputed="yes")

    def truncate(self) -> None:
        path = self.folder / "north" / "invoices.csv"
        whole = path.read_bytes()
        path.write_bytes(whole[: whole.index(b"1004") + 12])

    def spoil_row(self) -> str:
        self.change("1006", amount="ninety-nine euros")
        return "1006"

    def fill(self, number: int) -> None:
        more = (str(10_000 + one) for one in range(number))
        self.north.update((no, invoice(no, "17", "10,00", "10,00")) for no in more)
        self.export()

    def expected(self) -> Mapping[str, Mapping[str, Any]]:
        paid_on = date(2026, 10, 14)
        minor = {
            "1001": (12_000, 12_000, None),
            "1002": (8_000, 0, paid_on),
            "1003": (10_000, 4_000, None),
            "1004": (5_000, 0, None),
            "1005": (-5_000, -5_000, None),
            "1006": (9_900, 9_900, None),
        }
        return {
            no: {
                "original": Money(original, "EUR"),
                "open": Money(unpaid, "EUR"),
                "issued_on": date(2026, 10, 1),
                "due_on": date(2026, 10, 15),
                "settled_on": settled_on,
            }
            for no, (original, unpaid, settled_on) in minor.items()
        }

    def canaries(self) -> Sequence[str]:
        return (IDENTITY_CODE,)


class ExportWithDeltas(Export):
    """A snapshot, and a file more for everything that changes after it."""

    def __init__(self, folder: Path) -> None:
        (folder / "changes").mkdir()
        self.number = 0
        super().__init__(folder)

    def settings(self) -> Mapping[str, Any]:
        found = self.settings_of("north")
        columns = {**INVOICE_COLUMNS, "removed": "removed"}
        return {**found, "invoices": {**found["invoices"], "columns": columns, "deltas": "changes"}}

    def export(self) -> None:
        rows = [{**row, "removed": ""} for row in self.north.values()]
        self.write("north/invoices.csv", [{"identity": IDENTITY_CODE, **row} for row in rows])

    def tell(self, row: Mapping[str, str], *, removed: str = "") -> None:
        self.number += 1
        self.write(f"changes/{self.number}.csv", [{**row, "removed": removed}])

    def change(self, receivable_id: str, **how: str) -> None:
        self.north[receivable_id].update(how)
        self.tell(self.north[receivable_id])

    def remove(self, receivable_id: str) -> None:
        self.tell(self.north[receivable_id], removed="yes")

    def restore(self, receivable_id: str) -> None:
        self.tell(self.north[receivable_id])

    def spoil_row(self) -> str:
        # In the snapshot: an odd row of a delta replaces nothing, and what it is about waits.
        self.north["1006"]["amount"] = "ninety-nine euros"
        self.export()
        return "1006"


class TestCsv(LedgerSourceConformance):
    @pytest.fixture
    def spec(self) -> LedgerSourceSpec:
        return SPEC

    @pytest.fixture
    def outside(self, tmp_path: Path) -> Export:
        return Export(tmp_path)


class TestCsvWithDeltas(LedgerSourceConformance):
    @pytest.fixture
    def spec(self) -> LedgerSourceSpec:
        return SPEC

    @pytest.fixture
    def outside(self, tmp_path: Path) -> ExportWithDeltas:
        return ExportWithDeltas(tmp_path)
