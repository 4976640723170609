"""The books of fees and interest: what each thing that happens does to them, and what holds whatever happens."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dunningkit.law.case import DoneAct
from dunningkit.law.journal import (
    Account,
    Cancelled,
    Cause,
    EntryKind,
    Received,
    Told,
    balances_of,
    credited_in_full,
    entries_of,
    fees_left_minor,
    outstanding_minor,
    received_of,
)
from dunningkit.model import ActKind, Charge, Money, Payment, Receivable, ReceivableKind, Waiver

DAY_0 = date(2026, 3, 2)
PRINCIPAL = 10_000
FEE, INTEREST = Charge.FEE, Charge.INTEREST


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def moment(number: int, minute: int = 0) -> datetime:
    return datetime.combine(day(number), time(10, minute), tzinfo=UTC)


def an_invoice(**changes: object) -> Receivable:
    made = Receivable(
        receivable_id="r1",
        customer_id="1",
        invoice_number="1042",
        original=Money(PRINCIPAL, "EUR"),
        open=Money(PRINCIPAL, "EUR"),
        issued_on=day(-30),
        due_on=day(-14),
    )
    return replace(made, **changes)


def told(on: int, fee: int = 500, interest: int = 0, *, earlier: int = 0, taken_back: int | None = None) -> Told:
    cancelled = None if taken_back is None else Cancelled(day(taken_back), moment(taken_back, 30), "Maija M.", "twice")
    return Told(day(on), moment(on), f"reminder {on}", "1", fee, interest, earlier, cancelled)


def waived(on: int, minor: int, what: Charge = FEE, number: int = 1) -> Waiver:
    return Waiver(
        number, "r1", "1", what, Money(minor, "EUR"), day(on), moment(on, 15), "Maija M.", "agreed by telephone"
    )


def account(*messages: Told, **more: object) -> Account:
    return Account(an_invoice(), messages, **more)


def booked(found: Account) -> list[tuple[int, str, str, int]]:
    """Day, kind, charge and amount of every entry."""
    entries = entries_of(found)
    return [((one.on - DAY_0).days, one.kind.value, one.what.value, one.amount.amount_minor) for one in entries]


# -- one thing at a time -------------------------------------------------------------------------------------------


def test_a_message_claims_its_fee_and_the_interest_that_it_told() -> None:
    assert booked(account(told(1, 500, 52))) == [(1, "claimed", "fee", 500), (1, "claimed", "interest", 52)]


def test_interest_is_told_as_a_whole_so_only_what_is_more_is_claimed() -> None:
    found = account(told(1, 500, 52), told(20, 0, 100, earlier=500))
    assert booked(found)[2:] == [(20, "claimed", "interest", 48)]
    assert outstanding_minor(found, INTEREST, day(20)) == 100


def test_less_interest_than_before_is_credited() -> None:
    found = account(told(1, 0, 52), told(20, 0, 30))
    assert booked(found)[1:] == [(20, "credited", "interest", 22)]
    assert entries_of(found)[1].cause is Cause.LOWER_TOLD


def test_a_message_that_was_taken_back_waives_what_it_claimed_on_that_day() -> None:
    found = account(told(1, 500, 52), told(20, 700, 100, earlier=500, taken_back=22))
    assert booked(found)[4:] == [(22, "waived", "fee", 700), (22, "waived", "interest", 48)]
    last = entries_of(found)[-1]
    assert (last.cause, last.by, last.reason) == (Cause.CANCELLED, "Maija M.", "twice")
    assert outstanding_minor(found, FEE, day(22)) == 500


def test_what_was_waived_before_is_not_waived_again_when_its_message_is_taken_back() -> None:
    found = account(told(1, 500, taken_back=9), told(7, 500), waivers=[waived(5, 500)])
    assert booked(found)[1:] == [(5, "waived", "fee", 500), (7, "claimed", "fee", 500)]


def test_a_waiver_names_who_decided_it_and_why() -> None:
    entry = entries_of(account(told(1), waivers=[waived(5, 200)]))[-1]
    assert (entry.kind, entry.amount, entry.cause) == (EntryKind.WAIVED, Money(200, "EUR"), Cause.DECISION)
    assert (entry.by, entry.reason, entry.reference) == ("Maija M.", "agreed by telephone", "1")
    assert entry.reminder_id == "reminder 1"


def test_no_more_is_waived_than_is_outstanding() -> None:
    assert booked(account(told(1), waivers=[waived(5, 900)]))[1:] == [(5, "waived", "fee", 500)]


def test_money_pays_the_principal_first_then_interest_then_the_oldest_fee() -> None:
    messages = told(1, 500, 52), told(20, 500, 100, earlier=500)
    found = account(*messages, received=[Received(day(3), 4_000), Received(day(25), 6_000 + 100 + 700, "p2")])
    assert booked(found)[4:] == [
        (25, "paid", "interest", 52),
        (25, "paid", "interest", 48),
        (25, "paid", "fee", 500),
        (25, "paid", "fee", 200),
    ]
    assert {one.reference for one in entries_of(found) if one.kind is EntryKind.PAID} == {"p2"}


def test_money_of_the_day_on_which_it_was_asked_for_has_paid_it() -> None:
    assert booked(account(told(1), received=[Received(day(1), PRINCIPAL + 500)]))[1:] == [(1, "paid", "fee", 500)]


def test_a_single_cent_beyond_the_principal_pays() -> None:
    assert booked(account(told(1), received=[Received(day(2), PRINCIPAL + 1)]))[1:] == [(2, "paid", "fee", 1)]


def test_money_that_nobody_had_asked_for_yet_pays_nothing_that_is_claimed_later() -> None:
    assert booked(account(told(5), received=[Received(day(1), PRINCIPAL + 500)])) == [(5, "claimed", "fee", 500)]


def test_money_that_goes_back_undoes_what_it_paid_last() -> None:
    received = [Received(day(5), PRINCIPAL + 552), Received(day(8), -520)]
    found = account(told(1, 500, 52), received=received)
    assert booked(found)[4:] == [(8, "paid", "fee", -500), (8, "paid", "interest", -20)]
    assert outstanding_minor(found, FEE, day(8)) == 500
    assert outstanding_minor(found, INTEREST, day(8)) == 20


def test_money_that_goes_back_bit_by_bit_undoes_all_of_it() -> None:
    received = [Received(day(5), PRINCIPAL + 552), Received(day(8), -100), Received(day(9), -452)]
    found = account(told(1, 500, 52), received=received)
    assert booked(found)[4:] == [(8, "paid", "fee", -100), (9, "paid", "fee", -400), (9, "paid", "interest", -52)]


def test_what_was_overpaid_goes_back_first() -> None:
    received = [Received(day(5), PRINCIPAL + 600), Received(day(8), -150)]
    assert booked(account(told(1), received=received))[2:] == [(8, "paid", "fee", -50)]


def test_a_fee_of_a_message_taken_back_is_not_owed_again_when_its_money_goes_back() -> None:
    received = [Received(day(5), PRINCIPAL + 500), Received(day(8), -500)]
    found = account(told(1, taken_back=6), received=received)
    assert booked(found)[1:] == [(5, "paid", "fee", 500), (8, "paid", "fee", -500), (8, "waived", "fee", 500)]


def test_an_invoice_credited_in_full_owes_no_charges_either() -> None:
    found = account(told(1, 500, 52), waivers=[waived(2, 100)], credited=(day(4), "c1"))
    assert booked(found)[3:] == [(4, "credited", "fee", 400), (4, "credited", "interest", 52)]
    assert entries_of(found)[-1].reference == "c1"


def test_what_is_asked_for_after_the_invoice_was_credited_is_credited_at_once() -> None:
    assert booked(account(told(9), credited=(day(4), "c1"))) == [
        (9, "claimed", "fee", 500),
        (9, "credited", "fee", 500),
    ]


def test_a_fee_of_the_ledgers_own_act_enters_the_books_when_a_message_first_tells_it() -> None:
    acts = [(day(2), "act 2"), (day(3), "act 3"), (day(12), "act 12")]
    found = account(told(10, 0, earlier=900), told(20, 500, earlier=900), charging_acts=acts)
    first, second = entries_of(found)
    assert (first.on, first.amount.amount_minor, first.cause) == (day(10), 900, Cause.LEDGER_ACT)
    assert (first.reference, first.reminder_id) == ("act 2, act 3", "reminder 10")
    assert second.cause is Cause.REMINDER


def test_earlier_fees_that_a_message_does_not_tell_any_more_are_credited() -> None:
    """As where a later reading shows that less was allowed."""
    found = account(told(1, 1200), told(20, 0, earlier=500))
    assert booked(found)[1:] == [(20, "credited", "fee", 700)]


# -- what the ledger says of money ---------------------------------------------------------------------------------


def a_note(minor: int, on: int, *, left: int = 0, name: str = "c1") -> Receivable:
    return an_invoice(
        receivable_id=name,
        original=Money(-minor, "EUR"),
        open=Money(-left, "EUR"),
        issued_on=day(on),
        kind=ReceivableKind.CREDIT_NOTE,
        credit_of="r1",
    )


def a_payment(minor: int, on: int, name: str = "p1") -> Payment:
    return Payment(name, "1", Money(minor, "EUR"), day(on), "r1")


def received(open_minor: int, payments=(), notes=()) -> list[tuple[int, int]]:
    found = received_of(an_invoice(open=Money(open_minor, "EUR")), payments, notes, day(40))
    return [((one.on - DAY_0).days, one.amount_minor) for one in found]


def test_money_and_used_credit_notes_count_on_their_days() -> None:
    assert received(0, [a_payment(8_000, 5)], [a_note(2_500, 3, left=500)]) == [(3, 2_000), (5, 8_000)]


def test_what_nobody_dates_counts_when_it_was_settled_or_read() -> None:
    assert received(-500) == [(40, 10_500)]
    assert received(-1, [a_payment(10_000, 5)]) == [(5, 10_000), (40, 1)]


def test_money_that_the_ledger_does_not_count_while_something_is_open_is_left_out() -> None:
    for payments in ([a_payment(9_000, 1, "a"), a_payment(1_500, 2, "b")], [a_payment(1_500, 2), a_payment(9_000, 1)]):
        assert received(2_000, payments) == [(1, 8_000)]
    assert received(1, [a_payment(10_000, 1)]) == [(1, 9_999)]


def test_money_beyond_a_settled_invoice_is_believed() -> None:
    assert received(0, [a_payment(10_552, 5)]) == [(5, 10_552)]


def test_money_in_another_currency_is_none_of_it() -> None:
    other = replace(a_payment(9_000, 1), amount=Money(9_000, "SEK"))
    note = replace(a_note(2_000, 3), original=Money(-2_000, "SEK"), open=Money(0, "SEK"))
    assert received(8_000, [other], [note]) == [(40, 2_000)]


def test_credit_notes_credit_in_full_from_the_day_of_the_last() -> None:
    notes = [a_note(4_000, 9, name="c2"), a_note(6_000, 3)]
    assert credited_in_full(an_invoice(), notes) == (day(9), "c2")
    assert credited_in_full(an_invoice(), notes[:1]) is None
    assert credited_in_full(an_invoice(), [replace(notes[0], original=Money(-10_000, "SEK"))]) is None
    assert credited_in_full(an_invoice(), [replace(a_note(10_000, 3), kind=ReceivableKind.INVOICE)]) is None


# -- whatever happens ----------------------------------------------------------------------------------------------

DAYS = st.integers(0, 60)
AMOUNTS = st.integers(0, 1_500)


@st.composite
def histories(draw: st.DrawFn) -> Account:
    """Messages, waivers, acts and money in any order; a message is taken back on its day or later."""
    days = sorted(draw(st.sets(DAYS, max_size=6)))
    messages = []
    for on in days:
        taken_back = draw(st.none() | st.integers(on, 60))
        messages.append(told(on, draw(AMOUNTS), draw(AMOUNTS), earlier=draw(AMOUNTS), taken_back=taken_back))
    number = st.tuples(DAYS, st.integers(1, 1_500), st.sampled_from(Charge))
    waivers = [waived(on, minor, what, at) for at, (on, minor, what) in enumerate(draw(st.lists(number, max_size=4)))]
    money = st.builds(lambda on, minor: Received(day(on), minor), DAYS, st.integers(-12_000, 12_000))
    return Account(
        an_invoice(),
        messages,
        [(day(on), f"act {on}") for on in sorted(draw(st.sets(DAYS, max_size=3)))],
        waivers,
        sorted(draw(st.lists(money, max_size=5)), key=lambda one: one.on),
        draw(st.none() | st.builds(lambda on: (day(on), "c1"), DAYS)),
    )


@given(histories())
def test_no_claim_ever_owes_less_than_nothing_or_more_than_it_claimed(found: Account) -> None:
    left: dict[tuple[str, Charge], int] = defaultdict(int)
    claimed: dict[tuple[str, Charge], int] = defaultdict(int)
    for entry in entries_of(found):
        claim = entry.reminder_id, entry.what
        is_claimed = entry.kind is EntryKind.CLAIMED
        claimed[claim] += entry.amount.amount_minor if is_claimed else 0
        left[claim] += entry.amount.amount_minor if is_claimed else -entry.amount.amount_minor
        assert 0 <= left[claim] <= claimed[claim]
    total = sum(one.outstanding_minor for one in balances_of(entries_of(found), day(99)))
    assert total == sum(left.values())


@given(histories())
def test_entries_are_in_order_never_empty_and_negative_only_where_money_went_back(found: Account) -> None:
    entries = entries_of(found)
    assert list(entries) == sorted(entries, key=lambda one: one.on)
    for entry in entries:
        assert entry.amount.amount_minor > 0 or (entry.cause is Cause.PAYMENT and entry.amount.amount_minor < 0)


@given(histories())
def test_what_a_message_told_is_what_is_outstanding_at_that_moment(found: Account) -> None:
    for at, message in enumerate(found.told):
        if found.credited is None or found.credited[0] >= message.on:
            then = as_it_left(found, at)
            assert outstanding_minor(then, FEE, day(99)) == message.earlier_fees_minor + message.fee_minor
            assert outstanding_minor(then, INTEREST, day(99)) == message.interest_minor


def as_it_left(found: Account, at: int) -> Account:
    """What had happened when a message left: nothing of its day but itself, and nothing later."""
    on = found.told[at].on
    earlier = [
        one if one.cancelled is None or one.cancelled.on < on else replace(one, cancelled=None)
        for one in found.told[:at]
    ]
    return replace(
        found,
        told=[*earlier, replace(found.told[at], cancelled=None)],
        waivers=[one for one in found.waivers if one.on < on],
        received=[one for one in found.received if one.on < on],
        credited=None,
    )


@given(histories())
def test_no_more_is_paid_than_was_received_beyond_the_principal(found: Account) -> None:
    paid_minor = sum(one.amount.amount_minor for one in entries_of(found) if one.kind is EntryKind.PAID)
    received_minor = sum(one.amount_minor for one in found.received)
    assert 0 <= paid_minor <= max(0, received_minor - PRINCIPAL)


@given(histories())
def test_a_message_taken_back_owes_nothing(found: Account) -> None:
    gone = {one.reminder_id for one in found.told if one.cancelled}
    entries = [one for one in entries_of(found) if one.reminder_id in gone]
    assert sum(one.outstanding_minor for one in balances_of(entries, day(99))) == 0


@given(histories(), st.permutations(range(6)))
def test_the_order_in_which_messages_are_handed_over_is_of_no_matter(found: Account, order: list[int]) -> None:
    mixed = [found.told[at] for at in order if at < len(found.told)]
    assert entries_of(replace(found, told=mixed)) == entries_of(found)


# What a history is made of, day by day: a message with a fee, the latest that stands taken back, or so much given up.
STEPS = st.tuples(st.sampled_from(["tell", "take back", "give up"]), st.integers(1, 900))


@given(st.lists(STEPS, max_size=25))
def test_every_message_tells_the_fees_that_are_outstanding_in_the_books(steps: list[tuple[str, int]]) -> None:
    """The engine counts them from the acts that stand and the waivers; the books from all that ever happened."""
    messages: list[Told] = []
    waivers: list[Waiver] = []
    for on, (step, minor) in enumerate(steps):
        outstanding = outstanding_minor(account(*messages, waivers=waivers), FEE, day(99))
        stands = [at for at, one in enumerate(messages) if one.cancelled is None]
        if step == "tell":
            acts = [DoneAct(ActKind.REMINDER, messages[at].on, messages[at].fee_minor) for at in stands]
            earlier_minor = fees_left_minor(acts, waivers)
            assert earlier_minor == outstanding
            messages.append(replace(told(on, minor), earlier_fees_minor=earlier_minor))
        elif step == "take back" and stands:
            gone = Cancelled(day(on), moment(on), "Maija M.")
            messages[stands[-1]] = replace(messages[stands[-1]], cancelled=gone)
        elif step == "give up" and outstanding:
            waivers.append(waived(on, min(minor, outstanding), number=on))
    causes = {entry.cause for entry in entries_of(account(*messages, waivers=waivers))}
    assert causes <= {Cause.REMINDER, Cause.DECISION, Cause.CANCELLED}
