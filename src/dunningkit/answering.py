"""What a plugin answers, looked at where the plugin runs: plain values of the contract's classes, one for each question."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import fields, replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from dunningkit.deadlines import Stage
from dunningkit.model import ChangeBatch, Columns, are_exact, unwritable_at
from dunningkit.wired import Wired, crash, guarded

if TYPE_CHECKING:
    from pydantic import TypeAdapter

#: More is no answer about anything that is kept here; it would only fill the memory.
_MOST_ITEMS = 10_000_000
_ROW_AND_FIELD = 3

R = TypeVar("R")


def _make_checker(kind: Any) -> "TypeAdapter[Any]":
    # Loaded at the first answer: importing the engine must not pay for pydantic's machinery.
    from pydantic import ConfigDict, TypeAdapter  # noqa: PLC0415

    return TypeAdapter(tuple[kind, ...], config=ConfigDict(strict=True, revalidate_instances="always"))


# Depends on the class alone and never changes, so tenants share nothing by it.
_checker: "Callable[[Any], TypeAdapter[Any]]" = cache(_make_checker)


def all_of(
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
            raise crash(wired, stage, "answered with a coroutine; its methods must be plain ones")
        return checked(kind, wired, stage, tuple(islice(got, most + 1)))

    return guarded(wired, stage, looked_at)


def checked(kind: type[R], wired: Wired[Any], stage: Stage, got: tuple[Any, ...]) -> tuple[R, ...]:
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
        raise crash(wired, stage, f"answered with something else than {kind.__name__} (at {place})") from None
    for one in made:
        if (where := _unwritable(one)) is not None:
            raise crash(wired, stage, f"gave a text or number that cannot be stored (at {where})")
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


def one_of(kind: type[R], wired: Wired[Any], stage: Stage, call: Callable[[], object]) -> R:
    """A single answer, held to the same."""
    (made,) = all_of(kind, wired, stage, lambda: (call(),))
    return made


def paired(
    wired: Wired[Any], stage: Stage, asked: Sequence[str], got: Sequence[R], key: Callable[[R], str]
) -> dict[str, R]:
    """Pair answers with questions; raises `PluginCrash` when one is missing, extra or doubled."""
    keys = list(map(key, got))
    if keys == asked and len(keyed := dict(zip(keys, got, strict=True))) == len(keys):
        return keyed
    wanted = set(asked)
    if len(keys) == len(wanted) and wanted == set(keys):
        return dict(zip(keys, got, strict=True))
    raise crash(wired, stage, f"answered {len(keys)} of {len(wanted)} items, or some twice or unasked,")


def _by_values(item: object) -> object:
    """A batch whose columns are in doubt, value by value, so that each of them is looked at; any other item as it is."""
    if isinstance(item, ChangeBatch) and isinstance(item.receivables, Columns):
        return replace(item, receivables=tuple(islice(item.receivables, _MOST_ITEMS)))
    return item
