"""Another process with another hash seed: what code answers there that has none of this one's memory.

One process serves a whole test session. It is given a plugin's spec by the names under which it can be loaded.
"""

import atexit
import importlib
import importlib.util
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, BinaryIO

#: Enough to give sets and dicts of texts another order.
_SEED = "20261124"
_SERVE = "from dunningkit.testing.another_process import serve; serve()"


class NotThere(Exception):
    """A spec cannot be made again in another process."""


def answer_of(
    spec: Any,
    settings: Mapping[str, Any],
    folder: Path,
    method: str,
    calls: list[tuple[Any, ...]],
    made: object = None,
) -> Any:
    """What a new object of the spec answers in another process to calls of one method, in their order, as lists.

    ``made`` is taken along instead where the spec has no name there. Raises `NotThere` when the spec cannot be made there, and
    `AssertionError` when the method fails there.
    """
    try:
        request = (sys.path, _loadable(spec, made), dict(settings), str(folder), method, calls)
        sent = pickle.dumps(request)
    except Exception as error:  # whatever an author's objects do when they are pickled
        raise NotThere from error
    child = _child()
    assert child.stdin
    assert child.stdout
    _send(child.stdin, sent)
    told, value = pickle.loads(_received(child.stdout))  # noqa: S301  # our own process
    if told == "not there":
        raise NotThere
    assert told == "answer", f"in another process {method}() raised {value}: keep nothing between calls"
    return value


def _loadable(spec: Any, made: object) -> tuple[Any, ...]:
    """How the spec, or else the object, is found there, with the files of the modules that it is written in."""
    builder = getattr(spec.build, "func", spec.build)
    homes = [getattr(one, "__module__", None) or "" for one in (builder, spec.config_model, type(made))]
    files = [(name, str(getattr(sys.modules.get(name), "__file__", ""))) for name in dict.fromkeys(homes)]
    for name in homes:
        for attribute, value in vars(sys.modules.get(name, os)).items():
            if value is spec:
                return ("name", files, name, attribute)
    try:
        return ("spec", files, pickle.dumps(spec))
    except Exception:  # noqa: BLE001  # a lambda, or a class in a function, has no name
        return ("object", files, pickle.dumps(made))


@cache
def _child() -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PYTHONHASHSEED": _SEED, "TZ": "Pacific/Auckland"}
    child = subprocess.Popen(  # noqa: S603  # the interpreter that runs already
        [sys.executable, "-c", _SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**environment, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    atexit.register(partial(_end, child))
    return child


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.communicate()


def _send(stream: BinaryIO | Any, content: bytes) -> None:
    stream.write(len(content).to_bytes(8, "big") + content)
    stream.flush()


def _received(stream: BinaryIO | Any) -> bytes:
    return bytes(stream.read(int.from_bytes(stream.read(8), "big")))


# -- in the other process ------------------------------------------------------------------------------------------


def serve() -> None:
    """Answer requests until there are no more; what a plugin prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (size := sys.stdin.buffer.read(8)) and size:
        _send(answers, _answered(sys.stdin.buffer.read(int.from_bytes(size, "big"))))


def _answered(request: bytes) -> bytes:
    try:
        path, where, settings, folder, method, calls = pickle.loads(request)  # noqa: S301  # from our own process
        sys.path[:] = path
        made = _made(where, settings, Path(folder))
    except Exception:  # noqa: BLE001  # whatever keeps it from being made here, it is not there
        return pickle.dumps(("not there", None))
    try:
        got = [_plain(getattr(made, method)(*call)) for call in calls]
        return pickle.dumps(("answer", got))
    except Exception as error:  # noqa: BLE001  # whatever a plugin raises is told
        return pickle.dumps(("error", type(error).__name__))


def _plain(answer: Any) -> Any:
    return list(answer) if hasattr(answer, "__iter__") else answer


def _made(where: tuple[Any, ...], settings: Mapping[str, Any], folder: Path) -> Any:
    from dunningkit.testing.outside import services_for  # noqa: PLC0415  # there, not here

    for name, file in where[1]:
        _load(name, file)
    if where[0] == "object":
        return pickle.loads(where[2])  # noqa: S301  # from our own process
    spec = getattr(sys.modules[where[2]], where[3]) if where[0] == "name" else pickle.loads(where[2])  # noqa: S301
    return spec.build(spec.config_model.model_validate(settings), services_for(folder))


def _load(name: str, file: str) -> None:
    if name in sys.modules:
        return
    try:
        importlib.import_module(name)
    except ImportError:
        found = importlib.util.spec_from_file_location(name, file)
        if found is None or found.loader is None:
            raise
        sys.modules[name] = importlib.util.module_from_spec(found)
        found.loader.exec_module(sys.modules[name])
