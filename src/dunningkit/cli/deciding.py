"""The commands with which a person decides about one thing: hold, release, settle."""

from typing import Annotated

import typer

from dunningkit.cli.options import opened, parse_day
from dunningkit.cli.printing import plain, say
from dunningkit.model import HoldKind, Outcome


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


def release(
    ctx: typer.Context,
    hold_id: Annotated[str, typer.Argument(help="The hold's id.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; needed where the law counts the hold as a stop.")] = "",
    *,
    is_over: Annotated[bool, typer.Option("--over", help="What the hold was placed for has ended.")] = False,
) -> None:
    """End a hold."""
    here = opened(ctx)
    here.engine().release(here.creditor_id, hold_id, actor=here.common.who(), reason=reason, is_over=is_over)
    say(here.common, {"released": hold_id}, here.wording().word("released", hold_id=hold_id))


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
