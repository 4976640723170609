"""Counting days without leaving the calendar, and which days a ledger can mean."""

from datetime import date, timedelta

#: A due date or payment before it was never entered on purpose: it is an empty field, or a slip.
EARLIEST_PLAUSIBLE = date(1970, 1, 1)
#: The longest loans and leases run for some decades; what lies further ahead is a slip, or stands for "never".
PLAUSIBLE_YEARS_AHEAD = 50


def days_from(day: date, days: int) -> date:
    """The day that lies ``days`` after ``day``, or before it when negative; past the calendar's end, its last or first day."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def latest_plausible(as_of: date) -> date:
    """The last day that a ledger which is read on ``as_of`` can mean."""
    return date(min(as_of.year + PLAUSIBLE_YEARS_AHEAD, date.max.year), 12, 31)
