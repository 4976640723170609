"""What code does to the outside while it runs, as the interpreter's audit events tell it: files, connections, processes."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: The beginnings of the events that are told, and in what words.
_TOLD = {
    "socket.connect": "connected to another machine",
    "socket.bind": "opened a port",
    "socket.sendto": "sent a packet",
    "socket.getaddrinfo": "asked for a machine's address",
    "socket.gethostby": "asked for a machine's address",
    "sqlite3.connect": "opened a database",
    "subprocess.Popen": "started a process",
    "os.system": "started a process",
    "os.exec": "started a process",
    "os.posix_spawn": "started a process",
    "os.fork": "started a process",
    "os.mkdir": "made a folder",
    "os.rename": "renamed a file",
    "os.remove": "removed a file",
    "os.rmdir": "removed a folder",
    "os.symlink": "made a link",
    "os.link": "made a link",
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: Python's own doing when a module is loaded for the first time.
_COMPILED = "__pycache__"

#: What is told by which thread. An audit hook cannot be taken away, so there is one for all, which is idle without these.
_listening: dict[int, list[str]] = {}
_installed: list[bool] = []


@contextmanager
def outside_told() -> Iterator[list[str]]:
    """Collect what this thread does to files, connections and processes, in words, each once."""
    if not _installed:
        sys.addaudithook(_hear)
        _installed.append(True)
    told: list[str] = []
    _listening[threading.get_ident()] = told
    try:
        yield told
    finally:
        del _listening[threading.get_ident()]


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if not _listening or (told := _listening.get(threading.get_ident())) is None:
        return
    what = _written(arguments) if event == "open" else _in_words(event, arguments)
    if what and what not in told:
        told.append(what)


def _in_words(event: str, arguments: tuple[object, ...]) -> str:
    if any(_COMPILED in str(one) for one in arguments[:2]):
        return ""
    return next((words for start, words in _TOLD.items() if event.startswith(start)), "")


def _written(arguments: tuple[object, ...]) -> str:
    path, mode, flags = (*arguments, None, None)[:3]
    by_mode = isinstance(mode, str) and bool(set(mode) & set("wax+"))
    by_flags = mode is None and isinstance(flags, int) and bool(flags & _WRITING)
    if not (by_mode or by_flags) or _COMPILED in str(path) or str(path) == os.devnull:
        return ""
    return f"wrote the file {Path(str(path)).name!r}"
