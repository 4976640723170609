"""What is remembered of each creditor between runs, and its portfolios."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select, update

from dunningkit.model import Portfolio
from dunningkit.store.codec import from_json, to_json
from dunningkit.store.database import Db
from dunningkit.store.rows import insert_new


@dataclass(frozen=True, slots=True)
class Remembered:
    """The policy version and the treatment (a hash of everything else that decides) of the last proposal, and its day."""

    policy_version: str = ""
    treatment: str = ""
    last_proposal_on: date | None = None


def remembered(db: Db, creditor_id: str) -> Remembered:
    """What the last proposal stood on; empty before the first."""
    table = db.tables.creditors
    row = db.connection.execute(select(table).where(table.c.creditor_id == creditor_id)).one_or_none()
    return Remembered(row.policy_version, row.treatment, row.last_proposal_on) if row else Remembered()


def remember(db: Db, creditor_id: str, what: Remembered) -> None:
    """Store what this proposal stands on."""
    table = db.tables.creditors
    values = {
        "policy_version": what.policy_version,
        "treatment": what.treatment,
        "last_proposal_on": what.last_proposal_on,
    }
    changed = db.connection.execute(update(table).where(table.c.creditor_id == creditor_id).values(**values))
    if not changed.rowcount:
        db.connection.execute(insert(table).values(creditor_id=creditor_id, **values))


def set_last_proposal_on(db: Db, creditor_id: str, day: date | None) -> None:
    """Take back on which day the last proposal was; ``None``: there was none."""
    table = db.tables.creditors
    db.connection.execute(update(table).where(table.c.creditor_id == creditor_id).values(last_proposal_on=day))


def first_look_days(db: Db, creditor_id: str) -> int:
    """From which day, counted from its due date, receivables are looked at; the day after where nothing was remembered."""
    table = db.tables.creditors
    found = db.connection.execute(select(table.c.first_look_days).where(table.c.creditor_id == creditor_id)).scalar()
    return 1 if found is None else found


def remember_first_look(db: Db, creditor_id: str, days: int) -> None:
    """Store from which day receivables are looked at."""
    table = db.tables.creditors
    values = {"first_look_days": days}
    changed = db.connection.execute(update(table).where(table.c.creditor_id == creditor_id).values(**values))
    if not changed.rowcount:
        nothing = {"policy_version": "", "treatment": "", "last_proposal_on": None}
        db.connection.execute(insert(table).values(creditor_id=creditor_id, **nothing, **values))


def portfolio(db: Db, creditor_id: str, as_of: date, scorer: str) -> Portfolio | None:
    """The portfolio computed for a day, where there is one."""
    table = db.tables.portfolios
    query = select(table.c.body).where(
        table.c.creditor_id == creditor_id, table.c.as_of == as_of, table.c.scorer == scorer
    )
    body = db.connection.execute(query).scalar()
    return from_json(Portfolio, body) if body else None


def forget_portfolios(db: Db, creditor_id: str, after: date) -> None:
    """Remove the portfolios computed for days after ``after``."""
    table = db.tables.portfolios
    db.connection.execute(delete(table).where(table.c.creditor_id == creditor_id, table.c.as_of > after))


def put_portfolio(db: Db, creditor_id: str, scorer: str, made: Portfolio) -> None:
    """Keep a portfolio; the first one computed for a day stays."""
    insert_new(
        db.connection,
        db.tables.portfolios,
        ("creditor_id", "as_of", "scorer", "body"),
        [(creditor_id, made.as_of, scorer, to_json(made))],
    )
