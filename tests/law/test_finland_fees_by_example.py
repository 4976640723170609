"""Every example of timing and fees that was worked out from the Finnish sections, by its id: as values and as JSON."""

import io
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from dunningkit.cli.app import run
from dunningkit.law import BusinessCalendar
from dunningkit.law.acts import allowed
from dunningkit.law.calculating import read_case
from dunningkit.law.loading import load_pack

FI = load_pack("fi")
CALENDAR = BusinessCalendar()

Question = dict[str, Any]


def consumer(**more: Any) -> Question:
    """100 euros of a consumer, sent in good time and due on 2024-01-15."""
    whole = {"class": "consumer", "principal_minor": 10_000, "sent_on": "2024-01-01", "due_on": "2024-01-15"}
    return whole | more


def business(**more: Any) -> Question:
    return consumer(**({"class": "commercial_30_2013", "sent_on": "2024-01-01"} | more))


def reminder(on: str, **more: Any) -> Question:
    return {"kind": "reminder", "on": on} | more


def demand(on: str = "2024-03-01", **more: Any) -> Question:
    return {"kind": "demand", "on": on} | more


def act(kind: str, on: str, fee_minor: int = 0, actor: str = "creditor") -> Question:
    return {"kind": kind, "on": on, "fee_minor": fee_minor, "actor": actor}


def first_demand(principal_minor: int) -> Question:
    acts = [act("reminder", "2024-02-01")]
    return consumer(
        principal_minor=principal_minor, actor="professional_collector", acts=acts, asked=demand("2024-03-01")
    )


#: What was done about 80 euros in F11: it came to 56 euros.
ALL_OF_F11 = [
    act("reminder", "2024-01-30", 500),
    act("reminder", "2024-02-20", 500),
    act("demand", "2024-03-20", 1400, "professional_collector"),
    act("demand", "2024-04-20", 700, "professional_collector"),
    act("payment_plan", "2024-05-02", 2000, "professional_collector"),
    act("extension", "2024-06-02", 500),
]
#: What a business was sent, before and after the days between two acts went from seven to ten.
SENT_TO_A_BUSINESS = {"sent_on": "2022-03-01", "due_on": "2022-04-01"}
COLLECTOR = "professional_collector"
AFTER_A_REMINDER = {"actor": COLLECTOR, "acts": [act("reminder", "2024-02-01", 1200)]}
DISPUTE = {"kind": "dispute", "since": "2024-01-20"}

EXAMPLES: dict[str, tuple[Question, dict[str, Any]]] = {
    "F1": (
        consumer(asked=reminder("2024-01-29", fee_minor=500)),
        {"allowed.fee_minor": 0, "allowed.chargeable_on": "2024-01-30", "verdict.ruling": "lower"},
    ),
    "F2": (
        consumer(asked=reminder("2024-01-30", fee_minor=500)),
        {"allowed.fee_minor": 500, "verdict.ruling": "allow", "verdict.fee_minor": 500},
    ),
    "F3": (
        consumer(sent_on="2026-02-01", due_on="2026-02-27", asked=reminder("2026-02-28")),
        {"allowed.fee_minor": 0, "allowed.chargeable_on": "2026-03-14"},
    ),
    "F3 in a leap year": (
        consumer(due_on="2024-02-15", asked=reminder("2024-02-29")),
        {"allowed.fee_minor": 0, "allowed.chargeable_on": "2024-03-01"},
    ),
    **{
        f"F5 {due}": (
            consumer(sent_on="2026-01-02", due_on=due, asked=reminder(due)),
            {"allowed.fee_minor": 0, "allowed.chargeable_on": chargeable},
        )
        for due, chargeable in {
            "2026-05-01": "2026-05-19",  # moves to 4 May
            "2026-06-19": "2026-07-07",  # to 22 June
            "2026-12-24": "2027-01-12",  # to 28 December
            "2026-04-03": "2026-04-22",  # to 7 April
        }.items()
    },
    "F6": (
        consumer(sent_on="2026-03-02", due_on="2026-03-10", asked=reminder("2026-06-01", fee_minor=500)),
        {
            "allowed.fee_minor": 0,
            "allowed.is_possible": True,
            "allowed.chargeable_on": None,
            "verdict.ruling": "lower",
            "allowed.why.0.code": "law_fee_invoice_late",
        },
    ),
    "F8 100.00": (first_demand(10_000), {"allowed.fee_minor": 1400, "allowed.acts_left": 2}),
    "F8 100.01": (first_demand(10_001), {"allowed.fee_minor": 2400}),
    "F8 1000.00": (first_demand(100_000), {"allowed.fee_minor": 2400}),
    "F8 1000.01": (first_demand(100_001), {"allowed.fee_minor": 5000}),
    "F8 by the creditor": (
        first_demand(10_000) | {"actor": "creditor"},
        {"allowed.fee_minor": 0, "allowed.why.0.code": "law_fee_no_rule"},
    ),
    "F11": (
        consumer(principal_minor=8_000, acts=ALL_OF_F11, asked=reminder("2024-08-01", fee_minor=500)),
        {
            "allowed.fee_minor": 400,
            "allowed.total_left_minor": 400,
            "allowed.why.0.code": "law_fee_total",
            "verdict.ruling": "lower",
            "verdict.fee_minor": 400,
        },
    ),
    "F13 13 days": (
        consumer(asked={"kind": "extension", "on": "2024-01-10", "extension_days": 13}),
        {"allowed.fee_minor": 0, "allowed.is_possible": True},
    ),
    "F13 14 days": (
        consumer(asked={"kind": "extension", "on": "2024-01-10", "extension_days": 14}),
        {"allowed.fee_minor": 500},
    ),
    "F18": (
        business(fixed_sum_claimed=True, asked=reminder("2024-02-01")),
        {"fixed_sum_minor": 4000, "allowed.fee_minor": 0, "allowed.why.0.code": "law_fixed_sum_set_off"},
    ),
    "F18 before interest runs": (
        business(due_date_binds=True, asked=reminder("2024-01-15")),
        {"fixed_sum_minor": 0, "allowed.fee_minor": 0},
    ),
    "F18 once it runs": (
        business(due_date_binds=True, asked=reminder("2024-01-16")),
        {"fixed_sum_minor": 4000, "allowed.fee_minor": 1200},
    ),
    "F18 without the fixed sum": (business(asked=reminder("2024-02-01")), {"allowed.fee_minor": 1200}),
    "F19": (
        # 40 + 42 = 82: the costs, 12 + 70, are more than the fixed sum, so they are what is owed.
        business(
            principal_minor=100_000,
            actor="professional_collector",
            fixed_sum_claimed=True,
            acts=[act("reminder", "2024-02-01", 1200)],
            asked=demand("2024-03-01"),
        ),
        {"allowed.fee_minor": 4200},
    ),
    "F21": (
        consumer(**{"class": "other_non_consumer"}, asked=reminder("2024-01-16")),
        {"allowed.fee_minor": 1200, "fixed_sum_minor": 0},
    ),
    "F24 2022-04-30": (
        consumer(
            sent_on="2022-03-01", due_on="2022-03-31", asked=reminder("2022-04-30", medium="email", fee_minor=500)
        ),
        {
            "allowed.fee_minor": 0,
            "allowed.chargeable_on": "2022-05-01",
            "allowed.why.0.code": "law_fee_actual_cost",
            "verdict.ruling": "lower",
        },
    ),
    "F24 2022-05-01": (
        consumer(
            sent_on="2022-03-01", due_on="2022-03-31", asked=reminder("2022-05-01", medium="email", fee_minor=500)
        ),
        {"allowed.fee_minor": 500, "verdict.ruling": "allow"},
    ),
    "F26": (
        consumer(stops=[DISPUTE], asked=reminder("2024-02-01", fee_minor=500)),
        {
            "allowed.fee_minor": 0,
            "allowed.is_possible": False,
            "verdict.ruling": "forbid",
            "verdict.fee_minor": 0,
            "verdict.why.0.code": "law_stop",
        },
    ),
    "F26 the rest": (
        consumer(
            stops=[DISPUTE | {"amount_minor": 4_000}],
            asked=reminder("2024-02-01", fee_minor=500, principal_minor=6_000),
        ),
        {"allowed.fee_minor": 500, "verdict.ruling": "allow", "verdict.fee_minor": 500},
    ),
    "F27": (
        consumer(
            stops=[{"kind": "suspension_request", "since": "2024-01-20"}],
            asked=reminder("2024-02-01", fee_minor=500),
        ),
        {
            "allowed.fee_minor": 0,
            "allowed.is_possible": True,
            "verdict.ruling": "lower",
            "verdict.fee_minor": 0,
            "verdict.must_say_free": True,
        },
    ),
    "F31": (
        consumer(
            sent_on="2026-01-02",
            due_on="2026-01-30",
            asked=reminder("2026-03-02", delivery_days=5, pay_by="2026-03-17"),
        ),
        {"allowed.pay_by": "2026-03-17", "verdict.ruling": "allow"},
    ),
    "F31 a day sooner": (
        consumer(
            sent_on="2026-01-02",
            due_on="2026-01-30",
            asked=reminder("2026-03-02", delivery_days=5, pay_by="2026-03-16"),
        ),
        {"allowed.pay_by": "2026-03-17", "verdict.ruling": "forbid", "verdict.why.0.code": "law_time_to_pay"},
    ),
    "a business's first reminder needs no wait": (
        business(**SENT_TO_A_BUSINESS, asked=reminder("2022-04-02")),
        {"allowed.fee_minor": 1000},
    ),
    "seven days before May 2022": (
        business(**SENT_TO_A_BUSINESS, acts=[act("reminder", "2022-04-20")], asked=reminder("2022-04-27")),
        {"allowed.fee_minor": 0, "allowed.chargeable_on": "2022-04-28"},
    ),
    "the eighth day before May 2022": (
        business(**SENT_TO_A_BUSINESS, acts=[act("reminder", "2022-04-20")], asked=reminder("2022-04-28")),
        {"allowed.fee_minor": 1000},
    ),
    "ten days from May 2022": (
        business(**SENT_TO_A_BUSINESS, acts=[act("reminder", "2022-04-25")], asked=reminder("2022-04-30")),
        {"allowed.fee_minor": 0, "allowed.chargeable_on": "2022-05-06"},
    ),
    "a consumer's repeated demand costs half": (
        consumer(
            actor=COLLECTOR,
            acts=[act("reminder", "2024-02-01"), act("demand", "2024-03-01", 1400, COLLECTOR)],
            asked=demand("2024-04-01"),
        ),
        {"allowed.fee_minor": 700, "allowed.acts_left": 1},
    ),
    "a consumer's third demand is free": (
        consumer(
            actor=COLLECTOR,
            acts=[
                act("reminder", "2024-02-01"),
                act("demand", "2024-03-01", 1400, COLLECTOR),
                act("demand", "2024-04-01", 700, COLLECTOR),
            ],
            asked=demand("2024-05-01"),
        ),
        {"allowed.fee_minor": 0, "allowed.acts_left": 0, "allowed.why.0.code": "law_fee_count"},
    ),
    "a demand without a reminder before it": (
        consumer(actor=COLLECTOR, asked=demand("2024-05-01")),
        {"allowed.fee_minor": 0, "allowed.is_possible": False, "allowed.possible_on": None},
    ),
    **{
        f"a business's demand about {principal_minor}": (
            business(principal_minor=principal_minor, **AFTER_A_REMINDER, asked=demand("2024-03-01")),
            {"allowed.fee_minor": fee_minor, "allowed.total_left_minor": total_minor - 1200},
        )
        for principal_minor, fee_minor, total_minor in [
            (50_000, 5_000, 25_000),
            (50_001, 7_000, 47_000),
            (250_001, 9_000, 55_000),
            (1_000_001, 11_000, 62_000),
        ]
    },
    "after a tratta one demand is all": (
        business(
            actor=COLLECTOR,
            acts=[
                act("reminder", "2024-02-01"),
                act("tratta", "2024-03-01", 11_000),
                act("demand", "2024-04-01", 5_000),
            ],
            asked=demand("2024-05-02"),
        ),
        {"allowed.fee_minor": 0, "allowed.acts_left": 0},
    ),
    **{
        f"a consumer's plan about {principal_minor} in {parts}": (
            consumer(
                principal_minor=principal_minor,
                asked={"kind": "payment_plan", "on": "2024-03-01", "instalments": parts},
            ),
            {"allowed.fee_minor": fee_minor, "allowed.acts_left": plans},
        )
        for principal_minor, parts, fee_minor, plans in [
            (10_000, 9, 2_000, 1),
            (10_001, 4, 2_000, 2),
            (10_001, 5, 3_000, 2),
            (100_001, 5, 5_000, 2),
        ]
    },
    **{
        f"a business's plan about {principal_minor} in {parts}": (
            business(
                principal_minor=principal_minor,
                asked={"kind": "payment_plan", "on": "2024-03-01", "instalments": parts},
            ),
            {"allowed.fee_minor": fee_minor},
        )
        for principal_minor, parts, fee_minor in [
            (50_001, 4, 3_000),
            (50_001, 6, 4_500),
            (50_001, 7, 5_000),
            (250_001, 8, 7_000),
            (1_000_001, 5, 7_500),
        ]
    },
    "a business's extension": (
        business(asked={"kind": "extension", "on": "2024-01-10", "extension_days": 14}),
        {"allowed.fee_minor": 1000},
    ),
    "VAT on top for a business whose creditor cannot deduct it": (
        business(vat_deductible=False, asked=reminder("2024-02-01")),
        {"allowed.fee_minor": 1200, "allowed.vat_may_be_added": True},
    ),
    "VAT within for a consumer": (
        consumer(vat_deductible=False, asked=reminder("2024-02-01")),
        {"allowed.fee_minor": 500, "allowed.vat_may_be_added": False},
    ),
    "a text message to a consumer": (
        consumer(asked=reminder("2024-02-01", medium="sms")),
        {"allowed.fee_minor": 0, "allowed.chargeable_on": None, "allowed.why.0.code": "law_fee_actual_cost"},
    ),
    "directly enforceable": (
        consumer(**{"class": "directly_enforceable"}, asked=reminder("2024-02-01")),
        {"allowed.fee_minor": 500, "allowed.total_left_minor": 5100},
    ),
    "F32": (
        consumer(acts=[act("reminder", "2024-02-01")], asked={"kind": "tratta", "on": "2024-06-03"}),
        {
            "allowed.fee_minor": 0,
            "allowed.is_possible": False,
            "allowed.possible_on": None,
            "verdict.ruling": "forbid",
            "verdict.may_be_overridden": False,
        },
    ),
}


@pytest.fixture
def answer_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    def ask(question: object, *options: str) -> Any:
        given = question if isinstance(question, bytes) else json.dumps(question).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        code = run(["law", "calculate", "--json", *options])
        out, err = capsys.readouterr()
        assert code == 0, err
        return json.loads(out)

    return ask


def at(answer: Any, path: str) -> Any:
    for part in path.split("."):
        answer = answer[int(part)] if part.isdecimal() else answer[part]
    return answer


@pytest.mark.parametrize("example", EXAMPLES)
def test_as_values(example: str) -> None:
    question, expected = EXAMPLES[example]
    read = read_case(question)
    asked = read.asked_act()
    assert asked is not None
    found = allowed(read.case(), asked, FI, CALENDAR)
    told = {
        "fee_minor": found.fee_minor,
        "is_possible": found.is_possible,
        "chargeable_on": found.chargeable_on and found.chargeable_on.isoformat(),
        "pay_by": found.pay_by.isoformat(),
    }
    wanted = {name: expected[f"allowed.{name}"] for name in told if f"allowed.{name}" in expected}
    assert wanted
    assert {name: told[name] for name in wanted} == wanted


@pytest.mark.parametrize("example", EXAMPLES)
def test_as_json(answer_of, example: str) -> None:
    question, expected = EXAMPLES[example]
    answer = answer_of(question | {"provisional": True})
    assert {path: at(answer, path) for path in expected} == expected


def test_f28_a_payment_of_a_consumer_covers_costs_last(answer_of) -> None:
    # 2 euros of interest: 64 days of 11.5 % on 100 euros are 2.02.
    answer = answer_of(
        consumer(
            due_date_binds=True,
            stated=True,
            acts=[act("reminder", "2024-01-30", 500)],
            payments=[{"on": "2024-03-19", "amount_minor": 10_000}],
            as_of="2024-03-19",
        )
    )
    (taken,) = answer["interest"]["allocations"]
    assert (taken["interest_minor"], taken["principal_minor"], taken["costs_minor"]) == (202, 9_798, 0)
    assert (answer["interest"]["principal_minor"], answer["interest"]["costs_minor"]) == (202, 500)
    assert answer["owed_minor"] == 702
