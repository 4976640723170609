"""What a column holds, found out from all of its cells, and which field of ours it may be.

Nothing is decided that the cells leave open: a column in which every date reads both ways stays a question.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial

from dunningkit_csv import words
from dunningkit_csv.config import CsvConfig, is_date_field
from dunningkit_csv.parsing import AmountParser, Parser, Unreadable, amount_parser, date_parser, email_address

_FLAGS = {word for name in ("true_values", "false_values") for word in CsvConfig.model_fields[name].default}
_CURRENCIES = frozenset(
    [
        "EUR",
        "SEK",
        "NOK",
        "DKK",
        "ISK",
        "USD",
        "GBP",
        "CHF",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "JPY",
        "CAD",
        "AUD",
        "CNY",
    ]
)
_FLAG_FIELDS = frozenset(
    ["disputed", "removed", "no_reminders", "email_confirmed", "phone_confirmed", "counts_for_history"]
)
_NAME_FIELDS = frozenset(["customer_name", "first_name", "contact_name", "city", "street"])
_AMOUNT_FIELDS = frozenset(["original", "open", "amount"])
_UNITS = "|".join([*sorted(_CURRENCIES), "kr", "US\\$", "[€$£¥]"])
_UNIT = re.compile(rf"^(?:{_UNITS})\s*|\s*(?:{_UNITS})$", re.IGNORECASE)
_LIKE_A_DATE = re.compile(r"(?=.*[0-9])[0-9A-Za-z./, :-]{6,30}")
_REFERENCE = re.compile(r"[0-9]{4,20}")
_REFERENCE_WEIGHTS = (7, 3, 1)
_IBAN_LIKE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{4,30}")
#: A column holds something when this share of its cells does.
_MOSTLY = 0.6
#: By chance every tenth number has a right check digit, so of these nearly all must.
_NEARLY_ALL = 0.9
_FEW_WORDS = 40
_SHOWN_CELLS = 3
_REMEMBERED = 20_000

#: How dates may be written, by the order of day, month and year.
DATE_FORMATS: Mapping[str, str] = {
    "yyyy-mm-dd": "ymd",
    "yyyymmdd": "ymd",
    **{
        pattern.replace("-", sign): order
        for sign in ".-/"
        for pattern, order in (
            ("d-m-yyyy", "dmy"),
            ("m-d-yyyy", "mdy"),
            ("yyyy-m-d", "ymd"),
            ("d-m-yy", "dmy"),
            ("m-d-yy", "mdy"),
        )
    },
    # With another sign nobody writes a year of two digits first.
    "yy-m-d": "ymd",
    **{f"d{sign}mmm{sign}{year}": "dmy" for sign in " -./" for year in ("yyyy", "yy")},
    "mmm d, yyyy": "mdy",
}
#: Decimal and thousands signs; the first that fits as well as any other is taken.
AMOUNT_STYLES: Sequence[tuple[str, str | None]] = (
    (",", None),
    (".", None),
    (",", "."),
    (".", ","),
    (",", "'"),
    (".", "'"),
)


def _readers() -> dict[str, Parser[date]]:
    return {pattern: date_parser(pattern) for pattern in DATE_FORMATS}


def _amount_readers() -> dict[tuple[str, str | None], AmountParser]:
    return {style: amount_parser(*style) for style in AMOUNT_STYLES}


_DATE_READERS = _readers()
_SIGNS = {pattern: {sign for sign in pattern if sign in ".-/ "} for pattern in DATE_FORMATS}
_NINES = str.maketrans("12345678", "99999999")
_AMOUNT_READERS = _amount_readers()


def _reads(reader: Callable[[], object]) -> bool:
    try:
        reader()
    except Unreadable:
        return False
    return True


def _mod_97(text: str) -> int:
    moved = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97


def is_iban(text: str) -> bool:
    """Whether it is an account number with right check digits (ISO 13616)."""
    plain = "".join(text.split()).upper()
    return _IBAN_LIKE.fullmatch(plain) is not None and _mod_97(plain) == 1


def is_reference(text: str) -> bool:
    """Whether it is a Finnish reference with a right check digit, or an international one (ISO 11649)."""
    plain = "".join(text.split()).upper()
    if plain.startswith("RF") and plain.isascii() and plain.isalnum() and plain[2:4].isdecimal():
        return _mod_97(plain) == 1
    if not (plain.isascii() and _REFERENCE.fullmatch(plain)):
        return False
    weighted = sum(int(digit) * _REFERENCE_WEIGHTS[place % 3] for place, digit in enumerate(reversed(plain[:-1])))
    return (10 - weighted % 10) % 10 == int(plain[-1])


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one cell may be."""

    dates: tuple[str, ...] = ()
    amounts: tuple[tuple[str, str | None], ...] = ()
    others: tuple[str, ...] = ()
    #: What an amount is marked with.
    unit: str = ""


@lru_cache(maxsize=_REMEMBERED)
def _styles_of(number: str) -> tuple[tuple[str, str | None], ...]:
    return tuple(style for style, read in _AMOUNT_READERS.items() if _reads(partial(read, number, "EUR")))


def _formats_of(text: str) -> tuple[str, ...]:
    if not _LIKE_A_DATE.fullmatch(text):
        return ()
    signs = {sign for sign in text if sign in ".-/ "}
    return tuple(
        pattern for pattern, read in _DATE_READERS.items() if _SIGNS[pattern] <= signs and _reads(partial(read, text))
    )


def _look(text: str) -> _Seen:
    number = _UNIT.sub("", text)
    # Which digits they are makes no difference to how an amount is written, but for zeros.
    amounts = _styles_of(number.translate(_NINES)) if any(sign.isdecimal() for sign in number) else ()
    others = [
        name
        for name, holds in (
            ("email", "@" in text and _reads(lambda: email_address(text))),
            ("iban", is_iban(text)),
            ("reference", is_reference(text)),
            ("currency", text.upper() in _CURRENCIES),
            ("flag", text.casefold() in _FLAGS),
            ("letters", any(sign.isalpha() for sign in text)),
            ("digits", text.isascii() and text.isdecimal()),
            ("decimals", bool(amounts) and not number.strip("-+ ").isdecimal()),
        )
        if holds
    ]
    unit = "".join(_UNIT.findall(text)).strip().upper() if amounts else ""
    return _Seen(_formats_of(text), amounts, tuple(others), unit)


def is_no_header(text: str) -> bool:
    """Whether it is a day, an amount with decimals, an e-mail address or an account number, as only rows hold them."""
    seen = _look(text)
    return bool(seen.dates) or not {"email", "iban", "decimals"}.isdisjoint(seen.others)


@dataclass(slots=True)
class Column:
    """All that was seen in one column."""

    position: int
    header: str
    filled: int = 0
    empty: int = 0
    samples: list[str] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)
    _tallies: dict[_Seen, list[int]] = field(default_factory=dict)
    _known: dict[str, list[int]] = field(default_factory=dict)
    _examples: dict[_Seen, str] = field(default_factory=dict)
    _texts_decide: bool = False

    def add(self, cell: str) -> None:
        """Look at one more cell."""
        text = cell.strip()
        if not text:
            self.empty += 1
            return
        self.filled += 1
        tally = self._known.get(text)
        if tally is None:
            seen = _look(text)
            tally = self._tallies.setdefault(seen, [0])
            self._examples.setdefault(seen, text)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = tally
        tally[0] += 1
        if len(self.samples) < _SHOWN_CELLS and text not in self.samples:
            self.samples.append(text)
        if text in self.words or len(self.words) <= _FEW_WORDS:
            self.words[text] += 1

    # -- what it holds -----------------------------------------------------------------------------------------------

    @property
    def readings(self) -> Counter[tuple[str, ...]]:
        """How many cells each set of date formats reads."""
        counted: Counter[tuple[str, ...]] = Counter()
        for seen, (count,) in self._tallies.items():
            if seen.dates:
                counted[seen.dates] += count
        texts = Counter({patterns: count for patterns, count in counted.items() if "yyyy-mm-dd" not in patterns})
        if not (self._texts_decide and texts):
            return counted
        texts[tuple(DATE_FORMATS)] += counted.total() - texts.total()
        return texts

    @property
    def amounts(self) -> Counter[tuple[str, str | None]]:
        """How many cells each style of amounts reads."""
        counted: Counter[tuple[str, str | None]] = Counter()
        for seen, (count,) in self._tallies.items():
            counted.update(dict.fromkeys(seen.amounts, count))
        return counted

    @property
    def others(self) -> Counter[str]:
        """How many cells are what else can be told from one cell."""
        counted: Counter[str] = Counter()
        for seen, (count,) in self._tallies.items():
            counted.update(dict.fromkeys(seen.others, count))
        return counted

    @property
    def units(self) -> Counter[str]:
        """How many amounts are marked with what, such as KR, SEK or €; those that are not marked have no say."""
        counted: Counter[str] = Counter()
        for seen, (count,) in self._tallies.items():
            if seen.unit:
                counted[seen.unit] += count
        return counted

    def _mostly(self, count: int, share: float = _MOSTLY) -> bool:
        return self.filled > 0 and count >= share * self.filled

    @property
    def holds_dates(self) -> bool:
        """Whether most cells are dates."""
        return self._mostly(self.readings.total())

    @property
    def holds_amounts(self) -> bool:
        """Whether most cells are numbers that can be money."""
        return self._mostly(max(self.amounts.values(), default=0))

    @property
    def has_few_words(self) -> bool:
        """Whether its cells say few different things, all of them known."""
        return 0 < len(self.words) <= _FEW_WORDS

    @property
    def content(self) -> str:
        """What the column holds, in a word."""
        for name, held in (
            ("nothing", not self.filled),
            ("email", self._mostly(self.others["email"])),
            ("iban", self._mostly(self.others["iban"])),
            ("currency", self._mostly(self.others["currency"])),
            # Eight digits can be a day, but then all of them are.
            ("date", self.holds_dates and (not self._mostly(self.others["digits"]) or self._all_dates)),
            ("reference", self._mostly(self.others["reference"], _NEARLY_ALL) and self.filled >= _SHOWN_CELLS),
            ("amount", self.holds_amounts and bool(self.others["decimals"])),
            ("number", self.holds_amounts),
        ):
            if held:
                return name
        return "text"

    @property
    def _all_dates(self) -> bool:
        return self.readings.total() == self.filled

    @property
    def dates(self) -> Counter[str]:
        """How many cells each format reads."""
        counted: Counter[str] = Counter()
        for patterns, count in self.readings.items():
            counted.update(dict.fromkeys(patterns, count))
        return counted

    def let_texts_decide(self) -> None:
        """In a workbook a day that is a day is understood whatever the format; only days that are texts need one."""
        self._texts_decide = True

    def date_orders(self) -> Sequence[str]:
        """The orders of day and month in which its dates may be meant: one, unless that stays a question."""
        counted = self.dates
        best = max(DATE_FORMATS, key=lambda pattern: counted[pattern])
        found = {order for pattern, order in DATE_FORMATS.items() if counted[pattern] == counted[best]}
        # Some read only the one way and some only the other: then nothing says how those read that read both ways.
        for pattern, order in DATE_FORMATS.items():
            if sorted(pattern) == sorted(best) and order != DATE_FORMATS[best]:
                only = sum(
                    count for patterns, count in self.readings.items() if pattern in patterns and best not in patterns
                )
                found |= {order} if only else set()
        return sorted(found)

    def date_example(self, *orders: str) -> str:
        """A date that can be read in each of these orders and in no other; empty when there is none."""
        for seen, text in self._examples.items():
            if {DATE_FORMATS[pattern] for pattern in seen.dates} == set(orders):
                return text
        return ""

    def misfit(self, name: str) -> str:
        """A cell that a day or an amount of this field cannot be; empty when there is none."""
        if not (is_date_field(name) or name in _AMOUNT_FIELDS):
            return ""
        for seen, text in self._examples.items():
            if not (seen.dates if is_date_field(name) else seen.amounts):
                return text
        return ""

    def date_format(self, order: str | None = None) -> str:
        """The format that reads most of its dates, of this order when there is one."""
        counted = self.dates
        of_order = [pattern for pattern in DATE_FORMATS if order in (None, DATE_FORMATS[pattern])]
        return max(of_order, key=lambda pattern: counted[pattern])

    @property
    def date_sign(self) -> str:
        """What stands between the parts of its dates."""
        return next((sign for sign in self.date_format() if sign not in "dmy"), "")


# -- which field it is ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Guess:
    """A field for a column, how sure it is from 0 to 1, and why."""

    field: str
    position: int
    confidence: float
    why: str


_BY_CONTENT = {"email": 0.8, "iban": 0.8, "reference": 0.7, "currency": 0.7}
_CONFIRMED, _UNCONFIRMED, _IN_SPITE, _CONTRADICTED, _LEAST = 0.98, 0.7, 0.45, 0.2, 0.4
#: What is less sure says nothing about the kind of a file.
_TELLING = 0.5


def fits(name: str, column: Column) -> bool | None:
    """Whether the column's content can be that of the field; ``None`` when the content says nothing."""
    content = column.content
    if content == "nothing":
        return None
    for concerned, fitting in (
        (is_date_field(name), content == "date"),
        (name in _AMOUNT_FIELDS, content in ("amount", "number", "reference")),
        (name in ("email", "iban", "currency"), content == name),
        (name in _FLAG_FIELDS, column.others["flag"] == column.filled),
        (name in words.SETTING_OF, name in words.SETTING_OF and not unknown_words(name, column)),
        (name in _NAME_FIELDS, content == "text" and column.others["letters"] > 0),
    ):
        if concerned:
            return fitting
    return content not in ("date", "email", "amount")


def unknown_words(name: str, column: Column) -> list[str]:
    """The words in the column that nobody has given a meaning to."""
    if not column.has_few_words:
        return ["..."]
    setting = words.SETTING_OF[name]
    known = {*words.meanings(name, column.header), *words.OUR_WORDS[setting]}
    there = {word for cell in column.words for word in words.words_in(name, cell)}
    return sorted(word for word in there if word.casefold() not in known)


def guesses(kind: str, columns: Sequence[Column]) -> list[Guess]:
    """Every field that some column may be in this kind of file, surest first."""
    found = []
    for column in columns:
        named = False
        for match in words.matches(kind, column.header):
            named |= _is_kept(kind, match, column)
            fitting = fits(match.field, column)
            in_spite = _IN_SPITE if _is_kept(kind, match, column) else _CONTRADICTED
            confidence = match.certainty * {True: _CONFIRMED, None: _UNCONFIRMED, False: in_spite}[fitting]
            how = "its name" if match.certainty > words.INSIDE else "a word in its name"
            said = {True: "and what it holds", None: "but it is empty", False: f"but it holds {_A[column.content]}"}
            found.append(Guess(match.field, column.position, round(confidence, 2), f"{how} {said[fitting]}"))
        by_content = _BY_CONTENT.get(column.content)
        if by_content and _takes(kind, column.content) and not named:
            found.append(Guess(column.content, column.position, by_content, "what it holds"))
    return sorted(found, key=lambda guess: (-guess.confidence, guess.position))


def _is_kept(kind: str, match: words.Match, column: Column) -> bool:
    """Whether the very name of a field counts although many of its cells cannot be read: those rows are then refused.

    A column that is left out without a word would be worse: a dispute, or that something is a credit note, would be lost.
    """
    name = match.field
    if match.certainty < words.VAGUE or name in _NAME_FIELDS:
        return False
    if name in words.SETTING_OF:
        return name == "kind" and column.has_few_words and len(unknown_words(name, column)) < len(column.words)
    some = {
        **dict.fromkeys(("email", "iban", "currency"), column.others[name]),
        **dict.fromkeys(_FLAG_FIELDS, column.others["flag"]),
        **dict.fromkeys(_AMOUNT_FIELDS, column.amounts.total()),
    }
    found = column.readings.total() if is_date_field(name) else some.get(name, 1)
    return found > 0 or name in words.REQUIRED[kind]


_A = {
    "date": "dates",
    "amount": "amounts",
    "number": "numbers",
    "text": "texts",
    "email": "e-mail addresses",
    "iban": "account numbers",
    "reference": "references",
    "currency": "currency codes",
    "nothing": "nothing",
}


#: A list of customers has none of these.
_OF_INVOICES = frozenset(["invoice_number", "original", "open", "issued_on", "due_on"])


def _takes(kind: str, name: str) -> bool:
    taken = {"invoices": ("email", "iban", "reference", "currency"), "customers": ("email",), "payments": ("currency",)}
    return name in taken[kind]


def assign(found: Iterable[Guess], fixed: Mapping[str, int]) -> dict[str, Guess]:
    """One column for each field and one field for each column: what a person said first, then the surest guesses."""
    chosen = {name: Guess(name, position, 1.0, "you said so") for name, position in fixed.items()}
    taken = set(fixed.values())
    for guess in found:
        if guess.confidence >= _LEAST and guess.field not in chosen and guess.position not in taken:
            chosen[guess.field] = guess
            taken.add(guess.position)
    return chosen


def likely_kind(columns: Sequence[Column]) -> str:
    """What kind of file it looks like: the one of whose required columns most are there."""
    sure = {
        kind: assign((one for one in guesses(kind, columns) if one.confidence >= _TELLING), {}) for kind in words.KINDS
    }
    if not _OF_INVOICES & set(sure["invoices"]) and all(
        name in sure["customers"] for name in words.REQUIRED["customers"]
    ):
        return "customers"
    if "due_on" not in sure["invoices"] and all(name in sure["payments"] for name in words.REQUIRED["payments"]):
        return "payments"
    kinds = [kind for kind in words.KINDS if kind != "customers" or not _OF_INVOICES & set(sure["invoices"])]
    return max(kinds, key=lambda kind: _share(kind, sure[kind]))


def _share(kind: str, chosen: Mapping[str, Guess]) -> float:
    required = words.REQUIRED[kind]
    return sum(chosen[name].confidence for name in required if name in chosen) / len(required)


def amount_style(columns: Iterable[Column]) -> tuple[str, str | None]:
    """The decimal and thousands signs that read most of the amounts in these columns."""
    total: Counter[tuple[str, str | None]] = Counter()
    for column in columns:
        total.update(column.amounts)
    return max(AMOUNT_STYLES, key=lambda style: total[style])
