"""The engine as hosts use it: sync, propose, approve, send - one creditor at a time, with day, clock and actor as arguments.

What only somebody at a desk asks for is loaded on first use (PEP 562), so that importing the engine stays cheap.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dunningkit.engine.facade import Engine
from dunningkit.engine.setup import CreditorSetup
from dunningkit.engine.snapshot import LedgerItem, SnapshotSource
from dunningkit.engine.sync import SyncReport

if TYPE_CHECKING:
    from dunningkit.engine.batch import BulkAction, BulkReport, Left, WhyLeft
    from dunningkit.engine.comparing import ChangeKind, Comparison, LineChange, compare
    from dunningkit.engine.explaining import Explanation, ReminderTold, RuleAsked, Story, Verdict
    from dunningkit.engine.filtering import Chosen, LineFilter
    from dunningkit.engine.law_explaining import ActExplained, LawExplained, LawExplanation, LawStory
    from dunningkit.engine.undo import NotUndone, UndoReport

__all__ = [
    "ActExplained",
    "BulkAction",
    "BulkReport",
    "ChangeKind",
    "Chosen",
    "Comparison",
    "CreditorSetup",
    "Engine",
    "Explanation",
    "LawExplained",
    "LawExplanation",
    "LawStory",
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

_HOME = {
    **dict.fromkeys(("BulkAction", "BulkReport", "Left", "WhyLeft"), "batch"),
    **dict.fromkeys(("ChangeKind", "Comparison", "LineChange", "compare"), "comparing"),
    **dict.fromkeys(("Explanation", "ReminderTold", "RuleAsked", "Story", "Verdict"), "explaining"),
    **dict.fromkeys(("ActExplained", "LawExplained", "LawExplanation", "LawStory"), "law_explaining"),
    **dict.fromkeys(("Chosen", "LineFilter"), "filtering"),
    **dict.fromkeys(("NotUndone", "UndoReport"), "undo"),
}


def __getattr__(name: str) -> Any:
    """Load what is used at a desk from its module on first use."""
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
