"""Opening, creating, upgrading and refusing databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from dunningkit.errors import SchemaMissing, SchemaOutdated, SchemaTooNew
from dunningkit.store import Store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'dunning.db'}"


def test_an_empty_database_is_refused_until_it_is_migrated(url: str) -> None:
    store = Store.open(url)
    with pytest.raises(SchemaMissing, match="dunning init"):
        store.check()
    store.migrate()
    store.check()
    store.close()


def test_looking_makes_no_database(url: str, tmp_path: Path) -> None:
    store = Store.open(url)
    with pytest.raises(SchemaMissing, match="There is no database"):
        store.check()
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_an_older_database_is_migrated_only_on_request(url: str) -> None:
    store = Store.open(url)
    store.migrate(to="0001")
    with pytest.raises(SchemaOutdated, match="0001"):
        store.check()
    store.migrate()
    store.check()
    store.close()


def test_a_newer_database_is_refused_and_left_alone(url: str) -> None:
    store = Store.open(url)
    store.migrate()
    with store.write() as db:
        db.connection.execute(text("UPDATE dunning_schema_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew, match="Upgrade dunningkit-engine"):
        store.check()
    with pytest.raises(SchemaTooNew):
        store.migrate()
    assert store.revision() == "9999"
    store.close()


@pytest.mark.parametrize("prefix", ["dunning_", "acme_"])
def test_migrations_make_exactly_the_tables_that_the_code_uses(url: str, prefix: str) -> None:
    store = Store.open(url, prefix=prefix)
    store.migrate()
    with store.read() as db:
        context = MigrationContext.configure(db.connection, opts={"version_table": store.tables.version_table})
        assert compare_metadata(context, store.tables.metadata) == []
        assert {name.startswith(prefix) for name in inspect(db.connection).get_table_names()} == {True}
    store.close()


def test_our_own_sqlite_writes_ahead_and_waits_its_turn(url: str) -> None:
    store = Store.open(url)
    with store.read() as db:
        assert db.connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert db.connection.execute(text("PRAGMA synchronous")).scalar() == 2
    store.close()


def test_a_hosts_engine_keeps_its_own_settings(url: str) -> None:
    engine = create_engine(url)
    store = Store.on_engine(engine, prefix="dk_")
    store.migrate()
    store.check()
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "delete"
    store.close()
    with engine.connect() as connection:  # still the host's to use
        assert connection.execute(text("SELECT 1")).scalar() == 1
    engine.dispose()


def test_a_hosts_transaction_is_the_hosts_to_end(url: str) -> None:
    engine = create_engine(url)
    Store.on_engine(engine).migrate()
    with engine.connect() as connection:
        store = Store.on_connection(connection)
        with store.write() as db:
            db.connection.execute(
                text("INSERT INTO dunning_seen (creditor_id, kind, item_id) VALUES ('c', 'receivable', '1')")
            )
        connection.rollback()
        assert connection.execute(text("SELECT count(*) FROM dunning_seen")).scalar() == 0
    engine.dispose()


def test_a_store_stands_on_exactly_one_thing() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Store()
