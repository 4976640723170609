"""One language's catalogue: sentences, labels and counted nouns, read from the packaged TOML."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from dunningkit.model import Language


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language.

    ``reasons``, ``errors``, ``rules`` and ``words`` are templates (see `dunningkit.wording.template`), ``short`` names a
    reason in a few words, ``labels`` holds a table for each enum, ``counted`` the two forms of each noun that is counted.
    """

    language: Language
    reasons: Mapping[str, str]
    short: Mapping[str, str]
    errors: Mapping[str, str]
    rules: Mapping[str, str]
    words: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    counted: Mapping[str, Mapping[str, str]]


@cache
def catalogue_of(language: Language) -> Catalogue:
    """The packaged catalogue of a language; read once, never changed."""
    source = files("dunningkit.wording").joinpath(f"{language.value}.toml")
    data: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    return Catalogue(
        language=language,
        reasons=MappingProxyType(data["reasons"]),
        short=MappingProxyType(data["short"]),
        errors=MappingProxyType(data["errors"]),
        rules=MappingProxyType(data["rules"]),
        words=MappingProxyType(data["words"]),
        labels=_tables(data["labels"]),
        counted=_tables(data["counted"]),
    )


def _tables(data: dict[str, dict[str, str]]) -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType({name: MappingProxyType(table) for name, table in data.items()})
