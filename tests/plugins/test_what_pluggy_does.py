"""What we rely on pluggy for, and why hooks of ours only register: a new release that behaves otherwise is seen here."""

import pluggy
import pytest

hookspec, hookimpl = pluggy.HookspecMarker("demo"), pluggy.HookimplMarker("demo")


class Spec:
    @hookspec
    def offers(self, extra=7):
        """Return what there is."""


def manager(*plugins: object) -> pluggy.PluginManager:
    made = pluggy.PluginManager("demo")
    made.add_hookspecs(Spec)
    for plugin in plugins:
        made.register(plugin)
    return made


class One:
    @hookimpl
    def offers(self):
        return "one"


class Two:
    @hookimpl
    def offers(self):
        return "two"


class Nothing:
    @hookimpl
    def offers(self):
        return None


class Broken:
    @hookimpl
    def offers(self):
        raise OSError("broken")


def test_results_come_last_registered_first_and_without_a_name() -> None:
    assert manager(One(), Two()).hook.offers() == ["two", "one"]


def test_nothing_is_dropped_without_a_trace() -> None:
    assert manager(One(), Nothing()).hook.offers() == ["one"]


def test_one_exception_loses_everybodys_results() -> None:
    with pytest.raises(OSError, match="broken"):
        manager(One(), Broken()).hook.offers()


def test_a_misspelt_hook_registers_and_only_check_pending_tells() -> None:
    class Misspelt:
        @hookimpl
        def offer(self):
            return "lost"

    made = manager(Misspelt())
    assert made.hook.offers() == []
    with pytest.raises(pluggy.PluginValidationError):
        made.check_pending()


def test_a_failed_registration_leaves_nothing_behind() -> None:
    class Wrong:
        @hookimpl
        def offers(self, unknown_argument):
            return unknown_argument

    made = manager(One())
    with pytest.raises(pluggy.PluginValidationError):
        made.register(Wrong(), "wrong")
    assert not made.has_plugin("wrong")
    assert made.hook.offers() == ["one"]


def test_a_property_is_not_read_while_registering() -> None:
    class WithProperty(One):
        @property
        def offers_more(self):
            raise AssertionError("read while registering")

    assert manager(WithProperty()).hook.offers() == ["one"]


def test_an_argument_can_be_added_with_a_default() -> None:
    class Asks:
        @hookimpl
        def offers(self, extra):
            return extra

    assert manager(Asks()).hook.offers() == [7]
