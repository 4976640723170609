"""The words of documents that are no messages, in one language, and the templates made of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from dunningkit.messages.formats import formats_of
from dunningkit.messages.sandbox import sandbox
from dunningkit.model import Language

if TYPE_CHECKING:
    from jinja2 import Template


@dataclass(frozen=True, slots=True)
class Paper:
    """One language's documents: the statement, what acts are called in it, and the clause's sentences by name."""

    language: Language
    statement: "Template"
    acts: Mapping[str, str]
    clause: "Mapping[str, Template]"


@cache
def paper_of(language: Language) -> Paper:
    """The packaged documents of a language, read and compiled once."""
    source = files("dunningkit.messages").joinpath("documents", f"{language.value}.toml")
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    make = sandbox(formats_of(language)).from_string
    return Paper(
        language=language,
        statement=make(data["statement"]),
        acts=MappingProxyType(data["acts"]),
        clause=MappingProxyType({name: make(text) for name, text in data["clause"].items()}),
    )
