"""Whatever a plugin does, the caller gets an answer that keeps the contract or an error that names the plugin."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dunningkit import dispatch
from dunningkit.contracts import CheckResult, LedgerCapability
from dunningkit.errors import AuthError, PluginCrash, PluginError, TransientError
from dunningkit.model import (
    ChangeBatch,
    ContactPoint,
    DeliveryResult,
    Document,
    Histories,
    Language,
    Medium,
    Message,
    Money,
    Outcome,
    OutgoingReminder,
    PaymentHistory,
    Portfolio,
    Receivable,
    Recheck,
    Rendered,
    Score,
    Segment,
    Sender,
)
from dunningkit.wired import Wired, WiredChannel, WiredSource

SECRET = "hunter2-of-Maija-Makinen"
TO = ContactPoint(Medium.EMAIL, "maija@example.fi")
RENDERED = Rendered("k1", Medium.EMAIL, TO.address, "text/plain", b"Hei")
REMINDER = OutgoingReminder(
    "k1",
    Sender("c", "Acme", "a@example.fi", "09 123 4567"),
    "Maija",
    TO,
    Message(Medium.EMAIL, Language.FI, "s", "b", ()),
)
INVOICE = Receivable(
    "1042", "1", "1042", Money(8990, "EUR"), Money(8990, "EUR"), issued_on=date(2026, 10, 27), due_on=date(2026, 11, 10)
)
HISTORIES = Histories((PaymentHistory("1", ()), PaymentHistory("2", ())), Portfolio(date(2026, 11, 1)))


class Plugin:
    """Answers every call with what a test gave it, or raises it."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*_arguments: object) -> Any:
            if isinstance(self.answer, BaseException):
                raise self.answer
            return self.answer

        return call


def source(answer: Any, *capabilities: LedgerCapability) -> WiredSource:
    return WiredSource("ledger", Plugin(answer), frozenset(capabilities))


def channel(answer: Any) -> WiredChannel:
    return WiredChannel("post", Plugin(answer))


def a_score(customer_id: str) -> Score:
    return Score(customer_id, Segment.NEW, 0, (), 0, ())


#: Every call that answers, with the answer that keeps the contract.
CALLS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "recheck": (lambda answer: dispatch.recheck(source(answer), ["1"]), [Recheck("1", Money(1, "EUR"))]),
    "documents": (
        lambda answer: dispatch.documents(source(answer, LedgerCapability.DOCUMENTS), ["1"]),
        [Document("1", "a.pdf", "application/pdf", b"")],
    ),
    "score": (
        lambda answer: dispatch.score(Wired("scorer", Plugin(answer)), HISTORIES, date(2026, 11, 24)),
        [a_score("1"), a_score("2")],
    ),
    "render": (lambda answer: dispatch.render(channel(answer), REMINDER), RENDERED),
    "changes": (lambda answer: list(dispatch.read_changes(source(answer), None)), [ChangeBatch()]),
}

ODD = [None, 7, "text", [7], [None], object(), {"1": 2}, [object()], [Recheck("2", None)], [Recheck("1", None)] * 2]


@pytest.mark.parametrize("name", CALLS)
def test_a_right_answer_is_passed_on(name: str) -> None:
    call, right = CALLS[name]
    assert call(right) is not None


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
def test_an_odd_answer_is_a_crash_of_the_plugin(name: str, odd: object) -> None:
    call, _ = CALLS[name]
    with pytest.raises(PluginCrash) as caught:
        call(odd)
    assert caught.value.params["plugin"] in {"ledger", "scorer", "post"}


async def a_coroutine() -> list[object]:
    return []


@pytest.mark.parametrize("name", CALLS)
def test_a_coroutine_is_no_answer(name: str) -> None:
    waiting = a_coroutine()
    with pytest.raises(PluginCrash):
        CALLS[name][0](waiting)
    waiting.close()


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("error", [RuntimeError(SECRET), SystemExit(SECRET), RecursionError(SECRET), GeneratorExit()])
def test_a_foreign_exception_names_the_plugin_and_repeats_none_of_its_words(name: str, error: BaseException) -> None:
    with pytest.raises(PluginCrash) as caught:
        CALLS[name][0](error)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value.params)
    assert type(error).__name__ in str(caught.value)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("error", [AuthError("renew the key"), TransientError("later")])
def test_what_a_plugin_says_on_purpose_passes(name: str, error: PluginError) -> None:
    with pytest.raises(type(error)):
        CALLS[name][0](error)


@pytest.mark.parametrize("name", CALLS)
def test_only_the_keyboard_interrupts(name: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        CALLS[name][0](KeyboardInterrupt())


#: The right class with a field that its plugin's author got wrong; a dataclass itself takes anything.
WRONG_FIELDS: list[tuple[str, object]] = [
    ("recheck", [Recheck("1", 8990)]),
    ("recheck", [Recheck("1", Money(89.90, "EUR"))]),
    ("recheck", [Recheck(["1"], None)]),
    ("recheck", [Recheck("1", None, on_hold="no")]),
    ("documents", [Document("1", "a.pdf", "application/pdf", "text")]),
    ("documents", [Document("1", None, "application/pdf", b"")]),
    ("score", [a_score("1"), replace(a_score("2"), segment="new")]),
    ("score", [a_score("1"), replace(a_score("2"), reasons=None)]),
    ("score", [a_score("1"), replace(a_score("2"), reasons=("because",))]),
    ("render", replace(RENDERED, preview=None)),
    ("render", replace(RENDERED, preview=b"Hei")),
    ("render", replace(RENDERED, filename=None)),
    ("render", replace(RENDERED, content="Hei")),
    ("changes", [ChangeBatch(receivables=(replace(INVOICE, open=Money(89.90, "EUR")),))]),
    ("changes", [ChangeBatch(receivables=(replace(INVOICE, open=Money(True, "EUR")),))]),
    ("changes", [ChangeBatch(receivables=(replace(INVOICE, due_on="2026-11-10"),))]),
    ("changes", [ChangeBatch(receivables=(replace(INVOICE, due_on=datetime(2026, 11, 10, 12, tzinfo=UTC)),))]),
    ("changes", [ChangeBatch(receivables=(replace(INVOICE, invoice_number=1042),))]),
    ("changes", [ChangeBatch(receivables=INVOICE)]),
    ("changes", [ChangeBatch(), ChangeBatch(end="done")]),
]


@pytest.mark.parametrize(("name", "answer"), WRONG_FIELDS)
def test_a_wrong_field_is_a_crash_that_names_its_place_and_not_its_value(name: str, answer: object) -> None:
    with pytest.raises(PluginCrash) as caught:
        CALLS[name][0](answer)
    assert "(at " in str(caught.value)
    for value in ("89.9", "2026-11-10", "because", "Hei"):
        assert value not in str(caught.value)
    assert caught.value.__cause__ is None  # the validator's own words repeat the value


def test_a_subclass_with_a_mind_of_its_own_becomes_a_plain_value() -> None:
    class Fickle(Recheck):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = Recheck.__hash__

    (answer,) = CALLS["recheck"][0]([Fickle("1", Money(1, "EUR"))]).values()
    assert type(answer) is Recheck


def test_batches_before_a_wrong_one_still_arrive() -> None:
    stream = dispatch.read_changes(source([ChangeBatch(removed_receivable_ids=("7",)), None]), None)
    assert next(stream).removed_receivable_ids == ("7",)
    with pytest.raises(PluginCrash):
        next(stream)


def test_missing_and_extra_scores_are_refused() -> None:
    call, _ = CALLS["score"]
    for answer in ([a_score("1")], [a_score("1"), a_score("2"), a_score("3")], [a_score("1"), a_score("1")]):
        with pytest.raises(PluginCrash):
            call(answer)


@pytest.mark.parametrize(
    "wrong",
    [
        Rendered("other", Medium.EMAIL, TO.address, "text/plain", b""),
        Rendered("k1", Medium.SMS, TO.address, "text/plain", b""),
        Rendered("k1", Medium.EMAIL, "eero@example.fi", "text/plain", b""),
        Rendered("k1", Medium.EMAIL, TO.address, "text/plain", "no bytes"),
    ],
)
def test_a_message_for_somebody_else_is_refused(wrong: Rendered) -> None:
    with pytest.raises(PluginCrash):
        dispatch.render(channel(wrong), REMINDER)


class TestDeliver:
    def outcome(self, answer: Any) -> Outcome:
        result = dispatch.deliver(channel(answer), RENDERED)
        assert result.key == "k1"
        return result.outcome

    def test_a_clear_answer_is_passed_on(self) -> None:
        assert self.outcome([DeliveryResult("k1", Outcome.ACCEPTED)]) is Outcome.ACCEPTED
        assert self.outcome([DeliveryResult("k1", Outcome.REFUSED)]) is Outcome.REFUSED

    @pytest.mark.parametrize(
        "odd",
        [
            *ODD,
            [],
            [DeliveryResult("k2", Outcome.ACCEPTED)],
            [DeliveryResult("k1", "sent")],
            [DeliveryResult("k1", None)],
            [DeliveryResult(["k1"], Outcome.ACCEPTED)],
            [DeliveryResult("k1", Outcome.ACCEPTED, provider_id=None)],
            [DeliveryResult("k1", Outcome.ACCEPTED, provider_id={"id": 7})],
            [DeliveryResult("k1", Outcome.ACCEPTED, detail=None)],
        ],
        ids=lambda odd: type(odd).__name__,
    )
    def test_anything_else_is_unknown(self, odd: object) -> None:
        assert self.outcome(odd) is Outcome.UNKNOWN

    @pytest.mark.parametrize(
        "error", [RuntimeError("x"), SystemExit(1), TransientError("x"), AuthError("x"), TimeoutError()]
    )
    def test_whatever_it_raises_is_unknown(self, error: BaseException) -> None:
        assert self.outcome(error) is Outcome.UNKNOWN

    def test_the_detail_is_a_code_and_never_a_foreign_text(self) -> None:
        for error in (RuntimeError(SECRET), TransientError(SECRET)):
            assert SECRET not in dispatch.deliver(channel(error), RENDERED).detail

    def test_an_odd_answer_does_not_keep_the_next_message_from_leaving(self, world) -> None:
        world.invoice("1042")
        world.invoice("1043", customer_id="2")
        world.propose()
        world.approve()
        first = []

        def answer(rendered: Rendered) -> DeliveryResult:
            first.append(rendered.key)
            return DeliveryResult(rendered.key, Outcome.ACCEPTED, provider_id=None if len(first) == 1 else "7")

        world.channel.answer = answer
        report = world.send()
        assert (len(report.unknown), len(report.accepted), len(world.channel.left)) == (1, 1, 2)
        assert world.send().accepted == []


class TestCheck:
    def test_problems_are_passed_on(self) -> None:
        assert dispatch.check(source(CheckResult(ok=False, problems=("no key",)))).problems == ("no key",)

    @pytest.mark.parametrize("answer", [RuntimeError(SECRET), None, True, "fine"])
    def test_a_failure_at_checking_is_a_problem(self, answer: object) -> None:
        result = dispatch.check(source(answer))
        assert not result.ok
        assert "ledger" in result.problems[0]
        assert SECRET not in result.problems[0]


def test_undeclared_documents_are_never_asked_for() -> None:
    assert dispatch.documents(source(RuntimeError("asked")), ["1"]) == {}


@pytest.mark.parametrize("days", [-1, "2", None, 1.5, True, 10**9])
def test_delivery_days_are_a_whole_number(days: object) -> None:
    class Odd:
        max_delivery_days = days

    with pytest.raises(PluginCrash):
        dispatch.max_delivery_days(WiredChannel("post", Odd()))
