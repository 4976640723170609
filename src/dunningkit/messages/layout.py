"""Which parts a text has, in which order, and how they are set together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from dunningkit.errors import SettingsError
from dunningkit.messages.draft import FORMAL_KINDS, Draft, Occasion, Stage
from dunningkit.model import Medium, StepKind, Style

_DOCUMENT_STAGES = frozenset({StepKind.FORMAL.value, StepKind.FINAL.value})


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Parts that stand together, with what is written between them; a part may be such a group itself."""

    parts: "tuple[str | Paragraph, ...]"
    between: str = "\n"

    def names(self) -> tuple[str, ...]:
        """The parts in reading order."""
        return tuple(name for part in self.parts for name in ((part,) if isinstance(part, str) else part.names()))

    def joined(self, texts: Mapping[str, str]) -> str:
        """The parts' texts set together."""
        return self.between.join(texts[part] if isinstance(part, str) else part.joined(texts) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Layout:
    """A text's body, and whether it has a subject.

    ``block_stage`` is where its blocks are found, but for the parts in ``borrowed``: they say the same as the texts of the
    stage given there, in the same approved blocks. A formal text reads the same in a letter and in an e-mail, so its blocks are
    found under the medium ``document``.
    """

    block_stage: str
    body: Paragraph
    has_subject: bool = False
    borrowed: Mapping[str, str] = field(default_factory=dict)

    def stage_of(self, part: str) -> str:
        """The stage whose blocks a part is chosen from."""
        return self.borrowed.get(part, self.block_stage)

    def place_of(self, part: str, medium: Medium) -> tuple[str, str, str]:
        """The medium, stage and part under which a part's blocks are found."""
        stage = self.stage_of(part)
        return ("document" if stage in _DOCUMENT_STAGES else medium.value, stage, part)


_LIKE_FRIENDLY = MappingProxyType(
    dict.fromkeys(("greeting", "copy", "fee", "payment", "signoff", "verify"), "friendly")
)  # where to pay and how to make sure of it stand in one approved place for all texts

# What is claimed, where to pay it and what the customer may do stand in one approved place for both formal texts.
_SAME_IN_FINAL = ("parties", "greeting", "history", "claims", "payment", "object", "rights", "signoff", "verify")

_UNVERIFIED = Paragraph(("greeting", "matter", "verify", "hurry", "signoff"), between=" ")


def layout_for(draft: Draft | Occasion) -> Layout:
    """The layout of the draft's text; raises `SettingsError` where no text is approved for its kind or medium."""
    formal = draft.kind in FORMAL_KINDS
    if draft.medium not in ((Medium.EMAIL, Medium.LETTER) if formal else (Medium.EMAIL, Medium.SMS)):
        raise SettingsError(
            f"there is no approved text for a {draft.kind} step by {draft.medium}: "
            "use e-mail or a letter for formal and final steps, e-mail or SMS for all others in the policy",
            kind=draft.kind.value,
            medium=draft.medium.value,
        )
    if formal:
        return _formal(draft)
    if draft.kind is StepKind.COURTESY:
        return _courtesy_email() if draft.medium is Medium.EMAIL else _courtesy_sms(draft)
    return _email(draft) if draft.medium is Medium.EMAIL else _sms(draft)


def _formal(draft: Draft | Occasion) -> Layout:
    also = _also(draft)
    is_final, by_email = draft.kind is StepKind.FINAL, draft.medium is Medium.EMAIL
    history = ("history",) if "history" in also else ()
    body = Paragraph(
        (
            Paragraph(("heading", "parties")),
            "greeting",
            Paragraph(("opening", *history), between=" "),
            "request",
            "claims",
            "payment",
            "paid",
            *(("next",) if is_final else ()),
            "object",
            "help",
            "costs",
            *(() if is_final else ("next",)),
            "rights",
            "copy",
            "signoff",
            "verify",
        ),
        between="\n\n",
    )
    borrowed = dict.fromkeys(_SAME_IN_FINAL, "formal") if is_final else {}
    return Layout(draft.kind.value, body, has_subject=by_email, borrowed=borrowed | _copy_from(draft.medium))


def _also(draft: Draft | Occasion) -> frozenset[str]:
    return draft.occasion.also if isinstance(draft, Draft) else draft.also


def _copy_from(medium: Medium) -> dict[str, str]:
    """An e-mail may carry the copy, and says so in the friendly text's words."""
    return {"copy": "friendly" if medium is Medium.EMAIL else "formal"}


def _email(draft: Draft | Occasion) -> Layout:
    asked = ("arrival", "copy") if draft.stage is Stage.FIRST else ("copy",)
    pay = Paragraph(("choice_pay", "fee"), between=" ")
    body = Paragraph(
        (
            "greeting",
            "opening",
            Paragraph(asked, between=" "),
            "choices",
            Paragraph((pay, "choice_address", "choice_unclear", "choice_time")),
            "paid",
            "payment",
            "signoff",
            "verify",
        ),
        between="\n\n",
    )
    return Layout("friendly", body, has_subject=True)


def _sms(draft: Draft | Occasion) -> Layout:
    if draft.stage is Stage.UNVERIFIED:
        return Layout("unverified", _UNVERIFIED)
    request = ("request",) if draft.style is Style.DETERMINED else ()
    arrival = ("arrival",) if draft.stage is Stage.FIRST else ()
    free = ("free",) if "free" in _also(draft) else ()
    parts: tuple[str, ...] = ("greeting", "fact", *arrival, *request, *free, "help", "paid", "signoff")
    return Layout("friendly", Paragraph(parts, between=" "))


def _courtesy_email() -> Layout:
    """The same for a first and a later contact: every invoice in it is one that the customer may not have seen yet."""
    body = Paragraph(
        (
            "greeting",
            "opening",
            Paragraph(("arrival", "copy"), between=" "),
            Paragraph(("pay", "paid", "fee"), between=" "),
            Paragraph(("day", "unclear"), between=" "),
            "payment",
            "signoff",
            "verify",
        ),
        between="\n\n",
    )
    return Layout("courtesy", body, has_subject=True, borrowed=_LIKE_FRIENDLY)


def _courtesy_sms(draft: Draft | Occasion) -> Layout:
    if draft.stage is Stage.UNVERIFIED:  # "no hurry" would be true today and wrong on the due date
        return Layout("unverified", _UNVERIFIED, borrowed={"hurry": "courtesy"})
    parts = ("greeting", "fact", "arrival", "help", "paid", "signoff")
    return Layout("courtesy", Paragraph(parts, between=" "), borrowed=_LIKE_FRIENDLY)
