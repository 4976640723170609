"""From which day penalty interest runs."""

from dataclasses import dataclass
from datetime import date

from dunningkit.law.answers import Cited
from dunningkit.law.case import Case
from dunningkit.law.days import BusinessCalendar
from dunningkit.law.pack import DueShiftRule, StartRule
from dunningkit.law.rates import RateBook
from dunningkit.model import Reason, ReasonCode, days_from


@dataclass(frozen=True, slots=True)
class Start:
    """The first day that accrues, ``None`` for never, and why."""

    day: date | None
    why: tuple[Reason, ...]
    cited: tuple[Cited, ...]


def start_of(case: Case, book: RateBook, calendar: BusinessCalendar) -> Start:
    """The first day that accrues: never a day before the customer could know, and whatever is not known is read for them.

    A due date that binds, moved to the next open day where the pack has a due shift: the day after it. Else 30 days (what the
    rule says) have to pass after the day of sending, and the due date with them. Where it is known when the invoice reached the
    customer, the day after that at the earliest. Never where it is not known that the due date binds nor when the invoice was
    sent, where the class needs a statement of rate and start that was not made, and where no rule says from when. Of
    several rules the latest day: it is the margin that grants interest, and a start only limits it.
    """
    after_due = days_from(case.due_on, 1)
    rules = book.held(StartRule, after_due, case.due_on, case.contract_on)
    if not rules:
        return Start(None, (Reason.of(ReasonCode.LAW_INTEREST_NO_START, cite=None),), ())
    for rule in rules:
        if rule.needs_statement and not (case.rate_stated and case.start_stated):
            reason = Reason.of(ReasonCode.LAW_INTEREST_NOT_STATED, cite=rule.cite)
            return Start(None, (reason,), (book.cited(rule),))
    latest = max(rules, key=lambda rule: rule.unbound_days)
    shifts = book.held(DueShiftRule, after_due, case.due_on, case.contract_on)
    due = calendar.next_banking_day(case.due_on) if shifts else case.due_on
    free_until = _free_until(case, due, latest.unbound_days)
    if free_until is None:
        reason = Reason.of(ReasonCode.LAW_INTEREST_NO_START, cite=latest.cite)
        return Start(None, (reason,), (book.cited(latest),))
    day = days_from(free_until, 1)
    why = (Reason.of(ReasonCode.LAW_INTEREST_FROM, day=day.isoformat(), cite=latest.cite),)
    if due == case.due_on or free_until != due:
        return Start(day, why, (book.cited(latest),))
    days = {"due_on": case.due_on.isoformat(), "day": due.isoformat()}
    moved = Reason.of(ReasonCode.LAW_DUE_MOVED, **days, cite=shifts[0].cite)
    return Start(day, (*why, moved), (book.cited(latest), book.cited(shifts[0])))


def _free_until(case: Case, due: date, unbound_days: int) -> date | None:
    """The last day that costs no interest."""
    received = case.invoice_received_on or case.sent_on or due
    if case.due_date_binds:
        return max(due, received)
    if case.sent_on is None:
        return None
    return max(due, received, days_from(case.sent_on, unbound_days))
