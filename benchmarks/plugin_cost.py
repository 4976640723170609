"""What finding plugins costs beside starting Python, and what asking one costs beside its own work.

    python benchmarks/plugin_cost.py [--runs 31] [--write]

Discovery: ``import dunningkit.hooks`` and ``dunningkit.discovery.discover()`` in a fresh interpreter from compiled bytecode,
with 40 made-up distributions, each of them a plugin, beside those that are installed; CPU time less the bare interpreter's.
Dispatch: CPU time of both threads around ``dunningkit.dispatch``, in a run under the usual deadlines, for a batch of 1,000
items whose answer is made beforehand.
``--write`` keeps the result in ``benchmarks/results/plugin_cost.md``.
"""

import argparse
import gc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from import_cost import BARE, cpu_seconds, machine

from dunningkit import dispatch
from dunningkit.contracts import LedgerCapability
from dunningkit.deadlines import SECONDS
from dunningkit.hooks import ENTRY_POINT_GROUP
from dunningkit.model import (
    ChangeBatch,
    ContactPoint,
    DeliveryResult,
    Document,
    Histories,
    Language,
    Medium,
    Message,
    Money,
    Outcome,
    OutgoingReminder,
    PaymentHistory,
    Portfolio,
    Reason,
    ReasonCode,
    Receivable,
    Recheck,
    Rendered,
    RungOdds,
    Score,
    Segment,
    Sender,
)
from dunningkit.wired import WiredChannel, WiredScorer, WiredSource, run

DISTRIBUTIONS, ITEMS = 40, 1000
DISCOVERY_BUDGET_MS, DISPATCH_BUDGET_MS = 60, 1.0
DAY = date(2026, 11, 24)


def discovery_ms(runs: int) -> float:
    """The median CPU time of import and discovery beyond Python's own start."""
    with TemporaryDirectory() as folder, TemporaryDirectory() as bytecode:
        for number in range(DISTRIBUTIONS):
            info = Path(folder) / f"made_up_{number}-1.0.dist-info"
            info.mkdir()
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: made-up-{number}\nVersion: 1.0\n", "utf-8")
            (info / "entry_points.txt").write_text(
                f"[{ENTRY_POINT_GROUP}]\nplugin-{number} = made_up_{number}\n", "utf-8"
            )
        path = f"import sys; sys.path.append({folder!r})\n"
        find = (
            f"{path}import dunningkit.hooks\nfrom dunningkit.discovery import discover\n"
            f"assert len(discover()) >= {DISTRIBUTIONS}"
        )
        cpu_seconds(find, bytecode)  # the first run compiles
        beyond = [cpu_seconds(find, bytecode) - cpu_seconds(BARE, bytecode) for _ in range(runs)]
    return 1000 * median(beyond)


class Ready:
    """A plugin that has its answer already."""

    max_delivery_days = 0

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def give(self, *_asked: object) -> Any:
        """What it was made with."""
        return self.answer

    recheck = documents = score = render = deliver = give

    def changes(self, _cursor: str | None) -> Any:
        """One batch."""
        yield self.answer


def _reasons(number: int) -> tuple[Reason, ...]:
    return (
        Reason.of(ReasonCode.LATE_BEFORE, late=number % 9, known=12, typical_days_late=4),
        Reason.of(ReasonCode.EVIDENCE, known=12, months=18),
    )


def calls() -> dict[str, Callable[[int], list[float]]]:
    """Every call that answers for a batch, and those that the engine makes one at a time."""
    ids = [str(number) for number in range(ITEMS)]
    eur = [Money(100 + number, "EUR") for number in range(ITEMS)]
    odds = tuple(RungOdds(days, 400) for days in (0, 7, 15, 30, 60))
    histories = Histories(tuple(PaymentHistory(one, ()) for one in ids), Portfolio(DAY))
    scores = [Score(one, Segment.MIXED, 12, odds, 4, _reasons(int(one))) for one in ids]
    rows = tuple(
        Receivable(one, "1", one, money, money, issued_on=DAY, due_on=DAY) for one, money in zip(ids, eur, strict=True)
    )
    copies = [Document(one, f"{one}.pdf", "application/pdf", b"%PDF") for one in ids]
    rendered = Rendered("k", Medium.EMAIL, "maija@example.fi", "text/plain", b"Hei")
    message = Message(Medium.EMAIL, Language.FI, "Lasku", "Hei", ())
    to = ContactPoint(Medium.EMAIL, "maija@example.fi")
    reminder = OutgoingReminder("k", Sender("c", "Acme", "a@example.fi", "09 123 4567"), "Maija", to, message)
    declared = frozenset({LedgerCapability.DOCUMENTS})

    def source(answer: Any) -> WiredSource:
        return WiredSource("ready", Ready(answer), declared, seconds=SECONDS)

    def channel(answer: Any) -> WiredChannel:
        return WiredChannel("ready", Ready(answer), seconds=SECONDS)

    rechecks = source([Recheck(one, money) for one, money in zip(ids, eur, strict=True)])
    of_copies, of_rows = source(copies), source(ChangeBatch(receivables=rows))
    plain = WiredScorer(
        "ready", Ready([replace(one, odds=(), reasons=one.reasons[:1]) for one in scores]), seconds=SECONDS
    )
    scorer = WiredScorer("ready", Ready(scores), seconds=SECONDS)
    renders, delivers = channel(rendered), channel([DeliveryResult("k", Outcome.ACCEPTED)])
    return {
        f"recheck of {ITEMS:,}": _in_a_run(rechecks, lambda: dispatch.recheck(rechecks, ids)),
        f"documents of {ITEMS:,}": _in_a_run(of_copies, lambda: dispatch.documents(of_copies, ids)),
        f"score of {ITEMS:,}, each with one reason": _in_a_run(plain, lambda: dispatch.score(plain, histories, DAY)),
        f"score of {ITEMS:,}, each with five odds and two reasons": _in_a_run(
            scorer, lambda: dispatch.score(scorer, histories, DAY)
        ),
        f"changes, a batch of {ITEMS:,} receivables and its end": _in_a_run(
            of_rows, lambda: list(dispatch.read_changes(of_rows, None))
        ),
        "render of one": _in_a_run(renders, lambda: dispatch.render(renders, reminder)),
        "deliver of one": _in_a_run(delivers, lambda: dispatch.deliver(delivers, rendered)),
        "max_delivery_days": _in_a_run(delivers, lambda: dispatch.max_delivery_days(delivers)),
    }


def _in_a_run(wired: Any, call: Callable[[], Any]) -> Callable[[int], list[float]]:
    def timed(runs: int) -> list[float]:
        taken = []
        with run([wired]):
            call()
            for _ in range(runs):
                started = process_time()
                call()
                taken.append(1000 * (process_time() - started))
        return taken

    return timed


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what finding and asking plugins costs.")
    parser.add_argument("--runs", type=int, default=31)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    gc.freeze()
    found = f"`import dunningkit.hooks` and discovery over {DISTRIBUTIONS} distributions beside those installed"
    took = f"{discovery_ms(options.runs):.0f} ms (budget {DISCOVERY_BUDGET_MS} ms, CPU time beyond Python's start)"
    rows = [f"{found}: {took}"]
    for name, timed in calls().items():
        taken = timed(10 * options.runs)
        rows.append(f"{name}: {median(taken):.3f} ms (budget {DISPATCH_BUDGET_MS} ms for a batch)")
    when = f"{datetime.now(UTC):%Y-%m-%d}"
    rows.append(f"medians of {options.runs} fresh interpreters, and of {10 * options.runs} calls; {machine()}; {when}")
    print("\n".join(rows))
    if options.write:
        path = Path(__file__).parent / "results" / "plugin_cost.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("# Cost of plugins\n\n" + "".join(f"* {row}\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
