"""Which parts a text has, in which order, and how they are set together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from dunningkit.errors import SettingsError
from dunningkit.messages.draft import Draft, Occasion, Stage
from dunningkit.model import Medium, StepKind, Style


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
    stage given there, in the same approved blocks.
    """

    block_stage: str
    body: Paragraph
    has_subject: bool = False
    borrowed: Mapping[str, str] = field(default_factory=dict)

    def stage_of(self, part: str) -> str:
        """The stage whose blocks a part is chosen from."""
        return self.borrowed.get(part, self.block_stage)


_LIKE_FRIENDLY = MappingProxyType(
    dict.fromkeys(("greeting", "copy", "fee", "payment", "signoff", "verify"), "friendly")
)  # where to pay and how to make sure of it stand in one approved place for all texts

_UNVERIFIED = Paragraph(("greeting", "matter", "verify", "hurry", "signoff"), between=" ")


def layout_for(draft: Draft | Occasion) -> Layout:
    """The layout of the draft's text; raises `SettingsError` where no text is approved for its kind or medium."""
    before_due = draft.kind is StepKind.COURTESY
    if not (before_due or draft.kind is StepKind.FRIENDLY) or draft.medium not in (Medium.EMAIL, Medium.SMS):
        raise SettingsError(
            f"there is no approved text for a {draft.kind} step by {draft.medium}: "
            "use a courtesy or friendly step by e-mail or SMS in the policy",
            kind=draft.kind.value,
            medium=draft.medium.value,
        )
    if before_due:
        return _courtesy_email() if draft.medium is Medium.EMAIL else _courtesy_sms(draft)
    return _email(draft) if draft.medium is Medium.EMAIL else _sms(draft)


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
    parts: tuple[str, ...] = ("greeting", "fact", *arrival, *request, "help", "paid", "signoff")
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
