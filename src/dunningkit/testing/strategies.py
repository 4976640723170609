"""Hypothesis strategies for what crosses between the engine and its plugins: all that is valid, oddities included."""

from datetime import date, timedelta

from hypothesis import strategies as st

from dunningkit.model import Histories, Money, PastReceivable, PaymentHistory, Portfolio

#: Ids as ledgers have them: leading zeros, slashes, umlauts, and long ones.
ids = st.text("0123456789ABCabcÄö/-_. ", min_size=1, max_size=20).filter(lambda text: text == text.strip())
currencies = st.sampled_from(("EUR", "SEK", "USD", "JPY"))
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@st.composite
def money(draw: st.DrawFn, least: int = 0, most: int = 10**11) -> Money:
    """An amount in minor units of a common currency."""
    return Money(draw(st.integers(least, most)), draw(currencies))


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
def histories(draw: st.DrawFn, as_of: date, most_customers: int = 6) -> Histories:
    """A scoring batch: customers by id, each with what is known of them on ``as_of``; the portfolio may be empty."""
    names = sorted(draw(st.lists(ids, min_size=1, max_size=most_customers, unique=True)))
    receivables = st.lists(past_receivables(as_of), max_size=12, unique_by=lambda one: one.receivable_id)
    customers = tuple(PaymentHistory(name, tuple(draw(receivables))) for name in names)
    return Histories(customers, Portfolio(as_of.replace(day=1)))
