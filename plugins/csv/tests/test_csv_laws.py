"""Laws of every file whatever is in it: each row ends in exactly one place, and looking up agrees with reading."""

import csv
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dunningkit_csv.parsing import why_destroyed

HEADERS = ("no", "customer", "amount", "open", "issued", "due", "email")
COLUMNS = {
    "invoice_number": "no",
    "customer_id": "customer",
    "original": "amount",
    "open": "open",
    "issued_on": "issued",
    "due_on": "due",
    "email": "email",
}
lasting = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

numbers = st.sampled_from(["1", "2", "3", "0004"])
dates = st.sampled_from(["2026-10-01", "2026-10-15", "2026-02-31", "1.10.2026", ""])
amounts = st.sampled_from(["100,00", "-100,00", "0", "1.5", "", "sata"])
emails = st.sampled_from(["", "maija@example.fi", "liisa@example.fi", "maija"])
likely = st.tuples(numbers, numbers, amounts, amounts, dates, dates, emails)
lines = st.one_of(
    likely.map(";".join), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=30)
)


def content(rows: list[str]) -> str:
    return "\n".join([";".join(HEADERS), *rows, ""])


@lasting
@given(rows=st.lists(lines, max_size=30))
def test_every_row_is_in_exactly_one_place(rows: list[str], new_ledger: Callable[[], Any]) -> None:
    reading = new_ledger().file("invoices", COLUMNS, content(rows), delimiter=";", encoding="utf-8").read()
    rows_read, accepted, quarantined = reading.counts
    assert (accepted, quarantined) == (len(reading.receivables), len(reading.quarantined))
    places = [row.place for row in reading.quarantined]
    assert len(places) == len(set(places))
    assert rows_read <= len(rows)
    ids = [receivable.receivable_id for receivable in reading.receivables]
    assert len(ids) == len(set(ids))
    assert all(row.reason.endswith(".") for row in reading.quarantined)


@lasting
@given(rows=st.lists(likely, max_size=30))
def test_every_line_is_accepted_or_quarantined_under_its_own_number(
    rows: list[tuple[str, ...]], new_ledger: Callable[[], Any]
) -> None:
    reading = new_ledger().file("invoices", COLUMNS, content([";".join(row) for row in rows])).read()
    assert reading.counts[0] == len(rows)
    refused = {int(row.place.removeprefix("invoices.csv line ")) for row in reading.quarantined}
    taken = [row[0] for line, row in enumerate(rows, 2) if line not in refused]
    assert taken == [receivable.receivable_id for receivable in reading.receivables]


@lasting
@given(before=st.lists(likely, max_size=20), now=st.lists(likely, max_size=20))
def test_looking_up_agrees_with_reading(
    before: list[tuple[str, ...]], now: list[tuple[str, ...]], new_ledger: Callable[[], Any]
) -> None:
    ledger = new_ledger().file("invoices", COLUMNS, content([";".join(row) for row in before]))
    source = ledger.source()
    source.recheck(["1"])
    reading = ledger.file("invoices", COLUMNS, content([";".join(row) for row in now])).read()
    taken = {receivable.receivable_id: receivable.open for receivable in reading.receivables}
    doubtful = {row.receivable_id for row in reading.quarantined}
    answers = source.recheck(["1", "2", "3", "0004", "5"])
    assert [answer.receivable_id for answer in answers] == ["1", "2", "3", "0004", "5"]
    for answer in answers:
        assert answer.open == taken.get(answer.receivable_id)
        assert answer.on_hold == (answer.receivable_id in doubtful)


@lasting
@given(
    texts=st.lists(st.text(max_size=12), min_size=1, max_size=8),
    delimiter=st.sampled_from([";", ",", "\t", "|"]),
)
@example(texts=["Haravointi", "#NIMI?", "####"], delimiter=";")
def test_what_a_csv_writer_wrote_is_read_as_it_was_or_refused_when_a_spreadsheet_destroyed_it(
    texts: list[str], delimiter: str, new_ledger: Callable[[], Any]
) -> None:
    written = ["".join(sign for sign in text if sign.isprintable() or sign in "\r\n") for text in texts]
    ledger = new_ledger()
    ledger.invoices()
    ledger.config["invoices"]["columns"]["subject"] = "subject"
    with (ledger.folder / "invoices.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["no", "customer", "amount", "issued", "due", "subject"])
        for number, text in enumerate(written):
            writer.writerow([str(number), "17", "100,00", "2026-10-01", "2026-10-15", text])
    reading = ledger.read()
    subjects = {str(number): " ".join(text.split()) for number, text in enumerate(written)}
    destroyed = {number for number, subject in subjects.items() if subject[:1] == "#" and why_destroyed(subject)}
    read = {receivable.receivable_id: receivable.subject for receivable in reading.receivables}
    assert read == {number: subject for number, subject in subjects.items() if number not in destroyed}
    assert {row.receivable_id for row in reading.quarantined} == destroyed
