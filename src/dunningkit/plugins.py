"""Finding plugins and holding the ones that a host allowed.

Discovery reads metadata and imports nothing; the allow-list decides what is imported. A plugin that fails is a value
(`PluginFailure`), never an exception: the others work on. A `PluginSet` belongs to whoever made it; there is no global one.
"""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from types import MappingProxyType, ModuleType
from typing import Any, Generic, TypeVar

import pluggy

from dunningkit.contracts import API_VERSION, ChannelSpec, CommandSpec, LedgerSourceSpec, ScorerSpec, Spec
from dunningkit.deadlines import SECONDS, Stage
from dunningkit.discovery import Candidate, announced_elsewhere, discover, unreadable
from dunningkit.errors import SettingsError
from dunningkit.hooks import ENTRY_POINT_GROUP, PROJECT, DunningSpec
from dunningkit.loading import NotLoaded, Refused, load
from dunningkit.specs import plain_specs
from dunningkit.surroundings import Thing

S = TypeVar("S", LedgerSourceSpec, ScorerSpec, ChannelSpec, CommandSpec)

_FORBIDDEN_OPTIONS = ("wrapper", "hookwrapper", "tryfirst", "trylast", "specname")
_NO_PARAMS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PluginFailure:
    """A plugin that could not be used: at which stage, what happened, and what to do about it.

    ``error`` and ``remedy`` are English; ``code`` and ``params`` say the same to programs, and to screens in other languages.
    """

    plugin: str
    version: str
    stage: str
    error: str
    remedy: str
    code: str = "refused"
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PluginNotice:
    """What a plugin, in use all the same, changed about the process while it was loaded, and what became of that.

    ``changed`` and ``remedy`` are English; ``code`` names what was changed to programs.
    """

    plugin: str
    version: str
    stage: str
    changed: str
    remedy: str
    code: str = ""


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
        *,
        seconds: Mapping[Stage, float] = SECONDS,
    ) -> None:
        self._versions: dict[str, str] = {}
        self._offered: list[tuple[str, str, Spec]] = []
        self.notices: tuple[PluginNotice, ...] = tuple(notices)
        collected = list(failures)
        by_name = {name: list(same) for name, same in groupby(sorted(loaded, key=_by_name), key=_by_name)}
        for name, same in by_name.items():
            versions = [version for _, version, _ in same]
            failure = _doubled(name, versions) if len(same) > 1 else self._register(*same[0], seconds)
            if failure is not None:
                collected.append(failure)
        self.failures: tuple[PluginFailure, ...] = tuple(collected) + self._drop_doubles()

    @classmethod
    def of(cls, *plugins: object) -> "PluginSet":
        """Make a set of plugin modules or objects at hand: for tests, frozen applications and hosts with their own."""
        return cls((_name_of(plugin), "", plugin) for plugin in plugins)

    @classmethod
    def installed(
        cls,
        *,
        allow: Sequence[str],
        builtin: Sequence[ModuleType] = (),
        seconds: Mapping[Stage, float] = SECONDS,
    ) -> "PluginSet":
        """Make a set of the installed plugins named in ``allow``, and of ``builtin`` modules. Nothing else is imported.

        ``seconds`` are the deadlines of import and registration; one left out is that of `SECONDS`.
        Raises `SettingsError` when ``allow`` is no list of names.
        """
        loaded: list[tuple[str, str, object]] = [(_name_of(module), API_VERSION, module) for module in builtin]
        failures: list[PluginFailure] = []
        notices: list[PluginNotice] = []
        names, candidates = _names_in(allow), discover()
        for name in names:
            # Our own names are nobody's to take: what bears one is not watched.
            named = [candidate for candidate in candidates if candidate.name == name and not is_our_own(name)]
            if len(named) == 1:
                plugin, failure = _load(named[0], seconds, notices)
                if failure is not None:
                    failures.append(failure)
                else:
                    loaded.append((name, named[0].version, plugin))
            else:
                failures.append(_not_one(name, named, candidates))
        return cls(loaded, failures, notices, seconds=seconds)

    def _register(
        self, name: str, version: str, plugin: object, seconds: Mapping[Stage, float]
    ) -> PluginFailure | None:
        notices: list[PluginNotice] = []
        limit = seconds.get(Stage.REGISTER, SECONDS[Stage.REGISTER])
        try:
            notice = None if is_our_own(name) else partial(_note, notices, name, version, "register")
            offered = load(partial(_offers, plugin, name), limit, notice)
        except NotLoaded as error:
            return _not_registered(name, version, error)
        finally:
            self.notices += tuple(notices)
        self._offered.extend((name, version, spec) for spec in offered)
        self._versions[name] = version
        return None

    def add_notice(self, plugin: str, version: str, stage: str, thing: Thing) -> None:
        """Keep what a plugin of this set changed about the process when somebody built its objects."""
        notices: list[PluginNotice] = []
        _note(notices, plugin, version, stage, thing)
        self.notices += tuple(notices)

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
                "same_offer",
                {"offer": name},
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
            what="absent",
            name=name,
        )


_KIND_NAMES: dict[type[Any], str] = {
    LedgerSourceSpec: "ledger source",
    ScorerSpec: "scorer",
    ChannelSpec: "channel",
    CommandSpec: "command",
}


def is_our_own(plugin: str) -> bool:
    """Whether a plugin of this name came with the engine; an entry point's name has no such dot."""
    return plugin.startswith("dunningkit.")


def _names_in(allow: Sequence[str]) -> list[str]:
    given: object = allow
    if isinstance(given, str | bytes) or not all(type(name) is str for name in allow):
        raise SettingsError(f"allow is {allow!r}: write a list of plugin names, such as ['csv'].", where="allow")
    return sorted(set(allow))


def _load(
    candidate: Candidate, seconds: Mapping[Stage, float], notices: list[PluginNotice]
) -> tuple[object | None, PluginFailure | None]:
    name, version = candidate.name, candidate.version
    limit = seconds.get(Stage.IMPORT, SECONDS[Stage.IMPORT])
    try:
        return load(candidate.entry_point.load, limit, partial(_note, notices, name, version, "import")), None
    except NotLoaded as error:
        distribution = candidate.distribution or candidate.module
        if error.seconds is not None:
            return None, _hung(name, version, "import", error)
        remedy = f"Reinstall or remove {distribution}."
        params = {"error": error.said, "distribution": distribution}
        return None, PluginFailure(name, version, "import", error.said, remedy, "not_imported", params)


def _not_registered(name: str, version: str, error: NotLoaded) -> PluginFailure:
    if error.seconds is not None:
        return _hung(name, version, "register", error)
    said = error.said if error.refused else f"{error.said} while it registered"
    remedy = "Remove it from the allow-list or ask its author."
    return PluginFailure(name, version, "register", said, remedy, "refused", {"error": error.said})


def _hung(name: str, version: str, stage: str, error: NotLoaded) -> PluginFailure:
    remedy = "Remove it from the allow-list or ask its author; restart the process, it is still at it."
    return PluginFailure(name, version, stage, error.said, remedy, "hung", {"seconds": error.seconds})


def _note(notices: list[PluginNotice], name: str, version: str, stage: str, changed: Thing) -> None:
    remedy = "What could be put back was; ask its author to leave it alone."
    notices.append(PluginNotice(name, version, stage, changed.name, remedy, changed.code))


def _versions(versions: Iterable[str]) -> str:
    return " and ".join(filter(None, versions))


def _doubled(name: str, versions: Iterable[str]) -> PluginFailure:
    error, remedy = "several plugins have this name", "Give each its own name; none is used now."
    return PluginFailure(name, _versions(versions), "register", error, remedy, "same_name")


def _not_one(name: str, named: Sequence[Candidate], candidates: Sequence[Candidate]) -> PluginFailure:
    if named:
        both = " and ".join(candidate.distribution for candidate in named)
        error, remedy = f"{both} all claim this name", "Uninstall all but one; none is used now."
        versions = _versions(one.version for one in named)
        return PluginFailure(name, versions, "discover", error, remedy, "claimed_twice", {"distributions": both})
    if (group := announced_elsewhere(name)) is not None:
        error = f"it announces itself as {group}, and this is {ENTRY_POINT_GROUP}"
        remedy = "Install a version of it, or of dunningkit-engine, that fits the other."
        return PluginFailure(
            name, "", "discover", error, remedy, "other_group", {"group": group, "ours": ENTRY_POINT_GROUP}
        )
    if meant := [one.name for one in candidates if _alike(name, one)]:
        error, remedy = "no plugin has exactly this name", f"Write {meant[0]!r} on the allow-list."
        return PluginFailure(name, "", "discover", error, remedy, "misnamed", {"meant": meant[0]})
    if is_our_own(name) or not _could_be_installed(name):
        error, remedy = (
            "it is not the name of a plugin",
            "Name each plugin on the allow-list by itself; there are no patterns.",
        )
        return PluginFailure(name, "", "discover", error, remedy, "no_name")
    broken = ", ".join(unreadable())
    also = f", and the metadata of {broken} cannot be read" if broken else ""
    remedy = f"Install dunningkit-{name}, or take it off the allow-list."
    params = {"broken": broken or None}
    return PluginFailure(name, "", "discover", f"it is not installed{also}", remedy, "not_installed", params)


def _alike(name: str, candidate: Candidate) -> bool:
    wanted = _folded(name)
    return wanted in (
        _folded(candidate.name),
        _folded(candidate.distribution),
        _folded(candidate.module.partition(".")[0]),
    )


def _folded(name: str) -> str:
    return name.strip().lower().replace("_", "-")


def _could_be_installed(name: str) -> bool:
    return name.isascii() and bool(name) and name.replace("-", "").replace("_", "").replace(".", "").isalnum()


def _name_of(plugin: object) -> str:
    try:
        name: object = getattr(plugin, "__name__", None)
    except Exception:  # noqa: BLE001  # an attribute of a plugin may be code
        name = None
    return name if type(name) is str and name else type(plugin).__name__


def _by_name(item: tuple[str, str, object]) -> str:
    return item[0]


_HOOKS: Mapping[str, type[Spec]] = {
    "dunningkit_ledger_sources": LedgerSourceSpec,
    "dunningkit_scorers": ScorerSpec,
    "dunningkit_channels": ChannelSpec,
    "dunningkit_commands": CommandSpec,
}


def _offers(plugin: object, name: str) -> tuple[Spec, ...]:
    """The plain specs that a plugin's hooks return; raises `Refused` and whatever the plugin raises."""
    _refuse_odd_hooks(plugin)
    # A manager for each: a plugin that is left behind here has nothing of anybody else's in hand.
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(DunningSpec)
    try:
        manager.register(plugin, name)
        manager.check_pending()
    except pluggy.PluginValidationError:
        raise Refused("its hooks take other arguments than they are given") from None
    offered: list[Spec] = []
    for hook, kind in _HOOKS.items():
        function = getattr(plugin, hook, None)
        if function is not None:
            offered += plain_specs(hook, kind, function())
    return tuple(offered)


def _refuse_odd_hooks(plugin: object) -> None:
    """Raise `Refused` for a plugin whose hooks are written as hooks must not be."""
    for name in dir(plugin):
        # Looked at without being called: a property of a plugin may do anything.
        found = inspect.getattr_static(plugin, name, None)
        function = found.__func__ if isinstance(found, staticmethod | classmethod) else found
        options = getattr(function, f"{PROJECT}_impl", None) if inspect.isroutine(function) else None
        if options is None and not name.startswith("dunningkit_"):
            continue
        is_hook = hasattr(DunningSpec, name)
        if not is_hook and not (callable(function) or isinstance(function, property)):
            continue  # a module that it imported, a constant
        if not is_hook:
            raise Refused(f"{name} is no hook of dunningkit; is it misspelt?")
        if isinstance(function, property):
            raise Refused(f"{name} is a property; hooks are plain functions")
        if not callable(function):
            raise Refused(f"{name} is no function")
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            raise Refused(f"{name} is async; hooks are plain functions")
        used = [option for option in _FORBIDDEN_OPTIONS if (options or {}).get(option)]
        if used:
            raise Refused(f"{name} uses {used[0]}; hooks only register and their order means nothing")
