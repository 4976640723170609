"""The example hosts do what they show: a web application and a night job, each with two companies that share nothing."""

import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOON = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def example(monkeypatch):
    """An example's module by folder and name."""

    def load(folder: str, name: str) -> Any:
        monkeypatch.syspath_prepend(str(EXAMPLES / folder))
        return import_module(name)

    return load


@pytest.fixture
def tenants(tmp_path, example):
    opened = example("host_flask", "app").demo_tenants(tmp_path, clock=lambda: NOON)
    yield {tenant.creditor_id: tenant for tenant in opened}
    for tenant in opened:
        tenant.database.dispose()


@pytest.fixture
def client(tenants, example):
    return example("host_flask", "app").create_app(tenants.values()).test_client()


def decisions(tenant) -> list[tuple[str, str]]:
    with tenant.database.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT who, reminder FROM decisions"))]


class TestFlask:
    def test_a_day_from_the_run_to_the_message(self, client, tenants) -> None:
        run = client.post("/piha/run?day=2026-11-24", headers={"Accept-Language": "en"}).json
        (line,) = run["lines"]
        assert (line["invoice"], line["status"]) == ("1042", "ready")
        assert line["why"][0].startswith("First contact: 5 days past due")
        assert client.get("/piha/proposal", headers={"Accept-Language": "en"}).json == run
        approved = client.post("/piha/approve", headers={"X-User": "maija"}).json["approved"]
        assert approved == [line["reminder"]]
        assert decisions(tenants["piha"]) == [("maija", line["reminder"])]
        assert client.post("/piha/send").json == {"sent": approved, "unknown": []}
        assert client.post("/piha/send").json == {"sent": [], "unknown": []}

    def test_reasons_come_in_the_readers_language(self, client) -> None:
        shown = {
            language: client.post("/piha/run?day=2026-11-24", headers={"Accept-Language": language}).json["lines"][0]
            for language in ("fi", "sv", "en")
        }
        assert len({line["why"][0] for line in shown.values()}) == 3
        assert len({line["reminder"] for line in shown.values()}) == 1

    def test_companies_do_not_meet(self, client, tenants) -> None:
        client.post("/piha/run?day=2026-11-24")
        assert client.get("/kello/proposal").status_code == 409
        client.post("/kello/run?day=2026-11-24")
        client.post("/kello/approve")
        assert client.post("/piha/send").json["sent"] == []
        assert len(client.post("/kello/send").json["sent"]) == 1
        assert client.get("/nobody/proposal").status_code == 404

    def test_an_approval_falls_with_the_hosts_own_transaction(self, client, tenants) -> None:
        client.post("/piha/run?day=2026-11-24")
        with tenants["piha"].database.begin() as connection:
            connection.execute(text("DROP TABLE decisions"))
        assert client.post("/piha/approve").status_code == 500
        assert client.post("/piha/send").json["sent"] == []

    def test_errors_are_sentences_with_a_code(self, client) -> None:
        answer = client.get("/piha/proposal")
        assert answer.status_code == 409
        assert answer.json["error"] == "not_found"
        assert "propos" in answer.json["message"]


NIGHTS = """first night, kello: {'lines': 1, 'approved': 1, 'sent': 1}
first night, piha: {'lines': 2, 'approved': 2, 'sent': 2}
second night, kello: {'lines': 1, 'approved': 0, 'sent': 0}
second night, piha: {'lines': 2, 'approved': 0, 'sent': 0}
"""

PATCHED = """
import gevent.monkey
gevent.monkey.patch_all()
import sys, time
import gevent
sys.path.insert(0, sys.argv[1])
from nightly import DAY, add_invoices, open_company
from pathlib import Path
companies = [open_company(Path(sys.argv[2]), name, f"{name.title()} Esimerkki Oy") for name in ("piha", "kello")]
for number, company in enumerate(companies):
    add_invoices(company, str(number))
ticks = []
def tick():
    while True:
        ticks.append(time.monotonic())
        gevent.sleep(0.001)
ticking = gevent.spawn(tick)
jobs = [gevent.spawn(company.night, DAY) for company in companies]
gevent.joinall(jobs, raise_error=True)
ticking.kill()
print([job.value["sent"] for job in jobs], len(ticks) > 0)
"""

HANGING = """
import gevent.monkey
gevent.monkey.patch_all()
import time
from datetime import UTC, date, datetime
from dunningkit import Actor, Creditor, CreditorSetup, Engine, Store
from dunningkit.deadlines import Stage
from dunningkit.errors import SyncFailed

class Hanging:
    def changes(self, cursor):
        time.sleep(60)
        yield

creditor = Creditor("a", "Esimerkki Oy", "09 123 4567", "laskut@example.fi", "www.example.fi", "FI21 1234 5600 0007 85")
setup = CreditorSetup.of(creditor, source=Hanging(), channels={}, seconds={Stage.CHANGES: 0.2})
store = Store.open("sqlite://")
store.migrate()
try:
    Engine(store, [setup], clock=lambda: datetime(2026, 11, 24, 8, tzinfo=UTC)).sync(
        "a", as_of=date(2026, 11, 24), actor=Actor("u1")
    )
except SyncFailed as error:
    print(error.params["stage"], error.params["error"])
store.close()
"""


def run(*command: str) -> str:
    done = subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestNightJob:
    def test_two_companies_work_at_once_in_forked_processes(self, tmp_path) -> None:
        script = EXAMPLES / "host_batch" / "nightly.py"
        assert run("-W", "ignore::DeprecationWarning", str(script), str(tmp_path)) == NIGHTS
        sent = {folder.name: len(list(folder.iterdir())) for folder in tmp_path.iterdir() if folder.is_dir()}
        assert sent == {"piha-outbox": 2, "kello-outbox": 1}

    def test_the_journal_and_the_approval_stand_together(self, tmp_path, example) -> None:
        nightly = example("host_batch", "nightly")
        company = nightly.open_company(tmp_path, "piha", "Pihapalvelu Esimerkki Oy")
        nightly.add_invoices(company, "1001")
        with company.database.begin() as connection:
            connection.execute(text("DROP TABLE journal"))
        with pytest.raises(Exception, match="no such table: journal"):
            company.night(nightly.DAY)
        with company.database.begin() as connection:
            connection.execute(text("CREATE TABLE journal (entry TEXT)"))
        assert company.night(nightly.DAY) == {"lines": 1, "approved": 1, "sent": 1}
        company.database.dispose()

    def test_a_process_that_gevent_patched(self, tmp_path) -> None:
        assert run("-c", PATCHED, str(EXAMPLES / "host_batch"), str(tmp_path)) == "[1, 1] True\n"

    def test_a_deadline_holds_in_a_process_that_gevent_patched(self) -> None:
        assert run("-c", HANGING) == "changes hung\n"
