"""Segments, read as the stories of customers."""

from datetime import date, timedelta

import pytest

from dunningkit.model import Histories, Money, PastReceivable, PaymentHistory, Portfolio, RungCount, Segment
from dunningkit.scoring.plugin import LadderScorer

TODAY = date(2026, 11, 2)


def monthly(*paid_late: int | None, every_days: int = 30) -> list[PastReceivable]:
    """Invoices due a month apart, the latest last and so far back that a payment 20 days late is known today."""
    due = [TODAY - timedelta(days=21 + every_days * ago) for ago in reversed(range(len(paid_late)))]
    return [invoice(f"r{n}", day, late) for n, (day, late) in enumerate(zip(due, paid_late, strict=True))]


def invoice(receivable_id: str, due: date, paid_late: int | None, *, counts: bool = True) -> PastReceivable:
    settled_on = None if paid_late is None else due + timedelta(days=paid_late)
    amount = Money(12_400, "EUR")
    return PastReceivable(receivable_id, due - timedelta(days=14), due, settled_on, amount, counts=counts)


def overdue(receivable_id: str, days: int, *, counts: bool = True) -> PastReceivable:
    return invoice(receivable_id, TODAY - timedelta(days=days), None, counts=counts)


def ledger_where(late: float) -> Portfolio:
    """A large ledger in which this share of invoices is late."""
    return Portfolio(TODAY, (RungCount("", 0, 10_000, 10_000 * late),))


ORDINARY = ledger_where(0.3)


def segment(receivables: list[PastReceivable], portfolio: Portfolio = ORDINARY, as_of: date = TODAY) -> Segment:
    histories = Histories((PaymentHistory("c1", tuple(receivables)),), portfolio)
    return LadderScorer().score(histories, as_of)[0].segment


@pytest.mark.parametrize("late", [0.1, 0.3, 0.5])
@pytest.mark.parametrize("days_late", [3, 5, 14])
def test_24_on_time_and_one_late_now_is_spotless(late: float, days_late: int) -> None:
    history = [*monthly(*[0] * 24), overdue("now", days_late)]
    assert segment(history, ledger_where(late)) is Segment.SPOTLESS


def test_24_on_time_and_one_paid_late_is_spotless() -> None:
    assert segment(monthly(*[0] * 12, 12, *[-1] * 12)) is Segment.SPOTLESS


@pytest.mark.parametrize("days", [16, 20, 45])
@pytest.mark.parametrize("order", [(0, 0, 1, 1, 1, 1, 1, 1), (1, 1, 1, 1, 1, 1, 0, 0), (1, 0, 1, 1, 0, 1, 1, 1)])
@pytest.mark.parametrize("late", [0.05, 0.3, 0.6])
def test_6_of_the_last_8_more_than_15_days_late_is_chronic(days: int, order: tuple[int, ...], late: float) -> None:
    assert segment(monthly(*(days * one for one in order)), ledger_where(late)) is Segment.CHRONIC


def test_6_of_8_late_long_ago_is_not_held_against_anyone() -> None:
    long_ago = monthly(*[20] * 6, 0, 0)
    assert segment(long_ago, as_of=TODAY + timedelta(days=1000)) is not Segment.CHRONIC


def test_6_of_8_late_by_a_week_is_not_chronic() -> None:
    assert segment(monthly(0, 0, *[6] * 6)) in (Segment.MIXED, Segment.SLOW_BUT_STEADY)


@pytest.mark.parametrize("history", [[], [0], [0, 0], [40, 40]])
def test_fewer_than_3_known_invoices_is_new(history: list[int | None]) -> None:
    assert segment(monthly(*history)) is Segment.NEW


def test_open_invoices_that_are_not_late_are_not_known() -> None:
    not_due = [invoice(f"n{n}", TODAY + timedelta(days=5), None) for n in range(5)]
    assert segment([*monthly(0, 0), *not_due]) is Segment.NEW


def test_always_nine_days_late_is_slow_but_steady() -> None:
    assert segment(monthly(*[9, 8, 10, 9, 9, 11] * 3)) is Segment.SLOW_BUT_STEADY


def test_late_but_all_over_the_place_is_mixed() -> None:
    assert segment(monthly(*[3, 14, 0, 5, 15, 9, 25, 4, 0] * 2)) is Segment.MIXED


def test_mostly_on_time_is_reliable() -> None:
    assert segment(monthly(0, 0, 5, 0, 0, 0, 0, 4, 0, 0, 0, 0)) is Segment.RELIABLE


def test_four_on_time_are_too_few_to_be_spotless() -> None:
    assert segment(monthly(0, 0, 0, 0), ledger_where(0.1)) is Segment.RELIABLE
    assert segment(monthly(0, 0, 0, 0, 0), ledger_where(0.1)) is Segment.SPOTLESS


def test_nobody_is_harsher_than_mixed_for_what_others_did() -> None:
    awful = Portfolio(TODAY, tuple(RungCount("", rung, 10_000, 9_900) for rung in (0, 7, 15, 30, 60)))
    assert segment(monthly(0, 0, 0), awful) is Segment.MIXED


class TestInTrouble:
    def test_another_invoice_more_than_30_days_overdue(self) -> None:
        assert segment([overdue("old", 31), overdue("new", 1)]) is Segment.IN_TROUBLE
        assert segment([*monthly(*[0] * 24), overdue("old", 31), overdue("new", 1)]) is Segment.IN_TROUBLE

    def test_exactly_30_days_is_not_more(self) -> None:
        assert segment([overdue("old", 30), overdue("new", 1)]) is Segment.NEW

    def test_one_overdue_invoice_alone_is_not(self) -> None:
        assert segment([overdue("old", 200)]) is Segment.NEW
        assert segment([overdue("old", 200), invoice("not due", TODAY, None)]) is Segment.NEW

    def test_what_does_not_count_is_left_out(self) -> None:
        assert segment([overdue("disputed", 90, counts=False), overdue("new", 5)]) is Segment.NEW

    def test_it_ends_the_day_the_old_one_is_paid(self) -> None:
        history = monthly(*[0] * 12)
        paid_today = invoice("old", TODAY - timedelta(days=31), 31)
        assert segment([*history, overdue("old", 31), overdue("new", 1)]) is Segment.IN_TROUBLE
        assert segment([*history, paid_today, overdue("new", 1)]) is not Segment.IN_TROUBLE


class TestHysteresis:
    """A customer just over a band's edge: 8 on time, and two late ones of which the second is fresh."""

    history = (*monthly(0, 0, 0, 0, 9, 0, 0, 0), overdue("fresh", 4))

    def test_just_across_the_edge_the_kinder_segment_stays(self) -> None:
        scorer_without = LadderScorer(LadderScorer().config.model_copy(update={"harsher_margin_permille": 0}))
        histories = Histories((PaymentHistory("c1", tuple(self.history)),), ORDINARY)
        assert scorer_without.score(histories, TODAY)[0].segment is Segment.MIXED
        assert segment(list(self.history)) is Segment.RELIABLE

    def test_thirty_days_later_it_has_been_harsher_twice(self) -> None:
        # Due four days ago, it counts as late from yesterday on, when the days a transfer takes were over.
        paid = [*self.history[:-1], invoice("fresh", TODAY - timedelta(days=4), 10)]
        yesterday = TODAY - timedelta(days=1)
        assert segment(paid, as_of=yesterday + timedelta(days=29)) is Segment.RELIABLE
        assert segment(paid, as_of=yesterday + timedelta(days=30)) is Segment.MIXED

    def test_far_across_the_edge_is_harsher_at_once(self) -> None:
        assert segment([*self.history, overdue("more", 5), overdue("still more", 6)]) is Segment.MIXED

    def test_kinder_is_immediate(self) -> None:
        # Mixed a month ago; a batch of invoices paid yesterday makes it reliable today.
        mixed = monthly(6, 0, 6, 0, 6)
        yesterday = [invoice(f"y{n}", TODAY - timedelta(days=1), 0) for n in range(9)]
        assert segment(mixed) is Segment.MIXED
        assert segment([*mixed, *yesterday]) is Segment.RELIABLE
