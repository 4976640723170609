"""What importing one module does to a process: run by `package.look_at` in a Python of its own, as text.

Prints JSON: what was opened, started or said, what of the process's state changed, which environment variables the plugin's own
code read, and the processor time that the import took beyond the engine's hooks.
"""

import json
import locale
import logging
import os
import signal
import sys
import threading
import time
import warnings

import dunningkit.hooks  # noqa: F401  # whatever this loads is the host's already

STARTS = (
    "socket.",
    "subprocess.Popen",
    "os.system",
    "os.fork",
    "os.exec",
    "os.posix_spawn",
    "_thread.start_new_thread",
)


def _state() -> dict[str, object]:
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in sorted(logging.root.manager.loggerDict))]
    return {
        "logging handlers": [(one.name, len(one.handlers)) for one in loggers if one.handlers],
        "logging levels": [
            (one.name, one.level) for one in loggers if one.level not in (logging.NOTSET, logging.WARNING)
        ],
        "signal handlers": [str(signal.getsignal(one)) for one in (signal.SIGINT, signal.SIGTERM)],
        "locale": locale.setlocale(locale.LC_ALL),
        "warning filters": [str(one) for one in warnings.filters],
        "environment": sorted(os.environ.items()),
        "folder": os.getcwd(),  # noqa: PTH109  # as plain as can be: nothing more is loaded
        "hooks of the interpreter": [str(one) for one in (sys.excepthook, sys.displayhook, sys.stdout, sys.stderr)],
        "threads": threading.active_count(),
    }


def main(module: str) -> None:
    """Import the module and print what that did."""
    package, started, read = module.partition(".")[0], [], []

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(STARTS):
            started.append(event)
        if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            started.append(f"open for writing: {arguments[0]!r}")

    class Watched(type(os.environ)):  # type: ignore[misc]  # the class is private, its place in os.environ is not
        def __getitem__(self, name: str) -> str:
            frame = sys._getframe(1)  # noqa: SLF001  # who asks is the whole question
            while frame.f_back and frame.f_globals.get("__name__") in ("os", "collections.abc"):
                frame = frame.f_back
            if str(frame.f_globals.get("__name__")).split(".")[0] == package:
                read.append(name)
            return str(super().__getitem__(name))

    before = _state()
    os.environ.__class__ = Watched
    sys.addaudithook(audit)
    begun = time.process_time()
    __import__(module)
    took = time.process_time() - begun
    done, opened = list(started), list(read)
    after = _state()
    changed = [name for name in before if before[name] != after[name]]
    sys.stdout.flush()
    # Whatever the plugin made of sys.stdout, this goes where it was asked for.
    os.write(1, ("\n" + json.dumps({"started": done, "changed": changed, "read": opened, "seconds": took})).encode())


main(sys.argv[1])
