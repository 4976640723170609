"""How a command answers: one JSON object, or lines for a person. Values from a ledger are never read as markup."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from dunningkit.cli.options import Common

out = Console(soft_wrap=False)
err = Console(stderr=True)

#: However narrow the screen is, a sentence gets this much of it.
_NARROWEST = 20


def plain(value: Any) -> dict[str, Any]:
    """A frozen value as JSON data."""
    data: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(value), default=str))
    return data


def print_json(data: Mapping[str, Any]) -> None:
    """Print one object on one line of standard output."""
    typer.echo(json.dumps(data, ensure_ascii=False, sort_keys=False))


def print_line(*parts: str | tuple[str, str]) -> None:
    """Print one line made of texts, or of texts with their style."""
    out.print(Text.assemble(*parts), soft_wrap=True)


def print_under(sentence: str, *, indent: int = 4, style: str = "") -> None:
    """Print a sentence below what it is about, wrapped to the screen and indented."""
    for line in Text(sentence, style).wrap(out, max(out.width - indent, _NARROWEST)):
        line.rstrip()
        out.print(Text(" " * indent).append_text(line), soft_wrap=True)


def print_items(common: Common, items: Sequence[Mapping[str, Any]], sentences: Sequence[str], *, none: str) -> None:
    """Print the sentence of each item, or all as the ``items`` of one object; ``none`` is said when there are none."""
    if common.json:
        print_json({"items": list(items)})
        return
    for sentence in sentences or [none]:
        print_line(sentence)


def say(common: Common, data: Mapping[str, Any], sentence: str) -> None:
    """Answer with the object or with the sentence."""
    if common.json:
        print_json(data)
    else:
        print_line(sentence)


def print_error(code: str, sentence: str, *, as_json: bool, told: str | None = None) -> None:
    """Say on standard error what went wrong, where, and what to do; ``told`` is that in the language of the screen."""
    if as_json:
        text = {"text": told} if told else {}
        typer.echo(json.dumps({"error": code, "message": sentence, **text}, ensure_ascii=False), err=True)
        return
    err.print(Text.assemble((f"{code}: ", "bold red"), told or sentence), soft_wrap=True)
    if told:
        # The English sentence is the most exact one: it names the place.
        err.print(Text(f"  {sentence}", "dim"), soft_wrap=True)
