"""No query of a day reads the whole ledger: each finds its rows by more of an index than the creditor alone."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import event, text

from dunningkit.model import Money, Payment

#: What grows with the ledger and not with the day.
GROWING = ("receivables", "payments", "customers", "deliveries", "lines", "reminders", "holds", "acts")


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
                if table and table[1] in GROWING and not narrow:
                    found.add(f"{step} << {statement[:4000]}")
    return found


@pytest.fixture
def busy(world):
    """A ledger with history, a first run, and something sent."""
    for number in range(40):
        world.invoice(str(number), customer_id=str(number % 7), late=number)
        world.ledger.payments[f"p{number}"] = Payment(f"p{number}", str(number % 7), Money(1, "EUR"), date(2026, 1, 1))
    for number in range(0, 40, 3):
        world.pay(str(number))
    world.propose()
    world.approve()
    world.send()
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


def test_the_look_itself_sees_a_query_that_reads_everything(busy) -> None:
    def everything() -> None:
        with busy.store.read() as db:
            db.connection.execute(text("SELECT * FROM dunning_receivables WHERE open_minor = 7"))

    assert whole_reads(busy, everything)
