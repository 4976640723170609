"""The README's configurations load and its tables name every setting."""

import re
import tomllib
from pathlib import Path

import pytest

from dunningkit.cli.app import run
from dunningkit_csv.config import (
    CsvConfig,
    CustomerColumns,
    FileSettings,
    InvoiceColumns,
    InvoicesFile,
    PaymentColumns,
    ValueMaps,
)

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)

CREDITOR = {
    "creditor_id": "pihapalvelu",
    "name": "Pihapalvelu Esimerkki Oy",
    "phone": "09 123 4567",
    "email": "laskut@example.fi",
    "website": "www.example.fi",
    "iban": "FI21 1234 5600 0007 85",
}


def section(heading: str) -> str:
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", README, re.DOTALL | re.MULTILINE)
    assert found, heading
    return found[1]


def named(text: str) -> set[str]:
    """What stands in the first cells of a table's rows."""
    first_cells = re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE)
    return {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}


@pytest.mark.parametrize("number", range(2))
def test_its_configurations_load(number: int) -> None:
    data = tomllib.loads(SNIPPETS[number])
    assert data["plugins"]["allow"] == ["csv"]
    config = CsvConfig.model_validate(data["source"]["config"])
    assert (config.customers is not None) == (number == 1)


def joined(configuration: str, instead: str) -> str:
    """A configuration as ``dunning init`` writes it, filled in, with the part about the files replaced as the page says."""
    for place, value in CREDITOR.items():
        configuration = configuration.replace(f'\n{place} = ""', f'\n{place} = "{value}"', 1)
    kept, dropped = [], False
    for line in configuration.splitlines():
        if line.startswith("["):
            dropped = line.startswith(("[plugins]", "[source"))
        if not dropped:
            kept.append(line)
    return "\n".join([*kept, instead])


@pytest.mark.parametrize("number", range(2))
def test_its_configurations_complete_what_init_writes(number: int, tmp_path: Path, capsys) -> None:
    path = tmp_path / "dunning.toml"
    run(["--config", str(path), "init"])
    path.write_text(joined(path.read_text(encoding="utf-8"), SNIPPETS[number]), encoding="utf-8")
    assert run(["--config", str(path), "init"]) == 0, capsys.readouterr().err


def test_the_way_from_a_file_to_a_first_proposal(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    rows = "Laskunumero;Asiakasnumero;Nimi;Summa;Avoinna;Laskupäivä;Eräpäivä;Sähköposti"
    rows += "\n1042;1;Maija Mäkinen;89,90;89,90;5.11.2026;19.11.2026;maija@example.fi\n"
    Path("open.csv").write_text(rows, encoding="utf-8")
    assert run(["init"]) == 0
    capsys.readouterr()
    assert run(["csv", "inspect", "open.csv", "--write", "csv.toml"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.endswith(
        "The settings were written to csv.toml. Next: put them into the configuration (dunning init writes one to fill in) "
        "instead of its [plugins] and [source] tables; then dunning init makes the database, "
        "and dunning run the first proposal."
    )
    configuration = Path("dunning.toml").read_text(encoding="utf-8")
    Path("dunning.toml").write_text(joined(configuration, Path("csv.toml").read_text("utf-8")), encoding="utf-8")
    assert [run(["init"]), run(["doctor"]), run(["run", "--as-of", "2026-11-24"])] == [0, 0, 0]
    assert "Maija Mäkinen" in capsys.readouterr().out


def test_there_are_no_other_snippets() -> None:
    assert len(SNIPPETS) == README.count("```toml") == 2


def test_its_tables_name_every_setting_and_no_other() -> None:
    customers = set(CustomerColumns.model_fields)
    assert named(section("`[source.config]`")) == set(CsvConfig.model_fields)
    assert named(section("Each file")) == set(InvoicesFile.model_fields)
    assert named(section("`invoices.columns`")) == set(InvoiceColumns.model_fields) - customers | {"customer_id"}
    assert named(section("`customers.columns`")) == customers
    assert named(section("`payments.columns`")) == set(PaymentColumns.model_fields)
    assert set(re.findall(r"`(\w+)`", section("`[source.config.values]`"))) == set(ValueMaps.model_fields)


def test_its_defaults_are_the_real_ones() -> None:
    said = dict(re.findall(r"^\| `(\w+)` \| (.+?) \| ", section("`[source.config]`") + section("Each file"), re.M))
    fields = {**FileSettings.model_fields, **CsvConfig.model_fields}
    assert said.pop("columns") == "required"
    for name, default in said.items():
        field = fields[name]
        if field.is_required():
            assert default == "required", name
        elif default == "none":
            assert not field.get_default(call_default_factory=True) or name == "values", name
        else:
            value = field.default
            shown = " ".join(value) if isinstance(value, tuple) else str(value)
            assert default.replace("\\", "") == f"`{shown}`", name
