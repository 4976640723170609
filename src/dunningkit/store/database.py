"""Opening the database: our own engine, the host's engine, or the host's connection and its transaction."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, select, table
from sqlalchemy import column as sql_column
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from dunningkit.errors import (
    NeedsOwnTransaction,
    NotAllowed,
    SchemaMissing,
    SchemaOutdated,
    SchemaTooNew,
    SettingsError,
)
from dunningkit.store.schema import Tables

#: The schema revisions this version knows, oldest first.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010")

#: What stands unquoted in a statement: a prefix and a schema come from a host's settings.
_NAME = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_]*)?")

# Alembic keeps its current migration in module-level proxies; two migrations in one process must take turns.
_ONE_MIGRATION = threading.Lock()


@contextmanager
def _writable_texts() -> Iterator[None]:
    """What a ledger says is looked at when it is read; this is for what a caller says: a name, a note, an id."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise NotAllowed(
            f"The text {error.object!a} holds a character that no database can store. Write it without that."
        ) from error


@dataclass(frozen=True, slots=True)
class Db:
    """An open transaction and the tables to use in it. Functions of this package take it and never end it."""

    connection: Connection
    tables: Tables


class Store:
    """Where dunningkit keeps its data. Opens nothing before it is first used; owns only what it made itself."""

    def __init__(
        self,
        engine: Engine | None = None,
        connection: Connection | None = None,
        *,
        prefix: str = "dunning_",
        schema: str | None = None,
        owned: bool = False,
    ) -> None:
        if (engine is None) == (connection is None):
            raise ValueError("a store stands on an engine or on a connection, exactly one of them")
        for called, name in (("prefix", prefix), ("schema", schema or "")):
            if not _NAME.fullmatch(name):
                raise SettingsError(
                    f"The {called} {name!r} cannot stand in the name of a table: use letters, digits and underscores."
                )
        self.tables = Tables(prefix, schema)
        self._engine = engine
        self._connection = connection
        self._schema = schema
        self._owned = owned

    @classmethod
    def open(cls, url: str, *, prefix: str = "dunning_", schema: str | None = None) -> Self:
        """Stand on an engine of our own for ``url``; SQLite gets write-ahead logging and immediate write locks.

        No file is made before `migrate`. Raises `SettingsError` for what is no URL, and for a driver that is not installed.
        """
        return cls(_own_engine(url), prefix=prefix, schema=schema, owned=True)

    @classmethod
    def on_engine(cls, engine: Engine, *, prefix: str = "dunning_", schema: str | None = None) -> Self:
        """Stand on the host's engine: transactions are ours, the engine stays theirs."""
        return cls(engine, prefix=prefix, schema=schema)

    @classmethod
    def on_connection(cls, connection: Connection, *, prefix: str = "dunning_", schema: str | None = None) -> Self:
        """Join the host's transaction: nothing is ever committed, rolled back or closed by us, and nothing can be sent."""
        return cls(connection=connection, prefix=prefix, schema=schema)

    @contextmanager
    def read(self) -> Iterator[Db]:
        """A consistent view; nothing is written. Raises `NotAllowed` for a text to look for that cannot be stored."""
        with _writable_texts(), self._connected() as connection:
            yield Db(connection, self.tables)

    @contextmanager
    def write(self) -> Iterator[Db]:
        """A transaction that commits at the end and rolls back on any exception (on a host's connection: the host does).

        Raises `NotAllowed` for a text that cannot be stored.
        """
        with _writable_texts(), self._connected() as connection:
            if self._connection is not None:
                yield Db(connection, self.tables)
                return
            writing = connection.execution_options(dunning_write=True)
            with writing.begin():
                yield Db(writing, self.tables)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        if self._connection is not None:
            yield self._connection
            return
        with self._engine_or_raise().connect() as connection:
            yield connection

    def require_own_transactions(self) -> None:
        """Raise `NeedsOwnTransaction` on a host's connection: what is sent cannot be rolled back or replayed."""
        if self._connection is not None:
            raise NeedsOwnTransaction(
                "Nothing is sent inside a host's transaction, because hosts replay those. "
                "Approve here, commit, and call send() with a store on your engine."
            )

    def close(self) -> None:
        """Give up our own connections; harmless to call twice and on a host's engine."""
        if self._owned and self._engine is not None:
            self._engine.dispose()

    def revision(self) -> str | None:
        """The schema revision in the database, or ``None`` when our tables are not there."""
        with self.read() as db:
            names = inspect(db.connection).get_table_names(schema=self._schema)
            if self.tables.version_table not in names:
                return None
            versions = table(self.tables.version_table, sql_column("version_num"), schema=self._schema)
            return db.connection.execute(select(versions.c.version_num)).scalar()

    def check(self) -> None:
        """Raise a `SchemaMissing`, `SchemaOutdated` or `SchemaTooNew` that says what to do; return when all is well."""
        missing = self._missing_file()
        if missing is not None:
            raise SchemaMissing(
                f"There is no database {missing}. Check its name and place; "
                "if there is to be a new one, call Store.migrate() (or: dunning init).",
                path=str(missing),
            )
        found = self.revision()
        if found == REVISIONS[-1]:
            return
        if found is None:
            raise SchemaMissing("The database has no dunningkit tables yet. Call Store.migrate() (or: dunning init).")
        if found in REVISIONS:
            raise SchemaOutdated(
                f"The database has schema {found} and this dunningkit needs {REVISIONS[-1]}. "
                "Back it up and call Store.migrate() (or: dunning doctor --migrate).",
                found=found,
            )
        raise SchemaTooNew(
            f"The database has schema {found}, which is newer than this dunningkit knows ({REVISIONS[-1]}). "
            "Upgrade dunningkit-engine; nothing was changed.",
            found=found,
        )

    def migrate(self, *, to: str = "head") -> None:
        """Create or upgrade our tables; the host calls it from its upgrade step, it never happens by itself.

        Raises `SchemaTooNew` for a database that is ahead of us.
        """
        found = self.revision()
        if found is not None and found not in REVISIONS:
            self.check()
        # Imported here because Alembic costs more to import than the whole engine.
        from dunningkit.store.migrations import upgrade  # noqa: PLC0415

        with _ONE_MIGRATION, self.write() as db:
            upgrade(db.connection, self.tables, self._schema, to)

    def _missing_file(self) -> Path | None:
        # Asked before connecting, because connecting is what makes the file.
        file = _file_of(self._engine.url) if self._owned and self._engine is not None else None
        return file if file is not None and not file.exists() else None

    def _engine_or_raise(self) -> Engine:
        if self._engine is None:
            raise AssertionError("a store without a connection has an engine")
        return self._engine


def _own_engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        # The text itself is not repeated: it may hold a password.
        raise SettingsError("The database's URL is not one: write it like sqlite:///dunning.db.") from error
    if parsed.get_backend_name() != "sqlite":
        return _engine_of_others(parsed)
    in_memory = parsed.database in (None, "", ":memory:")
    # One shared connection, or every connection would open its own empty database; for whichever thread has its turn.
    shared = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}} if in_memory else {}
    engine = create_engine(parsed, **shared)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine if in_memory else _kept_to_its_process(engine)


def _file_of(url: URL) -> Path | None:
    """The file of an SQLite database; ``None`` for one in memory, one named by a URI, and every other kind."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return None if str(url.database).startswith("file:") else Path(str(url.database))


def _engine_of_others(parsed: URL) -> Engine:
    try:
        return _kept_to_its_process(create_engine(parsed))
    except (ImportError, NoSuchModuleError) as error:
        shown = parsed.render_as_string(hide_password=True)
        raise SettingsError(
            f"The database {shown} needs a driver that is not installed: {error}. Install it, or name another one in the "
            "URL, such as postgresql+psycopg://."
        ) from error


def _kept_to_its_process(engine: Engine) -> Engine:
    """Let a forked process open connections of its own: one that is shared answers with another process's rows."""

    def opened(_connection: Any, record: Any) -> None:
        record.info["process"] = os.getpid()

    def taken(_connection: Any, record: Any, proxy: Any) -> None:
        if record.info["process"] != os.getpid():
            # Left to the process that opened it: closing it here would say goodbye in its name.
            record.dbapi_connection = proxy.dbapi_connection = None
            raise DisconnectionError("this connection belongs to the process that was forked")

    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", taken)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    # The driver's own transaction handling is switched off; _begin_sqlite says BEGIN instead.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    # A page cache of at most 32 MiB: the indexes of a large ledger are written all over, and two would not hold them.
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON", "cache_size=-32768")
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer that begins deferred fails "busy" as soon as two of them have read first; an immediate one waits its turn.
    immediate = connection.get_execution_options().get("dunning_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
