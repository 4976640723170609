"""One receivable as the law sees it: who owes, since when, what was paid, done and asked. Values only."""

from dataclasses import dataclass
from datetime import date

from dunningkit.law.pack import LegalActor, StopKind
from dunningkit.model import ActKind, CustomerClass, Medium, Money


@dataclass(frozen=True, slots=True)
class Paid:
    """Money for this receivable that was available to the creditor on ``on``; negative when it went back."""

    on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class DoneAct:
    """An act about this receivable, ours, the ledger's or a collector's, and what it claimed (0: it was free).

    ``sent`` acts that reached nobody do not count. ``received_by`` is the latest day on which it can have arrived.
    """

    kind: ActKind
    on: date
    fee_minor: int = 0
    actor: LegalActor = LegalActor.CREDITOR
    medium: Medium | None = None
    received_by: date | None = None
    pay_by: date | None = None


@dataclass(frozen=True, slots=True)
class AskedAct:
    """An act that somebody wants to do on ``on``. ``fee_minor`` ``None`` asks for the most that is allowed.

    ``extension_days`` is the length of an extension, ``instalments`` the number of parts of a plan. ``delivery_days`` is the
    most that its delivery may take.
    """

    kind: ActKind
    on: date
    fee_minor: int | None = None
    medium: Medium | None = None
    delivery_days: int = 0
    extension_days: int = 0
    instalments: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """Something that asks for silence from ``since`` to ``until``, both included (``None``: until it is taken away).

    ``amount_minor`` is the disputed part; ``None`` means all of it. ``is_groundless`` says that a person found that a dispute
    names no ground, or one that clearly cannot matter (513/1999 4 b §).
    """

    kind: StopKind
    since: date
    until: date | None = None
    amount_minor: int | None = None
    is_groundless: bool = False

    def covers(self, day: date) -> bool:
        """Whether it asks for silence on ``day``."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Case:
    """One receivable with everything that a rule may ask about.

    ``principal`` is its original amount. ``due_date_binds`` says that the due date was agreed or is statutory;
    ``rate_stated`` and ``start_stated`` that the invoice told the penalty rate and the day it runs from; ``None`` is "not
    known" and is read in the customer's favour. ``sent_on`` ``None``: nobody knows when the invoice was sent.
    ``invoice_received_on`` is when it reached the customer, where that is known. ``agreed_rate_bp`` is an agreed yearly
    rate. ``fee_agreed`` says that fees were agreed, ``vat_deductible`` that the creditor can deduct VAT. ``notice_needed`` is
    false where the contract itself sets the due date and no invoice is needed to know it. Payments and acts are in any order.
    """

    customer_class: CustomerClass
    principal: Money
    issued_on: date
    due_on: date
    actor: LegalActor = LegalActor.CREDITOR
    sent_on: date | None = None
    invoice_received_on: date | None = None
    contract_on: date | None = None
    due_date_binds: bool | None = None
    rate_stated: bool | None = None
    start_stated: bool | None = None
    agreed_rate_bp: int | None = None
    fee_agreed: bool = False
    vat_deductible: bool = True
    fixed_sum_claimed: bool = False
    payments: tuple[Paid, ...] = ()
    acts: tuple[DoneAct, ...] = ()
    stops: tuple[Stop, ...] = ()
    notice_needed: bool = True
