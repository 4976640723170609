"""Ways round the veto that somebody might try: each ends in a message that is lawful, or in one that comes back."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from dunningkit.errors import NotAllowed
from dunningkit.law.loading import load_pack
from dunningkit.law.terms import CreditorTerms, UnderLaw
from dunningkit.model import (
    Act,
    ActBy,
    ActKind,
    CustomerClass,
    Hold,
    HoldKind,
    LineStatus,
    Medium,
    Money,
    ReasonCode,
    Score,
    Segment,
    days_from,
)
from dunningkit.policy import Policy, Step

CREDITOR = "pihapalvelu"
STALE = {"formal_banking_days": 9, "any_banking_days": 9}
FRIENDLY = Step(id="first", days="by_history")
TERMS = CreditorTerms(sent_when_issued=True, due_dates_bind=True)


def formal(days: int = 15, **more: object) -> Step:
    return Step(**{"id": "formal", "kind": "formal", "days": days, "fee_minor": 500, "style": "neutral", **more})


def a_policy(*steps: Step, **more: object) -> Policy:
    return Policy(steps=(FRIENDLY, *steps), **{"caps": (), "long_overdue_days": 2000, "stale": STALE, **more})


@pytest.fixture
def world(world):
    world.law = UnderLaw(load_pack("fi"), TERMS)
    world.creditor = replace(world.creditor, business_id="1234567-1", postal_address="Esimerkkikatu 1, 00100 Helsinki")
    world.policy = a_policy(formal())
    return world


def reminded(world, *numbers: str, days: int = 20, **invoice: object) -> None:
    """Invoices whose friendly reminder left five days after the due date; time moves on to ``days`` after it."""
    for number in numbers or ("1042",):
        world.invoice(number, **{"late": 5, **invoice})
    world.propose()
    world.approve()
    assert world.send().accepted
    world.on(world.today + timedelta(days=days - 5))


def item_of(world, number: str = "1042"):
    proposal = world.propose()
    items = {item.receivable_id: item for reminder in proposal.reminders for item in reminder.items}
    return items[number]


def approved(world, number: str = "1042") -> str:
    """The id of today's reminder about an invoice, approved."""
    line = world.line(number)
    assert world.approve(line.reminder_id) == (line.reminder_id,)
    return line.reminder_id


def every_day(world, days: int) -> list[tuple[date, int]]:
    """Propose, approve and send on each of so many days: which fees left, and when."""
    charged = []
    for _ in range(days):
        fees = {one.reminder_id: one.items[0].fee_minor for one in world.propose().reminders}
        world.approve()
        charged += [(world.today, fees[one]) for one in world.send().accepted if fees.get(one)]
        world.on(world.today + timedelta(days=1))
    return charged


def comes_back(world, *, what: str) -> bool:
    """Whether what was approved is given back at sending, for this reason, and nothing leaves."""
    before = len(world.channel.left)
    (returned,) = world.send().returned
    return returned.reason.params["what"] == what and len(world.channel.left) == before


# -- a host ----------------------------------------------------------------------------------------------------------


def test_a_policy_that_reminds_formally_every_day_charges_as_seldom_as_the_law_wants(world) -> None:
    steps = [formal(days, id=f"formal{days}", fee_minor=99_999, time_to_pay_days=1) for days in range(6, 60)]
    world.policy = a_policy(*steps)
    reminded(world, days=6)
    charged = every_day(world, 40)
    assert {fee for _, fee in charged} <= {500}
    assert all((later - day).days > 14 for (day, _), (later, _) in pairwise(charged))


def test_what_others_charged_is_counted_whoever_charged_it(world) -> None:
    reminded(world, days=40)
    by = {"by": ActBy.COLLECTOR, "days_ago": 16}
    world.ledger.acts = [ledgers_act(world, 5700, **by)]
    assert item_of(world).fee_minor == 300  # of the 60 euros that all of it may come to


def test_a_policy_assigned_to_one_customer_is_held_to_the_law_as_well(world) -> None:
    world.special_policies = (a_policy(formal(6, id="harsh", fee_minor=99_999), name="harsh"),)
    world.policy = a_policy(formal(), name="mild")
    reminded(world, days=19)
    world.engine().assign_policy(CREDITOR, "harsh", actor=world.actor, customer_id="1")
    assert item_of(world).fee_minor == 0  # too early, however formal
    world.on(world.today + timedelta(days=1))
    assert item_of(world).fee_minor == 500


@pytest.mark.parametrize("grouping", ["per_receivable", "per_customer_and_kind", "per_customer_and_step"])
def test_no_grouping_charges_a_customer_twice_a_day(world, grouping: str) -> None:
    world.policy = a_policy(formal(fee_minor=99_999), formal(30, id="second"), grouping=grouping)
    reminded(world, "A", "B", "C")
    fees = [item.fee_minor for reminder in world.propose().reminders for item in reminder.items]
    assert sorted(fees) == [0, 0, 500]


def test_another_currency_costs_nothing(world) -> None:
    reminded(world, original=Money(8990, "SEK"), open=Money(8990, "SEK"))
    assert item_of(world).fee_minor == 0


def test_a_scorer_decides_the_tone_and_never_a_fee(world) -> None:
    class Harsh:
        def score(self, histories, as_of):
            return [Score(one.customer_id, Segment.CHRONIC, 9, (), 0, ()) for one in histories.customers]

    world.scorer = Harsh()
    reminded(world, days=14)
    assert all(item.fee_minor == 0 for reminder in world.propose().reminders for item in reminder.items)


def test_catching_up_after_months_asks_for_one_fee_and_then_for_none_until_its_time(world) -> None:
    steps = (formal(), formal(30, id="second"), formal(60, id="third", time_to_pay_days=1))
    world.policy = a_policy(*steps, progress="catch_up")
    reminded(world, days=200)
    assert world.line().step_id == "third"
    assert item_of(world).fee_minor == 500
    world.approve()
    assert world.send().accepted
    world.on(world.today + timedelta(days=3))
    assert world.propose().reminders == ()


# -- a ledger --------------------------------------------------------------------------------------------------------


def ledgers_act(world, fee_minor: int, *, days_ago: int = 15, **more: object) -> Act:
    on = world.today - timedelta(days=days_ago)
    return Act("a", "1042", "1", ActKind.REMINDER, on, fee=Money(fee_minor, "EUR"), **more)


def test_what_a_ledger_claimed_too_much_is_not_asked_for_again(world) -> None:
    reminded(world, days=40)
    world.ledger.acts = [ledgers_act(world, 99_900, medium=Medium.LETTER)]
    (reminder,) = world.propose().reminders
    assert reminder.items[0].fee_minor == 0  # the total is used up
    assert reminder.total == Money(8990 + 500, "EUR")


def test_a_ledgers_own_fee_is_asked_for_as_far_as_it_was_allowed(world) -> None:
    reminded(world, days=40)
    world.ledger.acts = [ledgers_act(world, 500, medium=Medium.LETTER)]
    (reminder,) = world.propose().reminders
    assert (reminder.items[0].fee_minor, reminder.total) == (500, Money(8990 + 500 + 500, "EUR"))


def test_a_collectors_fee_is_not_ours_to_ask_for(world) -> None:
    reminded(world, days=40)
    world.ledger.acts = [ledgers_act(world, 1400, by=ActBy.COLLECTOR, medium=Medium.LETTER)]
    (reminder,) = world.propose().reminders
    assert reminder.total == Money(8990 + reminder.items[0].fee_minor, "EUR")


def test_a_negative_fee_makes_no_room_for_another(world) -> None:
    world.policy = a_policy(formal(fee_minor=1200))
    world.customer(customer_class=CustomerClass.OTHER_NON_CONSUMER)
    reminded(world, days=40)
    world.ledger.acts = [
        Act(f"a{fee}", "1042", "1", ActKind.REMINDER, world.today - days * timedelta(days=1), fee=Money(fee, "EUR"))
        for fee, days in ((99_900, 32), (-99_900, 16))
    ]
    assert item_of(world).fee_minor == 0


@pytest.mark.parametrize("on", [date(1, 1, 1), date(9999, 12, 31)])
def test_an_act_on_an_absurd_day_gives_no_fee_that_was_not_there(world, on: date) -> None:
    reminded(world, days=14)
    world.ledger.acts = [Act("a", "1042", "1", ActKind.REMINDER, on, fee=Money(500, "EUR"), medium=Medium.LETTER)]
    for reminder in world.propose().reminders:
        assert reminder.total == Money(8990, "EUR")


def test_a_due_date_moved_back_after_the_approval_comes_back(world) -> None:
    reminded(world)
    approved(world)
    world.invoice(late=300)
    world.sync()
    assert comes_back(world, what="amount")


# -- between an approval and the sending -------------------------------------------------------------------------------


def test_a_channel_that_became_slower_cannot_keep_the_day_to_pay(world, monkeypatch) -> None:
    reminded(world)
    approved(world)
    monkeypatch.setattr(type(world.channel), "max_delivery_days", 9)
    assert comes_back(world, what="law")


@pytest.mark.parametrize("day", [date(2026, 12, 9), date(2026, 12, 11)], ids=["on a Wednesday", "on a Friday"])
def test_what_is_approved_in_the_evening_may_leave_on_the_next_banking_day(world, day: date) -> None:
    """It gives the ten days that a consumer has, counted from then; later it would not, and comes back."""
    world.on(day).invoice(late=5)
    assert approved(world)
    next_one = days_from(day, 3 if day.weekday() == 4 else 1)
    (text,) = world.engine().latest(CREDITOR).reminders
    assert text.pay_by >= days_from(next_one, 10)
    world.on(next_one).sync()
    assert world.send().accepted


def test_what_leaves_too_late_for_its_day_to_pay_comes_back(world) -> None:
    world.on(date(2026, 12, 7)).invoice(late=5)
    approved(world)
    world.on(date(2026, 12, 10)).sync()
    assert comes_back(world, what="law")


@pytest.mark.parametrize("is_formal", [True, False])
def test_a_suspension_request_after_the_approval_calls_for_a_text_that_says_it_is_free(world, is_formal: bool) -> None:
    if is_formal:
        reminded(world, days=20)
        world.policy = a_policy(formal(fee_minor=0))
    else:
        world.invoice()
    approved(world)
    world.engine().hold(
        CREDITOR, actor=world.actor, start_on=world.today, customer_id="1", kind=HoldKind.SUSPENSION_REQUEST
    )
    assert comes_back(world, what="data")


@pytest.mark.parametrize("kind", [HoldKind.RESTRUCTURING, HoldKind.DISPUTE, HoldKind.ESTATE, HoldKind.OPEN_REPLY])
def test_a_stop_after_the_approval_comes_back(world, kind: HoldKind) -> None:
    reminded(world)
    approved(world)
    world.engine().hold(CREDITOR, actor=world.actor, start_on=world.today, receivable_id="1042", kind=kind)
    assert comes_back(world, what="hold")


def test_a_class_changed_after_the_approval_comes_back(world) -> None:
    world.customer(customer_class=CustomerClass.COMMERCIAL_30_2013)
    world.policy = a_policy(formal(fee_minor=1200))
    reminded(world)
    approved(world)
    world.customer(customer_class=CustomerClass.UNKNOWN)
    world.sync()
    assert len(world.send().returned) == 1


def test_another_fee_noted_by_the_ledger_after_the_approval_comes_back(world) -> None:
    reminded(world)
    approved(world)
    world.ledger.acts = [ledgers_act(world, 500, days_ago=3)]
    world.sync()
    assert comes_back(world, what="law")


def test_an_earlier_fee_that_the_ledger_took_back_is_not_asked_for(world) -> None:
    reminded(world, days=40)
    world.ledger.acts = [ledgers_act(world, 500, medium=Medium.LETTER)]
    approved(world)
    world.ledger.acts = []
    world.sync()
    assert comes_back(world, what="law")


# -- the database ------------------------------------------------------------------------------------------------------


def changed_in_the_database(world, reminder_id: str, **values: object) -> None:
    with world.store.write() as db:
        table = db.tables.reminders
        db.connection.execute(update(table).where(table.c.reminder_id == reminder_id).values(**values))


def test_bytes_changed_in_the_database_come_back(world) -> None:
    reminded(world)
    changed_in_the_database(world, approved(world), content=b"Maksa 500 euroa")
    assert comes_back(world, what="content")


@pytest.mark.parametrize(("field", "value"), [("fee_minor", 0), ("fee_minor", 999_999), ("interest_minor", 999_999)])
def test_claims_changed_in_the_database_come_back(world, field: str, value: int) -> None:
    reminded(world)
    reminder_id = approved(world)
    with world.store.read() as db:
        table = db.tables.reminders
        body = db.connection.execute(select(table.c.body).where(table.c.reminder_id == reminder_id)).scalar_one()
    told = json.loads(body)
    assert told["items"][0]["fee_minor"] == 500
    told["items"][0][field] = value
    changed_in_the_database(world, reminder_id, body=json.dumps(told))
    assert comes_back(world, what="law")


# -- what is free is free as a whole -------------------------------------------------------------------------------------


def one_of_two_suspended(world) -> None:
    reminded(world, "A", "B")
    world.engine().hold(
        CREDITOR, actor=world.actor, start_on=world.today, receivable_id="B", kind=HoldKind.SUSPENSION_REQUEST
    )


def test_a_message_that_says_it_is_free_charges_for_no_line_in_it(world) -> None:
    one_of_two_suspended(world)
    proposal = world.propose()
    (reminder,) = proposal.reminders
    assert [item.fee_minor for item in reminder.items] == [0, 0]
    assert reminder.total == Money(2 * 8990, "EUR")
    assert "maksuton" in reminder.message.body
    for line in proposal.lines:
        codes = [reason.code for reason in line.reasons]
        assert ReasonCode.LAW_FEE_SUSPENDED in codes
        assert not {ReasonCode.LAW_ALLOWED, ReasonCode.FEE_ELSEWHERE} & {*codes}


def test_another_message_of_the_day_may_bear_the_fee(world) -> None:
    world.policy = a_policy(formal(), grouping="per_receivable")
    one_of_two_suspended(world)
    fees = {item.receivable_id: item.fee_minor for one in world.propose().reminders for item in one.items}
    assert fees == {"A": 500, "B": 0}


def test_whoever_is_spared_reads_that_another_invoice_bears_the_fee(world) -> None:
    reminded(world, "A", "B")
    of = {line.invoice_number: [reason.code for reason in line.reasons] for line in world.propose().lines}
    assert ReasonCode.FEE_ELSEWHERE in of["B"]
    assert ReasonCode.LAW_ALLOWED not in of["B"]
    assert ReasonCode.FEE_ELSEWHERE not in of["A"]


def test_nobody_is_spared_for_the_fee_of_a_message_that_could_not_be_written(world, monkeypatch) -> None:
    world.policy = a_policy(formal(), grouping="per_receivable")
    reminded(world, "A", "B")
    render = type(world.channel).render

    def fails_for_a(channel, reminder):
        if " A," in reminder.message.body:
            raise OSError("no room on the disk")
        return render(channel, reminder)

    monkeypatch.setattr(type(world.channel), "render", fails_for_a)
    proposal = world.propose()
    (reminder,) = proposal.reminders
    assert [(item.receivable_id, item.fee_minor) for item in reminder.items] == [("B", 500)]
    codes = {line.invoice_number: [reason.code for reason in line.reasons] for line in proposal.lines}
    assert codes["A"][0] is ReasonCode.RENDER_FAILED
    assert ReasonCode.FEE_ELSEWHERE not in codes["B"]


def test_the_invoice_date_told_is_the_one_on_the_invoice(world) -> None:
    reminded(world, sent_on=world.today - timedelta(days=21), issued_on=world.today - timedelta(days=25))
    (reminder,) = world.propose().reminders
    assert "30.10.2026" in reminder.message.body
    assert "3.11.2026" not in reminder.message.body


# -- a person --------------------------------------------------------------------------------------------------------


def held(world, kind: HoldKind, **more: object) -> str:
    placed = {"actor": world.actor, "start_on": world.today, "customer_id": "1", "kind": kind}
    return world.engine().hold(CREDITOR, **{**placed, **more}).hold_id


def release(world, hold_id: str, **why: object) -> None:
    world.engine().release(CREDITOR, hold_id, actor=world.actor, **why)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_stop_of_the_laws_is_not_ended_without_a_reason(world, reason: str) -> None:
    world.invoice()
    world.sync()
    hold_id = held(world, HoldKind.ESTATE)
    with pytest.raises(NotAllowed, match="needs a reason"):
        release(world, hold_id, reason=reason, is_over=True)
    assert world.line().status is LineStatus.WONT_GO


@pytest.mark.parametrize("kind", [HoldKind.ESTATE, HoldKind.MINOR, HoldKind.HARDSHIP, HoldKind.OPEN_REPLY])
def test_what_a_person_may_pass_over_is_recorded_with_who_and_why(world, kind: HoldKind) -> None:
    world.invoice()
    world.sync()
    release(world, held(world, kind), reason="Puhuimme puhelimessa.")
    entry = next(one for one in world.engine().audit(CREDITOR, subject="1") if one.action == "hold_released")
    assert entry.actor == world.actor
    assert (entry.details["reason"], entry.details["is_over"]) == ("Puhuimme puhelimessa.", False)
    assert world.line().status is LineStatus.READY


@pytest.mark.parametrize(
    "kind",
    [
        HoldKind.RESTRUCTURING,
        HoldKind.DEBT_ADJUSTMENT,
        HoldKind.BANKRUPTCY,
        HoldKind.DISPUTE,
        HoldKind.SUSPENSION_REQUEST,
    ],
)
def test_what_nobody_may_pass_over_ends_only_when_it_is_over(world, kind: HoldKind) -> None:
    world.invoice()
    world.sync()
    hold_id = held(world, kind)
    with pytest.raises(NotAllowed, match="No person may pass over"):
        release(world, hold_id, reason="Kiire.")
    release(world, hold_id, reason="Käräjäoikeus lakkautti menettelyn.", is_over=True)
    entry = next(one for one in world.engine().audit(CREDITOR, subject="1") if one.action == "hold_released")
    assert entry.details["is_over"] is True


def test_a_dispute_of_an_unknown_class_is_kept_as_the_strictest_class_keeps_it(world) -> None:
    world.customer(customer_class=CustomerClass.UNKNOWN)
    world.invoice()
    world.sync()
    with pytest.raises(NotAllowed, match="No person may pass over"):
        release(world, held(world, HoldKind.DISPUTE), reason="Aiheeton.")
    world.customer(customer_class=CustomerClass.DIRECTLY_ENFORCEABLE)
    world.sync()
    release(world, held(world, HoldKind.DISPUTE), reason="Valitusta ei ole tehty.")


def test_what_is_no_stop_of_the_laws_or_has_ended_needs_no_word(world) -> None:
    world.invoice()
    world.sync()
    release(world, held(world, HoldKind.PROMISE))
    yesterday = world.today - timedelta(days=1)
    release(world, held(world, HoldKind.ESTATE, start_on=yesterday, end_on=yesterday))
    assert world.engine().holds(CREDITOR) == ()


def test_without_a_rule_pack_a_hold_ends_as_it_always_did(world) -> None:
    world.law, world.policy = None, Policy()
    world.invoice()
    world.sync()
    release(world, held(world, HoldKind.RESTRUCTURING))
    assert world.engine().holds(CREDITOR) == ()


def test_undoing_a_skip_ends_its_own_holds_and_no_stop(world) -> None:
    world.invoice()
    proposal = world.propose()
    ids = [one.reminder_id for one in proposal.reminders]
    world.engine().skip(CREDITOR, actor=world.actor, reminder_ids=ids, until=world.today + timedelta(days=9))
    stop = held(world, HoldKind.RESTRUCTURING)
    world.engine().undo(CREDITOR, actor=world.actor)
    assert [one.hold_id for one in world.engine().holds(CREDITOR)] == [stop]


def test_a_ledgers_stop_is_ended_by_the_ledger_alone(world) -> None:
    world.invoice()
    world.ledger.holds["h"] = Hold("h", "1", HoldKind.RESTRUCTURING, world.today)
    world.sync()
    with pytest.raises(NotAllowed, match="end it there"):
        release(world, "h", reason="Kiire.", is_over=True)
