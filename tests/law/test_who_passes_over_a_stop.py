"""Whether a person may pass over a stop at all, by rules of a made-up country."""

from datetime import date
from typing import Any

import pytest

from dunningkit.law.loading import load_pack
from dunningkit.law.pack import LegalActor, RulePack, RuleStatus, Selector, StopEffect, StopKind, StopRule
from dunningkit.law.stops import may_be_passed_over
from dunningkit.model import CustomerClass

DAY = date(2026, 3, 2)
CONSUMER = frozenset({CustomerClass.CONSUMER})
OTHERS = frozenset(CustomerClass) - CONSUMER - {CustomerClass.UNKNOWN}


def stop_rule(effect: StopEffect = StopEffect.PERSON, *, passes: bool = True, **fields: Any) -> StopRule:
    whole = {
        "id": "stop",
        "classes": frozenset(),
        "actors": frozenset(),
        "valid_from": date(2000, 1, 1),
        "valid_to": None,
        "selector": Selector.ACT_ON,
        "status": RuleStatus.CONFIRMED,
        "cite": "1/2000 1 §",
        "note": "",
        "stop": StopKind.MINOR,
        "effect": effect,
        "may_be_overridden": passes,
    }
    return StopRule(**(whole | fields))


def may(*rules: StopRule, of: CustomerClass = CustomerClass.CONSUMER, kind: StopKind = StopKind.MINOR) -> bool:
    return may_be_passed_over(RulePack("xx", "XX", "EUR", "A made-up country", rules, ()), kind, of, DAY)


def test_a_stop_may_be_passed_over_where_its_rules_say_so() -> None:
    assert may(stop_rule())
    assert not may(stop_rule(passes=False))
    assert not may(stop_rule(), stop_rule(passes=False))
    assert may(stop_rule(StopEffect.NO_EFFECT, passes=False))


def test_a_stop_that_the_pack_does_not_know_is_kept() -> None:
    assert not may()
    assert not may(stop_rule(), kind=StopKind.ESTATE)


def test_a_rule_for_others_counts_where_none_is_for_this_class() -> None:
    assert may(stop_rule(classes=OTHERS))
    assert not may(stop_rule(classes=OTHERS, passes=False))
    assert may(stop_rule(classes=CONSUMER), stop_rule(classes=OTHERS, passes=False))


def test_a_class_that_is_not_known_passes_over_only_what_every_class_may() -> None:
    assert may(stop_rule(), of=CustomerClass.UNKNOWN)
    assert not may(stop_rule(classes=CONSUMER), stop_rule(classes=OTHERS, passes=False), of=CustomerClass.UNKNOWN)
    free = stop_rule(StopEffect.NO_EFFECT, classes=OTHERS, passes=False)
    assert may(stop_rule(classes=CONSUMER), free, of=CustomerClass.UNKNOWN)


@pytest.mark.parametrize(
    ("days", "passes"),
    [
        ({"valid_from": DAY}, True),
        ({"valid_to": DAY}, True),
        ({"valid_from": date(2026, 3, 3)}, False),
        ({"valid_to": date(2026, 3, 1)}, False),
    ],
)
def test_a_rule_counts_on_its_days(days: dict[str, date], *, passes: bool) -> None:
    # On other days it is none, and what holds for others counts.
    assert may(stop_rule(classes=CONSUMER, **days), stop_rule(classes=OTHERS, passes=False)) is passes


def test_the_engine_acts_as_the_creditor() -> None:
    collectors = stop_rule(actors=frozenset({LegalActor.PROFESSIONAL_COLLECTOR}), passes=False)
    assert may(stop_rule(), collectors)
    creditors = stop_rule(actors=frozenset({LegalActor.CREDITOR}), passes=False)
    assert not may(stop_rule(), creditors)


def test_the_stops_that_the_finnish_pack_lets_a_person_pass_over() -> None:
    pack = load_pack("fi")
    kept = {kind for kind in StopKind if not may_be_passed_over(pack, kind, CustomerClass.CONSUMER, DAY)}
    assert {StopKind.LIMITATION, StopKind.BANKRUPTCY, StopKind.DISPUTE} <= kept
    assert not kept & {StopKind.MINOR, StopKind.HARDSHIP, StopKind.CREDITOR_OWES_ANSWER}
