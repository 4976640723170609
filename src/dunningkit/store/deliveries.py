"""Deliveries: one row per idempotency key, and the receivables' steps that it uses up.

The database keeps two promises by itself: a key exists once, and a receivable's step is active in one delivery only
(a courtesy step and a reminder's of the same name are two).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from dunningkit.model import Medium, Reminder, ReminderState, StepKind
from dunningkit.store.database import Db
from dunningkit.store.ledger import in_chunks
from dunningkit.store.schema import HAS_CHARGES


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to deliver one reminder. ``sent_on`` is the creditor-local day of the claim."""

    key: str
    reminder_id: str
    customer_id: str
    plugin: str
    medium: Medium
    address: str
    kind: StepKind
    state: ReminderState
    token: str
    claimed_at: datetime
    sent_on: date
    pay_by: date
    provider_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class DeliveredItem:
    """One receivable's step in a delivery. ``active`` is false once the delivery was refused: the step is free again.

    ``fee_minor``, ``interest_minor`` and ``earlier_fees_minor`` (what was left of the fees of messages before) are what the
    message asked for beside the open amount, in its currency.
    """

    receivable_id: str
    step_id: str
    active: bool
    delivery: Delivery
    fee_minor: int = 0
    interest_minor: int = 0
    earlier_fees_minor: int = 0


def claim(db: Db, creditor_id: str, reminder: Reminder, token: str, at: datetime, on: date) -> bool:
    """Take a reminder's key and its receivables' steps for this sender; false when any of them is taken already."""
    try:
        with db.connection.begin_nested():
            db.connection.execute(
                insert(db.tables.deliveries).values(
                    creditor_id=creditor_id,
                    key=reminder.key,
                    reminder_id=reminder.reminder_id,
                    customer_id=reminder.customer_id,
                    plugin=reminder.plugin,
                    medium=reminder.to.medium.value,
                    address=reminder.to.address,
                    kind=reminder.kind.value,
                    state=ReminderState.CLAIMED.value,
                    token=token,
                    claimed_at=at.isoformat(),
                    sent_on=on,
                    pay_by=reminder.pay_by,
                    provider_id="",
                    detail="",
                )
            )
            db.connection.execute(
                insert(db.tables.delivery_items),
                [
                    {
                        "creditor_id": creditor_id,
                        "key": reminder.key,
                        "receivable_id": item.receivable_id,
                        "step_id": item.step_id,
                        "active": True,
                        "courtesy": reminder.kind is StepKind.COURTESY,
                        "fee_minor": item.fee_minor,
                        "interest_minor": item.interest_minor,
                        "earlier_fees_minor": item.earlier_fees_minor,
                    }
                    for item in reminder.items
                ],
            )
    except IntegrityError:
        return False
    return True


def advance(db: Db, creditor_id: str, key: str, token: str, *, expected: ReminderState, to: ReminderState) -> bool:
    """Move a delivery on if it is still this sender's and in ``expected``; false when it is not."""
    table = db.tables.deliveries
    moved = db.connection.execute(
        update(table)
        .where(
            table.c.creditor_id == creditor_id,
            table.c.key == key,
            table.c.token == token,
            table.c.state == expected.value,
        )
        .values(state=to.value)
    )
    return moved.rowcount == 1


def record(
    db: Db, creditor_id: str, key: str, *, state: ReminderState, at: datetime, provider_id: str = "", detail: str = ""
) -> None:
    """Record what became of a delivery; a refused one frees its receivables' steps."""
    table, items = db.tables.deliveries, db.tables.delivery_items
    db.connection.execute(
        update(table)
        .where(table.c.creditor_id == creditor_id, table.c.key == key)
        .values(state=state.value, recorded_at=at.isoformat(), provider_id=provider_id, detail=detail)
    )
    if state is ReminderState.REFUSED:
        db.connection.execute(
            update(items).where(items.c.creditor_id == creditor_id, items.c.key == key).values(active=False)
        )


def cancel(db: Db, creditor_id: str, key: str) -> None:
    """Mark a delivery cancelled after it left: its receivables' steps are free again, the contact remains."""
    table, items = db.tables.deliveries, db.tables.delivery_items
    db.connection.execute(
        update(table)
        .where(table.c.creditor_id == creditor_id, table.c.key == key)
        .values(state=ReminderState.CANCELLED.value)
    )
    db.connection.execute(
        update(items).where(items.c.creditor_id == creditor_id, items.c.key == key).values(active=False)
    )


def abandon(db: Db, creditor_id: str, key: str, token: str) -> bool:
    """Give this sender's claim back, which certainly never left: the key and the steps are free again.

    False when it is not this sender's any more, or is past claiming: then nothing is changed.
    """
    table, items = db.tables.deliveries, db.tables.delivery_items
    mine = (
        table.c.creditor_id == creditor_id,
        table.c.key == key,
        table.c.token == token,
        table.c.state == ReminderState.CLAIMED.value,
    )
    if db.connection.execute(select(table.c.key).where(*mine)).first() is None:
        return False
    db.connection.execute(delete(items).where(items.c.creditor_id == creditor_id, items.c.key == key))
    return db.connection.execute(delete(table).where(*mine)).rowcount == 1


def in_state(db: Db, creditor_id: str, state: ReminderState) -> tuple[Delivery, ...]:
    """Every delivery in one state, ordered by key."""
    table = db.tables.deliveries
    query = select(table).where(table.c.creditor_id == creditor_id, table.c.state == state.value)
    # Put in order here: asked for the key's order, SQLite reads every delivery there ever was.
    return tuple(sorted(map(_to_delivery, db.connection.execute(query)), key=attrgetter("key")))


def of_reminder(db: Db, creditor_id: str, reminder_id: str) -> Delivery | None:
    """The delivery of one reminder, if there was one."""
    table = db.tables.deliveries
    query = select(table).where(table.c.creditor_id == creditor_id, table.c.reminder_id == reminder_id)
    row = db.connection.execute(query).first()
    return _to_delivery(row) if row else None


def to_customers(db: Db, creditor_id: str, customer_ids: Sequence[str]) -> tuple[Delivery, ...]:
    """Everything ever tried towards these customers, whoever owes by now what it was about; ordered by day and key."""
    table = db.tables.deliveries
    found: list[Delivery] = []
    for chunk in in_chunks(customer_ids):
        query = select(table).where(table.c.creditor_id == creditor_id, table.c.customer_id.in_(chunk))
        found.extend(map(_to_delivery, db.connection.execute(query)))
    return tuple(sorted(found, key=attrgetter("sent_on", "key")))


def items_about(db: Db, creditor_id: str, receivable_ids: Sequence[str]) -> tuple[DeliveredItem, ...]:
    """Everything ever tried about these receivables, whoever it was sent to; ordered by day, key and receivable."""
    return _items(db, creditor_id, db.tables.delivery_items.c.receivable_id, receivable_ids)


def items_to(db: Db, creditor_id: str, customer_ids: Sequence[str]) -> tuple[DeliveredItem, ...]:
    """Everything ever tried towards these customers with what it was about; ordered by day, key and receivable."""
    return _items(db, creditor_id, db.tables.deliveries.c.customer_id, customer_ids)


def _items(db: Db, creditor_id: str, column: ColumnElement[str], ids: Sequence[str]) -> tuple[DeliveredItem, ...]:
    table, items = db.tables.deliveries, db.tables.delivery_items
    found: list[DeliveredItem] = []
    for chunk in in_chunks(ids):
        query = (
            select(
                table,
                items.c.receivable_id,
                items.c.step_id,
                items.c.active,
                items.c.fee_minor,
                items.c.interest_minor,
                items.c.earlier_fees_minor,
            )
            .join(items, (items.c.creditor_id == table.c.creditor_id) & (items.c.key == table.c.key))
            # Of both: each has an index that begins with the creditor.
            .where(table.c.creditor_id == creditor_id, items.c.creditor_id == creditor_id, column.in_(chunk))
        )
        found.extend(
            DeliveredItem(
                row.receivable_id,
                row.step_id,
                row.active,
                _to_delivery(row),
                row.fee_minor,
                row.interest_minor,
                row.earlier_fees_minor,
            )
            for row in db.connection.execute(query)
        )
    return tuple(sorted(found, key=attrgetter("delivery.sent_on", "delivery.key", "receivable_id")))


def charged(db: Db, creditor_id: str) -> frozenset[str]:
    """The receivables about which any message, whatever became of it, asked for a fee or for interest."""
    items = db.tables.delivery_items
    query = select(items.c.receivable_id).where(items.c.creditor_id == creditor_id, text(HAS_CHARGES)).distinct()
    return frozenset(db.connection.execute(query).scalars())


#: The states that count as a contact: it left (and may have been cancelled since), it may have left, or it is about to.
CONTACTS = (
    ReminderState.CLAIMED,
    ReminderState.SENDING,
    ReminderState.ACCEPTED,
    ReminderState.UNKNOWN,
    ReminderState.CANCELLED,
)


def _to_delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        key=row.key,
        reminder_id=row.reminder_id,
        customer_id=row.customer_id,
        plugin=row.plugin,
        medium=Medium(row.medium),
        address=row.address,
        kind=StepKind(row.kind),
        state=ReminderState(row.state),
        token=row.token,
        claimed_at=datetime.fromisoformat(row.claimed_at),
        sent_on=row.sent_on,
        pay_by=row.pay_by,
        provider_id=row.provider_id,
        detail=row.detail,
    )
