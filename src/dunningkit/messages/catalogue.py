"""The approved text blocks of one language, and the choice among them.

A block says in ``when`` for which facets of a situation it was written. Of the blocks that fit, the one written for most
facets is taken; a tie is an error of the catalogue.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from dunningkit.errors import SettingsError
from dunningkit.model import BlockRef, Language

_INFLECTED = re.compile(r"\}\}[:'’-]?\w+")


@dataclass(frozen=True, slots=True)
class Block:
    """One approved text in one version. ``slots`` names what it tells the customer."""

    block_id: str
    version: int
    language: Language
    medium: str
    stage: str
    part: str
    when: Mapping[str, str]
    slots: frozenset[str]
    text: str

    @property
    def ref(self) -> BlockRef:
        """The block's name and version as a message remembers them."""
        return BlockRef(self.block_id, self.version)

    def fits(self, facets: Mapping[str, str]) -> bool:
        """Whether the block was written for this situation."""
        return all(facets.get(name) == value for name, value in self.when.items())


def inflected_placeholders(source: str) -> tuple[str, ...]:
    """Placeholders of a template that carry an ending: Finnish cases and English genitives break with real names."""
    return tuple(match.group() for match in _INFLECTED.finditer(source))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All blocks of one language by medium, stage and part, and the few words that lists need."""

    language: Language
    blocks: tuple[Block, ...]
    words: Mapping[str, str]
    _by_part: Mapping[tuple[str, str, str], tuple[Block, ...]] = field(repr=False)

    @classmethod
    def of(cls, language: Language, blocks: tuple[Block, ...], words: Mapping[str, str]) -> "Catalogue":
        """Make a catalogue; raises `SettingsError` when a block inflects a placeholder."""
        by_part: dict[tuple[str, str, str], tuple[Block, ...]] = {}
        for block in blocks:
            wrong = inflected_placeholders(block.text)
            if wrong:
                raise SettingsError(f"text block {block.block_id} ({language}) inflects a placeholder: {wrong[0]}")
            key = (block.medium, block.stage, block.part)
            by_part[key] = (*by_part.get(key, ()), block)
        return cls(language, blocks, MappingProxyType(dict(words)), MappingProxyType(by_part))

    @classmethod
    def packaged(cls, language: Language) -> "Catalogue":
        """The blocks that come with dunningkit."""
        folder = files("dunningkit.messages").joinpath("blocks")
        sources = (folder.joinpath(f"{language.value}.toml"), folder.joinpath(f"formal_{language.value}.toml"))
        read = [tomllib.loads(source.read_text(encoding="utf-8")) for source in sources]
        blocks = tuple(
            Block(
                block_id=row["id"],
                version=row["version"],
                language=language,
                medium=row["medium"],
                stage=row["stage"],
                part=row["part"],
                when=MappingProxyType(row["when"]),
                slots=frozenset(row["slots"]),
                text=row["text"],
            )
            for data in read
            for row in data["block"]
        )
        return cls.of(language, blocks, {key: word for data in read for key, word in data["words"].items()})

    def choose(self, medium: str, stage: str, part: str, facets: Mapping[str, str]) -> Block:
        """The block written most closely for the situation; raises `SettingsError` when there is none, or no single one."""
        fitting = [block for block in self._by_part.get((medium, stage, part), ()) if block.fits(facets)]
        fitting.sort(key=lambda block: len(block.when), reverse=True)
        if not fitting:
            raise SettingsError(f"no approved {self.language} text for {medium}/{stage}/{part}: add a block for it")
        if len(fitting) > 1 and len(fitting[0].when) == len(fitting[1].when):
            raise SettingsError(
                f"two {self.language} texts fit {medium}/{stage}/{part} equally: "
                f"{fitting[0].block_id} and {fitting[1].block_id}; make one of them narrower"
            )
        return fitting[0]


@cache
def catalogue_of(language: Language) -> Catalogue:
    """The packaged blocks, read once: they are part of the program and the same for every creditor."""
    return Catalogue.packaged(language)
