"""The lines of a proposal as a person reads them, as JSON, and as a table for a spreadsheet."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dunningkit.cli.export import write_csv
from dunningkit.cli.options import Opened
from dunningkit.cli.printing import print_json, print_line, print_under, say
from dunningkit.cli.summary import as_json, invoice_name, line_as_json
from dunningkit.engine import Engine, LineFilter
from dunningkit.engine.batch import totals
from dunningkit.engine.filtering import reminders_by_id
from dunningkit.model import Language, Line, Proposal, Reminder, ReminderState
from dunningkit.wording import Wording


def show_lines(here: Opened, engine: Engine, where: LineFilter) -> None:
    """Print the lines of the latest proposal that are meant, each with its reasons and what became of its reminder."""
    proposal, wording = engine.latest(here.creditor_id), here.wording()
    lines = where.lines(proposal)
    states = _states(here, engine, lines)
    if here.common.json:
        items = [line_as_json(line, wording) | {"reminder_state": _state_of(line, states)} for line in lines]
        print_json(as_json(proposal) | {"items": items})
        return
    for line in lines:
        _print_one(line, states, wording)
    if not lines:
        print_line(wording.word("none_match"))
    elif not where.is_empty:
        amounts = ", ".join(map(wording.money, totals(line.open for line in lines)))
        print_line((wording.word("lines_total", count=len(lines), amounts=amounts), "bold"))


def save_lines(here: Opened, engine: Engine, where: LineFilter, path: Path, *, overwrite: bool) -> None:
    """Write the lines that are meant as a table; a file that is there already stays unless ``overwrite`` is said."""
    proposal, wording = engine.latest(here.creditor_id), here.wording()
    lines = where.lines(proposal)
    states = _states(here, engine, lines)
    count = write_csv(path, _header(wording), _rows(proposal, lines, states, wording), overwrite=overwrite)
    sentence = wording.word("table_written", path=str(path), count=count)
    say(here.common, {"csv": str(path), "lines": count}, sentence)


def _states(here: Opened, engine: Engine, lines: Sequence[Line]) -> Mapping[str, ReminderState]:
    wanted = dict.fromkeys(line.reminder_id for line in lines if line.reminder_id)
    return engine.reminder_states(here.creditor_id, list(wanted))


def _state_of(line: Line, states: Mapping[str, ReminderState]) -> str | None:
    state = states.get(line.reminder_id or "")
    return state.value if state else None


def _print_one(line: Line, states: Mapping[str, ReminderState], wording: Wording) -> None:
    name = line.customer_name or line.customer_id
    state = states.get(line.reminder_id or "", ReminderState.PROPOSED)
    done = "" if state is ReminderState.PROPOSED else f" ({wording.label(state)})"
    print_line(
        (invoice_name(line, wording), "bold"),
        f" {name} {wording.money(line.open)}: {wording.label(line.status)}",
        (done, "bold"),
    )
    for reason in line.reasons:
        print_under(wording.reason(reason))
    if line.reminder_id:
        print_under(f"dunning show --reminder {line.reminder_id[:8]}", style="dim")


# -- the table -----------------------------------------------------------------------------------------------------


def _header(wording: Wording) -> tuple[str, ...]:
    return (
        wording.word("customer_number"),
        wording.word("customer"),
        wording.word("invoice"),
        wording.word("instalment_number"),
        wording.word("amount"),
        wording.word("currency"),
        wording.word("due"),
        wording.word("days_late"),
        wording.word("status"),
        wording.word("why"),
        wording.word("every_reason"),
        wording.word("payment_history"),
        wording.word("style"),
        wording.word("step"),
        wording.word("sent_by"),
        wording.word("address"),
        wording.word("message"),
        wording.word("message_state"),
        wording.word("looked_at_again"),
    )


def _rows(
    proposal: Proposal, lines: Sequence[Line], states: Mapping[str, ReminderState], wording: Wording
) -> Iterable[Sequence[object]]:
    reminders = reminders_by_id(proposal)
    for line in lines:
        yield _row(line, reminders.get(line.reminder_id or ""), states.get(line.reminder_id or ""), wording)


def _row(line: Line, reminder: Reminder | None, state: ReminderState | None, wording: Wording) -> Sequence[object]:
    amount = str(line.open.as_decimal())
    return (
        line.customer_id,
        line.customer_name,
        line.invoice_number,
        line.instalment_number,
        amount if wording.language is Language.EN else amount.replace(".", ","),
        line.open.currency,
        line.due_on.isoformat(),
        line.days_late,
        wording.label(line.status),
        wording.short(line.reasons[0].code.value),
        " ".join(wording.reason(reason) for reason in line.reasons),
        wording.label(line.segment) if line.segment else None,
        wording.label(line.style) if line.style else None,
        line.step_id,
        wording.label(reminder.to.medium) if reminder else None,
        reminder.to.address if reminder else None,
        line.reminder_id,
        wording.label(state) if state else None,
        line.next_review_on.isoformat() if line.next_review_on else None,
    )
