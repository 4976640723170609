"""What a ledger source does on bad days, and what it must never say."""

import logging
import time
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
    NO_ANSWER_OF_THEIRS,
    NOT_FOUND,
    REFUSED,
    RETRY_AFTER_SECONDS,
    BadDay,
    Call,
    Failure,
    failures,
    texts_of,
)
from dunningkit.testing.ledger_sending import UNKNOWN_ID, marks_for, some_ids
from dunningkit.testing.outside_ledger import LedgerOutside
from dunningkit.testing.readings import Reading, difference, read
from dunningkit.testing.secrecy import found_in, persons_in, record_text, secrets_in, texts_in

Build = Callable[..., Any]
#: Tries every call on some bad days.
Failing = Callable[[tuple[BadDay, ...]], Iterator[Failure]]

#: So long a plugin may keep its requests apart; longer it would wait for the other system to come back.
_LONGEST_PAUSE_SECONDS = 1.0
_LONGEST_NAP_SECONDS = 0.01


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
    def naps(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """How many seconds a plugin wanted to sleep, each time; nobody waits for it to wake up."""
        slept: list[float] = []
        kept = time.sleep

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            kept(min(seconds, _LONGEST_NAP_SECONDS))

        monkeypatch.setattr(time, "sleep", sleep)
        return slept

    @pytest.fixture
    def failing(
        self,
        build: Build,
        calls: Any,
        services: Services,
        outside: LedgerOutside,
        record_property: Any,
        naps: list[float],  # noqa: ARG002  # a plugin that sleeps would make its author wait for minutes
    ) -> Failing:
        """Tries every call while the HTTP client fails; who asks nothing over HTTP has nothing to map, and that is recorded."""

        def tried(days: tuple[BadDay, ...]) -> Iterator[Failure]:
            number = 0
            for number, failure in enumerate(failures(days, calls(), build, services, outside), 1):  # noqa: B007
                yield failure
            record_property("failures_over_http", number)

        return tried

    @pytest.fixture
    def day(
        self, build: Build, services: Services, outside: LedgerOutside, calls: Any, naps: list[float]
    ) -> Callable[[], Day]:
        """Lets happen whatever the outside can let happen."""

        def lived() -> Day:
            naps.clear()
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
    def test_it_does_not_wait_for_better_days(self, failing: Failing, naps: list[float]) -> None:
        """The host knows when to come back, and may not be kept waiting. (Who asks nothing over HTTP passes.)"""
        for one in failing((*ASKED_TO_WAIT, *DOWN)):
            longest = max(naps, default=0)
            assert longest < _LONGEST_PAUSE_SECONDS, (
                f"{one}: it slept for {longest:g} s inside the call; raise RateLimited or TransientError at once"
            )

    @check()
    def test_what_is_refused_is_an_error_of_ours(self, failing: Failing) -> None:
        """400, 403, 409: what a host is to do about it is said by an error of ours; never a crash, never an empty ledger.

        404 may be an answer about one receivable, but is no crash either. (Who asks nothing over HTTP passes.)
        """
        for one in failing(REFUSED):
            _is_no_crash(one)
            whole = one.call == "changes" and one.error is None and one.answer.whole and one.day is not NOT_FOUND
            assert not whole, f"{one}: it called the ledger whole; raise an error, or end with complete=False"

    @check()
    def test_an_answer_that_is_none_is_no_ledger(self, failing: Failing, calls: Any, build: Build) -> None:
        """A login page, a proxy's page, nothing at all: no list, and no error that Python made of it.

        (Who asks nothing over HTTP passes, and an answer that nobody reads may be anything.)
        """
        for one in failing(NO_ANSWER_OF_THEIRS):
            if one.call not in ("changes", "recheck"):
                continue
            _is_no_crash(one)
            if one.error is None:
                said_so = one.call == "changes" and not one.answer.whole
                assert said_so or _same(one.answer, calls()[one.call](build())), (
                    f"{one}: it took that for an answer; raise TransientError or PermanentError"
                )

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

    @check()
    def test_sentences_repeat_nothing_of_an_answer(
        self,
        build: Build,
        services: Services,
        outside: LedgerOutside,
        never_shown: frozenset[str],
        naps: list[float],  # noqa: ARG002  # a plugin that sleeps would make its author wait for minutes
    ) -> None:
        """What ``check()`` says is shown to whoever sets the plugin up: in words of its own, and without the key."""
        asking: dict[str, Call] = {"check": lambda source: source.check()}
        for one in failures(EVERY_KIND + REFUSED, asking, build, services, outside):
            said = " ".join(one.answer.problems) if one.error is None else str(one.error)
            assert BODY not in said, f"{one}: it repeats what the other system answered; say it in your own words"
            odd = found_in(said, never_shown)
            assert not odd, f"{one}: what it says holds {odd!r}, which is a secret"

    @check(needs="truncate")
    def test_why_a_reading_is_not_whole_names_nobody(
        self, build: Build, outside: LedgerOutside, never_shown: Any
    ) -> None:
        """``SyncEnd.detail`` is kept with the reading and shown: places and numbers, and no customer."""
        persons = persons_in(read(build()).values("customers"))
        outside.truncate()
        try:
            end = read(build()).end
        except PluginError:
            return  # looked at with the other errors
        odd = found_in(end.detail if end else "", persons | never_shown)
        assert not odd, f"SyncEnd.detail holds {odd!r}: say how much came, and what to do"

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


def _is_no_crash(one: Failure) -> None:
    assert one.error is None or isinstance(one.error, PluginError), (
        f"{one}: it {one.got}, which counts as a crash; raise an error of dunningkit.errors that says what to do"
    )


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Reading):
        return not difference(one, other)
    return sorted(one, key=repr) == sorted(other, key=repr)
