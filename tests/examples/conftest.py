"""The example ledger, generated once for all its tests and read without dunningkit."""

import csv
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

_ROOT = Path(__file__).parents[2]

Row = dict[str, str]


class ExampleLedger(NamedTuple):
    folder: Path
    as_of: date
    customers: list[Row]
    invoices: list[Row]
    broken: list[Row]
    payments: list[Row]

    @staticmethod
    def day(text: str) -> date:
        day, month, year = text.split(".")
        return date(int(year), int(month), int(day))

    @staticmethod
    def cents(text: str) -> int:
        whole, _, rest = text.partition(",")
        assert len(rest) == 2, text
        return int(whole + rest)

    def overdue(self) -> list[Row]:
        return [
            row
            for row in self.invoices
            if row["Laji"] == "Lasku" and self.cents(row["Avoinna"]) > 0 and self.day(row["Eräpäivä"]) < self.as_of
        ]


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="session")
def examples_folder() -> Path:
    return _ROOT / "examples"


@pytest.fixture(scope="session")
def generate_ledger(examples_folder: Path) -> Callable[..., Path]:
    """Run the generator as a reader of the README would; returns the folder it wrote."""

    def generate(folder: Path, *options: str, hash_seed: str = "0") -> Path:
        command = [sys.executable, str(examples_folder / "ledger" / "generate.py"), str(folder), *options]
        subprocess.run(command, check=True, capture_output=True, env={"PYTHONHASHSEED": hash_seed, "LC_ALL": "C"})
        return folder

    return generate


@pytest.fixture(scope="session")
def example_ledger(generate_ledger: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> ExampleLedger:
    folder = generate_ledger(tmp_path_factory.mktemp("example-ledger"))
    invoices = _rows(folder / "invoices.csv")
    # The four rows that are wrong on purpose stand at the end.
    return ExampleLedger(
        folder=folder,
        as_of=date(2026, 11, 24),
        customers=_rows(folder / "customers.csv"),
        invoices=invoices[:-4],
        broken=invoices[-4:],
        payments=_rows(folder / "payments.csv"),
    )
