"""The little language that the catalogues' sentences are written in."""

from collections.abc import Mapping

import pytest

from dunningkit.wording.template import fill, forms, parameters


def filled(template: str, params: Mapping[str, str]) -> str:
    return fill(template, lambda name, form: f"{params[name]}{form}" if name in params else None)


def test_a_placeholder_stands_for_a_value_in_its_form() -> None:
    assert filled("Paid {sum|money} of {all}.", {"sum": "5", "all": "7"}) == "Paid 5money of 7."


def test_a_value_that_is_missing_is_named() -> None:
    with pytest.raises(KeyError, match="sum"):
        filled("Paid {sum}.", {})


def test_a_choice_writes_the_first_part_that_has_its_values() -> None:
    template = "Held[[ by {who} until {day}|| by {who}|| for now]]."
    assert filled(template, {"who": "Maija", "day": "Friday"}) == "Held by Maija until Friday."
    assert filled(template, {"who": "Maija"}) == "Held by Maija."
    assert filled(template, {}) == "Held for now."
    assert filled("Held[[ by {who}]].", {}) == "Held."


def test_a_part_may_stand_for_one_value_only() -> None:
    template = "[[{known=0}Nothing||{known} invoices]] known."
    assert filled(template, {"known": "0"}) == "Nothing known."
    assert filled(template, {"known": "10"}) == "10 invoices known."


@pytest.mark.parametrize("value", ["{day}", "[[ {nothing} ]]", "a||b", "]]"])
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    assert filled("[[By {who}, ]]until {day}.", {"who": value, "day": value}) == f"By {value}, until {value}."


def test_what_a_template_asks_for() -> None:
    template = "{a}[[ {b|days}||{c=0} {d|label:medium}]]"
    assert parameters(template) == {"a", "b", "c", "d"}
    assert forms(template) == ["days", "label:medium"]
