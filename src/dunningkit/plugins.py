"""Finding plugins and holding the ones that a host allowed.

Discovery reads metadata and imports nothing; the allow-list decides what is imported. A plugin that fails is a value
(`PluginFailure`), never an exception: the others work on. A `PluginSet` belongs to whoever made it; there is no global one.
"""

import importlib
import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from types import ModuleType
from typing import Any, Generic, TypeVar

import pluggy

from dunningkit.contracts import (
    API_VERSION,
    ChannelSpec,
    CommandSpec,
    LedgerSourceSpec,
    ScorerSpec,
    Spec,
)
from dunningkit.discovery import Candidate, discover
from dunningkit.errors import SettingsError
from dunningkit.hooks import PROJECT, DunningSpec
from dunningkit.surroundings import watched

S = TypeVar("S", LedgerSourceSpec, ScorerSpec, ChannelSpec, CommandSpec)

_FORBIDDEN_OPTIONS = ("wrapper", "hookwrapper", "tryfirst", "trylast", "specname")


@dataclass(frozen=True, slots=True)
class PluginFailure:
    """A plugin that could not be used: at which stage, what happened, and what to do about it."""

    plugin: str
    version: str
    stage: str
    error: str
    remedy: str


@dataclass(frozen=True, slots=True)
class PluginNotice:
    """What a plugin, in use all the same, changed about the process while it was loaded, and what became of that."""

    plugin: str
    version: str
    stage: str
    changed: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Registered(Generic[S]):
    """A spec and the plugin that offers it."""

    plugin: str
    version: str
    spec: S


class PluginSet:
    """The plugins of one host or tenant, with what they offer and what went wrong. Ordered by name; order decides nothing."""

    def __init__(
        self,
        loaded: Iterable[tuple[str, str, object]],
        failures: Iterable[PluginFailure] = (),
        notices: Iterable[PluginNotice] = (),
    ) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(DunningSpec)
        self._versions: dict[str, str] = {}
        self._offered: list[tuple[str, str, Spec]] = []
        self.notices: tuple[PluginNotice, ...] = tuple(notices)
        collected = list(failures)
        by_name = {name: list(same) for name, same in groupby(sorted(loaded, key=_by_name), key=_by_name)}
        for name, same in by_name.items():
            failure = _doubled(name, [version for _, version, _ in same]) if len(same) > 1 else self._register(*same[0])
            if failure is not None:
                collected.append(failure)
        self.failures: tuple[PluginFailure, ...] = tuple(collected) + self._drop_doubles()

    @classmethod
    def of(cls, *plugins: object) -> "PluginSet":
        """Make a set of plugin modules or objects at hand: for tests, frozen applications and hosts with their own."""
        return cls((_name_of(plugin), "", plugin) for plugin in plugins)

    @classmethod
    def installed(cls, *, allow: Sequence[str], builtin: Sequence[ModuleType] = ()) -> "PluginSet":
        """Make a set of the installed plugins named in ``allow``, and of ``builtin`` modules. Nothing else is imported."""
        loaded: list[tuple[str, str, object]] = [(_name_of(module), API_VERSION, module) for module in builtin]
        failures: list[PluginFailure] = []
        notices: list[PluginNotice] = []
        candidates = discover()
        for name in sorted(set(allow)):
            named = [candidate for candidate in candidates if candidate.name == name]
            if len(named) == 1:
                plugin, failure = _load(named[0], notices)
                if failure is not None:
                    failures.append(failure)
                else:
                    loaded.append((name, named[0].version, plugin))
            else:
                failures.append(_not_one(name, named))
        return cls(loaded, failures, notices)

    def _register(self, name: str, version: str, plugin: object) -> PluginFailure | None:
        notices: list[PluginNotice] = []
        try:
            with watched(partial(_note, notices, name, version, "register")):
                _refuse_odd_hooks(plugin)
                self._manager.register(plugin, name)
                self._manager.check_pending()
                offered = self._specs(name, version)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  # a plugin may raise anything, SystemExit included
            problem = str(error) if isinstance(error, _Refused) else f"{type(error).__name__} while it registered"
            if self._manager.has_plugin(name):
                self._manager.unregister(name=name)
            return PluginFailure(name, version, "register", problem, "Remove it from the allow-list or ask its author.")
        finally:
            self.notices += tuple(notices)
        self._offered.extend(offered)
        self._versions[name] = version
        return None

    def _specs(self, name: str, version: str) -> list[tuple[str, str, Spec]]:
        offered: list[tuple[str, str, Spec]] = []
        for hook in ("ledger_sources", "scorers", "channels", "commands"):
            function = getattr(self._manager.get_plugin(name), f"dunningkit_{hook}", None)
            if function is None:
                continue
            for spec in function():
                if not isinstance(spec, LedgerSourceSpec | ScorerSpec | ChannelSpec | CommandSpec):
                    raise _Refused(f"dunningkit_{hook} returned something that is no spec")
                name_given: object = spec.name
                if not isinstance(name_given, str) or not name_given:
                    raise _Refused(f"dunningkit_{hook} returned a spec without a name")
                if problem := _version_problem(spec.api_version):
                    raise _Refused(problem)
                offered.append((name, version, spec))
        return offered

    def _drop_doubles(self) -> tuple[PluginFailure, ...]:
        owners: dict[tuple[type[Spec], str], list[tuple[str, str]]] = {}
        for plugin, version, spec in self._offered:
            owners.setdefault((type(spec), spec.name), []).append((plugin, version))
        doubled = {key: names for key, names in owners.items() if len(names) > 1}
        self._offered = [item for item in self._offered if (type(item[2]), item[2].name) not in doubled]
        return tuple(
            PluginFailure(
                " and ".join(plugin for plugin, _ in names),
                _versions(version for _, version in names),
                "register",
                f"all offer {name!r}",
                "Allow only one of them; none is used now.",
            )
            for (_kind, name), names in sorted(doubled.items(), key=lambda item: item[0][1])
        )

    def names(self) -> tuple[tuple[str, str], ...]:
        """The usable plugins' names and versions."""
        return tuple(sorted(self._versions.items()))

    def offered(self, kind: type[S]) -> tuple[Registered[S], ...]:
        """Everything offered of one kind of spec, by name."""
        found = [Registered(plugin, version, spec) for plugin, version, spec in self._offered if isinstance(spec, kind)]
        return tuple(sorted(found, key=lambda item: item.spec.name))

    def all_offered(self) -> tuple[tuple[str, str, Spec], ...]:
        """Everything offered, as plugin, version and spec, ordered by plugin and name."""
        return tuple(sorted(self._offered, key=lambda item: (item[0], item[2].name)))

    def find(self, kind: type[S], name: str) -> Registered[S]:
        """The one spec of a kind with a name; raises `SettingsError` that says what is there and what failed."""
        for item in self.offered(kind):
            if item.spec.name == name:
                return item
        there = ", ".join(item.spec.name for item in self.offered(kind)) or "none"
        failed = "".join(
            f" The plugin {failure.plugin!r} failed at {failure.stage}: {failure.error}. {failure.remedy}"
            for failure in self.failures
        )
        raise SettingsError(
            f"No {_KIND_NAMES[kind]} named {name!r} is available (there is: {there}). "
            f"Install the plugin and name it under [plugins] allow.{failed}",
            name=name,
        )


_KIND_NAMES: dict[type[Any], str] = {
    LedgerSourceSpec: "ledger source",
    ScorerSpec: "scorer",
    ChannelSpec: "channel",
    CommandSpec: "command",
}


def _load(candidate: Candidate, notices: list[PluginNotice]) -> tuple[object | None, PluginFailure | None]:
    try:
        # In the caller's thread, and so without a deadline: a host may build its set while it is itself being imported, and
        # an import in another thread would then wait for it for good.
        with watched(partial(_note, notices, candidate.name, candidate.version, "import")):
            return importlib.import_module(candidate.module), None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # one bad plugin must not keep the host from starting
        return None, PluginFailure(
            candidate.name,
            candidate.version,
            "import",
            _what_failed(error),
            f"Reinstall or remove {candidate.distribution or candidate.module}.",
        )


def _what_failed(error: BaseException) -> str:
    # What Python says of a missing or broken module helps; the text of any other exception may hold a secret.
    kind = type(error).__name__
    return f"{kind}: {error}" if type(error) in (ImportError, ModuleNotFoundError, SyntaxError) else kind


def _note(notices: list[PluginNotice], name: str, version: str, stage: str, changed: str) -> None:
    remedy = "What could be put back was; ask its author to leave it alone."
    notices.append(PluginNotice(name, version, stage, changed, remedy))


def _versions(versions: Iterable[str]) -> str:
    return " and ".join(filter(None, versions))


def _doubled(name: str, versions: Iterable[str]) -> PluginFailure:
    return PluginFailure(
        name,
        _versions(versions),
        "register",
        "several plugins have this name",
        "Give each its own name; none is used now.",
    )


def _not_one(name: str, named: Sequence[Candidate]) -> PluginFailure:
    if not named:
        return PluginFailure(
            name, "", "discover", "it is not installed", f"Install dunningkit-{name}, or take it off the allow-list."
        )
    both = " and ".join(candidate.distribution for candidate in named)
    return PluginFailure(
        name,
        _versions(one.version for one in named),
        "discover",
        f"{both} all claim this name",
        "Uninstall all but one; none is used now.",
    )


def _name_of(plugin: object) -> str:
    return getattr(plugin, "__name__", type(plugin).__name__)


def _by_name(item: tuple[str, str, object]) -> str:
    return item[0]


class _Refused(Exception):
    """What a plugin offers cannot be used; the text says why."""


def _version_problem(api_version: object) -> str:
    parts = str(api_version).split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() for part in parts):  # noqa: PLR2004  # major.minor
        return f"its API version is {api_version!r}; ask its author to write it like {API_VERSION}"
    if tuple(map(int, parts)) > tuple(map(int, API_VERSION.split("."))):
        return f"it needs API {api_version}; this is {API_VERSION}: upgrade dunningkit-engine"
    return ""


def _refuse_odd_hooks(plugin: object) -> None:
    """Raise `_Refused` for a plugin whose hooks are written as hooks must not be."""
    for name in dir(plugin):
        # Looked at without being called: a property of a plugin may do anything.
        found = inspect.getattr_static(plugin, name, None)
        function = found.__func__ if isinstance(found, staticmethod | classmethod) else found
        options = getattr(function, f"{PROJECT}_impl", None) if inspect.isroutine(function) else None
        if options is None and not name.startswith("dunningkit_"):
            continue
        if not hasattr(DunningSpec, name):
            raise _Refused(f"{name} is no hook of dunningkit; is it misspelt?")
        if isinstance(function, property):
            raise _Refused(f"{name} is a property; hooks are plain functions")
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            raise _Refused(f"{name} is async; hooks are plain functions")
        used = [option for option in _FORBIDDEN_OPTIONS if (options or {}).get(option)]
        if used:
            raise _Refused(f"{name} uses {used[0]}; hooks only register and their order means nothing")
