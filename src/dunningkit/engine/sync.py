"""Reading the ledger into the store, batch by batch, and judging whether the picture is whole."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime

from dunningkit import dispatch
from dunningkit.engine.doubts import (
    APPLIED,
    CUSTOMER,
    PAYMENT,
    Sieve,
    currencies,
    in_another_currency,
    naming_nothing,
    writable,
)
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import PluginError, ProposalBlocked, SyncFailed
from dunningkit.model import Actor, ChangeBatch, Customer, ReasonCode, Scope, SyncEnd
from dunningkit.store import Db, Store, audit, creditors, holds, intake, ledger, quarantine, reviews, syncs
from dunningkit.store.intake import NewRows
from dunningkit.store.syncs import SyncState

#: When more of the known open invoices than this vanish at once, a person looks before anything is proposed.
VANISHED_LIMIT_PERCENT = 20
#: So many rows are stored in one transaction; until then they wait in memory, a kilobyte each.
PORTION_ROWS = 20_000
_TOLD_OF_A_FAILURE = ("plugin", "version", "stage", "error", "retry_after_seconds", "path")


Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """How one reading ended. ``rows_read == rows_accepted + rows_quarantined`` for a source that counts its rows."""

    number: int
    state: SyncState
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    vanished: int
    known: int
    detail: str = ""

    @property
    def complete(self) -> bool:
        """Whether a proposal may stand on it."""
        return self.state is SyncState.COMPLETE


def sync(
    setup: CreditorSetup,
    store: Store,
    *,
    as_of: date,
    now: datetime,
    actor: Actor,
    accept_gone: bool = False,
    progress: Progress | None = None,
) -> SyncReport:
    """Read what is new. ``accept_gone`` says that a person looked and the vanished invoices really are gone.

    ``progress`` is called after each batch with the number of receivables that have arrived.

    Raises `SyncFailed` when the source fails; what had arrived is kept, and no proposal is made until a reading is whole.
    Raises `ProposalBlocked` for a day before that of the last run, before anything is read.
    """
    creditor_id = setup.creditor.creditor_id
    with store.write() as db:
        require_not_backdated(db, creditor_id, as_of)
        before = syncs.to_go_on_from(db, creditor_id)
        _tidy_up(db, creditor_id)
        keep_first_looks(db, setup)
        number = syncs.begin(db, creditor_id, as_of, now)
        intake.forget_seen(db, creditor_id)
        known = intake.count_open(db, creditor_id)
        first = intake.is_empty(db, creditor_id)
    sieve = Sieve(setup.source.name, as_of)
    end: SyncEnd | None = None
    arrived = aside = 0
    money: set[str] = set()
    try:
        with closing(dispatch.read_changes(setup.source, before.cursor if before else None)) as batches:
            for portion in _portions(_Arrival.of(setup, sieve, number, batch, first=first) for batch in batches):
                with store.write() as db:
                    _require_newest(db, creditor_id, number)
                    for arrival in portion:
                        aside += _put_customers(db, setup, sieve, number, arrival)
                        aside += _store(db, setup, sieve, number, arrival.what)
                for arrival in portion:
                    end = arrival.end or end
                    money |= arrival.currencies
                    arrived += arrival.receivables
                    if progress is not None:
                        progress(arrived)
    except PluginError as error:
        with store.write() as db:
            reviews.reset_of_changed(db, creditor_id, number)
            syncs.finish(db, creditor_id, number, SyncState.FAILED, None, known=known, detail=str(error))
            audit.append(db, creditor_id, now, actor, "sync_failed", setup.source.name, {"error": error.code})
        raise SyncFailed(
            f"The ledger could not be read to the end: {error} Nothing is proposed until a reading succeeds.",
            code=error.code,
            source=setup.source.name,
            **{name: error.params.get(name) for name in _TOLD_OF_A_FAILURE},
        ) from error
    with store.write() as db:
        _require_newest(db, creditor_id, number)
        if end is not None and end.complete:
            aside += _look_at_applied(db, setup, number, end.scope, is_one_currency=len(money) <= 1)
        if end is not None:
            accepted, quarantined = end.rows_accepted - aside, end.rows_quarantined + aside
            end = replace(end, rows_accepted=accepted, rows_quarantined=quarantined)
        return _finish(db, setup, number, as_of, now, actor, end, known, first=first, accept_gone=accept_gone)


def require_not_backdated(db: Db, creditor_id: str, as_of: date) -> None:
    """Raise `ProposalBlocked` for a day before the last run's: a reading for it would even make the payments look older."""
    last_on = creditors.remembered(db, creditor_id).last_proposal_on
    if last_on is not None and as_of < last_on:
        raise ProposalBlocked(
            f"The last run was for {last_on}, so none is made for {as_of} any more: what was decided since "
            "would be decided again. If that run was a mistake, throw its proposal away first (dunning discard).",
            code=ReasonCode.RUN_BACKDATED.value,
            day=as_of.isoformat(),
            on=last_on.isoformat(),
        )


def keep_first_looks(db: Db, setup: CreditorSetup) -> None:
    """Move every receivable's first look where the policies have it now: courtesy steps come before the due date."""
    creditor_id, days = setup.creditor.creditor_id, setup.policies.first_look_days
    if creditors.first_look_days(db, creditor_id) != days:
        reviews.look_from(db, creditor_id, days)
        creditors.remember_first_look(db, creditor_id, days)


def _tidy_up(db: Db, creditor_id: str) -> None:
    """End the readings that were cut short or overtaken, and look again at what they had changed by then.

    The next reading finds those values as they left them, so nobody else would.
    """
    for number in syncs.running(db, creditor_id):
        reviews.reset_of_changed(db, creditor_id, number)
        syncs.finish(db, creditor_id, number, SyncState.FAILED, None, detail="cut short, or another reading began")


def _require_newest(db: Db, creditor_id: str, number: int) -> None:
    """Two readings at once would take each other's marks for what is gone: the newer one goes on alone."""
    newest = syncs.last(db, creditor_id)
    if newest is not None and newest.number != number:
        raise SyncFailed(
            "Another reading of this ledger began meanwhile, so this one was given up. The other one's result counts.",
            code="sync_superseded",
        )


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A batch that waits to be stored, how many rows and receivables it has, in which currencies, and if it was the last."""

    what: ChangeBatch | NewRows
    customers: tuple[Customer, ...]
    customers_replace: bool
    first: bool
    rows: int
    receivables: int
    currencies: set[str]
    end: SyncEnd | None

    @classmethod
    def of(cls, setup: CreditorSetup, sieve: Sieve, number: int, batch: ChangeBatch, *, first: bool) -> "_Arrival":
        batch = naming_nothing(batch)
        new = first and not _needs_care(sieve, batch)
        rows = len(batch.customers) + len(batch.receivables) + len(batch.payments)
        creditor_id, days = setup.creditor.creditor_id, setup.policies.first_look_days
        what = NewRows.of(creditor_id, number, batch, first_look_days=days) if new else batch
        customers, replace_ = batch.customers, batch.customers_replace
        return cls(what, customers, replace_, first, rows, len(batch.receivables), currencies(batch), batch.end)


def _needs_care(sieve: Sieve, batch: ChangeBatch) -> bool:
    """Whether a batch has more in it than rows to insert into an empty ledger."""
    others = batch.acts or batch.holds or batch.removed_receivable_ids or batch.quarantined
    return bool(others) or not sieve.none_doubtful(batch.receivables, batch.payments)


def _portions(arrivals: Iterator[_Arrival]) -> Iterator[list[_Arrival]]:
    """Batches to be stored in one transaction each: a source that hands over little at a time costs no commit every time.

    What came before the source failed is handed on before the error.
    """
    portion: list[_Arrival] = []
    rows = 0
    try:
        for arrival in arrivals:
            portion.append(arrival)
            rows += arrival.rows
            if rows >= PORTION_ROWS:
                yield portion
                portion, rows = [], 0
    except PluginError:
        if portion:
            yield portion
        raise
    if portion:
        yield portion


def _store(db: Db, setup: CreditorSetup, sieve: Sieve, number: int, what: ChangeBatch | NewRows) -> int:
    """Write what arrived; returns how many of its rows were put aside.

    In the first reading of a ledger nothing needs to be compared or marked, unless something came twice: then what was
    inserted by now is as `_put` would have written it, and it looks at the rest.
    """
    if isinstance(what, ChangeBatch):
        return _put(db, setup, sieve, number, what)
    if intake.insert(db, what):
        return 0
    return _put(db, setup, sieve, number, what.as_batch())


def _put_customers(db: Db, setup: CreditorSetup, sieve: Sieve, number: int, arrival: "_Arrival") -> int:
    """Write a batch's customers; returns how many of them were put aside."""
    creditor_id, customers = setup.creditor.creditor_id, arrival.customers
    if arrival.customers_replace:
        intake.put_customers(db, creditor_id, number, customers)
        return 0
    if arrival.first and intake.insert_customers(db, creditor_id, number, customers):
        return 0
    ids = [one.customer_id for one in customers]
    again = intake.seen_already(db, creditor_id, number, "customer", ids)
    taken, doubtful = sieve.sift_customers(customers, ledger.customers_by_id(db, creditor_id, again))
    intake.put_customers(db, creditor_id, number, taken.values())
    quarantine.put(db, creditor_id, number, doubtful)
    intake.mark_seen(db, creditor_id, "customer", list(dict.fromkeys(ids)))
    return len(doubtful)


def _put(db: Db, setup: CreditorSetup, sieve: Sieve, number: int, batch: ChangeBatch) -> int:
    """Write a batch; returns how many of its rows were put aside."""
    creditor_id = setup.creditor.creditor_id
    receivables = tuple(batch.receivables)
    again = intake.seen_already(
        db, creditor_id, number, "receivable", writable(one.receivable_id for one in receivables)
    )
    # A payment that was put aside stays as it is known: it was in the ledger, so it is not gone.
    payment_ids = writable(payment.payment_id for payment in batch.payments)
    paid = intake.seen_already(db, creditor_id, number, "payment", payment_ids)
    sifted = sieve.sift(
        receivables,
        batch.payments,
        ledger.receivables_by_id(db, creditor_id, again),
        ledger.payments_by_id(db, creditor_id, paid),
    )
    batch = replace(batch, receivables=tuple(sifted.taken.values()), payments=tuple(sifted.payments.values()))
    unread = (*batch.quarantined, *sifted.doubtful)
    _look_again_at_former_owners(db, creditor_id, batch)
    first_look_days = setup.policies.first_look_days
    intake.put_receivables(db, creditor_id, number, batch.receivables, first_look_days=first_look_days)
    intake.put_payments(db, creditor_id, number, batch.payments)
    intake.put_acts(db, creditor_id, number, batch.acts)
    holds.put_ledger_holds(db, creditor_id, number, batch.holds)
    intake.mark_gone(db, creditor_id, number, sieve.as_of, batch.removed_receivable_ids)
    quarantine.put(db, creditor_id, number, unread)
    receivable_ids = {*sifted.taken, *(row.receivable_id for row in unread if row.receivable_id)}
    intake.mark_seen(db, creditor_id, "receivable", sorted(receivable_ids))
    intake.mark_seen(db, creditor_id, "payment", payment_ids)
    intake.mark_seen(db, creditor_id, "act", [act.act_id for act in batch.acts])
    intake.mark_seen(db, creditor_id, "hold", [hold.hold_id for hold in batch.holds])
    return len(sifted.doubtful)


def _look_again_at_former_owners(db: Db, creditor_id: str, batch: ChangeBatch) -> None:
    """What moves to another customer or receivable changes the one it leaves, too."""
    tables = db.tables
    notes = {one.receivable_id: (one.customer_id, one.credit_of) for one in batch.receivables}
    payments = {one.payment_id: (one.customer_id, one.receivable_id) for one in batch.payments}
    acts = {one.act_id: (one.customer_id, one.receivable_id) for one in batch.acts}
    held = {one.hold_id: (one.customer_id, one.receivable_id) for one in batch.holds}
    moving = (
        (tables.receivables, ("receivable_id", "credit_of"), notes),
        (tables.payments, ("payment_id", "receivable_id"), payments),
        (tables.acts, ("act_id", "receivable_id"), acts),
        (tables.holds, ("hold_id", "receivable_id"), held),
    )
    former = [
        one
        for table, columns, belonging in moving
        for one in intake.formerly(db, table, columns, creditor_id, belonging)
    ]
    reviews.reset_about(db, creditor_id, (one[0] for one in former), (one[1] for one in former))


def _look_at_applied(db: Db, setup: CreditorSetup, number: int, scope: Scope, *, is_one_currency: bool) -> int:
    """Put aside what is in another currency than the receivable it pays; returns how many rows say so.

    A payment may come before its receivable, so this is seen only when everything has arrived.
    """
    creditor_id, source = setup.creditor.creditor_id, setup.source.name
    told = quarantine.take_out(db, creditor_id, source, APPLIED)
    whole = scope is Scope.SNAPSHOT
    if whole and is_one_currency:
        return 0
    last = syncs.last_complete(db, creditor_id)
    since = None if whole else last.number if last else 0
    found = intake.in_another_currency(db, creditor_id, since=since, payment_ids=told)
    quarantine.put(db, creditor_id, number, [in_another_currency(source, *pair) for pair in found])
    return len(found)


def _doubt_all_they_owe(db: Db, setup: CreditorSetup, number: int) -> None:
    """Where a whole customer is in doubt, keep a row about each invoice of theirs that is open."""
    creditor_id, source = setup.creditor.creditor_id, setup.source.name
    whole = {
        row.customer_id or "": row for row in quarantine.of_all_they_owe(db, creditor_id, source, (CUSTOMER, PAYMENT))
    }
    owed = [one for one in ledger.receivables_of(db, creditor_id, list(whole)) if one.open.amount_minor > 0]
    told = quarantine.places(db, creditor_id, [one.receivable_id for one in owed])
    rows = [
        replace(whole[one.customer_id], receivable_id=one.receivable_id)
        for one in owed
        if one.receivable_id not in told
    ]
    quarantine.put(db, creditor_id, number, rows)


def _finish(
    db: Db,
    setup: CreditorSetup,
    number: int,
    as_of: date,
    now: datetime,
    actor: Actor,
    end: SyncEnd | None,
    known: int,
    *,
    first: bool,
    accept_gone: bool,
) -> SyncReport:
    creditor_id = setup.creditor.creditor_id
    vanished = 0
    if end is None or not end.complete:
        said = end.detail if end is not None else ""
        state, detail = SyncState.INCOMPLETE, said or "the source did not say that everything arrived"
    else:
        state, detail = SyncState.COMPLETE, ""
        whole = end.scope is Scope.SNAPSHOT
        asked = None if whole else syncs.too_many_gone(db, creditor_id)
        if asked is not None:
            state, vanished, known = SyncState.TOO_MANY_GONE, asked.vanished, asked.known
            detail = f"{asked.detail}, and this reading told only what changed since"
        if whole and not first:
            vanished = intake.count_vanished(db, creditor_id)
            if vanished * 100 > known * VANISHED_LIMIT_PERCENT and not accept_gone:
                state = SyncState.TOO_MANY_GONE
                detail = f"{vanished} of {known} open invoices were not in the ledger any more"
            else:
                intake.drop_unseen(db, creditor_id, number, as_of)
                dropped = holds.drop_unseen_ledger_holds(db, creditor_id)
                about = (one.receivable_id for one in dropped)
                reviews.reset_about(db, creditor_id, (one.customer_id for one in dropped), about)
        quarantine.drop_answered(db, creditor_id, number, whole=whole)
        _doubt_all_they_owe(db, setup, number)
    if not first:  # in the first reading everything is new, and nothing was looked at before
        reviews.reset_of_changed(db, creditor_id, number)
    intake.forget_seen(db, creditor_id)
    syncs.finish(db, creditor_id, number, state, end, known=known, vanished=vanished, detail=detail)
    report = SyncReport(
        number=number,
        state=state,
        rows_read=end.rows_read if end else 0,
        rows_accepted=end.rows_accepted if end else 0,
        rows_quarantined=end.rows_quarantined if end else 0,
        vanished=vanished,
        known=known,
        detail=detail,
    )
    details = {
        "state": state.value,
        "rows_read": report.rows_read,
        "rows_quarantined": report.rows_quarantined,
        "vanished": vanished,
        "accept_gone": accept_gone,
    }
    audit.append(db, creditor_id, now, actor, "synced", setup.source.name, details)
    return report
