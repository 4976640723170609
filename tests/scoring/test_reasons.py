"""Reasons: the first explains the segment best, and what is rested on and never used closes the list."""

from datetime import date, timedelta

import pytest

from dunningkit.model import (
    Histories,
    Money,
    PastReceivable,
    PaymentHistory,
    Portfolio,
    Reason,
    ReasonCode,
    RungCount,
    Score,
    Segment,
)
from dunningkit.scoring.plugin import LadderScorer

TODAY = date(2026, 11, 2)
ORDINARY = Portfolio(TODAY, (RungCount("", 0, 10_000, 3_000),))
PAID_ON_TIME, LATE_BEFORE, LITTLE_HISTORY = ReasonCode.PAID_ON_TIME, ReasonCode.LATE_BEFORE, ReasonCode.LITTLE_HISTORY


def monthly(*paid_late: int | None) -> list[PastReceivable]:
    due = [TODAY - timedelta(days=21 + 30 * ago) for ago in reversed(range(len(paid_late)))]
    return [invoice(f"r{n}", day, late) for n, (day, late) in enumerate(zip(due, paid_late, strict=True))]


def invoice(receivable_id: str, due: date, paid_late: int | None) -> PastReceivable:
    settled_on = None if paid_late is None else due + timedelta(days=paid_late)
    return PastReceivable(receivable_id, due - timedelta(days=14), due, settled_on, Money(12_400, "EUR"))


def score(receivables: list[PastReceivable], portfolio: Portfolio = ORDINARY, as_of: date = TODAY) -> Score:
    return LadderScorer().score(Histories((PaymentHistory("c1", tuple(receivables)),), portfolio), as_of)[0]


def codes(scored: Score) -> list[ReasonCode]:
    return [reason.code for reason in scored.reasons]


def test_a_spotless_record_is_told_as_one() -> None:
    assert score([*monthly(*[0] * 24), invoice("now", TODAY - timedelta(days=5), None)]).reasons == (
        Reason.of(PAID_ON_TIME, on_time=24, known=25),
        Reason.of(ReasonCode.EVIDENCE, known=25, months=24),
        Reason.of(ReasonCode.NOT_USED),
    )


def test_a_late_record_is_told_with_its_typical_lateness() -> None:
    scored = score(monthly(0, 20, 18, 0, 30, 17, 16, 19))
    assert scored.segment is Segment.CHRONIC
    assert scored.reasons[0] == Reason.of(LATE_BEFORE, late=6, known=8, typical_days_late=18)


def test_little_history_names_how_similar_customers_pay() -> None:
    assert score([]).reasons == (
        Reason.of(LITTLE_HISTORY, known=0, similar_late_percent=30),
        Reason.of(ReasonCode.EVIDENCE, known=0, months=0),
        Reason.of(ReasonCode.NOT_USED),
    )
    assert codes(score(monthly(0, 0)))[:2] == [LITTLE_HISTORY, PAID_ON_TIME]
    assert codes(score(monthly(0, 9)))[:2] == [LITTLE_HISTORY, LATE_BEFORE]


def test_trouble_elsewhere_comes_first_with_its_days() -> None:
    history = [*monthly(0, 0, 0), *(invoice(f"o{days}", TODAY - timedelta(days=days), None) for days in (44, 3))]
    scored = score(history)
    assert scored.segment is Segment.IN_TROUBLE
    assert scored.reasons[0] == Reason.of(ReasonCode.OVERDUE_ELSEWHERE, days_late=44)
    assert scored.reasons[1].code is LATE_BEFORE


def test_never_late_among_late_payers_is_not_told_as_late() -> None:
    awful = Portfolio(TODAY, tuple(RungCount("", rung, 10_000, 9_900) for rung in (0, 7, 15, 30, 60)))
    scored = score(monthly(0, 0, 0), awful)
    assert scored.segment is Segment.MIXED
    assert codes(scored)[:2] == [LITTLE_HISTORY, PAID_ON_TIME]


def test_an_old_bad_record_is_not_told_as_good() -> None:
    scored = score(monthly(9, 9, 9), Portfolio(TODAY, (RungCount("", 0, 10_000, 500),)), TODAY + timedelta(days=3650))
    assert scored.segment is Segment.RELIABLE
    assert codes(scored)[0] is LITTLE_HISTORY


def test_slower_lately_compares_the_latest_three_with_those_before() -> None:
    scored = score(monthly(0, 0, 0, 0, 0, 0, 9, 10, 8))
    assert Reason.of(ReasonCode.SLOWER_LATELY, days_slower=9) in scored.reasons
    assert ReasonCode.SLOWER_LATELY not in codes(score(monthly(9, 10, 8, 0, 0, 0)))
    assert ReasonCode.SLOWER_LATELY not in codes(score(monthly(0, 0, 9, 10, 8))), "two before them are too few"


@pytest.mark.parametrize("history", [[], [0], [0] * 12, [40] * 8, [0, 9] * 8, [None] * 3])
def test_figures_are_whole_numbers_and_the_closing_reasons_always_there(history: list[int | None]) -> None:
    scored = score(monthly(*history))
    assert codes(scored)[-2:] == [ReasonCode.EVIDENCE, ReasonCode.NOT_USED]
    assert len(set(codes(scored))) == len(scored.reasons)
    assert all(type(value) is int for reason in scored.reasons for value in reason.params.values())
