"""The engine as hosts use it: sync, propose, approve, send - one creditor at a time, with day, clock and actor as arguments."""

from dunningkit.engine.facade import Engine
from dunningkit.engine.setup import CreditorSetup
from dunningkit.engine.snapshot import LedgerItem, SnapshotSource
from dunningkit.engine.sync import SyncReport

__all__ = ["CreditorSetup", "Engine", "LedgerItem", "SnapshotSource", "SyncReport"]
