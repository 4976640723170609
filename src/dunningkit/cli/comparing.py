"""The command that says what changed since an earlier proposal."""

from typing import Annotated, Any

import typer

from dunningkit.cli.options import opened, parse_day
from dunningkit.cli.printing import print_json, print_line, print_under
from dunningkit.cli.summary import invoice_name, line_as_json
from dunningkit.engine import ChangeKind, Comparison, LineChange
from dunningkit.model import Reason
from dunningkit.wording import Wording


def compare(
    ctx: typer.Context,
    with_day: Annotated[
        str | None,
        typer.Option("--with", help="The day of the earlier proposal; the latest earlier one when left out."),
    ] = None,
) -> None:
    """Say what is new in the latest proposal, what left it and what changed, and why."""
    here = opened(ctx)
    day = parse_day(with_day, "--with", here.today()) if with_day else None
    comparison, wording = here.engine().compare(here.creditor_id, with_day=day), here.wording()
    if here.common.json:
        print_json(_as_json(comparison, wording))
    else:
        _print(comparison, wording)


def _print(comparison: Comparison, wording: Wording) -> None:
    days = {"later": comparison.later_on, "earlier": comparison.earlier_on}
    print_line((wording.word("compared", **days), "bold"))
    for note in comparison.notes:
        print_under(wording.reason(note), indent=0)
    for kind in ChangeKind:
        changes = comparison.of_kind(kind)
        print_line((f"\n{wording.label(kind)}: {len(changes)}", "bold"))
        for change in changes:
            _print_change(change, wording)
    print_line(("\n" + wording.word("unchanged", count=comparison.unchanged), "bold"))


def _print_change(change: LineChange, wording: Wording) -> None:
    line = change.line
    name = line.customer_name or line.customer_id
    print_line(f"  {invoice_name(line, wording)}  ", (name, "bold"), f"  {wording.money(line.open)}")
    for reason in change.reasons:
        print_under(wording.reason(reason))


def _as_json(comparison: Comparison, wording: Wording) -> dict[str, Any]:
    return {
        "earlier": {"proposal_id": comparison.earlier, "as_of": comparison.earlier_on.isoformat()},
        "later": {"proposal_id": comparison.later, "as_of": comparison.later_on.isoformat()},
        **{
            kind.value: [_change_as_json(change, wording) for change in comparison.of_kind(kind)] for kind in ChangeKind
        },
        "unchanged": comparison.unchanged,
        "notes": [_reason_as_json(note, wording) for note in comparison.notes],
    }


def _change_as_json(change: LineChange, wording: Wording) -> dict[str, Any]:
    return {
        "receivable_id": change.receivable_id,
        "customer_id": change.line.customer_id,
        "customer_name": change.line.customer_name,
        "invoice_number": change.line.invoice_number,
        "before": line_as_json(change.before, wording) if change.before else None,
        "after": line_as_json(change.after, wording) if change.after else None,
        "reasons": [_reason_as_json(reason, wording) for reason in change.reasons],
    }


def _reason_as_json(reason: Reason, wording: Wording) -> dict[str, Any]:
    return {"code": reason.code.value, "params": dict(reason.params), "text": wording.reason(reason)}
