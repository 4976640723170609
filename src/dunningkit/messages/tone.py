"""The checks that a finished text passes before it may leave.

What must stand comes first, then what must not, and word lists last: they catch few of the harsh texts that people write.
All rules are pure and look at the rendered text, so that an edited or broken block is seen here.
"""

from collections.abc import Callable, Iterable

from dunningkit.messages.before_due import nothing_late
from dunningkit.messages.draft import Draft
from dunningkit.messages.facts import Facts
from dunningkit.messages.findings import Severity, ToneFinding
from dunningkit.messages.guards import (
    amounts,
    copies,
    inflected_values,
    privacy,
    sms_limits,
    template_syntax,
    trust_anchors,
)
from dunningkit.messages.phrases import unfriendly_words
from dunningkit.messages.readability import easy_to_read
from dunningkit.messages.slots import approved_wording, required_slots
from dunningkit.model import Message

__all__ = ["RULES", "Severity", "ToneFinding", "check"]

Rule = Callable[[Facts], Iterable[ToneFinding]]

# The order is the order of the findings: the first error is the one a person is told.
RULES: tuple[Rule, ...] = (
    trust_anchors,
    privacy,
    required_slots,
    approved_wording,
    amounts,
    copies,
    sms_limits,
    template_syntax,
    inflected_values,
    unfriendly_words,
    nothing_late,
    easy_to_read,
)


def check(message: Message, draft: Draft) -> tuple[ToneFinding, ...]:
    """What is wrong with a finished message; empty when it may leave. ``draft`` is what the message was composed from."""
    facts = Facts.of(message, draft)
    return tuple(finding for rule in RULES for finding in rule(facts))
