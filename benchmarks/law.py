"""What asking the law costs: 100,000 receivables with histories of five years, and the veto's share of a proposal.

    python benchmarks/law.py [--cases 100000] [--lines 4000] [--runs 3] [--write]

Each receivable was due between 2019 and 2021, is asked about five years later (ten half-years, two leap days) and has three
payments and six reminders on the way; one payment may have gone back. Classes are mixed, some ask for an agreed rate or stopped
for a while.
Interest alone is CPU time of one core; the ratio is to a bare loop that multiplies and adds what cannot be left out, the
segments of every receivable. Interest and the fee of another reminder together are wall time on two cores, half of the
receivables each. The veto's share is what it takes of a proposal of one late invoice for each customer, all friendly or all
formal with interest, to the rest of that proposal. ``--write`` keeps the result in ``benchmarks/results/law.md``.
"""

import argparse
import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from unittest.mock import patch

from import_cost import machine

from dunningkit.delivery.file_outbox import FileOutbox
from dunningkit.engine import CreditorSetup, Engine, SnapshotSource
from dunningkit.engine.vetoing import Veto
from dunningkit.law import BusinessCalendar
from dunningkit.law.acts import allowed
from dunningkit.law.answers import Interest
from dunningkit.law.case import AskedAct, Case, DoneAct, Paid, Stop
from dunningkit.law.interest import interest
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import RulePack, StopKind
from dunningkit.law.terms import CreditorTerms, UnderLaw
from dunningkit.model import (
    ActKind,
    Actor,
    ContactPoint,
    Creditor,
    Customer,
    CustomerClass,
    Medium,
    Money,
    Receivable,
)
from dunningkit.policy import Policy
from dunningkit.store import Store

CORES, BUDGET_SECONDS, BUDGET_PERCENT = 2, 10, 30
DAY = date(2026, 11, 24)
CLERK = Actor("u1", "Maija Mallikas")
TERMS = CreditorTerms(
    sent_when_issued=True, due_dates_bind=True, rate_stated=True, start_stated=True, claim_interest=True
)
FORMAL = {"id": "formal", "kind": "formal", "days": 15, "fee_minor": 500, "channels": ["email"]}
CLASSES = (
    *(3 * (CustomerClass.CONSUMER,)),
    *(4 * (CustomerClass.COMMERCIAL_30_2013,)),
    CustomerClass.OTHER_NON_CONSUMER,
    CustomerClass.PUBLIC_FROM_PRIVATE_PERSON,
)
YEARS_DAYS = 1826


def made_up(cases: int) -> list[Case]:
    """Receivables that a seed decides."""
    random = Random(20261124)
    return [_one(random) for _ in range(cases)]


def _one(random: Random) -> Case:
    due_on = date(2019, 1, 1) + timedelta(random.randrange(1000))
    principal = random.randrange(2_000, 2_000_000)
    days = sorted(random.sample(range(1, YEARS_DAYS), 3))
    amounts = [principal // 10, random.choice((principal // 5, -(principal // 20))), principal // 4]
    stop = Stop(StopKind.CREDITOR_OWES_ANSWER, due_on + timedelta(400), due_on + timedelta(430))
    return Case(
        random.choice(CLASSES),
        Money(principal, "EUR"),
        issued_on=due_on - timedelta(21),
        due_on=due_on,
        sent_on=due_on - timedelta(20),
        due_date_binds=random.random() < 0.8,
        rate_stated=True,
        start_stated=True,
        agreed_rate_bp=random.choice((None, None, None, 1600)),
        payments=tuple(Paid(due_on + timedelta(on), amount) for on, amount in zip(days, amounts, strict=True)),
        acts=tuple(DoneAct(ActKind.REMINDER, due_on + timedelta(on), 500) for on in (20, 40, 400, 800, 1200, 1600)),
        stops=(stop,) if random.random() < 0.05 else (),
    )


def ask(cases: list[Case], pack: RulePack, calendar: BusinessCalendar) -> Iterator[Interest]:
    """Interest five years after each due date, one at a time."""
    return (interest(case, pack, calendar, case.due_on + timedelta(YEARS_DAYS)) for case in cases)


#: What the two processes share: they are forked, so that no receivable has to be sent to them.
SHARED: list[Case] = []


def check_both(which: slice) -> None:
    """Interest and the fee of another reminder, five years after each due date."""
    pack, calendar = load_pack("fi"), BusinessCalendar()
    for case in SHARED[which]:
        on = case.due_on + timedelta(YEARS_DAYS)
        interest(case, pack, calendar, on)
        allowed(case, AskedAct(ActKind.REMINDER, on, medium=Medium.LETTER), pack, calendar)


def on_two_cores(cases: list[Case]) -> float:
    """Wall seconds of both, the receivables shared by two processes that run already."""
    SHARED[:] = cases
    with get_context("fork").Pool(CORES) as pool:
        pool.map(check_both, [slice(10), slice(10, 20)], chunksize=1)
        started = perf_counter()
        pool.map(check_both, [slice(0, None, 2), slice(1, None, 2)], chunksize=1)
        return perf_counter() - started


def veto_percent(lines: int, *, formal: bool) -> float:
    """What the veto takes of a proposal, in percent of all the rest of it."""
    taken = 0.0
    asked = Veto.__call__

    def timed(self: Veto, *given: object) -> object:
        nonlocal taken
        started = process_time()
        try:
            return asked(self, *given)  # type: ignore[arg-type]  # as it was called
        finally:
            taken += process_time() - started

    with TemporaryDirectory() as folder:
        engine, first = _engine(Path(folder), lines), DAY - timedelta(17)
        now = DAY if formal else first
        if formal:
            _remind_all(engine, first)
        engine.sync("acme", as_of=now, actor=CLERK)
        with patch.object(Veto, "__call__", timed):
            whole = seconds(lambda: engine.propose("acme", as_of=now, actor=CLERK))
    return 100 * taken / (whole - taken)


def _engine(folder: Path, lines: int) -> Engine:
    creditor = Creditor(
        "acme",
        "Acme Oy",
        "09 123 4567",
        "laskut@example.fi",
        "www.example.fi",
        "FI21 1234 5600 0007 85",
        business_id="1234567-1",
        postal_address="Esimerkkikatu 1, 00100 Helsinki",
    )
    rows = [row for number in range(lines) for row in _late(str(number))]
    store = Store.open(f"sqlite:///{folder / 'dunning.db'}")
    store.migrate()
    setup = CreditorSetup.of(
        creditor,
        source=SnapshotSource(lambda: rows),
        channels={Medium.EMAIL: FileOutbox(folder / "outbox")},
        policy=Policy(steps=[{"id": "first"}, FORMAL], stale={"formal_banking_days": 99, "any_banking_days": 99}),
        law=UnderLaw(load_pack("fi"), TERMS),
    )
    return Engine(store, [setup], clock=lambda: _Clock.now)


class _Clock:
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)


def _late(number: str) -> tuple[Customer, Receivable]:
    due_on, owed = DAY - timedelta(20), Money(8990, "EUR")
    points = (ContactPoint(Medium.EMAIL, f"maija{number}@example.fi"),)
    maija = Customer(number, "Maija Mallikas", customer_class=CustomerClass.CONSUMER, contact_points=points)
    return maija, Receivable(number, number, number, owed, owed, due_on - timedelta(21), due_on, reference="1232")


def _remind_all(engine: Engine, on: date) -> None:
    _Clock.now = datetime(on.year, on.month, on.day, 8, tzinfo=UTC)
    engine.sync("acme", as_of=on, actor=CLERK)
    engine.propose("acme", as_of=on, actor=CLERK)
    engine.approve("acme", actor=CLERK)
    engine.send("acme", actor=CLERK)
    _Clock.now = datetime(DAY.year, DAY.month, DAY.day, 8, tzinfo=UTC)


def drain(answers: Iterable[object]) -> None:
    """Take every answer and keep none, as a run does."""
    deque(answers, maxlen=0)


def bare(told: list[list[tuple[int, int, int]]]) -> int:
    """Only the multiplications that the segments need."""
    return sum(principal * rate * days for segments in told for principal, rate, days in segments)


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one run."""
    started = process_time()
    work()
    return process_time() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what asking the law costs.")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=4_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    cases, pack, calendar = made_up(options.cases), load_pack("fi"), BusinessCalendar()
    gc.freeze()
    first = seconds(lambda: drain(ask(cases, pack, calendar)))
    later = median(seconds(lambda: drain(ask(cases, pack, calendar))) for _ in range(options.runs))
    told = [
        [(one.principal_minor, one.rate_bp, one.days) for one in each.segments] for each in ask(cases, pack, calendar)
    ]
    floor = median(seconds(lambda: bare(told)) for _ in range(options.runs))
    segments = sum(map(len, told)) / len(told)
    both = on_two_cores(cases)
    friendly, formal = (veto_percent(options.lines, formal=one) for one in (False, True))
    rows = [
        f"interest and fees of {options.cases:,} receivables on {CORES} cores: {both:.1f} s (budget {BUDGET_SECONDS} s)",
        f"interest alone, {segments:.1f} segments each, one core: {later:.2f} s (first time {first:.2f} s)",
        f"interest of one: {1_000_000 * later / options.cases:.0f} µs, {later / floor:.0f} times a loop of multiplications",
        f"the veto in a proposal of {options.lines:,} friendly lines: {friendly:.1f} % of the rest (budget {BUDGET_PERCENT} %)",
        f"the veto in a proposal of {options.lines:,} formal lines with fee and interest: {formal:.1f} % of the rest",
        f"interest: median of {options.runs} runs; {machine()}; {datetime.now(UTC):%Y-%m-%d}",
    ]
    print("\n".join(rows))
    if options.write:
        path = Path(__file__).parent / "results" / "law.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("# Cost of asking the law\n\n" + "".join(f"* {row}\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
