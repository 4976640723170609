"""How one customer stands on a day: the known facts of the history, and what they make us expect."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dunningkit.model import PastReceivable
from dunningkit.scoring.evidence import PASSED_AFTER, Evidence, Observation, evidence_label, observe, tally
from dunningkit.scoring.ladder import Ladder, Posterior, median_days_late

#: How many of the latest known invoices speak for the present.
LATEST = 10

#: The two invoices that similar customers lend to the median.
_PSEUDO_OBSERVATIONS = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """One customer's history on one day.

    ``known`` are the invoices that were paid or late by then, by due date; ``overdue_days`` the days past due of the open
    ones, longest first. ``expected`` are the rolls of similar invoices, ``posterior`` what the customer's own add to them.
    """

    known: tuple[Observation, ...]
    overdue_days: tuple[int, ...]
    first_issued_on: date | None
    expected: tuple[float, ...]
    posterior: Posterior

    @property
    def evidence(self) -> Evidence:
        """How much the history says."""
        return evidence_label(len(self.known))

    @property
    def late(self) -> tuple[Observation, ...]:
        """The known invoices that were late beyond what a transfer takes."""
        return tuple(seen for seen in self.known if seen.passed)

    @property
    def latest_days_late(self) -> tuple[int, ...]:
        """The lateness of the latest known invoices, oldest first, each from 0 to the cap."""
        return tuple(seen.capped_days_late for seen in self.known[-LATEST:])

    @property
    def expected_days_late(self) -> int:
        """The median of the latest invoices and two more that pay as similar customers do."""
        lent = median_days_late(self.expected)
        ordered = sorted((*self.latest_days_late, *(lent,) * _PSEUDO_OBSERVATIONS))
        low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
        return (low + high + 1) // 2


def stand(ladder: Ladder, receivables: Sequence[PastReceivable], as_of: date) -> Standing:
    """Read a history as it was known on ``as_of``. What became known later does not exist yet.

    The customer leans on invoices like those open on the day, because it is about them that we would speak; with none
    open, on the whole portfolio.
    """
    seen = [(observation, past) for past in receivables if (observation := observe(past, as_of)) is not None]
    # Everything known of an invoice is in the key: the same history in another order must give the same figures.
    known = sorted((one for one, _ in seen if one.is_known), key=lambda one: (-one.since_due, one))
    expected = ladder.expected_of_all([past for one, past in seen if one.is_open])
    overdue = (one.since_due for one, _ in seen if one.is_open and one.since_due > 0)
    return Standing(
        known=tuple(known),
        overdue_days=tuple(sorted(overdue, reverse=True)),
        first_issued_on=min((past.issued_on for one, past in seen if one.is_known), default=None),
        expected=expected,
        posterior=ladder.posterior(expected, tally(known, ladder.decay)),
    )


def later_than(observations: Sequence[Observation], rung: int) -> int:
    """How many passed the rung with this index."""
    return sum(observation.days_late > PASSED_AFTER[rung] for observation in observations)
