"""The most that one act may cost on one day for one class, and what stands in the way of its costing more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dunningkit.law.answers import Caps, Cited
from dunningkit.law.book import ActRules, cited, in_force
from dunningkit.law.case import AskedAct, Case, DoneAct
from dunningkit.law.pack import (
    CountRule,
    FeeRule,
    FixedSumRule,
    RuleStatus,
    Selector,
    Tier,
    TotalRule,
    tier_value,
)
from dunningkit.model import ActKind, Reason, ReasonCode, days_from

#: What is granted to the customer may come before the due date; everything else asks for money that is late.
_GRANTED = (ActKind.EXTENSION, ActKind.PAYMENT_PLAN)
_PERMILLE = 1000


@dataclass(frozen=True, slots=True)
class Price:
    """The most that an act may cost, why not more, and what is left of the caps before it."""

    fee_minor: int
    why: tuple[Reason, ...]
    cited: tuple[Cited, ...]
    caps: Caps
    vat_may_be_added: bool = False


def price(
    case: Case,
    asked: AskedAct,
    rules: ActRules,
    days: dict[Selector, date],
    due_on: date,
    principal_minor: int,
    fixed: FixedSumRule | None,
) -> Price:
    """The most that ``asked`` may cost by the rules of one class.

    ``days`` choose the versions, ``due_on`` is the day from which waiting counts, ``principal_minor`` the amount that tiers are
    looked up by, ``fixed`` the lump sum that was claimed. An act without a medium is priced as the least of all.
    """
    count, counted = _count(case, asked.kind, in_force(rules.counts, days), principal_minor)
    total, totalled = _total(case, asked.kind, in_force(rules.totals, days), principal_minor)
    spent = _spent(case.acts, total.counts_from if total else None)
    left = max(0, totalled - spent) if total else None
    caps = Caps(left, counted)
    usable = _usable(in_force(rules.fees, days), asked)
    if isinstance(usable, Price):
        return Price(0, usable.why, usable.cited, caps)
    reasons = [reason for rule in usable for reason in _conditions(rule, case, asked, days[Selector.ACT_ON], due_on)]
    if count is not None and counted == 0:
        most = _tier(count.tiers, principal_minor) or 0
        reasons.insert(0, Reason.of(ReasonCode.LAW_FEE_COUNT, max_acts=most, cite=count.cite))
    if reasons:
        # What no waiting mends decides before what only comes too early.
        reasons.sort(key=lambda reason: reason.code is ReasonCode.LAW_FEE_TOO_EARLY)
        also = [cited(count)] if reasons[0].code is ReasonCode.LAW_FEE_COUNT and count else []
        return Price(0, tuple(reasons), (*also, *map(cited, usable)), caps)
    amounts = [(_amount(rule, case, asked, principal_minor), rule) for rule in usable]
    amount, rule = min(amounts, key=lambda pair: pair[0])
    return _within(case, _Tariff(amount, rule), _Limit(total, totalled, left), fixed, caps)


@dataclass(frozen=True, slots=True)
class _Tariff:
    amount_minor: int
    rule: FeeRule


@dataclass(frozen=True, slots=True)
class _Limit:
    rule: TotalRule | None
    total_minor: int
    left_minor: int | None


def _within(case: Case, tariff: _Tariff, limit: _Limit, fixed: FixedSumRule | None, caps: Caps) -> Price:
    """The tariff, lowered to what the total leaves and to what goes beyond a lump sum that was claimed."""
    currency, fee = case.principal.currency, tariff.amount_minor
    why: list[Reason] = []
    cites = [cited(tariff.rule)]
    if limit.rule is not None and limit.left_minor is not None and limit.left_minor < fee:
        fee = limit.left_minor
        cites.append(cited(limit.rule))
        why.append(
            Reason.of(
                ReasonCode.LAW_FEE_TOTAL,
                left_minor=fee,
                total_minor=limit.total_minor,
                currency=currency,
                cite=limit.rule.cite,
            )
        )
    if fixed is not None:
        beyond = max(0, _spent(case.acts, None) + fee - fixed.amount_minor)
        if beyond < fee:
            fee = beyond
            cites.append(cited(fixed))
            why.insert(
                0,
                Reason.of(
                    ReasonCode.LAW_FIXED_SUM_SET_OFF,
                    fixed_minor=fixed.amount_minor,
                    currency=currency,
                    cite=fixed.cite,
                ),
            )
    if fee == 0 and not why:
        why.append(Reason.of(ReasonCode.LAW_FEE_NO_RULE, act=tariff.rule.act))
    if fee > 0:
        why.append(Reason.of(ReasonCode.LAW_ALLOWED, fee_minor=fee, currency=currency, cite=tariff.rule.cite))
    may_add = tariff.rule.vat_may_be_added and not case.vat_deductible and fee > 0
    return Price(fee, tuple(why), tuple(cites), caps, may_add)


def _usable(rules: list[FeeRule], asked: AskedAct) -> Sequence[FeeRule] | Price:
    """The rules that price the act, or a price of nothing that says why there are none."""
    nothing = Caps(None, None)
    granting = [rule for rule in rules if rule.status is not RuleStatus.DESIGN]
    if not granting:
        return Price(0, (Reason.of(ReasonCode.LAW_FEE_NO_RULE, act=asked.kind),), (), nothing)
    meant = [rule for rule in rules if not rule.media or asked.medium is None or asked.medium in rule.media]
    costs_only = next((rule for rule in meant if rule.actual_cost_only), None)
    if costs_only is None and not any(rule in granting for rule in meant):
        costs_only = granting[0]
    if costs_only is not None:
        why = (Reason.of(ReasonCode.LAW_FEE_ACTUAL_COST, cite=costs_only.cite),)
        return Price(0, why, (cited(costs_only),), nothing)
    return meant


def _conditions(rule: FeeRule, case: Case, asked: AskedAct, day: date, due_on: date) -> Iterator[Reason]:
    """Why the fee of a rule is not due on a day; nothing when it is."""
    if case.notice_needed and _is_sent_late(case, rule.sent_before_due_days):
        yield Reason.of(ReasonCode.LAW_FEE_INVOICE_LATE, least_days=rule.sent_before_due_days, cite=rule.cite)
    if asked.kind is ActKind.EXTENSION and asked.extension_days < rule.extension_days:
        yield Reason.of(
            ReasonCode.LAW_FEE_SHORT_EXTENSION,
            extension_days=asked.extension_days,
            least_days=rule.extension_days,
            cite=rule.cite,
        )
    if rule.needs_agreement and not case.fee_agreed:
        yield Reason.of(ReasonCode.LAW_FEE_NOT_AGREED, cite=rule.cite)
    if rule.needs_free_first and not _was_free_before(case.acts, asked.kind, day):
        yield Reason.of(ReasonCode.LAW_FEE_FREE_FIRST, cite=rule.cite)
    if open_from(rule, case.acts, due_on) > day:
        earliest = open_from(rule, case.acts, due_on).isoformat()
        yield Reason.of(ReasonCode.LAW_FEE_TOO_EARLY, day=earliest, cite=rule.cite)


def open_from(rule: FeeRule, acts: Sequence[DoneAct], due_on: date) -> date:
    """The first day on which waiting no longer stands in the way of a fee; ``date.min`` where nothing has to wait.

    Days are full ones: after the fourteenth day comes the first on which it may cost something.
    """
    waits = [date.min]
    if rule.since_due_days or rule.act not in _GRANTED:
        waits.append(days_from(due_on, rule.since_due_days + 1))
    if rule.since_act_days:
        waits += [days_from(act.on, rule.since_act_days + 1) for act in acts if act.kind in rule.since_acts]
    return max(waits)


def _is_sent_late(case: Case, least_days: int) -> bool:
    return least_days > 0 and (case.sent_on is None or (case.due_on - case.sent_on).days < least_days)


def _was_free_before(acts: Sequence[DoneAct], kind: ActKind, day: date) -> bool:
    return any(act.kind is kind and act.fee_minor == 0 and act.on < day for act in acts)


def _amount(rule: FeeRule, case: Case, asked: AskedAct, principal_minor: int) -> int:
    amount = _tier(rule.tiers, principal_minor) or 0
    # How many parts a plan has may be unknown; then it has few.
    if rule.few_instalments and asked.instalments <= rule.few_instalments:
        amount = min(amount, rule.few_instalments_minor)
    if rule.per_instalment_from and asked.instalments >= rule.per_instalment_from:
        amount += (asked.instalments - rule.per_instalment_from + 1) * rule.per_instalment_minor
    if rule.repeat_permille is not None and any(act.kind is asked.kind for act in case.acts):
        amount = amount * rule.repeat_permille // _PERMILLE
    return amount


def _count(
    case: Case, kind: ActKind, rules: list[CountRule], principal_minor: int
) -> tuple[CountRule | None, int | None]:
    """The strictest count and how many chargeable acts it leaves."""
    done = {act.kind for act in case.acts}
    limits = [
        (value, rule)
        for rule in rules
        if (rule.if_act is None or rule.if_act in done) and (value := _tier(rule.tiers, principal_minor)) is not None
    ]
    if not limits:
        return None, None
    most, rule = min(limits, key=lambda pair: pair[0])
    return rule, max(0, most - sum(act.kind is kind and act.fee_minor > 0 for act in case.acts))


def _total(case: Case, kind: ActKind, rules: list[TotalRule], principal_minor: int) -> tuple[TotalRule | None, int]:
    """The total that holds, and its amount; rules of an act that was done stand instead of the others, but for our own."""
    done = {kind, *(act.kind for act in case.acts)}
    plain = [rule for rule in rules if rule.if_act is None]
    instead = [rule for rule in rules if rule.if_act in done]
    replaced = any(rule.status is not RuleStatus.DESIGN for rule in instead)
    kept = [rule for rule in plain if rule.status is RuleStatus.DESIGN] if replaced else plain
    limits = [(value, rule) for rule in (*instead, *kept) if (value := _tier(rule.tiers, principal_minor)) is not None]
    if not limits:
        return None, 0
    amount, rule = min(limits, key=lambda pair: pair[0])
    return rule, amount


def _spent(acts: Sequence[DoneAct], counts_from: date | None) -> int:
    return sum(act.fee_minor for act in acts if counts_from is None or act.on >= counts_from)


def _tier(tiers: Sequence[Tier], principal_minor: int) -> int | None:
    try:
        return tier_value(tiers, principal_minor)
    except ValueError:
        return None
