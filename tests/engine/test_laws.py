"""What must hold for any ledger, on any day, in any order. Hypothesis looks for the ledger that breaks it."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dunningkit.model import (
    ContactPoint,
    Hold,
    HoldKind,
    LineStatus,
    Medium,
    Money,
    Payment,
    Proposal,
    QuarantinedRow,
    ReasonCode,
    Receivable,
    ReceivableKind,
    ReminderState,
)
from dunningkit.policy import Grouping, Policy, Step

START = date(2026, 11, 2)  # a Monday

LAWS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@dataclass(frozen=True)
class Spec:
    """What Hypothesis draws for one receivable."""

    customer: int
    late: int
    minor: int
    currency: str
    fate: str
    not_before: int | None
    ahead: int = 1


FATES = [
    "open",
    "open",
    "open",
    "paid",
    "part_paid",
    "disputed",
    "held",
    "customer_held",
    "gone",
    "quarantined",
    "credit",
]
#: What the ledger dates ahead, ``ahead`` days after the first run: it takes effect without any news.
AHEAD = [
    "issued_ahead",
    "paid_ahead",
    "settled_ahead",
    "reversed_ahead",
    "paid_but_reversed_ahead",
    "credit_in_hand_until_then",
    "credit_note_settled_ahead",
    "linked_credit_note",
    "held_until_then",
]

SPECS = st.builds(
    Spec,
    customer=st.integers(0, 4),
    late=st.integers(-3, 120),
    minor=st.integers(1, 500_000),
    currency=st.sampled_from(["EUR", "EUR", "SEK"]),
    fate=st.sampled_from(FATES),
    not_before=st.one_of(st.none(), st.none(), st.integers(-3, 5)),
)
LEDGERS = st.lists(SPECS, min_size=1, max_size=12)
#: Few customers and small amounts, so that minima, credits and what is dated ahead meet.
LEDGERS_AHEAD = st.lists(
    st.builds(
        Spec,
        customer=st.integers(0, 1),
        late=st.integers(-12, 40),
        minor=st.integers(1, 1_500),
        currency=st.sampled_from(["EUR", "EUR", "SEK"]),
        fate=st.sampled_from([*FATES, *AHEAD, *AHEAD]),
        not_before=st.one_of(st.none(), st.none(), st.integers(-3, 5)),
        ahead=st.integers(1, 12),
    ),
    min_size=1,
    max_size=8,
)
COURTESY = Step(id="before", kind="courtesy", anchor="before_due", days=8)
CLIMBS = [
    (Step(id="first"), Step(id="second", days=16)),
    (COURTESY, Step(id="first")),
    (Step(id="first", days=20), Step(id="second", anchor="end_of_month_after_due", days=1)),
    (Step(id="first"), Step(id="second", anchor="end_of_month_after_due", days=1), Step(id="third", days=9)),
    (COURTESY, Step(id="first", days=9), Step(id="second", anchor="end_of_month_after_due", days=2)),
]
POLICIES = st.builds(
    Policy,
    steps=st.sampled_from(CLIMBS),
    progress=st.sampled_from(["one_step", "catch_up", "catch_up"]),
    boundary=st.sampled_from(["inclusive", "exclusive"]),
    grace_days=st.sampled_from([0, 0, 5]),
    minimum_customer_minor=st.sampled_from([{}, {"EUR": 1_200, "SEK": 800}]),
    minimum_open_minor=st.sampled_from([{}, {"EUR": 300}]),
)


def fill(world, specs: list[Spec]) -> None:
    """Put the drawn receivables into a world, with what befell each."""
    for customer in range(5):
        points = (
            ContactPoint(Medium.EMAIL, f"c{customer}@example.fi"),
            ContactPoint(Medium.SMS, f"+35845755501{customer}", confirmed=customer % 2 == 0),
        )
        world.customer(str(customer), contact_points=points[: 1 + customer % 2])
    for position, spec in enumerate(specs):
        add(world, f"{position:03}", spec)


def add(world, number: str, spec: Spec) -> None:
    customer, amount = str(spec.customer), Money(spec.minor, spec.currency)
    receivable = world.invoice(number, customer_id=customer, late=spec.late, original=amount, open=amount)
    if spec.not_before is not None:
        receivable = replace(receivable, not_before=world.today + timedelta(days=spec.not_before))
    hold = Hold(f"h{number}", customer, HoldKind.PROMISE, world.today - timedelta(days=200), from_ledger=True)
    match spec.fate:
        case "paid":
            receivable = replace(receivable, open=Money(0, spec.currency), settled_on=world.today)
        case "part_paid":
            half = Money(spec.minor // 2, spec.currency)
            receivable = replace(receivable, open=amount - half)
            world.ledger.payments[number] = Payment(number, customer, half, receivable.issued_on, number)
        case "disputed":
            receivable = replace(receivable, disputed=True)
        case "held":
            world.ledger.holds[number] = replace(hold, receivable_id=number)
        case "customer_held":
            world.ledger.holds[number] = hold
        case "quarantined":
            world.ledger.quarantined.append(QuarantinedRow(f"line {number}", "unreadable", receivable_id=number))
        case "credit":
            receivable = replace(receivable, original=-amount, open=-amount, kind=ReceivableKind.CREDIT_NOTE)
        case ahead if ahead in AHEAD:
            receivable = dated_ahead(world, receivable, spec)
    world.ledger.receivables[number] = receivable


def dated_ahead(world, receivable: Receivable, spec: Spec) -> Receivable:
    """The receivable with what the ledger dates ahead about it."""
    number, customer, amount = receivable.receivable_id, receivable.customer_id, receivable.open
    then, none, payments = world.today + timedelta(days=spec.ahead), Money.zero(amount.currency), world.ledger.payments
    match spec.fate:
        case "issued_ahead":
            return replace(receivable, issued_on=then, due_on=max(then, receivable.due_on))
        case "paid_ahead":
            payments[number] = Payment(number, customer, amount, then, number)
            return replace(receivable, open=none, settled_on=then)
        case "settled_ahead":
            return replace(receivable, open=none, settled_on=then)
        case "reversed_ahead":
            payments[number] = Payment(number, customer, Money(-spec.minor // 2, spec.currency), then, number)
        case "paid_but_reversed_ahead":
            payments[number] = Payment(number, customer, -amount, then, number)
        case "credit_in_hand_until_then":
            payments[number] = Payment(number, customer, amount, receivable.issued_on)
            payments[f"{number} back"] = Payment(f"{number} back", customer, -amount, then)
        case "credit_note_settled_ahead":
            credit = replace(receivable, original=-amount, open=none, kind=ReceivableKind.CREDIT_NOTE)
            return replace(credit, issued_on=world.today - timedelta(days=20), settled_on=then)
        case "linked_credit_note":
            of = f"{int(number) - 1:03}"
            return replace(receivable, original=-amount, open=-amount, kind=ReceivableKind.CREDIT_NOTE, credit_of=of)
        case "held_until_then":
            start = world.today - timedelta(days=3)
            world.ledger.holds[number] = Hold(number, customer, HoldKind.PROMISE, start, end_on=then)
    return receivable


def drop_gone(world, specs: list[Spec]) -> None:
    for position, spec in enumerate(specs):
        if spec.fate == "gone":
            del world.ledger.receivables[f"{position:03}"]


def run(world, specs: list[Spec]) -> Proposal:
    """The first run of a world: everything known, then what is gone goes."""
    world.on(START)
    fill(world, specs)
    world.sync()
    drop_gone(world, specs)
    world.sync(accept_gone=True)
    return world.engine().propose(world.creditor.creditor_id, as_of=world.today, actor=world.actor)


def same(proposal: Proposal) -> Proposal:
    """A proposal without what names the creditor, for comparing worlds."""
    keyless = tuple(replace(r, key="", reminder_id="") for r in proposal.reminders)
    lines = tuple(replace(line, reminder_id=None) for line in proposal.lines)
    keyless = tuple(sorted(keyless, key=lambda r: (r.customer_id, r.items[0].receivable_id)))
    return replace(proposal, creditor_id="", proposal_id="", policy_version="", lines=lines, reminders=keyless)


@LAWS
@given(specs=LEDGERS)
def test_no_line_is_ready_for_what_is_paid_held_gone_or_unreadable_nor_before_its_day(new_world, specs) -> None:
    world = new_world()
    proposal = run(world, specs)
    held_customers = {str(spec.customer) for spec in specs if spec.fate == "customer_held"}
    for line in proposal.lines:
        spec = specs[int(line.receivable_id)]
        if line.status is LineStatus.READY:
            assert spec.fate in ("open", "part_paid")
            assert line.customer_id not in held_customers
            assert line.days_late >= 1
            assert spec.not_before is None or spec.not_before <= 0
        assert line.reasons


@LAWS
@given(specs=LEDGERS, seed=st.integers(0, 10**6))
def test_the_order_of_input_never_matters(new_world, specs, seed) -> None:
    straight, shuffled = new_world(), new_world()
    expected = same(run(straight, specs))
    shuffled.on(START)
    fill(shuffled, specs)
    shuffled.sync()
    drop_gone(shuffled, specs)
    dice = random.Random(seed)
    for name in ("customers", "receivables", "payments", "holds"):
        items = list(getattr(shuffled.ledger, name).items())
        dice.shuffle(items)
        setattr(shuffled.ledger, name, dict(items))
    shuffled.sync(accept_gone=True)
    proposal = shuffled.engine().propose(shuffled.creditor.creditor_id, as_of=START, actor=shuffled.actor)
    assert same(proposal) == expected


@LAWS
@given(specs=LEDGERS)
def test_the_same_inputs_give_the_same_proposal(new_world, specs) -> None:
    assert same(run(new_world(), specs)) == same(run(new_world(), specs))


@LAWS
@example(
    specs=[
        Spec(customer=0, late=115, minor=262144, currency="EUR", fate="open", not_before=None),
        Spec(customer=0, late=33, minor=7822, currency="SEK", fate="open", not_before=-1),
        Spec(customer=0, late=20, minor=100, currency="SEK", fate="open", not_before=None),
        Spec(customer=0, late=10, minor=200, currency="EUR", fate="open", not_before=None),
    ]
)
@given(specs=LEDGERS)
def test_two_runs_in_a_day_equal_one(new_world, specs) -> None:
    world = new_world()
    first = run(world, specs)
    second = world.propose()
    assert second == first
    assert second.proposal_id == first.proposal_id
    assert world.engine().latest(world.creditor.creditor_id) == first


@LAWS
@given(specs=LEDGERS)
def test_every_cent_is_in_its_place(new_world, specs) -> None:
    proposal = run(new_world(), specs)
    for reminder in proposal.reminders:
        assert reminder.total == Money.total((item.open for item in reminder.items), reminder.total.currency)
        mine = [line for line in proposal.lines if line.reminder_id == reminder.reminder_id]
        assert sorted(line.receivable_id for line in mine) == sorted(item.receivable_id for item in reminder.items)
    overdue_lines = [line for line in proposal.lines if line.due_on < proposal.as_of]
    for tally in proposal.tallies:
        lines = [line for line in overdue_lines if line.open.currency == tally.currency]
        assert (len(lines), sum(line.open.amount_minor for line in lines)) == (tally.overdue, tally.overdue_minor)


DAYS = st.lists(st.integers(0, 4), min_size=3, max_size=12)


@settings(LAWS, max_examples=25)
@given(specs=LEDGERS, gaps=DAYS, grouping=st.sampled_from(list(Grouping)), yes=st.randoms(use_true_random=False))
def test_the_caps_hold_over_any_sequence_of_days(new_world, specs, gaps, grouping, yes) -> None:
    world = new_world()
    world.policy = Policy(grouping=grouping)
    run(world, specs)
    sent: dict[str, list[date]] = {}
    for gap in gaps:
        world.on(world.today + timedelta(days=gap))
        proposal = world.propose()
        chosen = [reminder.reminder_id for reminder in proposal.reminders if yes.random() < 0.7]
        if chosen:
            world.approve(*chosen)
        report = world.send()
        found = world.engine().reminders(world.creditor.creditor_id, report.accepted)
        for stored in found.values():
            sent.setdefault(stored.reminder.customer_id, []).append(world.today)
    for days in sent.values():
        for cap in world.policy.caps:
            for first in days:
                window = [day for day in days if first <= day < first + timedelta(days=cap.window_days)]
                assert len(window) <= cap.max_contacts
    keys = [rendered.key for rendered in world.channel.left]
    assert len(keys) == len(set(keys))


GAPS = st.lists(st.integers(1, 5), min_size=1, max_size=8)


@settings(LAWS, max_examples=25)
@given(specs=LEDGERS, gaps=GAPS)
def test_looking_only_at_what_is_due_finds_what_looking_at_everything_finds(new_world, specs, gaps) -> None:
    look_at_what_is_due_and_at_everything(new_world, specs, Policy(), gaps)


@settings(LAWS, max_examples=75)
@example(
    specs=[
        Spec(customer=0, late=0, minor=1, currency="EUR", fate="open", not_before=None),
        Spec(customer=0, late=8, minor=445, currency="EUR", fate="reversed_ahead", not_before=None),
    ],
    policy=Policy(minimum_customer_minor={"EUR": 300}),
    gaps=[1],
)
@given(specs=LEDGERS_AHEAD, policy=POLICIES, gaps=GAPS)
def test_that_holds_when_the_ledger_dates_ahead_and_steps_overtake_each_other(new_world, specs, policy, gaps) -> None:
    look_at_what_is_due_and_at_everything(new_world, specs, policy, gaps)


def look_at_what_is_due_and_at_everything(new_world, specs, policy, gaps) -> None:
    daily, fresh = new_world(), new_world()
    daily.policy = fresh.policy = policy
    run(daily, specs)
    run(fresh, specs)
    last = START + timedelta(days=sum(gaps))
    for gap in gaps:
        daily.on(daily.today + timedelta(days=gap))
        proposal = daily.propose()
    fresh.on(last)
    # Another treatment name is a change, so everything is looked at; nothing else differs.
    fresh.creditor = replace(fresh.creditor, business_id="changed")
    everything = fresh.propose()
    reviewed = {line.receivable_id for line in proposal.lines}
    shown = [line for line in same(everything).lines if line.receivable_id in reviewed]
    assert list(same(proposal).lines) == shown
    missed = [line for line in everything.lines if line.receivable_id not in reviewed]
    assert all(line.status is LineStatus.WONT_GO for line in missed)


def test_the_laws_are_not_vacuous(new_world) -> None:
    """The drawn ledgers do lead to ready lines, holds, questions and caps; else the laws above would prove nothing."""
    dice = random.Random(1)
    seen: set[ReasonCode] = set()
    statuses: set[LineStatus] = set()
    for _ in range(30):
        specs = [
            Spec(dice.randrange(5), dice.randrange(-3, 120), dice.randrange(1, 9999), "EUR", dice.choice(FATES), None)
            for _ in range(10)
        ]
        for line in run(new_world(), specs).lines:
            seen.add(line.reasons[0].code)
            statuses.add(line.status)
    assert statuses == set(LineStatus)
    expected = {ReasonCode.FIRST_CONTACT_DUE, ReasonCode.HELD_DISPUTE, ReasonCode.HELD_PROMISE, ReasonCode.LONG_OVERDUE}
    assert expected | {ReasonCode.ROW_QUARANTINED, ReasonCode.CREDITS_COVER} <= seen


@LAWS
@given(specs=LEDGERS)
def test_an_explanation_says_what_the_proposal_says(new_world, specs) -> None:
    world = new_world()
    proposal = run(world, specs)
    for line in proposal.lines:
        (story,) = world.engine().explain(proposal.creditor_id, line.receivable_id, proposal.as_of).stories
        assert story.stored == line
        # A second message to the same customer waits: that is a matter of the whole proposal and of no single receivable.
        assert not story.differs or line.reasons[0].code is ReasonCode.ANOTHER_FIRST


@LAWS
@given(
    specs=LEDGERS,
    answered=st.booleans(),
    late_news=st.lists(st.sampled_from(["pay", "issue", "hold"]), max_size=2),
    wrong_days=st.lists(st.integers(1, 60), min_size=1, max_size=2),
    days=st.integers(1, 3),
)
def test_a_run_that_was_thrown_away_leaves_no_trace(new_world, specs, answered, late_news, wrong_days, days) -> None:
    """One world runs for wrong days and throws that away; the next run of both says the same, byte for byte."""
    seen = []
    for wrong in ([], wrong_days):
        world = new_world()
        world.policy = Policy(steps=(Step(id="first"), Step(id="second", days=5, time_to_pay_days=2)))
        first = run(world, specs)
        if answered:
            world.approve(*[one.reminder_id for one in first.reminders[::2]])
            world.send(max_messages=1)
        for news in late_news:
            hear(world, news)
        world.sync(accept_gone=True)
        for day in sorted(wrong):
            world.engine().propose(world.creditor.creditor_id, as_of=START + timedelta(day), actor=world.actor)
        while world.engine().latest(world.creditor.creditor_id).as_of > START:  # two equal runs make one proposal
            world.engine().discard_proposal(world.creditor.creditor_id, actor=world.actor)
        world.on(START + timedelta(days=days))
        again = world.propose()
        approved = world.engine().reminders_in(world.creditor.creditor_id, ReminderState.APPROVED)
        standing = sorted(item.receivable_id for one in approved for item in one.reminder.items)
        seen.append((same(again), world.engine().waiting(world.creditor.creditor_id, world.today), standing))
    assert seen[0] == seen[1]


def hear(world, news: str) -> None:
    """What the first run did not know."""
    if news == "issue":
        world.invoice(f"new {len(world.ledger.receivables)}", customer_id="0", late=4)
    elif news == "pay" and world.ledger.receivables:
        one = min(world.ledger.receivables)
        if world.ledger.receivables[one].open.amount_minor > 0:
            world.pay(one)
    elif news == "hold":
        world.ledger.holds["n"] = Hold("n", "1", HoldKind.PROMISE, START, end_on=START + timedelta(4), from_ledger=True)
