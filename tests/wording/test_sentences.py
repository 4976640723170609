"""Every reason as an accountant reads it, in three languages."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunningkit import model
from dunningkit.engine import ChangeKind
from dunningkit.law.pack import StopKind
from dunningkit.model import (
    ActKind,
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
CITE = "513/1999 10 b §"
SOURCE = Path(model.__file__).parents[1]

#: An example of each reason, with every parameter that the engine gives it.
EXAMPLES: Mapping[ReasonCode, dict[str, str | int | None]] = {
    ReasonCode.FIRST_CONTACT_DUE: {"days_late": 5, "first_contact_days": 2, "earlier": "cancelled"},
    ReasonCode.STEP_DUE: {"days_late": 17, "step_days": 16, "step_number": 2},
    ReasonCode.STEP_DUE_END_OF_MONTH: {"days_late": 17, "step_days": 5, "step_number": 2},
    ReasonCode.STEP_DUE_AFTER_PREVIOUS: {"on": DAY, "step_days": 14, "step_number": 2},
    ReasonCode.COURTESY_DUE: {"day": DAY, "step_days": 3},
    ReasonCode.GRACE: {"grace_days": 7},
    ReasonCode.CAUGHT_UP: {"steps_passed": 1},
    ReasonCode.NOT_FOLLOWED: {"placed_by": "Maija M."},
    ReasonCode.NOT_COVERED: {},
    ReasonCode.NOT_DUE_YET: {"day": DAY},
    ReasonCode.BELOW_CUSTOMER_MINIMUM: {"overdue_minor": 123, "minimum_minor": 500, "currency": "EUR"},
    ReasonCode.CREDIT_NOTE_COVERS: {"credit_minor": 12345, "currency": "EUR"},
    ReasonCode.RUN_BACKDATED: {"day": DAY, "on": "2026-11-28"},
    ReasonCode.SEGMENT: {"segment": "spotless", "style": "understanding"},
    ReasonCode.STYLE_FIXED: {"style": "neutral"},
    ReasonCode.SCORER_FAILED: {"scorer": "ladder"},
    ReasonCode.CHANNEL_WISHED: {"medium": "sms"},
    ReasonCode.WISH_NOT_SERVED: {"medium": "phone"},
    ReasonCode.CHANNEL_OTHER_THAN_INVOICE: {"medium": "sms", "invoice_medium": "email"},
    ReasonCode.CHANNEL_ONLY: {"medium": "email"},
    ReasonCode.NUMBER_UNCONFIRMED: {},
    ReasonCode.AS_ITS_MESSAGE: {"style": "neutral", "medium": "email"},
    ReasonCode.SEND_POSTPONED: {"send_not_before": "2026-11-27T09:00:00+02:00"},
    ReasonCode.PARTLY_PAID: {"paid_minor": 12345, "currency": "EUR"},
    ReasonCode.LONG_OVERDUE: {"days_late": 115, "limit_days": 90, "earlier": "ledger"},
    ReasonCode.PERSON_CALLS: {"segment": "in_trouble"},
    ReasonCode.NO_CHANNEL: {},
    ReasonCode.NO_CHANNEL_PLUGIN: {"medium": "letter"},
    ReasonCode.CUSTOMER_MISSING: {"customer_id": "0042"},
    ReasonCode.DELIVERY_UNKNOWN: {"medium": "email", "on": DAY, "reminder_id": "4f2a"},
    ReasonCode.DELIVERY_REFUSED: {"medium": "email", "on": DAY, "detail": "mailbox full"},
    ReasonCode.TEXT_REFUSED: {"rule": "DK-T15", "found": "FI37 1590 3000 0007 76"},
    ReasonCode.RENDER_FAILED: {"plugin": "file"},
    ReasonCode.IBAN_DIFFERS: {},
    ReasonCode.CREDIT_UNAPPLIED: {"credit_minor": 12345, "linked_minor": 5000, "currency": "EUR"},
    ReasonCode.SETTLED_BUT_OPEN: {"settled_on": DAY, "open_minor": 12345, "currency": "EUR"},
    ReasonCode.ROW_QUARANTINED: {"place": "invoices.csv line 7"},
    ReasonCode.LADDER_DONE: {"reminders_sent": 2},
    ReasonCode.CHANGED_SINCE_APPROVAL: {"what": "amount"},
    ReasonCode.CHANNEL_HUNG: {"plugin": "netvisor"},
    ReasonCode.CHANNEL_NOT_READY: {"plugin": "file", "problem": "The folder is full."},
    ReasonCode.RECHECK_FAILED: {"source": "csv"},
    ReasonCode.STEP_NOT_REACHED: {"day": DAY, "step": "first", "step_number": 1},
    ReasonCode.TIME_TO_PAY: {"day": DAY, "on": "2026-11-12"},
    ReasonCode.NOT_BEFORE: {"day": DAY},
    ReasonCode.BELOW_MINIMUM: {"open_minor": 123, "minimum_minor": 500, "currency": "EUR"},
    ReasonCode.ANOTHER_FIRST: {},
    ReasonCode.CONTACT_CAP: {"max_contacts": 4, "window_days": 30, "day": DAY},
    ReasonCode.CREDITS_COVER: {"credit_minor": 12345, "currency": "EUR"},
    ReasonCode.WISH_NO_REMINDERS: {},
    ReasonCode.LEDGER_STALE: {"payments_as_of": "2026-11-17", "banking_days": 5, "limit_banking_days": 3},
    ReasonCode.IN_DELIVERY: {"on": DAY},
    ReasonCode.SKIPPED: {"by": "Maija M.", "day": DAY},
    ReasonCode.HELD_DISPUTE: HELD,
    ReasonCode.HELD_PROMISE: HELD,
    ReasonCode.HELD_PAYMENT_PLAN: HELD,
    ReasonCode.HELD_OPEN_REPLY: HELD,
    ReasonCode.HELD_PROTECTED: HELD,
    ReasonCode.FEE_ELSEWHERE: {},
    ReasonCode.HELD_COLLECTION: HELD,
    ReasonCode.HELD_SUSPENSION_REQUEST: HELD,
    ReasonCode.HELD_RESTRUCTURING: HELD,
    ReasonCode.HELD_DEBT_ADJUSTMENT: HELD,
    ReasonCode.HELD_BANKRUPTCY: HELD,
    ReasonCode.HELD_MINOR: HELD,
    ReasonCode.HELD_GUARDIAN: HELD,
    ReasonCode.HELD_ESTATE: HELD,
    ReasonCode.HELD_HARDSHIP: HELD,
    ReasonCode.HELD_MANUAL: HELD,
    ReasonCode.PAID_MEANWHILE: {},
    ReasonCode.GONE_MEANWHILE: {},
    ReasonCode.NEW_OVERDUE: {"due_on": DAY},
    ReasonCode.NEW_BEFORE_DUE: {"due_on": DAY},
    ReasonCode.NEW_LOOKED_AT: {"day": DAY},
    ReasonCode.NEW_READ: {"on": DAY},
    ReasonCode.NEW_UNEXPLAINED: {"day": DAY},
    ReasonCode.LEFT_GONE: {"on": DAY},
    ReasonCode.LEFT_SETTLED: {"on": DAY},
    ReasonCode.LEFT_NOT_DUE: {"due_on": "2026-12-11", "was": DAY},
    ReasonCode.LEFT_WAITING: {"day": DAY},
    ReasonCode.LEFT_UNEXPLAINED: {},
    ReasonCode.CHANGED_STATUS: {"was": "ready", "now": "wont_go"},
    ReasonCode.CHANGED_STEP: {"was": "first", "now": "second"},
    ReasonCode.CHANGED_AMOUNT: {"was_minor": 12345, "now_minor": 5000, "currency": "EUR"},
    ReasonCode.CHANGED_CURRENCY: {"was": "EUR", "now": "SEK"},
    ReasonCode.CHANGED_DUE: {"was": DAY, "now": "2026-12-11"},
    ReasonCode.CHANGED_STYLE: {"was": "neutral", "now": "understanding"},
    ReasonCode.CHANGED_REASON: {"was": "first_contact_due", "now": "time_to_pay"},
    ReasonCode.PAID_SINCE: {"paid_minor": 12345, "currency": "EUR", "on": DAY},
    ReasonCode.SENT_SINCE: {"on": DAY, "medium": "email"},
    ReasonCode.BASIS_CHANGED: {},
    ReasonCode.CHANGED_CUSTOMER: {"was": "1017", "now": "1020"},
    ReasonCode.CHANGED_UNEXPLAINED: {},
    ReasonCode.PAID_BACK_SINCE: {"paid_minor": 12345, "currency": "EUR", "on": DAY},
    ReasonCode.IN_HAND_SINCE: {"paid_minor": 12345, "currency": "EUR", "on": DAY},
    ReasonCode.GIVEN_BACK_SINCE: {"paid_minor": 12345, "currency": "EUR", "on": DAY},
    ReasonCode.CREDIT_NOTE_SINCE: {"number": "9001", "credit_minor": 12345, "currency": "EUR", "on": DAY},
    ReasonCode.CREDIT_GONE: {},
    ReasonCode.HOLD_SINCE: {"kind": "promise", "on": DAY, "by": "Maija M."},
    ReasonCode.RELEASED_SINCE: {"kind": "promise", "on": DAY, "by": "Maija M."},
    ReasonCode.LEDGER_HOLD_SINCE: {"kind": "dispute", "on": DAY},
    ReasonCode.HOLD_OVER: {"until": DAY},
    ReasonCode.ARRANGED_SINCE: {"kind": "grace", "on": DAY, "by": "Maija M."},
    ReasonCode.ARRANGEMENT_ENDED_SINCE: {"kind": "grace", "on": DAY, "by": "Maija M."},
    ReasonCode.APPROVED_SINCE: {"on": DAY, "by": "Maija M."},
    ReasonCode.SKIPPED_SINCE: {"on": DAY, "by": "Maija M."},
    ReasonCode.UNSKIPPED_SINCE: {"on": DAY, "by": "Maija M."},
    ReasonCode.OUTCOME_SINCE: {"on": DAY, "outcome": "refused"},
    ReasonCode.CANCELLED_SINCE: {"on": DAY, "by": "Maija M."},
    ReasonCode.RETURNED_SINCE: {"on": DAY},
    ReasonCode.READ_SINCE: {"on": DAY},
    ReasonCode.READABLE_SINCE: {},
    ReasonCode.CUSTOMER_READ_SINCE: {"on": DAY},
    ReasonCode.OTHER_READ_SINCE: {"number": "1050", "on": DAY},
    ReasonCode.OTHER_SENT_SINCE: {"on": DAY, "medium": "email"},
    ReasonCode.ACT_SINCE: {"kind": "reminder", "on": DAY},
    ReasonCode.DAY_CAME: {"day": DAY},
    ReasonCode.DAYS_PASSED: {"days": 3},
    ReasonCode.NEW_MONTH: {},
    ReasonCode.TOUCHED_SINCE: {},
    ReasonCode.CAP_TAKEN: {},
    ReasonCode.DIFFERS_RETURNED: {},
    ReasonCode.DIFFERS_SKIPPED: {},
    ReasonCode.DIFFERS_MESSAGE: {},
    ReasonCode.DIFFERS_WRITING: {},
    ReasonCode.DIFFERS_DAY: {"on": DAY, "day": "2026-11-28"},
    ReasonCode.DIFFERS_SETTINGS: {},
    ReasonCode.DIFFERS_KNOWN: {},
    ReasonCode.NOT_ASKED_GONE: {"on": DAY},
    ReasonCode.NOT_ASKED_SETTLED: {"on": DAY},
    ReasonCode.NOT_ASKED_NOT_ISSUED: {"day": DAY},
    ReasonCode.NOT_ASKED_CREDIT_NOTE: {},
    ReasonCode.NEVER_SYNCED: {},
    ReasonCode.SYNC_INCOMPLETE: {"on": DAY, "detail": "The file is cut off."},
    ReasonCode.TOO_MANY_GONE: {"gone": 30, "known": 100, "limit_percent": 20},
    ReasonCode.PAID_ON_TIME: {"on_time": 11, "known": 12},
    ReasonCode.LATE_BEFORE: {"late": 6, "known": 8, "typical_days_late": 21},
    ReasonCode.LITTLE_HISTORY: {"known": 2, "similar_late_percent": 38},
    ReasonCode.SLOWER_LATELY: {"days_slower": 9},
    ReasonCode.OVERDUE_ELSEWHERE: {"days_late": 44},
    ReasonCode.EVIDENCE: {"known": 12, "months": 23},
    ReasonCode.NOT_USED: {},
    ReasonCode.LAW_ALLOWED: {"fee_minor": 500, "currency": "EUR", "cite": CITE},
    ReasonCode.LAW_CLASS_UNKNOWN: {},
    ReasonCode.LAW_FEE_NO_RULE: {"act": "tratta"},
    ReasonCode.LAW_FEE_TOO_EARLY: {"day": DAY, "cite": CITE},
    ReasonCode.LAW_FEE_INVOICE_LATE: {"least_days": 14, "cite": CITE},
    ReasonCode.LAW_FEE_ACTUAL_COST: {"cite": CITE},
    ReasonCode.LAW_FEE_SHORT_EXTENSION: {"extension_days": 13, "least_days": 14, "cite": CITE},
    ReasonCode.LAW_FEE_NOT_AGREED: {"cite": CITE},
    ReasonCode.LAW_FEE_FREE_FIRST: {"cite": CITE},
    ReasonCode.LAW_FEE_COUNT: {"max_acts": 2, "cite": CITE},
    ReasonCode.LAW_FEE_TOTAL: {"left_minor": 400, "total_minor": 6000, "currency": "EUR", "cite": CITE},
    ReasonCode.LAW_FEE_LOWERED: {"asked_minor": 1000, "allowed_minor": 500, "currency": "EUR", "cite": CITE},
    ReasonCode.LAW_FEE_SUSPENDED: {"since": DAY, "cite": CITE},
    ReasonCode.LAW_FIXED_SUM_SET_OFF: {"fixed_minor": 4000, "currency": "EUR", "cite": CITE},
    ReasonCode.LAW_ACT_FORBIDDEN: {"act": "tratta", "cite": CITE},
    ReasonCode.LAW_ACT_TOO_EARLY: {"act": "demand", "day": DAY, "cite": CITE},
    ReasonCode.LAW_ACT_NEEDS_REMINDER: {"act": "tratta", "cite": CITE},
    ReasonCode.LAW_STOP: {"stop": "restructuring", "since": DAY, "cite": CITE},
    ReasonCode.LAW_DISPUTED_PART: {"disputed_minor": 5000, "currency": "EUR", "cite": CITE},
    ReasonCode.LAW_LAPSED: {"on": DAY, "cite": CITE},
    ReasonCode.LAW_TIME_TO_PAY: {"least_days": 10, "day": DAY, "cite": CITE},
    ReasonCode.LAW_OVERRIDDEN: {"by": "Maija M.", "stop": "minor", "cite": CITE},
    ReasonCode.LAW_INTEREST_NOT_STATED: {"cite": CITE},
    ReasonCode.LAW_INTEREST_NO_START: {"cite": CITE},
    ReasonCode.LAW_INTEREST_FROM: {"day": DAY, "cite": CITE},
    ReasonCode.LAW_DUE_MOVED: {"due_on": DAY, "day": DAY, "cite": CITE},
    ReasonCode.LAW_INTEREST_STOPPED: {"stop": "restructuring", "since": DAY, "cite": CITE},
    ReasonCode.LAW_INTEREST_CAPPED: {"cite": CITE},
    ReasonCode.LAW_INTEREST_CEILING: {"agreed_bp": 1600, "allowed_bp": 950, "cite": CITE},
    ReasonCode.LAW_INTEREST_PROVISIONAL: {"day": DAY, "cite": CITE},
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
        "Ensimmäinen yhteydenotto: eräpäivästä on 1 päivä, toimintatavan raja 2 päivää."
    )
    assert say(Language.SV, ReasonCode.CREDITS_COVER, credit_minor=123456, currency="EUR") == (
        "Kunden har 1 234,56 € till godo, vilket täcker allt förfallet. Kvitta det mot fakturorna."
    )
    assert say(Language.EN, ReasonCode.LATE_BEFORE, late=6, known=8, typical_days_late=21) == (
        "6 of 8 invoices have been late, typically by 21 days."
    )
    assert say(Language.EN, ReasonCode.SEND_POSTPONED, send_not_before="2026-11-27T09:00:00+02:00") == (
        "Leaves 27 November 2026 09:00 at the earliest."
    )


def test_the_only_invoice_is_told_as_the_only_one() -> None:
    assert say(Language.EN, ReasonCode.LATE_BEFORE, late=1, known=1, typical_days_late=3) == (
        "The only invoice known was late, by 3 days."
    )
    assert say(Language.EN, ReasonCode.LATE_BEFORE, late=1, known=4, typical_days_late=3) == (
        "1 of 4 invoices has been late, by 3 days."
    )
    assert say(Language.FI, ReasonCode.PAID_ON_TIME, on_time=1, known=1) == "Ainoa tunnettu lasku maksettiin ajallaan."
    assert say(Language.SV, ReasonCode.PAID_ON_TIME, on_time=0, known=1) == "0 av 1 faktura har betalats i tid."


def test_a_credit_note_for_the_invoice_is_told_as_that() -> None:
    linked = say(Language.EN, ReasonCode.CREDIT_UNAPPLIED, credit_minor=3000, linked_minor=2500, currency="EUR")
    assert linked == (
        "A credit note for this very invoice is not applied to it yet (€25.00); in hand in all: €30.00. "
        "Apply it, or approve as it is."
    )
    free = say(Language.EN, ReasonCode.CREDIT_UNAPPLIED, credit_minor=500, currency="EUR")
    assert free == "The customer has €5.00 in hand that is not applied to anything. Apply it, or approve as it is."


@EVERY_LANGUAGE
@pytest.mark.parametrize("code", [code for code in ReasonCode if code.value.startswith("held_")])
def test_a_hold_says_until_when_or_that_it_has_no_end(language: Language, code: ReasonCode) -> None:
    endless = say(language, code, until=None, placed_by="")
    ending = say(language, code, **HELD)
    assert "Maija M." in ending
    assert "2026" in ending
    assert "2026" not in endless
    assert "(" not in endless


def test_holds_as_they_are_read() -> None:
    assert say(Language.FI, ReasonCode.HELD_PROMISE, **HELD) == (
        "Muistutusesto (Maija M.): asiakas on luvannut maksaa. Voimassa 1.12.2026 asti, sitten katsotaan uudelleen."
    )
    assert say(Language.SV, ReasonCode.HELD_DISPUTE, until=None, placed_by="") == (
        "Påminnelsestopp: kunden har bestridit fakturan. Gäller tills det hävs."
    )
    assert say(Language.EN, ReasonCode.HELD_PROTECTED, until=None, placed_by="") == (
        "On hold: a protected situation. Only a person ends it."
    )


def test_a_figure_that_is_not_known_has_a_sentence_of_its_own() -> None:
    known = {"banking_days": 5, "limit_banking_days": 3}
    assert say(Language.EN, ReasonCode.LEDGER_STALE, payments_as_of=None, **known).startswith(
        "The payment data is 5 banking days old, the limit is 3 banking days."
    )
    assert say(Language.FI, ReasonCode.PERSON_CALLS, segment="").startswith("Soita asiakkaalle ensin;")
    assert say(Language.FI, ReasonCode.TOO_MANY_GONE, gone=30, known=100).startswith(
        "100 avoimesta laskusta 30 katosi reskontrasta kerralla. Tarkista vienti;"
    )
    assert say(Language.SV, ReasonCode.LITTLE_HISTORY, known=0, similar_late_percent=38) == (
        "Det finns ännu ingen historik, så bedömningen lutar sig på en uppskattning: "
        "av liknande fakturor väntas 38 % betalas sent."
    )


@EVERY_LANGUAGE
def test_what_is_expected_of_a_new_customer_is_not_told_as_a_count_of_others(language: Language) -> None:
    estimate = {Language.FI: "arvioon", Language.SV: "uppskattning", Language.EN: "estimate"}[language]
    assert estimate in say(language, ReasonCode.LITTLE_HISTORY, known=0, similar_late_percent=27)


def test_who_wished_for_a_call_is_called_and_another_wish_is_only_told() -> None:
    assert say(Language.FI, ReasonCode.WISH_NOT_SERVED, medium="phone") == (
        "Asiakkaan toive: puhelin. Se kanava ei ole täällä käytössä: soita itse tai hyväksy tämä viesti."
    )
    assert say(Language.FI, ReasonCode.WISH_NOT_SERVED, medium="letter") == (
        "Asiakkaan toive: kirje. Tämä viesti ei voi lähteä sitä kautta."
    )


@EVERY_LANGUAGE
def test_a_word_for_every_choice(language: Language) -> None:
    wording, seen = Wording(language), catalogue_of(language).labels
    choices = (
        LineStatus,
        Medium,
        Style,
        Segment,
        StepKind,
        HoldKind,
        ReminderState,
        Outcome,
        CustomerClass,
        SyncState,
        ActKind,
        ChangeKind,
        StopKind,
    )
    for enum in choices:
        table = seen[re.sub(r"(?<!^)(?=[A-Z])", "_", enum.__name__).lower()]
        assert set(table) == {member.value for member in enum}
        assert all(wording.label(member) == table[member.value] for member in enum)


@EVERY_LANGUAGE
def test_the_languages_have_the_same_keys_parameters_and_forms(language: Language) -> None:
    finnish, other = catalogue_of(Language.FI), catalogue_of(language)
    for table in ("reasons", "short", "errors", "rules", "words"):
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
    templates = (catalogue.reasons, catalogue.errors, catalogue.rules, catalogue.words)
    for template in (template for table in templates for template in table.values()):
        for form in forms(template):
            known = form in {"date", "moment", "money", "rate", "short"} or form in catalogue.counted
            assert known or form.removeprefix("label:") in catalogue.labels, template


@EVERY_LANGUAGE
def test_every_primary_reason_has_a_short_form(language: Language) -> None:
    beside = {"segment", "style_fixed", "scorer_failed", "partly_paid", "evidence", "not_used"}
    beside |= {"channel_wished", "channel_other_than_invoice", "channel_only", "paid_on_time", "late_before"}
    beside |= {
        "as_its_message",
        "little_history",
        "slower_lately",
        "overdue_elsewhere",
        "grace",
        "caught_up",
        "fee_elsewhere",
    }
    compared = ("not_asked_", "new_", "left_", "changed_", "differs_", "basis_changed", "credit_gone", "hold_over")
    beside |= {code.value for code in ReasonCode if code.value.startswith(compared)} - {"changed_since_approval"}
    beside |= {code.value for code in ReasonCode if code.value.endswith("_since")}
    beside |= {"cap_taken", "day_came", "days_passed"}
    assert catalogue_of(language).short.keys() - {""} == {code.value for code in ReasonCode} - beside


@EVERY_LANGUAGE
def test_every_rule_that_can_keep_a_text_back_is_explained(language: Language) -> None:
    sources = [path.read_text(encoding="utf-8") for path in (SOURCE / "messages").glob("*.py")]
    named = set(re.findall(r'"(DK-T\d\d)"', "".join(sources))) - {"DK-T20"}  # advice, which keeps no message back
    phrases = {f"DK-T0{number}" for number in range(1, 7)}  # named by the tables of phrases
    assert set(catalogue_of(language).labels["rule"]) == named | phrases


def test_the_catalogue_holds_every_word_of_the_screen_and_no_other() -> None:
    screens = [path.read_text(encoding="utf-8") for path in (SOURCE / "cli").iterdir() if path.is_file()]
    asked_for = set(re.findall(r"""\bword\(\s*["'](\w+)["']""", "".join(screens)))
    assert asked_for == catalogue_of(Language.FI).words.keys()


@EVERY_LANGUAGE
def test_no_word_that_labels_a_customer(language: Language) -> None:
    text = (SOURCE / "wording" / f"{language.value}.toml").read_text(encoding="utf-8").lower()
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
@given(data=st.data())
def test_any_figures_of_the_right_kind_make_a_sentence(language: Language, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(list(ReasonCode)))
    drawn = {name: data.draw(_like(name, value)) for name, value in EXAMPLES[code].items()}
    sentence = say(language, code, **drawn)
    assert not sentence.startswith(code.value)
    assert sentence[-1] == "."


def _like(name: str, value: str | int | None) -> st.SearchStrategy[str | int]:
    """Values of the same kind as an example's: whole numbers, days, moments, words."""
    if isinstance(value, int):
        return st.integers(0, 10**9)
    if value is not None and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return st.dates().map(date.isoformat)
    if name == "send_not_before":
        return st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
    if name == "currency":
        return st.sampled_from(["EUR", "SEK", "USD", "JPY", "KWD", "XXX"])
    return st.text(min_size=1)


@pytest.mark.parametrize("value", ["{until}", "{nothing}", "[[", "]]", "a || b", "{{ x }}", "{placed_by|money}"])
@EVERY_LANGUAGE
def test_what_a_value_says_is_never_read_as_a_template(language: Language, value: str) -> None:
    assert value in say(language, ReasonCode.HELD_MANUAL, until="2026-12-01", placed_by=value)
    assert value in say(language, ReasonCode.TEXT_REFUSED, rule="DK-T43", found=value)


#: What 1 and 5 of each counted noun are called.
COUNTED = {
    Language.FI: {
        "days": ("1 päivä", "5 päivää"),
        "banking_days": ("1 pankkipäivä", "5 pankkipäivää"),
        "invoices": ("1 lasku", "5 laskua"),
        "reminders": ("1 muistutus", "5 muistutusta"),
        "requests": ("1 maksupyyntö", "5 maksupyyntöä"),
        "months": ("1 kuukausi", "5 kuukautta"),
        "rows": ("1 rivi", "5 riviä"),
        "seconds": ("1 sekunti", "5 sekuntia"),
    },
    Language.SV: {
        "days": ("1 dag", "5 dagar"),
        "banking_days": ("1 bankdag", "5 bankdagar"),
        "invoices": ("1 faktura", "5 fakturor"),
        "reminders": ("1 påminnelse", "5 påminnelser"),
        "requests": ("1 begäran om betalning", "5 begäranden om betalning"),
        "months": ("1 månad", "5 månader"),
        "rows": ("1 rad", "5 rader"),
        "seconds": ("1 sekund", "5 sekunder"),
    },
    Language.EN: {
        "days": ("1 day", "5 days"),
        "banking_days": ("1 banking day", "5 banking days"),
        "invoices": ("1 invoice", "5 invoices"),
        "reminders": ("1 reminder", "5 reminders"),
        "requests": ("1 request for payment", "5 requests for payment"),
        "months": ("1 month", "5 months"),
        "rows": ("1 row", "5 rows"),
        "seconds": ("1 second", "5 seconds"),
    },
}


@EVERY_LANGUAGE
def test_one_and_several_of_everything_that_is_counted(language: Language) -> None:
    counted = catalogue_of(language).counted
    assert {noun: (f"1 {forms['one']}", f"5 {forms['other']}") for noun, forms in counted.items()} == COUNTED[language]


@EVERY_LANGUAGE
@pytest.mark.parametrize("code", list(ReasonCode), ids=lambda code: code.value)
def test_one_of_something_is_never_told_as_several(language: Language, code: ReasonCode) -> None:
    params = EXAMPLES[code]
    ones = say(language, code, **{name: 1 if isinstance(value, int) else value for name, value in params.items()})
    fives = say(language, code, **{name: 5 if isinstance(value, int) else value for name, value in params.items()})
    for one, five in COUNTED[language].values():
        assert not re.search(rf"\b1 {five.removeprefix('5 ')}\b", ones)
        assert not re.search(rf"\b5 {one.removeprefix('1 ')}\b", fives)


def test_a_moment_is_written_in_its_own_time_zone() -> None:
    moment = datetime(2026, 11, 27, 7, tzinfo=UTC)
    assert Wording(Language.FI).moment(moment) == "27.11.2026 07:00"
    assert Wording(Language.FI).date(moment.date() + timedelta(days=4)) == "1.12.2026"


def test_what_a_credit_note_took_off_an_invoice_is_not_told_as_paid() -> None:
    assert say(Language.EN, ReasonCode.PARTLY_PAID, paid_minor=3990, currency="EUR").endswith(
        "of the invoice has been paid or credited already."
    )
    assert "maksettu tai hyvitetty" in say(Language.FI, ReasonCode.PARTLY_PAID, paid_minor=3990, currency="EUR")
    assert "betalt eller krediterat" in say(Language.SV, ReasonCode.PARTLY_PAID, paid_minor=3990, currency="EUR")


def test_a_step_is_left_out_because_a_later_ones_day_has_come_whether_or_not_its_own_has() -> None:
    """A step 40 days after the due date is passed for one on the day after the due date's month."""
    told = {language: say(language, ReasonCode.CAUGHT_UP, steps_passed=1) for language in Language}
    assert told == {
        Language.EN: "Steps left out, because a later step's day has come: 1.",
        Language.FI: "Väliin jätettyjä vaiheita, koska myöhemmän vaiheen päivä on tullut: 1.",
        Language.SV: "Överhoppade steg, eftersom ett senare stegs dag har kommit: 1.",
    }


@pytest.mark.parametrize(
    ("earlier", "sentence"),
    [
        (None, "First contact: 5 days past due"),
        ("cancelled", "First contact once more, because what was sent has been cancelled: 5 days past due"),
        ("ledger", "First contact from here, the ledger notes an earlier one: 5 days past due"),
    ],
)
def test_a_first_contact_says_what_the_customer_has_read_before(earlier: str | None, sentence: str) -> None:
    told = say(Language.EN, ReasonCode.FIRST_CONTACT_DUE, days_late=5, first_contact_days=2, earlier=earlier)
    assert told.startswith(sentence)


@EVERY_LANGUAGE
def test_nobody_is_said_to_be_never_contacted_who_was(language: Language) -> None:
    told = {
        say(language, ReasonCode.LONG_OVERDUE, days_late=115, limit_days=90, earlier=earlier)
        for earlier in (None, "cancelled", "ledger")
    }
    assert len(told) == 3


def test_what_the_law_says_as_it_is_read() -> None:
    assert say(Language.FI, ReasonCode.LAW_FEE_TOO_EARLY, day=DAY, cite=CITE) == (
        "Kululle on liian aikaista: maksullinen tämä voi olla aikaisintaan 27.11.2026, sitä ennen se on maksuton "
        "(513/1999 10 b §)."
    )
    assert say(Language.SV, ReasonCode.LAW_STOP, stop="minor", since=None, cite="442/1999 23 §") == (
        "Ingenting skickas: kunden är minderårig (442/1999 23 §)."
    )
    assert say(Language.EN, ReasonCode.LAW_INTEREST_CEILING, agreed_bp=1600, allowed_bp=950, cite="633/1982 2 §") == (
        "The agreed rate of 16% is higher than what is allowed. Interest is counted at the allowed rate: 9.5% "
        "(633/1982 2 §)."
    )


def test_a_fee_of_nothing_is_told_as_free() -> None:
    free = say(Language.EN, ReasonCode.LAW_ALLOWED, fee_minor=0, currency="EUR", cite=CITE)
    assert free == "The law allows this free of charge (513/1999 10 b §)."


@EVERY_LANGUAGE
@pytest.mark.parametrize("code", [code for code in ReasonCode if "cite" in EXAMPLES[code]], ids=lambda code: code.value)
def test_what_the_law_says_ends_with_its_section(language: Language, code: ReasonCode) -> None:
    assert say(language, code, **EXAMPLES[code]).endswith(f" ({CITE}).")


@EVERY_LANGUAGE
@given(rate_bp=st.integers(0, 100_000))
def test_a_rate_is_written_with_all_its_hundredths(language: Language, rate_bp: int) -> None:
    written = Wording(language).rate(rate_bp)
    figure = re.sub(r"[^\d.,]", "", written).replace(",", ".") if rate_bp < 100_000 else "1000"
    assert round(float(figure) * 100) == rate_bp
    assert written.endswith("%")
