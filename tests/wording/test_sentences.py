"""Every reason as an accountant reads it, in three languages."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunningkit import model
from dunningkit.model import (
    CustomerClass,
    HoldKind,
    Language,
    LineStatus,
    Medium,
    Money,
    Outcome,
    Reason,
    ReasonCode,
    ReminderState,
    Segment,
    StepKind,
    Style,
)
from dunningkit.store.syncs import SyncState
from dunningkit.wording import Wording
from dunningkit.wording.catalogue import catalogue_of
from dunningkit.wording.template import forms, parameters

HELD = {"until": "2026-12-01", "placed_by": "Maija M."}
DAY = "2026-11-27"

#: An example of each reason, with every parameter that the engine gives it.
EXAMPLES: Mapping[ReasonCode, dict[str, str | int | None]] = {
    ReasonCode.FIRST_CONTACT_DUE: {"days_late": 5, "first_contact_days": 2},
    ReasonCode.STEP_DUE: {"days_late": 17, "step_days": 16, "step_number": 2},
    ReasonCode.SEGMENT: {"segment": "spotless", "style": "understanding"},
    ReasonCode.STYLE_FIXED: {"style": "neutral"},
    ReasonCode.SCORER_FAILED: {"scorer": "ladder"},
    ReasonCode.CHANNEL_WISHED: {"medium": "sms"},
    ReasonCode.WISH_NOT_SERVED: {"medium": "phone"},
    ReasonCode.CHANNEL_OTHER_THAN_INVOICE: {"medium": "sms", "invoice_medium": "email"},
    ReasonCode.CHANNEL_ONLY: {"medium": "email"},
    ReasonCode.NUMBER_UNCONFIRMED: {},
    ReasonCode.SEND_POSTPONED: {"send_not_before": "2026-11-27T09:00:00+02:00"},
    ReasonCode.PARTLY_PAID: {"paid_minor": 12345, "currency": "EUR"},
    ReasonCode.LONG_OVERDUE: {"days_late": 115, "limit_days": 90},
    ReasonCode.PERSON_CALLS: {"segment": "in_trouble"},
    ReasonCode.NO_CHANNEL: {},
    ReasonCode.NO_CHANNEL_PLUGIN: {"medium": "letter"},
    ReasonCode.CUSTOMER_MISSING: {"customer_id": "0042"},
    ReasonCode.DELIVERY_UNKNOWN: {"medium": "email", "on": DAY, "reminder_id": "4f2a"},
    ReasonCode.DELIVERY_REFUSED: {"medium": "email", "on": DAY, "detail": "mailbox full"},
    ReasonCode.TEXT_REFUSED: {"rule": "DK-T15", "found": "FI37 1590 3000 0007 76"},
    ReasonCode.RENDER_FAILED: {"plugin": "file"},
    ReasonCode.IBAN_DIFFERS: {},
    ReasonCode.CREDIT_UNAPPLIED: {"credit_minor": 12345, "currency": "EUR"},
    ReasonCode.SETTLED_BUT_OPEN: {"settled_on": DAY, "open_minor": 12345, "currency": "EUR"},
    ReasonCode.ROW_QUARANTINED: {"place": "invoices.csv line 7"},
    ReasonCode.LADDER_DONE: {"reminders_sent": 2},
    ReasonCode.CHANGED_SINCE_APPROVAL: {"what": "amount"},
    ReasonCode.CHANNEL_NOT_READY: {"plugin": "file", "problem": "The folder is full."},
    ReasonCode.RECHECK_FAILED: {"source": "csv"},
    ReasonCode.STEP_NOT_REACHED: {"day": DAY, "step_number": 1},
    ReasonCode.TIME_TO_PAY: {"day": DAY, "on": "2026-11-12"},
    ReasonCode.NOT_BEFORE: {"day": DAY},
    ReasonCode.BELOW_MINIMUM: {"open_minor": 123, "minimum_minor": 500, "currency": "EUR"},
    ReasonCode.CONTACT_CAP: {"max_contacts": 4, "window_days": 30, "day": DAY},
    ReasonCode.CREDITS_COVER: {"credit_minor": 12345, "currency": "EUR"},
    ReasonCode.WISH_NO_REMINDERS: {},
    ReasonCode.LEDGER_STALE: {"payments_as_of": "2026-11-17", "banking_days": 5, "limit_banking_days": 3},
    ReasonCode.IN_DELIVERY: {"on": DAY},
    ReasonCode.HELD_DISPUTE: HELD,
    ReasonCode.HELD_PROMISE: HELD,
    ReasonCode.HELD_PAYMENT_PLAN: HELD,
    ReasonCode.HELD_OPEN_REPLY: HELD,
    ReasonCode.HELD_PROTECTED: HELD,
    ReasonCode.HELD_COLLECTION: HELD,
    ReasonCode.HELD_MANUAL: HELD,
    ReasonCode.PAID_MEANWHILE: {},
    ReasonCode.GONE_MEANWHILE: {},
    ReasonCode.NEVER_SYNCED: {},
    ReasonCode.SYNC_INCOMPLETE: {"on": DAY},
    ReasonCode.TOO_MANY_GONE: {"gone": 30, "known": 100, "limit_percent": 20},
    ReasonCode.PAID_ON_TIME: {"on_time": 11, "known": 12},
    ReasonCode.LATE_BEFORE: {"late": 6, "known": 8, "typical_days_late": 21},
    ReasonCode.LITTLE_HISTORY: {"known": 2, "similar_late_percent": 38},
    ReasonCode.SLOWER_LATELY: {"days_slower": 9},
    ReasonCode.OVERDUE_ELSEWHERE: {"days_late": 44},
    ReasonCode.EVIDENCE: {"known": 12, "months": 23},
    ReasonCode.NOT_USED: {},
}

#: What only the code needs and no sentence shows.
UNSHOWN = {"currency"}

EVERY_LANGUAGE = pytest.mark.parametrize("language", list(Language))


def say(language: Language, code: ReasonCode, **params: str | int | None) -> str:
    return Wording(language).reason(Reason.of(code, **params)).replace("\u00a0", " ")


def test_there_is_an_example_of_every_reason() -> None:
    assert set(EXAMPLES) == set(ReasonCode)


@pytest.mark.parametrize("code", list(ReasonCode), ids=lambda code: code.value)
@EVERY_LANGUAGE
def test_every_reason_is_a_sentence_with_all_its_figures(language: Language, code: ReasonCode) -> None:
    params = EXAMPLES[code]
    sentence = say(language, code, **params)
    assert not re.search(r"[{}|\[\]]|None", sentence), sentence
    assert not sentence[0].islower()
    assert sentence[-1] == "."
    assert code.value not in sentence
    assert parameters(catalogue_of(language).reasons[code]) == params.keys() - UNSHOWN


def test_some_sentences_as_they_are_read() -> None:
    late = {"days_late": 1, "first_contact_days": 2}
    assert say(Language.FI, ReasonCode.FIRST_CONTACT_DUE, **late) == (
        "Ensimmäinen yhteydenotto: eräpäivästä 1 päivä, toimintatavassa 2 päivää."
    )
    assert say(Language.SV, ReasonCode.CREDITS_COVER, credit_minor=123456, currency="EUR") == (
        "Kunden har 1 234,56 € till godo, vilket täcker allt förfallet."
    )
    assert say(Language.EN, ReasonCode.LATE_BEFORE, late=6, known=8, typical_days_late=21) == (
        "Late with 6 of 8 invoices, typically by 21 days."
    )
    assert say(Language.EN, ReasonCode.SEND_POSTPONED, send_not_before="2026-11-27T09:00:00+02:00") == (
        "Leaves 27 November 2026 09:00 at the earliest."
    )


@EVERY_LANGUAGE
def test_a_hold_without_an_end_or_a_name_leaves_that_out(language: Language) -> None:
    bare = say(language, ReasonCode.HELD_MANUAL, until=None, placed_by="")
    whole = say(language, ReasonCode.HELD_MANUAL, **HELD)
    assert whole.startswith(bare)
    assert "Maija M." in whole
    assert "2026" in whole
    assert "2026" not in bare


@EVERY_LANGUAGE
def test_a_word_for_every_choice(language: Language) -> None:
    wording, seen = Wording(language), catalogue_of(language).labels
    choices = (LineStatus, Medium, Style, Segment, StepKind, HoldKind, ReminderState, Outcome, CustomerClass, SyncState)
    for enum in choices:
        table = seen[re.sub(r"(?<!^)(?=[A-Z])", "_", enum.__name__).lower()]
        assert set(table) == {member.value for member in enum}
        assert all(wording.label(member) == table[member.value] for member in enum)


@EVERY_LANGUAGE
def test_the_languages_have_the_same_keys_parameters_and_forms(language: Language) -> None:
    finnish, other = catalogue_of(Language.FI), catalogue_of(language)
    for table in ("reasons", "short", "words"):
        mine, theirs = getattr(finnish, table), getattr(other, table)
        assert mine.keys() == theirs.keys()
        for key in mine:
            assert parameters(mine[key]) == parameters(theirs[key]), key
    assert {name: set(labels) for name, labels in finnish.labels.items()} == {
        name: set(labels) for name, labels in other.labels.items()
    }
    assert finnish.counted.keys() == other.counted.keys()


@EVERY_LANGUAGE
def test_every_form_that_a_template_asks_for_exists(language: Language) -> None:
    catalogue = catalogue_of(language)
    for template in (*catalogue.reasons.values(), *catalogue.words.values()):
        for form in forms(template):
            known = form in {"date", "moment", "money"} or form in catalogue.counted
            assert known or form.removeprefix("label:") in catalogue.labels, template


@EVERY_LANGUAGE
def test_every_primary_reason_has_a_short_form(language: Language) -> None:
    beside = {"segment", "style_fixed", "scorer_failed", "number_unconfirmed", "partly_paid", "evidence", "not_used"}
    beside |= {"channel_wished", "channel_other_than_invoice", "channel_only", "paid_on_time", "late_before"}
    beside |= {"little_history", "slower_lately", "overdue_elsewhere"}
    assert catalogue_of(language).short.keys() - {""} == {code.value for code in ReasonCode} - beside


@EVERY_LANGUAGE
def test_no_word_that_labels_a_customer(language: Language) -> None:
    text = (Path(model.__file__).parents[1] / "wording" / f"{language.value}.toml").read_text(encoding="utf-8").lower()
    for word in ("velallinen", "gäldenär", "debtor", "maksuhäiriö", "delinquent", "perintä", "inkasso"):
        assert word not in text


def test_a_reason_of_a_newer_version_is_shown_and_not_lost() -> None:
    wording = Wording(Language.FI)
    unheard_of = Reason("brand_new", {"figure": 7, "nothing": None})  # type: ignore[arg-type]  # what a newer store holds
    assert wording.reason(unheard_of) == "brand_new (figure: 7)"
    assert wording.reason(Reason.of(ReasonCode.STEP_DUE, days_late=3)) == "step_due (days_late: 3)"
    assert wording.short("brand_new") == "brand_new"


@EVERY_LANGUAGE
@given(minor=st.integers(-(10**12), 10**12), currency=st.sampled_from(["EUR", "SEK", "USD", "JPY", "KWD"]))
def test_any_amount_can_be_written_and_holds_all_its_digits(language: Language, minor: int, currency: str) -> None:
    written = Wording(language).money(Money(minor, currency))
    assert re.sub(r"\D", "", written).lstrip("0") == str(abs(minor)).lstrip("0")


@EVERY_LANGUAGE
@given(days=st.integers(0, 10**6), day=st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_any_number_of_days_and_any_day_can_be_written(language: Language, days: int, day: date) -> None:
    sentence = say(language, ReasonCode.CONTACT_CAP, max_contacts=1, window_days=days, day=day.isoformat())
    assert str(days) in sentence
    assert str(day.year) in sentence


@EVERY_LANGUAGE
def test_one_and_several(language: Language) -> None:
    one, two = (say(language, ReasonCode.SLOWER_LATELY, days_slower=n) for n in (1, 2))
    assert one.replace("1", "2") != two


def test_a_moment_is_written_in_its_own_time_zone() -> None:
    moment = datetime(2026, 11, 27, 7, tzinfo=UTC)
    assert Wording(Language.FI).moment(moment) == "27.11.2026 07:00"
    assert Wording(Language.FI).date(moment.date() + timedelta(days=4)) == "1.12.2026"
