"""Keep what each message claimed beside the open amount: fees and interest count towards caps, and stand in the books."""

import sqlalchemy as sa
from alembic import context, op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Everything sent before claimed nothing: there were only friendly steps."""
    prefix = context.config.attributes["tables"].prefix
    schema = context.config.attributes["schema"]
    for name in ("fee_minor", "interest_minor"):
        column = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column(f"{prefix}delivery_items", column, schema=schema)
