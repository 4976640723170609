"""The IBM sample is joined with made-up contacts and is itself left as it is."""

import csv
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

HEADERS = (
    "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate,"
    "PaperlessBill,DaysToSettle,DaysLate"
)
SMALL = (
    f"{HEADERS}\r\n"
    "391,0379-NEVHP,4/6/2013,0000611365,1/2/2013,2/1/2013,55.94,No,1/15/2013,Paper,13,0\r\n"
    "391,0379-NEVHP,4/6/2013,0000611366,1/2/2013,2/1/2013,7,Yes,3/15/2013,Paper,72,42\r\n"
    "406,8976-AMJEO,3/3/2012,0007900770,1/26/2013,2/25/2013,61.7,Yes,3/3/2013,Electronic,36,6\r\n"
)


def run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")


def contacts(folder: Path) -> list[dict[str, str]]:
    with (folder / "customers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def script(examples_folder: Path) -> Path:
    return examples_folder / "ibm" / "join_contacts.py"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.csv"
    path.write_bytes(SMALL.encode())
    return path


def test_every_row_and_value_is_kept(script: Path, small: Path, tmp_path: Path) -> None:
    assert run(script, str(small), str(tmp_path / "out")).returncode == 0
    assert (tmp_path / "out" / "invoices.csv").read_bytes() == SMALL.encode()
    assert [row["customerID"] for row in contacts(tmp_path / "out")] == ["0379-NEVHP", "8976-AMJEO"]


def test_a_customer_is_the_same_whatever_else_is_in_the_file(script: Path, small: Path, tmp_path: Path) -> None:
    run(script, str(small), str(tmp_path / "both"))
    small.write_bytes("\r\n".join(line for line in SMALL.split("\r\n") if "0379" not in line).encode())
    run(script, str(small), str(tmp_path / "one"))
    assert contacts(tmp_path / "one") == contacts(tmp_path / "both")[1:]


def test_contacts_vary_and_lead_nowhere(script: Path, tmp_path: Path) -> None:
    many = tmp_path / "many.csv"
    rows = (
        f"391,{number:04d}-ABCDE,,{number:010d},1/2/2013,2/1/2013,1,No,1/15/2013,Paper,13,0" for number in range(400)
    )
    many.write_text("\n".join((HEADERS, *rows)), encoding="utf-8")
    assert run(script, str(many), str(tmp_path)).returncode == 0
    found = contacts(tmp_path)
    assert len(found) == 400
    assert all(re.fullmatch(r"([\w.-]+@example\.com)?", row["email"]) for row in found)
    assert all(re.fullmatch(r"(\+358 457 555 0\d{3})?", row["phone"]) for row in found)
    emails = [row["email"] for row in found if row["email"]]
    assert len(set(emails)) == len(emails)
    for column, expected in (
        ("class", {"company", "consumer"}),
        ("language", {"en", "fi", "sv"}),
        ("phoneConfirmed", {"yes", "no", ""}),
    ):
        counts = Counter(row[column] for row in found)
        assert set(counts) == expected
        assert min(counts.values()) > 40
    assert any(not row["email"] and not row["phone"] for row in found)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "There is no file at"),
        (b"a,b\r\n1,2\r\n", "has no column customerID, invoiceNumber"),
        (b"", "has no column customerID"),
        (b"customerID\xff,b\n", "is not text in UTF-8 (byte 10)"),
    ],
)
def test_unusable_data_is_answered_with_what_where_and_what_to_do(
    content: bytes | None, says: str, script: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data.csv"
    if content is not None:
        data.write_bytes(content)
    answer = run(script, str(data), str(tmp_path / "out"))
    assert answer.returncode == 2
    assert says in answer.stderr
    assert str(data) in answer.stderr
    assert "Download the IBM sample WA_Fn-UseC_-Accounts-Receivable.csv" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "out").exists()


def test_a_forgotten_path_is_answered_too(script: Path) -> None:
    answer = run(script, "")
    assert answer.returncode == 2
    assert "make ibm DATA=" in answer.stderr


def test_the_real_sample_is_kept_whole(script: Path, tmp_path: Path) -> None:
    default = Path(__file__).parents[3] / "shared" / "data" / "ibm_accounts_receivable.csv"
    data = Path(os.environ.get("DUNNINGKIT_IBM_CSV") or default)
    if not data.is_file():
        pytest.skip(f"The IBM sample is not at {data}; set DUNNINGKIT_IBM_CSV to where it is.")
    assert run(script, str(data), str(tmp_path)).returncode == 0
    assert (tmp_path / "invoices.csv").read_bytes() == data.read_bytes()
    with data.open(encoding="utf-8", newline="") as file:
        assert {row["customerID"] for row in csv.DictReader(file)} == {row["customerID"] for row in contacts(tmp_path)}
    assert len(contacts(tmp_path)) == 100
