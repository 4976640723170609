"""The creditor's approved ladder of steps, and the pure decision of what to do about one receivable on one day.

The policy model is loaded on first use (PEP 562): it brings pydantic's machinery, and importing the engine must stay cheap.
"""

from typing import TYPE_CHECKING, Any

from dunningkit.policy.assignment import Policies, Terms
from dunningkit.policy.caps import CapReached, cap_reached
from dunningkit.policy.choices import Anchor, Approval, Boundary, Grouping, Progress
from dunningkit.policy.climbing import SentStep
from dunningkit.policy.considering import facts_asked
from dunningkit.policy.decide import RULE_NAMES, Considered, consider, decide, standing_of
from dunningkit.policy.facts import Credits, Known, credits_of, facts_hash, tied_by_customer
from dunningkit.policy.grouping import Group, gather
from dunningkit.policy.situation import Attempt, Claims, Day, Decision, Situation

if TYPE_CHECKING:
    from dunningkit.policy.ladder import (
        ContactCap,
        Coverage,
        HistoryRule,
        Policy,
        Step,
        load_policy,
        policy_json_schema,
    )

__all__ = [
    "RULE_NAMES",
    "Anchor",
    "Approval",
    "Attempt",
    "Boundary",
    "CapReached",
    "Claims",
    "Considered",
    "ContactCap",
    "Coverage",
    "Credits",
    "Day",
    "Decision",
    "Group",
    "Grouping",
    "HistoryRule",
    "Known",
    "Policies",
    "Policy",
    "Progress",
    "SentStep",
    "Situation",
    "Step",
    "Terms",
    "cap_reached",
    "consider",
    "credits_of",
    "decide",
    "facts_asked",
    "facts_hash",
    "gather",
    "load_policy",
    "policy_json_schema",
    "standing_of",
    "tied_by_customer",
]


def __getattr__(name: str) -> Any:
    """Load the policy model on first use."""
    if name in __all__:
        from dunningkit.policy import ladder  # noqa: PLC0415

        return getattr(ladder, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
