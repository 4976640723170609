"""Keep what people waived and what each message told of earlier fees; find what was ever charged without reading all."""

import sqlalchemy as sa
from alembic import context, op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table of waivers, the column of earlier fees, and an index of the few messages that charged something."""
    prefix = context.config.attributes["tables"].prefix
    schema = context.config.attributes["schema"]
    op.create_table(
        f"{prefix}waivers",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("receivable_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("waived_on", sa.Date(), nullable=False),
        sa.Column("waived_at", sa.String(length=40), nullable=False),
        sa.Column("waived_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "number"),
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}waivers_receivable",
        f"{prefix}waivers",
        ["creditor_id", "receivable_id"],
        schema=schema,
    )
    column = sa.Column("earlier_fees_minor", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column(f"{prefix}delivery_items", column, schema=schema)
    charged = sa.text("fee_minor > 0 OR interest_minor > 0 OR earlier_fees_minor > 0")
    op.create_index(
        f"ix_{prefix}delivery_items_charges",
        f"{prefix}delivery_items",
        ["creditor_id", "receivable_id"],
        schema=schema,
        sqlite_where=charged,
        postgresql_where=charged,
    )
