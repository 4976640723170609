"""What every ledger source is held to: true to the ledger, whole or said not to be, and silent about persons."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from dunningkit.testing.ledger_failing import FailingChecks
from dunningkit.testing.ledger_leaving import LeavingChecks
from dunningkit.testing.ledger_reading import ReadingChecks
from dunningkit.testing.ledger_reading_on import ReadingOnChecks
from dunningkit.testing.ledger_sending import SendingChecks
from dunningkit.testing.outside_ledger import LedgerOutside, require
from dunningkit.testing.readings import read

#: How many receivables are read when it is measured how long that takes.
MANY = 10_000


class LedgerSourceConformance(ReadingChecks, ReadingOnChecks, SendingChecks, FailingChecks, LeavingChecks):
    """Give the fixtures ``spec``, your `LedgerSourceSpec`, and ``outside``, an object of your class of `LedgerOutside`."""

    @pytest.fixture
    def outside(self) -> LedgerOutside:
        """The ledger: override it to return an object of your own class, made anew for every check."""
        pytest.fail(
            "Override the fixture `outside` to return your `LedgerOutside`: without settings no ledger can be read.",
            pytrace=False,
        )

    def measure_ten_thousand_receivables(
        self, build: Callable[..., Any], outside: LedgerOutside, record_property: Callable[[str, object], None]
    ) -> None:
        """How long 10,000 receivables take, for ``dunning plugins quality``; not collected otherwise."""
        require(outside, "fill")
        outside.fill(MANY)
        source = build()
        begun = time.process_time()
        reading = read(source)
        record_property("seconds", time.process_time() - begun)
        came = sum(len(batch.receivables) for batch in reading.batches)
        assert came >= MANY, f"`fill` of your `outside` was to put {MANY} receivables into the ledger; {came} came"
