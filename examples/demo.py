"""The main job, once through, on the example ledger: who would hear from us, in which words, why, and who would not.

    make demo

Makes the ledger's files, runs the ``dunning`` command on them as a reader would at the keyboard, and writes the page. Run it
again after changing ``examples/ledger/dunning.toml``: the ledger stays as it is and the proposal is made anew.
"""

import shlex
import sys
from pathlib import Path

from ledger.generate import AS_OF, SEED, generate

from dunningkit.cli.app import run

FOLDER = Path(__file__).resolve().parent / "ledger"
CONFIG = FOLDER / "dunning.toml"
BUILD = FOLDER / "build"
PAGE = BUILD / "page"


def dunning(*arguments: str) -> None:
    """Run one command line and show it first; a failing one ends the demo."""
    line = ["--config", _short(CONFIG), *arguments]
    print(f"\n$ dunning {shlex.join(line)}\n", flush=True)
    code = run(line)
    if code:
        sys.exit(code)


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def main() -> None:
    """Show the main job."""
    dunning("init", "--language", "en")
    print()
    generate(Path(_short(BUILD)), AS_OF, SEED)
    dunning("run", "--as-of", AS_OF.isoformat(), "--language", "en")
    dunning("show", "--html", _short(PAGE), "--language", "en")
    print(
        f"""
Nothing was sent: a person approves first. Where to look now:

  {_short(PAGE / "proposal.html")}
      every line with its reasons, and each message as it would look; open it in a browser
  dunning --config {_short(CONFIG)} show --status needs_you
      what a person has to decide, with the reasons
  {_short(CONFIG)}
      the settings; add a [policy] and run make demo again

(dunning is in .venv/bin, or activate it: . .venv/bin/activate)"""
    )


if __name__ == "__main__":
    main()
