"""The law's say on one line, at proposing and again at sending: it may go, go for less, go later, or not go.

A stop is never passed over: not by a fee, a policy or a plugin. A person with a name and a reason may pass over those that the
pack lets them, and what then goes is free.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dunningkit.errors import RateMissing
from dunningkit.law.acts import OnDay, View, allowed_by, earliest_pay_by, first_possible, merged, views_of
from dunningkit.law.answers import Cited, Ruling, Verdict
from dunningkit.law.case import AskedAct, Case
from dunningkit.law.days import BusinessCalendar
from dunningkit.law.interest import interest
from dunningkit.law.pack import RulePack, StopKind
from dunningkit.law.stops import Hindrance, open_principal_minor
from dunningkit.model import Reason, ReasonCode, days_from


@dataclass(frozen=True, slots=True)
class Override:
    """A person's decision to let a line go in spite of a stop. Raises ``ValueError`` without a name or without a reason."""

    stop: StopKind
    by: str
    reason: str

    def __post_init__(self) -> None:
        if not self.by.strip() or not self.reason.strip():
            raise ValueError("whoever lets a line go in spite of a stop says who they are and why")


@dataclass(frozen=True, slots=True)
class _Claimed:
    fee_minor: int
    interest_minor: int
    principal_minor: int | None
    pay_by: date | None


@dataclass(frozen=True, slots=True)
class _Most:
    """The most of one claim, and why no more; ``most_minor`` is what the law would have allowed beyond it."""

    amount_minor: int
    why: tuple[Reason, ...] = ()
    cited: tuple[Cited, ...] = ()
    most_minor: int = 0


def judge(
    case: Case,
    asked: AskedAct,
    pack: RulePack,
    calendar: BusinessCalendar,
    *,
    fee_minor: int,
    interest_minor: int,
    principal_minor: int | None = None,
    pay_by: date | None = None,
    overrides: Sequence[Override] = (),
) -> Verdict:
    """What the law says of a line that claims ``fee_minor`` and ``interest_minor`` on ``asked.on``.

    ``principal_minor`` is what it asks for of the principal (``None``: all that is open), ``pay_by`` the day that it names for
    paying (``None``: not named yet). A line that may go and claims nothing beside the principal has no reasons.
    """
    claimed = _Claimed(fee_minor, interest_minor, principal_minor, pay_by)
    views = views_of(case, replace(asked, fee_minor=fee_minor), pack, calendar)
    passed = _passed_over(views, overrides) if overrides and case.stops else []
    if not passed:
        return _judge(views, pack, calendar, claimed, case)
    over = [hindrance.stop for hindrance, _ in passed]
    rest = replace(case, stops=tuple(stop for stop in case.stops if stop not in over))
    views = views_of(rest, asked, pack, calendar)
    # Who passes over a stop lets the line go; interest that it stopped stays stopped.
    verdict = _judge(views, pack, calendar, replace(claimed, fee_minor=0), case)
    return _in_spite(verdict, passed, fee_minor, case.principal.currency)


def _judge(
    views: Sequence[View], pack: RulePack, calendar: BusinessCalendar, claimed: _Claimed, accruing: Case
) -> Verdict:
    asked = views[0].asked
    answers = [view.free_on(asked.on) for view in views]
    now = merged(views, answers)
    if not now.is_possible:
        until = first_possible(views)
        ruling = Ruling.FORBID if until is None else Ruling.POSTPONE
        return Verdict(ruling, 0, 0, until, now.why, now.cited, may_be_overridden=now.is_up_to_a_person)
    earliest = earliest_pay_by(views)
    if wrong := _wrongly_asked(views, answers, claimed, earliest):
        return Verdict(Ruling.FORBID, 0, 0, None, (*wrong, *now.why), now.cited)
    fee = _fee(views, now, claimed.fee_minor)
    disputed_minor = max(answer.standing.disputed_minor for answer in answers)
    accrued = _interest(_undisputed(accruing, disputed_minor), pack, calendar, asked.on, claimed.interest_minor)
    is_lower = fee.amount_minor < claimed.fee_minor or accrued.amount_minor < claimed.interest_minor
    why = (*fee.why, *(reason for reason in accrued.why if reason not in fee.why))
    return Verdict(
        Ruling.LOWER if is_lower else Ruling.ALLOW,
        fee.amount_minor,
        accrued.amount_minor,
        None,
        why,
        (*fee.cited, *accrued.cited),
        must_say_free=any(reason.code is ReasonCode.LAW_FEE_SUSPENDED for reason in why),
        most_fee_minor=fee.most_minor,
        pay_by=earliest,
    )


def _fee(views: Sequence[View], now: OnDay, claimed_minor: int) -> _Most:
    if claimed_minor <= 0:
        return _Most(0, now.why, now.cited)
    found = allowed_by(views)
    why = tuple(reason for reason in found.why if reason.code is not ReasonCode.LAW_TIME_TO_PAY)
    return _Most(min(claimed_minor, found.fee_minor), why, found.cited, found.fee_minor)


def _undisputed(case: Case, disputed_minor: int) -> Case:
    """The case without the part that is disputed: interest on it accrues, and is asked for no more than the part itself."""
    if not disputed_minor:
        return case
    rest_minor = case.principal.amount_minor - disputed_minor
    return replace(case, principal=replace(case.principal, amount_minor=rest_minor))


def _interest(case: Case, pack: RulePack, calendar: BusinessCalendar, day: date, claimed_minor: int) -> _Most:
    if claimed_minor <= 0:
        return _Most(0)
    unknown: tuple[Reason, ...] = ()
    try:
        found = interest(case, pack, calendar, day)
    except RateMissing as error:
        # What nobody can work out, nobody may claim; what accrued before is known.
        missing = str(error.params["day"])
        unknown = (Reason.of(ReasonCode.LAW_INTEREST_PROVISIONAL, day=missing, cite=str(error.params["table"])),)
        found = interest(case, pack, calendar, days_from(date.fromisoformat(missing), -1))
    if claimed_minor <= found.due_minor:
        return _Most(claimed_minor, unknown, found.cited)
    return _Most(found.due_minor, (*found.why, *unknown), found.cited)


def _wrongly_asked(
    views: Sequence[View], answers: Sequence[OnDay], claimed: _Claimed, earliest: date
) -> tuple[Reason, ...]:
    """Why a line asks in a way that no lower amount mends: for what is disputed, or sooner than anybody can pay."""
    case, asked = views[0].case, views[0].asked
    disputes = max((answer.standing for answer in answers), key=lambda one: one.disputed_minor)
    if disputes.partly:
        open_minor = open_principal_minor(case, asked.on)
        asks_minor = open_minor if claimed.principal_minor is None else claimed.principal_minor
        if asks_minor > open_minor - disputes.disputed_minor:
            return tuple(one.reason for one in disputes.partly)
    if claimed.pay_by is not None and claimed.pay_by < earliest:
        days, cite = max(view.time_to_pay() for view in views)
        return (Reason.of(ReasonCode.LAW_TIME_TO_PAY, least_days=days, day=earliest.isoformat(), cite=cite),)
    return ()


def _passed_over(views: Sequence[View], overrides: Sequence[Override]) -> list[tuple[Hindrance, Override]]:
    """The stops that a person may pass over, and does; one that any class keeps is kept."""
    day = views[0].asked.on
    blocking = [one for view in views for one in view.free_on(day).standing.blocking]
    kept = [one.stop for one in blocking if not one.may_be_overridden]
    wanted = {override.stop: override for override in overrides}
    found: list[tuple[Hindrance, Override]] = []
    for one in blocking:
        known = any(one.stop == other.stop for other, _ in found)
        if one.stop.kind in wanted and one.stop not in kept and not known:
            found.append((one, wanted[one.stop.kind]))
    return found


def _in_spite(verdict: Verdict, passed: Sequence[tuple[Hindrance, Override]], fee_minor: int, currency: str) -> Verdict:
    """The verdict of what is left when stops are passed over: who did it is told, and no fee is."""
    if verdict.ruling in (Ruling.FORBID, Ruling.POSTPONE):
        return verdict
    told = tuple(
        Reason.of(
            ReasonCode.LAW_OVERRIDDEN, by=override.by, stop=one.stop.kind, cite=one.cited.cite if one.cited else ""
        )
        for one, override in passed
    )
    cites = tuple(one.cited for one, _ in passed if one.cited)
    if fee_minor > 0:
        first = Reason.of(
            ReasonCode.LAW_FEE_LOWERED,
            asked_minor=fee_minor,
            allowed_minor=0,
            currency=currency,
            cite=cites[0].cite if cites else "",
        )
        return replace(verdict, ruling=Ruling.LOWER, why=(first, *told, *verdict.why), cited=(*cites, *verdict.cited))
    return replace(verdict, why=(*told, *verdict.why), cited=(*cites, *verdict.cited))
