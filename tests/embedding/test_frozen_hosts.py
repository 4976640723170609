"""A frozen application has no entry points: it hands its plugins and objects over itself."""

import subprocess
import sys
from pathlib import Path

_HOST = """
import importlib.metadata
from datetime import UTC, date, datetime

importlib.metadata.entry_points = lambda **_selection: importlib.metadata.EntryPoints(())

from dunningkit.contracts import ChannelSpec, ScorerSpec
from dunningkit.delivery import file_outbox
from dunningkit.engine import CreditorSetup, Engine, SnapshotSource
from dunningkit.model import Actor, ContactPoint, Creditor, Customer, Medium, Money, Receivable
from dunningkit.discovery import discover
from dunningkit.plugins import PluginSet
from dunningkit.scoring import plugin as ladder
from dunningkit.store import Store

assert discover() == ()
plugins = PluginSet.of(ladder, file_outbox)
assert plugins.failures == ()
assert plugins.find(ScorerSpec, "ladder").spec == ladder.SPEC
assert plugins.find(ChannelSpec, "file").spec == file_outbox.SPEC

def ledger():
    yield Customer("1", "Maija M.", contact_points=(ContactPoint(Medium.EMAIL, "maija@example.fi"),))
    yield Receivable(
        "1042", "1", "1042", Money(8990, "EUR"), Money(8990, "EUR"),
        issued_on=date(2026, 11, 5), due_on=date(2026, 11, 19),
    )

creditor = Creditor(
    "acme", "Esimerkki Oy", "09 123 4567", "laskut@example.fi", "www.example.fi", "FI21 1234 5600 0007 85",
    agent_name="Liisa Esimerkki",
)
setup = CreditorSetup.of(
    creditor, source=SnapshotSource(ledger), channels={Medium.EMAIL: file_outbox.FileOutbox("outbox")}
)
store = Store.open("sqlite://")
store.migrate()
engine = Engine(store, [setup], clock=lambda: datetime(2026, 11, 24, 8, tzinfo=UTC))
who = Actor("u1")
engine.sync("acme", as_of=date(2026, 11, 24), actor=who)
engine.propose("acme", as_of=date(2026, 11, 24), actor=who)
engine.approve("acme", actor=who)
print(len(engine.send("acme", actor=who).accepted))
store.close()
"""


def test_a_host_without_entry_points_runs_from_ledger_to_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _HOST], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1\n"
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1
