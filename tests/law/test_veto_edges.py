"""Verdicts at their edges: what a person who passes over a stop does not change."""

from dataclasses import replace
from datetime import date
from typing import Any

from dunningkit.law import BusinessCalendar
from dunningkit.law.answers import Ruling, Verdict
from dunningkit.law.case import AskedAct, Case, DoneAct, Stop
from dunningkit.law.interest import interest
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import StopKind
from dunningkit.law.veto import Override, judge
from dunningkit.model import ActKind, CustomerClass, Medium, Money, Reason, ReasonCode

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


def ask(case: Case = CASE, asked: AskedAct = LINE, fee_minor: int = 0, interest_minor: int = 0, **more: Any) -> Verdict:
    return judge(case, asked, FI, CALENDAR, fee_minor=fee_minor, interest_minor=interest_minor, **more)


def codes(verdict: Verdict) -> list[ReasonCode]:
    return [reason.code for reason in verdict.why]


def test_interest_stays_stopped_when_a_person_lets_the_line_go_in_spite_of_the_stop() -> None:
    owes = replace(CASE, stops=(Stop(StopKind.CREDITOR_OWES_ANSWER, date(2024, 1, 21)),))
    override = Override(StopKind.CREDITOR_OWES_ANSWER, "Maija", "We answered on the phone")
    # Five days of 11.5 % on 100 euros accrued before the customer asked.
    verdict = ask(owes, interest_minor=16, overrides=[override])
    assert (verdict.ruling, verdict.interest_minor) == (Ruling.ALLOW, 16)
    verdict = ask(owes, interest_minor=17, overrides=[override])
    assert (verdict.ruling, verdict.interest_minor) == (Ruling.LOWER, 16)
    assert ReasonCode.LAW_INTEREST_STOPPED in codes(verdict)


def test_interest_that_nobody_can_work_out_is_told_with_the_table_that_lacks_it() -> None:
    reminded = replace(CASE, acts=(DoneAct(ActKind.REMINDER, date(2026, 1, 4)),))
    known = interest(reminded, FI, CALENDAR, date(2026, 12, 31))
    missing = Reason.of(ReasonCode.LAW_INTEREST_PROVISIONAL, day="2027-01-01", cite="reference")
    line = replace(LINE, on=date(2027, 1, 4))
    verdict = ask(reminded, line, interest_minor=known.due_minor)
    assert (verdict.why, verdict.cited) == ((missing,), known.cited)
    verdict = ask(reminded, line, interest_minor=known.due_minor + 1)
    assert (verdict.why, verdict.cited) == ((*known.why, missing), known.cited)


def test_a_single_cent_of_interest_is_asked_about() -> None:
    silent = replace(CASE, rate_stated=False)
    assert (ask(silent, interest_minor=1).ruling, ask(silent, interest_minor=1).interest_minor) == (Ruling.LOWER, 0)
    assert ask(silent).why == ()
    accrues = ask(interest_minor=1)
    assert (accrues.ruling, accrues.interest_minor, accrues.why) == (Ruling.ALLOW, 1, ())
    assert accrues.cited == interest(CASE, FI, CALENDAR, ON).cited
