"""What has to be true of the rules of a pack together, and of a rule whose fields are each right. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from itertools import combinations, pairwise

from dunningkit.law.pack import (
    AllocationRule,
    Claim,
    CountRule,
    FeeRule,
    FixedSumRule,
    ForbiddenActRule,
    GapRule,
    MarginRule,
    RatePeriod,
    ReferenceRule,
    Rule,
    RuleStatus,
    StopRule,
    Tier,
    TimeToPayRule,
    TotalRule,
)
from dunningkit.model import CustomerClass

#: Two fields that mean nothing without each other.
_PAIRS = (
    ("since_act_days", "since_acts"),
    ("after_act_days", "after_acts"),
    ("few_instalments", "few_instalments_minor"),
    ("per_instalment_from", "per_instalment_minor"),
)


def mistakes_in(rules: Collection[Rule], beside: Mapping[str, frozenset[str]], tables: Collection[str]) -> list[str]:
    """One sentence for each mistake, none when the rules can be used.

    ``beside`` says by id which rules of its kind a rule stands beside on purpose, ``tables`` the rates that the pack has.
    """
    told = [sentence for rule in rules for sentence in _in_one(rule, beside.get(rule.id, frozenset()))]
    told += _twice(rule.id for rule in rules)
    told += _overlapping(rules, beside)
    ids = {rule.id for rule in rules}
    told += [
        f"rule {rule.id!r}, beside: there is no rule {name!r}; check its spelling."
        for rule in rules
        for name in sorted(beside.get(rule.id, frozenset()) - ids)
    ]
    return told + _tables_amiss(rules, tables)


def gaps_in(periods: Iterable[RatePeriod]) -> list[str]:
    """One sentence for each period of a table of rates that is turned round, overlaps, leaves days out, or is ours alone."""
    told = []
    listed = tuple(periods)
    for period in listed:
        if period.valid_to < period.valid_from:
            told.append(f"the period from {period.valid_from} ends before it begins; mend valid_to.")
        if period.status is RuleStatus.DESIGN:
            told.append(f"the period from {period.valid_from}, status: a rate of ours alone cannot be asked for.")
    for earlier, later in pairwise(listed):
        expected = _day_after(earlier.valid_to)
        if later.valid_from != expected:
            fault = "overlaps the one before" if later.valid_from < expected else "leaves days out"
            told.append(f"the period from {later.valid_from} {fault}; it must begin on {expected}.")
    return told


def _day_after(day: date) -> date:
    return day + timedelta(days=1)


# -- one rule ------------------------------------------------------------------------------------------------------


def _in_one(rule: Rule, beside: frozenset[str]) -> Iterable[str]:
    where = f"rule {rule.id!r}"
    if rule.valid_to is not None and rule.valid_to < rule.valid_from:
        yield f"{where}, valid_to: {rule.valid_to} lies before valid_from; write a later day or leave it out."
    if CustomerClass.UNKNOWN in rule.classes:
        yield f"{where}, classes: 'unknown' has no rules of its own; it gets the most protective of all. Take it away."
    if not rule.cite and rule.status is not RuleStatus.DESIGN:
        yield f"{where}, cite: is missing; name the section that it rests on."
    if _grants(rule) and rule.status is RuleStatus.DESIGN:
        yield f"{where}, status: a design rule may only protect the customer, and this one lets something be asked for."
    if beside and not rule.note:
        yield f"{where}, note: is missing; say why it holds beside {', '.join(sorted(beside))}."
    for first, second in _PAIRS:
        given = [bool(getattr(rule, name, None)) for name in (first, second)]
        if given[0] != given[1]:
            yield f"{where}, {second if given[0] else first}: {first} and {second} need each other; write both."
    yield from _in_tiers(rule, where)
    if isinstance(rule, AllocationRule) and sorted(rule.order) != sorted(Claim):
        yield f"{where}, order: name each of {', '.join(sorted(Claim))} once."


def _grants(rule: Rule) -> bool:
    return isinstance(rule, MarginRule | FixedSumRule) or (isinstance(rule, FeeRule) and not rule.actual_cost_only)


def _in_tiers(rule: Rule, where: str) -> Iterable[str]:
    if not isinstance(rule, FeeRule | CountRule | TotalRule):
        return
    if isinstance(rule, FeeRule) and rule.actual_cost_only:
        if rule.tiers:
            yield f"{where}, tiers: with actual_cost_only there is no sum; take the tiers away."
        return
    if not rule.tiers:
        yield f"{where}, tiers: is missing; write [{{ value = 500 }}], or actual_cost_only = true."
        return
    yield from _in_order(rule.tiers, where)


def _in_order(tiers: tuple[Tier, ...], where: str) -> Iterable[str]:
    *below, last = tiers
    if last.up_to_minor is not None:
        yield f"{where}, tiers: the last one ends at {last.up_to_minor}; leave its up_to_minor out: it is for all above."
    if any(tier.up_to_minor is None for tier in below):
        yield f"{where}, tiers: only the last one may leave up_to_minor out."
        return
    ends = [tier.up_to_minor for tier in below if tier.up_to_minor is not None]
    if any(later <= earlier for earlier, later in pairwise(ends)):
        yield f"{where}, tiers: each up_to_minor must be higher than the one before."


# -- rules together ------------------------------------------------------------------------------------------------


def _twice(ids: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    told = []
    for name in ids:
        if name in seen:
            told.append(f"rule {name!r}, id: another rule has it already; give each its own.")
        seen.add(name)
    return told


def _overlapping(rules: Collection[Rule], beside: Mapping[str, frozenset[str]]) -> list[str]:
    none: frozenset[str] = frozenset()
    return [
        f"rule {second.id!r}, valid_from: holds at the same time as {first.id!r} for the same customers; end one of them, "
        f'or write beside = ["{first.id}"] and say why in a note.'
        for first, second in combinations(rules, 2)
        if type(first) is type(second)
        and first.id != second.id
        and second.id not in beside.get(first.id, none)
        and first.id not in beside.get(second.id, none)
        and _at_once(first, second)
        and _meet(first.classes, second.classes)
        and _meet(first.actors, second.actors)
        and _same_subject(first, second)
    ]


def _at_once(first: Rule, second: Rule) -> bool:
    return first.valid_from <= (second.valid_to or date.max) and second.valid_from <= (first.valid_to or date.max)


def _meet(first: frozenset[object], second: frozenset[object]) -> bool:
    # What names nothing is for everything.
    return not first or not second or not first.isdisjoint(second)


def _same_subject(first: Rule, second: Rule) -> bool:
    (exactly, among), (exactly_too, among_too) = _subject(first), _subject(second)
    return exactly == exactly_too and _meet(among, among_too)


def _subject(rule: Rule) -> tuple[object, frozenset[object]]:
    """What a rule is about among those of its kind: what must be the same, and what need only have something in common."""
    exactly: object = None
    among: frozenset[object] = frozenset()
    match rule:
        case FeeRule():
            exactly, among = rule.act, frozenset(rule.media)
        case TimeToPayRule():
            among = frozenset(rule.acts)
        case CountRule():
            exactly = (rule.act, rule.if_act)
        case TotalRule():
            exactly = rule.if_act
        case GapRule() | ForbiddenActRule():
            exactly = rule.act
        case StopRule():
            exactly = rule.stop
    return exactly, among


def _tables_amiss(rules: Iterable[Rule], tables: Collection[str]) -> list[str]:
    asked = {rule.id: rule.table for rule in rules if isinstance(rule, ReferenceRule)}
    told = [
        f"rule {rule_id!r}, table: there is no [rates.{name}]; write it with its file."
        for rule_id, name in asked.items()
        if name not in tables
    ]
    unused = sorted(set(tables) - set(asked.values()))
    return told + [
        f"[rates.{name}]: no rule of kind reference names it; take it away or write that rule." for name in unused
    ]
