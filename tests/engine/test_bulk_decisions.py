"""Deciding about many reminders at once: approve and skip by filter, and take the latest decision back as one."""

import contextlib
import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dunningkit.engine import BulkAction, Left, LineFilter, NotUndone, WhyLeft
from dunningkit.errors import NotAllowed, NotFound
from dunningkit.model import (
    Actor,
    DeliveryResult,
    HoldKind,
    LineStatus,
    Money,
    Outcome,
    Reason,
    ReasonCode,
    ReminderState,
)
from dunningkit.policy import Policy, Step
from dunningkit.store import Store

PIHA = "pihapalvelu"
EVERYTHING = LineFilter()
EERO = Actor("u2", "Eero E.")


@pytest.fixture
def many(world):
    """Three customers who are ready, and one who is asked about first."""
    for customer in "123":
        world.invoice(f"104{customer}", customer_id=customer, minor=10_00 * int(customer))
    world.invoice("1044", customer_id="4", late=120)
    world.propose()
    return world


def reminder_of(world, number: str) -> str:
    (line,) = (line for line in world.engine().latest(PIHA).lines if line.invoice_number == number)
    return line.reminder_id


def state_of(world, reminder_id: str) -> ReminderState:
    return world.engine().reminder_states(PIHA, [reminder_id])[reminder_id]


def let_go(world, where: LineFilter = EVERYTHING, **options: object):
    return world.engine().approve_where(PIHA, where, actor=world.actor, **options)


def leave_out(world, *reminder_ids: str, where: LineFilter | None = None, **options: object):
    named = None if where else reminder_ids
    return world.engine().skip(PIHA, actor=world.actor, reminder_ids=named, where=where, **options)


def undo(world):
    return world.engine().undo(PIHA, actor=world.actor)


class TestApprove:
    def test_only_what_is_meant_and_ready_goes(self, many) -> None:
        report = let_go(many, LineFilter(max_amount=Decimal(20)))
        assert report.reminder_ids == (reminder_of(many, "1041"), reminder_of(many, "1042"))
        assert report.totals == (Money(30_00, "EUR"),)
        assert (report.action, report.left) == (BulkAction.APPROVE, ())
        assert sorted(many.send().accepted) == sorted(report.reminder_ids)

    def test_what_asks_something_goes_only_when_it_is_said(self, many) -> None:
        asking = reminder_of(many, "1044")
        first = let_go(many)
        assert len(first.reminder_ids) == 3
        assert first.left == (Left(asking, WhyLeft.ASKS),)
        second = let_go(many, needs_you=True)
        assert second.reminder_ids == (asking,)
        assert {one.state for one in second.left} == {ReminderState.APPROVED}

    def test_a_dry_run_says_the_same_and_changes_nothing(self, many) -> None:
        before = many.engine().audit(PIHA)
        tried = let_go(many, dry_run=True)
        assert many.engine().reminders_in(PIHA, ReminderState.APPROVED) == ()
        assert many.engine().audit(PIHA) == before
        done = let_go(many)
        assert replace(tried, dry_run=False, batch_id=done.batch_id) == done
        assert (tried.batch_id, bool(done.batch_id)) == ("", True)

    def test_a_message_of_which_only_a_part_is_meant_is_left_alone(self, world) -> None:
        world.invoice("1042", late=5)
        world.invoice("1050", late=20)
        world.propose()
        report = let_go(world, LineFilter(max_days_late=10))
        assert (report.reminder_ids, report.left) == ((), (Left(reminder_of(world, "1042"), WhyLeft.PARTLY),))

    def test_each_currency_has_its_own_sum(self, many) -> None:
        many.invoice("2000", customer_id="9", original=Money(500, "SEK"), open=Money(500, "SEK"))
        many.propose()
        assert let_go(many).totals == (Money(60_00, "EUR"), Money(500, "SEK"))

    def test_under_another_policy_nothing_is_approved(self, many) -> None:
        many.policy = Policy(long_overdue_days=60)
        with pytest.raises(NotAllowed, match="Propose again"):
            let_go(many)

    def test_every_entry_in_the_audit_log_names_the_person_and_the_batch(self, many) -> None:
        report = let_go(many)
        entries = [entry for entry in many.engine().audit(PIHA) if entry.action == "approved"]
        assert [entry.subject for entry in entries] == list(report.reminder_ids)
        assert {entry.details["batch"] for entry in entries} == {report.batch_id}
        assert {entry.actor for entry in entries} == {many.actor}


class TestSkip:
    def test_what_is_skipped_never_leaves(self, many) -> None:
        skipped = reminder_of(many, "1041")
        report = leave_out(many, skipped)
        assert (report.reminder_ids, report.totals) == ((skipped,), (Money(10_00, "EUR"),))
        assert let_go(many).left[-1] == Left(skipped, WhyLeft.MOVED_ON, ReminderState.SKIPPED)
        with pytest.raises(NotAllowed, match="was skipped for 2026-11-24 by Maija"):
            many.approve(skipped)
        assert skipped not in many.send().accepted
        assert len(many.channel.left) == 2

    def test_an_approved_reminder_can_still_be_skipped(self, many) -> None:
        let_go(many)
        leave_out(many, where=LineFilter(customer="1"))
        assert len(many.send().accepted) == 2
        assert state_of(many, reminder_of(many, "1041")) is ReminderState.SKIPPED

    def test_the_policy_does_not_let_it_go(self, world) -> None:
        step = Step(id="first", approval="automatic")
        world.policy = Policy(approved_by="Maija M.", approved_on=world.today, steps=(step,))
        world.invoice()
        world.propose()
        leave_out(world, reminder_of(world, "1042"))
        assert world.engine().approve_by_policy(PIHA) == ()
        world.ledger.receivables["1042"] = replace(world.ledger.receivables["1042"], open=Money(50_00, "EUR"))
        world.propose()
        assert world.engine().approve_by_policy(PIHA) == ()
        assert world.send().accepted == []
        world.on(world.today + timedelta(days=1))
        world.propose()
        assert len(world.engine().approve_by_policy(PIHA)) == 1

    def test_another_proposal_of_the_same_day_says_who_left_it_out(self, many) -> None:
        leave_out(many, reminder_of(many, "1041"))
        line = many.line("1041")
        assert (line.status, line.reminder_id) == (LineStatus.WONT_GO, None)
        assert line.reasons[0] == Reason.of(ReasonCode.SKIPPED, by="Maija M.", day="2026-11-25")
        assert line.reasons[1].code is ReasonCode.FIRST_CONTACT_DUE
        assert line.next_review_on == date(2026, 11, 25)

    def test_it_comes_back_the_next_day_and_has_not_escalated(self, many) -> None:
        leave_out(many, reminder_of(many, "1041"))
        many.on(many.today + timedelta(days=20))
        line = many.line("1041")
        assert (line.status, line.step_id) == (LineStatus.READY, "first")
        assert many.approve(line.reminder_id) == (line.reminder_id,)
        assert many.send().accepted == [line.reminder_id]

    def test_an_approval_whose_invoice_was_paid_came_back_and_cannot_be_skipped(self, many) -> None:
        (approved,) = many.approve(reminder_of(many, "1041"))
        many.pay("1041")
        many.propose()
        with pytest.raises(NotFound, match="not in the latest proposal"):
            leave_out(many, approved)
        assert many.engine().reminders(PIHA, [approved])[approved].state is ReminderState.RETURNED
        assert many.send().accepted == []

    def test_a_message_of_which_a_part_is_meant_does_not_go(self, world) -> None:
        world.invoice("1042", late=5)
        world.invoice("1050", late=20)
        world.propose()
        assert len(leave_out(world, where=LineFilter(invoice="1050")).reminder_ids) == 1
        let_go(world)
        assert world.send().accepted == []

    def test_a_dry_run_changes_nothing(self, many) -> None:
        tried = leave_out(many, where=LineFilter(statuses=(LineStatus.READY,)), until=date(2026, 12, 1), dry_run=True)
        assert (len(tried.reminder_ids), len(tried.holds)) == (3, 3)
        assert many.engine().holds(PIHA) == ()
        assert len(let_go(many).reminder_ids) == 3

    def test_what_left_or_is_unknown_cannot_be_skipped(self, many) -> None:
        let_go(many)
        many.send()
        with pytest.raises(NotAllowed, match="accepted and cannot be skipped"):
            leave_out(many, reminder_of(many, "1041"))
        with pytest.raises(NotFound, match="not in the latest proposal"):
            leave_out(many, "nonsense")
        report = leave_out(many, where=LineFilter(customer="1"))
        assert (report.reminder_ids, report.batch_id) == ((), "")
        assert report.left == (Left(reminder_of(many, "1041"), WhyLeft.MOVED_ON, ReminderState.ACCEPTED),)

    def test_either_names_or_a_filter(self, many) -> None:
        with pytest.raises(NotAllowed, match="exactly one"):
            many.engine().skip(PIHA, actor=many.actor)


class TestSkipUntil:
    def test_until_a_day_is_a_hold_with_a_note(self, many) -> None:
        report = leave_out(many, reminder_of(many, "1041"), until=date(2026, 12, 4), note="pays on Friday")
        (hold,) = many.engine().holds(PIHA)
        assert report.holds == (hold,)
        assert (hold.kind, hold.end_on, hold.note) == (HoldKind.MANUAL, date(2026, 12, 4), "pays on Friday")
        assert (hold.receivable_id, hold.placed_by) == ("1041", "Maija M.")
        assert many.line("1041").reasons[0].code is ReasonCode.HELD_MANUAL
        many.on(date(2026, 12, 7))
        assert many.line("1041").status is LineStatus.READY

    def test_a_question_without_a_message_is_held_too(self, world) -> None:
        world.customer("5", contact_points=())
        world.invoice("1045", customer_id="5")
        world.propose()
        report = leave_out(world, where=LineFilter(customer="5"), until=date(2026, 12, 4))
        assert (report.reminder_ids, [hold.receivable_id for hold in report.holds]) == ((), ["1045"])
        assert world.line("1045").reasons[0].code is ReasonCode.HELD_MANUAL

    def test_a_day_that_has_passed_is_refused(self, many) -> None:
        with pytest.raises(NotAllowed, match="2026-11-23"):
            leave_out(many, where=LineFilter(customer="1"), until=date(2026, 11, 23))


class TestUndo:
    def test_approvals_wait_for_a_yes_again(self, many) -> None:
        approved = let_go(many)
        report = undo(many)
        assert (report.action, report.batch_id) == (BulkAction.APPROVE, approved.batch_id)
        assert (report.reminder_ids, report.kept) == (approved.reminder_ids, ())
        assert many.send().accepted == []
        assert len(let_go(many).reminder_ids) == 3

    def test_the_policy_does_not_give_what_was_taken_back(self, world) -> None:
        world.invoice()
        step = Step(id="first", approval="automatic")
        world.policy = Policy(approved_by="Maija M.", approved_on=world.today, steps=(step,))
        world.propose()
        let_go(world)
        undo(world)
        assert world.engine().approve_by_policy(PIHA) == ()

    def test_the_policys_own_approvals_are_no_decision_to_undo(self, world) -> None:
        world.invoice()
        step = Step(id="first", approval="automatic")
        world.policy = Policy(approved_by="Maija M.", approved_on=world.today, steps=(step,))
        world.propose()
        world.engine().approve_by_policy(PIHA)
        with pytest.raises(NotFound, match="nothing to undo"):
            undo(world)

    def test_a_skip_goes_back_to_what_it_was(self, many) -> None:
        (approved,) = many.approve(reminder_of(many, "1041"))
        before = many.engine().reminders(PIHA, [approved])[approved]
        leave_out(many, where=LineFilter(statuses=(LineStatus.READY,)))
        many.propose()
        report = undo(many)
        assert (report.action, len(report.reminder_ids)) == (BulkAction.SKIP, 3)
        assert many.engine().reminders(PIHA, [approved])[approved] == before
        assert many.send().accepted == [approved]
        assert many.line("1042").status is LineStatus.READY

    def test_holds_that_it_placed_are_released(self, many) -> None:
        (placed,) = leave_out(many, reminder_of(many, "1041"), until=date(2026, 12, 4)).holds
        report = undo(many)
        assert (report.action, report.hold_ids) == (BulkAction.HOLD, (placed.hold_id,))
        assert many.engine().holds(PIHA) == ()
        assert many.line("1041").status is LineStatus.READY

    def test_a_hold_that_was_released_already_is_named(self, many) -> None:
        (placed,) = leave_out(many, reminder_of(many, "1041"), until=date(2026, 12, 4)).holds
        many.engine().release(PIHA, placed.hold_id, actor=many.actor)
        assert undo(many).kept == (NotUndone(placed.hold_id, None),)

    def test_what_was_sent_stays_sent_and_is_named(self, many) -> None:
        approved = let_go(many).reminder_ids
        (sent,) = many.send(max_messages=1).accepted
        report = undo(many)
        assert report.kept == (NotUndone(sent, ReminderState.ACCEPTED),)
        assert set(report.reminder_ids) == set(approved) - {sent}
        assert many.send().accepted == []

    def test_when_everything_was_sent_nothing_is_undone_and_it_says_so(self, many) -> None:
        let_go(many)
        many.send()
        report = undo(many)
        assert (report.reminder_ids, len(report.kept)) == ((), 3)
        with pytest.raises(NotAllowed, match="undone already, as far as it could be"):
            undo(many)

    def test_a_decision_of_which_everything_was_sent_hides_none_before_it(self, many) -> None:
        first = let_go(many, LineFilter(customer="2"))
        second = let_go(many, LineFilter(customer="1"))
        assert many.send(max_messages=1).accepted == list(second.reminder_ids)
        assert undo(many).kept == (NotUndone(*second.reminder_ids, ReminderState.ACCEPTED),)
        assert undo(many).reminder_ids == first.reminder_ids
        assert many.send().accepted == []

    def test_one_decision_after_another_each_once(self, many) -> None:
        first = let_go(many, LineFilter(customer="1"))
        second = let_go(many, LineFilter(customer="2"))
        report = undo(many)
        assert (report.batch_id, report.decided_by, report.decided_at) == (second.batch_id, "Maija M.", many.now)
        assert undo(many).batch_id == first.batch_id
        with pytest.raises(NotAllowed, match="Every decision was undone already"):
            undo(many)
        assert many.send().accepted == []

    def test_a_decision_made_after_an_undo_is_undone_before_older_ones(self, many) -> None:
        first = let_go(many, LineFilter(customer="1"))
        let_go(many, LineFilter(customer="2"))
        undo(many)
        third = let_go(many, LineFilter(customer="2"))
        assert [undo(many).batch_id for _ in range(2)] == [third.batch_id, first.batch_id]

    def test_a_skip_of_what_was_approved_goes_back_step_by_step(self, many) -> None:
        let_go(many, LineFilter(customer="1"))
        reminder_id = reminder_of(many, "1041")
        leave_out(many, reminder_id)
        undo(many)
        assert state_of(many, reminder_id) is ReminderState.APPROVED
        undo(many)
        assert state_of(many, reminder_id) is ReminderState.PROPOSED

    def test_a_skip_of_a_day_that_is_over_stays(self, many) -> None:
        skipped = reminder_of(many, "1041")
        leave_out(many, skipped)
        many.on(many.today + timedelta(days=1))
        many.propose()
        assert undo(many).kept == (NotUndone(skipped, ReminderState.SKIPPED),)
        assert state_of(many, skipped) is ReminderState.SKIPPED

    def test_what_an_approval_answered_is_asked_again(self, world) -> None:
        world.invoice()
        world.propose()
        world.approve()
        world.ledger.receivables["1042"] = replace(world.ledger.receivables["1042"], open=Money(50_00, "EUR"))
        assert world.line().reasons[0] == Reason.of(ReasonCode.CHANGED_SINCE_APPROVAL, what="amount")
        world.approve(reminder_of(world, "1042"))
        undo(world)
        assert world.line().reasons[0] == Reason.of(ReasonCode.CHANGED_SINCE_APPROVAL, what="amount")

    def test_before_the_first_decision(self, world) -> None:
        with pytest.raises(NotFound, match="nothing to undo"):
            undo(world)

    def test_an_undo_is_on_record(self, many) -> None:
        approved = let_go(many)
        many.engine().undo(PIHA, actor=EERO)
        last = many.engine().audit(PIHA)[-1]
        assert (last.action, last.subject, last.actor) == ("batch_undone", approved.batch_id, EERO)
        assert last.details == {"reminders": 3, "holds": 0, "kept": 0}


class TestTwoPeopleAtOnce:
    def test_what_is_on_its_way_can_neither_be_skipped_nor_undone(self, many) -> None:
        let_go(many, LineFilter(customer="1"))
        going = reminder_of(many, "1041")
        seen = []

        def meanwhile(rendered):
            seen.append(undo(many).kept)
            seen.append(leave_out(many, where=LineFilter(customer="1")).left)
            return DeliveryResult(rendered.key, Outcome.ACCEPTED)

        many.channel.answer = meanwhile
        assert many.send().accepted == [going]
        assert seen == [
            (NotUndone(going, ReminderState.SENDING),),
            (Left(going, WhyLeft.MOVED_ON, ReminderState.SENDING),),
        ]

    def test_one_approves_while_the_other_skips_and_every_reminder_has_one_answer(self, many, tmp_path) -> None:
        reports = {}

        def act(name: str, decide) -> None:
            store = Store.open(f"sqlite:///{tmp_path / 'dunning.db'}")
            mine = replace(many, store=store, actor=Actor(name, name))
            reports[name] = decide(mine)
            store.close()

        skipper = threading.Thread(
            target=act, args=("skipper", lambda mine: leave_out(mine, where=LineFilter(statuses=(LineStatus.READY,))))
        )
        approver = threading.Thread(target=act, args=("approver", let_go))
        for thread in (skipper, approver):
            thread.start()
        for thread in (skipper, approver):
            thread.join()
        assert len(reports["skipper"].reminder_ids) == 3  # before or after the approval: skipping wins
        assert many.send().accepted == []


DECISIONS = st.lists(
    st.tuples(
        st.sampled_from(["approve", "skip", "hold", "undo", "propose", "send", "tomorrow", "changed"]),
        st.sampled_from("123"),
    ),
    max_size=14,
)


def decide(world, what: str, customer: str) -> None:
    """One person's decision about a customer; what cannot be done now is left."""
    engine, creditor_id = world.engine(), world.creditor.creditor_id
    where = LineFilter(customer=customer, statuses=(LineStatus.READY, LineStatus.NEEDS_YOU))
    with contextlib.suppress(NotAllowed, NotFound):
        if what == "approve":
            engine.approve_where(creditor_id, where, actor=world.actor, needs_you=True)
        elif what == "skip":
            engine.skip(creditor_id, actor=world.actor, where=replace(where, invoice=f"104{customer}"))
        elif what == "hold":
            engine.skip(creditor_id, actor=world.actor, where=where, until=world.today + timedelta(days=3))
        elif what == "undo":
            engine.undo(creditor_id, actor=world.actor)


def happen(world, what: str, customer: str) -> None:
    """What the ledger and the days bring."""
    if what == "changed":
        found = world.ledger.receivables[f"104{customer}"]
        world.ledger.receivables[f"104{customer}"] = replace(found, open=found.open - Money(1, "EUR"))
    elif what == "propose":
        world.propose()
    elif what == "tomorrow":
        world.on(world.today + timedelta(days=1))


def skipped_receivables(world) -> set[str]:
    stored = world.engine().reminders_in(world.creditor.creditor_id, ReminderState.SKIPPED)
    today = [one for one in stored if one.state_detail >= world.today.isoformat()]
    return {item.receivable_id for one in today for item in one.reminder.items}


def send(world) -> set[str]:
    """Send, and say which receivables that was about."""
    sent = world.engine().reminders(world.creditor.creditor_id, world.send().accepted)
    return {item.receivable_id for stored in sent.values() for item in stored.reminder.items}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([("skip", "1"), ("changed", "1"), ("propose", "1"), ("approve", "1"), ("send", "1")])
@example([("approve", "1"), ("skip", "1"), ("propose", "1"), ("undo", "1"), ("skip", "1"), ("send", "1")])
@given(decisions=DECISIONS)
def test_whatever_people_do_nothing_skipped_is_ever_sent(new_world, decisions: list[tuple[str, str]]) -> None:
    world = new_world()
    for customer in "123":
        world.invoice(f"104{customer}", customer_id=customer)
        world.invoice(f"105{customer}", customer_id=customer, late=9)
    world.propose()
    for what, customer in decisions:
        decide(world, what, customer)
        happen(world, what, customer)
        if what == "send":
            skipped = skipped_receivables(world)
            assert send(world).isdisjoint(skipped)
