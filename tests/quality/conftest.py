"""Distributions that are installed for one test: a folder on the path with code and metadata."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

#: Offers a scorer and imports it late, as a front module should.
FRONT = """
from dunningkit.hooks import hookimpl

@hookimpl
def dunningkit_scorers():
    from dunningkit_share.scorer import SPEC
    return [SPEC]
"""
SCORER = """
from datetime import date
from pydantic import BaseModel, ConfigDict
from dunningkit.contracts import ScorerSpec, Services
from dunningkit.model import Histories, Reason, ReasonCode, Score, Segment

class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

class Share:
    def score(self, histories: Histories, as_of: date) -> list[Score]:
        why = Reason.of(ReasonCode.EVIDENCE, known=0, months=0)
        return [Score(one.customer_id, Segment.NEW, 0, (), 0, (why,)) for one in histories.customers]

def build(settings: Settings, services: Services) -> Share:
    return Share()

SPEC = ScorerSpec("share", Settings, build)
"""
README = "# share\nIt reads what it is given, sends and stores nothing.\n## What it does not do\nAnything else.\n"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Installs a plugin with these files in its package (``share``: beside what makes it a good one); gives its folder."""

    def installed(
        files: Mapping[str, str] | None = None, *, proof: str = "", name: str = "share", readme: str = README
    ) -> Path:
        site, module = tmp_path / "site", f"dunningkit_{name}"
        package, metadata = site / module, site / f"{module}-1.0.dist-info"
        package.mkdir(parents=True)
        metadata.mkdir()
        good = {"plugin.py": FRONT, "scorer.py": SCORER} if name == "share" else {}
        given = {**good, **(files or {}), **({"proof.py": proof} if proof else {})}
        for path, text in {"__init__.py": "", "py.typed": "", **given}.items():
            (package / path).write_text(text)
        points = f"[dunningkit_engine.v1]\n{name} = {module}.plugin\n"
        points += f"[dunningkit_engine.v1.proof]\n{name} = {module}.proof\n" if "proof.py" in given else ""
        (metadata / "entry_points.txt").write_text(points)
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: dunningkit-{name}\nVersion: 1.0\n"
            f"Requires-Dist: dunningkit-engine>=0.1,<0.3\n\n{readme}"
        )
        (metadata / "direct_url.json").write_text(
            json.dumps({"url": tmp_path.as_uri(), "dir_info": {"editable": True}})
        )
        monkeypatch.syspath_prepend(str(site))
        monkeypatch.setenv("PYTHONPATH", str(site))
        return package

    yield installed
    for name in [name for name in sys.modules if name.startswith(("dunningkit_share", "dunningkit_shop"))]:
        del sys.modules[name]
