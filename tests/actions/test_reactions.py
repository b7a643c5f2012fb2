"""What people do with posts, through the actions, on every store."""

from __future__ import annotations

import asyncio

import pytest

from graph.actions.activity import DAY_MS
from graph.declaring import Visibility
from graph.errors import BadInput, Forbidden, NotFound
from graph.store import Store
from tests.actions.looking import events, nothing_changes
from tests.support.acting import Acting, acting
from tests.support.cast import Cast, block, cast, crowd

pytestmark = pytest.mark.anyio


@pytest.fixture
async def it(store: Store) -> Acting:
    return acting(store)


@pytest.fixture
async def people(store: Store) -> Cast:
    people = await cast(store, dan={"privacy": "PRIVATE"}, eve={"gone": True})
    await block(store, people.carol, people.bob)
    return people


async def posted(it: Acting, author: int, **given: object) -> int:
    said = {"text": "hello", **given}
    return (await it.actions.create_post(author, said)).post  # type: ignore[arg-type]


async def counted(it: Acting, id: int) -> dict[str, int]:
    [counts] = await it.store.post_counts([id])
    return {name: value for name, value in counts.items() if value}


async def mine(it: Acting, name: str, person: int) -> list[int]:
    [links] = await it.store.neighbours(name, [person])
    return links.ids.tolist()


async def test_a_like_stands_once_and_is_taken_back_once(it: Acting, people: Cast) -> None:
    id = await posted(it, people.alice)
    await it.actions.like(people.bob, id)
    assert await counted(it, id) == {"likes": 1}
    assert await mine(it, "likes", people.bob) == [id]
    assert await mine(it, "liked_by", id) == [people.bob]
    async with nothing_changes(it.store):
        assert (await it.actions.like(people.bob, id)).post == id
    await it.actions.unlike(people.bob, id)
    assert await counted(it, id) == {}
    async with nothing_changes(it.store):
        await it.actions.unlike(people.bob, id)
    told = await events(it.store)
    assert [(one.kind, one.data["actor"], one.data["author"]) for one in told[1:]] == [
        ("liked", people.bob, people.alice),
        ("unliked", people.bob, people.alice),
    ]
    stale = {(name, owner) for name, owner, _ in it.reader.invalidated[-2].lists}
    assert stale == {("likes", people.bob), ("liked_by", id)}


async def test_a_saved_post_is_saved_until_it_is_not(it: Acting, people: Cast) -> None:
    id = await posted(it, people.alice)
    await it.actions.save(people.alice, id)
    await it.actions.save(people.bob, id)
    await it.actions.save(people.bob, id)
    assert await counted(it, id) == {"saves": 2}
    await it.actions.unsave(people.bob, id)
    assert await counted(it, id) == {"saves": 1}
    assert await mine(it, "saves", people.alice) == [id]


async def test_a_vote_is_cast_turned_and_taken_back(it: Acting, people: Cast) -> None:
    id = await posted(it, people.alice)
    for value, then in ((1, {"ups": 1}), (-1, {"downs": 1}), (1, {"ups": 1}), (0, {})):
        await it.actions.vote(people.bob, id, value)
        assert await counted(it, id) == then
        [truth] = await it.store.true_post_counts([id])
        assert {name: count for name, count in truth.items() if count} == then
        async with nothing_changes(it.store):
            await it.actions.vote(people.bob, id, value)
    with pytest.raises(BadInput):
        await it.actions.vote(people.bob, id, 2)


async def test_views_count_once_a_person_post_and_day(it: Acting, people: Cast) -> None:
    one, two = await posted(it, people.alice), await posted(it, people.alice)
    hidden = await posted(it, people.alice, visibility=Visibility.PRIVATE)
    _, counts = await it.actions.record_views(people.bob, [one, two, one, hidden, 7, 2**64])
    assert counts == 2
    async with nothing_changes(it.store):
        assert (await it.actions.record_views(people.bob, [one, two]))[1] == 0
    it.clock.pass_(DAY_MS)
    assert (await it.actions.record_views(people.bob, [one, hidden]))[1] == 1
    assert await counted(it, one) == {"views": 2}
    assert await counted(it, hidden) == {}
    assert [event.data["posts"] for event in (await events(it.store))[-2:]] == [[one, two], [one]]
    with pytest.raises(BadInput):
        await it.actions.record_views(people.bob, [one] * 101)


async def test_what_one_does_not_see_one_does_nothing_with(it: Acting, people: Cast) -> None:
    closed = await posted(it, people.dan)
    blocked = await posted(it, people.carol)
    hidden = await posted(it, people.alice, visibility=Visibility.FRIENDS)
    gone = await posted(it, people.alice)
    await it.actions.delete_post(people.alice, gone)
    does = it.actions
    async with nothing_changes(it.store):
        for id in (closed, blocked, hidden, gone, 7, 0, 2**64):
            for act in (does.like, does.unlike, does.save, does.unsave, does.share, does.unshare):
                with pytest.raises(NotFound):
                    await act(people.bob, id)
            with pytest.raises(NotFound):
                await does.vote(people.bob, id, 1)


async def test_who_left_does_nothing(it: Acting, people: Cast) -> None:
    id = await posted(it, people.alice)
    async with nothing_changes(it.store):
        for act in (it.actions.like, it.actions.save, it.actions.share):
            with pytest.raises(Forbidden):
                await act(people.eve, id)
        with pytest.raises(Forbidden):
            await it.actions.record_views(people.eve, [id])


async def test_a_share_is_taken_back_by_what_it_shares_or_by_itself(
    it: Acting, people: Cast
) -> None:
    id = await posted(it, people.alice)
    share = (await it.actions.share(people.bob, id)).post
    assert (await it.actions.unshare(people.bob, id)).post == id
    assert await counted(it, id) == {}
    async with nothing_changes(it.store):
        await it.actions.unshare(people.bob, id)
    share = (await it.actions.share(people.bob, id)).post
    assert (await it.actions.unshare(people.bob, share)).post == id
    assert await counted(it, id) == {}


async def test_many_like_one_post_at_once_and_are_all_counted(
    store: Store, shard_from: int
) -> None:
    """Far beyond where its counter is spread over shards."""
    it, people = acting(store), await cast(store)
    id = await posted(it, people.alice)
    fans = await crowd(store, 64)
    assert len(fans) > 2 * shard_from
    await asyncio.gather(*(it.actions.like(fan, id) for fan in fans))
    assert await counted(it, id) == {"likes": 64}
    await asyncio.gather(
        *(it.actions.unlike(fan, id) for fan in fans[::2]),
        *(it.actions.like(fan, id) for fan in fans[1::2]),
    )
    assert await counted(it, id) == {"likes": 32}
    [truth] = await store.true_post_counts([id])
    assert truth["likes"] == 32
