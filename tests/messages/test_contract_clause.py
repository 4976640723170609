"""The contract clause: it says what the live policy does, nothing else, and notices when that changes."""

import re
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from dunningkit.law.loading import load_pack
from dunningkit.law.terms import CreditorTerms, UnderLaw
from dunningkit.messages.clause import Clause, ClauseFigures, Drift, clause, clause_drift, clause_figures
from dunningkit.model import Creditor, Language
from dunningkit.policy import Policy

DAY = date(2026, 11, 25)
LAW = UnderLaw(load_pack("fi"), CreditorTerms(claim_interest=True))
CREDITOR = Creditor(
    "pihapalvelu",
    "Pihapalvelu Esimerkki Oy",
    phone="09 123 4567",
    email="laskut@example.fi",
    website="www.example.fi",
    iban="FI21 1234 5600 0007 85",
    agency_name="Perintätoimisto Esimerkki Oy",
)
FRIENDLY: dict[str, Any] = {"id": "first"}
FORMAL: dict[str, Any] = {"id": "second", "kind": "formal", "days": 16, "fee_minor": 500}
FINAL: dict[str, Any] = {"id": "third", "kind": "final", "days": 40, "time_to_pay_days": 14}
EVERY_LANGUAGE = pytest.mark.parametrize("language", list(Language))


def figures(
    *steps: dict[str, Any], law: UnderLaw | None = LAW, creditor: Creditor = CREDITOR, **policy: Any
) -> ClauseFigures:
    return clause_figures(Policy.model_validate({"steps": list(steps), **policy}), law, creditor, DAY)


def clause_of(*steps: dict[str, Any], language: Language = Language.EN, **options: Any) -> Clause:
    return clause(figures(*steps, **options), CREDITOR, language)


FULL = """\
Invoicing and follow-up of payments

1. We send the invoice at least 14 days before the due date. You choose whether the invoice comes to your online bank, by \
e-mail or by post. Tell us if your address changes.
2. If we see no payment after the due date, we usually contact you within 3 days. We first ask whether the invoice reached \
you and send it again if needed. This contact is free. We use the channel you have chosen.
3. If the invoice is still open, we send a payment reminder. A reminder with a fee is sent only after 14 full days have \
passed since the due date. The reminder fee is €5.00 (513/1999 10 a §).
4. If the invoice is open even after that, we send a payment demand. It gives you at least 14 days to pay or to object. It \
costs you nothing.
5. Only then can we pass the claim to a collection agency. Our partner is Perintätoimisto Esimerkki Oy. Its costs are at \
most those set by law, and you find them on our website www.example.fi.
6. A late payment carries late payment interest under the law (633/1982 4 §). The rate is now 9.5% a year.
7. If paying is difficult, tell us as soon as you can. We can move the due date or make a payment plan. The first move is \
free.
8. If you disagree with the invoice, tell us why. We do not remind you of the disputed part before we have answered.
9. We use information about your earlier payments so that we can contact you at the right time and in the right way. We \
make no automated decisions from it that would affect your rights.
10. We always send messages in the name Pihapalvelu Esimerkki Oy or tell you who sends them for us. We do not ask for bank \
codes. If you doubt a message, call 09 123 4567."""


def test_a_clause_of_all_steps() -> None:
    assert clause_of(FRIENDLY, FORMAL, FINAL).text == FULL


@EVERY_LANGUAGE
def test_every_language_says_the_same_paragraphs_and_figures(language: Language) -> None:
    made = clause_of(FRIENDLY, FORMAL, FINAL, language=language)
    assert re.findall(r"^(\d+)\. ", made.text, re.MULTILINE) == [str(number) for number in range(1, 11)]
    for figure in ("14", "5", "9", "Perintätoimisto Esimerkki Oy", "09 123 4567", "www.example.fi", "513/1999 10 a §"):
        assert figure in made.text
    assert "None" not in made.text
    assert "{" not in made.text


@EVERY_LANGUAGE
def test_a_policy_of_friendly_steps_speaks_of_no_fee_no_agency_and_no_interest(language: Language) -> None:
    made = clause_of(FRIENDLY, {"id": "second", "days": 16}, language=language, law=None)
    words = {
        Language.FI: ("maksuvaatimu", "perintätoimisto", "korko"),
        Language.SV: ("avgiften", "betalningskrav", "indrivning", "ränta"),
        Language.EN: ("fee", "demand", "agency", "interest"),
    }[language]
    assert not any(word in made.text.lower() for word in words)
    assert made.figures.reminds_again


@pytest.mark.parametrize(
    ("steps", "options", "said", "unsaid"),
    [
        ((FRIENDLY, {**FORMAL, "fee_minor": 0}), {}, "It costs you nothing.", "reminder fee"),
        ((FRIENDLY, {**FORMAL, "fee_minor": 1200}), {}, "The reminder fee is €5.00", "€12"),
        ((FRIENDLY, FORMAL), {}, "reminder", "demand"),
        ((FRIENDLY, FINAL), {"creditor": replace(CREDITOR, agency_name="")}, "payment demand", "agency"),
        ((FRIENDLY, FORMAL), {"law": replace(LAW, terms=CreditorTerms())}, "reminder", "interest"),
        (({**FRIENDLY, "days": 5, "style": "neutral"}, FORMAL), {}, "within 5 days", "earlier payments"),
        (({**FRIENDLY, "days": 1}, FORMAL), {}, "within 1 day.", "1 days"),
        (({**FRIENDLY, "days": 1}, FORMAL), {"boundary": "exclusive"}, "within 2 days", "1 day."),
        ((FRIENDLY, FORMAL), {"grace_days": 4}, "within 7 days", "within 3 days"),
        (
            ({**FRIENDLY, "days": 5, "anchor": "end_of_month_after_due"},),
            {},
            "within 5 days of the end of the due date's month",
            "fee",
        ),
        (({"id": "before", "kind": "courtesy", "anchor": "before_due", "days": 3},), {}, "You choose", "contact you"),
    ],
)
def test_each_sentence_stands_only_where_it_is_true(steps, options, said: str, unsaid: str) -> None:
    text = clause_of(*steps, **options).text
    assert said in text
    assert unsaid not in text


def test_a_final_notice_gives_at_least_the_time_that_the_law_asks_for() -> None:
    assert figures(FRIENDLY, {**FINAL, "time_to_pay_days": 3}).final_days_to_pay == 10
    assert figures(FRIENDLY, {**FINAL, "time_to_pay_days": 21}).final_days_to_pay == 21


@EVERY_LANGUAGE
def test_a_clause_that_still_holds_has_not_drifted(language: Language) -> None:
    made = clause_of(FRIENDLY, FORMAL, FINAL, language=language)
    loose = re.sub(r"^\d+\. ", "  ", made.text, flags=re.MULTILINE)
    for old in (made.text, made.stamp, made.figures.hash, f"{made.text}\n\n{made.stamp}\n", loose):
        assert clause_drift(old, made) == ()


def test_what_changed_is_named() -> None:
    old, now = (
        clause_of(FRIENDLY, FORMAL, FINAL),
        clause_of(FRIENDLY, {**FORMAL, "fee_minor": 300}, FINAL, grace_days=2),
    )
    expected = (Drift("fee_minor", 500, 300), Drift("first_contact_days", 3, 5))
    assert clause_drift(f"{old.text}\n{old.stamp}", now) == expected
    assert clause_drift(old.stamp, clause(now.figures, CREDITOR, Language.FI)) == expected
    assert clause_drift(old.figures.hash, now) == (Drift("hash", old.figures.hash, now.figures.hash),)
    assert [one.what for one in clause_drift(old.text, now)] == ["text", "text"]


def test_a_text_that_was_edited_under_its_stamp_is_noticed() -> None:
    made = clause_of(FRIENDLY, FORMAL)
    edited = made.text.replace("€5.00", "€4.00")
    (found,) = clause_drift(f"{edited}\n{made.stamp}", made)
    assert found.what == "text"
    assert "€4.00" in str(found.was)
    assert "€5.00" in str(found.now)


def test_a_stamp_of_another_version_is_compared_by_what_both_know() -> None:
    made = clause_of(FRIENDLY, FORMAL)
    older = made.stamp.replace('"final":false,', '"forgotten":[1],')
    assert [one.what for one in clause_drift(older, made)] == ["final", "forgotten"]


def test_every_figure_changes_the_hash() -> None:
    made = figures(FRIENDLY, FORMAL, FINAL)
    for field in fields(ClauseFigures):
        value = getattr(made, field.name)
        other = (not value) if isinstance(value, bool) else value + (1 if isinstance(value, int) else "x")
        assert replace(made, **{field.name: other}).hash != made.hash
