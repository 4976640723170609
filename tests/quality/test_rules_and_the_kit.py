"""The rules name checks that the kit really has, and the plugins of this repository have the tier they are meant to have."""

import re
from pathlib import Path

import pytest

from dunningkit.quality import RULES, Tier, gather, judge, rules
from dunningkit.testing import (
    ChannelConformance,
    LedgerSourceConformance,
    PluginPackageConformance,
    ScorerConformance,
    checks_of,
)

SUITES = (ChannelConformance, LedgerSourceConformance, PluginPackageConformance, ScorerConformance)


def test_every_check_that_a_rule_names_is_in_the_kit() -> None:
    named = set(re.findall(r'"(test_\w+)"', Path(rules.__file__).read_text(encoding="utf-8")))
    there = {name for suite in SUITES for name in checks_of(suite)}
    assert named
    assert named - there == set()


def test_rules_stand_in_the_order_of_their_tiers_under_one_name_each() -> None:
    tiers = [list(Tier).index(rule.tier) for rule in RULES]
    assert tiers == sorted(tiers)
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("plugin", ["csv"])
def test_the_plugins_here_reach_gold(plugin: str) -> None:
    report = judge(gather(plugin))
    assert report.tier in (Tier.GOLD, Tier.PLATINUM), [(one.rule.name, one.verdict.why) for one in report.missing]
