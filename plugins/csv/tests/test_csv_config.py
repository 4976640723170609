"""The settings: what is wrong with them is said by name."""

from typing import Any

import pytest
from pydantic import ValidationError

from dunningkit_csv.config import CsvConfig

WITHOUT_DUE_DATE = {"invoice_number": "a", "customer_id": "b", "original": "c", "issued_on": "d"}
COLUMNS = {**WITHOUT_DUE_DATE, "due_on": "e"}
INVOICES = {"path": "invoices.csv", "columns": COLUMNS}
CUSTOMERS = {"path": "customers.csv", "columns": {"customer_id": "a", "customer_name": "b"}}


def config(**changes: Any) -> CsvConfig:
    return CsvConfig.model_validate({"invoices": INVOICES, **changes})


def test_little_is_needed() -> None:
    made = config()
    assert (made.currency, made.payments_as_of, made.invoices.decimal) == ("EUR", None, ",")


@pytest.mark.parametrize(
    ("changes", "place", "says"),
    [
        ({"invoices": None}, ("invoices",), "valid dictionary"),
        ({"invoices": {"path": "x.csv"}}, ("invoices", "columns"), "required"),
        ({"invoices": {**INVOICES, "columns": WITHOUT_DUE_DATE}}, ("invoices", "columns", "due_on"), "required"),
        ({"invoices": {**INVOICES, "encoding": "klingon"}}, ("invoices", "encoding"), "no text encoding"),
        ({"invoices": {**INVOICES, "encoding": "base64"}}, ("invoices", "encoding"), "no text encoding"),
        ({"invoices": {**INVOICES, "delimiter": "#"}}, ("invoices", "delimiter"), "'auto', ';'"),
        ({"invoices": {**INVOICES, "decimal": "'"}}, ("invoices", "decimal"), "',' or '.'"),
        ({"invoices": {**INVOICES, "thousands": ","}}, ("invoices",), "decimal and thousands are both ','"),
        ({"invoices": {**INVOICES, "date_format": "%d"}}, ("invoices", "date_format"), "no date format"),
        ({"invoices": {**INVOICES, "date_formats": {"due_on": "x"}}}, ("invoices", "date_formats"), "no date format"),
        ({"invoices": {**INVOICES, "date_formats": {"paid_on": "d.m.yyyy"}}}, ("invoices",), "names 'paid_on'"),
        ({"invoices": {**INVOICES, "colums": {}}}, ("invoices", "colums"), "Extra inputs"),
        ({"customers": {**CUSTOMERS, "columns": {"customer_id": "a"}}}, ("customers", "columns"), "required"),
        ({"currency": "euro"}, ("currency",), "pattern"),
        ({"list_separator": "||"}, ("list_separator",), "at most 1"),
        ({"true_values": ["X"], "false_values": ["x"]}, (), "'x' means both yes and no"),
        ({"values": {"kind": {"Lasku": "bill"}}}, ("values", "kind"), "'invoice' or 'credit_note'"),
        ({"values": {"kind": {"a": "invoice", "A ": "credit_note"}}}, ("values", "kind"), "twice with two meanings"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, Any], place: tuple[str, ...], says: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        config(**changes)
    (error,) = wrong.value.errors()
    assert error["loc"][: len(place)] == place
    assert says in error["msg"]


def test_customers_stand_in_one_place_only() -> None:
    with pytest.raises(ValidationError, match="names 'email', but customers come from their own file"):
        config(customers=CUSTOMERS, invoices={**INVOICES, "columns": {**COLUMNS, "email": "f"}})


def test_every_setting_is_a_field_of_the_form() -> None:
    schema = CsvConfig.model_json_schema()
    for name, part in {"CsvConfig": schema, **schema["$defs"]}.items():
        for setting, shape in part.get("properties", {}).items():
            # A title that is the type's own name stands there.
            assert {**schema["$defs"].get(shape.get("$ref", "").rpartition("/")[2], {}), **shape}["title"], (
                name,
                setting,
            )
            assert shape.get("description"), (name, setting)
