"""The whole story of an invoice, for any day and any fate, without changing anything."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunningkit.engine import Explanation, Story
from dunningkit.errors import NotAllowed, NotFound
from dunningkit.model import (
    Act,
    ActKind,
    DeliveryResult,
    LineStatus,
    Money,
    Outcome,
    Payment,
    QuarantinedRow,
    Reason,
    ReasonCode,
    ReceivableKind,
    ReminderState,
    Segment,
)
from dunningkit.policy import ContactCap, Coverage, Policy
from dunningkit.store.codec import from_json, to_json

PIHA = "pihapalvelu"


def told(world, number: str = "1042", on: date | None = None) -> Explanation:
    return world.engine().explain(PIHA, number, on or world.today)


def story(world, number: str = "1042", on: date | None = None) -> Story:
    (only,) = told(world, number, on).stories
    return only


def everything_stored(tmp_path) -> list[str]:
    with closing(sqlite3.connect(tmp_path / "dunning.db")) as connection:
        return list(connection.iterdump())


def test_what_is_known_of_an_invoice_under_review(world) -> None:
    world.ledger.payments["p1"] = Payment("p1", "1", Money(10_00, "EUR"), world.today, "1042")
    world.ledger.acts.append(Act("a1", "1042", "1", ActKind.EXTENSION, date(2026, 11, 20)))
    world.invoice(open=Money(79_90, "EUR"))
    minus = Money(-5_00, "EUR")
    world.invoice("c1", kind=ReceivableKind.CREDIT_NOTE, original=minus, open=minus)
    world.propose()
    found = story(world)
    assert (found.receivable.invoice_number, found.customer.name) == ("1042", "Maija Mäkinen 1")
    assert [payment.payment_id for payment in found.payments] == ["p1"]
    assert [note.receivable_id for note in found.credits] == ["c1"]
    assert [act.act_id for act in found.acts] == ["a1"]
    assert (found.score.segment, found.scorer_failed) == (Segment.NEW, "")
    assert (found.verdict.status, found.verdict.step_id) == (LineStatus.NEEDS_YOU, "first")
    assert found.rules[-1].rule == "write"
    assert [one.decided for one in found.rules] == [False] * (len(found.rules) - 1) + [True]
    assert (found.stored_on, found.differs) == (world.today, False)


def test_it_changes_nothing_even_before_the_first_proposal(world, tmp_path) -> None:
    world.invoice()
    world.sync()
    before = everything_stored(tmp_path)
    found = story(world)
    assert found.verdict.reasons[0].code is ReasonCode.FIRST_CONTACT_DUE
    assert (found.stored, found.differs) == (None, False)
    assert everything_stored(tmp_path) == before


def test_every_instalment_is_its_own_story(world) -> None:
    world.invoice("1042-1", invoice_number="1042", instalment_number=1, late=9)
    world.invoice("1042-2", invoice_number="1042", instalment_number=2, late=-10)
    world.propose()
    first, second = told(world).stories
    assert (first.verdict.status, second.verdict.status) == (LineStatus.READY, LineStatus.WONT_GO)
    assert second.rules[-1].rule == "step_not_reached"
    assert [one.receivable.receivable_id for one in told(world, "1042-2").stories] == ["1042-2"]


class TestReminders:
    def test_what_was_proposed_approved_and_sent_with_its_days(self, world) -> None:
        world.invoice()
        world.propose()
        (reminder_id,) = world.approve()
        world.send()
        world.propose()
        (reminder,) = story(world).reminders
        assert (reminder.reminder_id, reminder.proposed_on) == (reminder_id, world.today)
        assert (reminder.state, reminder.step_id) == (ReminderState.ACCEPTED, "first")
        assert [event.action for event in reminder.events] == ["approved", "reminder_accepted"]
        assert {f"{event.at:%d.%m. %H:%M}" for event in reminder.events} == {"24.11. 10:00"}
        verdict = story(world).verdict
        assert verdict.reasons[0].code is ReasonCode.TIME_TO_PAY
        assert (verdict.next_step_id, verdict.next_review_on) == ("second", date(2026, 12, 5))

    def test_an_address_that_refused_a_message_about_another_invoice_counts_from_that_day_on(self, world) -> None:
        world.channel.answer = lambda one: DeliveryResult(one.key, Outcome.REFUSED, detail="no such mailbox")
        world.invoice("1041")
        world.invoice("1042", late=0)
        world.propose()
        world.approve()
        world.send()
        world.on(world.today + timedelta(days=5))
        world.propose()
        found = story(world, "1042")
        assert found.verdict.reasons[0].code is ReasonCode.NO_CHANNEL
        assert (found.differs, found.why_differs) == (False, ())
        before = story(world, "1041", on=world.today - timedelta(days=6))
        assert before.verdict.status is LineStatus.READY

    def test_what_was_sent_later_is_no_part_of_an_earlier_day(self, world) -> None:
        world.invoice()
        world.on(world.today + timedelta(days=2))
        world.propose()
        world.approve()
        world.send()
        earlier = story(world, on=world.today - timedelta(days=1))
        assert (earlier.verdict.status, earlier.reminders) == (LineStatus.READY, ())
        assert story(world).verdict.status is LineStatus.WONT_GO


class TestWhereNoStepComes:
    def test_what_no_policy_covers_is_under_none(self, world) -> None:
        world.policy = Policy(name="euros", covers=Coverage(currencies=("EUR",)))
        world.invoice(original=Money(100, "SEK"), open=Money(100, "SEK"))
        world.propose()
        verdict = story(world).verdict
        assert verdict.reasons[0].code is ReasonCode.NOT_COVERED
        assert (verdict.policy_name, verdict.next_step_id, verdict.next_step_on) == ("", "", None)

    def test_what_nobody_follows_has_no_next_step(self, world) -> None:
        world.invoice(late=1)
        world.sync()
        world.engine().stop_following(PIHA, actor=world.actor, receivable_id="1042")
        world.propose()
        verdict = story(world).verdict
        assert verdict.reasons[0].code is ReasonCode.NOT_FOLLOWED
        assert (verdict.policy_name, verdict.next_step_id, verdict.next_step_on) == ("", "", None)

    def test_what_is_disputed_has_no_next_step_while_it_is(self, world) -> None:
        world.invoice(late=1, disputed=True)
        world.propose()
        verdict = story(world).verdict
        assert verdict.reasons[0].code is ReasonCode.HELD_DISPUTE
        assert (verdict.policy_name, verdict.next_step_id, verdict.next_step_on) == ("default", "", None)


def test_what_is_gone_is_looked_at_on_no_day(world) -> None:
    for number in range(10):
        world.invoice(f"X{number}", customer_id=f"c{number}")
    world.invoice(late=1)
    world.propose()
    del world.ledger.receivables["1042"]
    world.on(world.today + timedelta(days=3))
    world.sync()
    found = story(world)
    assert (found.not_asked.code, found.looked_at_on) == (ReasonCode.NOT_ASKED_GONE, None)


class TestFates:
    def test_settled(self, world) -> None:
        world.invoice()
        world.pay("1042")
        world.sync()
        found = story(world)
        assert (found.rules, found.verdict) == ((), None)
        assert found.not_asked == Reason.of(ReasonCode.NOT_ASKED_SETTLED, on="2026-11-24")
        yesterday = story(world, on=world.today - timedelta(days=1))
        assert yesterday.then.open == Money(89_90, "EUR")
        assert yesterday.verdict.status is LineStatus.READY

    def test_gone(self, world) -> None:
        world.invoice("2000", customer_id="2", late=-9)
        world.invoice()
        world.propose()
        del world.ledger.receivables["1042"]
        world.sync(accept_gone=True)
        found = story(world)
        assert found.not_asked == Reason.of(ReasonCode.NOT_ASKED_GONE, on="2026-11-24")
        assert found.gone_on == world.today
        assert (found.stored.status, found.differs) == (LineStatus.READY, True)

    def test_not_issued_yet_and_a_credit_note(self, world) -> None:
        world.invoice(late=-30)
        minus = Money(-5_00, "EUR")
        world.invoice("c1", kind=ReceivableKind.CREDIT_NOTE, original=minus, open=minus)
        world.sync()
        assert story(world, on=date(2026, 11, 1)).not_asked.code is ReasonCode.NOT_ASKED_NOT_ISSUED
        assert story(world, "c1").not_asked.code is ReasonCode.NOT_ASKED_CREDIT_NOTE

    def test_a_row_about_it_could_not_be_read(self, world) -> None:
        row = QuarantinedRow("invoices.csv line 7", "no amount", receivable_id="1042")
        world.invoice()
        world.ledger.quarantined.append(row)
        world.sync()
        assert told(world).unreadable == (row,)
        assert story(world).verdict.reasons[0].code is ReasonCode.ROW_QUARANTINED

    def test_known_only_from_a_row_that_could_not_be_read(self, world) -> None:
        row = QuarantinedRow("invoices.csv line 7", "no amount", receivable_id="1042")
        world.ledger.quarantined.append(row)
        world.sync()
        found = told(world)
        assert (found.stories, found.unreadable) == ((), (row,))

    def test_not_known_names_what_looks_alike(self, world) -> None:
        for number in ("252250", "252251", "262259", "999999"):
            world.invoice(number)
        world.sync()
        with pytest.raises(NotFound, match=r"'25225' is known. Invoices that look alike: 252250, 252251\."):
            told(world, "25225")
        with pytest.raises(NotFound, match="look alike: 252251"):
            told(world, "252215")
        with pytest.raises(NotFound, match=r"known\.$"):
            told(world, "abc")

    def test_a_moment_is_no_day(self, world) -> None:
        with pytest.raises(NotAllowed, match="creditor-local day"):
            told(world, on=world.now)


class TestWhatIsStored:
    def test_a_hold_since_the_proposal(self, world) -> None:
        world.invoice()
        world.propose()
        hold = world.engine().hold(PIHA, actor=world.actor, start_on=world.today, receivable_id="1042")
        found = story(world)
        assert (found.holds, found.verdict.reasons[0].code) == ((hold,), ReasonCode.HELD_MANUAL)
        assert (found.stored.status, found.differs) == (LineStatus.READY, True)

    def test_a_person_left_it_out(self, world) -> None:
        world.invoice()
        world.propose()
        (line,) = world.engine().latest(PIHA).lines
        world.engine().skip(PIHA, actor=world.actor, reminder_ids=[line.reminder_id])
        world.propose()
        found = story(world)
        assert (found.stored.reasons[0].code, found.differs) == (ReasonCode.SKIPPED, True)
        assert found.reminders[0].state is ReminderState.SKIPPED

    def test_an_arrangement_is_part_of_the_story(self, world) -> None:
        world.invoice()
        world.propose()
        world.engine().grant_grace(PIHA, 10, actor=world.actor, receivable_id="1042")
        (arrangement,) = story(world).arrangements
        assert arrangement.grace_days == 10


def test_an_explanation_crosses_as_json(world) -> None:
    world.invoice()
    world.propose()
    world.approve()
    found = replace(told(world))
    assert from_json(Explanation, to_json(found)) == found


class TestBesideTheProposal:
    """The rules know one receivable; a proposal knows what else is said to the customer, and what people did."""

    def test_a_sibling_takes_the_place_under_the_cap(self, world) -> None:
        world.policy = Policy(grouping="per_receivable", caps=(ContactCap(max_contacts=1, window_days=7),))
        world.invoice("1042", late=9)
        world.invoice("1043", late=5)
        world.propose()
        found = story(world, "1043")
        assert found.verdict.status is LineStatus.READY
        assert (found.stored.status, found.stored.reasons[0].code) == (LineStatus.WONT_GO, ReasonCode.ANOTHER_FIRST)
        assert (found.differs, found.why_differs) == (True, (Reason.of(ReasonCode.CAP_TAKEN),))
        assert found.looked_at_on == world.today + timedelta(days=1)

    def test_an_approval_came_back(self, world) -> None:
        world.invoice()
        world.propose()
        world.approve()
        world.invoice(minor=50_00)
        world.propose()
        found = story(world)
        assert (found.verdict.status, found.stored.status) == (LineStatus.READY, LineStatus.NEEDS_YOU)
        assert found.why_differs == (Reason.of(ReasonCode.DIFFERS_RETURNED),)
        assert found.looked_at_on == world.today

    def test_a_skip_and_a_hold_placed_afterwards(self, world) -> None:
        world.invoice()
        world.propose()
        (line,) = world.engine().latest(PIHA).lines
        world.engine().skip(PIHA, actor=world.actor, reminder_ids=[line.reminder_id])
        world.propose()
        assert story(world).why_differs == (Reason.of(ReasonCode.DIFFERS_SKIPPED),)
        assert story(world).looked_at_on == world.today + timedelta(days=1)
        world.engine().hold(PIHA, actor=world.actor, start_on=world.today, receivable_id="1042")
        held = story(world)
        assert held.verdict.reasons[0].code is ReasonCode.HELD_MANUAL
        assert held.why_differs == (Reason.of(ReasonCode.DIFFERS_KNOWN),)
        # The hold alone would last; the next run looks at it all the same, because something about it changed.
        assert (held.verdict.next_review_on, held.looked_at_on) == (None, date(2026, 11, 20))

    def test_another_day_is_set_beside_the_proposal_of_then(self, world) -> None:
        monday = world.today
        world.invoice()
        world.propose()
        world.approve()
        world.send()
        world.propose()
        world.on(monday + timedelta(days=20))
        world.propose()
        then = story(world, on=monday)
        assert (then.stored_on, then.stored.reasons[0].code) == (monday, ReasonCode.TIME_TO_PAY)
        assert then.looked_at_on == monday + timedelta(days=20)
        before = story(world, on=monday - timedelta(days=1))
        assert (before.stored, before.differs) == (None, False)
        ahead = story(world, on=monday + timedelta(days=40))
        assert (ahead.stored_on, ahead.differs) == (monday + timedelta(days=20), True)
        assert ahead.why_differs == (
            Reason.of(ReasonCode.DIFFERS_DAY, on="2026-12-14", day=(monday + timedelta(days=40)).isoformat()),
        )

    def test_other_settings_and_another_amount(self, world) -> None:
        world.invoice()
        world.propose()
        world.policy = Policy(long_overdue_days=3)
        assert story(world).why_differs == (Reason.of(ReasonCode.DIFFERS_SETTINGS),)
        world.policy = Policy()
        world.invoice(minor=50_00)
        world.sync()
        assert story(world).why_differs == (Reason.of(ReasonCode.DIFFERS_KNOWN),)

    def test_an_address_that_refused_later_is_no_part_of_an_earlier_day(self, world) -> None:
        world.invoice()
        world.on(world.today + timedelta(days=2))
        world.propose()
        world.approve()
        world.channel.answer = lambda one: DeliveryResult(one.key, Outcome.REFUSED, detail="mailbox full")
        world.send()
        world.propose()
        assert story(world).verdict.reasons[0].code is ReasonCode.DELIVERY_REFUSED
        assert story(world, on=world.today - timedelta(days=1)).verdict.status is LineStatus.READY
