"""The CSV ledger source: all its files read as one picture, and what is open looked up again before sending."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from dunningkit.contracts import CheckResult, LedgerSourceSpec, Services
from dunningkit.errors import ConfigError, PluginError, TransientError, UnsupportedCapability
from dunningkit.model import ChangeBatch, Document, Mark, MarkResult, Money, Recheck, Scope, SyncEnd
from dunningkit_csv.config import CsvConfig, FileSettings
from dunningkit_csv.customers import CustomerMapping
from dunningkit_csv.deltas import Files, cursor_of, find_files, has_deltas, layers, new_since
from dunningkit_csv.files import Fingerprint, fingerprint
from dunningkit_csv.intake import Batch, CustomerIntake, FileIntake, InvoiceIntake, Known, PaymentIntake, read_file
from dunningkit_csv.layers import LayerIntake, Silence, credited_ids, newest_mentions
from dunningkit_csv.layout import Layout, lay_out
from dunningkit_csv.payments import PaymentMapping
from dunningkit_csv.reading import read_rows
from dunningkit_csv.receivables import InvoiceMapping

M = TypeVar("M", CustomerMapping, InvoiceMapping, PaymentMapping)


@dataclass(slots=True)
class _Index:
    """What is open of every receivable in one state of the files."""

    state: tuple[tuple[Path, Fingerprint], ...]
    open: dict[str, Money] = field(default_factory=dict)
    on_hold: set[str] = field(default_factory=set)
    #: Whether what is not in it is gone; where a file is cut off nobody knows.
    is_whole: bool = True


class CsvSource:
    """Reads receivables, customers and payments from CSV files. Keeps nothing but an index of what is open."""

    def __init__(self, config: CsvConfig, base_dir: Path) -> None:
        self._config = config
        self._base_dir = base_dir
        self._index: _Index | None = None

    def check(self) -> CheckResult:
        """Open every file and look for its columns; every problem is named at once."""
        config = self._config
        problems: list[str] = []
        customers, invoices, _ = [
            self._laid_out(settings, problems) for settings in (config.customers, config.invoices, config.payments)
        ]
        if config.scope is Scope.SNAPSHOT and not problems and (missing := _why_no_customers(customers, invoices)):
            problems.append(missing)
        return CheckResult(ok=not problems, problems=tuple(problems))

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        """Yield what the files hold, customers first, then receivables, then payments.

        Without deltas ``cursor`` makes no difference. With them, a reading that finds everything else unchanged yields only
        what the deltas say that are new since. Raises `ConfigError` when a file is not as the settings say,
        `TransientError` when one changed while it was read.
        """
        config, everything = self._config, find_files(self._config, self._base_dir)
        files = (new_since(cursor, config, everything) if has_deltas(config) else None) or everything
        before, all_before = files.state(), everything.state()
        batch = Batch()
        yield from self._read_files(batch, files)
        self._require_unchanged(before)
        yield ChangeBatch(
            end=SyncEnd(
                scope=config.scope if files.whole else Scope.DELTA,
                # What stood after the cut is not gone: it is not known.
                complete=not batch.cut,
                detail=batch.cut,
                payments_as_of=config.payments_as_of,
                cursor=cursor_of(config, all_before) if has_deltas(config) else None,
                rows_read=batch.rows_read,
                rows_accepted=batch.rows_accepted,
                rows_quarantined=batch.rows_quarantined,
            )
        )

    def recheck(self, receivable_ids: Sequence[str]) -> Sequence[Recheck]:
        """Say what is open in the files as they are now; they are read again only when they have changed.

        A receivable that is disputed, or has a row in doubt, is on hold. So is one that a delta or a file that is cut off
        does not mention: what is open of it cannot be known from the files.
        """
        files = find_files(self._config, self._base_dir)
        state = files.state()
        if self._index is None or self._index.state != state:
            self._index = None  # two would take twice the memory
            self._index = self._read_index(files, state)
        index = self._index
        return [
            Recheck(one, index.open.get(one), on_hold=one in index.on_hold or not (index.is_whole or one in index.open))
            for one in dict.fromkeys(receivable_ids)
        ]

    def documents(self, receivable_ids: Sequence[str]) -> Sequence[Document]:
        """CSV files hold no invoice copies: raises `UnsupportedCapability`."""
        raise UnsupportedCapability("CSV files hold no copies of invoices.", asked=len(receivable_ids))

    def write_back(self, marks: Sequence[Mark]) -> Sequence[MarkResult]:
        """Nothing is ever written to the files: raises `UnsupportedCapability`."""
        raise UnsupportedCapability("Nothing is written back to CSV files.", asked=len(marks))

    # -- reading -----------------------------------------------------------------------------------------------------

    def _read_index(self, files: Files, state: tuple[tuple[Path, Fingerprint], ...]) -> _Index:
        index = _Index(state)
        nothing: dict[str, Money] = {}
        rows = Batch()
        for batch in self._read_files(rows, files):
            for receivable in batch.receivables:
                # Most of a ledger is settled: those share one zero.
                owed = receivable.open
                index.open[receivable.receivable_id] = (
                    owed if owed.amount_minor else nothing.setdefault(owed.currency, owed)
                )
                if receivable.disputed:
                    index.on_hold.add(receivable.receivable_id)
            index.on_hold.update(row.receivable_id for row in batch.quarantined if row.receivable_id)
        index.is_whole = self._config.scope is Scope.SNAPSHOT and not rows.cut
        self._require_unchanged(state)
        return index

    def _read_files(self, batch: Batch, files: Files) -> Iterator[ChangeBatch]:
        config = self._config
        # Every file is looked at before the first row is read: a wrong setting must not leave half a picture.
        customers, invoices, payments = (
            [self._lay_out(settings) for settings in kind] for kind in (files.customers, files.invoices, files.payments)
        )
        whole = config.scope is Scope.SNAPSHOT and files.whole
        known = Known(
            whole=whole,
            customers_file=config.customers.path.name if config.customers else "",
            invoices_file=config.invoices.path.name,
        )
        customer_mappings = [CustomerMapping(config, layout) for layout in customers]
        make_customers = partial(CustomerIntake, known=known)
        yield from _read_layers(customers, customer_mappings, make_customers, known, batch)
        if whole and not batch.rows_read and (missing := _why_no_customers(customers, invoices)):
            raise ConfigError(missing, path=str(customers[0].path))
        invoice_mappings = [InvoiceMapping(config, layout) for layout in invoices]
        if config.invoices.columns.credit_of and any(mapping.ids_are_not_numbers for mapping in invoice_mappings):
            credited = credited_ids(invoices, partial(InvoiceMapping, config))
            for mapping in invoice_mappings:
                mapping.credited = credited
        make_invoices = partial(InvoiceIntake, known=known, keep_ids=bool(payments))
        yield from _read_layers(invoices, invoice_mappings, make_invoices, known, batch)
        if config.payments is not None:
            payment_mappings = [PaymentMapping(config, config.payments, layout) for layout in payments]
            make_payments = partial(PaymentIntake, known=known, own_ids=bool(config.invoices.columns.receivable_id))
            yield from _read_layers(payments, payment_mappings, make_payments, known, batch)

    def _laid_out(self, settings: FileSettings | None, problems: list[str]) -> list[Layout]:
        """The layouts of one kind's files that can be read; of the others the problem is noted."""
        found = []
        for one in self._layers(settings, problems):
            try:
                found.append(self._lay_out(one))
            except PluginError as error:
                problems.append(str(error))
        return found

    def _layers(self, settings: FileSettings | None, problems: list[str]) -> tuple[FileSettings, ...]:
        try:
            return layers(settings, self._base_dir)
        except PluginError as error:
            problems.append(str(error))
            return ()

    def _lay_out(self, settings: FileSettings) -> Layout:
        return lay_out(settings.path, settings)

    def _require_unchanged(self, before: tuple[tuple[Path, Fingerprint], ...]) -> None:
        for path, then in before:
            if fingerprint(path) != then:
                raise TransientError(
                    f"{path.name} was changed while it was read. Read again when the export is finished. ({path})",
                    path=str(path),
                )


def _why_no_customers(customers: Sequence[Layout], invoices: Sequence[Layout]) -> str:
    """What to say where the files hold invoices and not one customer; empty otherwise."""
    if not customers or _have_rows(customers) or not _have_rows(invoices):
        return ""
    name = customers[0].name
    return (
        f"{name} has headers and not one customer, but {invoices[0].name} has invoices: the export of the customers has "
        f"failed. Export {name} again. ({customers[0].path})"
    )


def _have_rows(layouts: Sequence[Layout]) -> bool:
    return any(next(read_rows(layout), None) is not None for layout in layouts)


def _read_layers(
    layouts: Sequence[Layout],
    mappings: Sequence[M],
    make_intake: Callable[[M], FileIntake],
    known: Known,
    batch: Batch,
) -> Iterator[ChangeBatch]:
    """Read a snapshot and its deltas, or the one file there is."""
    if len(layouts) == 1 and "removed" not in layouts[0].positions:
        yield from read_file(layouts[0], make_intake(mappings[0]), batch)
        return
    newest, silence = newest_mentions(layouts, mappings), Silence()
    for number, (layout, mapping) in enumerate(zip(layouts, mappings, strict=True)):
        intake = LayerIntake(make_intake(mapping), mapping, known, number=number, newest=newest, silence=silence)
        yield from read_file(layout, intake, batch)


def _build(config: CsvConfig, services: Services) -> CsvSource:
    return CsvSource(config, services.base_dir)


SPEC = LedgerSourceSpec(name="csv", config_model=CsvConfig, build=_build)
