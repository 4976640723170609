"""One option for pytest, so that ``pytest --pyargs dunningkit.testing --dunningkit-plugin=NAME`` is understood; nothing else.

pytest reads its options before it looks at what it is told to collect, so this small module announces itself in the group
``pytest11``. It changes nothing about anybody's tests.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: "pytest.Parser") -> None:
    """Add the options that name the plugin to prove and the file with its settings."""
    group = parser.getgroup("dunningkit", "proving a dunningkit plugin")
    group.addoption(
        "--dunningkit-plugin",
        metavar="NAME",
        help="with --pyargs dunningkit.testing: the installed plugin to prove, by its entry-point name",
    )
    group.addoption(
        "--dunningkit-settings",
        metavar="FILE",
        help="a TOML file with a table of settings for each thing the plugin offers, by name; not needed for those that have "
        "defaults for everything, or when the plugin brings its own proof",
    )
