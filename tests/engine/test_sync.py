"""Reading a ledger: what is whole, what is gone, what cannot be read, and what blocks a proposal."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from dunningkit.errors import AuthError, ProposalBlocked, SyncFailed
from dunningkit.model import (
    ChangeBatch,
    Hold,
    HoldKind,
    LineStatus,
    Money,
    Payment,
    QuarantinedRow,
    ReasonCode,
    Scope,
    SyncEnd,
)
from dunningkit.store import syncs


def test_a_proposal_before_any_sync_is_blocked(world) -> None:
    with pytest.raises(ProposalBlocked, match="sync first") as blocked:
        world.engine().propose("pihapalvelu", as_of=world.today, actor=world.actor)
    assert blocked.value.code == ReasonCode.NEVER_SYNCED


def test_an_incomplete_reading_permits_no_proposal(world) -> None:
    world.invoice()
    world.ledger.complete = False
    with pytest.raises(ProposalBlocked) as blocked:
        world.propose()
    assert blocked.value.code == ReasonCode.SYNC_INCOMPLETE


def test_a_failing_source_says_what_happened_and_blocks_until_it_is_well(world) -> None:
    world.invoice()
    world.ledger.fails = AuthError("The key was refused: renew it.")
    with pytest.raises(SyncFailed, match="The key was refused") as failed:
        world.sync()
    assert failed.value.code == "auth_error"
    with pytest.raises(ProposalBlocked):
        world.engine().propose("pihapalvelu", as_of=world.today, actor=world.actor)
    world.ledger.fails = None
    assert world.line().status is LineStatus.READY


def test_a_crashing_source_is_named_and_its_words_are_not_repeated(world) -> None:
    world.ledger.fails = RuntimeError("password=hunter2")
    with pytest.raises(SyncFailed, match="MemoryLedger") as failed:
        world.sync()
    assert "hunter2" not in str(failed.value)


def test_a_few_vanished_invoices_are_gone_and_never_reminded_about(world) -> None:
    for number in range(10):
        world.invoice(str(number), customer_id=str(number))
    world.sync()
    del world.ledger.receivables["3"]
    proposal = world.propose()
    assert proposal.gone == 1
    assert "3" not in {line.receivable_id for line in proposal.lines}


def test_many_vanished_invoices_wait_for_a_person(world) -> None:
    for number in range(10):
        world.invoice(str(number), customer_id=str(number))
    world.sync()
    for number in ("3", "4", "5"):
        del world.ledger.receivables[number]
    with pytest.raises(ProposalBlocked, match="3 of 10") as blocked:
        world.propose()
    assert blocked.value.code == ReasonCode.TOO_MANY_GONE
    world.sync(accept_gone=True)
    proposal = world.engine().propose("pihapalvelu", as_of=world.today, actor=world.actor)
    assert (proposal.gone, len(proposal.lines)) == (3, 7)


def test_exactly_a_fifth_may_vanish(world) -> None:
    for number in range(10):
        world.invoice(str(number), customer_id=str(number))
    world.sync()
    for number in ("3", "4"):
        del world.ledger.receivables[number]
    assert world.propose().gone == 2


def test_what_is_absent_from_a_delta_is_not_gone(world) -> None:
    for number in range(4):
        world.invoice(str(number), customer_id=str(number))
    world.sync()
    world.ledger.scope = Scope.DELTA
    world.ledger.receivables = {}
    assert world.propose().gone == 0
    assert len(world.engine().latest("pihapalvelu").lines) == 4


@pytest.mark.parametrize("accept_gone", [True, False])
def test_what_vanished_from_a_snapshot_is_not_explained_by_a_delta(world, accept_gone) -> None:
    for number in range(5):
        world.invoice(str(number), customer_id=str(number))
    world.propose()
    there, world.ledger.receivables = world.ledger.receivables, {}
    world.sync()
    world.ledger.scope = Scope.DELTA
    world.sync(accept_gone=accept_gone)
    world.sync()
    with pytest.raises(ProposalBlocked, match="5 of 5") as blocked:
        world.engine().propose("pihapalvelu", as_of=world.today, actor=world.actor)
    assert blocked.value.code == ReasonCode.TOO_MANY_GONE
    world.ledger.scope, world.ledger.receivables = Scope.SNAPSHOT, there
    assert len(world.propose().lines) == 5


def test_after_so_much_vanished_the_source_is_asked_for_all_that_is_there(world, monkeypatch) -> None:
    for number in range(5):
        world.invoice(str(number), customer_id=str(number))
    cursors: list[str | None] = []
    scopes = [Scope.SNAPSHOT, Scope.DELTA, Scope.SNAPSHOT, Scope.SNAPSHOT]

    def changes(ledger, cursor):
        cursors.append(cursor)
        receivables = tuple(ledger.receivables.values())
        end = SyncEnd(scopes.pop(0), complete=True, cursor=f"c{len(cursors)}")
        yield ChangeBatch(customers=tuple(ledger.customers.values()), receivables=receivables, end=end)

    monkeypatch.setattr(type(world.ledger), "changes", changes)
    world.sync()
    world.sync()
    world.ledger.receivables = {}
    world.sync()
    world.sync(accept_gone=True)
    assert cursors == [None, "c1", "c2", None]


def test_an_invoice_whose_row_became_unreadable_is_asked_about(world) -> None:
    world.invoice()
    world.sync()
    del world.ledger.receivables["1042"]
    world.ledger.quarantined = [QuarantinedRow("invoices.csv line 2", "The amount is no number.", receivable_id="1042")]
    line = world.line()
    assert (line.status, line.reasons[0].code) == (LineStatus.NEEDS_YOU, ReasonCode.ROW_QUARANTINED)


def test_the_ledgers_own_holds_come_and_go_with_it(world) -> None:
    world.invoice()
    start = world.today - timedelta(days=1)
    world.ledger.holds["c1"] = Hold("c1", "1", HoldKind.COLLECTION, start, receivable_id="1042", from_ledger=True)
    assert world.line().reasons[0].code is ReasonCode.HELD_COLLECTION
    world.ledger.holds.clear()
    assert world.line().status is LineStatus.READY


def test_a_changed_customer_is_looked_at_again(world) -> None:
    world.customer(contact_points=())
    world.invoice()
    assert world.line().reasons[0].code is ReasonCode.NO_CHANNEL
    world.on(world.today + timedelta(days=1))
    world.customer()
    assert world.line().status is LineStatus.READY


def test_an_unchanged_ledger_is_not_rewritten(world) -> None:
    world.invoice()
    world.sync()
    before = world.engine().audit("pihapalvelu")
    world.sync()
    assert len(world.engine().audit("pihapalvelu")) == len(before) + 1  # the reading itself is on record


def test_a_receivable_that_is_disputed_later_is_held(world) -> None:
    world.invoice()
    assert world.line().status is LineStatus.READY
    world.ledger.receivables["1042"] = replace(world.ledger.receivables["1042"], disputed=True)
    assert world.line().reasons[0].code is ReasonCode.HELD_DISPUTE


def test_of_two_readings_at_once_the_newer_one_counts_and_nothing_is_lost(world) -> None:
    world.invoice()
    world.ledger.holds["h"] = Hold("h", "1", HoldKind.DISPUTE, world.today - timedelta(days=9))
    ledger, inner = world.ledger, replace(world)

    class Slow(type(ledger)):
        def changes(self, cursor):
            batches = list(ledger.changes(cursor))
            yield batches[0]
            inner.sync()  # a whole reading of the same ledger begins and ends here
            yield from batches[1:]

    world.ledger = Slow(**vars(ledger))
    with pytest.raises(SyncFailed, match="Another reading of this ledger began") as caught:
        world.sync()
    assert caught.value.code == "sync_superseded"
    proposal = inner.engine().propose("pihapalvelu", as_of=world.today, actor=world.actor)
    assert [line.reasons[0].code for line in proposal.lines] == [ReasonCode.HELD_DISPUTE]


def test_what_moves_to_another_customer_changes_the_one_it_leaves(world) -> None:
    world.invoice(minor=5_000)
    world.customer("2")
    credit = Payment("p", "1", Money(5_000, "EUR"), world.today)
    world.ledger.payments["p"] = credit
    assert world.line().reasons[0].code is ReasonCode.CREDITS_COVER
    world.ledger.payments["p"] = replace(credit, customer_id="2")
    assert world.line().status is LineStatus.READY


def test_a_hold_of_the_ledgers_ends_with_it_whatever_the_source_says_of_it(world) -> None:
    world.invoice()
    world.ledger.holds["h"] = Hold("h", "1", HoldKind.PROMISE, world.today, from_ledger=False)
    assert world.line().reasons[0].code is ReasonCode.HELD_PROMISE
    world.ledger.holds.clear()
    assert world.line().status is LineStatus.READY


def test_what_a_reading_changed_before_it_was_cut_short_is_looked_at_again(world, monkeypatch) -> None:
    world.invoice()
    world.ledger.holds["h"] = Hold("h", "1", HoldKind.PROMISE, world.today)
    assert world.line().reasons[0].code is ReasonCode.HELD_PROMISE
    world.on(world.today + timedelta(days=1))
    world.ledger.holds["h"] = replace(world.ledger.holds["h"], kind=HoldKind.DISPUTE)

    def cut(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("dunningkit.engine.sync._finish", cut)
        with pytest.raises(KeyboardInterrupt):
            world.sync()
    # The next reading finds the hold as the cut one left it: nothing of its own has changed.
    assert world.line().reasons[0].code is ReasonCode.HELD_DISPUTE
    with world.store.read() as db:
        states = db.connection.execute(select(db.tables.syncs.c.state).order_by(db.tables.syncs.c.number)).scalars()
        assert list(states) == ["complete", "failed", "complete"]


def test_a_reading_for_a_day_before_the_last_run_is_refused_before_anything_is_read(world) -> None:
    world.invoice()
    world.propose()
    world.ledger.fails = AuthError("The ledger must not even be asked.")
    world.on(world.today - timedelta(days=3))
    with pytest.raises(ProposalBlocked) as caught:
        world.sync()
    assert caught.value.code == ReasonCode.RUN_BACKDATED
    world.ledger.fails = None
    world.on(world.today + timedelta(days=3))
    with world.store.read() as db:
        assert syncs.last(db, "pihapalvelu").number == 1
    world.approve()
    assert world.send().accepted
