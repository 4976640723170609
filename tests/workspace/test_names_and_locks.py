"""The workspace keeps to its names, its lock, and itself."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from dunningkit.hooks import ENTRY_POINT_GROUP
from dunningkit.policy import policy_json_schema

_ROOT = Path(__file__).parents[2]
PYPROJECTS = [_ROOT / "pyproject.toml", *sorted((_ROOT / "plugins").glob("*/pyproject.toml"))]
LOCK = _ROOT / "requirements" / "dev.lock"


def tracked(*endings: str) -> list[Path]:
    """The files git keeps, and new ones it does not ignore; without a checkout, everything outside hidden folders."""
    git = ["git", "-C", str(_ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(git, check=False, capture_output=True, text=True)
    if done.returncode == 0:
        found = [_ROOT / name for name in done.stdout.splitlines()]
    else:
        found = [path for path in _ROOT.rglob("*") if not any(part.startswith(".") for part in path.parts)]
    return [path for path in found if path.is_file() and path.name.endswith(endings)]


def read(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def requirements_of(project: dict) -> list[str]:
    extras = project["project"].get("optional-dependencies", {})
    return [
        *project["project"].get("dependencies", []),
        *(one for extra in extras.values() for one in extra),
        *project["build-system"]["requires"],
    ]


def test_nothing_requires_the_distribution_that_is_not_ours() -> None:
    for path in PYPROJECTS:
        for requirement in requirements_of(read(path)):
            assert not re.match(r"dunningkit(?![\w-])", requirement), path
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        assert not re.match(r"dunningkit(?![\w-])", line)


def test_nothing_tells_anyone_to_install_it() -> None:
    for path in tracked(".md", ".toml", ".in", ".lock", ".txt", "Makefile", "run"):
        for line in path.read_text(encoding="utf-8").splitlines():
            told = re.search(r"\binstall\b(.*)", line)
            words = re.split(r"[\s`'\"]+", told.group(1)) if told else []
            assert "dunningkit" not in words, f"{path}: {line}"


@pytest.mark.parametrize("path", PYPROJECTS, ids=lambda path: path.parent.name)
def test_distributions_are_private_and_named_after_what_they_offer(path: Path) -> None:
    project = read(path)["project"]
    assert "Private :: Do Not Upload" in project["classifiers"]
    assert project["requires-python"] == ">=3.11"
    if path.parent == _ROOT:
        assert project["name"] == "dunningkit-engine"
        assert project["scripts"] == {"dunning": "dunningkit.cli:main"}
        return
    (name,) = project["entry-points"][ENTRY_POINT_GROUP]
    assert project["name"] == f"dunningkit-{name}"
    assert path.parent.name == name
    assert project["entry-points"][ENTRY_POINT_GROUP][name] == f"dunningkit_{name}.plugin"


def test_no_module_has_a_name_of_the_other_project_or_hides_the_standard_library() -> None:
    for path in tracked(".py"):
        assert path.name not in {"__main__.py", "analyze.py", "recovery_rates.py"}
    assert not list((_ROOT / "plugins").glob("*/__init__.py"))
    top = {path.stem for path in (_ROOT / "plugins").glob("*/src/*")}
    assert not top & sys.stdlib_module_names


def test_every_locked_requirement_has_hashes_and_no_address() -> None:
    text = LOCK.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) > 20
    for line in lines:
        assert re.match(r"[a-z0-9._-]+==\S+", line), line
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), line
        assert not re.search(r"https?://|--index|--find-links|file:", line), line


def test_the_lock_holds_every_requirement() -> None:
    locked = set(re.findall(r"^([a-z0-9._-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE))
    for path in PYPROJECTS:
        for requirement in requirements_of(read(path)):
            name = re.match(r"[A-Za-z0-9._-]+", requirement).group().lower().replace("_", "-")
            assert name in locked or name == "dunningkit-engine", requirement


def test_every_requirement_names_something_that_is_there_and_new_enough() -> None:
    for path in PYPROJECTS:
        for requirement in requirements_of(read(path)):
            name, floor = re.match(r"([A-Za-z0-9._-]+)>=([\d.]+)", requirement).groups()
            there, wanted = ([int(part) for part in re.findall(r"\d+", one)] for one in (version(name), floor))
            assert there >= wanted, requirement


def test_core_dependencies_are_the_agreed_ones() -> None:
    names = {re.match(r"\w+", one).group().lower() for one in read(PYPROJECTS[0])["project"]["dependencies"]}
    assert names == {"pluggy", "pydantic", "structlog", "sqlalchemy", "alembic", "jinja2", "babel", "holidays"}


def test_the_published_policy_schema_is_the_models() -> None:
    published = (_ROOT / "docs" / "policy.schema.json").read_text(encoding="utf-8")
    assert published == json.dumps(policy_json_schema(), indent=2, ensure_ascii=False) + "\n", "run: make schema"


def test_every_link_between_documents_leads_somewhere() -> None:
    for page in tracked(".md"):
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text):
            assert (page.parent / target).exists(), f"{page.relative_to(_ROOT)} links to {target}"


def test_the_tree_names_no_machine() -> None:
    machine = re.compile(r"(?<![\w.])/(?:work|root|home|opt|tmp|Users)/[a-z]")
    index = re.compile(r"--(?:extra-)?index-url|--find-links")
    for path in tracked(".py", ".toml", ".md", ".in", ".lock", ".json", "Makefile", "run", ".j2"):
        if path != Path(__file__):
            text = path.read_text(encoding="utf-8")
            assert not machine.search(text), path
            assert not index.search(text), path
