"""What may still be asked of the fees that earlier acts claimed: a ledger, a plugin or a person may have claimed too much."""

from dataclasses import dataclass, replace

from dunningkit.law.acts import allowed
from dunningkit.law.case import AskedAct, Case, DoneAct
from dunningkit.law.days import BusinessCalendar
from dunningkit.law.pack import RulePack


@dataclass(frozen=True, slots=True)
class LawfulAct:
    """An act with the fee that may be asked for it, and the section that this rests on (empty where it costs nothing)."""

    act: DoneAct
    cite: str = ""


def lawful_acts(case: Case, pack: RulePack, calendar: BusinessCalendar) -> tuple[LawfulAct, ...]:
    """The acts of a case by day, each with no higher fee than was allowed on its day, after the acts before it.

    Caps are counted with what acts really claimed. Those of another actor are theirs to charge for and cost nothing here. What
    is not known of an act (its way, the length of an extension) is read in the customer's favour.
    """
    in_order = sorted(case.acts, key=lambda one: one.on)
    return tuple(
        _lawful(replace(case, acts=tuple(in_order[:place])), act, pack, calendar) for place, act in enumerate(in_order)
    )


def with_lawful_fees(case: Case, pack: RulePack, calendar: BusinessCalendar) -> Case:
    """The case with the fees of its acts as `lawful_acts` has them."""
    if not any(act.fee_minor for act in case.acts):
        return case
    return replace(case, acts=tuple(one.act for one in lawful_acts(case, pack, calendar)))


def _lawful(before: Case, act: DoneAct, pack: RulePack, calendar: BusinessCalendar) -> LawfulAct:
    if act.fee_minor <= 0 or act.actor is not before.actor:
        return LawfulAct(replace(act, fee_minor=0))
    asked = AskedAct(act.kind, act.on, fee_minor=act.fee_minor, medium=act.medium)
    most = allowed(before, asked, pack, calendar)
    fee_minor = min(act.fee_minor, most.fee_minor)
    cite = most.cited[0].cite if fee_minor and most.cited else ""
    return LawfulAct(replace(act, fee_minor=fee_minor), cite)
