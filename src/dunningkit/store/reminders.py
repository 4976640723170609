"""Reminders as they are stored: their exact bytes, how far each of them is, and who decided that."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, text, update

from dunningkit.model import Proposal, Reminder, ReminderState, Rendered
from dunningkit.store.codec import from_json, to_json
from dunningkit.store.database import Db
from dunningkit.store.ledger import in_chunks
from dunningkit.store.rows import insert_new
from dunningkit.store.schema import IS_WITHDRAWN

#: The detail of a proposed reminder whose approval a person took back.
WITHDRAWN = "withdrawn"

#: Where a reminder is that was approved and came back: nothing of it has ever left.
CAME_BACK = (ReminderState.RETURNED.value, ReminderState.SUPERSEDED.value)

#: What ends the detail of such a reminder when it was skipped later.
_SKIPPED_AFTER = f"\n{WITHDRAWN}"


@dataclass(frozen=True, slots=True)
class StoredReminder:
    """A reminder with its state, the policy it was written under, and the exact bytes that leave."""

    reminder: Reminder
    state: ReminderState
    state_detail: str
    policy_version: str
    proposal_id: str
    content: bytes
    content_type: str
    filename: str
    approved_by: str
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one reminder is: its state, and who approved it when."""

    state: ReminderState
    detail: str
    approved_by: str
    approved_at: datetime | None


def save(db: Db, proposal: Proposal, contents: Mapping[str, Rendered]) -> None:
    """Store the reminders first written in a proposal; ``contents`` holds the rendered bytes of each by its id."""
    rows = []
    for reminder in proposal.reminders:
        rendered = contents.get(reminder.reminder_id)
        if rendered is None:  # an approved one from an earlier proposal: it is stored already
            continue
        rows.append(
            (
                proposal.creditor_id,
                reminder.reminder_id,
                reminder.customer_id,
                proposal.proposal_id,
                ReminderState.PROPOSED.value,
                "",
                proposal.policy_version,
                to_json(reminder),
                rendered.content,
                rendered.content_type,
                rendered.filename,
                reminder.content_hash,
                "",
            )
        )
    columns = (
        "creditor_id",
        "reminder_id",
        "customer_id",
        "proposal_id",
        "state",
        "state_detail",
        "policy_version",
        "body",
        "content",
        "content_type",
        "filename",
        "content_hash",
        "approved_by",
    )
    insert_new(db.connection, db.tables.reminders, columns, rows)


def by_id(db: Db, creditor_id: str, reminder_ids: Sequence[str]) -> dict[str, StoredReminder]:
    """These reminders with their states, in the order asked; unknown ids are left out."""
    found: dict[str, StoredReminder] = {}
    table = db.tables.reminders
    for chunk in in_chunks(reminder_ids):
        query = select(table).where(table.c.creditor_id == creditor_id, table.c.reminder_id.in_(chunk))
        found.update({row.reminder_id: _to_stored(row) for row in db.connection.execute(query)})
    return {reminder_id: found[reminder_id] for reminder_id in reminder_ids if reminder_id in found}


def ids_beginning(db: Db, creditor_id: str, beginning: str, limit: int) -> tuple[str, ...]:
    """The first ``limit`` reminder ids that begin so, ordered."""
    table = db.tables.reminders
    query = select(table.c.reminder_id).where(
        table.c.creditor_id == creditor_id, table.c.reminder_id.startswith(beginning, autoescape=True)
    )
    return tuple(db.connection.execute(query.order_by(table.c.reminder_id).limit(limit)).scalars())


def answered(db: Db, creditor_id: str, proposal_id: str) -> tuple[str, ...]:
    """The reminders first written in one proposal that have an answer which stands, ordered: what came back has none."""
    table = db.tables.reminders
    query = select(table.c.reminder_id).where(
        table.c.creditor_id == creditor_id,
        table.c.proposal_id == proposal_id,
        table.c.state.not_in((ReminderState.PROPOSED.value, *CAME_BACK)),
    )
    return tuple(db.connection.execute(query.order_by(table.c.reminder_id)).scalars())


def returned_of(db: Db, creditor_id: str, proposal_id: str) -> tuple[str, ...]:
    """The reminders first written in one proposal that came back after an approval and ask still, ordered."""
    table = db.tables.reminders
    query = select(table.c.reminder_id).where(
        table.c.creditor_id == creditor_id,
        table.c.proposal_id == proposal_id,
        table.c.state == ReminderState.RETURNED.value,
    )
    return tuple(db.connection.execute(query.order_by(table.c.reminder_id)).scalars())


def in_state(db: Db, creditor_id: str, state: ReminderState) -> tuple[StoredReminder, ...]:
    """Every reminder in one state, ordered by customer, oldest due date and that receivable's id."""
    table = db.tables.reminders
    query = select(table).where(table.c.creditor_id == creditor_id, table.c.state == state.value)
    found = (_to_stored(row) for row in db.connection.execute(query))
    return tuple(sorted(found, key=_customer_and_oldest))


def _customer_and_oldest(stored: StoredReminder) -> tuple[str, date, str, str]:
    reminder = stored.reminder
    due_on, receivable_id = min((item.due_on, item.receivable_id) for item in reminder.items)
    return reminder.customer_id, due_on, receivable_id, reminder.reminder_id


def came_back(db: Db, creditor_id: str) -> Mapping[str, int]:
    """How many reminders of each idempotency key came back after an approval."""
    table = db.tables.reminders
    query = select(table.c.body).where(table.c.creditor_id == creditor_id, table.c.state.in_(CAME_BACK))
    return Counter(from_json(Reminder, body).key for body in db.connection.execute(query).scalars())


def taken_back(db: Db, creditor_id: str) -> tuple[Reminder, ...]:
    """The reminders that a person took back: cancelled after they were sent, or their approval, which nobody gave again.

    Those skipped since a withdrawal are among them.
    """
    table = db.tables.reminders
    waiting = (table.c.state == ReminderState.PROPOSED.value, text(IS_WITHDRAWN))
    skipped = (table.c.state == ReminderState.SKIPPED.value, table.c.state_detail.endswith(_SKIPPED_AFTER))
    cancelled = (table.c.state == ReminderState.CANCELLED.value,)
    found = []
    for state in (waiting, skipped, cancelled):
        query = select(table.c.body).where(table.c.creditor_id == creditor_id, *state).order_by(table.c.reminder_id)
        found += [from_json(Reminder, body) for body in db.connection.execute(query).scalars()]
    return tuple(found)


def move(
    db: Db, creditor_id: str, reminder_id: str, *, expected: ReminderState, to: ReminderState, detail: str = ""
) -> bool:
    """Change a reminder's state if it still is in ``expected``; false when somebody else was first."""
    table = db.tables.reminders
    moved = db.connection.execute(
        update(table)
        .where(
            table.c.creditor_id == creditor_id,
            table.c.reminder_id == reminder_id,
            table.c.state == expected.value,
        )
        .values(state=to.value, state_detail=detail)
    )
    return moved.rowcount == 1


def move_many(
    db: Db,
    creditor_id: str,
    reminder_ids: Sequence[str],
    *,
    expected: ReminderState,
    to: ReminderState,
    detail: str = "",
    approved_by: str = "",
    approved_at: datetime | None = None,
) -> tuple[str, ...]:
    """Change the state of those reminders that still are in ``expected``; returns their ids, in the order asked.

    The others are left to whoever was first. Who approved them is set, too: nobody, when left out.
    """
    table = db.tables.reminders
    values = {"state": to.value, "state_detail": detail, "approved_by": approved_by}
    at = approved_at.isoformat() if approved_at else None
    moved: set[str] = set()
    for chunk in in_chunks(list(dict.fromkeys(reminder_ids))):
        there = (table.c.creditor_id == creditor_id, table.c.reminder_id.in_(chunk), table.c.state == expected.value)
        # Locked first where the database locks rows; SQLite's write transaction has locked them all already.
        moved.update(db.connection.execute(select(table.c.reminder_id).where(*there).with_for_update()).scalars())
        db.connection.execute(update(table).where(*there).values(**values, approved_at=at))
    return tuple(reminder_id for reminder_id in dict.fromkeys(reminder_ids) if reminder_id in moved)


def standings(db: Db, creditor_id: str, reminder_ids: Sequence[str]) -> dict[str, Standing]:
    """How far these reminders are, without their texts; unknown ids are left out."""
    table, found = db.tables.reminders, {}
    columns = (table.c.reminder_id, table.c.state, table.c.state_detail, table.c.approved_by, table.c.approved_at)
    for chunk in in_chunks(reminder_ids):
        query = select(*columns).where(table.c.creditor_id == creditor_id, table.c.reminder_id.in_(chunk))
        for row in db.connection.execute(query):
            at = datetime.fromisoformat(row.approved_at) if row.approved_at else None
            found[row.reminder_id] = Standing(ReminderState(row.state), row.state_detail, row.approved_by, at)
    return found


def whose(db: Db, creditor_id: str, reminder_ids: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The customers whom these reminders are to, and the receivables that they are about."""
    table, found = db.tables.reminders, []
    for chunk in in_chunks(reminder_ids):
        query = select(table.c.body).where(table.c.creditor_id == creditor_id, table.c.reminder_id.in_(chunk))
        found += [from_json(Reminder, body) for body in db.connection.execute(query).scalars()]
    about = frozenset(item.receivable_id for reminder in found for item in reminder.items)
    return frozenset(reminder.customer_id for reminder in found), about


def skipped_since(db: Db, creditor_id: str, day: date) -> tuple[tuple[Reminder, date, str], ...]:
    """The reminders that a person skipped for ``day`` or a later one: each with that day and who did it, ordered by id."""
    table = db.tables.reminders
    query = (
        select(table.c.body, table.c.state_detail)
        .where(table.c.creditor_id == creditor_id, table.c.state == ReminderState.SKIPPED.value)
        .where(table.c.state_detail >= day.isoformat())
    )
    found = [(from_json(Reminder, row.body), *skip_of(row.state_detail)) for row in db.connection.execute(query)]
    return tuple(sorted(found, key=lambda one: one[0].reminder_id))


def skip_detail(day: date, by: str, before: str) -> str:
    """What the state's detail of a skipped reminder says: for which day, who did it, and a withdrawal that came ``before``."""
    return f"{day.isoformat()} {by}{_SKIPPED_AFTER if before == WITHDRAWN else ''}"


def skip_of(detail: str) -> tuple[date, str]:
    """For which day a skipped reminder was skipped, and who did it: of what `skip_detail` wrote."""
    day, _, by = detail.removesuffix(_SKIPPED_AFTER).partition(" ")
    return date.fromisoformat(day), by


def _to_stored(row: object) -> StoredReminder:
    values = row._mapping  # type: ignore[attr-defined]  # SQLAlchemy's documented way to read a row by name  # noqa: SLF001
    return StoredReminder(
        reminder=from_json(Reminder, values["body"]),
        state=ReminderState(values["state"]),
        state_detail=values["state_detail"],
        policy_version=values["policy_version"],
        proposal_id=values["proposal_id"],
        content=bytes(values["content"]),
        content_type=values["content_type"],
        filename=values["filename"],
        approved_by=values["approved_by"],
        approved_at=datetime.fromisoformat(values["approved_at"]) if values["approved_at"] else None,
    )
