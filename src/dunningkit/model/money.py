"""Money is an integer count of a currency's minor unit, with the currency's ISO 4217 code."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

# ISO 4217 minor-unit exponents that differ from 2 (amendment 176, the codes in use).
_EXPONENTS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def exponent(currency: str) -> int:
    """How many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount: ``amount_minor`` minor units (cents for EUR) of ``currency``. May be negative (a credit)."""

    amount_minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Self:
        """Make money of a decimal amount in major units; raises ``ValueError`` when it is finer than the currency."""
        minor = amount.scaleb(exponent(currency))
        if not amount.is_finite() or minor != minor.to_integral_value():
            raise ValueError(f"{amount} has more decimals than {currency} knows")
        return cls(int(minor), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """No money, in the given currency."""
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: "Iterable[Money]", currency: str) -> "Money":
        """The sum of amounts that must all be in ``currency``; an empty sum is zero."""
        total = Money(0, currency)
        for amount in amounts:
            total = total + amount
        return total

    def as_decimal(self) -> Decimal:
        """The amount in major units with exactly the currency's decimals."""
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        """Add; raises ``ValueError`` across currencies, because no rate was agreed with the customer."""
        self._same_currency(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract; raises ``ValueError`` across currencies."""
        self._same_currency(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __neg__(self) -> "Money":
        """The opposite amount."""
        return Money(-self.amount_minor, self.currency)

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")
