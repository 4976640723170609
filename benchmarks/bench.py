"""How fast the first reading and a usual day of a large ledger are, beside the least a program must do: `make bench`.

    python benchmarks/bench.py [--rows 1000000] [--rounds 3] [--write]

Every measured job is a process of its own (`ours.py`, `floor.py`), started to finished, with the peak of its own memory; the
two that are compared run in turns. Medians are reported. ``--write`` keeps the result in ``benchmarks/RESULTS.md``.
"""

import argparse
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
SMALL = 100_000


@dataclass
class Taken:
    """What the runs of one job took: wall seconds of the process, the peak of its memory, and what it said of itself."""

    seconds: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)
    said: list[dict[str, float]] = field(default_factory=list)

    def add(self, *command: str | Path) -> None:
        """Run a job once more and wait for it."""
        began = time.perf_counter()
        # Not subprocess.run: the memory's peak must be this process's, not the greatest of all that have ended.
        with subprocess.Popen([sys.executable, *map(str, command)], stdout=subprocess.PIPE, text=True) as process:
            said = process.stdout.read() if process.stdout else ""
            _pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{command} ended with {process.returncode}")
        self.seconds.append(time.perf_counter() - began)
        self.peak_mib.append(usage.ru_maxrss / 1024)
        self.said.append(json.loads(said) if said else {})

    def of(self, name: str) -> float:
        """The median of what the job said under a name."""
        return median(said[name] for said in self.said)


class Ledgers:
    """The folder of generated ledgers, and the databases made of them."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.files = folder / str(rows)
        self.database = self.files / "ours.db"
        if not (self.files / "day").exists():
            Taken().add(HERE / "ours.py", "make", str(rows), self.files)

    def fresh(self, name: str) -> Path:
        """The path of a database that is not there yet."""
        for path in self.files.glob(f"{name}.db*"):
            path.unlink()
        return self.files / f"{name}.db"

    def copy(self) -> Path:
        """A copy of the ledger on the eve of the day."""
        path = self.fresh("day")
        shutil.copyfile(self.database, path)
        return path


def first_sync(ledgers: Ledgers, layout: str, rounds: int) -> tuple[Taken, Taken]:
    """The floor and ours, in turns."""
    floor, ours = Taken(), Taken()
    folder = ledgers.files / layout
    for _ in range(rounds):
        floor.add(HERE / "floor.py", folder, ledgers.fresh("floor"))
        ours.add(HERE / "ours.py", "sync", folder, ledgers.fresh("ours"))
    return floor, ours


def days(large: Ledgers, small: Ledgers, rounds: int) -> tuple[Taken, Taken, dict[Ledgers, Taken]]:
    """The day on both ledgers, in turns, after one eve each."""
    eves = {}
    for ledgers in {large, small}:
        eves[ledgers] = Taken()
        eves[ledgers].add(HERE / "ours.py", "eve", ledgers.files / "rows", ledgers.database)
    on_large, on_small = Taken(), Taken()
    for _ in range(rounds):
        on_small.add(HERE / "ours.py", "day", small.files / "day", small.copy())
        on_large.add(HERE / "ours.py", "day", large.files / "day", large.copy())
    return on_large, on_small, eves


def machine() -> str:
    """Processor, memory, system, interpreter and database."""
    lines = _lines("/proc/cpuinfo")
    names = sorted({line.partition(":")[2].strip() for line in lines if line.startswith("model name")})
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = next(
        (line[13:-1] for line in _lines("/etc/os-release") if line.startswith('PRETTY_NAME="')), platform.system()
    )
    return (
        f"{', '.join(names) or platform.machine()}; {os.cpu_count()} cores; {memory:.0f} GiB; {system}; "
        f"Python {platform.python_version()}; SQLite {sqlite3.sqlite_version}"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


def report(rows: int, rounds: int, folder: Path) -> str:
    """Measure everything and put it into words."""
    large = Ledgers(folder, rows)
    small = large if rows == SMALL else Ledgers(folder, SMALL)
    taken = {layout: first_sync(large, layout, rounds) for layout in ("files", "rows")}
    if small is not large:
        first_sync(small, "rows", 1)
    on_large, on_small, eves = days(large, small, rounds)
    pure = Taken()
    pure.add(HERE / "ours.py", "pure", large.files / "day", large.copy())

    def middle(pick: Callable[[Taken], list[float]], one: Taken) -> str:
        return f"{median(pick(one)):.1f} ({', '.join(f'{value:.1f}' for value in pick(one))})"

    seconds, peak = (lambda one: one.seconds), (lambda one: one.peak_mib)
    tables = [
        f"| first reading, {layout} | {who} | {middle(seconds, one)} | {middle(peak, one)} |"
        for layout, pair in taken.items()
        for who, one in zip(("floor", "ours"), pair, strict=True)
    ]
    tables += [
        f"| the day, {size:,} receivables | ours | {middle(seconds, one)} | {middle(peak, one)} |"
        for size, one in ((rows, on_large), (SMALL, on_small))
    ]
    ratios = {layout: median(ours.seconds) / median(floor.seconds) for layout, (floor, ours) in taken.items()}
    numbers = {
        "first_sync_ratio": f"{max(ratios.values()):.2f}",
        "first_sync_peak_mib": f"{max(max(ours.peak_mib) for _, ours in taken.values()):.0f}",
        "day_seconds": f"{median(on_large.seconds):.1f}",
        "day_peak_mib": f"{max(on_large.peak_mib):.0f}",
        "ledger_size_ratio": f"{median(on_large.seconds) / median(on_small.seconds):.2f}",
        "decide_us": f"{pure.of('decide_us'):.1f}",
        "compose_us": f"{pure.of('compose_us'):.1f}",
    }
    return TEXT.format(
        rows=f"{rows:,}",
        machine=machine(),
        on=f"{datetime.now(UTC):%Y-%m-%d}",
        rounds=rounds,
        table="\n".join(tables),
        ratios=", ".join(f"{layout} {ratio:.2f}" for layout, ratio in ratios.items()),
        reading=f"{on_large.of('sync'):.1f}",
        proposing=f"{on_large.of('propose'):.1f}",
        reminders=f"{on_large.of('reminders'):,.0f}",
        lines=f"{on_large.of('lines'):,.0f}",
        eve=f"{eves[large].of('propose'):.1f}",
        small_eve=f"{eves[small].of('propose'):.1f}",
        numbers="\n".join(f"{name}={value}" for name, value in numbers.items()),
    )


TEXT = """# What a large ledger costs

Measured on {on} with `make bench`: {machine}.

* Every job is a process of its own, measured from its start to its end; its memory's peak is `ru_maxrss` of that process.
  {rounds} round(s), the compared jobs in turns; medians, and every run in parentheses.
* The ledger is made up from a seed: {rows} receivables, one in ten open, one customer for ten of them, four currencies. It is
  read from one file (`rows`: the customers stand on the invoice rows) and from two (`files`).
* The floor (`floor.py`) reads the same files with the csv module, converts the same dates and amounts, and inserts the same
  columns into the same tables with the same indexes, each by one `executemany` in one transaction. It checks nothing.
* The day: a delta of 10,000 receivables - 7,000 become due for a reminder, 2,000 are paid, 1,000 are new - is read, and the
  proposal made, written and stored. The day before was run too: proposed, approved and sent, with the month's portfolio.

| job | by | seconds | peak MiB |
|---|---|---|---|
{table}

First reading, ours to the floor: {ratios}. The day read for {reading} s and proposed for {proposing} s: {lines} lines,
{reminders} reminders written. The proposal of the day before took {eve} s ({small_eve} s on the small ledger):
it is the first, so it computes the month's portfolio of the whole history and looks at everything overdue.

```
{numbers}
```
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the first reading and the day of a large ledger.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=HERE / "build")
    parser.add_argument("--write", action="store_true", help="keep the result in benchmarks/RESULTS.md")
    options = parser.parse_args()
    text = report(options.rows, options.rounds, options.folder.resolve())
    print(text)
    if options.write:
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
