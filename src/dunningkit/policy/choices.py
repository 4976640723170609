"""The choices that a policy makes by name."""

from enum import StrEnum


class Approval(StrEnum):
    """Who lets a step's reminders go: a person each time, or the policy that a person approved."""

    PERSON = "person"
    AUTOMATIC = "automatic"


class Anchor(StrEnum):
    """What a step's days are counted from."""

    AFTER_DUE = "after_due"


class Grouping(StrEnum):
    """Which lines share a reminder. Different currencies and kinds never do."""

    PER_RECEIVABLE = "per_receivable"
    PER_CUSTOMER_AND_KIND = "per_customer_and_kind"
