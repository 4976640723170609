"""The file outbox: the exact message in a file, once for each key."""

from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from dunningkit import dispatch
from dunningkit.delivery.file_outbox import SPEC, FileOutbox, FileOutboxConfig
from dunningkit.errors import PluginCrash, TransientError, UnsupportedCapability
from dunningkit.model import (
    ContactPoint,
    Document,
    Language,
    Medium,
    Message,
    Outcome,
    OutgoingReminder,
    ReasonCode,
    Rendered,
    Sender,
    WebhookRequest,
)
from dunningkit.wired import WiredChannel

SENDER = Sender("acme", "Pihapalvelu, Esimerkki Oy", "laskut@example.fi", "09 123 4567")
MAIJA = OutgoingReminder(
    key="k1",
    sender=SENDER,
    recipient_name="Mäkinen, Maija",
    to=ContactPoint(Medium.EMAIL, "maija@example.fi"),
    message=Message(
        Medium.EMAIL, Language.FI, "Tuliko lasku 1042 perille?", "Hei Maija,\n\n89,90 € – eräpäivä 12.11.\n", ()
    ),
)
SMS = replace(
    MAIJA,
    to=ContactPoint(Medium.SMS, "+358457555001", confirmed=True),
    message=Message(Medium.SMS, Language.FI, "", "Hei Maija!", ()),
)
COPY = Document("1042", "lasku 1042 ä.pdf", "application/pdf", b"%PDF-1.7\r\n\x00\xff")


@pytest.fixture
def outbox(tmp_path: Path) -> FileOutbox:
    return FileOutbox(tmp_path / "deep" / "outbox")


def parsed(rendered: Rendered) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(rendered.content)


def test_an_email_reads_back_as_it_was_meant(outbox) -> None:
    rendered = outbox.render(MAIJA)
    email = parsed(rendered)
    assert email["Subject"] == "Tuliko lasku 1042 perille?"
    assert email["To"].addresses[0].display_name == "Mäkinen, Maija"
    assert email["To"].addresses[0].addr_spec == "maija@example.fi"
    assert email["From"].addresses[0].addr_spec == "laskut@example.fi"
    assert email["Auto-Submitted"] == "auto-generated"
    assert email["Content-Language"] == "fi"
    assert email["Message-ID"] == "<k1@example.fi>"
    assert email.get_content().replace("\r\n", "\n") == MAIJA.message.body
    assert rendered.preview == "Tuliko lasku 1042 perille?\n\nHei Maija,\n\n89,90 € – eräpäivä 12.11.\n"
    assert rendered.filename == "k1.eml"


def test_copies_are_attached_byte_for_byte(outbox) -> None:
    email = parsed(outbox.render(replace(MAIJA, attachments=(COPY,))))
    (attached,) = email.iter_attachments()
    assert attached.get_filename() == "lasku 1042 ä.pdf"
    assert attached.get_content() == COPY.content
    assert email.get_body(("plain",)).get_content().replace("\r\n", "\n") == MAIJA.message.body


@pytest.mark.parametrize("attachments", [(), (COPY,)])
def test_the_same_reminder_gives_the_same_bytes(outbox, attachments) -> None:
    reminder = replace(MAIJA, attachments=attachments)
    assert outbox.render(reminder) == outbox.render(reminder) == FileOutbox("elsewhere").render(reminder)


def test_a_text_message_is_its_text(outbox) -> None:
    rendered = outbox.render(SMS)
    assert (rendered.content, rendered.filename) == (b"Hei Maija!\n", "k1.txt")


def test_a_letter_keeps_its_heading(outbox) -> None:
    letter = replace(MAIJA, to=ContactPoint(Medium.LETTER, "Koivukuja 1, 00100 Helsinki"))
    rendered = outbox.render(letter)
    assert rendered.content.decode() == f"Tuliko lasku 1042 perille?\n\n{MAIJA.message.body}\n"
    assert rendered.preview == f"Tuliko lasku 1042 perille?\n\n{MAIJA.message.body}"


def test_what_no_file_is_made_for_is_refused(outbox) -> None:
    with pytest.raises(UnsupportedCapability, match="einvoice"):
        outbox.render(replace(MAIJA, to=ContactPoint(Medium.EINVOICE, "003700112233")))


def test_one_file_for_each_key(outbox) -> None:
    rendered = outbox.render(MAIJA)
    for _ in range(2):
        (result,) = outbox.deliver([rendered])
        assert (result.key, result.outcome) == ("k1", Outcome.ACCEPTED)
    assert [path.name for path in outbox.folder.iterdir()] == ["k1.eml"]
    assert (outbox.folder / "k1.eml").read_bytes() == rendered.content


def test_a_later_text_does_not_overwrite_what_left(outbox) -> None:
    outbox.deliver([outbox.render(MAIJA)])
    outbox.deliver([replace(outbox.render(MAIJA), content=b"another")])
    assert b"another" not in (outbox.folder / "k1.eml").read_bytes()


def test_a_folder_that_cannot_be_written_closes_no_address(outbox) -> None:
    outbox.folder.parent.mkdir()
    outbox.folder.write_text("a file", encoding="utf-8")
    (result,) = outbox.deliver([outbox.render(MAIJA)])
    assert result.outcome is Outcome.UNKNOWN
    assert "cannot be written" in result.detail
    assert not outbox.check().ok


def test_a_folder_that_cannot_even_be_looked_at_closes_none_either(tmp_path: Path) -> None:
    outbox = FileOutbox(tmp_path / ("too-long" * 50))
    (result,) = outbox.deliver([outbox.render(MAIJA)])
    assert result.outcome is Outcome.UNKNOWN
    with pytest.raises(TransientError, match="cannot be read"):
        outbox.look_up(["k1"])
    assert "cannot be used" in outbox.check().problems[0]


def test_a_folder_that_can_be_made_is_fine(outbox) -> None:
    assert outbox.check().ok
    assert not outbox.folder.exists()


def test_it_can_be_asked_what_it_holds(outbox) -> None:
    outbox.deliver([outbox.render(MAIJA)])
    # A file that is not there may have been picked up.
    assert [result.outcome for result in outbox.look_up(["k1", "k2"])] == [Outcome.ACCEPTED, Outcome.UNKNOWN]
    assert [estimate.price_minor for estimate in outbox.estimate([outbox.render(MAIJA)])] == [0]
    with pytest.raises(UnsupportedCapability):
        outbox.parse_event(WebhookRequest("", (), b""))


@pytest.mark.parametrize(
    "evil",
    [
        replace(MAIJA, message=replace(MAIJA.message, subject="Hei\r\nBcc: eero@example.fi")),
        replace(MAIJA, recipient_name="Maija\r\nBcc: eero@example.fi"),
        replace(MAIJA, to=ContactPoint(Medium.EMAIL, "maija@example.fi\r\nBcc: eero@example.fi")),
        replace(MAIJA, to=ContactPoint(Medium.EMAIL, "maija@example.fi, eero@example.fi")),
        replace(MAIJA, to=ContactPoint(Medium.EMAIL, "not an address")),
    ],
)
def test_nobody_else_can_be_written_to_through_a_value(outbox, evil: OutgoingReminder) -> None:
    try:
        rendered = dispatch.render(WiredChannel("file", outbox), evil)
    except PluginCrash:
        return
    email = parsed(rendered)
    assert email["Bcc"] is None
    assert [address.addr_spec for address in email["To"].addresses] == ["maija@example.fi"]


def test_an_address_that_is_none_needs_a_person_and_not_a_crash(world, outbox) -> None:
    world.channel = outbox
    world.customer("1", contact_points=(ContactPoint(Medium.EMAIL, "maija at example.fi"),))
    world.invoice()
    assert world.line().reasons[0].code is ReasonCode.RENDER_FAILED


def test_paths_in_the_settings_are_relative_to_the_configuration(services, tmp_path: Path) -> None:
    made = SPEC.build(FileOutboxConfig(folder=Path("out")), services)
    assert made.folder == tmp_path / "out"
