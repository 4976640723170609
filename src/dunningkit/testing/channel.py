"""What every channel is held to: the bytes that were approved leave once, and whatever is not certain is said to be unknown."""

import pytest

from dunningkit.testing.channel_delivering import DeliveringChecks
from dunningkit.testing.channel_rendering import RenderingChecks
from dunningkit.testing.channel_returning import ReturningChecks
from dunningkit.testing.outside_channel import ChannelOutside


class ChannelConformance(RenderingChecks, DeliveringChecks, ReturningChecks):
    """Give the fixtures ``spec``: your `ChannelSpec`, and ``outside``: an object of your class made from `ChannelOutside`."""

    @pytest.fixture
    def outside(self) -> ChannelOutside:
        """The provider's side: override it to return a new object of a class derived from `ChannelOutside`."""
        return ChannelOutside()
