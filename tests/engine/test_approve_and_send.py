"""From a yes to a message that left: once, in its hours, and only while every fact holds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, text

from dunningkit.engine import CreditorSetup, Engine
from dunningkit.errors import NeedsOwnTransaction, NotAllowed, NotFound, ProposalBlocked, TransientError
from dunningkit.model import (
    ActorKind,
    ContactPoint,
    DeliveryResult,
    Language,
    LineStatus,
    Medium,
    Money,
    Outcome,
    Payment,
    Reason,
    ReasonCode,
    ReceivableKind,
    ReminderState,
    Segment,
)
from dunningkit.policy import Policy, Step
from dunningkit.store import Store
from dunningkit.wording import Wording


def ready(world, number: str = "1042") -> str:
    """Propose and approve one reminder; returns its id."""
    world.invoice(number)
    world.propose()
    (reminder_id,) = world.approve()
    return reminder_id


def test_nothing_leaves_without_an_approval(world) -> None:
    world.invoice()
    world.propose()
    report = world.send()
    assert (report.accepted, world.channel.left) == ([], [])


def test_an_approved_reminder_leaves_once(world) -> None:
    reminder_id = ready(world)
    assert world.send().accepted == [reminder_id]
    assert world.send().accepted == []
    assert len(world.channel.left) == 1


def test_what_left_is_byte_for_byte_what_was_shown(world) -> None:
    world.invoice()
    (reminder,) = world.propose().reminders
    world.approve()
    world.send()
    assert world.channel.left[0].content.decode() == reminder.preview
    stored = world.engine().reminders("pihapalvelu", [reminder.reminder_id])[reminder.reminder_id]
    assert stored.content == world.channel.left[0].content
    assert stored.state is ReminderState.ACCEPTED
    assert stored.reminder.message.blocks


def test_after_sending_the_customer_has_time_to_pay(world) -> None:
    ready(world)
    world.send()
    assert world.line().reasons[0].code is ReasonCode.TIME_TO_PAY


def test_the_second_step_comes_when_the_time_is_over(world) -> None:
    ready(world)
    world.send()
    world.on(world.today + timedelta(days=14))
    line = world.line()
    assert (line.status, line.step_id, line.reasons[0].code) == (LineStatus.READY, "second", ReasonCode.STEP_DUE)


def test_a_line_nobody_approved_comes_back_and_does_not_escalate(world) -> None:
    world.invoice()
    world.propose()
    world.on(world.today + timedelta(days=20))
    assert (world.line().status, world.line().step_id) == (LineStatus.READY, "first")


def test_an_approval_survives_a_weekend(world) -> None:
    friday_evening = world.on(world.today + timedelta(days=3), hour=21)
    reminder_id = ready(friday_evening)
    assert [one.reason.code for one in world.send().waiting] == [ReasonCode.SEND_POSTPONED]
    world.on(world.today + timedelta(days=3), hour=9)
    proposal = world.propose()
    assert [reminder.reminder_id for reminder in proposal.reminders] == [reminder_id]
    assert world.send().accepted == [reminder_id]


@pytest.mark.parametrize("hour", [0, 7, 20, 23])
def test_nothing_leaves_outside_the_permitted_hours(world, hour: int) -> None:
    ready(world)
    world.on(world.today + timedelta(days=1), hour=hour)
    assert world.send().accepted == []
    assert world.channel.left == []


def test_an_approval_can_be_taken_back(world) -> None:
    reminder_id = ready(world)
    world.engine().withdraw("pihapalvelu", [reminder_id], actor=world.actor)
    assert world.send().accepted == []
    assert world.line().status is LineStatus.READY
    with pytest.raises(NotAllowed, match="nothing to take back"):
        world.engine().withdraw("pihapalvelu", [reminder_id], actor=world.actor)


def test_an_unknown_or_sent_reminder_cannot_be_approved(world) -> None:
    reminder_id = ready(world)
    with pytest.raises(NotFound, match="not in the latest proposal"):
        world.approve("nonsense")
    world.send()
    with pytest.raises(NotAllowed, match="accepted"):
        world.approve(reminder_id)


def test_a_question_goes_only_when_it_is_named(world) -> None:
    world.invoice(late=100)
    (reminder,) = world.propose().reminders
    assert world.approve() == ()
    assert world.approve(reminder.reminder_id) == (reminder.reminder_id,)
    assert world.send().accepted == [reminder.reminder_id]


def test_a_policy_that_a_person_approved_lets_its_steps_go(world) -> None:
    step = Step(id="first", approval="automatic")
    world.policy = Policy(approved_by="Maija M.", approved_on=world.today, steps=(step,))
    world.invoice()
    world.propose()
    assert len(world.engine().approve_by_policy("pihapalvelu")) == 1
    approved = [entry for entry in world.engine().audit("pihapalvelu") if entry.action == "approved"]
    assert (approved[0].actor.kind, approved[0].actor.name) == (ActorKind.POLICY, "Maija M.")


# -- any difference returns the line -------------------------------------------------------------------------------


def changed_amount(world) -> None:
    world.ledger.receivables["1042"] = replace(world.ledger.receivables["1042"], open=Money(100, "EUR"))


def changed_due_date(world) -> None:
    found = world.ledger.receivables["1042"]
    world.ledger.receivables["1042"] = replace(found, due_on=found.due_on - timedelta(days=1))


def became_disputed(world) -> None:
    world.ledger.receivables["1042"] = replace(world.ledger.receivables["1042"], disputed=True)


def moved_house(world) -> None:
    world.customer(contact_points=(ContactPoint(Medium.EMAIL, "new@example.fi"),))


def asked_for_silence(world) -> None:
    customer = world.ledger.customers["1"]
    world.ledger.customers["1"] = replace(customer, wishes=replace(customer.wishes, no_reminders=True))


def got_a_credit_note(world) -> None:
    minus = Money(-8990, "EUR")
    world.invoice("c1", kind=ReceivableKind.CREDIT_NOTE, original=minus, open=minus)


def paid_without_a_reference(world) -> None:
    world.ledger.payments["p1"] = Payment("p1", "1", Money(8990, "EUR"), world.today)


def must_wait_until_christmas(world) -> None:
    found = world.ledger.receivables["1042"]
    world.ledger.receivables["1042"] = replace(found, not_before=date(2026, 12, 24))


def settled_but_open(world) -> None:
    world.ledger.receivables["1042"] = replace(world.ledger.receivables["1042"], settled_on=world.today)


def names_another_account(world) -> None:
    world.ledger.receivables["1042"] = replace(world.ledger.receivables["1042"], iban="FI37 1590 3000 0007 76")


@pytest.mark.parametrize(
    "change",
    [
        changed_amount,
        changed_due_date,
        became_disputed,
        moved_house,
        asked_for_silence,
        got_a_credit_note,
        paid_without_a_reference,
        must_wait_until_christmas,
        settled_but_open,
        names_another_account,
    ],
)
@pytest.mark.parametrize("propose_between", [False, True])
def test_any_difference_returns_the_line(world, change, propose_between: bool) -> None:
    reminder_id = ready(world)
    change(world)
    world.sync()
    if propose_between:
        world.engine().propose("pihapalvelu", as_of=world.today, actor=world.actor)
        assert world.send().accepted == []
    else:
        assert [one.reminder_id for one in world.send().returned] == [reminder_id]
    assert world.channel.left == []
    assert world.line().status is not LineStatus.READY


@pytest.mark.parametrize("propose_between", [False, True])
def test_a_changed_reference_is_asked_about_again(world, propose_between: bool) -> None:
    ready(world)
    world.ledger.receivables["1042"] = replace(world.ledger.receivables["1042"], reference="1245")
    world.sync()
    if propose_between:
        world.engine().propose("pihapalvelu", as_of=world.today, actor=world.actor)
    assert world.send().accepted == []
    line = world.line()
    assert line.reasons[0] == Reason.of(ReasonCode.CHANGED_SINCE_APPROVAL, what="data")
    assert line.status is LineStatus.NEEDS_YOU


@pytest.mark.parametrize("propose_between", [False, True])
def test_a_text_whose_day_to_pay_is_near_or_past_does_not_leave(world, propose_between: bool) -> None:
    reminder_id = ready(world)
    (stored,) = world.engine().reminders("pihapalvelu", [reminder_id]).values()
    assert stored.reminder.pay_by == date(2026, 12, 4)
    assert not stored.reminder.is_out_of_date(date(2026, 11, 29))
    world.on(date(2026, 11, 30))
    world.sync()
    if propose_between:
        world.engine().propose("pihapalvelu", as_of=world.today, actor=world.actor)
    assert world.send().accepted == []
    line = world.line()
    assert line.reasons[0] == Reason.of(ReasonCode.CHANGED_SINCE_APPROVAL, what="age")


def test_a_returned_line_needs_an_explicit_yes_and_names_the_difference(world) -> None:
    ready(world)
    changed_amount(world)
    world.sync()
    world.send()
    line = world.line()
    assert (line.status, line.reasons[0].code) == (LineStatus.NEEDS_YOU, ReasonCode.CHANGED_SINCE_APPROVAL)
    assert line.reasons[0].params == {"what": "amount"}
    assert world.approve() == ()
    assert world.approve(line.reminder_id) == (line.reminder_id,)
    assert world.send().accepted == [line.reminder_id]
    assert len(world.channel.left) == 1


def test_a_changed_policy_returns_what_was_approved_under_the_old_one(world) -> None:
    ready(world)
    world.policy = Policy(long_overdue_days=60)
    assert [one.reason.code for one in world.send().returned] == [ReasonCode.CHANGED_SINCE_APPROVAL]


def test_changed_bank_details_return_what_was_approved(world) -> None:
    ready(world)
    world.creditor = replace(world.creditor, iban="FI37 1590 3000 0007 76")
    assert len(world.send().returned) == 1
    assert world.channel.left == []


def test_a_hold_placed_after_approval_wins(world) -> None:
    ready(world)
    world.engine().hold("pihapalvelu", actor=world.actor, start_on=world.today, customer_id="1")
    assert len(world.send().returned) == 1
    assert world.channel.left == []


def test_two_holds_placed_at_one_instant_both_stand(world) -> None:
    """A batch job, or a clock that stands: one hold ends today, the other does not."""
    ready(world)
    engine = world.engine()
    placing = {"actor": world.actor, "start_on": world.today, "customer_id": "1"}
    until_today = engine.hold("pihapalvelu", end_on=world.today, **placing)
    until_released = engine.hold("pihapalvelu", **placing)
    assert set(engine.holds("pihapalvelu")) == {until_today, until_released}
    assert engine.hold("pihapalvelu", **placing).hold_id not in {until_today.hold_id, until_released.hold_id}


def test_a_hold_placed_at_the_instant_at_which_another_was_released_stands(world) -> None:
    ready(world)
    engine = world.engine()
    placing = {"actor": world.actor, "start_on": world.today, "customer_id": "1"}
    engine.release("pihapalvelu", engine.hold("pihapalvelu", **placing).hold_id, actor=world.actor)
    again = engine.hold("pihapalvelu", **placing)
    assert engine.holds("pihapalvelu") == (again,)
    assert world.line().status is LineStatus.WONT_GO


# -- the ledger is asked again at the last moment ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now_open", "code"),
    [
        (Money(0, "EUR"), ReasonCode.PAID_MEANWHILE),
        (None, ReasonCode.GONE_MEANWHILE),
        (Money(4000, "EUR"), ReasonCode.CHANGED_SINCE_APPROVAL),
        (Money(8990, "SEK"), ReasonCode.CHANGED_SINCE_APPROVAL),
    ],
)
def test_what_was_paid_a_minute_ago_is_not_reminded_about(world, now_open, code: ReasonCode) -> None:
    ready(world)
    world.ledger.meanwhile["1042"] = now_open
    assert [one.reason.code for one in world.send().returned] == [code]
    assert world.channel.left == []


@pytest.mark.parametrize("language", list(Language))
def test_what_was_gone_and_is_back_is_not_told_as_gone(world, language: Language) -> None:
    """The line stands beside an invoice that the ledger has: it tells of the moment at which the message was to leave."""
    ready(world)
    world.ledger.meanwhile["1042"] = None
    world.send()
    world.ledger.meanwhile.clear()
    world.on(world.today + timedelta(days=1))
    line = world.line()
    assert (line.status, line.reasons[0].params["what"]) == (LineStatus.NEEDS_YOU, "gone_meanwhile")
    told = Wording(language).reason(line.reasons[0])
    assert {"fi": "ei ollut reskontrassa", "sv": "fanns inte i reskontran", "en": "was not in the ledger"}[
        language
    ] in told
    assert world.engine().explain("pihapalvelu", "1042", world.today).stories[0].gone_on is None


def test_when_the_ledger_cannot_be_asked_the_reminder_waits(world) -> None:
    reminder_id = ready(world)
    world.ledger.recheck_fails = TransientError("The ledger does not answer.")
    assert [one.reason.code for one in world.send().waiting] == [ReasonCode.RECHECK_FAILED]
    world.ledger.recheck_fails = None
    assert world.send().accepted == [reminder_id]


def test_old_payment_data_keeps_approved_reminders_back(world) -> None:
    world.ledger.payments_as_of = world.today
    ready(world)
    world.on(world.today + timedelta(days=6))
    assert [one.reason.code for one in world.send().waiting] == [ReasonCode.LEDGER_STALE]


# -- caps, limits, races -------------------------------------------------------------------------------------------


def test_the_cap_holds_even_for_what_was_approved_twice(world) -> None:
    ready(world)
    world.invoice("1050", late=4)
    world.propose()
    line = next(line for line in world.engine().latest("pihapalvelu").lines if line.invoice_number == "1050")
    assert line.reasons[0].code is ReasonCode.ANOTHER_FIRST
    world.send()
    assert len(world.channel.left) == 1


def test_a_limit_leaves_the_rest_for_the_next_call(world) -> None:
    for number in range(5):
        world.invoice(str(number), customer_id=str(number))
    world.propose()
    world.approve()
    first = world.send(max_messages=2)
    assert (len(first.accepted), first.remaining) == (2, 3)
    assert len(world.send().accepted) == 3
    assert len({rendered.key for rendered in world.channel.left}) == 5


def test_a_deadline_that_has_passed_sends_nothing_and_loses_nothing(world) -> None:
    ready(world)
    assert world.send(deadline_seconds=0).remaining == 1
    assert len(world.send().accepted) == 1


def test_two_senders_at_once_send_once(world) -> None:
    ready(world)
    inner = world.engine()

    def send_meanwhile(rendered):
        inner.send("pihapalvelu", actor=world.actor)
        return DeliveryResult(rendered.key, Outcome.ACCEPTED)

    world.channel.answer = send_meanwhile
    world.send()
    assert len(world.channel.left) == 1


# -- what a channel may answer -------------------------------------------------------------------------------------


def test_a_refusal_frees_the_step_for_another_way(world) -> None:
    confirmed = ContactPoint(Medium.SMS, "+358457555010", confirmed=True)
    world.customer(contact_points=(ContactPoint(Medium.EMAIL, "maija1@example.fi"), confirmed))
    reminder_id = ready(world)
    world.channel.answer = lambda rendered: DeliveryResult(rendered.key, Outcome.REFUSED, detail="no such mailbox")
    assert world.send().refused == [reminder_id]
    (reminder,) = world.propose().reminders
    assert reminder.to == confirmed


def test_an_odd_answer_is_unknown_and_a_person_settles_it(world) -> None:
    reminder_id = ready(world)
    world.channel.answer = lambda rendered: DeliveryResult("another key", Outcome.ACCEPTED)
    assert world.send().unknown == [reminder_id]
    assert world.line().reasons[0].code is ReasonCode.DELIVERY_UNKNOWN
    world.channel.answer = None
    assert world.send().accepted == []
    world.engine().settle("pihapalvelu", reminder_id, Outcome.ACCEPTED, actor=world.actor)
    assert world.line().reasons[0].code is ReasonCode.TIME_TO_PAY
    with pytest.raises(NotAllowed):
        world.engine().settle("pihapalvelu", reminder_id, Outcome.REFUSED, actor=world.actor)
    with pytest.raises(NotFound):
        world.engine().settle("pihapalvelu", "nothing", Outcome.REFUSED, actor=world.actor)


def test_a_delivery_settled_as_refused_may_go_another_way(world) -> None:
    reminder_id = ready(world)
    world.channel.dies_after = TimeoutError()
    world.send()
    world.engine().settle("pihapalvelu", reminder_id, Outcome.REFUSED, actor=world.actor)
    assert world.line().reasons[0].code is ReasonCode.DELIVERY_REFUSED


# -- a host's connection -------------------------------------------------------------------------------------------


def test_a_host_approves_in_its_own_transaction_and_sends_after_it(world, tmp_path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    Store.on_engine(engine, prefix="dk_").migrate()
    world.invoice()
    setup = CreditorSetup.of(world.creditor, source=world.ledger, channels={Medium.EMAIL: world.channel})
    with engine.begin() as connection:
        inside = Engine(Store.on_connection(connection, prefix="dk_"), [setup], clock=lambda: world.now)
        inside.sync("pihapalvelu", as_of=world.today, actor=world.actor)
        inside.propose("pihapalvelu", as_of=world.today, actor=world.actor)
        assert len(inside.approve("pihapalvelu", actor=world.actor)) == 1
        with pytest.raises(NeedsOwnTransaction, match="replay"):
            inside.send("pihapalvelu", actor=world.actor)
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    after = Engine(Store.on_engine(engine, prefix="dk_"), [setup], clock=lambda: world.now)
    assert len(after.send("pihapalvelu", actor=world.actor).accepted) == 1
    engine.dispose()


def test_who_did_what_is_on_record(world) -> None:
    ready(world)
    world.send()
    actions = [entry.action for entry in world.engine().audit("pihapalvelu")]
    assert actions == ["synced", "proposed", "approved", "reminder_accepted"]
    assert {entry.actor.name for entry in world.engine().audit("pihapalvelu")} == {"Maija M."}


def test_segments_come_from_the_ledgers_own_history(world) -> None:
    for number in range(24):
        world.invoice(f"old-{number}", late=30 * (number + 2), open=Money(0, "EUR"))
        old = world.ledger.receivables[f"old-{number}"]
        world.ledger.receivables[f"old-{number}"] = replace(old, settled_on=old.due_on)
    world.invoice()
    line = world.line()
    assert line.segment is Segment.SPOTLESS


def test_what_came_back_can_be_approved_again_the_same_day(world) -> None:
    first = ready(world)
    held = world.engine().hold("pihapalvelu", actor=world.actor, start_on=world.today, customer_id="1")
    assert [one.reminder_id for one in world.send().returned] == [first]
    world.engine().release("pihapalvelu", held.hold_id, actor=world.actor)
    line = world.line()
    assert line.reasons[0] == Reason.of(ReasonCode.CHANGED_SINCE_APPROVAL, what="hold")
    assert world.approve(line.reminder_id) == (line.reminder_id,)
    assert world.send().accepted == [line.reminder_id]
    assert len(world.channel.left) == 1


def test_coming_back_twice_in_a_day_is_asked_about_twice(world) -> None:
    seen = {ready(world)}
    for _ in range(2):
        held = world.engine().hold("pihapalvelu", actor=world.actor, start_on=world.today, customer_id="1")
        world.send()
        world.engine().release("pihapalvelu", held.hold_id, actor=world.actor)
        world.now += timedelta(minutes=1)
        line = world.line()
        assert line.reminder_id not in seen
        seen.add(line.reminder_id)
        assert world.approve(line.reminder_id) == (line.reminder_id,)
    assert len(world.send().accepted) == 1
    assert len(world.channel.left) == 1


def test_an_earlier_day_that_is_refused_leaves_an_approval_alone(world) -> None:
    world.invoice("1042", late=5)
    world.invoice("1043", late=3)
    world.propose()
    (reminder_id,) = world.approve()
    with pytest.raises(ProposalBlocked, match="The last run was for 2026-11-24"):
        world.engine().propose("pihapalvelu", as_of=world.today - timedelta(days=4), actor=world.actor)
    assert world.send().accepted == [reminder_id]


def test_an_address_that_refused_one_invoice_is_not_tried_with_another(world) -> None:
    bad, good = ContactPoint(Medium.EMAIL, "bad@example.fi"), ContactPoint(Medium.EMAIL, "good@example.fi")
    world.customer(contact_points=(bad, good))
    ready(world)
    world.channel.answer = lambda rendered: DeliveryResult(rendered.key, Outcome.REFUSED)
    world.send()
    world.invoice("1001", late=30)
    assert {reminder.to for reminder in world.propose().reminders} == {good}


def test_what_a_person_took_back_the_policy_does_not_let_go_again(world) -> None:
    step = Step(id="first", days=2, approval="automatic")
    world.policy = Policy(steps=(step,), approved_by="Maija M.", approved_on=date(2026, 11, 1))
    world.invoice()
    world.propose()
    (reminder_id,) = world.engine().approve_by_policy("pihapalvelu")
    world.engine().withdraw("pihapalvelu", [reminder_id], actor=world.actor)
    world.propose()
    assert world.engine().approve_by_policy("pihapalvelu") == ()
    assert world.send().accepted == []
    assert world.approve(reminder_id) == (reminder_id,)


def test_what_a_person_took_back_the_policy_does_not_let_go_on_a_later_day_either(world) -> None:
    """The next day's message about it is another one, with another day to pay by; the person's no was about the step."""
    step = Step(id="first", days=2, approval="automatic")
    world.policy = Policy(steps=(step,), approved_by="Maija M.", approved_on=date(2026, 11, 1))
    world.invoice()
    world.propose()
    (reminder_id,) = world.engine().approve_by_policy("pihapalvelu")
    world.engine().withdraw("pihapalvelu", [reminder_id], actor=world.actor)
    for _ in range(2):
        world.on(world.today + timedelta(days=1))
        world.invoice(f"late on {world.today}", customer_id="1", late=3)
        (shared,) = world.propose().reminders
        assert len(shared.items) > 1
        assert world.engine().approve_by_policy("pihapalvelu") == ()
    assert world.approve(shared.reminder_id) == (shared.reminder_id,)


def test_a_reminder_that_has_the_name_of_an_earlier_courtesy_step_is_sent(world) -> None:
    world.policy = Policy(steps=(Step(id="hello", kind="courtesy", anchor="before_due", days=3),))
    world.invoice(late=-2)
    world.propose()
    world.approve()
    assert len(world.send().accepted) == 1
    world.policy = Policy(steps=(Step(id="hello", days=2),))
    world.on(world.today + timedelta(days=6))
    world.propose()
    world.approve()
    assert len(world.send().accepted) == 1
    assert [line.reasons[0].code for line in world.propose().lines] == [ReasonCode.TIME_TO_PAY]
