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


class TestAMissingDatabase:
    """Made by init alone: a mistyped name must not become a new memory that knows nothing of what was sent."""

    @pytest.mark.parametrize("command", ["sync", "propose", "run", "show", "send", "compare", "undo"])
    def test_is_an_error_and_is_not_made(self, desk, command: str) -> None:
        asked = desk.folder / "typo" / "dunnign.db"
        assert desk.dunning(command, "--store", f"sqlite:///{asked}", "--language", "en") == exit_codes.DATABASE == 5
        assert desk.err.startswith(f"schema_missing: There is no database {asked}.")
        assert "dunning init" in desk.err
        assert not asked.parent.exists()

    def test_is_told_by_doctor_which_makes_it_only_when_asked(self, desk) -> None:
        asked = desk.folder / "new.db"
        store = ("--store", f"sqlite:///{asked}", "--language", "en")
        assert desk.dunning("doctor", *store) == exit_codes.SETTINGS
        assert desk.out.startswith(f"- There is no database {asked}.")
        assert not asked.exists()
        assert desk.dunning("doctor", "--migrate", *store) == exit_codes.DONE
        assert desk.dunning("show", *store) == exit_codes.NOT_THERE  # no proposal yet

    def test_an_empty_one_is_missing_its_tables(self, desk) -> None:
        (desk.folder / "empty.db").touch()
        assert desk.dunning("run", "--store", f"sqlite:///{desk.folder}/empty.db") == exit_codes.DATABASE

    def test_what_was_sent_is_never_forgotten_by_a_typing_mistake(self, desk) -> None:
        desk.json("run")
        desk.json("approve", "--all")
        assert desk.json("send")["accepted"] == 2
        desk.dunning("run", "--store", f"sqlite:///{desk.folder}/dunnign.db")
        desk.dunning("approve", "--all", "--store", f"sqlite:///{desk.folder}/dunnign.db")
        desk.dunning("send", "--store", f"sqlite:///{desk.folder}/dunnign.db")
        assert len(desk.sent()) == 2


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

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("undo", "not_found: Mitään ei ole vielä hyväksytty eikä ohitettu, joten peruttavaa ei ole.\n"),
            ("show", "not_found: Ehdotusta ei ole vielä. Tee se ensin (dunning run).\n"),
            ("approve --all", "not_found: Ehdotusta ei ole vielä. Tee se ensin (dunning run).\n"),
            ("run --nonsense", "usage: Komento on kirjoitettu väärin. Katso: dunning --help.\n"),
            ("run --as-of 24.11.2026", "usage: Komento on kirjoitettu väärin. Katso: dunning --help.\n"),
            ("end 7", "not_found: Sellaista järjestelyä ei ole voimassa. Katso: dunning arrangements.\n"),
            ("assign strict 1042", "not_found: Asetuksissa ei ole sellaista toimintatapaa: strict.\n"),
        ],
    )
    def test_what_is_not_there_yet_is_no_wrong_id(self, desk, line: str, said: str) -> None:
        desk.dunning(*line.split())
        assert desk.err.startswith(said)

    def test_nothing_to_compare_with_is_no_wrong_id(self, desk) -> None:
        desk.json("run")
        desk.dunning("compare")
        assert desk.err.startswith("not_found: Aiempaa ehdotusta, johon verrata, ei ole")
        desk.dunning("compare", "--with", "2026-11-01", "--language", "sv")
        assert desk.err.startswith("not_found: Det finns inget tidigare förslag att jämföra med")

    def test_all_that_is_undone_already(self, desk) -> None:
        desk.json("run")
        desk.json("approve", "--all")
        desk.json("undo")
        desk.dunning("undo")
        assert desk.err.startswith("not_allowed: Kaikki päätökset on jo peruttu.")

    def test_a_file_that_is_missing_is_not_called_a_setting(self, desk) -> None:
        (desk.folder / "invoices.csv").unlink()
        desk.dunning("run")
        place = desk.folder / "invoices.csv"
        assert desk.err.startswith(
            f"config_error: Lisäosa csv ei voinut lukea tätä: {place}. Korjaa tiedosto tai asetus.\n"
        )
        assert f"There is no file {place}" in desk.err

    def test_a_configuration_that_is_missing_needs_no_mending(self, desk) -> None:
        (desk.folder / "dunning.toml").unlink()
        desk.dunning("run", "--language", "fi")
        assert desk.err.startswith(
            f"settings_error: Asetustiedostoa {desk.folder}/dunning.toml ei voida lukea. Tee sellainen"
        )
        desk.dunning("run", "--language", "sv")
        assert desk.err.startswith(
            f"settings_error: Inställningsfilen {desk.folder}/dunning.toml kan inte läsas. Gör en"
        )

    def test_what_cannot_be_written_is_no_setting(self, desk) -> None:
        desk.json("run")
        asked = desk.folder / "lines.csv"
        asked.write_text("mine", encoding="utf-8")
        desk.dunning("show", "--csv", str(asked))
        assert desk.err.startswith(
            f"settings_error: Tiedosto {asked} on jo olemassa, eikä sitä muutettu. Anna toinen nimi"
        )
        desk.dunning("show", "--html", str(asked))
        assert desk.err.startswith(f"settings_error: Tänne ei voida kirjoittaa: {asked}")

    def test_too_many_vanished_invoices_are_told_in_one_language(self, desk) -> None:
        desk.json("run")
        desk.rows = [desk.rows[2]]
        desk.write()
        assert desk.dunning("sync") == exit_codes.LEDGER
        assert "3 avoimesta laskusta 3 katosi reskontrasta kerralla" in " ".join(desk.out.split())
        assert "open invoices" not in desk.out
        assert "Luku jäi kesken" not in desk.out

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
        (desk.folder / "dunning.db").unlink()
        assert desk.dunning("doctor", "--language", "sv") == exit_codes.SETTINGS
        assert desk.out.startswith("- Det finns ingen databas ")
