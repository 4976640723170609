"""Estimates, look-ups, events, marks and deliveries by the batch: one answer per key, or none at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dunningkit import dispatch
from dunningkit.contracts import ChannelCapability, LedgerCapability
from dunningkit.errors import AuthError, PluginCrash, PluginError, TransientError, UnsupportedCapability
from dunningkit.model import (
    ChannelEvent,
    DeliveryResult,
    Estimate,
    EventKind,
    Mark,
    MarkResult,
    Medium,
    Outcome,
    Rendered,
    WebhookRequest,
)
from dunningkit.wired import WiredChannel, WiredSource

SECRET = "hunter2-of-Maija-Makinen"
MESSAGES = [Rendered(key, Medium.EMAIL, "maija@example.fi", "text/plain", b"Hei") for key in ("k1", "k2")]
MARKS = [Mark(key, "1042", "first", "friendly", "email", date(2026, 11, 25)) for key in ("k1", "k2")]
REQUEST = WebhookRequest("https://example.fi/hook", (("content-type", "application/json"),), b"{}")
RECEIPT = ChannelEvent("e1", EventKind.DELIVERED, datetime(2026, 11, 25, 12, tzinfo=UTC), key="k1")


class Answers:
    """Answers every call with what a test gave it, or raises it; keeps what it was given."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.given: list[Any] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(given: Any) -> Any:
            self.given.append(given)
            if isinstance(self.answer, BaseException):
                raise self.answer
            return self.answer

        return call


def channel(answer: Any, *capabilities: ChannelCapability) -> WiredChannel:
    return WiredChannel("post", Answers(answer), frozenset(capabilities), version="6.6.6")


def ledger(answer: Any, *capabilities: LedgerCapability) -> WiredSource:
    return WiredSource("ledger", Answers(answer), frozenset(capabilities), version="6.6.6")


#: Every call by the batch, and an answer for one key.
CALLS: dict[str, tuple[Callable[[Any], Any], Callable[[str], Any]]] = {
    "write_back": (
        lambda answer: dispatch.write_back(ledger(answer, LedgerCapability.WRITE_BACK), MARKS),
        lambda key: MarkResult(key, written=True),
    ),
    "estimate": (
        lambda answer: dispatch.estimate(channel(answer), MESSAGES),
        lambda key: Estimate(key, 1, 7, "EUR"),
    ),
    "look_up": (
        lambda answer: dispatch.look_up(channel(answer, ChannelCapability.LOOK_UP), ["k1", "k2"]),
        lambda key: DeliveryResult(key, Outcome.REFUSED),
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_one_answer_per_key_is_passed_on_by_key(name: str) -> None:
    call, one = CALLS[name]
    assert call([one("k2"), one("k1")]) == {"k1": one("k1"), "k2": one("k2")}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("keys", [[], ["k1"], ["k1", "k1"], ["k1", "k2", "k2"], ["k1", "of-another-creditor"]])
def test_a_missing_extra_or_foreign_key_is_a_crash(name: str, keys: list[str]) -> None:
    call, one = CALLS[name]
    with pytest.raises(PluginCrash, match=name):
        call([one(key) for key in keys])


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("odd", [None, 7, "k1", [None], {"k1": 1}, RuntimeError(SECRET), SystemExit(SECRET)])
def test_an_odd_answer_is_a_crash_that_names_the_plugin(name: str, odd: object) -> None:
    with pytest.raises(PluginCrash) as caught:
        CALLS[name][0](odd)
    assert (caught.value.params["version"], caught.value.params["stage"]) == ("6.6.6", name)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_said_on_purpose_passes(name: str) -> None:
    with pytest.raises(TransientError, match="later"):
        CALLS[name][0](TransientError("later"))


def test_what_is_not_declared_is_never_asked() -> None:
    source, post = ledger([]), channel([])
    assert dispatch.write_back(source, MARKS) == {}
    assert dispatch.look_up(post, ["k1"]) == {}
    with pytest.raises(UnsupportedCapability, match=r"'post' 6\.6\.6 takes no incoming requests"):
        dispatch.parse_event(post, REQUEST)
    assert source.made.given == post.made.given == []


def test_nothing_is_asked_about_nothing() -> None:
    source = ledger([], LedgerCapability.WRITE_BACK)
    post = channel([], ChannelCapability.LOOK_UP)
    assert dispatch.write_back(source, []) == dispatch.look_up(post, []) == {}
    assert dispatch.estimate(post, []) == dispatch.deliver_all(post, []) == {}
    assert source.made.given == post.made.given == []


@pytest.mark.parametrize("wrong", [{"parts": -1}, {"price_minor": -7}, {"currency": ""}, {"price_minor": 1.5}])
def test_an_estimate_of_less_than_nothing_or_in_no_currency_is_a_crash(wrong: dict[str, Any]) -> None:
    with pytest.raises(PluginCrash):
        CALLS["estimate"][0]([replace(Estimate("k1", 1, 7, "EUR"), **wrong), Estimate("k2", 1)])


class TestDeliveriesByTheBatch:
    def outcomes(self, answer: Any) -> dict[str, Outcome]:
        results = dispatch.deliver_all(channel(answer), MESSAGES)
        assert all(key == result.key for key, result in results.items())
        return {key: result.outcome for key, result in results.items()}

    def test_each_message_has_its_own_answer(self) -> None:
        answer = [DeliveryResult("k2", Outcome.REFUSED), DeliveryResult("k1", Outcome.ACCEPTED, "7")]
        assert self.outcomes(answer) == {"k1": Outcome.ACCEPTED, "k2": Outcome.REFUSED}

    @pytest.mark.parametrize(
        "wrong",
        [
            [DeliveryResult("k1", Outcome.ACCEPTED)],
            [DeliveryResult("k1", Outcome.ACCEPTED)] * 2,
            [DeliveryResult("k1", Outcome.ACCEPTED), DeliveryResult("k2", "sent")],
            [DeliveryResult("k1", Outcome.ACCEPTED), DeliveryResult("of-another-creditor", Outcome.ACCEPTED)],
            None,
            RuntimeError(SECRET),
            TransientError(SECRET),
        ],
    )
    def test_an_answer_wrong_about_one_is_an_answer_about_none(self, wrong: object) -> None:
        assert self.outcomes(wrong) == {"k1": Outcome.UNKNOWN, "k2": Outcome.UNKNOWN}


class TestEvents:
    def parsed(self, answer: Any, *capabilities: ChannelCapability) -> tuple[ChannelEvent, ...]:
        return dispatch.parse_event(channel(answer, *(capabilities or ChannelCapability)), REQUEST)

    def test_they_are_passed_on(self) -> None:
        assert self.parsed([RECEIPT]) == (RECEIPT,)
        assert self.parsed([]) == ()

    def test_a_forged_request_is_said_to_be_one(self) -> None:
        with pytest.raises(AuthError, match="forged"):
            self.parsed(AuthError("The request is forged."))

    @pytest.mark.parametrize(
        "wrong",
        [
            [RECEIPT, RECEIPT],
            [replace(RECEIPT, event_id="")],
            [replace(RECEIPT, key="")],
            [replace(RECEIPT, at=datetime(2026, 11, 25, 12))],  # noqa: DTZ001  # the missing offset is what is wrong
            [replace(RECEIPT, at="2026-11-25T12:00:00Z")],
            [replace(RECEIPT, kind="delivered")],
            [replace(RECEIPT, final=1)],
            [RECEIPT, None],
            RECEIPT,
            RuntimeError(SECRET),
        ],
    )
    def test_anything_else_is_a_crash(self, wrong: object) -> None:
        with pytest.raises(PluginError) as caught:
            self.parsed(wrong)
        assert type(caught.value) is PluginCrash
        assert SECRET not in str(caught.value)

    def test_a_kind_that_is_not_declared_is_a_crash(self) -> None:
        with pytest.raises(PluginCrash, match="kind that it does not declare"):
            self.parsed([replace(RECEIPT, kind=EventKind.REPLY, text="Hei")], ChannelCapability.RECEIPTS)
        with pytest.raises(PluginCrash, match="kind that it does not declare"):
            self.parsed([RECEIPT], ChannelCapability.REPLIES)
