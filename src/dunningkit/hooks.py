"""The hooks: the only pluggy vocabulary that a plugin sees. Importing this module loads pluggy and nothing else of weight.

A plugin module marks functions with `hookimpl` and names itself in the entry-point group `ENTRY_POINT_GROUP`::

    from dunningkit.hooks import hookimpl

    @hookimpl
    def dunningkit_ledger_sources():
        from my_plugin.source import SPEC
        return [SPEC]

Hooks register specs; they never do work. Every hook is called once, when a host builds its plugin set.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from dunningkit.contracts import ChannelSpec, CommandSpec, LedgerSourceSpec, ScorerSpec

#: Plugins' distributions announce their modules in this group; ``v1`` is the API's major version.
ENTRY_POINT_GROUP = "dunningkit_engine.v1"

PROJECT = "dunningkit"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class DunningSpec:
    """Every hook there is."""

    @hookspec
    def dunningkit_ledger_sources(self) -> "Sequence[LedgerSourceSpec]":  # type: ignore[empty-body]  # a hookspec has no body
        """Return the ledger sources this plugin offers."""

    @hookspec
    def dunningkit_scorers(self) -> "Sequence[ScorerSpec]":  # type: ignore[empty-body]  # a hookspec has no body
        """Return the scorers this plugin offers."""

    @hookspec
    def dunningkit_channels(self) -> "Sequence[ChannelSpec]":  # type: ignore[empty-body]  # a hookspec has no body
        """Return the delivery channels this plugin offers."""

    @hookspec
    def dunningkit_commands(self) -> "Sequence[CommandSpec]":  # type: ignore[empty-body]  # a hookspec has no body
        """Return the subcommands of ``dunning`` this plugin offers."""
