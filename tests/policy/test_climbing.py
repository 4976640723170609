"""When a step is reached, and which one comes next: every anchor, boundary, grace, and the two ways to climb."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunningkit.model import ContactPoint, Customer, LineStatus, Medium, Money, Reason, ReasonCode, Receivable, Segment
from dunningkit.policy import Day, Decision, Policy, SentStep, Situation, Step, Terms, decide

DUE = date(2026, 11, 10)
MAIJA = Customer("1", "Maija", contact_points=(ContactPoint(Medium.EMAIL, "maija@example.fi"),))
INVOICE = Receivable("1042", "1", "1042", Money(8990, "EUR"), Money(8990, "EUR"), date(2026, 10, 27), DUE)

COURTESY = Step(id="before", kind="courtesy", anchor="before_due", days=3)
FIRST = Step(id="first", days=2)
SECOND = Step(id="second", days=16)
THIRD = Step(id="third", days=30)


def on(as_of: date, policy: Policy, *sent: SentStep, **changes: object) -> Decision:
    leaves_on = changes.pop("leaves_on", None)
    day = Day(as_of, policy, as_of, 0, frozenset({Medium.EMAIL, Medium.SMS}), "FI2112345600000785", leaves_on=leaves_on)
    situation = Situation(INVOICE, MAIJA, segment=Segment.RELIABLE, customer_overdue_minor=8990, sent=sent)
    return decide(replace(situation, **changes), day)


def first_ready(policy: Policy, *sent: SentStep, **changes: object) -> tuple[date, str]:
    """The first day from ten days before the due date on which something would go, and which step that is."""
    for days in range(-10, 150):
        decision = on(DUE + timedelta(days=days), policy, *sent, **changes)
        if decision.status is LineStatus.READY:
            assert decision.step is not None
            return DUE + timedelta(days=days), decision.step.id
    raise AssertionError("nothing ever goes")


def sent(step: Step, day: date, *, pay_by: date | None = None) -> SentStep:
    return SentStep(step.id, day, pay_by or day + timedelta(days=1), courtesy=step.kind == "courtesy")


# -- anchors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "day"),
    [
        (COURTESY, date(2026, 11, 7)),
        (FIRST, date(2026, 11, 12)),
        (Step(id="m", anchor="end_of_month_after_due", days=5), date(2026, 12, 5)),
    ],
)
def test_each_anchor_has_its_day(step: Step, day: date) -> None:
    assert first_ready(Policy(steps=(step,))) == (day, step.id)


def test_the_month_that_counts_is_the_one_of_the_due_date() -> None:
    policy = Policy(steps=(Step(id="m", anchor="end_of_month_after_due", days=1),))
    on_the_last = replace(INVOICE, due_on=date(2028, 2, 29))
    decision = on(date(2028, 2, 29), policy, receivable=on_the_last)
    assert decision.reasons[0] == Reason.of(ReasonCode.STEP_NOT_REACHED, day="2028-03-01", step="m", step_number=1)


def test_a_step_after_the_previous_one_counts_from_when_that_left() -> None:
    policy = Policy(steps=(FIRST, Step(id="again", anchor="after_previous_step", days=14)))
    left = date(2026, 11, 25)
    assert first_ready(policy, sent(FIRST, left)) == (left + timedelta(days=14), "again")
    decision = on(left + timedelta(days=14), policy, sent(FIRST, left))
    assert decision.reasons[0] == Reason.of(
        ReasonCode.STEP_DUE_AFTER_PREVIOUS, on=left.isoformat(), step_days=14, step_number=2
    )


def test_a_missed_day_is_caught_up_under_every_anchor() -> None:
    for step in (FIRST, Step(id="m", anchor="end_of_month_after_due", days=1)):
        assert on(DUE + timedelta(days=40), Policy(steps=(step,))).status is LineStatus.READY


# -- boundary and grace --------------------------------------------------------------------------------------------


def test_an_exclusive_boundary_waits_until_the_day_has_passed() -> None:
    assert first_ready(Policy(steps=(FIRST,), boundary="exclusive"))[0] == DUE + timedelta(days=3)


def test_grace_of_the_policy_moves_what_is_counted_from_the_due_date() -> None:
    policy = Policy(steps=(FIRST, Step(id="again", anchor="after_previous_step", days=14)), grace_days=5)
    assert first_ready(policy)[0] == DUE + timedelta(days=7)
    left = DUE + timedelta(days=7)
    assert first_ready(policy, sent(FIRST, left))[0] == left + timedelta(days=14)


def test_arranged_grace_stands_instead_of_the_policys() -> None:
    policy = Policy(steps=(FIRST,), grace_days=5)
    assert first_ready(policy, terms=Terms(policy, grace_days=20))[0] == DUE + timedelta(days=22)
    assert first_ready(policy, terms=Terms(policy, grace_days=0))[0] == DUE + timedelta(days=2)
    decision = on(DUE + timedelta(days=22), policy, terms=Terms(policy, grace_days=20))
    assert Reason.of(ReasonCode.GRACE, grace_days=20) in decision.reasons


def test_a_courtesy_message_knows_no_grace() -> None:
    assert first_ready(Policy(steps=(COURTESY, FIRST), grace_days=30))[0] == DUE - timedelta(days=3)


# -- courtesy ------------------------------------------------------------------------------------------------------


def test_a_courtesy_message_that_would_leave_late_is_left_out() -> None:
    policy = Policy(steps=(COURTESY, FIRST))
    assert on(DUE, policy).step == COURTESY
    monday_after = on(DUE - timedelta(days=1), policy, leaves_on=DUE + timedelta(days=1))
    assert monday_after.reasons[0].code is ReasonCode.STEP_NOT_REACHED
    assert on(DUE + timedelta(days=2), policy).step == FIRST


def test_after_a_courtesy_message_the_first_reminder_is_still_the_first() -> None:
    policy = Policy(steps=(COURTESY, FIRST))
    decision = on(DUE + timedelta(days=2), policy, sent(COURTESY, DUE - timedelta(days=3), pay_by=DUE))
    assert decision.reasons[0] == Reason.of(ReasonCode.FIRST_CONTACT_DUE, days_late=2, first_contact_days=2)


def test_nobody_is_asked_anything_about_a_courtesy() -> None:
    policy = Policy(steps=(COURTESY, FIRST))
    mute = replace(MAIJA, contact_points=(ContactPoint(Medium.SMS, "+358457555010"),))
    for changes, code in (
        ({"customer": replace(MAIJA, contact_points=())}, ReasonCode.NO_CHANNEL),
        ({"customer": mute}, ReasonCode.NUMBER_UNCONFIRMED),
        ({"credit_minor": 100}, ReasonCode.CREDIT_UNAPPLIED),
    ):
        decision = on(DUE - timedelta(days=3), policy, **changes)
        assert (decision.status, decision.reasons[0].code) == (LineStatus.WONT_GO, code)
        assert decision.next_review_on == DUE + timedelta(days=1)


def test_where_only_courtesies_exist_what_is_not_due_is_no_question() -> None:
    policy = Policy(steps=(COURTESY,))
    done = sent(COURTESY, DUE - timedelta(days=3), pay_by=DUE)
    before = on(DUE - timedelta(days=1), policy, done)
    assert (before.status, before.reasons[0].code) == (LineStatus.WONT_GO, ReasonCode.NOT_DUE_YET)
    assert before.next_review_on == DUE + timedelta(days=1)
    after = on(DUE + timedelta(days=1), policy, done)
    assert (after.status, after.reasons[0]) == (
        LineStatus.NEEDS_YOU,
        Reason.of(ReasonCode.LADDER_DONE, reminders_sent=0),
    )


# -- one step or catching up ---------------------------------------------------------------------------------------

LATE = DUE + timedelta(days=40)


def test_one_step_a_run_climbs_one_rung() -> None:
    assert on(LATE, Policy(steps=(FIRST, SECOND, THIRD))).step == FIRST


def test_catching_up_goes_to_the_highest_step_reached_and_says_what_it_left_out() -> None:
    decision = on(LATE, Policy(steps=(FIRST, SECOND, THIRD), progress="catch_up"))
    assert decision.step == THIRD
    assert Reason.of(ReasonCode.CAUGHT_UP, steps_passed=2) in decision.reasons


def test_catching_up_never_passes_a_step_counted_from_one_that_was_not_sent() -> None:
    again = Step(id="again", anchor="after_previous_step", days=5)
    policy = Policy(steps=(FIRST, again, THIRD), progress="catch_up")
    assert on(LATE, policy).step == FIRST
    assert on(LATE, policy, sent(FIRST, LATE - timedelta(days=20))).step == THIRD


def test_what_was_left_out_is_never_gone_back_to() -> None:
    policy = Policy(steps=(FIRST, SECOND, THIRD), progress="catch_up")
    decision = on(LATE + timedelta(days=9), policy, sent(SECOND, LATE - timedelta(days=20)))
    assert decision.step == THIRD


def test_what_was_sent_under_another_policy_counts_rung_by_rung() -> None:
    moved = (SentStep("soft", LATE - timedelta(days=20), LATE - timedelta(days=10)),)
    assert on(LATE, Policy(steps=(FIRST, SECOND, THIRD)), *moved).step == SECOND
    twice = (*moved, SentStep("softer", LATE - timedelta(days=9), LATE - timedelta(days=1)))
    assert on(LATE, Policy(steps=(COURTESY, FIRST, SECOND, THIRD)), *twice).step == THIRD
    assert on(LATE, Policy(steps=(FIRST, SECOND)), *twice).reasons[0].code is ReasonCode.LADDER_DONE


def test_a_reminder_that_has_the_name_of_an_earlier_courtesy_step_is_not_taken_yet() -> None:
    told = SentStep("hello", date(2026, 11, 7), DUE, courtesy=True)
    assert first_ready(Policy(steps=(Step(id="hello", days=2),)), told) == (date(2026, 11, 12), "hello")
