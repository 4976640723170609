"""The only module that calls a plugin's objects.

Whatever a plugin does, the caller gets either an answer that keeps the contract or a `PluginError` that names the plugin, its
version and the stage: a wrong answer is a crash of the plugin, never a wrong reminder. `dunningkit.wired` runs the plugin's
code, `dunningkit.answering` looks at what it answers.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice
from operator import attrgetter
from time import monotonic
from typing import Any, TypeVar

from dunningkit.answering import all_of, checked, one_of, paired
from dunningkit.contracts import ChannelCapability, CheckResult, CommandSpec, LedgerCapability, Scorer
from dunningkit.deadlines import SECONDS, Stage
from dunningkit.errors import DunningkitError, PluginCrash, PluginError, UnsupportedCapability
from dunningkit.model import (
    ChangeBatch,
    ChannelEvent,
    DeliveryResult,
    Document,
    Estimate,
    EventKind,
    Histories,
    Mark,
    MarkResult,
    Outcome,
    OutgoingReminder,
    Recheck,
    Rendered,
    Score,
    WebhookRequest,
)
from dunningkit.wired import (
    Theirs,
    Wired,
    WiredChannel,
    WiredSource,
    crash,
    guarded,
    hung,
    place_of,
    shown,
    told_of,
)

#: Nothing is a year on its way; a larger number is a mistake, and would push the day to pay out of the calendar.
_MOST_DELIVERY_DAYS = 366
#: A ledger that says so often in a row that there is nothing would say it for ever.
_MOST_EMPTY_BATCHES = 1_000
#: One incoming request is small; see `WebhookRequest`.
_MOST_EVENTS = 100_000
_CUSTOMER_ID = attrgetter("customer_id")

R = TypeVar("R")


def check(wired: Wired[Any]) -> CheckResult:
    """Try a plugin's settings; a plugin that fails at it has a problem to show, not an error to raise."""
    try:
        result = one_of(CheckResult, wired, Stage.CHECK, lambda: wired.made.check())  # noqa: PLW0108  # looking it up runs code
    except PluginError as error:
        return CheckResult(ok=False, problems=(str(error),))
    if result.ok or result.problems:
        return result
    unsaid = f"The plugin {shown(wired)} says that it cannot work, and not why. Report it to the plugin's author."
    return CheckResult(ok=False, problems=(unsaid,))


def read_changes(source: WiredSource, cursor: str | None) -> Generator[ChangeBatch, None, None]:
    """Yield the source's batches as they come; raises `PluginError` where it fails.

    Whoever stops early closes this iterator, and with it what the source has open.
    """
    # Kept where it can be let go of in the plugin's thread, not in the host's.
    open_stream: list[Iterator[Any]] = []
    guarded(source, Stage.CHANGES, lambda: open_stream.append(iter(source.made.changes(cursor))))

    def next_batch() -> tuple[ChangeBatch, ...]:
        return checked(ChangeBatch, source, Stage.CHANGES, tuple(islice(open_stream[0], 1)))

    def close() -> None:
        getattr(open_stream.pop(), "close", _nothing)()

    started, empty = monotonic(), 0
    try:
        while got := guarded(source, Stage.CHANGES, next_batch):
            empty = 0 if _holds_anything(got[0]) else empty + 1
            if empty > _MOST_EMPTY_BATCHES:
                raise crash(source, Stage.CHANGES, f"gave {empty} batches in a row with nothing in them")
            _require_time_left(source, started)
            yield from got
    finally:
        # Nobody waits for batches any more, so a source that fails while it closes has harmed nothing.
        with suppress(PluginError):
            guarded(source, Stage.CHANGES, close)


def _nothing() -> None:
    """Iterators that are no generators have nothing to close."""


def _holds_anything(batch: ChangeBatch) -> bool:
    return any(getattr(batch, one.name) for one in fields(ChangeBatch))


def _require_time_left(source: WiredSource, started: float) -> None:
    """Raise `PluginHung` for a ledger that has gone on for so long that it will hardly end."""
    if source.seconds is None:
        return
    limit = source.seconds.get(Stage.READING, SECONDS[Stage.READING])
    if monotonic() - started > limit:
        what = (
            f"did not come to an end within {limit:g} seconds. Give it longer ([plugins] deadlines, reading), or report it to "
            "the plugin's author."
        )
        raise hung(source, Stage.READING, what)


def run_command(spec: CommandSpec, arguments: Sequence[str], *, plugin: str, version: str = "") -> int:
    """Run a plugin's subcommand where the caller is, for as long as it takes, and return its exit code.

    What it raises on purpose passes, and so does the command line's own complaint (it has a message to format); a
    ``SystemExit`` with a number is that exit code. Raises `PluginCrash` for everything else.
    """

    def ran() -> int | Exception:
        try:
            code: object = spec.run(tuple(arguments))
        except SystemExit as error:
            code = 0 if error.code is None else error.code
        except Exception as error:
            if isinstance(error, DunningkitError) or hasattr(error, "format_message"):
                return error
            raise
        if type(code) is not int:
            raise TypeError("a command returns its exit code")
        return code

    try:
        done = told_of(ran)
    except Theirs as caught:
        kind = caught.kind
    else:
        if isinstance(done, Exception):
            raise done
        return done
    shown = f"{plugin!r} {version}".rstrip()
    raise PluginCrash(
        f"The plugin {shown} failed in its command {spec.name!r} with {kind}. Report it to the plugin's author.",
        error=kind,
        plugin=plugin,
        version=version,
        stage="command",
    )


def recheck(source: WiredSource, receivable_ids: Sequence[str]) -> dict[str, Recheck]:
    """Ask what is open right now; one answer per id."""
    asked = tuple(receivable_ids)
    got = all_of(Recheck, source, Stage.RECHECK, lambda: source.made.recheck(asked), len(asked))
    return paired(source, Stage.RECHECK, asked, got, attrgetter("receivable_id"))


def documents(source: WiredSource, receivable_ids: Sequence[str]) -> dict[str, Document]:
    """Fetch the invoice copies there are, only of those asked for; none when the source cannot."""
    asked = tuple(receivable_ids)
    if LedgerCapability.DOCUMENTS not in source.capabilities or not asked:
        return {}
    got = all_of(Document, source, Stage.DOCUMENTS, lambda: source.made.documents(asked), len(asked))
    keyed = {document.receivable_id: document for document in got}
    if len(keyed) != len(got) or not keyed.keys() <= set(asked):
        raise crash(source, Stage.DOCUMENTS, "returned copies nobody asked for, or two of one invoice,")
    return keyed


def write_back(source: WiredSource, marks: Sequence[Mark]) -> dict[str, MarkResult]:
    """Note sent reminders in the ledger, one answer per mark by its key; none when the source cannot."""
    if LedgerCapability.WRITE_BACK not in source.capabilities or not marks:
        return {}
    asked, given = [mark.key for mark in marks], _own(tuple(marks))
    got = all_of(MarkResult, source, Stage.WRITE_BACK, lambda: source.made.write_back(given), len(asked))
    return paired(source, Stage.WRITE_BACK, asked, got, attrgetter("key"))


def score(scorer: Wired[Scorer], histories: Histories, as_of: date) -> dict[str, Score]:
    """Score a batch of customers; one score each."""
    asked = list(map(_CUSTOMER_ID, histories.customers))

    def scored() -> Sequence[Score]:
        made = scorer.made.score(histories, as_of)
        if asked != list(map(_CUSTOMER_ID, histories.customers)):
            raise crash(scorer, Stage.SCORE, "changed the histories that it was given")
        return made

    got = all_of(Score, scorer, Stage.SCORE, scored, len(asked))
    return paired(scorer, Stage.SCORE, asked, got, _CUSTOMER_ID)


def render(channel: WiredChannel, reminder: OutgoingReminder) -> Rendered:
    """Render one reminder; the bytes must be for the asked key, medium and address."""
    # Given its own values: what a person approves must not change under our hands.
    given = _own(reminder)

    def made() -> Rendered:
        answer = channel.made.render(given)
        if given != reminder:
            raise crash(channel, Stage.RENDER, "changed the reminder that it was given")
        return answer

    rendered = one_of(Rendered, channel, Stage.RENDER, made)
    if (rendered.key, rendered.medium, rendered.to) != (reminder.key, reminder.to.medium, reminder.to.address):
        raise crash(channel, Stage.RENDER, "made something else than it was given")
    return rendered


def _own(value: R) -> R:
    """The same value in objects of its own, down to the last that could be changed by force."""
    if isinstance(value, tuple):
        return type(value)(map(_own, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _own(getattr(value, one.name)) for one in fields(value)})
    return value


def max_delivery_days(channel: WiredChannel) -> int:
    """The most days a delivery may take; raises `PluginCrash` for anything but a whole number of them."""
    stage = Stage.MAX_DELIVERY_DAYS

    def looked_at() -> int:
        days: object = channel.made.max_delivery_days
        if type(days) is not int or not 0 <= days <= _MOST_DELIVERY_DAYS:
            raise crash(channel, stage, "gave no number of days")
        return days

    return guarded(channel, stage, looked_at)


def estimate(channel: WiredChannel, rendered: Sequence[Rendered]) -> dict[str, Estimate]:
    """Ask what delivering would take; one estimate per key, and nothing is sent."""
    asked, given = [one.key for one in rendered], _own(tuple(rendered))
    if not asked:
        return {}
    got = all_of(Estimate, channel, Stage.ESTIMATE, lambda: channel.made.estimate(given), len(asked))
    if any(one.parts < 0 or (one.price_minor is not None and (one.price_minor < 0 or not one.currency)) for one in got):
        raise crash(channel, Stage.ESTIMATE, "gave a number of parts or a price that is none")
    return paired(channel, Stage.ESTIMATE, asked, got, attrgetter("key"))


def deliver(channel: WiredChannel, rendered: Rendered) -> DeliveryResult:
    """Deliver one message. Never raises: whatever is not a clear answer is ``unknown``, because it may have left.

    That holds for a call that was left behind, too. Ask `Wired.has_hung` first: what is not handed over need not be unknown.
    """
    return deliver_all(channel, (rendered,))[rendered.key]


def deliver_all(channel: WiredChannel, rendered: Sequence[Rendered]) -> dict[str, DeliveryResult]:
    """Deliver messages with keys of their own in one call; the same for many, by key.

    An answer that is wrong about one of them is no answer about any: all are ``unknown`` then.
    """
    asked, given = [one.key for one in rendered], _own(tuple(rendered))
    if not asked:
        return {}
    try:
        got = all_of(DeliveryResult, channel, Stage.DELIVER, lambda: channel.made.deliver(given), len(asked))
        return paired(channel, Stage.DELIVER, asked, got, attrgetter("key"))
    except PluginError as error:
        return {key: DeliveryResult(key, Outcome.UNKNOWN, detail=error.code) for key in asked}


def look_up(channel: WiredChannel, keys: Sequence[str]) -> dict[str, DeliveryResult]:
    """Ask the provider what became of earlier keys, one answer per key; none when the channel cannot."""
    asked = tuple(keys)
    if ChannelCapability.LOOK_UP not in channel.capabilities or not asked:
        return {}
    got = all_of(DeliveryResult, channel, Stage.LOOK_UP, lambda: channel.made.look_up(asked), len(asked))
    return paired(channel, Stage.LOOK_UP, asked, got, attrgetter("key"))


#: What a channel must declare to bring such an event.
_EVENTS_OF: Mapping[EventKind, ChannelCapability] = {
    EventKind.DELIVERED: ChannelCapability.RECEIPTS,
    EventKind.UNDELIVERED: ChannelCapability.RECEIPTS,
    EventKind.REPLY: ChannelCapability.REPLIES,
}


def parse_event(channel: WiredChannel, request: WebhookRequest) -> tuple[ChannelEvent, ...]:
    """Verify and read an incoming request: events with ids of their own, each about a key or a provider's id, moments in UTC.

    Raises `AuthError` when it is forged, `UnsupportedCapability` when the channel declares neither receipts nor replies.
    """
    stage = Stage.PARSE_EVENT
    if channel.capabilities.isdisjoint(_EVENTS_OF.values()):
        what = f"The plugin {shown(channel)} takes no incoming requests. Take its address away from the provider."
        raise UnsupportedCapability(what, **place_of(channel, stage))
    given = _own(request)
    got = all_of(ChannelEvent, channel, stage, lambda: map(_in_utc, channel.made.parse_event(given)), _MOST_EVENTS)
    if len(got) > _MOST_EVENTS or len({event.event_id for event in got}) != len(got):
        raise crash(channel, stage, "told one event twice, or too many at once,")
    if any(not event.event_id or not (event.key or event.provider_id) for event in got):
        raise crash(channel, stage, "told an event without an id, or about no message,")
    if any(_EVENTS_OF[event.kind] not in channel.capabilities for event in got):
        raise crash(channel, stage, "told an event of a kind that it does not declare")
    return got


def _in_utc(event: Any) -> object:
    # A time zone of a plugin's own would be its code at every later look at the moment.
    if event.at.utcoffset() is None:
        raise ValueError("a moment needs an offset")
    at = event.at.astimezone(UTC)
    return replace(event, at=datetime.combine(at.date(), at.time(), UTC))
