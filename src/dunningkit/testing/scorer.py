"""What every scorer is held to: one score a customer, the same for the same past, and a reason that a person can read."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dunningkit.contracts import Services
from dunningkit.dispatch import score as dispatch_score
from dunningkit.errors import PluginError
from dunningkit.model import (
    Histories,
    Language,
    Money,
    PastReceivable,
    PaymentHistory,
    Portfolio,
    Reason,
    ReasonCode,
    RungCount,
    Score,
    Segment,
)
from dunningkit.testing.another_process import NotThere, answer_of
from dunningkit.testing.base import Conformance
from dunningkit.testing.channel_trials import answers_of, counting_clients, error_of, in_another_thread, what_happened
from dunningkit.testing.checks import check, is_written
from dunningkit.testing.crossing import crosses
from dunningkit.testing.elsewhere import elsewhere, folder_for
from dunningkit.testing.outside import NOW, Outside, services_for
from dunningkit.testing.process import changed_since, state_at_first, surroundings_state
from dunningkit.testing.strategies import histories
from dunningkit.testing.watching import outside_told
from dunningkit.wired import Wired
from dunningkit.wording import Wording

#: The day every check scores on.
AS_OF = date(2026, 11, 24)
#: Days on which calendars are odd.
_ODD_DAYS = (AS_OF, date(2028, 2, 29), date(2027, 3, 31), date(2026, 12, 31), date(2027, 1, 1))
_MOST_PERMILLE = 1000
_MOST_DAYS = 3650
_MANY_CUSTOMERS = 1_200
_MANY_INVOICES = 1_500

#: From the best payers to those who cannot; what is new has no place.
_HARSHER = (
    Segment.SPOTLESS,
    Segment.RELIABLE,
    Segment.MIXED,
    Segment.SLOW_BUT_STEADY,
    Segment.CHRONIC,
    Segment.IN_TROUBLE,
)
_NEARLY_ALL_PERMILLE = 900

#: The figures of a reason about a score, and of which of them none is more than another.
_FIGURES: dict[ReasonCode, tuple[str, ...]] = {
    ReasonCode.PAID_ON_TIME: ("on_time", "known"),
    ReasonCode.LATE_BEFORE: ("late", "known", "typical_days_late"),
    ReasonCode.LITTLE_HISTORY: ("known", "similar_late_percent"),
    ReasonCode.SLOWER_LATELY: ("days_slower",),
    ReasonCode.OVERDUE_ELSEWHERE: ("days_late",),
    ReasonCode.EVIDENCE: ("known", "months"),
}
_PART_AND_WHOLE = (("on_time", "known"), ("late", "known"))

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


def with_one_of_ours(batch: Histories) -> Histories:
    """The batch, where everyone has an invoice besides that is late by our own doing."""
    ours = replace(past(99, late=80, ago=120), counts=False)
    return replace(
        batch, customers=tuple(replace(one, receivables=(*one.receivables, ours)) for one in batch.customers)
    )


def with_other_pasts(batch: Histories) -> Histories:
    """The batch, where each customer has the past of the one after it."""
    pasts = [one.receivables for one in batch.customers]
    turned = zip(batch.customers, pasts[1:] + pasts[:1], strict=True)
    return replace(batch, customers=tuple(replace(one, receivables=other) for one, other in turned))


def in_a_portfolio(batch: Histories) -> Histories:
    """The batch in a ledger of some size, whose invoices reached the rungs; none of its customers stands in the counts."""
    rungs = tuple(
        RungCount(segment, days, reached, reached / 3)
        for segment in ("", Segment.MIXED.value)
        for days, reached in ((0, 900.0), (7, 300.0), (15, 100.0), (30, 33.0), (60, 11.0))
    )
    return replace(batch, portfolio=Portfolio(AS_OF.replace(day=1), rungs, (("EUR", (5_000, 12_000, 40_000)),)))


class ScorerConformance(Conformance):
    """Give the fixture ``spec``: your `ScorerSpec`. Settings other than the defaults come from ``outside.settings()``."""

    @pytest.fixture(autouse=True)
    def process_at_first(self, request: pytest.FixtureRequest) -> dict[str, object]:
        """How the process was set up before the first check of the class called the plugin."""
        return state_at_first(request)

    @check()
    def test_every_customer_gets_one_score(self, build: Build) -> None:
        """No customer is left out, doubled or made up: the engine would speak to somebody in another's tone."""
        batch = a_batch()
        got = [score.customer_id for score in scores(build(), batch)]
        assert sorted(got) == [one.customer_id for one in batch.customers], (
            f"asked for six customers, answered for {got}: answer once for each customer of the batch"
        )

    @check()
    def test_a_large_ledger_is_scored_whole(self, build: Build) -> None:
        """A creditor has thousands of customers, and one of them an invoice a day for years."""
        few, scorer = a_batch(), build()
        names = (f"{number:05}" for number in range(_MANY_CUSTOMERS))
        many = tuple(replace(one, customer_id=name) for name, one in zip(names, cycle(few.customers), strict=False))
        daily = tuple(past(number, late=number % 9, ago=30 + number) for number in range(_MANY_INVOICES))
        batch = replace(few, customers=(*many, PaymentHistory("daily", daily)))
        got = [score.customer_id for score in scores(scorer, batch)]
        assert sorted(got) == [one.customer_id for one in batch.customers], (
            f"asked for {len(batch.customers)} customers, answered {len(got)} times: answer once for each"
        )

    @check()
    def test_nobody_to_score_is_no_error(self, build: Build) -> None:
        """A quiet day asks about nobody."""
        error = error_of(lambda: list(build().score(Histories((), a_batch().portfolio), AS_OF)))
        assert error is None, f"score() of no customers {what_happened(error)}: return an empty list"
        got = list(build().score(Histories((), a_batch().portfolio), AS_OF))
        assert not got, f"score() of no customers answered with {len(got)} scores: return an empty list"

    @check()
    def test_scores_are_the_values_of_the_contract(self, build: Build) -> None:
        """Each score is a `Score` through and through, and comes back from JSON as it went."""
        for score in scores(build(), a_batch()):
            assert type(score) is Score, f"answer with Score, not with {type(score).__name__}"
            assert crosses(score, Score), (
                f"a score does not survive JSON: {score!r}: known, days and odds are whole numbers (int), the segment is a "
                "member of `Segment`, a reason's code one of `ReasonCode`"
            )

    @check()
    def test_the_same_past_scores_the_same(self, build: Build, tmp_path: Any) -> None:
        """Asked twice, by another object, and later, the answer is equal: no clock, no chance, no memory, only ``as_of``."""
        scorer, batch = build(), in_a_portfolio(a_batch())
        first = scores(scorer, batch)
        assert scores(scorer, batch) == first, (
            "the second answer of the same object differs: keep no memory, leave out chance"
        )
        assert scores(build(), batch) == first, (
            "another object with the same settings answers differently: keep nothing on the class or the module"
        )
        folder = folder_for(tmp_path)
        later = build(others=services_for(folder, now=NOW + timedelta(days=400)))
        assert scores(later, batch) == first, "with another clock in `services` the scores differ: today is `as_of`"
        with elsewhere(scorer, folder):
            again = scores(later, batch)
        assert again == first, (
            "on another day, host and in another time zone, locale and folder the scores differ: today is `as_of`, and all "
            "else stands in the histories and the settings"
        )

    @check()
    def test_what_was_scored_before_changes_nothing(self, build: Build) -> None:
        """Between two days an invoice is paid; what is remembered by a customer's id is then wrong."""
        batch, scorer = a_batch(), build()
        scores(scorer, batch)
        changed = with_other_pasts(batch)
        assert_same(
            scores(build(), changed),
            scores(scorer, changed),
            "by an object that has scored them before",
            "keep no scores",
        )

    @check()
    def test_another_process_scores_the_same(self, build: Build, spec: Any, outside: Outside, tmp_path: Any) -> None:
        """The order of a set and what ``hash()`` says of a text differ from process to process, and so does memory."""
        scores(build(), a_batch())
        batch = with_other_pasts(a_batch())
        try:
            (there,) = answer_of(spec, outside.settings(), tmp_path, "score", [(batch, AS_OF)], build())
        except NotThere:
            pytest.skip("not shown: keep the spec in a variable of its module, such as SPEC, to have this checked")
        assert_same(scores(build(), batch), there, "in another process", _NO_MEMORY)

    @check()
    def test_another_thread_gets_the_same(self, build: Build) -> None:
        """A host builds a scorer in one thread and uses it in another."""
        scorer, batch = build(), a_batch()
        here, there = scores(scorer, batch), list[Score]()
        error = in_another_thread(lambda: there.extend(scorer.score(batch, AS_OF)))
        assert error is None, (
            f"called from another thread than it was built in, score() {what_happened(error)}: keep nothing by thread"
        )
        assert_same(here, there, "from another thread", "keep nothing by thread")

    @check()
    def test_what_it_is_given_stays_as_it_is(self, build: Build) -> None:
        """The histories are the host's: it shows them beside the score."""
        given, untouched = (with_one_of_ours(in_a_portfolio(a_batch())) for _ in range(2))
        scores(build(), given)
        assert given == untouched, (
            "score() changed the histories that it was given: make new values with dataclasses.replace()"
        )

    @check()
    def test_scoring_asks_nobody_and_writes_nothing(self, build: Build, outside: Outside, services: Services) -> None:
        """How people pay is told to nobody, and what a file says may differ on another machine."""
        asked: list[str] = []
        scorer = build(others=counting_clients(services, asked))
        asked.clear()
        with outside_told() as told:
            scores(scorer, a_batch())
        if is_written(outside, "transport"):
            return  # its author says whom it asks
        assert not asked, "score() opened the HTTP client: score from the histories, or write `outside.transport()`"
        assert not told, f"score() {', and '.join(told)}: score from the histories and the settings alone"

    @check()
    def test_nothing_is_printed(self, build: Build, capfd: pytest.CaptureFixture[str]) -> None:
        """What is printed belongs to the host: it may be a protocol."""
        scores(build(), a_batch())
        printed = "".join(capfd.readouterr())
        assert not printed, f"{len(printed)} characters were printed: use services.log"

    @check()
    def test_the_process_stays_as_it_is(self, build: Build, process_at_first: dict[str, object]) -> None:
        """How a process logs, counts and names the hour, and which threads it has, is the host's to say."""
        surroundings = surroundings_state()
        scores(build(), a_batch())
        changed = changed_since(process_at_first, surroundings)
        assert not changed, f"the scorer changed {', '.join(changed)}, or left it changed: that belongs to the host"

    @check()
    def test_the_order_of_customers_changes_nothing(self, build: Build) -> None:
        """Who stands first in a batch is chance."""
        batch, scorer = a_batch(), build()
        backwards = replace(batch, customers=batch.customers[::-1])
        assert_same(scores(scorer, batch), scores(scorer, backwards), "in a batch the other way round", _BY_ITSELF)

    @check()
    def test_the_company_of_others_changes_nothing(self, build: Build) -> None:
        """A customer scored alone scores as in a batch; what the whole ledger says comes in the portfolio."""
        batch, scorer = a_batch(), build()
        together = scores(scorer, batch)
        alone = [score for one in batch.customers for score in scores(scorer, replace(batch, customers=(one,)))]
        assert_same(together, alone, "alone", _BY_ITSELF)

    @check()
    def test_the_order_of_invoices_changes_nothing(self, build: Build) -> None:
        """Ledgers list invoices as they like."""
        batch, scorer = a_batch(), build()
        turned = tuple(replace(one, receivables=one.receivables[::-1]) for one in batch.customers)
        backwards = scores(scorer, replace(batch, customers=turned))
        assert_same(
            scores(scorer, batch), backwards, "with its invoices the other way round", "sort them by due date and id"
        )

    @check()
    def test_what_was_not_the_customers_doing_is_left_out(self, build: Build) -> None:
        """An invoice that does not count (a dispute upheld, our own late delivery) is as if it were not there."""
        batch, scorer = a_batch(), build()
        blamed_scores = scores(scorer, with_one_of_ours(batch))
        assert_same(
            scores(scorer, batch),
            blamed_scores,
            "with a late invoice whose `counts` is false",
            "leave out what does not count",
        )

    @check()
    def test_every_score_says_why(self, build: Build) -> None:
        """A segment without a reason is a verdict; every reason reads as a sentence in Finnish, Swedish and English."""
        for score in scores(build(), a_batch()):
            assert score.reasons, (
                f"{score.customer_id} is scored without a reason: give one of `ReasonCode` with its figures"
            )
            for reason in score.reasons:
                for language in Language:
                    # Without its figures a reason is written as its code.
                    told = Wording(language).reason(reason)
                    whole = bool(told) and not told.startswith(f"{reason.code}")
                    assert whole, (
                        f"the reason {reason.code} makes no sentence in {language} with the figures {dict(reason.params)}: "
                        "give those that stand beside its code in `ReasonCode`"
                    )

    @check()
    def test_figures_of_a_reason_are_numbers(self, build: Build) -> None:
        """A reason is read as a sentence: ``Paid 3 of 4 invoices on time``."""
        for score in scores(build(), a_batch()):
            for reason in score.reasons:
                assert_figures(reason)

    @check()
    def test_nobody_without_a_past_is_blamed(self, build: Build) -> None:
        """Of who has no invoice behind them nothing is known, and nothing bad is thought."""
        unknown = next(one for one in scores(build(), a_batch()) if one.customer_id == "a-unknown")
        blamed = unknown.segment in (Segment.CHRONIC, Segment.IN_TROUBLE)
        assert not blamed, f"a customer without a single invoice is {unknown.segment}: answer Segment.NEW"

    @check()
    def test_who_pays_late_is_not_thought_better_of(self, build: Build) -> None:
        """Of two customers, the one that always paid in time is in no harsher segment, and no likelier to be late."""
        scorer, batch = build(), a_batch()
        pasts = {one.customer_id: one.receivables for one in batch.customers}
        wrong = []
        # Either way round: chance, or what an id says, is not what is looked for.
        for good, bad in (("b-on-time", "d-very-late"), ("d-very-late", "b-on-time")):
            pair = [PaymentHistory(good, pasts["b-on-time"]), PaymentHistory(bad, pasts["d-very-late"])]
            by_id = {one.customer_id: one for one in scores(scorer, replace(batch, customers=tuple(pair)))}
            wrong.append(turned_in(by_id[good], by_id[bad]))
        turned = wrong[0] & wrong[1]
        assert not turned, (
            f"who paid six invoices two months late is thought better of than who paid them in time, by {sorted(turned)}: odds "
            "are those of staying unpaid, and the segments go from spotless to in_trouble"
        )

    @check()
    def test_a_segment_agrees_with_its_odds(self, build: Build) -> None:
        """An accountant sees both: a customer that will nearly surely be late is not called reliable."""
        for score in scores(build(), a_batch()):
            if score.segment not in (Segment.SPOTLESS, Segment.RELIABLE) or not score.odds:
                continue
            first = score.odds[0].passes_permille
            assert first <= _NEARLY_ALL_PERMILLE, (
                f"{score.customer_id} is {score.segment} and yet passes the first rung with {first} permille: make the segment "
                "of the odds, which are those of being unpaid"
            )

    @check()
    def test_odds_fall_from_rung_to_rung(self, build: Build) -> None:
        """Odds are thousandths between 0 and 1000, and rungs are days past due in rising order, each once."""
        for score in scores(build(), a_batch()):
            rungs = [odds.rung_days for odds in score.odds]
            rising = rungs == sorted(set(rungs)) and all(days >= 0 for days in rungs)
            assert rising, f"{score.customer_id} has the rungs {rungs}: give days past due, rising, each once"
            within = all(0 <= odds.passes_permille <= _MOST_PERMILLE for odds in score.odds)
            assert within, f"{score.customer_id} has odds outside 0 to 1000: {score.odds}"

    @check()
    def test_expected_days_are_some_days(self, build: Build) -> None:
        """How late a customer usually pays is added to dates: ten years either way is a mistake of units."""
        for score in scores(build(), a_batch()):
            assert abs(score.expected_days_late) <= _MOST_DAYS, (
                f"{score.customer_id} is expected {score.expected_days_late} days late: give days, not seconds"
            )

    @check()
    def test_known_counts_what_there_is(self, build: Build) -> None:
        """``known`` says on how many of the customer's own invoices a score rests: never more than there are."""
        batch = a_batch()
        there = {one.customer_id: len(one.receivables) for one in batch.customers}
        for score in scores(build(), batch):
            assert 0 <= score.known <= there[score.customer_id], (
                f"{score.customer_id} has {there[score.customer_id]} invoices, and known is {score.known}: count those that "
                "the score rests on"
            )

    @check()
    def test_no_history_is_too_odd(self, build: Build) -> None:
        """Whatever a ledger holds - due before issue, paid before due, nothing but open ones - is scored and not refused."""
        wired = Wired("scorer", build())

        @_tried
        @given(st.sampled_from(_ODD_DAYS).flatmap(lambda day: st.tuples(histories(day), st.just(day))))
        def tried(given: tuple[Histories, date]) -> None:
            try:
                got = dispatch_score(wired, *given)
            except PluginError as error:
                raise AssertionError(f"a valid history was not scored: {error}") from error
            for one in got.values():
                odd = [odds for odds in one.odds if not 0 <= odds.passes_permille <= _MOST_PERMILLE]
                assert not odd, f"a valid history was scored with odds outside 0 to 1000: {odd}"

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


_NO_MEMORY = "keep no scores on the class or the module, sort sets, and use hashlib in place of hash()"
_BY_ITSELF = "score each customer by itself"


def scores(scorer: Any, batch: Histories) -> list[Score]:
    """What a scorer answers about a batch on `AS_OF`."""
    return answers_of("score()", lambda: scorer.score(batch, AS_OF), Score)


def assert_same(expected: list[Score], got: list[Score], how: str, remedy: str) -> None:
    """Each customer has the same score in both."""
    theirs = {score.customer_id: score for score in got}
    for one in expected:
        assert theirs.get(one.customer_id) == one, f"{one.customer_id} scores otherwise {how}: {remedy}"


def turned_in(good: Score, bad: Score) -> set[str]:
    """By what the good payer is thought worse of: the segment, or the odds of a rung."""
    theirs = {odds.rung_days: odds.passes_permille for odds in bad.odds}
    turned = {
        f"the odds of day {odds.rung_days}"
        for odds in good.odds
        if odds.passes_permille > theirs.get(odds.rung_days, _MOST_PERMILLE)
    }
    if (
        good.segment in _HARSHER
        and bad.segment in _HARSHER
        and _HARSHER.index(good.segment) > _HARSHER.index(bad.segment)
    ):
        turned.add("the segment")
    return turned


def assert_figures(reason: Reason) -> None:
    """A reason's figures are whole numbers, and a part is not more than the whole."""
    figures = {name: reason.params[name] for name in _FIGURES.get(reason.code, ()) if name in reason.params}
    odd = {name: value for name, value in figures.items() if type(value) is not int}
    assert not odd, f"the reason {reason.code} has {odd}: give whole numbers (int)"
    for part, whole in _PART_AND_WHOLE:
        if part in figures and whole in figures:
            sensible = 0 <= int(figures[part] or 0) <= int(figures[whole] or 0)
            assert sensible, f"the reason {reason.code} says {part} {figures[part]} of {whole} {figures[whole]}"
