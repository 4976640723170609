"""How a file turned out to be written, and which of its columns are which."""

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dunningkit.errors import ConfigError
from dunningkit_csv.config import FileSettings
from dunningkit_csv.decoding import find_encoding, shown
from dunningkit_csv.files import reported
from dunningkit_csv.xlsx import is_workbook, open_sheet

DELIMITERS = {";": ";", ",": ",", "tab": "\t", "|": "|"}
#: A line of more characters is not a row but another kind of file.
LONGEST_LINE = 1 << 20
_LONGEST_HEADERS = 100_000
_FOLLOWING, _FEWEST_ROWS = 20, 2


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

    @property
    def reads_every_column(self) -> bool:
        """Whether the settings name every column, so that a whole line holds nothing that is not to be looked at."""
        return len(set(self.positions.values())) == len(self.headers)

    def place(self, line: int) -> str:
        """Where a row stands, as the accountant finds it."""
        return f"{self.name} sheet {self.sheet} row {line}" if self.sheet else f"{self.name} line {line}"


def lay_out(path: Path, settings: FileSettings) -> Layout:
    """Find out how the file is written and where its columns are; raises `ConfigError` when it is not what was set."""
    wanted = settings.columns.model_dump(exclude_none=True)
    # Only deltas need to say what is gone: from a snapshot it is missing.
    optional = {"removed"} if settings.deltas is not None else set[str]()
    with reported(path):
        if is_workbook(path):
            sheet = open_sheet(path, settings)
            headers = tuple(_normal(header) for header in sheet.headers)
            return Layout(
                path,
                "",
                "",
                "",
                headers,
                _positions(path, headers, wanted, "", optional, settings.skip_lines),
                settings,
                sheet.name,
            )
        encoding, errors = find_encoding(path, settings.encoding)
        with path.open(encoding=encoding, errors=errors, newline="") as file:
            line = _first_line(file, settings.skip_lines)
            following = [file.readline(_LONGEST_HEADERS) for _ in range(_FOLLOWING)]
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
    if _all_end_in_a_sign(following, delimiter, len(headers)):
        headers = (*headers, "")
    return Layout(
        path,
        encoding,
        errors,
        delimiter,
        headers,
        _positions(path, headers, wanted, line, optional, settings.skip_lines),
        settings,
    )


def _all_end_in_a_sign(following: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether the first rows all have one column more than the header, with nothing in it: some systems end rows so."""
    rows = [_headers(line, delimiter) for line in following if line.strip()]
    return len(rows) >= _FEWEST_ROWS and all(len(row) == width + 1 and not row[-1] for row in rows)


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


def _first_line(file: IO[str], skip_lines: int) -> str:
    for _ in range(skip_lines):
        while (skipped := file.readline(LONGEST_LINE)) and skipped[-1] not in "\r\n":
            pass
    while line := file.readline(LONGEST_LINE):
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
    path: Path,
    headers: Sequence[str],
    wanted: Mapping[str, str],
    line: str,
    optional: AbstractSet[str],
    skipped: int,
) -> dict[str, int]:
    there = ", ".join(repr(header) for header in headers if header)
    few = len([header for header in headers if header]) < len(wanted)
    title = " If a title stands above the headers, set skip_lines." if few else ""
    if skipped:
        title = (
            f" Perhaps {skipped} is not the right number for skip_lines: it is how many lines stand above the headers."
        )
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
