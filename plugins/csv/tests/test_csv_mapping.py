"""From rows to receivables, customers and payments: every field, and what a row's values must agree on."""

from datetime import date
from typing import Any

import pytest

from dunningkit.model import (
    ContactPoint,
    Customer,
    CustomerClass,
    DeliveryOutcome,
    Language,
    Medium,
    Money,
    Payment,
    PostalAddress,
    Receivable,
    ReceivableKind,
    Wishes,
)
from dunningkit_csv.config import CustomerColumns, InvoiceColumns
from dunningkit_csv.reading import SUM


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


# -- receivables ---------------------------------------------------------------------------------------------------


def test_the_least_a_row_can_say(ledger: Any) -> None:
    found = ledger.invoices({"no": "0042", "customer": "007"}).read()
    assert found.only == Receivable(
        receivable_id="0042",
        customer_id="007",
        invoice_number="0042",
        original=eur(10000),
        open=eur(10000),
        issued_on=date(2026, 10, 1),
        due_on=date(2026, 10, 15),
    )
    assert found.customers == {"007": Customer("007", "")}


def test_the_most_a_row_can_say(ledger: Any) -> None:
    row = {
        "receivable_id": "A-1",
        "instalment_number": "02",
        "open": "60,00",
        "currency": "sek",
        "sent_on": "2.10.2026",
        "not_before": "2026-11-01",
        "settled_on": "2026-10-20",
        "kind": "Lasku",
        "subject": "Lehtien  haravointi\nja pois vienti",
        "reference": "0012 32",
        "iban": "FI21 1234 5600 0007 85",
        "account": "1701",
        "tags": "piha, syksy",
        "disputed": "kyllä",
        "counts_for_history": "ei",
        "history_exclusion": "oma virhe",
        "delivery_medium": "paperi",
        "delivery_outcome": "epäonnistui",
        "copy_available": "kyllä",
        "due_date_binds": "kyllä",
        "rate_stated": "ei",
        "start_stated": "kyllä",
        "contract_on": "2020-01-01",
        "agreed_rate": "11,5 %",
    }
    quoted = {field: f'"{text}"' for field, text in row.items()}
    found = ledger.invoices(quoted, **{field: field for field in row})
    found.config["invoices"]["date_formats"] = {"sent_on": "d.m.yyyy"}
    words = {
        "kind": {"lasku": "invoice"},
        "medium": {"Paperi": "letter"},
        "delivery_outcome": {"epäonnistui": "failed"},
    }
    assert found.read(values=words, list_separator=",").only == Receivable(
        receivable_id="A-1",
        customer_id="17",
        invoice_number="1",
        instalment_number=2,
        original=Money(10000, "SEK"),
        open=Money(6000, "SEK"),
        issued_on=date(2026, 10, 1),
        due_on=date(2026, 10, 15),
        sent_on=date(2026, 10, 2),
        not_before=date(2026, 11, 1),
        settled_on=date(2026, 10, 20),
        subject="Lehtien haravointi ja pois vienti",
        reference="0012 32",
        iban="FI21 1234 5600 0007 85",
        account="1701",
        tags=("piha", "syksy"),
        disputed=True,
        counts_for_history=False,
        history_exclusion="oma virhe",
        delivery_medium=Medium.LETTER,
        delivery_outcome=DeliveryOutcome.FAILED,
        copy_available=True,
        due_date_binds=True,
        rate_stated=False,
        start_stated=True,
        contract_on=date(2020, 1, 1),
        agreed_rate_bp=1150,
    )
    # The last two are for credit notes and for what is gone, see below.
    covered = set(row) | {"credit_of", "removed"} | {"invoice_number", "customer_id", "original", "issued_on", "due_on"}
    assert covered == set(InvoiceColumns.model_fields) - set(CustomerColumns.model_fields) | {"customer_id"}


def test_empty_cells_leave_everything_as_it_is_without_them(ledger: Any) -> None:
    plain = ledger.invoices({}).read().only
    others = set(InvoiceColumns.model_fields) - {"receivable_id", "open"} - set(ledger.config["invoices"]["columns"])
    assert ledger.invoices({}, **{field: field for field in others}).read().only == plain


@pytest.mark.parametrize(
    ("row", "columns", "receivable_id"),
    [
        ({"no": "7"}, {}, "7"),
        ({"no": "7", "part": "02"}, {"instalment_number": "part"}, "7/2"),
        ({"no": "7", "part": ""}, {"instalment_number": "part"}, "7"),
        ({"no": "7", "id": "00x"}, {"receivable_id": "id"}, "00x"),
    ],
)
def test_ids(row: dict[str, str], columns: dict[str, str], receivable_id: str, ledger: Any) -> None:
    assert ledger.invoices(row, **columns).read().only.receivable_id == receivable_id


@pytest.mark.parametrize(
    ("row", "columns", "open_minor"),
    [
        ({}, {}, 10000),
        ({"paid": ""}, {"settled_on": "paid"}, 10000),
        ({"paid": "2026-10-20"}, {"settled_on": "paid"}, 0),
        ({"open": "60,00"}, {"open": "open"}, 6000),
        ({"open": "0"}, {"open": "open"}, 0),
        ({"open": "", "paid": "2026-10-20"}, {"open": "open", "settled_on": "paid"}, 0),
        ({"open": "60,00", "paid": "2026-10-20"}, {"open": "open", "settled_on": "paid"}, 6000),
    ],
)
def test_what_is_open(row: dict[str, str], columns: dict[str, str], open_minor: int, ledger: Any) -> None:
    assert ledger.invoices(row, **columns).read().only.open == eur(open_minor)


def test_what_was_paid_on_an_unknown_day_does_not_count_for_history(ledger: Any) -> None:
    columns = {"open": "open", "settled_on": "paid"}
    unknown = ledger.invoices({"open": "0,00"}, **columns).read().only
    assert (unknown.counts_for_history, bool(unknown.history_exclusion)) == (False, True)
    known = ledger.invoices({"open": "0,00", "paid": "2026-10-20"}, **columns).read().only
    assert (known.counts_for_history, known.history_exclusion) == (True, "")


@pytest.mark.parametrize(
    ("row", "kind", "original", "open_minor"),
    [
        ({"amount": "-50,00", "open": "-20,00", "kind": ""}, "credit_note", -5000, -2000),
        ({"amount": "-50,00", "open": "-20,00", "kind": "credit_note"}, "credit_note", -5000, -2000),
        ({"amount": "50,00", "open": "20,00", "kind": "credit_note"}, "credit_note", -5000, -2000),
        ({"amount": "50,00", "open": "0,00", "kind": "credit_note"}, "credit_note", -5000, 0),
        ({"amount": "0,00", "open": "0,00", "kind": ""}, "invoice", 0, 0),
    ],
)
def test_kinds_and_signs(row: dict[str, str], kind: str, original: int, open_minor: int, ledger: Any) -> None:
    found = ledger.invoices(row, open="open", kind="kind").read().only
    assert (found.kind, found.original, found.open) == (ReceivableKind(kind), eur(original), eur(open_minor))


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        ({"amount": ""}, "amount", "", "This is empty"),
        ({"customer": " "}, "customer", "", "This is empty"),
        ({"due": ""}, "due", "", "This is empty"),
        ({"due": "2026-02-31"}, "due", "2026-02-31", "not in the calendar"),
        ({"due": "2999-01-01"}, "due", "2999-01-01", "year 2999 cannot be right"),
        ({"amount": "sata euroa"}, "amount", "sata euroa", "not an amount"),
        ({"amount": "1.234"}, "amount", "1.234", "decimal sign of this file"),
        ({"open": "100,01"}, "open", "100,01", "More is open than was invoiced"),
        ({"open": "-1,00"}, "open", "-1,00", "another sign"),
        ({"open": "1.0"}, "open", "1.0", "decimal sign of this file"),
        ({"open": ""}, "open", "", "whether it is paid cannot be known"),
        ({"amount": "-100,00", "open": "1,00"}, "open", "1,00", "another sign"),
        ({"amount": "0,00", "open": "1,00"}, "open", "1,00", "More is open than was invoiced"),
        ({"amount": "-5,00", "open": "-5,00", "kind": "invoice"}, "amount", "-5,00", "calls itself an invoice"),
        ({"amount": "5,00", "open": "-5,00", "kind": "credit_note"}, "open", "-5,00", "another sign"),
        ({"kind": "Kuitti"}, "kind", "Kuitti", "values.kind"),
    ],
)
def test_what_contradicts_itself_is_refused_and_silences_its_invoice(
    row: dict[str, str], column: str, value: str, says: str, ledger: Any
) -> None:
    refused = ledger.invoices({"open": "0,00", **row}, open="open", kind="kind").read().refused
    assert (refused.place, refused.column, refused.value) == ("invoices.csv line 2", column, value)
    assert says in refused.reason
    assert refused.receivable_id == "1"


@pytest.mark.parametrize(
    "row",
    [
        {"due": "2026-09-30"},  # due before it was issued
        {"paid": "2026-09-30"},  # paid before it was issued
        {"paid": "2030-01-01"},  # a prediction
        {"due": "2027-11-06"},  # 401 days to pay
        {"amount": "10666667,58"},
    ],
)
def test_odd_but_harmless_rows_are_accepted(row: dict[str, str], ledger: Any) -> None:
    assert ledger.invoices(row, settled_on="paid").read().counts == (1, 1, 0)


@pytest.mark.parametrize("kind", ["", "invoice"])
@pytest.mark.parametrize("rows", [1, 40])
def test_a_positive_amount_that_credits_an_invoice_is_never_reminded_of(kind: str, rows: int, ledger: Any) -> None:
    usual = [{"no": str(number), "kind": ""} for number in range(2, rows + 1)]
    ledger.invoices({"no": "1", "kind": kind, "credits": "99"}, *usual, credit_of="credits", kind="kind")
    found = ledger.read()
    assert found.counts == (rows, rows - 1, 1)
    assert (found.refused.receivable_id, found.refused.column, found.refused.value) == ("1", "credits", "99")
    assert "as only a credit note does" in found.refused.reason


def test_a_row_whose_instalment_cannot_be_read_names_no_receivable(ledger: Any) -> None:
    found = ledger.invoices({"part": "toinen"}, instalment_number="part").read()
    assert found.refused.receivable_id is None


@pytest.mark.parametrize("line", ["1;17;100,00", "1;17;Oma; otsikko;2026-10-01;2026-10-15", '1;17;"x;2026-10-01;'])
def test_a_row_that_cannot_be_split_still_silences_its_invoice(line: str, ledger: Any) -> None:
    columns = {"invoice_number": "no", "customer_id": "customer", "original": "a", "issued_on": "i", "due_on": "d"}
    found = ledger.file("invoices", columns, f"no;customer;a;i;d\n{line}\n").read()
    assert (found.refused.receivable_id, found.refused.customer_id) == ("1", "17")
    assert found.refused.value == line


def test_a_row_that_cannot_be_split_is_not_repeated_where_a_column_is_not_to_be_looked_at(ledger: Any) -> None:
    columns = {"invoice_number": "no", "customer_id": "customer", "original": "a", "issued_on": "i", "due_on": "d"}
    found = ledger.file("invoices", columns, "identity;no;customer;a;i;d\n131052-308T;1;17;100,00\n").read()
    assert (found.refused.place, found.refused.receivable_id) == ("invoices.csv line 2", "1")
    assert found.refused.value == ""


def test_a_total_row_is_never_guessed(ledger: Any) -> None:
    found = ledger.invoices({}, {"no": "Yhteensä", "customer": "", "issued": "", "due": ""}).read()
    assert found.counts == (2, 1, 1)
    assert found.refused.reason == SUM


# -- customers -----------------------------------------------------------------------------------------------------


def test_the_most_a_customer_row_can_say(ledger: Any) -> None:
    row = {
        "customer_id": "0017",
        "customer_name": "Mäkinen  Maija",
        "first_name": "Maija",
        "contact_name": "Matti M.",
        "customer_class": "Kuluttaja",
        "language": "SV",
        "email": "maija@example.fi",
        "email_confirmed": "yes",
        "phone": "0457 555 0123",
        "phone_confirmed": "no",
        "wish_medium": "sms",
        "avoid": "phone|letter",
        "no_reminders": "yes",
        "payday": "15",
        "einvoice_address": "0037000000",
        "street": "Katu 1",
        "postal_code": "00100",
        "city": "Kylä",
        "country": "FI",
    }
    assert set(row) == set(CustomerColumns.model_fields)
    found = ledger.file("customers", {field: field for field in row}, [row]).invoices({"customer": "0017"})
    reading = found.read(values={"customer_class": {"kuluttaja": "consumer"}})
    assert reading.customers["0017"] == Customer(
        customer_id="0017",
        name="Mäkinen Maija",
        first_name="Maija",
        contact_name="Matti M.",
        customer_class=CustomerClass.CONSUMER,
        language=Language.SV,
        contact_points=(
            ContactPoint(Medium.EMAIL, "maija@example.fi", confirmed=True),
            ContactPoint(Medium.SMS, "0457 555 0123"),
        ),
        wishes=Wishes(Medium.SMS, (Medium.PHONE, Medium.LETTER), no_reminders=True, payday=15),
        einvoice_address="0037000000",
        postal_address=PostalAddress("Katu 1", "00100", "Kylä", "FI"),
    )


def test_a_customer_without_any_address_is_fine(ledger: Any) -> None:
    columns = {"email": "email", "phone": "phone", "email_confirmed": "sure"}
    row = {"customer": "17", "name": "Maija", "sure": "yes"}
    found = ledger.customers(row, **columns).invoices({}).read()
    assert found.customers == {"17": Customer("17", "Maija")}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"name": ""}, "name"),
        ({"email": "maija"}, "email"),
        ({"silent": "ehkä"}, "silent"),
        ({"customer": ""}, "customer"),
    ],
)
def test_a_refused_customer_silences_what_they_owe(row: dict[str, str], column: str, ledger: Any) -> None:
    rows = {"customer": "17", "name": "Maija", "email": "", "silent": "", **row}
    found = ledger.customers(rows, email="email", no_reminders="silent").invoices({}).read()
    assert found.counts == (2, 0, 2)
    customer, invoice = found.quarantined
    assert (customer.place, customer.column, customer.receivable_id) == ("customers.csv line 2", column, None)
    assert (invoice.receivable_id, invoice.customer_id, invoice.column) == ("1", "17", "customer")
    assert "customers.csv" in invoice.reason


def test_the_same_customer_twice_with_other_words_is_in_doubt(ledger: Any) -> None:
    one = {"customer": "17", "name": "Maija"}
    other = {"customer": "17", "name": "Liisa"}
    agreed = ledger.customers(one, one).invoices({}).read()
    assert agreed.counts == (3, 2, 1)
    assert "twice" in agreed.refused.reason
    disagreed = ledger.customers(one, other).invoices({}).read()
    assert [row.receivable_id for row in disagreed.quarantined] == [None, "1"]


def test_a_lost_customer_number_is_named_where_something_is_open(ledger: Any) -> None:
    found = ledger.customers({"customer": "16", "name": "Maija"}).invoices(
        {}, {"no": "2", "paid": "2026-10-20"}, settled_on="paid"
    )
    reading = found.read()
    assert (reading.refused.column, reading.refused.value, reading.refused.receivable_id) == ("customer", "17", "1")
    assert [receivable.receivable_id for receivable in reading.receivables] == ["2"]
    assert found.read(scope="delta").counts == (3, 3, 0), "a delta does not repeat every customer"


# -- customers on invoice rows -------------------------------------------------------------------------------------


def on_rows(ledger: Any, *rows: dict[str, str]) -> Any:
    """Invoices 1, 2, ... of customer 17 with the customer's fields on them."""
    fields = {field: field for field in CustomerColumns.model_fields if field != "customer_id"}
    return ledger.invoices(*({"no": str(number), **row} for number, row in enumerate(rows, 1)), **fields).read()


def test_names_are_those_of_the_first_row_that_has_any(ledger: Any) -> None:
    found = on_rows(
        ledger,
        {},
        {"customer_name": "MÄKINEN MAIJA", "street": "Katu 1"},
        {"customer_name": "Maija Mäkinen", "first_name": "Maija", "city": "Kylä"},
    )
    assert found.customers["17"].name == "MÄKINEN MAIJA"
    assert found.customers["17"].first_name == "", "the name of one row and the first name of another may be two people"
    assert found.customers["17"].postal_address == PostalAddress("Katu 1")


@pytest.mark.parametrize(
    ("field", "first", "other"),
    [
        ("customer_name", "Käteisasiakas Matti", "Käteisasiakas Liisa"),
        ("customer_name", "Mäkinen Oy", "Järvinen Oy"),
        ("customer_name", "Oy", "Ab"),
        ("first_name", "Matti", "Liisa"),
    ],
)
@pytest.mark.parametrize("more", [0, 40])
def test_a_row_with_another_persons_name_waits_and_no_other_row_does(
    field: str, first: str, other: str, more: int, ledger: Any
) -> None:
    found = on_rows(
        ledger,
        {field: first, "email": "matti@example.fi"},
        {field: other},
        {field: first},
        *[{field: first}] * more,
    )
    assert found.counts == (3 + more, 2 + more, 1)
    assert (found.refused.receivable_id, found.refused.column, found.refused.value) == ("2", field, other)
    assert repr(first) in found.refused.reason
    assert repr(other) in found.refused.reason


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("Maija Mäkinen", "MAKINEN  MAIJA"),
        ("Mäkinen, Maija", "Maija Mäkinen"),
        ("Mäkinen Oy", "Oy Mäkinen Ab"),
        ("Rakennus-Virtanen Tmi", "Rakennusvirtanen"),
        ("Sørensen A/S", "SORENSEN"),
        ("A/S Nord", "Nord AS"),
        ("Oy", "OY"),
    ],
)
def test_a_name_that_is_only_spelled_otherwise_is_the_same(first: str, other: str, ledger: Any) -> None:
    found = on_rows(ledger, {"customer_name": first}, {"customer_name": other})
    assert found.counts == (2, 2, 0)
    assert found.customers["17"].name == first


def test_later_rows_fill_in_what_is_not_known(ledger: Any) -> None:
    found = on_rows(
        ledger,
        {"email": "maija@example.fi", "phone_confirmed": "yes"},
        {"email": "Maija@Example.fi", "email_confirmed": "yes", "phone": "0457 555 0123"},
        {"phone": "04575550123", "language": "sv", "avoid": "sms"},
        {"no_reminders": "yes", "avoid": "letter|sms"},
        {"no_reminders": "no"},
    )
    assert found.counts == (5, 5, 0)
    customer = found.customers["17"]
    assert customer.contact_points == (
        ContactPoint(Medium.EMAIL, "maija@example.fi", confirmed=True),
        ContactPoint(Medium.SMS, "0457 555 0123"),
    )
    assert customer.language is Language.SV
    assert customer.wishes == Wishes(avoid=(Medium.SMS, Medium.LETTER), no_reminders=True)


@pytest.mark.parametrize(
    ("field", "first", "second"),
    [
        ("email", "maija@example.fi", "liisa@example.fi"),
        ("phone", "0457 555 0123", "0457 555 0124"),
        ("customer_class", "consumer", "commercial_30_2013"),
        ("language", "fi", "sv"),
        ("wish_medium", "sms", "email"),
    ],
)
def test_a_row_that_contradicts_another_about_its_customer_waits(
    field: str, first: str, second: str, ledger: Any
) -> None:
    found = on_rows(ledger, {field: first}, {field: second}, {field: first})
    assert found.counts == (3, 2, 1)
    assert (found.refused.receivable_id, found.refused.column, found.refused.value) == ("2", field, second)


# -- payments ------------------------------------------------------------------------------------------------------


def test_payments_by_id_by_number_and_for_nothing_known(ledger: Any) -> None:
    ledger.invoices({"no": "1", "part": "1"}, {"no": "1", "part": "2"}, {"no": "2"}, instalment_number="part")
    reading = ledger.payments(
        {"of": "1/2", "amount": "40,00"},
        {"number": "1", "part": "01"},
        {"number": "2"},
        {"amount": "-5,00", "currency": "SEK"},
        receivable_id="of",
        invoice_number="number",
        instalment_number="part",
        currency="currency",
    ).read()
    assert reading.counts == (7, 7, 0)
    paid_on = date(2026, 10, 20)
    assert reading.payments == [
        Payment("P0", "17", eur(4000), paid_on, "1/2"),
        Payment("P1", "17", eur(4000), paid_on, "1/1"),
        Payment("P2", "17", eur(4000), paid_on, "2"),
        Payment("P3", "17", Money(-500, "SEK"), paid_on, None),
    ]


def test_payments_by_number_where_the_ledger_has_ids_of_its_own(ledger: Any) -> None:
    ledger.invoices(
        {"no": "1", "id": "A"}, {"no": "2", "id": "B"}, {"no": "2", "id": "C", "due": "2026-11-15"}, receivable_id="id"
    )
    reading = ledger.payments({"number": "1"}, {"number": "2"}, {"number": "3"}, invoice_number="number").read()
    assert [payment.receivable_id for payment in reading.payments] == ["A"]
    several, none = reading.quarantined
    assert (several.column, several.value, "several receivables" in several.reason) == ("number", "2", True)
    assert (none.column, none.value, "no receivable" in none.reason) == ("number", "3", True)
    assert (several.receivable_id, none.receivable_id) == (None, None)


def test_a_payment_of_what_is_not_there_is_refused(ledger: Any) -> None:
    ledger.invoices({})
    ledger.payments({"of": "99"}, {"number": "98"}, receivable_id="of", invoice_number="number")
    reading = ledger.read()
    by_id, by_number = reading.quarantined
    assert (by_id.column, by_id.value, by_id.receivable_id) == ("of", "99", None)
    assert (by_number.column, by_number.value, by_number.receivable_id) == ("number", "98", None)
    assert all("invoices.csv" in row.reason for row in reading.quarantined)
    assert ledger.read(scope="delta").counts == (3, 3, 0), "a delta pays what an earlier one brought"


def test_a_payment_of_an_invoice_whose_row_was_refused_is_taken(ledger: Any) -> None:
    ledger.invoices({"amount": "sata"}).payments({"of": "1"}, receivable_id="of")
    assert [payment.receivable_id for payment in ledger.read().payments] == ["1"]


@pytest.mark.parametrize(("row", "column"), [({"amount": "neljä"}, "amount"), ({"paid": "20.10.2026"}, "paid")])
def test_a_refused_payment_silences_its_invoice(row: dict[str, str], column: str, ledger: Any) -> None:
    refused = ledger.invoices({}).payments({"of": "1", **row}, receivable_id="of").read().refused
    assert (refused.place, refused.column, refused.receivable_id) == ("payments.csv line 2", column, "1")
    assert refused.customer_id == "17"


def test_a_payment_id_twice(ledger: Any) -> None:
    ledger.invoices({})
    same = ledger.payments({"id": "P"}, {"id": "P"}, receivable_id="of").read()
    assert (same.counts, same.refused.receivable_id) == ((3, 2, 1), None)
    other = ledger.payments({"id": "P"}, {"id": "P", "of": "1"}, receivable_id="of").read()
    assert (other.refused.column, other.refused.receivable_id) == ("id", "1")


def test_money_of_nobody_known_is_refused(ledger: Any) -> None:
    ledger.customers({"customer": "17", "name": "Maija"}).invoices({})
    reading = ledger.payments({"customer": "18"}, {"customer": "18", "of": "1"}, receivable_id="of").read()
    assert (reading.refused.column, reading.refused.value) == ("customer", "18")
    assert [payment.customer_id for payment in reading.payments] == ["18"], "somebody else may pay an invoice"
