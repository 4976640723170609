"""A tier is computed from the rules that are kept: every rule of it, and of the tiers below."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunningkit.errors import NotFound, SettingsError
from dunningkit.quality import RULES, Evidence, Kind, Tier, Verdict, gather, judge
from dunningkit.quality.scale import Judged, Report

ORDER = list(Tier)


def report(kept: dict[str, bool], exempt: dict[str, str] | None = None) -> Report:
    return Report(
        "x", "1.0", tuple(Judged(rule, Verdict(kept[rule.name]), (exempt or {}).get(rule.name, "")) for rule in RULES)
    )


@given(st.fixed_dictionaries({rule.name: st.booleans() for rule in RULES}))
def test_a_tier_needs_every_rule_up_to_it(kept: dict[str, bool]) -> None:
    broken = [ORDER.index(rule.tier) for rule in RULES if not kept[rule.name]]
    lowest = min(broken, default=len(ORDER))
    assert report(kept).tier == (ORDER[lowest - 1] if lowest else None)


def test_an_exemption_with_a_reason_stands_in_no_tiers_way() -> None:
    kept = {rule.name: rule.name != "idempotent-send" for rule in RULES}
    assert report(kept).tier is Tier.SILVER
    assert report(kept, {"idempotent-send": "it delivers nothing"}).tier is Tier.PLATINUM


def an_evidence(tmp_path: Path, **changes: object) -> Evidence:
    given_ = {
        "plugin": "x",
        "version": "1.0",
        "kinds": frozenset({Kind.COMMAND}),
        "outcomes": (),
        "package": tmp_path,
        "readme": "It reads, sends and keeps nothing.\n## What it does not do\n",
    }
    return Evidence(**{**given_, **changes})


def test_only_rules_about_what_it_offers_are_asked(tmp_path) -> None:
    asked = {one.rule.name for one in judge(an_evidence(tmp_path)).judged}
    assert "conformance" in asked
    assert {"recheck", "idempotent-send", "typed-config"}.isdisjoint(asked)


def test_an_exemption_from_no_rule_is_refused(tmp_path) -> None:
    with pytest.raises(SettingsError, match="exempts speed, which is no rule"):
        judge(an_evidence(tmp_path, exempt={"speed": "we are slow"}))


def test_a_plugin_that_is_not_installed_is_named_with_those_that_are() -> None:
    with pytest.raises(NotFound, match=r"No plugin 'nix' is installed \(there is: .*csv"):
        gather("nix")
