"""From bytes to rows: encodings, delimiters, line ends, quotation marks, and every way a file can be damaged."""

import codecs
import errno
from pathlib import Path

import pytest

from dunningkit.errors import ConfigError, TransientError
from dunningkit_csv.config import InvoicesFile
from dunningkit_csv.decoding import shown
from dunningkit_csv.files import fingerprint
from dunningkit_csv.layout import lay_out
from dunningkit_csv.reading import CUT_OFF, SUM, Row, read_rows

HEADERS = {"invoice_number": "Nro", "customer_id": "Asiakas", "original": "Määrä", "issued_on": "Pvm", "due_on": "Erä"}
TEXT = "Nro;Asiakas;Määrä;Pvm;Erä\r\n1;Mäkinen €;a;b;c\r\n"


def settings(**changes: object) -> InvoicesFile:
    return InvoicesFile.model_validate({"path": "x.csv", "columns": HEADERS, **changes})


def rows_of(tmp_path: Path, content: str | bytes, **changes: object) -> list[Row]:
    path = tmp_path / "x.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_rows(lay_out(path, settings(**changes))))


def cells_of(tmp_path: Path, content: str | bytes, **changes: object) -> list[list[str]]:
    rows = rows_of(tmp_path, content, **changes)
    assert not any(row.problem for row in rows)
    return [row.cells for row in rows]


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (TEXT.encode(), "auto"),
        (TEXT.encode("utf-8-sig"), "auto"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "auto"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "auto"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("cp1252"), "auto"),
        (TEXT.encode("cp1252"), "windows-1252"),
        (TEXT.encode("iso-8859-15"), "iso-8859-15"),
    ],
)
def test_encodings(encoded: bytes, encoding: str, tmp_path: Path) -> None:
    assert cells_of(tmp_path, encoded, encoding=encoding) == [["1", "Mäkinen €", "a", "b", "c"]]


def test_latin_1(tmp_path: Path) -> None:
    text = TEXT.replace("€", "ö")
    assert cells_of(tmp_path, text.encode("latin-1"), encoding="latin-1")[0][1] == "Mäkinen ö"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("setting", ["auto", "given"])
def test_delimiters(delimiter: str, setting: str, tmp_path: Path) -> None:
    content = TEXT.replace(";", delimiter)
    chosen = "auto" if setting == "auto" else delimiter
    assert cells_of(tmp_path, content, delimiter=chosen) == [["1", "Mäkinen €", "a", "b", "c"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str, tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "Nro;Asiakas;Määrä;Pvm;Erä\r\n1;2;3;4;5\r\n\r\n6;7;8;9;10".replace("\r\n", end))
    assert rows == [Row(2, ["1", "2", "3", "4", "5"]), Row(4, ["6", "7", "8", "9", "10"], is_ended=False)]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    content = "\n\nNro;Asiakas;Määrä;Pvm;Erä\n\n;;;;\n   \n1;2;3;4;5\n;\n\n"
    assert [row.line for row in rows_of(tmp_path, content)] == [7]


def test_quoted_text_may_hold_delimiters_marks_and_line_ends(tmp_path: Path) -> None:
    content = 'Nro;Asiakas;Määrä;Pvm;Erä\n1;"Katu 1; B\n33100 ""Tampere""";3;4;5\n2;x;3;4;5\n'
    rows = rows_of(tmp_path, content)
    assert [(row.line, row.cells[1]) for row in rows] == [(2, 'Katu 1; B\n33100 "Tampere"'), (4, "x")]


def test_a_mark_that_is_never_closed_costs_only_its_own_line(tmp_path: Path) -> None:
    content = 'Nro;Asiakas;Määrä;Pvm;Erä\n1;2;3;4;5\n7;8;"x;4;5\n' + "".join(f"{n};2;3;4;5\n" for n in range(300))
    rows = rows_of(tmp_path, content)
    bad = [row for row in rows if row.problem]
    assert [(row.line, row.cells, row.text) for row in bad] == [(3, ["7", "8"], '7;8;"x;4;5')]
    assert "quotation mark" in bad[0].problem
    assert [row.cells[0] for row in rows if not row.problem] == ["1", *map(str, range(300))]


@pytest.mark.parametrize("between", ["", "2;2;3;4;5\n"])
def test_a_mark_that_another_row_closes_swallows_no_row(between: str, tmp_path: Path) -> None:
    rows = rows_of(tmp_path, f'Nro;Asiakas;Määrä;Pvm;Erä\n1;2;"x;4;5\n{between}3;2;y";4;5\n4;2;3;4;5\n')
    assert [(row.cells[0], bool(row.problem)) for row in rows] == [
        ("1", True),
        *([("2", False)] if between else []),
        ("3", False),
        ("4", False),
    ]


def test_a_mark_closed_where_the_row_does_not_fit_costs_its_own_line(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, 'Nro;Asiakas;Määrä;Pvm;Erä\n1;2;"x\ny";4\n2;2;3;4;5\n')
    assert [(row.line, bool(row.problem)) for row in rows] == [(2, True), (3, True), (4, False)]
    assert rows[0].cells == ["1", "2"]


def test_texts_of_several_lines_may_stand_in_any_column(tmp_path: Path) -> None:
    for column in range(5):
        cells = ["1", "2", "3", "4", "5"]
        cells[column] = '"one; and\ntwo; or\nthree"'
        (row,) = rows_of(tmp_path, f"Nro;Asiakas;Määrä;Pvm;Erä\n{';'.join(cells)}\n")
        assert (row.problem, row.cells[column]) == ("", "one; and\ntwo; or\nthree")


@pytest.mark.parametrize(("line", "sound"), [("1;2;3;4", ["1", "2", "3"]), ("1;2;3;4;5;6", ["1", "2", "3", "4", "5"])])
def test_ragged_rows_keep_what_is_whole(line: str, sound: list[str], tmp_path: Path) -> None:
    bad, good = rows_of(tmp_path, f"Nro;Asiakas;Määrä;Pvm;Erä\n{line}\n1;2;3;4;5\n")
    assert (bad.line, bad.cells, bad.text) == (2, sound, line)
    assert "columns and the header 5" in bad.problem
    assert good.problem == ""


@pytest.mark.parametrize(
    ("line", "says"),
    [("Yhteensä;100,00", SUM), ("Sivu 2", "no columns"), ("Tulostettu 24.11.2026 klo 12", "no columns")],
)
def test_sums_titles_and_footers_are_called_so(line: str, says: str, tmp_path: Path) -> None:
    bad, good = rows_of(tmp_path, f"Nro;Asiakas;Määrä;Pvm;Erä\n{line}\n1;2;3;4;5\n")
    assert says in bad.problem
    assert good.problem == ""


def test_in_a_file_with_commas_a_decimal_comma_is_named_as_a_cause(tmp_path: Path) -> None:
    (bad,) = rows_of(tmp_path, "Nro,Asiakas,Määrä,Pvm,Erä\n1,2,100,00,4,5\n")
    assert "decimal comma" in bad.problem


def test_rows_may_all_end_in_the_sign_that_separates_columns(tmp_path: Path) -> None:
    header, rows = "Nro;Asiakas;Määrä;Pvm;Erä\n", "1;2;3;4;5;\n6;7;8;9;0;\n"
    assert cells_of(tmp_path, header + rows) == [["1", "2", "3", "4", "5", ""], ["6", "7", "8", "9", "0", ""]]
    # A text that holds the sign moves the columns: then not all rows are so.
    assert [bool(row.problem) for row in rows_of(tmp_path, header + rows + "1;2;3;4;5\n")] == [True, True, False]


def test_rows_of_another_encoding_cost_only_themselves(tmp_path: Path) -> None:
    utf8, cp1252 = "Nro;Asiakas;Määrä;Pvm;Erä\n1;Mäki;3;4;5\n", "2;Järvi;3;4;5\n"
    good, bad = rows_of(tmp_path, utf8.encode() + cp1252.encode("cp1252"))
    assert (good.cells[1], good.problem, bad.line) == ("Mäki", "", 3)
    assert "damaged characters" in bad.problem
    good, bad, last = rows_of(tmp_path, utf8.encode("cp1252") + cp1252.encode() + "3;Äijä;3;4;5\n".encode("cp1252"))
    assert (good.cells[1], last.cells[1], bad.line) == ("Mäki", "Äijä", 3)
    assert "another encoding" in bad.problem
    good, bad = rows_of(tmp_path, utf8.encode("cp1252") + b"2;\x81;3;4;5\n")
    assert (good.problem, "damaged characters" in bad.problem) == ("", True)


def test_a_last_line_that_is_cut_off(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "Nro;Asiakas;Määrä;Pvm;Erä\n1;2;3;4;5\n2;3;4")
    assert [bool(row.problem) for row in rows] == [False, True]


def test_a_last_character_that_is_cut_off_damages_its_row_only(tmp_path: Path) -> None:
    content = "Nro;Asiakas;Määrä;Pvm;Erä\nä;2;3;4;5\n2;3;4;5;ä".encode()[:-1]
    good, bad = rows_of(tmp_path, content)
    assert good.cells[0] == "ä"
    assert bad.problem == CUT_OFF


def test_nul_bytes_damage_their_row_only(tmp_path: Path) -> None:
    good, bad, last = rows_of(tmp_path, "Nro;Asiakas;Määrä;Pvm;Erä\n1;2;3;4;5\n2;\0;3;4;5\n3;2;3;4;5\n")
    assert ("damaged" in bad.problem, good.problem, last.problem) == (True, "", "")
    assert shown(bad.text) == "2;\ufffd;3;4;5"


def test_a_line_of_megabytes_is_no_row(tmp_path: Path) -> None:
    bad, good = rows_of(tmp_path, f"Nro;Asiakas;Määrä;Pvm;Erä\n1;{'x' * (3 << 20)};3;4;5\n1;2;3;4;5\n")
    assert "too long" in bad.problem
    assert bad.cells[0] == "1"
    assert len(shown(bad.text)) <= 200
    assert good.cells == ["1", "2", "3", "4", "5"]


def test_headers_in_either_normal_form(tmp_path: Path) -> None:
    assert cells_of(tmp_path, TEXT.replace("ä", "a\u0308"))[0][0] == "1"


@pytest.mark.parametrize(
    ("content", "changes", "says"),
    [
        ("", {}, "is empty"),
        ("\n \n", {}, "is empty"),
        ("Nro;Asiakas;Pvm;Erä\n", {}, r"no column 'Määrä' \(columns.original\)"),
        ("Nro;Asiakas;Määrä;Pvm;Erä;Nro\n", {}, "2 columns named 'Nro'"),
        (TEXT.encode("cp1252"), {"encoding": "utf-8"}, "not written in the encoding"),
        (TEXT.encode("utf-16-le"), {"encoding": "utf-8"}, "not written in the encoding|utf-16-le"),
    ],
)
def test_files_that_are_not_as_set_are_an_error(
    content: str | bytes, changes: dict[str, object], says: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=says):
        rows_of(tmp_path, content, **changes)


def test_a_missing_file_names_itself(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no file .*x\.csv"):
        lay_out(tmp_path / "x.csv", settings())
    with pytest.raises(ConfigError, match=r"no file .*x\.csv"):
        fingerprint(tmp_path / "x.csv")
    with pytest.raises(ConfigError, match="is a folder, not a file"):
        lay_out(tmp_path, settings())


def test_a_disk_that_fails_is_tried_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "stat", failing)
    with pytest.raises(TransientError, match="Input/output error"):
        fingerprint(tmp_path / "x.csv")


def test_a_rewritten_file_has_another_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("one")
    before = fingerprint(path)
    assert fingerprint(path) == before
    other = tmp_path / "y.csv"
    other.write_text("two")
    other.replace(path)
    assert fingerprint(path) != before
