"""The figures of Finnish law as the pack has them: each with its day, its class and its actor."""

import csv
from datetime import date, timedelta
from importlib.resources import files

import pytest

from dunningkit.law.loading import load_pack
from dunningkit.law.pack import (
    AllocationRule,
    Claim,
    CountRule,
    DueShiftRule,
    FeeRule,
    FixedSumRule,
    ForbiddenActRule,
    GapRule,
    LegalActor,
    LimitationRule,
    MarginRule,
    Rule,
    RuleStatus,
    Selector,
    StartRule,
    StopEffect,
    StopKind,
    StopRule,
    TimeToPayRule,
    TotalRule,
    YearCapRule,
    tier_value,
)
from dunningkit.model import ActKind, CustomerClass, Medium

FI = load_pack("fi")

CONSUMER, PUBLIC = CustomerClass.CONSUMER, CustomerClass.PUBLIC_FROM_PRIVATE_PERSON
DIRECTLY = CustomerClass.DIRECTLY_ENFORCEABLE
COMMERCIAL, OTHER = CustomerClass.COMMERCIAL_30_2013, CustomerClass.OTHER_NON_CONSUMER
KNOWN = (CONSUMER, PUBLIC, DIRECTLY, COMMERCIAL, OTHER)
LIKE_CONSUMERS, BUSINESSES = (CONSUMER, PUBLIC), (COMMERCIAL, OTHER)

CREDITOR, COLLECTOR = LegalActor.CREDITOR, LegalActor.PROFESSIONAL_COLLECTOR
GROUP = LegalActor.INTRA_GROUP_COLLECTOR
REMINDER, DEMAND, PLAN = ActKind.REMINDER, ActKind.DEMAND, ActKind.PAYMENT_PLAN
EXTENSION, TRATTA, BANKRUPTCY = ActKind.EXTENSION, ActKind.TRATTA, ActKind.BANKRUPTCY_DEMAND
WRITTEN = (Medium.LETTER, Medium.EMAIL, Medium.EINVOICE)

#: Days on which a version begins, and the days before them.
D2005, D2013, D2021, D2021B, D2022 = (
    date(2005, 5, 1),
    date(2013, 3, 16),
    date(2021, 1, 1),
    date(2021, 7, 1),
    date(2022, 5, 1),
)
ONE_DAY = timedelta(days=1)
NOW = date(2026, 11, 24)


def days(day: date) -> dict[Selector, date]:
    return dict.fromkeys(Selector, day)


def fees(
    act: ActKind, whom: CustomerClass, actor: LegalActor, day: date, medium: Medium | None = None
) -> list[FeeRule]:
    return [
        rule
        for rule in FI.in_force(FeeRule, days(day), whom, actor)
        if rule.act is act and (medium is None or not rule.media or medium in rule.media)
    ]


def lowest(act: ActKind, whom: CustomerClass, actor: LegalActor, day: date, euros: float = 50) -> float | None:
    """The lowest tariff in euros by letter, for a principal; ``None`` where there is none."""
    sums = [tier_value(rule.tiers, round(euros * 100)) for rule in fees(act, whom, actor, day, Medium.LETTER)]
    return min(sums) / 100 if sums else None


def total(whom: CustomerClass, day: date, euros: float, if_act: ActKind | None = None) -> float | None:
    rules = [rule for rule in FI.in_force(TotalRule, days(day), whom, CREDITOR) if rule.if_act is if_act]
    sums = [tier_value(rule.tiers, round(euros * 100)) for rule in rules]
    return min(sums) / 100 if sums else None


def count(act: ActKind, whom: CustomerClass, day: date, euros: float = 50, if_act: ActKind | None = None) -> int | None:
    rules = FI.in_force(CountRule, days(day), whom, CREDITOR)
    numbers = [tier_value(rule.tiers, round(euros * 100)) for rule in rules if (rule.act, rule.if_act) == (act, if_act)]
    return min(numbers) if numbers else None


def rule(rule_id: str) -> Rule:
    (found,) = [one for one in FI.rules if one.id == rule_id]
    return found


# -- consumers (10 a-10 d §) ---------------------------------------------------------------------------------------

#: Act, actor, principal in euros, the most in euros, since 2013-03-16.
CONSUMER_FEES = [
    (REMINDER, CREDITOR, 1_000_000, 5),
    (DEMAND, COLLECTOR, 100.00, 14),
    (DEMAND, COLLECTOR, 100.01, 24),
    (DEMAND, COLLECTOR, 1_000.00, 24),
    (DEMAND, COLLECTOR, 1_000.01, 50),
    (DEMAND, GROUP, 1_000.01, 5),
    (EXTENSION, CREDITOR, 1_000.01, 5),
    (PLAN, CREDITOR, 100.00, 20),
    (PLAN, CREDITOR, 100.01, 30),
    (PLAN, CREDITOR, 1_000.00, 30),
    (PLAN, CREDITOR, 1_000.01, 50),
]


@pytest.mark.parametrize(("act", "actor", "euros", "most"), CONSUMER_FEES)
@pytest.mark.parametrize("whom", LIKE_CONSUMERS)
@pytest.mark.parametrize("day", [D2013, D2022, NOW])
def test_what_a_consumer_pays_for_an_act(whom, act, actor, euros, most, day) -> None:
    assert lowest(act, whom, actor, day, euros) == most


@pytest.mark.parametrize(
    ("act", "actor", "most"),
    [
        (REMINDER, CREDITOR, 5),
        (DEMAND, COLLECTOR, 14),
        (DEMAND, GROUP, 5),
        (EXTENSION, CREDITOR, 5),
        (PLAN, CREDITOR, 20),
    ],
)
@pytest.mark.parametrize("day", [D2013, D2022, NOW])
def test_what_is_directly_enforceable_costs_no_more_than_a_consumer_would_pay(act, actor, most, day) -> None:
    assert lowest(act, DIRECTLY, actor, day, 5_000) == most


def test_a_repeated_demand_costs_half_and_a_plan_of_few_parts_twenty() -> None:
    for day in (D2013, NOW):
        assert {one.repeat_permille for one in fees(DEMAND, CONSUMER, COLLECTOR, day)} == {500}
        assert {one.repeat_permille for one in fees(DEMAND, DIRECTLY, COLLECTOR, day)} == {500}
        (plan,) = fees(PLAN, CONSUMER, CREDITOR, day)
        assert (plan.few_instalments, plan.few_instalments_minor) == (4, 2000)


@pytest.mark.parametrize("whom", [CONSUMER, PUBLIC, DIRECTLY])
@pytest.mark.parametrize("day", [D2005, D2013, D2022])
def test_a_consumers_reminder_waits_fourteen_days_three_times(whom: CustomerClass, day: date) -> None:
    (written,) = [one for one in fees(REMINDER, whom, CREDITOR, day) if not one.actual_cost_only]
    assert (written.sent_before_due_days, written.since_due_days, written.since_act_days) == (14, 14, 14)
    assert written.since_acts == {REMINDER, DEMAND}
    assert not written.vat_may_be_added


def test_a_fee_for_more_time_needs_fourteen_days_of_it() -> None:
    for whom in KNOWN:
        for one in fees(EXTENSION, whom, CREDITOR, NOW):
            assert one.extension_days == 14


@pytest.mark.parametrize(("euros", "most"), [(100, 60), (100.01, 120), (1_000, 120), (1_000.01, 210)])
@pytest.mark.parametrize("whom", LIKE_CONSUMERS)
@pytest.mark.parametrize("day", [D2013, NOW])
def test_what_a_consumer_pays_in_all(whom: CustomerClass, euros: float, most: float, day: date) -> None:
    assert total(whom, day, euros) == most


def test_what_is_directly_enforceable_costs_fifty_one_in_all_whatever_was_done() -> None:
    for day in (D2013, D2022, NOW):
        assert total(DIRECTLY, day, 5_000) == 51
        assert total(DIRECTLY, day, 5_000, BANKRUPTCY) == 51


def test_how_many_acts_may_cost_a_consumer_something() -> None:
    for day in (D2013, NOW):
        for whom in LIKE_CONSUMERS:
            assert count(DEMAND, whom, day) == 2
            assert [count(PLAN, whom, day, euros) for euros in (100, 100.01)] == [1, 2]
            assert count(REMINDER, whom, day) is None
        assert count(DEMAND, DIRECTLY, day) == 2
        assert count(PLAN, DIRECTLY, day, 5_000) == 1


def test_the_first_caps_of_2005() -> None:
    for day in (D2005, D2013 - ONE_DAY):
        assert lowest(REMINDER, CONSUMER, CREDITOR, day) == 5
        assert [lowest(DEMAND, PUBLIC, COLLECTOR, day, euros) for euros in (250, 250.01)] == [21, 45]
        assert lowest(DEMAND, DIRECTLY, COLLECTOR, day) == 12
        assert lowest(PLAN, CONSUMER, CREDITOR, day, 5_000) == 30
        assert [total(CONSUMER, day, euros) for euros in (250, 250.01)] == [190, 220]
        assert total(DIRECTLY, day, 5_000) == 59
        assert {one.repeat_permille for one in fees(DEMAND, CONSUMER, COLLECTOR, day)} == {None}
        assert lowest(EXTENSION, CONSUMER, CREDITOR, day) is None


@pytest.mark.parametrize(
    ("day", "granted"),
    [(D2005, {Medium.LETTER}), (D2022 - ONE_DAY, {Medium.LETTER}), (D2022, set(WRITTEN)), (NOW, set(WRITTEN))],
)
def test_an_electronic_reminder_may_cost_a_consumer_something_since_2022(day: date, granted: set[Medium]) -> None:
    for medium in Medium:
        (only,) = fees(REMINDER, CONSUMER, CREDITOR, day, medium)
        assert only.actual_cost_only is (medium not in granted)


# -- everybody else (10 e-10 i §) ----------------------------------------------------------------------------------

#: Act, actor, principal in euros, the most in euros, since 2022-05-01.
BUSINESS_FEES = [
    (REMINDER, CREDITOR, 1_000_000, 12),
    (DEMAND, COLLECTOR, 500, 50),
    (DEMAND, COLLECTOR, 500.01, 70),
    (DEMAND, COLLECTOR, 2_500, 70),
    (DEMAND, COLLECTOR, 2_500.01, 90),
    (DEMAND, COLLECTOR, 10_000, 90),
    (DEMAND, COLLECTOR, 10_000.01, 110),
    (DEMAND, GROUP, 10_000.01, 12),
    (EXTENSION, CREDITOR, 10_000.01, 10),
    (PLAN, CREDITOR, 500, 30),
    (PLAN, CREDITOR, 500.01, 45),
    (PLAN, CREDITOR, 2_500.01, 60),
    (PLAN, CREDITOR, 10_000.01, 75),
    (TRATTA, COLLECTOR, 500, 110),
    (TRATTA, COLLECTOR, 2_500, 125),
    (TRATTA, COLLECTOR, 10_000, 140),
    (TRATTA, COLLECTOR, 10_000.01, 155),
    (BANKRUPTCY, COLLECTOR, 10_000.01, 100),
]


@pytest.mark.parametrize(("act", "actor", "euros", "most"), BUSINESS_FEES)
@pytest.mark.parametrize("whom", BUSINESSES)
@pytest.mark.parametrize("day", [D2022, NOW])
def test_what_a_business_pays_for_an_act(whom, act, actor, euros, most, day) -> None:
    assert lowest(act, whom, actor, day, euros) == most


@pytest.mark.parametrize(("euros", "most"), [(500, 250), (2_500, 470), (10_000, 550), (10_000.01, 620)])
@pytest.mark.parametrize("whom", BUSINESSES)
def test_what_a_business_pays_in_all(whom: CustomerClass, euros: float, most: float) -> None:
    for day in (D2022, NOW):
        assert total(whom, day, euros) == most
        assert {one.counts_from for one in FI.in_force(TotalRule, days(day), whom, CREDITOR)} == {D2021}


def test_what_a_business_pays_for_what_is_directly_enforceable_is_in_the_pack() -> None:
    figures = {
        "fi.business_directly_enforceable.demand.2022": 5000,
        "fi.business_directly_enforceable.plan.2022": 3000,
        "fi.business_directly_enforceable.tratta.2022": 11000,
        "fi.business_directly_enforceable.total.2022": 21400,
        "fi.business_directly_enforceable.total.2022.with_bankruptcy_demand": 31400,
    }
    found = {name: rule(name) for name in figures}
    assert {name: one.tiers[0].value for name, one in found.items() if isinstance(one, FeeRule | TotalRule)} == figures


@pytest.mark.parametrize("whom", BUSINESSES)
@pytest.mark.parametrize("day", [D2021, D2022 - ONE_DAY, D2022, NOW])
def test_how_many_acts_may_cost_a_business_something(whom: CustomerClass, day: date) -> None:
    assert (count(DEMAND, whom, day), count(DEMAND, whom, day, if_act=TRATTA)) == (2, 1)
    assert (count(TRATTA, whom, day), count(BANKRUPTCY, whom, day)) == (1, 1)
    assert [count(PLAN, whom, day, euros) for euros in (500, 500.01)] == [1, 2]


@pytest.mark.parametrize(("day", "wait"), [(D2021, 7), (D2022 - ONE_DAY, 7), (D2022, 10), (NOW, 10)])
def test_a_business_has_seven_days_between_acts_and_ten_since_2022(day: date, wait: int) -> None:
    for act, actor in ((REMINDER, CREDITOR), (DEMAND, COLLECTOR), (DEMAND, GROUP)):
        (one,) = fees(act, COMMERCIAL, actor, day, Medium.EMAIL)
        assert (one.since_act_days, one.since_due_days, one.sent_before_due_days) == (wait, 0, 0)


def test_a_plan_of_many_parts_costs_a_business_more() -> None:
    for day in (D2021, NOW):
        (plan,) = fees(PLAN, COMMERCIAL, CREDITOR, day)
        assert (plan.few_instalments, plan.few_instalments_minor) == (4, 3000)
        assert (plan.per_instalment_from, plan.per_instalment_minor) == (7, 500)
        assert {one.repeat_permille for one in fees(DEMAND, COMMERCIAL, COLLECTOR, day)} == {500}


def test_vat_comes_on_top_for_businesses_since_2022_only() -> None:
    for one in FI.of_kind(FeeRule):
        if not one.actual_cost_only:
            consumer = one.id.startswith(("fi.consumer", "fi.directly"))
            assert one.vat_may_be_added is (one.valid_from >= D2022 and not consumer), one.id


def test_the_temporary_rules_of_2021() -> None:
    for day in (D2021, D2022 - ONE_DAY):
        assert lowest(REMINDER, COMMERCIAL, CREDITOR, day) == 10
        assert [lowest(DEMAND, OTHER, COLLECTOR, day, euros) for euros in (500, 500.01)] == [50, 80]
        assert (lowest(DEMAND, OTHER, GROUP, day), lowest(EXTENSION, OTHER, CREDITOR, day)) == (10, 10)
        assert [lowest(PLAN, COMMERCIAL, CREDITOR, day, euros) for euros in (500, 500.01)] == [30, 60]
        assert (lowest(TRATTA, COMMERCIAL, COLLECTOR, day), lowest(BANKRUPTCY, COMMERCIAL, COLLECTOR, day)) == (
            100,
            100,
        )
        assert total(COMMERCIAL, day, 500) == 230
    assert total(COMMERCIAL, D2021B - ONE_DAY, 500.01) == 410  # 1069/2020
    assert total(COMMERCIAL, D2021B, 500.01) == 480  # 539/2021


def test_before_2021_no_figure_is_granted_for_businesses() -> None:
    for act in ActKind:
        for actor in LegalActor:
            assert fees(act, COMMERCIAL, actor, D2021 - ONE_DAY) == []


@pytest.mark.parametrize("whom", KNOWN)
@pytest.mark.parametrize("act", [DEMAND, TRATTA, BANKRUPTCY])
def test_no_tariff_of_a_collector_is_there_for_a_creditor(whom: CustomerClass, act: ActKind) -> None:
    for day in (D2005, D2013, D2021, D2022, NOW):
        assert fees(act, whom, CREDITOR, day) == []


def test_forty_euros_are_for_commercial_payments_due_since_2013() -> None:
    (fixed,) = FI.of_kind(FixedSumRule)
    assert (fixed.amount_minor, fixed.classes, fixed.selector) == (4000, {COMMERCIAL}, Selector.DUE_ON)
    assert (fixed.valid_from, fixed.valid_to) == (D2013, None)


# -- waiting, and what may not be done -----------------------------------------------------------------------------


def test_a_consumer_has_ten_days_to_pay() -> None:
    for whom, status in ((CONSUMER, RuleStatus.CONFIRMED), (DIRECTLY, RuleStatus.DESIGN), (OTHER, RuleStatus.DESIGN)):
        (one,) = FI.in_force(TimeToPayRule, days(NOW), whom, CREDITOR)
        assert (one.days, one.acts, one.status) == (10, {REMINDER, DEMAND}, status)


def test_a_tratta_is_not_for_consumers() -> None:
    for whom, forbidden in ((CONSUMER, True), (PUBLIC, True), (DIRECTLY, True), (COMMERCIAL, False), (OTHER, False)):
        rules = FI.in_force(ForbiddenActRule, days(NOW), whom, COLLECTOR)
        assert [one.act for one in rules] == ([TRATTA] if forbidden else [])
    for day, forbidden in ((D2021, True), (date(2021, 9, 30), True), (date(2021, 10, 1), False)):
        assert bool(FI.in_force(ForbiddenActRule, days(day), COMMERCIAL, COLLECTOR)) is forbidden


@pytest.mark.parametrize(
    ("act", "whom", "day", "wait"),
    [(DEMAND, CONSUMER, D2013, 14), (DEMAND, CONSUMER, NOW, 14), (TRATTA, OTHER, D2013, 7), (TRATTA, OTHER, D2022, 10)],
)
def test_a_collectors_act_comes_after_a_reminder(act: ActKind, whom: CustomerClass, day: date, wait: int) -> None:
    (one,) = [one for one in FI.in_force(GapRule, days(day), whom, COLLECTOR) if one.act is act]
    assert (one.after_act_days, one.after_acts, one.needs_one) == (wait, {REMINDER}, True)


# -- interest ------------------------------------------------------------------------------------------------------

#: Half-years from 2010 on: the reference rate, and both penalty rates where there is one, in percent.
RATES = """
2010-01-01 1.0 8.0     2014-07-01 0.5 7.5 8.5   2019-01-01 0.0 7.0 8.0   2023-07-01 4.0 11.0 12.0
2010-07-01 1.0 8.0     2015-01-01 0.5 7.5 8.5   2019-07-01 0.0 7.0 8.0   2024-01-01 4.5 11.5 12.5
2011-01-01 1.0 8.0     2015-07-01 0.5 7.5 8.5   2020-01-01 0.0 7.0 8.0   2024-07-01 4.5 11.5 12.5
2011-07-01 1.5 8.5     2016-01-01 0.5 7.5 8.5   2020-07-01 0.0 7.0 8.0   2025-01-01 3.5 10.5 11.5
2012-01-01 1.0 8.0     2016-07-01 0.0 7.0 8.0   2021-01-01 0.0 7.0 8.0   2025-07-01 2.5 9.5 10.5
2012-07-01 1.0 8.0     2017-01-01 0.0 7.0 8.0   2021-07-01 0.0 7.0 8.0   2026-01-01 2.5 9.5 10.5
2013-01-01 1.0 8.0 9.0 2017-07-01 0.0 7.0 8.0   2022-01-01 0.0 7.0 8.0   2026-07-01 2.5 9.5 10.5
2013-07-01 0.5 7.5 8.5 2018-01-01 0.0 7.0 8.0   2022-07-01 0.0 7.0 8.0
2014-01-01 0.5 7.5 8.5 2018-07-01 0.0 7.0 8.0   2023-01-01 2.5 9.5 10.5
"""


def half_years() -> dict[date, list[float]]:
    told: dict[date, list[float]] = {}
    for word in RATES.split():
        if "-" in word:
            told[date.fromisoformat(word)] = latest = []
        else:
            latest.append(float(word))
    return told


@pytest.mark.parametrize(("begins", "percents"), sorted(half_years().items()))
def test_the_rate_of_a_half_year(begins: date, percents: list[float]) -> None:
    (period,) = [one for one in FI.table("reference") if one.valid_from == begins]
    reference, general, *commercial = percents
    assert period.rate_bp == reference * 100
    (margin,) = FI.in_force(MarginRule, days(begins), CONSUMER, CREDITOR)
    assert period.rate_bp + margin.margin_bp == general * 100
    due_late = {Selector.ACCRUAL_DAY: begins, Selector.DUE_ON: max(begins, D2013)}
    (margin,) = FI.in_force(MarginRule, due_late, COMMERCIAL, CREDITOR)
    assert [period.rate_bp + margin.margin_bp] == [one * 100 for one in commercial] or not commercial


def test_no_half_year_is_missing_and_what_follows_from_a_formula_is_marked() -> None:
    periods = FI.table("reference")
    assert (len(periods), periods[0].valid_from, periods[-1].valid_to) == (49, date(2002, 7, 1), date(2026, 12, 31))
    derived = [one.valid_from for one in periods if one.status is RuleStatus.DERIVED]
    assert derived == [date(2025, 7, 1), date(2026, 7, 1)]
    assert all((one.valid_from.day, one.valid_from.month) in {(1, 1), (1, 7)} for one in periods)


def test_the_notices_are_those_of_the_statute_book() -> None:
    text = files("dunningkit.law").joinpath("packs", "fi_reference_rates.csv").read_text(encoding="utf-8")
    cites = {row["valid_from"]: row["cite"] for row in csv.DictReader(text.splitlines())}
    assert cites["2002-07-01"] == "Bank of Finland notice 557/2002"
    assert cites["2023-01-01"] == "Bank of Finland notice 1276/2022"
    assert cites["2025-01-01"] == "Bank of Finland notice 1123/2024"


def test_the_day_due_decides_between_seven_and_eight() -> None:
    for due_on, margin_bp in ((D2013 - ONE_DAY, 700), (D2013, 800)):
        given = {Selector.DUE_ON: due_on, Selector.ACCRUAL_DAY: NOW}
        assert [one.margin_bp for one in FI.in_force(MarginRule, given, COMMERCIAL, CREDITOR)] == [margin_bp]
        for whom in (CONSUMER, PUBLIC, OTHER):
            (one,) = FI.in_force(MarginRule, given, whom, CREDITOR)
            assert (one.margin_bp, one.is_ceiling) == (700, True)


def test_the_interest_act_grants_none_for_what_is_directly_enforceable() -> None:
    assert FI.in_force(MarginRule, days(NOW), DIRECTLY, CREDITOR) == ()


def test_where_no_due_date_binds_thirty_days_pass_and_a_consumer_was_told() -> None:
    told = {}
    for whom in (CONSUMER, PUBLIC, COMMERCIAL, OTHER):
        (one,) = FI.in_force(StartRule, days(NOW), whom, CREDITOR)
        assert one.unbound_days == 30
        told[whom] = (one.needs_statement, one.status)
    assert told == {
        CONSUMER: (True, RuleStatus.CONFIRMED),
        PUBLIC: (True, RuleStatus.DESIGN),
        OTHER: (True, RuleStatus.DESIGN),
        COMMERCIAL: (False, RuleStatus.CONFIRMED),
    }


def test_the_yearly_limit_and_the_moved_due_date_only_protect() -> None:
    for kind in (YearCapRule, DueShiftRule):
        assert {one.status for one in FI.of_kind(kind)} == {RuleStatus.DESIGN}
    assert [bool(FI.in_force(YearCapRule, days(NOW), whom, CREDITOR)) for whom in KNOWN] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_costs_come_last_since_december_2013() -> None:
    begins = date(2013, 12, 16)
    for whom in KNOWN:
        (before,) = FI.in_force(AllocationRule, days(begins - ONE_DAY), whom, CREDITOR)
        (since,) = FI.in_force(AllocationRule, days(begins), whom, CREDITOR)
        assert (before.order[0], before.status) == (Claim.PRINCIPAL, RuleStatus.DESIGN)
        assert since.order == (Claim.INTEREST, Claim.PRINCIPAL, Claim.COSTS)
        assert since.selector is Selector.RECEIVED_ON
        assert (since.status is RuleStatus.CONFIRMED) is (whom in LIKE_CONSUMERS)


# -- stops and limitation ------------------------------------------------------------------------------------------

#: For a consumer today: what stays possible, whether interest stops, whether a person may go on, and how sure it is.
STOPS = {
    StopKind.DISPUTE: (StopEffect.FORBID, False, False, RuleStatus.CONFIRMED),
    StopKind.SUSPENSION_REQUEST: (StopEffect.FREE_ACTS_ONLY, False, False, RuleStatus.CONFIRMED),
    StopKind.LIMITATION: (StopEffect.FORBID, True, False, RuleStatus.CONFIRMED),
    StopKind.RESTRUCTURING: (StopEffect.FORBID, True, False, RuleStatus.CONFIRMED),
    StopKind.DEBT_ADJUSTMENT: (StopEffect.FORBID, True, False, RuleStatus.CONFIRMED),
    StopKind.BANKRUPTCY: (StopEffect.FORBID, False, False, RuleStatus.DESIGN),
    StopKind.MINOR: (StopEffect.PERSON, False, True, RuleStatus.DESIGN),
    StopKind.GUARDIAN: (StopEffect.PERSON, False, True, RuleStatus.DESIGN),
    StopKind.ESTATE: (StopEffect.PERSON, False, True, RuleStatus.DESIGN),
    StopKind.HARDSHIP: (StopEffect.PERSON, False, True, RuleStatus.DESIGN),
    StopKind.CREDITOR_OWES_ANSWER: (StopEffect.FORBID, True, True, RuleStatus.DESIGN),
}


@pytest.mark.parametrize("stop", StopKind)
def test_what_asks_for_silence(stop: StopKind) -> None:
    (one,) = [one for one in FI.in_force(StopRule, days(NOW), CONSUMER, CREDITOR) if one.stop is stop]
    assert (one.effect, one.interest_stops, one.may_be_overridden, one.status) == STOPS[stop]


@pytest.mark.parametrize("whom", KNOWN)
def test_everybody_is_protected_but_a_suspension_is_a_private_persons_right(whom: CustomerClass) -> None:
    stops = {one.stop for one in FI.in_force(StopRule, days(NOW), whom, CREDITOR)}
    assert set(StopKind) - stops == (set() if whom in (CONSUMER, PUBLIC, DIRECTLY) else {StopKind.SUSPENSION_REQUEST})


def test_only_what_is_ours_may_be_overridden() -> None:
    assert {one.status for one in FI.of_kind(StopRule) if one.may_be_overridden} == {RuleStatus.DESIGN}


@pytest.mark.parametrize("whom", [CONSUMER, PUBLIC, COMMERCIAL, OTHER])
def test_a_claim_lapses_in_three_years_and_a_reminder_starts_them_anew(whom: CustomerClass) -> None:
    for day, final in ((date(2004, 1, 1), 0), (date(2014, 12, 31), 0), (date(2015, 1, 1), 20), (NOW, 20)):
        (one,) = FI.in_force(LimitationRule, days(day), whom, CREDITOR)
        assert (one.years, one.final_years, one.from_next_year) == (3, final, False)
        assert one.interrupted_by == {REMINDER, DEMAND, EXTENSION, PLAN}


def test_what_is_directly_enforceable_lapses_in_five_years_from_the_next_and_nothing_stops_that() -> None:
    (one,) = FI.in_force(LimitationRule, days(NOW), DIRECTLY, CREDITOR)
    assert (one.years, one.from_next_year, one.interrupted_by, one.final_years) == (5, True, set(), 0)


# -- of every rule -------------------------------------------------------------------------------------------------


def test_no_rule_of_ours_grants_anything_and_every_other_has_its_section() -> None:
    for one in FI.rules:
        if one.status is RuleStatus.DESIGN:
            assert not isinstance(one, FeeRule | MarginRule | FixedSumRule), one.id
            assert one.note, one.id
        else:
            assert "/" in one.cite, one.id
            assert "§" in one.cite, one.id


def test_versions_of_a_rule_follow_each_other_without_a_gap() -> None:
    ends = {one.valid_to for one in FI.rules if one.valid_to is not None and one.id != "fi.business.no_tratta.2021"}
    begins = {one.valid_from for one in FI.rules}
    assert {day + ONE_DAY for day in ends} <= begins


def test_what_nobody_has_verified_is_told() -> None:
    told = " ".join(FI.unverified)
    for subject in ("152/2026", "2027-01-01", "10/2023", "weekend", "31/2026", "527/2007", "supervision", "120/2004"):
        assert subject in told
