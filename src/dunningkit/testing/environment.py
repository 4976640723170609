"""Who reads the environment of the process: two tenants share one."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def environment_read_by(package: str) -> Iterator[set[str]]:
    """The names of the environment variables that a package's own code asks for meanwhile."""
    names: set[str] = set()
    kept: Any = type(os.environ)

    class Watched(kept):  # type: ignore[misc]  # the class is private, its place in os.environ is not
        def __getitem__(self, name: str) -> str:
            frame = sys._getframe(1)  # noqa: SLF001  # who asks is the whole question
            while frame.f_back and frame.f_globals.get("__name__") in ("os", "collections.abc", "_collections_abc"):
                frame = frame.f_back
            if str(frame.f_globals.get("__name__")).split(".")[0] == package:
                names.add(name)
            return str(super().__getitem__(name))

    os.environ.__class__ = Watched
    try:
        yield names
    finally:
        os.environ.__class__ = kept
