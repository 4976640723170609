"""What a customer has in hand: free credits, and credit notes that belong to one invoice."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dunningkit.model import Money, Payment, Receivable, ReceivableKind
from dunningkit.policy import credits_of, tied_by_customer

DAY = date(2026, 11, 24)
INVOICE = Receivable(
    "1042", "1", "1042", Money(10000, "EUR"), Money(10000, "EUR"), date(2026, 10, 1), date(2026, 10, 15)
)
CREDIT_NOTE = replace(
    INVOICE,
    receivable_id="C7",
    invoice_number="C7",
    kind=ReceivableKind.CREDIT_NOTE,
    original=Money(-4000, "EUR"),
    open=Money(-4000, "EUR"),
)


def test_a_free_credit_note_is_money_in_hand() -> None:
    found = credits_of([INVOICE, CREDIT_NOTE], (), DAY)
    assert (dict(found.free_minor), dict(found.linked_minor)) == ({"EUR": 4000}, {})


def test_a_linked_credit_note_goes_against_its_own_invoice() -> None:
    found = credits_of([INVOICE, replace(CREDIT_NOTE, credit_of="1042")], (), DAY)
    assert (dict(found.free_minor), dict(found.linked_minor)) == ({}, {"1042": 4000})


def test_what_the_invoice_does_not_take_is_free() -> None:
    small = replace(INVOICE, open=Money(1500, "EUR"))
    two = [replace(CREDIT_NOTE, credit_of="1042"), replace(CREDIT_NOTE, receivable_id="C8", credit_of="1042")]
    found = credits_of([small, *two], (), DAY)
    assert (dict(found.free_minor), dict(found.linked_minor)) == ({"EUR": 6500}, {"1042": 1500})


def test_a_credit_note_for_a_paid_or_unknown_invoice_or_in_another_currency_is_free() -> None:
    paid = replace(INVOICE, open=Money(0, "EUR"), settled_on=DAY)
    kronor = replace(CREDIT_NOTE, credit_of="1042", original=Money(-4000, "SEK"), open=Money(-4000, "SEK"))
    assert credits_of([paid, replace(CREDIT_NOTE, credit_of="1042")], (), DAY).free_minor == {"EUR": 4000}
    assert credits_of([INVOICE, replace(CREDIT_NOTE, credit_of="9")], (), DAY).free_minor == {"EUR": 4000}
    assert credits_of([INVOICE, kronor], (), DAY).free_minor == {"SEK": 4000}


def test_a_refund_takes_back_what_was_in_hand() -> None:
    money = [Payment("p", "1", Money(4000, "EUR"), DAY), Payment("r", "1", Money(-4000, "EUR"), DAY)]
    assert credits_of([INVOICE], money[:1], DAY).free_minor == {"EUR": 4000}
    assert credits_of([INVOICE], money, DAY).free_minor == {}


@given(
    open_minor=st.lists(st.integers(1, 9999), max_size=4),
    notes=st.lists(st.tuples(st.integers(1, 9999), st.integers(0, 5)), max_size=6),
)
def test_no_cent_is_lost_and_none_is_counted_twice(open_minor: list[int], notes: list[tuple[int, int]]) -> None:
    invoices = [
        replace(INVOICE, receivable_id=str(number), open=Money(minor, "EUR")) for number, minor in enumerate(open_minor)
    ]
    credited = [
        replace(CREDIT_NOTE, receivable_id=f"c{number}", open=Money(-minor, "EUR"), credit_of=str(invoice))
        for number, (minor, invoice) in enumerate(notes)
    ]
    found = credits_of([*credited, *invoices], (), DAY)
    assert found.free_minor.get("EUR", 0) + sum(found.linked_minor.values()) == sum(minor for minor, _ in notes)
    assert all(minor <= open_minor[int(one)] for one, minor in found.linked_minor.items())


def test_a_credit_note_under_another_customer_goes_against_its_invoice_and_its_rest_is_that_customers() -> None:
    """The invoice of 100.00 is customer 1's; a note of 40.00 under 2 and one of 75.00 under 3 are for it."""
    notes = [
        replace(
            CREDIT_NOTE,
            receivable_id=f"note-{customer_id}",
            customer_id=customer_id,
            credit_of="1042",
            open=Money(-minor, "EUR"),
        )
        for customer_id, minor in (("2", 4000), ("3", 7500))
    ]
    tied = tied_by_customer([INVOICE, *notes])
    found = {one.customer_id: credits_of([one], (), DAY, tied[one.customer_id]) for one in (INVOICE, *notes)}
    assert found["1"].linked_minor["1042"] == INVOICE.open.amount_minor
    assert [found[customer_id].free_minor for customer_id in "123"] == [
        {},
        {},
        {"EUR": 1500},
    ]


def test_nothing_is_tied_where_everybodys_credit_notes_are_for_their_own_invoices() -> None:
    assert (
        tied_by_customer([INVOICE, replace(CREDIT_NOTE, credit_of="1042"), replace(CREDIT_NOTE, credit_of="9")]) == {}
    )
