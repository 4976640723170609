"""Questions of a collections lawyer, an accountant and an ERP developer that once had a wrong answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dunningkit.engine import CreditorSetup
from dunningkit.errors import SettingsError
from dunningkit.law.calculating import answer_as_json, calculate, read_case
from dunningkit.law.days import BusinessCalendar
from dunningkit.law.loading import load_pack
from dunningkit.law.terms import CreditorTerms, UnderLaw
from dunningkit.model import Language, Medium
from dunningkit.policy import Policy, Step
from dunningkit.wording import Wording

INVOICE = {
    "class": "consumer",
    "principal_minor": 100_000,
    "sent_on": "2024-01-01",
    "due_on": "2024-01-15",
    "due_date_binds": True,
    "stated": True,
}


def answer(**case: object) -> dict:
    question, pack = read_case(INVOICE | case), load_pack("fi")
    return answer_as_json(question, calculate(question, pack, BusinessCalendar("FI")), Wording(Language.EN).reason)


def paid(on: str, minor: int = 100_000) -> list[dict]:
    return [{"on": on, "amount_minor": minor}]


# -- 40 euros are for being late -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "fixed_minor"),
    [
        ({"payments": paid("2024-01-10")}, 0),
        ({"payments": paid("2024-01-15")}, 0),
        ({"payments": paid("2024-01-16")}, 4000),
        ({"payments": paid("2024-01-15", 99_999)}, 4000),
        ({"payments": paid("2026-01-19"), "sent_on": "2026-01-01", "due_on": "2026-01-17", "as_of": "2026-02-15"}, 0),
        (
            {"payments": paid("2026-01-20"), "sent_on": "2026-01-01", "due_on": "2026-01-17", "as_of": "2026-02-15"},
            4000,
        ),
    ],
    ids=["early", "on the day", "a day late", "a cent short", "Saturday's on Monday", "Saturday's on Tuesday"],
)
def test_who_paid_in_time_owes_no_fixed_sum(case: dict, fixed_minor: int) -> None:
    found = answer(**{"class": "commercial_30_2013", "as_of": "2024-02-15", **case})
    assert found["fixed_sum_minor"] == fixed_minor


# -- a disputed part -------------------------------------------------------------------------------------------------


def test_no_interest_is_asked_for_on_the_part_that_is_disputed() -> None:
    part = [{"kind": "dispute", "since": "2024-01-20", "amount_minor": 30_000}]
    asked = {"kind": "reminder", "on": "2024-02-20", "principal_minor": 70_000, "interest_minor": 1134, "fee_minor": 0}
    found = answer(stops=part, asked=asked)
    assert found["interest"]["due_minor"] == 1134  # 36 days of 11.5 % on 1 000 euros: it accrues all the same
    assert (found["verdict"]["ruling"], found["verdict"]["interest_minor"]) == ("lower", 794)  # on 700 euros
    assert answer(stops=part, asked=asked | {"interest_minor": 794})["verdict"]["ruling"] == "allow"


# -- stops that are written wrongly ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stop", "sentence"),
    [
        ({"until": "2024-01-01"}, "stops.0.until: must be on or after the first day, 2024-02-20, and not 2024-01-01."),
        ({"amount_minor": 0}, "stops.0.amount_minor: must be at least 1."),
    ],
)
def test_a_stop_that_would_stop_nothing_is_a_mistake(stop: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match="stops") as raised:
        answer(stops=[{"kind": "dispute", "since": "2024-02-20", **stop}], as_of="2024-03-20")
    assert str(raised.value) == sentence


# -- what the second fee is said to rest on ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            Language.FI,
            "Laki sallii tästä muistutuksesta laskua kohti enintään 5,00\N{NO-BREAK SPACE}€ (513/1999 10 a §).",
        ),
        (
            Language.SV,
            "Lagen tillåter för den här påminnelsen högst 5,00\N{NO-BREAK SPACE}€ per faktura (513/1999 10 a §).",
        ),
        (Language.EN, "For this reminder the law allows at most €5.00 for each invoice (513/1999 10 a §)."),
    ],
)
def test_a_text_that_asks_for_two_fees_does_not_say_that_the_law_allows_one(world, language, sentence: str) -> None:
    world.law = UnderLaw(load_pack("fi"), CreditorTerms(sent_when_issued=True))
    world.creditor = replace(world.creditor, business_id="1234567-1", postal_address="Esimerkkikatu 1, 00100 Helsinki")
    formal = {"kind": "formal", "style": "neutral", "fee_minor": 500, "time_to_pay_days": 10}
    steps = (Step(id="first", days=2), Step(id="formal", days=16, **formal), Step(id="again", days=40, **formal))
    stale = {"formal_banking_days": 99, "any_banking_days": 99}
    world.policy = Policy(steps=steps, caps=(), long_overdue_days=2000, stale=stale)
    due_on = world.today - timedelta(days=5)
    world.customer(language=language)
    world.invoice(late=5)
    for days in (5, 20, 41):
        world.on(due_on + timedelta(days=days))
        (reminder,) = world.propose().reminders
        world.approve()
        assert world.send().accepted
    assert (reminder.items[0].fee_minor, reminder.items[0].earlier_fees_minor) == (500, 500)
    assert sentence in reminder.message.body


# -- found out when wired, not on the day of the first formal reminder -------------------------------------------------


@pytest.mark.parametrize("missing", ["business_id", "postal_address"])
def test_a_policy_with_formal_steps_needs_a_creditor_who_tells_who_asks(world, missing: str) -> None:
    policy = Policy(steps=(Step(id="first"), Step(id="formal", kind="formal", days=16, style="neutral")))
    told = replace(world.creditor, business_id="1234567-1", postal_address="Esimerkkikatu 1, 00100 Helsinki")
    law = UnderLaw(load_pack("fi"), CreditorTerms())

    def wire(creditor, policy: Policy) -> CreditorSetup:
        channels = {Medium.EMAIL: world.channel}
        return CreditorSetup.of(creditor, source=world.ledger, channels=channels, policy=policy, law=law)

    with pytest.raises(SettingsError, match=missing):
        wire(replace(told, **{missing: " "}), policy)
    assert wire(told, policy).law is law
    assert wire(world.creditor, Policy()).law is law  # friendly texts tell no more than the name
