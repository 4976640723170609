"""How Hypothesis plays, in the engine's tests and the plugins' alike, and how tests run against mutants."""

import gc
from functools import _lru_cache_wrapper, cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

_MOST_BYTES = 3 << 30
# How fast examples come says something of the machine, and nothing of the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
# `make campaign`: long enough to find what a minute does not.
settings.register_profile("campaign", max_examples=2000, stateful_step_count=80, deadline=None)
# `make mutation`: the same few examples for every mutant, and no time spent on making a failure small.
settings.register_profile(
    "mutation",
    max_examples=15,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def pytest_configure(config: pytest.Config) -> None:
    """Against mutants, no collecting of garbage: each runs in a fork of a moment, and looking at every object copies it.

    A mutant that never ends may ask for memory without end, so there is a limit to that too.
    """
    if _is_against_mutants(config):
        import resource  # noqa: PLC0415  # mutmut forks, so these runs are on a system that has it

        gc.disable()
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Against mutants, plain examples before properties: they take a moment, and the first that fails is enough."""
    if _is_against_mutants(config):
        items.sort(key=lambda item: hasattr(getattr(item, "obj", None), "hypothesis"))


def _is_against_mutants(config: pytest.Config) -> bool:
    return config.getoption("hypothesis_profile", None) == "mutation"


@pytest.fixture(autouse=True)
def _nothing_remembered(pytestconfig: pytest.Config) -> None:
    """Before each test against mutants, forget what the law worked out: a mutant must not be spared by an older answer."""
    if _is_against_mutants(pytestconfig):
        from dunningkit.law import rates  # noqa: PLC0415  # only these runs need the law

        rates._books.clear()  # noqa: SLF001  # no cache of functools, which are all found below
        for remembered in _caches_of_the_law():
            remembered.cache_clear()


@cache
def _caches_of_the_law() -> tuple[Any, ...]:
    made = (one for one in gc.get_objects() if isinstance(one, _lru_cache_wrapper))
    return tuple(one for one in made if str(getattr(one.__wrapped__, "__module__", "")).startswith("dunningkit.law."))
