"""From a row's values to a customer, and from several rows about one customer to what they say together."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from dunningkit.model import (
    Columns,
    ContactPoint,
    Customer,
    CustomerClass,
    Language,
    Medium,
    PostalAddress,
    Wishes,
)
from dunningkit_csv.cells import Cells, Values
from dunningkit_csv.config import CsvConfig, CustomerColumns
from dunningkit_csv.layout import Layout
from dunningkit_csv.parsing import (
    Parser,
    choice_parser,
    email_address,
    flag_parser,
    identifier,
    label,
    list_parser,
    phone_number,
    whole_number,
)
from dunningkit_csv.reading import PlainRows

_NAMES = ("customer_name", "first_name", "contact_name")
#: Names that say whose invoice it is.
_WHOSE = ("customer_name", "first_name")
_ADDRESS = ("street", "postal_code", "city", "country")
_SILENCE = ("avoid", "no_reminders")
DETAILS = tuple(field for field in CustomerColumns.model_fields if field != "customer_id")
_DECISIVE = tuple(field for field in DETAILS if field not in {*_NAMES, *_ADDRESS, *_SILENCE})
_LEGAL_FORMS = frozenset(
    [
        *("oy", "oyj", "ab", "abp", "publ", "ky", "kb", "ay", "hb", "tmi", "toiminimi", "osk", "ry", "rf", "rs", "sr"),
        *(
            "osakeyhtio",
            "aktiebolag",
            "handelsbolag",
            "kommanditbolag",
            "as",
            "asa",
            "aps",
            "ou",
            "gmbh",
            "ag",
            "ug",
            "sa",
        ),
        *("ltd", "limited", "llc", "llp", "plc", "inc", "corp", "bv", "nv", "sarl", "srl", "spa", "sas"),
    ]
)
_NOT_WORDS = re.compile(r"[\W_]+")
_UNCOMPOSED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ð": "d", "þ": "th"})
_CONFIRMS = {"email_confirmed": "email", "phone_confirmed": "phone"}


class Contradiction(Exception):
    """Two rows say different things about who a customer is, or about where, how or whether to write to them.

    ``field`` is one of those things, and ``known`` what an earlier row says of it.
    """

    def __init__(self, field: str, known: Any) -> None:
        super().__init__(field)
        self.field = field
        self.known = known


def customer_parsers(config: CsvConfig) -> dict[str, Parser[Any]]:
    """How each customer column is understood."""
    flag = flag_parser(config.true_values, config.false_values)
    medium = choice_parser(Medium, config.values.medium, "medium")
    return {
        "customer_id": identifier,
        "customer_class": choice_parser(CustomerClass, config.values.customer_class, "customer_class"),
        "language": choice_parser(Language, config.values.language, "language"),
        "email": email_address,
        "email_confirmed": flag,
        "phone": phone_number,
        "phone_confirmed": flag,
        "wish_medium": medium,
        "avoid": list_parser(config.list_separator, medium),
        "no_reminders": flag,
        "payday": whole_number(1, 31),
        "einvoice_address": label,
        **dict.fromkeys((*_NAMES, *_ADDRESS), label),
    }


class CustomerMapping:
    """Reads the rows of a file of customers."""

    def __init__(self, config: CsvConfig, layout: Layout) -> None:
        self.cells = Cells(layout, customer_parsers(config), ("customer_id", "customer_name"))

    def customer_id(self, cells: Sequence[str]) -> str | None:
        """The row's own customer number, where it can be read whatever else is wrong."""
        found: str | None = self.cells.one("customer_id", cells)
        return found

    def read(self, cells: Sequence[str]) -> Customer:
        """Make the customer; raises `Refused`."""
        values = self.cells.understand(cells)
        return to_customer(values["customer_id"], details_of(values))

    def read_many(self, rows: PlainRows) -> list[Customer]:
        """Make the customers of many rows; raises `Doubtful` where `read` would refuse any of them."""
        return customers_of(self.cells, self.cells.column("customer_id", rows.columns) or [], rows.columns)


def details_of(values: Values) -> Values:
    """What a row says about its customer, beside the number."""
    details = {field: values[field] for field in DETAILS if field in values}
    for flag, address in _CONFIRMS.items():
        if address not in details:
            details.pop(flag, None)
    return details


def to_customer(customer_id: str, details: Values) -> Customer:
    """Make a customer of what is known of them."""
    points = []
    if "email" in details:
        points.append(ContactPoint(Medium.EMAIL, details["email"], details.get("email_confirmed", False)))
    if "phone" in details:
        points.append(ContactPoint(Medium.SMS, details["phone"], details.get("phone_confirmed", False)))
    return Customer(
        customer_id=customer_id,
        name=details.get("customer_name", ""),
        first_name=details.get("first_name", ""),
        customer_class=details.get("customer_class", CustomerClass.UNKNOWN),
        language=details.get("language"),
        contact_points=tuple(points),
        wishes=Wishes(
            medium=details.get("wish_medium"),
            avoid=details.get("avoid", ()),
            no_reminders=details.get("no_reminders", False),
            payday=details.get("payday"),
        ),
        einvoice_address=details.get("einvoice_address", ""),
        postal_address=PostalAddress(**{field: details.get(field, "") for field in _ADDRESS}),
        contact_name=details.get("contact_name", ""),
    )


_NO_WISHES = Wishes()
_NOWHERE = PostalAddress()


def customers_of(cells: Cells, customer_ids: list[str], columns: Sequence[list[str]]) -> list[Customer]:
    """Make many customers of stripped columns; raises `Doubtful` where one of them would be refused."""
    number = len(customer_ids)

    def column(field: str, *, empty: object) -> list[Any]:
        return cells.column(field, columns, empty=empty) or [empty] * number

    address = [column(field, empty="") for field in _ADDRESS]
    wishes = [
        column("wish_medium", empty=None),
        column("avoid", empty=()),
        column("no_reminders", empty=False),
        column("payday", empty=None),
    ]
    no_wish = (None, (), False, None)
    nowhere = ("",) * len(_ADDRESS)
    made = {
        "customer_id": customer_ids,
        "name": column("customer_name", empty=""),
        "first_name": column("first_name", empty=""),
        "customer_class": column("customer_class", empty=CustomerClass.UNKNOWN),
        "language": column("language", empty=None),
        "contact_points": _points(
            _reached(Medium.EMAIL, column("email", empty=None), column("email_confirmed", empty=False)),
            _reached(Medium.SMS, column("phone", empty=None), column("phone_confirmed", empty=False)),
        ),
        "wishes": [_NO_WISHES if given == no_wish else Wishes(*given) for given in zip(*wishes, strict=True)],
        "einvoice_address": column("einvoice_address", empty=""),
        "postal_address": [_NOWHERE if at == nowhere else PostalAddress(*at) for at in zip(*address, strict=True)],
        "contact_name": column("contact_name", empty=""),
    }
    return list(Columns(Customer, number, made))


def _reached(medium: Medium, addresses: list[str | None], confirmed: list[bool]) -> list[ContactPoint | None]:
    pairs = zip(addresses, confirmed, strict=True)
    return [None if address is None else ContactPoint(medium, address, sure) for address, sure in pairs]


def _points(*media: list[ContactPoint | None]) -> list[tuple[ContactPoint, ...]]:
    return [tuple(point for point in points if point is not None) for points in zip(*media, strict=True)]


def together(known: Values, row: Values) -> Values:
    """What earlier rows and one more say of a customer; ``known`` itself when the row adds nothing.

    Names and the postal address come whole from the first row that has any of them. A wish for silence adds up. All else
    may be filled in later, but not said differently, and the name may only be spelled differently: raises `Contradiction`.
    """
    if row == known:
        return known
    for field in _WHOSE:
        if field in known and field in row and not are_one_name(known[field], row[field]):
            raise Contradiction(field, known[field])
    merged = dict(known)
    for group in (_NAMES, _ADDRESS):
        if not any(field in known for field in group):
            merged.update((field, row[field]) for field in group if field in row)
    for field in _DECISIVE:
        if field in row and _alike(field, merged.setdefault(field, row[field])) != _alike(field, row[field]):
            raise Contradiction(field, merged[field])
    if row.get("no_reminders"):
        merged["no_reminders"] = True
    if "avoid" in row:
        merged["avoid"] = tuple(dict.fromkeys((*known.get("avoid", ()), *row["avoid"])))
    return known if merged == known else merged


def are_one_name(one: str, other: str) -> bool:
    """Whether two names differ at most in case, accents, signs and spaces, the order of their words and the legal form."""
    if one == other:
        return True
    words, others = _words_of(one), _words_of(other)
    return words == others or "".join(words) == "".join(others) or _plain(one) == _plain(other)


def _plain(name: str) -> str:
    """The name's letters and digits, in their order."""
    return _NOT_WORDS.sub("", _without_accents(name))


def _words_of(name: str) -> list[str]:
    """A name's words in the order of the alphabet, without the legal form unless there is nothing else."""
    # A/S and O.Y. are one word each.
    words = _NOT_WORDS.sub(" ", re.sub("[./'\u2019]", "", _without_accents(name))).split()
    return sorted(word for word in words if word not in _LEGAL_FORMS) or sorted(words)


def _without_accents(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_UNCOMPOSED))
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


def _alike(field: str, value: Any) -> Any:  # as many types as there are fields
    if field == "phone":
        return "".join(sign for sign in value if sign.isdecimal() or sign == "+")
    return value.casefold() if isinstance(value, str) else value
