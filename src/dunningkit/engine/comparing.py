"""What changed between two proposals and why. Pure: both proposals and what the store knows go in, values come out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from dunningkit.model import Line, LineStatus, Medium, Money, Proposal, Reason, ReasonCode, Receivable

#: Figures of a reason that are others every day and say nothing new.
_EVERY_DAY = {"days_late", "banking_days"}

_WHY_THIS_STYLE = (
    ReasonCode.SEGMENT,
    ReasonCode.STYLE_FIXED,
    ReasonCode.SCORER_FAILED,
    ReasonCode.AS_ITS_MESSAGE,
)

_IN_HAND = (ReasonCode.CREDIT_NOTE_COVERS, ReasonCode.CREDITS_COVER, ReasonCode.CREDIT_UNAPPLIED)

#: Reasons that can come, or others come instead of them, with nothing but the days that pass.
_BY_DAYS = (
    ReasonCode.FIRST_CONTACT_DUE,
    ReasonCode.STEP_DUE,
    ReasonCode.STEP_DUE_END_OF_MONTH,
    ReasonCode.STEP_DUE_AFTER_PREVIOUS,
    ReasonCode.COURTESY_DUE,
    ReasonCode.LADDER_DONE,
    ReasonCode.LEDGER_STALE,
    ReasonCode.LONG_OVERDUE,
    ReasonCode.NOT_DUE_YET,
    ReasonCode.PERSON_CALLS,
    ReasonCode.STEP_NOT_REACHED,
)


class ChangeKind(StrEnum):
    """Whether a line came, left, or is there in both and differs."""

    NEW = "new"
    LEFT = "left"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder about a receivable that left on a day."""

    on: date
    medium: Medium


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of one receivable, seen from the later proposal's day.

    ``receivable`` is as the ledger last gave it and ``then`` as it stood on that day; both are ``None`` for one that was never
    known. ``paid`` are the payments applied to it since the earlier proposal, ``sent`` the reminders that left since,
    ``happened`` what else was done to it or to its customer, ``around`` what happened to the customer's other receivables.
    ``line`` is the newest stored line about it that is older than the later proposal. ``read_on`` is the day of the reading
    that changed it since the earlier proposal, if any did.
    """

    receivable: Receivable | None = None
    then: Receivable | None = None
    gone_on: date | None = None
    sent: tuple[Sent, ...] = ()
    line: Line | None = None
    read_on: date | None = None
    paid: tuple[Reason, ...] = ()
    happened: tuple[Reason, ...] = ()
    around: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class LineChange:
    """One receivable whose line is not what it was. ``before`` or ``after`` is ``None`` for a line that came or left.

    ``reasons`` say what differs and why, the differences first; there is always at least one.
    """

    kind: ChangeKind
    receivable_id: str
    before: Line | None
    after: Line | None
    reasons: tuple[Reason, ...]

    @property
    def line(self) -> Line:
        """The line as it is now, or as it was before it left."""
        found = self.after or self.before
        if found is None:
            raise AssertionError("a change is about a line")
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is new, what left and what differs in ``later`` (a proposal's id) against ``earlier``, each in a proposal's order.

    ``notes`` are about both as a whole; ``unchanged`` counts the lines that say the same on both days.
    """

    creditor_id: str
    earlier: str
    earlier_on: date
    later: str
    later_on: date
    changes: tuple[LineChange, ...]
    unchanged: int
    notes: tuple[Reason, ...] = ()

    def of_kind(self, kind: ChangeKind) -> tuple[LineChange, ...]:
        """The changes of one kind, in order."""
        return tuple(change for change in self.changes if change.kind is kind)


def compare(earlier: Proposal, later: Proposal, known: Mapping[str, Known]) -> Comparison:
    """Compare two proposals of one creditor; ``known`` holds facts by receivable id (see `needs_facts`).

    A cause is only named where a fact says so; without any fact the change stands alone, or says that nothing tells why.
    """
    before = {line.receivable_id: line for line in earlier.lines}
    after = {line.receivable_id: line for line in later.lines}
    changes: list[LineChange] = []
    for receivable_id in before.keys() | after.keys():
        was, now = before.get(receivable_id), after.get(receivable_id)
        facts = known.get(receivable_id, Known())
        if was is None and now is not None:
            changes.append(_change(ChangeKind.NEW, was, now, _why_new(earlier, later, now, facts)))
        elif was is not None and now is None:
            changes.append(_change(ChangeKind.LEFT, was, now, _why_left(earlier, later, was, facts)))
        elif was is not None and now is not None and (differences := _differences(was, now)):
            changes.append(
                _change(ChangeKind.CHANGED, was, now, (*differences, *_why_changed(earlier, later, was, now, facts)))
            )
    kinds = list(ChangeKind)
    changes.sort(key=lambda one: (kinds.index(one.kind), one.line.customer_id, one.line.due_on, one.receivable_id))
    return Comparison(
        creditor_id=later.creditor_id,
        earlier=earlier.proposal_id,
        earlier_on=earlier.as_of,
        later=later.proposal_id,
        later_on=later.as_of,
        changes=tuple(changes),
        unchanged=len(before.keys() & after.keys()) - sum(one.kind is ChangeKind.CHANGED for one in changes),
        notes=_basis(earlier, later),
    )


def needs_facts(earlier: Proposal, later: Proposal) -> dict[str, str]:
    """The receivables that `compare` needs facts about, with their customers."""
    before = {line.receivable_id: line for line in earlier.lines}
    after = {line.receivable_id: line for line in later.lines}
    lines = {**before, **after}
    return {
        receivable_id: line.customer_id
        for receivable_id, line in lines.items()
        if receivable_id not in before
        or receivable_id not in after
        or _differences(before[receivable_id], after[receivable_id])
    }


def _change(kind: ChangeKind, was: Line | None, now: Line | None, reasons: Iterable[Reason]) -> LineChange:
    found = now or was
    return LineChange(kind, found.receivable_id if found else "", was, now, tuple(reasons))


# -- what differs --------------------------------------------------------------------------------------------------


def _differences(was: Line, now: Line) -> tuple[Reason, ...]:
    found = []
    if was.status is not now.status:
        found.append(Reason.of(ReasonCode.CHANGED_STATUS, was=was.status.value, now=now.status.value))
    if was.customer_id != now.customer_id:
        found.append(Reason.of(ReasonCode.CHANGED_CUSTOMER, was=was.customer_id, now=now.customer_id))
    if was.open != now.open:
        found.append(_amount_changed(was.open, now.open))
    if was.due_on != now.due_on:
        found.append(Reason.of(ReasonCode.CHANGED_DUE, was=was.due_on.isoformat(), now=now.due_on.isoformat()))
    # A line without a message has neither step nor style: that it came or went is told by the status.
    if was.step_id and now.step_id and was.step_id != now.step_id:
        found.append(Reason.of(ReasonCode.CHANGED_STEP, was=was.step_id, now=now.step_id))
    if was.style and now.style and _has_other_style(was, now):
        found.append(Reason.of(ReasonCode.CHANGED_STYLE, was=was.style.value, now=now.style.value))
    if _lasting(was.reasons[0]) != _lasting(now.reasons[0]):
        codes = (was.reasons[0].code.value, now.reasons[0].code.value)
        found.append(Reason.of(ReasonCode.CHANGED_REASON, was=codes[0], now=codes[1]))
    return tuple(found)


def _amount_changed(was: Money, now: Money) -> Reason:
    if was.currency != now.currency:
        return Reason.of(ReasonCode.CHANGED_CURRENCY, was=was.currency, now=now.currency)
    return Reason.of(
        ReasonCode.CHANGED_AMOUNT, was_minor=was.amount_minor, now_minor=now.amount_minor, currency=now.currency
    )


def _lasting(reason: Reason) -> Reason:
    lasting = {name: value for name, value in reason.params.items() if name not in _EVERY_DAY}
    return replace(reason, params=lasting)


# -- why -----------------------------------------------------------------------------------------------------------


def _why_changed(earlier: Proposal, later: Proposal, was: Line, now: Line, known: Known) -> Iterable[Reason]:
    """Whatever was done to it; if nothing was, what can have come of itself, or from around it; then what is said now."""
    yield from (
        tuple(_done(known, row_differs=_row(was) != _row(now)))
        or tuple(_over(was, now))
        or _of_itself(earlier, later, was, now)
        or _around(earlier, later, known)
        or _touched(was)
    ) or (Reason.of(ReasonCode.CHANGED_UNEXPLAINED),)
    style = [reason for reason in now.reasons if reason.code in _WHY_THIS_STYLE] if _has_other_style(was, now) else []
    yield from style
    if not style or _lasting(was.reasons[0]) != _lasting(now.reasons[0]):
        yield now.reasons[0]


def _has_other_style(was: Line, now: Line) -> bool:
    return was.style is not None and now.style is not None and was.style is not now.style


def _done(known: Known, *, row_differs: bool = False) -> Iterable[Reason]:
    yield from known.paid
    for sent in known.sent:
        yield Reason.of(ReasonCode.SENT_SINCE, on=sent.on.isoformat(), medium=sent.medium.value)
    # That its row was read is worth telling where it says something else now, or where nothing tells more.
    telling = [reason for reason in known.happened if reason.code is not ReasonCode.READ_SINCE]
    more = known.paid or known.sent or telling
    yield from known.happened if (row_differs and not known.paid) or not more else telling


def _row(line: Line) -> tuple[str, date, Money]:
    return line.customer_id, line.due_on, line.open


def _over(was: Line, now: Line) -> Iterable[Reason]:
    """What was said is not so any more, and nothing stored tells since when: the ledger keeps no trace of what it drops."""
    before, after = was.reasons[0], now.reasons[0]
    if before.code is after.code:
        return
    if before.code.startswith("held_"):
        yield Reason.of(ReasonCode.HOLD_OVER, until=before.params.get("until"))
    elif before.code is ReasonCode.ROW_QUARANTINED:
        yield Reason.of(ReasonCode.READABLE_SINCE)
    elif before.code in _IN_HAND and after.code not in _IN_HAND:
        yield Reason.of(ReasonCode.CREDIT_GONE)


def _of_itself(earlier: Proposal, later: Proposal, was: Line, now: Line) -> tuple[Reason, ...]:
    basis = _basis(earlier, later)
    again = was.next_review_on
    if was.status is LineStatus.WONT_GO:
        came = again is not None and again <= later.as_of
        return (*basis, Reason.of(ReasonCode.DAY_CAME, day=again.isoformat())) if came and again else basis
    if now.reasons[0].code is ReasonCode.ANOTHER_FIRST:
        return (*basis, Reason.of(ReasonCode.CAP_TAKEN))
    if now.reasons[0].code is ReasonCode.CONTACT_CAP:
        return basis
    by_days = now.reasons[0].code in _BY_DAYS or _has_other_style(was, now)
    days = (later.as_of - earlier.as_of).days
    return (*basis, Reason.of(ReasonCode.DAYS_PASSED, days=days)) if by_days and days > 0 else basis


def _basis(earlier: Proposal, later: Proposal) -> tuple[Reason, ...]:
    return (Reason.of(ReasonCode.BASIS_CHANGED),) if earlier.policy_version != later.policy_version else ()


def _around(earlier: Proposal, later: Proposal, known: Known) -> tuple[Reason, ...]:
    months = {(proposal.as_of.year, proposal.as_of.month) for proposal in (earlier, later)}
    new_month = (Reason.of(ReasonCode.NEW_MONTH),) if len(months) > 1 else ()
    return known.around or _basis(earlier, later) or new_month


def _touched(was: Line) -> tuple[Reason, ...]:
    # Before its day, what waits is only looked at where something about its customer changed.
    return (Reason.of(ReasonCode.TOUCHED_SINCE),) if was.status is LineStatus.WONT_GO else ()


def _why_new(earlier: Proposal, later: Proposal, now: Line, known: Known) -> Iterable[Reason]:
    before = known.line
    if earlier.as_of <= now.due_on < later.as_of:
        yield Reason.of(ReasonCode.NEW_OVERDUE, due_on=now.due_on.isoformat())
    elif before is not None and before.next_review_on is not None and before.next_review_on <= later.as_of:
        yield Reason.of(ReasonCode.NEW_LOOKED_AT, day=before.next_review_on.isoformat())
    elif before is None and now.due_on >= later.as_of:
        yield Reason.of(ReasonCode.NEW_BEFORE_DUE, due_on=now.due_on.isoformat())
    elif known.read_on is not None:
        yield from (*_done(replace(known, happened=())), Reason.of(ReasonCode.NEW_READ, on=known.read_on.isoformat()))
    else:
        causes = tuple(_done(known)) or _around(earlier, later, known)
        yield from causes or (Reason.of(ReasonCode.NEW_UNEXPLAINED, day=earlier.as_of.isoformat()),)
    yield now.reasons[0]


def _why_left(earlier: Proposal, later: Proposal, was: Line, known: Known) -> Iterable[Reason]:
    then = known.then
    if known.gone_on is not None and known.gone_on <= later.as_of:
        yield Reason.of(ReasonCode.LEFT_GONE, on=known.gone_on.isoformat())
    elif then is not None and then.open.amount_minor <= 0:
        yield from known.paid
        settled_on = then.settled_on.isoformat() if then.settled_on else None
        yield Reason.of(ReasonCode.LEFT_SETTLED, on=settled_on)
    elif then is not None and then.due_on >= later.as_of and then.due_on != was.due_on:
        yield Reason.of(ReasonCode.LEFT_NOT_DUE, due_on=then.due_on.isoformat(), was=was.due_on.isoformat())
    else:
        yield from _why_not_looked_at(earlier, later, known.line or was, known)


def _why_not_looked_at(earlier: Proposal, later: Proposal, last: Line, known: Known) -> Iterable[Reason]:
    if last.next_review_on is not None and last.next_review_on <= later.as_of:
        yield from tuple(_done(known)) or _around(earlier, later, known) or (Reason.of(ReasonCode.LEFT_UNEXPLAINED),)
        return
    day = last.next_review_on.isoformat() if last.next_review_on else None
    yield Reason.of(ReasonCode.LEFT_WAITING, day=day)
    yield last.reasons[0]
