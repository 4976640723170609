"""The ladder's shrinkage and the chances read from it."""

from datetime import date, timedelta

import pytest

from dunningkit.model import Money, PastReceivable, Portfolio, RungCount
from dunningkit.scoring import RUNGS, Ladder, Posterior, build_portfolio, roll, stand
from dunningkit.scoring.beta import Beta
from dunningkit.scoring.ladder import TEXTBOOK_ROLLS, median_days_late

TODAY = date(2026, 11, 2)
NOTHING = Portfolio(TODAY)


def invoice(number: int, *, due: date, paid_late: int | None, amount_minor: int = 10_000) -> PastReceivable:
    settled_on = None if paid_late is None else due + timedelta(days=paid_late)
    return PastReceivable(f"r{number}", due - timedelta(days=14), due, settled_on, Money(amount_minor, "EUR"))


def posterior_of(rolls: tuple[float, ...]) -> Posterior:
    return Posterior(tuple(Beta(100 * chance, 100 * (1 - chance)) for chance in rolls))


def test_roll_is_a_weighted_mean_of_expectation_and_own_record() -> None:
    assert roll(0.3, 4, 0, 0) == pytest.approx(0.3)
    assert roll(0.3, 4, 6, 6) == pytest.approx((1.2 + 6) / 10)


def test_without_a_ledger_the_textbook_speaks() -> None:
    assert Ladder(NOTHING).expected[""] == pytest.approx(TEXTBOOK_ROLLS)


def test_each_level_leans_on_the_one_above() -> None:
    portfolio = Portfolio(
        TODAY,
        (RungCount("", 0, 90, 27), RungCount("t14|q1", 0, 20, 16)),
        (("EUR", (10_000, 20_000, 30_000)),),
    )
    ladder = Ladder(portfolio)
    whole = (10 * TEXTBOOK_ROLLS[0] + 27) / 100
    similar = (20 * whole + 16) / 40
    assert ladder.expected[""][0] == pytest.approx(whole)
    own = invoice(1, due=TODAY, paid_late=None)
    assert ladder.expected_of(own)[0] == pytest.approx(similar)
    assert ladder.expected_of(own)[1:] == pytest.approx(TEXTBOOK_ROLLS[1:])
    history = [own, invoice(2, due=TODAY, paid_late=-1), invoice(3, due=TODAY, paid_late=-1)]
    known_today = stand(ladder, [history[0], *history[1:]], TODAY + timedelta(days=1)).posterior
    assert known_today.rolls[0] == pytest.approx((4 * similar + 0) / (4 + 2), abs=0.003)


def test_an_unknown_currency_or_segment_leans_on_the_whole_ledger() -> None:
    ladder = Ladder(build_portfolio([invoice(n, due=TODAY, paid_late=-2) for n in range(9)], TODAY))
    dollars = PastReceivable("d", TODAY, TODAY, None, Money(5, "USD"))
    long_term = PastReceivable("l", TODAY, TODAY + timedelta(days=90), None, Money(10_000, "EUR"))
    assert ladder.expected_of(dollars) == ladder.expected_of(long_term) == ladder.expected[""]


def test_chances_are_products_of_rolls() -> None:
    posterior = posterior_of((0.5, 0.4, 0.3, 0.2, 0.1))
    assert posterior.late_beyond(0) == pytest.approx(0.5)
    assert posterior.late_beyond(15) == pytest.approx(0.5 * 0.4 * 0.3)
    assert posterior.late_beyond(60) == pytest.approx(0.5 * 0.4 * 0.3 * 0.2 * 0.1)


def test_what_is_already_late_only_has_the_rungs_ahead() -> None:
    posterior = posterior_of((0.5, 0.4, 0.3, 0.2, 0.1))
    assert posterior.later_beyond(15, days_late=-3) == posterior.late_beyond(15)
    assert posterior.later_beyond(15, days_late=3) == pytest.approx(0.4 * 0.3)
    assert posterior.later_beyond(15, days_late=7) == pytest.approx(0.4 * 0.3), "the seventh day is not over"
    assert posterior.later_beyond(15, days_late=8) == pytest.approx(0.3)
    assert posterior.later_beyond(15, days_late=16) == 1


def test_bounds_lie_above_the_mean_and_close_in_with_evidence() -> None:
    thin, thick = Posterior((Beta(1, 4),) * 5), Posterior((Beta(100, 400),) * 5)
    for few, many, mean in zip(thin.upper_bounds(), thick.upper_bounds(), thin.rolls, strict=True):
        assert mean < many < few


def test_the_quick_question_agrees_with_the_bound() -> None:
    posterior = Posterior((Beta(2, 9),) * 5)
    bound = posterior.upper_bounds()[RUNGS.index(0)]
    assert posterior.bound_is_below(0, bound + 1e-6)
    assert not posterior.bound_is_below(0, bound - 1e-6)


@pytest.mark.parametrize(
    ("rolls", "days"),
    [
        ((0.5, 0.9, 0.9, 0.9, 0.9), 0),  # half pay on time
        ((0.8, 0.25, 0.5, 0.5, 0.5), 4),  # .8 beyond 0 and .2 beyond 7 days: the half is in the middle
        ((1.0, 1.0, 0.5, 0.5, 0.5), 15),
        ((1.0, 1.0, 1.0, 1.0, 1.0), 90),  # everyone beyond 60; half-way to the cap
    ],
)
def test_the_median_lateness_that_chances_imply(rolls: tuple[float, ...], days: int) -> None:
    assert median_days_late(rolls) == days


def test_expected_days_late_is_a_shrunk_median_of_the_latest_ten() -> None:
    ladder = Ladder(NOTHING)  # similar invoices are mostly paid on time: two observations of 0 days
    due = [TODAY - timedelta(days=30 * month + 60) for month in range(12)]
    always_20 = [invoice(n, due=day, paid_late=20) for n, day in enumerate(due)]
    assert stand(ladder, [], TODAY).expected_days_late == 0
    assert stand(ladder, always_20[:1], TODAY).expected_days_late == 0
    assert stand(ladder, always_20[:2], TODAY).expected_days_late == 10
    assert stand(ladder, always_20[:3], TODAY).expected_days_late == 20
    newer_on_time = [invoice(50 + n, due=TODAY - timedelta(days=9), paid_late=0) for n in range(10)]
    assert stand(ladder, always_20 + newer_on_time, TODAY).expected_days_late == 0
