"""A host that keeps a tenant's settings in its own database wires plugins from them, without a file or entry points."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from dunningkit.delivery import file_outbox
from dunningkit.engine import Engine
from dunningkit.engine.config import configure_from, services_in
from dunningkit.errors import SettingsError
from dunningkit.model import Actor
from dunningkit.plugins import PluginSet
from dunningkit.scoring import plugin as ladder
from dunningkit.store import Store

WHO, DAY = Actor("u1"), date(2026, 11, 24)
COLUMNS = {"invoice_number": "no", "customer_id": "customer", "original": "amount", "issued_on": "issued"}


def noon() -> datetime:
    return datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "invoices.csv").write_text(
        "no;customer;name;mail;amount;issued;due\n7;1;Maija M.;maija@example.fi;89,90;2026-11-05;2026-11-19\n"
    )
    columns = {**COLUMNS, "due_on": "due", "customer_name": "name", "email": "mail"}
    return {
        "creditor": {
            "creditor_id": "acme",
            "name": "Esimerkki Oy",
            "phone": "09 123 4567",
            "email": "laskut@example.fi",
            "website": "www.example.fi",
            "iban": "FI21 1234 5600 0007 85",
        },
        "plugins": {"allow": ["csv"], "deadlines": {"changes": 60}},
        "source": {"plugin": "csv", "config": {"invoices": {"path": "invoices.csv", "columns": columns}}},
        "channels": {"email": {"plugin": "file", "config": {"folder": "outbox"}}},
    }


def sent_with(configured, tmp_path: Path) -> int:
    store = Store.open("sqlite://")
    store.migrate()
    engine = Engine(store, [configured.setup], clock=noon)
    engine.sync("acme", as_of=DAY, actor=WHO)
    engine.propose("acme", as_of=DAY, actor=WHO)
    engine.approve("acme", actor=WHO)
    engine.send("acme", actor=WHO)
    store.close()
    return len(list((tmp_path / "outbox").iterdir()))


def test_installed_plugins_by_the_settings_own_list(settings, tmp_path) -> None:
    configured = configure_from(settings, base_dir=tmp_path, clock=noon)
    assert [name for name, _ in configured.plugins.names() if not name.startswith("dunningkit.")] == ["csv"]
    assert sent_with(configured, tmp_path) == 1


def test_plugins_that_the_host_hands_over(settings, tmp_path) -> None:
    from dunningkit_csv import plugin as csv  # noqa: PLC0415  # beside the standard library's of that name

    given = PluginSet.of(csv, ladder, file_outbox)
    configured = configure_from({**settings, "plugins": {}}, base_dir=tmp_path, clock=noon, plugins=given)
    assert configured.plugins is given
    assert sent_with(configured, tmp_path) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"source": {"plugin": "csv"}}, r"\[source\.config\] for 'csv' is not usable: invoices: is missing"),
        ({"creditor": {}}, "The settings are not usable: creditor.creditor_id: is missing"),
        ({"policy": {"steps": 5}}, r"\[policy\]"),
    ],
)
def test_a_mistake_is_a_sentence_that_names_the_place(settings, tmp_path, change, sentence) -> None:
    with pytest.raises(SettingsError, match=sentence):
        configure_from({**settings, **change}, base_dir=tmp_path, clock=noon)


def test_a_host_builds_a_plugin_itself_with_the_usual_services(tmp_path) -> None:
    services = services_in(tmp_path, clock=noon)
    channel = file_outbox.SPEC.build(file_outbox.FileOutboxConfig(), services)
    assert channel.check().ok
    assert (services.base_dir, services.clock()) == (tmp_path, noon())
    with services.http_client() as client:
        assert client.timeout.connect == 10
