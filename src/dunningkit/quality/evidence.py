"""What the rules look at: how a plugin's proof went, its source and its tests."""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distribution
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname
from xml.etree import ElementTree as ET

from dunningkit.contracts import ChannelSpec, CommandSpec, LedgerSourceSpec, ScorerSpec, Spec
from dunningkit.discovery import Candidate, discover
from dunningkit.errors import NotFound, SettingsError
from dunningkit.plugins import PluginSet
from dunningkit.quality.rules import Kind

_KINDS: Mapping[type[Spec], Kind] = {
    LedgerSourceSpec: Kind.LEDGER_SOURCE,
    ScorerSpec: Kind.SCORER,
    ChannelSpec: Kind.CHANNEL,
    CommandSpec: Kind.COMMAND,
}
_EXEMPTIONS = "quality_scale.toml"
_MISSING_TOOL = re.compile(r"No module named '?(pytest|hypothesis)\b")


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How one test of a plugin's proof went.

    ``shows`` names what it is a standard check of: an offer, as in ``scorer share``, or ``package``. It is empty for
    tests of the plugin's own, whatever they are called. ``deviates`` is a failure that the authors said beforehand.
    """

    suite: str
    check: str
    state: str  # passed, failed, skipped or deviates
    why: str = ""
    seconds: float | None = None
    shows: str = "package"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that the rules look at.

    ``offers`` are what it offers and the kit has checks for, as `CheckOutcome.shows` names them. ``failures`` say why it cannot
    be loaded. ``tests`` is where the plugin's own tests would be; it is only known where the plugin is installed from its
    sources. ``exempt`` are the rules that the plugin's authors say do not concern it, with their reasons.
    """

    plugin: str
    version: str
    kinds: frozenset[Kind]
    outcomes: tuple[CheckOutcome, ...]
    package: Path
    readme: str
    tests: Path | None = None
    exempt: Mapping[str, str] = field(default_factory=dict)
    offers: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()

    def of(self, *checks: str) -> tuple[CheckOutcome, ...]:
        """The outcomes of some standard checks, for whatever the plugin offers."""
        return tuple(one for one in self.outcomes if one.check in checks and one.shows)


def gather(plugin: str, settings_file: Path | None = None) -> Evidence:
    """Prove an installed plugin and collect what the rules look at.

    Runs pytest in a process of its own. Raises `NotFound` when no plugin of this name is installed, `SettingsError` when its
    exemptions cannot be read or its proof cannot be run.
    """
    candidate = next((one for one in discover() if one.name == plugin), None)
    if candidate is None:
        there = ", ".join(one.name for one in discover()) or "none"
        raise NotFound(f"No plugin {plugin!r} is installed (there is: {there}).")
    package = _package_of(candidate)
    dist = distribution(candidate.distribution)
    exempt = _exemptions(plugin, package)
    loaded = PluginSet.installed(allow=[plugin])
    offered = [spec for _, _, spec in loaded.all_offered()]
    return Evidence(
        plugin=plugin,
        version=candidate.version,
        kinds=frozenset(_KINDS[type(spec)] for spec in offered),
        outcomes=_prove(plugin, settings_file),
        package=package,
        readme=_readme_of(dist),
        tests=_tests_of(dist),
        exempt=exempt,
        offers=tuple(_as_shown(spec) for spec in offered if not isinstance(spec, CommandSpec)),
        failures=tuple(f"{failure.stage}: {failure.error}" for failure in loaded.failures),
    )


def _as_shown(spec: Spec) -> str:
    return f"{_KINDS[type(spec)].replace('_', ' ')} {spec.name}"


def _package_of(candidate: Candidate) -> Path:
    found = files(candidate.module.partition(".")[0])
    if not isinstance(found, Path):
        raise SettingsError(f"The plugin {candidate.name!r} is packed in an archive; unpack it to have it judged.")
    return found


def _readme_of(dist: Distribution) -> str:
    """The README as the metadata carries it: as the body, or as a header in older ones."""
    return str(dist.metadata.json.get("description", ""))


def _tests_of(dist: Distribution) -> Path | None:
    """Where the tests beside the sources that a distribution is installed from (PEP 610) are, ``None`` for any other."""
    origin = json.loads(dist.read_text("direct_url.json") or "{}").get("url", "")
    if not origin.startswith("file:"):
        return None
    sources = Path(url2pathname(unquote(urlsplit(origin).path)))
    return sources / "tests" if sources.is_dir() else None


def _exemptions(plugin: str, package: Path) -> Mapping[str, str]:
    path = package / _EXEMPTIONS
    if not path.exists():
        return {}
    whose = f"{path.name} of the plugin {plugin!r}"
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise SettingsError(f"{whose} cannot be read: {error}. Correct it, or remove it.") from error
    exempt = given.get("exempt", {})
    if set(given) - {"exempt"} or not isinstance(exempt, dict):
        raise SettingsError(f'{whose} holds one table, [exempt], with lines like: rule = "the reason".')
    unreasoned = [name for name, reason in exempt.items() if not (isinstance(reason, str) and reason.strip())]
    if unreasoned:
        raise SettingsError(f"{whose} exempts {', '.join(unreasoned)} without a reason; write one, or take it out.")
    return dict(exempt)


def _prove(plugin: str, settings_file: Path | None) -> tuple[CheckOutcome, ...]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "outcomes.xml"
        done = subprocess.run(  # noqa: S603  # our own command, and the name of an installed plugin
            [sys.executable, *_pytest_command(plugin, report, settings_file)],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
        )
        if not report.exists() or not (found := _outcomes(report)):
            raise SettingsError(
                f"The proof of the plugin {plugin!r} could not be run: {complaint(done.stdout + done.stderr)}"
            )
        return found


def complaint(output: str) -> str:
    """What of pytest's output says why nothing was proven, and what to do where we know."""
    said = output.strip().splitlines() or ["it said nothing"]
    for line in said:
        if missing := _MISSING_TOOL.search(line):
            return f"{missing.group(1)} is missing. Install the extra testing: dunningkit-engine[testing]."
        if "UsageError: " in line:
            return line.partition("UsageError: ")[2]
    return next((line[1:].strip() for line in reversed(said) if line.startswith("E ")), said[-1])


def _pytest_command(plugin: str, report: Path, settings_file: Path | None) -> Sequence[str]:
    settings = [f"--dunningkit-settings={settings_file.resolve()}"] if settings_file else []
    return [
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", "-o", "junit_family=xunit1"),
        *("-p", "dunningkit.testing.witness"),
        # What takes time is measured here and nowhere else: a test that is timed fails on a busy day.
        *("-o", "python_functions=test_* measure_*"),
        *("--pyargs", "dunningkit.testing", f"--dunningkit-plugin={plugin}", *settings),
    ]


def _outcomes(report: Path) -> tuple[CheckOutcome, ...]:
    # pytest wrote it just now
    return tuple(_outcome(case) for case in ET.parse(report).iter("testcase"))  # noqa: S314


def _outcome(case: ET.Element) -> CheckOutcome:
    state, why = "passed", ""
    for name, said in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
        if (part := case.find(name)) is not None:
            state = "deviates" if part.get("type") == "pytest.xfail" else said
            why = part.get("message", "")
    noted = {one.get("name", ""): one.get("value", "") for one in case.iter("property")}
    return CheckOutcome(
        suite=case.get("classname", "").rpartition(".")[2],
        check=noted.get("check") or case.get("name", "").partition("[")[0],
        state=state,
        why=why,
        seconds=float(noted["seconds"]) if "seconds" in noted else None,
        shows=noted.get("shows", ""),
    )
