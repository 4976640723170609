"""A web host: one Flask application for several companies, each with its own database, ledger and plugins.

    .venv/bin/flask --app examples/host_flask/app.py run

The accountant sees the proposal with reasons, approves, and the approval stands or falls with the host's own bookkeeping of it.
Sending happens in a request of its own, after the commit, because a host may replay a transaction but never a message.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask, abort, jsonify, request
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
    PluginSet,
    Receivable,
    SnapshotSource,
    Store,
)
from dunningkit.contracts import ScorerSpec
from dunningkit.engine.config import services_in
from dunningkit.errors import DunningkitError
from dunningkit.model import Language, Proposal
from dunningkit.scoring import plugin as ladder
from dunningkit.wording import Wording

Ledger = Callable[[], Iterable[Customer | Receivable]]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Tenant:
    """One company: its database, its plugins, and how dunningkit is wired for it."""

    database: SqlEngine
    plugins: PluginSet
    setup: CreditorSetup
    clock: Callable[[], datetime] = _now

    @classmethod
    def open(cls, creditor: Creditor, ledger: Ledger, folder: Path, *plugins: object, clock: Any = _now) -> "Tenant":
        """Make the company's database where it is missing; its first scorer among ``plugins`` is used."""
        database = create_engine(f"sqlite:///{folder / creditor.creditor_id}.db")
        Store.on_engine(database).migrate()
        with database.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS decisions (who TEXT, reminder TEXT)"))
        allowed = PluginSet.of(*(plugins or (ladder,)))
        scorer = allowed.offered(ScorerSpec)[0].spec
        setup = CreditorSetup.of(
            creditor,
            source=SnapshotSource(ledger),
            channels={Medium.EMAIL: FileOutbox(folder / f"{creditor.creditor_id}-outbox")},
            scorer=scorer.build(scorer.config_model(), services_in(folder, clock=clock)),
        )
        return cls(database, allowed, setup, clock)

    @property
    def creditor_id(self) -> str:
        """The key of everything about this company."""
        return self.setup.creditor.creditor_id

    def engine(self, store: Store | None = None) -> Engine:
        """An engine for one request; it keeps nothing, so it costs nothing to make."""
        return Engine(store or Store.on_engine(self.database), [self.setup], clock=self.clock)

    def approve(self, reminder_ids: list[str] | None, who: Actor) -> tuple[str, ...]:
        """Approve, and write the host's own decision, in one transaction."""
        with self.database.begin() as connection:
            approved = self.engine(Store.on_connection(connection)).approve(
                self.creditor_id, actor=who, reminder_ids=reminder_ids
            )
            for reminder_id in approved:
                values = {"who": who.actor_id, "reminder": reminder_id}
                connection.execute(text("INSERT INTO decisions VALUES (:who, :reminder)"), values)
        return approved


def create_app(tenants: Iterable[Tenant]) -> Flask:
    """Make the application; every address begins with a company's key."""
    app = Flask(__name__)
    by_id = {tenant.creditor_id: tenant for tenant in tenants}

    def tenant_of(company: str) -> Tenant:
        return by_id.get(company) or abort(404)

    @app.errorhandler(DunningkitError)
    def say(error: DunningkitError) -> Any:
        return jsonify(error=error.code, message=str(error)), 409

    @app.post("/<company>/run")
    def run(company: str) -> Any:
        tenant, day = tenant_of(company), date.fromisoformat(request.args["day"])
        engine = tenant.engine()
        engine.sync(company, as_of=day, actor=_actor())
        return _shown(engine.propose(company, as_of=day, actor=_actor()))

    @app.get("/<company>/proposal")
    def proposal(company: str) -> Any:
        return _shown(tenant_of(company).engine().latest(company))

    @app.post("/<company>/approve")
    def approve(company: str) -> Any:
        wanted = (request.get_json(silent=True) or {}).get("reminders")
        return jsonify(approved=tenant_of(company).approve(wanted, _actor()))

    @app.post("/<company>/send")
    def send(company: str) -> Any:
        report = tenant_of(company).engine().send(company, actor=_actor())
        return jsonify(sent=report.accepted, unknown=report.unknown)

    return app


def _actor() -> Actor:
    return Actor(request.headers.get("X-User", "somebody"))


def _shown(proposal: Proposal) -> Any:
    wording = Wording(Language(request.accept_languages.best_match(list(Language)) or Language.FI))
    lines = [
        {
            "invoice": line.invoice_number,
            "status": line.status.value,
            "reminder": line.reminder_id,
            "why": [wording.reason(reason) for reason in line.reasons],
        }
        for line in proposal.lines
    ]
    return jsonify(day=proposal.as_of.isoformat(), lines=lines)


def demo_tenants(folder: Path, clock: Callable[[], datetime] = _now) -> list[Tenant]:
    """Two companies with a customer each, for a first look."""
    day = clock().date()

    def ledger_of(number: str) -> Ledger:
        def ledger() -> Iterable[Customer | Receivable]:
            yield Customer(
                "1", "Maija Mäkinen", contact_points=(ContactPoint(Medium.EMAIL, f"maija@{number}.example"),)
            )
            amount = Money(8990, "EUR")
            due_on = day.fromordinal(day.toordinal() - 5)
            yield Receivable(
                number,
                "1",
                number,
                amount,
                amount,
                issued_on=due_on.fromordinal(due_on.toordinal() - 14),
                due_on=due_on,
            )

        return ledger

    def creditor(key: str, name: str) -> Creditor:
        return Creditor(
            creditor_id=key,
            name=name,
            phone="09 123 4567",
            email=f"laskut@{key}.example",
            website=f"www.{key}.example",
            iban="FI21 1234 5600 0007 85",
        )

    return [
        Tenant.open(creditor("piha", "Pihapalvelu Esimerkki Oy"), ledger_of("1042"), folder, clock=clock),
        Tenant.open(creditor("kello", "Kelloliike Esimerkki Ky"), ledger_of("77"), folder, clock=clock),
    ]


def make_demo() -> Flask:
    """What ``flask --app ... run`` serves: the two companies of the demo, under ``build`` beside this file."""
    folder = Path(__file__).resolve().parent / "build"
    folder.mkdir(exist_ok=True)
    return create_app(demo_tenants(folder))
