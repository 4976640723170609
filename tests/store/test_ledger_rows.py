"""What is written, what is left alone, and when a receivable is looked at again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from dunningkit.model import (
    Actor,
    ContactPoint,
    Customer,
    DeliveryOutcome,
    Language,
    Medium,
    Money,
    Payment,
    PostalAddress,
    QuarantinedRow,
    Receivable,
    Wishes,
)
from dunningkit.store import Store, audit, intake, ledger, quarantine, reviews, totals
from dunningkit.store.schema import NEVER

TODAY = date(2026, 11, 24)
MAIJA = Customer(
    "0001",
    "Maija Mäkinen",
    first_name="Maija",
    language=Language.SV,
    contact_points=(ContactPoint(Medium.EMAIL, "maija@example.fi"), ContactPoint(Medium.SMS, "045", confirmed=True)),
    wishes=Wishes(medium=Medium.SMS, avoid=(Medium.LETTER,), payday=15),
    postal_address=PostalAddress("Kuja 1", "00100", "Helsinki", "FI"),
)
INVOICE = Receivable(
    receivable_id="1042/1",
    customer_id="0001",
    invoice_number="1042",
    instalment_number=1,
    original=Money(8990, "EUR"),
    open=Money(4990, "EUR"),
    issued_on=TODAY - timedelta(days=30),
    sent_on=TODAY - timedelta(days=29),
    due_on=TODAY - timedelta(days=10),
    payments_as_of=TODAY,
    subject="Haravointi",
    reference="1232",
    tags=("piha", "syksy"),
    delivery_medium=Medium.LETTER,
    delivery_outcome=DeliveryOutcome.FAILED,
    due_date_binds=True,
    agreed_rate_bp=1150,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'dunning.db'}")
    made.migrate()
    yield made
    made.close()


def put(store: Store, sync: int, *receivables: Receivable, customer: Customer = MAIJA) -> None:
    with store.write() as db:
        intake.put_customers(db, "c", sync, [customer])
        intake.put_receivables(db, "c", sync, receivables, first_look_days=1)


def changed_in(store: Store, receivable_id: str = "1042/1") -> int:
    with store.read() as db:
        table = db.tables.receivables
        query = select(table.c.changed_in).where(table.c.receivable_id == receivable_id)
        return int(db.connection.execute(query).scalar_one())


def test_values_come_back_as_they_went_in(store: Store) -> None:
    put(store, 1, INVOICE)
    with store.read() as db:
        assert ledger.receivables_by_id(db, "c", ["1042/1"]) == {"1042/1": INVOICE}
        assert ledger.customers_by_id(db, "c", ["0001"]) == {"0001": MAIJA}


def test_an_unchanged_row_is_not_rewritten(store: Store) -> None:
    put(store, 1, INVOICE)
    put(store, 2, INVOICE)
    assert changed_in(store) == 1
    put(store, 3, replace(INVOICE, open=Money(0, "EUR")))
    assert changed_in(store) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"due_on": TODAY},
        {"settled_on": TODAY},
        {"subject": ""},
        {"tags": ()},
        {"disputed": True},
        {"due_date_binds": None},
        {"agreed_rate_bp": None},
        {"delivery_medium": None},
    ],
)
def test_any_change_is_noticed(store: Store, change: dict[str, object]) -> None:
    put(store, 1, INVOICE)
    put(store, 2, replace(INVOICE, **change))
    assert changed_in(store) == 2


def test_one_creditor_never_sees_another(store: Store) -> None:
    put(store, 1, INVOICE)
    with store.read() as db:
        assert ledger.receivables_by_id(db, "other", ["1042/1"]) == {}
        assert reviews.due_for_review(db, "other", TODAY) == ()


def test_what_is_settled_in_time_is_never_looked_at() -> None:
    paid = replace(INVOICE, open=Money(0, "EUR"), settled_on=INVOICE.due_on)
    assert reviews.first_review_on(paid.kind, paid.due_on, paid.settled_on, paid.open.amount_minor, 1) == NEVER
    assert reviews.first_review_on(INVOICE.kind, INVOICE.due_on, None, 1, 1) == INVOICE.due_on + timedelta(days=1)


def test_a_reviewed_receivable_rests_until_its_day_or_an_event(store: Store) -> None:
    put(store, 1, INVOICE)
    with store.write() as db:
        assert reviews.due_for_review(db, "c", TODAY) == (("1042/1", "0001"),)
        reviews.set_reviewed(db, "c", TODAY, [("1042/1", TODAY + timedelta(days=5), "not_before")])
        assert reviews.due_for_review(db, "c", TODAY) == (("1042/1", "0001"),)  # the same day sees the same
        tomorrow = TODAY + timedelta(days=1)
        assert reviews.due_for_review(db, "c", tomorrow) == ()
        assert list(reviews.waiting_reasons(db, "c", tomorrow)) == [("1042/1", "not_before")]
    with store.write() as db:
        intake.put_payments(db, "c", 2, [Payment("p1", "0001", Money(100, "EUR"), TODAY)])
        reviews.reset_of_changed(db, "c", 2)
        assert reviews.due_for_review(db, "c", tomorrow) == (("1042/1", "0001"),)


def test_unseen_receivables_are_gone_and_may_come_back(store: Store) -> None:
    put(store, 1, INVOICE, replace(INVOICE, receivable_id="1043/1", invoice_number="1043"))
    with store.write() as db:
        intake.forget_seen(db, "c")
        intake.mark_seen(db, "c", "receivable", ["1042/1"])
        assert (intake.count_open(db, "c"), intake.count_vanished(db, "c")) == (2, 1)
        assert intake.drop_unseen(db, "c", 2, TODAY) == 1
        assert totals.count_gone(db, "c") == 1
        assert set(ledger.receivables_by_id(db, "c", ["1042/1", "1043/1"])) == {"1042/1"}
    put(store, 3, replace(INVOICE, receivable_id="1043/1", invoice_number="1043"))
    assert changed_in(store, "1043/1") == 3
    with store.read() as db:
        assert totals.count_gone(db, "c") == 0


def test_quarantined_rows_keep_their_place_until_they_are_mended(store: Store) -> None:
    row = QuarantinedRow(
        "invoices.csv line 7", "The due date 31.2.2026 does not exist.", "Eräpäivä", "31.2.2026", "7/1"
    )
    with store.write() as db:
        quarantine.put(db, "c", 1, [row])
        assert quarantine.rows(db, "c") == (row,)
        assert quarantine.places(db, "c") == {"7/1": "invoices.csv line 7"}
        quarantine.drop_answered(db, "c", 2, whole=True)
        assert quarantine.rows(db, "c") == ()


def test_the_audit_log_cannot_be_changed(store: Store) -> None:
    with store.write() as db:
        audit.append(db, "c", datetime(2026, 11, 24, tzinfo=UTC), Actor("1", "Maija"), "approved", "r1", {"n": 1})
    for statement in ("UPDATE dunning_audit SET action = 'x'", "DELETE FROM dunning_audit"):
        with pytest.raises(DatabaseError, match="append-only"), store.write() as db:
            db.connection.execute(text(statement))
    with store.read() as db:
        (entry,) = audit.entries(db, "c")
        assert (entry.actor.name, entry.action, entry.details) == ("Maija", "approved", {"n": 1})


DAYS = st.dates(TODAY - timedelta(days=60), TODAY + timedelta(days=60))


@settings(max_examples=60, deadline=None)
@given(
    original=st.integers(1, 10**9),
    paid=st.lists(st.tuples(DAYS, st.integers(1, 10**6)), max_size=4),
    day=DAYS,
)
def test_time_travel_keeps_every_cent(original: int, paid: list[tuple[date, int]], day: date) -> None:
    total = sum(minor for _, minor in paid)
    payments = tuple(
        Payment(str(number), "0001", Money(minor, "EUR"), on, "1042/1") for number, (on, minor) in enumerate(paid)
    )
    now = replace(INVOICE, original=Money(original + total, "EUR"), open=Money(original, "EUR"))
    then = now.as_of(day, payments)
    assert then.open.amount_minor == original + sum(minor for on, minor in paid if on > day)
