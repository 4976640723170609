"""Schema migrations, run by call and never by themselves. Our own version table carries the host's prefix and schema."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from dunningkit.store.schema import Tables


def upgrade(connection: Connection, tables: Tables, schema: str | None, to: str) -> None:
    """Bring the tables to revision ``to`` on an open connection; committing is the caller's."""
    config = Config()
    config.set_main_option("script_location", "dunningkit.store:migrations")
    config.attributes.update(connection=connection, tables=tables, schema=schema)
    command.upgrade(config, to)
