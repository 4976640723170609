"""Offers scorers without an end."""

from itertools import count

from dunningkit.contracts import ScorerSpec
from dunningkit.hooks import hookimpl
from dunningkit_hostile.plugin import HostileScorer, Settings


@hookimpl
def dunningkit_scorers():
    """One more, and one more."""
    return (ScorerSpec(f"scorer-{number}", Settings, HostileScorer) for number in count())
