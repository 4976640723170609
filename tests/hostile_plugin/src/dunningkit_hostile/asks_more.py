"""Needs an API that is not there yet."""

from dunningkit.contracts import ScorerSpec
from dunningkit.hooks import hookimpl
from dunningkit_hostile.plugin import HostileScorer, Settings


@hookimpl
def dunningkit_scorers():
    """A spec from the future."""
    return [ScorerSpec("from-the-future", Settings, HostileScorer, api_version="1.99")]
