"""``dunning csv inspect``: from a file that nobody has described to settings that read it, and no silent guess on the way."""

import csv
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from dunningkit.cli.app import run
from dunningkit_csv import words
from dunningkit_csv.config import CsvConfig, CustomersFileColumns, InvoiceColumns, PaymentColumns
from dunningkit_csv.found import Asked
from dunningkit_csv.guess import Column, is_iban, is_reference
from dunningkit_csv.inspection import Inspection, inspect
from dunningkit_csv.source import CsvSource

FINNISH = (
    "Laskunumero;Asiakasnumero;Asiakas;Sähköposti;Laskupäivä;Eräpäivä;Summa;Avoinna;Viite\n"
    "1042;0001;Maija Mäkinen;maija@example.fi;5.11.2026;19.11.2026;1 089,90;89,90;1232\n"
    "1043;0002;Eero Koski;eero@example.fi;15.11.2026;29.11.2026;120,00;120,00;13013\n"
    "1044;0003;Aino Laine;;25.11.2026;9.12.2026;50,00;0,00;13026\n"
)


class Desk:
    """A folder without any configuration, and the command in it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def put(self, name: str, content: str | bytes) -> None:
        (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)

    def say(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        assert run(["csv", "inspect", *arguments]) == code
        captured = self._capsys.readouterr()
        return captured.out, captured.err

    def data(self, *arguments: str) -> Any:
        return json.loads(self.say(*arguments, "--json")[0])

    def fields(self, *arguments: str) -> dict[str, str]:
        (file,) = self.data(*arguments)["files"]
        return {column["field"]: column["header"] for column in file["columns"] if column["field"]}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, capsys)


# -- the way from a file to settings -------------------------------------------------------------------------------


def test_a_newcomer_needs_no_configuration(desk: Desk) -> None:
    desk.put("avoimet.csv", FINNISH)
    out, _ = desk.say("avoimet.csv")
    assert "avoimet.csv looks like invoices with their customers." in out
    assert "'Eräpäivä' is due_on (98%" in out
    assert "Rows read: 3. Accepted: 3. Quarantined: 0." in out
    assert "Invoiced 1259.90 EUR, of which open 209.90 EUR." in out
    assert list(desk.folder.iterdir()) == [desk.folder / "avoimet.csv"], "nothing is written unasked"


def test_the_settings_load_as_they_stand_and_give_what_was_said(desk: Desk) -> None:
    desk.put("avoimet.csv", FINNISH)
    (desk.folder / "set").mkdir()
    said = desk.data("avoimet.csv", "--write", "set/csv.toml")
    written = tomllib.loads((desk.folder / "set/csv.toml").read_text(encoding="utf-8"))
    assert written["plugins"] == {"allow": ["csv"]}
    assert written["source"]["config"] == said["config"]
    assert said["config"]["invoices"]["path"] == "../avoimet.csv"
    source = CsvSource(CsvConfig.model_validate(written["source"]["config"]), desk.folder / "set")
    *batches, last = list(source.changes(None))
    assert last.end.rows_accepted == said["outcome"]["rows_accepted"] == 3
    open_minor = sum(one.open.amount_minor for batch in batches for one in batch.receivables)
    assert said["outcome"]["open_minor"] == {"EUR": open_minor} == {"EUR": 20990}


def test_nothing_is_overwritten_without_being_told(desk: Desk) -> None:
    desk.put("avoimet.csv", FINNISH)
    for option, name in (("--write", "dunning.csv.toml"), ("--problems", "rows.csv")):
        desk.put(name, "mine")
        _, err = desk.say("avoimet.csv", option, name, code=3)
        assert "is there already" in err
        assert (desk.folder / name).read_text() == "mine"
        desk.say("avoimet.csv", option, name, "--overwrite")
        assert (desk.folder / name).read_text() != "mine"


def test_its_help_shows_words_and_no_signs_of_ours(desk: Desk) -> None:
    out, _ = desk.say("--help")
    assert "{;" not in out
    assert "`" not in out
    assert "tab, or one of ; , |" in " ".join(out.split())


def test_with_a_configuration_its_list_of_plugins_counts_and_nothing_else_of_it(desk: Desk) -> None:
    desk.put("avoimet.csv", FINNISH)
    half = '[source]\nplugin = "csv"\n'
    desk.put("dunning.toml", f'{half}[plugins]\nallow = ["csv"]\n')
    assert "looks like invoices" in desk.say("avoimet.csv")[0]
    desk.put("dunning.toml", f"{half}[plugins]\nallow = []\n")
    said = "'csv' is an installed plugin that dunning.toml does not allow. Add it there: [plugins] allow = [\"csv\"]."
    assert said in desk.say("avoimet.csv", code=3)[1]
    desk.put("dunning.toml", half)
    assert said in desk.say("avoimet.csv", code=3)[1]
    assert run(["no-such-plugin"]) == 2
    desk.put("dunning.toml", f"{half}[plugins]\nallow = 5\n")
    assert "[plugins] in the configuration dunning.toml is not usable" in desk.say("avoimet.csv", code=3)[1]
    desk.put("dunning.toml", "not TOML")
    assert "is not valid TOML" in desk.say("avoimet.csv", code=3)[1]
    (desk.folder / "dunning.toml").unlink()
    assert run(["no-such-plugin"]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["x.csv", "--column", "due_on"],
        ["x.csv", "--column", "nothing=Eräpäivä"],
        ["x.csv", "--date-order", "ddd"],
        ["x.csv", "--kind", "letters"],
        ["x.csv", "--encoding", "klingon"],
        ["x.csv", "--currency", "euro"],
        ["x.csv", "--skip-lines", "51"],
    ],
)
def test_a_line_written_wrongly_is_explained(arguments: list[str], desk: Desk) -> None:
    assert "dunning csv: error:" in desk.say(*arguments, code=2)[1]


def test_its_help_names_every_option(desk: Desk) -> None:
    out, _ = desk.say("--help")
    assert all(
        option in out for option in ("--write", "--problems", "--column", "--date-order", "--skip-lines", "--sheet")
    )


def test_how_a_file_is_written_is_said_as_people_say_it(desk: Desk) -> None:
    desk.put("x.csv", FINNISH)
    assert "Encoding utf-8, columns separated by ';', decimal sign ','." in desk.say("x.csv")[0]
    desk.put("x.csv", FINNISH.replace(";", "\t"))
    assert "Encoding utf-8, columns separated by tab, decimal sign ','." in desk.say("x.csv")[0]


def test_a_file_without_headers_is_told_so_and_nothing_else(desk: Desk) -> None:
    desk.put("x.csv", FINNISH.partition("\n")[2])
    (question,) = desk.data("x.csv")["questions"]
    assert "Where are the headers of x.csv? The line that should hold them is a row: '1042', '0001'" in question


def test_files_that_are_none_are_explained(desk: Desk) -> None:
    assert "There is no file" in desk.say("none.csv", code=3)[1]
    desk.put("empty.csv", "")
    assert "is empty" in desk.say("empty.csv", code=3)[1]


# -- headers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        "Laskunumero;Asiakasnumero;Nimi;Laskupäivä;Eräpäivä;Summa;Avoinna;Viite;Sähköposti",
        "LASKUNRO;ASIAKASNRO;ASIAKAS;LASKUPVM;ERÄPVM;LASKUN SUMMA;SALDO;VIITENUMERO;S-POSTI",
        "Fakturanummer;Kundnummer;Kund;Fakturadatum;Förfallodag;Belopp;Saldo;OCR;E-post",
        "Faktura nr;Kundnr;Kundnamn;Datum;Förfallodatum;Summa;Restbelopp;Referens;E-postadress",
        "Invoice number;Customer number;Name;Invoice date;Due date;Amount;Open;Reference;Email",
        "invoice_no;customer_id;customer;issue_date;due_date;total;outstanding;ref;e-mail",
        "Invoice No.;Customer No.;Customer Name;Date;Payment Due;Total Amount;Balance;Payment reference;E-mail address",
    ],
)
def test_headers_in_three_languages(headers: str, desk: Desk) -> None:
    row = "1042;17;Maija Mäkinen;5.11.2026;19.11.2026;89,90;89,90;1232;maija@example.fi"
    desk.put("x.csv", f"{headers}\n{row}\n")
    names = headers.split(";")
    wanted = [
        "invoice_number",
        "customer_id",
        "customer_name",
        "issued_on",
        "due_on",
        "original",
        "open",
        "reference",
        "email",
    ]
    assert desk.fields("x.csv") == dict(zip(wanted, names, strict=True))


def test_every_field_that_has_words_is_a_setting() -> None:
    known = {
        "invoices": set(InvoiceColumns.model_fields),
        "customers": set(CustomersFileColumns.model_fields),
        "payments": set(PaymentColumns.model_fields),
    }
    for kind, fields in known.items():
        assert {match.field for header in ALL_WORDS for match in words.matches(kind, header)} <= fields
        assert set(words.REQUIRED[kind]) <= fields


ALL_WORDS = ["Eräpäivä", "Tunnus", "Summa", "Nimi", "Maksettu", "Kieli", "Poistettu", "Hyvittää", "Erä", "Maa", "Laji"]


def test_a_word_inside_a_longer_header_is_less_sure(desk: Desk) -> None:
    desk.put("x.csv", FINNISH.replace("Eräpäivä", "Laskun eräpäivä (pvm)"))
    (file,) = desk.data("x.csv")["files"]
    due = next(column for column in file["columns"] if column["field"] == "due_on")
    assert due["header"] == "Laskun eräpäivä (pvm)"
    assert 0.4 < due["confidence"] < 0.7


def test_numbers_in_names_make_no_amounts_of_them(desk: Desk) -> None:
    desk.put(
        "x.csv",
        FINNISH.replace("Maija Mäkinen", "Asunto Oy 1")
        .replace("Eero Koski", "12 kuuta")
        .replace("Aino Laine", "Tmi 7 8"),
    )
    assert desk.fields("x.csv")["customer_name"] == "Asiakas"


def test_customer_may_be_a_name_or_a_number(desk: Desk) -> None:
    desk.put("x.csv", FINNISH.replace("Asiakasnumero;Asiakas;", "Asiakas;Nimi;"))
    assert (desk.fields("x.csv")["customer_id"], desk.fields("x.csv")["customer_name"]) == ("Asiakas", "Nimi")


def test_what_columns_hold_is_recognised_without_a_header(desk: Desk) -> None:
    extra = ["a;b;c;d", *["maija@example.fi;FI21 1234 5600 0007 85;1232;EUR"] * 3]
    lines = [
        ";".join(pair)
        for pair in zip(FINNISH.replace("Sähköposti", "x").replace("Viite", "y").splitlines(), extra, strict=True)
    ]
    content = "\n".join(
        line.replace("@example.fi;5", ";5").replace("eero@example.fi", "").replace("1232;m", "a;m") for line in lines
    )
    desk.put("x.csv", content)
    fields = desk.fields("x.csv")
    assert (fields["email"], fields["iban"], fields["reference"], fields["currency"]) == ("a", "b", "c", "d")


def test_a_header_that_its_content_contradicts_is_not_believed(desk: Desk) -> None:
    desk.put("x.csv", FINNISH.replace("Avoinna", "Maksettu"))
    assert "settled_on" not in desk.fields("x.csv"), "these are amounts, not days"


def test_two_columns_of_one_name_are_not_used(desk: Desk) -> None:
    desk.put("x.csv", FINNISH.replace("Avoinna", "Summa"))
    said = desk.data("x.csv")
    assert "2 columns are named 'Summa'" in said["files"][0]["notes"][0]
    assert "Which column of x.csv is the amount invoiced?" in said["questions"][0]


def test_what_is_missing_is_asked_for_and_can_be_said(desk: Desk) -> None:
    desk.put("x.csv", FINNISH.replace("Eräpäivä", "Viimeistään"))
    out, _ = desk.say("x.csv")
    assert (
        "Which column of x.csv is the due date? None could be recognised. It may be one of these: 'Viimeistään'." in out
    )
    assert "Nothing was read yet" in out
    assert "question is open" in desk.say("x.csv", "--write", "x.toml", code=3)[1]
    assert not (desk.folder / "x.toml").exists()
    assert desk.fields("x.csv", "--column", "due_on=viimeistään")["due_on"] == "Viimeistään"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--column", "due_on=Nope"], "no column is called 'Nope'. The columns are: 'Laskunumero', 'Asiakasnumero'"),
        (["--ignore", "Nope"], "no column is called 'Nope'"),
        (["--sheet", "Laskut"], "x.csv is no workbook, and only workbooks have sheets"),
        (["--kind", "y.csv=payments"], "no file is called 'y.csv'. The files are: x.csv"),
    ],
)
def test_what_is_said_of_nothing_that_is_there_is_an_error(arguments: list[str], says: str, desk: Desk) -> None:
    desk.put("x.csv", FINNISH)
    assert says in desk.say("x.csv", *arguments, code=3)[1].replace("\n", " ")


def test_a_column_of_one_file_is_no_setting_of_another(desk: Desk) -> None:
    desk.put("i.csv", INVOICES)
    desk.put("p.csv", PAYMENTS.replace("Summa", "Rahaa"))
    said = desk.data("i.csv", "p.csv", "--column", "amount=Rahaa", "--column", "original=Summa")
    assert said["config"]["payments"]["columns"]["amount"] == "Rahaa"
    assert said["config"]["invoices"]["columns"]["original"] == "Summa"
    assert "amount" not in said["config"]["invoices"]["columns"]


# -- dates and amounts ---------------------------------------------------------------------------------------------


def with_dates(issued: list[str], due: list[str]) -> str:
    rows = [f"{n};17;{one};{other};1,00\n" for n, (one, other) in enumerate(zip(issued, due, strict=True))]
    return "invoice_no;customer_id;date;due_date;amount\n" + "".join(rows)


@pytest.mark.parametrize("sign", [".", "/", "-"])
def test_dates_that_read_both_ways_are_asked_about(sign: str, desk: Desk) -> None:
    content = with_dates(["01/02/2026", "03/04/2026"], ["05/06/2026", "07/08/2026"]).replace("/", sign)
    desk.put("x.csv", content)
    said = desk.data("x.csv")
    assert len(said["questions"]) == 2
    assert "Are the dates in 'date' of x.csv written day first" in said["questions"][0]
    assert said["outcome"] is None
    for order, pattern in (("dmy", "d/m/yyyy"), ("mdy", "m/d/yyyy")):
        answered = desk.data("x.csv", "--date-order", order)
        assert answered["questions"] == []
        assert answered["config"]["invoices"]["date_format"] == pattern.replace("/", sign)
    one = desk.data("x.csv", "--date-order", "issued_on=dmy", "--date-order", "due_on=mdy")["config"]["invoices"]
    assert {one["date_format"], *one["date_formats"].values()} == {f"d{sign}m{sign}yyyy", f"m{sign}d{sign}yyyy"}


@pytest.mark.parametrize(
    ("issued", "pattern"),
    [
        ("13/02/2026", "d/m/yyyy"),
        ("02/13/2026", "m/d/yyyy"),
        ("2026-02-13", "yyyy-mm-dd"),
        ("20260213", "yyyymmdd"),
        ("13.2.26", "d.m.yy"),
        ("13-Feb-2026", "d-mmm-yyyy"),
        ("Feb 13, 2026", "mmm d, yyyy"),
        ("2026/2/13", "yyyy/m/d"),
    ],
)
def test_one_date_that_reads_one_way_decides_for_its_column(issued: str, pattern: str, desk: Desk) -> None:
    desk.put("x.csv", with_dates([issued] * 2, [issued] * 2))
    said = desk.data("x.csv")
    assert (said["questions"], said["config"]["invoices"]["date_format"]) == ([], pattern)
    assert said["outcome"]["rows_accepted"] == 2


def test_a_column_without_doubt_lends_its_order_to_one_written_alike_and_it_is_said(desk: Desk) -> None:
    desk.put("x.csv", with_dates(["01/02/2026", "03/04/2026"], ["15/02/2026", "17/04/2026"]))
    said = desk.data("x.csv")
    assert said["questions"] == []
    assert (
        "Every date in 'date' reads both ways; it is read like the other dates of this file"
        in said["files"][0]["notes"][0]
    )
    desk.put("x.csv", with_dates(["01/02/2026", "03/04/2026"], ["15.02.2026", "17.04.2026"]))
    assert len(desk.data("x.csv")["questions"]) == 1, "another sign says nothing"


def test_a_column_that_contradicts_itself_is_asked_about(desk: Desk) -> None:
    desk.put("x.csv", with_dates(["13/02/2026", "02/13/2026", "03/04/2026"], ["2026-12-01"] * 3))
    assert "'date'" in desk.data("x.csv")["questions"][0]


@pytest.mark.parametrize(
    ("amount", "decimal", "thousands", "minor"),
    [
        ("1234,50", ",", None, 123450),
        ("1234.50", ".", None, 123450),
        ("1 234,50", ",", None, 123450),
        ("1\u00a0234,50", ",", None, 123450),
        ("1\u202f234,50", ",", None, 123450),
        ("1.234,50", ",", ".", 123450),
        ("1,234.50", ".", ",", 123450),
        ("1'234.50", ".", "'", 123450),
        ("1’234.50", ".", "'", 123450),
        ("1.234", ",", ".", 123400),
        ("1,234", ".", ",", 123400),
        ("1234,50 €", ",", None, 123450),
        ("1234,50-", ",", None, -123450),
        ("(1234,50)", ",", None, -123450),
    ],
)
def test_the_signs_in_amounts_are_found(
    amount: str, decimal: str, thousands: str | None, minor: int, desk: Desk
) -> None:
    desk.put("x.csv", f"invoice_no\tcustomer_id\tdate\tdue_date\tamount\n1\t17\t2026-01-02\t2026-01-16\t{amount}\n")
    said = desk.data("x.csv")
    invoices = said["config"]["invoices"]
    assert (invoices["decimal"], invoices.get("thousands"), invoices["delimiter"]) == (decimal, thousands, "tab")
    assert said["outcome"]["original_minor"] == {"EUR": minor}


# -- encodings, delimiters and titles ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_encodings_and_delimiters_are_found(encoding: str, found: str, delimiter: str, desk: Desk) -> None:
    rows = list(csv.reader(FINNISH.splitlines(), delimiter=";"))
    with (desk.folder / "x.csv").open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    said = desk.data("x.csv")
    assert (said["files"][0]["encoding"], said["files"][0]["delimiter"]) == (found, delimiter)
    assert said["outcome"]["rows_accepted"] == 3


@pytest.mark.parametrize(
    ("above", "skipped"),
    [
        ("", 0),
        ("\n\n", 0),
        ("Avoimet laskut\n", 1),
        ("Avoimet laskut, 24.11.2026;;;\nPiha Oy\n\n", 3),
        ("a;b\n" * 60, None),
    ],
)
def test_lines_above_the_headers_are_found(above: str, skipped: int | None, desk: Desk) -> None:
    desk.put("x.csv", above + FINNISH)
    if skipped is None:
        # More than a title: that is another kind of file.
        assert run(["csv", "inspect", "x.csv"]) in (0, 3)
        return
    said = desk.data("x.csv")
    assert said["config"]["invoices"].get("skip_lines", 0) == skipped
    assert said["outcome"]["rows_accepted"] == 3


def test_headers_that_nobody_knows_are_found_by_their_width(desk: Desk) -> None:
    desk.put("x.csv", "Report\n\nfoo;bar;baz\n1;2;3\n4;5;6\n")
    (file,) = desk.data("x.csv")["files"]
    assert ([column["header"] for column in file["columns"]], file["skip_lines"]) == (["foo", "bar", "baz"], 2)


def test_a_workbook_is_looked_at_like_a_text_file(desk: Desk) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Laskut"
    days = datetime(2026, 11, 5), datetime(2026, 11, 19)  # noqa: DTZ001  # a spreadsheet's days have no zone
    for row in (["Avoimet laskut"], [], ["Laskunumero", "Asiakasnumero", "Nimi", "Laskupäivä", "Eräpäivä", "Summa"]):
        sheet.append(row)
    sheet.append([1042, "0017", "Maija", days[0], days[1], 89.9])
    sheet.append([1043, "0018", "Eero", "6.11.2026", "20.11.2026", "120,00"])
    book.create_sheet("Muut").append(["x"])
    book.save(desk.folder / "x.xlsx")
    said = desk.data("x.xlsx", "--write", "x.toml")
    (file,) = said["files"]
    assert (file["sheet"], file["skip_lines"], said["config"]["invoices"]["date_format"]) == ("Laskut", 2, "d.m.yyyy")
    assert any("there are others: 'Muut'" in note for note in file["notes"])
    assert said["outcome"]["original_minor"] == {"EUR": 20990}
    config = tomllib.loads((desk.folder / "x.toml").read_text(encoding="utf-8"))["source"]["config"]
    assert list(CsvSource(CsvConfig.model_validate(config), desk.folder).changes(None))[-1].end.rows_accepted == 2
    assert "no sheet 'Lasku'" in desk.say("x.xlsx", "--sheet", "Lasku", code=3)[1]


# -- kinds of file -------------------------------------------------------------------------------------------------

CUSTOMERS = (
    "Asiakasnumero,Nimi,Sähköposti,Kieli,Osoite\n17,Maija,maija@example.fi,suomi,Katu 1\n18,Eero,,ruotsi,Katu 2\n"
)
INVOICES = (
    "Tunnus;Laskunumero;Asiakasnumero;Nimi;Laskupäivä;Eräpäivä;Summa;Laji\n"
    "A;1;17;Maija;15.10.2026;29.10.2026;100,00;Lasku\nB;2;18;Eero;16.10.2026;30.10.2026;-10,00;Hyvityslasku\n"
)
PAYMENTS = "Maksutunnus;Asiakasnumero;Laskunumero;Maksupäivä;Summa\nP1;17;1;20.10.2026;40,00\nP2;17;;1.10.2026;5,00\n"


def test_three_files_make_one_ledger(desk: Desk) -> None:
    for name, content in (("c.csv", CUSTOMERS), ("i.csv", INVOICES), ("p.csv", PAYMENTS)):
        desk.put(name, content)
    said = desk.data("p.csv", "c.csv", "i.csv", "--write", "x.toml")
    assert [file["looks_like"] for file in said["files"]] == ["payments", "customers", "invoices"]
    outcome = said["outcome"]
    assert (outcome["rows_read"], outcome["rows_accepted"]) == (6, 6)
    assert (outcome["customers"], outcome["receivables"], outcome["payments"]) == (2, 2, 2)
    assert said["config"]["values"] == {
        "language": {"ruotsi": "sv", "suomi": "fi"},
        "kind": {"Lasku": "invoice", "Hyvityslasku": "credit_note"},
    }
    CsvConfig.model_validate(tomllib.loads((desk.folder / "x.toml").read_text(encoding="utf-8"))["source"]["config"])


@pytest.mark.parametrize(("content", "kind"), [(CUSTOMERS, "customers"), (PAYMENTS, "payments")])
def test_a_file_alone_is_looked_at_but_is_no_ledger(content: str, kind: str, desk: Desk) -> None:
    desk.put("x.csv", content)
    said = desk.data("x.csv")
    assert (said["files"][0]["looks_like"], said["toml"]) == (kind, "")
    assert (said["outcome"]["rows_read"], said["outcome"]["rows_accepted"]) == (2, 2)
    assert "a ledger needs a file of invoices" in desk.say("x.csv", "--write", "x.toml", code=3)[1]


def test_two_files_of_one_kind_are_asked_about(desk: Desk) -> None:
    desk.put("a.csv", INVOICES)
    desk.put("b.csv", INVOICES)
    assert "More than one file looks like invoices" in desk.data("a.csv", "b.csv")["questions"][0]


def test_words_that_nobody_knows_keep_their_column_out(desk: Desk) -> None:
    desk.put("x.csv", FINNISH.replace("Viite", "Asiakastyyppi").replace("13026", "Kummi"))
    said = desk.data("x.csv")
    assert "customer_class" not in said["config"]["invoices"]["columns"]
    assert any("'Kummi'" in note and "is not known" in note for note in said["files"][0]["notes"])


def test_a_kind_that_nobody_knows_costs_its_own_row_because_it_may_be_a_credit_note(desk: Desk) -> None:
    desk.put("x.csv", INVOICES.replace("Hyvityslasku", "Korjaus"))
    said = desk.data("x.csv")
    assert said["config"]["invoices"]["columns"]["kind"] == "Laji"
    (problem,) = said["outcome"]["problems"]
    assert (problem["column"], problem["value"]) == ("Laji", "Korjaus")
    assert "values.kind" in problem["reason"]


# -- the very name of a field, and what stands below it ----------------------------------------------------------------


def test_a_due_date_that_a_spreadsheet_destroyed_is_still_the_due_date(desk: Desk) -> None:
    desk.put("x.csv", re.sub("(19|29).11.2026|9.12.2026", "05:23.4", FINNISH))
    said = desk.data("x.csv")
    assert ["Not one invoice could be taken" in question for question in said["questions"]] == [True]
    assert said["config"]["invoices"]["columns"]["due_on"] == "Eräpäivä"
    (file,) = said["files"]
    assert any("'Eräpäivä' is due_on by its name" in note and "destroyed the date" in note for note in file["notes"])
    (problem,) = said["outcome"]["problems"]
    assert (problem["column"], problem["value"], problem["count"]) == ("Eräpäivä", "05:23.4", 3)


def test_a_days_number_that_could_be_a_reference_is_still_in_the_column_of_dates(desk: Desk) -> None:
    desk.put("x.csv", re.sub("(5|15|25).11.2026;", "46310;", FINNISH))
    columns = desk.data("x.csv")["config"]["invoices"]["columns"]
    assert (columns["issued_on"], columns["reference"]) == ("Laskupäivä", "Viite")


def test_odd_cells_in_a_workbook_take_no_column_away_that_has_the_very_name(desk: Desk) -> None:
    book = Workbook()
    book.active.append(["Laskunumero", "Asiakasnumero", "Laskupäivä", "Eräpäivä", "Summa", "Riitautettu"])
    for number, (due, disputed) in enumerate([(46310, "ei"), (46311, "kesken"), ("19.11.2026", "kyllä")]):
        book.active.append([number, 17, "5.11.2026", due, 100, disputed])
    book.save(desk.folder / "x.xlsx")
    said = desk.data("x.xlsx", "--date-order", "dmy")
    assert said["questions"] == []
    columns = said["config"]["invoices"]["columns"]
    assert (columns["due_on"], columns["disputed"]) == ("Eräpäivä", "Riitautettu")
    assert {column["field"]: column["confidence"] for column in said["files"][0]["columns"]}["due_on"] < 0.5
    assert said["outcome"]["rows_quarantined"] == 2


def test_a_date_that_reads_both_ways_is_shown_as_the_example(desk: Desk) -> None:
    book = Workbook()
    book.active.append(["Laskunumero", "Asiakasnumero", "Laskupäivä", "Eräpäivä", "Summa"])
    book.active.append([1, 17, datetime(2026, 10, 29), "29.10.2026", 100])  # noqa: DTZ001  # a spreadsheet's days have no zone
    book.active.append([2, 17, "1/2/2026", "30.10.2026", 100])
    book.save(desk.folder / "x.xlsx")
    (question,) = desk.data("x.xlsx")["questions"]
    assert "such as '1/2/2026'" in question


def test_dates_that_contradict_each_other_are_told_from_dates_that_read_both_ways(desk: Desk) -> None:
    content = "Laskunumero;Asiakasnumero;Laskupäivä;Eräpäivä;Summa\n"
    content += "".join(
        f"{number};17;2026-10-01;{day};10,00\n" for number, day in enumerate(["31/10/2026", "11/30/2026"])
    )
    desk.put("x.csv", content)
    (question,) = desk.data("x.csv")["questions"]
    assert "day first, such as '31/10/2026', and some only month first, such as '11/30/2026'" in question
    said = desk.data("x.csv", "--date-order", "due_on=dmy")
    assert [one["value"] for one in said["outcome"]["problems"]] == ["11/30/2026"]


@pytest.mark.parametrize("skipped", ["0", "4"])
def test_the_right_number_of_lines_to_skip_is_named(skipped: str, desk: Desk) -> None:
    desk.put("x.csv", f"Avoimet laskut\nTulostettu 24.11.2026\n{FINNISH}")
    (question,) = desk.data("x.csv", "--skip-lines", skipped)["questions"]
    assert "stand on line 3, with 'Laskunumero', 'Asiakasnumero', 'Asiakas'?" in question
    assert "Say --skip-lines 2, or leave the option out." in question
    assert desk.data("x.csv", "--skip-lines", "2")["outcome"]["rows_accepted"] == 3


def test_a_workbooks_first_sheet_is_passed_over_when_only_another_one_has_known_headers(desk: Desk) -> None:
    book = Workbook()
    book.active.title = "Kansi"
    book.active.append(["Raportti"])
    sheet = book.create_sheet("Laskut")
    sheet.append(["Laskunumero", "Asiakasnumero", "Laskupäivä", "Eräpäivä", "Summa"])
    sheet.append([1, 17, "2026-10-01", "2026-10-15", 100])
    book.save(desk.folder / "x.xlsx")
    said = desk.data("x.xlsx")
    assert (said["config"]["invoices"]["sheet"], said["outcome"]["rows_accepted"]) == ("Laskut", 1)
    assert any("there are others: 'Kansi'" in note for note in said["files"][0]["notes"])


def test_thousands_without_any_cents_are_pointed_out(desk: Desk) -> None:
    desk.put("x.csv", re.sub("1 089,90|89,90|120,00|50,00|0,00", "1.234", FINNISH))
    (file,) = desk.data("x.csv")["files"]
    assert any("'1.234' is read as thousands" in note for note in file["notes"])


# -- which amount is which ---------------------------------------------------------------------------------------------


def test_what_was_paid_is_not_passed_over_and_what_is_open_not_worked_out(desk: Desk) -> None:
    desk.put("x.csv", FINNISH.replace("Avoinna", "Maksettu"))
    (question,) = desk.data("x.csv")["questions"]
    assert "'Maksettu' of x.csv seems to say how much was paid" in question
    desk.put("x.csv", FINNISH.replace("Avoinna", "Hinta"))
    said = desk.data("x.csv")
    assert said["questions"] == []
    assert "every invoice counts as unpaid" in said["files"][0]["notes"][-1]


SYSTEMS = [
    "Laskunro;Asiakasnro;Asiakkaan nimi;Laskun pvm;Eräpvm;Veroton summa;Laskun loppusumma;Avoinna;Viitenro;Y-tunnus",
    "Lasku;Asno;Asiakkaan nimi;Laskutuspvm;Eräpv;Alv;Laskun summa;Saldo;Viite;Puh.",
    "Laskunumero;Asiakaskoodi;Laskutettava;Laskutuspäivä;Erääntyy;Summa (alv 0 %);Summa (sis. alv);Avoin summa;Viite;Tila",
    "Faktura nr;Kundnr;Kund;Fakt.datum;Förf.datum;Exkl. moms;Inkl. moms;Kvar att betala;OCR;E-post",
    "Fakturanr;Kundnr;Kundnamn;Fakturadatum;Förfallodatum;Momsbelopp;Belopp;Saldo;OCR-nummer;Telefon",
    "Num;Customer no.;Bill to;Date;Due Date;Tax amount;Amount;Open Balance;Ref;Phone no.",
    "InvoiceNumber;Customer ID;Customer;InvoiceDate;DueDate;SubTotal;Total;InvoiceAmountDue;Reference;Status",
    "Invoice No.;Customer number;Client;Date;Due Date;Paid;Total;Due;Reference;Terms",
]


@pytest.mark.parametrize("headers", SYSTEMS)
def test_the_columns_of_common_systems_are_known_and_their_amounts_never_mixed_up(headers: str, desk: Desk) -> None:
    rows = "".join(
        f"{1001 + number};0{number};Maija;15.10.2026;29.10.2026;100,00;125,50;{part};{1232};x\n"
        for number, part in enumerate(["125,50", "25,50", "0,00"])
    )
    desk.put("x.csv", f"{headers}\n{rows}")
    names = headers.split(";")
    columns = desk.data("x.csv")["config"]["invoices"]["columns"]
    wanted = [
        "invoice_number",
        "customer_id",
        "customer_name",
        "issued_on",
        "due_on",
        "",
        "original",
        "open",
        "reference",
    ]
    assert {field: columns.get(field) for field in wanted if field} == {
        field: name for field, name in zip(wanted, names[:-1], strict=True) if field
    }
    assert names[5] not in columns.values(), "a part of the amount"


def test_amounts_marked_with_another_currency_are_asked_about(desk: Desk) -> None:
    desk.put("x.csv", re.sub(r"(,[0-9]{2});", r"\1 kr;", FINNISH))
    (question,) = desk.data("x.csv")["questions"]
    assert "They are marked kr" in question
    assert "--currency DKK or --currency ISK or --currency NOK or --currency SEK" in question
    assert "Which currency" in desk.say("x.csv", "--write", "x.toml", code=3)[1]
    assert not (desk.folder / "x.toml").exists()
    said = desk.data("x.csv", "--currency", "SEK")
    assert (said["questions"], said["outcome"]["rows_accepted"]) == ([], 3)


def test_one_amount_marked_otherwise_is_refused_and_names_the_setting(desk: Desk) -> None:
    desk.put("x.csv", FINNISH.replace("50,00;", "50,00 kr;"))
    said = desk.data("x.csv")
    (problem,) = said["outcome"]["problems"]
    assert (said["questions"], problem["value"]) == ([], "50,00 kr")
    assert "or the setting currency" in problem["reason"]


def test_settings_that_take_no_invoice_are_not_written(desk: Desk) -> None:
    desk.put("x.csv", re.sub(r"[0-9]+\.1[12]\.2026", "tulossa", FINNISH))
    said = desk.data("x.csv")
    (question,) = said["questions"]
    assert (said["outcome"]["rows_accepted"], said["toml"]) == (0, "")
    assert "Not one invoice could be taken" in question
    out, err = desk.say("x.csv", "--write", "x.toml", code=3)
    assert "Quarantined: 3." in out
    assert "[source.config" not in out
    assert "question is open" in err
    assert not (desk.folder / "x.toml").exists()


@pytest.mark.parametrize("written", ["{}-Oct-26", "{} Oct 26", "{}.Oct.26", "{}/Oct/2026"])
def test_days_with_the_months_name_are_read(written: str, desk: Desk) -> None:
    days = [written.format(day) for day in (1, 2, 15, 16)]
    desk.put("x.csv", with_dates(days[:2], days[2:]))
    said = desk.data("x.csv", "--write", "x.toml")
    assert (said["questions"], said["outcome"]["rows_accepted"]) == ([], 2)
    config = CsvConfig.model_validate(said["config"])
    first = next(iter(CsvSource(config, desk.folder).changes(None))).receivables[0]
    assert (first.issued_on, first.due_on) == (date(2026, 10, 1), date(2026, 10, 15))


def test_days_that_nobody_can_read_get_no_advice_that_contradicts_their_refusal(desk: Desk) -> None:
    desk.put("x.csv", re.sub(r"[0-9]+\.1[12]\.2026;(?=[0-9 ]+,)", "syksyllä;", FINNISH))
    said = desk.data("x.csv")
    (note,) = said["files"][0]["notes"]
    assert "'Eräpäivä' is due_on by its name" in note
    assert "not a date written as" not in note


# -- what would not be taken ---------------------------------------------------------------------------------------


def test_problems_are_counted_with_their_first_example(desk: Desk) -> None:
    rows = "1045;0004;X;;31.2.2026;1.3.2026;1,00;1,00;\n1046;0004;X;;31.4.2026;1.5.2026;1,00;1,00;\n"
    desk.put("x.csv", FINNISH + rows + "1047;0004;X;;5.11.2026;19.11.2026;#####;1,23E+12;\nYhteensä;;;;;;1262,90;;\n")
    said = desk.data("x.csv", "--problems", "rows.csv")
    assert said["outcome"]["rows_quarantined"] == 4
    first = said["outcome"]["problems"][0]
    assert (first["count"], first["column"], first["place"], first["value"]) == (
        2,
        "Laskupäivä",
        "x.csv line 5",
        "31.2.2026",
    )
    assert "looks like a sum" in said["files"][0]["notes"][0]
    with (desk.folder / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file, delimiter=";"))
    assert [row["place"] for row in listed] == [f"x.csv line {line}" for line in (5, 6, 7, 8)]
    assert listed[2]["value"] == "#####"


def test_the_list_of_problems_cannot_be_run_by_a_spreadsheet(desk: Desk) -> None:
    desk.put("x.csv", FINNISH + '=1+1;0004;X;;=2+2;1.3.2026;"=HYPERLINK(""x"")";-12,00;\n')
    desk.say("x.csv", "--problems", "rows.csv")
    with (desk.folder / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
    assert "'=2+2" in cells
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_odd_rows_are_pointed_out(desk: Desk) -> None:
    rows = "1045;0001;MÄKINEN MAIJA;;25.11.2026;15.11.2026;1,00;1,00;\n1046;1;Maija;;25.11.2026;15.12.2026;1,00;1,00;\n"
    desk.put("x.csv", FINNISH + rows)
    said = desk.data("x.csv")
    assert said["outcome"]["odd"] == {"receivables due before they were issued": {"count": 1, "first": "1045"}}
    several, zeros = said["files"][0]["notes"]
    assert "'0001' is 'Maija Mäkinen' and 'MÄKINEN MAIJA'" in several
    assert "such as '0001' and '1'" in zeros
    out, _ = desk.say("x.csv")
    assert "Receivables due before they were issued: 1, such as 1045." in out


def test_rows_that_only_say_other_names_are_one_problem(desk: Desk) -> None:
    rows = "".join(f"{2000 + n};0001;Nimi {n};;5.11.2026;19.11.2026;1,00;1,00;\n" for n in range(3))
    desk.put("x.csv", FINNISH + rows)
    (problem,) = desk.data("x.csv")["outcome"]["problems"]
    assert (problem["count"], problem["value"]) == (3, "Nimi 0")
    assert "calls the customer 'Maija Mäkinen' and this one 'Nimi 0'" in problem["reason"]


def test_payments_before_their_invoice_are_pointed_out(desk: Desk) -> None:
    desk.put("i.csv", INVOICES)
    desk.put("p.csv", PAYMENTS.replace("20.10.2026", "14.10.2026"))
    odd = desk.data("i.csv", "p.csv")["outcome"]["odd"]
    assert odd == {"payments made before their invoice was issued": {"count": 1, "first": "P1"}}


def test_a_file_that_is_cut_off_says_so(desk: Desk) -> None:
    desk.put("x.csv", FINNISH + "1045;0004;X")
    assert desk.data("x.csv")["outcome"]["complete"] is False
    assert "A file is cut off in the middle" in desk.say("x.csv")[0]


def test_a_file_of_headers_only(desk: Desk) -> None:
    desk.put("x.csv", FINNISH.splitlines()[0])
    said = desk.data("x.csv")
    assert "has headers and no rows" in said["files"][0]["notes"][0]
    assert said["outcome"]["rows_read"] == 0


def test_an_empty_file_of_customers_is_asked_about(desk: Desk) -> None:
    desk.put("c.csv", CUSTOMERS.splitlines()[0])
    desk.put("i.csv", INVOICES)
    (question,) = desk.data("c.csv", "i.csv")["questions"]
    assert "Where are the customers? c.csv has headers and no rows" in question


# -- check digits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["1232", "13013", "1234561", "RF18 5390 0754 7034", "00001232"])
def test_references_with_right_check_digits(text: str) -> None:
    assert is_reference(text)


@pytest.mark.parametrize("text", ["1233", "123", "12a2", "RF19 5390 0754 7034", "RFxx", "", "1" * 21])
def test_what_is_no_reference(text: str) -> None:
    assert not is_reference(text)


def test_account_numbers() -> None:
    assert is_iban("FI21 1234 5600 0007 85")
    assert is_iban("se35 5000 0000 0549 1000 0003")
    assert not is_iban("FI22 1234 5600 0007 85")
    assert not is_iban("not an account")


# -- laws ----------------------------------------------------------------------------------------------------------

lasting = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

#: Amounts as people write them with a decimal comma, and what they obviously are.
AMOUNTS = {"100,00": 10000, "1 089,90": 108990, "-5,00": -500, "5,00-": -500, "(5,00)": -500, "12": 1200, "0,10 €": 10}
DIRT = ["", "sata", "#####", "1,23E+12", "05:23.4", "=1+1", '"', "1.2.3", "31.2.2026", "\x00", "a;b", "Yhteensä"]
dates = st.sampled_from(["15.10.2026", "16.10.2026", "29.11.2026", "31.12.2026"])
sound = st.tuples(st.integers(1, 99999).map(str), st.integers(1, 9).map(str), dates, dates, st.sampled_from([*AMOUNTS]))
dirty = st.tuples(*[st.one_of(cells, st.sampled_from(DIRT)) for cells in (st.integers(1, 30).map(str),) * 2])
rows = st.lists(
    st.one_of(
        sound.map(";".join),
        st.tuples(sound, st.integers(0, 4), st.sampled_from(DIRT)).map(
            lambda made: ";".join([*made[0][: made[1]], made[2], *made[0][made[1] + 1 :]])
        ),
        dirty.map(";".join),
    ),
    min_size=3,
    max_size=25,
)


def looked_at(folder: Path, content: bytes) -> Inspection:
    (folder / "x.csv").write_bytes(content)
    return inspect([folder / "x.csv"], Asked(date_orders={"": "dmy"}), folder)


@lasting
@given(
    rows=rows, end=st.sampled_from(["\n", "\r\n", "\r"]), encoding=st.sampled_from(["utf-8-sig", "cp1252", "utf-16"])
)
def test_every_row_of_a_dirty_file_ends_in_one_place_and_sums_are_what_they_obviously_are(
    rows: list[str], end: str, encoding: str, new_ledger: Callable[[], Any]
) -> None:
    header = "Laskunumero;Asiakasnumero;Laskupäivä;Eräpäivä;Summa"
    sure = "999999;9;15.10.2026;29.10.2026;1,00"
    content = end.join([header, sure, *rows, ""]).encode(encoding)
    folder = new_ledger().folder
    found = looked_at(folder, content)
    if found.questions:
        return
    refused = {row.place for row in found.rows()}
    outcome = found.outcome
    assert outcome.rows_read == outcome.rows_accepted + outcome.rows_quarantined
    assert len(refused) == outcome.rows_quarantined
    config = CsvConfig.model_validate(found.config)
    assert list(CsvSource(config, folder).changes(None))[-1].end.rows_accepted == outcome.rows_accepted
    if sum(line.count('"') for line in rows) > 1:
        return  # two marks may make one row of two lines
    # The obvious reading: by hand, line by line, of those that were not refused.
    expected = 0
    for number, line in enumerate([header, sure, *rows], 1):
        if number > 1 and line.strip(" ;") and f"x.csv line {number}" not in refused:
            expected += AMOUNTS.get(line.split(";")[4], 100)
    assert outcome.original["EUR"] == expected


@lasting
@given(content=st.binary(max_size=300))
def test_random_bytes_never_crash_it(content: bytes, desk: Desk) -> None:
    desk.put("x.csv", content)
    assert run(["csv", "inspect", "x.csv", "--json"]) in (0, 3)


@lasting
@given(cells=st.lists(st.text(max_size=8), max_size=20))
def test_a_column_counts_every_cell(cells: list[str]) -> None:
    column = Column(0, "x")
    for cell in cells:
        column.add(cell)
    assert column.filled + column.empty == len(cells)
    assert column.content


def test_the_example_ledger_is_understood_but_for_what_only_a_person_can_say(desk: Desk) -> None:
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, root / "examples/ledger/generate.py", desk.folder], check=True, capture_output=True)
    names = [f"{kind}.csv" for kind in ("customers", "invoices", "payments")]
    said = desk.data(*names, "--write", "x.toml")
    written = tomllib.loads((root / "examples/ledger/dunning.toml").read_text(encoding="utf-8"))["source"]["config"]
    for kind in ("customers", "invoices", "payments"):
        theirs, ours = written[kind]["columns"], said["config"][kind]["columns"]
        assert {name: theirs[name] for name in ours if name in theirs} == {
            name: header for name, header in ours.items() if name in theirs
        }
        # What a company is for the law, a person says.
        assert set(theirs) - set(ours) <= {"customer_class"}
    (customers,) = [file for file in said["files"] if file["looks_like"] == "customers"]
    assert any("'Yritys' means there is not known" in note for note in customers["notes"])
    CsvConfig.model_validate(tomllib.loads((desk.folder / "x.toml").read_text(encoding="utf-8"))["source"]["config"])


def test_every_meaning_is_one_of_ours() -> None:
    for setting, meanings in words.MEANINGS.items():
        assert set(meanings.values()) <= words.OUR_WORDS[setting]
        assert all(word == word.casefold() for word in meanings)
    assert set(words.SETTING_OF.values()) == set(words.MEANINGS) == set(words.OUR_WORDS)
    list_separator = CsvConfig.model_fields["list_separator"].default
    assert list_separator == words.LIST_SEPARATOR
