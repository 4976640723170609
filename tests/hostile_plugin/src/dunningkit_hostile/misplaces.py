"""Offers a channel where scorers are asked for."""

from dunningkit.hooks import hookimpl
from dunningkit_hostile.plugin import CHANNEL


@hookimpl
def dunningkit_scorers():
    """No scorer."""
    return [CHANNEL]
