"""What a plugin's source, README and tests show when they are read: ways out, waits, provenance, types."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dunningkit.quality.python_files import PythonFile, python_files

if TYPE_CHECKING:
    from dunningkit.quality.evidence import Evidence

#: Ways out that bypass the injected client.
_WAYS_OUT = frozenset(
    {
        *("requests", "niquests", "urllib3", "aiohttp", "httpcore", "pycurl", "websockets", "grpc", "zeep", "paramiko"),
        *("http.client", "urllib.request", "xmlrpc.client", "socket", "ssl", "ftplib", "smtplib", "imaplib", "poplib"),
        *("asyncio.open_connection", "asyncio.create_connection", "asyncio.create_subprocess_exec"),
    }
)
_CALLS_OUT = frozenset(
    {
        *(f"httpx.{name}" for name in ("Client", "AsyncClient", "HTTPTransport", "AsyncHTTPTransport")),
        *(
            f"httpx.{name}"
            for name in ("get", "post", "put", "patch", "delete", "head", "options", "request", "stream")
        ),
        *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen")),
        *("os.system", "os.popen"),
    }
)
_DYNAMIC = frozenset({"importlib.import_module", "__import__"})
_PROVENANCE = "provenance.toml"
#: What a host asks first, and the words, in the languages of the house, of a README that answers.
_ANSWERS = {
    "what it reads": r"\b(?:reads?|reading|lukee|lue|läser)\b",
    "what it sends": r"\b(?:sends?|sent|sending|lähettää|lähetä|skickar|sänder)\b",
    "what it stores": r"\b(?:stor(?:es?|ed|ing)|keeps?|kept|saves?|saved|tallenna|tallentaa|säilytä|säilyttää|sparar|lagrar)\b",
}
_LIMITS = re.compile(r"\b(?:not|no|never|cannot|limit\w*|rajoit\w*|ei|begränsning\w*|inte)\b", re.I)
_SWITCH = re.compile(r"#\s*mypy:")


def _unreadable(file: PythonFile) -> list[str]:
    return [] if file.tree else [f"{file.path} cannot be read as Python"]


def own_clients(evidence: "Evidence") -> list[str]:
    """Where a plugin goes out by itself."""
    found = []
    for file in python_files(evidence.package):
        found += _unreadable(file)
        for node in file.nodes:
            found += [f"{file.path}:{line} imports {name}" for line, name in _imported(node, file) if _leads_out(name)]
            if (called := file.called(node)) in _CALLS_OUT:
                found.append(f"{file.path}:{_line(node)} calls {called}; use services.http_client()")
    return found


def _leads_out(name: str) -> bool:
    return any(name == way or name.startswith(f"{way}.") for way in _WAYS_OUT)


def _imported(node: ast.AST, file: PythonFile) -> list[tuple[int, str]]:
    """What a statement or a call imports, with its line; of what comes from one module the shortest that leads out."""
    if isinstance(node, ast.Import):
        return [(node.lineno, alias.name) for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        if _leads_out(node.module):
            return [(node.lineno, node.module)]
        return [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    if isinstance(node, ast.Call) and file.called(node) in _DYNAMIC:
        return [
            (node.lineno, one.value)
            for one in node.args[:1]
            if isinstance(one, ast.Constant) and type(one.value) is str
        ]
    return []


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def waits_without_limit(evidence: "Evidence") -> list[str]:
    """Where a plugin switches a limit off or waits by itself."""
    found = []
    for file in python_files(evidence.package):
        found += _unreadable(file)
        for node in file.nodes:
            if file.called(node) == "time.sleep":
                found.append(f"{file.path}:{_line(node)} sleeps; raise RateLimited and let the host wait")
            if _switches_off(node, file):
                found.append(f"{file.path}:{_line(node)} switches a time-out off")
    return found


def _switches_off(node: ast.AST, file: PythonFile) -> bool:
    if isinstance(node, ast.Assign):
        named = any(isinstance(one, ast.Attribute) and one.attr == "timeout" for one in node.targets)
        return named and _is_none(node.value)
    if not isinstance(node, ast.Call):
        return False
    if file.called(node) == "httpx.Timeout":
        return any(map(_is_none, [*node.args, *(one.value for one in node.keywords)]))
    return any(one.arg == "timeout" and _is_none(one.value) for one in node.keywords)


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def missing_from_readme(evidence: "Evidence") -> list[str]:
    """Which of the three things that a host asks first the README does not answer."""
    if not evidence.readme.strip():
        return ["the distribution brings no README; name it in pyproject.toml"]
    return [
        f"the README does not say {what}"
        for what, words in _ANSWERS.items()
        if not re.search(words, evidence.readme, re.IGNORECASE)
    ]


def no_limitations_in_readme(evidence: "Evidence") -> list[str]:
    """Whether the README leaves out what the plugin cannot do."""
    if any(_LIMITS.search(heading) for heading in _headings(evidence.readme)):
        return []
    return ["the README has no heading about what it does not do, or about limits"]


def _headings(text: str) -> Iterator[str]:
    in_code = False
    for line in text.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            in_code = not in_code
        elif line.startswith("#") and not in_code:
            yield line


def without_provenance(evidence: "Evidence") -> list[str]:
    """Recorded files among the tests that ``provenance.toml`` beside them says nothing about."""
    if evidence.tests is None:
        return [_NO_TESTS]
    folders: dict[Path, list[Path]] = {}
    for path in sorted(evidence.tests.rglob("*")):
        below = path.relative_to(evidence.tests)
        of_tools = any(part.startswith((".", "__")) for part in below.parts)
        if path.is_file() and not of_tools and path.suffix not in (".py", ".pyc", ".toml"):
            folders.setdefault(below.parent, []).append(below)
    return [said for folder, recorded in folders.items() for said in _untold(evidence.tests, folder, recorded)]


def _untold(tests: Path, folder: Path, recorded: list[Path]) -> list[str]:
    told = folder / _PROVENANCE
    try:
        known = tomllib.loads((tests / told).read_text(encoding="utf-8")) if (tests / told).exists() else {}
    except ValueError as error:
        return [f"{told} cannot be read: {error}"]
    return [
        f"{path} is not in {_PROVENANCE} beside it" for path in recorded if not str(known.get(path.name, "")).strip()
    ]


_NO_TESTS = "the tests are not here: install the plugin from its sources to have them looked at"


def untyped(evidence: "Evidence") -> list[str]:
    """What ``mypy --strict`` says of the package; its first complaints."""
    switched = [
        f"{file.path}:{number} changes how strictly it is looked at"
        for file in python_files(evidence.package)
        for number, line in enumerate(file.text.splitlines(), 1)
        if _SWITCH.match(line.strip())
    ]
    # Without the settings of wherever this is run, and asking that what is silenced says which complaint it silences.
    options = ("--strict", "--config-file=", "--enable-error-code=ignore-without-code", "--no-error-summary")
    command = [sys.executable, "-m", "mypy", *options, str(evidence.package)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  # our own command
    if "No module named mypy" in done.stderr:
        return ["mypy is not installed here: install it to have the types looked at"]
    said = (done.stdout + done.stderr).strip().splitlines()
    return [*switched, *(said[:3] if done.returncode else [])]


def not_property_tested(evidence: "Evidence") -> list[str]:
    """Whether no test of the plugin's own code uses Hypothesis."""
    if evidence.tests is None:
        return [_NO_TESTS]
    package = evidence.package.name
    for file in python_files(evidence.tests):
        imports_it = any(name.partition(".")[0] == package for name in file.names.values())
        if imports_it and file.decorated_with("hypothesis.given"):
            return []
    return ["no test of the plugin's own code uses Hypothesis's @given"]
