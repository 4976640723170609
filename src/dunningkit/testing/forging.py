"""Requests that a provider has not sent, made of two that it has: for channels that verify a signature in a header."""

import json
from collections.abc import Iterator
from dataclasses import replace

from dunningkit.model import WebhookRequest


def changed_requests(
    one: WebhookRequest, two: WebhookRequest, forged: WebhookRequest
) -> Iterator[tuple[str, WebhookRequest]]:
    """Changed requests, each with what was done to it in words.

    Which headers prove who sent a request is seen where the forged one differs; they are signatures where all of them differ
    from body to body too. Where the URL proves it instead, there is nothing to change.
    """
    given, others, guessed = dict(one.headers), dict(two.headers), dict(forged.headers)
    proofs = {name for name, value in given.items() if guessed.get(name) != value}
    if one.url != forged.url or not proofs:
        return
    bare = tuple(pair for pair in one.headers if pair[0] not in proofs)
    yield "without its signature", replace(one, headers=bare)
    yield "with a body that is no text, and a forged signature,", replace(forged, body=b"\xff\x00{")
    signatures = {name for name in proofs if others.get(name) != given[name]}
    if signatures != proofs or one.body == two.body:
        return  # a token, which is the same for every body
    yield "with another body than was signed", replace(one, body=two.body)
    if _is_json(one.body):
        yield "whose body means the same in other bytes than were signed", replace(one, body=one.body + b" ")
    yield (
        "whose signature was guessed but for its end",
        replace(
            one,
            headers=tuple((name, _end_changed(value) if name in signatures else value) for name, value in one.headers),
        ),
    )


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def _end_changed(value: str) -> str:
    """The same but for its last letter that means something: padding may be left out."""
    place = len(value.rstrip("=")) - 3
    return value[:place] + ("A" if value[place : place + 1] != "A" else "B") + value[place + 1 :]
