"""An installed plugin is proven from the command line, without a line of code."""

import subprocess
import sys

import pytest

from dunningkit.testing.installed import made_from_offers


def run(folder, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--pyargs",
        "dunningkit.testing",
        *options,
    ]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)


def test_a_plugin_is_proven_by_its_name(tmp_path) -> None:
    done = run(tmp_path, "--dunningkit-plugin=csv", "-vv")
    assert done.returncode == 0, done.stdout
    assert "TestPackage::test_the_names_are_one_name PASSED" in done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ((), "Name the plugin to prove: --dunningkit-plugin=NAME"),
        (("--dunningkit-plugin=nix",), "No plugin 'nix' is installed (there is: csv)."),
        (("--dunningkit-plugin=csv", "--dunningkit-settings=nowhere.toml"), "nowhere.toml cannot be read"),
    ],
)
def test_a_wrong_call_says_what_to_write(tmp_path, options, sentence) -> None:
    done = run(tmp_path, *options)
    assert done.returncode != 0
    assert sentence in done.stdout


def test_the_option_is_all_that_pytest_loads_of_us(tmp_path) -> None:
    (tmp_path / "test_host.py").write_text(
        "import sys\n\n\ndef test_host():\n"
        "    ours = [name for name in sys.modules if name.startswith('dunningkit.')]\n"
        "    assert ours == ['dunningkit.pytest_plugin']\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_a_ledger_source_without_a_proof_of_its_own_is_shown_what_to_write(tmp_path) -> None:
    (tmp_path / "invoices.csv").write_text(
        "no;customer;amount;issued;due\n1042;17;100,00;2026-10-01;2026-10-15\n1043;17;80,00;2026-10-01;2026-10-15\n"
    )
    columns = {"invoice_number": "no", "customer_id": "customer", "original": "amount", "issued_on": "issued"}
    settings = {"csv": {"invoices": {"path": f"{tmp_path}/invoices.csv", "columns": {**columns, "due_on": "due"}}}}
    (tmp_path / "test_offers.py").write_text(
        "from dunningkit.testing.installed import made_from_offers\n\n"
        f'globals().update(made_from_offers("csv", {settings!r}))\n'
    )
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "test_offers.py"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "write `pay` in your `outside` fixture's class" in done.stdout


def test_a_channel_without_a_proof_of_its_own_is_told_that_its_messages_were_not_shown(tmp_path) -> None:
    (tmp_path / "test_offers.py").write_text(
        "from dunningkit.delivery import file_outbox\n"
        "from dunningkit.plugins import PluginSet\n"
        "from dunningkit.testing import installed\n\n"
        "PluginSet.installed = lambda allow: PluginSet.of(file_outbox)\n"
        'globals().update(installed.made_from_offers("file", {}))\n'
    )
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "test_offers.py"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "nothing of what this channel renders, delivers and reads was checked" in done.stdout


def test_settings_that_are_needed_and_missing_are_asked_for() -> None:
    with pytest.raises(
        LookupError, match=r"Write a table \[csv\] in a TOML file, and name it with --dunningkit-settings"
    ):
        made_from_offers("csv", {})
