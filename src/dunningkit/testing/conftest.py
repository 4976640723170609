"""Makes the test classes of the plugin named by ``--dunningkit-plugin`` when this folder is collected."""

import pytest

from dunningkit.testing import test_installed
from dunningkit.testing.installed import suites_of


def pytest_configure(config: pytest.Config) -> None:
    """Put the named plugin's test classes where pytest looks for them; a wrong name is a wrong use of pytest."""
    try:
        made = suites_of(config.getoption("--dunningkit-plugin"), config.getoption("--dunningkit-settings"))
    except LookupError as error:
        raise pytest.UsageError(str(error.args[0])) from None
    vars(test_installed).update(made)
