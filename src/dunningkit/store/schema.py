"""The tables, built for a prefix and schema of the host's choice: there is no module-level metadata.

Amounts are integer minor units beside their currency, days are DATE, moments are UTC ISO text with an offset, nested values
are JSON text. Every key begins with ``creditor_id``. Alembic migrations create these tables; a test compares the two.
"""

from datetime import date

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

#: "Only an event can change the answer": a review day that never comes by itself.
NEVER = date(9999, 12, 31)

# Nine in ten receivables of a ledger are settled, and no day's work looks at them: these indexes leave them out. A query must
# say the condition in the same words, or the database does not see that the index holds all it asks for.
COMES_UP = "next_review_on < '9999-12-31'"
WAS_REVIEWED = "reviewed_on IS NOT NULL"
IS_UNPAID = "open_minor > 0 AND gone_on IS NULL AND kind = 'invoice'"
IS_GONE = "gone_on IS NOT NULL"
IS_WITHDRAWN = "state_detail = 'withdrawn'"
IS_LINKED = "credit_of <> ''"
HAS_CHARGES = "fee_minor > 0 OR interest_minor > 0 OR earlier_fees_minor > 0"

_ID = String(200)


class Tables:
    """Every table of one prefix and schema. ``metadata`` serves comparison and tests; migrations do the creating."""

    def __init__(self, prefix: str = "dunning_", schema: str | None = None) -> None:
        self.prefix = prefix
        self.metadata = MetaData(schema=schema)
        self.creditors = self._creditors()
        self.customers = self._customers()
        self.receivables = self._receivables()
        self.payments = self._payments()
        self.acts = self._acts()
        self.holds = self._holds()
        self.arrangements = self._arrangements()
        self.waivers = self._waivers()
        self.quarantine = self._quarantine()
        self.syncs = self._syncs()
        self.seen = self._seen()
        self.audit = self._audit()
        self.portfolios = self._portfolios()
        self.proposals = self._proposals()
        self.lines = self._lines()
        self.reminders = self._reminders()
        self.deliveries = self._deliveries()
        self.delivery_items = self._delivery_items()

    @property
    def version_table(self) -> str:
        """The name of our own Alembic version table."""
        return f"{self.prefix}schema_version"

    def _table(self, name: str, *parts: "Column[object] | Index") -> Table:
        return Table(f"{self.prefix}{name}", self.metadata, *parts)

    def _index(self, name: str, *columns: str, **options: object) -> Index:
        return Index(f"ix_{self.prefix}{name}", *columns, **options)  # type: ignore[arg-type]  # dialect options are Any

    def _partial_index(self, name: str, where: str, *columns: str) -> Index:
        return self._index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))

    def _creditors(self) -> Table:
        return self._table(
            "creditors",
            Column("creditor_id", _ID, primary_key=True),
            Column("policy_version", String(200), nullable=False),
            Column("treatment", String(64), nullable=False),
            Column("last_proposal_on", Date),
            Column("first_look_days", Integer, nullable=False, server_default="1"),
        )

    def _customers(self) -> Table:
        return self._table(
            "customers",
            Column("creditor_id", _ID, primary_key=True),
            Column("customer_id", _ID, primary_key=True),
            Column("name", Text, nullable=False),
            Column("first_name", Text, nullable=False),
            Column("customer_class", String(40), nullable=False),
            Column("language", String(5)),
            Column("contact_points", Text, nullable=False),
            Column("wishes", Text, nullable=False),
            Column("einvoice_address", Text, nullable=False),
            Column("postal_address", Text, nullable=False),
            Column("contact_name", Text, nullable=False),
            Column("changed_in", Integer, nullable=False),
        )

    def _receivables(self) -> Table:
        return self._table(
            "receivables",
            Column("creditor_id", _ID, primary_key=True),
            Column("receivable_id", _ID, primary_key=True),
            Column("customer_id", _ID, nullable=False),
            Column("invoice_number", Text, nullable=False),
            Column("instalment_number", Integer),
            Column("kind", String(20), nullable=False),
            Column("currency", String(3), nullable=False),
            Column("original_minor", BigInteger, nullable=False),
            Column("open_minor", BigInteger, nullable=False),
            Column("issued_on", Date, nullable=False),
            Column("sent_on", Date),
            Column("due_on", Date, nullable=False),
            Column("not_before", Date),
            Column("settled_on", Date),
            Column("payments_as_of", Date),
            Column("subject", Text, nullable=False),
            Column("reference", Text, nullable=False),
            Column("iban", Text, nullable=False),
            Column("account", Text, nullable=False),
            Column("tags", Text, nullable=False),
            Column("disputed", Boolean, nullable=False),
            Column("counts_for_history", Boolean, nullable=False),
            Column("history_exclusion", Text, nullable=False),
            Column("delivery_medium", String(20)),
            Column("delivery_outcome", String(20), nullable=False),
            Column("copy_available", Boolean, nullable=False),
            Column("due_date_binds", Boolean),
            Column("rate_stated", Boolean),
            Column("start_stated", Boolean),
            Column("contract_on", Date),
            Column("agreed_rate_bp", Integer),
            Column("credit_of", _ID, nullable=False, server_default=""),
            Column("gone_on", Date),
            Column("changed_in", Integer, nullable=False),
            Column("first_review_on", Date, nullable=False),
            Column("next_review_on", Date, nullable=False),
            Column("reviewed_on", Date),
            Column("last_reason", String(40)),
            self._partial_index("receivables_review", COMES_UP, "creditor_id", "next_review_on"),
            self._partial_index("receivables_reviewed", WAS_REVIEWED, "creditor_id", "reviewed_on"),
            self._partial_index("receivables_unpaid", IS_UNPAID, "creditor_id", "due_on"),
            self._partial_index("receivables_gone", IS_GONE, "creditor_id", "gone_on"),
            self._partial_index("receivables_linked", IS_LINKED, "creditor_id", "credit_of"),
            self._index("receivables_settled", "creditor_id", "settled_on"),
            self._index("receivables_changed", "creditor_id", "changed_in"),
            self._index("receivables_customer", "creditor_id", "customer_id"),
        )

    def _payments(self) -> Table:
        return self._table(
            "payments",
            Column("creditor_id", _ID, primary_key=True),
            Column("payment_id", _ID, primary_key=True),
            Column("customer_id", _ID, nullable=False),
            Column("receivable_id", _ID),
            Column("amount_minor", BigInteger, nullable=False),
            Column("currency", String(3), nullable=False),
            Column("paid_on", Date, nullable=False),
            Column("changed_in", Integer, nullable=False),
            self._index("payments_customer", "creditor_id", "customer_id"),
            self._index("payments_paid_on", "creditor_id", "paid_on"),
            self._index("payments_changed", "creditor_id", "changed_in"),
        )

    def _acts(self) -> Table:
        return self._table(
            "acts",
            Column("creditor_id", _ID, primary_key=True),
            Column("act_id", _ID, primary_key=True),
            Column("receivable_id", _ID, nullable=False),
            Column("customer_id", _ID, nullable=False),
            Column("kind", String(20), nullable=False),
            Column("act_on", Date, nullable=False),
            Column("act_by", String(20), nullable=False),
            Column("fee_minor", BigInteger),
            Column("fee_currency", String(3)),
            Column("medium", String(20)),
            Column("changed_in", Integer, nullable=False),
            self._index("acts_customer", "creditor_id", "customer_id"),
            self._index("acts_receivable", "creditor_id", "receivable_id"),
        )

    def _holds(self) -> Table:
        return self._table(
            "holds",
            Column("creditor_id", _ID, primary_key=True),
            Column("hold_id", _ID, primary_key=True),
            Column("customer_id", _ID, nullable=False),
            Column("receivable_id", _ID),
            Column("kind", String(20), nullable=False),
            Column("start_on", Date, nullable=False),
            Column("end_on", Date),
            Column("review_on", Date),
            Column("note", Text, nullable=False),
            Column("placed_by", Text, nullable=False),
            Column("from_ledger", Boolean, nullable=False),
            Column("released_at", String(40)),
            Column("changed_in", Integer, nullable=False),
            self._index("holds_customer", "creditor_id", "customer_id"),
            self._index("holds_receivable", "creditor_id", "receivable_id"),
        )

    def _arrangements(self) -> Table:
        return self._table(
            "arrangements",
            Column("creditor_id", _ID, primary_key=True),
            Column("number", Integer, primary_key=True),
            Column("customer_id", _ID, nullable=False),
            Column("receivable_id", _ID),
            Column("kind", String(20), nullable=False),
            Column("policy_name", String(80), nullable=False),
            Column("grace_days", Integer, nullable=False),
            Column("note", Text, nullable=False),
            Column("placed_by", Text, nullable=False),
            Column("placed_at", String(40), nullable=False),
            Column("ended_by", Text, nullable=False),
            Column("ended_at", String(40)),
            self._index("arrangements_customer", "creditor_id", "customer_id"),
            self._index("arrangements_receivable", "creditor_id", "receivable_id"),
        )

    def _waivers(self) -> Table:
        return self._table(
            "waivers",
            Column("creditor_id", _ID, primary_key=True),
            Column("number", Integer, primary_key=True),
            Column("receivable_id", _ID, nullable=False),
            Column("customer_id", _ID, nullable=False),
            Column("what", String(20), nullable=False),
            Column("amount_minor", BigInteger, nullable=False),
            Column("currency", String(3), nullable=False),
            Column("waived_on", Date, nullable=False),
            Column("waived_at", String(40), nullable=False),
            Column("waived_by", Text, nullable=False),
            Column("reason", Text, nullable=False),
            self._index("waivers_receivable", "creditor_id", "receivable_id"),
        )

    def _quarantine(self) -> Table:
        return self._table(
            "quarantine",
            Column("creditor_id", _ID, primary_key=True),
            Column("position", Integer, primary_key=True),
            Column("sync", Integer, nullable=False),
            Column("place", Text, nullable=False),
            Column("column_name", Text, nullable=False),
            Column("value", Text, nullable=False),
            Column("reason", Text, nullable=False),
            Column("receivable_id", _ID),
            Column("customer_id", _ID),
            self._index("quarantine_receivable", "creditor_id", "receivable_id"),
        )

    def _syncs(self) -> Table:
        return self._table(
            "syncs",
            Column("creditor_id", _ID, primary_key=True),
            Column("number", Integer, primary_key=True),
            Column("as_of", Date, nullable=False),
            Column("started_at", String(40), nullable=False),
            Column("state", String(20), nullable=False),
            Column("scope", String(20)),
            Column("payments_as_of", Date),
            Column("read_cursor", Text),
            Column("rows_read", Integer, nullable=False),
            Column("rows_accepted", Integer, nullable=False),
            Column("rows_quarantined", Integer, nullable=False),
            Column("known", Integer, nullable=False),
            Column("vanished", Integer, nullable=False),
            Column("detail", Text, nullable=False),
        )

    def _seen(self) -> Table:
        return self._table(
            "seen",
            Column("creditor_id", _ID, primary_key=True),
            Column("kind", String(20), primary_key=True),
            Column("item_id", _ID, primary_key=True),
        )

    def _audit(self) -> Table:
        return self._table(
            "audit",
            Column("sequence", Integer, primary_key=True, autoincrement=True),
            Column("creditor_id", _ID, nullable=False),
            Column("at", String(40), nullable=False),
            Column("actor_id", _ID, nullable=False),
            Column("actor_name", Text, nullable=False),
            Column("actor_kind", String(20), nullable=False),
            Column("action", String(60), nullable=False),
            Column("subject", Text, nullable=False),
            Column("details", Text, nullable=False),
            self._index("audit_creditor", "creditor_id", "sequence"),
        )

    def _portfolios(self) -> Table:
        return self._table(
            "portfolios",
            Column("creditor_id", _ID, primary_key=True),
            Column("as_of", Date, primary_key=True),
            Column("scorer", String(100), primary_key=True),
            Column("body", Text, nullable=False),
        )

    def _proposals(self) -> Table:
        return self._table(
            "proposals",
            Column("creditor_id", _ID, primary_key=True),
            Column("proposal_id", String(64), primary_key=True),
            Column("as_of", Date, nullable=False),
            Column("made_at", String(40), nullable=False),
            Column("made_number", Integer, nullable=False),
            Column("policy_version", String(200), nullable=False),
            Column("head", Text, nullable=False),
            self._index("proposals_latest", "creditor_id", "made_number"),
        )

    def _lines(self) -> Table:
        return self._table(
            "lines",
            Column("creditor_id", _ID, primary_key=True),
            Column("proposal_id", String(64), primary_key=True),
            Column("position", Integer, primary_key=True),
            Column("receivable_id", _ID, nullable=False),
            Column("status", String(20), nullable=False),
            Column("reason", String(40), nullable=False),
            Column("body", Text, nullable=False),
            Column("reviewed_before", Date),
            Column("due_before", Date),
            Column("reason_before", String(40)),
            self._index("lines_receivable", "creditor_id", "receivable_id"),
        )

    def _reminders(self) -> Table:
        return self._table(
            "reminders",
            Column("creditor_id", _ID, primary_key=True),
            Column("reminder_id", String(64), primary_key=True),
            Column("customer_id", _ID, nullable=False),
            Column("proposal_id", String(64), nullable=False),
            Column("state", String(20), nullable=False),
            Column("state_detail", Text, nullable=False),
            Column("policy_version", String(200), nullable=False),
            Column("body", Text, nullable=False),
            Column("content", LargeBinary, nullable=False),
            Column("content_type", String(100), nullable=False),
            Column("filename", Text, nullable=False),
            Column("content_hash", String(64), nullable=False),
            Column("approved_by", Text, nullable=False),
            Column("approved_at", String(40)),
            self._index("reminders_state", "creditor_id", "state"),
            self._partial_index("reminders_withdrawn", IS_WITHDRAWN, "creditor_id", "state"),
        )

    def _deliveries(self) -> Table:
        return self._table(
            "deliveries",
            Column("creditor_id", _ID, primary_key=True),
            Column("key", String(64), primary_key=True),
            Column("reminder_id", String(64), nullable=False),
            Column("customer_id", _ID, nullable=False),
            Column("plugin", String(100), nullable=False),
            Column("medium", String(20), nullable=False),
            Column("address", Text, nullable=False),
            Column("kind", String(20), nullable=False, server_default="friendly"),
            Column("state", String(20), nullable=False),
            Column("token", String(64), nullable=False),
            Column("claimed_at", String(40), nullable=False),
            Column("sent_on", Date, nullable=False),
            Column("pay_by", Date, nullable=False),
            Column("recorded_at", String(40)),
            Column("provider_id", Text, nullable=False),
            Column("detail", Text, nullable=False),
            self._index("deliveries_customer", "creditor_id", "customer_id"),
            self._index("deliveries_state", "creditor_id", "state"),
        )

    def _delivery_items(self) -> Table:
        return self._table(
            "delivery_items",
            Column("creditor_id", _ID, primary_key=True),
            Column("key", String(64), primary_key=True),
            Column("receivable_id", _ID, primary_key=True),
            Column("step_id", String(40), nullable=False),
            Column("active", Boolean, nullable=False),
            Column("courtesy", Boolean, nullable=False, server_default=false()),
            Column("fee_minor", BigInteger, nullable=False, server_default="0"),
            Column("interest_minor", BigInteger, nullable=False, server_default="0"),
            Column("earlier_fees_minor", BigInteger, nullable=False, server_default="0"),
            self._index("delivery_items_receivable", "creditor_id", "receivable_id"),
            self._partial_index("delivery_items_charges", HAS_CHARGES, "creditor_id", "receivable_id"),
            # The database itself keeps a receivable's step from ever leaving twice, whatever the grouping was.
            Index(
                f"uq_{self.prefix}delivery_items_step",
                "creditor_id",
                "receivable_id",
                "step_id",
                "courtesy",
                unique=True,
                sqlite_where=text("active = 1"),
                postgresql_where=text("active"),
            ),
        )
