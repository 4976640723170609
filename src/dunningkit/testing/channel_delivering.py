"""What is asked of a channel's deliveries: each once, every answer true, and no address blamed for a fault."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dunningkit.contracts import ChannelCapability, Deduplication, Services
from dunningkit.errors import PluginError
from dunningkit.model import (
    DeliveryResult,
    Medium,
    Outcome,
)
from dunningkit.testing.base import Conformance
from dunningkit.testing.between import Died, between, own_clients
from dunningkit.testing.channel_trials import (
    BODY_CANARY,
    ELSEWHERE,
    FAULTS,
    OTHER_FAULTS,
    Build,
    Faulty,
    delivered_by,
    error_of,
    listed,
    many,
    oddities_taken_by,
    rendered_by,
    rendered_whole,
    several,
    what_happened,
    with_copies,
)
from dunningkit.testing.channel_verdicts import (
    assert_arrived,
    assert_no_verdict,
    assert_none_missing,
    assert_nothing,
    assert_one_each,
    outcomes_of,
)
from dunningkit.testing.checks import check, is_written
from dunningkit.testing.outside import services_for
from dunningkit.testing.outside_channel import ChannelOutside
from dunningkit.testing.reminders import key_of

if TYPE_CHECKING:
    import httpx

#: More than providers take in one request, and than a page of answers holds.
_MANY = 120


class DeliveringChecks(Conformance):
    """Checks of ``deliver()``; a part of `ChannelConformance`."""

    @check(needs="delivered")
    def test_only_delivering_sends(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """Checking, rendering, estimating and looking up happen before a person has approved anything."""
        channel = build()
        channel.check()
        rendered = rendered_by(channel, spec)
        listed("estimate()", channel.estimate(rendered))
        if ChannelCapability.LOOK_UP in spec.capabilities:
            listed("look_up()", channel.look_up([item.key for item in rendered]))
        assert not outside.delivered(), "a message left before deliver() was called: send in deliver() alone"

    @check()
    def test_every_message_gets_one_answer(self, build: Build, spec: Any) -> None:
        """A message without an answer is recorded as unknown and waits for a person."""
        channel = build()
        rendered = rendered_by(channel, spec)
        assert_one_each("deliver()", rendered, [one.key for one in delivered_by(channel, rendered)])

    @check()
    def test_a_large_batch_is_answered_whole(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """The first of the month brings many, and some customers owe for several invoices: each key is a message of its own."""
        channel = build()
        rendered = many(channel, spec, _MANY)
        assert_none_missing("deliver() of a large batch", rendered, delivered_by(channel, rendered))
        if is_written(outside, "delivered"):
            there = {one.key for one in outside.delivered()}
            assert there >= {item.key for item in rendered}, (
                f"of a batch of {_MANY} messages to ten customers {len(there)} arrived: send each key"
            )

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
        odd = with_copies(oddities_taken_by(channel, spec))
        oddities = {item.key: item for item in (rendered_whole(channel, made) for made in odd)}
        rendered = [*rendered_by(channel, spec), *oddities.values()]
        outcomes = outcomes_of(delivered_by(channel, rendered))
        got = list(outside.delivered())
        there = {one.key: one for one in got}
        doubled = len(got) - len(there)
        assert not doubled, f"delivered once, {doubled} messages arrived twice: send each once, and do not try again"
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
        error = error_of(lambda: list(build().deliver(rendered)))
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
            answers = delivered_by(channel, rendered)
        assert_none_missing("deliver() of the same keys again", rendered, answers)
        refused = [one for one in answers if one.outcome is Outcome.REFUSED]
        assert not refused, (
            f"{len(refused)} keys that had arrived are refused when they are delivered again, which closes their addresses: "
            "answer ACCEPTED, because the provider has them"
        )
        if spec.deduplication is Deduplication.NONE:
            return  # the engine does not count on it
        got = [one.key for one in outside.delivered()]
        doubled = {key for key in got if got.count(key) > 1}
        assert not doubled, (
            f"{len(doubled)} of {len(rendered)} keys delivered twice reached their customers twice, yet the spec says "
            f"Deduplication.{spec.deduplication.name}: give the provider the reminder's own key, look up first, or say NONE"
        )

    @check(needs="transport delivered")
    def test_a_run_that_died_sends_nothing_twice(
        self, build: Build, spec: Any, services: Services, outside: ChannelOutside
    ) -> None:
        """The process ends when the provider has the message and before anything could be noted; the next run asks again."""
        if spec.deduplication is Deduplication.NONE:
            pytest.skip("the spec says Deduplication.NONE, so the engine sends nothing again by itself")

        def dies(request: "httpx.Request") -> "httpx.Response | None":
            before = len(outside.delivered())
            answer: httpx.Response = outside.transport().handle_request(request)
            if len(outside.delivered()) > before:
                raise Died
            return answer

        rendered = several(build(), spec, 1)
        died = error_of(lambda: list(build(others=between(services, outside, dies)).deliver(rendered)))
        if not isinstance(died, Died):
            return  # it sends otherwise than over the client that it was given
        delivered_by(build(), rendered)
        times = len(outside.delivered())
        assert times == 1, (
            f"a run died after the provider had taken a message; run again, it was sent again, although the spec says "
            f"Deduplication.{spec.deduplication.name}: what is noted after sending is lost, so let the provider know the key"
        )

    @check(needs="transport delivered")
    def test_a_fault_in_the_middle_keeps_the_answers_before_it(
        self, build: Build, spec: Any, services: Services, outside: ChannelOutside
    ) -> None:
        """The provider breaks after the first of three: an error would take the answer along that it gave."""

        def breaks(request: "httpx.Request") -> "httpx.Response | None":
            import httpx  # noqa: PLC0415  # whoever asks has it

            return httpx.Response(503, text=BODY_CANARY, request=request) if outside.delivered() else None

        rendered = several(build(), spec, 3)
        answers: list[DeliveryResult] = []
        channel = build(others=between(services, outside, breaks))
        error = error_of(lambda: answers.extend(channel.deliver(rendered)))
        if not outside.delivered():
            return  # it sends otherwise than over the client that it was given
        assert error is None, (
            f"one of three messages had left when the provider broke, and deliver() {what_happened(error)}: answer for what "
            "has left, and UNKNOWN for the others"
        )
        assert_none_missing("deliver(), whose provider broke after the first message,", rendered, answers)

    @check(needs="refuse")
    def test_a_refused_address_keeps_nobody_else_back(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """In a batch of three, the one in the middle has an address that does not work any more."""
        channel = build()
        rendered = several(channel, spec, 3)
        outside.refuse(rendered[1].to)
        outcomes = outcomes_of(delivered_by(channel, rendered))
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
        rendered = several(channel, spec, 3)
        outside.go_silent()
        answers: list[DeliveryResult] = []
        error = error_of(lambda: answers.extend(channel.deliver(rendered)))
        assert error is None, (
            f"deliver() {what_happened(error)} after a time-out: catch it and answer Outcome.UNKNOWN, because what is raised "
            "takes the answers for the rest of the batch along"
        )
        assert_none_missing("deliver(), whose provider fell silent,", rendered, answers)
        outcomes = sorted({one.outcome for one in answers} - {Outcome.UNKNOWN})
        assert not outcomes, (
            f"the provider took the bytes and fell silent: answer UNKNOWN, not {' and '.join(outcomes)}"
        )

    @check(needs="go_silent delivered")
    def test_silence_is_not_answered_by_sending_again(self, build: Build, spec: Any, outside: ChannelOutside) -> None:
        """What a provider took without a word has arrived; who tries again after a time-out writes to the customer twice."""
        channel = build()
        rendered = several(channel, spec, 1)
        outside.go_silent()
        error_of(lambda: list(channel.deliver(rendered)))
        times = len(outside.delivered())
        assert times <= 1, (
            f"after a time-out deliver() sent the message again, and it arrived {times} times: answer UNKNOWN, and leave it to "
            "a person"
        )

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
        for fault, kind in {**FAULTS, **dict.fromkeys(OTHER_FAULTS, PluginError)}.items():
            if fault == "time-out":
                continue  # test_silence_is_unknown asks for more
            faulty = Faulty(fault)
            channel = build(others=services_for(tmp_path, faulty.transport))
            rendered = several(channel, spec, 2)
            assert_no_verdict(channel, rendered, f"the provider answered with {fault}", kind, faulty)

    @check(needs="transport")
    def test_a_redirect_is_not_followed(
        self,
        build: Build,
        spec: Any,
        tmp_path: Path,
        outside: ChannelOutside,  # noqa: ARG002  # read by check()
    ) -> None:
        """Another machine than the one in the settings would be handed the key and the customers' addresses."""
        faulty = Faulty("302")
        channel = build(others=services_for(tmp_path, faulty.transport))
        error_of(channel.check)
        error_of(lambda: list(channel.deliver(several(channel, spec, 1))))
        if ChannelCapability.LOOK_UP in spec.capabilities:
            error_of(lambda: list(channel.look_up([key_of(Medium.EMAIL, 1)])))
        followed = [url for _, url, _ in faulty.requests if url.startswith(ELSEWHERE)]
        assert not followed, (
            "a redirect to another machine was followed: leave follow_redirects off, and take a 3xx for a fault"
        )

    @check(needs="transport")
    def test_every_request_has_a_time_out_and_the_given_client(
        self, build: Build, spec: Any, services: Services, outside: ChannelOutside
    ) -> None:
        """A provider that never answers must not hold up the run; the host's client has time-outs, proxies and certificates."""
        endless: list[str] = []

        def looks(request: "httpx.Request") -> None:
            waits = request.extensions.get("timeout") or {}
            if not waits or None in waits.values():
                endless.append(f"{request.method} {request.url.path}")

        with own_clients(between(services, outside, looks)) as (watched, own):
            channel = build(others=watched)
            error_of(channel.check)
            error_of(lambda: list(channel.deliver(several(channel, spec, 1))))
        assert not own, f"the channel makes its own {' and '.join(sorted(set(own)))}: use services.http_client()"
        assert not endless, (
            f"no time-out for {', '.join(sorted(set(endless)))}: leave `timeout` to services.http_client(), or give seconds"
        )
