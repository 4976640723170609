"""The other system as it is on bad days: the kit stands between a plugin and what its author wrote, and answers instead."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dunningkit.contracts import Services
from dunningkit.errors import PluginError
from dunningkit.testing.checks import is_written
from dunningkit.testing.outside import Outside

if TYPE_CHECKING:
    import httpx

#: Stands in the body and the headers of every answer that is a failure; nobody may repeat it.
BODY = "body-canary-8f3c1d"
#: How many seconds the other system asks to wait.
RETRY_AFTER_SECONDS = 3
_TOO_MANY_REQUESTS = 429
#: The first request fails, or the second, or the third: a login may go well before the list does not.
LATEST_FAILURE = 3


@dataclass(frozen=True, slots=True)
class BadDay:
    """A way in which the other system fails: its name in words, and what it answers."""

    name: str
    answer: "Callable[[httpx.Request], httpx.Response]"


@dataclass(slots=True)
class Asked:
    """How many requests were made, and how many of them failed."""

    requests: int = 0
    failed: int = 0


def status(code: int) -> BadDay:
    """An answer with an error status, and a body that nobody may repeat."""

    def answer(request: "httpx.Request") -> "httpx.Response":
        import httpx  # noqa: PLC0415  # whoever asks has it

        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if code == _TOO_MANY_REQUESTS else {}
        return httpx.Response(code, headers=headers, json={"error": BODY, "detail": f"{BODY} for {request.url.path}"})

    return BadDay(f"it answers {code}", answer)


def no_answer(error: str) -> BadDay:
    """No answer at all; ``error`` is the name of the httpx exception."""

    def answer(request: "httpx.Request") -> "httpx.Response":
        import httpx  # noqa: PLC0415  # whoever asks has it

        raise getattr(httpx, error)(f"{error}: {BODY}", request=request)

    return BadDay(f"httpx raises {error}", answer)


def page(code: int, content: str) -> BadDay:
    """An answer that is none of the other system's: a page of whoever stands between."""

    def answer(request: "httpx.Request") -> "httpx.Response":
        import httpx  # noqa: PLC0415  # whoever asks has it

        headers = {"Content-Type": "text/html", "Location": "https://login.invalid/"}
        return httpx.Response(code, headers=headers, content=content.encode(), request=request)

    return BadDay(f"it answers {code} with {'a web page' if content else 'nothing'}", answer)


LOGIN_REFUSED = (status(401),)
NOT_FOUND = status(404)
REFUSED = (status(400), status(403), NOT_FOUND, status(409))
NO_ANSWER_OF_THEIRS = (page(200, f"<html><title>{BODY}</title></html>"), page(200, ""), page(302, f"<a>{BODY}</a>"))
ASKED_TO_WAIT = (status(429),)
#: One of each.
EVERY_KIND = (status(401), status(429), status(500), no_answer("ReadTimeout"))
DOWN = (status(500), status(503), no_answer("ReadTimeout"), no_answer("ConnectError"), no_answer("RemoteProtocolError"))


def services_on(day: BadDay, services: Services, outside: Outside, *, good: int) -> tuple[Services, Asked]:
    """Services whose HTTP client fails from the request after the first ``good`` on."""
    asked = Asked()

    def client() -> "httpx.Client":
        import httpx  # noqa: PLC0415  # as above

        inner: httpx.BaseTransport | None = outside.transport() if is_written(outside, "transport") else None

        def handle(request: "httpx.Request") -> "httpx.Response":
            asked.requests += 1
            if inner is not None and asked.requests <= good:
                return inner.handle_request(request)
            asked.failed += 1
            return day.answer(request)

        return httpx.Client(transport=httpx.MockTransport(handle), timeout=5)

    return replace(services, http_client=client), asked


@dataclass(frozen=True, slots=True)
class Failure:
    """What came of one call on a bad day: an error, or an answer as if nothing had been."""

    day: BadDay
    call: str
    error: BaseException | None
    answer: Any = field(default=None, repr=False)

    def __str__(self) -> str:
        """Where it was, in words."""
        return f"{self.call}() when {self.day.name}"

    @property
    def got(self) -> str:
        """What came of it, in words."""
        if self.error is not None:
            return f"raised {type(self.error).__name__}"
        return "gave an answer as if all were well" if getattr(self.answer, "whole", True) else "said complete=False"


Call = Callable[[Any], Any]


def failures(
    days: tuple[BadDay, ...],
    calls: dict[str, Call],
    build: Callable[..., Any],
    services: Services,
    outside: Outside,
) -> Iterator[Failure]:
    """Try every call on every bad day; only those are told in which a request failed. None for who never asks over HTTP."""
    for name, call in calls.items():
        for day in days:
            for good in range(LATEST_FAILURE):
                made, asked = services_on(day, services, outside, good=good)
                failure = _tried(day, name, call, build(others=made))
                if not asked.failed:
                    break
                yield failure


def _tried(day: BadDay, name: str, call: Call, source: Any) -> Failure:
    try:
        return Failure(day, name, None, call(source))
    except Exception as error:  # noqa: BLE001  # what comes out is what is looked at
        return Failure(day, name, error)


def texts_of(error: BaseException | None) -> Iterator[str]:
    """What a log shows of an error and of those that led to it."""
    while error is not None:
        yield f"{error} {error!r}"
        if isinstance(error, PluginError):
            yield repr(dict(error.params))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
