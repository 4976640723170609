"""Penalty interest by the Finnish pack: the computed examples, by id, and the wrong answers that they warn of."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from dunningkit.errors import RateMissing
from dunningkit.law import BusinessCalendar
from dunningkit.law.allocation import Shares, allocate
from dunningkit.law.answers import Interest
from dunningkit.law.case import Case, DoneAct, Paid
from dunningkit.law.interest import interest
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import AllocationRule, DueShiftRule
from dunningkit.model import ActKind, CustomerClass, Money, ReasonCode

FI = load_pack("fi")
UNSHIFTED = replace(FI, rules=tuple(rule for rule in FI.rules if not isinstance(rule, DueShiftRule)))
CALENDAR = BusinessCalendar("FI", "Europe/Helsinki")
CONSUMER, COMMERCIAL = CustomerClass.CONSUMER, CustomerClass.COMMERCIAL_30_2013


day = date.fromisoformat


def case_of(customer_class: CustomerClass, principal_minor: int, due_on: date, *payments: Paid) -> Case:
    """An invoice whose due date binds, that said what it had to, sent thirty days before."""
    return Case(
        customer_class,
        Money(principal_minor, "EUR"),
        issued_on=date.fromordinal(due_on.toordinal() - 30),
        due_on=due_on,
        sent_on=date.fromordinal(due_on.toordinal() - 30),
        due_date_binds=True,
        rate_stated=True,
        start_stated=True,
        payments=payments,
    )


#: id, class, principal, due date, paid on, (days, rate) of the segments, what is due, what it must not be
EXAMPLES = [
    ("I1", CONSUMER, 100_000, "2024-01-15", "2024-09-30", [(167, 1150), (92, 1150)], 8160, [8161, 8274, 8138]),
    ("I2", CONSUMER, 100_000, "2024-10-31", "2025-03-14", [(61, 1150), (73, 1050)], 4022, [4078, 4017]),
    (
        "I3",
        COMMERCIAL,
        500_000,
        "2023-05-15",
        "2025-02-10",
        [(46, 1050), (184, 1200), (182, 1250), (184, 1250), (41, 1150)],
        105_993,
        [91_623, 100_349, 107_465, 105_822],
    ),
    ("I5", COMMERCIAL, 1_200_000, "2025-06-16", "2025-12-31", [(14, 1150), (184, 1050)], 68_811, [69_767]),
    ("I9", CONSUMER, 65_000, "2023-12-31", "2024-12-31", [(182, 1150), (183, 1150)], 7475, [7495, 7600]),
]


@pytest.mark.parametrize(
    ("customer_class", "principal", "due_on", "paid_on", "segments", "due", "wrong"),
    [example[1:] for example in EXAMPLES],
    ids=[example[0] for example in EXAMPLES],
)
def test_the_interest_of_an_example(
    customer_class: CustomerClass,
    principal: int,
    due_on: str,
    paid_on: str,
    segments: list[tuple[int, int]],
    due: int,
    wrong: list[int],
) -> None:
    # I9 counts from a Sunday, as a pack without the due shift does; the others fall on weekdays.
    pack = UNSHIFTED if due_on == "2023-12-31" else FI
    answer = interest(case_of(customer_class, principal, day(due_on)), pack, CALENDAR, day(paid_on))
    assert [(segment.days, segment.rate_bp) for segment in answer.segments] == segments
    assert answer.accrued_minor == answer.due_minor == due
    assert answer.due_minor not in wrong
    assert (answer.principal_minor, answer.paid_minor) == (principal, 0)


def codes(answer: Interest) -> list[ReasonCode]:
    return [reason.code for reason in answer.why]


def test_i9_the_366th_day_of_twelve_months_is_free() -> None:
    case = case_of(CONSUMER, 65_000, day("2023-12-31"))
    before, after = (interest(case, UNSHIFTED, CALENDAR, day(on)) for on in ("2024-12-30", "2024-12-31"))
    assert before.accrued_minor == after.accrued_minor == 7475
    assert (before.capped, after.capped) == (False, True)
    assert ReasonCode.LAW_INTEREST_CAPPED in codes(after)
    assert sum((segment.exact_minor for segment in after.segments), Fraction(0)) == Fraction(65_000 * 1150, 10_000)
    business = interest(replace(case, customer_class=COMMERCIAL), UNSHIFTED, CALENDAR, day("2024-12-31"))
    assert business.accrued_minor == round(65_000 * 0.125 * 366 / 365)
    assert not business.capped


def test_i9_begins_two_days_later_where_a_sunday_before_new_year_moves() -> None:
    answer = interest(case_of(CONSUMER, 65_000, day("2023-12-31")), FI, CALENDAR, day("2024-12-31"))
    assert answer.starts_on == day("2024-01-03")
    assert answer.accrued_minor == round(65_000 * 0.115 * 364 / 365) == 7455
    assert not answer.capped


def test_i11_a_part_payment_takes_interest_first_and_leaves_less_to_accrue() -> None:
    case = case_of(CONSUMER, 100_000, day("2024-01-15"), Paid(day("2024-04-15"), 40_000))
    answer = interest(case, FI, CALENDAR, day("2024-09-30"))
    assert [(segment.days, segment.principal_minor) for segment in answer.segments] == [
        (91, 100_000),
        (76, 62_867),
        (92, 62_867),
    ]
    (taken,) = answer.allocations
    assert (taken.interest_minor, taken.principal_minor, taken.costs_minor, taken.left_over_minor) == (
        2867,
        37_133,
        0,
        0,
    )
    assert (answer.paid_minor, answer.due_minor, answer.accrued_minor) == (2867, 3328, 2867 + 3328)
    assert answer.principal_minor + answer.due_minor == 66_195


@pytest.mark.parametrize("paid_on", ["2024-01-15", "2024-01-14", "2023-12-20"])
def test_i12_paid_on_the_due_date_or_earlier_costs_nothing(paid_on: str) -> None:
    case = case_of(CONSUMER, 100_000, day("2024-01-15"), Paid(day(paid_on), 100_000))
    answer = interest(case, FI, CALENDAR, day("2024-09-30"))
    assert (answer.accrued_minor, answer.due_minor, answer.principal_minor) == (0, 0, 0)
    assert answer.segments == ()
    assert interest(replace(case, payments=()), FI, CALENDAR, day("2024-01-15")).accrued_minor == 0


def test_i13_one_day_late_is_one_day() -> None:
    case = case_of(CONSUMER, 100_000, day("2024-01-15"), Paid(day("2024-01-16"), 100_000))
    answer = interest(case, FI, CALENDAR, day("2024-01-16"))
    assert answer.accrued_minor == answer.paid_minor == 32  # not 63: one day, not two
    assert [segment.exact_minor for segment in answer.segments] == [Fraction(100_000 * 1150, 3_650_000)]
    assert answer.principal_minor == 32


def test_i14_past_the_table_there_is_an_error_or_a_mark_but_no_guess() -> None:
    case = case_of(CONSUMER, 100_000, day("2026-12-01"))
    assert not interest(case, FI, CALENDAR, day("2026-12-31")).is_provisional
    with pytest.raises(RateMissing, match="2027-01-01") as raised:
        interest(case, FI, CALENDAR, day("2027-01-10"))
    assert raised.value.params["day"] == "2027-01-01"
    marked = interest(case, FI, CALENDAR, day("2027-01-10"), provisional=True)
    assert marked.is_provisional
    assert [segment.is_provisional for segment in marked.segments] == [False, True]
    assert marked.segments[-1].rate_bp == 950
    (reason,) = [reason for reason in marked.why if reason.code is ReasonCode.LAW_INTEREST_PROVISIONAL]
    assert reason.params["day"] == "2027-01-01"


def test_i14_a_receivable_that_was_paid_in_time_needs_no_rate_that_is_missing() -> None:
    case = case_of(CONSUMER, 100_000, day("2026-12-01"), Paid(day("2026-12-31"), 200_000))
    assert interest(case, FI, CALENDAR, day("2030-01-01")).principal_minor == 0


def test_f28_a_consumers_payment_takes_costs_last() -> None:
    order = next(rule.order for rule in FI.of_kind(AllocationRule) if rule.id == "fi.allocation.consumer")
    taken = allocate(Paid(day("2024-03-18"), 10_000), Shares(200, 10_000, 500), order)
    assert (taken.interest_minor, taken.principal_minor, taken.costs_minor, taken.left_over_minor) == (200, 9800, 0, 0)


def test_f28_the_same_with_interest_of_63_days() -> None:
    case = replace(
        case_of(CONSUMER, 10_000, day("2024-01-15"), Paid(day("2024-03-18"), 10_000)),
        acts=(DoneAct(ActKind.REMINDER, day("2024-01-30"), 500),),
    )
    answer = interest(case, FI, CALENDAR, day("2024-03-18"))
    (taken,) = answer.allocations
    assert (taken.interest_minor, taken.principal_minor, taken.costs_minor) == (198, 9802, 0)
    assert (answer.principal_minor, answer.costs_minor, answer.due_minor) == (198, 500, 0)


@pytest.mark.parametrize(
    ("due_on", "moved_to"),
    [
        ("2026-05-01", "2026-05-04"),
        ("2026-06-19", "2026-06-22"),
        ("2026-12-24", "2026-12-28"),
        ("2026-04-03", "2026-04-07"),
    ],
)
def test_f5_interest_runs_from_the_day_after_the_moved_due_date(due_on: str, moved_to: str) -> None:
    case = case_of(CONSUMER, 100_000, day(due_on))
    answer = interest(case, FI, CALENDAR, day(moved_to))
    assert answer.accrued_minor == 0
    assert answer.starts_on == date.fromordinal(day(moved_to).toordinal() + 1)
    assert any("622/1947" in one.cite for one in answer.cited)
