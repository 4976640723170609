"""A row's cells by our names for them, each understood or refused with the column it stands in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dunningkit_csv.layout import Layout
from dunningkit_csv.parsing import LONGEST_ID, Parser, Unreadable, identifier, label, reference

#: What was understood of a row, by our name of the field; an empty cell is not in it.
Values = Mapping[str, Any]
#: Some of a row's cells, stripped.
Cellular = tuple[str, ...]


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


class Doubtful(Exception):
    """Some of many rows cannot be taken together with the others: they have to be looked at one by one."""


class _Meanings(dict[str, Any]):
    """What a column's texts mean, each understood once; raises `Doubtful` for one that cannot be."""

    def __init__(self, parse: Parser[Any], empty: object) -> None:
        super().__init__({"": empty})
        self._parse = parse
        self._empty = empty

    def __missing__(self, text: str) -> Any:
        if len(self) >= _MOST_MEANINGS:
            self.clear()
            self[""] = self._empty
        try:
            meaning = self[text] = self._parse(text)
        except Unreadable:
            raise Doubtful from None
        return meaning


_MOST_MEANINGS = 8192


class Cells:
    """Understands the mapped cells of one file's rows."""

    def __init__(self, layout: Layout, parsers: Mapping[str, Parser[Any]], required: Iterable[str]) -> None:
        self._required = must = frozenset(required)
        self._headers = {field: layout.headers[position] for field, position in layout.positions.items()}
        self._columns = tuple(
            (field, position, parsers[field], field in must)
            for field, position in layout.positions.items()
            if field in parsers
        )
        self._parsers = parsers
        self._meanings: dict[str, _Meanings] = {}
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

    def column(self, field: str, columns: Sequence[list[str]], *, empty: object = None) -> list[Any] | None:
        """What the cells of one of many stripped rows' columns mean; ``None`` where the file has no such column.

        An empty cell means ``empty``. Raises `Doubtful` when any of them is not understood, or is empty and must not be.
        """
        texts = self.texts(field, columns)
        if texts is None:
            return None
        parse = self._parsers[field]
        if parse is identifier or parse is reference:
            return _numbers(texts, parse, empty)
        if parse is label and _are_labels(texts):
            return texts
        if field not in self._meanings:
            self._meanings[field] = _Meanings(parse, empty)
        return list(map(self._meanings[field].__getitem__, texts))

    def texts(self, field: str, columns: Sequence[list[str]]) -> list[str] | None:
        """The cells of one of those columns, if the file has it. Raises `Doubtful` when one is empty and must not be."""
        if field not in self._positions:
            return None
        texts = columns[self._positions[field]]
        if field in self._required and not all(texts):
            raise Doubtful
        return texts

    def contents(self, columns: Sequence[list[str]]) -> "map[int]":
        """`content` of many rows."""
        return map(hash, zip(*(columns[position] for _, position, _, _ in self._columns), strict=True))

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


def _numbers(texts: list[str], parse: Parser[str], empty: object) -> list[Any]:
    """What many numbers mean, of which hardly any stands there twice; raises `Doubtful` when one is not understood."""
    if "".join(texts).isalnum() and max(map(len, texts)) <= LONGEST_ID:
        return texts if empty == "" or all(texts) else [text or empty for text in texts]
    try:
        return [parse(text) if text else empty for text in texts]
    except Unreadable:
        raise Doubtful from None


def _are_labels(texts: list[str]) -> bool:
    """Whether `label` leaves all these stripped texts as they are."""
    joined = "".join(texts)
    return joined.isprintable() and "  " not in joined and "#" not in joined
