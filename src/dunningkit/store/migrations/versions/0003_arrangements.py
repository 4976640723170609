"""Keep what was arranged with single customers, what a credit note credits, and from which day receivables are looked at."""

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Keep what was arranged with single customers, what a credit note credits, and the first day of a look."""
    prefix = context.config.attributes["tables"].prefix
    schema = context.config.attributes["schema"]
    op.add_column(
        f"{prefix}receivables",
        sa.Column("credit_of", sa.String(length=200), nullable=False, server_default=""),
        schema=schema,
    )
    op.add_column(
        f"{prefix}creditors",
        sa.Column("first_look_days", sa.Integer(), nullable=False, server_default="1"),
        schema=schema,
    )
    op.create_table(
        f"{prefix}arrangements",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("receivable_id", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("policy_name", sa.String(length=80), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.String(length=40), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("creditor_id", "number"),
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}arrangements_customer",
        f"{prefix}arrangements",
        ["creditor_id", "customer_id"],
        unique=False,
        schema=schema,
    )
