"""A small world for tests of the whole engine: a ledger in memory, a channel that remembers, a clock that is told."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dunningkit.contracts import CheckResult, LedgerCapability, Services
from dunningkit.delivery import SendReport
from dunningkit.engine import CreditorSetup, Engine
from dunningkit.errors import UnsupportedCapability
from dunningkit.law.terms import UnderLaw
from dunningkit.model import (
    Act,
    Actor,
    ChangeBatch,
    ChannelEvent,
    ContactPoint,
    Creditor,
    Customer,
    CustomerClass,
    DeliveryResult,
    Document,
    Estimate,
    Hold,
    Line,
    Mark,
    MarkResult,
    Medium,
    Money,
    Outcome,
    OutgoingReminder,
    Payment,
    Proposal,
    QuarantinedRow,
    Receivable,
    Recheck,
    Rendered,
    Scope,
    SyncEnd,
    WebhookRequest,
)
from dunningkit.policy import Policy
from dunningkit.store import Store

TODAY = date(2026, 11, 24)  # a Tuesday
HELSINKI = ZoneInfo("Europe/Helsinki")


@dataclass
class MemoryLedger:
    """A ledger source whose contents a test changes as it likes."""

    customers: dict[str, Customer] = field(default_factory=dict)
    receivables: dict[str, Receivable] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    quarantined: list[QuarantinedRow] = field(default_factory=list)
    complete: bool = True
    scope: Scope = Scope.SNAPSHOT
    payments_as_of: date | None = None
    fails: Exception | None = None
    recheck_fails: Exception | None = None
    meanwhile: dict[str, Money | None] = field(default_factory=dict)

    def check(self) -> CheckResult:
        return CheckResult(ok=True)

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        yield ChangeBatch(customers=tuple(self.customers.values()))
        yield ChangeBatch(receivables=tuple(self.receivables.values()), payments=tuple(self.payments.values()))
        if self.fails:
            raise self.fails
        count = len(self.receivables)
        yield ChangeBatch(
            holds=tuple(self.holds.values()),
            acts=tuple(self.acts),
            quarantined=tuple(self.quarantined),
            end=SyncEnd(self.scope, self.complete, self.payments_as_of, cursor, count, count, 0),
        )

    def recheck(self, receivable_ids: Sequence[str]) -> Sequence[Recheck]:
        if self.recheck_fails:
            raise self.recheck_fails
        return [Recheck(one, self._open_now(one)) for one in receivable_ids]

    def _open_now(self, receivable_id: str) -> Money | None:
        if receivable_id in self.meanwhile:
            return self.meanwhile[receivable_id]
        found = self.receivables.get(receivable_id)
        return found.open if found else None

    def documents(self, receivable_ids: Sequence[str]) -> Sequence[Document]:
        raise UnsupportedCapability("no copies here")

    def write_back(self, marks: Sequence[Mark]) -> Sequence[MarkResult]:
        raise UnsupportedCapability("no write-back here")


@dataclass
class MemoryChannel:
    """A channel that remembers what left, and can be told how to answer: a result, or something to raise."""

    left: list[Rendered] = field(default_factory=list)
    answer: Callable[[Rendered], DeliveryResult] | None = None
    dies_before: BaseException | None = None
    dies_after: BaseException | None = None

    @property
    def max_delivery_days(self) -> int:
        return 0

    def check(self) -> CheckResult:
        return CheckResult(ok=True)

    def render(self, reminder: OutgoingReminder) -> Rendered:
        text = f"{reminder.message.subject}\n{reminder.message.body}"
        return Rendered(reminder.key, reminder.to.medium, reminder.to.address, "text/plain", text.encode(), text, "x")

    def estimate(self, rendered: Sequence[Rendered]) -> Sequence[Estimate]:
        return [Estimate(one.key, 1) for one in rendered]

    def deliver(self, rendered: Sequence[Rendered]) -> Sequence[DeliveryResult]:
        if self.dies_before:
            raise self.dies_before
        self.left.extend(rendered)
        if self.dies_after:
            raise self.dies_after
        return [self.answer(one) if self.answer else DeliveryResult(one.key, Outcome.ACCEPTED) for one in rendered]

    def look_up(self, keys: Sequence[str]) -> Sequence[DeliveryResult]:
        raise UnsupportedCapability("no look-up here")

    def parse_event(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        raise UnsupportedCapability("no events here")


@dataclass
class World:
    """One creditor with its ledger, channel, store and clock."""

    store: Store
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    channel: MemoryChannel = field(default_factory=MemoryChannel)
    policy: Policy = field(default_factory=Policy)
    special_policies: tuple[Policy, ...] = ()
    scorer: object | None = None
    law: UnderLaw | None = None
    capabilities: frozenset[LedgerCapability] = frozenset()
    actor: Actor = field(default_factory=lambda: Actor("u1", "Maija M."))
    now: datetime = field(default_factory=lambda: datetime.combine(TODAY, time(10), tzinfo=HELSINKI))
    creditor: Creditor = field(
        default_factory=lambda: Creditor(
            creditor_id="pihapalvelu",
            name="Pihapalvelu Esimerkki Oy",
            phone="09 123 4567",
            email="laskut@example.fi",
            website="www.example.fi",
            iban="FI21 1234 5600 0007 85",
            agent_name="Liisa Esimerkki",
        )
    )

    @property
    def today(self) -> date:
        return self.now.astimezone(HELSINKI).date()

    def on(self, day: date, hour: int = 10) -> "World":
        self.now = datetime.combine(day, time(hour), tzinfo=HELSINKI)
        return self

    def engine(self) -> Engine:
        setup = CreditorSetup.of(
            self.creditor,
            source=self.ledger,
            channels={Medium.EMAIL: self.channel, Medium.SMS: self.channel},
            policy=self.policy,
            special_policies=self.special_policies,
            scorer=self.scorer,
            law=self.law,
            source_capabilities=self.capabilities,
        )
        return Engine(self.store, [setup], clock=lambda: self.now.astimezone(UTC))

    def customer(self, customer_id: str = "1", **changes: object) -> Customer:
        made = Customer(
            customer_id,
            f"Maija Mäkinen {customer_id}",
            first_name="Maija",
            customer_class=CustomerClass.CONSUMER,
            contact_points=(ContactPoint(Medium.EMAIL, f"maija{customer_id}@example.fi"),),
        )
        self.ledger.customers[customer_id] = replace(made, **changes)
        return self.ledger.customers[customer_id]

    def invoice(
        self, number: str = "1042", *, customer_id: str = "1", late: int = 5, minor: int = 8990, **changes: object
    ) -> Receivable:
        """Add an invoice that is ``late`` days past due today, for a customer that is made when missing."""
        if customer_id not in self.ledger.customers:
            self.customer(customer_id)
        due_on = self.today - timedelta(days=late)
        made = Receivable(
            receivable_id=number,
            customer_id=customer_id,
            invoice_number=number,
            original=Money(minor, "EUR"),
            open=Money(minor, "EUR"),
            issued_on=due_on - timedelta(days=14),
            due_on=due_on,
            subject="Haravointi",
            reference="1232",
        )
        self.ledger.receivables[number] = replace(made, **changes)
        return self.ledger.receivables[number]

    def pay(self, number: str) -> None:
        paid = self.ledger.receivables[number]
        zero = Money.zero(paid.open.currency)
        self.ledger.receivables[number] = replace(paid, open=zero, settled_on=self.today)

    def sync(self, **options: object) -> None:
        self.engine().sync(self.creditor.creditor_id, as_of=self.today, actor=self.actor, **options)

    def propose(self) -> Proposal:
        """Sync and propose for today."""
        self.sync()
        return self.engine().propose(self.creditor.creditor_id, as_of=self.today, actor=self.actor)

    def approve(self, *reminder_ids: str) -> tuple[str, ...]:
        return self.engine().approve(self.creditor.creditor_id, actor=self.actor, reminder_ids=reminder_ids or None)

    def send(self, **limits: object) -> SendReport:
        return self.engine().send(self.creditor.creditor_id, actor=self.actor, **limits)

    def line(self, number: str = "1042") -> Line:
        """Today's line about one invoice."""
        return next(line for line in self.propose().lines if line.invoice_number == number)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'dunning.db'}")
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


@pytest.fixture(scope="session")
def new_world() -> Iterator[Callable[[], World]]:
    """Makes fresh worlds for properties that need one per example: each is its own creditor in one shared database."""
    shared = Store.open("sqlite://")
    shared.migrate()
    numbers = count()

    def make() -> World:
        world = World(shared)
        world.creditor = replace(world.creditor, creditor_id=f"creditor-{next(numbers)}")
        return world

    yield make
    shared.close()


@pytest.fixture
def services(tmp_path: Path) -> Services:
    """What a plugin is given; its HTTP client refuses to exist."""
    import structlog  # noqa: PLC0415

    def no_client() -> object:
        raise AssertionError("no test plugin talks to the network")

    return Services(
        clock=lambda: datetime.now(UTC), log=structlog.get_logger(), base_dir=tmp_path, http_client=no_client
    )
