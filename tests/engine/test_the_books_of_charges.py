"""Fees and interest as a host books them: what the journal says is what the customers' messages say."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunningkit.errors import NotAllowed, NotFound
from dunningkit.law.journal import Cause, EntryKind
from dunningkit.law.loading import load_pack
from dunningkit.law.terms import CreditorTerms, UnderLaw
from dunningkit.model import (
    Act,
    ActKind,
    Actor,
    ActorKind,
    Charge,
    CustomerClass,
    DeliveryResult,
    Language,
    Medium,
    Money,
    Outcome,
    Payment,
    ReceivableKind,
    ReminderState,
)
from dunningkit.policy import Policy, Step
from dunningkit.store import reminders
from dunningkit.store.codec import from_json, to_json

CREDITOR = "pihapalvelu"
FEE, INTEREST = Charge.FEE, Charge.INTEREST


def formal(number: int, days: int) -> Step:
    return Step(id=f"formal{number}", kind="formal", days=days, fee_minor=500, style="neutral")


@pytest.fixture
def world(world):
    terms = CreditorTerms(
        sent_when_issued=True, due_dates_bind=True, rate_stated=True, start_stated=True, claim_interest=True
    )
    world.law = UnderLaw(load_pack("fi"), terms)
    world.creditor = replace(
        world.creditor, business_id="1234567-1", postal_address="Esimerkkikatu 1, 00100 Helsinki", language=Language.EN
    )
    world.policy = Policy(
        steps=(Step(id="first", days="by_history"), formal(1, 15), formal(2, 33)),
        caps=(),
        long_overdue_days=2000,
        stale={"formal_banking_days": 9, "any_banking_days": 9},
    )

    return world.on(date(2026, 9, 14))


def later(world, days: int):
    return world.on(world.today + timedelta(days=days))


def send_one(world) -> str:
    """Whatever is ready today leaves; returns the text of the last of it."""
    world.propose()
    world.approve()
    assert world.send().accepted
    return world.channel.left[-1].content.decode()


def after_the_first_fee(world, number: str = "1042", **invoice: object) -> str:
    """A friendly reminder, and fifteen days later a formal one; returns its text."""
    world.customer(customer_class=CustomerClass.CONSUMER, language=Language.EN)
    world.invoice(number, **{"late": 5, "minor": 100_000, **invoice})
    send_one(world)
    return send_one(later(world, 15))


def balance(world, what: Charge, number: str = "1042") -> int:
    found = world.engine().journal(CREDITOR).balances
    return sum(one.outstanding_minor for one in found if (one.receivable_id, one.what) == (number, what))


def booked(world, what: Charge) -> list[tuple[EntryKind, int]]:
    entries = world.engine().journal(CREDITOR).entries
    return [(one.kind, one.amount.amount_minor) for one in entries if one.what is what]


def waive(world, **more: object):
    asked = {"reason": "agreed by telephone", "actor": world.actor, **more}
    return world.engine().waive(CREDITOR, "1042", **asked)


def asked_in(text: str) -> int:
    """The total of a message, in cents."""
    (amount,) = re.findall(r"^Total to pay: €([\d,]+\.\d\d)$", text, re.MULTILINE)
    return int(amount.replace(",", "").replace(".", ""))


# -- what was told and what is booked ------------------------------------------------------------------------------


def test_the_total_of_every_sent_text_is_the_open_amount_and_what_the_journal_has(world) -> None:
    text = after_the_first_fee(world)
    assert asked_in(text) == 100_000 + 500 + 521
    assert (balance(world, FEE), balance(world, INTEREST)) == (500, 521)
    text = send_one(later(world, 20))
    assert asked_in(text) == 100_000 + balance(world, FEE) + balance(world, INTEREST)
    assert booked(world, FEE) == [(EntryKind.CLAIMED, 500), (EntryKind.CLAIMED, 500)]
    assert booked(world, INTEREST) == [(EntryKind.CLAIMED, 521), (EntryKind.CLAIMED, 1041 - 521)]


def test_a_part_payment_lowers_neither_fee_nor_interest_that_was_told(world) -> None:
    after_the_first_fee(world)
    there = world.ledger
    there.payments["p"] = Payment("p", "1", Money(60_000, "EUR"), world.today, "1042")
    there.receivables["1042"] = replace(there.receivables["1042"], open=Money(40_000, "EUR"))
    text = send_one(later(world, 20))
    assert asked_in(text) == 40_000 + balance(world, FEE) + balance(world, INTEREST)
    assert {one.kind for one in world.engine().journal(CREDITOR).entries} == {EntryKind.CLAIMED}


def test_a_ledgers_own_fee_that_a_message_tells_is_in_the_books_with_its_act(world) -> None:
    world.customer(customer_class=CustomerClass.CONSUMER, language=Language.EN)
    world.invoice("1042", late=5, minor=100_000)
    send_one(world)
    act = Act("a7", "1042", "1", ActKind.REMINDER, world.today + timedelta(days=15), fee=Money(500, "EUR"))
    world.ledger.acts = [replace(act, medium=Medium.LETTER)]
    text = send_one(later(world, 30))
    (act_told, own) = [one for one in world.engine().journal(CREDITOR).entries if one.what is FEE]
    assert (act_told.cause, act_told.reference, act_told.amount) == (Cause.LEDGER_ACT, "a7", Money(500, "EUR"))
    assert (own.cause, own.reference, own.amount) == (Cause.REMINDER, "", Money(500, "EUR"))
    assert asked_in(text) == 100_000 + balance(world, FEE) + balance(world, INTEREST)


def test_a_message_that_was_refused_claims_nothing_and_one_of_unknown_fate_does(world) -> None:
    world.customer(customer_class=CustomerClass.CONSUMER, language=Language.EN)
    world.invoice("1042", late=5, minor=100_000)
    send_one(world)
    world.channel.answer = lambda one: DeliveryResult(one.key, Outcome.UNKNOWN)
    later(world, 15).propose()
    world.approve()
    (unknown,) = world.send().unknown
    assert balance(world, FEE) == 500
    world.engine().settle(CREDITOR, unknown, Outcome.REFUSED, actor=world.actor)
    assert booked(world, FEE) == []


def test_a_cancelled_reminder_waives_what_it_claimed_on_that_day(world) -> None:
    after_the_first_fee(world)
    sent = world.engine().reminders_in(CREDITOR, ReminderState.ACCEPTED)
    (reminder_id,) = [one.reminder.reminder_id for one in sent if one.reminder.items[0].fee_minor]
    later(world, 3).engine().cancel_reminder(CREDITOR, reminder_id, actor=world.actor, note="wrong person")
    entries = world.engine().journal(CREDITOR).entries[2:]
    assert [(one.on, one.kind, one.amount.amount_minor) for one in entries] == [
        (world.today, EntryKind.WAIVED, 500),
        (world.today, EntryKind.WAIVED, 521),
    ]
    assert {(one.cause, one.by, one.reason) for one in entries} == {(Cause.CANCELLED, "Maija M.", "wrong person")}


def test_money_beyond_the_principal_pays_interest_then_the_fee(world) -> None:
    after_the_first_fee(world)
    paid_on = world.today + timedelta(days=2)
    paid = replace(world.ledger.receivables["1042"], open=Money(-721, "EUR"), settled_on=paid_on)
    world.ledger.receivables["1042"] = paid
    world.ledger.payments["p9"] = Payment("p9", "1", Money(100_721, "EUR"), paid_on, "1042")
    later(world, 3).sync()
    assert booked(world, INTEREST)[1:] == [(EntryKind.PAID, 521)]
    assert booked(world, FEE)[1:] == [(EntryKind.PAID, 200)]
    last = world.engine().journal(CREDITOR).entries[-1]
    assert (last.on, last.reference) == (paid_on, "p9")


def test_an_overpaid_invoice_of_which_nobody_dates_the_money_was_paid_when_it_was_read(world) -> None:
    after_the_first_fee(world)
    world.ledger.receivables["1042"] = replace(world.ledger.receivables["1042"], open=Money(-1021, "EUR"))
    later(world, 3).sync()
    journal = world.engine().journal(CREDITOR)
    assert {one.on for one in journal.entries if one.kind is EntryKind.PAID} == {world.today}
    assert sum(one.outstanding_minor for one in journal.balances) == 0


def test_an_invoice_that_is_credited_in_full_credits_what_was_claimed(world) -> None:
    after_the_first_fee(world)
    later(world, 2).pay("1042")
    note = {"kind": ReceivableKind.CREDIT_NOTE, "credit_of": "1042", "open": Money(0, "EUR")}
    world.invoice("c1", minor=-100_000, issued_on=world.today, due_on=world.today, **note)
    world.sync()
    assert booked(world, FEE)[1:] == [(EntryKind.CREDITED, 500)]
    assert booked(world, INTEREST)[1:] == [(EntryKind.CREDITED, 521)]


def test_a_journal_has_the_days_asked_for_and_balances_of_all_before(world) -> None:
    after_the_first_fee(world)
    first_day = world.today
    send_one(later(world, 20))
    october = world.engine().journal(CREDITOR, since=first_day + timedelta(days=1))
    assert {one.on for one in october.entries} == {world.today}
    assert sum(one.outstanding_minor for one in october.balances) == 1000 + 1041
    september = world.engine().journal(CREDITOR, until=first_day)
    assert sum(one.outstanding_minor for one in september.balances) == 500 + 521
    assert from_json(type(october), to_json(october)) == october
    with pytest.raises(NotAllowed, match="before it begins"):
        world.engine().journal(CREDITOR, since=world.today, until=first_day)


# -- giving up -----------------------------------------------------------------------------------------------------


def test_a_waived_fee_is_not_asked_for_again_and_its_act_still_counts(world) -> None:
    world.policy = world.policy.model_copy(update={"steps": (*world.policy.steps[:2], formal(2, 34))})
    after_the_first_fee(world)
    (made,) = waive(world, what=FEE)
    assert (made.amount, made.by, made.reason) == (Money(500, "EUR"), "Maija M.", "agreed by telephone")
    later(world, 14).propose()
    (item,) = world.engine().latest(CREDITOR).reminders[0].items
    assert (item.fee_minor, item.earlier_fees_minor) == (0, 0)  # fourteen days are one too few, whatever was waived
    text = send_one(world)
    assert asked_in(text) == 100_000 + item.interest_minor == 100_000 + balance(world, INTEREST)
    assert balance(world, FEE) == 0


def test_waived_interest_is_not_asked_for_again_and_later_interest_is(world) -> None:
    after_the_first_fee(world)
    waive(world, what=INTEREST)
    text = send_one(later(world, 20))
    assert balance(world, INTEREST) == 1041 - 521
    assert asked_in(text) == 100_000 + 1000 + 1041 - 521


def test_an_amount_is_taken_of_the_fees_first(world) -> None:
    after_the_first_fee(world)
    made = waive(world, amount_minor=700)
    assert [(one.what, one.amount.amount_minor) for one in made] == [(FEE, 500), (INTEREST, 200)]
    assert (balance(world, FEE), balance(world, INTEREST)) == (0, 321)
    assert [one.number for one in (*made, *waive(world))] == [1, 2, 3]
    assert balance(world, INTEREST) == 0


def test_what_was_approved_and_asks_for_what_is_waived_comes_back(world) -> None:
    after_the_first_fee(world)
    later(world, 20).propose()
    (reminder_id,) = world.approve()
    waive(world)
    assert world.send().accepted == []
    returned = world.engine().reminders(CREDITOR, [reminder_id])[reminder_id]
    assert (returned.state, returned.state_detail) == (ReminderState.RETURNED, "waived")
    line = world.line()
    assert line.reasons[0].params["what"] == "waived"
    again = world.engine().reminders(CREDITOR, [line.reminder_id])[line.reminder_id].reminder
    assert again.total == Money(100_000 + 500 + 1041 - 521, "EUR")


@pytest.mark.parametrize("what", [FEE, INTEREST])
def test_a_waiver_between_the_approval_and_the_last_look_stops_the_message(world, what: Charge) -> None:
    after_the_first_fee(world)
    later(world, 20).propose()
    (reminder_id,) = world.approve()
    waive(world, what=what)
    with world.store.write() as db:  # as if it had been approved a moment later, at another desk
        reminders.move(db, CREDITOR, reminder_id, expected=ReminderState.RETURNED, to=ReminderState.APPROVED)
    assert [one.reminder_id for one in world.send().returned] == [reminder_id]


def test_a_waiver_is_in_the_audit_log(world) -> None:
    after_the_first_fee(world)
    waive(world, what=FEE, amount_minor=200)
    (entry,) = world.engine().audit(CREDITOR, subject="1042")
    assert (entry.action, entry.actor) == ("waived", world.actor)
    assert entry.details == {
        "number": 1,
        "what": "fee",
        "amount_minor": 200,
        "currency": "EUR",
        "reason": "agreed by telephone",
    }


def test_what_has_left_the_ledger_can_be_waived(world) -> None:
    after_the_first_fee(world)
    del world.ledger.receivables["1042"]
    later(world, 1).sync(accept_gone=True)
    assert len(waive(world)) == 2
    assert balance(world, FEE) == 0


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"reason": "  "}, "say why"),
        ({"actor": Actor("p", kind=ActorKind.POLICY)}, "by a person"),
        ({"what": FEE, "amount_minor": 501}, "5.00 EUR is outstanding"),
        ({"amount_minor": 0}, "cannot be waived"),
        ({"amount_minor": -5}, "cannot be waived"),
    ],
)
def test_a_waiver_that_is_none_is_refused(world, asked, sentence: str) -> None:
    after_the_first_fee(world)
    with pytest.raises(NotAllowed, match=sentence):
        waive(world, **asked)
    assert (balance(world, FEE), balance(world, INTEREST)) == (500, 521)


def test_nothing_is_waived_where_nothing_was_told(world) -> None:
    world.invoice("1042")
    world.sync()
    with pytest.raises(NotAllowed, match="No fees or interest of invoice 1042 are outstanding"):
        waive(world)
    with pytest.raises(NotFound):
        world.engine().waive(CREDITOR, "77", reason="x", actor=world.actor)


def test_an_invoice_in_instalments_says_which_of_them_are_there(world) -> None:
    for part in ("a", "b"):
        world.invoice(part, invoice_number="1042", instalment_number=1)
    world.sync()
    with pytest.raises(NotAllowed, match="name one of them: a, b"):
        waive(world)
