"""Penalty interest against a plain loop over days in Fractions, and what holds whatever happens to a receivable."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunningkit.law import BusinessCalendar
from dunningkit.law.case import Case, DoneAct, Paid, Stop
from dunningkit.law.interest import interest
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import (
    AllocationRule,
    Claim,
    LegalActor,
    MarginRule,
    RatePeriod,
    ReferenceRule,
    RulePack,
    RuleStatus,
    Selector,
    StartRule,
    StopEffect,
    StopKind,
    StopRule,
    YearCapRule,
    classes_meant,
)
from dunningkit.model import ActKind, CustomerClass, Money

FI = load_pack("fi")
CALENDAR = BusinessCalendar()
CONSUMER, OTHER = CustomerClass.CONSUMER, CustomerClass.OTHER_NON_CONSUMER
FIRST, LAST = date(2018, 1, 1), date(2029, 12, 31)
ONE = timedelta(days=1)
ORDERS = [
    (Claim.INTEREST, Claim.PRINCIPAL, Claim.COSTS),
    (Claim.COSTS, Claim.INTEREST, Claim.PRINCIPAL),
    (Claim.PRINCIPAL, Claim.INTEREST, Claim.COSTS),
]


@dataclass(frozen=True)
class World:
    """A made-up country: its reference rate by half-year, two margins by time, and the order of payments by time."""

    references: tuple[int, ...]
    margin_bp: int
    later_margin_bp: int
    margin_turns: date
    order: tuple[Claim, ...]
    later_order: tuple[Claim, ...]
    order_turns: date

    def rate_bp(self, day: date) -> int:
        half = 2 * (day.year - FIRST.year) + (day.month > 6)
        return self.references[half] + (self.margin_bp if day < self.margin_turns else self.later_margin_bp)

    def pack(self) -> RulePack:
        base: dict[str, Any] = {
            "classes": frozenset(),
            "actors": frozenset(),
            "valid_from": FIRST,
            "valid_to": None,
            "status": RuleStatus.CONFIRMED,
            "cite": "1/2000 1 §",
            "note": "",
        }
        at = base | {"selector": Selector.ACCRUAL_DAY}
        got = base | {"selector": Selector.RECEIVED_ON}
        halves = [(year, month) for year in range(FIRST.year, LAST.year + 1) for month in (1, 7)]
        periods = tuple(
            RatePeriod(
                date(year, month, 1),
                date(year, 6, 30) if month == 1 else date(year, 12, 31),
                reference_bp,
                RuleStatus.CONFIRMED,
                "a notice",
            )
            for (year, month), reference_bp in zip(halves, self.references, strict=True)
        )
        rules = (
            ReferenceRule(id="reference", table="reference", **at),
            MarginRule(id="margin", margin_bp=self.margin_bp, **(at | {"valid_to": self.margin_turns - ONE})),
            MarginRule(id="later", margin_bp=self.later_margin_bp, **(at | {"valid_from": self.margin_turns})),
            StartRule(id="start", unbound_days=30, **at),
            YearCapRule(id="cap", **(at | {"classes": frozenset({CONSUMER})})),
            AllocationRule(id="order", order=self.order, **(got | {"valid_to": self.order_turns - ONE})),
            AllocationRule(id="later order", order=self.later_order, **(got | {"valid_from": self.order_turns})),
            StopRule(id="stop", stop=StopKind.DISPUTE, effect=StopEffect.FORBID, interest_stops=True, **at),
            StopRule(id="no stop", stop=StopKind.HARDSHIP, effect=StopEffect.PERSON, **at),
        )
        return RulePack("xx", "XX", "EUR", "A made-up country", rules, (("reference", periods),))


@dataclass
class Told:
    """What the loop over days finds."""

    accrued: int = 0
    principal: int = 0
    interest_paid: int = 0
    principal_paid: int = 0
    costs_paid: int = 0
    left_over: int = 0
    exact: dict[date, Fraction] = field(default_factory=dict)


def half_up(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))


def a_year_before(day: date) -> date:
    return date(day.year - 1, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def by_the_day(case: Case, world: World, as_of: date) -> Told:
    """Every day by itself: accrue on what is owed in the morning, then take the day's payments."""
    told = Told(principal=case.principal.amount_minor)
    since_rounding = Fraction(0)
    accrued_days: list[date] = []
    day = min([case.due_on, *(paid.on for paid in case.payments)])
    while day <= as_of:
        base = told.principal
        for stop in case.stops:
            if stop.kind is StopKind.DISPUTE and not stop.is_groundless and stop.covers(day):
                base -= told.principal if stop.amount_minor is None else stop.amount_minor
        year_ago = a_year_before(day)
        accrued_days = [one for one in accrued_days if one > year_ago]
        is_free = case.customer_class is CONSUMER and len(accrued_days) >= 365
        if day > case.due_on and base > 0 and not is_free:
            today = Fraction(base * world.rate_bp(day), 10_000) / 365
            told.exact[day] = today
            since_rounding += today
            accrued_days.append(day)
        todays = [paid.amount_minor for paid in case.payments if paid.on == day]
        for amount in [one for one in todays if one >= 0] + [one for one in todays if one < 0]:
            if amount > 0:
                told.accrued += half_up(since_rounding)
                since_rounding = Fraction(0)
            order = world.order if day < world.order_turns else world.later_order
            costs = sum(act.fee_minor for act in case.acts if act.on <= day)
            move(told, amount, order, costs)
        day += ONE
    told.accrued += half_up(since_rounding)
    return told


def move(told: Told, amount: int, order: tuple[Claim, ...], costs: int) -> None:
    """One minor unit after the other finds its place, or leaves it."""
    for _ in range(amount):
        take_one(told, order, costs)
    for _ in range(-amount):
        give_one_back(told, order)


def take_one(told: Told, order: tuple[Claim, ...], costs: int) -> None:
    for claim in order:
        if claim is Claim.INTEREST and told.interest_paid < told.accrued:
            told.interest_paid += 1
            return
        if claim is Claim.PRINCIPAL and told.principal > 0:
            told.principal -= 1
            told.principal_paid += 1
            return
        if claim is Claim.COSTS and told.costs_paid < costs:
            told.costs_paid += 1
            return
    told.left_over += 1


def give_one_back(told: Told, order: tuple[Claim, ...]) -> None:
    for claim in reversed(order) if told.left_over <= 0 else ():
        if claim is Claim.INTEREST and told.interest_paid > 0:
            told.interest_paid -= 1
            return
        if claim is Claim.PRINCIPAL and told.principal_paid > 0:
            told.principal += 1
            told.principal_paid -= 1
            return
        if claim is Claim.COSTS and told.costs_paid > 0:
            told.costs_paid -= 1
            return
    told.left_over -= 1


DAYS = st.dates(date(2018, 6, 1), date(2023, 12, 31))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    count = 2 * (LAST.year - FIRST.year + 1)
    return World(
        tuple(draw(st.lists(st.integers(0, 12).map(lambda half: 50 * half), min_size=count, max_size=count))),
        draw(st.sampled_from([500, 700, 800])),
        draw(st.sampled_from([500, 700, 800])),
        draw(DAYS),
        draw(st.sampled_from(ORDERS)),
        draw(st.sampled_from(ORDERS)),
        draw(DAYS),
    )


@st.composite
def cases(draw: st.DrawFn, *, principal_max: int = 3_000, payments: bool = True, stops: bool = True) -> Case:
    due_on = draw(DAYS)
    around = st.integers(-40, 1200).map(lambda days: due_on + days * ONE)
    principal = draw(st.integers(1, principal_max))
    amounts = st.integers(-principal, principal).filter(bool)
    stop = st.builds(
        lambda kind, since, days, amount, groundless: Stop(
            kind, since, None if days is None else since + days * ONE, amount, groundless
        ),
        st.sampled_from([StopKind.DISPUTE, StopKind.DISPUTE, StopKind.HARDSHIP]),
        around,
        st.none() | st.integers(0, 400),
        st.none() | st.integers(0, principal),
        st.booleans(),
    )
    return Case(
        draw(st.sampled_from([CONSUMER, OTHER])),
        Money(principal, "EUR"),
        issued_on=due_on - 30 * ONE,
        due_on=due_on,
        due_date_binds=True,
        payments=tuple(draw(st.lists(st.builds(Paid, around, amounts), max_size=5))) if payments else (),
        acts=tuple(
            draw(st.lists(st.builds(DoneAct, st.just(ActKind.REMINDER), around, st.sampled_from([0, 500])), max_size=2))
        ),
        stops=tuple(draw(st.lists(stop, max_size=2))) if stops else (),
    )


LATER = st.integers(0, 800)


@given(world=worlds(), case=cases(), days=st.integers(-30, 1500))
@settings(max_examples=150)
def test_interest_is_what_a_plain_loop_over_days_finds(world: World, case: Case, days: int) -> None:
    as_of = min(case.due_on + days * ONE, LAST)
    answer, told = interest(case, world.pack(), CALENDAR, as_of), by_the_day(case, world, as_of)
    assert answer.accrued_minor == told.accrued
    assert answer.paid_minor == told.interest_paid
    assert answer.due_minor == told.accrued - told.interest_paid
    assert answer.principal_minor == told.principal
    costs = sum(act.fee_minor for act in case.acts if act.on <= as_of)
    assert answer.costs_minor == costs - told.costs_paid
    assert sum(one.left_over_minor for one in answer.allocations) == told.left_over
    assert by_day(answer.segments) == told.exact


def by_day(segments: Any) -> dict[date, Fraction]:
    return {
        segment.first + days * ONE: segment.exact_minor / segment.days
        for segment in segments
        for days in range(segment.days)
    }


@given(world=worlds(), case=cases(), days=st.integers(-30, 1500))
def test_no_cent_is_lost_or_made(world: World, case: Case, days: int) -> None:
    as_of = min(case.due_on + days * ONE, LAST)
    answer = interest(case, world.pack(), CALENDAR, as_of)
    known = [paid for paid in case.payments if paid.on <= as_of]
    assert sorted(one.amount_minor for one in answer.allocations) == sorted(paid.amount_minor for paid in known)
    for one in answer.allocations:
        parts = (one.interest_minor, one.principal_minor, one.costs_minor, one.left_over_minor)
        assert sum(parts) == one.amount_minor
        assert all(part >= 0 for part in parts) or all(part <= 0 for part in parts)
    assert (
        answer.principal_minor + sum(one.principal_minor for one in answer.allocations) == case.principal.amount_minor
    )
    assert sum(one.interest_minor for one in answer.allocations) == answer.paid_minor
    assert answer.accrued_minor == answer.paid_minor + answer.due_minor
    assert 0 <= answer.principal_minor <= case.principal.amount_minor
    assert min(answer.due_minor, answer.paid_minor, answer.costs_minor) >= 0


@given(world=worlds(), case=cases(), days=st.integers(-30, 1500), later=LATER)
def test_interest_never_falls_as_time_passes(world: World, case: Case, days: int, later: int) -> None:
    as_of = min(case.due_on + days * ONE, LAST)
    pack = world.pack()
    now, then = (interest(case, pack, CALENDAR, day) for day in (as_of, min(as_of + later * ONE, LAST)))
    assert now.accrued_minor <= then.accrued_minor
    assert by_day(now.segments).items() <= by_day(then.segments).items()


@given(world=worlds(), case=cases(payments=False, stops=False), days=st.integers(1, 700), later=LATER)
def test_what_accrues_in_two_times_is_what_accrues_in_both(world: World, case: Case, days: int, later: int) -> None:
    case = replace(case, customer_class=OTHER)  # no yearly cap
    pack = world.pack()
    middle, end = case.due_on + days * ONE, case.due_on + (days + later) * ONE
    whole, first = (interest(case, pack, CALENDAR, day).segments for day in (end, middle))
    second = interest(replace(case, due_on=middle), pack, CALENDAR, end).segments
    assert exact(whole) == exact(first) + exact(second)


def exact(segments: Any) -> Fraction:
    return sum((segment.exact_minor for segment in segments), Fraction(0))


@given(world=worlds(), case=cases(), days=st.integers(300, 1500), window=st.integers(-400, 1500))
def test_no_twelve_months_accrue_more_than_a_years_rate(world: World, case: Case, days: int, window: int) -> None:
    as_of = min(case.due_on + days * ONE, LAST)
    answer = interest(replace(case, customer_class=CONSUMER), world.pack(), CALENDAR, as_of)
    end = case.due_on + window * ONE
    within = [amount for day, amount in by_day(answer.segments).items() if a_year_before(end) < day <= end]
    assert len(within) <= 365
    # A day accrues a 365th of the annual rate on its principal, so the whole is their mean at most, and the highest at most.
    assert sum(within, Fraction(0)) <= 365 * max(within, default=Fraction(0))
    highest = max((segment.rate_bp for segment in answer.segments), default=0)
    assert sum(within, Fraction(0)) <= Fraction(case.principal.amount_minor * highest, 10_000)


@st.composite
def finnish(draw: st.DrawFn, customer_class: CustomerClass | None = None) -> Case:
    due_on = draw(st.dates(date(2003, 1, 1), date(2026, 6, 1)))
    around = st.integers(-40, 900).map(lambda days: min(due_on + days * ONE, date(2026, 12, 31)))
    principal = draw(st.integers(1, 5_000_000))
    known = st.none() | st.booleans()
    stop = st.builds(
        lambda kind, since, amount: Stop(kind, since, None, amount),
        st.sampled_from(StopKind),
        around,
        st.none() | st.integers(0, principal),
    )
    sent_on = draw(st.none() | st.integers(-30, 10).map(lambda days: due_on + days * ONE))
    return Case(
        customer_class or draw(st.sampled_from([one for one in CustomerClass if one is not CustomerClass.UNKNOWN])),
        Money(principal, "EUR"),
        issued_on=due_on - 30 * ONE,
        due_on=due_on,
        actor=draw(st.sampled_from(LegalActor)),
        sent_on=sent_on,
        due_date_binds=draw(known),
        rate_stated=draw(st.sampled_from([True, True, False, None])),
        start_stated=draw(st.sampled_from([True, True, False, None])),
        agreed_rate_bp=draw(st.none() | st.integers(0, 4000)),
        fixed_sum_claimed=draw(st.booleans()),
        payments=tuple(draw(st.lists(st.builds(Paid, around, st.integers(-principal, principal)), max_size=4))),
        stops=tuple(draw(st.lists(stop, max_size=1))),
    )


@given(case=finnish(), days=st.integers(-10, 1500))
def test_the_interest_of_a_class_with_a_ceiling_is_never_above_it(case: Case, days: int) -> None:
    as_of = min(case.due_on + days * ONE, date(2026, 12, 31))
    answer = interest(case, FI, CALENDAR, as_of)
    if case.customer_class is CustomerClass.COMMERCIAL_30_2013:
        # No ceiling: what was agreed, or the law's own.
        most = dict.fromkeys(days_between(case.due_on, as_of), case.agreed_rate_bp or 700 + 800)
    else:
        most = {day: 700 + reference_bp(day) for day in days_between(case.due_on, as_of)}
    assert all(segment.rate_bp <= most[segment.first] for segment in answer.segments)
    ceiling = sum((Fraction(case.principal.amount_minor * bp, 3_650_000) for bp in most.values()), Fraction(0))
    roundings = 1 + sum(paid.amount_minor > 0 for paid in case.payments)
    assert answer.accrued_minor <= ceiling + Fraction(roundings, 2)
    assert abs(answer.accrued_minor - exact(answer.segments)) <= Fraction(roundings, 2)


def days_between(due_on: date, as_of: date) -> Iterator[date]:
    for ordinal in range(due_on.toordinal() + 1, as_of.toordinal() + 1):
        yield date.fromordinal(ordinal)


def reference_bp(day: date) -> int:
    (period,) = [one for one in FI.table("reference") if one.valid_from <= day <= one.valid_to]
    return period.rate_bp


@given(case=finnish(CustomerClass.UNKNOWN), days=st.integers(-10, 1500))
def test_a_class_that_is_not_known_pays_no_more_than_any(case: Case, days: int) -> None:
    as_of = min(case.due_on + days * ONE, date(2026, 12, 31))
    unknown = interest(case, FI, CALENDAR, as_of)
    for one in classes_meant(CustomerClass.UNKNOWN):
        known = interest(replace(case, customer_class=one), FI, CALENDAR, as_of)
        assert unknown.accrued_minor <= known.accrued_minor
        assert unknown.due_minor <= known.due_minor


@given(world=worlds(), case=cases(), days=st.integers(-10, 1500))
def test_a_class_that_is_not_known_pays_the_least_of_those_that_pay(world: World, case: Case, days: int) -> None:
    as_of = min(case.due_on + days * ONE, LAST)
    pack = world.pack()
    unknown = interest(replace(case, customer_class=CustomerClass.UNKNOWN), pack, CALENDAR, as_of)
    known = [
        interest(replace(case, customer_class=one), pack, CALENDAR, as_of)
        for one in classes_meant(CustomerClass.UNKNOWN)
    ]
    assert unknown.accrued_minor == min(one.accrued_minor for one in known)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_the_order_in_which_payments_are_listed_does_not_matter(order: tuple[int, ...]) -> None:
    payments = [Paid(date(2020, 3, 1), 5_000), Paid(date(2020, 3, 1), -2_000), Paid(date(2019, 12, 1), 700)]
    world = World((0,) * 24, 700, 700, date(2019, 1, 1), ORDERS[0], ORDERS[0], date(2019, 1, 1))
    case = Case(OTHER, Money(9_000, "EUR"), date(2019, 9, 1), date(2019, 10, 1), due_date_binds=True)
    answer = interest(
        replace(case, payments=tuple(payments[at] for at in order)), world.pack(), CALENDAR, date(2021, 1, 1)
    )
    assert [one.amount_minor for one in answer.allocations] == [700, 5_000, -2_000]
