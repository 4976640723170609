"""The options that choose lines of a proposal, the same for every command that takes them."""

import inspect
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import wraps
from typing import Annotated, Any

import typer

from dunningkit.engine import LineFilter
from dunningkit.model import LineStatus, Medium, ReasonCode, Segment, StepKind, Style


def filtered(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a `LineFilter`; what they say arrives in its parameter ``where``.

    Typer reads a command's signature, so the parameter is replaced there by one for each option.
    """

    @wraps(command)
    def run(*arguments: Any, **given: Any) -> Any:
        return command(*arguments, where=_filter(given), **given)

    own = [one for one in inspect.signature(command).parameters.values() if one.name != "where"]
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in _OPTIONS.items()
    ]
    positional = [one for one in own if one.kind is not inspect.Parameter.KEYWORD_ONLY]
    named = [one for one in own if one.kind is inspect.Parameter.KEYWORD_ONLY]
    run.__signature__ = inspect.Signature([*positional, *named, *options])  # type: ignore[attr-defined]  # what Typer reads
    kept = {name: annotation for name, annotation in command.__annotations__.items() if name != "where"}
    run.__annotations__ = kept | _OPTIONS
    return run


def _several(kind: type, name: str, text: str, shown: str | None = None) -> Any:
    option = typer.Option(name, help=text, metavar=shown)
    return Annotated[list[kind] | None, option]  # type: ignore[valid-type]  # made for Typer


def _one(kind: type, name: str, text: str) -> Any:
    return Annotated[kind | None, typer.Option(name, help=text)]


_OPTIONS: dict[str, Any] = {
    "only_status": _several(LineStatus, "--status", "Only lines of this status."),
    "only_reason": _several(str, "--reason", "Only with this reason among theirs.", "CODE"),
    "only_segment": _several(Segment, "--segment", "Only customers who pay like this."),
    "only_style": _several(Style, "--style", "Only in this style."),
    "only_kind": _several(StepKind, "--kind", "Only reminders of this kind."),
    "only_step": _several(str, "--step", "Only this step of the policy, by its id."),
    "only_medium": _several(Medium, "--medium", "Only what goes this way."),
    "only_currency": _several(str, "--currency", "Only in this currency, like EUR."),
    "customer": _one(str, "--customer", "Only this customer: the id, or a part of the name."),
    "invoice": _one(str, "--invoice", "Only this invoice number."),
    "min_amount": _one(str, "--min-amount", "Only from this much open, like 99.90, in its own currency."),
    "max_amount": _one(str, "--max-amount", "Only up to this much open; a whole message, too, where one is chosen."),
    "min_days_late": _one(int, "--late-from", "Only from this many days past due."),
    "max_days_late": _one(int, "--late-to", "Only up to this many days past due."),
    "text": _one(str, "--text", "Only with this in the names, numbers, reasons or the message."),
}


def _filter(given: dict[str, Any]) -> LineFilter:
    """Take the options out of what the command was given."""
    taken = {name: given.pop(name, None) for name in _OPTIONS}
    return LineFilter(
        statuses=_all(taken["only_status"]),
        reasons=tuple(_reason(code) for code in _all(taken["only_reason"])),
        segments=_all(taken["only_segment"]),
        styles=_all(taken["only_style"]),
        kinds=_all(taken["only_kind"]),
        steps=_all(taken["only_step"]),
        media=_all(taken["only_medium"]),
        currencies=tuple(code.upper() for code in _all(taken["only_currency"])),
        customer=taken["customer"] or "",
        invoice=taken["invoice"] or "",
        min_amount=_amount(taken["min_amount"], "--min-amount"),
        max_amount=_amount(taken["max_amount"], "--max-amount"),
        min_days_late=taken["min_days_late"],
        max_days_late=taken["max_days_late"],
        text=taken["text"] or "",
    )


def _all(values: Sequence[Any] | None) -> tuple[Any, ...]:
    return tuple(values or ())


def _reason(code: str) -> ReasonCode:
    # Not a choice of Typer's: its complaint would list every code there is.
    if code in set(ReasonCode):
        return ReasonCode(code)
    alike = get_close_matches(code, list(ReasonCode), n=1)
    perhaps = f" Perhaps {alike[0]}." if alike else ""
    raise typer.BadParameter(f"--reason {code!r} is no reason: the codes are those that show --json gives.{perhaps}")


def _amount(text: str | None, name: str) -> Decimal | None:
    if text is None:
        return None
    try:
        amount = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise typer.BadParameter(f"{name} {text!r} is not an amount: write it like 99.90, without the currency.")
    return amount
