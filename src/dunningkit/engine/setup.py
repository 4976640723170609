"""How one creditor is wired: who they are, their policy, and the working objects of their plugins."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING, Any

from dunningkit.contracts import Channel, LedgerCapability, LedgerSource, Scorer
from dunningkit.deadlines import Stage
from dunningkit.engine.snapshot import SnapshotSource
from dunningkit.errors import NameCollision, SettingsError
from dunningkit.law import BusinessCalendar
from dunningkit.model import Creditor, Medium
from dunningkit.policy import Policies
from dunningkit.store.codec import to_json
from dunningkit.wired import Wired, WiredChannel, WiredSource

if TYPE_CHECKING:
    from dunningkit.law.terms import UnderLaw
    from dunningkit.policy import Policy

Clock = Callable[[], datetime]


# The settings models bring pydantic's machinery, which importing the engine does not pay for.


def _default_policy() -> "Policy":
    from dunningkit.policy import Policy  # noqa: PLC0415

    return Policy()


def _built_in_scorer() -> Wired[Scorer]:
    from dunningkit.scoring.plugin import LadderScorer  # noqa: PLC0415

    return Wired("ladder", LadderScorer())


@dataclass(frozen=True)
class CreditorSetup:
    """One creditor with everything that acts for it. Made with `of` from objects at hand, or from a configuration file.

    ``policy`` is for every receivable that none of the ``special_policies``, asked in their order, covers. ``law`` is the rule
    pack that every line is held to; without one there are only friendly steps. Raises `SettingsError` when two policies have
    one name, or call a courtesy step what another calls a reminder, when one needs a rule pack that is not there, and when
    formal texts could not tell who asks.
    """

    creditor: Creditor
    source: WiredSource
    channels: Mapping[Medium, WiredChannel]
    policy: "Policy" = field(default_factory=_default_policy)
    scorer: Wired[Scorer] = field(default_factory=_built_in_scorer)
    special_policies: "tuple[Policy, ...]" = ()
    law: "UnderLaw | None" = None

    def __post_init__(self) -> None:
        # Mistakes among several policies are found when the creditor is wired, not on the day they matter.
        lawless = next((one.name for one in self.policies.every if one.needs_law), None) if self.law is None else None
        if lawless is not None:
            raise SettingsError(
                f"The policy {lawless!r} has formal or final steps, and no rule pack says what the law allows. Name one: "
                'in the configuration [law] pack = "fi", or CreditorSetup.of(..., law=...).',
                policy=lawless,
            )
        if any(one.needs_law for one in self.policies.every):
            self._check_formal_texts_say_who_asks()

    def _check_formal_texts_say_who_asks(self) -> None:
        # Found out on the day of the first formal step, it would keep back every message of that day.
        missing = [name for name in ("business_id", "postal_address") if not getattr(self.creditor, name).strip()]
        if missing:
            raise SettingsError(
                f"The policy has formal or final steps, and their texts tell who asks: set {' and '.join(missing)} "
                "under [creditor] in the configuration, or in Creditor(...).",
                missing=", ".join(missing),
            )

    @classmethod
    def of(
        cls,
        creditor: Creditor,
        *,
        source: LedgerSource,
        channels: Mapping[Medium, Channel],
        policy: "Policy | None" = None,
        special_policies: "tuple[Policy, ...]" = (),
        scorer: Scorer | None = None,
        law: "UnderLaw | None" = None,
        source_capabilities: frozenset[LedgerCapability] = frozenset(),
        seconds: Mapping[Stage, float] | None = None,
    ) -> "CreditorSetup":
        """Wire objects that the host made itself: no entry point, no configuration file.

        They run in the caller's thread, without deadlines; with ``seconds`` (``{}`` for the usual ones) each runs in a thread
        of its own. A `SnapshotSource` is a function of the host's and never leaves the caller's thread.
        """
        reading = None if isinstance(source, SnapshotSource) else seconds
        return cls(
            creditor=creditor,
            source=WiredSource(type(source).__name__, source, source_capabilities, seconds=reading),
            channels={
                medium: WiredChannel(type(made).__name__, made, seconds=seconds) for medium, made in channels.items()
            },
            policy=policy or _default_policy(),
            special_policies=special_policies,
            scorer=_built_in_scorer() if scorer is None else Wired(type(scorer).__name__, scorer, seconds=seconds),
            law=law,
        )

    @property
    def wired(self) -> tuple[Wired[Any], ...]:
        """Everything that acts for this creditor."""
        return (self.source, self.scorer, *self.channels.values())

    @cached_property
    def calendar(self) -> BusinessCalendar:
        """The creditor's calendar."""
        return BusinessCalendar(self.creditor.country, self.creditor.timezone)

    @cached_property
    def policies(self) -> Policies:
        """All policies, in the order in which they are asked."""
        return Policies(self.policy, self.special_policies)

    @cached_property
    def treatment(self) -> str:
        """A hash of everything beside the policy that decides what a reminder looks like and where it goes."""
        channels = ",".join(f"{medium.value}={wired.name}" for medium, wired in sorted(self.channels.items()))
        parts = [to_json(self.creditor), self.scorer.name, channels]
        if self.law is not None:
            parts.append(self.law.version)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @cached_property
    def basis(self) -> str:
        """The versions that an approval is bound to."""
        return f"{self.policies.version}+{self.treatment}"


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
