"""When a receivable lapses, so that nothing of it may be collected any more."""

from datetime import date

from dunningkit.law.answers import Cited
from dunningkit.law.case import Case
from dunningkit.law.pack import LimitationRule, RulePack, Selector, classes_meant
from dunningkit.law.rates import book_of, cited


def lapses_on(case: Case, pack: RulePack) -> tuple[date | None, Cited | None]:
    """The first day on which nothing may be collected, and the rule that says so; ``(None, None)`` where no rule does.

    The years run from a due date that binds; where it does not, or nobody knows, from the day of the invoice if that is
    earlier: what was sold without an agreed due date falls due when it is delivered. The day that ends the years belongs to the
    customer: it is one day less than the law gives the creditor. Every act that interrupts and was done before that day starts
    them anew, from its own day; an act in ``case`` is one whose sending can be proved. Payments do not: a ledger cannot tell a
    customer who acknowledges from a credit note. The final years run from the due date whatever was done. A rule that is
    selected by the day of an act holds for lapsing on that day. Of several rules, and of all classes where the class is not
    known, the earliest day.
    """
    found = [
        (holds_from, cited(rule))
        for one in classes_meant(case.customer_class)
        for rule in book_of(pack, one, case.actor).rules(LimitationRule)
        if (holds_from := _lapse(rule, case)) is not None
    ]
    return min(found, key=lambda lapse: lapse[0], default=(None, None))


def _lapse(rule: LimitationRule, case: Case) -> date | None:
    """The first day on which the rule holds and its time is full."""
    full = _last_of(rule, case)
    if rule.final_years:
        full = min(full, _years_after(case.due_on, rule.final_years))
    if rule.selector in (Selector.ACT_ON, Selector.ACCRUAL_DAY):
        first = max(full, rule.valid_from)
        return first if rule.valid_to is None or first <= rule.valid_to else None
    day = {Selector.DUE_ON: case.due_on, Selector.CONTRACT_ON: case.contract_on}.get(rule.selector)
    held = day is not None and rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)
    return full if held else None


def _last_of(rule: LimitationRule, case: Case) -> date:
    begun = case.due_on if case.due_date_binds else min(case.due_on, case.issued_on)
    lapse = _after(rule, begun)
    for act in sorted((act for act in case.acts if act.kind in rule.interrupted_by), key=lambda act: act.on):
        if begun < act.on < lapse:
            lapse = _after(rule, act.on)
    return lapse


def _after(rule: LimitationRule, begun: date) -> date:
    if rule.from_next_year:
        return date.max if begun.year + rule.years >= date.max.year else date(begun.year + 1 + rule.years, 1, 1)
    return _years_after(begun, rule.years)


def _years_after(day: date, years: int) -> date:
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February has no such day in most years; the month ends a day earlier
        return day.replace(year=day.year + years, day=28)
