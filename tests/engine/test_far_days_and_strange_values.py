"""Days at the calendar's ends, amounts beyond any database, texts that cannot be written: nothing stops, nothing is guessed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dunningkit.errors import NotAllowed, SyncFailed
from dunningkit.model import (
    Act,
    ActKind,
    ChangeBatch,
    Customer,
    Hold,
    HoldKind,
    LineStatus,
    Money,
    Payment,
    QuarantinedRow,
    ReasonCode,
    SyncEnd,
)
from dunningkit.policy import Policy, Step
from dunningkit.store import quarantine, totals

TODAY = date(2026, 11, 24)
MOMENT = datetime(2026, 12, 1, 12, tzinfo=UTC)
BEFORE_DUE = Policy(steps=(Step(id="before", kind="courtesy", anchor="before_due", days=3), Step(id="first")))


def kept_apart(world) -> list[tuple[str | None, str, str]]:
    """Which receivables have a row that a person must look at, the field, and the sentence."""
    with world.store.read() as db:
        return [(row.receivable_id, row.column, row.reason) for row in quarantine.rows(db, world.creditor.creditor_id)]


@pytest.mark.parametrize(
    ("field", "day"),
    [
        ("due_on", date.max),
        ("due_on", date.min),
        ("due_on", date(1969, 12, 31)),
        ("issued_on", date.min),
        ("settled_on", date.max),
        ("settled_on", date(2077, 1, 1)),
    ],
)
@pytest.mark.parametrize("first_reading", [True, False])
def test_an_invoice_with_a_day_that_nobody_means_is_kept_apart(world, field, day, first_reading) -> None:
    world.invoice("ok", customer_id="2")
    if not first_reading:
        world.sync()
    world.invoice("strange", **{field: day})
    proposal = world.propose()
    assert [(line.receivable_id, line.status) for line in proposal.lines] == [("ok", LineStatus.READY)]
    sentence = f"{field} is {day}; days from 1970-01-01 to 2076-12-31 are taken. Correct it in the ledger."
    assert kept_apart(world) == [("strange", field, sentence)]


def test_a_known_invoice_whose_new_day_nobody_means_is_asked_about(world) -> None:
    known = world.invoice()
    assert world.line().status is LineStatus.READY
    world.ledger.receivables["1042"] = replace(known, due_on=date.max)
    assert world.line().reasons[0].code is ReasonCode.ROW_QUARANTINED


def test_a_not_before_day_at_the_calendars_end_says_never(world) -> None:
    world.invoice(not_before=date.max)
    line = world.line()
    assert (line.reasons[0].code, line.next_review_on) == (ReasonCode.NOT_BEFORE, date.max)


@pytest.mark.parametrize("policy", [Policy(), BEFORE_DUE, Policy(grace_days=366)])
@pytest.mark.parametrize("day", [date.min, date.max])
def test_holds_acts_and_payments_at_the_calendars_ends_stop_nothing(world, policy, day) -> None:
    world.policy = policy
    world.invoice("free", customer_id="2")
    world.invoice("held", customer_id="3")
    world.ledger.holds["h"] = Hold("h", "3", HoldKind.DISPUTE, date.min, end_on=day)
    world.ledger.acts.append(Act("a", "free", "2", ActKind.REMINDER, day))
    world.ledger.payments_as_of = date.max
    codes = {line.receivable_id: line.reasons[0].code for line in world.propose().lines}
    assert (codes["held"] is ReasonCode.HELD_DISPUTE) == (day == date.max)
    world.approve()
    world.send()
    world.on(world.today + timedelta(days=1))
    world.propose()


def test_a_payment_on_a_day_that_nobody_means_opens_no_paid_invoice(world) -> None:
    world.invoice("paid", open=Money(0, "EUR"))
    world.ledger.payments["p"] = Payment("p", "1", Money(8_990, "EUR"), date.max, "paid")
    assert not world.propose().reminders
    ((about, field, sentence),) = kept_apart(world)
    assert (about, field) == ("paid", "paid_on")
    assert sentence.startswith("Payment p: paid_on is 9999-12-31;")


def test_a_payment_that_was_known_stays_when_its_new_value_is_strange(world) -> None:
    world.invoice()
    credit = Payment("p", "1", Money(8_990, "EUR"), world.today)
    world.ledger.payments["p"] = credit
    assert world.line().reasons[0].code is ReasonCode.CREDITS_COVER
    world.ledger.payments["p"] = replace(credit, amount=Money(10**30, "EUR"))
    assert world.line().reasons[0].code is ReasonCode.CREDITS_COVER


@pytest.mark.parametrize("first_reading", [True, False])
def test_a_payment_for_an_empty_receivable_is_applied_to_nothing(world, first_reading) -> None:
    world.invoice()
    if not first_reading:
        world.sync()
    world.ledger.payments["p"] = Payment("p", "1", Money(8_990, "EUR"), world.today, "")
    for _again in range(2):
        assert world.line().reasons[0].code is ReasonCode.CREDITS_COVER
        assert not kept_apart(world)


def test_a_hold_of_the_ledgers_on_an_empty_receivable_is_on_all_that_the_customer_owes(world) -> None:
    world.invoice()
    world.ledger.holds["h"] = Hold("h", "1", HoldKind.DISPUTE, world.today, receivable_id="")
    assert world.line().reasons[0].code is ReasonCode.HELD_DISPUTE


def test_payments_known_up_to_the_first_day_are_stale_and_up_to_the_last_are_as_fresh_as_the_reading(world) -> None:
    world.invoice()
    world.ledger.payments_as_of = date.min
    assert world.line().reasons[0].code is ReasonCode.LEDGER_STALE
    world.ledger.payments_as_of = date.max
    assert world.line().status is LineStatus.READY
    week_later = world.on(world.today + timedelta(days=7)).today
    proposal = world.engine().propose("pihapalvelu", as_of=week_later, actor=world.actor)
    assert proposal.lines[0].reasons[0].code is ReasonCode.LEDGER_STALE


@pytest.mark.parametrize("said", [None, date.max])
def test_a_reading_for_a_mistyped_later_day_knows_payments_up_to_the_day_on_which_it_was_made(world, said) -> None:
    """December for November: in December nobody has read the ledger since."""
    world.invoice()
    world.ledger.payments_as_of = said
    month_later = world.today + timedelta(days=30)
    world.engine().sync("pihapalvelu", as_of=month_later, actor=world.actor)
    proposal = world.on(month_later).engine().propose("pihapalvelu", as_of=month_later, actor=world.actor)
    assert proposal.lines[0].reasons[0].code is ReasonCode.LEDGER_STALE


def test_what_was_approved_after_a_reading_for_a_mistyped_later_day_does_not_leave_weeks_later(world) -> None:
    world.invoice()
    world.propose()
    world.approve()
    month_later = world.today + timedelta(days=30)
    world.engine().sync("pihapalvelu", as_of=month_later, actor=world.actor)
    world.on(month_later)
    assert not world.send().accepted


def test_a_reading_in_the_first_hour_of_the_creditors_day_knows_the_payments_of_that_day(world) -> None:
    """In UTC it is the day before; with no banking day of age allowed, that would be stale."""
    world.policy = Policy(stale={"any_banking_days": 0, "formal_banking_days": 0})
    world.on(world.today, hour=0).invoice()
    assert world.line().reasons[0].code is ReasonCode.FIRST_CONTACT_DUE


@pytest.mark.parametrize("day", [date.min, date.max, date(1969, 12, 31), date(2077, 1, 1)])
def test_no_run_is_made_for_a_day_that_nobody_means(world, day) -> None:
    world.invoice()
    with pytest.raises(NotAllowed, match="is no day to look at: choose one from 1970-01-01 to 2076-12-31"):
        world.engine().sync("pihapalvelu", as_of=day, actor=world.actor)
    world.sync()
    with pytest.raises(NotAllowed, match="is no day to look at"):
        world.engine().propose("pihapalvelu", as_of=day, actor=world.actor)


def test_what_is_skipped_until_the_calendars_end_stays_out(world) -> None:
    world.invoice()
    (reminder,) = world.propose().reminders
    world.engine().skip("pihapalvelu", actor=world.actor, reminder_ids=[reminder.reminder_id], until=date.max)
    world.on(world.today + timedelta(days=1))
    assert not world.propose().reminders


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("subject", "\ud800", "subject holds a character that cannot be stored. Correct it in the ledger."),
        ("subject", "a\0b", "subject holds a character that cannot be stored. Correct it in the ledger."),
        ("tags", ("ok", "\udfff"), "tags holds a character that cannot be stored. Correct it in the ledger."),
        ("open", Money(10**25, "EUR"), "open is larger than anything that is meant. Correct it in the ledger."),
        (
            "original",
            Money(-(2**64), "EUR"),
            "original is larger than anything that is meant. Correct it in the ledger.",
        ),
        (
            "instalment_number",
            2**40,
            "instalment_number is larger than anything that is meant. Correct it in the ledger.",
        ),
    ],
)
@pytest.mark.parametrize("first_reading", [True, False])
def test_an_invoice_that_cannot_be_stored_is_kept_apart(world, field, value, sentence, first_reading) -> None:
    world.invoice("ok", customer_id="2")
    if not first_reading:
        world.sync()
    world.invoice("strange", **{field: value})
    assert [line.receivable_id for line in world.propose().lines] == ["ok"]
    assert kept_apart(world) == [("strange", field, sentence)]


def test_an_id_that_cannot_be_stored_is_told_without_it(world) -> None:
    world.invoice("\ud800")
    world.invoice("ok", customer_id="2")
    world.ledger.payments["\ud800"] = Payment("\ud800", "2", Money(1, "EUR"), world.today, "ok")
    assert [line.reasons[0].code for line in world.propose().lines] == [ReasonCode.ROW_QUARANTINED]
    assert [(about, field) for about, field, _ in kept_apart(world)] == [(None, "receivable_id"), ("ok", "payment_id")]


@pytest.mark.parametrize(
    ("put", "place"),
    [
        (lambda ledger: ledger.customers.update(x=Customer("x", "\ud800")), "customers 'x', name"),
        (lambda ledger: ledger.customers.update(x=Customer("x\0", "n")), "customers 'x\\\\x00', customer_id"),
        (
            lambda ledger: ledger.acts.append(
                Act("a", "1042", "1", ActKind.REMINDER, date(2026, 11, 1), fee=Money(2**63, "EUR"))
            ),
            "acts 'a', fee.amount_minor",
        ),
        (
            lambda ledger: ledger.holds.update(h=Hold("h", "1", HoldKind.PROMISE, date(2026, 1, 1), note="\udc80")),
            "holds 'h', note",
        ),
        (lambda ledger: ledger.quarantined.append(QuarantinedRow("line 7", "\udc80")), "quarantined 'line 7', reason"),
    ],
)
def test_anything_else_that_cannot_be_stored_fails_the_reading_and_names_row_and_field(world, put, place) -> None:
    world.invoice()
    put(world.ledger)
    with pytest.raises(SyncFailed, match=f"cannot be stored \\(at {place}\\)"):
        world.sync()


def test_a_count_of_rows_beyond_the_database_fails_the_reading(world, monkeypatch) -> None:
    world.invoice()
    end = SyncEnd(world.ledger.scope, complete=True, rows_read=10**30)
    monkeypatch.setattr(type(world.ledger), "changes", lambda *_: iter([ChangeBatch(end=end)]))
    with pytest.raises(SyncFailed, match=r"cannot be stored \(at end.rows_read\)"):
        world.sync()


def test_totals_of_very_large_amounts_are_exact(world) -> None:
    each = 10**15 - 1
    for number in range(9_300):
        world.invoice(f"{number}", minor=each)
    world.sync()
    with world.store.read() as db:
        assert list(totals.open_totals(db, "pihapalvelu", world.today)) == [("EUR", True, 9_300, 9_300 * each)]


def test_moving_the_first_look_of_a_far_day_stays_in_the_calendar(world) -> None:
    """A ledger that was read by an older version may hold such days."""
    for number, due_on in (("early", date.min), ("late", date.max)):
        world.invoice(number, customer_id=number)
        world.sync()
        with world.store.write() as db:
            rec = db.tables.receivables
            db.connection.execute(rec.update().where(rec.c.receivable_id == number).values(due_on=due_on))
    for policy in (BEFORE_DUE, Policy()):
        world.policy = policy
        world.engine().propose("pihapalvelu", as_of=world.today, actor=world.actor)
        for number in ("early", "late"):
            world.engine().explain("pihapalvelu", number, world.today)


@pytest.mark.parametrize(
    "ask",
    [
        lambda engine, actor: engine.explain("pihapalvelu", "\udce4", TODAY),
        lambda engine, actor: engine.hold("pihapalvelu", actor=actor, start_on=TODAY, receivable_id="\ud800"),
        lambda engine, actor: engine.hold("pihapalvelu", actor=actor, start_on=TODAY, customer_id="\ud800"),
        lambda engine, actor: engine.hold("pihapalvelu", actor=actor, start_on=TODAY, customer_id="1", note="\ud800"),
        lambda engine, actor: engine.grant_grace("pihapalvelu", 1, actor=actor, customer_id="1", note="\ud800"),
        lambda engine, actor: engine.release("pihapalvelu", "\ud800", actor=actor),
        lambda engine, actor: engine.approve("pihapalvelu", actor=replace(actor, name="\ud800")),
    ],
)
def test_a_text_of_a_caller_that_cannot_be_stored_is_refused_in_words(world, ask) -> None:
    world.invoice()
    world.propose()
    with pytest.raises(NotAllowed, match=r"^The text '.*' holds a character that no database can store"):
        ask(world.engine(), world.actor)
    assert world.engine().holds("pihapalvelu") == ()
    assert len(world.approve()) == 1


@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (lambda e, who: e.skip("pihapalvelu", actor=who, reminder_ids=[], until=MOMENT), "until"),
        (lambda e, who: e.hold("pihapalvelu", actor=who, start_on=MOMENT, customer_id="1"), "start_on"),
        (lambda e, who: e.hold("pihapalvelu", actor=who, start_on=TODAY, customer_id="1", end_on=MOMENT), "end_on"),
        (lambda e, who: e.compare("pihapalvelu", with_day=MOMENT), "with_day"),
        (lambda e, who: e.waiting("pihapalvelu", MOMENT), "as_of"),
    ],
)
def test_a_moment_is_refused_where_a_day_is_meant(world, ask, name) -> None:
    world.invoice()
    world.propose()
    with pytest.raises(NotAllowed, match=rf"^{name} is a creditor-local day and not a moment"):
        ask(world.engine(), world.actor)
