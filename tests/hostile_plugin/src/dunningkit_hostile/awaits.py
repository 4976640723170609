"""Has a hook that must be awaited."""

from dunningkit.hooks import hookimpl


@hookimpl
async def dunningkit_scorers():
    """No plain function."""
    return []
