"""The creditor's approved ladder of steps, and the pure decision of what to do about one receivable on one day."""

from dunningkit.policy.caps import CapReached, cap_reached
from dunningkit.policy.decide import Day, Decision, Situation, decide
from dunningkit.policy.grouping import Group, gather
from dunningkit.policy.ladder import (
    Approval,
    ContactCap,
    Grouping,
    HistoryRule,
    Policy,
    Step,
    load_policy,
    policy_json_schema,
)

__all__ = [
    "Approval",
    "CapReached",
    "ContactCap",
    "Day",
    "Decision",
    "Group",
    "Grouping",
    "HistoryRule",
    "Policy",
    "Situation",
    "Step",
    "cap_reached",
    "decide",
    "gather",
    "load_policy",
    "policy_json_schema",
]
