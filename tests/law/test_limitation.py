"""When a receivable lapses, by the Finnish pack."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dunningkit.law.case import Case, DoneAct, Paid
from dunningkit.law.limitation import lapses_on
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import LimitationRule, Selector
from dunningkit.model import ActKind, CustomerClass, Money

FI = load_pack("fi")
CASE = Case(
    CustomerClass.CONSUMER,
    Money(10_000, "EUR"),
    issued_on=date(2020, 1, 1),
    due_on=date(2020, 1, 15),
    due_date_binds=True,
)


def lapse(*acts: tuple[date, ActKind], **facts: Any) -> date | None:
    done = tuple(DoneAct(kind, on) for on, kind in acts)
    return lapses_on(replace(CASE, acts=done, **facts), FI)[0]


def reminded(*days: date) -> list[tuple[date, ActKind]]:
    return [(day, ActKind.REMINDER) for day in days]


def test_a_receivable_lapses_three_years_after_a_due_date_that_binds() -> None:
    day, cited = lapses_on(CASE, FI)
    assert day == date(2023, 1, 15)
    assert cited is not None
    assert "728/2003" in cited.cite


@pytest.mark.parametrize("binds", [False, None])
def test_where_the_due_date_may_not_bind_the_years_run_from_the_invoice(binds: bool | None) -> None:
    assert lapse(due_date_binds=binds) == date(2023, 1, 1)
    assert lapse(due_date_binds=binds, issued_on=date(2020, 2, 1)) == date(2023, 1, 15)


def test_a_leap_day_ends_with_its_month() -> None:
    assert lapse(due_on=date(2020, 2, 29)) == date(2023, 2, 28)


def test_each_reminder_starts_the_time_anew() -> None:
    assert lapse(*reminded(date(2022, 6, 1))) == date(2025, 6, 1)
    assert lapse(*reminded(date(2025, 5, 31), date(2022, 6, 1))) == date(2028, 5, 31)


def test_a_reminder_that_came_too_late_starts_nothing() -> None:
    assert lapse(*reminded(date(2023, 1, 15))) == date(2023, 1, 15)
    assert lapse(*reminded(date(2023, 1, 14))) == date(2026, 1, 14)
    assert lapse(*reminded(date(2022, 6, 1), date(2025, 6, 1))) == date(2025, 6, 1)


def test_a_reminder_before_the_due_date_and_an_act_that_is_none_start_nothing() -> None:
    assert lapse(*reminded(date(2020, 1, 10))) == date(2023, 1, 15)
    assert lapse((date(2022, 1, 1), ActKind.TRATTA)) == date(2023, 1, 15)


def test_money_that_came_starts_nothing() -> None:
    assert lapse(payments=(Paid(date(2022, 1, 1), 100),)) == date(2023, 1, 15)


def test_after_twenty_years_no_reminder_helps() -> None:
    every_two_years = [date(2006 + 2 * step, 1, 1) for step in range(12)]
    assert lapse(*reminded(*every_two_years), due_on=date(2004, 5, 1), issued_on=date(2004, 4, 1)) == date(2024, 5, 1)


def test_the_final_time_holds_since_2015_even_for_what_was_older() -> None:
    every_two_years = [date(1992 + 2 * step, 1, 1) for step in range(18)]
    day = lapse(*reminded(*every_two_years), due_on=date(1991, 5, 1), issued_on=date(1991, 4, 1))
    assert day == date(2015, 1, 1)


def test_what_is_directly_enforceable_lapses_five_years_after_the_next_new_year() -> None:
    facts = {"customer_class": CustomerClass.DIRECTLY_ENFORCEABLE, "due_on": date(2020, 5, 1)}
    assert lapse(**facts, issued_on=date(2020, 4, 1)) == date(2026, 1, 1)
    assert lapse(*reminded(date(2024, 1, 1)), **facts) == date(2026, 1, 1)


def test_a_class_that_is_not_known_lapses_as_early_as_any() -> None:
    for on in (None, date(2022, 6, 1)):
        acts = [] if on is None else reminded(on)
        known = [lapse(*acts, customer_class=one) for one in CustomerClass if one is not CustomerClass.UNKNOWN]
        assert lapse(*acts, customer_class=CustomerClass.UNKNOWN) == min(day for day in known if day)


@pytest.mark.parametrize(
    ("selector", "valid_from", "contract_on", "expected"),
    [
        (Selector.DUE_ON, date(2020, 1, 15), None, date(2023, 1, 15)),
        (Selector.DUE_ON, date(2020, 1, 16), None, None),
        (Selector.CONTRACT_ON, date(2020, 1, 1), date(2020, 1, 1), date(2023, 1, 15)),
        (Selector.CONTRACT_ON, date(2020, 1, 1), date(2019, 12, 31), None),
        (Selector.CONTRACT_ON, date(2020, 1, 1), None, None),
        (Selector.ACT_ON, date(2024, 1, 1), None, date(2024, 1, 1)),
    ],
)
def test_a_rule_holds_by_the_day_that_selects_it(
    selector: Selector, valid_from: date, contract_on: date | None, expected: date | None
) -> None:
    (rule,) = [one for one in FI.of_kind(LimitationRule) if one.id == "fi.limitation.2015"]
    pack = replace(FI, rules=(replace(rule, selector=selector, valid_from=valid_from),))
    assert lapses_on(replace(CASE, contract_on=contract_on), pack)[0] == expected


def test_a_pack_without_a_rule_knows_no_day() -> None:
    assert lapses_on(CASE, replace(FI, rules=())) == (None, None)


def test_the_calendar_ends_before_the_years_do() -> None:
    assert lapse(due_on=date(9998, 1, 1), issued_on=date(9998, 1, 1)) == date.max
    late = {"due_on": date(9998, 1, 1), "customer_class": CustomerClass.DIRECTLY_ENFORCEABLE}
    assert lapse(**late) == date.max
