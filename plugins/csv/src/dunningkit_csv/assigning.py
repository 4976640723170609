"""Which column is what, and how its amounts and dates are written; what cannot be told is asked."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from dunningkit_csv import guess, overlooked, words
from dunningkit_csv.config import (
    CustomersFileColumns,
    InvoiceColumns,
    PaymentColumns,
    is_date_field,
)
from dunningkit_csv.decoding import shown
from dunningkit_csv.found import Asked, Found
from dunningkit_csv.guess import Column
from dunningkit_csv.parsing import Unreadable, amount_parser, currencies_of, date_parser, is_unit_of

_FIELDS_OF: Mapping[str, type[BaseModel]] = {
    "invoices": InvoiceColumns,
    "customers": CustomersFileColumns,
    "payments": PaymentColumns,
}
_MEANT = {
    "invoice_number": "the invoice number",
    "customer_id": "the customer number",
    "customer_name": "the customer's name",
    "original": "the amount invoiced",
    "issued_on": "the invoice's date",
    "due_on": "the due date",
    "payment_id": "the payment's own id",
    "amount": "the amount paid",
    "paid_on": "the day of payment",
}
_ORDER_NAMES = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
_CENTS = re.compile(r"[.,][0-9]{1,2}(?![0-9])")
#: From this share on, amounts with a sign are amounts in the sign's currency.
_MANY_MARKED = 0.5
#: Below this confidence, a column has its meaning by its name alone.
_DOUBTFUL = 0.5


def map_columns(found: Found, usable: Sequence[Column], asked: Asked) -> None:
    """Give the usable columns their meanings, those that a person named first; asks for what a file of its kind must have."""
    headers = {words.key(column.header): column.position for column in usable}
    fields = _FIELDS_OF[found.kind].model_fields
    fixed = {
        name: headers[words.key(header)]
        for name, header in asked.columns.items()
        if name in fields and words.key(header) in headers
    }
    guesses = guess.guesses(found.kind, usable)
    found.mapping = guess.assign(guesses, fixed)
    for name in words.REQUIRED[found.kind]:
        if name not in found.mapping:
            found.questions.append(_ask_for(found, name, usable))
    if found.kind == "invoices":
        _look_for_payments(found, usable)
        if "original" in found.mapping:
            taken = {one.position for one in found.mapping.values()}
            unused = [column for column in usable if column.position not in taken]
            found.questions += overlooked.questions(found.layout, unused, found.mapping)
    for column in usable:
        for name in words.SETTING_OF:
            if (
                any(one.field == name and one.position == column.position for one in guesses)
                and name not in found.mapping
            ):
                strange = ", ".join(repr(word) for word in guess.unknown_words(name, column)[:5])
                found.notes.append(
                    f"{column.header!r} may be the {name}, but what {strange} means there is not known. Say so in the setting "
                    f"values.{words.SETTING_OF[name]} and add the column."
                )


def _look_for_payments(found: Found, usable: Sequence[Column]) -> None:
    """Without a column of what is open everything counts as unpaid, so what tells otherwise must not be passed over."""
    if "open" in found.mapping or "original" not in found.mapping:
        return
    taken = {one.position for one in found.mapping.values()}
    for column in usable:
        if column.position not in taken and words.says_paid(column.header) and guess.fits("amount", column):
            found.questions.append(
                f"{column.header!r} of {found.name} seems to say how much was paid, but no column says how much is open, and "
                "that is not worked out. Export the column of what is open, or say which one it is: --column open=HEADER."
            )


def _ask_for(found: Found, name: str, usable: Sequence[Column]) -> str:
    taken = {one.position for one in found.mapping.values()}
    likely = [column.header for column in usable if column.position not in taken and guess.fits(name, column)]
    among = f" It may be one of these: {', '.join(repr(header) for header in likely)}." if likely else ""
    return (
        f"Which column of {found.name} is {_MEANT[name]}? None could be recognised.{among} Say --column {name}=HEADER, or "
        "export the file with that column."
    )


def find_signs(found: Found, asked: Asked) -> None:
    """Find out how amounts and dates are written, from the whole columns; asks where they can be read two ways."""
    of = {name: found.columns[one.position] for name, one in found.mapping.items()}
    amounts = [column for name, column in of.items() if name in ("original", "open", "amount")]
    found.decimal, found.thousands = guess.amount_style(amounts)
    if "currency" not in of:
        _look_at_units(found, amounts, asked)
    dates = {name: column for name, column in of.items() if is_date_field(name)}
    orders = {name: _order_said(name, column, asked) for name, column in dates.items()}
    _note_misfits(found, of)
    if (
        amounts
        and found.thousands
        and not any(column.others["decimals"] and _shows_cents(column) for column in amounts)
    ):
        example = next((sample for column in amounts for sample in column.samples if found.thousands in sample), "")
        if example:
            found.notes.append(
                f"No amount shows cents; {example!r} is read as thousands. If it is not meant so, correct the settings "
                "decimal and thousands."
            )
    for name, column in dates.items():
        if column.filled and not column.dates:
            continue  # nothing in it is a day: every row is refused and says why
        order = orders[name] or _order_beside(found, name, dates, orders)
        if order is None:
            found.questions.append(_ask_order(found, name, column))
        found.date_formats[name] = column.date_format(order)


def _look_at_units(found: Found, amounts: Sequence[Column], asked: Asked) -> None:
    """Ask for the currency where most amounts are marked with another one's sign: else all of them would be refused."""
    counted = sum((column.units for column in amounts), Counter[str]())
    if not counted:
        return
    unit, count = counted.most_common(1)[0]
    if not is_unit_of(unit, asked.currency) and count > _MANY_MARKED * sum(column.filled for column in amounts):
        ways = " or ".join(f"--currency {currency}" for currency in currencies_of(unit))
        found.questions.append(
            f"Which currency are the amounts of {found.name} in? They are marked {unit.lower() if unit == 'KR' else unit}, and "
            f"no column says the currency, which would be {asked.currency}. Say {ways}."
        )


def _shows_cents(column: Column) -> bool:
    return any(_CENTS.search(sample) for sample in column.samples)


def _note_misfits(found: Found, of: Mapping[str, Column]) -> None:
    for name, column in of.items():
        misfit = column.misfit(name)
        if not misfit or found.mapping[name].confidence >= _DOUBTFUL:
            continue
        try:
            date_parser("d.m.yyyy")(misfit) if is_date_field(name) else amount_parser(",", None)(misfit, "EUR")
        except Unreadable as error:
            why = "" if "d.m.yyyy" in error.reason else error.reason
        else:
            why = ""
        why = why or "Correct it at its source."
        found.notes.append(
            f"{column.header!r} is {name} by its name, but many of its cells cannot be read, such as {shown(misfit)!r}. {why}"
        )


def _order_said(name: str, column: Column, asked: Asked) -> str | None:
    said = asked.date_orders.get(name, asked.date_orders.get(""))
    possible = column.date_orders()
    if said is not None and column.dates[column.date_format(said)]:
        return said
    return possible[0] if len(possible) == 1 or not column.filled else None


def _order_beside(found: Found, name: str, dates: Mapping[str, Column], orders: Mapping[str, str | None]) -> str | None:
    """The order of the other columns of dates that are written with the same sign, when they leave no doubt."""
    column = dates[name]
    beside = {
        order
        for other, order in orders.items()
        if order is not None and dates[other].filled and dates[other].date_sign == column.date_sign
    }
    if len(beside) != 1 or not beside <= set(column.date_orders()):
        return None
    (order,) = beside
    found.notes.append(
        f"Every date in {column.header!r} reads both ways; it is read like the other dates of this file, "
        f"{column.date_format(order)}."
    )
    return order


def _ask_order(found: Found, name: str, column: Column) -> str:
    orders = column.date_orders()
    example = column.date_example(*orders) or next(iter(column.samples), "")
    first, second = (column.date_example(order) for order in (*orders, *orders)[:2])
    if first and second:
        return (
            f"Which dates in {column.header!r} of {found.name} are right? Some can only be {_ORDER_NAMES[orders[0]]}, such as "
            f"{first!r}, and some only {_ORDER_NAMES[orders[1]]}, such as {second!r}, so those that read both ways mean "
            f"nothing. Export them all in one order; or say --date-order {name}={orders[0]} or {name}={orders[1]}, and what "
            "does not fit is refused."
        )
    ways = " or ".join(f"{_ORDER_NAMES[order]} (--date-order {name}={order})" for order in orders)
    return (
        f"Are the dates in {column.header!r} of {found.name} written {ways}? They read both ways, such as {example!r}, and "
        "nothing in the file tells."
    )
