"""The plugin's front door: importing it loads pluggy and nothing else of weight."""

from typing import TYPE_CHECKING

from dunningkit.hooks import hookimpl

if TYPE_CHECKING:
    from dunningkit.contracts import LedgerSourceSpec


@hookimpl
def dunningkit_ledger_sources() -> "list[LedgerSourceSpec]":
    """Offer the CSV ledger source."""
    # The source brings pydantic and the model with it; discovery must not pay for them.
    from dunningkit_csv.source import SPEC  # noqa: PLC0415

    return [SPEC]
