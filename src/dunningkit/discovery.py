"""Finding plugins from metadata alone: no contract, model or plugin is imported, so that looking costs next to nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import Distribution, EntryPoint, distributions, entry_points
from typing import Any

from dunningkit.hooks import ENTRY_POINT_GROUP


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin that is installed, known from metadata alone."""

    name: str
    module: str
    distribution: str
    version: str
    entry_point: EntryPoint = field(repr=False, compare=False)


def discover() -> tuple[Candidate, ...]:
    """List every installed plugin by name, importing none of them; what cannot be read is left out."""
    found = [_candidate(point) for point in _announced(group=ENTRY_POINT_GROUP)]
    return tuple(sorted(found, key=lambda candidate: (candidate.name, candidate.distribution)))


def announced_elsewhere(name: str) -> str | None:
    """The group of ours or like ours in which a plugin of this name announces itself instead of in `ENTRY_POINT_GROUP`."""
    ours = ENTRY_POINT_GROUP.partition("_")[0]
    groups = {point.group for point in _announced(name=name) if point.group.startswith(ours)}
    return min(groups - {ENTRY_POINT_GROUP}, default=None)


def unreadable() -> tuple[str, ...]:
    """The distributions whose metadata cannot be read, by the folder or file that it is in."""
    found = ((_folder_of(one), _points_of(one)) for one in distributions())
    return tuple(sorted(folder for folder, points in found if points is None))


def _announced(**asked: str) -> Iterable[EntryPoint]:
    """The entry points with such a group or name, of those distributions that can be read."""
    try:
        found: Any = entry_points(
            **asked
        )  # in Python 3.11 this may be a table by group, but not where something is asked
        return tuple(found)
    except Exception:  # noqa: BLE001  # one distribution whose metadata is broken must not hide all the others
        return [one for one in _readable() if all(getattr(one, name) == value for name, value in asked.items())]


def _readable() -> Iterator[EntryPoint]:
    seen = set()
    for one in distributions():
        points, named = _points_of(one), _folder_of(one).partition("-")[0].lower()
        if points is not None and named not in seen:
            seen.add(named)  # as Python does: the first on the path hides the others
            yield from points


def _points_of(one: Distribution) -> tuple[EntryPoint, ...] | None:
    try:
        return tuple(one.entry_points)
    except Exception:  # noqa: BLE001  # as above
        return None


def _folder_of(one: Distribution) -> str:
    # Its own folder is the one thing that needs no metadata to be read.
    return str(getattr(getattr(one, "_path", None), "name", "")) or "unknown"


def _candidate(point: EntryPoint) -> Candidate:
    try:
        distribution, version = (point.dist.name, point.dist.version) if point.dist else ("", "")
    except Exception:  # noqa: BLE001  # what it says of itself cannot be read; it is still there
        distribution, version = "", ""
    # A distribution without a name or version has ``None`` here.
    return Candidate(point.name, point.value, distribution or "", version or "", point)
