"""Proposals and their reminders, as they were shown to a person."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, or_, select, text, true, update

from dunningkit.model import Line, Proposal, Reminder, ReminderState, Rendered
from dunningkit.store.codec import from_json, to_json
from dunningkit.store.database import Db
from dunningkit.store.ledger import in_chunks
from dunningkit.store.reviews import ReviewStanding
from dunningkit.store.rows import insert_new
from dunningkit.store.schema import IS_WITHDRAWN, NEVER

#: The detail of a proposed reminder whose approval a person took back.
WITHDRAWN = "withdrawn"

#: Where a reminder is that was approved and came back: nothing of it has ever left.
_CAME_BACK = (ReminderState.RETURNED.value, ReminderState.SUPERSEDED.value)

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


def save(
    db: Db,
    proposal: Proposal,
    contents: dict[str, Rendered],
    made_at: datetime,
    before: Mapping[str, ReviewStanding],
) -> None:
    """Store a proposal as the newest one. Saving an equal proposal again only makes it the newest again.

    ``contents`` holds the rendered bytes of each new reminder by its id, ``before`` how the receivable of each line stood.
    """
    table = db.tables.proposals
    creditor_id = proposal.creditor_id
    number = newest_number(db, creditor_id) + 1
    again = db.connection.execute(
        update(table)
        .where(table.c.creditor_id == creditor_id, table.c.proposal_id == proposal.proposal_id)
        .values(made_number=number)
    )
    if not again.rowcount:
        head = replace(proposal, lines=(), reminders=())
        db.connection.execute(
            insert(table).values(
                creditor_id=creditor_id,
                proposal_id=proposal.proposal_id,
                as_of=proposal.as_of,
                made_at=made_at.isoformat(),
                made_number=number,
                policy_version=proposal.policy_version,
                head=to_json(head),
            )
        )
        _save_lines(db, proposal, before)
    else:
        _keep_resets(db, proposal, before)
    _save_reminders(db, proposal, contents)


def newest_number(db: Db, creditor_id: str) -> int:
    """The number of the newest proposal; 0 before the first."""
    table = db.tables.proposals
    query = select(func.coalesce(func.max(table.c.made_number), 0)).where(table.c.creditor_id == creditor_id)
    return int(db.connection.execute(query).scalar_one())


def _keep_resets(db: Db, proposal: Proposal, before: Mapping[str, ReviewStanding]) -> None:
    """Between two runs with the same outcome something may have changed: without them it would be looked at, too."""
    table = db.tables.lines
    rows = [
        {"position_": position, "due_before_": before[line.receivable_id].next_review_on}
        for position, line in enumerate(proposal.lines)
        if before[line.receivable_id].next_review_on != (line.next_review_on or NEVER)
    ]
    which = (
        table.c.creditor_id == proposal.creditor_id,
        table.c.proposal_id == proposal.proposal_id,
        table.c.position == bindparam("position_"),
    )
    if rows:
        db.connection.execute(update(table).where(*which).values(due_before=bindparam("due_before_")), rows)


def _save_lines(db: Db, proposal: Proposal, before: Mapping[str, ReviewStanding]) -> None:
    rows = [
        (
            proposal.creditor_id,
            proposal.proposal_id,
            position,
            line.receivable_id,
            line.status.value,
            line.reasons[0].code.value,
            to_json(line),
            before[line.receivable_id].reviewed_on,
            before[line.receivable_id].next_review_on,
            before[line.receivable_id].last_reason,
        )
        for position, line in enumerate(proposal.lines)
    ]
    columns = (
        "creditor_id",
        "proposal_id",
        "position",
        "receivable_id",
        "status",
        "reason",
        "body",
        "reviewed_before",
        "due_before",
        "reason_before",
    )
    insert_new(db.connection, db.tables.lines, columns, rows)


def _save_reminders(db: Db, proposal: Proposal, contents: dict[str, Rendered]) -> None:
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


def latest(db: Db, creditor_id: str) -> Proposal | None:
    """The newest proposal, whole, or ``None`` before the first."""
    return _newest(db, creditor_id, true())


def of_day(db: Db, creditor_id: str, day: date) -> Proposal | None:
    """The newest proposal for one day, whole, or ``None``."""
    return _newest(db, creditor_id, db.tables.proposals.c.as_of == day)


def before_day(db: Db, creditor_id: str, day: date) -> Proposal | None:
    """The newest proposal of the latest day before ``day``, whole, or ``None``."""
    table = db.tables.proposals
    query = select(func.max(table.c.as_of)).where(table.c.creditor_id == creditor_id, table.c.as_of < day)
    latest_day = db.connection.execute(query).scalar()
    return None if latest_day is None else of_day(db, creditor_id, latest_day)


def days(db: Db, creditor_id: str) -> tuple[date, ...]:
    """The days that have a proposal, ordered."""
    table = db.tables.proposals
    query = select(table.c.as_of).where(table.c.creditor_id == creditor_id).distinct().order_by(table.c.as_of)
    return tuple(db.connection.execute(query).scalars())


def made(db: Db, creditor_id: str, proposal_id: str) -> tuple[int, datetime]:
    """The number of a stored proposal (the highest is the newest) and when it was first made."""
    table = db.tables.proposals
    query = select(table.c.made_number, table.c.made_at)
    row = db.connection.execute(
        query.where(table.c.creditor_id == creditor_id, table.c.proposal_id == proposal_id)
    ).one()
    return row.made_number, datetime.fromisoformat(row.made_at)


def newest_lines(
    db: Db, creditor_id: str, receivable_ids: Sequence[str], *, before: int | None = None
) -> dict[str, tuple[date, Line]]:
    """The newest stored line about each receivable with its proposal's day; only of proposals numbered below ``before``."""
    lines, table = db.tables.lines, db.tables.proposals
    found: dict[str, tuple[date, str]] = {}
    for chunk in in_chunks(receivable_ids):
        query = (
            select(lines.c.receivable_id, table.c.as_of, lines.c.body)
            .join(table, (table.c.creditor_id == lines.c.creditor_id) & (table.c.proposal_id == lines.c.proposal_id))
            .where(lines.c.creditor_id == creditor_id, lines.c.receivable_id.in_(chunk))
            .order_by(table.c.made_number)
        )
        if before is not None:
            query = query.where(table.c.made_number < before)
        found.update({row.receivable_id: (row.as_of, row.body) for row in db.connection.execute(query)})
    return {receivable_id: (day, from_json(Line, body)) for receivable_id, (day, body) in found.items()}


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line of a stored proposal: for which day, on which policy and settings, and what it says."""

    as_of: date
    policy_version: str
    line: Line


def lines_about(db: Db, creditor_id: str, receivable_ids: Sequence[str]) -> dict[str, list[StoredLine]]:
    """Every stored line about each of these receivables, in the order in which the proposals were made."""
    lines, table = db.tables.lines, db.tables.proposals
    found: dict[str, list[StoredLine]] = {}
    for chunk in in_chunks(receivable_ids):
        query = (
            select(lines.c.receivable_id, table.c.as_of, table.c.policy_version, lines.c.body)
            .join(table, (table.c.creditor_id == lines.c.creditor_id) & (table.c.proposal_id == lines.c.proposal_id))
            .where(lines.c.creditor_id == creditor_id, lines.c.receivable_id.in_(chunk))
            .order_by(table.c.made_number)
        )
        for row in db.connection.execute(query):
            stored = StoredLine(row.as_of, row.policy_version, from_json(Line, row.body))
            found.setdefault(row.receivable_id, []).append(stored)
    return found


def reminders_between(
    db: Db, creditor_id: str, receivable_ids: Sequence[str], first: int, last: int
) -> dict[str, set[str]]:
    """The reminders that the proposals numbered ``first`` to ``last`` tie to these receivables, with those of each."""
    lines, table = db.tables.lines, db.tables.proposals
    found: dict[str, set[str]] = {}
    for chunk in in_chunks(receivable_ids):
        query = (
            select(lines.c.receivable_id, lines.c.body)
            .join(table, (table.c.creditor_id == lines.c.creditor_id) & (table.c.proposal_id == lines.c.proposal_id))
            .where(lines.c.creditor_id == creditor_id, lines.c.receivable_id.in_(chunk))
            .where(table.c.made_number.between(first, last))
        )
        for row in db.connection.execute(query):
            # Only one field of many thousand lines is wanted.
            reminder_id = json.loads(row.body).get("reminder_id")
            if reminder_id:
                found.setdefault(reminder_id, set()).add(row.receivable_id)
    return found


def reminders_about(db: Db, creditor_id: str, receivable_id: str) -> dict[str, date]:
    """The ids of the reminders that any stored line ties to a receivable, with the day each was first proposed for."""
    lines, table = db.tables.lines, db.tables.proposals
    query = (
        select(table.c.as_of, lines.c.body)
        .join(table, (table.c.creditor_id == lines.c.creditor_id) & (table.c.proposal_id == lines.c.proposal_id))
        .where(lines.c.creditor_id == creditor_id, lines.c.receivable_id == receivable_id)
        .order_by(table.c.made_number)
    )
    found: dict[str, date] = {}
    for row in db.connection.execute(query):
        reminder_id = from_json(Line, row.body).reminder_id
        if reminder_id is not None:
            found[reminder_id] = min(row.as_of, found.get(reminder_id, row.as_of))
    return found


def _newest(db: Db, creditor_id: str, which: ColumnElement[bool]) -> Proposal | None:
    table = db.tables.proposals
    query = select(table).where(table.c.creditor_id == creditor_id, which)
    row = db.connection.execute(query.order_by(table.c.made_number.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    lines = _lines(db, creditor_id, row.proposal_id)
    wanted = list(dict.fromkeys(line.reminder_id for line in lines if line.reminder_id))
    reminders = tuple(stored.reminder for stored in by_id(db, creditor_id, wanted).values())
    return replace(from_json(Proposal, row.head), lines=lines, reminders=reminders)


def _lines(db: Db, creditor_id: str, proposal_id: str) -> tuple[Line, ...]:
    table = db.tables.lines
    query = (
        select(table.c.body)
        .where(table.c.creditor_id == creditor_id, table.c.proposal_id == proposal_id)
        .order_by(table.c.position)
    )
    return tuple(from_json(Line, body) for body in db.connection.execute(query).scalars())


def by_id(db: Db, creditor_id: str, reminder_ids: Sequence[str]) -> dict[str, StoredReminder]:
    """These reminders with their states, in the order asked; unknown ids are left out."""
    found: dict[str, StoredReminder] = {}
    table = db.tables.reminders
    for start in range(0, len(reminder_ids), 1000):
        chunk = reminder_ids[start : start + 1000]
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
        table.c.state.not_in((ReminderState.PROPOSED.value, *_CAME_BACK)),
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


def delete_proposal(db: Db, creditor_id: str, proposal_id: str) -> None:
    """Remove a proposal, its lines, and those reminders first written in it that no answer stands for and no other one shows.

    What a person took an approval back of stays known, so that no policy approves it when it is written again.
    """
    tables = db.tables
    reminders = tables.reminders.c
    _hand_over(db, creditor_id, proposal_id)
    proposed = and_(reminders.state == ReminderState.PROPOSED.value, reminders.state_detail != WITHDRAWN)
    unanswered = or_(proposed, reminders.state.in_(_CAME_BACK))
    for table, condition in ((tables.reminders, unanswered), (tables.lines, true()), (tables.proposals, true())):
        which = (table.c.creditor_id == creditor_id, table.c.proposal_id == proposal_id, condition)
        db.connection.execute(delete(table).where(*which))


def _hand_over(db: Db, creditor_id: str, proposal_id: str) -> None:
    """Give the reminders that another proposal of the same day shows, too, over to that one."""
    lines, made, reminders = db.tables.lines, db.tables.proposals, db.tables.reminders
    day = select(made.c.as_of).where(made.c.creditor_id == creditor_id, made.c.proposal_id == proposal_id)
    shown = (
        select(lines.c.proposal_id, lines.c.body)
        .join(made, (made.c.creditor_id == lines.c.creditor_id) & (made.c.proposal_id == lines.c.proposal_id))
        .where(made.c.creditor_id == creditor_id, made.c.as_of == day.scalar_subquery())
        .where(made.c.proposal_id != proposal_id)
        .order_by(made.c.made_number)
    )
    heirs = {from_json(Line, row.body).reminder_id: row.proposal_id for row in db.connection.execute(shown)}
    for reminder_id, heir in heirs.items():
        which = (reminders.c.creditor_id == creditor_id, reminders.c.reminder_id == reminder_id)
        mine = (*which, reminders.c.proposal_id == proposal_id)
        db.connection.execute(update(reminders).where(*mine).values(proposal_id=heir))


def latest_day(db: Db, creditor_id: str, *, without: str = "") -> date | None:
    """The latest day that any kept proposal is for, that ``without`` names left out."""
    table = db.tables.proposals
    kept = (table.c.creditor_id == creditor_id, table.c.proposal_id != without)
    return db.connection.execute(select(func.max(table.c.as_of)).where(*kept)).scalar()


def in_state(db: Db, creditor_id: str, state: ReminderState) -> tuple[StoredReminder, ...]:
    """Every reminder in one state, ordered by customer, oldest due date and that receivable's id."""
    table = db.tables.reminders
    query = select(table).where(table.c.creditor_id == creditor_id, table.c.state == state.value)
    found = (_to_stored(row) for row in db.connection.execute(query))
    return tuple(sorted(found, key=_customer_and_oldest))


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


def _customer_and_oldest(stored: StoredReminder) -> tuple[str, date, str, str]:
    reminder = stored.reminder
    due_on, receivable_id = min((item.due_on, item.receivable_id) for item in reminder.items)
    return reminder.customer_id, due_on, receivable_id, reminder.reminder_id


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
    found = [stored.reminder for stored in by_id(db, creditor_id, reminder_ids).values()]
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
