"""Keep with every line what its receivable was due for before that look, and find withdrawn approvals by an index."""

import sqlalchemy as sa
from alembic import context, op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add three columns, unknown for the lines of earlier proposals, and an index of the few that were withdrawn."""
    prefix = context.config.attributes["tables"].prefix
    schema = context.config.attributes["schema"]
    for column in (
        sa.Column("reviewed_before", sa.Date()),
        sa.Column("due_before", sa.Date()),
        sa.Column("reason_before", sa.String(length=40)),
    ):
        op.add_column(f"{prefix}lines", column, schema=schema)
    where = sa.text("state_detail = 'withdrawn'")
    op.create_index(
        f"ix_{prefix}reminders_withdrawn",
        f"{prefix}reminders",
        ["creditor_id", "state"],
        schema=schema,
        sqlite_where=where,
        postgresql_where=where,
    )
