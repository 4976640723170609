"""How good a plugin is: rules that are run, a tier that is computed from them, and exemptions that need a reason."""

from dunningkit.quality.evidence import Evidence, gather
from dunningkit.quality.rules import RULES, Kind, Rule, Tier, Verdict
from dunningkit.quality.scale import Report, judge

__all__ = ["RULES", "Evidence", "Kind", "Report", "Rule", "Tier", "Verdict", "gather", "judge"]
