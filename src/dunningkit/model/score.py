"""What a scorer sees of the past, and what it says about it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dunningkit.model.money import Money
from dunningkit.model.reason import Reason


class Segment(StrEnum):
    """How a customer has paid, by posterior bands; it decides tone and timing, never rights, fees or help on offer."""

    NEW = "new"
    SPOTLESS = "spotless"
    RELIABLE = "reliable"
    MIXED = "mixed"
    SLOW_BUT_STEADY = "slow_but_steady"
    CHRONIC = "chronic"
    IN_TROUBLE = "in_trouble"


class Style(StrEnum):
    """How we speak."""

    UNDERSTANDING = "understanding"
    NEUTRAL = "neutral"
    DETERMINED = "determined"


@dataclass(frozen=True, slots=True)
class PastReceivable:
    """One invoice of a customer's history as known on the scoring day.

    ``settled_on`` is ``None`` while open. ``counts`` is false for what was not the customer's doing (a dispute upheld, our
    own late delivery): a scorer leaves it out.
    """

    receivable_id: str
    issued_on: date
    due_on: date
    settled_on: date | None
    original: Money
    counts: bool = True


@dataclass(frozen=True, slots=True)
class PaymentHistory:
    """Everything a scorer may know of one customer. No age, sex, language, name or postcode is ever in it."""

    customer_id: str
    receivables: tuple[PastReceivable, ...]


@dataclass(frozen=True, slots=True)
class RungCount:
    """How many of the portfolio's invoices in one segment reached a rung, and how many of them passed it, decayed.

    ``segment`` is ``""`` for the whole portfolio; ``rung_days`` is 0, 7, 15, 30 or 60 days past due.
    """

    segment: str
    rung_days: int
    reached: float
    passed: float


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What the creditor's whole ledger says about paying, as of a day: the prior that a thin history leans on.

    ``amount_quartiles_minor`` holds, per currency, the three amounts that cut its invoices into four equal groups.
    """

    as_of: date
    rungs: tuple[RungCount, ...] = ()
    amount_quartiles_minor: tuple[tuple[str, tuple[int, int, int]], ...] = ()


@dataclass(frozen=True, slots=True)
class Histories:
    """One scoring batch: the customers to score, ordered by id, and the portfolio they belong to."""

    customers: tuple[PaymentHistory, ...]
    portfolio: Portfolio


@dataclass(frozen=True, slots=True)
class RungOdds:
    """The chance, in thousandths, that a receivable still unpaid at the rung before is unpaid after ``rung_days``."""

    rung_days: int
    passes_permille: int


@dataclass(frozen=True, slots=True)
class Score:
    """One customer's score: a segment for treatment, the odds it rests on, and why.

    ``known`` is the number of the customer's invoices it rests on; ``expected_days_late`` is the shrunk median.
    """

    customer_id: str
    segment: Segment
    known: int
    odds: tuple[RungOdds, ...]
    expected_days_late: int
    reasons: tuple[Reason, ...]
