"""What a host shows, stores or sends on serialises to JSON and back unchanged, and cannot be changed by accident."""

import dataclasses
import json
import pickle
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType

import pytest

from dunningkit import model
from dunningkit.delivery import SendReport
from dunningkit.engine import LineFilter, SyncReport
from dunningkit.model import Proposal, Reason, ReasonCode
from dunningkit.policy import Policy, policy_json_schema
from dunningkit.store.codec import from_json, to_json

VALUES = [value for name in model.__all__ if dataclasses.is_dataclass(value := getattr(model, name))]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_values_are_frozen(value: type) -> None:
    assert value.__dataclass_params__.frozen
    assert hasattr(value, "__slots__")


def test_a_proposal_survives_the_way_there_and_back(world) -> None:
    world.invoice("1042", late=5)
    world.invoice("1043", late=120, customer_id="2")
    world.invoice("1044", late=9, disputed=True, customer_id="3")
    proposal = world.propose()
    text = to_json(proposal)
    assert from_json(Proposal, text) == proposal
    assert to_json(from_json(Proposal, text)) == text
    assert json.loads(text)["lines"][0]["open"] == {"amount_minor": 8990, "currency": "EUR"}


def test_reports_are_plain_data(world) -> None:
    world.invoice()
    world.propose()
    world.approve()
    report = world.send()
    assert from_json(SendReport, to_json(report)) == report
    assert SyncReport.__dataclass_params__.frozen


def test_a_policy_crosses_and_its_schema_describes_every_setting() -> None:
    policy = Policy()
    assert Policy.model_validate(json.loads(json.dumps(policy.as_data()))).version == policy.version
    schema = policy_json_schema()
    assert json.loads(json.dumps(schema)) == schema
    for name, setting in schema["properties"].items():
        assert setting.get("description"), name


def test_a_policy_cannot_be_changed_in_place() -> None:
    policy = Policy()
    assert isinstance(policy.by_history, MappingProxyType)
    with pytest.raises(TypeError):
        policy.minimum_open_minor["EUR"] = 5  # type: ignore[index]  # what the test is about


def test_creditors_and_customers_can_be_pickled(world) -> None:
    assert pickle.loads(pickle.dumps(world.creditor)) == world.creditor
    assert pickle.loads(pickle.dumps(world.customer())) == world.customer()
    reason = Reason.of(ReasonCode.NOT_BEFORE, day="2026-11-24")
    assert pickle.loads(pickle.dumps(reason)) == reason


def test_whatever_the_engine_answers_goes_to_another_process_and_back(world) -> None:
    world.invoice("1042", late=5)
    world.invoice("1043", late=9, customer_id="2")
    engine, day = world.engine(), world.today
    answers = [world.sync(), world.propose()]
    answers += [
        engine.approve_where("pihapalvelu", LineFilter(invoice="1042"), actor=world.actor, dry_run=True),
        engine.approve_where("pihapalvelu", LineFilter(invoice="1042"), actor=world.actor),
        engine.undo("pihapalvelu", actor=world.actor),
        engine.skip("pihapalvelu", actor=world.actor, where=LineFilter(customer="2")),
        engine.explain("pihapalvelu", "1042", day),
        LineFilter(max_amount=Decimal("99.90"), text="x"),
    ]
    world.approve()
    answers += [world.send(), *engine.audit("pihapalvelu")]
    for answer in answers:
        assert pickle.loads(pickle.dumps(answer)) == answer, type(answer)
        assert from_json(type(answer), to_json(answer)) == answer, type(answer)


def test_a_comparison_crosses(world) -> None:
    world.invoice("1042", late=5)
    world.propose()
    world.now += timedelta(days=1)
    world.propose()
    comparison = world.engine().compare("pihapalvelu")
    assert pickle.loads(pickle.dumps(comparison)) == comparison
    assert from_json(type(comparison), to_json(comparison)) == comparison
