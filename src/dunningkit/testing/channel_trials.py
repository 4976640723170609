"""What the kit puts a channel through: reminders by every medium, a provider that fails, another thread, a whole life."""

import inspect
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from dunningkit.contracts import Services
from dunningkit.errors import AuthError, PluginError, RateLimited, TransientError
from dunningkit.model import DeliveryResult, Medium, Outcome, OutgoingReminder, Rendered
from dunningkit.testing.checks import is_written
from dunningkit.testing.outside import services_for
from dunningkit.testing.outside_channel import ChannelOutside, Unreadable
from dunningkit.testing.reminders import copy_of, key_of, odd_reminders, reminder

if TYPE_CHECKING:
    import httpx

Build = Callable[..., Any]
T = TypeVar("T")

#: What a faulty provider says, and how long it asks to wait.
BODY_CANARY = "provider-body-3f9a"
WAIT_SECONDS = 7

#: What a provider may answer instead of working, and what of it the host is to do.
FAULTS: dict[str, type[PluginError]] = {
    "401": AuthError,
    "403": AuthError,
    "429": RateLimited,
    "500": TransientError,
    "503": TransientError,
    "time-out": TransientError,
}

#: What else may come instead of an answer; none of it says anything about the customer's address.
OTHER_FAULTS = ("302", "402", "408", "502", "504", "no connection", "a connection that broke", "an answer that broke")

#: How httpx names the faults that have no status.
_BROKEN = {
    "time-out": "ReadTimeout",
    "no connection": "ConnectError",
    "a connection that broke": "ReadError",
    "an answer that broke": "RemoteProtocolError",
}
#: Another machine, where a redirect points.
ELSEWHERE = "https://elsewhere.example/"


def taken_by(channel: Any, spec: Any) -> list[OutgoingReminder]:
    """Two reminders for each medium that the channel takes; whether it takes all it declares is a check of its own."""
    asked = [(medium, number) for medium in sorted(spec.media) for number in (1, 2)]
    # Others than those that were tried: a channel that changes what it is given would have done so already.
    return [reminder(*one) for one in asked if _renders(channel, reminder(*one))]


def _renders(channel: Any, made: OutgoingReminder) -> bool:
    return not isinstance(error_of(lambda: channel.render(made)), PluginError)


def oddities_taken_by(channel: Any, spec: Any) -> Iterator[OutgoingReminder]:
    """Reminders with all that breaks encodings, by each medium that the channel takes."""
    for medium in sorted({made.to.medium for made in taken_by(channel, spec)}):
        yield from odd_reminders(medium)


def with_copies(reminders: Iterable[OutgoingReminder]) -> Iterator[OutgoingReminder]:
    """The reminders, and each e-mail among them with two copies of invoices besides."""
    for made in reminders:
        yield made
        if made.to.medium is Medium.EMAIL:
            yield replace(made, attachments=(copy_of(4), copy_of(5)))


def rendered_whole(channel: Any, made: OutgoingReminder) -> Rendered:
    """A text with oddities, which every channel renders."""
    try:
        rendered: Rendered = channel.render(made)
    except PluginError as error:
        raise AssertionError(
            f"render() raised {type(error).__name__} for a text by {made.to.medium.value} with emoji, quotes and mark-up: "
            "these are texts that customers read, so render them"
        ) from error
    return rendered


def rendered_by(channel: Any, spec: Any) -> list[Rendered]:
    """Two messages by each medium that the channel takes."""
    return [channel.render(made) for made in taken_by(channel, spec)]


def several(channel: Any, spec: Any, count: int, first: int = 1) -> tuple[Rendered, ...]:
    """Messages to several customers by one medium."""
    taken = taken_by(channel, spec)
    assert taken, "render() takes no medium that the spec declares"
    medium = taken[0].to.medium
    return tuple(channel.render(reminder(medium, number)) for number in range(first, first + count))


def delivered_by(channel: Any, rendered: Sequence[Rendered]) -> list[DeliveryResult]:
    """The answers of a delivery that nothing stands in the way of."""
    return answers_of("deliver()", lambda: channel.deliver(rendered), DeliveryResult)


def answers_of(method: str, call: Callable[[], Any], kind: type[T]) -> list[T]:
    """The values that a call answered with, which are of ``kind``; a sentence says what else it did."""
    try:
        made = call()
        if inspect.iscoroutine(made):
            made.close()
            raise AssertionError(f"{method} is a coroutine: write it without `async`, everything is synchronous")
        got = list(made)
    except AssertionError:
        raise
    except PluginError as error:
        raise AssertionError(
            f"{method} raised {type(error).__name__}, and took all the answers along: answer for each message by itself"
        ) from error
    except Exception as error:
        raise AssertionError(
            f"{method} failed with {type(error).__name__}: return a list of {kind.__name__}, one for each key"
        ) from error
    for one in got:
        assert isinstance(one, kind), f"{method} answered with {type(one).__name__}: return a list of {kind.__name__}"
        if isinstance(one, DeliveryResult):
            assert isinstance(one.outcome, Outcome), (
                f"{method} answered with the outcome {one.outcome!r}, a {type(one.outcome).__name__}: give one of `Outcome`"
            )
    return got


def listed(method: str, answers: Any) -> list[Any]:
    """What was answered, as a list; a sentence where it is nothing that can be gone through."""
    return answers_of(method, lambda: answers, object)


class Faulty:
    """A provider that answers every request with the same fault, and counts them."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.asked = 0
        self.requests: list[tuple[str, str, bytes]] = []

    def transport(self) -> "httpx.BaseTransport":
        """A transport for the services of one channel."""
        import httpx  # noqa: PLC0415  # only where a plugin's author wrote `transport`

        return httpx.MockTransport(self._answer)

    def _answer(self, request: "httpx.Request") -> "httpx.Response":
        import httpx  # noqa: PLC0415  # as above

        self.asked += 1
        self.requests.append((request.method, str(request.url), bytes(request.content)))
        if self.fault in _BROKEN:
            raise getattr(httpx, _BROKEN[self.fault])("no answer in time", request=request)
        headers = {"Retry-After": f"{WAIT_SECONDS}"}
        if self.fault == "302":
            headers["Location"] = ELSEWHERE
        return httpx.Response(int(self.fault), headers=headers, text=BODY_CANARY, request=request)


def many(channel: Any, spec: Any, count: int) -> tuple[Rendered, ...]:
    """Messages by one medium to the ten customers in turn: who owes for several invoices hears of each."""
    medium = several(channel, spec, 1)[0].medium
    return tuple(channel.render(replace(reminder(medium, n % 10), key=key_of(medium, n))) for n in range(count))


def counting_clients(services: Services, asked: list[str]) -> Services:
    """The same services, noting in ``asked`` each time that a client is made."""

    def client() -> "httpx.Client":
        asked.append("http_client")
        return services.http_client()

    return replace(services, http_client=client)


@dataclass(slots=True)
class Lived:
    """What became of a channel through all that can happen to it."""

    results: list[DeliveryResult] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    channels: list[Any] = field(default_factory=list)

    def call(self, call: Callable[[], Iterable[Any]]) -> None:
        """Keep what a call answers or raises; a check of its own says whether it may."""
        answers: list[Any] = []
        error = error_of(lambda: answers.extend(call()))
        if error is not None:
            self.errors.append(error)
        self.results.extend(one for one in answers if isinstance(one, DeliveryResult))


def live_through(build: Build, spec: Any, outside: ChannelOutside, tmp_path: Path) -> Lived:
    """Put a channel through success, refusals, faults, forgeries, silence and an outage, as far as the outside shows them."""
    lived = Lived()
    channel = build()
    lived.channels.append(channel)
    rendered = rendered_by(channel, spec)
    lived.call(lambda: [channel.check()])
    lived.call(lambda: channel.estimate(rendered))
    lived.call(lambda: channel.deliver(rendered))
    lived.call(lambda: channel.look_up([item.key for item in rendered]))
    for medium in sorted(set(Medium) - spec.media):
        lived.call(lambda medium=medium: [channel.render(reminder(medium))])  # type: ignore[misc]  # bound at once
    if is_written(outside, "forged_event"):
        lived.call(lambda: channel.parse_event(outside.forged_event()))
    if is_written(outside, "event_for") and rendered:
        lived.call(lambda: channel.parse_event(outside.event_for(rendered[0].key)))
    if is_written(outside, "transport"):
        for fault in FAULTS:
            faulty = build(others=services_for(tmp_path, Faulty(fault).transport))
            lived.channels.append(faulty)
            _use(lived, faulty, rendered[:1])
    refused, unanswered, unsent = several(channel, spec, 3, first=3)
    if is_written(outside, "refuse"):
        outside.refuse(refused.to)
        _use(lived, channel, [refused])
    if is_written(outside, "go_silent"):
        outside.go_silent()
        _use(lived, channel, [unanswered])
    if is_written(outside, "go_down"):
        outside.go_down()
        _use(lived, channel, [unsent])
    return lived


def _use(lived: Lived, channel: Any, rendered: Sequence[Rendered]) -> None:
    lived.call(lambda: [channel.check()])
    lived.call(lambda: channel.deliver(rendered))
    lived.call(lambda: channel.look_up([item.key for item in rendered]))


def error_of(call: Callable[[], object]) -> BaseException | None:
    """What a call raised; ``None`` when it answered."""
    try:
        call()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # whatever a plugin raises is what is looked at
        return error
    return None


def what_happened(error: BaseException | None) -> str:
    """How a sentence about a call goes on."""
    return "answered" if error is None else f"raised {type(error).__name__}"


def in_another_thread(work: Callable[[], None]) -> BaseException | None:
    """What work raised in a thread of its own."""
    errors: list[BaseException | None] = []
    thread = threading.Thread(target=lambda: errors.append(error_of(work)))
    thread.start()
    thread.join()
    return errors[0]


def read_by(read: Callable[[Rendered], Any], rendered: Rendered) -> Any:
    """What a method of the outside reads; skips the check where it cannot read such bytes."""
    try:
        return read(rendered)
    except Unreadable as unread:
        pytest.skip(f"not shown: {unread} in your `outside` fixture's class to have this checked")
