"""An invoice that the ledger moves to another customer takes along what is its own, and leaves what is the customer's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunningkit.errors import NotAllowed
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
    Reason,
    ReceivableKind,
)
from dunningkit.policy import Policy, Step

CREDITOR = "pihapalvelu"
ONE_DAY = timedelta(days=1)


def move(world, number: str, customer_id: str) -> None:
    if customer_id not in world.ledger.customers:
        world.customer(customer_id)
    world.ledger.receivables[number] = replace(world.ledger.receivables[number], customer_id=customer_id)


def why(world, number: str = "1042") -> tuple[LineStatus, str]:
    line = world.line(number)
    return line.status, line.reasons[0].code.value


def verdict(world, number: str = "1042") -> tuple[LineStatus, str]:
    """What ``explain`` says today."""
    told = world.engine().explain(CREDITOR, number, world.today).stories[0].verdict
    return told.status, told.reasons[0].code.value


def story(world, number: str = "1042"):
    return world.engine().explain(CREDITOR, number, world.today).stories[0]


def sent_yesterday(world, *, outcome: Outcome = Outcome.ACCEPTED) -> str:
    """Reminds of invoice 1042, and goes on to the next day; returns the reminder's id."""
    world.channel.answer = lambda rendered: DeliveryResult(rendered.key, outcome)
    world.propose()
    (reminder_id,) = world.approve()
    world.send()
    world.on(world.today + ONE_DAY)
    return reminder_id


# -- holds ---------------------------------------------------------------------------------------------------------


def test_its_own_hold_goes_with_it(world) -> None:
    world.invoice()
    world.propose()
    placed = world.engine().hold(
        CREDITOR, actor=world.actor, start_on=world.today, receivable_id="1042", kind=HoldKind.DISPUTE
    )
    move(world, "1042", "2")
    assert why(world) == verdict(world) == (LineStatus.WONT_GO, "held_dispute")
    assert story(world).holds == (placed,)


def test_a_released_hold_lets_it_go_wherever_it_is_by_then(world) -> None:
    world.invoice()
    world.propose()
    placed = world.engine().hold(CREDITOR, actor=world.actor, start_on=world.today, receivable_id="1042")
    move(world, "1042", "2")
    world.propose()
    world.on(world.today + ONE_DAY)
    world.propose()
    world.engine().release(CREDITOR, placed.hold_id, actor=world.actor)
    assert why(world)[0] is LineStatus.READY


def test_a_hold_placed_after_the_approval_keeps_the_moved_one_back(world) -> None:
    """The move and the hold come between the approval and the sending."""
    world.invoice()
    world.propose()
    world.engine().hold(CREDITOR, actor=world.actor, start_on=world.today, receivable_id="1042")
    world.engine().release(CREDITOR, world.engine().holds(CREDITOR)[0].hold_id, actor=world.actor)
    move(world, "1042", "2")
    world.propose()
    world.approve()
    world.ledger.holds["h1"] = Hold("h1", "1", HoldKind.PROMISE, world.today, "1042")
    world.sync()
    report = world.send()
    assert not report.accepted
    assert [one.reason.params["what"] for one in report.returned] == ["hold"]


def test_the_ledgers_hold_for_it_holds_whoevers_customer_the_hold_names(world) -> None:
    world.invoice()
    world.ledger.holds["h1"] = Hold("h1", "1", HoldKind.PROMISE, world.today, "1042")
    move(world, "1042", "2")
    assert why(world) == (LineStatus.WONT_GO, "held_promise")
    del world.ledger.holds["h1"]
    world.on(world.today + ONE_DAY)
    assert why(world)[0] is LineStatus.READY


def test_a_hold_of_all_that_the_former_customer_owes_stays_with_them(world) -> None:
    world.invoice()
    world.propose()
    world.engine().hold(CREDITOR, actor=world.actor, start_on=world.today, customer_id="1")
    assert why(world)[0] is LineStatus.WONT_GO
    move(world, "1042", "2")
    assert why(world)[0] is LineStatus.READY
    assert story(world).holds == ()


def test_a_hold_of_all_that_the_new_customer_owes_is_for_it_too(world) -> None:
    world.invoice()
    world.invoice("1", customer_id="2")
    world.propose()
    world.engine().hold(CREDITOR, actor=world.actor, start_on=world.today, customer_id="2")
    move(world, "1042", "2")
    assert why(world) == (LineStatus.WONT_GO, "held_manual")


# -- arrangements --------------------------------------------------------------------------------------------------


def test_it_stays_not_followed(world) -> None:
    world.invoice()
    world.propose()
    made = world.engine().stop_following(CREDITOR, actor=world.actor, receivable_id="1042")
    move(world, "1042", "2")
    assert why(world) == verdict(world) == (LineStatus.WONT_GO, "not_followed")
    assert story(world).arrangements == (made,)
    assert world.engine().arrangements(CREDITOR, customer_id="2") == (made,)


def test_its_grace_goes_with_it_and_ends_there(world) -> None:
    world.invoice()
    world.propose()
    made = world.engine().grant_grace(CREDITOR, 30, actor=world.actor, receivable_id="1042")
    move(world, "1042", "2")
    assert why(world) == (LineStatus.WONT_GO, "step_not_reached")
    world.engine().end_arrangement(CREDITOR, made.number, actor=world.actor)
    assert why(world)[0] is LineStatus.READY


def test_its_own_policy_goes_with_it(world) -> None:
    world.special_policies = (Policy(name="slow", steps=(Step(id="slow-first", days=4),)),)
    world.policy = Policy(steps=(Step(id="first", days=2),))
    world.invoice()
    world.propose()
    world.engine().assign_policy(CREDITOR, "default", actor=world.actor, receivable_id="1042")
    move(world, "1042", "2")
    assert world.line().step_id == "first"


def test_a_new_arrangement_about_it_ends_the_one_made_under_the_former_customer(world) -> None:
    world.invoice()
    world.propose()
    first = world.engine().grant_grace(CREDITOR, 30, actor=world.actor, receivable_id="1042")
    move(world, "1042", "2")
    world.propose()
    second = world.engine().grant_grace(CREDITOR, 1, actor=world.actor, receivable_id="1042")
    assert [one.number for one in world.engine().arrangements(CREDITOR)] == [second.number]
    assert [one.number for one in story(world).arrangements] == [first.number, second.number]


def test_what_was_arranged_with_the_former_customer_stays_with_them(world) -> None:
    world.invoice()
    world.propose()
    world.engine().stop_following(CREDITOR, actor=world.actor, customer_id="1")
    move(world, "1042", "2")
    assert why(world)[0] is LineStatus.READY


def test_an_approval_does_not_outlive_an_arrangement_made_before_the_move(world) -> None:
    world.invoice()
    world.propose()
    world.engine().stop_following(CREDITOR, actor=world.actor, receivable_id="1042")
    move(world, "1042", "2")
    world.propose()
    assert world.approve() == ()
    assert not world.send().accepted


# -- what was sent -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("progress", ["one_step", "catch_up"])
def test_the_time_to_pay_goes_on_for_the_new_customer(world, progress) -> None:
    world.policy = Policy(progress=progress)
    world.invoice(late=15)
    sent_yesterday(world)
    move(world, "1042", "2")
    assert why(world) == verdict(world) == (LineStatus.WONT_GO, "time_to_pay")
    world.approve()
    assert not world.send().accepted


@pytest.mark.parametrize("progress", ["one_step", "catch_up"])
def test_nothing_follows_a_delivery_whose_fate_is_unknown(world, progress) -> None:
    world.policy = Policy(progress=progress)
    world.invoice(late=15)
    sent_yesterday(world, outcome=Outcome.UNKNOWN)
    move(world, "1042", "2")
    assert why(world) == verdict(world) == (LineStatus.NEEDS_YOU, "delivery_unknown")


def test_the_next_step_is_the_second_and_goes_to_the_new_customer(world) -> None:
    world.invoice()
    sent_yesterday(world)
    move(world, "1042", "2")
    world.on(world.today + timedelta(days=20))
    line = world.line()
    assert (line.status, line.step_id, line.customer_id) == (LineStatus.READY, "second", "2")


def test_it_does_not_block_the_other_invoices_of_the_new_customer(world) -> None:
    world.invoice()
    sent_yesterday(world)
    world.invoice("2", customer_id="2")
    move(world, "1042", "2")
    world.propose()
    world.approve()
    assert len(world.send().accepted) == 1
    assert world.channel.left[-1].to == "maija2@example.fi"


def test_a_cancelled_reminder_frees_the_step_of_the_moved_one(world) -> None:
    world.invoice()
    reminder_id = sent_yesterday(world)
    move(world, "1042", "2")
    world.propose()
    world.on(world.today + ONE_DAY)
    world.propose()
    world.engine().cancel_reminder(CREDITOR, reminder_id, actor=world.actor)
    assert (world.line().status, world.line().step_id) == (LineStatus.READY, "first")


def test_a_later_reminder_to_the_new_customer_is_cancelled_first(world) -> None:
    world.invoice()
    first = sent_yesterday(world)
    move(world, "1042", "2")
    world.on(world.today + timedelta(days=20))
    sent_yesterday(world)
    with pytest.raises(NotAllowed, match="later reminder"):
        world.engine().cancel_reminder(CREDITOR, first, actor=world.actor)


def test_a_settled_unknown_delivery_lets_the_moved_one_go_on(world) -> None:
    world.invoice()
    reminder_id = sent_yesterday(world, outcome=Outcome.UNKNOWN)
    move(world, "1042", "2")
    world.propose()
    world.engine().settle(CREDITOR, reminder_id, Outcome.REFUSED, actor=world.actor)
    assert (world.line().status, world.line().step_id) == (LineStatus.READY, "first")


def test_contacts_count_for_whom_they_were_sent_to(world) -> None:
    """Customer 1 was asked yesterday and has another invoice; customer 2, who has the asked one now, was not asked yet."""
    world.invoice()
    sent_yesterday(world)
    world.invoice("2", customer_id="2")
    world.invoice("3", customer_id="1")
    move(world, "1042", "2")
    assert why(world, "3") == (LineStatus.WONT_GO, "contact_cap")
    assert why(world, "2")[0] is LineStatus.READY


def test_an_address_that_refused_is_the_former_customers(world) -> None:
    world.invoice()
    sent_yesterday(world, outcome=Outcome.REFUSED)
    move(world, "1042", "2")
    line = world.line()
    assert (line.status, line.step_id) == (LineStatus.READY, "first")


def test_the_same_address_of_the_new_customer_is_tried_anew(world) -> None:
    """Two entries for one household are made one: the message is another one, to somebody else."""
    world.invoice()
    sent_yesterday(world, outcome=Outcome.REFUSED)
    world.customer("2", contact_points=world.ledger.customers["1"].contact_points)
    move(world, "1042", "2")
    world.channel.answer = None
    world.propose()
    (reminder_id,) = world.approve()
    assert world.send().accepted == [reminder_id]


def test_what_was_approved_for_the_former_customer_comes_back(world) -> None:
    """Also where both have the same address, and before the next run."""
    world.invoice()
    world.propose()
    world.approve()
    world.customer("2", contact_points=world.ledger.customers["1"].contact_points)
    move(world, "1042", "2")
    world.sync()
    report = world.send()
    assert [one.reason for one in report.returned] == [Reason.of("changed_since_approval", what="customer")]


def test_it_can_come_back_to_where_it_was(world) -> None:
    world.invoice()
    sent_yesterday(world)
    move(world, "1042", "2")
    world.propose()
    world.on(world.today + ONE_DAY)
    move(world, "1042", "1")
    assert why(world) == (LineStatus.WONT_GO, "time_to_pay")


# -- the ledger's own acts, payments and credit notes --------------------------------------------------------------


def test_explain_tells_what_the_ledger_did_about_it_towards_the_former_customer(world) -> None:
    act = Act("a1", "1042", "1", ActKind.REMINDER, world.today - ONE_DAY)
    world.invoice()
    world.ledger.acts.append(act)
    move(world, "1042", "2")
    world.propose()
    assert story(world).acts == (act,)


def test_money_of_the_former_customer_that_comes_later_is_open_today(world) -> None:
    world.invoice(open=Money(3990, "EUR"))
    world.ledger.payments["p1"] = Payment("p1", "1", Money(5000, "EUR"), world.today + ONE_DAY, "1042")
    move(world, "1042", "2")
    proposal = world.propose()
    assert [line.open for line in proposal.lines] == [Money(8990, "EUR")]
    assert [tally.open_minor for tally in proposal.tallies] == [8990]
    assert story(world).then.open == Money(8990, "EUR")


def test_a_third_party_pays_the_invoice_tomorrow(world) -> None:
    """The ledger has the payment already; today all of it is open."""
    world.invoice(open=Money(0, "EUR"), settled_on=date(2026, 11, 25))
    world.customer("2")
    world.ledger.payments["p1"] = Payment("p1", "2", Money(8990, "EUR"), date(2026, 11, 25), "1042")
    assert world.line().open == Money(8990, "EUR")
    assert story(world).then.open == Money(8990, "EUR")
    world.on(world.today + ONE_DAY)
    assert not world.propose().lines


def test_a_third_party_has_paid_a_part_before_the_settling_day(world) -> None:
    """The rest is settled tomorrow without a payment, so that the part is what counts today."""
    world.invoice(open=Money(0, "EUR"), settled_on=date(2026, 11, 25))
    world.customer("2")
    paid = Payment("p1", "2", Money(5000, "EUR"), world.today - ONE_DAY, "1042")
    world.ledger.payments["p1"] = paid
    proposal = world.propose()
    assert [line.open for line in proposal.lines] == [Money(3990, "EUR")]
    assert [tally.open_minor for tally in proposal.tallies] == [3990]
    assert story(world).payments == (paid,)


def test_a_third_partys_payment_is_reversed(world) -> None:
    world.invoice()
    world.customer("2")
    world.ledger.payments["p1"] = Payment("p1", "2", Money(8990, "EUR"), world.today, "1042")
    world.pay("1042")
    assert not world.propose().lines
    world.on(world.today + ONE_DAY)
    world.ledger.payments["p2"] = Payment("p2", "2", Money(-8990, "EUR"), world.today, "1042")
    world.invoice(due_on=date(2026, 11, 19), issued_on=date(2026, 11, 5))
    line = world.line()
    assert (line.status, line.open) == (LineStatus.READY, Money(8990, "EUR"))
    assert [one.payment_id for one in story(world).payments] == ["p1", "p2"]
    changes = world.engine().compare(CREDITOR).changes
    assert [change.receivable_id for change in changes] == ["1042"]


def test_a_third_partys_payment_that_changes_its_day_is_looked_at(world) -> None:
    """The invoice's own row says nothing new: it is the payment that was dated tomorrow first, and today by now."""
    world.invoice(open=Money(0, "EUR"))
    world.customer("2")
    world.ledger.payments["p1"] = Payment("p1", "2", Money(8990, "EUR"), world.today, "1042")
    assert not world.propose().lines
    world.ledger.payments["p1"] = Payment("p1", "2", Money(8990, "EUR"), world.today + ONE_DAY, "1042")
    assert world.line().open == Money(8990, "EUR")


def test_compare_tells_that_a_third_party_paid_a_part(world) -> None:
    world.invoice()
    world.customer("2")
    world.propose()
    world.on(world.today + ONE_DAY)
    world.ledger.payments["p1"] = Payment("p1", "2", Money(5000, "EUR"), world.today, "1042")
    world.ledger.receivables["1042"] = replace(world.ledger.receivables["1042"], open=Money(3990, "EUR"))
    world.propose()
    (change,) = world.engine().compare(CREDITOR).changes
    assert "paid_since" in [reason.code.value for reason in change.reasons]


def credit_note(
    world, minor: int, *, customer_id: str, credit_of: str = "1042", number: str = "9001", **changes
) -> None:
    world.invoice(
        number,
        customer_id=customer_id,
        minor=-minor,
        kind=ReceivableKind.CREDIT_NOTE,
        credit_of=credit_of,
        issued_on=world.today,
        **changes,
    )


def test_a_credit_note_under_another_customer_covers_its_invoice(world) -> None:
    world.invoice()
    credit_note(world, 8990, customer_id="2")
    assert why(world) == verdict(world) == (LineStatus.WONT_GO, "credit_note_covers")
    assert [one.receivable_id for one in story(world).credits] == ["9001"]


def test_a_credit_note_stays_with_its_invoice_that_was_moved(world) -> None:
    world.invoice()
    credit_note(world, 8990, customer_id="1")
    world.propose()
    move(world, "1042", "2")
    assert why(world) == (LineStatus.WONT_GO, "credit_note_covers")


def test_a_credit_note_that_comes_under_another_customer_later_takes_the_approval_back(world) -> None:
    world.invoice()
    world.propose()
    world.approve()
    credit_note(world, 8990, customer_id="2")
    world.sync()
    assert not world.send().accepted
    assert why(world) == (LineStatus.WONT_GO, "credit_note_covers")


def test_an_approval_with_a_credit_note_elsewhere_can_leave(world) -> None:
    """What the run saw is what the sender sees."""
    world.invoice()
    credit_note(world, 1000, customer_id="2")
    line = world.line()
    assert (line.status, line.reasons[0].code) == (LineStatus.NEEDS_YOU, "credit_unapplied")
    world.approve(line.reminder_id)
    assert len(world.send().accepted) == 1


def test_it_is_not_in_hand_for_the_customer_whose_name_it_bears(world) -> None:
    """A note of 8,990 under customer 2 covers customer 1's invoice; what it is too large by is free for customer 2."""
    world.invoice()
    world.invoice("5", customer_id="2", minor=5000)
    credit_note(world, 8990, customer_id="2")
    assert why(world, "5")[0] is LineStatus.READY
    world.on(world.today + ONE_DAY)
    world.ledger.receivables["9001"] = replace(
        world.ledger.receivables["9001"], original=Money(-13990, "EUR"), open=Money(-13990, "EUR")
    )
    assert why(world, "5") == (LineStatus.WONT_GO, "credits_cover")


def test_the_rest_of_it_is_free_once_its_invoice_was_paid(world) -> None:
    world.invoice()
    world.invoice("5", customer_id="2", minor=5000)
    credit_note(world, 8990, customer_id="2")
    world.propose()
    world.approve()
    world.pay("1042")
    world.sync()
    assert not world.send().accepted
    assert why(world, "5") == (LineStatus.WONT_GO, "credits_cover")


def test_it_counts_for_another_invoice_once_the_ledger_says_so(world) -> None:
    world.invoice()
    world.invoice("1043")
    credit_note(world, 8990, customer_id="2")
    assert why(world) == (LineStatus.WONT_GO, "credit_note_covers")
    world.on(world.today + ONE_DAY)
    world.ledger.receivables["9001"] = replace(world.ledger.receivables["9001"], credit_of="1043")
    assert why(world)[0] is LineStatus.READY
    assert why(world, "1043") == (LineStatus.WONT_GO, "credit_note_covers")


def test_two_notes_under_two_customers_share_what_is_open(world) -> None:
    """Together 9,000 for 8,990: the ten that are too much are free for the customer of the later note, and only there."""
    world.invoice()
    world.invoice("5", customer_id="2", minor=10)
    world.invoice("6", customer_id="3", minor=10)
    credit_note(world, 4000, customer_id="2", number="9001")
    credit_note(world, 5000, customer_id="3", number="9002")
    assert why(world) == (LineStatus.WONT_GO, "credit_note_covers")
    assert why(world, "5")[0] is LineStatus.READY
    assert why(world, "6") == (LineStatus.WONT_GO, "credits_cover")
