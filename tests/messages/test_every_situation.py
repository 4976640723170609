"""Every text that can be composed passes every check, with everyday values and with the longest realistic ones."""

from dataclasses import replace

import pytest

from dunningkit.messages import check, sms_parts
from dunningkit.messages.segments import is_gsm
from dunningkit.model import Medium


def test_no_text_has_a_finding(situations, composer) -> None:
    for draft in situations():
        assert check(composer.compose(draft), draft) == ()


@pytest.mark.parametrize("number", ["2026001042", "LA-2026-001042"])
@pytest.mark.parametrize("instalment", [None, 12])
def test_long_names_and_seven_digit_amounts_still_fit(
    situations, composer, number: str, instalment: int | None
) -> None:
    for draft in situations(
        minor=123456789, instalment_number=instalment, subject="Kattoremontin toinen vaihe, 2. kerros"
    ):
        long = replace(
            draft,
            creditor=replace(
                draft.creditor,
                name="Pohjanmaan Kiinteistöpalvelut ja Viherrakentaminen Esimerkki Oy Ab",
                phone="+358 20 123 45678",
                agent_name="Åsa-Maria Öhman-von Wright",
            ),
            customer=replace(draft.customer, first_name="Åsa-Maria Öhman-von Wright"),
            items=tuple(
                replace(item, invoice_number=f"{number}{place}", open=item.open)
                for place, item in enumerate(draft.items)
            ),
        )
        message = composer.compose(long)
        assert check(message, long) == ()
        if long.medium is Medium.SMS:
            assert is_gsm(message.body)
            assert sms_parts(message.body).parts <= 2


@pytest.mark.parametrize("number", ["0001042", "2026-11-0042", "RF18 5390 0754 7034", "LA2026000123", "SI202600012345"])
def test_ordinary_invoice_numbers_are_no_false_alarm(composed, number: str) -> None:
    for medium in (Medium.EMAIL, Medium.SMS):
        message, draft = composed(medium=medium, invoice_number=number, reference="0012 3456 7890 1234 5")
        assert check(message, draft) == ()


def test_a_harsh_name_of_a_person_or_a_thing_is_theirs(composed, draft_of) -> None:
    base = draft_of()
    message, draft = composed(
        customer=replace(base.customer, name="Velallinen Oy", first_name="Häpeä"),
        creditor=replace(base.creditor, name="Alennusperintä Esimerkki Oy", agent_name="Välittömästi Velka"),
        subject="Viimeinen varoitus -julisteet, 50 € tarjous",
    )
    assert check(message, draft) == ()
