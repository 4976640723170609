"""The JSON and TOML forms of the law at their edges: what a figure looks like, and what is said about a mistake."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dunningkit.errors import SettingsError
from dunningkit.law import BusinessCalendar
from dunningkit.law.answers import Cited
from dunningkit.law.calculating import answer_as_json, calculate, read_case
from dunningkit.law.case import AskedAct, Case, DoneAct, Paid, Stop
from dunningkit.law.case_answer import answer_json_schema, cites_told, interest_told
from dunningkit.law.case_question import question_json_schema
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import LegalActor, LimitationRule, RuleStatus, Selector, StopKind, Tier, tier_value
from dunningkit.law.pack_file import pack_json_schema, read_rule, read_whole
from dunningkit.model import ActKind, CustomerClass, Medium, Money, Reason

DOCS = Path(__file__).parents[2] / "docs"
FI = load_pack("fi")
CALENDAR = BusinessCalendar()
GIVEN = {
    "class": "consumer",
    "principal_minor": 10_000,
    "issued_on": "2024-01-01",
    "due_on": "2024-01-15",
    "due_date_binds": True,
    "stated": True,
    "as_of": "2024-01-29",
}


def code_of(reason: Reason) -> str:
    return f"<{reason.code}>"


# -- answers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exact_minor", "shown"),
    [
        (Fraction(0), "0.000000"),
        (Fraction(1), "1.000000"),
        (Fraction(1, 2), "0.500000"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(2, 3), "0.666667"),
        (Fraction(1, 10**6), "0.000001"),
        (Fraction(12_345_678, 10**6), "12.345678"),
        (Fraction(-1, 2), "-0.500000"),
        (Fraction(-1, 10**6), "-0.000001"),
        (Fraction(-7, 3), "-2.333333"),
    ],
)
def test_an_exact_amount_has_six_decimals(exact_minor: Fraction, shown: str) -> None:
    found = calculate(read_case(GIVEN), FI, CALENDAR).interest
    segments = (replace(found.segments[0], exact_minor=exact_minor),)
    assert interest_told(replace(found, segments=segments), code_of).segments[0].exact_minor == shown


def test_a_rule_is_named_once_in_an_answer_and_where_it_stood_first() -> None:
    cited = calculate(read_case(GIVEN), FI, CALENDAR).cited
    assert [one.rule_id for one in cites_told((*cited, *cited))] == list(dict.fromkeys(one.rule_id for one in cited))


def test_a_pack_that_lets_nothing_lapse_cites_nothing_for_it() -> None:
    lasting = replace(FI, rules=tuple(one for one in FI.rules if not isinstance(one, LimitationRule)))
    found = calculate(read_case(GIVEN), lasting, CALENDAR)
    assert found.lapses_on is None
    assert found.cited
    assert all(isinstance(one, Cited) for one in found.cited)


def test_what_was_left_out_is_told_and_what_was_given_is_not() -> None:
    asked = {"kind": "reminder", "on": "2024-01-30"}
    assert read_case(GIVEN | {"asked": asked}).assumed()["asked.medium"] == "letter"
    assert "asked.medium" not in read_case(GIVEN | {"asked": asked | {"medium": "email"}}).assumed()
    assert "asked.medium" not in read_case(GIVEN).assumed()


def test_every_reason_is_told_with_its_figures_and_in_words() -> None:
    question = read_case(GIVEN | {"asked": {"kind": "reminder", "on": "2024-01-29", "fee_minor": 500}})
    found = calculate(question, FI, CALENDAR)
    answer = answer_as_json(question, found, code_of)
    assert found.allowed is not None
    assert found.verdict is not None
    for told, reasons in (
        (answer["interest"]["why"], found.interest.why),
        (answer["allowed"]["why"], found.allowed.why),
        (answer["verdict"]["why"], found.verdict.why),
    ):
        assert told == [{"code": one.code, "params": dict(one.params), "text": f"<{one.code}>"} for one in reasons]
        assert told


def test_an_act_that_waits_as_json() -> None:
    stops = [{"kind": "hardship", "since": "2024-01-20", "until": "2024-02-09"}]
    question = read_case(GIVEN | {"stops": stops, "asked": {"kind": "reminder", "on": "2024-01-30", "fee_minor": 500}})
    answer = answer_as_json(question, calculate(question, FI, CALENDAR), code_of)
    verdict, allowed = answer["verdict"], answer["allowed"]
    assert (verdict["ruling"], verdict["until"], verdict["may_be_overridden"]) == ("postpone", "2024-02-10", True)
    assert (allowed["is_possible"], allowed["possible_on"], allowed["chargeable_on"]) == (
        False,
        "2024-02-10",
        "2024-02-10",
    )
    assert [one["rule_id"] for one in verdict["cited"]] == [one["rule_id"] for one in allowed["cited"]]


@pytest.mark.parametrize(
    ("name", "schema"),
    [("law_case", question_json_schema), ("law_answer", answer_json_schema), ("rule_pack", pack_json_schema)],
)
def test_each_published_schema_is_made_of_the_models(name: str, schema: Any) -> None:
    assert json.loads((DOCS / f"{name}.schema.json").read_text("utf-8")) == schema()


# -- questions ---------------------------------------------------------------------------------------------------------


def test_everything_that_is_given_is_in_the_case() -> None:
    given = {
        "class": "commercial_30_2013",
        "actor": "professional_collector",
        "principal_minor": 12_345,
        "currency": "SEK",
        "issued_on": "2024-01-01",
        "sent_on": "2024-01-02",
        "due_on": "2024-01-15",
        "invoice_received_on": "2024-01-04",
        "contract_on": "2023-05-06",
        "due_date_binds": True,
        "rate_stated": True,
        "start_stated": False,
        "agreed_rate_bp": 1_100,
        "fee_agreed": True,
        "vat_deductible": False,
        "fixed_sum_claimed": True,
        "notice_needed": False,
        "payments": [{"on": "2024-02-01", "amount_minor": -5}],
        "acts": [
            {
                "kind": "demand",
                "on": "2024-02-02",
                "fee_minor": 7,
                "actor": "collector",
                "medium": "sms",
                "received_by": "2024-02-03",
                "pay_by": "2024-02-20",
            }
        ],
        "stops": [
            {
                "kind": "dispute",
                "since": "2024-02-04",
                "until": "2024-02-05",
                "amount_minor": 9,
                "is_groundless": True,
            }
        ],
        "asked": {
            "kind": "payment_plan",
            "on": "2024-03-01",
            "fee_minor": 3,
            "medium": "phone",
            "delivery_days": 4,
            "extension_days": 5,
            "instalments": 6,
        },
    }
    question = read_case(given)
    collector = LegalActor.PROFESSIONAL_COLLECTOR
    assert question.case() == Case(
        CustomerClass.COMMERCIAL_30_2013,
        Money(12_345, "SEK"),
        issued_on=date(2024, 1, 1),
        due_on=date(2024, 1, 15),
        actor=collector,
        sent_on=date(2024, 1, 2),
        invoice_received_on=date(2024, 1, 4),
        contract_on=date(2023, 5, 6),
        due_date_binds=True,
        rate_stated=True,
        start_stated=False,
        agreed_rate_bp=1_100,
        fee_agreed=True,
        vat_deductible=False,
        fixed_sum_claimed=True,
        payments=(Paid(date(2024, 2, 1), -5),),
        acts=(
            DoneAct(ActKind.DEMAND, date(2024, 2, 2), 7, collector, Medium.SMS, date(2024, 2, 3), date(2024, 2, 20)),
        ),
        stops=(Stop(StopKind.DISPUTE, date(2024, 2, 4), date(2024, 2, 5), 9, is_groundless=True),),
        notice_needed=False,
    )
    assert question.asked_act() == AskedAct(ActKind.PAYMENT_PLAN, date(2024, 3, 1), 3, Medium.PHONE, 4, 5, 6)


def refused(**fields: Any) -> str:
    with pytest.raises(ValueError, match=r"[.?]$") as error:
        read_case(GIVEN | fields)
    return str(error.value)


def test_the_nearest_name_alone_is_proposed() -> None:
    assert refused(issued_onn="2024-01-01") == "issued_onn: is no field here; did you mean issued_on?"
    assert refused(payments=[{"on": "2024-01-20", "amount_minor": 1, "amount": 2}]) == (
        "payments.0.amount: is no field here; amounts are in minor units: write amount_minor, where 10000 is 100 euros."
    )
    listed = refused(stops=[{"kind": "minor", "since": "2024-01-20", "qqq": 1}])
    assert listed == ("stops.0.qqq: is no field here; there are kind, since, until, amount_minor, is_groundless.")
    assert refused(asked={"kind": "reminder", "on": "2024-01-20", "delivry_days": 1}) == (
        "asked.delivry_days: is no field here; did you mean delivery_days?"
    )


def test_two_mistakes_are_two_sentences_and_the_same_twice_is_one() -> None:
    assert refused(principal_minor="1", stated=1) == (
        "principal_minor: must be a whole number without quotation marks; amounts are in minor units: 10000 is 100 euros. "
        "stated: must be true, false or, where it may be unknown, null."
    )
    assert refused(principal_minor=0) == "principal_minor: must be at least 1."
    assert refused(principal_minor=10**15 + 1) == "principal_minor: must be at most 1000000000000000."
    with pytest.raises(ValueError, match=r"^the case: must be an object in braces\.$"):
        read_case([])


def test_a_case_without_a_day_says_which_it_lacks() -> None:
    given = {name: value for name, value in GIVEN.items() if name != "as_of"}
    with pytest.raises(
        ValueError, match=r"^as_of: is missing; write the day until which interest is counted, or the act"
    ):
        read_case(given)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Public", CustomerClass.PUBLIC_FROM_PRIVATE_PERSON),
        (" commercial 30/2013 ", CustomerClass.COMMERCIAL_30_2013),
        ("other-non-consumer", CustomerClass.OTHER_NON_CONSUMER),
        ("CONSUMER", CustomerClass.CONSUMER),
    ],
)
def test_names_may_be_written_as_people_do(written: str, meant: CustomerClass) -> None:
    assert read_case(GIVEN | {"class": written}).customer_class is meant


@pytest.mark.parametrize("day", ["1899-12-31", "2200-01-01", "2024-02-30", "", 20240101, None])
def test_what_is_no_day_that_anybody_means_is_refused(day: object) -> None:
    assert refused(due_on=day) == f'due_on: must be a day in quotation marks such as "2024-01-30", and not {day!r}.'


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_that_may_be_meant(day: str) -> None:
    assert read_case(GIVEN | {"due_on": day}).due_on.isoformat() == day


# -- packs -------------------------------------------------------------------------------------------------------------

RULE = {
    "kind": "gap",
    "id": "xx.gap",
    "status": "confirmed",
    "selector": "act_on",
    "valid_from": date(2020, 1, 1),
    "cite": "1/2000 1 §",
    "act": "tratta",
}


def wrong(**fields: Any) -> str:
    given = {name: value for name, value in (RULE | fields).items() if value is not None}
    with pytest.raises(ValueError, match=r"\.$") as error:
        read_rule(given, 7)
    return str(error.value)


def test_a_rule_is_read_as_it_is_written() -> None:
    written = read_rule(RULE | {"beside": ["xx.other"], "note": "why"}, 1)
    assert (written.rule.id, written.rule.selector, written.beside) == ("xx.gap", Selector.ACT_ON, {"xx.other"})
    assert (written.rule.status, written.rule.valid_to, written.rule.note) == (RuleStatus.CONFIRMED, None, "why")


def test_a_mistake_names_the_rule_or_its_number() -> None:
    assert wrong(act=None) == "rule 'xx.gap', act: is missing; write it."
    assert wrong(id=None) == "rule number 7, id: is missing; write it."
    assert (
        wrong(id="") == "rule number 7, id: has other characters than it may have (^[a-z][a-z0-9_]*(\\.[a-z0-9_]+)*$)."
    )
    assert wrong(id=5) == "rule number 7, id: must be text in quotation marks."
    assert wrong(after_due_days=-1) == "rule 'xx.gap', after_due_days: must be at least 0."
    assert wrong(valid_from="2020-01-01") == (
        "rule 'xx.gap', valid_from: must be a day without quotation marks, such as 2022-05-01."
    )
    assert wrong(needs_one=1, after_acts="reminder") == (
        "rule 'xx.gap', after_acts: must be a list in square brackets. "
        "rule 'xx.gap', needs_one: must be true or false, without quotation marks."
    )


def test_a_kind_that_is_none_is_told_with_all_there_are() -> None:
    for kind in ("gapp", 5, None):
        said = wrong(kind=kind)
        assert said.startswith(f"rule 'xx.gap', kind: {kind!r} is no kind of rule; write one of fee, count, total,")
        assert said.endswith("stop, limitation.")


def test_what_is_not_even_a_table_is_told_as_the_whole() -> None:
    with pytest.raises(ValueError, match=r"^the whole: must be a table of its own\.$"):
        read_whole([])  # type: ignore[arg-type]  # whoever hands over what a file does not hold
    with pytest.raises(ValueError, match=r"^pack: is missing; write it\. rule: is missing; write it\.$"):
        read_whole({})


def test_a_pack_that_is_not_usable_says_so_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[pack]\nid = 'xx'\n", "utf-8")
    with pytest.raises(SettingsError) as error:
        load_pack(path)
    assert error.value.params == {"path": str(path)}
    assert str(error.value).startswith(f"The rule pack {path} is not usable: pack.country: is missing; write it. ")
    path.write_text("[pack\n", "utf-8")
    with pytest.raises(SettingsError) as error:
        load_pack(path)
    assert error.value.params == {"path": str(path)}
    with pytest.raises(SettingsError) as error:
        load_pack(tmp_path / "none.toml")
    assert str(error.value) == f"The rule pack {tmp_path / 'none.toml'} cannot be read: No such file or directory."
    assert error.value.params == {"path": str(tmp_path / "none.toml")}
    with pytest.raises(SettingsError) as error:
        load_pack("se")
    assert str(error.value) == "There is no rule pack 'se'; write fi, or the path of a TOML file."
    assert error.value.params == {"path": "se"}


def test_every_mistake_of_a_pack_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    head = '[pack]\nid = "xx"\ncountry = "XX"\ncurrency = "EUR"\ntitle = "A made-up country"\n'
    rule = '[[rule]]\nkind = "year_cap"\nid = "{}"\nstatus = "confirmed"\nselector = "accrual_day"\nvalid_from = {}\n'
    path.write_text(head + rule.format("one", 1) + rule.format("two", '"x"'), "utf-8")
    with pytest.raises(SettingsError) as error:
        load_pack(path)
    day = "must be a day without quotation marks, such as 2022-05-01"
    assert str(error.value) == (
        f"The rule pack {path} is not usable: rule 'one', valid_from: {day}. rule 'two', valid_from: {day}."
    )
    path.write_text(head + rule.format("one", "2020-01-01") + rule.format("two", "2030-01-01"), "utf-8")
    with pytest.raises(SettingsError) as error:
        load_pack(path)
    cite = "cite: is missing; name the section that it rests on."
    assert str(error.value).startswith(f"The rule pack {path} is not usable: rule 'one', {cite} rule 'two', {cite} ")


def test_a_principal_that_no_tier_reaches_is_named() -> None:
    with pytest.raises(ValueError, match=r"^no tier reaches 101$"):
        tier_value((Tier(100, 1),), 101)
    assert tier_value((Tier(100, 1), Tier(200, 2)), 100) == 1
    assert tier_value((Tier(100, 1), Tier(200, 2)), 101) == 2


def test_an_unknown_class_has_no_rules_of_its_own() -> None:
    said = r"^an unknown class has no rules of its own; ask about each class that it may be$"
    with pytest.raises(ValueError, match=said):
        FI.in_force(type(FI.rules[0]), {}, CustomerClass.UNKNOWN, LegalActor.CREDITOR)
