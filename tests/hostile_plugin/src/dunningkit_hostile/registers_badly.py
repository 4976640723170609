"""Fails when its hook is called, with a secret in its words."""

from dunningkit.hooks import hookimpl
from dunningkit_hostile import SECRET


@hookimpl
def dunningkit_scorers():
    """No spec."""
    raise SystemExit(SECRET)
