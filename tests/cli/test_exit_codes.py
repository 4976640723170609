"""Each exit code of the handbook's table, reached at the keyboard, and what is said in which language."""

import json

import pytest

from dunningkit.cli import exit_codes
from dunningkit.cli.app import run


def test_0_done(desk) -> None:
    assert desk.dunning("run") == exit_codes.DONE == 0


def test_2_written_wrongly(desk) -> None:
    assert desk.dunning("run", "--nonsense") == exit_codes.WRITTEN_WRONGLY == 2


def test_3_settings(desk) -> None:
    desk.write(instead="[creditor]\n")
    assert desk.dunning("run") == exit_codes.SETTINGS == 3


def test_4_the_ledger_could_not_be_read_whole(desk) -> None:
    (desk.folder / "invoices.csv").unlink()
    assert desk.dunning("run") == exit_codes.LEDGER == 4


def test_5_the_database(desk) -> None:
    assert desk.dunning("run", "--store", f"sqlite:///{desk.folder}/dunning.toml") == exit_codes.DATABASE == 5


def test_6_not_there_or_not_now(desk) -> None:
    assert desk.dunning("undo") == exit_codes.NOT_THERE == 6


def test_7_not_delivered(desk) -> None:
    desk.json("run")
    desk.json("approve", "--all")
    (desk.folder / "outbox").write_text("a file where the folder should be")
    assert desk.dunning("send") == exit_codes.NOT_DELIVERED == 7


def test_130_interrupted(desk, monkeypatch) -> None:
    def stop(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dunningkit.engine.facade.Engine.sync", stop)
    assert desk.dunning("run") == exit_codes.INTERRUPTED == 130


class TestInTheLanguageOfTheScreen:
    """The sentence in the language first, the exact English one below it."""

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("fi", "not_found: Sitä ei löydy: ffff. Tarkista tunnus.\n  No reminders begin with 'ffff'."),
            ("sv", "not_found: Det finns inte: ffff. Kontrollera beteckningen.\n  No reminders begin with 'ffff'."),
            ("en", "not_found: No reminders begin with 'ffff'."),
        ],
    )
    def test_an_error(self, desk, language: str, said: str) -> None:
        desk.json("run")
        assert desk.dunning("approve", "ffff", "--language", language) == exit_codes.NOT_THERE
        assert desk.err.startswith(said)

    def test_the_creditors_language_where_none_is_asked_for(self, desk) -> None:
        text = (desk.folder / "dunning.toml").read_text(encoding="utf-8")
        desk.write(instead=text.replace("[creditor]", '[creditor]\nlanguage = "sv"').replace('plugin = "file"', ""))
        assert desk.dunning("run") == exit_codes.SETTINGS
        assert desk.err.startswith("settings_error: Inställningarna eller policyn behöver rättas")

    def test_english_where_nothing_says_a_language(self, tmp_path, capsys) -> None:
        assert run(["--config", str(tmp_path / "none.toml"), "show"]) == exit_codes.SETTINGS
        assert capsys.readouterr().err.startswith("settings_error: The configuration")

    def test_a_program_gets_both(self, desk) -> None:
        desk.json("run")
        desk.dunning("approve", "ffff", "--json")
        told = json.loads(desk.err)
        assert told.keys() == {"error", "message", "text"}
        assert told["text"] == "Sitä ei löydy: ffff. Tarkista tunnus."
        desk.dunning("approve", "ffff", "--json", "--language", "en")
        assert json.loads(desk.err).keys() == {"error", "message"}

    def test_doctor(self, desk) -> None:
        assert desk.dunning("doctor", "--language", "sv") == exit_codes.SETTINGS
        assert desk.out.startswith("- Databasen har ännu inga tabeller för dunningkit.")
