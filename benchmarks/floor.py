"""The least a program must do to bring the ledger's file into SQLite: what `bench.py` compares the first reading with.

    python benchmarks/floor.py FOLDER DATABASE

Reads the same files with the csv module, converts the same dates and amounts, and inserts the same columns into the store's
own tables with their indexes, each table by one ``executemany`` in one transaction. It checks nothing, refuses nothing, and
would put a day and month that stand the wrong way round into the ledger without a word.
"""

import csv
import sqlite3
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ledgers import CREDITOR_ID, CUSTOMER_HEADERS, INVOICE_HEADERS
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from dunningkit.store.schema import Tables

NEVER = "9999-12-31"
_NO_WISHES = '{"medium":null,"avoid":[],"no_reminders":false,"payday":null}'
_NO_ADDRESS = '{"street":"","postal_code":"","city":"","country":""}'


@cache
def day(text: str) -> str | None:
    """The ISO text of a date written d.m.yyyy."""
    if not text:
        return None
    day_of_month, month, year = text.split(".")
    return date(int(year), int(month), int(day_of_month)).isoformat()


@cache
def day_after(text: str) -> str:
    """The ISO text of the day after a date written d.m.yyyy."""
    return date.fromordinal(date.fromisoformat(day(text) or NEVER).toordinal() + 1).isoformat()


def minor(text: str) -> int:
    """The cents of an amount with a decimal comma."""
    whole, _, cents = text.partition(",")
    return int(whole + cents)


def customer_row(cell: dict[str, int], row: list[str]) -> tuple[Any, ...]:
    """A row of the customers table."""
    points = (
        f'[{{"medium":"email","address":"{row[cell["email"]]}","confirmed":false}},'
        f'{{"medium":"sms","address":"{row[cell["phone"]]}","confirmed":false}}]'
    )
    labels = (row[cell["customer_name"]], "", row[cell["customer_class"]], row[cell["language"]])
    return (CREDITOR_ID, row[cell["customer_id"]], *labels, points, _NO_WISHES, "", _NO_ADDRESS, "", 1)


def receivable_rows(cell: dict[str, int], rows: Iterator[list[str]], customers: dict[str, Any]) -> Iterator[Any]:
    """Rows of the receivables table; customers that stand on the same rows are kept once each."""
    number, invoice, owner = cell["receivable_id"], cell["invoice_number"], cell["customer_id"]
    issued, due, settled = cell["issued_on"], cell["due_on"], cell["settled_on"]
    original, unpaid, currency = cell["original"], cell["open"], cell["currency"]
    subject, reference = cell["subject"], cell["reference"]
    medium, outcome, disputed = cell["delivery_medium"], cell["delivery_outcome"], cell["disputed"]
    has_customers = "email" in cell
    for row in rows:
        customer_id = row[owner]
        if has_customers and customer_id not in customers:
            customers[customer_id] = customer_row(cell, row)
        due_on, settled_on = day(row[due]), day(row[settled])
        review_on = NEVER if settled_on and due_on and settled_on <= due_on else day_after(row[due])
        yield (
            *(CREDITOR_ID, row[number], customer_id, row[invoice], None, "invoice", row[currency]),
            *(minor(row[original]), minor(row[unpaid]), day(row[issued]), None, due_on, None, settled_on, None),
            *(
                row[subject],
                row[reference],
                "",
                "",
                "[]",
                row[disputed] == "kyllä",
                True,
                "",
                row[medium],
                row[outcome],
            ),
            *(False, None, None, None, None, None, "", None, 1, review_on, review_on, None, None),
        )


def main(folder: Path, database: Path) -> None:
    """Read the folder's files into a new database."""
    tables, dialect = Tables(), sqlite.dialect()
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    customers: dict[str, Any] = {}
    for table in (tables.customers, tables.receivables):
        connection.execute(str(CreateTable(table).compile(dialect=dialect)))
        for index in table.indexes:
            connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
    connection.execute("BEGIN IMMEDIATE")
    apart = folder / "customers.csv"
    if apart.exists():
        with apart.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, delimiter=";")
            cell = _cells(next(rows), CUSTOMER_HEADERS)
            _insert(
                connection,
                tables.customers.name,
                len(tables.customers.columns),
                (customer_row(cell, row) for row in rows),
            )
    with (folder / "invoices.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter=";")
        cell = _cells(next(rows), {**CUSTOMER_HEADERS, **INVOICE_HEADERS})
        width = len(tables.receivables.columns)
        _insert(connection, tables.receivables.name, width, receivable_rows(cell, rows, customers))
    _insert(connection, tables.customers.name, len(tables.customers.columns), customers.values())
    connection.execute("COMMIT")
    connection.close()


def _cells(headers: list[str], names: dict[str, str]) -> dict[str, int]:
    return {field: headers.index(header) for field, header in names.items() if header in headers}


def _insert(connection: sqlite3.Connection, table: str, width: int, rows: Any) -> None:
    connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", rows)  # noqa: S608  # our own name


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
