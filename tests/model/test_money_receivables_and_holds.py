"""The values' own laws."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunningkit.model import Hold, HoldKind, Money, Payment, Receivable, exponent

CURRENCIES = st.sampled_from(["EUR", "SEK", "JPY", "KWD"])
MINOR = st.integers(-(10**12), 10**12)
DAY = date(2026, 11, 24)


class TestMoney:
    @given(a=MINOR, b=MINOR, currency=CURRENCIES)
    def test_adding_is_exact(self, a: int, b: int, currency: str) -> None:
        assert Money(a, currency) + Money(b, currency) == Money(a + b, currency)
        assert Money(a, currency) - Money(b, currency) == Money(a, currency) + -Money(b, currency)

    @given(minor=MINOR, currency=CURRENCIES)
    def test_a_decimal_and_back(self, minor: int, currency: str) -> None:
        money = Money(minor, currency)
        assert Money.of(money.as_decimal(), currency) == money
        assert -money.as_decimal().as_tuple().exponent == exponent(currency)

    @pytest.mark.parametrize("amount", ["0.001", "NaN", "Infinity", "1.999"])
    def test_what_is_finer_than_the_currency_or_no_number_is_refused(self, amount: str) -> None:
        with pytest.raises(ValueError, match="EUR"):
            Money.of(Decimal(amount), "EUR")

    @pytest.mark.parametrize("combine", [lambda a, b: a + b, lambda a, b: a - b])
    def test_currencies_are_never_mixed(self, combine) -> None:
        with pytest.raises(ValueError, match="cannot combine EUR with SEK"):
            combine(Money(1, "EUR"), Money(1, "SEK"))

    def test_a_total_is_of_one_currency(self) -> None:
        assert Money.total([], "EUR") == Money.zero("EUR")
        with pytest.raises(ValueError, match="SEK"):
            Money.total([Money(1, "SEK")], "EUR")


def receivable(open_minor: int = 0, settled_on: date | None = None, original: int = 10_000) -> Receivable:
    due = DAY - timedelta(days=30)
    return Receivable(
        "1",
        "1",
        "1",
        Money(original, "EUR"),
        Money(open_minor, "EUR"),
        due - timedelta(days=14),
        due,
        settled_on=settled_on,
    )


def paid(minor: int, days_ago: int) -> Payment:
    return Payment(f"p{days_ago}", "1", Money(minor, "EUR"), DAY - timedelta(days=days_ago), "1")


class TestAsItStood:
    def test_before_it_was_settled_all_of_it_was_open(self) -> None:
        then = receivable(settled_on=DAY).as_of(DAY - timedelta(days=1))
        assert (then.open.amount_minor, then.settled_on) == (10_000, None)

    def test_on_the_settling_day_it_is_settled(self) -> None:
        assert receivable(settled_on=DAY).as_of(DAY) == receivable(settled_on=DAY)

    def test_what_was_paid_later_was_open_then(self) -> None:
        payments = (paid(4_000, 10), paid(6_000, 2))
        settled = receivable(settled_on=DAY - timedelta(days=2))
        assert settled.as_of(DAY - timedelta(days=11), payments).open.amount_minor == 10_000
        assert settled.as_of(DAY - timedelta(days=10), payments).open.amount_minor == 6_000
        assert settled.as_of(DAY - timedelta(days=2), payments).open.amount_minor == 0

    @given(
        parts=st.lists(st.tuples(st.integers(1, 5_000), st.integers(0, 60)), max_size=5),
        ago=st.integers(0, 70),
    )
    def test_open_then_is_open_now_and_all_that_came_since(self, parts: list[tuple[int, int]], ago: int) -> None:
        payments = tuple(
            Payment(str(number), "1", Money(minor, "EUR"), DAY - timedelta(days=days), "1")
            for number, (minor, days) in enumerate(parts)
        )
        open_now = 50_000 - sum(minor for minor, _ in parts)
        then = receivable(open_now, original=50_000).as_of(DAY - timedelta(days=ago), payments)
        assert then.open.amount_minor == 50_000 - sum(minor for minor, days in parts if days >= ago)


class TestHold:
    hold = Hold("h", "1", HoldKind.PROMISE, start_on=DAY, end_on=DAY + timedelta(days=3), receivable_id="r")

    @pytest.mark.parametrize(("days", "covered"), [(-1, False), (0, True), (3, True), (4, False)])
    def test_from_its_first_day_to_its_last(self, days: int, covered: bool) -> None:
        assert self.hold.covers("r", DAY + timedelta(days=days)) is covered

    def test_only_its_receivable_or_all_of_the_customers(self) -> None:
        assert not self.hold.covers("other", DAY)
        assert Hold("h", "1", HoldKind.MANUAL, DAY).covers("other", DAY + timedelta(days=9999))
