"""decide(): what to do about one receivable on one day. Pure: no clock, no store, no plugin.

The rules stand below in the order in which they are asked; the first that has an answer decides. Each answer carries the
reason that a person reads and the first day on which it could change by itself. That day is a *safe lower bound*: looking
again too early costs a look, looking too late would cost a customer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from dunningkit.model import (
    ContactPoint,
    Customer,
    HoldKind,
    LineStatus,
    Medium,
    Outcome,
    Reason,
    ReasonCode,
    Segment,
    StepKind,
    Style,
    days_from,
)
from dunningkit.policy.addressing import choose_channel
from dunningkit.policy.caps import cap_reached
from dunningkit.policy.choices import Anchor
from dunningkit.policy.climbing import Standing, stand
from dunningkit.policy.situation import Day, Decision, Situation

if TYPE_CHECKING:
    from dunningkit.policy.ladder import HistoryRule, Step


@dataclass(frozen=True, slots=True)
class Considered:
    """One rule that was asked, by its name, and its answer; ``None`` when it had nothing to say."""

    rule: str
    decision: Decision | None


Rule = Callable[[Situation, Day], Decision | None]
LadderRule = Callable[[Situation, Day, Standing], Decision | None]


def decide(situation: Situation, day: Day) -> Decision:
    """Decide about one open receivable; the first rule with an answer wins, and without any it is ready."""
    return _looked_at_in_time(situation, _decide(situation, day))


def _decide(situation: Situation, day: Day) -> Decision:
    for rule in _RULES:
        if (decision := rule(situation, day)) is not None:
            return decision
    standing = standing_of(situation, day)
    for ladder_rule in _LADDER_RULES:
        if (decision := ladder_rule(situation, day, standing)) is not None:
            return decision
    return _write(situation, day, standing)


def consider(situation: Situation, day: Day) -> tuple[Considered, ...]:
    """Every rule that `decide` asks, in its order; the last one decided."""
    asked = []
    standing = standing_of(situation, day)
    rules: list[tuple[str, Callable[[], Decision | None]]] = [
        *((rule.__name__, partial(rule, situation, day)) for rule in _RULES),
        *((rule.__name__, partial(rule, situation, day, standing)) for rule in _LADDER_RULES),
        (_write.__name__, partial(_write, situation, day, standing)),
    ]
    for name, ask in rules:
        answer = ask()
        if answer is not None:
            answer = _looked_at_in_time(situation, answer)
        asked.append(Considered(name.removeprefix("_"), answer))
        if answer is not None:
            break
    return tuple(asked)


def _looked_at_in_time(situation: Situation, decision: Decision) -> Decision:
    """What is dated ahead changes the picture on its day, so the receivable is looked at then."""
    on, again = situation.changes_on, decision.next_review_on
    if on is None or (again is not None and again <= on):
        return decision
    return replace(decision, next_review_on=on)


# -- the answers ---------------------------------------------------------------------------------------------------


def _wont_go(reason: Reason, next_review_on: date | None) -> Decision:
    return Decision(LineStatus.WONT_GO, (reason,), next_review_on)


def _needs_you(day: Day, reason: Reason) -> Decision:
    # A question comes back every day until somebody answers it.
    return Decision(LineStatus.NEEDS_YOU, (reason,), day.as_of)


# -- is it ours to follow? -----------------------------------------------------------------------------------------


def _not_followed(situation: Situation, _day: Day) -> Decision | None:
    unfollowed = situation.terms.unfollowed if situation.terms else None
    if unfollowed is None:
        return None
    return _wont_go(Reason.of(ReasonCode.NOT_FOLLOWED, placed_by=unfollowed.placed_by), None)


def _not_covered(situation: Situation, _day: Day) -> Decision | None:
    if situation.terms is None or situation.terms.policy is not None:
        return None
    return _wont_go(Reason.of(ReasonCode.NOT_COVERED), None)


# -- is the picture clear? -----------------------------------------------------------------------------------------


def _row_unreadable(situation: Situation, day: Day) -> Decision | None:
    if not situation.quarantined_at:
        return None
    return _needs_you(day, Reason.of(ReasonCode.ROW_QUARANTINED, place=situation.quarantined_at))


def _customer_missing(situation: Situation, day: Day) -> Decision | None:
    if situation.customer is not None:
        return None
    return _needs_you(day, Reason.of(ReasonCode.CUSTOMER_MISSING, customer_id=situation.receivable.customer_id))


def _settled_but_open(situation: Situation, day: Day) -> Decision | None:
    receivable = situation.receivable
    if receivable.settled_on is None:
        return None
    reason = Reason.of(
        ReasonCode.SETTLED_BUT_OPEN,
        settled_on=receivable.settled_on.isoformat(),
        open_minor=receivable.open.amount_minor,
        currency=receivable.open.currency,
    )
    return _needs_you(day, reason)


# -- does anything ask for silence? --------------------------------------------------------------------------------

_HELD = {kind: ReasonCode(f"held_{kind.value}") for kind in HoldKind}


def _held(situation: Situation, day: Day) -> Decision | None:
    receivable = situation.receivable
    if receivable.disputed:
        return _wont_go(Reason.of(ReasonCode.HELD_DISPUTE, until=None, placed_by=""), None)
    covering = [
        hold for hold in situation.holding(day.as_of) if not (day.has_law and hold.kind is HoldKind.SUSPENSION_REQUEST)
    ]
    if not covering:
        return None
    # The one that lasts longest explains the silence best.
    longest = max(covering, key=lambda hold: (hold.end_on is None, hold.end_on or day.as_of, hold.hold_id))
    until = longest.end_on
    reason = Reason.of(_HELD[longest.kind], until=until.isoformat() if until else None, placed_by=longest.placed_by)
    return _wont_go(reason, days_from(until, 1) if until else None)


def _wish_for_silence(situation: Situation, _day: Day) -> Decision | None:
    customer = situation.customer
    if customer is None or not customer.wishes.no_reminders:
        return None
    return _wont_go(Reason.of(ReasonCode.WISH_NO_REMINDERS), None)


def _in_delivery(situation: Situation, day: Day) -> Decision | None:
    for attempt in situation.attempts:
        if attempt.outcome is Outcome.UNKNOWN:
            reason = Reason.of(
                ReasonCode.DELIVERY_UNKNOWN,
                medium=attempt.medium.value,
                on=attempt.on.isoformat(),
                reminder_id=attempt.reminder_id,
            )
            return _needs_you(day, reason)
        if attempt.outcome is None:
            return _wont_go(Reason.of(ReasonCode.IN_DELIVERY, on=attempt.on.isoformat()), days_from(day.as_of, 1))
    return None


# -- is there really something to ask for? -------------------------------------------------------------------------


def _credits_cover(situation: Situation, day: Day) -> Decision | None:
    currency = situation.receivable.open.currency
    linked_minor = situation.linked_credit_minor
    if linked_minor >= situation.receivable.open.amount_minor:
        return _wont_go(Reason.of(ReasonCode.CREDIT_NOTE_COVERS, credit_minor=linked_minor, currency=currency), None)
    if not 0 < situation.customer_overdue_minor <= situation.credit_minor:
        return None
    reason = Reason.of(ReasonCode.CREDITS_COVER, credit_minor=situation.credit_minor, currency=currency)
    # Tomorrow another invoice may fall due, and the credit no longer cover both.
    return _wont_go(reason, days_from(day.as_of, 1))


def _below_minimum(situation: Situation, day: Day) -> Decision | None:
    amount = situation.receivable.open
    minimum = day.policy.minimum_open_minor.get(amount.currency, 0)
    if amount.amount_minor >= minimum:
        return None
    reason = Reason.of(
        ReasonCode.BELOW_MINIMUM, open_minor=amount.amount_minor, minimum_minor=minimum, currency=amount.currency
    )
    return _wont_go(reason, None)


def _below_minimum_of_customer(situation: Situation, day: Day) -> Decision | None:
    currency = situation.receivable.open.currency
    minimum = day.policy.minimum_customer_minor.get(currency, 0)
    if not minimum or situation.receivable.due_on >= day.as_of or situation.customer_overdue_minor >= minimum:
        return None
    reason = Reason.of(
        ReasonCode.BELOW_CUSTOMER_MINIMUM,
        overdue_minor=situation.customer_overdue_minor,
        minimum_minor=minimum,
        currency=currency,
    )
    return _wont_go(reason, days_from(situation.next_due_on, 1) if situation.next_due_on else None)


# -- is it time? ---------------------------------------------------------------------------------------------------


def _time_to_pay(_situation: Situation, day: Day, standing: Standing) -> Decision | None:
    last = standing.last
    if last is None or day.as_of > last.pay_by:
        return None
    again = days_from(last.pay_by, 1)
    return _wont_go(Reason.of(ReasonCode.TIME_TO_PAY, day=again.isoformat(), on=last.on.isoformat()), again)


def _ladder_done(situation: Situation, day: Day, standing: Standing) -> Decision | None:
    if standing.step is not None:
        return None
    due_on = situation.receivable.due_on
    if due_on >= day.as_of:
        # Only courtesy steps come before the due date; what is not due yet is no question.
        return _wont_go(Reason.of(ReasonCode.NOT_DUE_YET, day=due_on.isoformat()), days_from(due_on, 1))
    return _needs_you(day, Reason.of(ReasonCode.LADDER_DONE, reminders_sent=standing.number - 1))


def _step_not_reached(_situation: Situation, day: Day, standing: Standing) -> Decision | None:
    step, on = standing.step, standing.reached_on
    if step is None or on is None or day.as_of >= on:
        return None
    next_review_on = max(days_from(day.as_of, 1), standing.look_on or on)
    reason = Reason.of(ReasonCode.STEP_NOT_REACHED, day=on.isoformat(), step=step.id, step_number=standing.number)
    return _wont_go(reason, next_review_on)


def _not_before(situation: Situation, day: Day, _standing: Standing) -> Decision | None:
    not_before = situation.receivable.not_before
    if not_before is None or day.as_of >= not_before:
        return None
    return _wont_go(Reason.of(ReasonCode.NOT_BEFORE, day=not_before.isoformat()), not_before)


def stale_limit_banking_days(day: Day, standing: Standing) -> int:
    """How old the payment data may be for the next step: formal ones need fresher data."""
    step, limits = standing.step, day.policy.stale
    friendly = step is not None and step.kind in (StepKind.FRIENDLY, StepKind.COURTESY)
    return limits.any_banking_days if friendly else limits.formal_banking_days


def _stale_ledger(_situation: Situation, day: Day, standing: Standing) -> Decision | None:
    limit = stale_limit_banking_days(day, standing)
    if day.payments_age_banking_days <= limit:
        return None
    reason = Reason.of(
        ReasonCode.LEDGER_STALE,
        payments_as_of=day.payments_as_of.isoformat(),
        banking_days=day.payments_age_banking_days,
        limit_banking_days=limit,
    )
    return _wont_go(reason, days_from(day.as_of, 1))


def _contact_cap(situation: Situation, day: Day, standing: Standing) -> Decision | None:
    courteous = standing.step is not None and standing.step.kind is StepKind.COURTESY
    contacts = (*situation.contacts, *(situation.courtesies if courteous else ()))
    reached = cap_reached(day.policy.contact_caps, contacts, day.as_of)
    return _wont_go(reached.reason, reached.free_on) if reached else None


# -- how is it said? -----------------------------------------------------------------------------------------------


def _write(situation: Situation, day: Day, standing: Standing) -> Decision:
    """Nothing stands in the way: choose the channel, and let a person look first where care asks for it."""
    step, customer = standing.step, situation.customer
    if step is None or customer is None:
        raise AssertionError("the rules before leave nothing without a step or a customer")
    point, reason = choose_channel(situation, day, step, customer)
    questions = _questions(situation, day, customer, standing)
    if step.kind is StepKind.COURTESY and (against := _against_a_courtesy(point, reason, questions)):
        return Decision(LineStatus.WONT_GO, against, days_from(situation.receivable.due_on, 1))
    if point is None:
        return _needs_you(day, reason)
    style = _style(situation, day, step)
    status = LineStatus.NEEDS_YOU if questions else LineStatus.READY
    reasons = (*questions, *_why_now(situation, day, step, standing), *_why_so(situation, day, step, style), reason)
    wished = customer.wishes.medium
    if wished not in (None, Medium.PHONE, point.medium):
        reasons = (*reasons, Reason.of(ReasonCode.WISH_NOT_SERVED, medium=wished.value))
    if point.medium is Medium.SMS and not point.confirmed:
        reasons = (*reasons, Reason.of(ReasonCode.NUMBER_UNCONFIRMED))
    asked = tuple(question.code for question in questions)
    return Decision(status, reasons, day.as_of, step=step, style=style, to=point, questions=asked)


def _against_a_courtesy(
    point: ContactPoint | None, reason: Reason, questions: tuple[Reason, ...]
) -> tuple[Reason, ...]:
    """What keeps a courtesy message back: nobody is asked about something that is not even due."""
    if questions:
        return questions
    if point is None:
        return (reason,)
    mute = point.medium is Medium.SMS and not point.confirmed
    return (Reason.of(ReasonCode.NUMBER_UNCONFIRMED),) if mute else ()


def _questions(situation: Situation, day: Day, customer: Customer, standing: Standing) -> tuple[Reason, ...]:
    receivable = situation.receivable
    found: list[Reason] = []
    days_late = (day.as_of - receivable.due_on).days
    if standing.last is None and days_late > day.policy.long_overdue_days:
        limit = day.policy.long_overdue_days
        found.append(Reason.of(ReasonCode.LONG_OVERDUE, days_late=days_late, limit_days=limit, **_earlier(situation)))
    if receivable.iban and receivable.iban.replace(" ", "").upper() != day.creditor_iban:
        found.append(Reason.of(ReasonCode.IBAN_DIFFERS))
    in_hand = situation.credit_minor + situation.linked_credit_minor
    if in_hand:
        # A credit note for this very invoice is told as what it is.
        linked = {"linked_minor": situation.linked_credit_minor} if situation.linked_credit_minor else {}
        currency = receivable.open.currency
        found.append(Reason.of(ReasonCode.CREDIT_UNAPPLIED, credit_minor=in_hand, currency=currency, **linked))
    if customer.wishes.medium is Medium.PHONE and Medium.PHONE not in day.media:
        # Whoever asked for a call is called: a message goes only if a person decides so.
        found.append(Reason.of(ReasonCode.WISH_NOT_SERVED, medium=Medium.PHONE.value))
    if _rule(situation, day).person_first and days_late > 0:
        segment = situation.segment.value if situation.segment else ""
        found.append(Reason.of(ReasonCode.PERSON_CALLS, segment=segment))
    return tuple(found)


def _why_now(situation: Situation, day: Day, step: "Step", standing: Standing) -> tuple[Reason, ...]:
    due = _step_due(situation, day, step, standing)
    grace_days = _grace_days(situation, day)
    if not grace_days and not standing.passed:
        return (due,)
    reasons = [due]
    if grace_days and step.anchor in (Anchor.AFTER_DUE, Anchor.END_OF_MONTH_AFTER_DUE):
        reasons.append(Reason.of(ReasonCode.GRACE, grace_days=grace_days))
    if standing.passed:
        reasons.append(Reason.of(ReasonCode.CAUGHT_UP, steps_passed=standing.passed))
    return tuple(reasons)


def _step_due(situation: Situation, day: Day, step: "Step", standing: Standing) -> Reason:
    due_on = situation.receivable.due_on
    days_late = (day.as_of - due_on).days
    step_days = step.days if isinstance(step.days, int) else _rule(situation, day).first_contact_days
    last, number = standing.last, standing.number
    if step.kind is StepKind.COURTESY:
        return Reason.of(ReasonCode.COURTESY_DUE, day=due_on.isoformat(), step_days=step_days)
    if step.anchor is Anchor.END_OF_MONTH_AFTER_DUE:
        return Reason.of(ReasonCode.STEP_DUE_END_OF_MONTH, days_late=days_late, step_days=step_days, step_number=number)
    if step.anchor is Anchor.AFTER_PREVIOUS_STEP and last is not None:
        return Reason.of(
            ReasonCode.STEP_DUE_AFTER_PREVIOUS, on=last.on.isoformat(), step_days=step_days, step_number=number
        )
    if last is None:
        earlier = _earlier(situation)
        return Reason.of(ReasonCode.FIRST_CONTACT_DUE, days_late=days_late, first_contact_days=step_days, **earlier)
    return Reason.of(ReasonCode.STEP_DUE, days_late=days_late, step_days=step_days, step_number=number)


def _earlier(situation: Situation) -> dict[str, str]:
    """What the customer has read about it although no reminder of ours stands."""
    if situation.cancelled:
        return {"earlier": "cancelled"}
    return {"earlier": "ledger"} if situation.asked_by_ledger else {}


def _why_so(situation: Situation, day: Day, step: "Step", style: Style) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if step.style != "by_history":
        reasons.append(Reason.of(ReasonCode.STYLE_FIXED, style=style.value))
    elif day.scorer_failed:
        reasons.append(Reason.of(ReasonCode.SCORER_FAILED, scorer=day.scorer_failed))
    elif situation.segment is not None:
        reasons.append(Reason.of(ReasonCode.SEGMENT, segment=situation.segment.value, style=style.value))
    reasons.extend(situation.score_reasons)
    receivable = situation.receivable
    paid_minor = receivable.original.amount_minor - receivable.open.amount_minor
    if paid_minor > 0:
        reasons.append(Reason.of(ReasonCode.PARTLY_PAID, paid_minor=paid_minor, currency=receivable.open.currency))
    return tuple(reasons)


# -- the ladder ----------------------------------------------------------------------------------------------------


def standing_of(situation: Situation, day: Day) -> Standing:
    """Where the receivable stands on its ladder."""
    return stand(
        day.policy,
        situation.sent,
        situation.receivable.due_on,
        day.as_of,
        leaves_on=day.leaves_on or day.as_of,
        first_contact_days=_rule(situation, day).first_contact_days,
        grace_days=_grace_days(situation, day),
    )


def _grace_days(situation: Situation, day: Day) -> int:
    arranged = situation.terms.grace_days if situation.terms else None
    return day.policy.grace_days if arranged is None else arranged


def _rule(situation: Situation, day: Day) -> "HistoryRule":
    # Without a score the neutral treatment of an ordinary payer is the safe one.
    return day.policy.by_history[situation.segment or Segment.MIXED]


def _style(situation: Situation, day: Day, step: "Step") -> Style:
    if step.style != "by_history":
        return step.style
    if situation.segment is None:
        return Style.NEUTRAL
    return _rule(situation, day).style


_RULES: tuple[Rule, ...] = (
    _not_followed,
    _not_covered,
    _row_unreadable,
    _customer_missing,
    _settled_but_open,
    _held,
    _wish_for_silence,
    _in_delivery,
    _credits_cover,
    _below_minimum,
    _below_minimum_of_customer,
)

_LADDER_RULES: tuple[LadderRule, ...] = (
    _time_to_pay,
    _ladder_done,
    _step_not_reached,
    _not_before,
    _stale_ledger,
    _contact_cap,
)

#: The name of every rule, in the order in which they are asked.
RULE_NAMES = tuple(rule.__name__.removeprefix("_") for rule in (*_RULES, *_LADDER_RULES, _write))
