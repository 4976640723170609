"""When a receivable lapses, at the edges: the last days of a rule, and the last years of the calendar."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dunningkit.law.answers import Cited
from dunningkit.law.case import Case, DoneAct
from dunningkit.law.limitation import lapses_on
from dunningkit.law.pack import LegalActor, LimitationRule, RulePack, RuleStatus, Selector
from dunningkit.model import ActKind, CustomerClass, Money

DUE = date(2020, 1, 15)
CASE = Case(CustomerClass.CONSUMER, Money(10_000, "EUR"), issued_on=date(2020, 1, 1), due_on=DUE, due_date_binds=True)


def rule(name: str = "three", **fields: Any) -> LimitationRule:
    whole = {
        "id": name,
        "classes": frozenset(),
        "actors": frozenset(),
        "valid_from": date(2000, 1, 1),
        "valid_to": None,
        "selector": Selector.ACT_ON,
        "status": RuleStatus.CONFIRMED,
        "cite": f"§ {name}",
        "note": "",
        "years": 3,
        "interrupted_by": frozenset({ActKind.REMINDER}),
    }
    return LimitationRule(**(whole | fields))


def lapse(*rules: LimitationRule, **facts: Any) -> tuple[date | None, Cited | None]:
    return lapses_on(replace(CASE, **facts), RulePack("xx", "XX", "EUR", "A made-up country", rules, ()))


def named(name: str) -> Cited:
    return Cited(name, f"§ {name}", RuleStatus.CONFIRMED)


def test_of_several_rules_the_earliest_day_with_its_section() -> None:
    five, three = rule("five", years=5), rule()
    assert lapse(five, three) == lapse(three, five) == (date(2023, 1, 15), named("three"))
    assert lapse(five) == (date(2025, 1, 15), named("five"))
    also = rule("also")
    assert lapse(three, also) == (date(2023, 1, 15), named("three"))


def test_a_rule_for_another_class_or_actor_lets_nothing_lapse() -> None:
    others = rule(classes=frozenset({CustomerClass.OTHER_NON_CONSUMER}))
    assert lapse(others) == (None, None)
    assert lapse(others, customer_class=CustomerClass.UNKNOWN) == (date(2023, 1, 15), named("three"))
    collectors = rule(actors=frozenset({LegalActor.PROFESSIONAL_COLLECTOR}))
    assert lapse(collectors) == (None, None)
    assert lapse(collectors, actor=LegalActor.PROFESSIONAL_COLLECTOR)[0] == date(2023, 1, 15)


@pytest.mark.parametrize(
    ("fields", "facts", "day"),
    [
        ({"valid_to": date(2023, 1, 15)}, {}, date(2023, 1, 15)),
        ({"valid_to": date(2023, 1, 14)}, {}, None),
        ({"valid_from": date(2024, 6, 1), "valid_to": date(2024, 6, 1)}, {}, date(2024, 6, 1)),
        ({"selector": Selector.ACCRUAL_DAY, "valid_from": date(2024, 6, 1)}, {}, date(2024, 6, 1)),
        ({"selector": Selector.RECEIVED_ON}, {}, None),
        ({"selector": Selector.DUE_ON, "valid_from": DUE, "valid_to": DUE}, {}, date(2023, 1, 15)),
        ({"selector": Selector.DUE_ON, "valid_to": date(2020, 1, 14)}, {}, None),
        ({"selector": Selector.CONTRACT_ON, "valid_to": DUE}, {"contract_on": DUE}, date(2023, 1, 15)),
        ({"selector": Selector.CONTRACT_ON, "valid_to": DUE}, {"contract_on": date(2020, 1, 16)}, None),
    ],
)
def test_a_rule_holds_on_both_its_ends(fields: dict[str, Any], facts: dict[str, Any], day: date | None) -> None:
    assert lapse(rule(**fields), **facts)[0] == day


def test_an_act_on_the_first_day_starts_nothing_anew_and_one_on_the_last_but_one_does() -> None:
    def after(on: date) -> date | None:
        return lapse(rule(), acts=(DoneAct(ActKind.REMINDER, on),))[0]

    assert after(DUE) == date(2023, 1, 15)
    assert after(date(2020, 1, 16)) == date(2023, 1, 16)
    assert after(date(2023, 1, 14)) == date(2026, 1, 14)
    assert after(date(2023, 1, 15)) == date(2023, 1, 15)


def test_the_final_years_end_it_whatever_was_done_since() -> None:
    acts = tuple(DoneAct(ActKind.REMINDER, date(2020 + year, 12, 1)) for year in (2, 4))
    assert lapse(rule(final_years=6), acts=acts)[0] == date(2026, 1, 15)
    assert lapse(rule(final_years=1), acts=acts)[0] == date(2021, 1, 15)
    assert lapse(rule(), acts=acts)[0] == date(2027, 12, 1)
    # They run from the due date though the years ran from an invoice that was sent before it.
    assert lapse(rule(final_years=3, years=9), due_date_binds=False)[0] == DUE.replace(year=2023)


def test_the_last_years_of_the_calendar() -> None:
    def due(day: date, **fields: Any) -> date | None:
        return lapse(rule(**fields), due_on=day, issued_on=day)[0]

    assert due(date(9996, 1, 15)) == date(9999, 1, 15)
    assert due(date(9997, 1, 15)) == date.max
    assert due(date(9995, 1, 15), from_next_year=True) == date(9999, 1, 1)
    assert due(date(9996, 1, 15), from_next_year=True) == date.max
    assert due(date(2019, 12, 31), from_next_year=True) == date(2023, 1, 1)
    assert due(date(2020, 2, 29)) == date(2023, 2, 28)
    assert due(date(2020, 2, 29), years=4) == date(2024, 2, 29)
