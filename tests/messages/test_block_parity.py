"""The three languages are equals: the same blocks, slots and placeholders in each (DK-T40), and none inflects a value."""

import re

import pytest

from dunningkit.errors import SettingsError
from dunningkit.messages.catalogue import Block, Catalogue, inflected_placeholders
from dunningkit.model import Language

CATALOGUES = {language: Catalogue.packaged(language) for language in Language}
FINNISH = CATALOGUES[Language.FI]
TRANSLATED = pytest.mark.parametrize("language", [Language.SV, Language.EN])


def placeholders(block: Block) -> set[str]:
    return set(re.findall(r"\{[{%].*?[%}]\}", block.text))


@TRANSLATED
def test_the_same_blocks_in_the_same_versions(language: Language) -> None:
    assert [block.ref for block in CATALOGUES[language].blocks] == [block.ref for block in FINNISH.blocks]
    assert CATALOGUES[language].words.keys() == FINNISH.words.keys()


@TRANSLATED
def test_each_block_tells_the_same_in_the_same_situation(language: Language) -> None:
    for ours, finnish in zip(CATALOGUES[language].blocks, FINNISH.blocks, strict=True):
        assert (ours.medium, ours.stage, ours.part, ours.when, ours.slots) == (
            finnish.medium,
            finnish.stage,
            finnish.part,
            finnish.when,
            finnish.slots,
        ), ours.block_id


@TRANSLATED
def test_each_block_uses_the_same_placeholders(language: Language) -> None:
    for ours, finnish in zip(CATALOGUES[language].blocks, FINNISH.blocks, strict=True):
        assert placeholders(ours) == placeholders(finnish), ours.block_id


@pytest.mark.parametrize("language", Language)
def test_ids_are_unique_and_every_text_says_something(language: Language) -> None:
    blocks = CATALOGUES[language].blocks
    assert len({block.block_id for block in blocks}) == len(blocks)
    assert all(block.text.strip() for block in blocks)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Lasku {{ invoice.label }} erääntyi", ()),
        ("Laskun {{ invoice.label }}:n eräpäivä", ("}}:n",)),
        ("{{ customer.first_name }}n lasku", ("}}n",)),
        ("{{ customer.first_name }}'s invoice", ("}}'s",)),
        ("Maksa {{ pay_by|date }}.", ()),
    ],
)
def test_an_ending_on_a_placeholder_is_seen(source: str, found: tuple[str, ...]) -> None:
    assert inflected_placeholders(source) == found


def test_a_catalogue_refuses_an_inflected_placeholder() -> None:
    block = FINNISH.blocks[0]
    wrong = Block(
        block.block_id,
        2,
        block.language,
        block.medium,
        block.stage,
        block.part,
        {},
        block.slots,
        "{{ customer.first_name }}lle",
    )
    with pytest.raises(SettingsError, match=r"sms\.greeting\.with_name \(fi\) inflects a placeholder"):
        Catalogue.of(Language.FI, (wrong,), FINNISH.words)


def test_no_block_and_two_equal_blocks_are_errors_of_the_catalogue() -> None:
    with pytest.raises(SettingsError, match="no approved fi text for letter/friendly/greeting"):
        FINNISH.choose("letter", "friendly", "greeting", {})
    twins = tuple(
        Block(name, 1, Language.FI, "sms", "friendly", "greeting", {}, frozenset(), "Hei!") for name in ("one", "two")
    )
    with pytest.raises(SettingsError, match="equally: one and two"):
        Catalogue.of(Language.FI, twins, {}).choose("sms", "friendly", "greeting", {})
