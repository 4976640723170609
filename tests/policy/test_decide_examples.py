"""One example for every reason that decide() can give: read it as the list of what the engine would say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunningkit.model import (
    ContactPoint,
    Customer,
    CustomerClass,
    Hold,
    HoldKind,
    LineStatus,
    Medium,
    Money,
    Outcome,
    Reason,
    ReasonCode,
    Receivable,
    Segment,
    Style,
    Wishes,
)
from dunningkit.policy import Day, Decision, Policy, SentStep, Situation, Step, decide
from dunningkit.policy.situation import Attempt

DUE = date(2026, 11, 10)
EMAIL = ContactPoint(Medium.EMAIL, "maija@example.fi")
PHONE = ContactPoint(Medium.SMS, "+358457555010", confirmed=True)
MAIJA = Customer(
    "1",
    "Maija Mäkinen",
    first_name="Maija",
    customer_class=CustomerClass.CONSUMER,
    contact_points=(EMAIL, PHONE),
)
INVOICE = Receivable(
    receivable_id="1042/1",
    customer_id="1",
    invoice_number="1042",
    original=Money(8990, "EUR"),
    open=Money(8990, "EUR"),
    issued_on=date(2026, 10, 27),
    due_on=DUE,
)


def a_day(days_late: int = 5, **changes: object) -> Day:
    as_of = DUE + timedelta(days=days_late)
    day = Day(
        as_of=as_of,
        policy=Policy(),
        payments_as_of=as_of,
        payments_age_banking_days=0,
        media=frozenset({Medium.EMAIL, Medium.SMS}),
        creditor_iban="FI2112345600000785",
    )
    return replace(day, **changes)


def a_situation(**changes: object) -> Situation:
    situation = Situation(INVOICE, MAIJA, segment=Segment.RELIABLE, customer_overdue_minor=8990)
    return replace(situation, **changes)


def codes(decision: Decision) -> list[ReasonCode]:
    return [reason.code for reason in decision.reasons]


# -- ready ---------------------------------------------------------------------------------------------------------


def test_an_overdue_invoice_gets_its_first_contact() -> None:
    decision = decide(a_situation(), a_day(2))
    assert decision.status is LineStatus.READY
    assert decision.reasons[0] == Reason.of(ReasonCode.FIRST_CONTACT_DUE, days_late=2, first_contact_days=2)
    assert decision.step is not None
    assert decision.step.id == "first"


@pytest.mark.parametrize(
    ("segment", "days", "style"),
    [
        (Segment.NEW, 2, Style.UNDERSTANDING),
        (Segment.SPOTLESS, 3, Style.UNDERSTANDING),
        (Segment.RELIABLE, 2, Style.NEUTRAL),
        (Segment.MIXED, 2, Style.NEUTRAL),
        (Segment.SLOW_BUT_STEADY, 2, Style.NEUTRAL),
        (Segment.CHRONIC, 1, Style.DETERMINED),
    ],
)
def test_history_decides_when_and_how_we_first_write(segment: Segment, days: int, style: Style) -> None:
    too_early = decide(a_situation(segment=segment), a_day(days - 1)) if days > 1 else None
    assert too_early is None or codes(too_early) == [ReasonCode.STEP_NOT_REACHED]
    on_the_day = decide(a_situation(segment=segment), a_day(days))
    assert (on_the_day.status, on_the_day.style) == (LineStatus.READY, style)


def test_a_second_step_says_which_one_it_is() -> None:
    sent = (SentStep("first", DUE + timedelta(days=2), DUE + timedelta(days=12)),)
    decision = decide(a_situation(sent=sent), a_day(16))
    assert decision.reasons[0] == Reason.of(ReasonCode.STEP_DUE, days_late=16, step_days=16, step_number=2)


def test_a_missed_day_is_caught_up() -> None:
    assert decide(a_situation(), a_day(9)).status is LineStatus.READY


def test_the_segment_and_its_figures_are_told() -> None:
    why = Reason.of(ReasonCode.PAID_ON_TIME, on_time=11, known=12)
    decision = decide(a_situation(score_reasons=(why,)), a_day())
    assert Reason.of(ReasonCode.SEGMENT, segment="reliable", style="neutral") in decision.reasons
    assert why in decision.reasons


def test_a_style_for_everybody_is_said_to_be_the_policys() -> None:
    fixed = Policy(steps=(Step(id="first", style=Style.DETERMINED),))
    decision = decide(a_situation(), a_day(policy=fixed))
    assert decision.style is Style.DETERMINED
    assert Reason.of(ReasonCode.STYLE_FIXED, style="determined") in decision.reasons
    assert ReasonCode.SEGMENT not in codes(decision)


def test_when_the_scorer_failed_everybody_is_met_neutrally() -> None:
    decision = decide(a_situation(segment=None), a_day(2, scorer_failed="ladder"))
    assert (decision.status, decision.style) == (LineStatus.READY, Style.NEUTRAL)
    assert ReasonCode.SCORER_FAILED in codes(decision)


def test_a_part_payment_is_acknowledged() -> None:
    partly = replace(INVOICE, open=Money(5000, "EUR"))
    decision = decide(a_situation(receivable=partly), a_day())
    assert Reason.of(ReasonCode.PARTLY_PAID, paid_minor=3990, currency="EUR") in decision.reasons


# -- by which way --------------------------------------------------------------------------------------------------


def test_the_customers_wish_comes_first() -> None:
    wishing = replace(MAIJA, wishes=Wishes(medium=Medium.SMS))
    decision = decide(a_situation(customer=wishing), a_day())
    assert decision.to == PHONE
    assert ReasonCode.CHANNEL_WISHED in codes(decision)


def test_without_a_wish_another_way_than_the_invoice_took() -> None:
    by_email = replace(INVOICE, delivery_medium=Medium.EMAIL)
    decision = decide(a_situation(receivable=by_email), a_day())
    assert decision.to == PHONE
    assert ReasonCode.CHANNEL_OTHER_THAN_INVOICE in codes(decision)


def test_an_unconfirmed_number_is_the_last_resort_and_said_so() -> None:
    unconfirmed = replace(PHONE, confirmed=False)
    both = replace(MAIJA, contact_points=(unconfirmed, EMAIL))
    assert decide(a_situation(customer=both), a_day()).to == EMAIL
    only = replace(MAIJA, contact_points=(unconfirmed,))
    decision = decide(a_situation(customer=only), a_day())
    assert decision.to == unconfirmed
    assert codes(decision)[-2:] == [ReasonCode.CHANNEL_ONLY, ReasonCode.NUMBER_UNCONFIRMED]


def test_an_avoided_medium_is_never_used() -> None:
    avoiding = replace(MAIJA, wishes=Wishes(avoid=(Medium.EMAIL,)))
    assert decide(a_situation(customer=avoiding), a_day()).to == PHONE


def test_a_wish_that_nothing_carries_is_said_beside_the_way_taken() -> None:
    by_letter = replace(MAIJA, wishes=Wishes(medium=Medium.LETTER))
    decision = decide(a_situation(customer=by_letter), a_day())
    assert (decision.status, decision.to) == (LineStatus.READY, EMAIL)
    assert Reason.of(ReasonCode.WISH_NOT_SERVED, medium="letter") in decision.reasons


def test_whoever_wished_for_a_call_is_written_to_only_if_a_person_says_so() -> None:
    by_phone = replace(MAIJA, wishes=Wishes(medium=Medium.PHONE))
    decision = decide(a_situation(customer=by_phone), a_day())
    assert decision.status is LineStatus.NEEDS_YOU
    assert decision.reasons[0] == Reason.of(ReasonCode.WISH_NOT_SERVED, medium="phone")
    assert decision.to == EMAIL


# -- a person decides first ----------------------------------------------------------------------------------------


def test_no_address_needs_a_person() -> None:
    decision = decide(a_situation(customer=replace(MAIJA, contact_points=())), a_day())
    assert (decision.status, codes(decision)) == (LineStatus.NEEDS_YOU, [ReasonCode.NO_CHANNEL])


def test_an_address_that_no_channel_serves_needs_a_person() -> None:
    decision = decide(a_situation(), a_day(media=frozenset({Medium.LETTER})))
    assert codes(decision) == [ReasonCode.NO_CHANNEL_PLUGIN]


def test_a_customer_in_trouble_is_called_by_a_person_first() -> None:
    decision = decide(a_situation(segment=Segment.IN_TROUBLE), a_day())
    assert (decision.status, codes(decision)[0]) == (LineStatus.NEEDS_YOU, ReasonCode.PERSON_CALLS)
    assert decision.step is not None  # the message is written and waits for a yes


def test_a_long_forgotten_invoice_is_asked_about_before_it_bursts_out() -> None:
    decision = decide(a_situation(), a_day(91))
    assert (decision.status, codes(decision)[0]) == (LineStatus.NEEDS_YOU, ReasonCode.LONG_OVERDUE)
    assert decide(a_situation(), a_day(90)).status is LineStatus.READY


def test_another_account_on_the_invoice_needs_a_person() -> None:
    other = replace(INVOICE, iban="FI37 1590 3000 0007 76")
    assert codes(decide(a_situation(receivable=other), a_day()))[0] is ReasonCode.IBAN_DIFFERS
    same = replace(INVOICE, iban="fi21 1234 5600 0007 85")
    assert decide(a_situation(receivable=same), a_day()).status is LineStatus.READY


def test_money_in_hand_that_does_not_cover_everything_needs_a_person() -> None:
    decision = decide(a_situation(credit_minor=1000), a_day())
    assert decision.reasons[0] == Reason.of(ReasonCode.CREDIT_UNAPPLIED, credit_minor=1000, currency="EUR")
    assert decision.status is LineStatus.NEEDS_YOU


def test_an_invoice_without_a_customer_needs_a_person() -> None:
    assert codes(decide(a_situation(customer=None), a_day())) == [ReasonCode.CUSTOMER_MISSING]


def test_a_settling_day_with_money_still_open_needs_a_person() -> None:
    odd = replace(INVOICE, settled_on=DUE)
    assert codes(decide(a_situation(receivable=odd), a_day())) == [ReasonCode.SETTLED_BUT_OPEN]


def test_an_unreadable_row_needs_a_person() -> None:
    decision = decide(a_situation(quarantined_at="invoices.csv line 7"), a_day())
    assert decision.reasons == (Reason.of(ReasonCode.ROW_QUARANTINED, place="invoices.csv line 7"),)


def test_an_unknown_delivery_needs_a_person_and_is_never_repeated() -> None:
    attempt = Attempt(Outcome.UNKNOWN, DUE + timedelta(days=2), Medium.EMAIL, EMAIL.address)
    decision = decide(a_situation(attempts=(attempt,)), a_day())
    assert (decision.status, codes(decision)) == (LineStatus.NEEDS_YOU, [ReasonCode.DELIVERY_UNKNOWN])


def test_a_refused_address_is_not_tried_again() -> None:
    refused = Attempt(Outcome.REFUSED, DUE + timedelta(days=2), Medium.EMAIL, EMAIL.address, "no such mailbox")
    addresses = frozenset({(Medium.EMAIL, EMAIL.address)})
    assert decide(a_situation(attempts=(refused,), refused=addresses), a_day()).to == PHONE
    assert decide(a_situation(refused=addresses), a_day()).to == PHONE, "another invoice found out"
    only_email = replace(MAIJA, contact_points=(EMAIL,))
    decision = decide(a_situation(customer=only_email, attempts=(refused,), refused=addresses), a_day())
    assert (decision.status, codes(decision)) == (LineStatus.NEEDS_YOU, [ReasonCode.DELIVERY_REFUSED])


def test_a_step_put_in_behind_one_that_was_sent_is_never_gone_back_to() -> None:
    days = {"a": 2, "put_in": 9, "b": 16, "c": 30}
    ladder = Policy(steps=tuple(Step(id=name, days=number) for name, number in days.items()))
    sent = (
        SentStep("a", DUE + timedelta(days=2), DUE + timedelta(days=12)),
        SentStep("b", DUE + timedelta(days=16), DUE + timedelta(days=26)),
    )
    decision = decide(a_situation(sent=sent), a_day(40, policy=ladder))
    assert decision.step is not None
    assert decision.step.id == "c"


def test_after_the_last_step_a_person_takes_over() -> None:
    sent = tuple(SentStep(step, DUE, DUE + timedelta(days=20)) for step in ("first", "second"))
    decision = decide(a_situation(sent=sent), a_day(40))
    assert decision.reasons == (Reason.of(ReasonCode.LADDER_DONE, reminders_sent=2),)
    assert decision.status is LineStatus.NEEDS_YOU


# -- nothing goes out ----------------------------------------------------------------------------------------------


def test_a_step_waits_for_its_day() -> None:
    decision = decide(a_situation(), a_day(1))
    assert decision.reasons == (Reason.of(ReasonCode.STEP_NOT_REACHED, day="2026-11-12", step="first", step_number=1),)
    assert (decision.status, decision.next_review_on) == (LineStatus.WONT_GO, date(2026, 11, 12))


def test_the_customer_has_the_time_to_pay_that_was_given() -> None:
    sent = (SentStep("first", DUE + timedelta(days=15), DUE + timedelta(days=25)),)
    decision = decide(a_situation(sent=sent), a_day(20))
    assert decision.reasons == (Reason.of(ReasonCode.TIME_TO_PAY, day="2026-12-06", on="2026-11-25"),)
    assert decision.next_review_on == date(2026, 12, 6)


def test_nobody_is_contacted_before_the_agreed_day() -> None:
    later = replace(INVOICE, not_before=date(2026, 12, 1))
    decision = decide(a_situation(receivable=later), a_day())
    assert (codes(decision), decision.next_review_on) == ([ReasonCode.NOT_BEFORE], date(2026, 12, 1))


def test_small_change_is_left_alone() -> None:
    policy = Policy(minimum_open_minor={"EUR": 10000})
    assert codes(decide(a_situation(), a_day(policy=policy))) == [ReasonCode.BELOW_MINIMUM]


@pytest.mark.parametrize("kind", list(HoldKind))
def test_a_hold_silences_with_its_own_reason(kind: HoldKind) -> None:
    hold = Hold("h1", "1", kind, start_on=DUE, end_on=DUE + timedelta(days=9), placed_by="Maija M.")
    decision = decide(a_situation(holds=(hold,)), a_day())
    assert (decision.status, decision.next_review_on) == (LineStatus.WONT_GO, DUE + timedelta(days=10))
    assert decision.reasons[0].code.value == f"held_{kind.value}"
    assert decision.reasons[0].params == {"until": "2026-11-19", "placed_by": "Maija M."}


def test_a_hold_for_another_receivable_or_another_time_does_not() -> None:
    other = Hold("h1", "1", HoldKind.MANUAL, start_on=DUE, receivable_id="another")
    over = Hold("h2", "1", HoldKind.MANUAL, start_on=DUE, end_on=DUE + timedelta(days=4))
    assert decide(a_situation(holds=(other, over)), a_day(5)).status is LineStatus.READY


def test_a_dispute_in_the_ledger_silences_until_something_changes() -> None:
    decision = decide(a_situation(receivable=replace(INVOICE, disputed=True)), a_day())
    assert (codes(decision), decision.next_review_on) == ([ReasonCode.HELD_DISPUTE], None)


def test_a_wish_for_silence_is_kept() -> None:
    quiet = replace(MAIJA, wishes=Wishes(no_reminders=True))
    assert codes(decide(a_situation(customer=quiet), a_day())) == [ReasonCode.WISH_NO_REMINDERS]


def test_credits_that_cover_what_is_due_silence() -> None:
    assert codes(decide(a_situation(credit_minor=8990), a_day())) == [ReasonCode.CREDITS_COVER]


def test_a_reminder_on_its_way_is_not_written_again() -> None:
    attempt = Attempt(None, DUE + timedelta(days=5), Medium.EMAIL, EMAIL.address)
    assert codes(decide(a_situation(attempts=(attempt,)), a_day())) == [ReasonCode.IN_DELIVERY]


def test_old_payment_data_silences() -> None:
    assert decide(a_situation(), a_day(payments_age_banking_days=3)).status is LineStatus.READY
    decision = decide(a_situation(), a_day(payments_age_banking_days=4))
    assert (codes(decision), decision.next_review_on) == ([ReasonCode.LEDGER_STALE], DUE + timedelta(days=6))


def test_the_caps_hold_over_all_channels() -> None:
    decision = decide(a_situation(contacts=(DUE + timedelta(days=3),)), a_day(5))
    expected = Reason.of(ReasonCode.CONTACT_CAP, max_contacts=1, window_days=3, day="2026-11-16")
    assert decision.reasons == (expected,)
    assert decide(a_situation(contacts=(DUE + timedelta(days=2),)), a_day(5)).status is LineStatus.READY


def test_four_contacts_in_thirty_days_are_enough() -> None:
    contacts = tuple(DUE + timedelta(days=day) for day in (-20, -10, -5, 0))
    decision = decide(a_situation(contacts=contacts), a_day(5))
    assert decision.reasons[0].params["window_days"] == 30
    assert decision.next_review_on == DUE + timedelta(days=10)
