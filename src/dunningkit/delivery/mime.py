"""An e-mail's bytes, written directly where every value is plain, and by the standard library wherever one is not.

The library parses and folds each header as if it could be anything, which takes longer than all the rest of a reminder. Here a
value is written only when a pattern knows every character of it; anything else - a control character, what looks like an
encoded word, an address with quotes - goes the library's way, which refuses line breaks. A test parses both and compares.
"""

import binascii
import re
from email.message import EmailMessage
from email.policy import SMTP

from dunningkit.model import Document, OutgoingReminder

_LONGEST_LINE = 78  # RFC 5322 2.1.1
_LONGEST_ENCODED_LINE = 76  # RFC 2047 2
_ENCODED_WORD = "=?utf-8?q?{}?="
_LONGEST_ENCODED = 75 - len(_ENCODED_WORD.format(""))
_ENCODED_LOOK = "=?"  # a reader would decode what begins so

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOMAIN = r"[A-Za-z0-9]+(?:(?:\.|-+)[A-Za-z0-9]+)*"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@({_DOMAIN})")
_ATOMS = re.compile(rf"{_ATOM}(?: {_ATOM})*")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_KEY = re.compile(r"[A-Za-z0-9]+")
_CONTENT_TYPE = re.compile(r"(?:application|image)/[a-z0-9][a-z0-9.+-]{0,39}")
_FILENAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?: [A-Za-z0-9._-]+)*")
_LONGEST_FILENAME = 30
# Of the signs, those that RFC 2047 5 (3) lets stand in a display name; a subject may hold more, but need not.
_Q = tuple("_" if char == " " else char if char.isalnum() or char in "!*+-/" else "" for char in map(chr, range(128)))
_Q_TABLE = tuple((_Q[byte] if byte < len(_Q) else "") or f"={byte:02X}" for byte in range(256))


class _NotPlain(Exception):
    """A value that the library must judge."""


def email_of(reminder: OutgoingReminder) -> bytes:
    """The reminder as an e-mail with CRLF line ends, the same bytes every time.

    Raises what the standard library raises for a value that no e-mail can carry, such as a line break in a name.
    """
    try:
        return _written(reminder)
    except _NotPlain:
        return by_the_library(reminder)


def by_the_library(reminder: OutgoingReminder) -> bytes:
    """The same e-mail, whatever its values: slower, and right for each that an e-mail can carry."""
    email = EmailMessage(policy=SMTP)
    email["From"] = _named(reminder.sender.name, reminder.sender.email)
    email["To"] = _named(reminder.recipient_name, reminder.to.address)
    email["Subject"] = reminder.message.subject
    email["Message-ID"] = f"<{reminder.key}@{reminder.sender.email.rpartition('@')[2] or 'localhost'}>"
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(reminder.message.body)
    for document in reminder.attachments:
        _attach(email, document)
    if email.is_multipart():
        # The library's own boundary is random; ours must be the same every time.
        email.set_boundary(f"dunningkit-{reminder.key}")
    # Last, because setting the content and attaching take headers of this kind away.
    email["Content-Language"] = reminder.message.language.value
    return email.as_bytes()


def _named(name: str, address: str) -> str:
    from email.headerregistry import Address  # noqa: PLC0415  # only e-mails need it

    return str(Address(display_name=name, addr_spec=address))


def _attach(email: EmailMessage, document: Document) -> None:
    maintype, _, subtype = document.content_type.partition("/")
    email.add_attachment(
        document.content, maintype=maintype, subtype=subtype or "octet-stream", filename=document.filename
    )


# -- the direct way ------------------------------------------------------------------------------------------------


def _written(reminder: OutgoingReminder) -> bytes:
    own = _ADDRESS.fullmatch(reminder.sender.email)
    message_id = f"Message-ID: <{_matching(_KEY, reminder.key)}@{own.group(1) if own else ''}>"
    if own is None or len(message_id) > _LONGEST_LINE:
        raise _NotPlain
    head = "\r\n".join(
        (
            _address_field("From", reminder.sender.name, reminder.sender.email),
            _address_field("To", reminder.recipient_name, reminder.to.address),
            _subject_field(reminder.message.subject),
            message_id,
            "Auto-Submitted: auto-generated",
            f"Content-Language: {reminder.message.language.value}",
            "",
        )
    )
    encoding, text = _encoded_text(reminder.message.body)
    about_text = f'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n'
    if not reminder.attachments:
        return f"{head}{about_text}MIME-Version: 1.0\r\n\r\n".encode() + text
    boundary = f"dunningkit-{reminder.key}"
    head = f'{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{boundary}"\r\n'
    parts = (f"{about_text}\r\n".encode() + text, *map(_attached, reminder.attachments))
    opened = f"\r\n--{boundary}\r\n".encode()
    return head.encode() + b"".join(opened + part for part in parts) + f"\r\n--{boundary}--\r\n".encode()


def _matching(pattern: re.Pattern[str], value: str) -> str:
    """The value, which the pattern knows whole; nothing in it looks encoded."""
    if pattern.fullmatch(value) is None or _ENCODED_LOOK in value:
        raise _NotPlain
    return value


def _address_field(label: str, name: str, address: str) -> str:
    written = _matching(_ADDRESS, address)
    begun = f"{label}:"
    if name:
        begun = f"{begun} {_phrase(name)}"
        written = f"<{written}>"
    whole = f"{begun} {written}"
    if len(whole) <= _LONGEST_ENCODED_LINE:
        return whole
    if not name or len(begun) > _LONGEST_ENCODED_LINE or len(written) >= _LONGEST_LINE:
        raise _NotPlain  # readers do not agree on a name in several encoded words
    return f"{begun}\r\n {written}"


def _phrase(name: str) -> str:
    """A display name as RFC 5322 and RFC 2047 write it: atoms, a quoted string, or one encoded word."""
    if name.isascii():
        plain = _matching(_PLAIN, name)
        if _ATOMS.fullmatch(plain):
            return plain
        escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _ENCODED_WORD.format(_q(_single_spaced(name)))


def _subject_field(subject: str) -> str:
    if subject.isascii():
        return _folded(f"Subject: {_matching(_PLAIN, subject)}")
    words, room = [""], _LONGEST_ENCODED_LINE - len("Subject: ") - len(_ENCODED_WORD.format(""))
    for char in _single_spaced(subject):
        encoded = _q(char)  # a letter is never divided between two words
        if len(words[-1]) + len(encoded) > room:
            words.append("")
            room = _LONGEST_ENCODED - 1
        words[-1] += encoded
    return "Subject: " + "\r\n ".join(map(_ENCODED_WORD.format, words))


def _single_spaced(value: str) -> str:
    """The printable value without spaces that a reader might drop."""
    if not value.isprintable() or "  " in value or value != value.strip() or _ENCODED_LOOK in value:
        raise _NotPlain
    return value


def _q(value: str) -> str:
    return "".join(map(_Q_TABLE.__getitem__, value.encode()))


def _folded(line: str) -> str:
    lines = []
    while len(line) > _LONGEST_LINE:
        at = line.rfind(" ", len("Subject: "), _LONGEST_LINE + 1)
        if at <= 0:
            raise _NotPlain
        lines.append(line[:at])
        line = line[at:]
    return "\r\n".join((*lines, line))


def _encoded_text(body: str) -> tuple[str, bytes]:
    """The body with CRLF line ends, and how it is encoded: as it is while its lines are short."""
    lines = body.encode().splitlines()
    text = b"\r\n".join(lines) + b"\r\n"
    if max(map(len, lines), default=0) > _LONGEST_LINE:
        return "quoted-printable", binascii.b2a_qp(text)
    return ("7bit" if text.isascii() else "8bit"), text


def _attached(document: Document) -> bytes:
    filename = _matching(_FILENAME, document.filename)
    content_type = _matching(_CONTENT_TYPE, document.content_type)
    if len(filename) > _LONGEST_FILENAME:
        raise _NotPlain
    head = (
        f"Content-Type: {content_type}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{filename}"\r\n'
        "MIME-Version: 1.0\r\n\r\n"
    )
    return head.encode() + _base64_lines(document.content)


def _base64_lines(content: bytes) -> bytes:
    encoded = binascii.b2a_base64(content, newline=False)
    places = range(0, len(encoded), _LONGEST_ENCODED_LINE)
    return b"".join(encoded[at : at + _LONGEST_ENCODED_LINE] + b"\r\n" for at in places)
