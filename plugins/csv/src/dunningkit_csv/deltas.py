"""Files that come after a snapshot and hold only what changed: which there are, in which order, and which are new.

A file of deltas belongs to the snapshot before it. Those that were changed last before the snapshot was are part of it already
and are passed over: an older word must never be put over a newer one.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from dunningkit.errors import ConfigError, TransientError
from dunningkit_csv.config import CsvConfig, CustomersFile, FileSettings, InvoicesFile, PaymentsFile
from dunningkit_csv.files import Fingerprint, fingerprint

F = TypeVar("F", bound=FileSettings)

#: What programs write before they rename a file to its own name.
_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload")
_DIGITS = re.compile("([0-9]+)")


@dataclass(frozen=True, slots=True)
class Files:
    """The files of each kind that are read together: the snapshot first, then what came later, in order of name."""

    customers: tuple[CustomersFile, ...]
    invoices: tuple[InvoicesFile, ...]
    payments: tuple[PaymentsFile, ...]
    #: Whether the snapshots are among them.
    whole: bool = True

    def __iter__(self) -> Iterator[FileSettings]:
        yield from self.customers
        yield from self.invoices
        yield from self.payments

    def state(self) -> tuple[tuple[Path, Fingerprint], ...]:
        """What tells these files from any others, and from themselves when one has changed; raises `ConfigError`."""
        return tuple((settings.path, fingerprint(settings.path)) for settings in self)


def find_files(config: CsvConfig, base_dir: Path) -> Files:
    """Look for every file there is to read; raises `ConfigError` or `TransientError` when one is missing."""
    return Files(
        customers=layers(config.customers, base_dir),
        invoices=layers(config.invoices, base_dir),
        payments=layers(config.payments, base_dir),
    )


def has_deltas(config: CsvConfig) -> bool:
    """Whether any kind of file has deltas."""
    return any(file and file.deltas for file in (config.customers, config.invoices, config.payments))


def layers(settings: F | None, base_dir: Path) -> tuple[F, ...]:
    """One kind's snapshot and the deltas after it, with whole paths; raises `ConfigError` or `TransientError`."""
    if settings is None:
        return ()
    snapshot = settings.model_copy(update={"path": base_dir / settings.path})
    if settings.deltas is None:
        return (snapshot,)
    found = _delta_paths(settings, base_dir)
    since = fingerprint(snapshot.path).modified_ns
    later = (path for path in found if fingerprint(path).modified_ns >= since)
    return (snapshot, *(settings.model_copy(update={"path": path, "deltas": None}) for path in later))


def _delta_paths(settings: FileSettings, base_dir: Path) -> list[Path]:
    place = base_dir / str(settings.deltas)
    folder, pattern = (place, "*") if place.is_dir() else (place.parent, place.name)
    if not folder.is_dir():
        raise ConfigError(
            f"There is no folder {folder} for the deltas of {settings.path.name}. Make it, or correct the setting deltas.",
            path=str(folder),
        )
    there = [
        path
        for path in folder.glob(pattern)
        if path.is_file()
        and path != base_dir / settings.path
        and not path.name.startswith((".", "~"))
        and not path.name.endswith(_UNFINISHED)
    ]
    there.sort(key=_by_name)
    if settings.deltas_numbered:
        _require_every_number(there)
    return there


def _by_name(path: Path) -> tuple[tuple[tuple[int, int | str], ...], str]:
    # Numbers in names count as numbers: changes-10 comes after changes-9.
    parts = _DIGITS.split(path.name)
    return tuple((1, int(part)) if part.isdecimal() and part.isascii() else (0, part) for part in parts), path.name


def _require_every_number(paths: Sequence[Path]) -> None:
    numbers: list[tuple[int, Path]] = []
    for path in paths:
        digits = _DIGITS.findall(path.stem)
        if not digits:
            raise ConfigError(
                f"{path.name} has no number in its name, but deltas_numbered says that every file of deltas has. Rename it, "
                "or take the setting away.",
                path=str(path),
            )
        numbers.append((int(digits[-1]), path))
    numbers.sort()
    for (before, earlier), (after, later) in pairwise(numbers):
        if after == before:
            raise ConfigError(
                f"{earlier.name} and {later.name} have the same number, and which comes first cannot be known. Take one away.",
                path=str(later),
            )
        if after != before + 1:
            raise TransientError(
                f"Between {earlier.name} and {later.name} number {before + 1} is missing, and what it says is not known. "
                "Wait until it arrives, or export everything anew and take the older deltas away.",
                path=str(later),
            )


# -- the cursor ----------------------------------------------------------------------------------------------------


def cursor_of(config: CsvConfig, state: Iterable[tuple[Path, Fingerprint]]) -> str:
    """What has been read, so that a later reading can tell what is new."""
    return json.dumps({"settings": _settings(config), "files": [_entry(path, found) for path, found in state]})


def new_since(cursor: str | None, config: CsvConfig, files: Files) -> Files | None:
    """The deltas that a reading which ended with ``cursor`` has not seen; ``None`` when everything must be read.

    Everything is read again when a file has changed since, when a new one belongs before one that was read, and when a delta
    alone could not say enough. Raises `ConfigError` when a delta is gone that no newer snapshot has replaced.
    """
    if cursor is None:
        return None
    try:
        read = json.loads(cursor)
        seen = {tuple(entry) for entry in read["files"]}
        unchanged = read["settings"] == _settings(config)
    except (ValueError, KeyError, TypeError):
        return None
    entries = {
        settings.path: tuple(_entry(path, found)) for settings, (path, found) in zip(files, files.state(), strict=True)
    }
    _require_all_still_there(files, entries, seen, unchanged=unchanged)
    if _needs_all(config) or not unchanged or seen - set(entries.values()):
        return None
    kinds = [[entries[one.path] in seen for one in kind] for kind in (files.customers, files.invoices, files.payments)]
    if any(later and not earlier for kind in kinds for earlier, later in pairwise(kind)):
        return None
    if any(not kind[0] for kind in kinds if kind) or not all(kinds[0]):
        # A refused row of a customer silences what only the snapshot mentions.
        return None
    return Files(
        customers=(),
        invoices=tuple(one for one in files.invoices if entries[one.path] not in seen),
        payments=tuple(one for one in files.payments if entries[one.path] not in seen),
        whole=False,
    )


def _require_all_still_there(
    files: Files, entries: Mapping[Path, tuple[str | int, ...]], seen: AbstractSet[tuple[Any, ...]], *, unchanged: bool
) -> None:
    """What a delta said must not be forgotten before a newer snapshot says it; raises `ConfigError`."""
    snapshots = [entries[kind[0].path] for kind in (files.customers, files.invoices, files.payments) if kind]
    if not unchanged or not set(snapshots) <= seen:
        return
    gone = sorted({str(entry[0]) for entry in seen} - {str(path) for path in entries})
    if gone:
        raise ConfigError(
            f"{Path(gone[0]).name} was read before and is gone, but the snapshot is still the same one: what the delta said "
            f"would be forgotten. Put it back until a newer snapshot is there. ({gone[0]})",
            path=gone[0],
        )


def _needs_all(config: CsvConfig) -> bool:
    """Whether a delta by itself leaves open what other rows would settle."""
    columns = config.invoices.columns
    several_rows = config.customers is None and (columns.avoid or columns.no_reminders)
    own_ids = columns.receivable_id or columns.instalment_number
    by_number = columns.credit_of or (config.payments is not None and config.payments.columns.invoice_number)
    return bool(several_rows or (own_ids and by_number))


def _settings(config: CsvConfig) -> str:
    return hashlib.sha256(config.model_dump_json().encode()).hexdigest()[:16]


def _entry(path: Path, found: Fingerprint) -> list[str | int]:
    return [str(path), found.size, found.modified_ns, found.changed_ns, found.inode]
