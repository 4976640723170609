"""The plugins that the documents show keep what they say: copied into distributions, they reach gold and work."""

import re
import sqlite3
from pathlib import Path

import pytest

from dunningkit.cli.app import run
from dunningkit.quality import gather, judge

DOCS = Path(__file__).resolve().parents[2] / "docs"
CONFIGURATION = """
[creditor]
creditor_id = "shop"
name = "Verkkokauppa Esimerkki Oy"
phone = "09 123 4567"
email = "laskut@example.fi"
website = "www.example.fi"
iban = "FI21 1234 5600 0007 85"

[channels.email]
plugin = "file"
"""


def modules(page: str) -> dict[str, str]:
    """The Python files of a page, by name; each says its own in its first line."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return dict(
        re.findall(r"^```python\n(?:# src/dunningkit_\w+/(\w+\.py)\n)(.*?)^```", text, re.DOTALL | re.MULTILINE)
    )


def block(page: str, language: str, begins: str) -> str:
    text = (DOCS / page).read_text(encoding="utf-8")
    return next(
        one
        for one in re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        if one.startswith(begins)
    )


@pytest.fixture
def shop(install):
    return install(modules("first-plugin.md"), name="shop", readme=block("first-plugin.md", "markdown", "# dunningkit"))


def test_the_first_plugin_reaches_gold_and_leaves_only_what_it_cannot_show(shop) -> None:
    report = judge(gather("shop"))
    assert report.tier == "gold", [(one.rule.name, one.verdict.why) for one in report.missing]
    assert [one.rule.name for one in report.missing] == ["property-tested-mapping"]


def test_the_first_plugin_makes_a_proposal(shop, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dunning.toml").write_text(CONFIGURATION + block("first-plugin.md", "toml", "[plugins]"))
    database = sqlite3.connect("shop.db")
    database.execute("CREATE TABLE customers (no INTEGER, name TEXT, email TEXT)")
    database.execute("CREATE TABLE invoices (no, customer, cents, open_cents, issued, due, paid, disputed)")
    database.execute("INSERT INTO customers VALUES (1, 'Maija Mäkinen', 'maija@example.fi')")
    database.execute("INSERT INTO invoices VALUES (1042, 1, 8990, 8990, '2026-11-05', '2026-11-19', NULL, 0)")
    database.commit()
    database.close()
    assert run(["init"]) == 0
    assert run(["doctor"]) == 0
    assert run(["--language", "en", "--now", "2026-11-24T10:00+02:00", "run"]) == 0
    said = capsys.readouterr().out
    assert "Ready: 1 reminder" in said
    assert "1042" in said


def test_the_scorer_of_the_plugin_page_reaches_gold(install) -> None:
    install(modules("plugins.md"))
    assert judge(gather("share")).tier == "gold"
