"""On five days of the IBM sample the real command finds what a plain reading of the file finds."""

import csv
import json
import os
import shutil
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

_ROOT = Path(__file__).parents[2]
_DATA = Path(os.environ.get("DUNNINGKIT_IBM_CSV") or _ROOT.parent / "shared" / "data" / "ibm_accounts_receivable.csv")

FIVE_DATES = ("2012-06-30", "2012-12-31", "2013-03-31", "2013-06-30", "2013-11-30")


class Reading(NamedTuple):
    """What the ledger looked like on a day."""

    open: int
    overdue: int
    open_minor: int
    overdue_minor: int
    disputed_overdue: int


def read_independently(path: Path, as_of: date) -> Reading:
    """Read the invoices with nothing but the csv module.

    Issued later than ``as_of`` does not exist yet; settled later is open, settled on the day itself is not; due before the
    day is overdue.
    """

    def day(text: str) -> date:
        return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007

    unpaid = overdue = unpaid_minor = overdue_minor = disputed = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if day(row["InvoiceDate"]) > as_of or day(row["SettledDate"]) <= as_of:
                continue
            minor = int(Decimal(row["InvoiceAmount"]) * 100)
            unpaid += 1
            unpaid_minor += minor
            if day(row["DueDate"]) < as_of:
                overdue += 1
                overdue_minor += minor
                disputed += row["Disputed"] == "Yes"
    return Reading(unpaid, overdue, unpaid_minor, overdue_minor, disputed)


def test_the_independent_reading_knows_its_boundaries(tmp_path: Path) -> None:
    path = tmp_path / "five.csv"
    path.write_text(
        "InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate\n"
        "3/31/2013,4/30/2013,1,No,5/1/2013\n"  # issued on the day: open, not overdue
        "4/1/2013,5/1/2013,2,No,5/1/2013\n"  # issued the day after: not there yet
        "2/1/2013,3/3/2013,4.5,No,3/31/2013\n"  # settled on the day: not open
        "2/1/2013,3/30/2013,8.25,Yes,4/1/2013\n"  # due the day before, settled the day after: open and overdue
        "2/1/2013,3/31/2013,16,Yes,4/1/2013\n",  # due on the day: open, not overdue
        encoding="utf-8",
    )
    assert read_independently(path, date(2013, 3, 31)) == Reading(3, 1, 25_25, 8_25, 1)


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example's configuration and, beside it, the joined data."""
    if not _DATA.is_file():
        pytest.skip(f"The IBM sample is not at {_DATA}; set DUNNINGKIT_IBM_CSV to where it is.")
    folder = tmp_path_factory.mktemp("ibm")
    example = _ROOT / "examples" / "ibm"
    shutil.copy(example / "dunning.toml", folder)
    join = [sys.executable, str(example / "join_contacts.py"), str(_DATA), str(folder / "build")]
    subprocess.run(join, check=True, capture_output=True)
    return folder


def run_command(folder: Path, store: Path, as_of: str) -> dict[str, Any]:
    dunning = Path(sys.executable).with_name("dunning")
    command = [str(dunning), "--config", str(folder / "dunning.toml"), "--store", f"sqlite:///{store}"]
    subprocess.run([*command, "init", "--json"], check=True, capture_output=True)
    done = subprocess.run(
        [*command, "run", "--as-of", as_of, "--json"], check=False, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr + done.stdout
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize("as_of", FIVE_DATES)
def test_the_command_finds_what_a_plain_reading_finds(as_of: str, joined: Path, tmp_path: Path) -> None:
    expected = read_independently(_DATA, date.fromisoformat(as_of))
    assert expected.overdue > expected.disputed_overdue > 0, "the day would prove nothing"

    found = run_command(joined, tmp_path / "x.db", as_of)

    assert found["as_of"] == as_of
    receivables = found["receivables"]
    assert receivables["open"] == expected.open
    assert receivables["overdue"] == expected.overdue
    assert receivables["open_minor"] == {"USD": expected.open_minor}
    assert receivables["overdue_minor"] == {"USD": expected.overdue_minor}
    assert receivables["quarantined"] == 0
    # Every overdue receivable is either a line of the proposal or counted under the reason for which it waits.
    lines, waiting = found["lines"], found["waiting_by_reason"]
    assert set(lines) == {"ready", "needs_you", "wont_go"}
    assert sum(lines.values()) + sum(waiting.values()) == expected.overdue
    held = found["by_reason"].get("held_dispute", 0) + waiting.get("held_dispute", 0)
    assert held == expected.disputed_overdue
