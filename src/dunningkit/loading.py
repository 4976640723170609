"""Running what a plugin brings while it is loaded: in time, with the process as it was, and told in words that may be shown."""

import re
import sys
from collections.abc import Callable
from contextlib import nullcontext
from contextvars import copy_context
from types import FrameType
from typing import TypeVar

from dunningkit.deadlines import Lane, Overran
from dunningkit.foreign import kind_of, on_purpose, sayable
from dunningkit.surroundings import Thing, watched

R = TypeVar("R")

_DOTTED = re.compile(r"\w+(\.\w+){0,20}")


class Refused(Exception):
    """What a plugin offers cannot be used; the text says why."""


class NotLoaded(Exception):
    """It could not be loaded; ``said`` is what happened, ``refused`` whether that is our word.

    ``seconds`` is how long it was waited for, where that was too short.
    """

    def __init__(self, said: str, *, refused: bool = False, seconds: float | None = None) -> None:
        super().__init__(said)
        self.said, self.refused, self.seconds = said, refused, seconds


def load(what: Callable[[], R], seconds: float, notice: Callable[[Thing], None] | None) -> R:
    """What the call returns; raises `NotLoaded`. Only ``KeyboardInterrupt`` passes.

    It runs in a thread of its own and is left behind after ``seconds``. Only where the caller is itself importing it runs in
    the caller's: another thread might have to wait for that module, and so for the caller, for good.
    Without a ``notice`` nobody looks at what it changes about the process: it is our own.
    """

    def told() -> R:
        try:
            return what()
        except KeyboardInterrupt:
            raise
        except Refused as error:
            refused = NotLoaded(str(error), refused=True)
        except BaseException as error:  # noqa: BLE001  # one bad plugin must not keep the host from starting
            refused = NotLoaded(_said(error))
        # Outside, so that whatever the exception holds on to goes here.
        raise refused

    with nullcontext() if notice is None else watched(notice):
        if _is_importing():
            return copy_context().run(told)
        try:
            return Lane().call(told, seconds)
        except Overran:
            raise NotLoaded(f"it took longer than {seconds:g} seconds", seconds=seconds) from None


def _is_importing() -> bool:
    """Whether this thread is on the way through an import, and so holds the lock of a module."""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001  # the one way to ask about this thread alone
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


def _said(error: BaseException) -> str:
    """What happened, without the exception's own text where that may hold a secret."""
    if (meant := on_purpose(error)) is not None:
        return str(meant).rstrip(".")
    kind = kind_of(error)
    if type(error) is ModuleNotFoundError and _is_dotted(error.name):
        return f"{kind}: No module named '{error.name}'"
    if type(error) is ImportError and _is_dotted(error.name):
        return f"{kind}: '{error.name}' has not what it asks for"
    if type(error) is SyntaxError and isinstance(error.filename, str):
        return sayable(f"{kind} in {error.filename}, line {error.lineno}")
    return kind


def _is_dotted(name: object) -> bool:
    return type(name) is str and _DOTTED.fullmatch(name) is not None
