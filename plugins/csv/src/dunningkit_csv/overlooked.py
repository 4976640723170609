"""Columns that no field takes and that may say an invoice is paid, withdrawn or no invoice at all.

To pass over one of them without a word would be to remind of what nobody owes, so each is asked about.
"""

from collections.abc import Iterator, Mapping, Sequence

from dunningkit_csv import words
from dunningkit_csv.config import CsvConfig
from dunningkit_csv.decoding import shown
from dunningkit_csv.guess import Column, Guess
from dunningkit_csv.layout import Layout
from dunningkit_csv.reading import Row, is_sum, read_rows

_NOTHING = frozenset(["", *(word.casefold() for word in CsvConfig.model_fields["false_values"].default)])
_MINUS = frozenset("-\u2212(")
_SHOWN_WORDS = 5


def questions(layout: Layout, unused: Sequence[Column], mapping: Mapping[str, Guess]) -> Iterator[str]:
    """What to ask of each such column of a file of invoices."""
    for column in unused:
        if _tells_the_state(column):
            if asking := _ask_for_state(layout, column, mapping):
                yield asking
        elif _may_be_the_kind(column):
            said = ", ".join(map(repr, map(shown, list(column.words)[:_SHOWN_WORDS])))
            yield (
                f"Does {column.header!r} of {layout.name} tell credit notes from invoices? It says {said} and is not used, so "
                "a credit note with a positive amount would be reminded of as an invoice. Say --column "
                f"kind={column.header!r}, or credit_of={column.header!r} where it names the invoice that is credited; or, "
                f"where it says nothing of the kind, --ignore {column.header!r}."
            )


def _may_be_the_kind(column: Column) -> bool:
    if words.names_credit(column.header):
        return any(word.casefold() not in _NOTHING and word.strip("0,. -") for word in column.words)
    return column.has_few_words and any(words.is_kind(word) for word in column.words)


def _is_paid_flag(column: Column) -> bool:
    return words.says_paid(column.header) and 0 < column.filled == column.others["flag"]


def _tells_the_state(column: Column) -> bool:
    if not column.filled:
        return False
    return (
        words.names_state(column.header)
        or _is_paid_flag(column)
        or (column.has_few_words and any(word.casefold() in words.NO_LONGER_OPEN for word in column.words))
    )


def _ask_for_state(layout: Layout, column: Column, mapping: Mapping[str, Guess]) -> str:
    """The question, when a row with something open is in a state that is not plainly open; empty otherwise."""
    plainly_open = _NOTHING if _is_paid_flag(column) else words.STILL_OPEN
    first: dict[str, int] = {}
    for row in read_rows(layout):
        if not row.problem and not is_sum(row.cells) and _asks_for_money(row, mapping):
            word = " ".join(row.cells[column.position].split())
            if word and word.casefold() not in plainly_open:
                first.setdefault(word, row.line)
    if not first:
        return ""
    said = ", ".join(f"{shown(word)!r} ({layout.place(line)})" for word, line in list(first.items())[:_SHOWN_WORDS])
    return (
        f"May invoices be reminded of that {column.header!r} of {layout.name} calls {said}? It is not used, so they would be. "
        "Leave out of every export what is paid, withdrawn, a draft or in collection, and export again; or, where such "
        f"invoices may be reminded of, say --ignore {column.header!r}."
    )


def _asks_for_money(row: Row, mapping: Mapping[str, Guess]) -> bool:
    def cell(field: str) -> str:
        return row.cells[mapping[field].position].strip() if field in mapping else ""

    owed = cell("open") if "open" in mapping else "" if cell("settled_on") else cell("original")
    return any(sign in "123456789" for sign in owed) and _MINUS.isdisjoint(owed)
