"""Whether values are, through and through, of exactly the classes that their annotations name.

Looking at every part of every answer has to cost less than a microsecond a value, so the look is written out once for each
class, as `dataclasses` does for ``__init__``: plain attribute reads and type comparisons, which the interpreter specialises.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from dunningkit.model.columns import Columns

#: Databases keep whole numbers in 64 bits.
_BEYOND = 1 << 63
#: Below this the interpreter compares without calling anything.
_SMALL = 1 << 30
_ONE_OR_NONE = 2
_LEAVES = frozenset({str, int, bool, bytes, date, NoneType})

#: Looks at the values of a column and adds every text in them to a list.
_Look = Callable[[Iterable[object], list[str]], bool]


def are_exact(annotation: Any, values: Sequence[object]) -> bool:
    """Whether every value is exactly what the annotation says, down to texts, numbers, days and enumerations.

    Such values need no other check and no copy: nothing in them is a subclass with a mind of its own, and every text and
    number in them can be stored. ``False`` only says that this quick look does not know.
    """
    texts: list[str] = []
    return _look(annotation)(values, texts) and are_writable(texts)


def _are_exact_columns(kind: Any, columns: "Columns[Any]", texts: list[str]) -> bool:
    """The same for values that are kept by columns; defaults are the class's own."""
    if columns.kind is not kind:
        return False
    hints = get_type_hints(kind)
    return all(
        _are_exact_columns(hints[name], column, texts)
        if isinstance(column, Columns)
        else _look(hints[name])(column, texts)
        for name, column in columns.given.items()
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
        return None if -_BEYOND <= value < _BEYOND else ()
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


@dataclass
class _Writer:
    """The text of one look while it is written; ``names`` are the classes that it mentions."""

    names: dict[str, object] = field(default_factory=dict)
    variables: int = 0

    def kind(self, kind: object) -> str:
        """The name by which the text mentions a class."""
        name = next((name for name, known in self.names.items() if known is kind), f"K{len(self.names)}")
        self.names[name] = kind
        return name

    def variable(self) -> str:
        """A name that the text has not used yet."""
        self.variables += 1
        return f"v{self.variables}"

    def part(self, annotation: Any, value: str) -> Iterator[str]:
        """The lines that leave with ``False`` unless the variable ``value`` is what the annotation says."""
        parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
        if all(part in _LEAVES or _is_enum(part) for part in parts):
            yield from self._leaf(parts, value)
        elif len(parts) == _ONE_OR_NONE and NoneType in parts:
            yield f"if {value} is not None:"
            yield from _indented(self.part(next(one for one in parts if one is not NoneType), value))
        elif any(get_origin(part) is Columns for part in parts):
            yield from self._batch(parts, value)
        elif all(map(is_dataclass, parts)):
            yield from self._one_of(parts, value)
        elif len(parts) == 1:
            yield from self._made_of_parts(parts[0], value)
        else:
            yield "return False"  # an annotation that is not understood

    def _leaf(self, parts: tuple[Any, ...], value: str) -> Iterator[str]:
        branch = "if"
        for part in parts:
            if part in (str, int):
                yield f"{branch} type({value}) is {self.kind(part)}:"
                small, stored = f"-{_SMALL} < {value} < {_SMALL}", f"-{_BEYOND} <= {value} < {_BEYOND}"
                yield f"    texts.append({value})" if part is str else f"    if not ({small} or {stored}): return False"
                branch = "elif"
        others = [part for part in parts if part not in (str, int)]
        unlike = " and ".join(f"type({value}) is not {self.kind(part)}" for part in others)
        if unlike:
            yield f"{branch} {unlike}: return False"
        else:
            yield "else: return False"

    def _batch(self, parts: tuple[Any, ...], value: str) -> Iterator[str]:
        """A batch's values, by columns or as a tuple."""
        kind = next(get_args(part)[0] for part in parts if get_origin(part) is Columns)
        yield f"if type({value}) is {self.kind(Columns)}:"
        yield f"    if not {self.kind(_are_exact_columns)}({self.kind(kind)}, {value}, texts): return False"
        yield "else:"
        yield from _indented(self._made_of_parts(tuple[kind, ...], value))  # type: ignore[valid-type]  # a class

    def _one_of(self, kinds: tuple[Any, ...], value: str) -> Iterator[str]:
        """One of our own classes, field by field."""
        branch = "if"
        for kind in kinds:
            yield f"{branch} type({value}) is {self.kind(kind)}:"
            hints = get_type_hints(kind)
            for own in fields(kind):
                one = self.variable()
                yield f"    {one} = {value}.{own.name}"
                yield from _indented(self.part(hints[own.name], one))
            branch = "elif"
        yield "else: return False"

    def _made_of_parts(self, part: Any, value: str) -> Iterator[str]:
        if get_origin(part) is tuple and get_args(part)[1:] == (...,):
            one = self.variable()
            yield f"if type({value}) is not {self.kind(tuple)}: return False"
            yield f"for {one} in {value}:"
            yield from _indented(self.part(get_args(part)[0], one))
        elif get_origin(part) is Mapping:
            key, one = self.variable(), self.variable()
            yield f"if type({value}) is not {self.kind(dict)}: return False"
            yield f"for {key}, {one} in {value}.items():"
            for name, of_it in zip((key, one), get_args(part), strict=True):
                yield from _indented(self.part(of_it, name))
        else:
            yield "return False"


@cache
def _look(annotation: Any) -> _Look:
    writer = _Writer()
    value = writer.variable()
    within = tuple(_indented(_indented(writer.part(annotation, value))))
    head = ("def look(values, texts):", f"    for {value} in values:")
    made: dict[str, Any] = dict(writer.names)
    exec("\n".join((*head, *within, "    return True")), made)  # noqa: S102  # only names of our own classes' fields are in it
    look: _Look = made["look"]
    return look


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)


def _is_enum(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Enum)
