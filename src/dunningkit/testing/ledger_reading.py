"""What every reading of a ledger is held to: whole or said not to be, the same twice, and true to what the ledger says."""

import builtins
import sys
from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from dunningkit.contracts import CheckResult, LedgerSourceSpec
from dunningkit.errors import PluginError
from dunningkit.model import ChangeBatch, Columns, Receivable, ReceivableKind, Scope
from dunningkit.testing.base import Conformance
from dunningkit.testing.checks import check
from dunningkit.testing.crossing import crosses
from dunningkit.testing.outside_ledger import LedgerOutside
from dunningkit.testing.readings import IDS, difference, package_of, read, read_in_turns

Build = Callable[..., Any]

#: A sentence that a person can act on has at least a few words.
_FEWEST_WORDS = 4
#: More than a page of any ledger that we know, and more than one request may ask about.
LONG = 1_200


class ReadingChecks(Conformance):
    """``check()`` and ``changes()``."""

    @check()
    def test_check_finds_nothing_wrong_with_right_settings(self, build: Build) -> None:
        """A plugin that cannot be switched on with settings that work is of no use."""
        result = build().check()
        assert isinstance(result, CheckResult), f"check() returns {type(result).__name__}, and not CheckResult"
        assert result.ok, f"check() refuses the settings of your `outside`: {result.problems}"
        assert not result.problems, f"check() says ok=True and names problems all the same: {result.problems}"

    @check(needs="broken_settings")
    def test_check_says_in_words_what_is_wrong(self, build: Build, outside: LedgerOutside) -> None:
        """A person reads the problems and corrects the settings: a stack trace tells them nothing."""
        try:
            result = build(outside.broken_settings()).check()
        except Exception as error:  # whatever it is, the author has to hear of it
            raise AssertionError(
                f"check() raised {type(error).__name__}; return CheckResult(ok=False, problems=(...)) instead"
            ) from error
        assert not result.ok, "check() says ok=True for the broken settings of your `outside`"
        assert result.problems, "check() says ok=False and not why: put a sentence into problems"
        short = [problem for problem in result.problems if len(problem.split()) < _FEWEST_WORDS]
        assert not short, f"{short[0]!r} is no sentence: say what is wrong, where, and what to do"

    @check(needs="broken_settings")
    def test_broken_settings_stop_the_reading(self, build: Build, outside: LedgerOutside) -> None:
        """A ledger that is not there must not be taken for an empty one: everything would be gone from it."""
        try:
            reading = read(build(outside.broken_settings()))
        except PluginError:
            return
        except Exception as error:  # as above
            raise AssertionError(
                f"changes() let {type(error).__name__} out; raise ConfigError or AuthError with a sentence"
            ) from error
        assert not reading.whole, "changes() read the broken settings of your `outside` and called it complete"

    @check()
    def test_a_reading_ends_with_one_end(self, build: Build) -> None:
        """Whoever reads knows by `SyncEnd` on the last batch that nothing more comes."""
        ends = [batch.end is not None for batch in build().changes(None)]
        assert ends, "changes() yields nothing; yield at least ChangeBatch(end=SyncEnd(...))"
        assert ends[-1], "the last batch has no `end`: without SyncEnd every reading counts as incomplete"
        assert sum(ends) == 1, "`end` stands on more batches than the last"

    @check()
    def test_the_ledger_is_said_to_be_whole(self, build: Build) -> None:
        """No proposal is ever made from a reading that is not complete."""
        reading = read(build())
        reading.an_open_one()
        assert reading.end, "there is no SyncEnd"
        assert reading.end.complete, (
            "complete=False for a ledger of which nothing is missing: nothing would ever be sent"
        )

    @check()
    def test_customers_come_no_later_than_their_receivables(self, build: Build) -> None:
        """Batches are stored as they come: a receivable of nobody cannot be."""
        reading = read(build())
        met: set[str] = set()
        everybody = reading.by_id("customers").keys()
        for batch in reading.batches:
            met.update(customer.customer_id for customer in batch.customers)
            for one in batch.receivables:
                # What is settled may be of a customer who has left the ledger; a delta may leave out whom it told before.
                owed = one.open.amount_minor and reading.end and reading.end.scope is Scope.SNAPSHOT
                who = one.customer_id
                assert who in met or (who not in everybody and not owed), (
                    f"receivable {one.receivable_id} comes before its customer {who}, or without; "
                    "yield customers in an earlier batch or in the same one"
                )

    @check()
    def test_two_readings_are_equal(self, build: Build) -> None:
        """Ids and values are the ledger's own: no counter, no clock, no chance, and nothing that an object remembers."""
        source = build()
        first = read(source)
        assert not (odd := difference(first, read(source))), f"read twice by the same object: {odd}"
        assert not (odd := difference(first, read(build()))), f"read by another object with the same settings: {odd}"

    @check()
    def test_ids_hold_in_another_process(
        self, build: Build, spec: LedgerSourceSpec, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Python's ``hash()`` of a text is another in every process: what is made of it is no id."""
        source = build()
        first = read(source)
        package, kept = package_of(spec), hash

        def another(value: object) -> int:
            caller = sys._getframe(1)  # noqa: SLF001  # who asks is the whole question
            theirs = str(caller.f_globals.get("__name__")).split(".")[0] == package
            return kept(value) ^ 0x5BD1E995 if theirs and caller.f_code.co_name != "__hash__" else kept(value)

        monkeypatch.setattr(builtins, "hash", another)
        second = read(source)
        monkeypatch.undo()
        assert not (odd := difference(first, second)), (
            f"in another process hash() gives other numbers, and {odd}: take the ledger's own id, or one of hashlib"
        )

    @check()
    def test_no_id_comes_twice(self, build: Build) -> None:
        """Two receivables with one id are one receivable to whoever keeps them, and the other is lost."""
        reading = read(build())
        for part, name in IDS.items():
            blank = any(not str(getattr(value, name)).strip() for value in reading.values(part))
            assert not blank, f"{part}: one came with an empty {name}; quarantine a row without a number of its own"
        # A customer may be told again when more is known of them.
        for part in IDS.keys() - {"customers"}:
            assert not (twice := reading.twice(part)), f"{part}: {', '.join(twice)} came more than once in one reading"

    @check()
    def test_values_are_those_of_the_contract(self, build: Build) -> None:
        """Each value has exactly the types of its class, money in whole minor units, and comes back from JSON as it went."""
        for batch in build().changes(None):
            assert not (odd := _odd_value(batch)), f"{odd}. Money is whole minor units, days are date, texts are str."

    @check()
    def test_money_has_its_sign_and_its_currency(self, build: Build) -> None:
        """An invoice asks for money and a credit note gives it back; a sign lost is a reminder about a credit."""
        for one in read(build()).receivables.values():
            invoice = one.kind is ReceivableKind.INVOICE
            signed = [minor if invoice else -minor for minor in (one.original.amount_minor, one.open.amount_minor)]
            wanted = "positive on an invoice" if invoice else "negative on a credit note"
            assert min(signed) >= 0, f"{_name(one)}: amounts are {wanted}; here {one.original} and open {one.open}"
            codes = {one.original.currency, one.open.currency}
            assert len(codes) == 1, f"{_name(one)}: it is in {one.original.currency} and open in {one.open.currency}"
            code = codes.pop()
            known = code.isascii() and code.isalpha() and code.isupper() and len(code) == len("EUR")
            assert known, f"{_name(one)}: {code!r} is no currency code of three capitals such as EUR"

    @check()
    def test_what_is_paid_is_not_open(self, build: Build) -> None:
        """Nothing annoys like a reminder of what was paid; and how somebody pays is learnt from the days they paid."""
        receivables = read(build()).receivables
        credited = {one.credit_of for one in receivables.values()}
        for one in receivables.values():
            if one.open.amount_minor:
                assert one.settled_on is None, f"{_name(one)} has settled_on {one.settled_on} and is open by {one.open}"
            elif one.original.amount_minor:
                known = one.settled_on or one.receivable_id in credited or not one.counts_for_history
                assert known, (
                    f"{_name(one)} is not open any more and has no settled_on; give the day, or counts_for_history=False "
                    "where the ledger does not know it"
                )

    @check()
    def test_every_row_is_accounted_for(self, build: Build) -> None:
        """``rows_read = rows_accepted + rows_quarantined``: no row is lost between the ledger and the engine."""
        reading = read(build())
        assert (end := reading.end), "there is no SyncEnd"
        assert end.rows_read == end.rows_accepted + end.rows_quarantined, (
            f"rows_read is {end.rows_read}, but {end.rows_accepted} accepted and {end.rows_quarantined} quarantined"
        )
        told = len(reading.quarantined)
        assert end.rows_quarantined == told, f"rows_quarantined is {end.rows_quarantined}, and {told} came"
        assert end.rows_accepted or not reading.receivables, (
            "receivables came, but rows_accepted is 0: count input rows"
        )

    @check(needs="expected")
    def test_a_reading_is_what_the_ledger_says(self, build: Build, outside: LedgerOutside) -> None:
        """The kit cannot know what stands in a ledger: ``expected()`` says it, and every field that it names is compared."""
        expected = outside.expected()
        assert expected, "`expected` of your `outside` names no receivable: say what the ledger of `settings()` holds"
        came = read(build()).receivables
        missing = sorted(expected.keys() - came.keys())
        assert not missing, f"{', '.join(missing[:3])} stand in the ledger and did not come"
        extra = sorted(came.keys() - expected.keys())
        assert not extra, f"{', '.join(extra[:3])} came, and `expected` of your `outside` does not know them"
        for one, wanted in expected.items():
            for name, value in wanted.items():
                got = getattr(came[one], name)
                assert got == value, f"receivable {one}: the ledger says {name} {value}; it came as {got}"

    @check(needs="fill")
    def test_a_long_ledger_comes_whole(self, build: Build, outside: LedgerOutside) -> None:
        """Ledgers answer in pages: the last one and the tenth must come like the first."""
        before = len(read(build()).receivables)
        outside.fill(LONG)
        came = len(read(build()).receivables) - before
        assert came == LONG, (
            f"`fill` of your `outside` put {LONG} receivables more into the ledger and {came} more came: is a page lost?"
        )

    @check(needs="dispute")
    def test_a_reading_tells_of_a_dispute(self, build: Build, outside: LedgerOutside) -> None:
        """Nobody is asked to approve a reminder about what the customer disputes."""
        source = build()
        first = read(source)
        one = first.an_open_one().receivable_id
        outside.dispute(one)
        for how, reading in (("from the start", read(build())), ("on from the cursor", read(source, first.cursor))):
            assert reading.stops(one), (
                f"{one} is disputed in the ledger; read {how} it comes without disputed=True and without a Hold"
            )

    @check(needs="truncate")
    def test_a_cut_ledger_is_never_called_whole(self, build: Build, outside: LedgerOutside) -> None:
        """What did not arrive would count as gone from the ledger."""
        before = read(build())
        outside.truncate()
        try:
            reading = read(build())
        except PluginError:
            return
        missing = sorted(before.receivables.keys() - reading.receivables.keys())
        assert not reading.whole, (
            f"complete=True although {', '.join(missing[:3]) or 'part of the ledger'} did not arrive: compare what came "
            "with the number or the end that the ledger tells, and say complete=False or raise TransientError"
        )

    @check(needs="spoil_row")
    def test_an_unreadable_row_is_set_aside_and_the_rest_comes(self, build: Build, outside: LedgerOutside) -> None:
        """One odd row must neither stop the ledger nor be dropped nor guessed at: a person mends it at its place."""
        before = read(build())
        spoilt = outside.spoil_row()
        after = read(build())
        new = [row for row in after.quarantined if row not in before.quarantined]
        assert new, f"the row of {spoilt} cannot be read and was dropped; yield a QuarantinedRow for it"
        assert all(row.place for row in new), "give QuarantinedRow.place: file and line, or endpoint and record"
        told = all(len(row.reason.split()) >= _FEWEST_WORDS for row in new)
        assert told, f"QuarantinedRow.reason is no sentence that says what to mend: {new[0].reason!r}"
        assert spoilt not in after.receivables, f"{spoilt} cannot be read and came all the same: never guess"
        lost = sorted(before.receivables.keys() - after.receivables.keys() - {spoilt})
        assert not lost, f"{', '.join(lost[:3])} can be read and did not come, because the row of {spoilt} cannot"

    @check()
    def test_two_readings_at_once_do_not_disturb_each_other(self, build: Build) -> None:
        """What a reading remembers belongs to it, not to the object: a host may begin again before the first has ended."""
        source = build()
        alone = read(source)
        for reading in read_in_turns([source, source]):
            assert not (odd := difference(alone, reading)), f"two readings of one object, in turns: {odd}"
        assert not (odd := difference(alone, read(source))), f"read again after that: {odd}"

    @check(needs="other_settings")
    def test_two_tenants_do_not_mix(self, build: Build, outside: LedgerOutside) -> None:
        """One process serves many creditors: nothing is kept in a module or a class."""
        sources = [build(), build(outside.other_settings())]
        alone = [read(source) for source in sources]
        assert difference(*alone), (
            "two tenants with different settings read the same: is something kept in a module or a class? If not, let "
            "`other_settings` of your `outside` lead to other receivables"
        )
        for before, together in zip(alone, read_in_turns(sources), strict=True):
            assert not (odd := difference(before, together)), f"two tenants read in turns: {odd}"


def _name(one: Receivable) -> str:
    return f"receivable {one.receivable_id}"


def _odd_value(batch: object) -> str:
    """The place of the first value in a batch that is not what the contract says; empty when there is none."""
    if type(batch) is not ChangeBatch:
        return f"changes() yields {type(batch).__name__}, and not ChangeBatch"
    for part, kind in _kinds().items():
        for value in getattr(batch, part):
            if type(value) is not kind:
                return f"{part} holds {type(value).__name__}, and not {kind.__name__}"
    if crosses(batch, ChangeBatch):
        return ""
    for part, kind in _kinds().items():
        for value in getattr(batch, part):
            if place := _odd_field(value, kind):
                return f"{part}: {place} does not survive JSON: it has another type than its class says"
    return "a batch does not survive JSON: a value in it has another type than its class says"


def _odd_field(value: Any, kind: Any) -> str:
    hints = get_type_hints(kind)
    names = (field.name for field in fields(kind)) if isinstance(value, kind) and kind is not str else ()
    odd = next((name for name in names if not crosses(getattr(value, name), hints[name])), "")
    return odd and f"{kind.__name__}.{odd} {getattr(value, odd)!r}"


def _kinds() -> dict[str, Any]:
    """The class of the values in each part of a batch."""
    kinds: dict[str, Any] = {}
    for part, hint in get_type_hints(ChangeBatch).items():
        for option in get_args(hint):
            if get_origin(option) is Columns or option is Ellipsis:
                continue
            if get_origin(hint) is tuple:
                kinds[part] = option
            elif get_origin(option) is tuple:
                kinds[part] = get_args(option)[0]
    return kinds
