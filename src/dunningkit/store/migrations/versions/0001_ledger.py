"""Keep the ledger's picture, holds and the audit log."""

import sqlalchemy as sa
from alembic import context, op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Keep the ledger's picture, holds and the audit log."""
    prefix = context.config.attributes["tables"].prefix
    schema = context.config.attributes["schema"]
    op.create_table(
        f"{prefix}acts",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("act_id", sa.String(length=200), nullable=False),
        sa.Column("receivable_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("act_on", sa.Date(), nullable=False),
        sa.Column("act_by", sa.String(length=20), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=True),
        sa.Column("fee_currency", sa.String(length=3), nullable=True),
        sa.Column("medium", sa.String(length=20), nullable=True),
        sa.Column("changed_in", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "act_id"),
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}acts_customer", f"{prefix}acts", ["creditor_id", "customer_id"], unique=False, schema=schema
    )
    op.create_table(
        f"{prefix}audit",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.String(length=200), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}audit_creditor", f"{prefix}audit", ["creditor_id", "sequence"], unique=False, schema=schema
    )
    op.create_table(
        f"{prefix}creditors",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("policy_version", sa.String(length=200), nullable=False),
        sa.Column("treatment", sa.String(length=64), nullable=False),
        sa.Column("last_proposal_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("creditor_id"),
        schema=schema,
    )
    op.create_table(
        f"{prefix}customers",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("customer_class", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=True),
        sa.Column("contact_points", sa.Text(), nullable=False),
        sa.Column("wishes", sa.Text(), nullable=False),
        sa.Column("einvoice_address", sa.Text(), nullable=False),
        sa.Column("postal_address", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("changed_in", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "customer_id"),
        schema=schema,
    )
    op.create_table(
        f"{prefix}holds",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("hold_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("receivable_id", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("from_ledger", sa.Boolean(), nullable=False),
        sa.Column("released_at", sa.String(length=40), nullable=True),
        sa.Column("changed_in", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "hold_id"),
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}holds_customer", f"{prefix}holds", ["creditor_id", "customer_id"], unique=False, schema=schema
    )
    op.create_table(
        f"{prefix}payments",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("payment_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("receivable_id", sa.String(length=200), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("changed_in", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "payment_id"),
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}payments_customer",
        f"{prefix}payments",
        ["creditor_id", "customer_id"],
        unique=False,
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}payments_paid_on", f"{prefix}payments", ["creditor_id", "paid_on"], unique=False, schema=schema
    )
    op.create_table(
        f"{prefix}quarantine",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sync", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("receivable_id", sa.String(length=200), nullable=True),
        sa.Column("customer_id", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("creditor_id", "position"),
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}quarantine_receivable",
        f"{prefix}quarantine",
        ["creditor_id", "receivable_id"],
        unique=False,
        schema=schema,
    )
    op.create_table(
        f"{prefix}receivables",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("receivable_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("invoice_number", sa.Text(), nullable=False),
        sa.Column("instalment_number", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("original_minor", sa.BigInteger(), nullable=False),
        sa.Column("open_minor", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("payments_as_of", sa.Date(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("counts_for_history", sa.Boolean(), nullable=False),
        sa.Column("history_exclusion", sa.Text(), nullable=False),
        sa.Column("delivery_medium", sa.String(length=20), nullable=True),
        sa.Column("delivery_outcome", sa.String(length=20), nullable=False),
        sa.Column("copy_available", sa.Boolean(), nullable=False),
        sa.Column("due_date_binds", sa.Boolean(), nullable=True),
        sa.Column("rate_stated", sa.Boolean(), nullable=True),
        sa.Column("start_stated", sa.Boolean(), nullable=True),
        sa.Column("contract_on", sa.Date(), nullable=True),
        sa.Column("agreed_rate_bp", sa.Integer(), nullable=True),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.Column("changed_in", sa.Integer(), nullable=False),
        sa.Column("first_review_on", sa.Date(), nullable=False),
        sa.Column("next_review_on", sa.Date(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("last_reason", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("creditor_id", "receivable_id"),
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}receivables_customer",
        f"{prefix}receivables",
        ["creditor_id", "customer_id"],
        unique=False,
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}receivables_review",
        f"{prefix}receivables",
        ["creditor_id", "next_review_on"],
        unique=False,
        schema=schema,
    )
    op.create_index(
        f"ix_{prefix}receivables_reviewed",
        f"{prefix}receivables",
        ["creditor_id", "reviewed_on"],
        unique=False,
        schema=schema,
    )
    op.create_table(
        f"{prefix}seen",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("item_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "kind", "item_id"),
        schema=schema,
    )
    op.create_table(
        f"{prefix}syncs",
        sa.Column("creditor_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("started_at", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=True),
        sa.Column("payments_as_of", sa.Date(), nullable=True),
        sa.Column("read_cursor", sa.Text(), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_accepted", sa.Integer(), nullable=False),
        sa.Column("rows_quarantined", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("vanished", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "number"),
        schema=schema,
    )
    if op.get_bind().dialect.name == "sqlite":
        within = f"{schema}." if schema else ""  # an attached database; a trigger lives beside its table
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {within}{prefix}audit_no_{event.lower()} BEFORE {event} ON {prefix}audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
