"""What a plugin's distribution is held to: its names, what it requires, and that importing it does nothing."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distribution
from importlib.resources import files

import pytest

from dunningkit.discovery import Candidate, discover
from dunningkit.plugins import PluginSet
from dunningkit.testing.checks import check, overridden

#: Processor time that importing a plugin's module may take beyond the engine's hooks.
IMPORT_BUDGET_SECONDS = 0.05
_TRIES = 3
_ENGINE = "dunningkit-engine"
_REQUIREMENT = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing a module did in a process of its own."""

    said: str
    started: tuple[str, ...]
    changed: tuple[str, ...]
    read: tuple[str, ...]
    seconds: float


def look_at(module: str) -> Imported:
    """Import a module in a Python of its own, with this one's path, and see what that did."""
    probe = files("dunningkit.testing").joinpath("probe.py").read_text(encoding="utf-8")
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(  # noqa: S603  # our own text, and the name of an installed module
        [sys.executable, "-B", "-c", probe, module],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 0, f"importing {module} ended its process: {done.stderr[-500:]}"
    said, found = done.stdout.rsplit("\n", 1)
    seen = json.loads(found)
    return Imported(
        (said + done.stderr).strip(),
        tuple(seen["started"]),
        tuple(seen["changed"]),
        tuple(seen["read"]),
        seen["seconds"],
    )


_seen = cache(look_at)


class PluginPackageConformance:
    """Give the fixture ``name``: your plugin's entry-point name. Its distribution must be installed."""

    @pytest.fixture
    def name(self) -> str:
        """The plugin's name: override it to return yours."""
        pytest.fail("Override the fixture `name` to return your plugin's entry-point name.", pytrace=False)

    @pytest.fixture
    def candidate(self, name: str) -> Candidate:
        """The plugin as its metadata tells of it."""
        found = [candidate for candidate in discover() if candidate.name == name]
        assert found, f"no installed distribution announces a plugin {name!r}; install yours into this environment"
        return found[0]

    @pytest.fixture
    def dist(self, candidate: Candidate) -> Distribution:
        """The plugin's distribution."""
        return distribution(candidate.distribution)

    @pytest.fixture
    def seen(self, candidate: Candidate) -> Imported:
        """What importing the plugin's module did; each is looked at once."""
        return _seen(candidate.module)

    @check()
    def test_no_standard_check_is_overridden(self) -> None:
        """A deviation is said with ``xfail(strict=True, reason="unsupported: ...")``, never by leaving a check out."""
        names = overridden(type(self))
        assert not names, f"{', '.join(names)}: mark it xfail(strict=True, reason='unsupported: ...') instead"

    @check()
    def test_the_names_are_one_name(self, candidate: Candidate) -> None:
        """Plugin ``x`` is distribution ``dunningkit-x`` with module ``dunningkit_x``: one name to allow, install and report."""
        assert _plain(candidate.distribution) == _plain(f"dunningkit-{candidate.name}"), (
            f"the plugin {candidate.name!r} comes from {candidate.distribution!r}: name one of them after the other"
        )
        package = candidate.module.split(".")[0]
        assert package == f"dunningkit_{candidate.name.replace('-', '_')}", f"its module is in the package {package!r}"

    @check()
    def test_it_says_which_engines_it_works_with(self, dist: Distribution) -> None:
        """A plugin requires ``dunningkit-engine`` from a version on, and below the first that nobody has tried."""
        engine = next((line for line in dist.requires or [] if _name_in(line) == _ENGINE), "")
        assert ">=" in engine, f"require {_ENGINE} from the oldest version you tried on, as in {_ENGINE}>=0.1,<0.3"
        assert "<" in engine, f"require {_ENGINE} below the first version nobody has tried, as in {_ENGINE}>=0.1,<0.3"

    @check()
    def test_it_never_requires_the_other_dunningkit(self, dist: Distribution) -> None:
        """Another project owns the distribution name ``dunningkit``, and overwrites our package."""
        named = [line for line in dist.requires or [] if _name_in(line) == "dunningkit"]
        assert not named, f"require {_ENGINE} instead of {named[0] if named else ''!r}"

    @check()
    def test_it_stays_in_its_own_folders(self, dist: Distribution) -> None:
        """A distribution puts no file into the engine's package, and none at the top under a common name."""
        inside = [
            str(path) for path in dist.files or [] if path.parts and path.parts[0] in ("dunningkit", "tests", "docs")
        ]
        assert not inside, f"its wheel holds {inside[0] if inside else ''}"

    @check()
    def test_its_types_are_for_everybody(self, candidate: Candidate) -> None:
        """``py.typed`` lets a host's type checker see the plugin."""
        package = candidate.module.split(".")[0]
        assert files(package).joinpath("py.typed").is_file(), (
            f"add an empty file py.typed to {package} and to its wheel"
        )

    @check()
    def test_it_registers_without_a_failure(self, candidate: Candidate) -> None:
        """Allowed alone, every hook of it is accepted, and it offers something."""
        plugins = PluginSet.installed(allow=[candidate.name])
        assert not plugins.failures, f"at {plugins.failures[0].stage}: {plugins.failures[0].error}"
        assert plugins.all_offered(), "it offers no ledger source, scorer, channel or command"

    @check()
    def test_importing_it_says_nothing(self, seen: Imported) -> None:
        """Nothing on standard output or error: they belong to the host."""
        assert not seen.said, "its import prints; a plugin speaks through services.log"

    @check()
    def test_importing_it_starts_nothing(self, seen: Imported) -> None:
        """No thread, socket, process or written file before a host asked for anything."""
        assert not seen.started, f"its import does {seen.started[0] if seen.started else ''}"

    @check()
    def test_importing_it_changes_nothing_of_the_process(self, seen: Imported) -> None:
        """Logging, warnings, signals, locale, environment and folder are the host's."""
        assert not seen.changed, f"its import changes {', '.join(seen.changed)}"

    @check()
    def test_importing_it_reads_no_environment(self, seen: Imported) -> None:
        """Two tenants share one environment: settings come in ``config``, the rest in ``services``."""
        assert not seen.read, f"its import reads {', '.join(seen.read)}"

    @check()
    def test_importing_it_is_quick(self, candidate: Candidate, seen: Imported) -> None:
        """A host with forty plugins starts in a moment: the front module loads its libraries inside the hooks."""
        least = seen.seconds
        for _ in range(_TRIES):
            if least > IMPORT_BUDGET_SECONDS:
                least = min(least, look_at(candidate.module).seconds)
        assert least <= IMPORT_BUDGET_SECONDS, (
            f"importing {candidate.module} takes {1000 * least:.0f} ms of processor time beyond the hooks, "
            f"{1000 * IMPORT_BUDGET_SECONDS:.0f} are allowed: import your source inside the hook that offers it"
        )


def _name_in(requirement: str) -> str:
    found = _REQUIREMENT.match(requirement)
    return _plain(found.group()) if found else ""


def _plain(name: str) -> str:
    """A distribution's name as installers compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
