"""Another machine on another day: what code finds there when it asks the process instead of using what it was given."""

import datetime as dt
import locale
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

_DAY = dt.timedelta(days=400, hours=7, minutes=13)
#: Whoever signs a request gives it some minutes of life.
SOON = dt.timedelta(seconds=61)
#: The first that is installed and not in use is taken.
_LOCALES = ("de_DE.UTF-8", "fi_FI.UTF-8", "fr_FR.UTF-8", "C.UTF-8", "POSIX")
_SURROUNDINGS = {
    "LANG": "fi_FI.UTF-8",
    "LC_ALL": "fi_FI.UTF-8",
    "TZ": "Pacific/Auckland",
    "USER": "somebody-else",
    "LOGNAME": "somebody-else",
    "HOSTNAME": "elsewhere",
    "COMPUTERNAME": "elsewhere",
}
_STRUCT_CLOCKS = ("localtime", "gmtime", "ctime")


@contextmanager
def elsewhere(code: object, folder: Path, later: dt.timedelta = _DAY) -> Iterator[None]:
    """Run the body with other clocks, another time zone, locale, user, host, process and working folder.

    ``code`` is an object of the plugin: what its package imported by name, such as ``from datetime import datetime``, is
    replaced too. Everything is as before afterwards.
    """
    known = set(sys.modules)
    with pytest.MonkeyPatch.context() as patched:
        swapped = _swap_clocks(patched, later)
        for module in _modules_beside(code):
            for name, value in list(vars(module).items()):
                if (other := _other_for(value, swapped)) is not None:
                    patched.setattr(module, name, other)
        _swap_place(patched, folder)
        used = locale.setlocale(locale.LC_ALL)
        _swap_locale(used)
        try:
            yield
        finally:
            locale.setlocale(locale.LC_ALL, used)
            _give_back(set(sys.modules) - known, swapped)
    _set_zone()


def _swap_clocks(patched: pytest.MonkeyPatch, later: dt.timedelta) -> list[tuple[Any, Any]]:
    """Put the clocks forward, and say what stands for what."""
    swapped: list[tuple[Any, Any]] = [
        (dt.datetime, _other_datetime(dt.datetime, later)),
        (dt.date, _other_date(dt.date)),
    ]
    begun, seconds = time.time, later.total_seconds()
    swapped += [
        (time.time, lambda: begun() + seconds),
        (time.time_ns, lambda: int((begun() + seconds) * 10**9)),
        (time.strftime, _other_strftime(time.strftime, time.localtime, lambda: begun() + seconds)),
        *((clock, _other_clock(clock, lambda: begun() + seconds)) for clock in map(time.__dict__.get, _STRUCT_CLOCKS)),
    ]
    for was, other in swapped:
        patched.setattr(dt if isinstance(was, type) else time, was.__name__, other)
    return swapped


def _other_clock(clock: Any, now: Callable[[], float]) -> Callable[..., Any]:
    return lambda seconds=None: clock(now() if seconds is None else seconds)


def _other_strftime(strftime: Any, localtime: Any, now: Callable[[], float]) -> Callable[..., str]:
    return lambda form, at=None: str(strftime(form, localtime(now()) if at is None else at))


def _alike(kind: type) -> type:
    """A metaclass whose classes take values of ``kind`` for their own."""

    class Alike(type):
        def __instancecheck__(cls, one: object) -> bool:
            return isinstance(one, kind)

        def __subclasscheck__(cls, other: type) -> bool:
            return issubclass(other, kind)

    return Alike


def _other_datetime(kind: Any, later: dt.timedelta) -> Any:
    """``datetime`` with a clock that is ahead; the values that it makes are plain ones."""

    class Datetime(kind, metaclass=_alike(kind)):  # type: ignore[misc, metaclass]  # made of what is there
        def __new__(cls, *parts: Any, **more: Any) -> Any:
            return kind(*parts, **more)

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return kind.now(tz) + later

        @classmethod
        def today(cls) -> Any:
            return kind.now() + later

        @classmethod
        def utcnow(cls) -> Any:
            return kind.now(dt.UTC).replace(tzinfo=None) + later

    return Datetime


def _other_date(kind: Any) -> Any:
    """``date`` with a clock that is ahead; the values that it makes are plain ones."""

    class Date(kind, metaclass=_alike(kind)):  # type: ignore[misc, metaclass]  # made of what is there
        def __new__(cls, *parts: Any, **more: Any) -> Any:
            return kind(*parts, **more)

        @classmethod
        def today(cls) -> Any:
            return kind.fromtimestamp(time.time())  # which is ahead already, like every clock meanwhile

    return Date


def _modules_beside(code: object) -> list[Any]:
    """The loaded modules of the package in which an object's class is written."""
    package = type(code).__module__.partition(".")[0]
    return [one for name, one in list(sys.modules.items()) if name.partition(".")[0] == package and one is not None]


def _other_for(value: object, swapped: list[tuple[Any, Any]]) -> Any:
    return next((other for was, other in swapped if value is was), None)


def _swap_place(patched: pytest.MonkeyPatch, folder: Path) -> None:
    for name, value in _SURROUNDINGS.items():
        patched.setenv(name, value)
    _set_zone()
    patched.setattr("os.getpid", lambda: 4_000_001)
    patched.setattr("socket.gethostname", lambda: "elsewhere")
    patched.setattr("platform.node", lambda: "elsewhere")
    patched.chdir(folder)


def _set_zone() -> None:
    if hasattr(time, "tzset"):  # Windows has none
        time.tzset()


def _swap_locale(used: str) -> None:
    for name in _LOCALES:
        with suppress(locale.Error):
            if locale.setlocale(locale.LC_ALL, name) != used:
                return


def _give_back(loaded: set[str], swapped: list[tuple[Any, Any]]) -> None:
    """Undo in modules that were loaded meanwhile what they took for the real clocks."""
    for module in filter(None, map(sys.modules.get, loaded)):
        for name, value in list(vars(module).items()):
            was = next((was for was, other in swapped if value is other), None)
            if was is not None:
                setattr(module, name, was)


def folder_for(tmp_path: Path) -> Path:
    """An empty folder to be elsewhere in."""
    made = tmp_path / f"elsewhere-{len(list(tmp_path.iterdir()))}"
    made.mkdir()
    return made
