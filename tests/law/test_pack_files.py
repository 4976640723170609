"""A country's law is a file: what one may say, and what is refused with the place and the remedy."""

import json
import re
import shutil
import subprocess
import sys
import time
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from dunningkit.errors import SettingsError
from dunningkit.law.acts import allowed
from dunningkit.law.case import AskedAct, Case, DoneAct
from dunningkit.law.days import BusinessCalendar
from dunningkit.law.kinds import RULES, RuleKind
from dunningkit.law.loading import builtin_packs, load_pack
from dunningkit.law.pack import FeeRule, LegalActor, MarginRule, RuleStatus, StopRule, Tier
from dunningkit.law.pack_file import pack_json_schema
from dunningkit.model import ActKind, CustomerClass, Medium, Money

PACKS = Path(__file__).parent / "packs"
ROOT = Path(__file__).parents[2]
CALENDAR = BusinessCalendar()

HEAD = """
[pack]
id = "small"
country = "ZZ"
currency = "XTS"
title = "A small law"
"""
FEE = """
[[rule]]
kind = "fee"
id = "zz.fee"
act = "reminder"
tiers = [{ value = 500 }]
selector = "act_on"
valid_from = 2020-01-01
status = "confirmed"
cite = "Act 1"
"""
SECOND = FEE.replace("zz.fee", "zz.other").replace("2020-01-01", "2022-01-01")
MARGIN = """
[[rule]]
kind = "margin"
id = "zz.margin"
margin_bp = 700
selector = "accrual_day"
valid_from = 2020-01-01
status = "confirmed"
cite = "Act 2"
"""
RATED = """
[rates.base]
file = "base.csv"

[[rule]]
kind = "reference"
id = "zz.base"
table = "base"
selector = "accrual_day"
valid_from = 2020-01-01
status = "confirmed"
cite = "Act 3"
"""
COLUMNS = "valid_from,valid_to,rate_bp,status,cite"


def write(folder: Path, text: str) -> Path:
    path = folder / "small.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    path = write(folder, text)
    with pytest.raises(SettingsError) as caught:
        load_pack(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


# -- a country that nobody wrote code for --------------------------------------------------------------------------


def test_a_country_is_loaded_from_its_path_without_touching_code() -> None:
    pack = load_pack(PACKS / "nowhere.toml")
    assert (pack.pack_id, pack.country, pack.currency) == ("nowhere", "ZZ", "XTS")
    assert pack.unverified == ("Everything: the country does not exist.",)
    notice = next(rule for rule in pack.of_kind(FeeRule) if rule.id == "zz.consumer.notice")
    assert notice.tiers == (Tier(33333, 199), Tier(77777, 299), Tier(None, 399))
    assert notice.classes == {CustomerClass.CONSUMER}
    assert [period.rate_bp for period in pack.table("base")] == [-25, 175]


def test_a_path_may_be_text() -> None:
    assert load_pack(str(PACKS / "nowhere.toml")) is load_pack(str(PACKS / "nowhere.toml"))


def case(customer_class: CustomerClass, *acts: DoneAct, fee_agreed: bool = False) -> Case:
    return Case(
        customer_class,
        Money(50_000, "XTS"),
        issued_on=date(2026, 1, 2),
        due_on=date(2026, 2, 2),
        sent_on=date(2026, 1, 2),
        contract_on=date(2025, 6, 1),
        fee_agreed=fee_agreed,
        acts=acts,
    )


def fee(about: Case, kind: ActKind = ActKind.REMINDER, day: date = date(2026, 3, 2)) -> int:
    asked = AskedAct(kind, day, medium=Medium.EMAIL)
    return allowed(about, asked, load_pack(PACKS / "nowhere.toml"), CALENDAR).fee_minor


def test_its_rules_decide_as_a_built_in_countrys_do() -> None:
    free = DoneAct(ActKind.REMINDER, date(2026, 2, 5))
    assert fee(case(CustomerClass.CONSUMER)) == 0  # a free notice has to come first
    assert fee(case(CustomerClass.CONSUMER, free)) == 299
    assert fee(case(CustomerClass.COMMERCIAL_30_2013)) == 0  # it was not agreed
    assert fee(case(CustomerClass.COMMERCIAL_30_2013, fee_agreed=True)) == 900
    assert fee(case(CustomerClass.OTHER_NON_CONSUMER)) == 0
    assert fee(case(CustomerClass.UNKNOWN, free, fee_agreed=True)) == 0
    assert fee(case(CustomerClass.CONSUMER), ActKind.DEMAND) == 2500  # there, creditors demand themselves


# -- reading -------------------------------------------------------------------------------------------------------


def test_a_file_that_says_the_same_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + FEE)
    first = load_pack(path)
    assert load_pack(path) is first
    write(tmp_path, HEAD + FEE.replace("500", "400"))
    assert load_pack(path).of_kind(FeeRule)[0].tiers == (Tier(None, 400),)


def test_rates_that_changed_are_read_again(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + RATED)
    for rate in (100, 200):
        (tmp_path / "base.csv").write_text(f"{COLUMNS}\n2020-01-01,2020-06-30,{rate},confirmed,G 1\n", encoding="utf-8")
        assert load_pack(path).table("base")[0].rate_bp == rate


def test_the_finnish_pack_is_read_in_less_than_a_tenth_of_a_second(tmp_path: Path) -> None:
    load_pack("fi")  # loads what reading needs
    seconds = []
    for number in range(3):
        copy = tmp_path / str(number)
        shutil.copytree(ROOT / "src" / "dunningkit" / "law" / "packs", copy)
        start = time.perf_counter()
        load_pack(copy / "fi.toml")
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.1


def test_hosts_without_law_pay_nothing_for_it() -> None:
    program = "import sys, dunningkit.law, dunningkit.law.loading; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_a_kind_of_rule_has_one_name_and_one_value() -> None:
    assert RULES.keys() == set(RuleKind)
    assert len(set(RULES.values())) == len(RULES)


def written(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Tier):
        given = {"up_to_minor": value.up_to_minor, "value": value.value}
        return "{ " + ", ".join(f"{name} = {one}" for name, one in given.items() if one is not None) + " }"
    if isinstance(value, tuple | frozenset):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def test_every_kind_of_rule_comes_back_from_a_file_as_it_was_written(tmp_path: Path) -> None:
    rules = load_pack("fi").rules
    assert {type(rule) for rule in rules} == set(RULES.values())
    kinds = {made: kind for kind, made in RULES.items()}
    text = [HEAD, '[rates.reference]\nfile = "base.csv"\n']
    for rule in rules:
        told = {each.name: getattr(rule, each.name) for each in fields(rule)}
        told |= {"beside": tuple(one.id for one in rules if type(one) is type(rule)), "note": rule.note or "So it was."}
        lines = [
            f"{name} = {written(value)}" for name, value in told.items() if value not in (None, "", (), frozenset())
        ]
        text += [f'[[rule]]\nkind = "{kinds[type(rule)]}"', *lines]
    (tmp_path / "base.csv").write_text(f"{COLUMNS}\n2020-01-01,2020-06-30,100,confirmed,G 1\n", encoding="utf-8")
    back = load_pack(write(tmp_path, "\n".join(text)))
    assert back.rules == tuple(replace(rule, note=rule.note or "So it was.") for rule in rules)


def test_the_published_schema_is_the_files_form() -> None:
    published = (ROOT / "docs" / "rule_pack.schema.json").read_text(encoding="utf-8")
    assert published == json.dumps(pack_json_schema(), indent=2, ensure_ascii=False) + "\n", "run: make schema"


def test_everything_a_file_may_say_is_explained() -> None:
    for name, table in pack_json_schema()["$defs"].items():
        if name.endswith("Table") and name != "TierTable":
            for field, about in table["properties"].items():
                assert about.get("description"), f"{name}.{field}"


def test_the_page_shows_a_pack_that_loads(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
    for name, language in (("example.toml", "toml"), ("rates.csv", "csv")):
        (shown,) = re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
        (tmp_path / name).write_text(shown, encoding="utf-8")
    pack = load_pack(tmp_path / "example.toml")
    assert [rule.id for rule in pack.rules] == [
        "ex.consumer.reminder",
        "ex.interest.reference",
        "ex.interest.margin",
        "ex.stop.estate",
    ]
    assert [period.rate_bp for period in pack.table("reference")] == [450, 425]


# -- refusals ------------------------------------------------------------------------------------------------------


def test_a_pack_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(SettingsError, match=r"no rule pack 'atlantis'; write fi, or the path of a TOML file"):
        load_pack("atlantis")
    assert builtin_packs() == ("fi",)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing\.toml cannot be read: No such file"):
        load_pack(tmp_path / "missing.toml")


def test_what_is_no_toml_is_refused(tmp_path: Path) -> None:
    assert "is not valid TOML" in refusal(tmp_path, "[pack")
    path = tmp_path / "small.toml"
    path.write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="is not valid TOML"):
        load_pack(path)


#: A mistake in a pack of one fee, and what is said of it.
MISTAKES = {
    "no rules": (HEAD, "rule: is missing; write it"),
    "no head": (FEE, "pack: is missing; write it"),
    "currency": (HEAD.replace("XTS", "xts") + FEE, "pack.currency: has other characters than it may have"),
    "country": (HEAD.replace("ZZ", "ZZZ") + FEE, "pack.country: has other characters"),
    "unknown heading": (HEAD + FEE + "[more]\n", "more: is no field here; check its spelling, or take it away"),
    "no kind": (
        HEAD + FEE.replace('kind = "fee"', ""),
        "rule 'zz.fee', kind: None is no kind of rule; write one of fee, ",
    ),
    "other kind": (HEAD + FEE.replace('"fee"', '"fine"'), "rule 'zz.fee', kind: 'fine' is no kind of rule"),
    "kind in a list": (HEAD + FEE.replace('"fee"', '["fee"]'), "rule 'zz.fee', kind: ['fee'] is no kind of rule"),
    "no id": (HEAD + FEE.replace('id = "zz.fee"', ""), "rule number 1, id: is missing; write it"),
    "id that is no text": (HEAD + FEE.replace('"zz.fee"', "5"), "rule number 1, id: must be text in quotation marks"),
    "blank cite": (HEAD + FEE.replace("Act 1", "  "), "rule 'zz.fee', cite: is empty; write it or leave it out"),
    "strange id": (HEAD + FEE.replace('"zz.fee"', '"Fee!"'), "rule 'Fee!', id: has other characters"),
    "unknown field": (HEAD + FEE + "vat = 1\n", "rule 'zz.fee', vat: is no field here"),
    "field of another kind": (HEAD + FEE + "margin_bp = 1\n", "rule 'zz.fee', margin_bp: is no field here"),
    "missing field": (HEAD + FEE.replace('act = "reminder"', ""), "rule 'zz.fee', act: is missing"),
    "other act": (HEAD + FEE.replace("reminder", "visit"), "rule 'zz.fee', act: must be 'reminder', 'demand'"),
    "other class": (HEAD + FEE + 'classes = ["friend"]\n', "rule 'zz.fee', classes.0: must be 'consumer'"),
    "other actor": (HEAD + FEE + 'actors = ["bailiff"]\n', "rule 'zz.fee', actors.0: must be 'creditor'"),
    "other selector": (HEAD + FEE.replace("act_on", "today"), "rule 'zz.fee', selector: must be 'accrual_day'"),
    "other status": (HEAD + FEE.replace("confirmed", "sure"), "rule 'zz.fee', status: must be 'confirmed', 'derived'"),
    "no class at all": (HEAD + FEE + "classes = []\n", "rule 'zz.fee', classes: is empty; name at least one"),
    "unknown class": (HEAD + FEE + 'classes = ["unknown"]\n', "classes: 'unknown' has no rules of its own"),
    "text for a day": (HEAD + FEE.replace("2020-01-01", '"2020-01-01"'), "valid_from: must be a day without quotation"),
    "moment for a day": (HEAD + FEE.replace("2020-01-01", "2020-01-01T08:00:00"), "valid_from: must be a day"),
    "text for a number": (
        HEAD + FEE.replace("500", '"500"'),
        "tiers.0.value: must be a whole number without quotation",
    ),
    "euros for cents": (HEAD + FEE.replace("500", "5.00"), "tiers.0.value: must be a whole number"),
    "negative": (HEAD + FEE.replace("500", "-1"), "rule 'zz.fee', tiers.0.value: must be at least 0"),
    "truth for a number": (HEAD + FEE + "extension_days = true\n", "extension_days: must be a whole number"),
    "text for truth": (HEAD + FEE + 'needs_agreement = "yes"\n', "needs_agreement: must be true or false"),
    "one for many": (HEAD + FEE + 'media = "email"\n', "media: must be a list in square brackets"),
    "no cite": (HEAD + FEE.replace('cite = "Act 1"', ""), "rule 'zz.fee', cite: is missing; name the section"),
    "ends first": (HEAD + FEE + "valid_to = 2019-12-31\n", "valid_to: 2019-12-31 lies before valid_from"),
    "no tiers": (HEAD + FEE.replace("tiers = [{ value = 500 }]", ""), "tiers: is missing; write [{ value = 500 }]"),
    "closed tiers": (HEAD + FEE.replace("value", "up_to_minor = 9, value"), "tiers: the last one ends at 9; leave its"),
    "tiers that fall": (
        HEAD + FEE.replace("[{", "[{ up_to_minor = 9, value = 1 }, { up_to_minor = 9, value = 2 }, {"),
        "tiers: each up_to_minor must be higher than the one before",
    ),
    "two open tiers": (
        HEAD + FEE.replace("[{", "[{ value = 1 }, {"),
        "tiers: only the last one may leave up_to_minor out",
    ),
    "tiers at cost": (HEAD + FEE + "actual_cost_only = true\n", "tiers: with actual_cost_only there is no sum"),
    "half a pair": (HEAD + FEE + "since_act_days = 3\n", "since_acts: since_act_days and since_acts need each other"),
    "other half": (HEAD + FEE + "few_instalments_minor = 3\n", "few_instalments: few_instalments and"),
    "a fee of ours": (HEAD + FEE.replace("confirmed", "design"), "status: a design rule may only protect the customer"),
    "a margin of ours": (
        HEAD + MARGIN.replace("confirmed", "design"),
        "rule 'zz.margin', status: a design rule may only",
    ),
    "a sum of ours": (
        HEAD
        + MARGIN.replace("confirmed", "design").replace('"margin"', '"fixed_sum"').replace("margin_bp", "amount_minor"),
        "rule 'zz.margin', status: a design rule may only",
    ),
    "one id twice": (HEAD + FEE + FEE.replace("reminder", "demand"), "rule 'zz.fee', id: another rule has it already"),
    "at once": (HEAD + FEE + SECOND, "rule 'zz.other', valid_from: holds at the same time as 'zz.fee'"),
    "on one day": (
        HEAD + FEE + "valid_to = 2022-01-01\n" + SECOND,
        "rule 'zz.other', valid_from: holds at the same time",
    ),
    "on one day, told before": (
        HEAD + SECOND + FEE + "valid_to = 2022-01-01\n",
        "holds at the same time as 'zz.other'",
    ),
    "at once for some": (HEAD + FEE + SECOND + 'classes = ["consumer"]\n', "holds at the same time as 'zz.fee'"),
    "beside without a reason": (
        HEAD + FEE + SECOND + 'beside = ["zz.fee"]\n',
        "rule 'zz.other', note: is missing; say why",
    ),
    "beside nothing": (
        HEAD + FEE + 'note = "Why."\nbeside = ["zz.gone"]\n',
        "rule 'zz.fee', beside: there is no rule 'zz.gone'",
    ),
    "order of payment": (
        HEAD + MARGIN.replace('"margin"', '"allocation"').replace("margin_bp = 700", 'order = ["costs", "costs"]'),
        "rule 'zz.margin', order: name each of costs, interest, principal once",
    ),
    "no such table": (
        HEAD + RATED[RATED.index("[[rule]]") :],
        "rule 'zz.base', table: there is no [rates.base]; write it with its file",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_rule_its_field_and_the_remedy(mistake: str, tmp_path: Path) -> None:
    text, told = MISTAKES[mistake]
    assert told in refusal(tmp_path, text)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    said = refusal(tmp_path, HEAD + FEE.replace("reminder", "visit") + "vat = 1\n" + MARGIN.replace("700", '"700"'))
    assert re.search(r"'zz\.fee', act: .*'zz\.fee', vat: .*'zz\.margin', margin_bp: ", said)


#: Second versions that do not contradict the first: they meet in nothing, or say why they meet.
FITTING = {
    "after it": FEE + "valid_to = 2021-12-31\n" + SECOND,
    "of another act": FEE + SECOND.replace("reminder", "demand"),
    "for others": FEE + 'classes = ["consumer"]\n' + SECOND + 'classes = ["commercial_30_2013"]\n',
    "by others": FEE + 'actors = ["creditor"]\n' + SECOND + 'actors = ["professional_collector"]\n',
    "by another way": FEE + 'media = ["letter"]\n' + SECOND + 'media = ["phone"]\n',
    "on purpose": FEE + SECOND + 'beside = ["zz.fee"]\nnote = "The lower of the two decides."\n',
    "of another kind": FEE + MARGIN,
}


@pytest.mark.parametrize("second", FITTING)
def test_rules_that_do_not_contradict_each_other_are_taken(second: str, tmp_path: Path) -> None:
    assert len(load_pack(write(tmp_path, HEAD + FITTING[second])).rules) == 2


def test_a_rule_and_a_rate_may_hold_for_a_single_day(tmp_path: Path) -> None:
    (tmp_path / "base.csv").write_text(f"{COLUMNS}\n2020-01-01,2020-01-01,100,confirmed,G 1\n", encoding="utf-8")
    pack = load_pack(write(tmp_path, HEAD + RATED + FEE + "valid_to = 2020-01-01\n"))
    assert pack.of_kind(FeeRule)[0].valid_to == pack.table("base")[0].valid_to == date(2020, 1, 1)


def test_a_rule_of_ours_may_protect_without_a_section(tmp_path: Path) -> None:
    stop = MARGIN.replace('"margin"', '"stop"').replace("margin_bp = 700", 'stop = "estate"\neffect = "forbid"')
    pack = load_pack(write(tmp_path, HEAD + stop.replace("confirmed", "design").replace('cite = "Act 2"', "")))
    assert [rule.status for rule in pack.of_kind(StopRule)] == [RuleStatus.DESIGN]


#: Lines of a table of rates, and what is said of them.
BAD_RATES = {
    "a day left out": (
        "2020-01-01,2020-06-30,100,confirmed,G 1\n2020-07-02,2020-12-31,100,confirmed,G 2",
        "base.csv: the period from 2020-07-02 leaves days out; it must begin on 2020-07-01",
    ),
    "a day twice": (
        "2020-01-01,2020-06-30,100,confirmed,G 1\n2020-06-30,2020-12-31,100,confirmed,G 2",
        "base.csv: the period from 2020-06-30 overlaps the one before; it must begin on 2020-07-01",
    ),
    "turned round": ("2020-06-30,2020-01-01,100,confirmed,G 1", "the period from 2020-06-30 ends before it begins"),
    "a rate of ours": ("2020-01-01,2020-06-30,100,design,G 1", "status: a rate of ours alone cannot be asked for"),
    "percent": ("2020-01-01,2020-06-30,1.5,confirmed,G 1", "base.csv, line 2: rate_bp: '1.5' must be a whole number"),
    "no day": ("1.1.2020,2020-06-30,100,confirmed,G 1", "base.csv, line 2: valid_from: '1.1.2020' must be a day"),
    "other status": ("2020-01-01,2020-06-30,100,sure,G 1", "base.csv, line 2: status: 'sure' must be one of confirmed"),
    "no cite": ("2020-01-01,2020-06-30,100,confirmed,", "base.csv, line 2: cite: is empty"),
    "too few": ("2020-01-01,2020-06-30,100", "base.csv, line 2: must have 5 values"),
    "too many": ("2020-01-01,2020-06-30,100,confirmed,G 1,more", "base.csv, line 2: must have 5 values"),
    "none": ("", "base.csv: has no rates; write at least one line"),
    "an open quote": ('2020-01-01,2020-06-30,100,confirmed,"G', "base.csv is no CSV file in UTF-8"),
}


@pytest.mark.parametrize("mistake", BAD_RATES)
def test_a_mistake_in_rates_is_told_with_its_line(mistake: str, tmp_path: Path) -> None:
    lines, told = BAD_RATES[mistake]
    (tmp_path / "base.csv").write_text(f"{COLUMNS}\n{lines}", encoding="utf-8")
    assert told in refusal(tmp_path, HEAD + RATED)


def test_rates_under_other_headings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "base.csv").write_text("from,to,rate\n", encoding="utf-8")
    assert f"base.csv: its first line must be {COLUMNS}" in refusal(tmp_path, HEAD + RATED)


def test_rates_that_are_not_there_are_named(tmp_path: Path) -> None:
    assert "[rates.base], file: base.csv cannot be read" in refusal(tmp_path, HEAD + RATED)


def test_rates_that_no_rule_asks_for_are_refused(tmp_path: Path) -> None:
    (tmp_path / "base.csv").write_text(f"{COLUMNS}\n2020-01-01,2020-06-30,100,confirmed,G 1\n", encoding="utf-8")
    unused = RATED.split("[[rule]]", maxsplit=1)[0]
    assert "[rates.base]: no rule of kind reference names it" in refusal(tmp_path, HEAD + unused + FEE)


def test_a_margin_that_stands_beside_another_says_which_decides() -> None:
    margins = load_pack(PACKS / "nowhere.toml").of_kind(MarginRule)
    assert [(rule.margin_bp, rule.is_ceiling, bool(rule.note)) for rule in margins] == [
        (500, False, False),
        (300, True, True),
    ]


def test_who_acts_is_part_of_a_rule() -> None:
    demand = next(rule for rule in load_pack(PACKS / "nowhere.toml").of_kind(FeeRule) if rule.id == "zz.own_demand")
    assert demand.actors == {LegalActor.CREDITOR}
