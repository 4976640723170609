"""What belongs to the whole process and not to a plugin: how it stands, and who reads its environment."""

import decimal
import locale
import os
import signal
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def process_state(*, with_place: bool = False) -> dict[str, object]:
    """How the process stands; ``with_place`` adds what a test may rightly have changed before: folder and environment."""
    context = decimal.getcontext()
    state: dict[str, object] = {
        "the locale": locale.setlocale(locale.LC_ALL),
        "the context of decimals": (context.prec, context.rounding, context.Emin, context.Emax, context.traps),
        "the time-out of sockets": socket.getdefaulttimeout(),
        "signal handlers": [signal.getsignal(one) for one in _SIGNALS],
        "sys.excepthook": sys.excepthook,
        "the recursion limit": sys.getrecursionlimit(),
    }
    if "ssl" in sys.modules:
        state["the check of certificates"] = vars(sys.modules["ssl"])["_create_default_https_context"]
    if with_place:
        state["the working folder"] = os.getcwd()  # noqa: PTH109  # a text compares
        state["the environment"] = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        state["the filters of warnings"] = list(warnings.filters)
    return state


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
