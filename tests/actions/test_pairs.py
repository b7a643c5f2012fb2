"""What happens between two people, through the actions, on every store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graph.actions import is_muting
from graph.errors import BadInput, Forbidden, NotFound
from graph.records import Pair, Props
from graph.store import Store
from tests.actions.looking import edges_of, events, friends_of, nothing_changes, said
from tests.support.acting import Acting, acting
from tests.support.cast import Cast, cast

pytestmark = pytest.mark.anyio


@pytest.fixture
async def it(store: Store) -> Acting:
    return acting(store)


@pytest.fixture
async def people(store: Store) -> Cast:
    return await cast(store, dan={"privacy": "PRIVATE"}, carol={"privacy": "FRIENDS"})


async def between(store: Store, a: int, b: int) -> Pair:
    (pair,) = await store.pairs(a, [b])
    return pair


async def test_follow_is_seen_by_both_ends_and_told_once(it: Acting, people: Cast) -> None:
    done = await it.actions.follow(people.alice, people.bob, notify=True, via="suggestion")
    assert done.person == people.bob
    pair = await between(it.store, people.alice, people.bob)
    follow = pair.out["FOLLOWS"]
    assert (follow["notify"], follow["via"]) == (True, "suggestion")
    alice, bob = await it.store.counts([people.alice, people.bob])
    assert (alice["following"], bob["followers"], bob["friends"]) == (1, 1, 0)
    (event,) = await events(it.store)
    assert said(event) == ("followed", people.alice, people.bob)
    assert it.kicked == [event.id]


async def test_following_twice_writes_nothing_and_still_has_an_epoch(
    it: Acting, people: Cast
) -> None:
    first = await it.actions.follow(people.alice, people.bob)
    async with nothing_changes(it.store):
        again = await it.actions.follow(people.alice, people.bob)
    assert int(again.epoch) > int(first.epoch)


async def test_lists_are_dropped_before_the_relay_is_kicked(it: Acting, people: Cast) -> None:
    await it.actions.follow(people.alice, people.bob)
    stale = {(name, owner) for name, owner, _ in it.reader.invalidated[-1].lists}
    assert ("following", people.alice) in stale
    assert ("followers", people.bob) in stale
    assert it.reader.invalidated[-1].counts == {people.alice, people.bob}


async def test_friends_are_those_who_follow_each_other(it: Acting, people: Cast) -> None:
    await it.actions.follow(people.alice, people.bob)
    assert await friends_of(it.store, people.alice) == []
    await it.actions.follow(people.bob, people.alice)
    assert await friends_of(it.store, people.alice) == [people.bob]
    for counts in await it.store.counts([people.alice, people.bob]):
        assert counts["friends"] == 1
    await it.actions.unfollow(people.alice, people.bob)
    for counts in await it.store.counts([people.alice, people.bob]):
        assert counts["friends"] == 0


async def test_only_how_one_hears_of_a_follow_may_change(it: Acting, people: Cast) -> None:
    await it.actions.follow(people.alice, people.bob, via="suggestion")
    before = (await between(it.store, people.alice, people.bob)).out["FOLLOWS"]
    await it.actions.follow(people.alice, people.bob, notify=True, via="search")
    after = (await between(it.store, people.alice, people.bob)).out["FOLLOWS"]
    assert dict(after) == {**before, "notify": True}
    assert [event.kind for event in await events(it.store)] == ["followed", "follow_changed"]


async def test_a_private_account_is_asked_and_accepts(it: Acting, people: Cast) -> None:
    await it.actions.follow(people.alice, people.dan, notify=True, via="search")
    pair = await between(it.store, people.alice, people.dan)
    assert set(pair.out) == {"REQUESTED"}
    await it.actions.accept_follow(people.dan, people.alice)
    pair = await between(it.store, people.alice, people.dan)
    assert set(pair.out) == {"FOLLOWS"}
    assert (pair.out["FOLLOWS"]["notify"], pair.out["FOLLOWS"]["via"]) == (True, "search")
    async with nothing_changes(it.store):
        await it.actions.accept_follow(people.dan, people.alice)
    kinds = [said(event) for event in await events(it.store)]
    assert kinds == [
        ("requested", people.alice, people.dan),
        ("accepted", people.dan, people.alice),
    ]


async def test_a_request_can_be_declined_or_withdrawn(it: Acting, people: Cast) -> None:
    await it.actions.follow(people.alice, people.dan)
    await it.actions.decline_follow(people.dan, people.alice)
    await it.actions.follow(people.alice, people.dan)
    await it.actions.unfollow(people.alice, people.dan)
    assert await edges_of(it.store, people.alice, people.dan) == set()
    kinds = [event.kind for event in await events(it.store)]
    assert kinds == ["requested", "declined", "requested", "withdrawn"]


async def test_what_nobody_asked_for_can_not_be_accepted(it: Acting, people: Cast) -> None:
    async with nothing_changes(it.store):
        with pytest.raises(NotFound):
            await it.actions.accept_follow(people.dan, people.alice)


async def test_friends_only_needs_no_request(it: Acting, people: Cast) -> None:
    await it.actions.follow(people.alice, people.carol)
    assert await edges_of(it.store, people.alice, people.carol) == {"FOLLOWS"}


async def test_a_request_becomes_a_follow_once_none_is_needed(it: Acting, people: Cast) -> None:
    await it.actions.follow(people.alice, people.dan)
    await it.actions.update_profile(people.dan, {"privacy": "FRIENDS"})  # type: ignore[typeddict-item]
    assert await edges_of(it.store, people.alice, people.dan) == {"REQUESTED"}
    await it.actions.follow(people.alice, people.dan)
    assert await edges_of(it.store, people.alice, people.dan) == {"FOLLOWS"}


async def test_a_follower_can_be_removed(it: Acting, people: Cast) -> None:
    await it.actions.follow(people.alice, people.bob)
    await it.actions.remove_follower(people.bob, people.alice)
    assert await edges_of(it.store, people.alice, people.bob) == set()
    (bob,) = await it.store.counts([people.bob])
    assert bob["followers"] == 0


async def test_a_block_ends_everything_both_ways_and_unblock_restores_nothing(
    it: Acting, people: Cast
) -> None:
    await it.actions.follow(people.alice, people.dan)
    await it.actions.follow(people.dan, people.alice)
    await it.actions.block(people.alice, people.dan)
    assert await edges_of(it.store, people.alice, people.dan) == {"BLOCKS"}
    assert await edges_of(it.store, people.dan, people.alice) == set()
    await it.actions.unblock(people.alice, people.dan)
    assert await edges_of(it.store, people.alice, people.dan) == set()
    for counts in await it.store.counts([people.alice, people.dan]):
        assert set(counts.values()) == {0}


async def test_who_is_blocked_finds_nobody(it: Acting, people: Cast) -> None:
    await it.actions.block(people.bob, people.alice)
    for act in every_action(it):
        async with nothing_changes(it.store):
            with pytest.raises(NotFound) as blocked:
                await act(people.alice, people.bob)
            with pytest.raises(NotFound) as nobody:
                await act(people.alice, 999_999)
        assert blocked.value.message == nobody.value.message
        assert blocked.value.extensions == nobody.value.extensions


async def test_whom_one_blocked_can_not_be_followed(it: Acting, people: Cast) -> None:
    await it.actions.block(people.alice, people.bob)
    async with nothing_changes(it.store):
        with pytest.raises(Forbidden) as refused:
            await it.actions.follow(people.alice, people.bob)
    assert refused.value.rule == "BLOCKING"


async def test_nobody_is_their_own_other(it: Acting, people: Cast) -> None:
    for act in every_action(it):
        async with nothing_changes(it.store):
            with pytest.raises(BadInput):
                await act(people.alice, people.alice)


async def test_ids_that_nobody_could_have_are_nobody(it: Acting, people: Cast) -> None:
    for id in (0, -1, 2**63, 2**80):
        with pytest.raises(NotFound):
            await it.actions.follow(people.alice, id)


async def test_via_is_short_and_text(it: Acting, people: Cast) -> None:
    for via in ("x" * 101, "\ud800", "a\x00b"):
        async with nothing_changes(it.store):
            with pytest.raises(BadInput):
                await it.actions.follow(people.alice, people.bob, via=via)


async def test_a_mute_lasts_until_its_time(it: Acting, people: Cast) -> None:
    until = it.clock.now + 60_000
    await it.actions.mute(people.alice, people.bob, until=until)
    mute = await mute_of(it.store, people)
    assert is_muting(mute, until - 1)
    assert not is_muting(mute, until)
    async with nothing_changes(it.store):
        await it.actions.mute(people.alice, people.bob, until=until)


async def test_a_mute_that_goes_on_is_the_same_mute(it: Acting, people: Cast) -> None:
    await it.actions.mute(people.alice, people.bob, until=it.clock.now + 60_000)
    first = await mute_of(it.store, people)
    await it.actions.mute(people.alice, people.bob)
    longer = await mute_of(it.store, people)
    assert longer["since"] == first["since"]
    assert is_muting(longer, it.clock.now + 10**12)


async def test_a_mute_whose_time_is_over_begins_anew(it: Acting, people: Cast) -> None:
    await it.actions.mute(people.alice, people.bob, until=it.clock.now + 60_000)
    first = await mute_of(it.store, people)
    it.clock.pass_(120_000)
    await it.actions.mute(people.alice, people.bob, until=it.clock.now + 60_000)
    assert (await mute_of(it.store, people))["since"] > first["since"]


async def test_a_mute_can_not_end_before_it_began(it: Acting, people: Cast) -> None:
    async with nothing_changes(it.store):
        with pytest.raises(BadInput):
            await it.actions.mute(people.alice, people.bob, until=it.clock.now)


async def test_unmute_and_dismiss(it: Acting, people: Cast) -> None:
    await it.actions.mute(people.alice, people.bob)
    await it.actions.unmute(people.alice, people.bob)
    await it.actions.dismiss(people.alice, people.bob)
    assert await edges_of(it.store, people.alice, people.bob) == {"DISMISSED"}
    async with nothing_changes(it.store):
        await it.actions.dismiss(people.alice, people.bob)
        await it.actions.unmute(people.alice, people.bob)


async def mute_of(store: Store, people: Cast) -> Props:
    return (await between(store, people.alice, people.bob)).out["MUTES"]


def every_action(it: Acting) -> list[Callable[..., object]]:
    actions = it.actions
    return [
        actions.follow,
        actions.unfollow,
        actions.accept_follow,
        actions.decline_follow,
        actions.remove_follower,
        actions.block,
        actions.unblock,
        actions.mute,
        actions.unmute,
        actions.dismiss,
    ]
