"""By which way a customer is written to. Pure."""

from typing import TYPE_CHECKING

from dunningkit.model import ContactPoint, Customer, Medium, Outcome, Reason, ReasonCode
from dunningkit.policy.situation import Day, Situation

if TYPE_CHECKING:
    from dunningkit.policy.ladder import Step


def choose_channel(
    situation: Situation, day: Day, step: "Step", customer: Customer
) -> tuple[ContactPoint | None, Reason]:
    """The customer's wish, else another route than the invoice took, else the step's order; never an address that refused."""
    wishes = customer.wishes
    allowed = [medium for medium in step.channels if medium not in wishes.avoid]
    points = [
        point
        for medium in allowed
        for point in customer.points(medium)
        if (point.medium, point.address) not in situation.refused
    ]
    if not points:
        return None, _no_channel(situation)
    carried = [point for point in points if point.medium in day.media]
    if not carried:
        return None, Reason.of(ReasonCode.NO_CHANNEL_PLUGIN, medium=points[0].medium.value)
    for point in carried:
        if point.medium is wishes.medium:
            return point, Reason.of(ReasonCode.CHANNEL_WISHED, medium=point.medium.value)
    if len(carried) > 1:
        # An SMS to an unconfirmed number can say almost nothing, so it comes last whatever the order.
        carried.sort(key=_is_mute)
    invoice_medium = situation.receivable.delivery_medium
    if invoice_medium is not None:
        for point in carried:
            if point.medium is not invoice_medium and not _is_mute(point):
                reason = Reason.of(
                    ReasonCode.CHANNEL_OTHER_THAN_INVOICE,
                    medium=point.medium.value,
                    invoice_medium=invoice_medium.value,
                )
                return point, reason
    return carried[0], Reason.of(ReasonCode.CHANNEL_ONLY, medium=carried[0].medium.value)


def _is_mute(point: ContactPoint) -> bool:
    return point.medium is Medium.SMS and not point.confirmed


def _no_channel(situation: Situation) -> Reason:
    for attempt in situation.attempts:
        if attempt.outcome is Outcome.REFUSED:
            return Reason.of(
                ReasonCode.DELIVERY_REFUSED,
                medium=attempt.medium.value,
                on=attempt.on.isoformat(),
                detail=attempt.detail,
            )
    return Reason.of(ReasonCode.NO_CHANNEL)
