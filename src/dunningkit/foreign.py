"""What may be told of an exception that somebody else raised.

Whatever is taken from it is taken once, where the plugin runs, as plain values: its text, its attributes and even the name of
its class may be code that hangs, raises or says something else the next time.
"""

import math
import re
from types import MappingProxyType, TracebackType
from typing import Any

from dunningkit import errors
from dunningkit.errors import PluginError

_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_LONGEST_NAME, _LONGEST_TEXT, _MOST_PARAMS = 80, 1_000, 20
_NAME_OF, _MRO_OF = type.__dict__["__name__"], type.__dict__["__mro__"]

#: What can be raised on purpose; a subclass of a plugin's own counts as the nearest of these.
_ON_PURPOSE = frozenset(one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, PluginError))
_NO_PARAMS: MappingProxyType[str, object] = MappingProxyType({})


def kind_of(error: BaseException) -> str:
    """The name of its class as Python keeps it; its text may hold a secret or a person's data."""
    name = str(_NAME_OF.__get__(type(error)))
    return name if name.isidentifier() and len(name) <= _LONGEST_NAME else "an exception"


def where_raised(error: BaseException) -> str:
    """The file, line and function that raised it: nothing of what it says, and enough for whoever mends it."""
    step: TracebackType | None = BaseException.__dict__["__traceback__"].__get__(error)
    if step is None:
        return ""
    while step.tb_next is not None:
        step = step.tb_next
    code = step.tb_frame.f_code
    return sayable(f"{code.co_filename}, line {step.tb_lineno}, in {code.co_name}")


def sayable(text: str) -> str:
    """The text as it can be shown, logged and stored anywhere: printable, of one line and not endless."""
    plain = str.__str__(text)
    shown = plain[:_LONGEST_TEXT].encode(errors="replace").decode()
    shown = shown if shown.isprintable() else "".join(sign if sign.isprintable() else " " for sign in shown)
    return shown if len(plain) <= _LONGEST_TEXT else f"{shown}…"


def on_purpose(error: BaseException) -> PluginError | None:
    """A plain copy of an error that says what the host should do; ``None`` for any other, and for one that cannot be read."""
    kind = next((one for one in _MRO_OF.__get__(type(error)) if one in _ON_PURPOSE), None)
    if kind is None:
        return None
    given: Any = error
    try:
        message, code, params = sayable(str(given)), given.code, _plain_params(given.params)
    except BaseException:  # noqa: BLE001  # the methods of a plugin's own class may do anything
        return None
    made: PluginError = kind.__new__(kind)
    PluginError.__init__(
        made, message, code=code if type(code) is str and _CODE.fullmatch(code) else kind.code, **params
    )
    if isinstance(made, errors.RateLimited):
        wait = params.get("retry_after_seconds")
        usable = isinstance(wait, int | float) and math.isfinite(wait) and wait >= 0
        made.retry_after_seconds = wait if usable else None
        made.params = {**made.params, "retry_after_seconds": made.retry_after_seconds}
    return made


def _plain_params(given: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in list((given or _NO_PARAMS).items())[:_MOST_PARAMS]:
        if type(name) is not str or not name.isidentifier() or name in ("message", "code", "self"):
            continue
        if type(value) is str:
            plain[name] = sayable(value)
        elif value is None or type(value) in (int, float, bool):
            plain[name] = value
    return plain
