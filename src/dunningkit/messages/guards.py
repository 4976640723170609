"""What no text may hold: foreign anchors, foreign amounts, what an outsider may not read, what an SMS cannot carry."""

import re
from collections.abc import Iterable, Mapping

from dunningkit.messages.anchors import (
    BLANK,
    foreign_ibans,
    foreign_links,
    foreign_phones,
    links_in,
    stands_in,
    without,
)
from dunningkit.messages.cleaning import NO_BREAK_SPACES, clean
from dunningkit.messages.draft import Stage
from dunningkit.messages.facts import Facts, creditor_values, once_for_each_prose
from dunningkit.messages.findings import Severity, ToneFinding
from dunningkit.messages.formal import Claimed
from dunningkit.messages.segments import MAX_SMS_PARTS, is_gsm, sms_parts
from dunningkit.model import Language

_LONGEST_FOUND = 60
_SMS_PREVIEW = 40  # about what a locked phone shows
_CODES = "eur|sek|nok|dkk|usd|gbp"
_AMOUNT = re.compile(
    rf"\d[\d .,]*(?:[€$£]|(?:{_CODES}|euro\w*|kr|kronor|dollar\w*)\b)|(?:[€$£]|\b(?:{_CODES})) ?\d[\d.,]*",
    re.IGNORECASE,
)
_SYNTAX = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_INFLECTED = re.compile(rf"(?:{BLANK}[:'’]|\d[:'’-]?)[a-zåäö]+")
_DEBT: Mapping[Language, re.Pattern[str]] = {
    Language.FI: re.compile(r"perintä\w*|perinnä\w*|velk\w*|vel(?:an|all)\w*|maksuhäiriö\w*|ulosot\w*|luottotie\w*"),
    Language.SV: re.compile(
        r"indriv\w*|inkasso\w*|skuld\w*|betalningsanmärkning\w*|kronofog\w*|utmätning\w*|fordran\w*"
    ),
    Language.EN: re.compile(r"\b(?:collect(?:ion|or)\w*|debt\w*|default\w*|arrears|delinquen\w*|bailiff\w*|owe\w*)"),
}
_PAYMENT: Mapping[Language, re.Pattern[str]] = {
    Language.FI: re.compile(r"lasku\w*|maks[aoueit]\w*|erään\w*|eräpäiv\w*|summa\w*|euro\w*|muistut\w*"),
    Language.SV: re.compile(r"faktur\w*|betal\w*|förf[öa]ll\w*|belopp\w*|euro\w*|påminn\w*|räkning\w*"),
    Language.EN: re.compile(r"\b(?:invoice|pay|paid|due|overdue|amount|bill|euro|remind|owe|balance)\w*"),
}
_COPY_CLAIM: Mapping[Language, re.Pattern[str]] = {
    Language.FI: re.compile(r"\bliittee\w*|\boheis\w*"),
    Language.SV: re.compile(r"\bbifoga\w*|\bbilag\w*"),
    Language.EN: re.compile(r"\battach\w*|\benclos\w*"),
}


def trust_anchors(facts: Facts) -> Iterable[ToneFinding]:
    """DK-T15: every account number, link, mailbox and phone number in the text is the creditor's own."""
    creditor, views = facts.draft.creditor, facts.views
    for iban in foreign_ibans(facts.shown, creditor):
        yield _error("DK-T15", iban)
    if not facts.is_sms:  # an SMS has no link at all, the creditor's own included
        names = (views.creditor.name, views.creditor.agent_name, views.formal.agency if views.formal else "")
        for link in foreign_links(without(facts.shown, names), creditor):
            yield _error("DK-T15", link)
    numbers = {views.customer.einvoice_address, *facts.amounts, facts.total}
    for invoice in views.invoices:
        numbers.update((invoice.number, invoice.label, invoice.short_label, invoice.reference))
    if facts.formal:  # addresses, a business id and opening hours are given, and amounts are not dialled
        numbers.update(facts.formal.values)
    text = without(facts.shown, {number for number in numbers if not number.startswith("+")})
    for phone in foreign_phones(text, creditor):
        yield _error("DK-T15", phone)


def amounts(facts: Facts) -> Iterable[ToneFinding]:
    """DK-T41: every amount is the draft's own and the total is their sum, so that no fee is claimed by the way.

    Nothing that is claimed is less than nothing, and no fee is more than the law allows for it.
    """
    draft = facts.draft
    if any(item.open.currency != draft.total.currency for item in draft.items):
        yield _error("DK-T41", "currency")
    elif (
        sum(item.total_minor if facts.formal else item.open.amount_minor for item in draft.items)
        != draft.total.amount_minor
    ):
        yield _error("DK-T41", "total")
    for item in draft.items if facts.formal else ():
        yield from _unlawful(item.claimed, is_free=draft.must_say_free)
    for amount in _all_of(_AMOUNT, facts.prose):
        yield _error("DK-T41", amount)


def _unlawful(claimed: Claimed, *, is_free: bool) -> Iterable[ToneFinding]:
    if min(claimed.interest_minor, claimed.fee_minor, claimed.earlier_fees_minor) < 0:
        yield _error("DK-T41", "less than nothing")
    highest = 0 if is_free else claimed.fee_max_minor
    if highest is not None and claimed.fee_minor > highest:
        yield _error("DK-T41", "fee")
    if claimed.interest_minor and not claimed.rates:
        yield _error("DK-T41", "interest without a rate")


def copies(facts: Facts) -> Iterable[ToneFinding]:
    """DK-T42: the text says that copies are attached when they are, marks which ones, and claims no other."""
    attached = sum(item.copy_attached for item in facts.draft.items) if not facts.is_sms else 0
    claims = _copy_claims(facts.prose, facts.draft.language)
    if bool(claims) != bool(attached):
        yield _error("DK-T42", claims[0] if claims else "copy")
    elif 0 < attached < len(facts.draft.items):
        yield from _marks(facts, attached)


@once_for_each_prose
def _copy_claims(prose: str, language: Language) -> tuple[str, ...]:
    return tuple(_COPY_CLAIM[language].findall(prose.lower()))


def _marks(facts: Facts, attached: int) -> Iterable[ToneFinding]:
    claim = _COPY_CLAIM[facts.draft.language]
    marked = [line for line in facts.prose_body.lower().splitlines() if line.startswith("- ") and claim.search(line)]
    if len(marked) != attached:
        yield _error("DK-T42", f"{len(marked)}/{attached}")


def privacy(facts: Facts) -> Iterable[ToneFinding]:
    """DK-T31: what an outsider may see says nothing of debt; a number nobody confirmed is told of no invoice or payment."""
    if facts.draft.stage is Stage.UNVERIFIED:
        yield from _named_to_an_outsider(facts)
        return
    preview = facts.prose_body[:_SMS_PREVIEW] if facts.is_sms else facts.prose_subject
    for match in _DEBT[facts.draft.language].finditer(preview.lower()):
        yield _error("DK-T31", match.group())


def _named_to_an_outsider(facts: Facts) -> Iterable[ToneFinding]:
    views, language = facts.views, facts.draft.language
    text = without(facts.body, {*creditor_values(views.creditor), views.customer.first_name})
    named = {*(invoice.number for invoice in views.invoices), *facts.amounts, *facts.due_days, facts.total}
    for value in sorted(named):
        if stands_in(text, value):
            yield _error("DK-T31", value)
    prose = facts.prose_body.lower()
    for pattern in (_PAYMENT[language], _DEBT[language]):
        for match in pattern.finditer(prose):
            yield _error("DK-T31", match.group())


def sms_limits(facts: Facts) -> Iterable[ToneFinding]:
    """DK-T30: an SMS keeps to GSM-7 in our own words, has no link and no no-break space, and takes at most two parts."""
    if not facts.is_sms:
        return
    body = facts.message.body
    parts = sms_parts(body).parts
    if parts > MAX_SMS_PARTS:
        yield _error("DK-T30", f"{parts} parts")
    for link in links_in(body):
        yield _error("DK-T30", link)
    if any(space in body for space in NO_BREAK_SPACES):
        yield _error("DK-T30", "no-break space")
    odd = sorted({char for char in set(facts.prose_body) if char != BLANK and not is_gsm(char)})
    if odd:
        yield _error("DK-T30", f"U+{ord(odd[0]):04X}")


def template_syntax(facts: Facts) -> Iterable[ToneFinding]:
    """DK-T43: no placeholder or statement of a block is left unrendered; a customer's own braces stay as they stand."""
    for tag in _all_of(_SYNTAX, facts.prose):
        yield _error("DK-T43", tag)


def inflected_values(facts: Facts) -> Iterable[ToneFinding]:
    """DK-T21: no case ending or genitive hangs on a value: such endings break with real names and numbers."""
    for value in _all_of(_INFLECTED, facts.prose):
        yield _error("DK-T21", value.lstrip(BLANK))


@once_for_each_prose
def _all_of(pattern: re.Pattern[str], prose: str) -> tuple[str, ...]:
    return tuple(match.group() for match in pattern.finditer(prose))


def _error(rule: str, found: str) -> ToneFinding:
    return ToneFinding(rule, Severity.ERROR, clean(found)[:_LONGEST_FOUND])
