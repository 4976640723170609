"""The options that every subcommand takes, wherever on the line they stand."""

import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import typer

from dunningkit.engine import Engine
from dunningkit.engine.config import Configured, configure, language_of, make_database_folder, store_url
from dunningkit.model import Actor, Language
from dunningkit.store import Store
from dunningkit.wording import Wording

_WITH_VALUE = ("--config", "--store", "--language", "--now", "--actor")
_FLAGS = ("--json",)

#: Other years are mistypings, and the calendar has no room around its ends.
_YEARS = range(1900, 2200)


def hoist(arguments: Sequence[str]) -> list[str]:
    """Put the common options first, so that they may be written before or after the subcommand."""
    common: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in _FLAGS or argument.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
            common.append(argument)
        elif argument in _WITH_VALUE:
            common += [argument, *[value for value in [next(waiting, None)] if value is not None]]
        else:
            rest.append(argument)
    return [*common, *rest]


def subcommand_in(arguments: Sequence[str]) -> int | None:
    """Where in a hoisted line the subcommand stands; ``None`` when there is none."""
    position = 0
    while position < len(arguments) and arguments[position].startswith("-"):
        position += 2 if arguments[position] in _WITH_VALUE else 1
    return position if position < len(arguments) else None


def config_in(arguments: Sequence[str]) -> Path:
    """The configuration file that a hoisted line names, or the usual one."""
    for argument, following in pairwise([*arguments, ""]):
        if argument == "--config":
            return Path(following)
        if argument.startswith("--config="):
            return Path(argument.removeprefix("--config="))
    return Path("dunning.toml")


def language_in(arguments: Sequence[str]) -> Language:
    """The language of the screen for a hoisted line, also where its command or its configuration is what failed."""
    for argument, following in pairwise([*arguments, ""]):
        asked = following if argument == "--language" else argument.removeprefix("--language=")
        if argument.startswith("--language") and asked in set(Language):
            return Language(asked)
    return language_of(config_in(arguments)) or Language.EN


@dataclass(slots=True)
class Common:
    """What the common options say, and the engine they lead to."""

    config: Path
    store: str | None
    json: bool
    language: Language | None
    now: datetime | None
    actor: str | None

    def clock(self) -> datetime:
        """The system's time, or the moment given with ``--now``."""
        return self.now or datetime.now(UTC)

    def who(self) -> Actor:
        """The person at the terminal."""
        name = self.actor or getpass.getuser()
        return Actor(name, name)

    def open(self) -> "Opened":
        """Read the configuration and name the database; it is opened when it is first used, and made by `Opened.make`."""
        configured = configure(self.config, clock=self.clock)
        url = self.store if self.store is not None else configured.store.url
        base_dir = Path.cwd() if self.store is not None else configured.base_dir
        stored = configured.store
        url = store_url(url, base_dir)
        return Opened(self, configured, Store.open(url, prefix=stored.prefix, schema=stored.schema_name), url)


@dataclass(slots=True)
class Opened:
    """A creditor and its store, opened for one command."""

    common: Common
    configured: Configured
    store: Store
    url: str

    @property
    def creditor_id(self) -> str:
        """The one creditor of the configuration."""
        return self.configured.setup.creditor.creditor_id

    def engine(self) -> Engine:
        """The engine. A database that is missing or older is refused with what to do: it may be a mistyped name."""
        return Engine(self.store, [self.configured.setup], clock=self.common.clock)

    def make(self) -> None:
        """Make the database and its tables, or bring an older one up to date."""
        make_database_folder(self.url)
        self.store.migrate()

    def wording(self) -> Wording:
        """The words to show: in the language asked for, else the creditor's."""
        return Wording(self.common.language or self.configured.setup.creditor.language)

    def today(self) -> date:
        """The creditor-local day of the clock."""
        return self.configured.setup.calendar.local_date(self.common.clock())


def opened(ctx: typer.Context) -> Opened:
    """Open what the command line names; it is closed again when the command ends."""
    common: Common = ctx.obj
    here = common.open()
    ctx.call_on_close(here.store.close)
    return here


def parse_moment(text: str | None) -> datetime | None:
    """Read ``--now``; a mistake in it is a line written wrongly."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise typer.BadParameter(
            f"--now {text!r} is not a moment with an offset: write it like 2026-11-25T09:30+02:00."
        )
    return moment


def parse_day(text: str | None, name: str, default: date) -> date:
    """Read a day option; a mistake in it is a line written wrongly."""
    if text is None:
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        raise typer.BadParameter(f"{name} {text!r} is not a day: write it like 2026-11-25.")
    return day
