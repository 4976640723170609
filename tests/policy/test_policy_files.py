"""A policy as people write it: TOML in, a versioned value out, and a sentence for every mistake."""

from pathlib import Path

import pytest

from dunningkit.errors import SettingsError
from dunningkit.model import Segment, Style
from dunningkit.policy import Approval, Grouping, HistoryRule, Policy, load_policy


@pytest.fixture
def load(tmp_path: Path):
    def read(text: str) -> Policy:
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        return load_policy(path)

    return read


def test_an_empty_file_is_the_default(load) -> None:
    assert load("") == Policy()
    assert [(step.id, step.days) for step in Policy().steps] == [("first", "by_history"), ("second", 16)]


def test_the_default_first_contacts_are_the_agreed_ones() -> None:
    rules = {
        segment: (rule.style, rule.first_contact_days, rule.person_first)
        for segment, rule in Policy().by_history.items()
    }
    assert rules == {
        Segment.NEW: (Style.UNDERSTANDING, 2, False),
        Segment.SPOTLESS: (Style.UNDERSTANDING, 3, False),
        Segment.RELIABLE: (Style.NEUTRAL, 2, False),
        Segment.MIXED: (Style.NEUTRAL, 2, False),
        Segment.SLOW_BUT_STEADY: (Style.NEUTRAL, 2, False),
        Segment.CHRONIC: (Style.DETERMINED, 1, False),
        Segment.IN_TROUBLE: (Style.UNDERSTANDING, 1, True),
    }
    assert [(cap.max_contacts, cap.window_days) for cap in Policy().caps] == [(1, 3), (4, 30)]
    assert Policy().steps[0].approval is Approval.PERSON
    assert Policy().grouping is Grouping.PER_CUSTOMER_AND_KIND


def test_a_file_names_only_what_differs(load) -> None:
    policy = load("[by_history.chronic]\nfirst_contact_days = 4\n")
    assert policy.by_history[Segment.CHRONIC] == HistoryRule(style=Style.DETERMINED, first_contact_days=4)
    assert policy.by_history[Segment.NEW] == Policy().by_history[Segment.NEW]
    assert policy.earliest_contact_days == 1


def test_any_change_is_a_new_version_and_no_change_is_none(load) -> None:
    assert load("").version == Policy().version
    assert load("long_overdue_days = 89").version != Policy().version
    assert load("[by_history.new]\nfirst_contact_days = 2\n").version == Policy().version


STEP = '[[steps]]\nid = "first"\ndays = 3\n'
COURTESY = '[[steps]]\nid = "before"\nkind = "courtesy"\nanchor = "before_due"\ndays = 3\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("steps = 3", "steps: must be a list."),
        ("nonsense", "not valid TOML"),
        ("long_overdue_day = 3", "long_overdue_day: is no setting of this place; check its spelling."),
        (STEP + STEP, "two steps are named 'first'"),
        (STEP + '[[steps]]\nid = "second"\ndays = 3\n', "must come later than step 'first'"),
        (STEP + '[[steps]]\nid = "second"\n', "only the first step after the due date can go by history"),
        ('[[steps]]\nid = "first"\ndays = 0\n', "days must be at least 1"),
        (STEP + 'kind = "formal"\n', "the first contact after the due date is friendly and free"),
        (
            STEP + '[[steps]]\nid = "law"\ndays = 16\nkind = "formal"\nchannels = ["sms"]\n',
            "go in writing that can be kept",
        ),
        (
            STEP + '[[steps]]\nid = "b"\ndays = 9\nkind = "final"\n[[steps]]\nid = "c"\ndays = 20\nkind = "formal"\n',
            "cannot come after",
        ),
        (
            STEP + '[[steps]]\nid = "b"\ndays = 9\nkind = "final"\n[[steps]]\nid = "c"\ndays = 20\nkind = "final"\n',
            "one final step",
        ),
        (STEP + 'kind = "courtesy"\n', "courtesy steps and only they are before_due"),
        (STEP + "fee_minor = 500\n", "friendly steps are free"),
        (STEP + 'approval = "automatic"\n', "approved_by and approved_on"),
        (STEP + 'style = "threatening"\n', "steps.0.style"),
        (STEP + "channels = []\n", "steps.0.channels"),
        (STEP + 'anchor = "before_due"\n', "courtesy steps and only they are before_due"),
        (STEP + 'anchor = "on_the_moon"\n', "steps.0.anchor"),
        ('[[steps]]\nid = "first"\ndays = 3\nanchor = "after_previous_step"\n', "no step after the due date before it"),
        (
            COURTESY + '[[steps]]\nid = "c"\ndays = 3\nanchor = "after_previous_step"\n',
            "no step after the due date before it",
        ),
        (COURTESY + '[[steps]]\nid = "later"\nkind = "courtesy"\nanchor = "before_due"\ndays = 5\n', "must come later"),
        (STEP + COURTESY, "a courtesy step comes before all others"),
        ('[[steps]]\nid = "m"\nanchor = "end_of_month_after_due"\n', "can go by history"),
        ("contact_gap_days = -1\n", "contact_gap_days: must be at least 0."),
        ("grace_days = 3000000\n", "grace_days: must be at most 366."),
        ("long_overdue_days = 3000000\n", "long_overdue_days: must be at most 36600."),
        ("stale = { any_banking_days = 3000000 }\n", "stale.any_banking_days: must be at most 366."),
        ('[[steps]]\nid = "first"\ndays = 3000000\n', "step 'first': days must be at least 1 and at most 732"),
        ('[[steps]]\nid = "first"\ndays = "soon"\n', "steps.0.days: must be a whole number, or must be 'by_history'."),
        ('[[steps]]\nid = "Ersti!"\n', "steps.0.id: has other characters than it may have"),
        (
            "[[special_policies]]\n",
            "special_policies: stands beside [policy] and not in it: write [[special_policies]].",
        ),
        ("[[caps]]\nmax_contacts = 3000000\nwindow_days = 3\n", "caps.0.max_contacts: must be at most 1000."),
        ("[[caps]]\nmax_contacts = 1\n", "caps.0.window_days: is missing."),
        ("minimum_open_minor = { eur = 500 }\n", "'eur' is no currency code; write it with three capital letters"),
        ("minimum_customer_minor = { EURO = 500 }\n", "'EURO' is no currency code"),
        ("minimum_customer_minor = { EUR = -5 }\n", "minimum_customer_minor: -5 is no amount in minor units from 0"),
        ("minimum_open_minor = 5\n", "minimum_open_minor: must be a table of names and values."),
        ('covers = { currencies = ["eur"] }\n', "covers: 'eur' is no currency code"),
        ('approved_on = "soon"\n', "approved_on: must be a day such as 2026-11-24."),
        ('hours = { permitted_from = "dawn" }\n', "hours.permitted_from: must be a time of day such as 09:00:00."),
        ("[covers]\ncustomer_classes = ['king']\n", "covers.customer_classes.0"),
        ("[[caps]]\nmax_contacts = 0\nwindow_days = 3\n", "caps.0.max_contacts"),
        ("[hours]\npermitted_from = 10:00:00\npreferred_from = 09:00:00\n", "permitted_from must not be after"),
        ("[by_history.generous]\nfirst_contact_days = 2\n", "by_history"),
    ],
)
def test_a_mistake_names_the_file_the_place_and_the_remedy(load, text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(text)
    assert words in str(caught.value)
    assert "policy.toml" in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read"):
        load_policy(tmp_path / "nowhere.toml")
