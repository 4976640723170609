"""Keep with every delivery of which kind it was: a courtesy message stays one whatever the policies call their steps later."""

import sqlalchemy as sa
from alembic import context, op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Keep the kind of a delivery; what was delivered before there were courtesy steps was friendly."""
    prefix = context.config.attributes["tables"].prefix
    schema = context.config.attributes["schema"]
    op.add_column(
        f"{prefix}deliveries",
        sa.Column("kind", sa.String(length=20), nullable=False, server_default="friendly"),
        schema=schema,
    )
