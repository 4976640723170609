"""A proposal as one self-contained page: every line with its reasons, and each message as it would look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from dunningkit.cli.summary import Ready, asked_for, tally_sentence
from dunningkit.errors import SettingsError
from dunningkit.model import Creditor, Line, LineStatus, Medium, Proposal, QuarantinedRow, Reminder
from dunningkit.wording import Wording

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class Card:
    """A reminder with its lines, for the page."""

    reminder: Reminder
    lines: tuple[Line, ...]
    is_sms: bool


def write_page(
    folder: Path,
    proposal: Proposal,
    creditor: Creditor,
    quarantined: Sequence[QuarantinedRow],
    wording: Wording,
) -> Path:
    """Write ``proposal.html`` into ``folder`` (made when missing) and return its path.

    Raises `SettingsError` when it cannot be written.
    """
    source = files("dunningkit.cli").joinpath("page.html.j2").read_text(encoding="utf-8")
    ready = Ready.of(proposal)
    lines = _lines_by_reminder(proposal)
    questions = proposal.with_status(LineStatus.NEEDS_YOU)
    silent = proposal.with_status(LineStatus.WONT_GO)
    text = (
        _environment(wording)
        .from_string(source)
        .render(
            proposal=proposal,
            creditor=creditor,
            language=wording.language.value,
            tallies=[tally_sentence(proposal, tally, wording) for tally in proposal.tallies],
            going=[_card(reminder, lines) for reminder in ready.going],
            asking=[_card(reminder, lines) for reminder in ready.asking],
            bare_questions=[line for line in questions if not line.reminder_id],
            silent=silent,
            quarantined=quarantined,
            counts={
                "going": wording.word("count_reminders", count=len(ready.going)),
                "asked": wording.word("count_invoices", count=len(questions)),
                "silent": wording.word("count_invoices", count=len(silent)),
                "unreadable": wording.word("count_rows", count=len(quarantined)),
            },
        )
    )
    path = folder / "proposal.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written: {error.strerror}. Name a folder that can be written to.",
            path=str(path),
            what="unwritten",
        ) from error
    return path


def _environment(wording: Wording) -> "Environment":
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  # only this page needs it

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(money=wording.money, day=wording.date, say=wording.reason, label=wording.label)
    environment.filters["asked_for"] = lambda reminder: asked_for(reminder, wording)
    environment.globals.update({status.value: status for status in LineStatus})
    environment.globals.update(word=wording.word, short=wording.short)
    return environment


def _lines_by_reminder(proposal: Proposal) -> Mapping[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in proposal.lines:
        if line.reminder_id:
            found.setdefault(line.reminder_id, []).append(line)
    return found


def _card(reminder: Reminder, lines: Mapping[str, list[Line]]) -> Card:
    return Card(reminder, tuple(lines[reminder.reminder_id]), reminder.to.medium is Medium.SMS)
