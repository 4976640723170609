"""What happens between a yes and the moment of sending: a message leaves only if a run of that moment would write it, too."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dunningkit.engine import SnapshotSource, approved
from dunningkit.engine.picture import read_books
from dunningkit.errors import NotAllowed
from dunningkit.model import (
    Act,
    ActKind,
    DeliveryResult,
    LineStatus,
    Medium,
    Money,
    Outcome,
    Payment,
    Reason,
    ReasonCode,
    ReceivableKind,
    ReminderState,
    Rendered,
    Score,
    Segment,
)
from dunningkit.policy import ContactCap, Policy, Step

CREDITOR = "pihapalvelu"
DAY = timedelta(days=1)


def approve_the_one_about(world, number: str) -> str:
    """Propose, and say yes to the message about one invoice; returns its id."""
    line = next(line for line in world.propose().lines if line.receivable_id == number)
    assert world.approve(line.reminder_id) == (line.reminder_id,)
    return line.reminder_id


def whats_of(report) -> list[object]:
    return [one.reason.params.get("what") for one in report.returned]


def state_of(world, reminder_id: str) -> ReminderState:
    return world.engine().reminder_states(CREDITOR, [reminder_id])[reminder_id]


# -- the customer's other receivables ------------------------------------------------------------------------------


@pytest.mark.parametrize("propose_between", [False, True])
def test_money_in_hand_that_covers_what_is_left_is_asked_about_at_the_last_moment(world, propose_between: bool) -> None:
    world.policy = Policy(grouping="per_receivable", caps=())
    world.invoice("A", minor=10000)
    world.invoice("B", minor=10000)
    world.ledger.payments["p"] = Payment("p", "1", Money(10000, "EUR"), world.today - DAY)
    reminder_id = approve_the_one_about(world, "A")
    world.pay("B")
    world.propose() if propose_between else world.sync()
    assert world.send().accepted == []
    assert state_of(world, reminder_id) is ReminderState.RETURNED
    assert world.line("A").reasons[0].code is ReasonCode.CREDITS_COVER


@pytest.mark.parametrize("propose_between", [False, True])
def test_a_customer_who_owes_too_little_by_now_is_left_alone(world, propose_between: bool) -> None:
    world.policy = Policy(grouping="per_receivable", caps=(), minimum_customer_minor={"EUR": 15000})
    world.invoice("A", minor=10000)
    world.invoice("B", minor=10000)
    approve_the_one_about(world, "A")
    world.pay("B")
    world.propose() if propose_between else world.sync()
    assert world.send().accepted == []
    assert world.line("A").reasons[0].code is ReasonCode.BELOW_CUSTOMER_MINIMUM


def test_another_invoice_that_was_paid_keeps_no_message_back_that_is_right_without_it(world) -> None:
    world.policy = Policy(grouping="per_receivable", caps=())
    world.invoice("A", minor=10000)
    world.invoice("B", minor=10000)
    reminder_id = approve_the_one_about(world, "A")
    world.pay("B")
    world.sync()
    assert world.send().accepted == [reminder_id]


# -- what was said before ------------------------------------------------------------------------------------------


def test_what_was_written_upon_a_reminder_that_is_cancelled_since_does_not_leave(world) -> None:
    world.policy = Policy(caps=())
    world.invoice("A", late=5)
    world.propose()
    (first,) = world.approve()
    assert world.send().accepted == [first]
    world.on(world.today + 15 * DAY)
    assert world.propose().lines[0].step_id == "second"
    world.engine().cancel_reminder(CREDITOR, first, actor=world.actor)
    world.approve()
    report = world.send()
    assert (report.accepted, whats_of(report)) == ([], ["step"])
    assert world.line("A").step_id == "first"


def test_the_highest_step_is_written_anew_when_what_went_before_it_is_cancelled(world) -> None:
    """With catch_up the step stays the same, but the text no longer goes on from an earlier message."""
    world.policy = Policy(caps=(), progress="catch_up")
    world.invoice("A", late=5)
    world.propose()
    (first,) = world.approve()
    assert world.send().accepted == [first]
    world.on(world.today + 15 * DAY)
    assert world.propose().lines[0].step_id == "second"
    world.engine().cancel_reminder(CREDITOR, first, actor=world.actor)
    world.approve()
    report = world.send()
    assert (report.accepted, whats_of(report)) == ([], ["data"])


# -- a question that nobody was asked ------------------------------------------------------------------------------


@pytest.mark.parametrize("propose_between", [False, True])
def test_a_line_that_became_a_question_takes_its_approval_back(world, propose_between: bool) -> None:
    world.invoice("A", late=90)
    world.propose()
    (reminder_id,) = world.approve()
    world.on(world.today + DAY)
    world.propose() if propose_between else world.sync()
    world.send()
    assert state_of(world, reminder_id) is ReminderState.RETURNED
    line = world.line("A")
    assert (line.status, line.reasons[0].code) == (LineStatus.NEEDS_YOU, ReasonCode.LONG_OVERDUE)


def test_a_question_that_was_answered_is_not_asked_again(world) -> None:
    world.invoice("A", late=120)
    reminder_id = approve_the_one_about(world, "A")
    world.on(world.today + DAY)
    assert world.line("A").reminder_id == reminder_id
    assert world.send().accepted == [reminder_id]


class OneSegment:
    """A scorer that says the same of everybody."""

    segment = Segment.MIXED

    def score(self, histories, as_of) -> list[Score]:
        why = (Reason.of(ReasonCode.EVIDENCE, known=1, months=1),)
        return [Score(one.customer_id, self.segment, 5, (), 0, why) for one in histories.customers]


def test_a_customer_whom_a_person_should_call_by_now_is_not_written_to(world) -> None:
    world.scorer = OneSegment()
    world.invoice("A")
    world.propose()
    (reminder_id,) = world.approve()
    world.scorer.segment = Segment.IN_TROUBLE
    world.on(world.today + DAY)
    assert world.line("A").reasons[0].code is ReasonCode.PERSON_CALLS
    assert world.send().accepted == []
    assert state_of(world, reminder_id) is ReminderState.RETURNED


# -- what the ledger dates ahead -----------------------------------------------------------------------------------


def test_a_credit_note_of_tomorrow_counts_from_tomorrow(world) -> None:
    world.invoice("A")
    note = {"kind": ReceivableKind.CREDIT_NOTE, "credit_of": "A", "issued_on": world.today + DAY}
    world.invoice("C", minor=-8990, late=-1, **note)
    assert world.line("A").status is LineStatus.READY
    (reminder_id,) = world.approve()
    assert world.send().accepted == [reminder_id]


def test_a_credit_note_of_tomorrow_keeps_back_what_would_leave_tomorrow(world) -> None:
    world.invoice("A")
    note = {"kind": ReceivableKind.CREDIT_NOTE, "credit_of": "A", "issued_on": world.today + DAY}
    world.invoice("C", minor=-8990, late=-1, **note)
    world.propose()
    world.approve()
    world.on(world.today + DAY)
    assert world.send().accepted == []
    assert world.line("A").reasons[0].code is ReasonCode.CREDIT_NOTE_COVERS


def test_a_reminder_that_the_ledger_dates_ahead_is_no_contact_yet(world) -> None:
    world.invoice("A")
    world.ledger.acts.append(Act("a", "A", "1", ActKind.REMINDER, world.today + 2 * DAY))
    assert world.line("A").status is LineStatus.READY
    (reminder_id,) = world.approve()
    assert world.send().accepted == [reminder_id]


def test_what_a_part_payment_of_tomorrow_will_pay_is_asked_for_today(world) -> None:
    world.invoice("A", original=Money(8990, "EUR"), open=Money(5000, "EUR"))
    world.ledger.payments["p"] = Payment("p", "1", Money(3990, "EUR"), world.today + DAY, "A")
    line = world.line("A")
    assert line.open == Money(8990, "EUR")
    (reminder_id,) = world.approve()
    assert world.send().accepted == [reminder_id]


def test_a_credit_note_that_is_used_up_later_covers_until_then(world) -> None:
    world.invoice("A")
    note = {"kind": ReceivableKind.CREDIT_NOTE, "credit_of": "A", "open": Money(0, "EUR")}
    world.invoice("C", minor=-8990, late=3, settled_on=world.today + 2 * DAY, **note)
    assert world.line("A").reasons[0].code is ReasonCode.CREDIT_NOTE_COVERS
    world.on(world.today + 3 * DAY)
    assert world.line("A").status is LineStatus.READY


def test_an_invoice_that_is_issued_later_lifts_the_customer_over_the_minimum(world) -> None:
    world.policy = Policy(minimum_customer_minor={"EUR": 1000})
    world.invoice("A", minor=500)
    world.invoice("B", minor=2000, late=-10, issued_on=world.today + 3 * DAY)
    assert world.line("A").reasons[0].code is ReasonCode.BELOW_CUSTOMER_MINIMUM
    world.on(world.today + 13 * DAY)
    ready = world.propose().with_status(LineStatus.READY)
    assert {line.receivable_id for line in ready} == {"A", "B"}


def test_a_refund_of_tomorrow_frees_a_courtesy_message(world) -> None:
    world.policy = Policy(steps=(Step(id="before", kind="courtesy", anchor="before_due", days=5), Step(id="first")))
    world.invoice("A", late=-5)
    world.ledger.payments["in"] = Payment("in", "1", Money(1000, "EUR"), world.today - DAY)
    world.ledger.payments["out"] = Payment("out", "1", Money(-1000, "EUR"), world.today + DAY)
    assert world.line("A").reasons[0].code is ReasonCode.CREDIT_UNAPPLIED
    world.on(world.today + DAY)
    assert world.line("A").status is LineStatus.READY


# -- limits --------------------------------------------------------------------------------------------------------


def test_at_most_none_sends_none_and_less_than_none_is_refused(world) -> None:
    world.invoice("A")
    world.propose()
    world.approve()
    report = world.send(max_messages=0)
    assert (report.accepted, report.remaining) == ([], 1)
    with pytest.raises(NotAllowed, match="max_messages is -1"):
        world.send(max_messages=-1)
    assert world.channel.left == []


def test_a_cap_that_another_message_of_the_same_sending_fills_holds(world) -> None:
    world.policy = Policy(grouping="per_receivable", caps=(ContactCap(max_contacts=2, window_days=3),))
    for number in ("A", "B"):
        world.invoice(number)
    world.propose()
    assert len(world.approve()) == 2
    world.ledger.acts.append(Act("a", "A", "1", ActKind.REMINDER, world.today))
    world.sync()
    report = world.send()
    assert len(report.accepted) == 1
    assert [one.reason.code for one in report.returned] == [ReasonCode.CONTACT_CAP]


# -- questions are answered one by one -----------------------------------------------------------------------------


def a_returned_pair(world) -> dict[str, str]:
    """One message about A and B came back because of a hold on B; returns the reminder of each line as proposed now."""
    world.policy = Policy(
        approved_by="Maija M.", approved_on=world.today, steps=(Step(id="first", approval="automatic"),), caps=()
    )
    world.invoice("A")
    world.invoice("B")
    world.propose()
    (both,) = world.approve()
    hold = world.engine().hold(CREDITOR, actor=world.actor, start_on=world.today, receivable_id="B")
    world.propose()
    assert state_of(world, both) is ReminderState.RETURNED
    lines = {line.receivable_id: line for line in world.engine().latest(CREDITOR).lines}
    assert lines["A"].reasons[0].code is ReasonCode.CHANGED_SINCE_APPROVAL
    world.approve(lines["A"].reminder_id)
    return {"both": both, "A": lines["A"].reminder_id, "hold": hold.hold_id}


def test_a_yes_to_one_invoice_answers_no_question_about_another(world) -> None:
    ids = a_returned_pair(world)
    assert world.send().accepted == [ids["A"]]
    world.engine().release(CREDITOR, ids["hold"], actor=world.actor)
    line = world.line("B")
    assert (line.status, line.reasons[0].code) == (LineStatus.NEEDS_YOU, ReasonCode.CHANGED_SINCE_APPROVAL)
    assert world.engine().approve_by_policy(CREDITOR) == ()
    world.approve(line.reminder_id)
    assert state_of(world, ids["both"]) is ReminderState.SUPERSEDED


def test_a_yes_to_one_invoice_is_not_asked_for_again_while_the_other_is_open(world) -> None:
    ids = a_returned_pair(world)
    world.on(world.today + DAY)
    assert world.line("A").status is LineStatus.READY
    assert state_of(world, ids["A"]) is ReminderState.APPROVED


def test_an_answer_that_is_undone_is_a_question_again(world) -> None:
    ids = a_returned_pair(world)
    world.engine().undo(CREDITOR, actor=world.actor)
    line = world.line("A")
    assert (line.status, line.reasons[0].code) == (LineStatus.NEEDS_YOU, ReasonCode.CHANGED_SINCE_APPROVAL)
    assert state_of(world, ids["both"]) is ReminderState.RETURNED


# -- by policy -----------------------------------------------------------------------------------------------------


def automatic(world, *steps: Step, **changes: object) -> Policy:
    return Policy(approved_by="Maija M.", approved_on=world.today, steps=steps, **changes)


def test_a_policy_lets_nothing_go_that_was_proposed_under_other_settings(world) -> None:
    world.policy = automatic(world, Step(id="first", approval="automatic"))
    world.invoice("A")
    world.propose()
    world.policy = automatic(world, Step(id="first", approval="automatic"), long_overdue_days=60)
    with pytest.raises(NotAllowed, match="Propose again"):
        world.engine().approve_by_policy(CREDITOR)


@pytest.mark.parametrize("days", [1, 2])
def test_a_courtesy_whose_day_has_passed_does_not_leave_and_is_no_question_about_the_reminder(world, days: int) -> None:
    courtesy = Step(id="before", kind="courtesy", anchor="before_due", days=1, approval="automatic")
    world.policy = automatic(world, courtesy, Step(id="first", approval="automatic"))
    world.invoice("A", late=-1)
    world.propose()
    (late,) = world.engine().approve_by_policy(CREDITOR)
    world.on(world.today + days * DAY)
    assert world.send().accepted == []
    assert state_of(world, late) is ReminderState.RETURNED
    world.on(world.today + 3 * DAY)
    assert world.line("A").status is LineStatus.READY
    assert world.engine().approve_by_policy(CREDITOR) == (world.line("A").reminder_id,)


@pytest.mark.parametrize("days", [0, 1])
def test_a_withdrawal_is_not_forgotten_by_a_skip(world, days: int) -> None:
    """A person takes the policy's yes back, then leaves the message out: the policy does not give it again afterwards."""
    world.policy = automatic(world, Step(id="first", approval="automatic"))
    world.invoice("A")
    world.propose()
    engine = world.engine()
    ids = engine.approve_by_policy(CREDITOR)
    engine.withdraw(CREDITOR, ids, actor=world.actor)
    engine.skip(CREDITOR, actor=world.actor, reminder_ids=ids, until=world.today + days * DAY if days else None)
    world.on(world.today + (days + 1) * DAY)
    assert world.line("A").status is LineStatus.READY
    assert world.engine().approve_by_policy(CREDITOR) == ()
    assert len(world.approve()) == len(world.send().accepted) == 1


def test_what_a_person_cancelled_as_a_mistake_no_policy_sends_again(world) -> None:
    world.policy = automatic(world, Step(id="first", approval="automatic", time_to_pay_days=1))
    world.invoice("A")
    world.propose()
    world.engine().approve_by_policy(CREDITOR)
    (sent,) = world.send().accepted
    world.engine().cancel_reminder(CREDITOR, sent, actor=world.actor, note="by mistake")
    for _ in range(7):
        world.on(world.today + DAY)
        world.propose()
        assert world.engine().approve_by_policy(CREDITOR) == ()
    assert world.line("A").status is LineStatus.READY
    assert len(world.approve()) == len(world.send().accepted) == 1


# -- throwing a run away -------------------------------------------------------------------------------------------


def test_a_run_that_is_thrown_away_takes_no_message_of_another_run_of_the_day_along(world) -> None:
    world.invoice("A")
    world.invoice("B", customer_id="2")
    first = world.propose()
    hold = world.engine().hold(CREDITOR, actor=world.actor, start_on=world.today, customer_id="2")
    second = world.propose()
    world.engine().release(CREDITOR, hold.hold_id, actor=world.actor)
    assert world.propose().proposal_id == first.proposal_id
    world.engine().discard_proposal(CREDITOR, actor=world.actor)
    assert world.engine().latest(CREDITOR) == second
    (about_a,) = world.approve()
    assert world.send().accepted == [about_a]


def a_run_for_a_wrong_day_that_came_back(world) -> str:
    """A run dated three days ahead approves the second reminder, which comes back as the first, sent today, is cancelled."""
    world.policy = Policy(steps=(Step(id="first", time_to_pay_days=1), Step(id="second", days=8)), caps=())
    world.invoice("A")
    world.propose()
    world.approve()
    (first,) = world.send().accepted
    ahead, engine = world.today + 3 * DAY, world.engine()
    engine.sync(CREDITOR, as_of=ahead, actor=world.actor)
    (second,) = engine.propose(CREDITOR, as_of=ahead, actor=world.actor).reminders
    world.approve(second.reminder_id)
    engine.cancel_reminder(CREDITOR, first, actor=world.actor)
    assert state_of(world, second.reminder_id) is ReminderState.RETURNED
    return second.reminder_id


def test_a_run_for_a_wrong_day_whose_approval_came_back_can_be_thrown_away(world) -> None:
    second = a_run_for_a_wrong_day_that_came_back(world)
    world.engine().discard_proposal(CREDITOR, actor=world.actor)
    assert world.engine().reminders(CREDITOR, [second]) == {}
    world.on(world.today + DAY)
    line = world.line("A")
    assert (line.status, line.step_id) == (LineStatus.READY, "first")


def test_a_question_that_only_a_discarded_approval_had_answered_is_asked_again(world) -> None:
    world.invoice("A", minor=10000)
    approve_the_one_about(world, "A")
    world.ledger.receivables["A"] = replace(world.ledger.receivables["A"], open=Money(9000, "EUR"))
    world.propose()
    world.on(world.today + DAY)
    later = approve_the_one_about(world, "A")
    world.ledger.receivables["A"] = replace(world.ledger.receivables["A"], open=Money(8000, "EUR"))
    world.sync()
    assert whats_of(world.send()) == ["amount"]
    world.engine().discard_proposal(CREDITOR, actor=world.actor)
    assert world.engine().reminders(CREDITOR, [later]) == {}
    line = world.line("A")
    assert (line.status, line.reasons[0].code) == (LineStatus.NEEDS_YOU, ReasonCode.CHANGED_SINCE_APPROVAL)


# -- many messages to one customer ---------------------------------------------------------------------------------


def test_a_customers_books_are_read_once_for_all_messages_in_a_row(world, monkeypatch) -> None:
    """Read for each message, four hundred messages of one customer took three times as long as those of as many customers."""
    world.policy = Policy(grouping="per_receivable", caps=())
    for number in range(20):
        world.invoice(str(number))
    world.propose()
    world.approve()
    read = []

    def counted(*asked: object) -> object:
        read.append(asked)
        return read_books(*asked)

    monkeypatch.setattr(approved, "read_books", counted)
    assert len(world.send().accepted) == 20
    assert len(read) == 1


def test_a_reading_between_two_messages_of_a_customer_is_heeded_by_the_second(world) -> None:
    world.policy = Policy(grouping="per_receivable", caps=())
    for number in ("A", "B", "C"):
        world.invoice(number)
    world.propose()
    world.approve()

    def money_arrives(one: Rendered) -> DeliveryResult:
        world.ledger.payments["p"] = Payment("p", "1", Money(3 * 8990, "EUR"), world.today)
        world.sync()
        return DeliveryResult(one.key, Outcome.ACCEPTED)

    world.channel.answer = money_arrives
    report = world.send()
    assert (len(report.accepted), whats_of(report)) == (1, ["hold", "hold"])


# -- the ledger at the very moment ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"due_on": None}, "amount"),
        ({"reference": "1245"}, "data"),
        ({"customer_id": "2"}, "data"),
        ({"disputed": True}, "hold"),
        ({}, "customer"),
    ],
)
def test_what_the_ledger_says_right_before_sending_keeps_a_message_back(world, changes, what: str) -> None:
    invoice = world.invoice("A")
    world.customer("2")
    held = world.ledger
    world.ledger = SnapshotSource(lambda: [*held.customers.values(), *held.receivables.values()])
    world.propose()
    world.approve()
    if "due_on" in changes:
        changes = {"due_on": invoice.due_on + DAY}
    held.receivables["A"] = replace(invoice, **changes)
    if not changes:
        held.customers["1"] = replace(held.customers["1"], contact_points=())
    assert whats_of(world.send()) == [what]
    assert world.channel.left == []


def test_a_ledger_that_says_the_same_right_before_sending_lets_the_message_go(world) -> None:
    world.invoice("A", tags=("garden",), delivery_medium=Medium.EMAIL, agreed_rate_bp=700)
    held = world.ledger
    world.ledger = SnapshotSource(lambda: [*held.customers.values(), *held.receivables.values()])
    world.propose()
    (reminder_id,) = world.approve()
    assert world.send().accepted == [reminder_id]
