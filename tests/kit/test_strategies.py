"""The public strategies make valid values of every model, and these cross to another process and back."""

import dataclasses
from datetime import date

import pytest
from hypothesis import find, given, settings
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


@pytest.mark.parametrize("medium", model.Medium)
def test_reminders_are_for_an_address_that_their_medium_has(medium: model.Medium) -> None:
    @settings(max_examples=25)
    @given(strategies.outgoing_reminders(medium))
    def tried(one: model.OutgoingReminder) -> None:
        assert are_exact(model.OutgoingReminder, (one,))
        assert one.to.medium is one.message.medium is medium
        assert ("@" in one.to.address) is (medium is model.Medium.EMAIL)
        assert medium is model.Medium.EMAIL or not one.attachments

    tried()


@given(strategies.portfolios(date(2026, 11, 24)))
def test_no_more_pass_a_rung_than_reach_it(one: model.Portfolio) -> None:
    assert crosses(one, model.Portfolio)
    assert all(0 <= rung.passed <= rung.reached for rung in one.rungs)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda one: one.portfolio.rungs and one.portfolio.amount_quartiles_minor,
        lambda one: not one.portfolio.rungs,
        lambda one: any(len({r.original.currency for r in c.receivables}) > 1 for c in one.customers),
        lambda one: any(r.settled_on is None for c in one.customers for r in c.receivables),
        lambda one: any(not r.counts for c in one.customers for r in c.receivables),
    ],
)
def test_histories_are_of_every_kind(wanted) -> None:
    find(strategies.histories(date(2026, 11, 24)), wanted)


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
