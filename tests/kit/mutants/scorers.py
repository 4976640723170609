"""Scorers with one mistake each."""

import decimal
import threading
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date
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


class AsksTheClock(Right):
    def __init__(self, services: Services) -> None:
        self.services = services

    def one(self, history: PaymentHistory, as_of: date) -> Score:
        return replace(super().one(history, as_of), expected_days_late=self.services.clock().day)


class RemembersCustomers(Right):
    def __init__(self) -> None:
        self.known: dict[str, Score] = {}

    def one(self, history: PaymentHistory, as_of: date) -> Score:
        return self.known.setdefault(history.customer_id, super().one(history, as_of))


class DrawsLots(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        return replace(super().one(history, as_of), expected_days_late=hash(history.customer_id) % 1000)


class BelongsToAThread(Right):
    def __init__(self) -> None:
        self.local = threading.local()
        self.local.ready = True

    def score(self, histories: Histories, as_of: date) -> Sequence[Score]:
        assert self.local.ready
        return super().score(histories, as_of)


class TidiesHistories(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        object.__setattr__(history, "receivables", tuple(r for r in history.receivables if r.counts))
        return super().one(history, as_of)


class AsksABureau(AsksTheClock):
    def score(self, histories: Histories, as_of: date) -> Sequence[Score]:
        self.services.http_client().close()
        return [Right.one(self, history, as_of) for history in histories.customers]


class Prints(Right):
    def score(self, histories: Histories, as_of: date) -> Sequence[Score]:
        print("scoring")  # noqa: T201  # the mistake
        return super().score(histories, as_of)


class CountsExactlyForAll(Right):
    def score(self, histories: Histories, as_of: date) -> Sequence[Score]:
        decimal.getcontext().prec = 50
        return super().score(histories, as_of)


class TakesAThousand(Right):
    def score(self, histories: Histories, as_of: date) -> Sequence[Score]:
        return super().score(histories, as_of)[:1000]


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


class SaysSomeForANumber(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        made = super().one(history, as_of)
        why = Reason.of(ReasonCode.PAID_ON_TIME, on_time="some", known=made.known)
        return replace(made, reasons=(why,))


class BlamesStrangers(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        made = super().one(history, as_of)
        return made if any(r.counts for r in history.receivables) else replace(made, segment=Segment.CHRONIC)


class PrefersLatePayers(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        made = super().one(history, as_of)
        turned = {Segment.MIXED: Segment.SPOTLESS, Segment.RELIABLE: Segment.CHRONIC}
        return replace(made, segment=turned.get(made.segment, made.segment))


class GivesTheOddsOfPaying(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        return replace(super().one(history, as_of), odds=(RungOdds(7, 960), RungOdds(15, 200)))


class CountsSeconds(Right):
    def one(self, history: PaymentHistory, as_of: date) -> Score:
        return replace(super().one(history, as_of), expected_days_late=86_400)


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
    "test_the_same_past_scores_the_same": Mutant(spec(Right, build=lambda config, services: AsksTheClock(services))),
    "test_the_order_of_customers_changes_nothing": Mutant(spec(LooksAtTheOneBefore)),
    "test_the_company_of_others_changes_nothing": Mutant(spec(CountsTheOthers)),
    "test_the_order_of_invoices_changes_nothing": Mutant(spec(TakesTheFirstInvoice)),
    "test_what_was_not_the_customers_doing_is_left_out": Mutant(spec(BlamesForEverything)),
    "test_every_score_says_why": Mutant(spec(GivesNoReason)),
    "test_odds_fall_from_rung_to_rung": Mutant(spec(TurnsTheRungs)),
    "test_known_counts_what_there_is": Mutant(spec(KnowsMore)),
    "test_a_large_ledger_is_scored_whole": Mutant(spec(TakesAThousand)),
    "test_what_was_scored_before_changes_nothing": Mutant(spec(RemembersCustomers)),
    "test_another_process_scores_the_same": Mutant(spec(DrawsLots)),
    "test_another_thread_gets_the_same": Mutant(spec(BelongsToAThread)),
    "test_what_it_is_given_stays_as_it_is": Mutant(spec(TidiesHistories)),
    "test_scoring_asks_nobody_and_writes_nothing": Mutant(
        spec(Right, build=lambda config, services: AsksABureau(services))
    ),
    "test_nothing_is_printed": Mutant(spec(Prints)),
    "test_the_process_stays_as_it_is": Mutant(spec(CountsExactlyForAll)),
    "test_figures_of_a_reason_are_numbers": Mutant(spec(SaysSomeForANumber)),
    "test_nobody_without_a_past_is_blamed": Mutant(spec(BlamesStrangers)),
    "test_who_pays_late_is_not_thought_better_of": Mutant(spec(PrefersLatePayers)),
    "test_a_segment_agrees_with_its_odds": Mutant(spec(GivesTheOddsOfPaying)),
    "test_expected_days_are_some_days": Mutant(spec(CountsSeconds)),
    "test_no_history_is_too_odd": Mutant(spec(RefusesAdvancePayers)),
}

RIGHT = Mutant(spec(Right))
