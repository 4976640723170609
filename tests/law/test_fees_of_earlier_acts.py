"""What may still be asked of the fees that earlier acts claimed, by the Finnish pack."""

from dataclasses import replace
from datetime import date

from dunningkit.law import BusinessCalendar
from dunningkit.law.case import Case, DoneAct
from dunningkit.law.earlier import LawfulAct, lawful_acts, with_lawful_fees
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import LegalActor
from dunningkit.model import ActKind, CustomerClass, Medium, Money

CALENDAR = BusinessCalendar()
FI = load_pack("fi")
CASE = Case(
    CustomerClass.CONSUMER,
    Money(10_000, "EUR"),
    issued_on=date(2024, 1, 1),
    sent_on=date(2024, 1, 1),
    due_on=date(2024, 1, 15),
    due_date_binds=True,
)
REMINDER = DoneAct(ActKind.REMINDER, date(2024, 1, 30), 500, medium=Medium.EMAIL)
SECTION = "513/1999 10 a §"


def lawful(*acts: DoneAct, of: Case = CASE) -> tuple[LawfulAct, ...]:
    return lawful_acts(replace(of, acts=acts), FI, CALENDAR)


def fees(*acts: DoneAct, of: Case = CASE) -> list[int]:
    return [one.act.fee_minor for one in lawful(*acts, of=of)]


def test_a_fee_within_the_law_stays_with_its_section() -> None:
    (one,) = lawful(REMINDER)
    assert one.act == REMINDER
    assert one.cite.startswith(SECTION)


def test_a_fee_above_the_law_is_what_was_allowed_on_its_day() -> None:
    (one,) = lawful(replace(REMINDER, fee_minor=1200))
    assert one.act == REMINDER
    assert one.cite.startswith(SECTION)
    assert fees(replace(REMINDER, fee_minor=300)) == [300]
    assert fees(replace(REMINDER, fee_minor=1)) == [1]


def test_a_fee_that_came_too_early_or_by_a_way_that_costs_nothing_is_none_and_rests_on_nothing() -> None:
    early = replace(REMINDER, on=date(2024, 1, 29))
    assert lawful(early) == (LawfulAct(replace(early, fee_minor=0)),)
    by_phone = replace(REMINDER, medium=Medium.PHONE)
    assert lawful(by_phone) == (LawfulAct(replace(by_phone, fee_minor=0)),)
    unknown_way = replace(REMINDER, medium=None)
    assert lawful(unknown_way) == (LawfulAct(replace(unknown_way, fee_minor=0)),)


def test_an_act_that_was_free_stays_free() -> None:
    free = replace(REMINDER, fee_minor=0)
    assert lawful(free) == (LawfulAct(free),)


def test_what_a_collector_charged_is_theirs_and_costs_nothing_here() -> None:
    theirs = replace(REMINDER, actor=LegalActor.PROFESSIONAL_COLLECTOR)
    assert lawful(theirs) == (LawfulAct(replace(theirs, fee_minor=0)),)


def test_each_act_is_seen_after_those_before_it_whatever_their_order() -> None:
    # Two weeks lie between reminders that cost something; the second came after one.
    soon = replace(REMINDER, on=date(2024, 2, 6))
    late = replace(REMINDER, on=date(2024, 2, 14))
    for acts in ((REMINDER, soon), (soon, REMINDER)):
        assert [(one.act.on, one.act.fee_minor) for one in lawful(*acts)] == [(REMINDER.on, 500), (soon.on, 0)]
    assert fees(REMINDER, late) == [500, 500]


def test_the_total_counts_what_was_really_claimed() -> None:
    much = replace(REMINDER, fee_minor=5_800)
    late = replace(REMINDER, on=date(2024, 2, 14))
    assert fees(much, late) == [500, 200]


def test_a_case_with_lawful_fees_is_the_same_but_for_them() -> None:
    asked = replace(
        CASE, acts=(replace(REMINDER, fee_minor=1200), replace(REMINDER, on=date(2024, 1, 20), fee_minor=0))
    )
    assert with_lawful_fees(asked, FI, CALENDAR) == replace(asked, acts=(asked.acts[1], replace(REMINDER, fee_minor=0)))
    fine = replace(CASE, acts=(REMINDER,))
    assert with_lawful_fees(fine, FI, CALENDAR) == fine
    free = replace(CASE, acts=(replace(REMINDER, on=date(2024, 2, 20), fee_minor=0), replace(REMINDER, fee_minor=0)))
    assert with_lawful_fees(free, FI, CALENDAR) is free
