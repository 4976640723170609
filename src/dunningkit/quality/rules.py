"""The rules of the quality scale, each one executable: what it asks, of which kinds of plugin, and how it is judged."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dunningkit.quality import sources

if TYPE_CHECKING:
    from dunningkit.quality.evidence import CheckOutcome, Evidence


class Kind(StrEnum):
    """What a plugin connects."""

    LEDGER_SOURCE = "ledger_source"
    SCORER = "scorer"
    CHANNEL = "channel"
    COMMAND = "command"


class Tier(StrEnum):
    """How good a plugin is: it has a tier when it keeps every rule of that one and of those below."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule is kept; ``why`` says what is missing, or what was measured."""

    kept: bool
    why: str = ""


Judge = Callable[["Evidence"], Verdict]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``asks`` is what it wants, in words; it concerns plugins that offer any of ``kinds``."""

    name: str
    tier: Tier
    asks: str
    judge: Judge
    kinds: frozenset[Kind] = frozenset(Kind)


#: Processor time for 10,000 items: a ledger's receivables read, customers scored, or messages rendered.
BUDGET_SECONDS = 10.0
_LEDGER, _CHANNEL = frozenset({Kind.LEDGER_SOURCE}), frozenset({Kind.CHANNEL})
_OUTSIDE = _LEDGER | _CHANNEL
_OBJECTS = _OUTSIDE | {Kind.SCORER}


def _said(outcomes: "tuple[CheckOutcome, ...]") -> str:
    return "; ".join(f"{one.check}: {one.why.splitlines()[0] if one.why else one.state}" for one in outcomes)


def _all_pass(evidence: "Evidence") -> Verdict:
    failed = tuple(one for one in evidence.outcomes if one.state == "failed")
    shown = {one.shows for one in evidence.outcomes if one.state == "passed"}
    unproven = [
        f"nothing proves the {offer}: subclass its conformance class in the proof, give the spec that the plugin offers, "
        "and replace nothing else of it but `outside`"
        for offer in evidence.offers
        if offer not in shown
    ]
    wrong = [*evidence.failures, *unproven, *([_said(failed)] if failed else [])]
    deviations = [f"deviates in {one.check}: {one.why}" for one in evidence.outcomes if one.state == "deviates"]
    return Verdict(not wrong, "; ".join([*wrong, *deviations]))


def shown_by(*checks: str) -> Judge:
    """A rule that is kept when these checks passed, wherever they are asked; a skipped one shows nothing."""

    def judged(evidence: "Evidence") -> Verdict:
        asked = evidence.of(*checks)
        if not asked:
            return Verdict(kept=False, why=f"none of {', '.join(checks)} was run")
        open_ones = tuple(one for one in asked if one.state != "passed")
        return Verdict(not open_ones, _said(open_ones))

    return judged


def _within_budget(evidence: "Evidence") -> Verdict:
    measured = [one for one in evidence.outcomes if one.check.startswith("measure_") and one.shows]
    if not measured:
        return Verdict(kept=False, why="nothing was measured")
    said = "; ".join(
        f"{one.check}: {one.seconds:.2f} s" if one.seconds is not None else _said((one,)) for one in measured
    )
    return Verdict(all(one.seconds is not None and one.seconds <= BUDGET_SECONDS for one in measured), said)


def _from_sources(look: Callable[["Evidence"], list[str]]) -> Judge:
    def judged(evidence: "Evidence") -> Verdict:
        found = look(evidence)
        return Verdict(not found, "; ".join(found))

    return judged


RULES: tuple[Rule, ...] = (
    Rule("conformance", Tier.BRONZE, "no check of the conformance kit fails", _all_pass),
    Rule(
        "typed-config",
        Tier.BRONZE,
        "settings are a frozen model that refuses what it does not know, and every setting says what it is",
        shown_by("test_settings_are_a_form_that_refuses_what_it_does_not_know", "test_every_setting_says_what_it_is"),
        _OBJECTS,
    ),
    Rule(
        "check-before-enable",
        Tier.BRONZE,
        "check() says in words what is wrong with settings that cannot work",
        shown_by("test_check_says_in_words_what_is_wrong", "test_check_says_what_is_wrong_with_settings"),
        _OUTSIDE,
    ),
    Rule(
        "stable-ids",
        Tier.BRONZE,
        "two readings give the same ids and values, and a key stays the key it was",
        shown_by(
            "test_two_readings_are_equal", "test_key_medium_and_address_are_kept", "test_the_same_past_scores_the_same"
        ),
        _OBJECTS,
    ),
    Rule(
        "silent-import",
        Tier.BRONZE,
        "importing it says, starts, changes and reads nothing",
        shown_by(
            "test_importing_it_says_nothing",
            "test_importing_it_starts_nothing",
            "test_importing_it_changes_nothing_of_the_process",
            "test_importing_it_reads_no_environment",
        ),
    ),
    Rule(
        "no-secrets-or-persons",
        Tier.BRONZE,
        "no secret and no person in logs, errors and what an object shows of itself",
        shown_by(
            "test_secrets_are_never_shown",
            "test_logs_name_nobody",
            "test_errors_name_nobody",
            "test_repr_names_nobody",
            "test_what_may_never_come_out_does_not",
            "test_logs_name_no_person",
            "test_errors_name_no_person",
            "test_showing_a_channel_shows_no_person",
        ),
        _OBJECTS,
    ),
    Rule("time-outs", Tier.BRONZE, "nothing waits without a limit", _from_sources(sources.waits_without_limit)),
    Rule(
        "readme",
        Tier.BRONZE,
        "the README says what it reads, sends and stores",
        _from_sources(sources.missing_from_readme),
    ),
    Rule(
        "errors-mapped",
        Tier.SILVER,
        "what the other system refuses becomes the error that says what the host should do",
        shown_by(
            "test_a_refused_login_is_an_auth_error",
            "test_being_asked_to_wait_is_rate_limited",
            "test_a_system_that_is_down_is_a_transient_error",
            "test_a_fault_of_ours_blames_no_address",
            "test_a_fault_of_the_provider_blames_no_address",
        ),
        _OUTSIDE,
    ),
    Rule(
        "incomplete-is-said",
        Tier.SILVER,
        "a ledger that was cut short is never called whole",
        shown_by("test_a_cut_ledger_is_never_called_whole", "test_every_row_is_accounted_for"),
        _LEDGER,
    ),
    Rule(
        "partial-batches",
        Tier.SILVER,
        "one bad row or address keeps no other back",
        shown_by(
            "test_an_unreadable_row_is_set_aside_and_the_rest_comes", "test_a_refused_address_keeps_nobody_else_back"
        ),
        _OUTSIDE,
    ),
    Rule(
        "recheck",
        Tier.SILVER,
        "what was paid or removed since the reading is noticed right before sending",
        shown_by(
            "test_recheck_agrees_with_the_reading",
            "test_recheck_notices_a_payment",
            "test_recheck_notices_what_was_removed",
        ),
        _LEDGER,
    ),
    Rule(
        "idempotent-send",
        Tier.GOLD,
        "the same key reaches a customer once, and silence is unknown",
        shown_by("test_a_key_reaches_the_customer_once", "test_silence_is_unknown"),
        _CHANNEL,
    ),
    Rule(
        "fixture-provenance",
        Tier.GOLD,
        "every recorded answer among the tests says where it comes from",
        _from_sources(sources.without_provenance),
        _OUTSIDE,
    ),
    Rule(
        "known-limitations",
        Tier.GOLD,
        "the README says what it does not do",
        _from_sources(sources.no_limitations_in_readme),
    ),
    Rule("strict-typing", Tier.PLATINUM, "mypy --strict finds nothing", _from_sources(sources.untyped)),
    Rule(
        "property-tested-mapping",
        Tier.PLATINUM,
        "Hypothesis tries what a person would not think of",
        _from_sources(sources.not_property_tested),
        _OBJECTS,
    ),
    Rule(
        "injected-client-only",
        Tier.PLATINUM,
        "it goes out only through the client it was given",
        _from_sources(sources.own_clients),
        _OUTSIDE,
    ),
    Rule(
        "ten-thousand-items",
        Tier.PLATINUM,
        f"10,000 items take at most {BUDGET_SECONDS:.0f} s of processor time",
        _within_budget,
        _OBJECTS,
    ),
)
