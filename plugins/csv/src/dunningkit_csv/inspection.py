"""Looks at files that nobody has described yet, and proposes the settings that read them.

What is proposed is then read with exactly those settings, so that what would be taken and what would not is no estimate.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dunningkit.errors import ConfigError
from dunningkit.model import ChangeBatch, QuarantinedRow
from dunningkit_csv import words
from dunningkit_csv.config import (
    CsvConfig,
    CustomerColumns,
)
from dunningkit_csv.customers import CustomerMapping
from dunningkit_csv.decoding import shown
from dunningkit_csv.files import reported
from dunningkit_csv.finding import look_at
from dunningkit_csv.found import Asked, Found
from dunningkit_csv.intake import Batch, CustomerIntake, Known, PaymentIntake, read_file
from dunningkit_csv.layout import lay_out
from dunningkit_csv.payments import PaymentMapping
from dunningkit_csv.proposed import meanings_of, settings_of
from dunningkit_csv.source import CsvSource
from dunningkit_csv.xlsx import is_workbook


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
            elif found.kind == "payments" and config.payments is not None:
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
    files = [look_at(path, asked) for path in paths]
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
                config[kind] = settings_of(found, asked, base_dir)
    if meanings := meanings_of(files):
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
