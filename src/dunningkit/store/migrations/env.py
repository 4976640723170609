"""Alembic's entry: uses the connection it is given and configures no logging."""

from alembic import context

_given = context.config.attributes
context.configure(
    connection=_given["connection"],
    target_metadata=_given["tables"].metadata,
    version_table=_given["tables"].version_table,
    version_table_schema=_given["schema"],
    transactional_ddl=False,
)
context.run_migrations()
