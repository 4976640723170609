"""The plugin meets the conformance kit, and leaves no check of it out."""

from pathlib import Path

import pytest

from dunningkit.testing import checks_of
from dunningkit.testing.checks import is_written
from dunningkit_csv.proof import Export, ExportWithDeltas, TestCsv, TestCsvWithDeltas

__all__ = ["TestCsv", "TestCsvWithDeltas"]


@pytest.mark.parametrize("outside", [Export, ExportWithDeltas])
def test_no_check_is_skipped(outside: type[Export], tmp_path: Path) -> None:
    made = outside(tmp_path)
    needed = {name for check in checks_of(TestCsv).values() for name in check.needs.split()}
    assert [name for name in sorted(needed) if not is_written(made, name)] == []
