"""The law beside a run: what a policy decided is asked of the rule pack before it is written, and again before it leaves.

Nothing that a policy, a plugin or a person asks for goes round it: a line keeps its step only when the pack lets it.
"""

from dataclasses import replace
from datetime import date
from functools import cache, partial

from dunningkit.engine.cases import case_of
from dunningkit.engine.days import delivery_days
from dunningkit.engine.owing import interest_known
from dunningkit.engine.picture import ForLaw, Picture
from dunningkit.engine.setup import CreditorSetup
from dunningkit.law.answers import Interest, Ruling, Verdict
from dunningkit.law.case import AskedAct, Case
from dunningkit.law.earlier import with_lawful_fees
from dunningkit.law.journal import fees_left_minor
from dunningkit.law.pack import FeeRule, LegalActor, RulePack, Selector, tier_value
from dunningkit.law.terms import UnderLaw
from dunningkit.law.veto import judge
from dunningkit.model import ActKind, Charge, CustomerClass, LineStatus, Medium, ReminderState, StepKind, Waiver
from dunningkit.policy import Claims, Day, Decision, Situation
from dunningkit.store.deliveries import DeliveredItem


class Veto:
    """Asks the creditor's rule pack about the lines of one run."""

    def __init__(self, setup: CreditorSetup, law: UnderLaw, picture: Picture, for_law: ForLaw, leaving: str) -> None:
        self._setup, self._law, self._picture, self._for_law, self._leaving = setup, law, picture, for_law, leaving
        self._days_of = cache(partial(delivery_days, setup))

    def __call__(self, situation: Situation, decision: Decision, day: Day) -> Decision:
        """The decision as the law lets it stand: with what may be claimed, or not at all, or later."""
        if decision.step is None or decision.step.kind is StepKind.COURTESY:
            return decision
        case = self._case_of(situation)
        on = day.leaves_on or day.as_of
        owed = self._interest(case, decision, on)
        verdict = judge(
            case,
            self._asked(decision, on),
            self._law.as_booked,
            self._setup.calendar,
            fee_minor=_fee_minor(situation, decision, day),
            interest_minor=self._interest_minor(situation, owed),
        )
        ruled = _as_ruled(decision, verdict, owed)
        if ruled.step is None or not ruled.step.kind.is_formal:
            return ruled
        agency_minor = _agency_fee_minor(case, self._law.pack, on) if ruled.step.kind is StepKind.FINAL else None
        lawful = with_lawful_fees(case, self._law.pack, self._setup.calendar)
        claims = replace(
            ruled.claims,
            earlier_fees_minor=fees_left_minor(lawful.acts, self._waived(situation)),
            said=self._said(situation),
            agency_fee_minor=agency_minor,
        )
        return replace(ruled, claims=claims)

    def _interest_minor(self, situation: Situation, owed: Interest | None) -> int:
        """What is owed and nobody gave up; it runs on from there."""
        waived = (one.amount.amount_minor for one in self._waived(situation) if one.what is Charge.INTEREST)
        return max(0, owed.due_minor - sum(waived)) if owed else 0

    def _waived(self, situation: Situation) -> tuple[Waiver, ...]:
        return self._for_law.waived.get(situation.receivable.receivable_id, ())

    def _said(self, situation: Situation) -> tuple[tuple[date, Medium], ...]:
        return tuple(
            (one.delivery.sent_on, one.delivery.medium)
            for one in self._tried(situation)
            if one.delivery.state is ReminderState.ACCEPTED and one.delivery.kind is not StepKind.COURTESY
        )

    def _tried(self, situation: Situation) -> list[DeliveredItem]:
        tried = self._picture.tried.get(situation.receivable.receivable_id, ())
        return [one for one in tried if one.delivery.reminder_id != self._leaving]

    def _case_of(self, situation: Situation) -> Case:
        receivable_id = situation.receivable.receivable_id
        return case_of(
            situation,
            self._law.terms,
            self._picture.as_of,
            payments=self._for_law.paid.get(receivable_id, ()),
            acts=self._for_law.acts.get(receivable_id, ()),
            tried=self._tried(situation),
        )

    def _asked(self, decision: Decision, on: date) -> AskedAct:
        medium = decision.to.medium if decision.to else None
        return AskedAct(
            ActKind.REMINDER,
            on,
            medium=medium,
            delivery_days=self._days_of(medium) if medium else 0,
        )

    def _interest(self, case: Case, decision: Decision, on: date) -> Interest | None:
        """What interest is owed, where the creditor asks for it: up to the last day whose rate is published."""
        if decision.step is None or not decision.step.kind.is_formal or not self._law.terms.claim_interest:
            return None
        if case.principal.currency != self._law.pack.currency:
            return None
        return interest_known(case, self._setup, self._law, on)


def _agency_fee_minor(case: Case, pack: RulePack, on: date) -> int | None:
    """The most that a professional collector's first demand may cost for such a principal, whenever it may be sent."""
    if case.customer_class is CustomerClass.UNKNOWN or case.principal.currency != pack.currency:
        return None
    collector = LegalActor.PROFESSIONAL_COLLECTOR
    rules = pack.in_force(FeeRule, {Selector.ACT_ON: on}, case.customer_class, collector)
    demands = [rule for rule in rules if rule.act is ActKind.DEMAND and rule.tiers]
    return max((tier_value(rule.tiers, case.principal.amount_minor) for rule in demands), default=None)


def _fee_minor(situation: Situation, decision: Decision, day: Day) -> int:
    step = decision.step
    if step is None or not step.kind.is_formal:
        return 0
    spared = situation.segment is not None and day.policy.by_history[situation.segment].no_fee
    return 0 if spared else step.fee_minor


def _as_ruled(decision: Decision, verdict: Verdict, owed: Interest | None) -> Decision:
    if verdict.ruling in (Ruling.POSTPONE, Ruling.FORBID):
        return Decision(LineStatus.WONT_GO, (*verdict.why, *decision.reasons), verdict.until)
    formal = decision.step is not None and decision.step.kind.is_formal
    reasons = (*decision.reasons, *verdict.why) if formal or verdict.must_say_free else decision.reasons
    return replace(decision, reasons=reasons, claims=_claims(verdict, owed))


def _claims(verdict: Verdict, owed: Interest | None) -> Claims:
    return Claims(
        fee_minor=verdict.fee_minor,
        fee_cite="; ".join(one.cite for one in verdict.cited[:1]),
        most_fee_minor=verdict.most_fee_minor,
        interest_minor=verdict.interest_minor,
        interest=owed if verdict.interest_minor else None,
        pay_by=verdict.pay_by,
        must_say_free=verdict.must_say_free,
    )
