"""A rule pack: one country's law as dated rules with citations, and which of them is in force for a day and a class.

Nothing here knows a country. A rule says what is allowed, to whom, since when, which day selects its version, and the section
it rests on; `dunningkit.law.loading` makes a pack of a TOML file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from dunningkit.model import ActKind, CustomerClass, Medium


class RuleStatus(StrEnum):
    """How sure a rule is. A *design* rule is ours and not the law's: it may only restrict or postpone."""

    CONFIRMED = "confirmed"
    DERIVED = "derived"
    DESIGN = "design"


class Selector(StrEnum):
    """Which day decides which version of a rule holds."""

    ACCRUAL_DAY = "accrual_day"
    DUE_ON = "due_on"
    ACT_ON = "act_on"
    CONTRACT_ON = "contract_on"
    RECEIVED_ON = "received_on"


class LegalActor(StrEnum):
    """Who acts. The engine is always the creditor."""

    CREDITOR = "creditor"
    PROFESSIONAL_COLLECTOR = "professional_collector"
    INTRA_GROUP_COLLECTOR = "intra_group_collector"


class StopKind(StrEnum):
    """What makes the law, or care, ask for silence."""

    DISPUTE = "dispute"
    SUSPENSION_REQUEST = "suspension_request"
    LIMITATION = "limitation"
    RESTRUCTURING = "restructuring"
    DEBT_ADJUSTMENT = "debt_adjustment"
    BANKRUPTCY = "bankruptcy"
    MINOR = "minor"
    GUARDIAN = "guardian"
    ESTATE = "estate"
    HARDSHIP = "hardship"
    CREDITOR_OWES_ANSWER = "creditor_owes_answer"


class StopEffect(StrEnum):
    """What a stop leaves possible: nothing at all, only what a person does themselves, or only acts that cost nothing."""

    FORBID = "forbid"
    PERSON = "person"
    FREE_ACTS_ONLY = "free_acts_only"
    NO_EFFECT = "no_effect"


class Claim(StrEnum):
    """What a payment can be taken for."""

    INTEREST = "interest"
    PRINCIPAL = "principal"
    COSTS = "costs"


@dataclass(frozen=True, slots=True)
class Rule:
    """What every rule says of itself.

    It holds for the classes and actors named (empty: every one), while the day that ``selector`` names lies from ``valid_from``
    to ``valid_to``, both included (``None``: still). ``cite`` is the section; ``note`` what a reader must know beside it.
    """

    id: str
    classes: frozenset[CustomerClass]
    actors: frozenset[LegalActor]
    valid_from: date
    valid_to: date | None
    selector: Selector
    status: RuleStatus
    cite: str
    note: str

    def holds(self, day: date, customer_class: CustomerClass, actor: LegalActor) -> bool:
        """Whether the rule holds for that class and actor, ``day`` being the one that its selector names."""
        return (
            self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
            and (not self.classes or customer_class in self.classes)
            and (not self.actors or actor in self.actors)
        )


@dataclass(frozen=True, slots=True)
class Tier:
    """A value for principals up to ``up_to_minor``, included; ``None``: for all above. Tiers stand in rising order."""

    up_to_minor: int | None
    value: int


def tier_value(tiers: Iterable[Tier], principal_minor: int) -> int:
    """The value of the first tier that reaches the principal; raises ``ValueError`` where none does."""
    for tier in tiers:
        if tier.up_to_minor is None or principal_minor <= tier.up_to_minor:
            return tier.value
    raise ValueError(f"no tier reaches {principal_minor}")


@dataclass(frozen=True, slots=True)
class FeeRule(Rule):
    """The most that one act may cost, in minor units by principal; ``None`` for ``repeat_permille`` is the whole again.

    ``media`` are those by which the act must have gone (empty: any). ``actual_cost_only`` grants no fixed sum: only the average
    cost of that way, which this engine never claims. The fee is due only if the invoice was sent at least
    ``sent_before_due_days`` before the due date, ``since_due_days`` full days lie between the due date and the act,
    ``since_act_days`` full days between any act of ``since_acts`` and it, an extension is at least ``extension_days`` long,
    and, with ``needs_agreement``, the fee was agreed, with ``needs_free_first``, a free reminder came first.
    ``few_instalments`` (up to so many) cost what ``few_instalments_minor`` says. ``per_instalment_minor`` is added for each
    instalment from ``per_instalment_from`` on.
    """

    act: ActKind
    tiers: tuple[Tier, ...]
    media: frozenset[Medium] = frozenset()
    actual_cost_only: bool = False
    repeat_permille: int | None = None
    sent_before_due_days: int = 0
    since_due_days: int = 0
    since_act_days: int = 0
    since_acts: frozenset[ActKind] = frozenset()
    extension_days: int = 0
    needs_agreement: bool = False
    needs_free_first: bool = False
    few_instalments: int = 0
    few_instalments_minor: int = 0
    per_instalment_from: int = 0
    per_instalment_minor: int = 0
    vat_may_be_added: bool = False


@dataclass(frozen=True, slots=True)
class CountRule(Rule):
    """How many chargeable acts of one kind there may be about one receivable, by principal.

    With ``if_act`` the rule holds only where such an act was done.
    """

    act: ActKind
    tiers: tuple[Tier, ...]
    if_act: ActKind | None = None


@dataclass(frozen=True, slots=True)
class TotalRule(Rule):
    """How much all fees about one receivable may come to, by principal; acts before ``counts_from`` are left out.

    With ``if_act`` the rule holds instead of those without where such an act was done or is asked for.
    """

    tiers: tuple[Tier, ...]
    counts_from: date | None = None
    if_act: ActKind | None = None


@dataclass(frozen=True, slots=True)
class FixedSumRule(Rule):
    """A lump sum that may be asked for once instead of costs; other costs only for the part above it."""

    amount_minor: int


@dataclass(frozen=True, slots=True)
class GapRule(Rule):
    """An act that has to wait, whatever it costs.

    Not before ``after_due_days`` full days after the due date, nor before ``after_act_days`` full days after the latest act of
    ``after_acts``; with ``needs_one`` there must have been such an act.
    """

    act: ActKind
    after_due_days: int = 0
    after_act_days: int = 0
    after_acts: frozenset[ActKind] = frozenset()
    needs_one: bool = False


@dataclass(frozen=True, slots=True)
class TimeToPayRule(Rule):
    """The least number of days to pay or object that an act gives, counted from its latest possible receipt."""

    acts: frozenset[ActKind]
    days: int


@dataclass(frozen=True, slots=True)
class ForbiddenActRule(Rule):
    """An act that may not be done at all to these classes, or by these actors."""

    act: ActKind


@dataclass(frozen=True, slots=True)
class ReferenceRule(Rule):
    """The reference rate: the name of the table (`RulePack.rates`) that holds it by period."""

    table: str


@dataclass(frozen=True, slots=True)
class MarginRule(Rule):
    """What is added to the reference rate, in basis points. With ``is_ceiling`` no agreement may go above the sum."""

    margin_bp: int
    is_ceiling: bool = False


@dataclass(frozen=True, slots=True)
class StartRule(Rule):
    """From when interest runs: from the day after a binding due date, else when so many days have passed since sending.

    With ``needs_statement`` an invoice that did not state both the rate and the start accrues nothing.
    """

    unbound_days: int
    needs_statement: bool = False


@dataclass(frozen=True, slots=True)
class YearCapRule(Rule):
    """No twelve months accrue more than the annual rate on the principal."""


@dataclass(frozen=True, slots=True)
class DueShiftRule(Rule):
    """A due date on a Saturday, Sunday, holiday or eve moves to the next open day."""


@dataclass(frozen=True, slots=True)
class AllocationRule(Rule):
    """What a payment is taken for, first to last."""

    order: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class StopRule(Rule):
    """What a stop leaves possible, whether interest stops too, and whether a person may go on all the same."""

    stop: StopKind
    effect: StopEffect
    interest_stops: bool = False
    may_be_overridden: bool = False


@dataclass(frozen=True, slots=True)
class LimitationRule(Rule):
    """After how many years a receivable lapses, counted from the due date or from the last interruption.

    ``interrupted_by`` are the acts that start the time anew; each needs proof that it was sent. ``final_years`` after the due
    date a natural person's debt lapses whatever happened (0: never). With ``from_next_year`` the time runs from the first day
    of the year after.
    """

    years: int
    interrupted_by: frozenset[ActKind]
    final_years: int = 0
    from_next_year: bool = False


@dataclass(frozen=True, slots=True)
class RatePeriod:
    """A reference rate in basis points, from ``valid_from`` to ``valid_to``, both included."""

    valid_from: date
    valid_to: date
    rate_bp: int
    status: RuleStatus
    cite: str


def classes_meant(customer_class: CustomerClass) -> tuple[CustomerClass, ...]:
    """The classes to ask about: a class that is not known may be any, and gets the most protective answer of all."""
    if customer_class is not CustomerClass.UNKNOWN:
        return (customer_class,)
    return tuple(one for one in CustomerClass if one is not CustomerClass.UNKNOWN)


R = TypeVar("R", bound=Rule)


@dataclass(frozen=True, slots=True)
class RulePack:
    """One country's rules, in the order of the file. ``unverified`` lists in words what nobody has checked."""

    pack_id: str
    country: str
    currency: str
    title: str
    rules: tuple[Rule, ...]
    rates: tuple[tuple[str, tuple[RatePeriod, ...]], ...]
    unverified: tuple[str, ...] = ()

    def of_kind(self, kind: type[R]) -> tuple[R, ...]:
        """The rules of one kind, in the order of the file."""
        return tuple(rule for rule in self.rules if isinstance(rule, kind))

    def in_force(
        self, kind: type[R], days: Mapping[Selector, date], customer_class: CustomerClass, actor: LegalActor
    ) -> tuple[R, ...]:
        """The rules of one kind that hold for a class and an actor.

        ``days`` has the days that selectors name; a rule whose day is not given does not hold. Raises ``ValueError`` for the
        class *unknown*, which has no rules of its own: ask about each of `classes_meant`.
        """
        if customer_class is CustomerClass.UNKNOWN:
            raise ValueError("an unknown class has no rules of its own; ask about each class that it may be")
        return tuple(
            rule
            for rule in self.of_kind(kind)
            if (day := days.get(rule.selector)) is not None and rule.holds(day, customer_class, actor)
        )

    def table(self, name: str) -> tuple[RatePeriod, ...]:
        """A table of rates by its name; raises ``KeyError`` where the pack has none."""
        return dict(self.rates)[name]
