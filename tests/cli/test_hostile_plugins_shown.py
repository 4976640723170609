"""What a person sees of a plugin that misbehaves: which, in what version, at which stage, what happened and what to do."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from dunningkit import dispatch
from dunningkit.cli import exit_codes, looking
from dunningkit.cli.failing import failure_line, notice_line
from dunningkit.contracts import CommandSpec
from dunningkit.engine import config
from dunningkit.errors import PluginCrash, SettingsError
from dunningkit.model import Language
from dunningkit.plugins import PluginFailure, PluginNotice, PluginSet
from dunningkit.surroundings import THINGS, WARNINGS
from dunningkit.wording import Wording

SECRET = "hunter2-of-Maija-Makinen"
EVERY_LANGUAGE = pytest.mark.parametrize("language", list(Language))

FAILURES = {
    "not_installed": {"broken": None},
    "no_name": {},
    "misnamed": {"meant": "csv"},
    "other_group": {"group": "dunningkit_engine.v2", "ours": "dunningkit_engine.v1"},
    "claimed_twice": {"distributions": "dunningkit-one and dunningkit-two"},
    "not_imported": {"error": "SystemExit", "distribution": "dunningkit-odd"},
    "hung": {"seconds": 60.0},
    "refused": {"error": "dunningkit_scorer is no hook of dunningkit; is it misspelt?"},
    "same_name": {},
    "same_offer": {"offer": "ladder"},
}


@EVERY_LANGUAGE
@pytest.mark.parametrize("code", FAILURES)
@pytest.mark.parametrize("stage", ["discover", "import", "register"])
def test_a_failure_says_who_where_what_and_what_to_do(language: Language, code: str, stage: str) -> None:
    line = failure_line(PluginFailure("odd", "6.6.6", stage, "...", "...", code, FAILURES[code]), Wording(language))
    assert line.startswith("odd 6.6.6 (")
    assert line.endswith(".")
    assert line.count(". ") >= 1
    for figure in FAILURES[code].values():
        assert figure is None or str(figure).partition(".")[0] in line


@EVERY_LANGUAGE
@pytest.mark.parametrize("thing", [*THINGS, WARNINGS], ids=lambda thing: thing.code)
def test_a_notice_says_what_was_changed(language: Language, thing: Any) -> None:
    wording = Wording(language)
    line = notice_line(PluginNotice("odd", "6.6.6", "build", thing.name, "...", thing.code), wording)
    assert line.startswith("odd 6.6.6 (")
    assert language is not Language.EN or thing.name in line
    assert language is Language.EN or thing.code not in line.split()


@EVERY_LANGUAGE
def test_every_failure_that_can_happen_has_its_words(language: Language) -> None:
    made = PluginSet.installed(allow=["nowhere", "CSV", "*"])
    lines = [failure_line(failure, Wording(language)) for failure in made.failures]
    assert len(lines) == 3
    assert all(line.endswith(".") for line in lines)


@pytest.fixture
def meddled(desk, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The desk with a plugin in its set that meddles, and one that cannot be used."""
    load = config.load_plugins

    def loaded(settings: Any) -> PluginSet:
        made = load(settings)
        made.add_notice("odd", "6.6.6", "import", THINGS[0])
        made.failures += (
            PluginFailure("bad", "1.2", "import", "...", "...", "not_imported", FAILURES["not_imported"]),
        )
        return made

    monkeypatch.setattr(config, "load_plugins", loaded)
    monkeypatch.setattr(looking, "load_plugins", loaded)
    return desk


@pytest.mark.parametrize("command", ["plugins", "doctor"])
def test_failures_and_notices_are_shown_in_the_language_of_the_screen(meddled, command: str) -> None:
    meddled.dunning("init")
    meddled.dunning(command)
    assert "bad 1.2 (lataus): sitä ei voitu ladata (SystemExit)." in meddled.out
    assert "odd 6.6.6 (lataus): se muutti yhteistä: Python-tulkin asetukset." in meddled.out
    meddled.dunning(command, "--language", "sv")
    assert "bad 1.2 (laddning): det kunde inte laddas (SystemExit)." in meddled.out
    assert "odd 6.6.6 (laddning): det ändrade något gemensamt: Pythontolkens inställningar." in meddled.out


def test_the_doctor_tells_notices_from_what_must_be_corrected(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.dunning("init")
    load = config.load_plugins

    def loaded(settings: Any) -> PluginSet:
        made = load(settings)
        made.add_notice("odd", "6.6.6", "import", THINGS[0])
        return made

    monkeypatch.setattr(config, "load_plugins", loaded)
    found = desk.json("doctor")
    assert (found["ok"], found["problems"], len(found["notices"])) == (True, [], 1)


def test_plugins_are_listed_even_where_the_rest_of_the_settings_cannot_be_used(desk) -> None:
    text = (desk.folder / "dunning.toml").read_text(encoding="utf-8")
    desk.write(instead=text.replace('allow = ["csv"]', 'allow = ["nowhere"]'))
    assert desk.dunning("doctor") == exit_codes.SETTINGS
    assert "Mikään käytössä oleva lisäosa ei tarjoa tätä: csv." in desk.err
    assert "nowhere" in desk.err
    assert desk.dunning("plugins") == exit_codes.DONE
    assert "nowhere (etsintä)" in desk.out
    assert "csv 0.1.0: ei sallittu (lisää se kohtaan [plugins])" in " ".join(desk.out.split())


@EVERY_LANGUAGE
def test_a_plugin_that_cannot_be_built_is_named(language: Language) -> None:
    error = SettingsError("...", what="built", plugin="odd", version="6.6.6", stage="build", error="RuntimeError")
    told = Wording(language).error(error.code, error.params)
    assert told is not None
    assert "odd" in told
    assert "RuntimeError" in told


# -- subcommands ---------------------------------------------------------------------------------------------------


def ran(act: Callable[[Any], Any]) -> int:
    return dispatch.run_command(CommandSpec("odd", "Odd.", act), ["--json"], plugin="odd", version="6.6.6")


def raising(error: BaseException) -> Callable[[Any], Any]:
    def act(_arguments: Any) -> Any:
        raise error

    return act


@pytest.mark.parametrize(
    ("act", "code"), [(lambda given: 3, 3), (raising(SystemExit(2)), 2), (raising(SystemExit()), 0)]
)
def test_the_exit_code_of_a_command_is_passed_on(act: Callable[[Any], Any], code: int) -> None:
    assert ran(act) == code


@pytest.mark.parametrize(
    "act", [lambda given: None, lambda given: "3", raising(SystemExit(SECRET)), raising(RuntimeError(SECRET))]
)
def test_a_command_that_fails_otherwise_is_named(act: Callable[[Any], Any]) -> None:
    with pytest.raises(PluginCrash, match=r"The plugin 'odd' 6\.6\.6 failed in its command 'odd' with ") as caught:
        ran(act)
    assert SECRET not in str(caught.value)


def test_what_a_command_says_on_purpose_passes() -> None:
    with pytest.raises(SettingsError, match="This line"):
        ran(raising(SettingsError("This line.")))


def test_a_command_that_fails_ends_with_a_sentence_and_an_exit_code(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_arguments: object) -> int:
        raise RuntimeError(SECRET)

    spec = CommandSpec("csv", "Look.", fail)
    monkeypatch.setattr(PluginSet, "offered", lambda _plugins, _kind: (_Offered("csv", "0.1.0", spec),))
    assert desk.dunning("csv", "--json") == exit_codes.of_error(PluginCrash("..."))
    assert json.loads(desk.err)["error"] == "plugin_crash"
    assert SECRET not in desk.err


class _Offered:
    def __init__(self, plugin: str, version: str, spec: CommandSpec) -> None:
        self.plugin, self.version, self.spec = plugin, version, spec
