"""What may be charged and done about one invoice on a day, and the statement that a customer may ask for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunningkit.errors import NotAllowed, NotFound, RateMissing
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import LegalActor, StopEffect
from dunningkit.law.terms import CreditorTerms, UnderLaw
from dunningkit.model import (
    Act,
    ActKind,
    CustomerClass,
    Hold,
    HoldKind,
    Language,
    Medium,
    Money,
    Payment,
    ReasonCode,
    ReceivableKind,
)
from dunningkit.policy import Policy, Step

CREDITOR = "pihapalvelu"
TERMS = CreditorTerms(
    sent_when_issued=True, due_dates_bind=True, rate_stated=True, start_stated=True, claim_interest=True
)


@pytest.fixture
def world(world):
    world.law = UnderLaw(load_pack("fi"), TERMS)
    world.creditor = replace(world.creditor, business_id="1234567-1", postal_address="Esimerkkikatu 1, 00100 Helsinki")
    formal = Step(id="formal", kind="formal", days=15, fee_minor=500, style="neutral")
    stale = {"formal_banking_days": 9, "any_banking_days": 9}
    world.policy = Policy(steps=(Step(id="first", days="by_history"), formal), caps=(), stale=stale)
    return world


def told(world, number: str = "1042", on: date | None = None):
    """The law's answer about the only receivable of an invoice."""
    (story,) = world.engine().explain_law(CREDITOR, number, on=on or world.today).stories
    return story.law


def reminder_of(law, medium: Medium = Medium.EMAIL):
    return next(one for one in law.acts if one.kind is ActKind.REMINDER and medium in one.media).allowed


def reminded(world, **invoice: object):
    """An invoice of 1,000 euros whose formal reminder, twenty days late, has left today."""
    world.invoice(minor=100_000, **invoice)
    world.propose()
    world.approve()
    world.send()
    world.on(world.today + timedelta(days=15))
    proposal = world.propose()
    world.approve()
    assert world.send().accepted
    return proposal.reminders[0]


def test_it_says_what_a_reminder_may_cost_and_from_when(world) -> None:
    world.invoice(late=5)
    world.sync()
    today = reminder_of(told(world))
    assert (today.fee_minor, today.chargeable_on) == (0, world.today + timedelta(days=10))
    assert ReasonCode.LAW_FEE_TOO_EARLY in [reason.code for reason in today.why]
    later = reminder_of(told(world, on=today.chargeable_on))
    assert later.fee_minor == 500
    assert later.cited[0].cite.startswith("513/1999 10 a §")


def test_ways_of_one_answer_are_told_together_and_a_text_message_apart(world) -> None:
    world.invoice(late=30)
    world.sync()
    ways = [one.media for one in told(world).acts if one.kind is ActKind.REMINDER]
    assert ways == [(Medium.EMAIL,), (Medium.SMS,)]
    assert reminder_of(told(world), Medium.SMS).fee_minor == 0


def test_an_unknown_class_gets_the_most_protective_answer(world) -> None:
    world.customer(customer_class=CustomerClass.UNKNOWN)
    world.invoice(late=30)
    world.sync()
    assert reminder_of(told(world)).fee_minor == 500


def test_it_tells_interest_by_rates_and_days(world) -> None:
    world.invoice(late=20, minor=100_000)
    world.sync()
    owed = told(world).interest
    assert owed.starts_on == world.today - timedelta(days=19)
    assert [(one.days, one.rate_bp) for one in owed.segments] == [(20, 950)]
    assert owed.due_minor == 521


def test_interest_stands_still_where_the_rate_is_not_published(world) -> None:
    world.invoice(late=20)
    world.sync()
    law = told(world, on=date(2027, 3, 1))
    assert law.interest.as_of == date(2026, 12, 31)


def test_what_is_for_a_collector_is_told_as_not_ours(world) -> None:
    reminded(world)
    law = told(world, on=world.today + timedelta(days=30))
    assert {one.kind for one in law.acts} == {ActKind.REMINDER, ActKind.EXTENSION, ActKind.PAYMENT_PLAN}
    demand = next(one for one in law.not_ours if one.kind is ActKind.DEMAND)
    assert (demand.actor, demand.allowed.fee_minor) == (LegalActor.PROFESSIONAL_COLLECTOR, 2400)


def test_stops_are_told_with_what_they_leave_possible(world) -> None:
    world.invoice(late=40)
    world.ledger.holds = {
        "h": Hold("h", "1", HoldKind.ESTATE, world.today - timedelta(days=3)),
        "later": Hold("later", "1", HoldKind.DISPUTE, world.today + timedelta(days=3)),
        "ours": Hold("ours", "1", HoldKind.PROMISE, world.today),
    }
    world.sync()
    (stop,) = told(world).stops
    assert (stop.effect, stop.may_be_overridden) == (StopEffect.PERSON, True)
    assert not reminder_of(told(world)).is_possible


def test_it_says_when_the_claim_lapses_and_what_puts_that_off(world) -> None:
    world.invoice(late=40)
    world.sync()
    lapse = told(world).lapse
    due_on = world.today - timedelta(days=40)
    assert lapse.on == due_on.replace(year=due_on.year + 3)
    assert ActKind.REMINDER in lapse.interrupted_by


def test_what_we_and_the_ledger_did_is_told_with_what_may_be_asked_of_it(world) -> None:
    reminded(world)
    on = world.today - timedelta(days=1)
    world.ledger.acts = [Act("a", "1042", "1", ActKind.REMINDER, on, fee=Money(9900, "EUR"), medium=Medium.LETTER)]
    world.sync()
    done = told(world).done
    assert [(one.act.fee_minor, one.lawful_minor) for one in done] == [(0, 0), (9900, 0), (500, 0)]


def test_what_was_done_later_is_not_told(world) -> None:
    reminded(world)
    assert told(world, on=world.today - timedelta(days=16)).done == ()


def test_the_day_asked_about_is_seen_as_it_was_then(world) -> None:
    world.invoice(late=20, minor=100_000)
    world.ledger.payments["p"] = Payment("p", "1", Money(100_000, "EUR"), world.today, receivable_id="1042")
    world.pay("1042")
    world.sync()
    law = told(world, on=world.today - timedelta(days=1))
    assert law.interest.principal_minor == 100_000
    assert told(world).interest.principal_minor == 0


def test_every_instalment_is_told_by_itself(world) -> None:
    for number in (1, 2):
        world.invoice(f"1042-{number}", late=30 * number, invoice_number="1042", instalment_number=number)
    world.sync()
    stories = world.engine().explain_law(CREDITOR, "1042", on=world.today).stories
    assert [one.receivable.instalment_number for one in stories] == [2, 1]
    assert stories[0].law.interest.due_minor > stories[1].law.interest.due_minor


def test_a_credit_note_is_no_claim_and_says_so(world) -> None:
    world.invoice(
        late=0, kind=ReceivableKind.CREDIT_NOTE, original=Money(-500, "EUR"), open=Money(-500, "EUR"), minor=-500
    )
    world.sync()
    (story,) = world.engine().explain_law(CREDITOR, "1042", on=world.today).stories
    assert (story.law, story.note.code) == (None, ReasonCode.NOT_ASKED_CREDIT_NOTE)
    with pytest.raises(NotAllowed, match="no claim"):
        world.engine().statement(CREDITOR, "1042", on=world.today)


def test_it_agrees_with_what_a_proposal_claims(world) -> None:
    world.invoice(late=5, minor=100_000)
    world.propose()
    world.approve()
    world.send()
    world.on(world.today + timedelta(days=15))
    (reminder,) = world.propose().reminders
    law = told(world)
    assert (reminder.items[0].fee_minor, reminder.items[0].interest_minor) == (
        reminder_of(law).fee_minor,
        law.interest.due_minor,
    )


def test_without_a_rule_pack_there_is_no_law_to_ask(world) -> None:
    world.law, world.policy = None, Policy()
    world.invoice()
    world.sync()
    for ask in (world.engine().explain_law, world.engine().statement):
        with pytest.raises(NotAllowed, match=r'\[law\] pack = "fi"'):
            ask(CREDITOR, "1042", on=world.today)


def test_what_is_not_known_is_named_with_what_looks_alike(world) -> None:
    world.invoice()
    world.sync()
    with pytest.raises(NotFound, match="look alike: 1042"):
        world.engine().explain_law(CREDITOR, "104", on=world.today)


# -- the statement ---------------------------------------------------------------------------------------------------


def test_a_statement_comes_to_what_the_reminder_of_the_day_asked_for(world) -> None:
    reminder = reminded(world)
    (made,) = world.engine().statement(CREDITOR, "1042", on=world.today)
    assert made.data["total_minor"] == reminder.total.amount_minor == 100_000 + 521 + 500
    assert made.data["fees"][0]["cite"].startswith("513/1999 10 a §")
    assert made.language is Language.FI


def test_a_statement_of_a_creditor_that_claims_no_interest_has_none(world) -> None:
    world.law = UnderLaw(load_pack("fi"), replace(TERMS, claim_interest=False))
    reminder = reminded(world)
    (made,) = world.engine().statement(CREDITOR, "1042", on=world.today)
    assert (made.data["interest"], made.data["total_minor"]) == ([], reminder.total.amount_minor)


def test_a_statement_takes_payments_as_the_ledger_booked_them(world) -> None:
    reminded(world)
    world.ledger.payments["p"] = Payment("p", "1", Money(40_000, "EUR"), world.today, receivable_id="1042")
    world.ledger.receivables["1042"] = replace(world.ledger.receivables["1042"], open=Money(60_000, "EUR"))
    world.sync()
    (made,) = world.engine().statement(CREDITOR, "1042", on=world.today)
    assert [made.data[f"{part}_left_minor"] for part in ("principal", "interest", "costs")] == [60_000, 521, 500]


def test_a_statement_asks_for_no_more_than_was_allowed(world) -> None:
    world.invoice(late=40)
    world.ledger.acts = [
        Act("a", "1042", "1", ActKind.REMINDER, world.today, fee=Money(9900, "EUR"), medium=Medium.LETTER)
    ]
    world.sync()
    (made,) = world.engine().statement(CREDITOR, "1042", on=world.today)
    assert made.data["costs_left_minor"] == 500


def test_a_statement_after_the_last_published_rate_counts_interest_until_then(world) -> None:
    world.invoice(late=20, minor=100_000)
    world.sync()
    (made,) = world.engine().statement(CREDITOR, "1042", on=date(2027, 1, 20))
    assert made.data["interest"][-1]["last"] == "2026-12-31"
    world.ledger.payments["p"] = Payment("p", "1", Money(1, "EUR"), date(2027, 1, 10), receivable_id="1042")
    world.on(date(2027, 1, 20)).sync()
    with pytest.raises(RateMissing):
        world.engine().statement(CREDITOR, "1042", on=date(2027, 1, 20))


def test_a_statement_does_not_ask_for_what_a_person_gave_up(world) -> None:
    reminded(world)
    world.engine().waive(CREDITOR, "1042", reason="Hyvitys.", actor=world.actor)
    (made,) = world.engine().statement(CREDITOR, "1042", on=world.today, language=Language.EN)
    assert (made.data["interest_waived_minor"], made.data["costs_waived_minor"]) == (521, 500)
    assert made.data["total_minor"] == 100_000
    assert made.text.count("Not asked for any more") == 2


@pytest.mark.parametrize("language", list(Language))
def test_a_statement_is_in_the_language_asked_for_else_the_customers(world, language: Language) -> None:
    world.customer(language=language)
    world.invoice(late=20)
    world.sync()
    (theirs,) = world.engine().statement(CREDITOR, "1042", on=world.today)
    (asked,) = world.engine().statement(CREDITOR, "1042", on=world.today, language=Language.SV)
    assert (theirs.language, asked.language) == (language, Language.SV)
