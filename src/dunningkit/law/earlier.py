"""What may still be asked of the fees that earlier acts claimed: a ledger, a plugin or a person may have claimed too much."""

from dataclasses import replace

from dunningkit.law.acts import allowed
from dunningkit.law.case import AskedAct, Case, DoneAct
from dunningkit.law.days import BusinessCalendar
from dunningkit.law.pack import RulePack


def with_lawful_fees(case: Case, pack: RulePack, calendar: BusinessCalendar) -> Case:
    """The case with the fee of every act lowered to what was allowed on its day, after the acts before it.

    Caps are counted with what acts really claimed. Those of another actor are theirs to charge for and cost nothing here. What
    is not known of an act (its way, the length of an extension) is read in the customer's favour.
    """
    if not any(act.fee_minor for act in case.acts):
        return case
    found: list[DoneAct] = []
    in_order = sorted(case.acts, key=lambda one: one.on)
    for place, act in enumerate(in_order):
        before = replace(case, acts=tuple(in_order[:place]))
        mine = act.actor is case.actor and act.fee_minor > 0
        most = allowed(before, _asked(act), pack, calendar).fee_minor if mine else 0
        found.append(replace(act, fee_minor=min(act.fee_minor, most) if mine else 0))
    return replace(case, acts=tuple(found))


def _asked(act: DoneAct) -> AskedAct:
    return AskedAct(act.kind, act.on, fee_minor=act.fee_minor, medium=act.medium)
