"""Importing the engine starts, registers and configures nothing, and loads nothing that is not needed yet."""

import ast
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import dunningkit

LATER = (
    "alembic",
    "jinja2",
    "babel",
    "holidays",
    "httpx",
    "typer",
    "rich",
    "pydantic.main",
    "sqlalchemy.dialects.postgresql",
)


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("module", ["dunningkit", "dunningkit.engine", "dunningkit.hooks", "dunningkit_csv.plugin"])
def test_nothing_about_the_process_changes(module: str) -> None:
    found = run(f"""
        import locale, logging, os, signal, sys, threading, warnings
        def state():
            loggers = [logging.getLogger(name) for name in (None, "dunningkit", "structlog")]
            return {{
                "threads": threading.active_count(),
                "handlers": [len(logger.handlers) for logger in loggers],
                "levels": [logger.level for logger in loggers],
                "signals": [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)],
                "locale": locale.setlocale(locale.LC_ALL),
                "warnings": list(warnings.filters),
                "environment": dict(os.environ),
                "folder": os.getcwd(),
                "hooks": (sys.excepthook, sys.displayhook),
            }}
        before = state()
        import {module}
        after = state()
        import structlog
        print([name for name in before if before[name] != after[name]], structlog.is_configured())
    """)
    assert found == "[] False"


def test_what_is_not_needed_yet_is_not_loaded() -> None:
    assert run(f"import sys, dunningkit.engine; print([name for name in {LATER} if name in sys.modules])") == "[]"


def test_the_hooks_load_pluggy_and_nothing_of_weight() -> None:
    heavy = ("pydantic", "sqlalchemy", "structlog")
    assert run(f"import sys, dunningkit.hooks; print([name for name in {heavy} if name in sys.modules])") == "[]"


def test_public_names_are_loaded_on_first_use() -> None:
    assert run("import sys, dunningkit; print(any(name.startswith('dunningkit.') for name in sys.modules))") == "False"
    assert run("import dunningkit as dk; print(dk.Engine.__module__, dk.Money(5, 'EUR').amount_minor)") == (
        "dunningkit.engine.facade 5"
    )


def test_every_public_name_exists() -> None:
    assert all(getattr(dunningkit, name) is not None for name in dunningkit.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Enigne'"):
        dunningkit.Enigne  # noqa: B018


def test_what_is_loaded_late_is_what_type_checkers_see() -> None:
    tree = ast.parse(Path(dunningkit.__file__).read_text(encoding="utf-8"))
    (for_checkers,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        alias.asname: node.module
        for node in for_checkers.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == dunningkit._HOME
    assert sorted(seen) == list(dunningkit.__all__)


def test_nothing_inside_the_package_imports_from_its_top() -> None:
    """Another distribution may overwrite ``dunningkit/__init__.py``; nothing of ours may stand on it."""
    found = run("""
        import ast, pathlib, dunningkit
        root = pathlib.Path(dunningkit.__file__).parent
        names = set(dunningkit.__all__)
        for path in root.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "dunningkit" and names & {a.name for a in node.names}:
                    print(path)
    """)
    assert found == ""
