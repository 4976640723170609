"""One case from plain data to a whole answer: interest, what an act may cost and when, whether it may go, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dunningkit.law.acts import allowed, fixed_sum_minor, has_run
from dunningkit.law.answers import Allowed, Cited, Interest, Verdict
from dunningkit.law.case import AskedAct, Case
from dunningkit.law.days import BusinessCalendar
from dunningkit.law.interest import interest
from dunningkit.law.limitation import lapses_on
from dunningkit.law.pack import RulePack
from dunningkit.law.veto import judge
from dunningkit.model import Reason

if TYPE_CHECKING:
    from dunningkit.law.case_question import Asked, Question


@dataclass(frozen=True, slots=True)
class Calculated:
    """Everything that the law answers to one case."""

    interest: Interest
    allowed: Allowed | None
    verdict: Verdict | None
    fixed_sum_minor: int
    lapses_on: date | None
    cited: tuple[Cited, ...]

    @property
    def owed_minor(self) -> int:
        """What is left to pay of principal, interest and costs."""
        return self.interest.principal_minor + self.interest.due_minor + self.interest.costs_minor


def read_case(data: object) -> "Question":
    """The question that plain JSON data asks; raises ``ValueError`` with a sentence for each mistake in it."""
    from dunningkit.law.case_question import read_question  # noqa: PLC0415  # pydantic is loaded when a case is read

    return read_question(data)


def calculate(question: "Question", pack: RulePack, calendar: BusinessCalendar) -> Calculated:
    """The law's answer to a question. Raises `RateMissing` where interest runs on days whose rate the pack does not know."""
    case, asked = question.case(), question.asked_act()
    accrued = interest(case, pack, calendar, question.day, provisional=question.provisional)
    lapse, lapse_cited = lapses_on(case, pack)
    may = allowed(case, asked, pack, calendar) if asked else None
    verdict = _verdict(question.asked, case, asked, may, pack, calendar) if question.asked and asked and may else None
    cites = (
        *accrued.cited,
        *(segment.cited for segment in accrued.segments),
        *(may.cited if may else ()),
        *(verdict.cited if verdict else ()),
        *((lapse_cited,) if lapse_cited else ()),
    )
    lump_minor = fixed_sum_minor(case, pack, interest_runs=has_run(case, accrued.starts_on, question.day))
    return Calculated(accrued, may, verdict, lump_minor, lapse, cites)


def _verdict(
    given: "Asked", case: Case, asked: AskedAct, may: Allowed, pack: RulePack, calendar: BusinessCalendar
) -> Verdict:
    return judge(
        case,
        asked,
        pack,
        calendar,
        fee_minor=may.fee_minor if given.fee_minor is None else given.fee_minor,
        interest_minor=given.interest_minor,
        principal_minor=given.principal_minor,
        pay_by=given.pay_by,
    )


def answer_as_json(question: "Question", found: Calculated, say: Callable[[Reason], str]) -> dict[str, Any]:
    """The answer as JSON data; ``say`` makes a sentence of a reason."""
    from dunningkit.law.case_answer import (  # noqa: PLC0415  # pydantic is loaded when a case is answered
        Answer,
        allowed_told,
        cites_told,
        interest_told,
        verdict_told,
    )

    answer = Answer(
        pack=question.pack,
        customer_class=question.customer_class,
        actor=question.actor,
        currency=question.currency,
        as_of=question.day,
        interest=interest_told(found.interest, say),
        owed_minor=found.owed_minor,
        allowed=allowed_told(found.allowed, say) if found.allowed else None,
        verdict=verdict_told(found.verdict, say) if found.verdict else None,
        fixed_sum_minor=found.fixed_sum_minor,
        lapses_on=found.lapses_on,
        assumed=question.assumed(),
        citations=cites_told(found.cited),
    )
    return answer.model_dump(mode="json", by_alias=True)
