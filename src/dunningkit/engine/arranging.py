"""Arranging something with one customer: another policy, more time, or that nothing is followed at all."""

from dataclasses import dataclass
from datetime import datetime

from dunningkit.engine.naming import whom
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotAllowed, NotFound
from dunningkit.model import Actor, Arrangement, ArrangementKind
from dunningkit.store import Db, Store, arrangements, audit, reviews

#: A year of grace is a payment plan, and a longer one a mistyping.
_MOST_GRACE_DAYS = 366


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be arranged, whoever it is with: see `Arrangement`."""

    kind: ArrangementKind
    policy_name: str = ""
    grace_days: int = 0


#: Leave them alone until the arrangement is ended.
NOT_FOLLOWED = Wanted(ArrangementKind.NOT_FOLLOWED)


def policy_of(setup: CreditorSetup, policy_name: str) -> Wanted:
    """Another policy; what was sent before counts on its ladder. Raises `NotFound` when it is not in the settings."""
    if setup.policies.named(policy_name) is None:
        there = ", ".join(policy.name for policy in setup.policies.every)
        raise NotFound(
            f"No policy {policy_name!r} is in the settings (there is: {there}).", what="policy", policy_name=policy_name
        )
    return Wanted(ArrangementKind.POLICY, policy_name=policy_name)


def grace_of(days: int) -> Wanted:
    """More days on every step that is counted from the due date, instead of the policy's own grace.

    Raises `NotAllowed` for a number of days that is none.
    """
    if not 0 <= days <= _MOST_GRACE_DAYS:
        raise NotAllowed(f"Grace is a number of days from 0 to {_MOST_GRACE_DAYS}, not {days}.")
    return Wanted(ArrangementKind.GRACE, grace_days=days)


def arrange(
    setup: CreditorSetup,
    store: Store,
    wanted: Wanted,
    *,
    customer_id: str | None,
    receivable_id: str | None,
    note: str,
    now: datetime,
    actor: Actor,
) -> Arrangement:
    """Arrange something with a customer, or about one receivable; it ends an older one of its kind.

    Raises `NotFound` for a customer or receivable that is not there, `NotAllowed` unless exactly one of them is named.
    """
    creditor_id = setup.creditor.creditor_id
    if (customer_id is None) == (receivable_id is None):
        raise NotAllowed("Name a customer or a receivable, exactly one of them.")
    with store.write() as db:
        customer_id, receivable_id = whom(db, creditor_id, customer_id, receivable_id)
        made = Arrangement(
            number=arrangements.next_number(db, creditor_id),
            customer_id=customer_id,
            kind=wanted.kind,
            placed_by=actor.shown,
            placed_at=now,
            receivable_id=receivable_id,
            policy_name=wanted.policy_name,
            grace_days=wanted.grace_days,
            note=note,
        )
        for earlier in arrangements.about(db, creditor_id, [customer_id], [receivable_id] if receivable_id else []):
            if (earlier.kind, earlier.receivable_id) == (made.kind, receivable_id):
                _end(db, creditor_id, earlier, now, actor)
        arrangements.place(db, creditor_id, made)
        details = {
            "number": made.number,
            "kind": made.kind.value,
            "policy": made.policy_name,
            "grace_days": made.grace_days,
            "note": note,
        }
        audit.append(db, creditor_id, now, actor, "arranged", receivable_id or customer_id, details)
        reviews.reset_of_customer(db, creditor_id, customer_id)
    return made


def end(setup: CreditorSetup, store: Store, number: int, *, now: datetime, actor: Actor) -> None:
    """End an arrangement; what held before it does not come back. Raises `NotFound` when none of this number holds."""
    creditor_id = setup.creditor.creditor_id
    with store.write() as db:
        found = next((one for one in arrangements.active(db, creditor_id) if one.number == number), None)
        if found is None:
            raise NotFound(f"No arrangement {number} holds. See: dunning arrangements.", what="arrangement")
        _end(db, creditor_id, found, now, actor)
        reviews.reset_about(db, creditor_id, [found.customer_id], [found.receivable_id])


def _end(db: Db, creditor_id: str, found: Arrangement, now: datetime, actor: Actor) -> None:
    arrangements.end(db, creditor_id, found.number, at=now, by=actor.shown)
    details = {"number": found.number, "kind": found.kind.value}
    audit.append(db, creditor_id, now, actor, "arrangement_ended", found.receivable_id or found.customer_id, details)
