"""Looking at some of the lines, on the screen and in a spreadsheet."""

import csv
from pathlib import Path

import pytest

from dunningkit.cli import exit_codes


def shown(desk, *options: str) -> list[str]:
    return [line["invoice_number"] for line in desk.json("show", *options)["items"]]


def test_the_lines_can_be_narrowed_down(desk) -> None:
    desk.json("run")
    assert shown(desk) == ["1042", "1043"]
    assert shown(desk, "--customer", "mäki") == ["1042"]
    assert shown(desk, "--min-amount", "100,00") == ["1043"]
    assert shown(desk, "--max-amount", "89.90", "--late-from", "5", "--late-to", "5") == ["1042"]
    assert shown(desk, "--status", "needs_you", "--status", "ready", "--currency", "eur") == ["1042", "1043"]
    assert shown(desk, "--reason", "contact_cap") == []
    assert shown(desk, "--step", "first", "--medium", "email", "--kind", "friendly", "--text", "maija@") == ["1042"]


def test_a_person_sees_the_sum_and_what_became_of_each(desk, ids) -> None:
    desk.json("run")
    desk.json("approve", ids()["1042"])
    assert desk.dunning("show", "--status", "ready", "--language", "en") == 0
    out = desk.out.replace("\u00a0", " ")
    assert "1042 Maija Mäkinen €89.90: Ready (approved)" in out
    assert "1043 Eero [Koski] €120.00: Ready\n" in out
    assert out.endswith("In all 2 invoices, €209.90\n")
    assert [line["reminder_state"] for line in desk.json("show")["items"]] == ["approved", "proposed"]
    assert desk.dunning("show", "--customer", "nobody", "--language", "sv") == 0
    assert desk.out == "Ingen rad uppfyller villkoren.\n"


def test_the_lines_as_a_table(desk, tmp_path: Path) -> None:
    desk.rows[1] = desk.rows[1].replace("Eero [Koski]", "=HYPERLINK(1)")
    desk.write()
    desk.json("run")
    path = tmp_path / "tables" / "lines.csv"
    assert desk.json("show", "--csv", str(path)) == {"csv": str(path), "lines": 2}
    with path.open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file, delimiter=";")
    assert (first["Asiakas"], first["Summa"], first["Valuutta"]) == ("Maija Mäkinen", "89,90", "EUR")
    assert (first["Tila"], first["Viestin tila"], first["Eräpäivä"]) == ("Valmiina", "ehdotettu", "2026-11-19")
    assert first["Kaikki perusteet"].startswith("Ensimmäinen yhteydenotto")
    assert second["Asiakas"] == "'=HYPERLINK(1)"
    assert desk.dunning("show", "--csv", str(path)) == exit_codes.SETTINGS
    assert "say --overwrite" in desk.err
    options = ("--csv", str(path), "--overwrite", "--invoice", "1043", "--language", "en")
    assert desk.json("show", *options)["lines"] == 1
    assert "120.00" in path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    "options",
    [
        ["--min-amount", "much"],
        ["--max-amount", "NaN"],
        ["--status", "nonsense"],
        ["--late-from", "soon"],
        ["--holds", "--customer", "1"],
        ["--waiting", "--csv", "lines.csv"],
    ],
)
def test_a_choice_that_cannot_be_read_is_refused(desk, options: list[str]) -> None:
    desk.json("run")
    assert desk.dunning("show", *options) == exit_codes.WRITTEN_WRONGLY
