"""What we write as an e-mail is what a mail program reads, whatever a ledger holds."""

from collections.abc import Callable
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from dunningkit.delivery import mime
from dunningkit.delivery.mime import by_the_library, email_of
from dunningkit.model import ContactPoint, Document, Language, Medium, Message, OutgoingReminder, Sender

MAIJA = OutgoingReminder(
    key="3f786850e387550fdab836ed7e6dc881de23001b",
    sender=Sender("acme", "Pihapalvelu, Esimerkki Oy", "laskut@example.fi", "09 123 4567"),
    recipient_name="Maija Mäkinen",
    to=ContactPoint(Medium.EMAIL, "maija.makinen@example.fi"),
    message=Message(Medium.EMAIL, Language.FI, "Tuliko lasku 1042 perille?", "Hei Maija,\n\n89,90 €\n", ()),
)
COPY = Document("1042", "lasku 1042.pdf", "application/pdf", b"%PDF-1.7\r\n\x00\xff" * 40)
HEADERS = ["From", "To", "Subject", "Message-ID", "Auto-Submitted", "Content-Language", "Content-Type"]
HEADERS += ["Content-Transfer-Encoding", "MIME-Version"]

LETTERS = st.characters(categories=["L", "N", "P", "S"], codec="utf-8")
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=14).map(" ".join)
ASCII_WORDS = st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12), min_size=1)
SUBJECTS = WORDS | ASCII_WORDS.map(" ".join)
NAMES = st.just("") | st.sampled_from(['Mäki "Maija" <x@y.fi>', "a\\b", "Oy, Ab; Ltd:", "(ei)", "O'Brien"]) | SUBJECTS
LINES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=90)
BODIES = st.lists(LINES | LINES.map(lambda line: line * 30), max_size=8).map("\n".join)
ANYTHING = st.text(st.characters(codec="utf-8") | st.sampled_from('\r\n\t =?"\\<>@,;:\x00\u2028'), max_size=60)
ADDRESSES = st.emails() | st.sampled_from(["maija@example.fi", "o'brien+x@a-b.example", "a..b@example.fi", "maija@"])
ATTACHED = st.builds(
    Document,
    st.just("1042"),
    st.sampled_from(["lasku 1042.pdf", "lasku ä.pdf", "a b  c.pdf", "x" * 80 + ".pdf", "lasku;1.pdf", "1.png"]),
    st.sampled_from(["application/pdf", "image/png", "application/vnd.oasis.opendocument.text"]),
    st.binary(max_size=200),
)


def outgoing(
    name: str = "Maija Mäkinen",
    subject: str = "Tuliko lasku?",
    body: str = "Hei!\n",
    sender: str = "",
    *,
    address: str = "maija.makinen@example.fi",
    **changes: object,
) -> OutgoingReminder:
    return replace(
        MAIJA,
        to=ContactPoint(Medium.EMAIL, address),
        recipient_name=name,
        sender=replace(MAIJA.sender, name=sender or MAIJA.sender.name),
        message=replace(MAIJA.message, subject=subject, body=body),
        **changes,
    )


def parsed(content: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(content)


def text_of(email: EmailMessage) -> str:
    return email.get_body(("plain",)).get_content().replace("\r\n", "\n")


def read(email: EmailMessage) -> tuple[object, ...]:
    """All that a reader gets of an e-mail."""
    addresses = [(one.display_name, one.addr_spec) for name in ("From", "To") for one in email[name].addresses]
    headers = [
        (name, value)
        for name, value in sorted(email.items())
        if name not in ("From", "To", "Content-Transfer-Encoding")
    ]
    attached = [(one.get_filename(), one.get_content_type(), one.get_content()) for one in email.iter_attachments()]
    return addresses, headers, text_of(email), attached


def outcome(write: Callable[[OutgoingReminder], bytes], reminder: OutgoingReminder) -> object:
    """What a reader gets, or the error that says there is no such e-mail."""
    try:
        return read(parsed(write(reminder)))
    except Exception as error:  # noqa: BLE001  # whichever the library raises is what is compared
        return type(error)


def is_direct(reminder: OutgoingReminder) -> bool:
    try:
        mime._written(reminder)
    except mime._NotPlain:
        return False
    return True


@settings(deadline=None)
@given(NAMES, SUBJECTS, BODIES, NAMES)
@example("Mäkinen, Maija", "Päivää " * 20 + "1042", "a" * 999 + "\n" + "ä" * 999 + "\n.\nFrom x\nend ", "Ä")
def test_what_went_in_is_what_is_read(name: str, subject: str, body: str, sender: str) -> None:
    reminder = outgoing(name, subject, body, sender)
    assume(is_direct(reminder))
    content = email_of(reminder)
    email = parsed(content)
    assert sorted(email.keys()) == sorted(HEADERS)
    assert [(one.display_name, one.addr_spec) for one in email["To"].addresses] == [(name, reminder.to.address)]
    assert [one.display_name for one in email["From"].addresses] == [reminder.sender.name]
    assert email["Subject"] == subject
    lines = body.encode().splitlines() or [b""]
    assert text_of(email) == b"\n".join((*lines, b"")).decode()
    assert max(map(len, content.split(b"\r\n"))) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"")


@settings(deadline=None)
@given(NAMES | ANYTHING, SUBJECTS | ANYTHING, BODIES | ANYTHING, ADDRESSES | ANYTHING, ANYTHING)
@example("Maija\r\nBcc: eero@example.fi", "Hei", "", "maija@example.fi", "")
@example("Maija", "Hei\nBcc: eero@example.fi", "", "maija@example.fi", "")
@example("Maija", "Hei", "", "maija@example.fi\nBcc: eero@example.fi", "")
@example("Maija", "Hei", "", "maija@example.fi, eero@example.fi", "")
@example("=?utf-8?q?Maija_=3Ceero=40example.fi=3E=2C?=", "=?utf-8?q?=0ABcc=3A_eero?=", "", "maija@example.fi", "")
def test_no_value_adds_a_header_or_a_reader(name: str, subject: str, body: str, address: str, key: str) -> None:
    reminder = outgoing(name, subject, body, address=address, key=key)
    try:
        content = email_of(reminder)
    except Exception as error:  # noqa: BLE001  # the library's own refusals, of several kinds
        with pytest.raises(type(error)):
            by_the_library(reminder)
        return
    if is_direct(reminder):
        email = parsed(content)
        assert sorted(email.keys()) == sorted(HEADERS)
        assert [one.addr_spec for one in email["To"].addresses] == [address]
    else:
        assert content == by_the_library(reminder)


@settings(deadline=None)
@given(st.lists(ATTACHED, min_size=1, max_size=3), BODIES)
@example([COPY, replace(COPY, filename="lasku ä.pdf")], "Hei!\n")
@example([replace(COPY, content=b""), replace(COPY, content_type="image/png")], "")
def test_copies_are_read_as_they_were_attached(documents: list[Document], body: str) -> None:
    reminder = outgoing(body=body, attachments=tuple(documents))
    assert outcome(email_of, reminder) == outcome(by_the_library, reminder)


def test_everyday_reminders_go_the_direct_way() -> None:
    everyday = (
        MAIJA,
        outgoing("Haavelaakso Kiinteistöt Oy"),
        outgoing("A. Virtanen, Oy", "Laskut 1042, 1043, 1044 ja 9 muuta: ovatko ne tulleet perille kaikki vai eivät?"),
        outgoing(
            "", "Päivää", "Rivi, joka on niin pitkä, että se on katkaistava ja siksi koodattava lähetettäessä." * 20
        ),
        outgoing(address="a+b.c_d@alku-yritys.xn--mki-qla.fi", attachments=(COPY,)),
    )
    for reminder in everyday:
        assert is_direct(reminder)
        assert outcome(email_of, reminder) == outcome(by_the_library, reminder)


@pytest.mark.parametrize(
    "odd",
    [
        outgoing("Maija  Mäkinen"),
        outgoing("Maija\u2028Mäkinen"),
        outgoing("=?utf-8?q?M?="),
        outgoing(subject=" Hei"),
        outgoing(subject=""),
        outgoing("ä" * 40),
        outgoing(address='"maija m"@example.fi'),
        outgoing(address="maija@mäkinen.fi"),
        outgoing(attachments=(replace(COPY, filename='a".pdf'),)),
        outgoing(attachments=(replace(COPY, content_type="text/plain"),)),
    ],
)
def test_what_is_not_plain_is_left_to_the_library(odd: OutgoingReminder) -> None:
    assert not is_direct(odd)
    assert outcome(email_of, odd) == outcome(by_the_library, odd)
