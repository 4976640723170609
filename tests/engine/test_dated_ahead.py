"""What the ledger dates ahead takes effect without any news: whatever rests until then is looked at on that day."""

from datetime import date, timedelta

import pytest

from dunningkit.model import LineStatus, Money, Payment, ReasonCode, ReceivableKind, Scope
from dunningkit.policy import Policy, Step


def in_days(world, days: int) -> date:
    return world.today + timedelta(days=days)


def pays(
    world, name: str, minor: int, on: date, invoice: str | None = None, *, currency: str = "EUR", payer: str = "1"
) -> None:
    world.ledger.payments[name] = Payment(name, payer, Money(minor, currency), on, invoice)


def ready_on(world, day: date) -> list[str]:
    """Which receivables a run on the day finds ready; there is no run in between."""
    return [line.receivable_id for line in world.on(day).propose().lines if line.status is LineStatus.READY]


def test_an_invoice_that_is_issued_later_lifts_its_customer_over_the_minimum(world) -> None:
    world.policy = Policy(minimum_customer_minor={"EUR": 1_000})
    world.invoice("small", minor=500)
    world.invoice("ahead", minor=2_000, late=-10, issued_on=in_days(world, 3))
    assert world.line("small").reasons[0].code is ReasonCode.BELOW_CUSTOMER_MINIMUM
    assert ready_on(world, in_days(world, 13)) == ["small", "ahead"]


def test_a_reversal_that_is_dated_ahead_lifts_its_customer_over_the_minimum(world) -> None:
    world.policy = Policy(minimum_customer_minor={"EUR": 1_000})
    world.invoice("small", minor=500)
    world.invoice("paid until then", minor=900)
    pays(world, "back", -900, in_days(world, 2), "paid until then")
    line = world.line("small")
    assert (line.reasons[0].code, line.next_review_on) == (ReasonCode.BELOW_CUSTOMER_MINIMUM, in_days(world, 2))
    assert ready_on(world, in_days(world, 3)) == ["paid until then", "small"]


def test_a_reversal_that_is_dated_ahead_makes_more_open_than_the_credit_note_covers(world) -> None:
    world.invoice(minor=9_000)
    pays(world, "in", 4_000, in_days(world, -2), "1042")
    pays(world, "back", -4_000, in_days(world, 1), "1042")
    world.invoice("note", minor=-5_000, kind=ReceivableKind.CREDIT_NOTE, credit_of="1042")
    assert world.line().reasons[0].code is ReasonCode.CREDIT_NOTE_COVERS
    line = world.on(in_days(world, 2)).line()
    assert (line.status, line.reasons[0].code) == (LineStatus.NEEDS_YOU, ReasonCode.CREDIT_UNAPPLIED)


def test_a_credit_note_that_is_used_up_later_covers_nothing_from_then_on(world) -> None:
    world.invoice()
    note = {"kind": ReceivableKind.CREDIT_NOTE, "credit_of": "1042", "open": Money(0, "EUR")}
    world.invoice("note", minor=-8_990, settled_on=in_days(world, 2), **note)
    assert world.line().reasons[0].code is ReasonCode.CREDIT_NOTE_COVERS
    assert ready_on(world, in_days(world, 3)) == ["1042"]


def test_a_courtesy_message_goes_once_the_credit_that_kept_it_back_is_gone(world) -> None:
    world.policy = Policy(steps=(Step(id="before", kind="courtesy", anchor="before_due", days=5), Step(id="first")))
    world.invoice(late=-5)
    pays(world, "in", 1_000, in_days(world, -1))
    pays(world, "back", -1_000, in_days(world, 1))
    assert world.line().reasons[0].code is ReasonCode.CREDIT_UNAPPLIED
    assert ready_on(world, in_days(world, 2)) == ["1042"]


def test_catching_up_takes_the_step_whose_day_comes_first(world) -> None:
    """The first step comes 20 days after the due date, the second already 3 days after the end of its month."""
    steps = (Step(id="first", days=20), Step(id="second", anchor="end_of_month_after_due", days=3))
    world.policy = Policy(progress="catch_up", steps=steps)
    world.on(date(2026, 11, 27)).invoice(late=1)
    line = world.line()
    assert (line.reasons[0].code, line.next_review_on) == (ReasonCode.STEP_NOT_REACHED, date(2026, 12, 3))
    assert line.reasons[0].params["day"] == "2026-12-03"
    line = world.on(date(2026, 12, 3)).line()
    assert (line.status, line.step_id) == (LineStatus.READY, "second")


def test_an_explanation_names_the_same_day_to_look_again(world) -> None:
    world.policy = Policy(minimum_customer_minor={"EUR": 1_000})
    world.invoice("small", minor=500)
    world.invoice("ahead", minor=2_000, late=-10, issued_on=in_days(world, 3))
    line = world.line("small")
    (story,) = world.engine().explain("pihapalvelu", "small", world.today).stories
    assert story.verdict.next_review_on == line.next_review_on == in_days(world, 3)


@pytest.mark.parametrize("first_reading", [True, False])
@pytest.mark.parametrize("payer", ["1", "2"])
def test_a_payment_in_another_currency_than_its_invoice_adds_nothing_and_is_kept_apart(
    world, first_reading, payer
) -> None:
    world.invoice(minor=5_000)
    world.invoice("other", customer_id="2")
    if not first_reading:
        world.sync()
    pays(world, "p", 50_000, in_days(world, 1), "1042", currency="SEK", payer=payer)
    for _again in range(2):
        lines = {line.receivable_id: line for line in world.propose().lines}
        assert lines["1042"].reasons[0].code is ReasonCode.ROW_QUARANTINED
        assert lines["1042"].open == Money(5_000, "EUR")
        assert lines["other"].status is LineStatus.READY
        (row,) = world.engine().quarantine("pihapalvelu")
        assert (row.receivable_id, row.reason) == (
            "1042",
            "Payment p is in SEK, but the receivable that it pays is in EUR. Correct it in the ledger.",
        )
        world.on(in_days(world, 1))


@pytest.mark.parametrize("scope", [Scope.SNAPSHOT, Scope.DELTA])
def test_a_payment_whose_currency_was_corrected_is_taken(world, scope) -> None:
    world.invoice()
    pays(world, "p", 1_000, in_days(world, -1), "1042", currency="SEK")
    assert world.line().reasons[0].code is ReasonCode.ROW_QUARANTINED
    world.ledger.scope = scope
    world.ledger.receivables = {} if scope is Scope.DELTA else world.ledger.receivables
    pays(world, "p", 1_000, in_days(world, -1), "1042")
    assert world.line().status is LineStatus.READY


def test_a_payment_that_is_told_before_its_invoice_in_another_currency_is_kept_apart(world) -> None:
    world.invoice("other", customer_id="2")
    world.customer("1")
    pays(world, "p", 1_000, in_days(world, -1), "1042", currency="SEK")
    world.ledger.scope = Scope.DELTA
    world.sync()
    world.invoice()
    world.ledger.payments.clear()
    assert world.line().reasons[0].code is ReasonCode.ROW_QUARANTINED


def test_money_dated_ahead_that_the_ledger_has_not_booked_yet_is_not_added_to_the_whole_invoice(world) -> None:
    world.invoice(minor=8_990)
    pays(world, "p", 5_000, in_days(world, 1), "1042")
    assert world.line().open == Money(8_990, "EUR")


@pytest.mark.parametrize("payer", ["1", "2"])
def test_what_was_paid_before_stays_paid_when_the_rest_is_dated_ahead_and_not_booked(world, payer) -> None:
    world.invoice(minor=10_000, open=Money(3_000, "EUR"))
    pays(world, "before", 7_000, in_days(world, -3), "1042", payer=payer)
    pays(world, "ahead", 3_000, in_days(world, 1), "1042")
    assert world.line().open == Money(3_000, "EUR")
    (story,) = world.engine().explain("pihapalvelu", "1042", world.today).stories
    assert story.then.open == Money(3_000, "EUR")


def test_what_the_ledger_itself_adds_to_an_invoice_stands(world) -> None:
    """Original 50, fees of 10: 60 are open, and a payment of 20 tomorrow changes nothing of it."""
    world.invoice(minor=5_000, open=Money(6_000, "EUR"))
    pays(world, "p", 2_000, in_days(world, 1), "1042")
    assert world.line().open == Money(6_000, "EUR")


def test_a_reversal_dated_ahead_of_a_settled_invoice_is_no_money_in_hand(world) -> None:
    world.invoice("paid", late=30, open=Money(0, "EUR"), settled_on=in_days(world, -10))
    world.invoice("owed")
    pays(world, "in", 8_990, in_days(world, -10), "paid")
    pays(world, "back", -8_990, in_days(world, 1), "paid")
    assert [(line.receivable_id, line.status) for line in world.propose().lines] == [("owed", LineStatus.READY)]


def test_a_refund_dated_ahead_of_what_was_paid_too_much_is_in_hand_until_then(world) -> None:
    world.invoice("overpaid", late=30, open=Money(0, "EUR"), settled_on=in_days(world, -10))
    world.invoice("owed", minor=1_000)
    pays(world, "in", 9_990, in_days(world, -10), "overpaid")
    pays(world, "refund", -1_000, in_days(world, 1), "overpaid")
    assert world.line("owed").reasons[0].code is ReasonCode.CREDITS_COVER
    assert ready_on(world, in_days(world, 1)) == ["owed"]
