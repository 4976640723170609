"""When to look at a receivable again: an indexed day that is never later than the first on which the answer could change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
    true,
    union,
    update,
)

from dunningkit.model import Proposal, ReceivableKind, days_from
from dunningkit.store.database import Db
from dunningkit.store.ledger import in_chunks
from dunningkit.store.rows import days_after
from dunningkit.store.schema import COMES_UP, IS_LINKED, NEVER, WAS_REVIEWED
from dunningkit.store.totals import is_open, is_overdue, overdue_ids


def first_review_on(
    kind: ReceivableKind, due_on: date, settled_on: date | None, open_minor: int, first_look_days: int
) -> date:
    """The first day on which there could be something to say; `NEVER` for what can never be written about.

    ``first_look_days`` counts from the due date: 1 is the day after it, where no policy has a courtesy step.
    """
    if kind is not ReceivableKind.INVOICE:
        return NEVER
    first_look_on = _moved(due_on, first_look_days)
    return NEVER if settled_on is not None and settled_on < first_look_on and not open_minor else first_look_on


@lru_cache(maxsize=1 << 15)
def _moved(day: date, days: int) -> date:
    return days_from(day, days)


def look_from(db: Db, creditor_id: str, first_look_days: int) -> None:
    """Set every receivable's first look anew, as `first_review_on` has it, and look at all of them again."""
    rec = db.tables.receivables
    first_look_on = days_after(db.connection, rec.c.due_on, first_look_days)
    never = or_(
        rec.c.kind != ReceivableKind.INVOICE.value, and_(rec.c.settled_on < first_look_on, rec.c.open_minor == 0)
    )
    on = case((never, literal(NEVER, Date)), else_=first_look_on)
    db.connection.execute(
        update(rec).where(rec.c.creditor_id == creditor_id).values(first_review_on=on, next_review_on=on)
    )


def due_for_review(db: Db, creditor_id: str, as_of: date) -> tuple[tuple[str, str], ...]:
    """Ids of the open receivables to look at on ``as_of``, with their customers' ids, ordered.

    Those already reviewed on this very day belong to it too, so that a second run sees what the first one saw.
    """
    rec = db.tables.receivables
    ids = select(rec.c.receivable_id).where(rec.c.creditor_id == creditor_id)
    due = union(
        ids.where(text(COMES_UP), rec.c.next_review_on <= as_of),
        ids.where(text(WAS_REVIEWED), rec.c.reviewed_on == as_of),
    )
    query = select(rec.c.receivable_id, rec.c.customer_id, rec.c.due_on).where(
        is_open(db, creditor_id, as_of), rec.c.receivable_id.in_(due)
    )
    # Sorted here: asked to sort, SQLite walks through the whole ledger by the index that is in order already.
    found = sorted((row.customer_id, row.due_on, row.receivable_id) for row in db.connection.execute(query))
    return tuple((receivable_id, customer_id) for customer_id, _due_on, receivable_id in found)


def set_reviewed(db: Db, creditor_id: str, as_of: date, reviewed: Iterable[tuple[str, date | None, str]]) -> None:
    """Store the outcome of a review: receivable id, when to look again (``None``: only after an event), primary reason."""
    rec = db.tables.receivables
    statement = (
        update(rec)
        .where(rec.c.creditor_id == creditor_id, rec.c.receivable_id == bindparam("reviewed_id"))
        .values(reviewed_on=as_of, next_review_on=bindparam("review_again_on"), last_reason=bindparam("primary_reason"))
    )
    rows = [
        {"reviewed_id": receivable_id, "review_again_on": next_review_on or NEVER, "primary_reason": reason}
        for receivable_id, next_review_on, reason in reviewed
    ]
    if rows:
        db.connection.execute(statement, rows)


def rest_settled(db: Db, creditor_id: str, as_of: date) -> None:
    """Never look again at what was settled by ``as_of``, until something about its customer changes."""
    rec = db.tables.receivables
    db.connection.execute(
        update(rec)
        .where(
            rec.c.creditor_id == creditor_id,
            text(COMES_UP),
            rec.c.next_review_on <= as_of,
            rec.c.settled_on <= as_of,
            rec.c.open_minor == 0,
        )
        .values(next_review_on=NEVER)
    )


def waiting_reasons(db: Db, creditor_id: str, as_of: date) -> Iterator[tuple[str, str]]:
    """Receivable id and last reason of every overdue receivable that is not looked at on ``as_of``."""
    rec = db.tables.receivables
    query = (
        select(rec.c.receivable_id, rec.c.last_reason)
        .where(is_overdue(db, creditor_id, as_of), rec.c.receivable_id.in_(overdue_ids(db, creditor_id, as_of)))
        .where(rec.c.next_review_on > as_of)
        .where(or_(rec.c.reviewed_on.is_(None), rec.c.reviewed_on != as_of))
        .order_by(rec.c.receivable_id)
    )
    for row in db.connection.execute(query):
        yield row.receivable_id, row.last_reason or ""


def reset_of_changed(db: Db, creditor_id: str, sync: int) -> None:
    """Look again at every receivable of each customer that a sync changed anything about."""
    rec = db.tables.receivables
    tables = db.tables
    for table in (rec, tables.customers, tables.payments, tables.acts, tables.holds):
        touched = select(table.c.customer_id).where(table.c.creditor_id == creditor_id, table.c.changed_in == sync)
        _reset_reviews(db, creditor_id, rec.c.customer_id.in_(touched))
    for table in (tables.payments, tables.acts, tables.holds):
        changed = and_(table.c.creditor_id == creditor_id, table.c.changed_in == sync)
        others = _others_who_owe(db, table, table.c.receivable_id, changed)
        _reset_reviews(db, creditor_id, rec.c.customer_id.in_(others))
    _reset_of_changed_credits(db, creditor_id, sync)
    rows = db.tables.quarantine
    unreadable = select(rows.c.receivable_id).where(rows.c.creditor_id == creditor_id, rows.c.sync == sync)
    _reset_reviews(db, creditor_id, rec.c.receivable_id.in_(unreadable))


def reset_of_customer(db: Db, creditor_id: str, customer_id: str) -> None:
    """Look again at every receivable of one customer."""
    _reset_reviews(db, creditor_id, db.tables.receivables.c.customer_id == customer_id)


def reset_about(db: Db, creditor_id: str, customer_ids: Iterable[str], receivable_ids: Iterable[str | None]) -> None:
    """Look again at all that these customers owe, and at all of those who owe these receivables by now."""
    rec = db.tables.receivables
    for chunk in in_chunks(sorted(set(customer_ids))):
        _reset_reviews(db, creditor_id, rec.c.customer_id.in_(chunk))
    for chunk in in_chunks(sorted({one for one in receivable_ids if one})):
        owing = select(rec.c.customer_id).where(rec.c.creditor_id == creditor_id, rec.c.receivable_id.in_(chunk))
        _reset_reviews(db, creditor_id, rec.c.customer_id.in_(owing))


def _others_who_owe(db: Db, table: Table, named: ColumnElement[str], which: ColumnElement[bool]) -> Select[tuple[str]]:
    """The customers who owe what such rows of other customers name."""
    owed = db.tables.receivables.alias()
    of_another = and_(
        owed.c.creditor_id == table.c.creditor_id,
        owed.c.receivable_id == named,
        owed.c.customer_id != table.c.customer_id,
    )
    return select(owed.c.customer_id).select_from(table).join(owed, of_another).where(which)


def reset_all(db: Db, creditor_id: str) -> None:
    """Look again at everything: the policy, the scorer or the day's direction changed."""
    _reset_reviews(db, creditor_id, db.tables.receivables.c.creditor_id == creditor_id)


def _reset_of_changed_credits(db: Db, creditor_id: str, sync: int) -> None:
    """A credit note changes the customer whose invoice it is for, and an invoice those whose name its credit notes bear."""
    rec = db.tables.receivables
    changed = and_(rec.c.creditor_id == creditor_id, rec.c.changed_in == sync)
    _reset_reviews(db, creditor_id, rec.c.customer_id.in_(_others_who_owe(db, rec, rec.c.credit_of, changed)))
    invoices = select(rec.c.receivable_id).where(changed)
    credited = select(rec.c.customer_id).where(
        rec.c.creditor_id == creditor_id, text(IS_LINKED), rec.c.credit_of.in_(invoices)
    )
    _reset_reviews(db, creditor_id, rec.c.customer_id.in_(credited))


@dataclass(frozen=True, slots=True)
class ReviewStanding:
    """When a receivable was looked at last (``None``: never), with which primary reason, and when it is due for it again."""

    reviewed_on: date | None
    next_review_on: date
    last_reason: str | None


def standings(db: Db, creditor_id: str, receivable_ids: Sequence[str]) -> dict[str, ReviewStanding]:
    """How these receivables stand, by id."""
    rec, found = db.tables.receivables, {}
    columns = (rec.c.receivable_id, rec.c.reviewed_on, rec.c.next_review_on, rec.c.last_reason)
    for chunk in in_chunks(receivable_ids):
        query = select(*columns).where(rec.c.creditor_id == creditor_id, rec.c.receivable_id.in_(chunk))
        for row in db.connection.execute(query):
            found[row.receivable_id] = ReviewStanding(row.reviewed_on, row.next_review_on, row.last_reason)
    return found


def take_back(db: Db, creditor_id: str, proposal: Proposal, previous: date | None) -> None:
    """Let the receivables of a stored proposal stand as if it had never been made; ``previous`` is the day of the run before.

    What changed since that proposal is looked at all the same, and so is what older tables kept nothing of.
    """
    rec, lines = db.tables.receivables, db.tables.lines
    looked_at = {line.receivable_id: line.next_review_on or NEVER for line in proposal.lines}
    now = standings(db, creditor_id, list(looked_at))
    query = select(lines.c.receivable_id, lines.c.reviewed_before, lines.c.due_before, lines.c.reason_before).where(
        lines.c.creditor_id == creditor_id, lines.c.proposal_id == proposal.proposal_id
    )
    rows = []
    for row in db.connection.execute(query):
        is_reset = now[row.receivable_id].next_review_on != looked_at[row.receivable_id]
        due = None if is_reset else row.due_before
        rows.append({"id_": row.receivable_id, "on": row.reviewed_before, "reason": row.reason_before, "due": due})
    if rows:
        stood = {
            rec.c.reviewed_on: bindparam("on"),
            rec.c.last_reason: bindparam("reason"),
            rec.c.next_review_on: func.coalesce(bindparam("due", type_=Date), rec.c.first_review_on),
        }
        which = (rec.c.creditor_id == creditor_id, rec.c.receivable_id == bindparam("id_"))
        db.connection.execute(update(rec).where(*which).values(stood), rows)
    since = rec.c.settled_on > previous if previous else true()
    rested = and_(rec.c.creditor_id == creditor_id, rec.c.next_review_on == NEVER, rec.c.open_minor == 0, since)
    _reset_reviews(db, creditor_id, and_(rested, rec.c.kind == ReceivableKind.INVOICE.value))


def _reset_reviews(db: Db, creditor_id: str, which: ColumnElement[bool]) -> None:
    rec = db.tables.receivables
    db.connection.execute(
        update(rec)
        .where(rec.c.creditor_id == creditor_id, which, rec.c.next_review_on != rec.c.first_review_on)
        .values(next_review_on=rec.c.first_review_on)
    )
