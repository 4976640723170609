"""``dunning csv inspect FILE ...``: what the files look like, what would be taken of them, and the settings to read them."""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dunningkit.cli.export import write_csv
from dunningkit.cli.printing import print_json, print_line
from dunningkit.errors import SettingsError
from dunningkit.model import exponent
from dunningkit_csv import words
from dunningkit_csv.config import MOST_SKIPPED_LINES, CustomersFileColumns, InvoiceColumns, PaymentColumns
from dunningkit_csv.decoding import shown
from dunningkit_csv.found import Asked, Found
from dunningkit_csv.inspection import Inspection, inspect
from dunningkit_csv.layout import DELIMITERS, Layout

_WRITTEN_WRONGLY = 2
_FIELDS = {
    *InvoiceColumns.model_fields,
    *CustomersFileColumns.model_fields,
    *PaymentColumns.model_fields,
}
_ORDERS = ("dmy", "mdy", "ymd")
_NEXT = (
    "Next: put them into the configuration (dunning init writes one to fill in) instead of its [plugins] and [source] tables; "
    "then dunning init makes the database, and dunning run the first proposal."
)
_PROBLEM_HEADERS = ("place", "column", "value", "reason", "receivable", "customer")


def run(arguments: Sequence[str]) -> int:
    """Run the subcommand; returns the exit code."""
    try:
        options = _parser().parse_args(list(arguments))
    except SystemExit as exit_:
        # The parser has said what is wrong, or has shown its help.
        return exit_.code if isinstance(exit_.code, int) else _WRITTEN_WRONGLY
    written: Path | None = options.write
    if written is not None and written.exists() and not options.overwrite:
        raise SettingsError(f"{written} is there already and was left as it is. Name another file, or say --overwrite.")
    base_dir = written.parent if written is not None else Path.cwd()
    found = inspect(options.files, _asked(options), base_dir)
    problems = _read(found, options)
    if options.json:
        print_json(_as_data(found))
    else:
        _print(found, problems)
    if written is not None:
        _write(found, written, overwrite=options.overwrite, quiet=options.json)
    return 0


# -- the command line ----------------------------------------------------------------------------------------------


_DESCRIPTION = (
    "Say what files look like, what would be taken of them and which settings read them: dunning csv inspect FILE ..."
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dunning csv", description=_DESCRIPTION)
    parser.add_argument("action", choices=["inspect"], help="what to do with the files")
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="files of one ledger: invoices, customers, payments"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the settings to a TOML file")
    parser.add_argument(
        "--problems", type=Path, metavar="FILE", help="write every row that would be quarantined to a CSV file"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace files that are there already")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        type=_pair(_FIELDS),
        metavar="FIELD=HEADER",
        help="say what a column is",
    )
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="HEADER", help="say that a column is to be passed over"
    )
    parser.add_argument(
        "--date-order",
        action="append",
        default=[],
        type=_order,
        metavar="[FIELD=]ORDER",
        help="dmy, mdy or ymd, where every date reads both ways",
    )
    parser.add_argument(
        "--kind",
        action="append",
        default=[],
        type=_kind,
        metavar="[FILE=]KIND",
        help=f"one of {', '.join(words.KINDS)}",
    )
    parser.add_argument(
        "--skip-lines", type=int, choices=range(MOST_SKIPPED_LINES + 1), metavar="N", help="lines above the headers"
    )
    parser.add_argument("--sheet", help="the sheet of a workbook")
    parser.add_argument("--encoding", default="auto", type=_encoding, help="such as utf-8 or cp1252")
    parser.add_argument(
        "--delimiter",
        default="auto",
        choices=[*DELIMITERS],
        metavar="SIGN",
        help="what separates the columns: tab, or one of ; , |",
    )
    parser.add_argument("--currency", default="EUR", type=_currency, help="of amounts that do not say theirs")
    return parser


def _pair(names: Iterable[str]) -> Any:
    known = sorted(names)

    def pair(text: str) -> tuple[str, str]:
        name, sign, header = text.partition("=")
        if name not in known or not sign or not header.strip():
            raise argparse.ArgumentTypeError(f"write it like due_on=HEADER; the fields are {', '.join(known)}")
        return name, header.strip()

    return pair


def _order(text: str) -> tuple[str, str]:
    name, sign, order = text.rpartition("=")
    if order not in _ORDERS or (sign and name not in _FIELDS):
        raise argparse.ArgumentTypeError(
            "write it like dmy, or due_on=dmy for one column; the orders are dmy, mdy and ymd"
        )
    return name, order


def _kind(text: str) -> tuple[str, str]:
    name, _, kind = text.rpartition("=")
    if kind not in words.KINDS:
        raise argparse.ArgumentTypeError(f"the kinds are {', '.join(words.KINDS)}")
    return name, kind


def _encoding(text: str) -> str:
    try:
        "".encode(text if text != "auto" else "utf-8")
    except LookupError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no text encoding") from error
    return text


_CODE_LETTERS = 3


def _currency(text: str) -> str:
    if len(text) != _CODE_LETTERS or not (text.isascii() and text.isalpha()):
        raise argparse.ArgumentTypeError("write a code of three letters, such as EUR")
    return text.upper()


def _asked(options: argparse.Namespace) -> Asked:
    return Asked(
        kinds=dict(options.kind),
        columns=dict(options.column),
        date_orders=dict(options.date_order),
        skip_lines=options.skip_lines,
        sheet=options.sheet,
        encoding=options.encoding,
        delimiter=options.delimiter,
        currency=options.currency,
        ignored=tuple(options.ignore),
    )


# -- what comes of it ----------------------------------------------------------------------------------------------


def _read(found: Inspection, options: argparse.Namespace) -> str:
    """Read with the proposed settings; returns what to say of the list of problems."""
    if options.problems is None:
        for _ in found.rows():
            pass
        return ""
    rows = ((row.place, row.column, row.value, row.reason, row.receivable_id, row.customer_id) for row in found.rows())
    count = write_csv(options.problems, _PROBLEM_HEADERS, rows, overwrite=options.overwrite)
    return f"{options.problems} holds {count} rows to work through."


def _write(found: Inspection, path: Path, *, overwrite: bool, quiet: bool) -> None:
    if found.questions:
        raise SettingsError("Nothing was written, because a question is open: " + " ".join(found.questions))
    if "invoices" not in found.config:
        raise SettingsError(
            "Nothing was written: a ledger needs a file of invoices. Name all its files on one line, such as "
            "customers.csv invoices.csv payments.csv."
        )
    try:
        with path.open("w" if overwrite else "x", encoding="utf-8") as file:
            file.write(to_toml(found.config))
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written: {error.strerror}. Name a place that can be written to."
        ) from error
    if not quiet:
        print_line(f"The settings were written to {path}.")
        print_line(_NEXT)


def to_toml(config: Mapping[str, Any]) -> str:
    """The settings as the part of a configuration file that names the plugin and its files."""
    lines = ["[plugins]", 'allow = ["csv"]', "", "[source]", 'plugin = "csv"', ""]
    lines += _table("source.config", config)
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(name: str, table: Mapping[str, Any]) -> list[str]:
    plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
    lines = [f"[{name}]", *(f"{_key(key)} = {_value(value)}" for key, value in plain.items()), ""] if plain else []
    for key, value in table.items():
        if isinstance(value, dict):
            lines += _table(f"{name}.{_key(key)}", value)
    return lines


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _value(key)


def _value(value: Any) -> str:
    # A JSON string is a TOML string, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


# -- for machines --------------------------------------------------------------------------------------------------


def _as_data(found: Inspection) -> dict[str, Any]:
    outcome = found.outcome
    return {
        "files": [_file_data(one) for one in found.files],
        "questions": found.questions,
        "config": found.config,
        "toml": "" if found.questions or "invoices" not in found.config else to_toml(found.config),
        "outcome": None
        if found.questions_before_reading
        else {
            "rows_read": outcome.rows_read,
            "rows_accepted": outcome.rows_accepted,
            "rows_quarantined": outcome.rows_quarantined,
            "complete": outcome.complete,
            "customers": len(outcome.customers),
            "receivables": outcome.receivables,
            "payments": outcome.payments,
            "original_minor": dict(sorted(outcome.original.items())),
            "open_minor": dict(sorted(outcome.open.items())),
            "odd": {what: {"count": count, "first": outcome.first_odd[what]} for what, count in outcome.odd.items()},
            "problems": [
                {"reason": one.reason, "column": one.column, "count": one.count, "place": one.place, "value": one.value}
                for one in sorted(outcome.problems.values(), key=lambda one: -one.count)
            ],
        },
    }


def _encoding_name(layout: Layout) -> str:
    # The mark that this name speaks of may be there or not.
    return {"utf-8-sig": "utf-8"}.get(layout.encoding, layout.encoding)


def _file_data(found: Found) -> dict[str, Any]:
    layout = found.layout
    fields = {one.position: one for one in found.mapping.values()}
    columns = []
    for column in found.columns:
        one = fields.get(column.position)
        columns.append(
            {
                "header": shown(column.header),
                "field": one.field if one else None,
                "confidence": one.confidence if one else 0,
                "why": one.why if one else "",
                "holds": column.content,
                "filled": column.filled,
                "empty": column.empty,
                "samples": [shown(sample) for sample in column.samples],
                "date_format": found.date_formats.get(one.field) if one else None,
            }
        )
    return {
        "file": str(layout.path),
        "looks_like": found.kind,
        "with_customers": found.has_customers(),
        "encoding": _encoding_name(layout),
        "delimiter": layout.delimiter,
        "sheet": layout.sheet,
        "skip_lines": layout.settings.skip_lines,
        "decimal": found.decimal,
        "thousands": found.thousands,
        "rows": found.rows,
        "columns": columns,
        "sample_rows": found.sample_rows,
        "notes": found.notes,
    }


# -- for people ----------------------------------------------------------------------------------------------------


def _print(found: Inspection, problems: str) -> None:
    for one in found.files:
        _print_file(one)
    if not found.questions_before_reading:
        _print_outcome(found)
        if problems:
            print_line(problems)
    for question in found.questions:
        print_line(("Question: ", "bold yellow"), question)
    if found.questions_before_reading:
        print_line("Nothing was read yet: answer first.")
    if found.questions:
        return
    if "invoices" in found.config:
        print_line("")
        print_line(to_toml(found.config))


def _print_file(found: Found) -> None:
    layout = found.layout
    customers = " with their customers" if found.has_customers() else ""
    print_line((f"{found.name} looks like {found.kind}{customers}.", "bold"), f" It has {found.rows} rows.")
    if layout.sheet:
        print_line(f"Sheet {layout.sheet!r}; amounts with decimal sign {found.decimal!r} where they are texts.")
    else:
        thousands = f" and thousands sign {found.thousands!r}" if found.thousands else ""
        sign = "tab" if layout.delimiter == "\t" else repr(layout.delimiter)
        print_line(
            f"Encoding {_encoding_name(layout)}, columns separated by {sign}, decimal sign {found.decimal!r}{thousands}."
        )
    if layout.settings.skip_lines:
        print_line(f"Lines above the headers: {layout.settings.skip_lines} (skip_lines).")
    fields = {one.position: one for one in found.mapping.values()}
    for column in found.columns:
        one = fields.get(column.position)
        samples = " | ".join(shown(" ".join(sample.split())) for sample in column.samples) or "(empty)"
        if one is None:
            print_line(f"  {column.header!r} is not used. {samples}")
            continue
        how = f", {found.date_formats[one.field]}" if one.field in found.date_formats else ""
        print_line(f"  {column.header!r} is {one.field} ({one.confidence:.0%}: {one.why}{how}). {samples}")
    for number, row in enumerate(found.sample_rows, 1):
        print_line(f"  Row {number}: " + " | ".join(row))
    for note in found.notes:
        print_line(("Note: ", "bold"), note)


def _print_outcome(found: Inspection) -> None:
    outcome = found.outcome
    print_line(
        f"Rows read: {outcome.rows_read}. Accepted: {outcome.rows_accepted}. Quarantined: {outcome.rows_quarantined}."
    )
    print_line(
        f"That is {outcome.receivables} receivables, {len(outcome.customers)} customers and {outcome.payments} payments."
    )
    for currency, minor in sorted(outcome.original.items()):
        print_line(f"Invoiced {_money(minor, currency)}, of which open {_money(outcome.open[currency], currency)}.")
    if not outcome.complete:
        print_line(("A file is cut off in the middle. ", "bold red"), "No proposal is made until it is exported again.")
    for what, count in sorted(outcome.odd.items()):
        print_line(
            ("Note: ", "bold"),
            f"{what[0].upper()}{what[1:]}: {count}, such as {outcome.first_odd[what]}. They are taken.",
        )
    for one in sorted(outcome.problems.values(), key=lambda one: -one.count):
        where = f", column {one.column!r}, value {one.value!r}" if one.column else f": {one.value}"
        print_line((f"{one.count} x ", "bold"), f"{one.reason} First: {one.place}{where}")


def _money(minor: int, currency: str) -> str:
    decimals = exponent(currency)
    whole, rest = divmod(abs(minor), 10**decimals)
    fraction = f".{rest:0{decimals}}" if decimals else ""
    return f"{'-' if minor < 0 else ''}{whole}{fraction} {currency}"
