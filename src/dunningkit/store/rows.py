"""Writing many rows at the driver's own speed, and only those that really changed."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, or_
from sqlalchemy.dialects import postgresql, sqlite

Row = tuple[Any, ...]


def upsert(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row], *, guarded: Sequence[str]
) -> None:
    """Insert rows, or update those whose ``guarded`` columns differ; unchanged rows are not touched.

    ``columns`` name the values of each row in order; the table's primary key is among them. Columns that are not guarded are
    written along with a change but are no change by themselves.
    """
    if not rows:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(dict.fromkeys(columns))
    keys = {column.name for column in table.primary_key}
    changed = or_(*(table.c[name].is_distinct_from(statement.excluded[name]) for name in guarded))
    upserting = statement.on_conflict_do_update(
        index_elements=sorted(keys),
        set_={name: statement.excluded[name] for name in columns if name not in keys},
        where=changed,
    )
    _execute_many(connection, upserting, columns, rows)


def insert_new(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows; those whose key is there already are left as they are."""
    if not rows:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(dict.fromkeys(columns)).on_conflict_do_nothing()
    _execute_many(connection, statement, columns, rows)


def _execute_many(connection: Connection, statement: Any, columns: Sequence[str], rows: Iterable[Row]) -> None:
    compiled = statement.compile(dialect=connection.dialect)
    adapt = _adapter(connection)
    if compiled.positional:
        order = [columns.index(name) for name in compiled.positiontup]
        parameters: list[Any] = [tuple(adapt(row[position]) for position in order) for row in rows]
    else:
        parameters = [{name: adapt(value) for name, value in zip(columns, row, strict=True)} for row in rows]
    connection.exec_driver_sql(str(compiled), parameters)


def _adapter(connection: Connection) -> Callable[[Any], Any]:
    # Tuples go to the driver directly, past SQLAlchemy's types; sqlite3 has no date of its own.
    return partial(_for_sqlite) if connection.dialect.name == "sqlite" else _as_is


def _for_sqlite(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _as_is(value: Any) -> Any:
    return value
