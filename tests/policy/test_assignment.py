"""Which policy a receivable is under: coverage, assignment, grace, and being left alone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dunningkit.errors import SettingsError
from dunningkit.model import (
    Arrangement,
    ArrangementKind,
    Customer,
    CustomerClass,
    LineStatus,
    Money,
    ReasonCode,
    Receivable,
)
from dunningkit.policy import Coverage, Day, Policies, Policy, Situation, Step, Terms, decide

AT = datetime(2026, 11, 1, tzinfo=UTC)
COMPANY = Customer("1", "Yritys Oy", customer_class=CustomerClass.COMMERCIAL_30_2013)
RENT = Receivable(
    "1042",
    "1",
    "1042",
    Money(8990, "EUR"),
    Money(8990, "EUR"),
    date(2026, 10, 27),
    date(2026, 11, 10),
    tags=("rent",),
    account="3000",
)

MAIN = Policy(name="main")
RENTS = Policy(name="rents", covers=Coverage(tags=("rent", "lease")))
KRONOR = Policy(name="kronor", covers=Coverage(currencies=("SEK",)))
COMPANIES = Policy(name="companies", covers=Coverage(customer_classes=(CustomerClass.COMMERCIAL_30_2013,)))


def arrange(number: int, kind: ArrangementKind, receivable_id: str | None = None, **more: object) -> Arrangement:
    return Arrangement(number, "1", kind, placed_by="Maija M.", placed_at=AT, receivable_id=receivable_id, **more)


@pytest.mark.parametrize(
    ("covers", "fits"),
    [
        (Coverage(), True),
        (Coverage(tags=("rent",)), True),
        (Coverage(tags=("lease",)), False),
        (Coverage(accounts=("3000",)), True),
        (Coverage(accounts=("3001",)), False),
        (Coverage(currencies=("SEK",)), False),
        (Coverage(customer_classes=(CustomerClass.CONSUMER,)), False),
        (Coverage(tags=("rent",), customer_classes=(CustomerClass.COMMERCIAL_30_2013,)), True),
        (Coverage(tags=("rent",), currencies=("SEK",)), False),
    ],
)
def test_what_is_given_must_all_fit(covers: Coverage, fits: bool) -> None:
    assert covers.fits(RENT, COMPANY) is fits


def test_a_customer_the_ledger_does_not_know_has_no_known_class() -> None:
    assert not COMPANIES.covers.fits(RENT, None)
    assert Coverage(customer_classes=(CustomerClass.UNKNOWN,)).fits(RENT, None)


def test_the_first_policy_that_covers_it_wins_and_the_main_one_takes_the_rest() -> None:
    policies = Policies(MAIN, (KRONOR, RENTS, COMPANIES))
    assert policies.terms(RENT, COMPANY).policy is RENTS
    assert policies.terms(replace(RENT, tags=()), COMPANY).policy is COMPANIES
    assert policies.terms(replace(RENT, tags=()), None).policy is MAIN


def test_what_no_policy_covers_is_left_alone_and_says_so() -> None:
    terms = Policies(KRONOR).terms(RENT, COMPANY)
    assert terms.policy is None
    day = Day(date(2026, 11, 20), KRONOR, date(2026, 11, 20), 0, frozenset(), "")
    decision = decide(Situation(RENT, COMPANY, terms=terms), day)
    assert (decision.status, decision.reasons[0].code) == (LineStatus.WONT_GO, ReasonCode.NOT_COVERED)


def test_an_assignment_comes_before_coverage_and_the_receivables_own_before_the_customers() -> None:
    policies = Policies(MAIN, (RENTS, KRONOR))
    of_customer = arrange(1, ArrangementKind.POLICY, policy_name="main")
    of_receivable = arrange(2, ArrangementKind.POLICY, "1042", policy_name="kronor")
    of_another = arrange(3, ArrangementKind.POLICY, "1043", policy_name="rents")
    assert policies.terms(RENT, COMPANY, [of_customer]).policy is MAIN
    assert policies.terms(RENT, COMPANY, [of_another, of_receivable, of_customer]).policy is KRONOR


def test_an_assigned_policy_that_is_gone_from_the_settings_counts_as_not_assigned() -> None:
    gone = arrange(1, ArrangementKind.POLICY, policy_name="of last year")
    assert Policies(MAIN, (RENTS,)).terms(RENT, COMPANY, [gone]).policy is RENTS


def test_the_newer_of_two_arrangements_counts() -> None:
    grace = [arrange(1, ArrangementKind.GRACE, grace_days=5), arrange(2, ArrangementKind.GRACE, grace_days=9)]
    assert Policies(MAIN).terms(RENT, COMPANY, reversed(grace)).grace_days == 9


def test_what_is_not_followed_is_silent_whatever_else_is_wrong() -> None:
    unfollowed = arrange(1, ArrangementKind.NOT_FOLLOWED)
    terms = Policies(MAIN).terms(RENT, None, [unfollowed])
    day = Day(date(2026, 11, 20), MAIN, date(2026, 11, 20), 0, frozenset(), "")
    decision = decide(Situation(RENT, None, terms=terms, quarantined_at="line 7"), day)
    assert (decision.status, decision.reasons[0].code) == (LineStatus.WONT_GO, ReasonCode.NOT_FOLLOWED)
    assert decision.next_review_on is None


def test_any_change_of_any_policy_is_a_new_version() -> None:
    one = Policies(MAIN, (RENTS,))
    assert one.version != Policies(MAIN, (RENTS.model_copy(update={"grace_days": 3}),)).version
    assert Policies(MAIN).version == MAIN.version


def test_two_policies_of_one_name_are_refused() -> None:
    with pytest.raises(SettingsError, match="Two policies are named 'main'"):
        Policies(MAIN, (RENTS.model_copy(update={"name": "main"}),))


def test_a_step_cannot_be_a_courtesy_here_and_a_reminder_there() -> None:
    before = Policy(
        name="before", covers=RENTS.covers, steps=(Step(id="first", kind="courtesy", anchor="before_due", days=2),)
    )
    with pytest.raises(SettingsError, match="'first' is a courtesy step in one policy"):
        Policies(MAIN, (before,))


def test_the_first_look_is_at_the_earliest_courtesy_of_any_policy() -> None:
    steps = (Step(id="b", kind="courtesy", anchor="before_due", days=9), Step(id="c", days=2))
    assert Policies(MAIN).first_look_days == 1
    assert Policies(MAIN, (Policy(name="early", covers=RENTS.covers, steps=steps),)).first_look_days == -9


def test_terms_are_stamped_by_what_an_approval_is_bound_to() -> None:
    assert Terms(MAIN).stamp != Terms(RENTS).stamp
    assert Terms(MAIN, 3).stamp != Terms(MAIN, None).stamp
    assert Terms(MAIN, unfollowed=arrange(1, ArrangementKind.NOT_FOLLOWED)).stamp != Terms(MAIN).stamp


def test_a_special_policy_without_covers_takes_only_what_is_assigned_to_it() -> None:
    gentle = Policy(name="gentle")
    policies = Policies(MAIN, (gentle, RENTS))
    other = replace(RENT, tags=())
    assert policies.terms(other, None).policy is MAIN
    assigned = arrange(1, ArrangementKind.POLICY, policy_name="gentle")
    assert policies.terms(other, None, [assigned]).policy is gentle
