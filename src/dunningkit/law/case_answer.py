"""What the law answers to one case, as JSON: every figure with the rules it rests on, and every reason in words.

Imports pydantic: it is loaded when a case is answered, never with the engine.
"""

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from dunningkit.law.answers import Allowed, Cited, Interest, Ruling, Segment, Verdict
from dunningkit.law.pack import LegalActor, RuleStatus
from dunningkit.model import CustomerClass, Reason

Say = Callable[[Reason], str]

_DECIMALS = 6


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)


class CitedTold(_Object):
    """A rule that the answer rests on."""

    rule_id: str = Field(description="The rule's name in the pack.")
    cite: str = Field(description="The section.")
    status: RuleStatus = Field(
        description="confirmed: the section was read; derived: it follows from such; design: ours, and only protects."
    )


class ReasonTold(_Object):
    """Why: a code with its figures, and the same in words."""

    code: str = Field(description="The reason's name; it never changes.")
    params: dict[str, str | int | bool | None] = Field(description="The figures; amounts in minor units.")
    text: str = Field(description="The reason as a sentence, in the language asked for.")


class SegmentTold(_Object):
    """Days of one rate on one principal."""

    first: date = Field(description="The first day that accrues.")
    last: date = Field(description="The last day, included.")
    days: int = Field(description="How many days.")
    rate_bp: int = Field(description="The yearly rate in hundredths of a percentage point: 1050 is 10.5 %.")
    principal_minor: int = Field(description="What the rate is taken of.")
    exact_minor: str = Field(description="What accrues, to six decimals of a minor unit; the sum is rounded once.")
    is_provisional: bool = Field(description="Whether the rate is not published yet.")
    cited: CitedTold = Field(description="What the rate rests on.")


class AllocationTold(_Object):
    """What one payment was taken for."""

    on: date = Field(description="The day of the payment.")
    amount_minor: int = Field(description="The payment.")
    interest_minor: int = Field(description="What it was taken for of interest.")
    principal_minor: int = Field(description="What it was taken for of the principal.")
    costs_minor: int = Field(description="What it was taken for of costs.")
    left_over_minor: int = Field(description="What was paid beyond everything owed.")


class InterestTold(_Object):
    """Penalty interest as of the day."""

    accrued_minor: int = Field(description="All of it.")
    paid_minor: int = Field(description="What payments were taken for.")
    due_minor: int = Field(description="The rest.")
    principal_minor: int = Field(description="What is left of the principal.")
    costs_minor: int = Field(description="What is left of the costs that acts claimed.")
    starts_on: date | None = Field(description="The first day that accrues; null: none does.")
    rate_bp: int | None = Field(description="The rate on the day, in hundredths of a percentage point.")
    capped: bool = Field(description="Whether the cap of a year's interest took something away.")
    is_provisional: bool = Field(description="Whether a rate was used that is not published yet.")
    segments: tuple[SegmentTold, ...] = Field(description="The days that accrued, by rate and principal.")
    allocations: tuple[AllocationTold, ...] = Field(description="What each payment was taken for.")
    why: tuple[ReasonTold, ...] = Field(description="Why.")
    cited: tuple[CitedTold, ...] = Field(description="The rules that this rests on.")


class AllowedTold(_Object):
    """What the act asked for may cost, and when."""

    fee_minor: int = Field(description="The most that it may cost on its day; 0: it must be free.")
    is_possible: bool = Field(description="Whether it may be done at all on its day.")
    possible_on: date | None = Field(description="The first day on which it may be done; null: never.")
    chargeable_on: date | None = Field(description="The first day on which it may cost something; null: never.")
    pay_by: date = Field(description="The earliest day that it may name for paying.")
    total_left_minor: int | None = Field(description="What is left of the total before it; null: no total is named.")
    acts_left: int | None = Field(description="How many chargeable acts of its kind are left; null: no count is named.")
    vat_may_be_added: bool = Field(description="Whether VAT may come on top of the fee; otherwise it is within.")
    why: tuple[ReasonTold, ...] = Field(description="The first one decides.")
    cited: tuple[CitedTold, ...] = Field(description="The rules that this rests on.")


class VerdictTold(_Object):
    """Whether a message that claims what was asked for may go on its day."""

    ruling: Ruling = Field(description="It may go, go for less, go later, or not go.")
    fee_minor: int = Field(description="The fee that it may claim.")
    interest_minor: int = Field(description="The interest that it may claim.")
    until: date | None = Field(description="The first day on which a postponed one may go.")
    must_say_free: bool = Field(description="Whether its text must say that it costs nothing.")
    may_be_overridden: bool = Field(description="Whether a person with a name and a reason may let it go all the same.")
    why: tuple[ReasonTold, ...] = Field(description="Why.")
    cited: tuple[CitedTold, ...] = Field(description="The rules that this rests on.")


class Answer(_Object):
    """The law's answer to one case. Amounts are in minor units."""

    pack: str = Field(description="The rule pack that answered.")
    customer_class: CustomerClass = Field(serialization_alias="class", description="The class that was asked about.")
    actor: LegalActor = Field(description="Who acts.")
    currency: str = Field(description="ISO 4217 code.")
    as_of: date = Field(description="The day until which interest is counted.")
    interest: InterestTold = Field(description="The penalty interest as of that day.")
    owed_minor: int = Field(description="Principal, interest and costs that are left on that day.")
    allowed: AllowedTold | None = Field(description="What the act asked for may cost; null: none was asked for.")
    verdict: VerdictTold | None = Field(description="Whether it may go as asked; null: none was asked for.")
    fixed_sum_minor: int = Field(
        description="The most that may be claimed as a fixed sum on the day; the creditor's choice."
    )
    lapses_on: date | None = Field(description="The first day on which nothing may be collected; null: no rule says.")
    assumed: dict[str, str | None] = Field(
        description="What the question left out, and what it was read as; null: not known, read in the customer's favour."
    )
    citations: tuple[CitedTold, ...] = Field(description="Every rule that any part of the answer rests on, once.")


def cites_told(cites: Iterable[Cited]) -> tuple[CitedTold, ...]:
    """The rules, each once."""
    return tuple(_cite(one) for one in dict.fromkeys(cites))


def interest_told(found: Interest, say: Say) -> InterestTold:
    """The interest of a case."""
    return InterestTold(
        accrued_minor=found.accrued_minor,
        paid_minor=found.paid_minor,
        due_minor=found.due_minor,
        principal_minor=found.principal_minor,
        costs_minor=found.costs_minor,
        starts_on=found.starts_on,
        rate_bp=found.rate_bp,
        capped=found.capped,
        is_provisional=found.is_provisional,
        segments=tuple(_segment(one) for one in found.segments),
        allocations=tuple(
            AllocationTold(
                on=one.on,
                amount_minor=one.amount_minor,
                interest_minor=one.interest_minor,
                principal_minor=one.principal_minor,
                costs_minor=one.costs_minor,
                left_over_minor=one.left_over_minor,
            )
            for one in found.allocations
        ),
        why=_reasons(found.why, say),
        cited=cites_told(found.cited),
    )


def allowed_told(found: Allowed, say: Say) -> AllowedTold:
    """What an act may cost."""
    return AllowedTold(
        fee_minor=found.fee_minor,
        is_possible=found.is_possible,
        possible_on=found.possible_on,
        chargeable_on=found.chargeable_on,
        pay_by=found.pay_by,
        total_left_minor=found.caps.total_left_minor,
        acts_left=found.caps.acts_left,
        vat_may_be_added=found.vat_may_be_added,
        why=_reasons(found.why, say),
        cited=cites_told(found.cited),
    )


def verdict_told(found: Verdict, say: Say) -> VerdictTold:
    """Whether a line may go."""
    return VerdictTold(
        ruling=found.ruling,
        fee_minor=found.fee_minor,
        interest_minor=found.interest_minor,
        until=found.until,
        must_say_free=found.must_say_free,
        may_be_overridden=found.may_be_overridden,
        why=_reasons(found.why, say),
        cited=cites_told(found.cited),
    )


def answer_json_schema() -> dict[str, Any]:
    """The published JSON Schema of an answer."""
    return Answer.model_json_schema(mode="serialization")


def _cite(one: Cited) -> CitedTold:
    return CitedTold(rule_id=one.rule_id, cite=one.cite, status=one.status)


def _reasons(reasons: Iterable[Reason], say: Say) -> tuple[ReasonTold, ...]:
    return tuple(ReasonTold(code=one.code, params=dict(one.params), text=say(one)) for one in reasons)


def _segment(one: Segment) -> SegmentTold:
    return SegmentTold(
        first=one.first,
        last=one.last,
        days=one.days,
        rate_bp=one.rate_bp,
        principal_minor=one.principal_minor,
        exact_minor=_decimals(one.exact_minor),
        is_provisional=one.is_provisional,
        cited=_cite(one.cited),
    )


def _decimals(amount: Fraction) -> str:
    scaled = round(amount * 10**_DECIMALS)
    sign, digits = "-" if scaled < 0 else "", f"{abs(scaled):0{_DECIMALS + 1}d}"
    return f"{sign}{digits[:-_DECIMALS]}.{digits[-_DECIMALS:]}"
