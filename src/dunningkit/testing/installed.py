"""The test classes of an installed plugin: its own proof where it brings one, else what can be made from what it offers."""

import importlib
import inspect
import tomllib
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dunningkit.contracts import ChannelSpec, CommandSpec, LedgerSourceSpec, ScorerSpec, Spec
from dunningkit.discovery import discover
from dunningkit.hooks import ENTRY_POINT_GROUP
from dunningkit.plugins import PluginSet
from dunningkit.policy.mistakes import problems_in
from dunningkit.testing.base import Conformance
from dunningkit.testing.channel import ChannelWithoutStandIn
from dunningkit.testing.ledger import LedgerSourceConformance
from dunningkit.testing.outside import Outside
from dunningkit.testing.outside_ledger import LedgerOutside
from dunningkit.testing.package import PluginPackageConformance
from dunningkit.testing.scorer import ScorerConformance

#: A plugin's distribution may announce a module with its own conformance classes here, under the plugin's name.
PROOF_GROUP = f"{ENTRY_POINT_GROUP}.proof"

#: The conformance class of each kind, and the class of its outside.
_SUITES: Mapping[type[Spec], tuple[type[Conformance], type[Outside]]] = {
    LedgerSourceSpec: (LedgerSourceConformance, LedgerOutside),
    ScorerSpec: (ScorerConformance, Outside),
    ChannelSpec: (ChannelWithoutStandIn, Outside),
}


def suites_of(name: str | None, settings_file: str | None = None) -> dict[str, type]:
    """The test classes to collect for a plugin, by class name.

    Raises `LookupError` with a sentence when none is named, none of that name is installed, or the settings cannot be read.
    """
    installed = ", ".join(candidate.name for candidate in discover()) or "none"
    if not name:
        raise LookupError(f"Name the plugin to prove: --dunningkit-plugin=NAME (installed: {installed}).")
    if name not in {candidate.name for candidate in discover()}:
        raise LookupError(f"No plugin {name!r} is installed (there is: {installed}).")
    given = _read(settings_file) if settings_file else {}
    # Last, so that nothing of the plugin's can stand in its place.
    return {**(_own_proof(name) or made_from_offers(name, given)), "TestPackage": _about_the_package(name)}


def _about_the_package(plugin: str) -> type:
    class TestPackage(PluginPackageConformance):
        @pytest.fixture
        def name(self) -> str:
            return plugin

    return TestPackage


def _own_proof(plugin: str) -> dict[str, type]:
    points = [point for point in entry_points(group=PROOF_GROUP) if point.name == plugin]
    if not points:
        return {}
    module = importlib.import_module(points[0].value)
    found = inspect.getmembers(module, lambda one: inspect.isclass(one) and one.__module__ == module.__name__)
    return {name: one for name, one in found if name.startswith("Test")}


def made_from_offers(plugin: str, given: Mapping[str, Any]) -> dict[str, type]:
    """A test class for each thing that an installed plugin offers, with the settings under its name; the rest is skipped.

    Raises `LookupError` with a sentence for settings that cannot be used, such as none where some are needed.
    """
    plugins = PluginSet.installed(allow=[plugin])
    made: dict[str, type] = {}
    for _, _, spec in plugins.all_offered():
        if (kind := _SUITES.get(type(spec))) is not None and not isinstance(spec, CommandSpec):
            settings = given.get(spec.name, {})
            try:
                spec.config_model.model_validate(dict(settings))
            except ValidationError as error:
                raise LookupError(
                    f"The settings of {spec.name!r} cannot be used: {problems_in(error)} "
                    f"Write a table [{spec.name}] in a TOML file, and name it with --dunningkit-settings."
                ) from error
            made[f"Test_{spec.name}"] = _suite(*kind, spec, settings)
    return made


def _suite(kind: type[Conformance], other: type[Outside], offered: Spec, settings: Mapping[str, Any]) -> type:
    class Settings(other):  # type: ignore[valid-type, misc]  # as below
        def settings(self) -> Mapping[str, Any]:
            return settings

    class Suite(kind):  # type: ignore[valid-type, misc]  # one class for each kind
        @pytest.fixture
        def spec(self) -> Spec:
            return offered

        @pytest.fixture
        def outside(self) -> Outside:
            return Settings()

    return Suite


def _read(settings_file: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(Path(settings_file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LookupError(f"The settings in {settings_file} cannot be read: {error}") from error
