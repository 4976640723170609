"""Distributions with one mistake each, written where Python finds them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mutants import Mutant

FRONT = """
from dunningkit.hooks import hookimpl

@hookimpl
def dunningkit_commands():
    from dunningkit.contracts import CommandSpec
    return [CommandSpec("{name}", "Nothing.", lambda arguments: 0)]
"""


@dataclass(frozen=True)
class Package:
    """A distribution as it lies installed; the defaults are without a mistake."""

    name: str
    distribution: str = ""
    code: str = FRONT
    requires: tuple[str, ...] = ("dunningkit-engine>=0.1,<0.3", "pluggy>=1.7")
    extra_files: tuple[str, ...] = ()
    typed: bool = True
    version: str = "1.0"
    commands: tuple[str, ...] = ()

    def install(self, folder: Path) -> None:
        """Write the module and the metadata that an installer would have left."""
        package = folder / f"dunningkit_{self.name}"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "plugin.py").write_text(self.code.replace("{name}", self.name))
        if self.typed:
            (package / "py.typed").write_text("")
        for path in self.extra_files:
            # Newer Pythons leave out what a record names and the folder does not hold.
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text("")
        self._announce(folder, self.distribution or f"dunningkit-{self.name}")

    def _announce(self, folder: Path, distribution: str) -> None:
        info = folder / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        needs = "".join(f"Requires-Dist: {one}\n" for one in self.requires)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {self.version}\n{needs}")
        points = f"[dunningkit_engine.v1]\n{self.name} = dunningkit_{self.name}.plugin\n[console_scripts]\n"
        points += "".join(f"{one} = dunningkit_{self.name}.plugin:main\n" for one in self.commands)
        (info / "entry_points.txt").write_text(points)
        listed = (f"dunningkit_{self.name}/plugin.py", *self.extra_files)
        (info / "RECORD").write_text("".join(f"{path},,\n" for path in listed))


def members_of(package: Package, **more: Any) -> Mapping[str, Any]:
    """The fixtures that a test class about this package holds."""

    @pytest.fixture
    def name(self: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        package.install(tmp_path)
        monkeypatch.syspath_prepend(str(tmp_path))
        return package.name

    return {"name": name, **more}


def mutant(name: str, **mistakes: Any) -> Mutant:
    return Mutant(None, members=members_of(Package(name, **mistakes)))


def _spins(seconds: float) -> str:
    return f"import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass\n" + FRONT


_LEFT_OUT: Callable[[object], None] = lambda self: None  # noqa: E731  # what an author in a hurry would write

MUTANTS = {
    "test_no_standard_check_is_overridden": Mutant(
        None, members=members_of(Package("m_left_out"), test_its_types_are_for_everybody=_LEFT_OUT)
    ),
    "test_the_names_are_one_name": mutant("m_names", distribution="acme-dunning"),
    "test_it_says_which_engines_it_works_with": mutant("m_engines", requires=("dunningkit-engine", "pluggy")),
    "test_its_module_can_be_imported": mutant("m_import", code="import m_no_such_module\n" + FRONT),
    "test_it_says_its_version": mutant("m_version", version="0.0.0"),
    "test_it_takes_no_command_of_the_engine": mutant("m_command", commands=("dunning",)),
    "test_offering_does_nothing_else": mutant(
        "m_offering",
        code=FRONT.replace("    return", "    import logging\n    logging.getLogger('m').setLevel(10)\n    return"),
    ),
    "test_it_never_requires_the_other_dunningkit": mutant(
        "m_other", requires=("dunningkit-engine>=0.1,<0.3", "dunningkit>=0.0.1")
    ),
    "test_it_stays_in_its_own_folders": mutant("m_folders", extra_files=("tests/test_of_ours.py",)),
    "test_its_types_are_for_everybody": mutant("m_types", typed=False),
    "test_it_registers_without_a_failure": mutant("m_registers", code=FRONT.replace("_commands", "_comands")),
    "test_importing_it_says_nothing": mutant("m_says", code='print("m_says 1.0")\n' + FRONT),
    "test_importing_it_starts_nothing": mutant("m_starts", code="import socket\nsocket.socket().close()\n" + FRONT),
    "test_importing_it_changes_nothing_of_the_process": mutant(
        "m_changes", code="import logging\nlogging.basicConfig()\n" + FRONT
    ),
    "test_importing_it_reads_no_environment": mutant(
        "m_reads", code='import os\nKEY = os.environ.get("M_READS_KEY")\n' + FRONT
    ),
    "test_importing_it_is_quick": mutant("m_slow", code=_spins(0.2)),
}

RIGHT = Mutant(None, members=members_of(Package("m_right")))
