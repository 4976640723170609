"""The command that tells the whole story of one invoice."""

import pytest

from dunningkit.cli import exit_codes


def test_the_story_as_one_object(desk) -> None:
    desk.json("run")
    desk.json("approve", "--invoice", "1042")
    desk.json("send")
    found = desk.json("explain", "1042", "--as-of", "2026-11-24")
    (story,) = found["stories"]
    assert (found["asked"], found["as_of"], found["unreadable"]) == ("1042", "2026-11-24", [])
    assert [rule["rule"] for rule in story["rules"] if rule["decided"]] == ["time_to_pay"]
    assert story["rules"][0]["text"] == "Onko sovittu, ettei sitä seurata?"
    assert story["verdict"]["reasons"][0]["code"] == "time_to_pay"
    assert [event["action"] for event in story["reminders"][0]["events"]] == ["approved", "reminder_accepted"]
    assert (story["stored"]["status"], story["differs"]) == ("ready", True)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "fi",
            [
                "1042, tilanne 24.11.2026  Maija Mäkinen",
                "  Laskupäivä 5.11.2026, eräpäivä 19.11.2026: 89,90 €, josta avoinna 89,90 €.",
                "    24.11.2026 10:00 hyväksytty, maija",
                "Tämä ratkaisi.",
                "  Valmiina, toimintatapa default: vaihe ”first”.",
                "Ehdotuksessa 24.11.2026\n  Sama vastaus.",
            ],
        ),
        ("sv", ["I reskontran", "Klar, enligt policyn default: steg ”first”.", "I förslaget 24.11.2026"]),
        ("en", ["The rules, in the order asked\n  1. Is it left alone by arrangement?", "This decided."]),
    ],
)
def test_a_person_reads_it_in_their_language(desk, language: str, parts: list[str]) -> None:
    desk.json("run")
    desk.json("approve", "--invoice", "1042")
    assert desk.dunning("explain", "1042", "--language", language) == 0
    for part in parts:
        assert part in desk.out.replace("\u00a0", " ")


def test_a_settled_and_an_unreadable_one(desk) -> None:
    desk.rows.append("1046;5;Ville;Ville;v@example.fi;sata;sata;2026-11-05;2026-11-19")
    desk.write()
    desk.json("run")
    assert desk.dunning("explain", "1044", "--language", "en") == 0
    assert "No rule was asked: nothing of it is open." in desk.out
    assert desk.dunning("explain", "1046", "--language", "en") == 0
    assert "Rows that could not be read" in desk.out
    assert "“sata”" in desk.out


def test_an_unknown_number_names_what_looks_alike(desk) -> None:
    desk.json("run")
    assert desk.dunning("explain", "104") == exit_codes.NOT_THERE
    assert "look alike: 1042, 1043, 1044, 1045" in " ".join(desk.err.split())
    assert desk.dunning("explain", "1042", "--as-of", "soon") == exit_codes.WRITTEN_WRONGLY
