"""A small company at the keyboard: a configuration, a CSV file, and the command."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dunningkit.cli.app import run

NOW = "2026-11-24T10:00:00+02:00"  # a Tuesday

CONFIGURATION = """
[creditor]
creditor_id = "pihapalvelu"
name = "Pihapalvelu Esimerkki Oy"
phone = "09 123 4567"
email = "laskut@example.fi"
website = "www.example.fi"
iban = "FI21 1234 5600 0007 85"
agent_name = "Liisa Esimerkki"

[store]
url = "sqlite:///dunning.db"

[plugins]
allow = ["csv"]

[source]
plugin = "csv"

[source.config.invoices]
path = "invoices.csv"
delimiter = ";"

[source.config.invoices.columns]
invoice_number = "lasku"
customer_id = "asiakas"
customer_name = "nimi"
first_name = "etunimi"
email = "sähköposti"
original = "summa"
open = "avoinna"
issued_on = "laskupäivä"
due_on = "eräpäivä"

[channels.email]
plugin = "file"
config = { folder = "outbox" }
"""

HEADER = "lasku;asiakas;nimi;etunimi;sähköposti;summa;avoinna;laskupäivä;eräpäivä"
ROWS = (
    "1042;1;Maija Mäkinen;Maija;maija@example.fi;89,90;89,90;2026-11-05;2026-11-19",
    "1043;2;Eero [Koski];Eero;eero@example.fi;120,00;120,00;2026-11-05;2026-11-19",
    "1044;3;Aino Laine;Aino;aino@example.fi;50,00;0,00;2026-11-05;2026-11-19",
    "1045;4;Outi Niemi;Outi;outi@example.fi;75,00;75,00;2026-11-20;2026-12-04",
)


@dataclass
class Desk:
    """The folder a person works in, and what the command last said."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""
    rows: list[str] = field(default_factory=lambda: list(ROWS))

    def write(self, more: str = "", *, instead: str = "") -> None:
        configuration = instead or CONFIGURATION + more
        (self.folder / "dunning.toml").write_text(configuration, encoding="utf-8")
        (self.folder / "invoices.csv").write_text("\n".join([HEADER, *self.rows]) + "\n", encoding="utf-8")

    def dunning(self, *arguments: str, now: str = NOW) -> int:
        code = run(["--config", str(self.folder / "dunning.toml"), "--now", now, "--actor", "maija", *arguments])
        self.out, self.err = self.capsys.readouterr()
        return code

    def json(self, *arguments: str, now: str = NOW, code: int = 0) -> dict[str, Any]:
        found = self.dunning(*arguments, "--json", now=now)
        assert found == code, self.err + self.out
        data: dict[str, Any] = json.loads(self.out)
        return data

    def sent(self) -> list[Path]:
        return sorted((self.folder / "outbox").glob("*.eml"))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    made = Desk(tmp_path, capsys)
    made.write()
    assert made.dunning("init") == 0
    return made


@pytest.fixture
def ids(desk: Desk) -> Callable[[], dict[str, str]]:
    """The reminder of each ready invoice in the latest proposal."""

    def find() -> dict[str, str]:
        lines = desk.json("show")["items"]
        return {line["invoice_number"]: line["reminder_id"] for line in lines if line["reminder_id"]}

    return find
