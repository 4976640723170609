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
from dunningkit.messages.draft import Draft, DraftItem
from dunningkit.messages.segments import is_gsm
from dunningkit.model import Creditor, Medium, Money


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """One receivable: ``label`` reads ``1042 (erä 2)``, ``short_label`` ``1042 erä 2`` where the amount follows in brackets."""

    number: str
    label: str
    short_label: str
    subject: str
    open: Money
    due: date
    reference: str
    copy_attached: bool


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


@dataclass(frozen=True, slots=True)
class PaymentView:
    """Where to pay, in groups of four."""

    iban: str


#: The values that a template reads fields of, and their fields.
VIEWS: Mapping[type, frozenset[str]] = {
    kind: frozenset(field.name for field in fields(kind))
    for kind in (InvoiceView, CustomerView, CreditorView, PaymentView)
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
        }


def views_of(draft: Draft, words: Mapping[str, str]) -> Views:
    """Clean the draft's values for its medium."""
    customer = draft.customer
    return Views(
        customer=CustomerView(_first_name(draft), _einvoice_address(customer.einvoice_address)),
        creditor=creditor_view(draft.creditor),
        payment=PaymentView(grouped(draft.iban)),
        invoices=tuple(_invoice(item, draft, words["instalment"]) for item in draft.items),
        total=draft.total,
        oldest_due=min(item.due_on for item in draft.items),
        pay_by=draft.pay_by,
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
        subject=_subject(item.subject) if draft.medium is Medium.EMAIL else "",
        open=item.open,
        due=item.due_on,
        reference=clean(item.reference),
        copy_attached=item.copy_attached,
    )


def _subject(value: str) -> str:
    """The invoice's subject, left out when it names a site or a phone number: a convenience, and those could be anybody's.

    An account number stays, so that the check stops the message and a person looks.
    """
    value = clean(value)
    return "" if anchors.links_in(value) or anchors.phones_in(value) else value
