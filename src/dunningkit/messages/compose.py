"""Composition: from the facts of a draft to a finished message, made of approved blocks only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dunningkit.errors import SettingsError
from dunningkit.messages.catalogue import Block, catalogue_of
from dunningkit.messages.cleaning import clean, for_sms
from dunningkit.messages.draft import FORMAL_KINDS, Draft
from dunningkit.messages.formats import formats_of
from dunningkit.messages.layout import layout_for
from dunningkit.messages.sandbox import sandbox
from dunningkit.messages.segments import MAX_SMS_PARTS, sms_parts
from dunningkit.messages.views import FormalView, Views, listed, views_of
from dunningkit.model import BlockRef, Language, Medium, Message

_NAMED_IN_SUBJECT = 3
_NAMES = "\ue000"  # stands for the list of invoices until its length is known; cleaned values never hold it
_Render = Callable[[dict[str, object]], str]


@dataclass(frozen=True, slots=True)
class _Text:
    """The compiled text of one situation."""

    subject: _Render | None
    body: _Render
    refs: tuple[BlockRef, ...]


@dataclass(frozen=True, slots=True)
class _Fit:
    """What an SMS still has room for: the customer's name, and the full wording instead of the short one."""

    named: bool = True
    full: bool = True


# From the fullest text to the shortest.
_FITS = (_Fit(), _Fit(full=False), _Fit(named=False, full=False))


class Voice:
    """One language's blocks, formats and compiled texts."""

    def __init__(self, language: Language) -> None:
        self.catalogue = catalogue_of(language)
        self.formats = formats_of(language)
        self._environment = sandbox(self.formats)
        self._texts: dict[tuple[object, ...], _Text] = {}

    def text_for(self, draft: Draft, views: Views, fit: _Fit) -> _Text:
        """The compiled text for a situation; there are a few hundred, each compiled on first use."""
        facets = _facets(draft, views, fit)
        key = (draft.occasion, *facets.values())
        found = self._texts.get(key)
        if found is None:
            found = self._texts[key] = self._compile(draft, facets)
        return found

    def _compile(self, draft: Draft, facets: dict[str, str]) -> _Text:
        layout = layout_for(draft)
        names = (("subject",) if layout.has_subject else ()) + layout.body.names()
        blocks: dict[str, Block] = {
            name: self.catalogue.choose(*layout.place_of(name, draft.medium), facets) for name in names
        }
        texts = {name: block.text for name, block in blocks.items()}
        make = self._environment.from_string
        return _Text(
            subject=make(texts["subject"]).render if layout.has_subject else None,
            body=make(layout.body.joined(texts)).render,
            refs=tuple(block.ref for block in blocks.values()),
        )


class Composer:
    """Composes messages and keeps the compiled texts; one for each engine, used from one thread at a time."""

    def __init__(self) -> None:
        self._voices: dict[Language, Voice] = {}

    def compose(self, draft: Draft) -> Message:
        """Write the draft's message.

        Raises `SettingsError` where no text is approved for its kind or medium, and where a formal text needs a setting of
        the creditor that is empty; ``ValueError`` where it lacks ``Draft.formal``.

        An SMS is shortened to two parts where leaving out a name or an invoice number achieves it; the checks say when
        it does not.
        """
        if draft.kind in FORMAL_KINDS:
            _require_settings(draft)
        voice = self._voices.get(draft.language)
        if voice is None:
            voice = self._voices[draft.language] = Voice(draft.language)
        views = views_of(draft, voice.catalogue.words)
        return _sms(draft, views, voice) if draft.medium is Medium.SMS else _page(draft, views, voice)


def _require_settings(draft: Draft) -> None:
    """A formal text says who asks, and where an objection may be sent to (513/1999 5 a §)."""
    layout_for(draft)  # what has no approved text at all is told first
    if draft.formal is None:
        raise ValueError("a formal text needs its day and what else it tells: give Draft.formal")
    for setting in ("postal_address", "business_id"):
        if not clean(getattr(draft.creditor, setting)):
            raise SettingsError(
                f"A {draft.kind} step needs the creditor's {setting}: set it under [creditor].",
                where=f"[creditor] {setting}",
                setting=setting,
            )


def _page(draft: Draft, views: Views, voice: Voice) -> Message:
    text = voice.text_for(draft, views, _Fit())
    named = min(len(views.invoices), _NAMED_IN_SUBJECT)
    context = views.context(listed(views.invoices, named, voice.catalogue.words["others"]))
    subject = text.subject(context) if text.subject else ""
    return Message(draft.medium, draft.language, subject, text.body(context), text.refs)


def _sms(draft: Draft, views: Views, voice: Voice) -> Message:
    candidates = _sms_candidates(draft, views, voice)
    body, refs = next(candidates)
    while sms_parts(body).parts > MAX_SMS_PARTS and (shorter := next(candidates, None)):
        body, refs = shorter
    return Message(draft.medium, draft.language, "", body, refs)


def _sms_candidates(draft: Draft, views: Views, voice: Voice) -> Iterator[tuple[str, tuple[BlockRef, ...]]]:
    """Ever shorter texts: the full one, the short one with fewer invoices by name, without the customer's name, no names."""
    everything, others = len(views.invoices), voice.catalogue.words["others"]
    text = voice.text_for(draft, views, _FITS[0])
    yield _with_names(_sms_body(text, views), views, everything, others), text.refs
    for fit in _FITS[1:]:
        text = voice.text_for(draft, views, fit)
        body = _sms_body(text, views)
        for named in range(everything, 0, -1):
            shorter = _with_names(body, views, named, others)
            if named == 1 or sms_parts(shorter).parts <= MAX_SMS_PARTS:
                yield shorter, text.refs
                break
    yield for_sms(text.body(views.context(names=""))), text.refs


def _sms_body(text: _Text, views: Views) -> str:
    return for_sms(text.body(views.context(_NAMES)))


def _with_names(body: str, views: Views, named: int, others: str) -> str:
    return body.replace(_NAMES, for_sms(listed(views.invoices, named, others)))


def _facets(draft: Draft, views: Views, fit: _Fit) -> dict[str, str]:
    shared = _friendly_facets(draft, views, fit)
    return {**shared, **_formal_facets(draft, views.formal)} if views.formal else shared


def _formal_facets(draft: Draft, formal: FormalView) -> dict[str, str]:
    claimed = [item.claimed for item in draft.items]
    return {
        "named": "no" if draft.to_business or not formal.recipient else "yes",
        "medium": draft.medium.value,
        "fee": "charged" if any(one.fee_minor for one in claimed) else "none",
        "interest": "claimed" if any(one.interest_minor for one in claimed) else "none",
        "rights": draft.rights.value,
        "agency": "yes" if formal.agency else "no",
        "next": "yes" if formal.next_on else "no",
    }


def _friendly_facets(draft: Draft, views: Views, fit: _Fit) -> dict[str, str]:
    copies = sum(invoice.copy_attached for invoice in views.invoices)
    several = len(views.invoices) > 1
    return {
        "audience": "business" if draft.to_business else "consumer",
        "style": draft.style.value,
        "contact": "first" if draft.first_contact else "again",
        "count": "several" if several else "one",
        "copy": "none" if not copies else "all" if copies == len(views.invoices) else "some",
        "named": "yes" if views.customer.first_name and fit.named else "no",
        "einvoice": "yes" if views.customer.einvoice_address else "no",
        "website": "yes" if views.creditor.website else "no",
        "fit": "full" if fit.full else "short",
    }
