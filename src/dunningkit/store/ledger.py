"""The ledger's picture: customers, receivables, payments and acts, as last read, and what could not be read."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, exists, func, insert, or_, select, update

from dunningkit.model import (
    Act,
    ActBy,
    ActKind,
    ContactPoint,
    Customer,
    CustomerClass,
    DeliveryOutcome,
    Language,
    Medium,
    Money,
    PastReceivable,
    Payment,
    PostalAddress,
    QuarantinedRow,
    Receivable,
    ReceivableKind,
    Wishes,
)
from dunningkit.store.codec import from_json, many_from_json, many_to_json, to_json
from dunningkit.store.database import Db
from dunningkit.store.rows import insert_new, upsert
from dunningkit.store.schema import NEVER

_ONE_DAY = timedelta(days=1)

_CUSTOMER = (
    "customer_id",
    "name",
    "first_name",
    "customer_class",
    "language",
    "contact_points",
    "wishes",
    "einvoice_address",
    "postal_address",
    "contact_name",
)
_RECEIVABLE = (
    "receivable_id",
    "customer_id",
    "invoice_number",
    "instalment_number",
    "kind",
    "currency",
    "original_minor",
    "open_minor",
    "issued_on",
    "sent_on",
    "due_on",
    "not_before",
    "settled_on",
    "payments_as_of",
    "subject",
    "reference",
    "iban",
    "account",
    "tags",
    "disputed",
    "counts_for_history",
    "history_exclusion",
    "delivery_medium",
    "delivery_outcome",
    "copy_available",
    "due_date_binds",
    "rate_stated",
    "start_stated",
    "contract_on",
    "agreed_rate_bp",
)
_PAYMENT = ("payment_id", "customer_id", "receivable_id", "amount_minor", "currency", "paid_on")
_ACT = ("act_id", "receivable_id", "customer_id", "kind", "act_on", "act_by", "fee_minor", "fee_currency", "medium")

# SQLite takes at most 32,766 variables in one statement.
_IDS_AT_ONCE = 10_000


# -- writing -------------------------------------------------------------------------------------------------------


def put_customers(db: Db, creditor_id: str, sync: int, customers: Iterable[Customer]) -> None:
    """Write new and changed customers."""
    rows = [
        (
            creditor_id,
            customer.customer_id,
            customer.name,
            customer.first_name,
            customer.customer_class.value,
            customer.language.value if customer.language else None,
            many_to_json(ContactPoint, customer.contact_points),
            to_json(customer.wishes),
            customer.einvoice_address,
            to_json(customer.postal_address),
            customer.contact_name,
            sync,
        )
        for customer in customers
    ]
    columns = ("creditor_id", *_CUSTOMER, "changed_in")
    upsert(db.connection, db.tables.customers, columns, rows, guarded=_CUSTOMER[1:])


def put_receivables(db: Db, creditor_id: str, sync: int, receivables: Iterable[Receivable]) -> None:
    """Write new and changed receivables; one that was gone and is back counts as changed."""
    rows = [_receivable_row(creditor_id, sync, receivable) for receivable in receivables]
    columns = ("creditor_id", *_RECEIVABLE, "gone_on", "changed_in", "first_review_on", "next_review_on")
    upsert(db.connection, db.tables.receivables, columns, rows, guarded=(*_RECEIVABLE[1:], "gone_on"))


def _receivable_row(creditor_id: str, sync: int, receivable: Receivable) -> tuple[Any, ...]:
    review_on = first_review_on(receivable)
    return (
        creditor_id,
        receivable.receivable_id,
        receivable.customer_id,
        receivable.invoice_number,
        receivable.instalment_number,
        receivable.kind.value,
        receivable.open.currency,
        receivable.original.amount_minor,
        receivable.open.amount_minor,
        receivable.issued_on,
        receivable.sent_on,
        receivable.due_on,
        receivable.not_before,
        receivable.settled_on,
        receivable.payments_as_of,
        receivable.subject,
        receivable.reference,
        receivable.iban,
        receivable.account,
        many_to_json(str, receivable.tags),
        receivable.disputed,
        receivable.counts_for_history,
        receivable.history_exclusion,
        receivable.delivery_medium.value if receivable.delivery_medium else None,
        receivable.delivery_outcome.value,
        receivable.copy_available,
        receivable.due_date_binds,
        receivable.rate_stated,
        receivable.start_stated,
        receivable.contract_on,
        receivable.agreed_rate_bp,
        None,
        sync,
        review_on,
        review_on,
    )


def first_review_on(receivable: Receivable) -> date:
    """The first day on which the receivable could be overdue and open; `NEVER` for what can never be reminded about."""
    if receivable.kind is not ReceivableKind.INVOICE:
        return NEVER
    settled_on = receivable.settled_on
    if settled_on is not None and settled_on <= receivable.due_on and not receivable.open.amount_minor:
        return NEVER
    return receivable.due_on + _ONE_DAY


def put_payments(db: Db, creditor_id: str, sync: int, payments: Iterable[Payment]) -> None:
    """Write new and changed payments."""
    rows = [
        (
            creditor_id,
            payment.payment_id,
            payment.customer_id,
            payment.receivable_id,
            payment.amount.amount_minor,
            payment.amount.currency,
            payment.paid_on,
            sync,
        )
        for payment in payments
    ]
    columns = ("creditor_id", *_PAYMENT, "changed_in")
    upsert(db.connection, db.tables.payments, columns, rows, guarded=_PAYMENT[1:])


def put_acts(db: Db, creditor_id: str, sync: int, acts: Iterable[Act]) -> None:
    """Write new and changed acts of the ledger's own."""
    rows = [
        (
            creditor_id,
            act.act_id,
            act.receivable_id,
            act.customer_id,
            act.kind.value,
            act.on,
            act.by.value,
            act.fee.amount_minor if act.fee else None,
            act.fee.currency if act.fee else None,
            act.medium.value if act.medium else None,
            sync,
        )
        for act in acts
    ]
    upsert(db.connection, db.tables.acts, ("creditor_id", *_ACT, "changed_in"), rows, guarded=_ACT[1:])


# -- what a snapshot no longer holds -------------------------------------------------------------------------------


def forget_seen(db: Db, creditor_id: str) -> None:
    """Start a reading with nothing seen."""
    db.connection.execute(delete(db.tables.seen).where(db.tables.seen.c.creditor_id == creditor_id))


def mark_seen(db: Db, creditor_id: str, kind: str, item_ids: Iterable[str]) -> None:
    """Note that a reading held these items of one kind (``receivable``, ``payment``, ``act`` or ``hold``)."""
    insert_new(
        db.connection,
        db.tables.seen,
        ("creditor_id", "kind", "item_id"),
        [(creditor_id, kind, item_id) for item_id in item_ids],
    )


def _unseen(db: Db, creditor_id: str, kind: str, column: ColumnElement[str]) -> ColumnElement[bool]:
    seen = db.tables.seen
    return ~exists(
        select(seen.c.item_id).where(seen.c.creditor_id == creditor_id, seen.c.kind == kind, seen.c.item_id == column)
    )


def _known_open(db: Db, creditor_id: str) -> ColumnElement[bool]:
    rec = db.tables.receivables
    return and_(
        rec.c.creditor_id == creditor_id,
        rec.c.gone_on.is_(None),
        rec.c.open_minor > 0,
        rec.c.kind == ReceivableKind.INVOICE.value,
    )


def count_open(db: Db, creditor_id: str) -> int:
    """How many open invoices are known, whenever due."""
    return db.connection.execute(select(func.count()).where(_known_open(db, creditor_id))).scalar_one()


def count_vanished(db: Db, creditor_id: str) -> int:
    """How many of the known open invoices the reading did not hold."""
    missing = _unseen(db, creditor_id, "receivable", db.tables.receivables.c.receivable_id)
    return db.connection.execute(select(func.count()).where(_known_open(db, creditor_id), missing)).scalar_one()


def drop_unseen(db: Db, creditor_id: str, sync: int, gone_on: date) -> int:
    """Mark unseen receivables gone and remove unseen payments and acts; returns how many receivables went."""
    rec, payments, acts = db.tables.receivables, db.tables.payments, db.tables.acts
    gone = db.connection.execute(
        update(rec)
        .where(rec.c.creditor_id == creditor_id, rec.c.gone_on.is_(None))
        .where(_unseen(db, creditor_id, "receivable", rec.c.receivable_id))
        .values(gone_on=gone_on, changed_in=sync)
    ).rowcount
    for table, kind, key in ((payments, "payment", payments.c.payment_id), (acts, "act", acts.c.act_id)):
        missing = and_(table.c.creditor_id == creditor_id, _unseen(db, creditor_id, kind, key))
        touched = select(table.c.customer_id).where(missing)
        _reset_reviews(db, creditor_id, rec.c.customer_id.in_(touched))
        db.connection.execute(delete(table).where(missing))
    return gone


def mark_gone(db: Db, creditor_id: str, sync: int, gone_on: date, receivable_ids: Sequence[str]) -> None:
    """Mark the receivables that a delta says are gone."""
    rec = db.tables.receivables
    for chunk in _chunks(receivable_ids):
        db.connection.execute(
            update(rec)
            .where(rec.c.creditor_id == creditor_id, rec.c.receivable_id.in_(chunk), rec.c.gone_on.is_(None))
            .values(gone_on=gone_on, changed_in=sync)
        )


# -- when to look again --------------------------------------------------------------------------------------------


def reset_reviews_of_changed(db: Db, creditor_id: str, sync: int) -> None:
    """Look again at every receivable of each customer that a sync changed anything about."""
    rec = db.tables.receivables
    for table in (rec, db.tables.customers, db.tables.payments, db.tables.acts, db.tables.holds):
        touched = select(table.c.customer_id).where(table.c.creditor_id == creditor_id, table.c.changed_in == sync)
        _reset_reviews(db, creditor_id, rec.c.customer_id.in_(touched))
    rows = db.tables.quarantine
    unreadable = select(rows.c.receivable_id).where(rows.c.creditor_id == creditor_id, rows.c.sync == sync)
    _reset_reviews(db, creditor_id, rec.c.receivable_id.in_(unreadable))


def reset_reviews_of_customer(db: Db, creditor_id: str, customer_id: str) -> None:
    """Look again at every receivable of one customer."""
    _reset_reviews(db, creditor_id, db.tables.receivables.c.customer_id == customer_id)


def reset_all_reviews(db: Db, creditor_id: str) -> None:
    """Look again at everything: the policy, the scorer or the day's direction changed."""
    _reset_reviews(db, creditor_id, db.tables.receivables.c.creditor_id == creditor_id)


def _reset_reviews(db: Db, creditor_id: str, which: ColumnElement[bool]) -> None:
    rec = db.tables.receivables
    db.connection.execute(
        update(rec)
        .where(rec.c.creditor_id == creditor_id, which, rec.c.next_review_on != rec.c.first_review_on)
        .values(next_review_on=rec.c.first_review_on)
    )


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
            rec.c.next_review_on <= as_of,
            rec.c.settled_on <= as_of,
            rec.c.open_minor == 0,
        )
        .values(next_review_on=NEVER)
    )


# -- reading -------------------------------------------------------------------------------------------------------


def _to_customer(row: Row[Any]) -> Customer:
    return Customer(
        customer_id=row.customer_id,
        name=row.name,
        first_name=row.first_name,
        customer_class=CustomerClass(row.customer_class),
        language=Language(row.language) if row.language else None,
        contact_points=many_from_json(ContactPoint, row.contact_points),
        wishes=from_json(Wishes, row.wishes),
        einvoice_address=row.einvoice_address,
        postal_address=from_json(PostalAddress, row.postal_address),
        contact_name=row.contact_name,
    )


def _to_receivable(row: Row[Any]) -> Receivable:
    return Receivable(
        receivable_id=row.receivable_id,
        customer_id=row.customer_id,
        invoice_number=row.invoice_number,
        instalment_number=row.instalment_number,
        kind=ReceivableKind(row.kind),
        original=Money(row.original_minor, row.currency),
        open=Money(row.open_minor, row.currency),
        issued_on=row.issued_on,
        sent_on=row.sent_on,
        due_on=row.due_on,
        not_before=row.not_before,
        settled_on=row.settled_on,
        payments_as_of=row.payments_as_of,
        subject=row.subject,
        reference=row.reference,
        iban=row.iban,
        account=row.account,
        tags=many_from_json(str, row.tags) if row.tags != "[]" else (),
        disputed=row.disputed,
        counts_for_history=row.counts_for_history,
        history_exclusion=row.history_exclusion,
        delivery_medium=Medium(row.delivery_medium) if row.delivery_medium else None,
        delivery_outcome=DeliveryOutcome(row.delivery_outcome),
        copy_available=row.copy_available,
        due_date_binds=row.due_date_binds,
        rate_stated=row.rate_stated,
        start_stated=row.start_stated,
        contract_on=row.contract_on,
        agreed_rate_bp=row.agreed_rate_bp,
    )


def _to_payment(row: Row[Any]) -> Payment:
    amount = Money(row.amount_minor, row.currency)
    return Payment(row.payment_id, row.customer_id, amount, row.paid_on, row.receivable_id)


def _to_act(row: Row[Any]) -> Act:
    return Act(
        act_id=row.act_id,
        receivable_id=row.receivable_id,
        customer_id=row.customer_id,
        kind=ActKind(row.kind),
        on=row.act_on,
        by=ActBy(row.act_by),
        fee=Money(row.fee_minor, row.fee_currency) if row.fee_minor is not None else None,
        medium=Medium(row.medium) if row.medium else None,
    )


def _overdue(db: Db, creditor_id: str, as_of: date) -> ColumnElement[bool]:
    """Invoices that existed on ``as_of``, were due before it, and may have been open (time travel is checked in Python)."""
    return and_(_open(db, creditor_id, as_of), db.tables.receivables.c.due_on < as_of)


def _open(db: Db, creditor_id: str, as_of: date) -> ColumnElement[bool]:
    rec, payments = db.tables.receivables, db.tables.payments
    paid_later = exists(
        select(payments.c.payment_id).where(
            payments.c.creditor_id == creditor_id,
            payments.c.receivable_id == rec.c.receivable_id,
            payments.c.paid_on > as_of,
        )
    )
    return and_(
        rec.c.creditor_id == creditor_id,
        rec.c.gone_on.is_(None),
        rec.c.kind == ReceivableKind.INVOICE.value,
        rec.c.issued_on <= as_of,
        or_(rec.c.open_minor > 0, rec.c.settled_on > as_of, paid_later),
    )


def due_for_review(db: Db, creditor_id: str, as_of: date) -> tuple[tuple[str, str], ...]:
    """Ids of the overdue receivables to look at on ``as_of``, with their customers' ids, ordered.

    Those already reviewed on this very day belong to it too, so that a second run sees what the first one saw.
    """
    rec = db.tables.receivables
    query = (
        select(rec.c.receivable_id, rec.c.customer_id)
        .where(_overdue(db, creditor_id, as_of))
        .where(or_(rec.c.next_review_on <= as_of, rec.c.reviewed_on == as_of))
        .order_by(rec.c.customer_id, rec.c.due_on, rec.c.receivable_id)
    )
    return tuple((row.receivable_id, row.customer_id) for row in db.connection.execute(query))


def receivables_of(db: Db, creditor_id: str, customer_ids: Sequence[str]) -> Iterator[Receivable]:
    """Every present receivable of these customers, credit notes included, ordered by id."""
    rec = db.tables.receivables
    for chunk in _chunks(customer_ids):
        query = (
            select(rec)
            .where(rec.c.creditor_id == creditor_id, rec.c.customer_id.in_(chunk), rec.c.gone_on.is_(None))
            .order_by(rec.c.receivable_id)
        )
        yield from map(_to_receivable, db.connection.execute(query))


def receivables_by_id(db: Db, creditor_id: str, receivable_ids: Sequence[str]) -> dict[str, Receivable]:
    """The present ones among these receivables."""
    rec, found = db.tables.receivables, {}
    for chunk in _chunks(receivable_ids):
        query = select(rec).where(
            rec.c.creditor_id == creditor_id, rec.c.receivable_id.in_(chunk), rec.c.gone_on.is_(None)
        )
        found.update({row.receivable_id: _to_receivable(row) for row in db.connection.execute(query)})
    return found


def find_receivables(db: Db, creditor_id: str, wanted: str) -> tuple[Receivable, ...]:
    """The present receivables whose id or invoice number is ``wanted``, ordered by id."""
    rec = db.tables.receivables
    query = (
        select(rec)
        .where(rec.c.creditor_id == creditor_id, rec.c.gone_on.is_(None))
        .where(or_(rec.c.receivable_id == wanted, rec.c.invoice_number == wanted))
        .order_by(rec.c.receivable_id)
    )
    return tuple(map(_to_receivable, db.connection.execute(query)))


def customers_by_id(db: Db, creditor_id: str, customer_ids: Sequence[str]) -> dict[str, Customer]:
    """The known ones among these customers."""
    table, found = db.tables.customers, {}
    for chunk in _chunks(customer_ids):
        query = select(table).where(table.c.creditor_id == creditor_id, table.c.customer_id.in_(chunk))
        found.update({row.customer_id: _to_customer(row) for row in db.connection.execute(query)})
    return found


def payments_of(db: Db, creditor_id: str, customer_ids: Sequence[str]) -> Iterator[Payment]:
    """Every payment of these customers, ordered by day and id."""
    table = db.tables.payments
    for chunk in _chunks(customer_ids):
        query = (
            select(table)
            .where(table.c.creditor_id == creditor_id, table.c.customer_id.in_(chunk))
            .order_by(table.c.paid_on, table.c.payment_id)
        )
        yield from map(_to_payment, db.connection.execute(query))


def acts_of(db: Db, creditor_id: str, customer_ids: Sequence[str]) -> Iterator[Act]:
    """Every act of the ledger's own towards these customers, ordered by day and id."""
    table = db.tables.acts
    for chunk in _chunks(customer_ids):
        query = (
            select(table)
            .where(table.c.creditor_id == creditor_id, table.c.customer_id.in_(chunk))
            .order_by(table.c.act_on, table.c.act_id)
        )
        yield from map(_to_act, db.connection.execute(query))


def whole_history(db: Db, creditor_id: str) -> Iterator[PastReceivable]:
    """Every invoice ever known, for the portfolio; streamed, ordered by id."""
    rec = db.tables.receivables
    query = (
        select(
            rec.c.receivable_id,
            rec.c.issued_on,
            rec.c.due_on,
            rec.c.settled_on,
            rec.c.original_minor,
            rec.c.currency,
            and_(rec.c.counts_for_history, ~rec.c.disputed).label("counts"),
        )
        .where(rec.c.creditor_id == creditor_id, rec.c.kind == ReceivableKind.INVOICE.value)
        .where(or_(rec.c.gone_on.is_(None), rec.c.settled_on.is_not(None)))
        .order_by(rec.c.receivable_id)
    )
    for row in db.connection.execution_options(yield_per=5000).execute(query):
        yield PastReceivable(
            receivable_id=row.receivable_id,
            issued_on=row.issued_on,
            due_on=row.due_on,
            settled_on=row.settled_on,
            original=Money(row.original_minor, row.currency),
            counts=bool(row.counts),
        )


# -- counting ------------------------------------------------------------------------------------------------------


def open_totals(db: Db, creditor_id: str, as_of: date) -> Iterator[tuple[str, bool, int, int]]:
    """Per currency and overdue or not: how many invoices are open, and how much, as the ledger has them now.

    Invoices that time travel would change are left out; `open_then` yields those.
    """
    rec = db.tables.receivables
    overdue = (rec.c.due_on < as_of).label("overdue")
    query = (
        select(rec.c.currency, overdue, func.count().label("n"), func.sum(rec.c.open_minor).label("minor"))
        .where(_open(db, creditor_id, as_of), ~_travels(db, creditor_id, as_of))
        .group_by(rec.c.currency, overdue)
        .order_by(rec.c.currency, overdue)
    )
    for row in db.connection.execute(query):
        yield row.currency, bool(row.overdue), row.n, int(row.minor)


def open_then(db: Db, creditor_id: str, as_of: date) -> Iterator[Receivable]:
    """Invoices that may have been open on ``as_of`` but look different now: settled or paid into since."""
    rec = db.tables.receivables
    query = select(rec).where(_open(db, creditor_id, as_of), _travels(db, creditor_id, as_of))
    yield from map(_to_receivable, db.connection.execute(query.order_by(rec.c.receivable_id)))


def _travels(db: Db, creditor_id: str, as_of: date) -> ColumnElement[bool]:
    rec, payments = db.tables.receivables, db.tables.payments
    paid_later = exists(
        select(payments.c.payment_id).where(
            payments.c.creditor_id == creditor_id,
            payments.c.receivable_id == rec.c.receivable_id,
            payments.c.paid_on > as_of,
        )
    )
    return or_(func.coalesce(rec.c.settled_on, as_of) > as_of, paid_later)


def waiting_reasons(db: Db, creditor_id: str, as_of: date) -> Iterator[tuple[str, str]]:
    """Receivable id and last reason of every overdue receivable that is not looked at on ``as_of``."""
    rec = db.tables.receivables
    query = (
        select(rec.c.receivable_id, rec.c.last_reason)
        .where(_overdue(db, creditor_id, as_of), rec.c.next_review_on > as_of)
        .where(or_(rec.c.reviewed_on.is_(None), rec.c.reviewed_on != as_of))
        .order_by(rec.c.receivable_id)
    )
    for row in db.connection.execute(query):
        yield row.receivable_id, row.last_reason or ""


def count_gone(db: Db, creditor_id: str) -> int:
    """How many receivables the ledger no longer holds."""
    rec = db.tables.receivables
    query = select(func.count()).where(rec.c.creditor_id == creditor_id, rec.c.gone_on.is_not(None))
    return db.connection.execute(query).scalar_one()


# -- quarantine ----------------------------------------------------------------------------------------------------


def drop_answered_quarantine(db: Db, creditor_id: str, sync: int, *, whole: bool) -> None:
    """Forget earlier unreadable rows: all of them after a ``whole`` reading, else those whose receivable came again."""
    table, seen = db.tables.quarantine, db.tables.seen
    earlier = and_(table.c.creditor_id == creditor_id, table.c.sync != sync)
    if not whole:
        came = exists(
            select(seen.c.item_id).where(
                seen.c.creditor_id == creditor_id,
                seen.c.kind == "receivable",
                seen.c.item_id == table.c.receivable_id,
            )
        )
        earlier = and_(earlier, came)
    db.connection.execute(delete(table).where(earlier))


def put_quarantined(db: Db, creditor_id: str, sync: int, rows: Sequence[QuarantinedRow]) -> None:
    """Keep rows that could not be understood, after those already kept."""
    if not rows:
        return
    table = db.tables.quarantine
    last = db.connection.execute(
        select(func.coalesce(func.max(table.c.position), 0)).where(table.c.creditor_id == creditor_id)
    ).scalar_one()
    db.connection.execute(
        insert(table),
        [
            {
                "creditor_id": creditor_id,
                "position": position,
                "sync": sync,
                "place": row.place,
                "column_name": row.column,
                "value": row.value,
                "reason": row.reason,
                "receivable_id": row.receivable_id,
                "customer_id": row.customer_id,
            }
            for position, row in enumerate(rows, last + 1)
        ],
    )


def quarantined(db: Db, creditor_id: str) -> tuple[QuarantinedRow, ...]:
    """The rows that the last reading could not understand, in its order."""
    table = db.tables.quarantine
    query = select(table).where(table.c.creditor_id == creditor_id).order_by(table.c.position)
    return tuple(
        QuarantinedRow(row.place, row.reason, row.column_name, row.value, row.receivable_id, row.customer_id)
        for row in db.connection.execute(query)
    )


def quarantined_places(db: Db, creditor_id: str) -> dict[str, str]:
    """Where the unreadable row of a receivable stands, by receivable id."""
    return {row.receivable_id: row.place for row in quarantined(db, creditor_id) if row.receivable_id}


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _IDS_AT_ONCE):
        yield ids[start : start + _IDS_AT_ONCE]
