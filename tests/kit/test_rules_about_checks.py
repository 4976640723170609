"""When a check is required, when it only warns, when it is skipped, and how a deviation is said."""

from types import MappingProxyType

import pytest

from dunningkit.testing import Outside
from dunningkit.testing.checks import ConformanceWarning, check, is_advisory, is_written, overridden, unwritten


class WithPayments(Outside):
    @unwritten
    def pay(self, receivable_id: str) -> None:
        raise NotImplementedError


class Written(WithPayments):
    def pay(self, receivable_id: str) -> None:
        pass


class Suite:
    @check()
    def test_first(self) -> None:
        assert 1 + 1 == 3, "one and one"

    @check(since="9.9")
    def test_later(self) -> None:
        assert 1 + 1 == 3, "one and one"

    @check(needs="pay")
    def test_payment(self, outside: Outside) -> None:
        outside.pay("1042")


@pytest.mark.parametrize(
    ("since", "now", "advisory"),
    [("1.0", "1.0", False), ("1.1", "1.1", True), ("1.1", "1.2", False), ("1.10", "1.9", True), ("1.2", "2.0", False)],
)
def test_a_check_warns_in_the_version_that_brings_it_and_is_required_from_the_next(since, now, advisory) -> None:
    assert is_advisory(since, now) is advisory


def test_what_is_required_fails_and_what_is_new_warns() -> None:
    with pytest.raises(AssertionError, match="one and one"):
        Suite().test_first()
    with pytest.warns(ConformanceWarning, match="test_later will be required: one and one"):
        Suite().test_later()


def test_what_the_author_did_not_write_is_skipped_with_a_sentence() -> None:
    with pytest.raises(pytest.skip.Exception, match="write `pay` in your `outside`"):
        Suite().test_payment(outside=WithPayments())
    Suite().test_payment(outside=Written())
    assert (is_written(WithPayments(), "pay"), is_written(Written(), "pay")) == (False, True)


def test_what_the_other_system_does_not_have_is_not_asked_where_a_reason_is_given() -> None:
    class Told(WithPayments):
        has_no = MappingProxyType({"pay": "nobody pays here"})

    class Untold(WithPayments):
        has_no = MappingProxyType({"pay": ""})

    Suite().test_payment(outside=Told())
    with pytest.raises(pytest.skip.Exception):
        Suite().test_payment(outside=Untold())


def test_only_a_strict_and_reasoned_xfail_may_replace_a_check() -> None:
    class Silent(Suite):
        def test_first(self) -> None: ...

    class Lenient(Suite):
        @pytest.mark.xfail(reason="unsupported: no such thing here")
        def test_first(self) -> None: ...

    class Vague(Suite):
        @pytest.mark.xfail(strict=True, reason="flaky")
        def test_first(self) -> None: ...

    class Reasoned(Suite):
        @pytest.mark.xfail(strict=True, reason="unsupported: no such thing here")
        def test_first(self) -> None: ...

    class Removed(Suite):
        test_first = None

    assert [overridden(suite) for suite in (Suite, Silent, Lenient, Vague, Reasoned, Removed)] == [
        (),
        ("test_first",),
        ("test_first",),
        ("test_first",),
        (),
        ("test_first",),
    ]
