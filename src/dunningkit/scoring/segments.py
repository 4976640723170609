"""Segments: posterior bands of the ladder, facts first, and slow to become harsher.

In this order:

* *in trouble* - two or more counting invoices are overdue and one of them by more than 30 days. A fact, so it holds at once.
* *new* - fewer than 3 known invoices.
* *chronic* - P(late > 15) of .5 or more, or P(late > 30) of .3 or more; or, as a plain count that a thin posterior would
  not dare to believe yet, 6 of the last 8 known invoices of the past two years more than 15 days late.
* *slow but steady* - P(late > 0) of .5 or more, but P(late > 30 | late > 0) below .15 and the middle half of the latest
  invoices within 7 days of each other.
* *mixed* - P(late > 0) of .25 or more.
* *spotless* - P(late > 0) below .15, the 90 % upper bound of P(late > 15) below .15, and at least 5 known invoices.
* *reliable* - the rest.

Nobody is chronic, or slow but steady, for what others did: at least one own invoice must have been late (chronic: by more
than 15 days). Bands of a posterior are used instead of streaks ("none late in the last 12"), because a streak of five tells
little in a ledger where most pay late.

Hysteresis without state: the previous evaluation is the same history as it was known 30 days earlier. A kinder segment holds
at once. A harsher one holds when that evaluation was as harsh already, or when the bands are crossed by more than .05;
otherwise the previous segment stays. Facts and counts need no margin: they do not tremble as an estimate does.
"""

from collections.abc import Sequence
from datetime import date

from dunningkit.model import PastReceivable, Segment, days_from
from dunningkit.scoring.evidence import RUNGS, Evidence
from dunningkit.scoring.ladder import Ladder
from dunningkit.scoring.standing import Standing, later_than, stand

#: The previous evaluation is the same history, known so many days earlier.
PREVIOUS_DAYS = 30

#: How far beyond a band's edge a posterior must be to become harsher at once.
MARGIN = 0.05

_SPOTLESS_BELOW = 0.15
_SPOTLESS_KNOWN = 5
_MIXED_FROM = 0.25
_OFTEN_LATE_FROM = 0.5
_CHRONIC_FROM_15 = 0.5
_CHRONIC_FROM_30 = 0.3
_SELDOM_STUCK_BELOW = 0.15
_STEADY_WITHIN_DAYS = 7
_TROUBLE_BEYOND_DAYS = 30
_LAST, _OF_LAST = 8, 6
_COUNTED_DAYS = 730
_RUNG_15, _RUNG_30 = RUNGS.index(15), RUNGS.index(30)

# Slow but steady is treated like mixed, only with terms offered: neither is harsher than the other.
_HARSHNESS = {
    Segment.NEW: 0,
    Segment.SPOTLESS: 0,
    Segment.RELIABLE: 1,
    Segment.MIXED: 2,
    Segment.SLOW_BUT_STEADY: 2,
    Segment.CHRONIC: 3,
    Segment.IN_TROUBLE: 4,
}
_FACTS = (Segment.IN_TROUBLE, Segment.NEW)


def segment_of(
    ladder: Ladder, receivables: Sequence[PastReceivable], as_of: date, standing: Standing, margin: float = MARGIN
) -> Segment:
    """The customer's segment on a day, given how the customer stands on it; see the module for the rules."""
    now = band(standing)
    if now in _FACTS or _HARSHNESS[now] == 0 or _often_very_late(standing):
        return now
    before = band(stand(ladder, receivables, days_from(as_of, -PREVIOUS_DAYS)))
    if before is Segment.NEW or _HARSHNESS[now] <= _HARSHNESS[before]:
        return now
    clearly = band(standing, margin)
    return clearly if _HARSHNESS[clearly] >= _HARSHNESS[before] else before


def band(standing: Standing, margin: float = 0.0) -> Segment:
    """The segment by this day's facts and posterior alone, with every band's edge moved by ``margin`` to the kinder side."""
    if _in_trouble(standing):
        return Segment.IN_TROUBLE
    if standing.evidence is Evidence.LITTLE:
        return Segment.NEW
    if _is_chronic(standing, margin):
        return Segment.CHRONIC
    late = standing.posterior.late_beyond(0)
    if late >= _MIXED_FROM + margin:
        return Segment.SLOW_BUT_STEADY if late >= _OFTEN_LATE_FROM + margin and _is_steady(standing) else Segment.MIXED
    return Segment.SPOTLESS if _is_spotless(standing, margin) else Segment.RELIABLE


def _in_trouble(standing: Standing) -> bool:
    overdue = standing.overdue_days
    return len(overdue) > 1 and overdue[0] > _TROUBLE_BEYOND_DAYS


def _is_chronic(standing: Standing, margin: float) -> bool:
    if not later_than(standing.known, _RUNG_15):
        return False
    posterior = standing.posterior
    return (
        posterior.late_beyond(15) >= _CHRONIC_FROM_15 + margin
        or posterior.late_beyond(30) >= _CHRONIC_FROM_30 + margin
        or _often_very_late(standing)
    )


def _often_very_late(standing: Standing) -> bool:
    recent = [seen for seen in standing.known[-_LAST:] if seen.since_due <= _COUNTED_DAYS]
    return later_than(recent, _RUNG_15) >= _OF_LAST


def _is_steady(standing: Standing) -> bool:
    if not standing.late:
        return False
    ordered = sorted(standing.latest_days_late)
    spread = ordered[(3 * len(ordered) - 1) // 4] - ordered[(len(ordered) - 1) // 4]
    stuck = standing.posterior.late_beyond(30) / standing.posterior.late_beyond(0)
    return spread <= _STEADY_WITHIN_DAYS and stuck < _SELDOM_STUCK_BELOW


def _is_spotless(standing: Standing, margin: float) -> bool:
    edge = _SPOTLESS_BELOW + margin
    return (
        len(standing.known) >= _SPOTLESS_KNOWN
        and standing.posterior.late_beyond(0) < edge
        and standing.posterior.bound_is_below(15, edge)
    )
