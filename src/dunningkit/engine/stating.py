"""The itemised statement that a customer may ask for, of every receivable of an invoice. Reads, and changes nothing."""

from dataclasses import replace
from datetime import date

from dunningkit.engine.law_cases import LawCase, cases_of, law_of
from dunningkit.engine.owing import interest_claimed
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotAllowed
from dunningkit.law.case import Case
from dunningkit.law.earlier import lawful_acts
from dunningkit.law.journal import fees_left_minor
from dunningkit.law.terms import UnderLaw
from dunningkit.messages.statement import Account, FeeAsked, Statement, statement
from dunningkit.model import Charge, Language
from dunningkit.store import Db


def state(
    db: Db, setup: CreditorSetup, wanted: str, on: date, language: Language | None = None
) -> tuple[Statement, ...]:
    """The statements of an invoice (or one receivable, by its id) as at ``on``, in the customer's language where none is asked.

    They hold what reminders ask for: the same case, payments as the ledger booked them, interest where the creditor claims it,
    and of earlier fees what was allowed. Raises `NotAllowed` without a rule pack or where there is no claim yet, `NotFound` for
    what was never known, and `RateMissing` where something was paid on a day whose rate is not published.
    """
    law = law_of(setup)
    found = cases_of(db, setup, wanted, on)
    claims = [(one, one.case) for one in found if one.case is not None]
    if not claims:
        raise NotAllowed(
            f"{wanted!r} is no claim on {on}: it is a credit note, or was not issued yet. There is nothing to state.",
            what="no_claim",
        )
    return tuple(
        statement(_account(one, case, setup, law, on), language or _language(one, setup)) for one, case in claims
    )


def _language(one: LawCase, setup: CreditorSetup) -> Language:
    theirs = one.customer.language if one.customer else None
    return theirs or setup.creditor.language


def _account(one: LawCase, case: Case, setup: CreditorSetup, law: UnderLaw, on: date) -> Account:
    receivable = one.receivable
    done = lawful_acts(case, law.pack, setup.calendar)
    acts = tuple(each.act for each in done)
    fees_minor = sum(act.fee_minor for act in acts)
    return Account(
        creditor=setup.creditor,
        customer_name=one.customer.name if one.customer else "",
        invoice_number=receivable.invoice_number,
        issued_on=receivable.issued_on,
        due_on=receivable.due_on,
        original=receivable.original,
        interest=interest_claimed(replace(case, acts=acts), setup, law, on),
        fees=tuple(
            FeeAsked(each.act.on, each.act.kind, each.act.fee_minor, each.cite) for each in done if each.act.fee_minor
        ),
        instalment_number=receivable.instalment_number,
        subject=receivable.subject,
        interest_waived_minor=sum(each.amount.amount_minor for each in one.waivers if each.what is Charge.INTEREST),
        costs_waived_minor=fees_minor - fees_left_minor(acts, one.waivers),
    )
