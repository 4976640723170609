"""A host that runs at night: two companies, a database and plugins of its own for each, one process per company.

    .venv/bin/python examples/host_batch/nightly.py FOLDER

The host keeps its invoices in tables of its own and hands dunningkit its SQLAlchemy engine. It makes everything before it
forks, as a preloading server does, and lets each process open its own connections. An approval happens in one transaction with
the host's own journal: both stand, or neither.
"""

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine as SqlEngine
from sqlalchemy import create_engine, text

from dunningkit import (
    Actor,
    ContactPoint,
    Creditor,
    CreditorSetup,
    Customer,
    Engine,
    FileOutbox,
    Medium,
    Money,
    Receivable,
    SnapshotSource,
    Store,
)
from dunningkit.contracts import Scorer
from dunningkit.model import CustomerClass, Histories, Reason, ReasonCode, Score, Segment

NIGHT_JOB = Actor("nightly", "Night job")
DAY = date(2026, 11, 24)

TABLES = (
    "CREATE TABLE invoices (number TEXT PRIMARY KEY, customer TEXT, email TEXT, open_cents INTEGER, issued TEXT, due TEXT)",
    "CREATE TABLE journal (entry TEXT)",
)


class EverybodyIsNew:
    """A company's own scorer: it knows nobody yet and says so."""

    def score(self, histories: Histories, as_of: date) -> list[Score]:  # noqa: ARG002  # the contract's signature
        """Score everybody as new."""
        why = Reason.of(ReasonCode.EVIDENCE, known=0, months=0)
        return [Score(one.customer_id, Segment.NEW, 0, (), 0, (why,)) for one in histories.customers]


@dataclass(frozen=True)
class Company:
    """One tenant: its name, its database, and what it plugs in."""

    setup: CreditorSetup
    database: SqlEngine

    @property
    def company_id(self) -> str:
        """The key of everything about this company."""
        return self.setup.creditor.creditor_id

    def engine(self, store: Store) -> Engine:
        """This company's engine on its own database, or inside a transaction."""
        return Engine(store, [self.setup], clock=lambda: datetime(2026, 11, 24, 8, tzinfo=UTC))

    def night(self, day: date) -> dict[str, int]:
        """Sync, propose, approve together with the journal, send."""
        engine = self.engine(Store.on_engine(self.database))
        engine.sync(self.company_id, as_of=day, actor=NIGHT_JOB)
        proposal = engine.propose(self.company_id, as_of=day, actor=NIGHT_JOB)
        approved = self.approve(f"approved on {day}")
        report = engine.send(self.company_id, actor=NIGHT_JOB)
        return {"lines": len(proposal.lines), "approved": approved, "sent": len(report.accepted)}

    def approve(self, entry: str) -> int:
        """Approve what is ready and write the journal, in one transaction of the host's."""
        with self.database.begin() as connection:
            approved = self.engine(Store.on_connection(connection)).approve(self.company_id, actor=NIGHT_JOB)
            connection.execute(text("INSERT INTO journal VALUES (:entry)"), {"entry": entry})
        return len(approved)


def open_company(folder: Path, company_id: str, name: str, scorer: Scorer | None = None) -> Company:
    """Make a company's database where it is missing, and its engine. No connection stays open."""
    database = create_engine(f"sqlite:///{folder / company_id}.db")
    with database.begin() as connection:
        there = connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'invoices'")).scalar_one()
        for statement in () if there else TABLES:
            connection.execute(text(statement))
    Store.on_engine(database).migrate()
    database.dispose()
    creditor = Creditor(
        creditor_id=company_id,
        name=name,
        phone="09 123 4567",
        email=f"laskut@{company_id}.example",
        website=f"www.{company_id}.example",
        iban="FI21 1234 5600 0007 85",
    )
    setup = CreditorSetup.of(
        creditor,
        source=SnapshotSource(lambda: ledger(database)),
        channels={Medium.EMAIL: FileOutbox(folder / f"{company_id}-outbox")},
        scorer=scorer,
    )
    return Company(setup, database)


def ledger(database: SqlEngine) -> Iterator[Customer | Receivable]:
    """The host's own tables as dunningkit's values."""
    with database.connect() as connection:
        rows = connection.execute(text("SELECT * FROM invoices ORDER BY number")).all()
    for row in rows:
        yield Customer(
            row.customer,
            f"Customer {row.customer}",
            customer_class=CustomerClass.OTHER_NON_CONSUMER,
            contact_points=(ContactPoint(Medium.EMAIL, row.email),),
        )
        amount = Money(row.open_cents, "EUR")
        issued_on, due_on = date.fromisoformat(row.issued), date.fromisoformat(row.due)
        yield Receivable(row.number, row.customer, row.number, amount, amount, issued_on=issued_on, due_on=due_on)


def add_invoices(company: Company, *numbers: str) -> None:
    """Put some overdue invoices into a company's own table."""
    with company.database.begin() as connection:
        for number in numbers:
            connection.execute(
                text("INSERT INTO invoices VALUES (:n, :c, :e, 12000, '2026-11-03', '2026-11-17')"),
                {"n": number, "c": f"C{number}", "e": f"c{number}@example.fi"},
            )
    company.database.dispose()


def in_own_processes(companies: list[Company], work: Callable[[Company], dict[str, int]]) -> dict[str, dict[str, int]]:
    """Do a company's work in a process forked from this one, for each company at once."""
    forking = multiprocessing.get_context("fork")
    results = forking.SimpleQueue()
    workers = [forking.Process(target=_work, args=(company, work, results)) for company in companies]
    for worker in workers:
        worker.start()
    done = dict(results.get() for _ in workers)
    for worker in workers:
        worker.join()
    return done


def _work(
    company: Company, work: Callable[[Company], dict[str, int]], results: "multiprocessing.SimpleQueue[object]"
) -> None:
    # What the parent's pool holds is the parent's: this process opens its own connections.
    company.database.dispose(close=False)
    results.put((company.company_id, work(company)))


def main(folder: Path) -> None:
    """Play two nights."""
    folder.mkdir(parents=True, exist_ok=True)
    piha = open_company(folder, "piha", "Pihapalvelu Esimerkki Oy")
    kello = open_company(folder, "kello", "Kelloliike Esimerkki Ky", EverybodyIsNew())
    add_invoices(piha, "1001", "1002")
    add_invoices(kello, "77")
    for night in ("first", "second"):
        done = in_own_processes([piha, kello], lambda company: company.night(DAY))
        for company_id in sorted(done):
            print(f"{night} night, {company_id}: {done[company_id]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
