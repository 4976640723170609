"""Whether somebody put other code in the place of ours, of the standard library's most used, or of the HTTP client's."""

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import attrgetter, is_
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, NamedTuple

_OTHERS = frozenset(
    {"builtins", "httpx", "httpx._client", "json", "logging", "os", "socket", "ssl", "threading", "time"}
)
_KINDS = (FunctionType, BuiltinFunctionType, type)
_MEMBERS = (FunctionType, property, classmethod, staticmethod)
_MISSING = object()
_CODE_OF = attrgetter("__code__")
#: Set in classes that were made by a ``class`` statement; Python lets nobody change its own.
_OF_PYTHON = 1 << 9


class _Look(NamedTuple):
    """What modules and classes held when they were looked at; holding on to it keeps identities from being used again."""

    modules: tuple[ModuleType, ...]
    owners: tuple[Any, ...]
    names: tuple[dict[str, Any], ...]
    functions: tuple[Any, ...]
    codes: tuple[Any, ...]
    mark: tuple[int, int]


#: Looking at all of them anew at every load would take longer than the rest of loading; the mark of the last look tells.
_last: list[_Look] = []


class Code:
    """The functions, classes and methods there are, under their names and with what is in them.

    What was added is no matter, nor are the values that modules keep.
    """

    def __init__(self) -> None:
        modules = tuple(_modules())
        known = _last[0] if _last else None
        if known is None or known.modules != modules or known.mark != _mark(known.owners, known.functions):
            known = _look(modules)
            _last[:] = [known]
        self.known = known

    def still_holds(self) -> bool:
        """Whether all of them are still what they were."""
        known = self.known
        if known.mark == _mark(known.owners, known.functions):
            return True
        return not self._gone() and all(map(is_, map(_CODE_OF, known.functions), known.codes))

    def put_back(self) -> None:
        """Give every name its own value again, and every function its own code."""
        for owner, name, value in self._gone():
            (type.__setattr__ if isinstance(owner, type) else ModuleType.__setattr__)(owner, name, value)
        for function, code in zip(self.known.functions, self.known.codes, strict=True):
            if function.__code__ is not code:
                function.__code__ = code

    def _gone(self) -> list[tuple[Any, str, Any]]:
        return [
            (owner, name, value)
            for owner, names in zip(self.known.owners, self.known.names, strict=True)
            for name, value in names.items()
            if vars(owner).get(name, _MISSING) is not value
            and isinstance(value, _MEMBERS if isinstance(owner, type) else _KINDS)
        ]


def _mark(owners: Iterable[Any], functions: Iterable[Any]) -> tuple[int, int]:
    values = chain.from_iterable([vars(owner).values() for owner in owners])
    return hash(tuple(map(id, values))), hash(tuple(map(id, map(_CODE_OF, functions))))


def _modules() -> Iterator[ModuleType]:
    for name, module in list(sys.modules.items()):
        if (name in _OTHERS or name.partition(".")[0] == "dunningkit") and type(module) is ModuleType:
            yield module


def _look(modules: tuple[ModuleType, ...]) -> _Look:
    owners = tuple(owner for module in modules for owner in (module, *_classes_of(module)))
    names = tuple(dict(vars(owner)) for owner in owners)
    functions = tuple(one for held in names for one in held.values() if type(one) is FunctionType)
    return _Look(modules, owners, names, functions, tuple(map(_CODE_OF, functions)), _mark(owners, functions))


def _classes_of(module: ModuleType) -> list[type]:
    inside = [one for one in vars(module).values() if isinstance(one, type) and one.__flags__ & _OF_PYTHON]
    return [one for one in inside if one.__module__ == module.__name__]
