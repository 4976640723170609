"""The plugins that come with the engine meet the kit like anyone's."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pytest

from dunningkit.contracts import ChannelSpec, ScorerSpec
from dunningkit.delivery import file_outbox
from dunningkit.scoring import plugin as ladder
from dunningkit.testing import (
    ChannelConformance,
    ChannelOutside,
    Delivered,
    PluginPackageConformance,
    ScorerConformance,
)


class TestLadder(ScorerConformance):
    @pytest.fixture
    def spec(self) -> ScorerSpec:
        return ladder.SPEC


class TestCsvPackage(PluginPackageConformance):
    @pytest.fixture
    def name(self) -> str:
        return "csv"


class Folder(ChannelOutside):
    """The folder whose files somebody's mail system picks up."""

    has_no = MappingProxyType(
        {
            "transport": "nothing is asked over HTTP",
            "refuse": "a folder takes any address",
            "go_silent": "a file is written or it is not",
            "event_for": "a folder sends no receipts",
            "forged_event": "a folder sends no receipts",
        }
    )

    def __init__(self, base: Path) -> None:
        self.base = base

    def settings(self) -> Mapping[str, object]:
        return {"folder": "out"}

    def other_settings(self) -> Mapping[str, object]:
        return {"folder": "theirs"}

    def broken_settings(self) -> Mapping[str, object]:
        (self.base / "a file").touch()
        return {"folder": "a file"}

    def delivered(self) -> Sequence[Delivered]:
        # A file name says the key; whom it is for stands in an e-mail only.
        files = sorted((self.base / "out").glob("*"))
        return [Delivered(path.stem, "", path.read_bytes()) for path in files]

    def go_down(self) -> None:
        folder = self.base / "out"
        if folder.exists():
            folder.rename(self.base / "gone")
        folder.write_text("no folder any more", encoding="utf-8")


class TestFileOutbox(ChannelConformance):
    @pytest.fixture
    def spec(self) -> ChannelSpec:
        return file_outbox.SPEC

    @pytest.fixture
    def outside(self, tmp_path: Path) -> Folder:
        return Folder(tmp_path)
