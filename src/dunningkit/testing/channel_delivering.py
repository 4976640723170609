"""What is asked of a channel's deliveries: each once, every answer true, and no address blamed for a fault."""

from pathlib import Path
from typing import Any

from dunningkit.contracts import ChannelCapability, Deduplication
from dunningkit.errors import PluginError
from dunningkit.model import (
    DeliveryResult,
    Outcome,
)
from dunningkit.testing.base import Conformance
from dunningkit.testing.channel_trials import (
    FAULTS,
    Build,
    Faulty,
    error_of,
    rendered_by,
    several,
    what_happened,
)
from dunningkit.testing.channel_verdicts import (
    assert_arrived,
    assert_no_verdict,
    assert_nothing,
    assert_one_each,
    outcomes_of,
)
from dunningkit.testing.checks import check, is_written
from dunningkit.testing.outside import services_for
from dunningkit.testing.outside_channel import ChannelOutside


class DeliveringChecks(Conformance):
    """Checks of ``deliver()``; a part of `ChannelConformance`."""

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
