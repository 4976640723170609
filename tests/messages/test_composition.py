"""Composition: which values reach a text, and how an SMS is shortened."""

from dataclasses import replace

import pytest

from dunningkit.errors import SettingsError
from dunningkit.messages import Stage, check, language_for, sms_parts
from dunningkit.model import CustomerClass, Language, Medium, StepKind, Style


def test_the_stage_of_a_draft(draft_of) -> None:
    assert draft_of().stage is Stage.FIRST
    assert draft_of(first_contact=False).stage is Stage.AGAIN
    assert draft_of(medium=Medium.SMS, number_confirmed=False).stage is Stage.UNVERIFIED
    assert draft_of(number_confirmed=False).stage is Stage.FIRST  # only a phone may be somebody else's


def test_the_customers_language_comes_first(draft_of) -> None:
    draft = draft_of()
    assert language_for(draft.customer, draft.creditor) is Language.FI
    assert language_for(replace(draft.customer, language=Language.SV), draft.creditor) is Language.SV


def test_a_customer_of_unknown_class_is_a_person(composed, draft_of) -> None:
    message, _ = composed(customer=replace(draft_of().customer, customer_class=CustomerClass.UNKNOWN))
    assert "Tästä viestistä ei tule sinulle kuluja." in message.body


@pytest.mark.parametrize(
    ("kind", "medium"),
    [
        (StepKind.FORMAL, Medium.SMS),
        (StepKind.FINAL, Medium.SMS),
        (StepKind.FORMAL, Medium.EINVOICE),
        (StepKind.FRIENDLY, Medium.LETTER),
        (StepKind.COURTESY, Medium.LETTER),
    ],
)
def test_what_has_no_approved_text_is_a_setting_to_change(composer, draft_of, kind: StepKind, medium: Medium) -> None:
    with pytest.raises(SettingsError, match="no approved text"):
        composer.compose(replace(draft_of(medium=medium), kind=kind))


def test_the_same_draft_gives_the_same_message(composer, draft_of) -> None:
    assert composer.compose(draft_of(count=3)) == composer.compose(draft_of(count=3))


def test_a_message_remembers_its_blocks(composed) -> None:
    message, _ = composed(medium=Medium.SMS)
    assert [ref.block_id for ref in message.blocks] == [
        "sms.greeting.with_name",
        "sms.fact.one.neutral.full",
        "sms.arrival.consumer.one",
        "sms.help.consumer.one.neutral.full",
        "sms.paid.consumer",
        "sms.signoff.full",
    ]


def test_a_subject_names_three_invoices_and_counts_the_rest(composed) -> None:
    message, _ = composed(Language.EN, count=5)
    assert message.subject == "Did these invoices reach you? 1042, 1043, 1044 and 2 more"


def test_an_sms_grows_shorter_step_by_step(composed) -> None:
    everyday, _ = composed(medium=Medium.SMS, style=Style.UNDERSTANDING, count=2)
    assert "Autamme mielellämme" in everyday.body
    shorter, _ = composed(medium=Medium.SMS, style=Style.UNDERSTANDING, count=12)
    assert "1053" in shorter.body
    assert "Kopion tai lisäaikaa saat numerosta" in shorter.body
    fewer, draft = composed(medium=Medium.SMS, style=Style.UNDERSTANDING, count=12, instalment_number=3)
    assert "Hei Maija!" in fewer.body
    assert " muuta. Yhteensä" in fewer.body
    assert "12 laskua" in fewer.body
    assert check(fewer, draft) == ()


def test_the_name_goes_before_the_last_invoice_number(composed, draft_of) -> None:
    base = draft_of()
    message, draft = composed(
        Language.EN,
        Medium.SMS,
        count=2,
        customer=replace(base.customer, first_name="Maija-Liisa Johanna Aleksandra Wilhelmiina"),
        creditor=replace(base.creditor, name="Pohjanmaan Kiinteistöpalvelut ja Viherrakentaminen Esimerkki Oy"),
        invoice_number="LA-2026-0000001042",
    )
    assert message.body.startswith("Hello! 2 invoices are open: LA-2026-0000001042")
    assert check(message, draft) == ()


def test_what_cannot_be_shortened_is_composed_and_refused(composed, draft_of) -> None:
    creditor = replace(draft_of().creditor, name="Esimerkki " * 12)
    message, draft = composed(Language.EN, Medium.SMS, Style.DETERMINED, creditor=creditor, invoice_number="1" * 60)
    assert sms_parts(message.body).parts == 3
    assert [finding.rule for finding in check(message, draft) if finding.is_error] == ["DK-T30"]


def test_an_sms_has_no_no_break_space_and_an_email_has(composed) -> None:
    sms, _ = composed(medium=Medium.SMS, minor=123450, count=2)
    email, _ = composed(minor=123450)
    assert "2 469,01 €" in sms.body
    assert "\u00a0" not in sms.body
    assert "1\u00a0234,50\u00a0€" in email.body


def test_a_first_name_that_an_sms_cannot_carry_is_left_out(composed, draft_of) -> None:
    customer = replace(draft_of().customer, first_name="Božena")
    sms, _ = composed(medium=Medium.SMS, customer=customer)
    email, _ = composed(customer=customer)
    assert sms.body.startswith("Hei! ")
    assert email.body.startswith("Hei Božena,")


@pytest.mark.parametrize(
    "name", ["www.example.org", "Soita 040 123 4567", "maija@example.org", "FI37 1590 3000 0007 76"]
)
def test_a_first_name_that_is_an_anchor_is_left_out(composed, draft_of, name: str) -> None:
    message, draft = composed(customer=replace(draft_of().customer, first_name=name))
    assert message.body.startswith("Hei,")
    assert check(message, draft) == ()


@pytest.mark.parametrize("subject", ["Katso www.example.org", "Soita 0600 123 456", "Kirjoita maija@example.org"])
def test_a_subject_that_names_a_site_or_a_phone_is_left_out(composed, subject: str) -> None:
    message, draft = composed(subject=subject)
    assert "lasku 1042, 89,90" in message.body
    assert check(message, draft) == ()


@pytest.mark.parametrize("address", ["laskut@example.org", "FI37 1590 3000 0007 76"])
def test_an_einvoice_address_that_is_a_mailbox_or_an_account_is_left_out(composed, draft_of, address: str) -> None:
    company = replace(
        draft_of().customer, customer_class=CustomerClass.COMMERCIAL_30_2013, first_name="", einvoice_address=address
    )
    message, draft = composed(customer=company)
    assert "oikeaan laskutusosoitteeseen?" in message.body
    assert check(message, draft) == ()


def test_without_a_website_an_unconfirmed_number_is_not_sent_there(composed, draft_of) -> None:
    message, draft = composed(
        medium=Medium.SMS, number_confirmed=False, creditor=replace(draft_of().creditor, website="")
    )
    assert "sivuillamme" not in message.body
    assert "Voit tarkistaa numeron ennen kuin soitat." in message.body
    assert check(message, draft) == ()
