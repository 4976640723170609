"""The subcommands. Each opens what it needs, calls the engine, and prints; nothing is decided here."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from dunningkit import dispatch
from dunningkit.cli import starter
from dunningkit.cli.options import Common, Opened, hoist, parse_day, parse_moment
from dunningkit.cli.page import write_page
from dunningkit.cli.summary import as_json, line_as_json, print_proposal, print_sync
from dunningkit.contracts import ChannelSpec, CommandSpec, LedgerSourceSpec, ScorerSpec, Spec
from dunningkit.delivery import SendReport
from dunningkit.engine import Engine, SyncReport
from dunningkit.errors import (
    DunningkitError,
    NotAllowed,
    NotFound,
    ProposalBlocked,
    SchemaMissing,
    SchemaOutdated,
    SchemaTooNew,
    SettingsError,
    SyncFailed,
)
from dunningkit.model import HoldKind, Language, LineStatus, Outcome, ReminderState
from dunningkit.plugins import Candidate, discover

OK, SETTINGS, LEDGER, DATABASE, NOT_THERE, NOT_DELIVERED = 0, 3, 4, 5, 6, 7

app = typer.Typer(
    name="dunning",
    help="Late payments as good customer service: read a ledger, see who would hear what and why, approve, send.",
    epilog="--config, --store, --json, --language, --now and --actor may stand before or after the subcommand.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_out = Console(soft_wrap=False)
_err = Console(stderr=True)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    plain = hoist(arguments)
    try:
        if (code := _plugin_command(plain)) is not None:
            return code
        result = app(plain, standalone_mode=False)
    except DunningkitError as error:
        _err.print(f"[bold red]{error.code}[/]: {error}", highlight=False, soft_wrap=True)
        return _exit_code(error)
    except typer.Abort:
        return 2
    except Exception as error:
        if not hasattr(error, "exit_code") or not hasattr(error, "format_message"):
            raise
        _err.print(f"{error.format_message()} See: dunning --help", highlight=False)
        return 2
    return result if isinstance(result, int) else OK


def _exit_code(error: DunningkitError) -> int:
    if isinstance(error, SyncFailed | ProposalBlocked):
        return LEDGER
    if isinstance(error, SchemaMissing | SchemaOutdated | SchemaTooNew):
        return DATABASE
    if isinstance(error, NotFound | NotAllowed):
        return NOT_THERE
    return SETTINGS


@app.callback()
def common_options(
    ctx: typer.Context,
    config: Annotated[Path, typer.Option(help="The configuration file.")] = Path("dunning.toml"),
    store: Annotated[str | None, typer.Option(help="A database URL instead of the configured one.")] = None,
    language: Annotated[Language | None, typer.Option(help="The language of the screen.")] = None,
    now: Annotated[str | None, typer.Option(help="A moment to act as if it were, for trying out.")] = None,
    actor: Annotated[str | None, typer.Option(help="Who is acting; the login name when left out.")] = None,
    *,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Take the options that every subcommand shares."""
    ctx.obj = Common(config, store, json_, language, parse_moment(now), actor)


AsOf = Annotated[str | None, typer.Option("--as-of", help="The day to look at, like 2026-11-25; today when left out.")]


@app.command()
def init(ctx: typer.Context) -> None:
    """Write a configuration to start from, or make the database's tables when there is one already."""
    common: Common = ctx.obj
    if not common.config.exists():
        starter.write_configuration(common.config)
        _say(common, {"written": str(common.config)}, f"Wrote {common.config}. Fill it in, then run: dunning init")
        return
    opened = common.open()
    opened.store.migrate()
    _say(common, {"schema": opened.store.revision()}, f"The database is ready (schema {opened.store.revision()}).")


@app.command()
def sync(
    ctx: typer.Context,
    as_of: AsOf = None,
    *,
    accept_gone: Annotated[
        bool, typer.Option("--accept-gone", help="You looked: the vanished invoices really are gone.")
    ] = False,
) -> int:
    """Read what is new in the ledger."""
    opened = _open(ctx)
    report = _sync(opened, opened.engine(), as_of, accept_gone=accept_gone)
    if opened.common.json:
        _print_json({**dataclasses.asdict(report), "state": report.state.value})
    else:
        print_sync(_out, report)
    return OK if report.complete else LEDGER


@app.command()
def propose(ctx: typer.Context, as_of: AsOf = None) -> None:
    """Make the proposal for a day from the ledger as last read."""
    opened = _open(ctx)
    day = parse_day(as_of, "--as-of", opened.today())
    proposal = opened.engine().propose(opened.creditor_id, as_of=day, actor=opened.common.who())
    if opened.common.json:
        _print_json(as_json(proposal))
    else:
        print_proposal(_out, proposal, opened.wording())


@app.command()
def run_(
    ctx: typer.Context,
    as_of: AsOf = None,
    *,
    send: Annotated[bool, typer.Option("--send", help="Also send what is approved.")] = False,
) -> int:
    """Sync and propose; with --send also send what is approved."""
    opened = _open(ctx)
    engine = opened.engine()
    report = _sync(opened, engine, as_of, accept_gone=False)
    if not opened.common.json:
        print_sync(_out, report)
    day = parse_day(as_of, "--as-of", opened.today())
    proposal = engine.propose(opened.creditor_id, as_of=day, actor=opened.common.who())
    engine.approve_by_policy(opened.creditor_id)
    sent = engine.send(opened.creditor_id, actor=opened.common.who()) if send else None
    if opened.common.json:
        _print_json(as_json(proposal) | ({"sent": _sent_as_json(sent)} if sent else {}))
    else:
        print_proposal(_out, proposal, opened.wording())
        if sent:
            _print_sent(opened, sent)
    return _sent_code(sent) if sent else OK


run_.__name__ = "run"
app.registered_commands[-1].name = "run"


@app.command()
def show(
    ctx: typer.Context,
    html: Annotated[Path | None, typer.Option(help="Write the proposal as a page into this folder.")] = None,
    reminder: Annotated[str | None, typer.Option(help="Show one reminder as it would look.")] = None,
    status: Annotated[LineStatus | None, typer.Option(help="Only lines of this status.")] = None,
    *,
    waiting: Annotated[bool, typer.Option("--waiting", help="List what was not looked at, with its reason.")] = False,
    holds: Annotated[bool, typer.Option("--holds", help="List the holds.")] = False,
    quarantine: Annotated[bool, typer.Option("--quarantine", help="List the rows that could not be read.")] = False,
) -> None:
    """Show the latest proposal: every line with its reasons, one message, or a page."""
    opened = _open(ctx)
    engine = opened.engine()
    if holds:
        _show_rows(opened, [_plain(hold) for hold in engine.holds(opened.creditor_id)])
        return
    if quarantine:
        _show_rows(opened, [_plain(row) for row in engine.quarantine(opened.creditor_id)])
        return
    proposal = engine.latest(opened.creditor_id)
    if reminder is not None:
        _show_reminder(opened, engine, _full_id(engine, opened, reminder))
        return
    if waiting:
        rows = engine.waiting(opened.creditor_id, proposal.as_of)
        _show_rows(opened, [{"receivable_id": receivable_id, "reason": reason} for receivable_id, reason in rows])
        return
    if html is not None:
        path = write_page(
            html, proposal, opened.configured.setup.creditor, engine.quarantine(opened.creditor_id), opened.wording()
        )
        _say(opened.common, {"page": str(path)}, f"Wrote {path}")
        return
    wording = opened.wording()
    lines = [line for line in proposal.lines if status is None or line.status is status]
    if opened.common.json:
        _print_json(as_json(proposal) | {"items": [line_as_json(line, wording) for line in lines]})
        return
    for line in lines:
        _out.print(
            f"[bold]{line.invoice_number}[/] {line.customer_id} {wording.money(line.open)}: {wording.label(line.status)}",
            highlight=False,
        )
        for reason in line.reasons:
            _out.print(f"    {wording.reason(reason)}", highlight=False)
        if line.reminder_id:
            _out.print(f"    dunning show --reminder {line.reminder_id[:8]}", style="dim", highlight=False)


@app.command()
def hold(
    ctx: typer.Context,
    invoice: Annotated[str | None, typer.Argument(help="A receivable's id or an invoice number.")] = None,
    customer: Annotated[str | None, typer.Option(help="Hold everything of this customer instead.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day of the hold; without it until released.")] = None,
    kind: Annotated[HoldKind, typer.Option(help="Why.")] = HoldKind.MANUAL,
    note: Annotated[str, typer.Option(help="What the next person should know.")] = "",
) -> None:
    """Send nothing about an invoice, or to a customer, until a day or until released."""
    opened = _open(ctx)
    if (invoice is None) == (customer is None):
        raise SettingsError("Name an invoice or, with --customer, a customer: exactly one of them.")
    made = opened.engine().hold(
        opened.creditor_id,
        actor=opened.common.who(),
        start_on=opened.today(),
        customer_id=customer,
        receivable_id=invoice,
        kind=kind,
        end_on=parse_day(until, "--until", opened.today()) if until else None,
        note=note,
    )
    _say(opened.common, _plain(made), f"Held: {made.hold_id}. End it with: dunning release {made.hold_id}")


@app.command()
def release(ctx: typer.Context, hold_id: Annotated[str, typer.Argument(help="The hold's id.")]) -> None:
    """End a hold."""
    opened = _open(ctx)
    opened.engine().release(opened.creditor_id, hold_id, actor=opened.common.who())
    _say(opened.common, {"released": hold_id}, f"Released {hold_id}.")


@app.command()
def approve(
    ctx: typer.Context,
    reminders: Annotated[list[str] | None, typer.Argument(help="Reminder ids, or their first letters.")] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="Every reminder that is ready.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the approval back instead.")] = False,
) -> None:
    """Let reminders of the latest proposal go; nothing leaves before send."""
    opened = _open(ctx)
    engine = opened.engine()
    if bool(reminders) == all_:
        raise SettingsError("Name the reminders to approve, or say --all for every one that is ready.")
    named = [_full_id(engine, opened, one) for one in reminders or []]
    if withdraw:
        waiting = engine.reminders_in(opened.creditor_id, ReminderState.APPROVED)
        named = [stored.reminder.reminder_id for stored in waiting] if all_ else named
        engine.withdraw(opened.creditor_id, named, actor=opened.common.who())
        _say(opened.common, {"withdrawn": named}, f"Taken back: {len(named)}.")
        return
    approved = engine.approve(opened.creditor_id, actor=opened.common.who(), reminder_ids=None if all_ else named)
    _say(opened.common, {"approved": list(approved)}, f"Approved: {len(approved)}. Send with: dunning send")


@app.command()
def send(
    ctx: typer.Context,
    limit: Annotated[int | None, typer.Option("--max", min=1, help="At most this many messages.")] = None,
) -> int:
    """Send what is approved and may leave now."""
    opened = _open(ctx)
    report = opened.engine().send(opened.creditor_id, actor=opened.common.who(), max_messages=limit)
    if opened.common.json:
        _print_json(_sent_as_json(report))
    else:
        _print_sent(opened, report)
    return _sent_code(report)


@app.command()
def settle(
    ctx: typer.Context,
    reminder: Annotated[str, typer.Argument(help="The reminder's id, or its first letters.")],
    outcome: Annotated[Outcome, typer.Argument(help="What you found out: accepted or refused.")],
) -> None:
    """Say what became of a delivery whose outcome is unknown."""
    opened = _open(ctx)
    engine = opened.engine()
    reminder_id = _full_id(engine, opened, reminder)
    engine.settle(opened.creditor_id, reminder_id, outcome, actor=opened.common.who())
    _say(opened.common, {"settled": reminder_id, "outcome": outcome.value}, f"Recorded: {outcome.value}.")


@app.command()
def plugins(ctx: typer.Context) -> None:
    """List the plugins that are installed and what the allowed ones offer."""
    common: Common = ctx.obj
    opened = common.open() if common.config.exists() else None
    offered = opened.configured.plugins.all_offered() if opened else ()
    rows = [_plugin_row(candidate, offered) for candidate in discover()]
    built_in = [
        {"plugin": "built in", "version": version, "offers": _offer(spec)}
        for plugin, version, spec in offered
        if plugin.startswith("dunningkit.")
    ]
    failures = [_plain(failure) for failure in (opened.configured.plugins.failures if opened else ())]
    if common.json:
        _print_json({"installed": rows, "built_in": built_in, "failures": failures})
        return
    for row in [*rows, *built_in]:
        _out.print(f"{row['plugin']} {row['version']}: {row['offers']}", highlight=False)
    for failure in failures:
        _out.print(f"[bold]{failure['plugin']}[/]: {failure['error']}. {failure['remedy']}", highlight=False)


@app.command()
def doctor(
    ctx: typer.Context,
    *,
    migrate: Annotated[bool, typer.Option("--migrate", help="Bring an older database up to date.")] = False,
) -> int:
    """Check the settings, the database, the plugins and the ledger, and say what to correct."""
    opened = _open(ctx)
    if migrate:
        opened.store.migrate()
    problems = [
        f"{failure.plugin}: {failure.error}. {failure.remedy}" for failure in opened.configured.plugins.failures
    ]
    try:
        opened.store.check()
    except DunningkitError as error:
        problems.append(str(error))
    setup = opened.configured.setup
    problems += [f"source: {problem}" for problem in dispatch.check(setup.source).problems]
    for medium, wired in setup.channels.items():
        problems += [f"{medium.value}: {problem}" for problem in dispatch.check(wired).problems]
    if opened.common.json:
        _print_json({"ok": not problems, "problems": problems})
    else:
        for problem in problems:
            _out.print(f"- {problem}", highlight=False)
        _out.print("All is well." if not problems else f"{len(problems)} to correct.")
    return SETTINGS if problems else OK


# -- shared pieces -------------------------------------------------------------------------------------------------


def _open(ctx: typer.Context) -> Opened:
    common: Common = ctx.obj
    return common.open()


def _sync(opened: Opened, engine: Engine, as_of: str | None, *, accept_gone: bool) -> SyncReport:
    day = parse_day(as_of, "--as-of", opened.today())
    columns = (
        SpinnerColumn(),
        TextColumn("Reading the ledger"),
        BarColumn(),
        TextColumn("{task.completed} receivables"),
    )
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as progress:
        task = progress.add_task("sync", total=None)
        return engine.sync(
            opened.creditor_id,
            as_of=day,
            actor=opened.common.who(),
            accept_gone=accept_gone,
            progress=lambda arrived: progress.update(task, completed=arrived),
        )


def _full_id(engine: Engine, opened: Opened, beginning: str) -> str:
    """Complete a reminder id from its first letters; raises `NotFound` unless exactly one begins so."""
    if engine.reminders(opened.creditor_id, [beginning]):
        return beginning
    known = {reminder.reminder_id for reminder in engine.latest(opened.creditor_id).reminders}
    for state in (ReminderState.APPROVED, ReminderState.UNKNOWN, ReminderState.RETURNED):
        known |= {stored.reminder.reminder_id for stored in engine.reminders_in(opened.creditor_id, state)}
    found = sorted(one for one in known if one.startswith(beginning))
    if len(found) != 1:
        raise NotFound(f"{len(found) or 'No'} reminders begin with {beginning!r}; see: dunning show.")
    return found[0]


def _show_reminder(opened: Opened, engine: Engine, reminder_id: str) -> None:
    stored = engine.reminders(opened.creditor_id, [reminder_id])[reminder_id]
    if opened.common.json:
        _print_json(_plain(stored.reminder) | {"state": stored.state.value})
        return
    reminder = stored.reminder
    _out.print(f"To: {reminder.customer_name} ({reminder.to.address}) - {stored.state.value}", highlight=False)
    _out.print(f"Not before: {reminder.send_not_before}\n", highlight=False)
    _out.print(reminder.preview, highlight=False, markup=False)


def _show_rows(opened: Opened, rows: list[dict[str, Any]]) -> None:
    if opened.common.json:
        _print_json({"items": rows})
        return
    for row in rows:
        _out.print("; ".join(f"{name}: {value}" for name, value in row.items() if value), highlight=False, markup=False)
    if not rows:
        _out.print("None.")


def _plugin_row(candidate: Candidate, offered: Sequence[tuple[str, str, Spec]]) -> dict[str, str]:
    offers = [_offer(spec) for plugin, _version, spec in offered if plugin == candidate.name]
    shown = ", ".join(offers) or "installed, not allowed in the configuration"
    return {"plugin": candidate.name, "version": candidate.version, "offers": shown}


def _offer(spec: Spec) -> str:
    kinds: dict[type[Spec], str] = {
        LedgerSourceSpec: "ledger source",
        ScorerSpec: "scorer",
        ChannelSpec: "channel",
        CommandSpec: "command",
    }
    return f"{kinds[type(spec)]} {spec.name}"


def _plugin_command(arguments: Sequence[str]) -> int | None:
    """Run a subcommand that an allowed plugin offers; ``None`` when the line names none."""
    names = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    ours = {name.replace("_", "-") for name in names}
    positions = [i for i, one in enumerate(arguments) if not one.startswith("-") and not _is_value(arguments, i)]
    if not positions or arguments[positions[0]] in ours:
        return None
    config = next((arguments[i + 1] for i, one in enumerate(arguments[:-1]) if one == "--config"), "dunning.toml")
    if not Path(config).exists():
        return None
    opened = Common(Path(config), None, json=False, language=None, now=None, actor=None).open()
    for item in opened.configured.plugins.offered(CommandSpec):
        if item.spec.name == arguments[positions[0]]:
            return item.spec.run(arguments[positions[0] + 1 :])
    return None


def _is_value(arguments: Sequence[str], position: int) -> bool:
    return position > 0 and arguments[position - 1] in ("--config", "--store", "--language", "--now", "--actor")


def _sent_as_json(report: SendReport) -> dict[str, Any]:
    return {
        "accepted": len(report.accepted),
        "refused": len(report.refused),
        "unknown": len(report.unknown),
        "returned": [{"reminder_id": one.reminder_id, "reason": one.reason.code.value} for one in report.returned],
        "waiting": [{"reminder_id": one.reminder_id, "reason": one.reason.code.value} for one in report.waiting],
        "remaining": report.remaining,
    }


def _print_sent(opened: Opened, report: SendReport) -> None:
    wording = opened.wording()
    _out.print(
        f"Sent: {len(report.accepted)}. Refused: {len(report.refused)}. Unknown: {len(report.unknown)}. "
        f"Left for later: {report.remaining}.",
        highlight=False,
    )
    back = [(one.reminder_id, one.reason) for one in report.returned]
    later = [(one.reminder_id, one.reason) for one in report.waiting]
    for reminder_id, reason in back + later:
        _out.print(f"  {reminder_id[:8]}: {wording.reason(reason)}", highlight=False)


def _sent_code(report: SendReport) -> int:
    return NOT_DELIVERED if report.refused or report.unknown else OK


def _plain(value: Any) -> dict[str, Any]:
    """A frozen value as JSON data."""
    plain: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(value), default=str))
    return plain


def _print_json(data: dict[str, Any]) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, sort_keys=False))


def _say(common: Common, data: dict[str, Any], sentence: str) -> None:
    if common.json:
        _print_json(data)
    else:
        _out.print(sentence, highlight=False, soft_wrap=True)
