"""A creditor's terms with a pack: one version for what is equal, another for whatever differs."""

import subprocess
import sys
from dataclasses import fields, replace
from datetime import date

import pytest

from dunningkit.law.loading import load_pack
from dunningkit.law.pack import AllocationRule, Claim, FeeRule, RulePack
from dunningkit.law.terms import CreditorTerms, UnderLaw
from dunningkit.model import ActKind, CustomerClass, Medium

FI = load_pack("fi")
LAW = UnderLaw(FI)


def with_rule(position: int, **changes: object) -> RulePack:
    rules = list(FI.rules)
    rules[position] = replace(rules[position], **changes)
    return replace(FI, rules=tuple(rules))


def test_what_is_equal_has_one_version() -> None:
    assert UnderLaw(replace(FI), CreditorTerms()).version == LAW.version
    assert UnderLaw(with_rule(0)).version == LAW.version
    assert len(LAW.version) == 16


@pytest.mark.parametrize("term", [one.name for one in fields(CreditorTerms)])
def test_every_term_makes_another_version(term: str) -> None:
    other = replace(LAW.terms, **{term: not getattr(LAW.terms, term)})
    assert UnderLaw(FI, other).version != LAW.version


@pytest.mark.parametrize(
    "changes",
    [
        {"cite": "another section"},
        {"valid_from": date(1999, 1, 1)},
        {"valid_to": date(2099, 1, 1)},
        {"classes": frozenset({CustomerClass.CONSUMER})},
        {"classes": frozenset({CustomerClass.CONSUMER, CustomerClass.OTHER_NON_CONSUMER})},
    ],
)
@pytest.mark.parametrize("position", [0, len(FI.rules) - 1])
def test_every_word_of_a_rule_makes_another_version(position: int, changes: dict[str, object]) -> None:
    changed = with_rule(position, **changes)
    assert changed != FI
    assert UnderLaw(changed).version != LAW.version


def test_a_rate_and_an_order_of_rules_make_another_version() -> None:
    (name, periods), *more = FI.rates
    for other in (periods[:-1], (replace(periods[0], rate_bp=1), *periods[1:])):
        assert UnderLaw(replace(FI, rates=((name, other), *more))).version != LAW.version
    assert UnderLaw(replace(FI, rules=FI.rules[::-1])).version != LAW.version


def test_sets_are_spelt_alike_in_every_process() -> None:
    """An approval is bound to the version, and sets of words change their order from process to process."""
    code = (
        "from dunningkit.law.loading import load_pack; from dunningkit.law.terms import UnderLaw; "
        "print(UnderLaw(load_pack('fi')).version)"
    )
    versions = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert versions == {LAW.version}


def test_as_a_ledger_books_payments_go_to_principal_first_and_nothing_else_changes() -> None:
    booked = LAW.as_booked
    orders = {one.order for one in booked.of_kind(AllocationRule)}
    assert orders == {(Claim.PRINCIPAL, Claim.INTEREST, Claim.COSTS)}
    others = [one for one in FI.rules if not isinstance(one, AllocationRule)]
    assert [one for one in booked.rules if not isinstance(one, AllocationRule)] == others
    assert replace(booked, rules=FI.rules) == FI


def test_two_sets_of_the_same_words_are_spelt_apart_from_none() -> None:
    fee = next(one for one in FI.rules if isinstance(one, FeeRule))
    position = FI.rules.index(fee)
    versions = {
        UnderLaw(with_rule(position, media=media, since_acts=acts)).version
        for media in (frozenset(), frozenset({Medium.SMS}), frozenset({Medium.SMS, Medium.EMAIL}))
        for acts in (frozenset(), frozenset({ActKind.REMINDER}))
    }
    assert len(versions) == 6
