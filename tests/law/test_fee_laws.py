"""What holds of fees whatever happens: a creditor that always takes the most allowed never goes beyond the sections.

The figures of the law stand here once more, apart from the pack: nothing is compared with itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from dunningkit.law import BusinessCalendar
from dunningkit.law.acts import allowed, fixed_sum_minor
from dunningkit.law.answers import Allowed, Ruling
from dunningkit.law.case import AskedAct, Case, DoneAct, Paid, Stop
from dunningkit.law.interest import interest
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import LegalActor, StopKind
from dunningkit.law.veto import Override, judge
from dunningkit.model import ActKind, CustomerClass, Medium, Money

FI = load_pack("fi")
CALENDAR = BusinessCalendar()

PRIVATE = (CustomerClass.CONSUMER, CustomerClass.PUBLIC_FROM_PRIVATE_PERSON)
BUSINESS = (CustomerClass.COMMERCIAL_30_2013, CustomerClass.OTHER_NON_CONSUMER)
KNOWN = (*PRIVATE, CustomerClass.DIRECTLY_ENFORCEABLE, *BUSINESS)
REMINDS = (ActKind.REMINDER, ActKind.DEMAND)
NEVER_OVERRIDDEN = (
    StopKind.LIMITATION,
    StopKind.RESTRUCTURING,
    StopKind.DEBT_ADJUSTMENT,
    StopKind.BANKRUPTCY,
)


def total_of(customer_class: CustomerClass, principal_minor: int) -> int:
    """10 d and 10 h §."""
    if customer_class is CustomerClass.DIRECTLY_ENFORCEABLE:
        return 5_100
    if customer_class in PRIVATE:
        return 6_000 if principal_minor <= 10_000 else 12_000 if principal_minor <= 100_000 else 21_000
    ladder = ((50_000, 25_000), (250_000, 47_000), (1_000_000, 55_000))
    return next((total for limit, total in ladder if principal_minor <= limit), 62_000)


def demand_of(customer_class: CustomerClass, principal_minor: int) -> int:
    """10 a and 10 e §: a professional collector's first demand."""
    if customer_class is CustomerClass.DIRECTLY_ENFORCEABLE:
        return 1_400
    if customer_class in PRIVATE:
        return 1_400 if principal_minor <= 10_000 else 2_400 if principal_minor <= 100_000 else 5_000
    ladder = ((50_000, 5_000), (250_000, 7_000), (1_000_000, 9_000))
    return next((most for limit, most in ladder if principal_minor <= limit), 11_000)


def reminder_of(customer_class: CustomerClass) -> int:
    return 1_200 if customer_class in BUSINESS else 500


@dataclass(frozen=True)
class Step:
    """What somebody tries next: after so many days, an act, seen with a class."""

    wait_days: int
    asked: AskedAct
    actor: LegalActor
    customer_class: CustomerClass


def steps(classes: st.SearchStrategy[CustomerClass]) -> st.SearchStrategy[list[Step]]:
    acts = st.builds(
        AskedAct,
        st.sampled_from(ActKind),
        st.just(date(2022, 5, 1)),
        medium=st.sampled_from([*Medium, None]),
        delivery_days=st.integers(0, 8),
        extension_days=st.sampled_from((0, 13, 14, 30)),
        instalments=st.integers(0, 12),
    )
    waits = st.one_of(st.integers(0, 20), st.integers(0, 90))
    return st.lists(st.builds(Step, waits, acts, st.sampled_from(LegalActor), classes), min_size=1, max_size=14)


ANY_KNOWN = st.sampled_from(KNOWN)


@st.composite
def receivables(draw: st.DrawFn, classes: st.SearchStrategy[CustomerClass] = ANY_KNOWN) -> Case:
    due_on = draw(st.dates(date(2022, 6, 1), date(2025, 12, 31)))
    issued_on = due_on - timedelta(days=draw(st.integers(0, 40)))
    tiers = (10_000, 10_001, 50_000, 50_001, 100_000, 100_001, 250_000, 250_001, 1_000_000, 1_000_001)
    return Case(
        customer_class=draw(classes),
        principal=Money(draw(st.one_of(st.sampled_from(tiers), st.integers(1, 2_000_000))), "EUR"),
        issued_on=issued_on,
        sent_on=draw(st.sampled_from((issued_on, None))),
        due_on=due_on,
        due_date_binds=True,
        rate_stated=draw(st.booleans()),
        start_stated=True,
        fixed_sum_claimed=draw(st.booleans()),
    )


def charged(case: Case, tried: list[Step]) -> Iterator[tuple[Case, Step, Allowed, DoneAct]]:
    """The history of somebody who does what is possible and always takes the most for it, act by act."""
    on = case.due_on - timedelta(days=3)
    for step in tried:
        on += timedelta(days=step.wait_days)
        case = replace(case, actor=step.actor, customer_class=step.customer_class)
        found = allowed(case, replace(step.asked, on=on), FI, CALENDAR)
        if found.is_possible:
            act = DoneAct(step.asked.kind, on, found.fee_minor, step.actor, step.asked.medium)
            yield case, step, found, act
            case = replace(case, acts=(*case.acts, act))


@given(receivables(), steps(ANY_KNOWN), st.booleans())
def test_fees_never_come_to_more_than_the_total_of_the_class_at_that_time(
    case: Case, tried: list[Step], stays: bool
) -> None:
    """A class that changes in between changes what is left; what was charged before stays counted."""
    spent = 0
    if stays:
        tried = [replace(step, customer_class=case.customer_class) for step in tried]
    for before, step, found, act in charged(case, tried):
        total = total_of(step.customer_class, case.principal.amount_minor)
        assert found.caps.total_left_minor == max(0, total - spent)
        spent += act.fee_minor
        assert act.fee_minor == 0 or spent <= total
        assert spent == sum(one.fee_minor for one in (*before.acts, act))


@given(receivables(), steps(ANY_KNOWN))
def test_no_act_costs_more_than_its_tariff_and_a_creditor_demands_for_nothing(case: Case, tried: list[Step]) -> None:
    for before, step, found, act in charged(case, tried):
        kind, who, principal = act.kind, step.customer_class, case.principal.amount_minor
        if kind is ActKind.REMINDER:
            assert act.fee_minor <= reminder_of(who)
        if kind is ActKind.DEMAND:
            repeated = any(one.kind is ActKind.DEMAND for one in before.acts)
            most = demand_of(who, principal) // (2 if repeated else 1)
            most = min(most, reminder_of(who)) if act.actor is LegalActor.INTRA_GROUP_COLLECTOR else most
            assert act.fee_minor <= (0 if act.actor is LegalActor.CREDITOR else most)
        if act.medium in (Medium.SMS, Medium.PHONE, None) and kind is ActKind.REMINDER:
            assert act.fee_minor == 0
        assert found.fee_minor == act.fee_minor


@given(receivables(), steps(ANY_KNOWN))
def test_no_fee_comes_before_its_day(case: Case, tried: list[Step]) -> None:
    due_on = CALENDAR.next_banking_day(case.due_on)
    for before, step, _, act in charged(case, tried):
        if act.fee_minor == 0 or act.kind not in REMINDS:
            continue
        latest = max((one.on for one in before.acts if one.kind in REMINDS), default=None)
        is_business = step.customer_class in BUSINESS
        assert act.on > due_on
        if act.kind is ActKind.REMINDER and not is_business:
            assert (act.on - due_on).days > 14
            assert case.sent_on is not None
            assert (case.due_on - case.sent_on).days >= 14
        if latest is not None:
            assert (act.on - latest).days > (10 if is_business else 14)


@given(receivables(), steps(ANY_KNOWN))
def test_no_count_is_exceeded_and_nothing_is_protested_to_a_private_person(case: Case, tried: list[Step]) -> None:
    done: list[DoneAct] = []
    for _, step, _, act in charged(case, tried):
        done.append(act)
        costly = [one.kind for one in done if one.fee_minor]
        if act.fee_minor:
            assert costly.count(ActKind.DEMAND) <= 2 or act.kind is not ActKind.DEMAND
            assert costly.count(ActKind.TRATTA) <= 1 or act.kind is not ActKind.TRATTA
            assert costly.count(ActKind.BANKRUPTCY_DEMAND) <= 1 or act.kind is not ActKind.BANKRUPTCY_DEMAND
            small = 50_000 if step.customer_class in BUSINESS else 10_000
            single = case.principal.amount_minor <= small or step.customer_class is CustomerClass.DIRECTLY_ENFORCEABLE
            plans = 1 if single else 2
            assert costly.count(ActKind.PAYMENT_PLAN) <= plans or act.kind is not ActKind.PAYMENT_PLAN
        assert act.kind is not ActKind.TRATTA or step.customer_class in BUSINESS


@given(receivables(st.just(CustomerClass.COMMERCIAL_30_2013)), steps(st.just(CustomerClass.COMMERCIAL_30_2013)))
def test_the_fixed_sum_and_costs_beyond_it_never_come_to_more_than_the_greater(case: Case, tried: list[Step]) -> None:
    net = gross = 0
    for before, step, _, act in charged(replace(case, fixed_sum_claimed=True), tried):
        net += act.fee_minor
        alone = replace(before, fixed_sum_claimed=False)
        gross += allowed(alone, replace(step.asked, on=act.on), FI, CALENDAR).fee_minor
        assert 4_000 + net <= max(4_000, gross)


@given(receivables(), steps(ANY_KNOWN))
def test_the_fixed_sum_is_only_what_costs_left_of_it(case: Case, tried: list[Step]) -> None:
    acts = tuple(act for *_, act in charged(replace(case, fixed_sum_claimed=False), tried))
    found = fixed_sum_minor(replace(case, acts=acts), FI, interest_runs=True)
    grants = case.customer_class is CustomerClass.COMMERCIAL_30_2013
    assert found == (max(0, 4_000 - sum(act.fee_minor for act in acts)) if grants else 0)


def history(case: Case, tried: list[Step]) -> Case:
    tried = [replace(step, customer_class=case.customer_class, actor=case.actor) for step in tried]
    return replace(case, acts=tuple(act for *_, act in charged(case, tried)))


@given(receivables(), steps(ANY_KNOWN), st.integers(0, 900), st.integers(1, 200))
def test_asking_later_never_allows_less(case: Case, tried: list[Step], first: int, more: int) -> None:
    """Between the days nothing happens: no payment, no stop, no other version, and what lapses does so later."""
    case = history(case, tried[:-1])
    on = max([case.due_on, *(act.on for act in case.acts)]) + timedelta(days=first)
    assume(first + more < 1_000)
    asked = replace(tried[-1].asked, on=on)
    now = allowed(case, asked, FI, CALENDAR)
    later = allowed(case, replace(asked, on=on + timedelta(days=more)), FI, CALENDAR)
    assert later.fee_minor >= now.fee_minor
    assert later.is_possible >= now.is_possible
    assert later.caps == now.caps
    assert later.pay_by - now.pay_by == timedelta(days=more)


@given(receivables(), steps(ANY_KNOWN), st.integers(0, 30))
def test_the_earliest_days_are_the_first_on_which_it_is_so(case: Case, tried: list[Step], days: int) -> None:
    case = history(case, tried[:-1])
    on = max([case.due_on - timedelta(days=5), *(act.on for act in case.acts)]) + timedelta(days=days)
    asked = replace(tried[-1].asked, on=on)
    found = allowed(case, asked, FI, CALENDAR)
    horizon = [on + timedelta(days=ahead) for ahead in range(45)]
    each = {day: allowed(case, replace(asked, on=day), FI, CALENDAR) for day in horizon}
    assert found.chargeable_on == next((day for day in horizon if each[day].fee_minor), found.chargeable_on)
    assert found.chargeable_on is None or found.chargeable_on not in each or each[found.chargeable_on].fee_minor
    assert found.possible_on == next((day for day in horizon if each[day].is_possible), found.possible_on)
    assert found.possible_on is None or found.possible_on not in each or each[found.possible_on].is_possible


@given(receivables(), steps(ANY_KNOWN), st.integers(0, 400))
def test_a_class_that_is_not_known_is_never_better_for_the_creditor_than_any(
    case: Case, tried: list[Step], days: int
) -> None:
    case = history(case, tried[:-1])
    on = max([case.due_on, *(act.on for act in case.acts)]) + timedelta(days=days)
    asked = replace(tried[-1].asked, on=on)
    unknown = allowed(replace(case, customer_class=CustomerClass.UNKNOWN), asked, FI, CALENDAR)
    for one in KNOWN:
        known = allowed(replace(case, customer_class=one), asked, FI, CALENDAR)
        assert unknown.fee_minor <= known.fee_minor
        assert unknown.is_possible <= known.is_possible
        assert unknown.pay_by >= known.pay_by
        assert (unknown.chargeable_on or date.max) >= (known.chargeable_on or date.max)
        assert (unknown.possible_on or date.max) >= (known.possible_on or date.max)
        assert (unknown.caps.total_left_minor or 0) <= (known.caps.total_left_minor or 0)


STOPS = st.builds(
    Stop,
    st.sampled_from(StopKind),
    st.just(date(2022, 5, 1)),
    amount_minor=st.one_of(st.none(), st.integers(0, 2_000_000)),
)


@given(
    receivables(st.sampled_from(CustomerClass)),
    steps(ANY_KNOWN),
    st.lists(STOPS, max_size=3),
    st.lists(st.sampled_from(StopKind), max_size=4),
    st.integers(0, 300),
    st.integers(0, 3_000),
    st.integers(0, 20_000),
    st.integers(0, 2_000_000),
)
def test_nothing_that_is_asked_gets_past_a_stop_or_beyond_what_is_allowed(
    case: Case,
    tried: list[Step],
    stops: list[Stop],
    overridden: list[StopKind],
    days: int,
    fee_minor: int,
    interest_minor: int,
    paid_minor: int,
) -> None:
    case = history(case, tried[:-1])
    on = max([case.due_on, *(act.on for act in case.acts)]) + timedelta(days=days)
    assume(on < date(2026, 12, 31))
    case = replace(case, stops=tuple(stops), payments=(Paid(case.due_on, paid_minor),))
    asked = replace(tried[-1].asked, on=on)
    overrides = [Override(kind, "Maija", "I know better") for kind in overridden]
    verdict = judge(case, asked, FI, CALENDAR, fee_minor=fee_minor, interest_minor=interest_minor, overrides=overrides)
    may = allowed(case, asked, FI, CALENDAR)
    goes = verdict.ruling in (Ruling.ALLOW, Ruling.LOWER)
    assert verdict.fee_minor == min(fee_minor, may.fee_minor) or not goes or not may.is_possible
    assert verdict.fee_minor <= min(fee_minor, may.fee_minor)
    assert verdict.interest_minor <= min(interest_minor, interest(case, FI, CALENDAR, on).due_minor)
    assert goes or (verdict.fee_minor, verdict.interest_minor) == (0, 0)
    assert (verdict.ruling is Ruling.ALLOW) == (
        goes and (verdict.fee_minor, verdict.interest_minor) == (fee_minor, interest_minor)
    )
    if goes:
        kinds = {stop.kind for stop in stops}
        assert not kinds & {*NEVER_OVERRIDDEN}
        assert kinds - {StopKind.SUSPENSION_REQUEST, StopKind.DISPUTE} <= {*overridden}
        whole = [one for one in stops if one.kind is StopKind.DISPUTE and one.amount_minor is None]
        assert not whole or case.customer_class is CustomerClass.DIRECTLY_ENFORCEABLE
        if StopKind.SUSPENSION_REQUEST in kinds:
            assert (verdict.fee_minor, verdict.must_say_free) == (0, True)
    if verdict.ruling is Ruling.POSTPONE:
        assert verdict.until is not None
        assert verdict.until > on
