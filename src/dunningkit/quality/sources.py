"""What a plugin's source, README and tests show when they are read: ways out, waits, provenance, types."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dunningkit.quality.evidence import Evidence

#: Ways out that bypass the injected client.
_WAYS_OUT = frozenset(
    {"requests", "urllib3", "aiohttp", "http.client", "urllib.request", "socket", "ftplib", "smtplib"}
)
_CLIENTS = frozenset({"Client", "AsyncClient", "get", "post", "put", "patch", "delete", "request", "stream"})
_PROVENANCE = "provenance.toml"


def _trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(folder), ast.parse(path.read_text(encoding="utf-8"))


def own_clients(evidence: "Evidence") -> list[str]:
    """Where a plugin goes out by itself."""
    found = []
    for path, tree in _trees(evidence.package):
        for node in ast.walk(tree):
            for name in _imported(node):
                if name in _WAYS_OUT or name.partition(".")[0] in _WAYS_OUT:
                    found.append(f"{path}:{node.lineno} imports {name}")  # type: ignore[attr-defined]  # an import has a line
            if isinstance(node, ast.Call) and _called(node) in {f"httpx.{name}" for name in _CLIENTS}:
                found.append(f"{path}:{node.lineno} calls {_called(node)}; use services.http_client()")
    return found


def waits_without_limit(evidence: "Evidence") -> list[str]:
    """Where a plugin switches a limit off or waits by itself."""
    found = []
    for path, tree in _trees(evidence.package):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            if _called(node) == "time.sleep":
                found.append(f"{path}:{node.lineno} sleeps; raise RateLimited and let the host wait")
            if any(
                one.arg == "timeout" and isinstance(one.value, ast.Constant) and one.value.value is None
                for one in node.keywords
            ):
                found.append(f"{path}:{node.lineno} switches a time-out off")
    return found


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def _called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


def missing_from_readme(evidence: "Evidence") -> list[str]:
    """Which of the three things that a host asks first the README does not answer."""
    text = evidence.readme.lower()
    if not text.strip():
        return ["the distribution brings no README; name it in pyproject.toml"]
    asked = {"what it reads": ("read",), "what it sends": ("send", "sent"), "what it stores": ("stor", "keep", "kept")}
    return [
        f"the README does not say {what}" for what, words in asked.items() if not any(word in text for word in words)
    ]


def no_limitations_in_readme(evidence: "Evidence") -> list[str]:
    """Whether the README leaves out what the plugin cannot do."""
    headings = [line.lower() for line in evidence.readme.splitlines() if line.startswith("#")]
    if any("not" in line or "limit" in line for line in headings):
        return []
    return ["the README has no heading about what it does not do, or about limits"]


def without_provenance(evidence: "Evidence") -> list[str]:
    """Recorded files among the tests that ``provenance.toml`` beside them says nothing about."""
    if evidence.tests is None:
        return ["the tests are not here: install the plugin from its sources to have them looked at"]
    found = []
    for path in sorted(evidence.tests.rglob("*")):
        if not path.is_file() or path.suffix in (".py", ".pyc", ".toml"):
            continue
        told = path.parent / _PROVENANCE
        known = tomllib.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
        if not str(known.get(path.name, "")).strip():
            found.append(f"{path.relative_to(evidence.tests)} is not in {_PROVENANCE} beside it")
    return found


def untyped(evidence: "Evidence") -> list[str]:
    """What ``mypy --strict`` says of the package; its first complaints."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(evidence.package)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  # our own command
    if "No module named mypy" in done.stderr:
        return ["mypy is not installed here"]
    said = (done.stdout + done.stderr).strip().splitlines()
    return said[:3] if done.returncode else []


def not_property_tested(evidence: "Evidence") -> list[str]:
    """Whether no test of the plugin uses Hypothesis."""
    if evidence.tests is None:
        return ["the tests are not here: install the plugin from its sources to have them looked at"]
    for _, tree in _trees(evidence.tests):
        if any(name in ("hypothesis.given", "hypothesis") for node in ast.walk(tree) for name in _imported(node)):
            return []
    return ["no test uses Hypothesis"]
