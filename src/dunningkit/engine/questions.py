"""What a host can ask the engine: everything that reads, and changes nothing."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from dunningkit import wired
from dunningkit.engine.latest import latest_proposal
from dunningkit.engine.setup import Clock, CreditorSetup, refuse_name_collision
from dunningkit.errors import NotAllowed, NotFound, SettingsError
from dunningkit.model import (
    EARLIEST_PLAUSIBLE,
    Arrangement,
    AuditEntry,
    Hold,
    Language,
    Proposal,
    QuarantinedRow,
    ReminderState,
    latest_plausible,
)
from dunningkit.store import Store, arrangements, audit, holds, quarantine, reminders, reviews
from dunningkit.store.reminders import StoredReminder

if TYPE_CHECKING:
    from dunningkit.engine.comparing import Comparison
    from dunningkit.engine.explaining import Explanation
    from dunningkit.engine.law_explaining import LawExplanation
    from dunningkit.law.journal import Journal
    from dunningkit.messages.statement import Statement


class Questions:
    """The reading half of the engine: every method answers from the store, and changes nothing in it.

    ``clock`` gives aware moments and defaults to the system's. Raises `NotFound` for a ``creditor_id`` that is not set up here.
    """

    def __init__(self, store: Store, setups: Iterable[CreditorSetup], *, clock: Clock | None = None) -> None:
        refuse_name_collision()
        store.check()
        self._store = store
        self._setups = _by_id(setups)
        self._clock = _system_clock if clock is None else _aware(clock)

    def creditor_ids(self) -> tuple[str, ...]:
        """The creditors this engine serves, ordered."""
        return tuple(sorted(self._setups))

    def latest(self, creditor_id: str) -> Proposal:
        """The newest proposal. Raises `NotFound` before the first."""
        with self._store.read() as db:
            return latest_proposal(db, self._setup(creditor_id))

    def explain(self, creditor_id: str, wanted: str, as_of: date) -> "Explanation":
        """Everything about an invoice, or one receivable by its id, as at a day; every instalment is its own story.

        Changes nothing in the store. Raises `NotFound` with numbers that look alike for what was never known.
        """
        from dunningkit.engine import explaining  # noqa: PLC0415  # loaded when somebody first asks

        self._require_day(as_of)
        with self._store.read() as db:
            return explaining.explain(db, self._setup(creditor_id), wanted, as_of)

    def explain_law(self, creditor_id: str, invoice: str, *, on: date) -> "LawExplanation":
        """What the rule pack lets be charged and done about an invoice, or one receivable by its id, on a day, with sections.

        Changes nothing in the store. Raises `NotAllowed` without a rule pack, `NotFound` for what was never known.
        """
        from dunningkit.engine import law_explaining  # noqa: PLC0415  # loaded when somebody first asks

        self._require_day(on)
        setup = self._setup(creditor_id)
        with wired.run(setup.wired), self._store.read() as db:
            return law_explaining.explain_law(db, setup, invoice, on)

    def statement(
        self, creditor_id: str, invoice: str, *, on: date, language: Language | None = None
    ) -> "tuple[Statement, ...]":
        """The free, itemised statement that a customer may ask for: one for each receivable of the invoice, as at a day.

        In the customer's language, or the one given. Raises `NotAllowed` without a rule pack or where there is no claim yet,
        `NotFound` for what was never known, `RateMissing` where something was paid on a day whose rate is not published.
        """
        from dunningkit.engine import stating  # noqa: PLC0415  # loaded when somebody first asks

        self._require_day(on)
        with self._store.read() as db:
            return stating.state(db, self._setup(creditor_id), invoice, on, language)

    def compare(self, creditor_id: str, *, with_day: date | None = None) -> "Comparison":
        """What changed from an earlier proposal to the newest one, and why: against the newest of ``with_day``.

        Without a day it is the newest proposal of the latest earlier day. Raises `NotFound` when there is none.
        """
        from dunningkit.engine import looking_back  # noqa: PLC0415  # loaded when somebody first asks

        refuse_moments(with_day=with_day)
        with self._store.read() as db:
            return looking_back.compare_with(db, self._setup(creditor_id), with_day)

    def reminders(self, creditor_id: str, reminder_ids: Sequence[str]) -> dict[str, StoredReminder]:
        """These reminders with their states and the exact bytes that leave or left."""
        with self._store.read() as db:
            return reminders.by_id(db, self._setup(creditor_id).creditor.creditor_id, reminder_ids)

    def reminder_named(self, creditor_id: str, beginning: str) -> str:
        """The id of the only reminder whose id begins so. Raises `NotFound` when there is none, or several."""
        creditor_id = self._setup(creditor_id).creditor.creditor_id
        with self._store.read() as db:
            found = reminders.ids_beginning(db, creditor_id, beginning, limit=10)
        if len(found) != 1 and beginning not in found:
            raise NotFound(
                f"{len(found) or 'No'} reminders begin with {beginning!r}. See: dunning show.", reminder_id=beginning
            )
        return beginning if beginning in found else found[0]

    def reminder_states(self, creditor_id: str, reminder_ids: Sequence[str]) -> dict[str, ReminderState]:
        """The states of these reminders alone: cheap for a whole proposal."""
        with self._store.read() as db:
            found = reminders.standings(db, self._setup(creditor_id).creditor.creditor_id, reminder_ids)
        return {reminder_id: standing.state for reminder_id, standing in found.items()}

    def reminders_in(self, creditor_id: str, state: ReminderState) -> tuple[StoredReminder, ...]:
        """Every reminder in one state."""
        with self._store.read() as db:
            return reminders.in_state(db, self._setup(creditor_id).creditor.creditor_id, state)

    def holds(self, creditor_id: str) -> tuple[Hold, ...]:
        """The holds that nobody released, ended ones among them."""
        with self._store.read() as db:
            return holds.active(db, self._setup(creditor_id).creditor.creditor_id)

    def quarantine(self, creditor_id: str) -> tuple[QuarantinedRow, ...]:
        """The rows that the last reading could not understand."""
        with self._store.read() as db:
            return quarantine.rows(db, self._setup(creditor_id).creditor.creditor_id)

    def waiting(self, creditor_id: str, as_of: date) -> tuple[tuple[str, str], ...]:
        """Receivable id and last reason of every overdue receivable that was not looked at on ``as_of``."""
        refuse_moments(as_of=as_of)
        with self._store.read() as db:
            return tuple(reviews.waiting_reasons(db, self._setup(creditor_id).creditor.creditor_id, as_of))

    def audit(self, creditor_id: str, *, subject: str | None = None, limit: int = 1000) -> tuple[AuditEntry, ...]:
        """The newest entries of the audit log, oldest first."""
        with self._store.read() as db:
            return audit.entries(db, self._setup(creditor_id).creditor.creditor_id, subject=subject, limit=limit)

    def arrangements(self, creditor_id: str, *, customer_id: str | None = None) -> tuple[Arrangement, ...]:
        """The arrangements that hold now; of one customer everything ever arranged, ended ones too. Ordered by number.

        One about an invoice that was moved to another customer is told for both.
        """
        creditor_id = self._setup(creditor_id).creditor.creditor_id
        with self._store.read() as db:
            if customer_id is not None:
                return arrangements.history(db, creditor_id, customer_id)
            return arrangements.active(db, creditor_id)

    def journal(self, creditor_id: str, *, since: date | None = None, until: date | None = None) -> "Journal":
        """The entries of fees and interest from ``since`` (the first) to ``until`` (today), and the balances at its end.

        They follow the ledger: money or a credit note that it dates back makes an entry of that day. Raises `NotAllowed` when
        the days are reversed.
        """
        from dunningkit.engine import bookkeeping  # noqa: PLC0415  # loaded when somebody first asks

        refuse_moments(since=since, until=until)
        setup = self._setup(creditor_id)
        today = setup.calendar.local_date(self._clock())
        return bookkeeping.journal(setup, self._store, since=since, until=until or today)

    def _setup(self, creditor_id: str) -> CreditorSetup:
        if creditor_id not in self._setups:
            there = ", ".join(self.creditor_ids()) or "none"
            raise NotFound(f"No creditor {creditor_id!r} is set up here (there is: {there}).", creditor_id=creditor_id)
        return self._setups[creditor_id]

    def _require_day(self, as_of: date) -> None:
        refuse_moments(as_of=as_of)
        latest = latest_plausible(self._clock().date())
        if not EARLIEST_PLAUSIBLE <= as_of <= latest:
            raise NotAllowed(
                f"{as_of} is no day to look at: choose one from {EARLIEST_PLAUSIBLE} to {latest}.",
                day=as_of.isoformat(),
            )


def _system_clock() -> datetime:
    return datetime.now(UTC)


def _aware(clock: Clock) -> Clock:
    def now() -> datetime:
        moment = clock()
        if moment.tzinfo is None:
            raise SettingsError("Engine(clock=...) gave a moment without a time zone: pass one like datetime.now(UTC).")
        return moment

    return now


def _by_id(setups: Iterable[CreditorSetup]) -> dict[str, CreditorSetup]:
    found: dict[str, CreditorSetup] = {}
    for setup in setups:
        creditor_id = setup.creditor.creditor_id
        if creditor_id in found:
            raise SettingsError(f"Two setups are for the creditor {creditor_id!r}: give each creditor its own id.")
        found[creditor_id] = setup
    return found


def refuse_moments(**days: date | None) -> None:
    """Raise `NotAllowed` for a moment where a creditor-local day is meant."""
    # A datetime is a date to Python, and compares with none.
    for name, day in days.items():
        if isinstance(day, datetime):
            raise NotAllowed(f"{name} is a creditor-local day and not a moment: pass moment.astimezone(zone).date().")
