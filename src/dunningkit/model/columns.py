"""Many frozen values at once, a column for each field: for sources that bring hundreds of thousands."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import cache
from itertools import repeat
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class Columns(Sequence[T], Generic[T]):
    """A sequence of frozen values that is kept as one column for each field; the values are made when they are asked for.

    Equal to the tuple of the values, and taken wherever a batch takes one. Whoever stores a ledger by columns never needs the
    values: a frozen dataclass of thirty fields takes three microseconds to make and a kilobyte to keep. A field without a
    column has its default; the column of a field that is itself a frozen value, such as `Money`, may be ``Columns`` of it.

    For slots dataclasses without a ``__post_init__``. Raises ``TypeError`` for a field that is unknown or missing,
    ``ValueError`` for a column of another length.
    """

    __slots__ = ("_columns", "kind", "number")

    def __init__(self, kind: type[T], number: int, columns: Mapping[str, Sequence[object]]) -> None:
        slots, defaults = _slots(kind)
        wrong = columns.keys() - slots.keys() or slots.keys() - defaults.keys() - columns.keys()
        if wrong:
            raise TypeError(f"{kind.__name__} has other fields than were given: {', '.join(sorted(wrong))}")
        for name, column in columns.items():
            if len(column) != number:
                raise ValueError(f"the column {name} has another length than {number}")
        self.kind = kind
        self.number = number
        # Copied, so that whoever gave them cannot change them afterwards.
        self._columns = {
            name: column if isinstance(column, Columns) else tuple(column) for name, column in columns.items()
        }

    @property
    def given(self) -> Mapping[str, Sequence[object]]:
        """The columns that were given; every other field has its default throughout."""
        return self._columns

    def column(self, path: str) -> Sequence[Any]:
        """The values of one field, in order; ``open.currency`` looks into a field that is a value itself."""
        name, _, inner = path.partition(".")
        found = self._columns.get(name)
        if found is None:
            found = (_slots(self.kind)[1][name],) * self.number
        if not inner:
            return found
        return found.column(inner) if isinstance(found, Columns) else [getattr(one, inner) for one in found]

    def __len__(self) -> int:
        return self.number

    def __iter__(self) -> Iterator[T]:
        return iter(self._made())

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return tuple(self._made())[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tuple | Columns) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        # The values may be persons'; their class and number are enough to find them.
        return f"Columns({self.kind.__name__}, {self.number})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """As JSON it is the tuple of its values; read back it is that tuple."""
        from pydantic_core import core_schema  # noqa: PLC0415  # whoever asks has pydantic

        (item,) = source.__args__
        values = handler.generate_schema(tuple[item, ...])  # type: ignore[valid-type]  # a class
        return core_schema.union_schema(
            [
                core_schema.is_instance_schema(
                    cls,
                    serialization=core_schema.plain_serializer_function_ser_schema(tuple, return_schema=values),
                ),
                values,
            ]
        )

    def _made(self) -> list[T]:
        slots, defaults = _slots(self.kind)
        made: list[T] = [object.__new__(self.kind) for _ in repeat(None, self.number)]
        for name, put in slots.items():
            values = self._columns[name] if name in self._columns else repeat(defaults[name], self.number)
            deque(map(put, made, values), maxlen=0)
        return made


def _make_slots(kind: Any) -> tuple[dict[str, Any], dict[str, object]]:
    """How each field is put into an instance, and the default of each that has one."""
    defaults: dict[str, object] = {}
    for field in fields(kind):
        if field.default is not MISSING:
            defaults[field.name] = field.default
        elif field.default_factory is not MISSING:
            defaults[field.name] = field.default_factory()  # frozen, so all may share it
    return {field.name: getattr(kind, field.name).__set__ for field in fields(kind)}, defaults


# Depends on the class alone.
_slots: "Callable[[Any], tuple[dict[str, Any], dict[str, object]]]" = cache(_make_slots)
