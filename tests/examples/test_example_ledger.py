"""The example ledger is the same everywhere, adds up, names nobody, and holds the variety it promises."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

FILES = ("customers.csv", "invoices.csv", "payments.csv")


def test_two_runs_give_the_same_bytes(
    example_ledger: Any, generate_ledger: Callable[..., Path], tmp_path: Path
) -> None:
    again = generate_ledger(tmp_path / "again", hash_seed="4711")
    for name in FILES:
        assert (again / name).read_bytes() == (example_ledger.folder / name).read_bytes()


def test_another_seed_gives_another_ledger(
    example_ledger: Any, generate_ledger: Callable[..., Path], tmp_path: Path
) -> None:
    other = generate_ledger(tmp_path, "--seed", "7")
    assert (other / "invoices.csv").read_bytes() != (example_ledger.folder / "invoices.csv").read_bytes()


@pytest.mark.parametrize("as_of", ["2026-03-01", "2027-01-04", "2028-02-29"])
def test_another_day_works_and_has_no_payment_after_it(
    as_of: str, example_ledger: Any, generate_ledger: Callable[..., Path], tmp_path: Path
) -> None:
    text = (generate_ledger(tmp_path, "--as-of", as_of) / "payments.csv").read_text(encoding="utf-8-sig")
    paid = [example_ledger.day(line.split(";")[6]).isoformat() for line in text.splitlines()[1:]]
    assert max(paid) <= as_of


def test_the_files_look_like_a_finnish_excel_export(example_ledger: Any) -> None:
    for name in FILES:
        content = (example_ledger.folder / name).read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\n") == content.count(b"\r\n") > 250
    assert all(re.fullmatch(r"-?\d+,\d\d", row["Summa"]) for row in example_ledger.invoices)
    assert all(re.fullmatch(r"[1-9]\d?\.[1-9]\d?\.20\d\d", row["Eräpäivä"]) for row in example_ledger.invoices)


# -- it adds up ----------------------------------------------------------------------------------------------------


def test_open_is_the_amount_less_the_payments(example_ledger: Any) -> None:
    paid: Counter[str] = Counter()
    last: dict[str, date] = {}
    for payment in example_ledger.payments:
        paid[payment["Tunnus"]] += example_ledger.cents(payment["Summa"])
        last[payment["Tunnus"]] = max(example_ledger.day(payment["Maksupäivä"]), last.get(payment["Tunnus"], date.min))
    for row in example_ledger.invoices:
        left = example_ledger.cents(row["Avoinna"])
        assert left == example_ledger.cents(row["Summa"]) - paid[row["Tunnus"]], row
        assert bool(row["Maksettu"]) == (left == 0), row
        if row["Maksettu"]:
            assert example_ledger.day(row["Maksettu"]) == last[row["Tunnus"]], row


def test_payments_belong_to_their_receivable_and_to_the_time_before_the_day(example_ledger: Any) -> None:
    receivables = {row["Tunnus"]: row for row in example_ledger.invoices}
    customers = {row["Asiakasnumero"] for row in example_ledger.customers}
    for payment in example_ledger.payments:
        assert payment["Asiakasnumero"] in customers
        assert example_ledger.day(payment["Maksupäivä"]) <= example_ledger.as_of
        if payment["Tunnus"]:
            receivable = receivables[payment["Tunnus"]]
            for column in ("Asiakasnumero", "Laskunumero", "Erä"):
                assert payment[column] == receivable[column]
            assert example_ledger.day(payment["Maksupäivä"]) >= example_ledger.day(receivable["Laskupäivä"])


def test_ids_are_used_once_and_customers_exist(example_ledger: Any) -> None:
    for rows, column in (
        (example_ledger.customers, "Asiakasnumero"),
        (example_ledger.invoices, "Tunnus"),
        (example_ledger.payments, "Maksutunnus"),
    ):
        assert max(Counter(row[column] for row in rows).values()) == 1
    assert {row["Asiakasnumero"] for row in example_ledger.invoices} <= {
        row["Asiakasnumero"] for row in example_ledger.customers
    }


def test_used_credit_notes_name_an_invoice_of_the_same_customer(example_ledger: Any) -> None:
    whose = {row["Laskunumero"]: row["Asiakasnumero"] for row in example_ledger.invoices if row["Laji"] == "Lasku"}
    used = [row for row in example_ledger.invoices if row["Hyvittää laskua"]]
    assert len(used) == 30
    assert all(whose[row["Hyvittää laskua"]] == row["Asiakasnumero"] for row in used)
    assert all(row["Avoinna"] == "0,00" for row in used)


def test_references_have_the_right_check_digit(example_ledger: Any) -> None:
    references = [row["Viitenumero"] for row in example_ledger.invoices if row["Laji"] == "Lasku"]
    assert len(set(references)) == len(references)
    for reference in references:
        weighted = 0
        for place, digit in enumerate(reference[-2::-1]):
            weighted += int(digit) * (7, 3, 1)[place % 3]
        assert (weighted + int(reference[-1])) % 10 == 0, reference


# -- it names nobody -----------------------------------------------------------------------------------------------


def test_addresses_lead_nowhere(example_ledger: Any) -> None:
    for row in example_ledger.customers:
        if row["Sähköposti"]:
            assert re.fullmatch(r"[a-z0-9.]+@example\.(com|org|net)", row["Sähköposti"])
        if row["Matkapuhelin"]:
            assert re.fullmatch(r"(0457|\+358 457) 555 0\d{3}", row["Matkapuhelin"])
    for name in FILES:
        text = (example_ledger.folder / name).read_text(encoding="utf-8-sig")
        assert set(re.findall(r"@([\w.-]+)", text)) <= {"example.com", "example.org", "example.net"}
    assert {row["IBAN"] for row in example_ledger.invoices} == {"FI21 1234 5600 0007 85", ""}


def test_business_ids_fail_their_check_digit(example_ledger: Any) -> None:
    companies = [row for row in example_ledger.customers if row["Asiakastyyppi"] == "Yritys"]
    assert all(row["Y-tunnus"] for row in companies)
    for row in companies:
        digits, check = row["Y-tunnus"].split("-")
        weights = (7, 9, 10, 5, 8, 4, 2)
        total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
        # Right would be: total + check divisible by 11.
        assert (total + int(check)) % 11 != 0, row["Y-tunnus"]


# -- it holds what it promises -------------------------------------------------------------------------------------


def test_size_and_span(example_ledger: Any) -> None:
    assert len(example_ledger.customers) == 300
    assert 2_300 <= len(example_ledger.invoices) <= 2_700
    issued = [example_ledger.day(row["Laskupäivä"]) for row in example_ledger.invoices]
    assert example_ledger.as_of - timedelta(days=740) <= min(issued) <= example_ledger.as_of - timedelta(days=700)
    assert max(issued) <= example_ledger.as_of


def test_customers_vary(example_ledger: Any) -> None:
    rows = example_ledger.customers
    languages = Counter(row["Kieli"] for row in rows)
    assert 0.74 <= languages["fi"] / 300 <= 0.86
    assert 0.08 <= languages["sv"] / 300 <= 0.16
    assert 0.05 <= languages["en"] / 300 <= 0.12
    kinds = Counter(row["Asiakastyyppi"] for row in rows)
    assert kinds["Kuluttaja"] > 2 * kinds["Yritys"] > 100
    assert sum(not row["Sähköposti"] and not row["Matkapuhelin"] for row in rows) >= 5
    confirmed = Counter(row["Numero vahvistettu"] for row in rows)
    assert confirmed["kyllä"] > confirmed["ei"] > 30
    wishes = Counter(row["Kanavatoive"] for row in rows)
    assert all(wishes[channel] >= 3 for channel in ("sähköposti", "tekstiviesti", "puhelin"))
    assert sum(row["Ei näin"] == "tekstiviesti" for row in rows) >= 3
    assert sum(row["Ei muistutuksia"] == "kyllä" for row in rows) >= 3
    assert sum(bool(row["Maksupäivätoive"]) for row in rows) >= 3


def test_receivables_vary(example_ledger: Any) -> None:
    rows = example_ledger.invoices
    ways = Counter(row["Toimitustapa"] for row in rows)
    assert all(ways[way] > 300 for way in ("paperi", "sähköposti", "verkkolasku"))
    assert sum(row["Toimitus"] == "epäonnistui" for row in rows) >= 10
    assert {"1", "2", "3"} <= {row["Erä"] for row in rows}
    invoice_cents = [example_ledger.cents(row["Summa"]) for row in rows if row["Laji"] == "Lasku"]
    assert 2_500 <= min(invoice_cents) <= 10_000
    assert 150_000 < max(invoice_cents) <= 800_000
    notes = [row for row in rows if row["Laji"] == "Hyvityslasku"]
    assert all(example_ledger.cents(row["Summa"]) < 0 for row in notes)
    loose = [row for row in notes if example_ledger.cents(row["Avoinna"]) < 0]
    assert len(loose) >= 8
    assert not any(row["Hyvittää laskua"] for row in loose)
    partly_paid = [row for row in rows if 0 < example_ledger.cents(row["Avoinna"]) < example_ledger.cents(row["Summa"])]
    assert len(partly_paid) >= 5
    assert sum(not payment["Tunnus"] for payment in example_ledger.payments) >= 2
    assert any(row["Maksuhistoriaan"] == "ei" and row["Miksi ei historiaan"] for row in rows)


def test_instalments_share_number_and_customer_and_fall_due_in_turn(example_ledger: Any) -> None:
    parts = defaultdict(list)
    for row in example_ledger.invoices:
        if row["Erä"]:
            parts[row["Laskunumero"]].append(row)
    assert len(parts) > 30
    for rows in parts.values():
        assert [row["Erä"] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
        assert len({row["Asiakasnumero"] for row in rows}) == 1
        due = [example_ledger.day(row["Eräpäivä"]) for row in rows]
        assert due == sorted(set(due))


def test_overdue_as_in_a_real_ledger(example_ledger: Any) -> None:
    overdue = example_ledger.overdue()
    assert 60 <= len(overdue) <= 120
    late = sorted((example_ledger.as_of - example_ledger.day(row["Eräpäivä"])).days for row in overdue)
    assert late[len(late) // 2] <= 14
    assert sum(days > 60 for days in late) >= 5
    half_a_year_ago = example_ledger.as_of - timedelta(days=180)
    lately = [row for row in example_ledger.invoices if example_ledger.day(row["Laskupäivä"]) >= half_a_year_ago]
    assert 0.08 <= len(overdue) / len(lately) <= 0.15


def test_overdue_ones_of_every_situation(example_ledger: Any) -> None:
    customers = {row["Asiakasnumero"]: row for row in example_ledger.customers}
    overdue = [(row, customers[row["Asiakasnumero"]]) for row in example_ledger.overdue()]

    def customers_with_credit() -> set[str]:
        return {r["Asiakasnumero"] for r in example_ledger.invoices if example_ledger.cents(r["Avoinna"]) < 0}

    situations = {
        "disputed": sum(row["Riitautettu"] == "kyllä" for row, _ in overdue),
        "partly paid": sum(row["Avoinna"] != row["Summa"] for row, _ in overdue),
        "not delivered": sum(row["Toimitus"] == "epäonnistui" for row, _ in overdue),
        "an instalment": sum(bool(row["Erä"]) for row, _ in overdue),
        "no address": sum(not who["Sähköposti"] and not who["Matkapuhelin"] for _, who in overdue),
        "only an unconfirmed number": sum(
            not who["Sähköposti"] and who["Numero vahvistettu"] == "ei" for _, who in overdue
        ),
        "a wished channel": sum(bool(who["Kanavatoive"]) for _, who in overdue),
        "no SMS": sum(who["Ei näin"] == "tekstiviesti" for _, who in overdue),
        "no reminders": sum(who["Ei muistutuksia"] == "kyllä" for _, who in overdue),
        "credit in hand": sum(who["Asiakasnumero"] in customers_with_credit() for _, who in overdue),
        "a company": sum(who["Asiakastyyppi"] == "Yritys" for _, who in overdue),
        "in Swedish": sum(who["Kieli"] == "sv" for _, who in overdue),
        "in English": sum(who["Kieli"] == "en" for _, who in overdue),
    }
    assert min(situations.values()) >= 3, situations


def test_overdue_ones_of_every_payer_type(example_ledger: Any) -> None:
    """A rough reading of each customer's history, not dunningkit's own score."""
    days_late = defaultdict(list)
    for row in example_ledger.invoices:
        if row["Laji"] == "Lasku" and row["Maksettu"] and row["Maksuhistoriaan"] == "kyllä":
            late = (example_ledger.day(row["Maksettu"]) - example_ledger.day(row["Eräpäivä"])).days
            days_late[row["Asiakasnumero"]].append(late)
    long_open = Counter(
        row["Asiakasnumero"]
        for row in example_ledger.overdue()
        if (example_ledger.as_of - example_ledger.day(row["Eräpäivä"])).days > 30
    )

    def payer_type(customer: str) -> str:
        history = days_late[customer]
        late = sum(days > 0 for days in history) / max(1, len(history))
        kinds = {
            "new": len(history) < 3,
            "chronic": sum(days > 15 for days in history) >= len(history) / 2,
            "in trouble": long_open[customer] >= 2 and late < 0.5,
            "slow but steady": late > 0.8 and max(history, default=0) - min(history, default=0) <= 7,
            "spotless": late == 0 and len(history) >= 5,
            "reliable": late < 0.25,
            "mixed": 0.25 <= late <= 0.6,
        }
        return next((kind for kind, fits in kinds.items() if fits), "other")

    found = Counter(payer_type(customer) for customer in {row["Asiakasnumero"] for row in example_ledger.overdue()})
    expected = {"new", "chronic", "in trouble", "slow but steady", "spotless", "reliable", "mixed"}
    assert all(found[kind] >= 3 for kind in expected), found


def test_four_rows_are_wrong_on_purpose(example_ledger: Any) -> None:
    impossible_date, word_for_sum, taken_id, lost_customer = example_ledger.broken
    assert impossible_date["Eräpäivä"] == "31.2.2026"
    assert word_for_sum["Summa"] == "sata euroa"
    assert taken_id["Tunnus"] in {row["Tunnus"] for row in example_ledger.invoices}
    assert lost_customer["Asiakasnumero"] not in {row["Asiakasnumero"] for row in example_ledger.customers}
