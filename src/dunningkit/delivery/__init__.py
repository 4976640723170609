"""Getting approved reminders out, each at most once, and keeping what was sent."""

from dunningkit.delivery.outbox import Returned, SendReport, SendTask, Waiting, send_approved, settle

__all__ = ["Returned", "SendReport", "SendTask", "Waiting", "send_approved", "settle"]
