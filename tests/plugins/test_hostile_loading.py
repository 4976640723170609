"""Whatever is wrong with a plugin before it works is a value that says what happened and what to do; the others work."""

import json
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from dunningkit.contracts import (
    ChannelSpec,
    CommandSpec,
    Deduplication,
    LedgerSourceSpec,
    ScorerSpec,
)
from dunningkit.deadlines import Stage
from dunningkit.errors import SettingsError
from dunningkit.hooks import ENTRY_POINT_GROUP, hookimpl
from dunningkit.model import Medium
from dunningkit.plugins import PluginSet

SECRET = "hunter2-of-Maija-Makinen"
SOON = {Stage.IMPORT: 0.3, Stage.REGISTER: 0.3}


class NoConfig(BaseModel):
    """No settings."""


def scorer(name: Any = "a", **other: Any) -> ScorerSpec:
    return ScorerSpec(name, **{"config_model": NoConfig, "build": lambda config, services: None, **other})


def channel(**other: Any) -> ChannelSpec:
    usual = {
        "build": lambda config, services: None,
        "media": frozenset({Medium.SMS}),
        "deduplication": Deduplication.NONE,
    }
    return ChannelSpec("a", NoConfig, **{**usual, **other})


def offering(hook: Callable[[], Any], name: str = "scorers") -> SimpleNamespace:
    return SimpleNamespace(__name__="odd", **{f"dunningkit_{name}": hookimpl(hook)})


WELL = SimpleNamespace(__name__="well", dunningkit_scorers=hookimpl(lambda: [scorer("well")]))


def refusal(*plugins: object, **seconds: Any) -> str:
    """Why the only one that failed did; another one works on."""
    loaded = [(getattr(plugin, "__name__", "odd"), "6.6.6", plugin) for plugin in (*plugins, WELL)]
    made = PluginSet(loaded, **seconds)
    (failure,) = made.failures
    assert (failure.plugin, failure.version, failure.stage) == ("odd", "6.6.6", "register")
    assert failure.remedy.endswith(".")
    assert SECRET not in repr(failure)
    assert [spec.name for _, _, spec in made.all_offered()] == ["well"]
    return failure.error


# -- what hooks return ---------------------------------------------------------------------------------------------


class Fickle(ScorerSpec):
    """Has another name at every look."""

    looks = 0

    def __getattribute__(self, name: str) -> Any:
        if name == "name":
            type(self).looks += 1
            if type(self).looks > 1:
                raise SystemExit(SECRET)
        return object.__getattribute__(self, name)


def endless() -> Iterator[ScorerSpec]:
    number = 0
    while True:
        number += 1
        yield scorer(str(number))


async def awaited() -> list[object]:
    return []


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "dunningkit_scorers did not return a list of specs"),
        ("scorer", "dunningkit_scorers did not return a list of specs"),
        ({"a": scorer()}, "dunningkit_scorers did not return a list of specs"),
        (scorer(), "dunningkit_scorers did not return a list of specs"),
        ([ScorerSpec], "dunningkit_scorers returned something that is no spec"),
        ([channel()], "dunningkit_scorers returned a spec of another kind; it is for ScorerSpec"),
        ([scorer(), scorer()], "dunningkit_scorers offers 'a' twice"),
        ([scorer("a\x1b[2J")], "dunningkit_scorers returned a spec without a name"),
        ([scorer("a" * 101)], "dunningkit_scorers returned a spec without a name"),
        ([scorer(capabilities=["all"])], "'a' declares capabilities that are no ScorerCapability"),
        ([scorer(build=None)], "'a' has a build that is no function"),
        ([scorer(build=awaited)], "'a' has a build that is async"),
        ([scorer(config_model=dict)], "'a' has a config_model that is no pydantic model"),
        ([scorer(api_version=1.0)], "its API version is no text; ask its author to write it like 1.0"),
        ([scorer(api_version="1." + "9" * 5000)], "its API version is '1.999"),
    ],
)
def test_what_is_no_list_of_usable_specs_is_refused_in_words(returned: object, said: str) -> None:
    assert refusal(offering(lambda: returned)).startswith(said)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (channel(media=frozenset()), "'a' names no Medium that it carries"),
        (channel(media=frozenset({"sms"})), "'a' names no Medium that it carries"),
        (channel(deduplication="none"), "'a' does not say how its provider deduplicates"),
        (channel(capabilities=frozenset({"look_up"})), "'a' declares capabilities that are no ChannelCapability"),
    ],
)
def test_a_channel_says_what_it_carries_and_can(spec: ChannelSpec, said: str) -> None:
    assert refusal(offering(lambda: [spec], "channels")) == said


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (CommandSpec("a", "Two\nlines.", run=len), "'a' has no summary of one line"),
        (CommandSpec("a", "One.", run=None), "'a' has a run that is no function"),
        (CommandSpec("a", "One.", run=awaited), "'a' has a run that is async"),
    ],
)
def test_a_command_says_what_it_does(spec: CommandSpec, said: str) -> None:
    assert refusal(offering(lambda: [spec], "commands")) == said


def test_specs_without_an_end_are_refused() -> None:
    assert refusal(offering(endless)) == "dunningkit_scorers returned more than 1000 specs"


def test_a_coroutine_from_a_plain_hook_is_refused_and_leaves_no_warning() -> None:
    def plain() -> Any:
        return awaited()

    assert refusal(offering(plain)) == "dunningkit_scorers returned a coroutine; hooks are plain functions"


def test_a_spec_is_read_once_and_kept_as_a_plain_one() -> None:
    fickle = Fickle("fickle", NoConfig, build=lambda config, services: None)
    plugins = PluginSet.of(offering(lambda: [fickle]))
    assert plugins.failures == ()
    (offered,) = plugins.offered(ScorerSpec)
    assert type(offered.spec) is ScorerSpec
    assert [spec.name for _, _, spec in plugins.all_offered()] == ["fickle"]


# -- how hooks are written -----------------------------------------------------------------------------------------


def test_a_hook_that_wants_arguments_is_refused_in_words() -> None:
    assert refusal(offering(lambda config: [])) == "its hooks take other arguments than they are given"


def test_a_list_in_the_place_of_a_hook_is_refused() -> None:
    assert (
        refusal(SimpleNamespace(__name__="odd", dunningkit_scorers=[scorer()])) == "dunningkit_scorers is no function"
    )


def test_a_module_that_a_plugin_imports_is_no_misspelt_hook() -> None:
    plugin = SimpleNamespace(__name__="fine", dunningkit_fine=ModuleType("dunningkit_fine"), dunningkit_version="1.0")
    assert PluginSet.of(plugin).failures == ()


class CannotBeListed:
    __name__ = "odd"

    def __dir__(self) -> list[str]:
        raise SystemExit(SECRET)


class HasNoName:
    @property
    def __name__(self) -> str:
        raise RuntimeError(SECRET)


def test_an_object_that_cannot_be_looked_at_is_refused() -> None:
    assert refusal(CannotBeListed()) == "SystemExit while it registered"
    assert PluginSet.of(HasNoName()).names() == (("HasNoName", ""),)


def test_a_hook_that_hangs_is_left_behind_and_writes_nothing_when_it_comes_back() -> None:
    let_go, done = threading.Event(), threading.Event()

    def late() -> list[ScorerSpec]:
        let_go.wait(30)
        done.set()
        return [scorer("late")]

    made = PluginSet([("odd", "6.6.6", offering(late)), ("well", "1", WELL)], seconds=SOON)
    (failure,) = made.failures
    assert (failure.error, failure.code) == ("it took longer than 0.3 seconds", "hung")
    let_go.set()
    assert done.wait(30)
    assert [spec.name for _, _, spec in made.all_offered()] == ["well"]
    assert made.names() == (("well", "1"),)


# -- what is installed ---------------------------------------------------------------------------------------------


def install(folder: Path, dist: str, source: str, *, points: str | bytes = "", metadata: str = "") -> Path:
    module = dist.replace("-", "_")
    folder.mkdir(exist_ok=True)
    (folder / f"{module}.py").write_text(textwrap.dedent(source), encoding="utf-8")
    info = folder / f"{module}-1.2.dist-info"
    info.mkdir()
    name = dist.removeprefix("dunningkit-")
    usual = f"[{ENTRY_POINT_GROUP}]\n{name} = {module}\n"
    given = points or usual
    (info / "entry_points.txt").write_bytes(given if isinstance(given, bytes) else given.encode())
    (info / "METADATA").write_text(metadata or f"Metadata-Version: 2.1\nName: {dist}\nVersion: 1.2\n", encoding="utf-8")
    return folder


GOOD = """
    from pydantic import BaseModel
    from dunningkit.contracts import ScorerSpec
    from dunningkit.hooks import hookimpl

    class Settings(BaseModel):
        pass

    @hookimpl
    def dunningkit_scorers():
        return [ScorerSpec("good", Settings, lambda settings, services: None)]
"""


def loaded(folder: Path, allow: list[str], *, start: str = "", seconds: float = 30) -> Any:
    """What a fresh interpreter offers, and each failure with its stage, error, remedy and code."""
    program = f"""
        import json, sys
        sys.path.insert(0, {str(folder)!r})
        {start or "from dunningkit.plugins import PluginSet"}
        from dunningkit.deadlines import Stage
        made = PluginSet.installed(allow={allow!r}, seconds={{Stage.IMPORT: {seconds}}})
        print(json.dumps([[spec.name for _, _, spec in made.all_offered()],
                          [[one.plugin, one.stage, one.error, one.remedy, one.code] for one in made.failures]]))
    """
    program = textwrap.dedent(program)
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert SECRET not in done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("hang", ["time.sleep(1000)", "lock.acquire()", "exec('while True: pass')"])
def test_an_import_that_hangs_is_left_behind_and_the_process_ends(tmp_path: Path, hang: str) -> None:
    install(tmp_path, "dunningkit-good", GOOD)
    install(
        tmp_path,
        "dunningkit-slow",
        f"import threading, time\nlock = threading.Lock()\nlock.acquire()\n{hang}\nlock.acquire()",
    )
    started = monotonic()
    offered, failures = loaded(tmp_path, ["good", "slow"], seconds=2)
    assert monotonic() - started < 30
    assert offered == ["good"]
    assert failures == [
        [
            "slow",
            "import",
            "it took longer than 2 seconds",
            "Remove it from the allow-list or ask its author; restart the process, it is still at it.",
            "hung",
        ]
    ]


def test_a_host_that_loads_its_own_plugin_while_it_is_imported_waits_for_nothing(tmp_path: Path) -> None:
    host = tmp_path / "host"
    host.mkdir()
    (host / "plugin.py").write_text(textwrap.dedent(GOOD), encoding="utf-8")
    (host / "__init__.py").write_text(
        "from dunningkit.plugins import PluginSet\n"
        "allowed = PluginSet.installed(allow=['host'])\n"
        "assert [spec.name for _, _, spec in allowed.all_offered()] == ['good'], allowed.failures\n",
        encoding="utf-8",
    )
    install(tmp_path, "dunningkit-host", "", points=f"[{ENTRY_POINT_GROUP}]\nhost = host.plugin\n")
    offered, failures = loaded(tmp_path, ["host"], start="from host import PluginSet", seconds=5)
    assert (offered, failures) == (["good"], [])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (f"raise ImportError('{SECRET}')", "ImportError"),
        (f"raise ModuleNotFoundError('{SECRET}')", "ModuleNotFoundError"),
        (f"raise ModuleNotFoundError('x', name='{SECRET}')", "ModuleNotFoundError"),
        (f"raise SyntaxError('{SECRET}')", "SyntaxError"),
        ("from dunningkit.model import Nothing", "ImportError: 'dunningkit.model' has not what it asks for"),
        (f"x = = '{SECRET}'", "SyntaxError in "),
        (f"raise type('{SECRET}', (Exception,), {{}})", "an exception"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("import asyncio; raise asyncio.CancelledError", "CancelledError"),
        ("def f(): f()\nf()", "RecursionError"),
    ],
)
def test_what_happened_at_an_import_is_said_without_the_words_of_the_plugin(
    tmp_path: Path, source: str, said: str
) -> None:
    install(tmp_path, "dunningkit-good", GOOD)
    install(tmp_path, "dunningkit-loud", source)
    offered, ((plugin, stage, error, remedy, code),) = loaded(tmp_path, ["good", "loud"])
    assert (offered, plugin, stage, code) == (["good"], "loud", "import", "not_imported")
    assert remedy == "Reinstall or remove dunningkit-loud."
    assert error == said or (said.endswith(" in ") and error.startswith(said))


@pytest.mark.parametrize(
    "broken",
    [
        {"points": b"\xff\xfe\x00garbage"},
        {"points": "no section at all\n"},
        {"points": f"[{ENTRY_POINT_GROUP}]\nno value\n"},
        {"metadata": "\n"},
        {"metadata": "Name: \x00\n"},
    ],
)
def test_a_distribution_with_broken_metadata_hides_no_other(tmp_path: Path, broken: dict[str, Any]) -> None:
    # Without pydantic, which reads everybody's metadata itself and fails at this.
    good = (
        GOOD.replace("(BaseModel)", "")
        .replace("pass", "model_validate = dict")
        .replace("from pydantic import BaseModel", "")
    )
    install(tmp_path, "dunningkit-good", good)
    install(tmp_path, "dunningkit-broken", GOOD, **broken)
    offered, failures = loaded(tmp_path, ["good"])
    assert (offered, failures) == (["good"], [])


def test_what_cannot_be_read_is_named_where_something_is_missing(tmp_path: Path) -> None:
    install(tmp_path, "dunningkit-broken", GOOD, points=b"\xff\xfe")
    _, ((plugin, stage, error, _remedy, code),) = loaded(tmp_path, ["broken"])
    assert (plugin, stage, code) == ("broken", "discover", "not_installed")
    assert error == "it is not installed, and the metadata of dunningkit_broken-1.2.dist-info cannot be read"


def test_a_plugin_for_another_major_version_is_told_from_one_that_is_not_there(tmp_path: Path) -> None:
    install(tmp_path, "dunningkit-next", GOOD, points="[dunningkit_engine.v2]\nnext = dunningkit_next\n")
    _, ((_plugin, _stage, error, remedy, code),) = loaded(tmp_path, ["next"])
    assert error == f"it announces itself as dunningkit_engine.v2, and this is {ENTRY_POINT_GROUP}"
    assert remedy == "Install a version of it, or of dunningkit-engine, that fits the other."
    assert code == "other_group"


def test_an_entry_point_may_name_an_object_of_a_module(tmp_path: Path) -> None:
    source = f"{textwrap.dedent(GOOD)}\nclass Plugin:\n    dunningkit_scorers = staticmethod(dunningkit_scorers)\n"
    install(tmp_path, "dunningkit-object", source, points=f"[{ENTRY_POINT_GROUP}]\nobject = dunningkit_object:Plugin\n")
    assert loaded(tmp_path, ["object"]) == [["good"], []]


# -- allow-lists ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("allow", ["csv", b"csv", ["csv", None], [7]])
def test_what_is_no_list_of_names_is_refused(allow: Any) -> None:
    with pytest.raises(SettingsError, match="write a list of plugin names"):
        PluginSet.installed(allow=allow)


@pytest.mark.parametrize("written", ["CSV", " csv", "dunningkit-csv", "dunningkit_csv"])
def test_a_name_that_is_nearly_right_says_the_right_one(written: str) -> None:
    (failure,) = PluginSet.installed(allow=[written]).failures
    assert (failure.plugin, failure.code, failure.remedy) == (written, "misnamed", "Write 'csv' on the allow-list.")


@pytest.mark.parametrize("written", ["*", "c*", "", "csv,file", "../csv", "\ud800", "dunningkit.own"])
def test_there_are_no_patterns_in_an_allow_list(written: str) -> None:
    (failure,) = PluginSet.installed(allow=[written]).failures
    assert (failure.stage, failure.code) == ("discover", "no_name")


def test_nobody_is_allowed_by_default() -> None:
    with pytest.raises(TypeError, match="allow"):
        PluginSet.installed()
    assert PluginSet.installed(allow=()).names() == ()


# -- many at once --------------------------------------------------------------------------------------------------


def test_a_hundred_tenants_each_have_their_own_plugins_and_failures() -> None:
    made: dict[int, PluginSet] = {}
    all_there = threading.Barrier(100)  # a thread that starts while a plugin is loaded is taken for the plugin's

    def tenant(number: int) -> None:
        all_there.wait(30)

        def exits() -> Any:
            raise SystemExit(SECRET)

        own = SimpleNamespace(
            __name__=f"own-{number}",
            dunningkit_scorers=hookimpl(lambda: [scorer(f"score-{number}")]),
            dunningkit_ledger_sources=hookimpl(
                lambda: [LedgerSourceSpec("ledger", NoConfig, build=lambda config, services: number)]
            ),
        )
        bad = SimpleNamespace(__name__=f"bad-{number}", dunningkit_scorers=hookimpl(exits))
        made[number] = PluginSet.of(own, bad)

    threads = [threading.Thread(target=tenant, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 100
    for number, plugins in made.items():
        assert [spec.name for _, _, spec in plugins.all_offered()] == ["ledger", f"score-{number}"]
        assert plugins.find(LedgerSourceSpec, "ledger").spec.build(None, None) == number
        assert [failure.plugin for failure in plugins.failures] == [f"bad-{number}"]
        assert plugins.notices == ()
