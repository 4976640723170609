"""Messages: composed by us, rendered by a channel, delivered at most once."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dunningkit.model.ledger import Document
from dunningkit.model.party import ContactPoint, Language, Medium


@dataclass(frozen=True, slots=True)
class BlockRef:
    """Which approved text block, in which version, a message is made of."""

    block_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Message:
    """A finished text in one language. ``subject`` is empty where the medium has none."""

    medium: Medium
    language: Language
    subject: str
    body: str
    blocks: tuple[BlockRef, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """The creditor as a message shows it."""

    creditor_id: str
    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class OutgoingReminder:
    """One reminder as a channel sees it. ``key`` is its idempotency key: stable across retries, machines and days."""

    key: str
    sender: Sender
    recipient_name: str
    to: ContactPoint
    message: Message
    attachments: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """The exact bytes that will leave. ``preview`` is the text a person reads before approving."""

    key: str
    medium: Medium
    to: str
    content_type: str
    content: bytes = field(repr=False)
    preview: str = ""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What delivering would take: message parts, and the price in minor units where the channel knows it."""

    key: str
    parts: int
    price_minor: int | None = None
    currency: str = ""


class Outcome(StrEnum):
    """What became of a delivery. ``unknown`` is never sent again by the machine."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """One channel's answer for one key; ``detail`` never carries a provider's body or a person's data."""

    key: str
    outcome: Outcome
    provider_id: str = ""
    detail: str = ""


class EventKind(StrEnum):
    """What comes back from a channel."""

    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class ChannelEvent:
    """A receipt or a reply. ``key`` is our idempotency key when known, else ``provider_id`` names the message."""

    event_id: str
    kind: EventKind
    at: datetime
    key: str = ""
    provider_id: str = ""
    final: bool = True
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """An incoming request without any web framework: the exact body bytes, headers with lower-case names, and the full URL."""

    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
