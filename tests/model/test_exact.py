"""Values are taken as they are only when every part of them is of exactly the class that its annotation names."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunningkit import model
from dunningkit.model import ChangeBatch, Money, Reason, ReasonCode, are_exact
from dunningkit.testing import strategies

CROSSING = [
    model.ChangeBatch,
    model.DeliveryResult,
    model.Document,
    model.Recheck,
    model.Rendered,
    model.Score,
]


class Text(str):
    """A text with a mind of its own."""

    __slots__ = ()


class Number(int):
    """A number with a mind of its own."""


def _unlike(value: object) -> list[object]:
    """What may stand where the value stands and is not of its class; something unwritable for texts and numbers."""
    if isinstance(value, str) and type(value) is str:
        return [Text(value), value.encode("utf-8", "replace"), value + "\0", value + "\ud800"]
    if type(value) is int:
        return [Number(value), value + 0.5, 1 << 63, -(1 << 63) - 1]
    if type(value) is date:
        return [datetime(value.year, value.month, value.day)]  # noqa: DTZ001  # a moment where a day belongs
    return [object()]


def _spoilt(value: Any) -> Iterator[object]:
    """The value with one of its parts replaced by something unlike, in every way and place."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from (_with(value, field.name, part) for part in _spoilt(getattr(value, field.name)))
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from ((*value[:place], part, *value[place + 1 :]) for part in _spoilt(one))
        yield list(value)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from ({**value, key: part} for part in _spoilt(one))
            yield {Text(key): one}
    else:
        yield from _unlike(value)


def _with(value: Any, name: str, part: object) -> object:
    """A copy with one field set by force, as a class that checks what it is given would not allow."""
    made = object.__new__(type(value))
    for field in dataclasses.fields(value):
        object.__setattr__(made, field.name, part if field.name == name else getattr(value, field.name))
    return made


@pytest.mark.parametrize("kind", CROSSING, ids=lambda kind: kind.__name__)
def test_a_value_is_exact_and_with_any_part_replaced_it_is_not(kind: type) -> None:
    @settings(max_examples=8)
    @given(strategies.of(kind))
    def tried(value: object) -> None:
        assert are_exact(kind, [value, value])
        for spoilt in _spoilt(value):
            assert not are_exact(kind, [value, spoilt])

    tried()


@given(st.integers())
def test_numbers_are_stored_in_64_bits(number: int) -> None:
    assert are_exact(Money, [Money(number, "EUR")]) is (-(1 << 63) <= number < 1 << 63)


def test_a_truth_is_no_number_where_both_may_stand() -> None:
    assert are_exact(Reason, [Reason(ReasonCode.EVIDENCE, {"known": True, "months": 1, "of": None, "by": "x"})])
    assert not are_exact(Reason, [Reason(ReasonCode.EVIDENCE, {"known": 1.0})])  # type: ignore[dict-item]  # the mistake
    assert not are_exact(Money, [Money(True, "EUR")])


def test_a_subclass_of_the_whole_is_not_exact() -> None:
    class Batch(ChangeBatch):
        """A batch with a mind of its own."""

    assert not are_exact(ChangeBatch, [Batch()])


def test_what_an_annotation_means_is_known_or_nothing_is_exact() -> None:
    assert not are_exact(complex, [1j])
    assert not are_exact(list[int], [[1]])
    assert not are_exact(Money | list[int], [Money(1, "EUR")])
