"""A column that says an invoice is a credit note, paid or withdrawn is never passed over without a word."""

from pathlib import Path
from typing import Any

import pytest

from dunningkit.model import ReceivableKind
from dunningkit_csv.found import Asked
from dunningkit_csv.inspection import Inspection, inspect
from dunningkit_csv.source import CsvSource


def looked_at(
    folder: Path, header: str, cells: list[str], amounts: list[str] | None = None, **asked: Any
) -> Inspection:
    """Open invoices 1, 2, ... of as many customers, with one more column."""
    given = amounts or ["100,00"] * len(cells)
    rows = "".join(
        f"{number};{number};N{number};1.10.2026;15.10.2026;100,00;{amount};{cell}\n"
        for number, (cell, amount) in enumerate(zip(cells, given, strict=True), 1)
    )
    path = folder / "x.csv"
    path.write_text(f"Laskunumero;Asiakasnumero;Nimi;Laskupäivä;Eräpäivä;Summa;Avoinna;{header}\n{rows}")
    return inspect([path], Asked(**asked), folder)


# -- credit notes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "invoice", "credit"),
    [
        ("Laskulaji", "Myyntilasku", "Hyvityslasku"),
        ("Laskutyyppi", "Lasku", "Hyvitys"),
        ("Tositelaji", "Lasku", "Hyvityslasku"),
        ("Hyvityslasku", "ei", "kyllä"),
        ("Credit", "false", "true"),
        ("Kredit", "Nej", "Ja"),
        ("Document Type", "INV", "CRN"),
    ],
)
def test_credit_notes_without_signs_are_told_by_what_ledgers_call_them(
    header: str, invoice: str, credit: str, tmp_path: Path
) -> None:
    found = looked_at(tmp_path, header, [invoice, credit])
    assert found.questions == []
    receivables = [one for batch in CsvSource(found.settings(), tmp_path).changes(None) for one in batch.receivables]
    assert [one.kind for one in receivables] == [ReceivableKind.INVOICE, ReceivableKind.CREDIT_NOTE]
    assert [one.open.amount_minor for one in receivables] == [10000, -10000]


@pytest.mark.parametrize(
    ("header", "cells"),
    [("Sorte", ["Lasku", "Hyvityslasku"]), ("Kredit", ["0,00", "12,00"]), ("Hyvitys", ["", "12001"])],
)
def test_a_column_that_may_tell_credit_notes_is_asked_about(header: str, cells: list[str], tmp_path: Path) -> None:
    (question,) = looked_at(tmp_path, header, cells).questions
    assert f"Does '{header}' of x.csv tell credit notes from invoices?" in question
    assert looked_at(tmp_path, header, cells, ignored=[header]).questions == []


def test_a_column_of_credits_without_any_is_no_question(tmp_path: Path) -> None:
    assert looked_at(tmp_path, "Kredit", ["0,00", ""]).questions == []


# -- states --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "word"),
    [
        *(("Tila", word) for word in ("Maksettu", "Mitätöity", "Luonnos", "Perinnässä", "Hyvitetty", "Kesken")),
        *(("Status", word) for word in ("Paid", "Cancelled", "Draft", "In collection")),
        ("Maksun tila", "Maksettu"),
        ("Jokin", "Mitätöity"),
        ("Maksettu", "kyllä"),
    ],
)
def test_an_invoice_in_a_state_that_is_not_plainly_open_is_asked_about(header: str, word: str, tmp_path: Path) -> None:
    usual = "ei" if word == "kyllä" else "Avoin"
    (question,) = looked_at(tmp_path, header, [usual, word]).questions
    assert f"May invoices be reminded of that '{header}' of x.csv calls '{word}' (x.csv line 3)?" in question
    assert f"--ignore '{header}'" in question
    assert looked_at(tmp_path, header, [usual, word], ignored=[header]).questions == []


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (["Avoin", "Osittain maksettu"], ["100,00", "40,00"]),
        (["Avoin", "Maksettu"], ["100,00", "0,00"]),
        (["Avoin", "Hyvitetty"], ["100,00", "-40,00"]),
    ],
)
def test_a_state_that_agrees_with_the_amounts_is_no_question(
    cells: list[str], amounts: list[str], tmp_path: Path
) -> None:
    assert looked_at(tmp_path, "Tila", cells, amounts).questions == []
