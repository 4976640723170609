"""The public strategies make valid values of every model, and these cross to another process and back."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunningkit import model
from dunningkit.model import Columns, Receivable, ReceivableKind, are_exact
from dunningkit.testing import strategies
from dunningkit.testing.crossing import crosses

VALUES = [
    value for name in model.__all__ if dataclasses.is_dataclass(value := getattr(model, name)) and value is not Columns
]


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_every_model_has_a_strategy_whose_values_cross(kind: type) -> None:
    @settings(max_examples=15)
    @given(strategies.of(kind))
    def tried(value: object) -> None:
        assert type(value) is kind
        assert crosses(value, kind)

    tried()


def test_what_no_model_has_is_refused() -> None:
    with pytest.raises(TypeError, match="no strategy for"):
        strategies.of(complex)


@given(strategies.receivables())
def test_receivables_are_as_a_ledger_has_them(one: Receivable) -> None:
    assert are_exact(Receivable, (one,))
    assert abs(one.open.amount_minor) <= abs(one.original.amount_minor)
    assert (one.open.amount_minor == 0) is (one.settled_on is not None)
    assert (one.kind is ReceivableKind.CREDIT_NOTE) is (one.original.amount_minor < 0)


@given(st.data())
def test_a_payment_of_a_receivable_is_in_its_currency(data: st.DataObject) -> None:
    one = data.draw(strategies.receivables())
    payment = data.draw(strategies.payments(one))
    assert (payment.amount.currency, payment.receivable_id) == (one.open.currency, one.receivable_id)
