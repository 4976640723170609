"""The books of charges at their edges: whole entries, single cents, and the order of one day."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from dunningkit.law.case import DoneAct
from dunningkit.law.journal import (
    Account,
    Balance,
    Cancelled,
    Cause,
    Entry,
    EntryKind,
    Received,
    Told,
    balances_of,
    credited_in_full,
    entries_of,
    fees_left_minor,
    received_of,
)
from dunningkit.model import ActKind, Charge, Money, Payment, Receivable, ReceivableKind, Waiver

DAY_0 = date(2026, 3, 2)
FEE, INTEREST = Charge.FEE, Charge.INTEREST
INVOICE = Receivable(
    receivable_id="r1",
    customer_id="7",
    invoice_number="1042",
    original=Money(10_000, "EUR"),
    open=Money(10_000, "EUR"),
    issued_on=DAY_0 - timedelta(days=30),
    due_on=DAY_0 - timedelta(days=14),
    instalment_number=3,
)


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def moment(number: int, minute: int = 0) -> datetime:
    return datetime.combine(day(number), time(10, minute), tzinfo=UTC)


def told(on: int, fee: int = 500, interest: int = 0, earlier: int = 0) -> Told:
    return Told(day(on), moment(on), f"reminder {on}", "7", fee, interest, earlier)


def entry(on: int, kind: EntryKind, what: Charge, minor: int, cause: Cause, reminder: int, **more: str) -> Entry:
    return Entry(day(on), kind, what, Money(minor, "EUR"), cause, "r1", "1042", 3, "7", f"reminder {reminder}", **more)


def entries(*messages: Told, **more: object) -> tuple[Entry, ...]:
    return entries_of(Account(INVOICE, messages, **more))


# -- whole entries -----------------------------------------------------------------------------------------------------


def test_what_a_message_claims_word_for_word() -> None:
    assert entries(told(1, 500, 52)) == (
        entry(1, EntryKind.CLAIMED, FEE, 500, Cause.REMINDER, 1),
        entry(1, EntryKind.CLAIMED, INTEREST, 52, Cause.REMINDER, 1),
    )


def test_what_is_told_less_is_credited_to_the_latest_claim_first() -> None:
    found = entries(told(1, 0, 52), told(5, 0, 100), told(9, 0, 90))
    assert found[2:] == (entry(9, EntryKind.CREDITED, INTEREST, 10, Cause.LOWER_TOLD, 5, reference="reminder 9"),)
    found = entries(told(1, 0, 52), told(5, 0, 100), told(9, 0, 40))
    assert found[2:] == (
        entry(9, EntryKind.CREDITED, INTEREST, 48, Cause.LOWER_TOLD, 5, reference="reminder 9"),
        entry(9, EntryKind.CREDITED, INTEREST, 12, Cause.LOWER_TOLD, 1, reference="reminder 9"),
    )


def test_a_single_cent_more_is_claimed_and_the_same_again_is_nothing() -> None:
    assert [one.amount.amount_minor for one in entries(told(1, 0, 52), told(5, 0, 53))] == [52, 1]
    assert len(entries(told(1, 0, 52), told(5, 0, 52))) == 1


def test_the_ledgers_acts_are_named_with_the_message_that_first_tells_their_fees() -> None:
    acts = [(day(5), "a2"), (day(1), "a1"), (day(9), "a3"), (day(12), "a4")]
    found = entries(
        told(5, 0, 0, earlier=700), told(9, 0, 0, earlier=900), told(10, 0, 0, earlier=950), charging_acts=acts
    )
    assert found == (
        entry(5, EntryKind.CLAIMED, FEE, 700, Cause.LEDGER_ACT, 5, reference="a1, a2"),
        entry(9, EntryKind.CLAIMED, FEE, 200, Cause.LEDGER_ACT, 9, reference="a3"),
        entry(10, EntryKind.CLAIMED, FEE, 50, Cause.LEDGER_ACT, 10),
    )


def test_a_message_that_was_taken_back_word_for_word() -> None:
    gone = Cancelled(day(3), moment(3), "Maija M.", "twice")
    assert entries(replace(told(1), cancelled=gone))[1:] == (
        entry(3, EntryKind.WAIVED, FEE, 500, Cause.CANCELLED, 1, by="Maija M.", reason="twice"),
    )


def test_an_invoice_credited_in_full_word_for_word() -> None:
    assert entries(told(1), credited=(day(3), "c1"))[1:] == (
        entry(3, EntryKind.CREDITED, FEE, 500, Cause.CREDITED_IN_FULL, 1, reference="c1"),
    )


def test_money_word_for_word_and_what_went_back_of_it() -> None:
    money = [Received(day(2), 10_000, "p1"), Received(day(3), 300, "p2"), Received(day(4), 150, "p3")]
    found = entries(told(1), received=[*money, Received(day(5), -200, "p4"), Received(day(6), -100, "p5")])
    assert found[1:] == (
        entry(3, EntryKind.PAID, FEE, 300, Cause.PAYMENT, 1, reference="p2"),
        entry(4, EntryKind.PAID, FEE, 150, Cause.PAYMENT, 1, reference="p3"),
        entry(5, EntryKind.PAID, FEE, -150, Cause.PAYMENT, 1, reference="p4"),
        entry(5, EntryKind.PAID, FEE, -50, Cause.PAYMENT, 1, reference="p4"),
        entry(6, EntryKind.PAID, FEE, -100, Cause.PAYMENT, 1, reference="p5"),
    )
    again = entries(told(1), received=[*money, Received(day(5), -200, "p4"), Received(day(6), 250, "p5")])
    assert again[-1] == entry(6, EntryKind.PAID, FEE, 250, Cause.PAYMENT, 1, reference="p5")


def test_a_single_cent_pays_and_goes_back() -> None:
    money = [Received(day(2), 10_000), Received(day(3), 1, "p1"), Received(day(4), -1, "p2")]
    assert [one.amount.amount_minor for one in entries(told(1), received=money)] == [500, 1, -1]


def test_messages_of_one_moment_are_taken_by_their_ids_and_others_by_their_moment() -> None:
    same = [replace(told(1, 0, minor), reminder_id=name) for name, minor in (("b", 70), ("a", 50))]
    assert [(one.reminder_id, one.amount.amount_minor) for one in entries(*same)] == [("a", 50), ("b", 20)]
    late_a = replace(told(1, 0, 70), reminder_id="a", at=moment(1, 30))
    early_b = replace(told(1, 0, 50), reminder_id="b", at=moment(1, 10))
    assert [(one.reminder_id, one.amount.amount_minor) for one in entries(late_a, early_b)] == [("b", 50), ("a", 20)]


def test_a_balance_word_for_word() -> None:
    waiver = Waiver(1, "r1", "7", FEE, Money(100, "EUR"), day(2), moment(2), "Maija M.", "agreed")
    found = entries(told(1, 500, 52), waivers=[waiver], received=[Received(day(3), 10_060)], credited=(day(4), "c1"))
    assert balances_of(found, day(4)) == (
        Balance("r1", "1042", 3, FEE, "EUR", claimed_minor=500, waived_minor=100, paid_minor=8, credited_minor=392),
        Balance("r1", "1042", 3, INTEREST, "EUR", claimed_minor=52, waived_minor=0, paid_minor=52, credited_minor=0),
    )
    assert balances_of(found, day(1))[0] == Balance(
        "r1", "1042", 3, FEE, "EUR", claimed_minor=500, waived_minor=0, paid_minor=0, credited_minor=0
    )
    other = [replace(one, receivable_id="r0") for one in found]
    assert [(one.receivable_id, one.what) for one in balances_of([*found, *other], day(9))] == [
        ("r0", FEE),
        ("r0", INTEREST),
        ("r1", FEE),
        ("r1", INTEREST),
    ]


# -- what was received -------------------------------------------------------------------------------------------------


def payment(on: int, minor: int, name: str) -> Payment:
    return Payment(payment_id=name, receivable_id="r1", customer_id="7", amount=Money(minor, "EUR"), paid_on=day(on))


def credit_note(on: int, minor: int, *, left: int = 0, name: str = "c1", currency: str = "EUR") -> Receivable:
    return replace(
        INVOICE,
        receivable_id=name,
        kind=ReceivableKind.CREDIT_NOTE,
        original=Money(-minor, currency),
        open=Money(-left, currency),
        issued_on=day(on),
    )


def opened(minor: int) -> Receivable:
    return replace(INVOICE, open=Money(minor, "EUR"))


def test_money_and_credit_notes_keep_their_names() -> None:
    found = received_of(opened(6_000), [payment(5, 3_000, "p1")], [credit_note(2, 1_500, left=500)], day(9))
    assert found == (Received(day(2), 1_000, "c1"), Received(day(5), 3_000, "p1"))
    cent = received_of(opened(9_999), [], [credit_note(2, 2, left=1)], day(9))
    assert cent == (Received(day(2), 1, "c1"),)
    assert received_of(opened(10_000), [], [credit_note(2, 500, left=500)], day(9)) == ()
    assert received_of(opened(10_000), [], [credit_note(2, 500, currency="SEK")], day(9)) == ()


def test_a_single_cent_that_nobody_dates_came_on_the_day_given() -> None:
    assert received_of(opened(9_999), [], [], day(9)) == (Received(day(9), 1),)
    assert received_of(opened(10_000), [], [], day(9)) == ()
    assert received_of(opened(6_999), [payment(12, 3_000, "p1")], [], day(9)) == (
        Received(day(9), 1),
        Received(day(12), 3_000, "p1"),
    )


def test_what_the_ledger_does_not_count_is_dropped_from_the_latest_and_the_rest_keeps_its_name() -> None:
    money = [payment(1, 2_000, "p1"), payment(2, -500, "p2"), payment(3, 3_000, "p3")]
    assert received_of(opened(7_000), money, [], day(9)) == (
        Received(day(1), 2_000, "p1"),
        Received(day(2), -500, "p2"),
        Received(day(3), 1_500, "p3"),
    )
    assert received_of(opened(9_000), money, [], day(9)) == (
        Received(day(1), 1_500, "p1"),
        Received(day(2), -500, "p2"),
    )
    assert received_of(opened(1), money, [], day(9))[-1] == Received(day(9), 5_499)
    one_day = [payment(3, 2_000, "p1"), payment(3, 3_000, "p2")]
    assert [one.reference for one in received_of(opened(6_000), one_day, [], day(9))] == ["p1", "p2"]
    nothing = received_of(opened(10_000), [payment(3, 0, "p0")], [], day(9))
    assert nothing == (Received(day(3), 0, "p0"),)
    all_counted = [payment(3, 3_000, "p3"), payment(3, 1_000, "p1")]
    assert [one.reference for one in received_of(opened(6_000), all_counted, [], day(9))] == ["p1", "p3"]
    assert received_of(opened(0), [payment(3, 10_500, "p3")], [], day(9)) == (Received(day(3), 10_500, "p3"),)


def test_only_credit_notes_of_its_currency_credit_an_invoice_and_not_but_for_a_cent() -> None:
    assert credited_in_full(INVOICE, [credit_note(2, 9_999)]) is None
    assert credited_in_full(INVOICE, [credit_note(2, 10_000)]) == (day(2), "c1")
    assert credited_in_full(INVOICE, [credit_note(2, 10_000, currency="SEK")]) is None
    assert credited_in_full(INVOICE, [replace(INVOICE, receivable_id="r2")]) is None
    halves = [credit_note(2, 5_000, name="c2"), credit_note(2, 5_000, name="c1")]
    assert credited_in_full(INVOICE, halves) == (day(2), "c2")


def test_fees_left_after_what_was_given_up_on_its_day() -> None:
    act = DoneAct(ActKind.REMINDER, day(2), 500)
    waiver = Waiver(1, "r1", "7", FEE, Money(300, "EUR"), day(2), moment(2), "Maija M.", "agreed")
    assert fees_left_minor([act], [waiver]) == 200
    assert fees_left_minor([act], [replace(waiver, on=day(1))]) == 500
    assert fees_left_minor([act, act], [replace(waiver, amount=Money(900, "EUR"))]) == 100
    assert fees_left_minor([act], [replace(waiver, what=INTEREST)]) == 500
