"""The commands with which a person decides: hold, release, approve, settle."""

from typing import Annotated

import typer

from dunningkit.cli.options import Opened, opened, parse_day
from dunningkit.cli.printing import plain, say
from dunningkit.engine import Engine
from dunningkit.model import HoldKind, Outcome, ReminderState


def hold(
    ctx: typer.Context,
    invoice: Annotated[str | None, typer.Argument(help="A receivable's id or an invoice number.")] = None,
    customer: Annotated[str | None, typer.Option(help="Hold everything of this customer instead.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day of the hold; without it until released.")] = None,
    kind: Annotated[HoldKind, typer.Option(help="Why.")] = HoldKind.MANUAL,
    note: Annotated[str, typer.Option(help="What the next person should know.")] = "",
) -> None:
    """Send nothing about an invoice, or to a customer, until a day or until released."""
    here = opened(ctx)
    if (invoice is None) == (customer is None):
        raise typer.BadParameter("Name an invoice or, with --customer, a customer: exactly one of them.")
    made = here.engine().hold(
        here.creditor_id,
        actor=here.common.who(),
        start_on=here.today(),
        customer_id=customer,
        receivable_id=invoice,
        kind=kind,
        end_on=parse_day(until, "--until", here.today()) if until else None,
        note=note,
    )
    say(here.common, plain(made), here.wording().word("held", hold_id=made.hold_id))


def release(ctx: typer.Context, hold_id: Annotated[str, typer.Argument(help="The hold's id.")]) -> None:
    """End a hold."""
    here = opened(ctx)
    here.engine().release(here.creditor_id, hold_id, actor=here.common.who())
    say(here.common, {"released": hold_id}, here.wording().word("released", hold_id=hold_id))


def approve(
    ctx: typer.Context,
    reminders: Annotated[list[str] | None, typer.Argument(help="Reminder ids, or their first letters.")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every reminder that is ready.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the approval back instead.")] = False,
) -> None:
    """Let reminders of the latest proposal go; nothing leaves before send."""
    here = opened(ctx)
    engine = here.engine()
    if bool(reminders) == everything:
        raise typer.BadParameter("Name the reminders to approve, or say --all for every one that is ready.")
    named = [engine.reminder_named(here.creditor_id, one) for one in reminders or []]
    if withdraw:
        _withdraw(here, engine, named if named else _approved(here, engine))
        return
    ids = None if everything else named
    approved = engine.approve(here.creditor_id, actor=here.common.who(), reminder_ids=ids)
    say(here.common, {"approved": list(approved)}, here.wording().word("approved", count=len(approved)))


def settle(
    ctx: typer.Context,
    reminder: Annotated[str, typer.Argument(help="The reminder's id, or its first letters.")],
    outcome: Annotated[Outcome, typer.Argument(help="What you found out: accepted or refused.")],
) -> None:
    """Say what became of a delivery whose outcome is unknown."""
    here = opened(ctx)
    engine = here.engine()
    reminder_id = engine.reminder_named(here.creditor_id, reminder)
    engine.settle(here.creditor_id, reminder_id, outcome, actor=here.common.who())
    say(
        here.common,
        {"settled": reminder_id, "outcome": outcome.value},
        here.wording().word("settled", outcome=outcome.value),
    )


def _approved(here: Opened, engine: Engine) -> list[str]:
    waiting = engine.reminders_in(here.creditor_id, ReminderState.APPROVED)
    return [stored.reminder.reminder_id for stored in waiting]


def _withdraw(here: Opened, engine: Engine, reminder_ids: list[str]) -> None:
    engine.withdraw(here.creditor_id, reminder_ids, actor=here.common.who())
    say(here.common, {"withdrawn": reminder_ids}, here.wording().word("withdrawn", count=len(reminder_ids)))
