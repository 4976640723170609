"""The page of a proposal: everything that was decided, for anyone, on any screen, in the chosen language."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from dunningkit.cli.page import write_page
from dunningkit.model import (
    ContactPoint,
    HoldKind,
    Language,
    LineStatus,
    Medium,
    Money,
    Proposal,
    QuarantinedRow,
    Reason,
    ReasonCode,
    Wishes,
)
from dunningkit.wording import Wording

EVERY_LANGUAGE = pytest.mark.parametrize("language", list(Language))
VOID = {"meta"}
CELLS = {"td", "th"}


@dataclass
class Element:
    """An element of the page: its name, its attributes, and its text with spaces made plain."""

    name: str
    attributes: dict[str, str]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).replace("\u00a0", " ").split())


class Page(HTMLParser):
    """A page read strictly: every element is closed, in the right order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.source = text
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag
        if tag in CELLS:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words.append(data)

    def all(self, name: str) -> list[Element]:
        return [element for element in self.elements if element.name == name]

    def texts(self, name: str) -> list[str]:
        return [element.text for element in self.all(name)]


@pytest.fixture
def proposal(world) -> Proposal:
    """One reminder that goes, one that asks, one invoice with no way to ask, one on hold, one that waits for its day."""
    world.invoice("1042")
    world.customer("2", name="Eero <b>Koski</b>", wishes=Wishes(medium=Medium.PHONE))
    world.invoice("1043", customer_id="2", late=9, instalment_number=2)
    world.customer("3", name="Aino Laine", contact_points=())
    world.invoice("1044", customer_id="3")
    world.invoice("1045", customer_id="4")
    world.sync()
    world.engine().hold(
        "pihapalvelu",
        actor=world.actor,
        start_on=world.today,
        receivable_id="1045",
        kind=HoldKind.PROMISE,
        end_on=date(2026, 12, 1),
    )
    made = world.propose()
    return replace(made, waiting=(("below_minimum", 3), ("brand_new", 1)))


@pytest.fixture
def shown(world, proposal: Proposal, tmp_path: Path) -> Callable[..., Page]:
    """Writes the page and reads it."""

    def show(language: Language = Language.EN, *rows: QuarantinedRow, of: Proposal = proposal) -> Page:
        path = write_page(tmp_path / "new" / "page", of, world.creditor, rows, Wording(language))
        assert path.name == "proposal.html"
        return Page(path.read_text(encoding="utf-8"))

    return show


def test_a_reminder_shows_who_would_hear_what_how_when_and_why(shown) -> None:
    page = shown()
    card = next(element for element in page.all("article") if "Maija Mäkinen 1" in element.text).text
    assert "Maija Mäkinen 1 · €89.90" in card
    assert "e-mail: maija1@example.fi · Style: understanding" in card
    assert "Leaves 24 November 2026 09:00 at the earliest" in card
    assert "Invoice 1042 · €89.90 · Due 19 November 2026 · 5 days late" in card
    assert "First contact: 5 days past due; the policy writes after 2 days." in card
    assert "By e-mail: the best way that is known." in card
    assert "Tuliko lasku 1042 perille?" in card


def test_a_reminder_says_how_much_of_it_is_no_invoice(shown, proposal: Proposal) -> None:
    about = next(one for one in proposal.reminders if one.customer_name == "Maija Mäkinen 1")
    formal = replace(about, items=(replace(about.items[0], fee_minor=500),), total=Money(9490, "EUR"))
    page = shown(of=replace(proposal, reminders=tuple(formal if one is about else one for one in proposal.reminders)))
    assert any("Maija Mäkinen 1 · €94.90 (of it fee €5.00)" in element.text for element in page.all("article"))


def test_what_needs_a_person_stands_with_its_message_or_in_a_table(shown) -> None:
    page = shown()
    assert "Without a message: 1 invoice" in page.texts("caption")
    row = next(element for element in page.all("tr") if "Aino Laine" in element.text).text
    assert row.startswith("1044 Aino Laine €89.90 19 November 2026 5 There is no usable address.")
    asking = next(element for element in page.all("article") if "1043" in element.text).text
    assert "Invoice 1043 (instalment 2)" in asking
    assert "The customer wishes: phone." in asking


def test_what_would_not_go_shows_why_and_until_when(shown) -> None:
    row = next(element for element in shown().all("tr") if element.text.startswith("1045")).text
    assert row == (
        "1045 Maija Mäkinen 4 €89.90 19 November 2026 5 On hold (placed by Maija M.): the customer has promised to pay. "
        "It lasts until 1 December 2026, then it is looked at again."
    )


def test_what_waits_is_counted_in_words(shown) -> None:
    items = shown().texts("li")
    assert "below the minimum: 3" in items
    assert "brand_new: 1" in items  # a newer version's reason is shown rather than lost


@EVERY_LANGUAGE
def test_every_line_and_every_reason_is_there_once(shown, proposal: Proposal, language: Language) -> None:
    page, wording = shown(language), Wording(language)
    text = next(iter(page.all("main"))).text
    for line in proposal.lines:
        assert text.count(f"{line.invoice_number} ") >= 1
        for reason in line.reasons:
            assert " ".join(wording.reason(reason).replace("\u00a0", " ").split()) in text


@EVERY_LANGUAGE
def test_the_counts_are_those_of_the_terminal(shown, proposal: Proposal, language: Language) -> None:
    page, wording = shown(language), Wording(language)
    ready, asked, silent = page.texts("h2")
    assert ready == f"{wording.label(LineStatus.READY)}: {wording.word('count_reminders', count=1)}"
    assert asked == f"{wording.label(LineStatus.NEEDS_YOU)}: {wording.word('count_invoices', count=2)}"
    assert silent == f"{wording.label(LineStatus.WONT_GO)}: {wording.word('count_invoices', count=1)}"


@EVERY_LANGUAGE
def test_an_empty_proposal_says_so_in_every_part(shown, proposal: Proposal, language: Language) -> None:
    empty = replace(proposal, lines=(), reminders=(), waiting=(), tallies=())
    none = [text for text in shown(language, of=empty).texts("p") if text == Wording(language).word("page_none")]
    assert len(none) == 3


def test_a_note_about_the_whole_run_stands_at_the_top(shown, proposal: Proposal) -> None:
    failed = Reason.of(ReasonCode.SCORER_FAILED, scorer="ladder")
    page = shown(Language.FI, of=replace(proposal, notes=(failed,)))
    header = next(iter(page.all("header"))).text
    assert "Maksuhistoriaa ei voitu arvioida (ladder), joten sävy on kaikille neutraali." in header


def test_rows_that_could_not_be_read_are_shown_with_their_place(shown) -> None:
    page = shown(Language.SV, QuarantinedRow("invoices.csv line 7", "This is not an amount.", "summa", "<sata>"))
    row = next(element for element in page.all("tr") if element.text.startswith("invoices.csv"))
    assert row.text == "invoices.csv line 7 summa <sata> This is not an amount."
    assert page.texts("h2")[-1] == "Rader som inte kunde läsas: 1 rad"


def test_a_text_message_looks_like_one(shown, world, proposal: Proposal) -> None:
    (reminder, *rest) = proposal.reminders
    by_sms = replace(reminder, to=ContactPoint(Medium.SMS, "+358 40 555 0001"))
    page = shown(of=replace(proposal, reminders=(by_sms, *rest)))
    assert [element.attributes["class"] for element in page.all("div")] == ["message sms", "message"]


class TestForAnyone:
    """The page can be read by a machine that reads aloud, on a phone, on paper, and without a network."""

    @EVERY_LANGUAGE
    def test_it_names_its_language_and_that_of_each_message(self, shown, language: Language) -> None:
        page = shown(language)
        assert page.all("html")[0].attributes["lang"] == language.value
        assert {element.attributes["lang"] for element in page.all("div")} == {"fi"}

    def test_headings_are_in_order(self, shown) -> None:
        page = shown(Language.FI, QuarantinedRow("x", "y"))
        levels = [int(element.name[1]) for element in page.elements if re.fullmatch(r"h\d", element.name)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))

    def test_tables_have_captions_and_headers_for_columns_and_rows(self, shown) -> None:
        page = shown(Language.FI, QuarantinedRow("x", "y"))
        assert len(page.all("table")) == len(page.all("caption")) == 3
        assert {element.attributes["scope"] for element in page.all("th")} == {"col", "row"}
        # The cells name their column themselves where a narrow screen stacks them, and stay cells of a table.
        assert all(element.attributes["data-title"] for element in page.all("td"))
        assert {element.attributes["role"] for element in page.all("td")} == {"cell"}
        assert {element.attributes["role"] for element in page.all("table")} == {"table"}

    def test_every_link_leads_somewhere_on_the_page_and_every_id_is_one_place(self, shown) -> None:
        page = shown(Language.FI, QuarantinedRow("x", "y"))
        ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
        assert len(ids) == len(set(ids))
        targets = {element.attributes["href"] for element in page.all("a")}
        assert targets == {"#content", "#ready", "#needs-you", "#wont-go", "#unreadable"}
        names = {element.attributes.get("aria-labelledby", "content") for element in page.elements}
        assert {target.removeprefix("#") for target in targets} | names <= set(ids)

    def test_it_fetches_and_runs_nothing(self, shown) -> None:
        page = shown()
        assert not {"script", "link", "img", "iframe", "form"} & {element.name for element in page.elements}
        assert not any(name.startswith("on") or name == "src" for e in page.elements for name in e.attributes)
        assert "url(" not in page.source
        assert "@import" not in page.source
        policies = [element.attributes.get("content") for element in page.all("meta")]
        assert "default-src 'none'; style-src 'unsafe-inline'" in policies

    def test_values_of_the_ledger_are_text_and_never_markup(self, shown) -> None:
        page = shown()
        assert page.all("b") == []
        assert any("Eero <b>Koski</b>" in text for text in page.texts("h3"))
