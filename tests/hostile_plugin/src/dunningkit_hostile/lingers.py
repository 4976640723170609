"""Never comes back from its hook."""

from dunningkit.hooks import hookimpl
from dunningkit_hostile import LET_GO


@hookimpl
def dunningkit_scorers():
    """Too late for anybody."""
    LET_GO.wait(60)
    return []
