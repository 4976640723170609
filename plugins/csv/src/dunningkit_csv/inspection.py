"""Looks at files that nobody has described yet, and proposes the settings that read them.

What is proposed is then read with exactly those settings, so that what would be taken and what would not is no estimate.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from dunningkit.errors import ConfigError
from dunningkit.model import ChangeBatch, QuarantinedRow
from dunningkit_csv import guess, overlooked, words
from dunningkit_csv.config import (
    MOST_SKIPPED_LINES,
    CsvConfig,
    CustomerColumns,
    CustomersFileColumns,
    InvoiceColumns,
    PaymentColumns,
    UnmappedFile,
    is_date_field,
)
from dunningkit_csv.customers import CustomerMapping
from dunningkit_csv.decoding import shown
from dunningkit_csv.files import reported
from dunningkit_csv.guess import Column, Guess
from dunningkit_csv.intake import Batch, CustomerIntake, Known, PaymentIntake, read_file
from dunningkit_csv.layout import DELIMITERS, Layout, first_lines, lay_out, split_line
from dunningkit_csv.parsing import Unreadable, amount_parser, currencies_of, date_parser, is_unit_of
from dunningkit_csv.payments import PaymentMapping
from dunningkit_csv.reading import is_sum, read_rows
from dunningkit_csv.source import CsvSource
from dunningkit_csv.xlsx import first_rows, is_workbook, sheet_names

_TOP = MOST_SKIPPED_LINES + 20
_SHOWN_ROWS = 3
_FEWEST_HEADERS = 2
_SIGN_NAMES = {sign: name for name, sign in DELIMITERS.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person has said beforehand; everything else is found out."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    date_orders: Mapping[str, str] = field(default_factory=dict)
    skip_lines: int | None = None
    sheet: str | None = None
    encoding: str = "auto"
    delimiter: str = "auto"
    currency: str = "EUR"
    ignored: Sequence[str] = ()


@dataclass(slots=True)
class Found:
    """What one file turned out to be."""

    layout: Layout
    kind: str
    columns: list[Column]
    mapping: dict[str, Guess]
    rows: int = 0
    sample_rows: list[list[str]] = field(default_factory=list)
    date_formats: dict[str, str] = field(default_factory=dict)
    decimal: str = ","
    thousands: str | None = None
    notes: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.layout.name

    def has_customers(self) -> bool:
        """Whether customers stand on its rows."""
        return self.kind == "invoices" and bool(
            (set(CustomerColumns.model_fields) - {"customer_id"}) & set(self.mapping)
        )


@dataclass(slots=True)
class Problem:
    """Rows that are refused for one reason in one column: how many, and the first of them."""

    reason: str
    column: str
    count: int
    place: str
    value: str


@dataclass(slots=True)
class Outcome:
    """What a reading with the proposed settings gives."""

    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    complete: bool = True
    customers: set[str] = field(default_factory=set)
    receivables: int = 0
    payments: int = 0
    original: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    problems: dict[tuple[str, str], Problem] = field(default_factory=dict)
    odd: Counter[str] = field(default_factory=Counter)
    first_odd: dict[str, str] = field(default_factory=dict)
    _issued: dict[str, date] = field(default_factory=dict)

    def take(self, batch: ChangeBatch) -> None:
        """Count one batch."""
        self.customers.update(customer.customer_id for customer in batch.customers)
        self.receivables += len(batch.receivables)
        self.payments += len(batch.payments)
        for one in batch.receivables:
            self.original[one.original.currency] += one.original.amount_minor
            self.open[one.open.currency] += one.open.amount_minor
            self._issued[one.receivable_id] = one.issued_on
            if one.due_on < one.issued_on:
                self._note_odd("receivables due before they were issued", one.receivable_id)
            if one.settled_on is not None and one.settled_on < one.issued_on:
                self._note_odd("receivables paid before they were issued", one.receivable_id)
        for payment in batch.payments:
            issued_on = self._issued.get(payment.receivable_id or "")
            if issued_on is not None and payment.paid_on < issued_on:
                self._note_odd("payments made before their invoice was issued", payment.payment_id)
        for row in batch.quarantined:
            # What comes after a colon is about this row: names, for example.
            known = self.problems.setdefault(
                (row.reason.partition(":")[0], row.column), Problem(row.reason, row.column, 0, row.place, row.value)
            )
            known.count += 1
        if batch.end is not None:
            self.rows_read, self.rows_accepted = batch.end.rows_read, batch.end.rows_accepted
            self.rows_quarantined, self.complete = batch.end.rows_quarantined, batch.end.complete

    def _note_odd(self, what: str, which: str) -> None:
        self.odd[what] += 1
        self.first_odd.setdefault(what, which)


@dataclass(slots=True)
class Inspection:
    """What was found, the settings that are proposed, and what a reading with them gives."""

    files: list[Found]
    config: dict[str, Any]
    base_dir: Path
    outcome: Outcome = field(default_factory=Outcome)
    _of_reading: list[str] = field(default_factory=list)

    @property
    def questions(self) -> list[str]:
        """What only a person can say; nothing is written while there is any."""
        return [*self.questions_before_reading, *self._of_reading]

    @property
    def questions_before_reading(self) -> list[str]:
        """Those without whose answers nothing can be read."""
        return [question for found in self.files for question in found.questions]

    def rows(self) -> Iterator[QuarantinedRow]:
        """Read everything with the proposed settings and yield what would be quarantined; fills in ``outcome``."""
        if self.questions_before_reading:
            return
        for batch in self._batches():
            self.outcome.take(batch)
            yield from batch.quarantined
        if any(found.rows for found in self.files if found.kind == "invoices") and not self.outcome.receivables:
            self._of_reading = [_NONE_TAKEN]

    def settings(self) -> CsvConfig:
        """The proposed settings as the plugin takes them; raises `ConfigError`."""
        try:
            return CsvConfig.model_validate(
                self.config if "invoices" in self.config else {**self.config, **_PLACEHOLDER}
            )
        except ValidationError as error:
            raise ConfigError(
                f"No settings can be made of this: {error.errors()[0]['msg']}. Name the columns with --column."
            ) from error

    def _batches(self) -> Iterator[ChangeBatch]:
        config = self.settings()
        if "invoices" in self.config:
            yield from CsvSource(config, self.base_dir).changes(None)
            return
        batch, known = Batch(), Known(whole=False)
        for found in self.files:
            if found.kind == "customers" and config.customers is not None:
                layout = lay_out(self.base_dir / config.customers.path, config.customers)
                yield from read_file(layout, CustomerIntake(CustomerMapping(config, layout), known), batch)
            elif config.payments is not None:
                layout = lay_out(self.base_dir / config.payments.path, config.payments)
                mapping = PaymentMapping(config, config.payments, layout)
                yield from read_file(layout, PaymentIntake(mapping, known, own_ids=False), batch)
        self.outcome.rows_read, self.outcome.rows_accepted = batch.rows_read, batch.rows_accepted
        self.outcome.rows_quarantined, self.outcome.complete = batch.rows_quarantined, not batch.cut


_NONE_TAKEN = (
    "What is wrong with these files, or with what was found out about them? Not one invoice could be taken; the reasons stand "
    "above. Export the files anew, or say how they are written (--column, --date-order, --currency and the like)."
)
_PLACEHOLDER = {"invoices": {"path": "-", "columns": dict.fromkeys(words.REQUIRED["invoices"], "-")}}


def inspect(paths: Sequence[Path], asked: Asked, base_dir: Path) -> Inspection:
    """Look at the files together; ``base_dir`` is where the settings will stand. Raises `ConfigError`."""
    _require_sheets(paths, asked)
    files = [_look_at(path, asked) for path in paths]
    _require_said_of_these(files, asked)
    kinds = [found.kind for found in files]
    _compare_kinds(files, kinds)
    has_own_customers = "customers" in kinds
    for found in files:
        if found.kind == "invoices" and has_own_customers:
            for name in sorted(set(CustomerColumns.model_fields) - {"customer_id"}):
                found.mapping.pop(name, None)
    config: dict[str, Any] = {"currency": asked.currency} if asked.currency != "EUR" else {}
    for kind in ("customers", "invoices", "payments"):
        for found in files:
            if found.kind == kind:
                config[kind] = _settings_of(found, asked, base_dir)
    if meanings := _meanings(files):
        config["values"] = meanings
    return Inspection(files, config, base_dir)


def _compare_kinds(files: Sequence[Found], kinds: Sequence[str]) -> None:
    """Ask where files of one ledger do not go together."""
    for found in files:
        if kinds.count(found.kind) > 1:
            found.questions.append(
                f"More than one file looks like {found.kind}; {found.name} is one of them. Say which is which with "
                f"--kind {found.name}=payments, or leave one out."
            )
    has_invoices = any(found.kind == "invoices" and found.rows for found in files)
    for found in files:
        if found.kind == "customers" and not found.rows and has_invoices:
            found.questions.append(
                f"Where are the customers? {found.name} has headers and no rows, but there are invoices. Export it again, or "
                "leave the file out."
            )


def _require_sheets(paths: Sequence[Path], asked: Asked) -> None:
    for path in paths:
        with reported(path):
            if is_workbook(path):
                return
    if asked.sheet is not None:
        raise ConfigError(
            f"There is no sheet {asked.sheet!r}: {', '.join(path.name for path in paths)} is no workbook, and only workbooks "
            "have sheets. Leave --sheet out."
        )


def _require_said_of_these(files: Sequence[Found], asked: Asked) -> None:
    """What a person says must be about files and columns that are there: passed over, it would be missed by nobody."""
    headers = [header for found in files for header in found.layout.headers if header]
    known = set(map(words.key, headers))
    said = [*((f"--column {name}=", header) for name, header in asked.columns.items())]
    said += [("--ignore ", header) for header in asked.ignored]
    for option, header in said:
        if words.key(header) not in known:
            raise ConfigError(
                f"{option}{header}: no column is called {header!r}. The columns are: "
                f"{', '.join(repr(shown(one)) for one in dict.fromkeys(headers))}. Name one of them.",
                header=header,
            )
    names = {found.layout.path.name for found in files}
    for name in asked.kinds:
        if name and name not in names:
            raise ConfigError(
                f"--kind {name}={asked.kinds[name]}: no file is called {name!r}. The files are: "
                f"{', '.join(sorted(names))}. Name one of them."
            )


# -- one file ------------------------------------------------------------------------------------------------------


def _look_at(path: Path, asked: Asked) -> Found:
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
    _map_columns(found, usable, asked)
    _find_signs(found, asked)
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


# -- columns -------------------------------------------------------------------------------------------------------


def _map_columns(found: Found, usable: Sequence[Column], asked: Asked) -> None:
    headers = {words.key(column.header): column.position for column in usable}
    fields = _FIELDS_OF[found.kind].model_fields
    fixed = {
        name: headers[words.key(header)]
        for name, header in asked.columns.items()
        if name in fields and words.key(header) in headers
    }
    guesses = guess.guesses(found.kind, usable)
    found.mapping = guess.assign(guesses, fixed)
    for name in words.REQUIRED[found.kind]:
        if name not in found.mapping:
            found.questions.append(_ask_for(found, name, usable))
    if found.kind == "invoices":
        _look_for_payments(found, usable)
        if "original" in found.mapping:
            taken = {one.position for one in found.mapping.values()}
            unused = [column for column in usable if column.position not in taken]
            found.questions += overlooked.questions(found.layout, unused, found.mapping)
    for column in usable:
        for name in words.SETTING_OF:
            if (
                any(one.field == name and one.position == column.position for one in guesses)
                and name not in found.mapping
            ):
                strange = ", ".join(repr(word) for word in guess.unknown_words(name, column)[:5])
                found.notes.append(
                    f"{column.header!r} may be the {name}, but what {strange} means there is not known. Say so in the setting "
                    f"values.{words.SETTING_OF[name]} and add the column."
                )


def _look_for_payments(found: Found, usable: Sequence[Column]) -> None:
    """Without a column of what is open everything counts as unpaid, so what tells otherwise must not be passed over."""
    if "open" in found.mapping or "original" not in found.mapping:
        return
    taken = {one.position for one in found.mapping.values()}
    for column in usable:
        if column.position not in taken and words.says_paid(column.header) and guess.fits("amount", column):
            found.questions.append(
                f"{column.header!r} of {found.name} seems to say how much was paid, but no column says how much is open, and "
                "that is not worked out. Export the column of what is open, or say which one it is: --column open=HEADER."
            )


_FIELDS_OF: Mapping[str, type[BaseModel]] = {
    "invoices": InvoiceColumns,
    "customers": CustomersFileColumns,
    "payments": PaymentColumns,
}
_MEANT = {
    "invoice_number": "the invoice number",
    "customer_id": "the customer number",
    "customer_name": "the customer's name",
    "original": "the amount invoiced",
    "issued_on": "the invoice's date",
    "due_on": "the due date",
    "payment_id": "the payment's own id",
    "amount": "the amount paid",
    "paid_on": "the day of payment",
}


def _ask_for(found: Found, name: str, usable: Sequence[Column]) -> str:
    taken = {one.position for one in found.mapping.values()}
    likely = [column.header for column in usable if column.position not in taken and guess.fits(name, column)]
    among = f" It may be one of these: {', '.join(repr(header) for header in likely)}." if likely else ""
    return (
        f"Which column of {found.name} is {_MEANT[name]}? None could be recognised.{among} Say --column {name}=HEADER, or "
        "export the file with that column."
    )


def _find_signs(found: Found, asked: Asked) -> None:
    of = {name: found.columns[one.position] for name, one in found.mapping.items()}
    amounts = [column for name, column in of.items() if name in ("original", "open", "amount")]
    found.decimal, found.thousands = guess.amount_style(amounts)
    if "currency" not in of:
        _look_at_units(found, amounts, asked)
    dates = {name: column for name, column in of.items() if is_date_field(name)}
    orders = {name: _order_said(name, column, asked) for name, column in dates.items()}
    _note_misfits(found, of)
    if (
        amounts
        and found.thousands
        and not any(column.others["decimals"] and _shows_cents(column) for column in amounts)
    ):
        example = next((sample for column in amounts for sample in column.samples if found.thousands in sample), "")
        if example:
            found.notes.append(
                f"No amount shows cents; {example!r} is read as thousands. If it is not meant so, correct the settings "
                "decimal and thousands."
            )
    for name, column in dates.items():
        if column.filled and not column.dates:
            continue  # nothing in it is a day: every row is refused and says why
        order = orders[name] or _order_beside(found, name, dates, orders)
        if order is None:
            found.questions.append(_ask_order(found, name, column))
        found.date_formats[name] = column.date_format(order)


def _look_at_units(found: Found, amounts: Sequence[Column], asked: Asked) -> None:
    """Ask for the currency where most amounts are marked with another one's sign: else all of them would be refused."""
    counted = sum((column.units for column in amounts), Counter[str]())
    if not counted:
        return
    unit, count = counted.most_common(1)[0]
    if not is_unit_of(unit, asked.currency) and count > _MANY_MARKED * sum(column.filled for column in amounts):
        ways = " or ".join(f"--currency {currency}" for currency in currencies_of(unit))
        found.questions.append(
            f"Which currency are the amounts of {found.name} in? They are marked {unit.lower() if unit == 'KR' else unit}, and "
            f"no column says the currency, which would be {asked.currency}. Say {ways}."
        )


_MANY_MARKED = 0.5


def _shows_cents(column: Column) -> bool:
    return any(_CENTS.search(sample) for sample in column.samples)


_CENTS = re.compile(r"[.,][0-9]{1,2}(?![0-9])")


def _note_misfits(found: Found, of: Mapping[str, Column]) -> None:
    for name, column in of.items():
        misfit = column.misfit(name)
        if not misfit or found.mapping[name].confidence >= _DOUBTFUL:
            continue
        try:
            date_parser("d.m.yyyy")(misfit) if is_date_field(name) else amount_parser(",", None)(misfit, "EUR")
        except Unreadable as error:
            why = "" if "d.m.yyyy" in error.reason else error.reason
        else:
            why = ""
        why = why or "Correct it at its source."
        found.notes.append(
            f"{column.header!r} is {name} by its name, but many of its cells cannot be read, such as {shown(misfit)!r}. {why}"
        )


_DOUBTFUL = 0.5


def _order_said(name: str, column: Column, asked: Asked) -> str | None:
    said = asked.date_orders.get(name, asked.date_orders.get(""))
    possible = column.date_orders()
    if said is not None and column.dates[column.date_format(said)]:
        return said
    return possible[0] if len(possible) == 1 or not column.filled else None


def _order_beside(found: Found, name: str, dates: Mapping[str, Column], orders: Mapping[str, str | None]) -> str | None:
    """The order of the other columns of dates that are written with the same sign, when they leave no doubt."""
    column = dates[name]
    beside = {
        order
        for other, order in orders.items()
        if order is not None and dates[other].filled and dates[other].date_sign == column.date_sign
    }
    if len(beside) != 1 or not beside <= set(column.date_orders()):
        return None
    (order,) = beside
    found.notes.append(
        f"Every date in {column.header!r} reads both ways; it is read like the other dates of this file, "
        f"{column.date_format(order)}."
    )
    return order


_ORDER_NAMES = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}


def _ask_order(found: Found, name: str, column: Column) -> str:
    orders = column.date_orders()
    example = column.date_example(*orders) or next(iter(column.samples), "")
    first, second = (column.date_example(order) for order in (*orders, *orders)[:2])
    if first and second:
        return (
            f"Which dates in {column.header!r} of {found.name} are right? Some can only be {_ORDER_NAMES[orders[0]]}, such as "
            f"{first!r}, and some only {_ORDER_NAMES[orders[1]]}, such as {second!r}, so those that read both ways mean "
            f"nothing. Export them all in one order; or say --date-order {name}={orders[0]} or {name}={orders[1]}, and what "
            "does not fit is refused."
        )
    ways = " or ".join(f"{_ORDER_NAMES[order]} (--date-order {name}={order})" for order in orders)
    return (
        f"Are the dates in {column.header!r} of {found.name} written {ways}? They read both ways, such as {example!r}, and "
        "nothing in the file tells."
    )


# -- notes ---------------------------------------------------------------------------------------------------------


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


# -- settings ------------------------------------------------------------------------------------------------------


def _settings_of(found: Found, asked: Asked, base_dir: Path) -> dict[str, Any]:
    layout, made = found.layout, {"path": _relative(found.layout.path, base_dir)}
    more: dict[str, Any] = {
        "sheet": layout.sheet if layout.sheet and (asked.sheet or layout.settings.sheet) else None,
        "skip_lines": layout.settings.skip_lines or None,
        "encoding": asked.encoding if asked.encoding != "auto" else None,
        "delimiter": _SIGN_NAMES.get(layout.delimiter),
        "decimal": found.decimal,
        "thousands": found.thousands,
        **_date_settings(found),
    }
    columns = {name: layout.headers[one.position] for name, one in found.mapping.items()}
    return {**made, **{name: value for name, value in more.items() if value}, "columns": columns}


def _date_settings(found: Found) -> dict[str, Any]:
    counted = Counter(found.date_formats.values())
    if not counted:
        return {}
    usual = counted.most_common(1)[0][0]
    others = {name: pattern for name, pattern in found.date_formats.items() if pattern != usual}
    return {"date_format": usual, "date_formats": others}


def _relative(path: Path, base_dir: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), base_dir.resolve())).as_posix()
    except ValueError:  # on another drive
        return str(path.resolve())


def _meanings(files: Sequence[Found]) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {}
    for found in files:
        for name, setting in words.SETTING_OF.items():
            if name in found.mapping:
                cells = found.columns[found.mapping[name].position].words
                said = sorted({word for cell in cells for word in words.words_in(name, cell)})
                known = words.meanings(name, found.columns[found.mapping[name].position].header)
                meant = {word: known[word.casefold()] for word in said if word.casefold() in known}
                made.setdefault(setting, {}).update(meant)
    return {setting: meant for setting, meant in made.items() if meant}
