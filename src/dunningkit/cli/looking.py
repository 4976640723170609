"""The commands that only look: show, plugins, doctor."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from dunningkit import dispatch
from dunningkit.cli import exit_codes
from dunningkit.cli.choosing import filtered
from dunningkit.cli.failing import failure_line, notice_line
from dunningkit.cli.judging import judge_plugins
from dunningkit.cli.lines import save_lines, show_lines
from dunningkit.cli.options import Common, Opened, opened
from dunningkit.cli.page import write_page
from dunningkit.cli.printing import plain, print_items, print_json, print_line, say
from dunningkit.contracts import ChannelSpec, CommandSpec, LedgerSourceSpec, ScorerSpec, Spec
from dunningkit.discovery import Candidate, discover
from dunningkit.engine import Engine, LineFilter
from dunningkit.engine.config import language_of, load_plugins, plugin_settings
from dunningkit.errors import DunningkitError
from dunningkit.model import Language
from dunningkit.plugins import PluginSet, is_our_own
from dunningkit.wording import Wording


@filtered
def show(
    ctx: typer.Context,
    html: Annotated[Path | None, typer.Option(help="Write the proposal as a page into this folder.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the lines into this file for a spreadsheet.")] = None,
    reminder: Annotated[str | None, typer.Option(help="Show one reminder as it would look.")] = None,
    *,
    where: LineFilter,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Let --csv replace a file that is there.")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="List what was not looked at, with its reason.")] = False,
    holds: Annotated[bool, typer.Option("--holds", help="List the holds.")] = False,
    quarantine: Annotated[bool, typer.Option("--quarantine", help="List the rows that could not be read.")] = False,
) -> None:
    """Show the latest proposal: every line with its reasons, one message, a page, or a table for a spreadsheet."""
    other_than_lines = holds or quarantine or waiting or reminder is not None or html is not None
    if other_than_lines and (csv is not None or not where.is_empty):
        raise typer.BadParameter("Only the list of lines can be narrowed down or written with --csv.")
    here = opened(ctx)
    engine = here.engine()
    if holds:
        _show_holds(here, engine)
    elif quarantine:
        _show_quarantine(here, engine)
    elif waiting:
        _show_waiting(here, engine)
    elif reminder is not None:
        _show_reminder(here, engine, engine.reminder_named(here.creditor_id, reminder))
    elif html is not None:
        _write_page(here, engine, html)
    elif csv is not None:
        save_lines(here, engine, where, csv, overwrite=overwrite)
    else:
        show_lines(here, engine, where)


def plugins(
    ctx: typer.Context,
    quality: Annotated[str, typer.Argument(metavar="[quality]", help="Say 'quality' to have them judged.")] = "",
    name: Annotated[
        str | None, typer.Argument(help="The one plugin to judge; all that are installed when left out.")
    ] = None,
    settings: Annotated[Path | None, typer.Option(help="A TOML file with settings to judge a plugin with.")] = None,
) -> int:
    """List the plugins that are installed and what the allowed ones offer; `plugins quality NAME` judges one."""
    common: Common = ctx.obj
    if quality:
        return judge_plugins(common, quality, name, settings)
    # Only the list is needed: what is wrong with a plugin may be why the rest of the file cannot be used.
    loaded = load_plugins(plugin_settings(common.config)) if common.config.exists() else None
    offered = loaded.all_offered() if loaded else ()
    # The object is for programs, which must not depend on the language of a screen.
    language = Language.EN if common.json else common.language or language_of(common.config)
    wording = Wording(language or Language.EN)
    rows = [_plugin_row(candidate, loaded, wording) for candidate in discover()]
    built_in = [
        {"plugin": wording.word("built_in"), "version": version, "offers": _offer(spec, wording)}
        for plugin, version, spec in offered
        if is_our_own(plugin)
    ]
    failures, notices = (loaded.failures, loaded.notices) if loaded else ((), ())
    if common.json:
        told = {"failures": [plain(one) for one in failures], "notices": [plain(one) for one in notices]}
        print_json({"installed": rows, "built_in": built_in, **told})
        return exit_codes.DONE
    for row in [*rows, *built_in]:
        print_line(f"{row['plugin']} {row['version']}: {row['offers']}")
    for failure in failures:
        print_line(failure_line(failure, wording))
    for notice in notices:
        print_line(notice_line(notice, wording))
    return exit_codes.DONE


def doctor(
    ctx: typer.Context,
    *,
    migrate: Annotated[bool, typer.Option("--migrate", help="Bring an older database up to date.")] = False,
) -> int:
    """Check the settings, the database, the plugins and the ledger, and say what to correct."""
    here = opened(ctx)
    if migrate:
        here.make()
    plugins, wording = here.configured.plugins, here.wording()
    problems = [failure_line(failure, wording) for failure in plugins.failures]
    notices = [notice_line(notice, wording) for notice in plugins.notices]
    try:
        here.store.check()
    except DunningkitError as error:
        told = None if wording.language is Language.EN else wording.error(error.code, error.params)
        problems.append(told or str(error))
    setup = here.configured.setup
    problems += [f"source: {problem}" for problem in dispatch.check(setup.source).problems]
    for medium, wired in setup.channels.items():
        problems += [f"{medium.value}: {problem}" for problem in dispatch.check(wired).problems]
    if here.common.json:
        print_json({"ok": not problems, "problems": problems, "notices": notices})
    else:
        for line in [*problems, *notices]:
            print_line(f"- {line}")
        print_line(wording.word("to_correct", count=len(problems)) if problems else wording.word("all_well"))
    return exit_codes.SETTINGS if problems else exit_codes.DONE


# -- show ----------------------------------------------------------------------------------------------------------


def _show_holds(here: Opened, engine: Engine) -> None:
    wording, holds = here.wording(), engine.holds(here.creditor_id)
    sentences = [wording.word("hold_line", **asdict(hold)) for hold in holds]
    print_items(here.common, [plain(hold) for hold in holds], sentences, none=wording.word("no_holds"))


def _show_quarantine(here: Opened, engine: Engine) -> None:
    wording, rows = here.wording(), engine.quarantine(here.creditor_id)
    sentences = [wording.word("unreadable_line", **asdict(row)) for row in rows]
    print_items(here.common, [plain(row) for row in rows], sentences, none=wording.word("all_readable"))


def _show_waiting(here: Opened, engine: Engine) -> None:
    wording = here.wording()
    waiting = engine.waiting(here.creditor_id, engine.latest(here.creditor_id).as_of)
    items = [{"receivable_id": receivable_id, "reason": reason} for receivable_id, reason in waiting]
    sentences = [f"{receivable_id}: {wording.short(reason)}" for receivable_id, reason in waiting]
    print_items(here.common, items, sentences, none=wording.word("all_seen"))


def _show_reminder(here: Opened, engine: Engine, reminder_id: str) -> None:
    stored = engine.reminders(here.creditor_id, [reminder_id])[reminder_id]
    reminder, wording = stored.reminder, here.wording()
    if here.common.json:
        print_json(plain(reminder) | {"state": stored.state.value})
        return
    print_line(f"{reminder.customer_name} ({reminder.to.address}): {wording.label(stored.state)}")
    print_line(f"{wording.moment(reminder.send_not_before)}\n")
    print_line(reminder.preview)


def _write_page(here: Opened, engine: Engine, folder: Path) -> None:
    proposal, unreadable = engine.latest(here.creditor_id), engine.quarantine(here.creditor_id)
    path = write_page(folder, proposal, here.configured.setup.creditor, unreadable, here.wording())
    say(here.common, {"page": str(path)}, here.wording().word("page_written", path=str(path)))


# -- plugins -------------------------------------------------------------------------------------------------------


def _plugin_row(candidate: Candidate, loaded: PluginSet | None, wording: Wording) -> dict[str, Any]:
    offered = loaded.all_offered() if loaded else ()
    offers = [_offer(spec, wording) for plugin, _version, spec in offered if plugin == candidate.name]
    failed = {failure.plugin for failure in loaded.failures} if loaded else set()
    unused = wording.word("not_in_use") if candidate.name in failed else wording.word("not_allowed")
    return {"plugin": candidate.name, "version": candidate.version, "offers": ", ".join(offers) or unused}


def _offer(spec: Spec, wording: Wording) -> str:
    kinds: dict[type[Spec], str] = {
        LedgerSourceSpec: wording.word("a_source"),
        ScorerSpec: wording.word("a_scorer"),
        ChannelSpec: wording.word("a_channel"),
        CommandSpec: wording.word("a_command"),
    }
    return f"{kinds[type(spec)]} {spec.name}"
