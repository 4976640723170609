"""One measured job of the engine, in a process of its own, so that the peak of its memory is its own: see `bench.py`.

python benchmarks/ours.py make ROWS FOLDER        write the seeded ledger's files
python benchmarks/ours.py sync FOLDER DATABASE    the first reading
python benchmarks/ours.py eve FOLDER DATABASE     the day before: propose, approve and send, so that the day is a usual one
python benchmarks/ours.py day FOLDER DATABASE     the day: read what changed, propose, write, store
python benchmarks/ours.py pure FOLDER DATABASE    what one decision and one composed message cost
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ledgers import CREDITOR_ID, CUSTOMER_HEADERS, DAY, INVOICE_HEADERS, customers, day, invoices, write_files
from sqlalchemy import create_engine, event

from dunningkit.delivery.file_outbox import FileOutbox
from dunningkit.engine import CreditorSetup, Engine
from dunningkit.engine import propose as proposing
from dunningkit.messages import Composer
from dunningkit.model import Actor, Creditor, Medium
from dunningkit.store import Store
from dunningkit_csv.config import CsvConfig
from dunningkit_csv.source import CsvSource

EVE = DAY - timedelta(days=1)
CLERK = Actor("u1", "Maija Mallikas")
_LIKE_OURS = {"encoding": "utf-8", "delimiter": ";", "decimal": ",", "date_format": "d.m.yyyy"}


def _engine(folder: Path, database: Path, *, scope: str = "snapshot", hasty: bool = False) -> Engine:
    apart = (folder / "customers.csv").exists()
    columns = (
        {**INVOICE_HEADERS, "customer_id": CUSTOMER_HEADERS["customer_id"]}
        if apart
        else {**INVOICE_HEADERS, **CUSTOMER_HEADERS}
    )
    config: dict[str, Any] = {"scope": scope, "invoices": {"path": "invoices.csv", "columns": columns, **_LIKE_OURS}}
    if apart:
        config["customers"] = {"path": "customers.csv", "columns": CUSTOMER_HEADERS, **_LIKE_OURS}
    creditor = Creditor(
        creditor_id=CREDITOR_ID,
        name="Pihapalvelu Esimerkki Oy",
        phone="0457 555 0999",
        email="laskut@example.com",
        website="www.example.com",
        iban="FI21 1234 5600 0007 85",
        agent_name="Maija Mallikas",
    )
    setup = CreditorSetup.of(
        creditor,
        source=CsvSource(CsvConfig.model_validate(config), folder),
        channels={Medium.EMAIL: FileOutbox(database.parent / "outbox")},
    )
    store = _hasty_store(database) if hasty else Store.open(f"sqlite:///{database}")
    store.migrate()
    return Engine(store, [setup], clock=lambda: datetime(DAY.year, DAY.month, DAY.day, 8, tzinfo=UTC))


def _hasty_store(database: Path) -> Store:
    """For what is not measured: thousands of sent reminders without waiting for the disk each time."""
    engine = create_engine(f"sqlite:///{database}")
    event.listen(engine, "connect", lambda opened, _record: opened.execute("PRAGMA synchronous=OFF"))
    return Store.on_engine(engine)


def make(rows: int, folder: Path) -> dict[str, float]:
    """Write the ledger in both layouts, and what the day brings."""
    known = customers(rows)
    write_files(folder / "rows", known, invoices(rows, known), customers_apart=False)
    write_files(folder / "files", known, invoices(rows, known), customers_apart=True)
    write_files(folder / "day", known, day(rows, known), customers_apart=False)
    return {}


def sync(folder: Path, database: Path) -> dict[str, float]:
    """The first reading of a whole ledger."""
    engine = _engine(folder, database)
    report = engine.sync(CREDITOR_ID, as_of=EVE, actor=CLERK)
    if not report.complete or report.rows_quarantined:
        raise SystemExit(f"the reading went wrong: {report}")
    return {"rows": report.rows_accepted}


def eve(folder: Path, database: Path) -> dict[str, float]:
    """The day before, with the month's portfolio; what is ready is approved and sent."""
    engine = _engine(folder, database, hasty=True)
    seconds, _proposal = _timed(lambda: engine.propose(CREDITOR_ID, as_of=EVE, actor=CLERK))
    engine.approve(CREDITOR_ID, actor=CLERK)
    sent = engine.send(CREDITOR_ID, actor=CLERK)
    return {"propose": seconds, "sent": len(sent.accepted)}


def run_day(folder: Path, database: Path) -> dict[str, float]:
    """Read what changed, propose, write and store."""
    engine = _engine(folder, database, scope="delta")
    reading, report = _timed(lambda: engine.sync(CREDITOR_ID, as_of=DAY, actor=CLERK))
    proposing, proposal = _timed(lambda: engine.propose(CREDITOR_ID, as_of=DAY, actor=CLERK))
    if not report.complete or report.rows_quarantined:
        raise SystemExit(f"the reading went wrong: {report}")
    return {"sync": reading, "propose": proposing, "reminders": len(proposal.reminders), "lines": len(proposal.lines)}


def pure(folder: Path, database: Path) -> dict[str, float]:
    """Record the situations and drafts of the day, then decide and compose them again, and nothing else."""
    engine = _engine(folder, database, scope="delta")
    engine.sync(CREDITOR_ID, as_of=DAY, actor=CLERK)
    decided, drafts = [], []
    decide, compose = proposing.decide, Composer.compose
    with (
        patch.object(proposing, "decide", lambda *given: (decided.append(given), decide(*given))[1]),
        patch.object(Composer, "compose", lambda self, draft: (drafts.append(draft), compose(self, draft))[1]),
    ):
        engine.propose(CREDITOR_ID, as_of=DAY, actor=CLERK)
    composer = Composer()
    for draft in drafts:
        composer.compose(draft)  # each situation's text is compiled once
    deciding = min(_timed(lambda: [decide(*given) for given in decided])[0] for _ in range(5))
    composing = min(_timed(lambda: [composer.compose(draft) for draft in drafts])[0] for _ in range(5))
    return {"decide_us": 1e6 * deciding / len(decided), "compose_us": 1e6 * composing / len(drafts)}


def _timed(job: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    made = job()
    return time.perf_counter() - began, made


def main() -> None:
    """Run the job and print what it says of itself, with the peak of its memory in MiB."""
    job, first, second = sys.argv[1:]
    jobs = {"sync": sync, "eve": eve, "day": run_day, "pure": pure}
    made = make(int(first), Path(second)) if job == "make" else jobs[job](Path(first), Path(second))
    print(json.dumps({**made, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
