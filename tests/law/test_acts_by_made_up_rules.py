"""What an act may cost by rules of a made-up country: each condition alone, so that no other can answer for it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dunningkit.law import BusinessCalendar
from dunningkit.law.acts import allowed, fixed_sum_minor
from dunningkit.law.answers import Allowed, Ruling
from dunningkit.law.case import AskedAct, Case, DoneAct, Paid, Stop
from dunningkit.law.pack import (
    CountRule,
    DueShiftRule,
    FeeRule,
    FixedSumRule,
    ForbiddenActRule,
    GapRule,
    LegalActor,
    LimitationRule,
    Rule,
    RulePack,
    RuleStatus,
    Selector,
    StopEffect,
    StopKind,
    StopRule,
    Tier,
    TimeToPayRule,
    TotalRule,
)
from dunningkit.law.veto import Override, judge
from dunningkit.model import ActKind, CustomerClass, Medium, Money, ReasonCode

CALENDAR = BusinessCalendar()
DUE = date(2026, 3, 2)  # a Monday
REMINDER = AskedAct(ActKind.REMINDER, date(2026, 4, 1), medium=Medium.LETTER)


def rule(kind: type[Rule], **fields: Any) -> Any:
    whole = {
        "id": f"xx.{kind.__name__}",
        "classes": frozenset(),
        "actors": frozenset(),
        "valid_from": date(2000, 1, 1),
        "valid_to": None,
        "selector": Selector.ACT_ON,
        "status": RuleStatus.CONFIRMED,
        "cite": "1/2000 1 §",
        "note": "",
    }
    return kind(**(whole | fields))


def upto(*values: int | tuple[int, int]) -> tuple[Tier, ...]:
    return tuple(Tier(*one) if isinstance(one, tuple) else Tier(None, one) for one in values)


def fee(amount_minor: int = 500, **fields: Any) -> FeeRule:
    return rule(FeeRule, **({"act": ActKind.REMINDER, "tiers": upto(amount_minor)} | fields))


def pack(*rules: Rule) -> RulePack:
    return RulePack("xx", "XX", "EUR", "A made-up country", rules, ())


def case(**fields: Any) -> Case:
    whole = {
        "customer_class": CustomerClass.CONSUMER,
        "principal": Money(10_000, "EUR"),
        "issued_on": date(2026, 2, 16),
        "sent_on": date(2026, 2, 16),
        "due_on": DUE,
    }
    return Case(**(whole | fields))


def ask(of: Case, asked: AskedAct, *rules: Rule) -> Allowed:
    return allowed(of, asked, pack(*rules), CALENDAR)


def codes(found: Allowed) -> list[ReasonCode]:
    return [reason.code for reason in found.why]


def test_a_tariff_is_what_it_may_cost() -> None:
    found = ask(case(), REMINDER, fee(500))
    assert (found.fee_minor, found.chargeable_on, codes(found)) == (500, REMINDER.on, [ReasonCode.LAW_ALLOWED])
    assert found.why[0].params == {"fee_minor": 500, "currency": "EUR", "cite": "1/2000 1 §"}


def test_without_a_rule_nothing_may_be_charged_and_the_act_is_free() -> None:
    found = ask(case(), REMINDER)
    assert (found.fee_minor, found.is_possible, found.chargeable_on) == (0, True, None)
    assert codes(found) == [ReasonCode.LAW_FEE_NO_RULE]


def test_a_design_rule_grants_nothing_and_lowers_what_another_grants() -> None:
    ours = fee(300, status=RuleStatus.DESIGN)
    assert ask(case(), REMINDER, ours).fee_minor == 0
    assert ask(case(), REMINDER, ours, fee(500)).fee_minor == 300
    assert ask(case(), REMINDER, fee(900, status=RuleStatus.DESIGN), fee(500)).fee_minor == 500


def test_a_rule_of_another_actor_or_class_grants_nothing() -> None:
    collectors = fee(actors=frozenset({LegalActor.PROFESSIONAL_COLLECTOR}))
    assert ask(case(), REMINDER, collectors).fee_minor == 0
    assert ask(case(actor=LegalActor.PROFESSIONAL_COLLECTOR), REMINDER, collectors).fee_minor == 500
    assert ask(case(), REMINDER, fee(classes=frozenset({CustomerClass.OTHER_NON_CONSUMER}))).fee_minor == 0


def test_money_of_another_country_costs_nothing_because_nobody_converts_it() -> None:
    found = ask(case(principal=Money(10_000, "SEK")), REMINDER, fee())
    assert (found.fee_minor, codes(found)[0]) == (0, ReasonCode.LAW_FEE_NO_RULE)


@pytest.mark.parametrize(("days", "fee_minor"), [(0, 0), (1, 500)])
def test_no_reminder_costs_anything_before_the_day_after_the_due_date(days: int, fee_minor: int) -> None:
    asked = replace(REMINDER, on=date.fromordinal(DUE.toordinal() + days))
    assert ask(case(), asked, fee()).fee_minor == fee_minor


@pytest.mark.parametrize(("day", "fee_minor"), [(16, 0), (17, 500)])
def test_full_days_lie_between_the_due_date_and_a_fee(day: int, fee_minor: int) -> None:
    found = ask(case(), replace(REMINDER, on=date(2026, 3, day)), fee(since_due_days=14))
    assert (found.fee_minor, found.chargeable_on) == (fee_minor, date(2026, 3, 17))


def test_the_due_date_moves_for_waiting_but_not_for_when_the_invoice_was_sent() -> None:
    saturday = case(due_on=date(2026, 3, 7), sent_on=date(2026, 2, 23))
    shift = rule(DueShiftRule, selector=Selector.DUE_ON, status=RuleStatus.DESIGN)
    waits = fee(since_due_days=14)
    assert ask(saturday, REMINDER, waits).chargeable_on == REMINDER.on
    early = replace(REMINDER, on=date(2026, 3, 10))
    assert ask(saturday, early, waits).chargeable_on == date(2026, 3, 22)
    assert ask(saturday, early, waits, shift).chargeable_on == date(2026, 3, 24)
    late = fee(sent_before_due_days=14)
    assert codes(ask(saturday, REMINDER, late, shift)) == [ReasonCode.LAW_FEE_INVOICE_LATE]


@pytest.mark.parametrize(("sent", "fee_minor"), [(date(2026, 2, 16), 500), (date(2026, 2, 17), 0), (None, 0)])
def test_an_invoice_sent_late_or_nobody_knows_when_makes_reminders_free(sent: date | None, fee_minor: int) -> None:
    rules = fee(sent_before_due_days=14)
    assert ask(case(sent_on=sent), REMINDER, rules).fee_minor == fee_minor
    assert ask(case(sent_on=sent, notice_needed=False), REMINDER, rules).fee_minor == 500


def test_an_invoice_sent_on_its_due_date_is_late_by_a_single_day() -> None:
    rules = fee(sent_before_due_days=1)
    assert ask(case(sent_on=DUE), REMINDER, rules).fee_minor == 0
    assert ask(case(sent_on=date(2026, 3, 1)), REMINDER, rules).fee_minor == 500
    assert ask(case(sent_on=None), REMINDER, fee()).fee_minor == 500


def test_a_fee_waits_after_any_act_that_the_rule_names_whoever_did_it() -> None:
    rules = fee(since_act_days=10, since_acts=frozenset({ActKind.REMINDER, ActKind.DEMAND}))
    theirs = DoneAct(ActKind.DEMAND, date(2026, 3, 22), actor=LegalActor.PROFESSIONAL_COLLECTOR)
    found = ask(case(acts=(theirs,)), REMINDER, rules)
    assert (found.fee_minor, found.chargeable_on) == (0, date(2026, 4, 2))
    assert found.why[0].params["day"] == "2026-04-02"
    plan = DoneAct(ActKind.PAYMENT_PLAN, date(2026, 3, 31))
    assert ask(case(acts=(plan,)), REMINDER, rules).fee_minor == 500


def test_the_day_told_is_that_of_the_version_then_in_force() -> None:
    before = fee(since_act_days=7, since_acts=frozenset({ActKind.REMINDER}), valid_to=date(2026, 4, 4))
    after = fee(since_act_days=10, since_acts=frozenset({ActKind.REMINDER}), valid_from=date(2026, 4, 5))
    found = ask(case(acts=(DoneAct(ActKind.REMINDER, date(2026, 3, 29)),)), REMINDER, before, after)
    assert (found.chargeable_on, found.why[0].params["day"]) == (date(2026, 4, 9), "2026-04-09")


def test_a_later_version_may_be_the_first_to_grant_anything() -> None:
    found = ask(case(), REMINDER, fee(valid_from=date(2026, 5, 1)))
    assert (found.fee_minor, found.chargeable_on) == (0, date(2026, 5, 1))
    found = ask(case(), REMINDER, fee(), rule(ForbiddenActRule, act=ActKind.REMINDER, valid_to=date(2026, 4, 9)))
    assert (found.is_possible, found.possible_on, found.chargeable_on) == (False, date(2026, 4, 10), date(2026, 4, 10))


@pytest.mark.parametrize(
    ("medium", "fee_minor"), [(Medium.LETTER, 500), (Medium.EMAIL, 0), (Medium.PHONE, 0), (None, 0)]
)
def test_only_a_way_that_the_rule_names_costs_its_sum(medium: Medium | None, fee_minor: int) -> None:
    letters = fee(media=frozenset({Medium.LETTER}))
    calls = fee(0, media=frozenset({Medium.PHONE}), actual_cost_only=True)
    found = ask(case(), replace(REMINDER, medium=medium), letters, calls)
    assert found.fee_minor == fee_minor
    assert codes(found) == [ReasonCode.LAW_ALLOWED if fee_minor else ReasonCode.LAW_FEE_ACTUAL_COST]


def test_a_fee_that_needs_an_agreement_or_a_free_reminder_first() -> None:
    assert codes(ask(case(), REMINDER, fee(needs_agreement=True))) == [ReasonCode.LAW_FEE_NOT_AGREED]
    assert ask(case(fee_agreed=True), REMINDER, fee(needs_agreement=True)).fee_minor == 500
    first = fee(needs_free_first=True)
    assert codes(ask(case(), REMINDER, first)) == [ReasonCode.LAW_FEE_FREE_FIRST]
    same_day = DoneAct(ActKind.REMINDER, REMINDER.on)
    assert codes(ask(case(acts=(same_day,)), REMINDER, first)) == [ReasonCode.LAW_FEE_FREE_FIRST]
    paid = DoneAct(ActKind.REMINDER, date(2026, 3, 5), fee_minor=100)
    assert codes(ask(case(acts=(paid,)), REMINDER, first)) == [ReasonCode.LAW_FEE_FREE_FIRST]
    assert ask(case(acts=(replace(paid, fee_minor=0),)), REMINDER, first).fee_minor == 500


def test_a_repeat_costs_its_share_and_never_a_cent_more() -> None:
    half = fee(501, repeat_permille=500)
    assert ask(case(), REMINDER, half).fee_minor == 501
    before = case(acts=(DoneAct(ActKind.REMINDER, date(2026, 3, 5)),))
    assert ask(before, REMINDER, half).fee_minor == 250
    assert ask(before, REMINDER, fee(100_000, repeat_permille=500)).fee_minor == 50_000
    assert ask(case(acts=(DoneAct(ActKind.DEMAND, date(2026, 3, 5)),)), REMINDER, half).fee_minor == 501


@pytest.mark.parametrize(
    ("instalments", "fee_minor"), [(0, 3000), (4, 3000), (5, 6000), (6, 6000), (7, 6500), (9, 7500)]
)
def test_a_plan_costs_by_its_instalments(instalments: int, fee_minor: int) -> None:
    rules = fee(
        6000,
        act=ActKind.PAYMENT_PLAN,
        few_instalments=4,
        few_instalments_minor=3000,
        per_instalment_from=7,
        per_instalment_minor=500,
    )
    asked = AskedAct(ActKind.PAYMENT_PLAN, date(2026, 3, 1), instalments=instalments)
    assert ask(case(), asked, rules).fee_minor == fee_minor


def test_a_plan_for_a_small_debt_never_costs_more_for_having_few_parts() -> None:
    rules = fee(1000, act=ActKind.PAYMENT_PLAN, few_instalments=4, few_instalments_minor=3000)
    assert ask(case(), AskedAct(ActKind.PAYMENT_PLAN, DUE, instalments=2), rules).fee_minor == 1000


@pytest.mark.parametrize(("days", "fee_minor"), [(13, 0), (14, 500), (30, 500)])
def test_only_a_long_extension_costs_anything_and_it_may_come_before_the_due_date(days: int, fee_minor: int) -> None:
    rules = fee(act=ActKind.EXTENSION, extension_days=14)
    found = ask(case(), AskedAct(ActKind.EXTENSION, date(2026, 2, 25), extension_days=days), rules)
    assert found.fee_minor == fee_minor
    if not fee_minor:
        assert found.why[0].params == {"extension_days": 13, "least_days": 14, "cite": "1/2000 1 §"}


def test_a_count_is_of_acts_that_cost_something() -> None:
    rules = (fee(), rule(CountRule, act=ActKind.REMINDER, tiers=upto((5000, 1), 2)))
    free, charged = DoneAct(ActKind.REMINDER, date(2026, 3, 5)), DoneAct(ActKind.REMINDER, date(2026, 3, 6), 500)
    found = ask(case(acts=(free, charged)), REMINDER, *rules)
    assert (found.fee_minor, found.caps.acts_left) == (500, 1)
    found = ask(case(acts=(charged, charged)), REMINDER, *rules)
    assert (found.fee_minor, found.is_possible, found.caps.acts_left, found.chargeable_on) == (0, True, 0, None)
    assert found.why[0].params == {"max_acts": 2, "cite": "1/2000 1 §"}
    assert [one.rule_id for one in found.cited] == ["xx.CountRule", "xx.FeeRule"]
    early = ask(case(acts=(free,)), replace(REMINDER, on=DUE), *rules)
    assert [one.rule_id for one in early.cited] == ["xx.FeeRule"]
    assert ask(case(principal=Money(5000, "EUR"), acts=(charged,)), REMINDER, *rules).fee_minor == 0


def test_a_count_may_hold_only_after_another_act() -> None:
    rules = (fee(), rule(CountRule, act=ActKind.REMINDER, tiers=upto(1), if_act=ActKind.TRATTA))
    charged, tratta = DoneAct(ActKind.REMINDER, date(2026, 3, 6), 500), DoneAct(ActKind.TRATTA, date(2026, 3, 7))
    assert ask(case(acts=(charged,)), REMINDER, *rules).fee_minor == 500
    assert ask(case(acts=(charged, tratta)), REMINDER, *rules).fee_minor == 0


def test_of_a_total_only_what_is_left_may_be_charged() -> None:
    rules = (fee(), rule(TotalRule, tiers=upto((9999, 600), 1200)))
    demand = DoneAct(ActKind.DEMAND, date(2026, 3, 20), 900)
    found = ask(case(acts=(demand,)), REMINDER, *rules)
    assert (found.fee_minor, found.caps.total_left_minor) == (300, 300)
    assert codes(found) == [ReasonCode.LAW_FEE_TOTAL, ReasonCode.LAW_ALLOWED]
    found = ask(case(acts=(demand, demand)), REMINDER, *rules)
    assert (found.fee_minor, found.caps.total_left_minor, found.chargeable_on) == (0, 0, None)
    assert found.why[0].params["total_minor"] == 1200
    assert ask(case(principal=Money(9999, "EUR"), acts=(demand,)), REMINDER, *rules).fee_minor == 0


def test_a_total_may_leave_a_single_cent() -> None:
    found = ask(case(), REMINDER, fee(500), rule(TotalRule, tiers=upto(1)))
    assert (found.fee_minor, codes(found)) == (1, [ReasonCode.LAW_FEE_TOTAL, ReasonCode.LAW_ALLOWED])


def test_a_total_that_is_just_enough_is_no_reason() -> None:
    found = ask(case(), REMINDER, fee(500), rule(TotalRule, tiers=upto(500)))
    assert (found.fee_minor, codes(found)) == (500, [ReasonCode.LAW_ALLOWED])


def test_a_total_may_leave_out_what_was_before_its_time() -> None:
    rules = (fee(), rule(TotalRule, tiers=upto(600), counts_from=date(2026, 3, 20)))
    acts = (DoneAct(ActKind.DEMAND, date(2026, 3, 19), 900), DoneAct(ActKind.DEMAND, date(2026, 3, 20), 200))
    assert ask(case(acts=acts), REMINDER, *rules).fee_minor == 400


def test_another_total_stands_instead_where_a_rarer_act_was_done_or_is_asked_for() -> None:
    more = rule(TotalRule, tiers=upto(2000), if_act=ActKind.BANKRUPTCY_DEMAND)
    rules = (fee(), fee(5000, act=ActKind.BANKRUPTCY_DEMAND), rule(TotalRule, tiers=upto(300)), more)
    assert ask(case(), REMINDER, *rules).fee_minor == 300
    assert ask(case(), replace(REMINDER, kind=ActKind.BANKRUPTCY_DEMAND), *rules).fee_minor == 2000
    done = DoneAct(ActKind.BANKRUPTCY_DEMAND, date(2026, 3, 6), 1800)
    assert ask(case(acts=(done,)), REMINDER, *rules).fee_minor == 200
    ours = replace(more, status=RuleStatus.DESIGN)
    assert ask(case(acts=(done,)), REMINDER, *rules[:3], ours).fee_minor == 0


def test_a_lump_sum_that_was_claimed_swallows_costs_up_to_it() -> None:
    lump = rule(FixedSumRule, amount_minor=1000, selector=Selector.DUE_ON)
    claimed = case(fixed_sum_claimed=True)
    found = ask(claimed, REMINDER, fee(500), lump)
    assert (found.fee_minor, codes(found)) == (0, [ReasonCode.LAW_FIXED_SUM_SET_OFF])
    found = ask(claimed, REMINDER, fee(1500), lump)
    assert (found.fee_minor, codes(found)) == (500, [ReasonCode.LAW_FIXED_SUM_SET_OFF, ReasonCode.LAW_ALLOWED])
    past = DoneAct(ActKind.DEMAND, date(2026, 3, 5), 1200)
    assert ask(replace(claimed, acts=(past,)), REMINDER, fee(500), lump).fee_minor == 500
    assert ask(case(), REMINDER, fee(500), lump).fee_minor == 500


def test_the_lump_sum_itself_is_what_costs_left_of_it_and_only_where_a_rule_grants_it() -> None:
    lump = rule(
        FixedSumRule, amount_minor=1000, selector=Selector.DUE_ON, classes=frozenset({CustomerClass.COMMERCIAL_30_2013})
    )
    business = case(customer_class=CustomerClass.COMMERCIAL_30_2013)
    assert fixed_sum_minor(business, pack(lump), interest_runs=True) == 1000
    assert (
        fixed_sum_minor(replace(business, acts=(DoneAct(ActKind.REMINDER, DUE, 300),)), pack(lump), interest_runs=True)
        == 700
    )
    assert fixed_sum_minor(replace(business, principal=Money(10_000, "SEK")), pack(lump), interest_runs=True) == 0
    assert fixed_sum_minor(replace(business, customer_class=CustomerClass.UNKNOWN), pack(lump), interest_runs=True) == 0
    assert fixed_sum_minor(case(), pack(lump), interest_runs=True) == 0
    assert fixed_sum_minor(business, pack(lump), interest_runs=False) == 0
    assert fixed_sum_minor(business, pack(replace(lump, status=RuleStatus.DESIGN)), interest_runs=True) == 0


def test_a_lump_sum_goes_on_swallowing_when_the_customer_turns_out_to_be_a_consumer() -> None:
    lump = rule(
        FixedSumRule, amount_minor=1000, selector=Selector.DUE_ON, classes=frozenset({CustomerClass.COMMERCIAL_30_2013})
    )
    assert ask(case(fixed_sum_claimed=True), REMINDER, fee(500), lump).fee_minor == 0
    smaller = rule(FixedSumRule, amount_minor=300, selector=Selector.DUE_ON)
    for rules in ((lump, smaller), (smaller, lump)):
        assert ask(case(fixed_sum_claimed=True), REMINDER, fee(500), *rules).fee_minor == 0


def test_an_act_that_is_forbidden_or_waits_for_another() -> None:
    asked = replace(REMINDER, kind=ActKind.TRATTA)
    found = ask(case(), asked, fee(act=ActKind.TRATTA), rule(ForbiddenActRule, act=ActKind.TRATTA))
    assert (found.fee_minor, found.is_possible, found.possible_on, found.chargeable_on) == (0, False, None, None)
    assert codes(found) == [ReasonCode.LAW_ACT_FORBIDDEN]
    gap = rule(
        GapRule,
        act=ActKind.TRATTA,
        after_act_days=10,
        after_acts=frozenset({ActKind.REMINDER}),
        needs_one=True,
    )
    assert codes(ask(case(), asked, gap)) == [ReasonCode.LAW_ACT_NEEDS_REMINDER]
    courtesy = DoneAct(ActKind.REMINDER, DUE)
    assert codes(ask(case(acts=(courtesy,)), asked, gap)) == [ReasonCode.LAW_ACT_NEEDS_REMINDER]
    reminded = DoneAct(ActKind.REMINDER, date(2026, 3, 22))
    found = ask(case(acts=(reminded,)), asked, gap, fee(act=ActKind.TRATTA))
    assert (found.is_possible, found.possible_on, found.chargeable_on) == (False, date(2026, 4, 2), date(2026, 4, 2))
    assert codes(found) == [ReasonCode.LAW_ACT_TOO_EARLY]
    assert ask(case(acts=(replace(reminded, on=date(2026, 3, 21)),)), asked, gap).is_possible


def test_an_act_that_waits_after_the_due_date() -> None:
    gap = rule(GapRule, act=ActKind.DEMAND, after_due_days=30)
    found = ask(case(), replace(REMINDER, kind=ActKind.DEMAND), gap)
    assert (found.is_possible, found.possible_on) == (False, date(2026, 4, 2))


def test_the_earliest_day_for_paying_is_counted_from_the_latest_receipt() -> None:
    times = rule(TimeToPayRule, acts=frozenset({ActKind.REMINDER}), days=10)
    found = ask(case(), replace(REMINDER, delivery_days=5), times)
    assert found.pay_by == date(2026, 4, 16)
    assert found.why[-1].params == {"least_days": 10, "day": "2026-04-16", "cite": "1/2000 1 §"}
    assert ask(case(), replace(REMINDER, delivery_days=5)).pay_by == date(2026, 4, 6)


def test_more_than_is_allowed_is_answered_with_what_is() -> None:
    found = ask(case(), replace(REMINDER, fee_minor=700), fee(500))
    assert (found.fee_minor, codes(found)) == (500, [ReasonCode.LAW_ALLOWED, ReasonCode.LAW_FEE_LOWERED])
    assert (found.why[1].params["asked_minor"], found.why[1].params["allowed_minor"]) == (700, 500)
    assert ReasonCode.LAW_FEE_LOWERED not in codes(ask(case(), replace(REMINDER, fee_minor=500), fee(500)))


def test_a_rule_chosen_by_the_contract_holds_only_where_its_day_is_known() -> None:
    rules = fee(selector=Selector.CONTRACT_ON, valid_from=date(2015, 5, 1))
    assert ask(case(), REMINDER, rules).fee_minor == 0
    assert ask(case(contract_on=date(2015, 5, 1)), REMINDER, rules).fee_minor == 500
    assert ask(case(contract_on=date(2015, 4, 30)), REMINDER, rules).fee_minor == 0


def test_a_version_holds_on_both_its_ends() -> None:
    rules = fee(valid_from=date(2026, 4, 1), valid_to=date(2026, 4, 2))
    fees = [ask(case(), replace(REMINDER, on=date(2026, 4, day)), rules).fee_minor for day in (1, 2, 3)]
    assert fees == [500, 500, 0]
    assert ask(case(), replace(REMINDER, on=date(2026, 3, 31)), rules).chargeable_on == date(2026, 4, 1)


def test_tiers_that_do_not_reach_the_principal_grant_nothing_and_limit_nothing() -> None:
    found = ask(case(), REMINDER, fee(tiers=(Tier(9_999, 500),)))
    assert (found.fee_minor, codes(found)) == (0, [ReasonCode.LAW_FEE_NO_RULE])
    total = rule(TotalRule, tiers=(Tier(9_999, 100),))
    count = rule(CountRule, act=ActKind.REMINDER, tiers=(Tier(9_999, 0),))
    found = ask(case(), REMINDER, fee(), total, count)
    assert (found.fee_minor, found.caps.total_left_minor, found.caps.acts_left) == (500, None, None)


def test_what_no_waiting_mends_is_told_before_what_only_comes_too_early() -> None:
    rules = (fee(since_due_days=40), rule(CountRule, act=ActKind.REMINDER, tiers=upto(0)))
    found = ask(case(), REMINDER, *rules)
    assert codes(found) == [ReasonCode.LAW_FEE_COUNT, ReasonCode.LAW_FEE_TOO_EARLY]
    late = fee(since_due_days=40, sent_before_due_days=20)
    assert codes(ask(case(), REMINDER, late)) == [ReasonCode.LAW_FEE_INVOICE_LATE, ReasonCode.LAW_FEE_TOO_EARLY]


def test_what_lapses_before_it_may_cost_something_never_does() -> None:
    lapses = rule(LimitationRule, years=1, interrupted_by=frozenset())
    waits = fee(since_due_days=400)
    assert ask(case(due_date_binds=True), REMINDER, waits).chargeable_on == date(2027, 4, 7)
    found = ask(case(due_date_binds=True), REMINDER, waits, lapses)
    assert (found.is_possible, found.chargeable_on) == (True, None)
    found = ask(case(due_date_binds=True), replace(REMINDER, on=date(2027, 3, 2)), fee(), lapses)
    assert (found.is_possible, found.possible_on, codes(found)) == (False, None, [ReasonCode.LAW_LAPSED])
    assert ask(case(due_date_binds=True), replace(REMINDER, on=date(2027, 3, 1)), fee(), lapses).fee_minor == 500


def test_what_was_invoiced_the_year_before_it_fell_due_may_lapse_a_year_sooner() -> None:
    lapses = rule(LimitationRule, years=1, interrupted_by=frozenset())
    early = case(issued_on=date(2025, 12, 20), due_on=date(2026, 1, 10))
    assert codes(ask(early, replace(REMINDER, on=date(2026, 12, 28)), lapses)) == [ReasonCode.LAW_LAPSED]


def test_the_rules_that_an_answer_rests_on_are_named_once_each() -> None:
    lump = rule(FixedSumRule, amount_minor=100, selector=Selector.DUE_ON)
    total = rule(TotalRule, tiers=upto(400))
    found = ask(case(fixed_sum_claimed=True), REMINDER, fee(), total, lump)
    assert [one.rule_id for one in found.cited] == ["xx.FeeRule", "xx.TotalRule", "xx.FixedSumRule"]
    assert found.fee_minor == 300
    assert codes(found) == [ReasonCode.LAW_FIXED_SUM_SET_OFF, ReasonCode.LAW_FEE_TOTAL, ReasonCode.LAW_ALLOWED]
    disputes = tuple(Stop(StopKind.DISPUTE, DUE, amount_minor=10) for _ in range(2))
    found = ask(case(stops=disputes), REMINDER, fee(), stop_rule(StopKind.DISPUTE, StopEffect.FORBID))
    assert [one.rule_id for one in found.cited] == ["xx.FeeRule", "xx.StopRule"]


def test_a_stop_that_the_pack_knows_for_others_only_is_taken_as_theirs() -> None:
    theirs = stop_rule(
        StopKind.SUSPENSION_REQUEST, StopEffect.FREE_ACTS_ONLY, classes=frozenset({CustomerClass.CONSUMER})
    )
    stopped = case(customer_class=CustomerClass.COMMERCIAL_30_2013, stops=(Stop(StopKind.SUSPENSION_REQUEST, DUE),))
    found = ask(stopped, REMINDER, fee(), theirs)
    assert (found.fee_minor, found.is_possible, codes(found)) == (0, True, [ReasonCode.LAW_FEE_SUSPENDED])


def test_of_a_class_that_is_not_known_the_text_says_what_any_class_makes_it_say() -> None:
    consumer, others = frozenset({CustomerClass.CONSUMER}), frozenset({CustomerClass.OTHER_NON_CONSUMER})
    rules = (
        fee(classes=others),
        stop_rule(StopKind.SUSPENSION_REQUEST, StopEffect.NO_EFFECT, classes=consumer),
        stop_rule(StopKind.SUSPENSION_REQUEST, StopEffect.FREE_ACTS_ONLY, classes=others),
    )
    unknown = case(customer_class=CustomerClass.UNKNOWN, stops=(Stop(StopKind.SUSPENSION_REQUEST, DUE),))
    found = ask(unknown, REMINDER, *rules)
    assert codes(found) == [
        ReasonCode.LAW_FEE_NO_RULE,
        ReasonCode.LAW_FEE_SUSPENDED,
        ReasonCode.LAW_CLASS_UNKNOWN,
    ]
    judged = judge(unknown, REMINDER, pack(*rules), CALENDAR, fee_minor=0, interest_minor=0)
    assert (judged.ruling, judged.must_say_free) == (Ruling.ALLOW, True)


def test_of_a_class_that_is_not_known_the_disputed_part_is_left_out_when_any_class_may_dispute_it() -> None:
    consumer = frozenset({CustomerClass.CONSUMER})
    rules = (
        stop_rule(StopKind.DISPUTE, StopEffect.NO_EFFECT, classes=consumer),
        stop_rule(StopKind.DISPUTE, StopEffect.FORBID, classes=frozenset(CustomerClass) - consumer),
    )
    disputed = (Stop(StopKind.DISPUTE, DUE, amount_minor=4_000),)
    for customer_class, ruling in [
        (CustomerClass.CONSUMER, Ruling.ALLOW),
        (CustomerClass.OTHER_NON_CONSUMER, Ruling.FORBID),
        (CustomerClass.UNKNOWN, Ruling.FORBID),
    ]:
        of = case(customer_class=customer_class, stops=disputed)
        verdict = judge(of, REMINDER, pack(*rules), CALENDAR, fee_minor=0, interest_minor=0, principal_minor=6_001)
        assert verdict.ruling is ruling


def test_a_case_whose_class_changes_in_between_keeps_what_was_charged() -> None:
    """First taken for a company, then found to be a consumer, then the other way round."""
    small = rule(TotalRule, tiers=upto(1_000), classes=frozenset({CustomerClass.CONSUMER}), id="xx.small")
    large = rule(TotalRule, tiers=upto(3_000), classes=frozenset({CustomerClass.OTHER_NON_CONSUMER}), id="xx.large")
    rules = (fee(1_200), small, large)
    company = case(customer_class=CustomerClass.OTHER_NON_CONSUMER)
    first = ask(company, REMINDER, *rules)
    assert (first.fee_minor, first.caps.total_left_minor) == (1_200, 3_000)
    acts = (DoneAct(ActKind.REMINDER, REMINDER.on, first.fee_minor),)
    second = ask(case(acts=acts), replace(REMINDER, on=date(2026, 5, 1)), *rules)
    assert (second.fee_minor, second.caps.total_left_minor) == (0, 0)
    third = ask(replace(company, acts=acts), replace(REMINDER, on=date(2026, 6, 1)), *rules)
    assert (third.fee_minor, third.caps.total_left_minor) == (1_200, 1_800)


def test_what_was_paid_before_the_day_makes_it_free() -> None:
    paid = case(payments=(Paid(date(2026, 4, 1), 10_000),))
    assert codes(ask(paid, REMINDER, fee())) == [ReasonCode.PAID_MEANWHILE]
    later = case(payments=(Paid(date(2026, 4, 2), 10_000),))
    assert ask(later, REMINDER, fee()).fee_minor == 500
    back = case(payments=(Paid(date(2026, 3, 20), 10_000), Paid(date(2026, 3, 25), -10_000)))
    assert ask(back, REMINDER, fee()).fee_minor == 500


def test_vat_may_come_on_top_only_where_the_rule_says_so_and_the_creditor_cannot_deduct_it() -> None:
    adds = fee(vat_may_be_added=True)
    assert ask(case(vat_deductible=False), REMINDER, adds).vat_may_be_added
    assert not ask(case(vat_deductible=True), REMINDER, adds).vat_may_be_added
    assert not ask(case(vat_deductible=False), REMINDER, fee()).vat_may_be_added
    assert not ask(case(vat_deductible=False), replace(REMINDER, on=DUE), adds).vat_may_be_added


def test_vat_comes_on_top_for_a_class_that_is_not_known_only_where_it_does_for_each() -> None:
    consumer = frozenset({CustomerClass.CONSUMER})
    adds = fee(vat_may_be_added=True, classes=frozenset(CustomerClass) - consumer)
    unknown = case(customer_class=CustomerClass.UNKNOWN, vat_deductible=False)
    for rule_of_consumers, may in ((fee(classes=consumer), False), (replace(adds, classes=consumer), True)):
        assert ask(unknown, REMINDER, adds, rule_of_consumers).vat_may_be_added is may


def test_a_class_that_is_not_known_gets_the_least_and_the_longest_wait() -> None:
    consumer = fee(500, since_due_days=14, classes=frozenset({CustomerClass.CONSUMER}))
    others = fee(1200, classes=frozenset(CustomerClass) - {CustomerClass.CONSUMER, CustomerClass.UNKNOWN})
    unknown = case(customer_class=CustomerClass.UNKNOWN)
    found = ask(unknown, REMINDER, consumer, others)
    assert (found.fee_minor, codes(found)[-1]) == (500, ReasonCode.LAW_CLASS_UNKNOWN)
    found = ask(unknown, replace(REMINDER, on=date(2026, 3, 10)), consumer, others)
    assert (found.fee_minor, found.chargeable_on) == (0, date(2026, 3, 17))
    assert ask(unknown, REMINDER, others).fee_minor == 0
    totals = (
        rule(TotalRule, tiers=upto(900), classes=frozenset({CustomerClass.CONSUMER})),
        rule(TotalRule, tiers=upto(700), classes=frozenset({CustomerClass.OTHER_NON_CONSUMER})),
    )
    assert ask(unknown, REMINDER, consumer, others, *totals).caps.total_left_minor == 700


def stop_rule(stop: StopKind, effect: StopEffect, **fields: Any) -> StopRule:
    return rule(StopRule, stop=stop, effect=effect, **fields)


def test_a_stop_forbids_until_it_ends() -> None:
    estate = Stop(StopKind.ESTATE, date(2026, 3, 20), until=date(2026, 4, 10))
    forbids = stop_rule(StopKind.ESTATE, StopEffect.FORBID)
    found = ask(case(stops=(estate,)), REMINDER, fee(), forbids)
    assert (found.fee_minor, found.is_possible, found.possible_on) == (0, False, date(2026, 4, 11))
    assert found.chargeable_on == date(2026, 4, 11)
    assert found.why[0].params == {"stop": "estate", "since": "2026-03-20", "cite": "1/2000 1 §"}
    found = ask(case(stops=(replace(estate, until=None),)), REMINDER, fee(), forbids)
    assert (found.possible_on, found.chargeable_on) == (None, None)
    assert ask(case(stops=(replace(estate, since=date(2026, 4, 2)),)), REMINDER, fee(), forbids).fee_minor == 500


def test_a_stop_of_which_the_pack_says_nothing_forbids_all_the_same() -> None:
    found = ask(case(stops=(Stop(StopKind.MINOR, DUE),)), REMINDER, fee())
    assert (found.is_possible, found.why[0].params["cite"]) == (False, "")


def test_the_strongest_of_several_rules_about_a_stop_holds() -> None:
    weak = stop_rule(StopKind.MINOR, StopEffect.NO_EFFECT)
    strong = stop_rule(StopKind.MINOR, StopEffect.PERSON)
    stopped = case(stops=(Stop(StopKind.MINOR, DUE),))
    assert ask(stopped, REMINDER, fee(), weak).fee_minor == 500
    assert not ask(stopped, REMINDER, fee(), weak, strong).is_possible


def test_a_stop_may_be_passed_over_only_where_every_rule_that_asks_for_it_says_so() -> None:
    soft = stop_rule(StopKind.MINOR, StopEffect.PERSON, may_be_overridden=True)
    hard = stop_rule(StopKind.MINOR, StopEffect.PERSON)
    none = stop_rule(StopKind.MINOR, StopEffect.NO_EFFECT)
    stopped = case(stops=(Stop(StopKind.MINOR, DUE),))

    def overridable(*rules: StopRule) -> bool:
        return judge(stopped, REMINDER, pack(*rules), CALENDAR, fee_minor=0, interest_minor=0).may_be_overridden

    assert overridable(soft)
    assert overridable(soft, none)
    assert not overridable(soft, hard)


def test_of_a_class_that_is_not_known_a_stop_is_up_to_a_person_where_it_is_for_every_class_that_has_it() -> None:
    consumer = frozenset({CustomerClass.CONSUMER})
    others = frozenset(CustomerClass) - consumer
    none = stop_rule(StopKind.MINOR, StopEffect.NO_EFFECT, classes=consumer)
    unknown = case(customer_class=CustomerClass.UNKNOWN, stops=(Stop(StopKind.MINOR, DUE),))
    override = Override(StopKind.MINOR, "Maija", "It goes to the guardian")
    soft = stop_rule(StopKind.MINOR, StopEffect.PERSON, classes=consumer, may_be_overridden=True)
    hard = stop_rule(StopKind.MINOR, StopEffect.PERSON, classes=others)
    mixed = judge(unknown, REMINDER, pack(soft, hard), CALENDAR, fee_minor=0, interest_minor=0)
    assert not mixed.may_be_overridden
    for may, ruling in ((True, Ruling.ALLOW), (False, Ruling.FORBID)):
        rules = pack(none, stop_rule(StopKind.MINOR, StopEffect.PERSON, classes=others, may_be_overridden=may))
        verdict = judge(unknown, REMINDER, rules, CALENDAR, fee_minor=0, interest_minor=0)
        assert (verdict.ruling, verdict.may_be_overridden) == (Ruling.FORBID, may)
        verdict = judge(unknown, REMINDER, rules, CALENDAR, fee_minor=0, interest_minor=0, overrides=[override])
        assert verdict.ruling is ruling


def test_after_a_request_to_suspend_only_free_acts_are_left() -> None:
    asked_for = case(stops=(Stop(StopKind.SUSPENSION_REQUEST, date(2026, 3, 20)),))
    rules = stop_rule(StopKind.SUSPENSION_REQUEST, StopEffect.FREE_ACTS_ONLY)
    found = ask(asked_for, REMINDER, fee(), rules)
    assert (found.fee_minor, found.is_possible, found.chargeable_on) == (0, True, None)
    assert codes(found) == [ReasonCode.LAW_FEE_SUSPENDED]


def test_a_dispute_about_a_part_leaves_the_rest_and_its_lower_tariff() -> None:
    rules = (fee(tiers=upto((5000, 100), 500)), stop_rule(StopKind.DISPUTE, StopEffect.FORBID))

    def disputed(amount_minor: int | None, **fields: Any) -> Allowed:
        stop = Stop(StopKind.DISPUTE, date(2026, 3, 20), amount_minor=amount_minor, **fields)
        return ask(case(stops=(stop,)), REMINDER, *rules)

    found = disputed(4999)
    assert (found.fee_minor, codes(found)) == (500, [ReasonCode.LAW_ALLOWED, ReasonCode.LAW_DISPUTED_PART])
    assert disputed(5000).fee_minor == 100
    assert not disputed(10_000).is_possible
    assert not disputed(None).is_possible
    assert disputed(None, is_groundless=True).fee_minor == 500
    nothing = Stop(StopKind.DISPUTE, DUE, amount_minor=0)
    assert ask(case(principal=Money(1, "EUR"), stops=(nothing,)), REMINDER, *rules).is_possible
    halves = tuple(Stop(StopKind.DISPUTE, date(2026, 3, 20), amount_minor=5000) for _ in range(2))
    assert not ask(case(stops=halves), REMINDER, *rules).is_possible
    paid = case(stops=halves[:1], payments=(Paid(date(2026, 3, 9), 5000),))
    assert not ask(paid, REMINDER, *rules).is_possible
