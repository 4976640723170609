"""A finished text beside the values it was made of: all that the rules look at."""

from dataclasses import dataclass, replace
from functools import lru_cache

from dunningkit.messages.anchors import without
from dunningkit.messages.catalogue import catalogue_of
from dunningkit.messages.cleaning import for_sms, plain_spaces
from dunningkit.messages.draft import Draft
from dunningkit.messages.formal_shown import FormalShown
from dunningkit.messages.formats import formats_of
from dunningkit.messages.views import CreditorView, InvoiceView, Views, views_of
from dunningkit.model import Medium, Message

# With every value blanked out, the texts of a day are a few hundred different ones: what a rule finds in our own words alone is
# found once for each. A pure function of its arguments, so that nobody can notice another's text in it.
once_for_each_prose = lru_cache(maxsize=1024)


@dataclass(frozen=True, slots=True)
class Facts:
    """A message and its draft, with the values as the text shows them.

    ``subject`` and ``body`` have plain spaces. ``prose_subject`` and ``prose_body`` are the same with every value of the
    creditor, the customer and the ledger blanked out, so that nobody's name trips a rule about our own words. ``shown`` is
    all that the customer reads, ``prose`` all our own words.
    """

    message: Message
    draft: Draft
    views: Views
    amounts: tuple[str, ...]
    due_days: tuple[str, ...]
    total: str
    oldest_due: str
    pay_by: str
    subject: str
    body: str
    prose_subject: str
    prose_body: str
    shown: str
    prose: str
    formal: FormalShown | None = None

    @classmethod
    def of(cls, message: Message, draft: Draft) -> "Facts":
        """Set a message beside its draft."""
        formats = formats_of(draft.language)
        views = views_of(draft, catalogue_of(draft.language).words)
        is_sms = draft.medium is Medium.SMS
        if is_sms:
            views = _for_sms(views)

        def fitted(value: str) -> str:
            return plain_spaces(for_sms(value) if is_sms else value)

        amounts = tuple(fitted(formats.money(item.open)) for item in draft.items)
        due_days = tuple(fitted(formats.day(item.due_on)) for item in draft.items)
        total, oldest_due = fitted(formats.money(draft.total)), fitted(formats.day(views.oldest_due))
        pay_by = fitted(formats.day(draft.pay_by))
        formal = FormalShown.of(views, formats) if views.formal else None
        values = {*_values(views), *amounts, *due_days, total, oldest_due, pay_by, *(formal.values if formal else ())}
        subject, body = plain_spaces(message.subject), plain_spaces(message.body)
        prose_subject, prose_body = without(subject, values), without(body, values)
        return cls(
            message=message,
            draft=draft,
            views=views,
            amounts=amounts,
            due_days=due_days,
            total=total,
            oldest_due=oldest_due,
            pay_by=pay_by,
            subject=subject,
            body=body,
            prose_subject=prose_subject,
            prose_body=prose_body,
            shown=f"{subject}\n{body}",
            prose=f"{prose_subject}\n{prose_body}",
            formal=formal,
        )

    @property
    def is_sms(self) -> bool:
        """Whether the text is an SMS."""
        return self.draft.medium is Medium.SMS


def creditor_values(creditor: CreditorView) -> tuple[str, ...]:
    """The creditor's values as a text shows them."""
    return (creditor.name, creditor.agent_name, creditor.phone, creditor.email, creditor.website)


def _values(views: Views) -> tuple[str, ...]:
    ours = (*creditor_values(views.creditor), views.payment.iban)
    theirs = (views.customer.first_name, views.customer.einvoice_address)
    invoices = (value for invoice in views.invoices for value in _invoice_values(invoice))
    return (*ours, *theirs, *invoices)


def _invoice_values(invoice: InvoiceView) -> tuple[str, ...]:
    return (invoice.number, invoice.label, invoice.short_label, invoice.subject, invoice.reference)


def _for_sms(views: Views) -> Views:
    creditor, customer = views.creditor, views.customer
    return replace(
        views,
        customer=replace(customer, first_name=for_sms(customer.first_name)),
        creditor=replace(
            creditor,
            name=for_sms(creditor.name),
            agent_name=for_sms(creditor.agent_name),
            phone=for_sms(creditor.phone),
            email=for_sms(creditor.email),
            website=for_sms(creditor.website),
        ),
        invoices=tuple(
            replace(
                invoice,
                number=for_sms(invoice.number),
                label=for_sms(invoice.label),
                short_label=for_sms(invoice.short_label),
                reference=for_sms(invoice.reference),
            )
            for invoice in views.invoices
        ),
    )
