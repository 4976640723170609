"""The CSV ledger source: all its files read as one picture, and what is open looked up again before sending."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dunningkit.contracts import CheckResult, LedgerSourceSpec, Services
from dunningkit.errors import PluginError, TransientError, UnsupportedCapability
from dunningkit.model import ChangeBatch, Document, Mark, MarkResult, Money, Recheck, Scope, SyncEnd
from dunningkit_csv.config import CsvConfig, CustomersFile, FileSettings, InvoicesFile, PaymentsFile
from dunningkit_csv.customers import CustomerMapping
from dunningkit_csv.intake import Batch, CustomerIntake, InvoiceIntake, Known, PaymentIntake, read_file
from dunningkit_csv.payments import PaymentMapping
from dunningkit_csv.reading import Fingerprint, Layout, fingerprint, lay_out
from dunningkit_csv.receivables import InvoiceMapping


@dataclass(slots=True)
class _Index:
    """What is open of every receivable in one state of the files."""

    state: tuple[Fingerprint, ...]
    open: dict[str, Money] = field(default_factory=dict)
    on_hold: set[str] = field(default_factory=set)


class CsvSource:
    """Reads receivables, customers and payments from CSV files. Keeps nothing but an index of what is open."""

    def __init__(self, config: CsvConfig, base_dir: Path) -> None:
        self._config = config
        self._base_dir = base_dir
        self._index: _Index | None = None

    def check(self) -> CheckResult:
        """Open every file and look for its columns; every problem is named at once."""
        problems = []
        for settings in self._files():
            try:
                self._lay_out(settings)
            except PluginError as error:
                problems.append(str(error))
        return CheckResult(ok=not problems, problems=tuple(problems))

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:  # noqa: ARG002  # the contract's; files have none
        """Yield what the files hold, customers first, then receivables, then payments; ``cursor`` makes no difference.

        Raises `ConfigError` when a file is not as the settings say, `TransientError` when one changed while it was read.
        """
        before = self._state()
        batch = Batch()
        yield from self._read_files(batch)
        self._require_unchanged(before)
        yield ChangeBatch(
            end=SyncEnd(
                scope=self._config.scope,
                complete=True,
                payments_as_of=self._config.payments_as_of,
                rows_read=batch.rows_read,
                rows_accepted=batch.rows_accepted,
                rows_quarantined=batch.rows_quarantined,
            )
        )

    def recheck(self, receivable_ids: Sequence[str]) -> Sequence[Recheck]:
        """Say what is open in the files as they are now; they are read again only when they have changed.

        A receivable that is disputed, or has a row in doubt, is on hold. So is one that a delta does not mention: what is
        open of it cannot be known from the files.
        """
        state = self._state()
        if self._index is None or self._index.state != state:
            self._index = None  # two would take twice the memory
            self._index = self._read_index(state)
        index, is_delta = self._index, self._config.scope is Scope.DELTA
        return [
            Recheck(one, index.open.get(one), on_hold=one in index.on_hold or (is_delta and one not in index.open))
            for one in dict.fromkeys(receivable_ids)
        ]

    def documents(self, receivable_ids: Sequence[str]) -> Sequence[Document]:
        """CSV files hold no invoice copies: raises `UnsupportedCapability`."""
        raise UnsupportedCapability("CSV files hold no copies of invoices.", asked=len(receivable_ids))

    def write_back(self, marks: Sequence[Mark]) -> Sequence[MarkResult]:
        """Nothing is ever written to the files: raises `UnsupportedCapability`."""
        raise UnsupportedCapability("Nothing is written back to CSV files.", asked=len(marks))

    # -- reading -----------------------------------------------------------------------------------------------------

    def _read_index(self, state: tuple[Fingerprint, ...]) -> _Index:
        index = _Index(state)
        nothing: dict[str, Money] = {}
        for batch in self._read_files(Batch()):
            for receivable in batch.receivables:
                # Most of a ledger is settled: those share one zero.
                owed = receivable.open
                index.open[receivable.receivable_id] = (
                    owed if owed.amount_minor else nothing.setdefault(owed.currency, owed)
                )
                if receivable.disputed:
                    index.on_hold.add(receivable.receivable_id)
            index.on_hold.update(row.receivable_id for row in batch.quarantined if row.receivable_id)
        self._require_unchanged(state)
        return index

    def _read_files(self, batch: Batch) -> Iterator[ChangeBatch]:
        config = self._config
        # Every file is looked at before the first row is read: a wrong setting must not leave half a picture.
        invoices = self._lay_out(config.invoices)
        customers = self._lay_out(config.customers) if config.customers else None
        payments = self._lay_out(config.payments) if config.payments else None
        known = Known(
            whole=config.scope is Scope.SNAPSHOT,
            customers_file=customers.name if customers else "",
            invoices_file=invoices.name,
        )
        if customers is not None:
            yield from read_file(customers, CustomerIntake(CustomerMapping(config, customers), known), batch)
        invoice_mapping = InvoiceMapping(config, invoices)
        invoice_intake = InvoiceIntake(invoice_mapping, known, keep_ids=payments is not None)
        yield from read_file(invoices, invoice_intake, batch)
        if payments is not None and config.payments is not None:
            payment_mapping = PaymentMapping(config, config.payments, payments)
            payment_intake = PaymentIntake(payment_mapping, known, own_ids=invoice_mapping.own_ids)
            yield from read_file(payments, payment_intake, batch)

    def _files(self) -> tuple[InvoicesFile | CustomersFile | PaymentsFile, ...]:
        config = self._config
        return tuple(settings for settings in (config.customers, config.invoices, config.payments) if settings)

    def _lay_out(self, settings: FileSettings) -> Layout:
        return lay_out(self._base_dir / settings.path, settings)

    def _state(self) -> tuple[Fingerprint, ...]:
        return tuple(fingerprint(self._base_dir / settings.path) for settings in self._files())

    def _require_unchanged(self, before: tuple[Fingerprint, ...]) -> None:
        for settings, then, now in zip(self._files(), before, self._state(), strict=True):
            if then != now:
                path = self._base_dir / settings.path
                raise TransientError(
                    f"{path.name} was changed while it was read. Read again when the export is finished. ({path})",
                    path=str(path),
                )


def _build(config: CsvConfig, services: Services) -> CsvSource:
    return CsvSource(config, services.base_dir)


SPEC = LedgerSourceSpec(name="csv", config_model=CsvConfig, build=_build)
