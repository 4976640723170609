"""Test classes made of the mutants, for a pytest of their own: see ``test_the_kit_itself.py``."""

from collections.abc import Mapping

import pytest

from dunningkit.testing import (
    ChannelConformance,
    LedgerSourceConformance,
    PluginPackageConformance,
    ScorerConformance,
    checks_of,
)
from mutants import Mutant, channels, ledgers, packages, scorers

#: Which suite finds which mutants, by the check that each of them fails, and what fails none.
EVERY: dict[type, tuple[Mutant, Mapping[str, Mutant]]] = {
    PluginPackageConformance: (packages.RIGHT, packages.MUTANTS),
    ScorerConformance: (scorers.RIGHT, scorers.MUTANTS),
    ChannelConformance: (channels.RIGHT, channels.MUTANTS),
    LedgerSourceConformance: (ledgers.RIGHT, ledgers.MUTANTS),
}


def suite_of(kind: type, mutant: Mutant) -> type:
    """What the author of a mutant would write to have it checked."""

    class Suite(kind):  # type: ignore[misc, valid-type]  # made for each kind
        @pytest.fixture
        def spec(self) -> object:
            return mutant.spec

        @pytest.fixture
        def outside(self, tmp_path) -> object:
            return mutant.outside()

    for name, member in mutant.members.items():
        setattr(Suite, name, member)
    return Suite


for number, (kind, (right, mutants)) in enumerate(EVERY.items()):
    globals()[f"Test{number}_right"] = suite_of(kind, right)
    for check in checks_of(kind):
        if check in mutants:
            globals()[f"Test{number}_{check}"] = suite_of(kind, mutants[check])
