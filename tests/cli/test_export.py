"""Tables for a spreadsheet: what a customer is called is never run as a formula."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dunningkit.cli.export import write_csv


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


@pytest.mark.parametrize("cell", ["=1+1", "+358 40", "-5", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_begins_like_a_formula_gets_an_apostrophe(tmp_path: Path, cell: str) -> None:
    write_csv(tmp_path / "a.csv", ["=name"], [[cell]])
    assert read(tmp_path / "a.csv") == [["'=name"], [f"'{cell}"]]


def test_other_cells_are_as_they_were(tmp_path: Path) -> None:
    count = write_csv(tmp_path / "new" / "a.csv", ["a", "b"], [['Mäkinen; "Maija"\n= rivi', -5], [None, "a=b"]])
    assert count == 2
    assert read(tmp_path / "new" / "a.csv") == [["a", "b"], ['Mäkinen; "Maija"\n= rivi', "-5"], ["", "a=b"]]
    assert (tmp_path / "new" / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfa;b\r\n")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cell=st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_no_text_begins_like_a_formula_and_none_is_lost(tmp_path: Path, cell: str) -> None:
    write_csv(tmp_path / "a.csv", ["x"], [["", cell]])
    (_, found) = read(tmp_path / "a.csv")[1]
    assert not found.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert found.removeprefix("'") == cell.removeprefix("'") or found == cell
