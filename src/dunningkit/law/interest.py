"""Penalty interest of one receivable as of a day: simple, ACT/365, by segments of one rate on one principal.

The due date costs nothing and the day of payment does: a payment takes effect on the day after it. What accrued is rounded to
minor units, half up, once when a payment is set against it and once at the end; the fraction that rounding drops or adds is not
carried on. So the whole may differ from the exact sum by half a minor unit for each payment, and by no more.
"""

from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from dunningkit.errors import RateMissing
from dunningkit.law.allocation import Shares, allocate, costs_on, give_back, order_on
from dunningkit.law.answers import Allocated, Cited, Interest, Segment
from dunningkit.law.case import Case, Paid
from dunningkit.law.days import BusinessCalendar
from dunningkit.law.pack import Rule, RulePack, Selector, StopKind, StopRule, YearCapRule, classes_meant
from dunningkit.law.rates import RateBook, Span, book_of, place_of, rate_missing, span_on
from dunningkit.law.start import Start, start_of
from dunningkit.model import CustomerClass, Reason, ReasonCode

#: A day accrues principal x basis points / (10,000 x 365); sums are whole numbers of that part of a minor unit.
_PARTS = 10_000 * 365
_YEAR_DAYS = 365
_NEVER = 1 << 30
#: The 29ths of February; the last entry is beyond the calendar.
_LEAP_DAYS = (*(date(year, 2, 29).toordinal() for year in range(4, date.max.year) if isleap(year)), _NEVER)


def interest(
    case: Case, pack: RulePack, calendar: BusinessCalendar, as_of: date, *, provisional: bool = False
) -> Interest:
    """The penalty interest that accrued from its start to ``as_of``, both included, and what payments until then left.

    For the class *unknown* the answer of the class that accrues least. Raises `RateMissing` where a day that accrues lies
    outside the table of rates; with ``provisional`` days after the table get its last rate, and the answer is marked. Facts
    that are not known are read for the customer (`dunningkit.law.start.start_of`). Stops make days, or the disputed part of
    the principal, accrue nothing, both ends included, where the pack says that they stop interest.

    Money that went back raises the principal again, never above the original amount (`dunningkit.law.allocation.give_back`);
    on one day money that came counts before money that went. Only what is owed of the principal bears interest: neither
    interest nor costs ever do.

    **The yearly cap.** "No twelve months accrue more than the annual rate on the principal" is about leap years: 366 days at
    1/365 each would be more than a year's interest. Rate and principal may change within twelve months; then "the annual rate
    on the principal" is their mean over the days that accrue. Twelve months of 365 days never exceed it. Twelve months of 366
    days do exactly when every day of them accrues, and then the last of them accrues nothing: the 366th day of any twelve
    months is free. That holds for every twelve months, not only those that begin with the interest; at most one day for each
    29 February is free, and nothing that accrued is ever taken back. Shorter times and those with a gap stay as they are.
    """
    if case.customer_class is not CustomerClass.UNKNOWN:
        book = book_of(pack, case.customer_class, case.actor)
        return _of_class(case, book, calendar, as_of, provisional=provisional)
    answers: list[Interest] = []
    missing: RateMissing | None = None
    for one in classes_meant(case.customer_class):
        try:
            answers.append(_of_class(case, book_of(pack, one, case.actor), calendar, as_of, provisional=provisional))
        except RateMissing as error:
            missing = error
    least = min(answers, key=lambda answer: (answer.accrued_minor, answer.due_minor), default=None)
    # Nothing is less than nothing, whatever the rate that is missing would give.
    if least is None or (missing is not None and least.accrued_minor):
        raise missing or ValueError("there is no class to ask about")
    return replace(least, why=(Reason.of(ReasonCode.LAW_CLASS_UNKNOWN), *least.why))


def _of_class(case: Case, book: RateBook, calendar: BusinessCalendar, as_of: date, *, provisional: bool) -> Interest:
    start = start_of(case, book, calendar)
    spans = book.spans(case.due_on, case.contract_on, case.agreed_rate_bp, provisional=provisional)
    account = _Account(case, book, spans, start.day)
    payments = [paid for paid in case.payments if paid.on <= as_of]
    for paid in sorted(payments, key=lambda paid: (paid.on, paid.amount_minor < 0)) if len(payments) > 1 else payments:
        account.accrue(paid.on.toordinal())
        account.take(paid)
    account.accrue(as_of.toordinal())
    account.round_off()
    return account.answer(start, as_of)


@dataclass(frozen=True, slots=True)
class _Halt:
    """Days, as ordinals and both included, on which all of the principal (``None``) or a part of it accrues nothing."""

    first: int
    last: int
    amount_minor: int | None
    reason: Reason
    rule: Rule


#: First and last day as ordinals, both included, what bears interest in minor units, and at which rate.
_Piece = tuple[int, int, int, Span]


class _Account:
    """One receivable while time passes over it, for one class."""

    def __init__(self, case: Case, book: RateBook, spans: tuple[Span, ...], first: date | None) -> None:
        self._case = case
        self._book = book
        self._spans = spans
        self._at = 0 if first is None else place_of(spans, first.toordinal())
        self._starts_on = first
        self._next = None if first is None else first.toordinal()
        self._halts = _halts(case, book) if case.stops else []
        self._caps = book.rules(YearCapRule)
        self._run_last = self._free_on = -1
        self._principal_minor = max(0, case.principal.amount_minor)
        self._parts = 0
        self._accrued_minor = 0
        self._paid = Shares(0, 0, 0)
        self._left_over_minor = 0
        self._pieces: list[_Piece] = []
        self._allocations: list[Allocated] = []
        self._allocated_by: dict[str, Rule] = {}
        self._capped_by: Rule | None = None

    def accrue(self, until: int) -> None:
        """Let the days up to ``until`` pass."""
        first = self._next
        if first is None or until < first:
            return
        self._next = until + 1
        if self._principal_minor == 0:
            return
        if not self._halts:
            self._accrue_on(first, until, self._principal_minor)
            return
        for begin, end, base_minor in self._bases(first, until):
            if base_minor > 0:
                self._accrue_on(begin, end, base_minor)

    def take(self, paid: Paid) -> None:
        """Set a payment against what is owed, or undo it."""
        order, rule = order_on(self._book, self._case, paid.on)
        if rule is not None:
            self._allocated_by[rule.id] = rule
        if paid.amount_minor > 0:
            self.round_off()
            allocated = allocate(paid, self._owed(paid.on), order)
        else:
            allocated = give_back(paid, self._paid, self._left_over_minor, order)
        before = self._paid
        self._paid = Shares(
            before.interest_minor + allocated.interest_minor,
            before.principal_minor + allocated.principal_minor,
            before.costs_minor + allocated.costs_minor,
        )
        self._principal_minor -= allocated.principal_minor
        self._left_over_minor += allocated.left_over_minor
        self._allocations.append(allocated)

    def round_off(self) -> None:
        """Round what accrued since the last time."""
        self._accrued_minor += (2 * self._parts + _PARTS) // (2 * _PARTS)
        self._parts = 0

    def answer(self, start: Start, as_of: date) -> Interest:
        """What all of it came to."""
        span = None if start.day is None else span_on(self._spans, as_of.toordinal())
        segments = tuple(map(_segment, self._pieces))
        owed = self._owed(as_of)
        stopped = [halt for halt in self._halts if start.day is not None and self._touches(halt, start.day, as_of)]
        return Interest(
            as_of=as_of,
            accrued_minor=self._accrued_minor,
            paid_minor=self._paid.interest_minor,
            due_minor=owed.interest_minor,
            principal_minor=owed.principal_minor,
            costs_minor=owed.costs_minor,
            starts_on=start.day,
            rate_bp=None if span is None else span.rate_bp,
            segments=segments,
            allocations=tuple(self._allocations),
            why=(*start.why, *(halt.reason for halt in stopped), *self._reasons()),
            cited=self._cited(start, stopped),
            capped=self._capped_by is not None,
            is_provisional=any(span.is_provisional for _, _, _, span in self._pieces),
        )

    def _owed(self, on: date) -> Shares:
        case = self._case
        costs_minor = costs_on(self._book, case, on, self._starts_on) if case.acts or case.fixed_sum_claimed else 0
        return Shares(
            self._accrued_minor - self._paid.interest_minor,
            self._principal_minor,
            max(0, costs_minor - self._paid.costs_minor),
        )

    def _bases(self, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """The days from ``first`` to ``last`` by what bears interest on them."""
        edges = {first}
        for halt in self._halts:
            edges |= {edge for edge in (halt.first, halt.last + 1) if first < edge <= last}
        ordered = sorted(edges)
        for begin, after in zip(ordered, (*ordered[1:], last + 1), strict=True):
            held = [halt.amount_minor for halt in self._halts if halt.first <= begin <= halt.last]
            parts = [amount for amount in held if amount is not None]
            whole = len(parts) < len(held)
            yield begin, after - 1, 0 if whole else self._principal_minor - sum(parts)

    def _accrue_on(self, first: int, last: int, base_minor: int) -> None:
        spans = self._spans
        while self._at < len(spans) and (span := spans[self._at]).first <= last:
            if span.last >= first:
                begin = first if first > span.first else span.first
                self._accrue_at(begin, last if last < span.last else span.last, base_minor, span)
                if span.last > last:
                    return
            self._at += 1

    def _accrue_at(self, first: int, last: int, base_minor: int, span: Span) -> None:
        if span.rate_bp is None:
            raise rate_missing(self._book.pack, span.table, date.fromordinal(first))
        if self._caps:
            if first != self._run_last + 1:
                self._begin_run(first)
            self._run_last = last
            while self._free_on <= last:
                free = self._free_on
                rule = self._cap_on(free)
                if rule is None:
                    self._look_on(free)
                    continue
                self._capped_by = rule
                self._add(first, free - 1, base_minor, span)
                first = free + 1
                self._begin_run(first)
        self._add(first, last, base_minor, span)

    def _begin_run(self, first: int) -> None:
        """Look ahead, from the first of days in a row that accrue, to the 366th of them within twelve months."""
        leap_day = _LEAP_DAYS[bisect_left(_LEAP_DAYS, first)]
        self._free_on = max(leap_day, first + _YEAR_DAYS)

    def _look_on(self, free: int) -> None:
        """Look for the day after one that would be free if its rule held."""
        at = bisect_right(_LEAP_DAYS, free)
        is_within = free < _LEAP_DAYS[at - 1] + _YEAR_DAYS
        self._free_on = free + 1 if is_within else _LEAP_DAYS[at]

    def _cap_on(self, ordinal: int) -> Rule | None:
        case = self._case
        held = self._book.held(YearCapRule, date.fromordinal(ordinal), case.due_on, case.contract_on)
        return held[0] if held else None

    def _add(self, first: int, last: int, base_minor: int, span: Span) -> None:
        if first <= last and span.rate_bp is not None:
            self._parts += base_minor * span.rate_bp * (last - first + 1)
            self._pieces.append((first, last, base_minor, span))

    def _touches(self, halt: _Halt, start: date, as_of: date) -> bool:
        return halt.first <= as_of.toordinal() and start.toordinal() <= halt.last

    def _reasons(self) -> Iterator[Reason]:
        if self._capped_by is not None:
            yield Reason.of(ReasonCode.LAW_INTEREST_CAPPED, cite=self._capped_by.cite)
        agreed_bp = self._case.agreed_rate_bp
        lowered = [] if agreed_bp is None else [span for _, _, _, span in self._pieces if span.allowed_bp is not None]
        if lowered:
            span = min(lowered, key=lambda span: span.allowed_bp or 0)
            yield Reason.of(
                ReasonCode.LAW_INTEREST_CEILING,
                agreed_bp=agreed_bp,
                allowed_bp=span.allowed_bp,
                cite=span.cited.cite,
            )
        for first, _, _, span in self._pieces:
            if span.is_provisional:
                day = date.fromordinal(first).isoformat()
                yield Reason.of(ReasonCode.LAW_INTEREST_PROVISIONAL, day=day, cite=span.cited.cite)
                return

    def _cited(self, start: Start, stopped: list[_Halt]) -> tuple[Cited, ...]:
        rules = [halt.rule for halt in stopped] + list(self._allocated_by.values())
        if self._capped_by is not None:
            rules.append(self._capped_by)
        found = [*start.cited, *(span.cited for _, _, _, span in self._pieces), *map(self._book.cited, rules)]
        return tuple({id(one): one for one in found}.values())


def _segment(piece: _Piece) -> Segment:
    first, last, base_minor, span = piece
    days, rate_bp = last - first + 1, span.rate_bp or 0
    exact_minor = Fraction(base_minor * rate_bp * days, _PARTS)
    on, until = date.fromordinal(first), date.fromordinal(last)
    return Segment(on, until, days, rate_bp, base_minor, exact_minor, span.cited, span.is_provisional)


def _halts(case: Case, book: RateBook) -> list[_Halt]:
    halts = []
    for stop in case.stops:
        if stop.kind is StopKind.DISPUTE and stop.is_groundless:
            continue
        for rule in book.rules(StopRule):
            if rule.stop is not stop.kind or not rule.interest_stops:
                continue
            first, last = stop.since, stop.until or date.max
            if rule.selector in (Selector.ACCRUAL_DAY, Selector.ACT_ON):
                first, last = max(first, rule.valid_from), min(last, rule.valid_to or date.max)
            elif not _holds(rule, case):
                continue
            if first <= last:
                since = stop.since.isoformat()
                reason = Reason.of(ReasonCode.LAW_INTEREST_STOPPED, stop=stop.kind.value, since=since, cite=rule.cite)
                halts.append(_Halt(first.toordinal(), last.toordinal(), stop.amount_minor, reason, rule))
                break
    return halts


def _holds(rule: Rule, case: Case) -> bool:
    day = {Selector.DUE_ON: case.due_on, Selector.CONTRACT_ON: case.contract_on}.get(rule.selector)
    return day is not None and rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)
