"""Single customers at the keyboard: another policy, more time, silence; and taking back what went wrong."""

from dunningkit.cli import exit_codes

POLICIES = """
[policy]
name = "everybody"

[[special_policies]]
name = "gentle"
covers = { tags = ["by hand"] }
steps = [{ id = "soft", days = 30 }]
"""


def test_a_customer_is_put_under_another_policy_and_back(desk) -> None:
    desk.write(POLICIES)
    desk.json("run")
    assert desk.dunning("assign", "gentle", "--customer", "1", "--note", "asked", "--language", "en") == 0
    assert desk.out == "Arranged: 1: policy gentle, customer 1 (asked). End it with: dunning end 1\n"
    assert desk.json("run")["by_reason"] == {"first_contact_due": 1, "step_not_reached": 1}
    assert desk.dunning("end", "1", "--language", "en") == 0
    assert desk.out == "Ended arrangement 1.\n"
    assert desk.json("run")["by_reason"] == {"first_contact_due": 2}
    assert desk.dunning("arrangements", "--customer", "1", "--language", "en") == 0
    assert desk.out == "1: policy gentle, customer 1 (asked), ended 24 November 2026\n"


def test_one_invoice_gets_more_time_and_another_is_left_alone(desk) -> None:
    desk.json("run")
    assert desk.json("grace", "10", "1042")["kind"] == "grace"
    assert desk.json("unfollow", "1043")["kind"] == "not_followed"
    assert desk.json("run")["by_reason"] == {"not_followed": 1, "step_not_reached": 1}
    assert desk.dunning("arrangements") == 0
    assert desk.out == "1: lisäaika 10 päivää, asiakas 1, saatava 1042\n2: ei seurannassa, asiakas 2, saatava 1043\n"
    items = desk.json("arrangements")["items"]
    assert [(item["receivable_id"], item["placed_by"]) for item in items] == [("1042", "maija"), ("1043", "maija")]


def test_no_grace_at_all_is_told_as_that(desk) -> None:
    desk.json("run")
    assert desk.dunning("grace", "0", "1042", "--language", "en") == 0
    assert desk.out == "Arranged: 1: grace 0 days, customer 1, receivable 1042. End it with: dunning end 1\n"
    assert desk.dunning("explain", "1042", "--language", "en") == 0
    assert "  1: grace 0 days, customer 1, receivable 1042\n" in desk.out


def test_nothing_arranged_is_said(desk) -> None:
    assert desk.dunning("arrangements", "--language", "en") == 0
    assert desk.out == "Nothing is arranged.\n"


def test_what_was_sent_is_taken_back_by_the_first_letters_of_its_id(desk, ids) -> None:
    desk.json("run")
    sent = ids()["1042"]
    desk.json("approve", sent)
    assert desk.json("send")["accepted"] == 1
    assert desk.json("cancel", sent[:9], "--note", "wrong copy") == {"cancelled": sent}
    assert desk.dunning("cancel", sent) == exit_codes.NOT_THERE
    assert "only a sent one can be cancelled" in desk.err


def test_a_run_on_a_wrong_day_is_thrown_away_and_the_right_one_made(desk) -> None:
    desk.json("run", "--as-of", "2027-11-24")
    assert desk.dunning("run") == exit_codes.NOT_THERE
    assert "dunning discard" in desk.err
    assert desk.json("discard")["discarded"]
    assert desk.json("run")["as_of"] == "2026-11-24"


def test_mistakes_say_what_to_do(desk) -> None:
    desk.json("run")
    assert desk.dunning("assign", "gone", "1042") == exit_codes.NOT_THERE
    assert "No policy 'gone' is in the settings (there is: default)" in desk.err
    assert desk.dunning("grace", "5") == exit_codes.NOT_THERE
    assert "Name a customer or a receivable" in desk.err
    assert desk.dunning("end", "7") == exit_codes.NOT_THERE
    assert "See: dunning arrangements" in desk.err


def test_two_policies_of_one_name_are_a_mistake_in_the_settings(desk) -> None:
    desk.write('[[special_policies]]\nname = "default"\ncovers = { tags = ["x"] }\n')
    assert desk.dunning("run") == exit_codes.SETTINGS
    assert "Two policies are named 'default'" in desk.err


def test_a_mistake_in_a_special_policy_names_its_place(desk) -> None:
    desk.write('[[special_policies]]\nname = "x"\ngrace_days = -1\n')
    assert desk.dunning("run") == exit_codes.SETTINGS
    assert "[[special_policies]] number 1" in desk.err
