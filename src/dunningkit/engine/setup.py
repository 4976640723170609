"""How one creditor is wired: who they are, their policy, and the working objects of their plugins."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, distribution

from dunningkit.contracts import Channel, LedgerCapability, LedgerSource, Scorer
from dunningkit.dispatch import Wired, WiredChannel, WiredSource
from dunningkit.errors import NameCollision
from dunningkit.law import BusinessCalendar
from dunningkit.model import Creditor, Medium
from dunningkit.policy import Policy
from dunningkit.scoring import LadderScorer
from dunningkit.store.codec import to_json

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class CreditorSetup:
    """One creditor with everything that acts for it. Made with `of` from objects at hand, or from a configuration file."""

    creditor: Creditor
    source: WiredSource
    channels: Mapping[Medium, WiredChannel]
    policy: Policy = field(default_factory=Policy)
    scorer: Wired[Scorer] = field(default_factory=lambda: Wired("ladder", LadderScorer()))

    @classmethod
    def of(
        cls,
        creditor: Creditor,
        *,
        source: LedgerSource,
        channels: Mapping[Medium, Channel],
        policy: Policy | None = None,
        scorer: Scorer | None = None,
        source_capabilities: frozenset[LedgerCapability] = frozenset(),
    ) -> "CreditorSetup":
        """Wire objects that the host made itself: no entry point, no configuration file."""
        return cls(
            creditor=creditor,
            source=WiredSource(type(source).__name__, source, source_capabilities),
            channels={medium: WiredChannel(type(made).__name__, made) for medium, made in channels.items()},
            policy=policy or Policy(),
            scorer=Wired("ladder", LadderScorer()) if scorer is None else Wired(type(scorer).__name__, scorer),
        )

    @cached_property
    def calendar(self) -> BusinessCalendar:
        """The creditor's calendar."""
        return BusinessCalendar(self.creditor.country, self.creditor.timezone)

    @cached_property
    def treatment(self) -> str:
        """A hash of everything beside the policy that decides what a reminder looks like and where it goes."""
        channels = ",".join(f"{medium.value}={wired.name}" for medium, wired in sorted(self.channels.items()))
        parts = (to_json(self.creditor), self.scorer.name, channels)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @property
    def basis(self) -> str:
        """The versions that an approval is bound to."""
        return f"{self.policy.version}+{self.treatment}"


def refuse_name_collision() -> None:
    """Raise `NameCollision` when somebody else's distribution ``dunningkit`` shares our import package.

    It overwrites our files when installed and deletes them when removed, and no tool warns of it.
    """
    try:
        distribution("dunningkit")
    except PackageNotFoundError:
        return
    raise NameCollision(
        "Another project's distribution named 'dunningkit' is installed and overwrites files of this one. "
        "Uninstall it (pip uninstall dunningkit) and reinstall dunningkit-engine."
    )
