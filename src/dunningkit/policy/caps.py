"""Contact caps: how often one customer may be asked to pay, over all channels. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dunningkit.model import Reason, ReasonCode, days_from

if TYPE_CHECKING:
    from dunningkit.policy.ladder import ContactCap


@dataclass(frozen=True, slots=True)
class CapReached:
    """A cap that leaves no room for one more contact today; ``free_on`` is the first day that has room again."""

    cap: "ContactCap"
    free_on: date

    @property
    def reason(self) -> Reason:
        """The reason a person reads."""
        return Reason.of(
            ReasonCode.CONTACT_CAP,
            max_contacts=self.cap.max_contacts,
            window_days=self.cap.window_days,
            day=self.free_on.isoformat(),
        )


def cap_reached(caps: "Sequence[ContactCap]", contacts: Iterable[date], day: date) -> CapReached | None:
    """The cap that forbids one more contact on ``day`` for the longest, or ``None`` when one more fits.

    ``contacts`` are the days of the customer's payment requests, in any order. A window is the ``window_days`` calendar
    days that end with the contact's own day.
    """
    ordered = sorted(contacts)
    full = (cap for cap in caps if len(ordered) >= cap.max_contacts)
    reached = [CapReached(cap, on) for cap in full if (on := _free_on(ordered, cap, day)) is not None]
    return max(reached, key=lambda one: one.free_on, default=None)


def _free_on(ordered: Sequence[date], cap: "ContactCap", day: date) -> date | None:
    before = days_from(day, -cap.window_days)
    within = [on for on in ordered if on > before]
    if len(within) < cap.max_contacts:
        return None
    return days_from(within[len(within) - cap.max_contacts], cap.window_days)
