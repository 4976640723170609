"""The books of fees and interest: what customers were told to pay beside the principal, and what became of it.

For every receivable and for every single claim: claimed - waived - paid - credited = outstanding, and that is never negative.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from itertools import groupby
from operator import attrgetter, itemgetter

from dunningkit.law.case import DoneAct
from dunningkit.model import Charge, Money, Payment, Receivable, ReceivableKind, Waiver


class EntryKind(StrEnum):
    """What happened to a charge: a customer was told of it, a person gave it up, it was paid, or it ceased to be owed."""

    CLAIMED = "claimed"
    WAIVED = "waived"
    PAID = "paid"
    CREDITED = "credited"


class Cause(StrEnum):
    """What an entry follows from.

    ``ledger_act`` is a fee that the ledger itself had charged, told by a message; ``lower_told`` a message that told less than
    was outstanding. Money that went back makes ``payment`` negative.
    """

    REMINDER = "reminder"
    LEDGER_ACT = "ledger_act"
    DECISION = "decision"
    CANCELLED = "cancelled"
    PAYMENT = "payment"
    LOWER_TOLD = "lower_told"
    CREDITED_IN_FULL = "credited_in_full"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal about one claim.

    ``reminder_id`` names the message that claimed it, ``customer_id`` who was told. ``reference`` is the ledger's id of the
    payment, credit note or acts, or the number of the waiver. ``by`` and ``reason`` are a person's. ``amount`` is positive,
    except for money that went back.
    """

    on: date
    kind: EntryKind
    what: Charge
    amount: Money
    cause: Cause
    receivable_id: str
    invoice_number: str
    instalment_number: int | None
    customer_id: str
    reminder_id: str
    reference: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What one receivable's fees, or its interest, come to: minor units of ``currency``."""

    receivable_id: str
    invoice_number: str
    instalment_number: int | None
    what: Charge
    currency: str
    claimed_minor: int
    waived_minor: int
    paid_minor: int
    credited_minor: int

    @property
    def outstanding_minor(self) -> int:
        """What is still asked for."""
        return self.claimed_minor - self.waived_minor - self.paid_minor - self.credited_minor


@dataclass(frozen=True, slots=True)
class Journal:
    """The entries from ``since`` to ``until``, both included, in their order; ``balances`` are of all entries to ``until``."""

    since: date | None
    until: date
    entries: tuple[Entry, ...]
    balances: tuple[Balance, ...]


# -- what an account is made of ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A person took a message back; ``note`` is why."""

    on: date
    at: datetime
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A message with charges that left, or may have left, on ``on``.

    ``fee_minor`` is what it cost itself, ``earlier_fees_minor`` and ``interest_minor`` all that it asked for of these.
    """

    on: date
    at: datetime
    reminder_id: str
    customer_id: str
    fee_minor: int
    interest_minor: int
    earlier_fees_minor: int
    cancelled: Cancelled | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """Money or a credit for the principal; negative when it went back."""

    on: date
    amount_minor: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """One receivable's charges with all that bears on them, each in any order.

    ``charging_acts`` are the days and ids of the ledger's own acts that charged a fee. ``credited`` is the day on which credit
    notes had credited it in full, with the id of the last of them.
    """

    receivable: Receivable
    told: Sequence[Told] = ()
    charging_acts: Sequence[tuple[date, str]] = ()
    waivers: Sequence[Waiver] = ()
    received: Sequence[Received] = ()
    credited: tuple[date, str] | None = None


def received_of(
    receivable: Receivable, payments: Iterable[Payment], credit_notes: Iterable[Receivable], undated_on: date
) -> tuple[Received, ...]:
    """What was received for a receivable, as its ledger tells it, in the order of days.

    ``payments`` and ``credit_notes`` are its own. What the ledger counts and nobody dates came on ``undated_on``. Where
    something is open, the ledger's word on how much has the last say: money that it does not count is left out, the latest
    first. Where nothing is open, dated money is believed: it may well have paid for charges that the ledger knows nothing of.
    """
    currency, principal_minor = receivable.original.currency, receivable.original.amount_minor
    found = [
        Received(one.paid_on, one.amount.amount_minor, one.payment_id)
        for one in payments
        if one.amount.currency == currency
    ]
    for note in credit_notes:
        used_minor = abs(note.original.amount_minor) - abs(note.open.amount_minor)
        if note.original.currency == currency and used_minor > 0:
            found.append(Received(note.issued_on, used_minor, note.receivable_id))
    found.sort(key=lambda one: (one.on, one.reference))
    counted_minor = principal_minor - receivable.open.amount_minor
    missing_minor = counted_minor - sum(one.amount_minor for one in found)
    if missing_minor > 0:
        found.append(Received(undated_on, missing_minor))
    elif missing_minor < 0 < receivable.open.amount_minor:
        found = _without_latest(found, -missing_minor)
    return tuple(sorted(found, key=lambda one: one.on))


def _without_latest(received: Sequence[Received], too_much_minor: int) -> list[Received]:
    kept: list[Received] = []
    for one in reversed(received):
        dropped = min(too_much_minor, max(0, one.amount_minor))
        too_much_minor -= dropped
        if one.amount_minor != dropped:
            kept.append(Received(one.on, one.amount_minor - dropped, one.reference))
    return kept[::-1]


def credited_in_full(receivable: Receivable, credit_notes: Iterable[Receivable]) -> tuple[date, str] | None:
    """The day from which credit notes credit all of a receivable, with the id of the last; ``None`` when they do not."""
    left_minor = receivable.original.amount_minor
    for note in sorted(credit_notes, key=lambda one: (one.issued_on, one.receivable_id)):
        if note.kind is ReceivableKind.CREDIT_NOTE and note.original.currency == receivable.original.currency:
            left_minor -= abs(note.original.amount_minor)
            if left_minor <= 0:
                return note.issued_on, note.receivable_id
    return None


# -- keeping the books ---------------------------------------------------------------------------------------------


def entries_of(account: Account) -> tuple[Entry, ...]:
    """Every entry about a receivable's charges, in the order in which it happened.

    A message tells all that is asked for by then: what it tells beyond the books is claimed (of earlier fees, that is a fee of
    the ledger's own acts, which enters the books when it is first told), what it tells less is credited. On one day what we and
    people did comes first, in its order, then credit notes, then money: what came on the day on which it was asked for has paid
    for it.
    """
    return tuple(_Books(account).entries)


def balances_of(entries: Iterable[Entry], until: date) -> tuple[Balance, ...]:
    """The balances at the end of ``until``, by receivable and charge, ordered by these."""
    by_claim = attrgetter("receivable_id", "what")
    counted = sorted((entry for entry in entries if entry.on <= until), key=by_claim)
    return tuple(_balance(list(found)) for _, found in groupby(counted, by_claim))


def _balance(entries: Sequence[Entry]) -> Balance:
    def total_minor(kind: EntryKind) -> int:
        return sum(entry.amount.amount_minor for entry in entries if entry.kind is kind)

    one = entries[0]
    return Balance(
        receivable_id=one.receivable_id,
        invoice_number=one.invoice_number,
        instalment_number=one.instalment_number,
        what=one.what,
        currency=one.amount.currency,
        claimed_minor=total_minor(EntryKind.CLAIMED),
        waived_minor=total_minor(EntryKind.WAIVED),
        paid_minor=total_minor(EntryKind.PAID),
        credited_minor=total_minor(EntryKind.CREDITED),
    )


def outstanding_minor(account: Account, what: Charge, until: date) -> int:
    """What is still asked for of one charge at the end of ``until``, in minor units."""
    return sum(one.outstanding_minor for one in balances_of(entries_of(account), until) if one.what is what)


def fees_left_minor(acts: Iterable[DoneAct], waivers: Iterable[Waiver]) -> int:
    """What is left of the fees of acts, in minor units, when people gave some of them up; the acts themselves still count.

    For a receivable of which something is open: money is taken for the principal before it is taken for any fee. What was given
    up is of the fees until that day, and lowers no later one. Messages that were taken back are left out, or cost nothing.
    """
    given_up = [(one.on, 1, one.amount.amount_minor) for one in waivers if one.what is Charge.FEE]
    left_minor = 0
    for _, is_waiver, minor in sorted([*((act.on, 0, act.fee_minor) for act in acts), *given_up]):
        left_minor = max(0, left_minor - minor) if is_waiver else left_minor + minor
    return left_minor


@dataclass(slots=True)
class _Claim:
    """One claim and what is left of it."""

    what: Charge
    customer_id: str
    reminder_id: str
    left_minor: int
    cancelled: Cancelled | None = None


@dataclass(frozen=True, slots=True)
class _Why:
    """When an entry is made, and what it follows from."""

    on: date
    cause: Cause
    reference: str = ""
    by: str = ""
    reason: str = ""


#: Day, rank within the day, moment.
_When = tuple[date, int, float]
_OURS, _CREDIT, _MONEY = range(3)


@dataclass(slots=True)
class _Books:
    account: Account
    entries: list[Entry] = field(default_factory=list)
    claims: list[_Claim] = field(default_factory=list)
    paid: list[tuple[_Claim, int]] = field(default_factory=list)
    acts: list[tuple[date, str]] = field(default_factory=list)
    received_minor: int = 0
    credited: tuple[date, str] | None = None

    def __post_init__(self) -> None:
        for _, happen in sorted(self._events(), key=itemgetter(0)):
            happen()

    def _events(self) -> Iterable[tuple[_When, Callable[[], None]]]:
        account = self.account
        for told in sorted(account.told, key=attrgetter("at", "reminder_id")):
            yield (told.on, _OURS, told.at.timestamp()), partial(self._tell, told)
            if told.cancelled is not None:
                on, at = told.cancelled.on, told.cancelled.at
                yield (on, _OURS, at.timestamp()), partial(self._cancel, told.reminder_id, told.cancelled)
        for waiver in sorted(account.waivers, key=attrgetter("number")):
            yield (waiver.on, _OURS, waiver.at.timestamp()), partial(self._waive, waiver)
        if account.credited is not None:
            yield (account.credited[0], _CREDIT, 0.0), partial(self._credit_in_full, account.credited)
        for received in account.received:
            yield (received.on, _MONEY, 0.0), partial(self._receive, received)

    # -- what can happen -------------------------------------------------------------------------------------------

    def _tell(self, told: Told) -> None:
        why = _Why(told.on, Cause.REMINDER)
        of_acts = _Why(told.on, Cause.LEDGER_ACT, ", ".join(self._acts_until(told.on)))
        self._bring_to(Charge.FEE, told.earlier_fees_minor, told, of_acts)
        self._claim(Charge.FEE, told.fee_minor, told, why)
        self._bring_to(Charge.INTEREST, told.interest_minor, told, why)

    def _bring_to(self, what: Charge, told_minor: int, told: Told, why: _Why) -> None:
        """Let as much be outstanding as a message told."""
        more_minor = told_minor - self._outstanding_minor(what)
        if more_minor > 0:
            self._claim(what, more_minor, told, why)
        else:
            lower = _Why(told.on, Cause.LOWER_TOLD, told.reminder_id)
            self._take(EntryKind.CREDITED, self._open(what)[::-1], -more_minor, lower)

    def _cancel(self, reminder_id: str, cancelled: Cancelled) -> None:
        for claim in self.claims:
            if claim.reminder_id == reminder_id:
                claim.cancelled = cancelled
                self._settle(claim, cancelled.on)

    def _waive(self, waiver: Waiver) -> None:
        why = _Why(waiver.on, Cause.DECISION, str(waiver.number), waiver.by, waiver.reason)
        self._take(EntryKind.WAIVED, self._open(waiver.what), waiver.amount.amount_minor, why)

    def _credit_in_full(self, credited: tuple[date, str]) -> None:
        self.credited = credited
        for claim in self.claims:
            self._settle(claim, credited[0])

    def _receive(self, received: Received) -> None:
        """Money beyond the principal is taken for interest, then for fees; what went back undoes the latest of that."""
        before_minor = self._beyond_minor()
        self.received_minor += received.amount_minor
        change_minor = self._beyond_minor() - before_minor
        why = _Why(received.on, Cause.PAYMENT, received.reference)
        if change_minor > 0:
            claims = (*self._open(Charge.INTEREST), *self._open(Charge.FEE))
            self.paid += self._take(EntryKind.PAID, claims, change_minor, why)
        else:
            spare_minor = before_minor - sum(minor for _, minor in self.paid)
            self._give_back(-change_minor - spare_minor, why)

    # -- how it is booked ------------------------------------------------------------------------------------------

    def _claim(self, what: Charge, amount_minor: int, told: Told, why: _Why) -> None:
        if amount_minor:
            claim = _Claim(what, told.customer_id, told.reminder_id, amount_minor)
            self.claims.append(claim)
            self._book(EntryKind.CLAIMED, claim, amount_minor, why)
            self._settle(claim, why.on)

    def _settle(self, claim: _Claim, on: date) -> None:
        """Nothing is left of a claim that was cancelled, or whose receivable was credited in full."""
        if (gone := claim.cancelled) is not None:
            self._take(EntryKind.WAIVED, [claim], claim.left_minor, _Why(on, Cause.CANCELLED, "", gone.by, gone.note))
        elif self.credited is not None:
            why = _Why(on, Cause.CREDITED_IN_FULL, self.credited[1])
            self._take(EntryKind.CREDITED, [claim], claim.left_minor, why)

    def _take(
        self, kind: EntryKind, claims: Sequence[_Claim], amount_minor: int, why: _Why
    ) -> list[tuple[_Claim, int]]:
        """Take an amount from what is left of these claims, first to last; what nobody asks for is left over."""
        taken = []
        for claim in claims:
            part_minor = min(amount_minor, claim.left_minor)
            if part_minor:
                amount_minor -= part_minor
                claim.left_minor -= part_minor
                taken.append((claim, part_minor))
                self._book(kind, claim, part_minor, why)
        return taken

    def _give_back(self, amount_minor: int, why: _Why) -> None:
        while amount_minor > 0 and self.paid:
            claim, paid_minor = self.paid.pop()
            back_minor = min(amount_minor, paid_minor)
            if paid_minor > back_minor:
                self.paid.append((claim, paid_minor - back_minor))
            amount_minor -= back_minor
            claim.left_minor += back_minor
            self._book(EntryKind.PAID, claim, -back_minor, why)
            self._settle(claim, why.on)

    def _book(self, kind: EntryKind, claim: _Claim, amount_minor: int, why: _Why) -> None:
        receivable = self.account.receivable
        self.entries.append(
            Entry(
                on=why.on,
                kind=kind,
                what=claim.what,
                amount=Money(amount_minor, receivable.original.currency),
                cause=why.cause,
                receivable_id=receivable.receivable_id,
                invoice_number=receivable.invoice_number,
                instalment_number=receivable.instalment_number,
                customer_id=claim.customer_id,
                reminder_id=claim.reminder_id,
                reference=why.reference,
                by=why.by,
                reason=why.reason,
            )
        )

    def _acts_until(self, on: date) -> list[str]:
        """The ledger's acts whose fees no message had told before."""
        found = sorted(one for one in self.account.charging_acts if one[0] <= on and one not in self.acts)
        self.acts += found
        return [act_id for _, act_id in found]

    def _open(self, what: Charge) -> list[_Claim]:
        return [claim for claim in self.claims if claim.what is what and claim.left_minor]

    def _outstanding_minor(self, what: Charge) -> int:
        return sum(claim.left_minor for claim in self.claims if claim.what is what)

    def _beyond_minor(self) -> int:
        return max(0, self.received_minor - self.account.receivable.original.amount_minor)
