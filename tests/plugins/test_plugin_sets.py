"""Finding plugins and holding the ones a host allowed: a bad one is a value with its name, never an exception."""

import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import BaseModel

from dunningkit.contracts import API_VERSION, LedgerSourceSpec, ScorerSpec
from dunningkit.delivery import file_outbox
from dunningkit.discovery import discover
from dunningkit.errors import SettingsError
from dunningkit.hooks import ENTRY_POINT_GROUP, hookimpl
from dunningkit.plugins import PluginSet
from dunningkit.scoring import plugin as ladder


class NoConfig(BaseModel):
    """No settings."""


def scorer(name: str, api_version: str = API_VERSION) -> ScorerSpec:
    return ScorerSpec(name, NoConfig, build=lambda config, services: None, api_version=api_version)


def offering(*specs: object, called: str = "made_up") -> SimpleNamespace:
    """A plugin that offers these scorers."""

    @hookimpl
    def dunningkit_scorers() -> list[object]:
        return list(specs)

    return SimpleNamespace(__name__=called, dunningkit_scorers=dunningkit_scorers)


def test_the_built_in_score_and_the_file_outbox_come_through_the_same_hooks() -> None:
    plugins = PluginSet.of(ladder, file_outbox)
    assert plugins.failures == ()
    assert [spec.name for _, _, spec in plugins.all_offered()] == ["file", "ladder"]


def test_two_sets_share_nothing() -> None:
    one, other = PluginSet.of(offering(scorer("a"))), PluginSet.of(offering(scorer("b")))
    assert [item.spec.name for item in one.offered(ScorerSpec)] == ["a"]
    assert [item.spec.name for item in other.offered(ScorerSpec)] == ["b"]


def test_one_bad_plugin_leaves_the_others_at_work() -> None:
    @hookimpl
    def dunningkit_scorers() -> list[object]:
        raise SystemExit("a plugin must not end the host")

    plugins = PluginSet.of(
        SimpleNamespace(__name__="bad", dunningkit_scorers=dunningkit_scorers), offering(scorer("a"))
    )
    assert [(failure.plugin, failure.stage) for failure in plugins.failures] == [("bad", "register")]
    assert [item.spec.name for item in plugins.offered(ScorerSpec)] == ["a"]


def test_two_that_offer_the_same_name_are_both_refused_and_named() -> None:
    plugins = PluginSet.of(offering(scorer("same"), called="one"), offering(scorer("same"), called="two"))
    assert plugins.offered(ScorerSpec) == ()
    assert plugins.failures[0].plugin == "one and two"


def test_two_plugins_of_one_name_are_both_refused_and_named() -> None:
    plugins = PluginSet.of(offering(scorer("a"), called="twin"), offering(scorer("b"), called="twin"), ladder)
    assert [(failure.plugin, failure.error) for failure in plugins.failures] == [
        ("twin", "several plugins have this name")
    ]
    assert [spec.name for _, _, spec in plugins.all_offered()] == ["ladder"]
    assert [name for name, _ in plugins.names()] == [ladder.__name__]


@pytest.mark.parametrize("name", [None, "", 7, ["a"]])
def test_a_spec_without_a_name_is_refused(name: object) -> None:
    plugins = PluginSet.of(offering(scorer(name)), offering(scorer("b"), called="well"))
    assert [(failure.plugin, failure.error) for failure in plugins.failures] == [
        ("made_up", "dunningkit_scorers returned a spec without a name")
    ]
    assert [item.spec.name for item in plugins.offered(ScorerSpec)] == ["b"]


@pytest.mark.parametrize("version", ["1.1", "2.0", "1.x", "", "next"])
def test_a_newer_or_unreadable_api_version_is_refused_with_what_to_do(version: str) -> None:
    plugins = PluginSet.of(offering(scorer("a", version)), offering(scorer("b"), called="well"))
    (failure,) = plugins.failures
    assert failure.plugin == "made_up"
    assert repr(version) in failure.error or version in failure.error
    assert "upgrade" in failure.error or "author" in failure.error + failure.remedy
    assert [item.spec.name for item in plugins.offered(ScorerSpec)] == ["b"]


def test_an_equal_or_older_minor_version_is_fine() -> None:
    assert PluginSet.of(offering(scorer("a", "1.0"))).failures == ()


@pytest.mark.parametrize("what", [None, 7, "ladder", [7], object()])
def test_what_is_no_list_of_specs_is_refused(what: object) -> None:
    @hookimpl
    def dunningkit_scorers() -> object:
        return what

    plugins = PluginSet.of(SimpleNamespace(__name__="odd", dunningkit_scorers=dunningkit_scorers))
    assert [failure.plugin for failure in plugins.failures] == ["odd"]


class TestHowHooksMayBeWritten:
    def refusal(self, **hooks: object) -> str:
        (failure,) = PluginSet.of(SimpleNamespace(__name__="odd", **hooks)).failures
        return failure.error

    def test_not_async(self) -> None:
        @hookimpl
        async def dunningkit_scorers() -> list[object]:
            return []

        assert (
            self.refusal(dunningkit_scorers=dunningkit_scorers)
            == "dunningkit_scorers is async; hooks are plain functions"
        )

    @pytest.mark.parametrize("option", ["tryfirst", "trylast", "wrapper", "hookwrapper"])
    def test_no_order_and_no_wrappers(self, option: str) -> None:
        def dunningkit_scorers() -> object:
            yield

        marked = hookimpl(**{option: True})(dunningkit_scorers)
        assert option in self.refusal(dunningkit_scorers=marked)

    def test_not_misspelt(self) -> None:
        assert "dunningkit_scorer is no hook" in self.refusal(dunningkit_scorer=list)

    def test_not_misspelt_beyond_recognition(self) -> None:
        @hookimpl
        def dunning_scorers() -> list[object]:
            return []

        assert "dunning_scorers is no hook" in self.refusal(dunning_scorers=dunning_scorers)

    def test_not_under_another_name(self) -> None:
        @hookimpl(specname="dunningkit_scorers")
        def ours() -> list[object]:
            return []

        assert "ours is no hook" in self.refusal(ours=ours)
        assert "specname" in self.refusal(dunningkit_scorers=ours)

    def test_not_a_property_and_it_is_not_even_read(self) -> None:
        class Odd:
            @property
            def dunningkit_scorers(self) -> object:
                raise SystemExit("read")

        (failure,) = PluginSet.of(Odd()).failures
        assert failure.error == "dunningkit_scorers is a property; hooks are plain functions"

    def test_methods_and_static_methods_are_fine(self) -> None:
        class Well:
            @staticmethod
            @hookimpl
            def dunningkit_scorers() -> list[object]:
                return [scorer("static")]

            @hookimpl
            def dunningkit_ledger_sources(self) -> list[object]:
                return []

        plugins = PluginSet.of(Well())
        assert plugins.failures == ()
        assert [item.spec.name for item in plugins.offered(ScorerSpec)] == ["static"]


def test_what_is_missing_is_said_with_what_is_there_and_what_failed() -> None:
    bad = SimpleNamespace(__name__="bad", dunningkit_scorer=list)
    plugins = PluginSet.of(offering(scorer("a")), bad)
    with pytest.raises(SettingsError) as caught:
        plugins.find(ScorerSpec, "b")
    for words in ("scorer named 'b'", "there is: a", "[plugins] allow", "bad"):
        assert words in str(caught.value)
    with pytest.raises(SettingsError, match="ledger source"):
        plugins.find(LedgerSourceSpec, "csv")


def test_the_csv_plugin_is_found_by_its_entry_point_and_used_only_when_allowed() -> None:
    assert "csv" in {candidate.name for candidate in discover()}
    assert PluginSet.installed(allow=[]).all_offered() == ()
    allowed = PluginSet.installed(allow=["csv"])
    offered = {(plugin, type(spec).__name__, spec.name) for plugin, _, spec in allowed.all_offered()}
    assert offered == {("csv", "LedgerSourceSpec", "csv"), ("csv", "CommandSpec", "csv")}
    assert allowed.names() == (("csv", "0.1.0"),)


def test_a_name_that_is_not_installed_says_what_to_install() -> None:
    (failure,) = PluginSet.installed(allow=["nowhere"]).failures
    assert (failure.stage, failure.plugin) == ("discover", "nowhere")
    assert "dunningkit-nowhere" in failure.remedy


class TestDistributions:
    """Fake distributions on the path of a fresh interpreter."""

    def install(self, folder: Path, dist: str, name: str, source: str) -> None:
        module = dist.replace("-", "_")
        folder.mkdir(exist_ok=True)
        (folder / f"{module}.py").write_text(textwrap.dedent(source), encoding="utf-8")
        info = folder / f"{module}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist}\nVersion: 1.2\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[{ENTRY_POINT_GROUP}]\n{name} = {module}\n", encoding="utf-8")

    def run(self, folder: Path, code: str) -> list[str]:
        program = f"import sys\nsys.path.insert(0, {str(folder)!r})\n" + textwrap.dedent(code)
        done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def test_discovery_imports_nothing(self, tmp_path: Path) -> None:
        self.install(tmp_path, "dunningkit-loud", "loud", "raise SystemExit('imported')")
        found = self.run(
            tmp_path,
            """
            from dunningkit.discovery import discover
            (one,) = [c for c in discover() if c.name == "loud"]
            print(one.name, one.distribution, one.version, "dunningkit_loud" in sys.modules)
            """,
        )
        assert found == ["loud dunningkit-loud 1.2 False"]

    def test_one_that_exits_while_it_is_imported_is_a_value(self, tmp_path: Path) -> None:
        self.install(tmp_path, "dunningkit-loud", "loud", "raise SystemExit('imported')")
        found = self.run(
            tmp_path,
            """
            from dunningkit.plugins import PluginSet
            plugins = PluginSet.installed(allow=["csv", "loud"])
            print([spec.name for _, _, spec in plugins.all_offered()])
            for failure in plugins.failures:
                print(failure.plugin, failure.version, failure.stage, failure.error)
            """,
        )
        assert found == ["['csv', 'csv']", "loud 1.2 import SystemExit"]

    @pytest.mark.parametrize(
        ("source", "said"),
        [
            ("import a_library_that_is_missing", "ModuleNotFoundError: No module named 'a_library_that_is_missing'"),
            ("raise ValueError('hunter2')", "ValueError"),
        ],
    )
    def test_a_missing_library_is_named_and_any_other_text_kept_back(self, tmp_path: Path, source, said) -> None:
        self.install(tmp_path, "dunningkit-loud", "loud", source)
        found = self.run(
            tmp_path,
            """
            from dunningkit.plugins import PluginSet
            (failure,) = PluginSet.installed(allow=["loud"]).failures
            print(failure.error)
            print(failure.remedy)
            """,
        )
        assert found == [said, "Reinstall or remove dunningkit-loud."]

    def test_only_the_keyboard_interrupts_an_import(self, tmp_path: Path) -> None:
        self.install(tmp_path, "dunningkit-loud", "loud", "raise KeyboardInterrupt")
        found = self.run(
            tmp_path,
            """
            from dunningkit.plugins import PluginSet
            try:
                PluginSet.installed(allow=["loud"])
            except KeyboardInterrupt:
                print("stopped")
            """,
        )
        assert found == ["stopped"]

    def test_a_name_that_two_distributions_claim_is_neither(self, tmp_path: Path) -> None:
        self.install(tmp_path, "dunningkit-one", "same", "x = 1")
        self.install(tmp_path, "dunningkit-two", "same", "x = 2")
        found = self.run(
            tmp_path,
            """
            from dunningkit.plugins import PluginSet
            (failure,) = PluginSet.installed(allow=["same"]).failures
            print(failure.error)
            print("dunningkit_one" in sys.modules, "dunningkit_two" in sys.modules)
            """,
        )
        assert found == ["dunningkit-one and dunningkit-two all claim this name", "False False"]

    def test_a_foreign_distribution_of_our_name_keeps_the_engine_from_starting(self, tmp_path: Path) -> None:
        info = tmp_path / "dunningkit-0.0.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dunningkit\nVersion: 0.0.1\n", encoding="utf-8")
        found = self.run(
            tmp_path,
            """
            from dunningkit.engine import Engine
            from dunningkit.errors import NameCollision
            from dunningkit.store import Store
            store = Store.open("sqlite://")
            store.migrate()
            try:
                Engine(store, [])
            except NameCollision as error:
                print(error)
            """,
        )
        assert "pip uninstall dunningkit" in found[0]
