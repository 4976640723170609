"""Messages: approved text blocks, their composition, and the checks that a text passes before it may leave.

The template engine and the locale data are loaded when the first message is composed, not when this package is imported.
"""

from dunningkit.messages.compose import Composer
from dunningkit.messages.draft import Draft, DraftItem, Stage, language_for
from dunningkit.messages.formal import Claimed, Formal, InterestRate, PastStep, interest_cite_of, rates_of
from dunningkit.messages.segments import SmsParts, sms_parts
from dunningkit.messages.tone import Severity, ToneFinding, check

__all__ = [
    "Claimed",
    "Composer",
    "Draft",
    "DraftItem",
    "Formal",
    "InterestRate",
    "PastStep",
    "Severity",
    "SmsParts",
    "Stage",
    "ToneFinding",
    "check",
    "interest_cite_of",
    "language_for",
    "rates_of",
    "sms_parts",
]
