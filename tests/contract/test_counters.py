"""Counters, spread over shards for a celebrity."""

from __future__ import annotations

import pytest

from graph.store import Store
from tests.support.cast import T0, crowd
from tests.support.deciding import following, unfollowing

pytestmark = pytest.mark.anyio


async def test_counters_of_a_celebrity_add_up_over_their_shards(
    store: Store, shard_from: int
) -> None:
    star, *fans = await crowd(store, shard_from * 2 + 8)
    for fan in fans:
        await store.change_pair(fan, star, following(fan, star))
    assert (await store.counts([star]))[0]["followers"] == len(fans)
    for fan in fans[::2]:
        await store.change_pair(fan, star, unfollowing(fan, star))
    left = len(fans) - len(fans[::2])
    assert (await store.counts([star]))[0]["followers"] == left
    assert await store.counts([star, *fans]) == await store.true_counts([star, *fans])


async def test_counters_loaded_past_the_threshold_go_on_exactly(
    store: Store, shard_from: int
) -> None:
    star, *fans = await crowd(store, shard_from * 3 + 2)
    loaded, late = fans[:-2], fans[-2:]
    await store.load_edges("FOLLOWS", [(fan, star, {"since": T0}) for fan in loaded])
    for fan in late:
        await store.change_pair(fan, star, following(fan, star))
    await store.change_pair(loaded[0], star, unfollowing(loaded[0], star))
    [counts] = await store.counts([star])
    assert counts["followers"] == len(fans) - 1
    assert [counts] == await store.true_counts([star])
