"""What asking the law costs: the interest of 100,000 receivables with histories of five years.

    python benchmarks/law.py [--cases 100000] [--runs 3] [--write]

Each receivable was due between 2019 and 2021, is asked about five years later (ten half-years, two leap days) and has three
payments on the way, one of which may have gone back; classes are mixed, some ask for an agreed rate or stopped for a while.
The time is CPU time of one core, the first run with empty caches; the ratio is to a bare loop that multiplies and adds what
cannot be left out: the segments of every receivable. ``--write`` keeps the result in ``benchmarks/results/law.md``.
"""

import argparse
import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

from import_cost import machine

from dunningkit.law import BusinessCalendar
from dunningkit.law.answers import Interest
from dunningkit.law.case import Case, DoneAct, Paid, Stop
from dunningkit.law.interest import interest
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import RulePack, StopKind
from dunningkit.model import ActKind, CustomerClass, Money

BUDGET_US = 50
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
        acts=tuple(DoneAct(ActKind.REMINDER, due_on + timedelta(on), 500) for on in (20, 40)),
        stops=(stop,) if random.random() < 0.05 else (),
    )


def ask(cases: list[Case], pack: RulePack, calendar: BusinessCalendar) -> Iterator[Interest]:
    """Interest five years after each due date, one at a time."""
    return (interest(case, pack, calendar, case.due_on + timedelta(YEARS_DAYS)) for case in cases)


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
    per_case = 1_000_000 * later / options.cases
    rows = [
        f"interest of {options.cases:,} receivables, {segments:.1f} segments each: {later:.2f} s (first time {first:.2f} s)",
        f"{per_case:.1f} µs a receivable (budget {BUDGET_US} µs of one core)",
        f"{later / floor:.0f} times a bare loop that multiplies the same segments ({floor:.3f} s)",
        f"CPU time of one core, median of {options.runs} runs; {machine()}; {datetime.now(UTC):%Y-%m-%d}",
    ]
    print("\n".join(rows))
    if options.write:
        path = Path(__file__).parent / "results" / "law.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("# Cost of asking the law\n\n" + "".join(f"* {row}\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
