"""Posting and taking back, through the actions, on every store."""

from __future__ import annotations

import asyncio

import pytest

from graph.actions.post_rules import KEY_MS
from graph.declaring import PostType, Visibility
from graph.errors import AmityError, BadInput, Forbidden, NotFound
from graph.ids import created_at
from graph.records import Media, PostCard
from graph.store import Store
from tests.actions.looking import events, nothing_changes
from tests.support.acting import Acting, acting
from tests.support.cast import Cast, block, cast, follow

pytestmark = pytest.mark.anyio

PICTURE = Media("https://a.example/cat.png", PostType.IMAGE, 640, 480, "a cat")


@pytest.fixture
async def it(store: Store) -> Acting:
    return acting(store)


@pytest.fixture
async def people(store: Store) -> Cast:
    people = await cast(store, dan={"privacy": "PRIVATE"}, eve={"gone": True})
    await block(store, people.carol, people.alice)
    return people


async def card(it: Acting, id: int) -> PostCard:
    [found] = await it.store.posts([id])
    assert found is not None
    return found


async def posted(it: Acting, author: int, text: str | None = "hello", **given: object) -> int:
    return (await it.actions.create_post(author, {"text": text, **given})).post  # type: ignore[typeddict-item]


async def counted(it: Acting, id: int) -> dict[str, int]:
    [counts] = await it.store.post_counts([id])
    return {name: value for name, value in counts.items() if value}


async def test_a_post_is_all_that_was_said(it: Acting, people: Cast) -> None:
    text = "Hi @bob, @carol and @nobody: #Größe, #größe"
    id = await posted(it, people.alice, text, visibility=Visibility.FOLLOWERS, media=[PICTURE])
    # Carol blocked alice: for alice there is no carol.
    assert await card(it, id) == PostCard(
        id=id,
        author=people.alice,
        created_at=created_at(id),
        visibility=Visibility.FOLLOWERS,
        type=PostType.IMAGE,
        text=text,
        tags=("grösse",),
        mentions=(people.bob,),
        media=(PICTURE,),
    )
    [counts] = await it.store.counts([people.alice])
    assert counts["posts"] == 1
    (event,) = await events(it.store)
    assert event.kind == "posted"
    assert it.kicked == [event.id]
    told = {name: value for name, value in event.data.items() if name != "touched"}
    assert told == {
        "actor": people.alice,
        "post": id,
        "author": people.alice,
        "at": created_at(id),
        "kind": "post",
        "visibility": "FOLLOWERS",
        "type": "IMAGE",
        "reply_to": None,
        "reply_author": None,
        "shares": None,
        "shared_author": None,
        "mentions": [people.bob],
        "tags": ["grösse"],
    }


async def test_a_reply_is_counted_and_told_with_whom_it_answers(it: Acting, people: Cast) -> None:
    first = await posted(it, people.alice)
    reply = await posted(it, people.bob, "yes", reply_to=first)
    assert (await card(it, reply)).reply_to == first
    assert await counted(it, first) == {"replies": 1}
    event = (await events(it.store))[-1]
    assert (event.data["kind"], event.data["reply_author"]) == ("reply", people.alice)
    [replies] = await it.store.neighbours("replies", [first])
    assert replies.ids.tolist() == [reply]


async def test_a_post_is_shared_once_and_quoted_as_often_as_one_likes(
    it: Acting, people: Cast
) -> None:
    first = await posted(it, people.alice)
    share = await posted(it, people.bob, None, shares=first)
    async with nothing_changes(it.store):
        assert await posted(it, people.bob, None, shares=first) == share
    await posted(it, people.bob, "one", shares=first)
    await posted(it, people.bob, "two", shares=first)
    assert await counted(it, first) == {"shares": 3}
    kinds = [event.data["kind"] for event in await events(it.store)]
    assert kinds == ["post", "share", "quote", "quote"]


async def test_who_shares_a_share_shares_what_it_shares(it: Acting, people: Cast) -> None:
    first = await posted(it, people.alice)
    share = await posted(it, people.bob, None, shares=first)
    own = await posted(it, people.alice, None, shares=share)
    assert (await card(it, own)).shares == first
    quote = await posted(it, people.bob, "look", shares=first)
    chain = await posted(it, people.alice, "at this", shares=quote)
    assert (await card(it, chain)).shares == quote
    assert await counted(it, first) == {"shares": 3}


async def test_two_shares_at_once_are_one(it: Acting, people: Cast) -> None:
    first = await posted(it, people.alice)
    shares = await asyncio.gather(*(posted(it, people.bob, None, shares=first) for _ in range(6)))
    assert len(set(shares)) == 1
    assert await counted(it, first) == {"shares": 1}


async def test_the_same_key_is_the_same_post(it: Acting, people: Cast) -> None:
    one = await it.actions.create_post(people.alice, {"text": "hello"}, "key")
    async with nothing_changes(it.store):
        again = await it.actions.create_post(people.alice, {"text": "hello"}, "key")
    assert again.post == one.post
    other = await it.actions.create_post(people.bob, {"text": "hello"}, "key")
    assert other.post != one.post
    it.clock.pass_(KEY_MS)
    later = await it.actions.create_post(people.alice, {"text": "hello"}, "key")
    assert later.post not in (one.post, other.post)
    assert (await it.actions.create_post(people.alice, {"text": "hello"}, "key")).post == later.post


async def test_one_key_at_once_is_one_post(it: Acting, people: Cast) -> None:
    made = await asyncio.gather(
        *(it.actions.create_post(people.alice, {"text": "hello"}, "key") for _ in range(6))
    )
    assert len({one.post for one in made}) == 1
    [counts] = await it.store.counts([people.alice])
    assert counts["posts"] == 1


async def test_a_post_taken_back_leaves_every_list_and_number(it: Acting, people: Cast) -> None:
    first = await posted(it, people.alice)
    reply = await posted(it, people.bob, "yes #tag @alice", reply_to=first)
    further = await posted(it, people.alice, "so", reply_to=reply)
    await it.actions.delete_post(people.bob, reply)
    gone = await card(it, reply)
    assert gone == PostCard(reply, people.bob, created_at(reply), gone=True)
    assert await counted(it, first) == {}
    [replies], [posts] = (
        await it.store.neighbours("replies", [first]),
        await it.store.neighbours("posts", [people.bob]),
    )
    assert len(replies) == len(posts) == 0
    [counts] = await it.store.counts([people.bob])
    assert counts["posts"] == 0
    # What replied to it stays, with a parent that says nothing.
    assert (await card(it, further)).reply_to == reply
    event = (await events(it.store))[-1]
    assert event.kind == "post_deleted"
    assert event.data["reply_author"] == people.alice
    async with nothing_changes(it.store):
        assert (await it.actions.delete_post(people.bob, reply)).post == reply


async def test_a_share_taken_back_may_be_made_again(it: Acting, people: Cast) -> None:
    first = await posted(it, people.alice)
    share = await posted(it, people.bob, None, shares=first)
    await it.actions.delete_post(people.bob, share)
    again = await posted(it, people.bob, None, shares=first)
    assert again != share
    assert await counted(it, first) == {"shares": 1}


async def test_nobody_else_takes_a_post_back(it: Acting, people: Cast) -> None:
    first = await posted(it, people.alice)
    hidden = await posted(it, people.alice, "mine", visibility=Visibility.PRIVATE)
    async with nothing_changes(it.store):
        with pytest.raises(Forbidden) as refused:
            await it.actions.delete_post(people.bob, first)
        assert refused.value.rule == "NOT_AUTHOR"
        for id in (hidden, 7, 0, 2**64):
            with pytest.raises(NotFound):
                await it.actions.delete_post(people.bob, id)


async def test_only_what_one_sees_is_answered_or_shared(it: Acting, people: Cast) -> None:
    closed = await posted(it, people.dan)
    for_friends = await posted(it, people.bob, "friends", visibility=Visibility.FRIENDS)
    blocked = await posted(it, people.carol)
    gone = await posted(it, people.bob)
    await it.actions.delete_post(people.bob, gone)
    refused: list[AmityError] = []
    async with nothing_changes(it.store):
        for id in (closed, for_friends, blocked, gone, 7, 0, 2**64):
            for given in ({"reply_to": id}, {"shares": id}):
                with pytest.raises(NotFound) as error:
                    await posted(it, people.alice, "hello", **given)
                refused.append(error.value)
    assert len({str(error) for error in refused}) == 1
    await follow(it.store, people.alice, people.dan)
    assert await posted(it, people.alice, "hello", reply_to=closed)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "text"),
        ({"text": " \n"}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"media": [PICTURE] * 11}, "media"),
        ({"media": [Media("ftp://a.example", PostType.IMAGE)]}, "media"),
        ({"media": [Media("https://a.example", PostType.TEXT)]}, "media"),
        ({"media": [Media("https://a.example", PostType.IMAGE, 0)]}, "media"),
        ({"media": [Media("https://a.example", PostType.IMAGE, alt="\x07")]}, "alt"),
    ],
)
async def test_what_is_no_post(memory: Store, given: dict[str, object], field: str) -> None:
    it, people = acting(memory), await cast(memory)
    async with nothing_changes(it.store):
        with pytest.raises(BadInput) as refused:
            await it.actions.create_post(people.alice, given)  # type: ignore[arg-type]
    assert refused.value.extensions["field"] == field


async def test_who_left_posts_nothing(it: Acting, people: Cast) -> None:
    async with nothing_changes(it.store):
        with pytest.raises(Forbidden) as refused:
            await posted(it, people.eve)
    assert refused.value.rule == "INACTIVE"
