"""A person who is gone is erased in bounded steps."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graph.changes import Count, Create, Event, Name, Put
from graph.store import Removed, Store
from tests.support.cast import T0, befriend, block, cast, crowd, follow, link, mute
from tests.support.deciding import following, unfollowing
from tests.support.reading import rows

pytestmark = pytest.mark.anyio


class Announcer:
    """Numbers its events; remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[list[Removed]] = []

    def __call__(self, removed: Sequence[Removed]) -> Event:
        self.told.append(list(removed))
        return Event(len(self.told), "erased", T0, {"count": len(removed)})


async def erase(store: Store, person: int, limit: int) -> list[Removed]:
    announce = Announcer()
    removed: list[Removed] = []
    for _ in range(100):
        step = await store.erase_step(person, limit, announce)
        if not step:
            return removed
        assert len(step) <= limit
        removed += step
    raise AssertionError("erasing never ends")


EDGES = ("FOLLOWS", "REQUESTED", "BLOCKS", "MUTES", "DISMISSED", "FOLLOWED", "POSTED", "LIVES_IN")


@pytest.mark.parametrize("limit", [1, 3, 100])
async def test_every_edge_goes_and_the_others_are_left_alone(store: Store, limit: int) -> None:
    alice, bob, carol, dan, eve = await cast(store)
    await befriend(store, alice, bob, T0 + 1)
    await follow(store, alice, carol, T0 + 2)
    await follow(store, dan, alice, T0 + 3)
    await block(store, eve, alice, T0 + 4)
    await mute(store, alice, bob, T0 + 5)
    await link(store, "REQUESTED", alice, eve, since=T0 + 6)
    await link(store, "DISMISSED", bob, alice, at=T0 + 7)
    await store.change_pair(carol, alice, following(carol, alice))
    await store.change_pair(carol, alice, unfollowing(carol, alice, ended=T0 + 8))
    await store.write(
        (Create("Post", 70, {"text": "x", "createdAt": T0}), Name("LIVES_IN", alice, {"se": 80}))
    )
    await link(store, "POSTED", alice, 70, at=T0 + 9)
    await befriend(store, bob, carol, T0)
    await store.change_person(alice, lambda _: (Put("User", alice, {"gone": True}),))

    removed = await erase(store, alice, limit)

    assert sorted(r for r in removed if r.edge != "LIVES_IN") == sorted(
        [
            Removed("FOLLOWS", alice, bob, T0 + 1),
            Removed("FOLLOWS", bob, alice, T0 + 1),
            Removed("FOLLOWS", alice, carol, T0 + 2),
            Removed("FOLLOWS", dan, alice, T0 + 3),
            Removed("BLOCKS", eve, alice, T0 + 4),
            Removed("MUTES", alice, bob, T0 + 5),
            Removed("REQUESTED", alice, eve, T0 + 6),
            Removed("DISMISSED", bob, alice, T0 + 7),
            Removed("FOLLOWED", carol, alice, T0 + 8),
            Removed("POSTED", alice, 70, T0 + 9),
        ]
    )
    for edge in EDGES:
        assert [
            row for row in await rows(store, edge) if alice in row[:2] and edge != "LIVES_IN"
        ] == []
    assert await rows(store, "LIVES_IN") == []
    assert await rows(store, "FOLLOWS") == [(bob, carol, T0), (carol, bob, T0)]
    people = [alice, bob, carol, dan, eve]
    assert await store.counts(people) == await store.true_counts(people)
    [of_bob] = await store.counts([bob])
    assert (of_bob["followers"], of_bob["following"], of_bob["friends"]) == (1, 1, 1)


async def test_nothing_personal_is_left(store: Store) -> None:
    people = await cast(
        store,
        alice={
            "bio": "b",
            "avatarUrl": "u",
            "externalId": "x",
            "source": "s",
            "externalKey": "s\x1fx",
            "country": "SE",
            "lastActiveDay": 5,
            "gone": True,
        },
    )
    await follow(store, people.alice, people.bob)
    [before] = await store.people([people.bob])
    await erase(store, people.alice, 10)
    [alice, bob] = await store.people([people.alice, people.bob])
    assert alice is not None
    assert alice.gone
    assert alice.username == ""
    personal = (alice.name, alice.bio, alice.avatar_url, alice.external_id, alice.source)
    assert personal == (None,) * 5
    assert (alice.country, alice.last_active_day) == (None, None)
    assert bob == before
    assert await store.find_people("usernameKey", ["alice"]) == [None]
    assert await store.find_people("externalKey", ["s\x1fx"]) == [None]
    assert await store.find_people("subjectKey", ["amity\x1falice"]) == [None]
    assert await store.erase_step(people.alice, 10, Announcer()) == []


async def test_counters_that_were_wrong_before_are_gone_with_the_person(store: Store) -> None:
    people = await cast(store, alice={"gone": True})
    await store.write((Count("User", people.alice, "followers", 3, by=people.bob),))
    await erase(store, people.alice, 10)
    assert set((await store.counts([people.alice]))[0].values()) == {0}


async def test_the_name_of_the_erased_can_be_taken(store: Store) -> None:
    people = await cast(store, alice={"gone": True})
    await erase(store, people.alice, 10)
    await store.write((Create("User", 900, {"username": "alice", "usernameKey": "alice"}),))
    assert await store.find_people("usernameKey", ["alice"]) == [900]


async def test_each_step_is_announced_in_the_outbox_and_the_last_is_not(store: Store) -> None:
    people = await cast(store, alice={"gone": True})
    for other in (people.bob, people.carol, people.dan):
        await follow(store, people.alice, other)
    announce = Announcer()
    while await store.erase_step(people.alice, 2, announce):
        pass
    events = await store.take_events(10)
    assert [event.data["count"] for event in events] == [2, 1]
    assert [len(told) for told in announce.told[:1]] == [2]


async def test_an_announcement_that_fails_leaves_the_edges(store: Store) -> None:
    people = await cast(store, alice={"gone": True})
    await befriend(store, people.alice, people.bob)

    class Refused(Exception):
        pass

    def announce(_: Sequence[Removed]) -> Event:
        raise Refused

    with pytest.raises(Refused):
        await store.erase_step(people.alice, 5, announce)
    assert len(await rows(store, "FOLLOWS")) == 2
    ids = [people.alice, people.bob]
    assert await store.counts(ids) == await store.true_counts(ids)
    assert (await store.counts(ids))[1]["friends"] == 1


async def test_a_celebrity_is_erased_with_exact_counters(store: Store, shard_from: int) -> None:
    star, *fans = await crowd(store, shard_from * 2 + 30)
    await store.load_edges("FOLLOWS", [(fan, star, {"since": T0}) for fan in fans])
    await store.load_edges("FOLLOWS", [(star, fan, {"since": T0}) for fan in fans[::3]])
    await store.change_person(star, lambda _: (Put("User", star, {"gone": True}),))
    removed = await erase(store, star, 20)
    assert len(removed) == len(set(removed)) == len(fans) + len(fans[::3])
    zero = {"followers": 0, "following": 0, "friends": 0, "posts": 0}
    assert await store.counts([star, *fans]) == [zero] * (1 + len(fans))


async def test_erasing_one_who_is_a_fan_of_a_celebrity(store: Store, shard_from: int) -> None:
    star, *fans = await crowd(store, shard_from * 3)
    await store.load_edges("FOLLOWS", [(fan, star, {"since": T0}) for fan in fans])
    await store.change_person(fans[0], lambda _: (Put("User", fans[0], {"gone": True}),))
    await erase(store, fans[0], 20)
    [counts] = await store.counts([star])
    assert counts["followers"] == len(fans) - 1
