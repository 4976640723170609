"""What is asked of a channel before anything leaves: that it speaks words, renders purely, and estimates without sending."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dunningkit import dispatch
from dunningkit.contracts import ChannelCapability, CheckResult, Deduplication
from dunningkit.errors import PluginError
from dunningkit.model import (
    DeliveryResult,
    Estimate,
    Medium,
    Rendered,
)
from dunningkit.testing.base import Conformance
from dunningkit.testing.channel_trials import (
    Build,
    Faulty,
    counting_clients,
    error_of,
    files_in,
    oddities_taken_by,
    read_by,
    rendered_by,
    taken_by,
    what_happened,
)
from dunningkit.testing.channel_verdicts import (
    assert_in_words,
    assert_one_each,
    checked_by,
)
from dunningkit.testing.checks import check
from dunningkit.testing.crossing import crosses
from dunningkit.testing.outside import NOW, services_for
from dunningkit.testing.outside_channel import ChannelOutside, as_lines
from dunningkit.testing.reminders import copy_of, reminder

_CURRENCY_LETTERS = 3


class RenderingChecks(Conformance):
    """Checks of ``check()``, ``render()`` and ``estimate()``; a part of `ChannelConformance`."""

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
