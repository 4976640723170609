"""How long a plugin may take: its calls run in a thread of their own, and a call that overruns keeps that thread.

Python cannot stop a call from outside. So the caller stops waiting instead: the thread is abandoned (a daemon, it keeps no
process from ending) and the plugin is left alone for the rest of the run, and for as long as the call is still inside it.
"""

import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from enum import StrEnum
from typing import Any, TypeVar

R = TypeVar("R")

#: How long the end of a run waits for its idle thread to be gone.
_SECONDS_TO_LEAVE = 1.0


class Stage(StrEnum):
    """What a plugin is asked to do; failures name it, and each has its deadline."""

    IMPORT = "import"
    REGISTER = "register"
    BUILD = "build"
    CHECK = "check"
    CHANGES = "changes"
    READING = "reading"
    RECHECK = "recheck"
    DOCUMENTS = "documents"
    WRITE_BACK = "write_back"
    SCORE = "score"
    MAX_DELIVERY_DAYS = "max_delivery_days"
    RENDER = "render"
    ESTIMATE = "estimate"
    DELIVER = "deliver"
    LOOK_UP = "look_up"
    PARSE_EVENT = "parse_event"


#: Seconds for one call of each stage, for ``changes`` for one batch and for ``reading`` from the first batch to the last: the
#: time-outs of the HTTP client come well before.
SECONDS: Mapping[Stage, float] = {
    Stage.IMPORT: 60.0,
    Stage.REGISTER: 30.0,
    Stage.BUILD: 60.0,
    Stage.CHECK: 60.0,
    Stage.CHANGES: 600.0,
    Stage.READING: 14_400.0,
    Stage.RECHECK: 60.0,
    Stage.DOCUMENTS: 60.0,
    Stage.WRITE_BACK: 60.0,
    Stage.SCORE: 120.0,
    Stage.MAX_DELIVERY_DAYS: 10.0,
    Stage.RENDER: 10.0,
    Stage.ESTIMATE: 60.0,
    Stage.DELIVER: 300.0,
    Stage.LOOK_UP: 60.0,
    Stage.PARSE_EVENT: 10.0,
}


class Overran(Exception):
    """The call did not come back in time; it was left behind."""


class LeftAlone(Exception):
    """The call was not made: an earlier one overran."""


class Lane:
    """Where one plugin object's calls run, one after another. A run is of the thread that began it; others have their own."""

    def __init__(self) -> None:
        self._run = _Run()
        self._overran: list[_Worker] = []

    @contextmanager
    def run(self) -> Iterator[None]:
        """Keep one thread for all calls until the end, and leave the plugin alone from the first that overruns."""
        if self._run.on:
            yield
            return
        self._run.on, self._run.overran = True, False
        try:
            yield
        finally:
            self._run.on, self._run.overran = False, False
            self._end()

    @property
    def is_left_alone(self) -> bool:
        """Whether an earlier call of this run overran, or one of any run is still inside the plugin."""
        self._overran = [worker for worker in self._overran if worker.is_inside]
        return self._run.overran or bool(self._overran)

    def call(self, what: Callable[[], R], seconds: float) -> R:
        """What the call returns or raises. Raises `Overran` when it takes longer, `LeftAlone` when an earlier one did."""
        if self.is_left_alone:
            raise LeftAlone
        worker = self._worker()
        try:
            answer = worker.ask(what, seconds)
        except BaseException:  # in time or not, whoever waited was interrupted: the call is still inside
            worker.dismiss()
            self._overran.append(worker)
            self._run.worker, self._run.overran = None, self._run.on
            raise
        if not self._run.on:
            self._end()
        return answer()

    def _worker(self) -> "_Worker":
        # After a fork the thread is the parent's alone.
        if self._run.worker is None or not self._run.worker.is_ours:
            self._run.worker = _Worker()
        return self._run.worker

    def _end(self) -> None:
        worker, self._run.worker = self._run.worker, None
        if worker is not None and worker.is_ours:
            worker.dismiss()
            worker.thread.join(_SECONDS_TO_LEAVE)


class _Run(threading.local):
    """What a lane knows of the run of the present thread."""

    on = False
    overran = False
    worker: "_Worker | None" = None


class _Worker:
    """A daemon thread that makes one call after another for whoever asks, in the asker's context variables."""

    def __init__(self) -> None:
        # Looked up when used: a host may patch threads and queues after our import.
        self._asked: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self._answered: queue.SimpleQueue[Callable[[], Any]] = queue.SimpleQueue()
        self._process = os.getpid()
        self._inside = False
        self.thread = threading.Thread(target=self._work, name="dunningkit-plugin", daemon=True)
        self.thread.start()

    @property
    def is_ours(self) -> bool:
        return self._process == os.getpid()

    @property
    def is_inside(self) -> bool:
        return self._inside and self.is_ours and self.thread.is_alive()

    def ask(self, what: Callable[[], R], seconds: float) -> Callable[[], R]:
        """The answer, which raises when the call did; raises `Overran`."""
        context = copy_context()
        self._inside = True
        self._asked.put(lambda: context.run(what))
        try:
            return self._answered.get(timeout=seconds)
        except queue.Empty:
            raise Overran from None

    def dismiss(self) -> None:
        self._asked.put(None)

    def _work(self) -> None:
        while (what := self._asked.get()) is not None:
            answer = _made(what)
            del what
            self._inside = False
            self._answered.put(answer)
            del answer  # an idle thread must keep nothing of a plugin's alive


def _made(what: Callable[[], Any]) -> Callable[[], Any]:
    try:
        value = what()
    except BaseException as error:  # noqa: BLE001  # whatever it is, it is the asker's to judge
        raised = error
    else:
        return lambda: value

    def again() -> Any:
        raise raised

    return again
