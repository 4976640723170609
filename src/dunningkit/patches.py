"""Whether somebody put other code in the place of ours, of the standard library's most used, or of the HTTP client's."""

import sys
from collections.abc import Iterator, Mapping
from itertools import repeat
from operator import attrgetter, is_
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

_OTHERS = frozenset(
    {"builtins", "httpx", "httpx._client", "json", "logging", "os", "socket", "ssl", "threading", "time"}
)
_KINDS = (FunctionType, BuiltinFunctionType, type)
_MEMBERS = (FunctionType, property, classmethod, staticmethod)
_MISSING = object()
_CODE_OF = attrgetter("__code__")
#: Set in classes that were made by a ``class`` statement; Python lets nobody change its own.
_OF_PYTHON = 1 << 9


class Code:
    """The functions, classes and methods there are, under their names and with what is in them.

    What was added is no matter, nor are the values that modules keep.
    """

    def __init__(self) -> None:
        self.known = [(owner, dict(vars(owner))) for owner in _owners()]
        self.functions = [one for _, names in self.known for one in names.values() if type(one) is FunctionType]
        self.codes = list(map(_CODE_OF, self.functions))

    def still_holds(self) -> bool:
        """Whether all of them are still what they were."""
        return not self._gone() and all(map(is_, map(_CODE_OF, self.functions), self.codes))

    def put_back(self) -> None:
        """Give every name its own value again."""
        for owner, name, value in self._gone():
            (type.__setattr__ if isinstance(owner, type) else ModuleType.__setattr__)(owner, name, value)
        for function, code in zip(self.functions, self.codes, strict=True):
            if function.__code__ is not code:
                function.__code__ = code

    def _gone(self) -> list[tuple[Any, str, Any]]:
        return [
            (owner, name, value)
            for owner, names in self.known
            for name, value in _changed(names, vars(owner))
            if isinstance(value, _MEMBERS if isinstance(owner, type) else _KINDS)
        ]


def _changed(before: dict[str, Any], now: Mapping[str, Any]) -> list[tuple[str, Any]]:
    # Looked up by C code alone: a loop over a hundred thousand names takes a hundred times as long as all of loading.
    if all(map(is_, map(now.get, before, repeat(_MISSING)), before.values())):
        return []
    return [(name, value) for name, value in before.items() if now.get(name, _MISSING) is not value]


def _owners() -> Iterator[Any]:
    for name, module in list(sys.modules.items()):
        if (name in _OTHERS or name.partition(".")[0] == "dunningkit") and type(module) is ModuleType:
            yield module
            for one in list(vars(module).values()):
                if isinstance(one, type) and one.__module__ == name and one.__flags__ & _OF_PYTHON:
                    yield one
