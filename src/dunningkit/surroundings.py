"""What belongs to the whole process and not to a plugin: changes are noticed while a plugin is loaded, and put back."""

import decimal
import gc
import locale
import logging
import os
import random
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from dunningkit.patches import Code

#: How long one load waits for another in another thread, so that neither is blamed for what the other did.
_SECONDS_TO_WAIT = 5.0
_one_at_a_time = threading.RLock()


class Thing(NamedTuple):
    """Something of the process: a code for programs, what it is called, how to look at it, and how to put it back.

    ``still_holds`` says whether it is as it looked before; without one, the two looks are compared.
    """

    code: str
    name: str
    look: Callable[[], Any]
    put_back: Callable[[Any], None]
    still_holds: Callable[[Any], bool] | None = None


@contextmanager
def watched(notice: Callable[[Thing], None]) -> Iterator[None]:
    """Put back what the body changes about the process, and give each such thing to ``notice``.

    Threads that were started stay. What other threads change meanwhile is taken for the body's doing, so this is for loading
    plugins, which a host does once; never for their work.
    """
    ours = _one_at_a_time.acquire(timeout=_SECONDS_TO_WAIT)
    try:
        before = [(thing, thing.look()) for thing in THINGS]
        try:
            with warnings.catch_warnings():  # puts back the filters
                filters = WARNINGS.look()
                try:
                    yield
                finally:
                    if not _is_same(WARNINGS, filters):
                        notice(WARNINGS)
        finally:
            for thing, state in before:
                if not _is_same(thing, state):
                    with suppress(Exception):  # one that cannot be put back must not keep the others from it
                        thing.put_back(state)
                    notice(thing)
    finally:
        if ours:
            _one_at_a_time.release()


def _is_same(thing: Thing, before: Any) -> bool:
    try:
        return thing.still_holds(before) if thing.still_holds is not None else bool(before == thing.look())
    except Exception:  # noqa: BLE001  # what can no longer be looked at has changed
        return False


class _Held:
    """Objects that are the same only if they are the very same: asking them may be asking a plugin."""

    def __init__(self, *held: Any) -> None:
        self.held = held

    def __eq__(self, later: object) -> bool:
        if not isinstance(later, _Held) or len(later.held) != len(self.held):
            return False
        return all(one is other for one, other in zip(self.held, later.held, strict=True))

    __hash__ = None  # type: ignore[assignment]  # compared, never looked up


# -- logging -------------------------------------------------------------------------------------------------------


def _loggers() -> dict[str, tuple[Any, ...]]:
    known = {"": logging.getLogger(), **logging.getLogger().manager.loggerDict}
    return {
        name: (list(one.handlers), list(one.filters), one.level, one.propagate, one.disabled)
        for name, one in known.items()
        if isinstance(one, logging.Logger)
    }


class _Loggers:
    """The loggers and handlers there were: a plugin's own, new ones are its own matter."""

    def __init__(self) -> None:
        self.kept = _loggers()
        self.handlers = {
            handler: (handler.level, handler.formatter, list(handler.filters))
            for handlers, *_ in self.kept.values()
            for handler in handlers
        }
        self.disabled = logging.getLogger().manager.disable
        self.made_by = (
            logging.getLoggerClass(),
            logging.getLogRecordFactory(),
            logging.lastResort,
            logging.raiseExceptions,
        )

    def __eq__(self, later: object) -> bool:
        if not isinstance(later, _Loggers):
            return NotImplemented
        return (
            (self.disabled, self.made_by) == (later.disabled, later.made_by)
            and all(later.kept.get(name) == one for name, one in self.kept.items())
            and all(later.handlers.get(handler) == one for handler, one in self.handlers.items())
        )

    __hash__ = None  # type: ignore[assignment]  # compared, never looked up

    def put_back(self) -> None:
        logging.disable(self.disabled)
        of_loggers, of_records, logging.lastResort, logging.raiseExceptions = self.made_by
        logging.setLoggerClass(of_loggers)
        logging.setLogRecordFactory(of_records)
        for name, (handlers, filters, level, propagate, disabled) in self.kept.items():
            logger = logging.getLogger(name or None)
            logger.handlers[:], logger.filters[:] = handlers, filters
            logger.setLevel(level)
            logger.propagate, logger.disabled = propagate, disabled
        for handler, (level, formatter, filters) in self.handlers.items():
            handler.setLevel(level)
            handler.setFormatter(formatter)
            handler.filters[:] = filters


def _structlog() -> tuple[bool, dict[str, Any]] | None:
    structlog = sys.modules.get("structlog")
    return None if structlog is None else (structlog.is_configured(), structlog.get_config())


def _put_back_structlog(before: tuple[bool, dict[str, Any]] | None) -> None:
    structlog = sys.modules["structlog"]
    configured, settings = before or (False, {})
    structlog.reset_defaults()
    if configured:
        structlog.configure(**settings)


# -- the system ----------------------------------------------------------------------------------------------------


def _environment() -> tuple[_Held, dict[str, str]]:
    return _Held(os.environ), dict(os.environ)


def _put_back_environment(before: tuple[_Held, dict[str, str]]) -> None:
    held, values = before
    os.environ = held.held[0]  # noqa: B003  # the very object that it was
    for name in os.environ.keys() - values.keys():
        del os.environ[name]
    os.environ.update(values)
    if hasattr(time, "tzset"):
        time.tzset()


def _folder() -> str:
    try:
        return str(Path.cwd())
    except OSError:  # somebody removed it
        return ""


def _umask() -> int:
    # Python can only set it; meanwhile nobody gets more than they should.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _signals() -> list[tuple[int, Any]]:
    return [(one, signal.getsignal(one)) for one in signal.valid_signals()]


def _put_back_signals(before: list[tuple[int, Any]]) -> None:
    for one, handler in before:
        with suppress(
            ValueError, TypeError, OSError
        ):  # only the main thread may, and only what Python set can be set again
            if signal.getsignal(one) is not handler:
                signal.signal(one, handler)


def _is_timer_set() -> bool:
    return hasattr(signal, "getitimer") and signal.getitimer(signal.ITIMER_REAL)[0] > 0


def _put_back_timer(was_set: bool) -> None:  # noqa: FBT001  # what _is_timer_set gave
    if not was_set:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limits() -> dict[int, tuple[int, int]]:
    try:
        import resource  # noqa: PLC0415  # not on every system
    except ImportError:
        return {}
    names = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_STACK")
    numbers = [getattr(resource, name) for name in names if hasattr(resource, name)]
    return {number: resource.getrlimit(number) for number in numbers}


def _put_back_limits(before: dict[int, tuple[int, int]]) -> None:
    import resource  # noqa: PLC0415  # it was there

    for number, limits in before.items():
        with suppress(OSError, ValueError):
            resource.setrlimit(number, limits)


# -- the interpreter -----------------------------------------------------------------------------------------------


class _Path:
    """Where modules are found: what a plugin adds behind may stay, its libraries may need it."""

    def __init__(self) -> None:
        self.lists: tuple[list[Any], ...] = (sys.path, sys.meta_path, sys.path_hooks)
        self.found = tuple(list(one) for one in self.lists)

    def __eq__(self, later: object) -> bool:
        if not isinstance(later, _Path) or _Held(*later.lists) != _Held(*self.lists):
            return False
        return all(_Held(*now[: len(then)]) == _Held(*then) for now, then in zip(later.found, self.found, strict=True))

    __hash__ = None  # type: ignore[assignment]  # compared, never looked up

    def put_back(self) -> None:
        present: tuple[list[Any], ...] = (sys.path, sys.meta_path, sys.path_hooks)
        sys.path, sys.meta_path, sys.path_hooks = self.lists
        for kept, then, now in zip(self.lists, self.found, present, strict=True):
            kept[:] = [*then, *(one for one in now if not any(one is other for other in then))]


class _Modules:
    """The modules there were; new ones are what loading is for."""

    def __init__(self) -> None:
        self.table = sys.modules
        self.found = dict(sys.modules)

    def __eq__(self, later: object) -> bool:
        if not isinstance(later, _Modules) or later.table is not self.table:
            return False
        return all(later.found.get(name) is module for name, module in self.found.items())

    __hash__ = None  # type: ignore[assignment]  # compared, never looked up

    def put_back(self) -> None:
        sys.modules = self.table
        sys.modules.update(self.found)


def _put_back_hooks(before: _Held) -> None:
    sys.excepthook, sys.unraisablehook, sys.displayhook, threading.excepthook = before.held


def _put_back_streams(before: _Held) -> None:
    sys.stdin, sys.stdout, sys.stderr = before.held


def _interpreter() -> tuple[Any, ...]:
    return sys.getrecursionlimit(), sys.getswitchinterval(), gc.isenabled(), gc.get_threshold()


def _put_back_interpreter(before: tuple[Any, ...]) -> None:
    recursion, switching, collecting, thresholds = before
    sys.setrecursionlimit(recursion)
    sys.setswitchinterval(switching)
    (gc.enable if collecting else gc.disable)()
    gc.set_threshold(*thresholds)


class _Threads:
    """The threads there were; those that have ended meanwhile are nobody's doing."""

    def __init__(self) -> None:
        self.found = {thread for thread in threading.enumerate() if thread.name != "dunningkit-plugin"}

    def __eq__(self, later: object) -> bool:
        return isinstance(later, _Threads) and later.found <= self.found

    __hash__ = None  # type: ignore[assignment]  # compared, never looked up


_OF_DECIMALS = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")


def _decimals() -> tuple[Any, ...]:
    # What is set for one thread alone stays in the context that a plugin is loaded in; this is what new threads begin with.
    return tuple(getattr(decimal.DefaultContext, name) for name in _OF_DECIMALS)


def _put_back_decimals(before: tuple[Any, ...]) -> None:
    for name, value in zip(_OF_DECIMALS, before, strict=True):
        setattr(decimal.DefaultContext, name, value)


def _locale() -> str:
    return locale.setlocale(locale.LC_ALL)


def _put_back_locale(before: str) -> None:
    locale.setlocale(locale.LC_ALL, before)


def _put_back_umask(before: int) -> None:
    os.umask(before)


def _stays(_before: object) -> None:
    """What cannot be put back is at least named."""


WARNINGS = Thing("warnings", "the filters of warnings", lambda: list(warnings.filters), _stays)

THINGS: Sequence[Thing] = (
    Thing("interpreter", "the interpreter's settings", _interpreter, _put_back_interpreter),
    Thing("modules", "modules that were there", _Modules, _Modules.put_back),
    Thing("path", "where modules are found", _Path, _Path.put_back),
    Thing("code", "code that is not its own", Code, Code.put_back, Code.still_holds),
    Thing("environment", "the environment", _environment, _put_back_environment),
    Thing("loggers", "loggers that are not its own", _Loggers, _Loggers.put_back),
    Thing("structlog", "the settings of structlog", _structlog, _put_back_structlog),
    Thing("locale", "the locale", _locale, _put_back_locale),
    Thing("folder", "the working directory", _folder, os.chdir),
    Thing("umask", "the rights of new files", _umask, _put_back_umask),
    Thing("signals", "the handling of signals", _signals, _put_back_signals),
    Thing("timer", "the timer of the process", _is_timer_set, _put_back_timer),
    Thing("limits", "the limits of the process", _limits, _put_back_limits),
    Thing(
        "hooks",
        "the handling of exceptions",
        lambda: _Held(sys.excepthook, sys.unraisablehook, sys.displayhook, threading.excepthook),
        _put_back_hooks,
    ),
    Thing("streams", "standard input and output", lambda: _Held(sys.stdin, sys.stdout, sys.stderr), _put_back_streams),
    Thing("sockets", "the time-out of sockets", socket.getdefaulttimeout, socket.setdefaulttimeout),
    Thing("random", "the random numbers", random.getstate, random.setstate),
    Thing("decimals", "the rules of decimal numbers", _decimals, _put_back_decimals),
    Thing("threads", "the threads of the process", _Threads, _stays),
)
