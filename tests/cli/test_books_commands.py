"""The books at the keyboard: the journal on the screen, as a table and as JSON, and giving something up."""

import csv

import pytest

from dunningkit.cli import exit_codes

MORE = """
[law]
pack = "fi"
customer_class = "consumer"
due_dates_bind = true
rate_stated = true
start_stated = true
sent_when_issued = true
claim_interest = true

[policy]
steps = [
    { id = "first", days = "by_history" },
    { id = "formal", kind = "formal", days = 15, fee_minor = 500 },
    { id = "formal2", kind = "formal", days = 30, fee_minor = 500 },
]
"""
FIRST, SECOND, THIRD = (
    f"2026-{day}T10:00:00+{zone}:00" for day, zone in (("09-14", "03"), ("09-29", "03"), ("10-19", "03"))
)


@pytest.fixture
def desk(desk):
    """A desk at which a friendly and a formal message left: the formal one asked for a fee and for interest."""
    desk.rows = ["1042;=1+1;Maija Mäkinen;Maija;maija@example.fi;1000,00;1000,00;2026-08-26;2026-09-09"]
    desk.write(MORE)
    written = desk.folder / "dunning.toml"
    text = written.read_text(encoding="utf-8")
    place = 'business_id = "1234567-1"\npostal_address = "Esimerkkikatu 1, 00100 Helsinki"\n\n[store]'
    written.write_text(text.replace("[store]", place), encoding="utf-8")
    for now in (FIRST, SECOND):
        desk.json("run", now=now)
        desk.json("approve", "--all", now=now)
        assert desk.json("send", now=now)["accepted"] == 1
    return desk


def test_the_journal_on_the_screen_ends_with_its_totals(desk) -> None:
    assert desk.dunning("journal", "--language", "en", now=SECOND) == 0
    *entries, fees, interest, left = desk.out.splitlines()
    assert [line[:50] for line in entries] == [
        "29 September 2026, 1042: fee, claimed €5.00. Messa",
        "29 September 2026, 1042: interest, claimed €5.21. ",
    ]
    assert fees == "In all, fee: claimed €5.00"
    assert interest == "In all, interest: claimed €5.21"
    assert left == "Outstanding on 29 September 2026: €10.21"


def test_a_waiver_says_what_is_not_asked_for_any_more_and_stands_in_the_journal(desk) -> None:
    assert desk.dunning("waive", "1042", "--fee", "--reason", "sovittu puhelimessa", now=SECOND) == 0
    assert desk.out == "Luovuttu: muistutuskulu, 5,00\xa0€, lasku 1042. Myöhemmissä viesteissä sitä ei pyydetä.\n"
    assert desk.dunning("journal", "--language", "sv", now=SECOND) == 0
    assert "påminnelseavgift, efterskänkt 5,00\xa0€" in desk.out
    assert "beslut, maija (sovittu puhelimessa)." in desk.out
    assert "Sammanlagt, påminnelseavgift: krävt 5,00\xa0€; efterskänkt 5,00\xa0€" in desk.out
    desk.json("run", now=THIRD)
    (message,) = [one for one in desk.json("show", now=THIRD)["items"] if one["reminder_id"]]
    desk.json("approve", message["reminder_id"], now=THIRD)
    desk.json("send", now=THIRD)
    totals = {(one["what"], one["kind"]): one["amount_minor"] for one in desk.json("journal", now=THIRD)["totals"]}
    assert totals == {("fee", "claimed"): 1000, ("fee", "waived"): 500, ("interest", "claimed"): 1041}


@pytest.mark.parametrize(
    ("options", "waived"),
    [
        ((), {"fee": 500, "interest": 521}),
        (("--interest",), {"interest": 521}),
        (("--amount", "7,00"), {"fee": 500, "interest": 200}),
        (("--interest", "--amount", "0.21"), {"interest": 21}),
        (("--fee", "--interest"), {"fee": 500, "interest": 521}),
    ],
)
def test_all_or_one_or_so_much_is_waived(desk, options, waived) -> None:
    made = desk.json("waive", "1042", "--reason", "x", *options, now=SECOND)["items"]
    assert {one["what"]: one["amount"]["amount_minor"] for one in made} == waived


def test_the_journal_as_json_balances(desk) -> None:
    desk.json("waive", "1042", "--amount", "7.00", "--reason", "x", now=SECOND)
    data = desk.json("journal", "--since", "2026-09-29", now=THIRD)
    assert (data["since"], data["until"]) == ("2026-09-29", "2026-10-19")
    assert {(one["kind"], one["cause"]) for one in data["items"]} == {("claimed", "reminder"), ("waived", "decision")}
    for balance in data["balances"]:
        gone = balance["waived_minor"] + balance["paid_minor"] + balance["credited_minor"]
        assert balance["outstanding_minor"] == balance["claimed_minor"] - gone
    assert sum(one["outstanding_minor"] for one in data["balances"]) == 321
    assert desk.json("journal", "--until", "2026-09-28", now=THIRD)["items"] == []


def test_the_table_is_safe_to_open_whatever_people_and_ledgers_write(desk) -> None:
    desk.json("waive", "1042", "--fee", "--reason", "=HYPERLINK(1)", now=SECOND)
    table = desk.folder / "journal.csv"
    assert desk.dunning("journal", "--csv", str(table), "--language", "en", now=SECOND) == 0
    assert desk.out.endswith("journal.csv: 3 rows.\n")
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [(row["Charge"], row["Entry"], row["Amount"], row["Currency"]) for row in rows] == [
        ("fee", "claimed", "5.00", "EUR"),
        ("interest", "claimed", "5.21", "EUR"),
        ("fee", "waived", "5.00", "EUR"),
    ]
    assert rows[0]["Customer number"] == "'=1+1"
    assert rows[2]["Why"] == "'=HYPERLINK(1)"
    assert desk.dunning("journal", "--csv", str(table), now=SECOND) == exit_codes.SETTINGS


def test_a_time_without_entries_says_so(desk) -> None:
    assert desk.dunning("journal", "--until", "2026-09-01", "--language", "fi", now=SECOND) == 0
    assert desk.out == "Ei kuluja eikä korkoja tältä ajalta.\n"


def test_mistakes_say_what_to_do(desk) -> None:
    assert desk.dunning("waive", "1042", "--reason", "x", "--amount", "much") == exit_codes.WRITTEN_WRONGLY
    assert "write it like 5.00" in desk.err
    assert desk.dunning("waive", "1042", "--reason", "x", "--amount", "5.001") == exit_codes.WRITTEN_WRONGLY
    assert desk.dunning("waive", "1042", "--reason", "x", "--amount", "50") == exit_codes.NOT_THERE
    assert "10.21 EUR is outstanding" in desk.err
    assert desk.dunning("waive", "1042") == exit_codes.WRITTEN_WRONGLY
    assert desk.dunning("waive", "77", "--reason", "x") == exit_codes.NOT_THERE
    assert desk.dunning("journal", "--since", "2026-10-19", "--until", "2026-10-18") == exit_codes.NOT_THERE
