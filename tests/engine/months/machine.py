"""The engine and the model side by side through months of whatever happens to receivables and to the people who mind them."""

import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import count, cycle, islice
from typing import Any, ClassVar

import pytest
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)
from months.model import (
    READY,
    WONT_GO,
    Agreed,
    Line,
    Model,
    Owed,
    Paid,
    Pause,
    Who,
    Written,
    is_open_day,
    settle_fully,
)
from months.policies import SETS_OF_POLICIES

from dunningkit.engine import CreditorSetup, Engine
from dunningkit.errors import NotAllowed, ProposalBlocked
from dunningkit.messages import Composer
from dunningkit.model import (
    Act,
    ActKind,
    ContactPoint,
    Customer,
    CustomerClass,
    DeliveryResult,
    HoldKind,
    Medium,
    Money,
    Outcome,
    Payment,
    Proposal,
    QuarantinedRow,
    Receivable,
    ReceivableKind,
    ReminderState,
    Score,
    Segment,
    Wishes,
)
from dunningkit.policy.ladder import parse_policy
from dunningkit.store import deliveries

STARTS = [date(2026, 11, 2), date(2026, 12, 14), date(2027, 3, 8), date(2026, 6, 8)]
ANY = st.integers(0, 10**6)
EXAMPLES, STEPS = "examples", "steps"
COMPOSER = Composer()  # compiled texts are kept in it; every example says the same things

PEOPLE = [
    Who("1", "consumer", "new", (("email", "c1@example.fi"),)),
    Who("2", "consumer", "chronic", (("email", "c2@example.fi"), ("sms", "+358457555012"))),
    Who("3", "other_non_consumer", "spotless", (("email", "c3@example.fi"), ("email", "c3b@example.fi"))),
    Who("4", "other_non_consumer", "in_trouble", (("sms", "+358457555014"),)),
]


ISSUED = st.fixed_dictionaries(
    {
        "customer": st.sampled_from(["1", "1", "2", "2", "3", "4"]),
        "minor": st.sampled_from([500, 1_500, 2_400, 8_990, 120_000]),
        "currency": st.sampled_from(["EUR", "EUR", "EUR", "SEK"]),
        "late": st.sampled_from([-20, -12, -8, -6, -3, -2, -1, 0, 0, 1, 2, 3, 5, 10, 30]),
        "tags": st.sampled_from([(), (), ("rent",), ("care", "other")]),
        "account": st.sampled_from(["", "3010"]),
        "instalments": st.sampled_from([1, 1, 1, 2]),
        "not_before": st.sampled_from([None, None, None, None, 4]),
    }
)


class FixedScorer:
    """Says of each customer what was settled beforehand, so that the model needs no payment history."""

    segments: ClassVar[dict[str, Segment]] = {who.id: Segment(who.segment) for who in PEOPLE}

    def score(self, histories: Any, as_of: date) -> list[Score]:
        return [Score(one.customer_id, self.segments[one.customer_id], 3, (), 0, ()) for one in histories.customers]


def to_customer(who: Who) -> Customer:
    return Customer(
        who.id,
        f"Maija Mäkinen {who.id}",
        first_name="Maija",
        customer_class=CustomerClass(who.customer_class),
        contact_points=tuple(ContactPoint(Medium(medium), to, confirmed=True) for medium, to in who.points),
        wishes=Wishes(no_reminders=who.silent),
    )


def to_receivable(one: Owed) -> Receivable:
    return Receivable(
        receivable_id=one.id,
        customer_id=one.customer,
        invoice_number=one.number,
        instalment_number=one.instalment,
        original=Money(one.original, one.currency),
        open=Money(one.open, one.currency),
        issued_on=one.issued,
        due_on=one.due,
        settled_on=one.settled,
        tags=one.tags,
        account=one.account,
        disputed=one.disputed,
        kind=ReceivableKind.CREDIT_NOTE if one.is_credit else ReceivableKind.INVOICE,
        credit_of=one.credit_of,
        not_before=one.not_before,
        iban="FI49 5000 9420 0287 30" if one.other_account else "",
        subject="Haravointi",
        reference="1232",
    )


def to_payment(paid: Paid) -> Payment:
    return Payment(paid.id, paid.customer, Money(paid.amount, paid.currency), paid.on, paid.receivable)


@dataclass
class Before:
    """What a run changed that it takes to throw it away: what was said when about what, and the approvals it took."""

    lines: dict[date, dict[str, Line]]
    reviewed_on: dict[str, date]
    returned: list[Written] = field(default_factory=list)


class Months(RuleBasedStateMachine):
    """Whatever happens, the engine says and does what the model says. ``seen`` counts what happened over all examples."""

    seen: ClassVar[Counter[str]] = Counter()

    invoices = Bundle("invoices")
    holds = Bundle("holds")
    arrangements = Bundle("arrangements")

    def __init__(self, world: Any) -> None:
        super().__init__()
        self.world = world
        self.world.scorer = FixedScorer()
        self.numbers = count(1)
        self.written: dict[str, Written] = {}
        self.proposals: list[tuple[str, date]] = []
        self.first_in: dict[str, str] = {}
        self.shown_in: dict[str, list[str]] = {}
        self.lines: dict[date, dict[str, Line]] = {}
        self.reviewed_on: dict[str, date] = {}
        self.gone: dict[str, Owed] = {}
        self.before: dict[str, Before] = {}

    # -- the two sides ---------------------------------------------------------------------------------------------

    @property
    def creditor(self) -> str:
        return self.world.creditor.creditor_id

    @property
    def today(self) -> date:
        return self.world.today

    @property
    def last_run(self) -> date | None:
        return max((day for _, day in self.proposals), default=None)

    def note(self, what: str) -> None:
        self.seen[what] += 1
        event(what)

    def number(self, letter: str) -> str:
        return f"{letter}{next(self.numbers):04}"

    def tick(self) -> None:
        self.world.now += timedelta(seconds=7)

    def wire(self, policies: list[dict]) -> None:
        """Make the engine for these settings."""
        *special, main = [parse_policy(policy, where="test") for policy in policies]
        setup = CreditorSetup.of(
            self.world.creditor,
            source=self.world.ledger,
            channels={Medium.EMAIL: self.world.channel, Medium.SMS: self.world.channel},
            policy=main,
            special_policies=tuple(special),
            scorer=self.world.scorer,
        )
        self.engine = Engine(self.world.store, [setup], clock=lambda: self.world.now)
        self.engine._composer = COMPOSER
        self.calls = {"creditor_id": self.creditor, "actor": self.world.actor}

    def put(self, one: Owed) -> None:
        """The ledger has this receivable now."""
        self.model.books.owed[one.id] = one
        self.world.ledger.receivables[one.id] = to_receivable(one)

    def take_away(self, one: str) -> None:
        del self.model.books.owed[one]
        del self.world.ledger.receivables[one]

    def pay_in(self, one: Owed, amount: int, receivable: str | None) -> None:
        paid = Paid(self.number("p"), one.customer, receivable, one.currency, amount, self.today)
        self.model.books.paid[paid.id] = paid
        self.world.ledger.payments[paid.id] = to_payment(paid)

    def change(self, who: Who) -> None:
        self.model.books.customers[who.id] = who
        self.world.ledger.customers[who.id] = to_customer(who)

    def owed(self, one: str) -> Owed | None:
        return self.model.books.owed.get(one)

    def in_state(self, *states: str) -> list[tuple[str, Written]]:
        return [(id_, w) for id_, w in self.written.items() if w.state in states]

    # -- the beginning ---------------------------------------------------------------------------------------------

    @initialize(
        target=invoices,
        start=st.sampled_from(STARTS),
        policies=SETS_OF_POLICIES,
        issued=st.lists(ISSUED, min_size=4, max_size=8),
    )
    def begin(self, start: date, policies: list[dict], issued: list[dict[str, Any]]) -> Any:
        self.world.now = datetime.combine(start, time(10), tzinfo=self.world.now.tzinfo)
        self.model = Model(policies)
        for who in PEOPLE:
            self.change(who)
        self.wire(policies)
        self.seen[EXAMPLES] += 1
        return multiple(*(one for drawn in issued for one in self.issue(**drawn)))

    # -- what the ledger sees --------------------------------------------------------------------------------------

    @rule(target=invoices, drawn=ISSUED)
    def an_invoice_is_issued(self, drawn: dict[str, Any]) -> Any:
        return multiple(*self.issue(**drawn))

    def issue(
        self,
        customer: str,
        minor: int,
        currency: str,
        late: int,
        tags: tuple[str, ...],
        account: str,
        instalments: int,
        not_before: int | None,
    ) -> list[str]:
        """Put an invoice into the ledger; each instalment of it is a receivable of its own."""
        number, made = self.number("1"), []
        for instalment in range(instalments):
            due = self.today - timedelta(late) + timedelta(9) * instalment
            one = Owed(
                id=f"{number}-{instalment}",
                customer=customer,
                number=number,
                instalment=instalment + 1 if instalments > 1 else None,
                currency=currency,
                original=minor,
                open=minor,
                issued=min(self.today, due - timedelta(14)),
                due=due,
                tags=tags,
                account=account,
                not_before=self.today + timedelta(not_before) if not_before else None,
            )
            self.put(one)
            made.append(one.id)
        return made

    @rule(one=invoices)
    def an_invoice_is_paid_in_full(self, one: str) -> None:
        if (owed := self.owed(one)) and owed.open > 0:
            self.pay_in(owed, owed.open, one)
            self.put(settle_fully(owed, self.today))
            self.note("paid in full")

    @rule(one=invoices, part=st.sampled_from([3, 10, 10, 16]))
    def an_invoice_is_paid_in_part_or_too_much(self, one: str, part: int) -> None:
        """In tenths of what is open."""
        if (owed := self.owed(one)) and owed.open > 9 and part != 10:
            amount = owed.open * part // 10
            self.pay_in(owed, amount, one)
            settled = self.today if part > 10 else None
            self.put(replace(owed, open=owed.open - amount, settled=settled or owed.settled))
            self.note("overpaid" if part > 10 else "paid in part")

    @rule(one=invoices, part=st.sampled_from([2, 10, 25]))
    def money_comes_in_that_fits_nothing(self, one: str, part: int) -> None:
        if (owed := self.owed(one)) and owed.open > 0:
            self.pay_in(owed, owed.open * part // 10, None)
            self.note("unapplied payment")

    def reversible(self) -> list[Paid]:
        """Payments that were applied to what the ledger still has."""
        return [p for p in self.model.books.paid.values() if p.receivable in self.model.books.owed and p.amount > 0]

    @precondition(reversible)
    @rule(pick=ANY, mistake=st.sampled_from([False, False, False, True]))
    def a_payment_is_reversed(self, pick: int, mistake: bool) -> None:
        paid = self.reversible()[pick % len(self.reversible())]
        owed = self.model.books.owed[paid.receivable]
        self.pay_in(owed, -paid.amount, owed.id)
        # Some ledgers forget to take the settling day away.
        self.put(replace(owed, open=owed.open + paid.amount, settled=owed.settled if mistake else None))
        self.note("payment reversed")

    @precondition(lambda self: any(p.receivable is None and p.amount > 0 for p in self.model.books.paid.values()))
    @rule(pick=ANY, refund=st.booleans())
    def an_unapplied_payment_is_refunded_or_applied(self, pick: int, refund: bool) -> None:
        free = [p for p in self.model.books.paid.values() if p.receivable is None and p.amount > 0]
        paid = free[pick % len(free)]
        fitting = [
            o
            for o in self.model.books.owed.values()
            if (o.customer, o.currency) == (paid.customer, paid.currency) and o.open >= paid.amount
        ]
        if refund or not fitting:
            del self.model.books.paid[paid.id]
            del self.world.ledger.payments[paid.id]
        else:
            owed, applied = fitting[0], replace(paid, receivable=fitting[0].id)
            self.model.books.paid[paid.id] = applied
            self.world.ledger.payments[paid.id] = to_payment(applied)
            left = owed.open - paid.amount
            self.put(replace(owed, open=left, settled=owed.settled if left else self.today))
        self.note("unapplied payment refunded or applied")

    @rule(one=invoices, tenths=st.sampled_from([3, 10, 14]), linked=st.booleans(), ahead=st.sampled_from([0, 0, 0, 4]))
    def a_credit_note_is_issued(self, one: str, tenths: int, linked: bool, ahead: int) -> None:
        """Or dated ahead: then it counts from its day."""
        if (owed := self.owed(one)) and owed.open > 9:
            amount = -(owed.open * tenths // 10)
            note = replace(
                owed,
                id=self.number("c"),
                number=self.number("9"),
                original=amount,
                open=amount,
                is_credit=True,
                credit_of=one if linked else "",
                issued=self.today + timedelta(ahead),
                disputed=False,
                settled=None,
            )
            self.put(note)
            self.note("linked credit note" if linked else "free credit note")
            if ahead:
                self.note("credit note dated ahead")

    @precondition(lambda self: any(o.is_credit and o.open for o in self.model.books.owed.values()))
    @rule(pick=ANY)
    def a_credit_note_is_used_up(self, pick: int) -> None:
        notes = [o for o in self.model.books.owed.values() if o.is_credit and o.open]
        note = notes[pick % len(notes)]
        self.put(settle_fully(note, self.today))
        owed = self.owed(note.credit_of) if note.credit_of else None
        if owed and owed.open > 0:
            left = max(owed.open + note.open, 0)
            self.put(replace(owed, open=left, settled=owed.settled if left else self.today))
            self.note("credited in the ledger")

    @rule(one=invoices, days=st.sampled_from([-3, 2, 14, 30]))
    def a_due_date_is_moved(self, one: str, days: int) -> None:
        if owed := self.owed(one):
            self.put(replace(owed, due=owed.due + timedelta(days)))
            self.note("due date moved")

    @rule(
        one=invoices, what=st.sampled_from(["not before", "account", "unreadable"]), days=st.sampled_from([None, 2, 9])
    )
    def the_ledger_says_something_else(self, one: str, what: str, days: int | None) -> None:
        if what == "unreadable":
            self.become_unreadable_or_readable(one)
        elif (owed := self.owed(one)) and what == "account":
            self.put(replace(owed, other_account=not owed.other_account))
            self.note("account changed")
        elif owed:
            self.put(replace(owed, not_before=self.today + timedelta(days) if days else None))
            self.note("not_before changed")

    def become_unreadable_or_readable(self, one: str) -> None:
        """A row about it, such as a payment's, cannot be read; the next reading answers it."""
        unreadable = self.model.books.unreadable
        if unreadable:
            unreadable.clear()
        elif self.owed(one):
            unreadable.add(one)
        place = f"line {next(self.numbers)}"
        rows = [QuarantinedRow(place, "unreadable", receivable_id=one) for one in sorted(unreadable)]
        self.world.ledger.quarantined[:] = rows
        self.note("unreadable" if unreadable else "readable again")

    @rule(one=invoices)
    def a_dispute_begins_or_ends(self, one: str) -> None:
        disputed = [o for o in self.model.books.owed.values() if o.disputed]
        if len(disputed) > 1:
            self.put(replace(disputed[0], disputed=False))
            self.note("dispute ended")
        elif owed := self.owed(one):
            self.put(replace(owed, disputed=not owed.disputed))
            self.note("dispute ended" if owed.disputed else "dispute")

    @rule(
        one=invoices,
        what=st.sampled_from(["vanishes", "vanishes", "silence", "the ledger reminds", "old payments", "policies"]),
        policies=SETS_OF_POLICIES,
        days=st.sampled_from([1, 2, 6]),
    )
    def something_rare(self, one: str, what: str, policies: list[dict], days: int) -> None:
        if what == "vanishes":
            self.vanish(one)
        elif what == "silence":
            self.ask_for_silence_or_speech(one)
        elif what == "the ledger reminds":
            self.the_ledger_reminds(one, self.today + timedelta(days - 1))
        elif what == "old payments":
            until = self.today - timedelta(days)
            self.model.books.payments_as_of = self.world.ledger.payments_as_of = until
        else:
            self.model.policies, self.model.settings = policies, self.model.settings + 1
            self.wire(policies)
            self.note("policies changed")

    def vanish(self, one: str) -> None:
        if owed := self.owed(one):
            self.gone[one] = owed
            self.take_away(one)
            self.note("vanished")

    @rule(
        one=invoices,
        what=st.sampled_from(["sent step", "own hold", "own arrangement", "credit note"]),
        pick=ANY,
        to=st.sampled_from([who.id for who in PEOPLE]),
    )
    def an_invoice_moves_to_another_customer(self, one: str, what: str, pick: int, to: str) -> None:
        """Mostly one that something was said or arranged about; it may come back to where it was."""
        there = sorted(self.with_something_of_its_own()[what] & self.model.books.owed.keys())
        owed = self.owed(there[pick % len(there)] if there else one)
        if owed and owed.customer != to:
            self.put(replace(owed, customer=to))
            self.note("moved")
            for name, minded in self.with_something_of_its_own().items():
                if owed.id in minded:
                    self.note(f"moved with its {name}")

    def with_something_of_its_own(self) -> dict[str, set[str]]:
        """The receivables about which something was sent, held, arranged or credited."""
        return {
            "sent step": {one for w in self.model.reminders if w.standing for one in w.steps},
            "own hold": {p.receivable for p in self.model.pauses.values() if p.receivable},
            "own arrangement": {a.receivable for a in self.model.agreed if a.receivable},
            "credit note": {o.credit_of for o in self.model.books.owed.values() if o.credit_of},
        }

    @precondition(lambda self: self.gone)
    @rule()
    def what_vanished_comes_back(self) -> None:
        one = next(iter(self.gone))
        self.put(self.gone.pop(one))
        self.note("came back")

    def ask_for_silence_or_speech(self, one: str) -> None:
        silent = [who for who in self.model.books.customers.values() if who.silent]
        owed = self.owed(one)
        if silent:
            self.change(replace(silent[0], silent=False))
        elif owed:
            self.change(replace(self.model.books.customers[owed.customer], silent=True))
        self.note("wish changed")

    def the_ledger_reminds(self, one: str, on: date) -> None:
        """Or will: some ledgers date their letters ahead."""
        if owed := self.owed(one):
            self.model.books.acts.append((owed.customer, on))
            self.world.ledger.acts.append(Act(self.number("a"), one, owed.customer, ActKind.REMINDER, on))
            self.note("the ledger reminded")

    # -- what people do --------------------------------------------------------------------------------------------

    def known(self, one: str) -> bool:
        return one in self.model.known.owed

    @rule(
        target=holds,
        one=invoices,
        kind=st.sampled_from(["manual", "promise", "payment_plan"]),
        days=st.sampled_from([None, 0, 1, 5, 20]),
        whole=st.booleans(),
        later=st.sampled_from([0, 0, 0, 2, 9]),
    )
    def a_hold_is_placed(self, one: str, kind: str, days: int | None, whole: bool, later: int) -> Any:
        if not self.known(one):
            return multiple()
        customer = self.model.known.owed[one].customer
        start = self.today + timedelta(later)
        end = None if days is None else start + timedelta(days)
        whom = {"customer_id": customer} if whole else {"receivable_id": one}
        self.tick()
        made = self.engine.hold(**self.calls, start_on=start, end_on=end, kind=HoldKind(kind), **whom)
        self.model.pauses[made.hold_id] = Pause(made.hold_id, customer, None if whole else one, kind, start, end)
        self.note("hold that starts later" if later else "hold")
        return made.hold_id

    @rule(hold=consumes(holds))
    def a_hold_is_released(self, hold: str) -> None:
        self.tick()
        self.engine.release(self.creditor, hold, actor=self.world.actor)
        del self.model.pauses[hold]
        self.note("hold released")

    @precondition(lambda self: any(w.standing and w.kind != "courtesy" for w in self.model.reminders))
    @rule(pick=ANY)
    def a_reminded_receivable_is_moved_to_another_policy(self, pick: int) -> None:
        reminded = sorted({o for w in self.model.reminders if w.standing for o in w.steps if self.known(o)})
        if reminded and len(self.model.policies) > 1:
            one = reminded[pick % len(reminded)]
            self.arrange(one, "policy", whole=False, pick=pick // len(reminded), days=0)

    @rule(
        target=arrangements,
        one=invoices,
        kind=st.sampled_from(["policy", "policy", "grace", "not_followed"]),
        whole=st.booleans(),
        pick=ANY,
        days=st.sampled_from([0, 3, 12]),
    )
    def something_is_arranged(self, one: str, kind: str, whole: bool, pick: int, days: int) -> Any:
        return self.arrange(one, kind, whole=whole, pick=pick, days=days) if self.known(one) else multiple()

    def arrange(self, one: str, kind: str, *, whole: bool, pick: int, days: int) -> int:
        customer = self.model.known.owed[one].customer
        whom = {"customer_id": customer} if whole else {"receivable_id": one}
        policy = self.model.policies[pick % len(self.model.policies)]["name"] if kind == "policy" else ""
        self.tick()
        if kind == "policy":
            number = self.engine.assign_policy(self.creditor, policy, actor=self.world.actor, **whom).number
        elif kind == "grace":
            number = self.engine.grant_grace(self.creditor, days, actor=self.world.actor, **whom).number
        else:
            number = self.engine.stop_following(**self.calls, **whom).number
        receivable = None if whole else one
        same = (customer if whole else None, receivable, kind)
        self.model.agreed = [
            a for a in self.model.agreed if (a.customer if whole else None, a.receivable, a.kind) != same
        ]
        self.model.agreed.append(Agreed(number, customer, receivable, kind, policy, days if kind == "grace" else 0))
        self.note(f"arranged: {kind}")
        return number

    @rule(number=consumes(arrangements))
    def an_arrangement_is_ended(self, number: int) -> None:
        if any(a.number == number for a in self.model.agreed):
            self.tick()
            self.engine.end_arrangement(self.creditor, number, actor=self.world.actor)
            self.model.agreed = [a for a in self.model.agreed if a.number != number]
            self.note("arrangement ended")

    # -- runs ------------------------------------------------------------------------------------------------------

    def sync(self) -> None:
        self.tick()
        self.engine.sync(self.creditor, as_of=self.today, actor=self.world.actor, accept_gone=True)
        self.model.sync(self.today)

    def propose(self, day: date) -> Proposal:
        """Propose on both sides and compare."""
        self.tick()
        before = Before(dict(self.lines), dict(self.reviewed_on))
        approved = [w for _, w in self.in_state("approved")]
        proposal = self.engine.propose(self.creditor, as_of=day, actor=self.world.actor)
        lines, reminders = self.model.run(day)
        known = self.before.setdefault(proposal.proposal_id, before)
        known.returned += [w for w in approved if w.state == "returned"]
        if proposal.proposal_id not in [id_ for id_, _ in self.proposals]:
            self.proposals.append((proposal.proposal_id, day))
        else:
            self.proposals.sort(key=lambda pair: pair[0] == proposal.proposal_id)
        self.compare_lines(proposal, lines)
        self.compare_reminders(proposal, reminders)
        self.compare_totals(proposal)
        return proposal

    def compare_lines(self, proposal: Proposal, lines: dict[str, Line]) -> None:
        day, said = proposal.as_of, {}
        for line in proposal.lines:
            self.reviewed_on[line.receivable_id] = day
            said[line.receivable_id] = Line(
                line.status.value, line.reasons[0].code.value, line.step_id, line.open.amount_minor, line.days_late
            )
            self.note(f"{line.status.value}: {line.reasons[0].code.value}")
            for reason in line.reasons[1:]:
                if reason.code.value in ("caught_up", "grace", "partly_paid", "send_postponed"):
                    self.note(f"beside it: {reason.code.value}")
        expected = {one: lines[one] for one in said if one in lines}
        assert said == expected, (day, difference(said, expected))
        self.lines[day] = lines
        self.compare_waiting(day, lines, set(said))

    def compare_waiting(self, day: date, lines: dict[str, Line], reviewed: set[str]) -> None:
        """What was not looked at has nothing to say today either, and shows the reason it had when it was looked at."""
        for one, line in lines.items():
            if one not in reviewed:
                early = day < self.model.first_look(self.model.known.owed[one])
                assert line.status == WONT_GO or (early and line.status != READY), (day, one, line)
        waiting = dict(self.engine.waiting(self.creditor, day))
        overdue = {one for one, line in lines.items() if line.days_late > 0}
        assert waiting.keys() == overdue - reviewed
        for one, reason in waiting.items():
            then = self.lines[self.reviewed_on[one]][one]
            assert reason == then.code, (day, one, reason, then)
            self.note("waits" if then.code == lines[one].code else f"waits: {then.code} became {lines[one].code}")

    def compare_reminders(self, proposal: Proposal, expected: list[tuple[Written, bool]]) -> None:
        shown = {
            reminder.reminder_id: (
                reminder.customer_id,
                reminder.policy_name,
                reminder.kind.value,
                (reminder.to.medium.value, reminder.to.address),
                frozenset((i.receivable_id, i.step_id, i.open.amount_minor, i.open.currency) for i in reminder.items),
                (reminder.total.amount_minor, reminder.total.currency),
                reminder.send_not_before.date(),
                reminder.pay_by,
            )
            for reminder in proposal.reminders
        }
        wanted = [(as_shown(written), written, kept) for written, kept in expected]
        assert Counter(shown.values()) == Counter(key for key, _, _ in wanted), proposal.as_of
        for id_, key in shown.items():
            [(written, kept)] = [(w, kept) for other, w, kept in wanted if other == key]
            self.meet(id_, written, kept, proposal.proposal_id)
        self.shown_in[proposal.proposal_id] = list(shown)

    def meet(self, id_: str, written: Written, kept: bool, proposal_id: str) -> None:
        """Name the model's reminder as the engine names it."""
        if kept:
            assert self.written[id_] is written
            self.note("approved and kept")
        elif id_ in self.written:
            assert self.written[id_].state == "proposed", (id_, written)
        else:
            self.written[id_] = written
            self.model.reminders.append(written)
            self.first_in[id_] = proposal_id
            if len(written.steps) > 1:
                self.note("several receivables in one reminder")
            if len(set(written.steps.values())) > 1:
                self.note("several steps in one reminder")

    def compare_totals(self, proposal: Proposal) -> None:
        day, expected = proposal.as_of, {}
        for one in self.model.open_ones(day):
            counts = expected.setdefault(one.currency, [0, 0, 0, 0])
            overdue = one.due < day
            for place, value in enumerate([1, one.open, overdue, one.open * overdue]):
                counts[place] += value
        tallies = {t.currency: [t.open, t.open_minor, t.overdue, t.overdue_minor] for t in proposal.tallies}
        assert tallies == expected

    @rule(yes=st.integers(0, 2**6 - 1))
    def a_run(self, yes: int) -> None:
        self.sync()
        self.propose(self.today)
        self.some_are_approved(yes)

    @precondition(lambda self: self.proposals)
    @rule(slip=st.sampled_from(["twice", "gone by", "wrong day", "discarded"]), days=st.integers(1, 9))
    def a_run_goes_wrong(self, slip: str, days: int) -> None:
        if slip == "twice":
            self.run_twice()
        elif slip == "gone by":
            self.run_for_a_day_gone_by(days)
        elif slip == "wrong day":
            self.run_for_a_wrong_day(days)
        else:
            self.discard()

    def run_twice(self) -> None:
        """The second run says the same, byte for byte."""
        self.sync()
        first = self.propose(self.today)
        assert self.propose(self.today) == first
        self.note("run twice")

    def run_for_a_day_gone_by(self, days: int) -> None:
        """It is refused and changes nothing."""
        before = self.engine.latest(self.creditor), self.engine.waiting(self.creditor, self.today)
        with pytest.raises(ProposalBlocked, match="none is made"):
            self.engine.propose(self.creditor, as_of=self.last_run - timedelta(days), actor=self.world.actor)
        assert before == (self.engine.latest(self.creditor), self.engine.waiting(self.creditor, self.today))
        self.note("run for a day gone by refused")

    def run_for_a_wrong_day(self, days: int) -> None:
        """Somebody runs a day of next week and throws that away."""
        self.sync()
        self.propose(self.today + timedelta(days))
        self.discard()
        self.note("run for a wrong day")

    def discard(self) -> None:
        last, day = self.proposals[-1]
        mine = [id_ for id_, first in self.first_in.items() if first == last]
        answered = [id_ for id_ in mine if self.written[id_].state not in ("proposed", "returned", "superseded")]
        self.tick()
        try:
            assert self.engine.discard_proposal(self.creditor, actor=self.world.actor) == last
        except NotAllowed:
            assert answered
            self.note("discarding refused")
            if day > self.today:
                self.go_on((day - self.today).days)  # somebody answered tomorrow's lines: time goes on from there
            return
        assert not answered
        self.proposals.pop()
        for id_ in mine:
            heirs = [other for other, of_day in self.proposals if of_day == day and id_ in self.shown_in[other]]
            if heirs:  # another run of the day said the same
                self.first_in[id_] = heirs[-1]
                self.note("shown by another run of the day")
            elif not self.written[id_].withdrawn:  # a person's no is kept
                self.note(f"discarded: {self.written[id_].state}")
                self.model.forget(self.written.pop(id_))
                del self.first_in[id_]
        before = self.before.pop(last)
        self.lines, self.reviewed_on = before.lines, before.reviewed_on
        for written in before.returned:
            if written.state == "returned":
                written.state = "approved"
                self.note("approval stands again")
        self.note("proposal discarded")

    # -- answering and sending -------------------------------------------------------------------------------------

    def approvable(self) -> list[str]:
        """The reminders of the latest proposal that nobody answered, when the settings are still those of it."""
        if not self.proposals:
            return []
        latest = self.engine.latest(self.creditor)
        return [
            r.reminder_id
            for r in latest.reminders
            if self.written[r.reminder_id].state == "proposed"
            and self.written[r.reminder_id].settings == self.model.settings
        ]

    def current_settings(self) -> bool:
        return bool(self.proposals) and self.engine.latest(self.creditor).policy_version == self.basis()

    def basis(self) -> str:
        return self.engine._setups[self.creditor].basis

    def some_are_approved(self, yes: int) -> None:
        if not self.current_settings():
            return
        chosen = [id_ for place, id_ in enumerate(self.approvable()) if yes >> place % 6 & 1]
        if chosen:
            self.tick()
            assert self.engine.approve(**self.calls, reminder_ids=chosen) == tuple(chosen)
            for id_ in chosen:
                self.model.approve(self.written[id_])
                self.note("approved by name")

    def all_ready_ones_are_approved(self) -> None:
        if not self.proposals:
            return
        self.tick()
        if not self.current_settings():
            with pytest.raises(NotAllowed, match="Propose again"):
                self.engine.approve(**self.calls)
            self.note("approving an old proposal refused")
            return
        latest = self.engine.latest(self.creditor)
        asking = {line.reminder_id for line in latest.lines if line.status.value != READY}
        ready = [id_ for id_ in self.approvable() if id_ not in asking]
        assert list(self.engine.approve(**self.calls)) == ready
        for id_ in ready:
            self.model.approve(self.written[id_])
            self.note("approved as ready")

    def policies_approve(self) -> None:
        latest = self.engine.latest(self.creditor)
        asking = {line.reminder_id for line in latest.lines if line.status.value != READY}
        ready = [id_ for id_ in self.approvable() if id_ not in asking]
        expected = [id_ for id_ in ready if self.model.policy_lets_go(self.written[id_])]
        self.tick()
        assert sorted(self.engine.approve_by_policy(self.creditor)) == sorted(expected)
        for id_ in expected:
            self.model.approve(self.written[id_])
            self.note("approved by policy")

    @rule(withdraw=st.booleans(), pick=ANY)
    def a_run_approves_by_policy(self, withdraw: bool, pick: int) -> None:
        self.go_on(3)  # so that something is due that nobody has approved yet
        self.sync()
        self.propose(self.today)
        self.policies_approve()
        if withdraw and self.in_state("approved"):
            self.an_approval_is_withdrawn(pick)

    @precondition(lambda self: self.in_state("approved"))
    @rule(pick=ANY)
    def an_approval_is_withdrawn(self, pick: int) -> None:
        approved = self.in_state("approved")
        id_, written = approved[pick % len(approved)]
        self.tick()
        self.engine.withdraw(self.creditor, [id_], actor=self.world.actor)
        written.state, written.withdrawn = "proposed", True
        self.note("approval withdrawn")

    @precondition(lambda self: self.in_state("approved"))
    @rule(outcomes=st.lists(st.sampled_from(["accepted"] * 5 + ["refused", "unknown"]), min_size=1, max_size=3))
    def what_is_approved_is_sent(self, outcomes: list[str]) -> None:
        self.send(outcomes)

    def send(self, outcomes: list[str]) -> None:
        self.tick()
        order = [s.reminder.reminder_id for s in self.engine.reminders_in(self.creditor, ReminderState.APPROVED)]
        assert order == sorted((id_ for id_, _ in self.in_state("approved")), key=self.customer_and_oldest)
        answers = iter(list(islice(cycle(outcomes), len(order))))
        self.world.channel.answer = lambda rendered: DeliveryResult(rendered.key, Outcome(next(answers)))
        left_before = len(self.world.channel.left)
        report = self.engine.send(**self.calls)
        approved = [self.written[id_] for id_ in order]
        self.model.send(approved, list(islice(cycle(outcomes), len(order))), self.world.now)
        by_state = {"accepted": report.accepted, "refused": report.refused, "unknown": report.unknown}
        by_state["returned"] = [one.reminder_id for one in report.returned]
        by_state["approved"] = [one.reminder_id for one in report.waiting]
        done = {id_: state for state, ids in by_state.items() for id_ in ids}
        wanted = {id_: self.written[id_].state for id_ in order}
        assert done == wanted, [(done.get(i), wanted[i], self.written[i]) for i in order if done.get(i) != wanted[i]]
        left = self.world.channel.left[left_before:]
        assert len(left) == sum(state in ("accepted", "refused", "unknown") for state in wanted.values())
        for id_ in order:
            self.after_sending(self.written[id_])

    def customer_and_oldest(self, id_: str) -> tuple[str, date, str]:
        """A customer's oldest due date goes first."""
        written = self.written[id_]
        due, one = min((due, one) for one, due in written.due.items())
        return written.customer, due, one

    def after_sending(self, written: Written) -> None:
        self.note({"approved": "waits for its hour"}.get(written.state, f"sent: {written.state}"))
        if written.state not in ("accepted", "unknown"):
            return
        assert is_open_day(self.today)
        for one, step in written.steps.items():
            now = self.model.books.owed[one]
            assert now.open == written.amounts[one] > 0
            sent = self.model.sent(now)
            earlier = [w for w in sent if w is not written]
            assert all(w.steps[one] != step for w in earlier)
            if earlier:
                self.note(f"{len(earlier) + 1} steps sent")
            if {w.policy for w in earlier} - {written.policy}:
                self.note("sent under another policy than before")
            taken_back = [w for w in self.model.reminders if w.state == "cancelled" and w.steps.get(one) == step]
            if taken_back:
                self.note("cancelled and sent again")

    @precondition(lambda self: self.in_state("unknown"))
    @rule(pick=ANY, outcome=st.sampled_from(["accepted", "refused"]))
    def an_unknown_delivery_is_settled(self, pick: int, outcome: str) -> None:
        unknown = self.in_state("unknown")
        self.settle(unknown[pick % len(unknown)][0], outcome)

    def settle(self, id_: str, outcome: str) -> None:
        self.tick()
        self.engine.settle(self.creditor, id_, Outcome(outcome), actor=self.world.actor)
        self.model.settle(self.written[id_], outcome)
        self.note("settled")

    @precondition(lambda self: self.in_state("accepted"))
    @rule(pick=ANY)
    def a_sent_reminder_is_cancelled(self, pick: int) -> None:
        accepted = self.in_state("accepted")
        latest = [pair for pair in accepted if self.model.may_cancel(pair[1])]
        chosen = latest if latest and pick % 4 else accepted
        self.cancel(chosen[-1 - pick // 4 % len(chosen)][0])

    def cancel(self, id_: str) -> None:
        written = self.written[id_]
        self.tick()
        try:
            self.engine.cancel_reminder(self.creditor, id_, actor=self.world.actor)
        except NotAllowed:
            assert not self.model.may_cancel(written)
            self.note("cancelling an earlier one refused")
        else:
            assert self.model.may_cancel(written)
            self.model.cancel(written)
            for before in self.before.values():
                before.returned = [w for w in before.returned if set(w.steps).isdisjoint(written.steps)]
            self.note("cancelled")

    # -- time ------------------------------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 2, 3, 5]), hour=st.sampled_from([7, 8, 10, 10, 21]))
    def days_go_by(self, days: int, hour: int) -> None:
        self.go_on(days, hour)

    def go_on(self, days: int, hour: int = 10) -> None:
        """A later day; its payments are known."""
        self.world.on(self.today + timedelta(days), hour)
        self.model.books.payments_as_of = self.world.ledger.payments_as_of = None

    def ordinary_morning(self, days: int, outcomes: list[str], *, by_policy: bool = False) -> None:
        """Some days later: run, approve what is ready (or let the policy do it), send it."""
        self.go_on(days)
        self.sync()
        self.propose(self.today)
        if by_policy:
            self.policies_approve()
        else:
            self.all_ready_ones_are_approved()
        self.send(outcomes)

    @rule(days=st.sampled_from([1, 1, 2, 3]))
    def a_morning(self, days: int) -> None:
        self.ordinary_morning(days, ["accepted"])

    @rule(days=st.sampled_from([4, 7, 12, 17]))
    def a_morning_after_a_while(self, days: int) -> None:
        self.ordinary_morning(days, ["accepted"])

    @rule(days=st.sampled_from([1, 2, 5]))
    def a_morning_when_the_channel_has_trouble(self, days: int) -> None:
        self.ordinary_morning(days, ["refused", "unknown"])

    @rule(mornings=st.integers(3, 6), by_policy=st.booleans())
    def mornings_in_a_row(self, mornings: int, by_policy: bool) -> None:
        for _ in range(mornings):
            self.ordinary_morning(1, ["accepted"], by_policy=by_policy)

    @rule(days=st.integers(1, 3), yes=st.integers(0, 2**6 - 1))
    def a_person_answers_after_some_days_of_runs(self, days: int, yes: int) -> None:
        for _ in range(days):
            self.go_on(1)
            self.sync()
            self.propose(self.today)
        self.some_are_approved(yes)

    def teardown(self) -> None:
        """However it began, weeks go by in which everything is approved and sent, and one sent reminder is cancelled."""
        if sys.exc_info()[0] is not None or not hasattr(self, "model"):
            return
        for days in (2, 5, 12):
            self.morning_of_approving_everything(days, ["accepted", "accepted", "unknown", "accepted", "refused"])
        for id_, _ in self.in_state("unknown"):
            self.settle(id_, "accepted")
        latest = [id_ for id_, written in self.in_state("accepted") if self.model.may_cancel(written)]
        if latest:
            self.cancel(latest[-1])
        for days in (4, 8, 17):
            self.morning_of_approving_everything(days, ["accepted"])
            self.the_reminders_are_where_the_model_has_them()
            self.the_clocks_stand_where_the_model_has_them()
        self.no_message_left_twice()

    def morning_of_approving_everything(self, days: int, outcomes: list[str]) -> None:
        self.go_on(days)
        self.sync()
        self.propose(self.today)
        self.some_are_approved(2**6 - 1)
        self.send(outcomes)

    # -- what always holds -----------------------------------------------------------------------------------------

    @invariant()
    def is_one_step_further(self) -> None:
        """Invariants are checked once after each step."""
        self.seen[STEPS] += 1

    @invariant()
    def the_reminders_are_where_the_model_has_them(self) -> None:
        if not self.written:
            return
        stored = self.engine.reminders(self.creditor, list(self.written))
        states = {id_: one.state.value for id_, one in stored.items()}
        assert states.keys() == self.written.keys()
        wrong = [(states[id_], written) for id_, written in self.written.items() if states[id_] != written.state]
        assert not wrong

    @invariant()
    def the_clocks_stand_where_the_model_has_them(self) -> None:
        """Which steps of which receivables count as sent, and on which day."""
        if not self.written:
            return
        ids = sorted({one for w in self.model.reminders for one in w.steps})
        with self.world.store.read() as db:
            items = deliveries.items_about(db, self.creditor, ids)
        counted = sorted((i.receivable_id, i.step_id, i.delivery.sent_on) for i in items if i.active)
        expected = sorted(
            (one, step, w.sent_on) for w in self.model.reminders if w.standing for one, step in w.steps.items()
        )
        assert counted == expected
        assert len({(one, step) for one, step, _ in counted}) == len(counted)

    @invariant()
    def no_message_left_twice(self) -> None:
        keys = [rendered.key for rendered in self.world.channel.left]
        assert len(keys) == len(set(keys))


def as_shown(written: Written) -> tuple[object, ...]:
    """A reminder of the model's as far as a person sees it."""
    items = frozenset((one, step, written.amounts[one], written.currency) for one, step in written.steps.items())
    total = (written.total, written.currency)
    return (
        written.customer,
        written.policy,
        written.kind,
        written.to,
        items,
        total,
        written.leaves_on,
        written.pay_by,
    )


def difference(said: dict[str, Line], expected: dict[str, Line]) -> list[tuple[str, Line | None, Line | None]]:
    """The lines that differ: the engine's, then the model's."""
    return [
        (one, said.get(one), expected.get(one))
        for one in sorted(said.keys() | expected.keys())
        if said.get(one) != expected.get(one)
    ]
