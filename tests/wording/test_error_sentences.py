"""What an error means and what to do, in three languages."""

import re

import pytest

from dunningkit import errors
from dunningkit.errors import DunningkitError, NotFound, ProposalBlocked, RateLimited, SchemaTooNew, SyncFailed
from dunningkit.model import Language
from dunningkit.wording import Wording
from dunningkit.wording.catalogue import catalogue_of

EVERY_LANGUAGE = pytest.mark.parametrize("language", list(Language))
CODES = {kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DunningkitError)}


def told(error: DunningkitError, language: Language = Language.EN) -> str | None:
    return Wording(language).error(error.code, error.params)


@EVERY_LANGUAGE
def test_every_error_has_a_sentence(language: Language) -> None:
    assert catalogue_of(language).errors.keys() == CODES | {
        "database_error",
        "usage",
    }  # what the command calls others' own


@pytest.mark.parametrize("code", sorted(CODES))
@EVERY_LANGUAGE
def test_an_error_without_figures_is_a_whole_sentence(language: Language, code: str) -> None:
    sentence = Wording(language).error(code, {})
    assert sentence is not None
    assert not re.search(r"[{}|\[\]]|None|\s[.:,]|\(\)", sentence)
    assert sentence[0].isupper()
    assert sentence[-1] == "."


def test_the_figures_of_an_error_are_told() -> None:
    assert told(NotFound("...", reminder_id="4f2a")) == "It does not exist: 4f2a. Check the id."
    assert told(RateLimited("...", retry_after_seconds=1.5)) == (
        "The other system asks us to wait (2 seconds). Try again after that."
    )
    assert told(RateLimited("..."), Language.FI) == "Toinen järjestelmä pyytää odottamaan. Yritä sen jälkeen uudelleen."
    assert told(SchemaTooNew("...", found="0009"), Language.SV) == (
        "Databasen är från en nyare version. Uppdatera programmet; ingenting rördes."
    )


def test_a_reading_that_failed_says_why_when_its_plugin_told() -> None:
    assert told(SyncFailed("...", code="auth_error", source="csv"), Language.FI) == (
        "Toinen järjestelmä (csv) ei hyväksynyt tunnuksia. Uusi tunnukset."
    )


def test_a_proposal_that_is_blocked_says_the_reason() -> None:
    blocked = ProposalBlocked("...", code="sync_incomplete", on="2026-11-23")
    assert told(blocked) == (
        "The last reading of the ledger, on 23 November 2026, was not whole, so nothing is proposed. "
        "Read it again (dunning sync)."
    )
    cut = ProposalBlocked(
        "...", code="sync_incomplete", on="2026-11-23", detail="The file is cut off. Export it again."
    )
    assert told(cut) == (
        "The last reading of the ledger, on 23 November 2026, was not whole, so nothing is proposed. "
        "Why: The file is cut off. Export it again. When that is mended, read it again (dunning sync)."
    )


@pytest.mark.parametrize("wait", [float("nan"), float("inf"), "soon"])
def test_an_error_that_cannot_be_told_leaves_the_english_sentence_to_the_host(wait: object) -> None:
    assert Wording(Language.FI).error("rate_limited", {"retry_after_seconds": wait}) is None
    assert Wording(Language.FI).error("brand_new", {"figure": 7}) is None
    assert Wording(Language.FI).error("sync_incomplete", {}) is None
