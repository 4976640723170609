"""The kit is tested by plugins with one mistake each: a check that finds nothing would prove nothing."""

import json
import os
import time
from collections import defaultdict
from pathlib import Path

import pytest
from mutants.suites import EVERY

from dunningkit.testing import checks_of

SUITES = Path(__file__).parent / "mutants" / "suites.py"
CHECKS = [(number, check) for number, kind in enumerate(EVERY) for check in checks_of(kind)]


class Outcomes:
    """Remembers, by test class, which checks failed, and which were there."""

    def __init__(self) -> None:
        self.failed: dict[str, set[str]] = defaultdict(set)
        self.passed: dict[str, set[str]] = defaultdict(set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        _, suite, check = report.nodeid.split("::")
        if report.failed:
            self.failed[suite].add(check)
        elif report.when == "call":
            self.passed[suite].add(check)


def played() -> Outcomes:
    made = Outcomes()
    options = ["-q", "--no-header", "--no-summary", "--tb=no", "-n", "0", "-p", "no:cacheprovider"]
    pytest.main([*options, str(SUITES)], plugins=[made])
    return made


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> Outcomes:
    """Played once, by the first worker that needs them; the others wait for what it found."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return played()
    found = tmp_path_factory.getbasetemp().parent / "outcomes.json"
    try:
        found.with_suffix(".begun").touch(exist_ok=False)
    except FileExistsError:
        return read_when_there(found)
    made = played()
    told = [{suite: sorted(checks) for suite, checks in part.items()} for part in (made.failed, made.passed)]
    found.with_suffix(".new").write_text(json.dumps(told))
    found.with_suffix(".new").rename(found)
    return made


def read_when_there(found: Path) -> Outcomes:
    made, patience = Outcomes(), time.monotonic() + 600
    while not found.exists():
        assert time.monotonic() < patience, "the worker that plays the mutants does not end"
        time.sleep(0.2)
    for part, told in zip((made.failed, made.passed), json.loads(found.read_text()), strict=True):
        part.update({suite: set(checks) for suite, checks in told.items()})
    return made


@pytest.mark.parametrize("kind", range(len(EVERY)))
def test_a_plugin_without_a_mistake_passes_every_check(outcomes, kind) -> None:
    suite = f"Test{kind}_right"
    assert outcomes.failed[suite] == set()
    assert outcomes.passed[suite] == set(checks_of(list(EVERY)[kind]))


@pytest.mark.parametrize(("kind", "check"), CHECKS)
def test_a_mutant_fails_its_check_and_no_other(outcomes, kind, check) -> None:
    assert outcomes.failed[f"Test{kind}_{check}"] == {check}


@pytest.mark.parametrize(("kind", "check"), CHECKS)
def test_without_its_check_the_mutant_would_pass(outcomes, kind, check) -> None:
    others = set(checks_of(list(EVERY)[kind])) - {check}
    assert outcomes.passed[f"Test{kind}_{check}"] | set(dict(EVERY)[list(EVERY)[kind]][1][check].members) >= others
