"""The command that says what changed since yesterday."""

import pytest

from dunningkit.cli import exit_codes

TOMORROW = "2026-11-25T10:00:00+02:00"


@pytest.fixture
def two_days(desk):
    """Maija paid on the second day, Eero heard from us, and Ville is new."""
    desk.rows.append("1046;5;Ville;Ville;v@example.fi;50,00;50,00;2026-11-10;2026-11-24")
    desk.write()
    desk.json("run")
    desk.json("approve", "--customer", "2")
    desk.json("send")
    desk.rows[0] = desk.rows[0].replace("89,90;89,90", "89,90;0,00")
    desk.write()
    desk.json("run", now=TOMORROW)
    return desk


def test_what_is_new_left_and_changed_as_one_object(two_days) -> None:
    found = two_days.json("compare")
    assert (found["earlier"]["as_of"], found["later"]["as_of"]) == ("2026-11-24", "2026-11-25")
    assert [one["invoice_number"] for one in found["left"]] == ["1042"]
    assert [one["invoice_number"] for one in found["changed"]] == ["1043"]
    (new,) = found["new"]
    assert (new["invoice_number"], new["before"], new["reasons"][0]["code"]) == ("1046", None, "new_overdue")
    assert (found["unchanged"], found["notes"]) == (0, [])
    (changed,) = found["changed"]
    assert (changed["before"]["status"], changed["after"]["status"]) == ("ready", "wont_go")
    assert {"changed_status", "sent_since"} <= {reason["code"] for reason in changed["reasons"]}
    assert two_days.json("compare", "--with", "2026-11-24") == found


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("fi", ["25.11.2026 verrattuna päivään 24.11.2026", "Poistuneet: 1", "Tila: ennen ”Valmiina”, nyt ”Ei lähde”"]),
        ("sv", ["25.11.2026 jämfört med 24.11.2026", "Borta: 1", "En påminnelse skickades 24.11.2026 (e-post)."]),
        ("en", ["25 November 2026 against 24 November 2026", "Left: 1", "nothing of it is open any more."]),
    ],
)
def test_a_person_reads_it_in_their_language(two_days, language: str, parts: list[str]) -> None:
    assert two_days.dunning("compare", "--language", language) == 0
    for part in parts:
        assert part in two_days.out


def test_without_an_earlier_proposal_it_says_so(desk) -> None:
    desk.json("run")
    assert desk.dunning("compare") == exit_codes.NOT_THERE
    assert desk.dunning("compare", "--with", "yesterday") == exit_codes.WRITTEN_WRONGLY
