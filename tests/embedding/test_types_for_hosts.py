"""A host's type checker sees our types: the examples are strict, and a wrong call is found before it runs."""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
WRONG = """
import dunningkit as dk

dk.Money("9.00", "EUR")
dk.Engine(dk.Store.open("sqlite://"), [], clock=5)
dk.CreditorSetup.of("acme", source=dk.SnapshotSource(list), channels={})
"""


def test_the_example_hosts_are_strict_and_a_wrong_call_is_found(tmp_path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(WRONG)
    hosts = [str(EXAMPLES / "host_flask" / "app.py"), str(EXAMPLES / "host_batch" / "nightly.py")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", tmp_path, *hosts, wrong],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert [line.partition(": error: ")[0] for line in errors] == ["wrong.py:4", "wrong.py:5", "wrong.py:6"], (
        done.stdout
    )
