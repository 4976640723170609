"""Reading the ledger's picture: customers, receivables, payments and acts as they were last read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, and_, or_, select, text

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
    Receivable,
    ReceivableKind,
    Wishes,
)
from dunningkit.store.codec import from_json, many_from_json
from dunningkit.store.database import Db
from dunningkit.store.schema import IS_LINKED

# SQLite takes at most 32,766 variables in one statement.
_IDS_AT_ONCE = 10_000


def customers_by_id(db: Db, creditor_id: str, customer_ids: Sequence[str]) -> dict[str, Customer]:
    """The known ones among these customers."""
    table, found = db.tables.customers, {}
    for chunk in in_chunks(customer_ids):
        query = select(table).where(table.c.creditor_id == creditor_id, table.c.customer_id.in_(chunk))
        found.update({row.customer_id: _to_customer(row) for row in db.connection.execute(query)})
    return found


def receivables_of(db: Db, creditor_id: str, customer_ids: Sequence[str]) -> Iterator[Receivable]:
    """Every present receivable of these customers, credit notes included, ordered by id."""
    rec = db.tables.receivables
    for chunk in in_chunks(customer_ids):
        query = select(rec).where(
            rec.c.creditor_id == creditor_id, rec.c.customer_id.in_(chunk), rec.c.gone_on.is_(None)
        )
        # Put in order here: asked for an order that an index has, SQLite reads the whole ledger through that index.
        yield from sorted(map(to_receivable, db.connection.execute(query)), key=attrgetter("receivable_id"))


def receivables_by_id(db: Db, creditor_id: str, receivable_ids: Sequence[str]) -> dict[str, Receivable]:
    """The present ones among these receivables."""
    rec, found = db.tables.receivables, {}
    for chunk in in_chunks(receivable_ids):
        query = select(rec).where(
            rec.c.creditor_id == creditor_id, rec.c.receivable_id.in_(chunk), rec.c.gone_on.is_(None)
        )
        found.update({row.receivable_id: to_receivable(row) for row in db.connection.execute(query)})
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
    return tuple(map(to_receivable, db.connection.execute(query)))


@dataclass(frozen=True, slots=True)
class KnownReceivable:
    """A receivable as the ledger last gave it, ``gone_on`` when it is not there any more, and the reading that changed it."""

    receivable: Receivable
    gone_on: date | None
    changed_in: int


def known_by_id(db: Db, creditor_id: str, receivable_ids: Sequence[str]) -> dict[str, KnownReceivable]:
    """Those of these receivables that were ever known, gone ones among them."""
    rec, found = db.tables.receivables, {}
    for chunk in in_chunks(receivable_ids):
        query = select(rec).where(rec.c.creditor_id == creditor_id, rec.c.receivable_id.in_(chunk))
        for row in db.connection.execute(query):
            found[row.receivable_id] = KnownReceivable(to_receivable(row), row.gone_on, row.changed_in)
    return found


def find_known(db: Db, creditor_id: str, wanted: str) -> tuple[KnownReceivable, ...]:
    """Every receivable ever known whose id or invoice number is ``wanted``, ordered by due date and id."""
    rec = db.tables.receivables
    query = (
        select(rec)
        .where(rec.c.creditor_id == creditor_id)
        .where(or_(rec.c.receivable_id == wanted, rec.c.invoice_number == wanted))
        .order_by(rec.c.due_on, rec.c.receivable_id)
    )
    return tuple(
        KnownReceivable(to_receivable(row), row.gone_on, row.changed_in) for row in db.connection.execute(query)
    )


def numbers_like(db: Db, creditor_id: str, part: str, limit: int) -> tuple[str, ...]:
    """The invoice numbers that hold ``part`` or begin like it, at most ``limit``, ordered."""
    rec = db.tables.receivables
    number = rec.c.invoice_number
    alike = or_(number.contains(part, autoescape=True), number.startswith(part[:3], autoescape=True))
    query = select(number).where(rec.c.creditor_id == creditor_id, alike).distinct().order_by(number).limit(limit)
    return tuple(db.connection.execute(query).scalars())


def strangers_payments(db: Db, creditor_id: str, after: date, sync: int | None = None) -> tuple[Payment, ...]:
    """The payments that one customer made for what another one owes by now, dated after a day; ordered by day and id.

    With ``sync`` also earlier ones, if that reading or a later one brought or changed them.
    """
    table, rec = db.tables.payments, db.tables.receivables
    of_another = and_(
        rec.c.creditor_id == table.c.creditor_id,
        rec.c.receivable_id == table.c.receivable_id,
        rec.c.customer_id != table.c.customer_id,
    )
    query = select(table).join(rec, of_another).where(table.c.creditor_id == creditor_id)
    asked = [query.where(table.c.paid_on > after)]
    if sync is not None:
        asked.append(query.where(table.c.changed_in >= sync))
    found = {row.payment_id: to_payment(row) for one in asked for row in db.connection.execute(one)}
    return tuple(sorted(found.values(), key=attrgetter("paid_on", "payment_id")))


def payments_for(db: Db, creditor_id: str, receivables: Sequence[Receivable]) -> tuple[Payment, ...]:
    """Every payment applied to one of these since the first of them was issued, whoever paid; ordered by day and id.

    For a few receivables only: it looks through all payments since that day.
    """
    table, found = db.tables.payments, list[Payment]()
    since = min((one.issued_on for one in receivables), default=date.max)
    for chunk in in_chunks([one.receivable_id for one in receivables]):
        query = select(table).where(
            table.c.creditor_id == creditor_id, table.c.paid_on >= since, table.c.receivable_id.in_(chunk)
        )
        found.extend(map(to_payment, db.connection.execute(query)))
    return tuple(sorted(found, key=attrgetter("paid_on", "payment_id")))


def tied_elsewhere(db: Db, creditor_id: str, receivables: Sequence[Receivable]) -> tuple[Receivable, ...]:
    """What credit notes tie to these receivables and is not among them, ordered by id.

    That is: the credit notes for their invoices, the invoices that their credit notes are for, and what else credits those.
    """
    rec = db.tables.receivables
    mine = {one.receivable_id for one in receivables}
    credited = {one.credit_of for one in receivables if one.credit_of} - mine
    found = receivables_by_id(db, creditor_id, sorted(credited))
    invoices = {one.receivable_id for one in receivables if one.open.amount_minor > 0} | found.keys()
    for chunk in in_chunks(sorted(invoices)):
        query = select(rec).where(
            rec.c.creditor_id == creditor_id, text(IS_LINKED), rec.c.credit_of.in_(chunk), rec.c.gone_on.is_(None)
        )
        found.update({row.receivable_id: to_receivable(row) for row in db.connection.execute(query)})
    return tuple(found[one] for one in sorted(found.keys() - mine))


def payments_read_since(db: Db, creditor_id: str, customer_ids: Sequence[str], sync: int) -> frozenset[str]:
    """The ids of these customers' payments that reading ``sync`` or a later one brought or changed."""
    table, found = db.tables.payments, set[str]()
    for chunk in in_chunks(customer_ids):
        query = select(table.c.payment_id).where(
            table.c.creditor_id == creditor_id, table.c.customer_id.in_(chunk), table.c.changed_in >= sync
        )
        found.update(db.connection.execute(query).scalars())
    return frozenset(found)


def customers_read_since(
    db: Db, creditor_id: str, customer_ids: Sequence[str], sync: int
) -> tuple[tuple[str, int], ...]:
    """Those of these customers that reading ``sync`` or a later one brought or changed, with that reading, ordered by id."""
    table, found = db.tables.customers, []
    for chunk in in_chunks(customer_ids):
        query = select(table.c.customer_id, table.c.changed_in).where(
            table.c.creditor_id == creditor_id, table.c.customer_id.in_(chunk), table.c.changed_in >= sync
        )
        found += [(row.customer_id, row.changed_in) for row in db.connection.execute(query)]
    return tuple(sorted(found))


def receivables_read_since(
    db: Db, creditor_id: str, customer_ids: Sequence[str], sync: int
) -> Iterator[tuple[Receivable, int]]:
    """These customers' receivables that reading ``sync`` or a later one brought or changed, with that reading."""
    table = db.tables.receivables
    for chunk in in_chunks(customer_ids):
        query = select(table).where(table.c.creditor_id == creditor_id, table.c.customer_id.in_(chunk))
        rows = [row for row in db.connection.execute(query) if row.changed_in >= sync]
        yield from sorted(((to_receivable(row), row.changed_in) for row in rows), key=lambda one: one[0].receivable_id)


def acts_read_since(db: Db, creditor_id: str, customer_ids: Sequence[str], sync: int) -> Iterator[tuple[Act, int]]:
    """The ledger's own acts towards these customers that reading ``sync`` or a later one brought or changed."""
    table = db.tables.acts
    for chunk in in_chunks(customer_ids):
        query = select(table).where(
            table.c.creditor_id == creditor_id, table.c.customer_id.in_(chunk), table.c.changed_in >= sync
        )
        found = ((_to_act(row), row.changed_in) for row in db.connection.execute(query))
        yield from sorted(found, key=lambda one: (one[0].on, one[0].act_id))


def payments_of(db: Db, creditor_id: str, customer_ids: Sequence[str]) -> Iterator[Payment]:
    """Every payment of these customers, ordered by day and id."""
    table = db.tables.payments
    for chunk in in_chunks(customer_ids):
        query = select(table).where(table.c.creditor_id == creditor_id, table.c.customer_id.in_(chunk))
        yield from sorted(map(to_payment, db.connection.execute(query)), key=attrgetter("paid_on", "payment_id"))


def payments_by_id(db: Db, creditor_id: str, payment_ids: Sequence[str]) -> dict[str, Payment]:
    """The known ones among these payments."""
    table, found = db.tables.payments, {}
    for chunk in in_chunks(payment_ids):
        query = select(table).where(table.c.creditor_id == creditor_id, table.c.payment_id.in_(chunk))
        found.update({row.payment_id: to_payment(row) for row in db.connection.execute(query)})
    return found


def acts_of(db: Db, creditor_id: str, customer_ids: Sequence[str]) -> Iterator[Act]:
    """Every act of the ledger's own towards these customers, ordered by day and id."""
    table = db.tables.acts
    for chunk in in_chunks(customer_ids):
        query = select(table).where(table.c.creditor_id == creditor_id, table.c.customer_id.in_(chunk))
        yield from sorted(map(_to_act, db.connection.execute(query)), key=attrgetter("on", "act_id"))


def acts_about(db: Db, creditor_id: str, receivable_ids: Sequence[str]) -> tuple[Act, ...]:
    """Every act of the ledger's own about these receivables, towards whomever, ordered by day and id."""
    table, found = db.tables.acts, list[Act]()
    for chunk in in_chunks(receivable_ids):
        query = select(table).where(table.c.creditor_id == creditor_id, table.c.receivable_id.in_(chunk))
        found.extend(map(_to_act, db.connection.execute(query)))
    return tuple(sorted(found, key=attrgetter("on", "act_id")))


def credit_notes_for(db: Db, creditor_id: str, receivable_ids: Sequence[str]) -> tuple[Receivable, ...]:
    """The present credit notes that credit these receivables, whoever's name they bear, ordered by id."""
    rec, found = db.tables.receivables, list[Receivable]()
    for chunk in in_chunks(receivable_ids):
        query = select(rec).where(
            rec.c.creditor_id == creditor_id, text(IS_LINKED), rec.c.credit_of.in_(chunk), rec.c.gone_on.is_(None)
        )
        found += map(to_receivable, db.connection.execute(query))
    return tuple(sorted(found, key=attrgetter("receivable_id")))


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
            # Paid, but nobody knows when: as history it would look unpaid to this day.
            and_(
                rec.c.counts_for_history, ~rec.c.disputed, or_(rec.c.settled_on.is_not(None), rec.c.open_minor != 0)
            ).label("counts"),
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


def to_receivable(row: Row[Any]) -> Receivable:
    """A row of the receivables table as a value."""
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
        credit_of=row.credit_of,
    )


def to_payment(row: Row[Any]) -> Payment:
    """A row of the payments table as a value."""
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


def in_chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Split ids into what one statement takes."""
    for start in range(0, len(ids), _IDS_AT_ONCE):
        yield ids[start : start + _IDS_AT_ONCE]
