"""What every scorer is held to: one score a customer, the same for the same past, and a reason that a person can read."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from dunningkit.dispatch import Wired
from dunningkit.dispatch import score as dispatch_score
from dunningkit.errors import PluginError
from dunningkit.model import Histories, Language, Money, PastReceivable, PaymentHistory, Portfolio, Score
from dunningkit.testing.base import Conformance
from dunningkit.testing.checks import check
from dunningkit.testing.crossing import crosses
from dunningkit.testing.strategies import histories
from dunningkit.wording import Wording

#: The day every check scores on.
AS_OF = date(2026, 11, 24)
_MOST_PERMILLE = 1000

_tried = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)

Build = Callable[..., Any]


def past(number: int, *, late: int | None, ago: int = 200, minor: int = 12_000) -> PastReceivable:
    """An invoice due ``ago`` days before `AS_OF` and settled ``late`` days after that; ``None``: still open."""
    due_on = AS_OF - timedelta(days=ago)
    settled_on = None if late is None else due_on + timedelta(days=late)
    return PastReceivable(f"{number}", due_on - timedelta(days=14), due_on, settled_on, Money(minor, "EUR"))


def a_batch() -> Histories:
    """Customers of every kind: unknown, on time, late, very late, with open invoices, in another currency."""
    lateness: dict[str, list[int | None]] = {
        "a-unknown": [],
        "b-on-time": [-3, 0, -1, 0, -2, 0],
        "c-late": [9, 12, 7, 15, 11, 9],
        "d-very-late": [44, 61, 38, None, 52, 70],
        "e-once-late": [0, 0, 21, 0, 0, 0],
        "f-open": [None, None],
    }
    customers = tuple(
        PaymentHistory(name, tuple(past(n, late=late, ago=100 + 30 * n) for n, late in enumerate(days)))
        for name, days in lateness.items()
    )
    return Histories(customers, Portfolio(AS_OF.replace(day=1)))


class ScorerConformance(Conformance):
    """Give the fixture ``spec``: your `ScorerSpec`. Settings other than the defaults come from ``outside.settings()``."""

    @check()
    def test_every_customer_gets_one_score(self, build: Build) -> None:
        """No customer is left out, doubled or made up: the engine would speak to somebody in another's tone."""
        batch = a_batch()
        got = [score.customer_id for score in build().score(batch, AS_OF)]
        assert sorted(got) == [one.customer_id for one in batch.customers], (
            f"asked for six customers, answered for {got}"
        )

    @check()
    def test_nobody_to_score_is_no_error(self, build: Build) -> None:
        """A quiet day asks about nobody."""
        assert list(build().score(Histories((), a_batch().portfolio), AS_OF)) == []

    @check()
    def test_scores_are_the_values_of_the_contract(self, build: Build) -> None:
        """Each score is a `Score` through and through, and comes back from JSON as it went."""
        for score in build().score(a_batch(), AS_OF):
            assert type(score) is Score, f"{type(score).__name__} is no Score"
            assert crosses(score, Score), "a score does not survive JSON: is a number of another type in it?"

    @check()
    def test_the_same_past_scores_the_same(self, build: Build) -> None:
        """Asked twice, and by another object with the same settings, the answer is equal: no clock, no chance, no memory."""
        scorer, batch = build(), a_batch()
        first = list(scorer.score(batch, AS_OF))
        assert list(scorer.score(batch, AS_OF)) == first, "the second answer of the same object differs"
        assert list(build().score(batch, AS_OF)) == first, "another object with the same settings answers differently"

    @check()
    def test_the_order_of_customers_changes_nothing(self, build: Build) -> None:
        """Who stands first in a batch is chance."""
        batch, scorer = a_batch(), build()
        backwards = replace(batch, customers=batch.customers[::-1])
        assert _by_id(scorer.score(batch, AS_OF)) == _by_id(scorer.score(backwards, AS_OF))

    @check()
    def test_the_company_of_others_changes_nothing(self, build: Build) -> None:
        """A customer scored alone scores as in a batch; what the whole ledger says comes in the portfolio."""
        batch, scorer = a_batch(), build()
        together = _by_id(scorer.score(batch, AS_OF))
        for one in batch.customers:
            alone = _by_id(scorer.score(replace(batch, customers=(one,)), AS_OF))
            same = alone.get(one.customer_id) == together.get(one.customer_id)
            assert same, f"{one.customer_id} scores otherwise alone"

    @check()
    def test_the_order_of_invoices_changes_nothing(self, build: Build) -> None:
        """Ledgers list invoices as they like."""
        batch, scorer = a_batch(), build()
        turned = tuple(replace(one, receivables=one.receivables[::-1]) for one in batch.customers)
        assert _by_id(scorer.score(batch, AS_OF)) == _by_id(scorer.score(replace(batch, customers=turned), AS_OF))

    @check()
    def test_what_was_not_the_customers_doing_is_left_out(self, build: Build) -> None:
        """An invoice that does not count (a dispute upheld, our own late delivery) is as if it were not there."""
        batch, scorer = a_batch(), build()
        ours = replace(past(99, late=80, ago=120), counts=False)
        blamed = tuple(replace(one, receivables=(*one.receivables, ours)) for one in batch.customers)
        assert _by_id(scorer.score(batch, AS_OF)) == _by_id(scorer.score(replace(batch, customers=blamed), AS_OF))

    @check()
    def test_every_score_says_why(self, build: Build) -> None:
        """A segment without a reason is a verdict; every reason reads as a sentence in Finnish, Swedish and English."""
        for score in build().score(a_batch(), AS_OF):
            assert score.reasons, f"{score.customer_id} is scored without a reason"
            for reason in score.reasons:
                for language in Language:
                    assert Wording(language).reason(reason), f"{reason.code} makes no sentence in {language}"

    @check()
    def test_odds_fall_from_rung_to_rung(self, build: Build) -> None:
        """Odds are thousandths between 0 and 1000, and rungs come in rising order, each once."""
        for score in build().score(a_batch(), AS_OF):
            rungs = [odds.rung_days for odds in score.odds]
            assert rungs == sorted(set(rungs)), f"{score.customer_id}: rungs {rungs}"
            within = all(0 <= odds.passes_permille <= _MOST_PERMILLE for odds in score.odds)
            assert within, f"{score.customer_id}: odds outside 0 to 1000"

    @check()
    def test_known_counts_what_there_is(self, build: Build) -> None:
        """``known`` says on how many of the customer's own invoices a score rests: never more than there are."""
        batch = a_batch()
        there = {one.customer_id: len(one.receivables) for one in batch.customers}
        for score in build().score(batch, AS_OF):
            assert 0 <= score.known <= there[score.customer_id], f"{score.customer_id}: known is {score.known}"

    @check()
    def test_no_history_is_too_odd(self, build: Build) -> None:
        """Whatever a ledger holds - due before issue, paid before due, nothing but open ones - is scored and not refused."""
        wired = Wired("scorer", build())

        @_tried
        @given(histories(AS_OF))
        def tried(batch: Histories) -> None:
            try:
                dispatch_score(wired, batch, AS_OF)
            except PluginError as error:
                raise AssertionError(f"a valid history was not scored: {error}") from None

        tried()

    def measure_ten_thousand_customers(self, build: Build, record_property: Callable[[str, object], None]) -> None:
        """How long 10,000 customers take, for ``dunning plugins quality``; not collected otherwise."""
        few = a_batch()
        names = (f"{number:05}" for number in range(10_000))
        many = tuple(replace(one, customer_id=name) for name, one in zip(names, cycle(few.customers), strict=False))
        scorer = build()
        begun = time.process_time()
        scorer.score(replace(few, customers=many), AS_OF)
        record_property("seconds", time.process_time() - begun)


def _by_id(scores: Any) -> dict[str, Score]:
    return {score.customer_id: score for score in scores}
