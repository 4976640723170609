"""From a file's bytes to its rows, each with the line it begins on: streaming, and without ever losing a row.

A row that cannot be split into the header's columns is a `Row` with a ``problem``; it never takes its neighbours with it. A
quotation mark that is never closed, for example, costs the line it stands on and no other.
"""

import codecs
import csv
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple, overload

from dunningkit.errors import ConfigError, TransientError
from dunningkit_csv.config import FileSettings
from dunningkit_csv.xlsx import is_workbook, open_sheet, sheet_rows

DELIMITERS = {";": ";", ",": ",", "tab": "\t", "|": "|"}
_BLOCK = 1 << 20
_CP1252_ONLY = re.compile(b"[\x80-\x9f]")
#: A quoted field may span this many lines; beyond that a quotation mark was forgotten.
_MOST_LINES = 100
#: A line of more characters is not a row but another kind of file.
_LONGEST_LINE = 1 << 20
#: No more than about this is looked at together.
_MOST_CHARACTERS = 1 << 19
#: So many lines are read before looking at how long they are.
_FEW_LINES = 100
_LONGEST_HEADERS = 100_000
# NUL, or a byte that did not decode (kept as a lone surrogate): no database takes them and no person can read them.
_DAMAGED = re.compile("[\0\ud800-\udfff]")
_SHOWN = 200


class Row(NamedTuple):
    """A row's cells and the line it begins on.

    With a ``problem`` the cells are those that are whole all the same, and ``text`` is the row as it is written.
    """

    line: int
    cells: list[str]
    problem: str = ""
    text: str = ""


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
        lines = range(self.line, self.line + len(self))[index]
        if isinstance(lines, range):
            return PlainRows(lines.start, [column[index] for column in self.columns])  # type: ignore[misc]  # a slice
        return Row(lines, [column[index] for column in self.columns])  # type: ignore[misc]  # a number


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file turned out to be written: its encoding, its delimiter, and which column each header is."""

    path: Path
    encoding: str
    errors: str
    delimiter: str
    headers: tuple[str, ...]
    positions: Mapping[str, int]
    settings: FileSettings
    #: The sheet of a workbook; empty for a text file.
    sheet: str = ""

    @property
    def name(self) -> str:
        """The file's name as the accountant knows it."""
        return self.path.name

    def place(self, line: int) -> str:
        """Where a row stands, as the accountant finds it."""
        return f"{self.name} sheet {self.sheet} row {line}" if self.sheet else f"{self.name} line {line}"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells one state of a file from the next."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int


def fingerprint(path: Path) -> Fingerprint:
    """Take the file's fingerprint; raises `ConfigError` when there is no such file."""
    with reported(path):
        found = path.stat()
        return Fingerprint(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def lay_out(path: Path, settings: FileSettings) -> Layout:
    """Find out how the file is written and where its columns are; raises `ConfigError` when it is not what was set."""
    wanted = settings.columns.model_dump(exclude_none=True)  # type: ignore[attr-defined]  # every kind of file has some
    # Only deltas need to say what is gone: from a snapshot it is missing.
    optional = {"removed"} if settings.deltas is not None else set[str]()
    with reported(path):
        if is_workbook(path):
            sheet = open_sheet(path, settings)
            headers = tuple(_normal(header) for header in sheet.headers)
            return Layout(
                path, "", "", "", headers, _positions(path, headers, wanted, "", optional), settings, sheet.name
            )
        encoding, errors = find_encoding(path, settings.encoding)
        with path.open(encoding=encoding, errors=errors, newline="") as file:
            line = _first_line(file, settings.skip_lines)
    if not line:
        raise ConfigError(
            f"{path.name} is empty: there is not even a line of headers. Export it again. ({path})", path=str(path)
        )
    if len(line) >= _LONGEST_HEADERS:
        raise ConfigError(
            f"{path.name} is no table: its first line is endless. Export it again as CSV. ({path})", path=str(path)
        )
    delimiter = _delimiter(line, settings.delimiter, set(wanted.values()))
    headers = _headers(line, delimiter)
    return Layout(
        path, encoding, errors, delimiter, headers, _positions(path, headers, wanted, line, optional), settings
    )


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
        rows = _split(lines, reader, layout)
        _skip_header(lines, layout.settings.skip_lines)
        while block := lines.take(lines_wanted()):
            plain = _plain(block, layout)
            if plain is not None:
                yield PlainRows(lines.number + 1, plain)
                lines.number += len(block)
                continue
            lines.give_back(block)
            one_by_one = []
            while lines.were_given_back and (row := next(rows, None)) is not None:
                one_by_one.append(row)
            yield one_by_one


def first_lines(path: Path, setting: str, count: int) -> list[str]:
    """The first lines of a text file, in the encoding of its setting; raises `ConfigError`."""
    with reported(path):
        encoding, errors = find_encoding(path, setting)
        with path.open(encoding=encoding, errors=errors, newline="") as file:
            lines = [file.readline(_LONGEST_HEADERS).removeprefix("\ufeff") for _ in range(count)]
    return [line for line in lines if line]


def split_line(line: str, delimiter: str) -> list[str]:
    """The cells of one line by itself."""
    return list(_headers(line, delimiter))


def shown(text: str) -> str:
    """The text as it can be kept and shown to a person: not too long, and nothing in it that a database refuses."""
    clean = _DAMAGED.sub("\ufffd", text)
    return clean if len(clean) <= _SHOWN else clean[: _SHOWN - 1] + "…"


# -- errors --------------------------------------------------------------------------------------------------------


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn what the operating system says into what a host should do about it."""
    try:
        yield
    except FileNotFoundError as error:
        raise ConfigError(
            f"There is no file {path}. Export it from the ledger to that place, or correct the setting path.",
            path=str(path),
        ) from error
    except (IsADirectoryError, PermissionError) as error:
        raise ConfigError(
            f"The file {path} cannot be opened: {error.strerror}. Correct the setting path or the file's rights.",
            path=str(path),
        ) from error
    except UnicodeError as error:
        raise ConfigError(
            f"{path.name} is not written in the encoding of its setting, or is cut off in the middle of a character. "
            f"Set encoding to auto, or export the file again. ({path})",
            path=str(path),
        ) from error
    except OSError as error:
        raise TransientError(
            f"Reading {path} failed: {error.strerror or type(error).__name__}. It is tried again on the next run.",
            path=str(path),
        ) from error


# -- encoding ------------------------------------------------------------------------------------------------------


def find_encoding(path: Path, setting: str) -> tuple[str, str]:
    """The encoding of a text file by its setting, and what becomes of bytes that do not fit into it."""
    if setting != "auto":
        is_utf8 = codecs.lookup(setting).name in ("utf-8", "utf-8-sig")
        return ("utf-8-sig" if is_utf8 else setting), "strict"
    with path.open("rb") as file:
        start = file.read(_START)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", "strict"
        if unmarked := _utf16_without_mark(start):
            return unmarked, "strict"
        file.seek(0)
        if _is_utf8(file):
            # A last character that is cut off is the file's end missing, not another encoding: its row alone is damaged.
            return "utf-8-sig", "surrogateescape"
        file.seek(0)
        return ("iso-8859-15" if _has_latin_9_euro(file) else "cp1252"), "strict"


_START = 4096
_MOSTLY = 0.7


def _utf16_without_mark(start: bytes) -> str:
    """Which UTF-16 it is when every other byte is NUL, as in no other text; empty when it is none."""
    pairs = len(start) // 2
    low, high = start[0 : pairs * 2 : 2].count(0), start[1 : pairs * 2 : 2].count(0)
    if pairs and not low and high > pairs * _MOSTLY:
        return "utf-16-le"
    return "utf-16-be" if pairs and not high and low > pairs * _MOSTLY else ""


def _has_latin_9_euro(file: IO[bytes]) -> bool:
    """Whether the euro signs are ISO-8859-15's: cp1252 has them elsewhere, and texts use none of its signs at 80-9F."""
    found = False
    while block := file.read(_BLOCK):
        if _CP1252_ONLY.search(block):
            return False
        found = found or b"\xa4" in block
    return found


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


# -- headers -------------------------------------------------------------------------------------------------------


def _first_line(file: IO[str], skip_lines: int) -> str:
    for _ in range(skip_lines):
        while (skipped := file.readline(_LONGEST_LINE)) and skipped[-1] not in "\r\n":
            pass
    while line := file.readline(_LONGEST_LINE):
        if line.strip("\r\n\ufeff \t"):
            return line.removeprefix("\ufeff")
    return ""


def _delimiter(line: str, setting: str, wanted: set[str]) -> str:
    if setting != "auto":
        return DELIMITERS[setting]

    def fits(delimiter: str) -> tuple[int, int]:
        headers = _headers(line, delimiter)
        return len({_normal(header) for header in wanted} & set(headers)), len(headers)

    return max(DELIMITERS.values(), key=fits)


def _headers(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(_normal(cell) for row in csv.reader([line], delimiter=delimiter) for cell in row)
    except csv.Error:
        # What stands there is no list of headers; that none of them is found says the rest.
        return (line.strip(),)


def _normal(header: str) -> str:
    # Some systems write ä as one character and some as two.
    return unicodedata.normalize("NFC", header).strip()


def _positions(
    path: Path, headers: Sequence[str], wanted: Mapping[str, str], line: str, optional: AbstractSet[str]
) -> dict[str, int]:
    there = ", ".join(repr(header) for header in headers if header)
    few = len([header for header in headers if header]) < len(wanted)
    title = " If a title stands above the headers, set skip_lines." if few else ""
    for field, header in wanted.items():
        count = headers.count(_normal(header))
        if count == 0 and field in optional:
            continue
        if count == 0:
            damaged = " The file looks like UTF-16 without a mark: set encoding to utf-16-le." if "\0" in line else ""
            raise ConfigError(
                f"{path.name} has no column {header!r} (columns.{field}). Its columns are: {shown(there)}.{damaged}{title} "
                "Correct the setting, or export the file with that column.",
                path=str(path),
                header=header,
            )
        if count > 1:
            raise ConfigError(
                f"{path.name} has {count} columns named {header!r} (columns.{field}); which one is meant cannot be "
                "known. Rename one of them.",
                path=str(path),
                header=header,
            )
    return {field: headers.index(_normal(header)) for field, header in wanted.items() if _normal(header) in headers}


# -- workbooks -----------------------------------------------------------------------------------------------------


def _sheet_rows(layout: Layout) -> Iterator[Row]:
    width = len(layout.headers)
    with reported(layout.path):
        for line, cells, problem in sheet_rows(layout.path, layout.settings, layout.sheet, layout.positions):
            text = "; ".join(cell for cell in cells if cell)
            found = [*cells, *[""] * (width - len(cells))]
            if problem:
                yield Row(line, found[:width], problem, text)
            elif not text.strip():
                continue
            elif any(cell for cell in found[width:]):
                yield Row(line, found[:width], _BEYOND, text)
            elif _DAMAGED.search(text):
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
        if len(line) == _LONGEST_LINE and line[-1] not in "\r\n":
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
        return self._again.popleft() if self._again else self._readline(_LONGEST_LINE)

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


_DAMAGED_ROW = "This row holds damaged characters. Export the file again."
#: The problem of a file's last row when the file ends in the middle of it. What came after is missing, so such a reading
#: is not whole.
CUT_OFF = (
    "The file ends in the middle of this row: the export was cut off, and whatever came after is missing. Export the file "
    "again."
)
_HALF_CHARACTER = re.compile("[\ud800-\udfff]\\Z")
#: How the rows of sums under a list begin; such a row has few columns, and often no line end.
_SUMS = ("yhteensä", "kaikki yhteensä", "loppusumma", "summa", "total", "grand total", "sum", "totalt", "slutsumma")
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
    if "\0" in text or max(map(len, block)) == _LONGEST_LINE or not _is_writable(text):
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


def _split(lines: _Lines, reader: "Iterator[list[str]]", layout: Layout) -> Iterator[Row]:
    damaged, width, delimiter = _DAMAGED.search, len(layout.headers), layout.delimiter
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
        if damaged("".join(taken)):
            problem = CUT_OFF if _HALF_CHARACTER.search(taken[-1]) else _DAMAGED_ROW
            yield Row(line, cells, problem, taken[0].rstrip("\r\n"))
        else:
            yield Row(line, cells)


def _swallowed(taken: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a text over several lines looks as if a forgotten mark had made it swallow rows of their own."""
    full = [line.count(delimiter) == width - 1 for line in taken]
    # The last line is also full when the text stands in the first column; then the first line holds nothing else.
    return any(full[1:-1]) or (full[-1] and taken[0].count(delimiter) >= width - 1)


def _cut(line: int, text: str, delimiter: str, problem: str) -> Row:
    # What stands before the first quotation mark is beyond doubt, but for the cell that the mark stands in.
    return Row(line, text.partition('"')[0].split(delimiter)[:-1], problem, text.rstrip("\r\n"))


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
        return Row(line, cells[:-1], CUT_OFF, lines.taken[0])
    problem = (
        f"This row has {len(cells)} columns and the header {len(layout.headers)}. It is cut off, or a text in it holds the "
        "sign that separates columns: put that text in quotation marks at its source, or export the file again."
    )
    return Row(line, cells[:-1], problem, lines.taken[0].rstrip("\r\n"))
