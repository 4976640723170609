"""What an author gives about the ledger that a source reads: its settings, and ways to make it change and misbehave."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dunningkit.testing.checks import is_written, unwritten
from dunningkit.testing.outside import Outside


class LedgerOutside(Outside):
    """A ledger that the kit may change: files in a folder, or a fake server behind ``transport()``.

    Made anew for every check. Let it hold an invoice that is open, one that is paid, one that is paid in part,
    and a credit note. Every change must be seen by whatever reads next, objects built before included.
    """

    @unwritten
    def other_settings(self) -> Mapping[str, Any]:
        """Settings that lead to another creditor's ledger, with other receivables in it."""
        raise NotImplementedError

    @unwritten
    def remove(self, receivable_id: str) -> None:
        """Take a receivable out of the ledger as if it had never been there."""
        raise NotImplementedError

    @unwritten
    def restore(self, receivable_id: str) -> None:
        """Put back what ``remove`` took out, exactly as it was."""
        raise NotImplementedError

    @unwritten
    def pay(self, receivable_id: str) -> None:
        """Let a receivable be paid in full."""
        raise NotImplementedError

    @unwritten
    def dispute(self, receivable_id: str) -> None:
        """Let the customer dispute a receivable, or the ledger stop it in whatever way it knows."""
        raise NotImplementedError

    @unwritten
    def truncate(self) -> None:
        """Cut what comes: lose the last page of a list, or the second half of a file in the middle of a row."""
        raise NotImplementedError

    @unwritten
    def spoil_row(self) -> str:
        """Make one receivable impossible to understand (an amount in words); returns its id."""
        raise NotImplementedError

    @unwritten
    def fill(self, number: int) -> None:
        """Put that many receivables more into the ledger; ``dunning plugins quality`` measures how long they take."""
        raise NotImplementedError

    @unwritten
    def expected(self) -> Mapping[str, Mapping[str, Any]]:
        """What the ledger of ``settings()`` holds: for each receivable's id the fields of `Receivable` that a person reads
        off it, with their values, such as ``{"1042": {"open": Money(4000, "EUR"), "due_on": date(2026, 10, 15)}}``.

        All receivables that a reading is to bring, and of each at least the money and the days; take odd cents, a day at the
        end of a month, a name with accents, a credit note.
        """
        raise NotImplementedError

    @unwritten
    def written(self) -> Sequence[str]:
        """What ``write_back`` has left in the ledger, a text for each note. Only for sources that declare it."""
        raise NotImplementedError

    @unwritten
    def canaries(self) -> Sequence[str]:
        """Texts in the raw data that may never come out: a personal identity code, a token in an answer."""
        raise NotImplementedError


def require(outside: LedgerOutside, name: str) -> None:
    """Skip a check, with a sentence, that needs one more method of the outside than its mark says."""
    if not is_written(outside, name):
        pytest.skip(f"not shown: write `{name}` in your `outside` fixture's class to have this checked")
