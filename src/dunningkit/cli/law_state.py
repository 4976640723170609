"""The command that writes the free, itemised statement that a customer may ask for."""

from typing import Annotated

import typer

from dunningkit.cli.law_explain import On
from dunningkit.cli.options import opened, parse_day
from dunningkit.cli.printing import print_json


def statement(
    ctx: typer.Context,
    invoice: Annotated[str, typer.Argument(help="An invoice number, or a receivable's id.")],
    on: On = None,
) -> None:
    """Write the itemised statement of an invoice as at a day, in the customer's language or the one asked for."""
    here = opened(ctx)
    day = parse_day(on, "--on", here.today())
    made = here.engine().statement(here.creditor_id, invoice, on=day, language=here.common.language)
    if here.common.json:
        print_json({"items": [{"language": one.language.value, "text": one.text, **one.data} for one in made]})
        return
    typer.echo("\n\n".join(one.text.rstrip() for one in made))
