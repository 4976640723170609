"""Find by the receivable what is about one receivable: the ledger may move it to another customer at any time."""

import sqlalchemy as sa
from alembic import context, op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add an index by receivable to the small tables, and one of the credit notes that name what they credit."""
    prefix = context.config.attributes["tables"].prefix
    schema = context.config.attributes["schema"]
    for table in ("acts", "holds", "arrangements", "delivery_items"):
        columns = ["creditor_id", "receivable_id"]
        op.create_index(f"ix_{prefix}{table}_receivable", f"{prefix}{table}", columns, schema=schema)
    where = sa.text("credit_of <> ''")
    op.create_index(
        f"ix_{prefix}receivables_linked",
        f"{prefix}receivables",
        ["creditor_id", "credit_of"],
        schema=schema,
        sqlite_where=where,
        postgresql_where=where,
    )
