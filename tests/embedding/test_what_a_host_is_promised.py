"""Promises to hosts that no other file here holds: silence, no way out of the process, time from outside, and lasting memory.

The others: nothing at import (``test_importing_does_nothing``); the host's database and transactions
(``test_the_hosts_database``); forks and gevent (``test_after_a_fork``, ``test_example_hosts``); many tenants
(``test_many_tenants``); frozen applications (``test_frozen_hosts``); JSON (``test_values_cross_as_json``); few dependencies
(``tests/workspace``); errors with a code (``tests/wording``).
"""

import ast
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import dunningkit
from dunningkit.engine import CreditorSetup, Engine
from dunningkit.model import Actor, ReminderState

SOURCE = Path(dunningkit.__file__).parent
PIHA = "pihapalvelu"
#: The command line is a host of its own, and the kit belongs to pytest.
OF_OURS = [path for path in sorted(SOURCE.rglob("*.py")) if path.relative_to(SOURCE).parts[0] not in ("cli", "testing")]


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("path", OF_OURS, ids=lambda path: str(path.relative_to(SOURCE)))
def test_nothing_prints_exits_or_reads_the_clock_and_the_environment(path: Path) -> None:
    forbidden = {
        "print",
        "sys.exit",
        "exit",
        "quit",
        "os._exit",
        "date.today",
        "datetime.today",
        "os.getenv",
        "time.time",
    }
    assert forbidden.isdisjoint(calls(path))


def test_the_systems_clock_is_only_the_default_that_a_host_replaces() -> None:
    asking = {str(path.relative_to(SOURCE)) for path in OF_OURS if "datetime.now" in set(calls(path))}
    assert asking == {"engine/facade.py"}


def test_a_whole_day_says_nothing_that_nobody_asked_to_hear(world, capfd, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    world.invoice()
    world.propose()
    world.approve()
    world.send()
    assert capfd.readouterr() == ("", "")
    assert [record.name for record in caplog.records if record.name.startswith("dunningkit")] == []
    assert logging.getLogger("dunningkit").handlers == []


def test_what_a_channel_sent_is_read_after_it_was_uninstalled(world) -> None:
    world.invoice()
    world.propose()
    (sent,) = world.approve()
    world.send()
    setup = CreditorSetup.of(world.creditor, source=world.ledger, channels={}, policy=world.policy)
    engine = Engine(world.store, [setup], clock=lambda: world.now)
    stored = engine.reminders(PIHA, [sent])[sent]
    assert (stored.state, stored.content) == (ReminderState.ACCEPTED, world.channel.left[0].content)
    assert engine.latest(PIHA).reminders[0].reminder_id == sent
    assert "reminder_accepted" in {entry.action for entry in engine.audit(PIHA, subject=sent)}
    (story,) = engine.explain(PIHA, "1042", world.today).stories
    assert [one.reminder_id for one in story.reminders] == [sent]


def test_what_waits_for_a_channel_that_is_gone_comes_back_to_a_person(world) -> None:
    world.invoice()
    world.propose()
    (waiting,) = world.approve()
    gone = replace(world)
    setup = CreditorSetup.of(gone.creditor, source=gone.ledger, channels={}, policy=gone.policy)
    engine = Engine(gone.store, [setup], clock=lambda: gone.now)
    report = engine.send(PIHA, actor=Actor("u1"))
    assert report.accepted == []
    assert engine.reminders(PIHA, [waiting])[waiting].state is ReminderState.RETURNED
