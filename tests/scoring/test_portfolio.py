"""The portfolio: one pass over the ledger, the same in every order."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunningkit.model import Money, PastReceivable, Portfolio, RungCount
from dunningkit.scoring import build_portfolio, segment_key

TODAY = date(2026, 11, 2)


def invoice(
    *, term: int = 14, due_ago: int = 100, paid_late: int | None = 0, amount_minor: int = 10_000, currency: str = "EUR"
) -> PastReceivable:
    due = TODAY - timedelta(days=due_ago)
    settled_on = None if paid_late is None else due + timedelta(days=paid_late)
    return PastReceivable("r", due - timedelta(days=term), due, settled_on, Money(amount_minor, currency))


invoices = st.builds(
    invoice,
    term=st.integers(-5, 120),
    due_ago=st.integers(-60, 900),
    paid_late=st.none() | st.integers(-30, 200),
    amount_minor=st.integers(-100, 10_000_000),
    currency=st.sampled_from(["EUR", "SEK"]),
)


def whole(portfolio: Portfolio) -> dict[int, RungCount]:
    return {count.rung_days: count for count in portfolio.rungs if count.segment == ""}


@given(ledger=st.lists(invoices, max_size=40), data=st.data())
@settings(deadline=None)
def test_the_order_of_the_ledger_never_matters(ledger: list[PastReceivable], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(ledger))
    assert build_portfolio(shuffled, TODAY) == build_portfolio(ledger, TODAY)


@given(ledger=st.lists(invoices, max_size=40))
@settings(deadline=None)
def test_the_segments_add_up_to_the_whole(ledger: list[PastReceivable]) -> None:
    portfolio = build_portfolio(ledger, TODAY)
    for rung_days, total in whole(portfolio).items():
        parts = [count for count in portfolio.rungs if count.segment and count.rung_days == rung_days]
        assert sum(part.reached for part in parts) == pytest.approx(total.reached)
        assert sum(part.passed for part in parts) == pytest.approx(total.passed)
        assert 0 <= total.passed <= total.reached


@given(ledger=st.lists(invoices, max_size=30), days=st.integers(0, 300))
@settings(deadline=None)
def test_what_is_settled_later_looks_open(ledger: list[PastReceivable], days: int) -> None:
    as_of = TODAY - timedelta(days=days)
    known_then = [
        PastReceivable(
            past.receivable_id,
            past.issued_on,
            past.due_on,
            past.settled_on if past.settled_on and past.settled_on <= as_of else None,
            past.original,
        )
        for past in ledger
        if past.issued_on <= as_of
    ]
    assert build_portfolio(ledger, as_of) == build_portfolio(known_then, as_of)


def test_an_empty_ledger_has_an_empty_portfolio() -> None:
    assert build_portfolio([], TODAY) == Portfolio(TODAY)


def test_a_generator_is_read_once() -> None:
    def ledger() -> Iterator[PastReceivable]:
        for amount in (100, 200, 300, 400):
            yield invoice(amount_minor=amount, paid_late=9)

    portfolio = build_portfolio(ledger(), TODAY)
    assert portfolio.amount_quartiles_minor == (("EUR", (100, 200, 300)),)
    assert [count.segment for count in portfolio.rungs if count.rung_days == 0] == [
        "",
        "t14|q1",
        "t14|q2",
        "t14|q3",
        "t14|q4",
    ]


def test_quartiles_are_cut_within_each_currency() -> None:
    ledger = [invoice(amount_minor=a) for a in (1, 2, 3, 4)]
    ledger += [invoice(amount_minor=10 * a, currency="SEK") for a in (1, 2, 3, 4)]
    portfolio = build_portfolio(ledger, TODAY)
    assert portfolio.amount_quartiles_minor == (("EUR", (1, 2, 3)), ("SEK", (10, 20, 30)))
    counts = {count.segment: count.reached for count in portfolio.rungs}
    assert counts["t14|q1"] == pytest.approx(counts[""] / 4), "one euro and one krona invoice of eight"


@pytest.mark.parametrize(
    ("term", "amount_minor", "key"),
    [
        (-3, 1, "t7|q1"),
        (7, 100, "t7|q1"),
        (8, 101, "t14|q2"),
        (14, 200, "t14|q2"),
        (30, 201, "t30|q3"),
        (31, 301, "t60|q4"),
        (61, 10**30, "t61|q4"),
    ],
)
def test_a_segment_is_a_term_band_and_an_amount_quartile(term: int, amount_minor: int, key: str) -> None:
    assert segment_key(invoice(term=term, amount_minor=amount_minor), (100, 200, 300)) == key


def test_an_absurd_amount_is_no_reason_to_fail() -> None:
    assert build_portfolio([invoice(amount_minor=10**30)], TODAY).rungs


def test_old_invoices_weigh_less() -> None:
    new, old = invoice(due_ago=0), invoice(due_ago=730)
    counts = whole(build_portfolio([new, old], TODAY, half_life_days=365))
    assert counts[0].reached == pytest.approx(1 + 0.25)
