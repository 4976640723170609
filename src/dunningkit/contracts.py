"""The three contracts a plugin can fulfil, version 1.0, and the descriptors that offer them to a host.

A plugin's hook returns *specs*; a spec's ``build(config, services)`` makes the working object for one creditor, and only
``dunningkit.dispatch`` ever calls that object. Everything is synchronous, everything that crosses is a frozen value of
``dunningkit.model``, and every batch call answers with exactly one result per item, keyed by the item's id. Undeclared
capabilities are never called. Raise from ``dunningkit.errors`` what the host should do about a failure; anything else counts
as a crash of the plugin.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dunningkit.model import (
    ChangeBatch,
    ChannelEvent,
    DeliveryResult,
    Document,
    Estimate,
    Histories,
    Mark,
    MarkResult,
    Medium,
    OutgoingReminder,
    Recheck,
    Rendered,
    Score,
    WebhookRequest,
)

if TYPE_CHECKING:
    import httpx
    from pydantic import BaseModel
    from structlog.typing import FilteringBoundLogger

#: Minor versions only add; the major version is in the entry-point group's name.
API_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether a plugin could work with its settings right now; ``problems`` are sentences that say what to correct."""

    ok: bool
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Services:
    """What a plugin is given instead of reaching for it: it reads no environment, opens no client, asks no system clock.

    ``base_dir`` is what relative paths in its settings are relative to. ``http_client()`` makes an ``httpx.Client`` with
    time-outs on first use; httpx is imported only then.
    """

    clock: Callable[[], datetime]
    log: "FilteringBoundLogger"
    base_dir: Path
    http_client: "Callable[[], httpx.Client]"


# -- ledger sources ------------------------------------------------------------------------------------------------


class LedgerCapability(StrEnum):
    """What a ledger source can do beyond reading."""

    DOCUMENTS = "documents"
    WRITE_BACK = "write_back"


class LedgerSource(Protocol):
    """Reads a creditor's receivables from where they are kept."""

    def check(self) -> CheckResult:
        """Try the settings with the cheapest authenticated call. Never raises for a wrong setting: it says it in words."""

    def changes(self, cursor: str | None) -> Iterator[ChangeBatch]:
        """Yield what is there (``cursor`` is ``None``) or what changed since ``cursor``.

        The last batch carries `SyncEnd`. Customers come before or together with their receivables. Ids are stable between
        calls. A row that cannot be understood is yielded as quarantined, never dropped and never guessed.
        """

    def recheck(self, receivable_ids: Sequence[str]) -> Sequence[Recheck]:
        """Say what is open of each receivable right now; one answer per id. Called right before sending.

        An answer that also gives the receivable and its customer lets any other difference keep a reminder back, and one that
        gives the money in hand a credit note or a payment of the last minutes.
        """

    def documents(self, receivable_ids: Sequence[str]) -> Sequence[Document]:
        """Fetch invoice copies; at most one per id, none where the ledger has none. Needs ``DOCUMENTS``."""

    def write_back(self, marks: Sequence[Mark]) -> Sequence[MarkResult]:
        """Note sent reminders in the ledger; one answer per mark, and a repeated key changes nothing. Needs ``WRITE_BACK``."""


@dataclass(frozen=True, slots=True)
class LedgerSourceSpec:
    """Offers a ledger source under a name. ``config_model`` is a frozen pydantic model: its JSON Schema is the form."""

    name: str
    config_model: "type[BaseModel]"
    build: Callable[[Any, Services], LedgerSource]
    capabilities: frozenset[LedgerCapability] = frozenset()
    api_version: str = API_VERSION


# -- scorers -------------------------------------------------------------------------------------------------------


class ScorerCapability(StrEnum):
    """Scorers have no optional abilities yet; the type keeps the three specs alike."""


class Scorer(Protocol):
    """Says how customers have paid, and why it says so. May change how and when we speak, never what rights anyone has."""

    def score(self, histories: Histories, as_of: date) -> Sequence[Score]:
        """Score each customer from what was known on ``as_of``; one score per customer, the same for the same input."""


@dataclass(frozen=True, slots=True)
class ScorerSpec:
    """Offers a scorer under a name."""

    name: str
    config_model: "type[BaseModel]"
    build: Callable[[Any, Services], Scorer]
    capabilities: frozenset[ScorerCapability] = frozenset()
    api_version: str = API_VERSION


# -- channels ------------------------------------------------------------------------------------------------------


class ChannelCapability(StrEnum):
    """What a channel can do beyond delivering."""

    LOOK_UP = "look_up"
    RECEIPTS = "receipts"
    REPLIES = "replies"


class Deduplication(StrEnum):
    """How the channel's provider keeps one key from becoming two messages."""

    NONE = "none"
    BY_KEY = "by_key"
    BY_LOOK_UP = "by_look_up"


class Channel(Protocol):
    """Carries reminders to customers in one or more media."""

    @property
    def max_delivery_days(self) -> int:
        """The most days a delivery may take to reach the customer; time to pay is counted from then."""

    def check(self) -> CheckResult:
        """Try the settings without sending anything."""

    def render(self, reminder: OutgoingReminder) -> Rendered:
        """Make the exact bytes that will leave. Pure: same input, same bytes; no clock, no network, no random."""

    def estimate(self, rendered: Sequence[Rendered]) -> Sequence[Estimate]:
        """Say what delivering would take; one estimate per key. Sends nothing."""

    def deliver(self, rendered: Sequence[Rendered]) -> Sequence[DeliveryResult]:
        """Send each message once; one result per key. A time-out after the bytes left is ``unknown``, never ``refused``.

        ``refused`` is about the address and closes it. Where something else kept a message from leaving, the answer is
        ``unknown`` with the fault in ``detail``, or the error that says what to do if nothing of the batch has left.
        """

    def look_up(self, keys: Sequence[str]) -> Sequence[DeliveryResult]:
        """Ask the provider what became of earlier keys. Needs ``LOOK_UP``."""

    def parse_event(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        """Verify and read an incoming request; raises ``AuthError`` when it is forged. Needs ``RECEIPTS`` or ``REPLIES``."""


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """Offers a channel under a name for the media it carries."""

    name: str
    config_model: "type[BaseModel]"
    build: Callable[[Any, Services], Channel]
    media: frozenset[Medium]
    deduplication: Deduplication
    capabilities: frozenset[ChannelCapability] = frozenset()
    api_version: str = API_VERSION


# -- commands ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """Offers a subcommand of ``dunning``. ``run`` gets the remaining arguments and returns the exit code."""

    name: str
    summary: str
    run: Callable[[Sequence[str]], int] = field(repr=False)
    api_version: str = API_VERSION


Spec = LedgerSourceSpec | ScorerSpec | ChannelSpec | CommandSpec
