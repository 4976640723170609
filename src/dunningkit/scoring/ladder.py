"""The ladder: the chance that an invoice passes each rung of lateness, learned from the customer, its likes and the ledger.

Three levels of Beta-binomial shrinkage (empirical Bayes, Efron & Morris 1975): a textbook guess gives way to the portfolio,
the portfolio to invoices of similar term and amount, and those to the customer's own. A customer without history is
expected to pay as similar invoices are paid; every known invoice pulls the expectation towards the customer's own record.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dunningkit.model import PastReceivable, Portfolio
from dunningkit.scoring.beta import Beta, product
from dunningkit.scoring.evidence import LATENESS_CAP_DAYS, PASSED_AFTER, RUNGS, Decay, Tally
from dunningkit.scoring.portfolio import WHOLE, segment_key

#: What an unknown ledger is expected to look like, per rung; ten invoices' worth, so that the first month replaces it.
TEXTBOOK_ROLLS = (0.30, 0.55, 0.45, 0.35, 0.40)

#: A bound is one that the true chance stays below with this probability.
BOUND = 0.9


@dataclass(frozen=True, slots=True)
class Strengths:
    """How many invoices each level's expectation is worth against the next level's own counts."""

    textbook: float = 10
    portfolio: float = 20
    similar: float = 4


def roll(expected: float, strength: float, reached: float, passed: float) -> float:
    """The posterior mean of passing a rung: Beta-binomial shrinkage of ``passed`` of ``reached`` towards ``expected``."""
    return (strength * expected + passed) / (strength + reached)


@dataclass(frozen=True)
class Posterior:
    """What is believed about passing each rung: one Beta per rung, independent given that the rung was reached."""

    rungs: tuple[Beta, ...]

    @cached_property
    def rolls(self) -> tuple[float, ...]:
        """The chance of passing each rung, given that the one before was passed."""
        return tuple(rung.mean for rung in self.rungs)

    def late_beyond(self, days: int) -> float:
        """P(late > ``days`` | issued), for a rung; between rungs, the chance for the rung below."""
        return math.prod(chance for rung, chance in zip(RUNGS, self.rolls, strict=True) if rung <= days)

    def later_beyond(self, days: int, *, days_late: int) -> float:
        """P(late > ``days`` | unpaid and ``days_late`` days past due today): only the rungs not yet passed are ahead.

        Today is not over, so a rung is still ahead on its own day.
        """
        return math.prod(
            chance
            for rung, passed_after, chance in zip(RUNGS, PASSED_AFTER, self.rolls, strict=True)
            if rung <= days and days_late <= passed_after
        )

    def upper_bounds(self) -> tuple[float, ...]:
        """The 90 % upper bound of each rung's chance."""
        return tuple(rung.quantile(BOUND) for rung in self.rungs)

    def bound_is_below(self, days: int, limit: float) -> bool:
        """Whether the 90 % upper bound of P(late > ``days`` | issued) is below ``limit``.

        Asks the distribution function once instead of searching for the bound: this runs for every customer.
        """
        return product(beta for rung, beta in zip(RUNGS, self.rungs, strict=True) if rung <= days).cdf(limit) > BOUND


@dataclass(frozen=True)
class Ladder:
    """The portfolio's expectations, ready to be weighed against customers' own histories. Pure; build it once per batch."""

    portfolio: Portfolio
    decay: Decay = field(default_factory=lambda: Decay(365))
    strengths: Strengths = Strengths()

    @cached_property
    def expected(self) -> Mapping[str, tuple[float, ...]]:
        """The expected rolls per segment of the portfolio; ``""`` is the whole of it."""
        counts: dict[str, dict[int, tuple[float, float]]] = {WHOLE: {}}
        for count in self.portfolio.rungs:
            counts.setdefault(count.segment, {})[count.rung_days] = (count.reached, count.passed)
        whole = _shrink(TEXTBOOK_ROLLS, self.strengths.textbook, counts.pop(WHOLE))
        return {WHOLE: whole} | {
            segment: _shrink(whole, self.strengths.portfolio, found) for segment, found in sorted(counts.items())
        }

    @cached_property
    def _quartiles(self) -> Mapping[str, tuple[int, int, int]]:
        return dict(self.portfolio.amount_quartiles_minor)

    def expected_of(self, receivable: PastReceivable) -> tuple[float, ...]:
        """The rolls of invoices like this one: its own segment's, or the whole portfolio's when that is unknown."""
        expected = self.expected
        quartiles = self._quartiles.get(receivable.original.currency)
        key = segment_key(receivable, quartiles) if quartiles else WHOLE
        return expected.get(key, expected[WHOLE])

    def expected_of_all(self, receivables: Sequence[PastReceivable]) -> tuple[float, ...]:
        """The mean of their expected rolls; the whole portfolio's when there are none."""
        if not receivables:
            return self.expected[WHOLE]
        columns: Iterable[tuple[float, ...]] = zip(*map(self.expected_of, receivables), strict=True)
        return tuple(math.fsum(column) / len(receivables) for column in columns)

    def posterior(self, expected: tuple[float, ...], own: Tally) -> Posterior:
        """Weigh a customer's own counts against what is expected: the conjugate update of a Beta at every rung."""
        strength = self.strengths.similar
        return Posterior(
            tuple(
                Beta(strength * chance + passed, strength * (1 - chance) + reached - passed)
                for chance, reached, passed in zip(expected, own.reached, own.passed, strict=True)
            )
        )


def _shrink(
    towards: tuple[float, ...], strength: float, counts: Mapping[int, tuple[float, float]]
) -> tuple[float, ...]:
    return tuple(
        roll(chance, strength, *counts.get(rung, (0.0, 0.0))) for rung, chance in zip(RUNGS, towards, strict=True)
    )


def median_days_late(rolls: tuple[float, ...]) -> int:
    """The median lateness that these chances imply, interpolated between rungs; 0 when at least half pay on time."""
    half = 0.5
    days, reached = 0, rolls[0]
    if reached <= half:
        return days
    for next_days, chance in zip((*RUNGS[1:], LATENESS_CAP_DAYS), (*rolls[1:], 0.0), strict=True):
        after = reached * chance
        if after <= half:
            return days + round((next_days - days) * (reached - half) / (reached - after))
        days, reached = next_days, after
    return days
