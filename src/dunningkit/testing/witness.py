"""Notes beside each test what it really was: which standard check, and of which of the plugin's offers.

For ``dunning plugins quality``, which loads it with ``-p dunningkit.testing.witness``. A test that only has a check's name, a
check that was replaced, a fixture of the kit's that was, and a spec that the plugin does not offer prove nothing.
"""

from dataclasses import fields
from functools import cache
from inspect import getattr_static
from typing import Any

import pytest

from dunningkit.contracts import Spec
from dunningkit.plugins import PluginSet
from dunningkit.testing.channel import ChannelConformance
from dunningkit.testing.checks import checks_of
from dunningkit.testing.ledger import LedgerSourceConformance
from dunningkit.testing.package import PluginPackageConformance
from dunningkit.testing.scorer import ScorerConformance

_SUITES: dict[type[Any], str] = {
    LedgerSourceConformance: "ledger source",
    ScorerConformance: "scorer",
    ChannelConformance: "channel",
}
#: The fixtures that an author gives. All else of a suite is the kit's.
_GIVEN = frozenset({"spec", "outside", "name"})


@pytest.fixture(autouse=True)
def _witnessed(request: pytest.FixtureRequest, record_property: Any) -> None:
    """Note which standard check runs, for which offer."""
    name = request.config.getoption("--dunningkit-plugin")
    suite = _suite_of(request.cls)
    if suite is None or not _is_the_kits(request.cls, suite, request.function.__name__):
        return
    if suite is PluginPackageConformance:
        shows = "package" if request.getfixturevalue("name") == name else ""
    else:
        shows = _offer(request.getfixturevalue("spec"), name, _SUITES[suite])
    if shows:
        record_property("check", request.function.__name__)
        record_property("shows", shows)


def _suite_of(made: type | None) -> type[Any] | None:
    if made is None:
        return None
    return next((suite for suite in (*_SUITES, PluginPackageConformance) if issubclass(made, suite)), None)


def _is_the_kits(made: type, suite: type[Any], name: str) -> bool:
    """Whether the check, and everything of the suite that it may stand on, is the kit's own."""
    if name not in checks_of(suite) and not name.startswith("measure_"):
        return False
    return all(getattr_static(made, one) is getattr_static(suite, one) for one in {name, *_parts(suite)})


def _parts(suite: type[Any]) -> frozenset[str]:
    own = {one for one in dir(suite) if not one.startswith("__")}
    return frozenset(own - _GIVEN - set(checks_of(suite)) | {"test_no_standard_check_is_overridden"})


def _offer(given: object, plugin: str, kind: str) -> str:
    """The offer that a proof's spec is, by kind and name; empty when the plugin offers no such thing."""
    return next((f"{kind} {spec.name}" for spec in _offered(plugin) if _same(spec, given)), "")


@cache
def _offered(plugin: str) -> tuple[Spec, ...]:
    return tuple(spec for _, _, spec in PluginSet.installed(allow=[plugin]).all_offered())


def _same(offered: Spec, given: object) -> bool:
    """Whether two specs are one, or two that one line of code made."""
    return type(offered) is type(given) and _parts_of(offered) == _parts_of(given)


def _parts_of(spec: Any) -> dict[str, Any]:
    parts = {field.name: getattr(spec, field.name) for field in fields(spec)}
    build = parts.get("build")
    return {**parts, "build": getattr(build, "__code__", build)}
