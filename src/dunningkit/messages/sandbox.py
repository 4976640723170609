"""The sandbox that all text templates run in."""

from typing import TYPE_CHECKING

from dunningkit.messages.formats import Formats
from dunningkit.messages.views import VIEWS

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment


def sandbox(formats: Formats) -> "SandboxedEnvironment":
    """The sandbox the blocks run in; plain text is not escaped, and an unknown name is an error and never a blank."""
    from jinja2 import StrictUndefined  # noqa: PLC0415  # loaded with the first message
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415  # as above

    class Sandbox(SandboxedEnvironment):
        def getattr(self, obj: object, attribute: str) -> object:
            # The views' fields hold cleaned values and no way out of them; anything else is judged in full.
            if attribute in VIEWS.get(type(obj), ()):
                return getattr(obj, attribute)
            return super().getattr(obj, attribute)

    environment = Sandbox(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=0,
    )
    environment.filters["money"] = formats.money
    environment.filters["date"] = formats.day
    environment.filters["rate"] = formats.rate
    environment.filters["fine"] = formats.fine
    return environment
