"""Placing and releasing holds by hand."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from typing import TYPE_CHECKING

from dunningkit.engine.naming import whom
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotAllowed, NotFound
from dunningkit.model import Actor, CustomerClass, Hold, HoldKind
from dunningkit.store import Db, Store, audit, holds, ledger, reviews

if TYPE_CHECKING:
    from dunningkit.engine.batch import Batch
    from dunningkit.law.terms import UnderLaw


def hold(
    setup: CreditorSetup,
    store: Store,
    *,
    customer_id: str | None,
    receivable_id: str | None,
    kind: HoldKind,
    start_on: date,
    end_on: date | None,
    note: str,
    now: datetime,
    actor: Actor,
) -> Hold:
    """Silence one receivable (named by id or invoice number), or everything of a customer.

    Raises `NotFound` when nothing has that name, `NotAllowed` when a number names several receivables or the days are reversed.
    """
    creditor_id = setup.creditor.creditor_id
    if end_on is not None and end_on < start_on:
        raise NotAllowed(f"A hold cannot end ({end_on}) before it starts ({start_on}).")
    with store.write() as db:
        customer_id, receivable_id = whom(db, creditor_id, customer_id, receivable_id)
        made = Hold(
            hold_id=_free_id(db, creditor_id, customer_id, receivable_id, kind.value, now.isoformat()),
            customer_id=customer_id,
            kind=kind,
            start_on=start_on,
            receivable_id=receivable_id,
            end_on=end_on,
            note=note,
            placed_by=actor.shown,
        )
        holds.place(db, creditor_id, made)
        details = {
            "kind": kind.value,
            "end_on": end_on.isoformat() if end_on else None,
            "note": note,
            "customer_id": customer_id,
            "receivable_id": receivable_id,
        }
        audit.append(db, creditor_id, now, actor, "hold_placed", receivable_id or customer_id, details)
        reviews.reset_of_customer(db, creditor_id, customer_id)
        return made


def release(
    setup: CreditorSetup, store: Store, named: str, *, reason: str, is_over: bool, now: datetime, actor: Actor
) -> None:
    """End a hold that a person placed. ``reason`` is why, ``is_over`` says that what it was placed for has ended.

    Raises `NotFound` for an unknown or released one, `NotAllowed` for a hold of the ledger's own: it would be back tomorrow.
    A hold that is a stop of the law's, under a rule pack, needs a reason; where the pack lets no person pass over the stop, it
    ends only when it is over.
    """
    creditor_id = setup.creditor.creditor_id
    with store.write() as db:
        found = holds.find(db, creditor_id, named)
        if found is None:
            raise NotFound(f"No active hold {named!r} is known. See: dunning show --holds.", hold_id=named)
        if found.from_ledger:
            raise NotAllowed("This hold comes from the ledger; end it there and sync.", hold_id=named)
        if setup.law is not None:
            _require_right(
                db, setup, setup.law, found, reason=reason, is_over=is_over, today=setup.calendar.local_date(now)
            )
        holds.release(db, creditor_id, named, now)
        details = {
            "kind": found.kind.value,
            "hold_id": named,
            "customer_id": found.customer_id,
            "receivable_id": found.receivable_id,
            "reason": reason.strip(),
            "is_over": is_over,
        }
        audit.append(db, creditor_id, now, actor, "hold_released", found.receivable_id or found.customer_id, details)
        reviews.reset_about(db, creditor_id, [found.customer_id], [found.receivable_id])


def _require_right(
    db: Db, setup: CreditorSetup, law: "UnderLaw", found: Hold, *, reason: str, is_over: bool, today: date
) -> None:
    """Let nobody end a stop of the law's without a word, and no stop that the law keeps unless it is over."""
    # Rules are many classes: whoever has no law does not pay for them.
    from dunningkit.engine.cases import STOPS  # noqa: PLC0415
    from dunningkit.law.stops import may_be_passed_over  # noqa: PLC0415

    if found.kind not in STOPS or (found.end_on is not None and found.end_on < today):
        return
    kind = found.kind.value
    if not reason.strip():
        raise NotAllowed(
            f"The law counts this hold ({kind}) as a stop, so ending it needs a reason (--reason).",
            what="reason_needed",
            hold_id=found.hold_id,
        )
    theirs = ledger.customers_by_id(db, setup.creditor.creditor_id, [found.customer_id]).get(found.customer_id)
    customer_class = theirs.customer_class if theirs else CustomerClass.UNKNOWN
    if not is_over and not may_be_passed_over(law.pack, STOPS[found.kind], customer_class, today):
        raise NotAllowed(
            f"No person may pass over this stop ({kind}): end the hold when its cause is over, and say so (--over).",
            what="not_over",
            hold_id=found.hold_id,
        )


def place_all(db: Db, creditor_id: str, made: Sequence[Hold], batch: "Batch") -> None:
    """Place the holds of one decision."""
    holds.place_many(db, creditor_id, made)
    entries = [
        (
            hold.receivable_id or hold.customer_id,
            {
                "kind": hold.kind.value,
                "end_on": hold.end_on.isoformat() if hold.end_on else None,
                "note": hold.note,
                "hold_id": hold.hold_id,
                "customer_id": hold.customer_id,
                "receivable_id": hold.receivable_id,
            },
        )
        for hold in made
    ]
    batch.record(db, creditor_id, "hold_placed", entries)


def _free_id(db: Db, creditor_id: str, *parts: str | None) -> str:
    """An id that no hold ever had: several may be placed at one instant, by a batch job or a clock that stands."""
    ids = (hold_id(creditor_id, *parts, *([str(number)] if number else [])) for number in count())
    return next(one for one in ids if not holds.is_taken(db, creditor_id, one))


def hold_id(*parts: str | None) -> str:
    """The id of a hold: a hash of what tells it from others."""
    return "h-" + hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest()[:10]
