"""The whole source: one picture of all files, doubles, deltas, files that change, and looking up before sending."""

import os
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import dunningkit_csv.plugin
from dunningkit.contracts import LedgerSourceSpec, Services
from dunningkit.errors import ConfigError, TransientError, UnsupportedCapability
from dunningkit.model import ChangeBatch, Money, Recheck, Scope
from dunningkit.plugins import PluginSet
from dunningkit_csv.config import CsvConfig
from dunningkit_csv.deltas import Files
from dunningkit_csv.intake import BATCH_ROWS, Batch
from dunningkit_csv.source import SPEC, CsvSource

# -- the plugin ----------------------------------------------------------------------------------------------------


def no_client() -> Any:
    raise AssertionError("files need no network")


def test_it_is_found_by_its_entry_point() -> None:
    plugins = PluginSet.installed(allow=["csv"])
    assert plugins.failures == ()
    assert dunningkit_csv.plugin.dunningkit_ledger_sources() == [SPEC]
    assert isinstance(SPEC, LedgerSourceSpec)
    assert (SPEC.name, SPEC.config_model, SPEC.capabilities) == ("csv", CsvConfig, frozenset())


def test_paths_are_relative_to_the_configuration(ledger: Any) -> None:
    import structlog  # noqa: PLC0415  # only this test needs it

    ledger.invoices({})
    services = Services(lambda: datetime.now(UTC), structlog.get_logger(), ledger.folder, no_client)
    assert SPEC.build(CsvConfig.model_validate(ledger.config), services).check().ok


def test_what_files_cannot_do_is_not_declared_and_refused(ledger: Any) -> None:
    source = ledger.invoices({}).source()
    with pytest.raises(UnsupportedCapability):
        source.documents(["1"])
    with pytest.raises(UnsupportedCapability):
        source.write_back([])


def test_check_names_every_problem_at_once(ledger: Any) -> None:
    ledger.invoices({}).customers({"customer": "17", "name": "Maija"}, email="sähköposti").payments({})
    assert ledger.source().check().ok
    ledger.config["customers"]["columns"]["email"] = "e-mail"
    (ledger.folder / "payments.csv").unlink()
    result = ledger.source().check()
    assert not result.ok
    customers, payments = result.problems
    assert "customers.csv has no column 'e-mail' (columns.email)" in customers
    assert "There is no file" in payments
    assert "payments.csv" in payments


# -- one reading ---------------------------------------------------------------------------------------------------


def test_the_end_says_how_it_ended(ledger: Any) -> None:
    end = ledger.invoices({}, {"amount": "sata", "no": "2"}).read().end
    assert (end.scope, end.complete, end.payments_as_of, end.cursor) == (Scope.SNAPSHOT, True, None, None)
    assert (end.rows_read, end.rows_accepted, end.rows_quarantined) == (2, 1, 1)
    told = ledger.read(payments_as_of="2026-11-20", scope="delta").end
    assert (told.scope, told.payments_as_of) == (Scope.DELTA, date(2026, 11, 20))


def test_a_file_of_headers_only_is_a_whole_picture_of_nothing(ledger: Any) -> None:
    reading = ledger.invoices().read()
    assert (reading.end.complete, reading.counts) == (True, (0, 0, 0))


def test_an_empty_file_of_customers_stops_the_reading_and_is_what_is_blamed(ledger: Any) -> None:
    source = ledger.invoices({}).customers().source()
    with pytest.raises(
        ConfigError, match=r"customers\.csv has headers and not one customer.*Export customers\.csv again"
    ):
        list(source.changes(None))
    with pytest.raises(ConfigError):
        source.recheck(["1"])
    (problem,) = source.check().problems
    assert "not one customer" in problem
    assert ledger.read(scope="delta").counts == (1, 1, 0), "a delta of customers may be empty"
    assert ledger.invoices().read().counts == (0, 0, 0), "a ledger may begin empty"


def test_customers_come_before_receivables_and_payments_in_bounded_batches(ledger: Any) -> None:
    number = BATCH_ROWS + 500
    ledger.customers(*({"customer": str(n), "name": "x"} for n in range(number)))
    ledger.invoices(*({"no": str(n), "customer": str(n)} for n in range(number)))
    ledger.payments(*({"of": str(n)} for n in range(number)), receivable_id="of")
    batches = list(ledger.source().changes(None))
    kinds = ("customers", "receivables", "payments")
    sizes = [tuple(len(getattr(batch, kind)) for kind in kinds) for batch in batches]
    assert max(sum(size) for size in sizes) <= BATCH_ROWS
    assert [sum(size[kind] for size in sizes) for kind in range(3)] == [number] * 3
    assert all(sum(bool(count) for count in size) <= 1 for size in sizes), "a batch is of one file"
    order = [size.index(max(size)) for size in sizes if any(size)]
    assert all(before <= after for before, after in pairwise(order))


def test_the_same_row_twice_is_taken_once_and_casts_no_doubt(ledger: Any) -> None:
    reading = ledger.invoices({}, {"comment": "another column that nobody looks at"}).read()
    assert reading.counts == (2, 1, 1)
    assert (reading.refused.place, reading.refused.receivable_id) == ("invoices.csv line 3", None)
    assert reading.refused.customer_id == "17"


def test_an_id_with_two_meanings_silences_its_invoice(ledger: Any) -> None:
    reading = ledger.invoices({}, {"amount": "1,00"}, {}).read()
    assert [receivable.original.amount_minor for receivable in reading.receivables] == [10000]
    assert [row.receivable_id for row in reading.quarantined] == ["1", None]
    assert (reading.quarantined[0].column, reading.quarantined[0].value) == ("no", "1")


def test_a_good_row_after_a_refused_one_of_the_same_id_stays_silent(ledger: Any) -> None:
    reading = ledger.invoices({"amount": "sata"}, {}).read()
    assert [receivable.receivable_id for receivable in reading.receivables] == ["1"]
    assert reading.refused.receivable_id == "1"


def test_ids_of_the_ledgers_own_are_what_is_in_doubt(ledger: Any) -> None:
    reading = ledger.invoices({"id": "A"}, {"id": "A", "no": "2"}, {"id": "B", "due": ""}, receivable_id="id").read()
    assert [(row.column, row.receivable_id) for row in reading.quarantined] == [("id", "A"), ("due", "B")]


def test_a_row_without_its_own_id_borrows_no_other(ledger: Any) -> None:
    reading = ledger.invoices({"id": "A"}, {"id": "", "no": "2"}, receivable_id="id").read()
    assert (reading.refused.column, reading.refused.receivable_id) == ("id", None)


def test_no_row_is_read_when_one_file_is_not_as_set(ledger: Any) -> None:
    ledger.customers({"customer": "17", "name": "Maija"}).invoices({}).payments({}, currency="valuutta")
    ledger.config["payments"]["columns"]["currency"] = "currency"
    with pytest.raises(ConfigError, match="currency"):
        next(ledger.source().changes(None))


def test_a_file_that_changes_while_it_is_read_ends_the_reading(ledger: Any) -> None:
    ledger.customers({"customer": "17", "name": "Maija"}).invoices({})
    batches = ledger.source().changes(None)
    next(batches)
    with (ledger.folder / "invoices.csv").open("a") as file:
        file.write("2;17;1,00;2026-10-01;2026-10-15\n")
    with pytest.raises(TransientError, match=r"invoices\.csv was changed while it was read"):
        list(batches)


@pytest.mark.parametrize(("there", "named"), [("000123", "123"), ("123", "000123")])
def test_lost_zeros_are_pointed_out_and_nothing_is_joined(there: str, named: str, ledger: Any) -> None:
    ledger.customers({"customer": there, "name": "Maija"}, {"customer": "17", "name": "Eero"})
    ledger.invoices({"no": there, "customer": named}, {"no": there}, {"no": "x", "customer": "99"})
    ledger.payments({"of": named}, {"number": named}, {"of": "98"}, receivable_id="of", invoice_number="number")
    reading = ledger.read()
    assert [receivable.customer_id for receivable in reading.receivables] == ["17"]
    hints = [f"has {there}, which differs only in zeros" in row.reason for row in reading.quarantined]
    assert hints == [True, False, True, True, False]


# -- looking up ----------------------------------------------------------------------------------------------------


def test_recheck_says_what_is_open_now(ledger: Any) -> None:
    ledger.invoices(
        {"no": "1", "open": "60,00"},
        {"no": "2", "open": "0,00"},
        {"no": "3", "open": "60,00", "disputed": "yes"},
        {"no": "4", "open": "plenty"},
        {"no": "5", "open": "60,00"},
        {"no": "5", "open": "10,00"},
        open="open",
        disputed="disputed",
    )
    sixty = Money(6000, "EUR")
    assert ledger.source().recheck(["5", "1", "2", "3", "4", "6", "1"]) == [
        Recheck("5", sixty, on_hold=True),
        Recheck("1", sixty),
        Recheck("2", Money(0, "EUR")),
        Recheck("3", sixty, on_hold=True),
        Recheck("4", None, on_hold=True),
        Recheck("6", None),
    ]


def test_recheck_holds_what_a_doubtful_payment_or_customer_touches(ledger: Any) -> None:
    ledger.customers({"customer": "17", "name": ""}, {"customer": "18", "name": "Matti"})
    ledger.invoices({"no": "1"}, {"no": "2", "customer": "18"}, {"no": "3", "customer": "18"})
    ledger.payments({"customer": "18", "of": "2", "amount": "?"}, receivable_id="of")
    held = {answer.receivable_id: answer.on_hold for answer in ledger.source().recheck(["1", "2", "3"])}
    assert held == {"1": True, "2": True, "3": False}


def test_recheck_reads_again_only_what_has_changed(ledger: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    readings = []
    read_files = CsvSource._read_files

    def counted(source: CsvSource, batch: Batch, files: Files) -> Iterator[ChangeBatch]:
        readings.append(batch)
        return read_files(source, batch, files)

    monkeypatch.setattr(CsvSource, "_read_files", counted)
    source = ledger.invoices({"open": "60,00"}, open="open").source()
    for _ in range(3):
        assert source.recheck(["1"]) == [Recheck("1", Money(6000, "EUR"))]
    assert len(readings) == 1
    ledger.invoices({"open": "00,00"}, open="open")
    os.utime(ledger.folder / "invoices.csv", ns=(0, 0))
    assert source.recheck(["1"]) == [Recheck("1", Money(0, "EUR"))]
    assert len(readings) == 2


def test_recheck_of_a_file_that_is_gone_is_an_error_and_no_answer(ledger: Any) -> None:
    source = ledger.invoices({}).source()
    source.recheck(["1"])
    (ledger.folder / "invoices.csv").unlink()
    with pytest.raises(ConfigError, match="There is no file"):
        source.recheck(["1"])


def test_what_a_delta_does_not_mention_is_on_hold(ledger: Any) -> None:
    answers = ledger.invoices({}).source(scope="delta").recheck(["1", "2"])
    assert answers == [Recheck("1", Money(10000, "EUR")), Recheck("2", None, on_hold=True)]


# -- size ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["", "x" * 1000])
def test_memory_does_not_grow_with_what_rows_say(subject: str, new_ledger: Callable[[], Any]) -> None:
    ledger = new_ledger()
    number = 50_000 if not subject else 10_000
    path: Path = ledger.folder / "invoices.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("no;customer;amount;issued;due;subject;email\n")
        for n in range(number):
            file.write(f"{n};{n % 500};100,00;2026-10-01;2026-10-15;{subject}{n};a{n % 500}@example.com\n")
    columns = {"invoice_number": "no", "customer_id": "customer", "original": "amount", "issued_on": "issued"}
    ledger.config["invoices"] = {
        "path": "invoices.csv",
        "columns": {**columns, "due_on": "due", "subject": "subject", "email": "email"},
    }
    source = ledger.source()
    tracemalloc.start()
    try:
        received = sum(len(batch.receivables) for batch in source.changes(None))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert received == number
    # One batch, and some 200 bytes for each id; the texts alone would be 10 MB.
    assert peak < 6_000_000 + 2 * BATCH_ROWS * len(subject) + 250 * number
