"""What a message has to tell the customer, by its kind, medium, stage and style, and whether it does.

A slot is filled when an approved block that fills it was used, its words stand in the text as they were approved, and the
text holds the values. So a block that somebody edited or lost is seen without knowing any words.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from dunningkit.errors import SettingsError
from dunningkit.messages.anchors import stands_in
from dunningkit.messages.catalogue import Block, catalogue_of
from dunningkit.messages.cleaning import for_sms, plain_spaces
from dunningkit.messages.draft import FORMAL_KINDS, Draft, Occasion, Stage
from dunningkit.messages.facts import Facts, once_for_each_prose
from dunningkit.messages.findings import Severity, ToneFinding
from dunningkit.messages.layout import layout_for
from dunningkit.model import BlockRef, Language, Medium, StepKind, Style

# The slots that texts fill with words alone, and the rule each of them belongs to.
WORDED: Mapping[str, str] = {
    "if_already_paid": "DK-T11",
    "help": "DK-T12",
    "new_address": "DK-T12",
    "more_time": "DK-T12",
    "object": "DK-T13",
    "arrival_question": "DK-T14",
    "verify": "DK-T15",
    "copy": "DK-T10",
    "fee": "DK-T10",
    "advice": "DK-T12",
    "suspend": "DK-T13",
    "appeal": "DK-T13",
    "breakdown": "DK-T10",
    "no_entry": "DK-T10",
    "free": "DK-T10",
}
_FACTS = ("who", "what", "how_much", "when_due", "whom_to_ask")
_EMAIL = (
    *_FACTS,
    "how_to_pay",
    "pay_by",
    "copy",
    "fee",
    "new_address",
    "object",
    "more_time",
    "if_already_paid",
    "verify",
)
_SMS = (
    *_FACTS,
    "copy",
    "help",
    "if_already_paid",
)  # no account number: the invoice holds it, and an SMS is easily forged
_REQUIRED: Mapping[tuple[Medium, Stage], tuple[str, ...]] = {
    (Medium.EMAIL, Stage.FIRST): (*_EMAIL, "arrival_question"),
    (Medium.EMAIL, Stage.AGAIN): _EMAIL,
    (Medium.SMS, Stage.FIRST): (*_SMS, "arrival_question"),
    (Medium.SMS, Stage.AGAIN): _SMS,
    (Medium.SMS, Stage.UNVERIFIED): ("who", "whom_to_ask", "verify"),
}
# The due date is the day to pay by: a courtesy names no other one.
_REQUIRED_BEFORE_DUE: Mapping[Medium, tuple[str, ...]] = {
    Medium.EMAIL: (*(slot for slot in _EMAIL if slot != "pay_by"), "arrival_question"),
    Medium.SMS: (*_SMS, "arrival_question"),
}
# What 513/1999 5 a § asks of a demand, in every formal text, and what care adds.
_REQUIRED_IN_FORMAL = (
    *_FACTS,
    "identity",
    "interest",
    "costs",
    "totals",
    "fee",
    "how_to_pay",
    "pay_by",
    "object",
    "object_to",
    "breakdown",
    "as_of",
    "more_time",
    "no_entry",
    "copy",
    "if_already_paid",
    "verify",
)
_ALSO_IN_FORMAL: Mapping[str, tuple[str, ...]] = {
    "advice": ("advice",),
    "suspend": ("suspend",),
    "suspended": ("free",),
    "appeal": ("appeal",),
    "history": ("history",),
    "next_step": ("next_step",),
    "agency": ("agency",),
}
_TAG = re.compile(r"\{([{%])[+-]?\s*(\w*).*?[}%]\}", re.DOTALL)
_FEWEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved block as a finished text shows it.

    ``place`` is its medium, stage and part; ``wording`` is what it always says, whatever the values.
    """

    place: tuple[str, str, str]
    slots: frozenset[str]
    wording: tuple[str, ...]

    def is_whole_in(self, text: str) -> bool:
        """Whether all of the block's own words stand in the text."""
        return all(words in text for words in self.wording)


@dataclass(frozen=True, slots=True)
class _Use:
    """How a text uses the approved blocks.

    ``is_whole`` says that every block is known and all of its words stand in the prose; then they stand in the text too, as
    the prose is the text with values blanked out. ``required`` names each slot to be filled with the blocks that fill it;
    ``misplaced`` are the parts that are missing or too many.
    """

    is_whole: bool
    required: tuple[tuple[str, tuple[Approved, ...]], ...]
    misplaced: tuple[str, ...]


def required(draft: Draft | Occasion) -> tuple[str, ...]:
    """The slots that the draft's message has to fill."""
    also = draft.occasion.also if isinstance(draft, Draft) else draft.also
    if draft.kind in FORMAL_KINDS:
        return (*_REQUIRED_IN_FORMAL, *(slot for name in sorted(also) for slot in _ALSO_IN_FORMAL.get(name, ())))
    if draft.kind is StepKind.COURTESY and draft.stage is not Stage.UNVERIFIED:
        return _REQUIRED_BEFORE_DUE.get(draft.medium, ())
    slots = _REQUIRED.get((draft.medium, draft.stage), ())
    asks = draft.medium is Medium.SMS and draft.stage is not Stage.UNVERIFIED and draft.style is Style.DETERMINED
    free = ("free",) if "free" in also and draft.medium is Medium.SMS and draft.stage is not Stage.UNVERIFIED else ()
    return (*slots, "pay_by", *free) if asks else (*slots, *free)


@cache
def approved(language: Language) -> Mapping[BlockRef, Approved]:
    """The packaged blocks of a language by name and version."""
    return {
        block.ref: Approved((block.medium, block.stage, block.part), block.slots, wording(block))
        for block in catalogue_of(language).blocks
    }


def wording(block: Block) -> tuple[str, ...]:
    """The block's words outside of placeholders, conditions and loops."""
    found, depth, end = [], 0, 0
    for tag in _TAG.finditer(block.text):
        if not depth:
            found.append(block.text[end : tag.start()])
        if tag.group(1) == "%":
            depth += {"if": 1, "for": 1, "endif": -1, "endfor": -1}.get(tag.group(2), 0)
        end = tag.end()
    found.append(block.text[end:])
    fitted = (for_sms(words) if block.medium == Medium.SMS else words for words in found)
    stripped = (plain_spaces(words).strip() for words in fitted)
    return tuple(words for words in stripped if sum(map(str.isalpha, words)) >= _FEWEST_LETTERS)


def approved_wording(facts: Facts) -> Iterable[ToneFinding]:
    """DK-T44: the text is its layout's parts, each an approved block in its approved version, with its words unchanged."""
    use = _use_in(facts)
    if not use.is_whole:
        yield from _changed_blocks(facts)
    for found in use.misplaced:
        yield ToneFinding("DK-T44", Severity.ERROR, found)


def _changed_blocks(facts: Facts) -> Iterable[ToneFinding]:
    known = approved(facts.draft.language)
    for ref in facts.message.blocks:
        block = known.get(ref)
        changed = block is None or (not block.slots & WORDED.keys() and not block.is_whole_in(facts.shown))
        if changed:  # a changed block with a slot of words is found under that slot's own rule
            yield ToneFinding("DK-T44", Severity.ERROR, f"{ref.block_id} version {ref.version}")


def required_slots(facts: Facts) -> Iterable[ToneFinding]:
    """DK-T10 to DK-T15: the text tells what it has to; ``found`` is the name of the missing slot."""
    use = _use_in(facts)
    for slot, filling in use.required:
        if not filling or not _is_filled(slot, filling, facts, is_whole=use.is_whole):
            yield ToneFinding(WORDED.get(slot, "DK-T10"), Severity.ERROR, slot)
    if facts.draft.medium is Medium.EMAIL and not facts.subject.strip():
        yield ToneFinding("DK-T10", Severity.ERROR, "subject")


def used_wording(facts: Facts) -> tuple[str, ...]:
    """What the approved blocks of a text always say, block by block."""
    known = approved(facts.draft.language)
    return tuple("\n".join(known[ref].wording) for ref in facts.message.blocks if ref in known)


def _use_in(facts: Facts) -> _Use:
    return _use(facts.prose, facts.message.blocks, facts.draft.language, facts.draft.occasion)


@once_for_each_prose
def _use(prose: str, refs: tuple[BlockRef, ...], language: Language, occasion: Occasion) -> _Use:
    known = approved(language)
    used = [known[ref] for ref in refs if ref in known]
    return _Use(
        is_whole=len(used) == len(refs) and all(block.is_whole_in(prose) for block in used),
        required=tuple((slot, tuple(block for block in used if slot in block.slots)) for slot in required(occasion)),
        misplaced=_misplaced(used, occasion),
    )


def _misplaced(used: Iterable[Approved], occasion: Occasion) -> tuple[str, ...]:
    try:
        layout = layout_for(occasion)
    except SettingsError:
        return (f"{occasion.kind} by {occasion.medium}",)
    parts = (("subject",) if layout.has_subject else ()) + layout.body.names()
    wanted = {layout.place_of(part, occasion.medium) for part in parts}
    return tuple(part for _, _, part in sorted(wanted ^ {block.place for block in used}))


def _is_filled(slot: str, filling: tuple[Approved, ...], facts: Facts, *, is_whole: bool) -> bool:
    if slot in WORDED:
        return is_whole or all(block.is_whole_in(facts.shown) for block in filling)
    values = _VALUES[slot](facts)
    return bool(values) and all(stands_in(facts.body, value) for value in values)


def _what(facts: Facts) -> tuple[str, ...]:
    invoices = facts.views.invoices
    if facts.is_sms and len(invoices) > 1:
        return (str(len(invoices)),)
    return tuple(invoice.number for invoice in invoices)


def _how_much(facts: Facts) -> tuple[str, ...]:
    is_one = len(facts.amounts) == 1 and not facts.formal
    return (facts.total,) if facts.is_sms or is_one else (*facts.amounts, facts.total)


def _when_due(facts: Facts) -> tuple[str, ...]:
    return (facts.oldest_due,) if facts.is_sms else facts.due_days


def _how_to_pay(facts: Facts) -> tuple[str, ...]:
    references = (invoice.reference for invoice in facts.views.invoices)
    return (facts.views.payment.iban, *(reference for reference in references if reference))


def _whom_to_ask(facts: Facts) -> tuple[str, ...]:
    creditor = facts.views.creditor
    ways = (creditor.phone,) if facts.is_sms else (creditor.phone, creditor.email)
    return tuple(way for way in ways if way)


# A blank value cannot stand in a text: what the ledger or the settings lack is missing, and a person looks.
_VALUES: Mapping[str, Callable[[Facts], tuple[str, ...]]] = {
    "who": lambda facts: (facts.views.creditor.name,),
    "what": _what,
    "how_much": _how_much,
    "when_due": _when_due,
    "how_to_pay": _how_to_pay,
    "whom_to_ask": _whom_to_ask,
    "pay_by": lambda facts: (facts.pay_by,),
    "identity": lambda facts: facts.formal.identity if facts.formal else (),
    "interest": lambda facts: facts.formal.interest if facts.formal else (),
    "costs": lambda facts: facts.formal.costs if facts.formal else (),
    "totals": lambda facts: (*facts.formal.totals, facts.total) if facts.formal else (),
    "object_to": lambda facts: (facts.views.creditor.email, facts.formal.address) if facts.formal else (),
    "as_of": lambda facts: (facts.formal.as_of,) if facts.formal else (),
    "history": lambda facts: facts.formal.history if facts.formal else (),
    "next_step": lambda facts: facts.formal.next_step if facts.formal else (),
    "agency": lambda facts: facts.formal.agency if facts.formal else (),
}
