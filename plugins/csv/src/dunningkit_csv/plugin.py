"""The plugin's front door: importing it loads pluggy and nothing else of weight."""

from typing import TYPE_CHECKING

from dunningkit.hooks import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunningkit.contracts import CommandSpec, LedgerSourceSpec


@hookimpl
def dunningkit_ledger_sources() -> "list[LedgerSourceSpec]":
    """Offer the CSV ledger source."""
    from dunningkit_csv.source import SPEC  # noqa: PLC0415  # brings pydantic and the model, which discovery must not pay for

    return [SPEC]


@hookimpl
def dunningkit_commands() -> "list[CommandSpec]":
    """Offer ``dunning csv``."""
    from dunningkit.contracts import CommandSpec  # noqa: PLC0415  # discovery must not pay for it

    return [CommandSpec("csv", "Look at ledger files and propose the settings that read them.", _run)]


def _run(arguments: "Sequence[str]") -> int:
    from dunningkit_csv.command import run  # noqa: PLC0415  # only this command needs it

    return run(arguments)
