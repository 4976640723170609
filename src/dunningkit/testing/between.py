"""The kit between a plugin's HTTP client and what its author wrote: it reads every request, and answers some itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dunningkit.contracts import Services
from dunningkit.testing.outside import Outside

if TYPE_CHECKING:
    import httpx

#: Answers a request, or leaves it to the author's transport.
Answer = "Callable[[httpx.Request], httpx.Response | None]"


class Died(BaseException):
    """A process that ends in the middle of a delivery; no plugin catches it."""


def between(
    services: Services, outside: Outside, answer: "Callable[[httpx.Request], httpx.Response | None]"
) -> Services:
    """The same services, whose HTTP client asks ``answer`` first and the author's transport for what that leaves."""

    def client() -> "httpx.Client":
        import httpx  # noqa: PLC0415  # whoever asks has it

        inner = outside.transport()

        def handle(request: "httpx.Request") -> "httpx.Response":
            answered = answer(request)
            return inner.handle_request(request) if answered is None else answered

        return httpx.Client(transport=httpx.MockTransport(handle), timeout=5)

    return replace(services, http_client=client)


@contextmanager
def own_clients(services: Services) -> "Iterator[tuple[Services, list[str]]]":
    """Services, and a list of the HTTP clients that are made otherwise than by them."""
    import httpx  # noqa: PLC0415  # only for channels whose author wrote `transport`

    made: list[str] = []
    given: list[bool] = []

    def client() -> "httpx.Client":
        given.append(True)
        try:
            return services.http_client()
        finally:
            given.pop()

    def noted(kind: type) -> "Callable[..., None]":
        begin = kind.__init__  # type: ignore[misc]  # the class's own

        def run(self: object, *parts: object, **more: object) -> None:
            if not given:
                made.append(f"httpx.{kind.__name__}")
            begin(self, *parts, **more)

        return run

    with pytest.MonkeyPatch.context() as patched:
        for kind in (httpx.Client, httpx.AsyncClient):
            patched.setattr(kind, "__init__", noted(kind))
        yield replace(services, http_client=client), made
