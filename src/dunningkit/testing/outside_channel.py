"""What the kit asks of a channel's author: a stand-in for the provider that shows what arrived and can be made to misbehave."""

import json
from collections.abc import Iterator, Mapping, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from dunningkit.model import Rendered, WebhookRequest
from dunningkit.testing.checks import unwritten
from dunningkit.testing.outside import Outside


class Unreadable(Exception):
    """The kit does not know how a content type holds a text; the author's own `ChannelOutside` method does."""


class Delivered(NamedTuple):
    """A message as the other side has it. ``to`` may be empty where the other side cannot show it.

    ``content`` is what arrived: bytes, which are to equal the rendered ones, or the text that a person would read there.
    """

    key: str
    to: str
    content: bytes | str


class ChannelOutside(Outside):
    """The provider's side of a channel: a folder, a fake server, a list. The fixture makes a new one for each check.

    A method that is not written leaves its checks skipped with a sentence that says so.
    """

    @unwritten
    def delivered(self) -> Sequence[Delivered]:
        """What the other side has got from the tenant of ``settings()``, in the order it came; one value for each message."""
        raise NotImplementedError

    @unwritten
    def refuse(self, address: str) -> None:
        """From now on the provider refuses messages to this address, and only those."""
        raise NotImplementedError

    @unwritten
    def go_silent(self) -> None:
        """From now on the provider takes the bytes and never answers: the channel's client runs into its time-out."""
        raise NotImplementedError

    @unwritten
    def go_down(self) -> None:
        """From now on nothing can leave: the connection is refused, the folder is gone."""
        raise NotImplementedError

    @unwritten
    def event_for(self, key: str) -> WebhookRequest:
        """A receipt or a reply about the delivered ``key``, signed as the provider would sign it."""
        raise NotImplementedError

    @unwritten
    def forged_event(self) -> WebhookRequest:
        """The same with a signature that is not the provider's."""
        raise NotImplementedError

    @unwritten
    def other_settings(self) -> Mapping[str, Any]:
        """Settings of another tenant, whose messages ``delivered()`` does not show."""
        raise NotImplementedError

    def canaries(self) -> Sequence[str]:
        """Texts that the stand-in puts into its answers and that a channel must not repeat."""
        return ()

    def text_of(self, rendered: Rendered) -> str:
        """The text that the customer will read, subject included; write it where the bytes are no text, e-mail, JSON, form."""
        return text_in(rendered)

    def attached(self, rendered: Rendered) -> Sequence[bytes]:
        """The attachments' bytes; write it where an e-mail's content is no MIME message."""
        return attached_to(rendered)


def text_in(rendered: Rendered) -> str:
    """The readable text in a message's bytes; raises `Unreadable` for a content type that the kit does not know."""
    about = Message()
    about["Content-Type"] = rendered.content_type
    kind, charset = about.get_content_type(), about.get_content_charset("utf-8")
    if kind == "message/rfc822":
        return _text_of_email(rendered.content)
    if kind == "text/plain":
        return _decoded(rendered, charset)
    if kind == "application/json":
        return "\n".join(_strings(json.loads(_decoded(rendered, charset))))
    if kind == "application/x-www-form-urlencoded":
        return "\n".join(value for _, value in parse_qsl(_decoded(rendered, charset), encoding=charset))
    raise Unreadable(f"the kit cannot read a text out of {rendered.content_type!r}: write `text_of`")


def attached_to(rendered: Rendered) -> Sequence[bytes]:
    """The attachments of a MIME message; raises `Unreadable` for anything else."""
    if not rendered.content_type.startswith("message/rfc822"):
        raise Unreadable(f"the kit cannot read attachments out of {rendered.content_type!r}: write `attached`")
    parts = _parsed(rendered.content).iter_attachments()
    return [bytes(part.get_payload(decode=True) or b"") for part in parts]


def html_in(rendered: Rendered) -> str | None:
    """What a reader shows of an e-mail's HTML part; ``None`` where there is none."""
    if not rendered.content_type.startswith("message/rfc822"):
        return None
    body = _parsed(rendered.content).get_body(("html",))
    if body is None:
        return None
    shown = _Shown()
    shown.feed(body.get_content())
    shown.close()
    return "".join(shown.texts)


class _Shown(HTMLParser):
    """The texts between the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def recipients_in(rendered: Rendered) -> frozenset[str]:
    """The addresses that an e-mail's head names as its recipients."""
    parsed = _parsed(rendered.content)
    heads = [str(value) for name in ("To", "Cc", "Bcc") for value in parsed.get_all(name, [])]
    return frozenset(address for _, address in getaddresses(heads) if address)


def as_lines(text: str) -> str:
    """A text whatever its line ends and the blanks around its lines: what a person cannot see makes no difference."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def _parsed(content: bytes) -> EmailMessage:
    parsed = message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def _text_of_email(content: bytes) -> str:
    email = _parsed(content)
    body = email.get_body(("plain",))
    assert body is not None, "the e-mail has no part that is text/plain: people with a screen reader need one"
    return f"{email['Subject']}\n\n{body.get_content()}"


def _decoded(rendered: Rendered, charset: str) -> str:
    try:
        return rendered.content.decode(charset)
    except (UnicodeDecodeError, LookupError):
        raise AssertionError(
            f"content_type is {rendered.content_type!r}, but the bytes are not {charset}: encode them so, or name the charset"
        ) from None


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
