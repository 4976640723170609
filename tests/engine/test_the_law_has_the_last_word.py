"""Whatever a policy, a plugin or a person asks for: what leaves is what the rule pack allows on the day it leaves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunningkit.engine import CreditorSetup
from dunningkit.errors import SettingsError
from dunningkit.law.loading import load_pack
from dunningkit.law.terms import CreditorTerms, UnderLaw
from dunningkit.model import (
    Act,
    ActKind,
    CustomerClass,
    Hold,
    HoldKind,
    LineStatus,
    Medium,
    Money,
    ReasonCode,
    Score,
    Segment,
)
from dunningkit.policy import Policy, Step
from dunningkit.store import deliveries

CREDITOR = "pihapalvelu"
DAY = timedelta(days=1)
FIRST = Step(id="first", days="by_history")
STALE = {"formal_banking_days": 9, "any_banking_days": 9}


def a_policy(*steps: Step, **more: object) -> Policy:
    return Policy(steps=(FIRST, *steps), caps=(), long_overdue_days=2000, stale=STALE, **more)


def formal(days: int = 15, **more: object) -> Step:
    return Step(**{"id": "formal", "kind": "formal", "days": days, "fee_minor": 500, "style": "neutral", **more})


@pytest.fixture
def world(world):
    world.law = UnderLaw(load_pack("fi"), CreditorTerms(sent_when_issued=True, due_dates_bind=True))
    world.creditor = replace(world.creditor, business_id="1234567-1", postal_address="Esimerkkikatu 1, 00100 Helsinki")
    world.policy = a_policy(formal())
    return world


def after_the_first(world, number: str = "1042", **invoice: object) -> None:
    """An invoice whose first, friendly reminder left five days after its due date; time stands there."""
    world.invoice(number, **{"late": 5, "sent_on": None, **invoice})
    world.propose()
    world.approve()
    assert world.send().accepted


def days_after_due(world, days: int, number: str = "1042"):
    return world.on(world.ledger.receivables[number].due_on + timedelta(days=days))


def item_of(world, number: str = "1042"):
    """What the reminder about an invoice claims today."""
    proposal = world.propose()
    line = next(line for line in proposal.lines if line.invoice_number == number)
    reminder = next((one for one in proposal.reminders if one.reminder_id == line.reminder_id), None)
    return (
        line,
        reminder,
        next((one for one in reminder.items if one.receivable_id == number), None) if reminder else None,
    )


def codes(line) -> list[ReasonCode]:
    return [reason.code for reason in line.reasons]


# -- when a fee may be asked ---------------------------------------------------------------------------------------


def test_the_fourteenth_day_is_too_early_for_a_fee_and_the_line_says_from_when_it_is_not(world) -> None:
    world.policy = Policy(
        steps=(FIRST.model_copy(update={"time_to_pay_days": 5}), formal(days=14)), caps=(), stale=STALE
    )
    after_the_first(world, late=3)
    line, _reminder, item = item_of(days_after_due(world, 3 + 14))
    assert (line.status, item.fee_minor) == (LineStatus.READY, 0)
    too_early = next(reason for reason in line.reasons if reason.code is ReasonCode.LAW_FEE_TOO_EARLY)
    assert date.fromisoformat(str(too_early.params["day"])) == world.today + DAY


def test_the_fifteenth_day_after_the_latest_reminder_may_cost_five_euros(world) -> None:
    after_the_first(world)
    _line, _reminder, item = item_of(days_after_due(world, 5 + 15))
    assert item.fee_minor == 500


def test_what_left_counts_when_the_next_fee_is_asked_for(world) -> None:
    world.policy = a_policy(formal(), formal(30, id="formal2"))
    after_the_first(world)
    line, _reminder, item = item_of(days_after_due(world, 20))
    assert item.fee_minor == 500
    world.approve()
    assert world.send().accepted == [line.reminder_id]
    with world.store.read() as db:
        (_friendly, sent) = deliveries.items_about(db, CREDITOR, ["1042"])
    assert sent.fee_minor == 500
    line, reminder, item = item_of(days_after_due(world, 33))
    assert item.fee_minor == 0  # 13 days after the one that left
    assert reminder.total == Money(8990 + 500, "EUR")  # the earlier fee is still asked for
    _line, _reminder, item = item_of(days_after_due(world, 35))
    assert item.fee_minor == 500


@pytest.mark.parametrize(
    ("customer_class", "asked_minor", "fee_minor"),
    [
        (CustomerClass.CONSUMER, 999_999, 500),
        (CustomerClass.COMMERCIAL_30_2013, 999_999, 1200),
        (CustomerClass.COMMERCIAL_30_2013, 800, 800),
        (CustomerClass.OTHER_NON_CONSUMER, 999_999, 1200),
        (CustomerClass.UNKNOWN, 999_999, 500),
    ],
)
def test_no_policy_charges_more_than_the_law_allows(world, customer_class, asked_minor: int, fee_minor: int) -> None:
    world.policy = a_policy(formal(fee_minor=asked_minor))
    world.customer(customer_class=customer_class)
    after_the_first(world)
    line, _reminder, item = item_of(days_after_due(world, 20))
    assert item.fee_minor == fee_minor
    assert (ReasonCode.LAW_FEE_LOWERED in codes(line)) is (asked_minor > fee_minor)


def test_a_creditor_says_what_class_customers_are_of_whom_the_ledger_does_not_tell(world) -> None:
    terms = replace(world.law.terms, customer_class=CustomerClass.COMMERCIAL_30_2013)
    world.law = UnderLaw(world.law.pack, terms)
    world.policy = a_policy(formal(fee_minor=1200))
    world.customer("1", customer_class=CustomerClass.UNKNOWN)
    world.customer("2", customer_class=CustomerClass.CONSUMER)
    world.invoice("B", customer_id="2")
    after_the_first(world, "A")
    days_after_due(world, 20, "A")
    assert (item_of(world, "A")[2].fee_minor, item_of(world, "B")[2].fee_minor) == (1200, 500)


def test_an_invoice_of_which_nobody_says_when_it_was_sent_costs_nothing(world) -> None:
    world.law = UnderLaw(load_pack("fi"))
    after_the_first(world)
    _line, _reminder, item = item_of(days_after_due(world, 20))
    assert item.fee_minor == 0


def test_an_invoice_sent_late_costs_nothing(world) -> None:
    due_on = world.today - 5 * DAY
    after_the_first(world, sent_on=due_on - 13 * DAY)
    _line, _reminder, item = item_of(days_after_due(world, 20))
    assert item.fee_minor == 0


def test_what_the_ledger_itself_reminded_about_counts(world) -> None:
    after_the_first(world)
    today = days_after_due(world, 20).today
    world.ledger.acts = [Act("a", "1042", "1", ActKind.REMINDER, today - 3 * DAY, fee=Money(500, "EUR"))]
    _line, _reminder, item = item_of(world)
    assert item.fee_minor == 0


def test_a_spotless_payer_is_never_charged(world) -> None:
    class Spotless:
        def score(self, histories, as_of):
            return [Score(one.customer_id, Segment.SPOTLESS, 3, (), 0, ()) for one in histories.customers]

    world.scorer = Spotless()
    after_the_first(world)
    _line, reminder, item = item_of(days_after_due(world, 20))
    assert (reminder.kind, item.fee_minor) == ("formal", 0)


@pytest.mark.parametrize("grouping", ["per_customer_and_kind", "per_receivable"])
def test_a_customer_is_charged_once_however_many_invoices_are_late(world, grouping: str) -> None:
    world.policy = a_policy(formal(), grouping=grouping)
    world.invoice("A", late=5)
    world.invoice("B", late=5)
    world.propose()
    world.approve()
    world.send()
    days_after_due(world, 20, "A")
    fees = [item.fee_minor for reminder in world.propose().reminders for item in reminder.items]
    assert sorted(fees) == [0, 500]


# -- interest ------------------------------------------------------------------------------------------------------


def claiming(world):
    terms = CreditorTerms(
        sent_when_issued=True, due_dates_bind=True, rate_stated=True, start_stated=True, claim_interest=True
    )
    world.law = UnderLaw(load_pack("fi"), terms)


def test_interest_is_asked_only_where_the_creditor_chose_it(world) -> None:
    after_the_first(world, minor=100_000)
    assert item_of(days_after_due(world, 20))[2].interest_minor == 0
    claiming(world)
    _line, reminder, item = item_of(world)
    assert item.interest_minor == 521  # 1,000 euros at 9.5 % for 20 days
    assert reminder.total == Money(100_000 + 521 + item.fee_minor, "EUR")


def test_a_consumer_whose_invoice_named_no_rate_owes_no_interest(world) -> None:
    claiming(world)
    after_the_first(world, rate_stated=False)
    assert item_of(days_after_due(world, 20))[2].interest_minor == 0


def test_interest_is_asked_up_to_the_last_day_whose_rate_is_published(world) -> None:
    claiming(world)
    world.on(date(2026, 12, 22))
    after_the_first(world, minor=100_000)
    line, _reminder, item = item_of(days_after_due(world, 25))
    assert item.interest_minor == 364  # the fourteen days up to the end of 2026
    assert ReasonCode.LAW_INTEREST_PROVISIONAL in codes(line)


# -- what stops ----------------------------------------------------------------------------------------------------


def test_a_lapsed_receivable_is_left_alone(world) -> None:
    world.invoice(late=3 * 366 + 10)
    line = world.line()
    assert (line.status, line.reasons[0].code) == (LineStatus.WONT_GO, ReasonCode.LAW_LAPSED)
    assert line.reminder_id is None


@pytest.mark.parametrize(
    "kind",
    [
        HoldKind.RESTRUCTURING,
        HoldKind.DEBT_ADJUSTMENT,
        HoldKind.BANKRUPTCY,
        HoldKind.MINOR,
        HoldKind.GUARDIAN,
        HoldKind.ESTATE,
        HoldKind.HARDSHIP,
    ],
)
def test_a_protected_situation_silences(world, kind: HoldKind) -> None:
    world.invoice()
    world.ledger.holds["h"] = Hold("h", "1", kind, world.today)
    line = world.line()
    assert line.status is LineStatus.WONT_GO
    assert line.reasons[0].code is ReasonCode(f"held_{kind}")


def test_after_a_suspension_request_only_free_reminders_go_and_they_say_so(world) -> None:
    after_the_first(world)
    days_after_due(world, 20)
    world.ledger.holds["h"] = Hold("h", "1", HoldKind.SUSPENSION_REQUEST, world.today)
    line, _reminder, item = item_of(world)
    assert (line.status, item.fee_minor) == (LineStatus.READY, 0)
    assert ReasonCode.LAW_FEE_SUSPENDED in codes(line)


def test_without_a_rule_pack_a_suspension_request_silences(world) -> None:
    world.law, world.policy = None, Policy()
    world.invoice()
    world.ledger.holds["h"] = Hold("h", "1", HoldKind.SUSPENSION_REQUEST, world.today)
    assert world.line().reasons[0].code is ReasonCode.HELD_SUSPENSION_REQUEST


# -- between the approval and the sending --------------------------------------------------------------------------


def test_an_approved_fee_that_the_law_no_longer_allows_comes_back(world) -> None:
    after_the_first(world)
    line, _reminder, item = item_of(days_after_due(world, 20))
    assert item.fee_minor == 500
    world.approve()
    world.ledger.acts = [Act("a", "1042", "1", ActKind.REMINDER, world.today, fee=Money(500, "EUR"))]
    world.sync()
    (returned,) = world.send().returned
    assert returned.reminder_id == line.reminder_id
    assert world.channel.left[1:] == []


def test_a_class_that_became_known_later_is_asked_about_before_it_leaves(world) -> None:
    world.customer(customer_class=CustomerClass.COMMERCIAL_30_2013)
    world.policy = a_policy(formal(fee_minor=1200))
    after_the_first(world)
    _line, _reminder, item = item_of(days_after_due(world, 20))
    assert item.fee_minor == 1200
    world.approve()
    world.customer(customer_class=CustomerClass.CONSUMER)
    world.sync()
    assert len(world.send().returned) == 1


def test_no_host_forms_a_creditor_with_formal_steps_and_no_law(world) -> None:
    with pytest.raises(SettingsError, match="no rule pack says what the law allows"):
        CreditorSetup.of(
            world.creditor, source=world.ledger, channels={Medium.EMAIL: world.channel}, policy=a_policy(formal())
        )
