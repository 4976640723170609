"""A host that hands over its ledger as one function: no plugin, no file, no entry point."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dunningkit.delivery.file_outbox import FileOutbox
from dunningkit.engine import CreditorSetup, Engine, SnapshotSource
from dunningkit.errors import NotAllowed, SyncFailed, UnsupportedCapability
from dunningkit.model import (
    Actor,
    ContactPoint,
    Customer,
    Hold,
    HoldKind,
    Medium,
    Money,
    Payment,
    ReasonCode,
    Receivable,
    ReceivableKind,
)

TODAY = date(2026, 11, 24)
MAIJA = Customer("1", "Maija Mäkinen", "Maija", contact_points=(ContactPoint(Medium.EMAIL, "maija@example.fi"),))
LATE = Receivable(
    "1042", "1", "1042", Money(8990, "EUR"), Money(8990, "EUR"), issued_on=date(2026, 10, 29), due_on=date(2026, 11, 12)
)
WHO = Actor("liisa")


@pytest.fixture
def erp() -> list[object]:
    """What the host's query would find."""
    return [LATE, MAIJA]


@pytest.fixture
def engine(world, store, erp, tmp_path: Path) -> Engine:
    source = SnapshotSource(lambda: erp)
    setup = CreditorSetup.of(world.creditor, source=source, channels={Medium.EMAIL: FileOutbox(tmp_path / "outbox")})
    return Engine(store, [setup], clock=lambda: datetime(2026, 11, 24, 8, tzinfo=UTC))


def propose(engine: Engine):
    engine.sync("pihapalvelu", as_of=TODAY, actor=WHO)
    return engine.propose("pihapalvelu", as_of=TODAY, actor=WHO)


def test_from_a_query_to_a_sent_message(engine, tmp_path: Path) -> None:
    propose(engine)
    engine.approve("pihapalvelu", actor=WHO)
    assert len(engine.send("pihapalvelu", actor=WHO).accepted) == 1
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        (replace(LATE, open=Money(0, "EUR"), settled_on=TODAY), ReasonCode.PAID_MEANWHILE),
        (replace(LATE, open=Money(100, "EUR")), ReasonCode.CHANGED_SINCE_APPROVAL),
        (replace(LATE, disputed=True), ReasonCode.CHANGED_SINCE_APPROVAL),
        (None, ReasonCode.GONE_MEANWHILE),
    ],
)
def test_the_function_is_asked_again_right_before_sending(engine, erp, meanwhile, reason: ReasonCode) -> None:
    propose(engine)
    engine.approve("pihapalvelu", actor=WHO)
    erp[0:1] = [meanwhile] if meanwhile else []
    report = engine.send("pihapalvelu", actor=WHO)
    assert (report.accepted, [one.reason.code for one in report.returned]) == ([], [reason])


def test_a_hold_of_the_hosts_silences_and_ends_with_it(engine, erp) -> None:
    erp.append(Hold("h1", "1", HoldKind.PROMISE, TODAY))
    assert [line.reasons[0].code for line in propose(engine).lines] == [ReasonCode.HELD_PROMISE]
    erp.pop()
    assert [line.reasons[0].code for line in propose(engine).lines] == [ReasonCode.FIRST_CONTACT_DUE]


def test_a_hold_placed_after_the_sync_keeps_the_message_back(engine, erp) -> None:
    propose(engine)
    engine.approve("pihapalvelu", actor=WHO)
    erp.append(Hold("h1", "1", HoldKind.DISPUTE, TODAY, receivable_id="1042"))
    assert engine.send("pihapalvelu", actor=WHO).accepted == []


CREDIT = Receivable(
    "C7",
    "1",
    "C7",
    Money(-8990, "EUR"),
    Money(-8990, "EUR"),
    TODAY,
    TODAY,
    kind=ReceivableKind.CREDIT_NOTE,
    credit_of="1042",
)
PAID_IN = Payment("p1", "1", Money(8990, "EUR"), TODAY)


@pytest.mark.parametrize(
    "meanwhile", [CREDIT, replace(CREDIT, customer_id="2"), replace(CREDIT, credit_of=""), PAID_IN]
)
def test_money_that_came_in_after_the_sync_keeps_the_message_back(engine, erp, meanwhile) -> None:
    erp.append(replace(MAIJA, customer_id="2"))
    propose(engine)
    engine.approve("pihapalvelu", actor=WHO)
    erp.append(meanwhile)
    report = engine.send("pihapalvelu", actor=WHO)
    assert (report.accepted, [one.reason.params["what"] for one in report.returned]) == ([], ["data"])


@pytest.mark.parametrize(
    "meanwhile",
    [
        replace(CREDIT, customer_id="2", credit_of=""),
        replace(CREDIT, open=Money(0, "EUR"), settled_on=TODAY),
        replace(PAID_IN, customer_id="2"),
        replace(PAID_IN, receivable_id="1041"),
        replace(PAID_IN, amount=Money(-8990, "EUR")),
    ],
)
def test_money_that_is_not_in_hand_for_it_keeps_nothing_back(engine, erp, meanwhile) -> None:
    propose(engine)
    engine.approve("pihapalvelu", actor=WHO)
    erp.append(meanwhile)
    assert len(engine.send("pihapalvelu", actor=WHO).accepted) == 1


@pytest.mark.parametrize(
    "there", [replace(CREDIT, open=Money(-100, "EUR")), replace(PAID_IN, amount=Money(100, "EUR"))]
)
def test_money_that_a_person_knew_of_when_approving_keeps_nothing_back(engine, erp, there) -> None:
    erp.append(there)
    (reminder,) = propose(engine).reminders
    engine.approve("pihapalvelu", actor=WHO, reminder_ids=[reminder.reminder_id])
    assert len(engine.send("pihapalvelu", actor=WHO).accepted) == 1


def test_a_payment_that_the_reading_kept_apart_is_no_news_at_sending(engine, erp) -> None:
    erp.append(replace(PAID_IN, amount=Money(8990, "eur")))
    propose(engine)
    engine.approve("pihapalvelu", actor=WHO)
    assert len(engine.send("pihapalvelu", actor=WHO).accepted) == 1


def test_a_hold_of_the_receivable_keeps_the_message_back_whatever_customer_it_names(engine, erp) -> None:
    propose(engine)
    engine.approve("pihapalvelu", actor=WHO)
    erp.append(Hold("h1", "9", HoldKind.DISPUTE, TODAY, receivable_id="1042"))
    report = engine.send("pihapalvelu", actor=WHO)
    assert (report.accepted, [one.reason.params["what"] for one in report.returned]) == ([], ["hold"])


def test_a_hold_of_another_receivable_keeps_nothing_back(engine, erp) -> None:
    propose(engine)
    engine.approve("pihapalvelu", actor=WHO)
    erp.append(Hold("h1", "1", HoldKind.DISPUTE, TODAY, receivable_id="1043"))
    assert len(engine.send("pihapalvelu", actor=WHO).accepted) == 1


def test_a_hold_that_has_ended_or_begins_later_keeps_nothing_back(engine, erp) -> None:
    erp += [
        Hold("old", "1", HoldKind.PROMISE, date(2026, 11, 1), end_on=date(2026, 11, 10)),
        Hold("later", "1", HoldKind.PROMISE, date(2027, 1, 1)),
    ]
    propose(engine)
    engine.approve("pihapalvelu", actor=WHO)
    assert len(engine.send("pihapalvelu", actor=WHO).accepted) == 1


def test_what_is_no_value_of_the_ledger_is_refused_and_named(engine, erp) -> None:
    erp.append({"hold": "mistyped"})
    with pytest.raises(SyncFailed, match="yielded a dict; it may yield Customer"):
        propose(engine)


@pytest.mark.parametrize(
    "other",
    [
        replace(LATE, open=Money(500, "EUR")),
        replace(LATE, receivable_id="1043", original=Money(8990, "SEK")),
        replace(LATE, receivable_id="1043", original=Money(8990, "eur"), open=Money(8990, "eur")),
    ],
)
def test_what_cannot_be_right_is_kept_aside_and_never_asked_for(engine, erp, other: Receivable) -> None:
    erp.append(other)
    report = engine.sync("pihapalvelu", as_of=TODAY, actor=WHO)
    assert (report.rows_read, report.rows_accepted, report.rows_quarantined) == (3, 2, 1)
    lines = engine.propose("pihapalvelu", as_of=TODAY, actor=WHO).lines
    doubtful = [line.reasons[0].code for line in lines if line.receivable_id == other.receivable_id]
    assert doubtful in ([], [ReasonCode.ROW_QUARANTINED])
    assert engine.quarantine("pihapalvelu")[0].receivable_id == other.receivable_id


def test_the_same_values_twice_are_no_contradiction(engine, erp) -> None:
    erp.append(LATE)
    assert [line.reasons[0].code for line in propose(engine).lines] == [ReasonCode.FIRST_CONTACT_DUE]


def test_a_moment_is_no_day(engine) -> None:
    with pytest.raises(NotAllowed, match="creditor-local day"):
        engine.sync("pihapalvelu", as_of=datetime(2026, 11, 24, tzinfo=UTC), actor=WHO)


def test_a_failing_query_ends_the_sync(world, store) -> None:
    def read() -> list[object]:
        raise OSError("connection lost")

    setup = CreditorSetup.of(world.creditor, source=SnapshotSource(read), channels={})
    with pytest.raises(SyncFailed):
        Engine(store, [setup]).sync("pihapalvelu", as_of=TODAY, actor=WHO)


def test_what_it_cannot_do_it_refuses() -> None:
    source = SnapshotSource(list)
    assert source.check().ok
    with pytest.raises(UnsupportedCapability):
        source.documents(("1",))
    with pytest.raises(UnsupportedCapability):
        source.write_back(())
