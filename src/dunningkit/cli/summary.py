"""A proposal as one JSON object and as lines for a terminal."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from dunningkit.engine import SyncReport
from dunningkit.model import Line, LineStatus, Money, Proposal, Reason, ReasonCode, Reminder
from dunningkit.wording import Wording

_SHOWN = 15


@dataclass(frozen=True, slots=True)
class Ready:
    """The reminders that would go, and those that ask something first."""

    going: tuple[Reminder, ...]
    asking: tuple[Reminder, ...]

    @classmethod
    def of(cls, proposal: Proposal) -> "Ready":
        """Split a proposal's reminders by their lines' status."""
        asked = {line.reminder_id for line in proposal.lines if line.status is not LineStatus.READY}
        going = tuple(reminder for reminder in proposal.reminders if reminder.reminder_id not in asked)
        asking = tuple(reminder for reminder in proposal.reminders if reminder.reminder_id in asked)
        return cls(going, asking)


def as_json(proposal: Proposal) -> dict[str, Any]:
    """The counts of a proposal, as ``run --json`` prints them."""
    going = Ready.of(proposal).going
    statuses = Counter(line.status for line in proposal.lines)
    return {
        "as_of": proposal.as_of.isoformat(),
        "proposal_id": proposal.proposal_id,
        "receivables": {
            "open": sum(tally.open for tally in proposal.tallies),
            "overdue": sum(tally.overdue for tally in proposal.tallies),
            "open_minor": {tally.currency: tally.open_minor for tally in proposal.tallies},
            "overdue_minor": {tally.currency: tally.overdue_minor for tally in proposal.tallies},
            "quarantined": proposal.quarantined,
            "gone": proposal.gone,
        },
        "lines": {status.value: statuses[status] for status in LineStatus},
        "waiting_by_reason": dict(proposal.waiting),
        "reminders": len(going),
        "by_style": _sorted(Counter(reminder.style.value for reminder in going)),
        "by_reason": _sorted(Counter(line.reasons[0].code.value for line in proposal.lines)),
    }


def line_as_json(line: Line, wording: Wording) -> dict[str, Any]:
    """One line with its reasons as codes and as sentences."""
    return {
        "receivable_id": line.receivable_id,
        "customer_id": line.customer_id,
        "invoice_number": line.invoice_number,
        "instalment_number": line.instalment_number,
        "open_minor": line.open.amount_minor,
        "currency": line.open.currency,
        "due_on": line.due_on.isoformat(),
        "days_late": line.days_late,
        "status": line.status.value,
        "segment": line.segment.value if line.segment else None,
        "style": line.style.value if line.style else None,
        "reminder_id": line.reminder_id,
        "next_review_on": line.next_review_on.isoformat() if line.next_review_on else None,
        "reasons": [
            {"code": reason.code.value, "params": dict(reason.params), "text": wording.reason(reason)}
            for reason in line.reasons
        ],
    }


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def print_sync(console: Console, report: SyncReport) -> None:
    """Say what was read; the numbers add up."""
    console.print(
        f"Ledger: {report.rows_read} rows read = {report.rows_accepted} accepted + {report.rows_quarantined} quarantined."
    )
    if report.detail:
        console.print(f"[bold]Not whole:[/] {report.detail}.", highlight=False)


def print_proposal(console: Console, proposal: Proposal, wording: Wording) -> None:
    """Print who would hear, why, and who would not."""
    ready = Ready.of(proposal)
    for tally in proposal.tallies:
        console.print(
            f"{proposal.as_of}: {tally.open} open invoices ({_amount(tally.open_minor, tally.currency, wording)}), "
            f"{tally.overdue} of them overdue ({_amount(tally.overdue_minor, tally.currency, wording)}).",
            highlight=False,
        )
    for note in proposal.notes:
        console.print(f"[bold]{wording.reason(note)}[/]", highlight=False)
    _print_reminders(console, proposal, ready.going, wording, wording.label(LineStatus.READY))
    _print_questions(console, proposal, wording)
    _print_counts(console, proposal, wording)


def _print_reminders(
    console: Console, proposal: Proposal, reminders: tuple[Reminder, ...], wording: Wording, title: str
) -> None:
    table = Table(title=f"{title}: {len(reminders)}", title_justify="left", title_style="bold", expand=True)
    for heading in ("Id", "Customer", "Invoices", "Amount", "By", "Style", "Why"):
        table.add_column(heading, overflow="fold", ratio=4 if heading == "Why" else None)
    lines = {line.reminder_id: line for line in reversed(proposal.lines) if line.reminder_id}
    for reminder in reminders[:_SHOWN]:
        line = lines[reminder.reminder_id]
        table.add_row(
            reminder.reminder_id[:8],
            reminder.customer_name,
            ", ".join(item.invoice_number for item in reminder.items),
            wording.money(reminder.total),
            wording.label(reminder.to.medium),
            wording.label(reminder.style),
            " ".join(wording.reason(reason) for reason in line.reasons[:2]),
        )
    if reminders:
        console.print(table, highlight=False)
    if len(reminders) > _SHOWN:
        console.print(f"... and {len(reminders) - _SHOWN} more.")


def _print_questions(console: Console, proposal: Proposal, wording: Wording) -> None:
    lines = proposal.with_status(LineStatus.NEEDS_YOU)
    if not lines:
        return
    table = Table(
        title=f"{wording.label(LineStatus.NEEDS_YOU)}: {len(lines)}",
        title_justify="left",
        title_style="bold",
        expand=True,
    )
    for heading in ("Invoice", "Customer", "Amount", "Days late", "Why"):
        table.add_column(heading, overflow="fold", ratio=4 if heading == "Why" else None)
    for line in lines[:_SHOWN]:
        why = wording.reason(line.reasons[0])
        table.add_row(line.invoice_number, line.customer_id, wording.money(line.open), str(line.days_late), why)
    console.print(table, highlight=False)
    if len(lines) > _SHOWN:
        console.print(f"... and {len(lines) - _SHOWN} more.")


def _print_counts(console: Console, proposal: Proposal, wording: Wording) -> None:
    lines = proposal.with_status(LineStatus.WONT_GO)
    counts = Counter(line.reasons[0].code for line in lines)
    console.print(f"[bold]{wording.label(LineStatus.WONT_GO)}: {len(lines)}[/]", highlight=False)
    examples: dict[ReasonCode, Reason] = {line.reasons[0].code: line.reasons[0] for line in reversed(lines)}
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        console.print(f"  {count:>4}  {code.value}: {wording.reason(examples[code])}", highlight=False)
    for reason, count in proposal.waiting:
        console.print(f"  {count:>4}  {reason} (not looked at today)", highlight=False)
    if proposal.quarantined:
        console.print(f"{proposal.quarantined} rows could not be read: dunning show --quarantine", highlight=False)


def _amount(minor: int, currency: str, wording: Wording) -> str:
    return wording.money(Money(minor, currency))
