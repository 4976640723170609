"""What the kit asks of a plugin's author: settings, and a stand-in for the other system that can be made to misbehave."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import structlog

from dunningkit.contracts import Services
from dunningkit.testing.checks import unwritten

if TYPE_CHECKING:
    import httpx

#: The kit's day and hour; a plugin that asks the system's clock instead is found out.
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LOGGER = "dunningkit.testing"


class Outside:
    """The other system as a plugin's tests have it: a folder of files, a fake server, or nothing at all.

    Override what yours can do. A method that is not written leaves its checks skipped with a sentence that says so; what the
    other system does not have at all, such as HTTP beside a folder, stands in ``has_no`` with the reason, and is not asked.
    """

    #: What the other system does not have, by the name of the method that would make it do so, with the reason.
    has_no: Mapping[str, str] = MappingProxyType({})

    def settings(self) -> Mapping[str, Any]:
        """The plugin's settings as a host's configuration file would give them."""
        return {}

    @unwritten
    def broken_settings(self) -> Mapping[str, Any]:
        """Settings of the right form that cannot work: a missing file, a wrong key. ``check()`` has to say so in words."""
        raise NotImplementedError

    @unwritten
    def transport(self) -> "httpx.BaseTransport":
        """Answers what the plugin's injected HTTP client asks: an ``httpx.MockTransport`` or a client of a local server."""
        raise NotImplementedError


def no_network(request: "httpx.Request") -> "httpx.Response":
    """Refuse a request: the kit runs without a network."""
    raise AssertionError(
        f"The plugin asked for {request.url.host!r}, but `outside.transport()` is not written: the kit knows no network."
    )


def services_for(
    base_dir: Path, transport: "Callable[[], httpx.BaseTransport] | None" = None, *, now: datetime = NOW
) -> Services:
    """The services that a host would hand a plugin, with a clock that stands still and no network behind them."""

    def client() -> "httpx.Client":
        import httpx  # noqa: PLC0415  # a plugin without HTTP needs none

        return httpx.Client(transport=transport() if transport else httpx.MockTransport(no_network), timeout=5)

    log = structlog.wrap_logger(
        logging.getLogger(LOGGER),
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return Services(clock=lambda: now, log=log, base_dir=base_dir, http_client=client)
