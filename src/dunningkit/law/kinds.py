"""The kinds of rule by the name they have in a pack's file, in the order in which a pack is shown."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from dunningkit.law.pack import (
    AllocationRule,
    CountRule,
    DueShiftRule,
    FeeRule,
    FixedSumRule,
    ForbiddenActRule,
    GapRule,
    LimitationRule,
    MarginRule,
    ReferenceRule,
    Rule,
    StartRule,
    StopRule,
    TimeToPayRule,
    TotalRule,
    YearCapRule,
)


class RuleKind(StrEnum):
    """What a rule's ``kind`` says in a file."""

    FEE = "fee"
    COUNT = "count"
    TOTAL = "total"
    FIXED_SUM = "fixed_sum"
    GAP = "gap"
    TIME_TO_PAY = "time_to_pay"
    FORBIDDEN_ACT = "forbidden_act"
    REFERENCE = "reference"
    MARGIN = "margin"
    START = "start"
    YEAR_CAP = "year_cap"
    DUE_SHIFT = "due_shift"
    ALLOCATION = "allocation"
    STOP = "stop"
    LIMITATION = "limitation"


RULES: Mapping[RuleKind, type[Rule]] = MappingProxyType(
    {
        RuleKind.FEE: FeeRule,
        RuleKind.COUNT: CountRule,
        RuleKind.TOTAL: TotalRule,
        RuleKind.FIXED_SUM: FixedSumRule,
        RuleKind.GAP: GapRule,
        RuleKind.TIME_TO_PAY: TimeToPayRule,
        RuleKind.FORBIDDEN_ACT: ForbiddenActRule,
        RuleKind.REFERENCE: ReferenceRule,
        RuleKind.MARGIN: MarginRule,
        RuleKind.START: StartRule,
        RuleKind.YEAR_CAP: YearCapRule,
        RuleKind.DUE_SHIFT: DueShiftRule,
        RuleKind.ALLOCATION: AllocationRule,
        RuleKind.STOP: StopRule,
        RuleKind.LIMITATION: LimitationRule,
    }
)
