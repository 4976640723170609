"""The choices that a policy makes by name."""

from enum import StrEnum


class Approval(StrEnum):
    """Who lets a step's reminders go: a person each time, or the policy that a person approved."""

    PERSON = "person"
    AUTOMATIC = "automatic"


class Anchor(StrEnum):
    """What a step's days are counted from.

    ``end_of_month_after_due`` counts from the last day of the month in which the receivable falls due,
    ``after_previous_step`` from the day on which the receivable's latest reminder left.
    """

    BEFORE_DUE = "before_due"
    AFTER_DUE = "after_due"
    END_OF_MONTH_AFTER_DUE = "end_of_month_after_due"
    AFTER_PREVIOUS_STEP = "after_previous_step"


class Boundary(StrEnum):
    """Whether a step is reached on its very day, or only when that day has passed."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"


class Progress(StrEnum):
    """How far one run may climb: one step after the other, or at once to the highest step whose day has come."""

    ONE_STEP = "one_step"
    CATCH_UP = "catch_up"


class Grouping(StrEnum):
    """Which lines share a reminder. Different currencies, kinds and policies never do.

    A shared reminder speaks in the style of its gentlest step, or ``at_highest_step`` in that of its highest; every
    receivable keeps its own step in either.
    """

    PER_RECEIVABLE = "per_receivable"
    PER_CUSTOMER_AND_STEP = "per_customer_and_step"
    PER_CUSTOMER_AND_KIND = "per_customer_and_kind"
    PER_CUSTOMER_AT_HIGHEST_STEP = "per_customer_at_highest_step"
