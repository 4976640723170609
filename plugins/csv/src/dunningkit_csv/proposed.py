"""The settings that read what was found."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dunningkit_csv import words
from dunningkit_csv.found import Asked, Found
from dunningkit_csv.layout import DELIMITERS

_SIGN_NAMES = {sign: name for name, sign in DELIMITERS.items()}


def settings_of(found: Found, asked: Asked, base_dir: Path) -> dict[str, Any]:
    """The settings of one file, its path relative to ``base_dir``; what is as by default is left out."""
    layout, made = found.layout, {"path": _relative(found.layout.path, base_dir)}
    more: dict[str, Any] = {
        "sheet": layout.sheet if layout.sheet and (asked.sheet or layout.settings.sheet) else None,
        "skip_lines": layout.settings.skip_lines or None,
        "encoding": asked.encoding if asked.encoding != "auto" else None,
        "delimiter": _SIGN_NAMES.get(layout.delimiter),
        "decimal": found.decimal,
        "thousands": found.thousands,
        **_date_settings(found),
    }
    columns = {name: layout.headers[one.position] for name, one in found.mapping.items()}
    return {**made, **{name: value for name, value in more.items() if value}, "columns": columns}


def _date_settings(found: Found) -> dict[str, Any]:
    counted = Counter(found.date_formats.values())
    if not counted:
        return {}
    usual = counted.most_common(1)[0][0]
    others = {name: pattern for name, pattern in found.date_formats.items() if pattern != usual}
    return {"date_format": usual, "date_formats": others}


def _relative(path: Path, base_dir: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), base_dir.resolve())).as_posix()
    except ValueError:  # on another drive
        return str(path.resolve())


def meanings_of(files: Sequence[Found]) -> dict[str, dict[str, str]]:
    """What the words in the files mean, as far as they are known, by setting."""
    made: dict[str, dict[str, str]] = {}
    for found in files:
        for name, setting in words.SETTING_OF.items():
            if name in found.mapping:
                cells = found.columns[found.mapping[name].position].words
                said = sorted({word for cell in cells for word in words.words_in(name, cell)})
                known = words.meanings(name, found.columns[found.mapping[name].position].header)
                meant = {word: known[word.casefold()] for word in said if word.casefold() in known}
                made.setdefault(setting, {}).update(meant)
    return {setting: meant for setting, meant in made.items() if meant}
