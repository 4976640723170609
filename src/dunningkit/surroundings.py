"""What belongs to the whole process and not to a plugin: changes are noticed while a plugin is loaded, and put back."""

import locale
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def watched(notice: Callable[[str], None]) -> Iterator[None]:
    """Put back what the body changes about the process, and give ``notice`` the name of each such thing.

    Threads that were started stay. What other threads change meanwhile is taken for the body's doing, so this is for loading
    plugins, which a host does once; never for their work.
    """
    before = {name: look() for name, (look, _put_back) in _THINGS.items()}
    try:
        with warnings.catch_warnings():  # puts back the filters
            filters = list(warnings.filters)
            try:
                yield
            finally:
                if filters != list(warnings.filters):
                    notice("the filters of warnings")
    finally:
        for name, (look, put_back) in _THINGS.items():
            if look() != before[name]:
                put_back(before[name])
                notice(name)


def _loggers() -> dict[str, tuple[Any, ...]]:
    known = {"": logging.getLogger(), **logging.getLogger().manager.loggerDict}
    return {
        name: (list(one.handlers), list(one.filters), one.level, one.propagate, one.disabled)
        for name, one in known.items()
        if isinstance(one, logging.Logger)
    }


class _Loggers:
    """The loggers there were: a plugin's own, new ones are its own matter."""

    def __init__(self) -> None:
        self.kept = _loggers()
        self.disabled = logging.getLogger().manager.disable

    def __eq__(self, later: object) -> bool:
        if not isinstance(later, _Loggers):
            return NotImplemented
        return self.disabled == later.disabled and all(later.kept.get(name) == one for name, one in self.kept.items())

    __hash__ = None  # type: ignore[assignment]  # compared, never looked up

    def put_back(self) -> None:
        logging.disable(self.disabled)
        for name, (handlers, filters, level, propagate, disabled) in self.kept.items():
            logger = logging.getLogger(name or None)
            logger.handlers[:], logger.filters[:] = handlers, filters
            logger.setLevel(level)
            logger.propagate, logger.disabled = propagate, disabled


def _put_back_environment(before: dict[str, str]) -> None:
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)


def _folder() -> str:
    try:
        return str(Path.cwd())
    except OSError:  # somebody removed it
        return ""


def _put_back_folder(before: str) -> None:
    with suppress(OSError):
        os.chdir(before)


def _put_back_locale(before: str) -> None:
    locale.setlocale(locale.LC_ALL, before)


def _put_back_signals(before: list[Any]) -> None:
    for one, handler in zip(_SIGNALS, before, strict=True):
        with suppress(ValueError, TypeError):  # only the main thread may, and only what Python set can be set again
            signal.signal(one, handler)


def _put_back_excepthook(before: Any) -> None:
    sys.excepthook = before


def _stays(_before: object) -> None:
    """What cannot be put back is at least named."""


#: Looks at a thing, and puts it back.
_THINGS: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {
    "the environment": (lambda: dict(os.environ), _put_back_environment),
    "loggers that are not its own": (_Loggers, _Loggers.put_back),
    "the locale": (lambda: locale.setlocale(locale.LC_ALL), _put_back_locale),
    "the working directory": (_folder, _put_back_folder),
    "the handling of signals": (lambda: [signal.getsignal(one) for one in _SIGNALS], _put_back_signals),
    "sys.excepthook": (lambda: sys.excepthook, _put_back_excepthook),
    "the threads of the process": (lambda: set(threading.enumerate()), _stays),
}
