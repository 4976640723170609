"""A plugin that takes too long is left behind and left alone; nothing of a run is left when it is over."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from time import monotonic, sleep

import pytest

from dunningkit.deadlines import SECONDS, Lane, LeftAlone, Overran, Stage

SOON, LONG = 0.05, 30.0


@pytest.fixture
def hang() -> Iterator[Callable[[], None]]:
    """A call that hangs until the test is over, or lets go of it."""
    let_go = threading.Event()

    def forever() -> None:
        let_go.wait(LONG)

    forever.let_go = let_go.set
    yield forever
    let_go.set()


def ours() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "dunningkit-plugin"]


@pytest.fixture(autouse=True)
def no_thread_of_ours_is_left() -> Iterator[None]:
    yield
    until = monotonic() + LONG
    while ours() and monotonic() < until:
        sleep(0.01)
    assert not ours()


def test_every_stage_has_a_deadline() -> None:
    assert SECONDS.keys() == set(Stage)


def test_a_call_that_comes_back_in_time_is_passed_on_from_a_thread_of_its_own() -> None:
    assert Lane().call(threading.current_thread, LONG) is not threading.current_thread()


def test_what_a_call_raises_is_passed_on() -> None:
    def fail() -> None:
        raise LookupError("theirs")

    with pytest.raises(LookupError, match="theirs"):
        Lane().call(fail, LONG)


def test_a_run_keeps_one_thread_and_its_end_leaves_none() -> None:
    lane = Lane()
    with lane.run():
        assert len({lane.call(threading.get_ident, LONG) for _ in range(5)}) == 1
        assert len(ours()) == 1
    assert ours() == []


def test_without_a_run_nothing_is_left_after_each_call() -> None:
    lane = Lane()
    lane.call(int, LONG)
    assert ours() == []


def test_what_takes_too_long_is_left_behind_and_its_plugin_alone_for_the_rest_of_the_run(hang) -> None:
    lane = Lane()
    with lane.run():
        started = monotonic()
        with pytest.raises(Overran):
            lane.call(hang, SOON)
        assert monotonic() - started < LONG / 2
        for _ in range(3):
            with pytest.raises(LeftAlone):
                lane.call(int, LONG)
        hang.let_go()
        until = monotonic() + LONG
        while ours() and monotonic() < until:
            sleep(0.01)
        with pytest.raises(LeftAlone):
            lane.call(int, LONG)  # the call is over, the run is not


def test_the_next_run_asks_again_once_nobody_is_inside_any_more(hang) -> None:
    lane = Lane()
    with lane.run(), pytest.raises(Overran):
        lane.call(hang, SOON)
    with lane.run(), pytest.raises(LeftAlone):
        lane.call(int, LONG)  # two threads inside one plugin object would be worse than none
    hang.let_go()
    until = monotonic() + LONG
    while lane.is_left_alone and monotonic() < until:
        sleep(0.01)
    with lane.run():
        assert lane.call(int, LONG) == 0


def test_a_run_of_another_thread_is_a_run_of_its_own() -> None:
    lane = Lane()
    idents: list[int] = []

    def other() -> None:
        with lane.run():
            idents.append(lane.call(threading.get_ident, LONG))

    with lane.run():
        idents.append(lane.call(threading.get_ident, LONG))
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert len(ours()) == 1
    assert len(set(idents)) == 2


def test_a_keyboard_interrupt_reaches_whoever_waits(hang) -> None:
    lane = Lane()
    threading.Timer(SOON, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT]).start()
    with lane.run():
        with pytest.raises(KeyboardInterrupt):
            lane.call(hang, LONG)
        assert lane.is_left_alone  # the call is still inside


def test_the_hosts_context_is_seen_and_not_changed() -> None:
    tenant: ContextVar[str] = ContextVar("tenant", default="nobody")
    tenant.set("acme")

    def change() -> str:
        seen = tenant.get()
        tenant.set("another")
        return seen

    assert Lane().call(change, LONG) == "acme"
    assert tenant.get() == "acme"


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_after_a_fork_the_child_has_a_thread_of_its_own(hang) -> None:
    lane, stuck = Lane(), Lane()
    with pytest.raises(Overran):
        stuck.call(hang, SOON)
    with lane.run():
        lane.call(int, LONG)
        child = os.fork()
        if child == 0:  # neither the idle thread nor the call that hangs came along
            os._exit(7 if lane.call(lambda: 3, LONG) + stuck.call(lambda: 4, LONG) == 7 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        assert lane.call(int, LONG) == 0
