"""The ``dunning`` command line: its common options, its subcommands, and how a failure becomes an exit code."""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from dunningkit import dispatch
from dunningkit.cli import (
    arranging,
    bookkeeping,
    bulk,
    comparing,
    deciding,
    exit_codes,
    explaining,
    law_calculate,
    law_clause,
    law_explain,
    law_state,
    law_table,
    looking,
    running,
)
from dunningkit.cli.options import Common, config_in, hoist, language_in, parse_moment, subcommand_in
from dunningkit.cli.printing import print_error, print_line
from dunningkit.contracts import CommandSpec
from dunningkit.discovery import discover
from dunningkit.engine.config import plugin_settings
from dunningkit.errors import DunningkitError, SettingsError
from dunningkit.model import Language
from dunningkit.plugins import PluginSet
from dunningkit.wording import Wording

app = typer.Typer(
    name="dunning",
    help="Late payments as good customer service: read a ledger, see who would hear what and why, approve, send.",
    epilog="--config, --store, --json, --language, --now and --actor may stand before or after the subcommand.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_COMMANDS: dict[str, Callable[..., int | None]] = {
    "init": running.init,
    "sync": running.sync,
    "propose": running.propose,
    "run": running.run,
    "show": looking.show,
    "compare": comparing.compare,
    "explain": explaining.explain,
    "hold": deciding.hold,
    "release": deciding.release,
    "approve": bulk.approve,
    "skip": bulk.skip,
    "undo": bulk.undo,
    "send": running.send,
    "settle": deciding.settle,
    "assign": arranging.assign,
    "grace": arranging.grace,
    "unfollow": arranging.unfollow,
    "end": arranging.end,
    "arrangements": arranging.arrangements,
    "cancel": arranging.cancel,
    "discard": arranging.discard,
    "journal": bookkeeping.journal,
    "waive": bookkeeping.waive,
    "plugins": looking.plugins,
    "doctor": looking.doctor,
}
for _name, _command in _COMMANDS.items():
    app.command(_name)(_command)

_LAW: dict[str, Callable[..., int | None]] = {
    "table": law_table.table,
    "explain": law_explain.explain,
    "statement": law_state.statement,
    "calculate": law_calculate.calculate_case,
    "clause": law_clause.write_clause,
}
law = typer.Typer(help="What a country's law allows, with the sections it rests on.", no_args_is_help=True)
for _name, _command in _LAW.items():
    law.command(_name)(_command)
app.add_typer(law, name="law")


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    plain = hoist(arguments)
    try:
        if (code := _plugin_command(plain)) is not None:
            return code
        result = app(plain, standalone_mode=False)
    except DunningkitError as error:
        told = _told(plain, error.code, error.params)
        print_error(error.code, str(error), as_json="--json" in plain, told=told)
        return exit_codes.of_error(error)
    except typer.Abort:
        return exit_codes.INTERRUPTED
    except SQLAlchemyError as error:
        # The first line says what the database said; the rest is the statement with its values.
        sentence = f"The database cannot be used: {str(error).splitlines()[0]}"
        told = _told(plain, "database_error", {})
        print_error("database_error", sentence, as_json="--json" in plain, told=told)
        return exit_codes.DATABASE
    except Exception as error:
        # Click's own complaints carry these; Typer vendors no public name for their base class.
        if not hasattr(error, "exit_code") or not hasattr(error, "format_message"):
            raise
        _print_complaint(plain, error.format_message().rstrip("."))
        return exit_codes.WRITTEN_WRONGLY
    return result if isinstance(result, int) else exit_codes.DONE


def _print_complaint(arguments: Sequence[str], complaint: str) -> None:
    # There is none where the help was printed instead.
    if complaint:
        told = _told(arguments, "usage", {})
        print_error("usage", f"{complaint}. See: dunning --help", as_json="--json" in arguments, told=told)


def _told(arguments: Sequence[str], code: str, params: Mapping[str, object]) -> str | None:
    """What went wrong, in the language of the screen; ``None`` where that is English, which the error speaks itself."""
    language = language_in(arguments)
    return None if language is Language.EN else Wording(language).error(code, params)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  # a callback of Typer's
    if wanted:
        print_line(f"dunning {version('dunningkit-engine')}")
        raise typer.Exit


@app.callback()
def common_options(
    ctx: typer.Context,
    config: Annotated[Path, typer.Option(help="The configuration file.")] = Path("dunning.toml"),
    store: Annotated[str | None, typer.Option(help="A database URL instead of the configured one.")] = None,
    language: Annotated[Language | None, typer.Option(help="The language of the screen.")] = None,
    now: Annotated[str | None, typer.Option(help="A moment to act as if it were, for trying out.")] = None,
    actor: Annotated[str | None, typer.Option(help="Who is acting; the login name when left out.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    show_version: Annotated[  # noqa: ARG001  # its callback does the work
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that every subcommand shares."""
    ctx.obj = Common(config, store, as_json, language, parse_moment(now), actor)


def _plugin_command(arguments: Sequence[str]) -> int | None:
    """Run a subcommand that an allowed plugin offers; ``None`` when the line names none.

    Without a configuration there is no list of allowed plugins: then naming an installed plugin is what allows it, and no
    other is imported. Of the common options, ``--json`` is handed on.
    """
    position = subcommand_in(arguments)
    if position is None or arguments[position] in {*_COMMANDS, "law"}:
        return None
    name, config = arguments[position], config_in(arguments)
    # Only the list is needed: a plugin's command may be what helps to mend the rest of the file.
    allow = plugin_settings(config).allow if config.exists() else _installed_as(name)
    for item in PluginSet.installed(allow=allow).offered(CommandSpec):
        if item.spec.name == name:
            as_json = ["--json"] if "--json" in arguments[:position] else []
            given = [*as_json, *arguments[position + 1 :]]
            return dispatch.run_command(item.spec, given, plugin=item.plugin, version=item.version)
    if name not in allow and _installed_as(name):
        allowed = ", ".join(f'"{one}"' for one in (*allow, name))
        raise SettingsError(
            f"{name!r} is an installed plugin that {config} does not allow. Add it there: [plugins] allow = [{allowed}].",
            path=str(config),
            what="plugin",
            plugin=name,
        )
    return None


def _installed_as(name: str) -> tuple[str, ...]:
    return (name,) if any(candidate.name == name for candidate in discover()) else ()
