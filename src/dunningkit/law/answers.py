"""What the law answers: interest by segments, what an act may cost and when, and whether a line may go. Values only."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from dunningkit.law.pack import RuleStatus
from dunningkit.model import Reason


@dataclass(frozen=True, slots=True)
class Cited:
    """The rule that an answer rests on."""

    rule_id: str
    cite: str
    status: RuleStatus


@dataclass(frozen=True, slots=True)
class Segment:
    """Days of one rate on one principal: ``first`` to ``last``, both included. ``exact_minor`` is what accrues, not rounded."""

    first: date
    last: date
    days: int
    rate_bp: int
    principal_minor: int
    exact_minor: Fraction
    cited: Cited
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Allocated:
    """What one payment was taken for, in minor units."""

    on: date
    amount_minor: int
    interest_minor: int
    principal_minor: int
    costs_minor: int
    left_over_minor: int


@dataclass(frozen=True, slots=True)
class Interest:
    """The penalty interest of a case as of a day.

    ``accrued_minor`` is all of it, ``paid_minor`` what payments took, ``due_minor`` the rest; ``principal_minor`` and
    ``costs_minor`` are what is left of those. ``starts_on`` is the first day that accrues, ``None`` when none does; ``why``
    tells the rest. ``rate_bp`` is the rate on that day. ``capped`` says that the yearly cap took something away.
    """

    as_of: date
    accrued_minor: int
    paid_minor: int
    due_minor: int
    principal_minor: int
    costs_minor: int
    starts_on: date | None
    rate_bp: int | None
    segments: tuple[Segment, ...]
    allocations: tuple[Allocated, ...]
    why: tuple[Reason, ...]
    cited: tuple[Cited, ...]
    capped: bool = False
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Caps:
    """What is left on the day asked about: of the total (``None``: the law names none), of the number of this act."""

    total_left_minor: int | None
    acts_left: int | None


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an act may cost on its day, and from when it may cost more.

    ``fee_minor`` is the most on that day, ``0`` when the act must be free; ``is_possible`` is false when the act itself may
    not be done then. ``chargeable_on`` is the first day on which it may cost something, ``possible_on`` the first on which it
    may be done; ``None`` is never. ``pay_by`` is the earliest day that it may name for paying. The first of ``why`` decides.
    ``vat_may_be_added`` says that the fee is without VAT, which may come on top; otherwise it is the most with VAT.
    """

    fee_minor: int
    is_possible: bool
    possible_on: date | None
    chargeable_on: date | None
    pay_by: date
    caps: Caps
    why: tuple[Reason, ...]
    cited: tuple[Cited, ...]
    vat_may_be_added: bool = False


class Ruling(StrEnum):
    """The law's answer to a line: it may go, go for less, go later, or not go."""

    ALLOW = "allow"
    LOWER = "lower"
    POSTPONE = "postpone"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the law says of one line on one day.

    ``fee_minor`` and ``interest_minor`` are what may be claimed; ``until`` is the first day on which a postponed line may go.
    ``most_fee_minor`` is the most that the act may cost on that day, told where a fee was claimed; ``pay_by`` is the earliest
    day that the line may name for paying (``None``: it may not go). ``may_be_overridden`` says that a person with a name and a
    reason may let it go all the same.
    """

    ruling: Ruling
    fee_minor: int
    interest_minor: int
    until: date | None
    why: tuple[Reason, ...]
    cited: tuple[Cited, ...]
    must_say_free: bool = False
    may_be_overridden: bool = False
    most_fee_minor: int = 0
    pay_by: date | None = None
