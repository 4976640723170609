"""Whether the last row of a file that ends without a line end is whole: its last value beside those above it.

Many programs write no line end after the last row, so a missing one proves nothing. A value that is cut short, though, is
hardly ever written like the whole ones: the cents are missing, or half the year. What cannot be told from one that is whole is
a cut inside a text or inside a number that is now long and now short.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

#: So many of the last values are remembered.
_REMEMBERED = 1_000
#: Fewer values than this say nothing about what they have in common by chance.
_MANY = 20
_FEW = 3
#: Shorter numbers are now long and now short.
_LONG = 5
#: Several shapes beside each other are still a way of writing: 100 beside 99,90.
_MOST_SHAPES = 3
_FIGURES = re.compile(r"[-+(\u2212]?[^\W\d]{0,3}[ \u00a0\u202f]?[0-9][0-9 .,:/'\u2019\u00a0\u202fT-]*")
_AFTER_DIGITS = re.compile(r"[^0-9]*\Z")
_LAST_SIGN = re.compile(r"([^0-9])([0-9]+)\Z")
_DIGITS_OF_GROUP = 3
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^\W\d_]{2,}")


class LastValues:
    """The values of a file's last column as far as it was read."""

    def __init__(self) -> None:
        self._values: deque[str] = deque(maxlen=_REMEMBERED)

    def add(self, values: Sequence[str]) -> None:
        """Remember the values of some more rows, in their order."""
        self._values.extend(values[-_REMEMBERED:])

    def is_cut(self, cells: Sequence[str]) -> bool:
        """Whether this row, which no line end follows, seems to end in the middle of its last cell."""
        *before, last = (cell.strip() for cell in cells)
        # A row that says hardly anything is a sum or a footer under the list.
        if sum(map(bool, before)) * 2 < len(before):
            return False
        return is_cut_short(last, [value.strip() for value in self._values])


def is_cut_short(last: str, above: Sequence[str]) -> bool:
    """Whether a value is written like none of those above it, in a way that a cut explains."""
    filled = [value for value in above if value]
    if not last:
        return len(filled) == len(above) >= _FEW
    if not filled:
        return False
    if _is_half_a_domain(last, filled):
        return True
    if all(map(_ADDRESS.fullmatch, filled)):
        return _ADDRESS.fullmatch(last) is None
    return _has_another_shape(last, filled) or _is_too_short(last, filled) or _is_half_a_word(last, filled)


class _Shape(NamedTuple):
    """The last sign between figures, how often it stands there, how many digits follow it, and what follows the last one."""

    sign: str
    times: int
    digits: int
    unit: str

    def reaches(self, other: "_Shape") -> bool:
        """Whether nothing is missing of it when values are written like the other one."""
        return (
            (self.sign, self.times) == (other.sign, other.times)
            and self.digits >= other.digits
            and self.unit.startswith(other.unit)
        )


def _has_another_shape(last: str, filled: Sequence[str]) -> bool:
    known = set(map(_shape, filled))
    if len(known) > (_MOST_SHAPES if len(filled) >= _MANY else 1):
        return False
    shape = _shape(last)
    if shape is None:
        return None not in known and any(value.startswith(last) for value in filled)
    return not any(whole is None or shape.reaches(whole) for whole in known)


def _shape(value: str) -> _Shape | None:
    """The shape of figures; ``None`` of other texts."""
    after = _AFTER_DIGITS.search(value)
    unit = after[0] if after else ""
    figures = value[: len(value) - len(unit)]
    if not _FIGURES.fullmatch(figures):
        return None
    end = _LAST_SIGN.search(figures)
    # Groups of thousands have no say: 1 234 and 234 are written the same way.
    if end is None or (end[1].isspace() and len(end[2]) == _DIGITS_OF_GROUP):
        return _Shape("", 0, 0, unit.strip())
    return _Shape(end[1], figures.count(end[1]), len(end[2]), unit.strip())


def _is_too_short(last: str, filled: Sequence[str]) -> bool:
    """Whether all numbers above are of one length and this one is shorter."""
    lengths = set(map(len, filled))
    return (
        len(filled) >= _MANY
        and len(lengths) == 1
        and len(last) < max(lengths)
        and max(lengths) >= _LONG
        and all(any(sign.isdecimal() for sign in value) for value in filled)
    )


def _is_half_a_domain(last: str, filled: Iterable[str]) -> bool:
    """Whether an e-mail address ends in the beginning of a domain that stands above, and in none that does: ``.co``."""
    _, at, domain = last.casefold().rpartition("@")
    if not at:
        return False
    known = {value.casefold().rpartition("@")[2] for value in filled if "@" in value}
    return domain not in known and any(one.startswith(domain) for one in known)


def _is_half_a_word(last: str, filled: Iterable[str]) -> bool:
    """Whether this is the beginning of a word that stands above again and again, and no word of its own."""
    words = Counter(filled)
    often = len(words) * _FEW <= words.total()
    return often and last not in words and any(word.startswith(last) for word, count in words.items() if count > 1)
