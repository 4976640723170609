"""Whatever a plugin's objects are made of, nothing of it runs in the host once a call is over."""

import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from time import monotonic
from typing import Any

import pytest

from dunningkit import dispatch
from dunningkit.contracts import ChannelCapability, CheckResult, LedgerCapability
from dunningkit.deadlines import Stage
from dunningkit.errors import AuthError, PluginCrash, PluginError, PluginHung, RateLimited, TransientError
from dunningkit.model import (
    ChangeBatch,
    ChannelEvent,
    ContactPoint,
    DeliveryResult,
    Document,
    EventKind,
    Language,
    Medium,
    Message,
    Money,
    Outcome,
    OutgoingReminder,
    Recheck,
    Rendered,
    Sender,
)
from dunningkit.model.message import BlockRef
from dunningkit.wired import WiredChannel, WiredSource, run

SECRET = "hunter2-of-Maija-Makinen"
HERE = threading.get_ident


class Answers:
    """A plugin object whose every method does what a test says."""

    def __init__(self, act: Callable[..., Any]) -> None:
        self.act = act

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return self.act


def source(act: Callable[..., Any], **seconds: float) -> WiredSource:
    deadlines = {Stage(stage): limit for stage, limit in seconds.items()}
    return WiredSource("ledger", Answers(act), frozenset(LedgerCapability), version="6.6.6", seconds=deadlines)


def channel(act: Callable[..., Any], **seconds: float) -> WiredChannel:
    deadlines = {Stage(stage): limit for stage, limit in seconds.items()}
    return WiredChannel("post", Answers(act), frozenset(ChannelCapability), version="6.6.6", seconds=deadlines)


def raising(error: BaseException) -> Callable[..., Any]:
    def act(*_given: object) -> Any:
        raise error

    return act


def recheck(act: Callable[..., Any], **seconds: float) -> Any:
    return dispatch.recheck(source(act, **seconds), ["1"])


# -- exceptions ----------------------------------------------------------------------------------------------------


class Nameless(type):
    @property
    def __name__(cls) -> str:
        raise SystemExit(SECRET)


class NoName(Exception, metaclass=Nameless):
    pass


class LiesAboutItsClass(Exception):
    @property
    def __class__(self) -> type:
        raise SystemExit(SECRET)


class HangsWhenTold(AuthError):
    def __str__(self) -> str:
        threading.Event().wait(0.6)
        return "late"


class RefusesParams(AuthError):
    @property
    def params(self) -> dict[str, object]:
        raise SystemExit(SECRET)

    @params.setter
    def params(self, _given: object) -> None:
        """Takes what it is given first."""


class TellsOnlyOnce(AuthError):
    told = 0

    def __str__(self) -> str:
        self.told += 1
        if self.told > 1:
            raise SystemExit(SECRET)
        return "once"


@pytest.mark.parametrize("made", [NoName, LiesAboutItsClass], ids=["no name", "no class"])
def test_an_exception_that_hides_what_it_is_is_a_crash(made: type[Exception]) -> None:
    with pytest.raises(PluginCrash) as caught:
        recheck(raising(made(SECRET)))
    assert caught.value.params["plugin"] == "ledger"
    assert SECRET not in str(caught.value)


def test_an_error_whose_text_takes_too_long_hangs_its_own_call_and_not_the_host() -> None:
    started = monotonic()
    with pytest.raises(PluginHung):
        recheck(raising(HangsWhenTold("x")), recheck=0.1)
    assert monotonic() - started < 0.5


def test_an_error_is_read_once_and_told_as_a_plain_one() -> None:
    with pytest.raises(AuthError) as caught:
        recheck(raising(TellsOnlyOnce("x")))
    assert (type(caught.value), str(caught.value), str(caught.value)) == (AuthError, "once", "once")


def test_an_error_whose_parameters_exit_is_a_crash() -> None:
    error = RefusesParams.__new__(RefusesParams)
    Exception.__init__(error, "x")
    with pytest.raises(PluginCrash):
        recheck(raising(error))


@pytest.mark.parametrize(
    "text", ["\ud800", "a\0b", "a\x1b[2J\nb", "x" * 1_000_000], ids=["surrogate", "null", "escape", "endless"]
)
def test_what_an_error_says_can_be_shown_and_stored_anywhere(text: str) -> None:
    with pytest.raises(TransientError) as caught:
        recheck(raising(TransientError(text, code=text, detail=text, given=object())))
    said = str(caught.value)
    assert said.encode().decode().isprintable()
    assert len(said) < 2_000
    assert caught.value.code == "transient_error"
    assert len(str(caught.value.params["detail"])) < 2_000
    assert "given" not in caught.value.params


@pytest.mark.parametrize(("wait", "told"), [(3, 3), (1.5, 1.5), (float("nan"), None), (-1, None), ("soon", None)])
def test_a_wait_that_is_none_is_left_out(wait: Any, told: object) -> None:
    with pytest.raises(RateLimited) as caught:
        recheck(raising(RateLimited("Wait.", retry_after_seconds=wait)))
    assert caught.value.retry_after_seconds == caught.value.params["retry_after_seconds"] == told


@pytest.mark.parametrize("error", [RuntimeError(SECRET), AuthError("Renew the key.")], ids=["foreign", "on purpose"])
def test_a_traceback_names_the_place_and_repeats_no_word_of_what_is_behind(error: Exception) -> None:
    def act(*_given: object) -> Any:
        try:
            raise LookupError(SECRET)
        except LookupError as behind:
            raise error from behind

    with pytest.raises(PluginError) as caught:
        recheck(act)
    whole = "".join(traceback.format_exception(caught.value))
    assert SECRET not in whole
    assert "test_hostile_answers.py, line" in whole
    assert caught.value.__context__ is caught.value.__cause__ is None


@pytest.mark.parametrize("error", [MemoryError(), RecursionError(), StopIteration(), GeneratorExit()])
def test_no_kind_of_exception_is_taken_for_the_end_of_a_reading(error: BaseException) -> None:
    def act(*_given: object) -> Iterator[ChangeBatch]:
        yield ChangeBatch()
        raise error

    stream = dispatch.read_changes(source(act), None)
    assert next(stream) == ChangeBatch()
    with pytest.raises(PluginCrash):
        next(stream)


# -- attributes ----------------------------------------------------------------------------------------------------


class Exits:
    """Every look at it ends the process."""

    def __getattribute__(self, name: str) -> Any:
        raise SystemExit(SECRET)


def test_a_method_that_cannot_even_be_looked_up_is_a_failure_like_any_other() -> None:
    wired = WiredSource("ledger", Exits(), version="6.6.6", seconds={})
    result = dispatch.check(wired)
    assert not result.ok
    assert "'ledger' 6.6.6 failed in check with SystemExit" in result.problems[0]
    with pytest.raises(PluginCrash):
        next(dispatch.read_changes(wired, None))


def test_a_stream_that_cannot_be_closed_harms_nothing() -> None:
    class Stream:
        def __init__(self) -> None:
            self.left = [ChangeBatch()]

        def __iter__(self) -> "Stream":
            return self

        def __next__(self) -> ChangeBatch:
            if not self.left:
                raise StopIteration
            return self.left.pop()

        @property
        def close(self) -> None:
            raise SystemExit(SECRET)

    assert list(dispatch.read_changes(source(lambda _cursor: Stream()), None)) == [ChangeBatch()]


def test_what_it_lets_go_of_goes_in_its_own_thread() -> None:
    gone: list[int] = []

    class Leaves(list[Any]):
        def __del__(self) -> None:
            gone.append(HERE())

    class Error(Exception):
        def __del__(self) -> None:
            gone.append(HERE())

    def stream(_cursor: object) -> Iterator[ChangeBatch]:
        held = Leaves()
        yield ChangeBatch()
        held.clear()

    recheck(lambda _ids: Leaves([Recheck("1", None)]))
    with pytest.raises(PluginCrash):
        recheck(lambda _ids: (_ for _ in ()).throw(Error(SECRET)))
    list(dispatch.read_changes(source(stream), None))
    assert len(gone) == 3
    assert HERE() not in gone


def test_a_check_that_fails_without_a_word_gets_one() -> None:
    result = dispatch.check(source(lambda: CheckResult(ok=False)))
    assert not result.ok
    assert "'ledger' 6.6.6" in result.problems[0]


# -- endless answers -----------------------------------------------------------------------------------------------


def test_an_answer_that_never_ends_is_refused_at_once() -> None:
    def act(_ids: object) -> Iterator[Recheck]:
        while True:
            yield Recheck("1", Money(1, "EUR"))

    started = monotonic()
    with pytest.raises(PluginCrash, match="answered 2 of 1"):
        recheck(act)
    assert monotonic() - started < 5


def test_a_delivery_that_never_ends_its_answer_is_unknown() -> None:
    def act(_rendered: object) -> Iterator[DeliveryResult]:
        while True:
            yield DeliveryResult("k1", Outcome.ACCEPTED)

    assert dispatch.deliver(channel(act), RENDERED).outcome is Outcome.UNKNOWN


def test_a_ledger_of_nothing_but_empty_batches_is_no_ledger() -> None:
    def act(_cursor: object) -> Iterator[ChangeBatch]:
        while True:
            yield ChangeBatch()

    with pytest.raises(PluginCrash, match="batches in a row with nothing in them"):
        list(dispatch.read_changes(source(act), None))


def test_a_ledger_that_goes_on_for_ever_comes_to_an_end() -> None:
    def act(_cursor: object) -> Iterator[ChangeBatch]:
        while True:
            yield ChangeBatch(removed_receivable_ids=("1",))

    with pytest.raises(PluginHung, match=r"did not come to an end within 0\.2 seconds") as caught:
        list(dispatch.read_changes(source(act, reading=0.2), None))
    assert caught.value.params["stage"] == "reading"


@pytest.mark.parametrize("kind", ["coroutine", "async generator"])
def test_what_must_be_awaited_is_refused_and_leaves_no_warning(kind: str) -> None:
    async def coroutine(_ids: object) -> list[Recheck]:
        return []

    async def async_generator(_ids: object) -> Any:
        yield Recheck("1", None)

    with pytest.raises(PluginCrash):
        recheck(coroutine if kind == "coroutine" else async_generator)


# -- values of almost the right type -------------------------------------------------------------------------------


class Text(str):
    """Is equal to everything."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return str.__hash__(self)


class Sum(int):
    """A whole number with a mind of its own."""

    def __gt__(self, other: object) -> bool:
        raise SystemExit(SECRET)


class Row(tuple[Any, ...]):
    """Another one at every look."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        raise SystemExit(SECRET)


def test_an_id_that_equals_everything_answers_for_nobody_else() -> None:
    with pytest.raises(PluginCrash):
        recheck(lambda _ids: [Recheck(Text("of-another-creditor"), Money(1, "EUR"))])


def test_texts_and_numbers_of_classes_of_its_own_arrive_as_plain_ones_or_not_at_all() -> None:
    try:
        (answer,) = recheck(lambda _ids: [Recheck(Text("1"), Money(Sum(1), Text("EUR")))]).values()
    except PluginCrash:
        return
    assert (type(answer.receivable_id), type(answer.open.amount_minor), type(answer.open.currency)) == (str, int, str)


@pytest.mark.parametrize("field", ["removed_receivable_ids", "receivables", "customers", "payments"])
def test_a_batch_with_a_tuple_of_its_own_kind_is_a_crash_or_plain(field: str) -> None:
    try:
        (batch,) = dispatch.read_changes(source(lambda _cursor: iter([ChangeBatch(**{field: Row()})])), None)
    except PluginCrash:
        return
    assert type(getattr(batch, field)) is tuple


@pytest.mark.parametrize("odd", [(one for one in ()), iter(()), map(str, ()), {}, [], range(3), None, Ellipsis])
def test_a_batch_of_what_can_be_read_only_once_is_a_crash(odd: object) -> None:
    with pytest.raises(PluginCrash):
        list(dispatch.read_changes(source(lambda _cursor: [ChangeBatch(receivables=odd)]), None))


# -- what it is given ----------------------------------------------------------------------------------------------

TO = ContactPoint(Medium.EMAIL, "maija@example.fi")
RENDERED = Rendered("k1", Medium.EMAIL, TO.address, "text/plain", b"Hei")
REMINDER = OutgoingReminder(
    "k1",
    Sender("c", "Acme", "a@example.fi", "09 123 4567"),
    "Maija",
    TO,
    Message(Medium.EMAIL, Language.FI, "s", "b", (BlockRef("greeting", 1),)),
    (Document("1042", "a.pdf", "application/pdf", b"%PDF"),),
)


@pytest.mark.parametrize(
    "reach",
    [
        lambda reminder: reminder.message.blocks[0],
        lambda reminder: reminder.attachments[0],
        lambda reminder: reminder.sender,
        lambda reminder: reminder.to,
    ],
)
def test_nothing_of_a_reminder_can_be_changed_under_our_hands(reach: Callable[[Any], Any]) -> None:
    before = repr(REMINDER)

    def act(reminder: OutgoingReminder) -> Rendered:
        reached = reach(reminder)
        object.__setattr__(reached, type(reached).__slots__[0], "another")
        return RENDERED

    with pytest.raises(PluginCrash, match="changed the reminder that it was given"):
        dispatch.render(channel(act), REMINDER)
    assert repr(REMINDER) == before


class Zone(tzinfo):
    """A time zone that is right while it is looked at."""

    looks = 0

    def utcoffset(self, _moment: datetime | None) -> timedelta:
        self.looks += 1
        if self.looks > 50:
            raise SystemExit(SECRET)
        return timedelta(hours=2)

    def dst(self, _moment: datetime | None) -> timedelta:
        return timedelta(0)


def test_a_moment_in_a_time_zone_of_its_own_arrives_in_utc() -> None:
    event = ChannelEvent("e1", EventKind.DELIVERED, datetime(2026, 11, 25, 12, tzinfo=Zone()), key="k1")
    (told,) = dispatch.parse_event(channel(lambda _request: [event]), dispatch.WebhookRequest("https://x", (), b""))
    assert told == replace(event, at=datetime(2026, 11, 25, 10, tzinfo=UTC))
    assert told.at.tzinfo is UTC


# -- finishing late ------------------------------------------------------------------------------------------------


def test_a_call_that_comes_back_late_is_heard_by_nobody() -> None:
    let_go, done = threading.Event(), threading.Event()

    def act(_rendered: object) -> list[DeliveryResult]:
        let_go.wait(30)
        done.set()
        return [DeliveryResult("k1", Outcome.ACCEPTED)]

    wired = channel(act, deliver=0.1)
    with run([wired]):
        result = dispatch.deliver(wired, RENDERED)
        let_go.set()
        assert done.wait(30)
        again = dispatch.deliver(wired, RENDERED)
    assert (result.outcome, result.detail, again.outcome) == (Outcome.UNKNOWN, "plugin_hung", Outcome.UNKNOWN)


def test_a_loop_that_never_rests_is_left_behind_too() -> None:
    stop: list[bool] = []

    def act(_ids: object) -> Any:
        until = monotonic() + 30
        while not stop and monotonic() < until:
            pass

    started = monotonic()
    with pytest.raises(PluginHung):
        recheck(act, recheck=0.1)
    stop.append(True)
    assert monotonic() - started < 10


def test_a_recursion_without_an_end_is_a_crash() -> None:
    def act(ids: object) -> Any:
        return act(ids)

    limit = sys.getrecursionlimit()
    with pytest.raises(PluginCrash, match="RecursionError"):
        recheck(act)
    assert sys.getrecursionlimit() == limit
