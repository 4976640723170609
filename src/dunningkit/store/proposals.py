"""Proposals and their lines, as they were shown to a person."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, or_, select, true, update

from dunningkit.model import Line, Proposal, ReminderState, Rendered
from dunningkit.store import reminders
from dunningkit.store.codec import from_json, to_json
from dunningkit.store.database import Db
from dunningkit.store.ledger import in_chunks
from dunningkit.store.reviews import ReviewStanding
from dunningkit.store.rows import insert_new
from dunningkit.store.schema import NEVER


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
    reminders.save(db, proposal, contents)


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
    written = tuple(stored.reminder for stored in reminders.by_id(db, creditor_id, wanted).values())
    return replace(from_json(Proposal, row.head), lines=lines, reminders=written)


def _lines(db: Db, creditor_id: str, proposal_id: str) -> tuple[Line, ...]:
    table = db.tables.lines
    query = (
        select(table.c.body)
        .where(table.c.creditor_id == creditor_id, table.c.proposal_id == proposal_id)
        .order_by(table.c.position)
    )
    return tuple(from_json(Line, body) for body in db.connection.execute(query).scalars())


def delete_proposal(db: Db, creditor_id: str, proposal_id: str) -> None:
    """Remove a proposal, its lines, and those reminders first written in it that no answer stands for and no other one shows.

    What a person took an approval back of stays known, so that no policy approves it when it is written again.
    """
    tables = db.tables
    written = tables.reminders.c
    _hand_over(db, creditor_id, proposal_id)
    proposed = and_(written.state == ReminderState.PROPOSED.value, written.state_detail != reminders.WITHDRAWN)
    unanswered = or_(proposed, written.state.in_(reminders.CAME_BACK))
    for table, condition in ((tables.reminders, unanswered), (tables.lines, true()), (tables.proposals, true())):
        which = (table.c.creditor_id == creditor_id, table.c.proposal_id == proposal_id, condition)
        db.connection.execute(delete(table).where(*which))


def _hand_over(db: Db, creditor_id: str, proposal_id: str) -> None:
    """Give the reminders that another proposal of the same day shows, too, over to that one."""
    lines, made, written = db.tables.lines, db.tables.proposals, db.tables.reminders
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
        which = (written.c.creditor_id == creditor_id, written.c.reminder_id == reminder_id)
        mine = (*which, written.c.proposal_id == proposal_id)
        db.connection.execute(update(written).where(*mine).values(proposal_id=heir))


def latest_day(db: Db, creditor_id: str, *, without: str = "") -> date | None:
    """The latest day that any kept proposal is for, that ``without`` names left out."""
    table = db.tables.proposals
    kept = (table.c.creditor_id == creditor_id, table.c.proposal_id != without)
    return db.connection.execute(select(func.max(table.c.as_of)).where(*kept)).scalar()
