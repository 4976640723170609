"""What is the same on a day for every receivable of a creditor, and how long each of its ways may take."""

from datetime import date
from typing import TYPE_CHECKING

from dunningkit import dispatch
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import PluginError
from dunningkit.model import Medium
from dunningkit.policy import Day
from dunningkit.store.syncs import SyncRecord

if TYPE_CHECKING:
    from dunningkit.policy import Policy


def delivery_days(setup: CreditorSetup, medium: Medium) -> int:
    """The most days that a message of this medium may take; 0 where the channel fails to say so.

    Whoever writes the message meets the same failure, and makes the line ask a person.
    """
    try:
        return dispatch.max_delivery_days(setup.channels[medium])
    except PluginError:
        return 0


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
