"""What changed since the proposal of an earlier day, and why: found in what is stored, never guessed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunningkit.engine import ChangeKind, LineChange
from dunningkit.engine.comparing import compare
from dunningkit.errors import NotFound
from dunningkit.model import (
    Act,
    ActKind,
    DeliveryResult,
    Hold,
    HoldKind,
    LineStatus,
    Money,
    Outcome,
    Payment,
    Proposal,
    QuarantinedRow,
    Reason,
    ReasonCode,
    ReceivableKind,
    Style,
)
from dunningkit.policy import ContactCap, Policy, Step
from dunningkit.store.codec import from_json, to_json

PIHA = "pihapalvelu"
YESTERDAY = date(2026, 11, 23)
DAY = timedelta(days=1)


@pytest.fixture
def monday(world):
    """A proposal of Monday about one invoice, with the world moved on to Tuesday."""
    world.on(YESTERDAY)
    world.invoice("1042")
    world.propose()
    return world.on(YESTERDAY + DAY)


def change_of(world, number: str = "1042") -> LineChange:
    world.propose()
    comparison = world.engine().compare(PIHA)
    return next(change for change in comparison.changes if change.line.invoice_number == number)


def edit(world, number: str = "1042", **changes: object) -> None:
    world.ledger.receivables[number] = replace(world.ledger.receivables[number], **changes)


def codes(change: LineChange) -> list[ReasonCode]:
    return [reason.code for reason in change.reasons]


def test_the_same_on_both_days_is_only_counted(monday) -> None:
    monday.propose()
    comparison = monday.engine().compare(PIHA)
    assert (comparison.earlier_on, comparison.later_on) == (YESTERDAY, YESTERDAY + DAY)
    assert (comparison.changes, comparison.unchanged, comparison.notes) == ((), 1, ())


class TestNew:
    def test_it_fell_due(self, monday) -> None:
        monday.invoice("1050", customer_id="2", late=1)
        change = change_of(monday, "1050")
        assert (change.kind, change.before) == (ChangeKind.NEW, None)
        assert change.reasons[0] == Reason.of(ReasonCode.NEW_OVERDUE, due_on="2026-11-23")
        assert change.reasons[1] == change.after.reasons[0]

    def test_its_day_came(self, world) -> None:
        held = world.on(YESTERDAY - DAY)
        held.invoice("1042")
        held.sync()
        held.engine().hold(PIHA, actor=held.actor, start_on=held.today, customer_id="1", end_on=YESTERDAY)
        held.propose()
        held.on(YESTERDAY).propose()
        held.on(YESTERDAY + DAY)
        assert codes(change_of(held)) == [ReasonCode.NEW_LOOKED_AT, ReasonCode.FIRST_CONTACT_DUE]

    def test_the_ledger_brought_it_late(self, monday) -> None:
        monday.invoice("1050", customer_id="2", late=9)
        assert change_of(monday, "1050").reasons[0] == Reason.of(ReasonCode.NEW_READ, on="2026-11-24")


class TestLeft:
    def test_paid_with_the_payment_that_the_ledger_gave(self, monday) -> None:
        monday.pay("1042")
        monday.ledger.payments["p1"] = Payment("p1", "1", Money(89_90, "EUR"), monday.today, "1042")
        change = change_of(monday)
        assert (change.kind, change.after) == (ChangeKind.LEFT, None)
        assert change.reasons == (
            Reason.of(ReasonCode.PAID_SINCE, paid_minor=89_90, currency="EUR", on="2026-11-24"),
            Reason.of(ReasonCode.LEFT_SETTLED, on="2026-11-24"),
        )

    def test_settled_and_the_ledger_does_not_say_how(self, monday) -> None:
        monday.pay("1042")
        assert change_of(monday).reasons == (Reason.of(ReasonCode.LEFT_SETTLED, on="2026-11-24"),)
        edit(monday, settled_on=None)
        monday.on(monday.today + DAY)
        monday.propose()
        comparison = monday.engine().compare(PIHA, with_day=YESTERDAY)
        assert comparison.changes[0].reasons == (Reason.of(ReasonCode.LEFT_SETTLED, on=None),)

    def test_gone_from_the_ledger(self, monday) -> None:
        for number in range(9):
            monday.invoice(str(number), customer_id="9", late=-9)
        monday.sync()
        del monday.ledger.receivables["1042"]
        assert change_of(monday).reasons == (Reason.of(ReasonCode.LEFT_GONE, on="2026-11-24"),)

    def test_its_due_date_moved(self, monday) -> None:
        edit(monday, due_on=date(2026, 12, 1))
        (reason,) = change_of(monday).reasons
        assert reason == Reason.of(ReasonCode.LEFT_NOT_DUE, due_on="2026-12-01", was="2026-11-18")

    def test_a_reminder_was_sent_and_the_customer_has_time_to_pay(self, monday) -> None:
        monday.propose()
        monday.approve()
        monday.send()
        monday.propose()
        monday.on(monday.today + DAY)
        change = change_of(monday)
        assert (change.kind, codes(change)) == (ChangeKind.LEFT, [ReasonCode.LEFT_WAITING, ReasonCode.TIME_TO_PAY])
        assert change.reasons[0].params == {"day": "2026-12-05"}
        (before,) = monday.engine().compare(PIHA, with_day=YESTERDAY).changes
        assert (before.before.status, before.reasons) == (LineStatus.READY, change.reasons)

    def test_a_hold_without_an_end(self, monday) -> None:
        monday.engine().hold(PIHA, actor=monday.actor, start_on=monday.today, customer_id="1", note="asked")
        monday.propose()
        monday.on(monday.today + DAY)
        change = change_of(monday)
        assert change.reasons[0] == Reason.of(ReasonCode.LEFT_WAITING, day=None)
        assert change.reasons[1].code is ReasonCode.HELD_MANUAL


class TestChanged:
    def test_a_part_was_paid(self, monday) -> None:
        edit(monday, open=Money(50_00, "EUR"))
        monday.ledger.payments["p1"] = Payment("p1", "1", Money(39_90, "EUR"), monday.today, "1042")
        change = change_of(monday)
        assert (change.before.open, change.after.open) == (Money(89_90, "EUR"), Money(50_00, "EUR"))
        assert change.reasons == (
            Reason.of(ReasonCode.CHANGED_AMOUNT, was_minor=89_90, now_minor=50_00, currency="EUR"),
            Reason.of(ReasonCode.PAID_SINCE, paid_minor=39_90, currency="EUR", on="2026-11-24"),
            change.after.reasons[0],
        )

    def test_a_payment_that_was_known_before_is_no_cause(self, monday) -> None:
        monday.on(YESTERDAY)
        edit(monday, open=Money(50_00, "EUR"))
        monday.ledger.payments["p1"] = Payment("p1", "1", Money(39_90, "EUR"), YESTERDAY, "1042")
        monday.propose()
        monday.on(YESTERDAY + DAY)
        edit(monday, open=Money(40_00, "EUR"))
        assert ReasonCode.PAID_SINCE not in codes(change_of(monday))

    def test_a_reminder_left(self, monday) -> None:
        monday.on(YESTERDAY)
        monday.approve()
        monday.send()
        monday.on(YESTERDAY + DAY)
        change = change_of(monday)
        assert change.reasons[0] == Reason.of(ReasonCode.CHANGED_STATUS, was="ready", now="wont_go")
        assert Reason.of(ReasonCode.SENT_SINCE, on="2026-11-23", medium="email") in change.reasons
        assert codes(change)[-1] is ReasonCode.TIME_TO_PAY

    def test_somebody_placed_a_hold_and_moved_its_end(self, monday) -> None:
        first = monday.engine().hold(
            PIHA, actor=monday.actor, start_on=monday.today, customer_id="1", end_on=date(2026, 12, 1)
        )
        change = change_of(monday)
        assert Reason.of(ReasonCode.CHANGED_REASON, was="first_contact_due", now="held_manual") in change.reasons
        monday.engine().release(PIHA, first.hold_id, actor=monday.actor)
        monday.on(monday.today + DAY)
        monday.engine().hold(PIHA, actor=monday.actor, start_on=monday.today, customer_id="1", end_on=date(2026, 12, 9))
        (now, then) = change_of(monday).after.reasons[0], change_of(monday).before.reasons[0]
        assert (then.params["until"], now.params["until"]) == ("2026-12-01", "2026-12-09")

    def test_style_due_date_and_status(self, monday) -> None:
        edit(monday, due_on=date(2026, 7, 1))
        change = change_of(monday)
        assert codes(change)[:2] == [ReasonCode.CHANGED_STATUS, ReasonCode.CHANGED_DUE]

    def test_another_policy_is_noted(self, monday) -> None:
        monday.policy = Policy(long_overdue_days=60)
        monday.propose()
        assert [note.code for note in monday.engine().compare(PIHA).notes] == [ReasonCode.BASIS_CHANGED]


class TestCauses:
    """Whatever can change a line is named as what changed it."""

    def test_a_payment_was_taken_back(self, monday) -> None:
        monday.on(YESTERDAY)
        edit(monday, open=Money(50_00, "EUR"))
        monday.ledger.payments["p1"] = Payment("p1", "1", Money(39_90, "EUR"), YESTERDAY, "1042")
        monday.propose()
        monday.on(YESTERDAY + DAY)
        edit(monday, open=Money(89_90, "EUR"))
        monday.ledger.payments["p2"] = Payment("p2", "1", Money(-39_90, "EUR"), monday.today, "1042")
        change = change_of(monday)
        assert (
            Reason.of(ReasonCode.PAID_BACK_SINCE, paid_minor=39_90, currency="EUR", on="2026-11-24") in change.reasons
        )

    def test_a_payment_that_is_simply_not_there_any_more(self, monday) -> None:
        monday.on(YESTERDAY)
        edit(monday, open=Money(50_00, "EUR"))
        monday.ledger.payments["p1"] = Payment("p1", "1", Money(39_90, "EUR"), YESTERDAY, "1042")
        monday.propose()
        monday.on(YESTERDAY + DAY)
        edit(monday, open=Money(89_90, "EUR"))
        del monday.ledger.payments["p1"]
        assert Reason.of(ReasonCode.READ_SINCE, on="2026-11-24") in change_of(monday).reasons

    def test_a_sent_reminder_was_cancelled(self, monday) -> None:
        monday.policy = Policy(caps=())
        monday.on(YESTERDAY).propose()
        (reminder_id,) = monday.approve()
        monday.send()
        monday.propose()
        monday.on(YESTERDAY + DAY)
        monday.engine().cancel_reminder(PIHA, reminder_id, actor=monday.actor)
        change = change_of(monday)
        assert (change.before.reasons[0].code, change.after.status) == (ReasonCode.TIME_TO_PAY, LineStatus.READY)
        assert Reason.of(ReasonCode.CANCELLED_SINCE, on="2026-11-24", by="Maija M.") in change.reasons

    def test_an_arrangement_began_and_ended(self, monday) -> None:
        made = monday.engine().stop_following(PIHA, actor=monday.actor, receivable_id="1042")
        begun = Reason.of(ReasonCode.ARRANGED_SINCE, kind="not_followed", on="2026-11-24", by="Maija M.")
        assert begun in change_of(monday).reasons
        monday.on(monday.today + DAY)
        monday.engine().end_arrangement(PIHA, made.number, actor=monday.actor)
        ended = Reason.of(ReasonCode.ARRANGEMENT_ENDED_SINCE, kind="not_followed", on="2026-11-25", by="Maija M.")
        change = change_of(monday)
        assert ended in change.reasons
        assert begun not in change.reasons

    @pytest.mark.parametrize("whom", [{"customer_id": "1"}, {"receivable_id": "1042"}])
    def test_a_hold_was_placed_and_released(self, monday, whom) -> None:
        monday.invoice("1043", customer_id="2")
        monday.on(YESTERDAY).propose()
        monday.on(YESTERDAY + DAY)
        hold = monday.engine().hold(PIHA, actor=monday.actor, start_on=monday.today, kind=HoldKind.PROMISE, **whom)
        placed = Reason.of(ReasonCode.HOLD_SINCE, kind="promise", on="2026-11-24", by="Maija M.")
        assert placed in change_of(monday).reasons
        assert [change.receivable_id for change in monday.engine().compare(PIHA).changes] == ["1042"]
        monday.on(monday.today + DAY)
        monday.engine().release(PIHA, hold.hold_id, actor=monday.actor)
        released = Reason.of(ReasonCode.RELEASED_SINCE, kind="promise", on="2026-11-25", by="Maija M.")
        assert released in change_of(monday).reasons

    def test_a_hold_ran_out(self, monday) -> None:
        monday.engine().hold(PIHA, actor=monday.actor, start_on=monday.today, customer_id="1", end_on=monday.today)
        monday.propose()
        monday.on(monday.today + DAY)
        assert Reason.of(ReasonCode.HOLD_OVER, until="2026-11-24") in change_of(monday).reasons

    def test_the_ledger_placed_a_hold_and_dropped_it(self, monday) -> None:
        monday.ledger.holds["h"] = Hold("h", "1", HoldKind.DISPUTE, monday.today)
        placed = Reason.of(ReasonCode.LEDGER_HOLD_SINCE, kind="dispute", on="2026-11-24")
        assert placed in change_of(monday).reasons
        monday.on(monday.today + DAY)
        del monday.ledger.holds["h"]
        assert Reason.of(ReasonCode.HOLD_OVER, until=None) in change_of(monday).reasons

    def test_the_due_date_was_moved(self, monday) -> None:
        edit(monday, due_on=date(2026, 11, 10))
        assert codes(change_of(monday))[:2] == [ReasonCode.CHANGED_DUE, ReasonCode.READ_SINCE]

    def test_money_came_in_and_was_given_back(self, monday) -> None:
        monday.ledger.payments["p"] = Payment("p", "1", Money(20_00, "EUR"), monday.today)
        came = Reason.of(ReasonCode.IN_HAND_SINCE, paid_minor=20_00, currency="EUR", on="2026-11-24")
        assert came in change_of(monday).reasons
        monday.on(monday.today + DAY)
        monday.ledger.payments["q"] = Payment("q", "1", Money(-20_00, "EUR"), monday.today)
        back = Reason.of(ReasonCode.GIVEN_BACK_SINCE, paid_minor=20_00, currency="EUR", on="2026-11-25")
        assert back in change_of(monday).reasons
        monday.on(monday.today + DAY)
        monday.ledger.payments["r"] = Payment("r", "1", Money(10_00, "EUR"), monday.today)
        monday.propose()
        monday.on(monday.today + DAY)
        del monday.ledger.payments["r"]
        assert Reason.of(ReasonCode.CREDIT_GONE) in change_of(monday).reasons

    def test_a_credit_note_came(self, monday) -> None:
        minus = Money(-20_00, "EUR")
        monday.invoice("9001", kind=ReceivableKind.CREDIT_NOTE, original=minus, open=minus, credit_of="1042")
        note = Reason.of(
            ReasonCode.CREDIT_NOTE_SINCE, number="9001", credit_minor=20_00, currency="EUR", on="2026-11-24"
        )
        assert note in change_of(monday).reasons

    def test_it_is_another_customers_now(self, monday) -> None:
        monday.customer("2")
        edit(monday, customer_id="2")
        change = change_of(monday)
        assert change.reasons[0] == Reason.of(ReasonCode.CHANGED_CUSTOMER, was="1", now="2")
        assert Reason.of(ReasonCode.READ_SINCE, on="2026-11-24") in change.reasons

    def test_the_customer_changed(self, monday) -> None:
        monday.customer("1", contact_points=())
        assert Reason.of(ReasonCode.CUSTOMER_READ_SINCE, on="2026-11-24") in change_of(monday).reasons

    def test_the_policy_changed(self, monday) -> None:
        monday.policy = Policy(minimum_open_minor={"EUR": 100_00})
        change = change_of(monday)
        assert codes(change)[-2:] == [ReasonCode.BASIS_CHANGED, ReasonCode.BELOW_MINIMUM]

    def test_it_was_skipped_and_is_back(self, monday) -> None:
        monday.propose()
        (line,) = monday.engine().latest(PIHA).lines
        monday.engine().skip(PIHA, actor=monday.actor, reminder_ids=[line.reminder_id])
        change = change_of(monday)
        assert Reason.of(ReasonCode.SKIPPED_SINCE, on="2026-11-24", by="Maija M.") in change.reasons
        monday.on(monday.today + DAY)
        assert Reason.of(ReasonCode.DAY_CAME, day="2026-11-25") in change_of(monday).reasons

    def test_an_approved_one_came_back_and_was_approved_again(self, monday) -> None:
        monday.on(YESTERDAY).approve()
        monday.on(YESTERDAY + DAY)
        edit(monday, open=Money(50_00, "EUR"))
        change = change_of(monday)
        assert Reason.of(ReasonCode.RETURNED_SINCE, on="2026-11-24") in change.reasons
        monday.approve(change.after.reminder_id)
        monday.on(monday.today + DAY)
        assert Reason.of(ReasonCode.APPROVED_SINCE, on="2026-11-24", by="Maija M.") in change_of(monday).reasons

    def test_an_address_refused_a_message(self, monday) -> None:
        monday.channel.answer = lambda one: DeliveryResult(one.key, Outcome.REFUSED, detail="mailbox full")
        monday.approve()
        monday.send()
        assert Reason.of(ReasonCode.OUTCOME_SINCE, on="2026-11-24", outcome="refused") in change_of(monday).reasons

    def test_a_row_became_unreadable_and_readable_again(self, monday) -> None:
        monday.ledger.quarantined.append(QuarantinedRow("invoices.csv line 7", "no amount", receivable_id="1042"))
        assert codes(change_of(monday))[-1] is ReasonCode.ROW_QUARANTINED
        monday.on(monday.today + DAY)
        monday.ledger.quarantined.clear()
        assert Reason.of(ReasonCode.READABLE_SINCE) in change_of(monday).reasons

    def test_another_message_takes_the_place(self, monday) -> None:
        monday.policy = Policy(grouping="per_receivable", caps=(ContactCap(max_contacts=1, window_days=7),))
        monday.on(YESTERDAY).propose()
        monday.on(YESTERDAY + DAY)
        monday.invoice("1041", late=9)
        assert codes(change_of(monday))[-2:] == [ReasonCode.CAP_TAKEN, ReasonCode.ANOTHER_FIRST]

    def test_a_reminder_about_another_invoice_left(self, monday) -> None:
        monday.policy = Policy(grouping="per_receivable", caps=(ContactCap(max_contacts=1, window_days=7),))
        monday.on(YESTERDAY).propose()
        monday.on(YESTERDAY + DAY)
        monday.invoice("1041", late=9)
        monday.propose()
        monday.approve()
        monday.send()
        monday.on(monday.today + DAY).propose()
        (change,) = [
            one for one in monday.engine().compare(PIHA, with_day=YESTERDAY).changes if one.receivable_id == "1042"
        ]
        assert change.after.reasons[0].code is ReasonCode.CONTACT_CAP
        assert Reason.of(ReasonCode.OTHER_SENT_SINCE, on="2026-11-24", medium="email") in change.reasons

    def test_the_ledger_reminded_by_itself(self, monday) -> None:
        monday.policy = Policy(caps=(ContactCap(max_contacts=1, window_days=7),))
        monday.on(YESTERDAY).propose()
        monday.on(YESTERDAY + DAY)
        monday.ledger.acts.append(Act("a1", "1042", "1", ActKind.REMINDER, monday.today))
        assert Reason.of(ReasonCode.ACT_SINCE, kind="reminder", on="2026-11-24") in change_of(monday).reasons

    def test_its_day_came_and_days_went_by(self, world) -> None:
        world.invoice(late=2)
        world.policy = Policy(steps=(Step(id="first", days=3),), long_overdue_days=3)
        world.propose()
        world.on(world.today + DAY)
        assert Reason.of(ReasonCode.DAY_CAME, day="2026-11-25") in change_of(world).reasons
        world.on(world.today + DAY)
        change = change_of(world)
        assert codes(change)[-2:] == [ReasonCode.DAYS_PASSED, ReasonCode.LONG_OVERDUE]


class TestWhichProposals:
    def test_a_named_day(self, monday) -> None:
        monday.propose()
        monday.on(monday.today + DAY).propose()
        assert monday.engine().compare(PIHA).earlier_on == YESTERDAY + DAY
        assert monday.engine().compare(PIHA, with_day=YESTERDAY).earlier_on == YESTERDAY

    def test_without_an_earlier_one(self, world) -> None:
        with pytest.raises(NotFound, match="no proposal yet"):
            world.engine().compare(PIHA)
        world.invoice()
        world.propose()
        with pytest.raises(NotFound, match=r"before 2026-11-24 .* for: 2026-11-24"):
            world.engine().compare(PIHA)
        with pytest.raises(NotFound, match="for 2026-11-01"):
            world.engine().compare(PIHA, with_day=date(2026, 11, 1))


# -- laws ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def some(new_world) -> Proposal:
    world = new_world()
    for number in range(6):
        world.invoice(str(number), customer_id=str(number % 4))
    return world.propose()


KEPT = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.sampled_from(["", "amount", "status", "style", "step"])),
    min_size=6,
    max_size=6,
)


@given(drawn=KEPT)
def test_every_line_is_new_left_changed_or_the_same(some, drawn) -> None:
    def altered(line, what: str):
        changes = {
            "": {},
            "amount": {"open": Money(1, "EUR")},
            "status": {"status": LineStatus.NEEDS_YOU},
            "style": {"style": Style.DETERMINED},
            "step": {"step_id": "second"},
        }
        return replace(line, **changes[what])

    triples = list(zip(some.lines, drawn, strict=True))
    earlier = replace(some, lines=tuple(line for line, (there, _, _) in triples if there))
    later = replace(some, lines=tuple(altered(line, what) for line, (_, there, what) in triples if there))
    found = compare(earlier, later, {})
    kinds = [ChangeKind.NEW, ChangeKind.LEFT, ChangeKind.CHANGED]
    expected = [
        sum(not was and now for _, (was, now, _) in triples),
        sum(was and not now for _, (was, now, _) in triples),
        sum(was and now and what != "" for _, (was, now, what) in triples),
    ]
    assert [len(found.of_kind(kind)) for kind in kinds] == expected
    assert found.unchanged == sum(was and now and what == "" for _, (was, now, what) in triples)
    assert all(change.reasons for change in found.changes)
    assert from_json(type(found), to_json(found)) == found
    back = compare(later, earlier, {})
    assert len(back.of_kind(ChangeKind.NEW)) == expected[1]
    assert len(back.of_kind(ChangeKind.CHANGED)) == expected[2]
