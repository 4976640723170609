"""The command that prints the contract clause, and warns when an older one no longer holds."""

import pytest

from dunningkit.cli import exit_codes
from dunningkit.engine.config import read_configuration
from dunningkit.messages.clause import ClauseFigures
from dunningkit.model import Language
from dunningkit.wording.catalogue import catalogue_of

LAWFUL = """
[law]
pack = "fi"
claim_interest = true

[[policy.steps]]
id = "first"

[[policy.steps]]
id = "second"
kind = "formal"
days = 16
fee_minor = 500
"""


HOUSE = 'business_id = "1234567-1"\npostal_address = "Esimerkkikatu 1"\n'


@pytest.fixture
def lawful(desk):
    desk.write(LAWFUL)
    told_who_asks(desk, HOUSE)
    return desk


def told_who_asks(desk, house: str) -> None:
    file = desk.folder / "dunning.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("agent_name", f"{house}agent_name"), encoding="utf-8")


def test_the_clause_with_its_stamp(lawful) -> None:
    assert lawful.dunning("law", "clause", "--language", "en") == exit_codes.DONE
    assert lawful.out.startswith("Invoicing and follow-up of payments\n\n1. We send the invoice at least 14 days")
    assert lawful.out.splitlines()[-1].startswith("dunning-clause/1 en ")


def test_a_clause_that_holds_and_one_that_no_longer_does(lawful) -> None:
    lawful.dunning("law", "clause")
    given = lawful.folder / "clause.txt"
    given.write_text(lawful.out, encoding="utf-8")
    assert lawful.dunning("law", "clause", "--check", str(given)) == exit_codes.DONE
    assert lawful.out.strip() == "Ehto vastaa toimintatapaa ja lakia."
    lawful.write(LAWFUL.replace("fee_minor = 500", "fee_minor = 300").replace("claim_interest = true", ""))
    told_who_asks(lawful, HOUSE)
    assert lawful.dunning("law", "clause", "--check", str(given), "--language", "en") == exit_codes.SETTINGS
    said = lawful.out.replace("\u00a0", " ")
    assert "no longer matches the clause that customers were given" in said
    assert "Reminder fee. In the clause: €5.00. Now: €3.00." in said
    assert "Late payment interest a year. In the clause: 9.5%. Now: not mentioned." in said
    found = lawful.json("law", "clause", "--check", str(given), code=exit_codes.SETTINGS)
    assert {"what": "fee_minor", "was": 500, "now": 300} in found["drift"]
    lawful.write()
    assert lawful.dunning("law", "clause", "--check", str(given), "--language", "en") == exit_codes.SETTINGS
    assert "Payment reminder. In the clause: yes. Now: no." in lawful.out


def test_a_file_that_is_not_there_and_a_policy_that_is_not(lawful) -> None:
    assert lawful.dunning("law", "clause", "--check", "nowhere.txt", "--language", "en") == exit_codes.SETTINGS
    assert "The clause nowhere.txt cannot be read" in lawful.err
    assert lawful.dunning("law", "clause", "--policy", "other", "--language", "en") == exit_codes.NOT_THERE
    assert lawful.dunning("law", "clause", "--policy", "default", "--language", "en") == exit_codes.DONE


@pytest.mark.parametrize("language", list(Language))
def test_every_figure_has_a_name(language: Language) -> None:
    named = catalogue_of(language).labels["clause_figure"]
    assert set(named) == {*ClauseFigures.__dataclass_fields__, "hash", "text"}


def test_the_settings_that_formal_texts_need_are_read(desk) -> None:
    final = '[[policy.steps]]\nid = "third"\nkind = "final"\ndays = 40\n'
    house = 'business_id = "1234567-8"\npostal_address = "Esimerkkikatu 1"\nopening_hours = "9-16"\nagency_name = "Apu Oy"\n'
    desk.write(LAWFUL + final)
    told_who_asks(desk, house)
    read = read_configuration(desk.folder / "dunning.toml").creditor
    assert (read.postal_address, read.opening_hours, read.agency_name) == ("Esimerkkikatu 1", "9-16", "Apu Oy")
    assert desk.dunning("law", "clause", "--language", "en") == exit_codes.DONE
    assert "Our partner is Apu Oy." in desk.out
