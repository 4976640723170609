"""The built-in scorer as a host meets it, and the laws it keeps."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dunningkit.model import Histories, Money, PastReceivable, PaymentHistory, Portfolio, Score
from dunningkit.scoring import RUNGS, build_portfolio
from dunningkit.scoring.plugin import SPEC, LadderConfig, LadderScorer, dunningkit_scorers

TODAY = date(2026, 11, 2)


def invoice(
    *, number: int, term: int, due_ago: int, paid_late: int | None, amount_minor: int, counts: bool
) -> PastReceivable:
    due = TODAY - timedelta(days=due_ago)
    settled_on = None if paid_late is None else due + timedelta(days=paid_late)
    amount = Money(amount_minor, "EUR")
    return PastReceivable(f"r{number}", due - timedelta(days=term), due, settled_on, amount, counts=counts)


invoices = st.builds(
    invoice,
    number=st.integers(1, 10**6),
    term=st.integers(0, 90),
    due_ago=st.integers(-60, 900),
    paid_late=st.none() | st.integers(-30, 100),
    amount_minor=st.integers(1, 1_000_000),
    counts=st.sampled_from([True, True, True, False]),
)
histories = st.lists(invoices, max_size=25)
portfolios = st.lists(invoices, max_size=40).map(lambda ledger: build_portfolio(ledger, TODAY))


def score(receivables: list[PastReceivable], portfolio: Portfolio, as_of: date = TODAY) -> Score:
    return LadderScorer().score(Histories((PaymentHistory("c1", tuple(receivables)),), portfolio), as_of)[0]


@given(history=histories, portfolio=portfolios, data=st.data())
@settings(deadline=None)
def test_the_order_of_receivables_never_matters(
    history: list[PastReceivable], portfolio: Portfolio, data: st.DataObject
) -> None:
    assert score(data.draw(st.permutations(history)), portfolio) == score(history, portfolio)


@given(history=histories, portfolio=portfolios)
@settings(deadline=None)
def test_the_same_question_has_the_same_answer(history: list[PastReceivable], portfolio: Portfolio) -> None:
    assert score(history, portfolio) == score(history, portfolio)


@given(history=histories, portfolio=portfolios)
@settings(deadline=None)
def test_odds_are_thousandths_for_every_rung(history: list[PastReceivable], portfolio: Portfolio) -> None:
    scored = score(history, portfolio)
    assert tuple(odds.rung_days for odds in scored.odds) == RUNGS
    assert all(type(odds.passes_permille) is int and 0 <= odds.passes_permille <= 1000 for odds in scored.odds)
    assert 0 <= scored.expected_days_late <= 120
    assert scored.known <= len(history)


@given(history=histories, portfolio=portfolios, paid_early=st.integers(0, 14), due_ago=st.integers(0, 900))
@settings(deadline=None)
def test_one_more_invoice_paid_on_time_never_makes_lateness_likelier(
    history: list[PastReceivable], portfolio: Portfolio, paid_early: int, due_ago: int
) -> None:
    on_time = invoice(number=0, term=14, due_ago=due_ago, paid_late=-paid_early, amount_minor=50_000, counts=True)
    before, after = score(history, portfolio), score([*history, on_time], portfolio)
    for was, now in zip(before.odds, after.odds, strict=True):
        assert now.passes_permille <= was.passes_permille
    assert after.expected_days_late <= before.expected_days_late
    assert after.known == before.known + 1


@given(history=histories, portfolio=portfolios, days=st.integers(0, 400))
@settings(deadline=None)
def test_later_knowledge_never_leaks(history: list[PastReceivable], portfolio: Portfolio, days: int) -> None:
    as_of = TODAY - timedelta(days=days)
    known_then = [
        past if past.settled_on is None or past.settled_on <= as_of else replace(past, settled_on=None)
        for past in history
        if past.issued_on <= as_of
    ]
    assert score(history, portfolio, as_of) == score(known_then, portfolio, as_of)


@given(history=histories, portfolio=portfolios)
@settings(deadline=None)
def test_what_does_not_count_changes_nothing(history: list[PastReceivable], portfolio: Portfolio) -> None:
    assert score(history, portfolio) == score([past for past in history if past.counts], portfolio)


def test_one_score_per_customer_in_the_order_asked() -> None:
    asked = tuple(PaymentHistory(customer_id, ()) for customer_id in ("b", "a", "c"))
    scores = LadderScorer().score(Histories(asked, Portfolio(TODAY)), TODAY)
    assert [scored.customer_id for scored in scores] == ["b", "a", "c"]


def test_settings_are_a_form_that_explains_itself() -> None:
    fields = LadderConfig.model_json_schema()["properties"]
    assert all(field["title"] and field["description"] and "default" in field for field in fields.values())
    with pytest.raises(ValidationError):
        LadderConfig.model_validate({"use_postcode": True})


def test_a_shorter_half_life_forgives_sooner() -> None:
    late_long_ago = [
        invoice(number=n, term=14, due_ago=720 + n, paid_late=20, amount_minor=100, counts=True) for n in range(6)
    ]
    on_time = [invoice(number=n, term=14, due_ago=n, paid_late=0, amount_minor=100, counts=True) for n in range(6)]
    batch = Histories((PaymentHistory("c1", (*late_long_ago, *on_time)),), Portfolio(TODAY))
    short, long = (
        LadderScorer(LadderConfig(half_life_days=days)).score(batch, TODAY)[0].odds[0].passes_permille
        for days in (180, 3650)
    )
    assert short < long


def test_it_is_offered_through_the_same_hook_as_any_plugin() -> None:
    assert list(dunningkit_scorers()) == [SPEC]
    assert SPEC.name == "ladder"
    assert SPEC.config_model is LadderConfig


def test_importing_it_stays_cheap() -> None:
    heavy = "{'sqlalchemy', 'alembic', 'jinja2', 'babel', 'holidays', 'httpx', 'numpy'}"
    code = f"import sys, dunningkit.scoring; found = {heavy} & set(sys.modules); assert not found, found"
    subprocess.run([sys.executable, "-c", code], check=True)
