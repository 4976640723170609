"""What the terminal shows of a reading and of a proposal, in the chosen language."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from dunningkit.cli.summary import Ready, as_json, asked_for, line_as_json, print_proposal, print_sync
from dunningkit.engine import SyncReport
from dunningkit.model import Language, LineStatus, Medium, Money, Proposal, Reason, ReasonCode, Tally, Wishes
from dunningkit.store.syncs import SyncState
from dunningkit.wording import Wording

EVERY_LANGUAGE = pytest.mark.parametrize("language", list(Language))


def printed(print_it: Callable[..., None], value: object, language: Language) -> str:
    """What stands on the screen, with spaces made plain."""
    screen = StringIO()
    print_it(Console(file=screen, width=200), value, Wording(language))
    return screen.getvalue().replace("\u00a0", " ")


@pytest.fixture
def proposal(world) -> Proposal:
    """One reminder that goes, one that asks, one invoice that is silent."""
    world.invoice("1042")
    world.customer("2", name="Eero [Koski]", wishes=Wishes(medium=Medium.PHONE))
    world.invoice("1043", customer_id="2")
    world.customer("3", wishes=Wishes(no_reminders=True))
    world.invoice("1044", customer_id="3")
    return world.propose()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.FI, "104,90 € (josta muistutuskulu 10,00 €, viivästyskorko 5,00 €)"),
        (Language.SV, "104,90 € (varav påminnelseavgift 10,00 €, dröjsmålsränta 5,00 €)"),
        (Language.EN, "€104.90 (of it fee €10.00, interest €5.00)"),
    ],
)
def test_what_is_asked_for_beside_the_invoices_is_told(proposal: Proposal, language: Language, told: str) -> None:
    (reminder,) = Ready.of(proposal).going
    item = replace(reminder.items[0], fee_minor=500, earlier_fees_minor=500, interest_minor=500)
    formal = replace(reminder, items=(item,), total=Money(8990 + 1500, "EUR"))
    assert asked_for(formal, Wording(language)).replace("\u00a0", " ") == told
    others = tuple(one for one in proposal.reminders if one != reminder)
    assert told in printed(print_proposal, replace(proposal, reminders=(formal, *others)), language)
    assert asked_for(reminder, Wording(Language.EN)) == "€89.90"


class TestTheReading:
    def test_the_numbers_add_up_in_words(self) -> None:
        report = SyncReport(1, SyncState.COMPLETE, 5, 4, 1, 0, 0)
        assert (
            printed(print_sync, report, Language.FI) == "Reskontra: luettu 5 riviä = hyväksytty 4 + karanteenissa 1.\n"
        )
        one = replace(report, rows_read=1, rows_accepted=1, rows_quarantined=0)
        assert printed(print_sync, one, Language.SV) == "Reskontra: 1 rad lästa = 1 godtagna + 0 i karantän.\n"
        assert printed(print_sync, one, Language.EN) == "Ledger: 1 row read = 1 accepted + 0 quarantined.\n"

    def test_a_reading_that_is_not_whole_says_so_with_one_full_stop(self) -> None:
        report = SyncReport(1, SyncState.INCOMPLETE, 5, 5, 0, 0, 0, detail="the connection ended.")
        assert printed(print_sync, report, Language.EN).endswith("Not whole: the connection ended.\n")

    @EVERY_LANGUAGE
    def test_vanished_invoices_are_told_with_what_to_do(self, language: Language) -> None:
        report = SyncReport(1, SyncState.TOO_MANY_GONE, 5, 5, 0, vanished=30, known=100, detail="30 of 100")
        last = printed(print_sync, report, language).splitlines()[-1]
        assert "100" in last
        assert "30" in last
        assert "dunning sync --accept-gone" in last
        assert "too_many_gone" not in last


class TestTheProposal:
    def test_who_hears_is_asked_about_or_not_written_to(self, proposal: Proposal) -> None:
        text = printed(print_proposal, proposal, Language.EN)
        assert "24 November 2026: 3 invoices open (€269.70), of which overdue 3 (€269.70)." in text
        assert "Ready: 1 reminder\n" in text
        assert (
            f"  {proposal.reminders[0].reminder_id[:8]}  Maija Mäkinen 1  €89.90  1042  e-mail, understanding" in text
        )
        assert "Needs you: 1 invoice\n  1043      Eero [Koski]  €89.90  5 days late" in text
        assert "Won't go out: 1 invoice\n     1  wishes no reminders\n" in text

    @EVERY_LANGUAGE
    def test_no_code_and_no_english_where_another_language_was_chosen(
        self, proposal: Proposal, language: Language
    ) -> None:
        text = printed(print_proposal, proposal, language)
        for code in ReasonCode:
            assert code.value not in text.split()
        if language is not Language.EN:
            for word in ("Ready", "Needs", "overdue", "late", "open"):
                assert word not in text.split()

    def test_what_waits_is_counted_in_words(self, proposal: Proposal) -> None:
        text = printed(print_proposal, replace(proposal, waiting=(("time_to_pay", 12),)), Language.FI)
        assert "    12  maksuaikaa jäljellä (ei vuorossa tänään)\n" in text

    def test_the_commonest_silence_comes_first(self, proposal: Proposal) -> None:
        (silent,) = proposal.with_status(LineStatus.WONT_GO)
        held = replace(silent, reasons=(Reason.of(ReasonCode.HELD_MANUAL, until=None, placed_by=""),))
        text = printed(print_proposal, replace(proposal, lines=(silent, held, held), reminders=()), Language.EN)
        assert text.endswith("Won't go out: 3 invoices\n     2  on hold\n     1  wishes no reminders\n")

    def test_a_long_list_is_cut_and_says_where_the_rest_is(self, proposal: Proposal) -> None:
        (asked,) = proposal.with_status(LineStatus.NEEDS_YOU)
        text = printed(print_proposal, replace(proposal, lines=(asked,) * 12, reminders=()), Language.SV)
        assert text.count("Eero [Koski]") == 10
        assert "... och 2 till. Alla: dunning show" in text

    def test_a_note_about_the_whole_run_and_unreadable_rows_are_told(self, proposal: Proposal) -> None:
        failed = Reason.of(ReasonCode.SCORER_FAILED, scorer="ladder")
        text = printed(print_proposal, replace(proposal, notes=(failed,), quarantined=1), Language.SV)
        assert "Betalningshistoriken kunde inte bedömas (ladder), så tonen är neutral för alla." in text
        assert "Kunde inte läsas: 1 rad. Se: dunning show --quarantine" in text


class TestTheObject:
    def test_a_question_is_no_reminder_that_goes(self, proposal: Proposal) -> None:
        ready = Ready.of(proposal)
        assert [reminder.customer_id for reminder in ready.going] == ["1"]
        assert [reminder.customer_id for reminder in ready.asking] == ["2"]
        found = as_json(proposal)
        assert found["lines"] == {"ready": 1, "needs_you": 1, "wont_go": 1}
        assert found["reminders"] == 1
        assert found["by_reason"] == {"first_contact_due": 1, "wish_no_reminders": 1, "wish_not_served": 1}

    def test_currencies_stand_side_by_side_and_only_counts_are_added(self, proposal: Proposal) -> None:
        tallies = (Tally("EUR", 3, 300, 2, 200), Tally("SEK", 1, 1000, 1, 1000))
        assert as_json(replace(proposal, tallies=tallies))["receivables"] == {
            "open": 4,
            "overdue": 3,
            "open_minor": {"EUR": 300, "SEK": 1000},
            "overdue_minor": {"EUR": 200, "SEK": 1000},
            "quarantined": 0,
            "gone": 0,
        }

    def test_a_line_has_codes_for_machines_and_sentences_for_people(self, proposal: Proposal) -> None:
        (silent,) = proposal.with_status(LineStatus.WONT_GO)
        found = line_as_json(silent, Wording(Language.FI))
        text = "Asiakas on toivonut, ettei muistutuksia lähetetä."
        assert found["reasons"] == [{"code": "wish_no_reminders", "params": {}, "text": text}]
        assert (found["status"], found["due_on"], found["open_minor"]) == ("wont_go", "2026-11-19", 8990)
        assert (found["reminder_id"], found["next_review_on"]) == (None, None)


@pytest.mark.parametrize(
    ("number", "said"), [(1, "öppet 1 faktura (75,00 €), varav förfallet 1 ("), (2, "öppet 2 fakturor")]
)
def test_one_open_invoice_is_told_as_one_in_swedish(number: int, said: str) -> None:
    sentence = Wording(Language.SV).word(
        "open_and_overdue",
        as_of=date(2026, 11, 24),
        open=number,
        open_amount="75,00 €",
        overdue=str(number),
        overdue_amount="75,00 €",
    )
    assert sentence.startswith(f"24.11.2026: {said}")


def test_each_count_says_what_it_counts(proposal: Proposal) -> None:
    shown = printed(print_proposal, proposal, Language.EN)
    assert "Ready: 1 reminder\n" in shown
    assert "Needs you: 1 invoice\n" in shown
    assert "Won't go out: 1 invoice\n" in shown
