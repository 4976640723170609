"""From a file's bytes to its rows, each with the line it begins on: streaming, and without ever losing a row.

A row that cannot be split into the header's columns is a `Row` with a ``problem``; it never takes its neighbours with it. A
quotation mark that is never closed, for example, costs the line it stands on and no other.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import IO, NamedTuple, overload

from dunningkit_csv.decoding import DAMAGED, garbled
from dunningkit_csv.ending import LastValues
from dunningkit_csv.files import reported
from dunningkit_csv.layout import LONGEST_LINE, Layout
from dunningkit_csv.xlsx import sheet_rows

#: A quoted field may span this many lines; beyond that a quotation mark was forgotten.
_MOST_LINES = 100
#: No more than about this is looked at together.
_MOST_CHARACTERS = 1 << 19
#: So many lines are read before looking at how long they are.
_FEW_LINES = 100


class Row(NamedTuple):
    """A row's cells and the line it begins on.

    With a ``problem`` the cells are those that are whole all the same, and ``text`` is the row as it is written, or what
    stands in the ``column`` that the problem is about. ``is_cut`` says that the file ends in the middle of the row,
    ``is_ended`` that a line end follows it.
    """

    line: int
    cells: list[str]
    problem: str = ""
    text: str = ""
    column: str = ""
    is_cut: bool = False
    is_ended: bool = True


class PlainRows(Sequence[Row]):
    """Rows that are whole and stand on one line each, one after the other; all their cells are stripped.

    Kept by ``columns``, each as long as there are rows.
    """

    def __init__(self, line: int, columns: list[list[str]]) -> None:
        self.line = line
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0])

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> "PlainRows": ...

    def __getitem__(self, index: int | slice) -> "Row | PlainRows":
        lines = range(self.line, self.line + len(self))
        if isinstance(index, slice):
            return PlainRows(lines[index].start, [column[index] for column in self.columns])
        return Row(lines[index], [column[index] for column in self.columns])


def read_rows(layout: Layout) -> Iterator[Row]:
    """Yield every row after the header that is not blank, in the file's order."""
    for rows in read_blocks(layout, lambda: 1):
        yield from rows


def read_blocks(layout: Layout, lines_wanted: Callable[[], int]) -> Iterator[Sequence[Row]]:
    """Yield the rows after the header that are not blank, those of about as many lines at a time as are wanted each time.

    Nearly all rows of a ledger are plain, and many of those are split at once; where there is one that is not, all of them
    are looked at one by one. A row may reach over its block's last line.
    """
    if layout.sheet:
        yield from ([row] for row in _sheet_rows(layout))
        return
    with reported(layout.path), layout.path.open(encoding=layout.encoding, errors=layout.errors, newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
        values = LastValues()
        rows = _split(lines, reader, layout, values)
        _skip_header(lines, layout.settings.skip_lines)
        while block := lines.take(lines_wanted()):
            # A last row that no line end follows may be cut, and is looked at by itself.
            plain = _plain(block, layout) if _ends(block) else None
            if plain is not None:
                values.add(plain[-1])
                yield PlainRows(lines.number + 1, plain)
                lines.number += len(block)
                continue
            lines.give_back(block)
            one_by_one = []
            while lines.were_given_back and (row := next(rows, None)) is not None:
                one_by_one.append(row)
            yield one_by_one


# -- workbooks -----------------------------------------------------------------------------------------------------


def _sheet_rows(layout: Layout) -> Iterator[Row]:
    width = len(layout.headers)
    with reported(layout.path):
        for line, cells, problem, position, formula in sheet_rows(
            layout.path, layout.settings, layout.sheet, layout.positions
        ):
            text = "; ".join(cell for cell in cells if cell)
            found = [*cells, *[""] * (width - len(cells))]
            if problem:
                yield Row(line, found[:width], problem, formula, layout.headers[position])
            elif not text.strip():
                continue
            elif any(cell for cell in found[width:]):
                yield Row(line, found[:width], _BEYOND, text)
            elif DAMAGED.search(text):
                yield Row(line, found[:width], _DAMAGED_ROW, text)
            else:
                yield Row(line, found[:width])


_BEYOND = "This row has a value beyond the last header. Take it away, or give its column a header."


# -- rows ----------------------------------------------------------------------------------------------------------


class _Unsplittable(Exception):
    """The row at hand cannot be split; the text says why."""


class _Lines:
    """A file's physical lines, which can be given back to be read again."""

    def __init__(self, file: IO[str]) -> None:
        self._readline = file.readline
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._next()
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            self._pass_over_rest()
            raise _Unsplittable("This line is too long to be a row of a ledger. Export the file again.")
        if len(self.taken) > _MOST_LINES:
            raise _Unsplittable(_UNCLOSED)
        return line

    def take(self, number: int) -> list[str]:
        """The next lines of the file, none at its end; they do not count before they are given back and read."""
        taken: list[str] = []
        room = _MOST_CHARACTERS
        while len(taken) < number and room > 0:
            more = list(islice(iter(self._next, ""), min(number - len(taken), _FEW_LINES)))
            if not more:
                break
            taken += more
            room -= sum(map(len, more))
        return taken

    def _next(self) -> str:
        return self._again.popleft() if self._again else self._readline(LONGEST_LINE)

    def give_back(self, lines: list[str]) -> None:
        """Let lines be read one by one."""
        self._again.extend(lines)

    @property
    def were_given_back(self) -> bool:
        """Whether there are lines to be read again."""
        return bool(self._again)

    def _pass_over_rest(self) -> None:
        while (more := self._next()) and more[-1] not in "\r\n":
            pass

    def keep_first(self) -> str:
        """Give all but the first line of this row back, and return that first one."""
        first, rest = self.taken[0], self.taken[1:]
        self._again.extendleft(reversed(rest))
        self.number -= len(rest)
        return first


_DAMAGED_ROW = (
    "This row holds damaged characters, or letters in another encoding than the rest of the file. Mend them at their source, "
    "or export the file again."
)
#: The problem of a file's last row when the file ends in the middle of it. What came after is missing, so such a reading
#: is not whole.
CUT_OFF = (
    "The file ends in the middle of this row: the export was cut off, and whatever came after is missing. Export the file "
    "again."
)
#: The same of a last row that is perhaps whole, but does not look it.
PERHAPS_CUT_OFF = (
    "No line end follows this last row of the file, and its last value is not written like those above it: the export was "
    "probably cut off here, and whatever came after is missing. Export the file again. If the row is whole, end its line: "
    "open the file in a text editor and press Enter after it."
)
_MIXED = (
    "A text in this row is written in another encoding than the file (Ã¤ instead of ä, for example): two systems have "
    "written into it. Mend the text at its source, or export the whole file in one encoding, best UTF-8."
)
#: The problem of a row that is no receivable, customer or payment but the sum of some.
SUM = "This is a sum under the list and no row of its own: nothing is lost. Leave it out of the export if you can."
#: The problem of a row that says what the first one says.
HEADERS_AGAIN = (
    "The headers stand here once more, as on a new page: nothing is lost. Leave them out of the export if you can."
)
_NO_COLUMNS = (
    "This line has no columns: it is a title, a page number or a footer, or the rest of a text that goes over two lines. If it "
    "belongs to a row, put that text in quotation marks at its source; otherwise leave the line out of the export."
)
_HALF_CHARACTER = re.compile("[\ud800-\udfff]\\Z")
#: How the rows of sums under a list begin; such a row has few columns, and often no line end.
_SUMS = frozenset(
    [
        *(
            "yhteensä",
            "kaikki yhteensä",
            "summa yhteensä",
            "yht",
            "yht.",
            "loppusumma",
            "summa",
            "välisumma",
            "osasumma",
        ),
        *("total", "totals", "grand total", "sum", "subtotal", "sub-total", "sub total"),
        *("totalt", "summa totalt", "slutsumma", "delsumma"),
    ]
)
_UNCLOSED = (
    "A quotation mark on this line is not closed, so its columns cannot be told apart. Remove or double the mark at its "
    "source."
)


def _skip_header(lines: _Lines, skip_lines: int) -> None:
    """Pass over what stands before the rows; `lay_out` has looked at it already."""
    while True:
        lines.taken.clear()
        try:
            line = next(lines)
        except StopIteration:
            return
        except _Unsplittable:
            continue
        if lines.number > skip_lines and line.strip("\r\n\ufeff \t"):
            return


def _plain(block: list[str], layout: Layout) -> list[list[str]] | None:
    """The lines' cells, stripped, by columns; ``None`` when not every line is a row beyond doubt."""
    text = "".join(block)
    if "\0" in text or max(map(len, block)) == LONGEST_LINE or not _is_writable(text) or _is_mixed(text, layout):
        return None
    columns: list[list[str]] = [[] for _ in layout.headers]
    for start in range(0, len(block), _FEW_LINES):
        lines = block[start : start + _FEW_LINES]
        try:
            rows = list(csv.reader(lines, delimiter=layout.delimiter, strict=True))
        except csv.Error:
            return None
        # As many rows as lines: none reaches over its line.
        if len(rows) != len(lines) or set(map(len, rows)) != {len(columns)}:
            return None
        # Many lists at once would set the garbage collector going, which costs more than the splitting.
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(cells)
    if not all(columns[0]):
        return None
    return columns if _is_tight(text, layout.delimiter) else [list(map(str.strip, column)) for column in columns]


def _is_writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_mixed(text: str, layout: Layout) -> bool:
    """Whether a part of the text is UTF-8 in a file that is not; when the settings name the encoding, that counts."""
    one_byte = layout.settings.encoding == "auto" and layout.encoding in ("cp1252", "iso-8859-15")
    return one_byte and not text.isascii() and garbled(layout.encoding).search(text) is not None


def _is_tight(text: str, delimiter: str) -> bool:
    """Whether no cell begins or ends with anything that is passed over; of such characters only the space is printable."""
    one_line = text.replace("\r", "").replace("\n", delimiter)
    return (
        '"' not in text
        and one_line.replace(delimiter, "").isprintable()
        and f" {delimiter}" not in one_line
        and f"{delimiter} " not in one_line
        and not one_line.startswith(" ")
    )


def _split(lines: _Lines, reader: "Iterator[list[str]]", layout: Layout, values: LastValues) -> Iterator[Row]:
    width, delimiter = len(layout.headers), layout.delimiter
    taken = lines.taken
    while True:
        taken.clear()
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _Unsplittable) as error:
            problem = str(error) if isinstance(error, _Unsplittable) else _unclosed(taken)
            yield _cut(line, lines.keep_first(), delimiter, problem)
            continue
        if len(taken) > 1 and _swallowed(taken, delimiter, width):
            yield _cut(line, lines.keep_first(), delimiter, _UNCLOSED)
            continue
        if len(cells) != width or not cells[0]:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != width:
                yield _ragged(lines, line, cells, layout)
                continue
        if problem := _damage("".join(taken), layout):
            yield Row(line, cells, problem, taken[0].rstrip("\r\n"), is_cut=problem == CUT_OFF)
        elif _ends(taken):
            values.add(cells[-1:])
            yield Row(line, cells)
        else:
            yield _last(line, cells, layout, taken[-1][-1], values)


def _damage(text: str, layout: Layout) -> str:
    """What is wrong with the characters of a row; empty when nothing is."""
    if _is_mixed(text, layout):
        return _MIXED
    if not DAMAGED.search(text):
        return ""
    return CUT_OFF if _HALF_CHARACTER.search(text) else _DAMAGED_ROW


def _last(line: int, cells: list[str], layout: Layout, last_sign: str, values: LastValues) -> Row:
    """A last row that no line end follows."""
    if last_sign == '"':  # a closed mark ends the cell as well as a line end does
        return Row(line, cells)
    if not is_sum(cells) and values.is_cut(cells):
        return Row(line, cells[:-1], PERHAPS_CUT_OFF, cells[-1].strip(), layout.headers[-1], is_cut=True)
    return Row(line, cells, is_ended=False)


def _swallowed(taken: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a text over several lines looks as if a forgotten mark had made it swallow rows of their own."""
    full = [line.count(delimiter) == width - 1 for line in taken]
    # The last line is also full when the text stands in the first column; then the first line holds nothing else.
    return any(full[1:-1]) or (full[-1] and taken[0].count(delimiter) >= width - 1)


def _cut(line: int, text: str, delimiter: str, problem: str) -> Row:
    # What stands before the first quotation mark is beyond doubt, but for the cell that the mark stands in.
    before = text.partition('"')[0].split(delimiter)[:-1]
    return Row(line, before, problem, text.rstrip("\r\n"), is_cut=problem == CUT_OFF)


def is_sum(cells: Sequence[str]) -> bool:
    """Whether a row is no receivable or payment but the sum under a list."""
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return first.rstrip(" :").casefold() in _SUMS


def _ends(taken: Sequence[str]) -> bool:
    return taken[-1][-1] in "\r\n"


def _unclosed(taken: Sequence[str]) -> str:
    return CUT_OFF if len(taken) == 1 and not _ends(taken) else _UNCLOSED


def _ragged(lines: _Lines, line: int, cells: list[str], layout: Layout) -> Row:
    if len(lines.taken) > 1:
        return _cut(line, lines.keep_first(), layout.delimiter, _UNCLOSED)
    if len(cells) < len(layout.headers) and not _ends(lines.taken) and not is_sum(cells):
        return Row(line, cells[:-1], CUT_OFF, lines.taken[0], is_cut=True)
    return Row(line, cells[:-1], _why_ragged(cells, layout), lines.taken[0].rstrip("\r\n"))


def _why_ragged(cells: list[str], layout: Layout) -> str:
    if is_sum(cells):
        return SUM
    if len(cells) == 1:
        return _NO_COLUMNS
    decimals = " An amount with a decimal comma needs quotation marks, too." if layout.delimiter == "," else ""
    return (
        f"This row has {len(cells)} columns and the header {len(layout.headers)}. It is cut off, or a text in it holds the "
        f"sign that separates columns: put that text in quotation marks at its source, or export the file again.{decimals}"
    )
