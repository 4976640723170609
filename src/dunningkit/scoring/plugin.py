"""The built-in scorer: the ladder behind the same contract and hook as any other plugin."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from dunningkit.contracts import ScorerSpec, Services
from dunningkit.hooks import hookimpl
from dunningkit.model import Histories, PaymentHistory, RungOdds, Score
from dunningkit.scoring.evidence import RUNGS, Decay
from dunningkit.scoring.ladder import Ladder, Strengths
from dunningkit.scoring.reasons import reasons_of
from dunningkit.scoring.segments import segment_of
from dunningkit.scoring.standing import stand


class LadderConfig(BaseModel):
    """Settings of the built-in score; the defaults suit a ledger of any size."""

    # Built when first used, so that importing the engine does not pay for it.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    half_life_days: int = Field(
        default=365,
        ge=30,
        le=3650,
        title="Half-life of a payment",
        description="After so many days an invoice counts half as much as a new one.",
    )
    similar_invoices: int = Field(
        default=4,
        ge=1,
        le=50,
        title="Weight of similar invoices",
        description="How many of a customer's own invoices it takes to outweigh what similar invoices suggest.",
    )
    portfolio_invoices: int = Field(
        default=20,
        ge=1,
        le=1000,
        title="Weight of the whole ledger",
        description="How many invoices of a term and amount it takes to outweigh what the whole ledger suggests.",
    )
    textbook_invoices: int = Field(
        default=10,
        ge=1,
        le=1000,
        title="Weight of the starting guess",
        description="How many invoices it takes to outweigh what an unknown ledger is expected to look like.",
    )
    harsher_margin_permille: int = Field(
        default=50,
        ge=0,
        le=200,
        title="Margin for a harsher segment",
        description="How far, in thousandths, the odds must be beyond a segment's edge to become harsher at once.",
    )


class LadderScorer:
    """Scores customers by the ladder of rungs; deterministic, explainable, and without any dependency."""

    def __init__(self, config: LadderConfig | None = None) -> None:
        self.config = config or LadderConfig()

    def score(self, histories: Histories, as_of: date) -> Sequence[Score]:
        """Score each customer, in the order given, from what was known on ``as_of``."""
        config = self.config
        ladder = Ladder(
            histories.portfolio,
            Decay(config.half_life_days),
            Strengths(config.textbook_invoices, config.portfolio_invoices, config.similar_invoices),
        )
        return [self._score(ladder, history, as_of) for history in histories.customers]

    def _score(self, ladder: Ladder, history: PaymentHistory, as_of: date) -> Score:
        standing = stand(ladder, history.receivables, as_of)
        margin = self.config.harsher_margin_permille / 1000
        segment = segment_of(ladder, history.receivables, as_of, standing, margin)
        return Score(
            customer_id=history.customer_id,
            segment=segment,
            known=len(standing.known),
            odds=tuple(
                RungOdds(rung, round(1000 * chance))
                for rung, chance in zip(RUNGS, standing.posterior.rolls, strict=True)
            ),
            expected_days_late=standing.expected_days_late,
            reasons=reasons_of(segment, standing, as_of),
        )


def _build(config: LadderConfig, services: Services) -> LadderScorer:  # noqa: ARG001  # the contract's signature
    return LadderScorer(config)


SPEC = ScorerSpec(name="ladder", config_model=LadderConfig, build=_build)


@hookimpl
def dunningkit_scorers() -> Sequence[ScorerSpec]:
    """Offer the built-in score."""
    return [SPEC]
