"""The stories of the page "How it decides": what happens to a receivable when its customer, or the ledger, does something."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunningkit.errors import NotAllowed, NotFound, ProposalBlocked
from dunningkit.model import (
    ArrangementKind,
    ContactPoint,
    Line,
    LineStatus,
    Medium,
    Money,
    Payment,
    Reason,
    ReasonCode,
    ReceivableKind,
    ReminderState,
    StepKind,
)
from dunningkit.policy import Coverage, Grouping, Policy, Step

TWO_STEPS = (Step(id="first", days=2, time_to_pay_days=5), Step(id="second", days=16, time_to_pay_days=5))


def later(world, days: int):
    return world.on(world.today + timedelta(days=days))


def first(line: Line) -> ReasonCode:
    return line.reasons[0].code


def send_all(world) -> list[str]:
    """Propose, approve everything that is ready, send; returns what left."""
    world.propose()
    world.approve()
    return world.send().accepted


def change(world, number: str = "1042", **changes: object) -> None:
    world.ledger.receivables[number] = replace(world.ledger.receivables[number], **changes)


@pytest.fixture
def world(world):
    world.policy = Policy(steps=TWO_STEPS)
    return world


# -- steps ---------------------------------------------------------------------------------------------------------


def test_a_line_that_nobody_approves_never_escalates_and_comes_back(world) -> None:
    world.invoice(late=3)
    for _ in range(10):
        line = world.line()
        assert (line.status, line.step_id) == (LineStatus.READY, "first")
        later(world, 3)


def test_a_step_counts_once_its_reminder_was_sent_and_not_before(world) -> None:
    world.invoice(late=3)
    world.propose()
    world.approve()
    later(world, 20)
    assert world.line().step_id == "first"
    assert world.send().accepted == []  # too old to say what was approved three weeks ago
    world.approve(*[reminder.reminder_id for reminder in world.propose().reminders])
    assert world.send().accepted
    later(world, 9)
    assert world.line().step_id == "second"


def test_every_receivable_keeps_its_own_clock(world) -> None:
    world.invoice("1042", late=20)
    send_all(world)
    world.invoice("1043", late=3)
    later(world, 9)
    lines = {line.invoice_number: line for line in world.propose().lines}
    assert (lines["1042"].step_id, lines["1043"].step_id) == ("second", "first")


def test_the_last_step_ends_in_a_question(world) -> None:
    world.invoice(late=20)
    send_all(world)
    later(world, 9)
    send_all(world)
    later(world, 9)
    line = world.line()
    assert (line.status, line.reasons[0]) == (
        LineStatus.NEEDS_YOU,
        Reason.of(ReasonCode.LADDER_DONE, reminders_sent=2),
    )


# -- money ---------------------------------------------------------------------------------------------------------


def test_after_a_part_payment_only_the_rest_is_asked_for_and_the_step_stays(world) -> None:
    world.invoice(late=20, minor=10000)
    send_all(world)
    change(world, open=Money(4000, "EUR"))
    world.ledger.payments["p"] = Payment("p", "1", Money(6000, "EUR"), world.today, "1042")
    later(world, 9)
    line = world.line()
    assert (line.open, line.step_id) == (Money(4000, "EUR"), "second")
    assert Reason.of(ReasonCode.PARTLY_PAID, paid_minor=6000, currency="EUR") in line.reasons


def test_a_payment_that_is_applied_to_nothing_is_asked_about_and_covers_what_it_covers(world) -> None:
    world.invoice(late=5, minor=10000)
    world.ledger.payments["p"] = Payment("p", "1", Money(6000, "EUR"), world.today)
    assert first(world.line()) is ReasonCode.CREDIT_UNAPPLIED
    world.ledger.payments["q"] = Payment("q", "1", Money(4000, "EUR"), world.today)
    line = world.line()
    assert (line.status, first(line)) == (LineStatus.WONT_GO, ReasonCode.CREDITS_COVER)


def test_a_payment_that_is_reversed_goes_on_where_the_receivable_stood(world) -> None:
    world.invoice(late=20, minor=10000)
    send_all(world)
    world.pay("1042")
    later(world, 9)
    assert world.propose().lines == ()
    change(world, open=Money(10000, "EUR"), settled_on=None)
    assert world.line().step_id == "second"


def test_a_refund_takes_the_cover_away(world) -> None:
    world.invoice(late=5, minor=10000)
    world.ledger.payments["p"] = Payment("p", "1", Money(10000, "EUR"), world.today)
    assert first(world.line()) is ReasonCode.CREDITS_COVER
    world.ledger.payments["r"] = Payment("r", "1", Money(-10000, "EUR"), world.today)
    assert world.line().status is LineStatus.READY


def credit_note(world, minor: int, **changes: object) -> None:
    world.invoice(
        "C7",
        minor=-minor,
        late=1,
        kind=ReceivableKind.CREDIT_NOTE,
        **changes,
    )


def test_a_credit_note_for_one_invoice_covers_that_one_alone(world) -> None:
    world.invoice("1042", late=5, minor=10000)
    world.invoice("1043", late=5, minor=10000)
    credit_note(world, 10000, credit_of="1042")
    lines = {line.invoice_number: line for line in world.propose().lines}
    assert first(lines["1042"]) is ReasonCode.CREDIT_NOTE_COVERS
    assert lines["1043"].status is LineStatus.READY


def test_a_credit_note_for_a_part_of_an_invoice_is_asked_about(world) -> None:
    world.invoice("1042", late=5, minor=10000)
    credit_note(world, 2500, credit_of="1042")
    line = world.line()
    assert line.reasons[0] == Reason.of(
        ReasonCode.CREDIT_UNAPPLIED, credit_minor=2500, linked_minor=2500, currency="EUR"
    )


def test_a_free_credit_note_covers_everything_due_or_is_asked_about(world) -> None:
    world.invoice("1042", late=5, minor=10000)
    world.invoice("1043", late=5, minor=10000)
    credit_note(world, 19999)
    assert {first(line) for line in world.propose().lines} == {ReasonCode.CREDIT_UNAPPLIED}
    credit_note(world, 20000)
    assert {first(line) for line in world.propose().lines} == {ReasonCode.CREDITS_COVER}


def test_an_invoice_that_is_cancelled_after_a_reminder_is_never_mentioned_again(world) -> None:
    world.invoice("1042", late=20)
    world.invoice("1043", customer_id="2", late=-30)
    world.invoice("1044", customer_id="3", late=-30)
    world.invoice("1045", customer_id="4", late=-30)
    world.invoice("1046", customer_id="5", late=-30)
    send_all(world)
    del world.ledger.receivables["1042"]
    later(world, 9)
    assert world.propose().lines == ()


def test_a_new_due_date_moves_what_comes_next(world) -> None:
    world.invoice(late=20)
    send_all(world)
    change(world, due_on=world.today + timedelta(days=10))
    later(world, 9)
    assert world.propose().lines == ()  # nothing is overdue
    later(world, 16)  # 15 days after the new due date
    line = world.line()
    assert (first(line), line.next_review_on) == (ReasonCode.STEP_NOT_REACHED, world.today + timedelta(days=1))
    later(world, 1)
    assert world.line().step_id == "second"


def test_a_new_due_date_sends_an_approval_back(world) -> None:
    world.invoice(late=5)
    world.propose()
    world.approve()
    change(world, due_on=world.today + timedelta(days=10))
    world.sync()
    assert [one.reason.params["what"] for one in world.send().returned] == ["amount"]


def test_currencies_are_never_mixed(world) -> None:
    world.invoice("1042", late=5)
    world.invoice("1043", late=5, original=Money(5000, "SEK"), open=Money(5000, "SEK"))
    totals = [reminder.total for reminder in world.propose().reminders]
    # The second one waits for its day: one customer is written to once in three days.
    assert totals == [Money(8990, "EUR")]
    world.policy = Policy(steps=TWO_STEPS, caps=())
    assert {reminder.total.currency for reminder in world.propose().reminders} == {"EUR", "SEK"}


def test_what_a_customer_owes_in_all_may_be_too_little_to_write_about(world) -> None:
    world.policy = Policy(steps=TWO_STEPS, minimum_customer_minor={"EUR": 10000})
    world.invoice("1042", late=5, minor=6000)
    assert world.line().reasons[0] == Reason.of(
        ReasonCode.BELOW_CUSTOMER_MINIMUM, overdue_minor=6000, minimum_minor=10000, currency="EUR"
    )
    world.invoice("1043", late=-4, minor=4000)  # due in four days
    assert world.line().next_review_on == world.today + timedelta(days=5)
    later(world, 5)
    assert {line.status for line in world.propose().lines} >= {LineStatus.READY}


# -- days ----------------------------------------------------------------------------------------------------------


def test_a_second_run_of_the_day_changes_nothing(world) -> None:
    world.invoice(late=5)
    assert world.propose() == world.propose()


def test_what_was_long_overdue_when_it_began_is_asked_about_and_never_sent_in_a_burst(world) -> None:
    for number in range(50):
        world.invoice(str(number), customer_id=str(number), late=100 + number)
    proposal = world.propose()
    assert {line.status for line in proposal.lines} == {LineStatus.NEEDS_YOU}
    assert {first(line) for line in proposal.lines} == {ReasonCode.LONG_OVERDUE}
    assert world.approve() == ()


def test_days_between_contacts_hold_across_a_customers_invoices(world) -> None:
    world.policy = Policy(steps=TWO_STEPS, caps=(), contact_gap_days=10)
    world.invoice("1042", late=2)
    send_all(world)
    world.invoice("1043", late=1)
    later(world, 9)
    lines = {line.invoice_number: line for line in world.propose().lines}
    assert first(lines["1043"]) is ReasonCode.CONTACT_CAP
    later(world, 1)
    assert world.line("1043").status is LineStatus.READY


# -- before the due date -------------------------------------------------------------------------------------------

WITH_COURTESY = (Step(id="before", kind="courtesy", anchor="before_due", days=3), *TWO_STEPS)


def test_a_courtesy_message_goes_before_the_due_date_and_a_reminder_after_it(world) -> None:
    world.policy = Policy(steps=WITH_COURTESY)
    world.invoice(late=-3)
    (reminder,) = world.propose().reminders
    assert (reminder.kind, reminder.pay_by) == (StepKind.COURTESY, world.today + timedelta(days=3))
    assert send_all(world) == [reminder.reminder_id]
    later(world, 6)  # three days late
    line = world.line()
    assert (line.step_id, line.reasons[0]) == (
        "first",
        Reason.of(ReasonCode.FIRST_CONTACT_DUE, days_late=3, first_contact_days=2),
    )
    assert "onko" in world.propose().reminders[0].message.body.casefold()  # still asks whether the invoice arrived


def test_a_courtesy_message_that_was_approved_and_became_late_is_not_sent(world) -> None:
    world.policy = Policy(steps=WITH_COURTESY)
    world.invoice(late=-1)
    world.propose()
    world.approve()
    later(world, 2)
    assert world.send().accepted == []
    assert world.channel.left == []


def test_a_new_policy_with_courtesies_looks_at_what_was_too_early_before(world) -> None:
    world.invoice(late=-3)
    assert world.propose().lines == ()
    world.policy = Policy(steps=WITH_COURTESY)
    assert world.line().step_id == "before"
    world.policy = Policy(steps=TWO_STEPS)
    later(world, 1)
    assert world.propose().lines == ()


def test_a_friday_due_date_gets_its_courtesy_before_the_weekend_or_not_at_all(world) -> None:
    world.policy = Policy(steps=(Step(id="before", kind="courtesy", anchor="before_due", days=1), *TWO_STEPS))
    world.on(date(2026, 11, 28))  # a Saturday; what is decided leaves on Monday
    world.invoice("due Sunday", late=-1)
    world.invoice("due Monday", late=-2, customer_id="2")
    world.on(date(2026, 11, 29))
    assert [line.invoice_number for line in world.propose().lines if line.status is LineStatus.READY] == ["due Monday"]


# -- grouping ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grouping", "messages"),
    [
        (Grouping.PER_RECEIVABLE, [{"old"}, {"young"}, {"younger"}]),
        (Grouping.PER_CUSTOMER_AND_STEP, [{"old"}, {"young", "younger"}]),
        (Grouping.PER_CUSTOMER_AND_KIND, [{"old", "young", "younger"}]),
        (Grouping.PER_CUSTOMER_AT_HIGHEST_STEP, [{"old", "young", "younger"}]),
    ],
)
def test_which_lines_share_a_message(world, grouping: Grouping, messages: list[set[str]]) -> None:
    world.invoice("old", late=20)
    send_all(world)
    world.invoice("young", late=-4)
    world.invoice("younger", late=-5)
    world.policy = Policy(steps=TWO_STEPS, grouping=grouping, caps=())
    later(world, 9)
    proposal = world.propose()
    found = [{item.invoice_number for item in reminder.items} for reminder in proposal.reminders]
    assert sorted(found, key=min) == sorted(messages, key=min)


@pytest.mark.parametrize(
    ("grouping", "style"),
    [(Grouping.PER_CUSTOMER_AND_KIND, "understanding"), (Grouping.PER_CUSTOMER_AT_HIGHEST_STEP, "determined")],
)
def test_a_shared_message_speaks_as_its_gentlest_or_its_highest_step(world, grouping: Grouping, style: str) -> None:
    steps = (
        Step(id="first", days=2, time_to_pay_days=5, style="understanding"),
        Step(id="second", days=16, time_to_pay_days=5, style="determined"),
    )
    world.policy = Policy(steps=steps, grouping=grouping)
    world.invoice("old", late=20)
    send_all(world)
    world.invoice("young", late=-4)
    later(world, 9)
    (reminder,) = world.propose().reminders
    assert reminder.style == style
    assert {item.invoice_number: item.step_id for item in reminder.items} == {"old": "second", "young": "first"}


# -- arrangements --------------------------------------------------------------------------------------------------


def test_a_customer_can_be_moved_to_another_policy_and_what_was_sent_counts_there(world) -> None:
    world.special_policies = (
        Policy(
            name="gentle",
            covers=Coverage(tags=("nobody",)),
            steps=(Step(id="soft", days=9), Step(id="softer", days=30)),
        ),
    )
    world.invoice(late=20)
    send_all(world)
    made = world.engine().assign_policy(
        "pihapalvelu", "gentle", customer_id="1", actor=world.actor, note="asked for it"
    )
    assert (made.number, made.kind, made.policy_name) == (1, ArrangementKind.POLICY, "gentle")
    later(world, 9)
    assert world.line().reasons[0] == Reason.of(
        ReasonCode.STEP_NOT_REACHED, day=(world.today + timedelta(days=1)).isoformat(), step="softer", step_number=2
    )
    later(world, 1)
    assert world.line().step_id == "softer"


def test_moving_is_kept_as_history(world) -> None:
    world.special_policies = (Policy(name="gentle", covers=Coverage(tags=("nobody",))),)
    world.invoice()
    world.sync()
    engine = world.engine()
    engine.assign_policy("pihapalvelu", "gentle", customer_id="1", actor=world.actor)
    engine.assign_policy("pihapalvelu", "default", customer_id="1", actor=world.actor)
    past = engine.arrangements("pihapalvelu", customer_id="1")
    assert [(one.policy_name, one.ended_by) for one in past] == [("gentle", "Maija M."), ("default", "")]
    assert [one.policy_name for one in engine.arrangements("pihapalvelu")] == ["default"]
    engine.end_arrangement("pihapalvelu", 2, actor=world.actor)
    assert engine.arrangements("pihapalvelu") == ()
    with pytest.raises(NotFound, match="No arrangement 2 holds"):
        engine.end_arrangement("pihapalvelu", 2, actor=world.actor)


def test_grace_for_one_invoice_leaves_the_others_alone(world) -> None:
    world.invoice("1042", late=5)
    world.invoice("1043", late=5)
    world.sync()
    world.engine().grant_grace("pihapalvelu", 10, receivable_id="1042", actor=world.actor)
    lines = {line.invoice_number: line for line in world.propose().lines}
    assert lines["1043"].status is LineStatus.READY
    assert lines["1042"].next_review_on == world.today + timedelta(days=7)


def test_what_is_not_followed_is_silent_until_that_ends(world) -> None:
    world.invoice(late=5)
    world.sync()
    made = world.engine().stop_following("pihapalvelu", customer_id="1", actor=world.actor)
    assert first(world.line()) is ReasonCode.NOT_FOLLOWED
    later(world, 30)
    assert world.propose().lines == ()
    world.engine().end_arrangement("pihapalvelu", made.number, actor=world.actor)
    assert world.line().status is LineStatus.READY


@pytest.mark.parametrize("kind", list(ArrangementKind))
@pytest.mark.parametrize("propose_between", [False, True])
def test_an_arrangement_after_approval_sends_the_reminder_back(world, kind, propose_between: bool) -> None:
    world.special_policies = (Policy(name="twin", steps=TWO_STEPS, covers=Coverage(tags=("nobody",))),)
    world.invoice(late=5)
    world.propose()
    world.approve()
    engine, about = world.engine(), {"customer_id": "1", "actor": world.actor}
    match kind:
        case ArrangementKind.POLICY:
            engine.assign_policy("pihapalvelu", "twin", **about)
        case ArrangementKind.GRACE:
            engine.grant_grace("pihapalvelu", 1, **about)
        case ArrangementKind.NOT_FOLLOWED:
            engine.stop_following("pihapalvelu", **about)
    if propose_between:
        world.propose()
    world.send()
    assert world.channel.left == []
    assert len(engine.reminders_in("pihapalvelu", ReminderState.RETURNED)) == 1


def test_a_policy_covers_what_it_names_and_the_rest_is_said_to_be_left_alone(world) -> None:
    world.policy = Policy(steps=TWO_STEPS, covers=Coverage(accounts=("3000",)))
    world.invoice("1042", late=5, account="3000")
    world.invoice("1043", late=5, account="3900")
    lines = {line.invoice_number: line for line in world.propose().lines}
    assert lines["1042"].status is LineStatus.READY
    assert first(lines["1043"]) is ReasonCode.NOT_COVERED


def test_two_policies_of_one_customer_write_two_messages_with_their_own_names(world) -> None:
    rents = Policy(name="rents", covers=Coverage(tags=("rent",)), caps=(), steps=(Step(id="rent-1", days=1),))
    world.policy, world.special_policies = Policy(steps=TWO_STEPS, caps=()), (rents,)
    world.invoice("1042", late=5, tags=("rent",))
    world.invoice("1043", late=5)
    found = {reminder.policy_name: reminder.items[0].invoice_number for reminder in world.propose().reminders}
    assert found == {"rents": "1042", "default": "1043"}
    assert len(send_all(world)) == 2


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({}, "exactly one of them"),
        ({"customer_id": "1", "receivable_id": "1042"}, "exactly one of them"),
        ({"customer_id": "9"}, "No customer '9' is known"),
        ({"receivable_id": "9"}, "No receivable or invoice '9' is known"),
    ],
)
def test_an_arrangement_says_what_it_cannot_find(world, about: dict[str, str], words: str) -> None:
    world.invoice()
    world.sync()
    with pytest.raises((NotAllowed, NotFound), match=words):
        world.engine().grant_grace("pihapalvelu", 5, actor=world.actor, **about)


def test_a_policy_that_is_not_in_the_settings_cannot_be_assigned(world) -> None:
    world.invoice()
    world.sync()
    with pytest.raises(NotFound, match=r"No policy 'gone' is in the settings \(there is: default\)"):
        world.engine().assign_policy("pihapalvelu", "gone", customer_id="1", actor=world.actor)
    with pytest.raises(NotAllowed, match="from 0 to 366"):
        world.engine().grant_grace("pihapalvelu", -1, customer_id="1", actor=world.actor)


# -- taking back ---------------------------------------------------------------------------------------------------


def test_a_cancelled_reminder_gives_its_step_back_and_still_counts_as_a_contact(world) -> None:
    world.invoice(late=5)
    (reminder_id,) = send_all(world)
    world.engine().cancel_reminder("pihapalvelu", reminder_id, actor=world.actor, note="wrong attachment")
    assert first(world.line()) is ReasonCode.CONTACT_CAP
    later(world, 3)
    assert world.line().step_id == "first"
    (again,) = send_all(world)
    assert again != reminder_id
    assert len(world.channel.left) == 2
    assert len({rendered.key for rendered in world.channel.left}) == 2
    stored = world.engine().reminders("pihapalvelu", [reminder_id])[reminder_id]
    assert (stored.state, stored.state_detail) == (ReminderState.CANCELLED, "wrong attachment")


def test_reminders_are_cancelled_latest_first(world) -> None:
    world.invoice(late=20)
    (one,) = send_all(world)
    later(world, 9)
    (two,) = send_all(world)
    engine = world.engine()
    with pytest.raises(NotAllowed, match=f"cancel '{two}' first"):
        engine.cancel_reminder("pihapalvelu", one, actor=world.actor)
    engine.cancel_reminder("pihapalvelu", two, actor=world.actor)
    engine.cancel_reminder("pihapalvelu", one, actor=world.actor)
    later(world, 9)
    assert world.line().step_id == "first"


def test_only_what_was_sent_can_be_cancelled(world) -> None:
    world.invoice(late=5)
    world.propose()
    (reminder_id,) = world.approve()
    with pytest.raises(NotAllowed, match="is approved; only a sent one"):
        world.engine().cancel_reminder("pihapalvelu", reminder_id, actor=world.actor)
    with pytest.raises(NotFound, match="no reminder 'x'"):
        world.engine().cancel_reminder("pihapalvelu", "x", actor=world.actor)


def test_a_run_for_a_wrong_day_can_be_thrown_away(world) -> None:
    world.invoice(late=5)
    right = world.propose()
    world.on(date(2027, 11, 24))
    world.propose()
    world.on(date(2026, 11, 25))
    with pytest.raises(ProposalBlocked, match="The last run was for 2027-11-24"):
        world.propose()
    world.engine().discard_proposal("pihapalvelu", actor=world.actor)
    assert world.engine().latest("pihapalvelu") == right
    assert world.line().status is LineStatus.READY


def test_a_proposal_that_somebody_answered_is_not_thrown_away(world) -> None:
    world.invoice(late=5)
    world.propose()
    (reminder_id,) = world.approve()
    engine = world.engine()
    with pytest.raises(NotAllowed, match="answered already"):
        engine.discard_proposal("pihapalvelu", actor=world.actor)
    engine.withdraw("pihapalvelu", [reminder_id], actor=world.actor)
    engine.discard_proposal("pihapalvelu", actor=world.actor)
    with pytest.raises(NotFound, match="no proposal yet"):
        engine.latest("pihapalvelu")
    assert world.line().status is LineStatus.READY


def test_the_wished_address_of_a_group_is_unchanged_by_its_policy(world) -> None:
    world.customer(
        contact_points=(
            ContactPoint(Medium.EMAIL, "a@example.fi"),
            ContactPoint(Medium.SMS, "+358401234567", confirmed=True),
        )
    )
    world.invoice(late=5, delivery_medium=Medium.EMAIL)
    (reminder,) = world.propose().reminders
    assert reminder.to.medium is Medium.SMS


# -- whose turn it is ----------------------------------------------------------------------------------------------


def euros_and_kronor(world) -> None:
    world.invoice("euros", late=9)
    world.invoice("kronor", late=5, original=Money(5000, "SEK"), open=Money(5000, "SEK"))


def proposed(world) -> list[tuple[str, ReasonCode]]:
    return [(line.receivable_id, first(line)) for line in world.propose().lines]


WAITING_FOR_KRONOR = [("euros", ReasonCode.FIRST_CONTACT_DUE), ("kronor", ReasonCode.ANOTHER_FIRST)]


def test_what_waits_for_another_message_says_so_day_after_day(world) -> None:
    """Nobody answers about the euros: no day is promised on which the kronor would be possible."""
    euros_and_kronor(world)
    for _day in range(4):
        assert proposed(world) == WAITING_FOR_KRONOR
        later(world, 1)


def test_what_waits_has_its_turn_when_the_other_message_is_skipped(world) -> None:
    euros_and_kronor(world)
    (reminder,) = world.propose().reminders
    world.engine().skip("pihapalvelu", actor=world.actor, reminder_ids=[reminder.reminder_id])
    assert proposed(world) == [("euros", ReasonCode.SKIPPED), ("kronor", ReasonCode.FIRST_CONTACT_DUE)]
    world.approve()
    assert len(world.send().accepted) == 1


def test_what_waits_has_its_turn_when_the_other_message_has_gone_and_the_cap_allows_it(world) -> None:
    euros_and_kronor(world)
    send_all(world)
    later(world, 1)
    assert ("kronor", ReasonCode.CONTACT_CAP) in proposed(world)
    later(world, 2)
    assert ("kronor", ReasonCode.FIRST_CONTACT_DUE) in proposed(world)


def test_a_courtesy_message_takes_no_reminders_place(world) -> None:
    """It is about another invoice of the same customer, which was due to be told about first, and was."""
    world.policy = Policy(steps=WITH_COURTESY)
    world.invoice("soon", late=-3)
    send_all(world)
    world.invoice("late", late=5)
    assert world.line("late").status is LineStatus.READY
    (reminder_id,) = world.approve()
    assert world.send().accepted == [reminder_id]


def test_a_courtesy_message_leaves_the_place_to_a_reminder_of_the_same_day(world) -> None:
    world.policy = Policy(steps=WITH_COURTESY)
    world.invoice("late", late=5)
    world.invoice("soon", late=-3)
    assert proposed(world) == [("late", ReasonCode.FIRST_CONTACT_DUE), ("soon", ReasonCode.ANOTHER_FIRST)]
    send_all(world)
    later(world, 1)
    assert ("soon", ReasonCode.CONTACT_CAP) in proposed(world)


def test_courtesy_messages_are_not_heaped_upon_a_customer_either(world) -> None:
    world.policy = Policy(steps=WITH_COURTESY, grouping="per_receivable")
    world.invoice("one", late=-3)
    world.invoice("two", late=-2)
    assert proposed(world) == [("two", ReasonCode.COURTESY_DUE), ("one", ReasonCode.ANOTHER_FIRST)]
    send_all(world)
    assert ("one", ReasonCode.CONTACT_CAP) in proposed(world)
