"""Choosing lines and reminders of a proposal by what stands in them. Pure: one frozen value, no store, no clock."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dunningkit.model import (
    Line,
    LineStatus,
    Medium,
    Money,
    Proposal,
    ReasonCode,
    Reminder,
    Segment,
    StepKind,
    Style,
)


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines of a proposal are meant. A criterion that is left out lets every line through; all others must hold.

    Several values of one criterion mean any of them. ``reasons`` looks at every reason of a line, not only the primary one.
    ``kinds`` and ``media`` are those of the line's reminder, so a line without a reminder never has them. ``customer`` is an
    id, or a part of the name; ``invoice`` an invoice number or a receivable's id. ``min_amount`` and ``max_amount`` are in
    whole units of each line's own currency (``Decimal("99.90")``), ``min_days_late`` and ``max_days_late`` in days; all four
    are inclusive. ``text`` is looked for in names, numbers, the figures of the reasons and the message. Capital letters
    never matter.
    """

    statuses: tuple[LineStatus, ...] = ()
    reasons: tuple[ReasonCode, ...] = ()
    segments: tuple[Segment, ...] = ()
    styles: tuple[Style, ...] = ()
    kinds: tuple[StepKind, ...] = ()
    steps: tuple[str, ...] = ()
    media: tuple[Medium, ...] = ()
    currencies: tuple[str, ...] = ()
    customer: str = ""
    invoice: str = ""
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    min_days_late: int | None = None
    max_days_late: int | None = None
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether no criterion is given, so that every line is meant."""
        return self == LineFilter()

    def matches(self, line: Line, reminder: Reminder | None) -> bool:
        """Whether a line is meant; ``reminder`` is the one it belongs to, if any."""
        return self._fits_what_is_said(line, reminder) and self._fits_whom(line, reminder) and self._fits_figures(line)

    def lines(self, proposal: Proposal) -> tuple[Line, ...]:
        """The lines that are meant, in the proposal's order."""
        reminders = reminders_by_id(proposal)
        return tuple(line for line in proposal.lines if self.matches(line, reminders.get(line.reminder_id or "")))

    def chosen(self, proposal: Proposal) -> "Chosen":
        """The reminders that are meant, wholly and in part, and the meant lines that have no reminder."""
        reminders = reminders_by_id(proposal)
        meant = {line.receivable_id for line in self.lines(proposal)}
        of_reminder: dict[str, list[Line]] = {}
        for line in proposal.lines:
            of_reminder.setdefault(line.reminder_id or "", []).append(line)
        bare = tuple(line for line in of_reminder.pop("", []) if line.receivable_id in meant)
        whole, partly = [], []
        for reminder_id, lines in of_reminder.items():
            fitting = [line for line in lines if line.receivable_id in meant]
            if len(fitting) == len(lines) and self._total_fits(reminders[reminder_id].total):
                whole.append(reminder_id)
            elif fitting:
                partly.append(reminder_id)
        return Chosen(tuple(whole), tuple(partly), bare, frozenset(meant))

    def _fits_what_is_said(self, line: Line, reminder: Reminder | None) -> bool:
        return (
            _any_of(self.statuses, line.status)
            and (not self.reasons or any(reason.code in self.reasons for reason in line.reasons))
            and _any_of(self.segments, line.segment)
            and _any_of(self.styles, line.style)
            and _any_of(self.steps, line.step_id)
            and _any_of(self.kinds, reminder.kind if reminder else None)
            and _any_of(self.media, reminder.to.medium if reminder else None)
        )

    def _fits_whom(self, line: Line, reminder: Reminder | None) -> bool:
        return (
            (
                not self.customer
                or self.customer == line.customer_id
                or _folded(self.customer) in _folded(line.customer_name)
            )
            and (not self.invoice or _folded(self.invoice) in map(_folded, (line.invoice_number, line.receivable_id)))
            and (not self.text or _folded(self.text) in _folded(_searchable(line, reminder)))
        )

    def _fits_figures(self, line: Line) -> bool:
        return (
            _any_of(self.currencies, line.open.currency)
            and (self.min_amount is None or line.open.as_decimal() >= self.min_amount)
            and (self.max_amount is None or line.open.as_decimal() <= self.max_amount)
            and (self.min_days_late is None or line.days_late >= self.min_days_late)
            and (self.max_days_late is None or line.days_late <= self.max_days_late)
        )

    def _total_fits(self, total: Money) -> bool:
        # "At most 1,000" means the message, not each of its invoices.
        return self.max_amount is None or total.as_decimal() <= self.max_amount


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a filter means among a proposal's reminders.

    ``whole`` are reminders all of whose lines are meant (and whose total is within ``max_amount``), ``partly`` those of which
    only some are, both by id and in the proposal's order. ``bare`` are meant lines without a reminder, ``receivable_ids`` all
    that is meant.
    """

    whole: tuple[str, ...]
    partly: tuple[str, ...]
    bare: tuple[Line, ...]
    receivable_ids: frozenset[str]


def reminders_by_id(proposal: Proposal) -> Mapping[str, Reminder]:
    """A proposal's reminders by their ids."""
    return {reminder.reminder_id: reminder for reminder in proposal.reminders}


def _any_of(wanted: tuple[object, ...], value: object) -> bool:
    return not wanted or value in wanted


def _folded(text: str) -> str:
    # The same letter may have come as one character or as a letter and its dots.
    return unicodedata.normalize("NFKC", text).casefold()


def _searchable(line: Line, reminder: Reminder | None) -> str:
    figures = (str(value) for reason in line.reasons for value in reason.params.values() if value is not None)
    message = (reminder.to.address, reminder.preview) if reminder else ()
    return "\n".join(
        (line.customer_id, line.customer_name, line.invoice_number, line.receivable_id, *figures, *message)
    )
