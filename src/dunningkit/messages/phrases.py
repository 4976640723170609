"""Words that no friendly message holds: a second net under the approved blocks, modest and precise rather than complete.

The words are looked for in our own prose only, with every name and value blanked out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from dunningkit.messages.draft import FORMAL_KINDS
from dunningkit.messages.facts import Facts, once_for_each_prose
from dunningkit.messages.findings import Severity, ToneFinding
from dunningkit.messages.slots import used_wording
from dunningkit.model import Language

_PRESSING = {"T03": Severity.WARNING, "T04": Severity.ERROR}

_FI: Mapping[str, tuple[str, ...]] = {
    "T01": (
        r"et(?:te)? ole\b[^.!?\n]{0,40}\bmaksan(?:ut|eet)",
        r"et(?:te)? maksan(?:ut|eet)",
        r"laiminly\w*",
        r"(?:muistutuks|kehotuks|pyynnö|viest|yhteydeno)\w* huolimatta",
        r"(?:jättänyt|jättäneet|jätit|jätitte)\b[^.!?\n]{0,30}\bmaksamatta",
        r"unohd(?:it|itte|it sinä) maksaa",
        r"olet(?:te)? myöhässä",
    ),
    "T02": (r"velalli\w*", r"(?:huono|laiska|hidas) maksaja\w*", r"maksuhäirikö\w*"),
    "T03": (
        r"välittömästi",
        r"viipymättä",
        r"viimei(?:nen|sen|stä) (?:varoitu|muistutu|kehotu|mahdollisuu|keino)\w*",
        r"on maksettava heti",
        r"kiireellise\w*",
    ),
    "T04": (
        r"perintä\w*|perinnä\w*|perintään",
        r"ulosot\w*",
        r"oikeustoim\w*|oikeudenkäyn\w*|käräjä\w*|haastehakemu\w*",
        r"maksuhäiriö\w*|luottotie\w*",
        r"seuraamu\w*",
        r"(?:jos|mikäli)\b[^.!?\n]{0,60}\b(?:ei (?:makseta|ole maksettu|saavu|näy)|et(?:te)? maksa|emme saa maksua)",
        r"ellei|ellet|ellette|ellemme",
    ),
    "T05": (
        r"häpe\w*|hävet\w*",
        r"noloa?",
        r"vastuutto(?:masti|man|nta|muu\w*)|vastuuton\w*",
        r"pettymy\w*|pettyne\w*",
    ),
    "T06": (r"tarjou[sk]\w*", r"alennu[sk]\w*", r"kampanj\w*", r"etukood\w*", r"osta nyt|tilaa nyt"),
}
_SV: Mapping[str, tuple[str, ...]] = {
    "T01": (
        r"(?:du|ni) har\b[^.!?\n]{0,40}\binte\b[^.!?\n]{0,20}\bbetalat",
        r"har (?:du|ni)\b[^.!?\n]{0,20}\binte\b[^.!?\n]{0,20}\bbetalat",
        r"försumm\w*|underlåt\w*",
        r"trots (?:våra?|tidigare|flera|upprepade|påminnelse\w*)",
        r"(?:du|ni) (?:glömde|har glömt) att betala",
    ),
    "T02": (r"gäldenär\w*", r"(?:dålig|sen) betalare"),
    "T03": (r"omedelbar\w*", r"omgående", r"ofördröjligen", r"utan dröjsmål", r"sista (?:varning|påminnelse|chans)\w*"),
    "T04": (
        r"indriv\w*|inkasso\w*",
        r"kronofog\w*|utmätning\w*|utsökning\w*",
        r"rättslig\w*|tingsrätt\w*|stämning\w*",
        r"betalningsanmärkning\w*|kreditupplysning\w*|kredituppgift\w*",
        r"påföljd\w*",
        r"(?:om|ifall)\b[^.!?\n]{0,60}\binte (?:betalas|betalar|har betalats|är betald|syns|fått|får betalning|kommer in)",
        r"(?:om|ifall) (?:vi|du|ni) inte\b",
    ),
    "T05": (r"skäm\w*|skam(?:lig\w*)?", r"pinsam\w*", r"ansvarslös\w*", r"besvik\w*"),
    "T06": (r"erbjudand\w*", r"rabatt\w*", r"kampanj\w*", r"köp nu|beställ nu"),
}
_EN: Mapping[str, tuple[str, ...]] = {
    "T01": (
        r"you (?:have|had)\b[^.!?\n]{0,30}\bnot\b[^.!?\n]{0,20}\bpaid",
        r"you (?:haven['’]t|hadn['’]t|didn['’]t|did not)\b[^.!?\n]{0,20}\b(?:paid|pay)",
        r"(?:have |has )?failed to|failure to",
        r"neglect\w*",
        r"(?:despite|in spite of) (?:our|several|previous|repeated|prior|earlier)",
        r"you (?:still )?owe",
        r"you forgot to pay",
    ),
    "T02": (r"debtors?", r"delinquen\w*", r"defaulters?", r"(?:bad|late|slow) payers?"),
    "T03": (
        r"immediate(?:ly)?",
        r"urgent(?:ly)?",
        r"without (?:further )?delay",
        r"at once",
        r"(?:final|last) (?:warning|notice|demand|reminder|chance)",
    ),
    "T04": (
        r"collections?|(?:debt )?collectors?",
        r"legal (?:action|proceedings|steps|measures)|court|bailiffs?|enforcement",
        r"credit (?:rating|record|score|history)",
        r"consequences",
        r"escalat\w*",
        r"if\b[^.!?\n]{0,60}\b(?:not (?:be )?(?:paid|received|arrive\w*)|(?:do not|don['’]t) (?:pay|receive))",
        r"unless",
    ),
    "T05": (r"asham\w*|shame\w*", r"embarrass\w*", r"irresponsib\w*", r"disappoint\w*", r"dishonest\w*"),
    "T06": (
        r"discounts?",
        r"(?:special|our|limited) offers?",
        r"promo(?:tion\w*)?",
        r"voucher\w*",
        r"buy now|order now",
    ),
}
_BY_LANGUAGE: Mapping[Language, Mapping[str, tuple[str, ...]]] = {Language.FI: _FI, Language.SV: _SV, Language.EN: _EN}


def unfriendly_words(facts: Facts) -> Iterable[ToneFinding]:
    """DK-T01 to DK-T06: no blame, label, pressure, threat, shame or marketing.

    The law's own words may stand in a formal text's approved blocks, each of which says them in its place, and nowhere else.
    """
    language, is_formal = facts.draft.language, facts.draft.kind in FORMAL_KINDS
    for rule, words in _words_of_rules(facts.prose, language):
        if not (is_formal and rule in _PRESSING):
            yield ToneFinding(f"DK-{rule}", Severity.ERROR, words)
    if is_formal:
        yield from _pressing_beside_blocks(facts)


def _pressing_beside_blocks(facts: Facts) -> Iterable[ToneFinding]:
    language = facts.draft.language
    said = Counter(found for wording in used_wording(facts) for found in _words_of_rules(wording, language))
    for rule, words in _words_of_rules(facts.prose, language):
        if rule not in _PRESSING:
            continue
        if said[rule, words]:
            said[rule, words] -= 1
        else:
            yield ToneFinding(f"DK-{rule}", _PRESSING[rule], words)


@once_for_each_prose
def _words_of_rules(prose: str, language: Language) -> tuple[tuple[str, str], ...]:
    found = _pattern(language).finditer(prose.lower())
    return tuple((match.lastgroup or "", match.group()) for match in found)


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    groups = (f"(?P<{rule}>{'|'.join(words)})" for rule, words in _BY_LANGUAGE[language].items())
    return re.compile(rf"\b(?:{'|'.join(groups)})\b")
