"""Writing many rows at the driver's own speed, and only those that really changed."""

from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Date, Table, func, or_, type_coerce

if TYPE_CHECKING:
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
    statement = _insert(connection, table).values(dict.fromkeys(columns))
    keys = {column.name for column in table.primary_key}
    changed = or_(*(table.c[name].is_distinct_from(statement.excluded[name]) for name in guarded))
    upserting = statement.on_conflict_do_update(
        index_elements=sorted(keys),
        set_={name: statement.excluded[name] for name in columns if name not in keys},
        where=changed,
    )
    _execute_many(connection, upserting, table, columns, rows)


def insert_new(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows; those whose key is there already are left as they are."""
    if not rows:
        return
    statement = _insert(connection, table).values(dict.fromkeys(columns)).on_conflict_do_nothing()
    _execute_many(connection, statement, table, columns, rows)


def days_after(connection: Connection, column: ColumnElement[date], days: int) -> ColumnElement[date]:
    """A date column moved by whole days, in the database's own words."""
    if connection.dialect.name == "sqlite":
        return func.date(column, f"{days:+d} days", type_=Date)
    return type_coerce(column + days, Date)


def _insert(connection: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    # Only the dialect in use is imported: each costs as much as a tenth of SQLAlchemy.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql  # noqa: PLC0415

        return insert_postgresql(table)
    from sqlalchemy.dialects.sqlite import insert as insert_sqlite  # noqa: PLC0415

    return insert_sqlite(table)


def _execute_many(
    connection: Connection, statement: Any, table: Table, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    compiled = statement.compile(dialect=connection.dialect)
    if connection.dialect.name == "sqlite":
        rows = _with_text_dates(table, columns, rows)
    if compiled.positional:
        in_order = itemgetter(*(columns.index(name) for name in compiled.positiontup))
        parameters: list[Any] = [in_order(row) for row in rows]
    else:
        parameters = [dict(zip(columns, row, strict=True)) for row in rows]
    connection.exec_driver_sql(str(compiled), parameters)


def _with_text_dates(table: Table, columns: Sequence[str], rows: Sequence[Row]) -> list[Any]:
    # Tuples go to the driver directly, past SQLAlchemy's types; sqlite3 has no date of its own.
    positions = [position for position, name in enumerate(columns) if isinstance(table.c[name].type, Date)]
    if not positions:
        return list(rows)
    written: dict[date, str] = {}
    made = []
    for row in rows:
        values = list(row)
        for position in positions:
            day = values[position]
            if day is not None:
                values[position] = written.get(day) or written.setdefault(day, day.isoformat())
        made.append(values)
    return made
