"""The engine as hosts use it: sync, propose, approve, send - one creditor at a time, with day, clock and actor as arguments."""

from dunningkit.engine.batch import BulkAction, BulkReport, Left, WhyLeft
from dunningkit.engine.comparing import ChangeKind, Comparison, LineChange, compare
from dunningkit.engine.explaining import Explanation, ReminderTold, RuleAsked, Story, Verdict
from dunningkit.engine.facade import Engine
from dunningkit.engine.filtering import Chosen, LineFilter
from dunningkit.engine.setup import CreditorSetup
from dunningkit.engine.snapshot import LedgerItem, SnapshotSource
from dunningkit.engine.sync import SyncReport
from dunningkit.engine.undo import NotUndone, UndoReport

__all__ = [
    "BulkAction",
    "BulkReport",
    "ChangeKind",
    "Chosen",
    "Comparison",
    "CreditorSetup",
    "Engine",
    "Explanation",
    "LedgerItem",
    "Left",
    "LineChange",
    "LineFilter",
    "NotUndone",
    "ReminderTold",
    "RuleAsked",
    "SnapshotSource",
    "Story",
    "SyncReport",
    "UndoReport",
    "Verdict",
    "WhyLeft",
    "compare",
]
