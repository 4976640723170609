"""Frozen values to JSON text and back, through pydantic, with one stable spelling per value."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")


def _make_adapter(kind: Any) -> "TypeAdapter[Any]":
    # Loaded when the first value is written: importing the engine must not pay for pydantic's machinery.
    from pydantic import TypeAdapter  # noqa: PLC0415

    return TypeAdapter(kind)


# Depends on the class alone and never changes: not state that two tenants could share in any sense that matters.
_adapter: "Callable[[Any], TypeAdapter[Any]]" = cache(_make_adapter)


def to_json(value: Any) -> str:
    """JSON text of a frozen value; equal values give equal text."""
    return _adapter(type(value)).dump_json(value).decode()


def from_json(kind: type[T], text: str | bytes) -> T:
    """The value that `to_json` wrote."""
    made: T = _adapter(kind).validate_json(text)
    return made


def many_to_json(kind: Any, values: Any) -> str:
    """JSON text of a tuple of values of ``kind``."""
    return _adapter(tuple[kind, ...]).dump_json(values).decode()


def many_from_json(kind: type[T], text: str | bytes) -> tuple[T, ...]:
    """The tuple that `many_to_json` wrote."""
    made: tuple[T, ...] = _adapter(tuple[kind, ...]).validate_json(text)  # type: ignore[valid-type]  # a run-time type
    return made
