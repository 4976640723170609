"""Whatever an outsider writes, the law answers it or says what is wrong with it; nothing in between."""

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dunningkit.errors import RateMissing
from dunningkit.law import BusinessCalendar
from dunningkit.law.calculating import answer_as_json, calculate, read_case
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import LegalActor, StopKind
from dunningkit.model import ActKind, CustomerClass, Language, Medium
from dunningkit.wording import Wording

FI = load_pack("fi")
CALENDAR = BusinessCalendar()
WORDING = Wording(Language.EN)

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat)
FEW_DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31)).map(date.isoformat)
AMOUNTS = st.one_of(st.integers(0, 300_000), st.just(10**15))
MAYBE = st.one_of(st.none(), st.booleans())


def _ended_after_it_began(stop: dict[str, Any]) -> dict[str, Any]:
    return stop | {"until": max(stop["since"], stop["until"])} if stop.get("until") else stop


def objects(days: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    maybe_day = st.one_of(st.none(), days)
    medium = st.one_of(st.none(), st.sampled_from(list(Medium)))
    act = st.fixed_dictionaries(
        {"kind": st.sampled_from(list(ActKind)), "on": days},
        optional={"fee_minor": AMOUNTS, "actor": st.sampled_from(list(LegalActor)), "medium": medium},
    )
    stop = st.fixed_dictionaries(
        {"kind": st.sampled_from(list(StopKind)), "since": days},
        optional={
            "until": maybe_day,
            "amount_minor": st.one_of(st.none(), AMOUNTS.filter(bool)),
            "is_groundless": st.booleans(),
        },
    ).map(_ended_after_it_began)
    asked = st.fixed_dictionaries(
        {"kind": st.sampled_from(list(ActKind)), "on": days},
        optional={
            "fee_minor": st.one_of(st.none(), AMOUNTS),
            "interest_minor": AMOUNTS,
            "principal_minor": st.one_of(st.none(), AMOUNTS),
            "medium": medium,
            "delivery_days": st.integers(0, 3_660),
            "extension_days": st.integers(0, 3_660),
            "instalments": st.integers(0, 3_660),
            "pay_by": maybe_day,
        },
    )
    payment = st.fixed_dictionaries({"on": days, "amount_minor": st.integers(-(10**15), 10**15)})
    return st.fixed_dictionaries(
        {"principal_minor": st.integers(1, 10**15), "due_on": days, "asked": asked},
        optional={
            "class": st.sampled_from(list(CustomerClass)),
            "actor": st.sampled_from(list(LegalActor)),
            "currency": st.sampled_from(("EUR", "SEK", "JPY")),
            "issued_on": maybe_day,
            "sent_on": maybe_day,
            "contract_on": maybe_day,
            "due_date_binds": MAYBE,
            "stated": MAYBE,
            "agreed_rate_bp": st.one_of(st.none(), st.integers(0, 100_000)),
            "fixed_sum_claimed": st.booleans(),
            "vat_deductible": st.booleans(),
            "payments": st.lists(payment, max_size=3),
            "acts": st.lists(act, max_size=4),
            "stops": st.lists(stop, max_size=3),
            "as_of": days,
        },
    )


@given(st.one_of(objects(FEW_DAYS), objects(DAYS)), st.booleans())
def test_a_case_that_can_be_read_is_answered(data: dict[str, Any], provisional: bool) -> None:
    question = read_case(data | {"provisional": provisional})
    try:
        found = calculate(question, FI, CALENDAR)
    except RateMissing:
        return
    answer = json.loads(json.dumps(answer_as_json(question, found, WORDING.reason)))
    allowed, verdict = answer["allowed"], answer["verdict"]
    assert 0 <= verdict["fee_minor"] <= allowed["fee_minor"]
    assert allowed["pay_by"] >= data["asked"]["on"]
    assert (allowed["chargeable_on"] == data["asked"]["on"]) == (allowed["fee_minor"] > 0)
    assert (allowed["possible_on"] == data["asked"]["on"]) == allowed["is_possible"]
    assert allowed["why"]
    cited = {one["rule_id"] for one in answer["citations"]}
    assert {one["rule_id"] for part in ("allowed", "verdict", "interest") for one in answer[part]["cited"]} <= cited


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), DAYS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)
NAMES = ("class", "principal_minor", "due_on", "asked", "acts", "stops", "payments", "as_of", "sent_on", "currency")


@given(st.one_of(JSON, st.dictionaries(st.sampled_from(NAMES), JSON)), st.booleans())
def test_anything_else_is_refused_with_a_sentence(data: Any, mostly_right: bool) -> None:
    if mostly_right and isinstance(data, dict):
        data = {"principal_minor": 100, "due_on": "2024-01-15", "as_of": "2024-02-01"} | data
    refusal = refused(data)
    assert refusal is None or (refusal.endswith(".") and "validation" not in refusal)


def refused(data: Any) -> str | None:
    try:
        read_case(data)
    except ValueError as error:
        return str(error)
    return None
