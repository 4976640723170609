"""What is known of an invoice on a day, and how much it still weighs.

The lateness of an invoice is read as a climb over rungs, as in a life table (discrete-time survival, Cox 1972): an invoice
that reaches a rung either passes it or is paid before. Each such step is an event as soon as it is *known*: on the day of
payment, or on the day the rung is passed. An open invoice therefore counts for every rung behind it and for none ahead, so
nobody waits for it to be paid before learning from it, and nothing is guessed about its end.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from dunningkit.model import PastReceivable

#: Days past due at which the ladder looks.
RUNGS = (0, 7, 15, 30, 60)

#: A transfer over a weekend reaches the account up to two days after the customer paid; that is on time.
BANK_FLOAT_DAYS = 2

#: An invoice has passed a rung when it went unpaid for more than this many days past due.
PASSED_AFTER = (BANK_FLOAT_DAYS, *RUNGS[1:])

#: One forgotten invoice of two years ago says no more than one of four months: lateness is cut here.
LATENESS_CAP_DAYS = 120

_OPEN = -1
_TABLE_DAYS = 3660


class Evidence(StrEnum):
    """How much history a score rests on."""

    LITTLE = "little"
    SOME = "some"
    GOOD = "good"


def evidence_label(known: int) -> Evidence:
    """Fewer than 3 known invoices are little history, fewer than 10 some, the rest good."""
    if known < 3:  # noqa: PLR2004  # the sentence above is the definition
        return Evidence.LITTLE
    return Evidence.SOME if known < 10 else Evidence.GOOD  # noqa: PLR2004  # the same


class Observation(NamedTuple):
    """One invoice as known on a day.

    ``since_due`` is the day's distance from the due date; ``days_late`` is how late it was paid or, while open, the same
    distance. ``passed`` is the number of rungs it has passed. ``settled_age`` is how many days ago it was paid, -1 if open.
    """

    since_due: int
    days_late: int
    passed: int
    settled_age: int

    @property
    def is_open(self) -> bool:
        """Whether it was unpaid on the day."""
        return self.settled_age == _OPEN

    @property
    def is_known(self) -> bool:
        """Whether the first rung's question is answered: paid, or late."""
        return self.passed > 0 or self.settled_age != _OPEN

    @property
    def capped_days_late(self) -> int:
        """How late, from 0 (on time or early) to `LATENESS_CAP_DAYS`."""
        return min(max(self.days_late, 0), LATENESS_CAP_DAYS)


def observe(past: PastReceivable, as_of: date) -> Observation | None:
    """Read one invoice as it was known on ``as_of``; ``None`` when it says nothing about paying.

    That is: it does not count, it is not a demand for money (zero, or a credit), or it was issued later. A payment after
    ``as_of`` is not known yet, so the invoice is still open. The day itself is not over: an open invoice passes a rung on
    the first day that is more than the rung's days past due.
    """
    if not past.counts or past.original.amount_minor <= 0 or past.issued_on > as_of:
        return None
    today, due = as_of.toordinal(), past.due_on.toordinal()
    since_due = today - due
    if past.settled_on is None or past.settled_on > as_of:
        return Observation(since_due, since_due, bisect_left(PASSED_AFTER, since_due), _OPEN)
    settled = past.settled_on.toordinal()
    return Observation(since_due, settled - due, bisect_left(PASSED_AFTER, settled - due), today - settled)


@lru_cache(maxsize=16)
def _weights(half_life_days: int) -> tuple[float, ...]:
    return tuple(math.exp2(-age / half_life_days) for age in range(_TABLE_DAYS))


class Decay:
    """Exponential forgetting: an event loses half its weight every ``half_life_days``."""

    __slots__ = ("_table", "half_life_days")

    def __init__(self, half_life_days: int) -> None:
        self.half_life_days = half_life_days
        self._table = _weights(half_life_days)

    def weight(self, age_days: int) -> float:
        """What an event of that age weighs; 1 today."""
        return self._table[age_days] if age_days < _TABLE_DAYS else math.exp2(-age_days / self.half_life_days)


class Tally(NamedTuple):
    """Decayed counts per rung: how many invoices reached it with a known outcome, and how many of them passed."""

    reached: tuple[float, ...]
    passed: tuple[float, ...]


def tally(observations: Iterable[Observation], decay: Decay) -> Tally:
    """Count events, each weighed by how long ago it became known.

    `math.fsum` is exact before its one rounding, so the order of the observations cannot matter.
    """
    weight = decay.weight
    passed: tuple[list[float], ...] = tuple([] for _ in RUNGS)
    paid: tuple[list[float], ...] = tuple([] for _ in RUNGS)
    for since_due, _, rungs_passed, settled_age in observations:
        for rung in range(rungs_passed):
            passed[rung].append(weight(since_due - PASSED_AFTER[rung] - 1))
        if settled_age != _OPEN and rungs_passed < len(RUNGS):
            paid[rungs_passed].append(weight(settled_age))
    return Tally(
        tuple(math.fsum(gone + cured) for gone, cured in zip(passed, paid, strict=True)),
        tuple(math.fsum(gone) for gone in passed),
    )
