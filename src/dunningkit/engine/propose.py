"""Making a proposal: look, score, decide, write, store. Nothing leaves here."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from dunningkit import dispatch
from dunningkit.engine.approved import what_changed
from dunningkit.engine.days import Days
from dunningkit.engine.lawful import Law
from dunningkit.engine.picture import Picture, look
from dunningkit.engine.returned import answered_of, is_asked_by
from dunningkit.engine.setup import CreditorSetup
from dunningkit.engine.sync import VANISHED_LIMIT_PERCENT, keep_first_looks, require_not_backdated
from dunningkit.engine.time_travel import as_they_stood
from dunningkit.engine.writing import Written, write
from dunningkit.errors import PluginError, ProposalBlocked
from dunningkit.messages import Composer
from dunningkit.model import (
    Actor,
    Histories,
    Line,
    LineStatus,
    Medium,
    Portfolio,
    Proposal,
    Reason,
    ReasonCode,
    Reminder,
    ReminderState,
    Rendered,
    Score,
    StepKind,
    Tally,
    days_from,
)
from dunningkit.policy import Decision, Group, Situation, cap_reached, decide, gather
from dunningkit.scoring import build_portfolio
from dunningkit.store import (
    Db,
    Store,
    audit,
    creditors,
    ledger,
    proposals,
    quarantine,
    reminders,
    reviews,
    syncs,
    totals,
)
from dunningkit.store.codec import to_json
from dunningkit.store.creditors import Remembered
from dunningkit.store.syncs import SyncRecord, SyncState

if TYPE_CHECKING:
    from dunningkit.policy import Policy

_BLOCKED = {
    SyncState.RUNNING: ReasonCode.SYNC_INCOMPLETE,
    SyncState.INCOMPLETE: ReasonCode.SYNC_INCOMPLETE,
    SyncState.FAILED: ReasonCode.SYNC_INCOMPLETE,
    SyncState.TOO_MANY_GONE: ReasonCode.TOO_MANY_GONE,
}


#: What a line alone says of the style and of the way; a number that is not confirmed matters to text messages only.
_OF_STYLE = (ReasonCode.SEGMENT, ReasonCode.STYLE_FIXED)
_OF_WAY = (
    ReasonCode.CHANNEL_WISHED,
    ReasonCode.CHANNEL_OTHER_THAN_INVOICE,
    ReasonCode.CHANNEL_ONLY,
    ReasonCode.NUMBER_UNCONFIRMED,
)


#: What is not true any more of a line whose fee another one bears.
_OF_FEE = (ReasonCode.LAW_ALLOWED, ReasonCode.LAW_FEE_LOWERED)
_ELSEWHERE = Reason.of(ReasonCode.FEE_ELSEWHERE)


@dataclass(slots=True)
class _Draft:
    """A proposal in the making: every reviewed receivable's situation and, as it becomes known, what comes of it."""

    decided: dict[str, tuple[Situation, Decision]]
    policies: dict[str, "Policy"]
    reminder_of: dict[str, str] = field(default_factory=dict)
    reminders: dict[str, Reminder] = field(default_factory=dict)
    contents: dict[str, Rendered] = field(default_factory=dict)

    def change(self, receivable_id: str, decision: Decision) -> None:
        situation, _ = self.decided[receivable_id]
        self.decided[receivable_id] = (situation, decision)

    def reminder_about(self, receivable_id: str) -> Reminder | None:
        reminder_id = self.reminder_of.get(receivable_id)
        return self.reminders[reminder_id] if reminder_id else None

    def keep(self, reminder: Reminder) -> None:
        self.reminders[reminder.reminder_id] = reminder
        self.reminder_of.update({item.receivable_id: reminder.reminder_id for item in reminder.items})


def propose(
    setup: CreditorSetup,
    store: Store,
    composer: Composer,
    *,
    as_of: date,
    now: datetime,
    actor: Actor,
    progress: Callable[[int, int], None] | None = None,
) -> Proposal:
    """Make and store the proposal for ``as_of``. The same store and day give the same proposal, byte for byte.

    ``progress`` is called after each reminder with how many are written and how many there are.

    Raises `ProposalBlocked` when the ledger's picture is not whole, or for a day before that of the last run; its ``code`` is
    the reason's.
    """
    creditor_id = setup.creditor.creditor_id
    with store.write() as db:
        last = _whole_picture(db, creditor_id)
        _notice_changes(db, setup, as_of)
        picture = look(db, setup, as_of)
        scores, failed = score(db, setup, picture)
        days = Days(setup, last, as_of, failed)
        draft = _decide(setup, picture, scores, days)
        _leave_out_skipped(db, creditor_id, draft, as_of)
        _keep_approved(db, setup, draft, as_of, now, actor)
        _ask_about_returned(db, creditor_id, draft, as_of)
        _write_all(setup, composer, picture, draft, days, reminders.came_back(db, creditor_id), progress)
        proposal = _assemble(db, setup, draft, as_of, failed)
        before = reviews.standings(db, creditor_id, [line.receivable_id for line in proposal.lines])
        proposals.save(db, proposal, draft.contents, now, before)
        reviews.set_reviewed(
            db,
            creditor_id,
            as_of,
            [(line.receivable_id, line.next_review_on, line.reasons[0].code.value) for line in proposal.lines],
        )
        reviews.rest_settled(db, creditor_id, as_of)
        creditors.remember(db, creditor_id, Remembered(setup.policies.version, setup.treatment, as_of))
        details = {"as_of": as_of.isoformat(), "policy": setup.policies.version, "lines": len(proposal.lines)}
        audit.append(db, creditor_id, now, actor, "proposed", proposal.proposal_id, details)
    return proposal


def _whole_picture(db: Db, creditor_id: str) -> SyncRecord:
    last = syncs.last(db, creditor_id)
    if last is None:
        raise ProposalBlocked(
            "The ledger has never been read: sync first.", code=ReasonCode.NEVER_SYNCED.value, creditor_id=creditor_id
        )
    if last.state is SyncState.TOO_MANY_GONE:
        raise ProposalBlocked(
            f"{last.vanished} of {last.known} open invoices vanished from the ledger at once. Check the export; "
            "if they really are gone, sync again and accept it (dunning sync --accept-gone).",
            code=_BLOCKED[last.state].value,
            gone=last.vanished,
            known=last.known,
            limit_percent=VANISHED_LIMIT_PERCENT,
        )
    if last.state in _BLOCKED:
        why = f"{(last.detail or last.state.value).rstrip('.')}."
        raise ProposalBlocked(
            f"The last reading of the ledger was not whole: {why} When that is mended, sync again.",
            code=_BLOCKED[last.state].value,
            on=last.as_of.isoformat(),
            detail=why,
        )
    return last


def _notice_changes(db: Db, setup: CreditorSetup, as_of: date) -> None:
    """Look at everything again when the policies or the treatment changed. Raises `ProposalBlocked` when time runs back."""
    creditor_id = setup.creditor.creditor_id
    require_not_backdated(db, creditor_id, as_of)
    before = creditors.remembered(db, creditor_id)
    keep_first_looks(db, setup)
    changed = (before.policy_version, before.treatment) != (setup.policies.version, setup.treatment)
    if before.last_proposal_on is not None and changed:
        reviews.reset_all(db, creditor_id)


# -- scoring -------------------------------------------------------------------------------------------------------


def score(db: Db, setup: CreditorSetup, picture: Picture, *, keep: bool = True) -> tuple[Mapping[str, Score], str]:
    """Scores by customer, and the scorer's name when it failed: then everybody is treated as neutral.

    Without ``keep`` a portfolio that had to be built is not stored.
    """
    histories = picture.histories()
    if not histories:
        return {}, ""
    portfolio = _portfolio(db, setup, picture.as_of, keep=keep)
    try:
        return dispatch.score(setup.scorer, Histories(histories, portfolio), picture.as_of), ""
    except PluginError:
        return {}, setup.scorer.name


def _portfolio(db: Db, setup: CreditorSetup, as_of: date, *, keep: bool) -> Portfolio:
    """The portfolio as of the month's first day: computed once a month, so that a day's cost does not grow with the ledger."""
    creditor_id, month = setup.creditor.creditor_id, as_of.replace(day=1)
    known = creditors.portfolio(db, creditor_id, month, setup.scorer.name)
    if known is not None:
        return known
    made = build_portfolio(ledger.whole_history(db, creditor_id), month)
    if keep:
        creditors.put_portfolio(db, creditor_id, setup.scorer.name, made)
    return made


# -- deciding ------------------------------------------------------------------------------------------------------


def _decide(setup: CreditorSetup, picture: Picture, scores: Mapping[str, Score], days: Days) -> _Draft:
    decided, policies = {}, {}
    law = Law(setup, picture)
    for receivable in picture.reviewed:
        receivable_id = receivable.receivable_id
        # What no policy covers is decided, too: it is left alone, and says so.
        policies[receivable_id] = policy = picture.terms[receivable_id].policy or setup.policy
        situation, day = picture.situation(receivable, scores.get(receivable.customer_id)), days.under(policy)
        decided[receivable_id] = (situation, law(situation, decide(situation, day), day))
    return _Draft(decided, policies)


def _leave_out_skipped(db: Db, creditor_id: str, draft: _Draft, as_of: date) -> None:
    """What a person skipped stays out of every proposal up to that day, however its reminder would read by now."""
    for reminder, skipped_on, by in reminders.skipped_since(db, creditor_id, as_of):
        again = days_from(skipped_on, 1)
        reason = Reason.of(ReasonCode.SKIPPED, by=by, day=again.isoformat())
        for item in reminder.items:
            known = draft.decided.get(item.receivable_id)
            if known is not None and known[1].step is not None:
                reasons = (reason, *known[1].reasons)
                draft.change(item.receivable_id, Decision(LineStatus.WONT_GO, reasons, again))


def _keep_approved(db: Db, setup: CreditorSetup, draft: _Draft, as_of: date, now: datetime, actor: Actor) -> None:
    """An approved reminder stays what it is while its facts hold; else it goes back to a person."""
    creditor_id = setup.creditor.creditor_id
    run = proposals.newest_number(db, creditor_id) + 1
    for stored in reminders.in_state(db, creditor_id, ReminderState.APPROVED):
        found = [draft.decided.get(item.receivable_id) for item in stored.reminder.items]
        what = what_changed(setup, stored, found, as_of)
        if not what:
            draft.keep(stored.reminder)
        else:
            reminder_id = stored.reminder.reminder_id
            steps = {"expected": ReminderState.APPROVED, "to": ReminderState.RETURNED}
            reminders.move(db, creditor_id, reminder_id, detail=what, **steps)
            details = {"what": what, "run": run}
            audit.append(db, creditor_id, now, actor, "reminder_returned", reminder_id, details)


def _ask_about_returned(db: Db, creditor_id: str, draft: _Draft, as_of: date) -> None:
    """What came back after an approval is asked about again, with the difference named."""
    returned = reminders.in_state(db, creditor_id, ReminderState.RETURNED)
    answered = answered_of(db, creditor_id, returned)
    for stored in returned:
        open_ids = {item.receivable_id for item in stored.reminder.items}
        for receivable_id in sorted(open_ids - answered.get(stored.reminder.reminder_id, frozenset())):
            known = draft.decided.get(receivable_id)
            if known is None or known[1].status is not LineStatus.READY or not is_asked_by(stored, known[1]):
                continue
            reason = Reason.of(ReasonCode.CHANGED_SINCE_APPROVAL, what=stored.state_detail)
            reasons = (reason, *known[1].reasons)
            asked = replace(known[1], status=LineStatus.NEEDS_YOU, reasons=reasons, next_review_on=as_of)
            draft.change(receivable_id, asked)


# -- writing -------------------------------------------------------------------------------------------------------


def _write_all(
    setup: CreditorSetup,
    composer: Composer,
    picture: Picture,
    draft: _Draft,
    days: Days,
    came_back: Mapping[str, int],
    progress: Callable[[int, int], None] | None,
) -> None:
    as_of = picture.as_of
    open_ones = [pair for receivable_id, pair in draft.decided.items() if receivable_id not in draft.reminder_of]
    said_today = Counter((reminder.customer_id, reminder.kind) for reminder in draft.reminders.values())
    charged = {one.customer_id for one in draft.reminders.values() if _costs(one)}
    groups = _groups(setup, draft, open_ones)
    for number, gathered in enumerate(groups, 1):
        if gathered.status is LineStatus.READY and _is_another_first(picture, gathered, said_today, as_of):
            # Tomorrow the other one may have been answered.
            another_first = Reason.of(ReasonCode.ANOTHER_FIRST)
            _give_up(draft, gathered, Decision(LineStatus.WONT_GO, (another_first,), days_from(as_of, 1)))
            continue
        group = _charged(draft, gathered, charged)
        day = days.under(group.policy)
        written = write(setup, composer, group, picture.customers[group.customer_id], day, came_back)
        if isinstance(written, Reason):
            _give_up(draft, group, Decision(LineStatus.NEEDS_YOU, (written,), as_of))
            continue
        said_today[group.customer_id, group.kind] += group.status is LineStatus.READY
        if _costs(written.reminder):
            charged.add(group.customer_id)
        _add(draft, written)
        if progress is not None:
            progress(number, len(groups))


def _charged(draft: _Draft, group: Group, charged: Collection[str]) -> Group:
    """The group with what its reminder really costs: a customer pays for one line a day, however many invoices are late.

    A reminder that has to say that it is free is so for every line in it.
    """
    why_free = next((_suspended(decision) for _, decision in group.members if decision.claims.must_say_free), None)
    spared_by, is_charged = why_free or _ELSEWHERE, why_free is not None or group.customer_id in charged
    members = []
    for situation, decision in group.members:
        if decision.claims.fee_minor and is_charged:
            decision = _spared(decision, spared_by)  # noqa: PLW2901  # the member goes on as this
            draft.change(situation.receivable.receivable_id, decision)
        is_charged = is_charged or decision.claims.fee_minor > 0
        members.append((situation, decision))
    return replace(group, members=tuple(members))


def _suspended(decision: Decision) -> Reason:
    return next(reason for reason in decision.reasons if reason.code is ReasonCode.LAW_FEE_SUSPENDED)


def _spared(decision: Decision, why: Reason) -> Decision:
    others = tuple(one for one in decision.reasons if one.code not in _OF_FEE)
    return replace(decision, claims=replace(decision.claims, fee_minor=0), reasons=(*others, why))


def _costs(reminder: Reminder) -> bool:
    return any(item.fee_minor for item in reminder.items)


def _groups(setup: CreditorSetup, draft: _Draft, open_ones: Iterable[tuple[Situation, Decision]]) -> tuple[Group, ...]:
    """Every policy's groups by customer, what is due the longest first: it takes the last place under a cap."""
    under: dict[str, list[tuple[Situation, Decision]]] = defaultdict(list)
    for situation, decision in open_ones:
        under[draft.policies[situation.receivable.receivable_id].name].append((situation, decision))
    groups = [group for policy in setup.policies.every for group in gather(policy, under[policy.name])]
    return tuple(sorted(groups, key=_turn))


def _turn(group: Group) -> tuple[str, bool, date, str]:
    oldest = group.members[0][0].receivable
    return group.customer_id, group.kind is StepKind.COURTESY, oldest.due_on, oldest.receivable_id


def _add(draft: _Draft, written: Written) -> None:
    draft.keep(written.reminder)
    draft.contents[written.reminder.reminder_id] = written.rendered


def _give_up(draft: _Draft, group: Group, instead: Decision) -> None:
    for situation, decision in group.members:
        reasons = (*instead.reasons, *decision.reasons)
        draft.change(situation.receivable.receivable_id, replace(instead, reasons=reasons))


def _is_another_first(
    picture: Picture, group: Group, said_today: Mapping[tuple[str, StepKind], int], as_of: date
) -> bool:
    """Whether the caps leave no room beside what this proposal says to the customer; courtesy takes no reminder's place."""
    customer_id, courteous = group.customer_id, group.kind is StepKind.COURTESY
    counted = [kind for kind in StepKind if courteous or kind is not StepKind.COURTESY]
    today = [as_of] * sum(said_today.get((customer_id, kind), 0) for kind in counted)
    before = picture.contacts.get(customer_id, ())
    told = picture.courtesies.get(customer_id, ()) if courteous else ()
    return cap_reached(group.policy.contact_caps, (*before, *told, *today), as_of) is not None


# -- putting together ----------------------------------------------------------------------------------------------


def _assemble(db: Db, setup: CreditorSetup, draft: _Draft, as_of: date, scorer_failed: str) -> Proposal:
    creditor_id = setup.creditor.creditor_id
    lines = sorted(
        (
            _line(situation, decision, draft.reminder_about(receivable_id), as_of)
            for receivable_id, (situation, decision) in draft.decided.items()
        ),
        key=lambda line: (line.customer_id, line.due_on, line.receivable_id),
    )
    waiting = Counter(reason for _receivable_id, reason in reviews.waiting_reasons(db, creditor_id, as_of))
    notes = (Reason.of(ReasonCode.SCORER_FAILED, scorer=scorer_failed),) if scorer_failed else ()
    in_order = dict.fromkeys(line.reminder_id for line in lines if line.reminder_id)
    proposal = Proposal(
        proposal_id="",
        creditor_id=creditor_id,
        as_of=as_of,
        policy_version=setup.basis,
        lines=tuple(lines),
        reminders=tuple(draft.reminders[reminder_id] for reminder_id in in_order),
        waiting=tuple(sorted(waiting.items())),
        tallies=_tallies(db, creditor_id, as_of),
        gone=totals.count_gone(db, creditor_id),
        quarantined=quarantine.count(db, creditor_id),
        notes=notes,
    )
    digest = hashlib.sha256(to_json(proposal).encode()).hexdigest()[:20]
    return replace(proposal, proposal_id=digest)


def _line(situation: Situation, decision: Decision, reminder: Reminder | None, as_of: date) -> Line:
    receivable = situation.receivable
    going = reminder if decision.status is not LineStatus.WONT_GO else None
    return Line(
        receivable_id=receivable.receivable_id,
        customer_id=receivable.customer_id,
        customer_name=situation.customer.name if situation.customer else "",
        invoice_number=receivable.invoice_number,
        instalment_number=receivable.instalment_number,
        open=receivable.open,
        due_on=receivable.due_on,
        days_late=(as_of - receivable.due_on).days,
        status=decision.status,
        reasons=(*_as_written(decision.reasons, going), *_postponed(going, as_of)),
        step_id=decision.step.id if decision.step else "",
        segment=situation.segment,
        style=going.style if going else decision.style,
        reminder_id=going.reminder_id if going else None,
        next_review_on=decision.next_review_on,
    )


def _as_written(reasons: tuple[Reason, ...], reminder: Reminder | None) -> tuple[Reason, ...]:
    """The reasons of a line alone, without what its message does otherwise: that has one style and one way for all."""
    if reminder is None:
        return reasons
    style, medium = reminder.style.value, reminder.to.medium.value
    true = tuple(
        reason
        for reason in reasons
        if (reason.code not in _OF_STYLE or reason.params["style"] == style)
        and (reason.code not in _OF_WAY or reason.params.get("medium", Medium.SMS.value) == medium)
    )
    return reasons if true == reasons else (*true, Reason.of(ReasonCode.AS_ITS_MESSAGE, style=style, medium=medium))


def _postponed(reminder: Reminder | None, as_of: date) -> tuple[Reason, ...]:
    if reminder is None or reminder.send_not_before.date() <= as_of:
        return ()
    return (Reason.of(ReasonCode.SEND_POSTPONED, send_not_before=reminder.send_not_before.isoformat()),)


def _tallies(db: Db, creditor_id: str, as_of: date) -> tuple[Tally, ...]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for currency, overdue, number, minor in totals.open_totals(db, creditor_id, as_of):
        _count(counts[currency], overdue, number, minor)
    for currency, overdue, minor in _open_then(db, creditor_id, as_of):
        _count(counts[currency], overdue, 1, minor)
    return tuple(Tally(currency, *counts[currency]) for currency in sorted(counts))


def _count(counts: list[int], overdue: bool, number: int, minor: int) -> None:  # noqa: FBT001  # a row of a query
    counts[0] += number
    counts[1] += minor
    if overdue:
        counts[2] += number
        counts[3] += minor


def _open_then(db: Db, creditor_id: str, as_of: date) -> Iterable[tuple[str, bool, int]]:
    receivables = list(totals.open_then(db, creditor_id, as_of))
    customer_ids: Sequence[str] = sorted({receivable.customer_id for receivable in receivables})
    theirs, others = (
        ledger.payments_of(db, creditor_id, customer_ids),
        ledger.strangers_payments(db, creditor_id, as_of),
    )
    payments = (*theirs, *others)
    for then in as_they_stood(db, creditor_id, receivables, payments, as_of):
        if then.open.amount_minor > 0:
            yield then.open.currency, then.due_on < as_of, then.open.amount_minor
