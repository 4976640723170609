"""What a message is to say: the facts of one reminder, before any wording."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from dunningkit.messages.formal import Claimed, Formal, Rights, rights_of
from dunningkit.model import Creditor, Customer, Language, Medium, Money, StepKind, Style

#: The kinds of step whose texts are formal: they say what is claimed, on what ground, and what the customer may do.
FORMAL_KINDS = frozenset({StepKind.FORMAL, StepKind.FINAL})

_NOTHING: frozenset[str] = frozenset()
_FREE = frozenset({"free"})


class Stage(StrEnum):
    """Which text a message is: the first friendly one asks whether the invoice arrived, an unverified one names nothing.

    A courtesy always asks, so that its first and its later text are the same.
    """

    FIRST = "first"
    AGAIN = "again"
    UNVERIFIED = "unverified"


class Occasion(NamedTuple):
    """The sides of a draft that decide of which parts its text is made and what it has to tell.

    ``also`` names what only some texts have to tell: that it costs nothing, what a formal one says of rights, earlier steps...
    """

    kind: StepKind
    medium: Medium
    stage: Stage
    style: Style
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One receivable in the message. ``copy_attached`` is true only when the invoice's copy really goes along.

    ``claimed`` is what a formal text asks for beside what is open; in any other text it asks for nothing.
    """

    invoice_number: str
    instalment_number: int | None
    subject: str
    open: Money
    due_on: date
    reference: str
    copy_attached: bool = False
    claimed: Claimed = field(default_factory=Claimed)

    @property
    def total_minor(self) -> int:
        """What is asked for in all, in minor units of ``open``'s currency."""
        return self.open.amount_minor + self.claimed.total_minor


@dataclass(frozen=True, slots=True)
class Draft:
    """The facts of one message to one customer. ``items`` is never empty and all amounts are in one currency.

    ``pay_by`` is the day that a message asks for. In a courtesy it is the earliest due date, and the text names the
    due dates only. ``formal`` is what a formal text needs beside, and ``None`` in all others. ``must_say_free`` asks the text
    to say that it costs nothing, because the customer asked for a suspension (513/1999 4 c §).
    """

    creditor: Creditor
    customer: Customer
    language: Language
    medium: Medium
    style: Style
    kind: StepKind
    first_contact: bool
    items: tuple[DraftItem, ...]
    total: Money
    pay_by: date
    number_confirmed: bool
    iban: str
    formal: Formal | None = None
    must_say_free: bool = False

    @property
    def stage(self) -> Stage:
        """Which text this is; an SMS to a number that nobody confirmed is always the unverified one."""
        if self.medium is Medium.SMS and not self.number_confirmed:
            return Stage.UNVERIFIED
        return Stage.FIRST if self.first_contact else Stage.AGAIN

    @property
    def occasion(self) -> Occasion:
        """What the parts of the text depend on."""
        return Occasion(self.kind, self.medium, self.stage, self.style, self._also())

    @property
    def rights(self) -> Rights:
        """Which rights a formal text tells of."""
        return rights_of(self.customer.customer_class, must_say_free=self.must_say_free)

    @property
    def to_business(self) -> bool:
        """Whether we speak to an organisation; somebody whose class is unknown is spoken to as a person."""
        return self.customer.customer_class.is_business

    def _also(self) -> frozenset[str]:
        formal = self.formal
        if self.kind not in FORMAL_KINDS or formal is None:
            return _FREE if self.must_say_free else _NOTHING
        told = {
            "free": self.must_say_free,
            "advice": not self.to_business,
            self.rights.value: True,
            "history": bool(formal.history),
            "next_step": formal.next_step_on is not None and self.kind is StepKind.FORMAL,
            "agency": names_agency(self),
        }
        return frozenset(name for name, is_told in told.items() if is_told)


def names_agency(draft: Draft) -> bool:
    """Whether the text says that the claim may go to an agency: a final notice, an agency in the settings, a known day."""
    formal = draft.formal
    return bool(
        draft.kind is StepKind.FINAL and draft.creditor.agency_name and formal is not None and formal.transfer_on
    )


def language_for(customer: Customer, creditor: Creditor) -> Language:
    """The customer's own language, else the creditor's."""
    return customer.language or creditor.language
