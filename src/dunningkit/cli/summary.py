"""A proposal as one JSON object and as lines for a terminal."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from dunningkit.engine import SyncReport
from dunningkit.model import (
    Charge,
    Line,
    LineStatus,
    Money,
    Proposal,
    Reason,
    ReasonCode,
    Receivable,
    Reminder,
    ReminderItem,
    Tally,
)
from dunningkit.store.syncs import SyncState
from dunningkit.wording import Wording

_SHOWN = 10
_KEY = 8


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
        "customer_name": line.customer_name,
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


def print_sync(console: Console, report: SyncReport, wording: Wording) -> None:
    """Say what was read; the numbers add up."""
    read, accepted, refused = report.rows_read, report.rows_accepted, report.rows_quarantined
    sentence = wording.word("ledger_read", rows_read=read, rows_accepted=accepted, rows_quarantined=refused)
    console.print(Text(sentence), soft_wrap=True)
    # What vanished is told below, in the language of the screen.
    if report.detail and report.state is not SyncState.TOO_MANY_GONE:
        # The source's own words, which may end with a full stop of their own.
        sentence = wording.word("not_whole", detail=report.detail.rstrip("."))
        console.print(Text(sentence, "bold"), soft_wrap=True)
    if report.state is SyncState.TOO_MANY_GONE:
        why = Reason.of(ReasonCode.TOO_MANY_GONE, gone=report.vanished, known=report.known)
        console.print(Text(wording.reason(why)), soft_wrap=True)


def print_proposal(console: Console, proposal: Proposal, wording: Wording) -> None:
    """Print who would hear, why, and who would not. Values from the ledger are never read as markup."""
    for tally in proposal.tallies:
        console.print(Text(tally_sentence(proposal, tally, wording)), soft_wrap=True)
    for note in proposal.notes:
        console.print(Text(wording.reason(note), "bold"), soft_wrap=True)
    console.print()
    _print_reminders(console, proposal, Ready.of(proposal).going, wording)
    _print_questions(console, proposal, wording)
    _print_silence(console, proposal, wording)


def tally_sentence(proposal: Proposal, tally: Tally, wording: Wording) -> str:
    """How many invoices of one currency are open and overdue, and how much."""
    return wording.word(
        "open_and_overdue",
        as_of=proposal.as_of,
        open=tally.open,
        open_amount=wording.money(Money(tally.open_minor, tally.currency)),
        overdue=str(tally.overdue),
        overdue_amount=wording.money(Money(tally.overdue_minor, tally.currency)),
    )


def _print_count(console: Console, status: LineStatus, count: str, wording: Wording) -> None:
    console.print(Text(f"{wording.label(status)}: {count}", "bold"))


def _print_reminders(console: Console, proposal: Proposal, reminders: tuple[Reminder, ...], wording: Wording) -> None:
    _print_count(console, LineStatus.READY, wording.word("count_reminders", count=len(reminders)), wording)
    first_lines = {line.reminder_id: line for line in reversed(proposal.lines) if line.reminder_id}
    for reminder in reminders[:_SHOWN]:
        invoices = ", ".join(invoice_name(item, wording) for item in reminder.items)
        how = f"{wording.label(reminder.to.medium)}, {wording.label(reminder.style)}"
        about = f"{asked_for(reminder, wording)}  {invoices}  {how}"
        reasons = first_lines[reminder.reminder_id].reasons
        postponed = [reason for reason in reasons[2:] if reason.code is ReasonCode.SEND_POSTPONED]
        why = " ".join(wording.reason(reason) for reason in (*reasons[:2], *postponed))
        _print_item(console, reminder.reminder_id[:8], reminder.customer_name, about, why)
    _print_more(console, len(reminders), wording)


def asked_for(reminder: Reminder, wording: Wording) -> str:
    """What a reminder asks for in all, and how much of it are fees (those of earlier reminders, too) and interest."""
    charges_minor = {
        Charge.FEE: sum(item.fee_minor + item.earlier_fees_minor for item in reminder.items),
        Charge.INTEREST: sum(item.interest_minor for item in reminder.items),
    }
    total, currency = wording.money(reminder.total), reminder.total.currency
    parts = [
        wording.word("charge_part", what=what, amount=wording.money(Money(minor, currency)))
        for what, minor in charges_minor.items()
        if minor
    ]
    return f"{total} ({wording.word('of_it', parts=', '.join(parts))})" if parts else total


def _print_questions(console: Console, proposal: Proposal, wording: Wording) -> None:
    lines = proposal.with_status(LineStatus.NEEDS_YOU)
    _print_count(console, LineStatus.NEEDS_YOU, wording.word("count_invoices", count=len(lines)), wording)
    for line in lines[:_SHOWN]:
        about = f"{wording.money(line.open)}  {lateness(line, wording)}"
        name = line.customer_name or line.customer_id
        _print_item(console, invoice_name(line, wording), name, about, wording.reason(line.reasons[0]))
    _print_more(console, len(lines), wording)


def lateness(line: Line, wording: Wording) -> str:
    """How late it is, or when it falls due."""
    if line.days_late > 0:
        return wording.word("late", days=line.days_late)
    return wording.word("due_on_day", day=line.due_on)


def invoice_name(item: Line | ReminderItem | Receivable, wording: Wording) -> str:
    """The invoice's number, and which instalment where it has several."""
    part = item.instalment_number
    return item.invoice_number if part is None else f"{item.invoice_number} ({wording.word('instalment', number=part)})"


def _print_item(console: Console, key: str, name: str, about: str, why: str) -> None:
    console.print(Text.assemble(f"  {key:<{_KEY}}  ", (name, "bold"), f"  {about}"), soft_wrap=True)
    console.print(Padding(Text(why, "dim"), (0, 0, 0, _KEY + 4), expand=False))


def _print_more(console: Console, count: int, wording: Wording) -> None:
    if count > _SHOWN:
        console.print(Text("  " + wording.word("and_more", count=str(count - _SHOWN))))
    console.print()


def _print_silence(console: Console, proposal: Proposal, wording: Wording) -> None:
    lines = proposal.with_status(LineStatus.WONT_GO)
    _print_count(console, LineStatus.WONT_GO, wording.word("count_invoices", count=len(lines)), wording)
    counts = Counter(line.reasons[0].code.value for line in lines)
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        console.print(Text(f"  {count:>4}  {wording.short(code)}"))
    for code, count in proposal.waiting:
        console.print(Text(f"  {count:>4}  {wording.short(code)} ({wording.word('not_today')})"))
    if proposal.quarantined:
        console.print(Text(wording.word("unreadable_rows", count=proposal.quarantined)), soft_wrap=True)
