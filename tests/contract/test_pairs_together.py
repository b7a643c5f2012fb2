"""Many tasks on the same few pairs: no doubled edge, exact counters."""

from __future__ import annotations

import asyncio
import random

import pytest

from graph.changes import Name, Put
from graph.errors import Conflict
from graph.records import Pair
from graph.store import Decide, Store
from tests.support.cast import T0, cast, crowd
from tests.support.deciding import blocking, following, unblocking, unfollowing
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

KINDS = (following, following, unfollowing, blocking, unblocking)


def unless_blocked(a: int, b: int) -> Decide:
    follow = following(a, b)
    return lambda pair: () if pair.out.keys() | pair.back.keys() >= {"BLOCKS"} else follow(pair)


async def assert_sound(store: Store, ids: list[int]) -> None:
    for edge in ("FOLLOWS", "BLOCKS"):
        found = [(a, b) for a, b, _ in await rows(store, edge)]
        assert len(found) == len(set(found))
    assert await store.doubled(ids) == []
    assert await store.counts(ids) == await store.true_counts(ids)


async def test_tasks_on_the_same_pairs_leave_nothing_doubled(store: Store) -> None:
    people = list(await cast(store))
    chance = random.Random(7)

    async def task() -> None:
        for _ in range(12):
            a, b = chance.sample(people[:3], 2)
            decide = chance.choice(KINDS)
            await store.change_pair(a, b, decide(a, b))

    await asyncio.gather(*(task() for _ in range(8)))
    await assert_sound(store, people)


async def test_a_hundred_tries_to_follow_make_one_follow(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    done = await asyncio.gather(
        *(store.change_pair(alice, bob, following(alice, bob, T0 + at)) for at in range(24))
    )
    assert sum(1 for _, ops in done if ops) == 1
    assert len(await rows(store, "FOLLOWS")) == 1
    [of_alice] = await store.counts([alice])
    assert of_alice["following"] == 1


async def test_following_each_other_at_once_makes_friends(store: Store) -> None:
    ids = list(await crowd(store, 16))
    pairs = list(zip(ids[::2], ids[1::2], strict=True))
    await asyncio.gather(
        *(store.change_pair(a, b, following(a, b)) for a, b in pairs),
        *(store.change_pair(b, a, following(b, a)) for a, b in pairs),
    )
    assert [counts["friends"] for counts in await store.counts(ids)] == [1] * 16
    await assert_sound(store, ids)


async def test_a_follow_and_a_block_at_once_see_each_other(store: Store) -> None:
    ids = list(await crowd(store, 16))
    pairs = list(zip(ids[::2], ids[1::2], strict=True))
    await asyncio.gather(
        *(store.change_pair(a, b, unless_blocked(a, b)) for a, b in pairs),
        *(store.change_pair(b, a, blocking(b, a)) for a, b in pairs),
    )
    assert await rows(store, "FOLLOWS") == []
    assert len(await rows(store, "BLOCKS")) == len(pairs)
    await assert_sound(store, ids)


async def test_each_version_of_a_pair_is_seen_once(store: Store) -> None:
    alice, bob, *_ = await cast(store)
    seen: list[Pair] = []

    async def turn() -> None:
        pair, _ = await store.change_pair(
            alice, bob, lambda p: (unfollowing if p.out else following)(alice, bob)(p)
        )
        seen.append(pair)

    await asyncio.gather(*(turn() for _ in range(16)))
    versions = [pair.version for pair in seen]
    assert len(set(versions)) == 16
    in_order = sorted(seen, key=lambda pair: pair.version)
    assert ["FOLLOWS" in pair.out for pair in in_order] == [False, True] * 8


async def test_a_celebrity_followed_by_many_at_once_is_counted_exactly(
    store: Store, shard_from: int
) -> None:
    star, *fans = await crowd(store, 40)
    loaded = fans[: shard_from + 1]
    await store.load_edges("FOLLOWS", [(fan, star, {"since": T0}) for fan in loaded])
    await asyncio.gather(
        *(store.change_pair(fan, star, following(fan, star)) for fan in fans[len(loaded) :]),
        *(store.change_pair(fan, star, unfollowing(fan, star)) for fan in loaded[::2]),
    )
    [counts] = await store.counts([star])
    assert counts["followers"] == len(fans) - len(loaded[::2])
    await assert_sound(store, [star, *fans])


async def likes_jazz(store: Store, id: int) -> None:
    await store.change_person(id, lambda _: (Name("INTERESTED_IN", id, {"jazz": 1000 + id}),))


async def takes_name(store: Store, id: int) -> None:
    await store.change_person(id, lambda _: (Put("User", id, {"usernameKey": "zoe"}),))


async def test_names_made_at_once_are_one_tag(store: Store) -> None:
    ids = list(await crowd(store, 8))
    await asyncio.gather(*(likes_jazz(store, id) for id in ids))
    assert len({tag for _, tag, _ in await rows(store, "INTERESTED_IN")}) == 1
    assert [await store.interests(id) for id in ids] == [["jazz"]] * 8


async def test_one_name_goes_to_one_of_those_who_want_it(store: Store) -> None:
    ids = list(await crowd(store, 6))
    done = await asyncio.gather(*(takes_name(store, id) for id in ids), return_exceptions=True)
    lost = [one for one in done if isinstance(one, BaseException)]
    assert [type(one) for one in lost] == [Conflict] * 5
    [owner] = await store.find_people("usernameKey", ["zoe"])
    assert owner in ids
