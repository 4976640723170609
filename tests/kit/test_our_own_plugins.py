"""The plugins that come with the engine meet the kit like anyone's."""

import pytest

from dunningkit.contracts import ScorerSpec
from dunningkit.scoring import plugin as ladder
from dunningkit.testing import ScorerConformance


class TestLadder(ScorerConformance):
    @pytest.fixture
    def spec(self) -> ScorerSpec:
        return ladder.SPEC
