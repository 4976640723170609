"""Arranging something with one customer: another policy, more time, or that nothing is followed at all."""

from dataclasses import replace
from datetime import datetime

from dunningkit.engine.naming import whom
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotAllowed, NotFound
from dunningkit.model import Actor, Arrangement, ArrangementKind
from dunningkit.store import Db, Store, arrangements, audit, reviews

#: A year of grace is a payment plan, and a longer one a mistyping.
_MOST_GRACE_DAYS = 366


def assign(
    setup: CreditorSetup,
    store: Store,
    policy_name: str,
    *,
    customer_id: str | None,
    receivable_id: str | None,
    note: str,
    now: datetime,
    actor: Actor,
) -> Arrangement:
    """Put a customer, or one receivable, under another policy; what was sent before counts on its ladder.

    Raises `NotFound` for a policy, customer or receivable that is not there.
    """
    if setup.policies.named(policy_name) is None:
        there = ", ".join(policy.name for policy in setup.policies.every)
        raise NotFound(f"No policy {policy_name!r} is in the settings (there is: {there}).")
    wanted = _blank(ArrangementKind.POLICY, note, now, actor)
    return _place(setup, store, replace(wanted, policy_name=policy_name), customer_id, receivable_id, now, actor)


def grant_grace(
    setup: CreditorSetup,
    store: Store,
    days: int,
    *,
    customer_id: str | None,
    receivable_id: str | None,
    note: str,
    now: datetime,
    actor: Actor,
) -> Arrangement:
    """Give a customer, or one receivable, more days on every step that is counted from the due date.

    They stand instead of the policy's own grace. Raises `NotAllowed` for a number of days that is none.
    """
    if not 0 <= days <= _MOST_GRACE_DAYS:
        raise NotAllowed(f"Grace is a number of days from 0 to {_MOST_GRACE_DAYS}, not {days}.")
    wanted = _blank(ArrangementKind.GRACE, note, now, actor)
    return _place(setup, store, replace(wanted, grace_days=days), customer_id, receivable_id, now, actor)


def stop_following(
    setup: CreditorSetup,
    store: Store,
    *,
    customer_id: str | None,
    receivable_id: str | None,
    note: str,
    now: datetime,
    actor: Actor,
) -> Arrangement:
    """Leave a customer, or one receivable, alone until the arrangement is ended."""
    wanted = _blank(ArrangementKind.NOT_FOLLOWED, note, now, actor)
    return _place(setup, store, wanted, customer_id, receivable_id, now, actor)


def end(setup: CreditorSetup, store: Store, number: int, *, now: datetime, actor: Actor) -> None:
    """End an arrangement; what held before it does not come back. Raises `NotFound` when none of this number holds."""
    creditor_id = setup.creditor.creditor_id
    with store.write() as db:
        found = next((one for one in arrangements.active(db, creditor_id) if one.number == number), None)
        if found is None:
            raise NotFound(f"No arrangement {number} holds. See: dunning arrangements.")
        _end(db, creditor_id, found, now, actor)
        reviews.reset_of_customer(db, creditor_id, found.customer_id)


def _blank(kind: ArrangementKind, note: str, now: datetime, actor: Actor) -> Arrangement:
    return Arrangement(0, "", kind, placed_by=actor.shown, placed_at=now, note=note)


def _place(
    setup: CreditorSetup,
    store: Store,
    wanted: Arrangement,
    customer_id: str | None,
    receivable_id: str | None,
    now: datetime,
    actor: Actor,
) -> Arrangement:
    creditor_id = setup.creditor.creditor_id
    if (customer_id is None) == (receivable_id is None):
        raise NotAllowed("Name a customer or a receivable, exactly one of them.")
    with store.write() as db:
        customer_id, receivable_id = whom(db, creditor_id, customer_id, receivable_id)
        number = arrangements.next_number(db, creditor_id)
        made = replace(wanted, number=number, customer_id=customer_id, receivable_id=receivable_id)
        for earlier in arrangements.active(db, creditor_id, [made.customer_id]):
            if (earlier.kind, earlier.receivable_id) == (made.kind, made.receivable_id):
                _end(db, creditor_id, earlier, now, actor)
        arrangements.place(db, creditor_id, made)
        details = {
            "number": made.number,
            "kind": made.kind.value,
            "policy": made.policy_name,
            "grace_days": made.grace_days,
            "note": made.note,
        }
        audit.append(db, creditor_id, now, actor, "arranged", made.receivable_id or made.customer_id, details)
        reviews.reset_of_customer(db, creditor_id, made.customer_id)
    return made


def _end(db: Db, creditor_id: str, found: Arrangement, now: datetime, actor: Actor) -> None:
    arrangements.end(db, creditor_id, found.number, at=now, by=actor.shown)
    details = {"number": found.number, "kind": found.kind.value}
    audit.append(db, creditor_id, now, actor, "arrangement_ended", found.receivable_id or found.customer_id, details)
