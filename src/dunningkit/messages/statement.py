"""The itemised statement of one receivable that a customer may ask for (513/1999 4 a §), as text and as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dunningkit.law.answers import Allocated, Interest, Segment
from dunningkit.messages import anchors
from dunningkit.messages.catalogue import catalogue_of
from dunningkit.messages.cleaning import clean
from dunningkit.messages.paper import paper_of
from dunningkit.messages.views import creditor_view
from dunningkit.model import ActKind, Creditor, Language, Money

_FIXED_SUM = "fixed_sum"


@dataclass(frozen=True, slots=True)
class FeeAsked:
    """What one act charged, in minor units of the receivable's currency; ``kind`` ``None`` is the lump sum instead of costs."""

    on: date
    kind: ActKind | None
    amount_minor: int
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """One receivable as it stands on the day of ``interest``.

    ``interest`` (see `dunningkit.law.interest.interest`) holds the payments, what they were taken for, and what is left of
    principal, interest and costs. ``fees`` are all that was ever charged until then. What a person gave up of interest and of
    fees is told, and not asked for.
    """

    creditor: Creditor
    customer_name: str
    invoice_number: str
    issued_on: date
    due_on: date
    original: Money
    interest: Interest
    fees: tuple[FeeAsked, ...] = ()
    instalment_number: int | None = None
    subject: str = ""
    interest_waived_minor: int = 0
    costs_waived_minor: int = 0

    @property
    def interest_left_minor(self) -> int:
        """What is to be paid of the interest."""
        return max(0, self.interest.due_minor - self.interest_waived_minor)

    @property
    def costs_left_minor(self) -> int:
        """What is to be paid of the costs."""
        return max(0, self.interest.costs_minor - self.costs_waived_minor)

    @property
    def total_minor(self) -> int:
        """What is to be paid in all."""
        return self.interest.principal_minor + self.interest_left_minor + self.costs_left_minor


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in one language. ``data`` is plain JSON data: amounts in minor units, days as ISO text."""

    language: Language
    text: str
    data: Mapping[str, Any]


def statement(account: Account, language: Language) -> Statement:
    """Write the statement of a receivable. It costs nothing, and says so.

    Raises ``ValueError`` when the figures do not add up: no statement is better than a wrong one.
    """
    _require_sums(account)
    text = paper_of(language).statement.render(_context(account, language))
    return Statement(language, text, _data(account))


def _require_sums(account: Account) -> None:
    owed = account.interest
    taken = owed.allocations
    told = {
        "principal": (account.original.amount_minor - sum(one.principal_minor for one in taken), owed.principal_minor),
        "interest": (owed.accrued_minor - sum(one.interest_minor for one in taken), owed.due_minor),
        "costs": (
            sum(fee.amount_minor for fee in account.fees) - sum(one.costs_minor for one in taken),
            owed.costs_minor,
        ),
        "payments": (
            sum(one.amount_minor for one in taken),
            sum(one.interest_minor + one.principal_minor + one.costs_minor + one.left_over_minor for one in taken),
        ),
    }
    wrong = next((name for name, (counted, said) in told.items() if counted != said), None)
    if wrong is not None:
        raise ValueError(f"the statement does not add up: {wrong} {told[wrong][0]} and {told[wrong][1]} differ")


def _context(account: Account, language: Language) -> dict[str, object]:
    owed, paper = account.interest, paper_of(language)
    currency = account.original.currency

    def money(amount_minor: int) -> Money:
        return Money(amount_minor, currency)

    return {
        "creditor": creditor_view(account.creditor),
        "customer": clean(account.customer_name),
        "label": _label(account, catalogue_of(language).words["instalment"]),
        "subject": _subject(account.subject),
        "as_of": owed.as_of,
        "issued_on": account.issued_on,
        "due_on": account.due_on,
        "currency": currency,
        "original": account.original,
        "payments": [
            {
                "on": one.on,
                "amount": money(one.amount_minor),
                "interest": money(one.interest_minor),
                "principal": money(one.principal_minor),
                "costs": money(one.costs_minor),
                "left_over": money(one.left_over_minor),
            }
            for one in owed.allocations
        ],
        "paid": money(sum(one.amount_minor for one in owed.allocations)),
        "segments": [
            {
                "first": one.first,
                "last": one.last,
                "days": one.days,
                "rate_bp": one.rate_bp,
                "principal": money(one.principal_minor),
                "exact_minor": one.exact_minor,
                "cite": clean(one.cited.cite),
            }
            for one in owed.segments
        ],
        "accrued": money(owed.accrued_minor),
        "interest_paid": money(owed.paid_minor),
        "capped": owed.capped,
        "provisional": owed.is_provisional,
        "fees": [
            {
                "on": fee.on,
                "act": paper.acts[fee.kind.value if fee.kind else _FIXED_SUM],
                "amount": money(fee.amount_minor),
                "cite": clean(fee.cite),
            }
            for fee in account.fees
        ],
        "charged": money(sum(fee.amount_minor for fee in account.fees)),
        "principal_left": money(owed.principal_minor),
        "interest_waived": money(account.interest_waived_minor) if account.interest_waived_minor else None,
        "interest_left": money(account.interest_left_minor),
        "costs_waived": money(account.costs_waived_minor) if account.costs_waived_minor else None,
        "costs_left": money(account.costs_left_minor),
        "total": money(account.total_minor),
    }


def _label(account: Account, instalment: str) -> str:
    number = clean(account.invoice_number)
    return number if account.instalment_number is None else f"{number} ({instalment} {account.instalment_number})"


def _subject(value: str) -> str:
    value = clean(value)
    return "" if anchors.found_in(value) else value  # a site, a number or an account in it could be anybody's


# -- as data -------------------------------------------------------------------------------------------------------


def _data(account: Account) -> dict[str, Any]:
    owed = account.interest
    return {
        "as_of": owed.as_of.isoformat(),
        "invoice_number": account.invoice_number,
        "instalment_number": account.instalment_number,
        "issued_on": account.issued_on.isoformat(),
        "due_on": account.due_on.isoformat(),
        "currency": account.original.currency,
        "original_minor": account.original.amount_minor,
        "payments": [_payment(one) for one in owed.allocations],
        "interest": [_segment(one) for one in owed.segments],
        "interest_accrued_minor": owed.accrued_minor,
        "interest_paid_minor": owed.paid_minor,
        "interest_capped": owed.capped,
        "interest_provisional": owed.is_provisional,
        "fees": [
            {
                "on": fee.on.isoformat(),
                "kind": fee.kind.value if fee.kind else _FIXED_SUM,
                "amount_minor": fee.amount_minor,
                "cite": fee.cite,
            }
            for fee in account.fees
        ],
        "principal_left_minor": owed.principal_minor,
        "interest_waived_minor": account.interest_waived_minor,
        "interest_left_minor": account.interest_left_minor,
        "costs_waived_minor": account.costs_waived_minor,
        "costs_left_minor": account.costs_left_minor,
        "total_minor": account.total_minor,
    }


def _payment(one: Allocated) -> dict[str, Any]:
    return {
        "on": one.on.isoformat(),
        "amount_minor": one.amount_minor,
        "interest_minor": one.interest_minor,
        "principal_minor": one.principal_minor,
        "costs_minor": one.costs_minor,
        "left_over_minor": one.left_over_minor,
    }


def _segment(one: Segment) -> dict[str, Any]:
    return {
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "days": one.days,
        "rate_bp": one.rate_bp,
        "principal_minor": one.principal_minor,
        "exact_minor": str(one.exact_minor),
        "cite": one.cited.cite,
        "provisional": one.is_provisional,
    }
