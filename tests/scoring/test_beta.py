"""The Beta distribution against closed forms, exact sums and simulation."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunningkit.scoring.beta import Beta, product

parameters = st.floats(min_value=0.05, max_value=500)
chances = st.floats(min_value=0.001, max_value=0.999)


@given(a=parameters, x=chances)
@settings(deadline=None)
def test_one_parameter_of_one_has_a_closed_form(a: float, x: float) -> None:
    assert Beta(a, 1).cdf(x) == pytest.approx(x**a, rel=1e-9, abs=1e-12)
    assert Beta(1, a).cdf(x) == pytest.approx(1 - (1 - x) ** a, rel=1e-9, abs=1e-12)


@given(a=st.integers(1, 40), b=st.integers(1, 40), percent=st.integers(1, 99))
@settings(deadline=None)
def test_whole_parameters_are_a_binomial_tail(a: int, b: int, percent: int) -> None:
    x, n = Fraction(percent, 100), a + b - 1
    tail = sum(math.comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
    assert Beta(a, b).cdf(percent / 100) == pytest.approx(float(tail), rel=1e-9, abs=1e-12)


@given(a=parameters, b=parameters, probability=st.floats(0.01, 0.99))
@settings(deadline=None)
def test_quantile_undoes_the_distribution_function(a: float, b: float, probability: float) -> None:
    bound = Beta(a, b).quantile(probability)
    assert Beta(a, b).cdf(max(0.0, bound - 1e-9)) <= probability + 1e-6
    assert Beta(a, b).cdf(min(1.0, bound + 1e-9)) >= probability - 1e-6


def test_known_quantiles() -> None:
    assert Beta(1, 1).quantile(0.9) == pytest.approx(0.9)
    assert Beta(2, 1).quantile(0.9) == pytest.approx(math.sqrt(0.9))
    # Jeffreys' 95 % bound of 0 of 10 is a textbook figure (Brown, Cai & DasGupta 2001): 0.217.
    assert Beta(0.5, 10.5).quantile(0.975) == pytest.approx(0.217, abs=0.0005)


def test_the_ends_and_large_counts() -> None:
    assert Beta(2, 3).cdf(0) == 0
    assert Beta(2, 3).cdf(1) == 1
    assert Beta(50_000, 50_000).cdf(0.5) == pytest.approx(0.5, abs=1e-6)


def test_a_product_of_one_is_itself() -> None:
    assert product([Beta(3, 7)]) == Beta(3, 7)


@pytest.mark.parametrize(
    "factors",
    [
        [Beta(2.2, 15.4), Beta(2.2, 2.8), Beta(1.8, 2.2)],
        [Beta(1.2, 28.8), Beta(2.2, 1.8), Beta(1.8, 2.2)],
        [Beta(8, 4), Beta(9, 2), Beta(8, 3)],
    ],
)
def test_the_bound_of_a_product_is_close_to_simulation(factors: list[Beta]) -> None:
    draw = random.Random(20261102)
    draws = sorted(math.prod(draw.betavariate(*factor) for factor in factors) for _ in range(40_000))
    assert product(factors).quantile(0.9) == pytest.approx(draws[36_000], abs=0.01)
    assert product(factors).mean == pytest.approx(math.prod(factor.mean for factor in factors))
