"""From when interest runs, at which rate, when it stops, and what payments that go back do: each rule alone."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from dunningkit.errors import RateMissing
from dunningkit.law import BusinessCalendar
from dunningkit.law.allocation import Shares, allocate, give_back
from dunningkit.law.answers import Interest
from dunningkit.law.case import Case, DoneAct, Paid, Stop
from dunningkit.law.interest import interest
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import (
    Claim,
    MarginRule,
    RatePeriod,
    ReferenceRule,
    RulePack,
    RuleStatus,
    Selector,
    StartRule,
    StopKind,
    StopRule,
    YearCapRule,
)
from dunningkit.law.rates import penalty_rate_on, reference_on
from dunningkit.model import ActKind, CustomerClass, Money, Reason, ReasonCode

FI = load_pack("fi")
CALENDAR = BusinessCalendar()
CONSUMER, COMMERCIAL = CustomerClass.CONSUMER, CustomerClass.COMMERCIAL_30_2013
DUE = date(2024, 1, 15)  # a Monday
CASE = Case(
    CONSUMER,
    Money(100_000, "EUR"),
    issued_on=date(2023, 12, 15),
    due_on=DUE,
    sent_on=date(2023, 12, 15),
    due_date_binds=True,
    rate_stated=True,
    start_stated=True,
)
LATER = date(2024, 9, 30)


def told(as_of: date = LATER, pack: RulePack = FI, *, provisional: bool = False, **facts: Any) -> Interest:
    return interest(replace(CASE, **facts), pack, CALENDAR, as_of, provisional=provisional)


def the(answer: Interest, code: ReasonCode) -> Reason:
    (reason,) = [reason for reason in answer.why if reason.code is code]
    return reason


# -- start -------------------------------------------------------------------------------------------------------------


def test_a_due_date_that_binds_starts_interest_on_the_day_after() -> None:
    answer = told()
    assert answer.starts_on == date(2024, 1, 16)
    assert the(answer, ReasonCode.LAW_INTEREST_FROM).params["day"] == "2024-01-16"
    assert told(customer_class=COMMERCIAL, sent_on=None).starts_on == date(2024, 1, 16)


@pytest.mark.parametrize("binds", [False, None])
def test_otherwise_thirty_days_pass_after_sending(binds: bool | None) -> None:
    answer = told(due_date_binds=binds, sent_on=date(2024, 1, 10))
    assert answer.starts_on == date(2024, 2, 10)
    assert answer.segments[0].first == date(2024, 2, 10)


def test_thirty_days_after_sending_never_come_before_the_due_date() -> None:
    assert told(due_date_binds=False, sent_on=date(2023, 11, 1)).starts_on == date(2024, 1, 16)


@pytest.mark.parametrize("binds", [True, False])
def test_no_interest_runs_before_the_invoice_arrived(binds: bool) -> None:
    answer = told(due_date_binds=binds, invoice_received_on=date(2024, 3, 1))
    assert answer.starts_on == date(2024, 3, 2)


def test_no_interest_runs_before_the_invoice_was_sent() -> None:
    assert told(sent_on=date(2024, 2, 1)).starts_on == date(2024, 2, 2)


def test_a_due_date_that_may_not_bind_and_an_unknown_day_of_sending_give_no_start() -> None:
    answer = told(due_date_binds=None, sent_on=None)
    assert (answer.starts_on, answer.accrued_minor, answer.rate_bp) == (None, 0, None)
    assert the(answer, ReasonCode.LAW_INTEREST_NO_START).params["cite"]


@pytest.mark.parametrize("stated", [(True, False), (False, True), (True, None), (None, True)])
def test_a_consumer_who_was_not_told_rate_and_start_owes_none(stated: tuple[bool | None, bool | None]) -> None:
    answer = told(rate_stated=stated[0], start_stated=stated[1])
    assert (answer.starts_on, answer.accrued_minor, answer.segments) == (None, 0, ())
    assert the(answer, ReasonCode.LAW_INTEREST_NOT_STATED).params["cite"]
    assert told(rate_stated=stated[0], start_stated=stated[1], customer_class=COMMERCIAL).accrued_minor > 0


def test_a_class_without_a_rule_accrues_nothing() -> None:
    answer = told(customer_class=CustomerClass.DIRECTLY_ENFORCEABLE)
    assert (answer.starts_on, answer.accrued_minor) == (None, 0)
    assert the(answer, ReasonCode.LAW_INTEREST_NO_START).params["cite"] is None


def test_a_class_that_is_not_known_says_so() -> None:
    assert told(customer_class=CustomerClass.UNKNOWN).why[0].code is ReasonCode.LAW_CLASS_UNKNOWN


# -- rates -------------------------------------------------------------------------------------------------------------


def test_a_reference_rate_cites_its_notice_and_how_sure_it_is() -> None:
    confirmed, derived = (reference_on(FI, day) for day in (date(2024, 6, 30), date(2025, 7, 1)))
    assert (confirmed.rate_bp, confirmed.cited.status) == (450, RuleStatus.CONFIRMED)
    assert "notice 1/2024" in confirmed.cited.cite
    assert (derived.rate_bp, derived.cited.status) == (250, RuleStatus.DERIVED)


@pytest.mark.parametrize("day", [date(2002, 6, 30), date(2027, 1, 1)])
def test_a_day_without_a_rate_is_an_error(day: date) -> None:
    with pytest.raises(RateMissing):
        reference_on(FI, day)


def test_a_day_before_the_table_is_never_provisional() -> None:
    with pytest.raises(RateMissing):
        reference_on(FI, date(2002, 6, 30), provisional=True)
    late = reference_on(FI, date(2031, 5, 5), provisional=True)
    assert (late.rate_bp, late.is_provisional) == (250, True)


def test_a_gap_within_the_table_is_missing_even_when_provisional() -> None:
    periods = tuple(one for one in FI.table("reference") if one.valid_from != date(2024, 7, 1))
    pack = replace(FI, rates=(("reference", periods),))
    assert told(date(2024, 6, 30), pack).accrued_minor > 0
    with pytest.raises(RateMissing, match="2024-07-01"):
        told(date(2024, 7, 1), pack, provisional=True)


@pytest.mark.parametrize(
    ("customer_class", "due_on", "rate_bp"),
    [
        (CONSUMER, DUE, 1150),
        (CustomerClass.OTHER_NON_CONSUMER, DUE, 1150),  # F21: the private landlord's seven points
        (COMMERCIAL, DUE, 1250),
        (COMMERCIAL, date(2013, 3, 15), 1150),
        (COMMERCIAL, date(2013, 3, 16), 1250),
    ],
)
def test_the_margin_is_that_of_the_class_and_the_due_date(
    customer_class: CustomerClass, due_on: date, rate_bp: int
) -> None:
    rate = penalty_rate_on(FI, date(2024, 2, 1), customer_class, due_on)
    assert rate is not None
    assert rate.rate_bp == rate_bp
    assert "633/1982 4" in rate.cited.cite


def test_the_penalty_rate_of_a_day_may_be_missing_or_provisional_or_none() -> None:
    day = date(2027, 2, 1)
    with pytest.raises(RateMissing):
        penalty_rate_on(FI, day, CONSUMER, DUE)
    rate = penalty_rate_on(FI, day, CONSUMER, DUE, provisional=True)
    assert rate is not None
    assert (rate.rate_bp, rate.is_provisional) == (950, True)
    assert penalty_rate_on(FI, DUE, CustomerClass.DIRECTLY_ENFORCEABLE, DUE) is None
    assert penalty_rate_on(FI, DUE, CustomerClass.UNKNOWN, DUE) is None


def test_an_agreed_rate_stops_at_the_consumers_ceiling() -> None:
    answer = told(agreed_rate_bp=1600)
    assert {segment.rate_bp for segment in answer.segments} == {1150}
    reason = the(answer, ReasonCode.LAW_INTEREST_CEILING)
    assert (reason.params["agreed_bp"], reason.params["allowed_bp"]) == (1600, 1150)


def test_an_agreed_rate_below_the_ceiling_is_kept_and_an_agreed_nothing_too() -> None:
    assert {segment.rate_bp for segment in told(agreed_rate_bp=600).segments} == {600}
    assert told(agreed_rate_bp=0).accrued_minor == 0
    assert ReasonCode.LAW_INTEREST_CEILING not in [reason.code for reason in told(agreed_rate_bp=600).why]


def test_a_business_may_agree_as_it_likes_and_needs_no_table_then() -> None:
    answer = told(date(2031, 1, 15), customer_class=COMMERCIAL, agreed_rate_bp=1600)
    assert [(segment.rate_bp, segment.days) for segment in answer.segments] == [(1600, 2557)]
    assert not answer.is_provisional


def test_a_design_margin_lowers_but_grants_nothing() -> None:
    (margin,) = [rule for rule in FI.of_kind(MarginRule) if rule.id == "fi.interest.margin.general"]
    kind = replace(margin, id="kind", margin_bp=300, status=RuleStatus.DESIGN)
    lowered = replace(FI, rules=(*FI.rules, kind))
    assert {segment.rate_bp for segment in told(pack=lowered).segments} == {750}
    alone = replace(FI, rules=(*(rule for rule in FI.rules if rule is not margin), kind))
    assert told(pack=alone).accrued_minor == 0


def test_the_rate_told_is_that_of_the_day_asked_about() -> None:
    assert told(date(2025, 2, 1)).rate_bp == 1050
    assert told(date(2024, 2, 1)).rate_bp == 1150
    assert told(date(2027, 2, 1), payments=(Paid(DUE, 100_000),)).rate_bp is None


def test_a_pack_that_is_no_longer_the_same_is_read_anew() -> None:
    for rate_bp in (100, 900):
        period = RatePeriod(date(2002, 7, 1), date(2030, 12, 31), rate_bp, RuleStatus.CONFIRMED, "a notice")
        pack = replace(FI, rates=(("reference", (period,)),))
        assert told(pack=pack).segments[0].rate_bp == rate_bp + 700


def test_the_yearly_cap_frees_a_day_only_while_its_rule_holds() -> None:
    def capped(**fields: Any) -> Interest:
        rules = tuple(replace(rule, **fields) if isinstance(rule, YearCapRule) else rule for rule in FI.rules)
        return told(date(2026, 1, 15), replace(FI, rules=rules))

    # Interest began on 16 January 2024; its 366th day is 15 January 2025, and 29 February leaves the twelve months a year on.
    assert capped().segments[2].last == date(2025, 1, 14)
    assert capped(valid_from=date(2025, 1, 16)).segments[2].last == date(2025, 1, 15)
    assert capped(valid_from=date(2025, 2, 28)).segments[2].last == date(2025, 2, 27)
    assert not capped(valid_from=date(2025, 3, 1)).capped
    assert days_of(capped()) == days_of(capped(valid_from=date(2025, 3, 1))) - 1
    assert capped(valid_to=date(2025, 1, 15)).capped
    assert not capped(valid_to=date(2025, 1, 14)).capped


def test_a_rate_that_is_missing_does_not_matter_to_a_class_that_may_owe_nothing() -> None:
    day = date(2027, 2, 1)
    assert told(day, customer_class=CustomerClass.UNKNOWN).accrued_minor == 0
    rules = tuple(
        replace(rule, classes=frozenset()) if isinstance(rule, StartRule | MarginRule) else rule for rule in FI.rules
    )
    with pytest.raises(RateMissing):
        told(day, replace(FI, rules=rules), customer_class=CustomerClass.UNKNOWN)


def test_a_pack_without_a_reference_rate_has_none_to_give() -> None:
    pack = replace(FI, rules=tuple(rule for rule in FI.rules if not isinstance(rule, ReferenceRule)))
    with pytest.raises(RateMissing):
        told(pack=pack)
    with pytest.raises(RateMissing):
        reference_on(pack, DUE)


def test_a_margin_by_the_day_of_the_contract_holds_only_where_that_is_known() -> None:
    def since(selector: Selector, contract_on: date | None) -> Interest:
        rules = tuple(
            replace(rule, selector=selector, valid_from=date(2023, 1, 1)) if isinstance(rule, MarginRule) else rule
            for rule in FI.rules
        )
        return told(pack=replace(FI, rules=rules), contract_on=contract_on)

    by_contract = Selector.CONTRACT_ON
    assert since(by_contract, date(2023, 1, 1)).accrued_minor == told().accrued_minor
    assert since(by_contract, date(2022, 12, 31)).accrued_minor == 0
    assert since(by_contract, None).accrued_minor == 0


# -- stops -------------------------------------------------------------------------------------------------------------


def days_of(answer: Interest) -> int:
    return sum(segment.days for segment in answer.segments)


@pytest.mark.parametrize(
    ("kind", "stopped_days"),
    [
        (StopKind.RESTRUCTURING, 31),
        (StopKind.DEBT_ADJUSTMENT, 31),
        (StopKind.CREDITOR_OWES_ANSWER, 31),
        (StopKind.DISPUTE, 0),
        (StopKind.HARDSHIP, 0),
    ],
)
def test_interest_stops_where_the_pack_says_so(kind: StopKind, stopped_days: int) -> None:
    stop = Stop(kind, date(2024, 3, 1), date(2024, 3, 31))
    answer = told(stops=(stop,))
    assert days_of(told()) - days_of(answer) == stopped_days
    stopped = [reason for reason in answer.why if reason.code is ReasonCode.LAW_INTEREST_STOPPED]
    assert [reason.params["since"] for reason in stopped] == ["2024-03-01"] * bool(stopped_days)


def test_a_stop_stops_interest_only_while_its_rule_holds() -> None:
    rules = tuple(
        replace(rule, valid_from=date(2024, 4, 1), valid_to=date(2024, 4, 30))
        if isinstance(rule, StopRule) and rule.stop is StopKind.RESTRUCTURING
        else rule
        for rule in FI.rules
    )
    answer = told(pack=replace(FI, rules=rules), stops=(Stop(StopKind.RESTRUCTURING, date(2024, 2, 1)),))
    assert [(segment.first, segment.last) for segment in answer.segments[:2]] == [
        (date(2024, 1, 16), date(2024, 3, 31)),
        (date(2024, 5, 1), date(2024, 6, 30)),
    ]


@pytest.mark.parametrize(
    ("selector", "days", "stops"),
    [
        (Selector.DUE_ON, {"valid_from": DUE}, True),
        (Selector.DUE_ON, {"valid_from": date(2024, 1, 16)}, False),
        (Selector.DUE_ON, {"valid_to": date(2024, 1, 14)}, False),
        (Selector.CONTRACT_ON, {}, False),
    ],
)
def test_a_stop_may_depend_on_the_due_date(selector: Selector, days: dict[str, date], *, stops: bool) -> None:
    rules = tuple(
        replace(rule, selector=selector, **days)
        if isinstance(rule, StopRule) and rule.stop is StopKind.RESTRUCTURING
        else rule
        for rule in FI.rules
    )
    answer = told(pack=replace(FI, rules=rules), stops=(Stop(StopKind.RESTRUCTURING, DUE),))
    assert (answer.accrued_minor == 0) is stops


def test_a_payment_that_says_nothing_changes_nothing() -> None:
    assert told(payments=(Paid(date(2024, 4, 15), 0),)).accrued_minor == told().accrued_minor == 8160


def disputing(**facts: Any) -> Interest:
    rules = tuple(
        replace(rule, interest_stops=True) if isinstance(rule, StopRule) and rule.stop is StopKind.DISPUTE else rule
        for rule in FI.rules
    )
    return told(pack=replace(FI, rules=rules), **facts)


def test_a_disputed_part_accrues_nothing_and_the_rest_does() -> None:
    answer = disputing(stops=(Stop(StopKind.DISPUTE, date(2024, 3, 1), date(2024, 3, 31), 30_000),))
    assert [(segment.principal_minor, segment.days) for segment in answer.segments[:3]] == [
        (100_000, 45),
        (70_000, 31),
        (100_000, 91),
    ]
    assert answer.principal_minor == 100_000


def test_disputes_together_are_no_more_than_the_principal() -> None:
    stops = tuple(Stop(StopKind.DISPUTE, DUE, None, amount) for amount in (60_000, 60_000))
    assert disputing(stops=stops).accrued_minor == 0


def test_a_groundless_dispute_stops_nothing() -> None:
    assert disputing(stops=(Stop(StopKind.DISPUTE, DUE, is_groundless=True),)).accrued_minor == told().accrued_minor


# -- money -------------------------------------------------------------------------------------------------------------


def test_money_that_went_back_raises_the_principal_again() -> None:
    payments = (Paid(date(2024, 2, 1), 50_000), Paid(date(2024, 3, 1), -50_000))
    answer = told(payments=payments)
    assert [(segment.principal_minor, segment.days) for segment in answer.segments[:3]] == [
        (100_000, 17),
        (50_536, 29),
        (100_000, 121),
    ]
    assert [one.interest_minor for one in answer.allocations] == [536, -536]
    assert (answer.principal_minor, answer.paid_minor) == (100_000, 0)


def test_more_than_ever_came_does_not_raise_it_above_the_original() -> None:
    answer = told(payments=(Paid(date(2024, 3, 1), -50_000),))
    assert answer.principal_minor == 100_000
    assert [one.left_over_minor for one in answer.allocations] == [-50_000]


def test_what_is_too_much_is_left_over_and_goes_back_first() -> None:
    payments = (Paid(DUE, 120_000), Paid(date(2024, 2, 1), -25_000))
    answer = told(payments=payments)
    assert [one.left_over_minor for one in answer.allocations] == [20_000, -20_000]
    assert answer.principal_minor == 5_000
    assert answer.segments[0].first == date(2024, 2, 2)


def test_payments_after_the_day_are_not_known_yet() -> None:
    answer = told(payments=(Paid(date(2024, 10, 1), 100_000),))
    assert (answer.allocations, answer.principal_minor) == ((), 100_000)


def test_half_a_cent_is_rounded_up_once_for_each_payment_and_at_the_end() -> None:
    # 73 days at 10.5 % of 5.00 euros are 10.5 cents.
    case = replace(CASE, principal=Money(500, "EUR"), due_on=date(2024, 12, 31))
    answer = interest(replace(case, agreed_rate_bp=1050), FI, CALENDAR, date(2025, 3, 14))
    assert sum((segment.exact_minor for segment in answer.segments), Fraction(0)) == Fraction(21, 2)
    assert answer.accrued_minor == 11


def test_costs_are_the_fees_claimed_until_then_or_the_fixed_sum_if_that_is_more() -> None:
    acts = (DoneAct(ActKind.REMINDER, date(2024, 2, 1), 1200), DoneAct(ActKind.DEMAND, date(2024, 4, 1), 7000))
    asked = {"customer_class": COMMERCIAL, "acts": acts, "fixed_sum_claimed": True}
    assert told(date(2024, 3, 1), **asked).costs_minor == 4000  # F18: not 52 euros
    assert told(date(2024, 5, 1), **asked).costs_minor == 8200  # F19
    assert told(DUE, **asked).costs_minor == 0
    assert told(date(2024, 3, 1), **(asked | {"customer_class": CONSUMER})).costs_minor == 1200


def test_a_credit_or_nothing_accrues_nothing() -> None:
    assert told(principal=Money(-5_000, "EUR")).accrued_minor == 0
    assert told(principal=Money(0, "EUR")).segments == ()


@pytest.mark.parametrize(
    ("order", "shares"),
    [
        ((Claim.INTEREST, Claim.PRINCIPAL, Claim.COSTS), (200, 9_800, 0)),
        ((Claim.COSTS, Claim.INTEREST, Claim.PRINCIPAL), (200, 9_300, 500)),
        ((Claim.PRINCIPAL, Claim.INTEREST, Claim.COSTS), (0, 10_000, 0)),
        ((Claim.COSTS,), (0, 9_500, 500)),  # what is not named comes last
        ((), (0, 10_000, 0)),
    ],
)
def test_a_payment_is_taken_in_the_order_given_and_undone_in_reverse(
    order: tuple[Claim, ...], shares: tuple[int, int, int]
) -> None:
    taken = allocate(Paid(DUE, 10_000), Shares(200, 10_000, 500), order)
    assert (taken.interest_minor, taken.principal_minor, taken.costs_minor) == shares
    undone = give_back(Paid(DUE, -10_000), Shares(*shares), 0, order)
    assert (undone.interest_minor, undone.principal_minor, undone.costs_minor) == tuple(-one for one in shares)
    first_cent = give_back(Paid(DUE, -1), Shares(10, 10, 10), 0, (Claim.INTEREST, Claim.PRINCIPAL, Claim.COSTS))
    assert (first_cent.interest_minor, first_cent.principal_minor, first_cent.costs_minor) == (0, 0, -1)
