"""In which encoding a text file is written, and what of its text can be kept."""

import codecs
import re
from functools import cache
from pathlib import Path
from typing import IO

_BLOCK = 1 << 20
_CP1252_ONLY = re.compile(b"[\x80-\x9f]")
# NUL, or a byte that did not decode (kept as a lone surrogate): no database takes them and no person can read them.
DAMAGED = re.compile("[\0\ud800-\udfff]")
_UNDECODED = re.compile("[\udc80-\udcff]")
_SHOWN = 200


def shown(text: str) -> str:
    """The text as it can be kept and shown to a person: not too long, and nothing in it that a database refuses."""
    clean = DAMAGED.sub("\ufffd", text)
    return clean if len(clean) <= _SHOWN else clean[: _SHOWN - 1] + "…"


def find_encoding(path: Path, setting: str) -> tuple[str, str]:
    """The encoding of a text file by its setting, and what becomes of bytes that do not fit into it."""
    if setting != "auto":
        is_utf8 = codecs.lookup(setting).name in ("utf-8", "utf-8-sig")
        return ("utf-8-sig" if is_utf8 else setting), "strict"
    with path.open("rb") as file:
        start = file.read(_START)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", "strict"
        if unmarked := _utf16_without_mark(start):
            return unmarked, "strict"
        file.seek(0)
        if _is_utf8(file):
            # A last character that is cut off is the file's end missing, not another encoding: its row alone is damaged.
            return "utf-8-sig", "surrogateescape"
        file.seek(0)
        if _is_mostly_utf8(file):
            return "utf-8-sig", "surrogateescape"
        file.seek(0)
        # What does not fit costs its own row and not the whole file.
        return ("iso-8859-15" if _has_latin_9_euro(file) else "cp1252"), "surrogateescape"


_START = 4096
_MOSTLY = 0.7


def _utf16_without_mark(start: bytes) -> str:
    """Which UTF-16 it is when every other byte is NUL, as in no other text; empty when it is none."""
    pairs = len(start) // 2
    low, high = start[0 : pairs * 2 : 2].count(0), start[1 : pairs * 2 : 2].count(0)
    if pairs and not low and high > pairs * _MOSTLY:
        return "utf-16-le"
    return "utf-16-be" if pairs and not high and low > pairs * _MOSTLY else ""


def _has_latin_9_euro(file: IO[bytes]) -> bool:
    """Whether the euro signs are ISO-8859-15's: cp1252 has them elsewhere, and texts use none of its signs at 80-9F."""
    found = False
    while block := file.read(_BLOCK):
        if _CP1252_ONLY.search(block):
            return False
        found = found or b"\xa4" in block
    return found


def _is_mostly_utf8(file: IO[bytes]) -> bool:
    """Whether the first letters that are no ASCII are mostly UTF-8: then some rows came from a system that writes otherwise.

    In no other encoding do real texts look like UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    while block := file.read(_BLOCK):
        text = decoder.decode(block)
        damaged = len(_UNDECODED.findall(text))
        fitting = sum(not sign.isascii() for sign in text) - damaged
        if damaged or fitting:
            return fitting > damaged
    return False


@cache
def garbled(encoding: str) -> re.Pattern[str]:
    """What letters in UTF-8 look like when they are read in this encoding of one byte a letter: ``Ã¤`` for ä."""
    following = "".join(bytes([byte]).decode(encoding, "ignore") for byte in range(0x80, 0xC0))
    return re.compile(f"[\u00c2\u00c3][{re.escape(following)}]")


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True
