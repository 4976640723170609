"""A row's cells by our names for them, each understood or refused with the column it stands in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dunningkit_csv.parsing import Parser, Unreadable
from dunningkit_csv.reading import Layout

#: What was understood of a row, by our name of the field; an empty cell is not in it.
Values = Mapping[str, Any]


class Refused(Exception):
    """A row that cannot be taken: the column, what stands in it, and a sentence that says why and what to do.

    ``doubtful`` is false when what the row is about is beyond doubt all the same, because an identical row was taken.
    """

    def __init__(self, reason: str, *, column: str = "", value: str = "", doubtful: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column
        self.value = value
        self.doubtful = doubtful


class Cells:
    """Understands the mapped cells of one file's rows."""

    def __init__(self, layout: Layout, parsers: Mapping[str, Parser[Any]], required: Iterable[str]) -> None:
        must = frozenset(required)
        self._headers = {field: layout.headers[position] for field, position in layout.positions.items()}
        self._columns = tuple(
            (field, position, parsers[field], field in must) for field, position in layout.positions.items()
        )
        self._parsers = parsers
        self._positions = layout.positions

    def understand(self, cells: Sequence[str]) -> dict[str, Any]:
        """Understand every mapped cell that is not empty; raises `Refused` at the first that cannot be."""
        found: dict[str, Any] = {}
        for field, position, parse, required in self._columns:
            text = cells[position].strip()
            if text:
                try:
                    found[field] = parse(text)
                except Unreadable as error:
                    raise self.refusal(field, text, error.reason) from None
            elif required:
                raise self.refusal(
                    field,
                    "",
                    "This is empty, and nothing can be done without it. Fill it in, or leave out a total row.",
                )
        return found

    def one(self, field: str, cells: Sequence[str]) -> Any:  # as many types as there are parsers
        """What one cell says by itself, or ``None`` when it is not there, empty or not understood."""
        position = self._positions.get(field, len(cells))
        text = cells[position].strip() if position < len(cells) else ""
        try:
            return self._parsers[field](text) if text else None
        except Unreadable:
            return None

    def is_empty(self, field: str, cells: Sequence[str]) -> bool:
        """Whether the field's cell is missing or holds nothing."""
        position = self._positions.get(field, len(cells))
        return position >= len(cells) or not cells[position].strip()

    def content(self, cells: Sequence[str]) -> int:
        """A number that is the same for rows whose mapped cells are the same, within one process."""
        return hash(tuple([cells[position].strip() for _, position, _, _ in self._columns]))

    def has(self, field: str) -> bool:
        """Whether the file has a column for the field."""
        return field in self._positions

    def refusal(self, field: str, text: str, reason: str) -> Refused:
        """A refusal that names the field's column as the file does."""
        return Refused(reason, column=self._headers[field], value=text)
