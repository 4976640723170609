"""The last row of a file without a line end: what is whole is taken, and what is cut inside its last value is not believed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunningkit.model import Recheck
from dunningkit_csv.ending import is_cut_short
from dunningkit_csv.reading import PERHAPS_CUT_OFF

COLUMNS = {
    "invoice_number": "no",
    "customer_id": "customer",
    "issued_on": "issued",
    "due_on": "due",
    "original": "amount",
}
HEADER = "no;customer;issued;due;amount\n"
ABOVE = "1;17;2026-10-01;2026-10-15;100,00\n2;17;2026-10-01;2026-10-15;1234,50\n"
LAST = "3;17;2026-10-01;2026-10-15;"


def read(ledger: Any, content: str, **columns: str) -> Any:
    return ledger.file("invoices", {**COLUMNS, **columns}, content).read()


@pytest.mark.parametrize("amount", ["1234,50", "-12,00", "12,00-", "(12,00)", "12,00 €", "1 234,50", '"1234,5"'])
def test_a_last_amount_that_is_whole_is_taken_without_a_line_end(amount: str, ledger: Any) -> None:
    reading = read(ledger, HEADER + ABOVE + LAST + amount)
    assert (reading.end.complete, reading.end.detail, reading.counts) == (True, "", (3, 3, 0))


@pytest.mark.parametrize("amount", ["1234,5", "1234,", "1234", "12", "1"])
def test_an_amount_with_fewer_decimals_than_those_above_is_cut(amount: str, ledger: Any) -> None:
    reading = read(ledger, HEADER + ABOVE + LAST + amount)
    assert [one.receivable_id for one in reading.receivables] == ["1", "2"]
    assert (reading.refused.reason, reading.refused.column) == (PERHAPS_CUT_OFF, "amount")
    assert (reading.refused.value, reading.refused.receivable_id) == (amount, "3")
    assert not reading.end.complete
    assert reading.end.detail == f"invoices.csv line 4: {PERHAPS_CUT_OFF}"


@pytest.mark.parametrize("amount", ["1234,5", "1234"])
def test_with_a_line_end_the_same_amount_is_what_the_ledger_says(amount: str, ledger: Any) -> None:
    assert read(ledger, HEADER + ABOVE + LAST + amount + "\n").counts == (3, 3, 0)


def test_amounts_that_are_written_now_this_way_and_now_that_prove_nothing(ledger: Any) -> None:
    above = ABOVE.replace("100,00", "100").replace("1234,50", "99,9")
    assert read(ledger, HEADER + above + LAST + "120").end.complete


def test_a_last_value_that_cannot_be_right_is_a_cut_too(ledger: Any) -> None:
    header, above = "no;customer;amount;issued;due\n", "1;17;100,00;2026-10-01;2026-10-15\n"
    for due in ("2026-10-1", "2026-1", "20"):
        reading = read(ledger, header + above + f"2;17;50,00;2026-10-01;{due}")
        assert (reading.refused.column, reading.refused.value) == ("due", due)
        assert not reading.end.complete
        # Without a row above there is nothing to compare with, but it is no day.
        assert not read(ledger, header + f"2;17;50,00;2026-10-01;{due}").end.complete


def test_a_cut_inside_a_column_that_nobody_uses_still_means_that_rows_are_missing(ledger: Any) -> None:
    content = "no;customer;amount;issued;due;run\n" + "".join(
        f"{number};17;100,00;2026-10-01;2026-10-15;24.11.2026 08:15\n" for number in range(5)
    )
    reading = read(ledger, content.removesuffix(":15\n"))
    assert (reading.end.complete, reading.counts) == (False, (5, 4, 1))


def test_an_id_that_may_be_cut_silences_nobody_elses_invoice(ledger: Any) -> None:
    rows = "".join(f"17;2026-10-01;2026-10-15;100,00;{number}\n" for number in range(10420, 10445))
    reading = read(ledger, "customer;issued;due;amount;no\n" + rows + "17;2026-10-01;2026-10-15;100,00;1042")
    assert (reading.refused.column, reading.refused.receivable_id) == ("no", None)
    assert not reading.end.complete


@pytest.mark.parametrize("last", ["Yhteensä;;;;1334,5", ";;;;1334,5", "Tulostettu 24.11.2026;;;;"])
def test_sums_and_footers_are_no_cut_rows(last: str, ledger: Any) -> None:
    reading = read(ledger, HEADER + ABOVE + ABOVE.replace("1;", "4;").replace("2;1", "5;1") + last)
    assert reading.end.complete
    assert reading.counts == (5, 4, 1)


def test_before_sending_nothing_is_gone_that_a_cut_file_does_not_mention(ledger: Any) -> None:
    source = ledger.file("invoices", COLUMNS, HEADER + ABOVE + LAST + "12").source()
    assert source.recheck(["3", "4"]) == [Recheck(one, None, on_hold=True) for one in ("3", "4")]
    ledger.file("invoices", COLUMNS, HEADER + ABOVE)
    assert source.recheck(["3", "4"]) == [Recheck(one, None) for one in ("3", "4")]


def test_a_customers_address_that_ends_in_half_a_known_domain_is_cut(ledger: Any) -> None:
    ledger.invoices({"customer": "7"})
    columns = {"customer_id": "customer", "customer_name": "name", "email": "email"}
    content = "customer;name;email\n5;Aino;as5@example.com\n6;Eero;as6@example.com\n7;Maija;as7@example.com"
    assert ledger.file("customers", columns, content).read().counts == (4, 4, 0)
    found = ledger.file("customers", columns, content[:-1]).read()
    assert found.end.complete is False
    assert (found.quarantined[0].reason, found.quarantined[0].value) == (PERHAPS_CUT_OFF, "as7@example.co")


# -- the values themselves -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "whole"),
    [
        (["24.11.2026", "1.2.2026"], "5.11.2026"),
        (["2026-11-24"], "2026-11-25"),
        (["89,90 €"], "12,00 €"),
        (["EUR 12,00"], "EUR 1,50"),
        (["maija@example.fi"], "eero@example.com"),
        (["FI2112345600000785"] * 20, "FI4112345600000785"),
        (["EUR", "SEK", "EUR"] * 2, "SEK"),
        (["kyllä", "ei"] * 10, "kyllä"),
    ],
)
def test_a_whole_value_is_not_called_cut_and_its_beginnings_are(above: list[str], whole: str) -> None:
    assert not is_cut_short(whole, above)
    told = [whole[:end] for end in range(1, len(whole)) if is_cut_short(whole[:end], above)]
    # One letter of the end of an address may be missing: .co of .com.
    assert len(told) >= len(whole) - 2


@pytest.mark.parametrize(
    ("last", "above"),
    [
        ("", ["", "1.2.2026", ""]),
        ("", ["1.2.2026"]),
        ("123", ["1234", "12345", "99"]),
        ("Maija", ["Eero", "Maija Mäkinen", "Aino"]),
        ("12,00", []),
        ("pyydetty", ["maksettu", "maksettu", "maksettu"]),
        ("100", ["100", "99,90"] * 15),
        ("as7@example.co", ["as5@example.com", "as6@example.co"]),
        ("as7@example.co", ["as5@example.fi", "-"]),
    ],
)
def test_what_may_be_whole_is_believed(last: str, above: list[str]) -> None:
    assert not is_cut_short(last, above)


@pytest.mark.parametrize(
    ("last", "above"),
    [
        ("as7@example.co", ["as5@example.com"]),
        ("as7@EXAMPLE.co", ["as5@example.com", "as6@example.org"]),
        ("as7@exam", ["as5@example.com", "-", ""]),
        ("as7@", ["as5@example.com", "-", ""]),
    ],
)
def test_half_of_a_domain_that_stands_above_is_no_domain(last: str, above: list[str]) -> None:
    assert is_cut_short(last, above)


amounts = st.integers(0, 10**9).map(lambda minor: f"{minor // 100},{minor % 100:02}")


@given(above=st.lists(amounts, min_size=1), last=amounts, left=st.integers(1, 30))
def test_of_amounts_with_cents_every_cut_is_seen_and_no_whole_one_is_called_cut(
    above: list[str], last: str, left: int
) -> None:
    assert not is_cut_short(last, above)
    assert left >= len(last) or is_cut_short(last[:left], above)
