"""Our fast formats write exactly what Babel's own do."""

import re
from datetime import date

import pytest
from babel.dates import format_date
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from dunningkit.messages.formats import Formats
from dunningkit.model import Language, Money

CURRENCIES = ["EUR", "SEK", "NOK", "DKK", "USD", "GBP", "CHF", "PLN", "JPY", "KWD"]
FORMATS = {language: Formats(language) for language in Language}


@given(
    st.sampled_from(Language),
    st.integers(-(10**12), 10**12),
    st.sampled_from(CURRENCIES),
)
def test_money_is_written_as_babel_writes_it(language: Language, minor: int, currency: str) -> None:
    money = Money(minor, currency)
    babel = format_currency(money.as_decimal(), currency, locale=language.value)
    apart = re.sub(
        r"(?<=[A-Z])(?=\d)", "\u00a0", babel
    )  # CLDR asks for a space between letters and digits, Babel has none
    assert FORMATS[language].money(money) == apart


@given(st.sampled_from(Language), st.dates(date(1990, 1, 1), date(2199, 12, 31)))
def test_dates_are_written_as_babel_writes_them(language: Language, day: date) -> None:
    pattern = "d MMMM y" if language is Language.EN else "d.M.y"
    assert FORMATS[language].day(day) == format_date(day, pattern, locale=language.value)


@pytest.mark.parametrize(
    ("language", "money", "day"),
    [
        (Language.FI, "1\u00a0234,50\u00a0€", "2.11.2026"),
        (Language.SV, "1\u00a0234,50\u00a0€", "2.11.2026"),
        (Language.EN, "€1,234.50", "2 November 2026"),
    ],
)
def test_an_amount_and_a_day_in_each_language(language: Language, money: str, day: str) -> None:
    assert FORMATS[language].money(Money(123450, "EUR")) == money
    assert FORMATS[language].day(date(2026, 11, 2)) == day
