"""What a ledger source is held to when it reads on: a cursor loses no change, whoever brings it back."""

from collections.abc import Callable
from typing import Any

from dunningkit.model import Scope
from dunningkit.testing.base import Conformance
from dunningkit.testing.checks import check, is_written
from dunningkit.testing.outside_ledger import LedgerOutside, require
from dunningkit.testing.readings import read

Build = Callable[..., Any]


class ReadingOnChecks(Conformance):
    """``changes(cursor)``."""

    @check()
    def test_reading_on_without_a_change_changes_nothing(self, build: Build) -> None:
        """A quiet day: what a cursor brings, whole or a delta, says the same as before or nothing."""
        source = build()
        first = read(source)
        second = read(source, first.cursor)
        assert second.end, "the reading from the returned cursor has no SyncEnd"
        if second.end.scope is Scope.SNAPSHOT:
            missing = sorted(first.receivables.keys() - second.receivables.keys())
            assert not missing, (
                f"nothing changed, but a snapshot from the returned cursor lacks {', '.join(missing[:3])}"
            )
        for one, value in second.receivables.items():
            assert value == first.receivables.get(one), f"nothing changed, but read on from the cursor {one} has"
        assert not second.removed, f"nothing changed, but {', '.join(sorted(second.removed))} are told as removed"

    @check(needs="pay")
    def test_reading_on_brings_what_changed(self, build: Build, outside: LedgerOutside) -> None:
        """A change that falls between two cursors is never told again."""
        source = build()
        first = read(source)
        paid = first.an_open_one().receivable_id
        outside.pay(paid)
        second = read(source, first.cursor)
        now = second.receivables.get(paid)
        told = now is not None and not now.open.amount_minor
        gone = now is None and (paid in second.removed or (second.end and second.end.scope is Scope.SNAPSHOT))
        assert told or gone, f"{paid} was paid after the first reading; read on from its cursor, it does not say so"

    @check(needs="remove")
    def test_what_is_removed_goes_and_comes_back_under_its_id(self, build: Build, outside: LedgerOutside) -> None:
        """A receivable that is gone is told as gone, and one that comes back is the one that it was."""
        require(outside, "restore")
        source = build()
        first = read(source)
        gone = first.an_open_one()
        outside.remove(gone.receivable_id)
        second = read(source, first.cursor)
        assert gone.receivable_id not in second.receivables, f"{gone.receivable_id} was removed and still comes"
        told = gone.receivable_id in second.removed or (second.end and second.end.scope is Scope.SNAPSHOT)
        assert told, f"{gone.receivable_id} was removed: a delta tells it in removed_receivable_ids"
        assert gone.receivable_id not in read(build()).receivables, "a first reading still has what was removed"
        outside.restore(gone.receivable_id)
        back = read(source).receivables.get(gone.receivable_id)
        assert back == gone, f"{gone.receivable_id} was put back as it was, but came as {back}"

    @check(needs="pay")
    def test_a_cursor_serves_another_object(self, build: Build, outside: LedgerOutside) -> None:
        """The next run is another process: all that it knows of the last reading is the cursor."""
        first = read(build())
        paid = first.an_open_one().receivable_id
        outside.pay(paid)
        gone = next((one.receivable_id for one in first.open_ones() if one.receivable_id != paid), None)
        if gone is not None and is_written(outside, "remove"):
            outside.remove(gone)
        else:
            gone = None
        second = read(build(), first.cursor)
        assert second.settles(paid), (
            f"{paid} was paid after the first reading; another object, given its cursor, does not say so: keep in the "
            "cursor whatever is needed to go on, and nothing in the object"
        )
        assert gone is None or second.lacks(gone), (
            f"{gone} was removed after the first reading; another object, given its cursor, does not tell it as removed: "
            "keep in the cursor whatever is needed to go on, and nothing in the object"
        )

    @check(needs="pay")
    def test_a_cursor_of_a_quiet_day_loses_nothing(self, build: Build, outside: LedgerOutside) -> None:
        """A reading that brings nothing gives a cursor, too, and what happens after it is told from there."""
        source = build()
        first = read(source)
        quiet = read(source, first.cursor)
        paid = first.an_open_one().receivable_id
        outside.pay(paid)
        assert read(source, quiet.cursor).settles(paid), (
            f"nothing changed between two readings; {paid} was paid then, and read on from the second cursor it does not "
            "say so: where nothing came, give the cursor that you were given"
        )

    @check(needs="remove restore")
    def test_what_comes_back_is_told_when_reading_on(self, build: Build, outside: LedgerOutside) -> None:
        """What was removed by mistake and put back is owed again: a delta tells of it like of anything new."""
        source = build()
        first = read(source)
        gone = first.an_open_one()
        outside.remove(gone.receivable_id)
        second = read(source, first.cursor)
        outside.restore(gone.receivable_id)
        third = read(source, second.cursor)
        assert third.receivables.get(gone.receivable_id) == gone, (
            f"{gone.receivable_id} was removed and put back; read on from the cursor after it was gone, it does not come "
            "as it was"
        )
