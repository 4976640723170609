"""Whether values are, through and through, of exactly the classes that their annotations name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache, partial
from itertools import chain
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from dunningkit.model.columns import Columns

#: Databases keep whole numbers in 64 bits.
_BEYOND = 1 << 63
_LEAVES = frozenset({str, int, bool, bytes, date, NoneType})


class _Plan(NamedTuple):
    """How a column of values of one annotation is looked at; no class is allowed where the annotation is not understood."""

    allowed: frozenset[type]
    inner: tuple[tuple[Callable[[Any], Iterable[object]], Any], ...] = ()
    columns: Any = None


def are_exact(annotation: Any, values: Sequence[object]) -> bool:
    """Whether every value is exactly what the annotation says, down to texts, numbers, days and enumerations.

    Such values need no other check and no copy: nothing in them is a subclass with a mind of its own, and every text and
    number in them can be stored. ``False`` only says that this quick look does not know. Looks at a whole column at a time.
    """
    plan = _plan(annotation)
    if plan.columns is not None:
        # A batch's values, as a tuple or by columns.
        by_columns = [value for value in values if type(value) is Columns]
        others = [value for value in values if type(value) is not Columns]
        kind = plan.columns
        return all(_are_exact_columns(kind, one) for one in by_columns) and are_exact(tuple[kind, ...], others)  # type: ignore[valid-type]  # a class
    if not plan.allowed.issuperset(map(type, values)):
        return False
    if not _can_be_stored(plan, values):
        return False
    if not plan.inner:
        return True
    present = values if NoneType not in plan.allowed else [value for value in values if value is not None]
    # Part by part: a tuple for each value would set the garbage collector going, which costs more than the look itself.
    return all(_are_exact_parts(hint, part_of(present)) for part_of, hint in plan.inner)


def _are_exact_parts(annotation: Any, parts: Iterable[object]) -> bool:
    plan = _plan(annotation)
    if plan.inner or plan.columns is not None or not plan.allowed.isdisjoint((str, int)):
        return are_exact(annotation, list(parts))
    return plan.allowed.issuperset(map(type, parts))  # looked at once, so no list is made of them


def _are_exact_columns(kind: Any, columns: "Columns[Any]") -> bool:
    """The same for values that are kept by columns; defaults are the class's own."""
    if columns.kind is not kind:
        return False
    hints = get_type_hints(kind)
    return all(
        _are_exact_columns(hints[name], column) if isinstance(column, Columns) else are_exact(hints[name], column)
        for name, column in columns.given.items()
    )


def _texts_in(values: Iterable[Any], allowed: frozenset[type]) -> Iterable[str]:
    if allowed <= {str, NoneType}:
        return filter(None, values)
    return [value for value in values if type(value) is str]


def _can_be_stored(plan: _Plan, values: Sequence[object]) -> bool:
    return (str not in plan.allowed or are_writable(_texts_in(values, plan.allowed))) and (
        int not in plan.allowed or _are_storable(_numbers_in(values, plan.allowed))
    )


def are_writable(texts: Iterable[str]) -> bool:
    """Whether every text can be stored: as UTF-8, and without the character that some databases take for its end."""
    joined = "".join(texts)
    try:
        joined.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in joined


def unwritable_at(value: object) -> tuple[str, ...] | None:
    """The way to the first text or number within a value that cannot be stored, by field and position; ``None`` without one."""
    if isinstance(value, str):
        return None if are_writable((value,)) else ()
    if isinstance(value, int):
        return None if _are_storable((value,)) else ()
    for name, part in _parts(value):
        if (inner := unwritable_at(part)) is not None:
            return (str(name), *inner)
    return None


def _parts(value: object) -> Iterable[tuple[object, object]]:
    if is_dataclass(value):
        return ((field.name, getattr(value, field.name)) for field in fields(value))
    if isinstance(value, Mapping):
        return value.items()
    return enumerate(value) if isinstance(value, tuple | frozenset | Columns) else ()


def _numbers_in(values: Iterable[Any], allowed: frozenset[type]) -> Iterable[int]:
    if allowed <= {int, NoneType}:
        return filter(None, values)  # without zeros, too, which can be stored
    return [value for value in values if type(value) is int]


def _are_storable(numbers: Iterable[int]) -> bool:
    unlike = set(numbers)
    return not unlike or (min(unlike) >= -_BEYOND and max(unlike) < _BEYOND)


@cache
def _plan(annotation: Any) -> _Plan:
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    if all(part in _LEAVES or _is_enum(part) for part in parts):
        return _Plan(frozenset(parts))
    if get_origin(annotation) is tuple and get_args(annotation)[1:] == (...,):
        return _Plan(frozenset({tuple}), ((chain.from_iterable, get_args(annotation)[0]),))
    if get_origin(annotation) is Mapping:
        of_keys, of_values = get_args(annotation)
        return _Plan(frozenset({dict}), ((chain.from_iterable, of_keys), (_values_in, of_values)))
    kept = next((get_args(part)[0] for part in parts if get_origin(part) is Columns), None)
    if kept is not None:
        return _Plan(frozenset(), columns=kept)
    made = [part for part in parts if part is not NoneType]
    if len(made) == 1 and is_dataclass(made[0]):
        hints = get_type_hints(made[0])
        looks = tuple((partial(map, attrgetter(field.name)), hints[field.name]) for field in fields(made[0]))
        return _Plan(frozenset(parts), looks)
    return _Plan(frozenset())


def _values_in(mappings: Iterable[dict[Any, object]]) -> Iterable[object]:
    return chain.from_iterable(map(dict.values, mappings))


def _is_enum(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Enum)
