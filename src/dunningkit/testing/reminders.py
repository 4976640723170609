"""The reminders that the kit has channels render and deliver: made-up people, and texts with all that breaks encodings."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from dunningkit.model import (
    BlockRef,
    ContactPoint,
    Document,
    Language,
    Medium,
    Message,
    OutgoingReminder,
    Sender,
)

SENDER = Sender("kit", "Pihapalvelu Esimerkki Oy", "laskut@example.fi", "09 123 4567")
RECIPIENT = "Kaarina Kanarialintu"
COPY_NAME = "lasku-kanarialintu.pdf"

#: How each medium names a customer; the number tells one customer from another.
_ADDRESSES = {
    Medium.EMAIL: "kaarina.{}@kanarialintu.example",
    Medium.SMS: "+35845755500{}",
    Medium.PHONE: "+35845755501{}",
    Medium.LETTER: "Kanarialinnunkuja {}, 00100 Helsinki",
    Medium.EINVOICE: "00370088113{}",
}

#: What occurs in no log, no error and no answer of a channel: pieces of every address, the name, and words of the texts.
CANARIES = ("kanarialintu", "45755500", "45755501", "kanarialinnunkuja", "0370088113", "kultasade")

_SUBJECTS = {
    Language.FI: "Tuliko lasku {} perille, Äijä?",
    Language.SV: "Kom räkning {} fram, Åke?",
    Language.EN: "Did invoice {} – “May” – reach you?",
}
_BODIES = {
    Language.FI: "Hei Kaarina,\n\nlasku {} (kultasade), 1 234,56 €, erääntyi 12.11. Kiitos jo etukäteen!\n",
    Language.SV: "Hej Kaarina,\n\nräkning {} (kultasade) på 1 234,56 € förföll den 12 november. Åter: tack så mycket!\n",
    Language.EN: "Dear Kaarina,\n\ninvoice {} (kultasade) of €1,234.56 fell due on 12 November. Thank you!\n",
}

#: Each has broken a message somewhere: what no GSM alphabet holds, mark-up, a lone dot, a line that a mailbox would quote,
#: an encoded word, signs that a URL or a template would take for its own, and a word that no line holds.
_ODDITIES = (
    "Hymiö 🙂, ”lainaus”, 'x' ja \"y\", {[~]} \\ ^ |",
    "5 % < 10 & a=b+c; =C3=A4 =?utf-8?q?=C3=A4?= %C3%A4 {{name}} $x <b>ei lihavaa</b>",
    ".",
    "From tästä rivistä eteenpäin",
    "Lopuksi pitkä sana: " + "lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilas" * 2,
)


def key_of(medium: Medium, number: int) -> str:
    """An idempotency key as the engine makes them: 40 hexadecimal digits."""
    return hashlib.sha256(f"{medium.value} {number}".encode()).hexdigest()[:40]


def address_of(medium: Medium, number: int) -> str:
    """The address of the customer with this number, 0 to 9."""
    return _ADDRESSES[medium].format(number)


def reminder(
    medium: Medium, number: int = 1, language: Language = Language.FI, attachments: tuple[Document, ...] = ()
) -> OutgoingReminder:
    """A reminder to the customer with this number, 0 to 9."""
    subject = _SUBJECTS[language].format(1040 + number) if medium is not Medium.SMS else ""
    body = _BODIES[language].format(1040 + number)
    message = Message(medium, language, subject, body, (BlockRef("friendly.opening", 1),))
    to = ContactPoint(medium, address_of(medium, number), confirmed=True)
    return OutgoingReminder(key_of(medium, number), SENDER, RECIPIENT, to, message, attachments)


def odd_reminders(medium: Medium) -> Iterator[OutgoingReminder]:
    """One in each language, with all that breaks encodings in the text."""
    for number, language in enumerate(Language, start=6):
        made = reminder(medium, number, language)
        body = made.message.body + "\n" + "\n".join(_ODDITIES) + "\n"
        yield replace(made, message=replace(made.message, body=body))


def copy_of(number: int) -> Document:
    """An invoice copy with bytes that no text holds."""
    return Document(
        f"{1040 + number}", COPY_NAME, "application/pdf", b"%PDF-1.7\r\n\x00\xff\n.\n" + bytes([number]) * 90
    )
