"""Text files as they come: titles above the headers, files cut in the middle, and every encoding, byte by byte."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dunningkit.errors import ConfigError, DunningkitError
from dunningkit_csv.reading import CUT_OFF, HEADERS_AGAIN

HEADER = "no;customer;amount;issued;due\n"
ROW = "1;17;100,00;2026-10-01;2026-10-15\n"
COLUMNS = {
    "invoice_number": "no",
    "customer_id": "customer",
    "original": "amount",
    "issued_on": "issued",
    "due_on": "due",
}


def read(ledger: Any, content: str | bytes, **more: Any) -> Any:
    return ledger.file("invoices", COLUMNS, content, **more).read()


# -- titles --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_reports_title_is_skipped_and_lines_keep_their_numbers(end: str, ledger: Any) -> None:
    content = f"Avoimet laskut;;;;\nTulostettu 24.11.2026\n\n{HEADER}{ROW}2;17;sata;2026-10-01;2026-10-15\n"
    reading = read(ledger, content.replace("\n", end).encode(), skip_lines=2)
    assert [one.receivable_id for one in reading.receivables] == ["1"]
    assert reading.refused.place == "invoices.csv line 6"


def test_a_title_that_was_not_skipped_says_so(ledger: Any) -> None:
    with pytest.raises(ConfigError, match=r"no column .*'Avoimet laskut'.*skip_lines"):
        read(ledger, f"Avoimet laskut\n{HEADER}{ROW}")


def test_more_skipped_lines_than_there_are_leave_nothing(ledger: Any) -> None:
    with pytest.raises(ConfigError, match="is empty"):
        read(ledger, "title\n", skip_lines=5)


def test_many_blank_lines_before_the_header(ledger: Any) -> None:
    assert read(ledger, "\n" * 300 + HEADER + ROW).counts == (1, 1, 0)


# -- cut off -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("last", ["2;17;10", "2", '2;17;"10', "2;17;1,00;2026-10-01"])
def test_a_file_cut_in_the_middle_is_not_the_whole_picture(last: str, ledger: Any) -> None:
    reading = read(ledger, HEADER + ROW + last)
    assert reading.refused.reason == CUT_OFF
    assert (reading.end.complete, reading.counts) == (False, (2, 1, 1))


def test_a_file_cut_in_the_middle_of_a_character_is_not_whole(ledger: Any) -> None:
    columns = {**COLUMNS, "subject": "subject"}
    content = (HEADER.replace("\n", ";subject\n") + ROW.replace("\n", ";Käynti ä")).encode()[:-1]
    reading = ledger.file("invoices", columns, content).read()
    assert (reading.refused.reason, reading.end.complete) == (CUT_OFF, False)


@pytest.mark.parametrize("last", ["2;17;1,00;2026-10-01;2026-10-15", "Yhteensä;101,00", "Total:;;101,00", "2;17;10\n"])
def test_a_last_line_that_is_whole_a_sum_or_ended_is_no_cut(last: str, ledger: Any) -> None:
    reading = read(ledger, HEADER + ROW + last)
    assert reading.end.complete
    assert not any(row.reason == CUT_OFF for row in reading.quarantined)
    assert reading.counts[0] == 2


# -- encodings -----------------------------------------------------------------------------------------------------

EURO_ROW = "1;17;100,00 €;2026-10-01;2026-10-15;Mäki\n"
EURO = HEADER.replace("\n", ";subject\n") + EURO_ROW


@pytest.mark.parametrize(
    "content",
    [
        EURO.encode(),
        b"\xef\xbb\xbf" + EURO.encode(),
        b"\xff\xfe" + EURO.encode("utf-16-le"),
        b"\xfe\xff" + EURO.encode("utf-16-be"),
        EURO.encode("utf-16-le"),
        EURO.encode("utf-16-be"),
        EURO.encode("cp1252"),
        EURO.encode("iso-8859-15"),
    ],
    ids=["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16-le bare", "utf-16-be bare", "cp1252", "iso-8859-15"],
)
def test_the_encoding_is_found_without_being_told(content: bytes, ledger: Any) -> None:
    found = ledger.file("invoices", {**COLUMNS, "subject": "subject"}, content).read().only
    assert (found.original.amount_minor, found.subject) == (10000, "Mäki")


def test_a_byte_that_only_cp1252_has_decides_against_the_other(ledger: Any) -> None:
    content = (HEADER.replace("\n", ";subject\n") + EURO_ROW.replace(" €", "")).encode("cp1252")
    content = content.replace(b"M\xe4ki", b"M\xe4ki \x80 \xa4")
    assert ledger.file("invoices", {**COLUMNS, "subject": "subject"}, content).read().only.subject == "Mäki € ¤"


def test_line_ends_may_be_mixed(ledger: Any) -> None:
    content = (
        HEADER.replace("\n", "\r") + ROW + ROW.replace("1;", "2;", 1).replace("\n", "\r\n") + "3" + ROW[1:-1] + "\r"
    )
    reading = read(ledger, content)
    assert [one.receivable_id for one in reading.receivables] == ["1", "2", "3"]


# -- anything ------------------------------------------------------------------------------------------------------

lasting = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def never_crashes(ledger: Any, content: bytes) -> None:
    """Any file ends in rows that are accepted or refused, or in an error with a sentence."""
    try:
        said = [row.reason for row in ledger.file("invoices", COLUMNS, content).read().quarantined]
    except DunningkitError as error:
        said = [str(error)]
    assert all(sentence.endswith((".", ")")) for sentence in said)


@lasting
@given(content=st.binary(max_size=400))
def test_random_bytes_give_a_sentence(content: bytes, new_ledger: Any) -> None:
    never_crashes(new_ledger(), content)


@lasting
@given(
    content=st.binary(max_size=200), cut=st.integers(0, 100), encoding=st.sampled_from(["utf-8", "utf-16", "cp1252"])
)
def test_random_bytes_after_a_sound_beginning_give_a_sentence(
    content: bytes, cut: int, encoding: str, new_ledger: Any
) -> None:
    never_crashes(new_ledger(), (HEADER + ROW * 2).encode(encoding)[:-cut] + content)


@pytest.mark.parametrize("sign", [b"x", b"\0", b";", b'"', b"\xff", b"\r"])
def test_megabytes_of_one_sign_give_a_sentence(sign: bytes, ledger: Any) -> None:
    never_crashes(ledger, sign * (3 << 20))


def test_a_workbook_under_another_name_is_known(ledger: Any, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="old workbook or has a password"):
        read(ledger, b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    with pytest.raises(ConfigError, match="damaged workbook"):
        read(ledger, b"PK\x03\x04" + b"\0" * 600)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.xls", b"<html><table><tr><td>Laskunumero</td></tr></table></html>", "web page or XML"),
        ("x.csv", b"\xef\xbb\xbf\n <!DOCTYPE html>", "web page or XML"),
        ("x.csv", b"%PDF-1.4", "a PDF"),
        ("x.csv", b'[{"no": 1}]', "JSON"),
        ("x.xlsx", (HEADER + ROW).encode(), "rename it to .csv"),
        ("x.xls", (HEADER + ROW).encode(), "rename it to .csv"),
        ("x.ods", b"PK\x03\x04", "of another kind"),
    ],
)
def test_what_is_no_table_is_called_what_it_is(name: str, content: bytes, says: str, ledger: Any) -> None:
    (ledger.folder / name).write_bytes(content)
    ledger.config["invoices"] = {"path": name, "columns": COLUMNS}
    with pytest.raises(ConfigError, match=says):
        ledger.read()


def test_a_number_of_lines_to_skip_that_is_wrong_is_named(ledger: Any) -> None:
    with pytest.raises(ConfigError, match=r"no column 'customer'.*Perhaps 1 is not the right number for skip_lines"):
        read(ledger, HEADER + ROW + ROW, skip_lines=1)


def test_headers_on_every_page_are_no_rows_and_cast_no_doubt(ledger: Any) -> None:
    reading = read(ledger, HEADER + ROW + HEADER + ROW.replace("1;", "2;", 1))
    assert [one.receivable_id for one in reading.receivables] == ["1", "2"]
    assert (reading.refused.reason, reading.refused.place) == (HEADERS_AGAIN, "invoices.csv line 3")
    assert reading.refused.receivable_id is None
