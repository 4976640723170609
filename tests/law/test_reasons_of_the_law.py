"""Each reason of the law word for word: its figures, the section it names, and the rules that the answer rests on."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dunningkit.law import BusinessCalendar
from dunningkit.law.acts import allowed, fixed_sum_minor, has_run
from dunningkit.law.answers import Allowed, Caps, Cited, Ruling, Verdict
from dunningkit.law.book import book_of
from dunningkit.law.case import AskedAct, Case, DoneAct, Paid, Stop
from dunningkit.law.pack import (
    CountRule,
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
from dunningkit.model import ActKind, CustomerClass, Medium, Money, Reason, ReasonCode

CALENDAR = BusinessCalendar()
DUE = date(2026, 3, 2)
REMINDER = AskedAct(ActKind.REMINDER, date(2026, 4, 1), medium=Medium.LETTER)
TRATTA = replace(REMINDER, kind=ActKind.TRATTA)
CONFIRMED, DESIGN = RuleStatus.CONFIRMED, RuleStatus.DESIGN


def rule(kind: type[Rule], name: str, **fields: Any) -> Any:
    """A rule whose section is its name with a paragraph sign, so that one cannot be cited for another."""
    whole = {
        "id": name,
        "classes": frozenset(),
        "actors": frozenset(),
        "valid_from": date(2000, 1, 1),
        "valid_to": None,
        "selector": Selector.ACT_ON,
        "status": CONFIRMED,
        "cite": f"§ {name}",
        "note": "",
    }
    return kind(**(whole | fields))


def named(*names: str) -> tuple[Cited, ...]:
    return tuple(Cited(name, f"§ {name}", CONFIRMED) for name in names)


def fee(amount_minor: int = 500, **fields: Any) -> FeeRule:
    return rule(FeeRule, "fee", **({"act": ActKind.REMINDER, "tiers": (Tier(None, amount_minor),)} | fields))


def stop_rule(stop: StopKind, effect: StopEffect, **fields: Any) -> StopRule:
    return rule(StopRule, stop.value, stop=stop, effect=effect, **fields)


TOTAL = rule(TotalRule, "total", tiers=(Tier(None, 600),))
LUMP = rule(FixedSumRule, "lump", amount_minor=1000, selector=Selector.DUE_ON)
TIMES = rule(TimeToPayRule, "times", acts=frozenset({ActKind.REMINDER}), days=10)
LAPSES = rule(LimitationRule, "lapses", years=1, interrupted_by=frozenset())
GAP = rule(
    GapRule, "gap", act=ActKind.TRATTA, after_act_days=10, after_acts=frozenset({ActKind.REMINDER}), needs_one=True
)


def case(**fields: Any) -> Case:
    whole = {
        "customer_class": CustomerClass.CONSUMER,
        "principal": Money(10_000, "EUR"),
        "issued_on": date(2026, 2, 16),
        "sent_on": date(2026, 2, 16),
        "due_on": DUE,
        "due_date_binds": True,
    }
    return Case(**(whole | fields))


def pack(*rules: Rule) -> RulePack:
    return RulePack("xx", "XX", "EUR", "A made-up country", rules, ())


def ask(of: Case, asked: AskedAct, *rules: Rule) -> Allowed:
    return allowed(of, asked, pack(*rules), CALENDAR)


def line(of: Case, *rules: Rule, asked: AskedAct = REMINDER, **claims: Any) -> Verdict:
    return judge(of, asked, pack(*rules), CALENDAR, **({"fee_minor": 0, "interest_minor": 0} | claims))


def said(code: ReasonCode, **params: Any) -> Reason:
    return Reason.of(code, **params)


GRANTED = said(ReasonCode.LAW_ALLOWED, fee_minor=500, currency="EUR", cite="§ fee")


# -- what an act may cost ----------------------------------------------------------------------------------------------


def test_a_whole_answer() -> None:
    found = ask(case(), replace(REMINDER, delivery_days=5, fee_minor=700), fee(), TIMES)
    assert found == Allowed(
        fee_minor=500,
        is_possible=True,
        possible_on=REMINDER.on,
        chargeable_on=REMINDER.on,
        pay_by=date(2026, 4, 16),
        caps=Caps(None, None),
        why=(
            GRANTED,
            said(ReasonCode.LAW_FEE_LOWERED, asked_minor=700, allowed_minor=500, currency="EUR", cite="§ fee"),
            said(ReasonCode.LAW_TIME_TO_PAY, least_days=10, day="2026-04-16", cite="§ times"),
        ),
        cited=named("fee"),
    )


def test_more_than_a_pack_without_rules_allows_rests_on_no_section() -> None:
    found = ask(case(), replace(REMINDER, fee_minor=1))
    assert found.why == (
        said(ReasonCode.LAW_FEE_NO_RULE, act=ActKind.REMINDER),
        said(ReasonCode.LAW_FEE_LOWERED, asked_minor=1, allowed_minor=0, currency="EUR", cite=""),
    )
    assert found.cited == ()


@pytest.mark.parametrize(
    ("conditions", "asked", "why"),
    [
        (
            {"sent_before_due_days": 15},
            REMINDER,
            said(ReasonCode.LAW_FEE_INVOICE_LATE, least_days=15, cite="§ fee"),
        ),
        ({"needs_agreement": True}, REMINDER, said(ReasonCode.LAW_FEE_NOT_AGREED, cite="§ fee")),
        ({"needs_free_first": True}, REMINDER, said(ReasonCode.LAW_FEE_FREE_FIRST, cite="§ fee")),
        ({"since_due_days": 30}, REMINDER, said(ReasonCode.LAW_FEE_TOO_EARLY, day="2026-04-02", cite="§ fee")),
        (
            {"act": ActKind.EXTENSION, "extension_days": 14},
            AskedAct(ActKind.EXTENSION, DUE, extension_days=9),
            said(ReasonCode.LAW_FEE_SHORT_EXTENSION, extension_days=9, least_days=14, cite="§ fee"),
        ),
        ({"actual_cost_only": True}, REMINDER, said(ReasonCode.LAW_FEE_ACTUAL_COST, cite="§ fee")),
        (
            {"media": frozenset({Medium.EMAIL})},
            REMINDER,
            said(ReasonCode.LAW_FEE_ACTUAL_COST, cite="§ fee"),
        ),
    ],
)
def test_why_an_act_costs_nothing(conditions: dict[str, Any], asked: AskedAct, why: Reason) -> None:
    found = ask(case(), asked, fee(**conditions))
    assert (found.fee_minor, found.why, found.cited) == (0, (why,), named("fee"))


def test_a_fee_of_nothing_and_one_that_only_we_know_are_not_granted() -> None:
    none = (said(ReasonCode.LAW_FEE_NO_RULE, act=ActKind.REMINDER),)
    found = ask(case(), REMINDER, fee(0))
    assert (found.why, found.cited) == (none, named("fee"))
    found = ask(case(), REMINDER, fee(status=DESIGN), TOTAL)
    assert (found.why, found.cited, found.caps) == (none, (), Caps(600, None))


def test_of_several_obstacles_what_no_waiting_mends_is_told_first() -> None:
    found = ask(case(), REMINDER, fee(since_due_days=30, needs_agreement=True))
    assert found.why == (
        said(ReasonCode.LAW_FEE_NOT_AGREED, cite="§ fee"),
        said(ReasonCode.LAW_FEE_TOO_EARLY, day="2026-04-02", cite="§ fee"),
    )


def test_a_count_that_is_used_up_decides_before_anything_else() -> None:
    once = rule(CountRule, "count", act=ActKind.REMINDER, tiers=(Tier(None, 1),))
    before = case(acts=(DoneAct(ActKind.REMINDER, DUE, 1),))
    assert [one.code for one in ask(before, REMINDER, fee(needs_agreement=True), once).why] == [
        ReasonCode.LAW_FEE_COUNT,
        ReasonCode.LAW_FEE_NOT_AGREED,
    ]


def test_while_a_single_cent_is_open_a_reminder_may_cost_something() -> None:
    assert ask(case(payments=(Paid(DUE, 9_999),)), REMINDER, fee()).why == (GRANTED,)


def test_the_longest_time_to_pay_is_told_whatever_the_order_of_rules() -> None:
    longer = rule(TimeToPayRule, "longer", acts=frozenset({ActKind.REMINDER}), days=14)
    others = rule(TimeToPayRule, "others", acts=frozenset({ActKind.DEMAND}), days=30)
    for rules in ((TIMES, longer, others), (others, longer, TIMES)):
        found = ask(case(), REMINDER, fee(), *rules)
        told = said(ReasonCode.LAW_TIME_TO_PAY, least_days=14, day="2026-04-15", cite="§ longer")
        assert (found.why, found.pay_by) == ((GRANTED, told), date(2026, 4, 15))
    assert ask(case(), REMINDER, fee(), others).pay_by == REMINDER.on


def test_a_single_cent_that_may_be_charged_later_is_waited_for() -> None:
    now = ask(case(), REMINDER, fee(1))
    assert (now.fee_minor, now.chargeable_on) == (1, REMINDER.on)
    assert ask(case(), REMINDER, fee(1, since_due_days=30)).chargeable_on == date(2026, 4, 2)


def test_interest_has_run_from_its_first_day_on_where_something_was_open_when_it_began() -> None:
    begins = date(2026, 3, 3)
    assert not has_run(case(), None, REMINDER.on)
    assert not has_run(case(), begins, DUE)
    assert has_run(case(), begins, begins)
    assert has_run(case(payments=(Paid(DUE, 9_999),)), begins, begins)
    assert not has_run(case(payments=(Paid(DUE, 10_000),)), begins, REMINDER.on)
    assert has_run(case(payments=(Paid(begins, 10_000),)), begins, REMINDER.on)


def test_a_lump_sum_for_one_actor_is_for_that_actor() -> None:
    theirs = replace(LUMP, actors=frozenset({LegalActor.PROFESSIONAL_COLLECTOR}))
    assert fixed_sum_minor(case(), pack(theirs), interest_runs=True) == 0
    collected = case(actor=LegalActor.PROFESSIONAL_COLLECTOR)
    assert fixed_sum_minor(collected, pack(theirs), interest_runs=True) == 1000


def test_a_count_that_is_used_up_with_its_rule() -> None:
    twice = rule(CountRule, "count", act=ActKind.REMINDER, tiers=(Tier(None, 1),))
    before = case(acts=(DoneAct(ActKind.REMINDER, date(2026, 3, 5), 500),))
    found = ask(before, REMINDER, fee(since_due_days=30), twice)
    assert found.why == (
        said(ReasonCode.LAW_FEE_COUNT, max_acts=1, cite="§ count"),
        said(ReasonCode.LAW_FEE_TOO_EARLY, day="2026-04-02", cite="§ fee"),
    )
    assert (found.cited, found.caps) == (named("count", "fee"), Caps(None, 0))
    never = rule(CountRule, "count", act=ActKind.REMINDER, tiers=(Tier(None, 0),))
    assert ask(case(), REMINDER, fee(), never).why == (said(ReasonCode.LAW_FEE_COUNT, max_acts=0, cite="§ count"),)


def test_what_a_total_and_a_lump_sum_leave() -> None:
    found = ask(case(acts=(DoneAct(ActKind.DEMAND, DUE, 200),)), REMINDER, fee(), TOTAL)
    left = said(ReasonCode.LAW_FEE_TOTAL, left_minor=400, total_minor=600, currency="EUR", cite="§ total")
    assert found.why == (left, said(ReasonCode.LAW_ALLOWED, fee_minor=400, currency="EUR", cite="§ fee"))
    assert (found.cited, found.caps) == (named("fee", "total"), Caps(400, None))
    found = ask(case(fixed_sum_claimed=True), REMINDER, fee(1200), LUMP)
    swallowed = said(ReasonCode.LAW_FIXED_SUM_SET_OFF, fixed_minor=1000, currency="EUR", cite="§ lump")
    assert found.why == (swallowed, said(ReasonCode.LAW_ALLOWED, fee_minor=200, currency="EUR", cite="§ fee"))
    assert found.cited == named("fee", "lump")
    past = case(fixed_sum_claimed=True, acts=(DoneAct(ActKind.DEMAND, DUE, 1000),))
    assert ask(past, REMINDER, fee(), LUMP).why == (GRANTED,)
    some = replace(past, acts=(DoneAct(ActKind.DEMAND, DUE, 999),))
    assert ask(some, REMINDER, fee(), LUMP).fee_minor == 499


def test_vat_comes_on_top_of_a_single_cent_and_of_nothing_never() -> None:
    adds = fee(1, vat_may_be_added=True)
    assert ask(case(vat_deductible=False), REMINDER, adds).vat_may_be_added
    spent = case(vat_deductible=False, acts=(DoneAct(ActKind.DEMAND, DUE, 600),))
    found = judge(spent, REMINDER, pack(adds, TOTAL), CALENDAR, fee_minor=1, interest_minor=0)
    assert (found.ruling, found.most_fee_minor) == (Ruling.LOWER, 0)


def test_the_lump_sum_is_that_of_the_due_date() -> None:
    for selector in (Selector.ACT_ON, Selector.DUE_ON):
        lump = replace(LUMP, selector=selector, valid_from=DUE, valid_to=DUE)
        assert fixed_sum_minor(case(), pack(lump), interest_runs=True) == 1000
        later = replace(lump, valid_from=date(2026, 3, 3), valid_to=None)
        assert fixed_sum_minor(case(), pack(later), interest_runs=True) == 0


def test_of_rules_that_say_the_same_the_first_is_told() -> None:
    again = replace(TOTAL, id="again", cite="§ again")
    assert ask(case(), REMINDER, fee(1000), TOTAL, again).cited == named("fee", "total")
    count = rule(CountRule, "count", act=ActKind.REMINDER, tiers=(Tier(None, 0),))
    found = ask(case(), REMINDER, fee(), count, replace(count, id="again", cite="§ again"))
    assert found.cited[0] == named("count")[0]
    cheap = replace(fee(), id="cheap", cite="§ cheap")
    assert ask(case(), REMINDER, fee(), cheap).cited == named("fee")


def test_what_lapses_for_others_does_not_lapse_for_this_class() -> None:
    others = replace(LAPSES, classes=frozenset({CustomerClass.OTHER_NON_CONSUMER}))
    assert ask(case(), replace(REMINDER, on=date(2030, 1, 1)), fee(), others).why == (GRANTED,)


def test_an_act_that_may_not_be_done_or_not_yet() -> None:
    forbids = rule(ForbiddenActRule, "forbids", act=ActKind.TRATTA)
    found = ask(case(), TRATTA, forbids)
    never = (said(ReasonCode.LAW_ACT_FORBIDDEN, act=ActKind.TRATTA, cite="§ forbids"),)
    assert (found.why, found.cited, found.possible_on) == (never, named("forbids"), None)
    found = ask(case(), TRATTA, GAP)
    none_yet = (said(ReasonCode.LAW_ACT_NEEDS_REMINDER, act=ActKind.TRATTA, cite="§ gap"),)
    assert (found.why, found.cited, found.possible_on) == (none_yet, named("gap"), None)
    reminded = case(acts=(DoneAct(ActKind.REMINDER, date(2026, 3, 22)),))
    found = ask(reminded, TRATTA, GAP)
    early = said(ReasonCode.LAW_ACT_TOO_EARLY, act=ActKind.TRATTA, day="2026-04-02", cite="§ gap")
    assert (found.why, found.cited, found.possible_on) == ((early,), named("gap"), date(2026, 4, 2))
    assert ask(reminded, TRATTA, forbids, GAP).why == (*never, early)


def test_what_stops_leave_possible() -> None:
    minor = stop_rule(StopKind.MINOR, StopEffect.FORBID)
    found = ask(case(stops=(Stop(StopKind.MINOR, date(2026, 3, 20)),)), REMINDER, fee(), minor)
    stopped = (said(ReasonCode.LAW_STOP, stop=StopKind.MINOR, since="2026-03-20", cite="§ minor"),)
    assert (found.why, found.cited, found.is_possible) == (stopped, named("minor"), False)
    suspends = stop_rule(StopKind.SUSPENSION_REQUEST, StopEffect.FREE_ACTS_ONLY)
    asked_for = case(stops=(Stop(StopKind.SUSPENSION_REQUEST, date(2026, 3, 20)),))
    free = (said(ReasonCode.LAW_FEE_SUSPENDED, since="2026-03-20", cite="§ suspension_request"),)
    found = ask(asked_for, REMINDER, fee(), suspends)
    assert (found.why, found.cited) == (free, named("suspension_request", "fee"))
    found = ask(case(), replace(REMINDER, on=date(2027, 3, 2)), fee(), LAPSES)
    assert found.why == (said(ReasonCode.LAW_LAPSED, on="2027-03-02", cite=""),)
    by_section = stop_rule(StopKind.LIMITATION, StopEffect.FORBID)
    found = ask(case(), replace(REMINDER, on=date(2027, 3, 2)), fee(), LAPSES, by_section)
    assert found.why == (said(ReasonCode.LAW_LAPSED, on="2027-03-02", cite="§ limitation"),)


def test_the_part_that_is_disputed() -> None:
    disputes = tuple(Stop(StopKind.DISPUTE, date(2026, 3, 20), amount_minor=part) for part in (1_000, 2_000))
    found = ask(case(stops=disputes), REMINDER, fee(), stop_rule(StopKind.DISPUTE, StopEffect.FORBID))
    part = said(ReasonCode.LAW_DISPUTED_PART, disputed_minor=3_000, currency="EUR", cite="§ dispute")
    assert (found.why, found.cited) == ((GRANTED, part), named("fee", "dispute"))
    found = ask(case(stops=disputes), REMINDER, fee())
    part = said(ReasonCode.LAW_DISPUTED_PART, disputed_minor=3_000, currency="EUR", cite="")
    assert (found.why, found.cited) == ((GRANTED, part), named("fee"))


def test_one_stop_suspends_fees_and_another_disputes_a_part() -> None:
    stops = (
        Stop(StopKind.SUSPENSION_REQUEST, date(2026, 3, 20)),
        Stop(StopKind.DISPUTE, date(2026, 3, 21), amount_minor=1_000),
    )
    rules = (
        stop_rule(StopKind.SUSPENSION_REQUEST, StopEffect.FREE_ACTS_ONLY),
        stop_rule(StopKind.DISPUTE, StopEffect.FORBID),
    )
    found = ask(case(stops=stops), REMINDER, fee(), *rules)
    assert found.why == (
        said(ReasonCode.LAW_FEE_SUSPENDED, since="2026-03-20", cite="§ suspension_request"),
        said(ReasonCode.LAW_DISPUTED_PART, disputed_minor=1_000, currency="EUR", cite="§ dispute"),
    )
    assert found.cited == named("suspension_request", "dispute", "fee")


def test_what_is_paid_and_money_of_another_country() -> None:
    found = ask(case(payments=(Paid(DUE, 10_000),)), REMINDER, fee(), TOTAL)
    assert (found.why, found.cited, found.caps) == ((said(ReasonCode.PAID_MEANWHILE),), named("fee"), Caps(600, None))
    found = ask(case(principal=Money(10_000, "SEK")), REMINDER, fee())
    assert found.why == (said(ReasonCode.LAW_FEE_NO_RULE, act=ActKind.REMINDER),)


def test_a_class_that_is_not_known() -> None:
    found = ask(case(customer_class=CustomerClass.UNKNOWN), REMINDER, fee())
    assert found.why == (GRANTED, said(ReasonCode.LAW_CLASS_UNKNOWN))


def test_of_a_class_that_is_not_known_only_the_strictest_answer_is_told() -> None:
    consumer = frozenset({CustomerClass.CONSUMER})
    others = frozenset(CustomerClass) - consumer
    unknown = case(customer_class=CustomerClass.UNKNOWN, vat_deductible=False)
    count = rule(CountRule, "count", act=ActKind.REMINDER, tiers=(Tier(None, 3),), classes=others)
    dear = fee(600, id="dear", cite="§ dear", classes=others)
    found = ask(unknown, REMINDER, fee(classes=consumer, vat_may_be_added=True), dear, count)
    assert (found.why, found.cited) == ((GRANTED, said(ReasonCode.LAW_CLASS_UNKNOWN)), named("fee"))
    assert (found.caps, found.vat_may_be_added) == (Caps(None, 3), False)


# -- whether a line may go ---------------------------------------------------------------------------------------------


def test_a_line_that_waits_or_never_goes_says_why() -> None:
    reminded = case(acts=(DoneAct(ActKind.REMINDER, date(2026, 3, 22)),))
    early = said(ReasonCode.LAW_ACT_TOO_EARLY, act=ActKind.TRATTA, day="2026-04-02", cite="§ gap")
    assert line(reminded, GAP, asked=TRATTA) == Verdict(Ruling.POSTPONE, 0, 0, date(2026, 4, 2), (early,), named("gap"))
    none_yet = said(ReasonCode.LAW_ACT_NEEDS_REMINDER, act=ActKind.TRATTA, cite="§ gap")
    assert line(case(), GAP, asked=TRATTA) == Verdict(Ruling.FORBID, 0, 0, None, (none_yet,), named("gap"))


def test_a_line_that_asks_for_what_is_disputed_says_so_first() -> None:
    stops = (Stop(StopKind.DISPUTE, date(2026, 3, 20), amount_minor=1_000),)
    found = line(case(stops=stops), stop_rule(StopKind.DISPUTE, StopEffect.FORBID), principal_minor=9_001)
    stopped = said(ReasonCode.LAW_STOP, stop=StopKind.DISPUTE, since="2026-03-20", cite="§ dispute")
    part = said(ReasonCode.LAW_DISPUTED_PART, disputed_minor=1_000, currency="EUR", cite="§ dispute")
    assert found == Verdict(Ruling.FORBID, 0, 0, None, (stopped, part), named("dispute"))
    found = line(case(stops=stops), stop_rule(StopKind.DISPUTE, StopEffect.FORBID), principal_minor=9_000)
    assert (found.ruling, found.why, found.pay_by) == (Ruling.ALLOW, (part,), REMINDER.on)


def test_of_what_is_still_open_only_the_part_that_is_not_disputed_may_be_asked_for() -> None:
    stops = (Stop(StopKind.DISPUTE, date(2026, 3, 20), amount_minor=1_000),)
    payments = (Paid(date(2026, 3, 9), 2_000), Paid(date(2026, 4, 2), 5_000))
    disputed = case(stops=stops, payments=payments)
    forbids = stop_rule(StopKind.DISPUTE, StopEffect.FORBID)
    assert line(disputed, forbids, principal_minor=7_000).ruling is Ruling.ALLOW
    assert line(disputed, forbids, principal_minor=7_001).ruling is Ruling.FORBID
    assert line(disputed, forbids).ruling is Ruling.FORBID


def test_a_line_that_gives_too_little_time_says_how_much_it_must() -> None:
    found = line(case(), TIMES, pay_by=date(2026, 4, 10))
    time = said(ReasonCode.LAW_TIME_TO_PAY, least_days=10, day="2026-04-11", cite="§ times")
    assert found == Verdict(Ruling.FORBID, 0, 0, None, (time,), ())
    assert line(case(), TIMES, pay_by=date(2026, 4, 11)).ruling is Ruling.ALLOW
    before_it_comes = line(case(), pay_by=date(2026, 3, 31))
    at_once = said(ReasonCode.LAW_TIME_TO_PAY, least_days=0, day="2026-04-01", cite="")
    assert before_it_comes == Verdict(Ruling.FORBID, 0, 0, None, (at_once,), ())


def test_the_same_pack_is_laid_out_once_and_one_that_is_equal_anew() -> None:
    one = pack(fee())
    assert book_of(one) is book_of(one)
    assert book_of(replace(one)) is not book_of(one)


def test_a_fee_that_is_too_high_is_told_with_the_most_that_was_allowed() -> None:
    lowered = said(ReasonCode.LAW_FEE_LOWERED, asked_minor=700, allowed_minor=500, currency="EUR", cite="§ fee")
    assert line(case(), fee(), TIMES, fee_minor=700) == Verdict(
        Ruling.LOWER,
        500,
        0,
        None,
        (GRANTED, lowered),
        named("fee"),
        most_fee_minor=500,
        pay_by=date(2026, 4, 11),
    )
    found = line(case(), fee(1), fee_minor=1)
    assert (found.ruling, found.most_fee_minor) == (Ruling.ALLOW, 1)
    found = line(case(), fee(), fee_minor=300)
    assert (found.ruling, found.fee_minor, found.most_fee_minor) == (Ruling.ALLOW, 300, 500)


OVERRIDES = [Override(StopKind.MINOR, "Maija", "It goes to the guardian")]
MINOR = Stop(StopKind.MINOR, date(2026, 3, 20))
SOFT = stop_rule(StopKind.MINOR, StopEffect.PERSON, may_be_overridden=True)


def test_who_passed_over_a_stop_is_told_and_no_fee_goes_with_it() -> None:
    passed = said(ReasonCode.LAW_OVERRIDDEN, by="Maija", stop=StopKind.MINOR, cite="§ minor")
    assert line(case(stops=(MINOR,)), SOFT, fee(), overrides=OVERRIDES) == Verdict(
        Ruling.ALLOW, 0, 0, None, (passed,), named("minor"), pay_by=REMINDER.on
    )
    lowered = said(ReasonCode.LAW_FEE_LOWERED, asked_minor=500, allowed_minor=0, currency="EUR", cite="§ minor")
    assert line(case(stops=(MINOR,)), SOFT, fee(), fee_minor=500, overrides=OVERRIDES) == Verdict(
        Ruling.LOWER, 0, 0, None, (lowered, passed), named("minor"), pay_by=REMINDER.on
    )


def test_what_the_rest_of_the_law_says_follows_who_passed_over_a_stop() -> None:
    part = Stop(StopKind.DISPUTE, date(2026, 3, 21), amount_minor=1_000)
    rules = (SOFT, stop_rule(StopKind.DISPUTE, StopEffect.FORBID), fee())
    disputed = said(ReasonCode.LAW_DISPUTED_PART, disputed_minor=1_000, currency="EUR", cite="§ dispute")
    passed = said(ReasonCode.LAW_OVERRIDDEN, by="Maija", stop=StopKind.MINOR, cite="§ minor")
    for fee_minor, before in ((0, 0), (500, 1)):
        found = line(case(stops=(MINOR, part)), *rules, fee_minor=fee_minor, principal_minor=9_000, overrides=OVERRIDES)
        assert found.why[before:] == (passed, disputed)
        assert found.cited == named("minor", "dispute")


def test_one_person_passes_over_two_stops_of_a_kind_and_both_are_told() -> None:
    stops = (MINOR, replace(MINOR, since=date(2026, 3, 25)))
    found = line(case(stops=stops), SOFT, overrides=OVERRIDES)
    assert (found.ruling, len(found.why)) == (Ruling.ALLOW, 2)
    unknown = line(case(stops=stops, customer_class=CustomerClass.UNKNOWN), SOFT, overrides=OVERRIDES)
    assert (unknown.ruling, len(unknown.why)) == (Ruling.ALLOW, 2)


def test_a_stop_that_several_classes_know_is_told_once() -> None:
    consumer = frozenset({CustomerClass.CONSUMER})
    unknown = case(stops=(MINOR, replace(MINOR, since=DUE)), customer_class=CustomerClass.UNKNOWN)
    found = line(unknown, SOFT, fee(classes=consumer), overrides=OVERRIDES)
    passed = said(ReasonCode.LAW_OVERRIDDEN, by="Maija", stop=StopKind.MINOR, cite="§ minor")
    assert found.why == (passed, passed)


def test_a_stop_that_the_pack_does_not_know_is_nobodys_to_pass_over() -> None:
    found = line(case(stops=(MINOR,)), overrides=OVERRIDES)
    assert (found.ruling, found.may_be_overridden) == (Ruling.FORBID, False)
    stopped = said(ReasonCode.LAW_STOP, stop=StopKind.MINOR, since="2026-03-20", cite="")
    assert (found.why, found.cited) == ((stopped,), ())


def test_an_override_says_what_it_lacks() -> None:
    with pytest.raises(ValueError, match=r"^whoever lets a line go in spite of a stop says who they are and why$"):
        Override(StopKind.MINOR, "", "")
