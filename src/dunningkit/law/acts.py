"""What an act may cost on a day, whether it may be done, and from when it may cost more.

Everything is asked for one class at a time; a class that is not known gets the least over all that it may be.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dunningkit.law.answers import Allowed, Caps, Cited
from dunningkit.law.book import ActRules, RuleBook, book_of, in_force, selector_days, shifted_due
from dunningkit.law.case import AskedAct, Case
from dunningkit.law.days import BusinessCalendar
from dunningkit.law.pack import FixedSumRule, RulePack, RuleStatus, Selector, TimeToPayRule, classes_meant
from dunningkit.law.pricing import open_from, price
from dunningkit.law.stops import Standing, open_principal_minor, standing, with_lapse
from dunningkit.law.waiting import Refusal, earliest_day, refusals
from dunningkit.model import CustomerClass, Reason, ReasonCode, days_from


def allowed(case: Case, asked: AskedAct, pack: RulePack, calendar: BusinessCalendar) -> Allowed:
    """What the law allows of ``asked``: the most it may cost, whether it may be done, from when, and why.

    Stops and limitation count as much as tariffs and waiting. Amounts are in the minor unit of the case's currency, and nothing
    may be charged in another than the pack's.
    """
    return allowed_by(views_of(case, asked, pack, calendar))


def allowed_by(views: Sequence["View"]) -> Allowed:
    """What the law allows of the act that the views share."""
    case, asked = views[0].case, views[0].asked
    now = merged(views, [view.on(asked.on) for view in views])
    pay_by = earliest_pay_by(views)
    ahead = _ahead(views) if not now.is_possible or now.fee_minor <= 0 else ((), ())
    possible_on = asked.on if now.is_possible else _first_possible(*ahead)
    chargeable_on = asked.on if now.fee_minor > 0 else _first_chargeable(*ahead)
    return Allowed(
        fee_minor=now.fee_minor,
        is_possible=now.is_possible,
        possible_on=possible_on,
        chargeable_on=chargeable_on,
        pay_by=pay_by,
        caps=now.caps,
        why=_why(case, asked, now, chargeable_on, pay_by, views),
        cited=tuple(dict.fromkeys(now.cited)),
        vat_may_be_added=now.vat_may_be_added,
    )


def has_run(case: Case, starts_on: date | None, on: date) -> bool:
    """Whether penalty interest has run by ``on``: its first day has come, and something was still open when it began."""
    if starts_on is None or starts_on > on:
        return False
    return open_principal_minor(case, days_from(starts_on, -1)) > 0


def fixed_sum_minor(case: Case, pack: RulePack, *, interest_runs: bool) -> int:
    """The most that may be asked for as a lump sum instead of costs: the sum less what acts have charged; 0 where none is.

    It is the creditor's choice, never part of an act's fee, and only due once penalty interest is. ``interest_runs`` says that
    something was still open on a day that accrues; what was paid in time owes no lump sum.
    """
    if not interest_runs or case.principal.currency != pack.currency:
        return 0
    days = selector_days(case, case.due_on)
    amounts = [
        min((rule.amount_minor for rule in _granting(book_of(pack).fixed_sums, one, case, days)), default=0)
        for one in classes_meant(case.customer_class)
    ]
    return max(0, min(amounts) - sum(act.fee_minor for act in case.acts))


def _granting(
    rules: Iterable[FixedSumRule], customer_class: CustomerClass, case: Case, days: dict[Selector, date]
) -> list[FixedSumRule]:
    return [
        rule
        for rule in in_force(rules, days)
        if rule.status is not RuleStatus.DESIGN and rule.holds(days[rule.selector], customer_class, case.actor)
    ]


@dataclass(frozen=True, slots=True)
class OnDay:
    """What the rules say on one day. ``fee_minor`` is 0 where the act may not be done.

    ``is_up_to_a_person`` says that only stops keep it from being done, and that a person may pass over each of them.
    """

    fee_minor: int
    is_possible: bool
    why: tuple[Reason, ...]
    cited: tuple[Cited, ...]
    caps: Caps
    standing: Standing
    vat_may_be_added: bool = False
    is_up_to_a_person: bool = False


_UNASKED = Caps(None, None)
_FREE = OnDay(0, is_possible=True, why=(), cited=(), caps=_UNASKED, standing=Standing())


def _refused(stops: Standing, refused: Sequence[Refusal]) -> OnDay:
    blocking = stops.blocking
    return OnDay(
        0,
        is_possible=False,
        why=(*(one.reason for one in blocking), *(one.reason for one in refused)),
        cited=(*(one.cited for one in blocking if one.cited), *(one.cited for one in refused)),
        caps=_UNASKED,
        standing=stops,
        is_up_to_a_person=not refused and all(one.may_be_overridden for one in blocking),
    )


@dataclass(frozen=True, slots=True)
class View:
    """A case and an act seen with the rules of one class."""

    case: Case
    asked: AskedAct
    book: RuleBook
    rules: ActRules
    due_on: date

    def on(self, day: date) -> OnDay:
        """What may be done and charged on a day."""
        days = selector_days(self.case, day)
        free = self.free_on(day)
        principal_minor = self.case.principal.amount_minor - free.standing.disputed_minor
        found = price(self.case, self.asked, self.rules, days, self.due_on, principal_minor, self._fixed())
        if not free.is_possible:
            return replace(free, caps=found.caps)
        first = [*self._owes_nothing(day), *(one.reason for one in free.standing.suspending)]
        if first or found.fee_minor == 0:
            # A price that was possible says nothing of why the act is free.
            kept = () if found.fee_minor else found.why
            also = free.why[len(free.standing.suspending) :]
            return replace(free, why=(*first, *kept, *also), cited=(*free.cited, *found.cited), caps=found.caps)
        why, cites = (*found.why, *free.why), (*found.cited, *free.cited)
        return OnDay(found.fee_minor, free.is_possible, why, cites, found.caps, free.standing, found.vat_may_be_added)

    def free_on(self, day: date) -> OnDay:
        """What may be done on a day when it costs nothing: stops and waiting decide, and the caps are not asked."""
        days = selector_days(self.case, day)
        stops = standing(self.case, self.rules, days)
        refused = refusals(self.case, self.asked.kind, self.rules, days, self.due_on)
        if stops.blocking or refused:
            return _refused(stops, refused)
        if not stops.hindrances and not stops.partly:
            return _FREE
        why = [*(one.reason for one in stops.suspending), *([self._disputed(stops)] if stops.partly else [])]
        cites = [one.cited for one in (*stops.suspending, *stops.partly)]
        return replace(_FREE, why=tuple(why), cited=tuple(one for one in cites if one), standing=stops)

    def _owes_nothing(self, day: date) -> Iterator[Reason]:
        if self.case.principal.currency != self.book.pack.currency:
            yield Reason.of(ReasonCode.LAW_FEE_NO_RULE, act=self.asked.kind)
        if self.case.payments and open_principal_minor(self.case, day) <= 0:
            yield Reason.of(ReasonCode.PAID_MEANWHILE)

    def _disputed(self, stops: Standing) -> Reason:
        return Reason.of(
            ReasonCode.LAW_DISPUTED_PART,
            disputed_minor=stops.disputed_minor,
            currency=self.case.principal.currency,
            cite=next((one.cited.cite for one in stops.partly if one.cited), ""),
        )

    def _fixed(self) -> FixedSumRule | None:
        # A sum that was claimed counts, though the class has become one that it should not have been claimed of.
        sums = self.book.fixed_sums if self.case.fixed_sum_claimed else ()
        return max(sums, key=lambda rule: rule.amount_minor, default=None)

    def pay_by(self) -> date:
        """The earliest day that the act may name for paying, counted from its latest possible receipt."""
        received = days_from(self.asked.on, self.asked.delivery_days)
        return days_from(received, max((rule.days for rule in self._times_to_pay()), default=0))

    def time_to_pay(self) -> tuple[int, str]:
        """The least days to pay and the section that says so; none and nothing where no rule does."""
        longest = max(self._times_to_pay(), key=lambda rule: rule.days, default=None)
        return (longest.days, longest.cite) if longest else (0, "")

    def _times_to_pay(self) -> Sequence[TimeToPayRule]:
        return in_force(self.rules.times_to_pay, selector_days(self.case, self.asked.on))

    def later_days(self) -> Iterable[date]:
        """The days on which the answer may become another: a version begins or ends, a wait or a stop is over."""
        yield from self.rules.turns
        for fee in self.rules.fees:
            yield open_from(fee, self.case.acts, self.due_on)
        for gap in self.rules.gaps:
            yield earliest_day(gap, self.case, self.due_on)
        for stop in self.case.stops:
            if stop.until is not None:
                yield days_from(stop.until, 1)


def views_of(case: Case, asked: AskedAct, pack: RulePack, calendar: BusinessCalendar) -> list[View]:
    """The case seen with the rules of each class that it may be."""
    book = book_of(pack)
    case = with_lapse(case, book, asked.on)
    return [
        View(case, asked, book, rules, shifted_due(case, rules, calendar))
        for rules in book.rules_meant(case.customer_class, case.actor, asked.kind)
    ]


def merged(views: Sequence[View], answers: Sequence[OnDay]) -> OnDay:
    """The most protective of the answers: the act is possible where each lets it be done, at the least of the prices."""
    if views[0].case.customer_class is not CustomerClass.UNKNOWN:
        return answers[0]
    strictest = min(answers, key=lambda one: (one.is_possible, one.fee_minor))
    # What some class makes the text say, it says.
    also = [reason for one in answers for reason in one.why if reason.code in _TOLD and reason not in strictest.why]
    unknown = [Reason.of(ReasonCode.LAW_CLASS_UNKNOWN)] if strictest.why or also else []
    return replace(
        strictest,
        why=(*strictest.why, *also[:1], *unknown),
        caps=Caps(
            _least([one.caps.total_left_minor for one in answers]),
            _least([one.caps.acts_left for one in answers]),
        ),
        vat_may_be_added=all(one.vat_may_be_added for one in answers),
        is_up_to_a_person=all(one.is_possible or one.is_up_to_a_person for one in answers),
    )


_TOLD = (ReasonCode.LAW_FEE_SUSPENDED, ReasonCode.LAW_DISPUTED_PART)


def _least(values: Iterable[int | None]) -> int | None:
    return min((value for value in values if value is not None), default=None)


def earliest_pay_by(views: Sequence[View]) -> date:
    """The earliest day for paying that suits every class."""
    return max(view.pay_by() for view in views)


def first_possible(views: Sequence[View]) -> date | None:
    """The first later day on which the act may be done, whatever the class; ``None``: never."""
    return _first_possible(*_ahead(views))


def _first_possible(ahead: Sequence[View], days: Sequence[date]) -> date | None:
    return next((day for day in days if all(view.free_on(day).is_possible for view in ahead)), None)


def _first_chargeable(ahead: Sequence[View], days: Sequence[date]) -> date | None:
    return next((day for day in days if all(view.on(day).fee_minor > 0 for view in ahead)), None)


def _ahead(views: Sequence[View]) -> tuple[Sequence[View], Sequence[date]]:
    """The views with the day on which the case lapses, however far, and the later days on which answers may change."""
    case = with_lapse(views[0].case, views[0].book, date.max)
    return [replace(view, case=case) for view in views], _later_days(views)


def _later_days(views: Sequence[View]) -> list[date]:
    day = views[0].asked.on
    return sorted({later for view in views for later in view.later_days() if later > day})


def _why(
    case: Case, asked: AskedAct, now: OnDay, chargeable_on: date | None, pay_by: date, views: Sequence[View]
) -> tuple[Reason, ...]:
    why = [_dated(reason, chargeable_on) for reason in now.why]
    if asked.fee_minor is not None and asked.fee_minor > now.fee_minor:
        why.append(lowered(asked.fee_minor, now, case.principal.currency))
    least_days, cite = max(view.time_to_pay() for view in views)
    if now.is_possible and least_days:
        why.append(Reason.of(ReasonCode.LAW_TIME_TO_PAY, least_days=least_days, day=pay_by.isoformat(), cite=cite))
    return tuple(why)


def lowered(asked_minor: int, now: OnDay, currency: str) -> Reason:
    """That an act may cost less than was asked, with the section that decides."""
    cite = now.cited[0].cite if now.cited else ""
    return Reason.of(
        ReasonCode.LAW_FEE_LOWERED, asked_minor=asked_minor, allowed_minor=now.fee_minor, currency=currency, cite=cite
    )


def _dated(reason: Reason, chargeable_on: date | None) -> Reason:
    """A fee that comes too early, with the day on which it really may be asked: a later version may ask for longer."""
    if reason.code is not ReasonCode.LAW_FEE_TOO_EARLY or chargeable_on is None:
        return reason
    return Reason.of(reason.code, **{**reason.params, "day": chargeable_on.isoformat()})
