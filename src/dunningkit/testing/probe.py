"""What importing one module does to a process: run by `package.look_at` in a Python of its own, as text.

Prints JSON: what was opened, started or said, what of the process's state changed, which environment variables the plugin's own
code read, the processor time that the import took beyond the engine's hooks, and what more its hooks did when they were called.
"""

import _thread
import decimal
import inspect
import io
import json
import locale
import logging
import os
import signal
import socket
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
)
#: Whose functions a plugin leaves as they are.
OTHERS = ("builtins", "dunningkit", "httpx", "json", "logging", "pluggy", "pydantic", "socket", "ssl", "structlog")


def _state() -> dict[str, object]:
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in sorted(logging.root.manager.loggerDict))]
    handlers = {one.name: [type(each).__name__ for each in one.handlers] for one in loggers}
    return {
        # A library may add the handler that does nothing.
        "logging handlers": {name: kinds for name, kinds in handlers.items() if set(kinds) - {"NullHandler"}},
        "logging levels": [
            (one.name, one.level) for one in loggers if one.level not in (logging.NOTSET, logging.WARNING)
        ],
        "how logging works": [
            str(one) for one in (logging.getLoggerClass(), logging.getLogRecordFactory(), logging.root.manager.disable)
        ],
        "signal handlers": [str(signal.getsignal(one)) for one in sorted(signal.valid_signals())],
        "the context of decimals": str(decimal.getcontext()),
        "the time-out of sockets": socket.getdefaulttimeout(),
        "where modules are found": [*sys.path, *map(str, sys.meta_path)],
        "the recursion limit": sys.getrecursionlimit(),
        "locale": locale.setlocale(locale.LC_ALL),
        "warning filters": [str(one) for one in warnings.filters],
        "environment": sorted(os.environ.items()),
        "folder": os.getcwd(),  # noqa: PTH109  # as plain as can be: nothing more is loaded
        "hooks of the interpreter": [str(one) for one in (sys.excepthook, sys.displayhook, sys.stdout, sys.stderr)],
        "threads": threading.active_count(),
    }


def _parts() -> dict[str, object]:
    """What others have made and no plugin replaces: built-in functions, and what stands in the engine's modules."""
    watched = [
        name for name in sys.modules if name.split(".")[0] in ("dunningkit", "builtins", "json", "socket", "time")
    ]
    return {f"{name}.{part}": value for name in watched for part, value in vars(sys.modules[name]).items()}


def _put_into_others(package: str) -> list[str]:
    """What the plugin has put into the modules and classes of others in place of their own."""
    others = {name: module for name, module in sys.modules.items() if name.split(".")[0] in OTHERS}
    places: dict[str, object] = dict(others)
    for name, module in others.items():
        kinds = (one for one in vars(module).values() if isinstance(one, type) and one.__module__ == name)
        places.update((f"{name}.{one.__qualname__}", one) for one in kinds)
    return [
        f"{name}.{part}"
        for name, place in places.items()
        for part, value in vars(place).items()
        if str(getattr(value, "__module__", "")).split(".")[0] == package
    ]


def _replaced(before: dict[str, object]) -> list[str]:
    found = [name for name, value in _parts().items() if name in before and before[name] is not value]
    ssl = sys.modules.get("ssl")
    if ssl is not None and vars(ssl)["_create_default_https_context"] is not vars(ssl)["create_default_context"]:
        found.append("the check of certificates")
    # Of an ordinary module's own bookkeeping.
    return [name for name in found if not name.rpartition(".")[2].startswith("__") and not name.endswith("builtins._")]


def _offer(module: str) -> None:
    """Call the module's hooks as the engine does; what they raise is another check's matter."""
    plugin = sys.modules[module]
    for hook in ("ledger_sources", "scorers", "channels", "commands"):
        function = getattr(plugin, f"dunningkit_{hook}", None)
        if function is None or inspect.iscoroutinefunction(function):
            continue
        try:
            list(function())
        except BaseException:  # noqa: BLE001, S112  # as the docstring says
            continue


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

    def start(*arguments: object, **named: object) -> object:
        started.append("start a thread")
        return kept_start(*arguments, **named)

    kept_start = vars(threading)["_start_new_thread"]
    before, parts = _state(), _parts()
    # Not every Python tells its auditors of threads.
    vars(threading)["_start_new_thread"] = vars(_thread)["start_new_thread"] = start
    os.environ.__class__ = Watched
    sys.addaudithook(audit)
    begun = time.process_time()
    __import__(module)
    took = time.process_time() - begun
    done, opened = list(started), list(read)
    after = _state()
    changed = [name for name in before if before[name] != after[name]] + _replaced(parts) + _put_into_others(package)
    started.clear()
    read.clear()
    kept, sys.stdout = sys.stdout, io.StringIO()
    _offer(module)
    spoken, sys.stdout = sys.stdout.getvalue(), kept
    later = _state()
    offering = [
        *started,
        *(f"reads {name}" for name in read),
        *(f"changes {name}" for name in after if after[name] != later[name] and name != "threads"),
        *(["prints"] if spoken else []),
    ]
    sys.stdout.flush()
    # Whatever the plugin made of sys.stdout, this goes where it was asked for.
    told = {
        "started": done,
        "changed": list(dict.fromkeys(changed)),
        "read": opened,
        "seconds": took,
        "offering": offering,
    }
    os.write(1, ("\n" + json.dumps(told)).encode())
    sys.stderr.flush()
    # Whatever waits for the end of the process may print, too.
    os._exit(0)


main(sys.argv[1])
