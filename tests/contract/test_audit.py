"""What the doctor asks: who there is, what the edges say, and what stands twice."""

from __future__ import annotations

import pytest

from graph.changes import Count, Link
from graph.model import counters
from graph.store import Store
from graph.upkeep import Doubt
from tests.support.cast import T0, befriend, block, cast, crowd, follow
from tests.support.reading import rows

pytestmark = pytest.mark.anyio


async def test_people_are_scanned_in_order_of_id_by_pages(store: Store) -> None:
    ids = list(await crowd(store, 25))
    seen: list[int] = []
    while page := await store.scan_people(seen[-1] if seen else 0, 10):
        assert len(page) <= 10
        seen += [person.id for person in page]
    assert seen == ids


async def test_the_scan_shows_people_whole_and_the_gone_too(store: Store) -> None:
    people = await cast(store, bob={"gone": True, "bio": "x"})
    found = await store.scan_people(people.alice, 1)
    assert found == await store.people([people.bob])
    assert found[0].gone


async def test_true_counts_count_the_edges_not_the_counters(store: Store) -> None:
    alice, bob, carol, dan, _ = await cast(store)
    await befriend(store, alice, bob)
    await follow(store, carol, alice)
    await block(store, dan, alice)
    await store.write((Count("User", alice, "followers", 5, by=bob),))
    nothing = dict.fromkeys(counters("User"), 0)
    truth = {**nothing, "followers": 2, "following": 1, "friends": 1}
    assert await store.true_counts([alice, 999_999]) == [truth, nothing]
    assert await store.counts([alice]) == [{**truth, "followers": 7}]


async def test_counters_are_repaired(store: Store, shard_from: int) -> None:
    star, *fans = await crowd(store, shard_from * 3)
    await store.load_edges("FOLLOWS", [(fan, star, {"since": T0}) for fan in fans])
    await store.write(
        (
            *(Count("User", star, "followers", -1, by=fan) for fan in fans[:5]),
            Count("User", star, "friends", 3, by=fans[0]),
        )
    )
    assert await store.counts([star]) != await store.true_counts([star])
    await store.repair_counts(star)
    assert await store.counts([star]) == await store.true_counts([star])
    # And they still move rightly afterwards.
    await follow(store, star, fans[0])
    await store.write((Count("User", star, "followers", 1, by=fans[0]),))
    [counts] = await store.counts([star])
    assert (counts["followers"], counts["following"], counts["friends"]) == (len(fans) + 1, 1, 1)


async def test_a_sound_graph_has_nothing_doubled(store: Store) -> None:
    alice, bob, carol, *_ = await cast(store)
    await befriend(store, alice, bob)
    await follow(store, carol, bob)
    assert await store.doubled([alice, bob, carol]) == []
    assert await store.doubled([]) == []


async def test_a_doubled_edge_is_found_and_repaired(store: Store) -> None:
    """A store that refuses to hold an edge twice has nothing to find."""
    alice, bob, carol, *_ = await cast(store)
    await follow(store, alice, bob, T0)
    await follow(store, alice, carol, T0)
    await store.change_pair(
        alice, bob, lambda _: (Link("FOLLOWS", alice, bob, {"since": T0 + 5, "notify": False}),)
    )
    if len(await rows(store, "FOLLOWS")) == 2:
        return
    doubts = await store.doubled([alice, bob, carol])
    assert doubts == [Doubt("doubled", "User", alice, "FOLLOWS", 1, 2, bob)]
    assert await store.doubled([bob, carol]) == []
    for doubt in doubts:
        await store.repair_doubled(doubt)
    await store.repair_counts(alice)
    await store.repair_counts(bob)
    assert await store.doubled([alice, bob, carol]) == []
    assert await rows(store, "FOLLOWS") == [(alice, bob, T0), (alice, carol, T0)]
    assert await store.counts([alice, bob]) == await store.true_counts([alice, bob])
