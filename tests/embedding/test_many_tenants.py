"""A hundred tenants with different plugin sets live in one process, and none sees, hears or slows down another."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from dunningkit.contracts import ChannelSpec, Deduplication, LedgerSourceSpec
from dunningkit.engine import CreditorSetup, Engine
from dunningkit.errors import SettingsError, SyncFailed
from dunningkit.hooks import hookimpl
from dunningkit.model import Medium
from dunningkit.plugins import PluginSet
from dunningkit.wired import WiredChannel, WiredSource

TENANTS = 100


class NoSettings(BaseModel):
    """No settings."""


class Tenant:
    """One tenant: a world of its own, and plugins that only it has; every fourth ledger fails."""

    def __init__(self, number: int, world: Any, services: Any) -> None:
        self.number, self.world = number, world
        self.fails = number % 4 == 3
        self.world.invoice(f"invoice-of-{number}", customer_id=f"customer-of-{number}", minor=1000 + number)
        if self.fails:
            self.world.ledger.fails = RuntimeError("down")
        self.plugins = PluginSet.of(self.plugin())
        source = self.plugins.find(LedgerSourceSpec, f"ledger-{number}").spec
        channel = self.plugins.find(ChannelSpec, f"post-{number}").spec
        post = WiredChannel.from_spec(channel, channel.build(NoSettings(), services))
        setup = CreditorSetup.of(self.world.creditor, source=self.world.ledger, channels={})
        ledger = WiredSource.from_spec(source, source.build(NoSettings(), services), version=f"1.{number}")
        self.engine = Engine(
            self.world.store,
            [replace(setup, source=ledger, channels={Medium.EMAIL: post})],
            clock=lambda: self.world.now.astimezone(UTC),
        )

    def plugin(self) -> object:
        number, world = self.number, self.world

        @hookimpl
        def dunningkit_ledger_sources() -> list[object]:
            return [LedgerSourceSpec(f"ledger-{number}", NoSettings, lambda _settings, _services: world.ledger)]

        @hookimpl
        def dunningkit_channels() -> list[object]:
            build = lambda _settings, _services: world.channel  # noqa: E731  # as short as it is
            return [ChannelSpec(f"post-{number}", NoSettings, build, frozenset({Medium.EMAIL}), Deduplication.NONE)]

        hooks = {"dunningkit_ledger_sources": dunningkit_ledger_sources, "dunningkit_channels": dunningkit_channels}
        return SimpleNamespace(__name__=f"plugin-{number}", **hooks)

    def call(self, what: str, **more: Any) -> Any:
        if what in ("sync", "propose"):
            more["as_of"] = self.world.today
        return getattr(self.engine, what)(self.world.creditor.creditor_id, actor=self.world.actor, **more)


@pytest.fixture
def tenants(new_world: Callable[[], Any], services: Any) -> list[Tenant]:
    return [Tenant(number, new_world(), services) for number in range(TENANTS)]


def test_each_finds_its_own_plugins_alone(tenants: list[Tenant]) -> None:
    for tenant, next_one in pairwise(tenants):
        assert [name for name, _ in tenant.plugins.names()] == [f"plugin-{tenant.number}"]
        with pytest.raises(SettingsError):
            tenant.plugins.find(LedgerSourceSpec, f"ledger-{next_one.number}")


def test_step_by_step_in_turns_each_gets_its_own(tenants: list[Tenant]) -> None:
    well = [tenant for tenant in tenants if not tenant.fails]
    for tenant in tenants:
        if tenant.fails:
            with pytest.raises(SyncFailed) as caught:
                tenant.call("sync")
            assert caught.value.params["plugin"] == f"ledger-{tenant.number}"
            assert caught.value.params["version"] == f"1.{tenant.number}"
        else:
            tenant.call("sync")
    for tenant in well:
        (line,) = tenant.call("propose").lines
        assert (line.invoice_number, line.open.amount_minor) == (f"invoice-of-{tenant.number}", 1000 + tenant.number)
    for tenant in reversed(well):
        tenant.call("approve")
    for tenant in well:
        assert len(tenant.call("send").accepted) == 1
    for tenant in tenants:
        addresses = [rendered.to for rendered in tenant.world.channel.left]
        assert addresses == ([] if tenant.fails else [f"maijacustomer-of-{tenant.number}@example.fi"])
