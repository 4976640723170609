"""The plugins that come with the engine meet the kit like anyone's."""

import pytest

from dunningkit.contracts import ScorerSpec
from dunningkit.scoring import plugin as ladder
from dunningkit.testing import PluginPackageConformance, ScorerConformance


class TestLadder(ScorerConformance):
    @pytest.fixture
    def spec(self) -> ScorerSpec:
        return ladder.SPEC


class TestCsvPackage(PluginPackageConformance):
    @pytest.fixture
    def name(self) -> str:
        return "csv"
