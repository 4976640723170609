"""What a ledger source leaves behind and reaches for: the process is the host's, and so is the way out of it."""

import gc
import http.client
import importlib.util
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from dunningkit.contracts import LedgerSourceSpec, Services
from dunningkit.testing.base import Conformance
from dunningkit.testing.checks import check
from dunningkit.testing.environment import environment_read_by
from dunningkit.testing.ledger_failing import Day
from dunningkit.testing.process import changed, place_state, process_state
from dunningkit.testing.readings import package_of
from dunningkit.testing.secrecy import logging_state

Build = Callable[..., Any]

_LOGGING = pytest.StashKey[dict[str, object]]()
_PROCESS = pytest.StashKey[dict[str, object]]()
#: A thread that is about to end is given so long.
_SECONDS_TO_END = 0.5


class LeavingChecks(Conformance):
    """Threads, files, clients, the environment, and whatever else belongs to the process."""

    @pytest.fixture
    def all_calls(self, calls: Any) -> Callable[[Any], None]:
        """Makes every call that the spec declares, with one object."""

        # Made before anything is watched: it reads the ledger for the ids to ask about.
        prepared = calls()

        def made(source: Any) -> None:
            source.check()
            for call in prepared.values():
                answer = call(source)
                if isinstance(answer, Iterator):
                    list(answer)

        return made

    @pytest.fixture(autouse=True)
    def logging_at_first(self, request: pytest.FixtureRequest) -> dict[str, object]:
        """How the process logged before the first check of the class; a plugin may change it in any of them."""
        stash = request.node.parent.stash
        if _LOGGING not in stash:
            stash[_LOGGING] = logging_state()
        return dict(stash[_LOGGING])

    @pytest.fixture(autouse=True)
    def process_at_first(self, request: pytest.FixtureRequest) -> dict[str, object]:
        """How the process stood before the first check of the class; a plugin may change it in any of them."""
        stash = request.node.parent.stash
        if _PROCESS not in stash:
            stash[_PROCESS] = process_state()
        return dict(stash[_PROCESS])

    # -- what it leaves behind ----------------------------------------------------------------------------------------

    @check()
    def test_nothing_is_printed(self, day: Callable[[], Day], capfd: pytest.CaptureFixture[str]) -> None:
        """The standard output is the host's: it may be a file that another program reads."""
        capfd.readouterr()
        day()
        printed = "".join(capfd.readouterr())
        assert not printed, f"{printed[:60]!r} was printed; use services.log"

    @check()
    def test_logging_stays_as_the_host_set_it_up(
        self, day: Callable[[], Day], logging_at_first: dict[str, object]
    ) -> None:
        """No handler, no level, no factory: a plugin logs to ``services.log`` and leaves the rest alone."""
        day()
        now = logging_state()
        changed = [name for name in now.keys() | logging_at_first.keys() if now.get(name) != logging_at_first.get(name)]
        assert not changed, f"the plugin changed {', '.join(sorted(changed))}: leave logging to the host"

    @check()
    def test_an_abandoned_reading_leaves_no_file_open(self, build: Build) -> None:
        """A host that stops half-way must be able to move or delete the export: close files in ``with`` or ``finally``."""
        gc.collect(1)
        with warnings.catch_warnings(record=True) as told, suppress(RuntimeError):
            warnings.simplefilter("always", ResourceWarning)
            _abandon(build())
            gc.collect(1)
        left = [str(one.message) for one in told if issubclass(one.category, ResourceWarning)]
        assert not left, f"a reading that was given up after its first batch left something open: {left[0]}"

    @check()
    def test_no_call_leaves_a_file_open(self, build: Build, calls: Any) -> None:
        """A host works for weeks, and a system has only so many: what a call opens, the call closes."""
        changes, *others = calls().values()
        source = build()  # kept until the end: what an object itself keeps open is another matter
        gc.collect(1)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", ResourceWarning)
            for call in (*others, lambda one: one.check(), changes):
                answer = call(source)
                if isinstance(answer, Iterator):
                    list(answer)
            gc.collect(1)
        left = [str(one.message) for one in told if issubclass(one.category, ResourceWarning)]
        assert not left, f"a call left something open: {left[0]}; open it in a `with` statement"

    @check()
    def test_an_abandoned_reading_leaves_no_thread_running(self, build: Build) -> None:
        """Hosts fork, and end: everything happens in the call that asked for it."""
        with warnings.catch_warnings(), suppress(RuntimeError), _threads() as started:
            warnings.simplefilter("ignore", ResourceWarning)  # looked at by the check before
            _abandon(build())
        names = _still_running(started)
        assert not names, f"a reading that was given up after its first batch left running: {names}"

    @check()
    def test_a_reading_can_be_given_up(self, build: Build) -> None:
        """A host stops half-way by closing the iterator: ``yield`` then raises GeneratorExit, which nobody may swallow."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)  # looked at by a check before
                _abandon(build())
        except Exception as error:  # whatever it is, the author has to hear of it
            raise AssertionError(
                f"closing a reading after its first batch raised {type(error).__name__}: do not yield in `finally` or after "
                "catching GeneratorExit"
            ) from error

    @check()
    def test_no_call_leaves_a_thread_running(self, build: Build, all_calls: Any) -> None:
        """Nothing goes on after a call: a pool of threads is closed in the call that made it."""
        with _threads() as started:
            source = build()
            all_calls(source)
        names = _still_running(started)
        assert not names, f"after check(), changes(), recheck() and what else is declared there runs: {names}"

    @check()
    def test_the_process_stays_as_it_was(self, day: Callable[[], Day], process_at_first: Mapping[str, object]) -> None:
        """The locale, the context of decimals, time-outs of sockets, the folder: other tenants live in the same process."""
        here = place_state()
        day()
        others = changed({**process_at_first, **here}, {**process_state(), **place_state()})
        assert not others, f"the plugin changed {', '.join(others)}: that is the host's"

    @check()
    def test_it_reads_no_environment(self, build: Build, all_calls: Any, spec: LedgerSourceSpec) -> None:
        """Two tenants share one environment: what a plugin needs to know comes in its settings."""
        with environment_read_by(package_of(spec)) as names:
            all_calls(build())
        assert not names, f"it reads the environment ({', '.join(sorted(names))}): make it a setting"

    @check()
    def test_it_goes_out_by_the_client_it_was_given(self, build: Build, services: Services, all_calls: Any) -> None:
        """The host's client has its time-outs, proxies and certificates: one of the plugin's own has none of them."""
        with _other_clients() as (given, others):
            all_calls(build(others=replace(services, http_client=lambda: given(services.http_client))))
        assert not others, f"it opened a {others and others[0]} of its own: ask with services.http_client()"

    @check()
    def test_every_request_has_a_time_out(self, build: Build, services: Services, all_calls: Any) -> None:
        """A run must end, whatever the other system does. (Who asks nothing over HTTP passes.)"""
        endless: list[str] = []

        def client() -> Any:
            made = services.http_client()
            made.event_hooks = {
                **made.event_hooks,
                "request": [
                    lambda request: (
                        endless.append(request.url.path)
                        if None in request.extensions.get("timeout", {"all": None}).values()
                        else None
                    )
                ],
            }
            return made

        all_calls(build(others=replace(services, http_client=client)))
        assert not endless, (
            f"a request to {endless and endless[0]} waits without end: leave the client's time-outs alone"
        )


@contextmanager
def _other_clients() -> Iterator[tuple[Callable[[Callable[[], Any]], Any], list[str]]]:
    """How to open the client that was given, and which others were opened meanwhile."""
    giving: list[bool] = []
    others: list[str] = []

    def given(make: Callable[[], Any]) -> Any:
        giving.append(True)
        try:
            return make()
        finally:
            giving.pop()

    def noticed(kind: type, name: str) -> Callable[..., Any]:
        made = getattr(kind, name)

        def noticing(self: Any, *arguments: Any, **named: Any) -> Any:
            if not giving:
                others.append(f"{kind.__module__}.{kind.__name__}")
            return made(self, *arguments, **named)

        return noticing

    with pytest.MonkeyPatch.context() as patched:
        for kind in _httpx_clients():
            patched.setattr(kind, "__init__", noticed(kind, "__init__"))
        patched.setattr(http.client.HTTPConnection, "connect", noticed(http.client.HTTPConnection, "connect"))
        yield given, others


def _httpx_clients() -> tuple[type, ...]:
    if importlib.util.find_spec("httpx") is None:
        return ()
    import httpx  # noqa: PLC0415  # a plugin without HTTP needs none

    return httpx.Client, httpx.AsyncClient


@contextmanager
def _threads() -> Iterator[list[threading.Thread]]:
    """The threads that this one starts, and those that they start; a server of the outside starts its own."""
    started: list[threading.Thread] = []
    here, kept = threading.current_thread(), threading.Thread.start

    def start(self: threading.Thread) -> None:
        if threading.current_thread() in (here, *started):
            started.append(self)
        kept(self)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        yield started


def _still_running(started: list[threading.Thread]) -> str:
    for thread in started:
        thread.join(_SECONDS_TO_END)
    return ", ".join(thread.name for thread in started if thread.is_alive())


def _abandon(source: Any) -> None:
    stream = iter(source.changes(None))
    next(stream, None)
    if close := getattr(stream, "close", None):
        close()
