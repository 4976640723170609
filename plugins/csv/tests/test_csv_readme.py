"""The README's configurations load and its tables name every setting."""

import re
import tomllib
from pathlib import Path

import pytest

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
