"""What every channel is held to: the bytes that were approved leave once, and whatever is not certain is said to be unknown."""

import logging
from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dunningkit import dispatch
from dunningkit.contracts import ChannelCapability, CheckResult, Deduplication
from dunningkit.errors import AuthError, PluginError, RateLimited, UnsupportedCapability
from dunningkit.model import (
    ChannelEvent,
    DeliveryResult,
    Estimate,
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
    counting_clients,
    error_of,
    files_in,
    in_another_thread,
    live_through,
    oddities_taken_by,
    read_by,
    rendered_by,
    several,
    taken_by,
    what_happened,
)
from dunningkit.testing.channel_verdicts import (
    EVENTS,
    assert_arrived,
    assert_in_words,
    assert_no_verdict,
    assert_nothing,
    assert_one_each,
    assert_silent_about,
    checked_by,
    only_with_events,
    only_with_look_up,
    outcomes_of,
)
from dunningkit.testing.checks import check, is_written
from dunningkit.testing.crossing import crosses
from dunningkit.testing.outside import NOW, services_for
from dunningkit.testing.outside_channel import ChannelOutside, as_lines
from dunningkit.testing.reminders import copy_of, key_of, reminder

_CURRENCY_LETTERS = 3


class ChannelConformance(Conformance):
    """Give the fixtures ``spec``: your `ChannelSpec`, and ``outside``: an object of your class made from `ChannelOutside`."""

    @pytest.fixture
    def outside(self) -> ChannelOutside:
        """The provider's side: override it to return a new object of a class derived from `ChannelOutside`."""
        return ChannelOutside()

    # -- check() and numbers ---------------------------------------------------------------------------------------

    @check()
    def test_check_is_content_with_settings_that_work(self, build: Build) -> None:
        """A channel whose ``check()`` finds fault never sends: its reminders wait."""
        got = build().check()
        assert got.ok, f"check() says {got.problems} with the settings of `outside.settings()`; it should be content"
        assert not got.problems, f"check() is content and still names problems: {got.problems}; leave them out"

    @check(needs="broken_settings")
    def test_check_says_what_is_wrong_with_settings(self, build: Build, outside: ChannelOutside) -> None:
        """An accountant reads the sentence on a screen; an exception would only be a crash of the plugin."""
        assert_in_words(checked_by(build(outside.broken_settings()), "settings that cannot work"))

    @check(needs="go_down")
    def test_check_says_that_nothing_can_leave(self, build: Build, outside: ChannelOutside) -> None:
        """``check()`` runs before each batch: what it finds keeps reminders waiting that would end as `unknown`."""
        outside.go_down()
        assert_in_words(checked_by(build(), "a provider that cannot be reached"))

    @check(needs="transport")
    def test_check_never_raises_what_a_provider_answers(
        self,
        build: Build,
        tmp_path: Path,
        outside: ChannelOutside,  # noqa: ARG002  # read by check()
    ) -> None:
        """A provider that is busy or broken is a problem to show, with ``ok=False``."""
        for fault in ("429", "500", "503", "time-out"):
            faulty = Faulty(fault)
            got = checked_by(build(others=services_for(tmp_path, faulty.transport)), f"the provider's {fault}")
            if faulty.asked:
                assert not got.ok, f"check() is content although the provider answered with {fault}: return ok=False"

    @check()
    def test_days_on_the_way_are_a_whole_number(self, build: Build) -> None:
        """Time to pay is counted from ``max_delivery_days`` days after sending."""
        channel = build()
        days = channel.max_delivery_days
        try:
            dispatch.max_delivery_days(dispatch.WiredChannel("channel", channel))
        except PluginError:
            raise AssertionError(f"max_delivery_days is {days!r}: give a whole number (int) from 0 to 366") from None

    @check()
    def test_deduplication_by_look_up_can_look_up(self, spec: Any) -> None:
        """Who promises to look up before sending again has a look-up to show."""
        by_look_up = spec.deduplication is Deduplication.BY_LOOK_UP
        assert not by_look_up or ChannelCapability.LOOK_UP in spec.capabilities, (
            "the spec says Deduplication.BY_LOOK_UP without ChannelCapability.LOOK_UP: declare LOOK_UP, or say NONE"
        )

    # -- render() --------------------------------------------------------------------------------------------------

    @check()
    def test_every_declared_medium_is_rendered(self, build: Build, spec: Any) -> None:
        """What the spec declares is what the engine plans with."""
        assert spec.media, "the spec declares no medium: name what the channel carries in `media`"
        channel = build()
        for medium in sorted(spec.media):
            try:
                channel.render(reminder(medium))
            except PluginError as error:
                raise AssertionError(
                    f"the spec declares {medium.value}, but render() raises {type(error).__name__} for it: "
                    "render it, or take it out of `media`"
                ) from None

    @check()
    def test_a_medium_that_is_not_declared_is_refused(self, build: Build, spec: Any) -> None:
        """A text that was made for another medium would reach somebody in a form that nobody approved."""
        channel = build()
        for medium in sorted(set(Medium) - spec.media):
            error = error_of(lambda medium=medium: channel.render(reminder(medium)))  # type: ignore[misc]  # bound at once
            assert isinstance(error, PluginError), (
                f"render() of a reminder by {medium.value}, which the spec does not declare, "
                f"{what_happened(error)}: raise UnsupportedCapability"
            )

    @check()
    def test_the_same_reminder_gives_the_same_bytes(
        self, build: Build, spec: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What a person approves is what leaves, days later and from another machine: no clock, no chance, no memory."""
        channel = build()
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        later = services_for(elsewhere, now=NOW + timedelta(days=400))
        for made in taken_by(channel, spec):
            first = channel.render(made)
            assert channel.render(made) == first, "rendered twice by one object, the results differ: keep no memory"
            with monkeypatch.context() as patched:
                patched.setattr("time.time", lambda: NOW.timestamp() + 10**8)
                again = build(others=later).render(made)
            assert again == first, (
                "another object with the same settings, another clock and another base_dir renders otherwise: leave out "
                "the date, the folder, random ids and boundaries (a Message-ID can be made of the reminder's key)"
            )

    @check()
    def test_rendering_asks_nobody_and_writes_nothing(
        self, build: Build, spec: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A proposal of ten thousand reminders is rendered before anybody has approved one."""
        monkeypatch.chdir(tmp_path)
        asked: list[str] = []
        channel = build(others=counting_clients(services_for(tmp_path), asked))
        asked.clear()
        before = files_in(tmp_path)
        for made in taken_by(channel, spec):
            channel.render(made)
        assert not asked, "render() opened the HTTP client: whatever has to be asked belongs in check() or deliver()"
        written = sorted({name for name, _ in files_in(tmp_path) ^ before})
        assert not written, f"render() changed files: {written}; write in deliver()"

    @check()
    def test_key_medium_and_address_are_kept(self, build: Build, spec: Any) -> None:
        """An answer about another key, medium or address is thrown away as a crash of the plugin."""
        channel = build()
        for made in taken_by(channel, spec):
            got = channel.render(made)
            assert (got.key, got.medium, got.to) == (made.key, made.to.medium, made.to.address), (
                f"asked for {(made.key, made.to.medium, made.to.address)}, rendered {(got.key, got.medium, got.to)}: "
                "copy the three from the reminder and bring an address into the provider's form in deliver()"
            )

    @check()
    def test_the_whole_text_is_in_the_bytes(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """Finnish, Swedish, the euro sign, emoji, quotes, mark-up, long words and line ends arrive as they were approved."""
        channel = build()
        for made in oddities_taken_by(channel, spec):
            text = as_lines(read_by(outside.text_of, channel.render(made)))
            for wanted in (made.message.subject, made.message.body):
                lost = [line for line in as_lines(wanted).split("\n") if line not in text]
                assert not lost, f"of a text by {made.to.medium.value} these lines are not in the bytes: {lost}"
            assert as_lines(made.message.body) in text, (
                "the lines are there, but not in their order or with other breaks"
            )

    @check()
    def test_the_preview_can_be_read(self, build: Build, spec: Any) -> None:
        """A person approves by the preview: the text as it stands, and no bytes of the wire."""
        channel = build()
        for made in oddities_taken_by(channel, spec):
            preview = as_lines(channel.render(made).preview)
            for wanted in (made.message.subject, made.message.body):
                assert as_lines(wanted) in preview, (
                    f"the preview by {made.to.medium.value} does not hold the reminder's own text; it begins "
                    f"{preview[:60]!r}: put message.subject and message.body in it, undisturbed"
                )

    @check()
    def test_copies_of_invoices_are_attached(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """An e-mail that says a copy is attached holds it byte for byte, and never another customer's."""
        channel = build()
        if Medium.EMAIL not in {made.to.medium for made in taken_by(channel, spec)}:
            pytest.skip("copies are attached to e-mails, and this channel carries none")
        for numbers in ((1,), (2, 3), ()):
            copies = tuple(copy_of(number) for number in numbers)
            rendered = channel.render(reminder(Medium.EMAIL, attachments=copies))
            got = list(read_by(outside.attached, rendered))
            assert got == [copy.content for copy in copies], (
                f"given {len(copies)} attachments, the e-mail holds {len(got)}, or their bytes differ: attach exactly "
                "`reminder.attachments`"
            )

    # -- values ----------------------------------------------------------------------------------------------------

    @check()
    def test_answers_are_the_values_of_the_contract(self, build: Build, spec: Any) -> None:
        """Each answer is of the contract's class through and through, and comes back from JSON as it went."""
        channel = build()
        rendered = rendered_by(channel, spec)
        answers: list[tuple[type, Iterable[object]]] = [
            (CheckResult, [channel.check()]),
            (Rendered, rendered),
            (Estimate, channel.estimate(rendered)),
            (DeliveryResult, channel.deliver(rendered)),
        ]
        if ChannelCapability.LOOK_UP in spec.capabilities:
            answers.append((DeliveryResult, channel.look_up([item.key for item in rendered])))
        for kind, values in answers:
            for value in values:
                assert type(value) is kind, f"answer with {kind.__name__}, not with {type(value).__name__}"
                assert crosses(value, kind), (
                    f"a value of {kind.__name__} does not survive JSON: is something of another type in one of its fields?"
                )

    @check()
    def test_what_it_is_given_stays_as_it_is(self, build: Build, spec: Any) -> None:
        """The engine records what it gave, so a channel that changes it falsifies the record."""
        channel = build()
        for made in taken_by(channel, spec):
            before = deepcopy(made)
            channel.render(made)
            assert made == before, "render() changed the reminder: make a new value with dataclasses.replace()"
        batch = rendered_by(channel, spec)
        rendered = deepcopy(batch)
        channel.estimate(batch)
        assert batch == rendered, "estimate() changed the messages it was given, or their list: leave both alone"
        channel.deliver(batch)
        assert batch == rendered, "deliver() changed the messages it was given, or their list: leave both alone"

    # -- estimate() ------------------------------------------------------------------------------------------------

    @check()
    def test_every_message_has_an_estimate(self, build: Build, spec: Any) -> None:
        """What sending would take is shown before it is approved: one estimate a key, of at least one part."""
        channel = build()
        rendered = rendered_by(channel, spec)
        got = list(channel.estimate(rendered))
        assert_one_each("estimate()", rendered, [one.key for one in got])
        assert all(one.parts >= 1 for one in got), "an estimate has no parts: a message that leaves has at least one"
        assert list(channel.estimate(())) == [], "estimate() of no messages is an empty list"

    @check()
    def test_a_price_has_a_currency(self, build: Build, spec: Any) -> None:
        """Only nothing costs the same in every currency; a price that is not known is ``None``."""
        channel = build()
        for one in channel.estimate(rendered_by(channel, spec)):
            if one.price_minor is not None:
                assert one.price_minor >= 0, f"a price of {one.price_minor}: nobody is paid for receiving a reminder"
            if one.price_minor:
                named = len(one.currency) == _CURRENCY_LETTERS and one.currency.isalpha() and one.currency.isupper()
                assert named, f"a price in the currency {one.currency!r}: name it by its three letters, such as EUR"

    # -- deliver() -------------------------------------------------------------------------------------------------

    @check(needs="delivered")
    def test_only_delivering_sends(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """Checking, rendering, estimating and looking up happen before a person has approved anything."""
        channel = build()
        channel.check()
        rendered = rendered_by(channel, spec)
        channel.estimate(rendered)
        if ChannelCapability.LOOK_UP in spec.capabilities:
            channel.look_up([item.key for item in rendered])
        assert not outside.delivered(), "a message left before deliver() was called: send in deliver() alone"

    @check()
    def test_every_message_gets_one_answer(self, build: Build, spec: Any) -> None:
        """A message without an answer is recorded as unknown and waits for a person."""
        channel = build()
        rendered = rendered_by(channel, spec)
        assert_one_each("deliver()", rendered, [one.key for one in channel.deliver(rendered)])

    @check()
    def test_an_empty_batch_is_no_error(self, build: Build, outside: ChannelOutside) -> None:
        """A quiet day delivers nothing."""
        error = error_of(lambda: assert_nothing(build().deliver(())))
        assert error is None, f"deliver() of no messages {what_happened(error)}: return an empty list"
        if is_written(outside, "delivered"):
            assert not outside.delivered(), "deliver() of no messages sent something"

    @check(needs="delivered")
    def test_what_was_accepted_has_arrived(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """The other side has exactly the bytes that were approved, at the address that was asked for."""
        channel = build()
        rendered = rendered_by(channel, spec)
        outcomes = outcomes_of(channel.deliver(rendered))
        there = {one.key: one for one in outside.delivered()}
        for item in rendered:
            assert outcomes.get(item.key) is Outcome.ACCEPTED, (
                f"a provider that works took a message by {item.medium.value}, but the answer is {outcomes.get(item.key)}: "
                "answer Outcome.ACCEPTED"
            )
            assert item.key in there, f"a message by {item.medium.value} was called accepted and has not arrived"
            assert_arrived(outside, item, there[item.key])

    @check(needs="delivered")
    def test_what_another_object_rendered_is_delivered(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """The engine keeps the bytes and hands them, days later, to an object that has rendered nothing."""
        rendered = rendered_by(build(), spec)
        error = error_of(lambda: build().deliver(rendered))
        assert error is None, (
            f"deliver() of messages that another object rendered {what_happened(error)}: take all you need from `Rendered`"
        )
        missing = {item.key for item in rendered} - {one.key for one in outside.delivered()}
        assert not missing, f"{len(missing)} messages that another object rendered have not arrived"

    @check(needs="delivered")
    def test_a_key_reaches_the_customer_once(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """A run that died is run again: a provider that knows the key, or is asked first, sends no second message."""
        for _ in range(2):
            channel = build()
            rendered = rendered_by(channel, spec)
            answers = channel.deliver(rendered)
        assert all(one.outcome in set(Outcome) for one in answers), "an outcome that is none of `Outcome`"
        if spec.deduplication is Deduplication.NONE:
            return  # the engine does not count on it
        got = [one.key for one in outside.delivered()]
        doubled = {key for key in got if got.count(key) > 1}
        assert not doubled, (
            f"{len(doubled)} of {len(rendered)} keys delivered twice reached their customers twice, yet the spec says "
            f"Deduplication.{spec.deduplication.name}: give the provider the reminder's own key, look up first, or say NONE"
        )

    @check(needs="refuse")
    def test_a_refused_address_keeps_nobody_else_back(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """In a batch of three, the one in the middle has an address that does not work any more."""
        channel = build()
        rendered = several(channel, spec, 3)
        outside.refuse(rendered[1].to)
        outcomes = outcomes_of(channel.deliver(rendered))
        got = [outcomes.get(item.key) for item in rendered]
        assert got[1] is Outcome.REFUSED, f"the provider refused an address and the answer is {got[1]}: answer REFUSED"
        assert got[::2] == [Outcome.ACCEPTED] * 2, (
            f"one refused address made the others of its batch {got[0]} and {got[2]}: go on with them"
        )
        if is_written(outside, "delivered"):
            there = {one.key for one in outside.delivered()}
            assert {rendered[0].key, rendered[2].key} <= there, "the others of the batch have not arrived"

    @check(needs="go_silent")
    def test_silence_is_unknown(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """After a time-out the bytes may have arrived: only a person can say so, and nothing is sent again until then."""
        channel = build()
        rendered = several(channel, spec, 1)
        outside.go_silent()
        answers: list[DeliveryResult] = []
        error = error_of(lambda: answers.extend(channel.deliver(rendered)))
        assert error is None, (
            f"deliver() {what_happened(error)} after a time-out: catch it and answer Outcome.UNKNOWN, because what is raised "
            "takes the answers for the rest of the batch along"
        )
        outcome = outcomes_of(answers).get(rendered[0].key)
        assert outcome is Outcome.UNKNOWN, f"the provider took the bytes and fell silent: answer UNKNOWN, not {outcome}"

    @check(needs="go_down")
    def test_a_fault_of_ours_blames_no_address(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """Where nothing can have left, ``refused`` would close an address that has nothing wrong with it."""
        channel = build()
        rendered = several(channel, spec, 2)
        outside.go_down()
        assert_no_verdict(channel, rendered, "nothing could leave", PluginError)

    @check(needs="transport")
    def test_a_fault_of_the_provider_blames_no_address(
        self,
        build: Build,
        spec: Any,
        tmp_path: Path,
        outside: ChannelOutside,  # noqa: ARG002  # read by check()
    ) -> None:
        """A key that expired, a limit that was reached, a server that broke: none says anything about the customer."""
        for fault, kind in FAULTS.items():
            if fault == "time-out":
                continue  # test_silence_is_unknown asks for more
            faulty = Faulty(fault)
            channel = build(others=services_for(tmp_path, faulty.transport))
            rendered = several(channel, spec, 2)
            assert_no_verdict(channel, rendered, f"the provider answered with {fault}", kind, faulty)

    # -- look_up() and parse_event() -------------------------------------------------------------------------------

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
        channel.deliver(rendered)
        keys = [*(item.key for item in rendered), key_of(rendered[0].medium, 9)]
        found = list(build().look_up(keys))
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
            error = error_of(lambda: channel.look_up([key_of(Medium.EMAIL, 1)]))  # noqa: B023  # called at once
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
    def test_an_event_is_read_the_same_twice(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """Providers repeat their requests: equal events with equal ids are noticed, others would be counted twice."""
        only_with_events(spec)
        channel = build()
        rendered = several(channel, spec, 1)
        channel.deliver(rendered)
        request = outside.event_for(rendered[0].key)
        first = list(channel.parse_event(request))
        assert first, "parse_event() read no event out of the request of `outside.event_for()`"
        for again in (channel, build()):
            assert list(again.parse_event(request)) == first, (
                "the same request read again gives other events: take event_id and time out of the request"
            )
        for event in first:
            assert type(event) is ChannelEvent, f"answer with ChannelEvent, not with {type(event).__name__}"
            assert event.event_id, "an event has no event_id: take the provider's, or make one of the request's bytes"
            assert event.at.tzinfo, "an event's time has no time zone"
            known = event.key == rendered[0].key or event.provider_id
            assert known, "an event names no message: give the key, or the provider_id that deliver() returned"

    @check(needs="forged_event")
    def test_a_forged_event_is_refused(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """Whoever finds the URL could otherwise say that a reminder was delivered."""
        only_with_events(spec)
        error = error_of(lambda: build().parse_event(outside.forged_event()))
        assert isinstance(error, AuthError), (
            f"parse_event() of a forged request {what_happened(error)}: raise AuthError"
        )

    # -- what is told of people, and where -------------------------------------------------------------------------

    @check()
    def test_answers_name_no_person(self, build: Build, spec: Any, outside: ChannelOutside, tmp_path: Path) -> None:
        """A ``detail`` is kept for years beside the delivery, and shown: it says what happened, never to whom."""
        lived = live_through(build, spec, outside, tmp_path)
        assert_silent_about("the `detail` of a DeliveryResult", spec, outside, [one.detail for one in lived.results])

    @check()
    def test_errors_name_no_person(self, build: Build, spec: Any, outside: ChannelOutside, tmp_path: Path) -> None:
        """Errors end in logs and in mails to a support desk."""
        lived = live_through(build, spec, outside, tmp_path)
        for kind in sorted({type(error) for error in lived.errors}, key=str):
            told = [error for error in lived.errors if type(error) is kind]
            texts = [f"{error} {error.args} {getattr(error, 'params', '')}" for error in told]
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

    # -- company ---------------------------------------------------------------------------------------------------

    @check(needs="other_settings delivered")
    def test_tenants_do_not_mix(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """A host has many creditors in one process, and each of them speaks through its own account."""
        mine, theirs = build(), build(outside.other_settings())
        ours, others = several(mine, spec, 1)[0], several(theirs, spec, 1, first=2)[0]
        theirs.deliver((others,))
        assert not outside.delivered(), "a message of the other tenant left through the account of the first"
        mine.deliver((ours,))
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
        expected = outcomes_of(another.deliver(rendered_by(another, spec)))
        assert set(got.values()) == set(expected.values()), (
            f"delivered from another thread the answers are {set(got.values())}, here they are {set(expected.values())}"
        )
