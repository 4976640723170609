"""An engine that was made and used before a fork is used after it, by both processes, each over connections of its own."""

import multiprocessing
from dataclasses import replace

import pytest
from sqlalchemy import event

from dunningkit.store import Store

# Newer Pythons warn of forking beside threads; the test runner has some, and the child does nothing with them.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

FORKING = multiprocessing.get_context("fork")


@pytest.fixture
def used(tmp_path, world):
    """A world on a store of our own whose pool holds a connection."""
    store = Store.open(f"sqlite:///{tmp_path / 'own.db'}")
    store.migrate()
    world = replace(world, store=store)
    world.invoice("1042")
    world.propose()
    yield world
    store.close()


def in_a_child(work):
    """What ``work`` returns in a forked process; an exception there is its text."""
    answers = FORKING.SimpleQueue()

    def answer() -> None:
        try:
            answers.put(work())
        except Exception as error:  # noqa: BLE001  # whatever it is, the parent shows it
            answers.put(f"{type(error).__name__}: {error}")

    child = FORKING.Process(target=answer)
    child.start()
    answer_given = answers.get()
    child.join()
    assert child.exitcode == 0
    return answer_given


def test_child_and_parent_see_the_same_and_write_after_each_other(used) -> None:
    assert in_a_child(used.approve) == tuple(one.reminder_id for one in used.propose().reminders)
    assert len(used.send().accepted) == 1
    assert in_a_child(lambda: used.send().accepted) == []


def test_the_childs_connections_are_its_own(used) -> None:
    opened = []
    event.listen(used.store._engine, "connect", lambda *_: opened.append("one"))

    def opened_in_child() -> int:
        used.engine().latest("pihapalvelu")
        used.engine().latest("pihapalvelu")
        return len(opened)

    assert in_a_child(opened_in_child) == 1
    used.engine().latest("pihapalvelu")
    assert opened == []
