"""What the law lets be charged and done about one invoice, as a person at the desk reads it; and the statement."""

import pytest

from dunningkit.cli import exit_codes

TERMS = """
[law]
pack = "fi"
sent_when_issued = true
due_dates_bind = true
rate_stated = true
start_stated = true
claim_interest = true
"""
ON = ("--on", "2026-12-08")

SHOWN = """\
1042, by the rule pack “fi” on 8 December 2026  Maija Mäkinen
What is known
  Class of the customer: not known.
  The customer's class is not known, so the rules that protect the customer most
  apply. Note the class in the ledger.
  Principal €89.90, of which €89.90 open.
  Invoice of 5 November 2026, sent on 5 November 2026.
  Due on 19 November 2026.
"""
ACTS = """\
What we may do on that day
  Reminder (e-mail)
    Too early for a fee: this may cost something on 9 December 2026 at the
    earliest, and is free before that (513/1999 10 a § 1 mom. 1 k., 10 b § 1-2
    mom. (31/2013, 299/2022); KKV/378/14.08.01.05/2022).
    The customer must have at least 10 days to pay or to object, so the day to
    pay is 18 December 2026 at the earliest (513/1999 4 § (31/2013);
    KKV/378/14.08.01.05/2022).
  More time to pay, 14 days at least
    It may cost €5.00 at most (513/1999 10 a § 1 mom. 6 k., 10 b § 3 mom.
    (31/2013)).
"""
DONE = """\
Done so far
  24 November 2026: reminder (e-mail), free.
"""


@pytest.fixture
def lawful(desk, monkeypatch: pytest.MonkeyPatch):
    """The desk with the Finnish pack, after a reminder has left."""
    monkeypatch.setenv("COLUMNS", "80")
    desk.write(TERMS)
    for command in (["run"], ["approve", "--all"], ["send"]):
        assert desk.dunning(*command) == 0, desk.err
    return desk


def test_it_reads_like_this(lawful) -> None:
    assert lawful.dunning("law", "explain", "1042", *ON, "--language", "en") == 0
    assert lawful.out.startswith(SHOWN)
    assert ACTS in lawful.out
    assert DONE in lawful.out
    assert max(map(len, lawful.out.splitlines())) <= 80


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_it_is_told_in_every_language_without_gaps(lawful, language: str) -> None:
    assert lawful.dunning("law", "explain", "1042", *ON, "--language", language) == 0
    assert "513/1999" in lawful.out
    for gap in ("law_", "{", "[[", "None"):
        assert gap not in lawful.out


def test_as_json_it_has_every_figure_and_every_reason_with_its_sentence(lawful) -> None:
    (story,) = lawful.json("law", "explain", "1042", *ON)["stories"]
    law = story["law"]
    assert law["case"]["customer_class"] == "unknown"
    assert law["acts"][0]["allowed"]["chargeable_on"] == "2026-12-09"
    assert law["acts"][0]["allowed"]["why"][0]["text"].startswith("Kululle on liian aikaista")
    assert {one["actor"] for one in law["not_ours"]} == {"professional_collector"}
    assert law["done"][0]["act"]["on"] == "2026-11-24"


def test_a_statement_is_printed_as_it_may_be_sent(lawful) -> None:
    assert lawful.dunning("law", "statement", "1042", *ON) == 0
    assert lawful.out.startswith("Erittely laskusta 1042\nPihapalvelu Esimerkki Oy, 8.12.2026\n")
    (told,) = lawful.json("law", "statement", "1042", *ON, "--language", "sv")["items"]
    assert (told["language"], told["total_minor"]) == ("sv", 8990)


@pytest.mark.parametrize("command", ["explain", "statement"])
def test_what_cannot_be_told_is_refused_with_what_to_do(desk, command: str) -> None:
    desk.dunning("run")
    assert desk.dunning("law", command, "1042", "--language", "en") == exit_codes.NOT_THERE
    assert "[law] pack" in desk.err
    desk.write(TERMS)
    assert desk.dunning("law", command, "104", "--language", "en") == exit_codes.NOT_THERE
    assert "1042, 1043" in desk.err
    assert desk.dunning("law", command, "1042", "--on", "tomorrow") == exit_codes.WRITTEN_WRONGLY


def test_a_stop_is_released_at_the_desk_with_a_reason_and_when_it_is_over(lawful) -> None:
    hold_id = lawful.json("hold", "1042", "--kind", "restructuring")["hold_id"]
    assert lawful.dunning("release", hold_id, "--language", "en") == exit_codes.NOT_THERE
    assert "--reason" in lawful.err
    assert lawful.dunning("release", hold_id, "--reason", "Kiire.", "--language", "en") == exit_codes.NOT_THERE
    assert "--over" in lawful.err
    assert lawful.dunning("release", hold_id, "--reason", "Menettely päättyi.", "--over") == 0
