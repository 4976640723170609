"""What a formal text claims and has to tell beside the friendly one's facts. Values only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from dunningkit.model import CustomerClass, Medium

if TYPE_CHECKING:
    from dunningkit.law.answers import Segment  # whoever has no law does not pay for its classes


@dataclass(frozen=True, slots=True)
class InterestRate:
    """The yearly rate that held from ``first`` to ``last``, both included, in basis points."""

    first: date
    last: date
    rate_bp: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is asked for one receivable beside its open principal, in minor units of its currency.

    ``rates`` are the rates that ``interest_minor`` was counted with, in the order of time. ``fee_minor`` is what this very text
    costs and ``fee_max_minor`` the most that the law allows for it (``None``: not known); ``earlier_fees_minor`` is what is
    left of the fees of texts before. ``interest_cite`` and ``fee_cite`` are the citations they rest on; the text shows the
    first section of each.
    """

    invoiced_on: date | None = None
    interest_minor: int = 0
    rates: tuple[InterestRate, ...] = ()
    interest_cite: str = ""
    fee_minor: int = 0
    fee_max_minor: int | None = None
    fee_cite: str = ""
    earlier_fees_minor: int = 0

    @property
    def total_minor(self) -> int:
        """Interest and fees together."""
        return self.interest_minor + self.fee_minor + self.earlier_fees_minor


@dataclass(frozen=True, slots=True)
class PastStep:
    """A message or a call that the customer had before."""

    on: date
    medium: Medium


@dataclass(frozen=True, slots=True)
class Formal:
    """What a formal text tells about itself.

    ``payments_as_of`` is the day up to which payments are taken into account, ``history`` the contacts before, the oldest
    first. ``next_step_on`` is the earliest day of a final notice (``None``: no such step follows). In a final notice
    ``transfer_on`` is the earliest day on which the creditor's agency may get the claim, and ``agency_fee_max_minor`` the most
    that the agency's first demand may cost; without the day, or without an agency in the settings, no agency is spoken of.
    """

    written_on: date
    payments_as_of: date
    history: tuple[PastStep, ...] = ()
    next_step_on: date | None = None
    transfer_on: date | None = None
    agency_fee_max_minor: int | None = None


class Rights(StrEnum):
    """Which right a formal text tells of beside the one to object.

    A consumer may ask for an end of voluntary collection (513/1999 4 c §), or has done so already; what is directly enforceable
    can be appealed and deferred (5 a §).
    """

    SUSPEND = "suspend"
    SUSPENDED = "suspended"
    APPEAL = "appeal"
    BREAKDOWN = "breakdown_only"


def rights_of(customer_class: CustomerClass, *, must_say_free: bool) -> Rights:
    """The rights of a class; somebody whose class is unknown is told a consumer's."""
    if must_say_free:
        return Rights.SUSPENDED
    if customer_class is CustomerClass.DIRECTLY_ENFORCEABLE:
        return Rights.APPEAL
    return Rights.BREAKDOWN if customer_class.is_business else Rights.SUSPEND


def rates_of(segments: "Iterable[Segment]") -> tuple[InterestRate, ...]:
    """The rates of a receivable's interest, with days of the same rate that follow each other as one."""
    found: list[InterestRate] = []
    for segment in segments:
        last = found[-1] if found else None
        if last and last.rate_bp == segment.rate_bp and last.last + timedelta(days=1) == segment.first:
            found[-1] = replace(last, last=segment.last)
        else:
            found.append(InterestRate(segment.first, segment.last, segment.rate_bp))
    return tuple(found)


def interest_cite_of(segments: "Iterable[Segment]") -> str:
    """The sections that a receivable's interest rests on, each once."""
    return ", ".join(dict.fromkeys(section_of(segment.cited.cite) for segment in segments))


def section_of(cite: str) -> str:
    """What a customer is told of a citation: its first section, ``513/1999 10 a §``, without subsections and amendments."""
    before, mark, _ = cite.split(";", maxsplit=1)[0].partition("§")
    return f"{before}{mark}".strip()
