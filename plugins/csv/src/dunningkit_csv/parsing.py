"""What one cell means: pure functions from text to a value, or `Unreadable` with a sentence for the accountant.

Nothing here guesses. A text that could mean two things is refused, and the sentence says what to correct.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import TypeVar

from dunningkit.model import exponent

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

#: Reads a stripped text that is not empty.
Parser = Callable[[str], T]
#: Reads an amount of a currency into its minor units.
AmountParser = Callable[[str, str], int]


class Unreadable(ValueError):
    """A cell that could not be understood; ``reason`` is a sentence that says why and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# -- what a spreadsheet did ----------------------------------------------------------------------------------------

# In English, Finnish and Swedish, as spreadsheets save them.
_CELL_ERRORS = frozenset(
    [
        *(
            "#REF!",
            "#N/A",
            "#VALUE!",
            "#DIV/0!",
            "#NAME?",
            "#NUM!",
            "#NULL!",
            "#SPILL!",
            "#CALC!",
            "#FIELD!",
            "#UNKNOWN!",
        ),
        *("#VIITTAUS!", "#PUUTTUU!", "#ARVO!", "#JAKO/0!", "#NIMI?", "#LUKU!", "#TYHJÄ!"),
        *("#REFERENS!", "#SAKNAS!", "#VÄRDEFEL!", "#DIVISION/0!", "#NAMN?", "#OGILTIGT!", "#SKÄRNING!"),
    ]
)
_TOO_NARROW = re.compile("#{2,}")
_SHORTENED = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{2,3}")


def why_destroyed(text: str) -> str:
    """Why a spreadsheet has left nothing of what stood in the cell; empty when it has not."""
    if text in _CELL_ERRORS:
        return "This is a spreadsheet's error, not a value: a formula in it has broken. Export the file again from the ledger."
    if _TOO_NARROW.fullmatch(text):
        return (
            "A spreadsheet wrote this because the column was too narrow for the value. Export the file again from the "
            "ledger, or make the column wider and save it again."
        )
    if _SHORTENED.fullmatch(text):
        return (
            "A spreadsheet has shortened this number, and its digits are lost. Export the file again from the ledger and do "
            "not save it in a spreadsheet, or format the column as text first."
        )
    return ""


# -- dates ---------------------------------------------------------------------------------------------------------

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TOKENS = re.compile(r"d+|m+|y+|[^dmy]")
_TOKEN_PATTERNS = {
    "d": r"(?P<d>[0-9]{1,2})",
    "dd": r"(?P<d>[0-9]{2})",
    "m": r"(?P<m>[0-9]{1,2})",
    "mm": r"(?P<m>[0-9]{2})",
    "mmm": r"(?P<b>[A-Za-z]{3})",
    "yy": r"(?P<y>[0-9]{2})",
    "yyyy": r"(?P<y>[0-9]{4})",
}
# A time of day after a date takes nothing away from the date; a zone does, because it may move the day.
_TIME_OF_DAY = r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)?"
_BARE_TIME = re.compile(r"[0-9]{1,3}:[0-9]{2}(?:[.:,][0-9]+)?(?: ?[AaPp][Mm])?")
_WITH_ZONE = re.compile(r"[0-9./-]{8,10}[T ][0-9:.,]{4,15} ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})")
_SERIAL_DAY = re.compile(r"[0-9]{5}(?:[.,]0+)?")
_YEARS = range(1900, 2200)
_DIGITS_OF_A_GROUP = 3
_THIS_CENTURY = 20
_CACHED_DATES = 8192


def date_parser(pattern: str) -> Parser[date]:
    """Make a parser for dates written like ``d.m.yyyy``; raises ``ValueError`` when the pattern is not one.

    ``d`` and ``m`` take one or two digits, ``dd`` and ``mm`` exactly two, ``mmm`` an English month such as Jan, ``yyyy``
    four, ``yy`` two (20yy). Every other character stands for itself. A time of day may follow and is passed over.
    """
    matches = re.compile(_date_expression(pattern) + _TIME_OF_DAY).fullmatch
    seen: dict[str, date] = {}

    def parse(text: str) -> date:
        known = seen.get(text)
        if known is not None:
            return known
        found = matches(text)
        if found is None:
            raise Unreadable(_why_no_date(text, pattern))
        if len(seen) >= _CACHED_DATES:
            seen.clear()
        seen[text] = day = _day(found.groupdict(), pattern)
        return day

    return parse


def date_writer(pattern: str) -> Callable[[date], str]:
    """Make the opposite of `date_parser`; a year that ``yy`` has no room for is written as yyyy-mm-dd instead."""
    tokens = _TOKENS.findall(pattern)

    def write(day: date) -> str:
        parts = {
            "d": str(day.day),
            "dd": f"{day.day:02}",
            "m": str(day.month),
            "mm": f"{day.month:02}",
            "mmm": _MONTHS[day.month - 1].title(),
            "yy": f"{day.year % 100:02}",
            "yyyy": f"{day.year:04}",
        }
        if "yy" in tokens and day.year // 100 != _THIS_CENTURY:
            return day.isoformat()
        return "".join(parts.get(token, token) for token in tokens)

    return write


def _date_expression(pattern: str) -> str:
    tokens = _TOKENS.findall(pattern)
    kinds = sorted(token[0] for token in tokens if token[0] in "dmy")
    strange = [part for part in tokens if part not in _TOKEN_PATTERNS and (part[0] in "dmy" or part in "%DMY")]
    if kinds != ["d", "m", "y"] or strange:
        raise ValueError(
            f"{pattern!r} is no date format: write d or dd, m, mm or mmm, yyyy or yy once each, such as d.m.yyyy"
        )
    for token, following in pairwise(tokens):
        if token in ("d", "m") and following[0] in "dmy":
            raise ValueError(f"{pattern!r} does not say where {token!r} ends: write dd and mm, or a sign between them")
    return "".join(_TOKEN_PATTERNS.get(token, re.escape(token)) for token in tokens)


def _day(parts: Mapping[str, str], pattern: str) -> date:
    year = int(parts["y"]) + (2000 if len(parts["y"]) == len("yy") else 0)
    month_name = parts.get("b")
    try:
        month = _MONTHS.index(month_name.lower()) + 1 if month_name is not None else int(parts["m"])
        day = date(year, month, int(parts["d"]))
    except ValueError:
        raise Unreadable(
            f"Read as {pattern}, this day is not in the calendar. Correct the date at its source, or the setting "
            "date_format if day and month stand the other way round."
        ) from None
    if day.year not in _YEARS:
        raise Unreadable(f"The year {day.year} cannot be right. Correct the date at its source.")
    return day


def _why_no_date(text: str, pattern: str) -> str:
    if _BARE_TIME.fullmatch(text):
        return (
            "This is a time, not a date: a spreadsheet has destroyed the date. Export the file again from the ledger "
            "and do not save it in a spreadsheet."
        )
    if reason := why_destroyed(text):
        return reason
    if _WITH_ZONE.fullmatch(text):
        return "The time after this date has a zone, which may move the day. Export dates without a time, or without the zone."
    if _SERIAL_DAY.fullmatch(text):
        return "This is a spreadsheet's day number, not a date. Format the column as a date and export the file again."
    return f"This is not a date written as {pattern}. Correct the date at its source, or the setting date_format."


# -- amounts -------------------------------------------------------------------------------------------------------

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2212": "-", "\u2019": "'"})
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD"})
_SIGNS = {
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "$": _DOLLARS,
    "US$": frozenset({"USD"}),
    "¥": frozenset({"JPY", "CNY"}),
    "KR": frozenset({"SEK", "NOK", "DKK", "ISK"}),
}
_BODY = r"[0-9.,' ]*[0-9]"
_WRITTEN = re.compile(
    rf"(?P<first>[-+]?) ?(?P<before>[^\d\s.,'()+-]*) ?(?P<second>[-+]?) ?(?P<body>{_BODY}) ?"
    r"(?P<third>[-+]?) ?(?P<after>[^\d\s.,'()+-]*) ?(?P<fourth>[-+]?)"
)
# Brackets around the whole amount are how bookkeepers write a negative one; around a part of it they mean nothing.
_BRACKETED = re.compile(r"\((?P<inside>[^()]*)\)")
#: More digits than this are no invoice, and no database column holds them.
_MOST_DIGITS = 13
_LONGEST_AMOUNT = 60


def amount_parser(decimal: str, thousands: str | None) -> AmountParser:
    """Make a parser for amounts with this decimal sign; groups of thousands use ``thousands`` or a space."""
    written = _Written(decimal, thousands)

    def parse(text: str, currency: str) -> int:
        # Nearly every cell is plain digits with exactly the currency's decimals.
        whole, mark, fraction = text.partition(decimal)
        if text.isascii() and whole.isdecimal() and len(whole) <= _MOST_DIGITS:
            decimals = _exponent(currency)
            if not mark:
                return int(whole + "0" * decimals)
            if len(fraction) == decimals and fraction.isdecimal():
                return int(whole + fraction)
        return written.minor(text, currency)

    return parse


def plain_amounts(decimal: str) -> re.Pattern[str]:
    """What matches lines that each hold an amount with two decimals and nothing else but perhaps a minus."""
    one = rf"-?[0-9]{{1,{_MOST_DIGITS}}}{re.escape(decimal)}[0-9]{{2}}"
    return re.compile(rf"{one}(?:\n{one})*")


class _Written:
    """Reads amounts as people write them: with a sign, a currency and groups of thousands."""

    def __init__(self, decimal: str, thousands: str | None) -> None:
        groups = (f"(?:{re.escape(mark)}[0-9]{{3}})+" for mark in sorted({thousands or " ", " "}))
        self._grouped = re.compile(f"[0-9]{{1,3}}(?:{'|'.join(groups)})")
        self._decimal = decimal
        self._thousands = thousands

    def minor(self, text: str, currency: str) -> int:
        sign, body = _signed_body(text, currency)
        whole, mark, fraction = body.partition(self._decimal)
        digits = self._whole_digits(text, whole)
        if mark and not fraction.isdecimal():
            raise Unreadable(self._why(text))
        if len(digits) > _MOST_DIGITS:
            raise Unreadable("This amount is too large for any invoice. Correct it at its source.")
        return sign * int(digits + _minor_digits(fraction, currency, self._decimal))

    def _whole_digits(self, text: str, whole: str) -> str:
        if whole == "" or whole.isdecimal():
            return whole or "0"
        if self._grouped.fullmatch(whole):
            return re.sub("[^0-9]", "", whole)
        raise Unreadable(self._why(text))

    def _why(self, text: str) -> str:
        other = "." if self._decimal == "," else ","
        if other in text and self._thousands != other:
            return (
                f"This amount uses {other!r}, but the decimal sign of this file is {self._decimal!r}. Correct the amount, "
                "or the settings decimal and thousands."
            )
        return "The digits of this amount are grouped oddly. Correct it at its source, or the settings decimal and thousands."


@cache
def _exponent(currency: str) -> int:
    return exponent(currency)


def _signed_body(text: str, currency: str) -> tuple[int, str]:
    plain = text.translate(_SPACES)
    bracketed = _BRACKETED.fullmatch(plain)
    if bracketed:
        plain = bracketed["inside"]
    written = len(plain) <= _LONGEST_AMOUNT and plain.isprintable() and not plain.startswith("#")
    found = _WRITTEN.fullmatch(plain) if written else None
    if found is None:
        raise Unreadable(
            why_destroyed(text)
            or "This is not an amount. Write digits only, such as 1234,50 or 1234.50, at its source."
        )
    signs = "".join(found[name] for name in ("first", "second", "third", "fourth"))
    units = [found[name] for name in ("before", "after") if found[name]]
    if len(signs) + bool(bracketed) > 1 or len(units) > 1:
        raise Unreadable("This amount has two signs. Correct it at its source.")
    for unit in units:
        if not is_unit_of(unit, currency):
            raise Unreadable(
                f"This amount is marked {unit}, but the row's currency is {currency}. Correct one of them, or the setting "
                "currency where no column says it."
            )
    return (-1 if bracketed or signs == "-" else 1), found["body"].strip()


def is_unit_of(unit: str, currency: str) -> bool:
    """Whether amounts of this currency may be marked so."""
    return currency == unit.upper() or currency in _SIGNS.get(unit.upper(), ())


def currencies_of(unit: str) -> list[str]:
    """The currencies whose amounts are marked so."""
    return sorted(_SIGNS.get(unit.upper(), {unit.upper()}))


def _minor_digits(fraction: str, currency: str, decimal: str) -> str:
    decimals = _exponent(currency)
    surplus = fraction[decimals:]
    if surplus.strip("0"):
        raise Unreadable(f"This amount is finer than {currency} knows ({decimals} decimals). Correct it at its source.")
    if surplus and len(fraction) == _DIGITS_OF_A_GROUP:
        raise Unreadable(
            f"With three digits after {decimal!r} this could be thousands. Correct it, or the settings decimal and "
            "thousands."
        )
    return fraction[:decimals].ljust(decimals, "0")


_WHOLE_BASIS_POINTS = 2
_MOST_PERCENT = 100


def rate_parser(decimal: str) -> Parser[int]:
    """Make a parser for a yearly rate in percent, such as 11,5 or 11,5 %, into basis points."""
    shape = re.compile(rf"(?P<whole>[0-9]{{1,3}})(?:{re.escape(decimal)}(?P<fraction>[0-9]+))?\s?%?")

    def parse(text: str) -> int:
        found = shape.fullmatch(text.translate(_SPACES))
        fraction = (found["fraction"] or "") if found else ""
        if found is None or fraction[_WHOLE_BASIS_POINTS:].strip("0") or int(found["whole"]) > _MOST_PERCENT:
            raise Unreadable(
                f"This is not a rate in percent with at most two decimals, such as 11{decimal}5. Correct it at its source."
            )
        return int(found["whole"] + fraction[:_WHOLE_BASIS_POINTS].ljust(_WHOLE_BASIS_POINTS, "0"))

    return parse


# -- words ---------------------------------------------------------------------------------------------------------

#: No ledger's number is longer, and the store's columns for ids are not wider.
LONGEST_ID = 200
_CURRENCY = re.compile("[A-Za-z]{3}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"\+?[0-9 ()/.-]+")
_FEWEST_PHONE_DIGITS = 5
#: A Finnish or Swedish mobile number without the zero that it begins with.
_ZERO_LOST = re.compile("(?:4[0-9]|50|7[02369]|457)[0-9]{7}")


def identifier(text: str) -> str:
    """Read a number or id, kept exactly as it is written: leading zeros belong to it."""
    if text.isalnum() and len(text) <= LONGEST_ID:
        return text
    if reason := why_destroyed(text):
        raise Unreadable(reason)
    if len(text) > LONGEST_ID or not text.isprintable():
        raise Unreadable(
            "This is not a number or id: it is too long, or goes over several lines. Correct it at its source."
        )
    return text


def label(text: str) -> str:
    """Read a text for people; what went over several lines becomes one."""
    if text[0] == "#" and (reason := why_destroyed(text)):
        raise Unreadable(reason)
    return " ".join(text.split())


def reference(text: str) -> str:
    """Read a payment reference or an account number, kept as it is written."""
    if text.isalnum():
        return text
    if reason := why_destroyed(text):
        raise Unreadable(reason)
    return " ".join(text.split())


def currency_code(text: str) -> str:
    """Read an ISO 4217 code."""
    if not _CURRENCY.fullmatch(text):
        raise Unreadable("This is not a currency code of three letters, such as EUR. Correct it at its source.")
    return text.upper()


def email_address(text: str) -> str:
    """Read one e-mail address."""
    if not _EMAIL.fullmatch(text) or not text.isprintable():
        raise Unreadable("This is not one e-mail address. Correct it in the customer's data, or leave it empty.")
    return text


def phone_number(text: str) -> str:
    """Read one telephone number, kept as it is written."""
    plain = text.translate(_SPACES)
    if not _PHONE.fullmatch(plain) or sum(sign.isdecimal() for sign in plain) < _FEWEST_PHONE_DIGITS:
        raise Unreadable(
            why_destroyed(text)
            or "This is not one telephone number. Correct it in the customer's data, or leave it empty."
        )
    if _ZERO_LOST.fullmatch("".join(filter(str.isdecimal, plain))) and "+" not in plain:
        raise Unreadable(
            "This telephone number has no zero at its front: perhaps a spreadsheet took it away, and as it stands it may be "
            "somebody else's. Write it with the zero, or with + and the country's number."
        )
    return plain


def whole_number(low: int, high: int) -> Parser[int]:
    """Make a parser for a whole number from ``low`` to ``high``."""
    longest = len(str(high)) + 2

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= longest and low <= int(text) <= high):
            raise Unreadable(f"This is not a whole number from {low} to {high}. Correct it at its source.")
        return int(text)

    return parse


def flag_parser(true_values: Iterable[str], false_values: Iterable[str]) -> Parser[bool]:
    """Make a parser for yes and no in the file's own words."""
    meanings = {word.strip().casefold(): True for word in true_values}
    meanings.update((word.strip().casefold(), False) for word in false_values)

    def parse(text: str) -> bool:
        meaning = meanings.get(text.casefold())
        if meaning is None:
            raise Unreadable(
                "This is neither yes nor no. Correct it at its source, or add the word to the setting true_values or "
                "false_values."
            )
        return meaning

    return parse


def choice_parser(choices: type[E], words: Mapping[str, E], setting: str) -> Parser[E]:
    """Make a parser for one of a few choices, by our word for it or the file's own from the setting ``values``."""
    meanings: dict[str, E] = {choice.value: choice for choice in choices}
    meanings.update((word.strip().casefold(), choice) for word, choice in words.items())

    def parse(text: str) -> E:
        meaning = meanings.get(text.casefold())
        if meaning is None:
            raise Unreadable(
                f"This word is not known here. Correct it at its source, or say in the setting values.{setting} which "
                f"of these it means: {', '.join(choice.value for choice in choices)}."
            )
        return meaning

    return parse


def list_parser(separator: str, item: Callable[[str], T]) -> Parser[tuple[T, ...]]:
    """Make a parser for a list of items; empty places and repetitions are passed over."""

    def parse(text: str) -> tuple[T, ...]:
        parts = (part.strip() for part in text.split(separator))
        return tuple(dict.fromkeys(item(part) for part in parts if part))

    return parse
