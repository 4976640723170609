"""Workbooks: every cell comes out as the person who looks at it in a spreadsheet sees it, or is refused with a sentence."""

import builtins
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from dunningkit.errors import ConfigError, DunningkitError
from dunningkit.model import Money
from dunningkit_csv.xlsx import sheet_names

HEADER = ("no", "customer", "amount", "issued", "due")
COLUMNS = {
    "invoice_number": "no",
    "customer_id": "customer",
    "original": "amount",
    "issued_on": "issued",
    "due_on": "due",
}
ISSUED, DUE = datetime(2026, 10, 1), datetime(2026, 10, 15)  # noqa: DTZ001  # a spreadsheet's days have no zone


def book(*rows: Sequence[Any], header: Sequence[Any] = HEADER, formats: Mapping[str, str] | None = None) -> Workbook:
    made = Workbook()
    sheet = made.active
    sheet.title = "Laskut"
    for row in (header, *rows):
        sheet.append(list(row))
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    return made


def put(ledger: Any, made: Workbook, columns: Mapping[str, str] = COLUMNS, **config: Any) -> Any:
    made.save(ledger.folder / "invoices.xlsx")
    ledger.config["invoices"] = {"path": "invoices.xlsx", "columns": dict(columns), **config}
    return ledger


def test_numbers_and_days_are_read_as_they_are_seen(ledger: Any) -> None:
    found = put(ledger, book((1042, 17, 1234.5, ISSUED, DUE))).read().only
    assert (found.receivable_id, found.customer_id) == ("1042", "17")
    assert found.original == Money(123450, "EUR")
    assert (found.issued_on, found.due_on) == (date(2026, 10, 1), date(2026, 10, 15))


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        (1042, "General", "1042"),
        (1042.0, "General", "1042"),
        (123, "000000", "000123"),
        (1234567, "000000", "1234567"),
        ("000123", "@", "000123"),
        (123456789012345, "General", "123456789012345"),
        (12.5, "General", "12,5"),
    ],
)
def test_ids(value: Any, number_format: str, seen: str, ledger: Any) -> None:
    made = book((value, value, 1, ISSUED, DUE), formats={"A2": number_format, "B2": number_format})
    assert put(ledger, made).read().only.customer_id == seen


def test_a_number_longer_than_a_spreadsheet_keeps_is_refused(ledger: Any) -> None:
    refused = put(ledger, book((1234567890123456789, 17, 1, ISSUED, DUE))).read().refused
    assert refused.value == "1,23457E+18"
    assert "its digits are lost" in refused.reason


@pytest.mark.parametrize(
    ("value", "minor"),
    [(12, 1200), (-12.5, -1250), (0.1 + 0.2, 30), ("12,50", 1250), ("(12,50)", -1250), (1e6, 100000000)],
)
def test_amounts(value: Any, minor: int, ledger: Any) -> None:
    assert put(ledger, book((1, 17, value, ISSUED, DUE))).read().only.original.amount_minor == minor


def test_the_decimal_sign_of_the_settings_is_for_texts(ledger: Any) -> None:
    made = book((1, 17, 12.5, ISSUED, DUE), (2, 17, "12.50", ISSUED, DUE))
    reading = put(ledger, made, decimal=".").read()
    assert [one.original.amount_minor for one in reading.receivables] == [1250, 1250]


@pytest.mark.parametrize(("value", "basis_points"), [(11.5, 1150), ("11,5 %", 1150), (0.115, 1150)])
def test_percentages_are_read_as_they_are_seen(value: Any, basis_points: int, ledger: Any) -> None:
    formats = {"F2": "0.0%"} if value == 0.115 else {}
    made = book((1, 17, 1, ISSUED, DUE, value), header=(*HEADER, "rate"), formats=formats)
    assert put(ledger, made, {**COLUMNS, "agreed_rate": "rate"}).read().only.agreed_rate_bp == basis_points


@pytest.mark.parametrize("date_format", ["yyyy-mm-dd", "d.m.yyyy", "mm/dd/yy"])
def test_days_need_no_format_and_texts_have_the_one_of_the_settings(date_format: str, ledger: Any) -> None:
    text = {"yyyy-mm-dd": "2026-10-15", "d.m.yyyy": "15.10.2026", "mm/dd/yy": "10/15/26"}[date_format]
    found = put(ledger, book((1, 17, 1, ISSUED, text)), date_format=date_format).read().only
    assert (found.issued_on, found.due_on) == (date(2026, 10, 1), date(2026, 10, 15))


def test_the_calendar_from_1904(ledger: Any) -> None:
    made = book((1, 17, 1, ISSUED, DUE))
    made.epoch = CALENDAR_MAC_1904
    assert put(ledger, made).read().only.due_on == date(2026, 10, 15)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (46310, "spreadsheet's day number"),
        (time(5, 23), "a spreadsheet has destroyed the date"),
        (timedelta(minutes=5, seconds=23), "not a date|destroyed the date"),
        ("31.2.2026", "not a date written as"),
        ("#REF!", "a formula in it has broken"),
        (None, "nothing can be done without it"),
    ],
)
def test_what_is_no_day_is_refused(value: Any, says: str, ledger: Any) -> None:
    reading = put(ledger, book((1, 17, 1, ISSUED, value), (2, 17, 1, ISSUED, DUE))).read()
    refused = reading.refused
    assert (refused.place, refused.column) == ("invoices.xlsx sheet Laskut row 2", "due")
    assert any(part in refused.reason for part in says.split("|"))
    assert refused.receivable_id == "1"


@pytest.mark.parametrize("column", range(5))
def test_error_cells_are_refused_wherever_they_stand(column: int, ledger: Any) -> None:
    row = [1, 17, 1, ISSUED, DUE]
    row[column] = "#N/A"
    assert "a formula in it has broken" in put(ledger, book(row)).read().refused.reason


def test_a_formula_that_was_never_calculated_is_refused(ledger: Any) -> None:
    made = book((1, 17, "=1+1", ISSUED, DUE), (2, 17, 1, ISSUED, DUE))
    reading = put(ledger, made).read()
    assert "a formula that was never calculated" in reading.refused.reason
    assert (reading.refused.column, reading.refused.value) == ("amount", "=1+1")
    assert [one.receivable_id for one in reading.receivables] == ["2"]


def replaced(path: Path, part: str, old: str, new: str) -> None:
    """Change a part of a workbook as a spreadsheet would have written it."""
    with zipfile.ZipFile(path) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    assert old.encode() in parts[part], parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as after:
        for name, content in parts.items():
            after.writestr(name, content)


def test_a_formula_gives_the_value_it_had_when_it_was_saved(ledger: Any) -> None:
    put(ledger, book((1, 17, "=1+1", ISSUED, DUE)))
    path = ledger.folder / "invoices.xlsx"
    replaced(path, "xl/worksheets/sheet1.xml", "<f>1+1</f><v />", "<f>1+1</f><v>2</v>")
    assert ledger.read().only.original.amount_minor == 200


def test_a_formula_that_gave_an_empty_text_is_an_empty_cell(ledger: Any) -> None:
    put(ledger, book((1, 17, 5, ISSUED, DUE, '=""'), header=(*HEADER, "text")), {**COLUMNS, "subject": "text"})
    path = ledger.folder / "invoices.xlsx"
    replaced(path, "xl/worksheets/sheet1.xml", '<c r="F2"><f>""</f><v />', '<c r="F2" t="str"><f>""</f><v></v>')
    assert ledger.read().only.subject == ""


def test_a_formula_that_gave_an_error_is_refused(ledger: Any) -> None:
    put(ledger, book((1, 17, "=1/0", ISSUED, DUE)))
    path = ledger.folder / "invoices.xlsx"
    replaced(path, "xl/worksheets/sheet1.xml", '<c r="C2"><f>1/0</f><v />', '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v>')
    assert "a formula in it has broken" in ledger.read().refused.reason


def test_a_formula_beside_the_mapped_columns_makes_no_difference(ledger: Any) -> None:
    put(ledger, book((1, 17, 5, ISSUED, DUE, "=1+1"), header=(*HEADER, "sum")))
    assert ledger.read().counts == (1, 1, 0)


# -- sheets --------------------------------------------------------------------------------------------------------


def sheets() -> Workbook:
    made = book((1, 17, 1, ISSUED, DUE))
    hidden = made.create_sheet("Piilo", 0)
    hidden.sheet_state = "hidden"
    hidden.append(["nothing"])
    other = made.create_sheet("Muut")
    for row in (HEADER, (2, 17, 1, ISSUED, DUE)):
        other.append(row)
    return made


@pytest.mark.parametrize(("sheet", "receivable_id"), [(None, "1"), ("Laskut", "1"), ("Muut", "2")])
def test_the_sheet_that_is_read(sheet: str | None, receivable_id: str, ledger: Any) -> None:
    assert put(ledger, sheets(), sheet=sheet).read().only.receivable_id == receivable_id
    assert sheet_names(ledger.folder / "invoices.xlsx") == ("Laskut", "Muut")


def test_sheets_that_cannot_be_read_are_named(ledger: Any) -> None:
    with pytest.raises(ConfigError, match=r"no sheet 'Lasku'\. Its sheets are: 'Piilo', 'Laskut', 'Muut'"):
        put(ledger, sheets(), sheet="Lasku").read()
    made = sheets()
    made.create_sheet("Tyhjä")
    with pytest.raises(ConfigError, match=r"The sheet 'Tyhjä' of invoices\.xlsx is empty"):
        put(ledger, made, sheet="Tyhjä").read()


def test_titles_blank_rows_and_merged_cells(ledger: Any) -> None:
    made = book(("Avoimet laskut",), (), HEADER, (1, 17, 1, ISSUED, DUE), (), (2, None, 1, ISSUED, DUE), header=("x",))
    made.active.merge_cells("B5:B7")
    reading = put(ledger, made, skip_lines=3).read()
    assert [one.receivable_id for one in reading.receivables] == ["1"]
    # Of merged cells only the first holds the value; the others are empty, and no number is made up for them.
    assert (reading.refused.place, reading.refused.column) == ("invoices.xlsx sheet Laskut row 7", "customer")


def test_a_row_that_goes_on_after_the_last_header_is_refused(ledger: Any) -> None:
    reading = put(ledger, book((1, 17, 1, ISSUED, DUE, "?"), (2, 17, 1, ISSUED, DUE, None))).read()
    assert "beyond the last header" in reading.refused.reason
    assert reading.counts == (2, 1, 1)


def test_a_wrong_size_in_the_file_hides_no_rows(ledger: Any) -> None:
    put(ledger, book((1, 17, 1, ISSUED, DUE), (2, 17, 1, ISSUED, DUE)))
    replaced(ledger.folder / "invoices.xlsx", "xl/worksheets/sheet1.xml", 'ref="A1:E3"', 'ref="A1:A1"')
    assert ledger.read().counts == (2, 2, 0)


# -- without and with damage ---------------------------------------------------------------------------------------


def test_without_the_library_it_says_what_is_missing(ledger: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    source = put(ledger, book((1, 17, 1, ISSUED, DUE))).source()
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "openpyxl":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    result = source.check()
    assert "needs the extra 'xlsx'" in result.problems[0]


def test_a_workbook_that_unpacks_into_too_much_is_refused(ledger: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put(ledger, book((1, 17, 1, ISSUED, DUE)))
    monkeypatch.setattr("dunningkit_csv.xlsx.MOST_UNPACKED", 1000)
    with pytest.raises(ConfigError, match="when it is unpacked"):
        ledger.read()


lasting = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@lasting
@given(flips=st.lists(st.tuples(st.integers(0, 99_999), st.integers(1, 255)), min_size=1, max_size=20))
def test_a_damaged_workbook_gives_a_sentence(flips: list[tuple[int, int]], new_ledger: Any) -> None:
    buffer = io.BytesIO()
    book((1, 17, 1, ISSUED, DUE), (2, 17, "=1+1", ISSUED, DUE)).save(buffer)
    content = bytearray(buffer.getvalue())
    for place, change in flips:
        content[place % len(content)] ^= change
    ledger = new_ledger()
    (ledger.folder / "invoices.xlsx").write_bytes(content)
    ledger.config["invoices"] = {"path": "invoices.xlsx", "columns": COLUMNS}
    try:
        said = [row.reason for row in ledger.read().quarantined]
    except DunningkitError as error:
        said = [str(error)]
    assert all(sentence.endswith((".", ")")) for sentence in said)
