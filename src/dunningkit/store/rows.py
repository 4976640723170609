"""Writing many rows at the driver's own speed, and only those that really changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Date, Table, func, literal, or_, type_coerce

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

Row = tuple[Any, ...]
#: Values of many rows by the name of their column; every column is as long as the others.
RowColumns = Mapping[str, Sequence[Any]]


def upsert(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row], *, guarded: Sequence[str]
) -> None:
    """Insert rows, or update those whose ``guarded`` columns differ; unchanged rows are not touched.

    ``columns`` name the values of each row in order; the table's primary key is among them. RowColumns that are not guarded are
    written along with a change but are no change by themselves.
    """
    if rows:
        upsert_columns(connection, table, _columns(columns, rows), guarded=guarded)


def upsert_columns(connection: Connection, table: Table, columns: RowColumns, *, guarded: Sequence[str]) -> None:
    """The same for rows that are given column by column."""
    statement = _insert(connection, table).values(dict.fromkeys(columns))
    keys = {column.name for column in table.primary_key}
    changed = or_(*(table.c[name].is_distinct_from(statement.excluded[name]) for name in guarded))
    upserting = statement.on_conflict_do_update(
        index_elements=sorted(keys),
        set_={name: statement.excluded[name] for name in columns if name not in keys},
        where=changed,
    )
    _execute_many(connection, upserting, table, columns)


def insert_new(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> int:
    """Insert rows; those whose key is there already are left as they are.

    Returns how many were new, or less where the driver cannot tell.
    """
    return insert_new_columns(connection, table, _columns(columns, rows)) if rows else 0


def insert_new_columns(connection: Connection, table: Table, columns: RowColumns) -> int:
    """The same for rows that are given column by column; returns how many were new, or less where the driver cannot tell."""
    return _execute_many(
        connection, _insert(connection, table).values(dict.fromkeys(columns)).on_conflict_do_nothing(), table, columns
    )


def _columns(names: Sequence[str], rows: Sequence[Row]) -> RowColumns:
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def days_after(connection: Connection, column: ColumnElement[date], days: int) -> ColumnElement[date]:
    """A date column moved by whole days as `days_from` moves a day, in the database's own words."""
    end = literal(date.max if days > 0 else date.min, Date)
    if connection.dialect.name != "sqlite":
        moved = type_coerce(column + days, Date)
        return func.least(moved, end, type_=Date) if days > 0 else func.greatest(moved, end, type_=Date)
    # SQLite knows no day after its last, but does know a year before the first.
    kept = func.date(column, f"{days:+d} days", type_=Date)
    return func.coalesce(kept, end, type_=Date) if days > 0 else func.max(kept, end, type_=Date)


def _insert(connection: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    # Only the dialect in use is imported: each costs as much as a tenth of SQLAlchemy.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql  # noqa: PLC0415

        return insert_postgresql(table)
    from sqlalchemy.dialects.sqlite import insert as insert_sqlite  # noqa: PLC0415

    return insert_sqlite(table)


def _execute_many(connection: Connection, statement: Any, table: Table, columns: RowColumns) -> int:
    compiled = statement.compile(dialect=connection.dialect)
    values = columns
    if connection.dialect.name == "sqlite":
        # Tuples go to the driver directly, past SQLAlchemy's types; sqlite3 has no date of its own.
        values = {
            name: _as_text(column) if isinstance(table.c[name].type, Date) else column
            for name, column in columns.items()
        }
    names = compiled.positiontup if compiled.positional else tuple(columns)
    rows: Iterable[Any] = zip(*(values[name] for name in names), strict=True)
    if connection.dialect.name == "sqlite":
        # From column to driver without a tuple for each row in between, which would keep the garbage collector busy.
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(str(compiled), rows)  # type: ignore[arg-type]  # sqlite3 takes any iterable
            return int(cursor.rowcount)
        finally:
            cursor.close()
    parameters = list(rows) if compiled.positional else [dict(zip(names, row, strict=True)) for row in rows]
    return connection.exec_driver_sql(str(compiled), parameters).rowcount


# A ledger has some thousands of days; a text for each is made once.
_text_of = lru_cache(maxsize=1 << 15)(date.isoformat)


def _as_text(days: Sequence[date | None]) -> Sequence[str | None]:
    return [None if day is None else _text_of(day) for day in days]
