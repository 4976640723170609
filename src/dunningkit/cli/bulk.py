"""The commands with which a person decides about many reminders at once: approve, skip, undo."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from dunningkit.cli.choosing import filtered
from dunningkit.cli.options import Opened, opened, parse_day
from dunningkit.cli.printing import plain, print_json, print_line, print_under, say
from dunningkit.engine import BulkAction, BulkReport, Engine, LineFilter, UndoReport, WhyLeft
from dunningkit.engine.batch import totals
from dunningkit.model import Money, ReminderState
from dunningkit.wording import Wording

Reminders = Annotated[list[str] | None, typer.Argument(help="Reminder ids, or their first letters.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Change nothing and say what would.")]

#: So many ids are named in one line; the rest is only counted.
_NAMED = 5


@filtered
def approve(
    ctx: typer.Context,
    reminders: Reminders = None,
    *,
    where: LineFilter,
    everything: Annotated[bool, typer.Option("--all", help="Every reminder that is ready.")] = False,
    needs_you: Annotated[bool, typer.Option("--needs-you", help="Also those that ask something first.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the approval back instead.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Let reminders of the latest proposal go; nothing leaves before send."""
    if [bool(reminders), everything, not where.is_empty].count(True) != 1:
        raise typer.BadParameter(
            "Name the reminders to approve, or say which lines are meant (like --max-amount 100), or --all for every one "
            "that is ready: exactly one of these."
        )
    if (withdraw or reminders) and (dry_run or needs_you):
        raise typer.BadParameter(
            "--dry-run and --needs-you go with a choice of lines or --all, not with names or --withdraw."
        )
    here = opened(ctx)
    engine = here.engine()
    named = [engine.reminder_named(here.creditor_id, one) for one in reminders or []]
    if withdraw:
        _withdraw(here, engine, named, where)
    elif named:
        _approve_named(here, engine, named)
    else:
        report = engine.approve_where(
            here.creditor_id, where, actor=here.common.who(), needs_you=needs_you, dry_run=dry_run
        )
        _tell(here, report)


@filtered
def skip(
    ctx: typer.Context,
    reminders: Reminders = None,
    *,
    where: LineFilter,
    until: Annotated[str | None, typer.Option(help="Hold them until this day instead.")] = None,
    note: Annotated[str, typer.Option(help="With --until: what the next person should know.")] = "",
    dry_run: DryRun = False,
) -> None:
    """Leave reminders out of the latest proposal; they come back in the next day's, or with --until after that day."""
    if bool(reminders) != where.is_empty:
        raise typer.BadParameter("Name the reminders to skip, or say which lines are meant: exactly one of these.")
    if note and until is None:
        raise typer.BadParameter("A note belongs to a hold: say until when, with --until.")
    here = opened(ctx)
    engine = here.engine()
    report = engine.skip(
        here.creditor_id,
        actor=here.common.who(),
        reminder_ids=[engine.reminder_named(here.creditor_id, one) for one in reminders] if reminders else None,
        where=None if reminders else where,
        until=parse_day(until, "--until", here.today()) if until else None,
        note=note,
        dry_run=dry_run,
    )
    _tell(here, report)


def undo(ctx: typer.Context) -> None:
    """Take the latest approve or skip back as one, as far as nothing of it was sent; again: the one before it."""
    here = opened(ctx)
    report = here.engine().undo(here.creditor_id, actor=here.common.who())
    if here.common.json:
        print_json(plain(report))
        return
    for sentence in _undone(report, here.wording()):
        print_under(sentence, indent=0)


def _approve_named(here: Opened, engine: Engine, named: Sequence[str]) -> None:
    approved = engine.approve(here.creditor_id, actor=here.common.who(), reminder_ids=named)
    amounts = totals(stored.reminder.total for stored in engine.reminders(here.creditor_id, approved).values())
    _tell(here, BulkReport(BulkAction.APPROVE, "", approved, amounts))


def _withdraw(here: Opened, engine: Engine, named: Sequence[str], where: LineFilter) -> None:
    if not where.is_empty:
        raise typer.BadParameter(
            "--withdraw goes with names or with --all; the latest decision is undone by dunning undo."
        )
    approved = engine.reminders_in(here.creditor_id, ReminderState.APPROVED)
    wanted = list(named or (stored.reminder.reminder_id for stored in approved))
    engine.withdraw(here.creditor_id, wanted, actor=here.common.who())
    say(here.common, {"withdrawn": wanted}, here.wording().word("withdrawn", count=len(wanted)))


# -- what is said --------------------------------------------------------------------------------------------------


def _tell(here: Opened, report: BulkReport) -> None:
    wording = here.wording()
    if here.common.json:
        print_json(_as_json(report))
        return
    for sentence in (_done(report, wording), *_left(report, wording)):
        print_under(sentence, indent=0)
    if report.dry_run or not (report.reminder_ids or report.holds):
        return
    if report.action is BulkAction.APPROVE:
        print_line(wording.word("send_with"))
    print_line(wording.word("take_back"))


def _as_json(report: BulkReport) -> dict[str, Any]:
    name = "approved" if report.action is BulkAction.APPROVE else "skipped"
    held = {"held": [plain(hold) for hold in report.holds]} if report.action is BulkAction.HOLD else {}
    return {
        name: list(report.reminder_ids),
        **held,
        "totals_minor": {amount.currency: amount.amount_minor for amount in report.totals},
        "left": [
            {"reminder_id": one.reminder_id, "why": one.why.value, "state": one.state.value if one.state else None}
            for one in report.left
        ],
        "dry_run": report.dry_run,
    }


def _done(report: BulkReport, wording: Wording) -> str:
    counts = {"count": len(report.reminder_ids), "amounts": amounts_written(report.totals, wording)}
    if report.action is BulkAction.APPROVE:
        return wording.word("would_approve", **counts) if report.dry_run else wording.word("approved", **counts)
    if report.action is BulkAction.SKIP:
        return wording.word("would_skip", **counts) if report.dry_run else wording.word("skipped", **counts)
    counts["holds"] = len(report.holds)
    until = report.holds[0].end_on if report.holds else None
    if report.dry_run:
        return wording.word("would_hold", until=until, **counts)
    return wording.word("held_until", until=until, **counts)


def _left(report: BulkReport, wording: Wording) -> list[str]:
    counts = Counter((one.why, one.state) for one in report.left)
    sentences = []
    for (why, state), count in sorted(counts.items(), key=str):
        if why is WhyLeft.MOVED_ON and state is not None:
            sentences.append(wording.word("left_in_state", count=count, state=state.value))
        elif why is WhyLeft.ASKS:
            sentences.append(wording.word("left_asking", count=count))
        else:
            sentences.append(wording.word("left_partly", count=count))
    return sentences


def _undone(report: UndoReport, wording: Wording) -> list[str]:
    count, holds = len(report.reminder_ids), len(report.hold_ids)
    sentences = [wording.word("undone_decision", at=report.decided_at, by=report.decided_by)]
    if report.action is BulkAction.APPROVE:
        sentences.append(wording.word("undone_approve", count=count))
    else:
        sentences.append(wording.word("undone_skip", count=count))
    if report.action is BulkAction.HOLD:
        sentences.append(wording.word("undone_hold", count=holds))
    kept: dict[ReminderState | None, list[str]] = {}
    for one in report.kept:
        kept.setdefault(one.state, []).append(one.subject)
    for state, subjects in sorted(kept.items(), key=lambda item: str(item[0])):
        named = ", ".join(subject[:8] for subject in subjects[:_NAMED]) + (" ..." if len(subjects) > _NAMED else "")
        if state is None:
            sentences.append(wording.word("kept_hold", count=len(subjects), named=named))
        elif state is ReminderState.SKIPPED:
            sentences.append(wording.word("kept_skipped", count=len(subjects), named=named))
        else:
            sentences.append(wording.word("kept", count=len(subjects), named=named, state=state.value))
    return sentences


def amounts_written(amounts: Sequence[Money], wording: Wording) -> str:
    """The amounts of several currencies one after another."""
    return ", ".join(map(wording.money, amounts))
