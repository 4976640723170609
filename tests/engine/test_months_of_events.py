"""Months of whatever happens, against a model that is slow and obvious: same lines, same clocks, same amounts."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from months.machine import Months

EVERYDAY = settings(
    max_examples=40, stateful_step_count=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
CAMPAIGN = settings(EVERYDAY, max_examples=2000, stateful_step_count=80, derandomize=False)


def test_the_engine_says_and_does_what_the_model_says(new_world) -> None:
    Months.seen.clear()
    run_state_machine_as_test(
        lambda: Months(new_world()), settings=CAMPAIGN if os.environ.get("DUNNINGKIT_CAMPAIGN") else EVERYDAY
    )
    for what, times in sorted(Months.seen.items()):
        print(f"{times:7} {what}")
