"""Words that no courtesy holds: before the due date nothing is late, forgotten, missing or unpaid.

A second net under the approved blocks, as the other lists of words are.
"""

import re
from collections.abc import Iterable, Mapping

from dunningkit.messages.facts import Facts, once_for_each_prose
from dunningkit.messages.findings import Severity, ToneFinding
from dunningkit.model import Language, StepKind

_LATE: Mapping[Language, re.Pattern[str]] = {
    Language.FI: re.compile(
        r"\b(?:myöhäs\w*|myöhään|erääntyi\w*|erääntyn\w*|eräpäivä\w* (?:oli|olivat|meni|on mennyt|ovat menneet)"
        r"|avoi(?:n|me)\w*|muistut\w*|unoh\w*|huomaamatta|puuttu\w*|maksama(?:tta|ton|ttom)\w*|rästi\w*|viiväst\w*"
        r"|(?:ei|eikä|emme)\b[^.!?\n]{0,30}\b(?:näy|näe|saapunut|saaneet))\b"
    ),
    Language.SV: re.compile(
        r"\b(?:försen\w*|för sent|förföll\w*|förfall(?:en|et|it|na)|påminn\w*|glöm\w*|öppen|öppna|obetal\w*|sakna\w*"
        r"|dröjsmål\w*|ännu (?:inte|ingen)|(?:inte|ingen)\b[^.!?\n]{0,30}\b(?:fått|synts|kommit in))\b"
    ),
    Language.EN: re.compile(
        r"\b(?:overdue|late|belated\w*|delay\w*|(?:was|were|past|been) due|remind\w*|forg[eo]t\w*|unpaid|outstanding"
        r"|missing|missed|still open|slip(?:ped)? by|not yet|yet to|(?:not|cannot)\b[^.!?\n]{0,30}\b(?:received|see))\b"
    ),
}


def nothing_late(facts: Facts) -> Iterable[ToneFinding]:
    """DK-T07: a message before the due date hints at nothing that is late, forgotten, missing or unpaid."""
    if facts.draft.kind is StepKind.COURTESY:
        for hint in _hints(facts.prose, facts.draft.language):
            yield ToneFinding("DK-T07", Severity.ERROR, hint)


@once_for_each_prose
def _hints(prose: str, language: Language) -> tuple[str, ...]:
    return tuple(match.group() for match in _LATE[language].finditer(prose.lower()))
