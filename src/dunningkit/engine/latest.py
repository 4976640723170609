"""The proposal that people decide about: always the newest."""

from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotFound
from dunningkit.model import Proposal
from dunningkit.store import Db, proposals


def latest_proposal(db: Db, setup: CreditorSetup) -> Proposal:
    """The newest proposal; raises `NotFound` before the first."""
    proposal = proposals.latest(db, setup.creditor.creditor_id)
    if proposal is None:
        raise NotFound("There is no proposal yet. Propose first (dunning run).", what="proposal")
    return proposal


def not_in_it(proposal: Proposal, reminder_id: str) -> NotFound:
    """The error for a reminder that is not in the newest proposal."""
    return NotFound(
        f"Reminder {reminder_id!r} is not in the latest proposal ({proposal.as_of}). Look at it again: dunning show.",
        reminder_id=reminder_id,
    )
