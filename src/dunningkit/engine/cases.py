"""A receivable as the law sees it, made of what the ledger and our own deliveries say of it."""

from collections.abc import Iterable, Sequence
from datetime import date

from dunningkit.law.case import Case, DoneAct, Paid, Stop
from dunningkit.law.pack import LegalActor, StopKind
from dunningkit.law.terms import CreditorTerms
from dunningkit.model import (
    Act,
    ActBy,
    ActKind,
    Customer,
    CustomerClass,
    Hold,
    HoldKind,
    Payment,
    Receivable,
    ReminderState,
    StepKind,
)
from dunningkit.policy import Situation
from dunningkit.store.deliveries import CONTACTS, DeliveredItem

#: Which holds are stops of the law's, too. All others are silence that somebody chose.
STOPS = {
    HoldKind.DISPUTE: StopKind.DISPUTE,
    HoldKind.OPEN_REPLY: StopKind.CREDITOR_OWES_ANSWER,
    HoldKind.SUSPENSION_REQUEST: StopKind.SUSPENSION_REQUEST,
    HoldKind.RESTRUCTURING: StopKind.RESTRUCTURING,
    HoldKind.DEBT_ADJUSTMENT: StopKind.DEBT_ADJUSTMENT,
    HoldKind.BANKRUPTCY: StopKind.BANKRUPTCY,
    HoldKind.MINOR: StopKind.MINOR,
    HoldKind.GUARDIAN: StopKind.GUARDIAN,
    HoldKind.ESTATE: StopKind.ESTATE,
    HoldKind.HARDSHIP: StopKind.HARDSHIP,
}


def case_of(
    situation: Situation,
    terms: CreditorTerms,
    as_of: date,
    *,
    payments: Sequence[Payment] = (),
    acts: Sequence[Act] = (),
    tried: Sequence[DeliveredItem] = (),
) -> Case:
    """The case of one receivable as at ``as_of``.

    ``payments`` are its own, ``acts`` what the ledger or a collector did about it, ``tried`` what we sent. Money that the
    ledger counts and nobody dates is read in the customer's favour: what is paid, on the due date; what came back, today.
    """
    receivable, customer = situation.receivable, situation.customer
    return Case(
        customer_class=_class_of(customer, terms),
        principal=receivable.original,
        issued_on=receivable.issued_on,
        due_on=receivable.due_on,
        sent_on=receivable.sent_on or (receivable.issued_on if terms.sent_when_issued else None),
        contract_on=receivable.contract_on,
        due_date_binds=terms.due_dates_bind if receivable.due_date_binds is None else receivable.due_date_binds,
        rate_stated=terms.rate_stated if receivable.rate_stated is None else receivable.rate_stated,
        start_stated=terms.start_stated if receivable.start_stated is None else receivable.start_stated,
        agreed_rate_bp=receivable.agreed_rate_bp,
        fee_agreed=terms.fee_agreed,
        vat_deductible=terms.vat_deductible,
        payments=_paid(receivable, payments, as_of),
        acts=(*_of_ledger(receivable, acts, as_of), *_of_ours(tried)),
        stops=_stops(situation),
    )


def _class_of(customer: Customer | None, terms: CreditorTerms) -> CustomerClass:
    told = customer.customer_class if customer else CustomerClass.UNKNOWN
    return terms.customer_class if told is CustomerClass.UNKNOWN else told


def _paid(receivable: Receivable, payments: Iterable[Payment], as_of: date) -> tuple[Paid, ...]:
    currency = receivable.open.currency
    known = [
        Paid(one.paid_on, one.amount.amount_minor)
        for one in payments
        if one.amount.currency == currency and one.paid_on <= as_of
    ]
    undated = receivable.original.amount_minor - sum(one.amount_minor for one in known) - receivable.open.amount_minor
    if undated:
        known.append(Paid(receivable.due_on if undated > 0 else as_of, undated))
    return tuple(known)


def _of_ledger(receivable: Receivable, acts: Iterable[Act], as_of: date) -> tuple[DoneAct, ...]:
    return tuple(
        DoneAct(
            act.kind,
            act.on,
            # A fee that was given back makes no room for another one.
            max(0, act.fee.amount_minor) if act.fee and act.fee.currency == receivable.open.currency else 0,
            actor=LegalActor.PROFESSIONAL_COLLECTOR if act.by is ActBy.COLLECTOR else LegalActor.CREDITOR,
            medium=act.medium,
        )
        for act in acts
        if act.on <= as_of
    )


def _of_ours(tried: Iterable[DeliveredItem]) -> tuple[DoneAct, ...]:
    """What left, or may have left. A cancelled reminder claims nothing any more, but it was said."""
    return tuple(
        DoneAct(
            ActKind.REMINDER,
            item.delivery.sent_on,
            0 if item.delivery.state is ReminderState.CANCELLED else item.fee_minor,
            medium=item.delivery.medium,
            pay_by=item.delivery.pay_by,
        )
        for item in tried
        if item.delivery.state in CONTACTS and item.delivery.kind is not StepKind.COURTESY
    )


def _stops(situation: Situation) -> tuple[Stop, ...]:
    receivable = situation.receivable
    found = [
        Stop(STOPS[hold.kind], hold.start_on, hold.end_on)
        for hold in situation.holds
        if hold.kind in STOPS and _is_about(hold, receivable)
    ]
    if receivable.disputed:
        found.append(Stop(StopKind.DISPUTE, receivable.issued_on))
    return tuple(found)


def _is_about(hold: Hold, receivable: Receivable) -> bool:
    return not hold.receivable_id or hold.receivable_id == receivable.receivable_id
