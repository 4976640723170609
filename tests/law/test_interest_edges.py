"""Interest at its edges: stops of a single day, rules chosen by other days, and each reason word for word."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dunningkit.errors import RateMissing
from dunningkit.law import BusinessCalendar
from dunningkit.law.allocation import Shares, allocate, give_back
from dunningkit.law.answers import Allocated, Cited, Interest
from dunningkit.law.case import Case, DoneAct, Paid, Stop
from dunningkit.law.interest import interest
from dunningkit.law.pack import (
    AllocationRule,
    Claim,
    DueShiftRule,
    FixedSumRule,
    LegalActor,
    MarginRule,
    RatePeriod,
    ReferenceRule,
    Rule,
    RulePack,
    RuleStatus,
    Selector,
    StartRule,
    StopEffect,
    StopKind,
    StopRule,
    YearCapRule,
)
from dunningkit.law.rates import Rate, penalty_rate_on, reference_on
from dunningkit.model import ActKind, CustomerClass, Money, Reason, ReasonCode

CALENDAR = BusinessCalendar()
CONFIRMED, DERIVED, DESIGN = RuleStatus
DUE = date(2026, 3, 2)  # a Monday
LAST = date(2026, 3, 31)  # the 29th day that accrues
CASE = Case(
    CustomerClass.CONSUMER,
    Money(365_000, "EUR"),  # at 10 % a euro a day
    issued_on=date(2026, 2, 16),
    due_on=DUE,
    sent_on=date(2026, 2, 16),
    due_date_binds=True,
    rate_stated=True,
    start_stated=True,
)


def rule(kind: type[Rule], name: str, **fields: Any) -> Any:
    whole = {
        "id": name,
        "classes": frozenset(),
        "actors": frozenset(),
        "valid_from": date(2000, 1, 1),
        "valid_to": None,
        "selector": Selector.ACCRUAL_DAY,
        "status": CONFIRMED,
        "cite": f"§ {name}",
        "note": "",
    }
    return kind(**(whole | fields))


def period(first: date, last: date, rate_bp: int, cite: str = "notice", status: RuleStatus = CONFIRMED) -> RatePeriod:
    return RatePeriod(first, last, rate_bp, status, cite)


REFERENCE = rule(ReferenceRule, "reference", table="rates")
MARGIN = rule(MarginRule, "margin", margin_bp=700)
START = rule(StartRule, "start", unbound_days=30)
RATES = (period(date(2020, 1, 1), date(2027, 12, 31), 300),)
BASE = (REFERENCE, MARGIN, START)


def pack(*more: Rule, rules: tuple[Rule, ...] = BASE, rates: tuple[RatePeriod, ...] = RATES) -> RulePack:
    return RulePack("xx", "XX", "EUR", "A made-up country", (*rules, *more), (("rates", rates),))


def told(of: RulePack, as_of: date = LAST, *, provisional: bool = False, **facts: Any) -> Interest:
    return interest(replace(CASE, **facts), of, CALENDAR, as_of, provisional=provisional)


def days_of(answer: Interest) -> int:
    return sum(segment.days for segment in answer.segments)


def named(*names: str) -> tuple[Cited, ...]:
    return tuple(Cited(name, f"§ {name}", CONFIRMED) for name in names)


RUNS = Reason.of(ReasonCode.LAW_INTEREST_FROM, day="2026-03-03", cite="§ start")
RATE_CITED = Cited("margin", "§ margin; § reference; notice", CONFIRMED)


def test_a_whole_answer() -> None:
    answer = told(pack())
    assert (answer.as_of, answer.accrued_minor, answer.paid_minor, answer.due_minor) == (LAST, 2900, 0, 2900)
    assert (answer.principal_minor, answer.costs_minor, answer.starts_on) == (365_000, 0, date(2026, 3, 3))
    assert (answer.rate_bp, answer.allocations, answer.capped, answer.is_provisional) == (1000, (), False, False)
    assert answer.why == (RUNS,)
    assert answer.cited == (*named("start"), RATE_CITED)
    (segment,) = answer.segments
    assert (segment.first, segment.last, segment.days, segment.rate_bp) == (date(2026, 3, 3), LAST, 29, 1000)
    assert (segment.principal_minor, segment.exact_minor, segment.cited) == (365_000, 2900, RATE_CITED)


# -- stops -------------------------------------------------------------------------------------------------------------


def halts(kind: StopKind = StopKind.HARDSHIP, **fields: Any) -> StopRule:
    return rule(StopRule, kind.value, stop=kind, effect=StopEffect.PERSON, interest_stops=True, **fields)


@pytest.mark.parametrize(
    ("since", "until", "stopped_days"),
    [
        (date(2026, 3, 10), date(2026, 3, 10), 1),  # one day
        (LAST, None, 1),  # from the day asked about
        (date(2026, 3, 10), date(2026, 3, 30), 21),  # to the day before it
        (date(2026, 1, 1), date(2026, 3, 3), 1),  # to the first day that accrues
        (date(2026, 1, 1), date(2026, 3, 2), 0),  # ends before it
        (date(2026, 4, 1), None, 0),  # begins after the day asked about
    ],
)
def test_a_stop_holds_on_both_its_ends(since: date, until: date | None, stopped_days: int) -> None:
    answer = told(pack(halts()), stops=(Stop(StopKind.HARDSHIP, since, until),))
    assert 29 - days_of(answer) == stopped_days
    stopped = Reason.of(ReasonCode.LAW_INTEREST_STOPPED, stop="hardship", since=since.isoformat(), cite="§ hardship")
    assert answer.why == ((RUNS, stopped) if stopped_days else (RUNS,))
    assert (*named("hardship"),) == tuple(one for one in answer.cited if one.rule_id == "hardship") or not stopped_days


def test_a_part_stops_on_a_single_day_too() -> None:
    stop = Stop(StopKind.DISPUTE, date(2026, 3, 10), date(2026, 3, 10), 365_00)
    answer = told(pack(halts(StopKind.DISPUTE)), stops=(stop,))
    assert [(one.days, one.principal_minor) for one in answer.segments] == [(7, 365_000), (1, 328_500), (21, 365_000)]
    assert answer.accrued_minor == 2890


def test_a_groundless_dispute_hides_no_stop_that_comes_after_it() -> None:
    stops = (Stop(StopKind.DISPUTE, DUE, is_groundless=True), Stop(StopKind.HARDSHIP, DUE))
    assert told(pack(halts(StopKind.DISPUTE), halts()), stops=stops).accrued_minor == 0


def test_a_rule_that_does_not_hold_hides_none_that_does() -> None:
    old = halts(valid_to=date(2026, 3, 1), id="old")
    by_due = halts(selector=Selector.DUE_ON, valid_to=date(2026, 3, 1), id="by due")
    silent = rule(StopRule, "silent", stop=StopKind.HARDSHIP, effect=StopEffect.FORBID)
    stops = (Stop(StopKind.HARDSHIP, DUE),)
    assert told(pack(old, halts()), stops=stops).accrued_minor == 0
    assert told(pack(by_due, halts()), stops=stops).accrued_minor == 0
    assert told(pack(silent, halts()), stops=stops).accrued_minor == 0
    assert told(pack(by_due), stops=stops).accrued_minor == 2900
    assert told(pack(halts(selector=Selector.DUE_ON, valid_to=DUE)), stops=stops).accrued_minor == 0
    by_contract = halts(selector=Selector.CONTRACT_ON, valid_from=DUE)
    assert told(pack(by_contract), stops=stops, contract_on=DUE).accrued_minor == 0
    assert told(pack(by_contract), stops=stops, contract_on=date(2026, 3, 1)).accrued_minor == 2900


def test_a_rule_of_a_single_day_stops_that_day() -> None:
    one_day = halts(valid_from=date(2026, 3, 10), valid_to=date(2026, 3, 10))
    for selector in (Selector.ACCRUAL_DAY, Selector.ACT_ON):
        answer = told(pack(replace(one_day, selector=selector)), stops=(Stop(StopKind.HARDSHIP, DUE),))
        assert days_of(answer) == 28


# -- money -------------------------------------------------------------------------------------------------------------


def test_a_payment_of_nothing_rounds_nothing() -> None:
    # Eleven days of five euros at 10.5 % are 1.58 cents; twice that is 3.16.
    facts = {"principal": Money(500, "EUR"), "agreed_rate_bp": 1050}
    until = date(2026, 3, 24)
    assert told(pack(), until, **facts).accrued_minor == 3
    assert told(pack(), until, **facts, payments=(Paid(date(2026, 3, 13), 0),)).accrued_minor == 3
    assert told(pack(), until, **facts, payments=(Paid(date(2026, 3, 13), 1),)).accrued_minor == 4


def test_what_is_just_less_than_half_a_cent_is_nothing() -> None:
    first = date(2026, 3, 3)
    for minor, accrued_minor in ((1_824_999, 0), (1_825_000, 1)):
        facts = {"principal": Money(minor, "EUR"), "agreed_rate_bp": 1}
        assert told(pack(), first, **facts).accrued_minor == accrued_minor


def test_what_a_payment_rounded_is_not_rounded_again() -> None:
    facts = {"principal": Money(1_825_000, "EUR"), "agreed_rate_bp": 1, "payments": (Paid(DUE, 1),)}
    assert told(pack(), date(2026, 3, 3), **facts).accrued_minor == 0


def test_on_one_day_money_that_came_counts_before_money_that_went() -> None:
    payments = (Paid(date(2026, 3, 3), -1_000), Paid(date(2026, 3, 3), 1_000))
    answer = told(pack(), payments=payments)
    assert [one.amount_minor for one in answer.allocations] == [1_000, -1_000]
    assert (answer.principal_minor, answer.accrued_minor) == (365_000, 2900)


def test_payments_are_taken_by_their_day_and_each_is_told() -> None:
    payments = (Paid(date(2026, 3, 13), 1_500), Paid(date(2026, 3, 12), 500))
    answer = told(
        pack(rule(AllocationRule, "order", order=(Claim.INTEREST, Claim.PRINCIPAL, Claim.COSTS))), payments=payments
    )
    assert answer.allocations == (
        Allocated(date(2026, 3, 12), 500, 500, 0, 0, 0),
        Allocated(date(2026, 3, 13), 1_500, 600, 900, 0, 0),
    )
    assert (answer.paid_minor, answer.principal_minor) == (1_100, 364_100)
    assert answer.cited == (*named("start"), RATE_CITED, *named("order"))


def test_what_went_back_is_told_with_its_day() -> None:
    taken = allocate(Paid(DUE, 700), Shares(200, 300, 100), (Claim.COSTS, Claim.INTEREST, Claim.PRINCIPAL))
    assert taken == Allocated(DUE, 700, 200, 300, 100, 100)
    back = give_back(Paid(LAST, -500), Shares(200, 300, 100), 100, (Claim.COSTS, Claim.INTEREST, Claim.PRINCIPAL))
    assert back == Allocated(LAST, -500, -100, -300, 0, -100)
    assert give_back(Paid(LAST, -50), Shares(200, 300, 100), 100, ()) == Allocated(LAST, -50, 0, 0, 0, -50)
    assert give_back(Paid(LAST, -50), Shares(0, 0, 0), -100, ()) == Allocated(LAST, -50, 0, 0, 0, -50)


@pytest.mark.parametrize(
    ("fields", "facts", "interest_minor"),
    [
        ({"selector": Selector.RECEIVED_ON, "valid_from": date(2026, 3, 12)}, {}, 1_000),
        ({"selector": Selector.RECEIVED_ON, "valid_from": date(2026, 3, 13)}, {}, 0),
        ({"selector": Selector.DUE_ON, "valid_from": DUE}, {}, 1_000),
        ({"selector": Selector.DUE_ON, "valid_from": date(2026, 3, 3)}, {}, 0),
        ({"selector": Selector.CONTRACT_ON, "valid_from": DUE}, {"contract_on": DUE}, 1_000),
        ({"selector": Selector.CONTRACT_ON, "valid_from": DUE}, {}, 0),
    ],
)
def test_the_order_is_that_of_the_day_which_selects_it(
    fields: dict[str, Any], facts: dict[str, Any], interest_minor: int
) -> None:
    order = rule(AllocationRule, "order", order=(Claim.INTEREST, Claim.PRINCIPAL, Claim.COSTS), **fields)
    answer = told(pack(order), payments=(Paid(date(2026, 3, 12), 5_000),), **facts)
    assert answer.allocations[0].interest_minor == interest_minor


def test_costs_are_owed_from_the_day_of_the_act_and_the_fixed_sum_from_the_first_day_of_interest() -> None:
    lump = rule(FixedSumRule, "lump", amount_minor=4_000, selector=Selector.DUE_ON)
    larger = rule(FixedSumRule, "larger", amount_minor=9_000, selector=Selector.DUE_ON)
    ours = rule(FixedSumRule, "ours", amount_minor=1_000, selector=Selector.DUE_ON, status=DESIGN)
    acts = (DoneAct(ActKind.REMINDER, date(2026, 3, 20), 500),)
    assert told(pack(), date(2026, 3, 19), acts=acts).costs_minor == 0
    assert told(pack(), date(2026, 3, 20), acts=acts).costs_minor == 500
    claimed = {"fixed_sum_claimed": True}
    assert told(pack(lump, larger, ours), date(2026, 3, 3), **claimed).costs_minor == 4_000
    assert told(pack(lump), date(2026, 3, 2), **claimed).costs_minor == 0
    assert told(pack(lump), LAST, **claimed, rate_stated=None, due_date_binds=None, sent_on=None).costs_minor == 0
    assert told(pack(ours), LAST, **claimed).costs_minor == 0
    assert told(pack(replace(lump, valid_from=date(2026, 3, 3))), LAST, **claimed).costs_minor == 0
    by_contract = replace(lump, selector=Selector.CONTRACT_ON, valid_from=DUE)
    assert told(pack(by_contract), LAST, **claimed).costs_minor == 0
    assert told(pack(by_contract), LAST, **claimed, contract_on=DUE).costs_minor == 4_000
    by_day = replace(lump, selector=Selector.ACCRUAL_DAY, valid_from=LAST)
    assert told(pack(by_day), date(2026, 3, 30), **claimed).costs_minor == 0
    assert told(pack(by_day), LAST, **claimed).costs_minor == 4_000


# -- the cap of a year -------------------------------------------------------------------------------------------------

LEAP = {"due_on": date(2023, 12, 31), "sent_on": date(2023, 12, 1), "issued_on": date(2023, 12, 1)}
LEAP_END = date(2024, 12, 31)  # the 366th day in a row


@pytest.mark.parametrize(
    ("fields", "facts", "free_days"),
    [
        ({}, {}, 1),
        ({"selector": Selector.DUE_ON, "valid_from": date(2023, 12, 31)}, {}, 1),
        ({"selector": Selector.DUE_ON, "valid_from": date(2024, 1, 1)}, {}, 0),
        ({"selector": Selector.CONTRACT_ON, "valid_from": DUE}, {"contract_on": DUE}, 1),
        ({"selector": Selector.CONTRACT_ON, "valid_from": DUE}, {}, 0),
        ({"valid_from": LEAP_END}, {}, 1),
        ({"valid_to": LEAP_END}, {}, 1),
        ({"valid_to": date(2024, 12, 30)}, {}, 0),
    ],
)
def test_the_366th_day_of_a_year_is_free_where_the_cap_holds_on_it(
    fields: dict[str, Any], facts: dict[str, Any], free_days: int
) -> None:
    answer = told(pack(rule(YearCapRule, "cap", **fields)), LEAP_END, **LEAP, **facts)
    assert (366 - days_of(answer), answer.capped) == (free_days, bool(free_days))
    capped = Reason.of(ReasonCode.LAW_INTEREST_CAPPED, cite="§ cap")
    assert ([*answer.why[1:]], named("cap")[0] in answer.cited) == ([capped] * free_days, bool(free_days))
    assert answer.accrued_minor == 100 * (366 - free_days)


def test_a_cap_that_begins_later_frees_the_next_day_that_is_the_366th() -> None:
    def capped(valid_from: date) -> list[date]:
        answer = told(pack(rule(YearCapRule, "cap", valid_from=valid_from)), date(2025, 3, 31), **LEAP)
        return [one.last for one in answer.segments[:-1]]

    # Twelve months with 29 February in them can begin until that very day, and end at latest on 28 February 2025.
    assert capped(date(2025, 1, 10)) == [date(2025, 1, 9)]
    assert capped(date(2025, 2, 28)) == [date(2025, 2, 27)]
    assert capped(date(2025, 3, 1)) == []


def test_each_leap_day_frees_one_day_of_interest_that_runs_on() -> None:
    new_year = {"due_on": date(2019, 12, 31), "sent_on": date(2019, 12, 1), "issued_on": date(2019, 12, 1)}
    answer = told(pack(rule(YearCapRule, "cap")), date(2027, 12, 31), **new_year)
    assert [one.last for one in answer.segments] == [date(2020, 12, 30), date(2024, 2, 28), date(2027, 12, 31)]
    assert days_of(answer) == 8 * 365


def test_a_day_that_is_stopped_keeps_a_year_below_its_cap() -> None:
    stop = Stop(StopKind.HARDSHIP, date(2024, 6, 1), date(2024, 6, 1))
    answer = told(pack(rule(YearCapRule, "cap"), halts()), LEAP_END, **LEAP, stops=(stop,))
    assert (days_of(answer), answer.capped) == (365, False)


# -- rates -------------------------------------------------------------------------------------------------------------


def test_the_ceiling_told_is_the_lowest_that_lowered_the_agreed_rate() -> None:
    rates = (
        period(date(2020, 1, 1), date(2026, 3, 10), 300),
        period(date(2026, 3, 11), date(2027, 12, 31), 200, "next"),
    )
    of = pack(rules=(REFERENCE, replace(MARGIN, is_ceiling=True), START), rates=rates)
    answer = told(of, agreed_rate_bp=950)
    assert [one.rate_bp for one in answer.segments] == [950, 900]
    lowered = Reason.of(
        ReasonCode.LAW_INTEREST_CEILING, agreed_bp=950, allowed_bp=900, cite="§ margin; § reference; next"
    )
    assert answer.why == (RUNS, lowered)
    answer = told(of, agreed_rate_bp=1100)
    assert answer.why[1].params["allowed_bp"] == 900
    assert told(of, date(2026, 3, 10), agreed_rate_bp=1000).why == (RUNS,)
    assert told(of, date(2026, 3, 10), agreed_rate_bp=1001).why[1].params["allowed_bp"] == 1000


def test_the_first_provisional_day_is_told_with_the_rate_it_goes_on_with() -> None:
    rates = (period(date(2020, 1, 1), date(2026, 3, 10), 300),)
    with pytest.raises(RateMissing) as error:
        told(pack(rates=rates))
    assert error.value.params == {"pack": "xx", "table": "rates", "day": "2026-03-11"}
    assert str(error.value) == (
        "Rule pack 'xx' has no reference rate for 2026-03-11: add the period with that day to its table 'rates' from the "
        "official notice, or ask for a provisional figure, which goes on with the last known rate and says so."
    )
    answer = told(pack(rates=rates), provisional=True)
    known = Reason.of(ReasonCode.LAW_INTEREST_PROVISIONAL, day="2026-03-11", cite="§ margin; § reference; notice")
    assert (answer.why, answer.is_provisional) == ((RUNS, known), True)
    assert [one.is_provisional for one in answer.segments] == [False, True]
    assert not told(pack(rates=rates), date(2026, 3, 10), provisional=True).is_provisional
    with pytest.raises(RateMissing):
        told(pack(rates=rates), date(2026, 3, 11))


def test_a_reference_rate_is_that_of_the_first_rule_and_period_that_hold() -> None:
    rates = (
        period(date(2020, 1, 1), date(2020, 6, 30), 100, "one"),
        period(date(2020, 7, 1), date(2020, 12, 31), 200, "two"),
    )
    of = pack(rules=(replace(REFERENCE, valid_from=date(2020, 2, 1), valid_to=date(2021, 1, 31)),), rates=rates)
    one, two = Cited("reference", "§ reference; one", CONFIRMED), Cited("reference", "§ reference; two", CONFIRMED)
    assert reference_on(of, date(2020, 2, 1)) == Rate(100, one)
    assert reference_on(of, date(2020, 6, 30)) == Rate(100, one)
    assert reference_on(of, date(2020, 7, 1)) == Rate(200, two)
    assert reference_on(of, date(2020, 12, 31), provisional=True) == Rate(200, two)
    assert reference_on(of, date(2021, 1, 1), provisional=True) == Rate(200, two, is_provisional=True)
    assert reference_on(of, date(2021, 1, 31), provisional=True).is_provisional
    for day in (date(2020, 1, 31), date(2021, 2, 1)):
        with pytest.raises(RateMissing) as error:
            reference_on(of, day, provisional=True)
        assert error.value.params == {"pack": "xx", "table": "", "day": day.isoformat()}


def test_the_later_of_periods_in_any_order_is_the_last_known() -> None:
    rates = (period(date(2020, 7, 1), date(2020, 12, 31), 200), period(date(2020, 1, 1), date(2020, 6, 30), 100))
    assert reference_on(pack(rates=rates), date(2021, 5, 1), provisional=True).rate_bp == 200


def test_a_rate_is_as_sure_as_the_weakest_of_what_it_rests_on() -> None:
    def status(margin: RuleStatus, reference: RuleStatus, notice: RuleStatus) -> RuleStatus:
        rules = (replace(REFERENCE, status=reference), replace(MARGIN, status=margin), START)
        of = pack(rules=rules, rates=(replace(RATES[0], status=notice),))
        return told(of).segments[0].cited.status

    assert status(CONFIRMED, CONFIRMED, CONFIRMED) is CONFIRMED
    assert status(DERIVED, CONFIRMED, CONFIRMED) is DERIVED
    assert status(CONFIRMED, DERIVED, CONFIRMED) is DERIVED
    assert status(CONFIRMED, CONFIRMED, DERIVED) is DERIVED
    assert status(DERIVED, DESIGN, CONFIRMED) is DESIGN


def test_a_reference_below_nothing_lowers_the_rate_and_never_below_nothing() -> None:
    assert told(pack(rates=(replace(RATES[0], rate_bp=-100),))).rate_bp == 600
    assert told(pack(rates=(replace(RATES[0], rate_bp=-699),))).rate_bp == 1
    assert told(pack(rates=(replace(RATES[0], rate_bp=-800),))).rate_bp == 0


def test_one_pack_has_other_rates_for_other_due_dates_and_contracts() -> None:
    dates = (date(2026, 2, 27), DUE)
    for selector, facts in (
        (Selector.DUE_ON, [{"due_on": day} for day in dates]),
        (Selector.CONTRACT_ON, [{"contract_on": day} for day in dates]),
    ):
        before = replace(MARGIN, id="before", selector=selector, margin_bp=400, valid_to=date(2026, 3, 1))
        since = replace(MARGIN, id="since", selector=selector, valid_from=DUE)
        of = pack(rules=(REFERENCE, before, since, START))
        assert [told(of, **each).rate_bp for each in facts] == [700, 1000]
        assert [told(of, **each).rate_bp for each in facts[::-1]] == [1000, 700]


@pytest.mark.parametrize(("selector", "facts"), [(Selector.DUE_ON, {}), (Selector.CONTRACT_ON, {"contract_on": DUE})])
def test_a_reference_rate_may_be_chosen_by_the_due_date_or_the_contract(
    selector: Selector, facts: dict[str, Any]
) -> None:
    of = pack(rules=(replace(REFERENCE, selector=selector, valid_from=DUE), MARGIN, START))
    assert told(of, **facts).rate_bp == 1000
    later = pack(rules=(replace(REFERENCE, selector=selector, valid_from=date(2026, 3, 3)), MARGIN, START))
    with pytest.raises(RateMissing):
        told(later, **facts)


def test_a_margin_for_one_actor_is_for_that_actor() -> None:
    creditors = pack(rules=(REFERENCE, replace(MARGIN, actors=frozenset({LegalActor.CREDITOR})), START))
    for customer_class in (CustomerClass.CONSUMER, CustomerClass.UNKNOWN):
        assert told(creditors, customer_class=customer_class).accrued_minor == 2900
        other = told(creditors, customer_class=customer_class, actor=LegalActor.PROFESSIONAL_COLLECTOR)
        assert other.accrued_minor == 0


def test_an_agreed_rate_below_a_ceiling_that_is_not_published_yet_is_provisional() -> None:
    ends = (period(date(2020, 1, 1), date(2026, 3, 10), 300),)
    of = pack(rules=(REFERENCE, replace(MARGIN, is_ceiling=True), START), rates=ends)
    answer = told(of, provisional=True, agreed_rate_bp=900)
    assert [(one.rate_bp, one.is_provisional) for one in answer.segments] == [(900, False), (900, True)]


def test_a_reference_rate_that_is_missing_names_its_table() -> None:
    with pytest.raises(RateMissing) as error:
        reference_on(pack(), date(2028, 1, 1))
    assert error.value.params == {"pack": "xx", "table": "rates", "day": "2028-01-01"}


def test_the_lowest_of_several_margins_and_of_several_ceilings_counts() -> None:
    low, high = replace(MARGIN, id="low", margin_bp=500), replace(MARGIN, id="high", margin_bp=900)
    assert told(pack(rules=(REFERENCE, high, low, MARGIN, START))).rate_bp == 800
    ceilings = (replace(high, is_ceiling=True), replace(MARGIN, is_ceiling=True))
    assert told(pack(rules=(REFERENCE, low, *ceilings, START)), agreed_rate_bp=2000).rate_bp == 1000
    assert told(pack(rules=(REFERENCE, low, *ceilings, START))).rate_bp == 800


def test_the_penalty_rate_of_a_day_with_what_it_rests_on() -> None:
    rate = penalty_rate_on(pack(), DUE, CustomerClass.CONSUMER, DUE)
    assert rate == Rate(1000, RATE_CITED)
    agreed = penalty_rate_on(pack(), DUE, CustomerClass.CONSUMER, DUE, agreed_bp=1200)
    assert agreed == Rate(1200, *named("margin"))
    collectors = replace(MARGIN, actors=frozenset({LegalActor.PROFESSIONAL_COLLECTOR}))
    of = pack(rules=(REFERENCE, collectors))
    assert penalty_rate_on(of, DUE, CustomerClass.CONSUMER, DUE) is None
    theirs = penalty_rate_on(of, DUE, CustomerClass.CONSUMER, DUE, actor=LegalActor.PROFESSIONAL_COLLECTOR)
    assert theirs == Rate(1000, RATE_CITED)
    by_contract = pack(rules=(REFERENCE, replace(MARGIN, selector=Selector.CONTRACT_ON, valid_from=DUE)))
    assert penalty_rate_on(by_contract, DUE, CustomerClass.CONSUMER, DUE) is None
    assert penalty_rate_on(by_contract, DUE, CustomerClass.CONSUMER, DUE, contract_on=DUE) == Rate(1000, RATE_CITED)
    with pytest.raises(RateMissing) as error:
        penalty_rate_on(pack(), date(2028, 1, 1), CustomerClass.CONSUMER, DUE)
    assert error.value.params == {"pack": "xx", "table": "rates", "day": "2028-01-01"}
    late = penalty_rate_on(pack(), date(2028, 1, 1), CustomerClass.CONSUMER, DUE, provisional=True)
    assert late == Rate(1000, RATE_CITED, is_provisional=True)


def test_the_penalty_rate_of_a_class_that_is_not_known_is_the_lowest_of_all() -> None:
    consumer = frozenset({CustomerClass.CONSUMER})
    cheap = replace(MARGIN, id="cheap", margin_bp=400, classes=frozenset(CustomerClass) - consumer)
    of = pack(rules=(REFERENCE, replace(MARGIN, classes=consumer), cheap))
    rate = penalty_rate_on(of, DUE, CustomerClass.UNKNOWN, DUE)
    assert (rate.rate_bp, rate.cited.rule_id) if rate else None == (700, "cheap")
    some = pack(rules=(REFERENCE, replace(MARGIN, classes=consumer)))
    assert penalty_rate_on(some, DUE, CustomerClass.UNKNOWN, DUE) is None


def test_a_rate_without_a_reference_rule_is_missing_unless_it_is_agreed() -> None:
    of = pack(rules=(MARGIN, START))
    with pytest.raises(RateMissing) as error:
        told(of)
    assert error.value.params == {"pack": "xx", "table": "", "day": "2026-03-03"}
    assert told(of, agreed_rate_bp=1000).accrued_minor == 2900


def test_a_margin_that_ends_leaves_days_that_accrue_nothing() -> None:
    ends = replace(MARGIN, valid_to=date(2026, 3, 10))
    again = replace(MARGIN, id="again", valid_from=date(2026, 3, 20))
    answer = told(pack(rules=(REFERENCE, ends, again, START)))
    assert [(one.first, one.last) for one in answer.segments] == [
        (date(2026, 3, 3), date(2026, 3, 10)),
        (date(2026, 3, 20), LAST),
    ]
    assert told(pack(rules=(REFERENCE, ends, START))).rate_bp is None
    assert told(pack(rules=(REFERENCE, ends, START)), date(2026, 3, 10)).rate_bp == 1000


# -- start -------------------------------------------------------------------------------------------------------------


def test_each_start_with_its_reason_and_its_rule() -> None:
    answer = told(pack(rules=(REFERENCE, MARGIN)))
    assert answer.why == (Reason.of(ReasonCode.LAW_INTEREST_NO_START, cite=None),)
    assert (answer.starts_on, answer.cited) == (None, ())
    answer = told(pack(), due_date_binds=None, sent_on=None)
    assert answer.why == (Reason.of(ReasonCode.LAW_INTEREST_NO_START, cite="§ start"),)
    assert answer.cited == named("start")
    states = replace(START, needs_statement=True)
    answer = told(pack(rules=(REFERENCE, MARGIN, states)), rate_stated=None)
    assert answer.why == (Reason.of(ReasonCode.LAW_INTEREST_NOT_STATED, cite="§ start"),)
    assert answer.cited == named("start")
    assert told(pack(rules=(REFERENCE, MARGIN, states))).starts_on == date(2026, 3, 3)


def test_a_due_date_on_a_closed_day_moves_with_its_reason_and_rule() -> None:
    shift = rule(DueShiftRule, "shift", selector=Selector.DUE_ON)
    saturday = {"due_on": date(2026, 3, 7)}
    answer = told(pack(shift), **saturday)
    runs = Reason.of(ReasonCode.LAW_INTEREST_FROM, day="2026-03-10", cite="§ start")
    moved = Reason.of(ReasonCode.LAW_DUE_MOVED, due_on="2026-03-07", day="2026-03-09", cite="§ shift")
    assert answer.why == (runs, moved)
    assert answer.cited[:2] == named("start", "shift")
    assert told(pack(), **saturday).starts_on == date(2026, 3, 8)
    # Where thirty days decide, the due date that moved is no reason.
    late = told(pack(shift), **saturday, due_date_binds=False)
    assert late.why == (Reason.of(ReasonCode.LAW_INTEREST_FROM, day="2026-03-19", cite="§ start"),)
    assert told(pack(replace(shift, valid_from=date(2026, 3, 8))), **saturday).starts_on == date(2026, 3, 8)
    by_contract = replace(shift, selector=Selector.CONTRACT_ON, valid_from=DUE)
    assert told(pack(by_contract), **saturday).starts_on == date(2026, 3, 8)
    assert told(pack(by_contract), **saturday, contract_on=DUE).starts_on == date(2026, 3, 10)
    by_day = replace(shift, selector=Selector.ACCRUAL_DAY, valid_from=date(2026, 3, 8))
    assert told(pack(by_day), **saturday).starts_on == date(2026, 3, 10)
    assert told(pack(replace(by_day, valid_from=date(2026, 3, 9))), **saturday).starts_on == date(2026, 3, 8)


@pytest.mark.parametrize(
    ("fields", "facts", "starts"),
    [
        ({"selector": Selector.DUE_ON, "valid_from": DUE}, {}, True),
        ({"selector": Selector.DUE_ON, "valid_from": date(2026, 3, 3)}, {}, False),
        ({"selector": Selector.ACCRUAL_DAY, "valid_from": date(2026, 3, 3)}, {}, True),
        ({"selector": Selector.ACCRUAL_DAY, "valid_from": date(2026, 3, 4)}, {}, False),
        ({"selector": Selector.CONTRACT_ON, "valid_from": DUE}, {"contract_on": DUE}, True),
        ({"selector": Selector.CONTRACT_ON, "valid_from": DUE}, {}, False),
    ],
)
def test_the_rule_that_says_from_when_is_that_of_the_day_after_the_due_date(
    fields: dict[str, Any], facts: dict[str, Any], *, starts: bool
) -> None:
    answer = told(pack(rules=(REFERENCE, MARGIN, replace(START, **fields))), **facts)
    assert (answer.starts_on is not None) is starts


def test_of_several_rules_the_latest_start_counts_whatever_their_order() -> None:
    longer = replace(START, id="longer", cite="§ longer", unbound_days=40)
    for rules in ((START, longer), (longer, START)):
        answer = told(pack(rules=(REFERENCE, MARGIN, *rules)), due_date_binds=False)
        assert answer.why == (Reason.of(ReasonCode.LAW_INTEREST_FROM, day="2026-03-29", cite="§ longer"),)
    states = replace(longer, unbound_days=0, needs_statement=True)
    answer = told(pack(rules=(REFERENCE, MARGIN, START, states)), start_stated=False)
    assert (answer.starts_on, answer.why[0].params["cite"]) == (None, "§ longer")


def test_interest_on_the_very_day_it_starts_and_the_day_before() -> None:
    first = told(pack(), date(2026, 3, 3))
    assert (first.accrued_minor, days_of(first), first.rate_bp) == (100, 1, 1000)
    before = told(pack(), DUE)
    assert (before.accrued_minor, before.segments, before.starts_on) == (0, (), date(2026, 3, 3))


# -- a class that is not known -----------------------------------------------------------------------------------------


def test_of_a_class_that_is_not_known_the_least_is_told_with_its_reasons() -> None:
    consumer = frozenset({CustomerClass.CONSUMER})
    cheap = replace(MARGIN, id="cheap", margin_bp=400, classes=frozenset(CustomerClass) - consumer)
    of = pack(rules=(REFERENCE, replace(MARGIN, classes=consumer), cheap, START))
    answer = told(of, customer_class=CustomerClass.UNKNOWN)
    assert answer.accrued_minor == 2030
    assert answer.why == (Reason.of(ReasonCode.LAW_CLASS_UNKNOWN), RUNS)
    ends = (period(date(2020, 1, 1), date(2026, 3, 10), 300),)
    assert told(pack(rates=ends), customer_class=CustomerClass.UNKNOWN, provisional=True).accrued_minor == 2900
    with pytest.raises(RateMissing):
        told(pack(rates=ends), customer_class=CustomerClass.UNKNOWN)
