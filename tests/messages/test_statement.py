"""The itemised statement of one receivable: every figure, its section, and a sum that adds up (513/1999 4 a §)."""

import json
import re
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunningkit import messages
from dunningkit.law import BusinessCalendar
from dunningkit.law.answers import Interest
from dunningkit.law.case import Case, DoneAct, Paid
from dunningkit.law.interest import interest
from dunningkit.law.loading import load_pack
from dunningkit.messages.catalogue import inflected_placeholders
from dunningkit.messages.formats import formats_of
from dunningkit.messages.statement import Account, FeeAsked, statement
from dunningkit.model import ActKind, Creditor, CustomerClass, Language, Money

PACK = load_pack("fi")
CALENDAR = BusinessCalendar("FI", "Europe/Helsinki")
CREDITOR = Creditor(
    "pihapalvelu",
    "Pihapalvelu Esimerkki Oy",
    phone="09 123 4567",
    email="laskut@example.fi",
    website="www.example.fi",
    iban="FI21 1234 5600 0007 85",
)
DUE = date(2024, 1, 15)
AS_OF = date(2024, 9, 30)
FEE = FeeAsked(date(2024, 1, 30), ActKind.REMINDER, 500, "513/1999 10 a §")


def owed(*paid: Paid, fees: tuple[FeeAsked, ...] = (), as_of: date = AS_OF) -> Interest:
    case = Case(
        customer_class=CustomerClass.CONSUMER,
        principal=Money(100_000, "EUR"),
        issued_on=date(2024, 1, 1),
        due_on=DUE,
        sent_on=date(2024, 1, 1),
        due_date_binds=True,
        rate_stated=True,
        start_stated=True,
        payments=paid,
        acts=tuple(DoneAct(ActKind.REMINDER, fee.on, fee.amount_minor) for fee in fees),
    )
    return interest(case, PACK, CALENDAR, as_of)


def account(*paid: Paid, fees: tuple[FeeAsked, ...] = ()) -> Account:
    return Account(
        creditor=CREDITOR,
        customer_name="Maija Mäkinen",
        invoice_number="1042",
        issued_on=date(2024, 1, 1),
        due_on=DUE,
        original=Money(100_000, "EUR"),
        interest=owed(*paid, fees=fees),
        fees=fees,
        subject="Kattoremontti",
    )


#: Example I11 of the rule pack's examples, with a reminder's fee beside it.
PART_PAID = """\
Erittely laskusta 1042
Pihapalvelu Esimerkki Oy, 30.9.2024
Asiakas: Maija Mäkinen

Lasku
Mistä lasku on: Kattoremontti
Laskupäivä: 1.1.2024
Eräpäivä: 15.1.2024
Alkuperäinen pääoma: 1 000,00 €

Maksut
- 15.4.2024: 400,00 €, josta korkoon 28,67 €, pääomaan 371,33 €, kuluihin 0,00 €
Yhteensä: 400,00 €

Viivästyskorko
"""


def test_a_statement_as_it_is_read() -> None:
    made = statement(account(Paid(date(2024, 4, 15), 40_000), fees=(FEE,)), Language.FI)
    text = made.text.replace("\u00a0", " ")
    assert text.startswith(PART_PAID)
    assert (
        "- 16.1.2024 - 15.4.2024, 91 päivää: 11,5 % vuodessa, pääoma 1 000,00 €, korkoa 28,6712 € (633/1982 4 §" in text
    )
    assert "Korko yhteensä: 61,95 €, josta maksettu 28,67 €." in text
    assert "- 30.1.2024, maksumuistutus: 5,00 € (513/1999 10 a §)" in text
    assert text.endswith(
        "Maksettavaa 30.9.2024\nPääomaa: 628,67 €\nViivästyskorkoa: 33,28 €\nKuluja: 5,00 €\nYhteensä: 666,95 €\n\n"
        "Tämä erittely on maksuton. Kysymyksiin vastaa Pihapalvelu Esimerkki Oy: 09 123 4567, laskut@example.fi"
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.FI, ("Maksuja ei ole.", "Korkoa ei ole kertynyt.", "Kuluja ei ole.", "Yhteensä: 1 000,00 €")),
        (Language.SV, ("Inga betalningar.", "Ingen ränta har löpt.", "Inga kostnader.", "Sammanlagt: 1 000,00 €")),
        (Language.EN, ("No payments.", "No interest has accrued.", "No costs.", "Total: €1,000.00")),
    ],
)
def test_what_there_is_none_of_is_said(language: Language, said: tuple[str, ...]) -> None:
    text = statement(replace(account(), interest=owed(as_of=DUE)), language).text.replace("\u00a0", " ")
    assert all(part in text for part in said)
    assert "None" not in text
    assert "\n\n\n" not in text


def test_one_day_and_an_instalment_are_told_as_one() -> None:
    made = replace(account(), interest=owed(as_of=DUE + timedelta(days=1)), instalment_number=2)
    text = statement(made, Language.EN).text
    assert text.startswith("Statement of invoice 1042 (instalment 2)\n")
    assert ", 1 day: 11.5% a year, principal €1,000.00, interest €0.3151 (" in text


def test_a_capped_and_a_provisional_interest_say_so() -> None:
    text = statement(replace(account(), interest=replace(owed(), capped=True, is_provisional=True)), Language.EN).text
    assert "No twelve months bear more than one year's interest." in text
    assert "The interest is provisional" in text


def test_a_foreign_site_in_the_subject_is_left_out() -> None:
    text = statement(replace(account(), subject="Katso www.example.org"), Language.FI).text
    assert "example.org" not in text


def test_the_statement_as_data() -> None:
    data = statement(account(Paid(date(2024, 4, 15), 40_000), fees=(FEE,)), Language.EN).data
    assert json.loads(json.dumps(data)) == data
    assert (data["total_minor"], data["interest_left_minor"], data["costs_left_minor"]) == (66_695, 3_328, 500)
    assert data["fees"] == [{"on": "2024-01-30", "kind": "reminder", "amount_minor": 500, "cite": "513/1999 10 a §"}]
    assert sum(one["days"] for one in data["interest"]) == (AS_OF - DUE).days
    assert Fraction(data["interest"][0]["exact_minor"]) == Fraction(100_000 * 1150 * 91, 10_000 * 365)


@pytest.mark.parametrize(
    ("wrong", "change"),
    [
        ("costs", lambda made: replace(made, fees=())),
        ("principal", lambda made: replace(made, original=Money(100_001, "EUR"))),
        ("interest", lambda made: replace(made, interest=replace(made.interest, due_minor=0))),
        ("payments", lambda made: replace(made, interest=_with_a_cent_more(made.interest))),
    ],
)
def test_figures_that_do_not_add_up_make_no_statement(wrong: str, change) -> None:
    made = change(account(Paid(date(2024, 4, 15), 40_000), fees=(FEE,)))
    with pytest.raises(ValueError, match=f"does not add up: {wrong}"):
        statement(made, Language.FI)


def _with_a_cent_more(given: Interest) -> Interest:
    (one,) = given.allocations
    return replace(given, allocations=(replace(one, amount_minor=one.amount_minor + 1),))


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(Language),
    st.lists(st.tuples(st.integers(0, 250), st.integers(1, 60_000)), max_size=4),
    st.integers(0, 3),
)
def test_whatever_was_paid_the_statement_adds_up(language: Language, paid: list[tuple[int, int]], fees: int) -> None:
    payments = tuple(Paid(DUE + timedelta(days=days), minor) for days, minor in paid)
    asked = tuple(replace(FEE, on=FEE.on + timedelta(days=15 * place)) for place in range(fees))
    made = statement(account(*payments, fees=asked), language)
    data = made.data
    left_over = sum(one["left_over_minor"] for one in data["payments"])
    came = sum(one["amount_minor"] for one in data["payments"])
    claimed = data["original_minor"] + data["interest_accrued_minor"] + sum(fee["amount_minor"] for fee in data["fees"])
    assert data["total_minor"] == claimed - came + left_over
    *_, total = (line for line in made.text.splitlines() if re.search(r"\d", line.rsplit(": ", 1)[-1]) and "€" in line)
    assert int(re.sub(r"\D", "", total.rsplit(": ", 1)[1])) == data["total_minor"]


@pytest.mark.parametrize(
    ("language", "written"),
    [(Language.FI, "1 234,5050 €"), (Language.EN, "€1,234.5050"), (Language.SV, "1 234,5050 €")],
)
def test_a_fine_amount_has_two_decimals_more(language: Language, written: str) -> None:
    assert formats_of(language).fine(Fraction(246_901, 2), "EUR").replace("\u00a0", " ") == written


def test_the_documents_have_the_same_keys_and_placeholders_in_each_language() -> None:
    folder = Path(messages.__file__).parent / "documents"
    read = {one: tomllib.loads((folder / f"{one}.toml").read_text(encoding="utf-8")) for one in Language}
    finnish = read[Language.FI]
    names = re.compile(r"\b(?:figures\.\w+|creditor\.\w+|one\.\w+|\w+\|(?:money|date|rate|fine))")
    for other in read.values():
        assert other["acts"].keys() == finnish["acts"].keys() == {*ActKind, "fixed_sum"}
        assert other["clause"].keys() == finnish["clause"].keys()
        for name, text in finnish["clause"].items():
            assert set(names.findall(other["clause"][name])) == set(names.findall(text)), name
        assert set(names.findall(other["statement"])) == set(names.findall(finnish["statement"]))
        for text in (other["statement"], *other["clause"].values()):
            assert inflected_placeholders(text) == ()
