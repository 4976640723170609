"""The only module that calls a plugin's objects.

Whatever a plugin does, the caller gets either an answer that keeps the contract or a `PluginError` that names the plugin, its
version and the stage: a wrong answer is a crash of the plugin, never a wrong reminder. Only ``KeyboardInterrupt`` passes.
A call that takes longer than its deadline is left behind, and its plugin is left alone for the rest of the `run`.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dunningkit.contracts import (
    Channel,
    ChannelSpec,
    CheckResult,
    LedgerCapability,
    LedgerSource,
    LedgerSourceSpec,
    Scorer,
    ScorerSpec,
)
from dunningkit.deadlines import SECONDS, Lane, LeftAlone, Overran, Stage
from dunningkit.errors import PluginCrash, PluginError, PluginHung
from dunningkit.model import (
    ChangeBatch,
    Columns,
    DeliveryResult,
    Document,
    Histories,
    Outcome,
    OutgoingReminder,
    Recheck,
    Rendered,
    Score,
    are_exact,
    unwritable_at,
)

if TYPE_CHECKING:
    from pydantic import TypeAdapter

#: Nothing is a year on its way; a larger number is a mistake, and would push the day to pay out of the calendar.
_MOST_DELIVERY_DAYS = 366
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
    """A channel."""

    @classmethod
    def from_spec(
        cls, spec: ChannelSpec, made: Channel, *, version: str = "", seconds: Mapping[Stage, float] = SECONDS
    ) -> "WiredChannel":
        """Keep the object with its spec's name."""
        return cls(spec.name, made, version=version, seconds=seconds)


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
        error = caught.error
    if isinstance(error, PluginError) and _is_signed(error, _place(wired, stage)):
        raise error
    # The text of a foreign exception may hold a secret or a person's data, so only its type is passed on.
    kind = type(error).__name__
    raise PluginCrash(
        f"The plugin {_shown(wired)} failed in {stage} with {kind}. Report it to the plugin's author.",
        error=kind,
        **_place(wired, stage),
    ) from error


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
    raise PluginHung(f"The plugin {_shown(wired)} {what}", error="hung", **_place(wired, stage))


class _Theirs(Exception):
    """Carries what a plugin raised, so that nothing the host raises meanwhile is taken for it."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


def _theirs(call: Callable[[], R]) -> R:
    try:
        return call()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # SystemExit from a plugin must not end the host
        raise _Theirs(error) from None


def _is_signed(error: PluginError, place: Mapping[str, Any]) -> bool:
    """Put plugin, version and stage on an error that a plugin raised on purpose, and say whether it can be told at all."""
    try:
        error.params = {**error.params, **place}
        return type(str(error)) is str and type(error.code) is str
    except Exception:  # noqa: BLE001  # the methods of a plugin's own class may do anything
        return False


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


def _all_of(kind: type[R], wired: Wired[Any], stage: Stage, call: Callable[[], Iterable[object]]) -> tuple[R, ...]:
    """The items of an answer as plain values of ``kind``; raises `PluginCrash` when one is no such value through and through.

    Looked at where the plugin runs, because looking may set its code going again.
    """
    return _guarded(wired, stage, lambda: _checked(kind, wired, stage, tuple(call())))


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
    wanted = set(asked)
    if len(keys) == len(wanted) and wanted == set(keys):
        return dict(zip(keys, got, strict=True))
    raise _crash(wired, stage, f"answered {len(keys)} of {len(wanted)} items, or some twice or unasked,")


def check(wired: Wired[Any]) -> CheckResult:
    """Try a plugin's settings; a plugin that fails at it has a problem to show, not an error to raise."""
    try:
        return _one_of(CheckResult, wired, Stage.CHECK, wired.made.check)
    except PluginError as error:
        return CheckResult(ok=False, problems=(str(error),))


def read_changes(source: WiredSource, cursor: str | None) -> Generator[ChangeBatch, None, None]:
    """Yield the source's batches as they come; raises `PluginError` where it fails.

    Whoever stops early closes this iterator, and with it what the source has open.
    """
    stream: Iterator[Any] = _guarded(source, Stage.CHANGES, lambda: iter(source.made.changes(cursor)))

    def next_batch() -> tuple[ChangeBatch, ...]:
        return _checked(ChangeBatch, source, Stage.CHANGES, tuple(islice(stream, 1)))

    try:
        while got := _guarded(source, Stage.CHANGES, next_batch):
            yield from got
    finally:
        # Nobody waits for batches any more, so a source that fails while it closes has harmed nothing.
        with suppress(PluginError):
            _guarded(source, Stage.CHANGES, getattr(stream, "close", _nothing))


def _nothing() -> None:
    """Iterators that are no generators have nothing to close."""


def _by_values(item: object) -> object:
    """A batch whose columns are in doubt, value by value, so that each of them is looked at; any other item as it is."""
    if isinstance(item, ChangeBatch) and isinstance(item.receivables, Columns):
        return replace(item, receivables=tuple(item.receivables))
    return item


def recheck(source: WiredSource, receivable_ids: Sequence[str]) -> dict[str, Recheck]:
    """Ask what is open right now; one answer per id."""
    got = _all_of(Recheck, source, Stage.RECHECK, lambda: source.made.recheck(tuple(receivable_ids)))
    return _answers(source, Stage.RECHECK, receivable_ids, got, attrgetter("receivable_id"))


def documents(source: WiredSource, receivable_ids: Sequence[str]) -> dict[str, Document]:
    """Fetch the invoice copies there are, only of those asked for; none when the source cannot."""
    if LedgerCapability.DOCUMENTS not in source.capabilities or not receivable_ids:
        return {}
    got = _all_of(Document, source, Stage.DOCUMENTS, lambda: source.made.documents(tuple(receivable_ids)))
    keyed = {document.receivable_id: document for document in got}
    if len(keyed) != len(got) or not keyed.keys() <= set(receivable_ids):
        raise _crash(source, Stage.DOCUMENTS, "returned copies nobody asked for, or two of one invoice,")
    return keyed


def score(scorer: Wired[Scorer], histories: Histories, as_of: date) -> dict[str, Score]:
    """Score a batch of customers; one score each."""
    asked = [history.customer_id for history in histories.customers]

    def scored() -> Sequence[Score]:
        made = scorer.made.score(histories, as_of)
        if asked != [history.customer_id for history in histories.customers]:
            raise _crash(scorer, Stage.SCORE, "changed the histories that it was given")
        return made

    got = _all_of(Score, scorer, Stage.SCORE, scored)
    return _answers(scorer, Stage.SCORE, asked, got, attrgetter("customer_id"))


def render(channel: WiredChannel, reminder: OutgoingReminder) -> Rendered:
    """Render one reminder; the bytes must be for the asked key, medium and address."""
    # Given its own values: what a person approves must not change under our hands.
    to, message, sender = replace(reminder.to), replace(reminder.message), replace(reminder.sender)
    given = replace(reminder, to=to, message=message, sender=sender)

    def made() -> Rendered:
        answer = channel.made.render(given)
        if given != reminder:
            raise _crash(channel, Stage.RENDER, "changed the reminder that it was given")
        return answer

    rendered = _one_of(Rendered, channel, Stage.RENDER, made)
    if (rendered.key, rendered.medium, rendered.to) != (reminder.key, reminder.to.medium, reminder.to.address):
        raise _crash(channel, Stage.RENDER, "made something else than it was given")
    return rendered


def max_delivery_days(channel: WiredChannel) -> int:
    """The most days a delivery may take; raises `PluginCrash` for anything but a whole number of them."""
    stage = Stage.MAX_DELIVERY_DAYS
    days: object = _guarded(channel, stage, lambda: channel.made.max_delivery_days)
    if type(days) is not int or not 0 <= days <= _MOST_DELIVERY_DAYS:
        raise _crash(channel, stage, "gave no number of days")
    return days


def deliver(channel: WiredChannel, rendered: Rendered) -> DeliveryResult:
    """Deliver one message. Never raises: whatever is not a clear answer is ``unknown``, because it may have left.

    That holds for a call that was left behind, too. Ask `Wired.has_hung` first: what is not handed over need not be unknown.
    """
    key = rendered.key
    try:
        got = _all_of(DeliveryResult, channel, Stage.DELIVER, lambda: channel.made.deliver((rendered,)))
        return _answers(channel, Stage.DELIVER, [key], got, attrgetter("key"))[key]
    except PluginError as error:
        return DeliveryResult(key, Outcome.UNKNOWN, detail=error.code)
