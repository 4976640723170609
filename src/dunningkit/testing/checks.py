"""What a standard check is: since when it is asked for, what it needs, and that nobody overrides it unseen."""

import functools
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from dunningkit.contracts import API_VERSION

FIRST_RELEASE = "1.0"

#: How the reason of a permitted deviation begins: what the plugin cannot, will, or no longer does.
DEVIATIONS = ("unsupported: ", "future: ", "regression: ")


class ConformanceWarning(UserWarning):
    """A check that is newer than a plugin's last chance to adopt it was not met; it fails from the next minor version on."""


@dataclass(frozen=True, slots=True)
class Check:
    """A standard check: its name, the API version that brought it, and what of the outside it needs (``""``: nothing).

    Several methods are named with spaces between them.
    """

    name: str
    since: str
    needs: str


def check(*, since: str = FIRST_RELEASE, needs: str = "") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Mark a method as a standard check.

    ``needs`` names methods of the fixture ``outside``, with spaces between them: where a plugin's author did not write one,
    the check is skipped with a sentence that says what to write; what the other system does not have, by ``has_no``, is not
    asked. In the minor version that brings a check, failing it is a `ConformanceWarning`.
    """

    def marked(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(self: object, **fixtures: Any) -> None:
            asked = needs.split()
            if any(fixtures["outside"].has_no.get(name) for name in asked):
                return
            missing = [name for name in asked if not is_written(fixtures["outside"], name)]
            if missing:
                names = " and ".join(f"`{name}`" for name in missing)
                pytest.skip(f"not shown: write {names} in your `outside` fixture's class to have this checked")
            if not is_advisory(since):
                function(self, **fixtures)
                return
            try:
                function(self, **fixtures)
            except AssertionError as error:
                warnings.warn(f"{function.__name__} will be required: {error}", ConformanceWarning, stacklevel=2)

        run.dunningkit_check = Check(function.__name__, since, needs)  # type: ignore[attr-defined]  # read by checks_of
        return run

    return marked


def is_advisory(since: str, api_version: str = API_VERSION) -> bool:
    """Whether a check only warns: it does for the one minor version that brings it; those of the first release never do."""
    return since != FIRST_RELEASE and _numbers(since) >= _numbers(api_version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def checks_of(suite: type) -> dict[str, Check]:
    """The standard checks of a conformance class by name, in the order they are written."""
    found: dict[str, Check] = {}
    for base in reversed(suite.__mro__):
        for name, function in vars(base).items():
            if isinstance(made := getattr(function, "dunningkit_check", None), Check):
                found[name] = made
    return found


def is_written(outside: object, name: str) -> bool:
    """Whether an author's class overrides what the kit's own class only describes."""
    return not hasattr(getattr(type(outside), name), "dunningkit_unwritten")


def unwritten(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a method of an `Outside` class as described but not written."""
    function.dunningkit_unwritten = True  # type: ignore[attr-defined]  # read by is_written
    return function


def overridden(suite: type) -> tuple[str, ...]:
    """The standard checks that a class replaces without saying so; a strict ``xfail`` with a reason says so."""
    return tuple(name for name in checks_of(suite) if not _stands(getattr(suite, name, None)))


def _stands(function: object) -> bool:
    if isinstance(getattr(function, "dunningkit_check", None), Check):
        return True
    marks = getattr(function, "pytestmark", [])
    return any(
        mark.name == "xfail" and mark.kwargs.get("strict") and str(mark.kwargs.get("reason", "")).startswith(DEVIATIONS)
        for mark in marks
    )
