"""Money, rates and dates as each language writes them, from the CLDR data of Babel.

The symbols and the shape are read once; formatting is then plain string work, because Babel's own takes longer than the
whole of a message does. A test holds the two equal.
"""

from datetime import date
from fractions import Fraction
from functools import cache
from math import floor

from dunningkit.model import Language, Money, exponent

_NUMERIC_DATES = frozenset({Language.FI, Language.SV})


class Formats:
    """One language's way of writing amounts, rates and dates."""

    __slots__ = ("_decimal", "_group", "_locale", "_months", "_percent", "_prefixes", "_signs", "_suffixes", "language")

    def __init__(self, language: Language) -> None:
        from babel import Locale  # noqa: PLC0415  # its data is loaded with the first message

        self.language = language
        self._locale = Locale.parse(language.value)
        symbols = self._locale.number_symbols["latn"]
        self._decimal, self._group = symbols["decimal"], symbols["group"]
        pattern = self._locale.currency_formats["standard"]
        self._prefixes, self._suffixes = pattern.prefix, pattern.suffix  # each for positive and for negative amounts
        self._signs: dict[tuple[str, bool], tuple[str, str]] = {}
        self._percent = self._locale.percent_formats[None].suffix[0]
        self._months = self._locale.months["format"]["wide"]

    def money(self, amount: Money) -> str:
        """The amount with the decimals its currency has: ``1 234,50 €`` (no-break spaces) or ``€1,234.50``."""
        places = exponent(amount.currency)
        whole, rest = divmod(abs(amount.amount_minor), 10**places)
        figure = f"{whole:,}".replace(",", self._group)
        if places:
            figure = f"{figure}{self._decimal}{rest:0{places}d}"
        prefix, suffix = self._around(amount.currency, negative=amount.amount_minor < 0)
        return f"{prefix}{figure}{suffix}"

    def day(self, day: date) -> str:
        """The date: ``12.11.2026`` in Finnish and Swedish, ``12 November 2026`` in English."""
        if self.language in _NUMERIC_DATES:
            return f"{day.day}.{day.month}.{day.year}"
        return f"{day.day} {self._months[day.month]} {day.year}"

    def fine(self, exact_minor: Fraction, currency: str) -> str:
        """An amount that is not negative with two decimals more than its currency has: ``28,6712 €``; the last is rounded."""
        places = exponent(currency) + 2
        whole, rest = divmod(floor(exact_minor * 100 + Fraction(1, 2)), 10**places)
        prefix, suffix = self._around(currency, negative=False)
        return f"{prefix}{f'{whole:,}'.replace(',', self._group)}{self._decimal}{rest:0{places}d}{suffix}"

    def rate(self, rate_bp: int) -> str:
        """A rate of basis points, not negative: ``10,5 %`` (no-break space) or ``10.5%``."""
        whole, rest = divmod(rate_bp, 100)
        figure = f"{whole:,}".replace(",", self._group)
        if rest:
            figure = f"{figure}{self._decimal}{rest:02d}".rstrip("0")
        return f"{figure}{self._percent}"

    def _around(self, currency: str, *, negative: bool) -> tuple[str, str]:
        """What stands before and after a figure."""
        known = self._signs.get((currency, negative))
        if known is None:
            known = self._made_around(currency, negative=negative)
            if currency in self._locale.currency_symbols:  # whatever else a ledger calls a currency is not kept
                self._signs[currency, negative] = known
        return known

    def _made_around(self, currency: str, *, negative: bool) -> tuple[str, str]:
        symbol = str(self._locale.currency_symbols.get(currency, currency))
        prefix, suffix = (part[negative].replace("¤", symbol) for part in (self._prefixes, self._suffixes))
        if "¤" in self._prefixes[negative] and symbol[-1].isalpha():
            prefix += "\u00a0"  # ``USD 5.00``, as CLDR asks between letters and digits
        return prefix, suffix


@cache
def formats_of(language: Language) -> Formats:
    """The language's formats, read once."""
    return Formats(language)
