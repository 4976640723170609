"""Whether values are, through and through, of exactly the classes that their annotations name."""

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from itertools import chain
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

_LEAVES = frozenset({str, int, bool, date, NoneType})


class _Plan(NamedTuple):
    """How a column of values of one annotation is looked at; no class is allowed where the annotation is not understood."""

    allowed: frozenset[type]
    item: Any = None
    fields: tuple[tuple[Callable[[Any], Any], Any], ...] = ()


def are_exact(annotation: Any, values: Sequence[object]) -> bool:
    """Whether every value is exactly what the annotation says, down to texts, numbers, days and enumerations.

    Such values need no other check and no copy: nothing in them is a subclass with a mind of its own, and a text in them can
    be written as UTF-8. ``False`` only says that this quick look does not know. Looks at a whole column at a time.
    """
    plan = _plan(annotation)
    if not plan.allowed.issuperset(map(type, values)):
        return False
    if str in plan.allowed and not _is_writable([text for text in values if type(text) is str]):
        return False
    if plan.item is not None:
        return are_exact(plan.item, list(chain.from_iterable(values)))  # type: ignore[arg-type]  # tuples, seen above
    if not plan.fields:
        return True
    present = values if NoneType not in plan.allowed else [value for value in values if value is not None]
    # Field by field: a tuple for each value would set the garbage collector going, which costs more than the look itself.
    return all(are_exact(hint, list(map(get, present))) for get, hint in plan.fields)


def _is_writable(texts: Sequence[str]) -> bool:
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


@cache
def _plan(annotation: Any) -> _Plan:
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    if all(part in _LEAVES or _is_enum(part) for part in parts):
        return _Plan(frozenset(parts))
    if get_origin(annotation) is tuple and get_args(annotation)[1:] == (...,):
        return _Plan(frozenset({tuple}), item=get_args(annotation)[0])
    made = [part for part in parts if part is not NoneType]
    if len(made) == 1 and is_dataclass(made[0]):
        hints = get_type_hints(made[0])
        looks = tuple((attrgetter(field.name), hints[field.name]) for field in fields(made[0]))
        return _Plan(frozenset(parts), fields=looks)
    return _Plan(frozenset())


def _is_enum(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Enum)
