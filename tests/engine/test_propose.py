"""What a run would do: grouping, caps, words and counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dunningkit.contracts import LedgerCapability
from dunningkit.engine.filtering import LineFilter
from dunningkit.errors import NotFound, ProposalBlocked, TransientError
from dunningkit.model import (
    Act,
    ActBy,
    ActKind,
    ContactPoint,
    Document,
    LineStatus,
    Medium,
    Money,
    Payment,
    Reason,
    ReasonCode,
    ReceivableKind,
    Segment,
    Style,
)
from dunningkit.policy import Policy, Step


def test_a_new_customer_hears_kindly_and_is_told_why(world) -> None:
    world.invoice()
    proposal = world.propose()
    (line,), (reminder,) = proposal.lines, proposal.reminders
    assert (line.status, line.style) == (LineStatus.READY, Style.UNDERSTANDING)
    assert line.reasons[0].code is ReasonCode.FIRST_CONTACT_DUE
    assert "1042" in reminder.message.subject
    assert "89,90" in reminder.message.body
    assert reminder.send_not_before.isoformat() == "2026-11-24T09:00:00+02:00"


def test_one_customer_gets_one_message_about_everything(world) -> None:
    world.invoice("1042", minor=8990)
    world.invoice("1050", minor=1010)
    world.invoice("2000", customer_id="2")
    proposal = world.propose()
    assert [len(reminder.items) for reminder in proposal.reminders] == [2, 1]
    assert proposal.reminders[0].total == Money(10000, "EUR")
    assert "1042" in proposal.reminders[0].message.body
    assert "1050" in proposal.reminders[0].message.body


def test_currencies_never_share_a_message_and_the_cap_still_holds(world) -> None:
    world.invoice("1042")
    world.invoice("1050", original=Money(5000, "SEK"), open=Money(5000, "SEK"))
    proposal = world.propose()
    assert len(proposal.reminders) == 1
    capped = [line for line in proposal.lines if line.status is LineStatus.WONT_GO]
    assert [line.reasons[0].code for line in capped] == [ReasonCode.ANOTHER_FIRST]


def test_per_receivable_grouping_still_keeps_the_cap(world) -> None:
    world.policy = Policy(grouping="per_receivable")
    world.invoice("1042")
    world.invoice("1050")
    proposal = world.propose()
    assert [len(reminder.items) for reminder in proposal.reminders] == [1]


class TestOneMessageForSeveralSteps:
    """The customer was reminded of 1041 long ago; now it and 1042 are due for different steps."""

    @staticmethod
    def policy(second: str = "email") -> Policy:
        return Policy(
            caps=(),
            steps=(
                Step(id="one", days=2, style="understanding", channels=("email",)),
                Step(id="two", days=10, style="determined", channels=(second,), time_to_pay_days=5),
            ),
        )

    @pytest.fixture
    def reminded(self, world):
        world.policy = self.policy()
        both = (ContactPoint(Medium.EMAIL, "m@example.fi"), ContactPoint(Medium.SMS, "+358401234567", confirmed=True))
        world.customer("1", contact_points=both)
        world.invoice("1041")
        world.propose()
        world.approve()
        world.send()
        world.on(world.today + timedelta(days=20)).invoice("1042", late=3)
        return world

    def test_a_step_that_goes_by_another_way_has_a_message_of_its_own(self, reminded) -> None:
        reminded.policy = self.policy("sms")
        written = {one.items[0].step_id: (one.to.medium, one.style) for one in reminded.propose().reminders}
        assert written == {"one": (Medium.EMAIL, Style.UNDERSTANDING), "two": (Medium.SMS, Style.DETERMINED)}

    def test_a_line_tells_the_style_and_the_way_of_its_message(self, reminded) -> None:
        proposal = reminded.propose()
        (reminder,) = proposal.reminders
        assert (reminder.style, len(reminder.items)) == (Style.UNDERSTANDING, 2)
        assert {line.style for line in proposal.lines} == {Style.UNDERSTANDING}
        second = next(line for line in proposal.lines if line.step_id == "two")
        assert Reason.of(ReasonCode.AS_ITS_MESSAGE, style="understanding", medium="email") in second.reasons
        assert ReasonCode.STYLE_FIXED not in [reason.code for reason in second.reasons]
        assert LineFilter(styles=(Style.DETERMINED,)).lines(proposal) == ()

    def test_the_story_of_a_line_says_why_its_message_has_another_style(self, reminded) -> None:
        reminded.propose()
        (story,) = reminded.engine().explain("pihapalvelu", "1041", reminded.today).stories
        assert [reason.code for reason in story.why_differs] == [ReasonCode.DIFFERS_MESSAGE]


def test_a_weekend_postpones_sending_but_not_readiness(world) -> None:
    saturday = world.today + timedelta(days=4)
    world.on(saturday).invoice()
    (reminder,) = world.propose().reminders
    assert reminder.send_not_before.isoformat() == "2026-11-30T09:00:00+02:00"


def test_counts_are_exact(world) -> None:
    world.invoice("1", late=5, minor=1001)
    world.invoice("2", late=-5, minor=2002, customer_id="2")  # not due yet
    world.invoice("3", late=0, minor=4004, customer_id="3")  # due today: open, not overdue
    world.invoice("4", late=9, minor=8008, customer_id="4")
    world.pay("4")
    (tally,) = world.propose().tallies
    assert (tally.open, tally.open_minor, tally.overdue, tally.overdue_minor) == (3, 7007, 1, 1001)


def test_what_was_settled_later_was_open_then(world) -> None:
    world.invoice("1", late=5, settled_on=world.today + timedelta(days=3), open=Money(0, "EUR"))
    world.invoice("2", late=5, customer_id="2", issued_on=world.today + timedelta(days=1))
    (tally,) = world.propose().tallies
    assert (tally.open, tally.overdue, tally.overdue_minor) == (1, 1, 8990)


def test_a_settling_day_of_today_is_settled(world) -> None:
    world.invoice("1", late=5, settled_on=world.today, open=Money(0, "EUR"))
    assert world.propose().tallies == ()


def test_a_credit_note_that_covers_everything_silences(world) -> None:
    world.invoice("1042", minor=5000)
    world.invoice("C1", minor=-5000, kind=ReceivableKind.CREDIT_NOTE)
    assert world.line("1042").reasons[0].code is ReasonCode.CREDITS_COVER


def test_every_overdue_receivable_is_a_line_or_waits_with_a_reason(world) -> None:
    for number in range(6):
        world.invoice(str(number), customer_id=str(number), late=number)
    first = world.propose()
    assert len(first.lines) + sum(count for _, count in first.waiting) == sum(t.overdue for t in first.tallies)
    world.on(world.today + timedelta(days=1))
    second = world.propose()
    assert len(second.lines) + sum(count for _, count in second.waiting) == sum(t.overdue for t in second.tallies)


def test_a_hold_ends_and_the_line_is_back(world) -> None:
    world.invoice()
    hold = (
        world.engine().hold("pihapalvelu", actor=world.actor, start_on=world.today, receivable_id="1042")
        if (world.sync() is None)
        else None
    )
    assert world.line().reasons[0].code is ReasonCode.HELD_MANUAL
    world.engine().release("pihapalvelu", hold.hold_id, actor=world.actor)
    assert world.line().status is LineStatus.READY


def test_a_hold_on_nothing_known_is_refused(world) -> None:
    world.sync()
    with pytest.raises(NotFound, match="9999"):
        world.engine().hold("pihapalvelu", actor=world.actor, start_on=world.today, receivable_id="9999")
    with pytest.raises(NotFound, match="nobody"):
        world.engine().hold("pihapalvelu", actor=world.actor, start_on=world.today, customer_id="nobody")


def test_an_unconfirmed_number_hears_nothing_of_an_invoice(world) -> None:
    world.customer(contact_points=(ContactPoint(Medium.SMS, "+358457555010"),))
    world.invoice()
    (reminder,) = world.propose().reminders
    assert "1042" not in reminder.message.body
    assert "89,90" not in reminder.message.body
    assert "09 123 4567" in reminder.message.body


def test_a_confirmed_number_gets_a_short_message_without_a_link(world) -> None:
    world.customer(contact_points=(ContactPoint(Medium.SMS, "+358457555010", confirmed=True),))
    world.invoice()
    (reminder,) = world.propose().reminders
    assert "1042" in reminder.message.body
    assert "www." not in reminder.message.body


class BrokenScorer:
    def score(self, histories: object, as_of: object) -> list[object]:
        raise ZeroDivisionError


def test_a_failing_scorer_makes_everybody_neutral_and_the_proposal_says_so(world) -> None:
    world.scorer = BrokenScorer()
    world.invoice()
    proposal = world.propose()
    assert [note.code for note in proposal.notes] == [ReasonCode.SCORER_FAILED]
    assert proposal.lines[0].style is Style.NEUTRAL


def test_a_channel_that_cannot_render_needs_a_person(world) -> None:
    def broken(reminder: object) -> object:
        raise OSError

    world.channel.render = broken
    world.invoice()
    assert world.line().reasons[0].code is ReasonCode.RENDER_FAILED


def test_a_text_that_names_a_foreign_account_is_refused(world) -> None:
    world.invoice(subject="Maksa tilille FI37 1590 3000 0007 76")
    line = world.line()
    assert (line.status, line.reasons[0].code) == (LineStatus.NEEDS_YOU, ReasonCode.TEXT_REFUSED)


def test_a_new_policy_looks_at_everything_again(world) -> None:
    world.invoice(minor=500)
    world.policy = Policy(minimum_open_minor={"EUR": 1000})
    assert world.line().reasons[0].code is ReasonCode.BELOW_MINIMUM
    world.on(world.today + timedelta(days=1))
    assert world.propose().lines == ()  # nothing changed: it waits
    world.policy = Policy()
    assert world.line().status is LineStatus.READY


def test_a_run_dated_before_the_last_one_is_refused_and_changes_nothing(world) -> None:
    world.invoice(late=5)
    proposal = world.propose()
    with pytest.raises(ProposalBlocked) as caught:
        world.on(world.today - timedelta(days=4)).propose()
    assert caught.value.code == ReasonCode.RUN_BACKDATED
    assert world.engine().latest("pihapalvelu") == proposal


def test_two_instalments_are_two_lines_of_one_message(world) -> None:
    world.invoice("1042/1", invoice_number="1042", instalment_number=1)
    second = world.invoice("1042/2", invoice_number="1042", instalment_number=2)
    world.ledger.receivables["1042/2"] = replace(second, due_on=second.due_on + timedelta(days=2))
    proposal = world.propose()
    assert len(proposal.lines) == 2
    assert len(proposal.reminders) == 1


def test_what_was_paid_on_an_unknown_day_is_no_history(world) -> None:
    for number in range(8):
        world.invoice(f"old{number}", late=300, open=Money.zero("EUR"))
    world.invoice("1042", late=5)
    assert world.line().segment is Segment.NEW


def test_the_ledgers_own_reminders_count_toward_the_caps(world) -> None:
    world.invoice()
    world.ledger.acts = [Act("a1", "1042", "1", ActKind.REMINDER, world.today - timedelta(days=1), by=ActBy.LEDGER)]
    assert world.line().reasons[0].code is ReasonCode.CONTACT_CAP
    world.ledger.acts = [Act("a1", "1042", "1", ActKind.EXTENSION, world.today - timedelta(days=1), by=ActBy.LEDGER)]
    assert world.line().status is LineStatus.READY


def test_a_reminder_of_the_ledgers_own_after_approval_keeps_ours_back(world) -> None:
    world.invoice()
    world.propose()
    world.approve()
    world.ledger.acts = [Act("a1", "1042", "1", ActKind.REMINDER, world.today, by=ActBy.LEDGER)]
    world.sync()
    report = world.send()
    assert (report.accepted, [one.reason.code for one in report.returned]) == ([], [ReasonCode.CONTACT_CAP])


def test_money_that_is_not_applied_yet_is_asked_about_or_covers_all(world) -> None:
    world.invoice(minor=5_000)
    world.ledger.payments["p"] = Payment("p", "1", Money(2_000, "EUR"), world.today)
    assert world.line().reasons[0] == Reason.of(ReasonCode.CREDIT_UNAPPLIED, credit_minor=2_000, currency="EUR")
    world.ledger.payments["p"] = Payment("p", "1", Money(5_000, "EUR"), world.today)
    assert world.line().reasons[0].code is ReasonCode.CREDITS_COVER
    world.ledger.payments["p"] = Payment("p", "1", Money(5_000, "SEK"), world.today)
    assert world.line().status is LineStatus.READY


def test_copies_are_attached_where_the_ledger_gives_them_and_the_text_says_so(world) -> None:
    world.invoice(copy_available=True)
    assert "liitteenä" not in world.propose().reminders[0].message.body
    world.capabilities = frozenset({LedgerCapability.DOCUMENTS})
    world.ledger.documents = lambda ids: [Document(one, f"{one}.pdf", "application/pdf", b"%PDF") for one in ids]
    world.invoice("1043", copy_available=True, late=6)
    (reminder,) = world.propose().reminders
    assert "liitteenä" in reminder.message.body


def test_when_copies_cannot_be_fetched_the_text_offers_them_instead(world) -> None:
    world.invoice(copy_available=True)
    world.capabilities = frozenset({LedgerCapability.DOCUMENTS})

    def unreachable(_ids):
        raise TransientError("the archive does not answer")

    world.ledger.documents = unreachable
    assert "liitteenä" not in world.propose().reminders[0].message.body


def test_a_credit_that_covers_today_is_looked_at_again_when_more_falls_due(world) -> None:
    world.invoice("1042", minor=10_000, late=5)
    world.invoice("1043", minor=50_000, late=-3)
    world.ledger.payments["p"] = Payment("p", "1", Money(10_000, "EUR"), world.today)
    assert world.line("1042").reasons[0].code is ReasonCode.CREDITS_COVER
    world.on(world.today + timedelta(days=4))
    assert world.line("1042").reasons[0].code is ReasonCode.CREDIT_UNAPPLIED


def test_an_overpaid_invoice_is_money_in_hand(world) -> None:
    world.invoice("1042", minor=10_000)
    world.invoice("1041", minor=10_000, late=40, open=Money(-10_000, "EUR"))
    assert world.line("1042").reasons[0].code is ReasonCode.CREDITS_COVER
    assert world.engine().quarantine("pihapalvelu") == ()


@pytest.mark.parametrize(("late", "code"), [(5, ReasonCode.FIRST_CONTACT_DUE), (100, ReasonCode.LONG_OVERDUE)])
def test_who_read_a_reminder_that_does_not_count_is_not_said_to_be_never_contacted(world, late: int, code) -> None:
    world.policy = Policy(caps=())
    world.invoice("1041", late=late, customer_id="1")
    world.invoice("1042", late=late, customer_id="2")
    world.invoice("1043", late=late, customer_id="3")
    world.ledger.acts.append(Act("a1", "1042", "2", ActKind.REMINDER, world.today - timedelta(days=3), ActBy.LEDGER))
    mine = next(one for one in world.propose().reminders if one.customer_id == "1")
    world.approve(mine.reminder_id)
    world.send()
    world.engine().cancel_reminder("pihapalvelu", mine.reminder_id, actor=world.actor)
    told = {line.receivable_id: line.reasons[0] for line in world.propose().lines}
    assert {reason.code for reason in told.values()} == {code}
    earlier = {receivable_id: reason.params.get("earlier") for receivable_id, reason in told.items()}
    assert earlier == {"1041": "cancelled", "1042": "ledger", "1043": None}
