"""What counts as known on a day."""

from datetime import date, timedelta

import pytest

from dunningkit.model import Money, PastReceivable
from dunningkit.scoring import Decay, Evidence, evidence_label
from dunningkit.scoring.evidence import observe, tally

DUE = date(2026, 3, 2)
PLAIN = Decay(36_500)  # so slow that counts can be read as whole numbers


def invoice(paid_late: int | None, *, amount_minor: int = 10_000, counts: bool = True) -> PastReceivable:
    settled_on = None if paid_late is None else DUE + timedelta(days=paid_late)
    issued_on = DUE - timedelta(days=30)
    return PastReceivable("r1", issued_on, DUE, settled_on, Money(amount_minor, "EUR"), counts=counts)


def after(days: int) -> date:
    return DUE + timedelta(days=days)


def counted(past: PastReceivable, as_of: date) -> tuple[list[int], list[int]]:
    seen = observe(past, as_of)
    assert seen is not None
    reached, passed = tally([seen], PLAIN)
    return [round(count) for count in reached], [round(count) for count in passed]


@pytest.mark.parametrize("days", [-20, 0, 1, 2])
def test_paid_by_the_due_date_or_within_a_transfers_time_is_on_time(days: int) -> None:
    assert counted(invoice(days), after(90)) == ([1, 0, 0, 0, 0], [0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("days", "rungs_passed"), [(3, 1), (7, 1), (8, 2), (15, 2), (16, 3), (30, 3), (31, 4), (60, 4), (61, 5), (400, 5)]
)
def test_a_late_payment_passes_every_rung_below_it_and_stops_at_the_next(days: int, rungs_passed: int) -> None:
    reached, passed = counted(invoice(days), after(500))
    assert sum(passed) == rungs_passed
    assert sum(reached) == min(rungs_passed + 1, 5)


@pytest.mark.parametrize(("today", "known"), [(-5, 0), (0, 0), (2, 0), (3, 1), (7, 1), (8, 2), (61, 5)])
def test_an_open_invoice_counts_as_soon_as_it_passes_a_rung_and_no_sooner(today: int, known: int) -> None:
    reached, passed = counted(invoice(None), after(today))
    assert sum(passed) == known
    assert reached == passed, "nothing is assumed about the rungs ahead"


@pytest.mark.parametrize("today", range(-10, 40, 3))
def test_a_payment_in_the_future_is_not_known(today: int) -> None:
    assert observe(invoice(today + 1), after(today)) == observe(invoice(None), after(today))


def test_what_was_not_the_customers_doing_is_left_out() -> None:
    assert observe(invoice(50, counts=False), after(90)) is None


def test_only_demands_for_money_that_exist_by_then_say_anything() -> None:
    assert observe(invoice(0, amount_minor=-500), after(90)) is None
    assert observe(invoice(0, amount_minor=0), after(90)) is None
    assert observe(invoice(0), after(-31)) is None, "not issued yet"
    assert observe(invoice(-40), after(-31)) is None, "paid in advance, but not issued yet"


def test_lateness_is_cut_at_120_days() -> None:
    seen = observe(invoice(None), after(700))
    assert seen is not None
    assert seen.capped_days_late == 120


def test_an_event_weighs_half_after_its_half_life_counted_from_when_it_was_known() -> None:
    seen = observe(invoice(3), after(3 + 365))
    assert seen is not None
    reached, passed = tally([seen], Decay(365))
    assert passed[0] == pytest.approx(0.5), "it passed the first rung on the third day"
    assert reached[1] == pytest.approx(0.5), "and was paid the same day"
    assert Decay(365).weight(3650) == pytest.approx(2**-10)
    assert Decay(365).weight(36_500) == pytest.approx(2**-100)


def test_evidence_labels() -> None:
    labels = [evidence_label(known) for known in (0, 2, 3, 9, 10, 500)]
    assert labels == [Evidence.LITTLE, Evidence.LITTLE, Evidence.SOME, Evidence.SOME, Evidence.GOOD, Evidence.GOOD]
