"""Receivables and the payments that settle them, as a ledger knows them."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from dunningkit.model.money import Money
from dunningkit.model.party import Medium


class ReceivableKind(StrEnum):
    """An invoice asks for money; a credit note gives it back and carries negative amounts."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class DeliveryOutcome(StrEnum):
    """What became of the invoice itself on its way to the customer."""

    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receivable:
    """One amount of one invoice with its own due date; an invoice in two instalments is two receivables.

    ``receivable_id`` is the ledger's stable id as text. ``open`` is what the ledger says is unpaid, as at
    ``payments_as_of`` (``None``: as at the sync that brought it). ``settled_on`` is the day it was paid or credited in full.
    ``not_before`` is the first day on which the customer may be contacted about it.
    ``due_date_binds``, ``rate_stated`` and ``start_stated`` are what the law needs to know before interest can run
    (633/1982 5-6 §); ``None`` means the ledger does not say. ``agreed_rate_bp`` is an agreed penalty rate in basis points.
    ``counts_for_history`` is false when a late payment was not the customer's doing; the reason stands beside it.
    ``copy_available`` says that the ledger can hand out a copy of the invoice. ``credit_of`` is, on a credit note, the
    ``receivable_id`` of the invoice that it credits; empty where the credit may go against anything.
    """

    receivable_id: str
    customer_id: str
    invoice_number: str
    original: Money
    open: Money
    issued_on: date
    due_on: date
    kind: ReceivableKind = ReceivableKind.INVOICE
    instalment_number: int | None = None
    sent_on: date | None = None
    not_before: date | None = None
    settled_on: date | None = None
    payments_as_of: date | None = None
    subject: str = ""
    reference: str = ""
    iban: str = ""
    account: str = ""
    tags: tuple[str, ...] = ()
    disputed: bool = False
    counts_for_history: bool = True
    history_exclusion: str = ""
    delivery_medium: Medium | None = None
    delivery_outcome: DeliveryOutcome = DeliveryOutcome.UNKNOWN
    copy_available: bool = False
    due_date_binds: bool | None = None
    rate_stated: bool | None = None
    start_stated: bool | None = None
    contract_on: date | None = None
    agreed_rate_bp: int | None = None
    credit_of: str = ""

    def as_of(self, day: date, payments: "tuple[Payment, ...]" = ()) -> "Receivable":
        """The receivable as it stood at the end of ``day``.

        ``payments`` are this receivable's own; those in another currency are none of its money. Money that came after
        ``day`` is still open; when the ledger gives a settling day but no payments, all of it came on that day.
        Whether the ledger has booked by now what it dates ahead is not known: never is more open, or less, than what was
        paid by ``day`` leaves of the invoice, unless the ledger itself says so.
        """
        mine = [payment for payment in payments if payment.amount.currency == self.open.currency]
        later = sum(payment.amount.amount_minor for payment in mine if payment.paid_on > day)
        earlier = sum(payment.amount.amount_minor for payment in mine if payment.paid_on <= day)
        open_minor = self._open_without(later, earlier)
        settled_on = self.settled_on
        if settled_on is not None and settled_on > day:
            settled_on = None
            if not later:
                open_minor = self.original.amount_minor - earlier
        if settled_on == self.settled_on and open_minor == self.open.amount_minor:
            return self
        return replace(self, open=Money(open_minor, self.open.currency), settled_on=settled_on)

    def _open_without(self, later: int, earlier: int) -> int:
        """What was open before money of ``later`` came, in minor units; ``earlier`` came before that."""
        # A credit note is an invoice seen from the other side.
        sign = -1 if self.kind is ReceivableKind.CREDIT_NOTE else 1
        original, unpaid, came = (sign * minor for minor in (self.original.amount_minor, self.open.amount_minor, later))
        left = original - sign * earlier
        if came > 0:
            return sign * min(unpaid + came, max(unpaid, min(original, left)))
        return sign * max(unpaid + came, min(unpaid, left, 0))


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that arrived (negative: went back). With ``receivable_id`` ``None`` or empty it is applied to nothing yet."""

    payment_id: str
    customer_id: str
    amount: Money
    paid_on: date
    receivable_id: str | None = None
