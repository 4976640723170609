"""Why a segment is what it is, as codes and whole numbers; the first reason explains it best."""

from datetime import date
from fractions import Fraction
from statistics import median_low

from dunningkit.model import Reason, ReasonCode, Segment
from dunningkit.scoring.evidence import Evidence
from dunningkit.scoring.standing import Standing

_LATEST_FEW = 3

#: Fewer days than a bank transfer takes are not a trend.
_SLOWER_FROM_DAYS = 3


def reasons_of(segment: Segment, standing: Standing, as_of: date) -> tuple[Reason, ...]:
    """Every reason there is, the best first; what the score rests on and what it never uses always close the list."""
    first = [_overdue_elsewhere(standing)] if segment is Segment.IN_TROUBLE else []
    return (*first, *_record(segment, standing), *_trend(standing), _evidence(standing, as_of), _not_used())


def _record(segment: Segment, standing: Standing) -> list[Reason]:
    """How the customer has paid, from the side that the segment was decided on."""
    known, late = len(standing.known), len(standing.late)
    on_time = known - late
    kind = segment in (Segment.SPOTLESS, Segment.RELIABLE)
    # A kind word needs a mostly good record, a firm one a late invoice; else it was others who decided the segment.
    leans_on_others = standing.evidence is Evidence.LITTLE or (2 * on_time < known if kind else not late)
    reasons = [_little_history(standing)] if leans_on_others else []
    if late and not kind:
        reasons.append(_late_before(standing))
    elif on_time:
        reasons.append(Reason.of(ReasonCode.PAID_ON_TIME, on_time=on_time, known=known))
    return reasons


def _little_history(standing: Standing) -> Reason:
    similar = round(100 * standing.expected[0])
    return Reason.of(ReasonCode.LITTLE_HISTORY, known=len(standing.known), similar_late_percent=similar)


def _late_before(standing: Standing) -> Reason:
    late = standing.late
    typical = median_low(seen.capped_days_late for seen in late)
    return Reason.of(ReasonCode.LATE_BEFORE, late=len(late), known=len(standing.known), typical_days_late=typical)


def _trend(standing: Standing) -> list[Reason]:
    """The mean of the latest three against the mean of those before them, within the latest ten."""
    days = standing.latest_days_late
    latest, before = days[-_LATEST_FEW:], days[:-_LATEST_FEW]
    if len(before) < _LATEST_FEW:
        return []
    slower = round(Fraction(sum(latest), len(latest)) - Fraction(sum(before), len(before)))
    return [Reason.of(ReasonCode.SLOWER_LATELY, days_slower=slower)] if slower >= _SLOWER_FROM_DAYS else []


def _overdue_elsewhere(standing: Standing) -> Reason:
    return Reason.of(ReasonCode.OVERDUE_ELSEWHERE, days_late=standing.overdue_days[0])


def _evidence(standing: Standing, as_of: date) -> Reason:
    months = 0
    if standing.first_issued_on is not None:
        # A history of some days is told as one month, never as none.
        months = max(1, round(Fraction((as_of - standing.first_issued_on).days * 12, 365)))
    return Reason.of(ReasonCode.EVIDENCE, known=len(standing.known), months=months)


def _not_used() -> Reason:
    return Reason.of(ReasonCode.NOT_USED)
