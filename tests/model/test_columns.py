"""Many values kept by columns are the values themselves, as far as anybody can tell."""

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dunningkit.model import ChangeBatch, Columns, Money, Receivable, ReceivableKind
from dunningkit.model.exact import are_exact

DUE = date(2026, 11, 10)
ONE = Receivable("1", "c", "1", Money(8990, "EUR"), Money(100, "EUR"), date(2026, 10, 1), DUE, tags=("rent",))

AMOUNTS = st.integers(-(10**12), 10**12)
ROWS = st.lists(st.tuples(st.text(max_size=3), AMOUNTS, st.one_of(st.none(), st.dates())), max_size=5)


def by_columns(rows: list[tuple[str, int, date | None]]) -> Columns[Receivable]:
    number = len(rows)
    money = Columns(Money, number, {"amount_minor": [row[1] for row in rows], "currency": ["EUR"] * number})
    columns = {name: [row[0] for row in rows] for name in ("receivable_id", "customer_id", "invoice_number")}
    columns |= {"issued_on": [DUE] * number, "due_on": [DUE] * number, "settled_on": [row[2] for row in rows]}
    return Columns(Receivable, number, columns | {"original": money, "open": money})


def one_by_one(rows: list[tuple[str, int, date | None]]) -> tuple[Receivable, ...]:
    return tuple(
        Receivable(text, text, text, Money(minor, "EUR"), Money(minor, "EUR"), DUE, DUE, settled_on=settled_on)
        for text, minor, settled_on in rows
    )


@given(ROWS)
def test_columns_are_the_values(rows) -> None:
    made, expected = by_columns(rows), one_by_one(rows)
    assert made == expected
    assert tuple(made) == expected
    assert hash(made) == hash(expected)
    assert len(made) == len(rows)
    assert ChangeBatch(receivables=made) == ChangeBatch(receivables=expected)
    assert made.column("open.amount_minor") == tuple(row[1] for row in rows)
    assert list(made.column("kind")) == [ReceivableKind.INVOICE] * len(rows)
    if rows:
        assert made[0] == expected[0]
        assert made[-1:] == expected[-1:]


@given(ROWS)
def test_columns_are_json_like_the_values_and_come_back_as_them(rows) -> None:
    adapter = TypeAdapter(ChangeBatch)
    batch = ChangeBatch(receivables=by_columns(rows))
    written = adapter.dump_json(batch)
    assert written == adapter.dump_json(ChangeBatch(receivables=one_by_one(rows)))
    assert adapter.validate_json(written) == batch


def test_whoever_gave_the_columns_cannot_change_them_afterwards() -> None:
    amounts = [1, 2]
    made = Columns(Money, 2, {"amount_minor": amounts, "currency": ["EUR", "EUR"]})
    amounts[0] = 10**9
    assert made[0] == Money(1, "EUR")


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        ({"amount_minor": [1]}, TypeError),
        ({"amount_minor": [1], "currency": ["EUR"], "cents": [1]}, TypeError),
        ({"amount_minor": [1, 2], "currency": ["EUR"]}, ValueError),
    ],
)
def test_columns_that_do_not_fit_are_refused(columns: dict[str, list[object]], error: type[Exception]) -> None:
    with pytest.raises(error):
        Columns(Money, 1, columns)


def test_what_columns_look_like_names_nobody() -> None:
    assert repr(by_columns([("Maija", 1, None)])) == "Columns(Receivable, 1)"


# -- exactness -----------------------------------------------------------------------------------------------------


class Text(str):
    """A text with a mind of its own."""


class Kind(StrEnum):
    INVOICE = "invoice"


WRONG = [
    ("receivable_id", 7),
    ("receivable_id", Text("1")),
    ("receivable_id", "\ud800"),
    ("receivable_id", None),
    ("due_on", datetime(2026, 11, 10)),  # noqa: DTZ001  # a moment where a day belongs
    ("due_on", "2026-11-10"),
    ("kind", "invoice"),
    ("kind", Kind.INVOICE),
    ("disputed", 0),
    ("instalment_number", True),
    ("agreed_rate_bp", 1.5),
    ("tags", ["rent"]),
    ("tags", (7,)),
    ("tags", ("\udfff",)),
]


def test_plain_values_are_exact() -> None:
    assert are_exact(ChangeBatch, [ChangeBatch(receivables=(ONE, replace(ONE, settled_on=DUE)))])
    assert are_exact(ChangeBatch, [ChangeBatch(receivables=by_columns([("1", 5, None), ("2", 6, DUE)]))])


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_only_looks_like_it_is_not_exact(name: str, value: object) -> None:
    assert not are_exact(ChangeBatch, [ChangeBatch(receivables=(ONE, replace(ONE, **{name: value})))])


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_nor_is_it_in_columns(name: str, value: object) -> None:
    made = by_columns([("1", 5, None)])
    columns = dict(made.given) | {name: [value]}
    assert not are_exact(ChangeBatch, [ChangeBatch(receivables=Columns(Receivable, 1, columns))])


def test_columns_of_another_class_are_not_exact() -> None:
    money = Columns(Money, 1, {"amount_minor": [1], "currency": ["EUR"]})
    assert not are_exact(ChangeBatch, [ChangeBatch(receivables=money)])
    cents = Columns(Money, 1, {"amount_minor": [1.5], "currency": ["EUR"]})
    made = dict(by_columns([("1", 5, None)]).given) | {"open": cents}
    assert not are_exact(ChangeBatch, [ChangeBatch(receivables=Columns(Receivable, 1, made))])
