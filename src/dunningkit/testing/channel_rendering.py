"""What is asked of a channel before anything leaves: that it speaks words, renders purely, and estimates without sending."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import fields, replace
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
from dunningkit.testing.another_process import NotThere, answer_of
from dunningkit.testing.base import Conformance
from dunningkit.testing.channel_trials import (
    Build,
    Faulty,
    answers_of,
    counting_clients,
    error_of,
    listed,
    oddities_taken_by,
    read_by,
    rendered_by,
    rendered_whole,
    taken_by,
    what_happened,
    with_copies,
)
from dunningkit.testing.channel_verdicts import (
    assert_in_words,
    assert_one_each,
    checked_by,
)
from dunningkit.testing.checks import check
from dunningkit.testing.crossing import crosses
from dunningkit.testing.elsewhere import elsewhere, folder_for
from dunningkit.testing.outside import NOW, services_for
from dunningkit.testing.outside_channel import ChannelOutside, as_lines, html_in, recipients_in
from dunningkit.testing.reminders import copy_of, reminder
from dunningkit.testing.watching import outside_told
from dunningkit.wired import WiredChannel

_CURRENCY_LETTERS = 3


def _fields(value: Any) -> list[str]:
    return [getattr(value, one.name) for one in fields(value)]


def _letters(line: str) -> str:
    """A line by what every encoding holds of it: whether the rest arrives is a check of its own."""
    return "".join(char for char in line if char.isascii() and char.isalnum())


def _bare(text: str) -> str:
    """A text without blanks and breaks, which mark-up moves about."""
    return "".join(text.split())


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
    def test_days_on_the_way_are_a_whole_number(self, build: Build, tmp_path: Path) -> None:
        """Time to pay is counted from ``max_delivery_days`` days after sending."""
        channel = build()
        days = channel.max_delivery_days
        try:
            dispatch.max_delivery_days(WiredChannel("channel", channel))
        except PluginError:
            raise AssertionError(f"max_delivery_days is {days!r}: give a whole number (int) from 0 to 366") from None
        asked: list[str] = []
        later = counting_clients(services_for(tmp_path, now=NOW + timedelta(days=4)), asked)
        another = build(others=later)
        asked.clear()
        with elsewhere(channel, folder_for(tmp_path), timedelta(days=4)):
            again = (channel.max_delivery_days, another.max_delivery_days, another.max_delivery_days)
        assert set(again) == {days}, (
            f"max_delivery_days was {days} and is {again} on another day: give the most that it ever takes"
        )
        assert not asked, (
            "max_delivery_days opened the HTTP client: it is read for each reminder; take it from the settings"
        )

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
    def test_the_same_reminder_gives_the_same_bytes(self, build: Build, spec: Any, tmp_path: Path) -> None:
        """What a person approves is what leaves, days later and from another machine: no clock, no chance, no memory."""
        channel = build()
        folder = folder_for(tmp_path)
        later = services_for(folder, now=NOW + timedelta(days=400))
        for made in with_copies(taken_by(channel, spec)):
            first = channel.render(made)
            assert channel.render(made) == first, "rendered twice by one object, the results differ: keep no memory"
            assert build(others=later).render(made) == first, (
                "another object with the same settings, another clock and another base_dir renders otherwise: leave out "
                "the date, the folder, random ids and boundaries (a Message-ID can be made of the reminder's key)"
            )
            with elsewhere(channel, folder):
                again = build(others=later).render(made)
            assert again == first, (
                "on another day, host and in another time zone, locale and working folder, render() makes other bytes: take "
                "all that stands in them from the reminder and the settings, nothing from the process it runs in"
            )

    @check()
    def test_another_process_renders_the_same(
        self, build: Build, spec: Any, outside: ChannelOutside, tmp_path: Path
    ) -> None:
        """Approved here and sent there: a set's order and what ``hash()`` says of a text differ from process to process."""
        channel = build()
        made = taken_by(channel, spec)
        try:
            there = answer_of(spec, outside.settings(), tmp_path, "render", [(one,) for one in made])
        except NotThere:
            pytest.skip("not shown: keep the spec in a variable of its module, such as SPEC, to have this checked")
        assert there == [channel.render(one) for one in made], (
            "another process renders other bytes: sort sets before you use them, and use hashlib in place of hash()"
        )

    @check()
    def test_rendering_asks_nobody_and_writes_nothing(self, build: Build, spec: Any, tmp_path: Path) -> None:
        """A proposal of ten thousand reminders is rendered before anybody has approved one."""
        asked: list[str] = []
        channel = build(others=counting_clients(services_for(tmp_path), asked))
        asked.clear()
        with outside_told() as told:
            for made in with_copies(taken_by(channel, spec)):
                channel.render(made)
        assert not asked, "render() opened the HTTP client: whatever has to be asked belongs in check() or deliver()"
        assert not told, f"render() {', and '.join(told)}: whatever is asked or written belongs in check() or deliver()"

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
            rendered = rendered_whole(channel, made)
            text = as_lines(read_by(outside.text_of, rendered))
            for wanted in (made.message.subject, made.message.body):
                lost = [line for line in as_lines(wanted).split("\n") if line not in text]
                assert not lost, f"of a text by {made.to.medium.value} these lines are not in the bytes: {lost}"
            assert as_lines(made.message.body) in text, (
                "the lines are there, but not in their order or with other breaks"
            )
            html = html_in(rendered)
            assert html is None or _bare(made.message.body) in _bare(html), (
                "the e-mail's part in HTML does not say what the text says: put the body through html.escape()"
            )

    @check()
    def test_a_long_text_is_whole_or_refused(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """Half a reminder, without the line that says whom to call, is worse than none: a person hears that it is too long."""
        channel = build()
        for made in taken_by(channel, spec):
            body = "\n".join(f"Rivi {number}: kiitos maksusta, lasku on maksettu." for number in range(200))
            long = replace(made, message=replace(made.message, body=body))
            answers: list[Rendered] = []
            error = error_of(lambda long=long, answers=answers: answers.append(channel.render(long)))  # type: ignore[misc]  # bound at once
            assert error is None or isinstance(error, PluginError), (
                f"render() of a text of {len(body)} letters {what_happened(error)}: render it whole, or raise PermanentError"
            )
            for rendered in answers:
                whole = body in as_lines(read_by(outside.text_of, rendered)) and body in as_lines(rendered.preview)
                assert whole, (
                    f"a text of {len(body)} letters by {made.to.medium.value} was cut: render it whole, or raise "
                    "PermanentError and let a person shorten it"
                )

    @check()
    def test_nothing_leaves_that_the_preview_does_not_show(
        self, build: Build, spec: Any, outside: ChannelOutside
    ) -> None:
        """A line that a channel adds, or says twice, is one that nobody approved."""
        channel = build()
        for made in taken_by(channel, spec):
            rendered = channel.render(made)
            if not rendered.content_type.startswith(("text/plain", "message/rfc822")):
                continue  # a form and JSON hold fields that no customer reads
            text = as_lines(read_by(outside.text_of, rendered))
            shown = {_letters(line) for line in as_lines(rendered.preview).split("\n")}
            own = (made.to.address, made.recipient_name, *_fields(made.sender), made.message.subject, made.key)
            added = [
                line
                for line in text.split("\n")
                if _letters(line) not in shown and not any(one and one in line for one in own)
            ]
            assert not added, (
                f"a message by {made.to.medium.value} holds lines that its preview does not: {added}: put them in the "
                "preview, because a person approves what it shows"
            )
            assert text.count(as_lines(made.message.body)) <= 1, (
                f"a message by {made.to.medium.value} says its text more than once"
            )

    @check()
    def test_an_email_is_to_its_customer_alone(self, build: Build, spec: Any) -> None:
        """Who else reads of a debt learns what is nobody's business."""
        channel = build()
        for made in taken_by(channel, spec):
            rendered = channel.render(made)
            if not rendered.content_type.startswith("message/rfc822"):
                continue
            others = recipients_in(rendered) - {made.to.address}
            assert not others, (
                f"an e-mail names {len(others)} recipients besides its customer in To, Cc or Bcc: it is for one person"
            )

    @check()
    def test_a_file_name_stays_in_its_folder(self, build: Build, spec: Any) -> None:
        """Hosts write what was rendered to a folder of theirs under this name."""
        channel = build()
        for made in taken_by(channel, spec):
            name = channel.render(made).filename
            bare = name.isprintable() and not set(name) & set("/\\:") and name not in (".", "..")
            assert bare, f"the file name {name!r} leads out of its folder: make it of the key and an ending"

    @check()
    def test_the_preview_can_be_read(self, build: Build, spec: Any) -> None:
        """A person approves by the preview: the text as it stands, and no bytes of the wire."""
        channel = build()
        for made in oddities_taken_by(channel, spec):
            preview = as_lines(rendered_whole(channel, made).preview)
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
            (Estimate, listed("estimate()", channel.estimate(rendered))),
            (DeliveryResult, listed("deliver()", channel.deliver(rendered))),
        ]
        if ChannelCapability.LOOK_UP in spec.capabilities:
            found = listed("look_up()", channel.look_up([item.key for item in rendered]))
            answers.append((DeliveryResult, found))
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
        listed("estimate()", channel.estimate(batch))
        assert batch == rendered, "estimate() changed the messages it was given, or their list: leave both alone"
        listed("deliver()", channel.deliver(batch))
        assert batch == rendered, "deliver() changed the messages it was given, or their list: leave both alone"

    @check()
    def test_every_message_has_an_estimate(self, build: Build, spec: Any) -> None:
        """What sending would take is shown before it is approved: one estimate a key, of at least one part."""
        channel = build()
        rendered = rendered_by(channel, spec)
        got = answers_of("estimate()", lambda: channel.estimate(rendered), Estimate)
        assert_one_each("estimate()", rendered, [one.key for one in got])
        assert list(build().estimate(rendered)) == list(channel.estimate(rendered)) == got, (
            "asked again, estimate() says something else: what is approved is what it will take"
        )
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
