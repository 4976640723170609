"""What one cell means, and what is refused because it could mean two things."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunningkit.model import CustomerClass, Medium
from dunningkit_csv.parsing import (
    Unreadable,
    amount_parser,
    choice_parser,
    currency_code,
    date_parser,
    date_writer,
    email_address,
    flag_parser,
    identifier,
    label,
    list_parser,
    phone_number,
    rate_parser,
    reference,
    whole_number,
)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("d.m.yyyy", "4.11.2026"),
        ("d.m.yyyy", "04.11.2026"),
        ("d.m.yyyy", "4.11.2026 0:00"),
        ("dd.mm.yy", "04.11.26"),
        ("yyyy-mm-dd", "2026-11-04"),
        ("yyyy-mm-dd", "2026-11-04 00:00:00"),
        ("yyyy-mm-dd", "2026-11-04T12:25:01.718750000"),
        ("yyyymmdd", "20261104"),
        ("m/d/yyyy", "11/4/2026"),
        ("mm/dd/yy", "11/04/26 00:00"),
        ("dd-mmm-yyyy", "04-Nov-2026"),
        ("d-mmm-yy", "4-NOV-26"),
    ],
)
def test_dates_are_read_by_their_format(pattern: str, text: str) -> None:
    parse = date_parser(pattern)
    assert parse(text) == date(2026, 11, 4)
    assert parse(text) == date(2026, 11, 4), "and again when it is known"


@pytest.mark.parametrize(
    ("pattern", "text", "says"),
    [
        ("d.m.yyyy", "31.2.2026", "not in the calendar"),
        ("m/d/yyyy", "13/4/2026", "day and month stand the other way round"),
        ("d.m.yyyy", "4.11.26", "not a date written as d.m.yyyy"),
        ("d.m.yyyy", "2026-11-04", "not a date written as"),
        ("dd.mm.yyyy", "4.11.2026", "not a date written as"),
        ("yyyymmdd", "20261104.0", "not a date written as"),
        ("d.m.yyyy", "4.11.2026 00:00+02:00", "has a zone, which may move the day"),
        ("d.m.yyyy", "1.1.2999", "year 2999 cannot be right"),
        ("d.m.yyyy", "1.1.1899", "year 1899 cannot be right"),
        ("yyyy-mm-dd", "05:23.4", "a spreadsheet has destroyed the date"),
        ("yyyy-mm-dd", "46330", "spreadsheet's day number"),
        ("yyyy-mm-dd", "٢٠٢٦-١١-٠٤", "not a date written as"),
    ],
)
def test_other_dates_are_refused_with_a_sentence(pattern: str, text: str, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        date_parser(pattern)(text)
    assert says in refused.value.reason


@pytest.mark.parametrize("pattern", ["", "d.m", "dd.mm.yyyy yyyy", "ddd.mm.yyyy", "dm.yyyy", "%d.%m.%Y", "DD.MM.YYYY"])
def test_what_is_no_date_format_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"no date format|does not say where"):
        date_parser(pattern)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    assert date_parser("d.m.yyyy")(f"{day.day}.{day.month}.{day.year}") == day
    assert date_parser("yyyymmdd")(day.strftime("%Y%m%d").rjust(8, "0")) == day


@pytest.mark.parametrize(
    ("decimal", "thousands", "currency", "text", "minor"),
    [
        (",", None, "EUR", "1234,50", 123450),
        (",", None, "EUR", "1234", 123400),
        (",", None, "EUR", "1234,5", 123450),
        (",", None, "EUR", "1 234,50", 123450),
        (",", None, "EUR", "1\u00a0234\u00a0567,50", 123456750),
        (",", ".", "EUR", "1.234,50", 123450),
        (".", ",", "USD", "$4,235.00", 423500),
        (".", "'", "CHF", "1'234.50", 123450),
        (",", None, "EUR", "-12,00", -1200),
        (",", None, "EUR", "12,00-", -1200),
        (",", None, "EUR", "\u221212,00 €", -1200),
        (",", None, "EUR", "+12,00", 1200),
        (",", None, "EUR", "(12,00)", -1200),
        (",", None, "EUR", "(1\u202f234,50 €)", -123450),
        (".", "'", "CHF", "1\u2019234.50", 123450),
        (",", None, "EUR", "EUR 12,00", 1200),
        (",", None, "SEK", "12,00 kr", 1200),
        (",", None, "EUR", "12,3400", 1234),
        (",", None, "EUR", "0,00", 0),
        (",", None, "JPY", "1234", 1234),
        (".", None, "KWD", "1.234", 1234),
    ],
)
def test_amounts_are_exact(decimal: str, thousands: str | None, currency: str, text: str, minor: int) -> None:
    assert amount_parser(decimal, thousands)(text, currency) == minor


@pytest.mark.parametrize(
    ("decimal", "thousands", "text", "says"),
    [
        (",", None, "1.234", "the decimal sign of this file is ','"),
        (",", None, "1.234,50", "the decimal sign of this file is ','"),
        (".", None, "12,50", "the decimal sign of this file is '.'"),
        (",", None, "1,234", "finer than EUR"),
        (",", None, "1,230", "could be thousands"),
        (",", ".", "1.23,50", "grouped oddly"),
        (",", None, "1 23,50", "grouped oddly"),
        (",", None, "1,2,3", "grouped oddly"),
        (",", None, "sata euroa", "not an amount"),
        (",", None, "-", "not an amount"),
        (",", None, "1e5", "not an amount"),
        (",", None, "(12,00", "not an amount"),
        (",", None, "12(,00)", "not an amount"),
        (",", None, "((12,00))", "not an amount"),
        (",", None, "(-12,00)", "two signs"),
        (",", None, "-12,00-", "two signs"),
        (",", None, "€ 12,00 EUR", "two signs"),
        (",", None, "$12,00", "marked $, but the row's currency is EUR"),
        (",", None, "12345678901234", "too large"),
        (",", None, "1" * 100, "not an amount"),
    ],
)
def test_doubtful_amounts_are_refused_with_a_sentence(
    decimal: str, thousands: str | None, text: str, says: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        amount_parser(decimal, thousands)(text, "EUR")
    assert says in refused.value.reason


@given(st.decimals(-(10**9), 10**9, places=2))
def test_every_amount_is_read_back(amount: Decimal) -> None:
    minor = int(amount * 100)
    assert amount_parser(".", None)(f"{amount:.2f}", "EUR") == minor
    assert amount_parser(",", None)(f"{amount:.2f}".replace(".", ","), "EUR") == minor
    assert amount_parser(".", ",")(f"{amount:,.2f}", "EUR") == minor


@given(st.text(max_size=20))
def test_no_text_at_all_breaks_a_parser(text: str) -> None:
    parsers = (
        lambda given: amount_parser(",", ".")(given, "EUR"),
        *(date_parser("d.m.yyyy"), date_parser("yyyymmdd"), rate_parser(","), currency_code, email_address),
        *(phone_number, identifier, whole_number(1, 31), flag_parser(["yes"], ["no"])),
        choice_parser(Medium, {}, "medium"),
    )
    for parse in parsers:
        with suppress(Unreadable):
            parse(text)


def test_rates_are_basis_points() -> None:
    parse = rate_parser(",")
    assert [parse(text) for text in ("11,5", "11,50 %", "8", "0,25%")] == [1150, 1150, 800, 25]
    for text in ("11.5", "11,505", "101", "-8", "korko"):
        with pytest.raises(Unreadable, match="not a rate"):
            parse(text)


def test_words_for_yes_and_no_in_any_case() -> None:
    parse = flag_parser(["Kyllä"], ["EI"])
    assert (parse("KYLLÄ"), parse("ei")) == (True, False)
    with pytest.raises(Unreadable, match="neither yes nor no"):
        parse("ehkä")


def test_choices_by_our_word_or_the_files_own() -> None:
    parse = choice_parser(CustomerClass, {"Kuluttaja": CustomerClass.CONSUMER}, "customer_class")
    assert parse("kuluttaja") is parse("consumer") is CustomerClass.CONSUMER
    with pytest.raises(Unreadable, match=r"values\.customer_class"):
        parse("Yritys")


def test_lists_pass_over_empty_places_and_repetitions() -> None:
    assert list_parser("|", label)("a| b c ||a|") == ("a", "b c")


def test_addresses_and_numbers() -> None:
    assert email_address("maija@example.fi") == "maija@example.fi"
    assert phone_number("+358\u00a0457 555 0123") == "+358 457 555 0123"
    for parse, text in (
        (email_address, "maija at example.fi"),
        (email_address, "a@example.fi, b@example.fi"),
        (phone_number, "soita"),
        (phone_number, "112"),
    ):
        with pytest.raises(Unreadable):
            parse(text)


def test_ids_are_kept_as_they_are_written() -> None:
    assert identifier("0000611365") == "0000611365"
    assert identifier("2960623488.0") == "2960623488.0"
    for text in ("1\n2", "x" * 201):
        with pytest.raises(Unreadable, match="not a number or id"):
            identifier(text)


def test_whole_numbers_in_their_range() -> None:
    parse = whole_number(1, 31)
    assert parse("05") == 5
    for text in ("0", "32", "1,5", "³", "-1", "9" * 50):
        with pytest.raises(Unreadable, match="whole number from 1 to 31"):
            parse(text)


def test_currencies() -> None:
    assert currency_code("eur") == "EUR"
    with pytest.raises(Unreadable, match="three letters"):
        currency_code("€")


# -- what a spreadsheet did ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["401234567", "40 123 4567", "50-1234567", "457 555 0123", "701234567"])
def test_a_mobile_number_that_has_lost_its_zero_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="no zero at its front"):
        phone_number(text)


@pytest.mark.parametrize(
    "text",
    ["0401234567", "+358 40 123 4567", "+46 70 123 45 67", "358401234567", "41234567", "00358401234567", "+401234567"],
)
def test_other_ways_to_write_a_number_are_kept(text: str) -> None:
    assert phone_number(text) == text


@pytest.mark.parametrize(
    "text", ["1,23E+12", "1.23457E+19", "2E+15", "#REF!", "#DIV/0!", "#PUUTTUU!", "#SAKNAS!", "#####"]
)
def test_what_a_spreadsheet_destroyed_is_refused_wherever_it_stands(text: str) -> None:
    readers = [identifier, reference, phone_number, date_parser("d.m.yyyy")]
    if text[0] == "#":
        readers.append(label)
    for read in readers:
        with pytest.raises(Unreadable, match="spreadsheet") as refused:
            read(text)
        assert refused.value.reason.endswith(".")
    with pytest.raises(Unreadable, match="spreadsheet"):
        amount_parser(",", None)(text, "EUR")


@pytest.mark.parametrize("text", ["1E5", "12E+4", "1E+5x", "#1042", "#", "A#B", "RF18 5390 0754 7034", "0012 32"])
def test_numbers_that_only_look_like_it_are_kept(text: str) -> None:
    assert identifier(text) == text
    assert reference(text) == text
    assert label(text) == text


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["d.m.yyyy", "yyyymmdd", "dd/mm/yy", "mmm d, yyyy"])
)
def test_a_day_that_was_written_is_read_back(day: date, pattern: str) -> None:
    assert date_parser(pattern)(date_writer(pattern)(day)) == day


def test_a_year_that_two_digits_do_not_hold_is_written_in_full() -> None:
    assert date_writer("d.m.yy")(date(1999, 5, 4)) == "1999-05-04"
