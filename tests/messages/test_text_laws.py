"""Whatever a ledger holds, a text is composed or refused, and no foreign account number gets through."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dunningkit.messages import Composer, check
from dunningkit.messages.anchors import foreign_ibans
from dunningkit.model import Customer, CustomerClass, Language, Medium, StepKind, Style

FOREIGN = "FI3715903000000776"
COMPOSER = Composer()
VALUE = st.text(st.characters(codec="utf-8"), max_size=60)
GAP = st.sampled_from(["", " ", "-", ".", "\u00a0", "\u200b", "\u202e", "\u034f", "\t"])


@st.composite
def hidden_account(draw: st.DrawFn) -> str:
    """A foreign account number with anything between its characters, somewhere in a text."""
    gap = draw(GAP)
    written = draw(st.sampled_from([gap.join(FOREIGN), gap.join(FOREIGN[at : at + 4] for at in range(0, 18, 4))]))
    written = draw(st.sampled_from([written, written.lower()]))
    before, after = (draw(st.text("abcåäö 12.,-:", max_size=12)) for _ in range(2))
    return f"{before}{written}{after}"


@st.composite
def situation(draw: st.DrawFn) -> dict[str, object]:
    return {
        "language": draw(st.sampled_from(Language)),
        "medium": draw(st.sampled_from([Medium.EMAIL, Medium.SMS])),
        "style": draw(st.sampled_from(Style)),
        "count": draw(st.sampled_from([1, 2])),
        "first_contact": draw(st.booleans()),
        "number_confirmed": draw(st.booleans()),
        "kind": draw(st.sampled_from([StepKind.FRIENDLY, StepKind.COURTESY])),
    }


def customer_called(name: str, address: str, customer_class: CustomerClass) -> Customer:
    return Customer("1", name, first_name=name, einvoice_address=address, customer_class=customer_class)


@settings(deadline=None)
@given(situation(), VALUE, VALUE, VALUE, VALUE, st.sampled_from(CustomerClass))
def test_no_value_makes_composing_or_checking_fail(
    draft_of, situation, name: str, number: str, subject: str, reference: str, customer_class: CustomerClass
) -> None:
    draft = draft_of(
        **situation,
        customer=customer_called(name, name, customer_class),
        invoice_number=number,
        subject=subject,
        reference=reference,
    )
    message = COMPOSER.compose(draft)
    found = check(message, draft)
    assert found == check(message, draft)
    assert all(len(finding.found) <= 60 and finding.found.isprintable() for finding in found)
    if foreign_ibans(f"{message.subject}\n{message.body}", draft.creditor):
        assert any(finding.is_error for finding in found)


@settings(deadline=None)
@given(situation(), hidden_account(), st.sampled_from(["name", "number", "subject", "reference"]))
def test_no_hidden_account_number_gets_through(draft_of, situation, account: str, place: str) -> None:
    values = {"name": "Maija", "number": "1042", "subject": "Haravointi", "reference": "1232", place: account}
    draft = draft_of(
        **situation,
        customer=customer_called(values["name"], values["name"], CustomerClass.CONSUMER),
        invoice_number=values["number"],
        subject=values["subject"],
        reference=values["reference"],
    )
    message = COMPOSER.compose(draft)
    letters = "".join(char for char in f"{message.subject}{message.body}".upper() if char.isalnum())
    if FOREIGN in letters:
        assert "DK-T15" in {finding.rule for finding in check(message, draft) if finding.is_error}


@settings(deadline=None)
@given(situation(), st.integers(1, 10**9))
def test_an_amount_that_is_not_ours_never_stands_in_a_text(draft_of, situation, minor: int) -> None:
    draft = draft_of(**{**situation, "number_confirmed": True})
    message = COMPOSER.compose(draft)
    other = draft_of(**{**situation, "number_confirmed": True}, minor=minor + 8992)
    found = {finding.rule for finding in check(message, replace(draft, items=other.items, total=other.total))}
    assert "DK-T10" in found
