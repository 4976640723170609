"""The law's say on a line: it goes, goes for less, later, or not, and what a person may pass over."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dunningkit.law import BusinessCalendar
from dunningkit.law.answers import Ruling, Verdict
from dunningkit.law.case import AskedAct, Case, DoneAct, Stop
from dunningkit.law.interest import interest
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import StopKind
from dunningkit.law.veto import Override, judge
from dunningkit.model import ActKind, CustomerClass, Medium, Money, ReasonCode

CALENDAR = BusinessCalendar()
FI = load_pack("fi")
ON = date(2024, 1, 30)
LINE = AskedAct(ActKind.REMINDER, ON, medium=Medium.EMAIL)
CASE = Case(
    CustomerClass.CONSUMER,
    Money(10_000, "EUR"),
    issued_on=date(2024, 1, 1),
    sent_on=date(2024, 1, 1),
    due_on=date(2024, 1, 15),
    due_date_binds=True,
    rate_stated=True,
    start_stated=True,
)
#: 15 days of 11.5 % on 100 euros.
ACCRUED = 47


def ask(case: Case = CASE, asked: AskedAct = LINE, fee_minor: int = 0, interest_minor: int = 0, **more: Any) -> Verdict:
    return judge(case, asked, FI, CALENDAR, fee_minor=fee_minor, interest_minor=interest_minor, **more)


def stopped(*kinds: StopKind, **fields: Any) -> Case:
    return replace(CASE, stops=tuple(Stop(kind, date(2024, 1, 20), **fields) for kind in kinds))


def codes(verdict: Verdict) -> list[ReasonCode]:
    return [reason.code for reason in verdict.why]


def test_a_free_line_goes_without_a_word() -> None:
    assert ask() == Verdict(Ruling.ALLOW, 0, 0, None, (), (), pay_by=date(2024, 2, 9))


def test_a_fee_and_interest_within_the_law_go_with_their_sections() -> None:
    verdict = ask(fee_minor=500, interest_minor=ACCRUED)
    assert (verdict.ruling, verdict.fee_minor, verdict.interest_minor) == (Ruling.ALLOW, 500, ACCRUED)
    assert codes(verdict) == [ReasonCode.LAW_ALLOWED]
    assert {one.rule_id for one in verdict.cited} >= {"fi.consumer.reminder.2022"}
    assert any("633/1982" in one.cite for one in verdict.cited)


def test_less_than_is_allowed_stays_as_it_is() -> None:
    verdict = ask(fee_minor=300, interest_minor=1)
    assert (verdict.ruling, verdict.fee_minor, verdict.interest_minor) == (Ruling.ALLOW, 300, 1)


def test_a_fee_too_high_or_too_early_is_lowered_with_the_reason() -> None:
    verdict = ask(fee_minor=1200)
    assert (verdict.ruling, verdict.fee_minor) == (Ruling.LOWER, 500)
    assert codes(verdict) == [ReasonCode.LAW_ALLOWED, ReasonCode.LAW_FEE_LOWERED]
    verdict = ask(asked=replace(LINE, on=date(2024, 1, 29)), fee_minor=500)
    assert (verdict.ruling, verdict.fee_minor, verdict.until) == (Ruling.LOWER, 0, None)
    assert codes(verdict) == [ReasonCode.LAW_FEE_TOO_EARLY, ReasonCode.LAW_FEE_LOWERED]
    assert verdict.why[0].params["day"] == "2024-01-30"


def test_interest_that_did_not_accrue_is_lowered() -> None:
    verdict = ask(interest_minor=ACCRUED + 1)
    assert (verdict.ruling, verdict.interest_minor) == (Ruling.LOWER, ACCRUED)
    silent = replace(CASE, rate_stated=False)
    verdict = ask(silent, interest_minor=ACCRUED)
    assert (verdict.ruling, verdict.interest_minor) == (Ruling.LOWER, 0)
    assert ReasonCode.LAW_INTEREST_NOT_STATED in codes(verdict)


def test_of_interest_that_nobody_can_work_out_yet_only_what_accrued_before_is_claimed() -> None:
    reminded = replace(CASE, acts=(DoneAct(ActKind.REMINDER, date(2026, 1, 4)),))
    known = interest(reminded, FI, CALENDAR, date(2026, 12, 31)).due_minor
    far = replace(LINE, on=date(2027, 1, 4))
    verdict = ask(reminded, far, interest_minor=known)
    assert (verdict.ruling, verdict.interest_minor) == (Ruling.ALLOW, known)
    assert codes(verdict) == [ReasonCode.LAW_INTEREST_PROVISIONAL]
    assert verdict.why[0].params["day"] == "2027-01-01"
    verdict = ask(reminded, far, interest_minor=known + 1)
    assert (verdict.ruling, verdict.interest_minor) == (Ruling.LOWER, known)
    assert codes(verdict)[-1] is ReasonCode.LAW_INTEREST_PROVISIONAL


def test_an_act_that_waits_is_postponed_and_one_that_may_never_be_done_is_forbidden() -> None:
    business = replace(CASE, customer_class=CustomerClass.COMMERCIAL_30_2013)
    tratta = replace(LINE, kind=ActKind.TRATTA, medium=Medium.LETTER)
    reminded = replace(business, acts=(DoneAct(ActKind.REMINDER, date(2024, 1, 20)),))
    verdict = ask(reminded, tratta)
    assert (verdict.ruling, verdict.until, codes(verdict)) == (
        Ruling.POSTPONE,
        date(2024, 1, 31),
        [ReasonCode.LAW_ACT_TOO_EARLY],
    )
    verdict = ask(business, tratta)
    assert (verdict.ruling, verdict.until, codes(verdict)) == (
        Ruling.FORBID,
        None,
        [ReasonCode.LAW_ACT_NEEDS_REMINDER],
    )
    verdict = ask(CASE, tratta)
    assert (verdict.ruling, codes(verdict)[0]) == (Ruling.FORBID, ReasonCode.LAW_ACT_FORBIDDEN)
    assert not verdict.may_be_overridden


@pytest.mark.parametrize("kind", StopKind)
def test_no_stop_lets_a_line_with_a_fee_go_as_it_was_asked(kind: StopKind) -> None:
    verdict = ask(stopped(kind), fee_minor=500)
    assert verdict.fee_minor == 0
    assert verdict.ruling is (Ruling.LOWER if kind is StopKind.SUSPENSION_REQUEST else Ruling.FORBID)


def test_a_stop_with_an_end_postpones_to_the_day_after() -> None:
    verdict = ask(stopped(StopKind.HARDSHIP, until=date(2024, 2, 9)))
    assert (verdict.ruling, verdict.until) == (Ruling.POSTPONE, date(2024, 2, 10))
    assert verdict.may_be_overridden


def test_after_a_request_to_suspend_the_line_goes_free_and_has_to_say_so() -> None:
    verdict = ask(stopped(StopKind.SUSPENSION_REQUEST), fee_minor=500)
    assert (verdict.ruling, verdict.fee_minor, verdict.must_say_free) == (Ruling.LOWER, 0, True)
    assert codes(verdict)[0] is ReasonCode.LAW_FEE_SUSPENDED
    verdict = ask(stopped(StopKind.SUSPENSION_REQUEST))
    assert (verdict.ruling, verdict.must_say_free) == (Ruling.ALLOW, True)
    unknown = replace(stopped(StopKind.SUSPENSION_REQUEST), customer_class=CustomerClass.UNKNOWN)
    assert ask(unknown).must_say_free
    assert not ask().must_say_free


def test_of_a_disputed_invoice_only_the_rest_may_be_asked_for() -> None:
    part = stopped(StopKind.DISPUTE, amount_minor=4_000)
    verdict = ask(part, principal_minor=6_000, fee_minor=500)
    assert (verdict.ruling, verdict.fee_minor) == (Ruling.ALLOW, 500)
    assert ReasonCode.LAW_DISPUTED_PART in codes(verdict)
    for asks in (6_001, None):
        verdict = ask(part, principal_minor=asks)
        assert (verdict.ruling, codes(verdict)[0]) == (Ruling.FORBID, ReasonCode.LAW_STOP)
        assert (verdict.fee_minor, verdict.interest_minor, verdict.pay_by) == (0, 0, None)
    verdict = ask(part, principal_minor=6_001, fee_minor=500, interest_minor=ACCRUED)
    assert (verdict.fee_minor, verdict.interest_minor) == (0, 0)
    assert ask(stopped(StopKind.DISPUTE, amount_minor=10_000), principal_minor=0).ruling is Ruling.FORBID
    assert ask(stopped(StopKind.DISPUTE, is_groundless=True)).ruling is Ruling.ALLOW


def test_a_day_for_paying_that_comes_too_soon_is_refused() -> None:
    slow = replace(LINE, delivery_days=5)
    assert ask(asked=slow, pay_by=date(2024, 2, 14)).ruling is Ruling.ALLOW
    verdict = ask(asked=slow, pay_by=date(2024, 2, 13))
    assert (verdict.ruling, verdict.why[0].params["day"]) == (Ruling.FORBID, "2024-02-14")


def test_what_lapsed_is_never_asked_for_whoever_decides_so() -> None:
    lapsed = replace(LINE, on=date(2027, 1, 15))
    verdict = ask(asked=lapsed, overrides=[Override(StopKind.LIMITATION, "Maija", "She asked me to")])
    assert (verdict.ruling, codes(verdict), verdict.may_be_overridden) == (
        Ruling.FORBID,
        [ReasonCode.LAW_LAPSED],
        False,
    )
    assert ask(asked=replace(lapsed, on=date(2027, 1, 13))).ruling is Ruling.ALLOW


def test_a_person_with_a_reason_may_let_a_line_go_and_it_goes_free() -> None:
    override = Override(StopKind.MINOR, "Maija Mäkinen", "It goes to the guardian")
    verdict = ask(stopped(StopKind.MINOR), fee_minor=500, overrides=[override])
    assert (verdict.ruling, verdict.fee_minor) == (Ruling.LOWER, 0)
    assert codes(verdict) == [ReasonCode.LAW_FEE_LOWERED, ReasonCode.LAW_OVERRIDDEN]
    assert verdict.why[0].params["cite"] == "442/1999 23 §, 24 §"
    assert ask(stopped(StopKind.MINOR), fee_minor=1, overrides=[override]).ruling is Ruling.LOWER
    assert verdict.why[1].params == {"by": "Maija Mäkinen", "stop": "minor", "cite": "442/1999 23 §, 24 §"}
    verdict = ask(stopped(StopKind.MINOR), overrides=[override])
    assert (verdict.ruling, codes(verdict)) == (Ruling.ALLOW, [ReasonCode.LAW_OVERRIDDEN])


def test_nobody_passes_over_a_stop_that_the_pack_keeps_or_that_they_did_not_name() -> None:
    override = Override(StopKind.MINOR, "Maija", "It goes to the guardian")
    both = stopped(StopKind.MINOR, StopKind.BANKRUPTCY)
    assert ask(both, overrides=[override]).ruling is Ruling.FORBID
    assert ask(stopped(StopKind.ESTATE), overrides=[override]).ruling is Ruling.FORBID
    dispute = Override(StopKind.DISPUTE, "Maija", "I do not believe it")
    assert ask(stopped(StopKind.DISPUTE), overrides=[dispute]).ruling is Ruling.FORBID
    assert not ask(stopped(StopKind.DISPUTE)).may_be_overridden
    assert not ask(both).may_be_overridden


def test_whoever_lets_a_line_go_says_who_they_are_and_why() -> None:
    for by, reason in (("", "It goes to the guardian"), ("Maija", " ")):
        with pytest.raises(ValueError, match="who they are and why"):
            Override(StopKind.MINOR, by, reason)


def test_a_class_that_is_not_known_is_judged_as_the_most_protected() -> None:
    unknown = replace(CASE, customer_class=CustomerClass.UNKNOWN)
    verdict = ask(unknown, fee_minor=1200)
    assert (verdict.ruling, verdict.fee_minor) == (Ruling.LOWER, 500)
    assert codes(verdict).count(ReasonCode.LAW_CLASS_UNKNOWN) == 1
    assert ask(unknown) == Verdict(Ruling.ALLOW, 0, 0, None, (), (), pay_by=date(2024, 2, 9))
    tratta = replace(LINE, kind=ActKind.TRATTA)
    assert ask(unknown, tratta).ruling is Ruling.FORBID
