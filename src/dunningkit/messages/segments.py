"""How many parts an SMS takes: GSM 03.38 with its extension table, else UCS-2."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

Encoding = Literal["GSM-7", "UCS-2"]
GSM_7: Final = "GSM-7"
UCS_2: Final = "UCS-2"
MAX_SMS_PARTS: Final = 2

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM = GSM_BASIC | GSM_EXTENSION
_LAST_OF_BASIC_PLANE = 0xFFFF


@dataclass(frozen=True, slots=True)
class SmsParts:
    """A text's encoding, its length in that encoding's units (septets or 16-bit units), and the parts it takes."""

    encoding: Encoding
    units: int
    parts: int


def sms_parts(text: str) -> SmsParts:
    """Count as the networks do; an extension pair or a surrogate pair is never split between two parts."""
    if is_gsm(text):
        return _counted(text, GSM_7, sum(map(text.count, GSM_EXTENSION)), _is_extension, single=160, each=153)
    pairs = sum(map(_is_surrogate_pair, text))
    return _counted(text, UCS_2, pairs, _is_surrogate_pair, single=70, each=67)


def is_gsm(text: str) -> bool:
    """Whether every character exists in GSM-7, so that the text keeps 160 and not 70 units a part."""
    return _GSM.issuperset(text)


def _is_extension(char: str) -> bool:
    return char in GSM_EXTENSION


def _is_surrogate_pair(char: str) -> bool:
    return ord(char) > _LAST_OF_BASIC_PLANE


def _counted(
    text: str, encoding: Encoding, doubles: int, wide: Callable[[str], bool], *, single: int, each: int
) -> SmsParts:
    units = len(text) + doubles
    if units <= single:
        return SmsParts(encoding, units, 1)
    return SmsParts(encoding, units, _walked(text, wide, each) if doubles else -(-units // each))


def _walked(text: str, wide: Callable[[str], bool], each: int) -> int:
    parts, room = 1, each
    for char in text:
        width = 2 if wide(char) else 1
        if width > room:
            parts, room = parts + 1, each
        room -= width
    return parts
