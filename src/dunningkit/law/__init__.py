"""What the law and the calendar allow. Pure: no I/O, no clock; days and moments are arguments."""

from dunningkit.law.days import BusinessCalendar, SendWindow

__all__ = ["BusinessCalendar", "SendWindow"]
