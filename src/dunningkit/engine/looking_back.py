"""Comparing a proposal with an earlier one: what the store knows about every line that is not what it was."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from dunningkit.engine.comparing import Comparison, Known, Sent, compare, needs_facts
from dunningkit.engine.latest import latest_proposal
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotFound
from dunningkit.model import Payment, Proposal, ReminderState
from dunningkit.store import Db, deliveries, ledger, proposals, syncs


def compare_with(db: Db, setup: CreditorSetup, day: date | None) -> Comparison:
    """Compare the newest proposal with the newest one of ``day``, or of the latest day before it.

    Raises `NotFound` when there is no such proposal.
    """
    creditor_id = setup.creditor.creditor_id
    later = latest_proposal(db, setup)
    earlier = (
        proposals.before_day(db, creditor_id, later.as_of) if day is None else proposals.of_day(db, creditor_id, day)
    )
    if earlier is None:
        there = ", ".join(one.isoformat() for one in proposals.days(db, creditor_id)[-5:])
        asked = f"of a day before {later.as_of}" if day is None else f"for {day}"
        raise NotFound(f"There is no proposal {asked} to compare with (the newest are for: {there}).")
    return compare(earlier, later, _known(db, creditor_id, earlier, later))


def _known(db: Db, creditor_id: str, earlier: Proposal, later: Proposal) -> Mapping[str, Known]:
    wanted = needs_facts(earlier, later)
    receivable_ids, customer_ids = list(wanted), sorted(set(wanted.values()))
    number, _ = proposals.made(db, creditor_id, later.proposal_id)
    _, since = proposals.made(db, creditor_id, earlier.proposal_id)
    readings = syncs.since(db, creditor_id, since)
    rows = ledger.known_by_id(db, creditor_id, receivable_ids)
    lines = proposals.newest_lines(db, creditor_id, receivable_ids, before=number)
    theirs = ledger.payments_of(db, creditor_id, customer_ids)
    others = ledger.strangers_payments(db, creditor_id, earlier.as_of, min(readings, default=None))
    paid = _by_receivable({payment.payment_id: payment for payment in (*theirs, *others)}.values())
    newly_read = {payment.payment_id for payment in others}
    if readings:
        newly_read |= ledger.payments_read_since(db, creditor_id, customer_ids, min(readings))
    sent = _sent(db, creditor_id, receivable_ids, since, later.as_of)
    found = {}
    for receivable_id in receivable_ids:
        row, payments = rows.get(receivable_id), tuple(paid[receivable_id])
        found[receivable_id] = Known(
            receivable=row.receivable if row else None,
            then=row.receivable.as_of(later.as_of, payments) if row else None,
            gone_on=row.gone_on if row else None,
            payments=tuple(
                payment
                for payment in payments
                if payment.paid_on <= later.as_of
                and (payment.paid_on > earlier.as_of or payment.payment_id in newly_read)
            ),
            sent=tuple(sent[receivable_id]),
            line=lines[receivable_id][1] if receivable_id in lines else None,
            read_on=readings.get(row.changed_in) if row else None,
        )
    return found


def _by_receivable(payments: Iterable[Payment]) -> Mapping[str, list[Payment]]:
    found: dict[str, list[Payment]] = defaultdict(list)
    for payment in payments:
        found[payment.receivable_id or ""].append(payment)
    return found


def _sent(
    db: Db, creditor_id: str, receivable_ids: list[str], since: datetime, until: date
) -> Mapping[str, list[Sent]]:
    found: dict[str, list[Sent]] = defaultdict(list)
    for item in deliveries.items_about(db, creditor_id, receivable_ids):
        delivery = item.delivery
        if delivery.state is ReminderState.ACCEPTED and since <= delivery.claimed_at and delivery.sent_on <= until:
            found[item.receivable_id].append(Sent(delivery.sent_on, delivery.medium))
    return found
