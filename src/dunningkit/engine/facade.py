"""The engine's public face: thin methods, one for each thing a host can have done; `Questions` are those that only read."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from dunningkit import wired
from dunningkit.delivery import SendReport, SendTask, send_approved, settle
from dunningkit.engine import arranging, cancelling, holding, sync
from dunningkit.engine.approved import AskedAgain
from dunningkit.engine.questions import Questions, refuse_moments
from dunningkit.engine.sync import Progress, SyncReport
from dunningkit.errors import NotAllowed
from dunningkit.model import (
    Actor,
    Arrangement,
    Charge,
    Hold,
    HoldKind,
    Outcome,
    Proposal,
    Waiver,
)
from dunningkit.store import syncs

if TYPE_CHECKING:
    from dunningkit.engine.batch import BulkReport
    from dunningkit.engine.filtering import LineFilter
    from dunningkit.engine.undo import UndoReport
    from dunningkit.messages import Composer


class Engine(Questions):
    """Runs the dunning of one or several creditors on one store.

    Keeps no state of its own beside compiled texts; make as many as needed, use each from one thread at a time.
    ``clock`` gives aware moments and defaults to the system's; the day of a run is always an argument.
    Raises `NameCollision` when another project's ``dunningkit`` is installed, `SettingsError` for two setups of one creditor,
    and `SchemaMissing`, `SchemaOutdated` or `SchemaTooNew` when the store is not ready (call ``store.migrate()`` from the
    host's upgrade step).
    """

    def sync(
        self,
        creditor_id: str,
        *,
        as_of: date,
        actor: Actor,
        accept_gone: bool = False,
        progress: Progress | None = None,
    ) -> SyncReport:
        """Read what is new in the ledger. Raises `SyncFailed` when the source fails, `ProposalBlocked` after a later run.

        ``accept_gone`` says that a person looked and the vanished invoices really are gone; ``progress`` is called with the
        number of receivables that have arrived so far.
        """
        self._require_day(as_of)
        setup = self._setup(creditor_id)
        with wired.run(setup.wired):
            return sync.sync(
                setup,
                self._store,
                as_of=as_of,
                now=self._clock(),
                actor=actor,
                accept_gone=accept_gone,
                progress=progress,
            )

    def propose(
        self,
        creditor_id: str,
        *,
        as_of: date,
        actor: Actor,
        progress: Callable[[int, int], None] | None = None,
    ) -> Proposal:
        """Make the proposal for a day. Raises `ProposalBlocked` when the ledger's picture is not whole or a later day was run.

        ``progress`` is called with how many reminders are written and how many there are.
        """
        self._require_day(as_of)
        from dunningkit.engine import propose  # noqa: PLC0415  # texts and scores come with it

        setup = self._setup(creditor_id)
        with wired.run(setup.wired):
            return propose.propose(
                setup,
                self._store,
                self._composer,
                as_of=as_of,
                now=self._clock(),
                actor=actor,
                progress=progress,
            )

    def approve(self, creditor_id: str, *, actor: Actor, reminder_ids: Sequence[str] | None = None) -> tuple[str, ...]:
        """Let reminders of the latest proposal go: the named ones, or all that are ready. Returns the newly approved ids."""
        from dunningkit.engine import approve as approving  # noqa: PLC0415  # loaded when somebody first decides

        return approving.approve(self._setup(creditor_id), self._store, reminder_ids, now=self._clock(), actor=actor)

    def approve_by_policy(self, creditor_id: str) -> tuple[str, ...]:
        """Let go what the policy, approved by a person, lets go by itself. Returns the newly approved ids."""
        from dunningkit.engine import approve as approving  # noqa: PLC0415  # loaded when somebody first decides

        return approving.approve_by_policy(self._setup(creditor_id), self._store, now=self._clock())

    def withdraw(self, creditor_id: str, reminder_ids: Sequence[str], *, actor: Actor) -> None:
        """Take approvals back, until they are sent."""
        from dunningkit.engine import approve as approving  # noqa: PLC0415  # loaded when somebody first decides

        approving.withdraw(self._setup(creditor_id), self._store, reminder_ids, now=self._clock(), actor=actor)

    def approve_where(
        self, creditor_id: str, where: "LineFilter", *, actor: Actor, needs_you: bool = False, dry_run: bool = False
    ) -> "BulkReport":
        """Let the reminders of the latest proposal go all of whose lines are meant; those that ask only with ``needs_you``.

        ``dry_run`` changes nothing and reports what would.
        """
        from dunningkit.engine import approve as approving  # noqa: PLC0415  # loaded when somebody first decides

        return approving.approve_where(
            self._setup(creditor_id),
            self._store,
            where,
            needs_you=needs_you,
            dry_run=dry_run,
            now=self._clock(),
            actor=actor,
        )

    def skip(
        self,
        creditor_id: str,
        *,
        actor: Actor,
        reminder_ids: Sequence[str] | None = None,
        where: "LineFilter | None" = None,
        until: date | None = None,
        note: str = "",
        dry_run: bool = False,
    ) -> "BulkReport":
        """Leave reminders of the latest proposal out: the named ones, or each with a line that is meant; exactly one of both.

        They come back in the next day's proposal, or, with ``until``, are on hold until that day.
        """
        from dunningkit.engine import skipping  # noqa: PLC0415  # loaded when somebody first decides

        if (reminder_ids is None) == (where is None):
            raise NotAllowed("Name reminders to skip, or say with a filter which lines are meant: exactly one of both.")
        refuse_moments(until=until)
        return skipping.skip(
            self._setup(creditor_id),
            self._store,
            reminder_ids=reminder_ids,
            where=where,
            until=until,
            note=note,
            dry_run=dry_run,
            now=self._clock(),
            actor=actor,
        )

    def undo(self, creditor_id: str, *, actor: Actor) -> "UndoReport":
        """Take the latest decision of a person (approve, skip) back as one, if it has not left; again: the one before."""
        from dunningkit.engine import undo as undoing  # noqa: PLC0415  # loaded when somebody first decides

        return undoing.undo(self._setup(creditor_id), self._store, now=self._clock(), actor=actor)

    def send(
        self,
        creditor_id: str,
        *,
        actor: Actor,
        max_messages: int | None = None,
        deadline_seconds: float | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> SendReport:
        """Send what was approved and may leave now. Safe to call again, and twice at once.

        ``progress`` is called with how many are done and how many there are.
        Raises `NeedsOwnTransaction` when the store stands on a host's connection.
        """
        task = self._send_task(creditor_id)
        with wired.run(self._setup(creditor_id).wired):
            return send_approved(
                task,
                clock=self._clock,
                actor=actor,
                max_messages=max_messages,
                deadline_seconds=deadline_seconds,
                progress=progress,
            )

    def settle(self, creditor_id: str, reminder_id: str, outcome: Outcome, *, actor: Actor) -> None:
        """Record what a person found out about a delivery whose outcome was unknown."""
        settle(self._send_task(creditor_id), reminder_id, outcome, now=self._clock(), actor=actor)

    def hold(
        self,
        creditor_id: str,
        *,
        actor: Actor,
        start_on: date,
        customer_id: str | None = None,
        receivable_id: str | None = None,
        kind: HoldKind = HoldKind.MANUAL,
        end_on: date | None = None,
        note: str = "",
    ) -> Hold:
        """Silence one receivable (by id or invoice number) or all of a customer's, until ``end_on`` or released."""
        refuse_moments(start_on=start_on, end_on=end_on)
        return holding.hold(
            self._setup(creditor_id),
            self._store,
            customer_id=customer_id,
            receivable_id=receivable_id,
            kind=kind,
            start_on=start_on,
            end_on=end_on,
            note=note,
            now=self._clock(),
            actor=actor,
        )

    def release(self, creditor_id: str, hold_id: str, *, actor: Actor, reason: str = "", is_over: bool = False) -> None:
        """End a hold that a person placed; why is recorded.

        Under a rule pack a hold that is a stop of the law's needs a reason, and one that no person may pass over also the
        statement that what it was placed for ``is_over``. Raises `NotAllowed` without them.
        """
        setup, now = self._setup(creditor_id), self._clock()
        holding.release(setup, self._store, hold_id, reason=reason, is_over=is_over, now=now, actor=actor)

    # -- arranging -------------------------------------------------------------------------------------------------

    def assign_policy(
        self,
        creditor_id: str,
        policy_name: str,
        *,
        actor: Actor,
        customer_id: str | None = None,
        receivable_id: str | None = None,
        note: str = "",
    ) -> Arrangement:
        """Put a customer, or one receivable, under another policy of the settings; what was sent before counts on it."""
        setup = self._setup(creditor_id)
        return arranging.arrange(
            setup,
            self._store,
            arranging.policy_of(setup, policy_name),
            customer_id=customer_id,
            receivable_id=receivable_id,
            note=note,
            now=self._clock(),
            actor=actor,
        )

    def grant_grace(
        self,
        creditor_id: str,
        days: int,
        *,
        actor: Actor,
        customer_id: str | None = None,
        receivable_id: str | None = None,
        note: str = "",
    ) -> Arrangement:
        """Give a customer, or one receivable, more days on every step that is counted from the due date."""
        return arranging.arrange(
            self._setup(creditor_id),
            self._store,
            arranging.grace_of(days),
            customer_id=customer_id,
            receivable_id=receivable_id,
            note=note,
            now=self._clock(),
            actor=actor,
        )

    def stop_following(
        self,
        creditor_id: str,
        *,
        actor: Actor,
        customer_id: str | None = None,
        receivable_id: str | None = None,
        note: str = "",
    ) -> Arrangement:
        """Leave a customer, or one receivable, alone until the arrangement is ended."""
        return arranging.arrange(
            self._setup(creditor_id),
            self._store,
            arranging.NOT_FOLLOWED,
            customer_id=customer_id,
            receivable_id=receivable_id,
            note=note,
            now=self._clock(),
            actor=actor,
        )

    def end_arrangement(self, creditor_id: str, number: int, *, actor: Actor) -> None:
        """End an arrangement; what held before it does not come back."""
        arranging.end(self._setup(creditor_id), self._store, number, now=self._clock(), actor=actor)

    # -- taking back -----------------------------------------------------------------------------------------------

    def cancel_reminder(self, creditor_id: str, reminder_id: str, *, actor: Actor, note: str = "") -> None:
        """Cancel a reminder that was sent, latest first: its step may be taken again, and the contact still counts."""
        setup = self._setup(creditor_id)
        cancelling.cancel(setup, self._store, reminder_id, note=note, now=self._clock(), actor=actor)

    def discard_proposal(self, creditor_id: str, *, actor: Actor) -> str:
        """Throw the latest proposal away, unless one of its reminders is answered already; returns its id."""
        return cancelling.discard(self._setup(creditor_id), self._store, now=self._clock(), actor=actor)

    # -- the books -------------------------------------------------------------------------------------------------

    def waive(
        self,
        creditor_id: str,
        receivable_id: str,
        *,
        reason: str,
        actor: Actor,
        what: Charge | None = None,
        amount_minor: int | None = None,
    ) -> tuple[Waiver, ...]:
        """Give up fees or interest that were asked for (both, fees first; all that is outstanding), and do not ask again.

        ``receivable_id`` may be an invoice number. What is approved and asks for it goes back to a person; the acts still count
        for the caps of the law. Raises `NotFound`, and `NotAllowed` without a reason, for anybody but a person, and for more
        than is outstanding.
        """
        from dunningkit.engine import bookkeeping  # noqa: PLC0415  # loaded when somebody first decides

        return bookkeeping.waive(
            self._setup(creditor_id),
            self._store,
            receivable_id,
            what,
            amount_minor,
            reason=reason,
            now=self._clock(),
            actor=actor,
        )

    @cached_property
    def _composer(self) -> "Composer":
        from dunningkit.messages import Composer  # noqa: PLC0415  # loaded with the first proposal

        return Composer()

    def _send_task(self, creditor_id: str) -> SendTask:
        setup = self._setup(creditor_id)
        now = self._clock()
        with self._store.read() as db:
            last = syncs.last_complete(db, creditor_id)
        today = setup.calendar.local_date(now)
        known = last.payments_known_until(setup.calendar.zone) if last else date.min
        return SendTask(
            creditor_id=creditor_id,
            store=self._store,
            source=setup.source,
            channels=setup.channels,
            policies=setup.policies,
            calendar=setup.calendar,
            ask_again=AskedAgain(setup, last) if last else None,
            payments_age_banking_days=setup.calendar.banking_days_since(known, today) if last else 10**6,
        )
