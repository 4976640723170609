"""Read a CSV file of gigabytes with the CSV plugin, and say how long it took and how much memory it needed at most.

Usage: ``python benchmarks/csv_huge.py [GIGABYTES]``. The file is made in a temporary folder and taken away again.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from dunningkit_csv.config import CsvConfig
from dunningkit_csv.source import CsvSource

_COLUMNS = {
    "invoice_number": "Laskunumero",
    "customer_id": "Asiakasnumero",
    "customer_name": "Asiakas",
    "email": "Sähköposti",
    "issued_on": "Laskupäivä",
    "due_on": "Eräpäivä",
    "original": "Summa",
    "open": "Avoinna",
    "subject": "Selite",
}
#: What was invoiced is the same long thing every time: the plugin must not keep it.
_SUBJECT = "Pihatyöt ja lehtien haravointi sopimuksen mukaan, " * 8
_BLOCK_ROWS = 10_000
_CUSTOMERS = 50_000


def _rows(first: int) -> Iterator[str]:
    for n in range(first, first + _BLOCK_ROWS):
        customer = n % _CUSTOMERS
        due = f"{n % 28 + 1}.11.2026"
        yield (
            f"{n:09};{customer:06};Asiakas {customer} Oy;a{customer}@example.fi;1.10.2026;{due};"
            f"{n % 900 + 10},50;{n % 900 + 10},50;{_SUBJECT}\n"
        )


def _write(path: Path, size: int) -> int:
    rows = written = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(";".join(_COLUMNS.values()) + "\n")
        while written < size:
            block = "".join(_rows(rows))
            file.write(block)
            rows += _BLOCK_ROWS
            written += len(block.encode())
    return rows


def main(gigabytes: float) -> None:
    """Make the file, read it, and print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "huge.csv"
        rows = _write(path, int(gigabytes * 2**30))
        print(f"{path.stat().st_size} bytes, {rows} rows")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        settings = {"path": str(path), "date_format": "d.m.yyyy", "columns": _COLUMNS}
        source = CsvSource(CsvConfig.model_validate({"invoices": settings}), Path(folder))
        started = time.perf_counter()
        receivables = open_minor = 0
        for batch in source.changes(None):
            receivables += len(batch.receivables)
            open_minor += sum(one.open.amount_minor for one in batch.receivables)
        seconds = time.perf_counter() - started
        expected = sum((n % 900 + 10) * 100 + 50 for n in range(rows))
        if (receivables, open_minor) != (rows, expected):
            sys.exit(f"a row or a cent is missing: {receivables} of {rows} rows, {open_minor} of {expected}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"{seconds:.0f} s, peak {peak / 1024:.0f} MB (before reading {before / 1024:.0f} MB)")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.2)
