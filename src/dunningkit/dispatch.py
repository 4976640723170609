"""The only module that calls a plugin's objects.

Whatever a plugin does, the caller gets either an answer that keeps the contract or a `PluginError` that names the plugin, its
version and the stage: a wrong answer is a crash of the plugin, never a wrong reminder. Only ``KeyboardInterrupt`` passes.
A call that takes longer than its deadline is left behind, and its plugin is left alone for the rest of the `run`.
"""

from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import islice
from operator import attrgetter
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dunningkit.contracts import (
    Channel,
    ChannelCapability,
    ChannelSpec,
    CheckResult,
    CommandSpec,
    LedgerCapability,
    LedgerSource,
    LedgerSourceSpec,
    Scorer,
    ScorerSpec,
)
from dunningkit.deadlines import SECONDS, Lane, LeftAlone, Overran, Stage
from dunningkit.errors import DunningkitError, PluginCrash, PluginError, PluginHung, UnsupportedCapability
from dunningkit.foreign import kind_of, on_purpose, where_raised
from dunningkit.model import (
    ChangeBatch,
    ChannelEvent,
    Columns,
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
    are_exact,
    unwritable_at,
)

if TYPE_CHECKING:
    from pydantic import TypeAdapter

#: Nothing is a year on its way; a larger number is a mistake, and would push the day to pay out of the calendar.
_MOST_DELIVERY_DAYS = 366
#: More is no answer about anything that is kept here; it would only fill the memory.
_MOST_ITEMS = 10_000_000
#: A ledger that says so often in a row that there is nothing would say it for ever.
_MOST_EMPTY_BATCHES = 1_000
#: One incoming request is small; see `WebhookRequest`.
_MOST_EVENTS = 100_000
_ROW_AND_FIELD = 3

P = TypeVar("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Wired(Generic[P]):
    """A built plugin object under the name and version that reports about it use.

    ``seconds`` are its deadlines by stage; a stage left out has that of `SECONDS`. ``None`` is for objects of the host's own:
    they run in the caller's thread, where its connections and context are, and as long as they like.
    """

    name: str
    made: P
    version: str = field(default="", kw_only=True)
    seconds: Mapping[Stage, float] | None = field(default=None, kw_only=True)
    lane: Lane = field(default_factory=Lane, kw_only=True, repr=False, compare=False)

    @property
    def has_hung(self) -> bool:
        """Whether it is left alone now, because an earlier call took too long."""
        return self.seconds is not None and self.lane.is_left_alone


@dataclass(frozen=True, slots=True)
class WiredScorer(Wired[Scorer]):
    """A scorer."""

    @classmethod
    def from_spec(
        cls, spec: ScorerSpec, made: Scorer, *, version: str = "", seconds: Mapping[Stage, float] = SECONDS
    ) -> "WiredScorer":
        """Keep the object with its spec's name."""
        return cls(spec.name, made, version=version, seconds=seconds)


@dataclass(frozen=True, slots=True)
class WiredSource(Wired[LedgerSource]):
    """A ledger source with what it declared."""

    capabilities: frozenset[LedgerCapability] = frozenset()

    @classmethod
    def from_spec(
        cls, spec: LedgerSourceSpec, made: LedgerSource, *, version: str = "", seconds: Mapping[Stage, float] = SECONDS
    ) -> "WiredSource":
        """Keep the object with its spec's name and capabilities."""
        return cls(spec.name, made, spec.capabilities, version=version, seconds=seconds)


@dataclass(frozen=True, slots=True)
class WiredChannel(Wired[Channel]):
    """A channel with what it declared."""

    capabilities: frozenset[ChannelCapability] = frozenset()

    @classmethod
    def from_spec(
        cls, spec: ChannelSpec, made: Channel, *, version: str = "", seconds: Mapping[Stage, float] = SECONDS
    ) -> "WiredChannel":
        """Keep the object with its spec's name and capabilities."""
        return cls(spec.name, made, spec.capabilities, version=version, seconds=seconds)


@contextmanager
def run(wired: Iterable[Wired[Any]]) -> Iterator[None]:
    """Let these plugins keep one thread each for all their calls, and leave alone until the end whichever takes too long."""
    with ExitStack() as lanes:
        for one in wired:
            lanes.enter_context(one.lane.run())
        yield


def _guarded(wired: Wired[Any], stage: Stage, call: Callable[[], R]) -> R:
    try:
        return _bounded(wired, stage, call)
    except _Theirs as caught:
        theirs = caught
    # Raised without what was caught: a plugin's own exception may hold a secret, and its objects may do anything when they go.
    raise _told(theirs, wired, stage)


def _told(theirs: "_Theirs", wired: Wired[Any], stage: Stage) -> PluginError:
    error = theirs.on_purpose
    if error is None:
        error = PluginCrash(
            f"The plugin {_shown(wired)} failed in {stage} with {theirs.kind}. Report it to the plugin's author.",
            error=theirs.kind,
        )
    error.params = {**error.params, **_place(wired, stage)}
    if theirs.where:
        error.add_note(f"Raised in {theirs.where}.")
    return error


def _bounded(wired: Wired[Any], stage: Stage, call: Callable[[], R]) -> R:
    """What the call returns. Raises `_Theirs` for what it raised; anything else is the host's own and passes."""
    if wired.seconds is None:
        return _theirs(call)
    seconds = wired.seconds.get(stage, SECONDS[stage])
    try:
        return wired.lane.call(lambda: _theirs(call), seconds)
    except Overran:
        what = (
            f"did not answer in {stage} within {seconds:g} seconds. It is left alone for the rest of the run; "
            "look at what it connects to, and try again."
        )
    except LeftAlone:
        what = (
            f"was not asked for {stage}: an earlier call took too long, so it is left alone for the rest of the run and until "
            "that call is over. Try again; if it stays so, restart the process."
        )
    raise _hung(wired, stage, what)


def _hung(wired: Wired[Any], stage: Stage, what: str) -> PluginHung:
    return PluginHung(f"The plugin {_shown(wired)} {what}", error="hung", **_place(wired, stage))


class _Theirs(Exception):
    """Carries what may be told of what a plugin raised, so that nothing the host raises meanwhile is taken for it."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.on_purpose, self.kind, self.where = on_purpose(error), kind_of(error), where_raised(error)


def _theirs(call: Callable[[], R]) -> R:
    try:
        return call()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # SystemExit from a plugin must not end the host
        theirs = _Theirs(error)
    # Outside, so that the plugin's exception and whatever it holds on to goes here, and not where the host waits.
    raise theirs


def _shown(wired: Wired[Any]) -> str:
    return f"{wired.name!r} {wired.version}".rstrip()


def _place(wired: Wired[Any], stage: Stage) -> dict[str, Any]:
    return {"plugin": wired.name, "version": wired.version, "stage": stage.value}


def _crash(wired: Wired[Any], stage: Stage, what: str) -> PluginCrash:
    return PluginCrash(
        f"The plugin {_shown(wired)} {what} in {stage}. Nothing of that answer is used; report it to the plugin's author.",
        error="answer",
        **_place(wired, stage),
    )


def _make_checker(kind: Any) -> "TypeAdapter[Any]":
    # Loaded at the first answer: importing the engine must not pay for pydantic's machinery.
    from pydantic import ConfigDict, TypeAdapter  # noqa: PLC0415

    return TypeAdapter(tuple[kind, ...], config=ConfigDict(strict=True, revalidate_instances="always"))


# Depends on the class alone and never changes, so tenants share nothing by it.
_checker: "Callable[[Any], TypeAdapter[Any]]" = cache(_make_checker)


def _all_of(
    kind: type[R],
    wired: Wired[Any],
    stage: Stage,
    call: Callable[[], Iterable[object]],
    most: int = _MOST_ITEMS,
) -> tuple[R, ...]:
    """The items of an answer as plain values of ``kind``; raises `PluginCrash` when one is no such value through and through.

    Looked at where the plugin runs, because looking may set its code going again; and no further than one item beyond
    ``most``, because it may never end.
    """

    def looked_at() -> tuple[R, ...]:
        got = call()
        if isinstance(got, Coroutine):
            got.close()
            raise _crash(wired, stage, "answered with a coroutine; its methods must be plain ones")
        return _checked(kind, wired, stage, tuple(islice(got, most + 1)))

    return _guarded(wired, stage, looked_at)


def _checked(kind: type[R], wired: Wired[Any], stage: Stage, got: tuple[Any, ...]) -> tuple[R, ...]:
    """The items as plain values.

    A dataclass checks nothing by itself: a float for cents or a ``None`` for a text would be noticed only deep in the engine,
    under nobody's name, or after a message has left.
    """
    if are_exact(kind, got):
        return got
    from pydantic import ValidationError  # noqa: PLC0415  # as in _make_checker

    try:
        made: tuple[R, ...] = _checker(kind).validate_python(tuple(map(_by_values, got)))
    except ValidationError as error:
        # The validator's own words repeat the value, which may be a person's: only the place is passed on.
        place = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])
        raise _crash(wired, stage, f"answered with something else than {kind.__name__} (at {place})") from None
    for one in made:
        if (where := _unwritable(one)) is not None:
            raise _crash(wired, stage, f"gave a text or number that cannot be stored (at {where})")
    return made


def _unwritable(answer: object) -> str | None:
    """The row and field that cannot be stored; whoever reads a ledger puts such receivables and payments aside by itself."""
    looked_at = replace(answer, receivables=(), payments=()) if isinstance(answer, ChangeBatch) else answer
    way = unwritable_at(looked_at)
    if way is None or len(way) < _ROW_AND_FIELD or not isinstance(answer, ChangeBatch):
        return None if way is None else ".".join(way)
    row = getattr(answer, way[0])[int(way[1])]
    row_id = getattr(row, fields(row)[0].name)
    return f"{way[0]} {row_id!a}, {'.'.join(way[2:])}"


def _one_of(kind: type[R], wired: Wired[Any], stage: Stage, call: Callable[[], object]) -> R:
    """A single answer, held to the same."""
    (made,) = _all_of(kind, wired, stage, lambda: (call(),))
    return made


def _answers(
    wired: Wired[Any], stage: Stage, asked: Sequence[str], got: Sequence[R], key: Callable[[R], str]
) -> dict[str, R]:
    """Pair answers with questions; raises `PluginCrash` when one is missing, extra or doubled."""
    keys = list(map(key, got))
    if keys == asked and len(keyed := dict(zip(keys, got, strict=True))) == len(keys):
        return keyed
    wanted = set(asked)
    if len(keys) == len(wanted) and wanted == set(keys):
        return dict(zip(keys, got, strict=True))
    raise _crash(wired, stage, f"answered {len(keys)} of {len(wanted)} items, or some twice or unasked,")


def check(wired: Wired[Any]) -> CheckResult:
    """Try a plugin's settings; a plugin that fails at it has a problem to show, not an error to raise."""
    try:
        result = _one_of(CheckResult, wired, Stage.CHECK, lambda: wired.made.check())  # noqa: PLW0108  # looking it up runs code
    except PluginError as error:
        return CheckResult(ok=False, problems=(str(error),))
    if result.ok or result.problems:
        return result
    unsaid = f"The plugin {_shown(wired)} says that it cannot work, and not why. Report it to the plugin's author."
    return CheckResult(ok=False, problems=(unsaid,))


def read_changes(source: WiredSource, cursor: str | None) -> Generator[ChangeBatch, None, None]:
    """Yield the source's batches as they come; raises `PluginError` where it fails.

    Whoever stops early closes this iterator, and with it what the source has open.
    """
    # Kept where it can be let go of in the plugin's thread, not in the host's.
    open_stream: list[Iterator[Any]] = []
    _guarded(source, Stage.CHANGES, lambda: open_stream.append(iter(source.made.changes(cursor))))

    def next_batch() -> tuple[ChangeBatch, ...]:
        return _checked(ChangeBatch, source, Stage.CHANGES, tuple(islice(open_stream[0], 1)))

    def close() -> None:
        getattr(open_stream.pop(), "close", _nothing)()

    started, empty = monotonic(), 0
    try:
        while got := _guarded(source, Stage.CHANGES, next_batch):
            empty = 0 if _holds_anything(got[0]) else empty + 1
            if empty > _MOST_EMPTY_BATCHES:
                raise _crash(source, Stage.CHANGES, f"gave {empty} batches in a row with nothing in them")
            _require_time_left(source, started)
            yield from got
    finally:
        # Nobody waits for batches any more, so a source that fails while it closes has harmed nothing.
        with suppress(PluginError):
            _guarded(source, Stage.CHANGES, close)


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
        raise _hung(source, Stage.READING, what)


def _by_values(item: object) -> object:
    """A batch whose columns are in doubt, value by value, so that each of them is looked at; any other item as it is."""
    if isinstance(item, ChangeBatch) and isinstance(item.receivables, Columns):
        return replace(item, receivables=tuple(islice(item.receivables, _MOST_ITEMS)))
    return item


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
        done = _theirs(ran)
    except _Theirs as caught:
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
    got = _all_of(Recheck, source, Stage.RECHECK, lambda: source.made.recheck(asked), len(asked))
    return _answers(source, Stage.RECHECK, asked, got, attrgetter("receivable_id"))


def documents(source: WiredSource, receivable_ids: Sequence[str]) -> dict[str, Document]:
    """Fetch the invoice copies there are, only of those asked for; none when the source cannot."""
    asked = tuple(receivable_ids)
    if LedgerCapability.DOCUMENTS not in source.capabilities or not asked:
        return {}
    got = _all_of(Document, source, Stage.DOCUMENTS, lambda: source.made.documents(asked), len(asked))
    keyed = {document.receivable_id: document for document in got}
    if len(keyed) != len(got) or not keyed.keys() <= set(asked):
        raise _crash(source, Stage.DOCUMENTS, "returned copies nobody asked for, or two of one invoice,")
    return keyed


def write_back(source: WiredSource, marks: Sequence[Mark]) -> dict[str, MarkResult]:
    """Note sent reminders in the ledger, one answer per mark by its key; none when the source cannot."""
    if LedgerCapability.WRITE_BACK not in source.capabilities or not marks:
        return {}
    asked, given = [mark.key for mark in marks], _own(tuple(marks))
    got = _all_of(MarkResult, source, Stage.WRITE_BACK, lambda: source.made.write_back(given), len(asked))
    return _answers(source, Stage.WRITE_BACK, asked, got, attrgetter("key"))


def score(scorer: Wired[Scorer], histories: Histories, as_of: date) -> dict[str, Score]:
    """Score a batch of customers; one score each."""
    asked = [history.customer_id for history in histories.customers]

    def scored() -> Sequence[Score]:
        made = scorer.made.score(histories, as_of)
        if asked != [history.customer_id for history in histories.customers]:
            raise _crash(scorer, Stage.SCORE, "changed the histories that it was given")
        return made

    got = _all_of(Score, scorer, Stage.SCORE, scored, len(asked))
    return _answers(scorer, Stage.SCORE, asked, got, attrgetter("customer_id"))


def render(channel: WiredChannel, reminder: OutgoingReminder) -> Rendered:
    """Render one reminder; the bytes must be for the asked key, medium and address."""
    # Given its own values: what a person approves must not change under our hands.
    given = _own(reminder)

    def made() -> Rendered:
        answer = channel.made.render(given)
        if given != reminder:
            raise _crash(channel, Stage.RENDER, "changed the reminder that it was given")
        return answer

    rendered = _one_of(Rendered, channel, Stage.RENDER, made)
    if (rendered.key, rendered.medium, rendered.to) != (reminder.key, reminder.to.medium, reminder.to.address):
        raise _crash(channel, Stage.RENDER, "made something else than it was given")
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
            raise _crash(channel, stage, "gave no number of days")
        return days

    return _guarded(channel, stage, looked_at)


def estimate(channel: WiredChannel, rendered: Sequence[Rendered]) -> dict[str, Estimate]:
    """Ask what delivering would take; one estimate per key, and nothing is sent."""
    asked, given = [one.key for one in rendered], _own(tuple(rendered))
    if not asked:
        return {}
    got = _all_of(Estimate, channel, Stage.ESTIMATE, lambda: channel.made.estimate(given), len(asked))
    if any(one.parts < 0 or (one.price_minor is not None and (one.price_minor < 0 or not one.currency)) for one in got):
        raise _crash(channel, Stage.ESTIMATE, "gave a number of parts or a price that is none")
    return _answers(channel, Stage.ESTIMATE, asked, got, attrgetter("key"))


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
        got = _all_of(DeliveryResult, channel, Stage.DELIVER, lambda: channel.made.deliver(given), len(asked))
        return _answers(channel, Stage.DELIVER, asked, got, attrgetter("key"))
    except PluginError as error:
        return {key: DeliveryResult(key, Outcome.UNKNOWN, detail=error.code) for key in asked}


def look_up(channel: WiredChannel, keys: Sequence[str]) -> dict[str, DeliveryResult]:
    """Ask the provider what became of earlier keys, one answer per key; none when the channel cannot."""
    asked = tuple(keys)
    if ChannelCapability.LOOK_UP not in channel.capabilities or not asked:
        return {}
    got = _all_of(DeliveryResult, channel, Stage.LOOK_UP, lambda: channel.made.look_up(asked), len(asked))
    return _answers(channel, Stage.LOOK_UP, asked, got, attrgetter("key"))


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
        what = f"The plugin {_shown(channel)} takes no incoming requests. Take its address away from the provider."
        raise UnsupportedCapability(what, **_place(channel, stage))
    given = _own(request)
    got = _all_of(ChannelEvent, channel, stage, lambda: map(_in_utc, channel.made.parse_event(given)), _MOST_EVENTS)
    if len(got) > _MOST_EVENTS or len({event.event_id for event in got}) != len(got):
        raise _crash(channel, stage, "told one event twice, or too many at once,")
    if any(not event.event_id or not (event.key or event.provider_id) for event in got):
        raise _crash(channel, stage, "told an event without an id, or about no message,")
    if any(_EVENTS_OF[event.kind] not in channel.capabilities for event in got):
        raise _crash(channel, stage, "told an event of a kind that it does not declare")
    return got


def _in_utc(event: Any) -> object:
    # A time zone of a plugin's own would be its code at every later look at the moment.
    if event.at.utcoffset() is None:
        raise ValueError("a moment needs an offset")
    at = event.at.astimezone(UTC)
    return replace(event, at=datetime.combine(at.date(), at.time(), UTC))
