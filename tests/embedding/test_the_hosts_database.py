"""The host's engine and connection stay the host's; our tables keep to themselves."""

import inspect as inspect_code
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dunningkit.engine import Engine
from dunningkit.errors import NeedsOwnTransaction, SchemaMissing, SchemaOutdated, SchemaTooNew, SettingsError
from dunningkit.model import Actor
from dunningkit.policy import Policy
from dunningkit.store import Store, audit
from dunningkit.store.database import REVISIONS

WHO = Actor("u1")


@pytest.fixture
def host(tmp_path: Path) -> Iterator[SqlEngine]:
    """A host's own engine, with a table of its own and its own Alembic version table."""
    engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE orders (id INTEGER)"))
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('the-hosts-own')"))
    yield engine
    engine.dispose()


def tables(engine: SqlEngine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_our_tables_have_the_hosts_prefix_and_leave_its_own_alone(host) -> None:
    before = tables(host)
    Store.on_engine(host, prefix="acme_").migrate()
    assert before <= tables(host)
    assert all(name.startswith("acme_") for name in tables(host) - before)
    with host.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "the-hosts-own"


def test_two_prefixes_are_two_stores(host, world) -> None:
    one, two = Store.on_engine(host, prefix="one_"), Store.on_engine(host, prefix="two_")
    one.migrate()
    two.migrate()
    world.invoice()
    in_one, in_two = replace(world, store=one), replace(world, store=two)
    assert len(in_one.propose().lines) == 1
    assert in_two.engine().audit("pihapalvelu") == ()


def test_our_tables_keep_to_the_hosts_schema(tmp_path: Path, world) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'main.db'}")
    event.listen(
        engine, "connect", lambda raw, _record: raw.execute(f"ATTACH '{tmp_path / 'dunning.db'}' AS dunning").close()
    )
    store = Store.on_engine(engine, prefix="", schema="dunning")
    store.migrate()
    store.migrate()
    world.store = store
    world.invoice()
    assert len(world.propose().lines) == 1
    assert inspect(engine).get_table_names() == []
    assert {"audit", "proposals", "schema_version"} <= set(inspect(engine).get_table_names(schema="dunning"))
    engine.dispose()


def test_two_engines_with_two_policies_do_not_meet(world, tmp_path: Path) -> None:
    other = replace(
        world,
        store=Store.open(f"sqlite:///{tmp_path / 'other.db'}"),
        policy=Policy(minimum_open_minor={"EUR": 100_000}),
    )
    other.store.migrate()
    world.invoice()
    ours, theirs = world.propose(), other.propose()
    assert (len(ours.reminders), len(theirs.reminders)) == (1, 0)
    assert ours.policy_version != theirs.policy_version
    assert world.propose() == ours
    other.store.close()


def test_a_hosts_engine_is_not_given_up_by_us(host) -> None:
    disposed = []
    event.listen(host, "engine_disposed", disposed.append)
    store = Store.on_engine(host)
    store.migrate()
    store.close()
    store.close()
    assert disposed == []


def test_a_hosts_transaction_is_never_ended_by_us(host, world) -> None:
    world.store = Store.on_engine(host)
    world.store.migrate()
    world.invoice()
    proposal = world.propose()
    ended = []
    for moment in ("commit", "rollback"):
        event.listen(host, moment, lambda _connection, moment=moment: ended.append(moment))
    with host.connect() as connection:
        transaction = connection.begin()
        inside = replace(world, store=Store.on_connection(connection))
        assert len(inside.approve()) == 1
        with pytest.raises(NeedsOwnTransaction, match="Approve here, commit"):
            inside.send()
        inside.store.close()
        assert ended == []
        assert transaction.is_active
        transaction.rollback()
    # The host took its transaction back, and with it the approval.
    assert world.send().accepted == []
    (reminder,) = proposal.reminders
    assert world.approve(reminder.reminder_id) == (reminder.reminder_id,)


def test_everything_but_sending_works_inside_a_hosts_transaction(host, world) -> None:
    Store.on_engine(host).migrate()
    world.invoice()
    with host.begin() as connection:
        inside = replace(world, store=Store.on_connection(connection))
        assert len(inside.propose().lines) == 1
        inside.engine().hold("pihapalvelu", actor=WHO, start_on=inside.today, receivable_id="1042")
        assert len(inside.propose().reminders) == 0
    assert len(Engine(Store.on_engine(host), [], clock=None).creditor_ids()) == 0
    assert len(replace(world, store=Store.on_engine(host)).engine().holds("pihapalvelu")) == 1


class TestSchema:
    def test_missing(self, host) -> None:
        with pytest.raises(SchemaMissing, match=r"Store\.migrate\(\)"):
            Engine(Store.on_engine(host), [])

    def test_older_is_refused_and_migrated_on_request_with_its_data(self, host, world) -> None:
        store = Store.on_engine(host)
        store.migrate(to=REVISIONS[0])
        with host.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO dunning_audit (creditor_id, at, actor_id, actor_name, actor_kind, action, subject, details)"
                    " VALUES ('pihapalvelu', '2026-01-01T00:00:00+00:00', 'u', '', 'person', 'kept', 's', '{}')"
                )
            )
        with pytest.raises(SchemaOutdated, match="doctor --migrate"):
            Engine(store, [])
        store.migrate()
        store.migrate()
        world.store = store
        assert [entry.action for entry in world.engine().audit("pihapalvelu")] == ["kept"]

    def test_newer_is_refused_and_left_alone(self, host) -> None:
        store = Store.on_engine(host)
        store.migrate()
        with host.begin() as connection:
            connection.execute(text("UPDATE dunning_schema_version SET version_num = '0099'"))
        for attempt in (store.migrate, lambda: Engine(store, [])):
            with pytest.raises(SchemaTooNew, match="Upgrade dunningkit-engine"):
                attempt()
        assert store.revision() == "0099"


def test_sqlite_is_in_wal_mode_and_keeps_what_was_committed(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'own.db'}")
    store.migrate()
    with store.read() as db:
        pragma = {
            name: db.connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        }
    store.close()
    assert pragma == {"journal_mode": "wal", "synchronous": 2}


WRITE_OFTEN = """
import sys
from dunningkit.store import Store
store = Store.open(f"sqlite:///{sys.argv[1]}")
for number in range(60):
    with store.write() as db:  # reads and then writes: what fails "busy" with transactions that begin as readers
        seen = db.connection.exec_driver_sql("SELECT count(*) FROM dunning_audit").scalar()
        db.connection.exec_driver_sql(
            "INSERT INTO dunning_audit (creditor_id, at, actor_id, actor_name, actor_kind, action, subject, details)"
            " VALUES ('c', '', '', '', 'system', ?, ?, '{}')", (str(number), str(seen)),
        )
store.close()
"""


def test_two_processes_that_write_at_once_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    store = Store.open(f"sqlite:///{path}")
    store.migrate()
    store.close()
    writers = [subprocess.Popen([sys.executable, "-c", WRITE_OFTEN, str(path)]) for _ in range(2)]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*), count(DISTINCT subject) FROM dunning_audit").fetchone() == (120, 120)
    connection.close()


def test_two_creditors_in_two_databases_with_two_clocks_do_not_meet(tmp_path: Path, world) -> None:
    stores = [Store.open(f"sqlite:///{tmp_path / name}") for name in ("a.db", "b.db")]
    for store in stores:
        store.migrate()
    ours, theirs = (replace(world, store=store) for store in stores)
    theirs.now = datetime(2030, 1, 3, 9, tzinfo=UTC)
    ours.invoice()
    ours.sync()
    theirs.sync()
    assert ours.engine().audit("pihapalvelu")[0].at.year == 2026
    assert theirs.engine().audit("pihapalvelu")[0].at.year == 2030
    for store in stores:
        store.close()


def test_the_audit_log_only_grows_and_names_who(world) -> None:
    world.invoice()
    world.propose()
    before = world.engine().audit("pihapalvelu")
    world.engine().hold("pihapalvelu", actor=Actor("u7", "Liisa"), start_on=date(2026, 11, 24), receivable_id="1042")
    after = world.engine().audit("pihapalvelu")
    assert after[: len(before)] == before
    assert (after[-1].actor.shown, after[-1].action, after[-1].subject) == ("Liisa", "hold_placed", "1042")
    assert world.engine().audit("pihapalvelu", limit=1) == after[-1:]
    assert world.engine().audit("pihapalvelu", limit=2) == after[-2:]  # the newest, oldest first


@pytest.mark.parametrize("change", ["UPDATE dunning_audit SET actor_id = 'nobody'", "DELETE FROM dunning_audit"])
def test_the_database_itself_refuses_to_change_the_audit_log(world, change: str) -> None:
    world.sync()
    before = world.engine().audit("pihapalvelu")
    with pytest.raises(IntegrityError, match="append-only"), world.store.write() as db:
        db.connection.execute(text(change))
    assert world.engine().audit("pihapalvelu") == before != ()


def test_the_audit_log_has_no_way_to_change_or_remove_an_entry() -> None:
    offered = {
        name
        for name, found in vars(audit).items()
        if inspect_code.isfunction(found) and found.__module__ == audit.__name__
    }
    reading = {"entries", "about", "after", "newest_about", "newest_of_a_batch", "newest_sequence", "_to_entry"}
    assert offered == {"append", "append_many"} | reading
    assert {"update", "delete"}.isdisjoint(vars(audit))
    elsewhere = re.compile(r"(?:update|delete)\(\s*(?:db\.)?tables\.audit|(?:update|delete)\(\s*audit\b")
    for path in Path(audit.__file__).parent.parent.rglob("*.py"):
        assert not elsewhere.search(path.read_text(encoding="utf-8")), path


@pytest.fixture
def savepoints(tmp_path: Path) -> Iterator[SqlEngine]:
    """A host's SQLite engine whose transactions are its own, so that savepoints work."""
    engine = create_engine(f"sqlite:///{tmp_path / 'savepoints.db'}")

    @event.listens_for(engine, "connect")
    def ours(raw, _record):
        raw.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN")

    Store.on_engine(engine).migrate()
    yield engine
    engine.dispose()


def test_what_a_savepoint_takes_back_is_not_approved(savepoints, world) -> None:
    world.store = Store.on_engine(savepoints)
    world.invoice()
    world.propose()
    with savepoints.begin() as connection:
        inside = replace(world, store=Store.on_connection(connection))
        saved = connection.begin_nested()
        assert len(inside.approve()) == 1
        saved.rollback()
        inside.engine().hold("pihapalvelu", actor=WHO, start_on=inside.today, receivable_id="1042")
    assert world.send().accepted == []
    assert len(world.engine().holds("pihapalvelu")) == 1
    assert "reminder_approved" not in {entry.action for entry in world.engine().audit("pihapalvelu")}


@pytest.mark.parametrize(("ends", "sent"), [("rollback", 0), ("commit", 1)])
def test_a_hosts_session_decides_about_the_approval(host, world, ends, sent) -> None:
    world.store = Store.on_engine(host)
    world.store.migrate()
    world.invoice()
    world.propose()
    with Session(host) as session:
        replace(world, store=Store.on_connection(session.connection())).approve()
        getattr(session, ends)()
    assert len(world.send().accepted) == sent


def test_a_host_migrates_inside_its_own_transaction(savepoints) -> None:
    with savepoints.connect() as connection:
        transaction = connection.begin()
        store = Store.on_connection(connection, prefix="later_")
        store.migrate()
        store.check()
        transaction.rollback()
    with pytest.raises(SchemaMissing):
        Store.on_engine(savepoints, prefix="later_").check()


@pytest.mark.parametrize("names", [{"prefix": "a b; DROP TABLE x;"}, {"prefix": "å_"}, {"schema": 'x"; --'}])
def test_what_cannot_stand_in_a_tables_name_is_refused(host, names) -> None:
    with pytest.raises(SettingsError, match="cannot stand in the name of a table"):
        Store.on_engine(host, **names)


def test_what_is_no_url_is_refused_without_repeating_it() -> None:
    with pytest.raises(SettingsError, match="write it like sqlite:///") as caught:
        Store.open("user:secret@nowhere")
    assert "secret" not in str(caught.value)
