"""What holds for a few rows holds for many: nothing slips through because the rows around it are sound."""

import os
from typing import Any

import pytest

SOUND_ROWS = 100


def many(**changed: dict[str, str]) -> list[dict[str, str]]:
    """Sound rows numbered from 1, with changes to some of them by number."""
    rows = [{"no": str(number), "customer": str(number % 7)} for number in range(1, SOUND_ROWS + 1)]
    for number, change in changed.items():
        rows[int(number.removeprefix("row")) - 1].update(change)
    return rows


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("no", "1,23E+12"),
        ("no", "#REF!"),
        ("customer", "1,23457E+19"),
        ("customer", "#####"),
        ("amount", "#DIV/0!"),
        ("amount", "1,23E+12"),
        ("amount", "(12,00"),
        ("due", "05:23.4"),
        ("due", "46330"),
        ("ref", "1,23E+19"),
        ("ref", "#N/A"),
        ("name", "#PUUTTUU!"),
        ("subject", "#SAKNAS!"),
        ("iban", "#####"),
    ],
)
@pytest.mark.parametrize("number", [1, 50, SOUND_ROWS])
def test_one_destroyed_cell_among_many_rows_is_refused(number: int, column: str, text: str, ledger: Any) -> None:
    more = {"reference": "ref", "customer_name": "name", "subject": "subject", "iban": "iban"}
    rows = many(**{f"row{number}": {column: text}})
    # The same for all, so that no two rows contradict each other.
    told = [
        {"ref": "1232", "name": "Maija", "subject": "piha", "iban": "FI21 1234 5600 0007 85", **row} for row in rows
    ]
    reading = ledger.invoices(*told, **more).read()
    assert reading.counts == (SOUND_ROWS, SOUND_ROWS - 1, 1)
    assert (reading.refused.place, reading.refused.column) == (f"invoices.csv line {number + 1}", column)


def test_a_negative_amount_in_brackets_is_negative_among_many(ledger: Any) -> None:
    reading = ledger.invoices(*many(row50={"amount": "(12,00)"})).read()
    amounts = {one.receivable_id: one.original.amount_minor for one in reading.receivables}
    assert (amounts["50"], amounts["49"], len(amounts)) == (-1200, 10000, SOUND_ROWS)


def test_credit_notes_among_many_name_their_invoices(ledger: Any) -> None:
    rows = many(
        row3={"amount": "-10,00", "credits": "90"}, row60={"amount": "-10,00", "credits": "id2"}, row70={"credits": "1"}
    )
    ledger.invoices(*({**row, "id": f"id{row['no']}"} for row in rows), credit_of="credits", receivable_id="id")
    credited = {one.receivable_id: one.credit_of for one in ledger.read().receivables if one.credit_of}
    assert credited == {"id3": "id90", "id60": "id2"}


def test_removed_rows_among_many_are_no_receivables(ledger: Any) -> None:
    ledger.invoices(*many(row40={"gone": "yes", "amount": "?"}, row80={"gone": "yes"}), removed="gone")
    reading = ledger.read()
    assert reading.counts == (SOUND_ROWS, SOUND_ROWS, 0)
    assert {"40", "80"}.isdisjoint(one.receivable_id for one in reading.receivables)
    assert len(reading.receivables) == SOUND_ROWS - 2


def test_a_long_delta_replaces_a_long_snapshot(ledger: Any) -> None:
    ledger.invoices(*many(), removed="gone")
    folder = ledger.folder / "changes"
    folder.mkdir()
    ledger.config["invoices"]["deltas"] = "changes"
    header = "no;customer;amount;issued;due;gone\n"
    rows = [f"{n};{n % 7};{n},00;2026-10-01;2026-10-15;{'yes' if n == 90 else ''}\n" for n in range(50, SOUND_ROWS + 1)]
    (folder / "1.csv").write_text(header + "".join(rows), encoding="utf-8")
    os.utime(ledger.folder / "invoices.csv", (1, 1))
    amounts = {one.receivable_id: one.original.amount_minor for one in ledger.read().receivables}
    assert amounts == {str(n): 10000 if n < 50 else n * 100 for n in range(1, SOUND_ROWS + 1) if n != 90}


def test_a_long_file_that_is_cut_off_is_not_whole(ledger: Any) -> None:
    ledger.invoices(*many())
    path = ledger.folder / "invoices.csv"
    path.write_bytes(path.read_bytes()[:-20])
    reading = ledger.read()
    assert (reading.end.complete, reading.counts) == (False, (SOUND_ROWS, SOUND_ROWS - 1, 1))


def test_titles_above_a_long_file_keep_its_line_numbers(ledger: Any) -> None:
    ledger.invoices(*many(row77={"due": "31.2.2026"}))
    path = ledger.folder / "invoices.csv"
    path.write_text("Avoimet laskut\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    ledger.config["invoices"]["skip_lines"] = 2
    assert ledger.read().refused.place == "invoices.csv line 80"
