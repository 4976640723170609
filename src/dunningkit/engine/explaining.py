"""The whole story of an invoice: what is known of it, which rules were asked, what is next. Reads, and changes nothing."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter

from dunningkit.engine.days import Days
from dunningkit.engine.lawful import Law
from dunningkit.engine.picture import Picture, look, refused_addresses
from dunningkit.engine.propose import score
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import NotFound
from dunningkit.model import (
    Act,
    Arrangement,
    AuditEntry,
    ContactPoint,
    Customer,
    Hold,
    Line,
    LineStatus,
    Medium,
    Payment,
    QuarantinedRow,
    Reason,
    ReasonCode,
    ReasonValue,
    Receivable,
    ReceivableKind,
    ReminderState,
    Score,
    Style,
)
from dunningkit.policy import consider, facts_asked, standing_of
from dunningkit.store import (
    Db,
    arrangements,
    audit,
    deliveries,
    holds,
    ledger,
    proposals,
    quarantine,
    reminders,
    reviews,
    syncs,
)
from dunningkit.store.deliveries import Delivery
from dunningkit.store.ledger import KnownReceivable
from dunningkit.store.proposals import StoredLine
from dunningkit.store.reminders import StoredReminder
from dunningkit.store.schema import NEVER

#: A proposal sees more than the rules, which know one receivable: what it says beyond them, and how that is told.
_BEYOND_THE_RULES = {
    ReasonCode.ANOTHER_FIRST: ReasonCode.CAP_TAKEN,
    ReasonCode.CHANGED_SINCE_APPROVAL: ReasonCode.DIFFERS_RETURNED,
    ReasonCode.SKIPPED: ReasonCode.DIFFERS_SKIPPED,
    ReasonCode.TEXT_REFUSED: ReasonCode.DIFFERS_WRITING,
    ReasonCode.RENDER_FAILED: ReasonCode.DIFFERS_WRITING,
}

_NEAR = 5
_CANDIDATES = 2000


@dataclass(frozen=True, slots=True)
class RuleAsked:
    """One rule in the order asked: the figures it looked at (see `facts_asked`), and whether it decided."""

    rule: str
    facts: Mapping[str, ReasonValue]
    decided: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of the receivable alone; ``next_review_on`` is the first day on which it could change by itself.

    ``next_step_id`` is the step that comes next (empty when the ladder ends here, or when none comes as things are), and
    ``next_step_on`` its day. ``policy_name`` is empty for what no policy covers or nobody follows.
    """

    status: LineStatus
    reasons: tuple[Reason, ...]
    next_review_on: date | None
    policy_name: str
    step_id: str = ""
    style: Style | None = None
    to: ContactPoint | None = None
    next_step_id: str = ""
    next_step_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReminderTold:
    """One reminder about the receivable: first proposed for a day, its state by now, and what was done with it."""

    reminder_id: str
    proposed_on: date
    state: ReminderState
    state_detail: str
    step_id: str
    medium: Medium
    address: str
    events: tuple[AuditEntry, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """Everything about one receivable.

    ``receivable`` is as the ledger last gave it, ``then`` as it stood on the day. The events of ``reminders`` are in the
    creditor's local time, up to the day; their states are those of now. ``credits`` are the customer's open credit
    notes and those for this receivable, ``acts`` the ledger's own about it. ``not_asked`` says why no rule was asked; else
    ``rules`` and ``verdict`` are there. ``stored`` is the newest stored line of a proposal up to that day, with its proposal's
    day; ``differs`` whether it says something else than the verdict, and ``why_differs`` why. ``looked_at_on`` is the day of
    the first run after it that looks at the receivable: the next run where that day has come, ``None`` when only an event can
    bring it up.
    """

    receivable: Receivable
    then: Receivable
    customer: Customer | None
    gone_on: date | None
    payments: tuple[Payment, ...]
    credits: tuple[Receivable, ...]
    acts: tuple[Act, ...]
    holds: tuple[Hold, ...]
    arrangements: tuple[Arrangement, ...]
    score: Score | None
    scorer_failed: str
    reminders: tuple[ReminderTold, ...]
    rules: tuple[RuleAsked, ...]
    verdict: Verdict | None
    not_asked: Reason | None
    stored: Line | None
    stored_on: date | None
    differs: bool
    why_differs: tuple[Reason, ...] = ()
    looked_at_on: date | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The stories of what was asked for: one for each receivable of the invoice, and the rows about it that are unreadable."""

    creditor_id: str
    asked: str
    as_of: date
    stories: tuple[Story, ...]
    unreadable: tuple[QuarantinedRow, ...]


def explain(db: Db, setup: CreditorSetup, wanted: str, as_of: date) -> Explanation:
    """Tell everything about an invoice (or one receivable, by its id) as at ``as_of``.

    What was sent after that day is left out; what the ledger says is as it last gave it. Raises `NotFound`, with numbers that
    look alike, for what was never known.
    """
    creditor_id = setup.creditor.creditor_id
    known = ledger.find_known(db, creditor_id, wanted)
    ids = {wanted, *(one.receivable.receivable_id for one in known)}
    unreadable = tuple(row for row in quarantine.rows(db, creditor_id) if row.receivable_id in ids)
    if not known and not unreadable:
        raise not_known(db, creditor_id, wanted)
    teller = _Teller(db, setup, as_of, known) if known else None
    stories = tuple(teller.story(one) for one in known) if teller else ()
    return Explanation(creditor_id, wanted, as_of, stories, unreadable)


def not_known(db: Db, creditor_id: str, wanted: str) -> NotFound:
    """That nothing has that name, with the numbers that look alike."""
    candidates = ledger.numbers_like(db, creditor_id, wanted, _CANDIDATES)
    holding = [number for number in candidates if wanted in number]
    near = [*holding, *difflib.get_close_matches(wanted, [one for one in candidates if one not in holding], _NEAR)][
        :_NEAR
    ]
    alike = f" Invoices that look alike: {', '.join(near)}." if near else ""
    return NotFound(f"No receivable or invoice {wanted!r} is known.{alike}", receivable_id=wanted)


class _Teller:
    """What all stories of one explanation share, read once."""

    def __init__(self, db: Db, setup: CreditorSetup, as_of: date, known: Sequence[KnownReceivable]) -> None:
        self._db, self._setup, self._as_of = db, setup, as_of
        self._creditor_id = creditor_id = setup.creditor.creditor_id
        customer_ids = sorted({one.receivable.customer_id for one in known})
        self._customers = ledger.customers_by_id(db, creditor_id, customer_ids)
        receivables = [one.receivable for one in known]
        receivable_ids = [one.receivable_id for one in receivables]
        self._payments = paid_for(db, creditor_id, receivables, customer_ids)
        theirs = tuple(ledger.receivables_of(db, creditor_id, customer_ids))
        self._credits = _open_credits((*theirs, *ledger.tied_elsewhere(db, creditor_id, receivables)))
        self._acts = ledger.acts_about(db, creditor_id, receivable_ids)
        self._holds = holds.about(db, creditor_id, customer_ids, receivable_ids)
        self._lines = proposals.lines_about(db, creditor_id, receivable_ids)
        self._standings = reviews.standings(db, creditor_id, receivable_ids)
        due = [
            (one.receivable.receivable_id, one.receivable.customer_id)
            for one in known
            if one.gone_on is None and one.receivable.issued_on <= as_of
        ]
        sent = deliveries.to_customers(db, creditor_id, customer_ids)
        self._picture = _until(look(db, setup, as_of, due), sent, as_of)
        self._scores, self._scorer_failed = score(db, setup, self._picture, keep=False)

    def story(self, known: KnownReceivable) -> Story:
        """One receivable's story."""
        receivable = known.receivable
        receivable_id, customer_id = receivable.receivable_id, receivable.customer_id
        payments = tuple(one for one in self._payments if one.receivable_id == receivable_id)
        then = receivable.as_of(self._as_of, payments)
        not_asked = why_not_asked(known, then, self._as_of)
        rules, verdict = ((), None) if not_asked else self._ask(then)
        if verdict is None and not_asked is None:
            not_asked = Reason.of(ReasonCode.NEVER_SYNCED)
        lines = self._lines.get(receivable_id, [])
        newest = next((one for one in reversed(lines) if one.as_of <= self._as_of), None)
        stored = newest.line if newest else None
        differs = stored is not None and not _says_the_same(stored, then, verdict)
        return Story(
            receivable=receivable,
            then=then,
            customer=self._customers.get(customer_id),
            gone_on=known.gone_on,
            payments=tuple(one for one in payments if one.paid_on <= self._as_of),
            credits=tuple(
                one for one in self._credits if one.customer_id == customer_id or one.credit_of == receivable_id
            ),
            acts=tuple(one for one in self._acts if one.receivable_id == receivable_id and one.on <= self._as_of),
            holds=tuple(
                one
                for one in self._holds
                if one.receivable_id == receivable_id or (one.receivable_id is None and one.customer_id == customer_id)
            ),
            arrangements=tuple(
                one
                for one in arrangements.history(self._db, self._creditor_id, customer_id)
                if one.receivable_id == receivable_id or (one.receivable_id is None and one.customer_id == customer_id)
            ),
            score=self._scores.get(customer_id),
            scorer_failed=self._scorer_failed,
            reminders=self._reminders(receivable_id),
            rules=rules,
            verdict=verdict,
            not_asked=not_asked,
            stored=stored,
            stored_on=newest.as_of if newest else None,
            differs=differs,
            why_differs=self._why_differs(newest, then, verdict) if newest and differs else (),
            looked_at_on=None if known.gone_on is not None else self._looked_at_on(receivable_id, lines),
        )

    def _why_differs(self, stored: StoredLine, then: Receivable, verdict: Verdict | None) -> tuple[Reason, ...]:
        """What the proposal knew beyond the rules: the customer's other messages, what came back, a person's decision."""
        if stored.as_of == self._as_of and verdict is not None:
            beyond = _beyond_the_rules(stored.line, then, verdict)
            if beyond is not None:
                return (Reason.of(beyond),)
        found = []
        if stored.as_of != self._as_of:
            found.append(Reason.of(ReasonCode.DIFFERS_DAY, on=stored.as_of.isoformat(), day=self._as_of.isoformat()))
        if stored.policy_version != self._setup.basis:
            found.append(Reason.of(ReasonCode.DIFFERS_SETTINGS))
        return tuple(found) or (Reason.of(ReasonCode.DIFFERS_KNOWN),)

    def _looked_at_on(self, receivable_id: str, lines: Sequence[StoredLine]) -> date | None:
        later = [one.as_of for one in lines if one.as_of > self._as_of]
        if later:
            return min(later)
        standing = self._standings.get(receivable_id)
        return standing.next_review_on if standing and standing.next_review_on != NEVER else None

    def _ask(self, then: Receivable) -> tuple[tuple[RuleAsked, ...], Verdict | None]:
        last = syncs.last_complete(self._db, self._creditor_id)
        if last is None:
            return (), None
        policy = self._picture.terms[then.receivable_id].policy or self._setup.policy
        day = Days(self._setup, last, self._as_of, self._scorer_failed).under(policy)
        situation = self._picture.situation(then, self._scores.get(then.customer_id))
        considered = consider(situation, day)
        by_policy = considered[-1].decision
        if by_policy is None:
            raise AssertionError("the last rule asked has decided")
        decision = Law(self._setup, self._picture)(situation, by_policy, day)
        terms = self._picture.terms[then.receivable_id]
        is_followed = terms.policy is not None and terms.unfollowed is None
        is_silent = then.disputed or decision.reasons[0].code is ReasonCode.WISH_NO_REMINDERS
        standing = standing_of(situation, day) if is_followed and not is_silent else None
        next_step = standing.step if standing else None
        verdict = Verdict(
            status=decision.status,
            reasons=decision.reasons,
            next_review_on=decision.next_review_on,
            policy_name=policy.name if is_followed else "",
            step_id=decision.step.id if decision.step else "",
            style=decision.style,
            to=decision.to,
            next_step_id=next_step.id if next_step else "",
            next_step_on=standing.reached_on if standing else None,
        )
        vetoed = decision.status is not by_policy.status
        asked = [
            RuleAsked(one.rule, facts_asked(one.rule, situation, day), one.decision is by_policy and not vetoed)
            for one in considered
        ]
        if self._setup.law is not None and by_policy.step is not None:
            asked.append(RuleAsked("law", {"pack": self._setup.law.pack.pack_id}, vetoed))
        return tuple(asked), verdict

    def _reminders(self, receivable_id: str) -> tuple[ReminderTold, ...]:
        first_on = {
            reminder_id: on
            for reminder_id, on in proposals.reminders_about(self._db, self._creditor_id, receivable_id).items()
            if on <= self._as_of
        }
        stored = reminders.by_id(self._db, self._creditor_id, list(first_on))
        events = audit.about(self._db, self._creditor_id, list(first_on))
        calendar = self._setup.calendar
        return tuple(
            _told(
                one,
                receivable_id,
                first_on[reminder_id],
                tuple(
                    replace(entry, at=entry.at.astimezone(calendar.zone))
                    for entry in events
                    if entry.subject == reminder_id and calendar.local_date(entry.at) <= self._as_of
                ),
            )
            for reminder_id, one in stored.items()
        )


def _beyond_the_rules(stored: Line, then: Receivable, verdict: Verdict) -> ReasonCode | None:
    is_of_the_message = any(reason.code is ReasonCode.AS_ITS_MESSAGE for reason in stored.reasons)
    if is_of_the_message and _is_as_decided(stored, then, verdict):
        return ReasonCode.DIFFERS_MESSAGE
    return _BEYOND_THE_RULES.get(stored.reasons[0].code) if verdict.status is LineStatus.READY else None


def _told(stored: StoredReminder, receivable_id: str, on: date, events: tuple[AuditEntry, ...]) -> ReminderTold:
    reminder = stored.reminder
    steps = [item.step_id for item in reminder.items if item.receivable_id == receivable_id]
    return ReminderTold(
        reminder_id=reminder.reminder_id,
        proposed_on=on,
        state=stored.state,
        state_detail=stored.state_detail,
        step_id=steps[0] if steps else "",
        medium=reminder.to.medium,
        address=reminder.to.address,
        events=events,
    )


def _until(picture: Picture, sent: Iterable[Delivery], as_of: date) -> Picture:
    """The same without what was sent after the day; ``sent`` is everything that was ever tried towards its customers."""
    tried = {
        receivable_id: tuple(item for item in found if item.delivery.sent_on <= as_of)
        for receivable_id, found in picture.tried.items()
    }
    return replace(
        picture,
        tried=tried,
        refused=refused_addresses(one for one in sent if one.sent_on <= as_of),
        contacts=_days_until(picture.contacts, as_of),
        courtesies=_days_until(picture.courtesies, as_of),
    )


def _days_until(said: Mapping[str, tuple[date, ...]], as_of: date) -> dict[str, tuple[date, ...]]:
    return {customer_id: tuple(on for on in days if on <= as_of) for customer_id, days in said.items()}


def why_not_asked(known: KnownReceivable, then: Receivable, as_of: date) -> Reason | None:
    """Why nothing can be asked for on a day, where that is so: gone, no invoice, not issued yet, or paid."""
    if known.gone_on is not None:
        return Reason.of(ReasonCode.NOT_ASKED_GONE, on=known.gone_on.isoformat())
    if then.kind is not ReceivableKind.INVOICE:
        return Reason.of(ReasonCode.NOT_ASKED_CREDIT_NOTE)
    if then.issued_on > as_of:
        return Reason.of(ReasonCode.NOT_ASKED_NOT_ISSUED, day=then.issued_on.isoformat())
    if then.open.amount_minor <= 0:
        settled_on = then.settled_on.isoformat() if then.settled_on else None
        return Reason.of(ReasonCode.NOT_ASKED_SETTLED, on=settled_on)
    return None


def paid_for(
    db: Db, creditor_id: str, receivables: Sequence[Receivable], customer_ids: Sequence[str]
) -> tuple[Payment, ...]:
    """What their customers paid, and what anybody paid for these receivables; ordered by day and id."""
    every = (*ledger.payments_of(db, creditor_id, customer_ids), *ledger.payments_for(db, creditor_id, receivables))
    found = {one.payment_id: one for one in every}
    return tuple(sorted(found.values(), key=attrgetter("paid_on", "payment_id")))


def _open_credits(receivables: Iterable[Receivable]) -> tuple[Receivable, ...]:
    found = (one for one in receivables if one.kind is ReceivableKind.CREDIT_NOTE and one.open.amount_minor < 0)
    return tuple(sorted(found, key=attrgetter("receivable_id")))


def _says_the_same(stored: Line, then: Receivable, verdict: Verdict | None) -> bool:
    return verdict is not None and stored.style is verdict.style and _is_as_decided(stored, then, verdict)


def _is_as_decided(stored: Line, then: Receivable, verdict: Verdict) -> bool:
    """Whether the line says what the rules say, but for its style, which its message may have given it."""
    mine = (verdict.status, verdict.step_id, verdict.reasons[0].code, then.open, then.due_on)
    return mine == (stored.status, stored.step_id, stored.reasons[0].code, stored.open, stored.due_on)
