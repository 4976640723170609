"""Keep proposals, reminders and deliveries."""

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Keep proposals, reminders and deliveries."""
    prefix = context.config.attributes["tables"].prefix
    schema = context.config.attributes["schema"]
    op.create_table(
        f"{prefix}deliveries",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("reminder_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("plugin", sa.String(length=100), nullable=False),
        sa.Column("medium", sa.String(length=20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("claimed_at", sa.String(length=40), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("pay_by", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(length=40), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "key"),
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}deliveries_customer",
        f"{prefix}deliveries",
        ["creditor_id", "customer_id"],
        unique=False,
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}deliveries_state", f"{prefix}deliveries", ["creditor_id", "state"], unique=False, schema=schema
    )
    op.create_table(
        f"{prefix}delivery_items",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("receivable_id", sa.String(length=200), nullable=False),
        sa.Column("step_id", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "key", "receivable_id"),
        schema=schema,
    )
    op.create_index(
        f"uq_{prefix}delivery_items_step",
        f"{prefix}delivery_items",
        ["creditor_id", "receivable_id", "step_id"],
        unique=True,
        sqlite_where=sa.text("active = 1"),
        postgresql_where=sa.text("active"),
        schema=schema,
    )
    op.create_table(
        f"{prefix}lines",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("proposal_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("receivable_id", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "proposal_id", "position"),
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}lines_receivable", f"{prefix}lines", ["creditor_id", "receivable_id"], unique=False, schema=schema
    )
    op.create_table(
        f"{prefix}portfolios",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("scorer", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "as_of", "scorer"),
        schema=schema,
    )
    op.create_table(
        f"{prefix}proposals",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("proposal_id", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("made_at", sa.String(length=40), nullable=False),
        sa.Column("made_number", sa.Integer(), nullable=False),
        sa.Column("policy_version", sa.String(length=200), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "proposal_id"),
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}proposals_latest",
        f"{prefix}proposals",
        ["creditor_id", "made_number"],
        unique=False,
        schema=schema,
    )
    op.create_table(
        f"{prefix}reminders",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("reminder_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("proposal_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_detail", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("creditor_id", "reminder_id"),
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}reminders_state", f"{prefix}reminders", ["creditor_id", "state"], unique=False, schema=schema
    )
