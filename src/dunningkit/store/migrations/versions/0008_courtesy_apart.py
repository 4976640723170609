"""Keep courtesy steps apart from reminder steps: a policy may give a reminder the name that a courtesy step had before."""

import sqlalchemy as sa
from alembic import context, op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Mark what was delivered in a courtesy message, and let a step be taken once as a courtesy and once as a reminder."""
    prefix = context.config.attributes["tables"].prefix
    schema = context.config.attributes["schema"]
    op.add_column(
        f"{prefix}delivery_items",
        sa.Column("courtesy", sa.Boolean(), nullable=False, server_default=sa.false()),
        schema=schema,
    )
    items = sa.table(
        f"{prefix}delivery_items", sa.column("creditor_id"), sa.column("key"), sa.column("courtesy"), schema=schema
    )
    deliveries = sa.table(
        f"{prefix}deliveries", sa.column("creditor_id"), sa.column("key"), sa.column("kind"), schema=schema
    )
    is_courtesy = sa.exists().where(
        deliveries.c.creditor_id == items.c.creditor_id,
        deliveries.c.key == items.c.key,
        deliveries.c.kind == "courtesy",
    )
    op.execute(sa.update(items).where(is_courtesy).values(courtesy=sa.true()))
    op.drop_index(f"uq_{prefix}delivery_items_step", f"{prefix}delivery_items", schema=schema)
    op.create_index(
        f"uq_{prefix}delivery_items_step",
        f"{prefix}delivery_items",
        ["creditor_id", "receivable_id", "step_id", "courtesy"],
        schema=schema,
        unique=True,
        sqlite_where=sa.text("active = 1"),
        postgresql_where=sa.text("active"),
    )
