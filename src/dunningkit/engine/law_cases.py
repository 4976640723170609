"""The receivables of one invoice as the law sees them on a day, for whoever asks about the law alone. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dunningkit.engine.cases import case_of
from dunningkit.engine.explaining import not_known, paid_for, why_not_asked
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotAllowed
from dunningkit.law.case import Case
from dunningkit.law.terms import UnderLaw
from dunningkit.model import Customer, Reason, ReasonCode, Receivable, Waiver
from dunningkit.policy import Situation
from dunningkit.store import Db, deliveries, holds, ledger, waivers
from dunningkit.store.ledger import KnownReceivable

#: A claim that is gone or paid still has its law; what is no claim, or none yet, has none.
_NO_CLAIM = (ReasonCode.NOT_ASKED_CREDIT_NOTE, ReasonCode.NOT_ASKED_NOT_ISSUED)


@dataclass(frozen=True, slots=True)
class LawCase:
    """One receivable as it stood on the day, and the case that the veto would judge.

    ``case`` is ``None`` for a credit note and before the invoice was issued; ``note`` then says so, or that it is gone or paid.
    ``waivers`` are what people gave up until the day.
    """

    receivable: Receivable
    customer: Customer | None
    case: Case | None
    note: Reason | None
    waivers: tuple[Waiver, ...] = ()


def law_of(setup: CreditorSetup) -> UnderLaw:
    """The creditor's rule pack and terms; raises `NotAllowed` where there is none."""
    if setup.law is None:
        raise NotAllowed(
            f"No rule pack is named for {setup.creditor.creditor_id!r}, so there is no law to ask. Name one: in the "
            'configuration [law] pack = "fi", or CreditorSetup.of(..., law=...).',
            what="no_law",
        )
    return setup.law


def cases_of(db: Db, setup: CreditorSetup, wanted: str, on: date) -> tuple[LawCase, ...]:
    """Every receivable of an invoice, or one by its id, as at ``on``; what was done or paid later is left out.

    Raises `NotAllowed` without a rule pack, `NotFound` with numbers that look alike for what was never known.
    """
    law, creditor_id = law_of(setup), setup.creditor.creditor_id
    known = ledger.find_known(db, creditor_id, wanted)
    if not known:
        raise not_known(db, creditor_id, wanted)
    reader = _Reader(db, creditor_id, law, known, on)
    return tuple(map(reader.read, known))


class _Reader:
    """What the receivables of one invoice share, read once."""

    def __init__(self, db: Db, creditor_id: str, law: UnderLaw, known: Sequence[KnownReceivable], on: date) -> None:
        receivables = [one.receivable for one in known]
        ids = [one.receivable_id for one in receivables]
        customer_ids = sorted({one.customer_id for one in receivables})
        self._law, self._on = law, on
        self._customers = ledger.customers_by_id(db, creditor_id, customer_ids)
        self._payments = paid_for(db, creditor_id, receivables, customer_ids)
        self._acts = ledger.acts_about(db, creditor_id, ids)
        self._tried = deliveries.items_about(db, creditor_id, ids)
        self._waivers = waivers.about(db, creditor_id, ids)
        self._holds = holds.about(db, creditor_id, customer_ids, ids)

    def read(self, known: KnownReceivable) -> LawCase:
        """One of them."""
        receivable_id, on = known.receivable.receivable_id, self._on
        payments = tuple(one for one in self._payments if one.receivable_id == receivable_id)
        then = known.receivable.as_of(on, payments)
        customer = self._customers.get(then.customer_id)
        note = why_not_asked(known, then, on)
        if note is not None and note.code in _NO_CLAIM:
            return LawCase(then, customer, None, note)
        held = tuple(one for one in self._holds if one.customer_id == then.customer_id or one.receivable_id)
        case = case_of(
            Situation(receivable=then, customer=customer, holds=held),
            self._law.terms,
            on,
            payments=payments,
            acts=[one for one in self._acts if one.receivable_id == receivable_id],
            tried=[one for one in self._tried if one.receivable_id == receivable_id and one.delivery.sent_on <= on],
        )
        given_up = tuple(one for one in self._waivers if one.receivable_id == receivable_id and one.on <= on)
        return LawCase(then, customer, case, note, given_up)
