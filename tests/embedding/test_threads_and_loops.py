"""Hosts that call from a pool of threads: an asyncio server by ``to_thread``, a worker that is another one each time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from dunningkit.model import Proposal
from dunningkit.store import Store
from dunningkit.store.codec import to_json


@pytest.fixture(params=["file", "memory"])
def anywhere(request, tmp_path, world):
    """A world on a store of our own, in a file and in memory."""
    store = Store.open(f"sqlite:///{tmp_path / 'own.db'}" if request.param == "file" else "sqlite://")
    store.migrate()
    yield replace(world, store=store)
    store.close()


def test_each_step_may_come_from_another_thread(anywhere) -> None:
    anywhere.invoice()
    for step, came in ((anywhere.propose, "lines"), (anywhere.approve, None), (anywhere.send, "accepted")):
        with ThreadPoolExecutor(1) as fresh:
            done = fresh.submit(step).result()
        assert len(getattr(done, came) if came else done) == 1


def test_an_asynchronous_host_waits_in_a_thread(anywhere) -> None:
    anywhere.invoice()

    async def day() -> int:
        await asyncio.to_thread(anywhere.propose)
        await asyncio.to_thread(anywhere.approve)
        return len((await asyncio.to_thread(anywhere.send)).accepted)

    assert asyncio.run(day()) == 1


def test_many_at_once_get_the_same_proposal_and_one_message(tmp_path, world) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'own.db'}")
    store.migrate()
    world = replace(world, store=store)
    world.invoice()
    world.sync()

    def propose() -> Proposal:
        return world.engine().propose("pihapalvelu", as_of=world.today, actor=world.actor)

    async def day() -> tuple[int, int]:
        proposals = await asyncio.gather(*(asyncio.to_thread(propose) for _ in range(6)))
        world.approve()
        reports = await asyncio.gather(*(asyncio.to_thread(world.send) for _ in range(6)))
        return len({to_json(one) for one in proposals}), sum(len(one.accepted) for one in reports)

    assert asyncio.run(day()) == (1, 1)
    assert len(world.channel.left) == 1
    store.close()
