"""The commands of the daily way: init, sync, propose, run, send."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from dunningkit.cli import exit_codes, starter
from dunningkit.cli.options import Common, Opened, opened, parse_day
from dunningkit.cli.printing import err, out, print_json, print_line, say
from dunningkit.cli.summary import as_json, print_proposal, print_sync
from dunningkit.delivery import SendReport
from dunningkit.engine import Engine, SyncReport
from dunningkit.model import Language, Proposal, ReasonCode
from dunningkit.wording import Wording

AsOf = Annotated[str | None, typer.Option("--as-of", help="The day to look at, like 2026-11-25; today when left out.")]


def init(ctx: typer.Context) -> None:
    """Write a configuration to start from, or make the database's tables when there is one already."""
    common: Common = ctx.obj
    if not common.config.exists():
        starter.write_configuration(common.config)
        wording = Wording(common.language or Language.EN)
        sentence = wording.word("configuration_written", path=str(common.config))
        say(common, {"written": str(common.config)}, sentence)
        return
    here = opened(ctx)
    here.make()
    sentence = here.wording().word("database_ready", schema=here.store.revision())
    say(common, {"schema": here.store.revision()}, sentence)


def sync(
    ctx: typer.Context,
    as_of: AsOf = None,
    *,
    accept_gone: Annotated[
        bool, typer.Option("--accept-gone", help="You looked: the vanished invoices really are gone.")
    ] = False,
) -> int:
    """Read what is new in the ledger."""
    here = opened(ctx)
    report = _read_ledger(here, here.engine(), as_of, accept_gone=accept_gone)
    if here.common.json:
        print_json({**dataclasses.asdict(report), "state": report.state.value})
    else:
        print_sync(out, report, here.wording())
    return exit_codes.DONE if report.complete else exit_codes.LEDGER


def propose(ctx: typer.Context, as_of: AsOf = None) -> None:
    """Make the proposal for a day from the ledger as last read."""
    here = opened(ctx)
    proposal = _propose(here, here.engine(), as_of)
    if here.common.json:
        print_json(as_json(proposal))
    else:
        print_proposal(out, proposal, here.wording())


def run(
    ctx: typer.Context,
    as_of: AsOf = None,
    *,
    send_too: Annotated[bool, typer.Option("--send", help="Also send what is approved.")] = False,
) -> int:
    """Sync and propose; with --send also send what is approved."""
    here = opened(ctx)
    engine = here.engine()
    report = _read_ledger(here, engine, as_of, accept_gone=False)
    if not here.common.json:
        print_sync(out, report, here.wording())
    proposal = _propose(here, engine, as_of)
    if not here.common.json:
        print_proposal(out, proposal, here.wording())
    engine.approve_by_policy(here.creditor_id)
    sent = _send(here, engine, None) if send_too else None
    if here.common.json:
        print_json(as_json(proposal) | ({"sent": _sent_as_json(sent)} if sent else {}))
    elif sent:
        _print_sent(here, sent)
    return _sent_code(sent) if sent else exit_codes.DONE


def send(
    ctx: typer.Context,
    limit: Annotated[int | None, typer.Option("--max", min=1, help="At most this many messages.")] = None,
) -> int:
    """Send what is approved and may leave now."""
    here = opened(ctx)
    report = _send(here, here.engine(), limit)
    if here.common.json:
        print_json(_sent_as_json(report))
    else:
        _print_sent(here, report)
    return _sent_code(report)


def _read_ledger(here: Opened, engine: Engine, as_of: str | None, *, accept_gone: bool) -> SyncReport:
    day = parse_day(as_of, "--as-of", here.today())
    with _bar(here.wording().word("reading"), "{task.completed}") as show:
        return engine.sync(
            here.creditor_id,
            as_of=day,
            actor=here.common.who(),
            accept_gone=accept_gone,
            progress=lambda arrived: show(arrived, None),
        )


def _propose(here: Opened, engine: Engine, as_of: str | None) -> Proposal:
    day = parse_day(as_of, "--as-of", here.today())
    with _bar(here.wording().word("writing"), "{task.completed} / {task.total}") as show:
        return engine.propose(here.creditor_id, as_of=day, actor=here.common.who(), progress=show)


def _send(here: Opened, engine: Engine, limit: int | None) -> SendReport:
    with _bar(here.wording().word("sending"), "{task.completed} / {task.total}") as show:
        return engine.send(here.creditor_id, actor=here.common.who(), max_messages=limit, progress=show)


@contextmanager
def _bar(what: str, counts: str) -> Iterator[Callable[[int, int | None], None]]:
    """A progress bar on standard error, where that is a terminal; yields what moves it."""
    columns = (SpinnerColumn(), TextColumn(what), BarColumn(), TextColumn(counts))
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _sent_as_json(report: SendReport) -> dict[str, Any]:
    return {
        "accepted": len(report.accepted),
        "refused": len(report.refused),
        "unknown": len(report.unknown),
        "returned": [{"reminder_id": one.reminder_id, "reason": one.reason.code.value} for one in report.returned],
        "waiting": [{"reminder_id": one.reminder_id, "reason": one.reason.code.value} for one in report.waiting],
        "remaining": report.remaining,
    }


def _print_sent(here: Opened, report: SendReport) -> None:
    wording = here.wording()
    counts = {"accepted": report.accepted, "refused": report.refused, "unknown": report.unknown}
    # What is none is not worth a word, but for what left.
    others = {name: len(ids) or None for name, ids in counts.items() if name != "accepted"}
    sentence = wording.word("sent", accepted=len(report.accepted), remaining=report.remaining or None, **others)
    print_line(sentence)
    reasons = [(one.reminder_id, one.reason) for one in report.returned]
    reasons += [(one.reminder_id, one.reason) for one in report.waiting]
    for reminder_id, reason in reasons:
        print_line(f"  {reminder_id[:8]}: {wording.reason(reason)}")


def _sent_code(report: SendReport) -> int:
    faults = (ReasonCode.CHANNEL_NOT_READY, ReasonCode.RECHECK_FAILED)
    failed = report.refused or report.unknown or any(one.reason.code in faults for one in report.waiting)
    return exit_codes.NOT_DELIVERED if failed else exit_codes.DONE
