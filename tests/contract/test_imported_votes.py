"""Votes of an import: what one counts for is not known from its ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from graph.imports import EdgeStep, Import, Mode, Result
from graph.store import Store
from tests.support.cast import T0, cast, crowd
from tests.support.posting import edge, post

pytestmark = pytest.mark.anyio

Vote = tuple[int, int, int]  # who, on what, which


def votes(batch: Import, key: str, rows: Sequence[Vote], **more: Any) -> EdgeStep:
    a, b, values = np.array(rows, np.int64).T
    columns = {"value": values.tolist()}
    return EdgeStep(batch.number, key, "VOTED", a, b, columns, fresh={"at": T0}, **more)


async def ups_and_downs(store: Store, *posts: int) -> list[tuple[int, int]]:
    return [(one["ups"], one["downs"]) for one in await store.post_counts(posts)]


async def test_votes_are_counted_by_what_they_say(store: Store) -> None:
    alice, bob, carol, dan, _ = await cast(store)
    first, second = await post(store, alice), await post(store, bob, T0 + 1)
    batch = await store.begin_import("a")
    rows = [(bob, first, 1), (carol, first, -1), (dan, first, 1), (carol, second, 1)]
    await store.import_edges(votes(batch, "1", rows))
    assert await ups_and_downs(store, first, second) == [(2, 1), (1, 0)]
    changed = await store.import_edges(votes(batch, "2", [(dan, first, -1), (carol, second, 1)]))
    assert changed.tolist() == [Result.CHANGED, Result.SAME]
    assert await ups_and_downs(store, first, second) == [(1, 2), (1, 0)]
    await store.import_edges(votes(batch, "3", [(bob, first, 0)], mode=Mode.DELETE))
    assert await ups_and_downs(store, first, second) == [(0, 2), (1, 0)]


async def test_votes_on_what_very_many_voted_on_are_counted_once(
    store: Store, shard_from: int
) -> None:
    """Its counters go on in shards."""
    alice, *_ = await cast(store)
    famous, other = await post(store, alice), await post(store, alice, T0 + 1)
    live = await crowd(store, 3 * shard_from)
    for person in live:
        await store.write(edge("VOTED", person, famous, T0, value=1))
        await store.write(edge("LIKED", person, famous, T0))
    batch = await store.begin_import("a")
    rows = [(alice, famous, 1), (alice, other, -1)]
    await store.import_edges(votes(batch, "1", rows))
    assert await ups_and_downs(store, famous, other) == [(len(live) + 1, 0), (0, 1)]
    assert (await store.post_counts([famous]))[0]["likes"] == len(live)
    await store.import_edges(votes(batch, "2", [(live[0], famous, -1)]))
    assert await ups_and_downs(store, famous) == [(len(live), 1)]
    while await store.undo_part(batch.number) is not None:
        pass
    assert await ups_and_downs(store, famous, other) == [(len(live) - 1, 1), (0, 0)]
    # And they still move rightly afterwards.
    await store.write(edge("VOTED", alice, famous, T0, value=1))
    assert await ups_and_downs(store, famous) == [(len(live), 1)]
