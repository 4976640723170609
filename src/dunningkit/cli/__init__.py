"""The ``dunning`` command: the engine from a terminal, for trying it out, for cron, and for hosts that are not Python.

Exit codes: 0 done; 1 a mistake of ours; 2 the command was written wrongly; 3 the settings are not usable; 4 the ledger
could not be read whole, so nothing is proposed; 5 the database is missing, older or newer; 6 what was named does not exist
or cannot be done now; 7 some messages were not delivered, or it is not known whether they
were; 130 interrupted.
"""

import sys

__all__ = ["main"]


def main() -> int:
    """Run the command with the process's arguments."""
    try:
        from dunningkit.cli.app import run  # noqa: PLC0415  # Typer and Rich are an extra
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich", "click"):
            raise
        sys.stderr.write("The dunning command needs the extra 'cli': pip install -e '.[cli]' in the checkout.\n")
        return 3
    return run(sys.argv[1:])
