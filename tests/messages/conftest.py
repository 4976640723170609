"""A creditor, a customer and their invoices, from which tests make drafts."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunningkit.messages import Composer, Draft, DraftItem
from dunningkit.model import Creditor, Customer, CustomerClass, Language, Medium, Message, Money, StepKind, Style

CREDITOR = Creditor(
    creditor_id="pihapalvelu",
    name="Pihapalvelu Esimerkki Oy",
    phone="09 123 4567",
    email="laskut@example.fi",
    website="www.example.fi",
    iban="FI21 1234 5600 0007 85",
    agent_name="Liisa Esimerkki",
)
MAIJA = Customer("1", "Maija Mäkinen", first_name="Maija", customer_class=CustomerClass.CONSUMER)
COMPANY = Customer(
    "2", "Esimerkkitukku Oy", customer_class=CustomerClass.COMMERCIAL_30_2013, einvoice_address="003712345678"
)


def make_draft(
    language: Language = Language.FI,
    medium: Medium = Medium.EMAIL,
    style: Style = Style.NEUTRAL,
    *,
    customer: Customer = MAIJA,
    creditor: Creditor = CREDITOR,
    count: int = 1,
    copies: int = 0,
    first_contact: bool = True,
    number_confirmed: bool = True,
    minor: int = 8990,
    kind: StepKind = StepKind.FRIENDLY,
    **item_changes: object,
) -> Draft:
    """A draft about ``count`` invoices 1042, 1043 ..., each a cent and a day more than the one before."""
    items = tuple(
        replace(
            DraftItem(
                invoice_number=str(1042 + place),
                instalment_number=None,
                subject="Haravointi",
                open=Money(minor + place, "EUR"),
                due_on=date(2026, 11, 12) + timedelta(days=place),
                reference="1232",
                copy_attached=place < copies,
            ),
            **item_changes,
        )
        for place in range(count)
    )
    return Draft(
        creditor=creditor,
        customer=customer,
        language=language,
        medium=medium,
        style=style,
        kind=kind,
        first_contact=first_contact,
        items=items,
        total=Money.total((item.open for item in items), "EUR"),
        pay_by=min(item.due_on for item in items) if kind is StepKind.COURTESY else date(2026, 12, 7),
        number_confirmed=number_confirmed,
        iban=creditor.iban,
    )


def every_situation(**changes: object) -> Iterator[Draft]:
    """One draft for each situation that a text is approved for."""
    copies_of = {Medium.EMAIL: (lambda count: {0, count // 2, count}), Medium.SMS: (lambda count: {0})}
    sides = itertools.product(
        (StepKind.FRIENDLY, StepKind.COURTESY),
        Language,
        (Medium.EMAIL, Medium.SMS),
        Style,
        (MAIJA, COMPANY),
        (1, 2, 12),
        *((True, False),) * 2,
    )
    for kind, language, medium, style, customer, count, first_contact, confirmed in sides:
        for copies in sorted(copies_of[medium](count)):
            yield make_draft(
                language,
                medium,
                style,
                count=count,
                copies=copies,
                first_contact=first_contact,
                number_confirmed=confirmed,
                kind=kind,
                **{"customer": customer, **changes},
            )


@pytest.fixture(scope="session")
def draft_of() -> Callable[..., Draft]:
    return make_draft


@pytest.fixture(scope="session")
def situations() -> Callable[..., Iterator[Draft]]:
    return every_situation


@pytest.fixture(scope="session")
def composer() -> Composer:
    return Composer()


@pytest.fixture(scope="session")
def composed(composer: Composer) -> Callable[..., tuple[Message, Draft]]:
    """Composes the draft that the arguments describe."""

    def compose(*args: object, **options: object) -> tuple[Message, Draft]:
        draft = make_draft(*args, **options)
        return composer.compose(draft), draft

    return compose
