"""What a formal text claims and tells, as the text writes it: what the checks look for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dunningkit.messages.cleaning import plain_spaces
from dunningkit.messages.formats import Formats
from dunningkit.messages.views import ClaimedView, FormalView, Views
from dunningkit.model import Money


@dataclass(frozen=True, slots=True)
class FormalShown:
    """The values of a formal text by what they tell, with plain spaces; ``values`` are all of them, for blanking out."""

    identity: tuple[str, ...]
    address: str
    interest: tuple[str, ...]
    costs: tuple[str, ...]
    totals: tuple[str, ...]
    as_of: str
    history: tuple[str, ...]
    next_step: tuple[str, ...]
    agency: tuple[str, ...]
    values: frozenset[str]

    @classmethod
    def of(cls, views: Views, formats: Formats) -> "FormalShown":
        """Write the values of a formal text's views; raises ``ValueError`` for the views of any other text."""
        formal, creditor = views.formal, views.creditor
        if formal is None:
            raise ValueError("only a formal text has these values")
        writer = _Writer(formats)
        claims = [invoice.claimed for invoice in views.invoices if invoice.claimed]
        identity = (creditor.name, creditor.business_id, creditor.address)
        interest = tuple(value for claimed in claims for value in writer.interest(claimed))
        costs = tuple(value for claimed in claims for value in writer.costs(claimed))
        totals = tuple(writer.money(claimed.total) for claimed in claims)
        past_days = writer.days(*(step.on for step in formal.history))
        history = (*past_days, *(step.way for step in formal.history))
        next_step, agency = writer.days(formal.next_on), writer.agency(formal)
        invoiced = writer.days(*(claimed.invoiced for claimed in claims))
        beside = (
            *writer.days(formal.today, formal.payments_as_of),
            *(writer.money(amount) for amount in (formal.fee_max,) if amount),
            *(claimed.interest_cite for claimed in claims),
            formal.fee_cite,
            creditor.opening_hours,
            formal.recipient,
            formal.address,
        )
        # Which way a message went is said in words of our own.
        told = (identity, interest, costs, totals, past_days, next_step, agency, invoiced, beside)
        return cls(
            identity=identity,
            address=creditor.address,
            interest=interest,
            costs=costs,
            totals=totals,
            as_of=writer.day(formal.payments_as_of),
            history=history,
            next_step=next_step,
            agency=agency,
            values=frozenset(value for values in told for value in values),
        )


@dataclass(frozen=True, slots=True)
class _Writer:
    formats: Formats

    def money(self, amount: Money) -> str:
        return plain_spaces(self.formats.money(amount))

    def day(self, day: date) -> str:
        return self.formats.day(day)

    def days(self, *days: date | None) -> tuple[str, ...]:
        return tuple(self.formats.day(day) for day in days if day)

    def interest(self, claimed: ClaimedView) -> Iterable[str]:
        yield self.money(claimed.interest)
        if claimed.interest.amount_minor:
            for rate in claimed.rates:
                yield from (plain_spaces(self.formats.rate(rate.rate_bp)), self.day(rate.first), self.day(rate.last))

    def costs(self, claimed: ClaimedView) -> Iterable[str]:
        yield self.money(claimed.fee)
        if claimed.earlier_fees.amount_minor:
            yield self.money(claimed.earlier_fees)

    def agency(self, formal: FormalView) -> tuple[str, ...]:
        if not formal.agency:
            return ()
        highest = (self.money(formal.agency_fee_max),) if formal.agency_fee_max else ()
        return (formal.agency, *self.days(formal.transfer_on), *highest)
