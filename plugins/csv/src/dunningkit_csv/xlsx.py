"""From a workbook's sheet to rows of text, each cell as the person who looks at it in a spreadsheet sees it.

What a cell holds is known here, unlike in a text file: a day is a day and a number a number. They are written out the way
the file's settings say, so that the columns of a workbook are understood exactly like those of a text file.
"""

import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice, repeat
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from dunningkit.errors import ConfigError
from dunningkit_csv.config import FileSettings, is_date_field
from dunningkit_csv.parsing import date_writer

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

_ZIP = b"PK\x03\x04"
#: Of the container that old workbooks (.xls) and those with a password are kept in.
_OLE = b"\xd0\xcf\x11\xe0"
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_START = 512
#: A workbook's texts are held in memory, and a few kilobytes can be made to unpack into more than there is.
MOST_UNPACKED = 2 << 30
_BLOCK = 1 << 20
_BLOCK_ROWS = 500
_FORMULA = re.compile(b"<(?:[a-z]+:)?f[ >/]")
_LONGEST_TAG = 16
#: A spreadsheet's number holds no more digits than this; the rest of a longer one is lost.
_KEPT_DIGITS = 15
_UNCALCULATED = (
    "This is a formula that was never calculated, so its value is not known. Open the workbook in a spreadsheet and save it "
    "there."
)
#: How files begin that are no tables, and what to say of them.
_NO_TABLES = (
    *((start, "a web page or XML") for start in (b"<html", b"<!doctype", b"<table", b"<meta", b"<head", b"<?xml")),
    (b"%pdf", "a PDF"),
    (b"{", "JSON"),
    (b"[{", "JSON"),
)
_LEADING_ZEROS = re.compile("0{2,}")


class Sheet(NamedTuple):
    """The sheet that is read and what its columns are called."""

    name: str
    headers: Sequence[str]


class SheetRow(NamedTuple):
    """A row's number, its cells as texts, and why it cannot be taken, if so: because of which cell, and what it holds."""

    line: int
    cells: list[str]
    problem: str = ""
    position: int = 0
    formula: str = ""


def is_workbook(path: Path) -> bool:
    """Whether the file is a workbook, whatever it is called; raises `ConfigError` for one of an older kind."""
    with path.open("rb") as file:
        start = file.read(_START)
    suffix = path.suffix.lower()
    if why := _why_no_table(start, suffix):
        raise ConfigError(f"{path.name} {why} ({path})", path=str(path))
    return start.startswith(_ZIP)


def _why_no_table(start: bytes, suffix: str) -> str:
    if start.startswith(_OLE):
        return "is an old workbook or has a password. Save it as .xlsx without one, or as CSV."
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginning, what in _NO_TABLES:
        if text.startswith(beginning):
            return f"is {what}, whatever it is called, and no table. Export the list as .xlsx or as CSV."
    if start.startswith(_ZIP) and suffix == ".ods":
        return "is a workbook of another kind. Save it as .xlsx, or as CSV."
    if start and suffix in _WORKBOOKS and not start.startswith(_ZIP):
        return "is called a workbook and is none. If it is a text file, rename it to .csv; otherwise export it again."
    return ""


def open_sheet(path: Path, settings: FileSettings) -> Sheet:
    """Find the sheet and its headers; raises `ConfigError` when it is not there or has none."""
    with _opened(path) as book:
        name = _chosen(book, path, settings.sheet)
        rows = _texts(_cells(book, name), repeat(()), _Written(settings, {}))
        for row in islice(rows, settings.skip_lines, None):
            if any(cell.strip() for cell in row.cells):
                return Sheet(name, _without_empty_end(row.cells))
    raise ConfigError(
        f"The sheet {name!r} of {path.name} is empty: there is not even a row of headers. Name another one in the setting "
        f"sheet, or export it again. ({path})",
        path=str(path),
    )


def sheet_rows(path: Path, settings: FileSettings, name: str, positions: Mapping[str, int]) -> Iterator[SheetRow]:
    """Yield every row after the header, the empty ones too."""
    written = _Written(settings, positions)
    with _opened(path) as book, _formulas(path, name) as formulas:
        rows = _texts(_cells(book, name), formulas, written)
        for row in islice(rows, settings.skip_lines, None):
            if any(cell.strip() for cell in row.cells):
                break
        yield from rows


def first_rows(path: Path, settings: FileSettings, count: int) -> list[list[str]]:
    """The first rows of the sheet, whatever they are."""
    with _opened(path) as book:
        rows = _texts(_cells(book, _chosen(book, path, settings.sheet)), repeat(()), _Written(settings, {}))
        return [row.cells for row in islice(rows, count)]


def sheet_names(path: Path) -> tuple[str, ...]:
    """The sheets that are not hidden, in their order."""
    with _opened(path) as book:
        return _visible(book)


# -- opening -------------------------------------------------------------------------------------------------------


@contextmanager
def _opened(path: Path, *, values: bool = True) -> "Iterator[Workbook]":
    try:
        from openpyxl import load_workbook  # noqa: PLC0415  # an extra: only who reads workbooks needs it
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"{path.name} is a workbook, and reading those needs the extra 'xlsx': pip install openpyxl. Or save the sheet "
            f"as CSV. ({path})",
            path=str(path),
        ) from error
    with path.open("rb") as file:
        book = None
        try:
            _require_bearable(file, path)
            with _quiet():
                book = load_workbook(file, read_only=True, data_only=values, keep_links=False)
            yield book
        except (ConfigError, OSError, MemoryError):
            raise
        except Exception as error:
            # A damaged workbook breaks the library in as many ways as there are parts in it.
            raise ConfigError(
                f"{path.name} is a damaged workbook ({type(error).__name__}). Open it in a spreadsheet and save it again, or "
                f"export it again. ({path})",
                path=str(path),
            ) from error
        finally:
            if book is not None:
                book.close()


def _require_bearable(file: IO[bytes], path: Path) -> None:
    with zipfile.ZipFile(file) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
    if unpacked > MOST_UNPACKED:
        raise ConfigError(
            f"{path.name} holds {unpacked >> 20} MB when it is unpacked, more than a workbook of a ledger does. Export it as "
            f"CSV. ({path})",
            path=str(path),
        )
    file.seek(0)


@contextmanager
def _quiet() -> Iterator[None]:
    # The library warns of styles and extensions that make no difference to what is in the cells.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _visible(book: "Workbook") -> tuple[str, ...]:
    return tuple(sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible")


def _chosen(book: "Workbook", path: Path, setting: str | None) -> str:
    if setting is None:
        visible = _visible(book)
        if visible:
            return visible[0]
        raise ConfigError(
            f"{path.name} has no sheet that is not hidden. Name one in the setting sheet. ({path})", path=str(path)
        )
    there = [sheet.title for sheet in book.worksheets]
    if setting not in there:
        raise ConfigError(
            f"{path.name} has no sheet {setting!r}. Its sheets are: {', '.join(map(repr, there))}. Correct the setting sheet.",
            path=str(path),
        )
    return setting


# -- cells ---------------------------------------------------------------------------------------------------------


def _cells(book: "Workbook", name: str) -> Iterator[tuple[Any, ...]]:  # a cell is one of several kinds
    sheet = book[name]
    # Some programs write a wrong size, and what stands outside it would be passed over.
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()
    rows = sheet.iter_rows()
    while True:
        with _quiet():
            block = list(islice(rows, _BLOCK_ROWS))
        if not block:
            return
        yield from block


@contextmanager
def _formulas(path: Path, name: str) -> Iterator[Iterable[tuple[Any, ...]]]:
    """The same rows with formulas instead of their results; empty rows where the workbook has no formula at all."""
    if not _has_formulas(path):
        yield repeat(())
        return
    with _opened(path, values=False) as book:
        yield _cells(book, name)


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as parts:
        for part in parts.namelist():
            if part.startswith("xl/worksheets/"):
                with parts.open(part) as file:
                    if _holds_formula(file):
                        return True
    return False


def _holds_formula(file: IO[bytes]) -> bool:
    before = b""
    while block := file.read(_BLOCK):
        if _FORMULA.search(before + block):
            return True
        before = block[-_LONGEST_TAG:]
    return False


class _Written:
    """How values that are no texts are written: days by their column's format, numbers with the file's decimal sign."""

    def __init__(self, settings: FileSettings, positions: Mapping[str, int]) -> None:
        self.decimal = settings.decimal
        self.mapped = frozenset(positions.values())
        self._days: dict[int, Callable[[date], str]] = {
            position: date_writer(settings.date_formats.get(field, settings.date_format))
            for field, position in positions.items()
            if is_date_field(field)
        }

    def day(self, position: int, day: date) -> str:
        """A day as the column's format writes it."""
        write = self._days.get(position)
        return write(day) if write else day.isoformat()

    def number(self, value: float, number_format: str) -> str:
        """A number as it is seen: without the zeros of its storing, with the zeros of its format."""
        if "%" in number_format:
            return self._plain(float(f"{value * 100:.{_KEPT_DIGITS}g}")) + "%"
        if isinstance(value, int) and value >= 0 and _LEADING_ZEROS.fullmatch(number_format):
            return self._plain(value).zfill(len(number_format))
        return self._plain(value)

    def _plain(self, value: float) -> str:
        if value == int(value) and abs(value) < 10**_KEPT_DIGITS:
            return str(int(value))
        # The sign between keeps it from being taken for a whole number; an id written like this is refused.
        text = f"{value:.{_KEPT_DIGITS}g}" if abs(value) < 10**_KEPT_DIGITS else f"{value:.5E}"
        return text.replace(".", self.decimal)


def _texts(
    rows: Iterable[tuple[Any, ...]], formulas: Iterable[tuple[Any, ...]], written: _Written
) -> Iterator[SheetRow]:
    for line, (row, formula_row) in enumerate(zip(rows, formulas, strict=False), 1):
        cells = [_text(cell, position, written) for position, cell in enumerate(row)]
        yield SheetRow(line, cells, *_uncalculated(row, formula_row, written))


def _text(cell: Any, position: int, written: _Written) -> str:
    value = cell.value
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return written.number(value, cell.number_format or "")
    if isinstance(value, datetime):
        # A time of day takes nothing away from the day.
        return written.day(position, value.date())
    if isinstance(value, date):
        return written.day(position, value)
    return value.isoformat() if isinstance(value, time) else str(value)


def _uncalculated(
    row: tuple[Any, ...], formula_row: tuple[Any, ...], written: _Written
) -> tuple[()] | tuple[str, int, str]:
    for position, (cell, formula) in enumerate(zip(row, formula_row, strict=False)):
        # A result that is an empty text is one; no result at all is what programs leave that do not calculate.
        if position in written.mapped and formula.value is not None and cell.value is None and formula.data_type == "f":
            if cell.data_type == "str":
                continue
            return _UNCALCULATED, position, str(formula.value)
    return ()


def _without_empty_end(cells: Sequence[str]) -> list[str]:
    found = list(cells)
    while found and not found[-1].strip():
        found.pop()
    return found
