"""The Beta distribution in the standard library: distribution function, quantile, and a Beta for a product of Betas."""

import math
from collections.abc import Iterable
from typing import NamedTuple

_TINY = 1e-300
_CLOSE = 1e-15
_MAX_TERMS = 10_000


class Beta(NamedTuple):
    """A Beta distribution; both parameters are positive."""

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """The expected value."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def second_moment(self) -> float:
        """The expected square."""
        total = self.alpha + self.beta
        return self.mean * (self.alpha + 1) / (total + 1)

    def cdf(self, x: float) -> float:
        """The probability of at most ``x``: the regularized incomplete beta function.

        Evaluated by its continued fraction on the side where that converges fast (DLMF 8.17.22).
        """
        if x <= 0:
            return 0.0
        if x >= 1:
            return 1.0
        a, b = self
        logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
        front = math.exp(logarithm)
        if x < (a + 1) / (a + b + 2):
            return min(1.0, front * _continued_fraction(x, a, b) / a)
        return max(0.0, 1.0 - front * _continued_fraction(1 - x, b, a) / b)

    def quantile(self, probability: float) -> float:
        """The value that is exceeded with ``1 - probability``, by bisection to the last bits that matter."""
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            if self.cdf(middle) < probability:
                low = middle
            else:
                high = middle
        return high


def product(factors: Iterable[Beta]) -> Beta:
    """The Beta with the mean and the variance of a product of independent Betas (moment matching, Fan 1991).

    Exact for one factor; an approximation otherwise, good to about a hundredth in the upper tail of what we meet.
    """
    mean = second = 1.0
    single = None
    count = 0
    for factor in factors:
        mean *= factor.mean
        second *= factor.second_moment
        single, count = factor, count + 1
    if single is not None and count == 1:
        return single
    # The two moments of a product are never equal while each factor has some spread, so the strength is finite.
    strength = (mean - second) / max(second - mean * mean, _TINY)
    return Beta(mean * strength, (1 - mean) * strength)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Evaluate DLMF 8.17.22 by Lentz's method, which needs no guess of how many terms are enough."""
    c, d = 1.0, 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _MAX_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1.0 / _away_from_zero(1.0 + even * d)
        c = _away_from_zero(1.0 + even / c)
        value *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1.0 / _away_from_zero(1.0 + odd * d)
        c = _away_from_zero(1.0 + odd / c)
        step = d * c
        value *= step
        if abs(step - 1.0) < _CLOSE:
            break
    return value


def _away_from_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
