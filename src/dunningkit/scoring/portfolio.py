"""The portfolio: how the creditor's whole ledger pays, as decayed counts per rung and segment."""

import math
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from dunningkit.model import PastReceivable, Portfolio, RungCount
from dunningkit.scoring.evidence import PASSED_AFTER, RUNGS, Decay, Observation, observe

#: The segment of all invoices.
WHOLE = ""

_TERM_LIMITS = (7, 14, 30, 60)
_TERM_BANDS = ("t7", "t14", "t30", "t60", "t61")
_QUARTILES = ("q1", "q2", "q3", "q4")
_INT64_MAX = 2**63 - 1


def segment_key(receivable: PastReceivable, quartiles: tuple[int, int, int]) -> str:
    """Invoices that tend to be paid alike: term band and amount quartile, as in ``t30|q2`` (15-30 days, second quarter)."""
    return _key(_term_band(receivable), receivable.original.amount_minor, quartiles)


def build_portfolio(receivables: Iterable[PastReceivable], as_of: date, *, half_life_days: int = 365) -> Portfolio:
    """Count the ledger in one pass, from what was known on ``as_of``.

    The result does not depend on the order of ``receivables``: events are counted in whole numbers by their age in days,
    and the weights are summed with `math.fsum`, which rounds once. Of each invoice some twenty bytes are kept until the
    amounts' quartiles are known.
    """
    ledgers: dict[str, _Ledger] = defaultdict(_Ledger)
    for past in receivables:
        seen = observe(past, as_of)
        if seen is not None:
            ledgers[past.original.currency].add(past, seen)
    cells: dict[str, _Cell] = defaultdict(_Cell)
    quartiles = []
    for currency, ledger in sorted(ledgers.items()):
        cuts = ledger.quartiles()
        quartiles.append((currency, cuts))
        ledger.count_into(cells, cuts)
    return Portfolio(as_of, tuple(_rung_counts(cells, Decay(half_life_days))), tuple(quartiles))


class _Ledger:
    """One currency's invoices in columns: a million of them fit in some twenty megabytes."""

    __slots__ = ("amounts", "bands", "passed", "settled_ages", "since_due")

    def __init__(self) -> None:
        self.amounts = array("q")
        self.bands = array("b")
        self.passed = array("b")
        self.since_due = array("i")
        self.settled_ages = array("i")

    def add(self, past: PastReceivable, seen: Observation) -> None:
        self.amounts.append(min(past.original.amount_minor, _INT64_MAX))
        self.bands.append(_term_band(past))
        self.passed.append(seen.passed)
        self.since_due.append(seen.since_due)
        self.settled_ages.append(seen.settled_age)

    def quartiles(self) -> tuple[int, int, int]:
        """The amounts at the nearest rank of each quarter; an amount equal to a cut belongs below it."""
        ordered = sorted(self.amounts)
        first, second, third = (ordered[(len(ordered) * quarter + 3) // 4 - 1] for quarter in (1, 2, 3))
        return first, second, third

    def count_into(self, cells: "Mapping[str, _Cell]", cuts: tuple[int, int, int]) -> None:
        columns = zip(self.amounts, self.bands, self.passed, self.since_due, self.settled_ages, strict=True)
        for amount, band, passed, since_due, settled_age in columns:
            cell = cells[_key(band, amount, cuts)]
            if passed:
                cell.passed[passed, since_due] += 1
            if settled_age >= 0:
                cell.paid[passed, settled_age] += 1


class _Cell:
    """A segment's invoices: how many passed so many rungs, by days since due; and were then paid, by days since."""

    __slots__ = ("paid", "passed")

    def __init__(self) -> None:
        self.passed: Counter[tuple[int, int]] = Counter()
        self.paid: Counter[tuple[int, int]] = Counter()

    def weights(self, rung: int, decay: Decay) -> tuple[list[float], list[float]]:
        """What passed this rung, and what was paid after reaching it, as weights still to be summed."""
        beyond = PASSED_AFTER[rung] + 1
        return (
            [count * decay.weight(days - beyond) for (passed, days), count in self.passed.items() if passed > rung],
            [count * decay.weight(age) for (passed, age), count in self.paid.items() if passed == rung],
        )


def _rung_counts(cells: "Mapping[str, _Cell]", decay: Decay) -> Iterator[RungCount]:
    """The counts by segment and rung, the whole portfolio first."""
    whole = _Cell()
    for cell in cells.values():
        whole.passed.update(cell.passed)
        whole.paid.update(cell.paid)
    for segment, cell in sorted({**cells, WHOLE: whole}.items()):
        for rung, rung_days in enumerate(RUNGS):
            passed, paid = cell.weights(rung, decay)
            if passed or paid:
                yield RungCount(segment, rung_days, reached=math.fsum(passed + paid), passed=math.fsum(passed))


def _term_band(receivable: PastReceivable) -> int:
    return bisect_left(_TERM_LIMITS, receivable.due_on.toordinal() - receivable.issued_on.toordinal())


def _key(band: int, amount_minor: int, cuts: tuple[int, int, int]) -> str:
    return f"{_TERM_BANDS[band]}|{_QUARTILES[bisect_left(cuts, amount_minor)]}"
