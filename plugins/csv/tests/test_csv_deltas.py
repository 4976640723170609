"""A nightly snapshot and the deltas after it: of every receivable only the newest word counts, and each delta is read once."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dunningkit.errors import ConfigError, TransientError
from dunningkit.model import Money, Recheck, Scope
from dunningkit_csv.config import CsvConfig
from dunningkit_csv.source import CsvSource

HEADER = "no;customer;amount;open;issued;due;removed\n"
COLUMNS = {
    "invoice_number": "no",
    "customer_id": "customer",
    "original": "amount",
    "open": "open",
    "issued_on": "issued",
    "due_on": "due",
    "removed": "removed",
}
SNAPSHOT_TIME = 1_000_000_000


def row(no: str, open_amount: str = "100,00", *, customer: str = "17", removed: str = "") -> str:
    return f"{no};{customer};100,00;{open_amount};2026-10-01;2026-10-15;{removed}\n"


class Night:
    """A folder with a snapshot and a folder of deltas; every file is a second younger than the one written before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seconds = SNAPSHOT_TIME
        (folder / "changes").mkdir()

    def put(self, name: str, *rows: str, header: str = HEADER) -> None:
        path = self.folder / name
        path.write_text(header + "".join(rows), encoding="utf-8")
        self._seconds += 1
        os.utime(path, (self._seconds, self._seconds))

    def config(self, **settings: Any) -> CsvConfig:
        invoices = {"path": "invoices.csv", "deltas": "changes", "columns": COLUMNS, **settings.pop("invoices", {})}
        return CsvConfig.model_validate({"invoices": invoices, **settings})

    def source(self, **settings: Any) -> CsvSource:
        return CsvSource(self.config(**settings), self.folder)

    def read(self, cursor: str | None = None, **settings: Any) -> Any:
        open_now: dict[str, int] = {}
        removed: list[str] = []
        refused: list[Any] = []
        for batch in self.source(**settings).changes(cursor):
            for one in batch.receivables:
                assert one.receivable_id not in open_now, "a reading says everything once"
                open_now[one.receivable_id] = one.open.amount_minor
            removed += batch.removed_receivable_ids
            refused += batch.quarantined
            end = batch.end
        assert end is not None
        assert end.rows_read == end.rows_accepted + end.rows_quarantined
        return open_now, removed, refused, end


@pytest.fixture
def night(tmp_path: Path) -> Night:
    made = Night(tmp_path)
    made.put("invoices.csv", row("1"), row("2"), row("3"), row("4"))
    return made


def test_the_newest_word_counts_and_what_no_delta_mentions_stays(night: Night) -> None:
    night.put("changes/1.csv", row("1", "60,00"), row("2", "50,00"))
    night.put("changes/2.csv", row("2", "0,00"), row("3", removed="x"), row("5"))
    open_now, removed, refused, end = night.read()
    assert open_now == {"1": 6000, "2": 0, "4": 10000, "5": 10000}
    assert (removed, refused) == (["3"], [])
    assert (end.scope, end.complete, end.rows_read) == (Scope.SNAPSHOT, True, 9)


def test_names_are_read_in_order_with_numbers_as_numbers(night: Night) -> None:
    night.put("changes/d-10.csv", row("1", "10,00"))
    night.put("changes/d-9.csv", row("1", "9,00"))
    assert night.read()[0]["1"] == 1000


def test_a_delta_is_read_once(night: Night) -> None:
    night.put("changes/1.csv", row("1", "60,00"))
    cursor = night.read()[3].cursor
    night.put("changes/2.csv", row("2", "0,00"), row("3", removed="yes"))
    open_now, removed, _, end = night.read(cursor)
    assert (open_now, removed, end.scope, end.complete) == ({"2": 0}, ["3"], Scope.DELTA, True)
    open_now, removed, _, end = night.read(end.cursor)
    assert (open_now, removed, end.scope, end.rows_read) == ({}, [], Scope.DELTA, 0)


def test_two_new_deltas_say_one_thing(night: Night) -> None:
    cursor = night.read()[3].cursor
    night.put("changes/1.csv", row("1", "60,00"), row("2", removed="x"), row("3", removed="x"))
    night.put("changes/2.csv", row("1", "0,00"), row("2", "5,00"))
    assert night.read(cursor)[:2] == ({"1": 0, "2": 500}, ["3"])


@pytest.mark.parametrize("what", ["changed", "out of order", "snapshot", "settings", "nonsense"])
def test_everything_is_read_again_when_a_new_delta_alone_would_not_be_the_truth(what: str, night: Night) -> None:
    night.put("changes/5.csv", row("1", "60,00"))
    cursor, settings = night.read()[3].cursor, {}
    if what == "changed":
        night.put("changes/5.csv", row("1", "50,00"))
    elif what == "out of order":
        night.put("changes/4.csv", row("1", "40,00"), row("2", "40,00"))
    elif what == "snapshot":
        night.put("invoices.csv", row("1", "70,00"), row("2"))
    elif what == "settings":
        settings = {"currency": "SEK"}
    else:
        cursor = "nonsense"
    open_now, _, _, end = night.read(cursor, **settings)
    assert end.scope is Scope.SNAPSHOT
    expected = {"changed": 5000, "out of order": 6000, "snapshot": 7000}
    assert open_now["1"] == expected.get(what, 6000)
    assert open_now["2"] == (4000 if what == "out of order" else 10000)


def test_a_delta_that_is_gone_before_a_newer_snapshot_is_an_error(night: Night) -> None:
    night.put("changes/5.csv", row("1", "0,00"))
    night.put("changes/6.csv", row("2", "20,00"))
    cursor = night.read()[3].cursor
    (night.folder / "changes/5.csv").unlink()
    # Without it the invoice that it said was paid would be open again.
    with pytest.raises(ConfigError, match=r"5.csv was read before and is gone"):
        night.read(cursor)
    night.put("invoices.csv", row("1", "0,00"), row("2", "30,00"))
    assert night.read(cursor)[0] == {"1": 0, "2": 3000}


def test_deltas_older_than_the_snapshot_are_part_of_it_already(night: Night) -> None:
    night.put("changes/1.csv", row("1", "60,00"))
    night.put("invoices.csv", row("1", "70,00"))
    night.put("changes/2.csv", row("2", "20,00"))
    assert night.read()[0] == {"1": 7000, "2": 2000}


def test_unfinished_and_hidden_files_are_no_deltas(night: Night) -> None:
    for name in ("changes/2.csv.part", "changes/.2.csv", "changes/~2.csv", "changes/2.tmp"):
        night.put(name, row("1", "1,00"))
    assert night.read()[0]["1"] == 10000


def test_a_pattern_names_the_deltas(night: Night) -> None:
    night.put("changes/invoices-1.csv", row("1", "60,00"))
    night.put("changes/customers-1.csv", header="something;else\n")
    assert night.read(invoices={"deltas": "changes/invoices-*.csv"})[0]["1"] == 6000


def test_a_missing_number_stops_the_reading(night: Night) -> None:
    night.put("changes/d-0001.csv", row("1", "60,00"))
    night.put("changes/d-0003.csv", row("1", "0,00"))
    assert night.read()[0]["1"] == 0
    numbered = {"deltas_numbered": True}
    with pytest.raises(TransientError, match=r"Between d-0001.csv and d-0003.csv number 2 is missing"):
        night.read(invoices=numbered)
    assert "number 2 is missing" in night.source(invoices=numbered).check().problems[0]
    night.put("changes/d-0002.csv", row("1", "50,00"))
    assert night.read(invoices=numbered)[0]["1"] == 0
    night.put("changes/d-02.csv", row("1"))
    with pytest.raises(ConfigError, match="have the same number"):
        night.read(invoices=numbered)
    (night.folder / "changes/d-02.csv").rename(night.folder / "changes/last.csv")
    with pytest.raises(ConfigError, match=r"last.csv has no number"):
        night.read(invoices=numbered)


def test_a_folder_that_is_not_there_is_named(night: Night) -> None:
    with pytest.raises(ConfigError, match=r"There is no folder .*elsewhere"):
        night.read(invoices={"deltas": "elsewhere/*.csv"})


def test_a_refused_word_replaces_nothing_and_casts_doubt(night: Night) -> None:
    night.put("changes/1.csv", row("1", "sixty"))
    open_now, _, (refused,), _ = night.read()
    assert open_now["1"] == 10000
    assert (refused.place, refused.column, refused.receivable_id) == ("1.csv line 2", "open", "1")
    assert night.source().recheck(["1"]) == [Recheck("1", Money(10000, "EUR"), on_hold=True)]


def test_a_later_word_heals_an_earlier_one(night: Night) -> None:
    night.put("invoices.csv", row("1", "sixty"), row("2"))
    assert night.read()[2][0].receivable_id == "1"
    night.put("changes/1.csv", row("1", "60,00"))
    open_now, _, refused, _ = night.read()
    assert (open_now["1"], refused) == (6000, [])


def test_a_removed_row_needs_nothing_but_its_id(night: Night) -> None:
    night.put("changes/1.csv", "1;;;;;;yes\n")
    assert night.read()[1:3] == (["1"], [])


def test_the_snapshot_needs_no_column_for_what_is_removed_but_a_delta_does(night: Night) -> None:
    plain = HEADER.replace(";removed", "")
    night.put("invoices.csv", row("1").replace(";\n", "\n"), header=plain)
    night.put("changes/1.csv", row("1", removed="x"))
    assert night.read()[1] == ["1"]
    night.put("changes/2.csv", row("1").replace(";\n", "\n"), header=plain)
    with pytest.raises(ConfigError, match=r"2.csv has no column 'removed'"):
        night.read()


def test_looking_up_sees_the_newest_word(night: Night) -> None:
    night.put("changes/1.csv", row("1", "60,00"), row("2", removed="x"))
    source = night.source()
    assert source.recheck(["1", "2", "3"]) == [
        Recheck("1", Money(6000, "EUR")),
        Recheck("2", None),
        Recheck("3", Money(10000, "EUR")),
    ]
    night.put("changes/2.csv", row("1", "0,00"))
    assert source.recheck(["1"]) == [Recheck("1", Money(0, "EUR"))]


def test_a_wish_for_silence_outlives_a_delta_that_does_not_repeat_it(night: Night) -> None:
    header = "no;customer;amount;open;issued;due;removed;silent\n"
    columns = {**COLUMNS, "no_reminders": "silent"}
    night.put("invoices.csv", row("1").replace("\n", ";yes\n"), row("2").replace("\n", ";\n"), header=header)
    night.put("changes/1.csv", row("2").replace("\n", ";\n"), header=header)
    cursor = None
    for _ in range(2):
        batches = list(night.source(invoices={"columns": columns}).changes(cursor))
        cursor = batches[-1].end.cursor
        last = [customer for batch in batches for customer in batch.customers][-1]
        assert last.wishes.no_reminders


def test_customers_and_payments_have_deltas_too(night: Night) -> None:
    for kind in ("c", "p"):
        (night.folder / kind).mkdir()
    customers = {
        "path": "customers.csv",
        "deltas": "c",
        "columns": {"customer_id": "customer", "customer_name": "name"},
    }
    columns = {
        "payment_id": "id",
        "customer_id": "customer",
        "receivable_id": "of",
        "amount": "amount",
        "paid_on": "paid",
    }
    payments = {"path": "payments.csv", "deltas": "p", "columns": columns}
    night.put("customers.csv", "17;Maija\n", "18;Eero\n", header="customer;name\n")
    night.put("c/1.csv", "17;Maija Mäkinen\n", header="customer;name\n")
    night.put("payments.csv", "P1;17;1;40,00;2026-10-20\n", header="id;customer;of;amount;paid\n")
    night.put("p/1.csv", "P1;17;1;45,00;2026-10-20\nP2;17;2;5,00;2026-10-20\n", header="id;customer;of;amount;paid\n")
    settings = {"customers": customers, "payments": payments}
    batches = list(night.source(**settings).changes(None))
    names = {customer.customer_id: customer.name for batch in batches for customer in batch.customers}
    paid = [(payment.payment_id, payment.amount.amount_minor) for batch in batches for payment in batch.payments]
    assert names == {"17": "Maija Mäkinen", "18": "Eero"}
    assert paid == [("P1", 4500), ("P2", 500)]
    cursor = batches[-1].end.cursor
    night.put("p/2.csv", "P3;17;4;5,00;2026-10-20\n", header="id;customer;of;amount;paid\n")
    batches = list(night.source(**settings).changes(cursor))
    assert [payment.payment_id for batch in batches for payment in batch.payments] == ["P3"]
    assert batches[-1].end.scope is Scope.DELTA
    # A customer's row may be refused, and then what the snapshot says is open of theirs must be silent too.
    night.put("c/2.csv", "17;\n", header="customer;name\n")
    batches = list(night.source(**settings).changes(batches[-1].end.cursor))
    assert batches[-1].end.scope is Scope.SNAPSHOT
    assert {row.receivable_id for batch in batches for row in batch.quarantined} == {None, "1", "2", "3", "4"}


def test_deltas_come_after_a_snapshot_only(night: Night) -> None:
    with pytest.raises(ValidationError, match="deltas need a snapshot"):
        night.config(scope="delta")
    with pytest.raises(ValidationError, match="there are no deltas"):
        night.config(invoices={"deltas": None, "deltas_numbered": True})


def test_in_one_delta_file_alone_a_removed_row_is_gone(ledger: Any) -> None:
    source = ledger.invoices({"gone": "x"}, {"no": "2"}, removed="gone").source(scope="delta")
    batches = list(source.changes(None))
    assert [one for batch in batches for one in batch.removed_receivable_ids] == ["1"]
    assert [one.receivable_id for batch in batches for one in batch.receivables] == ["2"]


# -- laws ----------------------------------------------------------------------------------------------------------

lasting = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
#: What one file says: an amount that is open, that it is removed, or something that cannot be read.
said = st.dictionaries(
    st.sampled_from("12345"), st.one_of(st.integers(0, 99), st.sampled_from(["removed", "?"])), max_size=4
)


def lines_of(words: dict[str, Any]) -> list[str]:
    return [
        row(no, removed="x") if word == "removed" else row(no, f"{word},00" if isinstance(word, int) else word)
        for no, word in words.items()
    ]


@lasting
@given(snapshot=said, deltas=st.lists(said, max_size=5), read_after=st.sets(st.integers(0, 5)))
def test_reading_delta_by_delta_and_all_at_once_give_the_newest_words(
    snapshot: dict[str, Any], deltas: list[dict[str, Any]], read_after: set[int], tmp_path_factory: Any
) -> None:
    night = Night(tmp_path_factory.mktemp("night"))
    expected: dict[str, int] = {}
    kept: dict[str, int] = {}
    cursor = None
    for number, words in enumerate([snapshot, *deltas]):
        night.put(f"changes/{number}.csv" if number else "invoices.csv", *lines_of(words))
        expected.update({no: word * 100 for no, word in words.items() if isinstance(word, int)})
        for no, word in words.items():
            if word == "removed":
                expected.pop(no, None)
        if number in read_after or number == len(deltas):
            open_now, removed, _, end = night.read(cursor)
            # As the engine keeps it: a snapshot replaces everything, a delta what it mentions.
            kept = {**({} if end.scope is Scope.SNAPSHOT else kept), **open_now}
            for no in removed:
                kept.pop(no, None)
            cursor = end.cursor
    assert kept == night.read()[0] == expected
    answers = night.source().recheck(["1", "2", "3", "4", "5"])
    assert {one.receivable_id: one.open.amount_minor for one in answers if one.open is not None} == expected


# -- credit notes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("named", "credit_of"), [("100", "A"), ("A", "A"), ("200", "200"), ("300", "300"), ("", "")])
def test_a_credit_note_names_its_invoice_by_id_or_number(named: str, credit_of: str, ledger: Any) -> None:
    ledger.invoices(
        {"id": "N", "no": "900", "amount": "-10,00", "credits": named},
        {"id": "A", "no": "100"},
        {"id": "B", "no": "200"},
        {"id": "C", "no": "200"},
        receivable_id="id",
        credit_of="credits",
    )
    found = {one.receivable_id: one.credit_of for one in ledger.read().receivables}
    # A number of two receivables names neither.
    assert found == {"N": credit_of, "A": "", "B": "", "C": ""}


def test_without_ids_of_the_ledgers_own_the_number_is_the_id(ledger: Any) -> None:
    ledger.invoices({"no": "9", "amount": "-10,00", "credits": "1"}, {"no": "1"}, credit_of="credits")
    assert {one.receivable_id: one.credit_of for one in ledger.read().receivables} == {"9": "1", "1": ""}


def test_a_number_with_one_instalment_names_it(ledger: Any) -> None:
    rows = {"no": "9", "amount": "-10,00", "credits": "1"}, {"no": "1", "part": "1"}
    ledger.invoices(*rows, credit_of="credits", instalment_number="part")
    assert {one.receivable_id: one.credit_of for one in ledger.read().receivables} == {"9": "1/1", "1/1": ""}
