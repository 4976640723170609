"""The commands for the books: the journal of fees and interest, and giving some of them up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from dunningkit.cli.export import write_csv
from dunningkit.cli.options import Opened, opened, parse_day
from dunningkit.cli.printing import plain, print_json, print_line, say
from dunningkit.law.journal import Entry, EntryKind, Journal
from dunningkit.model import Charge, Language, Money
from dunningkit.wording import Wording

#: A reminder's first letters are enough to name it.
_ID_LETTERS = 8


def journal(
    ctx: typer.Context,
    since: Annotated[str | None, typer.Option("--since", help="The first day; the very first when left out.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="The last day; today when left out.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the entries into this file instead.")] = None,
    *,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Let --csv replace a file that is there.")] = False,
) -> None:
    """Print what was claimed beside the principal, waived, paid and credited: fees and interest, for the books."""
    here = opened(ctx)
    today, wording = here.today(), here.wording()
    found = here.engine().journal(
        here.creditor_id,
        since=parse_day(since, "--since", today) if since else None,
        until=parse_day(until, "--until", today),
    )
    if csv is not None:
        count = write_csv(csv, _header(wording), _rows(found, wording), overwrite=overwrite)
        sentence = wording.word("table_written", path=str(csv), count=count)
        say(here.common, {"csv": str(csv), "entries": count}, sentence)
    elif here.common.json:
        print_json(_as_json(found))
    else:
        _print(found, wording)


def waive(
    ctx: typer.Context,
    invoice: Annotated[str, typer.Argument(help="A receivable's id or an invoice number.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the books.")],
    amount: Annotated[
        str | None, typer.Option("--amount", help="So much, like 5.00, of the fees first; all when left out.")
    ] = None,
    *,
    fee: Annotated[bool, typer.Option("--fee", help="Only the fees.")] = False,
    interest: Annotated[bool, typer.Option("--interest", help="Only the interest.")] = False,
) -> None:
    """Give up fees and interest that a customer was told of; later messages do not ask for them."""
    here = opened(ctx)
    wording = here.wording()
    only = None if fee == interest else Charge.FEE if fee else Charge.INTEREST
    made = here.engine().waive(
        here.creditor_id,
        invoice,
        reason=reason,
        actor=here.common.who(),
        what=only,
        amount_minor=None if amount is None else _minor(here, invoice, amount),
    )
    if here.common.json:
        print_json({"items": [plain(one) for one in made]})
        return
    for one in made:
        print_line(wording.word("waived", invoice=invoice, what=one.what, amount=wording.money(one.amount)))


def _minor(here: Opened, invoice: str, text: str) -> int:
    """An amount in minor units of the currency in which the invoice's fees and interest are."""
    balances = here.engine().journal(here.creditor_id).balances
    currencies = [one.currency for one in balances if invoice in (one.receivable_id, one.invoice_number)]
    try:
        return Money.of(Decimal(text.strip().replace(",", ".")), next(iter(currencies), "EUR")).amount_minor
    except (InvalidOperation, ValueError) as error:
        raise typer.BadParameter(
            f"--amount {text!r} is not an amount: write it like 5.00, without the currency."
        ) from error


# -- for a person --------------------------------------------------------------------------------------------------


def _print(found: Journal, wording: Wording) -> None:
    for entry in found.entries:
        print_line(_sentence(entry, wording))
    if not found.entries:
        print_line(wording.word("journal_empty"))
    for what in Charge:
        sums = _totals(found.entries, what)
        parts = [wording.word("journal_part", kind=kind, amount=wording.money(total)) for kind, total in sums]
        if parts:
            print_line((wording.word("journal_total", what=what, parts="; ".join(parts)), "bold"))
    left = Counter[str]()
    for one in found.balances:
        left[one.currency] += one.outstanding_minor
    amounts = ", ".join(wording.money(Money(minor, currency)) for currency, minor in sorted(left.items()))
    if amounts:
        print_line((wording.word("journal_left", until=found.until, amounts=amounts), "bold"))


def _sentence(entry: Entry, wording: Wording) -> str:
    return wording.word(
        "journal_line",
        on=entry.on,
        invoice=entry.invoice_number,
        instalment=entry.instalment_number,
        kind=entry.kind,
        what=entry.what,
        amount=wording.money(entry.amount),
        cause=entry.cause,
        reminder_id=entry.reminder_id[:_ID_LETTERS],
        by=entry.by or None,
        reason=entry.reason or None,
    )


def _totals(entries: Iterable[Entry], what: Charge) -> list[tuple[EntryKind, Money]]:
    found = Counter[tuple[EntryKind, str]]()
    for entry in entries:
        if entry.what is what:
            found[entry.kind, entry.amount.currency] += entry.amount.amount_minor
    order = list(EntryKind)
    kinds = sorted(found, key=lambda one: (order.index(one[0]), one[1]))
    return [(kind, Money(found[kind, currency], currency)) for kind, currency in kinds]


# -- for a spreadsheet, and for a machine --------------------------------------------------------------------------


def _header(wording: Wording) -> tuple[str, ...]:
    return (
        wording.word("journal_day"),
        wording.word("invoice"),
        wording.word("instalment_number"),
        wording.word("customer_number"),
        wording.word("journal_what"),
        wording.word("journal_kind"),
        wording.word("amount"),
        wording.word("currency"),
        wording.word("journal_cause"),
        wording.word("message"),
        wording.word("journal_reference"),
        wording.word("journal_by"),
        wording.word("why"),
    )


def _rows(found: Journal, wording: Wording) -> Iterable[Sequence[object]]:
    for entry in found.entries:
        amount = str(entry.amount.as_decimal())
        yield (
            entry.on.isoformat(),
            entry.invoice_number,
            entry.instalment_number,
            entry.customer_id,
            wording.label(entry.what),
            wording.label(entry.kind),
            amount if wording.language is Language.EN else amount.replace(".", ","),
            entry.amount.currency,
            wording.label(entry.cause),
            entry.reminder_id,
            entry.reference,
            entry.by,
            entry.reason,
        )


def _as_json(found: Journal) -> dict[str, object]:
    totals = [
        {"what": what.value, "kind": kind.value, **asdict(total)}
        for what in Charge
        for kind, total in _totals(found.entries, what)
    ]
    return {
        "since": found.since.isoformat() if found.since else None,
        "until": found.until.isoformat(),
        "items": [plain(entry) for entry in found.entries],
        "totals": totals,
        "balances": [{**plain(one), "outstanding_minor": one.outstanding_minor} for one in found.balances],
    }
