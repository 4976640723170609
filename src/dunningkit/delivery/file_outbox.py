"""The file outbox: a channel that writes each reminder to a folder, as ``.eml`` or ``.txt``.

For trying dunningkit out, and for hosts whose own mail system picks the files up. The file's name is the idempotency key, so
delivering a key twice writes one file.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from dunningkit.contracts import (
    Channel,
    ChannelCapability,
    ChannelSpec,
    CheckResult,
    Deduplication,
    Services,
)
from dunningkit.delivery.mime import email_of
from dunningkit.errors import TransientError, UnsupportedCapability
from dunningkit.hooks import hookimpl
from dunningkit.model import (
    ChannelEvent,
    DeliveryResult,
    Estimate,
    Medium,
    Outcome,
    OutgoingReminder,
    Rendered,
    WebhookRequest,
)

_SUFFIX = {Medium.EMAIL: ".eml", Medium.SMS: ".txt", Medium.LETTER: ".txt"}


class FileOutboxConfig(BaseModel):
    """Settings of the file outbox."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path = Field(
        default=Path("outbox"), title="Folder", description="Where the files go; relative to the configuration file."
    )


class FileOutbox:
    """Writes reminders to ``folder``, which is made on first use."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    @property
    def max_delivery_days(self) -> int:
        """A file is there at once."""
        return 0

    def check(self) -> CheckResult:
        """Say whether the folder can be made and written to."""
        try:
            nearest = next(path for path in (self.folder, *self.folder.absolute().parents) if path.exists())
        except OSError as error:
            return CheckResult(ok=False, problems=(f"The folder {self.folder} cannot be used: {error.strerror}.",))
        if nearest.is_dir() and os.access(nearest, os.W_OK):
            return CheckResult(ok=True)
        return CheckResult(ok=False, problems=(f"The folder {self.folder} cannot be written: check {nearest}.",))

    def render(self, reminder: OutgoingReminder) -> Rendered:
        """Make the file's bytes."""
        medium, message = reminder.to.medium, reminder.message
        if medium not in _SUFFIX:
            raise UnsupportedCapability(f"The file outbox carries no reminders by {medium.value}.")
        preview = f"{message.subject}\n\n{message.body}" if message.subject else message.body
        if medium is Medium.EMAIL:
            content, content_type = email_of(reminder), "message/rfc822"
        else:
            content, content_type = f"{preview}\n".encode(), "text/plain; charset=utf-8"
        return Rendered(
            key=reminder.key,
            medium=medium,
            to=reminder.to.address,
            content_type=content_type,
            content=content,
            preview=preview,
            filename=f"{reminder.key}{_SUFFIX[medium]}",
        )

    def estimate(self, rendered: Sequence[Rendered]) -> Sequence[Estimate]:
        """Each message is one file and costs nothing."""
        return [Estimate(item.key, parts=1, price_minor=0) for item in rendered]

    def deliver(self, rendered: Sequence[Rendered]) -> Sequence[DeliveryResult]:
        """Write one file per message; an existing one with the same key is left as it is."""
        return [self._write(item) for item in rendered]

    def look_up(self, keys: Sequence[str]) -> Sequence[DeliveryResult]:
        """Say which keys have a file; where there is none, it may have been picked up."""
        try:
            found = {key: self._existing(key) for key in keys}
        except OSError as error:
            raise TransientError(f"The folder {self.folder} cannot be read: {error.strerror}.") from error
        return [
            DeliveryResult(key, Outcome.ACCEPTED if there else Outcome.UNKNOWN, provider_id=key if there else "")
            for key, there in found.items()
        ]

    def parse_event(self, request: WebhookRequest) -> Sequence[ChannelEvent]:  # noqa: ARG002  # the contract's signature
        """Files send nothing back."""
        raise UnsupportedCapability("The file outbox has no receipts and no replies.")

    def _existing(self, key: str) -> Path | None:
        paths = (self.folder / f"{key}{suffix}" for suffix in sorted(set(_SUFFIX.values())))
        return next((path for path in paths if path.exists()), None)

    def _write(self, item: Rendered) -> DeliveryResult:
        partial = self.folder / f".{item.filename}.partial"
        try:
            if self._existing(item.key):
                return DeliveryResult(item.key, Outcome.ACCEPTED, provider_id=item.key)
            self.folder.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(item.content)
            partial.replace(self.folder / item.filename)
        except OSError as error:
            # Nothing is visible under the final name. Still no refusal: that would close an address that is in order.
            with suppress(OSError):
                partial.unlink()
            return DeliveryResult(item.key, Outcome.UNKNOWN, detail=f"the folder cannot be written ({error.strerror})")
        return DeliveryResult(item.key, Outcome.ACCEPTED, provider_id=item.key)


def _build(config: FileOutboxConfig, services: Services) -> Channel:
    return FileOutbox(services.base_dir / config.folder)


SPEC = ChannelSpec(
    name="file",
    config_model=FileOutboxConfig,
    build=_build,
    media=frozenset(_SUFFIX),
    deduplication=Deduplication.BY_KEY,
    capabilities=frozenset({ChannelCapability.LOOK_UP}),
)


@hookimpl
def dunningkit_channels() -> list[ChannelSpec]:
    """Offer the file outbox."""
    return [SPEC]
