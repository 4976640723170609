"""The configuration that ``dunning init`` writes for a person to fill in."""

from importlib.resources import files
from pathlib import Path


def write_configuration(path: Path) -> None:
    """Write the starting configuration; never overwrites one."""
    text = files("dunningkit.cli").joinpath("starter.toml").read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
