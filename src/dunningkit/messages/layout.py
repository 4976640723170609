"""Which parts a text has, in which order, and how they are set together."""

from collections.abc import Mapping
from dataclasses import dataclass

from dunningkit.errors import SettingsError
from dunningkit.messages.draft import Draft, Stage
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
    """A text's body, and whether it has a subject; ``block_stage`` is where its blocks are found."""

    block_stage: str
    body: Paragraph
    has_subject: bool = False


def layout_for(draft: Draft) -> Layout:
    """The layout of the draft's text; raises `SettingsError` where no text is approved for its kind or medium."""
    if draft.kind is not StepKind.FRIENDLY or draft.medium not in (Medium.EMAIL, Medium.SMS):
        raise SettingsError(
            f"there is no approved text for a {draft.kind} step by {draft.medium}: "
            "use a friendly step by e-mail or SMS in the policy",
            kind=draft.kind.value,
            medium=draft.medium.value,
        )
    return _email(draft) if draft.medium is Medium.EMAIL else _sms(draft)


def _email(draft: Draft) -> Layout:
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


def _sms(draft: Draft) -> Layout:
    if draft.stage is Stage.UNVERIFIED:
        parts: tuple[str, ...] = ("greeting", "matter", "verify", "hurry", "signoff")
        return Layout("unverified", Paragraph(parts, between=" "))
    request = ("request",) if draft.style is Style.DETERMINED else ()
    arrival = ("arrival",) if draft.stage is Stage.FIRST else ()
    parts = ("greeting", "fact", *arrival, *request, "help", "paid", "signoff")
    return Layout("friendly", Paragraph(parts, between=" "))
