"""The command that prints the contract clause of the live policy, and says when an older one no longer holds."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dunningkit.cli import exit_codes
from dunningkit.cli.options import Common
from dunningkit.cli.printing import print_json, print_line, print_under
from dunningkit.engine.config import configure
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotFound, SettingsError
from dunningkit.messages.clause import Clause, Drift, clause, clause_drift, clause_figures
from dunningkit.model import Money
from dunningkit.policy import Policy
from dunningkit.wording import Wording


def write_clause(
    ctx: typer.Context,
    check: Annotated[
        Path | None, typer.Option("--check", help="A clause that customers were given, to compare with today's.")
    ] = None,
    policy_name: Annotated[
        str | None, typer.Option("--policy", help="The policy by its name; the main one when left out.")
    ] = None,
) -> int:
    """Print the contract clause that the policy and the law make; with --check say what no longer holds of an older one."""
    common: Common = ctx.obj
    setup = configure(common.config, clock=common.clock).setup
    language = common.language or setup.creditor.language
    today = setup.calendar.local_date(common.clock())
    figures = clause_figures(_policy(setup, policy_name), setup.law, setup.creditor, today)
    made = clause(figures, setup.creditor, language)
    drift = clause_drift(_read(check), made) if check else ()
    wording = Wording(language)
    if common.json:
        print_json(_as_json(made, drift))
    elif check is None:
        typer.echo(f"{made.text}\n\n{made.stamp}")
    else:
        _print_drift(drift, made, wording)
    return exit_codes.SETTINGS if drift else exit_codes.DONE


def _policy(setup: CreditorSetup, name: str | None) -> Policy:
    if name is None:
        return setup.policy
    found = next((one for one in (setup.policy, *setup.special_policies) if one.name == name), None)
    if found is None:
        raise NotFound(f"No policy is named {name!r}.", what="policy", policy_name=name)
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"The clause {path} cannot be read: {error.strerror}.", path=str(path)) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The clause {path} is no UTF-8 text.", path=str(path)) from error


def _print_drift(drift: tuple[Drift, ...], made: Clause, wording: Wording) -> None:
    if not drift:
        print_line(wording.word("clause_holds"))
        return
    print_line((wording.word("clause_drifted"), "bold"))
    for one in drift:
        was, now = (_shown(one.what, value, made, wording) for value in (one.was, one.now))
        print_under(wording.word("clause_differs", what=one.what, was=was, now=now), indent=2)


def _shown(what: str, value: object, made: Clause, wording: Wording) -> str:
    if isinstance(value, bool):
        return wording.word("clause_yes") if value else wording.word("clause_no")
    if value in (0, ""):
        return wording.word("clause_silent")
    if isinstance(value, int) and what.endswith("_minor"):
        return wording.money(Money(value, made.figures.currency))
    return wording.rate(value) if isinstance(value, int) and what.endswith("_bp") else str(value)


def _as_json(made: Clause, drift: tuple[Drift, ...]) -> dict[str, object]:
    return {
        "language": made.language.value,
        "text": made.text,
        "figures": asdict(made.figures),
        "hash": made.figures.hash,
        "stamp": made.stamp,
        "drift": [asdict(one) for one in drift],
    }
