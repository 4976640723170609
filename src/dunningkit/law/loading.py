"""Rule packs from their files: a TOML file with the rules, and a CSV file for each table of rates that it names."""

import csv
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dunningkit.errors import SettingsError
from dunningkit.law.pack import RatePeriod, RulePack, RuleStatus
from dunningkit.law.pack_checks import gaps_in, mistakes_in

if TYPE_CHECKING:
    from dunningkit.law.pack_file import Whole

_COLUMNS = ("valid_from", "valid_to", "rate_bp", "status", "cite")
_KEPT = 32


def load_pack(name_or_path: str | Path) -> RulePack:
    """The rule pack of a country that is built in (``fi``), or of a TOML file of your own.

    A file that was read before and says the same is not read through again. Raises `SettingsError` that names the file, the
    rule, its field and what to write there.
    """
    folder, name = _place_of(name_or_path)
    where = f"{name_or_path}"
    text = _bytes_of(folder, name, f"The rule pack {where}")
    whole = _whole(where, text)
    tables = tuple(
        (table, each.file, _bytes_of(folder, each.file, f"The rule pack {where}, [rates.{table}], file: {each.file}"))
        for table, each in whole.rates.items()
    )
    return _pack(where, text, tables)


def builtin_packs() -> tuple[str, ...]:
    """The names of the packs that come with dunningkit."""
    return tuple(
        sorted(each.name.removesuffix(".toml") for each in _builtin().iterdir() if each.name.endswith(".toml"))
    )


def _builtin() -> Traversable:
    return files("dunningkit.law").joinpath("packs")


def _place_of(name_or_path: str | Path) -> tuple[Traversable, str]:
    """The folder of a pack's file, and the file's name in it."""
    if isinstance(name_or_path, str) and "." not in name_or_path and "/" not in name_or_path:
        if name_or_path not in builtin_packs():
            raise SettingsError(
                f"There is no rule pack {name_or_path!r}; write {' or '.join(builtin_packs())}, or the path of a TOML file.",
                path=name_or_path,
            )
        return _builtin(), f"{name_or_path}.toml"
    path = Path(name_or_path)
    return path.parent, path.name


def _bytes_of(folder: Traversable, name: str, what: str) -> bytes:
    try:
        return folder.joinpath(name).read_bytes()
    except OSError as error:
        raise SettingsError(f"{what} cannot be read: {error.strerror}.", path=str(folder.joinpath(name))) from error


@lru_cache(maxsize=_KEPT)
def _data(where: str, text: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(text.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The rule pack {where} is not valid TOML: {error}.", path=where) from error


@lru_cache(maxsize=_KEPT)
def _whole(where: str, text: bytes) -> "Whole":
    # Imported on first use: a host without law never pays for it.
    from dunningkit.law.pack_file import read_whole  # noqa: PLC0415

    try:
        return read_whole(_data(where, text))
    except ValueError as error:
        raise _refused(where, [str(error)]) from error


@lru_cache(maxsize=_KEPT)
def _pack(where: str, text: bytes, tables: tuple[tuple[str, str, bytes], ...]) -> RulePack:
    from dunningkit.law.pack_file import read_rule  # noqa: PLC0415

    whole = _whole(where, text)
    told, written = [], []
    for number, given in enumerate(whole.rule, 1):
        try:
            written.append(read_rule(given, number))
        except ValueError as error:
            told.append(str(error))
    rates = tuple((name, _periods(where, file, content)) for name, file, content in tables)
    rules = tuple(each.rule for each in written)
    if not told:
        told = mistakes_in(rules, {each.rule.id: each.beside for each in written}, [name for name, _ in rates])
    if told:
        raise _refused(where, told)
    head = whole.pack
    return RulePack(head.id, head.country, head.currency, head.title, rules, rates, head.unverified)


def _refused(where: str, told: list[str]) -> SettingsError:
    return SettingsError(f"The rule pack {where} is not usable: {' '.join(told)}", path=where)


# -- rates ---------------------------------------------------------------------------------------------------------


def _periods(where: str, file: str, content: bytes) -> tuple[RatePeriod, ...]:
    try:
        rows = csv.DictReader(StringIO(content.decode("utf-8-sig")), strict=True)
        listed = list(rows)
    except (csv.Error, UnicodeDecodeError) as error:
        raise _refused(where, [f"{file} is no CSV file in UTF-8: {error}."]) from error
    if tuple(rows.fieldnames or ()) != _COLUMNS:
        raise _refused(where, [f"{file}: its first line must be {','.join(_COLUMNS)}."])
    told: list[str] = []
    periods = []
    for number, row in enumerate(listed, 2):
        try:
            periods.append(_period(row))
        except ValueError as error:
            told.append(f"{file}, line {number}: {error}")
    told += [f"{file}: {sentence}" for sentence in gaps_in(periods)]
    if not listed:
        told.append(f"{file}: has no rates; write at least one line below the first.")
    if told:
        raise _refused(where, told)
    return tuple(periods)


def _period(row: Mapping[str | None, str | None]) -> RatePeriod:
    if None in row or None in row.values():
        raise ValueError(f"must have {len(_COLUMNS)} values.")
    given = {name: (row[name] or "").strip() for name in _COLUMNS}
    if re.fullmatch(r"-?[0-9]{1,6}", given["rate_bp"]) is None:
        raise ValueError(f"rate_bp: {given['rate_bp']!r} must be a whole number of hundredths of a percentage point.")
    if given["status"] not in set(RuleStatus):
        raise ValueError(f"status: {given['status']!r} must be one of {', '.join(RuleStatus)}.")
    if not given["cite"]:
        raise ValueError("cite: is empty; name where the rate was published.")
    return RatePeriod(
        valid_from=_day(given, "valid_from"),
        valid_to=_day(given, "valid_to"),
        rate_bp=int(given["rate_bp"]),
        status=RuleStatus(given["status"]),
        cite=given["cite"],
    )


def _day(given: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(given[name])
    except ValueError:
        raise ValueError(f"{name}: {given[name]!r} must be a day such as 2022-05-01.") from None
