"""Lists as CSV files that a person opens in a spreadsheet: nothing in a cell is ever run as a formula.

A cell that a spreadsheet would calculate gets an apostrophe before it, as OWASP advises against CSV injection
(https://owasp.org/www-community/attacks/CSV_Injection): what a customer wrote must stay a text on the accountant's screen.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from dunningkit.errors import SettingsError

#: What makes a spreadsheet calculate a cell, in half and full width.
_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: Control characters that some spreadsheets take off the front before they look.
_CONTROLS = ("\t", "\r", "\n", "\0")
_PLAIN_NEGATIVE = re.compile(r"-[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?|-[0-9]+(?:[.,][0-9]+)?")


def spreadsheet_cell(value: object) -> str:
    """The value as a text that no spreadsheet calculates; ``None`` is empty, and a plain negative number stays a number."""
    text = "" if value is None else str(value)
    if not text or _PLAIN_NEGATIVE.fullmatch(text):
        return text
    # Spaces before the sign keep most spreadsheets from calculating, but not all of them.
    return f"'{text}" if text.startswith(_CONTROLS) or text.lstrip().startswith(_STARTS) else text


def spreadsheet_rows(rows: Iterable[Sequence[object]]) -> Iterator[list[str]]:
    """Every row with its cells as `spreadsheet_cell` makes them."""
    return ([spreadsheet_cell(value) for value in row] for row in rows)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], *, overwrite: bool = False) -> int:
    """Write a list for a spreadsheet and return how many rows it has: semicolons, UTF-8 with a mark, every cell quoted.

    The folder is made when missing. Raises `SettingsError` when the file is there already and ``overwrite`` is not said, or
    when it cannot be written.
    """
    count = 0
    try:
        if not path.parent.exists():
            path.parent.mkdir(parents=True)
        with path.open("w" if overwrite else "x", encoding="utf-8-sig", errors="replace", newline="") as file:
            # Quoted throughout: a sign that separates columns elsewhere must not begin a cell of its own.
            writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
            for row in spreadsheet_rows([header]):
                writer.writerow(row)
            for count, row in enumerate(spreadsheet_rows(rows), 1):  # noqa: B007  # the last number is how many there are
                writer.writerow(row)
    except FileExistsError as error:
        if not path.is_file():
            raise SettingsError(
                f"{path} cannot be written: a part of it is no folder.", path=str(path), what="unwritten"
            ) from error
        raise SettingsError(
            f"{path} is there already and was left as it is. Name another file, or say --overwrite.",
            path=str(path),
            what="kept",
        ) from error
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written: {error.strerror}. Name a place that can be written to.",
            path=str(path),
            what="unwritten",
        ) from error
    return count
