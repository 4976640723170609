"""What every ledger source is held to: true to the ledger, whole or said not to be, and silent about persons."""

import pytest

from dunningkit.testing.ledger_failing import FailingChecks
from dunningkit.testing.ledger_reading import ReadingChecks
from dunningkit.testing.ledger_sending import SendingChecks
from dunningkit.testing.outside_ledger import LedgerOutside


class LedgerSourceConformance(ReadingChecks, SendingChecks, FailingChecks):
    """Give the fixtures ``spec``, your `LedgerSourceSpec`, and ``outside``, an object of your class of `LedgerOutside`."""

    @pytest.fixture
    def outside(self) -> LedgerOutside:
        """The ledger: override it to return an object of your own class, made anew for every check."""
        pytest.fail(
            "Override the fixture `outside` to return your `LedgerOutside`: without settings no ledger can be read.",
            pytrace=False,
        )
