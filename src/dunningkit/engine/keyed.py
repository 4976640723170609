"""Values by their key, several to each, in the order in which they come."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """The values of each key; a key without any is not there."""
    found: dict[K, list[V]] = defaultdict(list)
    for key, one in pairs:
        found[key].append(one)
    return {key: tuple(of_key) for key, of_key in found.items()}
