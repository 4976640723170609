"""What a ledger source does on bad days, what it leaves behind, and what it must never say."""

import gc
import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from dunningkit.contracts import LedgerCapability, LedgerSourceSpec, Services
from dunningkit.errors import AuthError, PluginError, RateLimited, TransientError
from dunningkit.testing.base import Conformance
from dunningkit.testing.checks import check, is_written
from dunningkit.testing.failing_http import (
    ASKED_TO_WAIT,
    BODY,
    DOWN,
    EVERY_KIND,
    LOGIN_REFUSED,
    RETRY_AFTER_SECONDS,
    BadDay,
    Call,
    Failure,
    failures,
    texts_of,
)
from dunningkit.testing.ledger_sending import UNKNOWN_ID, marks_for, some_ids
from dunningkit.testing.outside_ledger import LedgerOutside
from dunningkit.testing.readings import Reading, read
from dunningkit.testing.secrecy import found_in, logging_state, persons_in, record_text, secrets_in, texts_in

Build = Callable[..., Any]
#: Tries every call on some bad days.
Failing = Callable[[tuple[BadDay, ...]], Iterator[Failure]]

_LOGGING = pytest.StashKey[dict[str, object]]()
#: A thread that is about to end is given so long.
_SECONDS_TO_END = 0.5


@dataclass(slots=True)
class Day:
    """What a source said and did in everything that the kit can make happen."""

    source: Any
    reading: Reading
    answers: list[Any] = field(default_factory=list)
    errors: list[tuple[str, BaseException]] = field(default_factory=list)

    def attempt(self, name: str, call: Callable[[], Any]) -> None:
        """Keep what comes of a call, be it an error."""
        try:
            self.answers.append(call())
        except Exception as error:  # noqa: BLE001  # what comes out is what is looked at
            self.errors.append((name, error))


class FailingChecks(Conformance):
    """Errors, silence and secrecy."""

    @pytest.fixture(autouse=True)
    def logging_at_first(self, request: pytest.FixtureRequest) -> dict[str, object]:
        """How the process logged before the first check of the class; a plugin may change it in any of them."""
        stash = request.node.parent.stash
        if _LOGGING not in stash:
            stash[_LOGGING] = logging_state()
        return dict(stash[_LOGGING])

    @pytest.fixture
    def calls(self, build: Build, spec: LedgerSourceSpec, outside: LedgerOutside) -> Callable[[], dict[str, Call]]:
        """Makes every call that the spec declares, by its name."""

        def make() -> dict[str, Call]:
            # Without a transport nobody can be asked for ids, and every request fails anyway.
            reading = read(build()) if is_written(outside, "transport") else None
            ids = some_ids(reading) if reading else (UNKNOWN_ID,)
            made: dict[str, Call] = {"changes": read, "recheck": lambda source: source.recheck(ids)}
            if LedgerCapability.DOCUMENTS in spec.capabilities:
                made["documents"] = lambda source: source.documents(ids)
            if LedgerCapability.WRITE_BACK in spec.capabilities and reading:
                marks = marks_for(reading)[:1]
                made["write_back"] = lambda source: source.write_back(marks)
            return made

        return make

    @pytest.fixture
    def failing(
        self, build: Build, calls: Any, services: Services, outside: LedgerOutside, record_property: Any
    ) -> Failing:
        """Tries every call while the HTTP client fails; who asks nothing over HTTP has nothing to map, and that is recorded."""

        def tried(days: tuple[BadDay, ...]) -> Iterator[Failure]:
            number = 0
            for number, failure in enumerate(failures(days, calls(), build, services, outside), 1):  # noqa: B007
                yield failure
            record_property("failures_over_http", number)

        return tried

    @pytest.fixture
    def day(self, build: Build, services: Services, outside: LedgerOutside, calls: Any) -> Callable[[], Day]:
        """Lets happen whatever the outside can let happen."""

        def lived() -> Day:
            source = build()
            day = Day(source, read(source))
            day.attempt("check", source.check)
            day.attempt("changes", lambda: read(source, day.reading.cursor))
            made = calls()
            for name, call in made.items():
                day.attempt(name, partial(call, source))
            for failure in failures(EVERY_KIND, made, build, services, outside):
                if failure.error is not None:
                    day.errors.append((str(failure), failure.error))
            if is_written(outside, "broken_settings"):
                day.attempt("check", lambda: build(outside.broken_settings()).check())
                day.attempt("changes with broken settings", lambda: read(build(outside.broken_settings())))
            for harm in ("spoil_row", "truncate"):
                if is_written(outside, harm):
                    getattr(outside, harm)()
                    day.attempt(f"changes after {harm}()", lambda: read(source))
                    day.attempt(f"recheck after {harm}()", lambda: source.recheck(some_ids(day.reading)))
            return day

        return lived

    @pytest.fixture
    def never_shown(self, spec: LedgerSourceSpec, outside: LedgerOutside) -> frozenset[str]:
        """The secrets in the settings, and the outside's canaries where it names some."""
        secrets = secrets_in(spec.config_model.model_validate(dict(outside.settings())))
        return secrets | frozenset(outside.canaries() if is_written(outside, "canaries") else ())

    # -- errors -------------------------------------------------------------------------------------------------------

    @check()
    def test_a_refused_login_is_an_auth_error(self, failing: Failing) -> None:
        """401 means that a person renews the credentials. (Who asks nothing over HTTP passes.)"""
        for one in failing(LOGIN_REFUSED):
            assert isinstance(one.error, AuthError), f"{one}: raise AuthError; it {one.got}"

    @check()
    def test_being_asked_to_wait_is_rate_limited(self, failing: Failing) -> None:
        """429 means to come back later, and ``Retry-After`` says when. (Who asks nothing over HTTP passes.)"""
        for one in failing(ASKED_TO_WAIT):
            assert isinstance(one.error, RateLimited), f"{one}: raise RateLimited; it {one.got}"
            told = one.error.retry_after_seconds
            assert told == RETRY_AFTER_SECONDS, f"{one}: Retry-After says 3, retry_after_seconds says {told}"

    @check()
    def test_a_system_that_is_down_is_a_transient_error(self, failing: Failing) -> None:
        """5xx, a time-out, no connection: the next run tries again. (Who asks nothing over HTTP passes.)"""
        for one in failing(DOWN):
            assert isinstance(one.error, TransientError), f"{one}: raise TransientError; it {one.got}"

    @check()
    def test_check_notices_a_system_that_does_not_answer(
        self, build: Build, services: Services, outside: LedgerOutside
    ) -> None:
        """``check()`` runs before a plugin is switched on. (Who asks nothing over HTTP passes.)"""
        asking: dict[str, Call] = {"check": lambda source: source.check()}
        for one in failures(LOGIN_REFUSED + DOWN, asking, build, services, outside):
            if one.error is None:
                assert not one.answer.ok, f"{one}: it says ok=True"
                assert one.answer.problems, f"{one}: it says ok=False and not why"
            else:
                assert isinstance(one.error, PluginError), f"{one}: answer with ok=False; it {one.got}"

    @check()
    def test_errors_repeat_nothing_of_an_answer(self, failing: Failing) -> None:
        """Nobody knows what another system writes into its error pages: persons, tokens, whole requests."""
        for one in failing(EVERY_KIND):
            text = f"{one.error} {dict(one.error.params)}" if isinstance(one.error, PluginError) else str(one.error)
            assert BODY not in text, f"{one}: its text repeats what the other system answered; say it in your own words"

    # -- secrecy ------------------------------------------------------------------------------------------------------

    @check()
    def test_logs_name_nobody(
        self, day: Callable[[], Day], never_shown: frozenset[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        """Logs are kept, copied and mailed: no customer and no secret in them, at no level. Ids are enough."""
        with caplog.at_level(logging.DEBUG):
            lived = day()
        persons = persons_in(lived.reading.values("customers"))
        for record in caplog.records:
            odd = found_in(record_text(record), persons | never_shown)
            assert not odd, f"a log record of {record.name!r} at {record.levelname} holds {odd!r}: log ids instead"

    @check()
    def test_repr_names_nobody(self, day: Callable[[], Day], never_shown: frozenset[str]) -> None:
        """A debugger, an error report, a log: ``repr`` is everywhere."""
        lived = day()
        odd = found_in(f"{lived.source!r} {lived.source}", persons_in(lived.reading.values("customers")) | never_shown)
        assert not odd, f"repr() of the source shows {odd!r}: give it a __repr__ without secrets and customers"

    @check()
    def test_errors_name_nobody(self, day: Callable[[], Day], never_shown: frozenset[str]) -> None:
        """Errors are shown and logged with those that led to them: no customer and no secret in any of them."""
        lived = day()
        persons = persons_in(lived.reading.values("customers"))
        for name, error in lived.errors:
            for text in texts_of(error):
                odd = found_in(text, persons | never_shown)
                assert not odd, (
                    f"{name}: the {type(error).__name__}, or what led to it, holds {odd!r}; name ids and places, and "
                    "raise `from None` where a library's own error tells more"
                )

    @check(needs="canaries")
    def test_what_may_never_come_out_does_not(
        self, day: Callable[[], Day], outside: LedgerOutside, never_shown: frozenset[str]
    ) -> None:
        """What the engine has no use for stays in the ledger: a personal identity code, a token."""
        assert outside.canaries(), (
            "`canaries` of your `outside` names nothing: put a made-up identity code into the data"
        )
        lived = day()
        answers = [lived.reading.batches, *(one.batches if isinstance(one, Reading) else one for one in lived.answers)]
        for text in texts_in(answers):
            assert not (odd := found_in(text, never_shown)), f"{odd!r} came out, in {text!r}"

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
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", ResourceWarning)
            _abandon(build())
            gc.collect(1)
        left = [str(one.message) for one in told if issubclass(one.category, ResourceWarning)]
        assert not left, f"a reading that was given up after its first batch left something open: {left[0]}"

    @check()
    def test_an_abandoned_reading_leaves_no_thread_running(self, build: Build) -> None:
        """Hosts fork, and end: everything happens in the call that asked for it."""
        before = threading.enumerate()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # looked at by the check before
            _abandon(build())
        left = [thread for thread in threading.enumerate() if thread not in before]
        for thread in left:
            thread.join(_SECONDS_TO_END)
        names = ", ".join(thread.name for thread in left if thread.is_alive())
        assert not names, f"a reading that was given up after its first batch left running: {names}"


def _abandon(source: Any) -> None:
    stream = iter(source.changes(None))
    next(stream, None)
    if close := getattr(stream, "close", None):
        close()
