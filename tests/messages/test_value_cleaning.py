"""What is left of a ledger's value before it may stand in a text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunningkit.messages.cleaning import clean, for_sms, plain_spaces, squeezed


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("  Lasku \t 1042\r\n", "Lasku 1042"),
        ("Rivi 1\u2028Rivi 2", "Rivi 1 Rivi 2"),
        ("\u202e2401\u202c", "2401"),
        ("\u2066FI21\u2069", "FI21"),
        ("FI\u200b21\u2060 12\u034f34", "FI21 1234"),
        ("\ufeffMaija\u00ad", "Maija"),
        ("Ma\ufe0fija\u3164", "Maija"),
        ("Ma\u0308kinen", "Mäkinen"),
        ("Ma\u200d\u0308kinen", "Mäkinen"),
        ("\ue000\ue001", ""),
        ("1\u00a0042", "1 042"),
        ("\x00\x1b[31m", "[31m"),
        ("\ud800", ""),
    ],
)
def test_a_value_is_cleaned(value: str, cleaned: str) -> None:
    assert clean(value) == cleaned


def test_a_long_value_is_cut_with_a_mark() -> None:
    assert clean("a" * 120) == "a" * 120
    assert clean("a" * 121) == "a" * 119 + "…"


@given(st.text(st.characters(codec=None), max_size=300))
def test_a_cleaned_value_is_one_visible_line(value: str) -> None:
    cleaned = clean(value)
    assert len(cleaned) <= 120
    assert cleaned.splitlines() in ([], [cleaned])
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cf", "Cs", "Co", "Cn"}
    assert cleaned == cleaned.strip()
    assert unicodedata.is_normalized("NFC", cleaned)


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(value: str) -> None:
    assert clean(clean(value)) == clean(value)


def test_typography_becomes_plain_in_an_sms_and_letters_stay() -> None:
    assert for_sms("“Hei” – 1\u00a0234,50\u00a0€ … ’•") == '"Hei" - 1 234,50 € ... \'-'
    assert for_sms("Åsa Šakki Ägräs") == "Åsa Šakki Ägräs"


def test_spaces_for_comparing() -> None:
    assert plain_spaces("1\u00a0234\u202f€") == "1 234 €"
    assert squeezed(" fi21\u00a01234 ") == "FI211234"
