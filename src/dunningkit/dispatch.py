"""The only module that calls a plugin's objects.

Whatever a plugin does, the caller gets either an answer that keeps the contract or a `PluginError` that names the plugin: a
wrong answer is a crash of the plugin, never a wrong reminder. Only ``KeyboardInterrupt`` passes through.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dunningkit.contracts import (
    Channel,
    ChannelSpec,
    CheckResult,
    LedgerCapability,
    LedgerSource,
    LedgerSourceSpec,
    Scorer,
)
from dunningkit.errors import PluginCrash, PluginError
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
    """A built plugin object under the name that reports about it use."""

    name: str
    made: P


@dataclass(frozen=True, slots=True)
class WiredSource(Wired[LedgerSource]):
    """A ledger source with what it declared."""

    capabilities: frozenset[LedgerCapability] = frozenset()

    @classmethod
    def from_spec(cls, spec: LedgerSourceSpec, made: LedgerSource) -> "WiredSource":
        """Keep the object with its spec's name and capabilities."""
        return cls(spec.name, made, spec.capabilities)


@dataclass(frozen=True, slots=True)
class WiredChannel(Wired[Channel]):
    """A channel with what it declared."""

    @classmethod
    def from_spec(cls, spec: ChannelSpec, made: Channel) -> "WiredChannel":
        """Keep the object with its spec's name."""
        return cls(spec.name, made)


def _guarded(name: str, stage: str, call: Callable[[], R]) -> R:
    try:
        return call()
    except (KeyboardInterrupt, PluginError):
        raise
    except BaseException as error:  # SystemExit from a plugin must not end the host
        # The text of a foreign exception may hold a secret or a person's data, so only its type is passed on.
        raise PluginCrash(
            f"The plugin {name!r} failed in {stage} with {type(error).__name__}. Report it to the plugin's author.",
            plugin=name,
            stage=stage,
            error=type(error).__name__,
        ) from error


def _crash(name: str, stage: str, what: str) -> PluginCrash:
    return PluginCrash(
        f"The plugin {name!r} {what} in {stage}. Nothing of that answer is used; report it to the plugin's author.",
        plugin=name,
        stage=stage,
    )


def _make_checker(kind: Any) -> "TypeAdapter[Any]":
    # Loaded at the first answer: importing the engine must not pay for pydantic's machinery.
    from pydantic import ConfigDict, TypeAdapter  # noqa: PLC0415

    return TypeAdapter(tuple[kind, ...], config=ConfigDict(strict=True, revalidate_instances="always"))


# Depends on the class alone and never changes, so tenants share nothing by it.
_checker: "Callable[[Any], TypeAdapter[Any]]" = cache(_make_checker)


def _all_of(kind: type[R], name: str, stage: str, call: Callable[[], Iterable[object]]) -> tuple[R, ...]:
    """The items of an answer as plain values of ``kind``; raises `PluginCrash` when one is no such value through and through.

    A dataclass checks nothing by itself: a float for cents or a ``None`` for a text would be noticed only deep in the engine,
    under nobody's name, or after a message has left.
    """
    from pydantic import ValidationError  # noqa: PLC0415  # as in _make_checker

    def checked() -> tuple[R, ...]:
        got = tuple(call())
        try:
            made: tuple[R, ...] = _checker(kind).validate_python(got)
        except ValidationError as error:
            # The validator's own words repeat the value, which may be a person's: only the place is passed on.
            place = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])
            raise _crash(name, stage, f"answered with something else than {kind.__name__} (at {place})") from None
        for one in made:
            if (where := _unwritable(one)) is not None:
                raise _crash(name, stage, f"gave a text or number that cannot be stored (at {where})")
        return made

    return _guarded(name, stage, checked)


def _unwritable(answer: object) -> str | None:
    """The row and field that cannot be stored; whoever reads a ledger puts such receivables and payments aside by itself."""
    looked_at = replace(answer, receivables=(), payments=()) if isinstance(answer, ChangeBatch) else answer
    way = unwritable_at(looked_at)
    if way is None or len(way) < _ROW_AND_FIELD or not isinstance(answer, ChangeBatch):
        return None if way is None else ".".join(way)
    row = getattr(answer, way[0])[int(way[1])]
    row_id = getattr(row, fields(row)[0].name)
    return f"{way[0]} {row_id!a}, {'.'.join(way[2:])}"


def _one_of(kind: type[R], name: str, stage: str, call: Callable[[], object]) -> R:
    """A single answer, held to the same."""
    (made,) = _all_of(kind, name, stage, lambda: (call(),))
    return made


def _answers(name: str, stage: str, asked: Sequence[str], got: Sequence[R], key: Callable[[R], str]) -> dict[str, R]:
    """Pair answers with questions; raises `PluginCrash` when one is missing, extra or doubled."""
    keys = [key(item) for item in got]
    if len(keys) == len(set(asked)) and set(keys) == set(asked):
        return dict(zip(keys, got, strict=True))
    raise _crash(name, stage, f"answered {len(keys)} of {len(set(asked))} items, or some twice or unasked,")


def check(wired: WiredSource | WiredChannel) -> CheckResult:
    """Try a plugin's settings; a plugin that fails at it has a problem to show, not an error to raise."""
    try:
        return _one_of(CheckResult, wired.name, "check", wired.made.check)
    except PluginError as error:
        return CheckResult(ok=False, problems=(str(error),))


def read_changes(source: WiredSource, cursor: str | None) -> Iterator[ChangeBatch]:
    """Yield the source's batches as they come; raises `PluginError` where it fails."""
    stream: Iterator[Any] = _guarded(source.name, "changes", lambda: iter(source.made.changes(cursor)))
    while got := _guarded(source.name, "changes", lambda: tuple(islice(stream, 1))):
        if _guarded(source.name, "changes", partial(are_exact, ChangeBatch, got)):
            # To make a million rows anew would take as long as to store them.
            yield from got
        else:
            yield from _all_of(ChangeBatch, source.name, "changes", partial(map, _by_values, got))


def _by_values(batch: object) -> object:
    """A batch whose columns are in doubt, value by value, so that each of them is looked at."""
    if isinstance(batch, ChangeBatch) and isinstance(batch.receivables, Columns):
        return replace(batch, receivables=tuple(batch.receivables))
    return batch


def recheck(source: WiredSource, receivable_ids: Sequence[str]) -> dict[str, Recheck]:
    """Ask what is open right now; one answer per id."""
    got = _all_of(Recheck, source.name, "recheck", lambda: source.made.recheck(tuple(receivable_ids)))
    return _answers(source.name, "recheck", receivable_ids, got, lambda item: item.receivable_id)


def documents(source: WiredSource, receivable_ids: Sequence[str]) -> dict[str, Document]:
    """Fetch the invoice copies there are, only of those asked for; none when the source cannot."""
    if LedgerCapability.DOCUMENTS not in source.capabilities or not receivable_ids:
        return {}
    got = _all_of(Document, source.name, "documents", lambda: source.made.documents(tuple(receivable_ids)))
    keyed = {document.receivable_id: document for document in got}
    if len(keyed) != len(got) or not keyed.keys() <= set(receivable_ids):
        raise _crash(source.name, "documents", "returned copies nobody asked for, or two of one invoice,")
    return keyed


def score(scorer: Wired[Scorer], histories: Histories, as_of: date) -> dict[str, Score]:
    """Score a batch of customers; one score each."""
    asked = [history.customer_id for history in histories.customers]
    got = _all_of(Score, scorer.name, "score", lambda: scorer.made.score(histories, as_of))
    return _answers(scorer.name, "score", asked, got, lambda item: item.customer_id)


def render(channel: WiredChannel, reminder: OutgoingReminder) -> Rendered:
    """Render one reminder; the bytes must be for the asked key, medium and address."""
    rendered = _one_of(Rendered, channel.name, "render", lambda: channel.made.render(reminder))
    if (rendered.key, rendered.medium, rendered.to) != (reminder.key, reminder.to.medium, reminder.to.address):
        raise _crash(channel.name, "render", "made something else than it was given")
    return rendered


def max_delivery_days(channel: WiredChannel) -> int:
    """The most days a delivery may take; raises `PluginCrash` for anything but a whole number of them."""
    days: object = _guarded(channel.name, "max_delivery_days", lambda: channel.made.max_delivery_days)
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= _MOST_DELIVERY_DAYS:
        raise _crash(channel.name, "max_delivery_days", "gave no number of days")
    return days


def deliver(channel: WiredChannel, rendered: Rendered) -> DeliveryResult:
    """Deliver one message. Never raises: whatever is not a clear answer is ``unknown``, because it may have left."""
    try:
        got = _all_of(DeliveryResult, channel.name, "deliver", lambda: channel.made.deliver((rendered,)))
        return _answers(channel.name, "deliver", [rendered.key], got, lambda item: item.key)[rendered.key]
    except PluginError as error:
        return DeliveryResult(rendered.key, Outcome.UNKNOWN, detail=str(error.code))
