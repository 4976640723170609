"""Scorers with one mistake each."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date
from itertools import count
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from dunningkit.contracts import ScorerSpec, Services
from dunningkit.model import Histories, PaymentHistory, Reason, ReasonCode, RungOdds, Score, Segment
from mutants import Mutant


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    late_share: float = Field(default=0.5, title="Late share", description="From here on mixed.")


class Right:
    """A scorer without a mistake; the mutants change one thing of it."""

    def score(self, histories: Histories, as_of: date) -> Sequence[Score]:
        return [self.one(history, as_of) for history in histories.customers]

    def one(self, history: PaymentHistory, as_of: date) -> Score:
        known = sorted((r for r in history.receivables if r.counts and r.settled_on), key=lambda r: r.due_on)
        late = sum(1 for r in known if r.settled_on and r.settled_on > r.due_on)
        segment = Segment.NEW if not known else Segment.MIXED if 2 * late >= len(known) else Segment.RELIABLE
        why = Reason.of(ReasonCode.PAID_ON_TIME, on_time=len(known) - late, known=len(known))
        odds = (RungOdds(7, 400), RungOdds(15, 200))
        return Score(history.customer_id, segment, len(known), odds, expected_days_late=late, reasons=(why,))


def spec(scorer: Callable[[], Any], *, config_model: Any = Settings, build: Any = None) -> ScorerSpec:
    return ScorerSpec("mutant", config_model, build=build or (lambda config, services: scorer()))


class LeavesOut(Right):
    def score(self, histories: Histories, as_of: date) -> Sequence[Score]:
        return [one for one in super().score(histories, as_of) if one.customer_id != "f-open"]


class NeedsSomebody(Right):
    def score(self, histories: Histories, as_of: date) -> Sequence[Score]:
        assert histories.customers
        return super().score(histories, as_of)


class OwnScore(Score):
    __slots__ = ()


class AnswersInItsOwnClass(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        made = super().one(history, as_of)
        return OwnScore(*(getattr(made, field.name) for field in fields(made)))


class KnowsWhichObjectItIs(Right):
    def __init__(self, made: "count[int]") -> None:
        self.number = next(made)

    def one(self, history: PaymentHistory, as_of: date) -> Score:
        return replace(super().one(history, as_of), expected_days_late=self.number)


class LooksAtTheOneBefore(Right):
    def score(self, histories: Histories, as_of: date) -> Sequence[Score]:
        made, before = [], ""
        for history in histories.customers:
            one = self.one(history, as_of)
            made.append(replace(one, expected_days_late=90) if before > history.customer_id else one)
            before = history.customer_id
        return made


class CountsTheOthers(Right):
    def score(self, histories: Histories, as_of: date) -> Sequence[Score]:
        number = len(histories.customers)
        return [replace(one, expected_days_late=number) for one in super().score(histories, as_of)]


class TakesTheFirstInvoice(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        first = next((r.due_on for r in history.receivables if r.counts), None)
        return replace(super().one(history, as_of), expected_days_late=first.toordinal() % 100 if first else 0)


class BlamesForEverything(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        late = sum(1 for r in history.receivables if r.settled_on and r.settled_on > r.due_on)
        return replace(super().one(history, as_of), expected_days_late=late)


class GivesNoReason(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        return replace(super().one(history, as_of), reasons=())


class TurnsTheRungs(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        made = super().one(history, as_of)
        return replace(made, odds=made.odds[::-1])


class KnowsMore(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        made = super().one(history, as_of)
        return replace(made, known=made.known + 1)


class RefusesAdvancePayers(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        assert all(r.due_on >= r.issued_on for r in history.receivables)
        return super().one(history, as_of)


class Lenient(BaseModel):
    model_config = ConfigDict(frozen=True)

    late_share: float = Field(default=0.5, title="Late share", description="From here on mixed.")


class Bare(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    late_share: float = 0.5


class OpenKey(Settings):
    api_key: str = Field(default="", title="Key", description="Opens the door.")


def asks_while_built(config: object, services: Services) -> Right:
    services.http_client().close()
    return Right()


def numbered() -> ScorerSpec:
    made = count()
    return spec(lambda: KnowsWhichObjectItIs(made))


MUTANTS = {
    "test_no_standard_check_is_overridden": Mutant(
        spec(Right), members={"test_every_score_says_why": lambda self: None}
    ),
    "test_settings_are_a_form_that_refuses_what_it_does_not_know": Mutant(spec(Right, config_model=Lenient)),
    "test_every_setting_says_what_it_is": Mutant(spec(Right, config_model=Bare)),
    "test_secrets_are_never_shown": Mutant(spec(Right, config_model=OpenKey)),
    "test_building_asks_nobody": Mutant(spec(Right, build=asks_while_built)),
    "test_every_customer_gets_one_score": Mutant(spec(LeavesOut)),
    "test_nobody_to_score_is_no_error": Mutant(spec(NeedsSomebody)),
    "test_scores_are_the_values_of_the_contract": Mutant(spec(AnswersInItsOwnClass)),
    "test_the_same_past_scores_the_same": Mutant(numbered()),
    "test_the_order_of_customers_changes_nothing": Mutant(spec(LooksAtTheOneBefore)),
    "test_the_company_of_others_changes_nothing": Mutant(spec(CountsTheOthers)),
    "test_the_order_of_invoices_changes_nothing": Mutant(spec(TakesTheFirstInvoice)),
    "test_what_was_not_the_customers_doing_is_left_out": Mutant(spec(BlamesForEverything)),
    "test_every_score_says_why": Mutant(spec(GivesNoReason)),
    "test_odds_fall_from_rung_to_rung": Mutant(spec(TurnsTheRungs)),
    "test_known_counts_what_there_is": Mutant(spec(KnowsMore)),
    "test_no_history_is_too_odd": Mutant(spec(RefusesAdvancePayers)),
}

RIGHT = Mutant(spec(Right))
