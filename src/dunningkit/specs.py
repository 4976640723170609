"""What a hook returned, as plain specs that can be asked again and again and always say the same."""

from collections.abc import Coroutine, Iterable
from dataclasses import fields
from enum import Enum
from inspect import iscoroutinefunction
from itertools import islice
from typing import Any, TypeVar

from dunningkit.contracts import (
    API_VERSION,
    ChannelCapability,
    ChannelSpec,
    CommandSpec,
    Deduplication,
    LedgerCapability,
    LedgerSourceSpec,
    ScorerCapability,
    ScorerSpec,
    Spec,
)
from dunningkit.foreign import sayable
from dunningkit.loading import Refused
from dunningkit.model import Medium

K = TypeVar("K", bound=Spec)

_MOST_SPECS, _LONGEST_NAME = 1_000, 100
_CAPABILITIES: dict[type[Spec], type[Enum]] = {
    LedgerSourceSpec: LedgerCapability,
    ScorerSpec: ScorerCapability,
    ChannelSpec: ChannelCapability,
}


def plain_specs(hook: str, kind: type[K], returned: object) -> list[K]:
    """The specs of this kind that a hook returned, in plain objects of their own. Raises `Refused` with what is wrong."""
    if isinstance(returned, Coroutine):
        returned.close()
        raise Refused(f"{hook} returned a coroutine; hooks are plain functions")
    if isinstance(returned, str | bytes | dict) or not isinstance(returned, Iterable):
        raise Refused(f"{hook} did not return a list of specs")
    made = [_plain(hook, kind, one) for one in islice(returned, _MOST_SPECS + 1)]
    if len(made) > _MOST_SPECS:
        raise Refused(f"{hook} returned more than {_MOST_SPECS} specs")
    names = [one.name for one in made]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise Refused(f"{hook} offers {twice!r} twice")
    return made


def _plain(hook: str, kind: type[K], given: Any) -> K:
    if not isinstance(given, LedgerSourceSpec | ScorerSpec | ChannelSpec | CommandSpec):
        raise Refused(f"{hook} returned something that is no spec")
    if not isinstance(given, kind):
        raise Refused(f"{hook} returned a spec of another kind; it is for {kind.__name__}")
    found: dict[str, Any] = {one.name: getattr(given, one.name) for one in fields(kind)}
    name = found["name"]
    if type(name) is not str or not name or len(name) > _LONGEST_NAME or sayable(name) != name:
        raise Refused(f"{hook} returned a spec without a name")
    if problem := version_problem(found["api_version"]):
        raise Refused(problem)
    if problem := _problem_of(kind, found):
        raise Refused(f"{name!r} {problem}")
    return kind(**found)


def _problem_of(kind: type[Any], found: dict[str, Any]) -> str:
    if kind is CommandSpec:
        if type(found["summary"]) is not str or sayable(found["summary"]) != found["summary"]:
            return "has no summary of one line"
        return _unlike_a_function("run", found["run"])
    if not isinstance(found["config_model"], type) or not callable(
        getattr(found["config_model"], "model_validate", None)
    ):
        return "has a config_model that is no pydantic model"
    if not _are_members(found["capabilities"], _CAPABILITIES[kind]):
        return f"declares capabilities that are no {_CAPABILITIES[kind].__name__}"
    carried = _problem_of_a_channel(found) if kind is ChannelSpec else ""
    return carried or _unlike_a_function("build", found["build"])


def _problem_of_a_channel(found: dict[str, Any]) -> str:
    if not (found["media"] and _are_members(found["media"], Medium)):
        return "names no Medium that it carries"
    return "" if type(found["deduplication"]) is Deduplication else "does not say how its provider deduplicates"


def _unlike_a_function(name: str, value: object) -> str:
    if not callable(value):
        return f"has a {name} that is no function"
    return f"has a {name} that is async" if iscoroutinefunction(value) else ""


def _are_members(given: object, kind: type[Enum]) -> bool:
    return type(given) is frozenset and all(type(one) is kind for one in given)


def version_problem(api_version: object) -> str:
    """What is wrong with the API version that a spec asks for; empty when this host has it."""
    if type(api_version) is not str:
        return f"its API version is no text; ask its author to write it like {API_VERSION}"
    parts = api_version.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and len(part) < 5 for part in parts):  # noqa: PLR2004  # major.minor
        return f"its API version is {sayable(api_version)!r}; ask its author to write it like {API_VERSION}"
    if tuple(map(int, parts)) > tuple(map(int, API_VERSION.split("."))):
        return f"it needs API {api_version}; this is {API_VERSION}: upgrade dunningkit-engine"
    return ""
