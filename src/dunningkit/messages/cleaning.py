"""Cleaning what comes from a ledger, and fitting text to what an SMS can carry."""

import unicodedata

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LONGEST_LABEL = 120

# Not of the format category, and yet nothing to see: fillers, joiners and variation selectors.
_UNSEEN = frozenset(
    {*"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0", *map(chr, range(0xFE00, 0xFE10))}
)
NO_BREAK_SPACES = "\u00a0\u202f"
_SMS_TABLE = str.maketrans(
    {
        **dict.fromkeys(
            "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
        ),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        "\u2026": "...",
        "\u2022": "-",
        "\u00b7": "-",
    }
)


def clean(value: str) -> str:
    """The value on one line: no control, format or private characters, composed letters, single spaces, at most 120 long.

    Direction marks and zero-width characters go too, because they can make an account number read as another one.
    """
    if not (value.isascii() and value.isprintable()):
        value = unicodedata.normalize("NFC", "".join(_visible(char) for char in value))
    value = " ".join(value.split())
    return value if len(value) <= _LONGEST_LABEL else value[: _LONGEST_LABEL - 1].rstrip() + "…"


def _visible(char: str) -> str:
    if char.isspace():
        return " "
    return "" if char in _UNSEEN or unicodedata.category(char) in _DROPPED else char


def for_sms(text: str) -> str:
    """The text with the typographic characters that would halve an SMS replaced by plain ones; letters stay as they are."""
    return text.translate(_SMS_TABLE)


def plain_spaces(text: str) -> str:
    """The text with no-break spaces made ordinary, for comparing what was rendered with what was meant."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def squeezed(text: str) -> str:
    """The text without any white space, in capitals: how account numbers and references are compared."""
    return "".join(text.split()).upper()
