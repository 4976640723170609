"""What is wrong with a pack's rules and rates, each sentence word for word, and the edges at which nothing is wrong."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dunningkit.law.pack import (
    AllocationRule,
    Claim,
    CountRule,
    FeeRule,
    FixedSumRule,
    ForbiddenActRule,
    GapRule,
    LegalActor,
    MarginRule,
    RatePeriod,
    ReferenceRule,
    Rule,
    RuleStatus,
    Selector,
    StopEffect,
    StopKind,
    StopRule,
    Tier,
    TimeToPayRule,
    TotalRule,
    YearCapRule,
)
from dunningkit.law.pack_checks import gaps_in, mistakes_in
from dunningkit.model import ActKind, CustomerClass, Medium

SINCE = date(2020, 1, 1)
ALL = (Tier(None, 500),)
NOTHING: dict[str, frozenset[str]] = {}


def rule(kind: type[Rule], name: str = "a", **fields: Any) -> Any:
    whole = {
        "id": name,
        "classes": frozenset(),
        "actors": frozenset(),
        "valid_from": SINCE,
        "valid_to": None,
        "selector": Selector.ACT_ON,
        "status": RuleStatus.CONFIRMED,
        "cite": "1/2000 1 §",
        "note": "",
    }
    return kind(**(whole | fields))


def fee(name: str = "a", **fields: Any) -> FeeRule:
    return rule(FeeRule, name, **({"act": ActKind.REMINDER, "tiers": ALL} | fields))


def told(*rules: Rule, beside: dict[str, frozenset[str]] = NOTHING, tables: tuple[str, ...] = ()) -> list[str]:
    return mistakes_in(rules, beside, tables)


# -- one rule ----------------------------------------------------------------------------------------------------------


def test_days_classes_and_sections() -> None:
    assert told(fee(valid_to=date(2019, 12, 31))) == [
        "rule 'a', valid_to: 2019-12-31 lies before valid_from; write a later day or leave it out."
    ]
    assert told(fee(valid_to=SINCE)) == []
    assert told(fee(classes=frozenset({CustomerClass.UNKNOWN}))) == [
        "rule 'a', classes: 'unknown' has no rules of its own; it gets the most protective of all. Take it away."
    ]
    assert told(fee(cite="")) == ["rule 'a', cite: is missing; name the section that it rests on."]
    assert told(rule(YearCapRule, cite="", status=RuleStatus.DESIGN)) == []
    assert told(rule(YearCapRule, cite="", status=RuleStatus.DERIVED)) != []


@pytest.mark.parametrize("grants", [fee(), rule(MarginRule, margin_bp=700), rule(FixedSumRule, amount_minor=4000)])
def test_a_rule_of_our_own_grants_nothing(grants: Rule) -> None:
    assert told(grants) == []
    assert told(replace(grants, status=RuleStatus.DESIGN)) == [
        "rule 'a', status: a design rule may only protect the customer, and this one lets something be asked for."
    ]


def test_a_rule_of_our_own_may_say_that_only_the_cost_is_paid() -> None:
    assert told(fee(actual_cost_only=True, tiers=(), status=RuleStatus.DESIGN)) == []


def test_what_stands_beside_another_says_why() -> None:
    two, names = (fee("a"), fee("b", act=ActKind.DEMAND)), {"a": frozenset({"b", "a"})}
    assert told(*two, beside=names) == ["rule 'a', note: is missing; say why it holds beside a, b."]
    assert told(replace(two[0], note="why"), two[1], beside=names) == []
    assert told(replace(two[0], note="why"), beside={"a": frozenset({"zz", "yy"})}) == [
        "rule 'a', beside: there is no rule 'yy'; check its spelling.",
        "rule 'a', beside: there is no rule 'zz'; check its spelling.",
    ]


@pytest.mark.parametrize(
    ("first", "second", "given"),
    [
        ("since_act_days", "since_acts", (14, frozenset({ActKind.REMINDER}))),
        ("few_instalments", "few_instalments_minor", (4, 3000)),
        ("per_instalment_from", "per_instalment_minor", (7, 500)),
    ],
)
def test_two_fields_that_need_each_other(first: str, second: str, given: tuple[Any, Any]) -> None:
    assert told(fee(**{first: given[0]})) == [f"rule 'a', {second}: {first} and {second} need each other; write both."]
    assert told(fee(**{second: given[1]})) == [f"rule 'a', {first}: {first} and {second} need each other; write both."]
    assert told(fee(**{first: given[0], second: given[1]})) == []


def test_a_wait_after_acts_needs_both_too() -> None:
    assert told(rule(GapRule, act=ActKind.TRATTA, after_act_days=10)) == [
        "rule 'a', after_acts: after_act_days and after_acts need each other; write both."
    ]


def test_tiers() -> None:
    missing = "rule 'a', tiers: is missing; write [{ value = 500 }], or actual_cost_only = true."
    for kind, fields in ((FeeRule, {"act": ActKind.REMINDER}), (CountRule, {"act": ActKind.REMINDER}), (TotalRule, {})):
        assert told(rule(kind, tiers=(), **fields)) == [missing]
    assert told(fee(actual_cost_only=True)) == [
        "rule 'a', tiers: with actual_cost_only there is no sum; take the tiers away."
    ]
    assert told(fee(tiers=(Tier(100, 1),))) == [
        "rule 'a', tiers: the last one ends at 100; leave its up_to_minor out: it is for all above."
    ]
    assert told(fee(tiers=(Tier(None, 1), Tier(None, 2)))) == [
        "rule 'a', tiers: only the last one may leave up_to_minor out."
    ]
    rising = "rule 'a', tiers: each up_to_minor must be higher than the one before."
    assert told(fee(tiers=(Tier(100, 1), Tier(100, 2), Tier(None, 3)))) == [rising]
    assert told(fee(tiers=(Tier(200, 1), Tier(100, 2), Tier(None, 3)))) == [rising]
    assert told(fee(tiers=(Tier(100, 1), Tier(101, 2), Tier(None, 3)))) == []


def test_an_order_names_each_claim_once() -> None:
    names = "rule 'a', order: name each of costs, interest, principal once."
    assert told(rule(AllocationRule, order=tuple(Claim))) == []
    assert told(rule(AllocationRule, order=(Claim.COSTS, Claim.PRINCIPAL))) == [names]
    assert told(rule(AllocationRule, order=(*Claim, Claim.COSTS))) == [names]


# -- rules together ----------------------------------------------------------------------------------------------------

AT_ONCE = (
    "rule 'b', valid_from: holds at the same time as 'a' for the same customers; end one of them, "
    'or write beside = ["a"] and say why in a note.'
)


def overlap(first: Rule, second: Rule) -> bool:
    found = told(first, second)
    assert found in ([], [AT_ONCE])
    return bool(found)


def test_an_id_is_its_rules_own() -> None:
    twice = "rule 'a', id: another rule has it already; give each its own."
    assert told(fee(), fee(act=ActKind.DEMAND)) == [twice]
    assert told(fee(), fee(act=ActKind.DEMAND), fee(act=ActKind.TRATTA)) == [twice, twice]


def test_versions_follow_each_other_without_a_day_in_common() -> None:
    first, second = fee("a", valid_to=date(2021, 12, 31)), fee("b", valid_from=date(2022, 1, 1))
    assert not overlap(first, second)
    assert overlap(replace(first, valid_to=date(2022, 1, 1)), second)
    assert overlap(replace(first, valid_to=None), second)
    later = replace(first, valid_from=date(2023, 1, 1), valid_to=None)
    assert overlap(later, replace(second, valid_to=date(2023, 1, 1)))
    assert not overlap(later, replace(second, valid_to=date(2022, 12, 31)))


def test_rules_of_other_customers_actors_and_kinds_do_not_meet() -> None:
    consumer, other = frozenset({CustomerClass.CONSUMER}), frozenset({CustomerClass.OTHER_NON_CONSUMER})
    assert not overlap(fee("a", classes=consumer), fee("b", classes=other))
    assert overlap(fee("a", classes=consumer), fee("b", classes=consumer | other))
    assert overlap(fee("a", classes=consumer), fee("b"))
    assert overlap(fee("a"), fee("b", classes=consumer))
    creditor, collector = frozenset({LegalActor.CREDITOR}), frozenset({LegalActor.PROFESSIONAL_COLLECTOR})
    assert not overlap(fee("a", actors=creditor), fee("b", actors=collector))
    assert overlap(fee("a", actors=creditor), fee("b"))
    assert not overlap(fee("a"), rule(CountRule, "b", act=ActKind.REMINDER, tiers=ALL))


@pytest.mark.parametrize(
    ("kind", "fields", "others"),
    [
        (FeeRule, {"act": ActKind.REMINDER, "tiers": ALL}, {"act": ActKind.DEMAND}),
        (
            FeeRule,
            {"act": ActKind.REMINDER, "tiers": ALL, "media": frozenset({Medium.EMAIL})},
            {"media": frozenset({Medium.LETTER})},
        ),
        (
            TimeToPayRule,
            {"acts": frozenset({ActKind.REMINDER}), "days": 10},
            {"acts": frozenset({ActKind.DEMAND})},
        ),
        (CountRule, {"act": ActKind.REMINDER, "tiers": ALL}, {"act": ActKind.DEMAND}),
        (CountRule, {"act": ActKind.REMINDER, "tiers": ALL}, {"if_act": ActKind.DEMAND}),
        (TotalRule, {"tiers": ALL}, {"if_act": ActKind.DEMAND}),
        (GapRule, {"act": ActKind.REMINDER}, {"act": ActKind.DEMAND}),
        (ForbiddenActRule, {"act": ActKind.REMINDER}, {"act": ActKind.DEMAND}),
        (StopRule, {"stop": StopKind.MINOR, "effect": StopEffect.FORBID}, {"stop": StopKind.ESTATE}),
    ],
)
def test_rules_about_other_subjects_do_not_meet(
    kind: type[Rule], fields: dict[str, Any], others: dict[str, Any]
) -> None:
    first = rule(kind, "a", **fields)
    assert overlap(first, replace(first, id="b"))
    assert not overlap(first, replace(first, id="b", **others))


def test_a_fee_by_any_way_meets_one_by_a_single_way() -> None:
    assert overlap(fee("a"), fee("b", media=frozenset({Medium.EMAIL})))
    both = frozenset({Medium.EMAIL, Medium.LETTER})
    assert overlap(fee("a", media=both), fee("b", media=frozenset({Medium.EMAIL})))


def test_either_of_two_rules_may_say_that_they_hold_together() -> None:
    first, second = fee("a", note="why"), fee("b", note="why")
    assert told(first, second) == [AT_ONCE]
    assert told(first, second, beside={"a": frozenset({"b"})}) == []
    assert told(first, second, beside={"b": frozenset({"a"})}) == []
    third = fee("c")
    assert len(told(first, second, third, beside={"a": frozenset({"b"})})) == 2


# -- rates -------------------------------------------------------------------------------------------------------------


def test_each_table_is_named_by_a_rule_and_each_name_has_its_table() -> None:
    reference = rule(ReferenceRule, table="base")
    assert told(reference, tables=("base",)) == []
    assert told(reference) == ["rule 'a', table: there is no [rates.base]; write it with its file."]
    assert told(reference, tables=("base", "z", "y")) == [
        "[rates.y]: no rule of kind reference names it; take it away or write that rule.",
        "[rates.z]: no rule of kind reference names it; take it away or write that rule.",
    ]


def period(first: date, last: date, status: RuleStatus = RuleStatus.CONFIRMED) -> RatePeriod:
    return RatePeriod(first, last, 100, status, "a notice")


def test_periods_follow_each_other_day_by_day() -> None:
    first = period(SINCE, date(2020, 6, 30))
    assert list(gaps_in([first, period(date(2020, 7, 1), date(2020, 7, 1))])) == []
    assert gaps_in([first, period(date(2020, 7, 2), date(2020, 12, 31))]) == [
        "the period from 2020-07-02 leaves days out; it must begin on 2020-07-01."
    ]
    assert gaps_in([first, period(date(2020, 6, 30), date(2020, 12, 31))]) == [
        "the period from 2020-06-30 overlaps the one before; it must begin on 2020-07-01."
    ]
    assert gaps_in([period(SINCE, date(2019, 12, 31))]) == [
        "the period from 2020-01-01 ends before it begins; mend valid_to."
    ]
    assert gaps_in([period(SINCE, SINCE, RuleStatus.DESIGN)]) == [
        "the period from 2020-01-01, status: a rate of ours alone cannot be asked for."
    ]
    assert gaps_in([period(SINCE, SINCE, RuleStatus.DERIVED)]) == []
