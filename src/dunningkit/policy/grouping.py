"""Which lines share a reminder. Pure and deterministic: the order of input never matters."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunningkit.model import ContactPoint, LineStatus, StepKind, Style
from dunningkit.policy.choices import Grouping
from dunningkit.policy.situation import Decision, Situation

if TYPE_CHECKING:
    from dunningkit.policy.ladder import Policy, Step


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one reminder: one customer, policy, kind, currency and address; ready lines apart from questions.

    ``step`` is the gentlest step among them (the earliest on the ladder), or where the policy groups at the highest step the
    last one: its style and address are the reminder's, and every member's own step may go that way.
    """

    policy: "Policy"
    customer_id: str
    kind: StepKind
    currency: str
    status: LineStatus
    step: "Step"
    style: Style
    to: ContactPoint
    members: tuple[tuple[Situation, Decision], ...]


def gather(policy: "Policy", decided: Iterable[tuple[Situation, Decision]]) -> tuple[Group, ...]:
    """Group every decision that ``policy`` gave a step to.

    Groups are ordered by customer, kind and currency; members by due date.
    """
    rank = {step.id: position for position, step in enumerate(policy.steps)}
    buckets: dict[tuple[str, ...], list[tuple[Situation, Decision]]] = {}
    for situation, decision in decided:
        if decision.step is None:
            continue
        receivable = situation.receivable
        key: tuple[str, ...] = (receivable.customer_id, decision.step.kind, receivable.open.currency, decision.status)
        if policy.grouping is Grouping.PER_RECEIVABLE:
            key = (*key, receivable.receivable_id)
        elif policy.grouping is Grouping.PER_CUSTOMER_AND_STEP:
            key = (*key, decision.step.id)
        buckets.setdefault(key, []).append((situation, decision))
    return tuple(group for key in sorted(buckets) for group in _groups(policy, rank, buckets[key]))


def _groups(policy: "Policy", rank: dict[str, int], members: list[tuple[Situation, Decision]]) -> Iterator[Group]:
    """One group, or where a step may not go the leading one's way, another for those that are left."""
    while members:
        group = _group(policy, rank, members)
        yield group
        together = {situation.receivable.receivable_id for situation, _ in group.members}
        members = [member for member in members if member[0].receivable.receivable_id not in together]


def _group(policy: "Policy", rank: dict[str, int], members: list[tuple[Situation, Decision]]) -> Group:
    members.sort(key=lambda member: (member[0].receivable.due_on, member[0].receivable.receivable_id))
    leading = max if policy.grouping is Grouping.PER_CUSTOMER_AT_HIGHEST_STEP else min
    situation, lead = leading(members, key=lambda member: _rank(rank, member[1]))
    if lead.step is None or lead.style is None or lead.to is None:
        raise AssertionError("a decision with a step has a style and an address")
    return Group(
        policy=policy,
        customer_id=situation.receivable.customer_id,
        kind=lead.step.kind,
        currency=situation.receivable.open.currency,
        status=lead.status,
        step=lead.step,
        style=lead.style,
        to=lead.to,
        members=tuple(member for member in members if _may_go_by(member[1], lead.to)),
    )


def _may_go_by(decision: Decision, to: ContactPoint) -> bool:
    return decision.step is not None and to.medium in decision.step.channels


def _rank(rank: dict[str, int], decision: Decision) -> int:
    return rank[decision.step.id] if decision.step else len(rank)
