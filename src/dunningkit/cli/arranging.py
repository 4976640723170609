"""The commands for single customers and for what went wrong: assign, grace, unfollow, end, cancel, discard."""

from typing import Annotated

import typer

from dunningkit.cli.options import Opened, opened
from dunningkit.cli.printing import plain, print_items, say
from dunningkit.model import Arrangement, ArrangementKind
from dunningkit.wording import Wording

Invoice = Annotated[str | None, typer.Argument(help="A receivable's id or an invoice number.")]
Customer = Annotated[str | None, typer.Option("--customer", help="Everything of this customer instead.")]
Note = Annotated[str, typer.Option("--note", help="Why, for whoever looks at it later.")]


def assign(
    ctx: typer.Context,
    policy: Annotated[str, typer.Argument(help="The policy's name.")],
    invoice: Invoice = None,
    customer: Customer = None,
    note: Note = "",
) -> None:
    """Put a customer, or one invoice, under another policy."""
    here = opened(ctx)
    made = here.engine().assign_policy(
        here.creditor_id,
        policy,
        customer_id=customer,
        receivable_id=invoice,
        note=note,
        actor=here.common.who(),
    )
    _say_arranged(here, made)


def grace(
    ctx: typer.Context,
    days: Annotated[int, typer.Argument(help="Days added to every step counted from the due date.")],
    invoice: Invoice = None,
    customer: Customer = None,
    note: Note = "",
) -> None:
    """Give a customer, or one invoice, more time."""
    here = opened(ctx)
    made = here.engine().grant_grace(
        here.creditor_id,
        days,
        customer_id=customer,
        receivable_id=invoice,
        note=note,
        actor=here.common.who(),
    )
    _say_arranged(here, made)


def unfollow(ctx: typer.Context, invoice: Invoice = None, customer: Customer = None, note: Note = "") -> None:
    """Leave a customer, or one invoice, alone until that is ended."""
    here = opened(ctx)
    made = here.engine().stop_following(
        here.creditor_id,
        customer_id=customer,
        receivable_id=invoice,
        note=note,
        actor=here.common.who(),
    )
    _say_arranged(here, made)


def end(ctx: typer.Context, number: Annotated[int, typer.Argument(help="The arrangement's number.")]) -> None:
    """End an arrangement."""
    here = opened(ctx)
    here.engine().end_arrangement(here.creditor_id, number, actor=here.common.who())
    say(here.common, {"ended": number}, here.wording().word("arrangement_ended", number=str(number)))


def arrangements(
    ctx: typer.Context,
    customer: Annotated[str | None, typer.Option("--customer", help="Everything ever arranged with this one.")] = None,
) -> None:
    """List what is arranged with single customers."""
    here = opened(ctx)
    wording, made = here.wording(), here.engine().arrangements(here.creditor_id, customer_id=customer)
    sentences = [arrangement_line(one, wording) for one in made]
    print_items(here.common, [plain(one) for one in made], sentences, none=wording.word("no_arrangements"))


def cancel(
    ctx: typer.Context,
    reminder: Annotated[str, typer.Argument(help="A sent reminder's id, or its first letters.")],
    note: Note = "",
) -> None:
    """Cancel a reminder that was sent: its step may be taken again."""
    here = opened(ctx)
    engine = here.engine()
    reminder_id = engine.reminder_named(here.creditor_id, reminder)
    engine.cancel_reminder(here.creditor_id, reminder_id, actor=here.common.who(), note=note)
    say(here.common, {"cancelled": reminder_id}, here.wording().word("reminder_cancelled", reminder_id=reminder_id[:8]))


def discard(ctx: typer.Context) -> None:
    """Throw the latest proposal away, as when it was made for a wrong day."""
    here = opened(ctx)
    proposal_id = here.engine().discard_proposal(here.creditor_id, actor=here.common.who())
    say(here.common, {"discarded": proposal_id}, here.wording().word("proposal_discarded"))


def _say_arranged(here: Opened, made: Arrangement) -> None:
    data = {"number": made.number, "kind": made.kind.value, "customer_id": made.customer_id}
    sentence = here.wording().word("arranged", line=arrangement_line(made, here.wording()), number=str(made.number))
    say(here.common, data, sentence)


def arrangement_line(made: Arrangement, wording: Wording) -> str:
    """One arrangement as a person reads it."""
    return wording.word(
        "arrangement_line",
        number=str(made.number),
        kind=made.kind.value,
        customer_id=made.customer_id,
        receivable_id=made.receivable_id,
        policy_name=made.policy_name or None,
        grace_days=made.grace_days if made.kind is ArrangementKind.GRACE else None,
        note=made.note or None,
        ended_on=made.ended_at.date() if made.ended_at else None,
    )
