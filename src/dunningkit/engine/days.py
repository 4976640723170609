"""The day as each policy sees it: what is the same for every receivable of a creditor."""

from datetime import date
from typing import TYPE_CHECKING

from dunningkit.engine.setup import CreditorSetup
from dunningkit.policy import Day
from dunningkit.store.syncs import SyncRecord

if TYPE_CHECKING:
    from dunningkit.policy import Policy


class Days:
    """The day as each policy sees it, made when first asked for."""

    def __init__(self, setup: CreditorSetup, last: SyncRecord, as_of: date, scorer_failed: str) -> None:
        self._made: dict[str, Day] = {}
        self._setup, self._last, self._as_of, self._scorer_failed = setup, last, as_of, scorer_failed

    def under(self, policy: "Policy") -> Day:
        """The day for receivables under one policy."""
        if policy.name not in self._made:
            self._made[policy.name] = self._make(policy)
        return self._made[policy.name]

    def _make(self, policy: "Policy") -> Day:
        setup, as_of = self._setup, self._as_of
        payments_as_of = self._last.payments_known_until(setup.calendar.zone)
        return Day(
            as_of=as_of,
            policy=policy,
            payments_as_of=payments_as_of,
            payments_age_banking_days=setup.calendar.banking_days_since(payments_as_of, as_of),
            media=frozenset(setup.channels),
            creditor_iban=setup.creditor.iban.replace(" ", "").upper(),
            scorer_failed=self._scorer_failed,
            leaves_on=setup.calendar.first_send_moment(as_of, policy.hours).date(),
            has_law=setup.law is not None,
        )
