"""A replay of a real-world-shaped ledger in time order: learn from the past only, predict at issue, compare with the end.

The sample ledger of IBM (2,466 invoices of 100 customers, 2012-2013) carries no licence, so it is never copied here; the
variable ``DUNNINGKIT_IBM_CSV`` names a copy of it.
"""

import csv
import math
import os
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from dunningkit.model import Money, PastReceivable
from dunningkit.scoring import Ladder, build_portfolio, stand
from dunningkit.scoring.evidence import tally

LEDGER = Path(
    os.environ.get("DUNNINGKIT_IBM_CSV")
    or Path(__file__).resolve().parents[3] / "shared" / "data" / "ibm_accounts_receivable.csv"
)


class Row(NamedTuple):
    customer_id: str
    past: PastReceivable
    days_late: int


class Prediction(NamedTuple):
    chance: float
    late: bool


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    if not LEDGER.is_file():
        pytest.skip(f"The IBM sample ledger is not at {LEDGER}; set DUNNINGKIT_IBM_CSV to replay it.")
    with LEDGER.open(newline="", encoding="utf-8") as file:
        found = [_row(cells) for cells in csv.DictReader(file)]
    return sorted(found, key=lambda row: (row.past.issued_on, row.past.receivable_id))


@pytest.fixture(scope="module")
def predictions(rows: list[Row]) -> dict[int, list[Prediction]]:
    """For the last 30 % by invoice date: the chance at issue of being more than 0, 7 and 15 days late, and the truth."""
    everything = [row.past for row in rows]
    by_customer: dict[str, list[PastReceivable]] = defaultdict(list)
    for row in rows:
        by_customer[row.customer_id].append(row.past)

    @cache
    def ladder(month: date) -> Ladder:
        return Ladder(build_portfolio(everything, month))

    made: dict[int, list[Prediction]] = {0: [], 7: [], 15: []}
    for row in rows[len(rows) * 7 // 10 :]:
        posterior = _at_issue(ladder(row.past.issued_on.replace(day=1)), by_customer[row.customer_id], row.past)
        for days, predicted in made.items():
            predicted.append(Prediction(posterior(days), row.days_late > days))
    return made


def test_it_tells_at_issue_who_will_be_late(
    predictions: dict[int, list[Prediction]], record_property: Callable[[str, object], None]
) -> None:
    measured = {days: round(_auc(predicted), 4) for days, predicted in predictions.items()}
    losses = {days: round(_log_loss(predicted), 4) for days, predicted in predictions.items()}
    record_property("auc", measured)
    record_property("log_loss", losses)
    print(f"AUC by days late: {measured}; log loss: {losses}; n = {len(predictions[0])}")  # noqa: T201
    assert len(predictions[0]) == 740
    assert measured[0] >= 0.86


def test_chances_are_close_to_what_happened(predictions: dict[int, list[Prediction]]) -> None:
    observed = sum(one.late for one in predictions[0])
    expected = sum(one.chance for one in predictions[0])
    assert 0.85 < observed / expected < 1.15


def _at_issue(ladder: Ladder, history: Sequence[PastReceivable], past: PastReceivable) -> Callable[[int], float]:
    """Chances for one invoice on its issue day: the customer's other invoices as known then, and its own segment."""
    fresh = replace(past, settled_on=None)
    others = [other for other in history if other is not past]
    own = stand(ladder, others, past.issued_on)
    return ladder.posterior(ladder.expected_of(fresh), tally(own.known, ladder.decay)).late_beyond


def _row(cells: dict[str, str]) -> Row:
    issued_on, due_on, settled_on = (_us_date(cells[column]) for column in ("InvoiceDate", "DueDate", "SettledDate"))
    amount = Money.of(Decimal(cells["InvoiceAmount"]), "USD")
    past = PastReceivable(cells["invoiceNumber"], issued_on, due_on, settled_on, amount)
    return Row(cells["customerID"], past, int(cells["DaysLate"]))


def _us_date(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007  # a day has no time zone


def _auc(predicted: Sequence[Prediction]) -> float:
    """How often a late invoice was given a higher chance than one on time; a tie counts half (Mann-Whitney)."""
    late = sorted(one.chance for one in predicted if one.late)
    on_time = sorted(one.chance for one in predicted if not one.late)
    wins = sum(bisect_left(on_time, chance) + bisect_right(on_time, chance) for chance in late)
    return wins / (2 * len(late) * len(on_time))


def _log_loss(predicted: Sequence[Prediction]) -> float:
    return -math.fsum(math.log(one.chance if one.late else 1 - one.chance) for one in predicted) / len(predicted)
