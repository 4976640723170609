"""The exit codes of ``dunning``, as documented in the package and in the handbook."""

from dunningkit.errors import (
    DunningkitError,
    NotAllowed,
    NotFound,
    ProposalBlocked,
    SchemaMissing,
    SchemaOutdated,
    SchemaTooNew,
    SyncFailed,
)
from dunningkit.model import ReasonCode

DONE = 0
WRITTEN_WRONGLY = 2
SETTINGS = 3
LEDGER = 4
DATABASE = 5
NOT_THERE = 6
NOT_DELIVERED = 7
INTERRUPTED = 130


def of_error(error: DunningkitError) -> int:
    """The exit code for what went wrong; whatever is none of the others is a matter of the settings."""
    if isinstance(error, ProposalBlocked) and error.code == ReasonCode.RUN_BACKDATED:
        return NOT_THERE  # nothing is wrong with the ledger
    if isinstance(error, SyncFailed | ProposalBlocked):
        return LEDGER
    if isinstance(error, SchemaMissing | SchemaOutdated | SchemaTooNew):
        return DATABASE
    if isinstance(error, NotFound | NotAllowed):
        return NOT_THERE
    return SETTINGS
