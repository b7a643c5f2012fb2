"""What is remembered of edges that ended, and for how long."""

from __future__ import annotations

import pytest

from graph.changes import Event
from graph.store import Store
from tests.support.cast import T0, cast, crowd, follow, link
from tests.support.deciding import following, unfollowing
from tests.support.reading import rows

pytestmark = pytest.mark.anyio


async def test_history_goes_when_it_is_old_enough_a_batch_at_a_time(store: Store) -> None:
    star, *fans = await crowd(store, 13)
    for at, fan in enumerate(fans):
        await link(store, "FOLLOWED", fan, star, since=T0, ended=T0 + at)
    pruned = [await store.prune_history("FOLLOWED", T0 + 7, 3) for _ in range(4)]
    assert pruned == [3, 3, 1, 0]
    assert [(a, at) for a, _, at in await rows(store, "FOLLOWED")] == [
        (fan, T0 + at) for at, fan in enumerate(fans) if at >= 7
    ]


async def test_nothing_else_goes_with_it(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    for ended in (T0 + 1, T0 + 9):  # the same two, twice
        await store.change_pair(alice, bob, following(alice, bob, T0))
        await store.change_pair(alice, bob, unfollowing(alice, bob, ended=ended))
    await follow(store, alice, carol, T0 - 5)
    counts = await store.counts([alice, bob, carol])
    assert await store.prune_history("FOLLOWED", T0 + 5, 10) == 1
    assert await rows(store, "FOLLOWED") == [(alice, bob, T0 + 9)]
    assert await rows(store, "FOLLOWS") == [(alice, carol, T0 - 5)]
    assert await store.counts([alice, bob, carol]) == counts
    assert await store.true_counts([alice, bob, carol]) == counts
    # No end of what was pruned dangles: both people can be erased.
    step = await store.erase_step(alice, 10, lambda _: Event(1, "erased", T0, {}))
    assert len(step) == 2
