"""Template syntax in a name or a subject is text, and a block can reach nothing but its values."""

from dataclasses import replace

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from dunningkit.messages import Composer, check
from dunningkit.messages.catalogue import Catalogue
from dunningkit.messages.compose import Voice
from dunningkit.model import Language, Medium

SYNTAX = ["{{ 7 * 7 }}", "{% for x in y %}", "{# note #}", "{{ creditor }}", "${7*7}", "<%= 7 %>", "{{"]


@pytest.mark.parametrize("text", SYNTAX)
def test_template_syntax_in_a_value_stays_text(composed, draft_of, text: str) -> None:
    customer = replace(draft_of().customer, first_name=text)
    message, draft = composed(customer=customer, subject=text, invoice_number=f"1042 {text}", reference=text)
    assert message.body.startswith(f"Hei {text},")
    assert f"lasku 1042 {text}: {text}, 89,90" in message.body
    assert message.subject == f"Tuliko lasku 1042 {text} perille?"
    assert check(message, draft) == ()


@pytest.mark.parametrize("text", SYNTAX)
def test_template_syntax_in_an_sms_stays_text(composed, draft_of, text: str) -> None:
    message, draft = composed(medium=Medium.SMS, customer=replace(draft_of().customer, first_name=text))
    assert message.body.startswith(f"Hei {text}!")
    assert check(message, draft) == ()


def composing(text: str) -> Composer:
    """A composer whose Finnish e-mail greeting is the given template."""
    packaged = Catalogue.packaged(Language.FI)
    blocks = tuple(
        replace(block, text=text) if block.block_id == "email.greeting.with_name" else block
        for block in packaged.blocks
    )
    voice = Voice(Language.FI)
    voice.catalogue = Catalogue.of(Language.FI, blocks, packaged.words)
    composer = Composer()
    composer._voices[Language.FI] = voice
    return composer


@pytest.mark.parametrize("text", ["Hei {{ debtor }}", "Hei {{ customer.last_name }}", "Hei {{ customer.name }}"])
def test_an_unknown_name_is_an_error_and_never_a_blank(draft_of, text: str) -> None:
    with pytest.raises(UndefinedError):
        composing(text).compose(draft_of())


@pytest.mark.parametrize(
    "text",
    [
        "{{ customer.__class__.__mro__ }}",
        "{{ invoice.open.__init__.__globals__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
    ],
)
def test_a_block_cannot_leave_the_sandbox(draft_of, text: str) -> None:
    with pytest.raises((SecurityError, UndefinedError)):
        composing(text).compose(draft_of())
