"""Writing a table that a spreadsheet opens: what stands in a cell is shown there and never run."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

#: How a spreadsheet recognises a formula, and the two characters it skips on the way to one.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a header and rows as UTF-8 with a byte order mark, separated by semicolons; returns how many rows there were.

    The folder is made when missing. Texts that a spreadsheet would run as a formula get an apostrophe before them; numbers
    stay numbers, ``None`` is an empty cell.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    # The mark makes spreadsheets read the letters right; they separate by semicolons where the decimal mark is a comma.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([_cell(value) for value in header])
        for row in rows:
            writer.writerow([_cell(value) for value in row])
            count += 1
    return count


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return f"'{value}"
    return "" if value is None else value
