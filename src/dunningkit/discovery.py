"""Finding plugins from metadata alone: no contract, model or plugin is imported, so that looking costs next to nothing."""

from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points

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
    """List every installed plugin by name, importing none of them."""
    found = [
        Candidate(
            name=point.name,
            module=point.value,
            distribution=point.dist.name if point.dist else "",
            version=point.dist.version if point.dist else "",
            entry_point=point,
        )
        for point in entry_points(group=ENTRY_POINT_GROUP)
    ]
    return tuple(sorted(found, key=lambda candidate: (candidate.name, candidate.distribution)))
