"""The examples' configuration files are usable, and every header they name stands in the files they read."""

import csv
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from dunningkit_csv.config import CsvConfig

IBM_HEADERS = (
    "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate,"
    "PaperlessBill,DaysToSettle,DaysLate"
)


def source_config(folder: Path) -> CsvConfig:
    data = tomllib.loads((folder / "dunning.toml").read_text(encoding="utf-8"))
    assert "policy" not in data
    return CsvConfig.model_validate(data["source"]["config"])


def named_headers(file: Any) -> set[str]:
    return set(file.columns.model_dump(exclude_none=True).values())


def words(rows: list[dict[str, str]], *columns: str) -> set[str]:
    return {row[column] for row in rows for column in columns} - {""}


def test_the_ledgers_files_have_every_column_and_word_of_its_configuration(
    examples_folder: Path, example_ledger: Any
) -> None:
    config = source_config(examples_folder / "ledger")
    assert config.customers is not None
    assert config.payments is not None
    for file, rows in (
        (config.customers, example_ledger.customers),
        (config.invoices, example_ledger.invoices),
        (config.payments, example_ledger.payments),
    ):
        assert named_headers(file) <= set(rows[0])
        assert (file.encoding, file.delimiter, file.decimal, file.date_format) == ("utf-8-sig", ";", ",", "d.m.yyyy")
        assert file.path.parent == Path("build")
    customers, invoices = example_ledger.customers, example_ledger.invoices
    assert words(customers, "Asiakastyyppi") == set(config.values.customer_class)
    assert words(invoices, "Laji") == set(config.values.kind)
    media = words(customers, "Kanavatoive", "Ei näin") | words(invoices, "Toimitustapa")
    assert media == set(config.values.medium)
    assert words(invoices, "Toimitus") == set(config.values.delivery_outcome)


def test_the_joined_sample_has_every_column_of_its_configuration(examples_folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text(
        f"{IBM_HEADERS}\n391,1,,0000000001,1/2/2013,2/1/2013,5.5,No,1/15/2013,Paper,13,0\n", encoding="utf-8"
    )
    join = [sys.executable, str(examples_folder / "ibm" / "join_contacts.py"), str(data), str(tmp_path / "build")]
    subprocess.run(join, check=True, capture_output=True)

    config = source_config(examples_folder / "ibm")
    assert config.customers is not None
    assert config.payments_as_of is None
    assert config.currency == "USD"
    for file in (config.invoices, config.customers):
        with (tmp_path / file.path).open(encoding="utf-8", newline="") as opened:
            assert named_headers(file) <= set(next(csv.reader(opened)))


@pytest.mark.parametrize("example", ["ledger", "ibm"])
def test_messages_name_addresses_that_lead_nowhere(example: str, examples_folder: Path) -> None:
    creditor = tomllib.loads((examples_folder / example / "dunning.toml").read_text(encoding="utf-8"))["creditor"]
    assert creditor["email"].endswith("@example.com")
    assert creditor["website"] == "www.example.com"
    assert creditor["phone"].startswith("0457 555 0")
    assert creditor["iban"] == "FI21 1234 5600 0007 85"
