"""Posts in inboxes: whom they reach, what comes after, and who may not hear of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from graph.declaring import Visibility
from tests.live.serving import Served, Socket, served
from tests.servers.embedded import EmbeddedServers
from tests.support.cast import T0, Cast, person

pytestmark = pytest.mark.anyio

FANS = 1_000  # more than a page of them


@asynccontextmanager
async def listening(service: Served, *names: str) -> AsyncIterator[list[Socket]]:
    """They hear of what happens from here on: what was before is told before there is an inbox."""
    await service.settled()
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(service.socket(name)) for name in names]
        for one in sockets:
            await one.subscribe()
        await service.listening(len(names))
        yield sockets


async def follow(service: Served, people: Cast, *names: str, whom: str = "alice") -> None:
    for name in names:
        await service.rooms.actions.follow(people[name], people[whom])


async def post(service: Served, person: int, text: str, **more: Any) -> int:
    return (await service.rooms.actions.create_post(person, {"text": text, **more})).post


async def hears(socket: Socket) -> tuple[str, Any]:
    event = await socket.event()
    return event["__typename"], event.get("post", event).get("text")


async def test_followers_hear_of_posts_their_changes_and_their_end(
    service: Served, people: Cast
) -> None:
    await follow(service, people, "bob", "carol")
    async with listening(service, "bob", "carol", "dan") as (bob, carol, dan):
        id = await post(service, people.alice, "one")
        await service.rooms.actions.edit_post(people.alice, id, {"text": "two"})
        for one in (bob, carol):
            first = await one.event()
            assert (first["__typename"], first["post"]["author"]["username"]) == (
                "FeedPost",
                "alice",
            )
            assert await hears(one) == ("PostChanged", "two")
        await service.rooms.actions.delete_post(people.alice, id)
        removed = await bob.event()
        assert (removed["__typename"], removed["id"]) == ("PostRemoved", f"post_{id}")
        # dan, who follows nobody, hears only of himself.
        await follow(service, people, "eve", whom="dan")
        assert (await dan.event())["__typename"] == "Followed"


async def test_whose_post_it_is_hears_what_others_make_of_it(service: Served, people: Cast) -> None:
    actions = service.rooms.actions
    id = await post(service, people.alice, "mine")
    async with listening(service, "alice") as (alice,):
        await post(service, people.bob, "yours", reply_to=id)
        said = await alice.event()
        assert (said["__typename"], said["post"]["text"]) == ("PostReplied", "mine")
        assert said["reply"] == {"text": "yours", "author": {"username": "bob"}}
        await actions.share(people.carol, id)
        said = await alice.event()
        assert said["__typename"] == "PostShared"
        assert said["share"] == {"text": None, "author": {"username": "carol"}}
        await actions.like(people.alice, id)  # one's own is no news
        for name in ("bob", "carol", "dan", "eve"):
            await actions.like(people[name], id)
        likes = 0
        while likes < 4:
            said = await alice.event()
            assert said["__typename"] == "PostLiked"
            likes += said["count"]
        assert (said["post"]["likeCount"], likes) == (5, 4)


async def test_likes_that_come_together_are_told_as_one(service: Served, people: Cast) -> None:
    id = await post(service, people.alice, "mine")
    # The consumer of likes takes what a second brought: here, as one batch.
    await service.rooms.likes.stop()
    for name in ("bob", "carol", "dan"):
        await service.rooms.actions.like(people[name], id)
    async with listening(service, "alice") as (alice,):
        while not await service.rooms.likes.turn():
            pass
        said = await alice.event()
        assert (said["__typename"], said["count"]) == ("PostLiked", 3)


async def test_nobody_hears_of_a_post_that_is_not_for_them(service: Served, people: Cast) -> None:
    actions = service.rooms.actions
    await follow(service, people, "bob", "carol", "dan", "eve")
    await follow(service, people, "alice", whom="bob")  # friends
    await actions.mute(people.dan, people.alice)
    names = ("bob", "carol", "dan", "eve")
    async with listening(service, *names) as (bob, carol, dan, eve):
        friends = await post(service, people.alice, "for friends", visibility=Visibility.FRIENDS)
        # What is gone before it is told is not told: bob hears of it first.
        assert await hears(bob) == ("FeedPost", "for friends")
        await actions.delete_post(people.alice, friends)
        await post(service, people.alice, "for me", visibility=Visibility.PRIVATE)
        await actions.block(people.alice, people.eve)
        await post(service, people.alice, "for all")
        await follow(service, people, "bob", whom="dan")
        await follow(service, people, "bob", whom="eve")
        assert (await bob.event())["__typename"] == "PostRemoved"
        assert await hears(bob) == ("FeedPost", "for all")
        assert await hears(carol) == ("FeedPost", "for all")
        # Muted, or blocked: neither hears anything of it.
        assert (await dan.event())["__typename"] == "Followed"
        assert (await eve.event())["__typename"] == "Followed"


async def test_somebody_else_s_block_holds_from_the_next_event_on(
    service: Served, people: Cast
) -> None:
    """bob listens; carol, whose posts alice shares, blocks him, and takes it back."""
    actions = service.rooms.actions
    await follow(service, people, "bob", "dan")
    await follow(service, people, "bob", whom="carol")
    shares = """subscription { inbox { __typename
      ... on FeedPost { seq post { text author { username } shares { text } } } } }"""
    async with listening(service, "dan") as (dan,), service.socket("bob") as bob:
        await bob.subscribe(query=shares)
        await service.listening(2)

        async def told(text: str) -> Any:
            id = await post(service, people.carol, text)
            await post(service, people.alice, f"look: {text}", shares=id)
            await dan.event()
            event = (await bob.event())["post"]
            return event["author"]["username"], event["text"], event["shares"]

        assert await told("one") == ("carol", "one", None)
        assert (await bob.event())["post"]["shares"] == {"text": "one"}
        await actions.block(people.carol, people.bob)
        assert await told("two") == ("alice", "look: two", None)
        await actions.unblock(people.carol, people.bob)
        assert await told("three") == ("alice", "look: three", {"text": "three"})


async def test_a_reply_is_for_those_who_follow_both(service: Served, people: Cast) -> None:
    await follow(service, people, "bob", "carol")
    await follow(service, people, "bob", whom="dan")
    async with listening(service, "bob", "carol") as (bob, carol):
        id = await post(service, people.dan, "a question")
        assert await hears(bob) == ("FeedPost", "a question")
        await post(service, people.alice, "an answer", reply_to=id)
        await post(service, people.alice, "for all")
        assert await hears(bob) == ("FeedPost", "an answer")
        assert await hears(bob) == ("FeedPost", "for all")
        assert await hears(carol) == ("FeedPost", "for all")


async def test_a_celebritys_post_reaches_who_was_here_lately(
    people: Cast, embedded: EmbeddedServers
) -> None:
    async with served(embedded, celebrity_followers=2) as service:
        await follow(service, people, "bob", "carol", "dan")
        async with listening(service, "bob") as (bob,):
            await post(service, people.alice, "one")
            event = await bob.event()
        # Away, but within the day: it is told when bob comes back.
        await service.listening(0)
        await post(service, people.alice, "two")
        async with service.socket("bob") as bob:
            await bob.subscribe(after=event["seq"])
            assert await hears(bob) == ("FeedPost", "two")
        assert await service.rooms.inboxes.living() == [people.bob]


async def test_one_answer_serves_all_who_ask_the_same(service: Served, people: Cast) -> None:
    names = ("bob", "carol", "dan")
    await follow(service, people, *names)
    own = "subscription { inbox { ... on FeedPost { post { likedByViewer text } } } }"
    async with listening(service, *names) as sockets:
        before = (await service.metrics())["amity_live_executed_total"]
        await post(service, people.alice, "hello")
        seqs = {(await one.event())["seq"] for one in sockets}
        assert (await service.metrics())["amity_live_executed_total"] - before == 1
        assert len(seqs) == 3  # each with a number of its own
        for one in sockets:
            await one.subscribe(id="own", query=own)
        await service.listening(6)
        await post(service, people.alice, "again")
        for one in sockets:
            got = {(await one.receive())["id"] for _ in range(2)}
            assert got == {"1", "own"}
        assert (await service.metrics())["amity_live_executed_total"] - before == 1 + 1 + 3


async def test_no_inbox_is_read_to_add_what_is_new(
    service: Served, people: Cast, embedded: EmbeddedServers
) -> None:
    """Many followers are told page by page: a letter that is new is new for all of them."""
    store = service.rooms.store
    first = await store.take_ids(FANS)
    await store.load_people([person(first + n, f"fan{n}") for n in range(FANS)])
    rows = [(first + n, people.alice, {"since": T0 + n, "notify": False}) for n in range(FANS)]
    await store.load_edges("FOLLOWS", rows)
    async with listening(service, "bob") as [bob], Redis.from_url(embedded.cache_url) as redis:
        await follow(service, people, "bob")
        await service.settled()
        before = (await redis.info("commandstats")).get("cmdstat_xrange", {}).get("calls")
        await post(service, people.alice, "hello")
        assert await hears(bob)
        after = (await redis.info("commandstats")).get("cmdstat_xrange", {}).get("calls")
        assert after == before
