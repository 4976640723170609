"""The conformance kit: subclass one class, give one or two fixtures, and a plugin is proven or told what is wrong.

::

    from dunningkit.testing import ScorerConformance
    from my_plugin.scorer import SPEC

    class TestMyScorer(ScorerConformance):
        @pytest.fixture
        def spec(self):
            return SPEC

Needs the extra ``dunningkit-engine[testing]`` (pytest and Hypothesis). Collecting needs no network and no credentials.
"""

import pytest

# Before the modules are imported: their assertions then say what differed.
pytest.register_assert_rewrite(
    "dunningkit.testing.base",
    "dunningkit.testing.channel_delivering",
    "dunningkit.testing.channel_rendering",
    "dunningkit.testing.channel_returning",
    "dunningkit.testing.channel_verdicts",
    "dunningkit.testing.ledger_failing",
    "dunningkit.testing.ledger_leaving",
    "dunningkit.testing.ledger_reading",
    "dunningkit.testing.ledger_reading_on",
    "dunningkit.testing.ledger_sending",
    "dunningkit.testing.outside_channel",
    "dunningkit.testing.package",
    "dunningkit.testing.scorer",
)

from dunningkit.testing.base import Conformance  # noqa: E402
from dunningkit.testing.channel import ChannelConformance  # noqa: E402
from dunningkit.testing.checks import ConformanceWarning, checks_of  # noqa: E402
from dunningkit.testing.ledger import LedgerSourceConformance  # noqa: E402
from dunningkit.testing.outside import Outside  # noqa: E402
from dunningkit.testing.outside_channel import ChannelOutside, Delivered  # noqa: E402
from dunningkit.testing.outside_ledger import LedgerOutside  # noqa: E402
from dunningkit.testing.package import PluginPackageConformance  # noqa: E402
from dunningkit.testing.scorer import ScorerConformance  # noqa: E402

__all__ = [
    "ChannelConformance",
    "ChannelOutside",
    "Conformance",
    "ConformanceWarning",
    "Delivered",
    "LedgerOutside",
    "LedgerSourceConformance",
    "Outside",
    "PluginPackageConformance",
    "ScorerConformance",
    "checks_of",
]
