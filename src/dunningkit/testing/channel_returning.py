"""What is asked of what comes back over a channel, and of what it tells about people and tenants."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dunningkit.contracts import ChannelCapability, Services
from dunningkit.errors import AuthError, RateLimited, UnsupportedCapability
from dunningkit.model import (
    ChannelEvent,
    DeliveryResult,
    EventKind,
    Medium,
    Outcome,
    Rendered,
    WebhookRequest,
)
from dunningkit.testing.base import Conformance
from dunningkit.testing.channel_trials import (
    FAULTS,
    WAIT_SECONDS,
    Build,
    Faulty,
    answers_of,
    delivered_by,
    error_of,
    in_another_thread,
    live_through,
    rendered_by,
    several,
    taken_by,
    what_happened,
)
from dunningkit.testing.channel_verdicts import (
    EVENTS,
    assert_silent_about,
    only_with_events,
    only_with_look_up,
    outcomes_of,
)
from dunningkit.testing.checks import check
from dunningkit.testing.elsewhere import SOON, elsewhere, folder_for
from dunningkit.testing.failing_http import texts_of
from dunningkit.testing.forging import changed_requests
from dunningkit.testing.outside import NOW, services_for
from dunningkit.testing.outside_channel import ChannelOutside
from dunningkit.testing.process import changed_since, state_at_first, surroundings_state
from dunningkit.testing.reminders import key_of


class ReturningChecks(Conformance):
    """Checks of ``look_up()``, ``parse_event()`` and of discretion; a part of `ChannelConformance`."""

    @pytest.fixture(autouse=True)
    def process_at_first(self, request: pytest.FixtureRequest) -> dict[str, object]:
        """How the process was set up before the first check of the class called the plugin."""
        return state_at_first(request)

    @check()
    def test_what_is_not_declared_is_refused(self, build: Build, spec: Any) -> None:
        """A host that calls what a spec does not declare is told so by name."""
        channel = build()
        calls: dict[str, Callable[[], object]] = {}
        if ChannelCapability.LOOK_UP not in spec.capabilities:
            calls["look_up"] = lambda: channel.look_up([key_of(Medium.EMAIL, 1)])
        if not EVENTS & spec.capabilities:
            calls["parse_event"] = lambda: channel.parse_event(WebhookRequest("https://host.example/events", (), b"{}"))
        for name, call in calls.items():
            error = error_of(call)
            assert isinstance(error, UnsupportedCapability), (
                f"{name}(), which the spec does not declare, {what_happened(error)}: raise UnsupportedCapability or declare it"
            )

    @check()
    def test_look_up_finds_what_was_delivered(self, build: Build, spec: Any) -> None:
        """A person who settles an unknown delivery trusts it, so a key that the provider never saw is not accepted."""
        only_with_look_up(spec)
        channel = build()
        rendered = rendered_by(channel, spec)
        delivered_by(channel, rendered)
        keys = [*(item.key for item in rendered), key_of(rendered[0].medium, 9)]
        found = answers_of("look_up()", lambda: build().look_up(keys), DeliveryResult)
        assert list(build().look_up([])) == [], "look_up() of no keys is an empty list"
        outcomes = outcomes_of(found)
        assert sorted(one.key for one in found) == sorted(keys), (
            "look_up() did not answer once for each key it was asked"
        )
        lost = [key for key in keys[:-1] if outcomes[key] is not Outcome.ACCEPTED]
        assert not lost, (
            f"look_up() does not find {len(lost)} of {len(rendered)} delivered keys: answer ACCEPTED for them"
        )
        assert outcomes[keys[-1]] is not Outcome.ACCEPTED, (
            "look_up() calls a key accepted that was never delivered: answer REFUSED where the provider is sure that it "
            "never came, else UNKNOWN"
        )

    @check(needs="go_silent delivered")
    def test_look_up_knows_what_silence_hid(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """This is what look-up is for: the provider took the message and fell silent, and now it is asked."""
        only_with_look_up(spec)
        channel = build()
        rendered = several(channel, spec, 1)
        outside.go_silent()
        error_of(lambda: list(channel.deliver(rendered)))
        there = {one.key for one in outside.delivered()}
        found: list[DeliveryResult] = []
        error_of(lambda: found.extend(build().look_up([rendered[0].key])))
        wrong = [one for one in found if one.outcome is Outcome.REFUSED and one.key in there]
        assert not wrong, (
            "the provider took a message and fell silent, and look_up() says that it never came: ask the provider, not what "
            "this side has noted, or answer UNKNOWN"
        )

    @check(needs="refuse")
    def test_look_up_does_not_find_what_was_refused(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """A message that the provider did not take has reached nobody, whatever was tried."""
        only_with_look_up(spec)
        channel = build()
        rendered = several(channel, spec, 1)
        outside.refuse(rendered[0].to)
        error_of(lambda: list(channel.deliver(rendered)))
        found = outcomes_of(answers_of("look_up()", lambda: channel.look_up([rendered[0].key]), DeliveryResult))
        assert found.get(rendered[0].key) is not Outcome.ACCEPTED, (
            "look_up() calls a message accepted that the provider refused: ask the provider, not what this side has tried"
        )

    @check(needs="transport")
    def test_look_up_tells_a_providers_faults_apart(
        self,
        build: Build,
        spec: Any,
        tmp_path: Path,
        outside: ChannelOutside,  # noqa: ARG002  # read by check()
    ) -> None:
        """The class of an error says what the host does next: renew a key, wait as long as told, or try again later."""
        only_with_look_up(spec)
        for fault, kind in FAULTS.items():
            faulty = Faulty(fault)
            channel = build(others=services_for(tmp_path, faulty.transport))
            error = error_of(lambda: list(channel.look_up([key_of(Medium.EMAIL, 1)])))  # noqa: B023  # called at once
            if not faulty.asked:
                continue
            assert isinstance(error, kind), (
                f"after the provider's {fault} look_up() {what_happened(error)}: raise {kind.__name__}"
            )
            if isinstance(error, RateLimited):
                assert error.retry_after_seconds == WAIT_SECONDS, (
                    f"the provider's Retry-After was {WAIT_SECONDS}, the error says {error.retry_after_seconds}: pass it on"
                )

    @check(needs="event_for")
    def test_an_event_is_read_the_same_twice(
        self, build: Build, spec: Any, services: Services, outside: ChannelOutside, tmp_path: Path
    ) -> None:
        """Providers repeat their requests: equal events with equal ids are noticed, others would be counted twice."""
        only_with_events(spec)
        channel = build()
        rendered = several(channel, spec, 1)
        delivered = delivered_by(channel, rendered)
        request = outside.event_for(rendered[0].key)
        first = answers_of("parse_event()", lambda: channel.parse_event(request), ChannelEvent)
        assert first, "parse_event() read no event out of the request of `outside.event_for()`"
        later = build(others=replace(services, clock=lambda: NOW + SOON))
        same = list(channel.parse_event(request)), list(later.parse_event(request))
        with elsewhere(channel, folder_for(tmp_path), SOON):
            elsewhere_read = list(later.parse_event(request))
        assert [*same, elsewhere_read] == [first] * 3, (
            "the same request read again, a minute later, gives other events: take event_id and time out of the request"
        )
        for event in first:
            assert type(event) is ChannelEvent, f"answer with ChannelEvent, not with {type(event).__name__}"
            assert event.event_id, "an event has no event_id: take the provider's, or make one of the request's bytes"
            assert event.at.tzinfo, "an event's time has no time zone"
            known = event.key == rendered[0].key or event.provider_id in {one.provider_id for one in delivered} - {""}
            assert known, "an event names no message: give the key, or the provider_id that deliver() returned"

    @check(needs="event_for")
    def test_events_are_told_apart(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """What has an id that was seen before is taken for a repetition and left out."""
        only_with_events(spec)
        channel = build()
        rendered = several(channel, spec, 2)
        delivered_by(channel, rendered)
        one, two = ({event.event_id for event in channel.parse_event(outside.event_for(item.key))} for item in rendered)
        assert not one & two, (
            "events about two messages have one event_id, so the second would be left out: take the provider's own, or make "
            "one of the request's bytes"
        )

    @check(needs="event_for")
    def test_events_are_of_a_declared_kind(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """A host that counts on no replies shows them to nobody."""
        only_with_events(spec)
        channel = build()
        rendered = several(channel, spec, 1)
        delivered_by(channel, rendered)
        for event in channel.parse_event(outside.event_for(rendered[0].key)):
            needed = ChannelCapability.REPLIES if event.kind is EventKind.REPLY else ChannelCapability.RECEIPTS
            assert needed in spec.capabilities, (
                f"parse_event() gave an event of the kind {event.kind}, and the spec does not declare {needed.name}: declare it"
            )

    @check(needs="event_for forged_event")
    def test_a_request_that_was_changed_is_refused(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """A signature is for the bytes that came: not for those of another request, nor for what they mean when parsed."""
        only_with_events(spec)
        channel = build()
        rendered = several(channel, spec, 2)
        delivered_by(channel, rendered)
        asked = [outside.event_for(item.key) for item in rendered]
        for what, request in changed_requests(asked[0], asked[1], outside.forged_event()):
            error = error_of(lambda request=request: list(channel.parse_event(request)))  # type: ignore[misc]  # bound at once
            assert isinstance(error, AuthError), (
                f"parse_event() of a request {what} {what_happened(error)}: verify the signature over request.body as it came, "
                "before anything is read from it, and raise AuthError"
            )

    @check(needs="forged_event")
    def test_a_forged_event_is_refused(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """Whoever finds the URL could otherwise say that a reminder was delivered."""
        only_with_events(spec)
        error = error_of(lambda: list(build().parse_event(outside.forged_event())))
        assert isinstance(error, AuthError), (
            f"parse_event() of a forged request {what_happened(error)}: raise AuthError"
        )

    @check()
    def test_answers_name_no_person(self, build: Build, spec: Any, outside: ChannelOutside, tmp_path: Path) -> None:
        """A ``detail`` is kept for years beside the delivery, and shown: it says what happened, never to whom."""
        lived = live_through(build, spec, outside, tmp_path)
        told = [text for one in lived.results for text in (one.detail, one.provider_id)]
        assert_silent_about("the `detail` or `provider_id` of a DeliveryResult", spec, outside, told)

    @check()
    def test_errors_name_no_person(self, build: Build, spec: Any, outside: ChannelOutside, tmp_path: Path) -> None:
        """Errors end in logs and in mails to a support desk."""
        lived = live_through(build, spec, outside, tmp_path)
        for kind in sorted({type(error) for error in lived.errors}, key=str):
            told = [error for error in lived.errors if type(error) is kind]
            texts = [text for error in told for text in (f"{error.args}", *texts_of(error))]
            assert_silent_about(f"the text of an error ({kind.__name__})", spec, outside, texts)

    @check()
    def test_logs_name_no_person(
        self, build: Build, spec: Any, outside: ChannelOutside, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Logs travel to machines that no customer has agreed to; a reminder is named by its key."""
        with caplog.at_level(logging.DEBUG):
            live_through(build, spec, outside, tmp_path)
        for name in sorted({record.name for record in caplog.records}):
            texts = [f"{one.getMessage()} {vars(one)}" for one in caplog.records if one.name == name]
            assert_silent_about(f"a record of the logger {name!r}", spec, outside, texts)

    @check()
    def test_showing_a_channel_shows_no_person(
        self, build: Build, spec: Any, outside: ChannelOutside, tmp_path: Path
    ) -> None:
        """The ``repr`` of an object stands in every traceback that is reported."""
        lived = live_through(build, spec, outside, tmp_path)
        assert_silent_about("the repr of the channel", spec, outside, [f"{one!r} {one}" for one in lived.channels])

    @check()
    def test_nothing_is_printed(
        self, build: Build, spec: Any, outside: ChannelOutside, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """What is printed belongs to the host: it may be a protocol."""
        live_through(build, spec, outside, tmp_path)
        printed = "".join(capfd.readouterr())
        assert not printed, f"{len(printed)} characters were printed: use services.log"

    @check()
    def test_the_process_stays_as_it_is(
        self, build: Build, spec: Any, outside: ChannelOutside, tmp_path: Path, process_at_first: dict[str, object]
    ) -> None:
        """How a process logs, counts and names the hour, and which threads it has, is the host's to say."""
        surroundings = surroundings_state()
        live_through(build, spec, outside, tmp_path)
        changed = changed_since(process_at_first, surroundings)
        assert not changed, f"the channel changed {', '.join(changed)}, or left it changed: that belongs to the host"

    @check(needs="other_settings delivered")
    def test_tenants_do_not_mix(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """A host has many creditors in one process, and each of them speaks through its own account."""
        mine, theirs = build(), build(outside.other_settings())
        ours, others = several(mine, spec, 1)[0], several(theirs, spec, 1, first=2)[0]
        delivered_by(theirs, (others,))
        assert not outside.delivered(), "a message of the other tenant left through the account of the first"
        delivered_by(mine, (ours,))
        got = {one.key for one in outside.delivered()}
        assert got == {ours.key}, (
            "with two objects alive, a message did not leave by its own tenant's settings: keep settings on the object, never "
            "on the class or the module"
        )

    @check()
    def test_another_thread_gets_the_same(self, build: Build, spec: Any) -> None:
        """A host may build a channel in one thread and use it in another."""
        channel = build()
        here = [channel.render(made).content for made in taken_by(channel, spec)]
        there: list[Rendered] = []
        answers: list[DeliveryResult] = []

        def work() -> None:
            there.extend(channel.render(made) for made in taken_by(channel, spec))
            answers.extend(channel.deliver(there))

        error = in_another_thread(work)
        assert error is None, (
            f"called from another thread than it was built in, the channel {what_happened(error)}: keep nothing by thread"
        )
        assert [one.content for one in there] == here, "called from another thread, render() makes other bytes"
        got = outcomes_of(answers)
        another = build()
        expected = outcomes_of(delivered_by(another, rendered_by(another, spec)))
        assert set(got.values()) == set(expected.values()), (
            f"delivered from another thread the answers are {set(got.values())}, here they are {set(expected.values())}"
        )
