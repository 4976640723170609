"""What each rule of the decision looks at, as figures that a person can check. Pure."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from dunningkit.model import ReasonValue
from dunningkit.policy.climbing import Standing
from dunningkit.policy.decide import stale_limit_banking_days, standing_of
from dunningkit.policy.situation import Day, Situation

Facts = Mapping[str, ReasonValue]


def facts_asked(rule: str, situation: Situation, day: Day) -> Facts:
    """The figures that the rule of this name looks at; days are ISO text, amounts minor units with a ``currency``.

    A figure that is ``None`` or empty is not there. Raises ``KeyError`` for a name that is no rule's.
    """
    asked = _FACTS[rule](situation, day, standing_of(situation, day))
    return dict(sorted({"currency": situation.receivable.open.currency, **asked}.items()))


def _not_followed(situation: Situation, _day: Day, _standing: Standing) -> Facts:
    unfollowed = situation.terms.unfollowed if situation.terms else None
    return {"placed_by": unfollowed.placed_by if unfollowed else None}


def _not_covered(situation: Situation, day: Day, _standing: Standing) -> Facts:
    covered = situation.terms is None or situation.terms.policy is not None
    return {"policy": day.policy.name if covered else None}


def _row_unreadable(situation: Situation, _day: Day, _standing: Standing) -> Facts:
    return {"place": situation.quarantined_at}


def _customer_missing(situation: Situation, _day: Day, _standing: Standing) -> Facts:
    return {
        "customer_id": situation.receivable.customer_id,
        "name": situation.customer.name if situation.customer else "",
    }


def _settled_but_open(situation: Situation, _day: Day, _standing: Standing) -> Facts:
    settled_on = situation.receivable.settled_on
    return {
        "open_minor": situation.receivable.open.amount_minor,
        "settled_on": settled_on.isoformat() if settled_on else None,
    }


def _held(situation: Situation, day: Day, _standing: Standing) -> Facts:
    disputed = situation.receivable.disputed
    return {"holds": len(situation.holding(day.as_of)), "disputed": "yes" if disputed else None}


def _wish_for_silence(_situation: Situation, _day: Day, _standing: Standing) -> Facts:
    return {}


def _in_delivery(situation: Situation, _day: Day, _standing: Standing) -> Facts:
    return {"attempts": len(situation.attempts)}


def _credits_cover(situation: Situation, _day: Day, _standing: Standing) -> Facts:
    return {
        "credit_minor": situation.credit_minor,
        "linked_minor": situation.linked_credit_minor or None,
        "overdue_minor": situation.customer_overdue_minor,
    }


def _below_minimum(situation: Situation, day: Day, _standing: Standing) -> Facts:
    amount = situation.receivable.open
    minimum = day.policy.minimum_open_minor.get(amount.currency, 0)
    return {"open_minor": amount.amount_minor, "minimum_minor": minimum or None}


def _below_minimum_of_customer(situation: Situation, day: Day, _standing: Standing) -> Facts:
    minimum = day.policy.minimum_customer_minor.get(situation.receivable.open.currency, 0)
    return {"overdue_minor": situation.customer_overdue_minor, "minimum_minor": minimum or None}


def _time_to_pay(_situation: Situation, _day: Day, standing: Standing) -> Facts:
    last = standing.last
    return {"on": last.on.isoformat() if last else None, "pay_by": last.pay_by.isoformat() if last else None}


def _ladder_done(_situation: Situation, _day: Day, standing: Standing) -> Facts:
    return {"sent": standing.number - 1, "step": standing.step.id if standing.step else None}


def _step_not_reached(situation: Situation, _day: Day, standing: Standing) -> Facts:
    reached_on = standing.reached_on
    return {
        "due_on": situation.receivable.due_on.isoformat(),
        "step": standing.step.id if standing.step else None,
        "day": reached_on.isoformat() if reached_on else None,
    }


def _not_before(situation: Situation, _day: Day, _standing: Standing) -> Facts:
    not_before = situation.receivable.not_before
    return {"day": not_before.isoformat() if not_before else None}


def _stale_ledger(_situation: Situation, day: Day, standing: Standing) -> Facts:
    return {
        "age": day.payments_age_banking_days,
        "limit": stale_limit_banking_days(day, standing),
        "payments_as_of": day.payments_as_of.isoformat(),
    }


def _contact_cap(situation: Situation, _day: Day, _standing: Standing) -> Facts:
    return {
        "contacts": len(situation.contacts),
        "on": max(situation.contacts).isoformat() if situation.contacts else None,
    }


def _write(situation: Situation, _day: Day, _standing: Standing) -> Facts:
    return {"addresses": len(situation.customer.contact_points) if situation.customer else 0}


_FACTS: Mapping[str, Callable[[Situation, Day, Standing], Facts]] = MappingProxyType(
    {
        asked.__name__.removeprefix("_"): asked
        for asked in (
            _not_followed,
            _not_covered,
            _row_unreadable,
            _customer_missing,
            _settled_but_open,
            _held,
            _wish_for_silence,
            _in_delivery,
            _credits_cover,
            _below_minimum,
            _below_minimum_of_customer,
            _time_to_pay,
            _ladder_done,
            _step_not_reached,
            _not_before,
            _stale_ledger,
            _contact_cap,
            _write,
        )
    }
)
