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
from dunningkit.law.stops import Standing, open_principal_minor, standing
from dunningkit.law.waiting import earliest_day, refusals
from dunningkit.model import CustomerClass, Reason, ReasonCode, days_from

_UNASKED = Caps(None, None)


def allowed(case: Case, asked: AskedAct, pack: RulePack, calendar: BusinessCalendar) -> Allowed:
    """What the law allows of ``asked``: the most it may cost, whether it may be done, from when, and why.

    Stops count as much as tariffs and waiting; limitation is the caller's to ask (`judge` does). Amounts are in the minor unit
    of the case's currency, and nothing may be charged in another than the pack's.
    """
    views = views_of(case, asked, pack, calendar)
    now = merged([view.on(asked.on) for view in views])
    later = _later_days(views, asked.on)
    possible_on = asked.on if now.is_possible else _first_possible(views, later)
    chargeable_on = asked.on if now.fee_minor > 0 else _first_chargeable(views, later)
    pay_by = max(view.pay_by() for view in views)
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


def fixed_sum_minor(case: Case, pack: RulePack) -> int:
    """The most that may be asked for as a lump sum instead of costs: the sum less what acts have charged; 0 where none is.

    It is the creditor's choice and never part of an act's fee.
    """
    if case.principal.currency != pack.currency:
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
    """What the rules say on one day. ``fee_minor`` is 0 where the act may not be done, or only free (``must_be_free``)."""

    fee_minor: int
    is_possible: bool
    why: tuple[Reason, ...]
    cited: tuple[Cited, ...]
    caps: Caps
    standing: Standing
    vat_may_be_added: bool = False
    must_be_free: bool = False


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
        free = self._free_on(days)
        found = price(
            self.case,
            self.asked,
            self.rules,
            days,
            self.due_on,
            self.case.principal.amount_minor - free.standing.disputed_minor,
            self._fixed(),
        )
        if not free.is_possible:
            return replace(free, caps=found.caps)
        if found.fee_minor == 0 or free.must_be_free:
            kept = () if found.fee_minor else found.why
            cites = (*free.cited, *found.cited)
            return replace(free, why=(*free.why, *kept), cited=cites, caps=found.caps)
        why, cites = (*found.why, *free.why), (*found.cited, *free.cited)
        return OnDay(found.fee_minor, free.is_possible, why, cites, found.caps, free.standing, found.vat_may_be_added)

    def free_on(self, day: date) -> OnDay:
        """What may be done on a day when it costs nothing; the caps are not asked."""
        return self._free_on(selector_days(self.case, day))

    def _free_on(self, days: dict[Selector, date]) -> OnDay:
        case, kind = self.case, self.asked.kind
        stops = standing(case, self.rules, days)
        blocking = stops.blocking
        refused = refusals(case, kind, self.rules, days, self.due_on)
        if blocking or refused:
            why = (*(one.reason for one in blocking), *(one.reason for one in refused))
            cites = (*(one.cited for one in blocking if one.cited), *(one.cited for one in refused))
            return OnDay(0, is_possible=False, why=why, cited=cites, caps=_UNASKED, standing=stops)
        free = [*self._free_because(days[Selector.ACT_ON]), *((one.reason, one.cited) for one in stops.suspending)]
        also = [(self._disputed(stops), stops.disputed_cited)] if stops.disputed_minor else []
        return OnDay(
            0,
            is_possible=True,
            why=tuple(reason for reason, _ in (*free, *also)),
            cited=tuple(one for _, one in (*free, *also) if one),
            caps=_UNASKED,
            standing=stops,
            must_be_free=bool(free),
        )

    def _free_because(self, day: date) -> Iterator[tuple[Reason, Cited | None]]:
        if self.case.principal.currency != self.book.pack.currency:
            yield Reason.of(ReasonCode.LAW_FEE_NO_RULE, act=self.asked.kind), None
        if self.case.payments and open_principal_minor(self.case, day) <= 0:
            yield Reason.of(ReasonCode.PAID_MEANWHILE), None

    def _disputed(self, stops: Standing) -> Reason:
        return Reason.of(
            ReasonCode.LAW_DISPUTED_PART,
            disputed_minor=stops.disputed_minor,
            currency=self.case.principal.currency,
            cite=stops.disputed_cited.cite if stops.disputed_cited else "",
        )

    def _fixed(self) -> FixedSumRule | None:
        # A sum that was claimed counts, though the class has become one that it should not have been claimed of.
        sums = self.book.fixed_sums if self.case.fixed_sum_claimed else ()
        return max(sums, key=lambda rule: rule.amount_minor, default=None)

    def pay_by(self) -> date:
        """The earliest day that the act may name for paying, counted from its latest possible receipt."""
        received = days_from(self.asked.on, self.asked.delivery_days)
        return days_from(received, max((rule.days for rule in self._times_to_pay()), default=0))

    def time_to_pay(self) -> tuple[int, str] | None:
        """The least days to pay and the section that says so; ``None`` where no rule does."""
        longest = max(self._times_to_pay(), key=lambda rule: rule.days, default=None)
        return (longest.days, longest.cite) if longest else None

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
    return [
        View(case, asked, book, book.rules_of(one, case.actor, asked.kind), shifted_due(case, book, one, calendar))
        for one in classes_meant(case.customer_class)
    ]


def merged(answers: Sequence[OnDay]) -> OnDay:
    """The most protective of the answers: the act is possible where each lets it be done, at the least of the prices."""
    if len(answers) == 1:
        return answers[0]
    strictest = min(answers, key=lambda one: (one.is_possible, one.fee_minor))
    return replace(
        strictest,
        why=(*strictest.why, Reason.of(ReasonCode.LAW_CLASS_UNKNOWN)),
        caps=Caps(
            _least([one.caps.total_left_minor for one in answers]),
            _least([one.caps.acts_left for one in answers]),
        ),
        vat_may_be_added=all(one.vat_may_be_added for one in answers),
    )


def _least(values: Iterable[int | None]) -> int | None:
    return min((value for value in values if value is not None), default=None)


def _later_days(views: Sequence[View], day: date) -> list[date]:
    return sorted({later for view in views for later in view.later_days() if later > day})


def _first_possible(views: Sequence[View], days: Iterable[date]) -> date | None:
    return next((day for day in days if all(view.on(day).is_possible for view in views)), None)


def _first_chargeable(views: Sequence[View], days: Iterable[date]) -> date | None:
    return next((day for day in days if all(view.on(day).fee_minor > 0 for view in views)), None)


def _why(
    case: Case, asked: AskedAct, now: OnDay, chargeable_on: date | None, pay_by: date, views: Sequence[View]
) -> tuple[Reason, ...]:
    why = [_dated(reason, chargeable_on) for reason in now.why]
    if asked.fee_minor is not None and asked.fee_minor > now.fee_minor:
        why.append(lowered(asked.fee_minor, now, case.principal.currency))
    times = [time for view in views if (time := view.time_to_pay())]
    if now.is_possible and times:
        least_days, cite = max(times)
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
