"""What belongs to the whole process: a plugin that changes it changes it for its host and for all other plugins."""

import decimal
import locale
import os
import signal
import socket
import ssl
import sys
import threading
import warnings
from collections.abc import Mapping

import pytest

from dunningkit.testing.secrecy import logging_state

_SECONDS_TO_END = 0.2
_STATE = pytest.StashKey[dict[str, object]]()
_THREADS = "the threads that run"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def process_state() -> dict[str, object]:
    """How the process is set up, by what it is called in a sentence; what a plugin changes stays so for all that follows."""
    context = decimal.getcontext()
    return {
        "the time-out of all sockets": socket.getdefaulttimeout(),
        "the locale": locale.setlocale(locale.LC_ALL),
        "the signal handlers": [signal.getsignal(one) for one in _SIGNALS],
        "the hooks of the interpreter": (sys.excepthook, sys.displayhook, threading.excepthook),
        "the context of decimals": (context.prec, context.rounding, context.Emin, context.Emax, dict(context.traps)),
        "the recursion limit": sys.getrecursionlimit(),
        "the check of certificates": vars(ssl)["_create_default_https_context"],
    }


def state_at_first(request: pytest.FixtureRequest) -> dict[str, object]:
    """The state of the process, and how it logs, when the first check of a test's class began."""
    stash = request.node.parent.stash
    if _STATE not in stash:
        stash[_STATE] = {**logging_state(), **process_state()}
    return dict(stash[_STATE])


def place_state() -> dict[str, object]:
    """What an author's own fixtures may change from one check to the next, and a plugin may not."""
    return {
        "the environment": {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        "the working folder": os.getcwd(),  # noqa: PTH109  # as plain as can be
        "the filters of warnings": list(warnings.filters),
    }


def surroundings_state() -> dict[str, object]:
    """The same, and the threads that run."""
    return {**place_state(), _THREADS: threading.enumerate()}


def changed(before: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    """What is not as it was, by name."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def changed_since(process: dict[str, object], surroundings: dict[str, object]) -> list[str]:
    """What is not as it was; threads that are about to end are waited for a moment, and those that ended are no change."""
    running = surroundings[_THREADS]
    assert isinstance(running, list)
    for thread in threading.enumerate():
        if thread not in running:
            thread.join(_SECONDS_TO_END)
    now = {**logging_state(), **process_state(), **surroundings_state()}
    now[_THREADS] = running if set(threading.enumerate()) <= set(running) else threading.enumerate()
    return changed({**process, **surroundings}, now)
