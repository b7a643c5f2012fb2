"""Somebody with very many edges leaves: erased in steps, taken up again, and nobody waits for it.

Short here; a hundred thousand edges with AMITY_TEST_SOAK=1.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

import pytest

from graph.events.jobs import jobs
from graph.store import Store
from tests.events.relaying import Relaying, relaying, waiting
from tests.support.acting import acting
from tests.support.cast import T0, cast, crowd
from tests.support.reading import rows

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("store", ["embedded", "neo4j"], indirect=True),
]

FANS = 100_000 if os.environ.get("AMITY_TEST_SOAK") else 4_400
EDGES = FANS + FANS // 10 + FANS // 20
PAGE = 500


async def test_a_celebrity_leaves_half_way_and_then_altogether(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    fans = list(await crowd(store, FANS))
    await store.load_edges("FOLLOWS", [(fan, alice, {"since": T0 + fan}) for fan in fans])
    await store.load_edges("FOLLOWS", [(alice, fan, {"since": T0}) for fan in fans[::10]])
    await store.load_edges("BLOCKS", [(alice, fan, {"since": T0}) for fan in fans[::20]])
    await store.load_edges("FOLLOWS", [(fans[0], bob, {"since": T0})])
    await acting(store).actions.delete_profile(alice)

    async with asyncio.timeout(1200 if FANS > 10_000 else 120):
        seen = await erasing(store, started(store), bob, lambda steps: steps > 3)
        left = await edges(store)
        assert 1 < left < EDGES, "half-way"
        assert seen > 0, "others are answered meanwhile"
        # Another process, which knows nothing but the outbox.
        it = started(store)
        await erasing(store, it, bob, lambda steps: "profile_deleted" in it.stream.kinds)
        await it.settle(2)

    assert await rows(store, "FOLLOWS") == [(fans[0], bob, T0)]
    assert await rows(store, "BLOCKS") == []
    assert await waiting(store) == []
    everybody = [alice, bob, *fans]
    for at in range(0, len(everybody), PAGE):
        some = everybody[at : at + PAGE]
        assert await store.counts(some) == await store.true_counts(some)
    (gone,) = await store.people([alice])
    assert gone is not None
    assert (gone.username, gone.gone) == ("", True)


def started(store: Store) -> Relaying:
    return relaying(store, jobs(acting(store).actions, stragglers=0))


async def erasing(store: Store, it: Relaying, reader: int, enough: Callable[[int], bool]) -> int:
    """Until it is enough; how often somebody else was answered meanwhile."""
    seen = 0
    await it.relay.start()
    try:
        while not enough(it.stream.kinds.count("erased") + len(await waiting(store))):
            assert len(await store.neighbours_page("followers", reader, 10)) == 1
            seen += 1
            await asyncio.sleep(0.01)
    finally:
        await it.relay.stop()
    return seen


async def edges(store: Store) -> int:
    return len(await rows(store, "FOLLOWS")) + len(await rows(store, "BLOCKS"))
