"""What playing months of events against the model found: the smallest example of each."""

from dataclasses import replace
from datetime import timedelta

from dunningkit.model import Act, ActKind, ContactPoint, DeliveryResult, Medium, Outcome, QuarantinedRow, ReminderState
from dunningkit.policy import Policy
from dunningkit.policy.choices import Anchor
from dunningkit.policy.ladder import Step


def courtesy_policy() -> Policy:
    ahead = Step(id="ahead", kind="courtesy", anchor=Anchor.BEFORE_DUE, days=5)
    return Policy(steps=(ahead, Step(id="first"), Step(id="second", days=16)))


def test_a_courtesy_message_stays_one_when_the_policy_no_longer_has_its_step(world) -> None:
    world.policy = courtesy_policy()
    world.invoice(late=-4)
    world.propose()
    world.approve()
    assert len(world.send().accepted) == 1
    world.policy = Policy()
    world.on(world.today + timedelta(days=7))
    line = world.line()
    assert (line.step_id, line.reasons[0].code.value) == ("first", "first_contact_due")


def test_cancelling_brings_an_approved_next_step_back(world) -> None:
    """Sent before it was asked about again, it would stand above a step that was lost."""
    world.invoice(late=5)
    world.propose()
    world.approve()
    [first] = world.send().accepted
    world.on(world.today + timedelta(days=13))
    world.propose()
    [second] = world.approve()
    world.engine().cancel_reminder(world.creditor.creditor_id, first, actor=world.actor)
    assert world.engine().reminders(world.creditor.creditor_id, [second])[second].state is ReminderState.RETURNED
    assert world.send().accepted == []
    line = world.line()
    assert (line.status.value, line.reasons[0].code.value, line.step_id) == (
        "needs_you",
        "changed_since_approval",
        "first",
    )


def test_cancelling_also_counts_for_what_came_back_in_a_run_that_is_thrown_away(world) -> None:
    """Thrown away, that run gives the approval back; it must not, where the step before was cancelled meanwhile."""
    world.invoice(late=5)
    world.propose()
    world.approve()
    [first] = world.send().accepted
    world.on(world.today + timedelta(days=13))
    world.propose()
    [second] = world.approve()
    engine, creditor_id = world.engine(), world.creditor.creditor_id
    engine.propose(creditor_id, as_of=world.today + timedelta(days=9), actor=world.actor)
    assert engine.reminders(creditor_id, [second])[second].state is ReminderState.RETURNED
    engine.cancel_reminder(creditor_id, first, actor=world.actor)
    engine.discard_proposal(creditor_id, actor=world.actor)
    assert engine.reminders(creditor_id, [second])[second].state is ReminderState.RETURNED


def test_an_approval_stands_again_when_the_run_that_took_it_is_thrown_away(world) -> None:
    world.invoice(late=5)
    world.propose()
    [reminder_id] = world.approve()
    engine, creditor_id = world.engine(), world.creditor.creditor_id
    engine.propose(creditor_id, as_of=world.today + timedelta(days=9), actor=world.actor)
    engine.discard_proposal(creditor_id, actor=world.actor)
    assert world.send().accepted == [reminder_id]


def test_throwing_a_proposal_away_forgets_no_withdrawal(world) -> None:
    step = Step(id="first", approval="automatic")
    world.policy = Policy(steps=(step,), approved_by="Maija M.", approved_on=world.today)
    world.invoice(late=5)
    engine, creditor_id = world.engine(), world.creditor.creditor_id
    world.propose()
    engine.withdraw(creditor_id, engine.approve_by_policy(creditor_id), actor=world.actor)
    engine.discard_proposal(creditor_id, actor=world.actor)
    assert world.propose().reminders != ()
    assert engine.approve_by_policy(creditor_id) == ()


def refuse(rendered) -> DeliveryResult:
    return DeliveryResult(rendered.key, Outcome.REFUSED)


def test_an_address_that_refused_is_not_tried_with_the_next_message_of_the_same_send(world) -> None:
    world.policy = Policy(grouping="per_receivable", caps=())
    world.invoice("1042")
    world.invoice("1043")
    world.propose()
    world.approve()
    world.channel.answer = refuse
    report = world.send()
    assert (len(report.refused), len(report.returned), len(world.channel.left)) == (1, 1, 1)


def test_an_address_that_refused_is_not_tried_with_what_was_approved_earlier(world) -> None:
    """The message that waits for its hour comes back, and is written to the other address."""
    phone = ContactPoint(Medium.SMS, "+358457555011", confirmed=True)
    mail = ContactPoint(Medium.EMAIL, "maija@example.fi")
    world.policy = Policy(grouping="per_receivable", caps=())
    world.customer("1", contact_points=(mail, phone))
    world.invoice("1042")
    world.invoice("1043")
    world.propose()
    world.approve()
    world.channel.answer = refuse
    world.send(max_messages=1)
    world.channel.answer = None
    reminders = world.propose().reminders
    assert {reminder.to for reminder in reminders} == {phone}
    assert world.send().accepted == []


def test_a_due_date_moved_beyond_the_next_look_brings_an_approved_message_back(world) -> None:
    """The next run does not look at the invoice any more; moved back, it must not go out as if nothing had been."""
    invoice = world.invoice(late=5)
    world.propose()
    [reminder_id] = world.approve()
    world.ledger.receivables["1042"] = replace(invoice, due_on=world.today + timedelta(days=20))
    world.on(world.today + timedelta(days=1))
    assert world.propose().reminders == ()
    assert world.engine().reminders(world.creditor.creditor_id, [reminder_id])[reminder_id].state.value == "returned"
    world.ledger.receivables["1042"] = invoice
    assert world.line().reasons[0].code.value == "changed_since_approval"


def test_a_step_counted_from_the_previous_one_never_comes_before_the_due_date(world) -> None:
    """The due date was moved after the first reminder: until it has passed there is nothing to remind of."""
    ahead = Step(id="ahead", kind="courtesy", anchor=Anchor.BEFORE_DUE, days=5)
    then = Step(id="then", anchor=Anchor.AFTER_PREVIOUS_STEP, days=3)
    world.policy = Policy(steps=(ahead, Step(id="first", time_to_pay_days=1), then))
    invoice = world.invoice(late=5)
    world.propose()
    world.approve()
    assert len(world.send().accepted) == 1
    world.on(world.today + timedelta(days=8))
    due_on = world.today + timedelta(days=2)
    world.ledger.receivables["1042"] = replace(invoice, due_on=due_on)
    line = world.line()
    assert (line.status.value, line.reasons[0].code.value) == ("wont_go", "step_not_reached")
    assert line.next_review_on == due_on + timedelta(days=1)


def test_a_run_that_sees_an_approved_message_paid_brings_it_back(world) -> None:
    """Reversed before anything was sent, the payment would else have left the old approval as if nothing had been."""
    invoice = world.invoice(late=5)
    world.propose()
    [reminder_id] = world.approve()
    world.pay("1042")
    assert world.propose().reminders == ()
    assert world.engine().reminders(world.creditor.creditor_id, [reminder_id])[reminder_id].state.value == "returned"
    world.ledger.receivables["1042"] = invoice
    line = world.line()
    assert (line.status.value, line.reasons[0].code.value) == ("needs_you", "changed_since_approval")
    assert world.send().accepted == []


def test_a_run_that_sees_an_approved_message_gone_from_the_ledger_brings_it_back(world) -> None:
    invoice = world.invoice(late=5)
    for number in "abcdef":
        world.invoice(number, customer_id=number)
    world.propose()
    [*_, reminder_id] = [one.reminder_id for one in world.propose().reminders if one.customer_id == "1"]
    world.approve(reminder_id)
    del world.ledger.receivables["1042"]
    world.propose()
    assert world.engine().reminders(world.creditor.creditor_id, [reminder_id])[reminder_id].state.value == "returned"
    world.ledger.receivables["1042"] = invoice
    assert world.line().reasons[0].code.value == "changed_since_approval"


def test_the_last_place_of_the_day_goes_to_the_oldest_due_date(world) -> None:
    """Numbers and currencies say nothing about which invoice a customer should hear of first."""
    world.policy = Policy(grouping="per_receivable", caps=({"max_contacts": 1, "window_days": 3},))
    world.invoice("1001", late=4)
    world.invoice("1002", late=9)
    [reminder] = world.propose().reminders
    assert [item.invoice_number for item in reminder.items] == ["1002"]


def test_the_last_place_goes_to_the_oldest_due_date_when_old_approvals_are_sent(world) -> None:
    """The policy allowed both when they were written; a contact since then left one place."""
    world.policy = Policy(grouping="per_receivable", caps=({"max_contacts": 2, "window_days": 3},))
    for number in range(6):
        world.invoice(f"100{number}", customer_id=f"{number}", late=4)
        world.invoice(f"200{number}", customer_id=f"{number}", late=9)
    world.propose()
    world.approve()
    for number in range(6):
        world.ledger.acts.append(Act(f"a{number}", f"100{number}", f"{number}", ActKind.REMINDER, world.today))
    world.sync()
    report = world.send()
    sent = world.engine().reminders(world.creditor.creditor_id, report.accepted)
    assert {item.invoice_number for one in sent.values() for item in one.reminder.items} == {
        f"200{number}" for number in range(6)
    }


def test_what_vanishes_while_a_row_about_it_cannot_be_read_is_asked_about_and_not_gone(world) -> None:
    world.invoice("1042")
    world.invoice("1043", customer_id="2")
    world.propose()
    del world.ledger.receivables["1042"]
    world.ledger.quarantined.append(QuarantinedRow("line 2", "unreadable", receivable_id="1042"))
    line = world.line("1042")
    assert (line.status.value, line.reasons[0].code.value) == ("needs_you", "row_quarantined")
