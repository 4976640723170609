"""Comparing a proposal with an earlier one: what the store knows about every line that is not what it was."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from dunningkit.engine.comparing import Comparison, Known, Sent, compare, needs_facts
from dunningkit.engine.happenings import Span, happenings, of_money_in_hand, of_payments
from dunningkit.engine.latest import latest_proposal
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotFound
from dunningkit.model import Payment, Proposal
from dunningkit.store import Db, ledger, proposals, syncs


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
        raise NotFound(
            f"There is no proposal {asked} to compare with (the newest are for: {there}).", what="earlier", there=there
        )
    return compare(earlier, later, _known(db, setup, earlier, later))


def _known(db: Db, setup: CreditorSetup, earlier: Proposal, later: Proposal) -> Mapping[str, Known]:
    creditor_id = setup.creditor.creditor_id
    wanted = needs_facts(earlier, later)
    receivable_ids = list(wanted)
    span = _span(db, creditor_id, earlier, later, wanted)
    rows = ledger.known_by_id(db, creditor_id, receivable_ids)
    lines = proposals.newest_lines(db, creditor_id, receivable_ids, before=span.numbers[1])
    theirs = ledger.payments_of(db, creditor_id, span.customer_ids)
    others = ledger.strangers_payments(db, creditor_id, earlier.as_of, min(span.readings, default=None))
    paid = _by_receivable({payment.payment_id: payment for payment in (*theirs, *others)}.values())
    newly_read = _newly_read(db, creditor_id, span) | {payment.payment_id for payment in others}
    happened = happenings(db, setup, span)

    def known_since(payments: Iterable[Payment]) -> tuple[Payment, ...]:
        return tuple(
            one
            for one in payments
            if one.paid_on <= later.as_of and (one.paid_on > earlier.as_of or one.payment_id in newly_read)
        )

    in_hand = _by_customer(known_since(paid[""]))
    found = {}
    for receivable_id, customer_id in wanted.items():
        row, payments = rows.get(receivable_id), tuple(paid[receivable_id])
        found[receivable_id] = Known(
            receivable=row.receivable if row else None,
            then=row.receivable.as_of(later.as_of, payments) if row else None,
            gone_on=row.gone_on if row else None,
            sent=tuple(
                Sent(item.delivery.sent_on, item.delivery.medium) for item in happened.sent.get(receivable_id, ())
            ),
            line=lines[receivable_id][1] if receivable_id in lines else None,
            read_on=span.readings.get(row.changed_in) if row else None,
            paid=of_payments(known_since(payments)),
            happened=(*happened.to(receivable_id, customer_id), *of_money_in_hand(in_hand[customer_id])),
            around=happened.around(receivable_id, customer_id),
        )
    return found


def _span(db: Db, creditor_id: str, earlier: Proposal, later: Proposal, wanted: Mapping[str, str]) -> Span:
    before = {line.receivable_id: line for line in earlier.lines if line.receivable_id in wanted}
    after = {line.receivable_id: line for line in later.lines if line.receivable_id in wanted}
    first, since = proposals.made(db, creditor_id, earlier.proposal_id)
    last, _ = proposals.made(db, creditor_id, later.proposal_id)
    customer_ids = sorted({line.customer_id for line in (*before.values(), *after.values())})
    return Span(earlier, later, since, syncs.since(db, creditor_id, since), before, after, customer_ids, (first, last))


def _newly_read(db: Db, creditor_id: str, span: Span) -> frozenset[str]:
    if not span.readings:
        return frozenset()
    return ledger.payments_read_since(db, creditor_id, span.customer_ids, min(span.readings))


def _by_receivable(payments: Iterable[Payment]) -> Mapping[str, list[Payment]]:
    found: dict[str, list[Payment]] = defaultdict(list)
    for payment in payments:
        found[payment.receivable_id or ""].append(payment)
    return found


def _by_customer(payments: Iterable[Payment]) -> Mapping[str, list[Payment]]:
    found: dict[str, list[Payment]] = defaultdict(list)
    for payment in payments:
        found[payment.customer_id].append(payment)
    return found
