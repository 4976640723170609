"""The slow, obvious model of the whole engine: lists of what is owed and what was said, and every answer worked out anew.

It is written from the documents: docs/policy.md, docs/decisions, and the docstrings of policy/choices.py, climbing.py and
decide.py. It imports nothing of dunningkit. It keeps no index, no day to look again and no result of an earlier day: each
day it looks at everything. Words of the engine (statuses, codes, anchors) are plain text here; a policy is the plain data
that stands in a TOML file, with every value given.
"""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

ONE_DAY = timedelta(days=1)

#: Weekdays on which Finnish banks and offices are closed (622/1947 5 §), from the almanac, for the years that are played.
CLOSED = {
    date(2026, 1, 1), date(2026, 1, 6), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14),
    date(2026, 6, 19), date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 6), date(2027, 3, 26),
    date(2027, 3, 29), date(2027, 5, 6), date(2027, 6, 25), date(2027, 12, 6), date(2027, 12, 24), date(2028, 1, 6),
    date(2028, 4, 14), date(2028, 4, 17), date(2028, 5, 1), date(2028, 5, 25), date(2028, 6, 23), date(2028, 12, 6),
}  # fmt: skip
LAST_DAY = date(2028, 12, 1)

#: docs/policy.md, "Style and first contact by history".
FIRST_CONTACT = {
    "new": 2, "spotless": 3, "reliable": 2, "mixed": 2, "slow_but_steady": 2, "chronic": 1, "in_trouble": 1,
}  # fmt: skip

WONT_GO, NEEDS_YOU, READY = "wont_go", "needs_you", "ready"


def is_open_day(day: date) -> bool:
    """Whether banks and offices are open."""
    assert day < LAST_DAY, "the almanac ends here"
    return day.weekday() < 5 and day not in CLOSED


def next_open_day(day: date) -> date:
    """The day itself, or the next open one."""
    while not is_open_day(day):
        day += ONE_DAY
    return day


@dataclass(frozen=True)
class Owed:
    """An invoice (or one instalment), or a credit note, as the ledger has it now. Amounts in minor units."""

    id: str
    customer: str
    number: str
    instalment: int | None
    currency: str
    original: int
    open: int
    issued: date
    due: date
    settled: date | None = None
    tags: tuple[str, ...] = ()
    account: str = ""
    disputed: bool = False
    is_credit: bool = False
    credit_of: str = ""
    not_before: date | None = None
    other_account: bool = False


@dataclass(frozen=True)
class Paid:
    """Money that came in (negative: went back), applied to one receivable or to none."""

    id: str
    customer: str
    receivable: str | None
    currency: str
    amount: int
    on: date


@dataclass(frozen=True)
class Who:
    """A customer: how they have paid so far, where they can be reached, and whether they asked for silence."""

    id: str
    customer_class: str
    segment: str
    points: tuple[tuple[str, str], ...]
    silent: bool = False


@dataclass(frozen=True)
class Pause:
    """A hold."""

    id: str
    customer: str
    receivable: str | None
    kind: str
    start: date
    end: date | None


@dataclass(frozen=True)
class Agreed:
    """An arrangement: kind is policy, grace or not_followed."""

    number: int
    customer: str
    receivable: str | None
    kind: str
    policy: str = ""
    grace: int = 0


@dataclass
class Books:
    """The ledger at one moment."""

    customers: dict[str, Who] = field(default_factory=dict)
    owed: dict[str, Owed] = field(default_factory=dict)
    paid: dict[str, Paid] = field(default_factory=dict)
    acts: list[tuple[str, date]] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    payments_as_of: date | None = None

    def copy(self) -> "Books":
        """The same values, to be kept while the ledger goes on."""
        kept = dict(self.customers), dict(self.owed), dict(self.paid), list(self.acts), set(self.unreadable)
        return Books(*kept, self.payments_as_of)


@dataclass(frozen=True)
class Line:
    """What is said about one open receivable on one day."""

    status: str
    code: str
    step: str
    open: int
    days_late: int


@dataclass(eq=False)  # two that read the same, written on two days for the same Monday, are two reminders all the same
class Written:
    """A reminder: which receivables at which step, to which address, for how much, and what was known when it was written."""

    customer: str
    policy: str
    kind: str
    currency: str
    steps: dict[str, str]
    amounts: dict[str, int]
    due: dict[str, date]
    to: tuple[str, str]
    leaves_on: date
    pay_by: date
    facts: tuple[object, ...]
    questions: frozenset[str]
    settings: int
    state: str = "proposed"
    withdrawn: bool = False
    sent_on: date | None = None
    sent_number: int = 0
    answered: dict[str, list["Written"]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """What it asks for."""
        return sum(self.amounts.values())

    @property
    def standing(self) -> bool:
        """Whether its steps count: it left, or may have left, and nobody took it back."""
        return self.state in ("accepted", "unknown")

    def is_stale_text(self, day: date) -> bool:
        """Whether less than half of the time to pay that it names would be left (decision 0013)."""
        return 2 * (self.pay_by - day) < self.pay_by - self.leaves_on


class Model:
    """Everything that happened, and what follows from it."""

    def __init__(self, policies: list[dict]) -> None:
        self.policies = policies
        self.settings = 0
        self.books = Books()
        self.known = Books()
        self.synced_on: date | None = None
        self.pauses: dict[str, Pause] = {}
        self.agreed: list[Agreed] = []
        self.reminders: list[Written] = []

    # -- simple facts ----------------------------------------------------------------------------------------------

    def sync(self, day: date) -> None:
        """The engine reads the ledger."""
        before, self.known = self.known, self.books.copy()
        for one in self.known.unreadable & before.owed.keys():
            self.known.owed.setdefault(one, before.owed[one])  # a row that cannot be read is no row that is gone
        self.synced_on = day

    def open_ones(self, day: date) -> list[Owed]:
        """Every open invoice that exists on the day."""
        return [one for one in self.known.owed.values() if not one.is_credit and one.open > 0 and one.issued <= day]

    def policy_of(self, one: Owed) -> dict | None:
        """The policy arranged for it (its own before the customer's, the newer first), else the first that covers it."""
        arranged = self.arranged(one, "policy")
        by_name = {policy["name"]: policy for policy in self.policies}
        if arranged is not None and arranged.policy in by_name:
            return by_name[arranged.policy]
        return next((policy for policy in self.policies if self.covers(policy, one)), None)

    def covers(self, policy: dict, one: Owed) -> bool:
        """What is left empty does not matter; what is given must all fit."""
        covers, who = policy["covers"], self.known.customers[one.customer]
        return (
            (not covers["tags"] or any(tag in one.tags for tag in covers["tags"]))
            and (not covers["accounts"] or one.account in covers["accounts"])
            and (not covers["currencies"] or one.currency in covers["currencies"])
            and (not covers["customer_classes"] or who.customer_class in covers["customer_classes"])
        )

    def arranged(self, one: Owed, kind: str) -> Agreed | None:
        """The arrangement of a kind that counts for it."""
        mine = [a for a in self.agreed if a.kind == kind and a.receivable == one.id]
        theirs = [a for a in self.agreed if a.kind == kind and a.receivable is None and a.customer == one.customer]
        return max(mine or theirs, key=lambda a: a.number, default=None)

    def grace_of(self, one: Owed, policy: dict) -> int:
        """Days added to what is counted from the due date."""
        arranged = self.arranged(one, "grace")
        return policy["grace_days"] if arranged is None else arranged.grace

    def linked_credit(self, one: Owed, day: date) -> int:
        """What open credit notes for this very invoice add up to, at most what is open of it."""
        notes = -sum(
            note.open
            for note in self.known.owed.values()
            if note.is_credit and note.credit_of == one.id and note.currency == one.currency
            and note.issued <= day
        )  # fmt: skip
        return max(0, min(notes, one.open))

    def used_of(self, note: Owed, day: date) -> int:
        """What of a credit note goes against the invoice that it is for: the notes for one invoice take turns by id."""
        one = self.known.owed.get(note.credit_of)
        if one is None or one.is_credit or one.currency != note.currency or one.issued > day:
            return 0
        earlier = -sum(
            o.open
            for o in self.known.owed.values()
            if o.is_credit
            and o.credit_of == one.id
            and o.currency == one.currency
            and o.id < note.id
            and o.issued <= day
        )
        return max(0, min(-note.open, one.open - earlier))

    def free_credit(self, customer: str, currency: str, day: date) -> int:
        """Credit notes, overpaid invoices and unapplied payments, less what goes against an invoice first."""
        mine = [
            o for o in self.known.owed.values() if o.customer == customer and o.currency == currency and o.issued <= day
        ]
        in_hand = sum(-o.open for o in mine if o.is_credit or o.open < 0)
        used = sum(self.used_of(o, day) for o in mine if o.is_credit)
        unapplied = sum(
            p.amount
            for p in self.known.paid.values()
            if p.customer == customer and p.currency == currency and p.receivable is None
        )
        return max(0, in_hand - used + unapplied)

    def overdue_of(self, customer: str, currency: str, day: date) -> int:
        """What a customer's overdue receivables add up to, less credit notes linked to them."""
        return sum(
            o.open - self.linked_credit(o, day)
            for o in self.open_ones(day)
            if o.customer == customer and o.currency == currency and o.due < day
        )

    def sent(self, one: Owed) -> list[Written]:
        """What stands of what was said about it, in order."""
        mine = [w for w in self.reminders if w.standing and one.id in w.steps]
        return sorted(mine, key=lambda w: w.sent_number)

    def asked(self, one: Owed) -> list[Written]:
        """The reminders among it: a message before the due date is none."""
        return [w for w in self.sent(one) if w.kind != "courtesy"]

    def contacts(self, customer: str, kind: str, day: date) -> list[date]:
        """The days that count against one more message of a kind: requests, ours (cancelled ones too) and the ledger's own.

        A courtesy message is no request, so it counts only against another courtesy message.
        """
        counted = [w for w in self.reminders if kind == "courtesy" or w.kind != "courtesy"]
        ours = [w.sent_on for w in counted if w.sent_on and w.customer == customer]
        return ours + [on for whom, on in self.known.acts if whom == customer and on <= day]

    def refused_addresses(self, customer: str) -> set[tuple[str, str]]:
        """Addresses that did not take a message."""
        return {w.to for w in self.reminders if w.customer == customer and w.state == "refused"}

    def payments_age(self, day: date) -> int:
        """How many banking days ago payments were known."""
        known, age = self.known.payments_as_of or self.synced_on, 0
        while known < day:
            known += ONE_DAY
            age += is_open_day(known)
        return age

    def paused(self, one: Owed, day: date) -> list[Pause]:
        """The holds that silence it."""
        return [
            p
            for p in self.pauses.values()
            if (p.receivable == one.id or (p.receivable is None and p.customer == one.customer))
            and p.start <= day and (p.end is None or day <= p.end)
        ]  # fmt: skip

    def first_look(self, one: Owed) -> date:
        """From when there can be something to say: the day after the due date, earlier where a policy has courtesy steps."""
        ahead = [s["days"] for p in self.policies for s in p["steps"] if s["anchor"] == "before_due"]
        return one.due - timedelta(max(ahead)) if ahead else one.due + ONE_DAY

    # -- the ladder ------------------------------------------------------------------------------------------------

    def steps_ahead(self, one: Owed, policy: dict, day: date) -> list[dict]:
        """The steps above the highest that was sent; under a policy that does not know them each reminder is one rung."""
        # A courtesy step and a reminder's are two, whatever they are called.
        ids = [(step["id"], step["kind"] == "courtesy") for step in policy["steps"]]
        sent = {(w.steps[one.id], w.kind == "courtesy") for w in self.sent(one)}
        asked = {w.steps[one.id] for w in self.asked(one)}
        done = max((ids.index(step) + 1 for step in sent if step in ids), default=0)
        if asked:
            courtesies = sum(step["kind"] == "courtesy" for step in policy["steps"])
            done = max(done, courtesies + len(asked))
        leaves_on = next_open_day(day)
        return [s for s in policy["steps"][done:] if s["kind"] != "courtesy" or leaves_on <= one.due]

    def reached_on(self, one: Owed, policy: dict, step: dict) -> date:
        """The first day on which a step may be taken."""
        days, grace = self.days_of(one, step), self.grace_of(one, policy)
        last_of_month = one.due.replace(day=monthrange(one.due.year, one.due.month)[1])
        if step["anchor"] == "before_due":
            on = one.due - timedelta(days)
        elif step["anchor"] == "after_due":
            on = one.due + timedelta(days + grace)
        elif step["anchor"] == "end_of_month_after_due":
            on = last_of_month + timedelta(days + grace)
        else:
            # Where the due date was moved, nobody is asked before they are late.
            on = max(self.asked(one)[-1].sent_on + timedelta(days), one.due + ONE_DAY)
        return on + ONE_DAY if policy["boundary"] == "exclusive" else on

    def days_of(self, one: Owed, step: dict) -> int:
        """A step's days, or those of the customer's segment."""
        segment = self.known.customers[one.customer].segment
        return FIRST_CONTACT[segment] if step["days"] == "by_history" else step["days"]

    def next_step(self, one: Owed, policy: dict, day: date) -> dict | None:
        """One step after the other, or with catch_up at once the highest whose day has come."""
        ahead = self.steps_ahead(one, policy, day)
        if not ahead or policy["progress"] == "one_step":
            return ahead[0] if ahead else None
        chosen = ahead[0]
        for step in ahead:
            if step["anchor"] == "after_previous_step" and step is not ahead[0]:
                break  # it is counted from a reminder that has not left yet
            if self.reached_on(one, policy, step) <= day:
                chosen = step
        return chosen

    # -- one line --------------------------------------------------------------------------------------------------

    def answer(self, one: Owed, day: date, *, caps: bool = True) -> tuple[str, str, dict | None]:
        """Status, primary reason and step for one open receivable, as if it stood alone."""
        policy = self.policy_of(one)
        if self.arranged(one, "not_followed"):
            return WONT_GO, "not_followed", None
        if policy is None:
            return WONT_GO, "not_covered", None
        if one.id in self.known.unreadable:
            return NEEDS_YOU, "row_quarantined", None
        return (
            self._silence(one, day)
            or self._nothing_to_ask(one, policy, day)
            or self._not_now(one, policy, day, caps)
            or self._message(one, policy, day)
        )

    def _silence(self, one: Owed, day: date) -> tuple[str, str, None] | None:
        if one.settled is not None:
            return NEEDS_YOU, "settled_but_open", None
        if one.disputed:
            return WONT_GO, "held_dispute", None
        if paused := self.paused(one, day):
            longest = max(paused, key=lambda p: (p.end is None, p.end or day, p.id))
            return WONT_GO, f"held_{longest.kind}", None
        if self.known.customers[one.customer].silent:
            return WONT_GO, "wish_no_reminders", None
        if any(w.state == "unknown" and one.id in w.steps for w in self.reminders):
            return NEEDS_YOU, "delivery_unknown", None
        return None

    def _nothing_to_ask(self, one: Owed, policy: dict, day: date) -> tuple[str, str, None] | None:
        if self.linked_credit(one, day) >= one.open:
            return WONT_GO, "credit_note_covers", None
        overdue = self.overdue_of(one.customer, one.currency, day)
        if 0 < overdue <= self.free_credit(one.customer, one.currency, day):
            return WONT_GO, "credits_cover", None
        if one.open < policy["minimum_open_minor"].get(one.currency, 0):
            return WONT_GO, "below_minimum", None
        if one.due < day and overdue < policy["minimum_customer_minor"].get(one.currency, 0):
            return WONT_GO, "below_customer_minimum", None
        return None

    def _not_now(self, one: Owed, policy: dict, day: date, caps: bool) -> tuple[str, str, None] | None:
        asked = self.asked(one)
        if asked and day <= asked[-1].pay_by:
            return WONT_GO, "time_to_pay", None
        step = self.next_step(one, policy, day)
        if step is None:
            return (NEEDS_YOU, "ladder_done", None) if one.due < day else (WONT_GO, "not_due_yet", None)
        obstacles = {
            "step_not_reached": day < self.reached_on(one, policy, step),
            "not_before": one.not_before is not None and day < one.not_before,
            "ledger_stale": self.payments_age(day) > policy["stale"]["any_banking_days"],
            "contact_cap": caps and self.is_capped(policy, self.contacts(one.customer, step["kind"], day), day),
        }
        first = next((code for code, stands in obstacles.items() if stands), None)
        return (WONT_GO, first, None) if first else None

    def _message(self, one: Owed, policy: dict, day: date) -> tuple[str, str, dict | None]:
        step = self.next_step(one, policy, day)
        point = self.address(one.customer, step)
        questions = self._questions(one, policy, day, step)
        mine_refused = any(w.state == "refused" and one.id in w.steps for w in self.reminders)
        no_way = "delivery_refused" if mine_refused else "no_channel"
        if step["kind"] == "courtesy" and (questions or point is None):
            # Nobody is asked about something that is not even due.
            return WONT_GO, questions[0] if questions else no_way, None
        if point is None:
            return NEEDS_YOU, no_way, None
        if questions:
            return NEEDS_YOU, questions[0], step
        return READY, self._why_now(one, step), step

    def _questions(self, one: Owed, policy: dict, day: date, step: dict) -> list[str]:
        asked = []
        if not self.asked(one) and (day - one.due).days > policy["long_overdue_days"]:
            asked.append("long_overdue")
        if one.other_account:
            asked.append("iban_differs")
        if self.linked_credit(one, day) + self.free_credit(one.customer, one.currency, day):
            asked.append("credit_unapplied")
        if self.known.customers[one.customer].segment == "in_trouble" and step["kind"] != "courtesy":
            asked.append("person_calls")
        return asked

    def _why_now(self, one: Owed, step: dict) -> str:
        if step["kind"] == "courtesy":
            return "courtesy_due"
        if step["anchor"] == "end_of_month_after_due":
            return "step_due_end_of_month"
        if step["anchor"] == "after_previous_step":
            return "step_due_after_previous"
        return "step_due" if self.asked(one) else "first_contact_due"

    def address(self, customer: str, step: dict) -> tuple[str, str] | None:
        """The first address in the step's order that did not refuse a message."""
        refused = self.refused_addresses(customer)
        points = self.known.customers[customer].points
        usable = [p for medium in step["channels"] for p in points if p[0] == medium and p not in refused]
        return usable[0] if usable else None

    def is_capped(self, policy: dict, contacts: list[date], day: date) -> bool:
        """Whether one more contact on the day would be too many in the days that end with it."""
        caps = [(cap["max_contacts"], cap["window_days"]) for cap in policy["caps"]]
        if policy["contact_gap_days"]:
            caps.append((1, policy["contact_gap_days"]))
        return any(sum(on > day - timedelta(window) for on in contacts) >= most for most, window in caps)

    # -- one run ---------------------------------------------------------------------------------------------------

    def run(self, day: date) -> tuple[dict[str, Line], list[tuple[Written, bool]]]:
        """The lines and the reminders of a run. A reminder comes with whether it is one that was approved before."""
        answers = {one.id: self.answer(one, day) for one in self.open_ones(day)}
        kept = [w for w in self.reminders if w.state == "approved" and self._still_stands(w, answers, day)]
        for returned in [w for w in self.reminders if w.state == "returned"]:
            for one in returned.steps:
                if one in answers and answers[one][0] == READY and self._asks(returned, one, answers[one][2]):
                    answers[one] = (NEEDS_YOU, "changed_since_approval", answers[one][2])
        new = self._write(answers, kept, day)
        lines = {
            one.id: Line(status, code, step["id"] if step else "", one.open, (day - one.due).days)
            for one in self.open_ones(day)
            for status, code, step in [answers[one.id]]
        }
        return lines, [(w, True) for w in kept] + [(w, False) for w in new]

    def _asks(self, returned: Written, one: str, step: dict) -> bool:
        """Whether what came back is a question about this step still: not once it was answered, nor when its time is over."""
        is_over = returned.kind == "courtesy" and step["kind"] != "courtesy"
        return one not in returned.answered and not is_over

    def _still_stands(self, written: Written, answers: dict[str, tuple], day: date) -> bool:
        """An approved reminder stays what it is while its facts hold; else it goes back to a person."""
        changed = written.settings != self.settings or self._differs(written, day)
        if changed or self._decided_otherwise(written, answers, day):
            written.state = "returned"
        return written.state == "approved"

    def _decided_otherwise(self, written: Written, answers: dict[str, tuple], day: date) -> bool:
        """Whether a line is no longer a message at this step, or asks something that nobody was asked at the approval."""
        for one, step_id in written.steps.items():
            _, _, step = answers.get(one, (WONT_GO, "", None))
            if step is None or step["id"] != step_id:
                return True
            owed = self.known.owed[one]
            if not written.questions.issuperset(self._questions(owed, self.policy_of(owed), day, step)):
                return True
        return False

    def _differs(self, written: Written, day: date) -> bool:
        owed = self.known.owed
        return (
            any(owed[one].open != amount for one, amount in written.amounts.items() if one in owed)
            or not all(one in owed for one in written.steps)
            or self.facts(written.customer, written.currency, list(written.steps), day) != written.facts
            or written.to in self.refused_addresses(written.customer)
            or written.is_stale_text(day)
        )

    def facts(self, customer: str, currency: str, ids: list[str], day: date) -> tuple[object, ...]:
        """All that the ledger and the creditor say about a reminder (decision 0013)."""
        about = []
        for one in (self.known.owed[id_] for id_ in sorted(ids)):
            policy = self.policy_of(one)
            grace, alone = self.arranged(one, "grace"), self.arranged(one, "not_followed")
            terms = (policy["name"] if policy else "", grace.grace if grace else None, alone is not None)
            said = [(w.steps[one.id], w.sent_on, w.pay_by) for w in self.sent(one)]
            taken_back = sum(w.state == "cancelled" and one.id in w.steps for w in self.reminders)
            about.append((one, self.linked_credit(one, day), terms, said, taken_back))
        return self.known.customers[customer], tuple(about), self.free_credit(customer, currency, day)

    def _write(self, answers: dict[str, tuple], kept: list[Written], day: date) -> list[Written]:
        taken = {one for w in kept for one in w.steps}
        written, ready = list(kept), []
        for policy, status, members in self._groups(answers, taken):
            customer, kind = members[0].customer, answers[members[0].id][2]["kind"]
            beside = [w for w in written if w.customer == customer and (kind == "courtesy" or w.kind != "courtesy")]
            contacts = self.contacts(customer, kind, day) + [day for w in beside if w in kept or w in ready]
            if status == READY and self.is_capped(policy, contacts, day):
                for one in members:
                    answers[one.id] = (WONT_GO, "another_first", None)
                continue
            written.append(self._reminder(policy, members, answers, day))
            if status == READY:
                ready.append(written[-1])
        return written[len(kept) :]

    def _groups(self, answers: dict[str, tuple], taken: set[str]) -> list[tuple[dict, str, list[Owed]]]:
        """Which lines share a reminder: one customer, policy, kind, currency and way; ready lines apart from questions."""
        groups: dict[tuple, list[Owed]] = defaultdict(list)
        for id_, (status, _code, step) in answers.items():
            if step is None or id_ in taken:
                continue
            one = self.known.owed[id_]
            policy = self.policy_of(one)
            apart = {"per_receivable": id_, "per_customer_and_step": step["id"]}.get(policy["grouping"], "")
            key = (one.customer, self.policies.index(policy), step["kind"], one.currency, status, apart)
            groups[key].append(one)
        found = [
            (self.policies[key[1]], key[4], sorted(together, key=lambda one: (one.due, one.id)))
            for key, members in groups.items()
            for together in self._by_one_way(self.policies[key[1]], members, answers)
        ]

        # Where a cap leaves a customer one place, it is for what has been due the longest, and for no courtesy message.
        def turn(group: tuple[dict, str, list[Owed]]) -> tuple:
            first = group[2][0]
            return first.customer, answers[first.id][2]["kind"] == "courtesy", first.due, first.id

        return sorted(found, key=turn)

    def _by_one_way(self, policy: dict, members: list[Owed], answers: dict[str, tuple]) -> list[list[Owed]]:
        """A message goes the way of its leading step; those whose own step may not go that way get a message of their own."""
        medium = self.address(members[0].customer, self._leading(policy, members, answers))[0]
        along = [one for one in members if medium in answers[one.id][2]["channels"]]
        rest = [one for one in members if one not in along]
        return [along, *(self._by_one_way(policy, rest, answers) if rest else [])]

    def _leading(self, policy: dict, members: list[Owed], answers: dict[str, tuple]) -> dict:
        lead = max if policy["grouping"] == "per_customer_at_highest_step" else min
        return lead((answers[one.id][2] for one in members), key=policy["steps"].index)

    def _reminder(self, policy: dict, members: list[Owed], answers: dict[str, tuple], day: date) -> Written:
        steps = {one.id: answers[one.id][2] for one in members}
        leading = self._leading(policy, members, answers)
        customer, currency, leaves_on = members[0].customer, members[0].currency, next_open_day(day)
        pay_by = next_open_day(leaves_on + timedelta(leading["time_to_pay_days"]))
        if leading["kind"] == "courtesy":
            pay_by = min(one.due for one in members)
        return Written(
            customer=customer,
            policy=policy["name"],
            kind=leading["kind"],
            currency=currency,
            steps={id_: step["id"] for id_, step in steps.items()},
            amounts={one.id: one.open for one in members},
            due={one.id: one.due for one in members},
            to=self.address(customer, leading),
            leaves_on=leaves_on,
            pay_by=pay_by,
            facts=self.facts(customer, currency, list(steps), day),
            questions=frozenset(q for one in members for q in self._questions(one, policy, day, steps[one.id])),
            settings=self.settings,
        )

    # -- answering and sending -------------------------------------------------------------------------------------

    def approve(self, written: Written) -> None:
        """A person says yes, or a policy; that answers what came back earlier about the same receivables."""
        written.state, written.withdrawn, written.answered = "approved", False, {}
        for other in self.reminders:
            if other.state == "returned":
                for one in set(other.steps) & set(written.steps):
                    other.answered.setdefault(one, []).append(written)
                if set(other.answered) == set(other.steps):
                    other.state = "superseded"

    def forget(self, written: Written) -> None:
        """As if it had never been written; what came back and was answered by it only now is a question again."""
        self.reminders.remove(written)
        if written.state == "returned":
            for other in self.reminders:
                asked = [one for one, by in other.answered.items() if written in by]
                if asked and other.state == "superseded":
                    other.state = "returned"
                for one in asked:
                    del other.answered[one]

    def policy_lets_go(self, written: Written) -> bool:
        """Whether its policy approves it, ready as it is: all its steps go by themselves and no person took one back.

        A person takes back what is approved, or cancels what was sent.
        """
        policy = self._written_under(written)
        automatic = {step["id"] for step in policy["steps"] if step["approval"] == "automatic"}
        no = [w for w in self.reminders if w.state == "cancelled" or (w.state == "proposed" and w.withdrawn)]
        taken_back = {item for w in no for item in w.steps.items()}
        return set(written.steps.values()) <= automatic and taken_back.isdisjoint(written.steps.items())

    def send(self, approved: list[Written], outcomes: list[str], now: datetime) -> None:
        """Send what was approved, in this order; ``outcomes`` are what the channel answers, one for each that leaves.

        First all of them are claimed, then one after the other is checked against the ledger and delivered.
        """
        day, claimed, answers = now.date(), [], iter(outcomes)
        for written in approved:
            if self.must_wait(written, now):
                continue
            if self._changed(written, day, caps=True):
                written.state = "returned"
            else:
                written.sent_on = day
                written.sent_number = 1 + max(w.sent_number for w in self.reminders)
                claimed.append(written)
        for written in claimed:
            if self._changed(written, day, caps=False) or self._changed_there(written):
                written.state, written.sent_on = "returned", None
            else:
                written.state = next(answers)
                if written.state == "refused":
                    written.sent_on = None

    def must_wait(self, written: Written, now: datetime) -> bool:
        """Not before its moment, not outside the permitted hours of an open day, not on old payment data."""
        early = now < datetime.combine(written.leaves_on, time(9), tzinfo=now.tzinfo)
        closed = not is_open_day(now.date()) or not time(8) <= now.time() < time(20)
        limit = self._written_under(written)["stale"]["any_banking_days"]
        return early or closed or self.payments_age(now.date()) > limit

    def _written_under(self, written: Written) -> dict:
        by_name = {policy["name"]: policy for policy in self.policies}
        return by_name.get(written.policy, self.policies[-1])

    def _changed(self, written: Written, day: date, *, caps: bool) -> bool:
        """Whether a run of this very moment would not write it any more; its own claim is no contact to it."""
        if written.settings != self.settings or self._differs(written, day):
            return True
        answers = {one: self.answer(self.known.owed[one], day, caps=caps) for one in written.steps}
        return self._decided_otherwise(written, answers, day)

    def _changed_there(self, written: Written) -> bool:
        now = self.books.owed
        return any(one not in now or now[one].open != amount for one, amount in written.amounts.items())

    def settle(self, written: Written, outcome: str) -> None:
        """A person found out what became of a delivery."""
        written.state = outcome
        if outcome == "refused":
            written.sent_on = None

    def may_cancel(self, written: Written) -> bool:
        """Latest first: no later reminder about one of its receivables stands."""
        later = (w for w in self.reminders if w.standing and w.sent_number > written.sent_number)
        return written.state == "accepted" and not any(set(w.steps) & set(written.steps) for w in later)

    def cancel(self, written: Written) -> None:
        """It was said, but does not count any more; what was approved in reliance on it goes back to a person."""
        written.state = "cancelled"
        for other in self.reminders:
            if other.state == "approved" and set(other.steps) & set(written.steps):
                other.state = "returned"


def settle_fully(one: Owed, day: date) -> Owed:
    """The receivable when all of it is paid or credited."""
    return replace(one, open=0, settled=day)
