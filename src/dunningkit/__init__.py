"""dunningkit turns late payments into good customer service: an engine that ERP and accounting systems embed.

Hosts may import the public names from here; they are loaded on first use, so that ``import dunningkit`` costs nothing.
Nothing inside the package imports from this module: another distribution installs a package of the same name, and a
half-overwritten ``__init__`` must not half-work (see ``docs/decisions``).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dunningkit.delivery.file_outbox import FileOutbox as FileOutbox
    from dunningkit.engine import CreditorSetup as CreditorSetup
    from dunningkit.engine import Engine as Engine
    from dunningkit.engine import LineFilter as LineFilter
    from dunningkit.engine import SnapshotSource as SnapshotSource
    from dunningkit.model import Actor as Actor
    from dunningkit.model import ContactPoint as ContactPoint
    from dunningkit.model import Creditor as Creditor
    from dunningkit.model import Customer as Customer
    from dunningkit.model import Medium as Medium
    from dunningkit.model import Money as Money
    from dunningkit.model import Payment as Payment
    from dunningkit.model import Receivable as Receivable
    from dunningkit.plugins import PluginSet as PluginSet
    from dunningkit.policy import Policy as Policy
    from dunningkit.store import Store as Store

__all__ = [
    "Actor",
    "ContactPoint",
    "Creditor",
    "CreditorSetup",
    "Customer",
    "Engine",
    "FileOutbox",
    "LineFilter",
    "Medium",
    "Money",
    "Payment",
    "PluginSet",
    "Policy",
    "Receivable",
    "SnapshotSource",
    "Store",
]

_HOME = {
    "Actor": "dunningkit.model",
    "ContactPoint": "dunningkit.model",
    "Creditor": "dunningkit.model",
    "CreditorSetup": "dunningkit.engine",
    "Customer": "dunningkit.model",
    "Engine": "dunningkit.engine",
    "LineFilter": "dunningkit.engine",
    "FileOutbox": "dunningkit.delivery.file_outbox",
    "Medium": "dunningkit.model",
    "Money": "dunningkit.model",
    "Payment": "dunningkit.model",
    "PluginSet": "dunningkit.plugins",
    "Policy": "dunningkit.policy",
    "Receivable": "dunningkit.model",
    "SnapshotSource": "dunningkit.engine",
    "Store": "dunningkit.store",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
