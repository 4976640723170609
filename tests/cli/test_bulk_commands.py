"""Approve, skip and undo at the keyboard."""

import pytest

from dunningkit.cli import exit_codes


def test_approve_by_choice_says_how_many_and_how_much(desk, ids) -> None:
    desk.json("run")
    tried = desk.json("approve", "--max-amount", "100", "--dry-run")
    assert tried == {
        "approved": [ids()["1042"]],
        "totals_minor": {"EUR": 89_90},
        "left": [],
        "dry_run": True,
    }
    assert desk.json("send")["accepted"] == 0
    assert desk.dunning("approve", "--max-amount", "100", "--language", "en") == 0
    assert desk.out.startswith("Approved: 1 reminder, €89.90.\nSend with: dunning send\n")
    assert desk.json("send")["accepted"] == 1


def test_what_asks_something_is_told_and_needs_its_own_word(desk) -> None:
    desk.rows.append("1046;5;Ville;Ville;v@example.fi;50,00;50,00;2026-06-05;2026-06-19")
    desk.write()
    desk.json("run")
    assert desk.dunning("approve", "--all", "--language", "en") == 0
    assert "Not touched, because first a question has to be answered: 1 reminder." in desk.out.replace("\n", " ")
    assert len(desk.json("approve", "--all", "--needs-you")["approved"]) == 1


def test_skip_leaves_out_for_the_day_and_undo_brings_it_back(desk, ids) -> None:
    desk.json("run")
    skipped = ids()["1042"]
    assert desk.json("skip", skipped[:8])["skipped"] == [skipped]
    assert desk.json("run")["by_reason"] == {"first_contact_due": 1, "skipped": 1}
    assert desk.dunning("show", "--reason", "skipped", "--language", "en") == 0
    assert "Left out for the day (maija). It is back on 25 November" in desk.out
    assert desk.json("undo")["reminder_ids"] == [skipped]
    assert desk.json("run")["by_reason"] == {"first_contact_due": 2}
    assert desk.dunning("undo") == exit_codes.NOT_THERE


def test_skip_until_a_day_is_a_hold_with_a_note(desk) -> None:
    desk.json("run")
    made = desk.json("skip", "--customer", "mäkinen", "--until", "2026-12-04", "--note", "maksaa perjantaina")
    assert [hold["note"] for hold in made["held"]] == ["maksaa perjantaina"]
    assert desk.json("run")["by_reason"] == {"first_contact_due": 1, "held_manual": 1}
    assert desk.dunning("undo", "--language", "sv") == 0
    assert "Hävda påminnelsestopp: 1." in desk.out
    assert desk.json("show", "--holds")["items"] == []


def test_undo_names_what_was_sent(desk, ids) -> None:
    desk.json("run")
    desk.json("approve", "--all")
    desk.json("send", "--max", "1")
    assert desk.dunning("undo", "--language", "en") == 0
    assert "Approvals taken back: 1." in desk.out
    assert "Not undone: 1 reminder (" in desk.out
    assert "), state: sent." in desk.out
    assert desk.json("send")["accepted"] == 0


@pytest.mark.parametrize(
    "line",
    [
        ["approve", "--all", "--customer", "1"],
        ["approve", "aaaa", "--max-amount", "5"],
        ["approve", "--withdraw", "--customer", "1"],
        ["approve", "--all", "--withdraw", "--dry-run"],
        ["approve", "aaaa", "--dry-run"],
        ["skip"],
        ["skip", "aaaa", "--customer", "1"],
        ["skip", "--customer", "1", "--note", "why"],
        ["skip", "--customer", "1", "--until", "tomorrow"],
    ],
)
def test_a_line_that_could_mean_two_things_is_refused(desk, line: list[str]) -> None:
    desk.json("run")
    assert desk.dunning(*line) == exit_codes.WRITTEN_WRONGLY
    assert desk.json("send")["accepted"] == 0


def test_what_is_none_is_not_told_of_a_sending(desk) -> None:
    desk.json("run")
    desk.json("approve", "--all")
    assert desk.dunning("send", "--max", "1", "--language", "en") == 0
    assert desk.out == "Sent: 1. Left for later: 1.\n"
    assert desk.dunning("send", "--language", "sv") == 0
    assert desk.out == "Skickade: 1.\n"


def test_undo_says_whose_decision_it_was(desk) -> None:
    desk.json("run")
    desk.json("approve", "--all")
    assert desk.dunning("undo", "--language", "en") == 0
    assert desk.out == "Undone: what maija decided on 24 November 2026 10:00.\nApprovals taken back: 2.\n"
