"""What every channel is held to: the bytes that were approved leave once, and whatever is not certain is said to be unknown."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dunningkit.testing.base import Conformance
from dunningkit.testing.channel_delivering import DeliveringChecks
from dunningkit.testing.channel_rendering import RenderingChecks
from dunningkit.testing.channel_returning import ReturningChecks
from dunningkit.testing.channel_trials import taken_by
from dunningkit.testing.outside_channel import ChannelOutside

#: How many reminders are rendered when it is measured how long that takes.
MANY = 10_000


class ChannelWithoutStandIn(Conformance):
    """What can be said of a channel from its settings alone: nothing about its messages, because the checks deliver."""

    def test_its_messages_are_shown_by_a_stand_in(self) -> None:
        """A check of deliveries without a stand-in would write to customers."""
        pytest.skip(
            "not shown: nothing of what this channel renders, delivers and reads was checked, because the checks deliver. "
            "Write a class of ChannelConformance with a stand-in for the provider, and announce its module in the entry-point "
            "group dunningkit_engine.v1.proof"
        )


class ChannelConformance(RenderingChecks, DeliveringChecks, ReturningChecks):
    """Give the fixtures ``spec``: your `ChannelSpec`, and ``outside``: an object of your class made from `ChannelOutside`."""

    @pytest.fixture
    def outside(self) -> ChannelOutside:
        """The provider's side: override it to return a new object of a class derived from `ChannelOutside`."""
        return ChannelOutside()

    def measure_ten_thousand_messages(
        self, build: Callable[..., Any], spec: Any, record_property: Callable[[str, object], None]
    ) -> None:
        """How long 10,000 messages take to be made, for ``dunning plugins quality``; not collected otherwise."""
        channel = build()
        taken = taken_by(channel, spec)
        assert taken, "render() takes no medium that the spec declares"
        many = [replace(taken[number % len(taken)], key=f"{number:040x}") for number in range(MANY)]
        begun = time.process_time()
        for one in many:
            channel.render(one)
        record_property("seconds", time.process_time() - begun)
