"""What the kit puts a channel through: reminders by every medium, a provider that fails, another thread, a whole life."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dunningkit.contracts import Services
from dunningkit.errors import AuthError, PluginError, RateLimited, TransientError
from dunningkit.model import DeliveryResult, Medium, OutgoingReminder, Rendered
from dunningkit.testing.checks import is_written
from dunningkit.testing.outside import services_for
from dunningkit.testing.outside_channel import ChannelOutside, Unreadable
from dunningkit.testing.reminders import odd_reminders, reminder

if TYPE_CHECKING:
    import httpx

Build = Callable[..., Any]

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


def taken_by(channel: Any, spec: Any) -> list[OutgoingReminder]:
    """Two reminders for each medium that the channel takes; whether it takes all it declares is a check of its own."""
    made = [reminder(medium, number) for medium in sorted(spec.media) for number in (1, 2)]
    return [one for one in made if not isinstance(error_of(lambda one=one: channel.render(one)), PluginError)]  # type: ignore[misc]  # bound at once


def oddities_taken_by(channel: Any, spec: Any) -> Iterator[OutgoingReminder]:
    """Reminders with all that breaks encodings, by each medium that the channel takes."""
    for medium in sorted({made.to.medium for made in taken_by(channel, spec)}):
        yield from odd_reminders(medium)


def rendered_by(channel: Any, spec: Any) -> list[Rendered]:
    """Two messages by each medium that the channel takes."""
    return [channel.render(made) for made in taken_by(channel, spec)]


def several(channel: Any, spec: Any, count: int, first: int = 1) -> tuple[Rendered, ...]:
    """Messages to several customers by one medium."""
    taken = taken_by(channel, spec)
    assert taken, "render() takes no medium that the spec declares"
    medium = taken[0].to.medium
    return tuple(channel.render(reminder(medium, number)) for number in range(first, first + count))


class Faulty:
    """A provider that answers every request with the same fault, and counts them."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.asked = 0

    def transport(self) -> "httpx.BaseTransport":
        """A transport for the services of one channel."""
        import httpx  # noqa: PLC0415  # only where a plugin's author wrote `transport`

        return httpx.MockTransport(self._answer)

    def _answer(self, request: "httpx.Request") -> "httpx.Response":
        import httpx  # noqa: PLC0415  # as above

        self.asked += 1
        if self.fault == "time-out":
            raise httpx.ReadTimeout("no answer in time", request=request)
        headers = {"Retry-After": f"{WAIT_SECONDS}"}
        return httpx.Response(int(self.fault), headers=headers, text=BODY_CANARY, request=request)


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


def files_in(folder: Path) -> set[tuple[str, int]]:
    """Every file and folder below, with the moment of its last change."""
    return {(str(path.relative_to(folder)), path.stat().st_mtime_ns) for path in folder.rglob("*")}


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
