"""What the documents show is what happens."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from dunningkit.cli.app import app
from dunningkit.cli.exit_codes import DATABASE, INTERRUPTED, LEDGER, NOT_DELIVERED, NOT_THERE, SETTINGS, WRITTEN_WRONGLY
from dunningkit.contracts import ScorerSpec
from dunningkit.engine.cases import STOPS
from dunningkit.law.terms import CreditorTerms
from dunningkit.model import Medium, Money, Reason, ReasonCode, Segment, StepKind
from dunningkit.plugins import PluginSet
from dunningkit.policy import Approval, Policies, load_policy
from dunningkit.policy.ladder import parse_policy

_ROOT = Path(__file__).parents[2]


def fenced(page: str, language: str) -> list[str]:
    text = (_ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_the_embedding_example_runs_as_it_stands(tmp_path: Path) -> None:
    (example,) = fenced("README.md", "python")
    assert len([line for line in example.splitlines() if line.strip()]) <= 12
    done = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Tuliko lasku 7 perille?" in done.stdout
    assert "9,00" in done.stdout


def test_the_readme_shows_what_the_demo_prints(tmp_path: Path) -> None:
    text = (_ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"<!-- demo -->\n```text\n(.*?)```\n<!-- /demo -->", text, re.DOTALL)
    shutil.copytree(_ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("build"))
    environment = {**os.environ, "COLUMNS": "80"}
    demo = [sys.executable, "examples/demo.py"]
    done = subprocess.run(demo, cwd=tmp_path, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    printed = "\n".join(line.rstrip() for line in done.stdout.splitlines())
    for part in shown.split("[...]\n"):
        assert part.strip("\n") in printed


def test_the_policy_page_shows_a_policy_that_loads(tmp_path: Path) -> None:
    example, _formal, _several = fenced("docs/policy.md", "toml")
    path = tmp_path / "policy.toml"
    path.write_text(example, encoding="utf-8")
    policy = load_policy(path)
    assert [step.id for step in policy.steps] == ["before", "first", "second"]
    assert policy.steps[1].approval is Approval.AUTOMATIC


def test_the_policy_page_shows_several_policies_that_load() -> None:
    _one, _formal, example = fenced("docs/policy.md", "toml")
    data = tomllib.loads(example)
    special = tuple(parse_policy(one, where="the page") for one in data["special_policies"])
    policies = Policies(parse_policy(data["policy"], where="the page"), special)
    assert [policy.name for policy in policies.every] == ["rents", "abroad", "everybody"]


def test_the_policy_page_shows_a_policy_with_formal_steps_that_loads() -> None:
    _one, example, _several = fenced("docs/policy.md", "toml")
    policy = parse_policy(tomllib.loads(example), where="the page")
    assert [step.kind for step in policy.steps] == [StepKind.FRIENDLY, StepKind.FORMAL, StepKind.FINAL]
    assert policy.needs_law


def test_the_law_of_the_embedding_page_is_wired_as_it_stands(world) -> None:
    example, _desk = fenced("docs/embedding.md", "python")
    names = {
        "creditor": world.creditor,
        "source": world.ledger,
        "channels": {Medium.EMAIL: world.channel},
        "policy": None,
    }
    exec(compile(example, "docs/embedding.md", "exec"), names)
    (settings,) = fenced("docs/embedding.md", "toml")
    told = tomllib.loads(settings)["law"]
    law = names["setup"].law
    assert told.pop("pack") == law.pack.pack_id
    assert CreditorTerms(**told) == law.terms
    page = (_ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    assert [one.name for one in fields(CreditorTerms) if f"`{one.name}`" not in page] == []
    assert [kind for kind in STOPS if f"`{kind}`" not in page] == []


def test_the_page_on_deciding_names_every_reason_that_a_line_can_begin_with() -> None:
    modules = (_ROOT / "src" / "dunningkit" / "policy").glob("*.py")
    source = "".join(module.read_text(encoding="utf-8") for module in modules)
    page = (_ROOT / "docs" / "how-it-decides.md").read_text(encoding="utf-8")
    beside = {"SEGMENT", "STYLE_FIXED", "SCORER_FAILED", "PARTLY_PAID", "GRACE", "CAUGHT_UP", "NUMBER_UNCONFIRMED"}
    beside |= {"CHANNEL_WISHED", "CHANNEL_OTHER_THAN_INVOICE", "CHANNEL_ONLY"}
    for name in set(re.findall(r"ReasonCode\.([A-Z_]+)", source)) - beside:
        code = ReasonCode[name].value
        assert f"`{code}`" in page or (code.startswith("held_") and "`held_...`" in page), code


def test_the_samples_of_the_command_page_can_be_had(tmp_path: Path) -> None:
    shutil.copytree(_ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("build"))
    page = (_ROOT / "docs" / "command.md").read_text(encoding="utf-8")
    (short,) = re.findall(r"`dunning` is short for\n`dunning (.+?)`", page)
    environment = {**os.environ, "COLUMNS": "80"}

    def printed(line: str) -> str:
        program, *rest = shlex.split(line)
        places = {"dunning": [str(Path(sys.executable).with_name("dunning")), *shlex.split(short)]}
        command = [*places.get(program, [sys.executable]), *rest]
        done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr
        return without_ids("\n".join(one.rstrip() for one in done.stdout.splitlines()))

    (before,) = fenced("docs/command.md", "sh")
    for line in before.splitlines():
        printed(line)
    samples = [sample.split("\n", 1) for sample in fenced("docs/command.md", "text")]
    assert len(samples) == 6
    for line, shown in samples:
        said = printed(line.removeprefix("$ "))
        for part in shown.split("[...]\n"):
            assert without_ids(part.strip("\n")) in said


def without_ids(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{8}\b", "########", text)


def test_the_page_on_deciding_says_everything_once() -> None:
    page = (_ROOT / "docs" / "how-it-decides.md").read_text(encoding="utf-8")
    told = re.findall(r"^\* \*\*(.+?)\*\*", page, re.MULTILINE)
    assert len(told) == len(set(told))


def test_the_desk_of_the_embedding_page_works_as_it_stands(world) -> None:
    _law, example = fenced("docs/embedding.md", "python")
    world.customer("1", name="Grace Taylor")
    world.invoice("252259")
    for _day in range(2):
        world.on(world.today + timedelta(days=1)).propose()
    names = {"engine": world.engine(), "creditor_id": world.creditor.creditor_id, "actor": world.actor}
    exec(compile(example, "docs/embedding.md", "exec"), names)
    undone = [entry for entry in world.engine().audit(world.creditor.creditor_id) if entry.action == "batch_undone"]
    assert [entry.details["holds"] for entry in undone] == [1]


def test_the_scorer_of_the_plugin_page_works_as_it_stands(world, monkeypatch) -> None:
    scorer, front = fenced("docs/plugins.md", "python")
    modules = {name: ModuleType(f"dunningkit_share.{name}") for name in ("scorer", "plugin")}
    for (name, module), example in zip(modules.items(), (scorer, front), strict=True):
        monkeypatch.setitem(sys.modules, f"dunningkit_share.{name}", module)
        exec(compile(example, "docs/plugins.md", "exec"), module.__dict__)
    plugins = PluginSet.of(modules["plugin"])
    assert plugins.failures == ()
    spec = plugins.find(ScorerSpec, "share").spec
    world.scorer = spec.build(spec.config_model(), None)
    for month in range(4):
        world.invoice(f"old{month}", late=90 + 30 * month, open=Money.zero("EUR"), settled_on=world.today)
    world.invoice()
    line = world.line()
    assert line.segment is Segment.MIXED
    assert Reason.of(ReasonCode.PAID_ON_TIME, on_time=0, known=4) in line.reasons
    assert ReasonCode.SCORER_FAILED not in {reason.code for reason in line.reasons}


def test_the_command_page_names_every_subcommand_and_exit_code() -> None:
    page = (_ROOT / "docs" / "command.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert re.search(rf"\b{command.name}\b", page), command.name
    for code in (WRITTEN_WRONGLY, SETTINGS, LEDGER, DATABASE, NOT_THERE, NOT_DELIVERED, INTERRUPTED):
        assert f"| {code} |" in page


@pytest.mark.parametrize("page", sorted((_ROOT / "docs" / "decisions").glob("0*.md")), ids=lambda page: page.stem)
def test_a_decision_says_what_instead_why_and_what_would_change_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for heading in ("**What.**", "**Instead of.**", "**Why.**", "**What would change our mind.**"):
        assert heading in text
    assert f"({page.name})" in (page.parent / "README.md").read_text(encoding="utf-8")


def test_the_proof_of_a_ledger_source_runs_as_it_stands(tmp_path: Path) -> None:
    (example,) = [block for block in fenced("docs/conformance.md", "python") if "LedgerSourceConformance" in block]
    (tmp_path / "test_my_source.py").write_text(example, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "write `pay` in your `outside` fixture's class" in done.stdout


def test_the_page_names_everything_that_a_ledgers_outside_can_do() -> None:
    from dunningkit.testing import LedgerOutside  # noqa: PLC0415  # only this test needs the kit

    section = (_ROOT / "docs/conformance.md").read_text(encoding="utf-8").split("## Proving a ledger source")[1]
    methods = [
        name for name in dir(LedgerOutside) if not name.startswith("_") and callable(getattr(LedgerOutside, name))
    ]
    assert [name for name in methods if f"`{name}(" not in section] == []


def test_the_proof_of_a_channel_passes_as_it_stands(tmp_path: Path) -> None:
    (example,) = (one for one in fenced("docs/conformance.md", "python") if "ChannelConformance" in one)
    (tmp_path / "test_example.py").write_text(example, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_example.py"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d+ passed, \d+ skipped", done.stdout)


def test_the_page_lists_the_rules_of_the_quality_scale() -> None:
    from dunningkit.quality import RULES, Tier  # noqa: PLC0415  # only this test needs the scale

    page = (_ROOT / "docs/conformance.md").read_text(encoding="utf-8")
    for tier in Tier:
        rules = ", ".join(f"`{rule.name}`" for rule in RULES if rule.tier is tier)
        assert f"| {tier.value} | {rules} |" in page
