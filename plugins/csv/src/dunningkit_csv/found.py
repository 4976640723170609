"""What a person says about files beforehand, and what one of them turns out to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dunningkit_csv.config import (
    CustomerColumns,
)
from dunningkit_csv.guess import Column, Guess
from dunningkit_csv.layout import Layout


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person has said beforehand; everything else is found out."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    date_orders: Mapping[str, str] = field(default_factory=dict)
    skip_lines: int | None = None
    sheet: str | None = None
    encoding: str = "auto"
    delimiter: str = "auto"
    currency: str = "EUR"
    ignored: Sequence[str] = ()


@dataclass(slots=True)
class Found:
    """What one file turned out to be."""

    layout: Layout
    kind: str
    columns: list[Column]
    mapping: dict[str, Guess]
    rows: int = 0
    sample_rows: list[list[str]] = field(default_factory=list)
    date_formats: dict[str, str] = field(default_factory=dict)
    decimal: str = ","
    thousands: str | None = None
    notes: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.layout.name

    def has_customers(self) -> bool:
        """Whether customers stand on its rows."""
        return self.kind == "invoices" and bool(
            (set(CustomerColumns.model_fields) - {"customer_id"}) & set(self.mapping)
        )
