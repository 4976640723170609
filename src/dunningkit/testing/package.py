"""What a plugin's distribution is held to: its names, what it requires, and that importing it does nothing."""

import importlib.util
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
from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from dunningkit.delivery import file_outbox
from dunningkit.discovery import Candidate, discover
from dunningkit.plugins import PluginSet
from dunningkit.scoring import plugin as ladder
from dunningkit.testing.checks import check, overridden

#: Processor time that importing a plugin's module may take beyond the engine's hooks.
IMPORT_BUDGET_SECONDS = 0.05
_TRIES = 3
_ENGINE = "dunningkit-engine"
_FROM, _BELOW = {">=", ">", "~=", "=="}, {"<", "<=", "~=", "=="}


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing a module did in a process of its own."""

    said: str
    started: tuple[str, ...]
    changed: tuple[str, ...]
    read: tuple[str, ...]
    seconds: float
    offering: tuple[str, ...] = ()
    failed: str = ""


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
    if done.returncode != 0 or "\n{" not in done.stdout:
        told = done.stderr.strip().rsplit("\n", 1)[-1] or f"its process ended with {done.returncode}"
        return Imported("", (), (), (), 0.0, failed=told)
    said, found = done.stdout.rsplit("\n", 1)
    seen = json.loads(found)
    return Imported(
        (said + done.stderr).strip(),
        tuple(seen["started"]),
        tuple(seen["changed"]),
        tuple(seen["read"]),
        seen["seconds"],
        tuple(seen["offering"]),
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
    def test_its_module_can_be_imported(self, candidate: Candidate) -> None:
        """The entry point names a module, without an attribute behind a colon, and importing it ends well."""
        failed = _seen(candidate.module).failed
        assert not failed, (
            f"the entry point {candidate.name!r} names {candidate.module!r}, and importing that failed: {failed}"
        )

    @check()
    def test_it_says_its_version(self, dist: Distribution) -> None:
        """Whoever reports a failure names the version: a build that found none writes 0 or nothing."""
        told = dist.metadata["Version"] or ""
        try:
            release = Version(told).release
        except InvalidVersion:
            release = ()
        assert any(release), f"its version is {told!r}: give [project] version in pyproject.toml, such as 0.1.0"

    @check()
    def test_it_says_which_engines_it_works_with(self, dist: Distribution) -> None:
        """A plugin requires ``dunningkit-engine`` from a version on, and below the first that nobody has tried."""
        example = f"as in {_ENGINE}>=0.1,<0.3"
        engine = [one for one in _required(dist) if _plain(one.name) == _ENGINE]
        assert engine, f"require {_ENGINE}, {example}; what only an extra requires is not always there"
        bounds = {part.operator for one in engine for part in one.specifier}
        assert bounds & _FROM, f"require {_ENGINE} from the oldest version you tried on, {example}"
        assert bounds & _BELOW, f"require {_ENGINE} below the first version nobody has tried, {example}"
        here = distribution(_ENGINE).version
        fits = all(one.specifier.contains(here, prereleases=True) for one in engine)
        assert fits, f"it says that it does not work with {_ENGINE} {here}, with which it is proven here"
        testing = any("testing" in one.extras for one in engine)
        assert not testing, (
            f"require {_ENGINE} without [testing], or pytest comes to every host; put that under an extra"
        )

    @check()
    def test_it_never_requires_the_other_dunningkit(self, dist: Distribution) -> None:
        """Another project owns the distribution name ``dunningkit``, and overwrites our package."""
        named = [line for line in dist.requires or [] if _plain(Requirement(line).name) == "dunningkit"]
        assert not named, f"require {_ENGINE} instead of {named[0] if named else ''!r}"

    @check()
    def test_it_stays_in_its_own_folders(self, dist: Distribution, candidate: Candidate) -> None:
        """A distribution puts no file into the engine's package, and none at the top under a common name."""
        package = candidate.module.split(".")[0]
        inside = [str(path) for path in dist.files or [] if not _is_its_own(path.parts, package)]
        assert not inside, (
            f"its wheel holds {inside and inside[0]}, which another distribution may hold, too: put all of it into {package}"
        )

    @check()
    def test_it_takes_no_command_of_the_engine(self, dist: Distribution) -> None:
        """``dunning`` is the engine's; a plugin offers subcommands with the hook ``dunningkit_commands``."""
        scripts = dist.entry_points.select(group="console_scripts")
        taken = [point.name for point in scripts if point.name in ("dunning", "dunningkit")]
        assert not taken, f"it installs a command {taken and taken[0]!r}: offer a CommandSpec with dunningkit_commands"

    @check()
    def test_its_types_are_for_everybody(self, candidate: Candidate) -> None:
        """``py.typed`` lets a host's type checker see the plugin."""
        package = candidate.module.split(".")[0]
        if importlib.util.find_spec(package) is None:
            return  # what the next check tells
        assert files(package).joinpath("py.typed").is_file(), (
            f"add an empty file py.typed to {package} and to its wheel"
        )

    @check()
    def test_it_registers_without_a_failure(
        self,
        candidate: Candidate,
        seen: Imported,
    ) -> None:
        """Beside what the engine brings, every hook of it is accepted, and it offers something."""
        if seen.failed:
            return  # what another check tells; what ends its process at import would end this one, too
        plugins = PluginSet.installed(allow=[candidate.name], builtin=(ladder, file_outbox))
        for failure in plugins.failures[:1]:
            pytest.fail(f"at {failure.stage} of {failure.plugin}: {failure.error}")
        offers = [name for plugin, name, _ in plugins.all_offered() if plugin == candidate.name]
        assert offers, "it offers no ledger source, scorer, channel or command"

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
    def test_offering_does_nothing_else(self, seen: Imported) -> None:
        """A hook returns specs: threads, sockets, files, logging and environment wait for a method to be called."""
        assert not seen.offering, f"its hooks, called for what it offers, do more: {seen.offering and seen.offering[0]}"

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


def _required(dist: Distribution) -> list[Requirement]:
    """What is always required: not what only an extra asks for."""
    every = [Requirement(line) for line in dist.requires or []]
    return [one for one in every if one.marker is None or one.marker.evaluate({"extra": ""})]


def _is_its_own(parts: tuple[str, ...], package: str) -> bool:
    """Whether a file stands where only this distribution has some; commands and the pointers of editable installs do."""
    top = parts[0] if parts else package
    own = top in (package, f"{package}-stubs", "..", "__pycache__") or top.startswith(("__editable__", f"_{package}"))
    return own or top.endswith((".dist-info", ".egg-info", ".data"))


def _plain(name: str) -> str:
    """A distribution's name as installers compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
