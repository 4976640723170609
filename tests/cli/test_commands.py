"""The command as a person uses it, from the first configuration to the sent message."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dunningkit.cli import exit_codes
from dunningkit.cli.app import run
from dunningkit.model import DeliveryResult, Outcome


def test_run_counts_every_overdue_receivable_once(desk) -> None:
    found = desk.json("run")
    assert list(found) == [
        "as_of",
        "proposal_id",
        "receivables",
        "lines",
        "waiting_by_reason",
        "reminders",
        "by_style",
        "by_reason",
    ]
    assert found["as_of"] == "2026-11-24"
    assert found["receivables"] == {
        "open": 3,
        "overdue": 2,
        "open_minor": {"EUR": 284_90},
        "overdue_minor": {"EUR": 209_90},
        "quarantined": 0,
        "gone": 0,
    }
    assert found["lines"] == {"ready": 2, "needs_you": 0, "wont_go": 0}
    assert found["reminders"] == 2
    assert found["by_style"] == {"understanding": 2}
    assert found["by_reason"] == {"first_contact_due": 2}
    assert found["waiting_by_reason"] == {}


def test_a_person_sees_names_amounts_and_reasons(desk) -> None:
    assert desk.dunning("run", "--language", "en") == 0
    assert "4 rows read" in " ".join(desk.out.split())
    shown = " ".join(desk.out.split())
    assert "Maija" in shown
    assert "89.90" in shown


def test_square_brackets_in_a_name_are_no_markup(desk) -> None:
    desk.dunning("run")
    assert "[Koski]" in desk.out.replace("\n", "")


def test_nothing_leaves_without_approval_and_once_with_it(desk, ids) -> None:
    desk.json("run", "--send")
    assert desk.sent() == []
    first = ids()["1042"]
    assert desk.json("approve", first[:8])["approved"] == [first]
    assert desk.json("send")["accepted"] == 1
    assert desk.json("send")["accepted"] == 0
    assert len(desk.sent()) == 1
    assert desk.json("run", "--send")["sent"]["accepted"] == 0
    assert len(desk.sent()) == 1


def test_all_that_is_ready_can_be_approved_and_taken_back(desk) -> None:
    desk.json("run")
    assert len(desk.json("approve", "--all")["approved"]) == 2
    assert len(desk.json("approve", "--all", "--withdraw")["withdrawn"]) == 2
    assert desk.json("send")["accepted"] == 0


def test_a_hold_silences_until_it_is_released(desk) -> None:
    desk.json("run")
    held = desk.json("hold", "1042", "--until", "2026-12-01", "--note", "soitti")
    assert desk.json("run")["by_reason"] == {"first_contact_due": 1, "held_manual": 1}
    assert desk.json("show", "--holds")["items"][0]["hold_id"] == held["hold_id"]
    desk.json("release", held["hold_id"])
    assert desk.json("run")["by_reason"] == {"first_contact_due": 2}


def test_a_hold_by_customer(desk) -> None:
    desk.json("run")
    desk.json("hold", "--customer", "2", "--kind", "promise")
    assert desk.json("run")["by_reason"] == {"first_contact_due": 1, "held_promise": 1}


def test_one_message_can_be_read_before_it_goes(desk, ids) -> None:
    desk.json("run")
    reminder_id = ids()["1042"]
    assert desk.dunning("show", "--reminder", reminder_id[:8]) == 0
    assert "Tuliko lasku 1042 perille?" in desk.out
    assert "FI21 1234 5600 0007 85" in desk.out


def test_the_page_holds_every_line_and_message(desk, tmp_path: Path) -> None:
    desk.json("run")
    page = Path(desk.json("show", "--html", str(tmp_path / "page"))["page"])
    text = page.read_text(encoding="utf-8")
    assert "Tuliko lasku 1042 perille?" in text
    assert "Eero [Koski]" in text


@pytest.mark.parametrize("asked", ["afile", "afile/sub", "full"])
def test_a_page_that_cannot_be_written_is_told_in_a_sentence(desk, asked: str) -> None:
    (desk.folder / "afile").write_text("not a folder", encoding="utf-8")
    (desk.folder / "full" / "proposal.html").mkdir(parents=True)
    desk.json("run")
    assert desk.dunning("show", "--html", str(desk.folder / asked), "--language", "en") == exit_codes.SETTINGS
    assert desk.err.startswith(f"settings_error: {desk.folder / asked}")
    assert "Name a folder that can be written to." in desk.err


def test_rows_that_could_not_be_read_are_listed_with_place_and_reason(desk) -> None:
    desk.rows.append("1046;5;Ville;Ville;v@example.fi;sata;sata;2026-11-05;2026-11-19")
    desk.write()
    assert desk.json("run")["receivables"]["quarantined"] == 1
    (row,) = desk.json("show", "--quarantine")["items"]
    assert (row["column"], row["value"]) == ("summa", "sata")
    assert "6" in row["place"]
    assert row["reason"]


def test_what_waits_is_listed_with_its_reason(desk, ids) -> None:
    desk.json("run")
    desk.json("approve", ids()["1042"])
    desk.json("send")
    found = desk.json("run", now="2026-11-25T10:00:00+02:00")
    assert sum(found["lines"].values()) + sum(found["waiting_by_reason"].values()) == 2
    desk.json("run", now="2026-11-26T10:00:00+02:00")
    waiting = desk.json("show", "--waiting")["items"]
    assert {row["receivable_id"]: row["reason"] for row in waiting} == {"1042": "time_to_pay"}


def test_options_may_stand_before_or_after_the_subcommand(desk, tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'other.db'}"
    config = str(desk.folder / "dunning.toml")
    (desk.folder / "dunning.db").unlink()
    assert run(["init", "--store", store, "--config", config]) == 0
    desk.capsys.readouterr()
    assert run(["run", "--as-of", "2026-11-24", "--json", "--store", store, "--config", config]) == 0
    after = json.loads(desk.capsys.readouterr().out)
    assert run(["--json", f"--store={store}", f"--config={config}", "run", "--as-of", "2026-11-24"]) == 0
    before = json.loads(desk.capsys.readouterr().out)
    assert after == before
    assert (tmp_path / "other.db").exists()
    assert not (desk.folder / "dunning.db").exists()


def test_a_changed_policy_shows_at_once(desk) -> None:
    desk.json("run")
    policy = '\n[policy]\nname = "patient"\n[[policy.steps]]\nid = "first"\ndays = 10\n'
    desk.write(policy)
    assert desk.json("run")["by_reason"] == {"step_not_reached": 2}


#: What a person writes into the configuration that init made.
FILLED_IN = {
    "creditor_id": "pihapalvelu",
    "name": "Pihapalvelu Esimerkki Oy",
    "phone": "09 123 4567",
    "email": "laskut@example.fi",
    "website": "www.example.fi",
    "iban": "FI21 1234 5600 0007 85",
}


@pytest.mark.parametrize("command", ["init", "doctor", "run"])
def test_the_configuration_that_init_wrote_is_refused_until_it_is_filled_in(desk, command: str) -> None:
    fresh = desk.folder / "new" / "dunning.toml"
    run(["--config", str(fresh), "init"])
    assert run(["--config", str(fresh), "--language", "en", command]) == exit_codes.SETTINGS
    said = desk.capsys.readouterr().err
    for place in FILLED_IN:
        assert f"creditor.{place}: is empty, fill it in." in said
    assert not (fresh.parent / "dunning.db").exists()


def test_a_configuration_that_is_half_filled_in_names_the_rest(desk) -> None:
    fresh = desk.folder / "new" / "dunning.toml"
    run(["--config", str(fresh), "init"])
    text = fresh.read_text(encoding="utf-8")
    for place in ("creditor_id", "name", "phone", "email", "website"):
        text = text.replace(f'\n{place} = ""', f'\n{place} = "{FILLED_IN[place]}"', 1)
    fresh.write_text(text, encoding="utf-8")
    assert run(["--config", str(fresh), "run"]) == exit_codes.SETTINGS
    said = desk.capsys.readouterr().err
    assert "creditor.iban: is empty, fill it in." in said
    assert said.count("is empty") == 1


def test_init_writes_a_configuration_that_loads_when_filled_in_and_never_overwrites(desk, tmp_path: Path) -> None:
    fresh = tmp_path / "new" / "dunning.toml"
    assert run(["--config", str(fresh), "init"]) == 0
    written = fresh.read_text(encoding="utf-8")
    for place, value in FILLED_IN.items():
        written = written.replace(f'\n{place} = ""', f'\n{place} = "{value}"', 1)
    fresh.write_text(written, encoding="utf-8")
    desk.capsys.readouterr()
    assert run(["--config", str(fresh), "init", "--json"]) == 0
    assert '"schema"' in desk.capsys.readouterr().out
    assert fresh.read_text(encoding="utf-8") == written
    (fresh.parent / "invoices.csv").write_text(
        "invoice,customer,name,amount,open,date,due,paid,email\n", encoding="utf-8"
    )
    assert run(["--config", str(fresh), "run"]) == 0


def test_a_configuration_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path, capsys) -> None:
    (tmp_path / "afile").write_text("not a folder", encoding="utf-8")
    asked = tmp_path / "afile" / "dunning.toml"
    assert run(["--config", str(asked), "init"]) == exit_codes.SETTINGS
    assert capsys.readouterr().err.startswith(f"settings_error: {asked} cannot be written: ")


def test_plugins_names_what_is_installed_and_what_it_offers(desk) -> None:
    found = desk.json("plugins")
    assert {"plugin": "csv", "version": "0.1.0", "offers": "ledger source csv, command csv"} in found["installed"]
    assert {row["offers"] for row in found["built_in"]} == {"scorer ladder", "channel file"}
    assert found["failures"] == []


def test_doctor_says_what_to_correct(desk) -> None:
    (desk.folder / "dunning.db").unlink()
    assert desk.dunning("doctor", "--json") == exit_codes.SETTINGS
    desk.dunning("init")
    assert desk.json("doctor") == {"ok": True, "problems": [], "notices": []}
    (desk.folder / "invoices.csv").unlink()
    assert desk.dunning("doctor") == exit_codes.SETTINGS
    assert "invoices.csv" in desk.out


class TestExitCodes:
    def test_a_line_written_wrongly(self, desk) -> None:
        assert desk.dunning("runn") == exit_codes.WRITTEN_WRONGLY
        assert desk.dunning("run", "--nonsense") == exit_codes.WRITTEN_WRONGLY
        assert desk.dunning("run", "--as-of", "24.11.2026") == exit_codes.WRITTEN_WRONGLY
        assert desk.dunning("run", "--as-of", "9999-12-31") == exit_codes.WRITTEN_WRONGLY
        assert desk.dunning("run", now="yesterday") == exit_codes.WRITTEN_WRONGLY
        assert desk.dunning("hold") == exit_codes.WRITTEN_WRONGLY
        assert desk.dunning("approve") == exit_codes.WRITTEN_WRONGLY
        assert "dunning --help" in desk.err

    def test_settings_that_are_not_usable_name_the_place(self, desk) -> None:
        desk.write(instead='[creditor]\ncreditor_id = "x"\n')
        assert desk.dunning("run") == exit_codes.SETTINGS
        assert "creditor.name" in desk.err

    def test_brackets_in_an_error_are_shown(self, desk) -> None:
        desk.write('\n[channels.phone]\nplugin = "file"\n')
        assert desk.dunning("run") == exit_codes.SETTINGS
        assert "[channels.phone]" in desk.err

    def test_a_ledger_that_cannot_be_read(self, desk) -> None:
        (desk.folder / "invoices.csv").unlink()
        assert desk.dunning("run") == exit_codes.LEDGER
        assert "invoices.csv" in desk.err
        assert desk.dunning("propose") == exit_codes.LEDGER

    def test_a_database_from_a_newer_version(self, desk) -> None:
        import sqlite3  # noqa: PLC0415

        desk.dunning("init")
        with sqlite3.connect(desk.folder / "dunning.db") as connection:
            connection.execute("UPDATE dunning_schema_version SET version_num = '9999'")
        connection.close()
        assert desk.dunning("run") == exit_codes.DATABASE
        assert "newer" in desk.err

    @pytest.mark.parametrize(
        ("url", "code"),
        [
            ("postgresql://u:secret@localhost/d", exit_codes.SETTINGS),
            ("nonsense://x", exit_codes.SETTINGS),
            ("nonsense", exit_codes.SETTINGS),
            ("sqlite:///{folder}/dunning.toml", exit_codes.DATABASE),
        ],
    )
    def test_a_database_that_cannot_be_used(self, desk, url: str, code: int) -> None:
        assert desk.dunning("run", "--store", url.format(folder=desk.folder)) == code
        assert "secret" not in desk.err
        assert desk.err

    def test_a_database_in_a_folder_that_cannot_be_made(self, desk) -> None:
        assert desk.dunning("init", "--store", f"sqlite:///{desk.folder}/dunning.toml/x/y.db") == exit_codes.SETTINGS
        assert "cannot be made" in desk.err

    def test_no_command_at_all_shows_the_help(self, desk) -> None:
        assert run([]) == exit_codes.WRITTEN_WRONGLY
        shown = desk.capsys.readouterr()
        assert "doctor" in shown.out + shown.err
        assert "usage:" not in shown.err

    def test_a_reason_that_is_none_is_told_without_the_whole_list(self, desk) -> None:
        desk.json("run")
        assert desk.dunning("show", "--reason", "nosuch", "--language", "en") == exit_codes.WRITTEN_WRONGLY
        assert "--reason 'nosuch' is no reason: the codes are those that show --json gives" in desk.err
        assert len(desk.err) < 300
        assert desk.dunning("show", "--reason", "first_contact_du", "--language", "en") == exit_codes.WRITTEN_WRONGLY
        assert "Perhaps first_contact_due" in desk.err
        assert len(desk.json("show", "--reason", "first_contact_due", "--reason", "step_due")["items"]) == 2

    def test_an_account_number_with_wrong_check_digits(self, desk) -> None:
        text = (desk.folder / "dunning.toml").read_text(encoding="utf-8")
        desk.write(instead=text.replace("FI21 1234 5600 0007 85", "FI21 1234 5600 0007 86"))
        assert desk.dunning("doctor") == exit_codes.SETTINGS
        assert "check digits" in desk.err

    def test_what_does_not_exist(self, desk) -> None:
        assert desk.dunning("show") == exit_codes.NOT_THERE
        desk.dunning("run")
        assert desk.dunning("hold", "nothing") == exit_codes.NOT_THERE
        assert desk.dunning("approve", "ffffffffffff") == exit_codes.NOT_THERE
        assert desk.dunning("release", "h-1") == exit_codes.NOT_THERE

    def test_a_channel_that_cannot_work_waits_and_blames_nobody(self, desk) -> None:
        desk.json("run")
        desk.json("approve", "--all")
        (desk.folder / "outbox").write_text("a file where the folder should be", encoding="utf-8")
        assert desk.dunning("send", "--json") == exit_codes.NOT_DELIVERED
        assert [one["reason"] for one in json.loads(desk.out)["waiting"]] == ["channel_not_ready"] * 2
        (desk.folder / "outbox").unlink()
        assert desk.json("send")["accepted"] == 2

    def test_a_delivery_that_was_refused(self, desk, monkeypatch) -> None:
        desk.json("run")
        desk.json("approve", "--all")
        refuse = "dunningkit.delivery.file_outbox.FileOutbox.deliver"
        monkeypatch.setattr(refuse, lambda self, sent: [DeliveryResult(one.key, Outcome.REFUSED) for one in sent])
        assert desk.dunning("send", "--json") == exit_codes.NOT_DELIVERED
        assert json.loads(desk.out)["refused"] == 2

    def test_an_error_is_an_object_with_json(self, desk) -> None:
        desk.write(instead="nonsense")
        assert desk.dunning("run", "--json") == exit_codes.SETTINGS
        assert desk.out == ""
        assert json.loads(desk.err)["error"] == "settings_error"


def test_the_installed_command_runs(desk) -> None:
    dunning = Path(sys.executable).with_name("dunning")
    done = subprocess.run([str(dunning), "--version"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "dunning 0.1.0")


class TestForPeople:
    """What is printed when nobody asks for JSON."""

    def test_the_two_halves_of_run(self, desk) -> None:
        assert desk.dunning("sync") == 0
        assert "Reskontra: luettu 4 riviä" in desk.out
        assert desk.dunning("propose") == 0
        assert "Valmiina: 2 muistutusta" in desk.out
        assert desk.json("sync")["state"] == "complete"
        assert desk.json("propose")["reminders"] == 2

    def test_every_line_with_its_reasons(self, desk) -> None:
        desk.dunning("run")
        assert desk.dunning("show", "--status", "ready", "--language", "sv") == 0
        assert "1042 Maija Mäkinen 89,90 €: Klar" in desk.out.replace("\u00a0", " ")
        assert "Första kontakten: 5 dagar efter förfallodagen" in desk.out
        assert "dunning show --reminder" in desk.out

    def test_empty_lists_say_so(self, desk) -> None:
        desk.dunning("run")
        for option in ("--holds", "--quarantine", "--waiting"):
            assert desk.dunning("show", option) == 0
            assert desk.out.strip()

    def test_what_was_sent_and_what_waits_for_its_hour(self, desk) -> None:
        desk.dunning("run")
        desk.dunning("approve", "--all")
        assert desk.dunning("send", now="2026-11-24T07:00:00+02:00") == 0
        assert "Lähetetty: 0" in desk.out
        assert "Lähtee aikaisintaan 24.11.2026 09:00" in desk.out
        assert desk.dunning("send", "--max", "1") == 0
        assert "Lähetetty: 1" in desk.out
        assert "Jäi myöhemmäksi: 1" in desk.out

    def test_an_unknown_delivery_is_settled_by_a_person(self, desk, monkeypatch, ids) -> None:
        desk.json("run")
        desk.json("approve", ids()["1042"])
        with monkeypatch.context() as patched:
            patched.setattr("dunningkit.delivery.file_outbox.FileOutbox.deliver", lambda self, rendered: [])
            assert desk.dunning("send") == exit_codes.NOT_DELIVERED
        desk.json("run")
        (line,) = (line for line in desk.json("show")["items"] if line["invoice_number"] == "1042")
        (reason, *_) = line["reasons"]
        assert reason["code"] == "delivery_unknown"
        # The sentence says which command records what the person found out.
        command = re.search(r"dunning (settle \w+ accepted)", reason["text"]).group(1)
        desk.json(*command.split())
        assert desk.json("run")["by_reason"] == {"first_contact_due": 1, "time_to_pay": 1}
        assert desk.dunning(*command.split()) == exit_codes.NOT_THERE

    def test_plugins_and_failures(self, desk) -> None:
        assert desk.dunning("plugins") == 0
        assert "csv 0.1.0: reskontralähde csv" in desk.out
        text = (desk.folder / "dunning.toml").read_text(encoding="utf-8")
        desk.write(instead=text.replace('allow = ["csv"]', 'allow = ["csv", "nowhere"]'))
        assert desk.dunning("plugins") == 0
        assert "nowhere (etsintä): sitä ei ole asennettu. Asenna dunningkit-nowhere" in desk.out

    def test_ledger_problems_of_a_whole_reading(self, desk) -> None:
        desk.dunning("run")
        desk.rows = desk.rows[:1]
        desk.write()
        assert desk.dunning("sync") == exit_codes.LEDGER
        assert "3 avoimesta laskusta 2 katosi reskontrasta kerralla" in desk.out
        assert desk.dunning("sync", "--accept-gone") == 0


def test_a_run_for_a_day_before_the_last_one_is_refused_unread(desk) -> None:
    desk.json("run", "--as-of", "2026-11-24")
    for command in ("run", "propose", "sync"):
        assert desk.dunning(command, "--as-of", "2026-11-23") == exit_codes.NOT_THERE
        assert "The last run was for 2026-11-24" in " ".join(desk.err.split())
