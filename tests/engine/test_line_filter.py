"""Choosing among the lines of a proposal: each criterion by example."""

from decimal import Decimal

import pytest

from dunningkit.engine import LineFilter
from dunningkit.model import (
    ContactPoint,
    LineStatus,
    Medium,
    Money,
    Proposal,
    ReasonCode,
    Segment,
    StepKind,
    Style,
    Wishes,
)
from dunningkit.store.codec import from_json, to_json


@pytest.fixture
def proposal(world) -> Proposal:
    """Maija hears of two invoices by e-mail, Eero of one in kronor by text message, Aino of nothing; Outi is asked about."""
    world.customer("1", name="Maija Mäkinen")
    world.invoice("1042", minor=8990, late=5)
    world.invoice("1050", minor=60000, late=20)
    number = ContactPoint(Medium.SMS, "+358457555010", confirmed=True)
    world.customer("2", name="Eero [Koski]", contact_points=(number,))
    world.invoice("1043", customer_id="2", original=Money(5000, "SEK"), open=Money(5000, "SEK"), late=9)
    world.customer("3", name="Aino Laine", wishes=Wishes(no_reminders=True))
    world.invoice("1044", customer_id="3", minor=12000)
    world.customer("4", name="Outi Niemi")
    world.invoice("1045", customer_id="4", late=120)
    return world.propose()


def numbers(proposal: Proposal, **criteria: object) -> list[str]:
    return [line.invoice_number for line in LineFilter(**criteria).lines(proposal)]


def test_without_a_criterion_every_line_is_meant(proposal) -> None:
    assert LineFilter().is_empty
    assert LineFilter().lines(proposal) == proposal.lines


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"statuses": (LineStatus.READY,)}, ["1050", "1042", "1043"]),
        ({"statuses": (LineStatus.NEEDS_YOU, LineStatus.WONT_GO)}, ["1044", "1045"]),
        ({"reasons": (ReasonCode.WISH_NO_REMINDERS,)}, ["1044"]),
        ({"reasons": (ReasonCode.FIRST_CONTACT_DUE,)}, ["1050", "1042", "1043", "1045"]),
        ({"reasons": (ReasonCode.LONG_OVERDUE, ReasonCode.NOT_BEFORE)}, ["1045"]),
        ({"segments": (Segment.NEW,)}, ["1050", "1042", "1043", "1044", "1045"]),
        ({"segments": (Segment.CHRONIC,)}, []),
        ({"styles": (Style.UNDERSTANDING,)}, ["1050", "1042", "1043", "1045"]),
        ({"kinds": (StepKind.FRIENDLY,)}, ["1050", "1042", "1043", "1045"]),
        ({"kinds": (StepKind.FORMAL,)}, []),
        ({"steps": ("first",)}, ["1050", "1042", "1043", "1045"]),
        ({"media": (Medium.SMS,)}, ["1043"]),
        ({"currencies": ("SEK",)}, ["1043"]),
        ({"customer": "1"}, ["1050", "1042"]),
        ({"customer": "mäki"}, ["1050", "1042"]),
        ({"customer": "MÄKI"}, ["1050", "1042"]),
        ({"customer": "ma\u0308ki"}, ["1050", "1042"]),
        ({"customer": "[koski]"}, ["1043"]),
        ({"invoice": "1042"}, ["1042"]),
        ({"invoice": "104"}, []),
        ({"min_amount": Decimal("89.90"), "max_amount": Decimal("120")}, ["1042", "1044", "1045"]),
        ({"min_amount": Decimal("600.01")}, []),
        ({"max_amount": Decimal("50")}, ["1043"]),
        ({"min_days_late": 9, "max_days_late": 20}, ["1050", "1043"]),
        ({"min_days_late": 41}, ["1045"]),
        ({"text": "perille"}, ["1050", "1042", "1043", "1045"]),
        ({"text": "maija1@EXAMPLE.fi"}, ["1050", "1042"]),
        ({"text": "1044"}, ["1044"]),
        ({"statuses": (LineStatus.READY,), "customer": "koski", "currencies": ("EUR",)}, []),
    ],
)
def test_each_criterion(proposal, criteria: dict[str, object], expected: list[str]) -> None:
    assert numbers(proposal, **criteria) == expected


def test_a_reminder_is_meant_wholly_or_in_part(proposal) -> None:
    (maija, eero, outi) = proposal.reminders
    late = LineFilter(max_days_late=10).chosen(proposal)
    assert (late.whole, late.partly) == ((eero.reminder_id,), (maija.reminder_id,))
    assert [line.invoice_number for line in late.bare] == ["1044"]
    everything = LineFilter().chosen(proposal)
    assert everything.whole == (maija.reminder_id, eero.reminder_id, outi.reminder_id)
    assert everything.receivable_ids == {"1042", "1043", "1044", "1045", "1050"}


def test_at_most_means_the_whole_message_and_not_each_of_its_invoices(proposal) -> None:
    found = LineFilter(customer="1", max_amount=Decimal(600)).chosen(proposal)
    assert len(LineFilter(customer="1", max_amount=Decimal(600)).lines(proposal)) == 2
    assert (found.whole, found.partly) == ((), (proposal.reminders[0].reminder_id,))


def test_a_filter_crosses_as_json() -> None:
    made = LineFilter(statuses=(LineStatus.READY,), min_amount=Decimal("99.90"), customer="Mäki")
    assert from_json(LineFilter, to_json(made)) == made
