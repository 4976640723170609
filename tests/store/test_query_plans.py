"""No query of a day reads the whole ledger: each finds its rows by more of an index than the creditor alone."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, text

from dunningkit.model import Act, ActKind, Hold, HoldKind, Money, Payment, ReceivableKind, ReminderState, Scope
from dunningkit.store import arrangements, deliveries, holds, ledger

#: What grows with the ledger and not with the day.
GROWING = (
    "receivables",
    "payments",
    "customers",
    "deliveries",
    "delivery_items",
    "lines",
    "reminders",
    "holds",
    "arrangements",
    "acts",
)


def whole_reads(world, day) -> set[str]:
    """The plans of everything a day asks that step through a table by the creditor alone, or by nothing."""
    engine = world.store._engine
    asked: dict[str, object] = {}

    def note(_connection, _cursor, statement, parameters, _context, many) -> None:
        asked.setdefault(statement, parameters[0] if many else parameters)

    event.listen(engine, "before_cursor_execute", note)
    day()
    event.remove(engine, "before_cursor_execute", note)
    found = set()
    with engine.connect() as connection:
        for statement, parameters in asked.items():
            if not re.match(r"\s*(SELECT|UPDATE|DELETE)", statement):
                continue
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            for step in (row[3] for row in plan):
                table = re.match(r"(?:SCAN|SEARCH) dunning_(\w+)", step)
                narrow = re.search(r"\(creditor_id=\? AND|rowid=\?", step)
                if table and re.sub(r"_\d+$", "", table[1]) in GROWING and not narrow:
                    found.add(f"{step} << {statement[:4000]}")
    return found


@pytest.fixture
def busy(world):
    """A ledger with history, a first run, and something sent."""
    for number in range(40):
        world.invoice(str(number), customer_id=str(number % 7), late=number)
        paid = Payment(f"p{number}", str(number % 7), Money(1, "EUR"), date(2026, 1, 1), str(number))
        world.ledger.payments[paid.payment_id] = paid
    for number in range(0, 40, 3):
        world.pay(str(number))
    world.ledger.payments["third"] = Payment("third", "6", Money(1, "EUR"), date(2026, 1, 1), "1")
    world.invoice("credit", customer_id="6", minor=-1, kind=ReceivableKind.CREDIT_NOTE, credit_of="1")
    world.ledger.holds["h1"] = Hold("h1", "6", HoldKind.PROMISE, date(2026, 1, 1), "2")
    world.ledger.acts.append(Act("a1", "4", "6", ActKind.REMINDER, date(2026, 1, 1)))
    world.propose()
    world.engine().grant_grace("pihapalvelu", 1, actor=world.actor, receivable_id="5")
    world.approve()
    assert world.send().accepted
    world.on(world.today + timedelta(days=4))
    world.ledger.complete = True
    return world


def test_a_proposal_reads_only_what_is_due_or_open(busy) -> None:
    busy.sync()
    engine, creditor_id = busy.engine(), busy.creditor.creditor_id
    engine.propose(creditor_id, as_of=busy.today, actor=busy.actor)
    busy.on(busy.today + timedelta(days=1))
    found = whole_reads(busy, lambda: engine.propose(creditor_id, as_of=busy.today, actor=busy.actor))
    assert not found, "\n".join(sorted(found))


def test_sending_reads_only_what_belongs_to_the_message(busy) -> None:
    busy.propose()
    busy.approve()
    found = whole_reads(busy, busy.send)
    assert not found, "\n".join(sorted(found))


def test_a_reading_finds_what_it_changes_for_others_by_what_it_brought(busy) -> None:
    """An invoice moves, and so do a credit note, a payment, a hold and an act that name the receivable of another customer."""
    there = busy.ledger
    for number, customer_id in (("1", "3"), ("credit", "5")):
        there.receivables[number] = replace(there.receivables[number], customer_id=customer_id)
    there.payments["third"] = replace(there.payments["third"], customer_id="0", receivable_id="7")
    there.holds["h1"] = replace(there.holds["h1"], receivable_id="8")
    there.acts[0] = replace(there.acts[0], receivable_id="10")
    # A snapshot is compared with all that is known, and a few small tables have no index of what a reading changed.
    large, compared = (
        re.compile(r"(SEARCH|SCAN) dunning_(receivables|payments)"),
        re.compile("dunning_seen|SELECT EXISTS"),
    )
    found = {step for step in whole_reads(busy, busy.sync) if large.match(step) and not compared.search(step)}
    assert not found, "\n".join(sorted(found))


def test_what_changed_finds_payments_in_another_currency_by_what_it_brought(busy) -> None:
    """Neither the payments nor the receivables are read through, whichever of the two came last."""
    there = busy.ledger
    there.scope, there.payments = Scope.DELTA, {"p4": replace(there.payments["p4"], amount=Money(1, "SEK"))}
    there.receivables = {"5": replace(there.receivables["5"], original=Money(9, "SEK"), open=Money(9, "SEK"))}
    large = re.compile(r"(SEARCH|SCAN) dunning_(receivables|payments)")
    for _again in range(2):
        found = {step for step in whole_reads(busy, busy.sync) if large.match(step) and "SELECT EXISTS" not in step}
        assert not found, "\n".join(sorted(found))
        assert {row.receivable_id for row in busy.engine().quarantine("pihapalvelu")} == {"4", "5"}


def test_a_decision_about_one_receivable_reads_only_what_is_about_it(busy) -> None:
    engine, creditor_id = busy.engine(), busy.creditor.creditor_id
    sent = next(iter(engine.reminders_in(creditor_id, ReminderState.ACCEPTED))).reminder.reminder_id
    placed = engine.hold(creditor_id, actor=busy.actor, start_on=busy.today, receivable_id="4")

    def decide() -> None:
        with busy.store.write() as db:
            deliveries.items_about(db, creditor_id, ["1"])
            holds.about(db, creditor_id, ["1"], ["1"])
            arrangements.about(db, creditor_id, ["1"], ["1"])
            arrangements.history(db, creditor_id, "1")
            ledger.acts_about(db, creditor_id, ["1"])
            ledger.payments_by_id(db, creditor_id, ["p1"])
        engine.release(creditor_id, placed.hold_id, actor=busy.actor)
        engine.cancel_reminder(creditor_id, sent, actor=busy.actor)

    found = whole_reads(busy, decide)
    assert not found, "\n".join(sorted(found))


def test_the_look_itself_sees_a_query_that_reads_everything(busy) -> None:
    def everything() -> None:
        with busy.store.read() as db:
            db.connection.execute(text("SELECT * FROM dunning_receivables WHERE open_minor = 7"))

    assert whole_reads(busy, everything)
