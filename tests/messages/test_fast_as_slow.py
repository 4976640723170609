"""The rules' quick ways find what the slow, obvious ones do, in the same order."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dunningkit.errors import SettingsError
from dunningkit.messages import (
    Composer,
    Severity,
    ToneFinding,
    anchors,
    before_due,
    guards,
    phrases,
    readability,
    slots,
)
from dunningkit.messages.facts import Facts
from dunningkit.messages.layout import layout_for
from dunningkit.messages.slots import WORDED, approved, approved_wording, required, required_slots
from dunningkit.model import BlockRef, Language, Medium, StepKind, Style

COMPOSER = Composer()
SIGNS = st.text(st.sampled_from("FISEA0123456789 ./-+()@:w,;\n\tåÄx\ue001\u00a0²Ａ１\x1c"), max_size=12)
TOKENS = [
    "FI21 1234 5600 0007 85",
    "fi37-1590-3000-0007-76",
    "F I 3 7 1590 3000 0007 76",
    "SE3550000000054910000003",
    "www.",
    "https://x.fi/a",
    "a@b.fi",
    "example.org",
    "+358 40 123 4567",
    "040 1234567",
    "(09) 123 456",
    "12.11.2026",
]
TEXTS = st.lists(SIGNS | st.sampled_from(TOKENS), max_size=8).map("".join)
VALUES = st.lists(st.text("12 .aÄ-+", max_size=3) | st.sampled_from(TOKENS), max_size=6)


def slow_ibans(text: str) -> list[str | None]:
    text = unicodedata.normalize("NFKC", text).upper()
    starts = (anchors._ACCOUNT.match(text, place) for place in range(len(text)))
    return [iban for match in starts if match and (iban := anchors._iban_at(text, match))]


def slow_links(text: str) -> list[str]:
    words = [word for word in text.split() if "." in word or "://" in word]
    emails = [email for word in words for email in anchors._EMAIL.findall(word)]
    return emails + [site for word in words for site in anchors._SITE.findall(anchors._EMAIL.sub(" ", word))]


def slow_phones(text: str) -> list[str]:
    found = re.finditer(r"(?<![\w.,])(?:\+\d|\(?0\d)[\d ()/-]{4,}\d(?![\w])", text.replace("\u00a0", " "))
    return [match.group().strip() for match in found if sum(map(str.isdigit, match.group())) >= 7]


def slow_without(text: str, values: Iterable[str]) -> str:
    for value in sorted({value for value in values if value}, key=lambda value: (-len(value), value)):
        before = r"(?<![^\W_])" if value[0].isalnum() else ""
        after = r"(?![^\W_])" if value[-1].isalnum() else ""
        text = re.sub(f"{before}{re.escape(value)}{after}", anchors.BLANK, text)
    return text


@settings(max_examples=400)
@given(TEXTS)
@example("TilinumeroFI3715903000000776.")
@example("NO9386011117947")
@example("x@y.fi,www.a.fi http://b.fi\u2028c.org")
def test_anchors_are_found_wherever_they_begin(text: str) -> None:
    assert list(anchors.ibans_in(text)) == slow_ibans(text)
    assert list(anchors.links_in(text)) == slow_links(text)
    assert list(anchors.phones_in(text)) == slow_phones(text)


@settings(max_examples=400)
@given(TEXTS, VALUES)
@example("11 1 111 1", ["1", "11"])
@example("-a-a-", ["-a-", "-"])
def test_values_are_blanked_wherever_they_stand(text: str, values: list[str]) -> None:
    assert anchors.without(text, values) == slow_without(text, values)
    for value in filter(None, values):
        assert anchors.stands_in(text, value) == (slow_without(text, [value]) != text)


def test_no_letter_hides_an_anchor() -> None:
    """A name of letters alone is not searched for anchors, so no letter may become a digit or a sign by normalizing."""
    letters = (char for char in map(chr, range(0x110000)) if char.isalpha())
    shown = "".join(unicodedata.normalize("NFKC", letter) for letter in letters)
    assert not any(char.isdecimal() or char in ".@:/+()" for char in shown)


# -- the approved blocks -------------------------------------------------------------------------------------------


def slow_wording(facts: Facts) -> Iterable[ToneFinding]:
    known = approved(facts.draft.language)
    for ref in facts.message.blocks:
        block = known.get(ref)
        if block is None or (not block.slots & WORDED.keys() and not block.is_whole_in(facts.shown)):
            yield ToneFinding("DK-T44", Severity.ERROR, f"{ref.block_id} version {ref.version}")
    try:
        layout = layout_for(facts.draft)
    except SettingsError:
        yield ToneFinding("DK-T44", Severity.ERROR, f"{facts.draft.kind} by {facts.draft.medium}")
        return
    parts = (("subject",) if layout.has_subject else ()) + layout.body.names()
    wanted = {layout.place_of(part, facts.draft.medium) for part in parts}
    used = {known[ref].place for ref in facts.message.blocks if ref in known}
    for _, _, part in sorted(wanted ^ used):
        yield ToneFinding("DK-T44", Severity.ERROR, part)


def slow_slots(facts: Facts) -> Iterable[ToneFinding]:
    known, draft = approved(facts.draft.language), facts.draft
    used = [known[ref] for ref in facts.message.blocks if ref in known]
    for slot in required(draft):
        filling = [block for block in used if slot in block.slots]
        if slot in WORDED:
            is_filled = all(block.is_whole_in(facts.shown) for block in filling)
        else:
            values = slots._VALUES[slot](facts)
            is_filled = bool(values) and all(anchors.stands_in(facts.body, value) for value in values)
        if not filling or not is_filled:
            yield ToneFinding(WORDED.get(slot, "DK-T10"), Severity.ERROR, slot)
    if draft.medium is Medium.EMAIL and not facts.subject.strip():
        yield ToneFinding("DK-T10", Severity.ERROR, "subject")


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(Language),
    st.sampled_from([Medium.EMAIL, Medium.SMS]),
    st.sampled_from(Style),
    st.sampled_from([StepKind.COURTESY, StepKind.FRIENDLY]),
    st.booleans(),
    st.sampled_from(["", "lasku", "Hei", "ja", "1042"]),
    st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(["", "x", " "])),
    st.sampled_from(["none", "lost", "unknown", "twice"]),
)
def test_what_happened_to_a_block_is_seen_as_before(
    draft_of, language, medium, style, kind, first_contact, subject, cut, block
) -> None:
    draft = draft_of(language, medium, style, kind=kind, first_contact=first_contact, subject=subject, count=2)
    message = COMPOSER.compose(draft)
    place = int(cut[0] * len(message.body))
    body = f"{message.body[:place]}{cut[2]}{message.body[place + cut[1] :]}"
    refs = message.blocks
    blocks = {
        "none": refs,
        "lost": refs[1:],
        "unknown": (*refs, BlockRef("email.greeting", 99)),
        "twice": (*refs, refs[0]),
    }[block]
    facts = Facts.of(replace(message, body=body, blocks=blocks), draft)
    assert list(approved_wording(facts)) == list(slow_wording(facts))
    assert list(required_slots(facts)) == list(slow_slots(facts))


REMEMBERED = [
    (phrases._words_of_rules, ("Maksa välittömästi! Ulosotto.", Language.FI)),
    (readability._hard_to_read, ("MAKSA NYT! Heti! Nyt!", 20)),
    (guards._all_of, (guards._AMOUNT, "maksu 5,00 € ja 6 euroa")),
    (guards._copy_claims, ("Kopio on liitteenä.", Language.FI)),
    (before_due._hints, ("Lasku on myöhässä.", Language.FI)),
]


@pytest.mark.parametrize(("find", "given_values"), REMEMBERED)
def test_what_is_remembered_is_what_was_found(find, given_values) -> None:
    assert find.__wrapped__(*given_values)
    for _ in range(2):
        assert find(*given_values) == find.__wrapped__(*given_values)
