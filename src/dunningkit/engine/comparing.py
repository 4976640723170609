"""What changed between two proposals and why. Pure: both proposals and what the store knows go in, values come out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from dunningkit.model import Line, Medium, Money, Payment, Proposal, Reason, ReasonCode, Receivable

#: Figures of a reason that are others every day and say nothing new.
_EVERY_DAY = {"days_late", "banking_days"}

_WHY_THIS_STYLE = (ReasonCode.SEGMENT, ReasonCode.STYLE_FIXED, ReasonCode.SCORER_FAILED)


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
    known. ``payments`` are those applied to it since the earlier proposal, ``sent`` the reminders that left since.
    ``line`` is the newest stored line about it that is older than the later proposal. ``read_on`` is the day of the reading
    that changed it since the earlier proposal, if any did.
    """

    receivable: Receivable | None = None
    then: Receivable | None = None
    gone_on: date | None = None
    payments: tuple[Payment, ...] = ()
    sent: tuple[Sent, ...] = ()
    line: Line | None = None
    read_on: date | None = None


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
            changes.append(_change(ChangeKind.LEFT, was, now, _why_left(later, was, facts)))
        elif was is not None and now is not None and (differences := _differences(was, now)):
            changes.append(_change(ChangeKind.CHANGED, was, now, (*differences, *_why_changed(was, now, facts))))
    kinds = list(ChangeKind)
    changes.sort(key=lambda one: (kinds.index(one.kind), one.line.customer_id, one.line.due_on, one.receivable_id))
    notes: tuple[Reason, ...] = ()
    if earlier.policy_version != later.policy_version:
        notes = (Reason.of(ReasonCode.BASIS_CHANGED),)
    return Comparison(
        creditor_id=later.creditor_id,
        earlier=earlier.proposal_id,
        earlier_on=earlier.as_of,
        later=later.proposal_id,
        later_on=later.as_of,
        changes=tuple(changes),
        unchanged=len(before.keys() & after.keys()) - sum(one.kind is ChangeKind.CHANGED for one in changes),
        notes=notes,
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
    if was.open != now.open:
        found.append(_amount_changed(was.open, now.open))
    if was.due_on != now.due_on:
        found.append(Reason.of(ReasonCode.CHANGED_DUE, was=was.due_on.isoformat(), now=now.due_on.isoformat()))
    # A line without a message has neither step nor style: that it came or went is told by the status.
    if was.step_id and now.step_id and was.step_id != now.step_id:
        found.append(Reason.of(ReasonCode.CHANGED_STEP, was=was.step_id, now=now.step_id))
    if was.style and now.style and was.style is not now.style:
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


def _why_changed(was: Line, now: Line, known: Known) -> Iterable[Reason]:
    yield from _paid(known)
    for sent in known.sent:
        yield Reason.of(ReasonCode.SENT_SINCE, on=sent.on.isoformat(), medium=sent.medium.value)
    other_style = was.style is not None and was.style is not now.style
    style = [reason for reason in now.reasons if reason.code in _WHY_THIS_STYLE] if other_style else []
    yield from style
    if not style or _lasting(was.reasons[0]) != _lasting(now.reasons[0]):
        yield now.reasons[0]


def _paid(known: Known) -> Iterable[Reason]:
    for payment in known.payments:
        yield Reason.of(
            ReasonCode.PAID_SINCE,
            paid_minor=payment.amount.amount_minor,
            currency=payment.amount.currency,
            on=payment.paid_on.isoformat(),
        )


def _why_new(earlier: Proposal, later: Proposal, now: Line, known: Known) -> Iterable[Reason]:
    before = known.line
    if earlier.as_of <= now.due_on < later.as_of:
        yield Reason.of(ReasonCode.NEW_OVERDUE, due_on=now.due_on.isoformat())
    elif before is not None and before.next_review_on is not None and before.next_review_on <= later.as_of:
        yield Reason.of(ReasonCode.NEW_LOOKED_AT, day=before.next_review_on.isoformat())
    elif before is None and now.due_on >= later.as_of:
        yield Reason.of(ReasonCode.NEW_BEFORE_DUE, due_on=now.due_on.isoformat())
    elif known.read_on is not None:
        yield Reason.of(ReasonCode.NEW_READ, on=known.read_on.isoformat())
    else:
        yield Reason.of(ReasonCode.NEW_UNEXPLAINED, day=earlier.as_of.isoformat())
    yield now.reasons[0]


def _why_left(later: Proposal, was: Line, known: Known) -> Iterable[Reason]:
    then = known.then
    if known.gone_on is not None and known.gone_on <= later.as_of:
        yield Reason.of(ReasonCode.LEFT_GONE, on=known.gone_on.isoformat())
    elif then is not None and then.open.amount_minor <= 0:
        yield from _paid(known)
        settled_on = then.settled_on.isoformat() if then.settled_on else None
        yield Reason.of(ReasonCode.LEFT_SETTLED, on=settled_on)
    elif then is not None and then.due_on >= later.as_of and then.due_on != was.due_on:
        yield Reason.of(ReasonCode.LEFT_NOT_DUE, due_on=then.due_on.isoformat(), was=was.due_on.isoformat())
    else:
        yield from _why_not_looked_at(later, known.line or was)


def _why_not_looked_at(later: Proposal, last: Line) -> Iterable[Reason]:
    if last.next_review_on is not None and last.next_review_on <= later.as_of:
        yield Reason.of(ReasonCode.LEFT_UNEXPLAINED)
        return
    day = last.next_review_on.isoformat() if last.next_review_on else None
    yield Reason.of(ReasonCode.LEFT_WAITING, day=day)
    yield last.reasons[0]
