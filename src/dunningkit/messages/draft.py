"""What a message is to say: the facts of one reminder, before any wording."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from dunningkit.model import Creditor, Customer, Language, Medium, Money, StepKind, Style


class Stage(StrEnum):
    """Which text a message is: the first friendly one asks whether the invoice arrived, an unverified one names nothing.

    A courtesy always asks, so that its first and its later text are the same.
    """

    FIRST = "first"
    AGAIN = "again"
    UNVERIFIED = "unverified"


class Occasion(NamedTuple):
    """The sides of a draft that decide of which parts its text is made and what it has to tell."""

    kind: StepKind
    medium: Medium
    stage: Stage
    style: Style


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One receivable in the message. ``copy_attached`` is true only when the invoice's copy really goes along."""

    invoice_number: str
    instalment_number: int | None
    subject: str
    open: Money
    due_on: date
    reference: str
    copy_attached: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The facts of one message to one customer. ``items`` is never empty and all amounts are in one currency.

    ``pay_by`` is the day that a friendly message asks for. In a courtesy it is the earliest due date, and the text names the
    due dates only.
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

    @property
    def stage(self) -> Stage:
        """Which text this is; an SMS to a number that nobody confirmed is always the unverified one."""
        if self.medium is Medium.SMS and not self.number_confirmed:
            return Stage.UNVERIFIED
        return Stage.FIRST if self.first_contact else Stage.AGAIN

    @property
    def occasion(self) -> Occasion:
        """What the parts of the text depend on."""
        return Occasion(self.kind, self.medium, self.stage, self.style)

    @property
    def to_business(self) -> bool:
        """Whether we speak to an organisation; somebody whose class is unknown is spoken to as a person."""
        return self.customer.customer_class.is_business


def language_for(customer: Customer, creditor: Creditor) -> Language:
    """The customer's own language, else the creditor's."""
    return customer.language or creditor.language
