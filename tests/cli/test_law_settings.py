"""``[law]`` in the configuration: the pack, what contracts and invoices say, and mistakes told with their remedy."""

import shutil
from pathlib import Path

import pytest

from dunningkit.cli import exit_codes
from dunningkit.engine.config import configure
from dunningkit.law.terms import CreditorTerms
from dunningkit.model import CustomerClass

NOWHERE = Path(__file__).parents[1] / "law" / "packs" / "nowhere.toml"

FORMAL = """
[[policy.steps]]
id = "first"
days = "by_history"

[[policy.steps]]
id = "formal"
kind = "formal"
days = 16
style = "neutral"
fee_minor = 500
"""


def law_of(desk, more: str):
    desk.write(more)
    return configure(desk.folder / "dunning.toml", clock=lambda: None).setup.law


def test_every_term_can_be_said(desk) -> None:
    found = law_of(
        desk,
        """
[law]
pack = "fi"
due_dates_bind = true
rate_stated = false
start_stated = true
sent_when_issued = true
fee_agreed = true
vat_deductible = false
claim_interest = true
customer_class = "consumer"
""",
    )
    assert found.pack.pack_id == "fi"
    assert found.terms == CreditorTerms(
        due_dates_bind=True,
        rate_stated=False,
        start_stated=True,
        sent_when_issued=True,
        fee_agreed=True,
        vat_deductible=False,
        claim_interest=True,
        customer_class=CustomerClass.CONSUMER,
    )


def test_what_is_not_said_is_read_in_the_customers_favour(desk) -> None:
    assert law_of(desk, '[law]\npack = "fi"').terms == CreditorTerms()


def test_a_pack_of_ones_own_is_named_by_its_path_beside_the_configuration(desk) -> None:
    shutil.copytree(NOWHERE.parent, desk.folder / "rules")
    assert law_of(desk, '[law]\npack = "rules/nowhere.toml"').pack.country == "ZZ"
    assert law_of(desk, f'[law]\npack = "{NOWHERE}"').pack.country == "ZZ"


def test_without_it_there_is_no_law(desk) -> None:
    assert law_of(desk, "") is None


@pytest.mark.parametrize(
    ("law", "found"),
    [
        ('[law]\npack = "atlantis"', "atlantis"),
        ('[law]\npack = "rules/absent.toml"', "absent.toml"),
        ('[law]\npack = ""', "law.pack"),
        ("[law]\nclaim_interest = true", "law.pack"),
        ('[law]\npack = "fi"\nclaims_interest = true', "claims_interest"),
        ('[law]\npack = "fi"\nrate_stated = "maybe"', "rate_stated"),
        ('law = "fi"', "law"),
        (FORMAL, '[law] pack = "fi"'),
    ],
    ids=[
        "no such pack",
        "no such file",
        "empty",
        "no pack",
        "no such term",
        "no yes or no",
        "no table",
        "no law at all",
    ],
)
def test_a_mistake_is_told_with_its_place(desk, law: str, found: str) -> None:
    first = law if law.startswith("law") else ""
    desk.write(
        instead=f"{first}\n" + (desk.folder / "dunning.toml").read_text(encoding="utf-8") + ("" if first else law)
    )
    assert desk.dunning("run", "--language", "en") == exit_codes.SETTINGS
    assert found in desk.err


def test_a_policy_with_formal_steps_runs_under_a_pack(desk) -> None:
    address = 'business_id = "1234567-1"\npostal_address = "Esimerkkikatu 1, 00100 Helsinki"\n'
    before = (desk.folder / "dunning.toml").read_text(encoding="utf-8")
    desk.write(instead=before.replace("[store]", f"{address}\n[store]") + f'[law]\npack = "fi"\n{FORMAL}')
    assert desk.dunning("run") == 0
