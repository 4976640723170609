"""Lists for a spreadsheet: what a customer wrote is never run as a formula, and numbers stay numbers."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunningkit.cli.export import spreadsheet_cell, spreadsheet_rows, write_csv
from dunningkit.errors import SettingsError


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("https://example.com";"x")',
        "+358401234567",
        "-1+1",
        "-2,5-",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "  =1+1",
        "\u00a0=1+1",
        "\uff1d1+1",
        "-",
        "--1",
        "-1e5",
    ],
)
def test_what_a_spreadsheet_would_calculate_becomes_a_text(text: str) -> None:
    assert spreadsheet_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["-12,00", "-12.00", "-1234", "-1 234,50", "-1\u00a0234", "12,00", "a=b", "a-b", "Maija", "", "'x", "007"]
)
def test_numbers_and_texts_stay_as_they_are(text: str) -> None:
    assert spreadsheet_cell(text) == text


def test_other_values_become_texts() -> None:
    assert list(spreadsheet_rows([[None, -5, "=x", 2.5]])) == [["", "-5", "'=x", "2.5"]]


@given(st.text())
def test_no_cell_begins_with_what_is_calculated_unless_it_is_a_number(text: str) -> None:
    made = spreadsheet_cell(text)
    if made.lstrip().startswith(("=", "+", "-", "@")) or made.startswith(("\t", "\r")):
        assert made[0] == "-"
        float(made.replace(",", ".").replace(" ", "").replace("\u00a0", "").replace("\u202f", ""))
    assert made.removeprefix("'") == text.removeprefix("'")


def test_a_list_is_read_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    assert write_csv(path, ["name", "amount"], [["Mäkinen; Maija", "-12,00"], ['say "hi"\nthere', "=1"]]) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows == [["name", "amount"], ["Mäkinen; Maija", "-12,00"], ['say "hi"\nthere', "'=1"]]


def test_a_file_is_never_overwritten_without_being_told(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("mine")
    with pytest.raises(SettingsError, match="is there already"):
        write_csv(path, ["a"], [])
    assert path.read_text() == "mine"
    assert write_csv(path, ["a"], [], overwrite=True) == 0
    assert path.read_bytes() == b'\xef\xbb\xbf"a"\r\n'
    with pytest.raises(SettingsError, match="cannot be written"):
        write_csv(path / "list.csv", ["a"], [])


def test_the_folder_is_made(tmp_path: Path) -> None:
    assert write_csv(tmp_path / "new" / "folder" / "list.csv", ["a"], [["b"]]) == 1
