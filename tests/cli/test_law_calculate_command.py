"""One case from standard input: an outsider checks the law with cases of their own."""

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dunningkit.cli import exit_codes
from dunningkit.cli.app import run
from dunningkit.law.case_answer import answer_json_schema
from dunningkit.law.case_question import question_json_schema

_ROOT = Path(__file__).parents[2]
CASE = {
    "class": "consumer",
    "principal_minor": 10_000,
    "issued_on": "2024-01-01",
    "due_on": "2024-01-15",
    "due_date_binds": True,
    "stated": True,
    "as_of": "2024-01-29",
}
REMINDER = {"kind": "reminder", "on": "2024-01-29", "fee_minor": 500}

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Ask:
    monkeypatch.chdir(tmp_path)  # where no configuration is

    def answered(question: object, *options: str) -> tuple[int, str, str]:
        given = question if isinstance(question, bytes) else json.dumps(question).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        code = run(["law", "calculate", *options])
        return (code, *capsys.readouterr())

    return answered


@pytest.fixture
def answer(ask: Ask) -> Callable[..., Any]:
    def told(*options: str, **fields: Any) -> Any:
        code, out, err = ask(CASE | fields, "--json", *options)
        assert code == exit_codes.DONE, err
        return json.loads(out)

    return told


def test_interest_alone_with_its_segments_and_sections(answer) -> None:
    found = answer()
    interest = found["interest"]
    assert (interest["due_minor"], interest["starts_on"], interest["rate_bp"]) == (44, "2024-01-16", 1150)
    (segment,) = interest["segments"]
    assert (segment["first"], segment["last"], segment["days"]) == ("2024-01-16", "2024-01-29", 14)
    assert (segment["exact_minor"], segment["cited"]["status"]) == ("44.109589", "confirmed")
    assert (found["allowed"], found["verdict"], found["owed_minor"]) == (None, None, 10_044)
    assert found["lapses_on"] == "2027-01-15"
    assert {one["rule_id"] for one in found["citations"]} >= {"fi.interest.start.consumer", "fi.limitation.2015"}


def test_an_act_with_its_earliest_days_what_is_left_and_whether_it_may_go(answer) -> None:
    found = answer(asked=REMINDER)
    assert found["allowed"] | {"why": [], "cited": []} == {
        "fee_minor": 0,
        "is_possible": True,
        "possible_on": "2024-01-29",
        "chargeable_on": "2024-01-30",
        "pay_by": "2024-02-08",
        "total_left_minor": 6000,
        "acts_left": None,
        "vat_may_be_added": False,
        "why": [],
        "cited": [],
    }
    assert (found["verdict"]["ruling"], found["verdict"]["fee_minor"]) == ("lower", 0)
    assert found["allowed"]["why"][0]["params"]["day"] == "2024-01-30"


def test_the_interest_asked_for_is_judged_too(answer) -> None:
    found = answer(asked=REMINDER | {"fee_minor": 0, "interest_minor": 45})
    assert (found["verdict"]["ruling"], found["verdict"]["interest_minor"]) == ("lower", 44)
    found = answer(asked=REMINDER | {"fee_minor": 0, "interest_minor": 44})
    assert found["verdict"]["ruling"] == "allow"


@pytest.mark.parametrize(
    ("language", "part"),
    [("en", "Too early for a fee"), ("fi", "liian aikaista"), ("sv", "r tidigt")],
)
def test_reasons_are_told_in_the_language_asked_for(answer, language: str, part: str) -> None:
    assert part in answer("--language", language, asked=REMINDER)["allowed"]["why"][0]["text"]


def test_without_json_the_same_object_is_indented(ask: Ask) -> None:
    _, line, _ = ask(CASE, "--json")
    _, indented, _ = ask(CASE)
    assert json.loads(line) == json.loads(indented)
    assert line.count("\n") == 1 < indented.count("\n")


def test_fields_may_be_called_as_people_call_them(ask: Ask) -> None:
    names = {"class": "customer_class", "issued_on": "invoice_date", "due_on": "due", "due_date_binds": "binding"}
    called = {names.get(name, name): value for name, value in CASE.items()} | {
        "acts": [{"act": "reminder", "date": "2024-01-20", "by": "ledger"}],
        "payments": [{"date": "2024-01-21", "amount_minor": 100}],
        "stops": [{"stop": "suspension", "from": "2024-01-22"}],
        "asked": {"act": "payment-demand", "date": "2024-01-29"},
    }
    usual = CASE | {
        "acts": [{"kind": "reminder", "on": "2024-01-20", "actor": "creditor"}],
        "payments": [{"on": "2024-01-21", "amount_minor": 100}],
        "stops": [{"kind": "suspension_request", "since": "2024-01-22"}],
        "asked": {"kind": "demand", "on": "2024-01-29"},
    }
    assert ask(called, "--json") == ask(usual, "--json")
    assert ask(usual, "--json")[0] == exit_codes.DONE


def test_a_class_may_be_called_as_people_call_it(answer) -> None:
    assert answer(**{"class": "Commercial 30/2013"})["class"] == "commercial_30_2013"
    assert answer(**{"class": "other non-consumer"})["class"] == "other_non_consumer"


def test_what_was_left_out_is_listed_with_what_it_was_read_as(answer) -> None:
    assert answer(asked={"kind": "reminder", "on": "2024-02-01"})["assumed"] == {
        "actor": "creditor",
        "currency": "EUR",
        "sent_on": "2024-01-01",
        "asked.medium": "letter",
    }


def test_only_the_amount_the_due_date_and_a_day_are_needed(ask: Ask) -> None:
    code, out, _ = ask({"principal_minor": 10_000, "due_on": "2024-01-15", "asked": REMINDER}, "--json")
    found = json.loads(out)
    assert (code, found["class"], found["as_of"]) == (0, "unknown", "2024-01-29")
    assert (found["interest"]["due_minor"], found["allowed"]["fee_minor"]) == (0, 0)
    assert {"class": "unknown", "sent_on": None, "due_date_binds": None}.items() <= found["assumed"].items()


def test_a_day_of_sending_that_is_written_as_unknown_is_unknown(answer) -> None:
    late = REMINDER | {"on": "2024-02-01"}
    assert answer(asked=late)["allowed"]["fee_minor"] == 500
    assert answer(asked=late, sent_on=None)["allowed"]["fee_minor"] == 0


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (b"x", "line 1, column 1: it is no JSON"),
        (b"\xff", "It is no text in UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"principal_minor": ' + b"9" * 5000 + b"}", "A number in it has thousands of digits"),
        (b"[1]", "the case: must be an object in braces."),
        ({}, "principal_minor: is missing; write it. due_on: is missing; write it."),
        (CASE | {"principal": 100}, "principal: is no field here; amounts are in minor units: write principal_minor"),
        (CASE | {"clas": "consumer"}, "clas: is no field here; did you mean class?"),
        (CASE | {"customer_class": "consumer"}, "customer_class: is no field here; did you mean class?"),
        (CASE | {"xyzzy": 1}, "xyzzy: is no field here; there are class, actor, principal_minor"),
        (CASE | {"asked": REMINDER | {"fee": 5}}, "asked.fee: is no field here; amounts are in minor units"),
        (CASE | {"acts": [REMINDER | {"mediun": "sms"}]}, "acts.0.mediun: is no field here; did you mean medium?"),
        (CASE | {"due_on": "15.1.2024"}, 'due_on: must be a day in quotation marks such as "2024-01-30"'),
        (CASE | {"due_on": "0024-01-15"}, "due_on: must be a day"),
        (CASE | {"principal_minor": "10000"}, "principal_minor: must be a whole number without quotation marks"),
        (CASE | {"principal_minor": 0}, "principal_minor: must be at least 1."),
        (CASE | {"stated": "yes"}, "stated: must be true, false"),
        (CASE | {"class": "company"}, "class: must be 'consumer',"),
        (CASE | {"class": 1}, "class: must be 'consumer',"),
        (CASE | {"asked": REMINDER | {"medium": ["sms"]}}, "asked.medium: must be 'email',"),
        (CASE | {"currency": "euro"}, "currency: must be three capital letters"),
        (CASE | {"acts": {}}, "acts: must be a list in square brackets."),
        (CASE | {"as_of": None}, "as_of: is missing; write the day until which interest is counted"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_write(ask: Ask, question: object, sentence: str) -> None:
    code, out, err = ask(question, "--json")
    told = json.loads(err)
    assert (code, out, told["error"]) == (exit_codes.WRITTEN_WRONGLY, "", "case_unusable")
    assert sentence in told["message"]
    assert "docs/law_calculate.md" in told["message"]


def test_a_pack_that_is_not_there_and_a_rate_that_nobody_knows_have_their_own_code(ask: Ask) -> None:
    code, _, err = ask(CASE | {"pack": "sv"}, "--json")
    assert (code, json.loads(err)["error"]) == (exit_codes.SETTINGS, "settings_error")
    far = CASE | {"as_of": "2027-02-01"}
    code, _, err = ask(far, "--json")
    assert (code, json.loads(err)["error"]) == (exit_codes.SETTINGS, "rate_missing")
    code, out, _ = ask(far | {"provisional": True}, "--json")
    assert (code, json.loads(out)["interest"]["is_provisional"]) == (exit_codes.DONE, True)


def test_the_page_shows_a_case_and_its_answer(ask: Ask) -> None:
    page = (_ROOT / "docs" / "law_calculate.md").read_text(encoding="utf-8")
    (question,), (shown,) = (
        re.findall(rf"^```{kind}\n(.*?)^```", page, re.DOTALL | re.MULTILINE) for kind in ("json", "text")
    )
    code, out, _ = ask(question.encode(), "--json")
    found = json.loads(out)
    assert code == exit_codes.DONE
    for part, figures in json.loads(shown).items():
        assert {name: found[part][name] for name in figures} == figures


@pytest.mark.parametrize(
    ("name", "schema"), [("law_case", question_json_schema()), ("law_answer", answer_json_schema())]
)
def test_the_published_schemas_are_the_models(name: str, schema: dict[str, Any]) -> None:
    published = (_ROOT / "docs" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "run: make schema"


@pytest.mark.parametrize("schema", [question_json_schema(), answer_json_schema()], ids=["question", "answer"])
def test_every_field_is_described(schema: dict[str, Any]) -> None:
    for model in (schema, *(one for one in schema["$defs"].values() if "properties" in one)):
        assert all(field.get("description") for field in model["properties"].values()), model["title"]
