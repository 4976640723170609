"""The first reading of a ledger is stored without looking at what is there: it must leave what a careful one would."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dunningkit.engine import sync as syncing
from dunningkit.errors import SyncFailed, TransientError
from dunningkit.model import ChangeBatch, Columns, Customer, Money, Payment, Receivable, Scope, SyncEnd

DUE = date(2026, 11, 10)


def receivable(number: int, minor: int) -> Receivable:
    money = Money(minor, "EUR")
    return Receivable(f"r{number}", f"c{number % 3}", f"r{number}", money, money, date(2026, 10, 1), DUE)


def by_columns(receivables: tuple[Receivable, ...]) -> Columns[Receivable]:
    number = len(receivables)
    money = Columns(
        Money, number, {"amount_minor": [one.open.amount_minor for one in receivables], "currency": ["EUR"] * number}
    )
    names = ("receivable_id", "customer_id", "invoice_number", "issued_on", "due_on")
    columns = {name: [getattr(one, name) for one in receivables] for name in names}
    return Columns(Receivable, number, columns | {"original": money, "open": money})


@dataclass
class Batches:
    """A source that hands over exactly these batches, and may break off after them."""

    batches: list[ChangeBatch]
    breaks: bool = False

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        yield from self.batches
        if self.breaks:
            raise TransientError("gone")
        rows = sum(len(batch.receivables) for batch in self.batches)
        yield ChangeBatch(end=SyncEnd(Scope.SNAPSHOT, complete=True, rows_read=rows, rows_accepted=rows))


PARTS = st.lists(
    st.builds(
        lambda numbers, minor, columns, customers, pays: (numbers, minor, columns, customers, pays),
        numbers=st.lists(st.integers(0, 12), max_size=5),
        minor=st.integers(101, 103),
        columns=st.booleans(),
        customers=st.booleans(),
        pays=st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


def batches_of(parts) -> list[ChangeBatch]:
    """Batches in which ids come again, in one batch or a later one, with the same amount or another."""
    made = []
    for numbers, minor, columns, customers, pays in parts:
        found = tuple(receivable(number, minor) for number in numbers)
        made.append(
            ChangeBatch(
                customers=tuple(Customer(f"c{number}", f"Name {minor}") for number in range(3)) if customers else (),
                receivables=by_columns(found) if columns else found,
                payments=tuple(Payment(f"p{one}", "c0", Money(minor, "EUR"), DUE) for one in numbers) if pays else (),
            )
        )
    return made


def stored(world) -> dict[str, list[tuple[object, ...]]]:
    """Everything a reading leaves, without what names the creditor."""
    with world.store.read() as db:
        tables = (db.tables.customers, db.tables.receivables, db.tables.payments, db.tables.quarantine)
        found = {}
        for table in tables:
            columns = [column for column in table.columns if column.name != "creditor_id"]
            query = select(*columns).where(table.c.creditor_id == world.creditor.creditor_id)
            found[table.name] = sorted(map(tuple, db.connection.execute(query)), key=repr)
        return found


def read(world, batches: list[ChangeBatch], *, breaks: bool = False):
    world.ledger = Batches(batches, breaks=breaks)
    return world.engine().sync(world.creditor.creditor_id, as_of=world.today, actor=world.actor)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=PARTS)
def test_the_quick_way_leaves_what_the_careful_way_leaves(new_world, parts) -> None:
    quick, careful = new_world(), new_world()
    report = read(quick, batches_of(parts))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(syncing.intake, "is_empty", lambda _db, _creditor_id: False)
        expected = read(careful, batches_of(parts))
    assert stored(quick) == stored(careful)
    assert replace(report, number=0) == replace(expected, number=0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=PARTS)
def test_what_broke_off_is_made_whole_by_the_next_reading(new_world, parts) -> None:
    broken, whole = new_world(), new_world()
    with pytest.raises(SyncFailed):
        read(broken, batches_of(parts[:-1]), breaks=True)
    read(broken, batches_of(parts))
    read(whole, batches_of(parts))

    def without_numbers(world):
        return {
            name: [tuple(value for value in row if value not in (1, 2)) for row in rows]
            for name, rows in stored(world).items()
            if "quarantine" not in name
        }

    assert without_numbers(broken) == without_numbers(whole)


def test_a_second_reading_of_the_same_changes_nothing(world) -> None:
    parts = [([1, 2, 3], 1, True, True, True)]
    read(world, batches_of(parts))
    before = stored(world)
    read(world, batches_of(parts))
    assert stored(world) == before
