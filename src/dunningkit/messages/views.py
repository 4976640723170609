"""What a template sees: cleaned values only, and nothing of the host's objects.

Ledger values are cleaned here, once. They reach a template as values and are never compiled, so template syntax in a name
or a subject appears as it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache

from dunningkit.messages import anchors
from dunningkit.messages.cleaning import clean, for_sms
from dunningkit.messages.draft import FORMAL_KINDS, Draft, DraftItem, names_agency
from dunningkit.messages.formal import Formal, InterestRate, section_of
from dunningkit.messages.segments import is_gsm
from dunningkit.model import Creditor, Medium, Money, PostalAddress


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """One receivable: ``label`` reads ``1042 (erä 2)``, ``short_label`` ``1042 erä 2`` where the amount follows in brackets.

    ``claimed`` stands in formal texts only.
    """

    number: str
    label: str
    short_label: str
    subject: str
    open: Money
    due: date
    reference: str
    copy_attached: bool
    claimed: "ClaimedView | None" = None


@dataclass(frozen=True, slots=True)
class ClaimedView:
    """What is claimed for one receivable beside what is open of it, and all of it together."""

    invoiced: date | None
    interest: Money
    rates: tuple[InterestRate, ...]
    interest_cite: str
    fee: Money
    earlier_fees: Money
    total: Money


@dataclass(frozen=True, slots=True)
class PastStepView:
    """A contact that the customer had before, and which way it went."""

    on: date
    way: str


@dataclass(frozen=True, slots=True)
class FormalView:
    """Whom a formal text is for and what it tells about itself; what is ``None`` or empty is not spoken of."""

    recipient: str
    address: str
    today: date
    payments_as_of: date
    history: tuple[PastStepView, ...]
    next_on: date | None
    fee_max: Money | None
    fee_cite: str
    agency: str
    transfer_on: date | None
    agency_fee_max: Money | None


@dataclass(frozen=True, slots=True)
class CustomerView:
    """The customer; ``first_name`` is empty where the greeting has none."""

    first_name: str
    einvoice_address: str


@dataclass(frozen=True, slots=True)
class CreditorView:
    """The creditor; ``contact`` is the phone number and the e-mail address on one line."""

    name: str
    agent_name: str
    phone: str
    email: str
    website: str
    contact: str
    business_id: str = ""
    address: str = ""
    opening_hours: str = ""


@dataclass(frozen=True, slots=True)
class PaymentView:
    """Where to pay, in groups of four."""

    iban: str


#: The values that a template reads fields of, and their fields.
VIEWS: Mapping[type, frozenset[str]] = {
    kind: frozenset(field.name for field in fields(kind))
    for kind in (
        InvoiceView,
        ClaimedView,
        InterestRate,
        PastStepView,
        FormalView,
        CustomerView,
        CreditorView,
        PaymentView,
    )
}


@dataclass(frozen=True, slots=True)
class Views:
    """Everything a template may name."""

    customer: CustomerView
    creditor: CreditorView
    payment: PaymentView
    invoices: tuple[InvoiceView, ...]
    total: Money
    oldest_due: date
    pay_by: date
    formal: FormalView | None = None

    def context(self, names: str) -> dict[str, object]:
        """The template's variables; ``names`` is the list of invoices as far as it is to be written out."""
        copies = sum(invoice.copy_attached for invoice in self.invoices)
        return {
            "customer": self.customer,
            "creditor": self.creditor,
            "payment": self.payment,
            "invoice": self.invoices[0],
            "invoices": self.invoices,
            "count": len(self.invoices),
            "names": names,
            "total": self.total,
            "oldest_due": self.oldest_due,
            "last_due": max(invoice.due for invoice in self.invoices),
            "pay_by": self.pay_by,
            "mark_copies": 0 < copies < len(self.invoices),
            "formal": self.formal,
        }


def views_of(draft: Draft, words: Mapping[str, str]) -> Views:
    """Clean the draft's values for its medium."""
    customer = draft.customer
    formal = draft.formal if draft.kind in FORMAL_KINDS else None
    return Views(
        customer=CustomerView(_first_name(draft), _einvoice_address(customer.einvoice_address)),
        creditor=creditor_view(draft.creditor),
        payment=PaymentView(grouped(draft.iban)),
        invoices=tuple(_invoice(item, draft, words["instalment"]) for item in draft.items),
        total=draft.total,
        oldest_due=min(item.due_on for item in draft.items),
        pay_by=draft.pay_by,
        formal=_formal(formal, draft, words) if formal else None,
    )


@lru_cache(maxsize=256)
def creditor_view(creditor: Creditor) -> CreditorView:
    """The creditor with its values cleaned."""
    phone, email = clean(creditor.phone), clean(creditor.email)
    return CreditorView(
        name=clean(creditor.name),
        agent_name=clean(creditor.agent_name),
        phone=phone,
        email=email,
        website=clean(creditor.website),
        contact=", ".join(part for part in (phone, email) if part),
        business_id=clean(creditor.business_id),
        address=clean(creditor.postal_address),
        opening_hours=clean(creditor.opening_hours),
    )


@lru_cache(maxsize=256)
def grouped(iban: str) -> str:
    """The account number in groups of four."""
    digits = "".join(clean(iban).split())
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def listed(invoices: Sequence[InvoiceView], named: int, others: str) -> str:
    """The first ``named`` invoices by name and the rest as a number: ``1042, 1043 ja 3 muuta``."""
    if not named:
        return ""
    names = ", ".join(invoice.short_label for invoice in invoices[:named])
    left = len(invoices) - named
    return f"{names} {others.replace('{count}', str(left))}" if left else names


def _first_name(draft: Draft) -> str:
    if draft.to_business:
        return ""
    name = clean(draft.customer.first_name)
    if draft.medium is Medium.SMS and not is_gsm(for_sms(name)):
        return ""  # one such letter would halve the room of the whole SMS
    is_a_word = name.replace("-", "").replace(" ", "").isalpha()
    return "" if not is_a_word and anchors.found_in(name) else name


def _einvoice_address(value: str) -> str:
    value = clean(value)
    # A mailbox or an account number that is not ours must never stand in a message.
    return "" if anchors.ibans_in(value) or anchors.links_in(value) else value


def _invoice(item: DraftItem, draft: Draft, instalment: str) -> InvoiceView:
    number = clean(item.invoice_number)
    part = f"{instalment} {item.instalment_number}" if item.instalment_number is not None else ""
    return InvoiceView(
        number=number,
        label=f"{number} ({part})" if part else number,
        short_label=f"{number} {part}" if part else number,
        subject=_subject(item.subject) if draft.medium is not Medium.SMS else "",
        open=item.open,
        due=item.due_on,
        reference=clean(item.reference),
        copy_attached=item.copy_attached,
        claimed=_claimed(item) if draft.kind in FORMAL_KINDS else None,
    )


def _claimed(item: DraftItem) -> ClaimedView:
    claimed, currency = item.claimed, item.open.currency
    return ClaimedView(
        invoiced=claimed.invoiced_on,
        interest=Money(claimed.interest_minor, currency),
        rates=claimed.rates,
        interest_cite=section_of(clean(claimed.interest_cite)),
        fee=Money(claimed.fee_minor, currency),
        earlier_fees=Money(claimed.earlier_fees_minor, currency),
        total=Money(item.total_minor, currency),
    )


def _formal(formal: Formal, draft: Draft, words: Mapping[str, str]) -> FormalView:
    currency = draft.total.currency
    known = [item.claimed for item in draft.items if item.claimed.fee_minor and item.claimed.fee_max_minor is not None]
    highest = max(known, key=lambda claimed: claimed.fee_max_minor or 0, default=None)
    named, agency_max = names_agency(draft), formal.agency_fee_max_minor
    return FormalView(
        recipient=clean(draft.customer.name),
        address=_address(draft.customer.postal_address) if draft.medium is Medium.LETTER else "",
        today=formal.written_on,
        payments_as_of=formal.payments_as_of,
        history=tuple(PastStepView(step.on, words[f"by_{step.medium.value}"]) for step in formal.history),
        next_on=formal.next_step_on,
        fee_max=Money(highest.fee_max_minor, currency) if highest and highest.fee_max_minor is not None else None,
        fee_cite=section_of(clean(highest.fee_cite)) if highest else "",
        agency=clean(draft.creditor.agency_name) if named else "",
        transfer_on=formal.transfer_on if named else None,
        agency_fee_max=Money(agency_max, currency) if named and agency_max is not None else None,
    )


def _address(address: PostalAddress) -> str:
    """The postal address on one line."""
    place = " ".join(part for part in (clean(address.postal_code), clean(address.city)) if part)
    return ", ".join(part for part in (clean(address.street), place, clean(address.country)) if part)


def _subject(value: str) -> str:
    """The invoice's subject, left out when it names a site or a phone number: a convenience, and those could be anybody's.

    An account number stays, so that the check stops the message and a person looks.
    """
    value = clean(value)
    return "" if anchors.links_in(value) or anchors.phones_in(value) else value
