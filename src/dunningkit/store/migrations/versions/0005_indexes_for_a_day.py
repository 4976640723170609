"""Let a day's queries find what is open, changed or to be looked at without reading the settled history."""

import sqlalchemy as sa
from alembic import context, op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Replace two indexes by ones without the rows that are never asked for, and add four."""
    prefix = context.config.attributes["tables"].prefix
    schema = context.config.attributes["schema"]
    receivables, payments = f"{prefix}receivables", f"{prefix}payments"
    partial = {
        "receivables_review": (("creditor_id", "next_review_on"), "next_review_on < '9999-12-31'"),
        "receivables_reviewed": (("creditor_id", "reviewed_on"), "reviewed_on IS NOT NULL"),
        "receivables_unpaid": (("creditor_id", "due_on"), "open_minor > 0 AND gone_on IS NULL AND kind = 'invoice'"),
        "receivables_gone": (("creditor_id", "gone_on"), "gone_on IS NOT NULL"),
    }
    for name in ("receivables_review", "receivables_reviewed"):
        op.drop_index(f"ix_{prefix}{name}", receivables, schema=schema)
    for name, (columns, condition) in partial.items():
        where = sa.text(condition)
        op.create_index(
            f"ix_{prefix}{name}",
            receivables,
            list(columns),
            schema=schema,
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_index(f"ix_{prefix}receivables_settled", receivables, ["creditor_id", "settled_on"], schema=schema)
    op.create_index(f"ix_{prefix}receivables_changed", receivables, ["creditor_id", "changed_in"], schema=schema)
    op.create_index(f"ix_{prefix}payments_changed", payments, ["creditor_id", "changed_in"], schema=schema)
