"""A block that is emptied, lost or given an ending is caught, whichever it is."""

from dataclasses import replace

import pytest

from dunningkit.messages import Composer, check
from dunningkit.messages.catalogue import Catalogue
from dunningkit.messages.compose import Voice
from dunningkit.messages.slots import wording
from dunningkit.model import Language, Medium, StepKind

SITUATIONS = [
    (language, medium, options)
    for language in Language
    for medium, options in (
        (Medium.EMAIL, {"copies": 1}),
        (Medium.EMAIL, {"count": 3, "copies": 1}),
        (Medium.EMAIL, {"count": 2, "first_contact": False}),
        (Medium.SMS, {}),
        (Medium.SMS, {"count": 3, "first_contact": False}),
        (Medium.SMS, {"number_confirmed": False}),
        (Medium.EMAIL, {"kind": StepKind.COURTESY, "copies": 1}),
        (Medium.EMAIL, {"kind": StepKind.COURTESY, "count": 3, "copies": 1}),
        (Medium.SMS, {"kind": StepKind.COURTESY}),
        (Medium.SMS, {"kind": StepKind.COURTESY, "count": 3}),
        (Medium.SMS, {"kind": StepKind.COURTESY, "number_confirmed": False}),
    )
]
EVERYWHERE = pytest.mark.parametrize(("language", "medium", "options"), SITUATIONS)


def composer_with(language: Language, block_id: str, text: str) -> Composer:
    """A composer in whose catalogue one block says something else under the same name and version."""
    packaged = Catalogue.packaged(language)
    blocks = tuple(replace(block, text=text) if block.block_id == block_id else block for block in packaged.blocks)
    voice = Voice(language)
    voice.catalogue = Catalogue.of(language, blocks, packaged.words)
    composer = Composer()
    composer._voices[language] = voice
    return composer


@EVERYWHERE
def test_an_emptied_block_is_caught(composed, language: Language, medium: Medium, options: dict[str, object]) -> None:
    message, draft = composed(language, medium, **options)
    texts = {block.ref: block for block in Catalogue.packaged(language).blocks}
    for ref in message.blocks:
        if not wording(texts[ref]) and not texts[ref].slots:
            continue  # an English greeting: two letters and a name
        emptied = composer_with(language, ref.block_id, "").compose(draft)
        assert any(finding.is_error for finding in check(emptied, draft)), ref.block_id


@EVERYWHERE
def test_a_lost_block_is_caught(composed, language: Language, medium: Medium, options: dict[str, object]) -> None:
    message, draft = composed(language, medium, **options)
    for ref in message.blocks:
        lost = replace(message, blocks=tuple(other for other in message.blocks if other != ref))
        assert any(finding.is_error for finding in check(lost, draft)), ref.block_id


@EVERYWHERE
def test_a_link_in_any_block_is_caught(
    composed, language: Language, medium: Medium, options: dict[str, object]
) -> None:
    message, draft = composed(language, medium, **options)
    texts = {block.ref: block.text for block in Catalogue.packaged(language).blocks}
    for ref in message.blocks:
        linked = composer_with(language, ref.block_id, f"{texts[ref]} https://example.org/x ").compose(draft)
        if ref in linked.blocks:  # an SMS grown too long by it leaves the block out
            assert any(finding.is_error for finding in check(linked, draft)), ref.block_id


@pytest.mark.parametrize(
    ("language", "value", "ending"),
    [
        (Language.FI, "1042", "n"),
        (Language.FI, "1042", ":n"),
        (Language.FI, "7.12.2026", ":een"),
        (Language.EN, "Maija", "'s"),
    ],
)
def test_an_inflected_value_is_caught(composed, language: Language, value: str, ending: str) -> None:
    message, draft = composed(language)
    inflected = replace(message, body=message.body.replace(value, value + ending, 1))
    assert "DK-T21" in {finding.rule for finding in check(inflected, draft)}


def test_the_words_that_a_block_always_says() -> None:
    blocks = {block.block_id: block for block in Catalogue.packaged(Language.EN).blocks}
    assert wording(blocks["email.verify.consumer"]) == (
        "Want to be sure this is from us? Call the number on the invoice",
        ". We never ask for your bank codes.",
    )
    assert wording(blocks["email.opening.several"]) == ("On our side, these invoices are still open:", "Total")
    assert wording(blocks["sms.signoff.short"]) == ()
