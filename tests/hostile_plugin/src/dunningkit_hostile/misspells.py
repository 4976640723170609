"""Writes a hook's name wrong."""

from dunningkit.hooks import hookimpl


@hookimpl
def dunningkit_scorer():
    """No such hook."""
    return []
