"""Sixty-four callers in two processes change the same few pairs: what both keep is the graph."""

from __future__ import annotations

import asyncio

import pytest

from graph.adjacency.hot import Hot
from graph.events.relay import Relay
from graph.model import CACHED, LIST
from graph.store import Store
from tests.events.relaying import FakeStream
from tests.faults.test_contended_pairs import CALLERS, assert_sound, caller
from tests.support.acting import acting
from tests.support.cast import cast
from tests.support.living import flush, hot

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("store", ["embedded", "neo4j"], indirect=True)
async def test_what_two_processes_keep_is_the_graph(store: Store, cache_url: str) -> None:
    people = await cast(store, dan={"privacy": "PRIVATE"})
    await flush(cache_url)
    async with hot(store, cache_url) as here, hot(store, cache_url) as there:
        its = [acting(store, here), acting(store, there)]
        reading = asyncio.create_task(keep_reading([here, there], list(people)))
        try:
            await asyncio.gather(*[caller(its[n % 2], people, n) for n in range(CALLERS)])
        finally:
            reading.cancel()
        await assert_sound(store, list(people))
        await tell_the_rest(store, here, [*its[0].kicked, *its[1].kicked])
        await asyncio.sleep(0.2)  # others learn of a write within 100 ms
        for reader in (here, there):
            await assert_kept(store, reader, list(people))


async def tell_the_rest(store: Store, reader: Hot, told: list[int]) -> None:
    """What was committed for somebody who had stopped waiting is told by the relay."""
    relay = Relay(store, reader, FakeStream(), {})
    for event in told:
        relay.kick(event)
    while await relay.sweep():
        pass


async def keep_reading(readers: list[Hot], ids: list[int]) -> None:
    """So that something is cached whenever something changes."""
    while True:
        for reader in readers:
            for name in CACHED:
                await listed(reader, name, ids)
            await reader.counts(ids)
        await asyncio.sleep(0)


async def listed(reader: Hot, name: str, ids: list[int]) -> list[list[int]]:
    if not LIST[name].side.huge:
        return [one.tolist() for one in await reader.lists(name, ids)]
    walks = [[links.ids.tolist() async for links in reader.pieces(name, id)] for id in ids]
    return [[id for piece in pieces for id in piece] for pieces in walks]


async def assert_kept(store: Store, reader: Hot, ids: list[int]) -> None:
    for name in CACHED:
        truth = [links.ids.tolist() for links in await store.neighbours(name, ids)]
        assert await listed(reader, name, ids) == truth, name
    assert await reader.counts(ids) == await store.counts(ids)
