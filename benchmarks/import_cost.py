"""What importing the engine costs beside importing the libraries it stands on.

    python benchmarks/import_cost.py [--runs 31] [--write]

Each import runs in a fresh interpreter from compiled bytecode, the two in turns, and is measured as CPU time of that process
less the bare interpreter's. Rich is hidden: it comes with the extra ``cli`` alone, and structlog imports it where it finds it,
which would raise the budget. That is 1.3 times. ``--write`` keeps the result in ``benchmarks/results/import_cost.md``.
"""

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

BUDGET = 1.3
WITHOUT_RICH = "import sys; sys.modules['rich'] = None"
BARE = "pass"
LIBRARIES = "import pydantic, sqlalchemy, structlog"
ENGINE = "import dunningkit.engine"
_CLOCK = "import resource as r; u = r.getrusage(r.RUSAGE_SELF); print(u.ru_utime + u.ru_stime)"


def cpu_seconds(statement: str, bytecode: str) -> float:
    """User and system time of a fresh interpreter that runs the statement; ``bytecode`` is the folder of what is compiled."""
    code = f"{WITHOUT_RICH}\n{statement}\n{_CLOCK}"
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    return float(done.stdout)


def measure(runs: int) -> dict[str, float]:
    """The median of each statement, measured in turns so that a busy moment hits all of them."""
    taken: dict[str, list[float]] = {BARE: [], LIBRARIES: [], ENGINE: []}
    # A folder of its own, because the environment may forbid or hold stale bytecode, which costs as much as the imports.
    with TemporaryDirectory() as bytecode:
        for statement in taken:
            cpu_seconds(statement, bytecode)  # the first run compiles
        for _ in range(runs):
            for statement, times in taken.items():
                times.append(cpu_seconds(statement, bytecode))
    return {statement: median(times) for statement, times in taken.items()}


def machine() -> str:
    """The processor and the interpreter."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = {line.partition(":")[2].strip() for line in lines if line.startswith("model name")}
    processor = ", ".join(sorted(names)) or platform.processor() or platform.machine()
    return f"{processor}; {os.cpu_count()} cores; Python {platform.python_version()}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what importing the engine costs.")
    parser.add_argument("--runs", type=int, default=31)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    medians = measure(options.runs)
    libraries, engine = (medians[statement] - medians[BARE] for statement in (LIBRARIES, ENGINE))
    rows = [
        f"`{LIBRARIES}`: {1000 * libraries:.0f} ms",
        f"`{ENGINE}`: {1000 * engine:.0f} ms",
        f"import_ratio={engine / libraries:.2f} (budget {BUDGET})",
        f"{options.runs} runs each, medians of CPU time; {machine()}; {datetime.now(UTC):%Y-%m-%d}",
    ]
    print("\n".join(rows))
    if options.write:
        path = Path(__file__).parent / "results" / "import_cost.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("# Import cost\n\n" + "".join(f"* {row}\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
