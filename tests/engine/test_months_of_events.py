"""Months of whatever happens, against a model that is slow and obvious: same lines, same clocks, same amounts.

Every day plays the same short campaign, so that what it reached can be counted; ``make campaign`` plays a long one that is
another each time.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from months.machine import EXAMPLES, STEPS, Months

from dunningkit.store import Store

CAMPAIGN = "campaign"
EVERY_DAY = settings(max_examples=28, stateful_step_count=40, deadline=None, derandomize=True, database=None)
UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
EXAMPLES_IN_A_STORE = 100

#: Must have happened `AT_LEAST` so often; had it not, agreeing with the model would prove little. Hypothesis takes part of
#: what it draws from the code that is loaded, so that other code plays other months: rounds are played until all was seen.
REACHED = (
    "2 steps sent",
    "3 steps sent",
    "approval withdrawn",
    "approved by policy",
    "arranged: not_followed",
    "arrangement ended",
    "beside it: caught_up",
    "came back",
    "cancelled",
    "cancelled and sent again",
    "credit note dated ahead",
    "dispute",
    "due date moved",
    "free credit note",
    "hold",
    "linked credit note",
    "moved",
    "moved with its sent step",
    "needs_you: changed_since_approval",
    "needs_you: credit_unapplied",
    "needs_you: delivery_unknown",
    "needs_you: ladder_done",
    "needs_you: long_overdue",
    "needs_you: row_quarantined",
    "not_before changed",
    "paid in full",
    "payment reversed",
    "proposal discarded",
    "ready: courtesy_due",
    "ready: first_contact_due",
    "ready: step_due",
    "ready: step_due_after_previous",
    "ready: step_due_end_of_month",
    "run for a day gone by refused",
    "run for a wrong day",
    "run twice",
    "sent under another policy than before",
    "sent: accepted",
    "sent: refused",
    "sent: returned",
    "sent: unknown",
    "several receivables in one reminder",
    "unapplied payment",
    "unapplied payment refunded or applied",
    "unreadable",
    "vanished",
    "waits for its hour",
    "wont_go: below_customer_minimum",
    "wont_go: below_minimum",
    "wont_go: contact_cap",
    "wont_go: credits_cover",
    "wont_go: held_dispute",
    "wont_go: not_covered",
    "wont_go: not_followed",
    "wont_go: time_to_pay",
)
AT_LEAST = 1
MOST_ROUNDS = 6


def is_campaign() -> bool:
    return settings.get_current_profile_name() == CAMPAIGN


@pytest.fixture
def new_machine(new_world, capsys) -> Iterator[Callable[[], Months]]:
    """Makes machines; a long campaign gets a new database from time to time, and says how far it is."""
    numbers, stores = count(), []

    def make() -> Months:
        number = next(numbers)
        if number % EXAMPLES_IN_A_STORE == 0:
            while stores:
                stores.pop().close()
            stores.append(Store.open("sqlite://"))
            stores[0].migrate()
            if is_campaign():
                with capsys.disabled():
                    sys.stdout.write(f"{Months.seen[EXAMPLES]:,} examples, {Months.seen[STEPS]:,} steps so far\n")
                    sys.stdout.flush()
        world = replace(new_world(), store=stores[0])
        # Ids are made of the creditor's, and what is sent first goes by them: other tests must not choose these months.
        world.creditor = replace(world.creditor, creditor_id=f"months-{number}")
        return Months(world)

    yield make
    for store in stores:
        store.close()


def test_the_engine_says_and_does_what_the_model_says(new_machine, capsys) -> None:
    Months.seen.clear()
    if is_campaign():
        _play(new_machine, settings.get_profile(CAMPAIGN))
        with capsys.disabled():
            sys.stdout.writelines(f"{times:9,} {what}\n" for what, times in sorted(Months.seen.items()))
    for number in range(MOST_ROUNDS):
        if _not_reached():
            _play(seed(number)(new_machine), EVERY_DAY)
    assert not _not_reached()


def _play(new_machine: Callable[[], Months], chosen: settings) -> None:
    run_state_machine_as_test(new_machine, settings=settings(chosen, suppress_health_check=UNHURRIED))


def _not_reached() -> dict[str, int]:
    return {what: Months.seen[what] for what in REACHED if Months.seen[what] < AT_LEAST}
