"""The journal of fees and interest for a host's books, and a person's decision to give some of them up."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from dunningkit.engine.cancelling import return_approved
from dunningkit.engine.keyed import grouped
from dunningkit.engine.naming import receivable_ever_named
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotAllowed
from dunningkit.law.journal import (
    Account,
    Balance,
    Cancelled,
    Journal,
    Told,
    balances_of,
    credited_in_full,
    entries_of,
    received_of,
)
from dunningkit.model import Actor, ActorKind, Charge, Money, Receivable, ReminderState, Waiver
from dunningkit.store import Db, Store, audit, deliveries, ledger, reviews, syncs, waivers
from dunningkit.store.deliveries import DeliveredItem

#: What left, or may have left. What is only about to leave claims its place under the caps, but nothing of the customer yet.
_LEFT = (ReminderState.SENDING, ReminderState.ACCEPTED, ReminderState.UNKNOWN, ReminderState.CANCELLED)


def journal(setup: CreditorSetup, store: Store, *, since: date | None, until: date) -> Journal:
    """Every entry from ``since`` (``None``: the first) to ``until``, by day and receivable, and the balances at the end.

    Raises `NotAllowed` when the days are reversed.
    """
    if since is not None and until < since:
        raise NotAllowed(f"A journal cannot end ({until}) before it begins ({since}).")
    creditor_id = setup.creditor.creditor_id
    with store.read() as db:
        ids = deliveries.charged(db, creditor_id) | waivers.receivable_ids(db, creditor_id)
        accounts = accounts_of(db, setup, sorted(ids))
    entries = sorted((entry for one in accounts for entry in entries_of(one)), key=lambda one: one.on)
    return Journal(
        since=since,
        until=until,
        entries=tuple(one for one in entries if (since is None or since <= one.on) and one.on <= until),
        balances=balances_of(entries, until),
    )


def waive(
    setup: CreditorSetup,
    store: Store,
    named: str,
    what: Charge | None,
    amount_minor: int | None,
    *,
    reason: str,
    now: datetime,
    actor: Actor,
) -> tuple[Waiver, ...]:
    """Give up fees or interest that a customer was told of, about a receivable named by its id or invoice number.

    ``what`` ``None`` means both, fees first; ``amount_minor`` ``None`` means all that is outstanding. Later messages do not ask
    for it; what was approved and asks for it goes back to a person. The acts still count for the caps.
    Raises `NotFound` when nothing has that name; `NotAllowed` when the number names several receivables, without a reason, for
    anybody but a person, or for more than is outstanding.
    """
    if not reason.strip():
        raise NotAllowed("A waiver stands in the books: say why.")
    if actor.kind is not ActorKind.PERSON:
        raise NotAllowed("Fees and interest are waived by a person, not by a policy or a machine.")
    creditor_id, today = setup.creditor.creditor_id, setup.calendar.local_date(now)
    with store.write() as db:
        receivable = receivable_ever_named(db, creditor_id, named)
        receivable_id, customer_id = receivable.receivable_id, receivable.customer_id
        (account,) = accounts_of(db, setup, [receivable_id])
        number = waivers.next_number(db, creditor_id)
        made = tuple(
            Waiver(
                number=number + position,
                receivable_id=receivable_id,
                customer_id=customer_id,
                what=charge,
                amount=Money(part_minor, receivable.original.currency),
                on=today,
                at=now.astimezone(UTC),
                by=actor.shown,
                reason=reason.strip(),
            )
            for position, (charge, part_minor) in enumerate(
                _parts(receivable, balances_of(entries_of(account), today), what, amount_minor)
            )
        )
        for one in made:
            waivers.write(db, creditor_id, one)
            audit.append(db, creditor_id, now, actor, "waived", receivable_id, _details(one))
        return_approved(db, creditor_id, {receivable_id}, "waived", now, actor)
        reviews.reset_about(db, creditor_id, [customer_id], [receivable_id])
    return made


def accounts_of(db: Db, setup: CreditorSetup, receivable_ids: Sequence[str]) -> list[Account]:
    """What bears on the charges of these receivables, as the books want it; unknown ones are left out."""
    creditor_id = setup.creditor.creditor_id
    known = ledger.known_by_id(db, creditor_id, receivable_ids)
    receivables = [one.receivable for one in known.values()]
    items = grouped((one.receivable_id, one) for one in deliveries.items_about(db, creditor_id, receivable_ids))
    acts = grouped((one.receivable_id, one) for one in ledger.acts_about(db, creditor_id, receivable_ids))
    given_up = grouped((one.receivable_id, one) for one in waivers.about(db, creditor_id, receivable_ids))
    payments = grouped((one.receivable_id, one) for one in ledger.payments_for(db, creditor_id, receivables))
    notes = grouped((one.credit_of, one) for one in ledger.credit_notes_for(db, creditor_id, receivable_ids))
    cancelled = _cancelled(db, setup, [item for found in items.values() for item in found])
    read_on = syncs.since(db, creditor_id, datetime.min.replace(tzinfo=UTC))
    return [
        Account(
            receivable=one.receivable,
            told=_told(items.get(receivable_id, ()), cancelled),
            charging_acts=[
                (act.on, act.act_id) for act in acts.get(receivable_id, ()) if act.fee and act.fee.amount_minor > 0
            ],
            waivers=given_up.get(receivable_id, ()),
            received=received_of(
                one.receivable,
                payments.get(receivable_id, ()),
                notes.get(receivable_id, ()),
                one.receivable.settled_on or read_on[one.changed_in],
            ),
            credited=credited_in_full(one.receivable, notes.get(receivable_id, ())),
        )
        for receivable_id, one in sorted(known.items())
    ]


def _told(items: Iterable[DeliveredItem], cancelled: Mapping[str, Cancelled]) -> list[Told]:
    """The messages that told charges, or that there are none: friendly ones tell nothing of them."""
    return [
        Told(
            on=item.delivery.sent_on,
            at=item.delivery.claimed_at,
            reminder_id=item.delivery.reminder_id,
            customer_id=item.delivery.customer_id,
            fee_minor=item.fee_minor,
            interest_minor=item.interest_minor,
            earlier_fees_minor=item.earlier_fees_minor,
            cancelled=cancelled.get(item.delivery.reminder_id),
        )
        for item in items
        if item.delivery.kind.is_formal and item.delivery.state in _LEFT
    ]


def _cancelled(db: Db, setup: CreditorSetup, items: Iterable[DeliveredItem]) -> dict[str, Cancelled]:
    taken_back = {one.delivery.reminder_id for one in items if one.delivery.state is ReminderState.CANCELLED}
    return {
        entry.subject: Cancelled(
            setup.calendar.local_date(entry.at), entry.at, entry.actor.shown, str(entry.details.get("note") or "")
        )
        for entry in audit.about(db, setup.creditor.creditor_id, sorted(taken_back))
        if entry.action == "reminder_cancelled"
    }


def _parts(
    receivable: Receivable, balances: Iterable[Balance], what: Charge | None, amount_minor: int | None
) -> list[tuple[Charge, int]]:
    meant = list(Charge) if what is None else [what]
    owed = {one.what: one.outstanding_minor for one in balances if one.what in meant and one.outstanding_minor}
    left_minor = sum(owed.values()) if amount_minor is None else amount_minor
    number, currency = receivable.invoice_number, receivable.original.currency
    if not owed:
        charges = " or ".join("fees" if charge is Charge.FEE else "interest" for charge in meant)
        raise NotAllowed(f"No {charges} of invoice {number} are outstanding: there is nothing to waive.")
    if not 0 < left_minor <= sum(owed.values()):
        most = Money(sum(owed.values()), currency).as_decimal()
        asked = Money(left_minor, currency).as_decimal()
        raise NotAllowed(f"{asked} {currency} cannot be waived of invoice {number}: {most} {currency} is outstanding.")
    parts = []
    for charge in meant:
        part_minor = min(left_minor, owed.get(charge, 0))
        if part_minor:
            parts.append((charge, part_minor))
            left_minor -= part_minor
    return parts


def _details(made: Waiver) -> dict[str, object]:
    return {
        "number": made.number,
        "what": made.what.value,
        "amount_minor": made.amount.amount_minor,
        "currency": made.amount.currency,
        "reason": made.reason,
    }
