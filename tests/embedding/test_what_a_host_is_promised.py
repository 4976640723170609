"""Promises to hosts that no other file here holds: silence, no way out of the process, time from outside, and lasting memory.

The others: nothing at import (``test_importing_does_nothing``); the host's database and transactions
(``test_the_hosts_database``); forks and gevent (``test_after_a_fork``, ``test_example_hosts``); threads and asyncio
(``test_threads_and_loops``); types (``test_types_for_hosts``); settings from anywhere (``test_settings_from_the_host``);
many tenants (``test_many_tenants``); frozen applications (``test_frozen_hosts``); JSON (``test_values_cross_as_json``); few
dependencies (``tests/workspace``); errors with a code (``tests/wording``).
"""

import ast
import locale
import logging
import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import structlog

import dunningkit
from dunningkit import errors
from dunningkit.engine import CreditorSetup, Engine
from dunningkit.errors import SettingsError
from dunningkit.model import Actor, Medium, ReminderState
from dunningkit.store import Store

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
    assert asking == {"engine/questions.py"}


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


def the_process() -> dict[str, object]:
    known = {"": logging.getLogger(), **logging.getLogger().manager.loggerDict}
    loggers = {name: one for name, one in known.items() if isinstance(one, logging.Logger)}
    silent = (logging.NullHandler,)
    return {
        "threads": set(threading.enumerate()),
        "handlers": {
            (name, one) for name, logger in loggers.items() for one in logger.handlers if not isinstance(one, silent)
        },
        "levels": {name: one.level for name, one in loggers.items() if one.level},
        "disabled": {name for name, one in loggers.items() if one.disabled},
        "signals": [signal.getsignal(one) for one in sorted(signal.valid_signals())],
        "locale": locale.setlocale(locale.LC_ALL),
        "warnings": list(warnings.filters),
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "hooks": (sys.excepthook, threading.excepthook, sys.getprofile(), sys.gettrace()),
        "structlog": structlog.is_configured(),
    }


def test_a_whole_day_leaves_the_process_as_it_found_it(world, tmp_path) -> None:
    before = the_process()
    store = Store.open(f"sqlite:///{tmp_path / 'own.db'}")
    store.migrate()
    world.store = store
    world.invoice()
    world.propose()
    world.approve()
    world.send()
    store.close()
    after = the_process()
    assert [name for name in before if before[name] != after[name]] == []


def test_a_day_with_plugins_that_have_deadlines_leaves_no_thread(world) -> None:
    before = set(threading.enumerate())
    wired = {Medium.EMAIL: world.channel}
    setup = CreditorSetup.of(world.creditor, source=world.ledger, channels=wired, policy=world.policy, seconds={})
    engine = Engine(world.store, [setup], clock=lambda: world.now)
    world.invoice()
    engine.sync(PIHA, as_of=world.today, actor=Actor("u1"))
    engine.propose(PIHA, as_of=world.today, actor=Actor("u1"))
    assert set(threading.enumerate()) == before


def test_two_setups_of_one_creditor_are_a_mistake(world) -> None:
    setup = CreditorSetup.of(world.creditor, source=world.ledger, channels={})
    with pytest.raises(SettingsError, match="Two setups are for the creditor 'pihapalvelu'"):
        Engine(world.store, [setup, setup])


def test_a_clock_without_a_time_zone_is_a_mistake(world) -> None:
    setup = CreditorSetup.of(world.creditor, source=world.ledger, channels={})
    engine = Engine(world.store, [setup], clock=lambda: datetime(2026, 11, 24, 10))  # noqa: DTZ001  # the mistake
    with pytest.raises(SettingsError, match="without a time zone"):
        engine.sync(PIHA, as_of=world.today, actor=Actor("u1"))


OURS = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]


@pytest.mark.parametrize("kind", OURS, ids=lambda one: one.__name__)
def test_every_error_is_of_one_tree_and_crosses_to_another_process(kind: type[Exception]) -> None:
    assert issubclass(kind, errors.DunningkitError)
    error = kind("It is down.")
    error.params = {**error.params, "plugin": "csv"}
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), back.code, dict(back.params)) == (kind, "It is down.", error.code, error.params)
