"""Plugins with one mistake each: every standard check has one that fails it and no other check."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from dunningkit.testing import Outside


class Mutant(NamedTuple):
    """A plugin with one mistake, and the other system that it is tested against."""

    spec: Any
    outside: type[Outside] = Outside
    #: What its author's test class holds beside the fixtures.
    members: Mapping[str, Any] = {}
