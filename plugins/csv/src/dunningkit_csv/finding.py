"""What one file is: where its headers stand, whose rows it holds, and what is odd about them."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from dunningkit_csv import guess, words
from dunningkit_csv.assigning import find_signs, map_columns
from dunningkit_csv.config import (
    MOST_SKIPPED_LINES,
    UnmappedFile,
)
from dunningkit_csv.decoding import shown
from dunningkit_csv.files import reported
from dunningkit_csv.found import Asked, Found
from dunningkit_csv.guess import Column
from dunningkit_csv.layout import DELIMITERS, first_lines, lay_out, split_line
from dunningkit_csv.reading import is_sum, read_rows
from dunningkit_csv.xlsx import first_rows, is_workbook, sheet_names

_TOP = MOST_SKIPPED_LINES + 20
_SHOWN_ROWS = 3
_FEWEST_HEADERS = 2


def look_at(path: Path, asked: Asked) -> Found:
    """Look at one file whole; what only a person can say is among its questions. Raises `ConfigError`."""
    settings = UnmappedFile(path=path, encoding=asked.encoding, sheet=asked.sheet)
    with reported(path):
        settings = settings.model_copy(update={"sheet": _sheet_of(path, settings)})
        top, delimiter = _top_of(path, settings, asked)
    skip_lines = _lines_above(top) if asked.skip_lines is None else asked.skip_lines
    layout = lay_out(path, settings.model_copy(update={"skip_lines": skip_lines, "delimiter": delimiter}))
    columns = [Column(position, header) for position, header in enumerate(layout.headers)]
    found = Found(layout, "", columns, {})
    last = _look_at_rows(found)
    if layout.sheet:
        for column in columns:
            column.let_texts_decide()
    ignored = set(map(words.key, asked.ignored))
    usable = [column for column in _usable(found) if words.key(column.header) not in ignored]
    found.kind = asked.kinds.get(path.name, asked.kinds.get("", "")) or guess.likely_kind(usable)
    if question := _wrong_lines(found, top, asked) or _no_headers(found, asked):
        found.questions.append(question)
        return found
    map_columns(found, usable, asked)
    find_signs(found, asked)
    _note(found, last)
    return found


def _sheet_of(path: Path, settings: UnmappedFile) -> str | None:
    """The sheet to read: the first one, unless only another one has headers that are known."""
    if settings.sheet is not None or not is_workbook(path):
        return settings.sheet
    known = {
        name: max(map(_known_headers, first_rows(path, settings.model_copy(update={"sheet": name}), _TOP)), default=0)
        for name in sheet_names(path)
    }
    if not known or known[next(iter(known))] >= _FEWEST_HEADERS:
        return None
    best = max(known, key=lambda name: known[name])
    return best if known[best] >= _FEWEST_HEADERS else None


def _wrong_lines(found: Found, top: Sequence[Sequence[str]], asked: Asked) -> str:
    """What to say where a person skips another number of lines than stand above headers that are known."""
    right = _lines_above(top)
    if asked.skip_lines is None or _known_headers(found.layout.headers) >= _FEWEST_HEADERS or right >= len(top):
        return ""
    known = [cell.strip() for cell in top[right] if words.is_known(cell)]
    if len(known) < _FEWEST_HEADERS:
        return ""
    return (
        f"Do the headers of {found.name} stand on line {right + 1}, with {', '.join(map(repr, known[:3]))}? After --skip-lines "
        f"{asked.skip_lines} they would be {shown(', '.join(map(repr, filter(None, found.layout.headers))))}. Say "
        f"--skip-lines {right}, or leave the option out."
    )


def _no_headers(found: Found, asked: Asked) -> str:
    """What to say where a row stands in the place of the headers."""
    headers = [header for header in found.layout.headers if header]
    if asked.columns or _known_headers(headers) or not any(map(guess.is_no_header, headers)):
        return ""
    return (
        f"Where are the headers of {found.name}? The line that should hold them is a row: "
        f"{shown(', '.join(map(repr, headers)))}. Export the file with a line of headers, or write one above the rows."
    )


def _top_of(path: Path, settings: UnmappedFile, asked: Asked) -> tuple[list[list[str]], str]:
    if is_workbook(path):
        return first_rows(path, settings, _TOP), "auto"
    lines = first_lines(path, settings.encoding, _TOP)
    names = list(DELIMITERS) if asked.delimiter == "auto" else [asked.delimiter]
    tops = {name: [split_line(line, DELIMITERS[name]) for line in lines] for name in names}
    return max(((top, name) for name, top in tops.items()), key=lambda made: _tableness(made[0]))


def _tableness(top: Sequence[Sequence[str]]) -> tuple[int, int, int]:
    """How much these rows look like a table: headers that are known, rows of one width, and how wide they are."""
    widths = Counter(len(row) for row in top if len(row) > 1)
    width, count = widths.most_common(1)[0] if widths else (1, 0)
    return max((_known_headers(row) for row in top), default=0), count, width


def _known_headers(row: Sequence[str]) -> int:
    return sum(words.is_known(cell) for cell in row if cell)


def _lines_above(top: Sequence[Sequence[str]]) -> int:
    """How many lines stand above the headers: the row with the most known ones, else the first as wide as most rows."""
    known = [_known_headers(row) for row in top]
    if known and max(known) >= _FEWEST_HEADERS:
        line = known.index(max(known))
    else:
        filled = [sum(bool(cell.strip()) for cell in row) for row in top]
        widths = Counter(len(row) for row, count in zip(top, filled, strict=True) if count > 1)
        width = widths.most_common(1)[0][0] if widths else 0
        line = next((n for n, row in enumerate(top) if len(row) == width and filled[n] > 1), 0)
    above = top[:line]
    return min(line, MOST_SKIPPED_LINES) if any(cell.strip() for row in above for cell in row) else 0


def _look_at_rows(found: Found) -> Sequence[str]:
    last: Sequence[str] = ()
    for row in read_rows(found.layout):
        found.rows += 1
        last = row.cells
        if row.problem:
            continue
        if len(found.sample_rows) < _SHOWN_ROWS:
            found.sample_rows.append([shown(" ".join(cell.split())) for cell in row.cells])
        for column, cell in zip(found.columns, row.cells, strict=True):
            column.add(cell)
    return last


def _usable(found: Found) -> list[Column]:
    """The columns that can be named: not those without a header, nor those whose header another has too."""
    counted = Counter(column.header for column in found.columns)
    for header, count in counted.items():
        if header and count > 1:
            found.notes.append(
                f"{count} columns are named {header!r}, so none of them can be used. Rename all but one."
            )
    return [column for column in found.columns if counted[column.header] == 1 and _can_be_named(column.header)]


def _can_be_named(header: str) -> bool:
    return bool(header) and header.isprintable() and header == shown(header)


def _note(found: Found, last: Sequence[str]) -> None:
    if not found.rows:
        found.notes.append(f"{found.name} has headers and no rows.")
    if is_sum(last):
        found.notes.append("The last row looks like a sum; it is not taken. Leave it out of the export if you can.")
    if found.layout.sheet:
        others = [name for name in sheet_names(found.layout.path) if name != found.layout.sheet]
        if others:
            listed = ", ".join(repr(name) for name in others)
            found.notes.append(f"The sheet {found.layout.sheet!r} is read; there are others: {listed} (--sheet).")
    if found.kind == "invoices" and not {"open", "settled_on"} & set(found.mapping) and not found.questions:
        found.notes.append(
            "No column that is used says what is open or when it was paid, so every invoice counts as unpaid."
        )
    if "customer_id" in found.mapping:
        _note_customers(found)


def _note_customers(found: Found) -> None:
    names: dict[str, str] = {}
    several: dict[str, str] = {}
    place, name_place = found.mapping["customer_id"].position, found.mapping.get("customer_name")
    for row in read_rows(found.layout):
        if row.problem:
            continue
        customer_id = row.cells[place].strip()
        name = " ".join(row.cells[name_place.position].split()) if name_place else ""
        if customer_id and name and names.setdefault(customer_id, name) != name:
            several.setdefault(customer_id, name)
        elif customer_id:
            names.setdefault(customer_id, name)
    if several and found.kind == "invoices":
        customer_id, name = next(iter(several.items()))
        found.notes.append(
            f"Customer numbers with more than one name: {len(several)}. {customer_id!r} is {shown(names[customer_id])!r} and "
            f"{shown(name)!r}. Where they are only spelled differently the first is kept; other rows are refused."
        )
    shortened = [one for one in names if one.startswith("0") and one.lstrip("0") in names]
    if shortened:
        found.notes.append(
            f"Customer numbers that differ from another only in zeros at the front: {len(shortened)}, such as "
            f"{shortened[0]!r} and {shortened[0].lstrip('0')!r}. They are read as different customers; perhaps a spreadsheet "
            "took the zeros away."
        )
