"""Which rules were asked, and what each of them looked at."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunningkit.model import Customer, Language, Money, Receivable
from dunningkit.policy import RULE_NAMES, Day, Policy, SentStep, Situation, consider, decide, facts_asked
from dunningkit.wording import Wording
from dunningkit.wording.catalogue import catalogue_of
from dunningkit.wording.template import parameters

TODAY = date(2026, 11, 24)
DAY = Day(
    as_of=TODAY,
    policy=Policy(),
    payments_as_of=TODAY,
    payments_age_banking_days=0,
    media=frozenset(),
    creditor_iban="",
)
OWED = Receivable(
    receivable_id="1042",
    customer_id="1",
    invoice_number="1042",
    original=Money(89_90, "EUR"),
    open=Money(89_90, "EUR"),
    issued_on=date(2026, 11, 5),
    due_on=date(2026, 11, 19),
)
ORDINARY = Situation(receivable=OWED, customer=Customer("1", "Maija"))

SITUATIONS = {
    "ordinary": ORDINARY,
    "customer missing": replace(ORDINARY, customer=None),
    "unreadable": replace(ORDINARY, quarantined_at="line 7"),
    "disputed": replace(ORDINARY, receivable=replace(OWED, disputed=True)),
    "asked yesterday": replace(ORDINARY, sent=(SentStep("first", TODAY - timedelta(days=1), TODAY),)),
    "not due": replace(ORDINARY, receivable=replace(OWED, due_on=date(2026, 12, 24))),
    "not before": replace(ORDINARY, receivable=replace(OWED, not_before=date(2026, 12, 24))),
}


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=list(SITUATIONS))
def test_the_last_rule_asked_decides_as_decide_does(situation: Situation) -> None:
    considered = consider(situation, DAY)
    assert considered[-1].decision == decide(situation, DAY)
    assert all(one.decision is None for one in considered[:-1])
    assert tuple(one.rule for one in considered) == RULE_NAMES[: len(considered)]


def test_the_rule_that_decided_is_named() -> None:
    decided = {name: consider(situation, DAY)[-1].rule for name, situation in SITUATIONS.items()}
    assert decided == {
        "ordinary": "write",
        "customer missing": "customer_missing",
        "unreadable": "row_unreadable",
        "disputed": "held",
        "asked yesterday": "time_to_pay",
        "not due": "step_not_reached",
        "not before": "not_before",
    }


def test_the_figures_that_a_rule_looked_at() -> None:
    assert facts_asked("step_not_reached", ORDINARY, DAY) == {
        "currency": "EUR",
        "day": "2026-11-21",
        "due_on": "2026-11-19",
        "step": "first",
    }
    asked = SITUATIONS["asked yesterday"]
    assert facts_asked("time_to_pay", asked, DAY)["pay_by"] == "2026-11-24"
    assert facts_asked("contact_cap", ORDINARY, DAY)["on"] is None


@pytest.mark.parametrize("language", list(Language))
def test_every_rule_is_a_sentence_with_the_figures_it_is_given(language: Language) -> None:
    rules = catalogue_of(language).rules
    assert set(rules) == {*RULE_NAMES, "law"}  # the rule pack is asked after the policy's own rules
    for name in RULE_NAMES:
        facts = facts_asked(name, ORDINARY, DAY)
        assert parameters(rules[name]) <= facts.keys(), name
        for situation in SITUATIONS.values():
            sentence = Wording(language).rule(name, facts_asked(name, situation, DAY))
            assert sentence != name
            assert not any(mark in sentence for mark in ("{", "[[", "||", "None")), sentence


def test_a_rule_of_a_newer_version_is_named() -> None:
    assert Wording(Language.FI).rule("brand_new", {}) == "brand_new"
