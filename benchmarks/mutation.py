"""How many small faults in `dunningkit.law` its tests notice: mutants made by mutmut, each run against the tests that reach it.

    python benchmarks/mutation.py [--only interest] [--again] [--processes 2] [--write]

Everything happens in a copy below ``build/``, so one can go on working meanwhile. Tests play with the Hypothesis profile
``mutation`` (`conftest.py`) and mutmut as ``[tool.mutmut]`` in pyproject.toml says. mutmut changes what stands in functions; it
leaves alone what a module or class says outside of them, and functions with a decorator other than ``staticmethod`` and
``classmethod``. A mutant counts as killed when a test fails or it runs into its time limit; all others survive, those that
nobody could notice among them. Those that were looked at are in ``tests/law/survivors.toml`` with the reason for leaving them.
``--again`` runs only what was not killed the last time, and
what has changed since. ``--write`` keeps the result in ``benchmarks/results/mutation.md``.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "build" / "mutation"
RESULT = ROOT / "benchmarks" / "results" / "mutation.md"
REVIEWED = ROOT / "tests" / "law" / "survivors.toml"
COPIED = ("src", "tests", "plugins", "docs", "examples", "conftest.py", "pyproject.toml", "Makefile", "README.md")
LEFT_OUT = {"__pycache__", "build", "dist", ".hypothesis"}
LEAST_PERCENT = 90
KILLED, TIMED_OUT, SURVIVED, NOT_RUN = "killed", "time limit", "survived", "not run"
NOTICED = (KILLED, TIMED_OUT)
_KEPT = "mutants/src/dunningkit/law/{module}.py.meta"
#: How mutmut writes down what became of a mutant; what is not here failed a test.
_SURVIVED, _NO_TESTS = 0, 33
_TIME_LIMIT = (24, 36, 152, 255, -24)
_NOT_RUN = (None, 2, 5, 34, 35, 37, -9, -11)


@dataclass(frozen=True)
class Mutant:
    """One small fault: the function, the lines as they were and as they became, and what the tests made of it."""

    module: str
    function: str
    change: str
    outcome: str

    @property
    def where(self) -> str:
        """The function, by which a reviewed survivor is found."""
        return f"{self.module}.{self.function}"


def lay_out(*, again: bool) -> None:
    """A copy of what the tests need; ``again`` brings the one that is there up to date and keeps what mutmut knows."""
    if not again:
        shutil.rmtree(PLACE, ignore_errors=True)
    for source in _files():
        copied = PLACE / source.relative_to(ROOT)
        # What is as it was keeps its time: mutmut goes by it.
        if not copied.exists() or copied.read_bytes() != source.read_bytes():
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copied)
            # mutmut makes anew what is gone, and leaves alone data files that are there.
            (PLACE / "mutants" / source.relative_to(ROOT)).unlink(missing_ok=True)
    for kept in PLACE.glob(_KEPT.format(module="*")):
        known = json.loads(kept.read_text("utf-8"))
        codes = known["exit_code_by_key"]
        known["exit_code_by_key"] = {key: code if _outcome(code) == KILLED else None for key, code in codes.items()}
        kept.write_text(json.dumps(known), "utf-8")


def _files() -> Iterator[Path]:
    for name in COPIED:
        found = [ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*")
        yield from (one for one in found if one.is_file() and not LEFT_OUT & set(one.relative_to(ROOT).parts))


@dataclass(frozen=True)
class Taken:
    """What a run took: minutes by the clock, and minutes of processor time, which a busy machine does not lengthen."""

    minutes: float
    cpu_minutes: float


def run(only: str, processes: int) -> Taken:
    """Run the mutants; what mutmut prints is kept beside them."""
    names = [f"dunningkit.law.{only}.*"] if only else []
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(processes), *names]
    begun = time.monotonic()
    with (PLACE / "mutmut.log").open("w") as log:
        done = subprocess.run(command, cwd=PLACE, stdout=log, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise SystemExit(f"mutmut stopped with {done.returncode}; what it printed is in {PLACE / 'mutmut.log'}.")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken((time.monotonic() - begun) / 60, (used.ru_utime + used.ru_stime) / 60)


def mutants(only: str) -> Iterator[Mutant]:
    """What became of each mutant."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant  # noqa: PLC0415  # it reads the settings of where it is
    from mutmut.utils.format_utils import orig_function_and_class_names_from_key  # noqa: PLC0415

    for kept in sorted(PLACE.glob(_KEPT.format(module=only or "*"))):
        module = kept.name.removesuffix(".py.meta")
        path = f"src/dunningkit/law/{module}.py"
        for key, code in json.loads(kept.read_text("utf-8"))["exit_code_by_key"].items():
            outcome = _outcome(code)
            function, of_class = orig_function_and_class_names_from_key(key)
            change = "" if outcome == KILLED else _changed_lines(get_diff_for_mutant(key, path=path))
            yield Mutant(module, f"{of_class}.{function}" if of_class else function, change, outcome)


def _outcome(code: int | None) -> str:
    if code in (_SURVIVED, _NO_TESTS):
        return SURVIVED
    if code in _TIME_LIMIT:
        return TIMED_OUT
    return NOT_RUN if code in _NOT_RUN else KILLED


def _changed_lines(diff: str) -> str:
    lines = (line for line in diff.split("\n")[2:] if line[:1] in {"-", "+"})
    return "\n".join(f"{line[0]} {line[1:].strip()}" for line in lines)


def reviewed() -> dict[tuple[str, str], str]:
    """The reason for each survivor that was looked at, by function and change."""
    listed = tomllib.loads(REVIEWED.read_text("utf-8"))["survivor"] if REVIEWED.exists() else []
    return {(one["where"], one["change"].strip()): one["why"] for one in listed}


def score_percent(found: list[Mutant]) -> float:
    """The share of mutants that tests noticed."""
    noticed = sum(one.outcome in NOTICED for one in found)
    return 100 * noticed / len(found) if found else 0.0


def machine() -> str:
    """The processor and the interpreter."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = {line.partition(":")[2].strip() for line in lines if line.startswith("model name")}
    processor = ", ".join(sorted(names)) or platform.processor() or platform.machine()
    return f"{processor}; {os.cpu_count()} cores; Python {platform.python_version()}"


def report(found: list[Mutant], took: str) -> Iterator[str]:
    """The result as a page."""
    why = reviewed()
    survivors = [one for one in found if one.outcome not in NOTICED]
    unseen = [one for one in survivors if (one.where, one.change) not in why]
    noticed = len(found) - len(survivors)
    yield "# Mutants of the law\n"
    yield f"* mutation_score={score_percent(found):.1f} (at least {LEAST_PERCENT}): {noticed} of {len(found)} noticed"
    yield f"* {len(survivors)} survived; {len(unseen)} of them nobody looked at yet"
    yield f"* {took}; mutmut {version('mutmut')}"
    yield f"* {machine()}; {datetime.now(UTC):%Y-%m-%d}"
    yield "* Only what stands in functions is changed: nothing outside of them, and no function with a decorator.\n"
    yield "| module | mutants | killed | time limit | survived | score |\n|---|--:|--:|--:|--:|--:|"
    for module, group in groupby(found, key=lambda one: one.module):
        own = list(group)
        count = Counter(one.outcome for one in own)
        left = count[SURVIVED] + count[NOT_RUN]
        yield f"| {module} | {len(own)} | {count[KILLED]} | {count[TIMED_OUT]} | {left} | {score_percent(own):.1f} |"
    yield "\n## Survivors\n"
    for one in survivors:
        yield f"* `{one.where}`: {why.get((one.where, one.change), '**nobody looked at it yet**')}\n\n{_shown(one)}"
    gone = sorted({where for where, _ in why} - {one.where for one in survivors})
    if gone and len({one.module for one in found}) > 1:
        yield f"\nReviewed, and no longer among the survivors: {', '.join(gone)}."
    yield "\n## Ended by the time limit\n"
    yield from (f"* `{one.where}`\n\n{_shown(one)}" for one in found if one.outcome == TIMED_OUT)


def _shown(one: Mutant) -> str:
    lines = "\n".join(f"  {line}" for line in one.change.split("\n"))
    return f"  ```diff\n{lines}\n  ```"


def main() -> int:
    """Run, report, and say with the exit status whether enough mutants were noticed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default="", metavar="MODULE", help="one module of dunningkit.law")
    options.add_argument("--again", action="store_true")
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    lay_out(again=given.again)
    print(f"Running mutants in {PLACE.relative_to(ROOT)}; it takes a while, and mutmut.log there tells how far it is.")
    taken = run(given.only, given.processes)
    os.chdir(PLACE)
    found = list(mutants(given.only))
    took = (
        f"{taken.minutes:.0f} minutes in {given.processes} processes, {taken.cpu_minutes:.0f} minutes of processor time"
    )
    page = "\n".join(report(found, f"{took}, for what was left" if given.again else took)) + "\n"
    if given.write:
        RESULT.write_text(page, "utf-8")
    print(page)
    score = score_percent(found)
    print(f"mutation_score={score:.1f}")
    return 0 if score >= LEAST_PERCENT else 1


if __name__ == "__main__":
    raise SystemExit(main())
