"""A ledger that gives one thing twice in a reading, with different values: neither is guessed to be right."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dunningkit.model import (
    ChangeBatch,
    ContactPoint,
    LineStatus,
    Medium,
    Money,
    Payment,
    ReasonCode,
    Scope,
    SyncEnd,
)

NEEDS_A_PERSON = (LineStatus.NEEDS_YOU, ReasonCode.ROW_QUARANTINED)
SENTENCE = "twice in one reading, with different values. Correct it there."


class Told:
    """The world's ledger, which also tells these values; apart from each other or in one batch."""

    def __init__(self, ledger, *, apart: bool = True, scope: Scope = Scope.SNAPSHOT, replaces: bool = False) -> None:
        self.ledger, self.apart, self.scope, self.replaces = ledger, apart, scope, replaces
        self.again: tuple = ()
        self.paid: tuple = ()

    def __getattr__(self, name: str) -> object:
        return getattr(self.ledger, name)

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        *others, end = self.ledger.changes(cursor)
        yield from others
        if self.apart:
            yield from (ChangeBatch(customers=(one,), customers_replace=self.replaces) for one in self.again)
            yield from (ChangeBatch(payments=(one,)) for one in self.paid)
        else:
            yield ChangeBatch(customers=self.again, payments=self.paid)
        yield replace(end, end=SyncEnd(self.scope, complete=True))


def answers(world) -> dict[str, tuple[LineStatus, ReasonCode]]:
    return {line.receivable_id: (line.status, line.reasons[0].code) for line in world.propose().lines}


def in_order(values: list, *, turned: bool) -> tuple:
    return tuple(reversed(values)) if turned else tuple(values)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("read_before", [False, True])
def test_what_a_customer_owes_who_was_told_in_two_ways_needs_a_person_every_day(
    world, turned, apart, read_before
) -> None:
    known = world.invoice() and world.ledger.customers.pop("1")
    world.invoice("other", customer_id="2")
    moved = replace(known, contact_points=(ContactPoint(Medium.EMAIL, "moved@example.fi"),))
    world.ledger = told = Told(world.ledger, apart=apart)
    if read_before:
        told.again = (known,)
        world.sync()
    told.again = in_order([known, moved], turned=turned)
    for _day in range(2):
        assert answers(world) == {"1042": NEEDS_A_PERSON, "other": (LineStatus.READY, ReasonCode.FIRST_CONTACT_DUE)}
        rows = world.engine().quarantine("pihapalvelu")
        assert [(row.receivable_id, row.customer_id) for row in rows] == [(None, "1"), ("1042", "1")]
        assert all(row.reason.endswith(SENTENCE) for row in rows)
    told.again = (moved,)
    assert answers(world)["1042"][0] is LineStatus.READY


@pytest.mark.parametrize("apart", [False, True])
def test_a_customer_may_be_told_again_alike(world, apart) -> None:
    world.invoice()
    world.ledger = told = Told(world.ledger, apart=apart)
    told.again = (world.ledger.customers["1"],) * 2
    for _day in range(2):
        assert answers(world)["1042"][0] is LineStatus.READY
        assert not world.engine().quarantine("pihapalvelu")


def test_a_source_that_knows_which_is_newer_replaces_a_customer(world) -> None:
    world.invoice()
    moved = replace(world.ledger.customers["1"], contact_points=(ContactPoint(Medium.EMAIL, "moved@example.fi"),))
    world.ledger = told = Told(world.ledger, replaces=True)
    told.again = (moved,)
    (reminder,) = world.propose().reminders
    assert reminder.to.address == "moved@example.fi"


def test_between_readings_a_customer_may_change_and_what_was_contradicted_is_mended_by_what_changed(world) -> None:
    """As for all that a reading of changes puts aside: what comes again alone is taken, and what is new meanwhile waits."""
    known = world.invoice() and world.ledger.customers["1"]
    moved = replace(known, contact_points=(ContactPoint(Medium.EMAIL, "moved@example.fi"),))
    world.ledger = told = Told(world.ledger)
    told.again = (moved,)
    assert answers(world) == {"1042": NEEDS_A_PERSON}
    told.scope, told.again = Scope.DELTA, ()
    told.receivables.clear()
    world.invoice("new")
    told.ledger.customers.clear()
    assert answers(world) == {"1042": NEEDS_A_PERSON, "new": NEEDS_A_PERSON}
    told.again = (moved,)
    assert {status for status, _ in answers(world).values()} == {LineStatus.READY}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("read_before", [False, True])
@pytest.mark.parametrize(
    ("first", "second", "doubtful"),
    [
        ((8_990, "1042"), (90, "1042"), {"1042"}),
        ((8_990, "1042"), (8_990, "second"), {"1042", "second"}),
        ((8_990, None), (1, None), {"1042", "second"}),
        ((8_990, None), (8_990, "1042"), {"1042", "second"}),
    ],
)
def test_what_a_payment_is_for_that_was_told_in_two_ways_needs_a_person(
    world, turned, apart, read_before, first, second, doubtful
) -> None:
    for number, customer_id in (("1042", "1"), ("second", "1"), ("other", "2")):
        world.invoice(number, customer_id=customer_id)
    payments = [Payment("p", "1", Money(minor, "EUR"), world.today, about) for minor, about in (first, second)]
    world.ledger = told = Told(world.ledger, apart=apart)
    if read_before:
        told.paid = tuple(payments[:1])
        world.sync()
    told.paid = in_order(payments, turned=turned)
    for _day in range(2):
        found = {one for one, answer in answers(world).items() if answer == NEEDS_A_PERSON}
        assert found == doubtful
    told.paid = tuple(payments[1:] * 2)
    assert NEEDS_A_PERSON not in answers(world).values()
