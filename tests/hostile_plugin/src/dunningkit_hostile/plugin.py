"""Loads as a plugin should, and misbehaves at work: the settings say how, and in which stage."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dunningkit.contracts import ChannelSpec, CheckResult, Deduplication, LedgerSourceSpec, ScorerSpec, Services
from dunningkit.errors import AuthError, UnsupportedCapability
from dunningkit.hooks import hookimpl
from dunningkit.model import (
    ChangeBatch,
    DeliveryResult,
    Estimate,
    Medium,
    Money,
    Outcome,
    Receivable,
    Recheck,
    Rendered,
    Scope,
    Score,
    Segment,
    SyncEnd,
)
from dunningkit_hostile import LET_GO, SECRET

Deed = Literal["", "exit", "spill", "hang", "await", "mutate", "foreign", "double", "forget", "pose", "unsayable"]


class Settings(BaseModel):
    """How to misbehave."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str = Field(default="", title="Stage", description="Where.")
    deed: Deed = Field(default="", title="Deed", description="How.")
    rows: tuple[Any, ...] = Field(default=(), title="Rows", description="What the ledger holds.")


class Unsayable(AuthError):
    """Fails while it is reported."""

    def __str__(self) -> str:
        """No text at all."""
        raise RuntimeError(SECRET)


def _exit() -> None:
    raise SystemExit(SECRET)


def _spill() -> None:
    raise RuntimeError(f"401 for token {SECRET}")


def _hang() -> None:
    LET_GO.wait(60)


def _pose() -> None:
    raise AuthError("Renew the key.", plugin="ladder", version="1.0", stage="score")


def _unsayable() -> None:
    raise Unsayable("x")


DEEDS: dict[str, Callable[[], None]] = {
    "exit": _exit,
    "spill": _spill,
    "hang": _hang,
    "pose": _pose,
    "unsayable": _unsayable,
}


class Hostile:
    """What all three have in common."""

    def __init__(self, settings: Settings, services: Services) -> None:
        self.settings, self.services = settings, services
        self.calls: list[str] = []
        self.act("build")

    def act(self, stage: str) -> str:
        """Misbehave if this is the stage for it; returns the deeds that are for the caller to do."""
        self.calls.append(stage)
        if stage != self.settings.stage:
            return ""
        DEEDS.get(self.settings.deed, lambda: None)()
        return self.settings.deed

    def check(self) -> CheckResult:
        """Whether all is well."""
        self.act("check")
        return CheckResult(ok=True)


async def _later(answer: Any) -> Any:
    return answer


def _set(value: Any, name: str, to: Any) -> None:
    object.__setattr__(value, name, to)


class HostileSource(Hostile):
    """A ledger that lies."""

    closed = False

    def changes(self, cursor):
        """Hold on to what is open: only closing it lets go."""
        self.open = self._changes()
        return self.open

    def _changes(self):
        try:
            yield ChangeBatch(receivables=tuple(one for one in self.settings.rows if isinstance(one, Receivable)))
            deed = self.act("changes")
            others = tuple(one for one in self.settings.rows if not isinstance(one, Receivable))
            count = len(self.settings.rows)
            end = None if deed == "forget" else SyncEnd(Scope.SNAPSHOT, True, None, None, count, count, 0)
            yield ChangeBatch(customers=others, end=end)
        finally:
            self.closed = True

    def recheck(self, receivable_ids):
        """Say what is open."""
        deed = self.act("recheck")
        answers = [Recheck(one, Money(1, "EUR")) for one in receivable_ids]
        if deed == "foreign":
            return [replace(one, receivable_id=f"of-another-creditor-{one.receivable_id}") for one in answers]
        if deed == "double":
            return answers * 2
        return _later(answers) if deed == "await" else answers[1:] if deed == "forget" else answers

    def documents(self, receivable_ids):
        """None."""
        raise UnsupportedCapability("no copies")

    def write_back(self, marks):
        """None."""
        raise UnsupportedCapability("no marks")


class HostileScorer(Hostile):
    """A scorer that judges whom it likes."""

    def score(self, histories, as_of):
        """Score, more or less."""
        deed = self.act("score")
        ids = [history.customer_id for history in histories.customers]
        if deed == "mutate":
            for history in histories.customers:
                for one in history.receivables:
                    _set(one.original, "amount_minor", 1)
                _set(history, "customer_id", "another")
        scores = [Score(one, Segment.CHRONIC, 9, (), 90, ()) for one in ids]
        if deed == "foreign":
            return [replace(one, customer_id="of-another-creditor") for one in scores]
        if deed == "double":
            return scores * 2
        return _later(scores) if deed == "await" else scores[1:] if deed == "forget" else scores


class HostileChannel(Hostile):
    """A channel that sends what and where it likes."""

    max_delivery_days = 0

    def render(self, reminder):
        """Render, more or less."""
        deed = self.act("render")
        if deed == "mutate":
            _set(reminder.message, "body", "Pay here instead.")
        to = "thief@example.com" if deed == "foreign" else reminder.to.address
        made = Rendered(reminder.key, reminder.to.medium, to, "text/plain", reminder.message.body.encode())
        return _later(made) if deed == "await" else made

    def estimate(self, rendered):
        """Free."""
        return [Estimate(one.key, 1) for one in rendered]

    def deliver(self, rendered):
        """Deliver, more or less."""
        deed = self.act("deliver")
        results = [DeliveryResult(one.key, Outcome.ACCEPTED) for one in rendered]
        if deed == "mutate":
            for one in rendered:
                _set(one, "key", "another")
            return [DeliveryResult("another", Outcome.ACCEPTED)]
        if deed == "foreign":
            return [DeliveryResult("of-another-creditor", Outcome.ACCEPTED)]
        if deed == "double":
            return results * 2
        return _later(results) if deed == "await" else [] if deed == "forget" else results

    def look_up(self, keys):
        """None."""
        raise UnsupportedCapability("no look-up")

    def parse_event(self, request):
        """None."""
        raise UnsupportedCapability("no events")


SOURCE = LedgerSourceSpec("hostile-ledger", Settings, HostileSource)
SCORER = ScorerSpec("hostile-score", Settings, HostileScorer)
CHANNEL = ChannelSpec("hostile-post", Settings, HostileChannel, frozenset({Medium.EMAIL}), Deduplication.NONE)


@hookimpl
def dunningkit_ledger_sources():
    """Offer the ledger."""
    return [SOURCE]


@hookimpl
def dunningkit_scorers():
    """Offer the scorer."""
    return [SCORER]


@hookimpl
def dunningkit_channels():
    """Offer the channel."""
    return [CHANNEL]
