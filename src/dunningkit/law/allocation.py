"""What a payment is taken for: interest, principal and costs in the order that the law gives, and every cent once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dunningkit.law.answers import Allocated
from dunningkit.law.case import Case, Paid
from dunningkit.law.pack import AllocationRule, Claim, FixedSumRule, RuleStatus
from dunningkit.law.rates import RateBook

#: Where no rule says it, what is best for the customer: what bears interest goes first.
KINDEST_ORDER = (Claim.PRINCIPAL, Claim.INTEREST, Claim.COSTS)


@dataclass(frozen=True, slots=True)
class Shares:
    """Interest, principal and costs, in minor units: what is owed, or what was paid."""

    interest_minor: int
    principal_minor: int
    costs_minor: int


def allocate(paid: Paid, owed: Shares, order: Sequence[Claim]) -> Allocated:
    """Take a payment (``amount_minor`` >= 0) for what is owed, first to last; what nobody owes is left over.

    A claim that ``order`` does not name comes last.
    """
    return _shared(paid.on, paid.amount_minor, owed, order, 1)


def give_back(paid: Paid, taken: Shares, left_over_minor: int, order: Sequence[Claim]) -> Allocated:
    """Undo as much of earlier payments as went back (``amount_minor`` <= 0): left-over money, then last taken first.

    ``taken`` is what all payments were taken for until then. More than ever came is left over, negative: it is no part of this
    receivable and bears no interest.
    """
    back = -paid.amount_minor
    spare = min(back, max(0, left_over_minor))
    undone = _shared(paid.on, back - spare, taken, (*reversed(_complete(order)),), -1)
    return replace(undone, amount_minor=paid.amount_minor, left_over_minor=undone.left_over_minor - spare)


def order_on(book: RateBook, case: Case, day: date) -> tuple[tuple[Claim, ...], AllocationRule | None]:
    """The order for money that came on ``day``, and the rule that says so; `KINDEST_ORDER` without one."""
    rules = book.held(AllocationRule, day, case.due_on, case.contract_on)
    return (_complete(rules[0].order), rules[0]) if rules else (KINDEST_ORDER, None)


def costs_on(book: RateBook, case: Case, day: date, starts_on: date | None) -> int:
    """The costs claimed until ``day``, in minor units: the fees of acts, or the fixed sum where that is claimed and is more.

    The fixed sum is owed only where interest runs, from its first day (``starts_on``).
    """
    fees = sum(act.fee_minor for act in case.acts if act.on <= day)
    if not case.fixed_sum_claimed or starts_on is None or day < starts_on:
        return fees
    held = book.held(FixedSumRule, day, case.due_on, case.contract_on)
    sums = [rule.amount_minor for rule in held if rule.status is not RuleStatus.DESIGN]
    return max(fees, min(sums, default=0))


def _shared(on: date, amount_minor: int, whole: Shares, order: Sequence[Claim], sign: int) -> Allocated:
    rest = amount_minor
    interest = principal = costs = 0
    for claim in _complete(order):
        if claim is Claim.INTEREST:
            interest = min(rest, whole.interest_minor)
            rest -= interest
        elif claim is Claim.PRINCIPAL:
            principal = min(rest, whole.principal_minor)
            rest -= principal
        else:
            costs = min(rest, whole.costs_minor)
            rest -= costs
    return Allocated(on, sign * amount_minor, sign * interest, sign * principal, sign * costs, sign * rest)


def _complete(order: Sequence[Claim]) -> tuple[Claim, ...]:
    if len(order) == len(Claim):
        return tuple(order)
    return (*order, *(claim for claim in KINDEST_ORDER if claim not in order))
