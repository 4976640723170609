"""The configuration that ``dunning init`` writes for a person to fill in."""

from importlib.resources import files
from pathlib import Path

from dunningkit.errors import SettingsError


def write_configuration(path: Path) -> None:
    """Write the starting configuration; never overwrites one. Raises `SettingsError` when it cannot be written."""
    text = files("dunningkit.cli").joinpath("starter.toml").read_text(encoding="utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written: {error.strerror}. Name a place that can be written to.",
            path=str(path),
            what="unwritten",
        ) from error
