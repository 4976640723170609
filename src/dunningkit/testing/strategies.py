"""Hypothesis strategies for every value that crosses between the engine and its plugins: what is valid, oddities included.

`of` makes a strategy for any class of ``dunningkit.model``, field by field. The others make values that also make sense
together, as a ledger would have them.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from dunningkit.model import (
    Columns,
    ContactPoint,
    Customer,
    CustomerClass,
    Document,
    Histories,
    Language,
    Medium,
    Message,
    Money,
    OutgoingReminder,
    PastReceivable,
    Payment,
    PaymentHistory,
    Portfolio,
    Receivable,
    ReceivableKind,
    RungCount,
    Segment,
    Sender,
)

#: Ids as ledgers have them: leading zeros, slashes, umlauts, and long ones.
ids = st.text("0123456789ABCabcÄö/-_. ", min_size=1, max_size=20).filter(lambda text: text == text.strip())
currencies = st.sampled_from(("EUR", "SEK", "USD", "JPY"))
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # zones apart
#: Texts that can be stored: anything but the character that some databases take for a text's end.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
#: The days past due at which a portfolio counts.
RUNG_DAYS = (0, 7, 15, 30, 60)
#: Amounts up to a thousand million in the smallest unit.
_MOST_MINOR = 10**11


@st.composite
def money(draw: st.DrawFn, least: int = 0, most: int = _MOST_MINOR) -> Money:
    """An amount in minor units of a common currency."""
    return Money(draw(st.integers(least, most)), draw(currencies))


# -- any value, field by field -------------------------------------------------------------------------------------

_LEAVES: Mapping[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: st.integers(0, 10**9),
    bool: st.booleans(),
    float: st.floats(0, 10**6),
    bytes: st.binary(max_size=40),
    date: days,
    datetime: moments,
    NoneType: st.none(),
    Money: money(least=-_MOST_MINOR),
}


def of(kind: Any) -> st.SearchStrategy[Any]:
    """A strategy for a class of ``dunningkit.model``, or for an annotation of one of its fields.

    Each field is right by itself; that they make sense together is not promised. Raises `TypeError` for what no model has.
    """
    if kind in _LEAVES:
        return _LEAVES[kind]
    if get_origin(kind) is not None:
        return _generic(get_origin(kind), get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{field.name: of(hints[field.name]) for field in fields(kind)})
    raise TypeError(f"no strategy for {kind!r}")


def _generic(origin: Any, parts: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin in (Union, UnionType):
        return st.one_of([of(part) for part in parts if get_origin(part) is not Columns])
    if origin is tuple:
        return _tuples(parts)
    if origin is frozenset:
        return st.frozensets(of(parts[0]), max_size=3)
    if issubclass(origin, Mapping):
        return st.dictionaries(st.from_regex(r"[a-z_]{1,10}", fullmatch=True), of(parts[1]), max_size=4)
    raise TypeError(f"no strategy for {origin!r}")


def _tuples(parts: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if parts[1:] == (...,):
        return st.lists(of(parts[0]), max_size=3).map(tuple)
    return st.tuples(*(of(part) for part in parts))


# -- a ledger ------------------------------------------------------------------------------------------------------


#: How an address of each medium begins and ends; digits or letters stand between.
_ADDRESSES: Mapping[Medium, tuple[str, str, str]] = {
    Medium.EMAIL: ("", r"[a-z0-9]{1,12}(?:[.+-][a-z0-9]{1,8})?", "@example.fi"),
    Medium.SMS: ("+35840", "[0-9]{7}", ""),
    Medium.PHONE: ("+3589", "[0-9]{6,7}", ""),
    Medium.LETTER: ("", "[A-ZÄÖ][a-zäö]{2,14}", "tie 3 A 4, 00100 Helsinki"),
    Medium.EINVOICE: ("0037", "[0-9]{8}", ""),
}


def addresses(medium: Medium) -> st.SearchStrategy[str]:
    """Addresses as a medium has them: an e-mail address, an international number, a street and town, an e-invoice address."""
    begin, middle, end = _ADDRESSES[medium]
    return st.from_regex(middle, fullmatch=True).map(lambda text: f"{begin}{text}{end}")


@st.composite
def contact_points(draw: st.DrawFn) -> ContactPoint:
    """Where a customer is reached, by any medium."""
    medium = draw(st.sampled_from(Medium))
    return ContactPoint(medium, draw(addresses(medium)), draw(st.booleans()))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A copy of an invoice: a file with any bytes."""
    number = draw(st.from_regex(r"[0-9]{1,9}", fullmatch=True))
    return Document(number, f"{number}.pdf", "application/pdf", draw(st.binary(min_size=1, max_size=200)))


@st.composite
def customers(draw: st.DrawFn, customer_id: st.SearchStrategy[str] = ids) -> Customer:
    """A customer with a name and up to three addresses."""
    return Customer(
        draw(customer_id),
        draw(texts.filter(str.strip)),
        customer_class=draw(st.sampled_from(CustomerClass)),
        language=draw(st.none() | st.sampled_from(Language)),
        contact_points=tuple(draw(st.lists(contact_points(), max_size=3))),
    )


@st.composite
def receivables(draw: st.DrawFn, customer_id: st.SearchStrategy[str] = ids) -> Receivable:
    """An invoice that is open, paid in part or settled, or a credit note; its days are in their order, or oddly not."""
    currency, issued_on = draw(currencies), draw(days)
    is_credit = draw(st.booleans())
    original = draw(st.integers(1, _MOST_MINOR))
    unpaid = draw(st.integers(0, original))
    sign = -1 if is_credit else 1
    number = draw(ids)
    return Receivable(
        receivable_id=number,
        customer_id=draw(customer_id),
        invoice_number=number,
        original=Money(sign * original, currency),
        open=Money(sign * unpaid, currency),
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=draw(st.integers(-30, 400))),
        kind=ReceivableKind.CREDIT_NOTE if is_credit else ReceivableKind.INVOICE,
        settled_on=None if unpaid else issued_on + timedelta(days=draw(st.integers(0, 400))),
        tags=tuple(draw(st.lists(ids, max_size=2))),
        disputed=draw(st.booleans()),
    )


@st.composite
def payments(draw: st.DrawFn, of_receivable: Receivable | None = None) -> Payment:
    """Money that came, or went back; for a receivable in its currency, or applied to nothing."""
    minor = draw(st.integers(-_MOST_MINOR, _MOST_MINOR).filter(bool))
    if of_receivable is None:
        return Payment(draw(ids), draw(ids), Money(minor, draw(currencies)), draw(days))
    amount = Money(minor, of_receivable.open.currency)
    return Payment(draw(ids), of_receivable.customer_id, amount, draw(days), of_receivable.receivable_id)


# -- what a scorer sees --------------------------------------------------------------------------------------------


@st.composite
def past_receivables(draw: st.DrawFn, as_of: date) -> PastReceivable:
    """An invoice as a scorer sees it on ``as_of``: issued by then; still open, or settled at any time since its issue."""
    issued_on = as_of - timedelta(days=draw(st.integers(0, 3000)))
    settled = draw(st.none() | st.integers(0, (as_of - issued_on).days))
    return PastReceivable(
        receivable_id=draw(ids),
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=draw(st.integers(-30, 400))),
        settled_on=None if settled is None else issued_on + timedelta(days=settled),
        original=draw(money(least=1)),
        counts=draw(st.booleans()),
    )


@st.composite
def portfolios(draw: st.DrawFn, as_of: date) -> Portfolio:
    """A ledger's counts as of the first of ``as_of``'s month: none yet, or of some segments, never more passed than reached."""
    rungs = []
    for segment in draw(st.sets(st.sampled_from(("", *(one.value for one in Segment))), max_size=4)):
        reached = draw(st.floats(0, 10**5))
        for rung_days in RUNG_DAYS:
            passed = reached * draw(st.floats(0, 1))
            rungs.append(RungCount(segment, rung_days, reached, passed))
            reached = passed
    quartiles = st.lists(st.integers(1, _MOST_MINOR), min_size=3, max_size=3).map(sorted)
    known = sorted(draw(st.sets(currencies, max_size=2)))
    cut = [(currency, draw(quartiles)) for currency in known]
    return Portfolio(as_of.replace(day=1), tuple(rungs), tuple((currency, (a, b, c)) for currency, (a, b, c) in cut))


@st.composite
def histories(draw: st.DrawFn, as_of: date, most_customers: int = 6) -> Histories:
    """A scoring batch: customers by id, each with what is known of them on ``as_of``, and the portfolio they belong to."""
    names = sorted(draw(st.lists(ids, min_size=1, max_size=most_customers, unique=True)))
    past = st.lists(past_receivables(as_of), max_size=12, unique_by=lambda one: one.receivable_id)
    found = tuple(PaymentHistory(name, tuple(draw(past))) for name in names)
    return Histories(found, draw(portfolios(as_of)))


# -- what a channel is given ---------------------------------------------------------------------------------------


@st.composite
def outgoing_reminders(draw: st.DrawFn, medium: Medium = Medium.EMAIL) -> OutgoingReminder:
    """A reminder on its way to a channel, with any text; e-mails may have copies of invoices with them."""
    message = Message(
        medium,
        draw(st.sampled_from(Language)),
        "" if medium is Medium.SMS else draw(texts.filter(str.isprintable)),
        draw(texts.filter(str.strip)),
        (),
    )
    sender = Sender("creditor", "Esimerkki Oy", "laskut@example.fi", "09 123 4567")
    to = ContactPoint(medium, draw(addresses(medium)), confirmed=draw(st.booleans()))
    key = draw(st.from_regex(r"[0-9a-f]{40}", fullmatch=True))
    copies = draw(st.lists(documents(), max_size=2)) if medium is Medium.EMAIL else []
    return OutgoingReminder(key, sender, draw(texts.filter(str.isprintable)), to, message, tuple(copies))
