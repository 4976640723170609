"""The reference rate and the penalty rate of a day: from a pack's table and margins, and never guessed."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import TypeVar

from dunningkit.errors import RateMissing
from dunningkit.law.answers import Cited
from dunningkit.law.pack import (
    LegalActor,
    MarginRule,
    RatePeriod,
    ReferenceRule,
    Rule,
    RulePack,
    RuleStatus,
    Selector,
    classes_meant,
)
from dunningkit.model import CustomerClass, days_from

_STATUSES = (RuleStatus.CONFIRMED, RuleStatus.DERIVED, RuleStatus.DESIGN)
_LAST = date.max.toordinal()
_BOOKS_KEPT = 64
_SPANS_KEPT = 4096

R = TypeVar("R", bound=Rule)


@dataclass(frozen=True, slots=True)
class Rate:
    """A yearly rate in basis points with what it rests on; provisional where the table ends before the day."""

    rate_bp: int
    cited: Cited
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """The days, as ordinals and both included, on which one penalty rate holds.

    ``rate_bp`` is ``None`` where the table has no rate. ``allowed_bp`` is the ceiling where it lowered an agreed rate.
    """

    first: int
    last: int
    rate_bp: int | None
    table: str
    cited: Cited
    is_provisional: bool = False
    allowed_bp: int | None = None


_LAST_OF = attrgetter("last")


def cited(rule: Rule) -> Cited:
    """The citation of a rule."""
    return Cited(rule.id, rule.cite, rule.status)


def reference_on(pack: RulePack, day: date, *, provisional: bool = False) -> Rate:
    """The reference rate of a day, by the first reference rule that holds on it.

    A day after the table gets its last rate, marked, when ``provisional``; otherwise, and for a day before it, raises
    `RateMissing`.
    """
    for rule in pack.of_kind(ReferenceRule):
        if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to):
            return _reference(pack, rule, day, provisional=provisional)
    raise rate_missing(pack, "", day)


def penalty_rate_on(
    pack: RulePack,
    day: date,
    customer_class: CustomerClass,
    due_on: date,
    *,
    actor: LegalActor = LegalActor.CREDITOR,
    contract_on: date | None = None,
    agreed_bp: int | None = None,
    provisional: bool = False,
) -> Rate | None:
    """The penalty rate of a day for a class, the lowest of all for the class *unknown*; ``None`` where no rule grants any.

    Raises `RateMissing` as `reference_on` does. An agreed rate holds as far as the ceiling of the class, if it has one.
    """
    rates = []
    for one in classes_meant(customer_class):
        spans = book_of(pack, one, actor).spans(due_on, contract_on, agreed_bp, provisional=provisional)
        span = span_on(spans, day.toordinal())
        if span is None:
            return None
        if span.rate_bp is None:
            raise rate_missing(pack, span.table, day)
        rates.append(Rate(span.rate_bp, span.cited, span.is_provisional))
    return min(rates, key=lambda rate: rate.rate_bp)


def place_of(spans: tuple[Span, ...], ordinal: int) -> int:
    """Where the first span stands that reaches a day or lies after it."""
    return bisect_left(spans, ordinal, key=_LAST_OF)


def span_on(spans: tuple[Span, ...], ordinal: int) -> Span | None:
    """The span that holds on a day."""
    at = place_of(spans, ordinal)
    return spans[at] if at < len(spans) and spans[at].first <= ordinal else None


def rate_missing(pack: RulePack, table: str, day: date) -> RateMissing:
    """What to raise where ``table`` has no rate for a day."""
    return RateMissing(
        f"Rule pack {pack.pack_id!r} has no reference rate for {day}: add the period with that day to its table {table!r} "
        f"from the official notice, or ask for a provisional figure, which goes on with the last known rate and says so.",
        pack=pack.pack_id,
        table=table,
        day=day.isoformat(),
    )


class RateBook:
    """What a pack says of interest to one class and actor, found once. The same questions get the same answers."""

    def __init__(self, pack: RulePack, customer_class: CustomerClass, actor: LegalActor) -> None:
        self.pack = pack
        self._class = customer_class
        self._actor = actor
        self._by_kind: dict[type[Rule], tuple[Rule, ...]] = {}
        self._spans: dict[tuple[object, ...], tuple[Span, ...]] = {}
        self._cited: dict[str, Cited] = {}
        selected = [*self.rules(MarginRule), *self.rules(ReferenceRule)]
        self._due_edges = _edges(rule for rule in selected if rule.selector is Selector.DUE_ON)
        self._contract_edges = _edges(rule for rule in selected if rule.selector is Selector.CONTRACT_ON)

    def rules(self, kind: type[R]) -> tuple[R, ...]:
        """The rules of a kind that are for this class and actor, whatever the day."""
        found = self._by_kind.get(kind)
        if found is None:
            found = self._by_kind[kind] = tuple(
                rule
                for rule in self.pack.of_kind(kind)
                if (not rule.classes or self._class in rule.classes) and (not rule.actors or self._actor in rule.actors)
            )
        return found  # type: ignore[return-value]  # kept under its own kind

    def held(self, kind: type[R], on: date, due_on: date, contract_on: date | None) -> list[R]:
        """Those of them that hold: ``on`` is the day asked about, whether it accrues, acts or brings money.

        A rule selected by the day of a contract that nobody knows does not hold.
        """
        found = []
        for rule in self.rules(kind):
            selector = rule.selector
            day = due_on if selector is Selector.DUE_ON else contract_on if selector is Selector.CONTRACT_ON else on
            if day is not None and rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to):
                found.append(rule)
        return found

    def cited(self, rule: Rule) -> Cited:
        """The citation of one of its rules, always the same object."""
        found = self._cited.get(rule.id)
        if found is None:
            found = self._cited[rule.id] = cited(rule)
        return found

    def spans(
        self, due_on: date, contract_on: date | None, agreed_bp: int | None, *, provisional: bool
    ) -> tuple[Span, ...]:
        """The penalty rates of all days, earliest first; days without a rule that grants one are left out."""
        contract = -1 if contract_on is None else bisect_right(self._contract_edges, contract_on)
        key = (bisect_right(self._due_edges, due_on), contract, agreed_bp, provisional)
        found = self._spans.get(key)
        if found is None:
            if len(self._spans) >= _SPANS_KEPT:
                self._spans.clear()
            found = self._spans[key] = tuple(
                _merged(self._find_spans(due_on, contract_on, agreed_bp, provisional=provisional))
            )
        return found

    def _find_spans(
        self, due_on: date, contract_on: date | None, agreed_bp: int | None, *, provisional: bool
    ) -> Iterator[Span]:
        by_day = [
            rule
            for rule in (*self.rules(MarginRule), *self.rules(ReferenceRule))
            if rule.selector not in (Selector.DUE_ON, Selector.CONTRACT_ON)
        ]
        periods = [period for rule in self.rules(ReferenceRule) for period in self.pack.table(rule.table)]
        edges = _edges((*by_day, *periods))
        for first, after in zip(edges, (*edges[1:], None), strict=True):
            margins = self.held(MarginRule, first, due_on, contract_on)
            # A design rule may lower what another grants, and grants nothing itself.
            if all(rule.status is RuleStatus.DESIGN for rule in margins):
                continue
            references = self.held(ReferenceRule, first, due_on, contract_on)
            last = _LAST if after is None else after.toordinal() - 1
            found = self._span(first, margins, references, agreed_bp, provisional=provisional)
            yield replace(found, last=last)

    def _span(
        self,
        first: date,
        margins: list[MarginRule],
        references: list[ReferenceRule],
        agreed_bp: int | None,
        *,
        provisional: bool,
    ) -> Span:
        lowest = min(margins, key=lambda rule: rule.margin_bp)
        ceiling = min((rule for rule in margins if rule.is_ceiling), key=lambda rule: rule.margin_bp, default=None)
        ordinal = first.toordinal()
        if agreed_bp is not None and ceiling is None:
            return Span(ordinal, ordinal, agreed_bp, "", cited(lowest))
        rule = lowest if agreed_bp is None or ceiling is None else ceiling
        if not references:
            return Span(ordinal, ordinal, None, "", cited(rule))
        table = references[0].table
        try:
            reference = _reference(self.pack, references[0], first, provisional=provisional)
        except RateMissing:
            return Span(ordinal, ordinal, None, table, cited(rule))
        both = _joined(rule, reference.cited)
        bp = max(0, reference.rate_bp + rule.margin_bp)
        if agreed_bp is None:
            return Span(ordinal, ordinal, bp, table, both, reference.is_provisional)
        allowed = bp if agreed_bp > bp else None
        return Span(ordinal, ordinal, min(agreed_bp, bp), table, both, reference.is_provisional, allowed)


_books: dict[tuple[int, CustomerClass, LegalActor], RateBook] = {}


def book_of(pack: RulePack, customer_class: CustomerClass, actor: LegalActor) -> RateBook:
    """The book of a pack. A pack never changes, so its book is kept; comparing packs would cost more than the interest."""
    key = (id(pack), customer_class, actor)
    book = _books.get(key)
    if book is None or book.pack is not pack:
        if len(_books) >= _BOOKS_KEPT:
            _books.clear()
        book = _books[key] = RateBook(pack, customer_class, actor)
    return book


def _reference(pack: RulePack, rule: ReferenceRule, day: date, *, provisional: bool) -> Rate:
    latest: RatePeriod | None = None
    for period in pack.table(rule.table):
        if period.valid_from <= day <= period.valid_to:
            return Rate(period.rate_bp, _period_cited(rule, period))
        if latest is None or period.valid_to > latest.valid_to:
            latest = period
    if provisional and latest is not None and day > latest.valid_to:
        return Rate(latest.rate_bp, _period_cited(rule, latest), is_provisional=True)
    raise rate_missing(pack, rule.table, day)


def _period_cited(rule: ReferenceRule, period: RatePeriod) -> Cited:
    return Cited(rule.id, f"{rule.cite}; {period.cite}", _weakest(rule.status, period.status))


def _joined(rule: Rule, reference: Cited) -> Cited:
    return Cited(rule.id, f"{rule.cite}; {reference.cite}", _weakest(rule.status, reference.status))


def _weakest(*statuses: RuleStatus) -> RuleStatus:
    return max(statuses, key=_STATUSES.index)


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Neighbours that say the same, as one: an agreed rate does not change with the half-years."""
    before: Span | None = None
    for span in spans:
        if (
            before is not None
            and span.first == before.last + 1
            and span == replace(before, first=span.first, last=span.last)
        ):
            before = replace(before, last=span.last)
            continue
        if before is not None:
            yield before
        before = span
    if before is not None:
        yield before


def _edges(dated: Iterable[Rule | RatePeriod]) -> list[date]:
    edges = set()
    for one in dated:
        edges.add(one.valid_from)
        if one.valid_to is not None and one.valid_to < date.max:
            edges.add(days_from(one.valid_to, 1))
    return sorted(edges)
