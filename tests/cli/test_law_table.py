"""The law on a screen: every rule with its section, ours marked, and what nobody has verified."""

import json
import re
from pathlib import Path

import pytest

from dunningkit.cli.app import run
from dunningkit.law.kinds import RuleKind
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import Claim, LegalActor, RuleStatus, Selector, StopEffect
from dunningkit.model import Language
from dunningkit.wording import Wording
from dunningkit.wording.catalogue import catalogue_of

NOWHERE = Path(__file__).parents[1] / "law" / "packs" / "nowhere.toml"


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["law", "table", *arguments]) == 0
    return capsys.readouterr().out


def blocks(text: str) -> dict[str, str]:
    """What is printed of each rule, by the id that ends it, on one line."""
    joined = [" ".join(part.split()) for part in text.split("\n\n")]
    return {part.rsplit(" ", 1)[-1]: part for part in joined}


@pytest.mark.usefixtures("narrow")
def test_every_rule_is_printed_with_its_section_and_its_days(capsys) -> None:
    shown = blocks(printed(capsys, "--language", "en"))
    for rule in load_pack("fi").rules:
        assert rule.cite in shown[rule.id]
        assert rule.note in shown[rule.id]
        assert Wording(Language.EN).date(rule.valid_from) in shown[rule.id]


@pytest.mark.usefixtures("narrow")
def test_a_fee_reads_like_this(capsys) -> None:
    assert blocks(printed(capsys, "--language", "en"))["fi.consumer.demand.2013"] == (
        "demand for payment · consumer, public charge of a private person"
        " €14.00 up to a principal of €100.00 €24.00 up to a principal of €1,000.00 €50.00 above that"
        " Repeated: 50 % of it."
        " 14 days in full lie between any earlier act and this one (reminder, demand for payment)."
        " Only for a professional collector."
        " since 16 March 2013; decided by the day of the act"
        " confirmed: 513/1999 10 a § 1 mom. 2 ja 4 k., 10 b § 2 mom. (31/2013)"
        " For the payment demand of 5 §, which only a professional collector makes."
        " fi.consumer.demand.2013"
    )


@pytest.mark.usefixtures("narrow")
def test_what_is_not_the_laws_own_is_marked_twice(capsys) -> None:
    text = printed(capsys, "--language", "en")
    shown = blocks(text)
    for rule in load_pack("fi").rules:
        ours = rule.status is RuleStatus.DESIGN
        assert shown[rule.id].startswith("!! ") is ours
        assert ("!! our own caution, not the law's" in shown[rule.id]) is ours
    assert "2026-07-01 – 2026-12-31    2.5%  ! 633/1982 12 §" in text  # derived, not published


@pytest.mark.usefixtures("narrow")
def test_it_ends_with_what_nobody_verified_and_that_a_lawyer_looks_at_it(capsys) -> None:
    text = printed(capsys, "--language", "en")
    end = " ".join(text.split("What nobody has verified")[1].split())
    for sentence in load_pack("fi").unverified:
        assert sentence in end
    assert end.endswith("A lawyer has to review this pack before anybody relies on it. It is no legal advice.")


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("language", Language)
def test_no_line_is_wider_than_eighty_columns(language: Language, capsys) -> None:
    lines = printed(capsys, "--language", language.value).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("Finland: debt collection (513/1999)")


@pytest.mark.usefixtures("narrow")
def test_a_pack_of_your_own_is_printed_from_its_path(capsys) -> None:
    shown = blocks(printed(capsys, "--pack", str(NOWHERE), "--language", "en"))
    assert "XTS1.99 up to a principal of XTS333.33" in re.sub(r"\xa0", "", shown["zz.consumer.notice"])
    assert "Only after a free one." in shown["zz.consumer.notice"]
    assert "Only where it was agreed." in shown["zz.business.notice"]
    assert "! derived from confirmed rules: Notice Act 4" in shown["zz.business.notice"]


@pytest.mark.usefixtures("narrow")
def test_of_one_day_only_what_holds_then_is_told(capsys) -> None:
    told = json.loads(printed(capsys, "--on", "2022-04-30", "--json"))
    ids = {rule["id"] for rule in told["rules"]}
    assert {"fi.business.reminder.2021", "fi.business.total.2021b", "fi.consumer.reminder.2013"} <= ids
    assert not ids & {"fi.business.reminder.2022", "fi.business.total.2021a", "fi.consumer.reminder.2005"}
    assert [rate["rate_bp"] for rate in told["rates"]["reference"]] == [0]
    assert run(["law", "table", "--on", "tomorrow"]) == 2


@pytest.mark.usefixtures("narrow")
def test_as_json_it_is_the_pack(capsys) -> None:
    told = json.loads(printed(capsys, "--json"))
    pack = load_pack("fi")
    assert [rule["id"] for rule in told["rules"]] == [rule.id for rule in pack.rules]
    assert {rule["kind"] for rule in told["rules"]} == set(RuleKind)
    fee = next(rule for rule in told["rules"] if rule["id"] == "fi.consumer.reminder.2022")
    assert fee["tiers"] == [{"up_to_minor": None, "value": 500}]
    assert fee["media"] == ["einvoice", "email", "letter"]
    assert (fee["valid_from"], fee["valid_to"], fee["status"]) == ("2022-05-01", None, "confirmed")
    assert told["rates"]["reference"][-1]["rate_bp"] == 250
    assert told["unverified"] == list(pack.unverified)
    assert "lawyer" in told["review"]


@pytest.mark.usefixtures("narrow")
def test_a_pack_that_is_not_usable_is_a_mistake_in_the_settings(capsys, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[pack]\n", encoding="utf-8")
    assert run(["law", "table", "--pack", str(broken)]) == 3
    assert re.search(r"pack\.id: is missing", " ".join(capsys.readouterr().err.split()))


@pytest.mark.parametrize("language", Language)
def test_every_word_of_a_rule_is_told_in_every_language(language: Language) -> None:
    labels = catalogue_of(language).labels
    for table, members in (
        ("rule_kind", RuleKind),
        ("rule_status", RuleStatus),
        ("selector", Selector),
        ("legal_actor", LegalActor),
        ("stop_effect", StopEffect),
        ("claim", Claim),
    ):
        assert labels[table].keys() == {member.value for member in members}
