"""What a creditor says about the law of their invoices: the pack, and what holds where the ledger does not tell."""

import hashlib
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property

from dunningkit.law.pack import AllocationRule, Claim, RulePack
from dunningkit.model import CustomerClass

_AS_BOOKED = (Claim.PRINCIPAL, Claim.INTEREST, Claim.COSTS)


@dataclass(frozen=True, slots=True)
class CreditorTerms:
    """What the creditor's contracts and invoices say, for receivables of which the ledger says nothing.

    ``due_dates_bind``: due dates are agreed. ``rate_stated`` and ``start_stated``: invoices name the penalty rate and the
    day it runs from. ``sent_when_issued``: invoices leave on the day that they bear. ``fee_agreed``: contracts agree on
    reminder fees. ``vat_deductible``: the creditor can deduct the VAT of collection costs. What is not said is read in the
    customer's favour. ``claim_interest`` says that formal reminders ask for penalty interest: off, they ask for none.
    ``customer_class`` is that of customers of whom the ledger does not tell; one that nobody tells is protected the most.
    """

    due_dates_bind: bool | None = None
    rate_stated: bool | None = None
    start_stated: bool | None = None
    sent_when_issued: bool = False
    fee_agreed: bool = False
    vat_deductible: bool = True
    claim_interest: bool = False
    customer_class: CustomerClass = CustomerClass.UNKNOWN


@dataclass(frozen=True)
class UnderLaw:
    """A rule pack with the creditor's own terms."""

    pack: RulePack
    terms: CreditorTerms = CreditorTerms()

    @cached_property
    def version(self) -> str:
        """A hash of every rule and term: an approval is bound to it."""
        return hashlib.sha256(_spelt(self).encode()).hexdigest()[:16]

    @cached_property
    def as_booked(self) -> RulePack:
        """The pack with payments taken for principal first, as a ledger books them.

        A ledger's open amount is what the customer was told; asking interest on more than it would be asking too much.
        """
        rules = tuple(
            replace(one, order=_AS_BOOKED) if isinstance(one, AllocationRule) else one for one in self.pack.rules
        )
        return replace(self.pack, rules=rules)


def _spelt(value: object) -> str:
    """One spelling of equal values in every process: sets have no order of their own."""
    if is_dataclass(value):
        inner = ",".join(f"{one.name}={_spelt(getattr(value, one.name))}" for one in fields(value))
        return f"{type(value).__name__}({inner})"
    if isinstance(value, frozenset):
        return "{" + ",".join(sorted(map(_spelt, value))) + "}"
    if isinstance(value, tuple):
        return "(" + ",".join(map(_spelt, value)) + ")"
    return str(value)
