"""Which policy a receivable is under, and what was arranged about it beside. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dunningkit.errors import SettingsError
from dunningkit.model import Arrangement, ArrangementKind, Customer, Receivable, StepKind

if TYPE_CHECKING:
    from dunningkit.policy.ladder import Policy


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one receivable: its policy, its grace, and whether it is followed at all.

    ``policy`` is ``None`` when no policy covers it. ``grace_days`` is ``None`` when nothing was arranged: then the policy's
    own grace applies. ``unfollowed`` is the arrangement that says to leave it alone.
    """

    policy: "Policy | None"
    grace_days: int | None = None
    unfollowed: Arrangement | None = None

    @property
    def stamp(self) -> tuple[str, int | None, bool]:
        """What an approval is bound to; the policy's content is bound by its version."""
        return (self.policy.name if self.policy else "", self.grace_days, self.unfollowed is not None)


@dataclass(frozen=True)
class Policies:
    """A creditor's policies: the special ones, asked in their order, and the main one for all the rest.

    A special policy that does not say what it covers is asked by nobody: it is for those who are assigned to it.
    """

    main: "Policy"
    special: tuple["Policy", ...] = ()

    def __post_init__(self) -> None:
        names = Counter(policy.name for policy in self.every)
        repeated = next((name for name, count in names.items() if count > 1), None)
        if repeated is not None:
            raise SettingsError(f"Two policies are named {repeated!r}; give each its own name.")
        steps = [step for policy in self.every for step in policy.steps]
        courtesies = {step.id for step in steps if step.kind is StepKind.COURTESY}
        both = sorted(courtesies & {step.id for step in steps if step.kind is not StepKind.COURTESY})
        if both:
            raise SettingsError(
                f"Step {both[0]!r} is a courtesy step in one policy and a reminder in another; give each its own name."
            )

    @property
    def every(self) -> tuple["Policy", ...]:
        """All of them in the order in which they are asked."""
        return (*self.special, self.main)

    @cached_property
    def version(self) -> str:
        """The main policy's version when it stands alone, else a hash of all versions: any change is a new one."""
        if not self.special:
            return self.main.version
        versions = "\n".join(policy.version for policy in self.every)
        return f"{self.main.name}+{len(self.special)}@{hashlib.sha256(versions.encode()).hexdigest()[:12]}"

    @property
    def first_look_days(self) -> int:
        """From which day, counted from its due date, a receivable must be looked at under any of the policies."""
        return min(policy.first_look_days for policy in self.every)

    def named(self, name: str) -> "Policy | None":
        """The policy of this name; ``None`` when it is not (or no longer) there."""
        return next((policy for policy in self.every if policy.name == name), None)

    def terms(self, receivable: Receivable, customer: Customer | None, arranged: Iterable[Arrangement] = ()) -> Terms:
        """What holds for a receivable; ``arranged`` are the customer's arrangements that have not ended, in any order.

        An assigned policy that is gone from the settings counts as not assigned: coverage decides again.
        """
        mine = _of_kinds(receivable.receivable_id, arranged)
        assigned = mine.get(ArrangementKind.POLICY)
        policy = self.named(assigned.policy_name) if assigned else None
        if policy is None:
            asked = (*(one for one in self.special if one.covers.is_given), self.main)
            policy = next((one for one in asked if one.covers.fits(receivable, customer)), None)
        grace = mine.get(ArrangementKind.GRACE)
        return Terms(policy, grace.grace_days if grace else None, mine.get(ArrangementKind.NOT_FOLLOWED))


def _of_kinds(receivable_id: str, arranged: Iterable[Arrangement]) -> dict[ArrangementKind, Arrangement]:
    """The arrangement of each kind that counts: the receivable's own before the customer's, the newer before the older."""
    found: dict[ArrangementKind, Arrangement] = {}
    for one in sorted(arranged, key=lambda one: (one.receivable_id is not None, one.number)):
        if one.receivable_id in (None, receivable_id):
            found[one.kind] = one
    return found
