"""The penalty interest of a case as reminders may claim it: up to the last day whose rate is published."""

from dataclasses import replace
from datetime import date

from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import RateMissing
from dunningkit.law.answers import Interest
from dunningkit.law.case import Case
from dunningkit.law.interest import interest
from dunningkit.law.pack import StartRule
from dunningkit.law.terms import UnderLaw
from dunningkit.model import days_from


def interest_known(case: Case, setup: CreditorSetup, law: UnderLaw, on: date) -> Interest:
    """What accrued up to ``on``, or up to the last day before it whose rate is known: the answer's ``as_of``."""
    try:
        return interest(case, law.as_booked, setup.calendar, on)
    except RateMissing as error:
        return interest(case, law.as_booked, setup.calendar, _day_before(error))


def interest_claimed(case: Case, setup: CreditorSetup, law: UnderLaw, on: date) -> Interest:
    """What reminders ask for on ``on``: nothing where the creditor claims none or the pack has another currency.

    ``as_of`` is ``on``, though days without a published rate accrue nothing. Raises `RateMissing` where something was paid on
    such a day: what it was paid for cannot be told.
    """
    if not law.terms.claim_interest or case.principal.currency != law.pack.currency:
        no_start = tuple(rule for rule in law.as_booked.rules if not isinstance(rule, StartRule))
        return interest(case, replace(law.as_booked, rules=no_start), setup.calendar, on)
    try:
        return interest(case, law.as_booked, setup.calendar, on)
    except RateMissing as error:
        last = _day_before(error)
        if any(last < paid.on <= on for paid in case.payments):
            raise
        return replace(interest(case, law.as_booked, setup.calendar, last), as_of=on)


def _day_before(error: RateMissing) -> date:
    return days_from(date.fromisoformat(str(error.params["day"])), -1)
