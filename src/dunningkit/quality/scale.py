"""The tier that a plugin has: computed from the rules it keeps, never claimed."""

from dataclasses import dataclass

from dunningkit.errors import SettingsError
from dunningkit.quality.evidence import Evidence
from dunningkit.quality.rules import RULES, Kind, Rule, Tier, Verdict

#: What no reason excuses. A single check that cannot be met is said in the proof, with a strict ``xfail`` and its reason.
NEVER_EXEMPT = frozenset({"conformance", "no-secrets-or-persons"})


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule and how it came out; ``exempt`` is the authors' reason why it does not concern the plugin."""

    rule: Rule
    verdict: Verdict
    exempt: str = ""

    @property
    def counts_as_kept(self) -> bool:
        """Whether the rule stands in no tier's way."""
        return self.verdict.kept or bool(self.exempt)


@dataclass(frozen=True, slots=True)
class Report:
    """Every rule that concerns a plugin, in the order of the scale, and the tier that follows; ``None`` below bronze."""

    plugin: str
    version: str
    judged: tuple[Judged, ...]

    @property
    def tier(self) -> Tier | None:
        """The highest tier whose rules, and those of the tiers below, are all kept."""
        reached = None
        for tier in Tier:
            if not all(one.counts_as_kept for one in self.judged if one.rule.tier is tier):
                break
            reached = tier
        return reached

    @property
    def missing(self) -> tuple[Judged, ...]:
        """The rules that are not kept."""
        return tuple(one for one in self.judged if not one.counts_as_kept)


def judge(evidence: Evidence) -> Report:
    """Judge a plugin by every rule that concerns what it offers. Raises `SettingsError` for an exemption that there is not."""
    known = {rule.name for rule in RULES}
    if odd := sorted(set(evidence.exempt) - known):
        raise SettingsError(f"The plugin {evidence.plugin!r} exempts {', '.join(odd)}, which is no rule; take it out.")
    if inexcusable := sorted(NEVER_EXEMPT & set(evidence.exempt)):
        raise SettingsError(
            f"The plugin {evidence.plugin!r} exempts {', '.join(inexcusable)}, from which there is no exemption; take it out. "
            "A single check that it cannot meet is said in its proof: xfail(strict=True, reason='unsupported: ...')."
        )
    concerned = [rule for rule in RULES if rule.kinds == frozenset(Kind) or rule.kinds & evidence.kinds]
    judged = tuple(Judged(rule, rule.judge(evidence), evidence.exempt.get(rule.name, "")) for rule in concerned)
    return Report(evidence.plugin, evidence.version, judged)
