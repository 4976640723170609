"""What a ledger source is asked around a sending: what is open now, invoice copies, and notes of what was sent."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from dunningkit.contracts import LedgerCapability, LedgerSourceSpec
from dunningkit.errors import UnsupportedCapability
from dunningkit.model import Document, Mark, MarkResult, Money, Recheck
from dunningkit.testing.base import Conformance
from dunningkit.testing.checks import check
from dunningkit.testing.crossing import crosses
from dunningkit.testing.ledger_reading import LONG
from dunningkit.testing.outside import NOW
from dunningkit.testing.outside_ledger import LedgerOutside, require
from dunningkit.testing.readings import Reading, read

Build = Callable[..., Any]

#: No ledger has it.
UNKNOWN_ID = "no-such-receivable-8f3c1d"
#: So many are asked about at once; a host asks for as many as it is about to send.
_MOST_ASKED = 200
_FEW = 20


def some_ids(reading: Reading) -> tuple[str, ...]:
    """The ids to ask about."""
    return tuple(reading.receivables)[:_MOST_ASKED]


def marks_for(reading: Reading) -> tuple[Mark, ...]:
    """A mark for the first open invoice, and one for a receivable that does not exist."""
    day = NOW.date()
    return tuple(
        Mark(f"{one}-{day}", one, "friendly-1", "reminder", "email", day - timedelta(days=1))
        for one in (reading.an_open_one().receivable_id, UNKNOWN_ID)
    )


class SendingChecks(Conformance):
    """``recheck()``, ``documents()`` and ``write_back()``."""

    @check()
    def test_recheck_agrees_with_the_reading(self, build: Build) -> None:
        """Asked right before sending, the ledger says the same of every receivable as when it was read, if nothing changed."""
        source = build()
        receivables = read(source).receivables
        answers = _rechecked(source, tuple(receivables)[:_MOST_ASKED])
        for one, answer in answers.items():
            assert crosses(answer, Recheck), (
                f"{one}: the answer does not survive JSON; is a number of another type in it?"
            )
            was = receivables[one].open
            assert _agrees(answer.open, was), f"{one} was read as open by {was}; recheck() says {answer.open}"

    @check()
    def test_recheck_needs_no_reading_before(self, build: Build) -> None:
        """Between reading and sending lies an approval, and another process: an object that has read nothing knows as much."""
        source = build()
        ids = some_ids(read(source))
        after, fresh = _rechecked(source, ids), _rechecked(build(), ids)
        for one, answer in after.items():
            assert fresh.get(one) == answer, (
                f"{one}: an object that has not read the ledger before rechecks it otherwise than one that has; ask the "
                "ledger, and keep nothing of a reading for it"
            )

    @check()
    def test_recheck_says_of_a_receivable_what_the_reading_did(self, build: Build) -> None:
        """Whatever differs between the two keeps the reminder back, and so does money in hand that no reading brought."""
        source = build()
        reading = read(source)
        customers, brought = reading.by_id("customers"), {*reading.values("receivables"), *reading.values("payments")}
        for one, answer in _rechecked(source, some_ids(reading)).items():
            was = reading.receivables[one]
            for told, known in ((answer.receivable, was), (answer.customer, customers.get(was.customer_id))):
                if told is None or told == known:
                    continue
                names = [f.name for f in fields(told) if getattr(told, f.name) != getattr(known, f.name, None)]
                pytest.fail(
                    f"{one}: nothing changed, but Recheck.{type(told).__name__.lower()} differs from the reading in "
                    f"{', '.join(names)}: make both by the same function, or leave it None"
                )
            odd = [type(money).__name__ for money in answer.in_hand if money not in brought]
            assert not odd, f"{one}: Recheck.in_hand holds a {odd and odd[0]} that the reading did not bring"

    @check(needs="fill")
    def test_recheck_answers_for_as_many_as_are_asked(self, build: Build, outside: LedgerOutside) -> None:
        """A host asks about all that it is about to send: where a ledger takes a hundred ids at once, ask in hundreds."""
        outside.fill(LONG)
        source = build()
        ids = tuple(read(source).receivables)
        answers = list(source.recheck(ids))
        assert sorted(answer.receivable_id for answer in answers) == sorted(ids), (
            f"recheck() was asked about {len(ids)} receivables and gave {len(answers)} answers"
        )
        alone = _rechecked(source, ids[-_FEW:])
        for answer in answers:
            known = alone.get(answer.receivable_id, answer)
            assert answer == known, (
                f"recheck() was asked about {len(ids)} receivables at once and says that {answer.receivable_id} is open by "
                f"{answer.open}; asked about {_FEW}, it says {known.open}"
            )

    @check(needs="other_settings")
    def test_two_tenants_are_rechecked_apart(self, build: Build, outside: LedgerOutside) -> None:
        """Two creditors' ledgers have the same numbers: what is kept by them alone answers for the wrong one."""
        first = build()
        if _disagreement(first, read(first)):
            return  # what another check tells
        sources = [first, build(outside.other_settings())]
        readings = [read(source) for source in sources]
        for source, reading in zip(sources * 2, readings * 2, strict=True):
            odd = _disagreement(source, reading)
            assert not odd, f"two tenants rechecked in turns: {odd}; is something kept in a module or a class?"

    @check()
    def test_recheck_answers_once_for_every_id(self, build: Build) -> None:
        """One answer per id and none besides; what the ledger does not know is gone: ``open=None``, and no error."""
        source = build()
        asked = (*some_ids(read(source)), UNKNOWN_ID)
        got = [answer.receivable_id for answer in source.recheck(asked)]
        assert sorted(got) == sorted(asked), f"recheck() was asked about {asked} and answered for {got}"
        unknown = _answer(_rechecked(source, asked), UNKNOWN_ID)
        assert unknown.open is None, (
            f"recheck() says that a receivable nobody knows is open by {unknown.open}: say None"
        )
        assert list(source.recheck(())) == [], "recheck() was asked about nothing and answered"

    @check(needs="pay")
    def test_recheck_notices_a_payment(self, build: Build, outside: LedgerOutside) -> None:
        """The last look before a message leaves: an answer that was kept from the reading would be no look at all."""
        source = build()
        one = read(source).an_open_one()
        _rechecked(source, (one.receivable_id,))
        outside.pay(one.receivable_id)
        now = _open_now(source, one.receivable_id)
        paid = now is None or not now.amount_minor
        assert paid, f"{one.receivable_id} was paid in full; the same object's recheck() still says {now}"

    @check(needs="remove")
    def test_recheck_notices_what_was_removed(self, build: Build, outside: LedgerOutside) -> None:
        """Nobody is reminded of an invoice that was taken back."""
        source = build()
        one = read(source).an_open_one().receivable_id
        outside.remove(one)
        assert (now := _open_now(source, one)) is None, (
            f"{one} was removed; recheck() says that {now} is open: say None"
        )

    @check(needs="dispute")
    def test_recheck_notices_a_dispute(self, build: Build, outside: LedgerOutside) -> None:
        """What the customer disputes, or the ledger stops, waits: ``on_hold=True``."""
        one = read(build()).an_open_one().receivable_id
        outside.dispute(one)
        answer = _answer(_rechecked(build(), (one,)), one)
        assert answer.on_hold or answer.holds, (
            f"{one} is disputed in the ledger; recheck() answers without on_hold=True"
        )

    @check(needs="spoil_row")
    def test_recheck_goes_on_beside_an_unreadable_row(self, build: Build, outside: LedgerOutside) -> None:
        """One odd row stops its own reminder and nobody else's."""
        before = read(build()).receivables
        spoilt = outside.spoil_row()
        others = [one for one in before if one != spoilt][:_MOST_ASKED]
        source = build()
        try:
            answers = _rechecked(source, (*others, spoilt))
        except Exception as error:  # whatever it is, the author has to hear of it
            raise AssertionError(
                f"recheck() raised {type(error).__name__} because the row of {spoilt} cannot be read; answer for it with "
                "open=None or on_hold=True, and for the others as ever"
            ) from error
        for one in others:
            now = _answer(answers, one).open
            assert _agrees(now, before[one].open), f"{one}: recheck() says {now} beside an odd row"
        held = _answer(answers, spoilt).open is None or answers[spoilt].on_hold
        assert held, f"{spoilt} cannot be read; recheck() must say open=None or on_hold=True"

    # -- what is declared and what is not -----------------------------------------------------------------------------

    @check()
    def test_documents_are_copies_of_what_was_asked_for(self, build: Build, spec: LedgerSourceSpec) -> None:
        """Another customer's invoice must never be attached. (A source that does not declare DOCUMENTS is not asked.)"""
        if LedgerCapability.DOCUMENTS not in spec.capabilities:
            return
        source = build()
        reading = read(source)
        there = [one.receivable_id for one in reading.receivables.values() if one.copy_available][:_MOST_ASKED]
        assert there, (
            "DOCUMENTS is declared: let a receivable of your `outside` have a copy, and say copy_available=True"
        )
        for asked in (tuple(there), tuple(there[:1]), (UNKNOWN_ID,), ()):
            got = list(source.documents(asked))
            wanted = [one for one in asked if one != UNKNOWN_ID]
            assert sorted(one.receivable_id for one in got) == sorted(wanted), (
                f"documents() was asked for copies of {asked} and gave those of {[one.receivable_id for one in got]}"
            )
            for one in got:
                assert type(one) is Document, f"documents() gives {type(one).__name__}, and not Document"
                assert crosses(one, Document), (
                    f"the copy of {one.receivable_id} does not survive JSON: content is bytes"
                )
                filled = one.content and one.filename and "/" in one.content_type
                assert filled, (
                    f"{one.receivable_id}: give the copy its bytes, a filename, and a type like application/pdf"
                )

    @check()
    def test_documents_that_are_not_declared_are_refused(self, build: Build, spec: LedgerSourceSpec) -> None:
        """Who cannot hand out copies says so: an empty answer would read as an invoice without one."""
        if LedgerCapability.DOCUMENTS not in spec.capabilities:
            _refuses("documents", build().documents, ("1",))

    @check()
    def test_write_back_answers_every_mark(self, build: Build, spec: LedgerSourceSpec) -> None:
        """One result per mark; what the ledger did not take says why. (A source without WRITE_BACK is not asked.)"""
        if LedgerCapability.WRITE_BACK not in spec.capabilities:
            return
        source = build()
        marks = marks_for(read(source))
        results = list(source.write_back(marks))
        keys = [result.key for result in results]
        assert sorted(keys) == sorted(mark.key for mark in marks), (
            f"write_back() got {len(marks)} marks, answered {keys}"
        )
        strange = [type(one).__name__ for one in results if type(one) is not MarkResult or not crosses(one, MarkResult)]
        assert not strange, f"write_back() answers with {strange[0]}, and not with a MarkResult of texts and yes or no"
        known, unknown = (next(one for one in results if one.key == mark.key) for mark in marks)
        assert known.written, f"the ledger of your `outside` did not take a mark: {known.detail}"
        assert not unknown.written, "write_back() says that a mark of a receivable nobody knows was written"
        assert unknown.detail, "write_back() did not write a mark and does not say why: put a sentence into detail"
        assert list(source.write_back(())) == [], "write_back() was given nothing and answered"

    @check()
    def test_the_same_mark_twice_is_noted_once(
        self, build: Build, spec: LedgerSourceSpec, outside: LedgerOutside
    ) -> None:
        """After a time-out a host gives the same key again. (A source without WRITE_BACK is not asked.)"""
        if LedgerCapability.WRITE_BACK not in spec.capabilities:
            return
        require(outside, "written")
        mark = marks_for(read(build()))[0]
        list(build().write_back((mark,)))
        once = sorted(outside.written())
        assert once, "write_back() was given a mark, and `outside.written()` shows nothing"
        (again,) = build().write_back((mark,))
        assert again.written, "the same key given again is written already: answer written=True"
        assert sorted(outside.written()) == once, "the same key given again left a second note in the ledger"

    @check()
    def test_write_back_that_is_not_declared_is_refused(self, build: Build, spec: LedgerSourceSpec) -> None:
        """Who writes nothing must not say that it did."""
        if LedgerCapability.WRITE_BACK not in spec.capabilities:
            mark = Mark("key", "1", "friendly-1", "reminder", "email", NOW.date())
            _refuses("write_back", build().write_back, (mark,))


def _refuses(name: str, call: Callable[[Any], object], given: object) -> None:
    try:
        call(given)
    except UnsupportedCapability:
        return
    pytest.fail(f"{name.upper()} is not in the spec's capabilities: {name}() must raise UnsupportedCapability")


def _disagreement(source: Any, reading: Reading) -> str:
    was = reading.receivables
    for one, answer in _rechecked(source, some_ids(reading)).items():
        if not _agrees(answer.open, was[one].open):
            return f"{one} was read as open by {was[one].open}, and recheck() says {answer.open}"
    return ""


def _agrees(now: Money | None, was: Money) -> bool:
    # What is paid may be gone from what a ledger is asked about: nothing is open either way.
    return now == was or (now is None and not was.amount_minor)


def _rechecked(source: Any, ids: tuple[str, ...]) -> dict[str, Recheck]:
    answers = list(source.recheck(ids))
    strange = [type(answer).__name__ for answer in answers if type(answer) is not Recheck]
    assert not strange, f"recheck() answers with {strange[0]}, and not with Recheck"
    # Whether it answers for what nobody asked is looked at by a check of its own.
    return {answer.receivable_id: answer for answer in answers if answer.receivable_id in ids}


def _answer(answers: dict[str, Recheck], receivable_id: str) -> Recheck:
    assert receivable_id in answers, f"recheck() was asked about {receivable_id} and gave no answer for it"
    return answers[receivable_id]


def _open_now(source: Any, receivable_id: str) -> Money | None:
    answer = _rechecked(source, (receivable_id,)).get(receivable_id)
    return None if answer is None else answer.open
