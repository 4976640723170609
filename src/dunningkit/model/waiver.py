"""Waivers: a person's decision not to ask for a fee, or for interest, that a customer was told of."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dunningkit.model.money import Money


class Charge(StrEnum):
    """What is asked for beside the principal."""

    FEE = "fee"
    INTEREST = "interest"


@dataclass(frozen=True, slots=True)
class Waiver:
    """So much of one receivable's fees or interest that a person gave up on ``on``, and why; none is ever taken back.

    ``number`` counts from 1 within the creditor; ``customer_id`` is who owed the receivable then.
    """

    number: int
    receivable_id: str
    customer_id: str
    what: Charge
    amount: Money
    on: date
    at: datetime
    by: str
    reason: str
