"""Months of whatever happens, against a model that is slow and obvious: same lines, same clocks, same amounts.

Every day plays the same short campaign, so that what it reached can be counted; ``make campaign`` plays a long one that is
another each time.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from months.machine import EXAMPLES, STEPS, Months

from dunningkit.store import Store

CAMPAIGN = "campaign"
EVERY_DAY = settings(max_examples=28, stateful_step_count=40, deadline=None, derandomize=True, database=None)
UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
EXAMPLES_IN_A_STORE = 100

#: What the short campaign reaches at least so often; if it did not, agreeing with the model would prove little. Hypothesis
#: takes part of what it draws from the code that is loaded, so another selection of tests, or other code, plays other months:
#: this is a third of the least that four different ones reached.
REACHED = {
    "2 steps sent": 4,
    "3 steps sent": 2,
    "arranged: not_followed": 1,
    "beside it: caught_up": 7,
    "cancelled": 4,
    "cancelled and sent again": 3,
    "dispute": 19,
    "due date moved": 4,
    "free credit note": 1,
    "hold": 4,
    "linked credit note": 2,
    "needs_you: changed_since_approval": 16,
    "needs_you: delivery_unknown": 6,
    "needs_you: ladder_done": 19,
    "needs_you: long_overdue": 12,
    "paid in full": 6,
    "payment reversed": 3,
    "proposal discarded": 2,
    "ready: courtesy_due": 3,
    "ready: first_contact_due": 25,
    "ready: step_due": 10,
    "run for a day gone by refused": 4,
    "run twice": 1,
    "sent: accepted": 19,
    "sent: refused": 1,
    "sent: returned": 10,
    "several receivables in one reminder": 9,
    "unapplied payment": 4,
    "vanished": 2,
    "wont_go: below_customer_minimum": 5,
    "wont_go: below_minimum": 13,
    "wont_go: contact_cap": 25,
    "wont_go: credits_cover": 10,
    "wont_go: held_dispute": 27,
    "wont_go: not_covered": 2,
    "wont_go: not_followed": 6,
    "wont_go: time_to_pay": 6,
}


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
    long = is_campaign()
    chosen = settings(settings.get_profile(CAMPAIGN) if long else EVERY_DAY, suppress_health_check=UNHURRIED)
    run_state_machine_as_test(new_machine, settings=chosen)
    with capsys.disabled():
        for what, times in sorted(Months.seen.items() if long else ()):
            sys.stdout.write(f"{times:9,} {what}\n")
    missed = {what: (Months.seen[what], least) for what, least in REACHED.items() if Months.seen[what] < least}
    assert not missed
