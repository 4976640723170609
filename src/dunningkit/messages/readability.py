"""How easily a text reads. Advice only: formulas are coarse, and a long word may be an easy one."""

import re
from collections.abc import Iterable

from dunningkit.messages.facts import Facts, once_for_each_prose
from dunningkit.messages.findings import Severity, ToneFinding
from dunningkit.model import StepKind

_SENTENCE_END = re.compile(r"(?<=[.!?:])\s|\n")
_SHOUTED = re.compile(r"\b[A-ZÅÄÖ]{4,}\b")
_MOST_EXCLAMATION_MARKS = 2
_MOST_WORDS = {StepKind.COURTESY: 20, StepKind.FRIENDLY: 20, StepKind.FORMAL: 24, StepKind.FINAL: 24}


def easy_to_read(facts: Facts) -> Iterable[ToneFinding]:
    """DK-T20: short sentences, no shouting in capitals, at most two exclamation marks."""
    return _hard_to_read(facts.prose, _MOST_WORDS[facts.draft.kind])


@once_for_each_prose
def _hard_to_read(prose: str, limit: int) -> tuple[ToneFinding, ...]:
    return tuple(_hard_places(prose, limit))


def _hard_places(prose: str, limit: int) -> Iterable[ToneFinding]:
    for sentence in _SENTENCE_END.split(prose):
        words = len(sentence.split())
        if words > limit:
            yield _warning(f"{words} words in a sentence")
    for match in _SHOUTED.finditer(prose):
        yield _warning(match.group())
    marks = prose.count("!")
    if marks > _MOST_EXCLAMATION_MARKS:
        yield _warning(f"{marks} exclamation marks")


def _warning(found: str) -> ToneFinding:
    return ToneFinding("DK-T20", Severity.WARNING, found)
